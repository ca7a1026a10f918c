//! From a syntax tree to an expression, as the user wrote it, with its shape.
//!
//! The recursion here is bounded: `syntax` refuses what nests deeper than [`MAX_DEPTH`](crate::syntax::MAX_DEPTH), sums
//! and products come flat, and functions that are put in at a call count towards [`MAX_LEVELS`].

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, Constant, ExprId, NameId, Node, NumberId, Operand, OrdersId};
use crate::function::{Functions, Known, Options};
use crate::network::Origin;
use crate::network::cancel::cancels;
use crate::network::fold::Folding;
use crate::network::names::MAX_INDICES;
use crate::network::resolve::{FreeNames, Indices, Resolver, SizeNames};
use crate::rational::Rational;
use crate::shape::{Affine, Dim, Shape};
use crate::syntax::ast::{AstId, AstList, AstNode, BinaryOperator, Comparison, Symbol, UnaryOperator};

/// How deep expressions nest, with the definitions that are put in for calls.
const MAX_LEVELS: usize = 400;

/// The index of a Σ whose bounds are no numbers: an axis that is summed over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bound {
    /// Its name.
    pub(super) symbol: Symbol,
    /// Its number; larger for inner sums.
    pub(super) key: u32,
    /// How many values it takes.
    pub(super) dim: Dim,
    /// What is added to 1, 2, … to give its values.
    pub(super) shift: Affine,
}

/// What a name may stand for beside quantities.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope<'s> {
    /// Loop indices with their values.
    pub(super) indices: &'s [(Symbol, i64)],
    /// Indices of sums over an axis.
    pub(super) bound: &'s [Bound],
    /// The arguments of a function, in its definition.
    pub(super) parameters: &'s [(Symbol, Operand)],
    /// What the call said beside its operands, in the definition of a function.
    pub(super) options: Option<&'s Options>,
}

