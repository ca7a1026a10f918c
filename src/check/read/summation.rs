//! Sums over letters that stand on axes: Σᵢ wᵢxᵢ.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::Form;
use crate::diagnostic::Span;
use crate::syntax::latex::{ItemId, Kind, Relation, Row};

use super::bound::{End, Range};
use super::entry::{ALL, Naming};
use super::factor::Scripts;
use super::parser::{Cursor, Parser, Result};
use super::row::sign;
use super::shift::{Shift, asks_again};

/// How often the sums of one side are read again when more is known of their letters.
const MAX_AGAIN: usize = 64;

impl Parser<'_> {
    /// A sum over letters that stand on axes in what follows; nothing if they do not.
    pub fn axis_sum(&mut self, cursor: &mut Cursor<'_>, scripts: Scripts) -> Result<Option<PartId>> {
        let Some(mut range) = scripts.sub.and_then(|sub| self.sum_range(sub, scripts.sup)) else { return Ok(None) };
        self.pair_up(&mut range);
        let hidden: Vec<(usize, String)> = self.hide(&range.letters);
        let start = self.context.letters.len();
        let span = self.span(cursor.items[cursor.at]);
        let (parts, named, misfits) = (self.parts.len(), self.named.len(), self.misfits.len());
        let (free, kept) = (self.free.len(), self.kept.len());
        let summed = self.summed.len();
        self.summed.extend(range.letters.iter().cloned());
        let mut after = Cursor { at: cursor.at + 1, ..*cursor };
        let mut body = self.attempt(|parser| parser.summed_body(&mut after, &range.letters, start));
        while self.again < MAX_AGAIN && self.knows_more(misfits, start, &range) {
            self.again += 1;
            self.free.truncate(free);
            self.parts.truncate(parts);
            self.named.truncate(named);
            self.misfits.truncate(misfits);
            self.kept.truncate(kept);
            let before: Vec<_> = self.context.letters[start..].to_vec();
            after = Cursor { at: cursor.at + 1, ..*cursor };
            body = self.attempt(|parser| parser.summed_body(&mut after, &range.letters, start));
            if self.context.letters[start..] == before {
                break;
            }
        }
        self.summed.truncate(summed);
        let sum = match body {
            Ok(Some(body)) => {
                *cursor = after;
                let body = self.within_axes(body, kept, start, span);
                let body = body.and_then(|body| self.under_condition(body, &range.condition, span));
                body.and_then(|body| self.over_letters(body, start, &range, span)).map(Some)
            }
            Ok(None) if self.misfits.len() > misfits && self.free.len() == free => {
                *cursor = after;
                self.placeholder(span).map(Some)
            }
            // What stands on a name without a value may be the letters of the sum.
            Ok(None) if range.letters.iter().all(|letter| self.free_entries.contains(letter)) => {
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
            self.kept.truncate(kept);
        }
        for known in &mut self.context.letters[start..] {
            // What the sum binds means nothing outside.
            if range.letters.contains(&known.0) {
                known.0.clear();
            }
        }
        for (at, letter) in hidden {
            self.context.letters[at].0 = letter;
        }
        sum
    }

    /// Whether the body of a sum is to be read again: how far a letter runs that stood in it is known only now, or is
    /// said by the end of the sum alone.
    fn knows_more(&mut self, misfits: usize, start: usize, range: &Range) -> bool {
        if !self.misfits.iter().skip(misfits).any(|misfit| asks_again(&misfit.error)) {
            return false;
        }
        let found = self.context.letters.len() > start;
        let Some(upper) = &range.upper else { return found };
        let said = upper.text.as_deref().and_then(|text| self.dim_of_index(text));
        let Some(dim) = upper.size.or(said) else { return found };
        for letter in &range.letters {
            if self.context.range_of(letter).is_none() {
                self.context.letters.push((letter.clone(), dim));
            }
        }
        self.context.letters.len() > start
    }

    /// The second letter of `i < j` is one of the sum as well, unless it stands outside of it.
    fn pair_up(&mut self, range: &mut Range) {
        let [left, _, right] = range.condition[..] else { return };
        let pair = [left, right].map(|id| self.letters_of(&[id]));
        let other = pair.into_iter().flatten().flatten().find(|letter| !range.letters.contains(letter));
        let Some(other) = other.filter(|other| self.context.classes_of(other).is_none()) else { return };
        let outside = self.context.range_of(&other).is_some() || self.summed.contains(&other);
        if !outside {
            self.context.paired.push(other.clone());
            range.letters.push(other);
        }
    }

    /// The letters of a sum, its bounds and its condition; nothing for sums of another kind.
    fn sum_range(&mut self, sub: Row, sup: Option<Row>) -> Option<Range> {
        if !self.context.has_tensors() {
            return None;
        }
        let (items, condition, end) = self.index_and_condition(self.row(sub));
        if let [letter, member, set @ ..] = items
            && *self.kind(*member) == Kind::Relation(Relation::Member)
        {
            // The set of all values that an index of this size has.
            let letters = self.letters_of(&[*letter])?;
            let text = self.index_text(set).filter(|_| sup.is_none())?;
            let upper = Some(End { size: Some(self.size_named(&text)?), text: Some(text) });
            return Some(Range { letters, low: None, upper, condition: condition.to_vec() });
        }
        let equal = items.iter().position(|&id| *self.kind(id) == Kind::Relation(Relation::Equal));
        let (letters, low) = match equal {
            Some(at) => (&items[..at], &items[at + 1..]),
            None => (items, &[] as &[ItemId]),
        };
        let letters = self.letters_of(letters).filter(|letters| !letters.iter().any(|letter| letter == ALL))?;
        if low.is_empty() != sup.is_none() || end.is_some() && sup.is_some() {
            return None;
        }
        let upper = match sup {
            Some(sup) if self.is_open_end(sup) => None,
            Some(sup) => {
                let text = self.tree.word(sup).or_else(|| self.index_text(self.row(sup)));
                let size = self.size_of(sup);
                (size.is_some() || text.is_some()).then_some(())?;
                Some(End { size, text })
            }
            None => end.map(|text| End { size: self.size_named(&text), text: Some(text) }),
        };
        let low = match low {
            [] => None,
            low => Some(self.index_text(low).and_then(|text| self.shift(&text))?),
        };
        let low = low.filter(|low| *low != Shift::number(1));
        Some(Range { letters, low, upper, condition: condition.to_vec() })
    }

    /// An index, the condition on it, and its end if that stands there: `i \ne j`, `i : y_i = 1`, `1 \le i < j \le n`.
    fn index_and_condition<'i>(&self, items: &'i [ItemId]) -> (&'i [ItemId], &'i [ItemId], Option<String>) {
        let relation = |id: &ItemId| match self.kind(*id) {
            Kind::Relation(relation) => Some(*relation),
            _ => None,
        };
        let is_order = |id: &ItemId| {
            use Relation::{Greater, GreaterEqual, Less, LessEqual, NotEqual};
            matches!(relation(id), Some(Greater | GreaterEqual | Less | LessEqual | NotEqual))
        };
        let colon = items.iter().position(|id| {
            matches!(self.kind(*id), Kind::Symbol(':' | '|'))
                || matches!(self.kind(*id), Kind::Command(name) if matches!(&**name, "colon" | "mid"))
        });
        if let Some(cut) = colon
            && items[cut + 1..].iter().any(|id| relation(id).is_some())
        {
            return (&items[..cut], &items[cut + 1..], None);
        }
        let comma = items.iter().position(|id| matches!(self.kind(*id), Kind::Symbol(',' | ';')));
        if let Some(cut) = comma
            && !items[..cut].iter().any(is_order)
            && items[cut + 1..].iter().any(is_order)
        {
            return (&items[..cut], &items[cut + 1..], None);
        }
        let is_one = |id: &ItemId| matches!(self.kind(*id), Kind::Digits(one) if &**one == "1");
        let is_at_most = |id: &ItemId| relation(id) == Some(Relation::LessEqual);
        let (inner, end) = match items {
            [one, first, inner @ .., last, end] if is_one(one) && is_at_most(first) && is_at_most(last) => {
                (inner, self.index_text(&[*end]))
            }
            _ => (items, None),
        };
        match inner {
            [_, order, _] if is_order(order) => (&inner[..1], inner, end),
            _ => (items, &[], None),
        }
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
    fn over_letters(&mut self, body: PartId, start: usize, range: &Range, span: Span) -> Result<PartId> {
        let mut body = body;
        let mut summed = 0_u128;
        for letter in &range.letters {
            let at = self.context.letters.iter().skip(start).position(|known| known.0 == *letter);
            let Some(at) = at.map(|at| at + start).filter(|at| self.form(body).indices >> at & 1 == 1) else {
                return self.unclear(&format!("`{letter}` does not stand in this sum"), span);
            };
            body = match self.bounded(body, (letter, self.context.letters[at].1), range, span)? {
                Ok(body) => body,
                Err(misfit) => return Ok(misfit),
            };
            summed |= 1 << at;
        }
        let form = self.form(body);
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
