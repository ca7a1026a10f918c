//! Floating-point numbers that a program can work with: f64 and f32.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::eval::tensor::exponential::{
    exponential, exponential_single, hyperbolic_tangent, hyperbolic_tangent_single,
};
use faer::linalg::matmul::matmul;
use faer::traits::ComplexField;
use faer::{Accum, MatMut, MatRef, Par};
use num_traits::{One, Zero};

/// A floating-point number that a tensor program computes with: `f64`, or `f32` at half the memory.
pub trait Element:
    ComplexField
    + Zero
    + One
    + Copy
    + 'static
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
    /// eˣ in the place of each number x, within a few units in the last place.
    fn exp_all(values: &mut [Self]);
    /// tanh x, the same bits on every machine.
    fn hyperbolic_tangent(self) -> Self;
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

    #[inline(always)]
    fn exp_all(values: &mut [Self]) {
        for value in values {
            *value = exponential(*value);
        }
    }

    #[inline(always)]
    fn hyperbolic_tangent(self) -> Self {
        hyperbolic_tangent(self)
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

    #[inline(always)]
    fn exp_all(values: &mut [Self]) {
        for value in values {
            *value = exponential_single(*value);
        }
    }

    #[inline(always)]
    fn hyperbolic_tangent(self) -> Self {
        hyperbolic_tangent_single(self)
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
    let fits = to.len() == rows * columns && left.1.columns == right.1.rows;
    match (matrix(left), matrix(right)) {
        (Some(left), Some(right)) if fits => {
            product(left, right, MatMut::from_row_major_slice_mut(to, rows, columns), add, threads);
        }
        // A layout that does not fit must not leave numbers that look right.
        _ => to.fill(T::from_f64(f64::NAN)),
    }
}

/// A matrix product is only divided if each part has this many multiplications.
const WORTH_A_THREAD: usize = 1 << 20;

/// Rows and columns are worked on in blocks of which this is a multiple.
const BLOCK: usize = 16;

fn product<T: Element>(left: MatRef<'_, T>, right: MatRef<'_, T>, to: MatMut<'_, T>, add: bool, threads: usize) {
    let (rows, inner, columns) = (left.nrows(), left.ncols(), right.ncols());
    let parts = threads.min(rows * inner * columns / WORTH_A_THREAD);
    if parts < 2 || rows.max(columns) < 2 * BLOCK {
        return product_here(left, right, to, add);
    }
    // Each thread lays out its part of one factor and all of the other: the larger one is divided. Whole blocks of rows
    // or columns go to one thread.
    let here = |size: usize| (size / parts).next_multiple_of(BLOCK).min(size);
    if columns > rows {
        let (first, last) = right.split_at_col(here(columns));
        let (to_first, to_last) = to.split_at_col_mut(here(columns));
        rayon::join(|| product(left, first, to_first, add, 1), || product(left, last, to_last, add, parts - 1));
    } else {
        let (upper, lower) = left.split_at_row(here(rows));
        let (to_upper, to_lower) = to.split_at_row_mut(here(rows));
        rayon::join(|| product(upper, right, to_upper, add, 1), || product(lower, right, to_lower, add, parts - 1));
    }
}

/// How much of the inner dimension the product of `faer` works on at once.
const INNER: usize = 512;

/// A product with fewer entries is not worth a second visit to them.
const LARGE: usize = 1 << 16;

/// left · right on one thread; a long inner dimension in even parts, so that no short one is left at its end.
fn product_here<T: Element>(left: MatRef<'_, T>, right: MatRef<'_, T>, mut to: MatMut<'_, T>, add: bool) {
    let inner = left.ncols();
    let parts = if to.nrows() * to.ncols() < LARGE { 1 } else { inner.div_ceil(INNER).max(1) };
    let part = inner.div_ceil(parts).next_multiple_of(BLOCK / 2);
    let mut done = 0;
    loop {
        let here = part.min(inner - done);
        let accumulation = if add || done > 0 { Accum::Add } else { Accum::Replace };
        let (left, right) = (left.subcols(done, here), right.subrows(done, here));
        matmul(to.as_mut(), accumulation, left, right, T::one(), Par::Seq);
        done += here;
        if done >= inner {
            return;
        }
    }
}

/// A matrix whose rows or whose columns lie without gaps, if the layout is one and lies within the data.
fn matrix<'a, T>((data, layout): (&'a [T], Layout)) -> Option<MatRef<'a, T>> {
    let Layout { start, rows, columns, row_stride, column_stride } = layout;
    let data = data.get(start..)?;
    let last = rows.saturating_sub(1) * row_stride + columns.saturating_sub(1) * column_stride;
    if rows * columns > 0 && last >= data.len() {
        return None;
    }
    if column_stride == 1 || columns == 1 {
        Some(MatRef::from_row_major_slice_with_stride(data, rows, columns, row_stride))
    } else if row_stride == 1 || rows == 1 {
        Some(MatRef::from_column_major_slice_with_stride(data, rows, columns, column_stride))
    } else {
        None
    }
}
