//! Sums and products of a row. What stands side by side, and every sign between factors, is decided here and nowhere
//! else, so that shapes can decide here too.

use crate::check::claim::{PartId, PartKind};
use crate::diagnostic::Diagnostic;
use crate::syntax::latex::{ItemId, Kind, Relation};

use super::fork::Fork;
use super::parser::{Cursor, MAX_DEPTH, Parser, Result};
use super::product::Join;

/// What stands between two factors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Between {
    /// A sign of multiplication.
    Times(Join),
    /// `/`
    Over,
    /// Nothing.
    Nothing,
    /// The product ends.
    End,
}

impl Parser<'_> {
    /// Terms with signs between them, up to what is no term.
    pub fn sum(&mut self, cursor: &mut Cursor<'_>) -> Result<PartId> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let span = cursor.peek().map_or_else(|| self.span_of_items(cursor.items), |id| self.span(id));
            let error = Diagnostic::error("too-deep", format!("formulas nest no deeper than {MAX_DEPTH} levels"));
            return Err(error.at(span, ""));
        }
        let mut terms = Vec::new();
        loop {
            terms.push(self.signed_term(cursor)?);
            if cursor.peek().and_then(|id| sign(self.kind(id))).is_none() {
                break;
            }
        }
        self.depth -= 1;
        self.added(terms)
    }

    /// The sum of terms; one term is itself.
    pub fn added(&mut self, terms: Vec<PartId>) -> Result<PartId> {
        match terms[..] {
            [only] => Ok(only),
            _ => {
                let span = terms.iter().fold(self.span_of(terms[0]), |span, &term| span.to(self.span_of(term)));
                self.combined(PartKind::Sum, terms, span)
            }
        }
    }

    /// A term with the signs before it.
    pub fn signed_term(&mut self, cursor: &mut Cursor<'_>) -> Result<PartId> {
        let mut minus = None;
        let mut negative = false;
        while let Some(id) = cursor.peek()
            && let Some(is_minus) = sign(self.kind(id))
        {
            negative ^= is_minus;
            minus = minus.or(Some(self.span(id)));
            cursor.at += 1;
        }
        let term = self.product(cursor)?;
        match minus {
            Some(at) if negative => {
                let span = at.to(self.span_of(term));
                self.combined(PartKind::Negative, vec![term], span)
            }
            _ => Ok(term),
        }
    }

    /// Factors, up to what is no factor.
    pub fn product(&mut self, cursor: &mut Cursor<'_>) -> Result<PartId> {
        let mut factors = vec![(self.factor(cursor)?, Join::Beside)];
        let mut after_tensor = false;
        loop {
            if let Some((last, join)) = factors.pop() {
                let last = self.with_members(cursor, last)?;
                let last = self.evaluated(cursor, last)?;
                after_tensor |= !self.form(last).is_single();
                factors.push((last, join));
            }
            match self.between(cursor) {
                Between::End => break,
                Between::Times(join) => {
                    cursor.at += 1;
                    let factor = self.signed_factor(cursor)?;
                    factors.push((factor, join));
                }
                Between::Over => {
                    cursor.at += 1;
                    let below = self.factor(cursor)?;
                    let (above, join) = factors.pop().unwrap_or((below, Join::Beside));
                    self.check_slash(cursor, above, below)?;
                    let span = self.span_of(above).to(self.span_of(below));
                    factors.push((self.combined(PartKind::Quotient, vec![above, below], span)?, join));
                }
                Between::Nothing => {
                    let is_derivative =
                        |part: PartId| matches!(self.parts[part.0 as usize].kind, PartKind::Derivative { .. });
                    if factors.last().is_some_and(|(last, _)| is_derivative(*last)) {
                        self.check_values(cursor)?;
                    }
                    if self.check_digits(cursor)? {
                        let before = factors.pop();
                        let longer = before.map(|(before, join)| (self.longer_number(cursor, before), join));
                        factors.extend(longer.map(|(made, join)| made.map(|made| (made, join))).transpose()?);
                        continue;
                    }
                    let is_one =
                        cursor.peek().is_some_and(|id| matches!(self.kind(id), Kind::Digits(text) if **text == *"1"));
                    let factor = self.factor(cursor)?;
                    // Nobody writes the number 1 behind a vector or a matrix.
                    let factor = if is_one && after_tensor { self.plain_ones(self.span_of(factor))? } else { factor };
                    factors.push((factor, Join::Beside));
                }
            }
        }
        self.joined(factors)
    }

    /// The product of factors; one factor is itself.
    pub fn multiplied(&mut self, factors: Vec<PartId>) -> Result<PartId> {
        self.joined(factors.into_iter().map(|factor| (factor, Join::Beside)).collect())
    }

    /// A factor after a sign of multiplication, which may have a minus of its own.
    fn signed_factor(&mut self, cursor: &mut Cursor<'_>) -> Result<PartId> {
        let Some(id) = cursor.peek().filter(|&id| sign(self.kind(id)).is_some()) else { return self.factor(cursor) };
        let negative = sign(self.kind(id)) == Some(true);
        cursor.at += 1;
        let factor = self.factor(cursor)?;
        if !negative {
            return Ok(factor);
        }
        let span = self.span(id).to(self.span_of(factor));
        self.combined(PartKind::Negative, vec![factor], span)
    }

    /// Whether the digits that follow belong to the number before: `1\,000` is one number to its author, and `2\,2` in
    /// the midst of factors a product.
    fn check_digits(&mut self, cursor: &Cursor<'_>) -> Result<bool> {
        let digits = |id: ItemId| matches!(self.kind(self.without_scripts(id).0), Kind::Digits(_));
        let (Some(next), Some(before)) = (cursor.peek(), cursor.at.checked_sub(1)) else { return Ok(false) };
        if !digits(next) || !matches!(self.kind(cursor.items[before]), Kind::Digits(_)) {
            return Ok(false);
        }
        let whole = |id: ItemId| matches!(self.kind(id), Kind::Digits(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()));
        if whole(next)
            && whole(cursor.items[before])
            && let Some(second) = self.second(Fork::Digits, self.span(next))
        {
            return Ok(second);
        }
        Err(Diagnostic::error("ambiguous", "two numbers side by side may be one number")
            .at(self.span(next), "")
            .hint("write the number without a space, or `\\cdot` between two"))
    }

    /// A number with the digits that follow it.
    fn longer_number(&mut self, cursor: &mut Cursor<'_>, before: PartId) -> Result<PartId> {
        let first = cursor.items[..cursor.at].iter().rposition(|&id| !matches!(self.kind(id), Kind::Digits(_)));
        cursor.at += 1;
        let pieces = &cursor.items[first.map_or(0, |at| at + 1)..cursor.at];
        let digits = pieces.iter().map(|&id| match self.kind(id) {
            Kind::Digits(digits) => &**digits,
            _ => "",
        });
        self.number(&digits.collect::<String>(), self.span_of(before))
    }

    /// `1/2 x` is half of x; of `a/b c` nobody knows what stands below.
    fn check_slash(&self, cursor: &Cursor<'_>, above: PartId, below: PartId) -> Result<()> {
        let number = |part: PartId| matches!(self.parts[part.0 as usize].kind, PartKind::Number(_));
        if self.between(cursor) != Between::Nothing || number(above) && number(below) {
            return Ok(());
        }
        let span = self.span_of(above).to(self.span_of(below));
        let next = cursor.peek().map_or(span, |id| self.span(id));
        Err(Diagnostic::error("ambiguous", "it cannot be told whether this factor stands below the slash")
            .at(next, "")
            .at(span, "the slash")
            .hint("write `\\frac{…}{…}`, or put what stands below in parentheses"))
    }

    fn between(&self, cursor: &Cursor<'_>) -> Between {
        let Some(id) = cursor.peek() else { return Between::End };
        match self.kind(id) {
            Kind::Symbol('⊙' | '∘') => Between::Times(Join::Entrywise),
            Kind::Symbol('⊗') => Between::Times(Join::Outer),
            Kind::Symbol('@') => Between::Times(Join::Program),
            Kind::Symbol('⊘') => Between::Times(Join::Divided),
            Kind::Symbol('*' | '∗') => Between::Times(Join::Star),
            Kind::Symbol('·' | '×' | '⋅' | '∙' | '•') => Between::Times(Join::Dot),
            Kind::Symbol('/' | '÷') => Between::Over,
            Kind::Command(name) => match &**name {
                "odot" | "circ" => Between::Times(Join::Entrywise),
                "otimes" => Between::Times(Join::Outer),
                "oslash" => Between::Times(Join::Divided),
                "ast" | "star" => Between::Times(Join::Star),
                "cdot" | "times" | "bullet" | "cdotp" => Between::Times(Join::Dot),
                "div" | "slash" => Between::Over,
                _ => self.starts_factor(id),
            },
            _ => self.starts_factor(id),
        }
    }

    /// Whether an item is ⊙ or ⊘.
    pub fn is_entrywise_sign(&self, id: ItemId) -> bool {
        let cursor = Cursor::new(std::slice::from_ref(&id));
        matches!(self.between(&cursor), Between::Times(Join::Entrywise | Join::Divided))
    }

    fn starts_factor(&self, id: ItemId) -> Between {
        match self.kind(id) {
            Kind::Symbol(sign) if sign.is_alphabetic() || "∂∇∑∏√∞½⅓¼⅔¾⅛".contains(*sign) => {
                Between::Nothing
            }
            Kind::Symbol(_) | Kind::Relation(_) | Kind::Break | Kind::Align => Between::End,
            Kind::Script { base: None, .. } => Between::End,
            Kind::Script { base: Some(base), .. } => match self.kind(*base) {
                Kind::Symbol('|' | '‖') => Between::End,
                Kind::Relation(_) => Between::End,
                _ => Between::Nothing,
            },
            Kind::Command(name) => match &**name {
                "pm" | "mp" | "ldots" | "dots" | "cdots" | "int" | "not" | "forall" | "exists" | "therefore"
                | "because" | "colon" | "vdots" | "ddots" | "dotsc" | "dotsb" => Between::End,
                _ => Between::Nothing,
            },
            _ => Between::Nothing,
        }
    }

    /// Whether a further factor follows without a sign.
    pub fn continues(&self, cursor: &Cursor<'_>) -> bool {
        self.between(cursor) == Between::Nothing
    }
}

/// Whether an item is a minus; nothing if it is no sign of a term.
pub(super) fn sign(kind: &Kind) -> Option<bool> {
    match kind {
        Kind::Symbol('+') => Some(false),
        Kind::Symbol('-' | '−') => Some(true),
        _ => None,
    }
}

/// How a relation compares two sides of a condition.
pub(super) fn comparison(relation: Relation) -> Option<crate::syntax::ast::Comparison> {
    use crate::syntax::ast::Comparison;
    Some(match relation {
        Relation::Equal | Relation::Equivalent => Comparison::Equal,
        Relation::NotEqual => Comparison::NotEqual,
        Relation::Less => Comparison::Less,
        Relation::LessEqual => Comparison::LessEqual,
        Relation::Greater => Comparison::Greater,
        Relation::GreaterEqual => Comparison::GreaterEqual,
        _ => return None,
    })
}
