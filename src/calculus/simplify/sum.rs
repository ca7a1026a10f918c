//! Sums: nested ones opened, like terms collected, common factors taken out where that is shorter.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::calculus::simplify::measure::{factors_of, is_negative, split_term};
use crate::calculus::simplify::product::{positive_first, scale_terms};
use crate::calculus::simplify::{Goal, Simplifier};
use crate::calculus::{FactorOrder, Rule};
use crate::expr::{Arena, ExprId, Factor, Node, NumberId};
use crate::network::Network;
use crate::rational::Rational;

impl Simplifier {
    pub(super) fn rebuild_sum(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let collected = self.collect_terms(network, id);
        let known = self.facts.sum(network, &mut self.measures, collected);
        let known = self.note(Rule::Assumption, collected, known);
        match self.goal {
            Goal::Expand if has_tensors(network, known) => known,
            _ if has_tensors(network, known) => self.shorten_sum(network, known),
            Goal::Textbook => {
                let mark = self.record.len();
                let gathered = self.gather(network, known);
                let notes = self.record.split_off(mark);
                let expanded = self.expand_sum_if_smaller(network, known);
                let taken = self.take_out(network, expanded);
                let opened = self.open_terms(network, taken);
                let [size, other] = [gathered, opened].map(|form| self.measures.size(&network.arena, form));
                // A factor more may cancel below the line.
                let has_more = sum_factors(&network.arena, gathered) > sum_factors(&network.arena, opened);
                if gathered == known || size > other + if has_more { WORTH_OF_FACTOR } else { 0 } {
                    return opened;
                }
                self.record.truncate(mark);
                self.record.extend(notes);
                gathered
            }
            Goal::Expand => self.expand_sum(network, known),
            Goal::Factor => {
                let taken = self.take_out(network, known);
                self.open_terms(network, taken)
            }
        }
    }

    /// Opens nested sums and adds the coefficients of equal terms, at the place of the first.
    pub(super) fn collect_terms(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Node::Sum(terms) = network.arena.node(id) else { return id };
        let terms = terms.to_vec();
        let closed = self.sums_among_factors(network, &terms);
        self.collect(network, id, &closed)
    }

    /// Opens the sums that stayed closed to be taken out and were not: a + (b + c) has no parentheses.
    fn open_terms(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        match network.arena.node(id) {
            Node::Sum(terms) if terms.iter().any(|&term| is_sum(network, term)) => {
                self.collect(network, id, &FxHashSet::default())
            }
            _ => id,
        }
    }

    /// The same, but for the sums that are to stay closed.
    fn collect(&mut self, network: &mut Network, id: ExprId, closed: &FxHashSet<ExprId>) -> ExprId {
        let Node::Sum(terms) = network.arena.node(id) else { return id };
        let mut stack: Vec<ExprId> = terms.iter().rev().copied().collect();
        let mut first: FxHashMap<Option<ExprId>, usize> = FxHashMap::default();
        let mut collected: Vec<(Rational, Option<ExprId>)> = Vec::with_capacity(stack.len());
        let mut rule = Rule::Flatten;
        while let Some(term) = stack.pop() {
            let (coefficient, rest) = split_term(&mut network.arena, term);
            let value = network.arena.value(coefficient).clone();
            if let Some(inner) = rest
                && matches!(network.arena.node(inner), Node::Sum(_))
                && !closed.contains(&self.measures.class(&mut network.arena, inner))
            {
                let scaled = scale_terms(&mut network.arena, inner, &value);
                match network.arena.node(scaled) {
                    Node::Sum(terms) => stack.extend(terms.iter().rev()),
                    _ => stack.push(scaled),
                }
                continue;
            }
            let class = rest.map(|rest| self.measures.class(&mut network.arena, rest));
            let at = *first.entry(class).or_insert(collected.len());
            match collected.get_mut(at) {
                None => collected.push((value, rest)),
                Some(kept) => {
                    rule = Rule::LikeTerms;
                    match kept.0.add(&value) {
                        Some(sum) => kept.0 = sum,
                        None => collected.push((value, rest)),
                    }
                }
            }
        }
        let terms: Vec<ExprId> = collected
            .into_iter()
            .filter(|term| !term.0.is_zero())
            .map(|(coefficient, rest)| match rest {
                None => network.arena.number(coefficient),
                Some(rest) => {
                    let coefficient = network.arena.number_id(coefficient);
                    network.arena.scale(coefficient, rest)
                }
            })
            .collect();
        let sum = network.arena.sum(&terms);
        let after = positive_first(&mut network.arena, sum);
        self.note(rule, id, after)
    }

