//! Multiplying out: always when asked for, else where terms cancel and the whole gets shorter.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::calculus::Rule;
use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::measure::factors_of;
use crate::calculus::simplify::parts::{Part, Parts};
use crate::expr::{ExprId, Factor, Node, NumberId};
use crate::network::Network;

/// The most terms that a trial expansion may have.
const TRIAL_TERMS: usize = 64;
/// The most terms that an expansion on request may have; a longer product stays as it is.
const MAX_TERMS: usize = 1_000;

impl Simplifier {
    /// A product over a sum, multiplied out if a term of the sum cancels against the rest and the result is shorter.
    pub(super) fn expand_if_smaller(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Node::Product { factors, .. } = network.arena.node(id) else { return id };
        let factors = factors.to_vec();
        if !factors.iter().any(|factor| matches!(network.arena.node(factor.base), Node::Sum(_))) {
            return id;
        }
        if let Some(after) = self.expand_below(network, id) {
            return after;
        }
        let present = self.classes(network, &factors);
        let Some(at) = factors.iter().position(|factor| self.cancels(network, factor, &present)) else { return id };
        let mark = self.record.len();
        let terms = self.distribute(network, id, at);
        let sum = network.arena.sum(&terms);
        let sum = self.collect_terms(network, sum);
        let after = self.expand_sum_if_smaller(network, sum);
        let after = self.take_out(network, after);
        let after = self.in_order_of(network, after, &factors, at);
        let smaller = self.measures.size(&network.arena, after) < self.measures.size(&network.arena, id);
        self.conclude(mark, Rule::Expand, id, after, smaller)
    }

    /// 1/(v(1 + q/v)) as 1/(v + q): what stands below the line as a product of its own.
    fn expand_below(&mut self, network: &mut Network, id: ExprId) -> Option<ExprId> {
        let (coefficient, factors) = factors_of(&network.arena, id);
        let is_below = |factor: &&Factor| factor.exponent == NumberId::MINUS_ONE;
        let has_sum = |factor: &Factor| matches!(network.arena.node(factor.base), Node::Sum(_));
        if factors.iter().filter(is_below).count() < 2 || !factors.iter().filter(is_below).any(has_sum) {
            return None;
        }
        let below: Vec<Factor> = factors.iter().filter(is_below).map(|factor| Factor::plain(factor.base)).collect();
        let product = network.arena.product(NumberId::ONE, &below);
        let mark = self.record.len();
        let expanded = self.expand_if_smaller(network, product);
        if expanded == product {
            return None;
        }
        let mut rest: Vec<Factor> = factors.iter().filter(|factor| !is_below(factor)).copied().collect();
        rest.push(Factor { base: expanded, exponent: NumberId::MINUS_ONE });
        let whole = network.arena.product(coefficient, &rest);
        let after = self.flat_product(network, whole);
        Some(self.conclude(mark, Rule::Expand, id, after, true))
    }

    /// The same for the scalars of a product of tensors.
    pub(super) fn expand_scalars_below(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        if !matches!(network.arena.node(id), Node::Contraction { .. }) {
            return id;
        }
        let mut parts = Parts::of(&network.arena, id);
        let scalars = parts.factors.iter().filter(|part| part.axes.is_empty());
        let scalars: Vec<Factor> = scalars.map(|part| Factor { base: part.base, exponent: part.exponent }).collect();
        let product = network.arena.product(NumberId::ONE, &scalars);
        let Some(expanded) = self.expand_below(network, product) else { return id };
        let (coefficient, scalars) = factors_of(&network.arena, expanded);
        let coefficient = network.arena.value(coefficient).mul(&parts.coefficient);
        let Some(coefficient) = coefficient else { return id };
        parts.coefficient = coefficient;
        parts.factors.retain(|part| !part.axes.is_empty());
        parts.factors.splice(0..0, scalars.into_iter().map(Part::scalar));
        parts.build(&mut network.arena)
    }

    /// The product with its factors in the order of `model`; a factor that is new there takes the place `at`.
    fn in_order_of(&mut self, network: &mut Network, id: ExprId, model: &[Factor], at: usize) -> ExprId {
        let Node::Product { coefficient, factors } = network.arena.node(id) else { return id };
        let mut factors = factors.to_vec();
        let places: FxHashMap<ExprId, usize> = model
            .iter()
            .enumerate()
            .map(|(place, factor)| (self.measures.class(&mut network.arena, factor.base), place))
            .collect();
        factors.sort_by_cached_key(|factor| {
            let class = self.measures.class(&mut network.arena, factor.base);
            places.get(&class).copied().unwrap_or(at)
        });
        network.arena.product(coefficient, &factors)
    }

    /// The bases of factors as classes, each with whether it stands below the line.
    pub(super) fn classes(&mut self, network: &mut Network, factors: &[Factor]) -> FxHashSet<(ExprId, bool)> {
        let class = |factor: &Factor| {
            let below = network.arena.value(factor.exponent).is_negative();
            (self.measures.class(&mut network.arena, factor.base), below)
        };
        factors.iter().map(class).collect()
    }

