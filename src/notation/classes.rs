//! Class numbers: 𝟙[j = oᵢ] for an entry of onehot(o), p_o for what it picks.

use crate::expr::{ExprId, Factor, Label, Labels, Node, NumberId};
use crate::function::{Form, FunctionRef};
use crate::notation::component::MAX_DEPTH;
use crate::notation::formula::Typesetter;
use crate::notation::index::{self, Index};
use crate::notation::layout::Sheet;
use crate::notation::piece::{Kind, Piece, atom};

impl Typesetter<'_> {
    /// The class numbers by which an expression is one-hot.
    pub(super) fn classes_of(&self, id: ExprId) -> Option<ExprId> {
        let Node::Call { function, arguments: &[classes], .. } = self.arena().node(id) else { return None };
        match self.network.functions.get(function) {
            FunctionRef::Table(entry) => matches!(entry.form, Form::Classes).then_some(classes),
            FunctionRef::User(_) => None,
        }
    }

    /// 𝟙[j = oᵢ]; the last index counts the classes.
    pub(super) fn one_hot_entry(
        &mut self,
        sheet: &mut Sheet,
        classes: ExprId,
        indices: &[Index],
        used: &mut Vec<char>,
    ) -> Option<Piece> {
        let (own, samples) = indices.split_last()?;
        let class = self.class_index(sheet, classes, samples, used);
        let form = own.clone().plus(&class, -1)?;
        Some(atom(index::condition(sheet, self.network, &form), Kind::Delta))
    }

    /// oᵢ as an index.
    pub(super) fn class_index(
        &mut self,
        sheet: &mut Sheet,
        classes: ExprId,
        samples: &[Index],
        used: &mut Vec<char>,
    ) -> Index {
        let piece = self.entry(sheet, classes, samples, used, MAX_DEPTH);
        Index::class(self.signed(sheet, piece), samples)
    }

    /// Factors onehot(o) whose classes are summed with another factor at the same label: Σⱼ 𝟙[j = o] pⱼ is p_o.
    pub(super) fn picking_classes(&self, factors: &[Factor], labels: &Labels, taken: &[Label]) -> Vec<(usize, Label)> {
        let mut picking: Vec<(usize, Label)> = Vec::new();
        for (at, factor) in factors.iter().enumerate() {
            let Some(&label) = labels.factors[at].last() else { continue };
            let is_classes = factor.exponent == NumberId::ONE && self.classes_of(factor.base).is_some();
            let once = labels.factors[at].iter().filter(|own| **own == label).count() == 1;
            let shared = labels.uses(label) > 1;
            let is_taken = taken.contains(&label) || picking.iter().any(|(_, own)| *own == label);
            if is_classes && once && shared && labels.is_summed(label) && !is_taken {
                picking.push((at, label));
            }
        }
        picking
    }
}
