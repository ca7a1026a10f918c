//! Vectors and matrices of pieces: `\begin{bmatrix} x \\ h \end{bmatrix}`, `[x; h]`, `(1, 2)^\top`.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::{Extent, Form};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, Operand};
use crate::function::{FunctionRef, Functions};
use crate::syntax::latex::{Delimiter, ItemId, Kind, Row, Rows};

use super::convention::Lists;
use super::parser::{Parser, Result};

/// Which lists of numbers stand in a chain.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Listed {
    /// (1, 2).
    pub plain: bool,
    /// (1, 2)ᵀ.
    pub turned: bool,
}

impl Listed {
    /// Whether some have a ᵀ and some have none.
    pub fn is_mixed(self) -> bool {
        self.plain && self.turned
    }
}

/// How pieces of one row or column stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Line {
    /// Side by side.
    Row,
    /// Below each other.
    Column,
}

impl Parser<'_> {
    /// The matrix of an environment.
    pub fn block(&mut self, rows: Rows, span: Span) -> Result<PartId> {
        let tree = self.tree;
        let cells: Vec<Vec<&[ItemId]>> = tree
            .rows(rows)
            .map(|cells| cells.iter().map(|&cell| tree.row(cell)).collect::<Vec<_>>())
            .filter(|cells| cells.iter().any(|cell| !cell.is_empty()))
            .collect();
        let width = cells.first().map_or(0, Vec::len);
        if cells.iter().any(|row| row.len() != width) || cells.iter().flatten().any(|cell| cell.is_empty()) {
            return Err(Diagnostic::error("unreadable", "a cell of this matrix is missing").at(span, ""));
        }
        let mut parts = Vec::with_capacity(cells.len());
        for row in &cells {
            let row: Result<Vec<PartId>> = row.iter().map(|cell| self.whole(cell)).collect();
            parts.push(row?);
        }
        match (parts.as_slice(), width) {
            ([row], 2..) => self.line(row.clone(), Line::Row, span),
            (_, 1) => self.line(parts.concat(), Line::Column, span),
            (_, 0) => Err(Diagnostic::error("unreadable", "this matrix is empty").at(span, "")),
            _ => self.grid(parts, span),
        }
    }

    /// A list in a bracket: `[x; h]`, and `(1, 2)^\top` where `turned`; nothing if it is none that can be read.
    pub fn listed(&mut self, (open, body): (Delimiter, Row), turned: bool, span: Span) -> Result<Option<PartId>> {
        let items = self.row(body);
        let is_cut = |id: &ItemId| matches!(self.kind(*id), Kind::Symbol(',' | ';') | Kind::Break);
        let Some(cut) = items.iter().find(|id| is_cut(id)).filter(|_| self.context.has_tensors()) else {
            return Ok(None);
        };
        let tree = self.tree;
        let comma = *tree.kind(*cut) == Kind::Symbol(',');
        if !matches!(open, Delimiter::Square | Delimiter::Round) {
            return Ok(None);
        }
        let pieces: Vec<&[ItemId]> = items.split(|id| tree.kind(*id) == tree.kind(*cut)).collect();
        if pieces.iter().any(|piece| piece.is_empty() || piece.iter().any(is_cut)) {
            return Ok(None);
        }
        let parts: Vec<PartId> = pieces.into_iter().map(|piece| self.whole(piece)).collect::<Result<_>>()?;
        let scalars = parts.iter().all(|&part| self.form(part).is_single());
        // [u, v] may be the matrix of two columns, unless the network joins vectors too.
        if comma && !scalars && !self.context.has_parts() {
            return Ok(None);
        }
        if !(comma && scalars) {
            // [xᵀ, yᵀ] of rows that could not stand below each other is the row of both.
            let forms: Vec<Form> = parts.iter().map(|&part| self.form(part)).collect();
            let shapes = self.context.network.arena.shapes();
            let is_row = |form: &Form| form.rows == Extent::One && matches!(form.columns, Extent::Axis(_));
            let is_joined = comma && forms.iter().all(is_row) && forms.iter().any(|form| !form.same(forms[0], shapes));
            // A comma stands between what is side by side, [X, Y].
            let is_joined = is_joined || comma && forms.iter().all(|form| form.is_matrix());
            return self.line(parts, if is_joined { Line::Row } else { Line::Column }, span).map(Some);
        }
        let listed = &mut self.context.listed;
        *(if turned { &mut listed.turned } else { &mut listed.plain }) = true;
        let line = match self.context.reading.lists {
            Lists::Column if turned => Line::Row,
            Lists::Column | Lists::Turned => Line::Column,
            Lists::Row => Line::Row,
        };
        self.line(parts, line, span).map(Some)
    }

    /// Pieces side by side or below each other.
    fn line(&mut self, parts: Vec<PartId>, line: Line, span: Span) -> Result<PartId> {
        if let [only] = parts[..] {
            return Ok(only);
        }
        let forms: Vec<Form> = parts.iter().map(|&part| self.form(part)).collect();
        if !self.free.is_empty() || !self.misfits.is_empty() {
            return self.placeholder(span);
        }
        let is = |form: &Form, row: bool| {
            let (own, other) = if row { (form.columns, form.rows) } else { (form.rows, form.columns) };
            form.indices == 0 && !form.identity && matches!(own, Extent::Axis(_)) && other == Extent::One
        };
        let scalar = |form: &Form| form.is_scalar();
        if forms.iter().all(scalar) {
            return self.piled(parts, line == Line::Row, span);
        }
        let rows = forms.iter().all(|form| is(form, true));
        let columns = forms.iter().all(|form| is(form, false));
        let along = |row: bool| forms.iter().all(|form| is(form, row) || scalar(form));
        match line {
            Line::Row if columns => {
                let turned: Result<Vec<PartId>> = parts.into_iter().map(|part| self.transposed(part, span)).collect();
                let pile = self.piled(turned?, false, span)?;
                self.transposed(pile, span)
            }
            Line::Column if rows => self.piled(parts, false, span),
            Line::Row if along(true) => self.joined_vectors(parts, true, span),
            Line::Column if along(false) => self.joined_vectors(parts, false, span),
            _ if self.are_matrices_along(&forms, line) => self.joined_matrices(parts, line, span),
            _ => self.unclear("a matrix is read whose pieces are scalars, or vectors along one side", span),
        }
    }

    /// Whether pieces are matrices of as many rows side by side, or of as many columns below each other.
    fn are_matrices_along(&self, forms: &[Form], line: Line) -> bool {
        let shapes = self.context.network.arena.shapes();
        let across = |form: &Form| if line == Line::Row { form.rows } else { form.columns };
        let fits = |form: &Form| match (across(form), across(&forms[0])) {
            (Extent::Axis(own), Extent::Axis(first)) => shapes.same(own, first),
            _ => false,
        };
        forms.iter().all(|form| form.is_matrix() && !form.identity && form.indices == 0 && fits(form))
    }

    /// Matrices joined: those side by side as the transpose of their transposes below each other.
    fn joined_matrices(&mut self, parts: Vec<PartId>, line: Line, span: Span) -> Result<PartId> {
        if line == Line::Column {
            return self.joined_vectors(parts, false, span);
        }
        let turned: Result<Vec<PartId>> = parts.into_iter().map(|part| self.transposed(part, span)).collect();
        let joined = self.joined_vectors(turned?, false, span)?;
        self.transposed(joined, span)
    }

    fn grid(&mut self, parts: Vec<Vec<PartId>>, span: Span) -> Result<PartId> {
        if !self.free.is_empty() || !self.misfits.is_empty() {
            return self.placeholder(span);
        }
        if parts.iter().flatten().any(|&part| !self.form(part).is_scalar()) {
            return self.unclear("a matrix with several rows and columns is read of scalars only", span);
        }
        let rows: Result<Vec<PartId>> = parts.into_iter().map(|row| self.piled(row, true, span)).collect();
        self.piled(rows?, false, span)
    }

    /// Scalars as a vector, or rows as a matrix.
    fn piled(&mut self, parts: Vec<PartId>, row: bool, span: Span) -> Result<PartId> {
        let operands: Vec<Operand> =
            parts.iter().map(|&part| self.context.network.arena.operand(self.expr(part))).collect();
        let first = self.form(parts[0]).dims();
        let shapes = self.context.network.arena.shapes();
        let alike = |dims: &[_]| dims.len() == first.len() && dims.iter().zip(&first).all(|(&a, &b)| shapes.same(a, b));
        // What is 0 has no axes of its own.
        let plain = parts.iter().all(|&part| self.expr(part) != Arena::ZERO || first.is_empty());
        if !plain || !parts.iter().all(|&part| alike(&self.form(part).dims())) {
            return self.misfit(self.not_alike(&parts, span), span, &[]);
        }
        match self.context.network.arena.stacked(&operands) {
            Ok(value) => {
                let form = Form::of(&value.dims(), row);
                self.push_formed(PartKind::Made, parts, span, value.expr, form)
            }
            Err(_) => self.misfit(self.not_alike(&parts, span), span, &[]),
        }
    }

    /// Vectors one after the other; a scalar among them is one entry.
    fn joined_vectors(&mut self, parts: Vec<PartId>, row: bool, span: Span) -> Result<PartId> {
        let mut vectors = Vec::with_capacity(parts.len());
        for part in parts {
            let single = self.form(part).is_scalar();
            vectors.push(if single { self.piled(vec![part], row, span)? } else { part });
        }
        let function = Functions::builtin("concat");
        let entry = function.map(|function| (function, self.context.network.functions.get(function)));
        match entry {
            Some((function, FunctionRef::Table(entry))) => self.tensor_call((function, entry), vectors, span),
            _ => self.unclear("this is not known here", span),
        }
    }
}
