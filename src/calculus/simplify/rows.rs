//! Rows of 1 × d as they were declared: inside products they lose their first axis, and what is shown has it again, so
//! that 1 − y stays a row where y is one.

use rustc_hash::FxHashMap;

use crate::calculus::simplify::parts::Parts;
use crate::calculus::simplify::unit::{acts_on_entries, is_unit};
use crate::expr::{Arena, ExprId, Label, Node, subexpressions};
use crate::network::Network;
use crate::shape::Dim;

/// What the entries of an expression of one axis come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
enum Kind {
    /// Numbers and products of matrices, which may stand either way.
    Either,
    /// Rows.
    Row,
    /// Something that is a column.
    Column,
}

/// An expression with its factors that are made of rows as rows.
pub(super) fn restored(network: &mut Network, id: ExprId) -> ExprId {
    let is_row = |dims: &[Dim]| matches!(*dims, [rows, columns] if is_unit(rows) && !is_unit(columns));
    let order = subexpressions(&network.arena, id);
    if !order.iter().any(|&part| is_row(network.arena.dims(part)) && is_leaf(&network.arena, part)) {
        return id;
    }
    let mut kinds: FxHashMap<ExprId, Kind> = FxHashMap::default();
    let mut done: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for part in order {
        let kind = kind(network, &kinds, part);
        kinds.insert(part, kind);
        let next = match network.arena.node(part) {
            Node::Contraction { .. } => with_rows(network, &kinds, &done, part),
            _ => network.arena.with_children(part, |child| done.get(&child).copied().unwrap_or(child)),
        };
        done.insert(part, next);
    }
    done.get(&id).copied().unwrap_or(id)
}

fn is_leaf(arena: &Arena, id: ExprId) -> bool {
    matches!(arena.node(id), Node::Name(_) | Node::Derivative { .. })
}

fn kind(network: &Network, kinds: &FxHashMap<ExprId, Kind>, id: ExprId) -> Kind {
    let arena = &network.arena;
    let known = |child: ExprId| if arena.shape(child).is_scalar() { Kind::Either } else { kinds[&child] };
    match arena.node(id) {
        Node::Name(_) | Node::Derivative { .. } => match *arena.dims(id) {
            [] => Kind::Either,
            [rows, columns] if is_unit(rows) && !is_unit(columns) => Kind::Row,
            _ => Kind::Column,
        },
        Node::Contraction { .. } => {
            let parts = Parts::of(arena, id);
            let is_product = parts.summed.iter().any(|&label| !is_unit(parts.size(label)));
            let tensors = parts.factors.iter().filter(|part| !part.axes.is_empty());
            if is_product { Kind::Either } else { tensors.map(|part| known(part.base)).max().unwrap_or(Kind::Either) }
        }
        Node::Call { function, .. } if !acts_on_entries(network, function) => Kind::Column,
        Node::Sum(_) | Node::Call { .. } | Node::Product { .. } => {
            arena.children(id).map(known).max().unwrap_or(Kind::Either)
        }
        Node::Number(_) | Node::Constant(_) => Kind::Either,
        _ => Kind::Column,
    }
}

/// A product whose factors of one axis that are made of rows are rows.
fn with_rows(
    network: &mut Network,
    kinds: &FxHashMap<ExprId, Kind>,
    done: &FxHashMap<ExprId, ExprId>,
    id: ExprId,
) -> ExprId {
    let mut parts = Parts::of(&network.arena, id);
    for at in 0..parts.factors.len() {
        let base = parts.factors[at].base;
        let is_made = matches!(network.arena.node(base), Node::Sum(_) | Node::Call { .. });
        let next = done.get(&base).copied().unwrap_or(base);
        let is_vector = parts.factors[at].axes.len() == 1;
        parts.factors[at].base = next;
        if is_made && is_vector && kinds.get(&base) == Some(&Kind::Row) {
            parts.factors[at].base = as_row(network, next);
            let own = parts.own_unit();
            parts.factors[at].axes.insert(0, own);
        }
    }
    parts.build(&mut network.arena)
}

/// A sum or a function of rows without their first axis, with it.
fn as_row(network: &mut Network, id: ExprId) -> ExprId {
    let mut done: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for part in subexpressions(&network.arena, id) {
        if network.arena.dims(part).len() != 1 {
            continue;
        }
        let replace = |child: ExprId| done.get(&child).copied().unwrap_or(child);
        let next = match network.arena.node(part) {
            Node::Sum(_) => network.arena.with_children(part, replace),
            Node::Call { function, orders, arguments } => {
                let arguments: Vec<ExprId> = arguments.iter().map(|&argument| replace(argument)).collect();
                let dims = [Dim::Known(1), network.arena.dims(part)[0]];
                let shape = network.arena.shapes_mut().intern(&dims);
                network.arena.intern(Node::Call { function, orders, arguments: &arguments }, shape)
            }
            _ => row_of(&mut network.arena, part),
        };
        done.insert(part, next);
    }
    done.get(&id).copied().unwrap_or(id)
}

/// A product with a first axis of size 1; a name without that axis gets its own again.
fn row_of(arena: &mut Arena, id: ExprId) -> ExprId {
    let mut parts = Parts::of(arena, id);
    let own = match parts.factors.iter().filter(|part| !part.axes.is_empty()).collect::<Vec<_>>().as_slice() {
        [only] if only.axes.len() == 2 && parts.is_own_unit(only.axes[0]) => Some(only.axes[0]),
        _ => None,
    };
    let first: Label = match own {
        Some(label) => {
            parts.summed.retain(|&summed| summed != label);
            label
        }
        None => parts.label(Dim::Known(1)),
    };
    parts.out.insert(0, first);
    parts.build(arena)
}
