//! What is said of a chain that is wrong: where, at which point, why, and what would be right.

use super::places::{bindings, bound_text, entries_of};
use super::{Judge, PartKind};
use crate::calculus::{Goal, NameUse, Simplifier};
use crate::check::claim::Claim;
use crate::check::diagnose::Diagnoser;
use crate::check::verdict::Wrong;
use crate::check::{links, mend, narrow, wording};
use crate::diagnostic::Span;
use crate::expr::Reach;
use crate::notation::Style;

/// How a note begins that says where a wrong formula holds.
pub(in crate::check) const HOLDS_FOR: &str = "it holds for ";

/// A link that does not hold.
#[derive(Clone, Debug, Default)]
pub struct Mistake {
    /// As narrow a place as can be told.
    pub span: Span,
    /// A point where both sides differ, and their values; nothing for a formula that is malformed only.
    pub wrong: Option<Wrong>,
    /// The sizes at which tensors were compared, as the network spells them.
    pub sizes: Vec<(String, usize)>,
    /// The scalars of the point, as the network spells them.
    pub point: Vec<(String, f64)>,
    /// The entries of tensors at the point: `W[1, 2]`.
    pub entries: Vec<(String, f64)>,
    /// The values of general indices for which it is wrong.
    pub bound: Vec<(String, i64)>,
    /// What is wrong with it, where that was found out.
    pub diagnosis: Option<Diagnosis>,
    /// The right formula, in the author's notation.
    pub correct_latex: Option<String>,
    /// What else the reader should know: for which layers it fails, which link it is.
    pub notes: Vec<String>,
}

/// What is wrong with a formula.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnosis {
    /// The kind of mistake, in kebab-case.
    pub kind: &'static str,
    /// One sentence, lower-case, without a full stop.
    pub message: String,
    /// The narrow place.
    pub span: Span,
}

impl Judge {
    /// All that is to be said about a wrong chain.
    pub(super) fn mistake(
        &mut self,
        claims: &[Claim],
        claim: &Claim,
        wrong: Wrong,
        failing: &[(&Claim, Wrong)],
        source: &str,
    ) -> Mistake {
        let first = claims.iter().find(|first| first.bound == claim.bound).unwrap_or(claim);
        self.found = None;
        let mut diagnosis = self.diagnose(first, claim);
        let point = wrong.at.iter().map(|(name, value)| (self.context.network.spelling(*name), *value)).collect();
        let entries = entries_of(&self.context, &wrong);
        let mut notes = Vec::new();
        if claim.link > 0 {
            notes.push(format!("it is equality number {} that does not hold", claim.link + 1));
        }
        if !claim.bound.is_empty() {
            let fails: Vec<String> = failing.iter().map(|(claim, _)| bound_text(&claim.bound)).collect();
            let shown = fails.iter().take(8).cloned().collect::<Vec<_>>().join("; ");
            let total = bindings(claims);
            notes.push(format!("it fails for {shown}{}", if fails.len() < total { "" } else { ", all there are" }));
        }
        notes.extend(wrong.holds_for.iter().map(|part| format!("{HOLDS_FOR}{part}")));
        let correct_latex = self.corrected((claims, first, claim), &mut diagnosis, source);
        let span = diagnosis.as_ref().map_or(claim.right.span(), |diagnosis| diagnosis.span);
        let sizes = wrong.sizes.iter().map(|&(name, length)| (self.context.network.spelling(name), length)).collect();
        let bound = claim.bound.clone();
        Mistake { span, wrong: Some(wrong), sizes, point, entries, bound, diagnosis, correct_latex, notes }
    }

    /// The right formula: the author's text with one edit, where what was found to be wrong with it is mended so; else in
    /// our form.
    fn corrected(
        &mut self,
        (claims, first, claim): (&[Claim], &Claim, &Claim),
        diagnosis: &mut Option<Diagnosis>,
        source: &str,
    ) -> Option<String> {
        let found = self.found.take();
        let explained = found.as_ref().map(|found| mend::Explained { claims, first, claim, found, source });
        let options = self.options.clone();
        match explained.and_then(|explained| mend::respelled(&mut self.context, &explained, &options)) {
            Some(respelled) => {
                *diagnosis = respelled.said.or(diagnosis.take());
                Some(respelled.latex)
            }
            None => wording::correct(&mut self.context, first, claim, source),
        }
    }

    /// What is wrong with the right side of a claim, confirmed by the checker.
    pub(super) fn diagnose(&mut self, first: &Claim, claim: &Claim) -> Option<Diagnosis> {
        let options = self.options.clone();
        let network = &mut self.context.network;
        let found = match first.wrt {
            Some(partial) if partial.reach == Reach::Total => {
                let diagnoser = self.diagnosers.entry(partial);
                let make = || Diagnoser::of_derivative(network, partial.of, partial.by, Style::default());
                diagnoser.or_insert_with(make).diagnose(&mut self.context.network, claim.right.expr, &options)
            }
            _ => {
                let truth = match first.left.part(first.left.root()).kind {
                    PartKind::Name(name) => network.definition(name).map(|equation| equation.value),
                    _ => None,
                };
                let truth = truth.unwrap_or(first.left.expr);
                let mut forms = vec![truth];
                let is_flatter = network.arena.dims(claim.right.expr).len() < network.arena.dims(truth).len();
                if let PartKind::Derivative { by, .. } = &first.left.part(first.left.root()).kind
                    && (is_flatter || by.windows(2).any(|pair| pair[0] != pair[1]))
                {
                    // A mixed derivative, and a Hessian that may be diagonal, is worked out as a person would write it.
                    let worked = Simplifier::new(network, Goal::Textbook, NameUse::Fold).simplify(network, truth);
                    forms.insert(0, worked);
                    forms.dedup();
                }
                forms.into_iter().find_map(|truth| {
                    let mut diagnoser = Diagnoser::of_expression(network, truth, Style::default());
                    diagnoser.diagnose(network, claim.right.expr, &options)
                })
            }
        };
        let truth = first.left.expr;
        let Some(found) = found else {
            return links::broken(&mut self.context, &claim.right, truth, &options);
        };
        let span = narrow::place(&mut self.context.network, &claim.right, truth, &found);
        let told = Diagnosis { kind: found.kind.name(), message: found.message.clone(), span };
        self.found = Some(found);
        Some(told)
    }
}
