//! One factor: a number, a bracket, a fraction, a root, a name, a call, a derivative, with its power.

use crate::check::claim::{Literal, PartId, PartKind};
use crate::check::form::{Extent, Form};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, Constant, LabelsBuilder, NameId, OrdersId};
use crate::function::{Functions, Known};
use crate::rational::Rational;
use crate::syntax::latex::{Delimiter, ItemId, Kind, Row, Rows};

use super::parser::{Cursor, Parser, Result};
use super::script;
use super::symbols::WrittenName;
use super::vocabulary::{function_word, quotient_word};

/// Scripts on an item.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Scripts {
    pub sub: Option<Row>,
    pub sup: Option<Row>,
    pub primes: u32,
}

impl Parser<'_> {
    /// The item without its scripts, and the scripts.
    pub fn without_scripts(&self, id: ItemId) -> (ItemId, Scripts) {
        match self.kind(id) {
            Kind::Script { base: Some(base), sub, sup, primes } => {
                (*base, Scripts { sub: *sub, sup: *sup, primes: *primes })
            }
            _ => (id, Scripts::default()),
        }
    }

    /// The next factor.
    pub fn factor(&mut self, cursor: &mut Cursor<'_>) -> Result<PartId> {
        let Some(id) = cursor.peek() else { return Err(self.missing(cursor)) };
        let (base, scripts) = self.without_scripts(id);
        if let Some(part) = self.indicator_factor(cursor)? {
            return Ok(part);
        }
        if let Some(part) = self.ones(cursor)? {
            return Ok(part);
        }
        if let Some(part) = self.stack(cursor, base)? {
            return Ok(part);
        }
        if let Some(part) = self.word_factor(cursor, base, scripts)? {
            return Ok(part);
        }
        if let Some(part) = self.slope_factor(cursor)? {
            return Ok(part);
        }
        if let Some(part) = self.slash_derivative(cursor)? {
            return Ok(part);
        }
        let wrapped = self.wrapped_operator(base);
        if let Kind::Fraction { over, under } = *self.kind(wrapped) {
            cursor.at += 1;
            let part = self.fraction(cursor, wrapped, over, under)?;
            return self.raised(part, scripts, self.span(id));
        }
        if let Some(written) = self.written_name(id) {
            return self.name(cursor, written);
        }
        let inside = self.inside_entrywise(cursor, base);
        cursor.at += 1;
        let outside = std::mem::replace(&mut self.entrywise, inside);
        let part = self.simple(base, scripts);
        self.entrywise = outside;
        let mut part = part?;
        let mut left = scripts;
        let is_fence = matches!(self.kind(base), Kind::Fence { .. });
        let is_product = matches!(self.kind(base), Kind::Fence { open: Delimiter::Angle, .. });
        let names_product = scripts.sub.is_some_and(|sub| matches!(self.norm_word(sub).as_str(), "F" | "2"));
        let is_bar = matches!(self.kind(base), Kind::Fence { open: Delimiter::Empty, close: Delimiter::Bar, .. });
        if matches!(self.kind(base), Kind::Fence { open: Delimiter::DoubleBar, .. })
            || is_product && names_product
            || is_bar
        {
            left.sub = None;
        } else if is_fence && scripts.sub.is_some_and(|sub| self.is_plus(sub)) {
            left.sub = None;
            part = self.named_call(Known::Rectifier, vec![part], self.span(id))?;
        } else if is_fence && scripts.sup.is_some_and(|sup| self.is_plus(sup)) {
            left.sup = None;
            part = self.named_call(Known::Rectifier, vec![part], self.span(id))?;
        }
        self.raised(part, left, self.span(id))
    }

    /// The inside of a bracket beside ⊙ or ⊘.
    fn inside_entrywise(&self, cursor: &Cursor<'_>, base: ItemId) -> Option<Span> {
        let Kind::Fence { open: Delimiter::Round | Delimiter::Square, body, .. } = *self.kind(base) else {
            return None;
        };
        let before = cursor.at.checked_sub(1).map(|at| cursor.items[at]);
        let is_beside = before.into_iter().chain(cursor.second()).any(|id| self.is_entrywise_sign(id));
        is_beside.then(|| self.span_of_items(self.row(body)))
    }

    /// The fraction in `{\frac{\partial}{\partial w}}`, where braces stand around it without need.
    fn wrapped_operator(&self, id: ItemId) -> ItemId {
        let Kind::Group(body) = *self.kind(id) else { return id };
        match self.row(body) {
            [only] => match self.kind(*only) {
                Kind::Fraction { over, .. } => match self.row(*over) {
                    [sign] if self.differential_sign(*sign).is_some() => *only,
                    _ => id,
                },
                _ => id,
            },
            _ => id,
        }
    }

    /// Whether a script is the + of a positive part, `[x]_+`.
    fn is_plus(&self, row: Row) -> bool {
        matches!(self.row(row), [only] if *self.kind(*only) == Kind::Symbol('+'))
    }

    /// The item as a name, if it is one; a group that holds more than a name is none.
    fn written_name(&self, id: ItemId) -> Option<WrittenName> {
        let written = WrittenName::of(self.tree, id)?;
        // `\mathrm{d}x` and the like are read where derivatives are.
        Some(written).filter(|written| !written.base.is_empty())
    }

    fn missing(&self, cursor: &Cursor<'_>) -> Diagnostic {
        let end = cursor.items.last().map_or(Span::default(), |&id| self.span(id));
        Diagnostic::error("unreadable", "something is missing here")
            .at(Span { start: end.end, end: end.end }, "")
            .hint("a sign stands between two quantities")
    }

    /// A factor that begins with a control word or sign of its own: ∂, ∇, Σ, functions, constants.
    fn word_factor(&mut self, cursor: &mut Cursor<'_>, base: ItemId, scripts: Scripts) -> Result<Option<PartId>> {
        let word = match self.kind(base) {
            Kind::Command(name) => name.as_ref(),
            Kind::Symbol('∂') => "partial",
            Kind::Symbol('∇') => "nabla",
            Kind::Symbol('∑') => "sum",
            Kind::Symbol('∏') => "prod",
            Kind::Symbol('∞') => "infty",
            _ => return self.quotient_factor(cursor, base, scripts),
        };
        let span = self.span(base);
        Ok(Some(match word {
            "partial" => self.partial_sign(cursor, scripts)?,
            "nabla" => self.nabla(cursor, scripts)?,
            "sum" => self.fold(cursor, scripts, PartKind::Sum)?,
            "prod" => self.fold(cursor, scripts, PartKind::Product)?,
            "infty" => {
                cursor.at += 1;
                let expr = self.context.network.arena.constant(Constant::Infinity);
                self.push(PartKind::Constant(Constant::Infinity), Vec::new(), span, expr)?
            }
            "top" | "intercal" => return Err(self.unexpected(base)),
            // σ may be a quantity.
            _ if WrittenName::of(self.tree, base).is_some() => return self.quotient_factor(cursor, base, scripts),
            _ => match function_word(word) {
                Some(function) => {
                    cursor.at += 1;
                    self.call(cursor, function, span, scripts)?
                }
                None => return self.quotient_factor(cursor, base, scripts),
            },
        }))
    }

    /// A function that the table has as a quotient, where no quantity has its name: `\sec z`, `\operatorname{sech} z`.
    fn quotient_factor(&mut self, cursor: &mut Cursor<'_>, base: ItemId, scripts: Scripts) -> Result<Option<PartId>> {
        let word = match self.kind(base) {
            Kind::Command(name) => Some(name.to_string()),
            Kind::Accent { body, .. } => self.tree.word(*body),
            Kind::Text(text) => Some(text.trim().to_owned()),
            _ => None,
        };
        let quotient = word.filter(|word| !self.context.symbols.has_base(word)).and_then(|word| quotient_word(&word));
        let Some(quotient) = quotient else { return Ok(None) };
        cursor.at += 1;
        self.quotient_call(cursor, quotient, self.span(base), scripts).map(Some)
    }

    /// A piece without its scripts that is complete in itself.
    fn simple(&mut self, id: ItemId, scripts: Scripts) -> Result<PartId> {
        let span = self.span(id);
        match self.kind(id) {
            Kind::Digits(digits) => self.number(digits, span),
            Kind::Symbol(sign @ ('½' | '⅓' | '¼' | '⅔' | '¾' | '⅛')) => self.vulgar(*sign, span),
            Kind::Group(body) => self.enclosed(*body, span),
            Kind::Fence { open: Delimiter::Bar, close: Delimiter::Bar, body } => {
                let inner = self.inside(*body, span)?;
                match self.form(inner) {
                    form if form.is_matrix() => self.of_square(Functions::with(Known::Determinant), inner, false, span),
                    form if form.is_single() => self.named_call(Known::Absolute, vec![inner], span),
                    _ => self.unclear("bars around a vector may be its norm or its entries without their signs", span),
                }
            }
            Kind::Fence { open: Delimiter::DoubleBar, close: Delimiter::DoubleBar, body } => {
                let which = scripts.sub.map(|sub| self.norm_word(sub));
                if which.as_deref() == Some("1") {
                    let inner = self.inside(*body, span)?;
                    return self.sum_of_absolutes(inner, span);
                }
                if !matches!(which.as_deref(), None | Some("2" | "F")) {
                    return Err(Diagnostic::error("unreadable", "only the 2-norm and the Frobenius norm are known")
                        .at(span, ""));
                }
                let inner = self.inside(*body, span)?;
                match self.form(inner) {
                    form if form.is_scalar() => self.named_call(Known::Absolute, vec![inner], span),
                    form if form.is_vector() || form.columns == Extent::One && form.has_pairs() => {
                        self.norm(inner, span)
                    }
                    form if (form.is_matrix() || form.has_pairs()) && which.as_deref() != Some("2") => {
                        self.norm(inner, span)
                    }
                    _ => self.unclear("this norm is not known here", span),
                }
            }
            Kind::Fence { open: Delimiter::Angle, close: Delimiter::Angle, body } => self.angles(*body, span),
            Kind::Fence { open: Delimiter::Empty, close: Delimiter::Bar, body } => {
                if let Some(part) = self.slope_in_bars(*body, scripts.sub, span)? {
                    return Ok(part);
                }
                let inner = self.inside(*body, span)?;
                match scripts.sub {
                    Some(values) => self.at_values(inner, values, span),
                    None => Ok(inner),
                }
            }
            Kind::Fence { open: Delimiter::Curly, close: Delimiter::Empty, body } if self.rows_of(*body).is_some() => {
                let rows = self.rows_of(*body).unwrap_or_default();
                self.cases(rows, span)
            }
            Kind::Fence {
                open: open @ (Delimiter::Round | Delimiter::Square | Delimiter::Curly | Delimiter::Empty),
                body,
                ..
            } => {
                if let (Delimiter::Round | Delimiter::Square, [only]) = (open, self.row(*body))
                    && let Kind::Environment { name: "array" | "matrix" | "smallmatrix", rows } = self.kind(*only)
                {
                    return self.block(*rows, span);
                }
                let turned = scripts.sup.is_some_and(|sup| self.marks_of(self.row(sup)).1.transposed);
                if let Some(part) = self.listed((*open, *body), turned, span)? {
                    return Ok(part);
                }
                if self.row(*body).iter().any(|&id| matches!(self.kind(id), Kind::Relation(_))) {
                    return self.indicator(*body, span);
                }
                self.enclosed(*body, span)
            }
            Kind::Root { index, body } => self.root(*index, *body, span),
            Kind::Accent { body, .. } if self.tree.word(*body).as_deref() == Some("1") => {
                Err(Diagnostic::error("unreadable", "an indicator needs its condition")
                    .at(span, "")
                    .hint("write `\\mathbb{1}[z > 0]`"))
            }
            Kind::Accent { name: "vec" | "bm", body } if self.tree.word(*body).as_deref() == Some("0") => {
                self.inside(*body, span)
            }
            Kind::Accent { name: "mathbb" | "mathbf" | "mathrm" | "boldsymbol", body } => self.inside(*body, span),
            Kind::Environment { name: "cases" | "dcases" | "rcases", rows } => self.cases(*rows, span),
            Kind::Environment { name: "pmatrix" | "bmatrix" | "psmallmatrix" | "bsmallmatrix", rows } => {
                self.block(*rows, span)
            }
            Kind::Command(name) if name.ends_with("dots") || matches!(&**name, "int" | "pm" | "mp") => {
                Err(self.unexpected(id))
            }
            Kind::Command(name) => {
                Err(self.unknown_command(id).unwrap_or_else(|| self.unknown_word(&format!("\\{name}"), span)))
            }
            _ => Err(self.unexpected(id)),
        }
    }

    /// What stands below a norm: `2`, `F`.
    fn norm_word(&self, sub: Row) -> String {
        script::read(self.tree, sub, &script::Unbound).map_or(String::new(), |script| script.text)
    }

    /// ‖x‖₁ of a scalar or a vector.
    fn sum_of_absolutes(&mut self, inner: PartId, span: Span) -> Result<PartId> {
        let form = self.form(inner);
        if !form.is_scalar() && (!form.is_vector() || form.indices != 0) {
            return self.unclear("this norm is not known here", span);
        }
        let absolute = self.named_call(Known::Absolute, vec![inner], span)?;
        if form.is_scalar() {
            return Ok(absolute);
        }
        let mut builder = LabelsBuilder::default();
        let axes = builder.labels(&form.dims());
        builder.factor(&axes);
        let labels = builder.out(&[]);
        self.made(PartKind::Contraction(labels), vec![absolute], span, Form::SCALAR)
    }

    /// `\langle u, v \rangle`.
    fn angles(&mut self, body: Row, span: Span) -> Result<PartId> {
        let items = self.row(body);
        let is_cut = |id: &ItemId| matches!(self.kind(*id), Kind::Symbol(',' | '|'));
        let cuts: Vec<usize> = (0..items.len()).filter(|&at| is_cut(&items[at])).collect();
        let [cut] = cuts[..] else {
            let error = Diagnostic::error("unreadable", "angle brackets are read around two factors, or not at all");
            return Err(error.at(span, "").hint("write `\\langle u, v \\rangle`"));
        };
        let left = self.whole(&items[..cut])?;
        let right = self.whole(&items[cut + 1..])?;
        let part = self.inner_product(left, right, span)?;
        self.parts[part.0 as usize].span = span;
        Ok(part)
    }

    /// The rows of the one environment that a bracket holds.
    fn rows_of(&self, body: Row) -> Option<Rows> {
        match self.row(body) {
            [only] => match self.kind(*only) {
                Kind::Environment { name: "array" | "aligned" | "alignedat" | "matrix", rows } => Some(*rows),
                _ => None,
            },
            _ => None,
        }
    }

    /// An unknown control word.
    fn unknown_word(&self, word: &str, span: Span) -> Diagnostic {
        Diagnostic::error("unknown-name", format!("`{word}` is not known here"))
            .at(span, "")
            .hint("only names of the network and functions of the table can be read")
    }

    /// What stands inside a bracket or a group.
    pub fn inside(&mut self, body: Row, span: Span) -> Result<PartId> {
        let items = self.row(body);
        if items.is_empty() {
            return Err(Diagnostic::error("unreadable", "nothing stands in here").at(span, ""));
        }
        self.whole(items)
    }

    /// The same as a part that reaches from bracket to bracket.
    fn enclosed(&mut self, body: Row, span: Span) -> Result<PartId> {
        let part = self.inside(body, span)?;
        self.parts[part.0 as usize].span = span;
        Ok(part)
    }

    /// A number without a sign.
    pub fn number(&mut self, digits: &str, span: Span) -> Result<PartId> {
        let value = Rational::parse(digits).filter(|_| digits.len() <= 400);
        let Some(value) = value else {
            return Err(Diagnostic::error("unreadable", "this number is too long").at(span, ""));
        };
        let decimals = digits.split_once('.').map(|(_, after)| after.len() as u32);
        let size = value.to_integer().filter(|_| decimals.is_none());
        let size = size.and_then(|number| self.context.network.size_with_value(number));
        let expr = match size {
            Some(size) => self.context.network.name_expr(NameId(size.0)),
            None => self.context.network.arena.number(value.clone()),
        };
        self.push(PartKind::Number(Literal { value, decimals }), Vec::new(), span, expr)
    }

    /// A fraction that is one character.
    fn vulgar(&mut self, sign: char, span: Span) -> Result<PartId> {
        let (above, below) = match sign {
            '⅓' => (1, 3),
            '¼' => (1, 4),
            '⅔' => (2, 3),
            '¾' => (3, 4),
            '⅛' => (1, 8),
            _ => (1, 2),
        };
        let value = Rational::new(above, below).unwrap_or(Rational::ONE);
        let expr = self.context.network.arena.number(value.clone());
        self.push(PartKind::Number(Literal { value, decimals: None }), Vec::new(), span, expr)
    }

    fn root(&mut self, index: Option<Row>, body: Row, span: Span) -> Result<PartId> {
        let inner = self.inside(body, span)?;
        match index.map(|index| self.tree.word(index)) {
            None => self.named_call(Known::SquareRoot, vec![inner], span),
            Some(Some(word)) if word == "2" => self.named_call(Known::SquareRoot, vec![inner], span),
            Some(Some(word)) if word == "3" => self.named_call(Known::CubeRoot, vec![inner], span),
            Some(Some(word)) if word.parse::<i64>().is_ok_and(|n| (4..=99).contains(&n)) => {
                let n = word.parse::<i64>().unwrap_or(1);
                let value = Rational::new(1, n).unwrap_or(Rational::ONE);
                let expr = self.context.network.arena.number(value.clone());
                let exponent =
                    self.push(PartKind::Number(Literal { value, decimals: None }), Vec::new(), span, expr)?;
                self.combined(PartKind::Power, vec![inner, exponent], span)
            }
            _ => Err(Diagnostic::error("unreadable", "the index of this root is no number").at(span, "")),
        }
    }

    /// A call of the function of the table that is known as this.
    pub fn named_call(&mut self, known: Known, arguments: Vec<PartId>, span: Span) -> Result<PartId> {
        let function = Functions::with(known);
        self.combined(PartKind::Call { function, orders: OrdersId::NONE }, arguments, span)
    }

    /// A quantity as a part.
    pub fn quantity_part(&mut self, name: NameId, span: Span) -> Result<PartId> {
        self.named.push((name, span));
        let Some((expr, form)) = self.context.value_of(name) else {
            return self.unclear("what this name stands for has another shape in this layout", span);
        };
        self.push_formed(PartKind::Name(name), Vec::new(), span, expr, form)
    }

    /// What stands for something with an index that does not fit; why it does not has been noted, or is noted now, so that
    /// what stands there is never taken for a value.
    pub fn unplaced(&mut self, span: Span) -> Result<PartId> {
        match self.misfits.is_empty() && self.free.is_empty() {
            true => self.unclear("this index is not read", span),
            false => self.placeholder(span),
        }
    }

    /// What stands for a name whose general index has no value yet.
    pub fn placeholder(&mut self, span: Span) -> Result<PartId> {
        let literal = Literal { value: Rational::ONE, decimals: None };
        self.push(PartKind::Number(literal), Vec::new(), span, Arena::ONE)
    }
}
