//! Readable Unicode for the terminal.
//!
//! Takes layouts and documents; gives lines of text: formulas on one line, equations aligned at their `=`, tables with
//! aligned columns. Colours only where the caller says that they are shown.

mod document;
mod spacing;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::emit::quotient::{Quotient, are_factors, quotient};
use crate::notation::layout::{Face, Fence, Layout, LayoutId, Mark, Operator, Sheet};

pub use document::{document, inlines, width};

use spacing::{is_cases, is_one_piece, row_tasks};

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

/// The formula as Unicode text on one line, without delimiters.
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
        None if is_one_letter(&written) => out.extend([fallback, &written]),
        None if is_enclosed(&written) => out.extend([fallback, &written]),
        None => out.extend([fallback, "(", &written, ")"]),
    }
}

/// Whether a text is one letter with the marks above it: x, x̂.
fn is_one_letter(text: &str) -> bool {
    text.nfc().filter(|letter| !is_combining_mark(*letter)).count() == 1
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
        Layout::Verbatim { plain: Some(plain), .. } => stack.push(Node(*plain)),
        Layout::Verbatim { latex, plain: None } => out.push_str(latex),
        Layout::Function { text, .. } => out.push_str(text),
        Layout::Operator(op) => out.push_str(operator(*op)),
        Layout::Fraction { numerator, denominator } => {
            let below = match is_one_piece(sheet, *denominator) {
                true => Node(*denominator),
                false => Task::Then(*denominator, After::Enclose),
            };
            // Of a product the division at the end divides the whole.
            let above = match is_one_piece(sheet, *numerator) || are_factors(sheet, &[*numerator]) {
                true => Node(*numerator),
                false => Task::Then(*numerator, After::Wrap),
            };
            stack.extend([below, Text("/"), above]);
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
        // A case distinction has braces of its own.
        Layout::Fenced { fence: Fence::Round, body } if is_cases(sheet, *body) => stack.push(Node(*body)),
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
            match sheet.get(*argument) {
                Layout::Fenced { fence: Fence::Round, body } if is_cases(sheet, *body) => {
                    stack.extend([Text(")"), Node(*body), Text("(")]);
                }
                Layout::Fenced { .. } => stack.push(Node(*argument)),
                _ => stack.extend([Node(*argument), Text(" ")]),
            }
            stack.push(Node(*function));
        }
        Layout::Cases(rows) => {
            stack.push(Text("}"));
            for (at, (value, condition)) in rows.iter().enumerate().rev() {
                stack.push(Node(*condition));
                let is_rest = matches!(sheet.get(*condition), Layout::Text(_));
                stack.push(Text(if is_rest { " " } else { " if " }));
                stack.push(Node(*value));
                stack.push(Text(if at == 0 { "{" } else { "; " }));
            }
        }
        Layout::Matrix(rows) => {
            stack.push(Text("]]"));
            for (at, row) in rows.iter().enumerate().rev() {
                for (column, &entry) in row.iter().enumerate().rev() {
                    stack.push(Node(entry));
                    stack.push(Text(match (at, column) {
                        (0, 0) => "[[",
                        (_, 0) => "], [",
                        _ => ", ",
                    }));
                }
            }
        }
        Layout::Underbrace { body, .. } => stack.push(Node(*body)),
    }
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
        Operator::Semicolon => "; ",
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
