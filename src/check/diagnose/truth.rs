//! The true derivative as a sum of products: what the edits act on.
//!
//! Takes a quantity and a variable, or an expression; gives paths (one product each) of units (a link, a factor), and
//! builds the formula anew with some of the units replaced.

use rustc_hash::FxHashMap;

use crate::calculus::{Deltas, Derivation, Goal, LocalPartial, Request, Shape, Sigma};
use crate::check::diagnose::relatives::Relatives;
use crate::expr::{Arena, ExprId, Factor, Label, LabelsBuilder, NameId, Node, NumberId, Reach};
use crate::network::Network;

/// A factor of the products: a link of the chain with its value, or any expression.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Unit {
    /// Its value, worked.
    pub value: ExprId,
    /// The link that it is.
    pub link: Option<Link>,
}

/// ∂of/∂by in a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Link {
    /// What is differentiated.
    pub of: NameId,
    /// By what.
    pub by: NameId,
    /// Whether along all ways, or inside one equation.
    pub reach: Reach,
}

/// The true formula.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Truth {
    /// All units, each once.
    pub units: Vec<Unit>,
    /// The products that are added: numbers of units, from the cost down.
    pub paths: Vec<Vec<usize>>,
    by_link: FxHashMap<(Option<Link>, ExprId), usize>,
}

/// The most paths that are looked at one by one; beyond it the users of the variable are the terms.
const MAX_PATHS: usize = 16;

impl Truth {
    /// The numbers of the units that are edited, at most so many: of a long chain both ends.
    pub fn edited(&self, most: usize) -> Vec<usize> {
        let units = self.units.len();
        (0..units).filter(|at| at.min(&(units - 1 - at)) < &(most / 2)).collect()
    }

    /// What an author may have written in the place of a part of some units.
    pub fn relatives(&self, network: &mut Network, units: &[usize]) -> Relatives {
        let links = units.iter().filter_map(|&at| self.units[at].link);
        let links: Vec<NameId> = links.flat_map(|link| [link.of, link.by]).collect();
        let mut near: Vec<ExprId> = links.into_iter().map(|name| network.name_expr(name)).collect();
        near.extend(units.iter().map(|&at| self.units[at].value));
        Relatives::of(network, &near)
    }

    /// The derivative of `of` by `by`.
    pub fn of_derivative(network: &mut Network, of: NameId, by: NameId) -> Truth {
        let request = Request {
            of,
            by: vec![vec![by]],
            max_paths: MAX_PATHS,
            sigma: Sigma::Activation,
            goal: Goal::Textbook,
            deltas: Deltas::Named,
        };
        let mut derivation = Derivation::new(network, &request);
        let mut truth = Truth::default();
        let shape = derivation.gradients.pop().map_or(Shape::Independent, |gradient| gradient.shape);
        match shape {
            Shape::Independent => {}
            Shape::Itself => truth.paths.push(Vec::new()),
            Shape::Products(products) => {
                for product in products {
                    let links = product.links.into_iter().map(|link| of_chain(&derivation, link));
                    let path = links.zip(product.values).map(|(link, value)| truth.unit(Some(link), value)).collect();
                    truth.paths.push(path);
                }
            }
            Shape::Recursion(_) => truth.add_users(network, &mut derivation, of, by),
        }
        truth
    }

    /// A formula as one unit.
    pub fn of_whole(expr: ExprId) -> Truth {
        let mut truth = Truth::default();
        let unit = truth.unit(None, expr);
        truth.paths.push(vec![unit]);
        truth
    }

    /// An expression: its terms, each cut into factors.
    pub fn of_expression(arena: &mut Arena, expr: ExprId) -> Truth {
        let mut truth = Truth::default();
        let terms = match arena.node(expr) {
            Node::Sum(terms) => terms.to_vec(),
            _ => vec![expr],
        };
        for term in terms {
            let units = match arena.node(term) {
                Node::Product { coefficient, factors } => {
                    let factors = factors.to_vec();
                    let number = arena.product(coefficient, &[]);
                    let powers = factors.into_iter().map(|factor| arena.power(factor.base, factor.exponent));
                    std::iter::once(number).chain(powers).filter(|&unit| unit != Arena::ONE).collect()
                }
                _ => vec![term],
            };
            let path = units.into_iter().map(|value| truth.unit(None, value)).collect();
            truth.paths.push(path);
        }
        truth
    }

