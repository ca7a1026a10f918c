//! Axes of size 1, as `keepdims=True` leaves them: in a product each has a summed label of its own, which holds
//! nothing together, and nothing but names has such axes.

use rustc_hash::FxHashMap;

use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::parts::{Part, Parts};
use crate::expr::{Arena, ExprId, FunctionId, Label, Node, Selection, subexpressions};
use crate::function::{Entry, Form, FunctionRef};
use crate::network::Network;
use crate::shape::{Affine, Dim};

/// Whether an axis has one entry.
pub(super) fn is_unit(size: Dim) -> bool {
    size == Dim::Known(1)
}

/// Whether an expression has an axis of size 1.
pub(super) fn has_units(arena: &Arena, id: ExprId) -> bool {
    arena.dims(id).iter().any(|&size| is_unit(size))
}

/// An expression without its axes of size 1.
pub(super) fn without_units(arena: &mut Arena, id: ExprId) -> ExprId {
    let units: Vec<usize> =
        arena.dims(id).iter().enumerate().filter(|(_, size)| is_unit(**size)).map(|(at, _)| at).collect();
    if units.is_empty() { id } else { arena.sum_over(id, &units) }
}

impl Parts {
    /// Gives the axes of size 1 of all factors summed labels of their own; whether they had others. A factor that is the
    /// whole product keeps its axes.
    pub(super) fn separate_units(&mut self) -> bool {
        let units: Vec<Label> = (0..self.label_count() as Label).filter(|&label| is_unit(self.size(label))).collect();
        if units.is_empty() {
            return false;
        }
        let mut tensors = self.factors.iter().filter(|part| !part.axes.is_empty());
        let is_alone = tensors.next().is_some() && tensors.next().is_none();
        let distinct = |axes: &[Label]| (1..axes.len()).all(|at| !axes[..at].contains(&axes[at]));
        if is_alone
            && self.summed.is_empty()
            && distinct(&self.out)
            && self.factors.iter().all(|part| distinct(&part.axes))
        {
            return false;
        }
        let mut changed = false;
        for &label in &units {
            let mut is_first = self.is_summed(label);
            for at in 0..self.factors.len() {
                for axis in 0..self.factors[at].axes.len() {
                    if self.factors[at].axes[axis] != label || std::mem::take(&mut is_first) {
                        continue;
                    }
                    self.factors[at].axes[axis] = self.own_unit();
                    changed = true;
                }
            }
        }
        let before = self.summed.len();
        let used: Vec<Label> = self.factors.iter().flat_map(|part| part.axes.clone()).collect();
        let sizes: Vec<bool> = self.summed.iter().map(|&label| is_unit(self.size(label))).collect();
        let mut at = 0;
        self.summed.retain(|label| {
            at += 1;
            !sizes[at - 1] || used.contains(label)
        });
        changed || self.summed.len() != before
    }

    /// A new label of size 1 that is summed.
    pub(super) fn own_unit(&mut self) -> Label {
        let label = self.label(Dim::Known(1));
        self.summed.push(label);
        label
    }

    /// Whether a label is of size 1 and summed.
    pub(super) fn is_own_unit(&self, label: Label) -> bool {
        is_unit(self.size(label)) && self.is_summed(label)
    }

    /// The labels of the axes of a factor that have more than one entry.
    pub(super) fn wide_axes(&self, part: &Part) -> Vec<Label> {
        part.axes.iter().copied().filter(|&label| !is_unit(self.size(label))).collect()
    }
}

