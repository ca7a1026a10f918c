//! A graph of operations on dense tensors of concrete sizes: what a program is made from.
//!
//! A node is computed whole; how its axes lie in an operation that uses it is said there, by a view. So transposes,
//! broadcasts and diagonals are views and cost nothing. Equal nodes are one.

use rustc_hash::FxHashMap;

use crate::eval::program::Source;
use crate::expr::{FunctionId, NameId};
use crate::function::Known;
use crate::syntax::ast::Comparison;

/// A node of a [`Graph`]; operands have smaller numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub(super) struct NodeId(pub(super) u32);

/// A node inside a space of axes: axis k of the node follows axis `axes[k]` of the space. An axis of the space that
/// none follows is a broadcast; one that two follow takes a diagonal.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub(super) struct View {
    pub(super) node: NodeId,
    pub(super) axes: Vec<usize>,
}

/// A view with the sizes of its space.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Value {
    pub(super) view: View,
    pub(super) dims: Vec<usize>,
}

/// An operation entry by entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) enum MapOperation {
    /// The operand itself, laid out anew.
    Copy,
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    /// Times a number, given by its bits.
    Scale(u64),
    /// To a whole power.
    Power(i32),
    Root,
    /// A function of the table.
    Unary(FunctionId),
    Binary(FunctionId),
    /// Of four operands: if the first compares so with the second the third, else the fourth.
    Select(Comparison),
}

/// A function along the last axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) enum RowFunction {
    Softmax,
    LogSoftmax,
    LogSumExp,
    Maximum,
    Minimum,
    Product,
}

impl RowFunction {
    /// Whether the value has the axis still.
    pub(super) fn keeps(self) -> bool {
        matches!(self, RowFunction::Softmax | RowFunction::LogSoftmax)
    }
}

/// A function of square matrices in the last two axes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) enum SquareFunction {
    Inverse,
    Determinant,
    LogDeterminant,
}

/// A matrix product: the space has the axes of a stack, then rows, then columns, then those that are summed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(super) struct Extents {
    pub(super) stack: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) inner: usize,
}

/// 𝟙[offset + Σ coefficient·index = 0] with indices from 0.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub(super) struct Plane {
    pub(super) coefficients: Vec<i64>,
    pub(super) offset: i64,
}

/// What a node is.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub(super) enum Kind {
    Input(NameId),
    /// A number, by its bits.
    Constant(u64),
    /// 1, 2, 3, …
    Count,
    /// Entry by entry; the space of the operands is that of the node.
    Map {
        operation: MapOperation,
        operands: Vec<View>,
    },
    /// The sum over the last axes of the space, which have these sizes.
    Sum {
        of: View,
        over: Vec<usize>,
    },
    /// A matrix product; the space is flat: extents.stack, rows, columns and inner count its axes.
    Matmul {
        left: View,
        right: View,
        extents: Extents,
        over: Vec<usize>,
    },
    /// Zeros, but where the axes `axes` of the space meet the operand: axis k of the node follows axis `axes[k]`.
    Link {
        of: View,
        axes: Vec<usize>,
    },
    /// Along the last axis of the operand.
    Rows {
        function: RowFunction,
        of: NodeId,
    },
    /// Of the last two axes of the operand.
    Square {
        function: SquareFunction,
        of: NodeId,
    },
    /// The sum over the last axes of the space of the operand where the plane is met, over the space; nothing else is
    /// visited. `solved` is the axis that the others determine.
    Pick {
        of: View,
        plane: Plane,
        over: Vec<usize>,
        solved: usize,
    },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) dims: Vec<usize>,
    pub(super) source: Source,
}

impl Node {
    pub(super) fn count(&self) -> usize {
        entry_count(&self.dims)
    }

    /// The views that the node is computed from, with dense operands as such.
    pub(super) fn operands(&self) -> Vec<NodeId> {
        match &self.kind {
            Kind::Input(_) | Kind::Constant(_) | Kind::Count => Vec::new(),
            Kind::Map { operands, .. } => operands.iter().map(|view| view.node).collect(),
            Kind::Sum { of, .. } | Kind::Link { of, .. } | Kind::Pick { of, .. } => vec![of.node],
            Kind::Matmul { left, right, .. } => vec![left.node, right.node],
            Kind::Rows { of, .. } | Kind::Square { of, .. } => vec![*of],
        }
    }
}