    /// Whether a term of this factor, a sum, has a factor that one of those `present` in the product divides away.
    pub(super) fn cancels(
        &mut self,
        network: &mut Network,
        factor: &Factor,
        present: &FxHashSet<(ExprId, bool)>,
    ) -> bool {
        let Node::Sum(terms) = network.arena.node(factor.base) else { return false };
        if factor.exponent != NumberId::ONE || terms.len() > TRIAL_TERMS {
            return false;
        }
        let terms = terms.to_vec();
        let inner: Vec<Factor> = terms.iter().flat_map(|&term| factors_of(&network.arena, term).1).collect();
        inner.iter().any(|inside| {
            let class = self.measures.class(&mut network.arena, inside.base);
            let below = network.arena.value(inside.exponent).is_negative();
            present.contains(&(class, !below))
        })
    }

    /// The terms of a product multiplied out over its factor number `at`, a sum.
    fn distribute(&mut self, network: &mut Network, product: ExprId, at: usize) -> Vec<ExprId> {
        let (coefficient, factors) = factors_of(&network.arena, product);
        let Node::Sum(terms) = network.arena.node(factors[at].base) else { return vec![product] };
        let terms = terms.to_vec();
        terms
            .into_iter()
            .map(|term| {
                let mut factors = factors.clone();
                factors[at] = Factor::plain(term);
                let product = network.arena.product(coefficient, &factors);
                self.flat_product(network, product)
            })
            .collect()
    }

    /// A sum with all its products multiplied out, if that is shorter.
    pub(super) fn expand_sum_if_smaller(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Node::Sum(terms) = network.arena.node(id) else { return id };
        let terms = terms.to_vec();
        let has_products = terms.iter().any(|&term| self.sum_factor(network, term).is_some());
        if !has_products || terms.len() > TRIAL_TERMS {
            return id;
        }
        let mark = self.record.len();
        let Some(expanded) = self.multiply_out(network, terms, TRIAL_TERMS) else { return id };
        let smaller = self.measures.size(&network.arena, expanded) < self.measures.size(&network.arena, id);
        self.conclude(mark, Rule::Expand, id, expanded, smaller)
    }

    /// A product, multiplied out.
    pub(super) fn expand_product(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let mark = self.record.len();
        let after = self.multiply_out(network, vec![id], MAX_TERMS);
        self.conclude(mark, Rule::Expand, id, after.unwrap_or(id), after.is_some())
    }

    /// A sum, its products multiplied out.
    pub(super) fn expand_sum(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Node::Sum(terms) = network.arena.node(id) else { return id };
        let terms = terms.to_vec();
        let mark = self.record.len();
        let after = self.multiply_out(network, terms, MAX_TERMS);
        self.conclude(mark, Rule::Expand, id, after.unwrap_or(id), after.is_some())
    }

    /// The sum of `terms` with every product over a sum multiplied out; `None` if it has more than `limit` terms.
    fn multiply_out(&mut self, network: &mut Network, terms: Vec<ExprId>, limit: usize) -> Option<ExprId> {
        let mut count = 0usize;
        for &term in &terms {
            count = count.saturating_add(self.expanded_terms(network, term));
            if count > limit {
                return None;
            }
        }
        let mut stack: Vec<ExprId> = terms.into_iter().rev().collect();
        let mut done = Vec::new();
        while let Some(term) = stack.pop() {
            match self.sum_factor(network, term) {
                None => done.push(term),
                Some(at) => {
                    let open = self.open_square(network, term, at);
                    stack.extend(self.distribute(network, open, at).into_iter().rev());
                }
            }
            if done.len() + stack.len() > limit {
                return None;
            }
        }
        let sum = network.arena.sum(&done);
        Some(self.collect_terms(network, sum))
    }

    /// How many terms a product has once it is multiplied out, like terms not yet collected.
    fn expanded_terms(&self, network: &Network, term: ExprId) -> usize {
        let Node::Product { factors, .. } = network.arena.node(term) else { return 1 };
        factors.iter().fold(1usize, |count, factor| match network.arena.node(factor.base) {
            Node::Sum(terms) => match network.arena.value(factor.exponent).to_integer() {
                Some(power @ 1..=16) => count.saturating_mul(terms.len().saturating_pow(power as u32)),
                _ => count,
            },
            _ => count,
        })
    }

    /// The first factor of a term that is a sum to a positive whole power.
    fn sum_factor(&mut self, network: &Network, term: ExprId) -> Option<usize> {
        let Node::Product { factors, .. } = network.arena.node(term) else { return None };
        factors.iter().position(|factor| {
            let whole = network.arena.value(factor.exponent).to_integer();
            matches!(network.arena.node(factor.base), Node::Sum(_))
                && whole.is_some_and(|power| (1..=16).contains(&power))
        })
    }

    /// The term with its factor number `at`, uⁿ, written u·uⁿ⁻¹ so that u can be multiplied out.
    fn open_square(&mut self, network: &mut Network, term: ExprId, at: usize) -> ExprId {
        let (coefficient, mut factors) = factors_of(&network.arena, term);
        let Factor { base, exponent } = factors[at];
        let lowered = network.arena.value(exponent).to_integer().unwrap_or(1) - 1;
        factors[at] = Factor::plain(base);
        if lowered > 0 {
            let exponent = network.arena.number_id(lowered.into());
            factors.insert(at + 1, Factor { base, exponent });
        }
        network.arena.product(coefficient, &factors)
    }
}