    /// The sums that stand as a factor in some term: a term that is such a sum itself stays closed, to be taken out.
    fn sums_among_factors(&mut self, network: &mut Network, terms: &[ExprId]) -> FxHashSet<ExprId> {
        let mut found = FxHashSet::default();
        if !terms.iter().any(|&term| is_sum(network, term)) || self.goal == Goal::Expand {
            return found;
        }
        for &term in terms {
            if is_sum(network, term) {
                continue;
            }
            let (_, factors) = factors_of(&network.arena, term);
            for factor in factors {
                if matches!(network.arena.node(factor.base), Node::Sum(_)) {
                    found.insert(self.measures.class(&mut network.arena, factor.base));
                }
            }
        }
        found
    }

    /// Takes the factors that all terms share out of a sum, if the whole gets shorter (or is wanted factored).
    pub(super) fn take_out(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Node::Sum(terms) = network.arena.node(id) else { return id };
        let mut terms = terms.to_vec();
        let mut common = self.common_factors(network, &terms);
        let mut turned = terms.clone();
        if self.turn_differences(network, &mut turned) {
            let found = self.common_factors(network, &turned);
            if found.len() > common.len() {
                (terms, common) = (turned, found);
            }
        }
        let number = if self.goal == Goal::Factor { common_number(network, &terms) } else { Rational::ONE };
        if common.is_empty() && number.is_one() {
            return id;
        }
        let Some(divisor) = number.recip() else { return id };
        let divisor = network.arena.number_id(divisor);
        let mark = self.record.len();
        let mut remainders = Vec::with_capacity(terms.len());
        for term in &terms {
            let (coefficient, mut factors) = factors_of(&network.arena, *term);
            let inverse = common.iter().map(|factor| inverse(network, *factor));
            factors.extend(inverse.collect::<Vec<_>>());
            let quotient = network.arena.product(coefficient, &factors);
            let quotient = network.arena.scale(divisor, quotient);
            remainders.push(self.flat_product(network, quotient));
        }
        let rest = network.arena.sum(&remainders);
        let rest = self.collect_terms(network, rest);
        let rest = self.open_terms(network, rest);
        let place = self.place_of_rest(network, &terms, &common);
        let mut factors = common;
        factors.insert(place, Factor::plain(rest));
        let number = network.arena.number_id(number);
        let after = network.arena.product(number, &factors);
        let after = self.flat_product(network, after);
        let after = self.signs(network, after);
        let smaller = self.measures.size(&network.arena, after) < self.measures.size(&network.arena, id);
        self.conclude(mark, Rule::TakeOut, id, after, smaller || self.goal == Goal::Factor)
    }

    /// Where among the common factors the bracket stands: behind them, or, with the parameter first, where the terms
    /// begin to differ, so that what is nearer to the output stays behind it.
    pub(super) fn place_of_rest(&mut self, network: &mut Network, terms: &[ExprId], common: &[Factor]) -> usize {
        if self.order == FactorOrder::OutputFirst {
            return common.len();
        }
        let classes: Vec<ExprId> =
            common.iter().map(|factor| self.measures.class(&mut network.arena, factor.base)).collect();
        let leading = terms.iter().map(|&term| {
            let (_, factors) = factors_of(&network.arena, term);
            let mut shared = factors.iter().take_while(|factor| {
                let class = self.measures.class(&mut network.arena, factor.base);
                classes.contains(&class)
            });
            shared.by_ref().count()
        });
        leading.min().unwrap_or(0).min(common.len())
    }

