//! What is left out of a sum: {u where 𝟙[j = i] = 0; 1 elsewhere}, so that nothing is computed from an entry left out.

use crate::expr::{Arena, ExprId, Factor, Node, NumberId};
use crate::shape::Dim;
use crate::syntax::ast::Comparison;

impl Arena {
    /// 1 where a selection picks nothing, 0 where it does. As a node it stays whole: f − 𝟙[j = i] f is no number where f
    /// is none.
    pub(crate) fn exclusion(&mut self, selection: ExprId) -> ExprId {
        self.conditional(Comparison::Equal, [selection, Arena::ZERO, Arena::ONE, Arena::ZERO])
    }

    /// The selection that an exclusion leaves out.
    pub(crate) fn as_exclusion(&self, id: ExprId) -> Option<ExprId> {
        match self.node(id) {
            Node::If { comparison: Comparison::Equal, parts: [selection, Arena::ZERO, then, Arena::ZERO] } => {
                let is_exclusion = matches!(self.node(selection), Node::Selection(_)) && self.is_constant_one(then);
                is_exclusion.then_some(selection)
            }
            _ => None,
        }
    }

    /// `value` where a selection over its axes `places` picks nothing, 1 where it does.
    pub(crate) fn unless(&mut self, selection: ExprId, places: &[usize], value: ExprId) -> ExprId {
        let dims: Vec<Dim> = self.dims(value).to_vec();
        let picked = self.place(selection, places, &dims);
        self.conditional(Comparison::Equal, [picked, Arena::ZERO, value, Arena::ONE])
    }

    /// The exclusion, with the axes of the node, for a case distinction between where a selection picks and where not.
    pub(crate) fn exclusion_of_cases(&mut self, comparison: Comparison, left: ExprId, right: ExprId) -> Option<ExprId> {
        if comparison != Comparison::Equal || right != Arena::ZERO {
            return None;
        }
        match self.node(left) {
            Node::Selection(_) => Some(self.exclusion(left)),
            Node::Contraction { coefficient: NumberId::ONE, factors: &[only], labels }
                if only.exponent == NumberId::ONE && matches!(self.node(only.base), Node::Selection(_)) =>
            {
                let labels = self.labels(labels).clone();
                let exclusion = self.exclusion(only.base);
                Some(self.contraction(NumberId::ONE, &[Factor::plain(exclusion)], &labels))
            }
            _ => None,
        }
    }
}
