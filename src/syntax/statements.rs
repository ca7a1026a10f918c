//! Cutting a file into statements, before any grammar: comments, line ends, brackets, and the cap on nesting.
//!
//! Takes the text; gives ranges of statements in the nesting of `for` blocks, over a copy in which comments are blank, so
//! that places stay right. Everything here is one pass over bytes without recursion.

use crate::diagnostic::{Diagnostic, Span};

/// The most brackets that may stand open at once, and the longest run of prefix operators, powers or nested `if`s.
pub const MAX_DEPTH: usize = 200;

/// A piece of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece {
    /// A statement.
    Statement(Span),
    /// The head of a `for`, without its `{`.
    Open(Span),
    /// The `}` that ends the innermost block.
    Close(Span),
}

/// The pieces of a file, and what was wrong with its brackets.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    /// The text with comments blanked out.
    pub text: String,
    /// In the order of the file.
    pub pieces: Vec<Piece>,
    /// Errors.
    pub diagnostics: Vec<Diagnostic>,
}

/// Cuts a text.
pub fn cut(source: &str) -> Pieces {
    let mut cutter = Cutter { bytes: source.as_bytes(), out: Pieces::default(), ..Cutter::default() };
    cutter.out.text = blank_comments(source);
    let text = std::mem::take(&mut cutter.out.text);
    cutter.bytes = text.as_bytes();
    cutter.run();
    let mut out = cutter.out;
    out.text = text;
    out
}

/// Replaces comments by spaces. A `#` begins one at the start of a line or after white space, outside quotes.
fn blank_comments(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        let bytes = line.as_bytes();
        let mut quoted = false;
        let mut cut = line.len();
        for (at, &byte) in bytes.iter().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b'#' if !quoted && (at == 0 || bytes[at - 1].is_ascii_whitespace()) => {
                    cut = at;
                    break;
                }
                _ => {}
            }
        }
        out.push_str(&line[..cut]);
        let comment = &line.as_bytes()[cut..];
        out.extend(comment.iter().map(|&byte| if byte == b'\n' { '\n' } else { ' ' }));
    }
    out
}

#[derive(Default)]
struct Cutter<'a> {
    bytes: &'a [u8],
    out: Pieces,
    start: usize,
    brackets: Vec<(u8, usize)>,
    blocks: Vec<usize>,
    run: usize,
    ifs: usize,
    /// Set when the current statement was refused; it is skipped.
    refused: bool,
}

