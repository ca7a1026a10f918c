//! Products: nested ones opened, numbers in front, powers of one base merged, signs taken into differences.

use rustc_hash::FxHashMap;

use crate::calculus::Rule;
use crate::calculus::simplify::measure::is_negative;
use crate::calculus::simplify::{Goal, Simplifier};
use crate::expr::{Arena, ExprId, Factor, Node, NumberId};
use crate::function::{FunctionRef, Written};
use crate::network::Network;
use crate::rational::Rational;

/// A product under construction.
pub(super) struct Build {
    pub(super) coefficient: Rational,
    pub(super) factors: Vec<Factor>,
    pub(super) rule: Option<Rule>,
}

impl Simplifier {
    pub(super) fn rebuild_product(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let flat = self.flat_product(network, id);
        let signed = self.signs(network, flat);
        // A sum that has changed its sign may now equal another factor.
        let flat = if signed == flat { flat } else { self.flat_product(network, signed) };
        match self.goal {
            Goal::Textbook => self.expand_if_smaller(network, flat),
            Goal::Expand => self.expand_product(network, flat),
            Goal::Factor => flat,
        }
    }

    /// Opens nested products and merges powers.
    pub(super) fn flat_product(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Node::Product { coefficient, factors } = network.arena.node(id) else { return id };
        let mut build = Build {
            coefficient: network.arena.value(coefficient).clone(),
            factors: Vec::with_capacity(factors.len()),
            rule: None,
        };
        let mut stack: Vec<Factor> = factors.iter().rev().copied().collect();
        while let Some(factor) = stack.pop() {
            self.open_factor(network, factor, &mut build, &mut stack);
        }
        self.merge_powers(network, &mut build);
        self.merge_symbolic_powers(network, &mut build);
        let Build { coefficient, factors, rule } = build;
        let coefficient = network.arena.number_id(coefficient);
        let after = network.arena.product(coefficient, &factors);
        self.note(rule.unwrap_or(Rule::Flatten), id, after)
    }

    /// Takes one factor apart: numbers into the coefficient, a product into its factors, a root into a power.
    fn open_factor(&mut self, network: &mut Network, factor: Factor, build: &mut Build, stack: &mut Vec<Factor>) {
        let exponent = network.arena.value(factor.exponent).clone();
        match network.arena.node(factor.base) {
            Node::Number(number) => {
                let value = network.arena.value(number);
                let power = match exponent.to_integer() {
                    Some(whole) => value.pow(whole),
                    None => root_power(value, &exponent),
                };
                match power.and_then(|power| build.coefficient.mul(&power)) {
                    Some(product) => build.coefficient = product,
                    None => build.factors.push(factor),
                }
            }
            Node::Product { coefficient, factors } => {
                let coefficient = network.arena.value(coefficient).clone();
                let inner = factors.to_vec();
                if !self.open_power(network, &coefficient, &inner, &exponent, build, stack) {
                    build.factors.push(factor);
                }
            }
            Node::Call { function, arguments, .. } => match network.functions.get(function) {
                FunctionRef::Table(entry) if entry.written == Written::Root(2) => {
                    let base = arguments[0];
                    let half = Rational::new(1, 2).and_then(|half| exponent.mul(&half)).unwrap_or(exponent);
                    let exponent = network.arena.number_id(half);
                    stack.push(Factor { base, exponent });
                }
                _ => build.factors.push(factor),
            },
            _ => build.factors.push(factor),
        }
    }

    /// (c·Πuᵖ)ᵉ = cᵉ·Πuᵖᵉ where that holds for real numbers: e whole, or every u positive and c a power.
    pub(super) fn open_power(
        &mut self,
        network: &mut Network,
        coefficient: &Rational,
        inner: &[Factor],
        exponent: &Rational,
        build: &mut Build,
        stack: &mut Vec<Factor>,
    ) -> bool {
        let (number, positive) = match exponent.to_integer() {
            Some(whole) => (coefficient.pow(whole), true),
            None => {
                let all = inner.iter().all(|factor| self.facts.is_positive(network, factor.base));
                (root_power(coefficient, exponent), all)
            }
        };
        let Some(number) = number.and_then(|number| build.coefficient.mul(&number)).filter(|_| positive) else {
            return false;
        };
        let powers: Option<Vec<Rational>> =
            inner.iter().map(|factor| network.arena.value(factor.exponent).mul(exponent)).collect();
        let Some(powers) = powers else { return false };
        build.coefficient = number;
        for (factor, power) in inner.iter().zip(powers).rev() {
            let exponent = network.arena.number_id(power);
            stack.push(Factor { base: factor.base, exponent });
        }
        true
    }

    /// Adds the exponents of equal bases, at the place of the first.
    fn merge_powers(&mut self, network: &mut Network, build: &mut Build) {
        let mut first: FxHashMap<ExprId, usize> = FxHashMap::default();
        let mut merged: Vec<Factor> = Vec::with_capacity(build.factors.len());
        for factor in std::mem::take(&mut build.factors) {
            let class = self.measures.class(&mut network.arena, factor.base);
            let at = *first.entry(class).or_insert(merged.len());
            match merged.get_mut(at) {
                None => merged.push(factor),
                Some(kept) => {
                    let sum = network.arena.value(kept.exponent).add(network.arena.value(factor.exponent));
                    match sum {
                        Some(sum) => kept.exponent = network.arena.number_id(sum),
                        None => merged.push(factor),
                    }
                    build.rule = Some(Rule::MergePowers);
                }
            }
        }
        merged.retain(|factor| factor.exponent != NumberId::ZERO);
        build.factors = merged;
    }

