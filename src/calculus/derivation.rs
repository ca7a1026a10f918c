//! A derivation: all that was found out about the derivatives of one quantity, for every format to print.
//!
//! Takes a network and a request; gives the chain, the local partials, the substituted product and the simplified result
//! of each derivative asked for. Nothing here is text.

mod again;
mod errors;
mod track;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::calculus::{
    Adjoints, Delta, Deltas, FunctionDerivatives, Goal, LocalPartial, NameUse, Path, PathLengths, Paths, Rewriting,
    Rule, Sigma, Simplifier, Sweep, tensor,
};
use crate::expr::{Arena, ExprId, Factor, NameId, NumberId, Reach, subexpressions};
use crate::network::{Network, Origin};
use crate::syntax::ast::Role;

pub use errors::{ErrorRow, ErrorTerm};

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
    /// Which adjoints of tensors have a name in the results.
    pub deltas: Deltas,
}

/// Which link of a chain comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FactorOrder {
    /// ∂C/∂ŷ · ∂ŷ/∂z · ∂z/∂θ.
    #[default]
    OutputFirst,
    /// ∂z/∂θ · ∂ŷ/∂z · ∂C/∂ŷ.
    ParameterFirst,
}

/// How the chain rule is written for one derivative.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    /// The quantity does not depend on the variable.
    Independent,
    /// The variable is the quantity itself.
    Itself,
    /// One product a path, added up.
    Products(Vec<PathProduct>),
    /// ∂C/∂v = Σ ∂C/∂u · ∂u/∂v from the cost down to the variable, each adjoint once.
    Recursion(Vec<TrackRow>),
}

/// The product of one path from the cost to the variable; the lists run side by side.
#[derive(Clone, PartialEq, Debug)]
pub struct PathProduct {
    /// The links: ∂u/∂v inside one equation each.
    pub links: Path,
    /// The links as symbols.
    pub symbols: Vec<ExprId>,
    /// The links worked and simplified.
    pub values: Vec<ExprId>,
    /// The product up to each link, simplified; empty when the path is longer than a reader follows.
    pub running: Vec<ExprId>,
}

/// One step of the recursion ∂C/∂v = Σ ∂C/∂u · ∂u/∂v.
#[derive(Clone, PartialEq, Debug)]
pub struct TrackRow {
    /// v.
    pub by: NameId,
    /// The partials of its users.
    pub users: Vec<LocalPartial>,
    /// The right side in symbols.
    pub symbols: ExprId,
    /// The right side with the local partials put in, in terms of the adjoints one step before, simplified.
    pub value: ExprId,
    /// The terms of `value`, each cut into the adjoint and what it is multiplied with.
    pub put_in: Vec<Vec<ExprId>>,
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
    /// Where there are tensors, the simplified adjoints of each quantity that was differentiated.
    pub adjoints: Vec<Adjoints>,
    /// In which order the links of scalars are multiplied.
    pub(super) order: FactorOrder,
    /// Whether some quantity is no scalar.
    has_tensors: bool,
    /// Where the derivative of a quantity by another stands in `gradients`.
    places: FxHashMap<(NameId, NameId), usize>,
    /// The lengths of the chains, where they are together too long to be written.
    long: Option<PathLengths>,
}

/// The most links of all chains together, where several derivatives are asked for; beyond, each is one step from the
/// main track, so that the derivation is as long as the network.
const MAX_LINKS: u64 = 20_000;

impl Derivation {
    /// Derives what is asked for, the links in the order of the chain.
    pub fn new(network: &mut Network, request: &Request) -> Derivation {
        Derivation::in_order(network, request, FactorOrder::OutputFirst)
    }

    /// Derives what is asked for; products of scalars have their links in the given order.
    pub fn in_order(network: &mut Network, request: &Request, order: FactorOrder) -> Derivation {
        let mut functions = FunctionDerivatives::new(network, request.sigma);
        let sweep = Sweep::with_functions(network, request.of, &mut functions);
        let names = if request.sigma == Sigma::Activation { NameUse::Fold } else { NameUse::Keep };
        let mut derivation = Derivation {
            sweeps: vec![sweep],
            gradients: Vec::new(),
            locals: FxHashMap::default(),
            functions,
            simplifier: Simplifier::new(network, request.goal, names).with_order(order),
            adjoints: Vec::new(),
            places: FxHashMap::default(),
            order,
            has_tensors: network.has_tensors(),
            long: None,
        };
        derivation.long = derivation.lengths_if_long(network, request);
        for by in &request.by {
            derivation.derive_by(network, request, by);
        }
        derivation
    }

