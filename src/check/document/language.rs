//! A formula on its own, in LaTeX or in the network language, whichever it can be read in.

use super::{Checker, Outcome, Question};
use crate::check::claim::PartKind;
use crate::check::judge::{Judge, Judgement};
use crate::check::layouts::Read;
use crate::check::read::{Sentence, sentence};
use crate::expr::NameId;
use crate::network::{Origin, Outer};
use crate::notes::Formula;
use crate::syntax::latex::Macros;

impl Checker<'_> {
    /// Checks a formula on its own. What has signs of the network language is read in it; what may be either is right if
    /// it is in one of them, and wrong only if it is in both.
    pub(super) fn alone(&mut self, formula: &Formula, question: &Question<'_>) {
        if let Some((outcome, true)) = self.in_language(question) {
            self.add(formula, formula.span, None, outcome);
            return;
        }
        match (question.wrt, question.of) {
            (Some(by), of) => self.right_side(formula, of, by),
            (None, _) => self.formula(formula, &Macros::default()),
        }
        let [finding] = self.checked.findings.as_slice() else { return };
        let has_tensors = self.judges.iter().any(|judge| judge.context.has_tensors());
        let is_open = match &finding.outcome {
            Outcome::Judged(Judgement::Unread(error)) => error.code != "ambiguous",
            Outcome::Judged(Judgement::Wrong(_) | Judgement::Undecided(_)) => has_tensors,
            _ => false,
        };
        if !is_open {
            return;
        }
        // `z_2^3` is a power in the network language, and in LaTeX may be none.
        let is_plain = self.source.text.contains('*');
        let unread = match &finding.outcome {
            Outcome::Judged(Judgement::Unread(error)) => is_plain && error.code != "ambiguous",
            _ => false,
        };
        let undecided = matches!(&finding.outcome, Outcome::Judged(Judgement::Undecided(_)));
        let Some((outcome, _)) = self.in_language(question) else { return };
        let better = match &outcome {
            Outcome::Judged(Judgement::Right { .. }) => true,
            Outcome::Judged(Judgement::Unread(_)) | Outcome::Skipped(_) => false,
            Outcome::Judged(Judgement::Wrong(_)) => unread,
            Outcome::Judged(Judgement::Undecided(_)) => !undecided,
        };
        if better && let [finding] = self.checked.findings.as_mut_slice() {
            finding.outcome = outcome;
        }
    }

    /// What the formula is in the network language, by the first network that can read it; and whether it is in no other
    /// language.
    fn in_language(&mut self, question: &Question<'_>) -> Option<(Outcome, bool)> {
        let (source, layout) = (self.source.text.as_str(), self.layout.as_deref());
        let mut first = None;
        for judge in &mut self.judges {
            let of = question.of.or(judge.context.network.cost);
            let (outcome, strict) = match sentence(&judge.context.network, source, of)? {
                Ok(sentence) => {
                    let derivative = question.wrt.filter(|_| sentence.sides() == 1).map(|by| (of, by));
                    (of_sentence(judge, &sentence, derivative, (source, layout))?, sentence.strict)
                }
                Err(error) => (Outcome::Judged(Judgement::Unread(error)), true),
            };
            if !matches!(outcome, Outcome::Judged(Judgement::Unread(_))) {
                return Some((outcome, strict));
            }
            first = first.or(Some((outcome, strict)));
            if question.wrt.is_some() {
                // Its names are those of the first network.
                break;
            }
        }
        first
    }
}

/// What a formula in the network language is against one network; nothing if it claims nothing that can be checked.
fn of_sentence(
    judge: &mut Judge,
    sentence: &Sentence,
    derivative: Option<(Option<NameId>, NameId)>,
    (source, layout): (&str, Option<&str>),
) -> Option<Outcome> {
    let derivative = match derivative {
        Some((of, by)) => Some((of?, by)),
        None if sentence.sides() < 2 => return Some(Outcome::Skipped("no equation".to_owned())),
        None => None,
    };
    if let Some(name) = new_name(judge, sentence)
        && sentence.rest().value(&mut judge.context, Outer::Matrix).is_ok()
    {
        return Some(Outcome::Skipped(format!("defines {name}")));
    }
    let outcome = judge.in_language(sentence, derivative, source, layout);
    Some(match outcome {
        Read::Judged(Judgement::Wrong(_)) if derivative.is_none() && sets_a_leaf(judge, sentence) => {
            Outcome::Skipped("gives a leaf a value".to_owned())
        }
        Read::Judged(judgement) => Outcome::Judged(judgement),
        Read::Unread(error) => Outcome::Judged(Judgement::Unread(error)),
        Read::Skipped(reason) => Outcome::Skipped(reason),
        Read::Defined(name) => Outcome::Skipped(format!("defines {name}")),
    })
}

/// The name on the left of a formula, if the network lacks it.
pub(super) fn new_name(judge: &Judge, sentence: &Sentence) -> Option<String> {
    let (name, _) = sentence.left_name()?;
    (sentence.sides() > 1 && judge.context.network.find(&name).is_none()).then_some(name)
}

/// Whether a formula of two sides says what a leaf is: no claim about the network.
pub(super) fn sets_a_leaf(judge: &mut Judge, sentence: &Sentence) -> bool {
    let Ok(claims) = sentence.claims(&mut judge.context, Outer::Matrix) else {
        let name = sentence.left_name().and_then(|(name, _)| judge.context.network.find(&name));
        return name.is_some_and(|name| is_leaf(judge, name));
    };
    let [claim] = claims.as_slice() else { return false };
    match claim.left.part(claim.left.root()).kind {
        PartKind::Name(name) => is_leaf(judge, name),
        _ => false,
    }
}

fn is_leaf(judge: &Judge, name: NameId) -> bool {
    matches!(judge.context.network.quantity(name).origin, Origin::Leaf(_) | Origin::Size)
}
