//! Functions of square matrices by elimination with row exchanges.

use crate::eval::tensor::element::Element;
use crate::eval::tensor::graph::SquareFunction;

/// How many numbers a matrix of this size needs beside the result.
pub(super) fn scratch(size: usize) -> usize {
    size * size
}

/// Applies a function to each matrix of a stack.
pub(super) fn run<T: Element>(function: SquareFunction, from: &[T], size: usize, scratch: &mut [T], to: &mut [T]) {
    let count = size * size;
    if count == 0 {
        let empty = if function == SquareFunction::LogDeterminant { 0.0 } else { 1.0 };
        return to.fill(T::from_f64(empty));
    }
    let work = &mut scratch[..count];
    let width = if function == SquareFunction::Inverse { count } else { 1 };
    for (matrix, to) in from.chunks_exact(count).zip(to.chunks_exact_mut(width)) {
        work.copy_from_slice(matrix);
        match function {
            SquareFunction::Inverse => inverse(work, size, to),
            SquareFunction::Determinant => to[0] = determinant(work, size),
            SquareFunction::LogDeterminant => to[0] = log_determinant(work, size),
        }
    }
}

/// The row at or below `column` with the largest entry in that column.
fn pivot<T: Element>(work: &[T], size: usize, column: usize) -> usize {
    let size_of = |row: usize| work[row * size + column].to_f64().abs();
    (column..size).reduce(|best, row| if size_of(row) > size_of(best) { row } else { best }).unwrap_or(column)
}

fn exchange<T>(work: &mut [T], size: usize, a: usize, b: usize) {
    for column in 0..size {
        work.swap(a * size + column, b * size + column);
    }
}

/// row −= factor · other, from `start` on.
fn eliminate<T: Element>(work: &mut [T], size: usize, (row, other): (usize, usize), start: usize, factor: T) {
    for column in start..size {
        work[row * size + column] -= factor * work[other * size + column];
    }
}

/// Makes the matrix upper triangular; whether an odd number of rows was exchanged.
fn triangular<T: Element>(work: &mut [T], size: usize) -> bool {
    let mut odd = false;
    for column in 0..size {
        let best = pivot(work, size, column);
        if best != column {
            exchange(work, size, best, column);
            odd = !odd;
        }
        let diagonal = work[column * size + column];
        if diagonal == T::zero() {
            continue;
        }
        for row in column + 1..size {
            let factor = work[row * size + column] / diagonal;
            eliminate(work, size, (row, column), column, factor);
        }
    }
    odd
}

fn determinant<T: Element>(work: &mut [T], size: usize) -> T {
    let odd = triangular(work, size);
    let product = (0..size).fold(T::one(), |product, at| product * work[at * size + at]);
    if odd { -product } else { product }
}

/// The logarithm of the determinant, which neither overflows nor underflows on the way; NaN if it is negative.
fn log_determinant<T: Element>(work: &mut [T], size: usize) -> T {
    let mut negative = triangular(work, size);
    let mut sum = 0.0;
    for at in 0..size {
        let diagonal = work[at * size + at].to_f64();
        negative ^= diagonal < 0.0;
        sum += libm::log(diagonal.abs());
    }
    T::from_f64(if negative { f64::NAN } else { sum })
}

/// Gauss and Jordan; a singular matrix gives infinite entries.
fn inverse<T: Element>(work: &mut [T], size: usize, to: &mut [T]) {
    to.fill(T::zero());
    (0..size).for_each(|at| to[at * size + at] = T::one());
    for column in 0..size {
        let best = pivot(work, size, column);
        if best != column {
            exchange(work, size, best, column);
            exchange(to, size, best, column);
        }
        let diagonal = work[column * size + column];
        if diagonal == T::zero() {
            return to.fill(T::from_f64(f64::INFINITY));
        }
        for at in 0..size {
            work[column * size + at] /= diagonal;
            to[column * size + at] /= diagonal;
        }
        for row in (0..size).filter(|&row| row != column) {
            let factor = work[row * size + column];
            eliminate(work, size, (row, column), column, factor);
            eliminate(to, size, (row, column), 0, factor);
        }
    }
}
