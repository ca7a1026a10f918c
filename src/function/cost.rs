//! Costs. On a batch, whose samples stand in rows, they average over the samples as PyTorch's do.

use crate::function::{Entry, Form, Group, Kernel, Written};

const COST: Entry =
    Entry { group: Group::Cost, form: Form::Macro, kernel: Kernel::Tensor, parameters: &["p", "y"], ..Entry::UNARY };

const DISTANCE: Entry = Entry { parameters: &["a", "b"], ..COST };

const LOGITS: Entry = Entry { parameters: &["z", "y"], ..COST };

const fn operator(text: &'static str) -> Written {
    Written::Operator { text, latex: "" }
}

// The output of a function is called y in its derivatives; a cost has none of its own, so y may be its target.

/// The entries, each after those that its definition uses.
pub static ENTRIES: &[Entry] = &[
    Entry {
        name: "mse",
        written: operator("mse"),
        definition: Some("mean((a - b)^2)"),
        summary: "the mean of the squared differences of all entries (PyTorch's MSELoss)",
        ..DISTANCE
    },
    Entry {
        name: "sse",
        written: operator("sse"),
        definition: Some("sum((a - b)^2)/samples(a)"),
        summary: "the sum of the squared differences; on a batch the mean of it over the samples",
        ..DISTANCE
    },
    Entry {
        name: "mae",
        written: operator("mae"),
        definition: Some("mean(abs(a - b))"),
        summary: "the mean of the absolute differences of all entries (PyTorch's L1Loss)",
        ..DISTANCE
    },
    Entry {
        name: "huber",
        written: operator("huber"),
        parameters: &["a", "b", "delta"],
        defaults: &["1"],
        definition: Some("mean(if abs(a - b) <= delta then (a - b)^2/2 else delta*(abs(a - b) - delta/2))"),
        summary: "squared near 0 and linear beyond delta, which is 1 when left out; the mean of all entries (PyTorch's HuberLoss)",
        ..DISTANCE
    },
    Entry {
        name: "bce",
        written: operator("bce"),
        definition: Some("-mean(y*log(p) + (1 - y)*log(1 - p))"),
        summary: "binary cross-entropy of probabilities, the mean of all entries (PyTorch's BCELoss)",
        ..COST
    },
    Entry {
        name: "bce_logits",
        written: operator("bce_logits"),
        definition: Some("mean(softplus(z) - y*z)"),
        summary: "binary cross-entropy of what goes into the sigmoid, without overflow (PyTorch's BCEWithLogitsLoss)",
        ..LOGITS
    },
    Entry {
        name: "cross_entropy",
        written: operator("cross_entropy"),
        definition: Some("-sum(y*log(p))/samples(p)"),
        summary: "cross-entropy of probabilities with a distribution or a class number, the mean over the samples",
        ..COST
    },
    Entry {
        name: "cross_entropy_logits",
        written: operator("cross_entropy_logits"),
        definition: Some("-sum(y*log_softmax(z))/samples(z)"),
        summary: "cross-entropy of what goes into the softmax, without overflow, the mean over the samples (PyTorch's CrossEntropyLoss)",
        ..LOGITS
    },
    Entry {
        name: "nll",
        written: operator("nll"),
        definition: Some("-sum(y*z)/samples(z)"),
        summary: "the negative of the log-probabilities z at the class, the mean over the samples (PyTorch's NLLLoss)",
        ..LOGITS
    },
    Entry {
        name: "hinge",
        written: operator("hinge"),
        definition: Some("mean(relu(1 - y*z))"),
        summary: "what is missing to a margin of 1, for targets −1 and 1; the mean of all entries",
        ..LOGITS
    },
    Entry {
        name: "kl",
        written: operator("kl"),
        parameters: &["p", "q"],
        definition: Some("sum(p*(log(p) - log(q)))/samples(p)"),
        summary: "the divergence of q from p; on a batch the mean over the samples (PyTorch's batchmean)",
        ..COST
    },
];
