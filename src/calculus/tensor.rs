//! The rules of differentiation for tensors, in Jacobians: the derivative of a node by a leaf has the axes of the node,
//! then those of the leaf (numerator layout). Kronecker deltas are labels, so that contracting one costs nothing.

use crate::calculus::Rule;
use crate::expr::{Arena, ExprId, Factor, Label, Labels, LabelsBuilder, Node, NumberId};
use crate::rational::Rational;
use crate::shape::Dim;
use crate::syntax::ast::Comparison;

/// The product rule for a contraction: for each factor that depends on the leaf, the contraction with its Jacobian in
/// its place, the axes of the leaf at the end.
pub(super) fn contraction(arena: &mut Arena, id: ExprId, children: &[(usize, ExprId)]) -> (Rule, ExprId) {
    let Node::Contraction { coefficient, factors, labels } = arena.node(id) else {
        return (Rule::Constant, Arena::ZERO);
    };
    let (factors, labels) = (factors.to_vec(), arena.labels(labels).clone());
    let terms: Vec<ExprId> =
        children.iter().map(|&(at, jacobian)| term(arena, coefficient, &factors, &labels, at, jacobian)).collect();
    let rule = match children {
        &[(at, _)] if factors[at].exponent == NumberId::ONE => Rule::ConstantFactor,
        [_] => Rule::Power,
        _ => Rule::Product,
    };
    (rule, arena.sum(&terms))
}

/// The contraction with factor number `at`, bᵉ, replaced by e·bᵉ⁻¹·(∂b).
fn term(
    arena: &mut Arena,
    coefficient: NumberId,
    factors: &[Factor],
    labels: &Labels,
    at: usize,
    jacobian: ExprId,
) -> ExprId {
    if jacobian == Arena::ZERO {
        return Arena::ZERO;
    }
    let Factor { base, exponent } = factors[at];
    let mut labels = labels.clone();
    let mut kept = factors.to_vec();
    let mut coefficient = coefficient;
    let own = labels.factors[at].clone();
    let rank = arena.dims(base).len();
    let new: Vec<Dim> = arena.dims(jacobian)[rank..].to_vec();
    let first = labels.sizes.len() as Label;
    let fresh: Vec<Label> = (first..first + new.len() as Label).collect();
    labels.sizes.extend(new);
    labels.out.extend(&fresh);
    kept[at] = Factor::plain(jacobian);
    labels.factors[at].extend(&fresh);
    if exponent != NumberId::ONE {
        let power = arena.value(exponent).clone();
        let lowered = power.add(&Rational::integer(-1)).map(|lowered| arena.number_id(lowered));
        match arena.value(coefficient).mul(&power) {
            Some(scaled) => coefficient = arena.number_id(scaled),
            None => {
                kept.insert(at, Factor::plain(arena.number(power)));
                labels.factors.insert(at, Vec::new());
            }
        }
        // u^(e−1) is written u^e·u^(−1) in the one case where e − 1 has too many digits.
        let powers = match lowered {
            Some(lowered) => vec![Factor { base, exponent: lowered }],
            None => vec![Factor { base, exponent }, Factor { base, exponent: NumberId::MINUS_ONE }],
        };
        for power in powers {
            kept.insert(at, power);
            labels.factors.insert(at, own.clone());
        }
    }
    arena.contraction(coefficient, &kept, &labels)
}

/// The chain rule: ∂C/∂u · ∂u/∂v over the `rank` axes of u, which are the last of `outer` and the first of `inner`.
pub fn chain(arena: &mut Arena, outer: ExprId, inner: ExprId, rank: usize) -> ExprId {
    if outer == Arena::ZERO || inner == Arena::ZERO {
        return Arena::ZERO;
    }
    if arena.shape(outer).is_scalar() && arena.shape(inner).is_scalar() {
        return arena.times(outer, inner);
    }
    let (left, right) = (arena.dims(outer).to_vec(), arena.dims(inner).to_vec());
    let mut builder = LabelsBuilder::default();
    let l = builder.labels(&left);
    let (kept, shared) = l.split_at(left.len() - rank);
    let r: Vec<Label> = shared.iter().copied().chain(builder.labels(&right[rank..])).collect();
    builder.factor(&l).factor(&r);
    let labels = builder.out(&[kept, &r[rank..]].concat());
    arena.contraction(NumberId::ONE, &[Factor::plain(outer), Factor::plain(inner)], &labels)
}

/// partial ⊙ derivative, where `partial` has the first axes of `derivative`: f′(u) times the Jacobian of u.
pub(super) fn entry_by_entry(arena: &mut Arena, partial: ExprId, derivative: ExprId) -> ExprId {
    let rank = arena.dims(partial).len();
    if rank == 0 || rank == arena.dims(derivative).len() {
        return arena.times(partial, derivative);
    }
    let places: Vec<usize> = (0..rank).collect();
    let dims = arena.dims(derivative).to_vec();
    let mut builder = LabelsBuilder::default();
    let axes = builder.labels(&dims);
    let own: Vec<Label> = places.iter().map(|&place| axes[place]).collect();
    builder.factor(&own).factor(&axes);
    let labels = builder.out(&axes);
    arena.contraction(NumberId::ONE, &[Factor::plain(partial), Factor::plain(derivative)], &labels)
}

/// A case distinction between Jacobians: the condition, which has fewer axes, holds for all entries of the leaf.
pub(super) fn conditional(arena: &mut Arena, comparison: Comparison, parts: [ExprId; 4]) -> ExprId {
    if parts[2] == parts[3] {
        return parts[2];
    }
    let dims = parts[2..].iter().map(|&part| arena.dims(part).to_vec()).max_by_key(Vec::len).unwrap_or_default();
    let parts = parts.map(|part| {
        let rank = arena.dims(part).len();
        if rank == 0 || rank == dims.len() {
            return part;
        }
        let places: Vec<usize> = (0..rank).collect();
        arena.place(part, &places, &dims)
    });
    arena.conditional(comparison, parts)
}
