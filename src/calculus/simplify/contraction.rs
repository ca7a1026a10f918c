//! Products of tensors after their normal form: signs, names, and multiplying out where that contracts a link or is
//! shorter.

use crate::calculus::Rule;
use crate::calculus::simplify::measure::is_negative;
use crate::calculus::simplify::parts::{Part, Parts};
use crate::calculus::simplify::product::{content, is_flippable, positive_first, scale_terms};
use crate::calculus::simplify::unit::is_unit;
use crate::calculus::simplify::{Goal, Simplifier};
use crate::expr::{Arena, ExprId, Factor, Node, NumberId};
use crate::network::Network;
use crate::rational::Rational;
use crate::shape::Affine;

/// The most terms of a sum that is multiplied out on trial.
const TRIAL_TERMS: usize = 12;
/// The most terms that an expansion on request may have; a longer product stays as it is.
const MAX_TERMS: usize = 128;
/// The most factors of a product that is multiplied out on trial.
const TRIAL_FACTORS: usize = 12;
/// How deep rewritings may stand in rewritings.
const MAX_DEPTH: usize = 8;
/// The most rewritings that are tried within an outermost one.
const MAX_TRIED: u32 = 200;
/// How deep trials, which may be given up, may stand in them.
const TRIAL_DEPTH: usize = 2;

/// An expression of which other forms are tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial {
    /// What it is up to order and names of axes.
    pub(super) class: ExprId,
    /// Whether forms may be tried that are given up where they are no shorter.
    pub(super) is_trial: bool,
}

impl Simplifier {
    /// The simplified form of a product of tensors whose factors are simplified.
    pub(super) fn rebuild_contraction(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let normal = self.normal(network, id);
        let signed = self.contraction_signs(network, normal);
        let normal = if signed == normal { normal } else { self.normal(network, signed) };
        let normal = self.open_inverse_if_smaller(network, normal);
        let normal = self.expand_scalars_below(network, normal);
        let folded = self.fold_factors(network, normal);
        match network.arena.node(folded) {
            Node::Product { .. } => self.rebuild_product(network, folded),
            Node::Contraction { .. } => match self.goal {
                Goal::Factor => folded,
                _ => self.expand_contraction(network, folded),
            },
            _ => folded,
        }
    }

    fn open_inverse_if_smaller(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        if !matches!(network.arena.node(id), Node::Contraction { .. }) {
            return id;
        }
        let parts = Parts::of(&network.arena, id);
        for at in 0..parts.factors.len() {
            let Some(opened) = self.open_inverse(network, &parts, at) else { continue };
            let mark = self.record.len();
            let product = opened.build(&mut network.arena);
            let after = self.normal(network, product);
            let smaller = self.measures.size(&network.arena, after) < self.measures.size(&network.arena, id);
            if smaller {
                return self.conclude(mark, Rule::CancelInverse, id, after, true);
            }
            self.conclude(mark, Rule::CancelInverse, id, after, false);
        }
        id
    }

    /// −½(1 − u) is ½(u − 1) where nothing else is multiplied; beside other factors 1 − u stays. Whether it was.
    fn flip_only_difference(&self, network: &mut Network, parts: &mut Parts) -> bool {
        let [part] = parts.factors.as_slice() else { return false };
        let Node::Sum(terms) = network.arena.node(part.base) else { return false };
        let negative = terms.iter().filter(|&&term| is_negative(&network.arena, term)).count();
        if part.exponent != NumberId::ONE || (terms.len(), negative) != (2, 1) || !parts.summed.is_empty() {
            return false;
        }
        let base = scale_terms(&mut network.arena, part.base, &Rational::integer(-1));
        parts.factors[0].base = positive_first(&mut network.arena, base);
        parts.coefficient = parts.coefficient.neg();
        true
    }

