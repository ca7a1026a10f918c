//! Measuring the checker on formulas of vectors and matrices: an author's formulas, mistakes and rewritings of them, and
//! an evaluator, none of which shares anything with the checker.

#[path = "../../dual_tensor.rs"]
mod dual_tensor;

pub mod cases;
pub mod formula;
pub mod measure;
pub mod mistake;
pub mod nets;
pub mod reader;
pub mod rewrite;
pub mod value;
