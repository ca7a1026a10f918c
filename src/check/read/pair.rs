//! Products of two: scaled, outer, inner, entrywise, of matrices.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::{Extent, Form};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::Label;
use crate::shape::Dim;

use super::broadcast::ONE;
use super::entry::Naming;
use super::fork::Fork;
use super::parser::{Parser, Result};
use super::product::{Clash, Fit, Join};

impl Parser<'_> {
    pub fn pair(&mut self, left: PartId, right: PartId, join: Join) -> Result<Fit> {
        let (a, b) = (self.form(left), self.form(right));
        if a.is_scalar() && b.is_scalar() {
            let span = self.span_of(left).to(self.span_of(right));
            return self.combined(PartKind::Product, vec![left, right], span).map(Ok);
        }
        if a.is_single() || b.is_single() {
            return self.scaled(left, right).map(Ok);
        }
        if join == Join::Program && !a.identity && !b.identity && !a.has_pairs() && !b.has_pairs() {
            return self.program_product(left, right);
        }
        let loose = self.context.reading.has_loose_signs();
        if a.has_pairs() || b.has_pairs() {
            let span = self.span_of(left).to(self.span_of(right));
            return match join {
                Join::Entrywise | Join::Divided if a.same(b, self.context.network.arena.shapes()) => {
                    let naming = Naming::default();
                    self.alike_entries([left, right], naming, a).map(Ok)
                }
                Join::Entrywise | Join::Divided => {
                    self.unclear("⊙ beside vec(·) and ⊗ is read of what is counted alike", span).map(Ok)
                }
                Join::Outer => self.unclear("⊗ is read between two vectors or matrices", span).map(Ok),
                _ => self.paired_product(left, right),
            };
        }
        let alike = a.plain().same(b.plain(), self.context.network.arena.shapes());
        match join {
            Join::Entrywise => self.entrywise(left, right),
            Join::Outer if alike && loose && a.is_vector() && !self.context.stacked => self.entrywise(left, right),
            Join::Outer if alike && loose && a.is_matrix() => self.entrywise(left, right),
            Join::Outer => {
                self.loosened |= alike;
                // uᵀ ⊗ v is v uᵀ to those who write Kronecker products.
                let crossed = a.is_vector() && b.is_vector() && a.rows == Extent::One && b.columns == Extent::One;
                self.loosened |= crossed;
                let plain = a.is_vector() && b.is_vector() && !self.context.stacked && (!crossed || loose);
                if plain { self.outer(left, right).map(Ok) } else { self.kronecker_product(left, right).map(Ok) }
            }
            Join::Dot if alike && a.is_vector() => {
                self.loosened = true;
                if loose { self.entrywise(left, right) } else { self.inner(left, right).map(Ok) }
            }
            // Of one sample, ∂ℓ/∂yᵢ x̂ᵢ: papers write two such vectors side by side for their product entry by entry.
            Join::Beside if alike && a.is_vector() && a.indices & b.indices != 0 => {
                self.loosened = true;
                self.context.beside = true;
                if loose { self.entrywise(left, right) } else { self.matrix_product(left, right) }
            }
            Join::Star if alike => {
                self.loosened = true;
                if loose { self.matrix_product(left, right) } else { self.entrywise(left, right) }
            }
            _ => self.matrix_product(left, right),
        }
    }

    fn scaled(&mut self, left: PartId, right: PartId) -> Result<PartId> {
        let (a, b) = (self.form(left), self.form(right));
        let mut naming = Naming::default();
        let axes = [a, b].map(|form| naming.builder.labels(&form.dims()));
        let out = axes.concat();
        let form = if a.is_single() { b } else { a };
        self.contracted([left, right], naming, axes, (out, form))
    }

    /// A contraction of two parts as a part, from the labels of their rows and columns and of those of the result.
    pub fn contracted(
        &mut self,
        children: [PartId; 2],
        mut naming: Naming,
        axes: [Vec<Label>; 2],
        (out, form): (Vec<Label>, Form),
    ) -> Result<PartId> {
        let span = self.span_of(children[0]).to(self.span_of(children[1]));
        let mut indices = 0;
        for (child, axes) in children.iter().zip(axes) {
            let own = self.form(*child).indices;
            indices |= own;
            let letters = naming.indices(self.context, own);
            naming.builder.factor(&[letters, axes].concat());
        }
        let letters = naming.indices(self.context, indices);
        let labels = naming.builder.out(&[letters, out].concat());
        self.made(PartKind::Contraction(labels), children.to_vec(), span, Form { indices, ..form })
    }

    /// The entrywise product of two parts of one form.
    fn alike_entries(&mut self, children: [PartId; 2], mut naming: Naming, form: Form) -> Result<PartId> {
        let axes = naming.builder.labels(&form.dims());
        self.contracted(children, naming, [axes.clone(), axes.clone()], (axes, form))
    }

    /// uvᵀ of two vectors, however they stand.
    fn outer(&mut self, left: PartId, right: PartId) -> Result<PartId> {
        let forms = [left, right].map(|part| self.form(part));
        let (Some(&rows), Some(&columns)) = (forms[0].dims().first(), forms[1].dims().first()) else {
            let span = self.span_of(left).to(self.span_of(right));
            return self.unclear("⊗ is read between vectors only", span);
        };
        let mut naming = Naming::default();
        let axes = [vec![naming.builder.label(rows)], vec![naming.builder.label(columns)]];
        let out = axes.concat();
        self.contracted([left, right], naming, axes, (out, Form::of(&[rows, columns], false)))
    }

    /// ⟨u, v⟩ of two scalars, two vectors, however they stand, or two matrices.
    pub fn inner_product(&mut self, left: PartId, right: PartId, span: Span) -> Result<PartId> {
        let forms = [left, right].map(|part| self.form(part));
        if forms.iter().all(|form| form.is_single()) {
            return self.multiplied(vec![left, right]);
        }
        let dims = forms.map(Form::dims);
        let shapes = self.context.network.arena.shapes();
        let alike = dims[0].len() == dims[1].len() && dims[0].iter().zip(&dims[1]).all(|(&a, &b)| shapes.same(a, b));
        let plain = forms.iter().all(|form| !form.identity && !form.high && !form.is_single());
        if forms.iter().any(|form| form.has_pairs()) && (!alike || !plain) {
            return self.unclear("this inner product is not read beside vec(·) and ⊗", span);
        }
        if !alike || !plain {
            let said = forms.map(|form| self.form_text(form));
            let message = format!("an inner product of {} and {}", said[0], said[1]);
            let code = if plain { "shape" } else { "unreadable" };
            return self.misfit(Diagnostic::error(code, message).at(span, ""), span, &[]);
        }
        self.inner(left, right)
    }

    /// uᵀv of two columns, or of two rows.
    pub fn inner(&mut self, left: PartId, right: PartId) -> Result<PartId> {
        let mut naming = Naming::default();
        let axes = naming.builder.labels(&self.form(left).dims());
        self.contracted([left, right], naming, [axes.clone(), axes], (Vec::new(), Form::SCALAR))
    }

    fn entrywise(&mut self, left: PartId, right: PartId) -> Result<Fit> {
        let (a, b) = (self.form(left), self.form(right));
        if a.identity || b.identity {
            return Ok(Err(Clash));
        }
        // A vector times each row or each column of a matrix.
        let pair = if a.is_matrix() { (b, a) } else { (a, b) };
        if pair.0.is_vector() && pair.1.is_matrix() {
            let vector = if a.is_matrix() { right } else { left };
            match self.along(pair.0, pair.1) {
                Some(Ok(form)) => {
                    return self.entrywise_along((vector, pair.0), form, (left, right));
                }
                Some(Err(form)) => {
                    let span = self.span_of(left).to(self.span_of(right));
                    if let Some(second) = self.second(Fork::Along, span) {
                        let form = if second { form.transposed() } else { form };
                        return self.entrywise_along((vector, pair.0), form, (left, right));
                    }
                    let message = "it is not said along which axis this vector is multiplied";
                    let error = Diagnostic::error("unreadable", message).at(span, "");
                    let hint =
                        "write `\\operatorname{diag}(v) A` for the rows, `A \\operatorname{diag}(v)` for the columns";
                    return self.misfit(error.hint(hint), span, &[]).map(Ok);
                }
                None => return Ok(Err(Clash)),
            }
        }
        for (vector, other) in [(a, b), (b, a)] {
            if let Some(form) = self.beside_ones(vector, other) {
                if self.beside_ones(vector.transposed(), other).is_some() {
                    let span = self.span_of(left).to(self.span_of(right));
                    return self.unclear("it is not said along which axis this vector is multiplied", span).map(Ok);
                }
                let part = if vector == a { left } else { right };
                return self.entrywise_along((part, vector), form, (left, right));
            }
        }
        let mut naming = Naming::default();
        let mut axes = [Vec::new(), Vec::new()];
        let mut out = Vec::new();
        let mut sides = [Extent::One; 2];
        for (side, (own, other)) in [(a.rows, b.rows), (a.columns, b.columns)].into_iter().enumerate() {
            sides[side] = match (own, other) {
                (Extent::Axis(one), Extent::Axis(other)) | (Extent::Axis(other), Extent::Axis(one))
                    if one == ONE && other != ONE =>
                {
                    let first = usize::from(own == Extent::Axis(ONE));
                    axes[1 - first].push(naming.builder.label(ONE));
                    let label = naming.builder.label(other);
                    axes[first].push(label);
                    out.push(label);
                    Extent::Axis(other)
                }
                (Extent::Axis(ONE), Extent::One) | (Extent::One, Extent::Axis(ONE)) => {
                    axes[usize::from(own == Extent::One)].push(naming.builder.label(ONE));
                    Extent::One
                }
                (Extent::Axis(own), Extent::Axis(other)) => {
                    if !self.context.network.arena.shapes().same(own, other) {
                        return Ok(Err(Clash));
                    }
                    let label = naming.builder.label(own);
                    axes.iter_mut().for_each(|axes| axes.push(label));
                    out.push(label);
                    Extent::Axis(own)
                }
                (Extent::Axis(dim), Extent::Ones) | (Extent::Ones, Extent::Axis(dim)) => {
                    let label = naming.builder.label(dim);
                    axes[usize::from(own == Extent::Ones)].push(label);
                    out.push(label);
                    Extent::Axis(dim)
                }
                (Extent::Ones, Extent::Ones) => Extent::Ones,
                (Extent::One, Extent::One) => Extent::One,
                _ => return Ok(Err(Clash)),
            };
        }
        let form = Form { rows: sides[0], columns: sides[1], ..Form::SCALAR };
        self.contracted([left, right], naming, axes, (out, form)).map(Ok)
    }

    /// How a vector stands that is multiplied entry by entry with 𝟏gᵀ or x𝟏ᵀ: as each column, or as each row.
    fn beside_ones(&self, vector: Form, other: Form) -> Option<Form> {
        let crosses =
            matches!((other.rows, other.columns), (Extent::Ones, Extent::Axis(_)) | (Extent::Axis(_), Extent::Ones));
        if !crosses || !vector.is_vector() || vector.identity || other.identity {
            return None;
        }
        let shapes = self.context.network.arena.shapes();
        let fits = |own: Extent, other: Extent| match (own, other) {
            (Extent::Axis(own), Extent::Axis(other)) => shapes.same(own, other),
            (Extent::Axis(_), Extent::Ones) => true,
            _ => false,
        };
        match (vector.rows, vector.columns) {
            (own, Extent::One) if fits(own, other.rows) => Some(Form { columns: Extent::Ones, ..vector.plain() }),
            (Extent::One, own) if fits(own, other.columns) => Some(Form { rows: Extent::Ones, ..vector.plain() }),
            _ => None,
        }
    }

    /// A vector that stands along an axis of a matrix, times the matrix entry by entry.
    fn entrywise_along(
        &mut self,
        (vector, own): (PartId, Form),
        form: Form,
        (left, right): (PartId, PartId),
    ) -> Result<Fit> {
        let turned = self.turned(vector, Form { indices: own.indices, ..form })?;
        let (left, right) = if vector == right { (left, turned) } else { (turned, right) };
        self.entrywise(left, right)
    }

    fn matrix_product(&mut self, left: PartId, right: PartId) -> Result<Fit> {
        let (a, b) = (self.form(left), self.form(right));
        let mut naming = Naming::default();
        let l = naming.builder.labels(&a.dims());
        if a.identity || b.identity {
            let r = naming.builder.labels(&b.dims());
            let form = if a.identity { b } else { a };
            let out = [l.clone(), r.clone()].concat();
            return self.contracted([left, right], naming, [l, r], (out, form)).map(Ok);
        }
        let inner = match (a.columns, b.rows) {
            (Extent::Axis(own), Extent::Axis(other)) if self.context.network.arena.shapes().same(own, other) => {
                l.last().copied()
            }
            (Extent::One, Extent::One) | (Extent::Axis(_), Extent::Ones) | (Extent::Ones, Extent::Axis(_)) => None,
            // One column or row that the network keeps as an axis, as NumPy's keepdims does.
            (Extent::Axis(Dim::Known(1)), Extent::One) | (Extent::One, Extent::Axis(Dim::Known(1))) => None,
            (Extent::Ones, Extent::Ones) => {
                let span = self.span_of(left).to(self.span_of(right));
                return self.unclear("it is not said how many ones these are", span).map(Ok);
            }
            _ => return Ok(Err(Clash)),
        };
        let mut r: Vec<Label> = Vec::with_capacity(2);
        if let Extent::Axis(dim) = b.rows {
            r.push(inner.unwrap_or_else(|| naming.builder.label(dim)));
        }
        let column = match b.columns {
            Extent::Axis(dim) => Some(naming.builder.label(dim)),
            _ => None,
        };
        r.extend(column);
        let row = if matches!(a.rows, Extent::Axis(_)) { l.first().copied() } else { None };
        let out: Vec<Label> = row.into_iter().chain(column).collect();
        let form = Form { rows: a.rows, columns: b.columns, ..Form::SCALAR };
        self.contracted([left, right], naming, [l, r], (out, form)).map(Ok)
    }
}
