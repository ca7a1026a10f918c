//! Formulas in the network language, judged: in every layout, and with `u @ v.T` of vectors as a matrix and as a number.

use super::claim::{Claim, Side};
use super::decide::Details;
use super::diagnose::shapes::Vectors;
use super::judge::{Diagnosis, Judge, Judgement, Mistake};
use super::layouts::{Read, Tried};
use super::read::{Context, Sentence};
use crate::diagnostic::Diagnostic;
use crate::expr::{ExprId, NameId};
use crate::network::Outer;

/// What is said where `dz = W @ dx` may be about differentials.
const EITHER: &str = "`d…` may stand for derivatives of the cost, with which it is wrong, or for differentials";
/// What is said where a rounded number stands in a formula that cannot be taken apart.
const ROUNDED: &str = "a number in it may be rounded, and stands where its digits cannot be counted";

impl Judge {
    /// Judges a formula in the network language; `derivative` says of what and by what it should be the derivative when it
    /// is a right side alone.
    pub(super) fn in_language(
        &mut self,
        sentence: &Sentence,
        derivative: Option<(NameId, NameId)>,
        source: &str,
        layout: Option<&str>,
    ) -> Read {
        let mut tried = Tried::default();
        let mut seen: Vec<Vec<(ExprId, ExprId)>> = Vec::new();
        for convention in self.conventions(layout) {
            if convention.vectors == Vectors::Rows {
                continue;
            }
            for outer in [Outer::Matrix, Outer::Number] {
                self.context.reading = convention;
                let read = match derivative {
                    Some((of, by)) => sentence.derivative(&mut self.context, of, by, outer),
                    None => sentence.claims(&mut self.context, outer),
                };
                let claims = match read {
                    Ok(claims) if claims.is_empty() => return Read::Skipped("no equation".to_owned()),
                    Ok(claims) => claims,
                    Err(error) => {
                        tried.push(unfit(error), convention);
                        continue;
                    }
                };
                let said: Vec<(ExprId, ExprId)> =
                    claims.iter().map(|claim| (claim.left.expr, claim.right.expr)).collect();
                if seen.contains(&said) {
                    continue;
                }
                seen.push(said);
                match self.judged_in_language(&claims, tried.is_empty(), source) {
                    Judgement::Right { ground, mut notes } => {
                        notes.extend(convention.note().filter(|_| tried.has_judged() && layout.is_none()));
                        return Read::Judged(Judgement::Right { ground, notes });
                    }
                    other => tried.push(Read::Judged(other), convention),
                }
            }
        }
        let (outcome, _) = tried.outcome();
        match outcome {
            Read::Judged(Judgement::Wrong(_)) if sentence.may_be_forward(&mut self.context) => {
                Read::Judged(Judgement::Undecided(EITHER.to_owned()))
            }
            outcome => outcome,
        }
    }

    fn judged_in_language(&mut self, claims: &[Claim], first: bool, source: &str) -> Judgement {
        let details = if first { self.options().details } else { Details::OfRight };
        let judgement = self.with_details(details, |judge| judge.judge(claims, source));
        let mut sides = claims.iter().flat_map(|claim| [&claim.left, &claim.right]);
        match judgement {
            Judgement::Wrong(_) if sides.any(|side| is_rigid(&mut self.context, side)) => {
                Judgement::Undecided(ROUNDED.to_owned())
            }
            judgement => judgement,
        }
    }
}

/// Whether a number with a decimal point stands in a side that cannot be built anew with another one.
fn is_rigid(context: &mut Context, side: &Side) -> bool {
    let literals: Vec<_> = side.literals().map(|(part, _)| part).collect();
    let zero = crate::expr::Arena::ONE;
    !literals.is_empty()
        && side.rebuild(&mut context.network.arena, |part, _| literals.contains(&part).then_some(zero)).is_none()
}

/// Shapes that do not fit make a formula wrong; what else cannot be read is unread.
fn unfit(error: Diagnostic) -> Read {
    if error.code != "shape" {
        return Read::Unread(error);
    }
    let span = error.labels.first().map(|label| label.span).unwrap_or_default();
    let notes = error.hint.into_iter().collect();
    let diagnosis = Some(Diagnosis { kind: "shapes", message: error.message, span });
    Read::Judged(Judgement::Wrong(Box::new(Mistake { span, diagnosis, notes, ..Mistake::default() })))
}
