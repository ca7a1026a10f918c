//! From expressions to formulas, and from a derivation to a document.
//!
//! `layout` is the one tree that every format prints; `formula` the only place that decides precedence, parentheses,
//! signs and the order of factors; `names` how a quantity is written; `document` what stands between formulas.

mod algebra;
mod bound;
mod call;
mod chain;
mod classes;
mod component;
#[cfg(test)]
mod component_tests;
mod condition;
mod contraction;
#[cfg(test)]
mod contraction_tests;
mod derivative;
pub mod document;
mod entrywise;
mod excluded;
mod form;
mod formula;
mod grid;
mod index;
mod joined;
pub mod layout;
mod listed;
mod matrix;
mod names;
mod nested;
mod number;
mod own;
mod piece;
mod product;
mod ranges;
mod running;
mod signs;
mod slices;
mod style;
mod symmetry;
mod terms;
mod turned;
mod unit;
mod verbatim;

pub use derivative::Signs;
pub use form::check_shows;
pub use formula::Typesetter;
pub use style::{Notation, Orientation, Style, TensorForm, Times};

pub(crate) use form::row_names;
