//! Formulas of functions that a program may need: derivatives f′ by their definition, and what is 0 at kinks.
//!
//! Takes a network; gives formulas in parameters for the functions that occur in it.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::calculus::{FunctionDerivatives, Sigma};
use crate::expr::{ExprId, FunctionId, Node, OrdersId};
use crate::function::FunctionRef;
use crate::network::Network;

/// Formulas of functions in [`Node::Parameter`]s.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    /// Differentiated functions: f′, ∂₁f.
    pub derived: FxHashMap<(FunctionId, OrdersId), ExprId>,
    /// What is 0 at the kinks, in the order of the entry.
    pub kinks: FxHashMap<FunctionId, Vec<ExprId>>,
}

impl Templates {
    /// Formulas for all functions that the expressions of a network call; abstract ones have none.
    pub fn of(network: &mut Network) -> Templates {
        let mut templates = Templates::default();
        let mut derivatives = FunctionDerivatives::new(network, Sigma::Expanded);
        for (function, orders) in calls(network) {
            if orders != OrdersId::NONE {
                if let Some(body) = derived(network, &mut derivatives, function, orders) {
                    templates.derived.insert((function, orders), body);
                }
            } else if let FunctionRef::Table(entry) = network.functions.get(function)
                && !entry.kinks.is_empty()
            {
                templates.kinks.insert(function, network.template(function).kinks);
            }
        }
        templates
    }
}

/// The functions that are called, with how they are differentiated.
fn calls(network: &Network) -> BTreeSet<(FunctionId, OrdersId)> {
    let all = (0..network.arena.len() as u32).map(|at| network.arena.node(ExprId(at)));
    let calls = all.filter_map(|node| match node {
        Node::Call { function, orders, .. } => Some((function, orders)),
        _ => None,
    });
    calls.collect()
}

/// A differentiated function in its parameters.
fn derived(
    network: &mut Network,
    derivatives: &mut FunctionDerivatives,
    function: FunctionId,
    orders: OrdersId,
) -> Option<ExprId> {
    if derivatives.stays_primed(network, function) {
        return None;
    }
    let arity = network.functions.get(function).arity();
    let parameters: Vec<ExprId> = (0..arity).map(|at| network.arena.parameter(at as u32)).collect();
    let mut lower = network.arena.orders(orders).to_vec();
    let by = lower.iter().position(|&times| times > 0)?;
    lower[by] -= 1;
    let lower = network.arena.orders_id(&lower);
    let call = network.arena.derived_call(function, lower, &parameters);
    Some(derivatives.partial(network, call, by))
}
