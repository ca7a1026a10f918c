//! The function table: all that is known of a function stands in one entry.
//!
//! `entry` says what an entry holds; each other file is a group of entries. Adding a function touches one place.
//! Formulas in entries are text in derive's own language; `network` lowers them when they are first used.

mod activation;
mod elementary;
mod entry;
mod registry;

pub use entry::{Domain, Entry, Group, Kernel, Kink, Written};
pub use registry::{FunctionRef, Functions, UserFunction, table};
