//! Edits of a whole formula of tensors, which may change its shape: another layout, a sum that is missing or too many,
//! a mean for a sum, an outer product for ⊙.

use crate::check::diagnose::Kind;
use crate::check::diagnose::edit::{Edit, Edits};
use crate::check::diagnose::jacobian::diagonal;
use crate::check::diagnose::product::TensorProduct;
use crate::check::diagnose::surplus::surplus_derivatives;
use crate::expr::{Arena, ExprId, Factor, Label, LabelsBuilder, Node, NumberId};
use crate::network::Network;
use crate::shape::Dim;

/// The most sizes of a network that are tried as a factor.
const MAX_SIZES: usize = 6;
/// The smallest known size that is no usual constant.
const UNUSUAL: u32 = 5;
/// The most terms of a sum that are looked at.
const MAX_TERMS: usize = 8;
/// The most factors of one axis that are parted in two groups.
const MAX_PARTED: usize = 5;

/// The edits of a formula, the axes of what is differentiated being `own` in number.
pub fn edits_of_whole(network: &mut Network, total: ExprId, own: usize) -> Vec<Edit> {
    let mut edits = Edits::default();
    counts(network, total, &mut edits);
    surplus_derivatives(network, total, &mut edits);
    let arena = &mut network.arena;
    layouts(arena, total, own, &mut edits);
    vector_for_jacobian(arena, total, own, &mut edits);
    let dims = arena.dims(total).to_vec();
    for axis in 0..dims.len() {
        let summed = arena.sum_over(total, &[axis]);
        edits.push(Edit::new(Kind::ExtraSum, summed, total));
    }
    if let Some(product) = TensorProduct::of(arena, total) {
        outer_products(arena, total, &product, &mut edits);
    }
    unlinked(arena, total, &mut edits);
    missing_sums(arena, total, &mut edits);
    edits.finish(total)
}

/// The sizes of a network, those of summed axes among them.
fn sizes(network: &Network) -> Vec<Dim> {
    let mut found: Vec<Dim> = Vec::new();
    for quantity in &network.quantities {
        for &dim in network.arena.shapes().dims(quantity.shape) {
            let usual = matches!(dim, Dim::Known(known) if known < UNUSUAL);
            if !usual && !found.contains(&dim) {
                found.push(dim);
            }
        }
    }
    found.truncate(MAX_SIZES);
    found
}

/// n times as large or as small, for each size and for each two of them.
fn counts(network: &mut Network, total: ExprId, edits: &mut Edits) {
    let sizes = sizes(network);
    let arena = &mut network.arena;
    let mut counts: Vec<ExprId> = sizes.iter().map(|&dim| arena.size(dim)).collect();
    for second in 0..sizes.len() {
        for first in 0..second {
            let both = arena.times(counts[first], counts[second]);
            counts.push(both);
        }
    }
    for count in counts {
        let inverse = arena.power(count, NumberId::MINUS_ONE);
        for (kind, factor) in [(Kind::MeanForSum, inverse), (Kind::SumForMean, count)] {
            let value = arena.times(factor, total);
            edits.push(Edit::new(kind, value, total).beside(factor));
        }
    }
}

/// The axes of the variable first, or in reverse order.
fn layouts(arena: &mut Arena, total: ExprId, own: usize, edits: &mut Edits) {
    let rank = arena.dims(total).len();
    if rank < 2 {
        return;
    }
    let kind = if own == 0 && is_outer(arena, total) { Kind::OuterSwapped } else { Kind::OtherLayout };
    let reversed: Vec<usize> = (0..rank).rev().collect();
    let turned: Vec<usize> = (own..rank).chain(0..own).collect();
    for order in [turned, reversed] {
        let value = arena.permute(total, &order);
        edits.push(Edit::new(kind, value, total).beside(value));
    }
}

