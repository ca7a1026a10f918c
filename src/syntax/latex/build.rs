//! The tree from the tokens, with an explicit stack of what is still open.

use super::stream::{Stream, missing_argument, unclosed_brace};
use super::token::{Token, TokenKind, text};
use super::tree::{Delimiter, ItemId, Kind, Relation, Row, Rows, Tree};
use super::vocabulary::{Side, Word, fence_sign, relation_sign, word};
use crate::diagnostic::{Diagnostic, Span};

/// How many things may be open at once; what reads the tree may rely on it.
pub(super) const DEEPEST: usize = 400;

pub(super) type Result<T> = std::result::Result<T, Diagnostic>;

/// Something that is open.
#[derive(Debug)]
pub(super) struct Frame {
    pub kind: FrameKind,
    /// Its first item on the stack of items.
    pub start: usize,
    /// What opened it.
    pub span: Span,
    /// What stands above `\over`.
    pub over: Option<(Row, Span)>,
    /// The typeface of its items from a place on, by an old switch.
    pub switch: Option<(&'static str, usize, Span)>,
}

#[derive(Debug)]
pub(super) enum FrameKind {
    Root,
    Group,
    /// The index of a root.
    Index(Token),
    /// Brackets that must close.
    Fence(Delimiter),
    /// `\left`, closed by `\right`.
    Left(Delimiter),
    /// A bar that may turn out to stand alone; its sign is the item before the frame.
    Bar(Delimiter),
    /// A cell of an environment.
    Cell(Lines),
    /// A command that waits for its arguments.
    Arguments {
        command: Token,
        shape: Shape,
        taken: Vec<Row>,
    },
    /// A script that waits for its argument.
    Script {
        command: Token,
        target: ItemId,
    },
}

/// The rows of an environment, so far.
#[derive(Debug)]
pub(super) struct Lines {
    pub name: &'static str,
    pub written: String,
    pub cells: Vec<Row>,
    pub lines: Vec<Rows>,
}

/// What the arguments of a command become.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Fraction,
    Root(Option<Row>),
    Accent(&'static str),
    Wrapper,
    Brace,
}

/// Builds the tree of one formula.
pub(super) struct Builder<'a> {
    pub stream: Stream<'a>,
    pub tree: Tree,
    pub frames: Vec<Frame>,
    /// The items of all open frames, in order.
    pub items: Vec<ItemId>,
}

impl<'a> Builder<'a> {
    pub fn new(stream: Stream<'a>) -> Self {
        let root = Frame { kind: FrameKind::Root, start: 0, span: Span::default(), over: None, switch: None };
        Builder { stream, tree: Tree::default(), frames: vec![root], items: Vec::new() }
    }

    pub fn build(mut self) -> Result<Tree> {
        while let Some(token) = self.stream.next()? {
            self.token(token)?;
        }
        self.demote();
        let end = self.stream.end();
        match self.frames.last() {
            Some(Frame { kind: FrameKind::Root, .. }) => {}
            Some(frame) => return Err(unclosed(frame, end)),
            None => {}
        }
        let (root, _) = self.close_row();
        self.tree.set_root(root);
        Ok(self.tree)
    }

    fn token(&mut self, token: Token) -> Result<()> {
        if self.waits() {
            self.check_argument(&token)?;
        }
        let span = token.span;
        match token.kind {
            TokenKind::Command(ref name) => match word(name) {
                Some(word) => self.word(word, token),
                None => {
                    let kind = Kind::Command(name.as_ref().into());
                    self.deliver_new(kind, span)
                }
            },
            TokenKind::Control(sign) => self.control(sign, token),
            TokenKind::Letter(letter) => self.deliver_new(Kind::Letter(letter), span),
            TokenKind::Digits(_) => self.digits(token),
            TokenKind::Symbol(sign) => self.symbol(sign, token),
            TokenKind::Prime(count) => self.primes(count, span),
            TokenKind::Open => self.open(FrameKind::Group, span),
            TokenKind::Close => self.close_group(&token),
            TokenKind::Superscript | TokenKind::Subscript => self.script(token),
            TokenKind::Align => self.align(span),
            TokenKind::Parameter(_) => Ok(()),
        }
    }

