//! Floating-point numbers that a program can work with: f64 and f32.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

use ndarray::{ArrayView2, ArrayViewMut2, LinalgScalar};

/// A floating-point number.
pub trait Element:
    LinalgScalar
    + PartialOrd
    + Default
    + Debug
    + Send
    + Sync
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
{
    /// The nearest one to a number.
    fn from_f64(value: f64) -> Self;
    /// As f64.
    fn to_f64(self) -> f64;
    /// √self.
    fn root(self) -> Self;
    /// eˣ for a row of numbers.
    fn exp_all(values: &mut [Self]);
}

impl Element for f64 {
    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }

    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }

    fn exp_all(values: &mut [Self]) {
        values.iter_mut().for_each(|value| *value = exponential(*value));
    }
}

impl Element for f32 {
    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value as f32
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }

    fn exp_all(values: &mut [Self]) {
        values.iter_mut().for_each(|value| *value = exponential(f64::from(*value)) as f32);
    }
}

/// 1/13!, 1/12!, … 1/0!: the exponential near 0 to the last digit.
const TAYLOR: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// eˣ without a branch, so that a loop over it becomes vector instructions: 2ᵏ times a polynomial in what is left.
/// Within 2 units in the last place; the same bits on every machine.
#[inline(always)]
fn exponential(x: f64) -> f64 {
    // Adding this leaves the nearest whole number in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    // ln 2 in two parts, the first with so few digits that its multiples are exact (fdlibm).
    const HIGH: f64 = 6.931_471_803_691_238e-1;
    const LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = (x - whole * HIGH) - whole * LOW;
    let polynomial = TAYLOR.iter().fold(0.0, |sum, &coefficient| sum * rest + coefficient);
    // 2ᵏ in two steps: it may be too large or too small a number for one.
    let k = shifted.to_bits().wrapping_sub(ROUND.to_bits());
    let half = (k.wrapping_add(2048) >> 1).wrapping_sub(1024);
    let power = |k: u64| f64::from_bits(k.wrapping_add(1023) << 52);
    polynomial * power(half) * power(k.wrapping_sub(half))
}

/// How a matrix lies in memory: where it begins, its sizes, the distances between rows and between columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Layout {
    pub(super) start: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

/// left · right, added to `to` or stored there, on up to `threads` threads.
pub(super) fn multiply<T: Element>(
    left: (&[T], Layout),
    right: (&[T], Layout),
    to: &mut [T],
    add: bool,
    threads: usize,
) {
    let (rows, columns) = (left.1.rows, right.1.columns);
    let views = (matrix(left), matrix(right));
    // A layout that does not fit must not leave numbers that look right.
    let (Some(left), Some(right)) = views else { return to.fill(T::from_f64(f64::NAN)) };
    if let Ok(to) = ArrayViewMut2::from_shape((rows, columns), to) {
        product(left, right, to, add, threads);
    }
}

/// A matrix product is only divided if each part has this many multiplications.
const WORTH_A_THREAD: usize = 1 << 20;

fn product<T: Element>(
    left: ArrayView2<'_, T>,
    right: ArrayView2<'_, T>,
    mut to: ArrayViewMut2<'_, T>,
    add: bool,
    threads: usize,
) {
    let (rows, inner, columns) = (left.nrows(), left.ncols(), right.ncols());
    let parts = threads.min(rows * inner * columns / WORTH_A_THREAD);
    if parts < 2 || rows < 16 {
        let beta = if add { T::one() } else { T::zero() };
        ndarray::linalg::general_mat_mul(T::one(), &left, &right, beta, &mut to);
        return;
    }
    let axis = ndarray::Axis(0);
    // Whole blocks of rows go to one thread.
    let here = (rows / parts).next_multiple_of(8).min(rows);
    let (upper, lower) = left.split_at(axis, here);
    let (to_upper, to_lower) = to.split_at(axis, here);
    rayon::join(|| product(upper, right, to_upper, add, 1), || product(lower, right, to_lower, add, parts - 1));
}

fn matrix<'a, T>((data, layout): (&'a [T], Layout)) -> Option<ArrayView2<'a, T>> {
    use ndarray::ShapeBuilder;
    let shape = (layout.rows, layout.columns).strides((layout.row_stride, layout.column_stride));
    ArrayView2::from_shape(shape, data.get(layout.start..)?).ok()
}

#[cfg(test)]
mod tests {
    use super::exponential;

    #[test]
    fn the_exponential_is_right_over_the_whole_range() {
        for step in -74_000..=71_000 {
            let x = f64::from(step) * 0.010_007;
            let (found, expected) = (exponential(x), libm::exp(x));
            let apart = (found.to_bits() as i64 - expected.to_bits() as i64).unsigned_abs();
            assert!(apart <= 2, "{x}: {found:e} is not {expected:e}");
        }
        assert_eq!((exponential(0.0), exponential(f64::NEG_INFINITY)), (1.0, 0.0));
        assert_eq!(exponential(f64::INFINITY), f64::INFINITY);
        assert!(exponential(f64::NAN).is_nan());
    }
}
