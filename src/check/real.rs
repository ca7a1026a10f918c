//! Enclosures with domains: a value, a certain "undefined", or "cannot tell at this precision".
//!
//! Takes exact rationals and a precision in bits; gives [`Real`]s. [`Coarse`] is the fast first look in
//! `f64`; [`Fine`] has any precision. Only disjoint enclosures refute.

use super::ball::Ball;
use super::erf;
use super::number::{Bounds, Number};
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

    /// Whether the value is certainly not 0.
    pub fn certainly_nonzero(&self) -> bool {
        self.ball().is_some_and(|ball| !ball.contains_zero())
    }

    /// Whether the value is exactly 0.
    pub fn certainly_zero(&self) -> bool {
        self.ball().is_some_and(Ball::is_zero)
    }

    /// Whether 0 lies in the enclosure.
    pub fn contains_zero(&self) -> bool {
        self.ball().is_some_and(Ball::contains_zero)
    }

    /// Whether both values are certainly defined and certainly differ.
    pub fn disjoint(&self, other: &Self) -> bool {
        matches!((self, other), (Within(left), Within(right)) if left.is_disjoint(right))
    }

    /// To how many bits two values certainly agree, relative to the larger of them; `None` if they are not
    /// both defined, or differ. Equal points agree to all bits there are.
    pub fn agreement(&self, other: &Self) -> Option<i64> {
        match (self, other) {
            (Within(left), Within(right)) if !left.is_disjoint(right) => {
                Some(left.hull(right).certain_bits().unwrap_or(i64::MAX))
            }
            _ => None,
        }
    }

    /// Applies a total function.
    fn total(&self, function: impl FnOnce(&Ball<N>) -> Option<Ball<N>>) -> Self {
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

    /// The greater value.
    pub fn max(&self, other: &Self) -> Self {
        self.both(other, |left, right| Some(left.max(right)))
    }

    /// The lesser value.
    pub fn min(&self, other: &Self) -> Self {
        self.both(other, |left, right| Some(left.min(right)))
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

    /// u^(a/b): for a/b not whole, defined for u > 0, and at 0 if a/b > 0. The odd root of a negative is
    /// [`Real::cbrt`], not this.
    pub fn rational_power(&self, numerator: i64, denominator: u64) -> Self {
        let common = num_integer::gcd(numerator.unsigned_abs(), denominator).max(1);
        let below = denominator / common;
        let above = i64::try_from(numerator.unsigned_abs() / common).map(|size| size * numerator.signum());
        match (above, below) {
            (_, 0) => Undefined,
            (Err(_), _) => Straddles,
            (Ok(above), 1) => self.power(above),
            (Ok(above), 2) => self.sqrt().power(above),
            (Ok(above), below) => self.fractional_power(above, below),
        }
    }

    fn fractional_power(&self, above: i64, below: u64) -> Self {
        let Within(ball) = self else { return self.clone() };
        let zero = ball.low.zero();
        if ball.is_negative() || ball.is_zero() && above < 0 {
            return Undefined;
        }
        if ball.is_positive() {
            let rational = i64::try_from(below).ok().and_then(|below| Rational::new(above, below));
            let Some(exponent) = rational else { return Straddles };
            return self.ln().mul(&Real::rational(&exponent, ball.low.bits())).exp();
        }
        if ball.low < zero || above < 0 {
            return Straddles;
        }
        if ball.is_zero() {
            return self.clone();
        }
        match Within(Ball::point(ball.high.clone())).fractional_power(above, below) {
            Within(top) => Within(Ball { low: zero, high: top.high }),
            other => other,
        }
    }

    /// u^v: a whole power if v is known to be whole, else exp(v·log u) for u > 0, and 0 for u = 0 < v.
    pub fn pow(&self, exponent: &Self) -> Self {
        let (base, v) = match (self, exponent) {
            (Undefined, _) | (_, Undefined) => return Undefined,
            (Within(base), Within(v)) => (base, v),
            _ => return Straddles,
        };
        if v.is_point()
            && let Some(whole) = v.low.to_integer()
        {
            return self.power(whole);
        }
        if base.is_positive() {
            return self.ln().mul(exponent).exp();
        }
        if base.is_zero() && !v.contains_zero() {
            return if v.is_positive() { self.clone() } else { Undefined };
        }
        if base.is_negative() && v.is_point() && v.low.magnitude().is_none_or(|magnitude| magnitude <= 53) {
            return Undefined;
        }
        Straddles
    }

    /// The square root.
    pub fn sqrt(&self) -> Self {
        match self {
            Within(ball) if ball.is_negative() => Undefined,
            Within(ball) if !ball.is_not_negative() => Straddles,
            _ => self.total(|ball| ball.rising(N::sqrt)),
        }
    }

    /// The cube root, of negatives too.
    pub fn cbrt(&self) -> Self {
        self.total(|ball| ball.rising(N::cbrt))
    }

    /// The exponential.
    pub fn exp(&self) -> Self {
        self.total(|ball| ball.rising(N::exp))
    }

    /// The natural logarithm.
    pub fn ln(&self) -> Self {
        match self {
            Within(ball) if ball.is_negative() || ball.is_zero() => Undefined,
            Within(ball) if !ball.is_positive() => Straddles,
            _ => self.total(|ball| ball.rising(N::ln)),
        }
    }

    /// The sine.
    pub fn sin(&self) -> Self {
        self.total(|ball| Some(ball.wave(N::sin)))
    }

    /// The cosine.
    pub fn cos(&self) -> Self {
        self.total(|ball| Some(ball.wave(N::cos)))
    }

    /// The tangent.
    pub fn tan(&self) -> Self {
        self.sin().div(&self.cos())
    }

    /// The arc sine.
    pub fn asin(&self) -> Self {
        self.on_arc(|ball| ball.rising(N::asin))
    }

    /// The arc cosine.
    pub fn acos(&self) -> Self {
        self.on_arc(|ball| ball.falling(N::acos))
    }

    fn on_arc(&self, function: impl FnOnce(&Ball<N>) -> Option<Ball<N>>) -> Self {
        let Within(ball) = self else { return self.clone() };
        let one = ball.low.one();
        if ball.low > one || ball.high < one.neg() {
            return Undefined;
        }
        if ball.high > one || ball.low < one.neg() { Straddles } else { function(ball).into() }
    }

    /// The arc tangent.
    pub fn atan(&self) -> Self {
        self.total(|ball| ball.rising(N::atan))
    }

    /// The hyperbolic sine, (eᵘ − e⁻ᵘ)/2.
    pub fn sinh(&self) -> Self {
        self.total(|ball| ball.rising(|x| halved_exponentials(x, false)))
    }

    /// The hyperbolic cosine, (eᵘ + e⁻ᵘ)/2.
    pub fn cosh(&self) -> Self {
        self.total(|ball| ball.abs().rising(|x| halved_exponentials(x, true)))
    }

    /// The hyperbolic tangent.
    pub fn tanh(&self) -> Self {
        self.total(|ball| ball.rising(tanh))
    }

    /// The error function.
    pub fn erf(&self) -> Self {
        self.total(|ball| ball.rising(|x| x.erf().or_else(|| erf::erf(x))))
    }
}

/// (eˣ ± e⁻ˣ)/2.
fn halved_exponentials<N: Number>(x: &N, plus: bool) -> Bounds<N> {
    let up = Ball::from_bounds(x.exp())?;
    let down = Ball::from_bounds(x.neg().exp())?;
    let both = if plus { up.add(&down)? } else { up.sub(&down)? };
    let half = both.div(&Ball::from_bounds(N::integer(2, x.bits()))?)?;
    Some((half.low, half.high))
}

/// (1 − w)/(1 + w) with w = e^(−2|x|), which cannot overflow.
fn tanh<N: Number>(x: &N) -> Bounds<N> {
    if *x < x.zero() {
        let (low, high) = tanh(&x.neg())?;
        return Some((high.neg(), low.neg()));
    }
    let one = Ball::point(x.one());
    let point = Ball::point(x.neg());
    let w = point.add(&point)?.rising(N::exp)?;
    let quotient = one.sub(&w)?.div(&one.add(&w)?)?;
    Some((quotient.low, quotient.high))
}
