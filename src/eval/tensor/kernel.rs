//! Fused loops: many operations entry by entry in one pass, block by block, and sums of what they give.
//!
//! A kernel is compiled from the nodes that are put into one loop; it knows where its operands lie and nothing else.

use crate::eval::tensor::element::Element;
use crate::eval::tensor::graph::{Graph, MapOperation, NodeId, View, strides};
use crate::eval::tensor::loops::{Pool, order};
use crate::eval::tensor::step::{Lane, Operation};
use crate::network::Network;
use pulp::{Simd, WithSimd};

/// How many entries go through all steps before the next do.
pub(super) const BLOCK: usize = 256;

/// An innermost loop of no more entries is short.
const NARROW: usize = 16;

/// Where a step takes an operand from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Register(usize),
    /// An operand in memory whose distance along the innermost loop is 1 or 0.
    Load(usize),
}

#[derive(Clone, Debug)]
struct Step {
    operation: Operation,
    operands: Vec<Place>,
    /// A register; the last step of a kernel without sums may write to the result.
    to: usize,
}

/// An operand in memory.
#[derive(Clone, Debug)]
struct Load {
    node: NodeId,
    /// The distances along the loops.
    strides: Vec<usize>,
    /// The distance between rows of a batch that is worked on in parts; 0 where only the rows of a part are held.
    row: usize,
}

/// What a kernel computes: an operation over a space whose last axes are summed.
pub(super) struct Root<'a> {
    pub(super) space: Vec<usize>,
    pub(super) summed: usize,
    pub(super) operation: MapOperation,
    pub(super) operands: &'a [View],
    /// The axis of the space along which it is worked on in parts.
    pub(super) along: Option<usize>,
}

/// What is known of the nodes that a kernel is made from.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) network: &'a Network,
    pub(super) graph: &'a Graph,
    /// Those that are part of the loop of the node that reads them.
    pub(super) inlined: &'a [bool],
    /// Those of which only the rows of a part are held.
    pub(super) partial: &'a [bool],
}

/// A loop.
#[derive(Clone, Debug)]
pub(super) struct Kernel {
    /// The sizes of the loops, the innermost last.
    loops: Vec<usize>,
    loads: Vec<Load>,
    steps: Vec<Step>,
    result: Place,
    out_strides: Vec<usize>,
    sums: bool,
    /// Whether the last step writes to the result.
    direct: bool,
    pub(super) registers: usize,
}

impl Kernel {
    /// The kernel of a root with all inlined nodes put in.
    pub(super) fn new(scope: Scope<'_>, root: &Root<'_>) -> Kernel {
        let rank = root.space.len();
        let kept = rank - root.summed;
        let mut out_strides = vec![0; rank];
        let own = super::graph::dense_strides(&root.space[..kept]);
        out_strides[..kept].copy_from_slice(&own);
        Kernel::with_strides(scope, root, out_strides, root.summed > 0)
    }

    fn with_strides(scope: Scope<'_>, root: &Root<'_>, out_strides: Vec<usize>, sums: bool) -> Kernel {
        let rank = root.space.len();
        let mut builder = Builder { scope, rank, along: root.along, members: Vec::new(), loads: Vec::new() };
        let identity: Vec<usize> = (0..rank).collect();
        builder.collect(root.operands, &identity);
        let along: Vec<&[usize]> = builder.loads.iter().map(|load| load.strides.as_slice()).collect();
        let order = order(&root.space, &along, &out_strides);
        let mut kernel = Kernel {
            loops: order.iter().map(|&axis| root.space[axis]).collect(),
            loads: builder.loads.clone(),
            steps: Vec::new(),
            result: Place::Register(0),
            out_strides: order.iter().map(|&axis| out_strides[axis]).collect(),
            sums,
            direct: false,
            registers: 0,
        };
        for load in &mut kernel.loads {
            load.strides = order.iter().map(|&axis| load.strides[axis]).collect();
        }
        kernel.merge_loops();
        kernel.widen_innermost();
        kernel.emit(&builder, root);
        kernel
    }

