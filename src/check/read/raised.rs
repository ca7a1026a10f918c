//! What stands above a factor or behind a bar after it: powers, transposes, values.

use crate::check::claim::{PartId, PartKind};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::NameId;
use crate::syntax::latex::{ItemId, Kind, Relation, Row};

use super::factor::Scripts;
use super::parser::{Cursor, Parser, Result};
use super::tensor::Marks;

impl Parser<'_> {
    /// A piece with its superscript as a power; a transpose of a scalar is the scalar.
    pub fn raised(&mut self, part: PartId, scripts: Scripts, span: Span) -> Result<PartId> {
        let is_bound = matches!(self.parts[part.0 as usize].kind, PartKind::At);
        if let Some(sub) = scripts.sub.filter(|_| !is_bound) {
            let at = self.tree.row_span(sub).unwrap_or(span);
            if self.row(sub).iter().any(|&id| *self.kind(id) == Kind::Relation(Relation::Equal)) {
                let part = self.at_values(part, sub, span)?;
                return self.raised(part, Scripts { sub: None, ..scripts }, span);
            }
            let rank = self.form(part).dims().len();
            let letters = self.letters_of(self.row(sub)).or_else(|| self.numbered(self.row(sub), rank));
            if let Some(letters) = letters.filter(|_| !self.form(part).is_single()) {
                let part = self.entry(part, &letters, span)?;
                return self.raised(part, Scripts { sub: None, ..scripts }, span);
            }
            if !self.free.is_empty() || !self.misfits.is_empty() {
                // What is unclear has been noted; what it belongs to is not known for that.
                return self.raised(part, Scripts { sub: None, ..scripts }, span);
            }
            return Err(Diagnostic::error("unreadable", "what this subscript belongs to has no name").at(at, ""));
        }
        let part = match (scripts.primes, self.form(part).is_scalar()) {
            (0, _) => part,
            (1, false) => self.transposed(part, span)?,
            _ => return Err(Diagnostic::error("unreadable", "a prime belongs to a function").at(span, "")),
        };
        match scripts.sup {
            None => Ok(part),
            Some(sup) => self.power(part, self.tree.row(sup), span),
        }
    }

    /// A piece to the power that the items of a superscript say.
    pub fn power(&mut self, base: PartId, items: &[ItemId], span: Span) -> Result<PartId> {
        let (items, marks) = self.marks_of(items);
        let mut part = base;
        if matches!(items, [only] if *self.kind(*only) == Kind::Letter('T'))
            && self.is_t_no_exponent()
            && !self.form(base).is_scalar()
        {
            // A vector to such a power is its transpose.
            part = self.transposed(base, span)?;
        } else if let Some(inner) = self.under_root(base, items) {
            part = inner;
        } else if !items.is_empty() && self.form(base).is_scalar() {
            let items = match items {
                [sign, rest @ ..] if !rest.is_empty() && self.is_entrywise(*sign) => rest,
                _ => items,
            };
            let exponent = self.whole(items)?;
            part = self.combined(PartKind::Power, vec![base, exponent], span)?;
        } else if !items.is_empty() {
            part = self.tensor_power(base, items, span)?;
        }
        self.marked(part, marks, span)
    }

    /// The items of a superscript without a transpose at their end.
    pub fn without_transpose<'i>(&self, items: &'i [ItemId]) -> &'i [ItemId] {
        self.marks_of(items).0
    }

    /// The same with what the transpose says.
    pub fn marks_of<'i>(&self, items: &'i [ItemId]) -> (&'i [ItemId], Marks) {
        match items {
            [minus, last] if self.is_transpose(*last) && matches!(self.kind(*minus), Kind::Symbol('-' | '−')) => {
                (&[], Marks { transposed: true, inverted: true })
            }
            [rest @ .., last] if self.is_transpose(*last) => (rest, Marks { transposed: true, inverted: false }),
            _ => (items, Marks::default()),
        }
    }

    /// Whether T is a name of the network that is the exponent of no vector or matrix: a size, or tensors only.
    fn is_t_no_exponent(&self) -> bool {
        let named = self.context.symbols.quantities(&super::Spelling::new("T", "", ""));
        let are_tensors = || named.iter().all(|&name| !self.context.network.quantity(name).shape.is_scalar());
        !self.in_letters && (self.context.has_size("T") || !named.is_empty() && are_tensors())
    }

    fn is_transpose(&self, id: ItemId) -> bool {
        match self.kind(id) {
            // All is real here, so that the adjoint is the transpose.
            Kind::Command(name) => matches!(&**name, "top" | "intercal" | "dagger"),
            Kind::Symbol('⊤' | 'ᵀ' | '⊺' | '†') => true,
            // Where letters stand for any number, T may be one of them.
            Kind::Letter(letter @ ('T' | 'H')) => {
                let named = self.context.symbols.quantities(&super::Spelling::new(letter.to_string(), "", ""));
                !self.in_letters && named.is_empty() && (*letter == 'T' || self.context.has_tensors())
            }
            Kind::Accent { body, .. } => self.tree.word(*body).as_deref() == Some("T"),
            Kind::Text(text) => text.trim() == "T",
            _ => false,
        }
    }

    /// A bar with values after a factor: `\frac{dC}{dw}\Big|_{w=0}`.
    pub fn evaluated(&mut self, cursor: &mut Cursor<'_>, factor: PartId) -> Result<PartId> {
        let Some(id) = cursor.peek() else { return Ok(factor) };
        let Kind::Script { base: Some(base), sub: Some(sub), sup: None, primes: 0 } = *self.kind(id) else {
            return Ok(factor);
        };
        if !matches!(self.kind(base), Kind::Symbol('|')) {
            return Ok(factor);
        }
        cursor.at += 1;
        let span = self.span_of(factor).to(self.span(id));
        self.at_values(factor, sub, span)
    }

    /// A part at the values that a subscript gives.
    pub fn at_values(&mut self, inner: PartId, values: Row, span: Span) -> Result<PartId> {
        let mut given: Vec<(NameId, crate::expr::ExprId)> = Vec::new();
        let items = self.row(values);
        let tree = self.tree;
        for entry in items.split(|&id| *tree.kind(id) == Kind::Symbol(',')) {
            let at = entry.iter().position(|&id| *self.kind(id) == Kind::Relation(Relation::Equal));
            let Some(at) = at else {
                let compares = entry.iter().any(|&id| matches!(self.kind(id), Kind::Relation(_)));
                let code = if compares { "condition" } else { "unreadable" };
                return Err(Diagnostic::error(code, "it is not said which quantity has this value")
                    .at(self.span_of_items(entry), "")
                    .hint("write `\\right|_{w=0}`"));
            };
            let parts = self.parts.len();
            let name = self.whole(&entry[..at])?;
            let PartKind::Name(name) = self.parts[name.0 as usize].kind else {
                return Err(Diagnostic::error("unreadable", "only a quantity can be given a value")
                    .at(self.span_of_items(&entry[..at]), ""));
            };
            let value = self.whole(&entry[at + 1..])?;
            if self.is_tensor(name) || !self.form(value).is_scalar() {
                let error = Diagnostic::error("unreadable", "values of vectors and matrices are not read");
                return Err(error.at(self.span_of_items(entry), ""));
            }
            given.push((name, self.expr(value)));
            self.parts.truncate(parts);
        }
        let expr = self.expr(inner);
        let expr = if given.is_empty() { expr } else { self.context.at(expr, &given) };
        let form = self.form(inner);
        self.push_formed(PartKind::At, vec![inner], span, expr, form)
    }
}