/// The vector of its diagonal for a square Jacobian.
fn vector_for_jacobian(arena: &mut Arena, total: ExprId, own: usize, edits: &mut Edits) {
    let &[row, column] = arena.dims(total) else { return };
    if own > 1 || !arena.shapes().same(row, column) {
        return;
    }
    let diagonal = diagonal(arena, total, 1);
    edits.push(Edit::new(Kind::JacobianDiagonal, diagonal, total).beside(diagonal));
    let mut builder = LabelsBuilder::default();
    let axis = builder.label(row);
    builder.factor(&[axis, axis]);
    let labels = builder.out(&[axis]);
    let value = arena.contraction(NumberId::ONE, &[Factor::plain(total)], &labels);
    // The Hessian of what acts entry by entry is a diagonal matrix.
    if own == 1 || is_diagonal(arena, total) {
        edits.push(Edit::new(Kind::JacobianDiagonal, value, total).beside(value));
    }
    if own == 0 {
        return;
    }
    // The same for all values of the other index: pᵢ(1 − pᵢ) for ∂pᵢ/∂zⱼ.
    for out in [0, 1] {
        let mut builder = LabelsBuilder::default();
        let axes = [builder.label(row), builder.label(column)];
        builder.factor(&[axes[out]]);
        let labels = builder.out(&axes);
        let spread = arena.contraction(NumberId::ONE, &[Factor::plain(value)], &labels);
        edits.push(Edit::new(Kind::JacobianDiagonal, spread, total).beside(spread));
    }
}

/// Whether a matrix is written as a diagonal one.
fn is_diagonal(arena: &Arena, matrix: ExprId) -> bool {
    match arena.node(matrix) {
        Node::Sum(terms) => terms.iter().all(|&term| is_diagonal(arena, term)),
        _ => TensorProduct::of(arena, matrix)
            .is_some_and(|product| matches!(product.labels.out[..], [row, column] if row == column)),
    }
}

/// Without the 𝟙[i = j] that two axes of the result make, in the whole or in one term: what stands on a diagonal stands
/// everywhere. pᵢ(1 − pⱼ) for pᵢ(𝟙[i = j] − pⱼ), and pⱼ(1 − pᵢ).
fn unlinked(arena: &mut Arena, total: ExprId, edits: &mut Edits) {
    let terms = match arena.node(total) {
        Node::Sum(terms) => terms.to_vec(),
        _ => vec![total],
    };
    for (place, &term) in terms.iter().enumerate().take(MAX_TERMS) {
        let Some(product) = TensorProduct::of(arena, term) else { continue };
        let out = &product.labels.out;
        for at in (0..out.len()).filter(|&at| out.iter().filter(|&&label| label == out[at]).count() > 1) {
            let mut other = product.clone();
            other.labels.out[at] = other.fresh(out[at]);
            let mut parts = terms.clone();
            parts[place] = other.build(arena);
            let value = arena.sum(&parts);
            // The factor that the sentence names is none of the truth's.
            let edit = Edit::new(Kind::MissingFactor, value, total).beside(value);
            edits.push(Edit { whose: Some(value), ..edit });
        }
    }
}

/// Whether a matrix is a product uvᵀ, or a sum of them.
fn is_outer(arena: &Arena, total: ExprId) -> bool {
    match arena.node(total) {
        Node::Sum(terms) => terms.iter().all(|&term| is_outer(arena, term)),
        _ => TensorProduct::of(arena, total).is_some_and(|product| {
            // Each axis is reached from factors that the other one is not reached from.
            let [row, column] = product.labels.out[..] else { return false };
            let mut reached = vec![row];
            loop {
                let more = product.labels.factors.iter().filter(|axes| axes.iter().any(|axis| reached.contains(axis)));
                let more: Vec<Label> = more.flatten().copied().filter(|axis| !reached.contains(axis)).collect();
                if more.is_empty() {
                    break;
                }
                reached.extend(more);
            }
            row != column && !reached.contains(&column)
        }),
    }
}

/// An outer product of a row and a column for ⊙, and ⊙ for it.
fn outer_products(arena: &mut Arena, total: ExprId, product: &TensorProduct, edits: &mut Edits) {
    if let [row, column] = product.labels.out[..]
        && row != column
        && product.same(arena, row, column)
    {
        let mut other = product.clone();
        other.merge(row.max(column), row.min(column));
        other.labels.out.truncate(1);
        let value = other.build(arena);
        edits.push(Edit::new(Kind::ElementwiseForProduct, value, total).beside(value));
    }
    for at in 0..product.labels.out.len() {
        let axis = product.labels.out[at];
        let carriers = product.carriers(axis);
        if !(2..=MAX_PARTED).contains(&carriers.len()) {
            continue;
        }
        for group in 1..(1u32 << carriers.len()) - 1 {
            let mut other = product.clone();
            let new = other.fresh(axis);
            for (bit, &carrier) in carriers.iter().enumerate().filter(|(bit, _)| group >> bit & 1 == 1) {
                debug_assert!(bit < carriers.len(), "a carrier for each bit");
                let own = &mut other.labels.factors[carrier];
                own.iter_mut().filter(|label| **label == axis).for_each(|label| *label = new);
            }
            other.labels.out.insert(at + 1, new);
            let value = other.build(arena);
            edits.push(Edit::new(Kind::ProductForElementwise, value, total).beside(value));
        }
    }
}

