//! The chain rule between names, in reverse: every local partial and every adjoint once.
//!
//! Takes a network and the quantity to differentiate; gives the local partials ∂u/∂v of all equations on the way, and
//! for each name v the adjoint ∂C/∂v = Σ ∂C/∂u · ∂u/∂v over the names u that use it, as one shared expression.

use rustc_hash::FxHashSet;

use crate::calculus::{FunctionDerivatives, Locals, Sigma, tensor};
use crate::expr::{Arena, ExprId, NameId, Reach};
use crate::network::Network;

/// ∂of/∂by inside the equation that defines `of`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LocalPartial {
    /// The quantity that an equation defines.
    pub of: NameId,
    /// A quantity that its right side mentions.
    pub by: NameId,
    /// The partial derivative, before simplification.
    pub value: ExprId,
}

const NONE: u32 = u32::MAX;

/// How many names are looked at to tell a direct dependence from all of it.
const MAX_SEARCH: usize = 4_000;

/// All derivatives of one quantity.
#[derive(Clone, Debug)]
pub struct Sweep {
    of: NameId,
    partials: Vec<LocalPartial>,
    /// For each name, its rows in `partials`, by where they start and end; empty for leaves.
    rows: Vec<(u32, u32)>,
    adjoints: Vec<ExprId>,
    /// For each name, the first partial by it in the order of the equations; `next` leads to the others.
    users: Vec<u32>,
    next: Vec<u32>,
}

impl Sweep {
    /// Differentiates `of` by everything that it depends on.
    pub fn new(network: &mut Network, of: NameId, sigma: Sigma) -> Sweep {
        let mut functions = FunctionDerivatives::new(network, sigma);
        Sweep::with_functions(network, of, &mut functions)
    }

    /// The same with function derivatives that are known already.
    pub fn with_functions(network: &mut Network, of: NameId, functions: &mut FunctionDerivatives) -> Sweep {
        let count = network.quantities.len();
        let mut sweep = Sweep {
            of,
            partials: Vec::with_capacity(2 * network.equations.len()),
            rows: vec![(0, 0); count],
            adjoints: vec![Arena::ZERO; count],
            users: vec![NONE; count],
            next: Vec::with_capacity(2 * network.equations.len()),
        };
        // An equation σ(z) brings about five new nodes, one θa + b one.
        network.arena.reserve(3 * network.equations.len());
        let dims = network.arena.shapes().dims(network.quantity(of).shape).to_vec();
        sweep.adjoints[of.0 as usize] = network.arena.identity(&dims);
        let mut locals = Locals::default();
        let mut terms = Vec::new();
        for at in (0..network.equations.len()).rev() {
            let equation = network.equations[at];
            let name = equation.name.0 as usize;
            if name != of.0 as usize {
                if sweep.users[name] == NONE {
                    continue;
                }
                sweep.adjoints[name] = sweep.gather(network, equation.name, &mut terms);
            }
            let start = sweep.partials.len() as u32;
            for &(leaf, value) in locals.partials(network, functions, equation.value) {
                if let Some(by) = network.arena.as_name(leaf) {
                    sweep.link(LocalPartial { of: equation.name, by, value });
                }
            }
            sweep.rows[name] = (start, sweep.partials.len() as u32);
        }
        for name in 0..count {
            if sweep.users[name] != NONE && sweep.adjoints[name] == Arena::ZERO {
                sweep.adjoints[name] = sweep.gather(network, NameId(name as u32), &mut terms);
            }
        }
        sweep
    }

    /// Adds a partial in front of those by the same name: equations come last first, so the list ends up first to last.
    fn link(&mut self, partial: LocalPartial) {
        let by = partial.by.0 as usize;
        self.next.push(self.users[by]);
        self.users[by] = self.partials.len() as u32;
        self.partials.push(partial);
    }

    /// Σ ∂C/∂u · ∂u/∂v over the users u of v.
    fn gather(&self, network: &mut Network, name: NameId, terms: &mut Vec<ExprId>) -> ExprId {
        terms.clear();
        for partial in self.users(name) {
            terms.push(self.along(network, partial));
        }
        match terms.as_slice() {
            [only] => *only,
            several => network.arena.sum(several),
        }
    }

