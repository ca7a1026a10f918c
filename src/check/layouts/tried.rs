//! What came of the readings of one formula, and what is said of them all.

use super::Read;
use crate::check::form::Form;
use crate::check::judge::Judgement;
use crate::check::read::Convention;
use crate::expr::ExprId;

/// What came of the conventions so far.
#[derive(Default)]
pub(in crate::check) struct Tried {
    pub(super) outcomes: Vec<(Read, Convention)>,
    /// The claims that were judged.
    pub(super) said: Vec<Vec<(ExprId, ExprId, Form, Form)>>,
    /// Under how many conventions it could be read.
    pub(super) count: usize,
    /// Whether it speaks of differentials.
    forward: bool,
}

impl Tried {
    /// Adds what came of a convention. Where the formula says how what is under its first d follows from the rest, d means
    /// a differential, and what it would be as a derivative of the cost is of no interest; where it does not, d is none.
    pub(super) fn add(&mut self, found: Read, convention: Convention, forward: bool) {
        if convention.differentials && forward && !self.forward && !matches!(found, Read::Unread(_)) {
            self.outcomes.clear();
            self.forward = true;
        }
        if convention.differentials && forward || !convention.differentials && !self.forward {
            self.outcomes.push((found, convention));
        }
    }

    /// Whether nothing has come yet.
    pub(in crate::check) fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }

    /// Whether something was judged.
    pub(in crate::check) fn has_judged(&self) -> bool {
        self.outcomes.iter().any(|(read, _)| matches!(read, Read::Judged(_)))
    }

    /// Adds what came of one reading.
    pub(in crate::check) fn push(&mut self, found: Read, convention: Convention) {
        self.outcomes.push((found, convention));
    }

    /// What is said where no convention makes the formula right: undecided if it is under one of them; else what the
    /// likeliest convention says. What cannot be read under that one may be right there, whatever the others say.
    pub(in crate::check) fn outcome(self) -> (Read, Convention) {
        let mut first: Option<(Read, Convention)> = None;
        for outcome in self.outcomes {
            match &outcome.0 {
                Read::Judged(Judgement::Undecided(_)) => return outcome,
                Read::Unread(error) if error.code == "ambiguous" => return outcome,
                _ => first = first.or(Some(outcome)),
            }
        }
        first.unwrap_or_else(|| (Read::Skipped("no equation".to_owned()), Convention::USUAL))
    }
}
