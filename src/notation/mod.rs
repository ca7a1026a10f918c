//! From expressions to formulas, and from a derivation to a document.
//!
//! `layout` is the one tree that decides precedence, parentheses and the order of factors; `document` the one structure
//! that every output format prints.

pub mod document;
pub mod layout;
