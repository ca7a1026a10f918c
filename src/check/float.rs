//! `f64` as an end of an enclosure: fast, good for the first look.
//!
//! Sums, products, quotients and square roots are correctly rounded by IEEE 754 and their error is
//! known exactly (Dekker 1971; Knuth, TAOCP 2, 4.2.2); the functions of `libm` are given ±4 ulp.

use super::number::{Bounds, Number};
use crate::rational::Rational;

/// The error of a function of `libm` in units of the last place; its own tests allow 1 to 2.
const ULPS: usize = 4;
/// Products below this may have lost bits to underflow, so their error is no `f64`.
const SAFE: f64 = 1e-280;

/// The bounds of a correctly rounded result with the sign of its error (0 when exact).
fn rounded(value: f64, error: f64) -> Bounds<f64> {
    let low = if error < 0.0 || error.is_nan() { value.next_down() } else { value };
    let high = if error > 0.0 || error.is_nan() { value.next_up() } else { value };
    finite(low, high)
}

fn finite(low: f64, high: f64) -> Bounds<f64> {
    (low.is_finite() && high.is_finite()).then_some((low, high))
}

/// The bounds of a result of `libm`.
fn widened(value: f64) -> Bounds<f64> {
    let (mut low, mut high) = (value, value);
    for _ in 0..ULPS {
        (low, high) = (low.next_down(), high.next_up());
    }
    finite(low, high)
}

/// The same, of a function with f(at) = value exactly.
fn widened_but(argument: f64, at: f64, value: f64, result: f64) -> Bounds<f64> {
    if argument == at { Some((value, value)) } else { widened(result) }
}

/// The error if nothing underflowed, else "unknown".
fn safe(error: f64, sizes: [f64; 3]) -> f64 {
    if sizes.into_iter().all(|size| size.abs() > SAFE) { error } else { f64::NAN }
}

impl Number for f64 {
    fn integer(value: i64, _: usize) -> Bounds<f64> {
        f64::rational(&Rational::integer(value), 53)
    }

    fn rational(value: &Rational, _: usize) -> Bounds<f64> {
        let nearest = value.to_f64();
        let whole = 1u64 << 53;
        let exact =
            value.small().is_some_and(|(above, below)| above.unsigned_abs() <= whole && below.count_ones() == 1);
        if exact { finite(nearest, nearest) } else { finite(nearest.next_down(), nearest.next_up()) }
    }

    fn pi(_: usize) -> Bounds<f64> {
        // The nearest f64 to π is below it (its error is 1.2e-16).
        Some((std::f64::consts::PI, std::f64::consts::PI.next_up()))
    }

    fn bits(&self) -> usize {
        53
    }

    fn zero(&self) -> f64 {
        0.0
    }

    fn one(&self) -> f64 {
        1.0
    }

    fn tiny(&self, exponent: usize) -> f64 {
        libm::ldexp(1.0, -(exponent.min(1000) as i32))
    }

    fn neg(&self) -> f64 {
        -self
    }

    fn add(&self, other: &f64) -> Bounds<f64> {
        // Knuth's two-sum: value + error is the exact sum.
        let value = self + other;
        let part = value - self;
        let error = (self - (value - part)) + (other - part);
        rounded(value, error)
    }

    fn mul(&self, other: &f64) -> Bounds<f64> {
        if *self == 0.0 || *other == 0.0 {
            return Some((0.0, 0.0));
        }
        let value = self * other;
        rounded(value, safe(libm::fma(*self, *other, -value), [*self, *other, value]))
    }

    fn div(&self, other: &f64) -> Bounds<f64> {
        if *self == 0.0 && *other != 0.0 {
            return Some((0.0, 0.0));
        }
        let value = self / other;
        let rest = libm::fma(-value, *other, *self);
        let error = if rest == 0.0 { 0.0 } else { rest.signum() * other.signum() };
        rounded(value, safe(error, [*self, *other, value]))
    }

    fn sqrt(&self) -> Bounds<f64> {
        if *self == 0.0 {
            return Some((0.0, 0.0));
        }
        let value = libm::sqrt(*self);
        rounded(value, safe(libm::fma(-value, value, *self), [*self, value, value]))
    }

