//! A program on dense tensors: a flat list of instructions over buffers that are there before it runs.
//!
//! Takes numbers for its inputs; gives the numbers of its outputs. A run does not recurse, and allocates nothing: the matrix
//! product of `faer` keeps its packing buffers for each thread.

use std::ops::Range;

use crate::eval::tensor::buffer::Buffer;
use crate::eval::tensor::element::{Element, Layout, multiply};
use crate::eval::tensor::graph::{Graph, NodeId, RowFunction, SquareFunction};
use crate::eval::tensor::kernel::{BLOCK, Cursor, Kernel, KernelRun};
use crate::eval::tensor::lower::KinkNode;
use crate::eval::tensor::rows::RowsRun;
use crate::eval::tensor::square;
use crate::expr::NameId;
use pulp::Arch;

/// A matrix product, once for each index of the stack.
#[derive(Clone, Debug)]
pub(super) struct Product {
    pub(super) left: NodeId,
    pub(super) right: NodeId,
    pub(super) left_layout: Layout,
    pub(super) right_layout: Layout,
    /// Where left, right and result begin, for each index of the stack.
    pub(super) starts: Vec<[usize; 3]>,
    /// How far apart the rows of left and right lie along which it is worked on in parts.
    pub(super) rows: [usize; 2],
    /// Whether it is added to what is there.
    pub(super) add: bool,
}

/// What an instruction computes.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Kernel(Kernel),
    Product(Product),
    Rows {
        function: RowFunction,
        of: NodeId,
        width: usize,
        /// How many numbers it reads.
        len: usize,
        /// How far apart the rows lie along which it is worked on in parts.
        row: usize,
    },
    Square {
        function: SquareFunction,
        of: NodeId,
        size: usize,
    },
    /// Sums of entries: to which, and from which.
    Pick {
        of: NodeId,
        pairs: Vec<[u32; 2]>,
    },
}

/// An action and the node whose numbers it gives.
#[derive(Clone, Debug)]
pub(super) struct Instruction {
    pub(super) action: Action,
    pub(super) to: NodeId,
    pub(super) target: Target,
}

/// Where in the buffer of its node an instruction writes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// How many numbers.
    pub(super) len: usize,
    /// How far apart the rows lie along which it is worked on in parts; 0 where only those of a part are held.
    pub(super) row: usize,
    /// Whether every part adds to what those before it gave.
    pub(super) gathers: bool,
}

/// The instructions that are run once for each part of a batch.
#[derive(Clone, Debug)]
pub(super) struct Repeated {
    pub(super) instructions: Range<usize>,
    /// How many rows a part has.
    pub(super) rows: usize,
    /// How many parts have so many.
    pub(super) times: usize,
    /// The same instructions for the rows that are left.
    pub(super) rest: Vec<Instruction>,
}

/// An input or output of a program.
#[derive(Clone, PartialEq, Debug)]
pub struct Port {
    /// The quantity; for an output only if it is an input as well.
    pub name: Option<NameId>,
    /// The sizes of its axes.
    pub dims: Vec<usize>,
    pub(super) node: NodeId,
}

/// A compiled set of expressions on tensors.
#[derive(Debug)]
pub struct TensorProgram {
    pub(super) graph: Graph,
    pub(super) instructions: Vec<Instruction>,
    pub(super) repeated: Option<Repeated>,
    /// The buffer of each node.
    pub(super) buffer_of: Vec<usize>,
    /// The length of each buffer.
    pub(super) lengths: Vec<usize>,
    /// Buffers that hold numbers from the start: the first, and by how much each is larger than the one before.
    pub(super) constants: Vec<(usize, [f64; 2])>,
    pub(super) inputs: Vec<Port>,
    pub(super) outputs: Vec<Port>,
    pub(super) kinks: Vec<KinkNode>,
    /// The most registers that a kernel needs.
    pub(super) registers: usize,
    /// The most numbers that a matrix function needs for itself.
    pub(super) scratch: usize,
    pub(super) threads: usize,
}

/// The buffers of one program.
#[derive(Debug)]
pub struct Workspace<T> {
    pub(super) buffers: Vec<Buffer<T>>,
    registers: Vec<Vec<T>>,
    cursor: Cursor,
    scratch: Vec<T>,
}

impl TensorProgram {
    /// The quantities whose values it takes.
    pub fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    /// The position of a quantity among the inputs.
    pub fn input(&self, name: NameId) -> Option<usize> {
        self.inputs.iter().position(|port| port.name == Some(name))
    }

    /// What it gives, in the order of the roots.
    pub fn outputs(&self) -> &[Port] {
        &self.outputs
    }

    /// How many numbers all buffers hold.
    pub fn memory(&self) -> usize {
        self.lengths.iter().fold(0, |sum, &length| sum.saturating_add(length))
    }

    /// How many matrix products a run has.
    pub fn product_count(&self) -> usize {
        let products = self.passes().flat_map(|(_, instructions)| instructions).map(|instruction| &instruction.action);
        let counts = products.map(|action| match action {
            Action::Product(product) => product.starts.len(),
            _ => 0,
        });
        counts.sum()
    }

    /// The multiplications and additions of its matrix products.
    pub fn product_operations(&self) -> f64 {
        let actions = self.passes().flat_map(|(_, instructions)| instructions).map(|instruction| &instruction.action);
        let products = actions.filter_map(|action| match action {
            Action::Product(Product { left_layout, right_layout, starts, .. }) => {
                let sizes = [left_layout.rows, left_layout.columns, right_layout.columns, starts.len()];
                Some(sizes.iter().map(|&size| size as f64).product::<f64>())
            }
            _ => None,
        });
        2.0 * products.sum::<f64>()
    }

