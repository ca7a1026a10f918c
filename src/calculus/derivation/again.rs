//! Deriving a derivative: the lower ones become quantities with equations, and the sweep runs again.

use rustc_hash::FxHashMap;

use super::{Derivation, Request, Shape, TrackRow};
use crate::calculus::{Delta, Sweep};
use crate::expr::{ExprId, NameId, Node, Postorder, Reach};
use crate::network::Network;

/// The most δ's that are written out before a gradient is derived again.
const MAX_WRITTEN: usize = 4;
/// The most links of a product that is derived again as it is: each link adds a term as long as the product.
const MAX_PRODUCT: usize = 40;

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
            if order + 1 == by.len() {
                continue;
            }
            let gradient = &self.gradients[at];
            // In a recursion the adjoints on the way depend on the variables too: each becomes a quantity.
            let simplified = gradient.simplified;
            let by_name =
                |rows: &[TrackRow]| -> Vec<(NameId, ExprId)> { rows.iter().map(|row| (row.by, row.value)).collect() };
            let steps: Vec<(NameId, ExprId)> = match &gradient.shape {
                _ if self.has_tensors => self.named_steps(network, of, variable, simplified),
                Shape::Recursion(rows) => by_name(rows),
                Shape::Products(terms) if terms.iter().map(|term| term.links.len()).sum::<usize>() > MAX_PRODUCT => {
                    by_name(&self.track(network, of, &[variable]))
                }
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
    network.partial(of, by).unwrap_or_else(|| network.add_partial(of, by, value))
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
                network.arena.as_name(of).and_then(|of| network.partial(of, by))
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
