//! Calls: a function with its arguments, primes and powers.

use crate::check::claim::{PartId, PartKind};
use crate::check::diagnose::shapes::Vectors;
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{FunctionId, NameId, Operand, OrdersId};
use crate::function::{Form as Acts, FunctionRef, Functions, Known, Options};
use crate::rational::Rational;
use crate::syntax::latex::{Delimiter, ItemId, Kind, Row};

use super::axis::StatedAxis;
use super::factor::Scripts;
use super::fork::Fork;
use super::parser::{Cursor, Parser, Result};
use super::reduction::Listed;
use super::symbols::WrittenName;
use super::vocabulary::{Quotient, inverse, is_along_axis, over_letter, takes_subscript};

/// What the subscript of a function means.
#[derive(Clone)]
enum Below {
    /// The base of a logarithm.
    Base(PartId),
    /// The second argument.
    Argument(PartId),
    /// The axis along which the function is taken.
    Axis(StatedAxis),
}

impl Parser<'_> {
    /// A call of a function that has just been read.
    pub fn call(
        &mut self,
        cursor: &mut Cursor<'_>,
        function: FunctionId,
        name_span: Span,
        scripts: Scripts,
    ) -> Result<PartId> {
        let (mut function, below) = self.subscripted(function, scripts, name_span)?;
        let arity = self.context.network.functions.get(function).arity();
        let mut order = scripts.primes;
        let mut power: &[ItemId] = scripts.sup.map_or(&[], |sup| self.tree.row(sup));
        if let Some(times) = self.order_in_brackets(power, function).or_else(|| self.primes_after_layer(power)) {
            order += times;
            power = &[];
        }
        if let (true, 0, Some(inverse)) = (self.is_minus_one(power), order, inverse(function)) {
            (function, power) = (inverse, &[]);
        }
        self.check_power(power, name_span)?;
        let (mut arguments, after) = self.arguments(cursor, function, name_span)?;
        let listed = std::mem::take(&mut self.listed);
        let end = cursor.items[cursor.at - 1];
        let span = name_span.to(self.span(end));
        let orders = self.orders(order, arity, name_span)?;
        if let Some(Below::Argument(second)) = below {
            arguments.push(second);
        }
        if let (&[only], Some(over_all)) = (arguments.as_slice(), over_letter(function))
            && !self.form(only).is_single()
        {
            function = over_all;
        }
        if let Some(Below::Axis(axis)) = &below {
            self.axis = Some(axis.clone());
        }
        if let Some(axis) = listed.axis {
            self.axis = Some(StatedAxis::Number(axis));
            self.keeps = listed.keeps;
        }
        let applied = self.applied(function, orders, arguments, span);
        self.keeps = false;
        let unused = self.axis.take().is_some();
        let mut part = applied?;
        if unused {
            part = self.unclear("it is not said along which axis this function is taken", span)?;
        }
        part = self.worked_call(part, order)?;
        if let Some(Below::Base(base)) = below {
            let base = self.named_call(Known::Logarithm, vec![base], span)?;
            part = self.combined(PartKind::Quotient, vec![part, base], span)?;
        }
        if !power.is_empty() {
            part = self.power(part, power, span)?;
        }
        self.raised(part, after, span)
    }

    /// The function with its subscript: the base of a logarithm, a second argument, the word in GELU with tanh.
    fn subscripted(
        &mut self,
        function: FunctionId,
        scripts: Scripts,
        name_span: Span,
    ) -> Result<(FunctionId, Option<Below>)> {
        let Some(sub) = scripts.sub else { return Ok((function, None)) };
        let span = self.tree.row_span(sub).unwrap_or(name_span);
        let known = self.context.network.functions.known(function);
        let word = match self.row(sub) {
            [only] => match self.kind(*only) {
                Kind::Command(name) => Some(name.to_string()),
                _ => self.tree.word(sub),
            },
            _ => self.tree.word(sub),
        };
        if known == Some(Known::Gelu) && word.as_deref() == Some("tanh") {
            return Ok((Functions::with(Known::GeluByTanh), None));
        }
        if let (Some(largest), true) = (over_letter(function), self.context.has_tensors())
            && let Some(axis @ StatedAxis::Letter(_)) = self.stated_axis(sub)
        {
            return Ok((largest, Some(Below::Axis(axis))));
        }
        if is_along_axis(function) || self.subscript_is_axis(function, Some(sub)) {
            let axis = self.stated_axis(sub);
            return axis.map(|axis| (function, Some(Below::Axis(axis)))).ok_or_else(|| {
                let error = Diagnostic::error("unreadable", "this subscript is no axis that is known here");
                error.at(span, "").hint("write `_{\\text{axis 0}}` below it, or the letter of the axis: `_j(Z_{ij})`")
            });
        }
        if !takes_subscript(function) || scripts.primes > 0 {
            let error = Diagnostic::error("unreadable", "functions with a subscript are not known here");
            return Err(error.at(span, ""));
        }
        let below = self.inside(sub, span)?;
        Ok((function, Some(if known == Some(Known::Logarithm) { Below::Base(below) } else { Below::Argument(below) })))
    }

    /// A call with its arguments complete. What the table defines for tensors is put in where scalars allow it.
    pub fn applied(
        &mut self,
        function: FunctionId,
        orders: OrdersId,
        mut arguments: Vec<PartId>,
        span: Span,
    ) -> Result<PartId> {
        let kind = PartKind::Call { function, orders };
        if let Some(part) = self.one_hot(function, &arguments, span)? {
            return Ok(part);
        }
        if let Some(part) = self.called_with_axes(function, orders, &arguments, span)? {
            return Ok(part);
        }
        let takes_more = match self.context.network.functions.get(function) {
            FunctionRef::Table(entry) => entry.takes_more(),
            FunctionRef::User(_) => false,
        };
        while takes_more && arguments.len() > 2 {
            let first = self.combined(kind.clone(), arguments[..2].to_vec(), span)?;
            arguments.splice(..2, [first]);
        }
        let arguments = self.with_defaults(function, arguments, span)?;
        let FunctionRef::Table(entry) = self.context.network.functions.get(function) else {
            return self.combined(kind, arguments, span);
        };
        let operands: Vec<Operand> =
            arguments.iter().map(|&part| self.context.network.arena.operand(self.expr(part))).collect();
        let options = Options::default();
        let value = match entry.form {
            Acts::Elementwise => return self.combined(kind, arguments, span),
            Acts::Macro => self.context.network.expanded(entry, &operands, &options).ok(),
            Acts::Built(builder) => builder(&mut self.context.network.arena, &operands, &options).ok(),
            Acts::AlongAxis { .. } | Acts::Square { .. } | Acts::Classes => None,
        };
        match value.filter(|value| value.rank() == 0) {
            Some(value) => self.push(kind, arguments, span, value.expr),
            // An index without a value may stand for what would be a vector.
            None if !self.free.is_empty() || !self.misfits.is_empty() => self.placeholder(span),
            // A scalar is a matrix of one entry.
            None if matches!(entry.known, Some(Known::Trace | Known::Determinant)) && arguments.len() == 1 => {
                self.check_declared(arguments[0], span)?;
                Ok(arguments[0])
            }
            None => {
                if let ("diag", &[only]) = (entry.name, arguments.as_slice())
                    && let Some(second) = self.second(Fork::Multiple, span)
                {
                    let expr = self.expr(only);
                    let kept = Ok(only);
                    return if second {
                        kept
                    } else {
                        self.push_formed(PartKind::Made, arguments, span, expr, Form::IDENTITY)
                    };
                }
                let message = format!("`{}` works on vectors or matrices, and this is a scalar", entry.name);
                Err(Diagnostic::error("unreadable", message).at(span, ""))
            }
        }
    }

    /// The one-hot vector of a class number.
    fn one_hot(&mut self, function: FunctionId, arguments: &[PartId], span: Span) -> Result<Option<PartId>> {
        if Functions::with(Known::OneHot) != function {
            return Ok(None);
        }
        let &[argument] = arguments else { return Ok(None) };
        let PartKind::Name(name) = self.parts[argument.0 as usize].kind else { return Ok(None) };
        let Some(classes) = self.context.network.quantity(name).facts.classes else { return Ok(None) };
        let mut dims = self.dims_of(name);
        dims.push(classes);
        let index = self.expr(argument);
        let expr = self.context.network.arena.call_of_shape(function, &[index], &dims);
        let form = Form::of(&dims, self.context.reading.vectors == Vectors::Rows);
        self.push_formed(PartKind::Made, vec![argument], span, expr, form).map(Some)
    }

    /// A call of a function of the table that does not act on each entry, with a vector or matrix.
    fn called_with_axes(
        &mut self,
        function: FunctionId,
        orders: OrdersId,
        arguments: &[PartId],
        span: Span,
    ) -> Result<Option<PartId>> {
        let FunctionRef::Table(entry) = self.context.network.functions.get(function) else { return Ok(None) };
        let has_axes = arguments.iter().any(|&part| !self.form(part).is_scalar());
        if !has_axes || matches!(entry.form, Acts::Elementwise) || orders != OrdersId::NONE {
            return Ok(None);
        }
        let arguments = self.with_defaults(function, arguments.to_vec(), span)?;
        self.tensor_call((function, entry), arguments, span).map(Some)
    }

    /// `\sec z`, `\coth^2(z)`: what the table has as a quotient.
    pub fn quotient_call(
        &mut self,
        cursor: &mut Cursor<'_>,
        quotient: Quotient,
        name_span: Span,
        scripts: Scripts,
    ) -> Result<PartId> {
        let power: &[ItemId] = scripts.sup.map_or(&[], |sup| self.tree.row(sup));
        self.check_power(power, name_span)?;
        if scripts.sub.is_some() || scripts.primes > 0 {
            let error = Diagnostic::error("unreadable", "this function is read without a subscript and a prime");
            return Err(error.at(name_span, ""));
        }
        let (arguments, after) = self.arguments(cursor, quotient.below, name_span)?;
        let span = name_span.to(self.span(cursor.items[cursor.at - 1]));
        let [argument] = arguments[..] else {
            return Err(Diagnostic::error("wrong-arity", "this function takes 1 argument").at(span, ""));
        };
        let above = match quotient.above {
            Some(above) => self.applied(above, OrdersId::NONE, vec![argument], span)?,
            None => self.integer(1, span)?,
        };
        let below = self.applied(quotient.below, OrdersId::NONE, vec![argument], span)?;
        let mut part = self.combined(PartKind::Quotient, vec![above, below], span)?;
        part = self.power(part, power, span)?;
        self.raised(part, after, span)
    }

    fn is_minus_one(&self, power: &[ItemId]) -> bool {
        let [minus, one] = power else { return false };
        matches!(self.kind(*minus), Kind::Symbol('-' | '−'))
            && matches!(self.kind(*one), Kind::Digits(one) if &**one == "1")
    }

    /// How often f⁽⁴⁾ is differentiated; a function has no layer index.
    fn order_in_brackets(&self, power: &[ItemId], function: FunctionId) -> Option<u32> {
        let [only] = power else { return None };
        let Kind::Fence { open: Delimiter::Round, body, .. } = self.kind(*only) else { return None };
        let is_single = self.context.network.functions.get(function).arity() == 1;
        self.tree.word(*body)?.parse().ok().filter(|times| is_single && (1..=9).contains(times))
    }

    /// How many primes stand behind the layer of g^{[1]\prime}.
    fn primes_after_layer(&self, power: &[ItemId]) -> Option<u32> {
        let is_prime = |id: &ItemId| matches!(self.kind(*id), Kind::Command(name) if &**name == "prime");
        let (first, rest) = power.split_first()?;
        let (layer, scripts) = self.without_scripts(*first);
        let plain = scripts.sub.is_none() && scripts.sup.is_none() && rest.iter().all(is_prime);
        let primes = scripts.primes + u32::try_from(rest.len()).ok()?;
        (plain && primes > 0 && self.is_fence(layer)).then_some(primes)
    }

    /// σ⁻¹ is an inverse for one reader and a quotient for another.
    fn check_power(&self, power: &[ItemId], span: Span) -> Result<()> {
        match power {
            [first, ..] if matches!(self.kind(*first), Kind::Symbol('-' | '−')) => {
                Err(Diagnostic::error("ambiguous", "a negative power on a function may be its inverse")
                    .at(span, "")
                    .hint("write `1/f(x)`, or the inverse function by its name"))
            }
            [only] if matches!(self.kind(*only), Kind::Fence { .. }) => {
                Err(Diagnostic::error("unreadable", "functions with an index are not known here")
                    .at(span, "")
                    .hint("write the function without it"))
            }
            _ => Ok(()),
        }
    }

    pub fn orders(&mut self, order: u32, arity: usize, span: Span) -> Result<OrdersId> {
        if order == 0 {
            return Ok(OrdersId::NONE);
        }
        match u8::try_from(order) {
            Ok(order) if arity == 1 && order <= 9 => Ok(self.context.network.arena.orders_id(&[order])),
            _ => Err(Diagnostic::error("unreadable", "a prime belongs to a function of one argument").at(span, "")),
        }
    }

    /// The value of σ′(u) worked, so that no side holds a derivative of a known function as a sign.
    pub fn worked_call(&mut self, part: PartId, order: u32) -> Result<PartId> {
        if order > 0 {
            let expr = self.expr(part);
            let worked = self.context.worked(expr);
            let form = self.form(part);
            let dims = self.context.axes_of(form);
            let arena = &mut self.context.network.arena;
            let shape = arena.shapes_mut().intern(&dims);
            self.parts[part.0 as usize].expr = if dims.is_empty() { worked } else { arena.spread(worked, shape) };
        }
        Ok(part)
    }

    /// The arguments after a function, and the scripts on their bracket.
    fn arguments(
        &mut self,
        cursor: &mut Cursor<'_>,
        function: FunctionId,
        name_span: Span,
    ) -> Result<(Vec<PartId>, Scripts)> {
        let Some(next) = cursor.peek() else { return Err(self.without_argument(name_span)) };
        let (base, scripts) = self.without_scripts(next);
        let fence = match self.kind(base) {
            Kind::Group(body) => match self.row(*body) {
                [only] if self.is_fence(*only) => *only,
                _ => base,
            },
            _ => base,
        };
        if let Kind::Fence { open: Delimiter::Round | Delimiter::Square | Delimiter::Curly, body, .. } =
            *self.kind(fence)
        {
            cursor.at += 1;
            let span = self.span(fence);
            // diag(1, 2) is diag((1, 2)).
            let is_diagonal = match self.context.network.functions.get(function) {
                FunctionRef::Table(entry) => entry.name == "diag",
                FunctionRef::User(_) => false,
            };
            if is_diagonal && let Some(list) = self.listed((Delimiter::Round, body), false, span)? {
                return Ok((vec![list], scripts));
            }
            let is_entrywise = match self.context.network.functions.get(function) {
                FunctionRef::Table(entry) => matches!(entry.form, Acts::Elementwise),
                FunctionRef::User(_) => false,
            };
            let inside = is_entrywise.then(|| self.span_of_items(self.row(body)));
            let outside = std::mem::replace(&mut self.entrywise, inside);
            let list = self.list(body, span);
            self.entrywise = outside;
            return Ok((list?, scripts));
        }
        if let Kind::Group(body) = *self.kind(base)
            && scripts.sup.is_none()
        {
            cursor.at += 1;
            return Ok((self.list(body, self.span(base))?, scripts));
        }
        if self.context.network.functions.get(function).arity() != 1 {
            return Err(self.without_argument(name_span));
        }
        let argument = self.bare(cursor, name_span)?;
        Ok((vec![argument], Scripts::default()))
    }

    fn without_argument(&self, span: Span) -> Diagnostic {
        Diagnostic::error("unreadable", "this function has no argument")
            .at(span, "")
            .hint("write its argument in brackets, `\\sigma(z)`")
    }

    /// Arguments with commas between them.
    fn list(&mut self, body: Row, span: Span) -> Result<Vec<PartId>> {
        let items = self.row(body);
        if items.is_empty() {
            return Err(self.without_argument(span));
        }
        let tree = self.tree;
        let mut pieces: Vec<&[ItemId]> = items.split(|&id| *tree.kind(id) == Kind::Symbol(',')).collect();
        let mut listed = Listed::default();
        while pieces.len() > 1 && pieces.last().is_some_and(|piece| self.listed_axis(piece, &mut listed)) {
            pieces.pop();
        }
        let arguments = pieces.into_iter().map(|argument| self.whole_or(argument, span)).collect();
        self.listed = listed;
        arguments
    }

    fn whole_or(&mut self, items: &[ItemId], span: Span) -> Result<PartId> {
        if items.is_empty() { Err(self.without_argument(span)) } else { self.whole(items) }
    }

    /// An argument without brackets: one factor, with the number before it. What follows it may or may not belong to it.
    fn bare(&mut self, cursor: &mut Cursor<'_>, name_span: Span) -> Result<PartId> {
        if !self.continues(cursor) {
            return Err(self.without_argument(name_span));
        }
        let mut factors = vec![self.factor(cursor)?];
        let is_number = |part: PartId, parser: &Self| matches!(parser.parts[part.0 as usize].kind, PartKind::Number(_));
        if is_number(factors[0], self) && self.continues(cursor) && !self.next_is_operator(cursor) {
            let next = self.factor(cursor)?;
            factors.push(next);
        }
        if self.continues(cursor) && !self.next_is_operator(cursor) {
            let next = cursor.peek().map_or(name_span, |id| self.span(id));
            return Err(Diagnostic::error("ambiguous", "it cannot be told where the argument of the function ends")
                .at(next, "this may belong to it")
                .at(name_span, "the function")
                .hint("put the argument in brackets"));
        }
        self.multiplied(factors)
    }

    /// Whether what follows cannot belong to an argument without brackets: another function, a derivative, a bracket.
    fn next_is_operator(&self, cursor: &Cursor<'_>) -> bool {
        let Some(id) = cursor.peek() else { return true };
        let (base, _) = self.without_scripts(id);
        match self.kind(base) {
            Kind::Fence { .. } | Kind::Fraction { .. } => true,
            Kind::Command(name) => {
                let is_name = WrittenName::of(self.tree, id).is_some();
                !is_name || self.context.symbols.function(&super::Spelling::new(&**name, "", "")).is_some()
            }
            _ => false,
        }
    }

    /// The arguments with those that the call leaves out.
    fn with_defaults(&mut self, function: FunctionId, mut arguments: Vec<PartId>, span: Span) -> Result<Vec<PartId>> {
        let (arity, defaults, name) = match self.context.network.functions.get(function) {
            FunctionRef::Table(entry) => (entry.parameters.len(), entry.defaults, entry.name.to_owned()),
            FunctionRef::User(own) => (own.parameters.len(), &[] as &[&str], own.name.clone()),
        };
        let missing = arity.saturating_sub(arguments.len());
        if missing > defaults.len() || arguments.len() > arity {
            let message = format!("`{name}` takes {arity} argument{}", if arity == 1 { "" } else { "s" });
            return Err(Diagnostic::error("wrong-arity", message).at(span, ""));
        }
        for text in &defaults[defaults.len() - missing..] {
            let value = Rational::parse(text).unwrap_or(Rational::ONE);
            let expr = self.context.network.arena.number(value.clone());
            let literal = crate::check::claim::Literal { value, decimals: None };
            arguments.push(self.push(PartKind::Number(literal), Vec::new(), span, expr)?);
        }
        Ok(arguments)
    }

    /// C′(w): the derivative of a quantity by the one in brackets.
    pub fn lagrange(&mut self, cursor: &mut Cursor<'_>, of: NameId, primes: u32, span: Span) -> Result<PartId> {
        let fence = cursor.peek().map(|id| (id, self.kind(id)));
        let Some((id, Kind::Fence { open: Delimiter::Round, body, .. })) = fence else {
            return Err(Diagnostic::error("unreadable", "it is not said by what this prime differentiates")
                .at(span, "")
                .hint("write `C'(w)`, or `\\frac{\\partial C}{\\partial w}`"));
        };
        cursor.at += 1;
        let (by, _) = self.quantity_of(self.row(*body))?;
        let span = span.to(self.span(id));
        self.derivative_part(of, vec![by; primes.min(9) as usize], crate::expr::Reach::Total, span)
    }
}
