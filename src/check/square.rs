//! What functions of whole tensors are in their entries: inverse and determinant, softmax and its kin.
//!
//! Source of the inverse: Faddeev and Le Verrier's algorithm, which divides by nothing but the determinant.

use super::unfold::Refusal;
use crate::expr::{Arena, ExprId, Factor, NumberId};
use crate::function::{Entry, Functions, Known};
use crate::rational::Rational;

/// The largest matrix that is inverted in its entries.
const MAX_SIZE: usize = 6;

/// The entries of a function of a square matrix.
pub(super) fn entries(
    arena: &mut Arena,
    entry: &Entry,
    size: usize,
    matrix: &[ExprId],
) -> Result<Vec<ExprId>, Refusal> {
    if size == 0 || size > MAX_SIZE || matrix.len() != size * size {
        let name = entry.name;
        return Err(format!("`{name}` is compared for square matrices up to {MAX_SIZE} × {MAX_SIZE} only"));
    }
    let (adjugate, determinant) = faddeev_le_verrier(arena, size, matrix);
    match entry.known {
        Some(Known::Determinant) => Ok(vec![determinant]),
        Some(Known::LogDeterminant) => Ok(vec![arena.call(Functions::with(Known::Logarithm), &[determinant])]),
        Some(Known::Inverse) => Ok(adjugate.into_iter().map(|entry| arena.quotient(entry, determinant)).collect()),
        _ => Err(format!("there is no rule for the entries of `{}`", entry.name)),
    }
}

/// The adjugate and the determinant of a matrix.
fn faddeev_le_verrier(arena: &mut Arena, size: usize, matrix: &[ExprId]) -> (Vec<ExprId>, ExprId) {
    let mut adjugate: Vec<ExprId> =
        (0..size * size).map(|at| if at / size == at % size { Arena::ONE } else { Arena::ZERO }).collect();
    let mut coefficient = Arena::ONE;
    for step in 1..=size {
        let product = multiply(arena, size, matrix, &adjugate);
        let diagonal: Vec<ExprId> = (0..size).map(|at| product[at * size + at]).collect();
        let trace = arena.sum(&diagonal);
        let scale = Rational::new(-1, step as i64).unwrap_or(Rational::ONE);
        let scale = arena.number_id(scale);
        coefficient = arena.scale(scale, trace);
        if step < size {
            adjugate = product;
            for at in 0..size {
                adjugate[at * size + at] = arena.sum(&[product_entry(&adjugate, size, at), coefficient]);
            }
        }
    }
    // det A = (−1)ⁿ c₀, adj A = (−1)ⁿ⁻¹ M.
    let sign = |odd: bool| if odd { NumberId::MINUS_ONE } else { NumberId::ONE };
    let determinant = arena.scale(sign(size % 2 == 1), coefficient);
    let adjugate = adjugate.into_iter().map(|entry| arena.scale(sign(size.is_multiple_of(2)), entry)).collect();
    (adjugate, determinant)
}

fn product_entry(matrix: &[ExprId], size: usize, at: usize) -> ExprId {
    matrix[at * size + at]
}

fn multiply(arena: &mut Arena, size: usize, left: &[ExprId], right: &[ExprId]) -> Vec<ExprId> {
    let mut product = Vec::with_capacity(size * size);
    for at in 0..size * size {
        let (row, column) = (at / size, at % size);
        let terms: Vec<ExprId> = (0..size)
            .map(|k| {
                let factors = [Factor::plain(left[row * size + k]), Factor::plain(right[k * size + column])];
                arena.product(NumberId::ONE, &factors)
            })
            .collect();
        product.push(arena.sum(&terms));
    }
    product
}

/// The entries of a function along one axis: as many as the line has, or one.
pub(super) fn along(arena: &mut Arena, entry: &Entry, line: &[ExprId]) -> Result<Vec<ExprId>, Refusal> {
    match entry.known {
        Some(Known::Product) => {
            let factors: Vec<Factor> = line.iter().copied().map(Factor::plain).collect();
            Ok(vec![arena.product(NumberId::ONE, &factors)])
        }
        Some(Known::Largest | Known::Smallest) => {
            let pair = if entry.known == Some(Known::Largest) { Known::Larger } else { Known::Smaller };
            let Some((&first, rest)) = line.split_first() else { return Err(format!("`{}` of nothing", entry.name)) };
            let mut most = first;
            for &entry in rest {
                most = arena.call(Functions::with(pair), &[most, entry]);
            }
            Ok(vec![most])
        }
        Some(Known::LogSumExp | Known::Softmax | Known::LogSoftmax) => {
            let exponential = Functions::with(Known::Exponential);
            let powers: Vec<ExprId> = line.iter().map(|&entry| arena.call(exponential, &[entry])).collect();
            let sum = arena.sum(&powers);
            if entry.known == Some(Known::Softmax) {
                return Ok(powers.into_iter().map(|power| arena.quotient(power, sum)).collect());
            }
            let logarithm = arena.call(Functions::with(Known::Logarithm), &[sum]);
            if entry.known == Some(Known::LogSumExp) {
                return Ok(vec![logarithm]);
            }
            let minus = arena.negate(logarithm);
            Ok(line.iter().map(|&entry| arena.sum(&[entry, minus])).collect())
        }
        _ => Err(format!("there is no rule for the entries of `{}`", entry.name)),
    }
}
