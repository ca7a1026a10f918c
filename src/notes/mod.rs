//! Documents to formulas: takes Markdown, LaTeX or a notebook, gives its formulas, directives and networks in order.
//!
//! Nothing here knows what a formula means; each is handed on as text, with the way back to its place in the document.

mod delimiter;
mod directive;
mod macros;
mod markdown;
mod notebook;
#[cfg(test)]
mod tests;
mod tex;

pub use directive::{Binding, Command, Directive};

use crate::diagnostic::{Diagnostic, Source, Span};
use crate::syntax::latex::{self, Macros, Places, Tree};

/// What kind of document a text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Format {
    /// Markdown, Quarto, MyST, mdBook.
    Markdown,
    /// A LaTeX document or a part of one.
    Tex,
    /// A Jupyter notebook.
    Notebook,
}

impl Format {
    /// The format that a file name tells; anything unknown is read as Markdown.
    pub fn of(name: &str) -> Format {
        match name.rsplit('.').next().unwrap_or("").to_ascii_lowercase().as_str() {
            "tex" | "latex" | "ltx" | "sty" => Format::Tex,
            "ipynb" => Format::Notebook,
            _ => Format::Markdown,
        }
    }
}

/// A document, read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Notes {
    /// What the document holds, in order.
    pub entries: Vec<Entry>,
    /// The macros that it defines, each from its place on.
    pub macros: Macros,
    /// What could not be read, in order.
    pub diagnostics: Vec<Diagnostic>,
}

/// One thing in a document.
#[derive(Clone, PartialEq, Debug)]
pub enum Entry {
    /// A formula.
    Formula(Formula),
    /// A directive to `derive`, other than those that concern the next formula alone.
    Directive(Directive),
    /// The text of a network.
    Network(Network),
}

/// A formula of a document.
#[derive(Clone, PartialEq, Debug)]
pub struct Formula {
    /// Its LaTeX without the delimiters; an environment keeps its `\begin` and `\end`.
    pub latex: String,
    /// Where the bytes of `latex` stand in the document.
    pub places: Places,
    /// Where it stands in the document, delimiters included.
    pub span: Span,
    /// How it is set.
    pub display: Display,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
    /// The cell of the notebook, from 1, code cells counted.
    pub cell: Option<usize>,
    /// What the document wants of it.
    pub request: Request,
}

impl Formula {
    /// Reads it; `macros` are those of its document.
    ///
    /// # Errors
    /// A formula that is no LaTeX: unbalanced braces, a macro without an end, too much nesting.
    pub fn read(&self, macros: &Macros) -> Result<Tree, Diagnostic> {
        latex::read(&self.latex, &self.places, macros)
    }
}

/// How a formula is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Display {
    /// In the line.
    Inline,
    /// On lines of its own.
    Display,
}

/// What the document wants of a formula.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum Request {
    /// To be checked.
    #[default]
    Check,
    /// `derive: ignore`
    Ignore,
    /// `derive: expect wrong`
    ExpectWrong,
}

/// The text of a network in a document.
#[derive(Clone, PartialEq, Debug)]
pub struct Network {
    /// The text.
    pub text: String,
    /// Where its bytes stand in the document.
    pub places: Places,
    /// Where it stands in the document.
    pub span: Span,
}

/// Reads the formulas, directives and networks of a document; what is wrong with them is among the notes.
pub fn read(source: &Source, format: Format) -> Notes {
    let whole = Places::at(0);
    let mut found = Found::default();
    match format {
        Format::Markdown => markdown::scan(&source.text, &whole, None, &mut found),
        Format::Tex => tex::scan(&source.text, &whole, &mut found),
        Format::Notebook => notebook::scan(&source.text, &mut found),
    }
    found.notes(&source.text)
}

/// What the scanners put in, in any order within one text.
#[derive(Default)]
struct Found {
    pieces: Vec<Piece>,
    macros: Macros,
    diagnostics: Vec<Diagnostic>,
}

/// Something found, with its place in the document.
enum Piece {
    Formula(Formula),
    Command(Directive),
    Network(Network),
}

impl Piece {
    fn span(&self) -> Span {
        match self {
            Piece::Formula(formula) => formula.span,
            Piece::Command(directive) => directive.span,
            Piece::Network(network) => network.span,
        }
    }
}

impl Found {
    /// Takes in a formula: `body` is its text without delimiters, `whole` its place in the text with them.
    fn formula(&mut self, latex: String, body: Places, whole: Span, display: Display, cell: Option<usize>) {
        let request = Request::Check;
        let formula = Formula { latex, places: body, span: whole, display, line: 0, column: 0, cell, request };
        self.pieces.push(Piece::Formula(formula));
    }

    /// Sorts by place, counts lines, and lets each request find its formula.
    fn notes(mut self, text: &str) -> Notes {
        self.pieces.sort_by_key(Piece::span);
        let mut cursor = Cursor { text, at: 0, line: 1, column: 1 };
        let mut notes = Notes { macros: self.macros, diagnostics: self.diagnostics, ..Notes::default() };
        let mut request: Option<(Request, Span)> = None;
        for piece in self.pieces {
            match piece {
                Piece::Command(Directive { command: Command::Request(wanted), span }) => {
                    if let Some((_, span)) = request.replace((wanted, span)) {
                        notes.diagnostics.push(idle(span));
                    }
                }
                Piece::Command(directive) => notes.entries.push(Entry::Directive(directive)),
                Piece::Network(network) => notes.entries.push(Entry::Network(network)),
                Piece::Formula(mut formula) => {
                    formula.request = request.take().map_or(Request::Check, |request| request.0);
                    (formula.line, formula.column) = cursor.position(formula.span.start as usize);
                    notes.entries.push(Entry::Formula(formula));
                }
            }
        }
        notes.diagnostics.extend(request.map(|request| idle(request.1)));
        notes.diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
        notes
    }
}

fn idle(span: Span) -> Diagnostic {
    Diagnostic::warning("idle-directive", "no formula follows this directive")
        .at(span, "")
        .hint("put it before the formula that it concerns")
}

/// Counts lines and columns forwards, so that many formulas cost one walk; agrees with [`Source::position`].
struct Cursor<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    column: usize,
}

impl Cursor<'_> {
    fn position(&mut self, at: usize) -> (usize, usize) {
        let mut end = at.clamp(self.at, self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        for sign in self.text.get(self.at..end).unwrap_or_default().chars() {
            if sign == '\n' {
                (self.line, self.column) = (self.line + 1, 1);
            } else {
                self.column += 1;
            }
        }
        self.at = end.max(self.at);
        (self.line, self.column)
    }
}
