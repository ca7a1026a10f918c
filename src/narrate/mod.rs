//! From a derivation to a document: what is said, in which order, with which words.
//!
//! `story` finds out everything that needs the network to be written to (steps, numbers); `worked`, `main_track` and
//! `numbers` say it. No format is known here.

mod arrays;
mod assumptions;
mod chains;
mod descent;
mod differences;
mod explain;
mod kinks;
mod network;
mod numbers;
mod own;
mod phrases;
mod report;
mod story;
mod tensors;
mod track;
mod vanishing;
mod worked;

pub use arrays::{ArrayEvaluation, ArrayGradient, array_evaluation, derived};
pub use descent::{array_descent, descent};
pub use explain::{explain, function_table};
pub use numbers::{Evaluation, GradientValue, LocalValue, QuantityValue, evaluation, trouble_words};
pub use report::document;
pub use story::{Confirmed, Depth, Story, Wish};

pub(crate) use assumptions::assumption;
pub(crate) use own::definitions;
pub(crate) use tensors::in_layout;
