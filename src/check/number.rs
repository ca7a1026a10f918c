//! What an end of an enclosure must be able to do, in `f64` or at any precision.
//!
//! Takes exact arguments; gives for each function a lower and an upper bound of its exact value.

use std::fmt::Debug;

use crate::rational::Rational;

/// A lower and an upper bound; `None` when the value is out of the range of the type.
pub type Bounds<N> = Option<(N, N)>;

/// A real number that is stored exactly, with functions whose results are enclosed.
///
/// Callers keep to the domains: no division by 0, no root of a negative, logarithms of positives,
/// arcs in [−1, 1]. Outside, any bounds or `None` may come, but no panic.
pub trait Number: Clone + Debug + PartialOrd {
    /// A whole number.
    fn integer(value: i64, bits: usize) -> Bounds<Self>;
    /// A rational.
    fn rational(value: &Rational, bits: usize) -> Bounds<Self>;
    /// π.
    fn pi(bits: usize) -> Bounds<Self>;
    /// The working precision in bits.
    fn bits(&self) -> usize;
    /// 0 at the precision of this number.
    fn zero(&self) -> Self;
    /// 1 at the precision of this number.
    fn one(&self) -> Self;
    /// 2⁻ᵉ, a bound for what lies below the precision.
    fn tiny(&self, exponent: usize) -> Self;
    /// The negative, exactly.
    fn neg(&self) -> Self;
    /// The sum.
    fn add(&self, other: &Self) -> Bounds<Self>;
    /// The product.
    fn mul(&self, other: &Self) -> Bounds<Self>;
    /// The quotient.
    fn div(&self, other: &Self) -> Bounds<Self>;
    /// The square root.
    fn sqrt(&self) -> Bounds<Self>;
    /// The cube root, of negatives too.
    fn cbrt(&self) -> Bounds<Self>;
    /// The exponential.
    fn exp(&self) -> Bounds<Self>;
    /// The natural logarithm.
    fn ln(&self) -> Bounds<Self>;
    /// The sine; `None` also for arguments too large to be reduced.
    fn sin(&self) -> Bounds<Self>;
    /// The cosine; `None` also for arguments too large to be reduced.
    fn cos(&self) -> Bounds<Self>;
    /// The arc sine.
    fn asin(&self) -> Bounds<Self>;
    /// The arc tangent.
    fn atan(&self) -> Bounds<Self>;
    /// The error function where the type has its own; else the series is used.
    fn erf(&self) -> Bounds<Self> {
        None
    }
    /// The value if it is whole and small.
    fn to_integer(&self) -> Option<i64>;
    /// The nearest `f64`.
    fn to_f64(&self) -> f64;
    /// The e with 2ᵉ⁻¹ ≤ |x| < 2ᵉ; `None` for 0.
    fn magnitude(&self) -> Option<i64>;
}
