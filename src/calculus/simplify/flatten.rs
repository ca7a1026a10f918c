//! The normal product of tensors: nested products spliced in, links contracted, powers merged, scalars split off.
//!
//! Each step removes factors or labels, so it ends; each is recorded under its name.

use rustc_hash::FxHashMap;

use crate::calculus::Rule;
use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::fixed::pick_fixed_entries;
use crate::calculus::simplify::parts::{MAX_LABELS, Part, Parts};
use crate::calculus::simplify::product::Build;
use crate::calculus::simplify::unit::is_unit;
use crate::expr::{Arena, ExprId, Factor, Label, Node, NumberId};
use crate::function::{FunctionRef, Known, Written};
use crate::network::Network;
use crate::rational::Rational;

/// The most rounds of the steps; each round after the first has removed a factor or a label.
const MAX_ROUNDS: usize = 64;

impl Simplifier {
    /// The normal form of a product of tensors.
    pub(super) fn normal(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        if !matches!(network.arena.node(id), Node::Contraction { .. }) {
            return match network.arena.node(id) {
                Node::Product { .. } => self.normal_scalar(network, id),
                _ => id,
            };
        }
        let mut before = id;
        let mut parts = Parts::of(&network.arena, id);
        for _ in 0..MAX_ROUNDS {
            let Some(rule) = self.step(network, &mut parts) else { break };
            if parts.coefficient.is_zero() {
                return self.note(rule, before, Arena::ZERO);
            }
            let after = parts.build(&mut network.arena);
            before = self.note(rule, before, after);
        }
        let split = self.split_scalars(network, &parts);
        let after = match network.arena.node(split) {
            Node::Product { .. } => self.flat_product(network, split),
            _ => split,
        };
        self.note(Rule::SplitScalars, before, after)
    }

    /// A product of scalars, some of them contractions.
    fn normal_scalar(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        self.flat_product(network, id)
    }

    /// One step, if one applies.
    fn step(&mut self, network: &mut Network, parts: &mut Parts) -> Option<Rule> {
        if let Some(rule) = self.splice_all(network, parts) {
            return Some(rule);
        }
        // Nothing is said of axes of size 1, which nobody writes.
        parts.separate_units();
        if self.squeeze(network, parts) {
            return Some(Rule::Flatten);
        }
        if self.merge_parts(network, parts) {
            return Some(Rule::MergePowers);
        }
        if self.turn_mirrored(network, parts) {
            return Some(Rule::FlipDifference);
        }
        if self.pick_entries(network, parts) {
            return Some(Rule::OneHot);
        }
        if pick_fixed_entries(&mut network.arena, parts) {
            return Some(Rule::OneHot);
        }
        if let Some(rule) = self.apply_facts(network, parts) {
            return Some(rule);
        }
        if self.cancel_inverse(network, parts) {
            return Some(Rule::CancelInverse);
        }
        if self.cancel_sums(network, parts) {
            return Some(Rule::MergePowers);
        }
        if count(&mut network.arena, parts) {
            return Some(Rule::Count);
        }
        None
    }

    /// Opens every factor that is a product, a number or a root.
    fn splice_all(&mut self, network: &mut Network, parts: &mut Parts) -> Option<Rule> {
        let mut rule = None;
        let mut at = 0;
        while at < parts.factors.len() {
            match self.splice_one(network, parts, at) {
                Some(opened) => rule = Some(if rule == Some(Rule::Contract) { Rule::Contract } else { opened }),
                None => at += 1,
            }
        }
        rule
    }

