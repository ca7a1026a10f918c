//! The adjoints of a network of tensors, from the quantity down, each simplified once and some given the name δ.
//!
//! Takes a sweep; gives for each name v the simplified ∂C/∂v in terms of the δ's that are named. An adjoint gets a name
//! if that makes the formulas of all that use it shorter, its own included.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::calculus::{LocalPartial, Simplifier, Sweep, tensor};
use crate::expr::{Arena, ExprId, Factor, NameId, Node};
use crate::network::{Network, Origin};
use crate::syntax::ast::Role;

/// Which adjoints have a name in results.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Deltas {
    /// Those whose name makes the formulas shorter.
    #[default]
    Named,
    /// None: everything is written out.
    Written,
}

/// An adjoint that has a name: the sign ∂of/∂by stands for `value` in results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delta {
    /// The quantity that is differentiated.
    pub of: NameId,
    /// By what.
    pub by: NameId,
    /// The simplified adjoint, in terms of those named before.
    pub value: ExprId,
}

/// The simplified adjoints of one quantity.
#[derive(Clone, Debug)]
pub struct Adjoints {
    of: NameId,
    values: FxHashMap<NameId, ExprId>,
    shown: FxHashMap<NameId, ExprId>,
    deltas: Vec<Delta>,
}

/// The largest δ that is looked for in other sums.
const MAX_FOLDED: u32 = 12;
/// A δ of at most this size that is used once is written out.
const SMALL: u32 = 5;

impl Adjoints {
    /// Works the adjoints of all names on the way from the quantity of `sweep` to `wanted` or to a parameter.
    pub(super) fn new(
        network: &mut Network,
        sweep: &Sweep,
        simplifier: &mut Simplifier,
        locals: &mut FxHashMap<(NameId, NameId), ExprId>,
        wanted: &[NameId],
        deltas: Deltas,
    ) -> Adjoints {
        let matters = matters(network, sweep, wanted);
        let mut pass = Pass { sweep, simplifier, locals, matters, banned: FxHashSet::default(), deltas };
        for _ in 0..3 {
            let adjoints = pass.run(network);
            let once = pass.small_used_once(network, &adjoints);
            if once.is_empty() {
                return adjoints;
            }
            pass.banned.extend(once);
        }
        pass.run(network)
    }

    /// The quantity that is differentiated.
    pub fn of(&self) -> NameId {
        self.of
    }

    /// The simplified ∂of/∂name in terms of the named δ's.
    pub fn value(&self, name: NameId) -> Option<ExprId> {
        self.values.get(&name).copied()
    }

    /// What stands for ∂of/∂name in the adjoints that come after it: its sign if it is named, else its value.
    pub fn shown(&self, name: NameId) -> ExprId {
        self.shown.get(&name).copied().unwrap_or(Arena::ZERO)
    }

    /// The adjoints that have a name, each after those that it uses.
    pub fn deltas(&self) -> &[Delta] {
        &self.deltas
    }

    /// Σ (what stands for ∂of/∂u) · ∂u/∂v over the users u of v, not simplified yet.
    pub(super) fn one_step(
        &self,
        network: &mut Network,
        users: &[LocalPartial],
        locals: &FxHashMap<(NameId, NameId), ExprId>,
    ) -> ExprId {
        let terms: Vec<ExprId> = users
            .iter()
            .map(|user| {
                let local = locals.get(&(user.of, user.by)).copied().unwrap_or(user.value);
                contribution(network, self.shown(user.of), local, user.of)
            })
            .collect();
        network.arena.sum(&terms)
    }
}

/// Whether each quantity matters: it is wanted or a parameter, or an equation that leads to one.
fn matters(network: &Network, sweep: &Sweep, wanted: &[NameId]) -> Vec<bool> {
    let mut matters: Vec<bool> =
        network.quantities.iter().map(|quantity| matches!(quantity.origin, Origin::Leaf(Role::Param))).collect();
    wanted.iter().for_each(|name| matters[name.0 as usize] = true);
    for equation in &network.equations {
        let reaches = sweep.row(equation.name).iter().any(|partial| matters[partial.by.0 as usize]);
        matters[equation.name.0 as usize] |= reaches;
    }
    matters
}

