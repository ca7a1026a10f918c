//! Jupyter notebooks: the markdown cells, with the way from a cell's text back to the bytes of the file.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Found, markdown};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::latex::Places;

#[derive(Deserialize)]
struct Notebook<'a> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'a>>,
}

#[derive(Deserialize)]
struct Cell<'a> {
    #[serde(default)]
    cell_type: String,
    #[serde(borrow)]
    source: Option<&'a RawValue>,
}

/// Takes in what the markdown cells of a notebook hold.
pub(super) fn scan(text: &str, found: &mut Found) {
    let notebook: Notebook = match serde_json::from_str(text) {
        Ok(notebook) => notebook,
        Err(error) => {
            let place = byte_of(text, error.line(), error.column());
            let message = format!("this is no notebook: {}", cause(&error));
            found.diagnostics.push(
                Diagnostic::error("malformed-notebook", message)
                    .at(Span { start: place, end: place }, "")
                    .hint("a notebook is JSON with a list of `cells`"),
            );
            return;
        }
    };
    for (number, cell) in notebook.cells.iter().enumerate() {
        let Some(source) = cell.source.filter(|_| cell.cell_type == "markdown") else { continue };
        let (content, places) = decode(text, source.get());
        markdown::scan(&content, &places, Some(number + 1), found);
    }
}

/// The text of a cell: one JSON string or a list of them, joined; and where its bytes stand in the file.
fn decode(file: &str, source: &str) -> (String, Places) {
    // The raw value is borrowed from the file, so its address tells its place.
    let offset = (source.as_ptr() as usize).saturating_sub(file.as_ptr() as usize);
    let mut out = String::new();
    let mut places = Places::at(offset);
    let mut signs = source.char_indices().peekable();
    let mut inside = false;
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => inside = !inside,
            _ if !inside => {}
            '\\' => {
                places.piece(out.len(), offset + at);
                let Some((_, escape)) = signs.next() else { break };
                out.push(match escape {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'u' => unicode(&mut signs),
                    other => other,
                });
            }
            _ => {
                places.piece(out.len(), offset + at);
                out.push(sign);
            }
        }
    }
    (out, places)
}

/// The character of `\uXXXX`, or of two of them that are a surrogate pair.
fn unicode(signs: &mut std::iter::Peekable<std::str::CharIndices>) -> char {
    let high = four_digits(signs);
    if !(0xD800..0xDC00).contains(&high) {
        return char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    let mut ahead = signs.clone();
    if ahead.next().is_some_and(|(_, sign)| sign == '\\') && ahead.next().is_some_and(|(_, sign)| sign == 'u') {
        let low = four_digits(&mut ahead);
        *signs = ahead;
        let code = 0x10000 + ((high - 0xD800) << 10) + low.wrapping_sub(0xDC00).min(0x3FF);
        return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    char::REPLACEMENT_CHARACTER
}

fn four_digits(signs: &mut std::iter::Peekable<std::str::CharIndices>) -> u32 {
    let mut code = 0;
    for _ in 0..4 {
        if let Some(digit) = signs.peek().and_then(|(_, sign)| sign.to_digit(16)) {
            code = code * 16 + digit;
            signs.next();
        }
    }
    code
}

/// What serde_json says without the place, which the label shows.
fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or("").to_lowercase()
}

/// The byte at a line and a column (in bytes), both from 1.
fn byte_of(text: &str, line: usize, column: usize) -> u32 {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    Span::new(at, at).start
}
