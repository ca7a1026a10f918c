//! Calls: functions of the table in each of their forms, functions of the user's own.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, FunctionId, Operand, without_axes};
use crate::function::{Entry, Form, FunctionRef, Functions, Group, Known, Refusal, Written, table};
use crate::network::arguments::Given;
use crate::network::hint::foreign;
use crate::network::lower::Scope;
use crate::network::resolve::{FreeNames, Resolver};
use crate::shape::Dim;
use crate::syntax::ast::{AstId, AstNode, Symbol};
use crate::syntax::spelling::nearest;

/// A call as it is written.
pub(super) struct Call<'c> {
    symbol: Symbol,
    pub(super) name_span: Span,
    pub(super) primes: u8,
    pub(super) arguments: Vec<AstId>,
    pub(super) keywords: &'c [(Symbol, Span, AstId)],
    pub(super) span: Span,
}

impl Resolver<'_> {
    pub(super) fn call(&mut self, id: AstId, scope: &Scope<'_>) -> Option<Operand> {
        let ast = self.ast;
        let AstNode::Call { function, name_span, primes, arguments, keywords } = *ast.node(id) else { return None };
        let keywords = keywords.map(|at| ast.keywords[at as usize].as_slice()).unwrap_or_default();
        let arguments = ast.list(arguments).to_vec();
        let call = Call { symbol: function, name_span, primes, arguments, keywords, span: ast.span(id) };
        let text = ast.text(function).to_owned();
        let own = self.names.functions.get(&function).copied();
        let Some(mut function) = own.or_else(|| self.find_function(&text)) else {
            let error = self.unknown_function(call.symbol, &text, name_span);
            self.report(error);
            return None;
        };
        // max(x) and max(X, axis=0) are the largest entry, max(a, b) the larger of two.
        if call.arguments.len() == 1 {
            function = match self.network.functions.known(function) {
                Some(Known::Larger) => Functions::with(Known::Largest),
                Some(Known::Smaller) => Functions::with(Known::Smallest),
                _ => function,
            };
        }
        match self.network.functions.get(function) {
            FunctionRef::Table(entry) => {
                let given = self.given(&call, entry, scope)?;
                self.table_call(&call, function, entry, given)
            }
            FunctionRef::User(_) => self.user_call(&call, function, scope),
        }
    }

    /// A function of the table by name, or of the user's own outside of the formulas of the table.
    fn find_function(&self, name: &str) -> Option<FunctionId> {
        if self.free_names == FreeNames::Formula {
            return Functions::builtin(name);
        }
        self.network.functions.find(name)
    }

    fn table_call(
        &mut self,
        call: &Call<'_>,
        function: FunctionId,
        entry: &'static Entry,
        mut given: Given,
    ) -> Option<Operand> {
        if !matches!(entry.form, Form::Elementwise) && call.primes > 0 {
            let error = Diagnostic::error("wrong-arity", "a prime belongs to a function that acts on each entry");
            self.report(error.at(call.name_span, ""));
            return None;
        }
        let first = given.operands.iter().filter_map(|operand| operand.bound.first()).map(|bound| bound.0).min();
        let in_sum = first.is_some();
        if entry.group == Group::Cost {
            // A class number as a target stands for its one-hot vector.
            for operand in &mut given.operands {
                if let Some(vector) = self.one_hot(operand) {
                    *operand = vector;
                }
            }
        }
        if matches!(entry.form, Form::Built(_)) && !entry.in_sums {
            given.operands = given.operands.iter().map(|operand| self.network.arena.materialised(operand)).collect();
        }
        let outcome = match entry.form {
            _ if !self.ranks_fit(entry, &given) => Err(Refusal::new(format!("`{}` cannot take {{0}}", entry.name))
                .hint(format!("`derive explain {}` says what it takes", entry.name))),
            _ if entry.group == Group::Cost && !self.same_shape(&given.operands) => {
                let message = format!("`{}` compares tensors of one shape, not {{0}} with {{1}}", entry.name);
                Err(Refusal::new(message).hint(self.comparing_hint(&given)))
            }
            Form::Built(_) if in_sum && !entry.in_sums => {
                Err(Refusal::new(format!("`{}` inside of a sum over an index is not supported", entry.name))
                    .hint("give the size a value with `dim`, or write the sum with `@`"))
            }
            Form::Classes => self.one_hot(&given.operands[0]).ok_or_else(|| {
                Refusal::new("`onehot` takes a quantity that is declared as an index, not {0}")
                    .hint("declare it so: `target y : index[k]`, or `[N] index[k]` for a batch")
            }),
            Form::Elementwise => {
                // max(a, b, c) is max(max(a, b), c), as in every language.
                while entry.takes_more() && given.operands.len() > 2 && call.primes == 0 {
                    let first = self.elementwise(call, function, &given.places[..2], &given.operands[..2])?;
                    given.operands.splice(..2, [first]);
                    given.places.remove(0);
                }
                // `pow(x, 2)` is x^2, with its rule and its derivative.
                if let (Written::Power, 0, [base, exponent]) = (entry.written, call.primes, given.operands.as_slice()) {
                    let (base, exponent) = (base.clone(), exponent.clone());
                    return self.power((given.places[0], base), (given.places[1], exponent));
                }
                return self.elementwise(call, function, &given.places, &given.operands);
            }
            Form::AlongAxis { keeps } => self.along_axis(function, keeps, &given),
            Form::Square { keeps } => self.square(function, entry, keeps, &given.operands[0]),
            Form::Macro => {
                if !entry.parts.is_empty() && !in_sum && self.free_names != FreeNames::Formula {
                    let parts = self.network.expanded_parts(entry, &given.operands, call.span);
                    self.parts.extend(parts);
                }
                self.network.expanded(entry, &given.operands, &given.options)
            }
            Form::Built(builder) => builder(&mut self.network.arena, &given.operands, &given.options),
        };
        match outcome {
            Ok(operand) => Some(operand),
            Err(refusal) => {
                self.blamed = first.or(self.blamed);
                self.refused(call, entry, &given, refusal);
                None
            }
        }
    }

    fn ranks_fit(&self, entry: &Entry, given: &Given) -> bool {
        entry.ranks.is_empty() || given.operands.first().is_some_and(|operand| entry.ranks.contains(&operand.rank()))
    }

    /// Whether the first two operands have one shape, or one of them is a scalar.
    fn same_shape(&self, operands: &[Operand]) -> bool {
        let [a, b, ..] = operands else { return true };
        let (a, b) = (a.dims(), b.dims());
        let same = |(&a, &b): (&Dim, &Dim)| self.network.arena.shapes().same(a, b);
        a.is_empty() || b.is_empty() || a.len() == b.len() && a.iter().zip(&b).all(same)
    }

    /// Reports why a call means nothing, with its operands in the places of `{0}`, `{1}`, …
    fn refused(&mut self, call: &Call<'_>, entry: &Entry, given: &Given, refusal: Refusal) {
        let called = self.ast.text(call.symbol).to_owned();
        let fill = |text: String| {
            // The user sees the name that the user wrote: `tr`, not `trace`.
            let mut text = match entry.aliases.contains(&called.as_str()) {
                true => text.replace(&format!("`{}`", entry.name), &format!("`{called}`")),
                false => text,
            };
            for (at, (&place, operand)) in given.places.iter().zip(&given.operands).enumerate() {
                let mark = format!("{{{at}}}");
                if text.contains(&mark) {
                    text = text.replace(&mark, &self.described((place, operand)));
                }
            }
            text
        };
        let mut error = Diagnostic::error("shape", fill(refusal.message)).at(call.span, "");
        for (&place, operand) in given.places.iter().zip(&given.operands) {
            error = error.at(self.ast.span(place), self.shape_words(operand));
        }
        let hint = refusal.hint.map(fill);
        self.report(Diagnostic { hint, ..error });
    }

    pub(super) fn elementwise(
        &mut self,
        call: &Call<'_>,
        function: FunctionId,
        places: &[AstId],
        operands: &[Operand],
    ) -> Option<Operand> {
        if call.primes > 0 && operands.len() != 1 {
            let error = Diagnostic::error("wrong-arity", "a prime belongs to a function of one argument");
            self.report(error.at(call.name_span, ""));
            return None;
        }
        let orders = self.network.arena.orders_id(&[call.primes]);
        match self.network.arena.broadcast_call(function, orders, operands) {
            Ok(value) => Some(value),
            Err(clash) => {
                let written = |at: usize| (places[at], &operands[at]);
                self.cannot_add(written(clash.left), written(clash.right));
                None
            }
        }
    }

    /// A call along one axis; several axes are taken one after the other.
    fn along_axis(&mut self, function: FunctionId, keeps: bool, given: &Given) -> Result<Operand, Refusal> {
        let name = self.network.functions.get(function).name().to_owned();
        let operand = &given.operands[0];
        if operand.rank() == 0 {
            // The largest and the smallest entry are called by the names of the functions of two numbers.
            let name = match name.as_str() {
                "amax" => "max",
                "amin" => "min",
                name => name,
            };
            let refusal = Refusal::new(format!("`{name}` works along an axis, and {{0}} has none"));
            return Err(refusal.hint("it takes a vector, or a tensor and the `axis` along which it works"));
        }
        if !operand.bound.is_empty() {
            return Err(Refusal::new(format!("`{name}` inside of a sum over an index is not supported")));
        }
        let last = operand.rank() - 1;
        let mut axes = match (&given.options.axes, keeps) {
            (Some(axes), _) => axes.clone(),
            (None, true) => vec![last],
            (None, false) => (0..=last).collect(),
        };
        if keeps && axes.len() > 1 {
            return Err(Refusal::new(format!("`{name}` works along one axis")));
        }
        axes.sort_unstable();
        let arena = &mut self.network.arena;
        let operand = arena.materialised(operand);
        if operand.expr == Arena::ZERO {
            return Err(Refusal::new(format!("`{name}` of zeros is a constant: write it out")));
        }
        let mut expr = operand.expr;
        let mut dims = operand.dims();
        for &axis in axes.iter().rev() {
            let number = arena.integer(axis as i64);
            if !keeps {
                dims.remove(axis);
            }
            expr = arena.call_of_shape(function, &[expr, number], &dims);
        }
        let axes = if keeps { operand.axes } else { without_axes(&operand.axes, &axes, given.options.keepdims) };
        Ok(Operand { expr, bound: Vec::new(), axes })
    }

    fn square(
        &mut self,
        function: FunctionId,
        entry: &Entry,
        keeps: bool,
        operand: &Operand,
    ) -> Result<Operand, Refusal> {
        let dims = operand.dims();
        if !operand.bound.is_empty() {
            return Err(Refusal::new(format!("`{}` inside of a sum over an index is not supported", entry.name)));
        }
        match dims[..] {
            [rows, columns] if self.network.arena.shapes().same(rows, columns) => {}
            [_, _] => {
                let refusal = Refusal::new(format!("`{}` takes a square matrix, not {{0}}", entry.name));
                return Err(refusal);
            }
            _ => return Err(Refusal::new(format!("`{}` takes a matrix, not {{0}}", entry.name))),
        }
        let arena = &mut self.network.arena;
        let operand = arena.materialised(operand);
        if operand.expr == Arena::ZERO {
            return Err(Refusal::new(format!("`{}` of a matrix of zeros", entry.name)));
        }
        let dims = if keeps { dims } else { Vec::new() };
        let expr = arena.call_of_shape(function, &[operand.expr], &dims);
        Ok(Operand::with_dims(expr, &dims))
    }

    fn unknown_function(&self, symbol: Symbol, text: &str, span: Span) -> Diagnostic {
        let error = Diagnostic::error("unknown-function", format!("there is no function `{text}`")).at(span, "");
        if self.names.get(symbol, &[]).is_some() || self.names.family(symbol).is_some() {
            return error.hint(format!("`{text}` is a quantity; multiplication is written: `{text}*(…)`"));
        }
        if let Some(hint) = foreign(text) {
            return error.hint(hint);
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
}
