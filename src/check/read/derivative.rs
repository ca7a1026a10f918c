//! Derivatives in all the ways to write them: fractions and slashes of ∂ or d, operators before an expression, ∂_w C,
//! ∇_w C, dW.

use crate::check::claim::{PartId, PartKind, Slip};
use crate::check::diagnose::shapes::Vectors;
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{NameId, Reach};
use crate::syntax::latex::{ItemId, Kind, Row};

use super::convention::Layout;
use super::entry::Places;
use super::factor::Scripts;
use super::name::FREE;
use super::parser::{Cursor, Parser, Result};
use super::script;
use super::symbols::{Spelling, WrittenName};

/// The highest order of a derivative.
const MAX_ORDER: usize = 9;

/// A ∂ or d with what it carries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sign {
    /// Whether it is ∂ and not d.
    partial: bool,
    order: usize,
    /// Whether it is ∂⁺.
    plus: bool,
    sub: Option<Row>,
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
                let (by, _) = self.quantity_of(below)?;
                let (of, _) = self.quantity_of(&above[1..])?;
                self.derivative_part(of, vec![by], Reach::Total, span)
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
                let places = std::mem::take(&mut self.places);
                let inner = self.whole(items)?;
                self.places = places;
                self.differentiated(inner, by, reach, span)
            }
            Err(error) => {
                // What is no name is an expression; what is an unknown name is told as such.
                if items.len() == 1 && WrittenName::of(self.tree, items[0]).is_some() {
                    return Err(error);
                }
                let places = std::mem::take(&mut self.places);
                let inner = self.whole(items)?;
                self.places = places;
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
    fn variable(&mut self, items: &[ItemId], whole: Span) -> Result<(NameId, usize)> {
        let (mut items, mut outer, mut below) = (items, None, None);
        if let [only] = items {
            let (base, scripts) = self.without_scripts(*only);
            if let Kind::Fence { body, .. } = self.kind(base) {
                items = self.row(*body);
                (outer, below) = (scripts.sup, scripts.sub);
            }
        }
        if items.is_empty() {
            return Err(Diagnostic::error("malformed-derivative", "the variable is missing").at(whole, ""));
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
        self.across |= sup.is_some_and(|sup| self.marks_of(self.row(sup)).1.transposed) && self.is_vector(name);
        let power = outer.map_or(power, |sup| self.row(sup).to_vec());
        if power.is_empty() {
            return Ok((name, 1));
        }
        let order = script::read_items(self.tree, &power, &self.values(false));
        match order.and_then(|order| order.text.parse::<usize>().ok()) {
            Some(order) if (1..=MAX_ORDER).contains(&order) => Ok((name, order)),
            _ => Err(Diagnostic::error("unreadable", "this power is no order of a derivative").at(whole, "")),
        }
    }

    /// `\frac{\partial}{\partial w}` before what it differentiates.
    fn operator(&mut self, cursor: &mut Cursor<'_>, by: Vec<NameId>, reach: Reach, span: Span) -> Result<PartId> {
        if !self.continues(cursor) {
            return Err(Diagnostic::error("malformed-derivative", "it is not said what is differentiated")
                .at(span, "")
                .hint("write `\\frac{\\partial C}{\\partial w}`, or put the expression after it in brackets"));
        }
        let bracket = cursor.peek().is_some_and(|id| {
            let (base, _) = self.without_scripts(id);
            matches!(self.kind(base), Kind::Fence { .. } | Kind::Group(_))
        });
        let places = std::mem::take(&mut self.places);
        let mut factors = vec![self.factor(cursor)?];
        while !bracket && self.continues(cursor) && !self.next_is_derivative(cursor) {
            let factor = self.factor(cursor)?;
            factors.push(factor);
        }
        let inner = self.multiplied(factors)?;
        self.places = places;
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
        match scripts.sub {
            Some(sub) if scripts.sup.is_none() => self.subscript_operator(cursor, sub, 1, span),
            Some(sub) if scripts.sup.is_some_and(|sup| self.tree.word(sup).as_deref() == Some("2")) => {
                self.subscript_operator(cursor, sub, 2, span)
            }
            _ => Err(Diagnostic::error("unreadable", "it is not said by what this gradient is taken")
                .at(span, "")
                .hint("write `\\nabla_w C`")),
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

    /// The derivative of a quantity.
    pub fn derivative_part(&mut self, of: NameId, by: Vec<NameId>, reach: Reach, span: Span) -> Result<PartId> {
        if of == FREE || by.contains(&FREE) {
            return self.placeholder(span);
        }
        let places = std::mem::take(&mut self.places);
        if !places.above.is_empty() || places.below.iter().any(|letters| !letters.is_empty()) {
            return self.lettered_derivative((of, by, reach), places, span);
        }
        if by.len() > 1 && by.iter().chain([&of]).any(|&name| self.is_tensor(name)) {
            return self.second_derivative(of, by, reach, span);
        }
        let across = std::mem::take(&mut self.across);
        let mut direct = None;
        let expr = match (by.as_slice(), reach) {
            ([only], Reach::Direct) => self.context.direct(of, *only),
            ([only], Reach::Total) => {
                direct = self.context.link(of, *only);
                self.context.partial(of, *only)
            }
            (_, Reach::Direct) => {
                return Err(Diagnostic::error("unreadable", "∂⁺ of a higher order is not known").at(span, ""));
            }
            ([first, rest @ ..], Reach::Total) => {
                let first = self.context.partial(of, *first);
                rest.iter().fold(first, |expr, &by| self.context.differentiate(expr, by))
            }
            ([], _) => self.context.network.name_expr(of),
        };
        let ([only], true) = (by.as_slice(), by.iter().chain([&of]).any(|&name| self.is_tensor(name))) else {
            return self.push(PartKind::Derivative { of, by, reach, direct }, Vec::new(), span, expr);
        };
        let own = self.context.reading.layout;
        if across {
            // ∂C/∂xᵀ is a row in every layout, and ∂z/∂xᵀ has a column for each entry of x.
            self.context.reading.layout = Layout::Numerator;
        }
        let form = self.derivative_form(of, *only);
        let ranks = [self.dims_of(of).len(), self.dims_of(*only).len()];
        let expr = self.context.laid_out(expr, ranks);
        let direct = direct.map(|direct| self.context.laid_out(direct, ranks));
        self.context.reading.layout = own;
        self.push_formed(PartKind::Derivative { of, by, reach, direct }, Vec::new(), span, expr, form)
    }

    /// ∂z_i/∂W_{jk}: a derivative with letters on what is differentiated, on the variables, or on both.
    fn lettered_derivative(
        &mut self,
        (of, by, reach): (NameId, Vec<NameId>, Reach),
        places: Places,
        span: Span,
    ) -> Result<PartId> {
        self.across = false;
        let mut axes = self.dims_of(of);
        let mut letters: Vec<Option<String>> = places.above.iter().cloned().map(Some).collect();
        letters.resize(axes.len(), None);
        for (at, &name) in by.iter().enumerate() {
            axes.extend(self.dims_of(name));
            letters.extend(places.below.get(at).into_iter().flatten().cloned().map(Some));
            letters.resize(axes.len(), None);
        }
        let [first, rest @ ..] = by.as_slice() else { return self.unclear("the variable is missing", span) };
        let mut direct = None;
        let mut expr = match reach {
            Reach::Direct => self.context.direct(of, *first),
            Reach::Total => {
                direct = self.context.link(of, *first).filter(|_| rest.is_empty());
                self.context.partial(of, *first)
            }
        };
        for &next in rest {
            expr = self.context.differentiate(expr, next);
        }
        let Some((expr, indices, dims)) = self.lettered(expr, (&axes, &letters), span) else {
            return self.placeholder(span);
        };
        let direct = direct.and_then(|direct| self.lettered(direct, (&axes, &letters), span)).map(|found| found.0);
        let whole = [self.dims_of(of).len(), axes.len() - self.dims_of(of).len()];
        let above = letters[..whole[0]].iter().filter(|letter| letter.is_none()).count();
        let form = match above {
            0 => self.context.reading.form_of(&[], &dims),
            _ if above == dims.len() => self.context.reading.form_of(&dims, &[]),
            _ => return self.unclear("a Jacobian with letters on some of its axes is not read", span),
        };
        if dims.len() > 1 {
            return self.unclear("a derivative with letters on some of its axes is not read", span);
        }
        let form = Form { indices, ..form };
        self.push_formed(PartKind::Derivative { of, by, reach, direct }, Vec::new(), span, expr, form)
    }

    /// A derivative of a scalar by a vector, twice: the Hessian, which is symmetric.
    fn second_derivative(&mut self, of: NameId, by: Vec<NameId>, reach: Reach, span: Span) -> Result<PartId> {
        let [first, second] = by[..] else {
            return self.unclear("derivatives of a higher order by vectors are not read", span);
        };
        self.across = false;
        if first != second || self.is_tensor(of) || reach == Reach::Direct || self.dims_of(first).len() != 1 {
            return self.unclear("of higher derivatives by vectors only the Hessian of a scalar is read", span);
        }
        let gradient = self.context.partial(of, first);
        let expr = self.context.differentiate(gradient, second);
        let dim = self.dims_of(first)[0];
        let kind = PartKind::Derivative { of, by, reach, direct: None };
        self.push_formed(kind, Vec::new(), span, expr, Form::of(&[dim, dim], false))
    }

    /// The derivative of an expression.
    fn differentiated(&mut self, inner: PartId, by: Vec<NameId>, reach: Reach, span: Span) -> Result<PartId> {
        let places = std::mem::take(&mut self.places);
        let is_derivative = matches!(self.parts[inner.0 as usize].kind, PartKind::Derivative { .. });
        let depends_on_form = reach == Reach::Direct && is_derivative;
        let mut part = inner;
        for (at, by) in by.into_iter().enumerate() {
            if by == FREE {
                return self.placeholder(span);
            }
            let letters = places.below.get(at).cloned().unwrap_or_default();
            if !letters.is_empty() {
                part = self.differentiated_by_entry(part, (by, letters), depends_on_form, span)?;
                continue;
            }
            if self.is_tensor(by) || !self.form(part).is_scalar() {
                part = self.differentiated_tensor(part, by, depends_on_form, span)?;
                continue;
            }
            let inner = self.expr(part);
            let expr = self.context.differentiate(inner, by);
            let fixed = self.context.differentiate_fixed(inner, by);
            let direct = Some(fixed).filter(|fixed| *fixed != expr);
            part = self.push(PartKind::Differential { by, direct, depends_on_form }, vec![part], span, expr)?;
        }
        Ok(part)
    }

    /// The derivative of an expression, which may have letters of its own, by an entry.
    fn differentiated_by_entry(
        &mut self,
        part: PartId,
        (by, letters): (NameId, Vec<String>),
        depends_on_form: bool,
        span: Span,
    ) -> Result<PartId> {
        let form = self.form(part);
        if form.high
            || form.identity
            || self.context.axes_of(form).len() != self.context.network.arena.dims(self.expr(part)).len()
        {
            return self.unclear("this derivative by an entry is not read", span);
        }
        let own = (0..).zip(&self.context.letters).filter(|(bit, _)| form.indices >> bit & 1 == 1);
        let mut all: Vec<Option<String>> = own.map(|(_, known)| Some(known.0.clone())).collect();
        let mut axes = self.context.axes_of(form);
        all.resize(axes.len(), None);
        axes.extend(self.dims_of(by));
        all.extend(letters.into_iter().map(Some));
        let inner = self.expr(part);
        let values = [self.context.differentiate(inner, by), self.context.differentiate_fixed(inner, by)];
        let [Some(total), Some(fixed)] = values.map(|value| self.lettered(value, (&axes, &all), span)) else {
            return self.placeholder(span);
        };
        let direct = Some(fixed.0).filter(|fixed| *fixed != total.0);
        let form = Form { indices: total.1, ..form };
        self.push_formed(PartKind::Differential { by, direct, depends_on_form }, vec![part], span, total.0, form)
    }

    /// The derivative of an expression, where it or the variable has axes.
    fn differentiated_tensor(&mut self, part: PartId, by: NameId, depends_on_form: bool, span: Span) -> Result<PartId> {
        let form = self.form(part);
        if form.indices != 0 {
            return self.unclear("the derivative of an expression with free indices is not read", span);
        }
        let plain = form == Form::of(&form.dims(), self.context.reading.vectors == Vectors::Rows) || form.is_matrix();
        if !plain {
            return self.unclear("derivatives of rows, and of multiples of I and 𝟏, are not read", span);
        }
        let dims = [form.dims(), self.dims_of(by)];
        let ranks = [dims[0].len(), dims[1].len()];
        let inner = self.expr(part);
        let expr = self.context.differentiate(inner, by);
        let fixed = self.context.differentiate_fixed(inner, by);
        let [expr, fixed] = [expr, fixed].map(|expr| self.context.laid_out(expr, ranks));
        let direct = Some(fixed).filter(|fixed| *fixed != expr);
        let form = self.context.reading.form_of(&dims[0], &dims[1]);
        self.push_formed(PartKind::Differential { by, direct, depends_on_form }, vec![part], span, expr, form)
    }
}
