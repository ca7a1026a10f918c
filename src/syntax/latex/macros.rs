//! Macros that a document defines: `\newcommand`, `\def`, `\DeclareMathOperator`, `\let`.
//!
//! A definition holds from its place on, as in TeX; groups do not limit it, as in MathJax.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::places::Places;
use super::stream::Stream;
use super::token::{Token, TokenKind};
use crate::diagnostic::{Diagnostic, Span};

/// What a macro stands for.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Definition {
    /// How many parameters, the optional one included.
    pub parameters: usize,
    /// What the first parameter is where the call does not give it.
    pub optional: Option<Vec<Token>>,
    pub body: Vec<Token>,
}

/// The macros of a document, each with the place from which on it holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Macros {
    definitions: BTreeMap<Arc<str>, Vec<(u32, Arc<Definition>)>>,
}

impl Macros {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.definitions.is_empty()
    }

    /// The names that are defined, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.definitions.keys().map(|name| &**name)
    }

    /// Reads the definition at the byte `at` of `text`, where [`Macros::is_definition`] holds. Gives the byte of `text` at which the
    /// reading ended, and what is wrong with the definition if it is not taken in.
    pub fn read(&mut self, text: &str, places: &Places, at: usize) -> (usize, Option<Diagnostic>) {
        let known = std::mem::take(self);
        // Tokens of a body take the place of the call, so their own places matter for the end alone.
        let own = Places::at(0);
        let mut stream = Stream::new(text, &own, at, &known);
        let read = stream.raw().map(|command| definition(&mut stream, &command));
        let end = stream.raw().map_or(text.len(), |token| token.span.start as usize);
        *self = known;
        match read {
            Some(Ok((name, Some(definition)))) => {
                self.define(name, places.position(Span::new(at, at).start), definition)
            }
            Some(Err(error)) => return (end, Some(places.diagnostic(error))),
            _ => {}
        }
        (end, None)
    }

    /// Whether a definition starts at the byte `at` of `text`.
    pub fn is_definition(text: &str, at: usize) -> bool {
        let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix('\\')) else { return false };
        let length = rest.bytes().take(24).take_while(u8::is_ascii_alphabetic).count();
        defines(&rest[..length])
    }

    /// Takes in a definition that holds from `at` on.
    pub(super) fn define(&mut self, name: Arc<str>, at: u32, definition: Definition) {
        self.definitions.entry(name).or_default().push((at, Arc::new(definition)));
    }

    /// What a name means at a place.
    pub(super) fn find(&self, name: &str, at: u32) -> Option<Arc<Definition>> {
        let all = self.definitions.get(name)?;
        let before = all.partition_point(|definition| definition.0 <= at);
        Some(all.get(before.checked_sub(1)?)?.1.clone())
    }
}

/// Whether a control word defines another one.
pub(super) fn defines(name: &str) -> bool {
    matches!(
        name,
        "newcommand" | "renewcommand" | "providecommand" | "DeclareRobustCommand" | "DeclareMathOperator" | "let"
    ) || is_def(name)
}

fn is_def(name: &str) -> bool {
    matches!(name, "def" | "gdef" | "edef" | "xdef")
}

/// Reads the rest of a definition; gives the name and what it stands for, or nothing where the name keeps its meaning.
pub(super) fn definition(stream: &mut Stream, command: &Token) -> Result<(Arc<str>, Option<Definition>), Diagnostic> {
    let TokenKind::Command(kind) = &command.kind else { return Err(malformed(command, command.span)) };
    let mut next = stream.raw();
    if next.as_ref().is_some_and(|token| token.is_symbol('*')) {
        next = stream.raw();
    }
    let name = defined_name(stream, command, next)?;
    let definition = match &**kind {
        "let" => alias(stream, command)?,
        "DeclareMathOperator" => operator(stream, command)?,
        kind if is_def(kind) => plain(stream, command)?,
        _ => with_count(stream, command)?,
    };
    let kept = &**kind == "providecommand" && stream.find(&name, command.span.start).is_some();
    Ok((name, (!kept).then_some(definition)))
}

/// The name that is defined: `\name` or `{\name}`.
fn defined_name(stream: &mut Stream, command: &Token, first: Option<Token>) -> Result<Arc<str>, Diagnostic> {
    let place = first.as_ref().map_or(stream.end(), |token| token.span);
    let braced = first.as_ref().is_some_and(|token| token.kind == TokenKind::Open);
    let named = if braced { stream.raw() } else { first };
    let Some(Token { kind: TokenKind::Command(name), .. }) = named else { return Err(malformed(command, place)) };
    if braced && stream.raw().is_none_or(|token| token.kind != TokenKind::Close) {
        return Err(malformed(command, place));
    }
    Ok(name)
}

