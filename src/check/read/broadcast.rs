//! Sums, quotients and entrywise functions of what has different shapes: what is spread along which axis.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::{Extent, Form};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, Labels};
use crate::shape::Dim;

use super::context::Context;
use super::entry::Naming;
use super::fork::Fork;
use super::parser::{Parser, Result};

/// The axis that a network keeps where it reduces, as NumPy's keepdims does.
pub(super) const ONE: Dim = Dim::Known(1);

/// The axes with which a value that lacks some of another form gets them.
pub(super) fn spreading(context: &Context, own: Form, target: Form) -> Labels {
    let mut naming = Naming::default();
    let mut axes = naming.indices(context, own.indices);
    let mut out = naming.indices(context, target.indices);
    if own.identity && matches!(target.rows, Extent::Axis(_) | Extent::Pair(..)) {
        let labels = naming.builder.labels(&Form { columns: Extent::One, ..target }.dims());
        naming.builder.factor(&axes);
        out.extend([&labels[..], &labels[..]].concat());
        return naming.builder.out(&out);
    }
    for (own, target) in [(own.rows, target.rows), (own.columns, target.columns)] {
        // An axis of one entry goes where the target has no axis, or a longer one.
        let single = own == Extent::Axis(ONE) && own != target;
        if single {
            axes.push(naming.builder.label(ONE));
        }
        let Extent::Axis(dim) = target else { continue };
        let label = naming.builder.label(dim);
        out.push(label);
        if matches!(own, Extent::Axis(_)) && !single {
            axes.push(label);
        }
    }
    naming.builder.factor(&axes);
    naming.builder.out(&out)
}