    /// Opens factor number `at`; the place then holds what it was made of.
    fn splice_one(&mut self, network: &mut Network, parts: &mut Parts, at: usize) -> Option<Rule> {
        let Part { base, exponent, ref axes } = parts.factors[at];
        let axes = axes.clone();
        let power = network.arena.value(exponent).clone();
        match network.arena.node(base) {
            Node::Number(_) => {
                let factor = Factor { base, exponent };
                let value = network.arena.product(NumberId::ONE, &[factor]);
                let scaled = parts.coefficient.mul(network.arena.as_number(value)?)?;
                parts.coefficient = scaled;
                parts.factors.remove(at);
                Some(Rule::Arithmetic)
            }
            Node::Product { coefficient, factors } => {
                let mut build = Build { coefficient: parts.coefficient.clone(), factors: Vec::new(), rule: None };
                let coefficient = network.arena.value(coefficient).clone();
                let inner = factors.to_vec();
                let mut opened = Vec::new();
                if !self.open_power(network, &coefficient, &inner, &power, &mut build, &mut opened) {
                    return None;
                }
                parts.coefficient = build.coefficient;
                parts.factors.splice(at..=at, opened.into_iter().rev().map(Part::scalar));
                Some(Rule::Flatten)
            }
            Node::Call { function, arguments, .. } => match network.functions.get(function) {
                FunctionRef::Table(entry) if entry.written == Written::Root(2) => {
                    let argument = arguments[0];
                    let half = Rational::new(1, 2).and_then(|half| power.mul(&half))?;
                    parts.factors[at].base = argument;
                    parts.factors[at].exponent = network.arena.number_id(half);
                    Some(Rule::Power)
                }
                FunctionRef::Table(entry) if entry.written == Written::Exponential => {
                    let opened = self.power_of_exponential(network, Factor { base, exponent })?;
                    parts.factors[at].base = opened.base;
                    parts.factors[at].exponent = opened.exponent;
                    Some(Rule::MergePowers)
                }
                _ => None,
            },
            Node::Contraction { .. } => self.splice_contraction(network, parts, at, &axes, &power),
            _ => None,
        }
    }

    fn splice_contraction(
        &mut self,
        network: &mut Network,
        parts: &mut Parts,
        at: usize,
        axes: &[Label],
        power: &Rational,
    ) -> Option<Rule> {
        let inner = Parts::of(&network.arena, parts.factors[at].base);
        if inner.out.is_empty() && !inner.summed.is_empty() {
            // A scalar with inner sums is one factor, so that uᵀv·uᵀv and (uᵀv)² are one form.
            return None;
        }
        if parts.label_count() + inner.label_count() > MAX_LABELS {
            return None;
        }
        let inner = if power.is_one() { inner } else { raised(network, inner, power)? };
        let coefficient = parts.coefficient.mul(&inner.coefficient)?;
        parts.factors.remove(at);
        let united = parts.splice(&inner, axes, at);
        parts.coefficient = coefficient;
        Some(if united { Rule::Contract } else { Rule::Flatten })
    }

    /// Adds the exponents of equal factors on equal labels, at the place of the first.
    fn merge_parts(&mut self, network: &mut Network, parts: &mut Parts) -> bool {
        let mut first: FxHashMap<(ExprId, Vec<Label>), usize> = FxHashMap::default();
        let mut merged: Vec<Part> = Vec::with_capacity(parts.factors.len());
        let mut changed = false;
        for part in &parts.factors {
            let class = self.measures.class(&mut network.arena, part.base);
            let mut axes = part.axes.clone();
            axes.iter_mut().filter(|label| parts.is_own_unit(**label)).for_each(|label| *label = Label::MAX);
            if self.measures.is_symmetric(class) {
                axes.sort_unstable();
            }
            let at = *first.entry((class, axes)).or_insert(merged.len());
            let Some(kept) = merged.get_mut(at) else {
                merged.push(part.clone());
                continue;
            };
            match self.joined(network, class, kept.exponent, part.exponent) {
                Some(exponent) => {
                    kept.exponent = exponent;
                    changed = true;
                }
                None => merged.push(part.clone()),
            }
        }
        let before = merged.len();
        self.drop_indicators(network, &mut merged);
        merged.retain(|part| part.exponent != NumberId::ZERO);
        changed |= merged.len() != before;
        parts.factors = merged;
        if changed {
            parts.separate_units();
        }
        changed |= self.merge_scalar_roots(network, parts);
        changed
    }

    /// Cancels a sum below the line against its factors above: (Σₖ eᵢₖ)/(Σₖ eᵢₖ) is 1.
    fn cancel_sums(&mut self, network: &mut Network, parts: &mut Parts) -> bool {
        for at in 0..parts.factors.len() {
            let part = parts.factors[at].clone();
            if !network.arena.value(part.exponent).is_negative() {
                continue;
            }
            let Some(lowered) = network.arena.value(part.exponent).add(&Rational::ONE) else { continue };
            let pattern = Parts::of(&network.arena, part.base);
            let is_sum =
                matches!(network.arena.node(part.base), Node::Contraction { .. }) && !pattern.summed.is_empty();
            let Some(found) = self.find_product(network, &pattern, parts).filter(|_| is_sum) else { continue };
            let is_whole = found.out == part.axes && found.left.iter().all(|&left| left == NumberId::ZERO);
            let scaled = pattern.coefficient.recip().and_then(|inverse| parts.coefficient.mul(&inverse));
            let (true, Some(coefficient)) = (is_whole, scaled) else { continue };
            parts.coefficient = coefficient;
            parts.factors[at].exponent = network.arena.number_id(lowered);
            parts.remove(&found);
            return true;
        }
        false
    }

