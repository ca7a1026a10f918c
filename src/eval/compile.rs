//! Compiles expressions of a network into a program.
//!
//! Takes roots, and which names are cut (taken as inputs though an equation defines them); gives a program linear in
//! the size of the network. Functions of the user's own are put in at each call.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Diagnostic, Span};
use crate::eval::lower::Lowering;
use crate::eval::program::{Owner, Program};
use crate::eval::templates::Templates;
use crate::expr::{ExprId, FunctionId, NameId, OrdersId};
use crate::function::FunctionRef;
use crate::network::Network;

/// What is to be computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Root {
    /// An expression of the network's arena.
    Expression(ExprId),
    /// A quantity.
    Quantity(NameId),
}

/// What to compile and how.
#[derive(Clone, Debug)]
pub struct Compiler<'a> {
    pub(super) network: &'a Network,
    pub(super) templates: Option<&'a Templates>,
    pub(super) cut: FxHashSet<NameId>,
    pub(super) symbols: FxHashMap<ExprId, ExprId>,
}

impl<'a> Compiler<'a> {
    /// A compiler for the expressions of a network.
    pub fn new(network: &'a Network) -> Self {
        Compiler { network, templates: None, cut: FxHashSet::default(), symbols: FxHashMap::default() }
    }

    /// Uses these formulas: differentiated functions get values, and kinks are watched.
    pub fn templates(mut self, templates: &'a Templates) -> Self {
        self.templates = Some(templates);
        self
    }

    /// Takes a quantity as an input, whatever defines it.
    pub fn cut(mut self, name: NameId) -> Self {
        self.cut.insert(name);
        self
    }

    /// Takes `symbol` (a name, or a derivative such as ∂C/∂ŷ) as standing for `value`.
    pub fn symbol(mut self, symbol: ExprId, value: ExprId) -> Self {
        self.symbols.insert(symbol, value);
        self
    }

    /// The program whose outputs are the roots.
    ///
    /// # Errors
    /// A root that has no value as a number: an abstract function, a symbol without a value, a tensor.
    pub fn compile(&self, roots: &[Root]) -> Result<Program, Diagnostic> {
        let mut lowering = Lowering::new(self);
        for (at, &root) in roots.iter().enumerate() {
            let slot = lowering.root(root, Owner::Root(at as u32))?;
            lowering.builder.program.outputs.push(slot);
        }
        Ok(lowering.builder.finish())
    }

    /// The right side of the equation that defines a quantity; `None` for an input of the program.
    pub(super) fn formula(&self, name: NameId) -> Option<ExprId> {
        let definition = if self.cut.contains(&name) { None } else { self.network.definition(name) };
        definition.map(|equation| equation.value)
    }

    /// The error of a function that has no value.
    pub(super) fn no_value(&self, function: FunctionId, orders: OrdersId, owner: Owner) -> Diagnostic {
        let name = self.network.functions.get(function).name().to_owned();
        let (message, hint) = match (self.network.functions.get(function), orders) {
            (FunctionRef::User(own), _) if own.body.is_none() => {
                (format!("`{name}` is abstract: it has no value"), format!("define it: `{name}(u) = …`"))
            }
            _ => (format!("the derivative of `{name}` has no formula here"), "work it out first".to_owned()),
        };
        let diagnostic = self.error("not-evaluable", &message, owner).hint(hint);
        match self.network.functions.get(function) {
            FunctionRef::User(own) => diagnostic.at(own.span, "introduced here"),
            FunctionRef::Table(_) => diagnostic,
        }
    }

    /// An error at the equation that is being compiled.
    pub(super) fn error(&self, code: &'static str, message: &str, owner: Owner) -> Diagnostic {
        let span: Option<Span> = match owner {
            Owner::Quantity(name) => Some(self.network.quantity(name).span),
            Owner::Root(_) => None,
        };
        let diagnostic = Diagnostic::error(code, message);
        match span {
            Some(span) => diagnostic.at(span, "needed here"),
            None => diagnostic,
        }
    }
}
