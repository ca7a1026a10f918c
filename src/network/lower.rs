//! From a syntax tree to an expression, as the user wrote it.
//!
//! The recursion here is bounded: `syntax` refuses what nests deeper than [`MAX_DEPTH`](crate::syntax::MAX_DEPTH), and
//! sums and products come flat.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Constant, ExprId, Factor, FunctionId, Node, NumberId, subexpressions};
use crate::function::{FunctionRef, table};
use crate::network::resolve::{FreeNames, Indices, MAX_UNROLLED, Resolver};
use crate::network::{Origin, Quantity};
use crate::rational::Rational;
use crate::shape::Shape;
use crate::syntax::ast::{
    AstCondition, AstId, AstList, AstNode, BinaryOperator, Comparison, Fold, Symbol, UnaryOperator,
};
use crate::syntax::spelling::nearest;

/// What a name may stand for beside quantities.
struct Scope<'s> {
    indices: &'s [(Symbol, i64)],
    parameters: &'s [Symbol],
}

impl Resolver<'_> {
    /// The expression of a right side.
    pub(super) fn lower(&mut self, id: AstId, indices: &Indices) -> Option<ExprId> {
        self.expr(id, &Scope { indices, parameters: &[] })
    }

    /// The body of a function in its parameters.
    pub(super) fn body(&mut self, id: AstId, parameters: &[Symbol]) -> Option<ExprId> {
        self.expr(id, &Scope { indices: &[], parameters })
    }

    fn expr(&mut self, id: AstId, scope: &Scope<'_>) -> Option<ExprId> {
        let span = self.ast.span(id);
        match *self.ast.node(id) {
            AstNode::Number(index) => {
                let value = self.ast.numbers[index as usize].clone();
                Some(self.network.arena.number(value))
            }
            AstNode::Name(symbol) => self.name(symbol, span, scope),
            AstNode::Sum { terms } => {
                let terms = self.exprs(terms, scope)?;
                Some(self.network.arena.sum_as_written(&terms))
            }
            AstNode::Product { factors } => self.product(factors, scope),
            AstNode::Binary { operator, left, right } => self.binary(operator, left, right, span, scope),
            AstNode::Unary { operator: UnaryOperator::Negate, operand } => {
                let operand = self.expr(operand, scope)?;
                Some(self.negative(operand))
            }
            AstNode::Unary { operator: UnaryOperator::Transpose, operand } => self.expr(operand, scope),
            AstNode::Call { function, name_span, primes, arguments, keywords } => {
                if let Some(keywords) = keywords {
                    let keyword = self.ast.keywords[keywords as usize][0].1;
                    self.unsupported(keyword, "reductions along an axis");
                    return None;
                }
                self.call(function, name_span, primes, arguments, span, scope)
            }
            AstNode::If { comparison, left, right, then, otherwise } => {
                let parts = [left, right, then, otherwise].map(|part| self.expr(part, scope));
                let [left, right, then, otherwise] = parts;
                let parts = [left?, right?, then?, otherwise?];
                let arena = &mut self.network.arena;
                Some(arena.intern(Node::If { comparison, parts }, Shape::SCALAR))
            }
            AstNode::Index { base, items } => self.member(base, items, span, scope),
            AstNode::Fold { fold, index, range, condition, body } => {
                self.fold(fold, index, range, condition, body, scope)
            }
            AstNode::List(_) => {
                self.unsupported(span, "vectors and matrices");
                None
            }
            AstNode::Range { .. } | AstNode::All | AstNode::NewAxis | AstNode::Text(_) => {
                let error = Diagnostic::error("syntax", "this is no quantity").at(span, "");
                self.report(error);
                None
            }
        }
    }

    fn exprs(&mut self, list: AstList, scope: &Scope<'_>) -> Option<Vec<ExprId>> {
        let items = self.ast.list(list);
        let mut lowered = Vec::with_capacity(items.len());
        let mut complete = true;
        for &item in items {
            match self.expr(item, scope) {
                Some(expr) => lowered.push(expr),
                None => complete = false,
            }
        }
        complete.then_some(lowered)
    }

    fn negative(&mut self, operand: ExprId) -> ExprId {
        if let Some(number) = self.network.arena.as_number(operand) {
            let number = number.neg();
            return self.network.arena.number(number);
        }
        self.network.arena.product_as_written(NumberId::MINUS_ONE, &[Factor::plain(operand)])
    }

    /// A product as written: a number in front is its coefficient, a product on the left goes on.
    fn product(&mut self, factors: AstList, scope: &Scope<'_>) -> Option<ExprId> {
        let lowered = self.exprs(factors, scope)?;
        let mut coefficient = Rational::ONE;
        let mut rest: Vec<Factor> = Vec::with_capacity(lowered.len());
        for factor in lowered {
            let number = self.network.arena.as_number(factor).filter(|_| rest.is_empty());
            match number.and_then(|number| coefficient.mul(number)) {
                Some(product) => coefficient = product,
                None => rest.push(Factor::plain(factor)),
            }
        }
        let coefficient = self.network.arena.number_id(coefficient);
        Some(self.network.arena.product_as_written(coefficient, &rest))
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        left: AstId,
        right: AstId,
        span: Span,
        scope: &Scope<'_>,
    ) -> Option<ExprId> {
        let (l, r) = (self.expr(left, scope), self.expr(right, scope));
        let (l, r) = (l?, r?);
        match operator {
            BinaryOperator::Divide => self.quotient(l, r, span),
            BinaryOperator::Power => self.power(l, r),
            // Of scalars, `@` is refused as NumPy refuses it.
            BinaryOperator::MatrixMultiply => {
                let error = Diagnostic::error("shape", "`@` multiplies vectors and matrices; these are scalars");
                self.report(error.at(span, "").hint("write `*`"));
                None
            }
        }
    }

    fn quotient(&mut self, l: ExprId, r: ExprId, span: Span) -> Option<ExprId> {
        let arena = &mut self.network.arena;
        if let Some(divisor) = arena.as_number(r) {
            let Some(inverse) = divisor.recip() else {
                let error = Diagnostic::error("bad-value", "this divides by zero").at(span, "");
                self.report(error);
                return None;
            };
            if let Some(value) = arena.as_number(l).and_then(|l| l.mul(&inverse)) {
                return Some(arena.number(value));
            }
        }
        let below = Factor { base: r, exponent: NumberId::MINUS_ONE };
        // a·b/c is one fraction; (a/b)/c and (a/b)·c keep the inner one.
        let (coefficient, mut factors) = match arena.node(l) {
            Node::Product { coefficient, factors }
                if factors.iter().all(|factor| !arena.value(factor.exponent).is_negative())
                    && arena.value(coefficient).is_integer() =>
            {
                (coefficient, factors.to_vec())
            }
            Node::Number(number) => (number, Vec::new()),
            _ => (NumberId::ONE, vec![Factor::plain(l)]),
        };
        factors.push(below);
        Some(arena.product_as_written(coefficient, &factors))
    }

    /// A constant exponent belongs to the factor; any other power is a function of two arguments.
    fn power(&mut self, base: ExprId, exponent: ExprId) -> Option<ExprId> {
        let arena = &mut self.network.arena;
        if let Some(value) = arena.as_number(exponent).cloned() {
            let folded = value.to_integer().and_then(|whole| arena.as_number(base)?.pow(whole));
            if let Some(folded) = folded {
                return Some(arena.number(folded));
            }
            let exponent = arena.number_id(value);
            return Some(arena.product_as_written(NumberId::ONE, &[Factor { base, exponent }]));
        }
        if arena.node(base) == Node::Constant(Constant::E) {
            return self.named_call("exp", &[exponent]);
        }
        self.named_call("pow", &[base, exponent])
    }

    fn named_call(&mut self, name: &str, arguments: &[ExprId]) -> Option<ExprId> {
        let at = table().position(|entry| entry.name == name)?;
        Some(self.network.arena.call(FunctionId(at as u16), arguments))
    }

    fn name(&mut self, symbol: Symbol, span: Span, scope: &Scope<'_>) -> Option<ExprId> {
        if let Some(at) = scope.parameters.iter().position(|parameter| *parameter == symbol) {
            return Some(self.network.arena.parameter(at as u32));
        }
        if let Some((_, value)) = scope.indices.iter().rev().find(|(index, _)| *index == symbol) {
            return Some(self.network.arena.integer(*value));
        }
        if let Some(name) = self.names.get(symbol, &[]) {
            return Some(self.network.name_expr(name));
        }
        let constant = match self.ast.text(symbol) {
            "pi" => Some(Constant::Pi),
            "e" => Some(Constant::E),
            "inf" => Some(Constant::Infinity),
            _ => None,
        };
        if let Some(constant) = constant {
            return Some(self.network.arena.constant(constant));
        }
        if self.free_names == FreeNames::Parameters && scope.parameters.is_empty() {
            return Some(self.free_leaf(symbol, span));
        }
        let error = self.unknown(symbol, span);
        self.report(error);
        None
    }

    /// A name of a one-liner that nothing declares.
    fn free_leaf(&mut self, symbol: Symbol, span: Span) -> ExprId {
        let name = crate::expr::NameId(self.network.quantities.len() as u32);
        self.names.insert(symbol, &[], name);
        self.network.quantities.push(Quantity {
            stem: self.ast.text(symbol).into(),
            indices: Box::new([]),
            origin: Origin::Leaf(crate::syntax::ast::Role::Param),
            shape: Shape::SCALAR,
            value: None,
            span,
        });
        self.network.name_expr(name)
    }

    /// The error for a name that is not known.
    pub(super) fn unknown(&self, symbol: Symbol, span: Span) -> Diagnostic {
        let text = self.ast.text(symbol);
        let error = Diagnostic::error("unknown-name", format!("`{text}` is not defined")).at(span, "");
        if let Some((lower, upper)) = self.names.family(symbol) {
            return error.hint(format!("`{text}` is a family: write `{text}[{lower}]` … `{text}[{upper}]`"));
        }
        if self.names.functions.contains_key(&symbol) || table().any(|entry| entry.name == text) {
            return error.hint(format!("`{text}` is a function: write `{text}(…)`"));
        }
        match self.network.nearest(text) {
            Some(known) => error.hint(format!("did you mean `{known}`?")),
            None => error.hint(format!("declare it: `param {text} = …` or `{text} = …`")),
        }
    }

    /// `z[l-1]`: a member of a family.
    fn member(&mut self, base: AstId, items: AstList, span: Span, scope: &Scope<'_>) -> Option<ExprId> {
        let AstNode::Name(symbol) = *self.ast.node(base) else {
            self.unsupported(span, "elements of expressions");
            return None;
        };
        let items = self.ast.list(items).to_vec();
        self.check_index_count(&items)?;
        let indices: Indices = scope.indices.into();
        let at: Vec<i64> = items.iter().map(|&item| self.integer(item, &indices)).collect::<Option<_>>()?;
        if let Some(name) = self.names.get(symbol, &at) {
            return Some(self.network.name_expr(name));
        }
        let shown: Vec<String> = at.iter().map(i64::to_string).collect();
        let text = self.ast.text(symbol).to_owned();
        let message = format!("`{text}[{}]` is not defined", shown.join(", "));
        let error = Diagnostic::error("unknown-name", message).at(span, "");
        let error = match (self.names.family(symbol), self.names.get(symbol, &[])) {
            (Some((lower, upper)), _) => {
                error.hint(format!("`{text}` is known from `{text}[{lower}]` to `{text}[{upper}]`"))
            }
            (None, Some(_)) => error.hint(format!("`{text}` is a scalar and has no elements")),
            (None, None) => match self.network.nearest(&text) {
                Some(known) => error.hint(format!("did you mean `{known}`?")),
                None => error.hint(format!("declare the family: `param {text}[1..3]`")),
            },
        };
        self.report(error);
        None
    }

    fn call(
        &mut self,
        symbol: Symbol,
        name_span: Span,
        primes: u8,
        arguments: AstList,
        span: Span,
        scope: &Scope<'_>,
    ) -> Option<ExprId> {
        let text = self.ast.text(symbol).to_owned();
        let own = self.names.functions.get(&symbol).copied();
        let Some(function) = own.or_else(|| self.network.functions.find(&text)) else {
            let error = self.unknown_function(symbol, &text, name_span);
            self.report(error);
            return None;
        };
        let mut lowered = self.exprs(arguments, scope)?;
        if let FunctionRef::Table(entry) = self.network.functions.get(function) {
            let missing = entry.parameters.len().saturating_sub(lowered.len());
            if missing <= entry.defaults.len() {
                for text in &entry.defaults[entry.defaults.len() - missing..] {
                    let value = Rational::parse(text).unwrap_or(Rational::ZERO);
                    lowered.push(self.network.arena.number(value));
                }
            }
            // max(a, b, c) is max(max(a, b), c), as in every language.
            while matches!(entry.name, "max" | "min") && lowered.len() > 2 && primes == 0 {
                let first = self.network.arena.call(function, &lowered[..2]);
                lowered.splice(..2, [first]);
            }
        }
        self.check_arity(function, lowered.len(), span)?;
        if primes == 0 {
            return Some(self.network.arena.call(function, &lowered));
        }
        if lowered.len() != 1 {
            let error = Diagnostic::error("wrong-arity", "a prime belongs to a function of one argument");
            self.report(error.at(name_span, ""));
            return None;
        }
        let orders = self.network.arena.orders_id(&[primes]);
        Some(self.network.arena.derived_call(function, orders, &lowered))
    }

    fn check_arity(&mut self, function: FunctionId, given: usize, span: Span) -> Option<()> {
        let (name, parameters): (String, Vec<String>) = match self.network.functions.get(function) {
            FunctionRef::Table(entry) => {
                (entry.name.to_owned(), entry.parameters.iter().map(|&name| name.to_owned()).collect())
            }
            FunctionRef::User(own) => (own.name.clone(), own.parameters.clone()),
        };
        if given == parameters.len() {
            return Some(());
        }
        let plural = if parameters.len() == 1 { "" } else { "s" };
        let message = format!("`{name}` takes {} argument{plural}, not {given}", parameters.len());
        let error = Diagnostic::error("wrong-arity", message).at(span, "");
        self.report(error.hint(format!("write `{name}({})`", parameters.join(", "))));
        None
    }

    fn unknown_function(&self, symbol: Symbol, text: &str, span: Span) -> Diagnostic {
        const LATER: &[&str] = &[
            "sum",
            "prod",
            "mean",
            "var",
            "std",
            "logsumexp",
            "softmax",
            "log_softmax",
            "norm",
            "sqnorm",
            "dot",
            "outer",
            "trace",
            "det",
            "logdet",
            "inv",
            "matpow",
            "diag",
            "eye",
            "ones",
            "zeros",
            "reshape",
            "concat",
            "flip",
            "einsum",
            "mse",
            "sse",
            "mae",
            "bce",
            "bce_logits",
            "cross_entropy",
            "cross_entropy_logits",
            "nll",
            "huber",
            "hinge",
            "kl",
            "layer_norm",
            "batch_norm",
            "conv1d",
            "conv2d",
            "avg_pool2d",
            "max_pool2d",
            "embedding",
        ];
        if LATER.contains(&text) {
            let message = format!("`{text}` works on vectors and matrices, which are not supported yet");
            let error = Diagnostic::error("unsupported", message).at(span, "");
            return error.hint("write it out in scalars; `sum(i in 1..n, …)` runs over a family");
        }
        let error = Diagnostic::error("unknown-function", format!("there is no function `{text}`")).at(span, "");
        if self.names.get(symbol, &[]).is_some() || self.names.family(symbol).is_some() {
            return error.hint(format!("`{text}` is a quantity; multiplication is written: `{text}*(…)`"));
        }
        let own = self.network.functions.user().map(|(_, function)| function.name.as_str());
        let known =
            own.chain(table().flat_map(|entry| std::iter::once(entry.name).chain(entry.aliases.iter().copied())));
        match nearest(text, known) {
            Some(known) => error.hint(format!("did you mean `{known}`?")),
            None => error.hint(format!(
                "declare it: `function {text}`, or `{text}(u) = …`; `derive functions` lists the known ones"
            )),
        }
    }

    /// `sum(i in 1..n if i != k, …)`, unrolled.
    fn fold(
        &mut self,
        fold: Fold,
        index: Symbol,
        range: AstId,
        condition: Option<AstCondition>,
        body: AstId,
        scope: &Scope<'_>,
    ) -> Option<ExprId> {
        let outer: Indices = scope.indices.into();
        let (lower, upper) = self.bounds(range, &outer)?;
        let mut terms = Vec::new();
        for value in lower..=upper {
            let indices: Vec<(Symbol, i64)> = scope.indices.iter().copied().chain([(index, value)]).collect();
            if let Some(condition) = condition
                && !self.holds(condition, &indices)?
            {
                continue;
            }
            terms.push(self.expr(body, &Scope { indices: &indices, parameters: scope.parameters })?);
        }
        let arena = &mut self.network.arena;
        match fold {
            Fold::Sum => Some(arena.sum_as_written(&terms)),
            Fold::Product => {
                let factors: Vec<Factor> = terms.into_iter().map(Factor::plain).collect();
                Some(arena.product_as_written(NumberId::ONE, &factors))
            }
            Fold::Max | Fold::Min => {
                let name = if fold == Fold::Max { "max" } else { "min" };
                let Some((&first, rest)) = terms.split_first() else {
                    let error = Diagnostic::error("bad-range", format!("a `{name}` of nothing has no value"));
                    self.report(error.at(self.ast.span(range), ""));
                    return None;
                };
                rest.iter().try_fold(first, |most, &term| self.named_call(name, &[most, term]))
            }
        }
    }

    fn holds(&mut self, condition: AstCondition, indices: &[(Symbol, i64)]) -> Option<bool> {
        let indices: Indices = indices.into();
        let left = self.integer(condition.left, &indices)?;
        let right = self.integer(condition.right, &indices)?;
        Some(match condition.comparison {
            Comparison::Less => left < right,
            Comparison::LessEqual => left <= right,
            Comparison::Greater => left > right,
            Comparison::GreaterEqual => left >= right,
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
        })
    }

    /// The bounds of a loop or fold: whole numbers, not too far apart.
    pub(super) fn bounds(&mut self, range: AstId, indices: &Indices) -> Option<(i64, i64)> {
        let span = self.ast.span(range);
        let (lower, upper) = match *self.ast.node(range) {
            AstNode::Range { lower, upper } => (self.integer(lower, indices)?, self.integer(upper, indices)?),
            _ => {
                let error = Diagnostic::error("bad-range", "a range has two bounds").at(span, "");
                self.report(error.hint("write `1..3`"));
                return None;
            }
        };
        if upper.saturating_sub(lower) >= MAX_UNROLLED {
            let error = Diagnostic::error("bad-range", format!("this range has more than {MAX_UNROLLED} members"));
            self.report(error.at(span, ""));
            return None;
        }
        Some((lower, upper))
    }

    /// A whole number known when the file is read: of literals, loop indices and sizes.
    pub(super) fn integer(&mut self, id: AstId, indices: &Indices) -> Option<i64> {
        if let AstNode::Name(symbol) = *self.ast.node(id)
            && let Some((_, value)) = indices.iter().rev().find(|(index, _)| *index == symbol)
        {
            return Some(*value);
        }
        let expr = self.lower(id, indices)?;
        match self.whole(expr) {
            Some(value) => Some(value),
            None => {
                let error = Diagnostic::error("bad-range", "this must be a whole number that is known here");
                let hint = "indices and bounds are made of numbers, loop indices and sizes with a value (`dim n = 3`)";
                self.report(error.at(self.ast.span(id), "").hint(hint));
                None
            }
        }
    }

    /// The value of an expression of numbers and sizes, if it is whole.
    fn whole(&self, expr: ExprId) -> Option<i64> {
        let arena = &self.network.arena;
        let order = subexpressions(arena, expr);
        let mut values: rustc_hash::FxHashMap<ExprId, Rational> = rustc_hash::FxHashMap::default();
        for id in order {
            let value = match arena.node(id) {
                Node::Number(number) => arena.value(number).clone(),
                Node::Name(name) => arena.as_number(self.network.quantity(name).value?)?.clone(),
                Node::Sum(terms) => terms.iter().try_fold(Rational::ZERO, |sum, term| sum.add(values.get(term)?))?,
                Node::Product { coefficient, factors } => {
                    factors.iter().try_fold(arena.value(coefficient).clone(), |product, factor| {
                        let power = arena.value(factor.exponent).to_integer()?;
                        product.mul(&values.get(&factor.base)?.pow(power)?)
                    })?
                }
                _ => return None,
            };
            values.insert(id, value);
        }
        values.get(&expr)?.to_integer()
    }

    /// Functions of the user's own that call themselves, directly or not, are refused.
    pub(super) fn check_recursion(&mut self) {
        let ids: Vec<FunctionId> = self.network.functions.user().map(|(id, _)| id).collect();
        let calls = |network: &crate::network::Network, id: FunctionId| -> Vec<FunctionId> {
            let FunctionRef::User(own) = network.functions.get(id) else { return Vec::new() };
            let Some(body) = own.body else { return Vec::new() };
            let order = subexpressions(&network.arena, body);
            let called = order.iter().filter_map(|&at| match network.arena.node(at) {
                Node::Call { function, .. } => Some(function),
                _ => None,
            });
            called.collect()
        };
        for id in ids {
            let mut path = vec![id];
            let mut stack = vec![calls(&self.network, id)];
            let mut seen = rustc_hash::FxHashSet::default();
            while let Some(next) = stack.last_mut() {
                match next.pop() {
                    None => {
                        stack.pop();
                        path.pop();
                    }
                    Some(called) if called == id => {
                        let name = |id: &FunctionId| self.network.functions.get(*id).name().to_owned();
                        let cycle: Vec<String> = path.iter().chain([&id]).map(name).collect();
                        let FunctionRef::User(own) = self.network.functions.get(id) else { break };
                        let message = format!("the function `{}` calls itself: {}", own.name, cycle.join(" → "));
                        self.report(Diagnostic::error("cycle", message).at(own.span, ""));
                        return;
                    }
                    Some(called) => {
                        if seen.insert(called) {
                            path.push(called);
                            stack.push(calls(&self.network, called));
                        }
                    }
                }
            }
        }
    }
}
