//! Conditions: case distinctions and indicators.

use crate::check::claim::{PartId, PartKind, Side};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::Arena;
use crate::function::Known;
use crate::network::may_agree_widely;
use crate::syntax::ast::Comparison;
use crate::syntax::latex::{Delimiter, ItemId, Kind, Relation, Row, Rows};

use super::lines::Limit;
use super::parser::{Cursor, Parser, Result};
use super::row::comparison;

/// The code of the error of a claim whose condition does not hold for the values of its general indices.
pub(super) const EXCLUDED: &str = "excluded";

/// A comparison of two parts.
#[derive(Clone, Copy)]
struct Condition {
    left: PartId,
    comparison: Comparison,
    right: PartId,
}

impl Parser<'_> {
    /// Reads one side of a claim; where a condition limits it, it is multiplied by 1 where that holds and by 0 elsewhere.
    pub fn limited_side(&mut self, items: &[ItemId], limit: &Limit) -> Result<Side> {
        let side = self.whole(items)?;
        let Some(factor) = self.limit(limit)? else { return self.finish(side) };
        let span = self.span_of(side);
        let form = self.form(side);
        if form.identity || form.high {
            return Err(Diagnostic::error("condition", "this condition is not read").at(span, ""));
        }
        let whole = self.multiplied(vec![side, factor])?;
        self.parts[whole.0 as usize].span = span;
        self.finish(whole)
    }

    /// A condition as 1 where it holds and 0 elsewhere; nothing where it always holds.
    pub fn limit(&mut self, limit: &Limit) -> Result<Option<PartId>> {
        let items = match limit {
            Limit::Always => return Ok(None),
            Limit::Where(items) => items,
            Limit::Words => return Err(Diagnostic::error("condition", "this condition is not read")),
        };
        let (free, misfits, named) = (self.free.len(), self.misfits.len(), self.named.len());
        let span = self.span_of_items(items);
        let read = self.attempt(|parser| parser.indicator_of(items, span));
        self.named.truncate(named);
        let is_free = self.free.len() > free;
        match read {
            // A letter without a value may stand in it.
            _ if is_free || free > 0 => Ok(None),
            Ok(part) if self.expr(part) == Arena::ONE && self.misfits.len() == misfits => Ok(None),
            Ok(part) if self.expr(part) == Arena::ZERO => Err(Diagnostic::error(EXCLUDED, "nothing is claimed here")),
            Ok(part) if self.form(part).is_single() && self.misfits.len() == misfits => Ok(Some(part)),
            _ => Err(Diagnostic::error("condition", "this condition is not read").at(span, "")),
        }
    }

    /// `[z > 0]` as 1 or 0.
    pub fn indicator(&mut self, body: Row, span: Span) -> Result<PartId> {
        self.indicator_of(self.row(body), span)
    }

    /// The same of items that compare two things.
    pub fn indicator_of(&mut self, items: &[ItemId], span: Span) -> Result<PartId> {
        if let Some(part) = self.kronecker_condition(items, span)? {
            return Ok(part);
        }
        let Condition { left, comparison, right } = self.condition(items, span)?;
        let positive = match comparison {
            Comparison::Greater => Some((left, right)),
            Comparison::Less => Some((right, left)),
            _ => None,
        };
        if let Some((above, below)) = positive {
            let difference = match self.context.network.arena.as_number(self.expr(below)).is_some_and(|n| n.is_zero()) {
                true => above,
                false => {
                    let below = self.combined(PartKind::Negative, vec![below], span)?;
                    self.combined(PartKind::Sum, vec![above, below], span)?
                }
            };
            return self.named_call(Known::Step, vec![difference], span);
        }
        let (one, zero) = (self.integer(1, span)?, self.integer(0, span)?);
        self.combined(PartKind::If(comparison), vec![left, right, one, zero], span)
    }

    /// Whether the item is the 1 of an indicator: `\mathbb{1}`, `\mathbf 1`, `\mathbb I`.
    pub fn is_indicator(&self, id: ItemId) -> bool {
        let (base, _) = self.without_scripts(id);
        match self.kind(base) {
            Kind::Accent {
                name: "mathbb" | "mathbbm" | "mathds" | "mathbf" | "boldsymbol" | "mathrm" | "bm",
                body,
            } => {
                matches!(self.tree.word(*body).as_deref(), Some("1" | "I"))
            }
            Kind::Symbol('𝟙') => true,
            Kind::Letter('I') => !self.context.symbols.has_base("I"),
            Kind::Command(name) if &**name == "chi" => !self.context.symbols.has_base("chi"),
            Kind::Digits(digits) => &**digits == "1" && base != id,
            _ => false,
        }
    }

    /// `\mathbb{1}[z > 0]`, `\mathbb{1}_{z>0}`; nothing if no condition follows.
    pub fn indicator_factor(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<PartId>> {
        let Some(id) = cursor.peek().filter(|&id| self.is_indicator(id)) else { return Ok(None) };
        let (_, scripts) = self.without_scripts(id);
        let has_relation =
            |parser: &Self, row: Row| parser.row(row).iter().any(|&id| matches!(parser.kind(id), Kind::Relation(_)));
        let mut condition = None;
        if let Some(sub) = scripts.sub {
            let inner = match self.row(sub) {
                [only] => match self.kind(*only) {
                    Kind::Fence { body, .. } => *body,
                    _ => sub,
                },
                _ => sub,
            };
            condition = Some((inner, 1)).filter(|(row, _)| has_relation(self, *row));
        } else if let Some(Kind::Fence {
            open: Delimiter::Round | Delimiter::Square | Delimiter::Curly, body, ..
        }) = cursor.second().map(|id| self.kind(self.without_scripts(id).0))
        {
            condition = Some((*body, 2)).filter(|(row, _)| has_relation(self, *row));
        }
        let Some((body, count)) = condition else { return Ok(None) };
        let span = self.span_of_items(&cursor.items[cursor.at..cursor.at + count]);
        let last = self.without_scripts(cursor.items[cursor.at + count - 1]).1;
        cursor.at += count;
        let part = self.indicator(body, span)?;
        let sup = if count == 2 { last.sup } else { scripts.sup };
        sup.map_or(Ok(part), |sup| self.power(part, self.tree.row(sup), span)).map(Some)
    }

    fn condition(&mut self, items: &[ItemId], span: Span) -> Result<Condition> {
        if let [only] = items
            && let Kind::Fence { open: Delimiter::Round, body, .. } = self.kind(*only)
        {
            return self.condition(self.row(*body), span);
        }
        let relation = items.iter().enumerate().find_map(|(at, &id)| match self.kind(id) {
            Kind::Relation(relation) => Some((at, *relation)),
            _ => None,
        });
        let Some((at, relation)) = relation else {
            let error = Diagnostic::error("unreadable", "this condition compares nothing");
            return Err(error.at(span, "").hint("write `z > 0`"));
        };
        let Some(comparison) = comparison(relation) else {
            return Err(Diagnostic::error("unreadable", "only comparisons of numbers are read here").at(span, ""));
        };
        let left = self.whole(&items[..at])?;
        let right = self.whole(&items[at + 1..])?;
        Ok(Condition { left, comparison, right })
    }

    /// `\begin{cases} … \end{cases}`.
    pub fn cases(&mut self, rows: Rows, span: Span) -> Result<PartId> {
        if let Some(part) = self.cases_of_letters(rows, span)? {
            return Ok(part);
        }
        let mut branches: Vec<(PartId, Option<Condition>)> = Vec::new();
        for (value, words) in self.branches(rows) {
            let value = self.whole(&value)?;
            let condition = match words.as_slice() {
                [] => None,
                words => Some(self.condition(words, span)?),
            };
            branches.push((value, condition));
        }
        let Some((last, condition)) = branches.pop().filter(|_| !branches.is_empty()) else {
            return Err(Diagnostic::error("unreadable", "a case distinction has two cases or more").at(span, ""));
        };
        if let Some(condition) = condition
            && !self.completes(&branches, condition)
        {
            return Err(Diagnostic::error("unreadable", "these cases do not cover all values")
                .at(span, "")
                .hint("write `\\text{otherwise}` for the last one"));
        }
        let mut result = last;
        for (value, condition) in branches.into_iter().rev() {
            let Some(Condition { left, comparison, right }) = condition else {
                return Err(Diagnostic::error("unreadable", "only the last case goes without a condition").at(span, ""));
            };
            result = self.combined(PartKind::If(comparison), vec![left, right, value, result], span)?;
        }
        Ok(result)
    }

    /// The values of a case distinction, each with what its condition compares; nothing for "otherwise".
    fn branches(&self, rows: Rows) -> Vec<(Vec<ItemId>, Vec<ItemId>)> {
        let mut branches = Vec::new();
        for cells in self.tree.rows(rows).filter(|cells| cells.iter().any(|cell| !cell.is_empty())) {
            let cells: Vec<Row> = cells.iter().copied().skip_while(|cell| cell.is_empty()).collect();
            let value = self.row(cells.first().copied().unwrap_or_default());
            // `z \quad \text{if } z > 0` without a mark of alignment.
            let end = value.iter().position(|&id| matches!(self.kind(id), Kind::Text(_) | Kind::Gap));
            let (value, after) = value.split_at(end.filter(|&end| end > 0).unwrap_or(value.len()));
            let cells = cells.iter().skip(1).flat_map(|&cell| self.row(cell).to_vec());
            let words: Vec<ItemId> = after.iter().copied().chain(cells).collect();
            branches.push((without_comma(self, value).to_vec(), self.without_words(&words)));
        }
        branches
    }

    /// Two cases, i = j and i ≠ j, as a sum of both times Kronecker's δ.
    fn cases_of_letters(&mut self, rows: Rows, span: Span) -> Result<Option<PartId>> {
        let branches = self.branches(rows);
        let [(first, condition), (second, other)] = branches.as_slice() else { return Ok(None) };
        let is_comparison = |items: &[ItemId]| {
            matches!(items, [_, relation, _]
                if matches!(self.kind(*relation), Kind::Relation(Relation::Equal | Relation::NotEqual)))
        };
        if !is_comparison(condition) || !(other.is_empty() || is_comparison(other)) {
            return Ok(None);
        }
        let first = self.whole(first)?;
        let second = self.whole(second)?;
        let Some(holds) = self.kronecker_condition(condition, span)? else { return Ok(None) };
        let one = self.integer(1, span)?;
        let minus = self.combined(PartKind::Negative, vec![holds], span)?;
        let fails = self.combined(PartKind::Sum, vec![one, minus], span)?;
        if !other.is_empty() {
            let written = self.kronecker_condition(other, span)?;
            if written.map(|part| self.expr(part)) != Some(self.expr(fails)) {
                return Err(Diagnostic::error("unreadable", "these cases do not cover all values").at(span, ""));
            }
        }
        let terms = vec![self.multiplied(vec![first, holds])?, self.multiplied(vec![second, fails])?];
        self.added(terms).map(Some)
    }

    /// What words like "if" and "otherwise" leave of a condition.
    fn without_words(&self, items: &[ItemId]) -> Vec<ItemId> {
        let is_word = |parser: &Self, id: ItemId| match parser.kind(id) {
            Kind::Text(_) | Kind::Gap => true,
            Kind::Accent { name: "mathrm" | "operatorname", body } => {
                matches!(parser.tree.word(*body).as_deref(), Some("if" | "otherwise" | "else" | "for" | "when"))
            }
            _ => false,
        };
        let items: Vec<ItemId> = items.iter().copied().filter(|&id| !is_word(self, id)).collect();
        without_comma(self, &items).to_vec()
    }

    /// Whether the last case is what the cases before leave, but for the point where both sides are equal.
    fn completes(&self, before: &[(PartId, Option<Condition>)], last: Condition) -> bool {
        let [(_, Some(first))] = before else { return false };
        let same = self.expr(first.left) == self.expr(last.left) && self.expr(first.right) == self.expr(last.right);
        let up = |comparison| matches!(comparison, Comparison::Greater | Comparison::GreaterEqual);
        let down = |comparison| matches!(comparison, Comparison::Less | Comparison::LessEqual);
        let opposite = up(first.comparison) && down(last.comparison) || down(first.comparison) && up(last.comparison);
        let equal = matches!(
            (first.comparison, last.comparison),
            (Comparison::Equal, Comparison::NotEqual) | (Comparison::NotEqual, Comparison::Equal)
        );
        // A tie over a whole region is more than a point that is left out.
        let leaves_tie = first.comparison == Comparison::Greater && last.comparison == Comparison::Less
            || first.comparison == Comparison::Less && last.comparison == Comparison::Greater;
        let is_wide =
            leaves_tie && may_agree_widely(&self.context.network, self.expr(first.left), self.expr(first.right));
        same && (opposite && !is_wide || equal)
    }
}

/// Items without a comma at their end.
fn without_comma<'i>(parser: &Parser<'_>, items: &'i [ItemId]) -> &'i [ItemId] {
    match items {
        [rest @ .., last] if matches!(parser.kind(*last), Kind::Symbol(',' | '.' | ';')) => rest,
        _ => items,
    }
}
