//! vec(A), the columns of a matrix below each other, and Kronecker products: their rows and columns are counted by two
//! axes, of which the second one is faster.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::{Extent, Form};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::NameId;
use crate::syntax::latex::{Delimiter, ItemId, Kind, Tree};

use super::broadcast::ONE;
use super::convention::Layout;
use super::entry::Naming;
use super::name::FREE;
use super::parser::{Cursor, Parser, Result};
use super::product::{Clash, Fit};

/// The code of the error for entries that are counted in different orders.
pub const COUNTED: &str = "counted";

/// Whether vec(·) stands in one of the sides of a chain.
pub(super) fn has_stack(tree: &Tree, sides: &[Vec<ItemId>]) -> bool {
    let mut waiting: Vec<ItemId> = sides.iter().flatten().copied().collect();
    while let Some(id) = waiting.pop() {
        if is_word(tree, tree.kind(id)) {
            return true;
        }
        tree.add_parts(id, &mut waiting);
    }
    false
}

fn is_word(tree: &Tree, kind: &Kind) -> bool {
    match kind {
        Kind::Accent { name: "operatorname" | "mathrm" | "mathsf" | "mathop" | "mathbf" | "text", body } => {
            tree.word(*body).as_deref() == Some("vec")
        }
        Kind::Text(text) => text.trim() == "vec",
        _ => false,
    }
}

/// The items in a bracket that is all there is.
pub(super) fn unfenced<'t>(tree: &'t Tree, items: &'t [ItemId]) -> &'t [ItemId] {
    let [only] = items else { return items };
    let base = match tree.kind(*only) {
        Kind::Script { base: Some(base), .. } => *base,
        _ => *only,
    };
    match *tree.kind(base) {
        Kind::Fence { open: Delimiter::Round | Delimiter::Square, body, .. } => tree.row(body),
        _ => items,
    }
}

/// What is said of entries that are counted in different orders.
pub(super) fn counted_otherwise(message: String, span: Span) -> Diagnostic {
    let hint = "vec(·) takes column after column, so that vec(u vᵀ) = v ⊗ u and vec(A X B) = (Bᵀ ⊗ A) vec(X)";
    Diagnostic::error(COUNTED, message).at(span, "").hint(hint)
}

