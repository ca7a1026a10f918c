//! Edits of the derivative of a function inside a link: σ for σ′, σ′ missing, σ′ taken elsewhere.
//!
//! The call is replaced by that of a function nobody knows, and the link derived again: then φ′ stands where the
//! derivative of the call stands, whatever form it has in the worked link.

use crate::calculus::{FunctionDerivatives, Locals, Sigma};
use crate::check::diagnose::Kind;
use crate::check::diagnose::edit::{Edit, Edits};
use crate::check::diagnose::relatives::names_in;
use crate::check::diagnose::rewrite::replace_all;
use crate::check::diagnose::truth::Link;
use crate::diagnostic::Span;
use crate::expr::{Arena, ExprId, Factor, FunctionId, Node, NumberId, OrdersId, Postorder};
use crate::function::{Form, FunctionRef, UserFunction};
use crate::network::Network;
use crate::rational::Rational;

/// The most calls in one equation that are looked at.
const MAX_CALLS: usize = 8;
/// The most other arguments at which a derivative may have been taken.
const MAX_ELSEWHERE: usize = 12;

/// Adds the edits of the calls in the equation of a link.
pub fn edits_of_calls(network: &mut Network, link: Link, edits: &mut Edits) {
    let Some(equation) = network.definition(link.of).copied() else { return };
    let mut order = Vec::new();
    Postorder::default().collect(&network.arena, &[equation.value], &mut order);
    order.retain(|&id| matches!(network.arena.node(id), Node::Call { .. }));
    order.truncate(MAX_CALLS);
    for call in order {
        edits_of_call(network, link, equation.value, call, edits);
    }
}

fn edits_of_call(network: &mut Network, link: Link, equation: ExprId, call: ExprId, edits: &mut Edits) {
    let Node::Call { function, orders, arguments } = network.arena.node(call) else { return };
    if !acts_on_entries(network, function) {
        return;
    }
    let arguments = arguments.to_vec();
    let unknown = unknown_function(network, arguments.len());
    let stand_in = network.arena.call(unknown, &arguments);
    let masked = replace_all(&mut network.arena, equation, |_, id| (id == call).then_some(stand_in));
    let by = network.name_expr(link.by);
    let mut functions = FunctionDerivatives::new(network, Sigma::Activation);
    let mut locals = Locals::default();
    let row = locals.partials(network, &mut functions, masked);
    let Some(&(_, masked)) = row.iter().find(|entry| entry.0 == by) else { return };
    for at in 0..arguments.len() {
        let true_slope = functions.partial(network, call, at);
        let mut swap = |network: &mut Network, kind: Kind, other: ExprId, part: ExprId, beside: Option<ExprId>| {
            let value = unmask(network, &mut functions, masked, unknown, call, Some((at, other)));
            edits.push(Edit { kind, value, part, beside, is_remote: false, whose: None });
        };
        let named = named(network, call);
        swap(network, Kind::NotDifferentiated, named, true_slope, Some(named));
        swap(network, Kind::MissingFactor, Arena::ONE, true_slope, None);
        for other in other_slopes(network, named) {
            swap(network, Kind::WrongVariable, other, true_slope, Some(other));
        }
        if let Some(twice) = second_slope(network, (function, orders), &arguments, at) {
            swap(network, Kind::WrongVariable, twice, true_slope, Some(twice));
        }
        for (kind, other) in elsewhere(network, function, call, &arguments, at) {
            let mut changed = arguments.clone();
            changed[at] = other;
            let moved = network.arena.derived_call(function, orders, &changed);
            let mut functions = FunctionDerivatives::new(network, Sigma::Activation);
            let slope = functions.partial(network, moved, at);
            swap(network, kind, slope, arguments[at], Some(other));
        }
    }
}

/// The derivatives of other activations in terms of the value a: a(1 − a) and 1 − a².
fn other_slopes(network: &mut Network, value: ExprId) -> [ExprId; 2] {
    let arena = &mut network.arena;
    let minus = arena.negate(value);
    let rest = arena.sum(&[Arena::ONE, minus]);
    let sigmoid = arena.product(NumberId::ONE, &[Factor::plain(value), Factor::plain(rest)]);
    let two = arena.number_id(Rational::integer(2));
    let square = arena.power(value, two);
    let square = arena.negate(square);
    [sigmoid, arena.sum(&[Arena::ONE, square])]
}

