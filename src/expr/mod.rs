//! Expressions: hash-consed nodes in an arena, children before parents, built through constructors that apply
//! constant-time identities only.
//!
//! Takes names, numbers and functions as opaque ids; gives [`ExprId`]s. What a name or a function means is told further up.

mod arena;
mod build;
mod contraction;
mod excluded;
mod index;
mod node;
mod numbers;
mod operand;
mod pattern;
mod selection;
mod tensor;
mod walk;

pub use arena::Arena;
pub use contraction::{Label, Labels, LabelsBuilder, LabelsId};
pub use node::{Constant, ExprId, Factor, FunctionId, NameId, Node, OrdersId, Reach};
pub use numbers::{NumberId, Numbers};
pub use operand::{Axis, Operand};
pub use selection::{Selection, SelectionId};
pub use walk::Postorder;

pub(crate) use operand::{Clash, without_axes};
pub(crate) use pattern::{Filling, Pattern};
pub(crate) use walk::subexpressions;
