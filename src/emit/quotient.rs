//! Quotients on one line: where a display has a fraction in front of a product, text divides at the end, Xᵀr/m.

use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};

/// A product with what divides it.
pub(super) struct Quotient {
    /// The factors; a numerator of 1 is left out.
    pub(super) factors: Vec<LayoutId>,
    pub(super) denominator: LayoutId,
}

/// The row as a quotient, if it begins with a fraction of one piece by something that is no number and goes on with factors alone.
pub(super) fn quotient(sheet: &Sheet, row: &[LayoutId]) -> Option<Quotient> {
    let (&first, rest) = row.split_first()?;
    let Layout::Fraction { numerator, denominator } = *sheet.get(first) else { return None };
    let is_one = match sheet.get(numerator) {
        Layout::Number(number) => number == "1",
        Layout::Symbol { .. } => false,
        Layout::Script { base, .. } if matches!(sheet.get(*base), Layout::Symbol { .. }) => false,
        _ => return None,
    };
    if matches!(sheet.get(denominator), Layout::Number(_)) || rest.is_empty() || !are_factors(sheet, rest) {
        return None;
    }
    let front = (!is_one).then_some(numerator);
    Some(Quotient { factors: front.into_iter().chain(rest.iter().copied()).collect(), denominator })
}

/// Whether a division after these pieces would be read as one of them all.
fn are_factors(sheet: &Sheet, row: &[LayoutId]) -> bool {
    let mut stack = row.to_vec();
    while let Some(id) = stack.pop() {
        match sheet.get(id) {
            Layout::Row(row) => stack.extend(row),
            Layout::Operator(Operator::Juxtapose) => {}
            Layout::Operator(_) | Layout::Fraction { .. } | Layout::Cases(_) => return false,
            Layout::Script { base, .. } if matches!(sheet.get(*base), Layout::Operator(_)) => return false,
            Layout::Apply { argument, .. } if !matches!(sheet.get(*argument), Layout::Fenced { .. }) => return false,
            _ => {}
        }
    }
    true
}
