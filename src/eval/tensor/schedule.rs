//! From a graph to a program: which nodes go into one loop, in which buffers the others live.

use crate::eval::tensor::element::Layout;
use crate::eval::tensor::graph::{Extents, Graph, Kind, MapOperation, NodeId, Plane, View, dense_strides, strides};
use crate::eval::tensor::kernel::{Kernel, Root, Scope};
use crate::eval::tensor::lower::KinkNode;
use crate::eval::tensor::parts::{Parts, Role, Term};
use crate::eval::tensor::places::Places;
use crate::eval::tensor::program::{Action, Instruction, Port, Product, Repeated, Target, TensorProgram};
use crate::eval::tensor::{square, unravel};
use crate::network::Network;

/// The most operations of one loop.
const MAX_FUSED: usize = 48;

/// Divides the batch of a graph into parts, if that is worth it.
pub(super) type Plan = fn(&Graph, Term<'_>) -> Option<Parts>;

/// What becomes of the nodes.
pub(super) struct Schedule<'a> {
    network: &'a Network,
    graph: Graph,
    /// How often a node is read, by nodes that are needed.
    uses: Vec<usize>,
    /// Nodes that are part of the loop of the node that reads them.
    inlined: Vec<bool>,
    /// For a node that is read once, by which.
    reader: Vec<NodeId>,
    /// Sums whose matrix product is not added to the other term where that lies, since they are not computed together.
    apart: Vec<bool>,
    parts: Option<Parts>,
    /// Nodes of which only the rows of a part are held.
    partial: Vec<bool>,
    /// Which of the nodes that are computed in parts are being emitted, or of those that are not.
    pass: Pass,
    /// Whether loops and buffers may be shared; else the numbers of every node are there after a run.
    shares: bool,
    instructions: Vec<Instruction>,
    repeated: Option<Repeated>,
}

/// What is emitted together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pass {
    /// Everything: nothing is done in parts.
    All,
    Before,
    Part,
    After,
}

impl<'a> Schedule<'a> {
    /// Decides for every node; `kept` are those whose numbers are of interest afterwards, all of them if `keep_all`.
    /// `plan` divides a batch into parts.
    pub(super) fn new(network: &'a Network, graph: Graph, kept: &[NodeId], keep_all: bool, plan: Plan) -> Self {
        let mut uses = vec![0usize; graph.nodes.len()];
        kept.iter().for_each(|node| uses[node.0 as usize] += 1);
        let mut reader = vec![NodeId(u32::MAX); graph.nodes.len()];
        for at in (0..graph.nodes.len()).rev() {
            let operands = if uses[at] > 0 { graph.nodes[at].operands() } else { Vec::new() };
            for operand in operands {
                uses[operand.0 as usize] += 1;
                reader[operand.0 as usize] = NodeId(at as u32);
            }
        }
        let none = vec![false; graph.nodes.len()];
        let mut schedule = Schedule {
            network,
            graph,
            uses,
            inlined: none.clone(),
            reader,
            apart: none.clone(),
            parts: None,
            partial: none,
            pass: Pass::All,
            shares: !keep_all,
            instructions: Vec::new(),
            repeated: None,
        };
        if !keep_all {
            schedule.fuse(kept);
            schedule.parts = plan(&schedule.graph, &|node| schedule.matmul_term(node));
        }
        match schedule.parts.take() {
            Some(parts) => schedule.emit_in_parts(parts, kept),
            None => schedule.emit(),
        }
        schedule
    }

    /// Puts nodes that are read once, entry by entry, into the loop of their reader.
    fn fuse(&mut self, kept: &[NodeId]) {
        let mut weights = vec![1usize; self.graph.nodes.len()];
        for at in 0..self.graph.nodes.len() {
            let node = &self.graph.nodes[at];
            let (views, rank): (&[View], usize) = match &node.kind {
                Kind::Map { operands, .. } => (operands, node.dims.len()),
                Kind::Sum { of, over } => (std::slice::from_ref(of), node.dims.len() + over.len()),
                _ => continue,
            };
            let is_sum = matches!(node.kind, Kind::Sum { .. });
            for view in views {
                let operand = view.node.0 as usize;
                let is_map = matches!(self.graph.nodes[operand].kind, Kind::Map { .. });
                let fits = self.uses[operand] == 1 && is_map && is_permutation(&view.axes, rank);
                if fits && weights[at] + weights[operand] <= MAX_FUSED && !kept.contains(&view.node) {
                    let accumulates = !is_sum && self.matmul_term(view.node).is_some();
                    if !accumulates {
                        self.inlined[operand] = true;
                        weights[at] += weights[operand];
                    }
                }
            }
        }
    }

    fn emit(&mut self) {
        for at in 0..self.graph.nodes.len() {
            if self.uses[at] > 0 && !self.inlined[at] {
                self.emit_node(NodeId(at as u32));
            }
        }
    }

