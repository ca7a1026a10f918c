//! Reductions: functions that work along axes and leave fewer of them.

use crate::expr::{Arena, NumberId, Operand};
use crate::function::builder::{Options, Refusal};
use crate::function::{Domain, Entry, Form, Group, Kernel, Known, Written};
use crate::rational::Rational;
use crate::shape::Dim;

const REDUCTION: Entry = Entry {
    group: Group::Reduction,
    kernel: Kernel::Tensor,
    in_sums: true,
    options: &["axis", "keepdims"],
    ..Entry::UNARY
};

const ALONG: Entry = Entry { form: Form::AlongAxis { keeps: false }, ..REDUCTION };

/// The entries, each after those that its definition uses.
pub static ENTRIES: &[Entry] = &[
    Entry {
        name: "sum",
        written: Written::Operator { text: "sum", latex: "" },
        form: Form::Built(sum),
        summary: "the sum of all entries, or along an axis",
        ..REDUCTION
    },
    Entry {
        name: "count",
        written: Written::Operator { text: "count", latex: "" },
        form: Form::Built(count),
        summary: "how many entries there are, or along an axis",
        ..REDUCTION
    },
    Entry {
        name: "samples",
        written: Written::Operator { text: "samples", latex: "" },
        form: Form::Built(samples),
        options: &[],
        summary: "how many samples a batch has: the size of the first axis of two or more, else 1",
        ..REDUCTION
    },
    Entry {
        name: "mean",
        written: Written::Operator { text: "mean", latex: "" },
        form: Form::Macro,
        definition: Some("sum(x, axis=axis, keepdims=keepdims)/count(x, axis=axis)"),
        summary: "the mean of all entries, or along an axis",
        ..REDUCTION
    },
    Entry {
        name: "var",
        written: Written::Operator { text: "var", latex: "" },
        form: Form::Macro,
        definition: Some("mean((x - mean(x, axis=axis, keepdims=True))^2, axis=axis, keepdims=keepdims)"),
        summary: "the variance, divided by n as NumPy does",
        ..REDUCTION
    },
    Entry {
        name: "std",
        written: Written::Operator { text: "std", latex: "" },
        form: Form::Macro,
        definition: Some("sqrt(var(x, axis=axis, keepdims=keepdims))"),
        summary: "the standard deviation, the root of the variance",
        ..REDUCTION
    },
    Entry {
        name: "sqnorm",
        written: Written::Operator { text: "sqnorm", latex: "" },
        form: Form::Built(square_norm),
        summary: "the sum of the squares of the entries",
        ..REDUCTION
    },
    Entry {
        name: "norm",
        written: Written::Operator { text: "norm", latex: "" },
        form: Form::Macro,
        definition: Some("sqrt(sqnorm(x, axis=axis, keepdims=keepdims))"),
        summary: "the Euclidean norm of a vector, the Frobenius norm of a matrix",
        ..REDUCTION
    },
    Entry {
        name: "prod",
        known: Some(Known::Product),
        written: Written::Operator { text: "prod", latex: "" },
        derivatives: &["y/x"],
        summary: "the product of the entries; its derivative y/x is written for entries that are not 0",
        ..ALONG
    },
    Entry {
        name: "amax",
        known: Some(Known::Largest),
        written: Written::Operator { text: "max", latex: "\\max" },
        derivatives: &["(if x = y then 1 else 0)/sum(if x = y then 1 else 0)"],
        ties: "Where several entries are the largest, max has no derivative; they share it equally, which is a subgradient.",
        summary: "the largest entry, also written max(x); where several are equal, they share the derivative, as in PyTorch and JAX",
        ..ALONG
    },
    Entry {
        name: "amin",
        known: Some(Known::Smallest),
        written: Written::Operator { text: "min", latex: "\\min" },
        derivatives: &["(if x = y then 1 else 0)/sum(if x = y then 1 else 0)"],
        ties: "Where several entries are the smallest, min has no derivative; they share it equally, which is a supergradient.",
        summary: "the smallest entry, also written min(x); where several are equal, they share the derivative",
        ..ALONG
    },
    Entry {
        name: "logsumexp",
        known: Some(Known::LogSumExp),
        written: Written::Operator { text: "logsumexp", latex: "" },
        derivatives: &["softmax(x)"],
        domain: Domain::Everywhere,
        summary: "the logarithm of the sum of the exponentials, without overflow",
        ..ALONG
    },
    Entry {
        name: "onehot",
        known: Some(Known::OneHot),
        written: Written::Operator { text: "onehot", latex: "" },
        form: Form::Classes,
        options: &[],
        derivatives: &["0"],
        summary: "the vector with 1 at a class number and 0 elsewhere, of a quantity declared as `index[k]`",
        ..REDUCTION
    },
    Entry {
        name: "softmax",
        known: Some(Known::Softmax),
        written: Written::Operator { text: "softmax", latex: "" },
        form: Form::AlongAxis { keeps: true },
        options: &["axis"],
        derivatives: &["diag(y) - outer(y, y)"],
        summary: "exponentials divided by their sum, along the last axis if none is named",
        ..REDUCTION
    },
    Entry {
        name: "log_softmax",
        known: Some(Known::LogSoftmax),
        written: Written::Operator { text: "logsoftmax", latex: "" },
        form: Form::AlongAxis { keeps: true },
        options: &["axis"],
        derivatives: &["eye(n) - outer(ones(n), softmax(x))"],
        summary: "the logarithm of softmax, x − logsumexp(x), without overflow",
        ..REDUCTION
    },
];

fn sum(arena: &mut Arena, operands: &[Operand], options: &Options) -> Result<Operand, Refusal> {
    let x = &operands[0];
    Ok(arena.reduced_sum(x, &options.reduced(x.rank()), options.keepdims))
}

fn count(arena: &mut Arena, operands: &[Operand], options: &Options) -> Result<Operand, Refusal> {
    let x = &operands[0];
    let dims = x.dims();
    let mut powers: Vec<(Dim, i64)> = Vec::new();
    for dim in options.reduced(x.rank()).into_iter().map(|axis| dims[axis]) {
        match powers.iter_mut().find(|(own, _)| *own == dim) {
            Some((_, power)) => *power += 1,
            None => powers.push((dim, 1)),
        }
    }
    let factors: Vec<(Operand, NumberId)> = powers
        .into_iter()
        .map(|(dim, power)| (Operand::scalar(arena.size(dim)), arena.number_id(Rational::integer(power))))
        .collect();
    arena.broadcast_product(NumberId::ONE, &factors).map_err(|_| Refusal::new("sizes are scalars"))
}

fn samples(arena: &mut Arena, operands: &[Operand], _: &Options) -> Result<Operand, Refusal> {
    let dims = operands[0].dims();
    let expr = if dims.len() < 2 { Arena::ONE } else { arena.size(dims[0]) };
    Ok(Operand::scalar(expr))
}

fn square_norm(arena: &mut Arena, operands: &[Operand], options: &Options) -> Result<Operand, Refusal> {
    let x = &operands[0];
    Ok(arena.reduced_squares(x, &options.reduced(x.rank()), options.keepdims))
}
