//! The walk from expressions to a graph of dense tensors, on a stack of its own: no recursion, whatever the depth.
//!
//! A frame is a set of expressions with their values: the network itself, or the body of a function at one call.

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::eval::compile::{Compiler, Root};
use crate::eval::program::{Owner, Source};
use crate::eval::tensor::contract::{Contraction, MAX, Operand, Picking};
use crate::eval::tensor::graph::{Graph, Kind, MapOperation, NodeId, Plane, RowFunction, SquareFunction, Value, View};
use crate::eval::tensor::sizes::Sizes;
use crate::expr::{Constant, ExprId, Factor, FunctionId, Label, Labels, NameId, Node, NumberId, OrdersId};
use crate::function::{Form, FunctionRef, Functions, Kernel};
use crate::rational::Rational;
use crate::shape::Dim;

/// The largest whole exponent that is multiplied out; the rounding errors of more would add up.
const MULTIPLIED_OUT: i64 = 64;

/// How many nodes a graph may have; functions that call functions twice grow without bound.
const LIMIT: usize = 2_000_000;

/// The most entries that one tensor may have.
const MAX_ENTRIES: usize = 1 << 31;

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
struct Frame {
    arguments: Vec<Value>,
    values: FxHashMap<ExprId, Value>,
    /// The call in the network, and the function with whose value the output stands.
    call: Option<(ExprId, FunctionId)>,
}

