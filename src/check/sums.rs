//! Formulas in which a sum is not written: the index stands on one side only.

use super::decide::Details;
use super::diagnose::Kind;
use super::judge::{Diagnosis, Judge, Judgement, Mistake};
use super::layouts::Read;
use super::read::{Chain, Unsummed, defines};
use crate::syntax::latex::Tree;

impl Judge {
    /// What an unread formula is of which a letter stands on one side only, where a sum over it makes it right: wrong, for
    /// the sum is missing, or undecided where Einstein's convention may be meant.
    pub(super) fn with_sums(
        &mut self,
        outcome: &Read,
        (tree, chain): (&Tree, &Chain),
        source: &str,
        layout: Option<&str>,
    ) -> Option<Read> {
        let unsummed = self.context.unsummed.take().filter(|_| matches!(outcome, Read::Unread(_)))?;
        if defines(&mut self.context, tree, chain) {
            return None;
        }
        self.context.summing = true;
        let found = self.with_details(Details::OfRight, |judge| judge.in_conventions(tree, chain, source, layout).0);
        self.context.summing = false;
        let letters = &unsummed.letters;
        match found {
            Read::Judged(Judgement::Right { .. }) if unsummed.repeated => {
                let reason =
                    format!("no sum over {letters} is written; with it, as by Einstein's convention, it is right");
                Some(Read::Judged(Judgement::Undecided(reason)))
            }
            Read::Judged(Judgement::Right { .. }) => {
                Some(Read::Judged(Judgement::Wrong(Box::new(missing(&unsummed, source, (tree, chain))))))
            }
            _ => None,
        }
    }
}

/// What is said of a formula that a sum makes right.
fn missing(unsummed: &Unsummed, source: &str, (tree, chain): (&Tree, &Chain)) -> Mistake {
    let (letters, span) = (&unsummed.letters, unsummed.span);
    let first = chain.sides[0].first().zip(chain.sides[0].last());
    let left = first.map(|(first, last)| tree.span(*first).to(tree.span(*last)));
    let texts = left.and_then(|left| Some((source.get(left.range())?.trim(), source.get(span.range())?.trim())));
    let correct_latex = texts.map(|(left, right)| match unsummed.single {
        true => format!("{left} = \\sum_{{{letters}}} {right}"),
        false => format!("{left} = \\sum_{{{letters}}} \\left({right}\\right)"),
    });
    let diagnosis =
        Diagnosis { kind: Kind::MissingSum.name(), message: format!("the sum over {letters} is missing"), span };
    let notes = vec!["with it the formula is right".to_owned()];
    Mistake { span, diagnosis: Some(diagnosis), correct_latex, notes, ..Mistake::default() }
}
