//! Entries at a fixed place: e₂ᵀ(a, b) = b and e₁ ⊙ (a, b) = a e₁, as lists and matrices of given entries bring them.

use crate::calculus::simplify::parts::{MAX_LABELS, Part, Parts};
use crate::expr::{Arena, ExprId, Label, Node};
use crate::rational::Rational;
use crate::shape::Affine;

/// How deep an entry is sought.
const MAX_DEPTH: usize = 8;

/// Beside eₖ, what is given entry by entry is its entry number k. Whether one was put in its place.
pub(super) fn pick_fixed_entries(arena: &mut Arena, parts: &mut Parts) -> bool {
    for unit in 0..parts.factors.len() {
        let Some(place) = fixed_place(arena, parts.factors[unit].base) else { continue };
        let &[label] = parts.factors[unit].axes.as_slice() else { continue };
        for beside in 0..parts.factors.len() {
            if beside == unit {
                continue;
            }
            let Part { base, exponent, ref axes } = parts.factors[beside];
            let Some(axis) = only_place(axes, label) else { continue };
            let Some(entry) = entry_at(arena, base, axis, &place, MAX_DEPTH) else { continue };
            if entry == Arena::ZERO {
                if arena.value(exponent).is_negative() {
                    continue;
                }
                parts.coefficient = Rational::ZERO;
                return true;
            }
            let part = &mut parts.factors[beside];
            part.base = entry;
            part.axes.remove(axis);
            drop_sum_of_unit(parts, unit, label);
            return true;
        }
    }
    false
}

/// Σᵢ (eₖ)ᵢ = 1 where nothing else stands on the label.
fn drop_sum_of_unit(parts: &mut Parts, unit: usize, label: Label) {
    if parts.is_summed(label) && parts.uses(label) == 1 {
        parts.factors.remove(unit);
        parts.summed.retain(|&summed| summed != label);
    }
}

/// The place of a label that stands on one axis only.
fn only_place(axes: &[Label], label: Label) -> Option<usize> {
    let mut places = (0..axes.len()).filter(|&at| axes[at] == label);
    let first = places.next()?;
    places.next().is_none().then_some(first)
}

/// k for eₖ.
fn fixed_place(arena: &Arena, unit: ExprId) -> Option<Affine> {
    let Node::Selection(selection) = arena.node(unit) else { return None };
    let selection = arena.selection_of(selection);
    match selection.coefficients[..] {
        [sign @ (1 | -1)] => selection.offset.times(-sign),
        _ => None,
    }
}

/// What an expression gives at one place of an axis; `None` unless all of it is given entry by entry there.
fn entry_at(arena: &mut Arena, id: ExprId, axis: usize, place: &Affine, depth: usize) -> Option<ExprId> {
    let depth = depth.checked_sub(1)?;
    match arena.node(id) {
        Node::Selection(_) => {
            let difference = fixed_place(arena, id)?.plus(place, -1)?;
            let is_number = difference.sizes.is_empty();
            is_number.then_some(if difference.constant == 0 { Arena::ONE } else { Arena::ZERO })
        }
        Node::Sum(terms) => {
            let terms = terms.to_vec();
            let entries: Option<Vec<ExprId>> =
                terms.into_iter().map(|term| entry_at(arena, term, axis, place, depth)).collect();
            Some(arena.sum(&entries?))
        }
        Node::Contraction { .. } => {
            let mut parts = Parts::of(arena, id);
            let label = *parts.out.get(axis)?;
            if parts.places(label).len() > 1 || parts.label_count() > MAX_LABELS {
                return None;
            }
            for at in 0..parts.factors.len() {
                let Part { base, exponent, ref axes } = parts.factors[at];
                if !axes.contains(&label) {
                    continue;
                }
                let axis = only_place(axes, label)?;
                let entry = entry_at(arena, base, axis, place, depth)?;
                if entry == Arena::ZERO {
                    return (!arena.value(exponent).is_negative()).then_some(Arena::ZERO);
                }
                parts.factors[at].base = entry;
                parts.factors[at].axes.remove(axis);
            }
            parts.factors.retain(|part| part.base != Arena::ONE);
            parts.out.remove(axis);
            Some(parts.build(arena))
        }
        _ => None,
    }
}
