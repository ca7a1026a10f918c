//! The inside of a display: which rows its equations take on a page, and where their remarks stand.
//!
//! Takes lines; gives one formula, or the rows of an `aligned`. Widths are in digits, ten points' worth of which are two.

use std::fmt;

use super::{escape, formula, operator, put, runs_into, write_formula};
use crate::notation::document::{Inline, Line};
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};

/// The longest line of LaTeX source that a row of a display takes before its product is broken.
const LONG_ROW: usize = 420;

/// The widest row of a display, in digits: what a page of A4 takes beside a left side.
const WIDE_ROW: u32 = 80;

/// The width of such a page.
const PAGE: u32 = 96;

/// The longest sum over indices, in LaTeX source, that shares a row with a remark.
const WIDE_SUM: usize = 240;

/// The widest left side that shares its row with the relation.
const WIDE_LEFT: u32 = 32;

/// The space before a continued row, around a relation, and before a remark.
const INDENT: u32 = 2;
const RELATION: u32 = 3;
const GAP: u32 = 4;

/// LaTeX with its width.
#[derive(Default)]
struct Piece {
    latex: String,
    width: u32,
}

/// The formulas of a display.
pub struct Display {
    rows: Vec<Piece>,
}

impl Display {
    /// Sets lines as rows.
    pub fn new(sheet: &Sheet, lines: &[Line]) -> Self {
        let set: Vec<Set> = lines.iter().map(|line| Set::new(sheet, line)).collect();
        let widest = |part: fn(&Set) -> u32| set.iter().map(part).max().unwrap_or(0);
        let (left, right) = (widest(|set| set.left_width()), widest(|set| set.right_width()));
        let column = left + RELATION + right + GAP + widest(|set| set.note.width) <= PAGE;
        let rows = set.into_iter().flat_map(|set| set.rows(left, column)).collect();
        Display { rows }
    }

    /// The size of letters with which the widest row fits on a page, if it does not as it is.
    pub fn size(&self) -> Option<&'static str> {
        match self.rows.iter().map(|row| row.width).max().unwrap_or(0) {
            ..=PAGE => None,
            width if width * 9 <= PAGE * 10 => Some("\\small"),
            width if width * 8 <= PAGE * 10 => Some("\\footnotesize"),
            _ => Some("\\scriptsize"),
        }
    }
}

impl fmt::Display for Display {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = self.rows.as_slice()
            && !only.latex.contains("&&")
        {
            return out.write_str(only.latex.replacen(" &", " ", 1).trim());
        }
        let tall = |row: &Piece| ["\\frac", "\\sum", "\\begin{cases}"].iter().any(|high| row.latex.contains(high));
        let end = if self.rows.iter().any(tall) { " \\\\[4pt]\n" } else { " \\\\\n" };
        let rows: Vec<&str> = self.rows.iter().map(|row| row.latex.as_str()).collect();
        write!(out, "\\begin{{aligned}}\n{}\n\\end{{aligned}}", rows.join(end).replace("\n &", "\n  &"))
    }
}

/// One line in pieces.
struct Set {
    left: Vec<Piece>,
    relation: &'static str,
    right: Vec<Piece>,
    note: Piece,
}

impl Set {
    fn new(sheet: &Sheet, line: &Line) -> Self {
        Set {
            left: line.left.map(|left| broken(sheet, left, LONG_ROW)).unwrap_or_default(),
            relation: operator(line.relation).trim(),
            right: broken(sheet, line.right, room(sheet, line)),
            note: note(sheet, &line.note),
        }
    }

    /// How far the left side reaches before the relation; one on rows of its own does not stand there.
    fn left_width(&self) -> u32 {
        match self.left.as_slice() {
            [left] if left.width <= WIDE_LEFT => left.width,
            _ => 0,
        }
    }

    fn right_width(&self) -> u32 {
        let continued = self.right.iter().skip(1).map(|piece| piece.width + INDENT);
        continued.chain(self.right.first().map(|piece| piece.width)).max().unwrap_or(0)
    }

    /// The rows, with the relation `before` from the left.
    fn rows(self, before: u32, column: bool) -> Vec<Piece> {
        let mut pieces = self.right.into_iter();
        let first = pieces.next().unwrap_or_default();
        let relation = self.relation;
        let row = |latex: String, width: u32| Piece { latex, width: before + RELATION + width };
        let mut rows = match self.left.as_slice() {
            [] => vec![row(format!(" &{relation} {}", first.latex), first.width)],
            [left] if left.width <= WIDE_LEFT => {
                vec![row(format!("{} &{relation} {}", left.latex, first.latex), first.width)]
            }
            [left, more @ ..] => {
                let mut rows = vec![row(format!("&{}", left.latex), left.width)];
                rows.extend(more.iter().map(|piece| row(format!(" &\\quad {}", piece.latex), piece.width + INDENT)));
                rows.push(row(format!(" &{relation} {}", first.latex), first.width));
                rows
            }
        };
        rows.extend(pieces.map(|piece| row(format!(" &\\quad {}", piece.latex), piece.width + INDENT)));
        let note = self.note;
        match rows.last_mut() {
            _ if note.latex.is_empty() => {}
            Some(last) if column => last.latex.push_str(&format!(" && {}", note.latex)),
            Some(last) if last.width + GAP + note.width <= PAGE => {
                last.latex.push_str(&format!(" \\qquad ({})", note.latex));
            }
            _ => rows.push(row(format!(" &\\quad ({})", note.latex), note.width + INDENT)),
        }
        rows
    }
}

