//! Smooth activation functions, as PyTorch and JAX define them.

use crate::function::{Entry, Group, Kernel, Kink, Known, Written, kernel};

const ACTIVATION: Entry = Entry { group: Group::Activation, ..Entry::UNARY };

/// The entries, each after those that its definition uses.
pub static ENTRIES: &[Entry] = &[
    Entry {
        name: "sigmoid",
        known: Some(Known::Sigmoid),
        aliases: &["sigma"],
        written: Written::Letter { text: "σ", latex: "\\sigma", typst: "sigma" },
        definition: Some("(1 + exp(-x))^(-1)"),
        derivatives: &["y*(1 - y)"],
        kernel: Kernel::Unary(kernel::sigmoid),
        summary: "the logistic function",
        ..ACTIVATION
    },
    Entry {
        name: "logsigmoid",
        aliases: &["log_sigmoid"],
        written: Written::Operator { text: "logsigmoid", latex: "" },
        definition: Some("-log(1 + exp(-x))"),
        derivatives: &["sigmoid(-x)"],
        kernel: Kernel::Unary(kernel::log_sigmoid),
        summary: "the logarithm of the logistic function",
        ..ACTIVATION
    },
    Entry {
        name: "softplus",
        written: Written::Operator { text: "softplus", latex: "" },
        definition: Some("log(1 + exp(x))"),
        derivatives: &["sigmoid(x)"],
        kernel: Kernel::Unary(kernel::softplus),
        summary: "a smooth ReLU (Dugas et al. 2001); PyTorch's with beta = 1 and no threshold",
        ..ACTIVATION
    },
    Entry {
        name: "softsign",
        written: Written::Operator { text: "softsign", latex: "" },
        definition: Some("x/(1 + abs(x))"),
        derivatives: &["1/(1 + abs(x))^2"],
        kernel: Kernel::Unary(kernel::softsign),
        summary: "a sigmoid with polynomial tails; differentiable at 0, where |x| is not",
        ..ACTIVATION
    },
    Entry {
        name: "silu",
        aliases: &["swish"],
        written: Written::Operator { text: "SiLU", latex: "" },
        definition: Some("x*sigmoid(x)"),
        derivatives: &["sigmoid(x)*(1 + x*(1 - sigmoid(x)))"],
        kernel: Kernel::Unary(kernel::silu),
        summary: "x σ(x) (Elfwing et al. 2017; Ramachandran et al. 2017 call it swish)",
        ..ACTIVATION
    },
    Entry {
        name: "mish",
        written: Written::Operator { text: "Mish", latex: "" },
        definition: Some("x*tanh(softplus(x))"),
        derivatives: &["tanh(softplus(x)) + x*sigmoid(x)*(1 - tanh(softplus(x))^2)"],
        kernel: Kernel::Unary(kernel::mish),
        summary: "x tanh(softplus(x)) (Misra 2019)",
        ..ACTIVATION
    },
    Entry {
        name: "gelu",
        known: Some(Known::Gelu),
        written: Written::Operator { text: "GELU", latex: "" },
        definition: Some("x*(1 + erf(x/sqrt(2)))/2"),
        derivatives: &["(1 + erf(x/sqrt(2)))/2 + x*exp(-x^2/2)/sqrt(2*pi)"],
        kernel: Kernel::Unary(kernel::gelu),
        summary: "x times the normal distribution function (Hendrycks and Gimpel 2016), exact by erf",
        ..ACTIVATION
    },
    Entry {
        name: "gelu_tanh",
        known: Some(Known::GeluByTanh),
        written: Written::Operator { text: "GELUtanh", latex: "\\mathrm{GELU}_{\\tanh}" },
        definition: Some("x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))"),
        derivatives: &["(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))/2 \
             + x/2*(1 - tanh(sqrt(2/pi)*(x + 0.044715*x^3))^2)*sqrt(2/pi)*(1 + 0.134145*x^2)"],
        kernel: Kernel::Unary(kernel::gelu_tanh),
        summary: "the approximation of GELU by tanh with 0.044715 (Hendrycks and Gimpel 2016)",
        ..ACTIVATION
    },
    Entry {
        name: "elu",
        parameters: &["x", "a"],
        defaults: &["1"],
        written: Written::Operator { text: "ELU", latex: "" },
        definition: Some("if x > 0 then x else a*(exp(x) - 1)"),
        derivatives: &["if x > 0 then 1 else a*exp(x)", "if x > 0 then 0 else exp(x) - 1"],
        kinks: &[Kink {
            zero: "if a = 1 then 1 else x",
            convention: "a is taken at x = 0, the value from the left, by convention, as PyTorch does; no kink for a = 1",
        }],
        kernel: Kernel::Binary(kernel::elu),
        summary: "exponential linear unit (Clevert et al. 2015), a = 1 when left out",
        ..ACTIVATION
    },
    Entry {
        name: "selu",
        written: Written::Operator { text: "SELU", latex: "" },
        definition: Some(
            "1.0507009873554804934193349852946*\
             (if x > 0 then x else 1.6732632423543772848170429916717*(exp(x) - 1))",
        ),
        derivatives: &["1.0507009873554804934193349852946*\
             (if x > 0 then 1 else 1.6732632423543772848170429916717*exp(x))"],
        kinks: &[Kink {
            zero: "x",
            convention: "1.758… is taken at 0, the value from the left, by convention, as PyTorch does",
        }],
        kernel: Kernel::Unary(kernel::selu),
        summary: "self-normalising ELU with the published constants (Klambauer et al. 2017)",
        ..ACTIVATION
    },
    Entry {
        name: "celu",
        parameters: &["x", "a"],
        defaults: &["1"],
        written: Written::Operator { text: "CELU", latex: "" },
        definition: Some("if x > 0 then x else a*(exp(x/a) - 1)"),
        derivatives: &["if x > 0 then 1 else exp(x/a)", "if x > 0 then 0 else exp(x/a)*(1 - x/a) - 1"],
        kernel: Kernel::Binary(kernel::celu),
        summary: "continuously differentiable ELU (Barron 2017), a = 1 when left out",
        ..ACTIVATION
    },
];
