//! The main track: adjoints one step from those before, and how such a step is cut for printing.

use rustc_hash::FxHashSet;

use super::{Derivation, TrackRow, link, symbol};
use crate::calculus::{FactorOrder, LocalPartial};
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
        let put_in = split_adjoints(network, value, self.order);
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
                self.along(network, adjoint, local, partial.of)
            })
            .collect();
        network.arena.sum(&terms)
    }
}

/// The terms of a sum, each cut into its adjoint, with the sign of the term, and the rest; a term without an adjoint
/// stays whole.
fn split_adjoints(network: &mut Network, sum: ExprId, order: FactorOrder) -> Vec<Vec<ExprId>> {
    let terms = match network.arena.node(sum) {
        Node::Sum(terms) => terms.to_vec(),
        _ => vec![sum],
    };
    terms.into_iter().map(|term| split_adjoint(network, term, order)).collect()
}

fn split_adjoint(network: &mut Network, term: ExprId, order: FactorOrder) -> Vec<ExprId> {
    let Node::Product { coefficient, factors } = network.arena.node(term) else { return vec![term] };
    let is_adjoint = |factor: &Factor| {
        factor.exponent == NumberId::ONE && matches!(network.arena.node(factor.base), Node::Derivative { .. })
    };
    let Some(at) = factors.iter().position(is_adjoint) else { return vec![term] };
    let mut rest = factors.to_vec();
    let adjoint = rest.remove(at).base;
    let is_negative = network.arena.value(coefficient).is_negative();
    let coefficient = if is_negative {
        {
            let positive = network.arena.value(coefficient).neg();
            network.arena.number_id(positive)
        }
    } else {
        coefficient
    };
    let rest = network.arena.product(coefficient, &rest);
    // The sign goes to the factor that is printed first.
    let mut signed = |factor: ExprId| if is_negative { network.arena.negate(factor) } else { factor };
    match (rest, order) {
        (Arena::ONE, _) => vec![signed(adjoint)],
        (rest, FactorOrder::OutputFirst) => vec![signed(adjoint), rest],
        (rest, FactorOrder::ParameterFirst) => vec![adjoint, signed(rest)],
    }
}