    /// The adjoints of `of` that have a name in results, each after those that it uses.
    pub fn deltas(&self, of: NameId) -> &[Delta] {
        self.adjoints.iter().find(|adjoints| adjoints.of() == of).map_or(&[], Adjoints::deltas)
    }

    /// The sweep of a quantity.
    pub fn sweep(&self, of: NameId) -> Option<&Sweep> {
        self.sweeps.iter().find(|sweep| sweep.of() == of)
    }

    /// Whether a link is all of the dependence or only that inside one equation.
    pub fn reach(&self, link: LocalPartial) -> Reach {
        let sweep = self.sweeps.iter().find(|sweep| sweep.local(link.of, link.by).is_some());
        sweep.map_or(Reach::Total, |sweep| sweep.reach(link))
    }

    /// The simplified form of a local partial.
    pub fn local(&mut self, network: &mut Network, partial: LocalPartial) -> ExprId {
        if let Some(&known) = self.locals.get(&(partial.of, partial.by)) {
            return known;
        }
        // A derivative that is derived again is a product of links, which keep their order.
        let simplified = match network.quantity(partial.of).origin {
            Origin::Partial { .. } => self.simplifier.simplify(network, partial.value),
            _ => self.simplifier.simplify_local(network, partial.value),
        };
        self.locals.insert((partial.of, partial.by), simplified);
        simplified
    }

    fn gradient(&mut self, network: &mut Network, request: &Request, of: NameId, by: NameId) -> Gradient {
        let Some(at) = self.sweeps.iter().position(|sweep| sweep.of() == of) else {
            return constant(of, by, Shape::Independent, Arena::ZERO);
        };
        if of == by {
            let dims = network.arena.shapes().dims(network.quantity(of).shape).to_vec();
            let identity = network.arena.identity(&dims);
            return constant(of, by, Shape::Itself, identity);
        }
        if let Some(count) = self.long.as_ref().map(|lengths| lengths.count(by)) {
            return self.one_step_gradient(network, request, at, by, count);
        }
        let paths = Paths::find(&self.sweeps[at], by, request.max_paths);
        if paths.count == 0 {
            return constant(of, by, Shape::Independent, Arena::ZERO);
        }
        let few = paths.count <= request.max_paths as u64;
        let (shape, mut substituted) = if few {
            let mut terms: Vec<PathProduct> =
                paths.listed.into_iter().map(|path| self.path_product(network, at, path)).collect();
            open_only_link(network, &mut terms);
            let products: Vec<ExprId> =
                terms.iter().map(|term| self.product(network, &term.links, &term.values)).collect();
            (Shape::Products(terms), network.arena.sum(&products))
        } else {
            let rows = self.track(network, of, &[by]);
            let users: Vec<LocalPartial> = self.sweeps[at].users(by).collect();
            (Shape::Recursion(rows), self.one_step(network, of, &users))
        };
        if self.has_tensors {
            substituted = self.last_step(network, request, at, by);
        }
        self.simplifier.take_record();
        let mut simplified = self.simplifier.simplify(network, substituted);
        let mut rewritings = self.simplifier.take_record();
        // Among the adjoints some of its terms may have a name.
        let known = self.adjoints.iter().find(|adjoints| adjoints.of() == of).and_then(|adjoints| adjoints.value(by));
        if let Some(value) = known.filter(|_| self.has_tensors)
            && self.simplifier.size(network, value) < self.simplifier.size(network, simplified)
        {
            rewritings.push(Rewriting { rule: Rule::FoldName, before: simplified, after: value });
            simplified = value;
        }
        Gradient { of, by, shape, path_count: paths.count, substituted, simplified, rewritings }
    }

