//! Traces and inverses of Kronecker products.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::{Extent, Form};
use crate::diagnostic::Span;

use super::entry::Naming;
use super::parser::{Parser, Result};
use super::product::Join;

impl Form {
    /// Whether two axes count its rows, and the same two its columns.
    pub(super) fn is_paired_square(self, same: impl Fn(Extent, Extent) -> bool) -> bool {
        matches!(self.rows, Extent::Pair(..)) && same(self.rows, self.columns) && !self.identity && !self.high
    }
}

impl Parser<'_> {
    /// tr(A ⊗ B): the sum over both axes that count its rows.
    pub fn paired_trace(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let form = self.form(part);
        if !form.is_paired_square(|a, b| self.same_extent(a, b)) {
            return self.unclear("this has not as many rows as columns, counted alike", span);
        }
        let mut naming = Naming::default();
        let letters = naming.indices(self.context, form.indices);
        let axes = naming.builder.labels(&Form { columns: Extent::One, ..form }.dims());
        naming.builder.factor(&[&letters, &axes[..], &axes[..]].concat());
        let labels = naming.builder.out(&letters);
        let single = Form { indices: form.indices, ..Form::SCALAR };
        self.made(PartKind::Contraction(labels), vec![part], span, single)
    }

    /// (A ⊗ B)⁻¹ = A⁻¹ ⊗ B⁻¹ of two square matrices; other inverses of what two axes count are not read.
    pub fn paired_inverse(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let whole = self.form(part);
        let Some([left, right]) = self.kronecker_factors(part) else {
            return self.unclear("beside vec(·) and ⊗ the inverse is read of A ⊗ B alone", span);
        };
        let [left, right] = [self.inverse(left, span)?, self.inverse(right, span)?];
        let made = self.joined(vec![(left, Join::Beside), (right, Join::Outer)])?;
        self.parts[made.0 as usize].span = span;
        if self.form(made) == whole { Ok(made) } else { self.unclear("this inverse is not read", span) }
    }

    /// The square matrices A and B of a part that is A ⊗ B.
    fn kronecker_factors(&self, part: PartId) -> Option<[PartId; 2]> {
        let whole = &self.parts[part.0 as usize];
        let (PartKind::Contraction(_), &[left, right]) = (&whole.kind, whole.children.as_slice()) else { return None };
        let shapes = self.context.network.arena.shapes();
        let forms = [left, right].map(|part| self.form(part));
        let [Extent::Axis(slow), Extent::Axis(fast)] = forms.map(|form| form.rows) else { return None };
        let square = forms.iter().all(|form| form.is_square(shapes) && form.indices == 0);
        let is_product = whole.form.is_paired_square(|a, b| self.same_extent(a, b));
        (square && is_product && whole.form.rows == Extent::Pair(slow, fast)).then_some([left, right])
    }
}
