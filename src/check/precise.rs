//! Floating-point numbers of any precision as ends of an enclosure, on `dashu-float`.
//!
//! That crate documents correct rounding; each inexact result is given ±1 ulp all the same. Exponents
//! beyond ±2⁴⁰ are refused, so that nothing grows out of memory.

use std::cell::RefCell;
use std::cmp::Ordering;

use dashu_float::round::mode::HalfEven;
use dashu_float::{ConstCache, Context, FBig, FpError, Repr};
use num_bigint::{BigInt, Sign};

use super::number::{Bounds, Number};
use crate::rational::Rational;

/// A binary floating-point number with the precision of the operations on it.
#[derive(Clone, Debug)]
pub struct Precise {
    repr: Repr<2>,
    bits: usize,
}

type Rounded = Result<dashu_float::round::Rounded<FBig<HalfEven, 2>>, FpError>;

/// Exponents are kept within ± this.
const MAX_EXPONENT: i64 = 1 << 40;
/// exp x is computed for |x| up to 2 to this power, and is out of range (or nearly 0) beyond.
const MAX_EXP_ARGUMENT: i64 = 38;

thread_local! {
    /// π and ln 2, kept between calls.
    static CONSTANTS: RefCell<ConstCache> = const { RefCell::new(ConstCache::new()) };
}

fn with_constants(call: impl FnOnce(Option<&mut ConstCache>) -> Rounded) -> Rounded {
    CONSTANTS.with(|constants| match constants.try_borrow_mut() {
        Ok(mut constants) => call(Some(&mut constants)),
        Err(_) => call(None),
    })
}

impl Precise {
    fn context(&self) -> Context<HalfEven> {
        Context::new(self.bits)
    }

    /// An `f64`, exactly; `None` if it is not finite.
    #[cfg(test)]
    pub fn from_f64(value: f64, bits: usize) -> Option<Precise> {
        checked(Repr::try_from(value).ok()?, bits)
    }

    /// π/2 from below.
    fn half_pi(&self) -> Option<Precise> {
        let zero = Repr::zero();
        enclosed(with_constants(|constants| self.context().acos(&zero, constants)), self.bits).map(|(low, _)| low)
    }

    fn exactly(value: u32, bits: usize) -> Precise {
        Precise { repr: Repr::from(value), bits }
    }

    fn wider(&self, other: &Precise) -> usize {
        self.bits.max(other.bits)
    }

    /// The exact value as a point; for results that are exact by mathematics.
    fn point(value: u32, bits: usize) -> Bounds<Precise> {
        let value = Precise::exactly(value, bits);
        Some((value.clone(), value))
    }

    fn is_zero(&self) -> bool {
        self.repr.significand().is_zero()
    }

    fn is_one(&self) -> bool {
        self.repr == Repr::one()
    }
}

/// One ulp to each side of a correctly rounded result, unless it is exact.
///
/// The ends have no more bits than the result: ties would be slow for the functions to round.
fn enclosed(result: Rounded, bits: usize) -> Bounds<Precise> {
    use dashu_float::round::Rounded as Result;
    let (value, exact) = match result.ok()? {
        Result::Exact(value) => (value.into_repr(), true),
        Result::Inexact(value, _) => (value.into_repr(), false),
    };
    if exact {
        let value = checked(value, bits)?;
        return Some((value.clone(), value));
    }
    if !value.is_finite() || value.significand().is_zero() {
        return None;
    }
    let place = value.exponent().checked_add(value.digits() as isize)?.checked_sub(bits as isize)?;
    let ulp = Repr::new(1.into(), place);
    Some((checked(&value - &ulp, bits)?, checked(value + &ulp, bits)?))
}

fn checked(repr: Repr<2>, bits: usize) -> Option<Precise> {
    let value = repr.is_finite().then_some(Precise { repr, bits })?;
    let fits = value.magnitude().is_none_or(|magnitude| magnitude.abs() <= MAX_EXPONENT);
    fits.then_some(value)
}

/// A big integer, exactly.
fn exact(value: &BigInt) -> Repr<2> {
    let shift = Repr::new(1.into(), 64);
    let digits = value.iter_u64_digits().rev();
    let magnitude = digits.fold(Repr::zero(), |sum, digit| &(&sum * &shift) + &Repr::from(digit));
    if value.sign() == Sign::Minus { -magnitude } else { magnitude }
}

impl PartialEq for Precise {
    fn eq(&self, other: &Self) -> bool {
        self.repr == other.repr
    }
}

impl PartialOrd for Precise {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.repr.partial_cmp(&other.repr)
    }
}

impl Number for Precise {
    fn integer(value: i64, bits: usize) -> Bounds<Precise> {
        Precise::rational(&Rational::integer(value), bits)
    }

