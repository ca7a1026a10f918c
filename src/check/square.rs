//! What functions of whole tensors are in their entries: inverse and determinant, softmax and its kin.
//!
//! Source of the inverse: Faddeev and Le Verrier's algorithm, which divides by nothing but the determinant.

use super::unfold::Refusal;
use crate::expr::{Arena, ExprId, Factor, NumberId};
use crate::function::Functions;
use crate::network::Network;
use crate::rational::Rational;

/// The largest matrix that is inverted in its entries.
const MAX_SIZE: usize = 6;

/// The entries of a function of a square matrix.
pub(super) fn entries(
    network: &mut Network,
    name: &str,
    size: usize,
    matrix: &[ExprId],
) -> Result<Vec<ExprId>, Refusal> {
    if size == 0 || size > MAX_SIZE || matrix.len() != size * size {
        return Err(format!("`{name}` is compared for square matrices up to {MAX_SIZE} × {MAX_SIZE} only"));
    }
    let (adjugate, determinant) = faddeev_le_verrier(&mut network.arena, size, matrix);
    match name {
        "det" => Ok(vec![determinant]),
        "logdet" => Ok(vec![call(network, "log", &[determinant])?]),
        "inv" => Ok(adjugate.into_iter().map(|entry| network.arena.quotient(entry, determinant)).collect()),
        _ => Err(format!("there is no rule for the entries of `{name}`")),
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
pub(super) fn along(network: &mut Network, name: &str, line: &[ExprId]) -> Result<Vec<ExprId>, Refusal> {
    match name {
        "prod" => {
            let factors: Vec<Factor> = line.iter().copied().map(Factor::plain).collect();
            Ok(vec![network.arena.product(NumberId::ONE, &factors)])
        }
        "amax" | "amin" => {
            let pair = if name == "amax" { "max" } else { "min" };
            let Some((&first, rest)) = line.split_first() else { return Err(format!("`{name}` of nothing")) };
            let mut most = first;
            for &entry in rest {
                most = call(network, pair, &[most, entry])?;
            }
            Ok(vec![most])
        }
        "logsumexp" | "softmax" | "log_softmax" => {
            let powers: Vec<ExprId> =
                line.iter().map(|&entry| call(network, "exp", &[entry])).collect::<Result<_, _>>()?;
            let sum = network.arena.sum(&powers);
            if name == "softmax" {
                return Ok(powers.into_iter().map(|power| network.arena.quotient(power, sum)).collect());
            }
            let logarithm = call(network, "log", &[sum])?;
            if name == "logsumexp" {
                return Ok(vec![logarithm]);
            }
            let minus = network.arena.negate(logarithm);
            Ok(line.iter().map(|&entry| network.arena.sum(&[entry, minus])).collect())
        }
        _ => Err(format!("there is no rule for the entries of `{name}`")),
    }
}

fn call(network: &mut Network, name: &str, arguments: &[ExprId]) -> Result<ExprId, Refusal> {
    let function = Functions::builtin(name).ok_or_else(|| format!("there is no function `{name}`"))?;
    Ok(network.arena.call(function, arguments))
}
