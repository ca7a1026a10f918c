//! The walk from expressions to operations, on a stack of its own: no recursion, whatever the depth.
//!
//! Takes roots and what operations are written for ([`Lower`]: programs on scalars, graphs on tensors); hands it each
//! expression once its operands have their values, and gives the value of the root. A frame is a set of expressions with
//! their values: the network itself, or the body of a function at one call.

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::eval::compile::{Compiler, Root};
use crate::eval::program::{Owner, Source};
use crate::expr::{ExprId, Factor, FunctionId, NameId, Node, OrdersId};
use crate::function::{Entry, FunctionRef};
use crate::rational::Rational;
use crate::syntax::ast::Comparison;

const UNWORKED: &str = "a derivative that is only a symbol has no value";

/// What operations are written for. The walk decides what is computed and in which order; here is how.
pub(super) trait Lower<'a>: Sized {
    /// Stands for the value of an expression.
    type Value: Clone;

    /// How many operations there may be; functions that call functions twice grow without bound.
    const LIMIT: usize;

    /// The walk that this is at the end of.
    fn walk(&mut self) -> &mut Walk<'a, Self::Value>;

    /// How many operations there are.
    fn operation_count(&self) -> usize;

    /// A number.
    fn number(&mut self, number: f64, source: Source) -> Self::Value;

    /// A quantity whose value is given.
    fn input(&mut self, name: NameId, owner: Owner) -> Result<Self::Value, Diagnostic>;

    /// The sum of two terms or more, from left to right.
    fn sum_of(&mut self, terms: &[Self::Value], source: Source) -> Self::Value;

    /// coefficient · Π baseᵉ, from left to right.
    fn product_of<'n>(
        &mut self,
        coefficient: &Rational,
        powers: impl Iterator<Item = (Self::Value, &'n Rational)>,
        source: Source,
    ) -> Self::Value;

    /// A contraction, or a selection that stands outside of one.
    fn contraction_of(&mut self, frame: u32, expr: ExprId, source: Source) -> Result<Self::Value, Diagnostic>;

    /// Of four operands: if the first compares so with the second the third, else the fourth.
    fn select(&mut self, comparison: Comparison, operands: &[Self::Value; 4], source: Source) -> Self::Value;

    /// left − right.
    fn difference(&mut self, left: &Self::Value, right: &Self::Value, source: Source) -> Self::Value;

    /// A function of the table at its arguments. `call` is where the network itself calls it: the value has its shape.
    fn table_call(
        &mut self,
        function: (FunctionId, &'static Entry),
        arguments: &[Self::Value],
        call: Option<ExprId>,
        source: Source,
    ) -> Result<Self::Value, Diagnostic>;

    /// Takes note of a kink.
    fn kink(&mut self, kink: Kink<'_, Self::Value>);

    /// The value of `expr` in its shape: 0 and numbers may stand for tensors.
    fn shaped(&mut self, value: Self::Value, expr: ExprId, owner: Owner) -> Result<Self::Value, Diagnostic>;
}

/// A call or case distinction that has no derivative somewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kink<'v, V> {
    /// Zero exactly there.
    pub(super) zero: &'v V,
    /// The value of the call or case distinction.
    pub(super) result: &'v V,
    /// What is compared, to judge how small the zero is.
    pub(super) scale: &'v [V],
    /// What is taken there; empty for a case distinction.
    pub(super) convention: &'static str,
    /// The function, or `if`.
    pub(super) name: &'static str,
    pub(super) source: Source,
}

/// What is known of an expression of the network.
#[derive(Clone, Copy, Debug)]
enum Held<V> {
    Nothing,
    /// Its operands are being computed.
    Open,
    Value(V),
}

/// The body of a function at one call.
#[derive(Debug)]
struct Frame<V> {
    /// With whose value the output stands.
    function: FunctionId,
    arguments: Vec<V>,
    values: FxHashMap<ExprId, V>,
    /// The call as the reader sees it.
    source: Source,
}

/// What is left to do.
#[derive(Clone, Copy, Debug)]
enum Work {
    /// Compute an expression, operands first.
    Enter { frame: u32, expr: ExprId, owner: Owner },
    /// Compute it from its operands.
    Exit { frame: u32, expr: ExprId, owner: Owner },
    /// The body of a function has its value: it is that of the call.
    Return { frame: u32, call: ExprId, body: ExprId },
    /// Compute what is 0 at a kink of a call that has its value.
    Watch { frame: u32, call: ExprId, kink: u32, owner: Owner },
    /// It is computed.
    Watched { frame: u32, call: ExprId, kink: u32, body: ExprId },
}

