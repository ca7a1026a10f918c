//! Readable Unicode for the terminal.
//!
//! Takes layouts and documents; gives lines of text: formulas on one line, equations aligned at their `=`, tables with
//! aligned columns. Colours only where the caller says that they are shown.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::diagnostic::Colour;
use crate::emit::quotient::{Quotient, quotient};
use crate::notation::document::{Align, Block, Document, Inline, Line, Table};
use crate::notation::layout::{Face, Fence, Layout, LayoutId, Mark, Operator, Sheet};

enum Task {
    Node(LayoutId),
    /// A node that more factors follow.
    Before(LayoutId),
    Text(&'static str),
    /// Turns what was written since `from` into a script, if every character has one.
    Script {
        from: usize,
        table: &'static [(char, char)],
        fallback: &'static str,
    },
    /// Puts what was written since `from` in parentheses if it is more than one piece.
    Wrap {
        from: usize,
    },
    /// Puts what was written since `from` in parentheses unless it stands in some.
    Enclose {
        from: usize,
    },
    Mark {
        mark: Mark,
    },
    /// Writes a node and then does something with it.
    Then(LayoutId, After),
}

#[derive(Clone, Copy)]
enum After {
    Sup,
    Sub,
    Wrap,
    Enclose,
}

const SUPERSCRIPTS: &[(char, char)] = &[
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('-', '⁻'),
    ('−', '⁻'),
    ('+', '⁺'),
    ('(', '⁽'),
    (')', '⁾'),
    ('n', 'ⁿ'),
    ('i', 'ⁱ'),
    ('a', 'ᵃ'),
    ('b', 'ᵇ'),
    ('c', 'ᶜ'),
    ('d', 'ᵈ'),
    ('e', 'ᵉ'),
    ('f', 'ᶠ'),
    ('g', 'ᵍ'),
    ('h', 'ʰ'),
    ('j', 'ʲ'),
    ('k', 'ᵏ'),
    ('l', 'ˡ'),
    ('m', 'ᵐ'),
    ('o', 'ᵒ'),
    ('p', 'ᵖ'),
    ('r', 'ʳ'),
    ('s', 'ˢ'),
    ('t', 'ᵗ'),
    ('u', 'ᵘ'),
    ('v', 'ᵛ'),
    ('w', 'ʷ'),
    ('x', 'ˣ'),
    ('y', 'ʸ'),
    ('z', 'ᶻ'),
    ('L', 'ᴸ'),
    ('T', 'ᵀ'),
];

const SUBSCRIPTS: &[(char, char)] = &[
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
    ('-', '₋'),
    ('−', '₋'),
    ('+', '₊'),
    ('=', '₌'),
    (',', ','),
    (':', ':'),
    ('a', 'ₐ'),
    ('e', 'ₑ'),
    ('h', 'ₕ'),
    ('i', 'ᵢ'),
    ('j', 'ⱼ'),
    ('k', 'ₖ'),
    ('l', 'ₗ'),
    ('m', 'ₘ'),
    ('n', 'ₙ'),
    ('o', 'ₒ'),
    ('p', 'ₚ'),
    ('r', 'ᵣ'),
    ('s', 'ₛ'),
    ('t', 'ₜ'),
    ('u', 'ᵤ'),
    ('v', 'ᵥ'),
    ('x', 'ₓ'),
];

/// The formula on one line.
pub fn formula(sheet: &Sheet, id: LayoutId) -> String {
    let mut out = String::new();
    let mut stack = vec![Task::Node(id)];
    while let Some(task) = stack.pop() {
        match task {
            Task::Text(text) => out.push_str(text),
            Task::Node(id) => node(&mut out, sheet, id, &mut stack),
            Task::Before(id) => match sheet.get(id) {
                Layout::Row(row) => row_tasks(sheet, row, &mut stack),
                _ => node(&mut out, sheet, id, &mut stack),
            },
            Task::Then(id, after) => {
                let from = out.len();
                stack.push(match after {
                    After::Sup => Task::Script { from, table: SUPERSCRIPTS, fallback: "^" },
                    After::Sub => Task::Script { from, table: SUBSCRIPTS, fallback: "_" },
                    After::Wrap => Task::Wrap { from },
                    After::Enclose => Task::Enclose { from },
                });
                stack.push(Task::Node(id));
            }
            Task::Script { from, table, fallback } => script(&mut out, from, table, fallback),
            Task::Wrap { from } => wrap(&mut out, from),
            Task::Enclose { from } => enclose(&mut out, from),
            Task::Mark { mark } => {
                out.push(match mark {
                    Mark::Hat => '\u{302}',
                    Mark::Bar => '\u{304}',
                    Mark::Tilde => '\u{303}',
                    Mark::Vector => '\u{20d7}',
                    Mark::Dot => '\u{307}',
                });
            }
        }
    }
    out.nfc().collect()
}

fn script(out: &mut String, from: usize, table: &[(char, char)], fallback: &str) {
    let written = out.split_off(from);
    let find = |letter: char| table.iter().find(|(plain, _)| *plain == letter).map(|(_, small)| *small);
    let small: Option<String> = written.chars().map(find).collect();
    match small {
        Some(small) => out.push_str(&small),
        None if written.chars().count() == 1 => out.extend([fallback, &written]),
        None if is_enclosed(&written) => out.extend([fallback, &written]),
        None => out.extend([fallback, "(", &written, ")"]),
    }
}

/// Whether one pair of parentheses holds the whole.
fn is_enclosed(text: &str) -> bool {
    let mut depth = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((_, letter)) = letters.next() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 && letters.peek().is_some() {
            return false;
        }
    }
    text.starts_with('(') && depth == 0
}