    /// Roots of products of scalars, beside factors of theirs.
    fn merge_scalar_roots(&mut self, network: &mut Network, parts: &mut Parts) -> bool {
        let is_scalar = |part: &&Part| part.axes.is_empty();
        let as_factor = |part: &Part| Factor { base: part.base, exponent: part.exponent };
        let mut scalars: Vec<Factor> = parts.factors.iter().filter(is_scalar).map(as_factor).collect();
        if scalars.len() < 2 || !self.merge_roots(network, &mut scalars) {
            return false;
        }
        parts.factors.retain(|part| !part.axes.is_empty());
        parts.factors.splice(0..0, scalars.into_iter().map(Part::scalar));
        true
    }

    /// relu(u) is 0 where 𝟙[u > 0] is: the indicator beside it drops out.
    fn drop_indicators(&mut self, network: &mut Network, factors: &mut [Part]) {
        let argument = |this: &mut Self, network: &mut Network, part: &Part, relu: bool| -> Option<ExprId> {
            let value = match network.arena.node(part.base) {
                Node::Name(name) if relu => network.definition(name)?.value,
                _ => part.base,
            };
            let Node::Call { function, arguments, .. } = network.arena.node(value) else { return None };
            let FunctionRef::Table(entry) = network.functions.get(function) else { return None };
            let is_it = if relu { entry.known == Some(Known::Rectifier) } else { entry.written == Written::Indicator };
            let argument = this.done.get(&arguments[0]).copied().unwrap_or(arguments[0]);
            (is_it && !network.arena.value(part.exponent).is_negative())
                .then(|| this.measures.class(&mut network.arena, argument))
        };
        for at in 0..factors.len() {
            let Some(of) = argument(self, network, &factors[at], false) else { continue };
            let beside = (0..factors.len()).any(|other| {
                factors[other].axes == factors[at].axes && argument(self, network, &factors[other], true) == Some(of)
            });
            if beside {
                factors[at].exponent = NumberId::ZERO;
            }
        }
    }

    /// The sum of two exponents of one base; a factor of zeros and ones has no other powers.
    fn joined(&mut self, network: &mut Network, class: ExprId, a: NumberId, b: NumberId) -> Option<NumberId> {
        if a == NumberId::ONE && b == NumberId::ONE && self.facts.is_binary(network, class) {
            return Some(NumberId::ONE);
        }
        let sum = network.arena.value(a).add(network.arena.value(b))?;
        Some(network.arena.number_id(sum))
    }

    /// Each connected part without a label of the result becomes one scalar factor.
    fn split_scalars(&mut self, network: &mut Network, parts: &Parts) -> ExprId {
        let components = components(parts);
        let is_free = |at: usize| components[at] != ANCHORED && !parts.factors[at].axes.is_empty();
        let mut roots: Vec<usize> = (0..components.len()).filter(|&at| is_free(at)).map(|at| components[at]).collect();
        roots.sort_unstable();
        roots.dedup();
        let is_one_scalar = parts.out.is_empty()
            && parts.coefficient.is_one()
            && roots.len() == 1
            && (0..components.len()).all(is_free);
        if roots.is_empty() || is_one_scalar {
            return parts.build(&mut network.arena);
        }
        let mut whole = parts.clone();
        whole.factors.clear();
        let mut done: Vec<usize> = Vec::new();
        for (at, part) in parts.factors.iter().enumerate() {
            let root = components[at];
            if root == ANCHORED || part.axes.is_empty() {
                whole.factors.push(part.clone());
            } else if !done.contains(&root) {
                done.push(root);
                let scalar = self.scalar_of(network, parts, &components, root);
                whole.factors.push(Part::scalar(Factor::plain(scalar)));
            }
        }
        let used: Vec<Label> = whole.factors.iter().flat_map(|part| part.axes.clone()).collect();
        whole.summed.retain(|label| used.contains(label));
        self.merge_parts(network, &mut whole);
        whole.build(&mut network.arena)
    }

