//! Sums and products over an index, written out.

use crate::check::claim::{PartId, PartKind};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::latex::{ItemId, Kind, Relation, Row};

use super::factor::Scripts;
use super::parser::{Bound, Cursor, Parser, Result};
use super::row::sign;
use super::script;

/// The most terms of one sum, …
const MAX_TERMS: i64 = 10_000;
/// … and of all sums of one side, those inside others counted each time.
const MAX_ALL_TERMS: usize = 20_000;

impl Parser<'_> {
    /// `\sum_{k=1}^{3} …`; the body reaches over a following + as long as the index stands in what follows.
    pub fn fold(&mut self, cursor: &mut Cursor<'_>, scripts: Scripts, kind: PartKind) -> Result<PartId> {
        let start = *cursor;
        let over_axes = if kind == PartKind::Sum { self.axis_sum(cursor, scripts) } else { Ok(None) };
        if let Ok(Some(part)) = over_axes {
            return Ok(part);
        }
        *cursor = start;
        match (self.written_out(cursor, scripts, kind), over_axes) {
            (Err(_), Err(error)) => Err(error),
            (result, _) => result,
        }
    }

    /// The terms of a sum or product over an index that stands for numbers in names.
    fn written_out(&mut self, cursor: &mut Cursor<'_>, scripts: Scripts, kind: PartKind) -> Result<PartId> {
        let span = self.span(cursor.items[cursor.at]);
        cursor.at += 1;
        let (letter, range) = self.range(scripts, span)?;
        let start = cursor.at;
        let values: Vec<i64> = match range {
            Some((low, high)) => (low..=high).collect(),
            None => self.fitting(cursor, &letter),
        };
        let Some(&first) = values.first() else {
            return match range {
                Some(_) => {
                    *cursor = self.body_end(*cursor, &letter, 0, &kind)?;
                    self.integer(i64::from(kind == PartKind::Product), span)
                }
                None => {
                    let message = format!("no value of `{letter}` fits the names in this sum");
                    Err(Diagnostic::error("unreadable", message)
                        .at(span, "")
                        .hint("write its bounds: `\\sum_{k=1}^{3}`"))
                }
            };
        };
        *cursor = self.body_end(*cursor, &letter, first, &kind)?;
        let body = &cursor.items[start..cursor.at];
        let mut terms = Vec::with_capacity(values.len());
        for value in values {
            self.folded += 1;
            if self.folded > MAX_ALL_TERMS {
                let message = format!("the sums of this side have more than {MAX_ALL_TERMS} terms");
                return Err(Diagnostic::error("too-long", message).at(span, ""));
            }
            terms.push(self.with_index(&letter, value, |parser| parser.whole(body))?);
        }
        let whole = span.to(self.span_of_items(body));
        match terms[..] {
            [only] => Ok(only),
            _ => self.combined(kind, terms, whole),
        }
    }

    /// Reads something while a letter has a value.
    fn with_index<T>(&mut self, letter: &str, value: i64, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.bound.push(Bound { letter: letter.to_owned(), value, by_fold: true });
        let result = read(self);
        self.bound.pop();
        result
    }

    /// The values of an index without bounds for which the body can be read.
    fn fitting(&mut self, cursor: &Cursor<'_>, letter: &str) -> Vec<i64> {
        let Some((low, high)) = self.context.symbols.numbers() else { return Vec::new() };
        let high = high.min(low.saturating_add(MAX_TERMS));
        let mut fitting = Vec::new();
        for value in low..=high {
            let mut probe = *cursor;
            let parts = self.parts.len();
            let named = self.named.len();
            let read = self.attempt(|parser| parser.with_index(letter, value, |parser| parser.product(&mut probe)));
            self.parts.truncate(parts);
            self.named.truncate(named);
            if read.is_ok() {
                fitting.push(value);
            }
        }
        fitting
    }

    /// Where the body ends: after a term, and after further ones in which the index stands.
    fn body_end<'c>(
        &mut self,
        mut cursor: Cursor<'c>,
        letter: &str,
        value: i64,
        kind: &PartKind,
    ) -> Result<Cursor<'c>> {
        let (parts, named) = (self.parts.len(), self.named.len());
        self.with_index(letter, value, |parser| parser.product(&mut cursor))?;
        while *kind == PartKind::Sum && cursor.peek().is_some_and(|id| sign(self.kind(id)).is_some()) {
            let mut probe = cursor;
            let used = std::mem::take(&mut *self.used.borrow_mut());
            let read = self.attempt(|parser| parser.with_index(letter, value, |parser| parser.signed_term(&mut probe)));
            let uses = self.used.borrow().iter().any(|known| known == letter);
            self.used.borrow_mut().extend(used);
            if read.is_err() || !uses {
                break;
            }
            cursor = probe;
        }
        self.parts.truncate(parts);
        self.named.truncate(named);
        Ok(cursor)
    }

    /// The index of a sum, and its bounds if they are written.
    fn range(&mut self, scripts: Scripts, span: Span) -> Result<(String, Option<(i64, i64)>)> {
        let unreadable = |message: &str| {
            Diagnostic::error("unreadable", message.to_owned())
                .at(span, "")
                .hint("write `\\sum_{k=1}^{3}`, or `\\sum_k`")
        };
        let Some(sub) = scripts.sub else { return Err(unreadable("the index of this sum is not written")) };
        let items = self.row(sub);
        let letter = match items.first().map(|&id| self.kind(id)) {
            Some(Kind::Letter(letter)) => letter.to_string(),
            Some(Kind::Command(name)) if &**name == "ell" => "l".to_owned(),
            _ => return Err(unreadable("the index of this sum is no letter")),
        };
        match items {
            [_] if scripts.sup.is_none() => Ok((letter, None)),
            [_, equal, low @ ..] if *self.kind(*equal) == Kind::Relation(Relation::Equal) => {
                let low =
                    self.bound_value(low).ok_or_else(|| unreadable("the lower bound of this sum is no number"))?;
                let high = scripts.sup.and_then(|sup| self.bound_row(sup));
                let high = high.ok_or_else(|| unreadable("the upper bound of this sum is no number"))?;
                if high.saturating_sub(low) > MAX_TERMS {
                    return Err(unreadable("this sum has too many terms"));
                }
                Ok((letter, Some((low, high))))
            }
            _ => Err(unreadable("sums over a condition are not read")),
        }
    }

    fn bound_row(&mut self, row: Row) -> Option<i64> {
        self.bound_value(self.row(row))
    }

    fn bound_value(&mut self, items: &[ItemId]) -> Option<i64> {
        let script = script::read_items(self.tree, items, &self.values(false))?;
        if let Some(letter) = script.free.first() {
            if !self.free.contains(letter) {
                self.free.push(letter.clone());
            }
            return Some(1);
        }
        script.text.parse().ok()
    }
}
