//! Fused loops: many operations entry by entry in one pass, block by block, and sums of what they give.
//!
//! A kernel is compiled from the nodes that are put into one loop; it knows where its operands lie and nothing else.

use crate::eval::tensor::graph::{Graph, MapOperation, NodeId, View, strides};
use crate::eval::tensor::loops::{Pool, order};
use crate::eval::tensor::step::Operation;
use crate::network::Network;

/// How many entries go through all steps before the next do.
pub(super) const BLOCK: usize = 512;

/// The innermost loop is run for several turns of the next one at once if so many fit into a block.
const SEVERAL: usize = 4;

/// Where a step takes an operand from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Register(usize),
    /// An operand whose entries in a block lie one behind the other in memory.
    Dense(usize),
    /// An operand that is one number for all entries of a block.
    Same(usize),
    /// An operand that lies apart; only to be gathered.
    Apart(usize),
}

#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) operation: Operation,
    pub(super) operands: Vec<Place>,
    /// A register; the last step of a kernel without sums may write to the result.
    pub(super) to: usize,
}

/// An operand in memory.
#[derive(Clone, Debug)]
pub(super) struct Load {
    pub(super) node: NodeId,
    /// The distances along the loops.
    pub(super) strides: Vec<usize>,
    /// The distance between rows of a batch that is worked on in parts; 0 where only the rows of a part are held.
    pub(super) row: usize,
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
    /// The sizes of the loops, the innermost last; at least two. A block is of the last two.
    pub(super) loops: Vec<usize>,
    /// How many turns of the last loop but one are taken at once.
    pub(super) turns: usize,
    pub(super) loads: Vec<Load>,
    pub(super) steps: Vec<Step>,
    pub(super) result: Place,
    pub(super) out_strides: Vec<usize>,
    pub(super) sums: bool,
    /// Whether the last step writes to the result.
    pub(super) direct: bool,
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
            turns: 1,
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
        kernel.choose_block();
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

    /// Settles the last two loops, of which a block is: where they are short, the longest of the outer ones comes next
    /// to the innermost, for to begin a block costs more than a few entries do.
    fn choose_block(&mut self) {
        while self.loops.len() < 2 {
            self.loops.insert(0, 1);
            self.loads.iter_mut().for_each(|load| load.strides.insert(0, 0));
            self.out_strides.insert(0, 0);
        }
        let next = self.loops.len() - 2;
        let width = self.loops[next + 1];
        if self.loops[next] * width < BLOCK / SEVERAL {
            let longest = (0..=next).max_by_key(|&at| self.loops[at]).unwrap_or(next);
            let strides = self.loads.iter_mut().map(|load| &mut load.strides);
            strides.chain([&mut self.loops, &mut self.out_strides]).for_each(|list| list.swap(longest, next));
        }
        let fit = BLOCK / width.max(1);
        self.turns = if fit < SEVERAL { 1 } else { fit.min(self.loops[next]).max(1) };
    }

    /// The distances of the entries of a block from one turn of the last loop but one to the next, and within a turn;
    /// 0 where there is no next.
    pub(super) fn within(&self, strides: &[usize]) -> [usize; 2] {
        let next = self.loops.len() - 2;
        let turn = if self.turns > 1 { strides[next] } else { 0 };
        [turn, if self.loops[next + 1] > 1 { strides[next + 1] } else { 0 }]
    }

    /// Whether the entries of a block lie one behind the other.
    fn is_dense(&self, strides: &[usize]) -> bool {
        let width = self.loops[self.loops.len() - 1];
        let [turn, entry] = self.within(strides);
        (width <= 1 || entry == 1) && (self.turns <= 1 || turn == width)
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
            MapOperation::Copy if self.sums || self.is_apart(load, root, builder) => {
                self.operand(&root.operands[0], (&mut load, &mut places, &mut pool), builder).0
            }
            operation => self.step(operation, root.operands, (&mut load, &mut places, &mut pool), builder),
        };
        self.direct = !self.sums && self.is_dense(&self.out_strides);
        self.registers = pool.count;
    }

    /// Where the entries of an operand are in memory.
    fn place(&self, load: usize) -> Place {
        let strides = &self.loads[load].strides;
        if self.within(strides) == [0, 0] {
            Place::Same(load)
        } else if self.is_dense(strides) {
            Place::Dense(load)
        } else {
            Place::Apart(load)
        }
    }

    /// Whether a root that copies reads what must be gathered, and is copied so.
    fn is_apart(&self, load: usize, root: &Root<'_>, builder: &Builder<'_>) -> bool {
        let inlined = builder.scope.inlined[root.operands[0].node.0 as usize];
        !inlined && matches!(self.place(load), Place::Apart(_))
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
        let place = self.place(at);
        if !matches!(place, Place::Apart(_)) {
            return (place, None);
        }
        let to = pool.take();
        self.steps.push(Step { operation: Operation::Gather, operands: vec![place], to });
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