/// How far a walk is.
#[derive(Debug)]
pub(super) struct Walk<'a, V> {
    pub(super) compiler: &'a Compiler<'a>,
    /// The values of the network.
    values: Vec<Held<V>>,
    /// Stands for a value that is not there.
    missing: V,
    /// Bodies being computed; the innermost last. Frame k stands at k − 1, frame 0 is the network.
    frames: Vec<Frame<V>>,
    work: Vec<Work>,
    /// Room for operands.
    scratch: Vec<V>,
    /// Whether the formula of a kink is being lowered.
    watching: bool,
}

impl<'a, V: Clone> Walk<'a, V> {
    /// A walk that begins; `missing` must not pass for the value of anything.
    pub(super) fn new(compiler: &'a Compiler<'a>, missing: V) -> Self {
        Walk {
            compiler,
            values: vec![Held::Nothing; compiler.network.arena.len()],
            missing,
            frames: Vec::new(),
            work: Vec::new(),
            scratch: Vec::new(),
            watching: false,
        }
    }

    /// The value of an expression that has been computed.
    pub(super) fn value(&self, frame: u32, expr: ExprId) -> V {
        let found = match self.home(frame, expr).checked_sub(1) {
            Some(at) => self.frames[at as usize].values.get(&expr),
            None => match &self.values[expr.0 as usize] {
                Held::Value(value) => Some(value),
                Held::Nothing | Held::Open => None,
            },
        };
        found.unwrap_or(&self.missing).clone()
    }

    /// The frame in which an expression has its value: a name means the same in the body of a function as outside.
    fn home(&self, frame: u32, expr: ExprId) -> u32 {
        match self.compiler.network.arena.node(expr) {
            Node::Name(_) | Node::Derivative { .. } => 0,
            _ => frame,
        }
    }

    fn set(&mut self, frame: u32, expr: ExprId, value: V) {
        match frame.checked_sub(1) {
            Some(at) => {
                self.frames[at as usize].values.insert(expr, value);
            }
            None => self.values[expr.0 as usize] = Held::Value(value),
        }
    }

    /// The values of operands; the vector should be given back to `scratch`.
    fn collect(&mut self, frame: u32, of: impl Iterator<Item = ExprId>) -> Vec<V> {
        let mut values = std::mem::take(&mut self.scratch);
        values.clear();
        values.extend(of.map(|expr| self.value(frame, expr)));
        values
    }

    /// The expression that a name or a symbol stands for, with the name if an equation defines it.
    fn alias(&self, expr: ExprId) -> Option<(ExprId, Option<NameId>)> {
        match self.compiler.network.arena.node(expr) {
            Node::Derivative { .. } => self.compiler.symbols.get(&expr).map(|&value| (value, None)),
            Node::Name(name) => match self.compiler.symbols.get(&expr) {
                Some(&value) => Some((value, None)),
                None => self.compiler.formula(name).map(|value| (value, Some(name))),
            },
            _ => None,
        }
    }

    /// What the reader sees at this place: the expression, or the call whose body it is in.
    fn seen(&self, frame: u32, expr: ExprId) -> ExprId {
        let outermost = if frame == 0 { None } else { self.frames.first() };
        outermost.map_or(expr, |outermost| outermost.source.expression)
    }

    /// Whether kinks are of interest here: in equations, but not in the formulas for kinks themselves.
    fn watches(&self, owner: Owner) -> bool {
        self.compiler.templates.is_some() && !self.watching && matches!(owner, Owner::Quantity(_))
    }

    /// Puts an expression and then its operands on the stack, if it has no value yet.
    fn enter(&mut self, frame: u32, expr: ExprId, owner: Owner) -> Result<(), Diagnostic> {
        let frame = self.home(frame, expr);
        match frame.checked_sub(1) {
            // Only names can lead back to where they are used, and they are all in the network.
            Some(at) if self.frames[at as usize].values.contains_key(&expr) => return Ok(()),
            Some(_) => {}
            None => match &mut self.values[expr.0 as usize] {
                Held::Value(_) => return Ok(()),
                Held::Open => return Err(self.error("cycle", "a value would be needed to compute itself", owner)),
                nothing @ Held::Nothing => *nothing = Held::Open,
            },
        }
        let alias = self.alias(expr);
        let owner = alias.and_then(|(_, name)| name).map_or(owner, Owner::Quantity);
        self.work.push(Work::Exit { frame, expr, owner });
        let arena = &self.compiler.network.arena;
        match (alias, arena.node(expr)) {
            (Some((value, _)), _) => self.work.push(Work::Enter { frame: 0, expr: value, owner }),
            (None, Node::Derivative { .. }) => {}
            (None, node) => {
                let from = self.work.len();
                // Zeros and ones that select entries are a plane in the product: they are never laid out.
                let in_product = matches!(node, Node::Contraction { .. });
                let is_laid_out = |child: &ExprId| !in_product || !matches!(arena.node(*child), Node::Selection(_));
                let children = arena.children(expr).filter(is_laid_out);
                self.work.extend(children.map(|expr| Work::Enter { frame, expr, owner }));
                self.work[from..].reverse();
            }
        }
        Ok(())
    }

