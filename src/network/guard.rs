//! Sums that leave terms out: what may be singular there is not computed from the entries that are left out.
//!
//! 1/(xᵢ − xⱼ) for j ≠ i becomes 1/u with u = xᵢ − xⱼ where j ≠ i and 1 elsewhere. Value and derivative are then numbers
//! everywhere, and the sum is over the entries that count.

use rustc_hash::FxHashMap;

use crate::expr::{ExprId, Factor, Label, Node};
use crate::function::{Domain, Form, FunctionRef};
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
        let wanted: Vec<Label> = places.iter().map(|&place| labels.out[place]).collect();
        let mut guarded = factors.clone();
        for (factor, axes) in guarded.iter_mut().zip(&labels.factors) {
            let own: Option<Vec<usize>> =
                wanted.iter().map(|label| axes.iter().position(|axis| axis == label)).collect();
            let Some(own) = own else { continue };
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

    fn outside(&mut self, expr: ExprId, places: &[usize], depth: u32) -> ExprId {
        let is_number = matches!(self.network.arena.node(expr), Node::Contraction { factors: [], .. });
        if self.network.arena.shape(expr).is_scalar() || is_number {
            return expr;
        }
        let inner = self.within(expr, places, depth);
        self.network.arena.unless(self.selection, places, inner)
    }

    fn replaced(&mut self, expr: ExprId, children: &[ExprId], guarded: &[ExprId]) -> ExprId {
        if children == guarded {
            return expr;
        }
        let new = |child: ExprId| children.iter().position(|own| *own == child).map_or(child, |at| guarded[at]);
        self.network.arena.with_children(expr, new)
    }
}
