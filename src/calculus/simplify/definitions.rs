//! Names come back: what an equation defines is written by its name, also inside a product and under a power.

use rustc_hash::FxHashMap;

use crate::calculus::Rule;
use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::parts::{Part, Parts};
use crate::calculus::simplify::product::scale_terms;
use crate::calculus::simplify::unit::without_units;
use crate::expr::{ExprId, NameId, Node, NumberId, subexpressions};
use crate::function::{FunctionRef, Written};
use crate::network::{Network, Origin};
use crate::rational::Rational;

/// The definitions of a network that has tensors, by class.
#[derive(Clone, Debug, Default)]
pub(super) struct Folds {
    wanted: bool,
    has_tensors: bool,
    /// How many equations were learnt, once they are asked for.
    learnt: Option<usize>,
    /// The name of a whole expression.
    whole: FxHashMap<ExprId, NameId>,
    /// By the class of one factor: the products that contain it, and their names.
    products: FxHashMap<ExprId, Vec<(NameId, Parts)>>,
    /// By the class of a base: the name of its power, and the exponent.
    powers: FxHashMap<ExprId, (NameId, Rational)>,
}

impl Folds {
    pub(super) fn new(network: &Network, wanted: bool) -> Folds {
        let has_tensors = network.has_tensors();
        Folds { wanted: wanted && has_tensors, has_tensors, ..Folds::default() }
    }

    /// Whether the network has anything but scalars.
    pub(super) fn has_tensors(&self) -> bool {
        self.has_tensors
    }
}

impl Simplifier {
    /// Learns the definitions of a network that has tensors, in order, each in terms of those before.
    pub(super) fn learn_definitions(&mut self, network: &mut Network) {
        if self.folds.wanted && self.folds.learnt.is_none() {
            self.learn_definitions_from(network, 0);
        }
    }

    /// Learns the definitions that were added since the others were learnt.
    pub(super) fn learn_new_definitions(&mut self, network: &mut Network) {
        if let Some(known) = self.folds.learnt {
            self.learn_definitions_from(network, known);
        }
    }

    fn learn_definitions_from(&mut self, network: &mut Network, first: usize) {
        self.folds.learnt = Some(network.equations.len());
        for at in first..network.equations.len() {
            let equation = network.equations[at];
            let plain = matches!(network.quantity(equation.name).origin, Origin::Equation(_));
            // det X is not written by the name of the cost that it defines; the value of a Jacobian is.
            let is_cost = Some(equation.name) == network.cost && network.arena.shape(equation.value).is_scalar();
            if plain && !is_cost {
                let value = self.simplify_all(network, equation.value);
                // μ of N × 1 is met without its second axis.
                let column = without_units(&mut network.arena, value);
                let column = if column == value { value } else { self.simplify_all(network, column) };
                self.learn(network, equation.name, value);
                if column != value {
                    self.learn(network, equation.name, column);
                }
                let name = network.name_expr(equation.name);
                if is_foldable(network, value) {
                    self.done.insert(value, name);
                    self.done.insert(equation.value, name);
                }
            }
        }
        self.done.clear();
        self.record.clear();
        self.records.clear();
    }

    fn learn(&mut self, network: &mut Network, name: NameId, value: ExprId) {
        if !is_foldable(network, value) {
            return;
        }
        let class = self.measures.class(&mut network.arena, value);
        self.folds.whole.entry(class).or_insert(name);
        if let Some((base, exponent)) = power_of(network, value) {
            let class = self.measures.class(&mut network.arena, base);
            self.folds.powers.entry(class).or_insert((name, exponent));
            return;
        }
        if let Node::Contraction { .. } | Node::Product { .. } = network.arena.node(value) {
            let parts = Parts::of(&network.arena, value);
            if parts.factors.len() < 2 {
                return;
            }
            let size = |this: &mut Self, part: &Part| this.measures.size(&network.arena, part.base);
            let largest = (0..parts.factors.len()).rev().max_by_key(|&at| size(self, &parts.factors[at]));
            let Some(at) = largest else { return };
            let class = self.measures.class(&mut network.arena, parts.factors[at].base);
            self.folds.products.entry(class).or_default().push((name, parts));
        }
    }

    /// The name of an expression of a definition's class.
    pub(super) fn named(&mut self, network: &mut Network, id: ExprId) -> Option<NameId> {
        if self.folds.whole.is_empty() || !is_foldable(network, id) {
            return None;
        }
        let class = self.measures.class(&mut network.arena, id);
        self.folds.whole.get(&class).copied()
    }

    /// The product with the factors of definitions written by their names.
    pub(super) fn fold_factors(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        if self.folds.whole.is_empty() {
            return id;
        }
        let mut current = id;
        for _ in 0..8 {
            let next = self.fold_power(network, current);
            let next = self.fold_product(network, next);
            if next == current {
                break;
            }
            current = self.normal(network, next);
        }
        current
    }