impl Cutter<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.bytes.len() {
            let byte = self.bytes[at];
            self.count(byte, at);
            match byte {
                b'"' => at = self.skip_text(at),
                b'(' | b'[' => self.open(byte, at),
                b')' | b']' => self.close(byte, at),
                b'{' if self.brackets.is_empty() => self.open_block(at),
                b'}' if self.brackets.is_empty() => self.close_block(at),
                b'\n' if self.brackets.is_empty() && !self.goes_on(at) => self.end(at),
                b'\n' if !self.brackets.is_empty() && self.next_line_starts_statement(at) => self.unclosed(at),
                b';' => self.end(at),
                _ => {}
            }
            at += 1;
        }
        self.end(self.bytes.len());
        if let Some(&at) = self.blocks.last() {
            let error = Diagnostic::error("syntax", "this block is not closed").at(Span::new(at, at + 1), "");
            self.out.diagnostics.push(error.hint("add a `}` after its last statement"));
        }
    }

    /// Counts what nests without brackets: runs of powers and of prefix operators, `if`s. A `+` or `-` between two
    /// operands ends a run.
    fn count(&mut self, byte: u8, at: usize) {
        match byte {
            b'^' => self.run += 1,
            b'-' | b'+' => self.run = if self.follows_operator(at) { self.run + 1 } else { 0 },
            b'*' | b'/' | b'@' | b',' | b'(' | b')' | b'[' | b']' | b'=' | b';' | b'\n' => self.run = 0,
            _ => {}
        }
        if self.bytes[at..].starts_with(b"if ") {
            self.ifs += 1;
        }
        if self.run > MAX_DEPTH || self.ifs > MAX_DEPTH {
            self.too_deep(at);
        }
    }

    fn follows_operator(&self, at: usize) -> bool {
        let before = self.bytes[self.start..at].trim_ascii_end().last();
        before.is_none_or(|byte| matches!(byte, b'+' | b'-' | b'*' | b'/' | b'@' | b'^' | b'=' | b'(' | b'[' | b','))
    }

    fn open(&mut self, byte: u8, at: usize) {
        self.brackets.push((byte, at));
        if self.brackets.len() > MAX_DEPTH {
            self.too_deep(at);
        }
    }

    fn close(&mut self, byte: u8, at: usize) {
        let wanted = if byte == b')' { b'(' } else { b'[' };
        match self.brackets.pop() {
            Some((open, _)) if open == wanted => {}
            Some((open, from)) => {
                let message = format!("`{}` closes `{}`", byte as char, open as char);
                self.refuse(
                    Diagnostic::error("syntax", message)
                        .at(Span::new(at, at + 1), "")
                        .at(Span::new(from, from + 1), "opened here")
                        .hint(format!("write `{}` here", if open == b'(' { ')' } else { ']' })),
                );
            }
            None => {
                let message = format!("`{}` closes nothing", byte as char);
                let open = if byte == b')' { '(' } else { '[' };
                let error = Diagnostic::error("syntax", message).at(Span::new(at, at + 1), "");
                self.refuse(error.hint(format!("take it away, or add a `{open}` before it")));
            }
        }
    }

    fn unclosed(&mut self, at: usize) {
        if let Some(&(open, from)) = self.brackets.last() {
            self.refuse(unclosed_bracket(open, from));
        }
        self.brackets.clear();
        self.end(at);
    }

    /// Whether the next line can only be a new statement: `name =`, or a word that begins one, while brackets are open.
    fn next_line_starts_statement(&self, at: usize) -> bool {
        let rest = &self.bytes[at + 1..];
        let line = &rest[..rest.iter().take(400).position(|&byte| byte == b'\n').unwrap_or(rest.len().min(400))];
        let line = String::from_utf8_lossy(line);
        let line = line.trim_start();
        let word: String = line.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        let after = line[word.len()..].trim_start();
        let keyword = ["input", "target", "param", "const", "dim", "cost", "function", "for", "show", "at", "assume"]
            .contains(&word.as_str());
        let in_call = self.brackets.last().is_some_and(|&(open, _)| open == b'(');
        let named = !word.is_empty() && after.starts_with('=') && !after.starts_with("==") && !line.contains(')');
        keyword && after.starts_with(|letter: char| letter.is_alphabetic()) || in_call && named
    }

    fn skip_text(&self, at: usize) -> usize {
        let rest = &self.bytes[at + 1..];
        match rest.iter().position(|&byte| byte == b'"' || byte == b'\n') {
            Some(length) if rest[length] == b'"' => at + 1 + length,
            _ => at,
        }
    }

    /// Whether the line that ends here goes on: its last character is an operator or a comma.
    fn goes_on(&self, at: usize) -> bool {
        let line = self.bytes[self.start..at].trim_ascii_end();
        let text = std::str::from_utf8(line).unwrap_or("");
        let is_show = text.trim_start().starts_with("show");
        match text.chars().next_back() {
            Some(',') => true,
            Some('+' | '-' | '*' | '/' | '@' | '^' | '=' | '·' | '⊙' | '−' | '×') => !is_show,
            _ => false,
        }
    }

    fn end(&mut self, at: usize) {
        if let Some(&(open, from)) = self.brackets.last() {
            self.refuse(unclosed_bracket(open, from));
            self.brackets.clear();
        }
        if let (Some(span), false) = (self.trimmed(at), self.refused) {
            self.out.pieces.push(Piece::Statement(span));
        }
        self.next(at);
    }

    fn open_block(&mut self, at: usize) {
        self.blocks.push(at);
        if self.blocks.len() > MAX_DEPTH {
            self.too_deep(at);
        }
        let span = self.trimmed(at).unwrap_or(Span::new(at, at));
        self.out.pieces.push(Piece::Open(span));
        self.next(at);
    }

    fn close_block(&mut self, at: usize) {
        self.end(at);
        if self.blocks.pop().is_some() {
            self.out.pieces.push(Piece::Close(Span::new(at, at + 1)));
        } else {
            let error = Diagnostic::error("syntax", "`}` closes nothing").at(Span::new(at, at + 1), "");
            self.refuse(error.hint("braces hold the statements of a `for`"));
        }
        self.next(at);
    }

    fn next(&mut self, at: usize) {
        self.start = at + 1;
        self.run = 0;
        self.ifs = 0;
        self.refused = false;
    }

    fn trimmed(&self, end: usize) -> Option<Span> {
        let bytes = self.bytes.get(self.start..end)?;
        let skipped = bytes.len() - bytes.trim_ascii_start().len();
        let length = bytes.trim_ascii().len();
        (length > 0).then(|| Span::new(self.start + skipped, self.start + skipped + length))
    }

    fn too_deep(&mut self, at: usize) {
        self.refuse(
            Diagnostic::error("too-deep", format!("this nests more than {MAX_DEPTH} levels deep"))
                .at(Span::new(at, at + 1), "")
                .hint("give a part of the expression a name of its own"),
        );
    }

    /// Reports one error a statement.
    fn refuse(&mut self, error: Diagnostic) {
        if !self.refused {
            self.out.diagnostics.push(error);
        }
        self.refused = true;
    }
}

fn unclosed_bracket(open: u8, from: usize) -> Diagnostic {
    let close = if open == b'(' { ')' } else { ']' };
    let error = Diagnostic::error("syntax", format!("`{}` is not closed", open as char));
    error.at(Span::new(from, from + 1), "").hint(format!("add a `{close}` where it ends"))
}