    /// Writes v − u as −(u − v) where a term before has the factor u − v, so that the two are seen to be common; says whether
    /// there were such.
    fn turn_differences(&mut self, network: &mut Network, terms: &mut [ExprId]) -> bool {
        let mut kept: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        let mut changed = false;
        for term in terms {
            let (coefficient, mut factors) = factors_of(&network.arena, *term);
            let mut turned = false;
            for factor in &mut factors {
                if factor.exponent != NumberId::ONE || !is_difference(&network.arena, factor.base) {
                    continue;
                }
                let opposite = scale_terms(&mut network.arena, factor.base, &Rational::integer(-1));
                let class = self.measures.class(&mut network.arena, opposite);
                if let Some(&other) = kept.get(&class) {
                    factor.base = other;
                    turned = !turned;
                    changed = true;
                } else {
                    let class = self.measures.class(&mut network.arena, factor.base);
                    kept.insert(class, factor.base);
                }
            }
            let coefficient = network.arena.value(coefficient).clone();
            let coefficient = network.arena.number_id(if turned { coefficient.neg() } else { coefficient });
            *term = network.arena.product(coefficient, &factors);
        }
        changed
    }

    /// The factors with the least exponents that stand in all terms, in the order of the first term.
    fn common_factors(&mut self, network: &mut Network, terms: &[ExprId]) -> Vec<Factor> {
        let (_, mut common) = factors_of(&network.arena, terms[0]);
        // A base that stands there twice counts once: less is taken out then, never more than there is.
        let mut seen = FxHashSet::default();
        common.retain(|factor| seen.insert(self.measures.class(&mut network.arena, factor.base)));
        for term in &terms[1..] {
            let (_, factors) = factors_of(&network.arena, *term);
            let mut least: FxHashMap<ExprId, Rational> = FxHashMap::default();
            for factor in factors {
                let class = self.measures.class(&mut network.arena, factor.base);
                least.entry(class).or_insert_with(|| network.arena.value(factor.exponent).clone());
            }
            common.retain_mut(|factor| {
                let class = self.measures.class(&mut network.arena, factor.base);
                let Some(other) = least.get(&class) else { return false };
                let own = network.arena.value(factor.exponent).clone();
                if own.is_negative() != other.is_negative() {
                    return false;
                }
                let shared = if own.abs() <= other.abs() { own } else { other.clone() };
                factor.exponent = network.arena.number_id(shared);
                true
            });
            if common.is_empty() {
                break;
            }
        }
        common
    }
}

/// How much longer a sum may be for one more factor.
const WORTH_OF_FACTOR: u32 = 4;

/// How many factors of a product are sums.
fn sum_factors(arena: &Arena, id: ExprId) -> usize {
    let (_, factors) = factors_of(arena, id);
    factors.iter().filter(|factor| matches!(arena.node(factor.base), Node::Sum(_))).count()
}

/// The largest number that divides the coefficients of all terms.
fn common_number(network: &Network, terms: &[ExprId]) -> Rational {
    let mut common: Option<Rational> = None;
    for &term in terms {
        let (coefficient, _) = factors_of(&network.arena, term);
        let value = network.arena.value(coefficient);
        let shared = common.map_or_else(|| Some(value.abs()), |known| known.common_divisor(value));
        let Some(shared) = shared else { return Rational::ONE };
        common = Some(shared);
    }
    common.unwrap_or(Rational::ONE)
}

/// Whether an expression is the difference of two terms.
fn is_difference(arena: &Arena, id: ExprId) -> bool {
    matches!(arena.node(id), Node::Sum(&[first, second]) if is_negative(arena, first) != is_negative(arena, second))
}

/// Whether a term is a sum, or a number times one.
fn is_sum(network: &Network, term: ExprId) -> bool {
    match network.arena.node(term) {
        Node::Sum(_) => true,
        Node::Product { factors: [only], .. } => {
            only.exponent == NumberId::ONE && matches!(network.arena.node(only.base), Node::Sum(_))
        }
        _ => false,
    }
}

/// Whether terms of a sum are tensors, or scalars with sums inside.
fn has_tensors(network: &Network, id: ExprId) -> bool {
    let arena = &network.arena;
    let Node::Sum(terms) = arena.node(id) else { return false };
    !arena.shape(id).is_scalar()
        || terms.iter().any(|&term| match arena.node(term) {
            Node::Contraction { .. } => true,
            Node::Product { factors, .. } => {
                factors.iter().any(|factor| matches!(arena.node(factor.base), Node::Contraction { .. }))
            }
            _ => false,
        })
}

fn inverse(network: &mut Network, factor: Factor) -> Factor {
    let negated = network.arena.value(factor.exponent).neg();
    Factor { base: factor.base, exponent: network.arena.number_id(negated) }
}
