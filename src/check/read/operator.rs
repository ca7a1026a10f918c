//! Derivatives as signs before what they differentiate: ∂_w C, ∇_w C, ∂₁E, dW, \frac{\partial}{\partial w}.

use crate::check::claim::{PartId, PartKind};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{NameId, Reach};
use crate::network::Origin;
use crate::syntax::ast::Role;
use crate::syntax::latex::{Delimiter, Kind, Row};

use super::derivative::Sign;
use super::entry::Places;
use super::factor::Scripts;
use super::name::FREE;
use super::parser::{Cursor, Parser, Result};
use super::stack::unfenced;
use super::symbols::WrittenName;
use super::tensor::Marks;

/// The error for a ∇ that lacks its subscript.
fn no_variable(why: &str) -> Diagnostic {
    Diagnostic::error("unreadable", format!("it is not said by what this gradient is taken{why}"))
}

impl Parser<'_> {
    /// ∂_w or ∇_w before what it differentiates: it binds to a scalar by its name and to nothing behind it, and a transpose
    /// above that name turns the gradient.
    fn tight_operator(&mut self, cursor: &mut Cursor<'_>, by: Vec<NameId>, span: Span) -> Result<PartId> {
        let operand = cursor.peek().and_then(|id| Some((id, WrittenName::of(self.tree, id)?)));
        let named = self.named.len();
        let of = operand.as_ref().and_then(|(id, written)| {
            let is_plain = written.primes == 0 && self.differential_sign(*id).is_none();
            let whole = is_plain && self.run(cursor, written.clone()).is_ok_and(|(_, count)| count == 1);
            let found = if whole { self.attempt(|parser| parser.quantity_of(&[*id])).ok() } else { None };
            let (name, power) = found?;
            let is_scalar = power.is_empty() && name != FREE && !self.is_tensor(name);
            (is_scalar && self.context.network.definition(name).is_some()).then_some(name)
        });
        self.named.truncate(named);
        let (Some((id, written)), Some(_)) = (operand, of) else {
            return self.operator(cursor, by, Reach::Total, span);
        };
        let places = std::mem::take(&mut self.places);
        self.operand = Some(id);
        let turned = self.turned_bracket(cursor);
        let inner = match turned {
            true => {
                let name = cursor.items[cursor.at..=cursor.at].to_vec();
                cursor.at += 2;
                self.whole(&name)?
            }
            false => self.factor(cursor)?,
        };
        self.operand = None;
        self.places = places;
        let span = span.to(self.span_of(inner));
        let mut root = inner;
        while let (PartKind::Transpose, [only]) =
            (&self.parts[root.0 as usize].kind, self.parts[root.0 as usize].children.as_slice())
        {
            root = *only;
        }
        let PartKind::Name(of) = self.parts[root.0 as usize].kind else {
            return self.differentiated(inner, by, Reach::Total, span);
        };
        let part = self.derivative_part(of, by, Reach::Total, span)?;
        match written.sup.map(|sup| self.marks_of(self.row(sup)).1) {
            Some(marks) if marks.transposed => self.transposed(part, span),
            _ if turned => self.transposed(part, span),
            _ => Ok(part),
        }
    }

    /// Whether the second item is a name in brackets with a transpose: `L(w)^\top`.
    fn turned_bracket(&mut self, cursor: &Cursor<'_>) -> bool {
        let Some(id) = cursor.second() else { return false };
        let (base, scripts) = self.without_scripts(id);
        let (Kind::Fence { open: Delimiter::Round, body, .. }, Some(sup)) = (self.kind(base), scripts.sup) else {
            return false;
        };
        let (rest, marks) = self.marks_of(self.row(sup));
        rest.is_empty() && marks.transposed && self.lone_name(*body).is_some()
    }

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
        self.operand = cursor.peek();
        let mut factors = vec![self.factor(cursor)?];
        self.operand = None;
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
        let by = self.only_variable(cursor, span)?;
        cursor.at += 1;
        self.places = Places::default();
        self.tight_operator(cursor, vec![by; order], span)
    }

    /// What a ∇ without a subscript differentiates by: the quantity that stands in brackets behind the function,
    /// `\nabla J(\theta)`, or the only one that the network has for it.
    fn only_variable(&mut self, cursor: &Cursor<'_>, span: Span) -> Result<NameId> {
        if let [_, _, bracket, ..] = cursor.items[cursor.at..]
            && let Kind::Fence { open: Delimiter::Round, body, .. } = *self.kind(bracket)
            && let Ok((name, power)) = self.attempt(|parser| parser.quantity_of(parser.row(body)))
            && power.is_empty()
        {
            return Ok(name);
        }
        let network = &self.context.network;
        let all = || (0..self.context.own_names() as u32).map(NameId);
        let role = |name: &NameId| match network.quantity(*name).origin {
            Origin::Leaf(role) => Some(role),
            _ => None,
        };
        let mut leaves: Vec<NameId> = all().filter(|name| role(name) == Some(Role::Param)).collect();
        if leaves.is_empty() {
            leaves = all().filter(|name| role(name) == Some(Role::Input)).collect();
        }
        match leaves.as_slice() {
            [only] => Ok(*only),
            several => {
                let mut names: Vec<String> = several.iter().take(4).map(|&name| network.spelling(name)).collect();
                names.extend((several.len() > 4).then(|| "…".to_owned()));
                let why = if names.is_empty() { String::new() } else { format!(": by {}?", names.join(", ")) };
                Err(no_variable(&why).at(span, "").hint("write `\\nabla_w C`"))
            }
        }
    }

    pub fn subscript_operator(
        &mut self,
        cursor: &mut Cursor<'_>,
        sub: Row,
        order: usize,
        span: Span,
    ) -> Result<PartId> {
        cursor.at += 1;
        let items = self.row(sub);
        let inner = self.unstacked(items).map(|inner| unfenced(self.tree, inner));
        let stacked = inner.is_some();
        let (by, letters, power) = match self.attempt(|parser| parser.place_of(inner.unwrap_or(items))) {
            Ok(place) => place,
            Err(error) => (self.nearest_of_family(cursor, sub).ok_or(error)?, Vec::new(), Vec::new()),
        };
        self.places = Places { above: Vec::new(), below: vec![letters; order], stacked, inverted: false };
        if self.is_inverse_of(by, &power) {
            self.places.inverted = true;
        } else if !power.is_empty() {
            return Err(Diagnostic::error("unreadable", "this is no variable").at(span, ""));
        }
        self.tight_operator(cursor, vec![by; order], span)
    }

    /// The only member of a family that stands in the equation of what follows: the a⁽ᴸ⁾ that ∇_a C means.
    fn nearest_of_family(&mut self, cursor: &Cursor<'_>, sub: Row) -> Option<NameId> {
        let [only] = self.row(sub) else { return None };
        let family = WrittenName::of(self.tree, *only).filter(|name| name.sub.is_none() && name.sup.is_none())?;
        let next = cursor.peek()?;
        let named = self.named.len();
        let found = self.attempt(|parser| parser.quantity_of(&[next])).ok();
        self.named.truncate(named);
        let (of, _) = found.filter(|(of, power)| *of != FREE && power.is_empty() && !self.is_tensor(*of))?;
        let network = &self.context.network;
        let leaves = self.context.leaves_of(of).into_iter();
        let mut members: Vec<NameId> = leaves
            .filter(|&name| {
                let quantity = network.quantity(name);
                let bare = quantity.stem.trim_end_matches(|sign: char| sign.is_ascii_digit());
                bare == family.base && (bare != &*quantity.stem || !quantity.indices.is_empty())
            })
            .collect();
        members.dedup();
        let [member] = members[..] else { return None };
        self.named.push((member, Span::default()));
        Some(member)
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
        if let Some(part) = self.variation(cursor, written)? {
            return Ok(Some(part));
        }
        let id = cursor.items[cursor.at];
        if written.base != "d" || self.differential_sign(id).is_none() {
            return Ok(None);
        }
        if self.context.has_own_d() {
            self.context.may_differ |= cursor.second().is_some_and(|next| WrittenName::of(self.tree, next).is_some());
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
            self.places = Places::default();
            let by = match self.attempt(|parser| parser.quantity_of(items)) {
                Ok((by, power)) if power.is_empty() => Some(by),
                // dS_{ij} is an entry of dS.
                _ => {
                    self.attempt(|parser| parser.variable(items, span)).ok().filter(|known| known.1 == 1).map(|by| by.0)
                }
            };
            if let Some(by) = by {
                cursor.at += 1 + count;
                // dX^T is the transpose of dX, also for a vector.
                self.across = false;
                let sup = WrittenName::of(self.tree, items[count - 1]).and_then(|written| written.sup);
                let marks = sup.map_or(Marks::default(), |sup| self.marks_of(self.row(sup)).1);
                let part = self.derivative_part(cost, vec![by], Reach::Total, span)?;
                return self.marked(part, marks, span).map(Some);
            }
        }
        Ok(None)
    }
}
