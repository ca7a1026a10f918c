//! Functions along an axis, stable over the whole range: softmax and its relatives, extrema, products.

use crate::eval::tensor::element::Element;
use crate::eval::tensor::graph::RowFunction;
use pulp::{Simd, WithSimd};

/// About how many numbers go through the exponential at once, so that they stay in the nearest cache.
const BLOCK: usize = 1024;

/// A function of each row of `width` numbers: compiled once for each set of vector instructions, of which the machine's
/// is taken.
pub(super) struct RowsRun<'r, T> {
    pub(super) function: RowFunction,
    pub(super) from: &'r [T],
    pub(super) width: usize,
    pub(super) to: &'r mut [T],
}

impl<T: Element> WithSimd for RowsRun<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        run(self.function, self.from, self.width, self.to);
    }
}

#[inline(always)]
fn run<T: Element>(function: RowFunction, from: &[T], width: usize, to: &mut [T]) {
    if width == 0 {
        let empty = match function {
            RowFunction::Product => 1.0,
            RowFunction::LogSumExp | RowFunction::Maximum => f64::NEG_INFINITY,
            RowFunction::Minimum => f64::INFINITY,
            RowFunction::Softmax | RowFunction::LogSoftmax => return,
        };
        return to.fill(T::from_f64(empty));
    }
    let rows = from.chunks_exact(width);
    match function {
        RowFunction::Softmax | RowFunction::LogSoftmax => {
            let several = (BLOCK / width).max(1) * width;
            for (from, to) in from.chunks(several).zip(to.chunks_mut(several)) {
                softmax(from, width, function == RowFunction::LogSoftmax, to);
            }
        }
        RowFunction::LogSumExp => rows.zip(to).for_each(|(row, to)| *to = log_sum_exp(row)),
        RowFunction::Maximum => rows.zip(to).for_each(|(row, to)| *to = largest(row)),
        RowFunction::Minimum => rows.zip(to).for_each(|(row, to)| *to = extreme(row, |a, b| a < b)),
        RowFunction::Product => rows.zip(to).for_each(|(row, to)| {
            *to = row.iter().fold(T::one(), |product, &value| product * value);
        }),
    }
}

/// The softmax of each row or its logarithm; the exponentials of several short rows go through one loop.
#[inline(always)]
fn softmax<T: Element>(from: &[T], width: usize, is_log: bool, to: &mut [T]) {
    let rows = || from.chunks_exact(width);
    for (row, to) in rows().zip(to.chunks_exact_mut(width)) {
        let shift = largest(row);
        for (to, &value) in to.iter_mut().zip(row) {
            *to = value - shift;
        }
    }
    T::exp_all(to);
    for (row, to) in rows().zip(to.chunks_exact_mut(width)) {
        let sum = to.iter().fold(T::zero(), |sum, &value| sum + value);
        if is_log {
            let log = T::from_f64(libm::log(sum.to_f64()));
            let shift = largest(row);
            for (to, &value) in to.iter_mut().zip(row) {
                *to = (value - shift) - log;
            }
        } else {
            for value in to {
                *value /= sum;
            }
        }
    }
}

/// The largest entry plus the logarithm of the sum of exponentials of what is left.
#[inline(always)]
fn log_sum_exp<T: Element>(row: &[T]) -> T {
    let shift = largest(row);
    if shift.to_f64().is_infinite() {
        return shift;
    }
    const PART: usize = 64;
    let mut block = [T::zero(); PART];
    let mut sum = T::zero();
    for part in row.chunks(PART) {
        let block = &mut block[..part.len()];
        for (to, &value) in block.iter_mut().zip(part) {
            *to = value - shift;
        }
        T::exp_all(block);
        sum = block.iter().fold(sum, |sum, &value| sum + value);
    }
    shift + T::from_f64(libm::log(sum.to_f64()))
}

#[inline(always)]
fn largest<T: Element>(row: &[T]) -> T {
    extreme(row, |a, b| a > b)
}

/// The entry that wins against all others; NaN if one is.
#[expect(clippy::eq_op, reason = "only NaN differs from itself")]
#[inline(always)]
fn extreme<T: Element>(row: &[T], wins: impl Fn(T, T) -> bool) -> T {
    let first = row.first().copied().unwrap_or_else(T::zero);
    row.iter().fold(first, |best, &value| if wins(value, best) || value != value { value } else { best })
}
