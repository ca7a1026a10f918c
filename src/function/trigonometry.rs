//! Trigonometric and hyperbolic functions and their inverses.

use crate::function::{Domain, Entry, Kernel, Kink, Known, Written};

/// The entries, each after those that its definition uses.
pub static ENTRIES: &[Entry] = &[
    Entry {
        name: "sin",
        known: Some(Known::Sine),
        written: Written::Operator { text: "sin", latex: "\\sin" },
        derivatives: &["cos(x)"],
        kernel: Kernel::Unary(libm::sin),
        summary: "the sine",
        ..Entry::UNARY
    },
    Entry {
        name: "cos",
        known: Some(Known::Cosine),
        written: Written::Operator { text: "cos", latex: "\\cos" },
        derivatives: &["-sin(x)"],
        kernel: Kernel::Unary(libm::cos),
        summary: "the cosine",
        ..Entry::UNARY
    },
    Entry {
        name: "tan",
        written: Written::Operator { text: "tan", latex: "\\tan" },
        definition: Some("sin(x)/cos(x)"),
        derivatives: &["1 + y^2"],
        domain: Domain::NoPole,
        kernel: Kernel::Unary(libm::tan),
        summary: "the tangent",
        ..Entry::UNARY
    },
    Entry {
        name: "asin",
        known: Some(Known::ArcSine),
        written: Written::Operator { text: "arcsin", latex: "\\arcsin" },
        derivatives: &["1/sqrt(1 - x^2)"],
        kinks: &[ENDS],
        domain: Domain::ClosedUnit,
        kernel: Kernel::Unary(libm::asin),
        summary: "the inverse of the sine",
        ..Entry::UNARY
    },
    Entry {
        name: "acos",
        written: Written::Operator { text: "arccos", latex: "\\arccos" },
        definition: Some("pi/2 - asin(x)"),
        derivatives: &["-1/sqrt(1 - x^2)"],
        kinks: &[ENDS],
        domain: Domain::ClosedUnit,
        kernel: Kernel::Unary(libm::acos),
        summary: "the inverse of the cosine",
        ..Entry::UNARY
    },
    Entry {
        name: "atan",
        known: Some(Known::ArcTangent),
        written: Written::Operator { text: "arctan", latex: "\\arctan" },
        derivatives: &["1/(1 + x^2)"],
        kernel: Kernel::Unary(libm::atan),
        summary: "the inverse of the tangent",
        ..Entry::UNARY
    },
    Entry {
        name: "sinh",
        written: Written::Operator { text: "sinh", latex: "\\sinh" },
        definition: Some("(exp(x) - exp(-x))/2"),
        derivatives: &["cosh(x)"],
        kernel: Kernel::Unary(libm::sinh),
        summary: "the hyperbolic sine",
        ..Entry::UNARY
    },
    Entry {
        name: "cosh",
        written: Written::Operator { text: "cosh", latex: "\\cosh" },
        definition: Some("(exp(x) + exp(-x))/2"),
        derivatives: &["sinh(x)"],
        kernel: Kernel::Unary(libm::cosh),
        summary: "the hyperbolic cosine",
        ..Entry::UNARY
    },
    Entry {
        name: "tanh",
        known: Some(Known::HyperbolicTangent),
        written: Written::Operator { text: "tanh", latex: "\\tanh" },
        definition: Some("sinh(x)/cosh(x)"),
        derivatives: &["1 - y^2"],
        kernel: Kernel::Unary(libm::tanh),
        summary: "the hyperbolic tangent",
        ..Entry::UNARY
    },
    Entry {
        name: "asinh",
        written: Written::Operator { text: "arsinh", latex: "" },
        definition: Some("log(x + sqrt(x^2 + 1))"),
        derivatives: &["1/sqrt(x^2 + 1)"],
        kernel: Kernel::Unary(libm::asinh),
        summary: "the inverse of the hyperbolic sine",
        ..Entry::UNARY
    },
    Entry {
        name: "acosh",
        written: Written::Operator { text: "arcosh", latex: "" },
        definition: Some("log(x + sqrt(x - 1)*sqrt(x + 1))"),
        derivatives: &["1/(sqrt(x - 1)*sqrt(x + 1))"],
        kinks: &[Kink { zero: "x - 1", convention: Kink::VERTICAL }],
        domain: Domain::AtLeastOne,
        kernel: Kernel::Unary(libm::acosh),
        summary: "the inverse of the hyperbolic cosine",
        ..Entry::UNARY
    },
    Entry {
        name: "atanh",
        written: Written::Operator { text: "artanh", latex: "" },
        definition: Some("log((1 + x)/(1 - x))/2"),
        derivatives: &["1/(1 - x^2)"],
        domain: Domain::OpenUnit,
        kernel: Kernel::Unary(libm::atanh),
        summary: "the inverse of the hyperbolic tangent",
        ..Entry::UNARY
    },
];

const ENDS: Kink = Kink { zero: "1 - x^2", convention: Kink::VERTICAL };
