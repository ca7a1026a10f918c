//! What was probably meant where the grammar stops: `**`, `2x`, `=` twice, an operator too many.
//!
//! Takes the place where a statement stopped making sense; gives the diagnostic with its hint.

use crate::diagnostic::{Diagnostic, Span};

/// Explains the error at byte `at` in the statement that begins at `start`.
pub(super) fn explain(text: &str, start: usize, at: usize) -> Diagnostic {
    let at = at.min(text.len());
    let start = start.min(at);
    let after = &text[at..];
    let next = after.chars().next().filter(|next| *next != '\n' && *next != ';');
    let span = Span::new(at, at + next.map_or(0, char::len_utf8));
    let before = text[start..at].trim_end();
    let operand_before = before.chars().next_back().is_some_and(ends_operand);
    if text[start..].starts_with("show ") {
        let span = Span::new(start, start + text[start..].lines().next().map_or(0, str::len));
        let error = Diagnostic::error("bad-show", "this `show` cannot be read").at(span, "");
        return error.hint("write `show w as \\omega` or `show z# as z^{(#)}`, with every brace closed");
    }
    if after.starts_with('.') && before.ends_with(|last: char| last.is_ascii_digit()) {
        let digit_or_point = |letter: &char| letter.is_ascii_digit() || *letter == '.';
        let whole = before.chars().rev().take_while(digit_or_point).count();
        let rest = after.chars().take_while(digit_or_point).count();
        let span = Span::new(at - whole, at + rest);
        let error = Diagnostic::error("bad-value", format!("`{}` is no number", &text[span.range()]));
        return error.at(span, "").hint("a number has one decimal point");
    }
    let Some(next) = next else { return ends_early(text, start, at, operand_before) };
    if after.starts_with('*') && before.ends_with('*') || after.starts_with("**") {
        return Diagnostic::error("syntax", "`**` is no operator").at(span, "").hint("a power is written `x^2`");
    }
    if after.starts_with("==") {
        return Diagnostic::error("syntax", "`==` defines nothing").at(span, "").hint("an equation has one `=`");
    }
    if operand_before && starts_operand(next) {
        return missing_operator(before, after, span);
    }
    if matches!(next, '\'' | '>') && before.contains("einsum(") {
        let hint = "the subscripts of `einsum` stand in double quotes: `einsum(\"ij,jk->ik\", A, B)`";
        return Diagnostic::error("syntax", format!("`{next}` was not expected here")).at(span, "").hint(hint);
    }
    if next == '=' && before.starts_with("function ") {
        let hint =
            "a function of your own needs no `function`: `f(u, v) = u*v`; `function f` alone declares an abstract one";
        return Diagnostic::error("syntax", "`=` was not expected here").at(span, "").hint(hint);
    }
    if next == '=' && text[start..at].trim_end().contains('\n') {
        return two_lines(text, start, at);
    }
    if next == '=' {
        let hint = "an equation is `name = expression`, with one name on the left";
        return Diagnostic::error("syntax", "`=` was not expected here").at(span, "").hint(hint);
    }
    let error = Diagnostic::error("syntax", format!("`{next}` was not expected here")).at(span, "");
    match next {
        '+' | '*' | '/' | '@' | '^' | ')' | ']' | ',' if !operand_before => {
            error.hint("an operand is missing before it")
        }
        '!' => error.hint("there is no factorial; `!=` compares"),
        '\\' => {
            let name: String =
                after[1..].chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            match name.as_str() {
                "" => error.hint("a network is written in plain text, not in LaTeX"),
                "frac" => error.hint("a fraction is written `a/b`"),
                name => {
                    error.hint(format!("names have no backslash: `{name}` is printed as the Greek letter if it is one"))
                }
            }
        }
        '%' | '&' | '|' | '~' | '?' | '$' => error.hint("the language has + - * / @ ^ and functions"),
        '{' => error.hint("braces hold the statements of a `for`; group with parentheses"),
        _ => error
            .hint("a statement is `name = expression`, a declaration such as `param w = 1`, or `for l in 1..3 { … }`"),
    }
}

fn ends_operand(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, ')' | ']' | '\'' | '′' | '_') || ('₀'..='₉').contains(&letter)
}

fn starts_operand(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '(' | '[' | '_' | '.')
}

fn ends_early(text: &str, start: usize, at: usize, operand_before: bool) -> Diagnostic {
    let statement = text[start..at].trim_end();
    let last = statement.chars().next_back().map_or(0, char::len_utf8);
    let end = start + statement.len();
    let error = Diagnostic::error("syntax", "the statement ends too early").at(Span::new(end - last, end), "");
    if operand_before && !statement.contains('=') {
        return error
            .hint("an equation is `name = expression`; a declaration begins with input, target, param or const");
    }
    error.hint("something is missing after this")
}

/// A line that ends in an operator runs on into the next one, which is an equation of its own.
fn two_lines(text: &str, start: usize, at: usize) -> Diagnostic {
    let statement = &text[start..at];
    let line = statement.trim_end().rfind('\n').unwrap_or(0);
    let end = start + statement[..line].trim_end().len();
    let last = text[..end].chars().next_back().map_or(0, char::len_utf8);
    let error = Diagnostic::error("syntax", "an operand is missing here");
    error.at(Span::new(end - last, end), "").hint("a line that ends in an operator goes on in the next one")
}

/// `2x`, `W x`, `(a)(b)`: multiplication is written.
fn missing_operator(before: &str, after: &str, span: Span) -> Diagnostic {
    let word =
        |text: &str| text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect::<String>();
    let last: String = before.chars().rev().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    let last: String = last.chars().rev().collect();
    let next = word(after);
    let first_word = before.split_whitespace().next().unwrap_or("");
    if before.split_whitespace().count() == 1 && !next.is_empty() && !before.contains('=') {
        let keyword = ["input", "target", "param", "const", "dim", "cost", "function", "assume", "show"]
            .into_iter()
            .find(|keyword| strsim::damerau_levenshtein(keyword, first_word) == 1);
        if let Some(keyword) = keyword {
            let message = format!("`{first_word}` begins no statement");
            return Diagnostic::error("syntax", message).at(span, "").hint(format!("did you mean `{keyword}`?"));
        }
    }
    let hint = if last.is_empty() || next.is_empty() {
        "multiplication is written: `*` for elements and scalars, `@` for matrices".to_owned()
    } else {
        format!("multiplication is written: `{last}*{next}`, or `{last} @ {next}` for matrices")
    };
    Diagnostic::error("syntax", "an operator is missing here").at(span, "").hint(hint)
}