struct Pass<'a> {
    sweep: &'a Sweep,
    simplifier: &'a mut Simplifier,
    locals: &'a mut FxHashMap<(NameId, NameId), ExprId>,
    matters: Vec<bool>,
    banned: FxHashSet<NameId>,
    deltas: Deltas,
}

impl Pass<'_> {
    fn run(&mut self, network: &mut Network) -> Adjoints {
        let of = self.sweep.of();
        let mut adjoints =
            Adjoints { of, values: FxHashMap::default(), shown: FxHashMap::default(), deltas: Vec::new() };
        for at in (0..network.equations.len()).rev() {
            let name = network.equations[at].name;
            if name == of {
                let dims = network.arena.shapes().dims(network.quantity(of).shape).to_vec();
                let identity = network.arena.identity(&dims);
                adjoints.values.insert(of, identity);
                adjoints.shown.insert(of, identity);
            } else if self.matters[name.0 as usize] && self.sweep.users(name).next().is_some() {
                self.work(network, name, &mut adjoints);
                self.decide(network, name, &mut adjoints);
            }
        }
        for at in 0..network.quantities.len() {
            let name = NameId(at as u32);
            let is_open = !adjoints.values.contains_key(&name);
            if is_open && self.matters[at] && self.sweep.users(name).next().is_some() {
                self.work(network, name, &mut adjoints);
            }
        }
        adjoints
    }

    /// Adds up the contributions to one adjoint.
    fn work(&mut self, network: &mut Network, name: NameId, adjoints: &mut Adjoints) {
        let users: Vec<LocalPartial> = self.sweep.users(name).collect();
        for user in &users {
            self.local(network, *user);
        }
        let sum = adjoints.one_step(network, &users, self.locals);
        let value = self.simplifier.simplify(network, sum);
        let is_direct = users.len() > 1 && users.iter().any(|user| user.of == adjoints.of);
        let value = if is_direct { self.with_adjoints(network, value, adjoints) } else { value };
        adjoints.values.insert(name, value);
        adjoints.shown.insert(name, value);
    }

    /// The sum with an adjoint that has a name in place of its terms, where that is shorter: Wᵀδ + 2x − 2x̂ is
    /// Wᵀδ − δ_x̂ with δ_x̂ = 2(x̂ − x).
    fn with_adjoints(&mut self, network: &mut Network, value: ExprId, adjoints: &Adjoints) -> ExprId {
        let mut current = value;
        for delta in &adjoints.deltas {
            let is_alike = network.arena.dims(delta.value) == network.arena.dims(current);
            if !is_alike || self.simplifier.size(network, delta.value) > MAX_FOLDED {
                continue;
            }
            let sign = adjoints.shown(delta.by);
            for turned in [false, true] {
                let opposite = if turned { delta.value } else { network.arena.negate(delta.value) };
                let difference = network.arena.sum(&[current, opposite]);
                let rest = self.simplifier.simplify(network, difference);
                let sign = if turned { network.arena.negate(sign) } else { sign };
                let folded = network.arena.sum(&[rest, sign]);
                let folded = self.simplifier.simplify(network, folded);
                if self.simplifier.size(network, folded) < self.simplifier.size(network, current) {
                    current = folded;
                    break;
                }
            }
        }
        current
    }

    fn local(&mut self, network: &mut Network, partial: LocalPartial) -> ExprId {
        if let Some(&known) = self.locals.get(&(partial.of, partial.by)) {
            return known;
        }
        let simplified = self.simplifier.simplify_local(network, partial.value);
        self.locals.insert((partial.of, partial.by), simplified);
        simplified
    }

    /// Gives an adjoint a name if that is shorter than writing it out in all that it contributes to.
    fn decide(&mut self, network: &mut Network, name: NameId, adjoints: &mut Adjoints) {
        let value = adjoints.shown(name);
        let whole = network.quantity(self.sweep.of()).shape.is_scalar();
        let size = self.simplifier.size(network, value);
        let is_plain = size <= 1 || is_outer_product(&network.arena, value);
        if self.deltas == Deltas::Written || !whole || is_plain || self.banned.contains(&name) {
            return;
        }
        let of = network.name_expr(self.sweep.of());
        let symbol = network.arena.derivative(of, name);
        if self.simplifier.is_symmetric(network, value) {
            self.simplifier.add_symmetric(symbol);
        }
        let mut row = self.sweep.row(name).to_vec();
        row.retain(|partial| self.matters[partial.by.0 as usize]);
        let (mut named, mut written) = (size, 0);
        for partial in row {
            let local = self.local(network, partial);
            named += self.contribution_size(network, symbol, local, name);
            written += self.contribution_size(network, value, local, name);
        }
        if named < written {
            adjoints.shown.insert(name, symbol);
            adjoints.deltas.push(Delta { of: self.sweep.of(), by: name, value });
        }
    }

    fn contribution_size(&mut self, network: &mut Network, adjoint: ExprId, local: ExprId, of: NameId) -> u32 {
        let product = contribution(network, adjoint, local, of);
        let simplified = self.simplifier.simplify(network, product);
        self.simplifier.size(network, simplified)
    }

    /// The named δ's that are small and stand only once in all formulas.
    fn small_used_once(&mut self, network: &mut Network, adjoints: &Adjoints) -> Vec<NameId> {
        if adjoints.deltas.is_empty() {
            return Vec::new();
        }
        let mut roots: Vec<ExprId> = adjoints.deltas.iter().map(|delta| delta.value).collect();
        for at in 0..network.quantities.len() {
            let name = NameId(at as u32);
            let is_end = self.matters[at] && self.sweep.row(name).is_empty();
            roots.extend(adjoints.value(name).filter(|_| is_end));
        }
        let uses = uses(&network.arena, &roots);
        let small = |this: &mut Self, delta: &Delta| this.simplifier.size(network, delta.value) <= SMALL;
        let once = |delta: &Delta| uses.get(&delta.by).copied().unwrap_or(0) <= 1;
        adjoints
            .deltas
            .iter()
            .filter(|delta| once(delta))
            .filter(|delta| small(self, delta))
            .map(|delta| delta.by)
            .collect()
    }
}

