//! Exact rational numbers: machine integers while they fit, big integers beyond.
//!
//! Takes and gives values in lowest terms with a positive denominator; no operation overflows.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// An exact rational number.
///
/// The representation is unique (small whenever it fits), so equality and hashing are by value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Rational(Repr);

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Repr {
    Small { numerator: i64, denominator: i64 },
    Big(Box<(BigInt, BigInt)>),
}

/// The largest number of bits that a numerator or denominator may take; beyond it arithmetic is refused.
pub const MAX_BITS: u64 = 1 << 16;

impl Rational {
    /// 0.
    pub const ZERO: Rational = Rational::integer(0);
    /// 1.
    pub const ONE: Rational = Rational::integer(1);

    /// A whole number.
    pub const fn integer(value: i64) -> Self {
        Rational(Repr::Small { numerator: value, denominator: 1 })
    }

    /// `numerator / denominator`; `None` if the denominator is 0.
    pub fn new(numerator: i64, denominator: i64) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        Some(Rational::from_wide(i128::from(numerator), i128::from(denominator)))
    }

    /// A decimal literal such as `12`, `0.5`, `1e-3`; `None` if it is none or larger than [`MAX_BITS`].
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        let fits = digits.len() as u64 * 4 <= MAX_BITS && exponent.unsigned_abs() <= MAX_BITS / 4;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || !fits {
            return None;
        }
        let digits: BigInt = digits.parse().ok()?;
        let scale = exponent - fraction.len() as i64;
        let power = BigInt::from(10).pow(u32::try_from(scale.unsigned_abs()).ok()?);
        Some(if scale < 0 {
            Rational::from_big(digits, power)
        } else {
            Rational::from_big(digits * power, BigInt::one())
        })
    }

    fn from_wide(numerator: i128, denominator: i128) -> Self {
        let divisor = numerator.gcd(&denominator).max(1) * if denominator < 0 { -1 } else { 1 };
        let (numerator, denominator) = (numerator / divisor, denominator / divisor);
        match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(numerator), Ok(denominator)) => Rational(Repr::Small { numerator, denominator }),
            _ => Rational(Repr::Big(Box::new((numerator.into(), denominator.into())))),
        }
    }

    fn from_big(numerator: BigInt, denominator: BigInt) -> Self {
        let mut divisor = numerator.gcd(&denominator);
        if denominator.is_negative() {
            divisor = -divisor;
        }
        let (numerator, denominator) = (numerator / &divisor, denominator / &divisor);
        match (numerator.to_i64(), denominator.to_i64()) {
            (Some(numerator), Some(denominator)) => Rational(Repr::Small { numerator, denominator }),
            _ => Rational(Repr::Big(Box::new((numerator, denominator)))),
        }
    }

    /// Numerator and denominator as big integers, in lowest terms, the denominator positive.
    pub fn parts(&self) -> (BigInt, BigInt) {
        match &self.0 {
            Repr::Small { numerator, denominator } => ((*numerator).into(), (*denominator).into()),
            Repr::Big(parts) => (parts.0.clone(), parts.1.clone()),
        }
    }

    /// Numerator and denominator if both fit in machine integers.
    pub fn small(&self) -> Option<(i64, i64)> {
        match self.0 {
            Repr::Small { numerator, denominator } => Some((numerator, denominator)),
            Repr::Big(_) => None,
        }
    }

    /// The value if it is whole and small.
    pub fn to_integer(&self) -> Option<i64> {
        match self.0 {
            Repr::Small { numerator, denominator: 1 } => Some(numerator),
            _ => None,
        }
    }

    /// Whether the denominator is 1.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small { denominator, .. } => *denominator == 1,
            Repr::Big(parts) => parts.1.is_one(),
        }
    }

    /// Whether the value is 0.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small { numerator: 0, .. })
    }

    /// Whether the value is 1.
    pub fn is_one(&self) -> bool {
        matches!(self.0, Repr::Small { numerator: 1, denominator: 1 })
    }

    /// Whether the value is below 0.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small { numerator, .. } => *numerator < 0,
            Repr::Big(parts) => parts.0.is_negative(),
        }
    }

    /// The nearest `f64` (infinite if out of range).
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Small { numerator, denominator } if numerator.unsigned_abs() < 1 << 53 && *denominator < 1 << 53 => {
                *numerator as f64 / *denominator as f64
            }
            _ => self.rounded(),
        }
    }

    /// The exact value of a finite number, which is a multiple of a power of 2.
    pub fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let bits = value.to_bits();
        let field = (bits >> 52 & 0x7ff) as i64;
        let fraction = (bits & ((1 << 52) - 1)) as i64;
        // Below the smallest normal number there is no leading 1.
        let (mantissa, exponent) = if field == 0 { (fraction, 1) } else { (fraction | 1 << 52, field) };
        let size = Rational::integer(mantissa).mul(&Rational::integer(2).pow(exponent - 1075)?)?;
        Some(if value < 0.0 { size.neg() } else { size })
    }

    /// Correct rounding through a scaled integer quotient with 64 significant bits and a sticky bit.
    fn rounded(&self) -> f64 {
        let (numerator, denominator) = self.parts();
        let shift = 66 - (numerator.bits() as i64 - denominator.bits() as i64);
        let magnitude = numerator.abs();
        let (quotient, rest) = if shift >= 0 {
            (magnitude << shift as u64).div_rem(&denominator)
        } else {
            magnitude.div_rem(&(denominator << (-shift) as u64))
        };
        let sticky = if rest.is_zero() { quotient } else { quotient | BigInt::one() };
        let value = sticky.to_f64().unwrap_or(f64::INFINITY);
        let half = -(shift / 2) as i32;
        let scaled = value * 2f64.powi(half) * 2f64.powi(-(shift as i32) - half);
        if numerator.is_negative() { -scaled } else { scaled }
    }

    /// The sum; `None` if it would take more than [`MAX_BITS`].
    pub fn add(&self, other: &Rational) -> Option<Rational> {
        if let (Some((a, b)), Some((c, d))) = (self.small(), other.small()) {
            let (a, b, c, d) = (i128::from(a), i128::from(b), i128::from(c), i128::from(d));
            if let Some(numerator) = (a * d).checked_add(c * b) {
                return Some(Rational::from_wide(numerator, b * d));
            }
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        Rational::from_big(a * &d + c * &b, b * d).bounded()
    }

    /// The product; `None` if it would take more than [`MAX_BITS`].
    pub fn mul(&self, other: &Rational) -> Option<Rational> {
        if let (Some((a, b)), Some((c, d))) = (self.small(), other.small()) {
            return Some(Rational::from_wide(i128::from(a) * i128::from(c), i128::from(b) * i128::from(d)));
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        Rational::from_big(a * c, b * d).bounded()
    }

    /// The negative.
    pub fn neg(&self) -> Rational {
        match &self.0 {
            Repr::Small { numerator, denominator } => {
                Rational::from_wide(-i128::from(*numerator), i128::from(*denominator))
            }
            Repr::Big(parts) => Rational::from_big(-&parts.0, parts.1.clone()),
        }
    }

    /// The absolute value.
    pub fn abs(&self) -> Rational {
        if self.is_negative() { self.neg() } else { self.clone() }
    }

    /// The largest number of which both are whole multiples; `None` for numbers that are no machine integers.
    pub fn common_divisor(&self, other: &Rational) -> Option<Rational> {
        let ((p, q), (r, s)) = (self.small()?, other.small()?);
        let (above, below) = (i128::from(p).gcd(&i128::from(r)), i128::from(q).lcm(&i128::from(s)));
        (above != 0).then(|| Rational::from_wide(above, below))
    }

    /// The reciprocal; `None` for 0.
    pub fn recip(&self) -> Option<Rational> {
        if self.is_zero() {
            return None;
        }
        Some(match &self.0 {
            Repr::Small { numerator, denominator } => {
                Rational::from_wide(i128::from(*denominator), i128::from(*numerator))
            }
            Repr::Big(parts) => Rational::from_big(parts.1.clone(), parts.0.clone()),
        })
    }

    /// A whole power; `None` for 0 to a negative power or beyond [`MAX_BITS`].
    pub fn pow(&self, exponent: i64) -> Option<Rational> {
        let base = if exponent < 0 { self.recip()? } else { self.clone() };
        let exponent = exponent.unsigned_abs();
        let (numerator, denominator) = base.parts();
        let unit = numerator.abs().is_one() && denominator.is_one() || numerator.is_zero();
        let bits = numerator.bits().max(denominator.bits());
        if !unit && bits.saturating_mul(exponent) > MAX_BITS {
            return None;
        }
        let exponent = if unit { (exponent != 0) as u32 * (2 - (exponent % 2) as u32) } else { exponent as u32 };
        Some(Rational::from_big(numerator.pow(exponent), denominator.pow(exponent)))
    }

    /// The exact `n`-th root, if there is a rational one that is not negative.
    pub fn exact_root(&self, n: u32) -> Option<Rational> {
        let (numerator, denominator) = self.parts();
        if n == 0 || numerator.is_negative() {
            return None;
        }
        let (p, q) = (numerator.nth_root(n), denominator.nth_root(n));
        (p.pow(n) == numerator && q.pow(n) == denominator).then(|| Rational::from_big(p, q))
    }

    fn bounded(self) -> Option<Rational> {
        match &self.0 {
            Repr::Big(parts) if parts.0.bits().max(parts.1.bits()) > MAX_BITS => None,
            _ => Some(self),
        }
    }
}

impl From<i64> for Rational {
    fn from(value: i64) -> Self {
        Rational::integer(value)
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Some((a, b)), Some((c, d))) = (self.small(), other.small()) {
            return (i128::from(a) * i128::from(d)).cmp(&(i128::from(c) * i128::from(b)));
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        (a * d).cmp(&(c * b))
    }
}

impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (numerator, denominator) = self.parts();
        if denominator.is_one() { write!(f, "{numerator}") } else { write!(f, "{numerator}/{denominator}") }
    }
}

