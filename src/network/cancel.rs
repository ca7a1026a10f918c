//! Sums whose terms cancel: what is divided by one has no value anywhere.

use crate::expr::{Arena, ExprId, Factor, LabelsId, Node, NumberId};
use crate::rational::Rational;

/// Sums of more terms are not looked at.
const MAX_TERMS: usize = 32;

/// A term without its coefficient.
#[derive(PartialEq)]
enum Kind<'a> {
    Number,
    Whole(ExprId),
    Product(&'a [Factor], Option<LabelsId>),
}

/// Whether a sum is 0 as it stands: x − x, 2AB − 2AB.
pub(super) fn cancels(arena: &Arena, expr: ExprId) -> bool {
    let Node::Sum(terms) = arena.node(expr) else { return false };
    if terms.len() > MAX_TERMS {
        return false;
    }
    let mut totals: Vec<(Kind<'_>, Rational)> = Vec::with_capacity(terms.len());
    for &term in terms {
        let (kind, value) = parts(arena, term);
        match totals.iter_mut().find(|total| total.0 == kind) {
            Some(total) => match total.1.add(&value) {
                Some(sum) => total.1 = sum,
                None => return false,
            },
            None => totals.push((kind, value)),
        }
    }
    totals.iter().all(|total| total.1.is_zero())
}

fn parts(arena: &Arena, mut term: ExprId) -> (Kind<'_>, Rational) {
    let mut value = Rational::ONE;
    loop {
        if let Some(number) = arena.as_number(term).and_then(|number| number.mul(&value)) {
            return (Kind::Number, number);
        }
        let (coefficient, factors, labels) = match arena.node(term) {
            Node::Product { coefficient, factors } => (coefficient, factors, None),
            Node::Contraction { coefficient, factors, labels } => (coefficient, factors, Some(labels)),
            _ => return (Kind::Whole(term), value),
        };
        value = match arena.value(coefficient).mul(&value) {
            Some(product) => product,
            None => return (Kind::Whole(term), value),
        };
        match factors {
            // −(2x) is 2x once more.
            [only] if only.exponent == NumberId::ONE && labels.is_none_or(|labels| stays(arena, labels)) => {
                term = only.base;
            }
            _ => return (Kind::Product(factors, labels), value),
        }
    }
}

/// Whether the axes of the only factor are those of the result.
fn stays(arena: &Arena, labels: LabelsId) -> bool {
    let labels = arena.labels(labels);
    labels.factors.first() == Some(&labels.out)
}