    /// Emits what the parts need, the instructions of a part, and what needs all of them.
    fn emit_in_parts(&mut self, parts: Parts, kept: &[NodeId]) {
        for at in 0..self.graph.nodes.len() {
            let sum = NodeId(at as u32);
            if let Some((product, _)) = self.matmul_term(sum) {
                let (own, other) = (parts.role(sum), parts.role(product));
                self.apart[at] = own != other && (own.in_parts() || other.in_parts());
            }
        }
        let (rows, times, rest) = (parts.rows, parts.times, parts.rest);
        let whole = [rows, rest].map(|rows| parts.graph(&self.graph, rows));
        self.parts = Some(parts);
        let before = self.emitted(Pass::Before);
        let after = self.emitted(Pass::After);
        // What is read afterwards is held whole.
        self.partial = (0..self.graph.nodes.len()).map(|at| self.role(NodeId(at as u32)) == Role::Rows).collect();
        for node in after.iter().flat_map(|instruction| instruction.action.reads()).chain(kept.iter().copied()) {
            self.partial[node.0 as usize] = false;
        }
        let [part, rest] = whole.map(|graph| {
            let all = std::mem::replace(&mut self.graph, graph);
            let instructions = self.emitted(Pass::Part);
            self.graph = all;
            instructions
        });
        let range = before.len()..before.len() + part.len();
        self.instructions = before.into_iter().chain(part).chain(after).collect();
        let rest = if self.parts.as_ref().is_some_and(|parts| parts.rest > 0) { rest } else { Vec::new() };
        self.repeated = Some(Repeated { instructions: range, rows, times, rest, written: Vec::new() });
    }

    fn emitted(&mut self, pass: Pass) -> Vec<Instruction> {
        self.pass = pass;
        self.emit();
        std::mem::take(&mut self.instructions)
    }

    fn role(&self, node: NodeId) -> Role {
        self.parts.as_ref().map_or(Role::Before, |parts| parts.role(node))
    }

    /// Whether a node is emitted now.
    fn is_due(&self, node: NodeId) -> bool {
        match self.role(node) {
            _ if self.pass == Pass::All => true,
            Role::Before => self.pass == Pass::Before,
            Role::Rows | Role::Gathered(_) => self.pass == Pass::Part,
            Role::After => self.pass == Pass::After,
        }
    }

    /// The axis of the space of a node along which it is worked on in parts.
    fn along(&self, node: NodeId) -> Option<usize> {
        match self.role(node) {
            Role::Rows => Some(0),
            Role::Gathered(along) => Some(along),
            Role::Before | Role::After => None,
        }
    }

    /// The distance between the rows of a node along an axis with these strides.
    fn row(&self, node: NodeId, strides: &[usize], along: Option<usize>) -> usize {
        along.filter(|_| !self.partial[node.0 as usize]).map_or(0, |along| strides[along])
    }

    fn push(&mut self, action: Action, to: NodeId) {
        let node = self.graph.get(to);
        let gathers = self.pass == Pass::Part && matches!(self.role(to), Role::Gathered(_));
        let row = match self.role(to) {
            Role::Rows => self.row(to, &dense_strides(&node.dims), Some(0)),
            _ => 0,
        };
        self.instructions.push(Instruction { action, to, target: Target { len: node.count(), row, gathers } });
    }

    fn emit_node(&mut self, id: NodeId) {
        let node = self.graph.get(id).clone();
        let along = self.along(id);
        if !self.is_due(id) {
            // What the parts add their products to is there before.
            match self.matmul_term(id) {
                Some((_, other)) if self.pass == Pass::Before && matches!(self.role(id), Role::Gathered(_)) => {
                    let rest = self.kernel(node.dims, 0, MapOperation::Copy, &[other], None);
                    return self.push(rest, id);
                }
                _ => return,
            }
        }
        let action = match &node.kind {
            Kind::Input(_) | Kind::Constant(_) | Kind::Count => return,
            Kind::Map { operation, operands } => match self.matmul_term(id) {
                Some((product, other)) => return self.emit_accumulated(id, product, other),
                None => self.kernel(node.dims.clone(), 0, *operation, operands, along),
            },
            Kind::Sum { of, over } => {
                let space = [node.dims.as_slice(), over].concat();
                self.kernel(space, over.len(), MapOperation::Copy, std::slice::from_ref(of), along)
            }
            Kind::Matmul { .. } => match self.product(id, false) {
                Some(product) if !self.is_accumulated(id) => Action::Product(product),
                _ => return,
            },
            Kind::Link { of, axes } => Action::Kernel(self.link(&node.dims, of, axes)),
            Kind::Rows { function, of } => {
                let operand = self.graph.get(*of);
                let row = self.row(*of, &dense_strides(&operand.dims), along);
                let width = operand.dims.last().copied().unwrap_or(0);
                let rows = node.dims.first().copied().filter(|_| along.is_some());
                let len = match rows {
                    Some(rows) => rows * operand.dims[1..].iter().product::<usize>(),
                    None => operand.count(),
                };
                Action::Rows { function: *function, of: *of, width, len, row }
            }
            Kind::Square { function, of } => {
                let size = self.graph.get(*of).dims.last().copied().unwrap_or(0);
                Action::Square { function: *function, of: *of, size }
            }
            Kind::Pick { of, plane, over, solved } => {
                let space = [node.dims.as_slice(), over].concat();
                Action::Pick { of: of.node, pairs: self.pairs(&space, over.len(), of, plane, *solved) }
            }
        };
        self.push(action, id);
    }

