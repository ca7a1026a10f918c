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
        values.iter_mut().for_each(|value| *value = libm::exp(*value));
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
        values.iter_mut().for_each(|value| *value = libm::expf(*value));
    }
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
    let (Some(left), Some(right)) = (matrix(left), matrix(right)) else { return };
    let Ok(to) = ArrayViewMut2::from_shape((rows, columns), to) else { return };
    product(left, right, to, add, threads);
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
