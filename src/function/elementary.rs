//! Elementary functions: exponentials, logarithms, roots, powers, trigonometry.

use crate::function::{Domain, Entry, Group, Kernel, Written};

/// The entries, primitives first.
pub static ENTRIES: &[Entry] = &[
    Entry {
        name: "exp",
        aliases: &[],
        group: Group::Elementary,
        parameters: &["x"],
        defaults: &[],
        written: Written::Exponential,
        definition: None,
        derivatives: &["y"],
        kinks: &[],
        domain: Domain::Everywhere,
        kernel: Kernel::Unary(f64::exp),
        summary: "the exponential function, its own derivative",
    },
    Entry {
        name: "log",
        aliases: &["ln"],
        group: Group::Elementary,
        parameters: &["x"],
        defaults: &[],
        written: Written::Operator { text: "log", latex: "\\log" },
        definition: None,
        derivatives: &["1/x"],
        kinks: &[],
        domain: Domain::Positive,
        kernel: Kernel::Unary(f64::ln),
        summary: "the natural logarithm, the inverse of exp",
    },
];
