//! Derivatives of activations where none belongs: a further σ′ behind softmax with cross-entropy, whose own has cancelled.

use crate::calculus::{FunctionDerivatives, Sigma};
use crate::check::diagnose::Kind;
use crate::check::diagnose::edit::{Edit, Edits};
use crate::check::diagnose::rewrite::places;
use crate::expr::{Arena, ExprId, Node, NumberId, OrdersId};
use crate::function::{Form, FunctionRef, Known};
use crate::network::Network;

/// The most activations that are looked at.
const MAX_ACTIVATIONS: usize = 6;
/// The most places of a formula that are looked at.
const MAX_PLACES: usize = 24;

/// Adds the edits that multiply the whole or a part of a formula by the derivative of an activation of its shape.
pub fn surplus_derivatives(network: &mut Network, total: ExprId, edits: &mut Edits) {
    for derivative in derivatives(network) {
        for place in places(&network.arena, total, MAX_PLACES) {
            let is_data = network.arena.as_name(place.expr).is_some() && !place.is_whole();
            if is_data || network.arena.shape(place.expr) != network.arena.shape(derivative) {
                continue;
            }
            let Some(value) = entrywise(&mut network.arena, place.expr, derivative) else { continue };
            let value = place.put(&mut network.arena, value);
            edits.push(Edit::new(Kind::DoubledFactor, value, derivative).beside(derivative).remote(true));
        }
    }
}

/// The derivatives of the activations in the names of the network, entry by entry: a ⊙ (1 − a).
fn derivatives(network: &mut Network) -> Vec<ExprId> {
    let mut found = Vec::new();
    for at in 0..network.equations.len() {
        let equation = network.equations[at];
        let Node::Call { function, orders: OrdersId::NONE, arguments } = network.arena.node(equation.value) else {
            continue;
        };
        let argument = arguments[0];
        let FunctionRef::Table(entry) = network.functions.get(function) else { continue };
        if network.arena.as_name(argument).is_none() || found.len() >= MAX_ACTIVATIONS {
            continue;
        }
        let name = network.name_expr(equation.name);
        let derivative = match (entry.form, entry.known) {
            (Form::Elementwise, _) => {
                let mut functions = FunctionDerivatives::new(network, Sigma::Activation);
                Some(functions.partial(network, equation.value, 0))
            }
            (_, Some(Known::Softmax)) => {
                let minus = network.arena.negate(name);
                let rest = network.arena.sum(&[Arena::ONE, minus]);
                entrywise(&mut network.arena, name, rest)
            }
            _ => None,
        };
        found.extend(derivative.filter(|&derivative| network.arena.shape(derivative) == network.arena.shape(name)));
    }
    found
}

/// u ⊙ v.
fn entrywise(arena: &mut Arena, a: ExprId, b: ExprId) -> Option<ExprId> {
    let operands = [(arena.operand(a), NumberId::ONE), (arena.operand(b), NumberId::ONE)];
    arena.broadcast_product(NumberId::ONE, &operands).ok().map(|product| product.expr)
}
