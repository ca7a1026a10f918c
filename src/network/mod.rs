//! A network: named equations in order of use, with everything that the file says about them.
//!
//! Takes a syntax tree; gives a [`Network`] whose expressions stand in one arena, as the user wrote them. `resolve` finds
//! out what the names mean and unrolls loops, `lower` turns right sides into expressions, `order` sorts the equations.

mod arguments;
mod call;
mod cancel;
mod compose;
mod declaration;
mod expand;
mod expression;
mod facts;
mod fold;
mod guard;
mod hint;
mod index;
mod kept;
mod literal;
mod lower;
mod mismatch;
mod model;
mod names;
mod order;
mod own;
mod parts;
mod point;
mod read;
mod resolve;
mod schedule;
mod sizes;
mod template;
mod tie;

pub use model::{Assumption, Equation, Facts, Literal, Network, Origin, Point, Quantity, Show, Size};
pub use read::{read_network, read_network_to_check};
pub use resolve::{FreeNames, resolve};
pub use template::Template;

pub(crate) use expression::{Lowered, Member, Outer};
pub(crate) use kept::Kept;
pub(crate) use tie::may_agree_widely;
