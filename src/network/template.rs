//! The formulas of a function as expressions in its parameters, lowered from the table when they are first asked for.

use crate::expr::{ExprId, FunctionId};
use crate::function::{Form, FunctionRef};
use crate::network::Network;
use crate::network::resolve::{FreeNames, Resolver};
use crate::syntax::ast::Symbol;
use crate::syntax::parse_expression;

/// The formulas of a function, in [`Node::Parameter`](crate::expr::Node)s; the output is the last parameter.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// What the function is; `None` for a primitive, an abstract function, and one of the table that does not act entry
    /// by entry: the formulas of such a one need the shapes of a call.
    pub definition: Option<ExprId>,
    /// The partial derivative by each parameter; empty for a function of the user's own and where a call is needed.
    pub derivatives: Vec<ExprId>,
    /// What is 0 at each kink of a function of the table.
    pub kinks: Vec<ExprId>,
}

impl Network {
    /// The formulas of a function, made when first asked for.
    pub fn template(&mut self, id: FunctionId) -> Template {
        if let Some(known) = self.templates.get(&id) {
            return known.clone();
        }
        let template = match self.functions.get(id) {
            FunctionRef::User(own) => Template { definition: own.body, ..Template::default() },
            // Formulas of functions that do not act on each entry need the shapes of a call.
            FunctionRef::Table(entry) if !matches!(entry.form, Form::Elementwise) => Template::default(),
            FunctionRef::Table(entry) => Template {
                definition: entry.definition.and_then(|text| self.formula(text, entry.parameters)),
                derivatives: entry.derivatives.iter().filter_map(|text| self.formula(text, entry.parameters)).collect(),
                kinks: entry.kinks.iter().filter_map(|kink| self.formula(kink.zero, entry.parameters)).collect(),
            },
        };
        self.templates.insert(id, template.clone());
        template
    }

    /// A formula of scalars in the network language, in `parameters` and the output `y`, which come out as parameters
    /// number 0, 1, …; `None` if it cannot be read or is a tensor.
    pub fn formula(&mut self, text: &str, parameters: &[&str]) -> Option<ExprId> {
        let (mut ast, id) = parse_expression(text).ok()?;
        let symbols: Vec<Symbol> = parameters.iter().chain(&["y"]).map(|name| ast.intern(name)).collect();
        let mut resolver = Resolver::new(&ast, std::mem::take(self), FreeNames::Formula);
        let formula = resolver.body(id, &symbols);
        *self = resolver.network;
        formula.filter(|formula| formula.rank() == 0).map(|formula| formula.expr)
    }
}
