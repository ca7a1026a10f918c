//! Sums that leave terms out: what may be singular there is not computed from the entries that are left out.
//!
//! 1/(xᵢ − xⱼ) for j ≠ i becomes 1/u with u = xᵢ − xⱼ where j ≠ i and 1 elsewhere. Value and derivative are then numbers
//! everywhere, and the sum is over the entries that count.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, Factor, Label, Labels, Node, NumberId, OrdersId};
use crate::function::{Domain, Entry, Form, FunctionRef, Kernel};
use crate::network::Network;

/// How deep an expression is looked through.
const MAX_DEPTH: u32 = 100;

/// The summand with guards at what may be singular where `selection`, over the axes `places`, picks; the summand itself
/// if nothing may.
pub(super) fn guarded(network: &mut Network, summand: ExprId, selection: ExprId, places: &[usize]) -> ExprId {
    Guard { network, selection, done: FxHashMap::default() }.within(summand, places, MAX_DEPTH)
}

struct Guard<'n> {
    network: &'n mut Network,
    selection: ExprId,
    done: FxHashMap<(ExprId, Vec<usize>), ExprId>,
}

impl Guard<'_> {
    fn within(&mut self, expr: ExprId, places: &[usize], depth: u32) -> ExprId {
        if depth == 0 || self.network.arena.shape(expr).is_scalar() {
            return expr;
        }
        let key = (expr, places.to_vec());
        if let Some(&known) = self.done.get(&key) {
            return known;
        }
        let value = match self.network.arena.node(expr) {
            Node::Sum(_) | Node::If { .. } => self.children(expr, places, depth),
            Node::Call { function, .. } => match self.network.functions.get(function) {
                FunctionRef::User(_) => self.arguments(expr, places, depth),
                FunctionRef::Table(entry) if !matches!(entry.form, Form::Elementwise) => expr,
                FunctionRef::Table(entry) if entry.domain == Domain::Everywhere && entry.kinks.is_empty() => {
                    self.children(expr, places, depth)
                }
                FunctionRef::Table(_) => self.arguments(expr, places, depth),
            },
            Node::Contraction { .. } => self.factors(expr, places, depth),
            _ => expr,
        };
        self.done.insert(key, value);
        value
    }

    /// The node over its guarded children, which have its axes.
    fn children(&mut self, expr: ExprId, places: &[usize], depth: u32) -> ExprId {
        let children: Vec<ExprId> = self.network.arena.children(expr).collect();
        let guarded: Vec<ExprId> = children.iter().map(|&child| self.within(child, places, depth - 1)).collect();
        self.replaced(expr, &children, &guarded)
    }

    /// The call of arguments that are guarded themselves.
    fn arguments(&mut self, expr: ExprId, places: &[usize], depth: u32) -> ExprId {
        let children: Vec<ExprId> = self.network.arena.children(expr).collect();
        let guard = |this: &mut Self, child: ExprId| this.outside(child, places, depth - 1);
        let guarded: Vec<ExprId> = children.iter().map(|&child| guard(self, child)).collect();
        self.replaced(expr, &children, &guarded)
    }

    /// The contraction with guards inside of the factors that have all axes of the selection, and around those that stand
    /// below the line or under a root.
    fn factors(&mut self, expr: ExprId, places: &[usize], depth: u32) -> ExprId {
        let Node::Contraction { coefficient, factors, labels } = self.network.arena.node(expr) else { return expr };
        let (factors, labels) = (factors.to_vec(), self.network.arena.labels(labels).clone());
        let mut guarded = factors.clone();
        for (factor, axes) in guarded.iter_mut().zip(&labels.factors) {
            let Some(own) = own(&labels, axes, places) else { continue };
            let exponent = self.network.arena.value(factor.exponent);
            let is_regular = exponent.is_integer() && !exponent.is_negative();
            let base = match is_regular {
                true => self.within(factor.base, &own, depth - 1),
                false => self.outside(factor.base, &own, depth - 1),
            };
            *factor = Factor { base, ..*factor };
        }
        if guarded == factors { expr } else { self.network.arena.contraction(coefficient, &guarded, &labels) }
    }

    /// An expression that is 1 where the selection picks. A product is one of such factors where all have the axes of
    /// the selection, so that powers of powers go together.
    fn outside(&mut self, expr: ExprId, places: &[usize], depth: u32) -> ExprId {
        let arena = &self.network.arena;
        if arena.shape(expr).is_scalar() || matches!(arena.node(expr), Node::Contraction { factors: [], .. }) {
            return expr;
        }
        if let Node::Contraction { coefficient: NumberId::ONE, factors, labels } = arena.node(expr)
            && depth > 0
        {
            let (factors, labels) = (factors.to_vec(), arena.labels(labels).clone());
            let own: Vec<Option<Vec<usize>>> = labels.factors.iter().map(|axes| own(&labels, axes, places)).collect();
            if labels.summed().next().is_none() && is_distinct(&labels.out) && own.iter().all(Option::is_some) {
                let mut guarded = factors;
                for (factor, own) in guarded.iter_mut().zip(own) {
                    factor.base = self.outside(factor.base, &own.unwrap_or_default(), depth - 1);
                }
                return self.network.arena.contraction(NumberId::ONE, &guarded, &labels);
            }
        }
        let inner = self.within(expr, places, depth);
        if inner != expr && self.is_one_of_one(inner) {
            return inner;
        }
        self.network.arena.unless(self.selection, places, inner)
    }

    /// Whether an expression is a function, with the value 1 at 1, of what is guarded already, such as a root.
    fn is_one_of_one(&self, expr: ExprId) -> bool {
        let Node::Call { function, orders: OrdersId::NONE, arguments: [only] } = self.network.arena.node(expr) else {
            return false;
        };
        let FunctionRef::Table(Entry { form: Form::Elementwise, kernel: Kernel::Unary(value), .. }) =
            self.network.functions.get(function)
        else {
            return false;
        };
        let is_guarded = matches!(self.network.arena.node(*only), Node::If { parts: [_, Arena::ZERO, _, last], .. }
                if self.network.arena.is_constant_one(last));
        is_guarded && value(1.0) == 1.0
    }

    fn replaced(&mut self, expr: ExprId, children: &[ExprId], guarded: &[ExprId]) -> ExprId {
        if children == guarded {
            return expr;
        }
        let new = |child: ExprId| children.iter().position(|own| *own == child).map_or(child, |at| guarded[at]);
        self.network.arena.with_children(expr, new)
    }
}

/// Where a factor with these axes has those at `places` of the result; nothing if it lacks one.
fn own(labels: &Labels, axes: &[Label], places: &[usize]) -> Option<Vec<usize>> {
    places.iter().map(|&place| axes.iter().position(|axis| *axis == labels.out[place])).collect()
}

fn is_distinct(labels: &[Label]) -> bool {
    (1..labels.len()).all(|at| !labels[..at].contains(&labels[at]))
}
