//! The words that functions go by in formulas: names of the table, commands of LaTeX, and what else people write.
//!
//! Takes a word or the name of a command; gives the function of the table, or the quotient of two of them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::expr::FunctionId;
use crate::function::{Form, Functions, Known, Written, table};
use crate::syntax::spelling::{GREEK, canonical};

/// Words for functions of the table that are neither their names nor their commands.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("sgn", "sign"),
    ("signum", "sign"),
    ("heaviside", "step"),
    ("logistic", "sigmoid"),
    ("expit", "sigmoid"),
    ("sigm", "sigmoid"),
    ("sig", "sigmoid"),
    ("lrelu", "leaky_relu"),
    ("tg", "tan"),
    ("arctg", "atan"),
    ("sh", "sinh"),
    ("ch", "cosh"),
    ("th", "tanh"),
    ("arcsinh", "asinh"),
    ("arccosh", "acosh"),
    ("arctanh", "atanh"),
    ("arsh", "asinh"),
    ("arch", "acosh"),
    ("arth", "atanh"),
];

/// Functions that the table lacks, as quotients of what it has; an empty word above is 1.
const QUOTIENTS: &[(&str, &str, &str)] = &[
    ("sec", "", "cos"),
    ("csc", "", "sin"),
    ("cosec", "", "sin"),
    ("cot", "cos", "sin"),
    ("ctg", "cos", "sin"),
    ("sech", "", "cosh"),
    ("csch", "", "sinh"),
    ("coth", "cosh", "sinh"),
    ("cth", "cosh", "sinh"),
];

/// Functions whose power −1 is always their inverse.
const INVERSES: &[(&str, &str)] =
    &[("sin", "asin"), ("cos", "acos"), ("tan", "atan"), ("sinh", "asinh"), ("cosh", "acosh"), ("tanh", "atanh")];

/// Functions of two arguments, with those of all values of a letter.
const OVER_LETTERS: &[(&str, &str)] = &[("max", "amax"), ("min", "amin")];

/// A quotient of functions of one argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Quotient {
    /// What stands above; 1 if nothing.
    pub above: Option<FunctionId>,
    /// What stands below.
    pub below: FunctionId,
}

/// Functions by the words for them, without capitals and hyphens.
static WORDS: LazyLock<FxHashMap<String, FunctionId>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    for (entry, at) in table().zip(0..) {
        let (text, latex) = match entry.written {
            Written::Operator { text, latex } | Written::Letter { text, latex, .. } => (text, latex),
            _ => ("", ""),
        };
        for word in entry.aliases.iter().chain([&entry.name, &text, &latex.trim_start_matches('\\')]) {
            words.entry(key(word)).or_insert(FunctionId(at));
        }
    }
    for (word, name) in OTHER_WORDS {
        words.extend(Functions::builtin(name).map(|function| ((*word).to_owned(), function)));
    }
    words.remove("");
    words
});

/// What a word is looked up by.
fn key(word: &str) -> String {
    canonical(word).to_lowercase().replace(['_', '-'], "")
}

/// The function of the table that a word, or a Greek letter by its name, means in a formula.
pub(super) fn function_word(word: &str) -> Option<FunctionId> {
    if let Some(function) = Functions::builtin(word) {
        return Some(function);
    }
    // Σ is another letter than σ.
    let is_greek = GREEK.iter().any(|(_, name)| *name == word);
    if is_greek { None } else { WORDS.get(&key(word)).copied() }
}

/// The functions of which a word means the quotient.
pub(super) fn quotient_word(word: &str) -> Option<Quotient> {
    let (_, above, below) = QUOTIENTS.iter().find(|(name, ..)| *name == word)?;
    Some(Quotient { above: Functions::builtin(above), below: Functions::builtin(below)? })
}

/// The inverse of a function, where the power −1 means no other thing.
pub(super) fn inverse(function: FunctionId) -> Option<FunctionId> {
    let (_, inverse) = INVERSES.iter().find(|(name, _)| Functions::builtin(name) == Some(function))?;
    Functions::builtin(inverse)
}

/// Whether a function is taken along an axis, which its subscript may name.
pub(super) fn is_along_axis(function: FunctionId) -> bool {
    table().nth(usize::from(function.0)).is_some_and(|entry| matches!(entry.form, Form::AlongAxis { .. }))
}

/// The function over the values of a letter that a function of two arguments is with a letter below it: `\max_j z_j`.
pub(super) fn over_letter(function: FunctionId) -> Option<FunctionId> {
    let (_, over) = OVER_LETTERS.iter().find(|(name, _)| Functions::builtin(name) == Some(function))?;
    Functions::builtin(over)
}

/// Whether a subscript on a function means something: `\log_2 x`, `\mathrm{ELU}_{\alpha}(x)`.
pub(super) fn takes_subscript(function: FunctionId) -> bool {
    let entry = table().nth(usize::from(function.0));
    entry.is_some_and(|entry| matches!(entry.known, Some(Known::Logarithm | Known::Gelu)))
        || is_along_axis(function)
        || entry.is_some_and(|entry| entry.parameters.len() == 2 && entry.defaults.len() == 1)
}