    /// Takes the numeric content and the sign out of sums, and a remaining minus into a difference.
    pub(super) fn contraction_signs(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        if !matches!(network.arena.node(id), Node::Contraction { .. }) {
            return id;
        }
        let mut parts = Parts::of(&network.arena, id);
        let mut rule = None;
        for at in 0..parts.factors.len() {
            let part = &parts.factors[at];
            let Some(whole) = network.arena.value(part.exponent).to_integer() else { continue };
            let mut content = divisor(&network.arena, part.base);
            if has_negative_constant(&network.arena, part.base) && !content.is_negative() {
                content = content.neg();
            }
            let scaled = content.pow(whole).and_then(|content| parts.coefficient.mul(&content));
            if let (false, Some(scaled), Some(inverse)) = (content.is_one(), scaled, content.recip()) {
                parts.coefficient = scaled;
                parts.factors[at].base = scale_terms(&mut network.arena, parts.factors[at].base, &inverse);
                rule = Some(Rule::TakeOut);
            }
        }
        if self.align_differences(network, &mut parts) {
            rule = Some(Rule::FlipDifference);
        }
        // One of two equal differences keeps its sign: −(x − μ)(x − μ)ᵀ.
        let is_alone = |base: ExprId| parts.factors.iter().filter(|part| part.base == base).count() == 1;
        if parts.coefficient.is_negative()
            && let Some(at) = parts.factors.iter().position(|part| {
                let factor = Factor { base: part.base, exponent: part.exponent };
                is_flippable(&network.arena, &factor) && is_alone(part.base)
            })
        {
            parts.coefficient = parts.coefficient.neg();
            let base = scale_terms(&mut network.arena, parts.factors[at].base, &Rational::integer(-1));
            parts.factors[at].base = positive_first(&mut network.arena, base);
            rule = Some(Rule::FlipDifference);
        }
        if parts.coefficient.is_negative() && self.flip_only_difference(network, &mut parts) {
            rule = Some(Rule::FlipDifference);
        }
        let Some(rule) = rule else { return id };
        let after = parts.build(&mut network.arena);
        self.note(rule, id, after)
    }

    /// Writes (μ − x)(x − μ)ᵀ as −(x − μ)(x − μ)ᵀ; whether there were such differences.
    fn align_differences(&mut self, network: &mut Network, parts: &mut Parts) -> bool {
        let minus = Rational::integer(-1);
        let mut changed = false;
        for first in 0..parts.factors.len() {
            let factor = Factor { base: parts.factors[first].base, exponent: parts.factors[first].exponent };
            if !is_flippable(&network.arena, &factor) {
                continue;
            }
            let turned = scale_terms(&mut network.arena, factor.base, &minus);
            let class = self.measures.class(&mut network.arena, turned);
            for second in first + 1..parts.factors.len() {
                let other = &parts.factors[second];
                let is_plain = other.exponent == NumberId::ONE;
                if is_plain && self.measures.class(&mut network.arena, other.base) == class {
                    parts.factors[first].base = parts.factors[second].base;
                    parts.coefficient = parts.coefficient.neg();
                    changed = true;
                    break;
                }
            }
        }
        changed
    }

    /// Multiplies a sum out where a term is a link or constant along a summed label, or the result is shorter.
    fn expand_contraction(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Trial { class, is_trial } = match self.trial(network, id) {
            Ok(trial) => trial,
            Err(known) => return known,
        };
        let after = self.expand_at_any(network, id, class);
        self.tried.insert((id, is_trial), after);
        after
    }

    /// Whether other forms of an expression may be tried; if not, what stands for it.
    pub(super) fn trial(&mut self, network: &mut Network, id: ExprId) -> Result<Trial, ExprId> {
        let class = self.measures.class(&mut network.arena, id);
        if self.open.contains(&class) || self.open.len() >= MAX_DEPTH {
            return Err(id);
        }
        let is_trial = self.open.len() < TRIAL_DEPTH;
        if let Some(&known) = self.tried.get(&(id, is_trial)) {
            return Err(known);
        }
        // Within one of the outermost, only so many are tried.
        if self.open.is_empty() {
            self.budget = MAX_TRIED;
        }
        self.budget = self.budget.saturating_sub(1);
        if self.budget > 0 { Ok(Trial { class, is_trial }) } else { Err(id) }
    }

