//! The walk from expressions to instructions, on a stack of its own: no recursion, whatever the depth.
//!
//! A frame is a set of expressions with their slots: the network itself, or the body of a function at one call.

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::eval::builder::{Builder, Power};
use crate::eval::compile::{Compiler, Root};
use crate::eval::program::{KinkSite, Operation, Owner, Slot, Source};
use crate::expr::{Constant, ExprId, Factor, FunctionId, NameId, Node, OrdersId};
use crate::function::{FunctionRef, Kernel};
use crate::syntax::ast::Comparison;

const UNKNOWN: Slot = Slot::MAX;
const OPEN: Slot = Slot::MAX - 1;

/// How many instructions a program may have; functions that call functions twice grow without bound.
const LIMIT: usize = 50_000_000;

const UNWORKED: &str = "a derivative that is only a symbol has no value";

/// The body of a function at one call.
#[derive(Debug, Default)]
struct Frame {
    arguments: Vec<Slot>,
    slots: FxHashMap<ExprId, Slot>,
    /// The call in the network, and the function with whose value the output stands.
    call: Option<(ExprId, FunctionId)>,
}

/// What is left to do.
#[derive(Clone, Copy, Debug)]
enum Work {
    /// Compute an expression, children first.
    Enter { frame: u32, expr: ExprId, owner: Owner },
    /// Compute it from its children.
    Exit { frame: u32, expr: ExprId, owner: Owner },
    /// The body of a function is computed: its slot is that of the call.
    Return { frame: u32, call: ExprId, body: ExprId },
    /// Compute what is 0 at a kink of a call that has its slot.
    Watch { frame: u32, call: ExprId, kink: u32, owner: Owner },
    /// It is computed.
    Watched { kink: u32, body: ExprId, result: Slot, source: Source },
}

