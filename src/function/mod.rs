//! The function table: all that is known of a function stands in one entry.
//!
//! `entry` says what an entry holds, `kernel` how it is computed, `known` what other code knows it as; the other files are groups of entries. Adding a function touches one place.
//! Formulas in entries are text in derive's own language; `network` lowers them when they are first used.

mod activation;
mod arrangement;
mod builder;
mod cost;
mod elementary;
mod entry;
mod kernel;
mod known;
mod layer;
mod linear_algebra;
mod rectifier;
mod reduction;
mod registry;
mod trigonometry;

pub use builder::{Builder, Options, Refusal};
pub use entry::{Domain, Entry, Form, Group, Kernel, Kink, Written};
pub use known::Known;
pub use registry::{FunctionRef, Functions, UserFunction, table};
