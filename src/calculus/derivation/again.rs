//! Deriving a derivative: the lower ones become quantities with equations, and the sweep runs again.

use rustc_hash::FxHashMap;

use super::{Derivation, Request, Shape};
use crate::calculus::{Delta, Sweep};
use crate::expr::{ExprId, NameId, Node, Postorder, Reach};
use crate::network::{Network, Origin};

/// The most δ's that are written out before a gradient is derived again.
const MAX_WRITTEN: usize = 4;

impl Derivation {
    /// One derivative; a higher one goes through the lower ones, each made a quantity.
    pub(super) fn derive_by(&mut self, network: &mut Network, request: &Request, by: &[NameId]) {
        let mut of = request.of;
        for (order, &variable) in by.iter().enumerate() {
            let at = match self.places.get(&(of, variable)) {
                Some(&at) => at,
                None => {
                    let gradient = self.gradient(network, request, of, variable);
                    self.places.insert((of, variable), self.gradients.len());
                    self.gradients.push(gradient);
                    self.gradients.len() - 1
                }
            };
            let gradient = &self.gradients[at];
            if order + 1 == by.len() {
                continue;
            }
            // In a recursion the adjoints on the way depend on the variables too: each becomes a quantity.
            let simplified = gradient.simplified;
            let steps: Vec<(NameId, ExprId)> = match &gradient.shape {
                _ if self.has_tensors => self.named_steps(network, of, variable, simplified),
                Shape::Recursion(rows) => rows.iter().map(|row| (row.by, row.value)).collect(),
                _ => vec![(variable, simplified)],
            };
            let mut name = of;
            for (by, value) in steps {
                let value = name_adjoints(network, value);
                name = name_gradient(network, of, by, value);
            }
            of = name;
            if self.sweep(of).is_none() {
                let sweep = Sweep::with_functions(network, of, &mut self.functions);
                self.sweeps.push(sweep);
            }
        }
    }

    /// What must be a quantity before the gradient of tensors can be derived again: the named δ's where they are many,
    /// else the gradient alone with its δ's written out.
    fn named_steps(
        &mut self,
        network: &mut Network,
        of: NameId,
        by: NameId,
        simplified: ExprId,
    ) -> Vec<(NameId, ExprId)> {
        let deltas = self.deltas(of).to_vec();
        if deltas.len() > MAX_WRITTEN {
            let steps = deltas.iter().map(|delta| (delta.by, delta.value));
            return steps.chain([(by, simplified)]).collect();
        }
        let mut value = simplified;
        for delta in deltas.iter().rev() {
            value = replaced(network, value, *delta);
        }
        if value != simplified {
            value = self.simplifier.simplify(network, value);
        }
        vec![(by, value)]
    }
}

/// Makes a derivative a quantity with an equation, so that it can be derived again.
fn name_gradient(network: &mut Network, of: NameId, by: NameId, value: ExprId) -> NameId {
    find_partial(network, of, by).unwrap_or_else(|| network.add_partial(of, by, value))
}

/// The quantity that is ∂of/∂by.
fn find_partial(network: &Network, of: NameId, by: NameId) -> Option<NameId> {
    let is_it = |name: &NameId| match network.quantity(*name).origin {
        Origin::Partial { of: whole, by: variable, .. } => (whole, variable) == (of, by),
        _ => false,
    };
    (0..network.quantities.len() as u32).rev().map(NameId).find(is_it)
}

/// The expression with the value of a δ in the place of its sign.
fn replaced(network: &mut Network, expr: ExprId, delta: Delta) -> ExprId {
    let mut order = Vec::new();
    Postorder::default().collect(&network.arena, &[expr], &mut order);
    let mut done: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in order {
        let is_sign = match network.arena.node(id) {
            Node::Derivative { of, by, reach: Reach::Total } => {
                by == delta.by && network.arena.as_name(of) == Some(delta.of)
            }
            _ => false,
        };
        let next = match is_sign {
            true => delta.value,
            false => network.arena.with_children(id, |child| done.get(&child).copied().unwrap_or(child)),
        };
        done.insert(id, next);
    }
    done.get(&expr).copied().unwrap_or(expr)
}

/// The expression with the quantities ∂C/∂v in the place of the signs.
fn name_adjoints(network: &mut Network, value: ExprId) -> ExprId {
    let mut order = Vec::new();
    Postorder::default().collect(&network.arena, &[value], &mut order);
    let mut done: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in order {
        let partial = match network.arena.node(id) {
            Node::Derivative { of, by, reach: Reach::Total } => {
                network.arena.as_name(of).and_then(|of| find_partial(network, of, by))
            }
            _ => None,
        };
        let next = match partial {
            Some(partial) => network.name_expr(partial),
            None => network.arena.with_children(id, |child| done.get(&child).copied().unwrap_or(child)),
        };
        done.insert(id, next);
    }
    done.get(&value).copied().unwrap_or(value)
}
