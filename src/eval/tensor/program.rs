//! A program on dense tensors: a flat list of instructions over buffers that are there before it runs.
//!
//! Takes numbers for its inputs; gives the numbers of its outputs. A run does not recurse, and allocates nothing: the matrix
//! product of `faer` keeps its packing buffers for each thread.

use std::ops::Range;

use crate::eval::tensor::buffer::Buffer;
use crate::eval::tensor::element::{Element, Layout};
use crate::eval::tensor::graph::{Graph, NodeId, RowFunction, SquareFunction};
use crate::eval::tensor::kernel::Kernel;
use crate::eval::tensor::lower::KinkNode;
use crate::eval::tensor::parallel::Worker;
use crate::eval::tensor::runner::{Runner, Temporaries};
use crate::expr::NameId;

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
    /// The buffers that a part writes.
    pub(super) written: Vec<Written>,
}

/// A buffer that the parts of a batch write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Written {
    pub(super) buffer: usize,
    pub(super) fate: Fate,
}

/// What becomes of what a part writes to a buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    /// The next part writes over it.
    Replaced,
    /// The next part adds to it.
    Gathered,
    /// It is kept beside the rows of the other parts; so far apart lie the rows.
    Kept(usize),
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
    temporaries: Temporaries<T>,
    /// Where the parts of a batch run on several threads.
    workers: Vec<Worker<T>>,
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

    /// How many numbers all buffers of one thread hold.
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

    /// On how many threads it runs: the parts of a large batch, or each matrix product. The sums over a batch are
    /// rounded otherwise with another number of threads.
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
        Workspace { buffers, temporaries: Temporaries::new(self), workers: Worker::all(self) }
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
    pub(super) fn passes(&self) -> impl Iterator<Item = (usize, &[Instruction])> {
        let range = self.repeated.as_ref().map_or(0..0, |repeated| repeated.instructions.clone());
        let before = [(0, &self.instructions[..range.start])].into_iter();
        let parts = self.repeated.iter().flat_map(|repeated| self.parts(repeated, 0..repeated.times, true));
        before.chain(parts).chain([(0, &self.instructions[range.end..])])
    }

    /// As [`TensorProgram::passes`], these parts only, with the rows that are left or without.
    pub(super) fn parts<'p>(
        &'p self,
        repeated: &'p Repeated,
        parts: Range<usize>,
        with_rest: bool,
    ) -> impl Iterator<Item = (usize, &'p [Instruction])> {
        let instructions = &self.instructions[repeated.instructions.clone()];
        let rest = with_rest.then_some((repeated.times * repeated.rows, repeated.rest.as_slice()));
        parts.map(move |part| (part * repeated.rows, instructions)).chain(rest)
    }

    /// Runs all instructions on what the inputs hold.
    pub fn run<T: Element>(&self, workspace: &mut Workspace<T>) {
        let Workspace { buffers, temporaries, workers } = workspace;
        match &self.repeated {
            Some(repeated) if !workers.is_empty() => {
                let Range { start, end } = repeated.instructions;
                Runner::alone(self, buffers, temporaries).run(0, &self.instructions[..start]);
                self.run_in_parallel(repeated, buffers, workers);
                Runner::alone(self, buffers, temporaries).run(0, &self.instructions[end..]);
            }
            _ => {
                let mut runner = Runner::alone(self, buffers, temporaries);
                self.passes().for_each(|(row, instructions)| runner.run(row, instructions));
            }
        }
    }
}
