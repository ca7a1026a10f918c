//! Sums and products over an index, and the whole numbers that are known when a file is read.

use crate::diagnostic::Diagnostic;
use crate::expr::{Arena, ExprId, Node, NumberId, Operand, Selection, subexpressions};
use crate::function::{Functions, Known};
use crate::network::guard::guarded;
use crate::network::index::Position;
use crate::network::lower::{Bound, Scope};
use crate::network::resolve::{Indices, MAX_UNROLLED, Resolver};
use crate::rational::Rational;
use crate::shape::{Affine, Dim};
use crate::syntax::ast::{AstCondition, AstId, AstNode, Comparison, Fold, Symbol};

/// `sum(i in 1..n if i != k, …)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folding {
    pub(super) fold: Fold,
    pub(super) index: Symbol,
    pub(super) range: AstId,
    pub(super) condition: Option<AstCondition>,
    pub(super) body: AstId,
}

impl Resolver<'_> {
    /// A fold: over an axis where that is possible, else term by term.
    pub(super) fn fold(&mut self, folding: Folding, scope: &Scope<'_>) -> Option<Operand> {
        let Some((bound, known)) = self.symbolic_range(folding.index, folding.range, scope) else {
            return self.unrolled(folding, scope);
        };
        let errors = self.diagnostics.len();
        let folded = self.along_index(folding, &bound, scope);
        let another = self.blamed.is_some_and(|key| key != bound.key);
        if folded.is_some() || !self.missing.is_empty() || !known || another {
            return folded;
        }
        self.blamed = None;
        self.diagnostics.truncate(errors);
        self.unrolled(folding, scope)
    }

    /// The index of a fold whose upper end is a size, and whether that has a value.
    fn symbolic_range(&mut self, index: Symbol, range: AstId, scope: &Scope<'_>) -> Option<(Bound, bool)> {
        let AstNode::Range { lower, upper } = *self.ast.node(range) else { return None };
        let ends = (self.position(lower, scope)?, self.position(upper, scope)?);
        let (Position { bound: None, offset: first }, Position { bound: None, offset: last }) = ends else {
            return None;
        };
        let shift = first.plus(&Affine::constant(1), -1)?;
        let length = last.plus(&shift, -1)?;
        if length.sizes.is_empty() {
            return None;
        }
        let dim = self.network.arena.shapes_mut().dim(length)?;
        let known = self.network.arena.shapes().known(dim);
        if known.is_some_and(|length| length < 1) {
            return None;
        }
        self.next_key += 1;
        Some((Bound { symbol: index, key: self.next_key, dim, shift }, known.is_some()))
    }

    /// A fold over an axis.
    fn along_index(&mut self, folding: Folding, bound: &Bound, scope: &Scope<'_>) -> Option<Operand> {
        let Folding { fold, range, condition, body, .. } = folding;
        let inner: Vec<Bound> = scope.bound.iter().cloned().chain([bound.clone()]).collect();
        let scope = Scope { bound: &inner, ..*scope };
        self.count_term(range)?;
        let mut value = self.operand(body, &scope)?;
        if let Some(condition) = condition {
            if fold != Fold::Sum {
                let span = self.ast.span(condition.left);
                let error = Diagnostic::error("unsupported", "a condition over a symbolic range belongs to a sum");
                self.report(error.at(span, "").hint("give the size a value with `dim`"));
                return None;
            }
            value = self.restricted(value, condition, &scope)?;
        }
        let Some(place) = value.bound.iter().position(|known| known.0 == bound.key) else {
            let size = Operand::scalar(self.network.arena.size(bound.dim));
            return match fold {
                Fold::Sum => {
                    let factors = [(size, NumberId::ONE), (value, NumberId::ONE)];
                    self.network.arena.broadcast_product(NumberId::ONE, &factors).ok()
                }
                Fold::Product => self.named_call(Known::Power, &[value, size]),
                Fold::Max | Fold::Min => Some(value),
            };
        };
        let arena = &mut self.network.arena;
        let mut rest = value.bound.clone();
        rest.remove(place);
        let known = match fold {
            Fold::Sum => {
                let expr = if value.expr == Arena::ZERO { Arena::ZERO } else { arena.sum_over(value.expr, &[place]) };
                return Some(Operand { expr, bound: rest, axes: value.axes });
            }
            Fold::Product => Known::Product,
            Fold::Max => Known::Largest,
            Fold::Min => Known::Smallest,
        };
        let dims: Vec<Dim> =
            value.real_dims().into_iter().enumerate().filter(|&(at, _)| at != place).map(|(_, dim)| dim).collect();
        let axis = arena.integer(place as i64);
        let expr = arena.call_of_shape(Functions::with(known), &[value.expr, axis], &dims);
        Some(Operand { expr, bound: rest, axes: value.axes })
    }

    /// The terms for which a condition `i = k` or `i != k` holds; the others are 0.
    fn restricted(&mut self, value: Operand, condition: AstCondition, scope: &Scope<'_>) -> Option<Operand> {
        let indicator = self.indicator(condition, scope);
        let Some(indicator) = indicator else {
            let span = self.ast.span(condition.left).to(self.ast.span(condition.right));
            let error = Diagnostic::error("unsupported", "this condition over a symbolic range is not supported");
            self.report(error.at(span, "").hint("`i = k` and `i != k` are; else give the size a value with `dim`"));
            return None;
        };
        if condition.comparison == Comparison::NotEqual
            && let Some(without) = self.excluding(&value, &indicator)
        {
            return Some(without);
        }
        let arena = &mut self.network.arena;
        let factors = [(value.clone(), NumberId::ONE), (indicator, NumberId::ONE)];
        if condition.comparison == Comparison::Equal {
            return arena.broadcast_product(NumberId::ONE, &factors).ok();
        }
        let without = arena.broadcast_product(NumberId::MINUS_ONE, &factors).ok()?;
        arena.broadcast_sum(&[value, without]).ok()
    }

    /// The terms without those that an indicator picks, where a term may be no number there; nothing if none may.
    fn excluding(&mut self, value: &Operand, indicator: &Operand) -> Option<Operand> {
        let place = |bound: &(u32, Dim)| value.bound.iter().position(|known| known.0 == bound.0);
        let places: Vec<usize> = indicator.bound.iter().map(place).collect::<Option<_>>()?;
        let expr = guarded(&mut self.network, value.expr, indicator.expr, &places);
        if expr == value.expr {
            return None;
        }
        let exclusion = Operand { expr: self.network.arena.exclusion(indicator.expr), ..indicator.clone() };
        let factors = [(exclusion, NumberId::ONE), (Operand { expr, ..value.clone() }, NumberId::ONE)];
        self.network.arena.broadcast_product(NumberId::ONE, &factors).ok()
    }

    /// 𝟙[left = right] of indices and places.
    fn indicator(&mut self, condition: AstCondition, scope: &Scope<'_>) -> Option<Operand> {
        if !matches!(condition.comparison, Comparison::Equal | Comparison::NotEqual) {
            return None;
        }
        let left = self.position(condition.left, scope)?;
        let right = self.position(condition.right, scope)?;
        let mut axes: Vec<(u32, Dim, i64)> = Vec::new();
        for (position, sign) in [(&left, 1), (&right, -1)] {
            axes.extend(position.bound.iter().map(|bound| (bound.key, bound.dim, sign)));
        }
        if axes.is_empty() || axes.len() == 2 && axes[0].0 == axes[1].0 {
            return None;
        }
        axes.sort_by_key(|axis| axis.0);
        let coefficients = axes.iter().map(|axis| axis.2).collect();
        let offset = left.offset.plus(&right.offset, -1)?;
        let dims: Vec<Dim> = axes.iter().map(|axis| axis.1).collect();
        let expr = self.network.arena.selection(Selection { coefficients, offset }, &dims);
        Some(Operand { expr, bound: axes.iter().map(|axis| (axis.0, axis.1)).collect(), axes: Vec::new() })
    }

    /// Counts what sums are written out to, in the whole file; sums in sums grow fast.
    fn count_term(&mut self, range: AstId) -> Option<()> {
        self.terms += 1;
        if self.terms <= MAX_UNROLLED {
            return Some(());
        }
        let message = format!("the sums and products of this file are written out to more than {MAX_UNROLLED} terms");
        self.report(Diagnostic::error("bad-range", message).at(self.ast.span(range), ""));
        None
    }

    /// Term by term.
    fn unrolled(&mut self, folding: Folding, scope: &Scope<'_>) -> Option<Operand> {
        let Folding { fold, index, range, condition, body } = folding;
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
            self.count_term(range)?;
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
                let (known, name) = if fold == Fold::Max { (Known::Larger, "max") } else { (Known::Smaller, "min") };
                let Some((first, rest)) = terms.split_first() else {
                    let error = Diagnostic::error("bad-range", format!("a `{name}` of nothing has no value"));
                    self.report(error.at(self.ast.span(range), ""));
                    return None;
                };
                let most =
                    rest.iter().try_fold(first.clone(), |most, term| self.named_call(known, &[most, term.clone()]));
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
        Some(condition.comparison.holds(left, right))
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
}