    /// The kernel that puts a view over `space` where `out_strides` say, among zeros.
    pub(super) fn scattered(scope: Scope<'_>, space: &[usize], of: &View, out_strides: Vec<usize>) -> Kernel {
        let operands = std::slice::from_ref(of);
        let root = Root { space: space.to_vec(), summed: 0, operation: MapOperation::Copy, operands, along: None };
        Kernel::with_strides(scope, &root, out_strides, true)
    }

    /// Two loops that run through memory as one become one.
    fn merge_loops(&mut self) {
        let mut at = self.loops.len();
        while at > 1 {
            at -= 1;
            let size = self.loops[at];
            let even = |strides: &[usize]| strides[at - 1] == strides[at] * size;
            if even(&self.out_strides) && self.loads.iter().all(|load| even(&load.strides)) {
                self.loops[at - 1] *= size;
                self.loops.remove(at);
                for strides in self.loads.iter_mut().map(|load| &mut load.strides).chain([&mut self.out_strides]) {
                    let inner = strides.remove(at);
                    strides[at - 1] = inner;
                }
            }
        }
    }

    /// The longest loop becomes the innermost if that is so short that to begin it costs more than its entries do, even
    /// if these lie apart.
    fn widen_innermost(&mut self) {
        let longest = (0..self.loops.len()).max_by_key(|&at| self.loops[at]);
        let width = self.loops.last().copied().unwrap_or(0);
        let Some(at) = longest.filter(|&at| width <= NARROW && self.loops[at] > 2 * width) else { return };
        let strides = self.loads.iter_mut().map(|load| &mut load.strides);
        for list in strides.chain([&mut self.loops, &mut self.out_strides]) {
            let longest = list.remove(at);
            list.push(longest);
        }
    }

    fn emit(&mut self, builder: &Builder<'_>, root: &Root<'_>) {
        let mut pool = Pool::default();
        let mut places: Vec<(NodeId, Place)> = Vec::new();
        let mut load = 0;
        for (node, operation, operands) in &builder.members {
            let place = self.step(*operation, operands, (&mut load, &mut places, &mut pool), builder);
            places.push((*node, place));
        }
        self.result = match root.operation {
            MapOperation::Copy if self.sums => {
                let operand = self.operand(&root.operands[0], (&mut load, &mut places, &mut pool), builder);
                operand.0
            }
            operation => self.step(operation, root.operands, (&mut load, &mut places, &mut pool), builder),
        };
        self.direct = !self.sums && self.out_strides.last().is_none_or(|&stride| stride == 1);
        self.registers = pool.count;
    }

    /// Where an operand is, and the register that is free after its use.
    fn operand(
        &mut self,
        view: &View,
        (load, places, pool): (&mut usize, &mut Vec<(NodeId, Place)>, &mut Pool),
        builder: &Builder<'_>,
    ) -> (Place, Option<usize>) {
        if builder.scope.inlined[view.node.0 as usize] {
            let at = places.iter().position(|known| known.0 == view.node).unwrap_or_default();
            let (_, place) = places.swap_remove(at);
            let Place::Register(register) = place else { return (place, None) };
            return (place, Some(register));
        }
        let at = *load;
        *load += 1;
        if self.loads[at].strides.last().is_none_or(|&stride| stride <= 1) {
            return (Place::Load(at), None);
        }
        let to = pool.take();
        self.steps.push(Step { operation: Operation::Gather, operands: vec![Place::Load(at)], to });
        (Place::Register(to), Some(to))
    }

    fn step(
        &mut self,
        operation: MapOperation,
        operands: &[View],
        (load, places, pool): (&mut usize, &mut Vec<(NodeId, Place)>, &mut Pool),
        builder: &Builder<'_>,
    ) -> Place {
        let found: Vec<(Place, Option<usize>)> =
            operands.iter().map(|view| self.operand(view, (load, places, pool), builder)).collect();
        // The result goes to a register that is no operand: each is lent out apart.
        let to = pool.take();
        found.iter().filter_map(|operand| operand.1).for_each(|register| pool.give(register));
        let operands = found.iter().map(|operand| operand.0).collect();
        self.steps.push(Step { operation: Operation::new(builder.scope.network, operation), operands, to });
        Place::Register(to)
    }

