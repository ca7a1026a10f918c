//! Where an assumption was needed: what a derivative becomes without it.
//!
//! Takes a derivation; gives for each adjoint and each gradient the assumptions without which its formula would be
//! another. Each is left out in turn, and stays out if the formula does not change; what remains was needed.

use rustc_hash::FxHashMap;

use crate::calculus::{
    Adjoints, Assumed, Derivation, Goal, Gradient, LocalPartial, NameUse, Request, Shape, Sigma, Simplifier,
};
use crate::calculus::{derivation, tensor};
use crate::expr::{Arena, ExprId, NameId};
use crate::network::Network;

/// The assumptions that each derivative needed, by what is differentiated and by what.
#[derive(Clone, Debug, Default)]
pub struct AssumptionUses {
    uses: FxHashMap<(NameId, NameId), Vec<Assumed>>,
}

/// The most selections of assumptions that are tried; beyond, nothing more is said.
const MAX_TRIALS: usize = 48;

impl AssumptionUses {
    /// Finds out what the adjoints and gradients of a derivation needed.
    pub fn find(network: &mut Network, derivation: &Derivation, request: &Request) -> AssumptionUses {
        let mut all = Assumed::all(network);
        let by_definition = derivation.simplifier.symmetric_by_definition().iter();
        all.extend(by_definition.map(|&name| Assumed::SymmetricByDefinition(name)));
        let mut found = AssumptionUses::default();
        if all.is_empty() {
            return found;
        }
        let names = if request.sigma == Sigma::Activation { NameUse::Fold } else { NameUse::Keep };
        let mut search =
            Search { all, goal: request.goal, names, derivation, trials: Vec::new(), places: FxHashMap::default() };
        let whole = vec![true; search.all.len()];
        let mut signs: Vec<(NameId, NameId)> = Vec::new();
        for adjoints in &derivation.adjoints {
            signs.extend(order(network, adjoints).into_iter().map(|by| (adjoints.of(), by)));
        }
        signs.extend(derivation.gradients.iter().map(|gradient| (gradient.of, gradient.by)));
        for sign in signs {
            if found.uses.contains_key(&sign) {
                continue;
            }
            if let Some(needed) = search.needed(network, &whole, sign) {
                found.uses.insert(sign, needed);
            }
        }
        found
    }

    /// Enters one more that ∂of/∂by needed.
    pub fn add(&mut self, of: NameId, by: NameId, assumed: Assumed) {
        let uses = self.uses.entry((of, by)).or_default();
        if !uses.contains(&assumed) {
            uses.push(assumed);
        }
    }

    /// What ∂of/∂by needed.
    pub fn of(&self, of: NameId, by: NameId) -> &[Assumed] {
        self.uses.get(&(of, by)).map_or(&[], Vec::as_slice)
    }
}

/// The names that have an adjoint, each after those that it is made of.
fn order(network: &Network, adjoints: &Adjoints) -> Vec<NameId> {
    let equations = network.equations.iter().rev().map(|equation| equation.name);
    let is_defined = |name: &NameId| network.definition(*name).is_some();
    let leaves = (0..network.quantities.len() as u32).map(NameId).filter(|name| !is_defined(name));
    let all = equations.chain(leaves);
    all.filter(|&name| name != adjoints.of() && adjoints.value(name).is_some()).collect()
}

/// All derivatives under a selection of the assumptions.
struct Trial {
    simplifier: Simplifier,
    values: FxHashMap<(NameId, NameId), ExprId>,
}

struct Search<'a> {
    all: Vec<Assumed>,
    goal: Goal,
    names: NameUse,
    derivation: &'a Derivation,
    trials: Vec<Trial>,
    /// Where each selection stands in `trials`.
    places: FxHashMap<Vec<bool>, usize>,
}