/// The second derivative of a call, where someone differentiates once too often.
fn second_slope(
    network: &mut Network,
    (function, orders): (FunctionId, OrdersId),
    arguments: &[ExprId],
    at: usize,
) -> Option<ExprId> {
    if orders != OrdersId::NONE || matches!(network.functions.get(function), FunctionRef::User(_)) {
        return None;
    }
    let mut once = vec![0; arguments.len()];
    once[at] = 1;
    let once = network.arena.orders_id(&once);
    let once = network.arena.derived_call(function, once, arguments);
    let mut functions = FunctionDerivatives::new(network, Sigma::Activation);
    let twice = functions.partial(network, once, at);
    let mut order = Vec::new();
    Postorder::default().collect(&network.arena, &[twice], &mut order);
    let is_worked = |&id: &ExprId| match network.arena.node(id) {
        Node::Call { orders, .. } => orders == OrdersId::NONE,
        _ => true,
    };
    (twice != Arena::ZERO && order.iter().all(is_worked)).then_some(twice)
}

/// Whether a function is applied to each entry by itself.
fn acts_on_entries(network: &Network, function: FunctionId) -> bool {
    match network.functions.get(function) {
        FunctionRef::Table(entry) => matches!(entry.form, Form::Elementwise),
        FunctionRef::User(own) => !own.whole,
    }
}

/// The quantity that is a call, or the call.
fn named(network: &mut Network, call: ExprId) -> ExprId {
    let name = network.equations.iter().find(|equation| equation.value == call).map(|equation| equation.name);
    name.map_or(call, |name| network.name_expr(name))
}

/// Other arguments: the output of the call itself, those of the same function in other layers, other names.
fn elsewhere(
    network: &mut Network,
    function: FunctionId,
    call: ExprId,
    arguments: &[ExprId],
    at: usize,
) -> Vec<(Kind, ExprId)> {
    let mut found = vec![(Kind::WrongArgument, named(network, call))];
    let values: Vec<ExprId> = network.equations.iter().map(|equation| equation.value).collect();
    let mut order = Vec::new();
    Postorder::default().collect(&network.arena, &values, &mut order);
    for id in order {
        if let Node::Call { function: other, arguments: others, .. } = network.arena.node(id)
            && other == function
            && others.len() == arguments.len()
            && others[at] != arguments[at]
            && network.arena.shape(others[at]) == network.arena.shape(arguments[at])
        {
            // log q beside log(1 − q) is no other layer.
            let [own, others_names] = [arguments[at], others[at]].map(|argument| names_in(network, &[argument]));
            let kind = if own == others_names { Kind::WrongVariable } else { Kind::OtherLayer };
            found.push((kind, others[at]));
        }
    }
    found.truncate(MAX_ELSEWHERE);
    found
}

/// The link with the call back in the place of the unknown function; its derivative by one argument may be another.
fn unmask(
    network: &mut Network,
    functions: &mut FunctionDerivatives,
    masked: ExprId,
    unknown: FunctionId,
    call: ExprId,
    other: Option<(usize, ExprId)>,
) -> ExprId {
    let mut order = Vec::new();
    Postorder::default().collect(&network.arena, &[masked], &mut order);
    let mut back = Vec::new();
    for id in order {
        let Node::Call { function, orders, .. } = network.arena.node(id) else { continue };
        if function != unknown {
            continue;
        }
        if orders == OrdersId::NONE {
            back.push((id, call));
        } else if let Some(by) = network.arena.orders(orders).iter().position(|&times| times > 0) {
            let slope = match other {
                Some((at, slope)) if at == by => slope,
                _ => functions.partial(network, call, by),
            };
            back.push((id, slope));
        }
    }
    let find = |id: ExprId| back.iter().find(|pair| pair.0 == id).map(|pair| pair.1);
    replace_all(&mut network.arena, masked, |_, id| find(id))
}

/// An abstract function that no file can name, one for each number of arguments.
fn unknown_function(network: &mut Network, arity: usize) -> FunctionId {
    let name = format!("·{arity}");
    let known = network.functions.user().find(|(_, own)| own.name == name).map(|(id, _)| id);
    known.unwrap_or_else(|| {
        let parameters = (0..arity).map(|at| format!("u{at}")).collect();
        network.functions.add(UserFunction {
            name,
            parameters,
            body: None,
            whole: false,
            opened: false,
            span: Span::default(),
        })
    })
}
