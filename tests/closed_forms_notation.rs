//! The closed forms, printed: what a textbook prints, read in derive's language, simplified and printed, against its
//! LaTeX; order of terms and of factors entry by entry, and spacing, are free.

#[path = "support/forms.rs"]
mod forms;

use chainrule::calculus::{Goal, NameUse, Simplifier};
use chainrule::emit::latex;
use chainrule::network::{FreeNames, read_network};
use chainrule::notation::layout::Sheet;
use chainrule::notation::{Style, Typesetter};
use forms::{Form, forms};
use pretty_assertions::{assert_eq, assert_ne};

/// The expected formula, read, simplified and printed.
fn printed(form: &Form) -> Option<String> {
    let mut lines: Vec<String> = form.network.clone();
    lines.extend(form.with.iter().map(|adjoint| format!("{} = {}", adjoint.name, adjoint.value)));
    lines.push(format!("zzz = {}", form.expected));
    let mut network = read_network(&lines.join("\n"), FreeNames::Refused).0?;
    let value = network.definition(network.find("zzz")?)?.value;
    let value = Simplifier::new(&mut network, Goal::Textbook, NameUse::Keep).simplify(&mut network, value);
    let mut sheet = Sheet::default();
    let mut setter = Typesetter::new(&network, Style::default());
    let layout = setter.expr(&mut sheet, value);
    Some(latex::formula(&sheet, layout))
}

/// The formula without spacing, terms and factors of ⊙ in alphabetical order.
fn canonical(latex: &str) -> String {
    let mut plain = latex.replace("\\left", "").replace("\\right", "").replace("\\,", "").replace("\\cdot", "");
    plain.retain(|letter| letter != ' ');
    // Two spellings of one letter, and of one name.
    let plain = plain.replace("\\mathbb", "\\mathbf").replace("ReLU", "relu");
    ordered(&plain)
}

fn ordered(text: &str) -> String {
    let mut terms: Vec<String> = split(text, &["+", "-"]).into_iter().map(|term| factors(&term)).collect();
    terms.sort();
    terms.concat()
}

fn factors(term: &str) -> String {
    let (sign, term) = match term.strip_prefix(['+', '-']) {
        Some(rest) => (&term[..1], rest),
        None => ("+", term),
    };
    let mut factors: Vec<String> = split(term, &["\\odot"]).into_iter().map(|factor| inside(&factor)).collect();
    factors.iter_mut().for_each(|factor| *factor = factor.replace("\\odot", ""));
    factors.sort();
    format!("{sign}{}", factors.join("⊙"))
}

/// Orders what stands in brackets; braces around one token go.
fn inside(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find(['(', '{']) {
        let close = closing(rest, open);
        out.push_str(&rest[..open]);
        let body = &rest[open + 1..close];
        let is_token = body.chars().all(char::is_alphanumeric)
            || body.strip_prefix('\\').is_some_and(|name| name.chars().all(char::is_alphabetic));
        match rest.as_bytes()[open] {
            b'{' if is_token => out.push_str(body),
            b'{' => out.push_str(&format!("{{{}}}", ordered(body))),
            _ => out.push_str(&format!("({})", ordered(body))),
        }
        rest = &rest[close + 1..];
    }
    out + rest
}

fn closing(text: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match letter {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len() - 1
}

/// Splits before each separator outside brackets; a separator of one letter stays at the front of its piece.
fn split(text: &str, separators: &[&str]) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut depth = 0;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        match letter {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            _ => {}
        }
        let found = separators.iter().find(|separator| depth == 0 && rest.starts_with(**separator));
        match found {
            Some(separator) => {
                if !pieces.last().is_some_and(String::is_empty) {
                    pieces.push(String::new());
                }
                if separator.len() == 1
                    && let Some(last) = pieces.last_mut()
                {
                    last.push_str(separator);
                }
                rest = &rest[separator.len()..];
            }
            None => {
                if let Some(last) = pieces.last_mut() {
                    last.push(letter);
                }
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    pieces
}

/// Forms that are printed otherwise: 2γk(2γrrᵀ − I) has no sign in front, and a convolution whose selection tensor is
/// given as an input is a sum with that tensor (for what `conv1d` gives see `examples/conv1d.net`); where k is a size, no
/// index is called k.
const UNLIKE: [&str; 4] = ["rbf-hessian", "conv1d-w", "conv1d-x", "batch-linear-jacobian-W"];

#[test]
fn closed_forms_print_as_in_a_textbook() {
    let forms = forms("closed-forms");
    let mut others = Vec::new();
    let mut report = String::new();
    for form in &forms {
        let printed = printed(form).unwrap_or_default();
        if canonical(&printed) != canonical(&form.latex) {
            others.push(form.id.as_str());
            report.push_str(&format!("{}\n  textbook {}\n  printed  {printed}\n", form.id, form.latex));
        }
    }
    assert_eq!(others, UNLIKE, "{report}");
}

#[test]
fn order_is_free_and_nothing_else() {
    assert_eq!(canonical("a \\odot b + W^\\top x"), canonical("W^{\\top}x + b \\odot a"));
    assert_ne!(canonical("W^\\top x"), canonical("W x"));
    assert_ne!(canonical("a - b"), canonical("b - a"));
    assert_eq!(canonical("(a - b)^{-1}"), canonical("(-b + a)^{-1}"));
    assert_ne!(canonical("AB"), canonical("BA"));
}