/// Parentheses around a numerator of more than one piece.
fn wrap(out: &mut String, from: usize) {
    if out[from..].contains([' ', '/', '(', '·', '∗']) {
        enclose(out, from);
    }
}

/// Parentheses around what was written since `from`, unless it stands in some.
fn enclose(out: &mut String, from: usize) {
    if !is_enclosed(&out[from..]) {
        out.insert(from, '(');
        out.push(')');
    }
}

fn node(out: &mut String, sheet: &Sheet, id: LayoutId, stack: &mut Vec<Task>) {
    use Task::{Node, Text};
    match sheet.get(id) {
        Layout::Row(row) => match quotient(sheet, row) {
            Some(Quotient { factors, denominator }) => {
                let below = if is_one_piece(sheet, denominator) {
                    Node(denominator)
                } else {
                    Task::Then(denominator, After::Enclose)
                };
                stack.extend([below, Text("/")]);
                row_tasks(sheet, &factors, stack);
            }
            None => row_tasks(sheet, row, stack),
        },
        Layout::Symbol { text, face: Face::DoubleStruck } if text == "1" => out.push('𝟙'),
        Layout::Symbol { text, face: Face::Bold } if text == "1" => out.push('𝟏'),
        Layout::Symbol { text, .. } | Layout::Number(text) | Layout::Text(text) => out.push_str(text),
        Layout::Verbatim(latex) => out.push_str(&latex.replace('\\', "")),
        Layout::Function { text, .. } => out.push_str(text),
        Layout::Operator(op) => out.push_str(operator(*op)),
        Layout::Fraction { numerator, denominator } => {
            let part = |id: LayoutId, after| if is_one_piece(sheet, id) { Node(id) } else { Task::Then(id, after) };
            stack.extend([part(*denominator, After::Enclose), Text("/"), part(*numerator, After::Wrap)]);
        }
        Layout::Script { base, sub, sup, primes } => {
            stack.extend(sup.map(|sup| Task::Then(sup, After::Sup)));
            stack.extend(sub.map(|sub| Task::Then(sub, After::Sub)));
            stack.push(Text(["", "′", "″", "‴"][usize::from(*primes).min(3)]));
            stack.push(Node(*base));
        }
        Layout::Root { index, body } => {
            let sign = match index.map(|index| sheet.get(index)) {
                None => "√",
                Some(Layout::Number(n)) if n == "3" => "∛",
                Some(_) => "root",
            };
            // √x² would be read as the square of √x.
            let is_raised = matches!(sheet.get(*body), Layout::Script { sup: Some(_), .. });
            let is_plain = is_one_piece(sheet, *body) && !is_raised;
            let body = if is_plain { Node(*body) } else { Task::Then(*body, After::Enclose) };
            stack.extend([body, Text(sign)]);
        }
        Layout::Fenced { fence, body } => {
            let (open, close) = match fence {
                Fence::Round => ("(", ")"),
                Fence::Square => ("[", "]"),
                Fence::Curly => ("{", "}"),
                Fence::Bars => ("|", "|"),
                Fence::DoubleBars => ("‖", "‖"),
                Fence::EvaluatedAt => ("", "|"),
            };
            stack.extend([Text(close), Node(*body), Text(open)]);
        }
        Layout::Accent { mark, body } => stack.extend([Task::Mark { mark: *mark }, Node(*body)]),
        Layout::Apply { function, argument } => {
            let fenced = matches!(sheet.get(*argument), Layout::Fenced { .. });
            stack.extend([Node(*argument), Text(if fenced { "" } else { " " }), Node(*function)]);
        }
        Layout::Cases(rows) => {
            stack.push(Text("}"));
            for (at, (value, condition)) in rows.iter().enumerate().rev() {
                stack.push(Node(*condition));
                stack.push(Text(if at + 1 == rows.len() { " " } else { " if " }));
                stack.push(Node(*value));
                stack.push(Text(if at == 0 { "{" } else { "; " }));
            }
        }
        Layout::Underbrace { body, .. } => stack.push(Node(*body)),
    }
}