    fn rational(value: &Rational, bits: usize) -> Bounds<Precise> {
        let bits = bits.max(2);
        if value.is_zero() {
            return Precise::point(0, bits);
        }
        let (above, below) = value.parts();
        enclosed(Context::new(bits).div(&exact(&above), &exact(&below)), bits)
    }

    fn pi(bits: usize) -> Bounds<Precise> {
        let bits = bits.max(2);
        enclosed(with_constants(|constants| Ok(Context::new(bits).pi(constants))), bits)
    }

    fn bits(&self) -> usize {
        self.bits
    }

    fn zero(&self) -> Precise {
        Precise::exactly(0, self.bits)
    }

    fn one(&self) -> Precise {
        Precise::exactly(1, self.bits)
    }

    fn tiny(&self, exponent: usize) -> Precise {
        let exponent = exponent.min(MAX_EXPONENT as usize);
        Precise { repr: Repr::new(1.into(), -(exponent as isize)), bits: self.bits }
    }

    fn neg(&self) -> Precise {
        let repr = if self.is_zero() { Repr::zero() } else { -self.repr.clone() };
        Precise { repr, bits: self.bits }
    }

    fn add(&self, other: &Precise) -> Bounds<Precise> {
        let bits = self.wider(other);
        enclosed(Context::new(bits).add(&self.repr, &other.repr), bits)
    }

    fn mul(&self, other: &Precise) -> Bounds<Precise> {
        let bits = self.wider(other);
        enclosed(Context::new(bits).mul(&self.repr, &other.repr), bits)
    }

    fn div(&self, other: &Precise) -> Bounds<Precise> {
        let bits = self.wider(other);
        if other.is_zero() {
            return None;
        }
        enclosed(Context::new(bits).div(&self.repr, &other.repr), bits)
    }

    fn sqrt(&self) -> Bounds<Precise> {
        enclosed(self.context().sqrt(&self.repr), self.bits)
    }

    fn cbrt(&self) -> Bounds<Precise> {
        enclosed(self.context().cbrt(&self.repr), self.bits)
    }

    fn exp(&self) -> Bounds<Precise> {
        if self.is_zero() {
            return Precise::point(1, self.bits);
        }
        let small = self.magnitude().is_none_or(|magnitude| magnitude <= MAX_EXP_ARGUMENT);
        if !small {
            // exp(−2³⁸) < 2^(−2³⁸).
            let tiny = self.tiny(1 << MAX_EXP_ARGUMENT);
            return (*self < self.zero()).then(|| (self.zero(), tiny));
        }
        if self.is_minute() {
            return self.around(self.one());
        }
        enclosed(with_constants(|constants| self.context().exp(&self.repr, constants)), self.bits)
    }

    fn ln(&self) -> Bounds<Precise> {
        if self.is_one() {
            return Precise::point(0, self.bits);
        }
        if *self <= self.zero() {
            return None;
        }
        enclosed(with_constants(|constants| self.context().ln(&self.repr, constants)), self.bits)
    }

    fn sin(&self) -> Bounds<Precise> {
        if self.is_zero() {
            return Precise::point(0, self.bits);
        }
        self.reducible()?;
        if self.is_minute() {
            return self.nearly();
        }
        enclosed(with_constants(|constants| self.context().sin(&self.repr, constants)), self.bits)
    }

    fn cos(&self) -> Bounds<Precise> {
        if self.is_zero() {
            return Precise::point(1, self.bits);
        }
        self.reducible()?;
        if self.is_minute() {
            return self.around(self.one());
        }
        enclosed(with_constants(|constants| self.context().cos(&self.repr, constants)), self.bits)
    }

    fn asin(&self) -> Bounds<Precise> {
        if self.is_zero() {
            return Precise::point(0, self.bits);
        }
        if self.is_minute() {
            return self.nearly();
        }
        enclosed(with_constants(|constants| self.context().asin(&self.repr, constants)), self.bits)
    }

    fn atan(&self) -> Bounds<Precise> {
        if self.is_zero() {
            return Precise::point(0, self.bits);
        }
        if self.magnitude()? > 4 * self.bits as i64 {
            // |π/2 − |atan x|| < 1/|x|.
            let quarter = self.half_pi()?;
            let (low, high) = self.around(quarter)?;
            return Some(if *self > self.zero() { (low, high) } else { (high.neg(), low.neg()) });
        }
        if self.is_minute() {
            return self.nearly();
        }
        enclosed(with_constants(|constants| self.context().atan(&self.repr, constants)), self.bits)
    }

