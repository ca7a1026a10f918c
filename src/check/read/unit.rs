//! I and 𝟏: the identity matrix and the vector of ones, of a size that is written below them or follows from what
//! stands around them.

use crate::check::claim::{Literal, PartId, PartKind};
use crate::check::form::{Extent, Form};
use crate::diagnostic::Span;
use crate::expr::Arena;
use crate::network::Origin;
use crate::rational::Rational;
use crate::shape::{Dim, SizeId};
use crate::syntax::latex::{ItemId, Kind, Row};

use super::factor::Scripts;
use super::parser::{Cursor, Parser, Result};
use super::symbols::WrittenName;

impl Parser<'_> {
    /// 𝟏 without a condition, where the network has vectors.
    pub fn ones(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<PartId>> {
        let Some(id) = cursor.peek().filter(|_| self.context.has_tensors()) else { return Ok(None) };
        let (base, scripts) = self.without_scripts(id);
        let is_vector = self.is_ones(base) || self.is_one(base) && self.makes_vector(scripts);
        if !is_vector {
            return Ok(None);
        }
        cursor.at += 1;
        let size = scripts.sub.and_then(|sub| self.size_of(sub));
        let form = match size {
            Some(dim) => Form { rows: Extent::Axis(dim), ..Form::ONES },
            None => Form::ONES,
        };
        let part = self.unit(form, self.span(id))?;
        let left = Scripts { sub: None, ..scripts };
        self.raised(part, left, self.span(id)).map(Some)
    }

    /// 𝟏, a column, of a size that follows from what stands around it.
    pub fn plain_ones(&mut self, span: Span) -> Result<PartId> {
        self.unit(Form::ONES, span)
    }

    fn is_one(&self, id: ItemId) -> bool {
        matches!(self.kind(id), Kind::Digits(digits) if **digits == *"1")
    }

    /// Whether scripts make a vector of the number 1: a transpose, or a size of the network below.
    fn makes_vector(&self, scripts: Scripts) -> bool {
        let transposed = scripts.sup.is_some_and(|sup| self.marks_of(self.row(sup)).1.transposed);
        let sized = scripts.sub.and_then(|sub| self.size_of(sub));
        transposed || matches!(sized, Some(Dim::Symbolic(_)))
    }

    fn is_ones(&self, id: ItemId) -> bool {
        match self.kind(id) {
            Kind::Accent { name: "mathbf" | "mathbb" | "mathbbm" | "mathds" | "boldsymbol" | "bm" | "vec", body } => {
                self.tree.word(*body).as_deref() == Some("1")
            }
            Kind::Symbol('𝟙' | '𝟏') => true,
            _ => false,
        }
    }

    /// I, where no quantity is called so.
    pub fn identity(&mut self, written: &WrittenName, span: Span) -> Result<Option<PartId>> {
        let free = written.base == "I" && written.primes == 0 && self.letters.is_none();
        if !free || self.context.symbols.has_base("I") || !self.context.has_tensors() {
            return Ok(None);
        }
        let part = self.unit(Form::IDENTITY, span)?;
        match written.sub.and_then(|sub| self.size_of(sub)) {
            Some(dim) => {
                let part = self.spread(part, Form::of(&[dim, dim], false))?;
                Ok(Some(part))
            }
            None => Ok(Some(part)),
        }
    }

    fn unit(&mut self, form: Form, span: Span) -> Result<PartId> {
        let literal = Literal { value: Rational::ONE, decimals: None };
        self.push_formed(PartKind::Number(literal), Vec::new(), span, Arena::ONE, form)
    }

    /// The size that a script is: a number, or the name of a size of the network.
    pub fn size_of(&self, row: Row) -> Option<Dim> {
        let word = self.tree.word(row)?;
        if let Ok(number) = word.parse::<u32>() {
            return Some(Dim::Known(number));
        }
        let network = &self.context.network;
        let size = network.sizes.iter().find(|size| {
            let quantity = network.quantity(size.name);
            *quantity.stem == *word && quantity.indices.is_empty() && quantity.origin == Origin::Size
        })?;
        Some(Dim::Symbolic(SizeId(size.name.0)))
    }
}
