//! Items to rows, and arguments to the commands that wait for them.

use super::build::{Builder, Frame, FrameKind, Result, Shape};
use super::token::{Token, TokenKind};
use super::tree::{ItemId, Kind, Row};
use crate::diagnostic::{Diagnostic, Span};

impl Builder<'_> {
    /// The items of the open frame as a row; the frame is closed.
    pub(super) fn close_row(&mut self) -> (Row, Option<Frame>) {
        self.finish_row();
        let frame = self.frames.pop();
        let start = frame.as_ref().map_or(0, |frame| frame.start);
        (self.drain(start), frame)
    }

    /// Makes a row of the items from a place on.
    pub(super) fn drain(&mut self, start: usize) -> Row {
        let start = start.min(self.items.len());
        self.tree.push_row(self.items.drain(start..))
    }

    /// Settles the switch and the `\over` of the open frame; its items stay on the stack.
    pub(super) fn finish_row(&mut self) {
        self.end_switch();
        let Some(frame) = self.frames.last_mut() else { return };
        let start = frame.start;
        if let Some((over, span)) = frame.over.take() {
            let under = self.drain(start);
            let id = self.tree.push(Kind::Fraction { over, under }, span);
            self.items.push(id);
        }
    }

    pub(super) fn end_switch(&mut self) {
        let Some((name, start, span)) = self.frames.last_mut().and_then(|frame| frame.switch.take()) else { return };
        if self.items.len() > start {
            let body = self.drain(start);
            let span = self.tree.row_span(body).map_or(span, |body| span.to(body));
            let id = self.tree.push(Kind::Accent { name, body }, span);
            self.items.push(id);
        }
    }

    pub(super) fn over(&mut self, token: Token) -> Result<()> {
        self.demote();
        self.end_switch();
        let Some(frame) = self.frames.last() else { return Ok(()) };
        if frame.over.is_some() {
            return Err(Diagnostic::error("double-over", "a second `\\over` in one group")
                .at(token.span, "")
                .hint("put each fraction in braces of its own"));
        }
        let row = self.drain(frame.start);
        if let Some(frame) = self.frames.last_mut() {
            frame.over = Some((row, token.span));
        }
        Ok(())
    }

    /// Puts a new item where it belongs.
    pub(super) fn deliver_new(&mut self, kind: Kind, span: Span) -> Result<()> {
        let id = self.tree.push(kind, span);
        self.deliver(id)
    }

    /// Puts an item where it belongs: into the open row, or to the command that waits for it, and so on upwards.
    fn deliver(&mut self, mut id: ItemId) -> Result<()> {
        loop {
            let row = match self.frames.last().map(|frame| &frame.kind) {
                Some(FrameKind::Arguments { .. } | FrameKind::Script { .. }) => self.as_row(id),
                _ => {
                    self.items.push(id);
                    return Ok(());
                }
            };
            let end = self.tree.span(id);
            let Some(frame) = self.frames.last_mut() else { return Ok(()) };
            match &mut frame.kind {
                FrameKind::Script { .. } => return self.finish_script(row, end),
                FrameKind::Arguments { shape, taken, .. } => {
                    taken.push(row);
                    if matches!(shape, Shape::Fraction) && taken.len() < 2 {
                        return Ok(());
                    }
                }
                _ => return Ok(()),
            }
            match self.finish_command(id)? {
                Some(whole) => id = whole,
                None => return Ok(()),
            }
        }
    }

    /// The item that a command with all its arguments is; nothing when it has been put into the open row.
    fn finish_command(&mut self, last: ItemId) -> Result<Option<ItemId>> {
        let end = self.tree.span(last);
        let Some(Frame { kind: FrameKind::Arguments { shape, taken, .. }, span, .. }) = self.frames.pop() else {
            return Ok(None);
        };
        let body = taken.last().copied().unwrap_or_default();
        let kind = match shape {
            Shape::Fraction => Kind::Fraction { over: taken.first().copied().unwrap_or_default(), under: body },
            Shape::Root(index) => Kind::Root { index, body },
            Shape::Accent(name) => Kind::Accent { name, body },
            Shape::Wrapper | Shape::Brace => {
                if matches!(shape, Shape::Brace) {
                    self.skip_label()?;
                }
                return Ok(Some(last));
            }
        };
        Ok(Some(self.tree.push(kind, span.to(end))))
    }

    /// An argument as a row: the content of a group, or the item alone.
    fn as_row(&mut self, id: ItemId) -> Row {
        match self.tree.kind(id) {
            Kind::Group(row) => *row,
            _ => self.tree.push_row([id]),
        }
    }

    /// A wide space, where it may set formulas apart.
    pub(super) fn gap(&mut self, span: Span) {
        let inner = self.frames.iter().rev().find(|frame| !matches!(frame.kind, FrameKind::Bar(_)));
        if matches!(inner.map(|frame| &frame.kind), Some(FrameKind::Root | FrameKind::Cell(_))) {
            let id = self.tree.push(Kind::Gap, span);
            self.items.push(id);
        }
    }

    /// `\text{if $z > 0$}` as `\text{if } z > 0`: the pieces are given back to be read one by one.
    pub(super) fn mathematics_in_words(&mut self, written: &[Token], span: Span) {
        let mut tokens = Vec::new();
        for (at, piece) in written.split(|token| token.is_symbol('$')).enumerate() {
            if at % 2 == 1 {
                tokens.extend_from_slice(piece);
            } else if !piece.is_empty() {
                tokens.push(Token::new(TokenKind::Command("text".into()), span));
                tokens.push(Token::new(TokenKind::Open, span));
                tokens.extend_from_slice(piece);
                tokens.push(Token::new(TokenKind::Close, span));
            }
        }
        for token in tokens.into_iter().rev() {
            self.stream.back(token);
        }
    }
}
