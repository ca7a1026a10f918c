//! In which order right sides are lowered: a quantity must have its shape before it is used.
//!
//! An equation that meets a quantity without a shape waits until that one is lowered; the stack of what waits is
//! explicit, and a quantity that waits for itself is a cycle.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, ExprId, FunctionId, NameId, Operand};
use crate::network::resolve::{Indices, Resolver};
use crate::network::{Equation, Origin};
use crate::syntax::ast::{AstId, AstNode, BinaryOperator, Symbol, UnaryOperator};

/// What a right side belongs to.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    /// The quantity that it defines.
    Equation(NameId),
    /// The function that it defines, with its parameters.
    Function(FunctionId, Vec<Symbol>),
}

/// How far a right side is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Progress {
    /// Not looked at.
    Waiting,
    /// Begun: it waits for others.
    Entered,
    /// Lowered; a function may also be one that is put in at each call.
    Done,
    /// It has an error, which has been reported.
    Failed,
}

/// A right side that waits for all names to be known.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) subject: Subject,
    pub(super) value: AstId,
    pub(super) indices: Indices,
    pub(super) span: Span,
    pub(super) progress: Progress,
    /// The number of the last attempt that asked for it.
    pub(super) asked: u32,
    /// What it was lowered to; `None` for a function that is put in at each call.
    pub(super) lowered: Option<ExprId>,
}

