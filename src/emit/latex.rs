//! LaTeX that every host accepts: amsmath, amssymb and nothing more.
//!
//! Takes layouts and documents; gives a formula, a fragment to paste, or a document that compiles.

mod display;

pub use display::Display;

use crate::notation::document::{Align, Block, Document, Inline, Line, Table};
use crate::notation::layout::{Face, Fence, Layout, LayoutId, Mark, Operator, Sheet};
use crate::syntax::spelling::GREEK;

/// Work that is left: a layout, or text to put between.
enum Task {
    Node(LayoutId),
    Text(&'static str),
}

/// The formula as LaTeX, without delimiters.
pub fn formula(sheet: &Sheet, id: LayoutId) -> String {
    let mut out = String::new();
    write_formula(&mut out, sheet, id);
    out.truncate(out.trim_end().len());
    out
}

fn write_formula(out: &mut String, sheet: &Sheet, id: LayoutId) {
    let mut stack = vec![Task::Node(id)];
    while let Some(task) = stack.pop() {
        match task {
            Task::Text(text) => put(out, text),
            Task::Node(id) => node(out, sheet, id, &mut stack),
        }
    }
}

/// Appends LaTeX; a command and a letter that follows are kept apart, and no space stands before a closing brace
/// or a script.
fn put(out: &mut String, text: &str) {
    if text.starts_with(['}', '^', '_']) && out.ends_with(' ') {
        out.pop();
    }
    let letter = text.starts_with(|first: char| first.is_ascii_alphabetic());
    if letter && ends_in_command(out) {
        out.push(' ');
    }
    out.push_str(text);
}

fn ends_in_command(out: &str) -> bool {
    let letters = out.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    letters > 0 && out.as_bytes()[..out.len() - letters].ends_with(b"\\")
}

/// Whether a call such as erf(x), whose name is upright letters to LaTeX, would touch what stands before it.
fn runs_into(sheet: &Sheet, left: LayoutId, right: LayoutId) -> bool {
    let Layout::Apply { function, .. } = sheet.get(right) else { return false };
    let name = match sheet.get(*function) {
        Layout::Script { base, .. } => sheet.get(*base),
        name => name,
    };
    let is_word = match name {
        Layout::Function { text, latex: "" } => text.chars().count() > 1,
        Layout::Symbol { text, face: Face::Upright } => text.chars().count() > 1,
        _ => false,
    };
    // After a fraction or a tall fence LaTeX leaves the space itself.
    let leaves_space = match sheet.get(left) {
        Layout::Operator(_) | Layout::Fraction { .. } | Layout::Text(_) => true,
        Layout::Fenced { body, .. } => sheet.is_tall(*body),
        _ => false,
    };
    is_word && !leaves_space
}

fn node(out: &mut String, sheet: &Sheet, id: LayoutId, stack: &mut Vec<Task>) {
    use Task::{Node, Text};
    match sheet.get(id) {
        Layout::Row(row) => {
            for (at, &id) in row.iter().enumerate().rev() {
                stack.push(Node(id));
                if at > 0 && runs_into(sheet, row[at - 1], id) {
                    stack.push(Text("\\,"));
                }
            }
        }
        Layout::Symbol { text, face } => put(out, &symbol(text, *face)),
        Layout::Function { text, latex: "" } => put(out, &format!("\\mathrm{{{text}}}")),
        Layout::Function { latex, .. } => put(out, latex),
        Layout::Number(latex) | Layout::Verbatim { latex, .. } => put(out, latex),
        Layout::Text(words) if words == "/" || words == ":" => put(out, words),
        Layout::Text(words) => put(out, &format!("\\text{{{}}}", escape(words))),
        Layout::Operator(op) => put(out, operator(*op)),
        Layout::Fraction { numerator, denominator } => {
            stack.extend([Text("}"), Node(*denominator), Text("}{"), Node(*numerator), Text("\\frac{")]);
        }
        Layout::Script { base, sub, sup, primes } => {
            if let Some(sup) = sup {
                stack.extend([Text("}"), Node(*sup), Text("^{")]);
            }
            if let Some(sub) = sub {
                stack.extend([Text("}"), Node(*sub), Text("_{")]);
            }
            stack.extend((0..*primes).map(|_| Text("'")));
            // LaTeX of the user's own takes no second script of a kind.
            let clashes = |latex: &str| sub.is_some() && latex.contains('_') || sup.is_some() && latex.contains('^');
            match sheet.get(*base) {
                Layout::Verbatim { latex, .. } if clashes(latex) => stack.extend([Text("}"), Node(*base), Text("{")]),
                _ => stack.push(Node(*base)),
            }
        }
        Layout::Root { index: None, body } => stack.extend([Text("}"), Node(*body), Text("\\sqrt{")]),
        Layout::Root { index: Some(index), body } => {
            stack.extend([Text("}"), Node(*body), Text("]{"), Node(*index), Text("\\sqrt[")]);
        }
        Layout::Fenced { fence, body } => {
            let (open, close) = fences(*fence, sheet.is_tall(*body));
            stack.extend([Text(close), Node(*body), Text(open)]);
        }
        Layout::Accent { mark, body } => stack.extend([Text("}"), Node(*body), Text(accent(*mark))]),
        Layout::Apply { function, argument } => {
            if !matches!(sheet.get(*argument), Layout::Fenced { .. }) {
                stack.extend([Node(*argument), Text(" "), Node(*function)]);
            } else {
                stack.extend([Node(*argument), Node(*function)]);
            }
        }
        Layout::Cases(rows) => {
            stack.push(Text(" \\end{cases}"));
            for (at, (value, condition)) in rows.iter().enumerate().rev() {
                stack.extend([Node(*condition), Text(" & "), Node(*value)]);
                stack.push(Text(if at == 0 { "\\begin{cases} " } else { " \\\\ " }));
            }
        }
        Layout::Matrix(rows) => {
            stack.push(Text(" \\end{pmatrix}"));
            for (at, row) in rows.iter().enumerate().rev() {
                for (column, &entry) in row.iter().enumerate().rev() {
                    stack.push(Node(entry));
                    stack.push(Text(match (at, column) {
                        (0, 0) => "\\begin{pmatrix} ",
                        (_, 0) => " \\\\ ",
                        _ => " & ",
                    }));
                }
            }
        }
        Layout::Underbrace { body, label } => {
            stack.extend([Text("}"), Node(*label), Text("}_{"), Node(*body), Text("\\underbrace{")]);
        }
    }
}

fn symbol(text: &str, face: Face) -> String {
    let mut letters = text.chars();
    let single = letters.next().filter(|_| letters.next().is_none());
    let greek = single.and_then(|letter| GREEK.iter().find(|(greek, _)| *greek == letter));
    let body = match (greek, text) {
        (Some((_, name)), _) if *name == "epsilon" => "\\varepsilon".to_owned(),
        (Some((_, name)), _) => format!("\\{name}"),
        (None, "∞") => "\\infty".to_owned(),
        (None, _) => text.replace('_', "\\_"),
    };
    match face {
        Face::Italic if single.is_some() || body.starts_with('\\') => body,
        Face::Italic => format!("\\mathit{{{body}}}"),
        Face::Upright => format!("\\mathrm{{{body}}}"),
        // The double-struck alphabet of amssymb has no digits: its 1 is another sign.
        Face::Bold | Face::DoubleStruck if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("\\mathbf{{{body}}}")
        }
        Face::Bold => format!("\\boldsymbol{{{body}}}"),
        Face::Calligraphic => format!("\\mathcal{{{body}}}"),
        Face::DoubleStruck => format!("\\mathbb{{{body}}}"),
    }
}

fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Plus => " + ",
        Operator::Minus => " - ",
        Operator::Negative => "-",
        Operator::Times => " \\cdot ",
        Operator::Star => " * ",
        Operator::Juxtapose => "\\,",
        Operator::Equals => " = ",
        Operator::Approx => " \\approx ",
        Operator::Less => " < ",
        Operator::LessEqual => " \\le ",
        Operator::Greater => " > ",
        Operator::GreaterEqual => " \\ge ",
        Operator::NotEqual => " \\ne ",
        Operator::Comma => ", ",
        Operator::Semicolon => "; ",
        Operator::Hadamard => " \\odot ",
        Operator::EntrywiseDivide => " \\oslash ",
        Operator::HadamardPower => "\\odot ",
        Operator::Transpose => "\\top",
        Operator::Sum => "\\sum",
        Operator::Cross => " \\times ",
        Operator::IndexPlus => "+",
        Operator::IndexEquals => "=",
        Operator::IndexComma => ",",
        Operator::Partial => "\\partial ",
        Operator::Differential => "d",
        Operator::Nabla => "\\nabla ",
        Operator::Dots => " \\cdots ",
        Operator::Defines => " := ",
    }
}

fn fences(fence: Fence, tall: bool) -> (&'static str, &'static str) {
    match (fence, tall) {
        (Fence::Round, false) => ("(", ")"),
        (Fence::Round, true) => ("\\left(", "\\right)"),
        (Fence::Square, false) => ("[", "]"),
        (Fence::Square, true) => ("\\left[", "\\right]"),
        (Fence::Curly, false) => ("\\{", "\\}"),
        (Fence::Curly, true) => ("\\left\\{", "\\right\\}"),
        (Fence::Bars, false) => ("\\lvert ", "\\rvert"),
        (Fence::Bars, true) => ("\\left\\lvert ", "\\right\\rvert"),
        (Fence::DoubleBars, false) => ("\\lVert ", "\\rVert"),
        (Fence::DoubleBars, true) => ("\\left\\lVert ", "\\right\\rVert"),
        (Fence::EvaluatedAt, _) => ("\\left.", "\\right|"),
    }
}