    /// The nodes that it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.loads.iter().map(|load| load.node)
    }

    /// Runs on the rows from `row` on: `data` gives the numbers of a node. Sums begin with what is there if they go on,
    /// else with 0. Nothing is allocated.
    #[inline(always)]
    fn run<'a, T: Element>(
        &self,
        data: impl Fn(NodeId) -> &'a [T] + Copy,
        registers: &mut [Vec<T>],
        cursor: &mut Cursor,
        (row, goes_on): (usize, bool),
        out: &mut [T],
    ) {
        if self.sums && !goes_on {
            out.fill(T::zero());
        }
        if self.loops.contains(&0) {
            return;
        }
        let inner = self.loops.len().saturating_sub(1);
        let width = self.loops.last().copied().unwrap_or(1);
        cursor.begin(inner, self.loads.iter().map(|load| row * load.row));
        loop {
            let mut done = 0;
            while done < width {
                let len = BLOCK.min(width - done);
                self.block(data, registers, cursor, out, done, len);
                done += len;
            }
            if !cursor.advance(self) {
                break;
            }
        }
    }

    #[inline(always)]
    fn block<'a, T: Element>(
        &self,
        data: impl Fn(NodeId) -> &'a [T] + Copy,
        registers: &mut [Vec<T>],
        cursor: &Cursor,
        out: &mut [T],
        done: usize,
        len: usize,
    ) {
        let out_stride = self.out_strides.last().copied().unwrap_or(1);
        let start = cursor.out + done * out_stride;
        for (at, step) in self.steps.iter().enumerate() {
            let last = at + 1 == self.steps.len();
            if last && self.direct {
                self.apply(step, data, registers, cursor, &mut out[start..start + len], done);
            } else {
                let mut to = std::mem::take(&mut registers[step.to]);
                self.apply(step, data, registers, cursor, &mut to[..len], done);
                registers[step.to] = to;
            }
        }
        if self.direct {
            return;
        }
        let result = self.lane(self.result, data, registers, cursor, done, len);
        match (self.sums, out_stride) {
            (true, 0) => out[start] += result.sum(len),
            (true, stride) => result.add_to(&mut out[start..], stride, len),
            (false, stride) => result.store(&mut out[start..], stride, len),
        }
    }

    #[inline(always)]
    fn lane<'r, 'a: 'r, T: Element>(
        &self,
        place: Place,
        data: impl Fn(NodeId) -> &'a [T],
        registers: &'r [Vec<T>],
        cursor: &Cursor,
        done: usize,
        len: usize,
    ) -> Lane<'r, T> {
        match place {
            Place::Register(register) => Lane::Row(&registers[register][..len]),
            Place::Load(at) => {
                let load = &self.loads[at];
                let start = cursor.loads[at];
                match load.strides.last() {
                    Some(1) => Lane::Row(&data(load.node)[start + done..start + done + len]),
                    _ => Lane::Same(data(load.node)[start]),
                }
            }
        }
    }

    #[inline(always)]
    fn apply<'a, T: Element>(
        &self,
        step: &Step,
        data: impl Fn(NodeId) -> &'a [T] + Copy,
        registers: &[Vec<T>],
        cursor: &Cursor,
        to: &mut [T],
        done: usize,
    ) {
        let len = to.len();
        if let (Operation::Gather, &[Place::Load(at)]) = (&step.operation, step.operands.as_slice()) {
            let load = &self.loads[at];
            let stride = load.strides.last().copied().unwrap_or(0);
            let from = &data(load.node)[cursor.loads[at] + done * stride..];
            for (to, &from) in to.iter_mut().zip(from.iter().step_by(stride)) {
                *to = from;
            }
            return;
        }
        // Written out, not a closure: what is not compiled into this function has no vector instructions.
        match *step.operands.as_slice() {
            [a] => step.operation.one(to, self.lane(a, data, registers, cursor, done, len)),
            [a, b] => {
                let a = self.lane(a, data, registers, cursor, done, len);
                step.operation.two(to, a, self.lane(b, data, registers, cursor, done, len));
            }
            [a, b, then, otherwise] => {
                let a = self.lane(a, data, registers, cursor, done, len);
                let b = self.lane(b, data, registers, cursor, done, len);
                let then = self.lane(then, data, registers, cursor, done, len);
                let otherwise = self.lane(otherwise, data, registers, cursor, done, len);
                step.operation.four(to, [a, b, then, otherwise]);
            }
            _ => to.fill(T::from_f64(f64::NAN)),
        }
    }
}