impl Resolver<'_> {
    /// The expression of a right side.
    pub(super) fn lower(&mut self, id: AstId, indices: &Indices) -> Option<Operand> {
        self.operand(id, &Scope { indices, ..Scope::default() })
    }

    /// The body of a function in its parameters, which are scalars.
    pub(super) fn body(&mut self, id: AstId, parameters: &[Symbol]) -> Option<Operand> {
        let bound: Vec<(Symbol, Operand)> = parameters
            .iter()
            .enumerate()
            .map(|(at, &symbol)| (symbol, Operand::scalar(self.network.arena.parameter(at as u32))))
            .collect();
        self.operand(id, &Scope { parameters: &bound, ..Scope::default() })
    }

    /// An expression with its shape.
    pub(super) fn operand(&mut self, id: AstId, scope: &Scope<'_>) -> Option<Operand> {
        self.level += 1;
        let operand = if self.level > MAX_LEVELS {
            let message = format!("this nests more than {MAX_LEVELS} levels deep, with the functions that it calls");
            let error = Diagnostic::error("too-deep", message).at(self.ast.span(id), "");
            self.report(error.hint("give a part of the expression a name of its own"));
            None
        } else {
            self.node(id, scope)
        };
        self.level -= 1;
        self.record(id, operand.as_ref(), scope);
        operand
    }

    fn node(&mut self, id: AstId, scope: &Scope<'_>) -> Option<Operand> {
        let span = self.ast.span(id);
        match *self.ast.node(id) {
            AstNode::Number(index) => {
                let value = self.ast.numbers[index as usize].clone();
                let size = value.to_integer().filter(|_| self.size_names == SizeNames::Numbers);
                if let Some(size) = size.and_then(|number| self.network.size_with_value(number)) {
                    return Some(Operand::scalar(self.network.name_expr(NameId(size.0))));
                }
                Some(Operand::scalar(self.network.arena.number(value)))
            }
            AstNode::Name(symbol) => self.name(symbol, span, scope),
            AstNode::Sum { terms } => self.sum(terms, scope),
            AstNode::Product { factors } => self.product(factors, scope),
            AstNode::Binary { operator, left, right } => self.binary(operator, left, right, span, scope),
            AstNode::Unary { operator: UnaryOperator::Negate, operand } => {
                let operand = self.operand(operand, scope)?;
                self.negative(operand)
            }
            AstNode::Unary { operator: UnaryOperator::Transpose, operand } => {
                let operand = self.operand(operand, scope)?;
                self.transpose(&operand, span)
            }
            AstNode::Call { .. } => self.call(id, scope),
            AstNode::If { comparison, left, right, then, otherwise } => {
                self.conditional(comparison, [left, right, then, otherwise], scope)
            }
            AstNode::Index { base, items } => self.index(base, items, span, scope),
            AstNode::Fold { fold, index, range, condition, body } => {
                self.fold(Folding { fold, index, range, condition, body }, scope)
            }
            AstNode::List(items) => self.list(items, span, scope),
            AstNode::Range { .. } | AstNode::All | AstNode::NewAxis | AstNode::Text(_) => {
                let error = Diagnostic::error("syntax", "this is no quantity").at(span, "");
                self.report(error);
                None
            }
        }
    }

    /// Several expressions; all are looked at, so that all errors are found.
    pub(super) fn operands(&mut self, items: &[AstId], scope: &Scope<'_>) -> Option<Vec<Operand>> {
        let lowered: Vec<Option<Operand>> = items.iter().map(|&item| self.operand(item, scope)).collect();
        lowered.into_iter().collect()
    }

    fn sum(&mut self, terms: AstList, scope: &Scope<'_>) -> Option<Operand> {
        let items = self.ast.list(terms).to_vec();
        let lowered = self.operands(&items, scope)?;
        match self.network.arena.broadcast_sum(&lowered) {
            Ok(sum) => Some(sum),
            Err(clash) => {
                self.cannot_add((items[clash.left], &lowered[clash.left]), (items[clash.right], &lowered[clash.right]));
                None
            }
        }
    }

    fn negative(&mut self, operand: Operand) -> Option<Operand> {
        if let Some(number) = self.network.arena.as_number(operand.expr)
            && operand.axes.is_empty()
        {
            let number = number.neg();
            return Some(Operand::scalar(self.network.arena.number(number)));
        }
        self.network.arena.broadcast_product(NumberId::MINUS_ONE, &[(operand, NumberId::ONE)]).ok()
    }

    fn transpose(&mut self, operand: &Operand, span: Span) -> Option<Operand> {
        if operand.rank() == 0 {
            let error = Diagnostic::error("shape", "a scalar has no transpose").at(span, "");
            self.report(Diagnostic { hint: self.shapes_hint(), ..error });
            return None;
        }
        let arena = &mut self.network.arena;
        let operand = arena.materialised(operand);
        let (fixed, rank) = (operand.bound.len(), operand.rank());
        let order: Vec<usize> = (0..fixed).chain((fixed..fixed + rank).rev()).collect();
        let expr = if operand.expr == Arena::ZERO { Arena::ZERO } else { arena.permute(operand.expr, &order) };
        Some(Operand { expr, axes: operand.axes.iter().rev().copied().collect(), ..operand })
    }

    /// A product as written: a number in front is its coefficient, a product on the left goes on.
    fn product(&mut self, factors: AstList, scope: &Scope<'_>) -> Option<Operand> {
        let items = self.ast.list(factors).to_vec();
        let lowered = self.operands(&items, scope)?;
        let mut coefficient = Rational::ONE;
        let mut rest: Vec<(Operand, NumberId)> = Vec::with_capacity(lowered.len());
        let mut places: Vec<AstId> = Vec::with_capacity(lowered.len());
        for (item, factor) in items.into_iter().zip(lowered) {
            let number = self.network.arena.as_number(factor.expr);
            let number = number.filter(|_| rest.is_empty() && factor.axes.is_empty());
            match number.and_then(|number| coefficient.mul(number)) {
                Some(product) => coefficient = product,
                None => {
                    rest.push((factor, NumberId::ONE));
                    places.push(item);
                }
            }
        }
        let coefficient = self.network.arena.number_id(coefficient);
        match self.network.arena.broadcast_product(coefficient, &rest) {
            Ok(product) => Some(product),
            Err(clash) => {
                let (left, right) = (clash.left, clash.right);
                self.cannot_multiply("*", (places[left], &rest[left].0), (places[right], &rest[right].0));
                None
            }
        }
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        left: AstId,
        right: AstId,
        span: Span,
        scope: &Scope<'_>,
    ) -> Option<Operand> {
        let (l, r) = (self.operand(left, scope), self.operand(right, scope));
        let (l, r) = (l?, r?);
        match operator {
            BinaryOperator::Divide => self.quotient((left, l), (right, r), span),
            BinaryOperator::Power => self.power((left, l), (right, r)),
            BinaryOperator::MatrixMultiply => self.matrix_product((left, &l), (right, &r), span),
        }
    }

    fn quotient(&mut self, left: (AstId, Operand), right: (AstId, Operand), span: Span) -> Option<Operand> {
        let ((left, l), (right, r)) = (left, right);
        // Of two formulas side by side it is asked whether they are equal, whatever they divide by.
        let is_network = self.free_names == FreeNames::Refused;
        if r.expr == Arena::ZERO || is_network && cancels(&self.network.arena, r.expr) {
            let error = Diagnostic::error("bad-value", "this divides by zero").at(span, "");
            self.report(error);
            return None;
        }
        if l.axes.is_empty() && r.axes.is_empty() && l.bound.is_empty() && r.bound.is_empty() {
            return Some(Operand::scalar(self.scalar_quotient(l.expr, r.expr)));
        }
        let factors = [(l, NumberId::ONE), (r, NumberId::MINUS_ONE)];
        match self.network.arena.broadcast_product(NumberId::ONE, &factors) {
            Ok(quotient) => Some(quotient),
            Err(_) => {
                let [(l, _), (r, _)] = &factors;
                self.cannot_divide((left, l), (right, r));
                None
            }
        }
    }

    fn scalar_quotient(&mut self, l: ExprId, r: ExprId) -> ExprId {
        let arena = &mut self.network.arena;
        let inverse = arena.as_number(r).and_then(Rational::recip);
        if let Some(value) = inverse.and_then(|inverse| arena.as_number(l)?.mul(&inverse)) {
            return arena.number(value);
        }
        let below = crate::expr::Factor { base: r, exponent: NumberId::MINUS_ONE };
        // a·b/c is one fraction; (a/b)/c and (a/b)·c keep the inner one.
        let (coefficient, mut factors) = match arena.node(l) {
            Node::Product { coefficient, factors }
                if factors.iter().all(|factor| !arena.value(factor.exponent).is_negative())
                    && arena.value(coefficient).is_integer() =>
            {
                (coefficient, factors.to_vec())
            }
            Node::Number(number) => (number, Vec::new()),
            _ => (NumberId::ONE, vec![crate::expr::Factor::plain(l)]),
        };
        factors.push(below);
        arena.product_as_written(coefficient, &factors)
    }

    /// A constant exponent belongs to the factor; any other power is a function of two arguments.
    pub(super) fn power(&mut self, base: (AstId, Operand), exponent: (AstId, Operand)) -> Option<Operand> {
        let ((left, base), (right, exponent)) = (base, exponent);
        let arena = &mut self.network.arena;
        if let Some(value) = arena.as_number(exponent.expr).filter(|_| exponent.axes.is_empty()).cloned() {
            if base.axes.is_empty() {
                let folded = value.to_integer().and_then(|whole| arena.as_number(base.expr)?.pow(whole));
                if let Some(folded) = folded {
                    return Some(Operand::scalar(arena.number(folded)));
                }
            }
            let exponent = arena.number_id(value);
            return arena.broadcast_product(NumberId::ONE, &[(base, exponent)]).ok();
        }
        if arena.node(base.expr) == Node::Constant(Constant::E) {
            return self.named_call(Known::Exponential, &[exponent]);
        }
        let operands = [base, exponent];
        let raised = self.named_call(Known::Power, &operands);
        if raised.is_none() {
            self.cannot_add((left, &operands[0]), (right, &operands[1]));
        }
        raised
    }

    /// A function of the table that acts on each entry; `None` if the operands do not go together.
    pub(super) fn named_call(&mut self, known: Known, operands: &[Operand]) -> Option<Operand> {
        self.network.arena.broadcast_call(Functions::with(known), OrdersId::NONE, operands).ok()
    }

    fn matrix_product(&mut self, left: (AstId, &Operand), right: (AstId, &Operand), span: Span) -> Option<Operand> {
        if left.1.rank() == 0 || right.1.rank() == 0 {
            self.not_matrices(left, right);
            return None;
        }
        if self.is_transposed_vector(right) && left.1.rank() == 1 {
            return self.outer_product(left, right, span);
        }
        match self.network.arena.broadcast_matmul(left.1, right.1) {
            Ok(product) => Some(product),
            Err(_) => {
                self.cannot_multiply("@", left, right);
                None
            }
        }
    }

    pub(super) fn is_transposed_vector(&self, operand: (AstId, &Operand)) -> bool {
        let transposed = matches!(self.ast.node(operand.0), AstNode::Unary { operator: UnaryOperator::Transpose, .. });
        transposed && operand.1.rank() == 1
    }

    fn conditional(&mut self, comparison: Comparison, parts: [AstId; 4], scope: &Scope<'_>) -> Option<Operand> {
        let compared = self.operands(&parts[..2], scope);
        let settled = compared.as_deref().and_then(|compared| self.settled(comparison, compared, scope));
        let cases = match settled {
            Some(holds) => {
                let taken = self.operand(parts[if holds { 2 } else { 3 }], scope)?;
                // What is not taken gives the case distinction its shape if it has a meaning here; 1/(xᵢ − xⱼ) at i = j has none.
                let (errors, missing) = (self.diagnostics.len(), self.missing.len());
                let other = self.operand(parts[if holds { 3 } else { 2 }], scope);
                self.diagnostics.truncate(errors);
                self.missing.truncate(missing);
                match other.filter(|other| other.axes.len() > taken.axes.len()) {
                    Some(other) if holds => vec![taken, other],
                    Some(other) => vec![other, taken],
                    None => return Some(taken),
                }
            }
            None => self.operands(&parts[2..], scope)?,
        };
        let operands = <[Operand; 4]>::try_from([compared?, cases].concat()).ok()?;
        match self.network.arena.broadcast_conditional(comparison, &operands) {
            Ok(conditional) => Some(conditional),
            Err(clash) => {
                let (left, right) = (clash.left, clash.right);
                self.cannot_add((parts[left], &operands[left]), (parts[right], &operands[right]));
                None
            }
        }
    }

    /// Whether a condition holds that the indices of a loop or of a sum, written out term by term, settle.
    fn settled(&self, comparison: Comparison, compared: &[Operand], scope: &Scope<'_>) -> Option<bool> {
        let number = |operand: &Operand| self.network.arena.as_number(operand.expr).map(Rational::to_f64);
        match compared {
            [left, right] if !scope.indices.is_empty() => Some(comparison.holds(number(left)?, number(right)?)),
            _ => None,
        }
    }

    fn name(&mut self, symbol: Symbol, span: Span, scope: &Scope<'_>) -> Option<Operand> {
        if let Some((_, operand)) = scope.parameters.iter().find(|(parameter, _)| *parameter == symbol) {
            return Some(operand.clone());
        }
        if let Some((_, value)) = scope.indices.iter().rev().find(|(index, _)| *index == symbol) {
            return Some(Operand::scalar(self.network.arena.integer(*value)));
        }
        if let Some(bound) = scope.bound.iter().rev().find(|bound| bound.symbol == symbol) {
            self.blamed = Some(bound.key);
            let text = self.ast.text(symbol);
            let error = Diagnostic::error("unsupported", format!("the index `{text}` is used as a number here"));
            let hint = "over a symbolic range an index may stand in brackets only; give the size a value with `dim`";
            self.report(error.at(span, "").hint(hint));
            return None;
        }
        if let Some(name) = self.names.get(symbol, &[]) {
            return self.quantity_operand(name);
        }
        let constant = match self.ast.text(symbol) {
            "pi" => Some(Constant::Pi),
            "e" => Some(Constant::E),
            "inf" => Some(Constant::Infinity),
            _ => None,
        };
        if let Some(constant) = constant {
            return Some(Operand::scalar(self.network.arena.constant(constant)));
        }
        if self.free_names == FreeNames::Parameters && scope.parameters.is_empty() {
            return Some(Operand::scalar(self.free_leaf(symbol, span)));
        }
        let error = self.unknown(symbol, span);
        self.report(error);
        None
    }

    /// A name of a one-liner that nothing declares.
    fn free_leaf(&mut self, symbol: Symbol, span: Span) -> ExprId {
        let origin = Origin::Leaf(crate::syntax::ast::Role::Param);
        let name = self.network.add_quantity((self.ast.text(symbol), &[]), origin, Shape::SCALAR, span);
        self.names.insert(symbol, &[], name);
        self.network.name_expr(name)
    }

    /// The error for a name that is not known.
    pub(super) fn unknown(&self, symbol: Symbol, span: Span) -> Diagnostic {
        let text = self.ast.text(symbol);
        let error = Diagnostic::error("unknown-name", format!("`{text}` is not defined")).at(span, "");
        if let Some((lower, upper)) = self.names.family(symbol) {
            return error.hint(format!("`{text}` is a family: write `{text}[{lower}]` … `{text}[{upper}]`"));
        }
        if self.names.functions.contains_key(&symbol) || Functions::builtin(text).is_some() {
            return error.hint(format!("`{text}` is a function: write `{text}(…)`"));
        }
        match self.network.nearest(text) {
            Some(known) => error.hint(format!("did you mean `{known}`?")),
            None => error.hint(format!("declare it: `param {text} = …` or `{text} = …`")),
        }
    }

    /// `z[l-1]`: a member of a family.
    pub(super) fn member(&mut self, symbol: Symbol, items: &[AstId], span: Span, scope: &Scope<'_>) -> Option<Operand> {
        self.check_index_count(items)?;
        let indices: Indices = scope.indices.into();
        let at: Vec<i64> = items.iter().map(|&item| self.integer(item, &indices)).collect::<Option<_>>()?;
        if let Some(name) = self.names.get(symbol, &at) {
            return self.quantity_operand(name);
        }
        let shown: Vec<String> = at.iter().map(i64::to_string).collect();
        let text = self.ast.text(symbol).to_owned();
        let message = format!("`{text}[{}]` is not defined", shown.join(", "));
        let error = Diagnostic::error("unknown-name", message).at(span, "");
        let error = match self.names.family(symbol) {
            Some((lower, upper)) => {
                error.hint(format!("`{text}` is known from `{text}[{lower}]` to `{text}[{upper}]`"))
            }
            None => match self.network.nearest(&text) {
                Some(known) => error.hint(format!("did you mean `{known}`?")),
                None => error.hint(format!("declare the family: `param {text}[1..3]`")),
            },
        };
        self.report(error);
        None
    }

    /// Refuses more indices than a member of a family has.
    pub(super) fn check_index_count(&mut self, items: &[AstId]) -> Option<()> {
        if items.len() > MAX_INDICES {
            let error = Diagnostic::error("unsupported", "families with more than two indices are not supported");
            self.report(error.at(self.ast.span(items[MAX_INDICES]), "").hint("nest two families, or use a tensor"));
            return None;
        }
        Some(())
    }

    /// A list `[a, b]` as a vector, a list of lists as a matrix.
    fn list(&mut self, items: AstList, span: Span, scope: &Scope<'_>) -> Option<Operand> {
        let items = self.ast.list(items).to_vec();
        if items.is_empty() {
            let error = Diagnostic::error("shape", "an empty list has no shape").at(span, "");
            self.report(error);
            return None;
        }
        let rows = self.operands(&items, scope)?;
        match self.network.arena.stacked(&rows) {
            Ok(list) => Some(list),
            Err(clash) => {
                self.uneven_list((items[clash.left], &rows[clash.left]), (items[clash.right], &rows[clash.right]));
                None
            }
        }
    }

    /// A size in words: `n`, `4`, `n - k + 1`.
    pub(super) fn dim_words(&self, dim: Dim) -> String {
        let affine = self.network.arena.shapes().affine(dim);
        let mut words = String::new();
        for &(size, times) in &affine.sizes {
            let sign = match (words.is_empty(), times < 0) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            };
            words.push_str(sign);
            if times.unsigned_abs() != 1 {
                words.push_str(&format!("{}*", times.unsigned_abs()));
            }
            words.push_str(&self.network.spelling(NameId(size.0)));
        }
        match (words.is_empty(), affine.constant) {
            (true, constant) => constant.to_string(),
            (false, 0) => words,
            (false, constant) if constant < 0 => format!("{words} - {}", constant.unsigned_abs()),
            (false, constant) => format!("{words} + {constant}"),
        }
    }
}
