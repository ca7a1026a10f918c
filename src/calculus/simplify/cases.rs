//! Case distinctions between Jacobians: {diag(r) if …; diag(s) otherwise} is diag({r if …; s otherwise}) where the
//! condition is one for each entry.

use crate::calculus::Rule;
use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::parts::{Part, Parts};
use crate::expr::{Arena, ExprId, Node, NumberId};
use crate::network::Network;
use crate::syntax::ast::Comparison;

impl Simplifier {
    /// A case distinction with the links that its branches share outside.
    pub(super) fn rebuild_cases(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Node::If { comparison, parts } = network.arena.node(id) else { return id };
        if parts[0] == parts[1] && network.arena.as_name(parts[0]).is_some() {
            let holds = matches!(comparison, Comparison::LessEqual | Comparison::GreaterEqual | Comparison::Equal);
            return self.note(Rule::Arithmetic, id, parts[if holds { 2 } else { 3 }]);
        }
        let rank = network.arena.dims(id).len();
        let Some(links) = shared_links(&network.arena, [parts[2], parts[3]], rank) else { return id };
        let kept: Vec<usize> = (0..rank).filter(|&place| links[place] == place).collect();
        if kept.len() == rank {
            return id;
        }
        let sides = [parts[0], parts[1]].map(|side| without_spread(&mut network.arena, side, &kept));
        let [Some(left), Some(right)] = sides else { return id };
        let [then, otherwise] = [parts[2], parts[3]].map(|branch| without_links(&mut network.arena, branch, &kept));
        let value = network.arena.conditional(comparison, [left, right, then, otherwise]);
        let mut whole = Parts::one();
        let dims: Vec<_> = kept.iter().map(|&place| network.arena.dims(id)[place]).collect();
        let axes = whole.labels(&dims);
        whole.out = links.iter().map(|link| axes[kept.iter().position(|place| place == link).unwrap_or(0)]).collect();
        whole.factors = vec![Part { base: value, exponent: NumberId::ONE, axes }];
        let after = whole.build(&mut network.arena);
        self.note(Rule::TakeOut, id, after)
    }
}

/// For each place of the result the first place that it is linked to, if both branches have the same links; 0 is linked
/// as the other branch is.
fn shared_links(arena: &Arena, branches: [ExprId; 2], rank: usize) -> Option<Vec<usize>> {
    let mut links: Option<Vec<usize>> = None;
    for branch in branches.into_iter().filter(|&branch| branch != Arena::ZERO) {
        let out = Parts::of(arena, branch).out;
        if out.len() != rank || !matches!(arena.node(branch), Node::Contraction { .. }) {
            return None;
        }
        let own = out.iter().enumerate().map(|(at, label)| out.iter().position(|own| own == label).unwrap_or(at));
        let own: Vec<usize> = own.collect();
        if links.as_ref().is_some_and(|known| *known != own) {
            return None;
        }
        links = Some(own);
    }
    links
}

/// A branch with the axes at the places `kept` only; the others are linked to one of them.
fn without_links(arena: &mut Arena, branch: ExprId, kept: &[usize]) -> ExprId {
    if branch == Arena::ZERO {
        return branch;
    }
    let mut parts = Parts::of(arena, branch);
    parts.out = kept.iter().map(|&place| parts.out[place]).collect();
    parts.build(arena)
}

/// A side of the condition with the axes at the places `kept` only, if it is the same along the others.
fn without_spread(arena: &mut Arena, side: ExprId, kept: &[usize]) -> Option<ExprId> {
    if arena.shape(side).is_scalar() {
        return Some(side);
    }
    let mut parts = Parts::of(arena, side);
    let is_spread = |place: usize| parts.uses(parts.out[place]) == 0 && parts.places(parts.out[place]).len() == 1;
    if !(0..parts.out.len()).filter(|place| !kept.contains(place)).all(is_spread) {
        return None;
    }
    parts.out = kept.iter().map(|&place| parts.out[place]).collect();
    Some(parts.build(arena))
}