impl Simplifier {
    /// Takes the axes of size 1 off the factors that are no names; whether there were such.
    pub(super) fn squeeze(&mut self, network: &mut Network, parts: &mut Parts) -> bool {
        let mut changed = false;
        for at in 0..parts.factors.len() {
            let base = parts.factors[at].base;
            let units: Vec<Label> =
                parts.factors[at].axes.iter().copied().filter(|&label| is_unit(parts.size(label))).collect();
            if !units.iter().all(|&label| parts.is_summed(label) && parts.uses(label) == 1) || units.is_empty() {
                continue;
            }
            let squeezed = match network.arena.node(base) {
                // The only entry there is.
                Node::Selection(selection) if units.len() == parts.factors[at].axes.len() => {
                    picks_first(network.arena.selection_of(selection)).then_some(Arena::ONE)
                }
                _ => self.squeezed(network, base),
            };
            let Some(squeezed) = squeezed else { continue };
            parts.factors[at].base = squeezed;
            parts.factors[at].axes.retain(|label| !units.contains(label));
            parts.summed.retain(|label| !units.contains(label));
            changed = true;
        }
        changed
    }

    /// An expression entry by entry without its axes of size 1, simplified; `None` for a name and what is none.
    fn squeezed(&mut self, network: &mut Network, base: ExprId) -> Option<ExprId> {
        let is_made = |network: &Network, id: ExprId| match network.arena.node(id) {
            Node::Sum(_) | Node::Contraction { .. } | Node::If { .. } => true,
            Node::Call { function, .. } => acts_on_entries(network, function),
            _ => false,
        };
        if !is_made(network, base) {
            return None;
        }
        let mut done: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in subexpressions(&network.arena, base) {
            if !has_units(&network.arena, id) {
                continue;
            }
            let replace = |child: ExprId| done.get(&child).copied().unwrap_or(child);
            let next = match network.arena.node(id) {
                Node::Contraction { .. } => squeezed_product(&mut network.arena, id, replace),
                Node::Call { function, orders, arguments } if is_made(network, id) => {
                    let arguments: Vec<ExprId> = arguments.iter().map(|&argument| replace(argument)).collect();
                    let dims: Vec<Dim> =
                        network.arena.dims(id).iter().copied().filter(|&size| !is_unit(size)).collect();
                    let shape = network.arena.shapes_mut().intern(&dims);
                    network.arena.intern(Node::Call { function, orders, arguments: &arguments }, shape)
                }
                _ if is_made(network, id) => network.arena.with_children(id, replace),
                _ => without_units(&mut network.arena, id),
            };
            done.insert(id, next);
        }
        let squeezed = done.get(&base).copied()?;
        Some(self.simplify_all(network, squeezed))
    }
}

/// A product without axes of size 1 in its result, its factors replaced.
fn squeezed_product(arena: &mut Arena, id: ExprId, replace: impl Fn(ExprId) -> ExprId) -> ExprId {
    let mut parts = Parts::of(arena, id);
    let units: Vec<Label> = parts.out.iter().copied().filter(|&label| is_unit(parts.size(label))).collect();
    parts.out.retain(|label| !units.contains(label));
    for label in units {
        if !parts.is_summed(label) {
            parts.summed.push(label);
        }
    }
    for at in 0..parts.factors.len() {
        let base = parts.factors[at].base;
        if matches!(arena.node(base), Node::Sum(_) | Node::Contraction { .. } | Node::Call { .. } | Node::If { .. }) {
            parts.factors[at].axes = parts.wide_axes(&parts.factors[at]);
            parts.factors[at].base = replace(base);
        }
    }
    parts.separate_units();
    let used: Vec<Label> = parts.factors.iter().flat_map(|part| part.axes.clone()).collect();
    parts.summed.retain(|label| used.contains(label));
    parts.build(arena)
}

/// Whether a selection is 𝟙[i = 1].
fn picks_first(selection: &Selection) -> bool {
    selection.coefficients == [1] && selection.offset == Affine::constant(-1)
}

pub(super) fn acts_on_entries(network: &Network, function: FunctionId) -> bool {
    match network.functions.get(function) {
        FunctionRef::Table(Entry { form: Form::Elementwise, .. }) => true,
        FunctionRef::Table(_) | FunctionRef::User(_) => false,
    }
}
