//! The chain rule, worked: from the text of a network to gradients with every step, and back from
//! hand-written derivations to verdicts.
//!
//! The modules stand in the order of the data flow; each may use only those above it.

pub mod diagnostic;
pub mod notes;
pub mod rational;
pub mod syntax;
