//! From expressions to formulas, and from a derivation to a document.
//!
//! `layout` is the one tree that every format prints; `formula` the only place that decides precedence, parentheses,
//! signs and the order of factors; `names` how a quantity is written; `document` what stands between formulas.

pub mod document;
mod form;
mod formula;
pub mod layout;
mod names;
mod product;
mod style;

pub use form::check_shows;
pub use formula::Typesetter;
pub use style::{FactorOrder, Notation, Style, Times};
