//! Sums, functions, powers and transposes of vectors and matrices.

use crate::check::claim::{Literal, PartId, PartKind, combine};
use crate::check::diagnose::shown_link;
use crate::check::form::{Extent, Form};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, ExprId, FunctionId, Node, OrdersId};
use crate::function::{Entry, Form as Acts, Functions, Group, Known, Options};
use crate::notation::Style;
use crate::rational::Rational;
use crate::syntax::latex::{ItemId, Kind};

use super::axis::StatedAxis;
use super::broadcast::ONE;
use super::entry::Naming;
use super::fork::Fork;
use super::parser::{Parser, Result};
use super::reduction::from_start;
use super::words::LONGER;

/// What stands above a matrix.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Marks {
    /// A transpose.
    pub transposed: bool,
    /// A minus before the transpose: the transposed inverse.
    pub inverted: bool,
}

/// The highest power of an inverse that is written out.
const MAX_POWER: u32 = 16;

/// The value of a product of numbers and their powers.
fn constant(arena: &Arena, expr: ExprId) -> Option<Rational> {
    let mut value = Rational::ONE;
    let mut open = vec![(expr, 1)];
    while let Some((expr, times)) = open.pop() {
        match arena.node(expr) {
            Node::Number(number) => value = value.mul(&arena.value(number).pow(times)?)?,
            Node::Product { coefficient, factors } => {
                value = value.mul(&arena.value(coefficient).pow(times)?)?;
                for factor in factors {
                    let exponent = arena.value(factor.exponent).to_integer()?;
                    open.push((factor.base, times.checked_mul(exponent)?));
                }
            }
            _ => return None,
        }
    }
    Some(value)
}

