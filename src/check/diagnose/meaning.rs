//! What names and calls stand for, so that values can be taken: a name for its equation, a call for the body of its
//! function.

use rustc_hash::FxHashMap;

use crate::calculus::{FunctionDerivatives, Sigma};
use crate::check::facts::Facts;
use crate::expr::{ExprId, FunctionId, Node, OrdersId, Pattern};
use crate::function::FunctionRef;
use crate::network::Network;

/// The meanings that were asked for.
#[derive(Debug)]
pub struct Meanings {
    /// What is assumed of the names.
    pub facts: Facts,
    derivatives: FunctionDerivatives,
    known: FxHashMap<ExprId, ExprId>,
}

impl Meanings {
    /// For formulas about the names in `roots`.
    pub fn new(network: &mut Network, roots: &[ExprId]) -> Meanings {
        Meanings {
            facts: Facts::about(network, roots),
            derivatives: FunctionDerivatives::new(network, Sigma::Expanded),
            known: FxHashMap::default(),
        }
    }

    /// The expression that a name, or a call without a kernel, stands for.
    pub fn of(&mut self, network: &mut Network, id: ExprId) -> Option<ExprId> {
        if let Some(&known) = self.known.get(&id) {
            return Some(known);
        }
        let meaning = match network.arena.node(id) {
            Node::Name(name) => match self.facts.solved.iter().find(|solved| solved.0 == name) {
                Some(solved) => solved.1,
                None => network.definition(name)?.value,
            },
            Node::Call { function, orders, arguments } => {
                let arguments = arguments.to_vec();
                self.body(network, function, orders, &arguments)?
            }
            _ => return None,
        };
        self.known.insert(id, meaning);
        Some(meaning)
    }

    /// A call as an expression in its arguments; `None` for what has a kernel or a stand-in.
    fn body(
        &mut self,
        network: &mut Network,
        function: FunctionId,
        orders: OrdersId,
        arguments: &[ExprId],
    ) -> Option<ExprId> {
        let body = match network.functions.get(function) {
            FunctionRef::Table(_) if orders == OrdersId::NONE => return None,
            FunctionRef::Table(_) => None,
            FunctionRef::User(own) => Some(own.body?),
        };
        if let (OrdersId::NONE, Some(body)) = (orders, body) {
            return Some(Pattern::new(&network.arena, body).fill(&mut network.arena, arguments));
        }
        let mut lower = network.arena.orders(orders).to_vec();
        let by = lower.iter().position(|&times| times > 0)?;
        lower[by] -= 1;
        let lower = network.arena.orders_id(&lower);
        let call = network.arena.derived_call(function, lower, arguments);
        Some(self.derivatives.partial(network, call, by))
    }
}
