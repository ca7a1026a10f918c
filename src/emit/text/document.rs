//! Documents as lines of text.

use unicode_normalization::char::is_combining_mark;

use super::{formula, operator};
use crate::diagnostic::Colour;
use crate::notation::document::{Align, Block, Document, Inline, Line, Table};
use crate::notation::layout::Sheet;

/// How many columns of a terminal a text takes: its characters without combining marks.
pub fn width(text: &str) -> usize {
    text.chars().filter(|letter| !is_combining_mark(*letter)).count()
}

/// A document as Unicode text for a terminal, its formulas on one line each.
pub fn document(document: &Document, colour: Colour) -> String {
    let mut out = String::new();
    for block in &document.blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        write_block(&mut out, &document.sheet, block, colour);
    }
    out
}

fn write_block(out: &mut String, sheet: &Sheet, block: &Block, colour: Colour) {
    match block {
        Block::Heading { level, text } => {
            let text = inlines(sheet, text);
            let rule = if *level == 1 { "═" } else { "─" };
            let line = format!("{text}\n{}", rule.repeat(width(&text)));
            out.push_str(&paint(&line, "1", colour));
            out.push('\n');
        }
        Block::Paragraph(text) => {
            out.push_str(&inlines(sheet, text));
            out.push('\n');
        }
        Block::Equations { lines, .. } => equations(out, sheet, lines, colour),
        Block::Table(table) => write_table(out, sheet, table, colour),
        Block::List(items) => {
            for item in items {
                out.push_str(&format!("• {}\n", inlines(sheet, item)));
            }
        }
        Block::Preformatted(text) => {
            out.push_str(text);
            out.push('\n');
        }
    }
}

fn paint(text: &str, code: &str, colour: Colour) -> String {
    match colour {
        Colour::Never => text.to_owned(),
        Colour::Ansi => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
    }
}

/// Running text with its formulas.
pub fn inlines(sheet: &Sheet, text: &[Inline]) -> String {
    let pieces = text.iter().map(|piece| match piece {
        Inline::Text(words) | Inline::Strong(words) => words.clone(),
        Inline::Math(id) => formula(sheet, *id),
        Inline::Code(code) => format!("`{code}`"),
    });
    pieces.collect()
}

/// The widest right side that still pulls the notes of its display into one column.
const NOTE_COLUMN: usize = 72;

/// The widest left side that shares its line with the right side.
const LONG_LEFT: usize = 40;

fn equations(out: &mut String, sheet: &Sheet, lines: &[Line], colour: Colour) {
    let left: Vec<String> =
        lines.iter().map(|line| line.left.map(|left| formula(sheet, left)).unwrap_or_default()).collect();
    let right: Vec<String> = lines.iter().map(|line| formula(sheet, line.right)).collect();
    let is_long = |text: &String| width(text) > LONG_LEFT;
    let indent = left.iter().filter(|text| !is_long(text)).map(|text| width(text)).max().unwrap_or(0);
    let column = right.iter().map(|text| width(text)).filter(|width| *width <= NOTE_COLUMN).max().unwrap_or(0);
    for (at, line) in lines.iter().enumerate() {
        // A long left side has a line of its own.
        let (own, left) = if is_long(&left[at]) { (left[at].as_str(), "") } else { ("", left[at].as_str()) };
        if !own.is_empty() {
            out.push_str(&format!("  {own}\n"));
        }
        let pad = indent - width(left);
        out.push_str(&format!("  {left}{}{}{}", " ".repeat(pad), operator(line.relation), right[at]));
        if !line.note.is_empty() {
            let gap = column.saturating_sub(width(&right[at])) + 3;
            out.push_str(&" ".repeat(gap));
            out.push_str(&paint(&format!("({})", inlines(sheet, &line.note)), "2", colour));
        }
        out.push('\n');
    }
}

fn write_table(out: &mut String, sheet: &Sheet, table: &Table, colour: Colour) {
    let header: Vec<String> = table.header.iter().map(|cell| inlines(sheet, cell)).collect();
    let rows: Vec<Vec<String>> =
        table.rows.iter().map(|row| row.iter().map(|cell| inlines(sheet, cell)).collect()).collect();
    let columns: Vec<usize> = (0..header.len())
        .map(|at| rows.iter().chain([&header]).filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or(0))
        .collect();
    let line = |cells: &[String]| {
        let mut text = String::from(" ");
        for (at, cell) in cells.iter().enumerate() {
            let pad = " ".repeat(columns.get(at).copied().unwrap_or(0).saturating_sub(width(cell)));
            let right = table.align.get(at) == Some(&Align::Right);
            text.push_str(&if right { format!(" {pad}{cell} ") } else { format!(" {cell}{pad} ") });
        }
        text.truncate(text.trim_end().len());
        text
    };
    out.push_str(&paint(&line(&header), "1", colour));
    out.push('\n');
    let rule: String = columns.iter().map(|width| format!(" {} ", "─".repeat(*width))).collect();
    out.push_str(&format!(" {}\n", rule.trim_end()));
    for row in &rows {
        out.push_str(&line(row));
        out.push('\n');
    }
}
