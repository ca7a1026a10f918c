//! Columns that a network keeps as matrices of one column, [m, 1]: their Jacobians are matrices all the same.

use crate::expr::{ExprId, Factor, LabelsBuilder, NameId, NumberId};
use crate::shape::Dim;

use super::broadcast::ONE;
use super::context::Context;

impl Context {
    /// The axes of ∂of/∂by that stand in its rows and columns: of a Jacobian between columns [m, 1] and [n, 1] those of m
    /// and n.
    pub(crate) fn jacobian_dims(&self, of: NameId, by: NameId) -> [Vec<Dim>; 2] {
        let whole = [of, by].map(|name| self.dims_of(name));
        Context::slim_dims(whole)
    }

    /// The same of the axes of both.
    fn slim_dims(whole: [Vec<Dim>; 2]) -> [Vec<Dim>; 2] {
        let slim = whole.each_ref().map(|dims| dims.iter().copied().filter(|dim| *dim != ONE).collect::<Vec<Dim>>());
        let between_vectors = slim.iter().all(|dims| dims.len() == 1);
        if between_vectors { slim } else { whole }
    }

    /// A Jacobian without the axes that [`Context::jacobian_dims`] leaves out.
    pub(crate) fn without_units(&mut self, jacobian: ExprId, of: NameId, by: NameId) -> ExprId {
        let whole = [of, by].map(|name| self.dims_of(name)).concat();
        if self.jacobian_dims(of, by).concat().len() == whole.len() { jacobian } else { self.slim(jacobian, &whole) }
    }

    /// A Hessian by two columns, and the axes of both.
    pub(crate) fn slim_hessian(&mut self, hessian: ExprId, by: [Vec<Dim>; 2]) -> (ExprId, [Vec<Dim>; 2]) {
        let slim = Context::slim_dims(by.clone());
        let whole = by.concat();
        if slim.concat().len() == whole.len() { (hessian, by) } else { (self.slim(hessian, &whole), slim) }
    }

    /// An expression with these axes, without those of one entry.
    fn slim(&mut self, expr: ExprId, whole: &[Dim]) -> ExprId {
        if self.network.arena.dims(expr).len() != whole.len() {
            return expr;
        }
        let mut builder = LabelsBuilder::default();
        let axes = builder.labels(whole);
        builder.factor(&axes);
        let out: Vec<_> = axes.iter().zip(whole).filter(|(_, dim)| **dim != ONE).map(|(label, _)| *label).collect();
        let labels = builder.out(&out);
        self.network.arena.contraction(NumberId::ONE, &[Factor::plain(expr)], &labels)
    }
}