    fn scope(&self) -> Scope<'_> {
        Scope { network: self.network, graph: &self.graph, inlined: &self.inlined, partial: &self.partial }
    }

    fn kernel(
        &self,
        space: Vec<usize>,
        summed: usize,
        operation: MapOperation,
        operands: &[View],
        along: Option<usize>,
    ) -> Action {
        let root = Root { space, summed, operation, operands, along };
        Action::Kernel(Kernel::new(self.scope(), &root))
    }

    /// Whether a matrix product is added to the sum that reads it.
    fn is_accumulated(&self, product: NodeId) -> bool {
        let reader = self.reader[product.0 as usize];
        self.uses[product.0 as usize] == 1
            && reader.0 != u32::MAX
            && !self.inlined[reader.0 as usize]
            && self.matmul_term(reader).is_some_and(|term| term.0 == product)
    }

    /// A sum with a matrix product that nothing else reads: the product and the other term.
    fn matmul_term(&self, sum: NodeId) -> Option<(NodeId, View)> {
        let Kind::Map { operation: MapOperation::Add, operands } = &self.graph.get(sum).kind else { return None };
        let [a, b] = operands.as_slice() else { return None };
        let rank = self.graph.get(sum).dims.len();
        let is_term = |view: &View| {
            let own = matches!(self.graph.get(view.node).kind, Kind::Matmul { .. });
            own && self.uses[view.node.0 as usize] == 1 && view.axes.iter().copied().eq(0..rank)
        };
        match (is_term(a), is_term(b)) {
            _ if !self.shares || self.apart[sum.0 as usize] => None,
            (true, _) => Some((a.node, b.clone())),
            (_, true) => Some((b.node, a.clone())),
            _ => None,
        }
    }

    /// A sum of a matrix product and something else: the product is added to the rest.
    fn emit_accumulated(&mut self, sum: NodeId, product: NodeId, other: View) {
        if !matches!(self.role(sum), Role::Gathered(_)) {
            let dims = self.graph.get(sum).dims.clone();
            let rest = self.kernel(dims, 0, MapOperation::Copy, &[other], self.along(sum));
            self.push(rest, sum);
        }
        if let Some(product) = self.product(product, true) {
            self.push(Action::Product(product), sum);
        }
    }

    fn product(&self, id: NodeId, add: bool) -> Option<Product> {
        let node = self.graph.get(id);
        let Kind::Matmul { left, right, extents, over } = &node.kind else { return None };
        let space = [node.dims.as_slice(), over].concat();
        let Extents { stack, rows, columns, inner } = *extents;
        let (a, b) = (strides(&self.graph, left, space.len()), strides(&self.graph, right, space.len()));
        let (first_row, first_column, first_inner) = (stack, stack + rows, stack + rows + columns);
        let size = |from: usize, count: usize| space[from..from + count].iter().product::<usize>();
        let stride = |strides: &[usize], from: usize, count: usize| {
            (from..from + count).rev().find(|&axis| space[axis] != 1).map_or(1, |axis| strides[axis])
        };
        let (row_count, column_count) = (size(first_row, rows), size(first_column, columns));
        let inner_count = size(first_inner, inner);
        let left_layout = Layout {
            start: 0,
            rows: row_count,
            columns: inner_count,
            row_stride: stride(&a, first_row, rows),
            column_stride: stride(&a, first_inner, inner),
        };
        let right_layout = Layout {
            start: 0,
            rows: inner_count,
            columns: column_count,
            row_stride: stride(&b, first_inner, inner),
            column_stride: stride(&b, first_column, columns),
        };
        let starts = (0..size(0, stack)).map(|at| {
            let index = unravel(at, &space[..stack]);
            let start = |strides: &[usize]| index.iter().zip(strides).map(|(i, stride)| i * stride).sum();
            [start(&a), start(&b), at * row_count * column_count]
        });
        let starts = starts.collect();
        let along = self.along(id);
        let rows = [self.row(left.node, &a, along), self.row(right.node, &b, along)];
        Some(Product { left: left.node, right: right.node, left_layout, right_layout, starts, rows, add })
    }

    fn link(&self, dims: &[usize], of: &View, axes: &[usize]) -> Kernel {
        let rank = axes.iter().max().map_or(0, |&last| last + 1);
        let mut space = vec![1; rank];
        let mut out = vec![0; rank];
        for ((&axis, &size), stride) in axes.iter().zip(dims).zip(dense_strides(dims)) {
            space[axis] = size;
            out[axis] += stride;
        }
        Kernel::scattered(self.scope(), &space, of, out)
    }

    /// The entries that a plane lets through: to which, from which.
    fn pairs(&self, space: &[usize], summed: usize, of: &View, plane: &Plane, solved: usize) -> Vec<[u32; 2]> {
        let from = strides(&self.graph, of, space.len());
        let kept = space.len() - summed;
        let mut to = dense_strides(&space[..kept]);
        to.resize(space.len(), 0);
        let mut walked = space.to_vec();
        if let Some(size) = walked.get_mut(solved) {
            *size = 1;
        }
        let count: usize = walked.iter().product();
        let mut pairs = Vec::new();
        for at in 0..count {
            let mut index = unravel(at, &walked);
            let terms = index.iter().zip(&plane.coefficients);
            let rest = plane.offset + terms.map(|(&index, &coefficient)| index as i64 * coefficient).sum::<i64>();
            match space.get(solved) {
                None if rest != 0 => continue,
                None => {}
                Some(&size) => {
                    let coefficient = plane.coefficients[solved];
                    let found = -rest / coefficient;
                    if rest % coefficient != 0 || found < 0 || found >= size as i64 {
                        continue;
                    }
                    index[solved] = found as usize;
                }
            }
            let place = |strides: &[usize]| index.iter().zip(strides).map(|(i, stride)| i * stride).sum::<usize>();
            pairs.push([place(&to) as u32, place(&from) as u32]);
        }
        pairs
    }

    /// The program; buffers are shared by nodes that are not needed at the same time.
    pub(super) fn finish(self, outputs: &[NodeId], kinks: Vec<KinkNode>) -> TensorProgram {
        let graph = self.graph;
        let mut places = Places::new(&graph, &self.instructions, self.repeated.as_ref());
        outputs.iter().chain(kinks.iter().map(|kink| &kink.zero)).for_each(|&node| places.keep(node));
        let mut inputs = Vec::new();
        let mut constants = Vec::new();
        for (at, node) in graph.nodes.iter().enumerate().filter(|(at, _)| self.uses[*at] > 0) {
            let id = NodeId(at as u32);
            match &node.kind {
                Kind::Input(name) => inputs.push(Port { name: Some(*name), dims: node.dims.clone(), node: id }),
                Kind::Constant(bits) => constants.push((id, [f64::from_bits(*bits), 0.0])),
                Kind::Count => constants.push((id, [1.0, 1.0])),
                _ => continue,
            }
            places.keep(id);
            places.place(id, node.count());
        }
        places.place_all(&self.instructions, self.shares);
        let repeated = self.repeated.map(|repeated| Repeated {
            written: places.written(&self.instructions[repeated.instructions.clone()]),
            ..repeated
        });
        let constants = constants.into_iter().map(|(node, value)| (places.of[node.0 as usize], value)).collect();
        let port = |&node: &NodeId| {
            let name = match graph.get(node).kind {
                Kind::Input(name) => Some(name),
                _ => None,
            };
            Port { name, dims: graph.get(node).dims.clone(), node }
        };
        let outputs = outputs.iter().map(port).collect();
        let registers = self.instructions.iter().map(|instruction| match &instruction.action {
            Action::Kernel(kernel) => kernel.registers,
            _ => 0,
        });
        let registers = registers.max().unwrap_or(0);
        let scratch = self.instructions.iter().map(|instruction| match &instruction.action {
            Action::Square { size, .. } => square::scratch(*size),
            _ => 0,
        });
        let scratch = scratch.max().unwrap_or(0);
        TensorProgram {
            instructions: self.instructions,
            repeated,
            buffer_of: places.of,
            lengths: places.lengths,
            constants,
            inputs,
            outputs,
            kinks,
            registers,
            scratch,
            threads: 1,
            graph,
        }
    }
}

impl Action {
    /// The nodes that it reads.
    pub(super) fn reads(&self) -> Vec<NodeId> {
        match self {
            Action::Kernel(kernel) => kernel.reads().collect(),
            Action::Product(product) => vec![product.left, product.right],
            Action::Rows { of, .. } | Action::Square { of, .. } | Action::Pick { of, .. } => vec![*of],
        }
    }
}

fn is_permutation(axes: &[usize], rank: usize) -> bool {
    axes.len() == rank && (0..rank).all(|axis| axes.contains(&axis))
}
