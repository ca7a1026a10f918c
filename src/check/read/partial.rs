//! The value of a derivative and how it stands: of names, of entries, of expressions.

use crate::check::claim::{PartId, PartKind};
use crate::check::diagnose::shapes::Vectors;
use crate::check::form::{Extent, Form};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, NameId, Reach};
use crate::shape::Dim;

use super::convention::Layout;
use super::entry::{ALL, Places};
use super::name::FREE;
use super::parser::{Parser, Result};

impl Parser<'_> {
    /// The derivative of a quantity.
    pub fn derivative_part(&mut self, of: NameId, by: Vec<NameId>, reach: Reach, span: Span) -> Result<PartId> {
        if of == FREE || by.contains(&FREE) {
            return self.placeholder(span);
        }
        let places = std::mem::take(&mut self.places);
        if places.inverted {
            let part = self.quantity_part(of, span)?;
            return self.differentiated_by_inverse(part, (&by, reach), &places, span);
        }
        if let ([only], true, Reach::Total) = (by.as_slice(), places.stacked, reach) {
            let part = self.quantity_part(of, span)?;
            return self.stacked_derivative(part, *only, true, span);
        }
        if places.stacked {
            return self.unclear("by vec(·) only first derivatives are read", span);
        }
        if !places.above.is_empty() || places.below.iter().any(|letters| !letters.is_empty()) {
            return self.lettered_derivative((of, by, reach), places, span);
        }
        if by.len() > 1 && by.iter().chain([&of]).any(|&name| self.is_tensor(name)) {
            return self.second_derivative(of, by, reach, span);
        }
        for pair in by.windows(2) {
            self.context.layered |= self.context.depends_on_form(pair[0], pair[1]);
        }
        if let Some(lower) = self.lower_part(of, &by, reach, span) {
            return lower;
        }
        let across = std::mem::take(&mut self.across);
        let mut direct = None;
        let expr = match (by.as_slice(), reach) {
            ([only], Reach::Direct) => self.context.direct(of, *only),
            ([only], Reach::Total) => {
                direct = self.context.link(of, *only);
                self.context.partial(of, *only)
            }
            (_, Reach::Direct) => {
                return Err(Diagnostic::error("unreadable", "∂⁺ of a higher order is not known").at(span, ""));
            }
            ([first, rest @ ..], Reach::Total) => {
                let first = self.context.partial(of, *first);
                rest.iter().fold(first, |expr, &by| self.context.differentiate(expr, by))
            }
            ([], _) => self.context.network.name_expr(of),
        };
        let ([only], true) = (by.as_slice(), by.iter().chain([&of]).any(|&name| self.is_tensor(name))) else {
            return self.push(PartKind::Derivative { of, by, reach, direct }, Vec::new(), span, expr);
        };
        let own = self.context.reading.layout;
        if across {
            // ∂C/∂xᵀ is a row in every layout, and ∂z/∂xᵀ has a column for each entry of x.
            self.context.reading.layout = Layout::Numerator;
        }
        let form = self.derivative_form(of, *only);
        let ranks = self.context.jacobian_dims(of, *only).map(|dims| dims.len());
        let expr = self.context.without_units(expr, of, *only);
        let direct = direct.map(|direct| self.context.without_units(direct, of, *only));
        let expr = self.context.laid_out(expr, ranks);
        let direct = direct.map(|direct| self.context.laid_out(direct, ranks));
        self.context.reading.layout = own;
        self.push_formed(PartKind::Derivative { of, by, reach, direct }, Vec::new(), span, expr, form)
    }

    /// ∂z_i/∂W_{jk}: a derivative with letters on what is differentiated, on the variables, or on both.
    fn lettered_derivative(
        &mut self,
        (of, by, reach): (NameId, Vec<NameId>, Reach),
        places: Places,
        span: Span,
    ) -> Result<PartId> {
        self.across = false;
        let mut axes = self.dims_of(of);
        let mut letters: Vec<Option<String>> = places.above.iter().cloned().map(Some).collect();
        letters.resize(axes.len(), None);
        for (at, &name) in by.iter().enumerate() {
            axes.extend(self.dims_of(name));
            letters.extend(places.below.get(at).into_iter().flatten().cloned().map(Some));
            letters.resize(axes.len(), None);
        }
        let [first, rest @ ..] = by.as_slice() else { return self.unclear("the variable is missing", span) };
        let mut direct = None;
        let mut expr = match reach {
            Reach::Direct => self.context.direct(of, *first),
            Reach::Total => {
                direct = self.context.link(of, *first).filter(|_| rest.is_empty());
                self.context.partial(of, *first)
            }
        };
        for &next in rest {
            expr = self.context.differentiate(expr, next);
        }
        // ∂C/∂μ_k by a row: all places of its other axis.
        letters.iter_mut().for_each(|letter| *letter = letter.take().filter(|letter| letter != ALL));
        let Some((mut expr, indices, dims)) = self.lettered(expr, (&axes, &letters), span) else {
            return self.unplaced(span);
        };
        let mut direct = direct.and_then(|direct| self.lettered(direct, (&axes, &letters), span)).map(|found| found.0);
        let whole = [self.dims_of(of).len(), axes.len() - self.dims_of(of).len()];
        let above = letters[..whole[0]].iter().filter(|letter| letter.is_none()).count();
        let form = match above {
            0 => self.context.reading.form_of(&[], &dims),
            _ if above == dims.len() => self.context.reading.form_of(&dims, &[]),
            // ∂p_{i:}/∂z_{i:} is a Jacobian for each i.
            1 if dims.len() == 2 && by.len() == 1 => self.context.reading.form_of(&dims[..1], &dims[1..]),
            _ => return self.unclear("a Jacobian with letters on some of its axes is not read", span),
        };
        let twice = by.len() == 2 && by[0] == by[1] && places.below.first() == places.below.last();
        if dims.len() > 2 || dims.len() == 2 && by.len() > 1 && !(twice && above == 0) {
            return self.unclear("a derivative with letters on some of its axes is read of one vector or matrix", span);
        }
        if dims.len() == 2 {
            // ∂z_i/∂W is a matrix for each i.
            let count = indices.count_ones() as usize;
            let (own, variable) = ([count], [count + 1]);
            let axes = match (above, twice) {
                (0, true) => vec![count, count + 1],
                (0, false) => self.context.reading.laid_out(&[], &[count, count + 1]),
                _ => self.context.reading.laid_out(&own, &variable),
            };
            let order: Vec<usize> = (0..count).chain(axes).collect();
            expr = self.permuted(expr, &order);
            direct = direct.map(|direct| self.permuted(direct, &order));
        }
        let form = Form { indices, ..form };
        self.push_formed(PartKind::Derivative { of, by, reach, direct }, Vec::new(), span, expr, form)
    }

    /// A derivative of a higher order where axes are: as a matrix where a scalar is differentiated by two vectors, else
    /// as a tensor.
    fn second_derivative(&mut self, of: NameId, by: Vec<NameId>, reach: Reach, span: Span) -> Result<PartId> {
        let across = std::mem::take(&mut self.across);
        let [first, second] = by[..] else {
            return self.unclear("a derivative of a third order or more by vectors is read in its entries only", span);
        };
        if reach == Reach::Direct {
            return self.unclear("∂⁺ of a higher order is not known", span);
        }
        let gradient = self.context.partial(of, first);
        let mut expr = self.context.differentiate(gradient, second);
        let mut dims = [of, first, second].map(|name| self.dims_of(name));
        if dims[0].is_empty() {
            let (slim, by) = self.context.slim_hessian(expr, [dims[1].clone(), dims[2].clone()]);
            [dims[1], dims[2]] = by;
            expr = slim;
        }
        let form = match dims.each_ref().map(Vec::len) {
            [0, 1, 1] => {
                // What is written first has the rows; in numerator layout it is what is differentiated once more.
                let numerator = matches!(self.context.reading.layout, Layout::Numerator | Layout::RowGradients);
                let by_first = first != second && numerator && !across;
                // Of one variable it is symmetric.
                if first != second && !by_first {
                    expr = self.permuted(expr, &[1, 0]);
                }
                let [rows, columns] = if by_first { [&dims[1], &dims[2]] } else { [&dims[2], &dims[1]] };
                Form::of(&[rows[0], columns[0]], false)
            }
            [0, ..] if dims[1].is_empty() || dims[2].is_empty() => {
                let own = dims[1..].concat();
                expr = self.context.laid_out(expr, [0, own.len()]);
                self.context.reading.form_of(&[], &own)
            }
            [_, 0, 0] => {
                expr = self.context.laid_out(expr, [dims[0].len(), 0]);
                self.context.reading.form_of(&dims[0], &[])
            }
            _ => {
                // The axes of what is written first come first.
                let (own, first) = (dims[0].len(), dims[1].len());
                let order: Vec<usize> = (0..own).chain(own + first..own + first + dims[2].len()).collect();
                let order: Vec<usize> = order.into_iter().chain(own..own + first).collect();
                expr = self.permuted(expr, &order);
                Form::HIGH
            }
        };
        let kind = PartKind::Derivative { of, by, reach, direct: None };
        self.push_formed(kind, Vec::new(), span, expr, form)
    }

    pub fn permuted(&mut self, expr: ExprId, order: &[usize]) -> ExprId {
        let arena = &mut self.context.network.arena;
        if arena.dims(expr).len() == order.len() { arena.permute(expr, order) } else { expr }
    }

    /// The derivative of an expression.
    pub fn differentiated(&mut self, inner: PartId, by: Vec<NameId>, reach: Reach, span: Span) -> Result<PartId> {
        let places = std::mem::take(&mut self.places);
        if places.inverted {
            return self.differentiated_by_inverse(inner, (&by, reach), &places, span);
        }
        if places.stacked || self.form(inner).has_pairs() {
            return match by[..] {
                [only] if reach == Reach::Total => self.stacked_derivative(inner, only, places.stacked, span),
                _ => self.unclear("by vec(·) only first derivatives are read", span),
            };
        }
        let depends_on_form = match &self.parts[inner.0 as usize].kind {
            PartKind::Derivative { by: first, .. } => {
                let first = first.clone();
                let mut outer = first.iter().flat_map(|&first| by.iter().map(move |&by| (first, by)));
                reach == Reach::Direct || outer.any(|(first, by)| self.context.depends_on_form(first, by))
            }
            _ => false,
        };
        self.context.layered |= depends_on_form;
        let mut part = inner;
        for (at, by) in by.into_iter().enumerate() {
            if by == FREE {
                return self.placeholder(span);
            }
            let letters = places.below.get(at).cloned().unwrap_or_default();
            if !letters.is_empty() {
                part = self.differentiated_by_entry(part, (by, letters), depends_on_form, span)?;
                continue;
            }
            if self.is_tensor(by) || !self.form(part).is_scalar() {
                part = self.differentiated_tensor(part, by, depends_on_form, span)?;
                continue;
            }
            let inner = self.expr(part);
            let expr = self.context.differentiate(inner, by);
            let fixed = self.context.differentiate_fixed(inner, by);
            let direct = Some(fixed).filter(|fixed| *fixed != expr);
            part = self.push(PartKind::Differential { by, direct, depends_on_form }, vec![part], span, expr)?;
        }
        Ok(part)
    }

    /// The derivative of an expression, which may have letters of its own, by an entry.
    fn differentiated_by_entry(
        &mut self,
        part: PartId,
        (by, letters): (NameId, Vec<String>),
        depends_on_form: bool,
        span: Span,
    ) -> Result<PartId> {
        let form = self.form(part);
        if form.high
            || form.identity
            || self.context.axes_of(form).len() != self.context.network.arena.dims(self.expr(part)).len()
        {
            return self.unclear("this derivative by an entry is not read", span);
        }
        let own = (0..).zip(&self.context.letters).filter(|(bit, _)| form.indices >> bit & 1 == 1);
        let mut all: Vec<Option<String>> = own.map(|(_, known)| Some(known.0.clone())).collect();
        let mut axes = self.context.axes_of(form);
        all.resize(axes.len(), None);
        axes.extend(self.dims_of(by));
        all.extend(letters.into_iter().map(Some));
        let inner = self.expr(part);
        let values = [self.context.differentiate(inner, by), self.context.differentiate_fixed(inner, by)];
        let [Some(total), Some(fixed)] = values.map(|value| self.lettered(value, (&axes, &all), span)) else {
            return self.unplaced(span);
        };
        let direct = Some(fixed.0).filter(|fixed| *fixed != total.0);
        let form = Form { indices: total.1, ..form };
        self.push_formed(PartKind::Differential { by, direct, depends_on_form }, vec![part], span, total.0, form)
    }

    /// The derivative of an expression, where it or the variable has axes.
    fn differentiated_tensor(&mut self, part: PartId, by: NameId, depends_on_form: bool, span: Span) -> Result<PartId> {
        let across = std::mem::take(&mut self.across);
        let form = self.form(part);
        let dims = [form.dims(), self.dims_of(by)];
        let ranks = [dims[0].len(), dims[1].len()];
        if let Some(form) = self.form_of_multiple(form, &dims[1]).filter(|_| !across) {
            return self.differentiated_by(part, by, (form, Layout::Mixed), depends_on_form, span);
        }
        if form.identity || form.rows == Extent::Ones || form.columns == Extent::Ones || form.high {
            return self.unclear("a derivative of a multiple of I or 𝟏 of which no size is said is not read", span);
        }
        let usual = form.plain() == Form::of(&dims[0], self.context.reading.vectors == Vectors::Rows);
        let own = self.context.reading.layout;
        match (ranks, usual) {
            (_, true) => {}
            // ∂zᵀ/∂x has a row for each entry of x, and ∂zᵀ/∂t is a row.
            ([1, 0], false) => {
                return self.differentiated_by(part, by, (form, Layout::Mixed), depends_on_form, span);
            }
            ([1, 1], false) if !across => self.context.reading.layout = turned(own),
            _ => return self.unclear("a row is differentiated here by a row or a matrix: write it as a column", span),
        }
        if across && usual {
            self.context.reading.layout = Layout::Numerator;
        }
        if form.indices != 0 && ranks[0] > 0 {
            self.context.reading.layout = own;
            return self.unclear("the derivative of a vector or matrix with free indices is not read", span);
        }
        let layout = self.context.reading.layout;
        let result = Form { indices: form.indices, ..self.context.reading.form_of(&dims[0], &dims[1]) };
        self.context.reading.layout = own;
        self.differentiated_by(part, by, (result, layout), depends_on_form, span)
    }

    /// How the derivative of a multiple of I or of the column 𝟏 stands; nothing where that cannot be told.
    fn form_of_multiple(&self, form: Form, by: &[Dim]) -> Option<Form> {
        let layout = self.context.reading.layout;
        let columns = self.context.reading.vectors == Vectors::Columns;
        match (form, by) {
            (Form::IDENTITY | Form::ONES, []) if layout != Layout::Denominator => Some(form),
            (Form::ONES, &[dim]) if columns && layout == Layout::Denominator => {
                Some(Form { rows: Extent::Axis(dim), columns: Extent::Ones, ..Form::SCALAR })
            }
            (Form::ONES, &[dim]) if columns => Some(Form { columns: Extent::Axis(dim), ..Form::ONES }),
            _ => None,
        }
    }

    /// The derivative of an expression by a quantity, its axes laid out so.
    fn differentiated_by(
        &mut self,
        part: PartId,
        by: NameId,
        (form, layout): (Form, Layout),
        depends_on_form: bool,
        span: Span,
    ) -> Result<PartId> {
        let inner = self.expr(part);
        let letters = self.form(part).indices.count_ones() as usize;
        let ranks = [self.form(part).dims().len(), self.dims_of(by).len()];
        let expr = self.context.differentiate(inner, by);
        let fixed = self.context.differentiate_fixed(inner, by);
        let own = std::mem::replace(&mut self.context.reading.layout, layout);
        let axes: Vec<usize> = (letters..letters + ranks[0] + ranks[1]).collect();
        let (of, variable) = axes.split_at(ranks[0]);
        let order: Vec<usize> = (0..letters).chain(self.context.reading.laid_out(of, variable)).collect();
        self.context.reading.layout = own;
        let [expr, fixed] = [expr, fixed].map(|expr| self.permuted(expr, &order));
        let direct = Some(fixed).filter(|fixed| *fixed != expr);
        self.push_formed(PartKind::Differential { by, direct, depends_on_form }, vec![part], span, expr, form)
    }
}

/// The layout in which a Jacobian stands the other way.
fn turned(layout: Layout) -> Layout {
    match layout {
        Layout::Mixed | Layout::Denominator => Layout::Denominator,
        Layout::Numerator | Layout::RowGradients => Layout::Numerator,
    }
}
