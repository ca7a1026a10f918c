//! Directives: what a document tells `derive` in its comments.
//!
//! Takes the text after `derive:`; gives one command for each line, or each part between semicolons.

use super::{Found, Piece, Request};
use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::latex::Places;

/// A directive with its place in the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directive {
    /// What it says.
    pub command: Command,
    /// Where it stands.
    pub span: Span,
}

/// What a directive says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// `net=FILE`: from here on formulas are read against this network; the path is relative to the document.
    Net(String),
    /// `map J=C, h=a`: the document's names and those of the network.
    Map(Vec<Binding>),
    /// `layout=row`
    Layout(String),
    /// `show X as Y, …`: the network's names and how the document writes them.
    Show(Vec<Binding>),
    /// `ignore` and `expect wrong`; in [`super::Notes`] they stand at their formula.
    Request(Request),
}

/// Two names for one thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The left one.
    pub name: String,
    /// The right one.
    pub meaning: String,
}

/// The directives, for suggestions.
const WORDS: &[&str] = &["net", "map", "ignore", "expect", "layout", "show"];

/// The text of a directive, if a comment is one.
pub(super) fn content(comment: &str) -> Option<&str> {
    comment.trim_start().strip_prefix("derive:")
}

/// Takes in the directives of a comment; `text` is a part of the document's text at `offset`.
pub(super) fn read(text: &str, offset: usize, places: &Places, found: &mut Found) {
    let mut at = 0;
    for part in text.split_inclusive(['\n', ';']) {
        let start = at + (part.len() - part.trim_start().len());
        at += part.len();
        let statement = part.trim_matches(|sign: char| sign.is_whitespace() || sign == ';');
        if statement.is_empty() {
            continue;
        }
        let span = places.span(Span::new(offset + start, offset + start + statement.len()));
        match command(statement) {
            Some(command) => found.pieces.push(Piece::Command(Directive { command, span })),
            None => found.diagnostics.push(unknown(statement, span)),
        }
    }
}

fn command(statement: &str) -> Option<Command> {
    let (word, rest) =
        statement.split_at(statement.find(|sign: char| !sign.is_ascii_alphabetic()).unwrap_or(statement.len()));
    let value = rest.trim_start();
    let value = value.strip_prefix(['=', ':']).unwrap_or(value).trim();
    match word {
        "ignore" if value.is_empty() => Some(Command::Request(Request::Ignore)),
        "expect" if value == "wrong" => Some(Command::Request(Request::ExpectWrong)),
        "net" | "network" if !value.is_empty() => Some(Command::Net(value.trim_matches('"').to_string())),
        "layout" if !value.is_empty() => Some(Command::Layout(value.to_string())),
        "map" => value.split(',').map(|pair| binding(pair, "=")).collect::<Option<Vec<_>>>().map(Command::Map),
        "show" => parts(value).into_iter().map(|pair| binding(pair, " as ")).collect::<Option<_>>().map(Command::Show),
        _ => None,
    }
}

/// The parts between commas, but for those inside of brackets and quotes: `X[i, :] as x_i, b as "b_{1,2}"`.
fn parts(value: &str) -> Vec<&str> {
    let (mut parts, mut from, mut depth, mut is_quoted) = (Vec::new(), 0, 0_usize, false);
    for (at, sign) in value.char_indices() {
        match sign {
            '"' => is_quoted = !is_quoted,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 && !is_quoted => {
                parts.push(&value[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&value[from..]);
    parts
}

fn binding(pair: &str, between: &str) -> Option<Binding> {
    let (name, meaning) = pair.split_once(between)?;
    let (name, meaning) = (name.trim().to_string(), meaning.trim().to_string());
    (!name.is_empty() && !meaning.is_empty()).then_some(Binding { name, meaning })
}

fn unknown(statement: &str, span: Span) -> Diagnostic {
    let word: String = statement.chars().take_while(char::is_ascii_alphabetic).take(20).collect();
    let hint = match word.as_str() {
        "net" | "network" => "write `net=FILE`".to_string(),
        "map" => "write `map J=C, h=a`".to_string(),
        "layout" => "write `layout=row`".to_string(),
        "show" => "write `show theta2 as \\theta_2`".to_string(),
        "expect" => "write `expect wrong`".to_string(),
        _ => match WORDS.iter().map(|known| (strsim::damerau_levenshtein(known, &word), *known)).min() {
            Some((distance, known)) if distance <= 2 => format!("did you mean `{known}`"),
            _ => format!("known are: {}", WORDS.join(", ")),
        },
    };
    let first = statement.lines().next().unwrap_or("");
    let shown: String = first.chars().take(40).collect();
    Diagnostic::error("unknown-directive", format!("`{shown}` is no directive")).at(span, "").hint(hint)
}