    /// ∂of/∂by in terms of the adjoints one step before, by their names where they have one.
    fn last_step(&mut self, network: &mut Network, request: &Request, sweep: usize, by: NameId) -> ExprId {
        let of = self.sweeps[sweep].of();
        let users: Vec<LocalPartial> = self.sweeps[sweep].users(by).collect();
        let known = self.adjoints.iter().position(|adjoints| adjoints.of() == of && adjoints.value(by).is_some());
        let at = known.unwrap_or_else(|| {
            self.adjoints.retain(|adjoints| adjoints.of() != of);
            let wanted: Vec<NameId> = if of == request.of {
                request.by.iter().filter_map(|by| by.first().copied()).collect()
            } else {
                vec![by]
            };
            let Derivation { sweeps, simplifier, locals, .. } = self;
            let adjoints = Adjoints::new(network, &sweeps[sweep], simplifier, locals, &wanted, request.deltas);
            self.adjoints.push(adjoints);
            self.adjoints.len() - 1
        });
        self.adjoints[at].one_step(network, &users, &self.locals)
    }

    /// Whether each derivative is written as one step from the main track, because their chains are together too long.
    pub fn by_track(&self) -> bool {
        self.long.is_some()
    }

    /// The lengths of the chains, if several first derivatives are asked for whose chains are longer than anyone reads.
    fn lengths_if_long(&self, network: &Network, request: &Request) -> Option<PathLengths> {
        if request.by.len() < 2 || request.by.iter().any(|by| by.len() != 1) {
            return None;
        }
        let lengths = PathLengths::new(network, &self.sweeps[0]);
        let few = |name: NameId| lengths.count(name) <= request.max_paths as u64;
        let links = request.by.iter().map(|by| by[0]).filter(|&name| few(name)).map(|name| lengths.links(name));
        (links.fold(0u64, u64::saturating_add) > MAX_LINKS).then_some(lengths)
    }

    /// A derivative in terms of the adjoints of its users.
    fn one_step_gradient(
        &mut self,
        network: &mut Network,
        request: &Request,
        sweep: usize,
        by: NameId,
        path_count: u64,
    ) -> Gradient {
        let of = self.sweeps[sweep].of();
        if path_count == 0 {
            return constant(of, by, Shape::Independent, Arena::ZERO);
        }
        let row = self.track_row(network, sweep, by);
        let (mut substituted, mut simplified) = (row.symbols, row.value);
        if self.has_tensors {
            substituted = self.last_step(network, request, sweep, by);
            simplified = self.simplifier.simplify(network, substituted);
        }
        let shape = Shape::Recursion(vec![row]);
        Gradient { of, by, shape, path_count, substituted, simplified, rewritings: Vec::new() }
    }

    /// The product of one path, link by link.
    fn path_product(&mut self, network: &mut Network, sweep: usize, links: Path) -> PathProduct {
        let values: Vec<ExprId> = links.iter().map(|&link| self.local(network, link)).collect();
        let symbols: Vec<ExprId> = links.iter().map(|&link| self.link_symbol(network, sweep, link)).collect();
        let tensors = self.has_tensors;
        let most = if tensors { MAX_RUNNING_TENSORS } else { MAX_RUNNING };
        let shown = if links.len() <= most { 1..links.len() + 1 } else { 0..0 };
        let mut running: Vec<ExprId> = Vec::with_capacity(shown.len());
        for count in shown {
            // A product of tensors goes on from the one before, which other gradients share.
            let product = match running.last() {
                Some(&before) if tensors => {
                    let rank = network.arena.shapes().dims(network.quantity(links[count - 1].of).shape).len();
                    tensor::chain(&mut network.arena, before, values[count - 1], rank)
                }
                _ => self.product(network, &links[..count], &values[..count]),
            };
            running.push(self.simplifier.simplify(network, product));
        }
        PathProduct { links, symbols, values, running }
    }

