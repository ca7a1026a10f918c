//! The derivation: the rules of differentiation inside one equation, the chain rule between names, simplification.
//!
//! Takes a network; gives local partials, adjoints and chains, each with the rules that gave it. What is shown as a step
//! and what is computed are one function, so the steps end in the answer.

mod adjoint;
mod assumed;
mod derivation;
mod functions;
mod lift;
mod local;
mod paths;
mod rule;
mod simplify;
mod sweep;
mod tensor;
mod worked;

pub use adjoint::{Adjoints, Delta, Deltas};
pub use assumed::AssumptionUses;
pub use derivation::{
    Derivation, ErrorRow, ErrorTerm, FactorOrder, Gradient, PathProduct, Request, Shape, TrackRow, has_one_variable,
};
pub use functions::{FunctionDerivatives, Sigma};
pub use local::Locals;
pub use paths::{Path, PathLengths, Paths};
pub use rule::Rule;
pub use simplify::{Assumed, Goal, NameUse, Rewriting, Simplifier};
pub use sweep::{LocalPartial, Sweep};
pub use worked::{Worked, WorkedLine};

pub(crate) use local::contains;
pub(crate) use tensor::chain;
