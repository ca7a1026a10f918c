//! Lowers expressions to the graph of a tensor program: what the walk hands over becomes nodes and views.

use crate::diagnostic::Diagnostic;
use crate::eval::compile::{Compiler, Root};
use crate::eval::program::{Owner, Source};
use crate::eval::tensor::graph::{Graph, Kind, MapOperation, NodeId, Value};
use crate::eval::tensor::limits::too_large;
use crate::eval::tensor::sizes::Sizes;
use crate::eval::walk::{self, Kink, Lower, Walk};
use crate::expr::{ExprId, Factor, FunctionId, Label, Labels, NameId, Node, NumberId};
use crate::function::{Entry, Form};
use crate::rational::Rational;
use crate::shape::Dim;
use crate::syntax::ast::Comparison;

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

/// A lowering in progress.
pub(super) struct Lowering<'a> {
    walk: Walk<'a, Value>,
    pub(super) compiler: &'a Compiler<'a>,
    pub(super) sizes: &'a Sizes,
    pub(super) graph: Graph,
    pub(super) kinks: Vec<KinkNode>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(compiler: &'a Compiler<'a>, sizes: &'a Sizes) -> Self {
        let mut graph = Graph::default();
        // What a value would be that is not there, so that it could never pass for a number.
        let source = Source { owner: Owner::Root(0), expression: ExprId(0), function: None };
        let missing = graph.constant(f64::NAN, source);
        Lowering { walk: Walk::new(compiler, missing), compiler, sizes, graph, kinks: Vec::new() }
    }

    /// A root as a dense tensor.
    pub(super) fn root(&mut self, root: Root, owner: Owner) -> Result<NodeId, Diagnostic> {
        let (value, source) = walk::root(self, root, owner)?;
        Ok(self.graph.dense(&value, source))
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

    /// The value of an expression that has been computed.
    pub(super) fn value(&self, frame: u32, expr: ExprId) -> Value {
        self.walk.value(frame, expr)
    }

    /// An error at the equation that is being compiled.
    pub(super) fn error(&self, code: &'static str, message: &str, owner: Owner) -> Diagnostic {
        self.compiler.error(code, message, owner)
    }
}

impl<'a> Lower<'a> for Lowering<'a> {
    type Value = Value;

    const LIMIT: usize = 2_000_000;

    fn walk(&mut self) -> &mut Walk<'a, Value> {
        &mut self.walk
    }

    fn operation_count(&self) -> usize {
        self.graph.nodes.len()
    }

    fn number(&mut self, number: f64, source: Source) -> Value {
        self.graph.constant(number, source)
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

    fn sum_of(&mut self, terms: &[Value], source: Source) -> Value {
        self.sum(terms, source)
    }

    fn product_of<'n>(
        &mut self,
        coefficient: &Rational,
        powers: impl Iterator<Item = (Value, &'n Rational)>,
        source: Source,
    ) -> Value {
        let factors = powers.map(|(base, exponent)| (base, exponent.clone())).collect();
        self.product(coefficient, factors, source)
    }

    fn contraction_of(&mut self, frame: u32, expr: ExprId, source: Source) -> Result<Value, Diagnostic> {
        let arena = &self.compiler.network.arena;
        if let Node::Contraction { coefficient, factors, labels } = arena.node(expr) {
            return self.contraction(frame, coefficient, factors, arena.labels(labels), source);
        }
        let labels: Vec<Label> = (0..arena.dims(expr).len() as Label).collect();
        let labels = Labels { out: labels.clone(), factors: vec![labels], sizes: arena.dims(expr).to_vec() };
        self.contraction(frame, NumberId::ONE, &[Factor::plain(expr)], &labels, source)
    }

    fn select(&mut self, comparison: Comparison, operands: &[Value; 4], source: Source) -> Value {
        self.graph.map(MapOperation::Select(comparison), operands, source)
    }

    fn difference(&mut self, left: &Value, right: &Value, source: Source) -> Value {
        self.graph.map(MapOperation::Subtract, &[left.clone(), right.clone()], source)
    }

    fn table_call(
        &mut self,
        (function, entry): (FunctionId, &'static Entry),
        arguments: &[Value],
        call: Option<ExprId>,
        source: Source,
    ) -> Result<Value, Diagnostic> {
        match call {
            Some(call) if matches!(entry.form, Form::Classes) => self.classes(&arguments[0], call, source),
            _ => self.function(function, entry, arguments, source),
        }
    }

    fn kink(&mut self, kink: Kink<'_, Value>) {
        let Kink { zero, convention, name, source, .. } = kink;
        self.kinks.push(KinkNode { zero: zero.view.node, convention, name, source });
    }

    fn shaped(&mut self, value: Value, expr: ExprId, owner: Owner) -> Result<Value, Diagnostic> {
        let dims = self.dims(self.compiler.network.arena.dims(expr), owner)?;
        if value.dims.is_empty() { Ok(Value { view: value.view, dims }) } else { Ok(value) }
    }
}
