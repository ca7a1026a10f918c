//! The derivatives of functions: of the table by its entries, of the user's own by their definitions, of abstract ones
//! as f′.

use rustc_hash::FxHashMap;

use crate::calculus::lift;
use crate::calculus::local::differentiate_leaf;
use crate::expr::{Arena, ExprId, Filling, FunctionId, NameId, Node, OrdersId, Pattern};
use crate::function::{FunctionRef, Group};
use crate::network::Network;

/// How σ′ is written in results.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sigma {
    /// σ′(z).
    Prime,
    /// σ(z)(1 − σ(z)).
    Expanded,
    /// a(1 − a) where a names σ(z).
    #[default]
    Activation,
}

/// The partial derivatives of functions, each found once.
#[derive(Clone, Debug, Default)]
pub struct FunctionDerivatives {
    /// How derivatives of activations and of the user's functions are written.
    pub sigma: Sigma,
    patterns: FxHashMap<(FunctionId, OrdersId, usize), Pattern>,
    /// For each call up to the last that an equation consists of, the name of that equation.
    names: Vec<Option<NameId>>,
    /// Scratch space.
    filled: Vec<ExprId>,
    filling: Filling,
}

impl FunctionDerivatives {
    /// Derivatives for a network; with [`Sigma::Activation`] it remembers which calls its equations name.
    pub fn new(network: &Network, sigma: Sigma) -> Self {
        let mut names: Vec<Option<NameId>> = Vec::new();
        if sigma == Sigma::Activation {
            for equation in &network.equations {
                let is_cost = Some(equation.name) == network.cost && network.arena.shape(equation.value).is_scalar();
                if !is_cost && matches!(network.arena.node(equation.value), Node::Call { .. }) {
                    let at = equation.value.0 as usize;
                    names.resize(names.len().max(at + 1), None);
                    names[at].get_or_insert(equation.name);
                }
            }
        }
        FunctionDerivatives { sigma, names, ..FunctionDerivatives::default() }
    }

    /// The value of a call: its name if an equation gives it one.
    fn output(&self, network: &mut Network, call: ExprId) -> ExprId {
        match self.names.get(call.0 as usize) {
            Some(&Some(name)) => network.name_expr(name),
            _ => call,
        }
    }

    /// ∂f/∂(argument number `by`) at the arguments of `call`, which is a [`Node::Call`].
    pub fn partial(&mut self, network: &mut Network, call: ExprId, by: usize) -> ExprId {
        let Node::Call { function, orders, arguments } = network.arena.node(call) else { return Arena::ZERO };
        self.filled.clear();
        self.filled.extend_from_slice(arguments);
        if self.stays_primed(network, function) {
            let orders = raised(&mut network.arena, orders, self.filled.len(), by);
            return network.arena.derived_call(function, orders, &self.filled);
        }
        let key = (function, orders, by);
        if !self.patterns.contains_key(&key) {
            let expr = self.pattern_expr(network, function, orders, by);
            let pattern = Pattern::new(&network.arena, expr);
            self.patterns.insert(key, pattern);
            // Deriving the pattern has used the scratch space.
            self.filled.clear();
            self.filled.extend(network.arena.children(call));
        }
        let output = self.output(network, call);
        self.filled.push(output);
        match self.patterns.get(&key) {
            Some(pattern) => pattern.fill_in(&mut network.arena, &self.filled, &mut self.filling),
            None => Arena::ZERO,
        }
    }

    /// The Jacobian of a call that does not act on each entry, by one argument: the axes of the value, then those of the
    /// argument. `None` for a call that acts on each entry.
    pub fn jacobian(&mut self, network: &mut Network, call: ExprId, by: usize) -> Option<ExprId> {
        let Node::Call { function, .. } = network.arena.node(call) else { return None };
        let entry = match network.functions.get(function) {
            FunctionRef::Table(entry) => entry,
            FunctionRef::User(own) if own.whole => return whole_jacobian(&mut network.arena, call, by),
            FunctionRef::User(_) => return None,
        };
        let output = self.output(network, call);
        lift::jacobian(network, entry, call, output)
    }

