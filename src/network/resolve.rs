//! From the statements of a file to a network: first all names are entered, then all right sides are lowered.
//!
//! Takes the syntax tree; gives the network, or located diagnostics, as many as are independent of each other.

use std::rc::Rc;

use crate::diagnostic::{Diagnostic, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{FunctionId, NameId, Operand};
use crate::network::expression::Outer;
use crate::network::names::NameTable;
use crate::network::parts::NamedParts;
use crate::network::schedule::{Pending, Subject};
use crate::network::{Assumption, Network, Origin, Show, compose, order, parts};
use crate::shape::Dim;
use crate::syntax::ast::{Ast, AstId, NameRef, Spanned, Statement, Symbol};
use crate::syntax::spelling::canonical;

/// What a name that nothing declares is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FreeNames {
    /// An error.
    Refused,
    /// A scalar parameter: for one-liners on the command line.
    Parameters,
    /// An error; the text is a formula of the function table, which knows nothing of the user's functions.
    Formula,
}

/// Which sizes have names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SizeNames {
    /// Those that the file gives names.
    Declared,
    /// Also the large numbers in declared shapes, wherever they stand.
    Numbers,
}

/// The values of loop indices where a statement stands.
pub(super) type Indices = Rc<[(Symbol, i64)]>;

/// The most statements that loops may unroll to, and the most terms of one fold.
pub(super) const MAX_UNROLLED: i64 = 2_000_000;
/// The most errors that one file reports.
const MAX_ERRORS: usize = 20;

/// The shapes that the signature of an abstract function names.
#[derive(Clone, Debug)]
pub(super) struct SignatureShapes {
    pub(super) parameters: Vec<Vec<Dim>>,
    pub(super) result: Vec<Dim>,
}

/// The state while a file is resolved.
pub(super) struct Resolver<'a> {
    pub(super) ast: &'a Ast,
    pub(super) network: Network,
    pub(super) names: NameTable,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) free_names: FreeNames,
    pub(super) size_names: SizeNames,
    /// The parameters of the formula that is lowered, which errors show as the arguments of its call.
    pub(super) marked: Vec<Symbol>,
    /// How many sums over an axis there have been.
    pub(super) next_key: u32,
    /// How many terms sums have been written out to.
    pub(super) terms: i64,
    /// The index over an axis that must be written out term by term, when a sum over it was tried and refused.
    pub(super) blamed: Option<u32>,
    /// How deep the expression is that is being lowered.
    pub(super) level: usize,
    /// Right sides that wait; an equation says in its origin which one is its own.
    pub(super) pending: Vec<Pending>,
    /// Which right side defines a function.
    pub(super) bodies: FxHashMap<FunctionId, u32>,
    /// Leaves whose shape is declared.
    pub(super) shaped: FxHashSet<NameId>,
    /// Abstract functions of whole tensors.
    pub(super) signatures: FxHashMap<FunctionId, SignatureShapes>,
    /// Definitions of functions that have been put in at a call; `None` for those with an error.
    pub(super) expansions: FxHashMap<(FunctionId, Vec<Operand>), Option<Operand>>,
    /// Calls that waited for a right side, with the number of the attempt.
    pub(super) stalled: FxHashMap<(FunctionId, Vec<Operand>), u32>,
    /// Right sides that the one that is being lowered needs first.
    pub(super) missing: Vec<usize>,
    /// How often a right side has been tried.
    pub(super) attempts: u32,
    /// Whether right sides are being lowered, so that a quantity may have no shape yet.
    pub(super) scheduling: bool,
    /// What `u @ v.T` of two vectors is.
    pub(super) outer: Outer,
    /// The parts of an expression that is read on its own, if they are wanted.
    pub(super) recorded: Option<Vec<(AstId, Operand)>>,
    /// Parts of calls that get names of their own.
    pub(super) parts: Vec<NamedParts>,
    /// Names that could not be entered; errors of what uses them follow from that.
    pub(super) broken: FxHashSet<Symbol>,
    pub(super) values: Vec<(NameId, AstId, Indices)>,
    later: Vec<(&'a Spanned, Indices)>,
    costs: Vec<(NameId, Span)>,
    unrolled: i64,
}