/// Pieces side by side; a space where two would read as one.
fn row_tasks(sheet: &Sheet, row: &[LayoutId], stack: &mut Vec<Task>) {
    for (at, &piece) in row.iter().enumerate().rev() {
        let is_last = row.get(at + 1).is_none_or(|&next| matches!(sheet.get(next), Layout::Operator(_)));
        stack.push(if is_last { Task::Node(piece) } else { Task::Before(piece) });
        if at > 0 {
            stack.push(Task::Text(between(sheet, row[at - 1], piece)));
        }
    }
}

/// What stands between two neighbours that a display sets side by side: a fraction on one line runs into what follows.
fn between(sheet: &Sheet, left: LayoutId, right: LayoutId) -> &'static str {
    let is_operator = |id: LayoutId| matches!(sheet.get(id), Layout::Operator(_));
    let is_fraction = |id: LayoutId| matches!(sheet.get(id), Layout::Fraction { .. });
    if is_operator(left) || is_operator(right) {
        ""
    } else if is_differentiation(sheet, left) || is_sum_sign(sheet, left) {
        " "
    } else if is_fraction(left) || is_fraction(right) || starts_with_fraction(sheet, right) {
        " · "
    } else if reads_as_one(sheet, left, right) || ends_low(sheet, left) || starts_with_sum(sheet, right) {
        " "
    } else {
        ""
    }
}

/// Whether a layout ends in a subscript that has no small letters, so that it would run into what follows: `δ_z`.
fn ends_low(sheet: &Sheet, id: LayoutId) -> bool {
    let Layout::Script { sub: Some(sub), sup: None, .. } = sheet.get(id) else { return false };
    match sheet.get(*sub) {
        Layout::Symbol { text, .. } | Layout::Text(text) => {
            text.chars().any(|letter| !SUBSCRIPTS.iter().any(|(plain, _)| *plain == letter))
        }
        _ => false,
    }
}

/// Whether a layout begins with Σ.
fn starts_with_sum(sheet: &Sheet, id: LayoutId) -> bool {
    match sheet.get(id) {
        Layout::Row(row) => row.first().is_some_and(|&first| is_sum_sign(sheet, first)),
        _ => is_sum_sign(sheet, id),
    }
}

/// Whether a layout is Σ with its indices.
fn is_sum_sign(sheet: &Sheet, id: LayoutId) -> bool {
    match sheet.get(id) {
        Layout::Script { base, .. } => matches!(sheet.get(*base), Layout::Operator(Operator::Sum)),
        _ => false,
    }
}

/// Whether a layout is the operator ∂/∂x, which belongs to what follows.
fn is_differentiation(sheet: &Sheet, id: LayoutId) -> bool {
    let Layout::Fraction { numerator, .. } = sheet.get(id) else { return false };
    matches!(sheet.get(*numerator), Layout::Operator(Operator::Partial | Operator::Differential))
}

