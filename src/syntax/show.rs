//! `show PATTERN as FORM, …`: read apart from the grammar, because `#` and quotes mean other things here.
//!
//! Takes one statement; gives a [`Statement::Show`] for each pair. Whether a form makes sense is decided with the names.

use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::ast::{Spanned, Statement};

/// Whether a statement is a `show`.
pub(super) fn is_show(text: &str) -> bool {
    text.strip_prefix("show").is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// Reads the pairs of a `show` statement.
pub(super) fn parse(text: &str, span: Span) -> Result<Vec<Spanned>, Diagnostic> {
    let mut statements = Vec::new();
    for (start, end) in pairs(text) {
        let piece = &text[start..end];
        let place = |from: usize, to: usize| Span::new(span.start as usize + from, span.start as usize + to);
        let Some(at) = piece.find(" as ") else {
            let error = Diagnostic::error("bad-show", "a `show` needs a form").at(place(start, end), "");
            return Err(error.hint("write `show z# as z^#`"));
        };
        let (pattern, pattern_at) = trimmed(&piece[..at], start);
        let (form, form_at) = trimmed(&piece[at + 4..], start + at + 4);
        if pattern.is_empty() || form.is_empty() {
            let error = Diagnostic::error("bad-show", "a `show` needs a pattern and a form").at(place(start, end), "");
            return Err(error.hint("write `show z# as z^#`"));
        }
        statements.push(Spanned {
            statement: Statement::Show {
                pattern: pattern.to_owned(),
                pattern_span: place(pattern_at, pattern_at + pattern.len()),
                form: form.to_owned(),
                form_span: place(form_at, form_at + form.len()),
            },
            span,
        });
    }
    Ok(statements)
}

/// A piece without the white space around it, and where it begins.
fn trimmed(text: &str, at: usize) -> (&str, usize) {
    let skipped = text.len() - text.trim_start().len();
    (text.trim(), at + skipped)
}

/// The ranges between commas that stand outside brackets and quotes, after the word `show`.
fn pairs(text: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let (mut start, mut depth, mut quoted) = ("show".len(), 0usize, false);
    for (at, byte) in text.bytes().enumerate().skip("show".len()) {
        match byte {
            b'"' => quoted = !quoted,
            b'(' | b'[' | b'{' if !quoted => depth += 1,
            b')' | b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            b',' if !quoted && depth == 0 => {
                ranges.push((start, at));
                start = at + 1;
            }
            _ => {}
        }
    }
    if !text[start..].trim().is_empty() {
        ranges.push((start, text.len()));
    }
    ranges
}
