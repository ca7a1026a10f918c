//! Functions of the table: entry by entry, along an axis, of a matrix.

use crate::diagnostic::Diagnostic;
use crate::eval::program::Source;
use crate::eval::tensor::graph::{Kind, MapOperation, RowFunction, SquareFunction, Value, View};
use crate::eval::tensor::lower::Lowering;
use crate::expr::{ExprId, FunctionId};
use crate::function::{Entry, Kernel};
use crate::syntax::ast::Comparison;

impl Lowering<'_> {
    /// Ones where the class number along a new last axis is that of the operand.
    pub(super) fn classes(&mut self, of: &Value, expr: ExprId, source: Source) -> Result<Value, Diagnostic> {
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
    pub(super) fn function(
        &mut self,
        function: FunctionId,
        entry: &Entry,
        arguments: &[Value],
        source: Source,
    ) -> Result<Value, Diagnostic> {
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
}