impl Resolver<'_> {
    /// A right side that is to be lowered; gives its number.
    pub(super) fn wait(&mut self, subject: Subject, value: AstId, indices: Indices, span: Span) -> u32 {
        let progress = Progress::Waiting;
        self.pending.push(Pending { subject, value, indices, span, progress, asked: 0, lowered: None });
        (self.pending.len() - 1) as u32
    }

    /// Lowers all right sides, each after those that it uses.
    pub(super) fn lower_pending(&mut self) {
        self.scheduling = true;
        let mut stack: Vec<usize> = Vec::new();
        // Definitions of functions come first, so that an equation does not wait for each of them.
        let functions = self.bodies_in_order();
        let equations = 0..self.pending.len();
        for root in functions.into_iter().map(|at| at as usize).chain(equations) {
            stack.push(root);
            while let Some(&at) = stack.last() {
                if matches!(self.pending[at].progress, Progress::Done | Progress::Failed) {
                    stack.pop();
                    continue;
                }
                self.pending[at].progress = Progress::Entered;
                let waits_for = self.attempt(at);
                let entered = waits_for.iter().find(|&&other| self.pending[other].progress == Progress::Entered);
                if let Some(&again) = entered {
                    self.cycle(&stack, again);
                    for &at in &stack {
                        let pending = &mut self.pending[at];
                        if pending.progress == Progress::Entered {
                            pending.progress = Progress::Failed;
                        }
                    }
                }
                stack.extend(waits_for.into_iter().rev());
            }
        }
    }

    /// Tries to lower a right side; gives the numbers of those that it waits for.
    fn attempt(&mut self, at: usize) -> Vec<usize> {
        let errors = self.diagnostics.len();
        self.missing.clear();
        self.attempts += 1;
        let Pending { subject, value, indices, .. } = self.pending[at].clone();
        let lowered = match &subject {
            Subject::Equation(_) => self.lower(value, &indices),
            Subject::Function(_, parameters) if self.is_entrywise(value) => self.body(value, parameters),
            Subject::Function(id, parameters) => {
                self.network.functions.open(*id);
                let known = self.check_names(value, parameters);
                self.pending[at].progress = if known { Progress::Done } else { Progress::Failed };
                return Vec::new();
            }
        };
        if !self.missing.is_empty() {
            self.diagnostics.truncate(errors);
            return std::mem::take(&mut self.missing);
        }
        self.pending[at].progress = if lowered.is_some() { Progress::Done } else { Progress::Failed };
        if let Some(operand) = lowered {
            self.settle(at, &subject, &operand);
        }
        Vec::new()
    }

    /// Whether all names in a definition that is put in at each call are known; those that are not are reported now.
    fn check_names(&mut self, body: AstId, parameters: &[Symbol]) -> bool {
        let mut own: Vec<Symbol> = parameters.to_vec();
        let mut names: Vec<(Symbol, Span)> = Vec::new();
        let mut stack = vec![body];
        while let Some(id) = stack.pop() {
            match *self.ast.node(id) {
                AstNode::Name(symbol) => names.push((symbol, self.ast.span(id))),
                AstNode::Fold { index, .. } => own.push(index),
                _ => {}
            }
            self.ast.for_each_child(id, |child| stack.push(child));
        }
        let words = ["pi", "e", "inf", "True", "False", "true", "false"];
        let unknown = names.into_iter().rev().find(|&(symbol, _)| {
            let known = self.names.get(symbol, &[]).is_some() || self.names.family(symbol).is_some();
            !known && !own.contains(&symbol) && !words.contains(&self.ast.text(symbol))
        });
        if let Some((symbol, span)) = unknown {
            let error = self.unknown(symbol, span);
            self.report(error);
        }
        unknown.is_none()
    }

    fn settle(&mut self, at: usize, subject: &Subject, operand: &Operand) {
        match *subject {
            Subject::Equation(name) => {
                let operand = self.network.arena.materialised(operand);
                let shape = self.network.arena.shapes_mut().intern(&operand.dims());
                self.network.quantities[name.0 as usize].shape = shape;
                self.pending[at].lowered = Some(operand.expr);
            }
            Subject::Function(id, _) if operand.rank() == 0 => {
                self.network.functions.define(id, operand.expr);
                self.pending[at].lowered = Some(operand.expr);
            }
            Subject::Function(id, _) => self.network.functions.open(id),
        }
    }

    /// The equations in the order of the file.
    pub(super) fn enter_equations(&mut self) {
        self.scheduling = false;
        let failed = self.pending.iter().find(|pending| pending.progress != Progress::Done).map(|pending| pending.span);
        if let Some(span) = failed.filter(|_| !self.diagnostics.iter().any(Diagnostic::is_error)) {
            self.report(Diagnostic::error("unsupported", "this has no meaning that can be derived").at(span, ""));
        }
        self.network.equations.reserve(self.pending.len());
        for pending in std::mem::take(&mut self.pending) {
            let Subject::Equation(name) = pending.subject else { continue };
            let at = self.network.equations.len() as u32;
            self.network.quantities[name.0 as usize].origin = Origin::Equation(at);
            let value = pending.lowered.unwrap_or(Arena::ZERO);
            self.network.equations.push(Equation { name, value, span: pending.span, written: true });
        }
    }

    /// A quantity where it is used; `None` if its shape is not known (yet).
    pub(super) fn quantity_operand(&mut self, name: NameId) -> Option<Operand> {
        if let (true, Origin::Equation(at)) = (self.scheduling, self.network.quantity(name).origin) {
            let at = at as usize;
            match self.pending[at].progress {
                Progress::Done => {}
                Progress::Failed => return None,
                Progress::Waiting | Progress::Entered => {
                    self.need(at);
                    return None;
                }
            }
        }
        let expr = self.network.name_expr(name);
        Some(self.network.arena.operand(expr))
    }

    fn need(&mut self, at: usize) {
        if self.pending[at].asked != self.attempts {
            self.pending[at].asked = self.attempts;
            self.missing.push(at);
        }
    }

    /// How a function of the user's own is called: `Some(None)` as a call, `Some(definition)` by its definition.
    pub(super) fn user_definition(&mut self, function: FunctionId) -> Option<Option<(Vec<Symbol>, AstId)>> {
        let Some(&at) = self.bodies.get(&function) else { return Some(None) };
        let Some(pending) = self.pending.get(at as usize) else { return Some(None) };
        match pending.progress {
            Progress::Done if pending.lowered.is_some() => Some(None),
            Progress::Done => match &pending.subject {
                Subject::Function(_, parameters) => Some(Some((parameters.clone(), pending.value))),
                Subject::Equation(_) => None,
            },
            Progress::Failed => None,
            Progress::Waiting | Progress::Entered => {
                self.need(at as usize);
                None
            }
        }
    }

    /// Whether a definition only does what can be done entry by entry, so that it may stay a call.
    fn is_entrywise(&self, body: AstId) -> bool {
        let mut stack = vec![body];
        while let Some(id) = stack.pop() {
            let entrywise = match *self.ast.node(id) {
                AstNode::Binary { operator, .. } => operator != BinaryOperator::MatrixMultiply,
                AstNode::Unary { operator, .. } => operator == UnaryOperator::Negate,
                AstNode::List(_) => false,
                AstNode::Call { function, arguments, .. } => self.is_entrywise_function(function, arguments.len()),
                _ => true,
            };
            if !entrywise {
                return false;
            }
            self.ast.for_each_child(id, |child| stack.push(child));
        }
        true
    }

    fn is_entrywise_function(&self, symbol: Symbol, arguments: usize) -> bool {
        use crate::function::{Form, FunctionRef, Functions};
        if let Some(id) = self.names.functions.get(&symbol) {
            // One that is defined may turn out to be put in: then this one is tried, and is put in as well.
            let body = self.bodies.get(id).and_then(|&at| self.pending.get(at as usize));
            return body.is_none_or(|body| body.progress != Progress::Done || body.lowered.is_some());
        }
        let text = self.ast.text(symbol);
        let Some(id) = Functions::builtin(text) else { return true };
        match self.network.functions.get(id) {
            FunctionRef::Table(entry) => {
                matches!(entry.form, Form::Elementwise) && !(entry.takes_more() && arguments == 1)
            }
            FunctionRef::User(_) => true,
        }
    }

    /// `a → b → a`.
    fn cycle(&mut self, stack: &[usize], again: usize) {
        // Only those that were begun are on the way; the others wait beside it.
        let way: Vec<usize> =
            stack.iter().copied().filter(|&at| self.pending[at].progress == Progress::Entered).collect();
        let from = way.iter().position(|&at| at == again).unwrap_or(0);
        let spelling = |at: usize| match &self.pending[at].subject {
            Subject::Equation(name) => self.network.spelling(*name),
            Subject::Function(id, _) => self.network.functions.get(*id).name().to_owned(),
        };
        let mut names: Vec<String> = way[from..].iter().map(|&at| spelling(at)).collect();
        if names.len() > 12 {
            names.splice(6..names.len() - 5, ["…".to_owned()]);
        }
        names.push(spelling(again));
        let message = format!("`{}` is defined by itself: {}", spelling(again), names.join(" → "));
        let mut error = Diagnostic::error("cycle", message).at(self.pending[again].span, "");
        for &at in way[from..].iter().skip(1).take(5) {
            error = error.at(self.pending[at].span, "");
        }
        self.report(error.hint("an arrow reads \"uses\"; an index such as `h[t-1]` breaks a loop in time"));
    }

    /// Functions of the user's own that call themselves, directly or not, are refused.
    pub(super) fn check_recursion(&mut self) {
        let bodies: Vec<u32> = self.bodies_in_order();
        for root in bodies {
            let mut path = vec![root];
            let mut stack = vec![self.called(root)];
            let mut seen = rustc_hash::FxHashSet::default();
            while let Some(next) = stack.last_mut() {
                match next.pop() {
                    None => {
                        stack.pop();
                        path.pop();
                    }
                    Some(called) if called == root => {
                        self.recursion(&path, root);
                        return;
                    }
                    Some(called) => {
                        if seen.insert(called) {
                            path.push(called);
                            stack.push(self.called(called));
                        }
                    }
                }
            }
        }
    }

    fn bodies_in_order(&self) -> Vec<u32> {
        let all = 0..self.pending.len() as u32;
        all.filter(|&at| matches!(self.pending[at as usize].subject, Subject::Function(..))).collect()
    }

    fn recursion(&mut self, path: &[u32], root: u32) {
        let name = |at: &u32| match self.pending[*at as usize].subject {
            Subject::Function(id, _) => self.network.functions.get(id).name().to_owned(),
            Subject::Equation(_) => String::new(),
        };
        let cycle: Vec<String> = path.iter().chain([&root]).map(name).collect();
        let message = format!("the function `{}` calls itself: {}", name(&root), cycle.join(" → "));
        let span = self.pending[root as usize].span;
        self.report(Diagnostic::error("cycle", message).at(span, ""));
        for at in self.bodies_in_order() {
            self.pending[at as usize].progress = Progress::Failed;
        }
    }

    /// The definitions of functions that a definition calls.
    fn called(&self, at: u32) -> Vec<u32> {
        let mut called = Vec::new();
        let mut stack = vec![self.pending[at as usize].value];
        while let Some(id) = stack.pop() {
            if let AstNode::Call { function, .. } = *self.ast.node(id) {
                let body = self.names.functions.get(&function).and_then(|id| self.bodies.get(id));
                called.extend(body.copied());
            }
            self.ast.for_each_child(id, |child| stack.push(child));
        }
        called
    }
}