#[cfg(test)]
mod tests {
    use super::Rational;
    use pretty_assertions::assert_eq;

    fn rational(numerator: i64, denominator: i64) -> Rational {
        Rational::new(numerator, denominator).expect("a non-zero denominator")
    }

    #[test]
    fn decimal_literals_are_exact() {
        assert_eq!(Rational::parse("0.1"), Some(rational(1, 10)));
        assert_eq!(Rational::parse("1e-3"), Some(rational(1, 1000)));
        assert_eq!(Rational::parse("2.50E2"), Some(Rational::integer(250)));
        assert_eq!(Rational::parse("1e999999999999"), None);
        assert_eq!(Rational::parse(""), None);
    }

    #[test]
    fn arithmetic_passes_into_big_integers_and_back() {
        let big = Rational::integer(i64::MAX).mul(&Rational::integer(4)).unwrap();
        assert_eq!(big.small(), None);
        assert_eq!(big.mul(&rational(1, 4)), Some(Rational::integer(i64::MAX)));
        assert_eq!(Rational::integer(i64::MIN).neg().to_string(), "9223372036854775808");
        assert_eq!(rational(1, 3).add(&rational(1, 6)), Some(rational(1, 2)));
        assert_eq!(rational(i64::MAX, 3).add(&rational(i64::MAX, 5)).unwrap().to_string(), "73786976294838206456/15");
    }

