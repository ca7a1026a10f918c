//! Edits of the text of a formula: another transpose, another order, another product, another name, other indices.

use super::atoms::{Atom, Joint, rows, runs};
use super::indices;
use super::joints::{Joints, segments};
use super::strokes::{brackets, exchanged, orders, signs, squares, upside_down};
use crate::check::diagnose::Kind;
use crate::diagnostic::Span;
use crate::syntax::latex::Tree;

/// One edit of a text.
#[derive(Clone, PartialEq, Debug)]
pub struct TextEdit {
    /// What is put where, in the order of the text.
    pub pieces: Vec<(Span, String)>,
    /// The kind of the mistake that it mends.
    pub kind: Kind,
    /// Where the mistake stands.
    pub span: Span,
    /// What is said of it.
    pub said: Said,
}

/// What an edit says of a formula, in pieces of its text.
#[derive(Clone, PartialEq, Debug)]
pub enum Said {
    /// A factor must be transposed, or must not.
    Transpose(Span, bool),
    /// The transpose stands on the first of two and belongs on the second.
    Moved(Span, Span),
    /// Two factors must change places.
    Order(Span, Span),
    /// ⊙ must be a product.
    Product,
    /// A product must be ⊙.
    Entrywise,
    /// A name must be another, which is written so.
    Name(String, String),
    /// A factor stands once too often.
    Doubled(Span),
    /// A bracket is missing around this.
    Bracket(Span),
    /// Two indices must change places.
    Indices(char, char),
    /// Two indices must change places at one name.
    IndicesOf(char, char, Span),
    /// A name must have another index, with which it is written so.
    Index(Span, String),
    /// A sum must not be taken.
    SurplusSum(Span),
    /// A sum counts the wrong index of a name, which must be written so.
    OtherAxis(char, Span, String),
    /// A number of an axis must be another.
    Axis(String, String),
    /// This factor is missing.
    Missing(String),
    /// ⊙ must stand before this factor.
    Shifted(Span),
    /// A vector must be a diagonal matrix.
    Diagonal(Span),
    /// These factors must not be there.
    Surplus(Span),
    /// A sign must be the other one.
    Sign,
    /// The sign of this term must be the other one.
    SignOf(Span),
    /// A bracket, with its exponent, is in the wrong place.
    Misplaced(Span),
    /// Something must be squared, or must not.
    Square(Span, bool),
    /// A quotient is upside down.
    Inverted(Span),
    /// Two names must change places.
    Exchanged(String, String),
    /// A name stands for another one, of no other layer.
    Mistaken(String, String),
}

impl Said {
    /// A name that stands for another one.
    pub fn of_name(kind: Kind, own: &str, name: String) -> Said {
        match kind {
            Kind::WrongVariable => Said::Mistaken(own.to_owned(), name),
            _ => Said::Name(own.to_owned(), name),
        }
    }
}

impl TextEdit {
    /// Pieces in the place of others, of which nothing is said.
    pub fn splice(pieces: Vec<(Span, String)>) -> TextEdit {
        let span = pieces.iter().map(|piece| piece.0).reduce(|a, b| a.to(b)).unwrap_or_default();
        TextEdit { pieces, kind: Kind::WrongVariable, span, said: Said::Sign }
    }

    /// The text with the edit made.
    pub fn made(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut at = 0;
        for (span, piece) in &self.pieces {
            push_apart(&mut out, text.get(at..span.start as usize).unwrap_or_default());
            push_apart(&mut out, piece);
            at = span.end as usize;
        }
        push_apart(&mut out, text.get(at..).unwrap_or_default());
        out
    }

    /// A piece of the text with the edit made.
    pub fn made_in(&self, text: &str, piece: Span) -> String {
        let (before, behind) = (piece.start as usize, text.len().saturating_sub(piece.end as usize));
        let inner: Vec<(Span, String)> =
            self.pieces.iter().filter(|own| piece.start <= own.0.start && own.0.end <= piece.end).cloned().collect();
        let made = TextEdit { pieces: inner, ..self.clone() }.made(text);
        made.get(before..made.len().saturating_sub(behind)).unwrap_or_default().to_owned()
    }
}

/// Adds a piece; a command and a letter behind it are held apart.
fn push_apart(out: &mut String, piece: &str) {
    let command = out.rfind('\\').map(|at| &out[at + 1..]);
    let is_command =
        command.is_some_and(|name| !name.is_empty() && name.bytes().all(|sign| sign.is_ascii_alphabetic()));
    if is_command && piece.starts_with(|sign: char| sign.is_ascii_alphabetic()) {
        out.push(' ');
    }
    out.push_str(piece);
}

