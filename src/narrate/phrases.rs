//! Sentences that are put together from words and formulas.

use crate::calculus::Rule;
use crate::eval::Verdict;
use crate::expr::{ExprId, FunctionId, Node};
use crate::notation::Typesetter;
use crate::notation::document::{Align, Block, Inline, Line, Table};
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};

/// Words.
pub(super) fn text(words: impl Into<String>) -> Inline {
    Inline::Text(words.into())
}

/// `left = right`.
pub(super) fn equation(left: Option<LayoutId>, right: LayoutId, note: Vec<Inline>) -> Line {
    Line { left, relation: Operator::Equals, right, note }
}

/// A simplification's name.
pub(super) fn rule_name(rule: Rule) -> Vec<Inline> {
    vec![text(rule.words())]
}

/// The names of the rules applied to expressions, each once, in order; what goes without saying is left out where
/// something else is said.
pub(super) fn rule_words(
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    applied: impl IntoIterator<Item = (Rule, ExprId)>,
) -> Vec<Inline> {
    let mut seen: Vec<(Rule, Option<FunctionId>)> = Vec::new();
    for (rule, expr) in applied {
        let function = match setter.network().arena.node(expr) {
            Node::Call { function, .. } if rule == Rule::Function => Some(function),
            _ => None,
        };
        if !seen.contains(&(rule, function)) {
            seen.push((rule, function));
        }
    }
    let trivial = |rule: Rule| matches!(rule, Rule::Variable | Rule::Constant);
    if seen.iter().any(|(rule, _)| !trivial(*rule)) {
        seen.retain(|(rule, _)| *rule != Rule::Variable);
    }
    let mut words = Vec::new();
    for (at, (rule, function)) in seen.into_iter().enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        match function {
            Some(function) => {
                words.push(text(format!("{comma}derivative of ")));
                words.push(Inline::Math(setter.function_symbol(sheet, function)));
            }
            None => words.push(text(format!("{comma}{}", rule.words()))),
        }
    }
    words
}

/// "z is 0", "u equals v": a place in words, for an equation in a sentence would claim that it holds.
pub(super) fn place_words(setter: &mut Typesetter<'_>, sheet: &mut Sheet, sides: [ExprId; 2]) -> Vec<Inline> {
    let words = if setter.network().arena.as_number(sides[1]).is_some() { " is " } else { " equals " };
    let [left, right] = sides.map(|side| Inline::Math(setter.expr(sheet, side)));
    vec![left, text(words), right]
}

/// A number of a few significant digits as a formula: 0.0123, −1.5·10⁻⁹.
pub fn number(sheet: &mut Sheet, value: f64, digits: usize) -> LayoutId {
    if !value.is_finite() {
        let words = if value.is_nan() { "not a number" } else { "∞" };
        let layout = match value.is_nan() {
            true => Layout::Text(words.to_owned()),
            false => Layout::Symbol { text: words.to_owned(), face: crate::notation::layout::Face::Italic },
        };
        let body = sheet.push(layout);
        return if value < 0.0 { negative(sheet, body) } else { body };
    }
    let (mantissa, exponent) = decimal(value.abs(), digits);
    let mut layout = sheet.push(Layout::Number(mantissa));
    if exponent != 0 {
        let times = sheet.push(Layout::Operator(Operator::Times));
        let ten = sheet.push(Layout::Number("10".to_owned()));
        let magnitude = sheet.push(Layout::Number(exponent.unsigned_abs().to_string()));
        let power = if exponent < 0 { negative(sheet, magnitude) } else { magnitude };
        let power = sheet.push(Layout::Script { base: ten, sub: None, sup: Some(power), primes: 0 });
        layout = sheet.push(Layout::Row(vec![layout, times, power]));
    }
    if value < 0.0 { negative(sheet, layout) } else { layout }
}

fn negative(sheet: &mut Sheet, body: LayoutId) -> LayoutId {
    let sign = sheet.push(Layout::Operator(Operator::Negative));
    sheet.push(Layout::Row(vec![sign, body]))
}

/// Digits and the power of ten that is written beside them, 0 for none.
fn decimal(value: f64, digits: usize) -> (String, i32) {
    if value == 0.0 {
        return ("0".to_owned(), 0);
    }
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..digits as i32).contains(&exponent) {
        let places = (digits as i32 - 1 - exponent).max(0) as usize;
        return (trimmed(&format!("{value:.places$}")), 0);
    }
    (trimmed(mantissa), exponent)
}

/// Without zeros at the end of the decimals.
fn trimmed(digits: &str) -> String {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.').to_owned() } else { digits.to_owned() }
}

/// A plain number for running text and JSON-free tables.
pub fn plain(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "not a number".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    let (mantissa, exponent) = decimal(value.abs(), digits);
    let sign = if value < 0.0 { "−" } else { "" };
    if exponent == 0 { format!("{sign}{mantissa}") } else { format!("{sign}{mantissa}e{exponent}") }
}

/// What a finite difference says, in a word or two.
pub(super) fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Agrees => "agrees",
        Verdict::Differs => "differs",
        Verdict::OnKink => "on a kink",
        Verdict::CannotTell(_) => "cannot tell",
    }
}

/// Which finite differences were left out, if some were.
pub(super) fn left_out_note(taken: usize, all: usize) -> Option<Vec<Inline>> {
    let words =
        format!("{taken} of {all} central differences are taken, the others left out: --wrt takes those of a few.");
    (taken < all).then(|| vec![text(words)])
}

/// Why some finite differences say nothing: a sentence for each reason.
pub(super) fn verdict_notes(verdicts: impl IntoIterator<Item = Verdict>) -> Vec<Vec<Inline>> {
    let mut notes: Vec<String> = Vec::new();
    for verdict in verdicts {
        let note = match verdict {
            Verdict::Agrees | Verdict::Differs => continue,
            Verdict::OnKink => {
                "On a kink: the difference takes both sides, so it is not held against the value.".into()
            }
            Verdict::CannotTell(reason) => format!("Cannot tell: {reason}."),
        };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes.into_iter().map(|note| vec![text(note)]).collect()
}

/// A heading of the second level.
pub(super) fn heading(blocks: &mut Vec<Block>, words: &str) {
    blocks.push(Block::Heading { level: 2, text: vec![text(words)] });
}

/// A table of the first rows of `all`; what is left out is said.
pub(super) fn table(blocks: &mut Vec<Block>, header: &[&str], align: &str, rows: Vec<Vec<Vec<Inline>>>, all: usize) {
    let align = align.chars().map(|column| if column == 'r' { Align::Right } else { Align::Left }).collect();
    let left_out = all.saturating_sub(rows.len());
    let header = header.iter().map(|word| vec![text(*word)]).collect();
    blocks.push(Block::Table(Table { align, header, rows }));
    if left_out > 0 {
        blocks
            .push(Block::Paragraph(vec![text(format!("{left_out} further rows are left out; --json has them all."))]));
    }
}