    /// Whether the next item is an argument.
    pub fn waits(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { kind: FrameKind::Arguments { .. } | FrameKind::Script { .. }, .. }))
    }

    /// Refuses a token that cannot be the argument that is waited for.
    fn check_argument(&self, token: &Token) -> Result<()> {
        let refused = match &token.kind {
            TokenKind::Close | TokenKind::Align | TokenKind::Superscript | TokenKind::Subscript => true,
            TokenKind::Symbol(')' | ']') => true,
            TokenKind::Control('\\' | '}') => true,
            TokenKind::Command(name) => {
                matches!(word(name), Some(Word::End | Word::Right | Word::Over | Word::Break | Word::Switch(_)))
            }
            _ => false,
        };
        match self.frames.last().map(|frame| &frame.kind) {
            Some(FrameKind::Arguments { command, .. } | FrameKind::Script { command, .. }) if refused => {
                Err(missing_argument(command, token.span))
            }
            _ => Ok(()),
        }
    }

    /// Opens something; its items follow.
    pub fn open(&mut self, kind: FrameKind, span: Span) -> Result<()> {
        if self.frames.len() > DEEPEST {
            return Err(Diagnostic::error("too-deep", format!("the formula nests deeper than {DEEPEST} levels"))
                .at(span, "")
                .hint("split it into several formulas"));
        }
        self.frames.push(Frame { kind, start: self.items.len(), span, over: None, switch: None });
        Ok(())
    }

    fn word(&mut self, word: Word, token: Token) -> Result<()> {
        let mut span = token.span;
        match word {
            Word::Fraction => self.arguments(token, Shape::Fraction),
            Word::Accent(name) => {
                self.skip_star()?;
                self.arguments(token, Shape::Accent(name))
            }
            Word::Brace => self.arguments(token, Shape::Brace),
            Word::Wrapper(before) => {
                self.stream.optional(&mut span)?;
                for _ in 0..before {
                    self.stream.argument(&token, &mut span)?;
                }
                self.arguments(token, Shape::Wrapper)
            }
            Word::Root => self.root(token),
            Word::Over => self.over(token),
            Word::Switch(name) => {
                self.end_switch();
                if let Some(frame) = self.frames.last_mut() {
                    frame.switch = Some((name, self.items.len(), span));
                }
                Ok(())
            }
            Word::Text => {
                let written = self.stream.argument(&token, &mut span)?;
                if !self.waits() && written.iter().any(|token| token.is_symbol('$')) {
                    self.mathematics_in_words(&written, span);
                    return Ok(());
                }
                self.deliver_new(Kind::Text(text(&written).into()), span)
            }
            Word::Gap => {
                self.gap(span);
                Ok(())
            }
            Word::Relation(relation) => self.deliver_new(Kind::Relation(relation), span),
            Word::LabelledRelation(relation) => {
                self.stream.optional(&mut span)?;
                self.stream.argument(&token, &mut span)?;
                self.deliver_new(Kind::Relation(relation), span)
            }
            Word::Nothing(count) => {
                if count > 0 {
                    self.skip_star()?;
                    self.stream.optional(&mut span)?;
                }
                for _ in 0..count {
                    self.stream.argument(&token, &mut span)?;
                }
                Ok(())
            }
            Word::Length => self.length(),
            Word::Size(side) => self.sized(side),
            Word::Left | Word::Right | Word::Middle => self.left_right(word, token),
            Word::Fence(delimiter, side) => self.fence(delimiter, side, span),
            Word::Prime => self.primes(1, span),
            Word::Not => self.not(span),
            Word::Break => self.line_break(span),
            Word::Begin => self.begin(token),
            Word::End => self.end(token),
        }
    }

    fn control(&mut self, sign: char, token: Token) -> Result<()> {
        let span = token.span;
        match sign {
            '\\' => self.line_break(span),
            '{' => self.fence(Delimiter::Curly, Side::Open, span),
            '}' => self.fence(Delimiter::Curly, Side::Close, span),
            '|' => self.fence(Delimiter::DoubleBar, Side::Either, span),
            '%' | '$' | '#' | '&' | '_' => self.deliver_new(Kind::Symbol(sign), span),
            '(' | ')' | '[' | ']' => Err(stray_delimiter(&format!("\\{sign}"), span)),
            // Spaces, discretionary hyphens, italic corrections.
            _ => Ok(()),
        }
    }

    fn digits(&mut self, token: Token) -> Result<()> {
        let token = if self.waits() { self.stream.first_digit(token) } else { token };
        let digits = text(std::slice::from_ref(&Token { spaced: false, ..token.clone() }));
        self.deliver_new(Kind::Digits(digits.into()), token.span)
    }

    fn symbol(&mut self, sign: char, token: Token) -> Result<()> {
        let span = token.span;
        if let Some((delimiter, side)) = fence_sign(sign) {
            if sign == ']' && self.close_index()? {
                return Ok(());
            }
            return self.fence(delimiter, side, span);
        }
        if let Some(relation) = relation_sign(sign) {
            return self.deliver_new(Kind::Relation(relation), span);
        }
        if sign == ':' {
            match self.stream.next()? {
                Some(next) if next.is_symbol('=') => {
                    return self.deliver_new(Kind::Relation(Relation::Define), span.to(next.span));
                }
                Some(next) => self.stream.back(next),
                None => {}
            }
        }
        match sign {
            '$' => Err(stray_delimiter("$", span)),
            '#' => Err(Diagnostic::error("stray-parameter", "`#` stands outside a macro definition").at(span, "")),
            _ => self.deliver_new(Kind::Symbol(sign), span),
        }
    }

    /// A command that takes arguments; the next items are its arguments.
    fn arguments(&mut self, command: Token, shape: Shape) -> Result<()> {
        let span = command.span;
        self.open(FrameKind::Arguments { command, shape, taken: Vec::new() }, span)
    }

    fn root(&mut self, token: Token) -> Result<()> {
        let span = token.span;
        if let Some(next) = self.stream.next()? {
            if next.is_symbol('[') {
                return self.open(FrameKind::Index(token), span);
            }
            self.stream.back(next);
        }
        self.arguments(token, Shape::Root(None))
    }

    /// Closes the index of a root, if that is what `]` closes here.
    fn close_index(&mut self) -> Result<bool> {
        let index = self.frames.iter().rev().find(|frame| !matches!(frame.kind, FrameKind::Bar(_)));
        if !index.is_some_and(|frame| matches!(frame.kind, FrameKind::Index(_))) {
            return Ok(false);
        }
        self.demote();
        let (row, frame) = self.close_row();
        if let Some(Frame { kind: FrameKind::Index(command), .. }) = frame {
            self.arguments(command, Shape::Root(Some(row)))?;
        }
        Ok(true)
    }

    fn close_group(&mut self, token: &Token) -> Result<()> {
        self.demote();
        match self.frames.last() {
            Some(Frame { kind: FrameKind::Group, .. }) => {}
            Some(Frame { kind: FrameKind::Root, .. }) | None => {
                return Err(Diagnostic::error("unbalanced-brace", "this `}` closes nothing")
                    .at(token.span, "")
                    .hint("remove it, or add the missing `{`"));
            }
            Some(frame) => return Err(unclosed(frame, token.span)),
        }
        if self.unwrap_group()? {
            return Ok(());
        }
        let (row, frame) = self.close_row();
        let span = frame.map_or(token.span, |frame| frame.span.to(token.span));
        self.deliver_new(Kind::Group(row), span)
    }

    /// Leaves the items of a wrapper's argument where they are, unless a script holds them together.
    fn unwrap_group(&mut self) -> Result<bool> {
        let Some(at) = self.frames.len().checked_sub(3) else { return Ok(false) };
        let shape = match &self.frames[at + 1].kind {
            FrameKind::Arguments { shape: shape @ (Shape::Wrapper | Shape::Brace), .. } => *shape,
            _ => return Ok(false),
        };
        if matches!(self.frames[at].kind, FrameKind::Arguments { .. } | FrameKind::Script { .. }) {
            return Ok(false);
        }
        if matches!(shape, Shape::Brace) {
            self.skip_label()?;
        }
        if self.script_follows()? {
            return Ok(false);
        }
        self.finish_row();
        self.frames.truncate(at + 1);
        Ok(true)
    }
}

