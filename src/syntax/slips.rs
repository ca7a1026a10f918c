//! What was probably meant where the grammar stops: `**`, `2x`, `=` twice, an operator too many.
//!
//! Takes the place where a statement stopped making sense; gives the diagnostic with its hint.

use crate::diagnostic::{Diagnostic, Span};
use crate::syntax::spelling::is_module;

/// Explains the error at byte `at` in the statement that begins at `start`.
pub(super) fn explain(text: &str, start: usize, at: usize) -> Diagnostic {
    let at = at.min(text.len());
    let start = start.min(at);
    let at = at + blanks(&text[at..]);
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
    if let Some(error) = bad_name(before, after, at) {
        return error;
    }
    if let Some(hint) = condition_hint(before, after) {
        let word: String = word(after);
        let wrong = if word.is_empty() { next.to_string() } else { word };
        let span = Span::new(at, at + wrong.len());
        return Diagnostic::error("syntax", format!("`{wrong}` was not expected here")).at(span, "").hint(hint);
    }
    if let Some(hint) = of_python(before, after) {
        return Diagnostic::error("syntax", format!("`{next}` was not expected here")).at(span, "").hint(hint);
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
        '√' | '∛' => error.hint("a root is written `sqrt(x)` or `cbrt(x)`"),
        '∑' | 'Σ' | '∏' => {
            error.hint("a sum is written `sum(i in 1..n, x[i])`, a product `prod(i in 1..n, x[i])`")
        }
        '|' => error.hint("an absolute value is written `abs(x)`"),
        '%' | '&' | '~' | '?' | '$' => error.hint("the language has + - * / @ ^ and functions"),
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
    let begins = |keyword: &str| word(statement) == keyword;
    let conditions = statement.split(|letter: char| !letter.is_alphanumeric());
    let (thens, elses) = conditions.fold((0, 0), |(thens, elses), word| match word {
        "then" => (thens + 1, elses),
        "else" => (thens, elses + 1),
        _ => (thens, elses),
    });
    error.hint(match () {
        () if thens > elses && operand_before => "an `if` has an `else`: `if x > 0 then x else 0`",
        () if begins("at") => "a point is `at x = 0.5, y = 1`, or `at \"late\" x = 0.5`",
        () if begins("assume") => "a fact compares: `assume x > 0`",
        () if begins("function") => "name the function: `function f`",
        () if begins("cost") => "the cost is an equation: `cost C = (a - y)^2`",
        () if begins("for") => "the statements of a `for` stand in braces: `for l in 1..3 { z[l] = … }`",
        () if operand_before && !statement.contains('=') => {
            "an equation is `name = expression`; a declaration begins with input, target, param or const"
        }
        () => "something is missing after this",
    })
}

/// The white space before the next sign of the line.
fn blanks(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count()
}

fn word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

fn last_word(text: &str) -> &str {
    let start = text.trim_end_matches(|letter: char| letter.is_alphanumeric() || letter == '_').len();
    &text[start..]
}

/// What is wrong with a condition: none where there should be one, a second comparison, `and`, a comparison that is no
/// condition.
fn condition_hint(before: &str, after: &str) -> Option<&'static str> {
    const COMPARISONS: [char; 7] = ['<', '>', '≤', '≥', '≠', '&', '?'];
    let next = word(after);
    if let Some(hint) = fact_hint(before, after) {
        return Some(hint);
    }
    let in_condition = before.rfind("if ").is_some_and(|at| !before[at..].contains("then"));
    let compared = before.rfind("if ").is_some_and(|at| before[at..].contains(['<', '>', '=', '≤', '≥', '≠']));
    let compares = after.starts_with(COMPARISONS) || after.starts_with("==");
    match next.as_str() {
        "then" if in_condition && !compared => Some("a condition compares: `if x > 0 then … else …`"),
        "and" | "or" | "not" if in_condition => {
            Some("a condition is one comparison; nest: `if x > 0 then (if x < 1 then u else v) else v`")
        }
        _ if in_condition && compared && compares => {
            Some("a condition is one comparison; nest: `if x > 0 then (if x < 1 then u else v) else v`")
        }
        "if" => Some("a case distinction is written `if x > 0 then u else v`"),
        "end" | "endif" | "fi" if before.contains("else") => Some("an `if` ends with its last expression"),
        _ if !in_condition && before.contains('=') && after.starts_with(['<', '>', '≤', '≥', '≠', '?']) => {
            Some("comparisons stand in conditions: `if x > 0 then u else v`")
        }
        _ => None,
    }
}