    fn expand_at_any(&mut self, network: &mut Network, id: ExprId, class: ExprId) -> ExprId {
        let parts = Parts::of(&network.arena, id);
        for at in 0..parts.factors.len() {
            let Some(forced) = expansion(&network.arena, &parts, at, self.goal) else { continue };
            let is_long = parts.factors.len() > TRIAL_FACTORS;
            if !forced && (is_long || self.open.len() >= TRIAL_DEPTH || self.keeps_whole(network, &parts, at)) {
                continue;
            }
            let mark = self.record.len();
            self.open.push(class);
            let terms = self.distribute_parts(network, &parts, at, forced);
            let sum = network.arena.sum(&terms);
            let after = self.rebuild_terms(network, sum);
            self.open.pop();
            let reached = self.measures.class(&mut network.arena, after);
            // What is under way already would come back to this.
            let same = reached == class || self.open.contains(&reached);
            // A sign in front is no reason to multiply out: −(1 − s)u is as good as su − u.
            let sign = u32::from(is_negative(&network.arena, id));
            let (new, old) = (self.measures.size(&network.arena, after), self.measures.size(&network.arena, id) - sign);
            let better = new < old || new == old && self.shows_symmetry(network, after);
            if !same && (forced || better) {
                return self.conclude(mark, Rule::Expand, id, after, true);
            }
            self.conclude(mark, Rule::Expand, id, after, false);
        }
        id
    }

    /// Whether factor number `at` is a scalar sum, or 1 − σ in every entry, of which nothing cancels against another
    /// factor: σ ⊙ (1 − σ) stays.
    fn keeps_whole(&mut self, network: &mut Network, parts: &Parts, at: usize) -> bool {
        let part = &parts.factors[at];
        let Node::Sum(terms) = network.arena.node(part.base) else { return false };
        let is_number = |&term: &ExprId| matches!(Parts::of(&network.arena, term).factors.as_slice(), []);
        let is_complement = part.axes.is_empty() || terms.iter().any(is_number);
        if !is_complement || self.goal == Goal::Expand {
            return false;
        }
        let beside = parts.factors.iter().filter(|other| other.axes == part.axes);
        let beside: Vec<Factor> = beside.map(|other| Factor { base: other.base, exponent: other.exponent }).collect();
        if beside.len() < 2 && !part.axes.is_empty() {
            return false;
        }
        let present = self.classes(network, &beside);
        let mut inside: Vec<Factor> = Vec::new();
        if let Node::Sum(terms) = network.arena.node(part.base) {
            let factors = terms.iter().flat_map(|&term| Parts::of(&network.arena, term).factors);
            inside.extend(factors.map(|part| Factor { base: part.base, exponent: part.exponent }));
        }
        !inside.iter().any(|factor| {
            let class = self.measures.class(&mut network.arena, factor.base);
            present.contains(&(class, !network.arena.value(factor.exponent).is_negative()))
        })
    }

    /// The terms of a product multiplied out over its factor number `at`, a sum.
    pub(super) fn distribute_parts(
        &mut self,
        network: &mut Network,
        parts: &Parts,
        at: usize,
        deep: bool,
    ) -> Vec<ExprId> {
        let Node::Sum(terms) = network.arena.node(parts.factors[at].base) else { return Vec::new() };
        let terms = terms.to_vec();
        terms
            .into_iter()
            .map(|term| {
                let mut one = parts.clone();
                one.factors[at].base = term;
                let product = one.build(&mut network.arena);
                if deep { self.rebuild_node(network, product) } else { self.normal(network, product) }
            })
            .collect()
    }

    /// The simplified form of a sum that was just made, or of what it collapsed to.
    pub(super) fn rebuild_terms(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        match network.arena.node(id) {
            Node::Sum(_) => self.rebuild_sum(network, id),
            _ => id,
        }
    }
}

/// The number that a sum gives to the product it stands in: its content, or the smallest of its whole coefficients if
/// that divides the others, 4u − 2v = 2(2u − v).
fn divisor(arena: &Arena, sum: ExprId) -> Rational {
    let content = content(arena, sum);
    let Node::Sum(terms) = arena.node(sum) else { return content };
    if !content.abs().is_one() {
        return content;
    }
    let whole = |term: &ExprId| match arena.node(*term) {
        Node::Contraction { coefficient, .. } => arena.value(coefficient).to_integer().map(i64::unsigned_abs),
        _ => None,
    };
    let Some(numbers) = terms.iter().map(whole).collect::<Option<Vec<u64>>>() else { return content };
    let least = numbers.iter().copied().min().filter(|least| *least > 1);
    let shared = least.filter(|least| numbers.iter().all(|number| number % least == 0));
    let shared = shared.and_then(|least| i64::try_from(least).ok()).map(Rational::integer);
    shared.and_then(|shared| content.mul(&shared)).unwrap_or(content)
}

