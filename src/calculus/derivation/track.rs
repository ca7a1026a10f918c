//! The main track: adjoints one step from those before, and how such a step is cut for printing.

use rustc_hash::FxHashSet;

use super::{Derivation, TrackRow, link, symbol};
use crate::calculus::LocalPartial;
use crate::expr::{Arena, ExprId, Factor, NameId, Node, NumberId};
use crate::network::Network;

impl Derivation {
    /// The main track: the adjoints from the quantity `of` down to `targets`, each once, in terms of those before.
    pub fn track(&mut self, network: &mut Network, of: NameId, targets: &[NameId]) -> Vec<TrackRow> {
        let Some(at) = self.sweeps.iter().position(|sweep| sweep.of() == of) else { return Vec::new() };
        let mut needed: FxHashSet<NameId> = FxHashSet::default();
        let mut order: Vec<NameId> = Vec::new();
        for &target in targets {
            if needed.contains(&target) || self.sweeps[at].users(target).next().is_none() {
                continue;
            }
            let above = self.sweeps[at].ancestors_outside(target, &needed);
            needed.extend(above.iter().copied());
            order.extend(above);
        }
        order.retain(|&name| name != of);
        order.into_iter().map(|name| self.track_row(network, at, name)).collect()
    }

    pub(super) fn track_row(&mut self, network: &mut Network, sweep: usize, by: NameId) -> TrackRow {
        let of = self.sweeps[sweep].of();
        let users: Vec<LocalPartial> = self.sweeps[sweep].users(by).collect();
        let terms: Vec<ExprId> = users
            .iter()
            .map(|user| {
                let local = self.link_symbol(network, sweep, *user);
                if user.of == of {
                    return local;
                }
                let adjoint = symbol(network, of, user.of);
                link(network, adjoint, local, user.of)
            })
            .collect();
        let symbols = network.arena.sum(&terms);
        let value = self.one_step(network, of, &users);
        let value = self.simplifier.simplify(network, value);
        let put_in = split_adjoints(network, value);
        TrackRow { by, users, symbols, value, put_in }
    }

    /// Σ ∂C/∂u · (∂u/∂v put in) over the users u of v.
    pub fn one_step(&mut self, network: &mut Network, of: NameId, users: &[LocalPartial]) -> ExprId {
        let terms: Vec<ExprId> = users
            .iter()
            .map(|&partial| {
                let local = self.local(network, partial);
                if partial.of == of {
                    return local;
                }
                let adjoint = symbol(network, of, partial.of);
                link(network, adjoint, local, partial.of)
            })
            .collect();
        network.arena.sum(&terms)
    }
}

/// The terms of a sum, each cut into its adjoint, with the sign of the term, and the rest; a term without an adjoint
/// stays whole.
fn split_adjoints(network: &mut Network, sum: ExprId) -> Vec<Vec<ExprId>> {
    let terms = match network.arena.node(sum) {
        Node::Sum(terms) => terms.to_vec(),
        _ => vec![sum],
    };
    terms.into_iter().map(|term| split_adjoint(network, term)).collect()
}

fn split_adjoint(network: &mut Network, term: ExprId) -> Vec<ExprId> {
    let Node::Product { coefficient, factors } = network.arena.node(term) else { return vec![term] };
    let is_adjoint = |factor: &Factor| {
        factor.exponent == NumberId::ONE && matches!(network.arena.node(factor.base), Node::Derivative { .. })
    };
    let Some(at) = factors.iter().position(is_adjoint) else { return vec![term] };
    let mut rest = factors.to_vec();
    let mut adjoint = rest.remove(at).base;
    let mut coefficient = coefficient;
    if network.arena.value(coefficient).is_negative() {
        adjoint = network.arena.negate(adjoint);
        let positive = network.arena.value(coefficient).neg();
        coefficient = network.arena.number_id(positive);
    }
    match network.arena.product(coefficient, &rest) {
        Arena::ONE => vec![adjoint],
        rest => vec![adjoint, rest],
    }
}
