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
pub(super) fn are_factors(sheet: &Sheet, pieces: &[LayoutId]) -> bool {
    let mut stack = pieces.to_vec();
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

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::emit::text;
    use crate::notation::layout::{Face, Fence};

    fn letter(sheet: &mut Sheet, name: &str) -> LayoutId {
        sheet.push(Layout::Symbol { text: name.to_owned(), face: Face::Italic })
    }

    fn number(sheet: &mut Sheet, digits: &str) -> LayoutId {
        sheet.push(Layout::Number(digits.to_owned()))
    }

    fn fraction(sheet: &mut Sheet, numerator: LayoutId, denominator: LayoutId) -> LayoutId {
        sheet.push(Layout::Fraction { numerator, denominator })
    }

    fn parts(sheet: &Sheet, row: &[LayoutId]) -> Option<(Vec<String>, String)> {
        let quotient = quotient(sheet, row)?;
        let factors = quotient.factors.iter().map(|&factor| text::formula(sheet, factor)).collect();
        Some((factors, text::formula(sheet, quotient.denominator)))
    }

    #[test]
    fn a_fraction_in_front_divides_at_the_end() {
        let mut sheet = Sheet::default();
        let (one, m, x, r) =
            (number(&mut sheet, "1"), letter(&mut sheet, "m"), letter(&mut sheet, "X"), letter(&mut sheet, "r"));
        let front = fraction(&mut sheet, one, m);
        assert_eq!(parts(&sheet, &[front, x, r]), Some((vec!["X".to_owned(), "r".to_owned()], "m".to_owned())));
        let front = fraction(&mut sheet, x, m);
        assert_eq!(parts(&sheet, &[front, r]), Some((vec!["X".to_owned(), "r".to_owned()], "m".to_owned())));
    }

    #[test]
    fn a_number_below_or_a_sum_above_stays_in_front() {
        let mut sheet = Sheet::default();
        let (two, m, x) = (number(&mut sheet, "2"), letter(&mut sheet, "m"), letter(&mut sheet, "x"));
        let half = fraction(&mut sheet, m, two);
        assert_eq!(parts(&sheet, &[half, x]), None);
        let plus = sheet.push(Layout::Operator(Operator::Plus));
        let sum = sheet.push(Layout::Row(vec![m, plus, x]));
        let front = fraction(&mut sheet, sum, m);
        assert_eq!(parts(&sheet, &[front, x]), None);
        let front = fraction(&mut sheet, two, m);
        assert_eq!(parts(&sheet, &[front, x]), Some((vec!["2".to_owned(), "x".to_owned()], "m".to_owned())));
    }

    #[test]
    fn nothing_to_divide_and_no_fraction_are_no_quotient() {
        let mut sheet = Sheet::default();
        let (one, m, x) = (number(&mut sheet, "1"), letter(&mut sheet, "m"), letter(&mut sheet, "x"));
        let front = fraction(&mut sheet, one, m);
        assert_eq!(parts(&sheet, &[front]), None);
        assert_eq!(parts(&sheet, &[x, m]), None);
        assert_eq!(parts(&sheet, &[]), None);
    }

    #[test]
    fn a_sum_or_a_sign_after_it_keeps_the_fraction_in_front() {
        let mut sheet = Sheet::default();
        let (one, m, x) = (number(&mut sheet, "1"), letter(&mut sheet, "m"), letter(&mut sheet, "x"));
        let front = fraction(&mut sheet, one, m);
        let plus = sheet.push(Layout::Operator(Operator::Plus));
        assert_eq!(parts(&sheet, &[front, x, plus, x]), None);
        let again = fraction(&mut sheet, x, m);
        assert_eq!(parts(&sheet, &[front, x, again]), None);
        let inner = sheet.push(Layout::Row(vec![x, plus, x]));
        let fenced = sheet.push(Layout::Fenced { fence: Fence::Round, body: inner });
        assert_eq!(parts(&sheet, &[front, fenced]), Some((vec!["(x + x)".to_owned()], "m".to_owned())));
    }
}