/// Resolves a file. The network is `None` if there are errors.
pub fn resolve(ast: &Ast, free_names: FreeNames) -> (Option<Network>, Vec<Diagnostic>) {
    resolve_with_sizes(ast, free_names, SizeNames::Declared)
}

/// The same, where numbers may be names of sizes.
pub(super) fn resolve_with_sizes(
    ast: &Ast,
    free_names: FreeNames,
    size_names: SizeNames,
) -> (Option<Network>, Vec<Diagnostic>) {
    let mut resolver = Resolver { size_names, ..Resolver::new(ast, Network::default(), free_names) };
    resolver.declare_all();
    resolver.lower_all();
    resolver.drop_what_follows();
    let Resolver { mut network, mut diagnostics, costs, parts, .. } = resolver;
    if !diagnostics.iter().any(Diagnostic::is_error) {
        parts::name_parts(&mut network, parts);
        compose::open_compositions(&mut network);
        order::sort_equations(&mut network);
    }
    if let [(first, at), .., (_, again)] = costs[..] {
        let error = Diagnostic::error("defined-twice", "there are two costs")
            .at(again, "the second one")
            .at(at, format!("`{}` is the first", network.spelling(first)))
            .hint("mark one quantity with `cost`; `--of NAME` chooses another");
        diagnostics.push(error);
    }
    network.cost = costs.first().map(|cost| cost.0);
    order::find_outputs(&mut network);
    diagnostics.sort_by_key(|error| error.labels.first().map(|label| label.span));
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    if errors > MAX_ERRORS {
        diagnostics.truncate(MAX_ERRORS);
        let more = format!("{} further errors are not shown", errors - MAX_ERRORS);
        diagnostics.push(Diagnostic::error("too-many", more));
    }
    ((errors == 0).then_some(network), diagnostics)
}

impl<'a> Resolver<'a> {
    pub(super) fn new(ast: &'a Ast, network: Network, free_names: FreeNames) -> Self {
        Resolver {
            ast,
            network,
            names: NameTable::default(),
            diagnostics: Vec::new(),
            free_names,
            size_names: SizeNames::Declared,
            marked: Vec::new(),
            next_key: 0,
            terms: 0,
            blamed: None,
            level: 0,
            pending: Vec::new(),
            outer: Outer::default(),
            recorded: None,
            parts: Vec::new(),
            bodies: FxHashMap::default(),
            shaped: FxHashSet::default(),
            signatures: FxHashMap::default(),
            expansions: FxHashMap::default(),
            missing: Vec::new(),
            stalled: FxHashMap::default(),
            attempts: 0,
            scheduling: false,
            values: Vec::new(),
            later: Vec::new(),
            costs: Vec::new(),
            unrolled: 0,
            broken: FxHashSet::default(),
        }
    }

