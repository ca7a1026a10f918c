//! Activation functions, as PyTorch and JAX define them.

use crate::function::{Domain, Entry, Group, Kernel, Written};

/// The entries, each after those that its definition uses.
pub static ENTRIES: &[Entry] = &[Entry {
    name: "sigmoid",
    aliases: &["sigma"],
    group: Group::Activation,
    parameters: &["x"],
    defaults: &[],
    written: Written::Letter { text: "σ", latex: "\\sigma", typst: "sigma" },
    definition: Some("(1 + exp(-x))^(-1)"),
    derivatives: &["y*(1 - y)"],
    kinks: &[],
    domain: Domain::Everywhere,
    kernel: Kernel::Unary(|x| if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) }),
    summary: "the logistic function",
}];
