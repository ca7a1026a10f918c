//! Roots of products beside their factors: √(uv)/(uv) is 1/√(uv), and v/(uv)^{3/2} is 1/(u√(uv)).

use crate::calculus::simplify::Simplifier;
use crate::expr::{ExprId, Factor, Node, NumberId};
use crate::network::Network;
use crate::rational::Rational;

/// The most steps of one product.
const MAX_STEPS: usize = 8;

impl Simplifier {
    /// Moves whole powers between the root of a product and its factors that stand beside it, where factors go away.
    /// Whether there were any.
    pub(super) fn merge_roots(&mut self, network: &mut Network, factors: &mut Vec<Factor>) -> bool {
        let mut changed = false;
        for _ in 0..MAX_STEPS {
            let next = (0..factors.len()).find_map(|at| self.merge_root(network, factors, at));
            let Some(next) = next else { break };
            *factors = next;
            changed = true;
        }
        changed
    }

    fn merge_root(&mut self, network: &mut Network, factors: &[Factor], at: usize) -> Option<Vec<Factor>> {
        let exponent = network.arena.value(factors[at].exponent).clone();
        let Node::Product { coefficient: NumberId::ONE, factors: inner } = network.arena.node(factors[at].base) else {
            return None;
        };
        if exponent.is_integer() {
            return None;
        }
        let inner = inner.to_vec();
        let step = Rational::integer(if exponent.is_negative() { -1 } else { 1 });
        let rest = exponent.add(&step.neg())?;
        let mut merged = factors.to_vec();
        merged[at].exponent = network.arena.number_id(rest);
        let (mut all, mut gone) = (true, false);
        for Factor { base, exponent } in inner {
            let moved = network.arena.value(exponent).mul(&step)?;
            match self.beside(network, factors, at, base) {
                Some(place) => {
                    let before = network.arena.value(merged[place].exponent).clone();
                    let after = before.add(&moved)?;
                    all &= before.is_negative() != moved.is_negative() && after.abs() < before.abs();
                    gone |= after.is_zero();
                    merged[place].exponent = network.arena.number_id(after);
                }
                None => {
                    all = false;
                    merged.push(Factor { base, exponent: network.arena.number_id(moved) });
                }
            }
        }
        let is_large = exponent.abs() > Rational::ONE;
        merged.retain(|factor| factor.exponent != NumberId::ZERO);
        (all || is_large && gone).then_some(merged)
    }

    /// The place of another factor with this base.
    fn beside(&mut self, network: &mut Network, factors: &[Factor], at: usize, base: ExprId) -> Option<usize> {
        let class = self.measures.class(&mut network.arena, base);
        (0..factors.len())
            .find(|&other| other != at && self.measures.class(&mut network.arena, factors[other].base) == class)
    }
}
