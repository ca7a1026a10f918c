//! Rigorous enclosures of real numbers: what is certain of a value, and what is not.
//!
//! Takes exact rationals and a precision; gives intervals that contain the exact result. Ends are kept
//! rather than a midpoint and a radius: monotone functions and the tests of domains then need no
//! derivative bounds, and wide enclosures stay tight. Overflow is reported as `None`.

use super::number::{Bounds, Number};

/// An enclosure: the value lies in [low, high].
#[derive(Clone, Debug, PartialEq)]
pub struct Ball<N> {
    /// The lower end.
    pub low: N,
    /// The upper end.
    pub high: N,
}

impl<N: Number> Ball<N> {
    /// The enclosure with these bounds.
    pub fn from_bounds(bounds: Bounds<N>) -> Option<Self> {
        bounds.map(|(low, high)| Ball { low, high })
    }

    /// An exact value.
    pub fn point(value: N) -> Self {
        Ball { low: value.clone(), high: value }
    }

    /// Whether the value is known exactly.
    pub fn is_point(&self) -> bool {
        self.low == self.high
    }

    /// Whether the value is above 0.
    pub fn is_positive(&self) -> bool {
        self.low > self.low.zero()
    }

    /// Whether the value is below 0.
    pub fn is_negative(&self) -> bool {
        self.high < self.high.zero()
    }

    /// Whether the value is 0 or above.
    pub fn is_not_negative(&self) -> bool {
        self.low >= self.low.zero()
    }

    /// Whether 0 lies in the enclosure.
    pub fn contains_zero(&self) -> bool {
        !self.is_positive() && !self.is_negative()
    }

    /// Whether the value is exactly 0.
    pub fn is_zero(&self) -> bool {
        self.low == self.low.zero() && self.is_point()
    }

    /// Whether no number lies in both.
    pub fn is_disjoint(&self, other: &Ball<N>) -> bool {
        self.high < other.low || other.high < self.low
    }

    /// The least enclosure of both.
    pub fn hull(&self, other: &Ball<N>) -> Ball<N> {
        Ball {
            low: least([self.low.clone(), other.low.clone()]),
            high: greatest([self.high.clone(), other.high.clone()]),
        }
    }

    /// The negative.
    pub fn neg(&self) -> Ball<N> {
        Ball { low: self.high.neg(), high: self.low.neg() }
    }

    /// The absolute value.
    pub fn abs(&self) -> Ball<N> {
        if self.is_not_negative() {
            return self.clone();
        }
        let turned = self.neg();
        if turned.is_not_negative() {
            return turned;
        }
        Ball { low: self.low.zero(), high: greatest([turned.high, self.high.clone()]) }
    }

    /// The sum.
    pub fn add(&self, other: &Ball<N>) -> Option<Ball<N>> {
        let (low, top) = self.low.add(&other.low)?;
        if self.is_point() && other.is_point() {
            return Some(Ball { low, high: top });
        }
        Some(Ball { low, high: self.high.add(&other.high)?.1 })
    }

    /// The difference.
    pub fn sub(&self, other: &Ball<N>) -> Option<Ball<N>> {
        self.add(&other.neg())
    }

    /// The product, by the signs of the factors.
    pub fn mul(&self, other: &Ball<N>) -> Option<Ball<N>> {
        if self.is_point() && other.is_point() {
            return Ball::from_bounds(self.low.mul(&other.low));
        }
        if self.is_negative() {
            return Some(self.neg().mul(other)?.neg());
        }
        if other.is_negative() {
            return Some(self.mul(&other.neg())?.neg());
        }
        match (self.is_not_negative(), other.is_not_negative()) {
            (true, true) => Some(Ball { low: self.low.mul(&other.low)?.0, high: self.high.mul(&other.high)?.1 }),
            (true, false) => Some(Ball { low: self.high.mul(&other.low)?.0, high: self.high.mul(&other.high)?.1 }),
            (false, true) => other.mul(self),
            (false, false) => {
                let low = least([self.low.mul(&other.high)?.0, self.high.mul(&other.low)?.0]);
                let high = greatest([self.low.mul(&other.low)?.1, self.high.mul(&other.high)?.1]);
                Some(Ball { low, high })
            }
        }
    }

    /// The quotient by a divisor whose enclosure is without 0; `None` otherwise.
    pub fn div(&self, other: &Ball<N>) -> Option<Ball<N>> {
        if other.contains_zero() {
            return None;
        }
        if self.is_point() && other.is_point() {
            return Ball::from_bounds(self.low.div(&other.low));
        }
        if other.is_negative() {
            return Some(self.div(&other.neg())?.neg());
        }
        let below = if self.is_not_negative() { &other.high } else { &other.low };
        let above = if self.high >= self.high.zero() { &other.low } else { &other.high };
        Some(Ball { low: self.low.div(below)?.0, high: self.high.div(above)?.1 })
    }

    /// A power with a whole exponent that is not negative; u⁰ = 1.
    pub fn power(&self, exponent: u64) -> Option<Ball<N>> {
        if exponent.is_multiple_of(2) {
            return self.abs().power_up(exponent);
        }
        if self.is_not_negative() {
            return self.power_up(exponent);
        }
        let low = Ball::point(self.low.clone()).abs().power_up(exponent)?;
        let high = Ball::point(self.high.clone()).abs().power_up(exponent)?;
        let high = if self.high > self.high.zero() { high.high } else { high.low.neg() };
        Some(Ball { low: low.high.neg(), high })
    }