    #[test]
    fn powers_and_roots() {
        assert_eq!(rational(2, 3).pow(-2), Some(rational(9, 4)));
        assert_eq!(Rational::ZERO.pow(-1), None);
        assert_eq!(Rational::integer(-1).pow(i64::MAX), Some(Rational::integer(-1)));
        assert_eq!(Rational::integer(2).pow(1 << 40), None);
        assert_eq!(rational(4, 9).exact_root(2), Some(rational(2, 3)));
        assert_eq!(Rational::integer(2).exact_root(2), None);
    }

    #[test]
    fn a_float_is_taken_exactly() {
        assert_eq!(Rational::from_f64(-0.375), Some(rational(-3, 8)));
        for value in [0.1, 1e300, -5e-324, f64::MIN_POSITIVE, f64::MAX, 0.0] {
            assert_eq!(Rational::from_f64(value).unwrap().to_f64(), value, "{value}");
        }
        assert_eq!(Rational::from_f64(f64::NAN), None);
        assert_eq!(Rational::from_f64(f64::INFINITY), None);
    }

    #[test]
    fn conversion_to_f64_rounds_correctly() {
        for text in ["0.1", "1e300", "1e-300", "123456789012345678901234567890", "0.3333333333333333333333", "1e-320"] {
            assert_eq!(Rational::parse(text).unwrap().to_f64(), text.parse::<f64>().unwrap(), "{text}");
        }
    }
}
