//! Derivatives of what has no value anywhere: log(−1 − x²) + 1/(x − x) has rules for its derivative, but none.

use super::Judge;
use crate::check::claim::Claim;
use crate::check::decide::decide;
use crate::check::proof::NOWHERE;
use crate::check::verdict::Verdict;
use crate::expr::{Arena, NameId};

impl Judge {
    /// Why claims that follow from the rules are not right: what is differentiated is defined nowhere.
    pub(super) fn nowhere(&mut self, claims: &[Claim]) -> Option<String> {
        let of =
            claims.iter().filter_map(|claim| claim.wrt).map(|partial| partial.of).find(|&of| !self.has_value(of))?;
        Some(format!("{} has a value nowhere, as far as can be seen", self.context.network.spelling(of)))
    }

    /// Whether a quantity has a value somewhere; so too if that cannot be told.
    fn has_value(&mut self, of: NameId) -> bool {
        if let Some(&known) = self.defined.get(&of) {
            return known;
        }
        let expr = self.context.network.name_expr(of);
        let verdict = decide(&mut self.context.network, expr, Arena::ZERO, &self.options.bare());
        let known = !matches!(verdict, Verdict::Undecided(found) if found.reason.contains(NOWHERE));
        self.defined.insert(of, known);
        known
    }
}
