//! A network: named equations in order of use, with everything that the file says about them.
//!
//! Takes a syntax tree; gives a [`Network`] whose expressions stand in one arena, as the user wrote them.

mod model;
mod template;

pub use model::{Assumption, Equation, Network, Origin, Point, Quantity, Show, Size};
pub use template::Template;
