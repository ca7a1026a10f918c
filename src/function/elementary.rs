//! Elementary functions: exponentials, logarithms, roots, powers, absolute value, maximum, the error function.

use crate::function::{Domain, Entry, Kernel, Kink, Known, Written, kernel};

/// The entries, each after those that its definition uses.
pub static ENTRIES: &[Entry] = &[
    Entry {
        name: "exp",
        known: Some(Known::Exponential),
        written: Written::Exponential,
        derivatives: &["y"],
        kernel: Kernel::Unary(libm::exp),
        summary: "the exponential function, its own derivative",
        ..Entry::UNARY
    },
    Entry {
        name: "log",
        known: Some(Known::Logarithm),
        aliases: &["ln"],
        written: Written::Operator { text: "log", latex: "\\log" },
        derivatives: &["1/x"],
        domain: Domain::Positive,
        kernel: Kernel::Unary(libm::log),
        summary: "the natural logarithm, the inverse of exp",
        ..Entry::UNARY
    },
    Entry {
        name: "sqrt",
        known: Some(Known::SquareRoot),
        written: Written::Root(2),
        definition: Some("x^(1/2)"),
        derivatives: &["1/(2*y)"],
        kinks: &[VERTICAL],
        domain: Domain::NonNegative,
        kernel: Kernel::Unary(f64::sqrt),
        summary: "the square root",
        ..Entry::UNARY
    },
    Entry {
        name: "cbrt",
        known: Some(Known::CubeRoot),
        written: Written::Root(3),
        derivatives: &["1/(3*y^2)"],
        kinks: &[VERTICAL],
        kernel: Kernel::Unary(libm::cbrt),
        summary: "the real cube root, also of negative numbers",
        ..Entry::UNARY
    },
    Entry {
        name: "pow",
        known: Some(Known::Power),
        written: Written::Power,
        derivatives: &["b*a^(b - 1)", "y*log(a)"],
        domain: Domain::PowerBase,
        kernel: Kernel::Binary(libm::pow),
        summary: "a to the power of b; exp(b log a) for a > 0",
        ..Entry::BINARY
    },
    Entry {
        name: "abs",
        known: Some(Known::Absolute),
        written: Written::Bars,
        derivatives: &["sign(x)"],
        kinks: &[Kink { zero: "x", convention: "0 is taken there, by convention, as PyTorch does" }],
        kernel: Kernel::Unary(f64::abs),
        summary: "the absolute value",
        ..Entry::UNARY
    },
    Entry {
        name: "sign",
        known: Some(Known::Sign),
        written: Written::Operator { text: "sign", latex: "" },
        derivatives: &["0"],
        kinks: &[JUMP],
        kernel: Kernel::Unary(kernel::sign),
        summary: "−1, 0 or 1",
        ..Entry::UNARY
    },
    Entry {
        name: "step",
        known: Some(Known::Step),
        written: Written::Indicator,
        derivatives: &["0"],
        kinks: &[JUMP],
        kernel: Kernel::Unary(kernel::step),
        summary: "1 for x > 0, else 0; the Heaviside function with 0 at 0",
        ..Entry::UNARY
    },
    Entry {
        name: "max",
        known: Some(Known::Larger),
        written: Written::Operator { text: "max", latex: "\\max" },
        definition: Some("if a > b then a else b"),
        derivatives: &[
            "if a > b then 1 else if a < b then 0 else 1/2",
            "if b > a then 1 else if b < a then 0 else 1/2",
        ],
        kinks: &[TIE],
        kernel: Kernel::Binary(kernel::max),
        summary: "the larger of two numbers",
        ..Entry::BINARY
    },
    Entry {
        name: "min",
        known: Some(Known::Smaller),
        written: Written::Operator { text: "min", latex: "\\min" },
        definition: Some("if a < b then a else b"),
        derivatives: &[
            "if a < b then 1 else if a > b then 0 else 1/2",
            "if b < a then 1 else if b > a then 0 else 1/2",
        ],
        kinks: &[TIE],
        kernel: Kernel::Binary(kernel::min),
        summary: "the smaller of two numbers",
        ..Entry::BINARY
    },
    Entry {
        name: "erf",
        known: Some(Known::Error),
        written: Written::Operator { text: "erf", latex: "" },
        derivatives: &["2/sqrt(pi)*exp(-x^2)"],
        kernel: Kernel::Unary(libm::erf),
        summary: "the error function, 2/√π times the integral of exp(−t²) from 0 to x",
        ..Entry::UNARY
    },
];

const VERTICAL: Kink = Kink { zero: "x", convention: Kink::VERTICAL };

const JUMP: Kink =
    Kink { zero: "x", convention: "it jumps there; 0 is taken, by convention, as PyTorch does for sign" };

const TIE: Kink = Kink {
    zero: "a - b",
    convention: "1/2 is taken for each where both are equal, by convention, as PyTorch and JAX do; so max(x, x) has the derivative 1",
};