    fn to_integer(&self) -> Option<i64> {
        let magnitude = self.magnitude().unwrap_or(0);
        if self.is_zero() {
            return Some(0);
        }
        // A normalised significand is odd, so a negative exponent means a fraction.
        let whole = self.repr.exponent() >= 0 && magnitude <= 62;
        if !whole {
            return None;
        }
        i64::try_from(self.repr.to_int().value()).ok()
    }

    fn to_f64(&self) -> f64 {
        self.repr.to_f64().value()
    }

    fn magnitude(&self) -> Option<i64> {
        if self.is_zero() {
            return None;
        }
        Some((self.repr.exponent() as i64).saturating_add(self.repr.digits() as i64))
    }
}

impl Precise {
    /// Whether the value is so small that functions are their first terms (dashu would align digits
    /// across the whole exponent).
    fn is_minute(&self) -> bool {
        self.magnitude().is_some_and(|magnitude| magnitude < -4 * self.bits as i64)
    }

    /// Of a minute x, a value within 2⁻²ᵇ of c = exp 0, cos 0, π/2: their slopes are at most 1.
    ///
    /// A centre other than 1 may lie two units of the last place from the exact one.
    fn around(&self, centre: Precise) -> Bounds<Precise> {
        let reach = if centre.is_one() { self.tiny(2 * self.bits) } else { self.tiny(self.bits.saturating_sub(3)) };
        Some((centre.add(&reach.neg())?.0, centre.add(&reach)?.1))
    }

    /// x(1 ± 2⁻²ᵇ), which holds sin x, asin x and atan x of a minute x: they are x + O(x³).
    fn nearly(&self) -> Bounds<Precise> {
        let one = self.one();
        let reach = self.tiny(2 * self.bits);
        let near = self.mul(&one.add(&reach.neg())?.0)?;
        let far = self.mul(&one.add(&reach)?.1)?;
        Some(if *self > self.zero() { (near.0, far.1) } else { (far.0, near.1) })
    }

    /// Large arguments of sine and cosine cost their exponent in bits of π.
    fn reducible(&self) -> Option<()> {
        (self.magnitude()? <= 4 * self.bits as i64 + 64).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, Precise};
    use crate::rational::Rational;
    use pretty_assertions::assert_eq;

    fn number(text: &str, bits: usize) -> Precise {
        Precise::rational(&Rational::parse(text).unwrap(), bits).unwrap().0
    }

    #[test]
    fn exact_results_stay_points() {
        let (three, eight) = (number("3", 128), number("8", 128));
        assert_eq!(three.add(&eight).map(|(low, high)| (low.to_integer(), low == high)), Some((Some(11), true)));
        let (low, high) = three.div(&eight).unwrap();
        assert_eq!((low.to_f64(), low == high, low.to_integer()), (0.375, true, None));
        let long = Rational::parse("123456789012345678901234567890123456789012345678901234567890").unwrap();
        let (low, high) = Precise::rational(&long, 320).unwrap();
        assert!(low == high && low.to_f64() == long.to_f64());
        let negative = Precise::rational(&long.neg(), 320).unwrap().0;
        assert!(negative.add(&low).unwrap().0.to_integer() == Some(0) && negative.neg() == low);
    }

    #[test]
    fn inexact_results_are_two_ulps_wide_and_no_longer_than_the_precision() {
        for bits in [64, 128, 1024] {
            let (low, high) = number("1", bits).div(&number("3", bits)).unwrap();
            let (_, width) = high.add(&low.neg()).unwrap();
            assert_eq!(width.magnitude(), Some(1 - bits as i64));
            assert!(low.repr.digits() <= bits && high.repr.digits() <= bits);
        }
    }

    #[test]
    fn magnitudes_and_small_values() {
        assert_eq!(["1", "0.5", "4"].map(|text| number(text, 128).magnitude()), [Some(1), Some(0), Some(3)]);
        assert_eq!(number("0", 128).magnitude(), None);
        assert_eq!(number("1", 128).tiny(10).to_f64(), 1.0 / 1024.0);
        assert_eq!(Precise::from_f64(f64::NAN, 128), None);
        assert_eq!(Precise::from_f64(-0.0, 128).and_then(|zero| zero.to_integer()), Some(0));
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        let one = number("1", 128);
        assert_eq!(one.div(&one.zero()), None);
        assert_eq!((one.zero().ln(), one.neg().ln(), one.neg().sqrt()), (None, None, None));
        let huge = number("1e3000", 128);
        assert_eq!((huge.exp(), huge.sin()), (None, None));
        let (low, high) = huge.neg().exp().unwrap();
        assert!(low == one.zero() && high > low);
        assert_eq!(number("2", 128).asin(), None);
    }
}