impl Parser<'_> {
    /// Parts that act entry by entry, scalars spread; or the part that stands for their not fitting.
    pub fn alike(
        &mut self,
        children: &[PartId],
        span: Span,
    ) -> Result<std::result::Result<(Vec<PartId>, Form), PartId>> {
        let mut target = Form::SCALAR;
        for &child in children {
            let form = self.form(child);
            let shapes = self.context.network.arena.shapes();
            let merged = match target.identity || form.identity {
                true => form.plain().same(target.plain(), shapes).then_some(target),
                false => self.merged(target.plain(), form.plain()),
            };
            let single = target.is_single() || form.is_single();
            if merged.is_none() && !single && (target.identity || form.identity) {
                return self.unclear("it is not said how large this identity matrix is", span).map(Err);
            }
            let Some(merged) = merged.or(single.then_some(if target.is_single() { form } else { target })) else {
                return self.misfit(self.not_alike(children, span), span, &[]).map(Err);
            };
            target = Form { indices: target.indices | form.indices, ..merged };
        }
        let spread: Result<Vec<PartId>> = children.iter().map(|&child| self.spread(child, target)).collect();
        Ok(Ok((spread?, target)))
    }

    pub fn not_alike(&self, children: &[PartId], span: Span) -> Diagnostic {
        let named: Vec<PartId> = children.iter().copied().filter(|&child| !self.form(child).is_scalar()).collect();
        let said: Vec<String> = named
            .iter()
            .map(|&child| format!("{} is {}", self.words_of(child), self.form_text(self.form(child))))
            .collect();
        let message = format!("what is added or compared entry by entry has different shapes: {}", said.join(", "));
        self.with_longer(Diagnostic::error("shape", message).at(span, ""), &named)
    }

    /// A part with the rows and columns of another form, where it lacks them.
    pub fn spread(&mut self, part: PartId, target: Form) -> Result<PartId> {
        let own = self.form(part);
        let target = Form { indices: target.indices | own.indices, ..target };
        if own == target || target.high || self.expr(part) == Arena::ZERO {
            return Ok(part);
        }
        let span = self.span_of(part);
        let labels = spreading(self.context, own, target);
        self.made(PartKind::Contraction(labels), vec![part], span, target)
    }

    pub fn sum_of_tensors(&mut self, terms: Vec<PartId>, span: Span) -> Result<PartId> {
        let forms: Vec<Form> = terms.iter().map(|&term| self.form(term)).collect();
        let shapes: Vec<_> = terms.iter().map(|&term| self.context.network.arena.shape(self.expr(term))).collect();
        if forms[0].high && shapes.iter().any(|shape| *shape != shapes[0]) {
            return self.misfit(self.not_alike(&terms, span), span, &[]);
        }
        if forms.iter().all(|form| *form == forms[0]) {
            return self.made(PartKind::Sum, terms, span, forms[0]);
        }
        let indices = forms.iter().fold(0, |set, form| set | form.indices);
        let matrix = forms.iter().copied().find(|form| form.is_matrix());
        let mut target = Form::SCALAR;
        let mut placed: Vec<PartId> = Vec::with_capacity(terms.len());
        for (&term, form) in terms.iter().zip(&forms) {
            let own = match matrix {
                Some(matrix) if form.is_vector() => match self.along(*form, matrix) {
                    Some(Ok(own)) => own,
                    Some(Err(own)) => match self.second(Fork::Along, self.span_of(term)) {
                        Some(second) => {
                            if second {
                                own.transposed()
                            } else {
                                own
                            }
                        }
                        None => return self.unclear("it is not said along which axis this vector is added", span),
                    },
                    None => *form,
                },
                _ => *form,
            };
            let mut term = term;
            if own != *form {
                term = self.turned(term, own)?;
            }
            placed.push(term);
            match self.merged(target, own.plain()) {
                Some(merged) => target = merged,
                None => return self.misfit(self.not_alike(&terms, span), span, &[]),
            }
        }
        let shapes = self.context.network.arena.shapes();
        let unit = forms.iter().any(|form| form.identity);
        if let (true, (Extent::Axis(dim), Extent::Ones) | (Extent::Ones, Extent::Axis(dim))) =
            (unit, (target.rows, target.columns))
        {
            // What I is added to is square.
            target = Form { rows: Extent::Axis(dim), columns: Extent::Axis(dim), ..target };
        }
        let plain = terms.iter().zip(&forms).any(|(&term, form)| form.is_single() && self.expr(term) != Arena::ZERO);
        let square = target.is_square(shapes);
        let diagonal = match plain && square {
            // A ⊙ (1 − A): beside ⊙ and below an entrywise function the number goes to each entry; I would be written.
            true if !unit && self.entrywise == Some(span) => Some(false),
            true => self.second(Fork::Diagonal, span),
            false => None,
        };
        if plain && (unit || square) && diagonal.is_none() {
            return self
                .unclear("a scalar added to a square matrix may be added to each entry, or to the diagonal", span);
        }
        if unit && !square {
            return match target.is_matrix() {
                true => self.misfit(self.not_alike(&terms, span), span, &[]),
                false => self.unclear("it is not said how large this identity matrix is", span),
            };
        }
        let target = Form { indices, ..target };
        if diagonal == Some(true) {
            for &term in &placed {
                let form = &mut self.parts[term.0 as usize].form;
                *form = if form.is_single() { Form { identity: true, ..*form } } else { *form };
            }
        }
        let spread: Result<Vec<PartId>> = placed.into_iter().map(|term| self.spread(term, target)).collect();
        self.made(PartKind::Sum, spread?, span, Form { identity: false, ..target })
    }

    /// How a vector stands that is added to a matrix: to each column, or to each row; as an error how it stands as a
    /// column if it may stand both ways.
    pub fn along(&self, vector: Form, matrix: Form) -> Option<std::result::Result<Form, Form>> {
        let shapes = self.context.network.arena.shapes();
        let (Extent::Axis(rows), Extent::Axis(columns)) = (matrix.rows, matrix.columns) else { return None };
        let dim = *vector.dims().first()?;
        let (down, across) = (shapes.same(dim, rows), shapes.same(dim, columns));
        let column = Form { rows: Extent::Axis(dim), columns: Extent::Ones, ..Form::SCALAR };
        if vector.columns == Extent::Ones || vector.rows == Extent::Ones {
            return None;
        }
        match (down, across) {
            (true, true) => Some(Err(column)),
            (true, false) if vector.columns == Extent::One => Some(Ok(column)),
            (false, true) => Some(Ok(column.transposed())),
            _ => None,
        }
    }

    /// The form of a sum of two; `None` if they do not fit.
    fn merged(&self, a: Form, b: Form) -> Option<Form> {
        if a.is_scalar() || b.is_scalar() {
            return Some(if a.is_scalar() { b } else { a });
        }
        if a.identity != b.identity {
            let other = if a.identity { b } else { a };
            return Some(Form { identity: false, ..other });
        }
        let shapes = self.context.network.arena.shapes();
        let merge = |a: Extent, b: Extent| match (a, b) {
            (Extent::Axis(own), Extent::Axis(other)) if shapes.same(own, other) => Some(a),
            (Extent::Axis(ONE), Extent::Axis(_) | Extent::One) => Some(b),
            (Extent::Axis(_) | Extent::One, Extent::Axis(ONE)) => Some(a),
            (Extent::Axis(_), Extent::Ones) => Some(a),
            (Extent::Ones, Extent::Axis(_)) => Some(b),
            _ => (a == b).then_some(a),
        };
        Some(Form { rows: merge(a.rows, b.rows)?, columns: merge(a.columns, b.columns)?, ..a })
    }

    pub fn quotient_of_tensors(&mut self, children: Vec<PartId>, span: Span) -> Result<PartId> {
        let [above, below] = [children[0], children[1]].map(|child| self.form(child));
        if below.is_scalar() {
            return self.made(PartKind::Quotient, children, span, above);
        }
        if below.is_single() {
            let target = Form { indices: above.indices | below.indices, ..above };
            let spread: Result<Vec<PartId>> = children.iter().map(|&child| self.spread(child, target)).collect();
            return self.made(PartKind::Quotient, spread?, span, target);
        }
        if below.identity || above.identity || above.is_scalar() && below.is_matrix() {
            return self.unclear("a division by a matrix is not known here", span);
        }
        match self.alike(&children, span)? {
            Ok((children, form)) => self.made(PartKind::Quotient, children, span, form),
            Err(misfit) => Ok(misfit),
        }
    }
}