/// What is left to do.
#[derive(Clone, Copy, Debug)]
enum Work {
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
    compiler: &'a Compiler<'a>,
    sizes: &'a Sizes,
    pub(super) graph: Graph,
    pub(super) kinks: Vec<KinkNode>,
    values: Vec<Option<Value>>,
    open: Vec<bool>,
    frames: Vec<Frame>,
    work: Vec<Work>,
    watching: bool,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(compiler: &'a Compiler<'a>, sizes: &'a Sizes) -> Self {
        let count = compiler.network.arena.len();
        Lowering {
            compiler,
            sizes,
            graph: Graph::default(),
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

    fn dims(&self, dims: &[Dim], owner: Owner) -> Result<Vec<usize>, Diagnostic> {
        let found = self.sizes.dims(self.compiler.network, dims)?;
        match found.iter().try_fold(1usize, |count, &dim| count.checked_mul(dim)) {
            Some(count) if count <= MAX_ENTRIES => Ok(found),
            _ => Err(self.error("too-large", "a tensor has more entries than can be held", owner)),
        }
    }

    fn known(&self, frame: u32, expr: ExprId) -> Option<&Value> {
        match frame.checked_sub(1) {
            Some(at) => self.frames[at as usize].values.get(&expr),
            None => self.values[expr.0 as usize].as_ref(),
        }
    }

    fn set(&mut self, frame: u32, expr: ExprId, value: Value) {
        match frame.checked_sub(1) {
            Some(at) => {
                self.frames[at as usize].values.insert(expr, value);
            }
            None => self.values[expr.0 as usize] = Some(value),
        }
    }

    /// The value of a child that has been computed; names live in the network whatever the frame.
    fn value(&self, frame: u32, expr: ExprId) -> Value {
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
                let watched = !matches!(comparison, crate::syntax::ast::Comparison::Equal)
                    && !matches!(comparison, crate::syntax::ast::Comparison::NotEqual)
                    && self.watches(source.owner);
                if watched {
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

    /// The sum from left to right; negated terms are subtracted.
    fn sum(&mut self, terms: &[Value], source: Source) -> Value {
        let mut sum = terms[0].clone();
        for term in &terms[1..] {
            let negated = match &self.graph.get(term.view.node).kind {
                Kind::Map { operation: MapOperation::Negate, operands } => Some(View {
                    node: operands[0].node,
                    axes: operands[0].axes.iter().map(|&axis| term.view.axes[axis]).collect(),
                }),
                _ => None,
            };
            sum = match negated {
                Some(view) => {
                    let term = Value { view, dims: term.dims.clone() };
                    self.graph.map(MapOperation::Subtract, &[sum, term], source)
                }
                None => self.graph.map(MapOperation::Add, &[sum, term.clone()], source),
            };
        }
        sum
    }

    /// coefficient · Π baseᵉ entry by entry, from left to right; factors with negative exponents divide.
    fn product(&mut self, coefficient: &Rational, factors: Vec<(Value, Rational)>, source: Source) -> Value {
        let mut product: Option<Value> = None;
        for (base, exponent) in factors {
            let power = self.power(&base, &exponent.abs(), source);
            product = Some(match (product, exponent.is_negative()) {
                (None, false) => power,
                (None, true) => {
                    let one = self.graph.constant(1.0, source);
                    self.graph.map(MapOperation::Divide, &[one, power], source)
                }
                (Some(product), false) => self.graph.map(MapOperation::Multiply, &[product, power], source),
                (Some(product), true) => self.graph.map(MapOperation::Divide, &[product, power], source),
            });
        }
        match product {
            Some(product) => self.scaled(product, coefficient.to_f64(), source),
            None => self.graph.constant(coefficient.to_f64(), source),
        }
    }

    /// number · value.
    fn scaled(&mut self, value: Value, number: f64, source: Source) -> Value {
        if number == 1.0 {
            return value;
        }
        if let Some(own) = self.graph.number(&value) {
            let constant = self.graph.constant(own * number, source);
            return Value { view: constant.view, dims: value.dims };
        }
        let operation = if number == -1.0 { MapOperation::Negate } else { MapOperation::Scale(number.to_bits()) };
        self.graph.map(operation, &[value], source)
    }

    /// `baseᵉ` for a constant e ≥ 0: whole powers are multiplied out, halves go by the root.
    fn power(&mut self, base: &Value, exponent: &Rational, source: Source) -> Value {
        match exponent.small() {
            Some((1, 1)) => base.clone(),
            Some((n, 1)) if n <= MULTIPLIED_OUT => {
                self.graph.map(MapOperation::Power(n as i32), std::slice::from_ref(base), source)
            }
            Some((n, 2)) if n <= MULTIPLIED_OUT => {
                let root = self.graph.map(MapOperation::Root, std::slice::from_ref(base), source);
                if n == 1 { root } else { self.graph.map(MapOperation::Power(n as i32), &[root], source) }
            }
            _ => {
                let exponent = self.graph.constant(exponent.to_f64(), source);
                let operation = Functions::builtin("pow").map_or(MapOperation::Copy, MapOperation::Binary);
                self.graph.map(operation, &[base.clone(), exponent], source)
            }
        }
    }

    fn contraction(
        &mut self,
        frame: u32,
        coefficient: NumberId,
        factors: &[Factor],
        labels: &Labels,
        source: Source,
    ) -> Result<Value, Diagnostic> {
        let arena = &self.compiler.network.arena;
        let sizes = self.dims(&labels.sizes, source.owner);
        // The whole space need not be held: only its sizes must be known.
        let sizes = match sizes {
            Err(error) if error.code != "too-large" => return Err(error),
            Err(_) => self.sizes.dims(self.compiler.network, &labels.sizes)?,
            Ok(sizes) => sizes,
        };
        if sizes.len() > MAX || factors.len() > MAX {
            return Err(self.error("too-large", "a product has too many factors to be evaluated", source.owner));
        }
        let mut pickings = Vec::new();
        let mut operands = Vec::with_capacity(factors.len());
        for (factor, own) in factors.iter().zip(&labels.factors) {
            if let Node::Selection(selection) = arena.node(factor.base) {
                let plane = self.plane(arena.selection_of(selection), source)?;
                pickings.push(Picking { labels: own.clone(), plane });
                continue;
            }
            let exponent = arena.value(factor.exponent).clone();
            let base = self.value(frame, factor.base);
            let power = self.power(&base, &exponent.abs(), source);
            let axes = power.view.axes.iter().map(|&axis| usize::from(own[axis])).collect();
            let view = View { node: power.view.node, axes };
            operands.push(Operand { view, divides: exponent.is_negative() });
        }
        let counted: f64 = labels
            .summed()
            .filter(|&label| labels.uses(label) == 0)
            .map(|label| sizes[label as usize] as f64)
            .product();
        // A label of a factor that is constant along it is counted, too.
        let seen = operands.iter().flat_map(|operand| operand.view.axes.iter().copied());
        let seen: Vec<usize> =
            seen.chain(pickings.iter().flat_map(|picking| picking.labels.iter().map(|&l| usize::from(l)))).collect();
        let constant_along =
            labels.summed().filter(|&label| labels.uses(label) > 0 && !seen.contains(&usize::from(label)));
        let spread: f64 = constant_along.map(|label| sizes[label as usize] as f64).product();
        let coefficient = arena.value(coefficient).to_f64() * counted * spread;
        let mut out: Vec<usize> = Vec::new();
        for label in labels.out.iter().map(|&label| usize::from(label)) {
            if !out.contains(&label) {
                out.push(label);
            }
        }
        let product = self.planned(operands, &pickings, &sizes, &out, source);
        let links = out.len() < labels.out.len();
        Ok(self.laid_out(product, coefficient, labels, &sizes, links, source))
    }

    fn planned(
        &mut self,
        operands: Vec<Operand>,
        pickings: &[Picking],
        sizes: &[usize],
        out: &[usize],
        source: Source,
    ) -> Operand {
        let needed = |from: usize| {
            let mut needed = out.to_vec();
            for label in pickings[from..].iter().flat_map(|picking| &picking.labels) {
                if !needed.contains(&usize::from(*label)) {
                    needed.push(usize::from(*label));
                }
            }
            needed
        };
        let mut contraction = Contraction { graph: &mut self.graph, sizes, out: needed(0), source };
        let mut product = contraction.plan(operands);
        for (at, picking) in pickings.iter().enumerate() {
            contraction.out = needed(at + 1);
            product = contraction.picked(product, picking);
        }
        product
    }

    /// A product over labels as a value with the axes of the result.
    fn laid_out(
        &mut self,
        product: Operand,
        coefficient: f64,
        labels: &Labels,
        sizes: &[usize],
        links: bool,
        source: Source,
    ) -> Value {
        let out: Vec<usize> = labels.out.iter().map(|&label| usize::from(label)).collect();
        let dims: Vec<usize> = out.iter().map(|&label| sizes[label]).collect();
        let own = self.graph.whole(product.view.node);
        let product = View { axes: product.view.axes, node: self.scaled(own, coefficient, source).view.node };
        if !links {
            let place = |label: &usize| out.iter().position(|known| known == label).unwrap_or_default();
            return Value { view: View { node: product.node, axes: product.axes.iter().map(place).collect() }, dims };
        }
        // The space of a link has every label once.
        let mut space: Vec<usize> = Vec::new();
        out.iter().for_each(|label| {
            if !space.contains(label) {
                space.push(*label)
            }
        });
        let place = |label: &usize| space.iter().position(|known| known == label).unwrap_or_default();
        let of = View { node: product.node, axes: product.axes.iter().map(place).collect() };
        let kind = Kind::Link { of, axes: out.iter().map(place).collect() };
        let node = self.graph.node(kind, dims, source);
        self.graph.whole(node)
    }

    /// A selection with its indices counted from 0.
    fn plane(&self, selection: &crate::expr::Selection, source: Source) -> Result<Plane, Diagnostic> {
        let offset = self.sizes.affine(self.compiler.network, &selection.offset)?;
        let shift = selection.coefficients.iter().try_fold(offset, |sum, &coefficient| sum.checked_add(coefficient));
        match shift {
            Some(offset) => Ok(Plane { coefficients: selection.coefficients.clone(), offset }),
            None => Err(self.error("too-large", "an index is too large a number", source.owner)),
        }
    }

    /// What the reader sees at this place: the expression, or the call whose body it is in.
    fn seen(&self, frame: u32, expr: ExprId) -> ExprId {
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
        let dims = self.dims(dims, owner)?;
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

    /// Ones where the class number along a new last axis is that of the operand.
    fn classes(&mut self, of: &Value, expr: ExprId, source: Source) -> Result<Value, Diagnostic> {
        let dims = self.dims(self.compiler.network.arena.dims(expr), source.owner)?;
        let last = dims.len() - 1;
        let count = self.graph.node(Kind::Count, vec![dims[last]], source);
        let count = Value { view: View { node: count, axes: vec![last] }, dims: dims.clone() };
        let of = Value { view: of.view.clone(), dims };
        let (one, zero) = (self.graph.constant(1.0, source), self.graph.constant(0.0, source));
        let equal = MapOperation::Select(crate::syntax::ast::Comparison::Equal);
        Ok(self.graph.map(equal, &[of, count, one, zero], source))
    }

    /// A function of the table.
    fn table_call(&mut self, function: FunctionId, arguments: &[Value], source: Source) -> Result<Value, Diagnostic> {
        let FunctionRef::Table(entry) = self.compiler.network.functions.get(function) else {
            return Err(self.error("not-evaluable", "a function has no value", source.owner));
        };
        match (entry.kernel, arguments) {
            (Kernel::Unary(_), [_]) => Ok(self.graph.map(MapOperation::Unary(function), arguments, source)),
            (Kernel::Binary(_), [_, _]) => Ok(self.graph.map(MapOperation::Binary(function), arguments, source)),
            (Kernel::Tensor, [of, rest @ ..]) => {
                let axis = rest.first().and_then(|axis| self.graph.number(axis));
                let found = match (RowFunction::named(entry.name), SquareFunction::named(entry.name), axis) {
                    (Some(function), _, Some(axis)) => self.rows(function, of, axis as usize, source),
                    (_, Some(function), _) => self.square(function, of, source),
                    _ => None,
                };
                let message = format!("`{}` cannot be evaluated here", entry.name);
                found.ok_or_else(|| self.error("not-evaluable", &message, source.owner))
            }
            _ => Err(self.error("wrong-arity", "a function has the wrong number of arguments", source.owner)),
        }
    }

    /// A function along an axis, which becomes the last one on the way.
    fn rows(&mut self, function: RowFunction, of: &Value, axis: usize, source: Source) -> Option<Value> {
        let rank = of.dims.len();
        let size = *of.dims.get(axis)?;
        let place = |own: usize| match own {
            own if own == axis => rank - 1,
            own if own > axis => own - 1,
            own => own,
        };
        let mut moved = of.dims.clone();
        moved.remove(axis);
        moved.push(size);
        let view = View { node: of.view.node, axes: of.view.axes.iter().map(|&own| place(own)).collect() };
        let of = self.graph.dense(&Value { view, dims: moved.clone() }, source);
        if !function.keeps() {
            moved.pop();
            let node = self.graph.node(Kind::Rows { function, of }, moved, source);
            return Some(self.graph.whole(node));
        }
        let node = self.graph.node(Kind::Rows { function, of }, moved.clone(), source);
        let mut back: Vec<usize> = (0..rank).filter(|&own| own != axis).collect();
        back.push(axis);
        let mut dims = moved;
        dims.pop();
        dims.insert(axis, size);
        Some(Value { view: View { node, axes: back }, dims })
    }

    fn square(&mut self, function: SquareFunction, of: &Value, source: Source) -> Option<Value> {
        let rank = of.dims.len().checked_sub(2)?;
        if of.dims[rank] != of.dims[rank + 1] {
            return None;
        }
        let of_node = self.graph.dense(of, source);
        let dims = if function == SquareFunction::Inverse { &of.dims[..] } else { &of.dims[..rank] };
        let node = self.graph.node(Kind::Square { function, of: of_node }, dims.to_vec(), source);
        Some(self.graph.whole(node))
    }

    fn call(
        &mut self,
        frame: u32,
        call: ExprId,
        (function, orders): (FunctionId, OrdersId),
        arguments: Vec<Value>,
        source: Source,
    ) -> Result<(), Diagnostic> {
        let body = match (self.compiler.network.functions.get(function), orders) {
            (FunctionRef::Table(entry), OrdersId::NONE) => {
                let is_classes = matches!(entry.form, Form::Classes) && frame == 0;
                let value = if is_classes {
                    self.classes(&arguments[0], call, source)?
                } else {
                    self.table_call(function, &arguments, source)?
                };
                self.set(frame, call, value);
                if self.watches(source.owner) {
                    let kinks = (0..entry.kinks.len() as u32).rev();
                    self.work.extend(kinks.map(|kink| Work::Watch { frame, call, kink, owner: source.owner }));
                }
                return Ok(());
            }
            (FunctionRef::User(own), OrdersId::NONE) => own.body,
            _ => self.compiler.templates.and_then(|templates| templates.derived.get(&(function, orders)).copied()),
        };
        let Some(body) = body else {
            return Err(self.compiler.no_value(function, orders, source.owner));
        };
        self.frames.push(Frame { arguments, values: FxHashMap::default(), call: Some((source.expression, function)) });
        self.work.push(Work::Return { frame, call, body });
        self.work.push(Work::Enter { frame: self.frames.len() as u32, expr: body, owner: source.owner });
        Ok(())
    }

    /// The innermost body is done. A constant body stands for a tensor of the shape of the call.
    fn leave(&mut self, frame: u32, call: ExprId, body: ExprId) {
        let value = self.value(self.frames.len() as u32, body);
        self.frames.pop();
        self.set(frame, call, value);
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
        let source = Source { owner, expression: self.seen(frame, call), function: Some(function) };
        let call = Some((source.expression, function));
        self.frames.push(Frame { arguments, values: FxHashMap::default(), call });
        self.watching = true;
        self.work.push(Work::Watched { kink, body, source });
        self.work.push(Work::Enter { frame: self.frames.len() as u32, expr: body, owner });
    }

    /// What is 0 at a kink has its value.
    fn watched(&mut self, kink: u32, body: ExprId, source: Source) {
        let zero = self.value(self.frames.len() as u32, body).view.node;
        self.watching = false;
        let Some(Frame { call: Some((_, function)), .. }) = self.frames.pop() else { return };
        let FunctionRef::Table(entry) = self.compiler.network.functions.get(function) else { return };
        let Some(kink) = entry.kinks.get(kink as usize) else { return };
        self.kinks.push(KinkNode { zero, convention: kink.convention, name: entry.name, source });
    }

    /// An error at the equation that is being compiled.
    fn error(&self, code: &'static str, message: &str, owner: Owner) -> Diagnostic {
        self.compiler.error(code, message, owner)
    }
}
