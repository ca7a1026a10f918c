//! Case distinctions between Jacobians: {diag(r) if …; diag(s) otherwise} is diag({r if …; s otherwise}) where the
//! condition is one for each entry, and {r ⊙ x if …; s ⊙ x otherwise} is {r if …; s otherwise} ⊙ x.

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
        if let Some(after) = self.without_shared_factors(network, id) {
            return self.note(Rule::TakeOut, id, after);
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

    /// A case distinction between tensors with the factors in front that both branches have on the same axes. An axis
    /// that only they have is one of theirs alone: {rᵢ if …; sᵢ otherwise}Xᵢⱼ. Beside 0 only such axes are a reason.
    fn without_shared_factors(&mut self, network: &mut Network, id: ExprId) -> Option<ExprId> {
        let Node::If { comparison, parts } = network.arena.node(id) else { return None };
        let rank = network.arena.dims(id).len();
        let branches: Vec<ExprId> = parts[2..].iter().copied().filter(|&branch| branch != Arena::ZERO).collect();
        let mut opened: Vec<Parts> = branches.iter().map(|&branch| Parts::of(&network.arena, branch)).collect();
        let distinct = |parts: &Parts| parts.out.iter().all(|&label| parts.places(label).len() == 1);
        if rank == 0 || !opened.iter().all(|parts| parts.out.len() == rank && distinct(parts)) {
            return None;
        }
        let shared = self.take_shared(network, &mut opened);
        if shared.is_empty() {
            return None;
        }
        let is_free = |place: usize| opened.iter().all(|parts| parts.uses(parts.out[place]) == 0);
        let mut kept: Vec<usize> = (0..rank).filter(|&place| !is_free(place)).collect();
        let mut sides = [parts[0], parts[1]].map(|side| without_spread(&mut network.arena, side, &kept));
        if sides.contains(&None) {
            kept = (0..rank).collect();
            sides = [Some(parts[0]), Some(parts[1])];
        }
        let [Some(left), Some(right)] = sides else { return None };
        if kept.len() == rank && opened.len() < 2 {
            return None;
        }
        let mut rests = opened.into_iter().map(|mut parts| {
            parts.out = kept.iter().map(|&place| parts.out[place]).collect();
            parts.build(&mut network.arena)
        });
        let mut rest = |branch: ExprId| if branch == Arena::ZERO { Some(branch) } else { rests.next() };
        let (then, otherwise) = (rest(parts[2])?, rest(parts[3])?);
        let value = network.arena.conditional(comparison, [left, right, then, otherwise]);
        let mut whole = Parts::one();
        let dims = network.arena.dims(id).to_vec();
        whole.out = whole.labels(&dims);
        let axes = kept.iter().map(|&place| whole.out[place]).collect();
        whole.factors = vec![Part { base: value, exponent: NumberId::ONE, axes }];
        for (part, places) in shared {
            let axes = places.iter().map(|&place| whole.out[place]).collect();
            whole.factors.push(Part { axes, ..part });
        }
        Some(whole.build(&mut network.arena))
    }

    /// Takes the factors out of products that all of them have on the same axes of the result; each with their places.
    fn take_shared(&mut self, network: &mut Network, products: &mut [Parts]) -> Vec<(Part, Vec<usize>)> {
        let mut shared = Vec::new();
        let mut at = 0;
        while let Some(part) = products.first().and_then(|first| first.factors.get(at)).cloned() {
            let places = products[0].result_places(&part);
            let class = self.measures.class(&mut network.arena, part.base);
            let mut found = Vec::with_capacity(products.len());
            for product in products.iter().filter(|_| places.as_ref().is_some_and(|places| !places.is_empty())) {
                found.extend(product.factors.iter().position(|other| {
                    other.exponent == part.exponent
                        && product.result_places(other) == places
                        && self.measures.class(&mut network.arena, other.base) == class
                }));
            }
            let Some(places) = places.filter(|_| found.len() == products.len()) else {
                at += 1;
                continue;
            };
            for (product, place) in products.iter_mut().zip(found) {
                product.factors.remove(place);
            }
            shared.push((part, places));
        }
        shared
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