    /// Takes back the errors that stand on a name that could not be entered.
    fn drop_what_follows(&mut self) {
        if self.broken.is_empty() {
            return;
        }
        let broken: Vec<&str> = self.broken.iter().map(|&symbol| self.ast.text(symbol)).collect();
        let mentions = |span: Span| {
            let text = self.ast.source.get(span.range()).unwrap_or_default();
            text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).any(|word| broken.contains(&word))
        };
        let follows = |error: &Diagnostic| {
            matches!(error.code, "shape" | "unknown-name") && error.labels.iter().any(|label| mentions(label.span))
        };
        if self.diagnostics.iter().any(|error| error.is_error() && !follows(error)) {
            self.diagnostics.retain(|error| !follows(error));
        }
    }

    pub(super) fn report(&mut self, error: Diagnostic) {
        self.diagnostics.push(error);
    }

    /// Enters all names: sizes first, because bounds need them; then functions; then everything in order.
    fn declare_all(&mut self) {
        let ast = self.ast;
        let none: Indices = Rc::from([]);
        for statement in &ast.statements {
            match &statement.statement {
                Statement::Dim { sizes } => self.sizes(sizes, &none),
                Statement::Function { name, name_span, parameters, .. } => {
                    let parameters = parameters.iter().map(|(symbol, _)| ast.text(*symbol).to_owned()).collect();
                    self.function(*name, *name_span, parameters);
                }
                Statement::Abstract { name, name_span, signature } => {
                    self.abstract_function(*name, *name_span, signature.as_ref());
                }
                _ => {}
            }
        }
        self.block(&ast.statements, none);
    }

    /// Enters the names of a block. Loops unroll with an explicit stack of work.
    fn block(&mut self, statements: &'a [Spanned], indices: Indices) {
        let mut stack: Vec<(&'a [Spanned], Indices)> = vec![(statements, indices)];
        while let Some((statements, indices)) = stack.pop() {
            let Some((first, rest)) = statements.split_first() else { continue };
            stack.push((rest, indices.clone()));
            self.unrolled += 1;
            if self.unrolled > MAX_UNROLLED {
                let error =
                    Diagnostic::error("bad-range", format!("loops unroll to more than {MAX_UNROLLED} statements"));
                self.report(error.at(first.span, ""));
                return;
            }
            if let Statement::For { index, range, body } = &first.statement {
                if let Some((lower, upper)) = self.bounds(*range, &indices) {
                    let rounds = (lower..=upper).rev().map(|value| {
                        let inner: Indices = indices.iter().copied().chain([(*index, value)]).collect();
                        (body.as_slice(), inner)
                    });
                    stack.extend(rounds);
                }
            } else {
                self.enter(first, indices);
            }
        }
    }

    /// Enters what one statement names; what it says is lowered when all names are known.
    fn enter(&mut self, spanned: &'a Spanned, indices: Indices) {
        match &spanned.statement {
            Statement::Declare { role, leaves } => self.leaves(*role, leaves, &indices),
            Statement::Equation { name, value, cost } => {
                if let Some(id) = self.equation(name, *value, &indices, spanned.span)
                    && *cost
                {
                    self.costs.push((id, spanned.span));
                }
            }
            Statement::Dim { .. } | Statement::Abstract { .. } | Statement::For { .. } => {}
            _ => self.later.push((spanned, indices)),
        }
    }

    fn equation(&mut self, name: &NameRef, value: AstId, indices: &Indices, span: Span) -> Option<NameId> {
        let Some(at) = self.index_values(name, indices) else {
            self.broken.insert(name.symbol);
            return None;
        };
        // Until all are lowered, the origin says which right side is its own.
        let id = self.quantity(name, &at, Origin::Equation(self.pending.len() as u32))?;
        self.wait(Subject::Equation(id), value, indices.clone(), span);
        Some(id)
    }

    /// Lowers everything, now that all names are known.
    fn lower_all(&mut self) {
        let later = std::mem::take(&mut self.later);
        let none: Indices = Rc::from([]);
        for (spanned, _) in &later {
            if let Statement::Function { name, parameters, body, name_span } = &spanned.statement
                && let Some(&id) = self.names.functions.get(name)
            {
                let parameters: Vec<Symbol> = parameters.iter().map(|parameter| parameter.0).collect();
                let at = self.wait(Subject::Function(id, parameters), *body, none.clone(), *name_span);
                self.bodies.insert(id, at);
            }
        }
        self.check_shadowing();
        self.check_recursion();
        for (name, value, indices) in std::mem::take(&mut self.values) {
            self.declared_value(name, value, &indices);
        }
        self.lower_pending();
        self.enter_equations();
        for (spanned, indices) in later {
            self.fact(spanned, &indices);
        }
    }

    /// Assumptions, points and notation.
    fn fact(&mut self, spanned: &Spanned, indices: &Indices) {
        match &spanned.statement {
            Statement::Assume { condition } => {
                let sides = (self.lower(condition.left, indices), self.lower(condition.right, indices));
                if let (Some(left), Some(right)) = sides {
                    let comparison = condition.comparison;
                    self.note_fact(condition, &left, &right);
                    let (left, right) = (left.expr, right.expr);
                    self.network.assumptions.push(Assumption { left, comparison, right, span: spanned.span });
                }
            }
            Statement::At { label, values } => self.point(label.clone(), values, indices, spanned.span),
            Statement::Show { pattern, form, form_span, .. } => {
                let (stem, numbered) = match pattern.strip_suffix('#') {
                    Some(stem) => (stem, true),
                    None => (pattern.as_str(), false),
                };
                let stem = match stem.split_once('[') {
                    Some((head, rest)) => format!("{}[{rest}", canonical(head)),
                    None => canonical(stem).into_owned(),
                };
                self.network.shows.push(Show { stem, numbered, form: form.clone(), form_span: *form_span });
            }
            _ => {}
        }
    }
}
