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
    /// Where the last raised or lowered character ended, and whether it was raised.
    script: Option<(usize, bool)>,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str, places: &'a Places, at: usize) -> Self {
        // The first piece is small: a macro definition is read from the middle of a long document.
        Lexer { text, places, at, piece: 64, ready: VecDeque::new(), spaced: false, script: None }
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
                let end = self.at + pair.as_span().end();
                let span = self.places.span(Span::new(start, end));
                let raised =
                    pair.as_str().chars().next().filter(|_| pair.as_rule() == Rule::symbol).and_then(script_sign);
                if let Some((above, sign)) = raised {
                    let goes_on = self.script == Some((start, above));
                    self.script = Some((end, above));
                    self.push_script(above, sign, goes_on, span);
                    continue;
                }
                match kind(pair.as_rule(), pair.as_str()) {
                    Some(TokenKind::Symbol(sign @ ('*' | '/'))) if self.follows_point(span) => {
                        let whole = self.ready.pop_back().map_or(span, |point| point.span.to(span));
                        let entrywise = if sign == '*' { '⊙' } else { '⊘' };
                        self.ready.push_back(Token::new(TokenKind::Symbol(entrywise), whole));
                    }
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

    /// Whether a sign stands right behind a point, as in the `.*` of MATLAB; the point of `\left.` is a delimiter.
    fn follows_point(&self, sign: Span) -> bool {
        let mut before = self.ready.iter().rev();
        let is_point = before.next().is_some_and(|last| last.is_symbol('.') && last.span.end == sign.start);
        let opens = |name: &str| matches!(name, "left" | "right" | "middle");
        let is_delimiter =
            before.next().is_some_and(|token| matches!(&token.kind, TokenKind::Command(name) if opens(name)));
        is_point && !self.spaced && !is_delimiter
    }

    /// A character such as ² or ₃: a script of what stands before it, together with its neighbours.
    fn push_script(&mut self, above: bool, sign: char, goes_on: bool, span: Span) {
        let continues = goes_on && self.ready.back().is_some_and(|last| last.kind == TokenKind::Close);
        if continues {
            self.ready.pop_back();
        } else {
            let mark = if above { TokenKind::Superscript } else { TokenKind::Subscript };
            self.ready.extend([Token::new(mark, span), Token::new(TokenKind::Open, span)]);
        }
        match self.ready.back_mut() {
            Some(Token { kind: TokenKind::Digits(digits), span: whole, .. }) if sign.is_ascii_digit() => {
                *digits = format!("{digits}{sign}").into();
                *whole = whole.to(span);
            }
            _ => {
                let kind = match sign {
                    '0'..='9' => TokenKind::Digits(sign.to_string().into()),
                    'a'..='z' | 'A'..='Z' => TokenKind::Letter(sign),
                    _ => TokenKind::Symbol(sign),
                };
                self.ready.push_back(Token::new(kind, span));
            }
        }
        self.ready.push_back(Token::new(TokenKind::Close, span));
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
                    .find(|&at| b"\\$ \n+-=(){}^_&[],;:/|".contains(&piece[at]) && !b"\\.".contains(&piece[at - 1]))
            };
            match place {
                Some(place) => return self.at + place,
                None => size *= 2,
            }
        }
    }
}

/// Whether a character is a raised one, and which it is on the line.
fn script_sign(sign: char) -> Option<(bool, char)> {
    const BELOW: &str = "₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₗₘₙₜₛ";
    const BELOW_PLAIN: &str = "0123456789+-ijklmnts";
    const ABOVE: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁱʲᵏˡᵐⁿᵗˢᵀᴸ";
    const ABOVE_PLAIN: &str = "0123456789+-()ijklmntsTL";
    let find = |signs: &str, plain: &str| {
        let at = signs.chars().position(|known| known == sign)?;
        plain.chars().nth(at)
    };
    if sign.is_ascii() {
        return None;
    }
    find(BELOW, BELOW_PLAIN).map(|plain| (false, plain)).or_else(|| find(ABOVE, ABOVE_PLAIN).map(|plain| (true, plain)))
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
