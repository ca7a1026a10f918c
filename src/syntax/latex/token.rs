//! Tokens of a formula, cut by the grammar piece by piece, so that a long text never stands in memory as tokens all at once.

use std::collections::VecDeque;
use std::sync::Arc;

use pest::Parser;

use super::places::Places;
use crate::diagnostic::Span;

mod grammar {
    #![allow(missing_docs)]
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/latex.pest"]
    pub struct Grammar;
}

use grammar::{Grammar, Rule};

/// A token with its place in the document.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub span: Span,
    /// Whether a blank stands before it; it counts inside `\text`.
    pub spaced: bool,
    /// Whether it means what TeX means by it, whatever the document has redefined (`\let` gives such tokens).
    pub primitive: bool,
}

/// What a token is.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum TokenKind {
    Command(Arc<str>),
    Control(char),
    Letter(char),
    Digits(Arc<str>),
    Symbol(char),
    Prime(u32),
    Open,
    Close,
    Superscript,
    Subscript,
    Align,
    /// `#1` in the body of a macro.
    Parameter(usize),
}

impl Token {
    pub fn new(kind: TokenKind, span: Span) -> Self {
        Token { kind, span, spaced: false, primitive: false }
    }

    pub fn is_symbol(&self, symbol: char) -> bool {
        self.kind == TokenKind::Symbol(symbol)
    }

    /// Writes the token as its source.
    pub fn write(&self, out: &mut String) {
        if self.spaced && !out.is_empty() {
            out.push(' ');
        }
        match &self.kind {
            TokenKind::Command(name) => {
                out.push('\\');
                out.push_str(name);
            }
            TokenKind::Control(symbol @ ('%' | '$' | '&' | '#' | '_' | '{' | '}')) => out.push(*symbol),
            TokenKind::Control(' ' | ',' | ';' | ':' | '~') => out.push(' '),
            TokenKind::Control(symbol) => out.extend(['\\', *symbol]),
            TokenKind::Letter(symbol) | TokenKind::Symbol(symbol) => out.push(*symbol),
            TokenKind::Digits(digits) => out.push_str(digits),
            TokenKind::Prime(count) => out.extend(std::iter::repeat_n('\'', *count as usize)),
            TokenKind::Open => out.push('{'),
            TokenKind::Close => out.push('}'),
            TokenKind::Superscript => out.push('^'),
            TokenKind::Subscript => out.push('_'),
            TokenKind::Align => out.push('&'),
            TokenKind::Parameter(number) => out.push_str(&format!("#{number}")),
        }
    }
}

/// Tokens as plain text.
pub(super) fn text(tokens: &[Token]) -> String {
    let mut out = String::new();
    for token in tokens {
        token.write(&mut out);
    }
    out
}

/// The longest piece that is given to the grammar at once where the text can be cut.
const PIECE: usize = 1 << 15;

/// Gives the tokens of a text one by one.
pub(super) struct Lexer<'a> {
    text: &'a str,
    places: &'a Places,
    /// How far the text is cut.
    at: usize,
    piece: usize,
    ready: VecDeque<Token>,
    spaced: bool,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str, places: &'a Places, at: usize) -> Self {
        // The first piece is small: a macro definition is read from the middle of a long document.
        Lexer { text, places, at, piece: 64, ready: VecDeque::new(), spaced: false }
    }

    pub fn next(&mut self) -> Option<Token> {
        while self.ready.is_empty() && self.at < self.text.len() {
            self.fill();
        }
        self.ready.pop_front()
    }

    /// The place just after the text.
    pub fn end(&self) -> Span {
        let end = self.places.span(Span::new(self.text.len().saturating_sub(1), self.text.len())).end;
        Span { start: end, end }
    }

    /// Cuts the next piece.
    fn fill(&mut self) {
        let end = self.cut();
        let piece = &self.text[self.at..end];
        // The grammar takes any text: its last alternative is any character.
        if let Ok(pairs) = Grammar::parse(Rule::tokens, piece) {
            for pair in pairs.flat_map(|tokens| tokens.into_inner()) {
                let start = self.at + pair.as_span().start();
                let span = self.places.span(Span::new(start, self.at + pair.as_span().end()));
                match kind(pair.as_rule(), pair.as_str()) {
                    Some(kind) => self.ready.push_back(Token {
                        kind,
                        span,
                        spaced: std::mem::take(&mut self.spaced),
                        primitive: false,
                    }),
                    None => self.spaced |= pair.as_rule() != Rule::EOI,
                }
            }
        }
        self.at = end;
        self.piece = (self.piece * 2).min(PIECE);
    }

    /// Where the next piece ends: between two tokens, and not in a comment.
    fn cut(&self) -> usize {
        let mut size = self.piece;
        loop {
            let end = self.at.saturating_add(size);
            let Some(piece) = self.text.as_bytes().get(self.at..end) else {
                return self.text.len();
            };
            let place = if piece.contains(&b'%') {
                piece.iter().rposition(|&byte| byte == b'\n').map(|newline| newline + 1)
            } else {
                (1..piece.len())
                    .rev()
                    .find(|&at| b"\\$ \n+-=(){}^_&[],;:/|".contains(&piece[at]) && piece[at - 1] != b'\\')
            };
            match place {
                Some(place) => return self.at + place,
                None => size *= 2,
            }
        }
    }
}

/// The token that a match is; blanks and comments are none.
fn kind(rule: Rule, text: &str) -> Option<TokenKind> {
    let first = text.chars().next().unwrap_or(' ');
    Some(match rule {
        Rule::command => TokenKind::Command(text[1..].into()),
        Rule::control => TokenKind::Control(text.chars().nth(1).unwrap_or(' ')),
        Rule::letter => TokenKind::Letter(first),
        Rule::digits => TokenKind::Digits(text.into()),
        Rule::prime => TokenKind::Prime(match first {
            '″' => 2,
            '‴' => 3,
            _ => 1,
        }),
        Rule::open => TokenKind::Open,
        Rule::close => TokenKind::Close,
        Rule::superscript => TokenKind::Superscript,
        Rule::subscript => TokenKind::Subscript,
        Rule::align => TokenKind::Align,
        Rule::symbol if first == '~' => return None,
        Rule::symbol => TokenKind::Symbol(first),
        _ => return None,
    })
}
