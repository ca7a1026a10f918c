//! Sums of tensors: constant axes and common factors taken out where that is shorter.

use std::cmp::Reverse;

use crate::calculus::Rule;
use crate::calculus::simplify::common::TakenOut;
use crate::calculus::simplify::contraction::Trial;
use crate::calculus::simplify::measure::is_negative;
use crate::calculus::simplify::parts::{Part, Parts};
use crate::calculus::simplify::product::{content, positive_first, scale_terms};
use crate::calculus::simplify::unit::is_unit;
use crate::calculus::simplify::{Goal, Simplifier};
use crate::expr::{ExprId, Label, Node, NumberId};
use crate::network::Network;

/// The most terms among which common factors are sought pair by pair.
const MAX_PAIRED: usize = 16;
/// The most factors that are taken out of one sum.
const MAX_TAKEN: usize = 16;
/// The most terms of a sum whose products are multiplied out on trial.
const TRIAL_TERMS: usize = 12;

impl Simplifier {
    /// A sum of tensors, like terms collected, with what its terms share taken out, or multiplied out if shorter.
    pub(super) fn shorten_sum(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        if !matches!(network.arena.node(id), Node::Sum(_)) {
            return id;
        }
        let Trial { class, is_trial } = match self.trial(network, id) {
            Ok(trial) => trial,
            Err(known) => return known,
        };
        if self.may_vanish(network, id) && self.is_zero(network, id) {
            return self.note(Rule::SumToZero, id, crate::expr::Arena::ZERO);
        }
        self.open.push(class);
        let taken = self.take_out_tensors(network, id);
        let shorter = if is_trial { self.multiply_out_if_shorter(network, id, taken) } else { taken };
        self.open.pop();
        let shorter = self.take_out_number(network, shorter);
        self.tried.insert((id, is_trial), shorter);
        shorter
    }

    /// The number that all terms have in front, before the sum: 2(mc − Xᵀ𝟏).
    fn take_out_number(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let number = content(&network.arena, id).abs();
        let Some(inverse) = number.recip().filter(|_| !number.is_one() && self.goal != Goal::Expand) else { return id };
        let sum = scale_terms(&mut network.arena, id, &inverse);
        let number = network.arena.number_id(number);
        let after = network.arena.scale(number, sum);
        let smaller = self.measures.size(&network.arena, after) < self.measures.size(&network.arena, id);
        if smaller { self.note(Rule::TakeOut, id, after) } else { id }
    }

    /// Whether a short sum has a term that is a sum over an axis and nothing else: μ − Xᵀ𝟏/n.
    fn may_vanish(&mut self, network: &Network, id: ExprId) -> bool {
        let Node::Sum(terms) = network.arena.node(id) else { return false };
        terms.len() <= 4
            && terms.iter().any(|&term| {
                let parts = self.opened(network, term);
                parts.summed.iter().any(|&label| parts.uses(label) == 1 && !is_unit(parts.size(label)))
            })
    }

    fn take_out_tensors(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let mut sum = self.constant_axes(network, id);
        for _ in 0..MAX_TAKEN {
            let Node::Sum(terms) = network.arena.node(sum) else { break };
            let terms = terms.to_vec();
            if let Some(next) = self.take_out_both_sides(network, sum) {
                sum = next;
                continue;
            }
            let all = self.best(network, sum, &terms, true);
            let next = match all {
                Some(next) => Some(next),
                None => self.take_out_pair(network, sum, &terms),
            };
            match next {
                Some(next) if next != sum => sum = next,
                _ => break,
            }
        }
        sum
    }

