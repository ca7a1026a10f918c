//! A kernel runs: the outer loops, and within them block by block all steps and the sums of what they give.

use crate::eval::tensor::element::Element;
use crate::eval::tensor::graph::NodeId;
use crate::eval::tensor::kernel::{BLOCK, Kernel, Place, Step};
use crate::eval::tensor::step::{Lane, Operation};
use pulp::{Simd, WithSimd};

/// Some turns of the last loop but one, of each some entries of the innermost loop.
#[derive(Clone, Copy)]
struct Block {
    turn: usize,
    turns: usize,
    entry: usize,
    /// How many entries of a turn.
    width: usize,
}

impl Block {
    fn len(self) -> usize {
        self.turns * self.width
    }
}

impl Kernel {
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
        let outer = self.loops.len() - 2;
        let (all_turns, all_entries) = (self.loops[outer], self.loops[outer + 1]);
        cursor.begin(outer, self.loads.iter().map(|load| row * load.row));
        loop {
            let mut turn = 0;
            while turn < all_turns {
                let turns = self.turns.min(all_turns - turn);
                let mut entry = 0;
                while entry < all_entries {
                    let width = BLOCK.min(all_entries - entry);
                    self.block(data, registers, cursor, out, Block { turn, turns, entry, width });
                    entry += width;
                }
                turn += turns;
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
        block: Block,
    ) {
        let out = &mut out[cursor.out + offset(&self.out_strides, block)..];
        for (at, step) in self.steps.iter().enumerate() {
            let last = at + 1 == self.steps.len();
            if last && self.direct {
                self.apply(step, data, registers, cursor, &mut out[..block.len()], block);
            } else {
                let mut to = std::mem::take(&mut registers[step.to]);
                self.apply(step, data, registers, cursor, &mut to[..block.len()], block);
                registers[step.to] = to;
            }
        }
        if self.direct {
            return;
        }
        let result = self.lane(self.result, data, registers, cursor, block);
        let width = block.width;
        match (self.sums, self.within(&self.out_strides)) {
            (true, [0, 0]) => out[0] += result.sum(block.len()),
            (true, [0, 1]) => result.add_turns(&mut out[..width], block.turns),
            (true, [turn, 0]) => {
                for at in 0..block.turns {
                    out[at * turn] += result.part(at * width, width).sum(width);
                }
            }
            (true, [turn, entry]) => {
                for at in 0..block.turns {
                    result.part(at * width, width).add_to(&mut out[at * turn..], entry, width);
                }
            }
            (false, [turn, entry]) => {
                for at in 0..block.turns {
                    result.part(at * width, width).store(&mut out[at * turn..], entry, width);
                }
            }
        }
    }

    #[inline(always)]
    fn lane<'r, 'a: 'r, T: Element>(
        &self,
        place: Place,
        data: impl Fn(NodeId) -> &'a [T],
        registers: &'r [Vec<T>],
        cursor: &Cursor,
        block: Block,
    ) -> Lane<'r, T> {
        match place {
            Place::Register(register) => Lane::Row(&registers[register][..block.len()]),
            Place::Same(at) | Place::Dense(at) | Place::Apart(at) => {
                let load = &self.loads[at];
                let from = &data(load.node)[cursor.loads[at] + offset(&load.strides, block)..];
                if let Place::Same(_) = place { Lane::Same(from[0]) } else { Lane::Row(&from[..block.len()]) }
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
        block: Block,
    ) {
        if let (Operation::Gather, &[Place::Apart(at)]) = (&step.operation, step.operands.as_slice()) {
            let load = &self.loads[at];
            let from = &data(load.node)[cursor.loads[at] + offset(&load.strides, block)..];
            return gather(from, self.within(&load.strides), block.width, to);
        }
        // Written out, not a closure: what is not compiled into this function has no vector instructions.
        match *step.operands.as_slice() {
            [a] => step.operation.one(to, self.lane(a, data, registers, cursor, block)),
            [a, b] => {
                let a = self.lane(a, data, registers, cursor, block);
                step.operation.two(to, a, self.lane(b, data, registers, cursor, block));
            }
            [a, b, then, otherwise] => {
                let a = self.lane(a, data, registers, cursor, block);
                let b = self.lane(b, data, registers, cursor, block);
                let then = self.lane(then, data, registers, cursor, block);
                let otherwise = self.lane(otherwise, data, registers, cursor, block);
                step.operation.four(to, [a, b, then, otherwise]);
            }
            _ => to.fill(T::from_f64(f64::NAN)),
        }
    }
}

/// How far a block begins behind the place of the outer loops.
#[inline(always)]
fn offset(strides: &[usize], block: Block) -> usize {
    match strides {
        [.., turn, entry] => block.turn * turn + block.entry * entry,
        _ => 0,
    }
}

/// Collects the entries of a block, which lie so far apart from turn to turn and within a turn.
#[inline(always)]
fn gather<T: Element>(from: &[T], [turn, entry]: [usize; 2], width: usize, to: &mut [T]) {
    for (at, to) in to.chunks_exact_mut(width).enumerate() {
        let from = &from[at * turn..];
        match entry {
            0 => to.fill(from[0]),
            1 => to.copy_from_slice(&from[..width]),
            _ => {
                for (to, &from) in to.iter_mut().zip(from.iter().step_by(entry)) {
                    *to = from;
                }
            }
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
