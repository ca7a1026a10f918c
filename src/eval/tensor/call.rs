//! Calls: functions of the table entry by entry, along an axis or of a matrix, bodies of others, kinks.

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::eval::program::{Owner, Source};
use crate::eval::tensor::graph::{Kind, MapOperation, RowFunction, SquareFunction, Value, View};
use crate::eval::tensor::lower::{Frame, KinkNode, Lowering, Work};
use crate::expr::{ExprId, FunctionId, Node, OrdersId};
use crate::function::{Form, FunctionRef, Kernel};
use crate::syntax::ast::Comparison;

impl Lowering<'_> {
    /// Ones where the class number along a new last axis is that of the operand.
    fn classes(&mut self, of: &Value, expr: ExprId, source: Source) -> Result<Value, Diagnostic> {
        let dims = self.dims(self.compiler.network.arena.dims(expr), source.owner)?;
        let last = dims.len() - 1;
        let count = self.graph.node(Kind::Count, vec![dims[last]], source);
        let count = Value { view: View { node: count, axes: vec![last] }, dims: dims.clone() };
        let of = Value { view: of.view.clone(), dims };
        let (one, zero) = (self.graph.constant(1.0, source), self.graph.constant(0.0, source));
        let equal = MapOperation::Select(Comparison::Equal);
        Ok(self.graph.map(equal, &[of, count, one, zero], source))
    }

    /// A function of the table.
    pub(super) fn table_call(
        &mut self,
        function: FunctionId,
        arguments: &[Value],
        source: Source,
    ) -> Result<Value, Diagnostic> {
        let FunctionRef::Table(entry) = self.compiler.network.functions.get(function) else {
            return Err(self.error("not-evaluable", "a function has no value", source.owner));
        };
        match (entry.kernel, arguments) {
            (Kernel::Unary(_), [_]) => Ok(self.graph.map(MapOperation::Unary(function), arguments, source)),
            (Kernel::Binary(_), [_, _]) => Ok(self.graph.map(MapOperation::Binary(function), arguments, source)),
            (Kernel::Tensor, [of, rest @ ..]) => {
                let axis = rest.first().and_then(|axis| self.graph.number(axis));
                let found =
                    match (entry.known.and_then(RowFunction::of), entry.known.and_then(SquareFunction::of), axis) {
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

    pub(super) fn call(
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
    pub(super) fn leave(&mut self, frame: u32, call: ExprId, body: ExprId) {
        let value = self.value(self.frames.len() as u32, body);
        self.frames.pop();
        self.set(frame, call, value);
    }

    /// Whether kinks are of interest here: in equations, but not in the formulas for kinks themselves.
    pub(super) fn watches(&self, owner: Owner) -> bool {
        self.compiler.templates.is_some() && !self.watching && matches!(owner, Owner::Quantity(_))
    }

    /// Begins with what is 0 at a kink of a call; its frame is done before the next begins.
    pub(super) fn watch(&mut self, frame: u32, call: ExprId, kink: u32, owner: Owner) {
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
    pub(super) fn watched(&mut self, kink: u32, body: ExprId, source: Source) {
        let zero = self.value(self.frames.len() as u32, body).view.node;
        self.watching = false;
        let Some(Frame { call: Some((_, function)), .. }) = self.frames.pop() else { return };
        let FunctionRef::Table(entry) = self.compiler.network.functions.get(function) else { return };
        let Some(kink) = entry.kinks.get(kink as usize) else { return };
        self.kinks.push(KinkNode { zero, convention: kink.convention, name: entry.name, source });
    }
}