/// Whether a sum reads a − 1: −(1 − a) has the usual form.
fn has_negative_constant(arena: &Arena, sum: ExprId) -> bool {
    let Node::Sum(terms) = arena.node(sum) else { return false };
    let is_constant =
        |term: &&ExprId| matches!(arena.node(**term), Node::Number(_) | Node::Contraction { factors: [], .. });
    terms.iter().filter(is_constant).any(|&term| is_negative(arena, term))
}

/// How many terms a product has once it is multiplied out, like terms not yet collected.
fn expanded_terms(arena: &Arena, parts: &Parts) -> usize {
    let terms = parts.factors.iter().map(|part| match arena.node(part.base) {
        Node::Sum(terms) if part.exponent == NumberId::ONE => terms.len(),
        _ => 1,
    });
    terms.fold(1, usize::saturating_mul)
}

/// Whether factor number `at` may be multiplied out: `Some(true)` if it must be.
fn expansion(arena: &Arena, parts: &Parts, at: usize, goal: Goal) -> Option<bool> {
    let part = &parts.factors[at];
    let Node::Sum(terms) = arena.node(part.base) else { return None };
    if part.exponent != NumberId::ONE {
        return None;
    }
    if goal == Goal::Expand {
        return (expanded_terms(arena, parts) <= MAX_TERMS).then_some(true);
    }
    let dangling: Vec<usize> = (0..part.axes.len())
        .filter(|&axis| parts.is_summed(part.axes[axis]) && parts.uses(part.axes[axis]) == 1)
        .filter(|&axis| !is_unit(parts.size(part.axes[axis])))
        .collect();
    // No formula of matrices holds a sum of tensors of a higher rank.
    let is_high = part.axes.len() > 2 && parts.out.len() <= 2;
    let forced = is_high
        || terms.iter().any(|&term| {
            let inner = Parts::of(arena, term);
            let is_link = (0..inner.out.len()).any(|place| inner.out[..place].contains(&inner.out[place]));
            is_link || dangling.iter().any(|&axis| inner.uses(inner.out[axis]) == 0)
        });
    let forced = forced || parts_of_axis(arena, terms);
    (forced || terms.len() <= TRIAL_TERMS).then_some(forced)
}

/// Whether the terms are put on parts of an axis that do not meet: 𝟙[i = j]cⱼ − 𝟙[i = j + n]sⱼ.
fn parts_of_axis(arena: &Arena, terms: &[ExprId]) -> bool {
    let mut places: Vec<(Affine, Affine)> = Vec::with_capacity(terms.len());
    for &term in terms {
        let inner = Parts::of(arena, term);
        let place = inner.factors.iter().find_map(|part| {
            let is_out = part.axes.len() == 2 && part.axes.iter().all(|label| inner.out.contains(label));
            if is_out { place_of(arena, &inner, part) } else { None }
        });
        let Some((before, size)) = place else { return false };
        let is_apart = |known: &(Affine, Affine)| {
            let after = |first: &(Affine, Affine), second: &Affine| {
                let gap = second.plus(&first.0, -1).and_then(|gap| gap.plus(&first.1, -1));
                gap.and_then(|gap| gap.least()).is_some_and(|least| least >= 0)
            };
            after(known, &before) || after(&(before.clone(), size.clone()), &known.0)
        };
        if !places.iter().all(|known| *known == (before.clone(), size.clone()) || is_apart(known)) {
            return false;
        }
        places.push((before, size));
    }
    places.windows(2).any(|pair| pair[0] != pair[1])
}

/// How many places of the longer axis of a selection stand before those that it picks, and how many these are.
fn place_of(arena: &Arena, parts: &Parts, part: &Part) -> Option<(Affine, Affine)> {
    let Node::Selection(selection) = arena.node(part.base) else { return None };
    let selection = arena.selection_of(selection);
    let sizes = [0, 1].map(|axis| arena.shapes().affine(parts.size(part.axes[axis])));
    let is_longer = |a: &Affine, b: &Affine| a.plus(b, -1).and_then(|more| more.least()).is_some_and(|more| more > 0);
    let (sign, size) = match selection.coefficients.as_slice() {
        [1, -1] | [-1, 1] if is_longer(&sizes[0], &sizes[1]) => (selection.coefficients[0], sizes[1].clone()),
        [1, -1] | [-1, 1] if is_longer(&sizes[1], &sizes[0]) => (selection.coefficients[1], sizes[0].clone()),
        _ => return None,
    };
    Some((selection.offset.times(-sign)?, size))
}
