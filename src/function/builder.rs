//! Functions that are built into the product of tensors when a network is read: sums, diagonals, identities.
//!
//! Takes the arena with the operands of a call; gives what the call is, or why there is no such thing.

use crate::expr::{Arena, Operand};

/// What a call says beside its operands: `axis=0`, `keepdims=True`, `stride=2`, the subscripts of `einsum`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// The axes along which it works, counted from 0; `None` if the call says nothing.
    pub axes: Option<Vec<usize>>,
    /// Whether reduced axes stay with size 1.
    pub keepdims: bool,
    /// Other whole numbers by name.
    pub numbers: Vec<(String, i64)>,
    /// A text that came first.
    pub text: Option<String>,
}

impl Options {
    /// A whole number by name, or what it is if the call leaves it out.
    pub fn number(&self, name: &str, default: i64) -> i64 {
        self.numbers.iter().find(|known| known.0 == name).map_or(default, |known| known.1)
    }

    /// The axes of a reduction: those that the call names, or all.
    pub fn reduced(&self, rank: usize) -> Vec<usize> {
        self.axes.clone().unwrap_or_else(|| (0..rank).collect())
    }
}

/// Why a call means nothing. `{0}` in the texts stands for the first operand with its shape, `{1}` for the second, …
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// What is wrong, in one sentence.
    pub message: String,
    /// What was probably meant.
    pub hint: Option<String>,
}

impl Refusal {
    /// A refusal without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Refusal { message: message.into(), hint: None }
    }

    /// Sets the hint.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Refusal { hint: Some(hint.into()), ..self }
    }
}

/// What a call of a built function is.
pub type Builder = fn(&mut Arena, &[Operand], &Options) -> Result<Operand, Refusal>;
