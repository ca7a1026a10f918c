//! Opening compositions of abstract functions: in y = a(b(c(x))), b and c become quantities, the links of the chain.

use rustc_hash::FxHashMap;

use crate::expr::{ExprId, FunctionId, Node, OrdersId, Postorder};
use crate::function::FunctionRef;
use crate::network::Network;

/// Gives each inner call of an abstract function a name, that of its function, if the name is free and the function is
/// applied to one argument only in the whole file.
pub(super) fn open_compositions(network: &mut Network) {
    let is_abstract = |network: &Network, function: FunctionId| matches!(network.functions.get(function), FunctionRef::User(own) if own.body.is_none() && own.parameters.len() == 1);
    if !network.functions.user().any(|(id, _)| is_abstract(network, id)) {
        return;
    }
    let roots: Vec<ExprId> = network.equations.iter().map(|equation| equation.value).collect();
    let mut order = Vec::new();
    Postorder::default().collect(&network.arena, &roots, &mut order);
    let call_of = |network: &Network, id: ExprId| match network.arena.node(id) {
        Node::Call { function, orders: OrdersId::NONE, arguments } if is_abstract(network, function) => {
            Some((function, arguments[0]))
        }
        _ => None,
    };
    let mut calls: FxHashMap<FunctionId, usize> = FxHashMap::default();
    let mut inner: Vec<ExprId> = Vec::new();
    for &id in &order {
        if let Some((function, argument)) = call_of(network, id) {
            *calls.entry(function).or_default() += 1;
            if call_of(network, argument).is_some() && !inner.contains(&argument) {
                inner.push(argument);
            }
        }
    }
    let mut replaced: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in order {
        let rebuilt = network.arena.with_children(id, |child| replaced.get(&child).copied().unwrap_or(child));
        let named = call_of(network, id).filter(|(function, _)| inner.contains(&id) && calls[function] == 1);
        let next = named.and_then(|(function, _)| link(network, function, rebuilt)).unwrap_or(rebuilt);
        if next != id {
            replaced.insert(id, next);
        }
    }
    for at in 0..roots.len() {
        let value = network.equations[at].value;
        network.equations[at].value = replaced.get(&value).copied().unwrap_or(value);
    }
}

/// The quantity named like `function` with the equation `value`.
fn link(network: &mut Network, function: FunctionId, value: ExprId) -> Option<ExprId> {
    let FunctionRef::User(own) = network.functions.get(function) else { return None };
    let (stem, span) = (own.name.clone(), own.span);
    if network.quantities.iter().any(|quantity| *quantity.stem == *stem) {
        return None;
    }
    let name = network.add_equation((&stem, &[]), value, span, false);
    Some(network.name_expr(name))
}