fn accent(mark: Mark) -> &'static str {
    match mark {
        Mark::Hat => "\\hat{",
        Mark::Bar => "\\bar{",
        Mark::Tilde => "\\tilde{",
        Mark::Vector => "\\vec{",
        Mark::Dot => "\\dot{",
    }
}

/// Words as LaTeX text: special characters escaped, Greek letters as `\(\alpha\)`.
pub fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '\\' => out.push_str("\\textbackslash{}"),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', letter]),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '−' => out.push('-'),
            '–' => out.push_str("--"),
            '…' => out.push_str("\\dots{}"),
            '′' => out.push_str("\\('\\)"),
            '≈' => out.push_str("\\(\\approx\\)"),
            '·' => out.push_str("\\(\\cdot\\)"),
            '→' => out.push_str("\\(\\to\\)"),
            '“' => out.push_str("``"),
            '”' => out.push_str("''"),
            _ => match GREEK.iter().find(|(greek, _)| *greek == letter) {
                Some((_, name)) => out.push_str(&format!("\\(\\{name}\\)")),
                None => out.push(letter),
            },
        }
    }
    out
}

/// A document as a fragment to paste: displays in `\[ … \]`, words between them.
pub fn fragment(document: &Document) -> String {
    let mut out = String::new();
    for block in &document.blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        write_block(&mut out, document, block, false);
    }
    out
}

/// A whole LaTeX file, preamble included, that compiles as it is.
pub fn standalone(document: &Document) -> String {
    let mut out = String::from(
        "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage[T1]{fontenc}\n\
         \\usepackage[a4paper,margin=2cm]{geometry}\n\\usepackage{amsmath,amssymb}\n\\usepackage{xcolor}\n\
         \\allowdisplaybreaks\n\\setlength{\\parindent}{0pt}\n\\setlength{\\parskip}{6pt}\n\\begin{document}\n",
    );
    for block in &document.blocks {
        out.push('\n');
        write_block(&mut out, document, block, true);
    }
    out.push_str("\n\\end{document}\n");
    out
}