/// What is wrong with the facts of an `assume`: `and` between them, two comparisons in one, one without any.
fn fact_hint(before: &str, after: &str) -> Option<&'static str> {
    const SIGNS: [char; 6] = ['<', '>', '=', '≤', '≥', '≠'];
    let facts = before.trim_start().strip_prefix("assume ")?;
    let compares = facts.rsplit(',').next().is_some_and(|fact| fact.contains(SIGNS));
    match word(after).as_str() {
        "and" | "or" => Some("facts stand in a list: `assume x > 0, y > 0`"),
        _ if after.starts_with('&') => Some("facts stand in a list: `assume x > 0, y > 0`"),
        _ if after.starts_with(SIGNS) && compares => Some("a fact is one comparison: `assume x > 0, x < 1`"),
        _ if after.starts_with(',') && !compares => Some("each fact compares: `assume x > 0, y > 0`"),
        _ => None,
    }
}

/// What is written otherwise in Python: `np.dot(…)`, `x.sum()`, `x.shape`, `x[1:3]`, `axis=(0, 1)`.
fn of_python(before: &str, after: &str) -> Option<String> {
    let object = last_word(before);
    let member = after.strip_prefix('.').map(word);
    if let Some(member) = member.filter(|member| !member.is_empty() && !object.is_empty()) {
        let called = after[1 + member.len()..].starts_with('(');
        return Some(match member.as_str() {
            _ if is_module(object) => format!("functions stand in no module: write `{member}(…)`"),
            "shape" | "size" => format!("the size of an axis is its name in the shape: `n` of `{object} : [n]`"),
            "t" | "transpose" => format!("a transpose is written `{object}.T`"),
            _ if called => format!("functions stand before what they are of: `{member}({object})`"),
            _ => return None,
        });
    }
    let opened = before.rfind('[').filter(|&at| !before[at..].contains(']'));
    if after.starts_with(':') && opened.is_some() {
        return Some("a slice is written `x[1..3]`; it counts from 1, and both ends belong to it".to_owned());
    }
    let tuple = before.rfind('(').is_some_and(|at| before[..at].trim_end().ends_with("axis="));
    if after.starts_with(',') && tuple {
        return Some("several axes stand in brackets: `axis=[0, 1]`".to_owned());
    }
    (word(after) == "for" && before.contains('('))
        .then(|| "the index of a sum stands first: `sum(i in 1..n, x[i])`".to_owned())
}

/// A word of the language, or no name at all, where a declaration names a quantity.
fn bad_name(before: &str, after: &str, at: usize) -> Option<Diagnostic> {
    const KEYWORDS: [&str; 7] = ["input", "target", "param", "const", "dim", "cost", "function"];
    let keyword = last_word(before);
    let next = word(after);
    let reserved = ["if", "then", "else", "in", "None"].contains(&next.as_str());
    let starts_list = KEYWORDS.contains(&keyword) && before.len() == keyword.len();
    if starts_list && reserved {
        let error = Diagnostic::error("syntax", format!("`{next}` is a word of the language and no name"));
        return Some(error.at(Span::new(at, at + next.len()), "").hint("give the quantity another name"));
    }
    let in_declaration = KEYWORDS[..5].contains(&word(before).as_str()) && !before.contains(['=', ':', '[']);
    let sign = after.chars().next()?;
    let is_name = sign.is_alphabetic() || matches!(sign, '_' | '\\');
    if in_declaration && (starts_list && !is_name || !starts_list && matches!(sign, '-' | '.' | '+' | '*' | '/')) {
        let error = Diagnostic::error("syntax", format!("`{sign}` is no part of a name"));
        let hint = "a name begins with a letter and goes on with letters, digits and `_`";
        return Some(error.at(Span::new(at, at + sign.len_utf8()), "").hint(hint));
    }
    None
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
    let last = last_word(before);
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
        let message = format!("`{first_word}` begins no statement");
        let hint = format!("a declaration is `param {next} = 1`, an equation `{next} = …`");
        return Diagnostic::error("syntax", message).at(span, "").hint(hint);
    }
    if first_word == "for" && !before.contains('=') {
        let hint = "the statements of a `for` stand in braces: `for l in 1..3 { z[l] = … }`";
        return Diagnostic::error("syntax", "`{` is missing here").at(span, "").hint(hint);
    }
    let declarations = ["input", "target", "param", "const", "dim", "cost", "function"];
    let comma = before[..before.len() - last.len()].trim_end().ends_with(',');
    if comma && before.contains('\n') && declarations.contains(&last) {
        let hint = format!("the line before ends in a comma, so that `{last}` would be a name in its list");
        return Diagnostic::error("syntax", "an operator is missing here").at(span, "").hint(hint);
    }
    let hint = if last.is_empty() || next.is_empty() {
        "multiplication is written: `*` for elements and scalars, `@` for matrices".to_owned()
    } else {
        let is_word = last.len() > 1 && last.chars().all(char::is_alphabetic);
        let call = if is_word { format!("; a call `{last}({next})`") } else { String::new() };
        format!("multiplication is written: `{last}*{next}`, or `{last} @ {next}` for matrices{call}")
    };
    Diagnostic::error("syntax", "an operator is missing here").at(span, "").hint(hint)
}
