//! The parts of a batch on several threads: each works on some of them, in buffers of its own, and in the end their sums
//! are added and their rows laid together.

use std::ops::Range;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

use crate::eval::tensor::buffer::Buffer;
use crate::eval::tensor::element::Element;
use crate::eval::tensor::program::{Fate, Repeated, TensorProgram, Written};
use crate::eval::tensor::runner::{Runner, Temporaries};

/// What a thread has for itself.
#[derive(Debug)]
pub(super) struct Worker<T> {
    /// As many as the program has; those are empty that the parts do not write. The first worker is lent those of the
    /// workspace, and has none between two runs.
    buffers: Vec<Buffer<T>>,
    temporaries: Temporaries<T>,
}

impl<T: Element> Worker<T> {
    /// The workers of a program; none if it runs on one thread.
    pub(super) fn all(program: &TensorProgram) -> Vec<Worker<T>> {
        let Some(repeated) = program.repeated.as_ref().filter(|_| program.threads > 1) else { return Vec::new() };
        let worker = |at: usize| {
            let mut buffers: Vec<Buffer<T>> = program.lengths.iter().map(|_| Buffer::default()).collect();
            for &Written { buffer, .. } in repeated.written.iter().filter(|_| at > 0) {
                buffers[buffer] = Buffer::zeros(program.lengths[buffer]);
            }
            Worker { buffers, temporaries: Temporaries::new(program) }
        };
        (0..program.threads.min(repeated.times)).map(worker).collect()
    }

    /// Exchanges the buffers that the parts write with those of the workspace.
    fn exchange(&mut self, repeated: &Repeated, buffers: &mut [Buffer<T>]) {
        for &Written { buffer, .. } in &repeated.written {
            std::mem::swap(&mut self.buffers[buffer], &mut buffers[buffer]);
        }
    }

    /// Adds the sums to those of the workspace, and lays the rows `rows` there.
    fn hand_in(&self, repeated: &Repeated, rows: Range<usize>, buffers: &mut [Buffer<T>]) {
        for &Written { buffer, fate } in &repeated.written {
            let (own, to) = (&self.buffers[buffer], &mut buffers[buffer]);
            match fate {
                Fate::Replaced => {}
                Fate::Gathered => to.iter_mut().zip(own.iter()).for_each(|(to, &own)| *to += own),
                Fate::Kept(row) => {
                    let rows = rows.start * row..rows.end * row;
                    to[rows.clone()].copy_from_slice(&own[rows]);
                }
            }
        }
    }
}

impl TensorProgram {
    /// Runs the parts of a batch, each worker on a thread of its own.
    pub(super) fn run_in_parallel<T: Element>(
        &self,
        repeated: &Repeated,
        buffers: &mut [Buffer<T>],
        workers: &mut [Worker<T>],
    ) {
        let count = workers.len();
        // The first has no more parts than the others, and so also the rows that are left.
        let parts = |at: usize| at * repeated.times / count..(at + 1) * repeated.times / count;
        workers[0].exchange(repeated, buffers);
        let shared = &*buffers;
        workers.par_iter_mut().enumerate().for_each(|(at, worker)| {
            let sums = repeated.written.iter().filter(|written| at > 0 && written.fate == Fate::Gathered);
            sums.for_each(|sum| worker.buffers[sum.buffer].fill(T::zero()));
            let Worker { buffers, temporaries } = worker;
            let mut runner = Runner::one_of_several(self, buffers, shared, temporaries);
            for (row, instructions) in self.parts(repeated, parts(at), at == 0) {
                runner.run(row, instructions);
            }
        });
        workers[0].exchange(repeated, buffers);
        for (at, worker) in workers.iter().enumerate().skip(1) {
            let Range { start, end } = parts(at);
            worker.hand_in(repeated, start * repeated.rows..end * repeated.rows, buffers);
        }
    }
}
