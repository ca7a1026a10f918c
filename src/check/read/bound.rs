//! The terms that a sum keeps: where its letters begin and end, its condition, and the axes of its indices.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::shape::Dim;
use crate::syntax::ast::ShapeKind;
use crate::syntax::latex::{ItemId, Kind, Relation};

use super::name::FREE;
use super::parser::{Parser, Result};
use super::shift::Shift;

/// The end of a sum: a size of the network, or an index as it is written.
pub(super) struct End {
    pub size: Option<Dim>,
    pub text: Option<String>,
}

/// What stands below and above the sign of a sum over letters.
pub(super) struct Range {
    pub letters: Vec<String>,
    /// The number or index that the letters begin with, where that is not 1.
    pub low: Option<Shift>,
    /// Where they end.
    pub upper: Option<End>,
    pub condition: Vec<ItemId>,
}

impl Parser<'_> {
    /// A body without the terms in which an index leaves its axis.
    pub fn within_axes(&mut self, body: PartId, kept: usize, start: usize, span: Span) -> Result<PartId> {
        let own = (start..self.context.letters.len()).fold(0, |set, at| set | 1_u128 << at);
        let mut factors = vec![body];
        for (expr, indices) in self.kept.split_off(kept) {
            match indices & own {
                0 => self.kept.push((expr, indices)),
                _ => {
                    let form = Form { indices, ..Form::SCALAR };
                    factors.push(self.push_formed(PartKind::Made, Vec::new(), span, expr, form)?);
                }
            }
        }
        if factors.len() == 1 { Ok(body) } else { self.multiplied(factors) }
    }

    /// A body times the condition of its sum.
    pub fn under_condition(&mut self, body: PartId, condition: &[ItemId], span: Span) -> Result<PartId> {
        if condition.is_empty() {
            return Ok(body);
        }
        let factor = match self.kronecker_condition(condition, span)? {
            Some(factor) => Some(factor),
            None => match self.order_condition(condition, span)? {
                Some(factor) => Some(factor),
                None => match self.mask_condition(condition, span)? {
                    Some(factor) => Some(factor),
                    None => self.entry_condition(condition, span)?,
                },
            },
        };
        match factor {
            Some(factor) => self.multiplied(vec![body, factor]),
            None => self.unclear("the condition of this sum is not read", span),
        }
    }

    /// `m_i < 1` of an entry as 1 and 0; an equation may say what set an index is in, and nothing of numbers.
    fn entry_condition(&mut self, condition: &[ItemId], span: Span) -> Result<Option<PartId>> {
        use Relation::{Greater, GreaterEqual, Less, LessEqual};
        let mut relations = condition.iter().filter_map(|&id| match self.kind(id) {
            Kind::Relation(relation) => Some(*relation),
            _ => None,
        });
        let compares = matches!(relations.next(), Some(Greater | GreaterEqual | Less | LessEqual));
        if !compares || relations.next().is_some() {
            return Ok(None);
        }
        let (parts, named) = (self.parts.len(), self.named.len());
        match self.attempt(|parser| parser.indicator_of(condition, span)) {
            Ok(part) if self.form(part).is_single() && self.form(part).indices != 0 => Ok(Some(part)),
            _ => {
                self.parts.truncate(parts);
                self.named.truncate(named);
                Ok(None)
            }
        }
    }

    /// `i < j` of two indices as 1 and 0.
    pub fn order_condition(&mut self, condition: &[ItemId], span: Span) -> Result<Option<PartId>> {
        let relation = condition.iter().enumerate().find_map(|(at, &id)| match self.kind(id) {
            Kind::Relation(relation) => Some((at, *relation)),
            _ => None,
        });
        let Some((at, relation)) = relation else { return Ok(None) };
        let sides = [&condition[..at], &condition[at + 1..]];
        let [Some(left), Some(right)] = sides.map(|items| self.index_text(items).and_then(|text| self.shift(&text)))
        else {
            return Ok(None);
        };
        let (low, high, strict) = match relation {
            Relation::Less => (left, right, true),
            Relation::LessEqual => (left, right, false),
            Relation::Greater => (right, left, true),
            Relation::GreaterEqual => (right, left, false),
            _ => return Ok(None),
        };
        let Some(high) = high.plus(&Shift::number(i64::from(strict)), -1) else { return Ok(None) };
        self.ordered(&low, &high, span)
    }

    /// 1 where one index is at most another one and 0 elsewhere.
    pub fn ordered(&mut self, low: &Shift, high: &Shift, span: Span) -> Result<Option<PartId>> {
        let ranges: Vec<Dim> =
            self.context.letters.iter().filter(|known| !known.0.is_empty()).map(|known| known.1).collect();
        let found = ranges.into_iter().rev().find_map(|range| self.context.at_most(low, high, range));
        let Some((expr, indices)) = found else { return Ok(None) };
        let form = Form { indices, ..Form::SCALAR };
        self.push_formed(PartKind::Made, Vec::new(), span, expr, form).map(Some)
    }

    /// `y_i = 1` or `y_i = 0` of a mask or a one-hot vector: y_i, or 1 − y_i.
    pub fn mask_condition(&mut self, condition: &[ItemId], span: Span) -> Result<Option<PartId>> {
        let [entry, relation, number] = condition else { return Ok(None) };
        let Kind::Digits(digits) = self.kind(*number) else { return Ok(None) };
        let is_equal = *self.kind(*relation) == Kind::Relation(Relation::Equal);
        if !is_equal || !matches!(&**digits, "0" | "1") {
            return Ok(None);
        }
        let Ok((name, letters, power)) = self.attempt(|parser| parser.place_of(&[*entry])) else { return Ok(None) };
        if name == FREE || letters.is_empty() || !power.is_empty() {
            return Ok(None);
        }
        if !matches!(self.context.network.quantity(name).facts.kind, ShapeKind::Binary | ShapeKind::OneHot) {
            let message = "this condition is read only of what is declared as zeros and ones";
            let spelling = self.context.network.spelling(name);
            let error = Diagnostic::error("unreadable", message).at(self.span(*entry), "");
            return self.misfit(error.hint(format!("declare it as `{spelling} : binary[…]`")), span, &[]).map(Some);
        }
        let mask = self.whole(&[*entry])?;
        if &**digits == "1" {
            return Ok(Some(mask));
        }
        let one = self.integer(1, span)?;
        let minus = self.combined(PartKind::Negative, vec![mask], span)?;
        self.combined(PartKind::Sum, vec![one, minus], span).map(Some)
    }

    /// A body with 0 beyond the bounds of a letter; or the part that stands for bounds that do not fit it.
    pub fn bounded(
        &mut self,
        body: PartId,
        (letter, dim): (&str, Dim),
        range: &Range,
        span: Span,
    ) -> Result<std::result::Result<PartId, PartId>> {
        let own = Shift::letter(letter);
        let mut factors = vec![body];
        if let Some(low) = &range.low {
            match self.ordered(low, &own, span)? {
                Some(factor) => factors.push(factor),
                None => return self.unclear("where this sum begins is not read", span).map(Err),
            }
        }
        if let Some(upper) = &range.upper {
            let end = upper.size;
            if !end.is_some_and(|end| self.context.network.arena.shapes().same(end, dim)) {
                let high = upper.text.as_deref().and_then(|text| self.shift(text));
                let factor = match high {
                    Some(high) if self.context.covers_index(dim, &high) => self.ordered(&own, &high, span)?,
                    _ => None,
                };
                let Some(factor) = factor else {
                    let message =
                        format!("`{letter}` runs to {}, and this sum ends elsewhere", self.context.size_text(dim));
                    let known = matches!(end, Some(Dim::Symbolic(_))) && matches!(dim, Dim::Symbolic(_));
                    let error = Diagnostic::error(if known { "shape" } else { "unreadable" }, message);
                    return self.misfit(error.at(span, ""), span, &[]).map(Err);
                };
                factors.push(factor);
            }
        }
        if factors.len() == 1 { Ok(Ok(body)) } else { self.multiplied(factors).map(Ok) }
    }
}
