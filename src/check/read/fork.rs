//! Places that can be read in more than one way: `W \odot v` where v is as long as the rows and as the columns of W.
//!
//! Such a formula is unread, unless none of its readings is right: then it is wrong, whatever its author meant. So the
//! readings are tried one after another, each with one choice for every place.

use crate::diagnostic::Span;

use super::context::Context;
use super::parser::Parser;

/// The most places of one formula whose readings are tried.
const MAX_FORKS: usize = 4;

/// Why a place can be read in more than one way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fork {
    /// A vector beside a square matrix: one entry for each row, or for each column.
    Along,
    /// A scalar added to a square matrix: to each entry, or to the diagonal.
    Diagonal,
    /// A power of a square matrix: of the matrix, or of each entry.
    Power,
    /// Two numbers side by side: a product, or one number.
    Digits,
    /// diag of a scalar: a multiple of I, or the scalar.
    Multiple,
    /// X_i of a matrix X, where a row and a column fit.
    Line,
    /// dot of two square matrices: their product, or the sum of the products of their entries.
    Dot,
}

/// The places of a chain that can be read in two ways, with the reading that is taken: whether it is the second.
#[derive(Clone, Debug, Default)]
pub struct Forks {
    places: Vec<(Fork, Span, bool)>,
    too_many: bool,
}

impl Forks {
    /// Goes on to the next choice of readings; whether there is one.
    pub fn advance(&mut self) -> bool {
        while let Some((fork, span, second)) = self.places.pop() {
            if !second {
                self.places.push((fork, span, true));
                return true;
            }
        }
        false
    }

    /// Whether there were more such places than are tried.
    pub fn too_many(&self) -> bool {
        self.too_many
    }

    fn second(&mut self, fork: Fork, span: Span) -> Option<bool> {
        let known = self.places.iter().find(|place| (place.0, place.1) == (fork, span));
        if let Some(&(.., second)) = known {
            return Some(second);
        }
        if self.places.len() == MAX_FORKS {
            self.too_many = true;
            return None;
        }
        self.places.push((fork, span, false));
        Some(false)
    }
}

impl Parser<'_> {
    /// Whether the second reading of a place is taken; nothing if its readings are not tried now.
    pub fn second(&mut self, fork: Fork, span: Span) -> Option<bool> {
        self.context.second(fork, span)
    }
}

impl Context {
    /// The same, for what stands in the whole chain.
    pub(super) fn second(&mut self, fork: Fork, span: Span) -> Option<bool> {
        self.forked = true;
        self.forks.as_mut()?.second(fork, span)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fork, Forks};
    use crate::diagnostic::Span;
    use pretty_assertions::assert_eq;

    #[test]
    fn every_choice_is_taken_once_though_a_place_appears_under_one_reading_of_another_only() {
        let mut forks = Forks::default();
        let mut seen = Vec::new();
        loop {
            let first = forks.second(Fork::Along, Span { start: 0, end: 1 });
            let inner = (first == Some(true)).then(|| forks.second(Fork::Power, Span { start: 0, end: 1 })).flatten();
            seen.push((first, inner));
            if !forks.advance() {
                break;
            }
        }
        assert_eq!(seen, [(Some(false), None), (Some(true), Some(false)), (Some(true), Some(true))]);
        assert!(!forks.too_many());
    }

    #[test]
    fn too_many_places_are_said_so() {
        let mut forks = Forks::default();
        let found: Vec<_> =
            (0..5).map(|at| forks.second(Fork::Along, Span { start: at, end: at + 1 }).is_some()).collect();
        assert_eq!(found, [true, true, true, true, false]);
        assert!(forks.too_many());
    }
}
