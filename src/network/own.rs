//! Functions of the user's own, entered and called: defined, abstract, and abstract with a signature.

use std::rc::Rc;

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, ExprId, FunctionId, Operand};
use crate::function::{FunctionRef, Functions, UserFunction};
use crate::network::call::Call;
use crate::network::lower::Scope;
use crate::network::resolve::{Indices, Resolver, SignatureShapes};
use crate::shape::Dim;
use crate::syntax::ast::{Signature, Symbol};

/// The most functions of the user's own; a [`FunctionId`](crate::expr::FunctionId) has 16 bits, and they are searched by name.
const MAX_FUNCTIONS: usize = 10_000;

/// The most arguments of one of them; each partial derivative keeps a list as long as the arguments.
const MAX_ARGUMENTS: usize = 1_000;

impl Resolver<'_> {
    pub(super) fn function(&mut self, name: Symbol, span: Span, parameters: Vec<String>) {
        let text = self.ast.text(name).to_owned();
        let known = self.network.functions.user().find(|(_, function)| function.name == text);
        if let Some(first) = known.map(|(_, function)| function.span) {
            let error = Diagnostic::error("defined-twice", format!("the function `{text}` is defined twice"))
                .at(span, "the second time")
                .at(first, "the first time");
            self.report(error);
            return;
        }
        if Functions::builtin(&text).is_some() {
            let warning = Diagnostic::warning("shadowed-function", format!("`{text}` is your function here"));
            self.report(warning.at(span, "").hint("the function of the same name in the table is out of reach"));
        }
        if let Some(twice) = (1..parameters.len()).find(|&at| parameters[..at].contains(&parameters[at])) {
            let message = format!("`{text}` has two arguments called `{}`", parameters[twice]);
            let error = Diagnostic::error("defined-twice", message).at(span, "");
            self.report(error.hint("give one of them another name"));
        }
        if parameters.len() > MAX_ARGUMENTS {
            let message = format!("a function has at most {MAX_ARGUMENTS} arguments");
            let error = Diagnostic::error("too-many", message).at(span, "");
            self.report(error.hint("write equations instead, or a function of a vector"));
            return;
        }
        if self.network.functions.user().count() >= MAX_FUNCTIONS {
            let message = format!("a network has at most {MAX_FUNCTIONS} functions of its own");
            self.report(Diagnostic::error("too-many", message).at(span, "").hint("write equations instead"));
            return;
        }
        let id = self.network.functions.add(UserFunction {
            name: text,
            parameters,
            body: None,
            whole: false,
            opened: false,
            span,
        });
        self.names.functions.insert(name, id);
    }

    pub(super) fn abstract_function(&mut self, name: Symbol, span: Span, signature: Option<&Signature>) {
        let parameters = match signature {
            Some(signature) => {
                signature.parameters.iter().map(|parameter| self.ast.text(parameter.0).to_owned()).collect()
            }
            None => vec!["u".to_owned()],
        };
        self.function(name, span, parameters);
        let (Some(signature), Some(&id)) = (signature, self.names.functions.get(&name)) else { return };
        let none: Indices = Rc::from([]);
        let shapes = signature.parameters.iter().map(|parameter| &parameter.2).chain([&signature.result]);
        let dims: Option<Vec<Vec<Dim>>> = shapes
            .map(|shape| shape.as_ref().map_or(Some(Vec::new()), |shape| Some(self.shape(shape, &none)?.0)))
            .collect();
        let Some(mut parameters) = dims else { return };
        let result = parameters.pop().unwrap_or_default();
        if !result.is_empty() || parameters.iter().any(|dims| !dims.is_empty()) {
            self.network.functions.take_whole(id);
            self.signatures.insert(id, SignatureShapes { parameters, result });
        }
    }

    /// A function of the user's own: a call if it acts on each entry, else its definition at these operands.
    pub(super) fn user_call(&mut self, call: &Call<'_>, function: FunctionId, scope: &Scope<'_>) -> Option<Operand> {
        if let Some(&(_, span, _)) = call.keywords.first() {
            let error = Diagnostic::error("wrong-arity", "functions of your own take no keyword arguments");
            self.report(error.at(span, ""));
            return None;
        }
        let operands = self.operands(&call.arguments, scope)?;
        let FunctionRef::User(own) = self.network.functions.get(function) else { return None };
        let own = own.clone();
        if !self.is_callable(&own, call.name_span) {
            return None;
        }
        let (name, parameters) = (own.name, own.parameters);
        if operands.len() != parameters.len() {
            self.wrong_count(&name, &parameters, operands.len(), call.span);
            return None;
        }
        if let Some(signature) = self.signatures.get(&function).cloned() {
            return self.abstract_call(call, function, &signature, &operands);
        }
        match self.user_definition(function)? {
            None => self.elementwise(call, function, &call.arguments, &operands),
            Some(_) if call.primes > 0 => {
                let error = Diagnostic::error("wrong-arity", "a prime belongs to a function that acts on each entry");
                self.report(error.at(call.name_span, ""));
                None
            }
            Some((symbols, body)) => {
                let key = (function, operands.clone());
                if let Some(known) = self.expansions.get(&key) {
                    return known.clone();
                }
                if self.stalled.get(&key) == Some(&self.attempts) {
                    return None;
                }
                let bound: Vec<(Symbol, Operand)> = symbols.into_iter().zip(operands).collect();
                let expanded = self.operand(body, &Scope { parameters: &bound, ..Scope::default() });
                match expanded {
                    Some(operand) => {
                        self.expansions.insert(key, Some(operand.clone()));
                        Some(operand)
                    }
                    None => {
                        // Its error is reported once, not at each of many calls.
                        if self.missing.is_empty() {
                            self.expansions.insert(key, None);
                        } else {
                            self.stalled.insert(key, self.attempts);
                        }
                        self.called_here(call.span, &name);
                        None
                    }
                }
            }
        }
    }

    /// An abstract function of whole tensors, whose signature says their shapes.
    fn abstract_call(
        &mut self,
        call: &Call<'_>,
        function: FunctionId,
        signature: &SignatureShapes,
        operands: &[Operand],
    ) -> Option<Operand> {
        if call.primes > 0 || operands.iter().any(|operand| !operand.bound.is_empty()) {
            let error = Diagnostic::error("unsupported", "a function of whole tensors cannot be called like this");
            self.report(error.at(call.span, ""));
            return None;
        }
        let shapes = self.network.arena.shapes();
        let fits = |(dims, operand): (&Vec<Dim>, &Operand)| {
            let given = operand.dims();
            given.len() == dims.len() && given.iter().zip(dims).all(|(&a, &b)| shapes.same(a, b))
        };
        if let Some(at) = signature.parameters.iter().zip(operands).position(|pair| !fits(pair)) {
            let wanted = self.shape_words(&Operand::with_dims(Arena::ZERO, &signature.parameters[at]));
            let message = format!("this argument is to be {wanted}, not {}", self.shape_words(&operands[at]));
            let name = self.network.functions.get(function).name().to_owned();
            let error = Diagnostic::error("shape", message).at(self.ast.span(call.arguments[at]), "");
            self.report(error.hint(format!("the declaration of `{name}` says so")));
            return None;
        }
        let arena = &mut self.network.arena;
        let arguments: Vec<ExprId> = operands.iter().map(|operand| arena.materialised(operand).expr).collect();
        let expr = arena.call_of_shape(function, &arguments, &signature.result);
        Some(Operand::with_dims(expr, &signature.result))
    }

    /// Adds to the error that was just found in the definition of a function where it is called.
    fn called_here(&mut self, span: Span, name: &str) {
        if let Some(error) = self.diagnostics.last_mut()
            && error.code == "shape"
            && error.labels.len() < 4
        {
            let label = crate::diagnostic::Label { span, text: format!("`{name}` is called here") };
            error.labels.push(label);
        }
    }
}