    fn fold_power(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        if self.folds.powers.is_empty() {
            return id;
        }
        let mut parts = Parts::of(&network.arena, id);
        let mut changed = false;
        for at in 0..parts.factors.len() {
            let Part { base, exponent, .. } = parts.factors[at];
            let class = self.measures.class(&mut network.arena, base);
            let Some((name, power)) = self.folds.powers.get(&class).cloned() else { continue };
            let quotient = power.recip().and_then(|inverse| network.arena.value(exponent).mul(&inverse));
            // (s²)^½ is |s|: only where the power of the name is whole is it the same.
            let Some(quotient) = quotient.filter(|quotient| quotient.is_integer()) else { continue };
            parts.factors[at].base = name_without_units(network, name);
            parts.factors[at].axes = parts.wide_axes(&parts.factors[at]);
            parts.factors[at].exponent = network.arena.number_id(quotient);
            changed = true;
        }
        if !changed {
            return id;
        }
        let after = parts.build(&mut network.arena);
        self.note(Rule::FoldName, id, after)
    }

    fn fold_product(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        if self.folds.products.is_empty() {
            return id;
        }
        let mut parts = Parts::of(&network.arena, id);
        for at in 0..parts.factors.len() {
            let mut class = self.measures.class(&mut network.arena, parts.factors[at].base);
            if !self.folds.products.contains_key(&class)
                && let Some(turned) = turned(network, &parts, at)
            {
                // μ − x is −(x − μ).
                let other = self.measures.class(&mut network.arena, turned.factors[at].base);
                if self.folds.products.contains_key(&other) {
                    (parts, class) = (turned, other);
                }
            }
            let Some(candidates) = self.folds.products.get(&class).cloned() else { continue };
            for (name, pattern) in candidates {
                let Some(found) = self.find_product(network, &pattern, &parts) else {
                    if let Some(after) = self.fold_solved(network, id, &parts, at, name, &pattern) {
                        return after;
                    }
                    continue;
                };
                let Some(scaled) = pattern.coefficient.recip().and_then(|c| parts.coefficient.mul(&c)) else {
                    continue;
                };
                let mut whole = parts.clone();
                whole.coefficient = scaled;
                let first = found.factors.iter().copied().min().unwrap_or(0);
                whole.remove(&found);
                let base = name_of_rank(network, name, found.out.len());
                let part = Part { base, exponent: NumberId::ONE, axes: found.out.clone() };
                whole.factors.insert(first.min(whole.factors.len()), part);
                let after = whole.build(&mut network.arena);
                if self.measures.size(&network.arena, after) < self.measures.size(&network.arena, id) {
                    return self.note(Rule::FoldName, id, after);
                }
            }
        }
        id
    }
}

impl Simplifier {
    /// A factor of a definition written by the name: with x̂ = (x − μ)/s, x − μ is s x̂, if the whole gets shorter.
    ///
    /// With v = a u, u is not v/a: that is not defined at a = 0, where u is.
    fn fold_solved(
        &mut self,
        network: &mut Network,
        id: ExprId,
        parts: &Parts,
        at: usize,
        name: NameId,
        pattern: &Parts,
    ) -> Option<ExprId> {
        let part = &parts.factors[at];
        let class = self.measures.class(&mut network.arena, part.base);
        let own = (0..pattern.factors.len())
            .find(|&own| self.measures.class(&mut network.arena, pattern.factors[own].base) == class)?;
        let solved = &pattern.factors[own];
        let is_whole = pattern.summed.iter().all(|&label| pattern.is_own_unit(label))
            && solved.axes == pattern.out
            && solved.exponent == NumberId::ONE;
        let distinct = (0..solved.axes.len()).all(|axis| !solved.axes[..axis].contains(&solved.axes[axis]));
        // Only under a whole power: (s x̂)^½ need not be s^½ x̂^½.
        let power = network.arena.value(part.exponent).to_integer()?;
        if !is_whole || !distinct || !matches!(network.arena.node(part.base), Node::Sum(_)) {
            return None;
        }
        let mut whole = parts.clone();
        whole.coefficient = pattern.coefficient.recip()?.pow(power)?.mul(&parts.coefficient)?;
        whole.factors[at].base = name_of_rank(network, name, pattern.out.len());
        for (place, other) in pattern.factors.iter().enumerate().filter(|(place, _)| *place != own) {
            let exponent = network.arena.value(other.exponent).neg().mul(&Rational::integer(power))?;
            let axes = other.axes.iter().map(|&label| match solved.axes.iter().position(|own| *own == label) {
                Some(axis) => Some(part.axes[axis]),
                None => pattern.is_own_unit(label).then(|| whole.own_unit()),
            });
            let axes: Option<Vec<_>> = axes.collect();
            if exponent.is_negative() && brings_divisor(network, parts, other.base, &exponent) {
                return None;
            }
            let place = (at + place).min(whole.factors.len());
            let exponent = network.arena.number_id(exponent);
            whole.factors.insert(place, Part { base: other.base, exponent, axes: axes? });
        }
        let product = whole.build(&mut network.arena);
        let mark = self.record.len();
        let after = self.normal(network, product);
        let smaller = self.measures.size(&network.arena, after) < self.measures.size(&network.arena, id);
        self.record.truncate(mark);
        smaller.then(|| self.note(Rule::FoldName, id, after))
    }
}

