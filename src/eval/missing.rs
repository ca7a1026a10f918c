//! The errors that name all quantities without a value, and the forms in which values can be given.

use crate::diagnostic::Diagnostic;
use crate::expr::NameId;
use crate::network::Network;
use crate::syntax::ast::ShapeKind;

/// How many missing values are pointed at one by one.
const POINTED_AT: usize = 10;

/// The most entries of an example.
const MAX_EXAMPLE: i64 = 6;

/// The error that names all quantities without a value.
pub(super) fn missing_values(network: &Network, mut missing: Vec<NameId>) -> Diagnostic {
    missing.sort_by_key(|&name| (network.quantity(name).span, name));
    let message = match missing.as_slice() {
        [_] => format!("{} has no value", listed(network, &missing)),
        _ => format!("{} have no values", listed(network, &missing)),
    };
    pointing(network, Diagnostic::error("missing-value", message).hint(forms(network, &missing)), &missing)
}

/// The error of sizes that are not known because tensors have no values.
pub(super) fn missing_with_sizes(network: &Network, mut missing: Vec<NameId>, sizes: &[NameId]) -> Diagnostic {
    missing.sort_by_key(|&name| (network.quantity(name).span, name));
    let values = if missing.len() == 1 { "has no value" } else { "have no values" };
    let unknown = if sizes.len() == 1 { "the size" } else { "the sizes" };
    let are = if sizes.len() == 1 { "is" } else { "are" };
    let message =
        format!("{} {values}, so {unknown} {} {are} not known", listed(network, &missing), listed(network, sizes));
    pointing(network, Diagnostic::error("missing-value", message).hint(forms(network, &missing)), &missing)
}

fn pointing(network: &Network, error: Diagnostic, names: &[NameId]) -> Diagnostic {
    let spans = names.iter().take(POINTED_AT).map(|&name| network.quantity(name).span);
    spans.filter(|span| span.end > span.start).fold(error, |error, span| error.at(span, ""))
}

fn listed(network: &Network, names: &[NameId]) -> String {
    let words: Vec<String> = names.iter().map(|&name| format!("`{}`", network.spelling(name))).collect();
    match words.as_slice() {
        [only] => only.clone(),
        [first @ .., last] if words.len() <= POINTED_AT => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {} more", words[..POINTED_AT].join(", "), words.len() - POINTED_AT),
    }
}

/// How values can be given to these quantities.
fn forms(network: &Network, missing: &[NameId]) -> String {
    let examples: Vec<String> = missing.iter().take(3).map(|&name| example(network, name)).collect();
    let Some(&tensor) = missing.iter().find(|&&name| !network.quantity(name).shape.is_scalar()) else {
        return format!("give values in the file (`param w = 0.5`), or with `--at {}`", examples.join(","));
    };
    format!(
        "give values in the file, with `--at '{}'`, or from files: `--values {}.csv`, `--values values.json`",
        examples.join(", "),
        network.spelling(tensor)
    )
}

/// A value that a quantity could have: `x=[0.5, 0.5]`; `W=[[0.5, …], …]` if its sizes are open or large.
fn example(network: &Network, name: NameId) -> String {
    let shapes = network.arena.shapes();
    let quantity = network.quantity(name);
    let dims: Vec<Option<i64>> = shapes.dims(quantity.shape).iter().map(|&dim| shapes.known(dim)).collect();
    let count = dims.iter().try_fold(1i64, |count, dim| dim.and_then(|dim| count.checked_mul(dim)));
    let is_short = count.is_some_and(|count| count <= MAX_EXAMPLE);
    let (first, rest) = match quantity.facts.kind {
        ShapeKind::Real => ("0.5", "0.5"),
        ShapeKind::Index => ("1", "1"),
        ShapeKind::OneHot | ShapeKind::Binary | ShapeKind::Simplex => ("1", "0"),
    };
    let value = dims.iter().rev().enumerate().fold(first.to_owned(), |entry, (level, dim)| match dim {
        Some(dim) if is_short => {
            let other = if level == 0 { rest } else { &entry };
            let entries: Vec<&str> = std::iter::once(entry.as_str()).chain((1..*dim).map(|_| other)).collect();
            format!("[{}]", entries.join(", "))
        }
        _ => format!("[{entry}, …]"),
    });
    format!("{}={value}", network.spelling(name))
}
