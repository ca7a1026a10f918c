//! diag(·) where letters stand on what it is taken of: of a row of a matrix, and of entries that a letter counts.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::Form;
use crate::diagnostic::Span;

use super::entry::Naming;
use super::parser::{Parser, Result};

impl Parser<'_> {
    /// `\operatorname{diag}(P_{i:})`, `\operatorname{diag}(p_i(1-p_i))`; nothing for what is neither.
    pub fn diagonal_of_letters(&mut self, part: PartId, span: Span) -> Result<Option<PartId>> {
        let form = self.form(part);
        if form.indices == 0 || form.identity || form.high || form.has_pairs() {
            return Ok(None);
        }
        if form.is_vector() {
            return self.diagonal_of_vector(part, span).map(Some);
        }
        let counted = form.is_single().then(|| form.indices.trailing_zeros() as usize);
        let Some(bit) = counted.filter(|_| form.indices.count_ones() == 1) else { return Ok(None) };
        let Some((letter, dim)) = self.context.letters.get(bit).cloned() else { return Ok(None) };
        if self.summed.contains(&letter) {
            return self.unclear("it is not said of what this is the diagonal", span).map(Some);
        }
        self.context.diagonal.push(letter);
        let mut naming = Naming::default();
        let letters = naming.indices(self.context, form.indices);
        let column = naming.builder.label(dim);
        let unit = [letters[0], column];
        naming.builder.factor(&letters);
        naming.builder.factor(&unit);
        let labels = naming.builder.out(&unit);
        let ones = self.unit_matrix(dim, span)?;
        let form = Form::of(&[dim, dim], false);
        self.made(PartKind::Contraction(labels), vec![part, ones], span, form).map(Some)
    }

    fn diagonal_of_vector(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let form = self.form(part);
        let Some(&dim) = form.dims().first() else { return self.unclear("this is no diagonal", span) };
        let mut naming = Naming::default();
        let letters = naming.indices(self.context, form.indices);
        let (row, column) = (naming.builder.label(dim), naming.builder.label(dim));
        naming.builder.factor(&[letters.clone(), vec![row]].concat());
        naming.builder.factor(&[row, column]);
        let labels = naming.builder.out(&[letters, vec![row, column]].concat());
        let ones = self.unit_matrix(dim, span)?;
        let form = Form { indices: form.indices, ..Form::of(&[dim, dim], false) };
        self.made(PartKind::Contraction(labels), vec![part, ones], span, form)
    }

    /// The identity matrix of a size.
    fn unit_matrix(&mut self, dim: crate::shape::Dim, span: Span) -> Result<PartId> {
        let expr = self.context.network.arena.identity(&[dim]);
        self.push_formed(PartKind::Made, Vec::new(), span, expr, Form::of(&[dim, dim], false))
    }
}
