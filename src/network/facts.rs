//! What `assume` says of the entries of a quantity: symmetric, summing to 1, positive.

use crate::expr::{Arena, ExprId, Label, NameId, Node, NumberId, Operand};
use crate::network::resolve::Resolver;
use crate::rational::Rational;
use crate::syntax::ast::{AstCondition, Comparison};

impl Resolver<'_> {
    /// Enters what a condition says of a single quantity; sides whose shapes do not go together are an error.
    pub(super) fn note_fact(&mut self, condition: &AstCondition, left: &Operand, right: &Operand) {
        if self.network.arena.broadcast_sum(&[left.clone(), right.clone()]).is_err() {
            self.cannot_add((condition.left, left), (condition.right, right));
            return;
        }
        let network = &mut self.network;
        let arena = &network.arena;
        match condition.comparison {
            Comparison::Equal => {
                for (one, other) in [(left, right), (right, left)] {
                    if let Some(name) = symmetric(arena, one.expr, other.expr) {
                        network.quantities[name.0 as usize].facts.symmetric = true;
                        return;
                    }
                    if let Some((name, axis)) = sums_to_one(arena, one.expr, other.expr) {
                        network.quantities[name.0 as usize].facts.sums_to_one = Some(axis);
                        return;
                    }
                }
            }
            Comparison::Greater => note_positive(network, left.expr, right.expr),
            Comparison::Less => note_positive(network, right.expr, left.expr),
            Comparison::LessEqual | Comparison::GreaterEqual | Comparison::NotEqual => {}
        }
    }
}

fn note_positive(network: &mut crate::network::Network, large: ExprId, small: ExprId) {
    let floor = network.arena.as_number(small).is_some_and(|number| !number.is_negative());
    if let Some(name) = network.arena.as_name(large).filter(|_| floor) {
        network.quantities[name.0 as usize].facts.positive = true;
    }
}

/// The name of which `one` is the transpose, if `other` is that name and a matrix.
fn symmetric(arena: &Arena, one: ExprId, other: ExprId) -> Option<NameId> {
    let (factor, axes, out) = single(arena, one)?;
    let name = arena.as_name(other).filter(|_| factor == other)?;
    (axes.len() == 2 && out == [axes[1], axes[0]]).then_some(name)
}

/// The name and its axis of which `one` is the sum, if `other` is 1.
fn sums_to_one(arena: &Arena, one: ExprId, other: ExprId) -> Option<(NameId, usize)> {
    let is_one = arena.as_number(other).is_some_and(Rational::is_one) || is_ones(arena, other);
    let (factor, axes, out) = single(arena, one)?;
    let name = arena.as_name(factor).filter(|_| is_one)?;
    let summed: Vec<usize> = (0..axes.len()).filter(|&axis| !out.contains(&axes[axis])).collect();
    let [axis] = summed[..] else { return None };
    (out.len() + 1 == axes.len()).then_some((name, axis))
}

fn is_ones(arena: &Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Contraction { coefficient: NumberId::ONE, factors: [], labels } => {
            let labels = arena.labels(labels);
            labels.out.len() == labels.sizes.len()
        }
        _ => false,
    }
}

/// The one factor of a contraction without powers, with its labels and those of the result.
fn single(arena: &Arena, id: ExprId) -> Option<(ExprId, &[Label], &[Label])> {
    let Node::Contraction { coefficient: NumberId::ONE, factors: [factor], labels } = arena.node(id) else {
        return None;
    };
    let labels = arena.labels(labels);
    (factor.exponent == NumberId::ONE).then_some((factor.base, &labels.factors[0], &labels.out))
}
