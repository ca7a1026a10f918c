//! Scripts and primes, and the labels and lengths that are dropped.

use super::build::{Builder, Frame, FrameKind, Result};
use super::token::{Token, TokenKind};
use super::tree::{ItemId, Kind, Row};
use super::vocabulary::{Word, word};
use crate::diagnostic::{Diagnostic, Span};

impl Builder<'_> {
    /// `^` or `_`: the next item is a script of the one before.
    pub(super) fn script(&mut self, token: Token) -> Result<()> {
        let target = self.script_target(token.span);
        let Kind::Script { sub, sup, .. } = self.tree.kind(target) else { return Ok(()) };
        let (side, place) = if token.kind == TokenKind::Subscript { (sub, "subscript") } else { (sup, "superscript") };
        if side.is_some() {
            return Err(Diagnostic::error("double-script", format!("a second {place} on one base"))
                .at(token.span, "")
                .hint(format!("put both into one {place}, or the base with its {place} in braces")));
        }
        let span = token.span;
        self.open(FrameKind::Script { command: token, target }, span)
    }

    /// Primes on the item before.
    pub(super) fn primes(&mut self, count: u32, span: Span) -> Result<()> {
        if self.waits() {
            // `x^\prime`: told apart from other superscripts when the script is finished.
            return self.deliver_new(Kind::Command("prime".into()), span);
        }
        let target = self.script_target(span);
        let item = self.tree.item_mut(target);
        item.span = item.span.to(span);
        if let Kind::Script { primes, .. } = &mut item.kind {
            *primes = primes.saturating_add(count);
        }
        Ok(())
    }

    /// The script item that the last item of the open row is, or becomes the base of.
    fn script_target(&mut self, at: Span) -> ItemId {
        if matches!(self.frames.last(), Some(Frame { kind: FrameKind::Bar(_), start, .. }) if *start == self.items.len())
        {
            // A bar with a script stands alone, as in `|_{x=0}`.
            self.frames.pop();
        }
        let start = self.frames.last().map_or(0, |frame| frame.start);
        let last = if self.items.len() > start { self.items.last().copied() } else { None };
        let is_base =
            |&id: &ItemId| !matches!(self.tree.kind(id), Kind::Relation(_) | Kind::Break | Kind::Align | Kind::Gap);
        let base = last.filter(is_base);
        if let Some(id) = base {
            if matches!(self.tree.kind(id), Kind::Script { .. }) {
                return id;
            }
            self.items.pop();
        }
        let base = base.filter(|&id| !matches!(self.tree.kind(id), Kind::Group(row) if row.is_empty()));
        let span = base.map_or(at, |id| self.tree.span(id));
        let id = self.tree.push(Kind::Script { base, sub: None, sup: None, primes: 0 }, span);
        self.items.push(id);
        id
    }

    /// Gives the script that is open its argument.
    pub(super) fn finish_script(&mut self, row: Row, end: Span) -> Result<()> {
        let Some(Frame { kind: FrameKind::Script { command, target }, .. }) = self.frames.pop() else { return Ok(()) };
        let above = command.kind == TokenKind::Superscript;
        let count = if above { self.only_primes(row) } else { None };
        let item = self.tree.item_mut(target);
        item.span = item.span.to(command.span).to(end);
        if let Kind::Script { sub, sup, primes, .. } = &mut item.kind {
            match count {
                Some(count) => *primes = primes.saturating_add(count),
                None if above => *sup = Some(row),
                None => *sub = Some(row),
            }
        }
        Ok(())
    }

    /// How many primes a row consists of, if it consists of primes.
    fn only_primes(&self, row: Row) -> Option<u32> {
        let mut count = 0_u32;
        for &id in self.tree.row(row) {
            count = count.saturating_add(match self.tree.kind(id) {
                Kind::Command(name) if &**name == "prime" => 1,
                Kind::Script { base: None, sub: None, sup: None, primes } => *primes,
                _ => return None,
            });
        }
        (count > 0).then_some(count)
    }

    /// Whether a script or a prime comes next.
    pub(super) fn script_follows(&mut self) -> Result<bool> {
        Ok(self.stream.peek()?.is_some_and(|token| match &token.kind {
            TokenKind::Superscript | TokenKind::Subscript | TokenKind::Prime(_) => true,
            TokenKind::Command(name) => word(name) == Some(Word::Prime),
            _ => false,
        }))
    }

    /// Drops the label of a brace, `_{…}` or `^{…}`.
    pub(super) fn skip_label(&mut self) -> Result<()> {
        let Some(token) = self.stream.next()? else { return Ok(()) };
        if matches!(token.kind, TokenKind::Superscript | TokenKind::Subscript) {
            let mut span = token.span;
            self.stream.argument(&token, &mut span)?;
        } else {
            self.stream.back(token);
        }
        Ok(())
    }

    /// Drops the star of `\operatorname*`.
    pub(super) fn skip_star(&mut self) -> Result<()> {
        if let Some(token) = self.stream.next()?
            && !token.is_symbol('*')
        {
            self.stream.back(token);
        }
        Ok(())
    }

    /// Drops a length: `-3mu`, `1.5em`.
    pub(super) fn length(&mut self) -> Result<()> {
        let mut unit = 0;
        while let Some(token) = self.stream.next()? {
            match token.kind {
                TokenKind::Symbol('-' | '+' | '=') if unit == 0 => {}
                TokenKind::Digits(_) if unit == 0 => {}
                TokenKind::Letter(_) if unit < 2 => unit += 1,
                _ => {
                    self.stream.back(token);
                    return Ok(());
                }
            }
            if unit == 2 {
                return Ok(());
            }
        }
        Ok(())
    }
}