/// The formula with a sum not taken: its axis stands first, or last.
fn missing_sums(arena: &mut Arena, total: ExprId, edits: &mut Edits) {
    let mut open: Vec<Dim> = Vec::new();
    summed_sizes(arena, total, &mut open);
    for dim in open {
        for skip in 0..MAX_SKIPPED {
            let Some(front) = unsummed(arena, total, dim, skip) else { break };
            let rank = arena.dims(front).len();
            let order: Vec<usize> = (1..rank).chain([0]).collect();
            let back = arena.permute(front, &order);
            let whose = Some(arena.size(dim));
            for value in [front, back] {
                edits.push(Edit { whose, ..Edit::new(Kind::MissingSum, value, total).beside(value) });
            }
        }
    }
}

/// How many sums over axes of one size are tried.
const MAX_SKIPPED: usize = 2;
/// How deep sums are looked for.
const MAX_DEPTH: usize = 4;

/// The sizes of all axes that are summed near the top.
fn summed_sizes(arena: &Arena, total: ExprId, found: &mut Vec<Dim>) {
    let mut level = vec![total];
    for _ in 0..MAX_DEPTH {
        let mut next = Vec::new();
        for &expr in &level {
            if let Some(product) = TensorProduct::of(arena, expr) {
                for label in product.labels.summed().filter(|&label| product.labels.uses(label) > 0) {
                    let dim = product.labels.sizes[label as usize];
                    if !found.contains(&dim) {
                        found.push(dim);
                    }
                }
            }
            if matches!(arena.node(expr), Node::Sum(_) | Node::Contraction { .. } | Node::Product { .. }) {
                next.extend(arena.children(expr));
            }
        }
        next.truncate(32);
        level = next;
    }
}

/// The formula without its sum number `skip` over axes of a size, the axis in front: of each term, of one factor.
fn unsummed(arena: &mut Arena, expr: ExprId, dim: Dim, skip: usize) -> Option<ExprId> {
    unsummed_within(arena, expr, dim, skip, MAX_DEPTH)
}

fn unsummed_within(arena: &mut Arena, expr: ExprId, dim: Dim, skip: usize, depth: usize) -> Option<ExprId> {
    if depth == 0 {
        return None;
    }
    match arena.node(expr) {
        Node::Sum(terms) => {
            let terms = terms.to_vec();
            let terms: Option<Vec<ExprId>> =
                terms.into_iter().map(|term| unsummed_within(arena, term, dim, skip, depth - 1)).collect();
            Some(arena.sum(&terms?))
        }
        Node::Product { coefficient, factors } => {
            let factors = factors.to_vec();
            let labels = LabelsBuilder::default();
            let product = TensorProduct {
                coefficient,
                labels: crate::expr::Labels { factors: vec![Vec::new(); factors.len()], ..labels.out(&[]) },
                factors,
            };
            inside(arena, product, dim, skip, depth)
        }
        Node::Contraction { .. } => {
            let mut product = TensorProduct::of(arena, expr)?;
            let fits = |&label: &Label| {
                let size = product.labels.sizes[label as usize];
                product.labels.uses(label) > 0 && arena.shapes().same(size, dim)
            };
            let fitting = product.labels.summed().filter(fits).nth(skip);
            if let Some(label) = fitting {
                product.labels.out.insert(0, label);
                return Some(product.build(arena));
            }
            inside(arena, product, dim, skip, depth)
        }
        // n is the sum of n ones.
        Node::Name(_) if skip == 0 => (arena.size(dim) == expr).then(|| arena.ones(&[dim])),
        _ => None,
    }
}

/// The product with the sum of one of its factors not taken.
fn inside(arena: &mut Arena, mut product: TensorProduct, dim: Dim, skip: usize, depth: usize) -> Option<ExprId> {
    for at in 0..product.factors.len() {
        let Factor { base, exponent } = product.factors[at];
        if exponent != NumberId::ONE {
            continue;
        }
        if let Some(open) = unsummed_within(arena, base, dim, skip, depth - 1) {
            product.labels.sizes.push(dim);
            let new = (product.labels.sizes.len() - 1) as Label;
            product.factors[at] = Factor::plain(open);
            product.labels.factors[at].insert(0, new);
            product.labels.out.insert(0, new);
            return Some(product.build(arena));
        }
    }
    None
}
