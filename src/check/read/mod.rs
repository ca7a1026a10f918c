//! Hand formulas to claims: a tree of LaTeX tokens, read against the symbol table of a network.
//!
//! Takes the tree of a formula and a [`Context`]; gives equations as chains of sides. `symbols` knows how names are
//! written, `vocabulary` which words are functions, `script` what stands below and above them; `row`, `factor`, `name`, `call`, `derivative`, `fold` and
//! `condition` read one kind of piece each; `lines` cuts a formula into equations.
//!
//! The recursion is bounded: nothing nests deeper than `MAX_DEPTH`.

mod application;
mod call;
mod condition;
mod context;
mod convention;
mod derivative;
mod entry;
mod equation;
mod factor;
mod fold;
mod lines;
mod name;
mod parser;
mod pieces;
mod plain;
mod product;
mod row;
mod script;
mod symbols;
mod tensor;
#[cfg(test)]
mod tests;
mod unit;
mod unknown;
mod update;
mod vocabulary;
mod words;

pub use context::Context;
pub use convention::{Convention, Layout};
pub use equation::{
    NO_QUANTITY, Reading, derivative_side, read_again, read_chain, read_expression, read_expressions, read_formal,
    read_side,
};
pub use lines::{Chain, chains};
pub use plain::latex_of;
pub use product::{Misfit, Repair};
pub use symbols::{Spelling, Symbols, spelling_of_latex};