fn write_block(out: &mut String, document: &Document, block: &Block, standalone: bool) {
    let sheet = &document.sheet;
    match block {
        Block::Heading { level, text } => {
            let text = inlines(sheet, text);
            match (standalone, level) {
                (true, 1) => out.push_str(&format!("\\section*{{{text}}}\n")),
                (true, _) => out.push_str(&format!("\\subsection*{{{text}}}\n")),
                (false, _) => out.push_str(&format!("\\textbf{{{text}}}\n")),
            }
        }
        Block::Paragraph(text) => {
            out.push_str(&inlines(sheet, text));
            out.push('\n');
        }
        Block::Equations { lines, .. } => equations(out, sheet, lines, standalone),
        Block::Table(table) => write_table(out, sheet, table),
        Block::List(items) => {
            out.push_str("\\begin{itemize}\n");
            for item in items {
                out.push_str(&format!("\\item {}\n", inlines(sheet, item)));
            }
            out.push_str("\\end{itemize}\n");
        }
        // A picture of characters that LaTeX's fonts do not have; the table beside it has its numbers.
        Block::Preformatted(text) if !text.is_ascii() => {}
        Block::Preformatted(text) => out.push_str(&format!("\\begin{{verbatim}}\n{text}\n\\end{{verbatim}}\n")),
    }
}

/// Running text with its formulas in `\( … \)`, words escaped.
pub fn inlines(sheet: &Sheet, text: &[Inline]) -> String {
    let mut out = String::new();
    for piece in text {
        match piece {
            Inline::Text(words) => out.push_str(&escape(words)),
            Inline::Math(id) => out.push_str(&format!("\\({}\\)", formula(sheet, *id))),
            Inline::Code(code) => out.push_str(&format!("\\texttt{{{}}}", escape(code))),
            Inline::Strong(words) => out.push_str(&format!("\\textbf{{{}}}", escape(words))),
        }
    }
    out
}

/// The most rows of a display or a table: LaTeX breaks neither across pages.
const MAX_ROWS: usize = 20;

/// About how wide a row is at the most, in digits.
const ROW: u32 = 80;

fn equations(out: &mut String, sheet: &Sheet, lines: &[Line], standalone: bool) {
    let mut rest = lines;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(rows_of_a_page(sheet, rest));
        let display = Display::new(sheet, now);
        match display.size().filter(|_| standalone) {
            Some(size) => out.push_str(&format!("{{{size}\n\\[\n{display}\n\\]\n}}\n")),
            None => out.push_str(&format!("\\[\n{display}\n\\]\n")),
        }
        rest = later;
    }
}

/// How many lines go into the next display; it ends where a new left side begins, if one does.
fn rows_of_a_page(sheet: &Sheet, lines: &[Line]) -> usize {
    let rows = |line: &Line| 1 + (sheet.width(line.right) / ROW) as usize;
    let mut filled = 0;
    let most = lines.iter().take_while(|line| {
        filled += rows(line);
        filled <= MAX_ROWS
    });
    let most = most.count().max(1);
    if most == lines.len() {
        return most;
    }
    (1..=most).rev().find(|&at| lines[at].left.is_some()).unwrap_or(most)
}

fn write_table(out: &mut String, sheet: &Sheet, table: &Table) {
    let columns: String = table.align.iter().map(|align| if *align == Align::Right { 'r' } else { 'l' }).collect();
    let row = |cells: &[Vec<Inline>]| {
        let cells: Vec<String> = cells.iter().map(|cell| inlines(sheet, cell)).collect();
        format!("{} \\\\\n", cells.join(" & "))
    };
    for (at, rows) in table.rows.chunks(2 * MAX_ROWS).enumerate() {
        out.push_str(if at > 0 { "\n" } else { "" });
        out.push_str(&format!("\\begin{{tabular}}{{{columns}}}\n\\hline\n"));
        out.push_str(&row(&table.header));
        out.push_str("\\hline\n");
        for cells in rows {
            out.push_str("\\rule{0pt}{14pt}");
            out.push_str(&row(cells));
        }
        out.push_str("\\hline\n\\end{tabular}\n");
    }
}
