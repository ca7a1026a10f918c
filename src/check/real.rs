//! Enclosures with domains: a value, a certain "undefined", or "cannot tell at this precision".
//!
//! Takes exact rationals and a precision in bits; gives [`Real`]s. [`Coarse`] is the fast first look in
//! `f64`; [`Fine`] has any precision. Only disjoint enclosures refute.

use super::ball::Ball;
use super::number::Number;
use super::precise::Precise;
use crate::rational::Rational;

/// What is certain of a real number.
#[derive(Clone, Debug, PartialEq)]
pub enum Real<N> {
    /// Defined, and inside the enclosure.
    Within(Ball<N>),
    /// Certainly undefined: log of a negative, division by exactly 0, …
    Undefined,
    /// Cannot tell: the enclosure straddles the edge of a domain, or the value is out of range.
    Straddles,
}

/// Enclosures in `f64`.
pub type Coarse = Real<f64>;
/// Enclosures of any precision.
pub type Fine = Real<Precise>;

use Real::{Straddles, Undefined, Within};

impl<N: Number> From<Option<Ball<N>>> for Real<N> {
    fn from(ball: Option<Ball<N>>) -> Self {
        ball.map_or(Straddles, Within)
    }
}

impl<N: Number> Real<N> {
    /// A rational.
    pub fn rational(value: &Rational, bits: usize) -> Self {
        Ball::from_bounds(N::rational(value, bits)).into()
    }

    /// A whole number.
    pub fn integer(value: i64, bits: usize) -> Self {
        Ball::from_bounds(N::integer(value, bits)).into()
    }

    /// Any number from `low` to `high`: a decimal literal as the interval that its digits stand for.
    pub fn between(low: &Rational, high: &Rational, bits: usize) -> Self {
        let ends = (N::rational(low, bits), N::rational(high, bits));
        let (Some((low, _)), Some((_, high))) = ends else { return Straddles };
        Within(Ball { low, high })
    }

    /// π.
    pub fn pi(bits: usize) -> Self {
        Ball::from_bounds(N::pi(bits)).into()
    }

    /// The enclosure, if the value is certainly defined and in range.
    pub fn ball(&self) -> Option<&Ball<N>> {
        match self {
            Within(ball) => Some(ball),
            _ => None,
        }
    }

    /// Whether the value is certainly defined.
    pub fn is_defined(&self) -> bool {
        self.ball().is_some()
    }

    /// Whether the value is certainly above 0.
    pub fn certainly_positive(&self) -> bool {
        self.ball().is_some_and(Ball::is_positive)
    }

    /// Whether the value is certainly below 0.
    pub fn certainly_negative(&self) -> bool {
        self.ball().is_some_and(Ball::is_negative)
    }

    /// Whether the value is exactly 0.
    pub fn certainly_zero(&self) -> bool {
        self.ball().is_some_and(Ball::is_zero)
    }

    /// Whether 0 lies in the enclosure.
    pub fn contains_zero(&self) -> bool {
        self.ball().is_some_and(Ball::contains_zero)
    }

    /// To how many bits two values certainly agree, relative to the larger of them; `None` if they are not
    /// both defined, or differ. Equal points agree to all bits there are.
    pub fn agreement(&self, other: &Self) -> Option<i64> {
        match (self, other) {
            (Within(left), Within(right)) if !left.is_disjoint(right) => {
                let hull = left.hull(right);
                if hull.is_point() { Some(i64::MAX) } else { hull.certain_bits() }
            }
            _ => None,
        }
    }

    /// Applies a total function.
    pub(super) fn total(&self, function: impl FnOnce(&Ball<N>) -> Option<Ball<N>>) -> Self {
        match self {
            Within(ball) => function(ball).into(),
            other => other.clone(),
        }
    }

    /// Applies a total function of two arguments; undefined if one of them is.
    fn both(&self, other: &Self, function: impl FnOnce(&Ball<N>, &Ball<N>) -> Option<Ball<N>>) -> Self {
        match (self, other) {
            (Undefined, _) | (_, Undefined) => Undefined,
            (Within(left), Within(right)) => function(left, right).into(),
            _ => Straddles,
        }
    }

