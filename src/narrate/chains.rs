//! Sums over paths: one product for each path, on one line while they are short, else a line for each.

use crate::expr::ExprId;
use crate::narrate::phrases::equation;
use crate::notation::Typesetter;
use crate::notation::document::Line;
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};

/// The most factors that a sum over paths has on one line.
pub(super) const ONE_LINE: usize = 8;

/// `left = Σ over chains`: one line, or one for each chain where they are long.
pub(super) fn lines(
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    left: Option<LayoutId>,
    chains: &[Vec<ExprId>],
) -> Vec<Line> {
    let factors: usize = chains.iter().map(Vec::len).sum();
    if chains.len() < 2 || factors <= ONE_LINE {
        let right = sum(setter, sheet, chains);
        return vec![equation(left, right, Vec::new())];
    }
    let mut left = left;
    signed_products(setter, sheet, chains)
        .into_iter()
        .enumerate()
        .map(|(at, (sign, product))| match (at, sign) {
            (0, Operator::Minus) => {
                let minus = sheet.push(Layout::Operator(Operator::Negative));
                let right = flat_row(setter, sheet, vec![minus, product]);
                equation(left.take(), right, Vec::new())
            }
            (0, _) => equation(left.take(), product, Vec::new()),
            (_, sign) => Line { left: None, relation: sign, right: product, note: Vec::new() },
        })
        .collect()
}

/// The sum over chains on one line.
pub(super) fn sum(setter: &mut Typesetter<'_>, sheet: &mut Sheet, chains: &[Vec<ExprId>]) -> LayoutId {
    let mut row = Vec::new();
    for (at, (sign, product)) in signed_products(setter, sheet, chains).into_iter().enumerate() {
        let operator = match (at, sign) {
            (0, Operator::Minus) => Some(Operator::Negative),
            (0, _) => None,
            (_, sign) => Some(sign),
        };
        row.extend(operator.map(|operator| sheet.push(Layout::Operator(operator))));
        row.push(product);
    }
    flat_row(setter, sheet, row)
}

/// Each chain with the sign that stands before it; a product that starts with its sign is subtracted.
fn signed_products(
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    chains: &[Vec<ExprId>],
) -> Vec<(Operator, LayoutId)> {
    let mut products = Vec::with_capacity(chains.len());
    for chain in chains {
        let product = setter.chain(sheet, chain);
        let row = match sheet.get(product) {
            Layout::Row(pieces) => pieces.clone(),
            _ => vec![product],
        };
        let mut pieces = flattened(sheet, &row);
        let negative =
            pieces.first().is_some_and(|&first| matches!(sheet.get(first), Layout::Operator(Operator::Negative)));
        if negative {
            pieces.remove(0);
        }
        let product = setter.row(sheet, pieces);
        products.push((if negative { Operator::Minus } else { Operator::Plus }, product));
    }
    products
}

/// A row whose pieces that are rows lie flat in it, so that long ones can be broken into lines.
fn flat_row(setter: &Typesetter<'_>, sheet: &mut Sheet, pieces: Vec<LayoutId>) -> LayoutId {
    let flat = flattened(sheet, &pieces);
    setter.row(sheet, flat)
}

fn flattened(sheet: &Sheet, pieces: &[LayoutId]) -> Vec<LayoutId> {
    let mut flat = Vec::with_capacity(pieces.len());
    for &piece in pieces {
        match sheet.get(piece) {
            Layout::Row(inner) => flat.extend(inner.iter().copied()),
            _ => flat.push(piece),
        }
    }
    flat
}
