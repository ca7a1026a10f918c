//! Brackets: members of families, elements, rows and slices of tensors, new axes.

use crate::diagnostic::Span;
use crate::expr::Operand;
use crate::network::lower::Scope;
use crate::network::resolve::Resolver;
use crate::syntax::ast::{AstId, AstList, AstNode};

impl Resolver<'_> {
    /// `z[3]` of a family, `x[i]` of a tensor.
    pub(super) fn index(&mut self, base: AstId, items: AstList, span: Span, scope: &Scope<'_>) -> Option<Operand> {
        let items = self.ast.list(items).to_vec();
        if let AstNode::Name(symbol) = *self.ast.node(base) {
            let is_parameter = scope.parameters.iter().any(|(parameter, _)| *parameter == symbol);
            if !is_parameter && self.names.get(symbol, &[]).is_none() {
                return self.member(symbol, &items, span, scope);
            }
        }
        let error = crate::diagnostic::Diagnostic::error("unsupported", "elements of tensors are not supported yet");
        self.report(error.at(span, ""));
        None
    }
}