/// Whether a matrix is uvᵀ for names u and v, whose factors go apart in what follows.
fn is_outer_product(arena: &Arena, value: ExprId) -> bool {
    let Node::Contraction { factors: [u, v], labels, .. } = arena.node(value) else { return false };
    let labels = arena.labels(labels);
    let is_name = |factor: &Factor| *factor == Factor::plain(factor.base) && arena.as_name(factor.base).is_some();
    let is_outer = matches!(labels.factors.as_slice(), [a, b] if a.len() == 1 && b.len() == 1 && a != b);
    is_outer && labels.out.len() == 2 && labels.sizes.len() == 2 && is_name(u) && is_name(v)
}

fn contribution(network: &mut Network, adjoint: ExprId, local: ExprId, of: NameId) -> ExprId {
    let rank = network.arena.shapes().dims(network.quantity(of).shape).len();
    tensor::chain(&mut network.arena, adjoint, local, rank)
}

/// How often each sign ∂C/∂v stands in the formulas, written out.
fn uses(arena: &Arena, roots: &[ExprId]) -> FxHashMap<NameId, u32> {
    let mut order = Vec::new();
    crate::expr::Postorder::default().collect(arena, roots, &mut order);
    let mut times: FxHashMap<ExprId, u32> = FxHashMap::default();
    for root in roots {
        let count = times.entry(*root).or_default();
        *count = count.saturating_add(1);
    }
    let mut uses: FxHashMap<NameId, u32> = FxHashMap::default();
    for &id in order.iter().rev() {
        let count = times.get(&id).copied().unwrap_or(0);
        if let Node::Derivative { by, .. } = arena.node(id) {
            *uses.entry(by).or_default() += count;
            continue;
        }
        for child in arena.children(id) {
            let inner = times.entry(child).or_default();
            *inner = inner.saturating_add(count);
        }
    }
    uses
}
