//! Dense tensors of floating-point numbers for the sieve: products over labels, functions of lines and of matrices.

use crate::expr::{Label, Labels};
use crate::function::Known;

/// Numbers with the sizes of their axes, the last axis fastest; a scalar has none.
#[derive(Clone, PartialEq, Debug)]
pub struct Grid {
    /// The sizes of the axes.
    pub dims: Vec<usize>,
    /// One number for each entry.
    pub data: Vec<f64>,
}

impl Grid {
    /// A scalar.
    pub fn scalar(value: f64) -> Grid {
        Grid { dims: Vec::new(), data: vec![value] }
    }

    /// One number in every entry.
    pub fn filled(dims: &[usize], value: f64) -> Grid {
        Grid { dims: dims.to_vec(), data: vec![value; dims.iter().product()] }
    }

    /// What has no value.
    pub fn unknown(dims: &[usize]) -> Grid {
        Grid::filled(dims, f64::NAN)
    }

    /// Each number replaced.
    pub fn map(&self, of: impl Fn(f64) -> f64) -> Grid {
        Grid { dims: self.dims.clone(), data: self.data.iter().map(|&value| of(value)).collect() }
    }

    /// The entry with this number; a scalar has the same everywhere.
    pub fn at(&self, at: usize) -> f64 {
        if self.dims.is_empty() { self.data[0] } else { self.data.get(at).copied().unwrap_or(f64::NAN) }
    }

    /// For each line along an axis what `of` makes of its numbers, as many or one.
    pub fn lines(&self, axis: usize, keeps: bool, of: impl Fn(&[f64]) -> Vec<f64>) -> Grid {
        let Some(&length) = self.dims.get(axis) else { return Grid::unknown(&self.dims) };
        let mut dims = self.dims.clone();
        if !keeps {
            dims.remove(axis);
        }
        let stride: usize = self.dims[axis + 1..].iter().product();
        let mut out = Grid::unknown(&dims);
        let starts = (0..self.data.len()).filter(|start| (start / stride.max(1)).is_multiple_of(length.max(1)));
        for (row, start) in starts.enumerate() {
            let line: Vec<f64> = (0..length).map(|at| self.data[start + at * stride]).collect();
            let values = of(&line);
            if keeps {
                values.iter().enumerate().for_each(|(at, &value)| out.data[start + at * stride] = value);
            } else {
                out.data[row] = values[0];
            }
        }
        out
    }
}

/// coefficient · Σ Π factors; a label is summed as soon as no later factor has it. `None` if more than `most` products
/// were to be added.
pub fn contract(coefficient: f64, factors: &[Grid], labels: &Labels, lengths: &[usize], most: usize) -> Option<Grid> {
    let mut product = Grid::scalar(coefficient);
    let mut axes: Vec<Label> = Vec::new();
    for (at, factor) in factors.iter().enumerate() {
        let own = &labels.factors[at];
        let mut all = axes.clone();
        for label in own {
            if !all.contains(label) {
                all.push(*label);
            }
        }
        let is_needed = |label: &Label| {
            labels.out.contains(label) || labels.factors[at + 1..].iter().any(|later| later.contains(label))
        };
        let kept: Vec<Label> = all.iter().copied().filter(is_needed).collect();
        product = multiply([(&product, &axes), (factor, own)], &all, &kept, lengths, most)?;
        axes = kept;
    }
    let counted = labels.summed().filter(|&label| labels.uses(label) == 0);
    let count: usize = counted.map(|label| lengths[label as usize]).product();
    if count != 1 {
        product = product.map(|value| value * count as f64);
    }
    let mut space = labels.out.clone();
    space.sort_unstable();
    space.dedup();
    if product_of(&labels.out, lengths) > most {
        return None;
    }
    let dims: Vec<usize> = labels.out.iter().map(|&label| lengths[label as usize]).collect();
    let mut out = Grid::filled(&dims, 0.0);
    let steps = [steps(&axes, &space, lengths), steps(&labels.out, &space, lengths)];
    each_place(&space, lengths, steps, |[from, to]| out.data[to] = product.data[from]);
    Some(out)
}

fn product_of(labels: &[Label], lengths: &[usize]) -> usize {
    labels.iter().fold(1usize, |count, &label| count.saturating_mul(lengths[label as usize]))
}

fn multiply(
    sides: [(&Grid, &Vec<Label>); 2],
    all: &[Label],
    kept: &[Label],
    lengths: &[usize],
    most: usize,
) -> Option<Grid> {
    if product_of(all, lengths) > most {
        return None;
    }
    let dims: Vec<usize> = kept.iter().map(|&label| lengths[label as usize]).collect();
    let mut out = Grid::filled(&dims, 0.0);
    let steps = [steps(sides[0].1, all, lengths), steps(sides[1].1, all, lengths), steps(kept, all, lengths)];
    // A factor may be one number for all places, and what has no value at all has no sizes either.
    let [left, right] = [sides[0].0, sides[1].0];
    each_place(all, lengths, steps, |[a, b, to]| out.data[to] += left.at(a) * right.at(b));
    Some(out)
}

/// How far a tensor with these axes moves on when one label of the space does.
fn steps(axes: &[Label], space: &[Label], lengths: &[usize]) -> Vec<usize> {
    let mut steps = vec![0; space.len()];
    let mut stride = 1;
    for label in axes.iter().rev() {
        if let Some(at) = space.iter().position(|own| own == label) {
            steps[at] += stride;
        }
        stride *= lengths[*label as usize];
    }
    steps
}