    /// The sum.
    pub fn add(&self, other: &Self) -> Self {
        self.both(other, Ball::add)
    }

    /// The difference.
    pub fn sub(&self, other: &Self) -> Self {
        self.both(other, Ball::sub)
    }

    /// The product.
    pub fn mul(&self, other: &Self) -> Self {
        self.both(other, Ball::mul)
    }

    /// The quotient.
    pub fn div(&self, other: &Self) -> Self {
        if other.certainly_zero() { Undefined } else { self.both(other, Ball::div) }
    }

    /// The negative.
    pub fn neg(&self) -> Self {
        self.total(|ball| Some(ball.neg()))
    }

    /// The absolute value.
    pub fn abs(&self) -> Self {
        self.total(|ball| Some(ball.abs()))
    }

    /// A whole power; u⁰ = 1, and 0 to a negative power is undefined.
    pub fn power(&self, exponent: i64) -> Self {
        let power = self.total(|ball| ball.power(exponent.unsigned_abs()));
        match (exponent < 0, self) {
            (true, Within(ball)) if ball.is_zero() => Undefined,
            (true, Within(ball)) if ball.contains_zero() => Straddles,
            (true, Within(_)) => power.total(|ball| Ball::point(ball.low.one()).div(ball)),
            _ => power,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Real::{Straddles, Undefined};
    use super::{Coarse, Fine};
    use crate::rational::Rational;
    use pretty_assertions::assert_eq;

    fn fine(value: i64) -> Fine {
        Fine::integer(value, 128)
    }

    fn coarse(text: &str) -> Coarse {
        Coarse::rational(&Rational::parse(text).unwrap(), 53)
    }

    #[test]
    fn domains_are_certain_or_straddled() {
        let (one, zero) = (fine(1), fine(0));
        assert_eq!(
            (one.div(&zero), zero.ln(), fine(-1).ln(), fine(-1).sqrt()),
            (Undefined, Undefined, Undefined, Undefined)
        );
        assert_eq!(
            (fine(2).asin(), fine(-2).asin(), zero.power(-1), zero.pow(&fine(-1))),
            (Undefined, Undefined, Undefined, Undefined)
        );
        let straddling = fine(1).exp().ln().sub(&fine(1));
        assert!(straddling.contains_zero() && !straddling.certainly_zero());
        assert_eq!((straddling.ln(), straddling.sqrt(), one.div(&straddling)), (Straddles, Straddles, Straddles));
        assert_eq!((straddling.add(&one).asin(), Undefined.add(&straddling.ln())), (Straddles, Fine::Undefined));
        assert_eq!((zero.sqrt(), zero.power(0), one.asin().certainly_positive()), (zero.clone(), one.clone(), true));
        assert_eq!(fine(-8).cbrt(), fine(-2));
    }

    #[test]
    fn rounded_literals_are_intervals() {
        let literal = |low: &str, high: &str| {
            Coarse::between(&Rational::parse(low).unwrap(), &Rational::parse(high).unwrap(), 53)
        };
        // 2 × 0.20 = 0.39 to the digits written; 0.3894 is not.
        let product = coarse("2").mul(&literal("0.195", "0.205"));
        assert!(product.is_defined() && product.agreement(&literal("0.385", "0.395")).is_some());
        assert_eq!(product.agreement(&literal("0.38935", "0.38945")), None);
    }

    #[test]
    fn agreement_is_never_claimed_out_of_range() {
        let wide = Coarse::Within(crate::check::ball::Ball { low: -f64::MAX, high: f64::MAX });
        assert_eq!((wide.agreement(&wide), Undefined.agreement(&wide)), (None, None));
        assert_eq!(coarse("2").agreement(&coarse("2")), Some(i64::MAX));
        assert_eq!(coarse("0.1").agreement(&coarse("0.2")), None);
        assert!(coarse("0.1").agreement(&coarse("0.1")).is_some_and(|bits| bits >= 50));
    }
}
