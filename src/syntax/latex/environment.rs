//! `\begin{…}` and `\end{…}`.

use super::build::{Builder, Frame, FrameKind, Lines, Result, unclosed};
use super::token::{Token, TokenKind, text};
use super::tree::Kind;
use super::vocabulary::{environment, environments};
use crate::diagnostic::{Diagnostic, Span};

impl Builder<'_> {
    pub(super) fn begin(&mut self, token: Token) -> Result<()> {
        let mut span = token.span;
        let written = text(&self.stream.argument(&token, &mut span)?);
        let Some((name, arguments)) = environment(&written) else { return Err(unknown(&written, span)) };
        let mut dropped = span;
        self.optional_position(&mut dropped)?;
        for _ in 0..arguments {
            self.stream.argument(&token, &mut dropped)?;
        }
        let lines = Lines { name, written, cells: Vec::new(), lines: Vec::new() };
        self.open(FrameKind::Cell(lines), span)
    }

    /// Drops `[t]`, but not a bracket that starts the formula.
    fn optional_position(&mut self, span: &mut Span) -> Result<()> {
        let Some(open) = self.stream.raw() else { return Ok(()) };
        let (mut inside, mut close) = (None, None);
        if open.is_symbol('[') {
            inside = self.stream.raw();
            close = if inside.is_some() { self.stream.raw() } else { None };
            let position = matches!(&inside, Some(Token { kind: TokenKind::Letter('t' | 'b' | 'c'), .. }));
            if position
                && let Some(close) = &close
                && close.is_symbol(']')
            {
                *span = span.to(close.span);
                return Ok(());
            }
        }
        for token in [close, inside, Some(open)].into_iter().flatten() {
            self.stream.back(token);
        }
        Ok(())
    }

    pub(super) fn end(&mut self, token: Token) -> Result<()> {
        let mut span = token.span;
        let written = text(&self.stream.argument(&token, &mut span)?);
        self.demote();
        match self.frames.last() {
            Some(Frame { kind: FrameKind::Cell(lines), span: begin, .. }) => {
                if lines.written != written {
                    return Err(Diagnostic::error("unbalanced-environment", "this `\\end` does not fit the `\\begin`")
                        .at(span, "")
                        .at(*begin, "opened here")
                        .hint(format!("write `\\end{{{}}}`", lines.written)));
                }
            }
            Some(Frame { kind: FrameKind::Root, .. }) | None => {
                return Err(Diagnostic::error("unbalanced-environment", "this `\\end` closes nothing")
                    .at(span, "")
                    .hint(format!("remove it, or add `\\begin{{{written}}}`")));
            }
            Some(frame) => return Err(unclosed(frame, span)),
        }
        self.next_cell();
        let Some(Frame { kind: FrameKind::Cell(mut lines), span: begin, .. }) = self.frames.pop() else {
            return Ok(());
        };
        // `\\` at the very end opens no row.
        if !matches!(lines.cells.as_slice(), [only] if only.is_empty()) {
            let line = self.tree.push_line(lines.cells);
            lines.lines.push(line);
        }
        let rows = self.tree.push_lines(lines.lines);
        self.deliver_new(Kind::Environment { name: lines.name, rows }, begin.to(span))
    }

    /// Drops the star and the length after `\\`: `\\*`, `\\[4pt]`.
    pub(super) fn skip_row_gap(&mut self) -> Result<()> {
        let mut taken = Vec::new();
        while let Some(token) = self.stream.raw() {
            let expected = match (&token.kind, taken.len()) {
                (TokenKind::Symbol('*'), 0) if !token.spaced => continue,
                (TokenKind::Symbol('['), 0) => !token.spaced,
                (TokenKind::Symbol(']'), 2..) => return Ok(()),
                (TokenKind::Symbol('-' | '.') | TokenKind::Digits(_) | TokenKind::Command(_), 1) => true,
                (TokenKind::Digits(_) | TokenKind::Letter(_) | TokenKind::Command(_), 2..6) => true,
                _ => false,
            };
            taken.push(token);
            if !expected {
                break;
            }
        }
        while let Some(token) = taken.pop() {
            self.stream.back(token);
        }
        Ok(())
    }
}

fn unknown(written: &str, span: Span) -> Diagnostic {
    let shown: String = written.chars().take(40).collect();
    let near = environments()
        .map(|name| (strsim::damerau_levenshtein(name, shown.trim_end_matches('*')), name))
        .min()
        .filter(|(distance, _)| *distance <= 2);
    let hint = match near {
        Some((_, name)) => format!("did you mean `{name}`"),
        None => "`aligned`, `cases`, `array` and the matrices are understood".to_string(),
    };
    Diagnostic::error("unknown-environment", format!("the environment `{shown}` is not known")).at(span, "").hint(hint)
}
