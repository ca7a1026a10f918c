//! Measures the checker: wrong formulas made from true ones by single edits, right ones by rewriting, all from a seed.

#![allow(dead_code, reason = "the test and the benchmark use different parts")]

pub mod jet;
pub mod matrices;
pub mod measure;
pub mod mutation;
pub mod nets;
pub mod oracle;
pub mod random;
pub mod rewrite;