/// Whether a layout is ∂, d or one with a power: what follows in its row belongs to it.
fn is_differential(sheet: &Sheet, id: LayoutId) -> bool {
    match sheet.get(id) {
        Layout::Operator(Operator::Partial | Operator::Differential) => true,
        Layout::Script { base, .. } => {
            matches!(sheet.get(*base), Layout::Operator(Operator::Partial | Operator::Differential))
        }
        _ => false,
    }
}

fn starts_with_fraction(sheet: &Sheet, id: LayoutId) -> bool {
    match sheet.get(id) {
        Layout::Row(row) => row.first().is_some_and(|&first| matches!(sheet.get(first), Layout::Fraction { .. })),
        _ => false,
    }
}

/// Whether a layout is a word such as tanh, or one with a script, as tanh².
fn is_operator_name(sheet: &Sheet, id: LayoutId) -> bool {
    match sheet.get(id) {
        Layout::Function { text, .. } => text.chars().count() > 1,
        Layout::Script { base, .. } => {
            matches!(sheet.get(*base), Layout::Function { text, .. } if text.chars().count() > 1)
        }
        _ => false,
    }
}

/// Whether a layout stands above or below a slash without parentheses.
fn is_one_piece(sheet: &Sheet, id: LayoutId) -> bool {
    match sheet.get(id) {
        Layout::Symbol { .. } | Layout::Number(_) | Layout::Accent { .. } | Layout::Fenced { .. } => true,
        Layout::Apply { argument, .. } => matches!(sheet.get(*argument), Layout::Fenced { .. }),
        Layout::Script { base, .. } => {
            matches!(
                sheet.get(*base),
                Layout::Symbol { .. } | Layout::Fenced { .. } | Layout::Accent { .. } | Layout::Operator(_)
            )
        }
        Layout::Operator(_) | Layout::Verbatim(_) | Layout::Function { .. } | Layout::Root { .. } => true,
        // 𝟙[…] or ∂C.
        Layout::Row(row) => {
            let is_indicator =
                matches!(row.as_slice(), &[one, fence] if is_one(sheet, one) && is_one_piece(sheet, fence));
            is_indicator || row.first().is_some_and(|&first| is_differential(sheet, first))
        }
        _ => false,
    }
}

/// Whether a layout is 𝟙.
fn is_one(sheet: &Sheet, id: LayoutId) -> bool {
    matches!(sheet.get(id), Layout::Symbol { text, face: Face::DoubleStruck } if text == "1")
}

/// Whether neighbours need a space: around a word, after an operator name without parentheses, at a root.
fn reads_as_one(sheet: &Sheet, left: LayoutId, right: LayoutId) -> bool {
    let is_word = |id: LayoutId| match sheet.get(id) {
        Layout::Symbol { text, face } => *face == Face::Upright && text.chars().count() > 1,
        Layout::Apply { argument, .. } => !matches!(sheet.get(*argument), Layout::Fenced { .. }),
        Layout::Root { .. } => true,
        _ => false,
    };
    let is_named_call = |id: LayoutId| match sheet.get(id) {
        Layout::Apply { function, .. } => is_operator_name(sheet, *function),
        _ => false,
    };
    is_word(left) || is_word(right) || is_named_call(right)
}

fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Plus => " + ",
        Operator::Minus => " − ",
        Operator::Negative => "−",
        Operator::Times => " · ",
        Operator::Star => " ∗ ",
        Operator::Juxtapose => " ",
        Operator::Equals => " = ",
        Operator::Approx => " ≈ ",
        Operator::Less => " < ",
        Operator::LessEqual => " ≤ ",
        Operator::Greater => " > ",
        Operator::GreaterEqual => " ≥ ",
        Operator::NotEqual => " ≠ ",
        Operator::Comma => ", ",
        Operator::Hadamard => " ⊙ ",
        Operator::EntrywiseDivide => " ⊘ ",
        Operator::HadamardPower => "⊙",
        Operator::Transpose => "T",
        Operator::Sum => "Σ",
        Operator::Cross => " × ",
        Operator::IndexPlus => "+",
        Operator::IndexEquals => "=",
        Operator::IndexComma => ",",
        Operator::Partial => "∂",
        Operator::Differential => "d",
        Operator::Nabla => "∇",
        Operator::Dots => " ⋯ ",
        Operator::Defines => " := ",
    }
}

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    text.chars().filter(|letter| !is_combining_mark(*letter)).count()
}

/// A document as text.
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
