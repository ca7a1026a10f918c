//! What the network assumes of the quantities in two formulas: bounds, equations to solve, and other conditions.
//!
//! Takes the network's `assume` lines; gives those that speak of the names in the formulas.

use rustc_hash::{FxHashMap, FxHashSet};

use super::draw::Range;
use crate::expr::{Arena, ExprId, Factor, NameId, Node, NumberId, Postorder};
use crate::network::{Assumption, Network, Origin};
use crate::rational::Rational;
use crate::syntax::ast::Comparison;

/// The facts that matter for two formulas.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Leaves that an equation determines, with what they equal.
    pub solved: Vec<(NameId, ExprId)>,
    /// Comparisons that every point must meet.
    pub conditions: Vec<(Comparison, ExprId, ExprId)>,
    bounds: FxHashMap<NameId, Range>,
    /// Leaves that share a number between them, and how much each may take in a draw.
    shares: FxHashMap<NameId, Rational>,
}

impl Facts {
    /// The facts about the names in `roots` and in their definitions.
    pub fn about(network: &mut Network, roots: &[ExprId]) -> Self {
        let mut facts = Facts::default();
        if network.assumptions.is_empty() {
            return facts;
        }
        let mut names = FxHashSet::default();
        spread(network, roots, &mut names);
        let mut waiting = network.assumptions.clone();
        loop {
            // A fact may bring in names of which further facts speak.
            let (relevant, rest): (Vec<Assumption>, Vec<Assumption>) = waiting.into_iter().partition(|fact| {
                let mut own = FxHashSet::default();
                spread(network, &[fact.left, fact.right], &mut own);
                !own.is_disjoint(&names)
            });
            if relevant.is_empty() {
                facts.share(network);
                return facts;
            }
            for fact in relevant {
                spread(network, &[fact.left, fact.right], &mut names);
                facts.add(network, &fact);
            }
            waiting = rest;
        }
    }

    /// What is known of a quantity by itself.
    pub fn range(&self, network: &Network, name: NameId) -> Range {
        let mut range = self.bounds.get(&name).cloned().unwrap_or_default();
        range.is_size = network.quantity(name).origin == Origin::Size;
        range.share = self.shares.get(&name).cloned();
        range
    }

    /// Positive leaves that sum to a number, as those of a simplex: draws of all but the last must leave something to it.
    fn share(&mut self, network: &Network) {
        let is_positive = |name: &NameId| {
            let low = self.bounds.get(name).and_then(|range| range.low.as_ref());
            low.is_some_and(Rational::is_zero)
        };
        for (name, value) in &self.solved {
            let Node::Sum(terms) = network.arena.node(*value) else { continue };
            let whole = terms.iter().find_map(|&term| network.arena.as_number(term)).cloned();
            let negated = |&term: &ExprId| match network.arena.node(term) {
                Node::Product {
                    coefficient: NumberId::MINUS_ONE,
                    factors: &[Factor { base, exponent: NumberId::ONE }],
                } => network.arena.as_name(base).filter(is_positive),
                _ => None,
            };
            let others: Vec<NameId> = terms.iter().filter_map(negated).collect();
            let count = Rational::integer(others.len() as i64);
            let share = whole.and_then(|whole| whole.mul(&count.recip()?)).filter(|share| !share.is_negative());
            if let Some(share) = share.filter(|_| is_positive(name) && others.len() + 1 == terms.len()) {
                self.shares.extend(others.into_iter().map(|other| (other, share.clone())));
            }
        }
    }

    fn add(&mut self, network: &mut Network, fact: &Assumption) {
        let (left, right) = (fact.left, fact.right);
        if fact.comparison == Comparison::Equal
            && let Some(solved) = self.solve(network, left, right)
        {
            self.solved.push(solved);
            return;
        }
        self.conditions.push((fact.comparison, left, right));
        self.bound(&network.arena, left, fact.comparison, right);
        self.bound(&network.arena, right, mirrored(fact.comparison), left);
    }

    /// Notes `name > number`; a bound that is met counts as an open one, which no draw misses.
    fn bound(&mut self, arena: &Arena, left: ExprId, comparison: Comparison, right: ExprId) {
        let (Some(name), Some(number)) = (arena.as_name(left), arena.as_number(right)) else { return };
        let range = self.bounds.entry(name).or_default();
        match comparison {
            Comparison::Greater | Comparison::GreaterEqual => {
                if range.low.as_ref().is_none_or(|low| low < number) {
                    range.low = Some(number.clone());
                }
            }
            Comparison::Less | Comparison::LessEqual => {
                if range.high.as_ref().is_none_or(|high| high > number) {
                    range.high = Some(number.clone());
                }
            }
            Comparison::Equal | Comparison::NotEqual => {}
        }
    }

    /// The last leaf that is a term of one side and stands nowhere else, with what it equals.
    fn solve(&self, network: &mut Network, left: ExprId, right: ExprId) -> Option<(NameId, ExprId)> {
        [(left, right), (right, left)].into_iter().find_map(|(sum, other)| {
            let terms: Vec<ExprId> = match network.arena.node(sum) {
                Node::Sum(terms) => terms.to_vec(),
                _ => vec![sum],
            };
            (0..terms.len()).rev().find_map(|at| self.solve_for(network, &terms, at, other))
        })
    }

    fn solve_for(&self, network: &mut Network, terms: &[ExprId], at: usize, other: ExprId) -> Option<(NameId, ExprId)> {
        let (name, coefficient) = match network.arena.node(terms[at]) {
            Node::Name(name) => (name, Rational::ONE),
            Node::Product { coefficient, factors: &[Factor { base, exponent: NumberId::ONE }] } => {
                (network.arena.as_name(base)?, network.arena.value(coefficient).clone())
            }
            _ => return None,
        };
        let is_leaf = matches!(network.quantity(name).origin, Origin::Leaf(_));
        let known = self.solved.iter().any(|solved| solved.0 == name);
        let rest: Vec<ExprId> = terms.iter().enumerate().filter(|&(place, _)| place != at).map(|(_, &e)| e).collect();
        let mut names = FxHashSet::default();
        spread(network, &rest, &mut names);
        spread(network, &[other], &mut names);
        // What was solved before may lead back to this name.
        let before: Vec<ExprId> = self.solved.iter().map(|solved| solved.1).collect();
        spread(network, &before, &mut names);
        let bounded = self.bounds.contains_key(&name);
        if !is_leaf || known || bounded || names.contains(&name) || coefficient.is_zero() {
            return None;
        }
        let arena = &mut network.arena;
        let negated: Vec<ExprId> = rest.iter().map(|&term| arena.negate(term)).collect();
        let sum: Vec<ExprId> = std::iter::once(other).chain(negated).collect();
        let value = arena.sum(&sum);
        let inverse = arena.number_id(coefficient.recip()?);
        Some((name, arena.scale(inverse, value)))
    }
}

fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
        same => same,
    }
}

/// Adds the names in expressions and in the definitions of these names.
fn spread(network: &Network, roots: &[ExprId], names: &mut FxHashSet<NameId>) {
    let mut walk = Postorder::default();
    let mut order = Vec::new();
    let mut waiting = roots.to_vec();
    while !waiting.is_empty() {
        walk.collect(&network.arena, &waiting, &mut order);
        waiting.clear();
        for name in order.iter().filter_map(|&id| network.arena.as_name(id)) {
            if names.insert(name) {
                waiting.extend(network.definition(name).map(|equation| equation.value));
            }
        }
    }
}