/// The error for something that is still open where it must not be.
pub(super) fn unclosed(frame: &Frame, at: Span) -> Diagnostic {
    match &frame.kind {
        FrameKind::Arguments { command, .. } | FrameKind::Script { command, .. } => missing_argument(command, at),
        FrameKind::Cell(lines) => {
            let name = &lines.written;
            Diagnostic::error("unbalanced-environment", format!("`\\begin{{{name}}}` is not closed"))
                .at(frame.span, "")
                .hint(format!("add `\\end{{{name}}}`"))
        }
        FrameKind::Left(_) => Diagnostic::error("unbalanced-bracket", "this `\\left` has no `\\right`")
            .at(frame.span, "")
            .at(at, "expected before this")
            .hint("close it with `\\right` and a delimiter, `\\right.` for an empty one"),
        FrameKind::Fence(_) | FrameKind::Bar(_) | FrameKind::Index(_) => {
            Diagnostic::error("unbalanced-bracket", "this bracket is not closed")
                .at(frame.span, "")
                .at(at, "expected before this")
                .hint("add the closing bracket")
        }
        FrameKind::Group | FrameKind::Root => unclosed_brace(frame.span),
    }
}

fn stray_delimiter(written: &str, span: Span) -> Diagnostic {
    Diagnostic::error("stray-delimiter", format!("`{written}` stands inside the formula"))
        .at(span, "")
        .hint("give one formula at a time, without or with one pair of delimiters around it")
}
