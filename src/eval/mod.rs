//! Numbers: expressions compiled once into flat programs, run at points, confirmed by finite differences.
//!
//! Takes a network and roots (any expressions of its arena); gives values, troubles with the quantity that they come
//! from, central differences with error estimates, and gradient descent.

mod assignment;
mod builder;
mod compile;
mod confirm;
mod data;
mod descend;
mod kinds;
mod lower;
mod missing;
mod numpy;
mod plot;
mod point;
mod positions;
mod program;
mod sizes;
mod source;
mod templates;
mod tensor;
mod trouble;
mod walk;

pub use assignment::files_in_list;
pub use compile::{Compiler, Root};
pub use confirm::{Confirmer, Difference, Effort, Obstacle, Verdict, confirm};
pub use descend::{Descent, End, Rate, Row, descend};
pub use plot::plot;
pub use point::Values;
pub use program::{Batch, Instruction, KinkSite, Operation, Owner, Program, Slot, Source};
pub use templates::Templates;
pub use tensor::{
    ArrayDescent, Element, MAX_ENTRIES, Port, Sizes, Tensor, TensorConfirmed, TensorConfirmer, TensorProgram,
    Workspace, descend_tensors, tensor_troubles,
};
pub use trouble::{Closeness, Trouble, TroubleKind, troubles};