/// The edits of a text, the likelier ones first; `free` are the letters of the entry that it is, `others` gives what may
/// stand in the place of a name, with its kind.
pub fn edits(
    (tree, text): (&Tree, &str),
    transpose: &str,
    free: &[char],
    others: &mut dyn FnMut(&str) -> Vec<(Kind, String)>,
) -> Vec<TextEdit> {
    let mut found = Vec::new();
    let rows = rows(tree, text);
    let atoms = || rows.iter().flatten();
    let turned = |atom: &Atom| match (atom.transposed, atom.is_open) {
        (true, _) => atom.bare.clone(),
        (false, true) if atom.bare.contains("frac{") && !atom.bare.ends_with(')') => {
            format!("\\left({}\\right)^{transpose}", atom.bare)
        }
        (false, true) => format!("{}^{transpose}", atom.bare),
        (false, false) => format!("({})^{transpose}", atom.bare),
    };
    indices::axes(text, &mut found);
    for atom in atoms() {
        found.push(TextEdit {
            pieces: vec![(atom.span, turned(atom))],
            kind: Kind::Transpose,
            span: atom.span,
            said: Said::Transpose(atom.span, !atom.transposed),
        });
    }
    for pair in rows.iter().flat_map(|row| row.windows(2)) {
        let [left, right] = pair else { continue };
        pairs(left, right, text, &turned, &mut found);
    }
    let segments: Vec<&[Atom]> = rows.iter().flat_map(|row| segments(row)).collect();
    for factors in &segments {
        Joints { text, factors, found: &mut found }.signs();
    }
    for row in &rows {
        doubled(row, text, &mut found);
    }
    for factors in &segments {
        Joints { text, factors, found: &mut found }.brackets();
    }
    indices::edits((tree, text), free, others, &mut found);
    for run in runs(tree) {
        let piece = format!("\\left({}\\right)", text.get(run.range()).unwrap_or_default());
        found.push(TextEdit { pieces: vec![(run, piece)], kind: Kind::Bracket, span: run, said: Said::Bracket(run) });
    }
    signs(tree, &mut found);
    orders(tree, text, &mut found);
    brackets(tree, text, &mut found);
    upside_down(tree, text, &rows, &mut found);
    squares(tree, text, &rows, &mut found);
    exchanged(&rows, transpose, &mut found);
    everywhere(&rows, transpose, others, &mut found);
    for atom in atoms() {
        let (own, above) = named(atom, transpose);
        for (kind, name) in others(&own) {
            let pieces = vec![(atom.span, format!("{name}{above}"))];
            let said = Said::of_name(kind, &own, name);
            found.push(TextEdit { pieces, kind, span: atom.span, said });
        }
    }
    found
}

/// What of an atom may be a name, and what stands above it: a and ^2 of a².
fn named(atom: &Atom, transpose: &str) -> (String, String) {
    match (atom.transposed || atom.is_open, atom.bare.rsplit_once('^')) {
        (true, _) => (atom.bare.clone(), if atom.transposed { format!("^{transpose}") } else { String::new() }),
        (false, Some((name, power))) => (name.to_owned(), format!("^{power}")),
        (false, None) => (atom.bare.clone(), String::new()),
    }
}

/// One name for another, wherever it stands, where that is at several places.
fn everywhere(
    rows: &[Vec<Atom>],
    transpose: &str,
    others: &mut dyn FnMut(&str) -> Vec<(Kind, String)>,
    found: &mut Vec<TextEdit>,
) {
    let atoms: Vec<(Span, (String, String))> =
        rows.iter().flatten().map(|atom| (atom.span, named(atom, transpose))).collect();
    let mut names: Vec<&str> = atoms.iter().map(|atom| atom.1.0.as_str()).collect();
    names.sort_unstable();
    for same in names.chunk_by(|a, b| a == b).filter(|same| same.len() > 1) {
        for (kind, name) in others(same[0]) {
            let places = atoms.iter().filter(|atom| atom.1.0 == same[0]);
            let mut pieces: Vec<(Span, String)> =
                places.map(|(span, (_, power))| (*span, format!("{name}{power}"))).collect();
            pieces.sort_by_key(|piece| piece.0.start);
            let span = pieces.iter().map(|piece| piece.0).reduce(|a, b| a.to(b)).unwrap_or_default();
            found.push(TextEdit { pieces, kind, span, said: Said::of_name(kind, same[0], name) });
        }
    }
}

/// The edits of two neighbours.
fn pairs(left: &Atom, right: &Atom, text: &str, turned: &dyn Fn(&Atom) -> String, found: &mut Vec<TextEdit>) {
    let span = left.span.to(right.span);
    let written = |atom: &Atom| text.get(atom.span.range()).unwrap_or_default().to_owned();
    match right.before {
        Joint::Product => {
            if left.transposed != right.transposed {
                let pieces = vec![(left.span, turned(left)), (right.span, turned(right))];
                let (from, to) = if left.transposed { (left, right) } else { (right, left) };
                let said = Said::Moved(from.span, to.span);
                found.push(TextEdit { pieces, kind: Kind::TransposeElsewhere, span, said });
            }
            let said = Said::Order(left.span, right.span);
            let orders = [
                [written(right), written(left)],
                [turned(right), turned(left)],
                [turned(right), written(left)],
                [written(right), turned(left)],
            ];
            for [first, second] in orders {
                let pieces = vec![(left.span, first), (right.span, second)];
                found.push(TextEdit { pieces, kind: Kind::FactorOrder, span, said: said.clone() });
            }
        }
        Joint::Entrywise(sign) => {
            let both =
                [[written(left), written(right)], [turned(left), written(right)], [written(left), turned(right)]];
            for [first, second] in both {
                let pieces = vec![(left.span, first), (sign, String::new()), (right.span, second)];
                found.push(TextEdit { pieces, kind: Kind::ElementwiseForProduct, span, said: Said::Product });
            }
        }
        Joint::Other => {}
    }
}

/// A factor of a row that stands there once more is taken away.
fn doubled(row: &[Atom], text: &str, found: &mut Vec<TextEdit>) {
    let written = |atom: &Atom| text.get(atom.span.range()).unwrap_or_default().trim();
    for (at, atom) in row.iter().enumerate().skip(1) {
        let from = match atom.before {
            Joint::Entrywise(sign) => sign.start,
            Joint::Product => atom.span.start,
            Joint::Other => continue,
        };
        if row[..at].iter().any(|other| written(other) == written(atom)) {
            let gone = Span { start: from, end: atom.span.end };
            let pieces = vec![(gone, String::new())];
            let said = Said::Doubled(atom.span);
            found.push(TextEdit { pieces, kind: Kind::DoubledFactor, span: atom.span, said });
        }
    }
}
