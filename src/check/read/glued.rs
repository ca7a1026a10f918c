//! Digits that stand right behind a letter as in programs: `dW2`, `A1^T`.

use super::context::Context;
use super::spelling::Spelling;
use crate::diagnostic::Diagnostic;
use crate::syntax::latex::{self, Macros, Places, Tree};

/// The tree of a text that stands at a place of the document.
///
/// # Errors
/// As [`latex::read`].
pub fn tree_of(context: &Context, text: &str, at: usize, macros: &Macros) -> Result<Tree, Diagnostic> {
    let places = Places::at(at);
    match with_indices(text, &[context]) {
        Some((text, own)) => latex::read(&text, &own.within(&places, text.len()), macros),
        None => latex::read(text, &places, macros),
    }
}

/// The text with such digits below the letter, where that is the name of a quantity and the letter alone is none, and
/// the places of its bytes in the text before; nothing if there are no such digits.
pub fn with_indices(text: &str, contexts: &[&Context]) -> Option<(String, Places)> {
    let known = |letter: &str, digits: &str| {
        let any_has = |sub: &str| {
            let spelling = Spelling::new(letter, sub, "");
            contexts.iter().any(|context| !context.symbols.quantities(&spelling).is_empty())
        };
        any_has(digits) && !any_has("")
    };
    let mut places = Places::at(0);
    let (mut latex, mut done) = (String::new(), 0);
    for (start, end) in runs(text) {
        if known(&text[start - 1..start], &text[start..end]) {
            latex += &text[done..start];
            // What is put in stands within the name.
            places.piece(latex.len(), start - 1);
            latex += "_{";
            places.piece(latex.len(), start);
            latex += &text[start..end];
            places.piece(latex.len(), end - 1);
            latex.push('}');
            places.piece(latex.len(), end);
            done = end;
        }
    }
    if done == 0 {
        return None;
    }
    latex += &text[done..];
    Some((latex, places))
}

/// Whole numbers behind a letter that belongs to no command or word and has no index yet.
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut braces: Vec<bool> = Vec::new();
    let mut in_words = false;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            match bytes[at] {
                b'\\' => {
                    let start = at + 1;
                    at = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                    // What stands in `\text{…}` is a word.
                    if at > start && bytes.get(at) == Some(&b'{') {
                        let command = &text[start..at];
                        in_words = command.starts_with("text") || command == "operatorname";
                    }
                    // A control sign, or digits behind a command: `\theta2`.
                    at += usize::from(at == start);
                    at += bytes.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
                    continue;
                }
                b'{' => {
                    let within = braces.last().copied().unwrap_or(false);
                    braces.push(within || std::mem::take(&mut in_words));
                }
                b'}' => {
                    braces.pop();
                }
                byte if byte.is_ascii_alphabetic() => {
                    let start = at + 1;
                    let end = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                    at = end;
                    // 2.5 is a number, but `W2.T` is not.
                    let is_whole = match bytes.get(end..) {
                        Some([b'_', ..]) => false,
                        Some([b'.', next, ..]) => !next.is_ascii_digit(),
                        _ => true,
                    };
                    if end > start && is_whole && !braces.last().copied().unwrap_or(false) {
                        return Some((start, end));
                    }
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        None
    })
}
