//! Expressions: hash-consed nodes in an arena, children before parents, built through constructors that apply
//! constant-time identities only.
//!
//! Takes names, numbers and functions as opaque ids; gives [`ExprId`]s. What a name or a function means is told further up.

mod arena;
mod build;
mod node;
mod numbers;
mod pattern;
mod walk;

pub use arena::Arena;
pub use node::{Constant, ExprId, Factor, FunctionId, NameId, Node, OrdersId, Reach};
pub use numbers::{NumberId, Numbers};
pub use pattern::Pattern;
pub use walk::{Marks, Postorder, subexpressions};