    /// Begins with the body of a function.
    fn open(&mut self, function: FunctionId, arguments: Vec<V>, body: ExprId, source: Source, then: Work) {
        self.frames.push(Frame { function, arguments, values: FxHashMap::default(), source });
        self.work.push(then);
        self.work.push(Work::Enter { frame: self.frames.len() as u32, expr: body, owner: source.owner });
    }

    /// The innermost body is done.
    fn leave(&mut self, frame: u32, call: ExprId, body: ExprId) {
        let value = self.value(self.frames.len() as u32, body);
        if let Some(frame) = self.frames.pop() {
            self.scratch = frame.arguments;
        }
        self.set(frame, call, value);
    }

    /// Begins with what is 0 at a kink of a call; its frame is done before the next begins.
    fn watch(&mut self, frame: u32, call: ExprId, kink: u32, owner: Owner) {
        let Node::Call { function, arguments, .. } = self.compiler.network.arena.node(call) else { return };
        let zeros = self.compiler.templates.and_then(|templates| templates.kinks.get(&function));
        let Some(&body) = zeros.and_then(|zeros| zeros.get(kink as usize)) else { return };
        let arguments = self.collect(frame, arguments.iter().copied());
        let source = Source { owner, expression: self.seen(frame, call), function: Some(function) };
        self.watching = true;
        self.open(function, arguments, body, source, Work::Watched { frame, call, kink, body });
    }

    fn error(&self, code: &'static str, message: &str, owner: Owner) -> Diagnostic {
        self.compiler.error(code, message, owner)
    }
}

/// The value of a root, and where it comes from.
pub(super) fn root<'a, L: Lower<'a>>(
    lower: &mut L,
    root: Root,
    owner: Owner,
) -> Result<(L::Value, Source), Diagnostic> {
    let (expr, owner) = match root {
        Root::Expression(expr) => (expr, owner),
        Root::Quantity(name) => match lower.walk().compiler.formula(name) {
            Some(value) => (value, Owner::Quantity(name)),
            None => {
                let source = Source { owner, expression: ExprId(0), function: None };
                return Ok((lower.input(name, owner)?, source));
            }
        },
    };
    lower.walk().work.push(Work::Enter { frame: 0, expr, owner });
    while let Some(work) = lower.walk().work.pop() {
        match work {
            Work::Enter { frame, expr, owner } => lower.walk().enter(frame, expr, owner)?,
            Work::Exit { frame, expr, owner } => exit(lower, frame, expr, owner)?,
            Work::Return { frame, call, body } => lower.walk().leave(frame, call, body),
            Work::Watch { frame, call, kink, owner } => lower.walk().watch(frame, call, kink, owner),
            Work::Watched { frame, call, kink, body } => watched(lower, frame, call, kink, body),
        }
        if lower.operation_count() > L::LIMIT {
            let error = lower.walk().error("too-large", "the network is too large to evaluate", owner);
            return Err(error.hint("functions that call each other several times are put in at each call"));
        }
    }
    let value = lower.walk().value(0, expr);
    let source = Source { owner, expression: expr, function: None };
    Ok((lower.shaped(value, expr, owner)?, source))
}

/// The operands of an expression have their values: it gets its own.
fn exit<'a, L: Lower<'a>>(lower: &mut L, frame: u32, expr: ExprId, owner: Owner) -> Result<(), Diagnostic> {
    let walk = lower.walk();
    let arena = &walk.compiler.network.arena;
    let node = arena.node(expr);
    let function = match node {
        Node::Call { function, .. } => Some(function),
        _ => None,
    };
    let source = Source { owner, expression: walk.seen(frame, expr), function };
    let value = match (node, walk.alias(expr)) {
        (_, Some((aliased, _))) => {
            let value = walk.value(0, aliased);
            lower.shaped(value, aliased, owner)?
        }
        (Node::Name(name), None) => lower.input(name, owner)?,
        (Node::Derivative { .. }, None) => return Err(walk.error("not-evaluable", UNWORKED, owner)),
        (Node::Parameter(at), None) => parameter(lower, frame, at, source)?,
        (Node::Number(number), None) => lower.number(arena.value(number).to_f64(), source),
        (Node::Constant(constant), None) => lower.number(constant.to_f64(), source),
        (Node::Sum(terms), None) => {
            let terms = walk.collect(frame, terms.iter().copied());
            let value = lower.sum_of(&terms, source);
            lower.walk().scratch = terms;
            value
        }
        (Node::Product { coefficient, factors }, None) => {
            let mut bases = walk.collect(frame, factors.iter().map(|factor| factor.base));
            let exponent = |factor: &Factor| arena.value(factor.exponent);
            let powers = bases.drain(..).zip(factors.iter().map(exponent));
            let value = lower.product_of(arena.value(coefficient), powers, source);
            lower.walk().scratch = bases;
            value
        }
        (Node::Contraction { .. } | Node::Selection(_), None) => lower.contraction_of(frame, expr, source)?,
        (Node::If { comparison, parts }, None) => {
            let operands = parts.map(|part| walk.value(frame, part));
            select(lower, comparison, &operands, source)
        }
        (Node::Call { function, orders, arguments }, None) => {
            let arguments = walk.collect(frame, arguments.iter().copied());
            return call(lower, (frame, expr), (function, orders), arguments, source);
        }
    };
    lower.walk().set(frame, expr, value);
    Ok(())
}

