//! From a text to a network: parsing, then resolving, with every independent error of the text.

use crate::diagnostic::{Diagnostic, Span};
use crate::network::resolve::{SizeNames, resolve_with_sizes};
use crate::network::{FreeNames, Network};
use crate::syntax::parse_network;
use crate::syntax::spelling::canonical;

/// Reads a network from its text. Errors of statements that could be read are reported beside those of statements that
/// could not, unless they may follow from them.
pub fn read_network(text: &str, free_names: FreeNames) -> (Option<Network>, Vec<Diagnostic>) {
    read(text, free_names, SizeNames::Declared)
}

/// Reads a network to check formulas: large numbers in its shapes, 784 and 128, are names of sizes with these values, so
/// that the formulas can be compared at smaller ones. What cannot be read so is read as it stands.
pub fn read_network_to_check(text: &str) -> (Option<Network>, Vec<Diagnostic>) {
    match read(text, FreeNames::Refused, SizeNames::Numbers) {
        (Some(network), diagnostics) if !diagnostics.iter().any(Diagnostic::is_error) => (Some(network), diagnostics),
        _ => read_network(text, FreeNames::Refused),
    }
}

fn read(text: &str, free_names: FreeNames, size_names: SizeNames) -> (Option<Network>, Vec<Diagnostic>) {
    let (ast, mut diagnostics) = parse_network(text);
    first_of_each_line(text, &mut diagnostics);
    let (network, further) = resolve_with_sizes(&ast, free_names, size_names);
    let broken = unread_words(text, &diagnostics);
    let whole = !diagnostics.iter().any(Diagnostic::is_error);
    diagnostics.extend(further.into_iter().filter(|error| whole || stands_alone(text, error, &broken)));
    for diagnostic in &mut diagnostics {
        speak_as_written(text, diagnostic);
    }
    (network.filter(|_| whole), diagnostics)
}

/// Keeps the first syntax error of each line: the others mostly follow from it.
fn first_of_each_line(text: &str, diagnostics: &mut Vec<Diagnostic>) {
    let line_of = |diagnostic: &Diagnostic| {
        let at = diagnostic.labels.first().map_or(0, |label| label.span.start as usize).min(text.len());
        text[..at].rfind('\n').map_or(0, |end| end + 1)
    };
    let mut last = None;
    diagnostics.retain(|diagnostic| {
        let line = (!diagnostic.labels.is_empty()).then(|| line_of(diagnostic));
        let repeated = line.is_some() && line == last;
        last = line;
        !repeated
    });
}

/// The words of the lines that hold a syntax error and of their neighbours, which may run into them.
fn unread_words<'t>(text: &'t str, diagnostics: &[Diagnostic]) -> Vec<&'t str> {
    let mut words = Vec::new();
    for label in diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).flat_map(|error| &error.labels) {
        let at = (label.span.start as usize).min(text.len());
        let line = text[..at].rfind('\n').unwrap_or(0);
        let start = text[..line].rfind('\n').map_or(0, |end| end + 1);
        let end_of_line = |from: usize| text[from..].find('\n').map_or(text.len(), |length| from + length + 1);
        let end = end_of_line(end_of_line(at));
        words.extend(words_of(&text[start..end]));
    }
    words
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter.len_utf8() > 1))
        .filter(|word| !word.is_empty())
}

/// Whether an error holds whatever the unread statements say: it is about names, and none of its names stands there.
fn stands_alone(text: &str, error: &Diagnostic, unread: &[&str]) -> bool {
    let about_names = matches!(error.code, "unknown-name" | "unknown-function" | "wrong-arity" | "defined-twice");
    let is_known =
        |span: Span| text.get(span.range()).is_some_and(|named| words_of(named).all(|word| !unread.contains(&word)));
    about_names && error.labels.iter().all(|label| is_known(label.span))
}

/// Says `ŵ` where the text says so, not the canonical `what`.
fn speak_as_written(text: &str, diagnostic: &mut Diagnostic) {
    let Some(label) = diagnostic.labels.first() else { return };
    let Some(written) = text.get(label.span.range()) else { return };
    let known = canonical(written);
    if written != known && matches!(diagnostic.code, "unknown-name" | "unknown-function") {
        let replace = |words: &str| words.replace(&format!("`{known}`"), &format!("`{written}`"));
        diagnostic.message = replace(&diagnostic.message);
        diagnostic.hint = diagnostic.hint.as_deref().map(|hint| {
            replace(hint)
                .replace(&format!("`param {known} ="), &format!("`param {written} ="))
                .replace(&format!("`{known} ="), &format!("`{written} ="))
        });
    }
}
