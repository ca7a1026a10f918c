//! What a declared shape promises of the entries of a value: class numbers, zeros and ones, rows that sum to 1.

use crate::diagnostic::Diagnostic;
use crate::eval::Tensor;
use crate::expr::NameId;
use crate::network::Network;
use crate::syntax::ast::ShapeKind;

/// How far from 1 the sum of a row may be.
const TOLERANCE: f64 = 1e-6;

/// Looks at each entry.
pub(super) fn check(network: &Network, name: NameId, entries: &[f64]) -> Result<(), Diagnostic> {
    let quantity = network.quantity(name);
    let classes = quantity.facts.classes.and_then(|classes| network.arena.shapes().known(classes));
    let (fits, what): (&dyn Fn(f64) -> bool, String) = match quantity.facts.kind {
        ShapeKind::Real => return Ok(()),
        ShapeKind::Index => {
            let in_range = move |value: f64| {
                value >= 1.0 && value.fract() == 0.0 && classes.is_none_or(|classes| value <= classes as f64)
            };
            return entries.iter().find(|&&value| !in_range(value)).map_or(Ok(()), |&value| {
                let upper = classes.map_or_else(|| "the number of classes".to_owned(), |classes| classes.to_string());
                let message = format!("`{}` is a class number from 1 to {upper}, not {value}", network.spelling(name));
                Err(Diagnostic::error("bad-value", message).hint("classes are counted from 1"))
            });
        }
        ShapeKind::OneHot | ShapeKind::Binary => (&|value| value == 0.0 || value == 1.0, "0 or 1".to_owned()),
        ShapeKind::Simplex => (&|value| (0.0..=1.0 + TOLERANCE).contains(&value), "a number from 0 to 1".to_owned()),
    };
    match entries.iter().find(|&&value| !fits(value)) {
        None => Ok(()),
        Some(value) => {
            let message = format!("an entry of `{}` is to be {what}, not {value}", network.spelling(name));
            Err(Diagnostic::error("bad-value", message))
        }
    }
}

/// Looks at the sums along the last axis.
pub(super) fn check_rows(network: &Network, name: NameId, tensor: &Tensor) -> Result<(), Diagnostic> {
    let kind = network.quantity(name).facts.kind;
    let Some(&width) = tensor.dims.last().filter(|&&width| width > 0) else { return Ok(()) };
    if !matches!(kind, ShapeKind::OneHot | ShapeKind::Simplex) {
        return Ok(());
    }
    let sums = tensor.data.chunks(width).map(|row| row.iter().sum::<f64>());
    match sums.into_iter().find(|sum| (sum - 1.0).abs() > TOLERANCE) {
        None => Ok(()),
        Some(sum) => {
            let message = format!("the entries of `{}` are to sum to 1, not to {sum}", network.spelling(name));
            Err(Diagnostic::error("bad-value", message)
                .hint("declare it without `simplex` or `onehot` if they need not"))
        }
    }
}

/// Refuses one number for all entries of what sums to 1.
pub(super) fn check_fill(network: &Network, name: NameId) -> Result<(), Diagnostic> {
    let quantity = network.quantity(name);
    if !matches!(quantity.facts.kind, ShapeKind::OneHot | ShapeKind::Simplex) {
        return Ok(());
    }
    let message = format!("the entries of `{}` sum to 1, so one number is not enough", network.spelling(name));
    Err(Diagnostic::error("bad-value", message).hint("write the entries: `[0, 1, 0]`"))
}