/// A case distinction, whose boundary may be a kink.
fn select<'a, L: Lower<'a>>(
    lower: &mut L,
    comparison: Comparison,
    operands: &[L::Value; 4],
    source: Source,
) -> L::Value {
    let value = lower.select(comparison, operands, source);
    let boundary = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    if boundary && lower.walk().watches(source.owner) {
        let zero = lower.difference(&operands[0], &operands[1], source);
        let (result, scale) = (&value, &operands[..2]);
        lower.kink(Kink { zero: &zero, result, scale, convention: "", name: "if", source });
    }
    value
}

/// An argument of the function whose body this is, or its output.
fn parameter<'a, L: Lower<'a>>(lower: &mut L, frame: u32, at: u32, source: Source) -> Result<L::Value, Diagnostic> {
    let walk = lower.walk();
    let Some(inner) = frame.checked_sub(1).map(|at| &walk.frames[at as usize]) else {
        return Err(walk.error("not-evaluable", "an argument stands outside of its function", source.owner));
    };
    if let Some(value) = inner.arguments.get(at as usize) {
        return Ok(value.clone());
    }
    // The output of the function whose derivative this is.
    let (function, arguments) = (inner.function, inner.arguments.clone());
    match walk.compiler.network.functions.get(function) {
        FunctionRef::Table(entry) => lower.table_call((function, entry), &arguments, None, source),
        FunctionRef::User(_) => {
            Err(walk.error("not-evaluable", "the output of a function stands outside of it", source.owner))
        }
    }
}

/// A function of the table gets its value and its kinks are watched; the body of another is entered.
fn call<'a, L: Lower<'a>>(
    lower: &mut L,
    (frame, call): (u32, ExprId),
    (function, orders): (FunctionId, OrdersId),
    arguments: Vec<L::Value>,
    source: Source,
) -> Result<(), Diagnostic> {
    let compiler = lower.walk().compiler;
    let body = match (compiler.network.functions.get(function), orders) {
        (FunctionRef::Table(entry), OrdersId::NONE) => {
            let place = (frame == 0).then_some(call);
            let value = lower.table_call((function, entry), &arguments, place, source)?;
            let walk = lower.walk();
            walk.scratch = arguments;
            walk.set(frame, call, value);
            if walk.watches(source.owner) {
                let kinks = (0..entry.kinks.len() as u32).rev();
                walk.work.extend(kinks.map(|kink| Work::Watch { frame, call, kink, owner: source.owner }));
            }
            return Ok(());
        }
        (FunctionRef::User(own), OrdersId::NONE) => own.body,
        _ => compiler.templates.and_then(|templates| templates.derived.get(&(function, orders)).copied()),
    };
    let Some(body) = body else { return Err(compiler.no_value(function, orders, source.owner)) };
    lower.walk().open(function, arguments, body, source, Work::Return { frame, call, body });
    Ok(())
}

/// What is 0 at a kink of a call has its value.
fn watched<'a, L: Lower<'a>>(lower: &mut L, frame: u32, call: ExprId, kink: u32, body: ExprId) {
    let walk = lower.walk();
    let (zero, result) = (walk.value(walk.frames.len() as u32, body), walk.value(frame, call));
    walk.watching = false;
    let Some(Frame { function, arguments, source, .. }) = walk.frames.pop() else { return };
    let FunctionRef::Table(entry) = walk.compiler.network.functions.get(function) else { return };
    let Some(kink) = entry.kinks.get(kink as usize) else { return };
    let (convention, name) = (kink.convention, entry.name);
    lower.kink(Kink { zero: &zero, result: &result, scale: &arguments, convention, name, source });
    lower.walk().scratch = arguments;
}
