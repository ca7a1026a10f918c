//! The error terms of scalars: the adjoints that get the letter δ, each in terms of those before, and what branches off.
//!
//! A quantity has an error term if a variable enters its equation, as a weight enters z = wa + b, or if several
//! quantities use it. Between two of them there is one chain of links, so that all rows together are as long as the network.

use rustc_hash::FxHashSet;

use super::{Derivation, symbol};
use crate::calculus::{LocalPartial, Sweep};
use crate::expr::{Arena, ExprId, NameId};
use crate::network::{Network, Origin};

/// ∂of/∂by as a sum over the error terms next to it.
#[derive(Clone, PartialEq, Debug)]
pub struct ErrorRow {
    /// What is differentiated.
    pub of: NameId,
    /// By what.
    pub by: NameId,
    /// Whether it is an error term itself, with a letter.
    pub is_named: bool,
    /// The terms, one for each chain of links up to the next error term.
    pub terms: Vec<ErrorTerm>,
    /// The sum of the terms, simplified.
    pub value: ExprId,
}

/// δ · ∂z³/∂a² · ∂a²/∂z²: an error term, unless the chain begins at what is differentiated, and the links from there.
#[derive(Clone, PartialEq, Debug)]
pub struct ErrorTerm {
    /// The links from the upper end down.
    pub links: Vec<LocalPartial>,
    /// The error term and the links as symbols.
    pub symbols: Vec<ExprId>,
    /// The error term and the links worked, without those that are 1.
    pub values: Vec<ExprId>,
}

impl Derivation {
    /// The error terms on the way from `of` to `targets`, each after those that it needs, and the targets.
    pub fn error_rows(&mut self, network: &mut Network, of: NameId, targets: &[NameId]) -> Vec<ErrorRow> {
        let Some(at) = self.sweeps.iter().position(|sweep| sweep.of() == of) else { return Vec::new() };
        let mut known: FxHashSet<NameId> = FxHashSet::default();
        let mut order: Vec<NameId> = Vec::new();
        for &target in targets {
            if known.contains(&target) || self.sweeps[at].users(target).next().is_none() {
                continue;
            }
            let above = self.sweeps[at].ancestors_outside(target, &known);
            known.extend(above.iter().copied());
            order.extend(above);
        }
        let named = named(network, &self.sweeps[at], targets, &order);
        let wanted: FxHashSet<NameId> = targets.iter().copied().collect();
        let rows = order.into_iter().filter(|name| *name != of && (named.contains(name) || wanted.contains(name)));
        rows.collect::<Vec<_>>().into_iter().map(|by| self.error_row(network, at, &named, by)).collect()
    }

    fn error_row(&mut self, network: &mut Network, sweep: usize, named: &FxHashSet<NameId>, by: NameId) -> ErrorRow {
        let of = self.sweeps[sweep].of();
        let users: Vec<LocalPartial> = self.sweeps[sweep].users(by).collect();
        let mut terms = Vec::with_capacity(users.len());
        let mut products = Vec::with_capacity(users.len());
        for user in users {
            let links = chain_up(&self.sweeps[sweep], named, user);
            let top = links[0].of;
            let adjoint = (top != of).then(|| symbol(network, of, top));
            let worked: Vec<ExprId> = links.iter().map(|&link| self.local(network, link)).collect();
            let signs = links.iter().map(|&link| self.link_symbol(network, sweep, link));
            let symbols: Vec<ExprId> = adjoint.into_iter().chain(signs).collect();
            let product = self.product(network, &links, &worked);
            products.push(match adjoint {
                Some(adjoint) => self.along(network, adjoint, product, top),
                None => product,
            });
            let mut values: Vec<ExprId> = adjoint.into_iter().chain(worked).collect();
            values.retain(|&value| value != Arena::ONE);
            if values.is_empty() {
                values.push(Arena::ONE);
            }
            terms.push(ErrorTerm { links, symbols, values });
        }
        let sum = network.arena.sum(&products);
        let value = self.simplifier.simplify(network, sum);
        ErrorRow { of, by, is_named: named.contains(&by), terms, value }
    }
}

/// The quantities that have an error term.
fn named(network: &Network, sweep: &Sweep, targets: &[NameId], order: &[NameId]) -> FxHashSet<NameId> {
    let is_leaf = |name: NameId| matches!(network.quantity(name).origin, Origin::Leaf(_));
    let leaves = targets.iter().copied().filter(|&target| is_leaf(target));
    let entered = leaves.flat_map(|leaf| sweep.users(leaf)).map(|user| user.of);
    let mut named: FxHashSet<NameId> = entered.collect();
    named.extend(order.iter().copied().filter(|&name| !is_leaf(name) && sweep.users(name).nth(1).is_some()));
    named.remove(&sweep.of());
    named
}

/// The links from the next error term above, or from what is differentiated, down to `link`.
fn chain_up(sweep: &Sweep, named: &FxHashSet<NameId>, link: LocalPartial) -> Vec<LocalPartial> {
    let mut links = vec![link];
    let mut top = link.of;
    while top != sweep.of() && !named.contains(&top) {
        let Some(next) = sweep.users(top).next() else { break };
        links.push(next);
        top = next.of;
    }
    links.reverse();
    links
}