impl Parser<'_> {
    /// A part with axes, its value made from its children.
    pub fn made(&mut self, kind: PartKind, children: Vec<PartId>, span: Span, form: Form) -> Result<PartId> {
        let values: Vec<ExprId> = children.iter().map(|&child| self.expr(child)).collect();
        match combine(&mut self.context.network.arena, &kind, &values) {
            Some(expr) => self.push_formed(kind, children, span, expr, form),
            None => Err(Diagnostic::error("unreadable", "this cannot be computed").at(span, "")),
        }
    }

    /// Adds a part with its value and form; a scalar value of a tensor is spread.
    pub fn push_formed(
        &mut self,
        kind: PartKind,
        children: Vec<PartId>,
        span: Span,
        expr: ExprId,
        form: Form,
    ) -> Result<PartId> {
        let dims = self.context.axes_of(form);
        let arena = &mut self.context.network.arena;
        let expr = if form.high || dims.is_empty() || expr == Arena::ZERO || !arena.shape(expr).is_scalar() {
            expr
        } else {
            let shape = arena.shapes_mut().intern(&dims);
            arena.spread(expr, shape)
        };
        let part = self.push(kind, children, span, expr)?;
        self.parts[part.0 as usize].form = form;
        Ok(part)
    }

    /// A part whose children have axes, or are multiples of I or 𝟏.
    pub fn combined_tensors(&mut self, kind: PartKind, children: Vec<PartId>, span: Span) -> Result<PartId> {
        if children.iter().any(|&child| self.form(child).high) && !matches!(kind, PartKind::Negative | PartKind::Sum) {
            return self.unclear("tensors with more than two axes are read only as derivatives", span);
        }
        let form = self.form(children[0]);
        if children.iter().any(|&child| self.form(child).has_pairs()) && kind != PartKind::Product {
            return self.combined_pairs(kind, children, span);
        }
        match kind {
            PartKind::Sum => self.sum_of_tensors(children, span),
            PartKind::Negative | PartKind::At => self.made(kind, children, span, form),
            PartKind::Product => {
                self.joined(children.into_iter().map(|child| (child, super::product::Join::Beside)).collect())
            }
            PartKind::Quotient => self.quotient_of_tensors(children, span),
            PartKind::Power => self.unclear("this power of a vector or matrix is not known here", span),
            PartKind::Call { function, .. } if self.acts_entrywise(function) => {
                let (children, form) = match self.alike(&children, span)? {
                    Ok(alike) => alike,
                    Err(misfit) => return Ok(misfit),
                };
                self.made(kind, children, span, form)
            }
            PartKind::If(_) => {
                let (children, form) = match self.alike(&children, span)? {
                    Ok(alike) => alike,
                    Err(misfit) => return Ok(misfit),
                };
                self.made(kind, children, span, form)
            }
            _ => self.unclear("this is not read for vectors and matrices", span),
        }
    }

    fn acts_entrywise(&self, function: FunctionId) -> bool {
        match self.context.network.functions.get(function) {
            crate::function::FunctionRef::Table(entry) => matches!(entry.form, Acts::Elementwise),
            crate::function::FunctionRef::User(own) => !own.whole,
        }
    }

    /// What is not said by the shapes, noted: an index without a value may be why.
    pub fn unclear(&mut self, message: &str, span: Span) -> Result<PartId> {
        self.misfit(Diagnostic::error("unreadable", message.to_owned()).at(span, ""), span, &[])
    }

    /// The same value standing another way.
    pub fn turned(&mut self, part: PartId, form: Form) -> Result<PartId> {
        let span = self.span_of(part);
        if form.indices != 0 {
            return self.rearranged(part, form, false);
        }
        let expr = self.expr(part);
        self.push_formed(PartKind::Transpose, vec![part], span, expr, form)
    }

    /// The same with letters before the axes, which stay where they are.
    fn rearranged(&mut self, part: PartId, form: Form, exchanged: bool) -> Result<PartId> {
        let (span, own) = (self.span_of(part), self.form(part));
        let mut naming = Naming::default();
        let letters = naming.indices(self.context, own.indices);
        let axes = naming.builder.labels(&own.dims());
        naming.builder.factor(&[letters.clone(), axes.clone()].concat());
        let out: Vec<_> = if exchanged { axes.into_iter().rev().collect() } else { axes };
        let labels = naming.builder.out(&[letters, out].concat());
        self.made(PartKind::Contraction(labels), vec![part], span, form)
    }

    /// A part with rows for columns.
    pub fn transposed(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let form = self.form(part);
        if form.is_single() || form.identity {
            return Ok(part);
        }
        if form.high {
            return self.unclear("a tensor with more than two axes has no transpose", span);
        }
        if form.has_pairs() {
            return self.paired_transpose(part, span);
        }
        if form.indices != 0 {
            let part = self.rearranged(part, form.transposed(), form.is_matrix())?;
            self.parts[part.0 as usize].span = span;
            return Ok(part);
        }
        self.made(PartKind::Transpose, vec![part], span, form.transposed())
    }

    /// A part with the marks that stood above it.
    pub fn marked(&mut self, part: PartId, marks: Marks, span: Span) -> Result<PartId> {
        if marks.transposed {
            self.check_declared(part, span)?;
        }
        let part = if marks.inverted { self.inverse(part, span)? } else { part };
        if marks.transposed { self.transposed(part, span) } else { Ok(part) }
    }

    /// Where letters stand for numbers, what has a transpose or a trace is none of them.
    pub fn check_declared(&self, part: PartId, span: Span) -> Result<()> {
        let is_number = self.in_letters && self.form(part).is_scalar() && self.context.names_scalars(self.expr(part));
        if !is_number {
            return Ok(());
        }
        let hint = "names that are declared nowhere are scalars: declare their shapes in a network, `param A : [m, n]`";
        let error = Diagnostic::error("shape", "this is written of a matrix, and here stands a scalar").at(span, "");
        Err(error.hint(hint))
    }

    /// The inverse of a square matrix, of A ⊗ B or of a scalar.
    pub fn inverse(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let form = self.form(part);
        if form.is_scalar() {
            let minus = self.integer(-1, span)?;
            return self.combined(PartKind::Power, vec![part, minus], span);
        }
        if form.has_pairs() {
            return self.paired_inverse(part, span);
        }
        self.of_square(Functions::with(Known::Inverse), part, true, span)
    }

    /// A function of a square matrix.
    pub fn of_square(&mut self, function: FunctionId, part: PartId, keeps: bool, span: Span) -> Result<PartId> {
        let form = self.form(part);
        if form.indices != 0 {
            return self.unclear("functions of matrices with free indices are not read", span);
        }
        if form.has_pairs() {
            return self.unclear("this is not read of vec(·) and of Kronecker products", span);
        }
        if form.identity {
            return self.unclear("it is not said how large this identity matrix is", span);
        }
        if !form.is_square(self.context.network.arena.shapes()) {
            return self.no_square(part, span);
        }
        if self.expr(part) == Arena::ZERO {
            return self.unclear("this is a function of a matrix of zeros", span);
        }
        let form = if keeps { form } else { Form::SCALAR };
        self.made(PartKind::Whole(function, form.dims()), vec![part], span, form)
    }

    fn no_square(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let message = format!("{} is {}, and no square matrix", self.words_of(part), self.form_text(self.form(part)));
        let error = self.with_longer(Diagnostic::error("shape", message).at(span, ""), &[part]);
        self.misfit(error, span, &[])
    }

    /// A vector or matrix to a power.
    pub fn tensor_power(&mut self, base: PartId, items: &[ItemId], span: Span) -> Result<PartId> {
        if let [minus, one] = items
            && matches!(self.kind(*minus), Kind::Symbol('-' | '−'))
            && matches!(self.kind(*one), Kind::Digits(one) if &**one == "1")
            && (self.form(base).is_matrix() || self.form(base).identity || self.form(base).has_pairs())
        {
            return self.inverse(base, span);
        }
        let (items, entrywise) = match items {
            [sign, rest @ ..] if !rest.is_empty() && self.is_entrywise(*sign) => (rest, true),
            _ => (items, false),
        };
        let exponent = self.whole(items)?;
        let exponent = self.as_constant(exponent)?;
        let is_number = self.context.network.arena.as_number(self.expr(exponent)).is_some();
        let form = self.form(base);
        if !is_number || form.identity || form.high || form.has_pairs() {
            return self.unclear("this power of a vector or matrix is not known here", span);
        }
        if !entrywise && form.is_square(self.context.network.arena.shapes()) {
            // X⁻¹ is the inverse, so that X⁻³ is a power of it; X³ may be meant entry by entry.
            if let Some(times) = self.inverted_times(exponent) {
                let inverses: Result<Vec<PartId>> = (0..times).map(|_| self.inverse(base, span)).collect();
                return self.multiplied(inverses?);
            }
            let times = self.times(exponent);
            if let (Some(times), Some(second)) = (times, self.second(Fork::Power, span)) {
                return match second {
                    false => self.multiplied(vec![base; times as usize]),
                    true => self.made(PartKind::Power, vec![base, exponent], span, form),
                };
            }
            let error =
                Diagnostic::error("ambiguous", "a power of a square matrix may be taken of each entry").at(span, "");
            return self.misfit(error.hint("write `A A`, or `A \\odot A`"), span, &[]);
        }
        self.made(PartKind::Power, vec![base, exponent], span, form)
    }

    /// A quotient of numbers, −3/2, as one number.
    fn as_constant(&mut self, part: PartId) -> Result<PartId> {
        let Some(value) = constant(&self.context.network.arena, self.expr(part)) else { return Ok(part) };
        let span = self.parts[part.0 as usize].span;
        let expr = self.context.network.arena.number(value.clone());
        self.push(PartKind::Number(Literal { value, decimals: None }), vec![part], span, expr)
    }

    /// 3 for the exponent −3.
    fn inverted_times(&self, exponent: PartId) -> Option<u32> {
        let number = self.context.network.arena.as_number(self.expr(exponent))?.to_integer()?;
        u32::try_from(number.checked_neg()?).ok().filter(|times| (1..=MAX_POWER).contains(times))
    }

    /// 3 for the exponent 3.
    fn times(&self, exponent: PartId) -> Option<u32> {
        let number = self.context.network.arena.as_number(self.expr(exponent))?.to_integer()?;
        u32::try_from(number).ok().filter(|times| (1..=MAX_POWER).contains(times))
    }

    /// Whether an item is ⊙ or ∘.
    pub fn is_entrywise(&self, id: ItemId) -> bool {
        match self.kind(id) {
            Kind::Command(name) => matches!(&**name, "odot" | "circ"),
            Kind::Symbol(sign) => matches!(sign, '⊙' | '∘'),
            _ => false,
        }
    }

    /// A call of the table with a vector or matrix among its arguments.
    pub fn tensor_call(
        &mut self,
        (function, entry): (FunctionId, &'static Entry),
        arguments: Vec<PartId>,
        span: Span,
    ) -> Result<PartId> {
        let first = self.form(arguments[0]);
        if let (Acts::AlongAxis { keeps }, true) = (entry.form, first.indices != 0 && !first.high && !first.identity) {
            return self.along_letter((function, keeps), arguments[0], span);
        }
        if let ("diag", &[only]) = (entry.name, arguments.as_slice())
            && let Some(part) = self.diagonal_of_letters(only, span)?
        {
            return Ok(part);
        }
        if let (Some(Known::Trace), true, &[only]) = (entry.known, first.has_pairs(), arguments.as_slice()) {
            return self.paired_trace(only, span);
        }
        if arguments.iter().any(|&argument| {
            let form = self.form(argument);
            let open = form.rows == Extent::Ones || form.columns == Extent::Ones;
            form.identity || form.high || form.indices != 0 || open || form.has_pairs()
        }) {
            return self.unclear("this function is not read of I, of 𝟏 or of tensors with more axes", span);
        }
        if entry.name == "diag" && first.is_matrix() && [first.rows, first.columns].contains(&Extent::Axis(ONE)) {
            let without = |extent: Extent| if extent == Extent::Axis(ONE) { Extent::One } else { extent };
            let target = Form { rows: without(first.rows), columns: without(first.columns), ..first };
            let vector = self.spread(arguments[0], target)?;
            return self.tensor_call((function, entry), vec![vector], span);
        }
        if entry.name == "diag" && first.is_matrix() && !first.is_square(self.context.network.arena.shapes()) {
            return self.no_square(arguments[0], span);
        }
        let ranks_fit = entry.ranks.is_empty() || entry.ranks.contains(&first.dims().len());
        let axis = match &self.axis {
            Some(StatedAxis::Number(axis)) => from_start(*axis, first.dims().len()),
            _ => None,
        };
        let along_one = matches!(entry.form, Acts::AlongAxis { .. } | Acts::Square { .. });
        let Some(options) =
            (if along_one { Some(Options::default()) } else { self.options_of(entry, first.dims().len()) })
        else {
            return self.unclear("it is not said along which axis this function is taken", span);
        };
        let operands: Vec<_> =
            arguments.iter().map(|&part| self.context.network.arena.operand(self.expr(part))).collect();
        let value = match entry.form {
            _ if !ranks_fit => None,
            Acts::Square { keeps } => return self.of_square(function, arguments[0], keeps, span),
            Acts::AlongAxis { keeps } => return self.along_axis((function, keeps), arguments[0], span),
            _ if entry.group == Group::Cost && !self.have_one_shape(&arguments) => None,
            Acts::Macro => self.context.network.expanded(entry, &operands, &options).ok(),
            Acts::Built(builder) => builder(&mut self.context.network.arena, &operands, &options).ok(),
            Acts::Elementwise | Acts::Classes => None,
        };
        match value {
            Some(value) if value.dims() == value.real_dims() => {
                let row = first.is_vector() && first.rows == Extent::One;
                let dims = value.dims();
                let form = match (axis, &options.axes) {
                    (Some(axis), Some(_)) if first.is_matrix() => self.left_form(&dims, axis),
                    _ => Form::of(&dims, row),
                };
                let made = self.push_formed(PartKind::Made, arguments, span, value.expr, form)?;
                match axis.filter(|_| self.keeps && first.is_matrix()) {
                    Some(axis) => self.with_kept(made, axis),
                    None => Ok(made),
                }
            }
            _ => {
                let said = self.not_alike(&arguments, span).message;
                self.unclear(&format!("`{}` is not read of these arguments: {said}", entry.name), span)
            }
        }
    }

    fn have_one_shape(&self, arguments: &[PartId]) -> bool {
        let [a, b, ..] = arguments else { return true };
        self.form(*a).same(self.form(*b), self.context.network.arena.shapes())
    }

    /// ‖x‖ of a vector, or the Frobenius norm of a matrix.
    pub fn norm(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let squares = self.squares(part, span)?;
        self.named_call(Known::SquareRoot, vec![squares], span)
    }

    fn squares(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let form = self.form(part);
        let mut naming = Naming::default();
        let letters = naming.indices(self.context, form.indices);
        let axes = naming.builder.labels(&form.dims());
        let own = [letters.clone(), axes].concat();
        naming.builder.factor(&own);
        naming.builder.factor(&own);
        let kind = PartKind::Contraction(naming.builder.out(&letters));
        self.made(kind, vec![part, part], span, Form { indices: form.indices, ..Form::SCALAR })
    }

    /// What stands under the root of ‖x‖, so that ‖x‖² has none.
    pub fn under_root(&self, part: PartId, exponent: &[ItemId]) -> Option<PartId> {
        let whole = &self.parts[part.0 as usize];
        let PartKind::Call { function, orders: OrdersId::NONE } = whole.kind else { return None };
        let is_two = matches!(exponent, [only] if matches!(self.kind(*only), Kind::Digits(two) if &**two == "2"));
        let inner = *whole.children.first()?;
        let is_squares = matches!(self.parts[inner.0 as usize].kind, PartKind::Contraction(_));
        (is_two && is_squares && Functions::with(Known::SquareRoot) == function).then_some(inner)
    }

    /// What a part is called in a sentence: as it is written.
    pub fn words_of(&self, part: PartId) -> String {
        let whole = &self.parts[part.0 as usize];
        if let PartKind::Derivative { of, by, .. } = &whole.kind
            && let [by] = by[..]
        {
            return shown_link(&self.context.network, Style::default(), *of, by);
        }
        let words = self.context.words(whole.expr);
        if whole.kind == PartKind::Transpose && whole.form.is_vector() { format!("{words}ᵀ") } else { words }
    }

    /// An error about parts, with the places of those that its sentence calls [`LONGER`], in their order.
    pub fn with_longer(&self, error: Diagnostic, parts: &[PartId]) -> Diagnostic {
        let longer = parts.iter().filter(|&&part| self.words_of(part) == LONGER);
        longer.fold(error, |error, &part| error.at(self.span_of(part), ""))
    }

    /// `[m, n]`, `a column [n]`.
    pub fn form_text(&self, form: Form) -> String {
        self.context.form_text(form)
    }
}