    /// The best of the common factors of all `terms`, taken out of `sum`, if that is an improvement.
    fn best(&mut self, network: &mut Network, sum: ExprId, terms: &[ExprId], all: bool) -> Option<ExprId> {
        let mark = self.record.len();
        let parts: Vec<Parts> = terms.iter().map(|&term| self.opened(network, term)).collect();
        // [u ⊙ w; v ⊙ w] shows more than what the places would be as a matrix.
        let placed: Vec<ExprId> = parts.iter().filter_map(|term| placing(network, term)).collect();
        if placed.windows(2).any(|pair| pair[0] != pair[1]) {
            return None;
        }
        let before = self.measures.size(&network.arena, sum);
        let mut best: Option<(u32, Reverse<usize>, TakenOut)> = None;
        for common in self.commons(network, &parts) {
            // From a pair a number such as 1/n would nest; 1 − σ(z) is worth it.
            let is_long =
                common.base().is_some_and(|base| matches!(network.arena.node(base), Node::Sum(_) | Node::Call { .. }));
            if !all && common.is_scalar() && !is_long || !self.is_welcome(&parts, &common) {
                continue;
            }
            let Some(out) = self.taken_out(network, &parts, &common) else { continue };
            // xᵢ₊₁ − xᵢ shows more than a matrix of ones and minus ones times x.
            if out.terms.iter().any(|term| is_selection(network, term)) {
                continue;
            }
            let (_, draft) = self.draft(network, &out);
            let identities = out.terms.iter().filter(|term| is_identity(term)).count() as u32;
            if identities > 0 && common.base().is_some_and(|base| self.is_inverse(network, base)) {
                // A⁻¹BA⁻¹ − A⁻¹ shows more than A⁻¹(BA⁻¹ − I).
                continue;
            }
            // So does a scalar in every entry: l w + w ⊘ s rather than (l𝟏 + 1 ⊘ s) ⊙ w.
            let spread = out.terms.iter().filter(|term| is_spread(network, term)).count();
            let spread = if spread < out.terms.len() { 2 * spread as u32 } else { 0 };
            // An identity left behind by a matrix counts as a product; one that a number had was there before.
            let left_behind = if common.is_scalar() { 0 } else { 2 * identities + spread };
            let sign = u32::from(!all && is_negative(&network.arena, draft));
            let size = self.measures.size(&network.arena, draft) + left_behind - sign;
            let welcome = if common.is_scalar() { all && identities > 0 } else { out.covers_result };
            let good = size < before || size == before && welcome;
            // Of equally short ones the factor with more axes leaves fewer behind.
            let rank = Reverse(common.rank());
            if good && best.as_ref().is_none_or(|best| (size, rank) < (best.0, best.1)) {
                best = Some((size, rank, out));
            }
        }
        let (_, _, out) = best?;
        let (rest, _) = self.draft(network, &out);
        let rest = self.rebuild_terms(network, rest);
        let whole = with_rest(network, &out, rest);
        let after = self.rebuild_node(network, whole);
        // Among other terms the sign of a pair costs nothing.
        let sign = u32::from(!all && is_negative(&network.arena, after));
        let smaller = self.measures.size(&network.arena, after) <= before + sign && after != sum;
        self.record.truncate(mark);
        smaller.then(|| self.note(Rule::TakeOut, sum, after))
    }

    /// The sum that remains and the product, before it is simplified.
    pub(super) fn draft(&mut self, network: &mut Network, out: &TakenOut) -> (ExprId, ExprId) {
        let terms: Vec<ExprId> = out
            .terms
            .iter()
            .map(|term| {
                let product = term.build(&mut network.arena);
                self.normal(network, product)
            })
            .collect();
        let rest = network.arena.sum(&terms);
        let rest = self.collect_terms(network, rest);
        let whole = with_rest(network, out, rest);
        let whole = self.normal(network, whole);
        let whole = self.contraction_signs(network, whole);
        (rest, whole)
    }

    /// A term taken apart; a scalar that is one inner product is opened too.
    pub(super) fn opened(&mut self, network: &Network, term: ExprId) -> Parts {
        let mut parts = Parts::of(&network.arena, term);
        if parts.out.is_empty() {
            let inner = parts.factors.iter().position(|part| {
                part.exponent == NumberId::ONE && matches!(network.arena.node(part.base), Node::Contraction { .. })
            });
            if let Some(at) = inner {
                let opened = Parts::of(&network.arena, parts.factors[at].base);
                parts.factors.remove(at);
                let coefficient = parts.coefficient.mul(&opened.coefficient);
                parts.splice(&opened, &[], at);
                parts.coefficient = coefficient.unwrap_or(parts.coefficient);
            }
        }
        parts
    }

    /// A term taken apart, with an inner product that holds a sum opened.
    fn opened_sum(&mut self, network: &Network, term: ExprId) -> Parts {
        let mut parts = Parts::of(&network.arena, term);
        let is_sum = |base: ExprId| matches!(network.arena.node(base), Node::Sum(_));
        if parts.factors.iter().any(|part| part.exponent == NumberId::ONE && is_sum(part.base)) {
            return parts;
        }
        let inner = parts.factors.iter().position(|part| {
            part.exponent == NumberId::ONE
                && part.axes.is_empty()
                && matches!(network.arena.node(part.base), Node::Contraction { .. })
                && network.arena.children(part.base).any(is_sum)
        });
        if let Some(at) = inner {
            let opened = Parts::of(&network.arena, parts.factors[at].base);
            if let Some(coefficient) = parts.coefficient.mul(&opened.coefficient) {
                parts.factors.remove(at);
                parts.splice(&opened, &[], at);
                parts.coefficient = coefficient;
            }
        }
        parts
    }

    /// Common factors of two terms; from a pair never a scalar alone.
    fn take_out_pair(&mut self, network: &mut Network, sum: ExprId, terms: &[ExprId]) -> Option<ExprId> {
        if terms.len() > MAX_PAIRED || terms.len() < 3 {
            return None;
        }
        for first in 0..terms.len() {
            for second in first + 1..terms.len() {
                let pair = network.arena.sum(&[terms[first], terms[second]]);
                let Some(joined) = self.best(network, pair, &[terms[first], terms[second]], false) else { continue };
                if matches!(network.arena.node(joined), Node::Sum(_)) {
                    continue;
                }
                let mut kept = terms.to_vec();
                kept[first] = joined;
                kept.remove(second);
                let after = network.arena.sum(&kept);
                let after = positive_first(&mut network.arena, after);
                if self.measures.size(&network.arena, after) <= self.measures.size(&network.arena, sum) {
                    return Some(self.note(Rule::TakeOut, sum, after));
                }
            }
        }
        None
    }