/// A run of a kernel: compiled once for each set of vector instructions, of which the machine's is taken.
pub(super) struct KernelRun<'r, T, F> {
    pub(super) kernel: &'r Kernel,
    pub(super) data: F,
    pub(super) registers: &'r mut [Vec<T>],
    pub(super) cursor: &'r mut Cursor,
    pub(super) row: usize,
    pub(super) goes_on: bool,
    pub(super) out: &'r mut [T],
}

impl<'a, T: Element, F: Fn(NodeId) -> &'a [T] + Copy> WithSimd for KernelRun<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.kernel.run(self.data, self.registers, self.cursor, (self.row, self.goes_on), self.out);
    }
}

/// Where the outer loops stand, and where operands and result begin there.
#[derive(Clone, Debug, Default)]
pub(super) struct Cursor {
    index: Vec<usize>,
    loads: Vec<usize>,
    out: usize,
}

impl Cursor {
    /// Room for kernels of so many loops and operands.
    pub(super) fn reserve(&mut self, kernel: &Kernel) {
        self.index.reserve(kernel.loops.len());
        self.loads.reserve(kernel.loads.len());
    }

    fn begin(&mut self, loops: usize, loads: impl Iterator<Item = usize>) {
        self.index.clear();
        self.index.resize(loops, 0);
        self.loads.clear();
        self.loads.extend(loads);
        self.out = 0;
    }

    /// Steps to the next place; whether there is one.
    fn advance(&mut self, kernel: &Kernel) -> bool {
        for axis in (0..self.index.len()).rev() {
            self.index[axis] += 1;
            self.out += kernel.out_strides[axis];
            for (place, load) in self.loads.iter_mut().zip(&kernel.loads) {
                *place += load.strides[axis];
            }
            let size = kernel.loops[axis];
            if self.index[axis] < size {
                return true;
            }
            self.index[axis] = 0;
            self.out -= size * kernel.out_strides[axis];
            for (place, load) in self.loads.iter_mut().zip(&kernel.loads) {
                *place -= size * load.strides[axis];
            }
        }
        false
    }
}

/// The nodes of a kernel, operands first, and what they read from memory in the order of use.
struct Builder<'a> {
    scope: Scope<'a>,
    rank: usize,
    along: Option<usize>,
    members: Vec<(NodeId, MapOperation, Vec<View>)>,
    loads: Vec<Load>,
}

impl Builder<'_> {
    fn collect(&mut self, operands: &[View], identity: &[usize]) {
        let mut open: Vec<(View, Vec<usize>)> = operands.iter().map(|view| (view.clone(), identity.to_vec())).collect();
        let mut found: Vec<(NodeId, Vec<usize>)> = Vec::new();
        while let Some((view, space)) = open.pop() {
            if self.scope.inlined[view.node.0 as usize] {
                let axes: Vec<usize> = view.axes.iter().map(|&axis| space[axis]).collect();
                found.push((view.node, axes.clone()));
                open.extend(self.operands(view.node).1.iter().map(|operand| (operand.clone(), axes.clone())));
            }
        }
        found.sort_by_key(|member| member.0);
        for (node, axes) in found {
            let (operation, operands) = self.operands(node);
            let views: Vec<View> = operands
                .iter()
                .map(|view| View { node: view.node, axes: view.axes.iter().map(|&axis| axes[axis]).collect() })
                .collect();
            self.load(&views);
            self.members.push((node, operation, views));
        }
        self.load(operands);
    }

    fn load(&mut self, views: &[View]) {
        for view in views.iter().filter(|view| !self.scope.inlined[view.node.0 as usize]) {
            let strides = strides(self.scope.graph, view, self.rank);
            let row =
                self.along.filter(|_| !self.scope.partial[view.node.0 as usize]).map_or(0, |along| strides[along]);
            self.loads.push(Load { node: view.node, strides, row });
        }
    }

    fn operands(&self, node: NodeId) -> (MapOperation, Vec<View>) {
        match &self.scope.graph.get(node).kind {
            super::graph::Kind::Map { operation, operands } => (*operation, operands.clone()),
            _ => (MapOperation::Copy, Vec::new()),
        }
    }
}
