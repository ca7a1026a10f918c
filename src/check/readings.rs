//! Formulas with places that can be read in two ways, `W \odot v` of a square W: wrong if none of the readings is right.

use super::judge::{Judge, Judgement};
use super::layouts::Read;
use super::read::{Chain, Forks};
use crate::syntax::latex::Tree;

/// The most readings of one formula that are tried.
const MAX_READINGS: usize = 24;

impl Judge {
    /// What a formula is that is unread because of such places: wrong if each of its readings is, or what it was.
    pub(super) fn in_each_reading(
        &mut self,
        unread: Read,
        (tree, chain): (&Tree, &Chain),
        source: &str,
        layout: Option<&str>,
    ) -> Read {
        self.context.forks = Some(Forks::default());
        let mut first = None;
        for _ in 0..MAX_READINGS {
            let found = self.in_conventions(tree, chain, source, layout);
            if !matches!(found.0, Read::Judged(Judgement::Wrong(_))) {
                break;
            }
            first = first.or(Some(found));
            let forks = self.context.forks.as_mut();
            if forks.is_none_or(|forks| forks.too_many() || !forks.advance()) {
                self.context.forks = None;
                return first.map_or(unread, |found| self.explained(found, (tree, chain), source, layout));
            }
        }
        self.context.forks = None;
        unread
    }
}
