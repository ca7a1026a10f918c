//! The true derivative as a sum of products: what the edits act on.
//!
//! Takes a quantity and a variable, or an expression; gives paths (one product each) of units (a link, a factor), and
//! builds the formula anew with some of the units replaced.

use rustc_hash::FxHashMap;

use crate::calculus::{Deltas, Derivation, Goal, LocalPartial, Request, Shape, Sigma};
use crate::expr::{Arena, ExprId, Factor, NameId, Node, NumberId, Reach};
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
        arena: &mut Arena,
        coefficient: impl Fn(usize) -> ExprId,
        unit: impl Fn(usize, usize) -> ExprId,
    ) -> ExprId {
        let mut terms = Vec::with_capacity(self.paths.len());
        for (at, path) in self.paths.iter().enumerate() {
            let factors: Vec<Factor> = std::iter::once(coefficient(at))
                .chain(path.iter().map(|&number| unit(at, number)))
                .map(Factor::plain)
                .collect();
            terms.push(arena.product(NumberId::ONE, &factors));
        }
        arena.sum(&terms)
    }

    /// The sum of some of the products.
    pub fn part(&self, arena: &mut Arena, paths: &[usize]) -> ExprId {
        let inside = |path: usize| if paths.contains(&path) { Arena::ONE } else { Arena::ZERO };
        self.build(arena, inside, |_, unit| self.units[unit].value)
    }

    /// The true formula itself.
    pub fn total(&self, arena: &mut Arena) -> ExprId {
        self.build(arena, |_| Arena::ONE, |_, unit| self.units[unit].value)
    }
}

/// The sign of a local partial.
fn of_chain(derivation: &Derivation, link: LocalPartial) -> Link {
    Link { of: link.of, by: link.by, reach: derivation.reach(link) }
}
