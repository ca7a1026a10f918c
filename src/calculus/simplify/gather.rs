//! Powers of sums that all terms share, taken out before anything is multiplied out: the derivative of
//! (ax + 3)²/(x − 1) keeps its factor ax + 3, that of x/√(1 − x²) is one power.

use rustc_hash::FxHashMap;

use crate::calculus::Rule;
use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::measure::factors_of;
use crate::calculus::simplify::product::scale_terms;
use crate::expr::{Arena, ExprId, Factor, Node, NumberId};
use crate::function::{Entry, FunctionRef, Written};
use crate::network::Network;
use crate::rational::Rational;

/// The most terms of a sum that is looked at.
const MAX_TERMS: usize = 12;

impl Simplifier {
    /// A sum of scalars with its shared powers in front and what remains multiplied out; itself where no sum is shared or
    /// hidden in what remains.
    pub(super) fn gather(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Node::Sum(terms) = network.arena.node(id) else { return id };
        let terms = terms.to_vec();
        if terms.len() > MAX_TERMS || !terms.iter().any(|&term| has_sum(&network.arena, term)) {
            return id;
        }
        let shared = self.shared_powers(network, &terms);
        if shared.is_empty() {
            return id;
        }
        let mark = self.record.len();
        let mut rests = Vec::with_capacity(terms.len());
        for &term in &terms {
            let (coefficient, mut factors) = opened_factors(network, term);
            factors.extend(shared.iter().map(|&factor| inverse(network, factor)));
            let rest = network.arena.product(coefficient, &factors);
            rests.push(self.flat_product(network, rest));
        }
        let rest = network.arena.sum(&rests);
        let rest = self.collect_terms(network, rest);
        let rest = self.expand_sum_if_smaller(network, rest);
        let denominator = common_denominator(&network.arena, rest);
        let rest = scale_terms(&mut network.arena, rest, &denominator);
        let place = self.place_of_rest(network, &terms, &shared);
        let mut factors = shared;
        factors.insert(place, Factor::plain(rest));
        let number = network.arena.number_id(denominator.recip().unwrap_or(Rational::ONE));
        let after = network.arena.product(number, &factors);
        let after = self.flat_product(network, after);
        let after = self.signs(network, after);
        // A sum that has changed its sign may now equal another factor.
        let after = self.flat_product(network, after);
        self.conclude(mark, Rule::TakeOut, id, after, after != id)
    }

    /// The bases that stand in all terms, each to its least exponent, in the order of the first term. Exponents whose
    /// difference is no whole number are not shared.
    fn shared_powers(&mut self, network: &mut Network, terms: &[ExprId]) -> Vec<Factor> {
        let mut exponents: Vec<FxHashMap<ExprId, Rational>> = Vec::with_capacity(terms.len());
        for &term in terms {
            let (_, factors) = opened_factors(network, term);
            let mut own = FxHashMap::default();
            for factor in factors {
                let class = self.measures.class(&mut network.arena, factor.base);
                own.entry(class).or_insert_with(|| network.arena.value(factor.exponent).clone());
            }
            exponents.push(own);
        }
        let (_, first) = opened_factors(network, terms[0]);
        let mut shared: Vec<Factor> = Vec::new();
        for factor in first {
            let class = self.measures.class(&mut network.arena, factor.base);
            let known: Option<Vec<&Rational>> = exponents.iter().map(|own| own.get(&class)).collect();
            let Some(least) = known.and_then(|all| least(&all)) else { continue };
            if shared.iter().all(|known| known.base != factor.base) {
                let exponent = network.arena.number_id(least);
                shared.push(Factor { base: factor.base, exponent });
            }
        }
        shared
    }
}

/// The least number that makes the coefficients of a sum whole: 2 for 5/2·x² + 1/2.
fn common_denominator(arena: &Arena, sum: ExprId) -> Rational {
    let Node::Sum(terms) = arena.node(sum) else { return Rational::ONE };
    let mut common: i64 = 1;
    for &term in terms {
        let (coefficient, _) = factors_of(arena, term);
        let Some((_, denominator)) = arena.value(coefficient).small() else { return Rational::ONE };
        let (mut a, mut b) = (common, denominator);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let Some(next) = (common / a).checked_mul(denominator) else { return Rational::ONE };
        common = next;
    }
    Rational::integer(common)
}

/// The factors of a term, roots among them as powers.
fn opened_factors(network: &mut Network, term: ExprId) -> (NumberId, Vec<Factor>) {
    let (coefficient, mut factors) = factors_of(&network.arena, term);
    for factor in &mut factors {
        let Node::Call { function, arguments: &[base], .. } = network.arena.node(factor.base) else { continue };
        let FunctionRef::Table(Entry { written: Written::Root(2), .. }) = network.functions.get(function) else {
            continue;
        };
        let half = Rational::new(1, 2).and_then(|half| half.mul(network.arena.value(factor.exponent)));
        let Some(half) = half else { continue };
        *factor = Factor { base, exponent: network.arena.number_id(half) };
    }
    (coefficient, factors)
}

/// The least of exponents that differ by whole numbers.
fn least(exponents: &[&Rational]) -> Option<Rational> {
    let mut least = exponents[0].clone();
    for &exponent in &exponents[1..] {
        let difference = exponent.add(&least.neg())?;
        difference.is_integer().then_some(())?;
        if difference.is_negative() {
            least = exponent.clone();
        }
    }
    Some(least)
}

/// Whether a term has a sum among its factors.
fn has_sum(arena: &Arena, term: ExprId) -> bool {
    let (_, factors) = factors_of(arena, term);
    factors.iter().any(|factor| match arena.node(factor.base) {
        Node::Sum(_) => true,
        Node::Call { arguments: &[base], .. } => matches!(arena.node(base), Node::Sum(_)),
        _ => false,
    })
}

fn inverse(network: &mut Network, factor: Factor) -> Factor {
    let negated = network.arena.value(factor.exponent).neg();
    Factor { base: factor.base, exponent: network.arena.number_id(negated) }
}