/// All nodes, operands first.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    known: FxHashMap<(Kind, Vec<usize>), NodeId>,
}

impl Graph {
    /// The node that is this; equal ones are one.
    pub(super) fn node(&mut self, kind: Kind, dims: Vec<usize>, source: Source) -> NodeId {
        if let Some(&known) = self.known.get(&(kind.clone(), dims.clone())) {
            return known;
        }
        let id = NodeId(self.nodes.len() as u32);
        self.known.insert((kind.clone(), dims.clone()), id);
        self.nodes.push(Node { kind, dims, source });
        id
    }

    /// The same nodes, to be changed: equal ones that are added are no longer found.
    pub(super) fn unshared(&self) -> Graph {
        Graph { nodes: self.nodes.clone(), known: FxHashMap::default() }
    }

    pub(super) fn get(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// A node as a value with its own axes.
    pub(super) fn whole(&self, node: NodeId) -> Value {
        let dims = self.get(node).dims.clone();
        Value { view: View { node, axes: (0..dims.len()).collect() }, dims }
    }

    /// The number that a value is in all entries, if it is a constant.
    pub(super) fn number(&self, value: &Value) -> Option<f64> {
        match self.get(value.view.node).kind {
            Kind::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// A node that holds a value with the axes in their order.
    pub(super) fn dense(&mut self, value: &Value, source: Source) -> NodeId {
        if *value == self.whole(value.view.node) {
            return value.view.node;
        }
        self.map(MapOperation::Copy, std::slice::from_ref(value), source).view.node
    }

    /// An operation entry by entry: scalars meet every entry.
    ///
    /// An operation of one operand acts on the node, not on the view, if the node has no more entries.
    pub(super) fn map(&mut self, operation: MapOperation, operands: &[Value], source: Source) -> Value {
        if let [Value { view, dims }] = operands
            && operation != MapOperation::Copy
            && self.get(view.node).count() <= entry_count(dims)
        {
            let own = self.whole(view.node);
            let kind = Kind::Map { operation, operands: vec![own.view] };
            let node = self.node(kind, own.dims, source);
            return Value { view: View { node, axes: view.axes.clone() }, dims: dims.clone() };
        }
        let dims = operands.iter().map(|value| &value.dims).max_by_key(|dims| dims.len()).cloned().unwrap_or_default();
        let operands = operands.iter().map(|value| value.view.clone()).collect();
        let node = self.node(Kind::Map { operation, operands }, dims, source);
        self.whole(node)
    }

    /// A number.
    pub(super) fn constant(&mut self, value: f64, source: Source) -> Value {
        let node = self.node(Kind::Constant(value.to_bits()), Vec::new(), source);
        self.whole(node)
    }
}

/// How many entries there are; the largest number if it would be larger.
pub(super) fn entry_count(dims: &[usize]) -> usize {
    dims.iter().fold(1, |count, &dim| count.saturating_mul(dim))
}

/// The distances between neighbours along the axes of a dense tensor.
pub(super) fn dense_strides(dims: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; dims.len()];
    for axis in (1..dims.len()).rev() {
        strides[axis - 1] = usize::saturating_mul(strides[axis], dims[axis]);
    }
    strides
}

/// The distances in the node of a view along the axes of its space, which has `rank` axes.
pub(super) fn strides(graph: &Graph, view: &View, rank: usize) -> Vec<usize> {
    let mut found = vec![0; rank];
    let own = dense_strides(&graph.get(view.node).dims);
    for (&axis, stride) in view.axes.iter().zip(own) {
        found[axis] += stride;
    }
    found
}

impl RowFunction {
    /// The function along an axis that is known as this.
    pub(super) fn of(known: Known) -> Option<Self> {
        Some(match known {
            Known::Softmax => RowFunction::Softmax,
            Known::LogSoftmax => RowFunction::LogSoftmax,
            Known::LogSumExp => RowFunction::LogSumExp,
            Known::Largest => RowFunction::Maximum,
            Known::Smallest => RowFunction::Minimum,
            Known::Product => RowFunction::Product,
            _ => return None,
        })
    }
}

impl SquareFunction {
    /// The function of a square matrix that is known as this.
    pub(super) fn of(known: Known) -> Option<Self> {
        Some(match known {
            Known::Inverse => SquareFunction::Inverse,
            Known::Determinant => SquareFunction::Determinant,
            Known::LogDeterminant => SquareFunction::LogDeterminant,
            _ => return None,
        })
    }
}
