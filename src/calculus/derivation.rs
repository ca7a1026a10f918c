//! A derivation: all that was found out about the derivatives of one quantity, for every format to print.
//!
//! Takes a network and a request; gives the chain, the local partials, the substituted product and the simplified result
//! of each derivative asked for. Nothing here is text.

use rustc_hash::FxHashMap;

use crate::calculus::{
    FunctionDerivatives, Goal, LocalPartial, NameUse, Path, Paths, Rewriting, Sigma, Simplifier, Sweep,
};
use crate::expr::{Arena, ExprId, Factor, NameId, NumberId};
use crate::network::{Network, Origin};
use crate::syntax::ast::Role;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The quantity to differentiate.
    pub of: NameId,
    /// By what: each entry is one derivative, of the order of its length (`[θ₂, b₁]` is ∂²C/∂θ₂∂b₁).
    pub by: Vec<Vec<NameId>>,
    /// The most paths that are written as a sum of products; beyond it the recursion with shared adjoints is written.
    pub max_paths: usize,
    /// How σ′ is written.
    pub sigma: Sigma,
    /// The form of the result.
    pub goal: Goal,
}

/// How the chain rule is written for one derivative.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    /// The quantity does not depend on the variable.
    Independent,
    /// The variable is the quantity itself.
    Itself,
    /// One product a path, added up.
    Products(Vec<Path>),
    /// ∂C/∂v = Σ ∂C/∂u · ∂u/∂v from the cost down to the variable, each adjoint once.
    Recursion(Vec<NameId>),
}

/// One derivative of a quantity by one variable.
#[derive(Clone, PartialEq, Debug)]
pub struct Gradient {
    /// What is differentiated; for a higher derivative the lower one, as a quantity of its own.
    pub of: NameId,
    /// The variable.
    pub by: NameId,
    /// How it is written.
    pub shape: Shape,
    /// The number of paths; `u64::MAX` for more than that.
    pub path_count: u64,
    /// The local partials put in, in the order of the chain; in a recursion, in terms of the adjoints one step before.
    pub substituted: ExprId,
    /// The same, simplified.
    pub simplified: ExprId,
    /// The rewritings that led from one to the other.
    pub rewritings: Vec<Rewriting>,
}

/// All that was derived for a request.
#[derive(Clone, Debug)]
pub struct Derivation {
    /// The sweeps, the one of the request's quantity first, then those of lower derivatives.
    pub sweeps: Vec<Sweep>,
    /// The derivatives in the order of the request; a higher one stands after the lower ones that it needs.
    pub gradients: Vec<Gradient>,
    /// Simplified local partials, by the quantity and the variable.
    pub locals: FxHashMap<(NameId, NameId), ExprId>,
    /// Function derivatives in the chosen form, to work the steps with.
    pub functions: FunctionDerivatives,
    /// The simplifier, which remembers what it has done.
    pub simplifier: Simplifier,
}

impl Derivation {
    /// Derives what is asked for.
    pub fn new(network: &mut Network, request: &Request) -> Derivation {
        let mut functions = FunctionDerivatives::new(network, request.sigma);
        let sweep = Sweep::with_functions(network, request.of, &mut functions);
        let names = if request.sigma == Sigma::Activation { NameUse::Fold } else { NameUse::Keep };
        let mut derivation = Derivation {
            sweeps: vec![sweep],
            gradients: Vec::new(),
            locals: FxHashMap::default(),
            functions,
            simplifier: Simplifier::new(network, request.goal, names),
        };
        for by in &request.by {
            derivation.derive_by(network, request, by);
        }
        derivation
    }

    /// The sweep of a quantity.
    pub fn sweep(&self, of: NameId) -> Option<&Sweep> {
        self.sweeps.iter().find(|sweep| sweep.of() == of)
    }

    /// The simplified form of a local partial.
    pub fn local(&mut self, network: &mut Network, partial: LocalPartial) -> ExprId {
        if let Some(&known) = self.locals.get(&(partial.of, partial.by)) {
            return known;
        }
        let simplified = self.simplifier.simplify(network, partial.value);
        self.locals.insert((partial.of, partial.by), simplified);
        simplified
    }

