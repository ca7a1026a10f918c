//! Brackets: which close which, and bars, which look the same on both sides.

use super::build::{Builder, Frame, FrameKind, Result, unclosed};
use super::token::{Token, TokenKind};
use super::tree::{Delimiter, Kind, Relation, Row};
use super::vocabulary::{Side, Word, fence_sign, is_operator, word};
use crate::diagnostic::{Diagnostic, Span};

impl Builder<'_> {
    /// A delimiter without `\left` or `\right`.
    pub(super) fn fence(&mut self, delimiter: Delimiter, side: Side, span: Span) -> Result<()> {
        let bar = bar_sign(delimiter);
        match (bar, side) {
            (Some(sign), Side::Middle) => self.deliver_new(Kind::Symbol(sign), span),
            (None, Side::Middle | Side::Either) => Ok(()),
            (Some(sign), _) if self.waits() => self.deliver_new(Kind::Symbol(sign), span),
            (Some(sign), side) => self.bar(sign, delimiter, side, span),
            (None, Side::Open) => self.open(FrameKind::Fence(delimiter), span),
            (None, Side::Close) => self.close_fence(delimiter, span),
        }
    }

    fn bar(&mut self, sign: char, delimiter: Delimiter, side: Side, span: Span) -> Result<()> {
        if side != Side::Open
            && let Some(at) = self.open_bar(delimiter, side)
        {
            self.frames.truncate(at + 1);
            let (body, frame) = self.close_row();
            // The sign that stood for the opening bar gives way to the whole.
            self.items.pop();
            let span = frame.map_or(span, |frame| frame.span.to(span));
            return self.deliver_new(Kind::Fence { open: delimiter, close: delimiter, body }, span);
        }
        self.deliver_new(Kind::Symbol(sign), span)?;
        if side == Side::Close { Ok(()) } else { self.open(FrameKind::Bar(delimiter), span) }
    }

    /// The open bar that a bar closes, if it closes one: something stands between them, and no operator comes last.
    fn open_bar(&self, delimiter: Delimiter, side: Side) -> Option<usize> {
        let is_bar = |frame: &&Frame| matches!(frame.kind, FrameKind::Bar(_));
        let bars = self.frames.iter().rev().take_while(is_bar).count();
        let from = self.frames.len() - bars;
        let at = (from..self.frames.len())
            .rev()
            .find(|&at| matches!(self.frames[at].kind, FrameKind::Bar(open) if open == delimiter))?;
        if side == Side::Close {
            return Some(at);
        }
        let last = self.items.last().filter(|_| self.items.len() > self.frames[at].start)?;
        (!self.is_operator(self.tree.kind(*last))).then_some(at)
    }

    fn is_operator(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Symbol(sign) => "+-−*/,;:×·⊙⊗∘∂∇∑∏|‖".contains(*sign),
            Kind::Relation(_) | Kind::Break | Kind::Align | Kind::Gap => true,
            Kind::Command(name) => is_operator(name),
            _ => false,
        }
    }

    /// Gives up the bars that are open on top: each stands alone, as a sign in the row around it.
    pub(super) fn demote(&mut self) {
        while matches!(self.frames.last(), Some(Frame { kind: FrameKind::Bar(_), .. })) {
            // A typeface or an `\over` between bars reaches no further than the bar.
            self.finish_row();
            self.frames.pop();
        }
    }

    fn close_fence(&mut self, close: Delimiter, span: Span) -> Result<()> {
        self.demote();
        let open = match self.frames.last() {
            Some(Frame { kind: FrameKind::Fence(open), .. }) if fits(*open, close) => *open,
            Some(frame @ Frame { kind: FrameKind::Fence(_) | FrameKind::Left(_), .. }) => {
                return Err(Diagnostic::error(
                    "unbalanced-bracket",
                    "this closing bracket does not fit the opening one",
                )
                .at(span, "")
                .at(frame.span, "opened here")
                .hint("close the inner bracket first, and `\\left` with `\\right`"));
            }
            _ => {
                return Err(Diagnostic::error("unbalanced-bracket", "this bracket closes nothing")
                    .at(span, "")
                    .hint("remove it, or add the missing opening bracket"));
            }
        };
        let (body, frame) = self.close_row();
        let span = frame.map_or(span, |frame| frame.span.to(span));
        self.deliver_new(Kind::Fence { open, close, body }, span)
    }

    /// `\left`, `\right` or `\middle` with the delimiter that follows.
    pub(super) fn left_right(&mut self, word: Word, token: Token) -> Result<()> {
        let Some((delimiter, end)) = self.delimiter()? else {
            return Err(Diagnostic::error("missing-delimiter", "a delimiter must follow")
                .at(token.span, "")
                .hint("write `\\left(`, `\\right]`, `\\left.` and the like"));
        };
        let span = token.span.to(end);
        if word == Word::Left {
            return self.open(FrameKind::Left(delimiter), span);
        }
        if word == Word::Middle {
            return match bar_sign(delimiter) {
                Some(sign) => self.deliver_new(Kind::Symbol(sign), span),
                None => Ok(()),
            };
        }
        self.demote();
        match self.frames.last() {
            Some(Frame { kind: FrameKind::Left(open), .. }) => {
                let open = *open;
                let (body, frame) = self.close_row();
                let span = frame.map_or(span, |frame| frame.span.to(span));
                self.deliver_new(Kind::Fence { open, close: delimiter, body }, span)
            }
            Some(frame @ Frame { kind: FrameKind::Fence(_) | FrameKind::Group, .. }) => Err(unclosed(frame, span)),
            _ => Err(Diagnostic::error("unbalanced-bracket", "this `\\right` has no `\\left`")
                .at(span, "")
                .hint("open with `\\left` and a delimiter, `\\left.` for an empty one")),
        }
    }

    /// The delimiter after `\left` and its kin.
    fn delimiter(&mut self) -> Result<Option<(Delimiter, Span)>> {
        let Some(token) = self.stream.next()? else { return Ok(None) };
        let delimiter = match &token.kind {
            TokenKind::Symbol('.') => Some(Delimiter::Empty),
            TokenKind::Symbol('<' | '>') => Some(Delimiter::Angle),
            TokenKind::Symbol(sign) => fence_sign(*sign).map(|fence| fence.0),
            TokenKind::Control('{' | '}') => Some(Delimiter::Curly),
            TokenKind::Control('|') => Some(Delimiter::DoubleBar),
            TokenKind::Digits(digits) if digits.starts_with('.') => {
                // `\left.5x`: the dot is the delimiter.
                let rest = Token { kind: TokenKind::Digits(digits[1..].into()), ..token.clone() };
                self.stream.back(rest);
                Some(Delimiter::Empty)
            }
            TokenKind::Command(name) => match word(name) {
                Some(Word::Fence(delimiter, _)) => Some(delimiter),
                _ => None,
            },
            _ => None,
        };
        Ok(delimiter.map(|delimiter| (delimiter, token.span)))
    }

    /// `\bigl` and its kin: the size goes, the side stays.
    pub(super) fn sized(&mut self, size: Side) -> Result<()> {
        let Some(token) = self.stream.next()? else { return Ok(()) };
        let fence = match &token.kind {
            TokenKind::Symbol('.') => return Ok(()),
            TokenKind::Symbol(sign) => fence_sign(*sign),
            TokenKind::Control('|') => Some((Delimiter::DoubleBar, Side::Either)),
            TokenKind::Command(name) => match word(name) {
                Some(Word::Fence(delimiter, side)) => Some((delimiter, side)),
                _ => None,
            },
            _ => None,
        };
        match fence {
            Some((delimiter, side)) => {
                let side = if size == Side::Either || side == Side::Middle { side } else { size };
                self.fence(delimiter, side, token.span)
            }
            None => {
                self.stream.back(token);
                Ok(())
            }
        }
    }

    /// `\not=`.
    pub(super) fn not(&mut self, span: Span) -> Result<()> {
        match self.stream.next()? {
            Some(next) if next.is_symbol('=') => {
                self.deliver_new(Kind::Relation(Relation::NotEqual), span.to(next.span))
            }
            Some(next) => {
                self.stream.back(next);
                self.deliver_new(Kind::Command("not".into()), span)
            }
            None => self.deliver_new(Kind::Command("not".into()), span),
        }
    }

    /// `\\`: the next row of the environment, or a break in whatever else is open.
    pub(super) fn line_break(&mut self, span: Span) -> Result<()> {
        self.skip_row_gap()?;
        self.demote();
        if !matches!(self.frames.last(), Some(Frame { kind: FrameKind::Cell(_), .. })) {
            return self.deliver_new(Kind::Break, span);
        }
        self.next_cell();
        if let Some(Frame { kind: FrameKind::Cell(lines), .. }) = self.frames.last_mut() {
            let cells = std::mem::take(&mut lines.cells);
            let line = self.tree.push_line(cells);
            lines.lines.push(line);
        }
        Ok(())
    }

    /// `&`: the next cell of the environment, or a mark in whatever else is open.
    pub(super) fn align(&mut self, span: Span) -> Result<()> {
        self.demote();
        if !matches!(self.frames.last(), Some(Frame { kind: FrameKind::Cell(_), .. })) {
            return self.deliver_new(Kind::Align, span);
        }
        self.next_cell();
        Ok(())
    }

    /// Ends the cell that is open; what opens next is in the same frame.
    pub(super) fn next_cell(&mut self) {
        self.finish_row();
        let start = self.frames.last().map_or(0, |frame| frame.start);
        let row: Row = self.drain(start);
        if let Some(Frame { kind: FrameKind::Cell(lines), .. }) = self.frames.last_mut() {
            lines.cells.push(row);
        }
    }
}

/// Whether two brackets make a pair; half-open intervals mix round and square ones.
fn fits(open: Delimiter, close: Delimiter) -> bool {
    let interval = |side| matches!(side, Delimiter::Round | Delimiter::Square);
    open == close || (interval(open) && interval(close))
}

fn bar_sign(delimiter: Delimiter) -> Option<char> {
    match delimiter {
        Delimiter::Bar => Some('|'),
        Delimiter::DoubleBar => Some('‖'),
        _ => None,
    }
}
