//! Instructions one after the other, on one thread.

use crate::eval::tensor::block::{Cursor, KernelRun};
use crate::eval::tensor::buffer::Buffer;
use crate::eval::tensor::element::{Element, Layout, multiply};
use crate::eval::tensor::graph::NodeId;
use crate::eval::tensor::kernel::BLOCK;
use crate::eval::tensor::program::{Action, Instruction, Product, TensorProgram};
use crate::eval::tensor::rows::RowsRun;
use crate::eval::tensor::square;
use pulp::Arch;

/// What is needed within an instruction.
#[derive(Debug)]
pub(super) struct Temporaries<T> {
    registers: Vec<Vec<T>>,
    cursor: Cursor,
    scratch: Vec<T>,
}

impl<T: Element> Temporaries<T> {
    /// Enough for every instruction of a program.
    pub(super) fn new(program: &TensorProgram) -> Self {
        let mut cursor = Cursor::default();
        for instruction in program.passes().flat_map(|(_, instructions)| instructions) {
            if let Action::Kernel(kernel) = &instruction.action {
                cursor.reserve(kernel);
            }
        }
        let registers = vec![vec![T::zero(); BLOCK]; program.registers];
        Temporaries { registers, cursor, scratch: vec![T::zero(); program.scratch] }
    }
}

/// A thread that runs instructions.
pub(super) struct Runner<'r, T> {
    program: &'r TensorProgram,
    /// The buffers that it may write.
    own: &'r mut [Buffer<T>],
    /// Those that it only reads, while other threads do; each is empty here or among its own.
    shared: &'r [Buffer<T>],
    temporaries: &'r mut Temporaries<T>,
    /// On how many threads a matrix product runs.
    threads: usize,
}

impl<'r, T: Element> Runner<'r, T> {
    /// One that has all buffers for itself.
    pub(super) fn alone(
        program: &'r TensorProgram,
        buffers: &'r mut [Buffer<T>],
        temporaries: &'r mut Temporaries<T>,
    ) -> Self {
        Runner { program, own: buffers, shared: &[], temporaries, threads: program.threads }
    }

    /// One of several, each on a thread of its own.
    pub(super) fn one_of_several(
        program: &'r TensorProgram,
        own: &'r mut [Buffer<T>],
        shared: &'r [Buffer<T>],
        temporaries: &'r mut Temporaries<T>,
    ) -> Self {
        Runner { program, own, shared, temporaries, threads: 1 }
    }

    /// Runs instructions; those that are run part by part for the rows from `row` on.
    pub(super) fn run(&mut self, row: usize, instructions: &[Instruction]) {
        instructions.iter().for_each(|instruction| self.step(instruction, row));
    }

    fn step(&mut self, instruction: &Instruction, row: usize) {
        let Runner { program, own, shared, temporaries, threads } = self;
        let buffer_of = |node: NodeId| program.buffer_of[node.0 as usize];
        let buffer = buffer_of(instruction.to);
        let mut whole = std::mem::take(&mut own[buffer]);
        let target = instruction.target;
        let to = &mut whole[row * target.row..][..target.len];
        let goes_on = target.gathers && row > 0;
        let data = |node: NodeId| -> &[T] {
            let buffer = buffer_of(node);
            match shared.get(buffer) {
                Some(shared) if own[buffer].is_empty() => shared,
                _ => &own[buffer],
            }
        };
        match &instruction.action {
            Action::Kernel(kernel) => {
                let Temporaries { registers, cursor, .. } = temporaries;
                Arch::new().dispatch(KernelRun { kernel, data, registers, cursor, row, goes_on, out: to });
            }
            Action::Product(product) => product.run(data, (row, goes_on), *threads, to),
            &Action::Rows { function, of, width, len, row: apart } => {
                let from = &data(of)[row * apart..][..len];
                Arch::new().dispatch(RowsRun { function, from, width, to });
            }
            Action::Square { function, of, size } => {
                square::run(*function, data(*of), *size, &mut temporaries.scratch, to);
            }
            Action::Pick { of, pairs } => pick(data(*of), pairs, to),
        }
        own[buffer] = whole;
    }
}

impl Product {
    fn run<'a, T: Element>(
        &self,
        data: impl Fn(NodeId) -> &'a [T],
        (row, goes_on): (usize, bool),
        threads: usize,
        to: &mut [T],
    ) {
        let (left, right) = (data(self.left), data(self.right));
        let len = self.left_layout.rows * self.right_layout.columns;
        let rows = self.rows.map(|apart| row * apart);
        for &[a, b, c] in &self.starts {
            let left = (left, Layout { start: a + rows[0], ..self.left_layout });
            let right = (right, Layout { start: b + rows[1], ..self.right_layout });
            multiply(left, right, &mut to[c..c + len], self.add || goes_on, threads);
        }
    }
}

fn pick<T: Element>(from: &[T], pairs: &[[u32; 2]], to: &mut [T]) {
    to.fill(T::zero());
    for &[at, source] in pairs {
        to[at as usize] += from[source as usize];
    }
}
