//! Hand formulas to claims: a tree of LaTeX tokens, read against the symbol table of a network.
//!
//! Takes the tree of a formula and a [`Context`]; gives equations as chains of sides. `spelling` knows how names are
//! written, `symbols` what they may mean, `vocabulary` which words are functions, `script` what stands below and above
//! them; `row`, `factor`, `name` (with `meaning`), `call`, `derivative` (with `operator`, `partial` and
//! `differential`), `fold`, `summation` and `condition` read one kind of piece each; `product`, `pair`, `broadcast`
//! and `tensor` fit vectors and matrices together; `program` reads what programs write, `classes` class numbers as
//! indices; `lines` cuts a formula into equations, which `equation` reads by `attempt`, `definition` and `identity`.
//!
//! The recursion is bounded: nothing nests deeper than `MAX_DEPTH`.

mod activation;
mod application;
mod attempt;
mod axis;
mod block;
mod bound;
mod broadcast;
mod call;
mod classes;
mod column;
mod condition;
mod context;
mod convention;
mod definition;
mod derivative;
mod diagonal;
mod differential;
mod entry;
mod equation;
mod factor;
mod fold;
mod fork;
mod glued;
mod gradient;
mod identity;
mod inverse;
mod kronecker;
mod language;
mod lines;
mod lower;
mod meaning;
mod name;
mod numbered;
mod operator;
mod pair;
mod parser;
mod partial;
mod pieces;
mod plain;
mod product;
mod program;
mod raised;
mod reduction;
mod roots;
mod row;
mod script;
mod settle;
mod shift;
mod side;
mod sizes;
mod slice;
mod slope;
mod spelling;
mod stack;
mod summation;
mod symbols;
mod tensor;
#[cfg(test)]
mod tests;
mod unit;
mod unknown;
mod unsummed;
mod update;
mod variation;
mod vocabulary;
mod words;

pub(crate) use block::Listed;
pub use context::Context;
pub(crate) use convention::{Convention, Lists};
pub(crate) use definition::defines;
pub(crate) use differential::Changes;
pub(crate) use equation::{CONDITIONAL, NO_QUANTITY, Reading, read_chain};
pub(crate) use fork::Forks;
pub(crate) use glued::{tree_of, with_indices};
pub(crate) use gradient::{Component, Gradient, component_side};
pub(crate) use identity::read_formal;
pub(crate) use language::{Sentence, sentence};
pub(crate) use lines::{Chain, Limit, chains};
pub(crate) use plain::latex_of;
pub(crate) use product::{Misfit, Repair};
pub(crate) use side::{derivative_side, read_again, read_expressions, read_side};
pub(crate) use sizes::unnamed_rows;
pub(crate) use spelling::{Spelling, WrittenName, spelling_of_latex};
pub(crate) use stack::COUNTED;
pub(crate) use unsummed::Unsummed;
pub(crate) use words::LONGER;
