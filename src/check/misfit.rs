//! What is said of products whose shapes do not fit: the transposes and the order of factors with which they are right.

use super::claim::Claim;
use super::decide::decide;
use super::diagnose::{Kind, shapes};
use super::form::Form;
use super::judge::{Diagnosis, Judge, Mistake};
use super::read::{Chain, LONGER, Misfit, Repair, read_again};
use super::verdict::Verdict;
use super::wording;
use crate::diagnostic::Diagnostic;
use crate::expr::ExprId;
use crate::notation::Style;
use crate::syntax::latex::{ItemId, Tree};

/// The longest part that is quoted, in characters.
const MAX_QUOTED: usize = 90;

impl Judge {
    /// What is said of a product whose shapes do not fit.
    pub(super) fn misfit(&mut self, misfit: Misfit, (tree, chain): (&Tree, &Chain), source: &str) -> Mistake {
        let left = read_again(&mut self.context, tree, &chain.sides[0], &misfit.bound);
        let side = chain.sides.iter().position(|items| {
            let [Some(first), Some(last)] = [items.first(), items.last()] else { return false };
            tree.span(*first).start <= misfit.span.start && misfit.span.end <= tree.span(*last).end
        });
        let mut mistake = Mistake {
            span: misfit.span,
            bound: misfit.bound.clone(),
            diagnosis: Some(Diagnosis { kind: "shapes", message: named(&misfit.error, source), span: misfit.span }),
            ..Mistake::default()
        };
        let (Some((left, names)), Some(side)) = (left, side.filter(|&side| side > 0)) else { return mistake };
        let claim = Claim {
            span: chain.span(tree),
            wrt: None,
            left: left.clone(),
            right: left,
            relation: super::claim::Equality::Exact,
            bound: misfit.bound.clone(),
            slips: Vec::new(),
            link: 0,
            names,
        };
        if !self.explains() {
            return mistake;
        }
        if let Some(diagnosis) = self.rearranged(&misfit, tree, &chain.sides[side], &claim) {
            mistake.span = diagnosis.span;
            mistake.diagnosis = Some(diagnosis);
        }
        mistake.correct_latex = wording::correct(&mut self.context, &claim, &claim, source);
        mistake
    }

    /// The transposes and the order of the factors with which the formula is right.
    fn rearranged(&mut self, misfit: &Misfit, tree: &Tree, items: &[ItemId], claim: &Claim) -> Option<Diagnosis> {
        if misfit.factors.len() < 2 {
            return None;
        }
        let truth = self.truth_of(&claim.left);
        let options = self.options().bare();
        let mut network = std::mem::take(&mut self.context.network);
        let context = &mut self.context;
        let rows = misfit.vectors == shapes::Vectors::Rows;
        let mut complete = |network: &mut crate::network::Network, expr: ExprId| {
            std::mem::swap(network, &mut context.network);
            let form = Form::of(context.network.arena.dims(expr), rows);
            context.repair = Some(Repair { span: misfit.span, expr, form });
            let side = read_again(context, tree, items, &misfit.bound);
            context.repair = None;
            std::mem::swap(network, &mut context.network);
            let side = side?.0;
            side.form().same(claim.left.form(), network.arena.shapes()).then_some(side.expr)
        };
        let mut is_truth = |network: &mut crate::network::Network, whole: ExprId| {
            matches!(decide(network, whole, truth, &options), Verdict::Right(_))
        };
        let factors = (misfit.factors.as_slice(), misfit.vectors);
        let found = shapes::rearrange(&mut network, truth, factors, Style::default(), &mut complete, &mut is_truth);
        self.context.network = network;
        let found = found?;
        let whose = misfit.factors.iter().filter(|factor| Some(factor.expr) == found.whose);
        let span = match whose.collect::<Vec<_>>().as_slice() {
            [only] if found.kind == Kind::Transpose => only.span,
            _ => misfit.span,
        };
        Some(Diagnosis { kind: found.kind.name(), message: found.message, span })
    }
}

/// What an error says, its longer parts as the author wrote them.
fn named(error: &Diagnostic, source: &str) -> String {
    let mut said = error.message.split(LONGER);
    let mut out = said.next().unwrap_or_default().to_owned();
    let mut places = error.labels.iter().skip(1).map(|label| source.get(label.span.range()).unwrap_or_default().trim());
    for rest in said {
        match places.next().filter(|text| !text.is_empty() && text.chars().count() <= MAX_QUOTED) {
            Some(text) => out.push_str(&format!("`{text}`")),
            None => out.push_str(LONGER),
        }
        out.push_str(rest);
    }
    out
}
