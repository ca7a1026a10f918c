//! Words that stand in a formula as they are: `= 2zx for z<0`.

use crate::notes::Formula;
use crate::syntax::latex::Places;

/// Words that a condition follows.
const WORDS: &[&str] = &["for", "if", "when", "whenever", "where", "unless", "provided", "assuming", "for all"];
/// Signs that make what follows a comparison.
const SIGNS: &[&str] = &["<", ">", "≤", "≥", "≠", "\\l", "\\g", "\\ne", "="];

/// The formula with such a word as text, and with what follows it where that is words too; nothing if there is none.
pub(super) fn with_words(formula: &Formula) -> Option<Formula> {
    let latex = formula.latex.as_str();
    let (start, end) = words(latex)?;
    let mut places = Places::default();
    let head = format!("{}\\text{{", &latex[..start]);
    places.piece(0, 0);
    places.piece(head.len(), start);
    let tail = head.len() + (end - start) + 1;
    places.piece(tail, end);
    let latex = format!("{head}{}}}{}", &latex[start..end], &latex[end..]);
    let places = places.within(&formula.places, formula.latex.len());
    Some(Formula { latex, places, ..formula.clone() })
}

/// Where a condition begins in plain letters behind an equation, and how far its words reach.
fn words(latex: &str) -> Option<(usize, usize)> {
    let equals = latex.find('=')?;
    let mut depth = 0_i32;
    for (at, sign) in latex.char_indices() {
        depth += i32::from(sign == '{') - i32::from(sign == '}');
        let blank = sign.is_whitespace() || sign == ',';
        if depth != 0 || at < equals || !blank {
            continue;
        }
        let rest = latex[at + sign.len_utf8()..].trim_start();
        let start = latex.len() - rest.len();
        let Some(word) = WORDS.iter().rev().find(|word| begins(rest, word)) else { continue };
        let after = &rest[word.len()..];
        if is_prose(after) {
            return Some((start, latex.trim_end().len()));
        }
        // `if … then` is the network language.
        let compares = SIGNS.iter().any(|sign| after.contains(sign)) && !after.contains(" then ");
        return compares.then_some((start, start + word.len()));
    }
    None
}

fn begins(rest: &str, word: &str) -> bool {
    rest.strip_prefix(word).is_some_and(|after| after.starts_with([' ', '\t', '\n', '~']))
}

/// Whether a text consists of words, with a letter for a quantity among them: `z is negative`.
fn is_prose(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let plain = |word: &str| word.chars().all(|letter| letter.is_alphabetic() || matches!(letter, ',' | '.'));
    words.clone().all(plain) && words.any(|word| word.chars().count() > 1)
}
