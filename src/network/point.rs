//! Points to evaluate at, and the numbers that a leaf may get.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::ExprId;
use crate::network::resolve::{Indices, Resolver};
use crate::network::{Origin, Point};
use crate::syntax::ast::{Assignment, AstId, AstNode};

impl Resolver<'_> {
    pub(super) fn point(&mut self, label: Option<String>, values: &[Assignment], indices: &Indices, span: Span) {
        let mut point = Point { label, values: Vec::new(), literals: Vec::new(), span };
        for assignment in values {
            let Some(at) = self.ranges(assignment.name.indices, indices) else { continue };
            let is_list = matches!(self.ast.node(assignment.value), AstNode::List(_));
            let literal = if is_list { self.literal(assignment.value, indices) } else { None };
            let value = if is_list { None } else { self.constant(assignment.value, indices) };
            for at in at {
                let Some(name) = self.names.get(assignment.name.symbol, &at) else {
                    let name = assignment.name.symbol;
                    let error = self.unknown(name, assignment.name.span);
                    self.report(error);
                    continue;
                };
                point.values.extend(value.map(|value| (name, value)));
                if let Some(literal) = &literal {
                    self.check_literal(name, literal, self.ast.span(assignment.value));
                    point.literals.push((name, literal.clone()));
                }
            }
        }
        self.network.points.push(point);
    }

    /// The value of a leaf: an expression without quantities.
    pub(super) fn constant(&mut self, value: AstId, indices: &Indices) -> Option<ExprId> {
        let operand = self.lower(value, indices)?;
        let expr = operand.expr;
        if operand.rank() > 0 {
            let error = Diagnostic::error("bad-value", "a value is one number, or a list of numbers");
            self.report(error.at(self.ast.span(value), "").hint("write the numbers: `[[1, 0], [0, 1]]`"));
            return None;
        }
        let network = &self.network;
        let order = crate::expr::subexpressions(&network.arena, expr);
        let name = order
            .iter()
            .find_map(|&id| network.arena.as_name(id).filter(|&name| network.quantity(name).origin != Origin::Size));
        if let Some(name) = name {
            let message = format!("a value is a number, but this one uses `{}`", self.network.spelling(name));
            let error = Diagnostic::error("bad-value", message).at(self.ast.span(value), "");
            self.report(error.hint("what depends on other quantities is an equation of its own"));
            return None;
        }
        Some(expr)
    }
}
