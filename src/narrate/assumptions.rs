//! What was assumed, as a reason beside a formula: because Σⱼ yⱼ = 1.

use crate::calculus::Assumed;
use crate::narrate::phrases::text;
use crate::notation::Typesetter;
use crate::notation::document::Inline;
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};

/// "because Σⱼ yⱼ = 1 and A = Aᵀ"; nothing where nothing was assumed.
pub(super) fn reasons(setter: &mut Typesetter<'_>, sheet: &mut Sheet, assumed: &[Assumed]) -> Vec<Inline> {
    let mut words = Vec::new();
    for (at, one) in assumed.iter().enumerate() {
        let before = match at {
            0 => "because ",
            _ if at + 1 == assumed.len() => " and ",
            _ => ", ",
        };
        words.push(text(before));
        words.push(Inline::Math(assumption(setter, sheet, one)));
    }
    words
}

/// The formula of what was assumed.
pub fn assumption(setter: &mut Typesetter<'_>, sheet: &mut Sheet, assumed: &Assumed) -> LayoutId {
    let number = |sheet: &mut Sheet, digits: &str| sheet.push(Layout::Number(digits.to_owned()));
    let (left, relation, right) = match *assumed {
        Assumed::OneHot(name) => return said(setter, sheet, name, " is one-hot"),
        Assumed::Binary(name) => return said(setter, sheet, name, " has entries 0 and 1 only"),
        Assumed::Positive(expr) => (setter.expr(sheet, expr), Operator::Greater, number(sheet, "0")),
        Assumed::Symmetric(matrix) => (setter.expr(sheet, matrix), Operator::Equals, setter.transpose(sheet, matrix)),
        Assumed::SumsToOne { sum, .. } => {
            let rank = setter.network().arena.dims(sum).len();
            let letters = setter.index_letters(rank);
            (setter.component(sheet, sum, &letters), Operator::Equals, number(sheet, "1"))
        }
        Assumed::Sum { left, right } => (setter.expr(sheet, left), Operator::Equals, setter.expr(sheet, right)),
    };
    let relation = sheet.push(Layout::Operator(relation));
    sheet.push(Layout::Row(vec![left, relation, right]))
}

fn said(setter: &mut Typesetter<'_>, sheet: &mut Sheet, name: crate::expr::ExprId, words: &str) -> LayoutId {
    let name = setter.expr(sheet, name);
    let words = sheet.push(Layout::Text(words.to_owned()));
    sheet.push(Layout::Row(vec![name, words]))
}
