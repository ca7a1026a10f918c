//! The derivatives that formulas speak of: along all ways, inside one equation, of expressions, with values put in.
//!
//! Each sweep is made once and remembered.

use rustc_hash::FxHashMap;

use super::Context;
use crate::calculus::{Locals, Sweep, chain};
use crate::expr::{Arena, ExprId, NameId, Node, Postorder, Reach};
use crate::network::Origin;

/// How many entries all remembered sweeps may have together.
const MAX_REMEMBERED: usize = 4_000_000;

impl Context {
    /// All derivatives of a quantity, remembered while there is room.
    pub(in crate::check::read) fn sweep(&mut self, of: NameId) -> &Sweep {
        if !self.sweeps.contains_key(&of) {
            let sweep = Sweep::with_functions(&mut self.network, of, &mut self.functions);
            self.remembered += self.network.quantities.len();
            if self.remembered > MAX_REMEMBERED {
                self.sweeps.clear();
                self.remembered = self.network.quantities.len();
            }
            self.sweeps.insert(of, sweep);
        }
        &self.sweeps[&of]
    }

    /// ∂of/∂by along all ways.
    pub(crate) fn partial(&mut self, of: NameId, by: NameId) -> ExprId {
        if of == by { self.unit(of) } else { self.sweep(of).adjoint(by) }
    }

    /// A quantity differentiated by itself.
    fn unit(&mut self, name: NameId) -> ExprId {
        let dims = self.network.arena.shapes().dims(self.network.quantity(name).shape).to_vec();
        self.network.arena.identity(&dims)
    }

    /// A derivative with the axes in the order of the layout; `ranks` are those of what is differentiated and of the
    /// variable.
    pub(crate) fn laid_out(&mut self, derivative: ExprId, ranks: [usize; 2]) -> ExprId {
        let axes: Vec<usize> = (0..ranks[0] + ranks[1]).collect();
        let (of, by) = axes.split_at(ranks[0]);
        let order = self.reading.laid_out(of, by);
        let arena = &mut self.network.arena;
        if order == axes || arena.dims(derivative).len() != axes.len() {
            return derivative;
        }
        arena.permute(derivative, &order)
    }

    /// ∂⁺of/∂by; notes where it is 0 for the reason alone that `by` stands further inside.
    pub(crate) fn immediate(&mut self, of: NameId, by: NameId) -> ExprId {
        let direct = self.direct(of, by);
        self.bypassed |= direct == Arena::ZERO && self.partial(of, by) != Arena::ZERO;
        direct
    }

    /// ∂of/∂by inside the equation of `of`; 0 if it does not mention `by`.
    pub(crate) fn direct(&mut self, of: NameId, by: NameId) -> ExprId {
        if of == by {
            return self.unit(of);
        }
        self.sweep(of).local(of, by).map_or(Arena::ZERO, |partial| partial.value)
    }

    /// ∂of/∂by inside the equation of `of`, where it mentions `by` and depends on it in another way as well.
    pub(crate) fn link(&mut self, of: NameId, by: NameId) -> Option<ExprId> {
        let sweep = self.sweep(of);
        let link = sweep.local(of, by)?;
        (sweep.reach(link) == Reach::Direct).then_some(link.value)
    }

    /// A call with a prime, σ′(u), worked: what is an abstract function stays primed.
    pub(crate) fn worked(&mut self, call: ExprId) -> ExprId {
        let Node::Call { function, orders, arguments } = self.network.arena.node(call) else { return call };
        let arguments = arguments.to_vec();
        let mut lower = self.network.arena.orders(orders).to_vec();
        let Some(by) = lower.iter().position(|&order| order > 0) else { return call };
        lower[by] -= 1;
        let orders = self.network.arena.orders_id(&lower);
        let lower = self.network.arena.derived_call(function, orders, &arguments);
        // By the function and not by the name of its value: ∂/∂a of σ′(z) is 0 where z is held fixed. Messages about
        // matrices speak of a ⊙ (1 − a).
        let functions = if self.has_tensors() { &mut self.functions } else { &mut self.written };
        functions.partial(&mut self.network, lower, by)
    }

    /// The derivative of an expression by a quantity, along all ways.
    pub(crate) fn differentiate(&mut self, expr: ExprId, by: NameId) -> ExprId {
        let mut locals = Locals::default();
        let rows = locals.partials(&mut self.network, &mut self.functions, expr).to_vec();
        let mut terms = Vec::with_capacity(rows.len());
        for (leaf, value) in rows {
            let Some(name) = self.network.arena.as_name(leaf) else { continue };
            let inner = self.partial(name, by);
            if inner != Arena::ZERO {
                let rank = self.network.arena.shapes().dims(self.network.quantity(name).shape).len();
                terms.push(chain(&mut self.network.arena, value, inner, rank));
            }
        }
        self.network.arena.sum(&terms)
    }

    /// The derivative of an expression by a quantity, all other names in it held fixed.
    pub(crate) fn differentiate_fixed(&mut self, expr: ExprId, by: NameId) -> ExprId {
        let variable = self.network.name_expr(by);
        let mut locals = Locals::default();
        let rows = locals.partials(&mut self.network, &mut self.functions, expr);
        rows.iter().find(|(leaf, _)| *leaf == variable).map_or(Arena::ZERO, |(_, value)| *value)
    }

    /// The expression where some quantities have other values: what depends on them is opened.
    pub(crate) fn at(&mut self, expr: ExprId, values: &[(NameId, ExprId)]) -> ExprId {
        let mut done: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for &(name, value) in values {
            done.insert(self.network.name_expr(name), value);
        }
        let mut walk = Postorder::default();
        let mut order = Vec::new();
        let mut needed = vec![expr];
        let mut names = Vec::new();
        // The equations that the expression stands on, the last one first.
        while let Some(next) = needed.pop() {
            walk.collect(&self.network.arena, &[next], &mut order);
            for name in order.iter().filter_map(|&id| self.network.arena.as_name(id)) {
                let given = values.iter().any(|(given, _)| *given == name);
                if let Some(equation) = self.network.definition(name)
                    && !given
                    && !names.contains(&name)
                {
                    names.push(name);
                    needed.push(equation.value);
                }
            }
        }
        names.sort_unstable_by_key(|&name| self.position(name));
        for name in names {
            if let Some(equation) = self.network.definition(name).copied() {
                let value = self.replace(equation.value, &mut done);
                if value != equation.value {
                    done.insert(self.network.name_expr(name), value);
                }
            }
        }
        self.replace(expr, &mut done)
    }

    fn position(&self, name: NameId) -> u32 {
        match self.network.quantity(name).origin {
            Origin::Equation(at) | Origin::Partial { equation: at, .. } => at,
            _ => 0,
        }
    }

    fn replace(&mut self, expr: ExprId, done: &mut FxHashMap<ExprId, ExprId>) -> ExprId {
        let mut order = Vec::new();
        Postorder::default().collect(&self.network.arena, &[expr], &mut order);
        for id in order {
            if !done.contains_key(&id) {
                let next = self.network.arena.with_children(id, |child| done.get(&child).copied().unwrap_or(child));
                if next != id {
                    done.insert(id, next);
                }
            }
        }
        done.get(&expr).copied().unwrap_or(expr)
    }
}