/// `\newcommand{\name}[count][default]{body}`, from the count on.
fn with_count(stream: &mut Stream, command: &Token) -> Result<Definition, Diagnostic> {
    let mut span = command.span;
    let mut parameters = 0;
    let mut optional = None;
    if let Some(count) = stream.optional(&mut span)? {
        parameters = match super::token::text(&count).trim().parse::<usize>() {
            Ok(count) if count <= 9 => count,
            _ => return Err(malformed(command, span).hint("a macro has at most 9 parameters")),
        };
        if parameters > 0 {
            optional = stream.optional(&mut span)?;
        }
    }
    let body = with_parameters(stream.argument(command, &mut span)?);
    Ok(Definition { parameters, optional, body })
}

/// `\def\name#1#2{body}`, from the parameters on.
fn plain(stream: &mut Stream, command: &Token) -> Result<Definition, Diagnostic> {
    let mut written = Vec::new();
    loop {
        match stream.raw() {
            Some(token) if token.kind == TokenKind::Open => {
                stream.back(token);
                break;
            }
            Some(token) if written.len() < 18 => written.push(token),
            other => return Err(malformed(command, other.map_or(stream.end(), |token| token.span))),
        }
    }
    let parameters = with_parameters(written);
    let in_order = |(number, token): (usize, &Token)| token.kind == TokenKind::Parameter(number + 1);
    if let Some(odd) = parameters.iter().enumerate().find(|&pair| !in_order(pair)) {
        return Err(Diagnostic::error("macro-definition", "text between the parameters of a macro is not understood")
            .at(odd.1.span, "")
            .hint("write the parameters as `#1#2`, or use `\\newcommand`"));
    }
    let mut span = command.span;
    let body = with_parameters(stream.argument(command, &mut span)?);
    Ok(Definition { parameters: parameters.len(), optional: None, body })
}

/// `\let\name=\other`, from the sign on.
fn alias(stream: &mut Stream, command: &Token) -> Result<Definition, Diagnostic> {
    let mut target = stream.raw();
    if target.as_ref().is_some_and(|token| token.is_symbol('=')) {
        target = stream.raw();
    }
    let Some(target) = target else { return Err(malformed(command, stream.end())) };
    if let TokenKind::Command(name) = &target.kind
        && let Some(definition) = stream.find(name, target.span.start)
    {
        return Ok((*definition).clone());
    }
    let body = vec![Token { primitive: true, ..target }];
    Ok(Definition { parameters: 0, optional: None, body })
}

/// `\DeclareMathOperator{\name}{text}`, from the text on.
fn operator(stream: &mut Stream, command: &Token) -> Result<Definition, Diagnostic> {
    let mut span = command.span;
    let written = stream.argument(command, &mut span)?;
    let mut body = vec![
        Token { primitive: true, ..Token::new(TokenKind::Command("operatorname".into()), span) },
        Token::new(TokenKind::Open, span),
    ];
    body.extend(written);
    body.push(Token::new(TokenKind::Close, span));
    Ok(Definition { parameters: 0, optional: None, body })
}

/// The same tokens with `#1` as one.
fn with_parameters(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for mut token in tokens {
        let after_hash = out.last().is_some_and(|last| last.is_symbol('#'));
        if after_hash && let TokenKind::Digits(digits) = &token.kind {
            let digits = digits.clone();
            let number = digits.bytes().next().map_or(0, |digit| usize::from(digit.wrapping_sub(b'0')));
            let spaced = out.pop().is_some_and(|hash| hash.spaced);
            out.push(Token { kind: TokenKind::Parameter(number), spaced, ..token.clone() });
            if digits.len() == 1 {
                continue;
            }
            token.kind = TokenKind::Digits(digits[1..].into());
        }
        out.push(token);
    }
    out
}

fn malformed(command: &Token, at: Span) -> Diagnostic {
    let name = super::stream::name(command);
    let example = match name.as_str() {
        "\\let" => "write `\\let\\new\\old`",
        "\\DeclareMathOperator" => "write `\\DeclareMathOperator{\\name}{text}`",
        "\\def" | "\\gdef" | "\\edef" | "\\xdef" => "write `\\def\\name#1{…}`",
        _ => "write `\\newcommand{\\name}[1]{…}`",
    };
    Diagnostic::error("macro-definition", format!("this `{name}` is not a whole definition"))
        .at(command.span, "")
        .at(at, "")
        .hint(example)
}