    /// One derivative; a higher one goes through the lower ones, each made a quantity.
    fn derive_by(&mut self, network: &mut Network, request: &Request, by: &[NameId]) {
        let mut of = request.of;
        for (order, &variable) in by.iter().enumerate() {
            let known = self.gradients.iter().find(|gradient| gradient.of == of && gradient.by == variable);
            let simplified = match known {
                Some(known) => known.simplified,
                None => {
                    let gradient = self.gradient(network, request, of, variable);
                    let simplified = gradient.simplified;
                    self.gradients.push(gradient);
                    simplified
                }
            };
            if order + 1 < by.len() {
                of = self.name_gradient(network, of, variable, simplified);
            }
        }
    }

    /// Makes a derivative a quantity with an equation, so that it can be derived again.
    fn name_gradient(&mut self, network: &mut Network, of: NameId, by: NameId, value: ExprId) -> NameId {
        let known = network
            .quantities
            .iter()
            .position(|quantity| matches!(quantity.origin, Origin::Partial { of: o, by: b, .. } if (o, b) == (of, by)));
        let name = match known {
            Some(at) => NameId(at as u32),
            None => network.add_partial(of, by, value),
        };
        if self.sweep(name).is_none() {
            let sweep = Sweep::with_functions(network, name, &mut self.functions);
            self.sweeps.push(sweep);
        }
        name
    }

    fn gradient(&mut self, network: &mut Network, request: &Request, of: NameId, by: NameId) -> Gradient {
        let Some(at) = self.sweeps.iter().position(|sweep| sweep.of() == of) else {
            return constant(of, by, Shape::Independent, Arena::ZERO);
        };
        if of == by {
            return constant(of, by, Shape::Itself, Arena::ONE);
        }
        let paths = Paths::find(&self.sweeps[at], by, request.max_paths);
        if paths.count == 0 {
            return constant(of, by, Shape::Independent, Arena::ZERO);
        }
        let few = paths.count <= request.max_paths as u64;
        let (shape, substituted) = if few {
            let substituted = self.sum_of_products(network, &paths.listed);
            (Shape::Products(paths.listed), substituted)
        } else {
            let order = self.sweeps[at].ancestors(by);
            let users: Vec<LocalPartial> = self.sweeps[at].users(by).collect();
            (Shape::Recursion(order), self.one_step(network, of, &users))
        };
        self.simplifier.take_record();
        let simplified = self.simplifier.simplify(network, substituted);
        let rewritings = self.simplifier.take_record();
        Gradient { of, by, shape, path_count: paths.count, substituted, simplified, rewritings }
    }

    /// Σ over paths of the product of the local partials.
    fn sum_of_products(&mut self, network: &mut Network, paths: &[Path]) -> ExprId {
        let products: Vec<ExprId> = paths
            .iter()
            .map(|path| {
                let factors: Vec<Factor> =
                    path.iter().map(|&partial| Factor::plain(self.local(network, partial))).collect();
                network.arena.product(NumberId::ONE, &factors)
            })
            .collect();
        network.arena.sum(&products)
    }

    /// Σ ∂C/∂u · (∂u/∂v put in) over the users u of v.
    pub fn one_step(&mut self, network: &mut Network, of: NameId, users: &[LocalPartial]) -> ExprId {
        let terms: Vec<ExprId> = users
            .iter()
            .map(|&partial| {
                let local = self.local(network, partial);
                if partial.of == of {
                    return local;
                }
                let whole = network.name_expr(of);
                let adjoint = network.arena.derivative(whole, partial.of);
                network.arena.times(adjoint, local)
            })
            .collect();
        network.arena.sum(&terms)
    }
}

fn constant(of: NameId, by: NameId, shape: Shape, value: ExprId) -> Gradient {
    let path_count = u64::from(shape == Shape::Itself);
    Gradient { of, by, shape, path_count, substituted: value, simplified: value, rewritings: Vec::new() }
}

/// Whether derivatives of `of` are ordinary ones, written with d: it depends on one variable only.
pub fn has_one_variable(network: &Network, sweep: &Sweep) -> bool {
    let mut leaves = 0;
    for (at, quantity) in network.quantities.iter().enumerate() {
        let is_leaf = matches!(quantity.origin, Origin::Leaf(Role::Input | Role::Target | Role::Param));
        leaves += usize::from(is_leaf && sweep.users(NameId(at as u32)).next().is_some());
    }
    leaves == 1
}