    /// The factors of one component as a scalar.
    fn scalar_of(&mut self, network: &mut Network, parts: &Parts, components: &[usize], root: usize) -> ExprId {
        let mut scalar = parts.clone();
        scalar.coefficient = Rational::ONE;
        // What stands on axes of size 1 alone is summed over them here.
        scalar.summed.extend(parts.out.iter().filter(|&&label| is_unit(parts.size(label))));
        scalar.out.clear();
        let kept = parts.factors.iter().zip(components).filter(|(_, own)| **own == root);
        scalar.factors = kept.map(|(part, _)| part.clone()).collect();
        scalar.summed.retain(|&label| scalar.factors.iter().any(|part| part.axes.contains(&label)));
        scalar.build(&mut network.arena)
    }
}

/// The root of factors that hang together with the result.
const ANCHORED: usize = usize::MAX;

/// For each factor the first factor of its component, or [`ANCHORED`].
fn components(parts: &Parts) -> Vec<usize> {
    let count = parts.factors.len();
    let mut roots: Vec<usize> = (0..count).collect();
    let mut owner: FxHashMap<Label, usize> = FxHashMap::default();
    for (at, part) in parts.factors.iter().enumerate() {
        for &label in part.axes.iter().filter(|&&label| !is_unit(parts.size(label))) {
            match owner.get(&label) {
                None => {
                    owner.insert(label, at);
                }
                Some(&other) => {
                    let (a, b) = (find(&roots, other), find(&roots, at));
                    roots[a.max(b)] = a.min(b);
                }
            }
        }
    }
    let mut anchored = vec![false; count];
    for (at, part) in parts.factors.iter().enumerate() {
        if part.axes.iter().any(|label| parts.out.contains(label) && !is_unit(parts.size(*label))) {
            anchored[find(&roots, at)] = true;
        }
    }
    (0..count)
        .map(|at| {
            let root = find(&roots, at);
            if anchored[root] { ANCHORED } else { root }
        })
        .collect()
}

fn find(roots: &[usize], mut at: usize) -> usize {
    while roots[at] != at {
        at = roots[at];
    }
    at
}

/// A product to a power, entry by entry: possible for a whole exponent if nothing inside is summed.
fn raised(network: &mut Network, mut inner: Parts, power: &Rational) -> Option<Parts> {
    let links = (0..inner.out.len()).any(|place| inner.out[..place].contains(&inner.out[place]));
    let is_spread = inner.factors.iter().all(|part| part.axes.is_empty());
    if inner.summed.iter().any(|&label| !inner.is_own_unit(label))
        || links && (power.is_negative() || !power.is_integer())
    {
        return None;
    }
    match power.to_integer() {
        Some(whole) => {
            inner.coefficient = inner.coefficient.pow(whole)?;
            for part in &mut inner.factors {
                let exponent = network.arena.value(part.exponent).mul(power)?;
                part.exponent = network.arena.number_id(exponent);
            }
        }
        None if is_spread && !links => {
            let factors: Vec<Factor> =
                inner.factors.iter().map(|part| Factor { base: part.base, exponent: part.exponent }).collect();
            let coefficient = network.arena.number_id(inner.coefficient.clone());
            let scalar = network.arena.product(coefficient, &factors);
            let exponent = network.arena.number_id(power.clone());
            inner.coefficient = Rational::ONE;
            inner.factors = vec![Part::scalar(Factor { base: scalar, exponent })];
        }
        None => return None,
    }
    Some(inner)
}

/// A summed label that no factor carries becomes its size.
fn count(arena: &mut Arena, parts: &mut Parts) -> bool {
    let Some(place) = parts.summed.iter().position(|&label| parts.uses(label) == 0) else { return false };
    let label = parts.summed.remove(place);
    let size = arena.size(parts.size(label));
    match arena.as_number(size).and_then(|number| parts.coefficient.mul(number)) {
        Some(scaled) => parts.coefficient = scaled,
        None => parts.factors.insert(0, Part::scalar(Factor::plain(size))),
    }
    true
}
