//! How far an index runs: which parts of a formula tell it, and where an entry beyond the ends of a tensor counts as 0.

use crate::expr::{ExprId, Label, Labels, Node, Selection};
use crate::function::{Form, FunctionRef};
use crate::notation::formula::Typesetter;
use crate::shape::{Affine, Dim};

/// How deep is looked; further down an expression is written as a whole, with its index outside.
const MAX_DEPTH: u32 = 12;

impl Typesetter<'_> {
    /// Whether the index of an axis stands at a tensor of that size in the formula of an entry, so that it need not be
    /// said how far it runs: k of xₖ, but not of x_{i+k−1}.
    pub(super) fn tells_range(&self, expr: ExprId, axis: usize) -> bool {
        self.index_shows(expr, axis, MAX_DEPTH)
    }

    /// Whether the formula of an entry is 0 where the index of an axis lies beyond the ends: as an entry of a named tensor
    /// is, by agreement. e^{x_k} is not.
    pub(super) fn vanishes_beyond(&self, expr: ExprId, axis: usize) -> bool {
        match self.arena().node(expr) {
            Node::Sum(terms) => terms.iter().all(|&term| self.vanishes_beyond(term, axis)),
            Node::Contraction { factors, labels, .. } => {
                let labels = self.arena().labels(labels);
                places(labels, labels.out[axis]).any(|(at, axis)| {
                    let positive = !self.arena().value(factors[at].exponent).is_negative();
                    let is_selection = matches!(self.arena().node(factors[at].base), Node::Selection(_));
                    positive && !is_selection && self.vanishes_beyond(factors[at].base, axis)
                })
            }
            Node::Name(_) | Node::Derivative { .. } => true,
            Node::Call { function, .. } => matches!(
                self.network().functions.get(function),
                FunctionRef::Table(entry) if matches!(entry.form, Form::Square { .. })
            ),
            _ => false,
        }
    }

    /// Whether what a selection makes of the other indices always lies on its axis.
    pub(super) fn stays_inside(&self, selection: &Selection, sizes: &[Dim], axis: usize) -> bool {
        self.bounds(selection, sizes, axis).is_some_and(|[low, high]| {
            let size = self.arena().shapes().affine(sizes[axis]);
            let below = Affine::constant(1).plus(&low, -1);
            let above = high.plus(&size, -1);
            [below, above].into_iter().all(|excess| excess.is_some_and(|excess| never_positive(&excess)))
        })
    }

    /// The least and the greatest value of the index that a selection solves.
    fn bounds(&self, selection: &Selection, sizes: &[Dim], axis: usize) -> Option<[Affine; 2]> {
        let own = *selection.coefficients.get(axis)?;
        let start = selection.offset.times(-own)?;
        let mut bounds = [start.clone(), start];
        for (at, (&coefficient, &size)) in selection.coefficients.iter().zip(sizes).enumerate() {
            let times = coefficient.checked_mul(-own)?;
            if at == axis || times == 0 {
                continue;
            }
            let ends = [Affine::constant(1), self.arena().shapes().affine(size)];
            let order = if times > 0 { [0, 1] } else { [1, 0] };
            for (bound, end) in bounds.iter_mut().zip(order) {
                *bound = bound.plus(&ends[end], times)?;
            }
        }
        Some(bounds)
    }

    fn index_shows(&self, expr: ExprId, axis: usize, depth: u32) -> bool {
        let arena = self.arena();
        let rank = arena.dims(expr).len();
        if depth == 0 {
            return true;
        }
        let shows = |part: &ExprId| arena.dims(*part).len() == rank && self.index_shows(*part, axis, depth - 1);
        match arena.node(expr) {
            Node::Sum(terms) => terms.iter().any(shows),
            Node::If { parts, .. } => parts.iter().any(shows),
            Node::Contraction { factors, labels, .. } => {
                let labels = arena.labels(labels);
                places(labels, labels.out[axis]).any(|(at, axis)| self.index_shows(factors[at].base, axis, depth - 1))
            }
            Node::Call { function, arguments, .. } => match self.network().functions.get(function) {
                FunctionRef::Table(entry) => match (entry.form, arguments) {
                    (Form::Elementwise, arguments) => arguments.iter().any(shows),
                    (Form::AlongAxis { .. }, &[argument, along]) => {
                        let along = self.axis(along).unwrap_or(usize::MAX);
                        let shifted = arena.dims(argument).len() > rank && along <= axis;
                        self.index_shows(argument, axis + usize::from(shifted), depth - 1)
                    }
                    _ => true,
                },
                FunctionRef::User(_) => true,
            },
            Node::Selection(_) => false,
            _ => true,
        }
    }
}

/// The factors on which a label stands, each with the axis.
fn places(labels: &Labels, label: Label) -> impl Iterator<Item = (usize, usize)> {
    labels.factors.iter().enumerate().flat_map(move |(at, axes)| {
        axes.iter().enumerate().filter(move |(_, own)| **own == label).map(move |(axis, _)| (at, axis))
    })
}

/// Whether a number is at most 0 whatever the sizes, each of which is at least 1.
fn never_positive(excess: &Affine) -> bool {
    let largest = excess.sizes.iter().try_fold(excess.constant, |sum, &(_, times)| match times <= 0 {
        true => sum.checked_add(times),
        false => None,
    });
    largest.is_some_and(|largest| largest <= 0)
}
