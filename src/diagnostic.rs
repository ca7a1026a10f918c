//! One diagnostic for every stage: what is wrong, where, and what was probably meant.
//!
//! Takes a message with spans and a source text; gives the rendering that a person reads.

mod lines;

use std::borrow::Cow;

pub use lines::Lines;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// A half-open range of bytes in a source text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { start: clamp(start), end: clamp(end) }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// As a range of byte positions.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be derived from this input.
    Error,
    /// The input is used; the reader should know something about it.
    Warning,
}

/// A place in the source and what is to be said about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// A few words; may be empty.
    pub text: String,
}

/// One thing to tell the user about the input.
///
/// Messages are lower-case and end without a full stop; the hint stands apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The kind, in kebab-case: `unknown-name`, `cycle`, …
    pub code: &'static str,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Places; the first is the primary one. Empty when the input has no text (a missing file).
    pub labels: Vec<Label>,
    /// What was probably meant, or what to do.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error of the given kind.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Error, code, message: message.into(), labels: Vec::new(), hint: None }
    }

    /// A warning of the given kind.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message) }
    }

    /// Adds a place; the first one added is the primary one.
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Sets the hint: what the user can do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Whether this is an error, not a warning.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A text with the name to show for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// A path, `<stdin>` or `<expression>`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// A source text with its name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Source { name: name.into(), text: text.into() }
    }

    /// Line and column (both from 1; the column counts characters) of a byte position.
    pub fn position(&self, at: u32) -> (usize, usize) {
        let at = floor_boundary(&self.text, at as usize);
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// The largest character boundary of `text` that is at most `at`.
fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether a rendering may hold terminal colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Colour {
    /// Plain text.
    Never,
    /// ANSI escape codes.
    Ansi,
}

/// Renders diagnostics as text, each with file, line, column, the line quoted with a caret, and its hint.
pub fn render(source: &Source, diagnostics: &[Diagnostic], colour: Colour) -> String {
    let quoter = Quoter::new(source, colour);
    diagnostics.iter().map(|diagnostic| quoter.render(diagnostic)).collect()
}

/// Renders diagnostics about one text, which is looked through once.
pub struct Quoter<'s> {
    source: Cow<'s, Source>,
    lines: Lines,
    renderer: Renderer,
}

impl<'s> Quoter<'s> {
    /// A quoter of a text.
    pub fn new(source: &'s Source, colour: Colour) -> Quoter<'s> {
        let renderer = match colour {
            Colour::Never => Renderer::plain(),
            Colour::Ansi => Renderer::styled(),
        };
        // The first half of a Windows line end would be drawn as a sign of its own.
        let source = match source.text.contains('\r') {
            true => Cow::Owned(Source::new(source.name.as_str(), source.text.replace('\r', " "))),
            false => Cow::Borrowed(source),
        };
        let lines = Lines::of(&source.text);
        Quoter { source, lines, renderer }
    }

    /// A diagnostic with file, line, column, the line quoted with a caret, and its hint.
    pub fn render(&self, diagnostic: &Diagnostic) -> String {
        let window = self.window(diagnostic);
        let rendered = self.renderer.render(&[group(&self.source, &window, diagnostic)]);
        self.placed(diagnostic, &window, rendered) + "\n"
    }

    /// The text with the true column: of a long line the renderer sees, and counts, a part only.
    fn placed(&self, diagnostic: &Diagnostic, window: &Window<'_>, rendered: String) -> String {
        let Some(label) = diagnostic.labels.first() else { return rendered };
        let (line, column) = self.position(label.span.start as usize);
        let (_, skipped) = self.position(window.offset);
        if skipped == 1 || line != window.first_line {
            return rendered;
        }
        let place = |column: usize| format!("{}:{line}:{column}", self.source.name);
        rendered.replacen(&place(column + 1 - skipped), &place(column), 1)
    }

    fn position(&self, at: usize) -> (usize, usize) {
        self.lines.position(&self.source.text, Span::new(at, at).start)
    }

    fn window(&self, diagnostic: &Diagnostic) -> Window<'_> {
        let text = self.source.text.as_str();
        let starts = || diagnostic.labels.iter().map(|label| label.span.start as usize);
        let low = floor_boundary(text, starts().min().unwrap_or(0));
        let high = floor_boundary(text, starts().max().unwrap_or(0));
        let bytes = text.as_bytes();
        // Far enough to see whether the line is long.
        let near = low.saturating_sub(LONG_LINE + 1);
        let start = match bytes[near..low].iter().rposition(|&byte| byte == b'\n') {
            Some(newline) => near + newline + 1,
            None if near == 0 => 0,
            None => floor_boundary(text, low - LONG_LINE / 2),
        };
        let far = (high + LONG_LINE + 1).min(text.len());
        let end = match bytes[high..far].iter().position(|&byte| byte == b'\n') {
            Some(newline) => high + newline,
            None if far == text.len() => far,
            None => floor_boundary(text, high + LONG_LINE / 2),
        };
        Window { text: &text[start..end], offset: start, first_line: self.lines.line(start) }
    }
}

/// The part of a long source that is quoted: annotate-snippets scans the whole text that it is given.
struct Window<'a> {
    text: &'a str,
    offset: usize,
    first_line: usize,
}

/// The longest line that is quoted whole, in bytes; of a longer one only the surroundings are shown.
const LONG_LINE: usize = 400;

fn group<'a>(source: &'a Source, window: &Window<'a>, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let mut group = Group::with_title(title);
    if !diagnostic.labels.is_empty() {
        let mut snippet = Snippet::source(window.text).path(source.name.as_str()).line_start(window.first_line);
        for (position, label) in diagnostic.labels.iter().enumerate() {
            let clip = |at: u32| {
                let inside = (at as usize).clamp(window.offset, window.offset + window.text.len()) - window.offset;
                floor_boundary(window.text, inside)
            };
            let range = clip(label.span.start)..clip(label.span.end);
            let kind = if position == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let annotation = kind.span(range);
            snippet = snippet.annotation(if label.text.is_empty() {
                annotation
            } else {
                annotation.label(label.text.as_str())
            });
        }
        group = group.element(snippet);
    }
    match &diagnostic.hint {
        Some(hint) => group.element(Level::HELP.message(hint.as_str())),
        None => group,
    }
}