    /// Takes the numeric content and the sign out of sums, and a remaining minus into a difference.
    pub(super) fn signs(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Node::Product { coefficient, factors } = network.arena.node(id) else { return id };
        let mut factors = factors.to_vec();
        let mut coefficient = network.arena.value(coefficient).clone();
        let mut rule = None;
        for factor in &mut factors {
            let Some(whole) = network.arena.value(factor.exponent).to_integer() else { continue };
            let content = content(&network.arena, factor.base);
            let scaled = content.pow(whole).and_then(|content| coefficient.mul(&content));
            if let (false, Some(scaled), Some(inverse)) = (content.is_one(), scaled, content.recip()) {
                coefficient = scaled;
                factor.base = scale_terms(&mut network.arena, factor.base, &inverse);
                rule = Some(Rule::TakeOut);
            }
        }
        if coefficient.is_negative()
            && let Some(at) = factors.iter().position(|factor| is_flippable(&network.arena, factor))
        {
            coefficient = coefficient.neg();
            let base = scale_terms(&mut network.arena, factors[at].base, &Rational::integer(-1));
            factors[at].base = positive_first(&mut network.arena, base);
            rule = Some(Rule::FlipDifference);
        }
        let coefficient = network.arena.number_id(coefficient);
        let after = network.arena.product(coefficient, &factors);
        self.note(rule.unwrap_or(Rule::Flatten), id, after)
    }
}

/// A fractional power of a number that is exact, such as 4^(−3/2).
fn root_power(value: &Rational, exponent: &Rational) -> Option<Rational> {
    let (p, q) = exponent.small()?;
    value.exact_root(u32::try_from(q).ok()?)?.pow(p)
}

/// The number that a sum can give to its product: the common numeric factor of its terms, a fraction only if it is that
/// of each, negative if all terms are.
pub(super) fn content(arena: &Arena, sum: ExprId) -> Rational {
    let Node::Sum(terms) = arena.node(sum) else { return Rational::ONE };
    let coefficient = |term: ExprId| match arena.node(term) {
        Node::Number(number)
        | Node::Product { coefficient: number, .. }
        | Node::Contraction { coefficient: number, .. } => arena.value(number).clone(),
        _ => Rational::ONE,
    };
    let first = coefficient(terms[0]);
    let same = terms.iter().all(|&term| coefficient(term).abs() == first.abs());
    let sign = if terms.iter().all(|&term| is_negative(arena, term)) { -1 } else { 1 };
    let shared = || {
        let mut numbers = terms.iter().map(|&term| coefficient(term));
        let first = numbers.next()?;
        numbers.try_fold(first, |known, number| known.common_divisor(&number)).filter(Rational::is_integer)
    };
    let magnitude = match same && !first.is_zero() {
        true => first.abs(),
        false => shared().filter(|shared| !shared.is_zero()).map_or(Rational::ONE, |shared| shared.abs()),
    };
    magnitude.mul(&Rational::integer(sign)).unwrap_or(Rational::ONE)
}

/// The sum with every term multiplied by a number.
pub(super) fn scale_terms(arena: &mut Arena, sum: ExprId, number: &Rational) -> ExprId {
    let Node::Sum(terms) = arena.node(sum) else { return sum };
    let terms = terms.to_vec();
    let number = arena.number_id(number.clone());
    let scaled: Vec<ExprId> = terms.into_iter().map(|term| arena.scale(number, term)).collect();
    arena.sum(&scaled)
}

/// A difference without a constant term, raised to the power 1: −(u − v) reads better as v − u, −(1 − a) does not.
pub(super) fn is_flippable(arena: &Arena, factor: &Factor) -> bool {
    let Node::Sum(terms) = arena.node(factor.base) else { return false };
    factor.exponent == NumberId::ONE
        && terms.iter().any(|&term| is_negative(arena, term))
        && terms.iter().all(|&term| !is_constant(arena, term) || is_negative(arena, term))
}

/// A number, in every entry or on the diagonal.
fn is_constant(arena: &Arena, term: ExprId) -> bool {
    matches!(arena.node(term), Node::Number(_) | Node::Contraction { factors: [], .. })
}

/// The sum with its first positive term in front.
pub(super) fn positive_first(arena: &mut Arena, sum: ExprId) -> ExprId {
    let Node::Sum(terms) = arena.node(sum) else { return sum };
    let mut terms = terms.to_vec();
    match terms.iter().position(|&term| !is_negative(arena, term)) {
        Some(at) if at > 0 => {
            terms[..=at].rotate_right(1);
            arena.sum(&terms)
        }
        _ => sum,
    }
}

/// Products, also as terms of a sum, with names and their powers before sums and calls, as one writes w(1 − a²) and
/// 2kq e^(−kq²).
pub(super) fn names_first(arena: &mut Arena, id: ExprId) -> ExprId {
    let Node::Sum(terms) = arena.node(id) else { return names_first_in_product(arena, id) };
    let terms = terms.to_vec();
    let sorted: Vec<ExprId> = terms.iter().map(|&term| names_first_in_product(arena, term)).collect();
    if sorted == terms { id } else { arena.sum(&sorted) }
}

fn names_first_in_product(arena: &mut Arena, id: ExprId) -> ExprId {
    let Node::Product { coefficient, factors } = arena.node(id) else { return id };
    let mut factors = factors.to_vec();
    factors.sort_by_key(|factor| !matches!(arena.node(factor.base), Node::Name(_) | Node::Constant(_)));
    arena.product(coefficient, &factors)
}