/// Visits all places of a space with the offsets of some tensors there.
fn each_place<const N: usize>(
    space: &[Label],
    lengths: &[usize],
    steps: [Vec<usize>; N],
    mut visit: impl FnMut([usize; N]),
) {
    let total = product_of(space, lengths);
    let mut place = vec![0usize; space.len()];
    let mut offsets = [0usize; N];
    for _ in 0..total {
        visit(offsets);
        for axis in (0..space.len()).rev() {
            place[axis] += 1;
            (0..N).for_each(|at| offsets[at] += steps[at][axis]);
            if place[axis] < lengths[space[axis] as usize] {
                break;
            }
            (0..N).for_each(|at| offsets[at] -= steps[at][axis] * place[axis]);
            place[axis] = 0;
        }
    }
}

/// A function of the table along a line.
pub fn line(known: Option<Known>, line: &[f64]) -> Vec<f64> {
    let most = line.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = line.iter().map(|value| libm::exp(value - most)).sum();
    match known {
        Some(Known::Softmax) => line.iter().map(|value| libm::exp(value - most) / total).collect(),
        Some(Known::LogSoftmax) => line.iter().map(|value| value - most - libm::log(total)).collect(),
        Some(Known::LogSumExp) => vec![most + libm::log(total)],
        Some(Known::Largest) => vec![most],
        Some(Known::Smallest) => vec![line.iter().copied().fold(f64::INFINITY, f64::min)],
        Some(Known::Product) => vec![line.iter().product()],
        _ => vec![f64::NAN; line.len().max(1)],
    }
}

/// A function of the table of a square matrix.
pub fn square(known: Option<Known>, matrix: &Grid) -> Grid {
    let size = matrix.dims.first().copied().unwrap_or(0);
    if matrix.dims != [size, size] {
        return Grid::unknown(&matrix.dims);
    }
    let (inverse, determinant) = eliminate(size, &matrix.data);
    match known {
        Some(Known::Inverse) => Grid { dims: matrix.dims.clone(), data: inverse },
        Some(Known::Determinant) => Grid::scalar(determinant),
        Some(Known::LogDeterminant) if determinant > 0.0 => Grid::scalar(libm::log(determinant)),
        _ => Grid::scalar(f64::NAN),
    }
}

/// How small a pivot is, beside the largest entry, that is but the rounding of 0.
const SINGULAR: f64 = 1e-11;

/// The inverse and the determinant; of a singular matrix no numbers and 0.
fn eliminate(size: usize, matrix: &[f64]) -> (Vec<f64>, f64) {
    let mut left = matrix.to_vec();
    let mut right = vec![0.0; size * size];
    (0..size).for_each(|at| right[at * size + at] = 1.0);
    let mut determinant = 1.0;
    let largest = matrix.iter().fold(0.0, |largest: f64, entry| largest.max(entry.abs()));
    for column in 0..size {
        let size_at = |row: usize| left[row * size + column].abs();
        let Some(pivot) = (column..size).max_by(|&a, &b| size_at(a).total_cmp(&size_at(b))) else { continue };
        if pivot != column {
            determinant = -determinant;
            for at in 0..size {
                left.swap(pivot * size + at, column * size + at);
                right.swap(pivot * size + at, column * size + at);
            }
        }
        let head = left[column * size + column];
        if head.abs() <= SINGULAR * largest {
            return (vec![f64::NAN; size * size], 0.0);
        }
        determinant *= head;
        for at in 0..size {
            left[column * size + at] /= head;
            right[column * size + at] /= head;
        }
        for row in (0..size).filter(|&row| row != column) {
            let times = left[row * size + column];
            for at in 0..size {
                left[row * size + at] -= times * left[column * size + at];
                right[row * size + at] -= times * right[column * size + at];
            }
        }
    }
    (right, determinant)
}

#[cfg(test)]
mod tests {
    use super::{Grid, Known, contract, square};
    use crate::expr::LabelsBuilder;
    use crate::shape::Dim;
    use pretty_assertions::assert_eq;

    #[test]
    fn products_sum_what_the_result_lacks_and_link_what_it_has_twice() {
        let mut builder = LabelsBuilder::default();
        let (i, j) = (builder.label(Dim::Known(2)), builder.label(Dim::Known(3)));
        builder.factor(&[i, j]).factor(&[j]);
        let labels = builder.out(&[i, i]);
        let matrix = Grid { dims: vec![2, 3], data: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0] };
        let vector = Grid { dims: vec![3], data: vec![1.0, 0.0, 2.0] };
        let value = contract(2.0, &[matrix, vector], &labels, &[2, 3], 100);
        assert_eq!(value, Some(Grid { dims: vec![2, 2], data: vec![14.0, 0.0, 0.0, 32.0] }));
    }

    #[test]
    fn matrices_are_inverted_with_exchanged_rows() {
        let matrix = Grid { dims: vec![2, 2], data: vec![0.0, 2.0, 4.0, 1.0] };
        assert_eq!(square(Some(Known::Determinant), &matrix).data, vec![-8.0]);
        assert_eq!(square(Some(Known::Inverse), &matrix).data, vec![-0.125, 0.25, 0.5, 0.0]);
    }
}
