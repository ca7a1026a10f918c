//! Replacing parts of an expression: everywhere, or at one occurrence.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, Node, Postorder};

/// The expression with parts replaced wherever they occur; a replacement is not looked into again.
pub fn replace_all(
    arena: &mut Arena,
    expr: ExprId,
    mut replace: impl FnMut(&Arena, ExprId) -> Option<ExprId>,
) -> ExprId {
    let mut order = Vec::new();
    Postorder::default().collect(arena, &[expr], &mut order);
    let mut done: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in order {
        let next = match replace(arena, id) {
            Some(next) => next,
            None => arena.with_children(id, |child| done.get(&child).copied().unwrap_or(child)),
        };
        done.insert(id, next);
    }
    done.get(&expr).copied().unwrap_or(expr)
}

/// A place inside an expression: the nodes on the way to it, each with the number of the child that is next.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// What stands there.
    pub expr: ExprId,
    trail: Vec<(ExprId, usize)>,
}

impl Place {
    /// Whether it is the whole expression.
    pub fn is_whole(&self) -> bool {
        self.trail.is_empty()
    }

    /// The whole expression with something else at this place.
    pub fn put(&self, arena: &mut Arena, other: ExprId) -> ExprId {
        self.trail.iter().rev().fold(other, |inner, &(parent, at)| {
            let mut number = 0;
            arena.with_children(parent, |child| {
                number += 1;
                if number == at + 1 { inner } else { child }
            })
        })
    }
}

/// The places of an expression, the whole first, at most `limit`; conditions of case distinctions are left out.
pub fn places(arena: &Arena, expr: ExprId, limit: usize) -> Vec<Place> {
    let mut places = vec![Place { expr, trail: Vec::new() }];
    let mut at = 0;
    while at < places.len() && places.len() < limit {
        let place = places[at].clone();
        let skip = if matches!(arena.node(place.expr), Node::If { .. }) { 2 } else { 0 };
        for (number, child) in arena.children(place.expr).enumerate().skip(skip) {
            let mut trail = place.trail.clone();
            trail.push((place.expr, number));
            places.push(Place { expr: child, trail });
        }
        at += 1;
    }
    places.truncate(limit);
    places
}
