//! The walk from expressions to a graph of dense tensors, on a stack of its own: no recursion, whatever the depth.
//!
//! A frame is a set of expressions with their values: the network itself, or the body of a function at one call.

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::eval::compile::{Compiler, Root};
use crate::eval::program::{Owner, Source};
use crate::eval::tensor::graph::{Graph, Kind, MapOperation, NodeId, Value, View};
use crate::eval::tensor::limits::too_large;
use crate::eval::tensor::sizes::Sizes;
use crate::expr::{Constant, ExprId, Factor, FunctionId, Label, Labels, NameId, Node, NumberId};
use crate::function::FunctionRef;
use crate::rational::Rational;
use crate::shape::Dim;
use crate::syntax::ast::Comparison;

/// How many nodes a graph may have; functions that call functions twice grow without bound.
const LIMIT: usize = 2_000_000;

const UNWORKED: &str = "a derivative that is only a symbol has no value";

/// A call or case distinction that has no derivative somewhere.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct KinkNode {
    /// Zero exactly there.
    pub(super) zero: NodeId,
    /// What is taken there; empty for a case distinction.
    pub(super) convention: &'static str,
    /// The function, or `if`.
    pub(super) name: &'static str,
    pub(super) source: Source,
}

/// The body of a function at one call.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) arguments: Vec<Value>,
    pub(super) values: FxHashMap<ExprId, Value>,
    /// The call in the network, and the function with whose value the output stands.
    pub(super) call: Option<(ExprId, FunctionId)>,
}

/// What is left to do.
#[derive(Clone, Copy, Debug)]
pub(super) enum Work {
    Enter {
        frame: u32,
        expr: ExprId,
        owner: Owner,
    },
    Exit {
        frame: u32,
        expr: ExprId,
        owner: Owner,
    },
    /// The body of a function has its value: it is that of the call.
    Return {
        frame: u32,
        call: ExprId,
        body: ExprId,
    },
    /// Compute what is 0 at a kink of a call that has its value.
    Watch {
        frame: u32,
        call: ExprId,
        kink: u32,
        owner: Owner,
    },
    Watched {
        kink: u32,
        body: ExprId,
        source: Source,
    },
}

