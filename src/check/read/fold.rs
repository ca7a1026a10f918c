//! Sums and products over an index, written out.

use crate::check::claim::{PartId, PartKind};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::NameId;
use crate::network::Origin;
use crate::shape::Dim;
use crate::syntax::latex::{ItemId, Kind, Relation, Row};

use super::factor::Scripts;
use super::name::FREE;
use super::parser::{Bound, Cursor, Parser, Result};
use super::row::sign;
use super::script;
use super::symbols::WrittenName;

/// The most terms of one sum, …
const MAX_TERMS: i64 = 10_000;
/// … and of all sums of one side, those inside others counted each time.
const MAX_ALL_TERMS: usize = 20_000;

impl Parser<'_> {
    /// `\sum_{k=1}^{3} …`; the body reaches over a following + as long as the index stands in what follows.
    pub fn fold(&mut self, cursor: &mut Cursor<'_>, scripts: Scripts, kind: PartKind) -> Result<PartId> {
        let (start, free) = (*cursor, self.free.len());
        let over_axes = if kind == PartKind::Sum { self.axis_sum(cursor, scripts) } else { Ok(None) };
        if let Ok(Some(part)) = over_axes {
            return Ok(part);
        }
        // The index of the sum is none of the formula.
        self.free.truncate(free);
        *cursor = start;
        if kind == PartKind::Sum
            && let Some(part) = self.sum_of_equals(cursor, scripts)
        {
            return Ok(part);
        }
        *cursor = start;
        match (self.written_out(cursor, scripts, kind), over_axes) {
            (Err(_), Err(error)) => Err(error),
            (result, _) => result,
        }
    }

    /// Σᵢ₌₁ⁿ μ, where n is a size without a value and nothing in the term has the index.
    fn sum_of_equals(&mut self, cursor: &mut Cursor<'_>, scripts: Scripts) -> Option<PartId> {
        let ([letter, equal, one], upper) = (self.row(scripts.sub?), scripts.sup?) else { return None };
        let letter = self.letters_of(&[*letter])?.pop()?;
        let from_one = *self.kind(*equal) == Kind::Relation(Relation::Equal)
            && matches!(self.kind(*one), Kind::Digits(one) if &**one == "1");
        let Some(Dim::Symbolic(size)) = self.size_of(upper).filter(|_| from_one) else { return None };
        if self.bound_row(upper).is_some() {
            return None;
        }
        let (span, free, letters) = (self.span(cursor.items[cursor.at]), self.free.len(), self.context.letters.len());
        cursor.at += 1;
        let start = cursor.at;
        let body = self.attempt(|parser| parser.product(cursor)).ok()?;
        // An index that something carries has been noted.
        let used = self.free.len() > free || self.context.letters.len() > letters;
        let named = cursor.items[start..cursor.at]
            .iter()
            .any(|&id| WrittenName::of(self.tree, id).is_some_and(|name| name.base == letter));
        if used || named {
            return None;
        }
        let size = self.quantity_part(NameId(size.0), span).ok()?;
        self.multiplied(vec![size, body]).ok()
    }

    /// The terms of a sum or product over an index that stands for numbers in names.
    fn written_out(&mut self, cursor: &mut Cursor<'_>, scripts: Scripts, kind: PartKind) -> Result<PartId> {
        let span = self.span(cursor.items[cursor.at]);
        cursor.at += 1;
        let (letter, range) = self.range(scripts, span)?;
        let start = cursor.at;
        let mut values: Vec<i64> = match range {
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
        let condition = scripts.sub.map_or(&[][..], |sub| self.conditional_index(self.row(sub)).1);
        values = self.allowed(values, &letter, condition, span)?;
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
            [] => self.integer(i64::from(kind == PartKind::Product), whole),
            [only] => Ok(only),
            _ => {
                if kind == PartKind::Product && terms.iter().any(|&term| self.form(term).is_matrix()) {
                    self.leaves_unsaid("the factors of ∏ taken from the last to the first".to_owned());
                    if self.context.reading.unsaid {
                        terms.reverse();
                    }
                }
                self.combined(kind, terms, whole)
            }
        }
    }

    /// Notes what a sum or product does not say.
    fn leaves_unsaid(&mut self, words: String) {
        if !self.context.unsaid.contains(&words) {
            self.context.unsaid.push(words);
        }
    }

    /// The values of an index for which a condition holds.
    fn allowed(&mut self, values: Vec<i64>, letter: &str, condition: &[ItemId], span: Span) -> Result<Vec<i64>> {
        let [left, relation, right] = condition else {
            return match condition {
                [] => Ok(values),
                _ => Err(Diagnostic::error("unreadable", "the condition of this sum is not read").at(span, "")),
            };
        };
        let mut allowed = Vec::with_capacity(values.len());
        for value in values {
            let sides = self.with_index(letter, value, |parser| {
                Ok([left, right].map(|&side| script::read_items(parser.tree, &[side], &parser.values(false))))
            })?;
            let [Some(left), Some(right)] = sides else {
                return Err(Diagnostic::error("unreadable", "the condition of this sum is not read").at(span, ""));
            };
            for free in left.free.iter().chain(&right.free) {
                if !self.free.contains(free) {
                    self.free.push(free.clone());
                }
            }
            let open = !left.free.is_empty() || !right.free.is_empty();
            match self.compares(*relation, &left.text, &right.text) {
                Some(true) => allowed.push(value),
                Some(false) => {}
                // An index that has no value yet.
                None if open => allowed.push(value),
                None => {
                    return Err(Diagnostic::error("unreadable", "the condition of this sum is not read").at(span, ""));
                }
            }
        }
        Ok(allowed)
    }

    /// Whether two indices compare as a relation says; nothing if that cannot be told.
    fn compares(&self, relation: ItemId, left: &str, right: &str) -> Option<bool> {
        let numbers = left.parse::<i64>().ok().zip(right.parse::<i64>().ok());
        match (self.kind(relation), numbers) {
            (Kind::Relation(Relation::NotEqual), _) => Some(left != right),
            (Kind::Relation(Relation::LessEqual), Some((left, right))) => Some(left <= right),
            (Kind::Relation(Relation::Greater), Some((left, right))) => Some(left > right),
            (Kind::Relation(Relation::GreaterEqual), Some((left, right))) => Some(left >= right),
            _ => None,
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
        let mut given = Vec::new();
        for value in low..=high {
            let mut probe = *cursor;
            let parts = self.parts.len();
            let named = self.named.len();
            let read = self.attempt(|parser| parser.with_index(letter, value, |parser| parser.signed_term(&mut probe)));
            self.parts.truncate(parts);
            if read.is_ok() {
                fitting.push(value);
                given.push(self.named.iter().skip(named).filter(|&&(name, _)| self.is_given(name)).count());
            }
            self.named.truncate(named);
        }
        // Σₜ over the steps that the network computes begins after h₀, which is given.
        let fewest = given.iter().copied().min().unwrap_or(0);
        let steps = self.context.steps();
        let is_step = |value: i64| steps.is_none_or(|(first, last)| (first..=last).contains(&value));
        let known = fitting.iter().copied().zip(given.iter().copied());
        let computed: Vec<i64> =
            known.filter(|&(value, count)| count == fewest && is_step(value)).map(|(value, _)| value).collect();
        if computed.len() < fitting.len() {
            if let (Some(first), Some(last)) = (computed.first(), computed.last()) {
                self.leaves_unsaid(format!("the sum over {letter} taken from {first} to {last}"));
            }
            if self.context.reading.unsaid {
                return computed;
            }
        }
        fitting
    }

    fn is_given(&self, name: NameId) -> bool {
        name != FREE && matches!(self.context.network.quantity(name).origin, Origin::Leaf(_))
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
        self.with_index(letter, value, |parser| parser.signed_term(&mut cursor))?;
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
        let (items, _) = self.conditional_index(self.row(sub));
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
                    return Err(unreadable("the index takes too many values"));
                }
                Ok((letter, Some((low, high))))
            }
            [_, relation, ..] if *self.kind(*relation) == Kind::Relation(Relation::Member) => {
                Err(unreadable("the set of this sum is not known here"))
            }
            _ => Err(unreadable("sums over this condition are not read")),
        }
    }

    /// Whether a letter is a size of the network, which has no value here.
    fn is_size(&self, letter: &str) -> bool {
        let network = &self.context.network;
        network.sizes.iter().any(|size| {
            let quantity = network.quantity(size.name);
            *quantity.stem == *letter && quantity.indices.is_empty() && quantity.origin == Origin::Size
        })
    }

    fn bound_row(&mut self, row: Row) -> Option<i64> {
        self.bound_value(self.row(row))
    }

    fn bound_value(&mut self, items: &[ItemId]) -> Option<i64> {
        let script = script::read_items(self.tree, items, &self.values(false))?;
        if let Some(letter) = script.free.first() {
            if self.is_size(letter) {
                return None;
            }
            if !self.free.contains(letter) {
                self.free.push(letter.clone());
            }
            return Some(1);
        }
        script.text.parse().ok()
    }
}
