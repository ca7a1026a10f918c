//! Piecewise linear activation functions: ReLU and its like, as PyTorch defines them, with its derivatives at the kinks.

use crate::function::{Entry, Group, Kernel, Kink, Known, Written, kernel};

const ACTIVATION: Entry = Entry { group: Group::Activation, ..Entry::UNARY };

/// The entries, each after those that its definition uses.
pub static ENTRIES: &[Entry] = &[
    Entry {
        name: "relu",
        known: Some(Known::Rectifier),
        written: Written::Operator { text: "ReLU", latex: "" },
        definition: Some("if x > 0 then x else 0"),
        derivatives: &["step(x)"],
        kinks: &[ZERO],
        kernel: Kernel::Unary(kernel::relu),
        summary: "the positive part (Nair and Hinton 2010)",
        ..ACTIVATION
    },
    Entry {
        name: "leaky_relu",
        parameters: &["x", "a"],
        defaults: &["0.01"],
        written: Written::Operator { text: "LeakyReLU", latex: "" },
        definition: Some("if x > 0 then x else a*x"),
        derivatives: &["if x > 0 then 1 else a", "if x > 0 then 0 else x"],
        kinks: &[Kink {
            zero: "x",
            convention: "a is taken at x = 0, the value from the left, by convention, as PyTorch does",
        }],
        kernel: Kernel::Binary(kernel::leaky_relu),
        summary: "ReLU with the slope a on the left (Maas et al. 2013), a = 0.01 when left out",
        ..ACTIVATION
    },
    Entry {
        name: "relu6",
        written: Written::Operator { text: "ReLU6", latex: "" },
        definition: Some("min(max(x, 0), 6)"),
        derivatives: &["if x <= 0 then 0 else if x < 6 then 1 else 0"],
        kinks: &[ZERO, Kink { zero: "x - 6", convention: FLAT }],
        kernel: Kernel::Unary(kernel::relu6),
        summary: "ReLU that stops at 6 (Krizhevsky 2010)",
        ..ACTIVATION
    },
    Entry {
        name: "hardtanh",
        written: Written::Operator { text: "hardtanh", latex: "" },
        definition: Some("min(max(x, -1), 1)"),
        derivatives: &["if x <= -1 then 0 else if x < 1 then 1 else 0"],
        kinks: &[Kink { zero: "x + 1", convention: FLAT }, Kink { zero: "x - 1", convention: FLAT }],
        kernel: Kernel::Unary(kernel::hard_tanh),
        summary: "the identity, cut off at −1 and 1",
        ..ACTIVATION
    },
    Entry {
        name: "hardsigmoid",
        written: Written::Operator { text: "hardsigmoid", latex: "" },
        definition: Some("min(max(x + 3, 0), 6)/6"),
        derivatives: &["if x <= -3 then 0 else if x < 3 then 1/6 else 0"],
        kinks: &[Kink { zero: "x + 3", convention: FLAT }, Kink { zero: "x - 3", convention: FLAT }],
        kernel: Kernel::Unary(kernel::hard_sigmoid),
        summary: "a piecewise linear sigmoid, PyTorch's with slope 1/6 (Howard et al. 2019)",
        ..ACTIVATION
    },
    Entry {
        name: "hardswish",
        written: Written::Operator { text: "hardswish", latex: "" },
        definition: Some("x*min(max(x + 3, 0), 6)/6"),
        derivatives: &["if x <= -3 then 0 else if x < 3 then (2*x + 3)/6 else 1"],
        kinks: &[
            Kink { zero: "x + 3", convention: "0 is taken there, by convention, as PyTorch does since 2.7" },
            Kink { zero: "x - 3", convention: "1 is taken there, by convention, as PyTorch does since 2.7" },
        ],
        kernel: Kernel::Unary(kernel::hard_swish),
        summary: "x times the hard sigmoid (Howard et al. 2019)",
        ..ACTIVATION
    },
];

const FLAT: &str = "0 is taken there, by convention, as PyTorch does";

const ZERO: Kink =
    Kink { zero: "x", convention: "0 is taken there, by convention, as the deep-learning frameworks do" };
