//! Matrix products inside a contraction, opened so that they print as one chain: (yᵀW)x is yᵀWx, (Wᵀ)ᵀ is W.

use crate::expr::{Arena, Factor, Label, Labels, Node, NumberId};
use crate::notation::unit::is_unit;
use crate::rational::Rational;

/// The most factors that are opened into one contraction.
const MAX_FACTORS: usize = 24;

/// Puts the factors of inner matrix products in their places and their numbers into `value`; with `singles` only those
/// of one factor, which are transposes and multiples.
pub(super) fn open_products(
    arena: &Arena,
    singles: bool,
    value: &mut Rational,
    factors: &[Factor],
    mut labels: Labels,
) -> (Vec<Factor>, Labels) {
    let mut factors = factors.to_vec();
    let mut at = 0;
    while at < factors.len() {
        if factors.len() >= MAX_FACTORS || !open(arena, singles, value, &mut factors, &mut labels, at) {
            at += 1;
        }
    }
    (factors, labels)
}

/// Opens one factor if it is a product; whether it was.
fn open(
    arena: &Arena,
    singles: bool,
    value: &mut Rational,
    factors: &mut Vec<Factor>,
    labels: &mut Labels,
    at: usize,
) -> bool {
    let Node::Contraction { coefficient, factors: inner, labels: inner_labels } = arena.node(factors[at].base) else {
        return false;
    };
    let inner_labels = arena.labels(inner_labels);
    if singles && inner.len() != 1 {
        return false;
    }
    if factors[at].exponent != NumberId::ONE || inner.is_empty() || !is_matrix_product(inner_labels) {
        return false;
    }
    let Some(product) = value.mul(arena.value(coefficient)) else { return false };
    let outside = labels.factors[at].clone();
    let mut names: Vec<Option<Label>> = vec![None; inner_labels.sizes.len()];
    for (&inner, &outer) in inner_labels.out.iter().zip(&outside) {
        names[inner as usize] = Some(outer);
    }
    let mut rename = |label: Label| {
        *names[label as usize].get_or_insert_with(|| {
            labels.sizes.push(inner_labels.sizes[label as usize]);
            (labels.sizes.len() - 1) as Label
        })
    };
    let opened: Vec<Vec<Label>> =
        inner_labels.factors.iter().map(|axes| axes.iter().map(|&label| rename(label)).collect()).collect();
    *value = product;
    factors.splice(at..=at, inner.iter().copied());
    labels.factors.splice(at..=at, opened);
    true
}

/// Whether a contraction is a product of matrices and vectors and nothing else: each axis of the result stands on one
/// factor, each summed label on two.
fn is_matrix_product(labels: &Labels) -> bool {
    let distinct = |axes: &[Label]| (1..axes.len()).all(|at| !axes[..at].contains(&axes[at]));
    let plain = |axes: &Vec<Label>| axes.len() <= 2 && distinct(axes);
    let is_unit = |label: Label| is_unit(labels.sizes[label as usize]);
    let used = |label: Label| is_unit(label) || labels.uses(label) == if labels.is_summed(label) { 2 } else { 1 };
    distinct(&labels.out) && labels.factors.iter().all(plain) && (0..labels.sizes.len() as Label).all(used)
}
