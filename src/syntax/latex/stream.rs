//! Tokens with the macros expanded: what the builder of the tree reads.

use std::sync::Arc;

use super::macros::{self, Definition, Macros};
use super::places::Places;
use super::token::{Lexer, Token, TokenKind};
use crate::diagnostic::{Diagnostic, Span};

/// How many macro calls one formula may make, and how many tokens they may write.
const MOST_CALLS: usize = 100_000;
const MOST_TOKENS: usize = 1_000_000;

/// The tokens of one formula.
pub(super) struct Stream<'a> {
    lexer: Lexer<'a>,
    /// Tokens to give before those of the text, the next one last.
    pending: Vec<Token>,
    macros: &'a Macros,
    /// Definitions in the formula itself.
    own: Macros,
    calls: usize,
    written: usize,
}

impl<'a> Stream<'a> {
    pub fn new(text: &'a str, places: &'a Places, at: usize, macros: &'a Macros) -> Self {
        let lexer = Lexer::new(text, places, at);
        Stream { lexer, pending: Vec::new(), macros, own: Macros::default(), calls: 0, written: 0 }
    }

    /// The place just after the formula.
    pub fn end(&self) -> Span {
        self.lexer.end()
    }

    /// The next token as it is written.
    pub fn raw(&mut self) -> Option<Token> {
        self.pending.pop().or_else(|| self.lexer.next())
    }

    /// Gives a token back.
    pub fn back(&mut self, token: Token) {
        self.pending.push(token);
    }

    /// The next token that is no macro; definitions on the way are taken in.
    pub fn next(&mut self) -> Result<Option<Token>, Diagnostic> {
        while let Some(token) = self.raw() {
            let TokenKind::Command(name) = &token.kind else { return Ok(Some(token)) };
            if token.primitive {
                return Ok(Some(token));
            }
            if macros::defines(name) {
                let (name, definition) = macros::definition(self, &token)?;
                if let Some(definition) = definition {
                    self.own.define(name, token.span.start, definition);
                }
            } else if let Some(definition) = self.find(name, token.span.start) {
                self.expand(&token, &definition)?;
            } else {
                return Ok(Some(token));
            }
        }
        Ok(None)
    }

    /// The next token, which stays.
    pub fn peek(&mut self) -> Result<Option<&Token>, Diagnostic> {
        if let Some(token) = self.next()? {
            self.pending.push(token);
            return Ok(self.pending.last());
        }
        Ok(None)
    }

    /// What a name means here.
    pub fn find(&self, name: &str, at: u32) -> Option<Arc<Definition>> {
        self.own.find(name, u32::MAX).or_else(|| self.macros.find(name, at))
    }

    /// Puts the body of a macro in the place of its call.
    fn expand(&mut self, call: &Token, definition: &Definition) -> Result<(), Diagnostic> {
        let mut span = call.span;
        let mut arguments = Vec::with_capacity(definition.parameters);
        if let Some(default) = &definition.optional {
            arguments.push(match self.optional(&mut span)? {
                Some(tokens) => tokens,
                None => default.clone(),
            });
        }
        while arguments.len() < definition.parameters {
            arguments.push(self.argument(call, &mut span)?);
        }
        let before = self.pending.len();
        for token in definition.body.iter().rev() {
            match token.kind {
                TokenKind::Parameter(number) => {
                    let argument = arguments.get(number.wrapping_sub(1)).map_or(&[][..], Vec::as_slice);
                    self.pending.extend(argument.iter().rev().cloned());
                }
                _ => self.pending.push(Token { span, ..token.clone() }),
            }
            if self.written + (self.pending.len() - before) > MOST_TOKENS {
                return Err(endless(call));
            }
        }
        self.calls += 1;
        self.written += self.pending.len() - before;
        if self.calls > MOST_CALLS { Err(endless(call)) } else { Ok(()) }
    }

