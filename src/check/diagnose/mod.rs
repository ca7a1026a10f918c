//! What is wrong with a hand formula: the smallest edit of the true derivative that gives it.
//!
//! Takes a network, a derivative (or any true expression) and a hand formula that has been found wrong; gives a
//! diagnosis that the checker has confirmed, or none. Edits are sought by values at a few random points, which costs one
//! evaluation of the truth and of each edit; an edit is believed only when the edited formula is proved equal to the
//! hand formula.

mod activation;
mod catalogue;
mod diagnoser;
mod edit;
mod grid;
mod jacobian;
mod kind;
mod meaning;
mod message;
mod numbers;
mod pairs;
mod part;
mod product;
mod relatives;
mod rewrite;
mod sample;
mod search;
pub mod shapes;
mod slot;
mod surplus;
mod tensor;
mod trial;
mod truth;
mod whole;

pub use diagnoser::{Diagnoser, Diagnosis};
pub use kind::Kind;
pub(crate) use message::{shown, shown_link, shown_name};
pub(crate) use relatives::names_in;
pub(crate) use rewrite::replace_all;
pub(crate) use trial::Trial;
