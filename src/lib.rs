//! The chain rule, worked: from the text of a network to gradients with every step, and back from
//! hand-written derivations to verdicts.
//!
//! The modules stand in the order of the data flow; each may use only those above it.

pub mod diagnostic;

pub mod rational;

pub mod syntax;

pub mod shape;

pub mod expr;

pub mod function;

pub mod network;

pub mod calculus;

pub mod eval;

pub mod notation;

pub mod narrate;

pub mod emit;

pub mod notes;

pub mod check;
