//! Formulas with an L that is not declared: the last layer, as far as can be told.

use super::{Judge, Judgement};
use crate::check::claim::Claim;

impl Judge {
    /// Judges claims with an L that is not declared: they hold for all its values, or for the last layer there is.
    pub(super) fn for_last(&mut self, letter: &str, claims: &[Claim], source: &str) -> Judgement {
        let all = self.judged(claims, source);
        let value = |claim: &Claim| claim.bound.iter().find(|(known, _)| known == letter).map(|(_, value)| *value);
        let last = claims.iter().filter_map(value).max();
        let of_last: Vec<Claim> = claims.iter().filter(|claim| value(claim) == last).cloned().collect();
        if !matches!(all, Judgement::Wrong(_)) || of_last.len() == claims.len() {
            return all;
        }
        match self.judged(&of_last, source) {
            Judgement::Right { ground, mut notes } => {
                notes.push(format!("`{letter}` taken for the last one there is"));
                return Judgement::Right { ground, notes };
            }
            // A formula that is malformed is so for every layer.
            Judgement::Wrong(mistake)
                if mistake.wrong.is_none() && !claims.iter().all(|claim| claim.slips.is_empty()) =>
            {
                return Judgement::Wrong(mistake);
            }
            _ => {}
        }
        let reason =
            format!("what `{letter}` stands for is not declared, and the formula does not hold for all values");
        Judgement::Undecided(format!("{reason}; say `dim {letter} = …` in the network"))
    }
}

/// A general index in capitals that no size declares: it means the last layer, which only the author knows.
pub(super) fn undeclared_last(claim: &Claim) -> Option<&str> {
    let capital = |letter: &str| letter.chars().all(char::is_uppercase);
    claim.bound.iter().map(|(letter, _)| letter.as_str()).find(|letter| capital(letter))
}
