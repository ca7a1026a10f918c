//! Both sides at the sizes that the network has, where these are too many entries for a decision: with its numbers in
//! the place of sizes, and as floating-point numbers.
//!
//! What is refuted at smaller sizes may hold at the sizes of the network, by a coincidence of its numbers: 1/4096 is 1/64².
//! Here it is seen whether the sides differ there too. This alone refutes nothing.

use rustc_hash::FxHashMap;

use crate::check::random::Random;
use crate::check::unfold::Literal;
use crate::eval::{Compiler, Root, Sizes, TensorProgram, Workspace};
use crate::expr::{ExprId, NameId, subexpressions};
use crate::network::{Facts, Network, Origin};
use crate::rational::Rational;
use crate::shape::SizeId;
use crate::syntax::ast::{Comparison, ShapeKind};

/// At so many points the sides must differ.
const POINTS: u64 = 2;
/// How much they must differ, beside the larger of both: far more than rounding does.
const MARGIN: f64 = 1e-4;
/// A side whose entries are no larger may be the rounding of 0.
const SMALL: f64 = 1e-6;
/// So close, beside the larger of both, are sides of an assumed equality.
const ROUNDING: f64 = 1e-9;
/// The most numbers that the evaluation may hold.
const MAX_NUMBERS: usize = 1 << 24;
/// The most multiplications of matrix products.
const MAX_OPERATIONS: f64 = 1e9;

/// The value that the network gives a size.
pub(super) fn fixed(network: &Network, size: SizeId) -> Option<i64> {
    let quantity = network.quantity(NameId(size.0));
    let value = quantity.value.filter(|_| quantity.origin == Origin::Size)?;
    network.arena.as_number(value)?.to_integer()
}

/// Both sides with the numbers that the network gives sizes, and literals are, in their place.
pub(super) fn with_values(network: &mut Network, sides: [ExprId; 2], literals: &[Literal]) -> [ExprId; 2] {
    sides.map(|side| {
        let mut done: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in subexpressions(&network.arena, side) {
            let name = network.arena.as_name(id);
            let literal = literals.iter().find(|literal| Some(literal.name) == name).map(|literal| &literal.value);
            let size = || name.and_then(|name| fixed(network, SizeId(name.0))).map(Rational::integer);
            let next = match literal.cloned().or_else(size) {
                Some(value) => network.arena.number(value),
                None => network.arena.with_children(id, |child| done.get(&child).copied().unwrap_or(child)),
            };
            done.insert(id, next);
        }
        done.get(&side).copied().unwrap_or(side)
    })
}

/// Whether the sides clearly differ at these sizes, at all points that are tried.
pub(super) fn differ(network: &Network, sides: [ExprId; 2], chosen: &[(SizeId, usize)], literals: &[Literal]) -> bool {
    let mut sizes = Sizes::declared(network);
    chosen.iter().for_each(|&(size, value)| sizes.set(NameId(size.0), value));
    let assumed = network.assumptions.iter().flat_map(|assumption| [assumption.left, assumption.right]);
    let roots: Vec<Root> = sides.into_iter().chain(assumed).map(Root::Expression).collect();
    let program = Compiler::new(network).compile_tensors(&roots, &sizes);
    let Ok(program) = program else { return false };
    if program.memory() > MAX_NUMBERS || program.product_operations() > MAX_OPERATIONS {
        return false;
    }
    let mut workspace = program.workspace::<f64>();
    (0..POINTS).all(|seed| {
        if !filled(network, &program, &mut workspace, literals, seed) {
            return false;
        }
        program.run(&mut workspace);
        let outputs = |at: usize| [2 * at, 2 * at + 1].map(|side| program.output(&workspace, side));
        let mut assumptions = network.assumptions.iter().enumerate();
        // What was drawn may not be what is assumed: then it tells nothing.
        let is_meant = assumptions.all(|(at, assumption)| holds(assumption.comparison, outputs(at + 1)));
        let [left, right] = outputs(0);
        is_meant && clearly_differ(left, right)
    })
}

/// Whether an assumption holds in each entry, up to rounding.
fn holds(comparison: Comparison, [left, right]: [&[f64]; 2]) -> bool {
    let fits = left.len() == right.len() || left.len() == 1 || right.len() == 1;
    let count = left.len().max(right.len());
    let mut pairs = left.iter().cycle().zip(right.iter().cycle()).take(count);
    fits && !left.is_empty()
        && !right.is_empty()
        && pairs.all(|(&left, &right)| match comparison {
            Comparison::Less => left < right,
            Comparison::LessEqual => left <= right,
            Comparison::Greater => left > right,
            Comparison::GreaterEqual => left >= right,
            Comparison::Equal => (left - right).abs() <= ROUNDING * left.abs().max(right.abs()),
            Comparison::NotEqual => left != right,
        })
}