/// A lowering in progress.
pub(super) struct Lowering<'a> {
    pub(super) compiler: &'a Compiler<'a>,
    pub(super) sizes: &'a Sizes,
    pub(super) graph: Graph,
    pub(super) kinks: Vec<KinkNode>,
    values: Vec<Option<Value>>,
    open: Vec<bool>,
    pub(super) frames: Vec<Frame>,
    pub(super) work: Vec<Work>,
    pub(super) watching: bool,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(compiler: &'a Compiler<'a>, sizes: &'a Sizes) -> Self {
        let count = compiler.network.arena.len();
        let mut graph = Graph::default();
        // Node 0: what a value would be that is not there, so that it could never pass for a number.
        let source = Source { owner: Owner::Root(0), expression: ExprId(0), function: None };
        graph.constant(f64::NAN, source);
        Lowering {
            compiler,
            sizes,
            graph,
            kinks: Vec::new(),
            values: vec![None; count],
            open: vec![false; count],
            frames: Vec::new(),
            work: Vec::new(),
            watching: false,
        }
    }

    /// A root as a dense tensor.
    pub(super) fn root(&mut self, root: Root, owner: Owner) -> Result<NodeId, Diagnostic> {
        let (expr, owner) = match root {
            Root::Quantity(name) => match self.compiler.network.definition(name) {
                Some(equation) if !self.compiler.is_input(name) => (equation.value, Owner::Quantity(name)),
                _ => {
                    let value = self.input(name, owner)?;
                    return Ok(value.view.node);
                }
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
                Work::Watched { kink, body, source } => self.watched(kink, body, source),
            }
            if self.graph.nodes.len() > LIMIT {
                return Err(self.error("too-large", "the network is too large to evaluate", owner));
            }
        }
        let source = Source { owner, expression: expr, function: None };
        let value = self.spread_to_shape(expr, owner)?;
        Ok(self.graph.dense(&value, source))
    }

    /// The value of an expression in its shape: 0 and numbers may stand for tensors.
    fn spread_to_shape(&self, expr: ExprId, owner: Owner) -> Result<Value, Diagnostic> {
        let value = self.value(0, expr);
        let dims = self.dims(self.compiler.network.arena.dims(expr), owner)?;
        if value.dims.is_empty() { Ok(Value { view: value.view, dims }) } else { Ok(value) }
    }

    /// The sizes of a tensor in the equation of `owner`.
    pub(super) fn dims(&self, dims: &[Dim], owner: Owner) -> Result<Vec<usize>, Diagnostic> {
        let found =
            self.sizes.dims(self.compiler.network, dims).map_err(|trouble| self.no_size(trouble, None, owner))?;
        match too_large(&found) {
            Some(bytes) => Err(self.unheld(&found, &bytes, None, owner)),
            None => Ok(found),
        }
    }

    fn known(&self, frame: u32, expr: ExprId) -> Option<&Value> {
        match frame.checked_sub(1) {
            Some(at) => self.frames[at as usize].values.get(&expr),
            None => self.values[expr.0 as usize].as_ref(),
        }
    }

    pub(super) fn set(&mut self, frame: u32, expr: ExprId, value: Value) {
        match frame.checked_sub(1) {
            Some(at) => {
                self.frames[at as usize].values.insert(expr, value);
            }
            None => self.values[expr.0 as usize] = Some(value),
        }
    }

    /// The value of a child that has been computed; names live in the network whatever the frame.
    pub(super) fn value(&self, frame: u32, expr: ExprId) -> Value {
        let frame = match self.compiler.network.arena.node(expr) {
            Node::Name(_) | Node::Derivative { .. } => 0,
            _ => frame,
        };
        let missing = Value { view: View { node: NodeId(0), axes: Vec::new() }, dims: Vec::new() };
        self.known(frame, expr).cloned().unwrap_or(missing)
    }

    fn enter(&mut self, frame: u32, expr: ExprId, owner: Owner) -> Result<(), Diagnostic> {
        let arena = &self.compiler.network.arena;
        let (frame, owner) = match (arena.node(expr), self.alias(expr)) {
            (Node::Name(_) | Node::Derivative { .. }, Some((_, Some(name)))) => (0, Owner::Quantity(name)),
            (Node::Name(_) | Node::Derivative { .. }, _) => (0, owner),
            _ => (frame, owner),
        };
        if self.known(frame, expr).is_some() {
            return Ok(());
        }
        if frame == 0 && std::mem::replace(&mut self.open[expr.0 as usize], true) {
            return Err(self.error("not-evaluable", "a quantity depends on itself", owner));
        }
        self.work.push(Work::Exit { frame, expr, owner });
        match (self.alias(expr), arena.node(expr)) {
            (Some((value, _)), _) => self.work.push(Work::Enter { frame: 0, expr: value, owner }),
            (None, Node::Derivative { .. }) => {}
            _ => {
                let from = self.work.len();
                // Zeros and ones that select entries are a plane in the product: they are never laid out.
                let in_product = matches!(arena.node(expr), Node::Contraction { .. });
                let is_laid_out = |child: &ExprId| !in_product || !matches!(arena.node(*child), Node::Selection(_));
                let children = arena.children(expr).filter(is_laid_out);
                self.work.extend(children.map(|expr| Work::Enter { frame, expr, owner }));
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
        let value = match (network.arena.node(expr), self.alias(expr)) {
            (_, Some((value, _))) => self.spread_to_shape(value, owner)?,
            (Node::Name(name), None) => self.input(name, owner)?,
            (Node::Derivative { .. }, None) => return Err(self.error("not-evaluable", UNWORKED, owner)),
            (Node::Parameter(at), None) => self.parameter(frame, at, source)?,
            (Node::Call { function, orders, arguments }, None) => {
                let arguments = arguments.iter().map(|&argument| self.value(frame, argument)).collect();
                return self.call(frame, expr, (function, orders), arguments, source);
            }
            (Node::Contraction { coefficient, factors, labels }, None) => {
                self.contraction(frame, coefficient, factors, network.arena.labels(labels), source)?
            }
            (Node::Selection(_), None) => {
                let labels: Vec<Label> = (0..network.arena.dims(expr).len() as Label).collect();
                let labels =
                    Labels { out: labels.clone(), factors: vec![labels], sizes: network.arena.dims(expr).to_vec() };
                self.contraction(frame, NumberId::ONE, &[Factor::plain(expr)], &labels, source)?
            }
            (node, None) => self.compute(frame, node, source),
        };
        self.set(frame, expr, value);
        Ok(())
    }

    /// Numbers, sums, products of scalars and case distinctions.
    fn compute(&mut self, frame: u32, node: Node<'_>, source: Source) -> Value {
        let arena = &self.compiler.network.arena;
        match node {
            Node::Number(number) => self.graph.constant(arena.value(number).to_f64(), source),
            Node::Constant(Constant::E) => self.graph.constant(std::f64::consts::E, source),
            Node::Constant(Constant::Infinity) => self.graph.constant(f64::INFINITY, source),
            Node::Sum(terms) => {
                let terms: Vec<Value> = terms.iter().map(|&term| self.value(frame, term)).collect();
                self.sum(&terms, source)
            }
            Node::Product { coefficient, factors } => {
                let factors: Vec<(Value, Rational)> = factors
                    .iter()
                    .map(|factor| (self.value(frame, factor.base), arena.value(factor.exponent).clone()))
                    .collect();
                let coefficient = arena.value(coefficient).clone();
                self.product(&coefficient, factors, source)
            }
            Node::If { comparison, parts } => {
                let operands = parts.map(|part| self.value(frame, part));
                let operation = MapOperation::Select(comparison);
                let boundary = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
                if boundary && self.watches(source.owner) {
                    let zero = self.graph.map(MapOperation::Subtract, &operands[..2], source);
                    let zero = zero.view.node;
                    self.kinks.push(KinkNode { zero, convention: "", name: "if", source });
                }
                self.graph.map(operation, &operands, source)
            }
            // What is left is π: all other nodes have been dealt with.
            _ => self.graph.constant(std::f64::consts::PI, source),
        }
    }

    /// What the reader sees at this place: the expression, or the call whose body it is in.
    pub(super) fn seen(&self, frame: u32, expr: ExprId) -> ExprId {
        let outermost = if frame == 0 { None } else { self.frames.first().and_then(|frame| frame.call) };
        outermost.map_or(expr, |(call, _)| call)
    }

    fn input(&mut self, name: NameId, owner: Owner) -> Result<Value, Diagnostic> {
        let network = self.compiler.network;
        let expression = ExprId(0);
        let source = Source { owner, expression, function: None };
        if let Some(size) = self.sizes.get(name) {
            return Ok(self.graph.constant(size as f64, source));
        }
        let dims = network.arena.shapes().dims(network.quantity(name).shape);
        let dims = self.sizes.dims(network, dims).map_err(|trouble| self.no_size(trouble, Some(name), owner))?;
        if let Some(bytes) = too_large(&dims) {
            return Err(self.unheld(&dims, &bytes, Some(name), owner));
        }
        let node = self.graph.node(Kind::Input(name), dims, source);
        Ok(self.graph.whole(node))
    }

    fn parameter(&mut self, frame: u32, at: u32, source: Source) -> Result<Value, Diagnostic> {
        let Some(inner) = frame.checked_sub(1).map(|at| &self.frames[at as usize]) else {
            return Err(self.error("not-evaluable", "an argument stands outside of its function", source.owner));
        };
        if let Some(value) = inner.arguments.get(at as usize) {
            return Ok(value.clone());
        }
        // The output of the function whose derivative this is.
        let arguments = inner.arguments.clone();
        match inner.call.map(|(_, function)| function) {
            Some(function) if matches!(self.compiler.network.functions.get(function), FunctionRef::Table(_)) => {
                self.table_call(function, &arguments, source)
            }
            _ => Err(self.error("not-evaluable", "the output of a function stands outside of it", source.owner)),
        }
    }

    /// An error at the equation that is being compiled.
    pub(super) fn error(&self, code: &'static str, message: &str, owner: Owner) -> Diagnostic {
        self.compiler.error(code, message, owner)
    }
}
