//! What is known of sums: the entries of a softmax add up to one, those of what is centred to zero.

use rustc_hash::FxHashMap;

use crate::calculus::Rule;
use crate::calculus::simplify::definitions::unfolded;
use crate::calculus::simplify::parts::Parts;
use crate::calculus::simplify::unit::is_unit;
use crate::calculus::simplify::{Goal, NameUse, Simplifier};
use crate::expr::{Arena, ExprId, Node, NumberId};
use crate::network::Network;
use crate::rational::Rational;

/// Which axes of which names add up to zero or to one, found out when first asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Centred {
    known: FxHashMap<(ExprId, usize), Option<Total>>,
    /// Whether a question is being answered: its own questions are answered with no.
    busy: bool,
    /// What multiplies out all that may be zero, made when first asked.
    plain: Option<Box<Simplifier>>,
}

/// The size of a sum that is still tried for zero.
const MAX_SIZE: u32 = 60;

/// What entries add up to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Total {
    Zero,
    One,
}

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
                if !parts.is_summed(label) || parts.uses(label) != 1 || is_unit(parts.size(label)) {
                    continue;
                }
                if let Some(rule) = self.facts.sums_to_one(network, base, axis) {
                    parts.factors.remove(at);
                    parts.summed.retain(|&own| own != label);
                    return Some(rule);
                }
                match self.total(network, base, axis) {
                    Some(Total::Zero) => {
                        parts.coefficient = Rational::ZERO;
                        return Some(Rule::SumToZero);
                    }
                    Some(Total::One) => {
                        parts.factors.remove(at);
                        parts.summed.retain(|&own| own != label);
                        return Some(Rule::SumToOne);
                    }
                    None => {}
                }
            }
        }
        None
    }

    /// What the definition of a name, summed over an axis, is when it is written out, if that is 0 or 1.
    fn total(&mut self, network: &mut Network, base: ExprId, axis: usize) -> Option<Total> {
        let Node::Name(name) = network.arena.node(base) else { return None };
        if let Some(&known) = self.centred.known.get(&(base, axis)) {
            return known;
        }
        let definition = network.definition(name).map(|equation| equation.value)?;
        if self.centred.busy {
            return None;
        }
        let sum = network.arena.sum_over(definition, &[axis]);
        let shape = network.arena.shape(sum);
        let minus_one = network.arena.integer(-1);
        let minus_one = network.arena.spread(minus_one, shape);
        let above_one = network.arena.sum(&[sum, minus_one]);
        let total = if self.is_zero(network, sum) {
            Some(Total::Zero)
        } else if self.is_zero(network, above_one) {
            Some(Total::One)
        } else {
            None
        };
        self.centred.known.insert((base, axis), total);
        total
    }

    /// Whether an expression is 0 once the names of short definitions are written out and all is multiplied out.
    pub(super) fn is_zero(&mut self, network: &mut Network, expr: ExprId) -> bool {
        if self.centred.busy || self.measures.size(&network.arena, expr) > MAX_SIZE {
            return false;
        }
        let written = unfolded(network, expr);
        let mut plain = self.centred.plain.take().unwrap_or_else(|| {
            let mut plain = Simplifier::relying_on(network, Goal::Expand, NameUse::Keep, self.facts.clone());
            plain.centred.busy = true;
            Box::new(plain)
        });
        plain.learn_symmetric_names(network);
        let vanishes = plain.simplify(network, written) == Arena::ZERO;
        plain.record.clear();
        self.centred.plain = Some(plain);
        vanishes
    }
}