    /// Axes along which all terms are constant leave the sum: (s − 1)𝟏.
    fn constant_axes(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Node::Sum(terms) = network.arena.node(id) else { return id };
        let terms: Vec<Parts> = terms.iter().map(|&term| Parts::of(&network.arena, term)).collect();
        let rank = terms[0].out.len();
        let constant = |place: usize| {
            terms.iter().all(|term| term.uses(term.out[place]) == 0 && term.places(term.out[place]).len() == 1)
        };
        let places: Vec<usize> = (0..rank).filter(|&place| constant(place)).collect();
        if places.is_empty() {
            return id;
        }
        let kept: Vec<usize> = (0..rank).filter(|place| !places.contains(place)).collect();
        let mut whole = Parts::one();
        let dims = network.arena.dims(id).to_vec();
        whole.out = whole.labels(&dims);
        let reduced: Vec<ExprId> = terms
            .iter()
            .map(|term| {
                let mut term = term.clone();
                term.out = kept.iter().map(|&place| term.out[place]).collect();
                let product = term.build(&mut network.arena);
                self.normal(network, product)
            })
            .collect();
        let rest = network.arena.sum(&reduced);
        let rest = self.rebuild_terms(network, rest);
        let axes = kept.iter().map(|&place| whole.out[place]).collect();
        whole.factors = vec![Part { base: rest, exponent: NumberId::ONE, axes }];
        let after = whole.build(&mut network.arena);
        let after = self.normal(network, after);
        let smaller = self.measures.size(&network.arena, after) <= self.measures.size(&network.arena, id);
        if smaller && after != id { self.note(Rule::TakeOut, id, after) } else { id }
    }

    /// The sum with products over sums multiplied out one level, if that ends up shorter than `taken`.
    fn multiply_out_if_shorter(&mut self, network: &mut Network, id: ExprId, taken: ExprId) -> ExprId {
        let Node::Sum(terms) = network.arena.node(taken) else { return taken };
        let terms = terms.to_vec();
        if terms.len() > TRIAL_TERMS {
            return taken;
        }
        let mark = self.record.len();
        let mut expanded = Vec::new();
        let mut opened = false;
        for &term in &terms {
            let parts = self.opened_sum(network, term);
            let at = parts.factors.iter().position(|part| {
                part.exponent == NumberId::ONE
                    && matches!(network.arena.node(part.base), Node::Sum(terms) if terms.len() <= TRIAL_TERMS)
            });
            match at
                .filter(|_| parts.factors.len() > 1 || !parts.summed.is_empty() || parts.factors[0].axes != parts.out)
            {
                Some(at) => {
                    opened = true;
                    expanded.extend(self.distribute_parts(network, &parts, at, false));
                }
                None => expanded.push(term),
            }
        }
        if !opened {
            return taken;
        }
        let sum = network.arena.sum(&expanded);
        let after = match network.arena.node(sum) {
            Node::Sum(_) => {
                let collected = self.collect_terms(network, sum);
                self.take_out_tensors(network, collected)
            }
            _ => sum,
        };
        let smaller = self.measures.size(&network.arena, after) < self.measures.size(&network.arena, taken);
        let after = self.conclude(mark, Rule::Expand, id, after, smaller);
        if smaller { after } else { taken }
    }
}

/// Whether a term is a multiple of the identity.
fn is_identity(term: &Parts) -> bool {
    let is_number = term.factors.iter().all(|part| part.axes.is_empty());
    is_number && term.out.len() == 2 && term.out[0] == term.out[1]
}

/// The selection that puts a term on a part of an axis of the result, or takes a part of a factor.
fn placing(network: &Network, term: &Parts) -> Option<ExprId> {
    let places = |part: &&Part| {
        let is_alone = |label: &Label| term.uses(*label) == if term.out.contains(label) { 1 } else { 2 };
        part.axes.len() == 2
            && matches!(network.arena.node(part.base), Node::Selection(_))
            && part.axes.iter().any(is_alone)
    };
    term.factors.iter().find(places).map(|part| part.base)
}

/// Whether a term only picks entries, several of them.
fn is_selection(network: &Network, term: &Parts) -> bool {
    let picks = |part: &Part| part.axes.len() > 1 && matches!(network.arena.node(part.base), Node::Selection(_));
    !term.factors.is_empty() && term.factors.iter().all(picks)
}

/// Whether a term is a named scalar in every entry.
fn is_spread(network: &Network, term: &Parts) -> bool {
    let is_named = |part: &Part| part.axes.is_empty() && network.arena.as_name(part.base).is_some();
    !term.factors.is_empty() && term.factors.iter().all(is_named) && !term.out.is_empty() && !is_identity(term)
}

/// The product with what remained in the place that was kept for it.
pub(super) fn with_rest(network: &mut Network, out: &TakenOut, rest: ExprId) -> ExprId {
    let mut whole = out.whole.clone();
    whole.factors[out.rest].base = rest;
    whole.build(&mut network.arena)
}
