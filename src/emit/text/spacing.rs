//! What stands between the pieces of a formula on one line, and which pieces need parentheses there.

use super::{SUBSCRIPTS, Task};
use crate::notation::layout::{Face, Fence, Layout, LayoutId, Operator, Sheet};

/// Pieces side by side; a space where two would read as one.
pub(super) fn row_tasks(sheet: &Sheet, row: &[LayoutId], stack: &mut Vec<Task>) {
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
    } else if is_differentiation(sheet, left)
        || is_sum_sign(sheet, left)
        || is_braced(sheet, right) && is_transposed(sheet, left)
    {
        " "
    } else if [left, right].into_iter().any(|id| is_fraction(id) || is_braced(sheet, id))
        || starts_with_fraction(sheet, right)
    {
        " · "
    } else if reads_as_one(sheet, left, right) || ends_low(sheet, left) || starts_with_sum(sheet, right) {
        " "
    } else {
        ""
    }
}

/// Whether a layout is a case distinction.
pub(super) fn is_cases(sheet: &Sheet, id: LayoutId) -> bool {
    matches!(sheet.get(id), Layout::Cases(_))
}

/// Whether a layout is Xᵀ: what follows is a matrix product, for which · would be another sign.
fn is_transposed(sheet: &Sheet, id: LayoutId) -> bool {
    let Layout::Script { sup: Some(sup), .. } = sheet.get(id) else { return false };
    matches!(sheet.get(*sup), Layout::Operator(Operator::Transpose))
}

/// Whether a layout is a case distinction, which stands in braces instead of its parentheses, or a power of one.
fn is_braced(sheet: &Sheet, id: LayoutId) -> bool {
    match sheet.get(id) {
        Layout::Fenced { fence: Fence::Round, body } => is_cases(sheet, *body),
        Layout::Script { base, .. } => {
            matches!(sheet.get(*base), Layout::Fenced { fence: Fence::Round, body } if is_cases(sheet, *body))
        }
        _ => is_cases(sheet, id),
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
        Layout::Script { base, .. } => is_word(sheet, *base),
        _ => is_word(sheet, id),
    }
}

fn is_word(sheet: &Sheet, id: LayoutId) -> bool {
    match sheet.get(id) {
        Layout::Function { text, .. } => text.chars().count() > 1,
        Layout::Symbol { text, face: Face::Upright } => text.chars().count() > 1,
        _ => false,
    }
}

/// Whether a layout stands above or below a slash without parentheses.
pub(super) fn is_one_piece(sheet: &Sheet, id: LayoutId) -> bool {
    match sheet.get(id) {
        Layout::Symbol { .. } | Layout::Number(_) | Layout::Accent { .. } | Layout::Fenced { .. } => true,
        Layout::Cases(_) | Layout::Matrix(_) => true,
        Layout::Apply { argument, .. } => matches!(sheet.get(*argument), Layout::Fenced { .. }),
        Layout::Script { base, .. } => match sheet.get(*base) {
            Layout::Symbol { .. }
            | Layout::Number(_)
            | Layout::Fenced { .. }
            | Layout::Accent { .. }
            | Layout::Operator(_) => true,
            Layout::Apply { argument, .. } => matches!(sheet.get(*argument), Layout::Fenced { .. }),
            _ => false,
        },
        Layout::Operator(_) | Layout::Verbatim { plain: None, .. } | Layout::Function { .. } | Layout::Root { .. } => {
            true
        }
        &Layout::Verbatim { plain: Some(plain), .. } => is_one_piece(sheet, plain),
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
    let is_apply =
        |id: LayoutId| matches!(sheet.get(id), Layout::Apply { function, .. } if is_operator_name(sheet, *function));
    let is_named_call = |id: LayoutId| match sheet.get(id) {
        Layout::Script { base, .. } => is_apply(*base),
        _ => is_apply(id),
    };
    is_word(left) || is_word(right) || is_named_call(right)
}
