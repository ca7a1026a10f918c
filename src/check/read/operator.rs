//! Derivatives as signs before what they differentiate: ∂_w C, ∇_w C, ∂₁E, dW, \frac{\partial}{\partial w}.

use crate::check::claim::{PartId, PartKind};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{NameId, Reach};
use crate::network::Origin;
use crate::syntax::ast::Role;
use crate::syntax::latex::{Kind, Row};

use super::derivative::Sign;
use super::entry::Places;
use super::factor::Scripts;
use super::parser::{Cursor, Parser, Result};
use super::symbols::WrittenName;

impl Parser<'_> {
    /// `\frac{\partial}{\partial w}` before what it differentiates.
    pub fn operator(&mut self, cursor: &mut Cursor<'_>, by: Vec<NameId>, reach: Reach, span: Span) -> Result<PartId> {
        if !self.continues(cursor) {
            return Err(Diagnostic::error("malformed-derivative", "it is not said what is differentiated")
                .at(span, "")
                .hint("write `\\frac{\\partial C}{\\partial w}`, or put the expression after it in brackets"));
        }
        let bracket = cursor.peek().is_some_and(|id| {
            let (base, _) = self.without_scripts(id);
            matches!(self.kind(base), Kind::Fence { .. } | Kind::Group(_))
        });
        let (places, across) = (std::mem::take(&mut self.places), std::mem::take(&mut self.across));
        let mut factors = vec![self.factor(cursor)?];
        while !bracket && self.continues(cursor) && !self.next_is_derivative(cursor) {
            let factor = self.factor(cursor)?;
            factors.push(factor);
        }
        let inner = self.multiplied(factors)?;
        (self.places, self.across) = (places, across);
        let span = span.to(self.span_of(inner));
        if let PartKind::Name(of) = self.parts[inner.0 as usize].kind {
            return self.derivative_part(of, by, reach, span);
        }
        self.differentiated(inner, by, reach, span)
    }

    fn next_is_derivative(&self, cursor: &Cursor<'_>) -> bool {
        let Some(Kind::Fraction { over, under }) = cursor.peek().map(|id| self.kind(id)) else { return false };
        let begins = |row: Row| self.row(row).first().is_some_and(|&id| self.differential_sign(id).is_some());
        begins(*over) && begins(*under)
    }

    /// A ∂ that begins a factor: with a slash, or `\partial_w C`, or ∂₁E of an abstract function.
    pub fn partial_sign(&mut self, cursor: &mut Cursor<'_>, scripts: Scripts) -> Result<PartId> {
        if let Some(part) = self.slash_derivative(cursor)? {
            return Ok(part);
        }
        let id = cursor.items[cursor.at];
        let span = self.span(id);
        let Some(sub) = scripts.sub else {
            return Err(Diagnostic::error("malformed-derivative", "this ∂ stands in no fraction")
                .at(span, "")
                .hint("write `\\frac{\\partial C}{\\partial w}`, `\\partial C/\\partial w` or `\\partial_w C`"));
        };
        if self.tree.word(sub).is_some_and(|word| word.parse::<u8>().is_ok()) {
            return self.partial_by_position(cursor);
        }
        let order = self.differential_sign(id).map_or(1, |sign| sign.order);
        self.subscript_operator(cursor, sub, order, span)
    }

    /// `\nabla_w C`.
    pub fn nabla(&mut self, cursor: &mut Cursor<'_>, scripts: Scripts) -> Result<PartId> {
        let span = self.span(cursor.items[cursor.at]);
        let order = match scripts.sup.map(|sup| self.tree.word(sup)) {
            None => 1,
            Some(Some(word)) if word == "2" => 2,
            Some(_) => return Err(Diagnostic::error("unreadable", "this power of ∇ is not read").at(span, "")),
        };
        if let Some(sub) = scripts.sub {
            return self.subscript_operator(cursor, sub, order, span);
        }
        let Some(by) = self.only_parameter() else {
            return Err(Diagnostic::error("unreadable", "it is not said by what this gradient is taken")
                .at(span, "")
                .hint("write `\\nabla_w C`: the network has not just one parameter"));
        };
        cursor.at += 1;
        self.places = Places::default();
        self.operator(cursor, vec![by; order], Reach::Total, span)
    }

    /// The parameter of a network that has one.
    fn only_parameter(&self) -> Option<NameId> {
        let quantities = &self.context.network.quantities;
        let mut parameters = (0..).zip(quantities).filter(|(_, quantity)| quantity.origin == Origin::Leaf(Role::Param));
        let (only, _) = parameters.next()?;
        parameters.next().is_none().then_some(NameId(only))
    }

    pub fn subscript_operator(
        &mut self,
        cursor: &mut Cursor<'_>,
        sub: Row,
        order: usize,
        span: Span,
    ) -> Result<PartId> {
        cursor.at += 1;
        let (by, letters, power) = self.place_of(self.row(sub))?;
        self.places = Places { above: Vec::new(), below: vec![letters; order] };
        if !power.is_empty() {
            return Err(Diagnostic::error("unreadable", "this is no variable").at(span, ""));
        }
        self.operator(cursor, vec![by; order], Reach::Total, span)
    }

    /// `\partial_1 E(h, w)`: a function differentiated by its first argument.
    fn partial_by_position(&mut self, cursor: &mut Cursor<'_>) -> Result<PartId> {
        let start = self.span(cursor.items[cursor.at]);
        let mut positions: Vec<(usize, usize)> = Vec::new();
        while let Some(id) = cursor.peek()
            && let Some(Sign { partial: true, order, sub: Some(sub), .. }) = self.differential_sign(id)
            && let Some(position) = self.tree.word(sub).and_then(|word| word.parse::<usize>().ok())
        {
            positions.push((position, order));
            cursor.at += 1;
        }
        let factor = self.factor(cursor)?;
        let span = start.to(self.span_of(factor));
        let PartKind::Call { function, .. } = self.parts[factor.0 as usize].kind else {
            return Err(Diagnostic::error("unreadable", "a function is expected after ∂ with a number").at(span, ""));
        };
        let mut orders = vec![0_u8; self.context.network.functions.get(function).arity()];
        for (position, order) in positions {
            match position.checked_sub(1).and_then(|at| orders.get_mut(at)) {
                Some(slot) => *slot = slot.saturating_add(order as u8),
                None => return Err(Diagnostic::error("unreadable", "the function has no such argument").at(span, "")),
            }
        }
        let orders = self.context.network.arena.orders_id(&orders);
        let children = std::mem::take(&mut self.parts[factor.0 as usize].children);
        self.parts.truncate(factor.0 as usize);
        let call = self.combined(PartKind::Call { function, orders }, children, span)?;
        let expr = self.expr(call);
        self.parts[call.0 as usize].expr = self.context.worked(expr);
        Ok(call)
    }

    /// `dW` in the place of ∂C/∂W, as programs write it.
    pub fn differential(&mut self, cursor: &mut Cursor<'_>, written: &WrittenName) -> Result<Option<PartId>> {
        let id = cursor.items[cursor.at];
        if written.base != "d" || self.differential_sign(id).is_none() || self.context.symbols.has_base("d") {
            return Ok(None);
        }
        if self.context.changes.is_some() {
            return self.change(cursor, self.span(id));
        }
        let (Some(next), Some(cost)) = (cursor.second(), self.context.network.cost) else { return Ok(None) };
        if WrittenName::of(self.tree, next).is_none() {
            return Ok(None);
        }
        let span = self.span(id).to(self.span(next));
        // The name may be a run of letters.
        let letters =
            cursor.items[cursor.at + 1..].iter().take_while(|&&id| matches!(self.kind(id), Kind::Letter(_))).count();
        for count in (1..=letters.min(8) + 1).rev() {
            let Some(items) = cursor.items.get(cursor.at + 1..cursor.at + 1 + count) else { continue };
            if let Ok((by, power)) = self.attempt(|parser| parser.quantity_of(items))
                && power.is_empty()
            {
                cursor.at += 1 + count;
                return self.derivative_part(cost, vec![by], Reach::Total, span).map(Some);
            }
        }
        Ok(None)
    }
}
