//! Formulas in derive's own language, lowered at the shapes of what their names stand for.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, Operand};
use crate::function::{Entry, Options, Refusal};
use crate::network::Network;
use crate::network::lower::Scope;
use crate::network::parts::NamedParts;
use crate::network::resolve::{FreeNames, Resolver};
use crate::syntax::ast::Symbol;
use crate::syntax::parse_expression;

impl Network {
    /// A formula in derive's own language with names bound to expressions; `None` if their shapes do not fit it.
    pub fn expand(&mut self, text: &str, names: &[(&str, ExprId)]) -> Option<ExprId> {
        let names: Vec<(&str, Operand)> = names.iter().map(|&(name, id)| (name, self.arena.operand(id))).collect();
        let operand = self.formula_of(text, &names, &Options::default()).ok()?;
        Some(self.arena.materialised(&operand).expr)
    }

    /// The definition of a function of the table at these operands.
    pub(crate) fn expanded(
        &mut self,
        entry: &Entry,
        operands: &[Operand],
        options: &Options,
    ) -> Result<Operand, Refusal> {
        let names: Vec<(&str, Operand)> = entry.parameters.iter().copied().zip(operands.iter().cloned()).collect();
        let text = entry.definition.unwrap_or_default();
        self.formula_of(text, &names, options).map_err(|error| {
            let parameters = entry.parameters.join(", ");
            let message = format!("{}, in `{}({parameters})`", error.message, entry.name);
            let formula = format!("`{}({parameters})` is `{text}`", entry.name);
            let own = error.hint.filter(|_| error.code != "shape");
            Refusal::new(message).hint(own.map_or(formula.clone(), |own| format!("{formula}; {own}")))
        })
    }

    /// The parts of a definition that get names of their own, at these operands.
    pub(super) fn expanded_parts(&mut self, entry: &Entry, operands: &[Operand], span: Span) -> Option<NamedParts> {
        let names: Vec<(&str, Operand)> = entry.parameters.iter().copied().zip(operands.iter().cloned()).collect();
        let mut parts = Vec::with_capacity(entry.parts.len());
        for &(name, text) in entry.parts {
            parts.push((name, self.formula_of(text, &names, &Options::default()).ok()?.expr));
        }
        Some(NamedParts { argument: operands.first()?.expr, parts, span })
    }

    fn formula_of(&mut self, text: &str, names: &[(&str, Operand)], options: &Options) -> Result<Operand, Diagnostic> {
        let first = |mut errors: Vec<Diagnostic>| errors.swap_remove(0);
        let (mut ast, id) = parse_expression(text).map_err(first)?;
        let bound: Vec<(Symbol, Operand)> =
            names.iter().map(|(name, operand)| (ast.intern(name), operand.clone())).collect();
        let mut resolver = Resolver::new(&ast, std::mem::take(self), FreeNames::Formula);
        resolver.marked = bound.iter().map(|(symbol, _)| *symbol).collect();
        let scope = Scope { parameters: &bound, options: Some(options), ..Scope::default() };
        let operand = resolver.operand(id, &scope);
        let Resolver { network, diagnostics, .. } = resolver;
        *self = network;
        operand.ok_or_else(|| match diagnostics.is_empty() {
            true => Diagnostic::error("shape", "the shapes do not fit"),
            false => first(diagnostics),
        })
    }
}
