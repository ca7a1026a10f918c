//! From text to syntax trees, with the place of everything.
//!
//! `ast` is what a network file says; `network` reads it. Nothing here knows what a name means.

pub mod ast;
pub mod spelling;
