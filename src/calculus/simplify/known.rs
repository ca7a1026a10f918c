//! What is known of sums: the entries of a softmax add up to one, those of what is centred to zero.

use rustc_hash::FxHashMap;

use crate::calculus::Rule;
use crate::calculus::simplify::definitions::unfolded;
use crate::calculus::simplify::parts::Parts;
use crate::calculus::simplify::{Goal, NameUse, Simplifier};
use crate::expr::{Arena, ExprId, Node, NumberId};
use crate::network::Network;
use crate::rational::Rational;

/// Which axes of which names add up to zero, found out when first asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Centred {
    known: FxHashMap<(ExprId, usize), bool>,
    /// Whether a question is being answered: its own questions are answered with no.
    busy: bool,
}

/// The size of a sum that is still tried for zero.
const MAX_SIZE: u32 = 60;

impl Simplifier {
    /// A factor whose entries add up to one along an axis that is summed, and met nowhere else, drops out; one whose
    /// entries add up to zero makes all zero.
    pub(super) fn apply_facts(&mut self, network: &mut Network, parts: &mut Parts) -> Option<Rule> {
        for at in 0..parts.factors.len() {
            if parts.factors[at].exponent != NumberId::ONE {
                continue;
            }
            let base = parts.factors[at].base;
            for axis in 0..parts.factors[at].axes.len() {
                let label = parts.factors[at].axes[axis];
                if !parts.is_summed(label) || parts.uses(label) != 1 {
                    continue;
                }
                if let Some(rule) = self.facts.sums_to_one(network, base, axis) {
                    parts.factors.remove(at);
                    parts.summed.retain(|&own| own != label);
                    return Some(rule);
                }
                if self.sums_to_zero(network, base, axis) {
                    parts.coefficient = Rational::ZERO;
                    return Some(Rule::SumToZero);
                }
            }
        }
        None
    }

    /// Whether the definition of a name, summed over an axis, is 0 when it is written out.
    fn sums_to_zero(&mut self, network: &mut Network, base: ExprId, axis: usize) -> bool {
        let Node::Name(name) = network.arena.node(base) else { return false };
        if let Some(&known) = self.centred.known.get(&(base, axis)) {
            return known;
        }
        let Some(definition) = network.definition(name).map(|equation| equation.value) else { return false };
        if self.centred.busy {
            return false;
        }
        let sum = network.arena.sum_over(definition, &[axis]);
        let zero = self.is_zero(network, sum);
        self.centred.known.insert((base, axis), zero);
        zero
    }

    /// Whether an expression is 0 once the names of short definitions are written out and all is multiplied out.
    pub(super) fn is_zero(&mut self, network: &mut Network, expr: ExprId) -> bool {
        if self.centred.busy || self.measures.size(&network.arena, expr) > MAX_SIZE {
            return false;
        }
        let written = unfolded(network, expr);
        let mut plain = Simplifier::relying_on(network, Goal::Expand, NameUse::Keep, self.facts.clone());
        plain.centred.busy = true;
        plain.simplify(network, written) == Arena::ZERO
    }
}
