//! Text to trees, before any meaning.

pub mod latex;