/// Writes the words that have come together.
fn put_words(out: &mut Piece, words: &mut String) {
    if !words.is_empty() {
        out.latex.push_str(&format!("\\text{{{}}}", escape(words)));
        out.width += words.chars().count() as u32 * 9 / 10;
        words.clear();
    }
}

fn note(sheet: &Sheet, note: &[Inline]) -> Piece {
    let mut out = Piece::default();
    let mut words = String::new();
    for piece in note {
        match piece {
            Inline::Math(id) => {
                put_words(&mut out, &mut words);
                out.latex.push_str(&formula(sheet, *id));
                out.width += sheet.width(*id);
            }
            Inline::Text(more) | Inline::Code(more) | Inline::Strong(more) => words.push_str(more),
        }
    }
    put_words(&mut out, &mut words);
    out
}

/// After how much LaTeX the right side of a line breaks: sums over indices with a remark beside them are wide, and each
/// of their terms takes a line.
fn room(sheet: &Sheet, line: &Line) -> usize {
    let Layout::Row(row) = sheet.get(line.right) else { return LONG_ROW };
    let is_sum = |id: &LayoutId| matches!(sheet.get(*id), Layout::Operator(Operator::Plus | Operator::Minus));
    if line.note.is_empty() || !row.iter().any(is_sum) {
        return LONG_ROW;
    }
    let source = formula(sheet, line.right);
    if source.len() > WIDE_SUM && source.contains("\\sum") { WIDE_SUM / 4 } else { LONG_ROW }
}

/// How wide a row is from `at` to the next operator where it may break.
fn stretch(sheet: &Sheet, row: &[LayoutId], at: usize) -> u32 {
    let rest = row[at + 1..].iter().take_while(|&&piece| !breaks(sheet, piece));
    sheet.width(row[at]) + rest.map(|&piece| sheet.width(piece)).sum::<u32>()
}

fn breaks(sheet: &Sheet, piece: LayoutId) -> bool {
    matches!(
        sheet.get(piece),
        Layout::Operator(Operator::Plus | Operator::Minus | Operator::Times | Operator::Star | Operator::Juxtapose)
    )
}

/// Whether a row is a product of factors side by side, which a sign may take apart.
fn is_product(sheet: &Sheet, row: &[LayoutId]) -> bool {
    let is_factor = |&piece: &LayoutId| match sheet.get(piece) {
        Layout::Operator(operator) => matches!(operator, Operator::Negative | Operator::Times | Operator::Juxtapose),
        Layout::Fraction { numerator, .. } => {
            !matches!(sheet.get(*numerator), Layout::Operator(Operator::Partial | Operator::Differential))
        }
        Layout::Text(_) => false,
        _ => true,
    };
    row.iter().all(is_factor)
}

/// The pieces of a row, with rows that stand in it taken apart where it is wide.
fn flat(sheet: &Sheet, row: &[LayoutId]) -> Vec<LayoutId> {
    let mut flat = Vec::with_capacity(row.len());
    let mut rest: Vec<LayoutId> = row.iter().rev().copied().collect();
    while let Some(piece) = rest.pop() {
        match sheet.get(piece) {
            Layout::Row(inner) if sheet.width(piece) > WIDE_ROW => rest.extend(inner.iter().rev()),
            _ => flat.push(piece),
        }
    }
    flat
}

/// A long row of factors or terms as several lines, broken before an operator.
fn broken(sheet: &Sheet, right: LayoutId, limit: usize) -> Vec<Piece> {
    let Layout::Row(row) = sheet.get(right) else {
        return vec![Piece { latex: formula(sheet, right), width: sheet.width(right) }];
    };
    let row = flat(sheet, row);
    let is_product = is_product(sheet, &row);
    let mut done = Vec::new();
    let mut line = Piece::default();
    let mut written = String::new();
    for (at, &piece) in row.iter().enumerate() {
        written.clear();
        write_formula(&mut written, sheet, piece);
        let breaks = breaks(sheet, piece);
        let next = if breaks { stretch(sheet, &row, at) } else { sheet.width(piece) };
        let is_full = line.width > 0 && line.width + next > WIDE_ROW;
        if breaks && (line.latex.len() > limit || is_full) {
            done.push(std::mem::take(&mut line));
            // A line that begins with nothing but space would not go on with the product.
            if matches!(sheet.get(piece), Layout::Operator(Operator::Juxtapose)) {
                "\\cdot ".clone_into(&mut written);
            }
        } else if is_product && !breaks && is_full && line.width > WIDE_ROW / 2 {
            done.push(std::mem::take(&mut line));
            line.latex.push_str("\\cdot ");
        }
        line.width += sheet.width(piece);
        if at > 0 && !line.latex.is_empty() && runs_into(sheet, row[at - 1], piece) {
            put(&mut line.latex, "\\,");
        }
        put(&mut line.latex, &written);
    }
    done.push(line);
    for line in &mut done {
        line.latex = line.latex.trim().to_owned();
    }
    done
}
