//! Sums over letters that stand on axes: Σᵢ wᵢxᵢ.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::shape::Dim;
use crate::syntax::latex::{ItemId, Kind, Relation, Row};

use super::entry::Naming;
use super::factor::Scripts;
use super::parser::{Cursor, Parser, Result};
use super::row::sign;

impl Parser<'_> {
    /// A sum over letters that stand on axes in what follows; nothing if they do not.
    pub fn axis_sum(&mut self, cursor: &mut Cursor<'_>, scripts: Scripts) -> Result<Option<PartId>> {
        let Some((letters, upper, condition)) = scripts.sub.and_then(|sub| self.sum_letters(sub, scripts.sup)) else {
            return Ok(None);
        };
        let hidden: Vec<(usize, String)> = self.hide(&letters);
        let start = self.context.letters.len();
        let span = self.span(cursor.items[cursor.at]);
        let (parts, named, misfits) = (self.parts.len(), self.named.len(), self.misfits.len());
        let free = self.free.len();
        let mut after = Cursor { at: cursor.at + 1, ..*cursor };
        let body = self.attempt(|parser| parser.summed_body(&mut after, &letters, start));
        let sum = match body {
            Ok(Some(body)) => {
                *cursor = after;
                let body = self.under_condition(body, &condition, span);
                body.and_then(|body| self.over_letters(body, start, (&letters, upper), span)).map(Some)
            }
            Ok(None) if self.misfits.len() > misfits && self.free.len() == free => {
                *cursor = after;
                self.placeholder(span).map(Some)
            }
            // What stands on a name without a value may be the letters of the sum.
            Ok(None) if letters.iter().all(|letter| self.free_entries.contains(letter)) => {
                *cursor = after;
                self.placeholder(span).map(Some)
            }
            Ok(None) => {
                self.free.truncate(free);
                self.parts.truncate(parts);
                self.named.truncate(named);
                self.misfits.truncate(misfits);
                Ok(None)
            }
            Err(error) => Err(error),
        };
        if !matches!(sum, Ok(Some(_))) {
            self.context.letters.truncate(start);
        }
        for known in &mut self.context.letters[start..] {
            // What the sum binds means nothing outside.
            if letters.contains(&known.0) {
                known.0.clear();
            }
        }
        for (at, letter) in hidden {
            self.context.letters[at].0 = letter;
        }
        sum
    }

    /// A body times the condition of its sum.
    fn under_condition(&mut self, body: PartId, condition: &[ItemId], span: Span) -> Result<PartId> {
        if condition.is_empty() {
            return Ok(body);
        }
        match self.kronecker_condition(condition, span)? {
            Some(factor) => self.multiplied(vec![body, factor]),
            None => self.unclear("the condition of this sum is not read", span),
        }
    }

    /// The letters of a sum, its upper bound and its condition; nothing for sums of another kind.
    fn sum_letters(&self, sub: Row, sup: Option<Row>) -> Option<(Vec<String>, Option<Row>, Vec<ItemId>)> {
        if !self.context.has_tensors() {
            return None;
        }
        let (items, condition) = self.conditional_index(self.row(sub));
        let equal = items.iter().position(|&id| *self.kind(id) == Kind::Relation(Relation::Equal));
        let (letters, low) = match equal {
            Some(at) => (&items[..at], &items[at + 1..]),
            None => (items, &[] as &[ItemId]),
        };
        let from_one =
            matches!(low, []) || matches!(low, [one] if matches!(self.kind(*one), Kind::Digits(one) if &**one == "1"));
        let letters = self.letters_of(letters).filter(|_| from_one)?;
        (low.is_empty() == sup.is_none()).then(|| (letters, sup, condition.to_vec()))
    }

    /// An index and the condition on it: `i \ne j`, `i : i \ne j`, `i = 1, i \ne j`.
    pub fn conditional_index<'i>(&self, items: &'i [ItemId]) -> (&'i [ItemId], &'i [ItemId]) {
        let is_comma = |id: &ItemId| {
            matches!(self.kind(*id), Kind::Symbol(',' | ':' | ';' | '|'))
                || matches!(self.kind(*id), Kind::Command(name) if &**name == "colon")
        };
        let is_condition = |id: &ItemId| {
            let Kind::Relation(relation) = self.kind(*id) else { return false };
            // Σ_{i<j} is a sum over both.
            let orders = [Relation::LessEqual, Relation::Greater, Relation::GreaterEqual];
            *relation == Relation::NotEqual || orders.contains(relation)
        };
        let denies = |items: &[ItemId]| items.iter().any(is_condition);
        if let Some(cut) = items.iter().position(is_comma)
            && !denies(&items[..cut])
            && denies(&items[cut + 1..])
        {
            return (&items[..cut], &items[cut + 1..]);
        }
        match items {
            [_, relation, _] if is_condition(relation) => (&items[..1], items),
            _ => (items, &[]),
        }
    }

    /// Takes the letters out of use that mean another thing outside of a sum.
    fn hide(&mut self, letters: &[String]) -> Vec<(usize, String)> {
        let mut hidden = Vec::new();
        for (at, known) in self.context.letters.iter_mut().enumerate() {
            if letters.contains(&known.0) {
                hidden.push((at, std::mem::take(&mut known.0)));
            }
        }
        hidden
    }

    /// A term, and further ones in which letters of the sum stand; nothing if none stands in the first.
    fn summed_body(&mut self, cursor: &mut Cursor<'_>, letters: &[String], start: usize) -> Result<Option<PartId>> {
        let first = self.signed_term(cursor)?;
        let new = |parser: &Self, part: PartId| {
            let set = parser.form(part).indices;
            let bound = parser.context.letters.iter().enumerate().skip(start);
            bound.filter(|(_, known)| letters.contains(&known.0)).any(|(at, _)| set >> at & 1 == 1)
        };
        if !new(self, first) {
            return Ok(None);
        }
        let mut terms = vec![first];
        while cursor.peek().is_some_and(|id| sign(self.kind(id)).is_some()) {
            let (mut probe, parts, named) = (*cursor, self.parts.len(), self.named.len());
            match self.attempt(|parser| parser.signed_term(&mut probe)) {
                Ok(term) if new(self, term) => {
                    terms.push(term);
                    *cursor = probe;
                }
                _ => {
                    self.parts.truncate(parts);
                    self.named.truncate(named);
                    break;
                }
            }
        }
        self.added(terms).map(Some)
    }

    /// The sum of a body over letters of its own.
    fn over_letters(
        &mut self,
        body: PartId,
        start: usize,
        (letters, upper): (&[String], Option<Row>),
        span: Span,
    ) -> Result<PartId> {
        let form = self.form(body);
        let mut summed = 0_u128;
        for letter in letters {
            let at = self.context.letters.iter().skip(start).position(|known| known.0 == *letter);
            let Some(at) = at.map(|at| at + start).filter(|at| form.indices >> at & 1 == 1) else {
                return self.unclear(&format!("`{letter}` does not stand in this sum"), span);
            };
            if let Some(upper) = upper.filter(|&upper| !self.is_open_end(upper)) {
                let dim = self.context.letters[at].1;
                let end = self.size_of(upper);
                if !end.is_some_and(|end| self.context.network.arena.shapes().same(end, dim)) {
                    let message =
                        format!("`{letter}` runs to {}, and this sum ends elsewhere", self.context.size_text(dim));
                    let known = matches!(end, Some(Dim::Symbolic(_))) && matches!(dim, Dim::Symbolic(_));
                    let error = Diagnostic::error(if known { "shape" } else { "unreadable" }, message);
                    return self.misfit(error.at(span, ""), span, &[]);
                }
            }
            summed |= 1 << at;
        }
        let mut naming = Naming::default();
        let own = naming.indices(self.context, form.indices);
        let axes = naming.builder.labels(&form.dims());
        let left = form.indices & !summed;
        let out = [naming.indices(self.context, left), axes.clone()].concat();
        naming.builder.factor(&[own, axes].concat());
        let whole = span.to(self.span_of(body));
        let kind = PartKind::Contraction(naming.builder.out(&out));
        self.made(kind, vec![body], whole, Form { indices: left, ..form })
    }
}