impl Search<'_> {
    /// What remains when every assumption that makes no difference is left out; nothing if that takes too long to find.
    fn needed(&mut self, network: &mut Network, whole: &[bool], sign: (NameId, NameId)) -> Option<Vec<Assumed>> {
        if self.is_same(network, whole, &vec![false; whole.len()], sign)? {
            return None;
        }
        let mut kept = whole.to_vec();
        for at in 0..kept.len() {
            kept[at] = false;
            if !self.is_same(network, whole, &kept, sign)? {
                kept[at] = true;
            }
        }
        let needed = self.all.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(assumed, _)| *assumed);
        let needed: Vec<Assumed> = needed.collect();
        // Of a one-hot vector it goes without saying that its entries are 0 and 1 and add up to one.
        let is_one_hot = |name: ExprId| needed.contains(&Assumed::OneHot(name));
        let said = |assumed: &&Assumed| match **assumed {
            Assumed::Binary(name) => !is_one_hot(name),
            Assumed::SumsToOne { base, .. } => !is_one_hot(base),
            _ => true,
        };
        Some(needed.iter().filter(said).copied().collect())
    }

    /// Whether a derivative is the same under all assumptions and under some.
    fn is_same(
        &mut self,
        network: &mut Network,
        whole: &[bool],
        some: &[bool],
        sign: (NameId, NameId),
    ) -> Option<bool> {
        let (first, second) = (self.trial(network, whole)?, self.trial(network, some)?);
        let full = *self.trials[first].values.get(&sign)?;
        let trial = &mut self.trials[second];
        let own = *trial.values.get(&sign)?;
        if trial.simplifier.class(network, full) == trial.simplifier.class(network, own) {
            return Some(true);
        }
        let opposite = network.arena.negate(own);
        let difference = network.arena.sum(&[full, opposite]);
        Some(trial.simplifier.simplify(network, difference) == Arena::ZERO)
    }

    /// The place of the trial of a selection.
    fn trial(&mut self, network: &mut Network, selection: &[bool]) -> Option<usize> {
        if let Some(&known) = self.places.get(selection) {
            return Some(known);
        }
        if self.trials.len() >= MAX_TRIALS {
            return None;
        }
        let assumed: Vec<Assumed> =
            self.all.iter().zip(selection).filter(|(_, taken)| **taken).map(|(assumed, _)| *assumed).collect();
        let simplifier =
            Simplifier::assuming(network, self.goal, self.names, &assumed).with_order(self.derivation.order);
        let mut trial = Trial { simplifier, values: FxHashMap::default() };
        let mut locals: FxHashMap<(NameId, NameId), ExprId> = FxHashMap::default();
        for adjoints in &self.derivation.adjoints {
            trial.adjoints(network, self.derivation, adjoints, &mut locals);
        }
        for gradient in &self.derivation.gradients {
            trial.gradient(network, self.derivation, gradient, &mut locals);
        }
        self.places.insert(selection.to_vec(), self.trials.len());
        self.trials.push(trial);
        Some(self.trials.len() - 1)
    }
}

impl Trial {
    fn local(
        &mut self,
        network: &mut Network,
        partial: LocalPartial,
        locals: &mut FxHashMap<(NameId, NameId), ExprId>,
    ) -> ExprId {
        *locals
            .entry((partial.of, partial.by))
            .or_insert_with(|| self.simplifier.simplify_local(network, partial.value))
    }

    /// The adjoints of one quantity; those that have a letter stand by it in the others.
    fn adjoints(
        &mut self,
        network: &mut Network,
        derivation: &Derivation,
        adjoints: &Adjoints,
        locals: &mut FxHashMap<(NameId, NameId), ExprId>,
    ) {
        let of = adjoints.of();
        let Some(sweep) = derivation.sweep(of) else { return };
        let mut shown: FxHashMap<NameId, ExprId> = FxHashMap::default();
        shown.insert(of, adjoints.shown(of));
        let lettered: Vec<NameId> = adjoints.deltas().iter().map(|delta| delta.by).collect();
        for name in order(network, adjoints) {
            let mut terms = Vec::new();
            for user in sweep.users(name) {
                let local = self.local(network, user, locals);
                let adjoint = shown.get(&user.of).copied().unwrap_or(Arena::ZERO);
                let rank = network.arena.shapes().dims(network.quantity(user.of).shape).len();
                terms.push(tensor::chain(&mut network.arena, adjoint, local, rank));
            }
            let sum = network.arena.sum(&terms);
            let value = self.simplifier.simplify(network, sum);
            self.values.insert((of, name), value);
            if lettered.contains(&name) && self.simplifier.is_symmetric(network, value) {
                self.simplifier.add_symmetric(adjoints.shown(name));
            }
            shown.insert(name, if lettered.contains(&name) { adjoints.shown(name) } else { value });
        }
    }

    /// A gradient of scalars, along its paths.
    fn gradient(
        &mut self,
        network: &mut Network,
        derivation: &Derivation,
        gradient: &Gradient,
        locals: &mut FxHashMap<(NameId, NameId), ExprId>,
    ) {
        let sign = (gradient.of, gradient.by);
        if self.values.contains_key(&sign) {
            return;
        }
        let Shape::Products(terms) = &gradient.shape else {
            return self.step(network, derivation, gradient, locals);
        };
        let mut products = Vec::new();
        for term in terms {
            let values: Vec<ExprId> = term.links.iter().map(|&link| self.local(network, link, locals)).collect();
            products.push(derivation.product(network, &term.links, &values));
        }
        let sum = network.arena.sum(&products);
        let value = self.simplifier.simplify(network, sum);
        self.values.insert(sign, value);
    }

    /// A gradient of scalars in terms of the adjoints one step before.
    fn step(
        &mut self,
        network: &mut Network,
        derivation: &Derivation,
        gradient: &Gradient,
        locals: &mut FxHashMap<(NameId, NameId), ExprId>,
    ) {
        let (of, by) = (gradient.of, gradient.by);
        let Some(sweep) = derivation.sweep(of) else { return };
        let mut terms = Vec::new();
        for user in sweep.users(by) {
            let local = self.local(network, user, locals);
            terms.push(match user.of == of {
                true => local,
                false => {
                    let adjoint = derivation::symbol(network, of, user.of);
                    derivation.along(network, adjoint, local, user.of)
                }
            });
        }
        let sum = network.arena.sum(&terms);
        let value = self.simplifier.simplify(network, sum);
        self.values.insert((of, by), value);
    }
}
