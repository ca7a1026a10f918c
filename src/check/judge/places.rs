//! Where a claim was looked at, in words: entries, sizes, layers.

use crate::check::claim::Claim;
use crate::check::read::Context;
use crate::check::verdict::{Sizes, Wrong};
use crate::expr::NameId;

/// The entries of tensors where both sides were compared, counted from 1.
pub(super) fn entries_of(context: &Context, wrong: &Wrong) -> Vec<(String, f64)> {
    let entry = |(name, at, value): &(NameId, Vec<usize>, f64)| {
        let at: Vec<String> = at.iter().map(usize::to_string).collect();
        (format!("{}[{}]", context.network.spelling(*name), at.join(", ")), *value)
    };
    wrong.entries.iter().map(entry).collect()
}

/// At which sizes tensors were compared: `at k, m, n = 3, 4, 5 and 5, 4, 3`.
pub(super) fn sizes_text(context: &Context, sizes: &[Sizes]) -> Option<String> {
    let names: Vec<String> = sizes.first()?.iter().map(|&(name, _)| context.network.spelling(name)).collect();
    let lengths = |choice: &Sizes| {
        let lengths = sizes[0].iter().map(|&(name, _)| choice.iter().find(|size| size.0 == name));
        lengths.map(|size| size.map_or(String::new(), |size| size.1.to_string())).collect::<Vec<_>>().join(", ")
    };
    let choices: Vec<String> = sizes.iter().map(lengths).collect();
    let (names, choices) = (names.join(", "), choices.join(" and "));
    Some(match sizes[0].iter().any(|&(name, _)| context.network.is_numeral(name)) {
        true => format!("at the sizes {choices} for {names}"),
        false => format!("at the sizes {names} = {choices}"),
    })
}

/// The values of general indices: `l = 2, k = 1`.
pub(super) fn bound_text(bound: &[(String, i64)]) -> String {
    bound.iter().map(|(letter, value)| format!("{letter} = {value}")).collect::<Vec<_>>().join(", ")
}

/// How many values of the general indices the claims are for.
pub(super) fn bindings(claims: &[Claim]) -> usize {
    let mut known: Vec<&[(String, i64)]> = claims.iter().map(|claim| claim.bound.as_slice()).collect();
    known.dedup();
    known.len()
}

/// For which values of its general indices a chain was judged.
pub(super) fn layers(claims: &[Claim]) -> Option<String> {
    let mut all: Vec<String> =
        claims.iter().filter(|claim| !claim.bound.is_empty()).map(|claim| bound_text(&claim.bound)).collect();
    all.dedup();
    match all.len() {
        0 => None,
        1..=6 => Some(format!("for {}", all.join("; "))),
        count => Some(format!("for {} to {}, {count} in all", all[0], all[count - 1])),
    }
}
