//! Functions along an axis, stable over the whole range: softmax and its relatives, extrema, products.

use crate::eval::tensor::element::Element;
use crate::eval::tensor::graph::RowFunction;

/// Applies a function to each row of `width` numbers.
pub(super) fn run<T: Element>(function: RowFunction, from: &[T], width: usize, to: &mut [T]) {
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
        RowFunction::Softmax => rows.zip(to.chunks_exact_mut(width)).for_each(|(row, to)| {
            let sum = exponentials(row, to);
            to.iter_mut().for_each(|value| *value = *value / sum);
        }),
        RowFunction::LogSoftmax => rows.zip(to.chunks_exact_mut(width)).for_each(|(row, to)| {
            let sum = exponentials(row, to);
            let log = T::from_f64(libm::log(sum.to_f64()));
            let shift = largest(row);
            to.iter_mut().zip(row).for_each(|(to, &value)| *to = (value - shift) - log);
        }),
        RowFunction::LogSumExp => rows.zip(to).for_each(|(row, to)| *to = log_sum_exp(row)),
        RowFunction::Maximum => rows.zip(to).for_each(|(row, to)| *to = largest(row)),
        RowFunction::Minimum => rows.zip(to).for_each(|(row, to)| *to = extreme(row, |a, b| a < b)),
        RowFunction::Product => rows.zip(to).for_each(|(row, to)| {
            *to = row.iter().fold(T::one(), |product, &value| product * value);
        }),
    }
}

/// e to the entries less the largest one, and their sum.
fn exponentials<T: Element>(row: &[T], to: &mut [T]) -> T {
    let shift = largest(row);
    to.iter_mut().zip(row).for_each(|(to, &value)| *to = value - shift);
    T::exp_all(to);
    to.iter().fold(T::zero(), |sum, &value| sum + value)
}

/// The largest entry plus the logarithm of the sum of exponentials of what is left.
fn log_sum_exp<T: Element>(row: &[T]) -> T {
    let shift = largest(row);
    if shift.to_f64().is_infinite() {
        return shift;
    }
    const BLOCK: usize = 64;
    let mut block = [T::zero(); BLOCK];
    let mut sum = T::zero();
    for part in row.chunks(BLOCK) {
        let block = &mut block[..part.len()];
        block.iter_mut().zip(part).for_each(|(to, &value)| *to = value - shift);
        T::exp_all(block);
        sum = block.iter().fold(sum, |sum, &value| sum + value);
    }
    shift + T::from_f64(libm::log(sum.to_f64()))
}

fn largest<T: Element>(row: &[T]) -> T {
    extreme(row, |a, b| a > b)
}

/// The entry that wins against all others; NaN if one is.
fn extreme<T: Element>(row: &[T], wins: impl Fn(T, T) -> bool) -> T {
    row.iter()
        .copied()
        .reduce(|best, value| if wins(best, value) || best.to_f64().is_nan() { best } else { value })
        .unwrap_or_else(T::zero)
}
