//! Sums and products over an index, and the whole numbers that are known when a file is read.

use crate::diagnostic::Diagnostic;
use crate::expr::{ExprId, Node, NumberId, Operand, Postorder};
use crate::network::lower::Scope;
use crate::network::resolve::{Indices, MAX_UNROLLED, Resolver};
use crate::rational::Rational;
use crate::syntax::ast::{AstCondition, AstId, AstNode, Comparison, Fold, Symbol};

impl Resolver<'_> {
    /// `sum(i in 1..n if i != k, …)`, unrolled.
    pub(super) fn fold(
        &mut self,
        fold: Fold,
        index: Symbol,
        range: AstId,
        condition: Option<AstCondition>,
        body: AstId,
        scope: &Scope<'_>,
    ) -> Option<Operand> {
        let outer: Indices = scope.indices.into();
        let (lower, upper) = self.bounds(range, &outer)?;
        let mut terms = Vec::new();
        let mut complete = true;
        for value in lower..=upper {
            let indices: Vec<(Symbol, i64)> = scope.indices.iter().copied().chain([(index, value)]).collect();
            if let Some(condition) = condition
                && !self.holds(condition, &indices)?
            {
                continue;
            }
            let errors = self.diagnostics.len();
            match self.operand(body, &Scope { indices: &indices, ..*scope }) {
                Some(term) => terms.push(term),
                // One error of a kind is enough, but all quantities that are not known yet are of interest.
                None if self.diagnostics.len() > errors => return None,
                None => complete = false,
            }
        }
        if complete { self.folded(fold, &terms, range, body) } else { None }
    }

    fn folded(&mut self, fold: Fold, terms: &[Operand], range: AstId, body: AstId) -> Option<Operand> {
        let arena = &mut self.network.arena;
        let outcome = match fold {
            Fold::Sum => arena.broadcast_sum(terms),
            Fold::Product => {
                let factors: Vec<(Operand, NumberId)> =
                    terms.iter().map(|term| (term.clone(), NumberId::ONE)).collect();
                arena.broadcast_product(NumberId::ONE, &factors)
            }
            Fold::Max | Fold::Min => {
                let name = if fold == Fold::Max { "max" } else { "min" };
                let Some((first, rest)) = terms.split_first() else {
                    let error = Diagnostic::error("bad-range", format!("a `{name}` of nothing has no value"));
                    self.report(error.at(self.ast.span(range), ""));
                    return None;
                };
                let most =
                    rest.iter().try_fold(first.clone(), |most, term| self.named_call(name, &[most, term.clone()]));
                most.ok_or(crate::expr::Clash { left: 0, right: 0 })
            }
        };
        if outcome.is_err() {
            let error = Diagnostic::error("shape", "the terms differ in shape").at(self.ast.span(body), "");
            self.report(error);
        }
        outcome.ok()
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
        let errors = self.diagnostics.len();
        let operand = self.lower(id, indices);
        if operand.is_none() && self.diagnostics.len() > errors {
            return None;
        }
        match operand.and_then(|operand| self.whole(operand.expr)) {
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
        let mut order = Vec::new();
        Postorder::default().collect(arena, &[expr], &mut order);
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
}