    /// One term for each user u of the variable: ∂C/∂u · ∂u/∂v; the chain goes on where there is one user only.
    fn add_users(&mut self, network: &mut Network, derivation: &mut Derivation, of: NameId, by: NameId) {
        let mut tail = Vec::new();
        let mut at = by;
        loop {
            let Some(sweep) = derivation.sweep(of) else { return };
            let users: Vec<LocalPartial> = sweep.users(at).collect();
            let adjoints: Vec<ExprId> = users.iter().map(|user| sweep.adjoint(user.of)).collect();
            if let [only] = users[..]
                && only.of != of
            {
                let value = derivation.local(network, only);
                tail.insert(0, self.unit(Some(of_chain(derivation, only)), value));
                at = only.of;
                continue;
            }
            for (user, adjoint) in users.into_iter().zip(adjoints) {
                let local = derivation.local(network, user);
                let mut path = Vec::new();
                if user.of != of {
                    let whole = Link { of, by: user.of, reach: Reach::Total };
                    path.push(self.unit(Some(whole), adjoint));
                }
                path.push(self.unit(Some(of_chain(derivation, user)), local));
                path.extend(&tail);
                self.paths.push(path);
            }
            return;
        }
    }

    fn unit(&mut self, link: Option<Link>, value: ExprId) -> usize {
        let next = self.units.len();
        let at = *self.by_link.entry((link, value)).or_insert(next);
        if at == next {
            self.units.push(Unit { value, link });
        }
        at
    }

    /// The formula with a coefficient for each path, and with the units of each path replaced.
    pub fn build(
        &self,
        network: &mut Network,
        coefficient: impl Fn(usize) -> ExprId,
        unit: impl Fn(usize, usize) -> ExprId,
    ) -> ExprId {
        let mut terms = Vec::with_capacity(self.paths.len());
        for (at, path) in self.paths.iter().enumerate() {
            let units: Vec<ExprId> = path.iter().map(|&number| unit(at, number)).collect();
            let is_scalar = |unit: &ExprId| network.arena.shape(*unit).is_scalar();
            if units.iter().all(is_scalar) {
                let all = std::iter::once(coefficient(at)).chain(units);
                let factors: Vec<Factor> = all.map(Factor::plain).collect();
                terms.push(network.arena.product(NumberId::ONE, &factors));
            } else {
                let product = self.chain(network, path, &units);
                terms.push(network.arena.times(coefficient(at), product));
            }
        }
        network.arena.sum(&terms)
    }

    /// The product of Jacobians, from the cost down.
    fn chain(&self, network: &mut Network, path: &[usize], units: &[ExprId]) -> ExprId {
        let mut product = Arena::ONE;
        for (&number, &value) in path.iter().zip(units) {
            let between = self.units[number].link.map(|link| network.quantity(link.of).shape);
            let rank = between.map_or(0, |shape| network.arena.shapes().dims(shape).len());
            let first = product == Arena::ONE;
            product = if first { value } else { chained(&mut network.arena, product, value, rank) };
        }
        product
    }

    /// The sum of some of the products.
    pub fn part(&self, network: &mut Network, paths: &[usize]) -> ExprId {
        let inside = |path: usize| if paths.contains(&path) { Arena::ONE } else { Arena::ZERO };
        self.build(network, inside, |_, unit| self.units[unit].value)
    }

    /// The true formula itself.
    pub fn total(&self, network: &mut Network) -> ExprId {
        self.build(network, |_| Arena::ONE, |_, unit| self.units[unit].value)
    }
}

/// outer · inner over the `rank` axes of the quantity between them, which are the last of `outer`, the first of `inner`.
pub fn chained(arena: &mut Arena, outer: ExprId, inner: ExprId, rank: usize) -> ExprId {
    let (left, right) = (arena.dims(outer).to_vec(), arena.dims(inner).to_vec());
    if outer == Arena::ZERO || inner == Arena::ZERO || left.len() < rank || right.len() < rank {
        return Arena::ZERO;
    }
    if left.is_empty() || right.is_empty() {
        return arena.times(outer, inner);
    }
    let mut builder = LabelsBuilder::default();
    let own = builder.labels(&left);
    let (kept, shared) = own.split_at(left.len() - rank);
    let new = builder.labels(&right[rank..]);
    let other: Vec<Label> = shared.iter().chain(&new).copied().collect();
    builder.factor(&own).factor(&other);
    let labels = builder.out(&[kept, new.as_slice()].concat());
    arena.contraction(NumberId::ONE, &[Factor::plain(outer), Factor::plain(inner)], &labels)
}

/// The sign of a local partial.
fn of_chain(derivation: &Derivation, link: LocalPartial) -> Link {
    Link { of: link.of, by: link.by, reach: derivation.reach(link) }
}
