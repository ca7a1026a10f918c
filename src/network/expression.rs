//! Expressions about a network that stands already: claims and definitions in its language.
//!
//! Takes a syntax tree and what its further names stand for; gives the value of each part of the expression.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Axis, ExprId, NameId, NumberId, Operand};
use crate::function::UserFunction;
use crate::network::Network;
use crate::network::lower::Scope;
use crate::network::resolve::{FreeNames, Resolver};
use crate::syntax::ast::{Ast, AstId, Symbol};

/// What `u @ v.T` of two vectors is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Outer {
    /// Refused: NumPy and paper differ.
    #[default]
    Refused,
    /// The matrix uvᵀ, as on paper.
    Matrix,
    /// The number u·v, as in NumPy.
    Number,
}

/// A member of a family: its name, its indices, what it is.
pub type Member = (Symbol, Vec<i64>, NameId);

/// An expression with its parts.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The whole; axes that only align (`keepdims`) are not those of its expression.
    pub whole: Operand,
    /// The parts that have a value of their own, inner ones first.
    pub parts: Vec<(AstId, Operand)>,
}

impl Network {
    /// The value of an expression of the network language. `given` says what names stand for that the network lacks, and
    /// what members of families; `knows` which of its quantities can be named.
    ///
    /// # Errors
    /// What has no value, with its place in the text of the tree.
    pub(crate) fn lower_expression(
        &mut self,
        (ast, id): (&Ast, AstId),
        (given, members): (&[(Symbol, ExprId)], &[Member]),
        outer: Outer,
        knows: impl Fn(NameId) -> bool,
    ) -> Result<Lowered, Vec<Diagnostic>> {
        let given: Vec<(Symbol, Operand)> =
            given.iter().map(|&(symbol, expr)| (symbol, self.arena.operand(expr))).collect();
        let mut resolver = Resolver::new(ast, std::mem::take(self), FreeNames::Refused);
        (resolver.outer, resolver.recorded) = (outer, Some(Vec::new()));
        resolver.enter_known(knows);
        for (symbol, indices, name) in members {
            resolver.names.insert(*symbol, indices, *name);
        }
        let whole = resolver.operand(id, &Scope { parameters: &given, ..Scope::default() });
        let Resolver { network, diagnostics, recorded, .. } = resolver;
        *self = network;
        match whole {
            Some(whole) if !diagnostics.iter().any(Diagnostic::is_error) => {
                Ok(Lowered { whole, parts: recorded.unwrap_or_default() })
            }
            _ => Err(diagnostics),
        }
    }
}

impl Resolver<'_> {
    /// Enters the names of the network; of two quantities with one name the later one.
    fn enter_known(&mut self, knows: impl Fn(NameId) -> bool) {
        for at in (0..self.network.quantities.len()).rev() {
            let (name, quantity) = (NameId(at as u32), &self.network.quantities[at]);
            if let Some(symbol) = self.ast.symbol(&quantity.stem).filter(|_| knows(name)) {
                self.names.insert(symbol, &quantity.indices, name);
            }
        }
    }

    /// Notes the value of a part, unless it is one of several that an index gives it.
    pub(super) fn record(&mut self, id: AstId, operand: Option<&Operand>, scope: &Scope<'_>) {
        if let (Some(recorded), Some(operand)) = (&mut self.recorded, operand)
            && scope.bound.is_empty()
            && scope.indices.is_empty()
        {
            recorded.push((id, operand.clone()));
        }
    }

    /// `u @ v.T` of two vectors.
    pub(super) fn outer_product(
        &mut self,
        left: (AstId, &Operand),
        right: (AstId, &Operand),
        span: Span,
    ) -> Option<Operand> {
        match self.outer {
            Outer::Refused => {
                self.ambiguous_outer(left, right, span);
                None
            }
            Outer::Matrix => {
                let (l, r) = (self.network.arena.materialised(left.1), self.network.arena.materialised(right.1));
                let column = Operand { axes: l.axes.iter().copied().chain([Axis::One]).collect(), ..l };
                self.network.arena.broadcast_product(NumberId::ONE, &[(column, NumberId::ONE), (r, NumberId::ONE)]).ok()
            }
            Outer::Number => match self.network.arena.broadcast_matmul(left.1, right.1) {
                Ok(product) => Some(product),
                Err(_) => {
                    self.cannot_multiply("@", left, right);
                    None
                }
            },
        }
    }

    /// Refuses a call of a function whose definition is known no more: a network that stands keeps those only that act on
    /// each entry.
    pub(super) fn is_callable(&mut self, function: &UserFunction, span: Span) -> bool {
        let lost = self.recorded.is_some() && (function.opened || function.whole);
        if lost {
            let message = format!("`{}` does not act on each entry: it cannot be called in a formula", function.name);
            let error = Diagnostic::error("unsupported", message).at(span, "");
            self.report(error.hint("name the quantity of the network that it gives, or write its definition out"));
        }
        !lost
    }
}