/// Whether the largest difference of two tensors, one of which may be a scalar, is large beside both.
fn clearly_differ(left: &[f64], right: &[f64]) -> bool {
    let count = left.len().max(right.len());
    if left.is_empty() || right.is_empty() || left.iter().chain(right).any(|value| !value.is_finite()) {
        return false;
    }
    let largest = |side: &[f64]| side.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let pairs = left.iter().cycle().zip(right.iter().cycle()).take(count);
    let difference = pairs.fold(0.0, |largest: f64, (left, right)| largest.max((left - right).abs()));
    let size = largest(left).max(largest(right));
    size > SMALL && difference > MARGIN * size
}

/// Draws the inputs as what is known of them says; whether that could be done.
fn filled(
    network: &Network,
    program: &TensorProgram,
    workspace: &mut Workspace<f64>,
    literals: &[Literal],
    seed: u64,
) -> bool {
    let mut random = Random::from_seed(seed);
    (0..program.inputs().len()).all(|at| {
        let port = &program.inputs()[at];
        let Some(name) = port.name else { return false };
        let entries = program.input_mut(workspace, at);
        if let Some(literal) = literals.iter().find(|literal| literal.name == name) {
            entries.fill(literal.value.to_f64());
            return true;
        }
        draw(&network.quantity(name).facts, &port.dims, &mut random, entries)
    })
}

/// Draws the entries of a quantity of which this is known; false for what is not drawn.
fn draw(facts: &Facts, dims: &[usize], random: &mut Random, entries: &mut [f64]) -> bool {
    let last = dims.last().copied().unwrap_or(1).max(1);
    let is_last = facts.sums_to_one.is_none_or(|axis| axis + 1 == dims.len());
    // Sums over many entries stay of the size of one.
    let scale = 1.0 / (last as f64).sqrt();
    let mut uniform = || (random.word() >> 11) as f64 / (1u64 << 53) as f64;
    match facts.kind {
        _ if !is_last => return false,
        ShapeKind::Index => return false,
        ShapeKind::OneHot => {
            for row in entries.chunks_mut(last) {
                let class = (uniform() * row.len() as f64) as usize;
                row.iter_mut().enumerate().for_each(|(at, entry)| *entry = f64::from(u8::from(at == class)));
            }
        }
        ShapeKind::Binary => entries.iter_mut().for_each(|entry| *entry = f64::from(u8::from(uniform() < 0.5))),
        ShapeKind::Real | ShapeKind::Simplex if facts.sums_to_one.is_some() => {
            for row in entries.chunks_mut(last) {
                row.iter_mut().for_each(|entry| *entry = 0.1 + uniform());
                let sum: f64 = row.iter().sum();
                row.iter_mut().for_each(|entry| *entry /= sum);
            }
        }
        ShapeKind::Real | ShapeKind::Simplex if facts.positive => {
            entries.iter_mut().for_each(|entry| *entry = 0.5 + uniform());
        }
        ShapeKind::Real | ShapeKind::Simplex => {
            entries.iter_mut().for_each(|entry| *entry = (2.0 * uniform() - 1.0) * scale);
        }
    }
    !facts.symmetric || made_symmetric(last, entries)
}

/// Gives the entries below the diagonals of square matrices the values of those above; not where they are not square.
fn made_symmetric(last: usize, entries: &mut [f64]) -> bool {
    let is_square = entries.len().is_multiple_of(last * last);
    for matrix in entries.chunks_mut(last * last).filter(|_| is_square) {
        for (row, column) in (0..last).flat_map(|row| (0..row).map(move |column| (row, column))) {
            matrix[row * last + column] = matrix[column * last + row];
        }
    }
    is_square
}

#[cfg(test)]
mod tests {
    use super::{clearly_differ, differ};
    use crate::network::read_network_to_check;
    use pretty_assertions::assert_eq;

    #[test]
    fn rounding_and_what_is_no_number_are_no_difference() {
        assert_eq!(clearly_differ(&[1.0, 2.0], &[1.0, 2.0 + 1e-9]), false);
        assert_eq!(clearly_differ(&[1.0, 2.0], &[1.0, 2.1]), true);
        assert_eq!(clearly_differ(&[1e-17], &[0.0]), false);
        assert_eq!(clearly_differ(&[f64::NAN], &[1.0]), false);
        assert_eq!(clearly_differ(&[2.0], &[2.0, 2.0, 2.0]), false);
    }

    #[test]
    fn sides_differ_at_the_sizes_of_the_network() {
        let text = "input X : [64, 300]\ntarget T : [64] onehot[20]\nparam W : [300, 20]\n\
                    P = softmax(X @ W, axis=1)\nA = sum(T, axis=1)\nB = sum(P, axis=1)\nC2 = 2*B\ncost C = sum(P*T)";
        let mut network = read_network_to_check(text).0.expect("a network");
        let [a, b, c] = ["A", "B", "C2"].map(|name| {
            let name = network.find(name).expect("a name");
            network.name_expr(name)
        });
        assert_eq!(differ(&network, [a, b], &[], &[]), false);
        assert_eq!(differ(&network, [a, c], &[], &[]), true);
    }
}
