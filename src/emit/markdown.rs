//! Markdown, with mathematics as each host wants it.
//!
//! Takes a document and a host; gives a text in which Markdown leaves the formulas alone.

use crate::emit::latex;
use crate::notation::document::{Align, Block, Document, Inline, Table};
use crate::notation::layout::Sheet;

/// Who renders the Markdown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Host {
    /// GitHub and GitLab: `` $`…`$ `` and fenced `math` blocks.
    #[default]
    Github,
    /// Obsidian and Jupyter: `$…$` and `$$…$$`.
    Obsidian,
    /// Quarto and pandoc: the same, displays with an identifier.
    Quarto,
    /// mdBook: `\\( … \\)` and `\\[ … \\]`.
    Mdbook,
}

/// A document as Markdown, its formulas between the delimiters that the host renders.
pub fn document(document: &Document, host: Host) -> String {
    let mut out = String::new();
    for block in &document.blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        write_block(&mut out, &document.sheet, block, host);
    }
    out
}

fn write_block(out: &mut String, sheet: &Sheet, block: &Block, host: Host) {
    match block {
        Block::Heading { level, text } => {
            let marks = "#".repeat(usize::from(*level));
            out.push_str(&format!("{marks} {}\n", inlines(sheet, text, host, Place::Text)));
        }
        Block::Paragraph(text) => {
            out.push_str(&inlines(sheet, text, host, Place::Text));
            out.push('\n');
        }
        Block::Equations { lines, id } => {
            let formula = latex::Display::new(sheet, lines).to_string();
            display(out, &formula, id.as_deref(), host);
        }
        Block::Table(table) => write_table(out, sheet, table, host),
        Block::List(items) => {
            for item in items {
                out.push_str(&format!("- {}\n", inlines(sheet, item, host, Place::Text)));
            }
        }
        Block::Preformatted(text) => out.push_str(&format!("```text\n{text}\n```\n")),
    }
}

fn display(out: &mut String, formula: &str, id: Option<&str>, host: Host) {
    match host {
        Host::Github => out.push_str(&format!("```math\n{formula}\n```\n")),
        Host::Obsidian => out.push_str(&format!("$$\n{formula}\n$$\n")),
        Host::Quarto => {
            let label = id.map(|id| format!(" {{#{id}}}")).unwrap_or_default();
            out.push_str(&format!("$$\n{formula}\n$${label}\n"));
        }
        // mdBook hands the text to Markdown first: backslashes, underscores and asterisks are escaped for it.
        Host::Mdbook => out.push_str(&format!("\\\\[\n{}\n\\\\]\n", escape_math(formula))),
    }
}

/// Where a piece of text stands: bars end a cell of a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Cell,
}

fn inlines(sheet: &Sheet, text: &[Inline], host: Host, place: Place) -> String {
    let mut out = String::new();
    for piece in text {
        match piece {
            Inline::Text(words) => out.push_str(&escape(words)),
            Inline::Strong(words) => out.push_str(&format!("**{}**", escape(words))),
            Inline::Code(code) => out.push_str(&format!("`{}`", code.replace('`', "'"))),
            Inline::Math(id) => {
                let formula = latex::formula(sheet, *id);
                let formula = if place == Place::Cell { formula.replace('|', "\\vert ") } else { formula };
                out.push_str(&match host {
                    Host::Github => format!("$`{formula}`$"),
                    Host::Obsidian | Host::Quarto => format!("${formula}$"),
                    Host::Mdbook => format!("\\\\({}\\\\)", escape_math(&formula)),
                });
            }
        }
    }
    out
}

/// Words in which Markdown finds nothing to do.
fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for letter in words.chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|' | '$' | '#') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// A formula in which Markdown, which runs first, finds nothing to do.
fn escape_math(formula: &str) -> String {
    let mut out = String::with_capacity(formula.len() + 16);
    for letter in formula.chars() {
        if matches!(letter, '\\' | '_' | '*' | '[' | ']' | '<') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

fn write_table(out: &mut String, sheet: &Sheet, table: &Table, host: Host) {
    let line = |cells: &[Vec<Inline>]| {
        let cells: Vec<String> = cells.iter().map(|cell| inlines(sheet, cell, host, Place::Cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    out.push_str(&line(&table.header));
    let rule: Vec<&str> =
        table.align.iter().map(|align| if *align == Align::Right { "---:" } else { ":---" }).collect();
    out.push_str(&format!("| {} |\n", rule.join(" | ")));
    for row in &table.rows {
        out.push_str(&line(row));
    }
}
