//! From text to syntax trees, with the place of everything.
//!
//! `statements` cuts a file; `parse` reads statements by `grammar/network.pest` into the tree of `ast`; `spelling` knows
//! which spellings are one name; `latex` cuts formulas into token trees. Nothing here knows what a name means.

pub mod ast;
pub mod latex;
mod parse;
mod show;
mod slips;
pub mod spelling;
mod statements;

pub use parse::{parse_expression, parse_network};
pub use statements::MAX_DEPTH;