    /// The product of links: of scalars in the order of the derivation, of tensors in that of the chain.
    pub(super) fn product(&self, network: &mut Network, links: &[LocalPartial], values: &[ExprId]) -> ExprId {
        if values.iter().all(|&value| network.arena.shape(value).is_scalar()) {
            let mut factors: Vec<Factor> = values.iter().map(|&value| Factor::plain(value)).collect();
            if self.order == FactorOrder::ParameterFirst {
                factors.reverse();
            }
            return network.arena.product(NumberId::ONE, &factors);
        }
        let mut product = values[0];
        for (partial, &value) in links.iter().zip(values).skip(1) {
            product = link(network, product, value, partial.of);
        }
        product
    }

    /// The adjoint of u times ∂u/∂v, in the order of the derivation where both are scalars.
    pub(super) fn along(&self, network: &mut Network, adjoint: ExprId, local: ExprId, u: NameId) -> ExprId {
        let are_scalars = [adjoint, local].iter().all(|&factor| network.arena.shape(factor).is_scalar());
        match self.order {
            FactorOrder::ParameterFirst if are_scalars => {
                network.arena.product(NumberId::ONE, &[Factor::plain(local), Factor::plain(adjoint)])
            }
            _ => link(network, adjoint, local, u),
        }
    }

    /// The symbol of a link: ∂u/∂v, or ∂⁺u/∂v where u depends on v in another way as well.
    fn link_symbol(&self, network: &mut Network, sweep: usize, link: LocalPartial) -> ExprId {
        let reach = self.sweeps[sweep].reach(link);
        let whole = network.name_expr(link.of);
        network.arena.derivative_along(whole, link.by, reach)
    }
}

/// The longest path whose running products are written down.
const MAX_RUNNING: usize = 40;
/// The same for tensors, whose products grow on the way.
const MAX_RUNNING_TENSORS: usize = 12;

/// A chain of one link says nothing as ∂C/∂w = ∂C/∂w: the equation itself is put in, ∂C/∂w = ∂/∂w (w − y)².
fn open_only_link(network: &mut Network, terms: &mut [PathProduct]) {
    if let [PathProduct { links, symbols, .. }] = terms
        && let [link] = links.as_slice()
        && let Some(equation) = network.definition(link.of).copied()
    {
        *symbols = vec![network.arena.derivative(equation.value, link.by)];
    }
}

/// ∂of/∂by as a symbol.
pub(super) fn symbol(network: &mut Network, of: NameId, by: NameId) -> ExprId {
    let whole = network.name_expr(of);
    network.arena.derivative(whole, by)
}

/// outer · inner over the axes of the quantity between them.
pub(super) fn link(network: &mut Network, outer: ExprId, inner: ExprId, between: NameId) -> ExprId {
    let rank = network.arena.shapes().dims(network.quantity(between).shape).len();
    tensor::chain(&mut network.arena, outer, inner, rank)
}

fn constant(of: NameId, by: NameId, shape: Shape, value: ExprId) -> Gradient {
    let path_count = u64::from(shape == Shape::Itself);
    Gradient { of, by, shape, path_count, substituted: value, simplified: value, rewritings: Vec::new() }
}

/// Whether derivatives of `of` are ordinary ones, written with d: it depends on one variable only, and every equation on
/// the way mentions one quantity only, so that no derivative holds another quantity fixed.
pub fn has_one_variable(network: &Network, sweep: &Sweep) -> bool {
    let varies = |name: NameId| !matches!(network.quantity(name).origin, Origin::Leaf(Role::Const) | Origin::Size);
    let is_leaf = |name: NameId| matches!(network.quantity(name).origin, Origin::Leaf(_));
    let mut leaves: FxHashSet<NameId> = FxHashSet::default();
    for equation in &network.equations {
        let on_the_way = equation.name == sweep.of() || sweep.users(equation.name).next().is_some();
        if !on_the_way {
            continue;
        }
        // What a condition or a step mentions varies too, though no derivative goes through it.
        let parts = subexpressions(&network.arena, equation.value);
        let mut used = parts.into_iter().filter_map(|part| network.arena.as_name(part)).filter(|&name| varies(name));
        let first = used.next();
        if used.next().is_some() {
            return false;
        }
        leaves.extend(first.filter(|&name| is_leaf(name)));
    }
    leaves.len() == 1
}