    /// ∂C/∂u · ∂u/∂v.
    fn along(&self, network: &mut Network, partial: LocalPartial) -> ExprId {
        let (outer, inner) = (self.adjoint(partial.of), partial.value);
        let arena = &mut network.arena;
        if arena.shape(outer).is_scalar() && arena.shape(inner).is_scalar() && outer != Arena::ZERO {
            return arena.times(outer, inner);
        }
        let rank = network.arena.shapes().dims(network.quantity(partial.of).shape).len();
        tensor::chain(&mut network.arena, outer, inner, rank)
    }

    /// The quantity that is differentiated.
    pub fn of(&self) -> NameId {
        self.of
    }

    /// ∂of/∂name as one expression that shares its parts with the other adjoints; 0 if `of` does not depend on it.
    pub fn adjoint(&self, name: NameId) -> ExprId {
        self.adjoints.get(name.0 as usize).copied().unwrap_or(Arena::ZERO)
    }

    /// The partials of the quantities that use `name` by it, in the order of the equations.
    pub fn users(&self, name: NameId) -> impl Iterator<Item = LocalPartial> + '_ {
        let mut at = self.users.get(name.0 as usize).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let partial = self.partials.get(at as usize)?;
            at = self.next[at as usize];
            Some(*partial)
        })
    }

    /// The local partials of a quantity by all that its equation mentions, in the order of first mention.
    pub fn row(&self, name: NameId) -> &[LocalPartial] {
        let (start, end) = self.rows.get(name.0 as usize).copied().unwrap_or((0, 0));
        &self.partials[start as usize..end as usize]
    }

    /// ∂of/∂by inside one equation.
    pub fn local(&self, of: NameId, by: NameId) -> Option<LocalPartial> {
        self.row(of).iter().copied().find(|partial| partial.by == by)
    }

    /// Whether ∂of/∂by is all of the dependence of `of` on `by`, or only that inside its equation. Beyond
    /// a bounded number of names it is taken for the latter, which is right in every case.
    pub fn reach(&self, link: LocalPartial) -> Reach {
        if self.users(link.by).nth(1).is_none() {
            return Reach::Total;
        }
        // Equations come last first, so a row that begins later belongs to an earlier equation; what stands before the
        // first user of a name cannot depend on it.
        let first = self.users(link.by).next().map_or(0, |user| self.rows[user.of.0 as usize].0);
        let may_depend = |name: NameId| {
            let (start, end) = self.rows[name.0 as usize];
            start < end && start <= first
        };
        let mut seen: FxHashSet<NameId> = FxHashSet::default();
        let mut stack = vec![link.of];
        while let Some(name) = stack.pop() {
            let row = self.row(name).iter();
            for partial in row.filter(|partial| partial.by != link.by && may_depend(partial.by)) {
                if self.local(partial.by, link.by).is_some() || seen.len() > MAX_SEARCH {
                    return Reach::Direct;
                }
                if seen.insert(partial.by) {
                    stack.push(partial.by);
                }
            }
        }
        Reach::Total
    }

    /// The names from the quantity that is differentiated down to `by` that use it, directly or not, each after all of
    /// its users; `by` itself is the last.
    pub fn ancestors(&self, by: NameId) -> Vec<NameId> {
        self.ancestors_outside(by, &FxHashSet::default())
    }

    /// The same without those in `known` and without going on from them.
    pub fn ancestors_outside(&self, by: NameId, known: &FxHashSet<NameId>) -> Vec<NameId> {
        let mut seen: FxHashSet<NameId> = FxHashSet::default();
        let mut order = Vec::new();
        let mut stack = vec![(by, false)];
        while let Some((name, entered)) = stack.pop() {
            if entered {
                order.push(name);
            } else if !known.contains(&name) && seen.insert(name) {
                stack.push((name, true));
                if name != self.of {
                    stack.extend(self.users(name).map(|partial| (partial.of, false)));
                }
            }
        }
        order
    }

    /// All local partials, those of the last equation first.
    pub fn locals(&self) -> &[LocalPartial] {
        &self.partials
    }
}