    /// On how many threads matrix products run.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Room for a run.
    pub fn workspace<T: Element>(&self) -> Workspace<T> {
        let mut buffers: Vec<Buffer<T>> = self.lengths.iter().map(|&length| Buffer::zeros(length)).collect();
        for &(buffer, [first, step]) in &self.constants {
            let entries = buffers[buffer].iter_mut().enumerate();
            entries.for_each(|(at, entry)| *entry = T::from_f64(first + step * at as f64));
        }
        let mut cursor = Cursor::default();
        for instruction in self.passes().flat_map(|(_, instructions)| instructions) {
            if let Action::Kernel(kernel) = &instruction.action {
                cursor.reserve(kernel);
            }
        }
        let registers = vec![vec![T::zero(); BLOCK]; self.registers];
        Workspace { buffers, registers, cursor, scratch: vec![T::zero(); self.scratch] }
    }

    /// The numbers of an input, to be set.
    pub fn input_mut<'a, T>(&self, workspace: &'a mut Workspace<T>, at: usize) -> &'a mut [T] {
        &mut workspace.buffers[self.buffer_of[self.inputs[at].node.0 as usize]]
    }

    /// input += factor · output, entry by entry.
    pub fn move_input<T: Element>(&self, workspace: &mut Workspace<T>, input: usize, output: usize, factor: f64) {
        let place = self.buffer_of[self.inputs[input].node.0 as usize];
        let mut entries = std::mem::take(&mut workspace.buffers[place]);
        let by = self.output(workspace, output);
        // A scalar zero stands for a gradient of any shape.
        let by = by.iter().cycle().take(if by.is_empty() { 0 } else { entries.len() });
        entries.iter_mut().zip(by).for_each(|(to, &slope)| *to += T::from_f64(factor) * slope);
        workspace.buffers[place] = entries;
    }

    /// The numbers of an output after a run.
    pub fn output<'a, T>(&self, workspace: &'a Workspace<T>, at: usize) -> &'a [T] {
        self.data(workspace, self.outputs[at].node)
    }

    pub(super) fn data<'a, T>(&self, workspace: &'a Workspace<T>, node: NodeId) -> &'a [T] {
        &workspace.buffers[self.buffer_of[node.0 as usize]]
    }

    /// Which instructions are run one after the other, and from which row of a batch on.
    fn passes(&self) -> impl Iterator<Item = (usize, &[Instruction])> {
        let (range, rows, times, rest) = match &self.repeated {
            Some(Repeated { instructions, rows, times, rest }) => {
                (instructions.clone(), *rows, *times, rest.as_slice())
            }
            None => (0..0, 0, 0, [].as_slice()),
        };
        let repeated = &self.instructions[range.clone()];
        let parts = (0..times).map(move |part| (part * rows, repeated));
        let before = [(0, &self.instructions[..range.start])].into_iter();
        before.chain(parts).chain([(times * rows, rest), (0, &self.instructions[range.end..])])
    }

    /// Runs all instructions on what the inputs hold.
    pub fn run<T: Element>(&self, workspace: &mut Workspace<T>) {
        for (row, instructions) in self.passes() {
            instructions.iter().for_each(|instruction| self.step(instruction, row, workspace));
        }
    }

    /// Runs an instruction, for the rows from `row` on if it is run part by part.
    fn step<T: Element>(&self, instruction: &Instruction, row: usize, workspace: &mut Workspace<T>) {
        let Workspace { buffers, registers, cursor, scratch } = workspace;
        let arch = Arch::new();
        let buffer = self.buffer_of[instruction.to.0 as usize];
        let mut whole = std::mem::take(&mut buffers[buffer]);
        let target = instruction.target;
        let to = &mut whole[row * target.row..][..target.len];
        let goes_on = target.gathers && row > 0;
        let data = |node: NodeId| -> &[T] { &buffers[self.buffer_of[node.0 as usize]] };
        match &instruction.action {
            Action::Kernel(kernel) => {
                arch.dispatch(KernelRun { kernel, data, registers, cursor, row, goes_on, out: to });
            }
            Action::Product(product) => self.multiply(product, data, (row, goes_on), to),
            &Action::Rows { function, of, width, len, row: apart } => {
                let from = &data(of)[row * apart..][..len];
                arch.dispatch(RowsRun { function, from, width, to });
            }
            Action::Square { function, of, size } => square::run(*function, data(*of), *size, scratch, to),
            Action::Pick { of, pairs } => pick(data(*of), pairs, to),
        }
        buffers[buffer] = whole;
    }

    fn multiply<'a, T: Element>(
        &self,
        product: &Product,
        data: impl Fn(NodeId) -> &'a [T],
        (row, goes_on): (usize, bool),
        to: &mut [T],
    ) {
        let (left, right) = (data(product.left), data(product.right));
        let len = product.left_layout.rows * product.right_layout.columns;
        let rows = product.rows.map(|apart| row * apart);
        for &[a, b, c] in &product.starts {
            let left = (left, Layout { start: a + rows[0], ..product.left_layout });
            let right = (right, Layout { start: b + rows[1], ..product.right_layout });
            multiply(left, right, &mut to[c..c + len], product.add || goes_on, self.threads);
        }
    }
}

fn pick<T: Element>(from: &[T], pairs: &[[u32; 2]], to: &mut [T]) {
    to.fill(T::zero());
    for &[at, source] in pairs {
        to[at as usize] += from[source as usize];
    }
}
