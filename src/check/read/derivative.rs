//! Derivatives as quotients: fractions and slashes of ∂ or d, with the variables below them.

use crate::check::claim::{PartId, PartKind, Slip};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{NameId, Reach};
use crate::syntax::latex::{ItemId, Kind, Row};

use super::entry::Places;
use super::name::FREE;
use super::parser::{Cursor, Parser, Result};
use super::script;
use super::stack::unfenced;
use super::symbols::{Spelling, WrittenName};

/// The highest order of a derivative.
pub(super) const MAX_ORDER: usize = 9;

/// A ∂ or d with what it carries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sign {
    /// Whether it is ∂ and not d.
    pub partial: bool,
    pub order: usize,
    /// Whether it is ∂⁺.
    pub plus: bool,
    pub sub: Option<Row>,
}

impl Sign {
    /// Whether it is a d without scripts.
    pub fn is_plain(self) -> bool {
        !self.partial && self.order == 1 && !self.plus && self.sub.is_none()
    }
}

impl Parser<'_> {
    /// The sign of differentiation that an item is.
    pub fn differential_sign(&self, id: ItemId) -> Option<Sign> {
        let (mut base, scripts) = self.without_scripts(id);
        while let Kind::Group(body) | Kind::Accent { name: "mathrm" | "mathit" | "mathsf" | "operatorname", body } =
            *self.kind(base)
        {
            match self.row(body) {
                [only] => base = *only,
                _ => return None,
            }
        }
        let partial = match self.kind(base) {
            Kind::Command(name) if &**name == "partial" => true,
            Kind::Symbol('∂') => true,
            Kind::Letter('d') | Kind::Symbol('ⅆ') => false,
            Kind::Text(text) if text.trim() == "d" => false,
            _ => return None,
        };
        if scripts.primes > 0 {
            return None;
        }
        let mut sign = Sign { partial, order: 1, plus: false, sub: scripts.sub };
        if let Some(sup) = scripts.sup {
            match self.row(sup) {
                [only] if *self.kind(*only) == Kind::Symbol('+') => sign.plus = true,
                _ => {
                    let order = script::read(self.tree, sup, &self.values(false))?.text.parse().ok()?;
                    sign.order = Some(order).filter(|order| (1..=MAX_ORDER).contains(order))?;
                }
            }
        }
        Some(sign)
    }

    /// A fraction: a derivative if differentials stand in it, else a quotient.
    pub fn fraction(&mut self, cursor: &mut Cursor<'_>, id: ItemId, over: Row, under: Row) -> Result<PartId> {
        let span = self.span(id);
        let (above, below) = (self.row(over), self.row(under));
        let sign_of = |items: &[ItemId]| items.first().and_then(|&id| self.differential_sign(id));
        let is_below = |sign: &Sign| below.len() > 1 && (sign.partial || !self.is_product_of_d(above, below));
        match (sign_of(above), sign_of(below).filter(is_below)) {
            (Some(sign), Some(_)) => self.ratio(cursor, sign, &above[1..], below, span),
            (Some(sign), None) if sign.partial && above.len() > 1 => {
                let slip = "the lower part of the fraction lacks its ∂";
                self.slips.push(Slip { span: self.span_of_items(below), message: slip.to_owned() });
                self.places = Places::default();
                let (by, order) = self.variable(below, span)?;
                let (of, letters, _) = self.place_of(&above[1..])?;
                self.places.above = letters;
                self.derivative_part(of, vec![by; order], Reach::Total, span)
            }
            (None, Some(sign)) if sign.partial => {
                let (of, _) = self.quantity_of(above)?;
                let slip = "the upper part of the fraction lacks its ∂";
                self.slips.push(Slip { span: self.span_of_items(above), message: slip.to_owned() });
                let by = self.variables(below)?;
                self.derivative_part(of, by, Reach::Total, span)
            }
            _ => {
                let top = self.inside(over, span)?;
                let bottom = self.inside(under, span)?;
                self.combined(PartKind::Quotient, vec![top, bottom], span)
            }
        }
    }

    /// Whether a fraction with d in it is one of products: a quantity is called d, and only one side begins with it.
    fn is_product_of_d(&self, above: &[ItemId], below: &[ItemId]) -> bool {
        let has_d = !self.context.symbols.quantities(&Spelling::new("d", "", "")).is_empty();
        let begins = |items: &[ItemId]| items.first().is_some_and(|&id| self.differential_sign(id).is_some());
        has_d && !(begins(above) && begins(below))
    }

    /// The derivative of what stands above by what stands below, or of what follows.
    fn ratio(
        &mut self,
        cursor: &mut Cursor<'_>,
        sign: Sign,
        above: &[ItemId],
        below: &[ItemId],
        span: Span,
    ) -> Result<PartId> {
        let by = self.variables(below)?;
        if by.len() != sign.order {
            return Err(Diagnostic::error("malformed-derivative", "the orders above and below do not agree")
                .at(span, "")
                .hint("write `\\frac{\\partial^2 C}{\\partial w^2}` or `\\frac{\\partial^2 C}{\\partial v\\,\\partial w}`"));
        }
        let reach = if sign.plus { Reach::Direct } else { Reach::Total };
        if above.is_empty() {
            return self.operator(cursor, by, reach, span);
        }
        self.derivative_of(above, by, reach, span)
    }

    /// The derivative of the quantity or expression that items are.
    fn derivative_of(&mut self, items: &[ItemId], by: Vec<NameId>, reach: Reach, span: Span) -> Result<PartId> {
        match self.attempt(|parser| parser.place_of(items)) {
            Ok((of, letters, power)) if power.is_empty() => {
                self.places.above = letters;
                self.derivative_part(of, by, reach, span)
            }
            Ok(_) => {
                let (places, across) = (std::mem::take(&mut self.places), std::mem::take(&mut self.across));
                let inner = self.whole(items)?;
                (self.places, self.across) = (places, across);
                self.differentiated(inner, by, reach, span)
            }
            Err(error) => {
                // What is no name is an expression; what is an unknown name is told as such.
                if items.len() == 1 && WrittenName::of(self.tree, items[0]).is_some() {
                    return Err(error);
                }
                let (places, across) = (std::mem::take(&mut self.places), std::mem::take(&mut self.across));
                let inner = self.whole(items)?;
                (self.places, self.across) = (places, across);
                self.differentiated(inner, by, reach, span)
            }
        }
    }

    /// The variables of a denominator, the one taken first at the front.
    fn variables(&mut self, below: &[ItemId]) -> Result<Vec<NameId>> {
        let mut by = Vec::new();
        self.places = Places::default();
        let mut at = 0;
        while at < below.len() {
            let whole = self.span_of_items(&below[at..]);
            if self.differential_sign(below[at]).is_none() {
                let error = Diagnostic::error("malformed-derivative", "a ∂ is expected before each variable");
                return Err(error.at(whole, ""));
            }
            let start = at + 1;
            // `∂a ∂b`: a further sign begins the next variable; a quantity may be called d.
            let next = (start + 1..below.len()).find(|&next| self.differential_sign(below[next]).is_some());
            let end = next.unwrap_or(below.len());
            let items = &below[start.min(end)..end];
            let (name, order) = self.variable(items, whole)?;
            by.extend(std::iter::repeat_n(name, order));
            let letters = self.places.below.pop().unwrap_or_default();
            self.places.below.extend(std::iter::repeat_n(letters, order));
            at = end;
        }
        if by.len() > MAX_ORDER {
            return Err(Diagnostic::error("unreadable", "the order of this derivative is too high")
                .at(self.span_of_items(below), ""));
        }
        by.reverse();
        self.places.below.reverse();
        Ok(by)
    }

    /// One variable with how often it stands there: `w`, `w^2`, `(z^3)^2`.
    pub fn variable(&mut self, items: &[ItemId], whole: Span) -> Result<(NameId, usize)> {
        let (mut items, mut outer, mut below) = (items, None, None);
        if let [only] = items {
            let (base, scripts) = self.without_scripts(*only);
            if let Kind::Fence { body, .. } = self.kind(base)
                && self.lower_quantity(items).is_none()
            {
                items = self.row(*body);
                (outer, below) = (scripts.sup, scripts.sub);
            }
        }
        if items.is_empty() {
            return Err(Diagnostic::error("malformed-derivative", "the variable is missing").at(whole, ""));
        }
        if let Some(inner) = self.unstacked(items) {
            self.places.stacked = true;
            let scripts = self.without_scripts(inner[0]).1;
            let inside = unfenced(self.tree, inner);
            outer = outer.or(scripts.sup.filter(|_| inside != inner));
            items = inside;
        }
        let (name, letters, power) = self.place_of(items)?;
        let letters = match below.map(|below| self.letters_of(self.row(below))) {
            None => letters,
            Some(Some(below)) if letters.is_empty() && name != FREE && below.len() == self.dims_of(name).len() => below,
            Some(_) if name == FREE => letters,
            Some(_) => {
                let error = Diagnostic::error("unreadable", "these indices do not fit what they stand on");
                return Err(error.at(whole, ""));
            }
        };
        self.places.below.push(letters);
        let sup = WrittenName::of(self.tree, items[0]).and_then(|written| written.sup).or(outer);
        self.across |= sup.is_some_and(|sup| self.marks_of(self.row(sup)).1.transposed)
            && (self.is_vector(name) || self.places.stacked);
        let power = outer.map_or(power, |sup| self.without_transpose(self.row(sup)).to_vec());
        if power.is_empty() {
            return Ok((name, 1));
        }
        if self.is_inverse_of(name, &power) {
            self.places.inverted = true;
            return Ok((name, 1));
        }
        let order = script::read_items(self.tree, &power, &self.values(false));
        match order.and_then(|order| order.text.parse::<usize>().ok()) {
            Some(order) if (1..=MAX_ORDER).contains(&order) => Ok((name, order)),
            _ => Err(Diagnostic::error("unreadable", "this power is no order of a derivative").at(whole, "")),
        }
    }

    /// `\partial C/\partial w`, `{\partial C}/{\partial w}`, `dC/dw`.
    pub fn slash_derivative(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<PartId>> {
        let Some(id) = cursor.peek() else { return Ok(None) };
        if let Kind::Group(body) = *self.kind(id) {
            let above = self.row(body);
            let sign = above.first().and_then(|&id| self.differential_sign(id)).filter(|_| above.len() > 1);
            let slash = cursor.second().is_some_and(|id| *self.kind(id) == Kind::Symbol('/'));
            let (Some(sign), true) = (sign, slash) else { return Ok(None) };
            return self.slash(cursor, sign, &above[1..], cursor.at + 1).map(Some);
        }
        let Some(sign) = self.differential_sign(id).filter(|sign| sign.sub.is_none()) else { return Ok(None) };
        let rest = &cursor.items[cursor.at + 1..];
        let Some(slash) = rest.iter().take(4).position(|&id| *self.kind(id) == Kind::Symbol('/')) else {
            return Ok(None);
        };
        let below = rest.get(slash + 1).copied();
        let is_below = below.is_some_and(|id| {
            let inner = match self.kind(id) {
                Kind::Group(body) => self.row(*body).first().copied().unwrap_or(id),
                Kind::Fence { body, .. } => self.row(*body).first().copied().unwrap_or(id),
                _ => id,
            };
            self.differential_sign(inner).is_some()
        });
        if slash == 0 || !is_below {
            return Ok(None);
        }
        self.slash(cursor, sign, &rest[..slash], cursor.at + 1 + slash).map(Some)
    }

    /// What stands after the slash, and the derivative.
    fn slash(&mut self, cursor: &mut Cursor<'_>, sign: Sign, above: &[ItemId], slash: usize) -> Result<PartId> {
        let start = self.span(cursor.items[cursor.at]);
        let after = &cursor.items[slash + 1..];
        let (below, count) = match after.first().map(|&id| self.kind(id)) {
            Some(Kind::Group(body) | Kind::Fence { body, .. }) if self.row(*body).len() > 1 => (self.row(*body), 1),
            _ => {
                // Pairs of a sign and a name, as many as the order says.
                let mut count = 0;
                while count + 1 < after.len()
                    && self.differential_sign(after[count]).is_some()
                    && count < 2 * sign.order
                {
                    count += 2;
                }
                (&after[..count], count)
            }
        };
        if count == 0 {
            let error = Diagnostic::error("malformed-derivative", "the variable below the slash is missing");
            return Err(error.at(start, ""));
        }
        cursor.at = slash + 1 + count;
        let span = start.to(self.span(cursor.items[cursor.at - 1]));
        let by = self.variables(below)?;
        if by.len() != sign.order {
            let error = Diagnostic::error("malformed-derivative", "the orders above and below do not agree");
            return Err(error.at(span, ""));
        }
        let reach = if sign.plus { Reach::Direct } else { Reach::Total };
        self.derivative_of(above, by, reach, span)
    }
}