/// The name of a quantity without its axes of size 1.
fn name_without_units(network: &mut Network, name: NameId) -> ExprId {
    let name = network.name_expr(name);
    without_units(&mut network.arena, name)
}

/// The name of a quantity that is met with so many axes: all of them, or those that are not of size 1.
pub(super) fn name_of_rank(network: &mut Network, name: NameId, rank: usize) -> ExprId {
    let whole = network.name_expr(name);
    if network.arena.dims(whole).len() == rank { whole } else { name_without_units(network, name) }
}

/// Whether a product is divided by a base if this negative power of it comes in, and was not before.
fn brings_divisor(network: &Network, product: &Parts, base: ExprId, exponent: &Rational) -> bool {
    let own = product.factors.iter().filter(|part| part.base == base);
    let mut own = own.map(|part| network.arena.value(part.exponent));
    !own.any(|power| power.is_negative() || power.add(exponent).is_some_and(|sum| !sum.is_negative()))
}

/// The product with the sign of its factor number `at`, a sum to a whole power, turned round.
fn turned(network: &mut Network, parts: &Parts, at: usize) -> Option<Parts> {
    let part = &parts.factors[at];
    let power = network.arena.value(part.exponent).to_integer()?;
    if !matches!(network.arena.node(part.base), Node::Sum(_)) {
        return None;
    }
    let mut turned = parts.clone();
    turned.factors[at].base = scale_terms(&mut network.arena, part.base, &Rational::integer(-1));
    turned.coefficient = if power % 2 == 0 { turned.coefficient } else { turned.coefficient.neg() };
    Some(turned)
}

/// Names, numbers and sizes are not written by other names.
fn is_foldable(network: &Network, value: ExprId) -> bool {
    match network.arena.node(value) {
        Node::Call { .. } | Node::Sum(_) => true,
        Node::Contraction { factors, .. } => !factors.is_empty(),
        Node::Product { factors, .. } => {
            factors.len() > 1
                || factors
                    .iter()
                    .any(|factor| matches!(network.arena.node(factor.base), Node::Contraction { .. } | Node::Sum(_)))
        }
        _ => false,
    }
}

/// The base and the exponent of an expression that is a power, entry by entry.
fn power_of(network: &Network, value: ExprId) -> Option<(ExprId, Rational)> {
    if let Node::Call { function, arguments, .. } = network.arena.node(value) {
        return match network.functions.get(function) {
            FunctionRef::Table(entry) => match entry.written {
                Written::Root(2) => Some((arguments[0], Rational::new(1, 2)?)),
                _ => None,
            },
            FunctionRef::User(_) => None,
        };
    }
    let parts = Parts::of(&network.arena, value);
    let [part] = parts.factors.as_slice() else { return None };
    let is_power = parts.coefficient.is_one() && part.axes == parts.out && parts.summed.is_empty();
    (is_power && part.exponent != NumberId::ONE).then(|| (part.base, network.arena.value(part.exponent).clone()))
}

/// An expression with names of small, function-free definitions written out, a few levels deep.
pub(super) fn unfolded(network: &mut Network, expr: ExprId) -> ExprId {
    const LEVELS: usize = 3;
    let mut current = expr;
    for _ in 0..LEVELS {
        let order = subexpressions(&network.arena, current);
        let mut done: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in order {
            let definition = network.arena.as_name(id).and_then(|name| small_definition(network, name));
            let next = match definition {
                Some(value) => value,
                None => network.arena.with_children(id, |child| done.get(&child).copied().unwrap_or(child)),
            };
            done.insert(id, next);
        }
        let next = done.get(&current).copied().unwrap_or(current);
        if next == current {
            break;
        }
        current = next;
    }
    current
}

/// The definition of a name if it is short and calls no function.
fn small_definition(network: &Network, name: NameId) -> Option<ExprId> {
    const MAX_NODES: usize = 12;
    let value = network.definition(name)?.value;
    let order = subexpressions(&network.arena, value);
    let free = order
        .iter()
        .all(|&id| !matches!(network.arena.node(id), Node::Call { .. } | Node::If { .. } | Node::Derivative { .. }));
    (free && order.len() <= MAX_NODES).then_some(value)
}