/// A compilation in progress.
pub(super) struct Lowering<'a> {
    compiler: &'a Compiler<'a>,
    pub(super) builder: Builder,
    /// Slots of the expressions of the network.
    slots: Vec<Slot>,
    /// Slots of inputs by name.
    inputs: Vec<Slot>,
    /// Bodies being computed; the innermost last. Frame k stands at k − 1, frame 0 is the network.
    frames: Vec<Frame>,
    work: Vec<Work>,
    scratch: Vec<Slot>,
    /// Whether the formula of a kink is being compiled.
    watching: bool,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(compiler: &'a Compiler<'a>) -> Self {
        Lowering {
            compiler,
            builder: Builder::default(),
            slots: vec![UNKNOWN; compiler.network.arena.len()],
            inputs: vec![UNKNOWN; compiler.network.quantities.len()],
            frames: Vec::new(),
            work: Vec::new(),
            scratch: Vec::new(),
            watching: false,
        }
    }

    /// The slot of a root.
    pub(super) fn root(&mut self, root: Root, owner: Owner) -> Result<Slot, Diagnostic> {
        let (expr, owner) = match root {
            Root::Quantity(name) if self.compiler.is_input(name) => return self.input(name),
            Root::Quantity(name) => match self.compiler.network.definition(name) {
                Some(equation) => (equation.value, Owner::Quantity(name)),
                None => return self.input(name),
            },
            Root::Expression(expr) => (expr, owner),
        };
        self.work.push(Work::Enter { frame: 0, expr, owner });
        while let Some(work) = self.work.pop() {
            match work {
                Work::Enter { frame, expr, owner } => self.enter(frame, expr, owner)?,
                Work::Exit { frame, expr, owner } => self.exit(frame, expr, owner)?,
                Work::Return { frame, call, body } => self.leave(frame, call, body),
                Work::Watch { frame, call, kink, owner } => self.watch(frame, call, kink, owner),
                Work::Watched { kink, body, result, source } => self.watched(kink, body, result, source),
            }
            if self.builder.program.instructions.len() > LIMIT {
                return Err(self
                    .compiler
                    .error("too-large", "the network is too large to evaluate", owner)
                    .hint("functions that call each other several times are put in at each call"));
            }
        }
        Ok(self.slots[expr.0 as usize])
    }

    fn slot(&self, frame: u32, expr: ExprId) -> Slot {
        match frame.checked_sub(1) {
            Some(at) => self.frames[at as usize].slots.get(&expr).copied().unwrap_or(UNKNOWN),
            None => self.slots[expr.0 as usize],
        }
    }

    fn set(&mut self, frame: u32, expr: ExprId, slot: Slot) {
        match frame.checked_sub(1) {
            Some(at) => {
                self.frames[at as usize].slots.insert(expr, slot);
            }
            None => self.slots[expr.0 as usize] = slot,
        }
    }

    fn enter(&mut self, frame: u32, expr: ExprId, owner: Owner) -> Result<(), Diagnostic> {
        let arena = &self.compiler.network.arena;
        // A name means the same in the body of a function as outside.
        let frame = if matches!(arena.node(expr), Node::Name(_) | Node::Derivative { .. }) { 0 } else { frame };
        match self.slot(frame, expr) {
            UNKNOWN => {}
            OPEN => return Err(self.compiler.error("cycle", "a value would be needed to compute itself", owner)),
            _ => return Ok(()),
        }
        self.set(frame, expr, OPEN);
        self.work.push(Work::Exit { frame, expr, owner });
        match self.alias(expr) {
            Some((value, Some(name))) => {
                self.work.push(Work::Enter { frame: 0, expr: value, owner: Owner::Quantity(name) });
            }
            Some((value, None)) => self.work.push(Work::Enter { frame: 0, expr: value, owner }),
            None if matches!(arena.node(expr), Node::Derivative { .. }) => {}
            None => {
                let from = self.work.len();
                self.work.extend(arena.children(expr).map(|expr| Work::Enter { frame, expr, owner }));
                self.work[from..].reverse();
            }
        }
        Ok(())
    }

    /// The expression that a name or a symbol stands for, with the name if an equation defines it.
    fn alias(&self, expr: ExprId) -> Option<(ExprId, Option<NameId>)> {
        match self.compiler.network.arena.node(expr) {
            Node::Derivative { .. } => self.compiler.symbols.get(&expr).map(|&value| (value, None)),
            Node::Name(name) => match self.compiler.symbols.get(&expr) {
                Some(&value) => Some((value, None)),
                None if self.compiler.is_input(name) => None,
                None => self.compiler.network.definition(name).map(|equation| (equation.value, Some(name))),
            },
            _ => None,
        }
    }

    fn exit(&mut self, frame: u32, expr: ExprId, owner: Owner) -> Result<(), Diagnostic> {
        let network = self.compiler.network;
        let function = match network.arena.node(expr) {
            Node::Call { function, .. } => Some(function),
            _ => None,
        };
        let source = Source { owner, expression: self.seen(frame, expr), function };
        let slot = match (network.arena.node(expr), self.alias(expr)) {
            (_, Some((value, _))) => self.slot(0, value),
            (Node::Name(name), None) => self.input(name)?,
            (Node::Derivative { .. }, None) => return Err(self.compiler.error("not-evaluable", UNWORKED, owner)),
            (Node::Parameter(at), None) => self.parameter(frame, at, source)?,
            (Node::Call { function, orders, arguments }, None) => {
                let arguments = self.collect(frame, arguments.iter().copied());
                return self.call(frame, expr, (function, orders), arguments, source);
            }
            (node, None) => self.compute(frame, node, source),
        };
        self.set(frame, expr, slot);
        Ok(())
    }

    /// Emits what numbers, sums, products and case distinctions say.
    fn compute(&mut self, frame: u32, node: Node<'_>, source: Source) -> Slot {
        let arena = &self.compiler.network.arena;
        match node {
            Node::Number(number) => self.builder.constant(arena.value(number).to_f64()),
            Node::Constant(Constant::E) => self.builder.constant(std::f64::consts::E),
            Node::Constant(Constant::Infinity) => self.builder.constant(f64::INFINITY),
            Node::Sum(terms) => {
                let terms = self.collect(frame, terms.iter().copied());
                let slot = self.builder.sum(&terms, source);
                self.scratch = terms;
                slot
            }
            Node::Product { coefficient, factors } => {
                let power = |factor: &Factor| Power {
                    base: self.value(frame, factor.base),
                    exponent: arena.value(factor.exponent),
                };
                let powers: Vec<Power<'_>> = factors.iter().map(power).collect();
                self.builder.product(arena.value(coefficient), &powers, source)
            }
            Node::If { comparison, parts } => self.select(frame, comparison, parts, source),
            // What is left is π: all other nodes have been dealt with.
            _ => self.builder.constant(std::f64::consts::PI),
        }
    }

    /// The slot of a child; names live in the network whatever the frame.
    fn value(&self, frame: u32, expr: ExprId) -> Slot {
        match self.compiler.network.arena.node(expr) {
            Node::Name(_) | Node::Derivative { .. } => self.slot(0, expr),
            _ => self.slot(frame, expr),
        }
    }

    fn collect(&mut self, frame: u32, of: impl Iterator<Item = ExprId>) -> Vec<Slot> {
        let mut slots = std::mem::take(&mut self.scratch);
        slots.clear();
        slots.extend(of.map(|expr| self.value(frame, expr)));
        slots
    }

    /// What the reader sees at this place: the expression, or the call whose body it is in.
    fn seen(&self, frame: u32, expr: ExprId) -> ExprId {
        let outermost = if frame == 0 { None } else { self.frames.first().and_then(|frame| frame.call) };
        outermost.map_or(expr, |(call, _)| call)
    }

    fn input(&mut self, name: NameId) -> Result<Slot, Diagnostic> {
        let quantity = self.compiler.network.quantity(name);
        if !quantity.shape.is_scalar() {
            let message =
                format!("`{}` is no scalar; only scalars can be evaluated yet", self.compiler.network.spelling(name));
            return Err(Diagnostic::error("not-evaluable", message).at(quantity.span, ""));
        }
        if self.inputs[name.0 as usize] == UNKNOWN {
            let slot = self.builder.input();
            self.inputs[name.0 as usize] = slot;
            self.builder.program.inputs.push((name, slot));
        }
        Ok(self.inputs[name.0 as usize])
    }

    fn parameter(&mut self, frame: u32, at: u32, source: Source) -> Result<Slot, Diagnostic> {
        let Some(inner) = frame.checked_sub(1).map(|at| &self.frames[at as usize]) else {
            return Err(self.compiler.error(
                "not-evaluable",
                "an argument stands outside of its function",
                source.owner,
            ));
        };
        if let Some(&slot) = inner.arguments.get(at as usize) {
            return Ok(slot);
        }
        // The output of the function whose derivative this is.
        let arguments = inner.arguments.clone();
        match inner.call.map(|(_, function)| self.compiler.network.functions.get(function)) {
            Some(FunctionRef::Table(entry)) => self.kernel(entry.kernel, &arguments, source),
            _ => {
                Err(self.compiler.error("not-evaluable", "the output of a function stands outside of it", source.owner))
            }
        }
    }

    fn kernel(&mut self, kernel: Kernel, arguments: &[Slot], source: Source) -> Result<Slot, Diagnostic> {
        let operation = match (kernel, arguments) {
            (Kernel::Unary(kernel), &[a]) => Operation::Unary { kernel, a },
            (Kernel::Binary(kernel), &[a, b]) => Operation::Binary { kernel, a, b },
            _ => {
                return Err(self.compiler.error(
                    "wrong-arity",
                    "a function has the wrong number of arguments",
                    source.owner,
                ));
            }
        };
        Ok(self.builder.emit(operation, source))
    }

    fn call(
        &mut self,
        frame: u32,
        call: ExprId,
        (function, orders): (FunctionId, OrdersId),
        arguments: Vec<Slot>,
        source: Source,
    ) -> Result<(), Diagnostic> {
        let found = self.compiler.network.functions.get(function);
        let body = match (found, orders) {
            (FunctionRef::Table(entry), OrdersId::NONE) => {
                let slot = self.kernel(entry.kernel, &arguments, source)?;
                self.set(frame, call, slot);
                self.scratch = arguments;
                if self.watches(source.owner) {
                    let kinks = (0..entry.kinks.len() as u32).rev();
                    self.work.extend(kinks.map(|kink| Work::Watch { frame, call, kink, owner: source.owner }));
                }
                return Ok(());
            }
            (FunctionRef::User(own), OrdersId::NONE) => own.body,
            _ => self.compiler.templates.and_then(|templates| templates.derived.get(&(function, orders)).copied()),
        };
        let Some(body) = body else { return Err(self.compiler.no_value(function, orders, source.owner)) };
        self.frames.push(Frame { arguments, slots: FxHashMap::default(), call: Some((source.expression, function)) });
        self.work.push(Work::Return { frame, call, body });
        self.work.push(Work::Enter { frame: self.frames.len() as u32, expr: body, owner: source.owner });
        Ok(())
    }

    /// The innermost body is done.
    fn leave(&mut self, frame: u32, call: ExprId, body: ExprId) {
        let slot = self.value(self.frames.len() as u32, body);
        self.frames.pop();
        self.set(frame, call, slot);
    }

    /// Whether kinks are of interest here: in equations, but not in the formulas for kinks themselves.
    fn watches(&self, owner: Owner) -> bool {
        self.compiler.templates.is_some() && !self.watching && matches!(owner, Owner::Quantity(_))
    }

    /// Begins with what is 0 at a kink of a call; its frame is done before the next begins.
    fn watch(&mut self, frame: u32, call: ExprId, kink: u32, owner: Owner) {
        let Node::Call { function, arguments, .. } = self.compiler.network.arena.node(call) else { return };
        let zeros = self.compiler.templates.and_then(|templates| templates.kinks.get(&function));
        let Some(&body) = zeros.and_then(|zeros| zeros.get(kink as usize)) else { return };
        let arguments = arguments.iter().map(|&argument| self.value(frame, argument)).collect();
        let result = self.value(frame, call);
        let source = Source { owner, expression: self.seen(frame, call), function: Some(function) };
        let call = Some((source.expression, function));
        self.frames.push(Frame { arguments, slots: FxHashMap::default(), call });
        self.watching = true;
        self.work.push(Work::Watched { kink, body, result, source });
        self.work.push(Work::Enter { frame: self.frames.len() as u32, expr: body, owner });
    }

    /// What is 0 at a kink has its slot.
    fn watched(&mut self, kink: u32, body: ExprId, result: Slot, source: Source) {
        let zero = self.value(self.frames.len() as u32, body);
        self.watching = false;
        let Some(Frame { arguments, call: Some((_, function)), .. }) = self.frames.pop() else { return };
        let FunctionRef::Table(entry) = self.compiler.network.functions.get(function) else { return };
        let Some(kink) = entry.kinks.get(kink as usize) else { return };
        let scale = (self.builder.operands(&arguments), arguments.len() as u32);
        let site = KinkSite { zero, result, scale, convention: kink.convention, name: entry.name, source };
        self.builder.program.kinks.push(site);
    }

    fn select(&mut self, frame: u32, comparison: Comparison, parts: [ExprId; 4], source: Source) -> Slot {
        let run = parts.map(|part| self.value(frame, part));
        let start = self.builder.operands(&run);
        let slot = self.builder.emit(Operation::Select { comparison, start }, source);
        let boundary = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if boundary && self.watches(source.owner) {
            let zero = self.builder.emit(Operation::Subtract { a: run[0], b: run[1] }, source);
            let site = KinkSite { zero, result: slot, scale: (start, 2), convention: "", name: "if", source };
            self.builder.program.kinks.push(site);
        }
        slot
    }
}