impl Parser<'_> {
    /// Whether vec means the stacking of columns.
    fn stacks(&self, id: ItemId) -> bool {
        self.context.has_tensors() && is_word(self.tree, self.kind(id)) && !self.context.symbols.has_base("vec")
    }

    /// `\operatorname{vec}(A)`, `\operatorname{vec} A`.
    pub fn stack(&mut self, cursor: &mut Cursor<'_>, base: ItemId) -> Result<Option<PartId>> {
        let (Some(first), Some(next)) = (cursor.peek().filter(|_| self.stacks(base)), cursor.second()) else {
            return Ok(None);
        };
        let (argument, scripts) = self.without_scripts(next);
        let span = self.span(first).to(self.span(next));
        let Kind::Fence { open: Delimiter::Round | Delimiter::Square, body, .. } = *self.kind(argument) else {
            cursor.at += 1;
            let inner = self.factor(cursor)?;
            return self.stacked(inner, span).map(Some);
        };
        cursor.at += 2;
        let inner = self.inside(body, span)?;
        let part = self.stacked(inner, span)?;
        self.raised(part, scripts, span).map(Some)
    }

    fn stacked(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let form = self.form(part);
        if form.is_single() {
            return Ok(part);
        }
        if form.is_vector() && form.indices == 0 {
            let column = Form::of(&form.dims(), false);
            return if form == column { Ok(part) } else { self.turned(part, column) };
        }
        let (Extent::Axis(rows), Extent::Axis(columns), 0) = (form.rows, form.columns, form.indices) else {
            return self.unclear("vec(·) is read of matrices whose size is said, without indices", span);
        };
        let mut naming = Naming::default();
        let axes = naming.builder.labels(&form.dims());
        naming.builder.factor(&axes);
        let labels = naming.builder.out(&[axes[1], axes[0]]);
        let form = Form { rows: Extent::Pair(columns, rows), ..Form::SCALAR };
        self.made(PartKind::Contraction(labels), vec![part], span, form)
    }

    /// A ⊗ B of two matrices, or of columns and rows as they stand.
    pub fn kronecker_product(&mut self, left: PartId, right: PartId) -> Result<PartId> {
        let span = self.span_of(left).to(self.span_of(right));
        let (left, right) = (self.sized_unit(left)?, self.sized_unit(right)?);
        let (a, b) = (self.form(left), self.form(right));
        if a.identity || b.identity {
            return self.unclear("it is not said how large this identity matrix is", span);
        }
        let joined = |a: Extent, b: Extent| match (a, b) {
            (Extent::Axis(ONE), _) | (_, Extent::Axis(ONE)) => None,
            (Extent::Axis(a), Extent::Axis(b)) => Some(Extent::Pair(a, b)),
            (Extent::One, other @ (Extent::One | Extent::Axis(_))) | (other @ Extent::Axis(_), Extent::One) => {
                Some(other)
            }
            _ => None,
        };
        let (Some(rows), Some(columns), false) =
            (joined(a.rows, b.rows), joined(a.columns, b.columns), a.high || b.high)
        else {
            return self.unclear("⊗ is read between two vectors or matrices whose sizes are said", span);
        };
        let mut naming = Naming::default();
        let axes = [a, b].map(|form| naming.builder.labels(&form.dims()));
        let count = |form: Form| Form { columns: Extent::One, ..form }.dims().len();
        let (above, below) = (axes[0].split_at(count(a)), axes[1].split_at(count(b)));
        let out = [above.0, below.0, above.1, below.1].concat();
        self.contracted([left, right], naming, axes, (out, Form { rows, columns, ..Form::SCALAR }))
    }

    /// An identity matrix with the size that is tried for it.
    fn sized_unit(&mut self, part: PartId) -> Result<PartId> {
        if !self.form(part).identity {
            return Ok(part);
        }
        match self.context.size_at(self.span_of(part)) {
            Some(dim) => self.spread(part, Form::of(&[dim, dim], false)),
            None => Ok(part),
        }
    }

    /// A product where the rows or columns of a factor are counted by two axes.
    pub fn paired_product(&mut self, left: PartId, right: PartId) -> Result<Fit> {
        let (a, b) = (self.form(left), self.form(right));
        let span = self.span_of(left).to(self.span_of(right));
        let inner = self.same_extent(a.columns, b.rows);
        let open = [a, b].iter().any(|form| form.high || [form.rows, form.columns].contains(&Extent::Ones));
        if open {
            return self.unclear("this product is not read beside vec(·) and ⊗", span).map(Ok);
        }
        if !inner && !a.identity && !b.identity {
            return match [a.columns, b.rows].iter().any(|extent| matches!(extent, Extent::Pair(..))) {
                true => self.counted(a.columns, b.rows, span).map(Ok),
                false => Ok(Err(Clash)),
            };
        }
        let mut naming = Naming::default();
        let left_axes = naming.builder.labels(&a.dims());
        if a.identity || b.identity {
            let right_axes = naming.builder.labels(&b.dims());
            let out = [left_axes.clone(), right_axes.clone()].concat();
            let form = if a.identity { b } else { a };
            return self.contracted([left, right], naming, [left_axes, right_axes], (out, form)).map(Ok);
        }
        let (rows, shared) = left_axes.split_at(Form { columns: Extent::One, ..a }.dims().len());
        let columns = naming.builder.labels(&Form { rows: Extent::One, ..b }.dims());
        let out = [rows, &columns].concat();
        let right_axes = [shared, &columns].concat();
        let form = Form { rows: a.rows, columns: b.columns, ..Form::SCALAR };
        self.contracted([left, right], naming, [left_axes.clone(), right_axes], (out, form)).map(Ok)
    }

    pub fn same_extent(&self, a: Extent, b: Extent) -> bool {
        let shapes = self.context.network.arena.shapes();
        match (a, b) {
            (Extent::Axis(a), Extent::Axis(b)) => shapes.same(a, b),
            (Extent::Pair(a, c), Extent::Pair(b, d)) => shapes.same(a, b) && shapes.same(c, d),
            _ => a == b,
        }
    }

    fn counted(&mut self, a: Extent, b: Extent, span: Span) -> Result<PartId> {
        let [a, b] = [a, b].map(|extent| self.context.extent_text(extent));
        let error =
            counted_otherwise(format!("the factors count their entries in different orders: {a} and {b}"), span);
        self.misfit(error, span, &[])
    }

    /// The transpose of what has rows or columns counted by two axes.
    pub fn paired_transpose(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let form = self.form(part);
        let mut naming = Naming::default();
        let letters = naming.indices(self.context, form.indices);
        let axes = naming.builder.labels(&form.dims());
        let (rows, columns) = axes.split_at(Form { columns: Extent::One, ..form }.dims().len());
        naming.builder.factor(&[&letters, &axes[..]].concat());
        let labels = naming.builder.out(&[&letters, columns, rows].concat());
        self.made(PartKind::Contraction(labels), vec![part], span, form.transposed())
    }

    /// The items of a variable without a vec(·) around them.
    pub fn unstacked<'i>(&self, items: &'i [ItemId]) -> Option<&'i [ItemId]>
    where
        Self: 'i,
    {
        let [first, rest @ ..] = items else { return None };
        (self.stacks(*first) && rest.len() == 1).then_some(rest)
    }

    /// ∂u/∂vec(X), the axes of u before those of X.
    pub fn stacked_derivative(&mut self, part: PartId, by: NameId, stacked: bool, span: Span) -> Result<PartId> {
        if by == FREE {
            return self.placeholder(span);
        }
        let across = std::mem::take(&mut self.across);
        let (form, dims) = (self.form(part), self.dims_of(by));
        let column = !form.identity
            && !form.high
            && form.indices == 0
            && form.columns == Extent::One
            && form.rows != Extent::Ones;
        let variable = match dims[..] {
            [rows, columns] if stacked => Some(Extent::Pair(columns, rows)),
            [only] => Some(Extent::Axis(only)),
            [] => Some(Extent::One),
            _ => None,
        };
        let Some(variable) = variable.filter(|_| column) else {
            return self.unclear("such a derivative is read of columns and scalars, by vec(·) or a vector", span);
        };
        let inner = self.expr(part);
        let (total, fixed) = (self.context.differentiate(inner, by), self.context.differentiate_fixed(inner, by));
        let reading = self.context.reading.layout;
        let numerator = across || !matches!(reading, Layout::Mixed | Layout::Denominator);
        let turned = match (form.rows, variable) {
            (Extent::One, _) => !numerator,
            (_, Extent::One) => reading == Layout::Denominator && !across,
            _ => reading == Layout::Denominator && !across,
        };
        let own = form.dims().len();
        let mut order: Vec<usize> = (0..own + dims.len()).collect();
        if dims.len() == 2 {
            order[own..].reverse();
        }
        if turned {
            order.rotate_left(own);
        }
        let [expr, fixed] = [total, fixed].map(|expr| self.permuted(expr, &order));
        let jacobian = Form { rows: form.rows, columns: variable, ..Form::SCALAR };
        let form = if turned { jacobian.transposed() } else { jacobian };
        let direct = Some(fixed).filter(|fixed| *fixed != expr);
        let kind = PartKind::Differential { by, direct, depends_on_form: false };
        self.push_formed(kind, vec![part], span, expr, form)
    }

    /// What has rows or columns counted by two axes, as a part of a sum, a quotient, a function of one argument.
    pub fn combined_pairs(&mut self, kind: PartKind, children: Vec<PartId>, span: Span) -> Result<PartId> {
        let form = self.form(children[0]);
        let alike = children.iter().all(|&child| self.form(child) == form);
        match kind {
            PartKind::Negative | PartKind::At => self.made(kind, children, span, form),
            PartKind::Sum if alike => self.made(kind, children, span, form),
            PartKind::Quotient if self.form(children[1]).is_scalar() => self.made(kind, children, span, form),
            PartKind::Sum => {
                let other = children.iter().map(|&child| self.form(child)).find(|other| *other != form);
                match other.filter(|other| other.has_pairs() && form.has_pairs()) {
                    Some(other) if other.rows != form.rows => self.counted(form.rows, other.rows, span),
                    Some(other) => self.counted(form.columns, other.columns, span),
                    None => self.unclear("this sum is not read beside vec(·) and ⊗", span),
                }
            }
            _ => self.unclear("this is not read of vec(·) and of Kronecker products", span),
        }
    }
}
