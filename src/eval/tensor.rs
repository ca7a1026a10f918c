//! Values of tensors, and programs on them: contractions as matrix products, everything else as fused loops.

mod block;
mod buffer;
mod call;
mod confirm;
mod contract;
mod descend;
mod element;
mod exponential;
mod graph;
mod kernel;
mod limits;
mod loops;
mod lower;
mod parallel;
mod parts;
mod places;
mod product;
mod program;
mod rows;
mod run;
mod runner;
mod schedule;
mod sizes;
mod square;
mod step;
mod trouble;

pub use confirm::{MAX_ENTRIES, TensorConfirmed, TensorConfirmer};
pub use descend::{ArrayDescent, descend_tensors};
pub use element::Element;
pub(super) use limits::MAX_NUMBERS;
pub use program::{Port, TensorProgram, Workspace};
pub use sizes::Sizes;
pub use trouble::tensor_troubles;

use crate::diagnostic::Diagnostic;
use crate::eval::compile::{Compiler, Root};
use crate::eval::program::Owner;

/// Numbers in row-major order with the sizes of their axes; a scalar has none.
#[derive(Clone, PartialEq, Debug)]
pub struct Tensor {
    /// The sizes of the axes.
    pub dims: Vec<usize>,
    /// One number for each entry.
    pub data: Vec<f64>,
}

impl Tensor {
    /// A number as a tensor without axes.
    pub fn scalar(value: f64) -> Self {
        Tensor { dims: Vec::new(), data: vec![value] }
    }

    /// A tensor with these sizes; `None` if the numbers are not as many as the entries.
    pub fn new(dims: Vec<usize>, data: Vec<f64>) -> Option<Self> {
        let count = dims.iter().try_fold(1usize, |count, &dim| count.checked_mul(dim))?;
        (count == data.len()).then_some(Tensor { dims, data })
    }
}

impl Compiler<'_> {
    /// The program on tensors whose outputs are the roots, at concrete sizes.
    ///
    /// # Errors
    /// A size that is not known, an abstract function, and tensors too large for memory.
    pub fn compile_tensors(&self, roots: &[Root], sizes: &Sizes) -> Result<TensorProgram, Diagnostic> {
        self.tensor_program(roots, sizes, false, parts::Parts::usual)
    }

    /// The same with the numbers of every step kept after a run, so that troubles can be found.
    ///
    /// # Errors
    /// As [`Compiler::compile_tensors`]; the kept numbers may be too large for memory, too.
    pub fn compile_tensors_kept(&self, roots: &[Root], sizes: &Sizes) -> Result<TensorProgram, Diagnostic> {
        self.tensor_program(roots, sizes, true, parts::Parts::usual)
    }

    fn tensor_program(
        &self,
        roots: &[Root],
        sizes: &Sizes,
        keep_all: bool,
        plan: schedule::Plan,
    ) -> Result<TensorProgram, Diagnostic> {
        let mut lowering = lower::Lowering::new(self, sizes);
        let mut outputs = Vec::with_capacity(roots.len());
        for (at, &root) in roots.iter().enumerate() {
            outputs.push(lowering.root(root, Owner::Root(at as u32))?);
        }
        limits::check_loops(&lowering)?;
        let lower::Lowering { graph, kinks, .. } = lowering;
        let kept: Vec<graph::NodeId> = outputs.iter().copied().chain(kinks.iter().map(|kink| kink.zero)).collect();
        let schedule = schedule::Schedule::new(self.network, graph, &kept, keep_all, plan);
        let program = schedule.finish(&outputs, kinks);
        limits::check_memory(self.network, &program)?;
        Ok(program)
    }
}

/// The index with this number in row-major order.
fn unravel(at: usize, dims: &[usize]) -> Vec<usize> {
    let mut rest = at;
    let mut index = vec![0; dims.len()];
    for (place, &size) in index.iter_mut().zip(dims).rev() {
        *place = rest % size.max(1);
        rest /= size.max(1);
    }
    index
}
