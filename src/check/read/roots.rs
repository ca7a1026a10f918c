//! What the equations of a network tell of how its author writes: rows or columns, axes, functions.

use rustc_hash::FxHashSet;

use crate::expr::{ExprId, FunctionId, Node, Postorder};

use super::context::Context;

/// How many definitions of a text are looked through for what they tell of the network.
pub(super) const MAX_DEFINITIONS: usize = 1_000;

impl Context {
    /// Whether vectors may be meant as rows: the network multiplies one by a matrix from the right, and none from the
    /// left. The left half of a quadratic form, (yᵀA)y, says nothing of that.
    pub(crate) fn may_have_rows(&self) -> bool {
        if self.has_more_definitions() {
            return true;
        }
        let arena = &self.network.arena;
        let roots = self.roots();
        let mut order = Vec::new();
        Postorder::default().collect(arena, &roots, &mut order);
        let (mut rows, mut halves) = (Vec::new(), FxHashSet::default());
        for &id in &order {
            let Node::Contraction { factors, labels, .. } = arena.node(id) else { continue };
            let labels = arena.labels(labels);
            if labels.out.is_empty() {
                halves.extend(factors.iter().map(|factor| factor.base));
            }
            for pair in labels.factors.windows(2) {
                match (pair[0].as_slice(), pair[1].as_slice()) {
                    ([vector], [first, _]) if vector == first && labels.is_summed(*vector) => rows.push(id),
                    ([_, last], [vector]) if vector == last && labels.is_summed(*vector) => return false,
                    _ => {}
                }
            }
        }
        rows.iter().any(|id| !halves.contains(id))
    }

    /// The equations that tell how the network is built: its own, and those that the text began with. A long text has so
    /// many more that they cannot be looked through for each formula.
    pub(crate) fn roots(&self) -> Vec<ExprId> {
        let equations = self.network.equations.iter().take(self.own_equations + MAX_DEFINITIONS);
        equations.map(|equation| equation.value).collect()
    }

    /// Whether there are definitions that [`Context::roots`] leaves out.
    fn has_more_definitions(&self) -> bool {
        self.network.equations.len() > self.own_equations + MAX_DEFINITIONS
    }

    /// The axis along which the network takes a function of matrices: the last one where it takes none; nothing where it
    /// takes several.
    pub(crate) fn axis_of(&self, function: FunctionId) -> Option<i64> {
        let arena = &self.network.arena;
        let roots = self.roots();
        let mut order = Vec::new();
        Postorder::default().collect(arena, &roots, &mut order);
        let mut found: Option<i64> = None;
        for &id in &order {
            let Node::Call { function: called, arguments: &[argument, axis], .. } = arena.node(id) else { continue };
            if called != function || arena.dims(argument).len() != 2 {
                continue;
            }
            let axis = arena.as_number(axis).and_then(|axis| axis.to_integer())?;
            if found.is_some_and(|known| known != axis) {
                return None;
            }
            found = Some(axis);
        }
        Some(found.unwrap_or(1))
    }

    /// Whether the network calls a function anywhere.
    pub(crate) fn calls(&self, function: FunctionId) -> bool {
        if self.has_more_definitions() {
            return true;
        }
        let roots = self.roots();
        let mut order = Vec::new();
        Postorder::default().collect(&self.network.arena, &roots, &mut order);
        order
            .iter()
            .any(|&id| matches!(self.network.arena.node(id), Node::Call { function: called, .. } if called == function))
    }
}
