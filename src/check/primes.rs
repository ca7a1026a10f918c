//! σ′(z) for a(1 − a): a formula in the names of a network as someone writes it who writes derivatives of functions.

use super::diagnose::replace_all;
use crate::calculus::{FunctionDerivatives, Goal, NameUse, Sigma, Simplifier};
use crate::diagnostic::Span;
use crate::expr::{Arena, ExprId, Node, OrdersId};
use crate::function::{Form, FunctionRef};
use crate::network::Network;

/// The formula with a derivative of a function for each expression that it is in the function's value. The network gets
/// further equations, so it should be a copy.
pub(super) fn primed(network: &mut Network, expr: ExprId) -> ExprId {
    let equations = network.equations.len();
    let mut meant: Vec<(ExprId, ExprId)> = Vec::new();
    for at in 0..equations {
        let Some((call, value)) = derivative(network, network.equations[at].value) else { continue };
        let sign = define(network, value);
        meant.push((sign, call));
    }
    let folded = Simplifier::new(network, Goal::Textbook, NameUse::Fold).simplify(network, expr);
    let meaning = |sign: ExprId| meant.iter().find(|pair| pair.0 == sign).map(|pair| pair.1);
    replace_all(&mut network.arena, folded, |_, id| meaning(id))
}

/// The same of scalars, whose derivatives stand in a formula as they are worked.
pub(super) fn primed_links(network: &mut Network, expr: ExprId) -> ExprId {
    let mut meant: Vec<(ExprId, ExprId)> = Vec::new();
    for at in 0..network.equations.len() {
        let value = network.equations[at].value;
        let Some((call, _)) = derivative(network, value) else { continue };
        meant.push((FunctionDerivatives::new(network, Sigma::Activation).partial(network, value, 0), call));
    }
    let meaning = |own: ExprId| meant.iter().find(|pair| pair.0 == own).map(|pair| pair.1);
    replace_all(&mut network.arena, expr, |_, id| meaning(id))
}

/// f′(z) as a call, and as it is written in a = f(z).
fn derivative(network: &mut Network, value: ExprId) -> Option<(ExprId, ExprId)> {
    let Node::Call { function, orders: OrdersId::NONE, arguments } = network.arena.node(value) else { return None };
    let [argument] = *arguments else { return None };
    let FunctionRef::Table(entry) = network.functions.get(function) else { return None };
    if !matches!(entry.form, Form::Elementwise) || network.arena.as_name(argument).is_none() {
        return None;
    }
    let orders = network.arena.orders_id(&[1]);
    let call = network.arena.derived_call(function, orders, &[argument]);
    let partial = FunctionDerivatives::new(network, Sigma::Activation).partial(network, value, 0);
    let partial = Simplifier::new(network, Goal::Textbook, NameUse::Fold).simplify(network, partial);
    let is_worked = network.arena.as_name(partial).is_none() && network.arena.as_number(partial).is_none();
    (is_worked && network.arena.shape(partial) == network.arena.shape(argument) && partial != Arena::ZERO)
        .then_some((call, partial))
}

/// A quantity with an equation, for a while.
fn define(network: &mut Network, value: ExprId) -> ExprId {
    let stem = format!("prime {}", network.quantities.len());
    let name = network.add_equation((&stem, &[]), value, Span::default(), true);
    network.name_expr(name)
}