    /// One argument of a command, not expanded: the content of a group, or one token. `span` grows to its end.
    pub fn argument(&mut self, command: &Token, span: &mut Span) -> Result<Vec<Token>, Diagnostic> {
        let Some(first) = self.raw() else { return Err(missing_argument(command, self.end())) };
        match &first.kind {
            TokenKind::Open => {
                let (tokens, close) = self.until_close(&first)?;
                *span = span.to(close);
                Ok(tokens)
            }
            TokenKind::Close | TokenKind::Align => Err(missing_argument(command, first.span)),
            _ => {
                let first = self.first_digit(first);
                *span = span.to(first.span);
                Ok(vec![first])
            }
        }
    }

    /// The content of a group whose opening brace has been read, and the place of its closing brace.
    pub fn until_close(&mut self, open: &Token) -> Result<(Vec<Token>, Span), Diagnostic> {
        let mut tokens = Vec::new();
        let mut depth = 0_usize;
        while let Some(token) = self.raw() {
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close if depth == 0 => return Ok((tokens, token.span)),
                TokenKind::Close => depth -= 1,
                _ => {}
            }
            tokens.push(token);
        }
        Err(unclosed_brace(open.span))
    }

    /// An argument in square brackets, if one follows.
    pub fn optional(&mut self, span: &mut Span) -> Result<Option<Vec<Token>>, Diagnostic> {
        let Some(open) = self.raw() else { return Ok(None) };
        if !open.is_symbol('[') {
            self.back(open);
            return Ok(None);
        }
        let mut tokens = Vec::new();
        let mut depth = 0_usize;
        while let Some(token) = self.raw() {
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.saturating_sub(1),
                TokenKind::Symbol(']') if depth == 0 => {
                    *span = span.to(token.span);
                    return Ok(Some(tokens));
                }
                _ => {}
            }
            tokens.push(token);
        }
        Err(Diagnostic::error("unbalanced-bracket", "this `[` opens an argument that does not end")
            .at(open.span, "")
            .hint("close it with `]`"))
    }

    /// The first digit alone, the others given back: `\frac12` and `x_12` take one digit each.
    pub fn first_digit(&mut self, mut token: Token) -> Token {
        if let TokenKind::Digits(digits) = &token.kind
            && digits.len() > 1
        {
            let (first, rest) = digits.split_at(1);
            // What a macro wrote stands at its call, which must not be cut.
            let whole = (token.span.end - token.span.start) as usize == digits.len();
            let middle = if whole { token.span.start + 1 } else { token.span.end };
            let mut after = Token::new(TokenKind::Digits(rest.into()), token.span);
            if whole {
                after.span.start = middle;
            }
            let first = TokenKind::Digits(first.into());
            self.back(after);
            token.span.end = middle;
            token.kind = first;
        }
        token
    }
}

fn endless(call: &Token) -> Diagnostic {
    Diagnostic::error("macro-expansion", "this macro call expands to too much")
        .at(call.span, "")
        .hint("look for a macro that calls itself")
}

pub(super) fn unclosed_brace(open: Span) -> Diagnostic {
    Diagnostic::error("unbalanced-brace", "this `{` is not closed").at(open, "").hint("add the missing `}`")
}

/// The name of a token for a message.
pub(super) fn name(token: &Token) -> String {
    let mut out = String::new();
    Token { spaced: false, ..token.clone() }.write(&mut out);
    out
}

pub(super) fn missing_argument(command: &Token, at: Span) -> Diagnostic {
    let name = name(command);
    let example = match name.as_str() {
        "\\frac" | "\\dfrac" | "\\tfrac" | "\\cfrac" => "write `\\frac{above}{below}`".to_string(),
        "^" | "_" => format!("write the script in braces: `x{name}{{…}}`"),
        _ => format!("write `{name}{{…}}`"),
    };
    Diagnostic::error("missing-argument", format!("`{name}` lacks an argument"))
        .at(command.span, "")
        .at(at, "expected here")
        .hint(example)
}