    /// By squaring, of a value that is not negative.
    fn power_up(&self, mut exponent: u64) -> Option<Ball<N>> {
        let mut square = self.clone();
        let mut result = Ball::point(self.low.one());
        loop {
            if exponent & 1 == 1 {
                result = result.mul(&square)?;
            }
            exponent >>= 1;
            if exponent == 0 {
                return Some(result);
            }
            square = square.mul(&square)?;
        }
    }

    /// A function that never falls, from its bounds at the ends.
    pub fn rising(&self, function: impl Fn(&N) -> Bounds<N>) -> Option<Ball<N>> {
        let (low, top) = function(&self.low)?;
        let high = if self.is_point() { top } else { function(&self.high)?.1 };
        Some(Ball { low, high })
    }

    /// Sine or cosine: f(low) ± width, within [−1, 1].
    pub fn wave(&self, function: impl Fn(&N) -> Bounds<N>) -> Ball<N> {
        let one = self.low.one();
        let whole = Ball { low: one.neg(), high: one };
        let Some(start) = Ball::from_bounds(function(&self.low)) else { return whole };
        let Some((_, width)) = self.high.add(&self.low.neg()) else { return whole };
        let Some(found) = start.add(&Ball { low: width.neg(), high: width }) else { return whole };
        Ball { low: greatest([found.low, whole.low]), high: least([found.high, whole.high]) }
    }

    /// How many bits of the value are certain: the magnitude of the value over that of the width; `None`
    /// for a point. Of the hull of two enclosures this says how close two values are at least.
    pub fn certain_bits(&self) -> Option<i64> {
        if self.is_point() {
            return None;
        }
        let size = greatest([self.low.magnitude(), self.high.magnitude()]).unwrap_or(i64::MIN / 2);
        let (_, width) = self.high.add(&self.low.neg())?;
        Some(size.saturating_sub(width.magnitude()?).saturating_sub(1))
    }

    /// A number inside, or very near, as `f64`, to be shown.
    pub fn to_f64(&self) -> f64 {
        let (low, high) = (self.low.to_f64(), self.high.to_f64());
        if low == high { low } else { low / 2.0 + high / 2.0 }
    }
}

fn least<T: PartialOrd>([left, right]: [T; 2]) -> T {
    if right < left { right } else { left }
}

fn greatest<T: PartialOrd>([left, right]: [T; 2]) -> T {
    if right > left { right } else { left }
}

#[cfg(test)]
mod tests {
    use super::Ball;
    use pretty_assertions::assert_eq;

    fn ball(low: f64, high: f64) -> Ball<f64> {
        Ball { low, high }
    }

    /// Every product, sum and quotient of members lies in that of the enclosures, which is no wider.
    #[test]
    fn operations_are_those_of_the_members() {
        let ends = [-4.0, -1.0, -0.5, 0.0, 0.5, 2.0, 4.0];
        let balls: Vec<_> =
            ends.iter().flat_map(|&l| ends.iter().filter(move |&&h| h >= l).map(move |&h| ball(l, h))).collect();
        let corners = |a: &Ball<f64>, b: &Ball<f64>, op: fn(f64, f64) -> f64| {
            let all = [op(a.low, b.low), op(a.low, b.high), op(a.high, b.low), op(a.high, b.high)];
            ball(
                all.iter().copied().fold(f64::INFINITY, f64::min),
                all.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            )
        };
        for a in &balls {
            for b in &balls {
                assert_eq!(a.mul(b).unwrap(), corners(a, b, |x, y| x * y), "{a:?} {b:?}");
                assert_eq!(a.add(b).unwrap(), ball(a.low + b.low, a.high + b.high));
                assert_eq!(a.sub(b).unwrap(), ball(a.low - b.high, a.high - b.low));
                match a.div(b) {
                    None => assert!(b.contains_zero()),
                    Some(found) => assert_eq!(found, corners(a, b, |x, y| x / y), "{a:?} {b:?}"),
                }
            }
        }
    }

    #[test]
    fn powers_mind_the_sign() {
        assert_eq!(ball(-2.0, 3.0).power(2), Some(ball(0.0, 9.0)));
        assert_eq!(ball(-2.0, 3.0).power(3), Some(ball(-8.0, 27.0)));
        assert_eq!(ball(-3.0, -2.0).power(3), Some(ball(-27.0, -8.0)));
        assert_eq!(ball(-3.0, -2.0).power(4), Some(ball(16.0, 81.0)));
        assert_eq!(ball(-2.0, 3.0).power(0), Some(ball(1.0, 1.0)));
        assert_eq!(ball(2.0, 3.0).power(u64::MAX), None);
        assert_eq!(ball(1.0, 1.0).power(u64::MAX), Some(ball(1.0, 1.0)));
    }

    #[test]
    fn orders_and_signs() {
        assert_eq!(ball(-2.0, 1.0).abs(), ball(0.0, 2.0));
        assert_eq!(ball(-2.0, -1.0).abs(), ball(1.0, 2.0));
        assert!(ball(0.0, 1.0).is_disjoint(&ball(1.5, 2.0)) && !ball(0.0, 1.0).is_disjoint(&ball(1.0, 2.0)));
        assert!(ball(0.0, 0.0).is_zero() && ball(-0.0, 0.0).is_zero() && !ball(0.0, 1.0).is_zero());
        assert_eq!((ball(1.0, 1.25).certain_bits(), ball(2.0, 2.0).certain_bits()), (Some(1), None));
    }
}
