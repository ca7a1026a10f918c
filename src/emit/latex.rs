//! LaTeX that every host accepts: amsmath, amssymb and nothing more (see CONVENTIONS in the README).
//!
//! Takes layouts and documents; gives a formula, a fragment to paste, or a document that compiles.

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
        Layout::Number(digits) | Layout::Verbatim(digits) => put(out, digits),
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
            stack.push(Node(*base));
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

/// Words as LaTeX text.
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

/// The longest line of LaTeX source that a row of a display takes before its product is broken.
const LONG_ROW: usize = 420;

/// The widest row of a display, in digits: what a page of A4 takes beside a left side.
const WIDE_ROW: u32 = 80;

/// The longest sum over indices, in LaTeX source, that shares a row with a remark.
const WIDE_SUM: usize = 240;

/// The longest left side in LaTeX source that shares its row with the relation.
const LONG_LEFT: usize = 110;

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

/// A document that compiles as it is.
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
        Block::Equations { lines, .. } => equations(out, sheet, lines),
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

/// Running text with its formulas.
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

fn equations(out: &mut String, sheet: &Sheet, lines: &[Line]) {
    let mut rest = lines;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(rows_of_a_page(rest));
        out.push_str(&format!("\\[\n{}\n\\]\n", display(sheet, now)));
        rest = later;
    }
}

/// How many lines go into the next display; it ends where a new left side begins, if one does.
fn rows_of_a_page(lines: &[Line]) -> usize {
    if lines.len() <= MAX_ROWS {
        return lines.len();
    }
    (1..=MAX_ROWS).rev().find(|&at| lines[at].left.is_some()).unwrap_or(MAX_ROWS)
}

/// The inside of a display: one formula, or aligned lines.
pub fn display(sheet: &Sheet, lines: &[Line]) -> String {
    let mut rows: Vec<String> = Vec::new();
    for line in lines {
        let left = line.left.map(|left| broken(sheet, left, LONG_ROW)).unwrap_or_default();
        let relation = operator(line.relation).trim();
        let mut pieces = broken(sheet, line.right, room(sheet, line)).into_iter();
        let first = pieces.next().unwrap_or_default();
        let note = note(sheet, &line.note);
        let mut all: Vec<String> = match left.as_slice() {
            [] => vec![format!(" &{relation} {first}")],
            [left] if left.len() <= LONG_LEFT => vec![format!("{left} &{relation} {first}")],
            [left, more @ ..] => {
                let more = more.iter().map(|piece| format!(" &\\quad {piece}"));
                let right = format!(" &{relation} {first}");
                std::iter::once(format!("&{left}")).chain(more).chain([right]).collect()
            }
        };
        all.extend(pieces.map(|piece| format!(" &\\quad {piece}")));
        if let Some(last) = all.last_mut() {
            last.push_str(&note);
        }
        rows.extend(all);
    }
    if let [only] = rows.as_slice()
        && !only.contains("&&")
    {
        return only.replacen(" &", " ", 1).trim().to_owned();
    }
    let tall = rows.iter().any(|row| row.contains("\\frac") || row.contains("\\sum") || row.contains("\\begin{cases}"));
    let end = if tall { " \\\\[4pt]\n" } else { " \\\\\n" };
    format!("\\begin{{aligned}}\n{}\n\\end{{aligned}}", rows.join(end).replace("\n &", "\n  &"))
}

/// Writes the words that have come together.
fn put_words(out: &mut String, words: &mut String) {
    if !words.is_empty() {
        out.push_str(&format!("\\text{{{}}}", escape(words)));
        words.clear();
    }
}

fn note(sheet: &Sheet, note: &[Inline]) -> String {
    if note.is_empty() {
        return String::new();
    }
    let mut out = String::from(" && ");
    let mut words = String::new();
    for piece in note {
        match piece {
            Inline::Math(id) => {
                put_words(&mut out, &mut words);
                out.push_str(&formula(sheet, *id));
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

/// A long row of factors or terms as several lines, broken before an operator.
fn broken(sheet: &Sheet, right: LayoutId, limit: usize) -> Vec<String> {
    let Layout::Row(row) = sheet.get(right) else { return vec![formula(sheet, right)] };
    let is_product = is_product(sheet, row);
    let mut lines = vec![String::new()];
    let mut width = 0;
    let mut written = String::new();
    for (at, &piece) in row.iter().enumerate() {
        written.clear();
        write_formula(&mut written, sheet, piece);
        let breaks = breaks(sheet, piece);
        let last = lines.len() - 1;
        let next = if breaks { stretch(sheet, row, at) } else { sheet.width(piece) };
        if breaks && (lines[last].len() > limit || width > 0 && width + next > WIDE_ROW) {
            lines.push(String::new());
            width = 0;
            // A line that begins with nothing but space would not go on with the product.
            if matches!(sheet.get(piece), Layout::Operator(Operator::Juxtapose)) {
                "\\cdot ".clone_into(&mut written);
            }
        } else if is_product && !breaks && width > WIDE_ROW / 2 && width + next > WIDE_ROW {
            lines.push("\\cdot ".to_owned());
            width = 0;
        }
        width += sheet.width(piece);
        let last = lines.len() - 1;
        if at > 0 && !lines[last].is_empty() && runs_into(sheet, row[at - 1], piece) {
            put(&mut lines[last], "\\,");
        }
        put(&mut lines[last], &written);
    }
    let balanced = lines.iter().map(|line| line.trim().to_owned());
    balanced.collect()
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