    /// Whether the derivative of a function is written f′ and not worked out.
    pub fn stays_primed(&self, network: &Network, function: FunctionId) -> bool {
        match network.functions.get(function) {
            FunctionRef::User(own) => own.body.is_none() || self.sigma == Sigma::Prime,
            FunctionRef::Table(entry) => self.sigma == Sigma::Prime && entry.group == Group::Activation,
        }
    }

    /// The partial derivative in [`Node::Parameter`]s; the last parameter is the output.
    fn pattern_expr(&mut self, network: &mut Network, function: FunctionId, orders: OrdersId, by: usize) -> ExprId {
        if let (FunctionRef::Table(entry), OrdersId::NONE) = (network.functions.get(function), orders)
            && by < entry.derivatives.len()
        {
            return network.template(function).derivatives[by];
        }
        let arity = network.functions.get(function).arity();
        let base = self.worked(network, function, orders, arity);
        let by = network.arena.parameter(by as u32);
        differentiate_leaf(network, self, base, by)
    }

    /// The function, differentiated by its orders, in its parameters: f, f′, f″, …
    fn worked(&mut self, network: &mut Network, function: FunctionId, orders: OrdersId, arity: usize) -> ExprId {
        let parameters: Vec<ExprId> = (0..arity).map(|at| network.arena.parameter(at as u32)).collect();
        let plain = network.arena.call(function, &parameters);
        if orders == OrdersId::NONE {
            return network.template(function).definition.unwrap_or(plain);
        }
        let orders = network.arena.orders(orders).to_vec();
        let mut expr = match network.functions.get(function) {
            FunctionRef::User(own) => own.body.unwrap_or(plain),
            FunctionRef::Table(_) => plain,
        };
        for (at, &times) in orders.iter().enumerate() {
            for _ in 0..times {
                expr = differentiate_leaf(network, self, expr, parameters[at]);
            }
        }
        expr
    }
}

/// The Jacobian of an abstract function of whole tensors. The derivative has the axes of the function, then those of the
/// arguments in their order, so that ∂₁∂₂f and ∂₂∂₁f are one; the axes of the last one come last in the Jacobian.
fn whole_jacobian(arena: &mut Arena, call: ExprId, by: usize) -> Option<ExprId> {
    let Node::Call { function, orders, arguments } = arena.node(call) else { return None };
    let arguments = arguments.to_vec();
    let ranks: Vec<usize> = arguments.iter().map(|&argument| arena.dims(argument).len()).collect();
    let mut counts = arena.orders(orders).to_vec();
    counts.resize(arguments.len(), 0);
    let after: usize = (by + 1..arguments.len()).map(|at| usize::from(counts[at]) * ranks[at]).sum();
    let mut dims = arena.dims(call).to_vec();
    let place = dims.len().checked_sub(after)?;
    let new = arena.dims(arguments[by]).to_vec();
    let mut order: Vec<usize> = (0..place).chain(place + new.len()..dims.len() + new.len()).collect();
    order.extend(place..place + new.len());
    dims.splice(place..place, new);
    let orders = raised(arena, orders, arguments.len(), by);
    let shape = arena.shapes_mut().intern(&dims);
    let derived = arena.intern(Node::Call { function, orders, arguments: &arguments }, shape);
    Some(if shape.is_scalar() { derived } else { arena.permute(derived, &order) })
}

/// The orders raised by one at argument `by`.
fn raised(arena: &mut Arena, orders: OrdersId, arity: usize, by: usize) -> OrdersId {
    let mut orders = arena.orders(orders).to_vec();
    orders.resize(arity, 0);
    orders[by] = orders[by].saturating_add(1);
    arena.orders_id(&orders)
}
