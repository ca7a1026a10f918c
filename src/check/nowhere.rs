//! Whether a quantity has a value anywhere: of one that has none, 1/(x − x) or log(−1 − x²), no derivative is right.
//!
//! Takes what formulas differentiate; gives yes unless it is certainly undefined at all points that can be told.

use super::claim::{Claim, PartKind, Side};
use super::decide::{self, DecideOptions};
use super::entries::Classes;
use super::judge::Judge;
use super::memory::Memory;
use super::tensor;
use crate::expr::ExprId;
use crate::network::Network;

/// Why nothing is said of derivatives of such a quantity.
pub(super) const NO_VALUE: &str = "what is differentiated has no value at any point that was tried";

impl Judge {
    /// Whether one of the quantities that claims differentiate has no value anywhere.
    pub(super) fn differentiates_nothing(&mut self, claims: &[Claim]) -> bool {
        let mut subjects: Vec<ExprId> = Vec::new();
        for side in claims.iter().flat_map(|claim| [&claim.left, &claim.right]) {
            subjects.extend(differentiated(side, &mut self.context.network));
        }
        subjects.sort_unstable();
        subjects.dedup();
        subjects.into_iter().any(|subject| match self.valued.get(&subject) {
            Some(&has_value) => !has_value,
            None => {
                let has_value = has_value(&mut self.context.network, subject, &self.options);
                self.valued.insert(subject, has_value);
                !has_value
            }
        })
    }
}

/// What the derivative symbols of a side are derivatives of.
fn differentiated(side: &Side, network: &mut Network) -> Vec<ExprId> {
    let mut found = Vec::new();
    for part in &side.parts {
        match &part.kind {
            PartKind::Derivative { of, .. } => found.push(network.name_expr(*of)),
            PartKind::Differential { .. } => found.extend(part.children.iter().map(|&child| side.part(child).expr)),
            _ => {}
        }
    }
    found
}

/// Whether an expression has a value somewhere, or it cannot be told; at some sizes if it has axes.
fn has_value(network: &mut Network, subject: ExprId, options: &DecideOptions) -> bool {
    if !tensor::concerns(network, &[subject]) {
        return decide::has_value(network, &[subject], options);
    }
    let Some(assignments) = tensor::small_sizes(network, &[subject]) else { return true };
    Memory::with(network, |network, memory| {
        assignments.iter().any(|sizes| {
            let mut entries = memory.take_entries(network, sizes, Classes::Free);
            let scalars = entries.of(network, subject);
            let found = scalars.map_or(true, |scalars| decide::has_value(&mut entries.network, &scalars, options));
            memory.put_entries(sizes, entries);
            found
        })
    })
}