    fn cbrt(&self) -> Bounds<f64> {
        widened_but(*self, 0.0, 0.0, libm::cbrt(*self))
    }

    fn exp(&self) -> Bounds<f64> {
        let (low, high) = widened_but(*self, 0.0, 1.0, libm::exp(*self))?;
        Some((low.max(0.0), high))
    }

    fn ln(&self) -> Bounds<f64> {
        widened_but(*self, 1.0, 0.0, libm::log(*self))
    }

    fn sin(&self) -> Bounds<f64> {
        widened_but(*self, 0.0, 0.0, libm::sin(*self))
    }

    fn cos(&self) -> Bounds<f64> {
        widened_but(*self, 0.0, 1.0, libm::cos(*self))
    }

    fn asin(&self) -> Bounds<f64> {
        widened_but(*self, 0.0, 0.0, libm::asin(*self))
    }

    fn atan(&self) -> Bounds<f64> {
        widened_but(*self, 0.0, 0.0, libm::atan(*self))
    }

    fn erf(&self) -> Bounds<f64> {
        widened_but(*self, 0.0, 0.0, libm::erf(*self))
    }

    fn to_integer(&self) -> Option<i64> {
        let whole = libm::trunc(*self) == *self && self.abs() <= (1i64 << 53) as f64;
        whole.then_some(*self as i64)
    }

    fn to_f64(&self) -> f64 {
        *self
    }

    fn magnitude(&self) -> Option<i64> {
        (*self != 0.0).then(|| i64::from(libm::frexp(*self).1))
    }
}

#[cfg(test)]
mod tests {
    use super::Number;
    use crate::rational::Rational;
    use pretty_assertions::assert_eq;

    #[test]
    fn exact_results_stay_points() {
        assert_eq!(Number::add(&1.0, &2.0), Some((3.0, 3.0)));
        assert_eq!(Number::mul(&0.75, &-8.0), Some((-6.0, -6.0)));
        assert_eq!(Number::div(&1.0, &8.0), Some((0.125, 0.125)));
        assert_eq!(Number::sqrt(&2.25), Some((1.5, 1.5)));
        assert_eq!(f64::rational(&Rational::new(-3, 8).unwrap(), 53), Some((-0.375, -0.375)));
        let least = 2f64.powi(63);
        assert_eq!(f64::rational(&Rational::integer(i64::MIN), 53), Some(((-least).next_down(), (-least).next_up())));
        assert_eq!((Number::exp(&0.0), Number::ln(&1.0)), (Some((1.0, 1.0)), Some((0.0, 0.0))));
    }

    #[test]
    fn inexact_results_are_enclosed_by_neighbours() {
        let (low, high) = Number::add(&0.1, &0.2).unwrap();
        assert!(low < high && low.next_up() == high);
        let (low, high) = Number::div(&1.0, &3.0).unwrap();
        assert_eq!((low, high), (1.0 / 3.0, (1.0f64 / 3.0).next_up()));
        let (low, high) = Number::div(&1.0, &-3.0).unwrap();
        assert_eq!((low, high), ((-1.0f64 / 3.0).next_down(), -1.0 / 3.0));
        let (low, high) = Number::sqrt(&2.0).unwrap();
        assert!(low.next_up() == high && low * low < 2.0 + 1e-15);
    }

    #[test]
    fn overflow_and_underflow_are_enclosed() {
        assert_eq!((Number::mul(&1e200, &1e200), Number::exp(&1e10)), (None, None));
        assert_eq!((Number::div(&1.0, &0.0), Number::sqrt(&-1.0), Number::ln(&0.0)), (None, None, None));
        let (low, high) = Number::mul(&1e-200, &1e-200).unwrap();
        assert!(low <= 0.0 && high > 0.0);
        let (low, high) = Number::exp(&-1e10).unwrap();
        assert!(low == 0.0 && high > 0.0);
    }

    #[test]
    fn magnitudes() {
        assert_eq!([1.0, 0.5, -4.0, 0.0].map(|x: f64| x.magnitude()), [Some(1), Some(0), Some(3), None]);
        assert_eq!([3.0, 0.5, 1e300].map(|x: f64| Number::to_integer(&x)), [Some(3), None, None]);
    }
}
