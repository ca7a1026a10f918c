//! Operands: expressions with their axes as broadcasting sees them, and what is made of them entry by entry.
//!
//! Takes operands of any shapes; gives expressions whose labels say what was broadcast, so that no axis of size 1
//! stands where an axis is only aligned.

use crate::expr::{Arena, ExprId, Factor, FunctionId, Label, LabelsBuilder, NumberId, OrdersId, Selection};
use crate::shape::{Affine, Dim};
use crate::syntax::ast::Comparison;

/// One axis of an operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Axis {
    /// The expression has it.
    Real(Dim),
    /// It has size 1 and only aligns the others (`r[:, None]`, `keepdims`): the expression lacks it.
    One,
}

/// An expression with its axes. The expression has the axes `bound`, then those of `axes` that are real; 0 has any.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Operand {
    /// What it is.
    pub expr: ExprId,
    /// Axes that belong to the index of a Σ around it: the number of the index and its size, in ascending order.
    pub bound: Vec<(u32, Dim)>,
    /// The axes that operators see.
    pub axes: Vec<Axis>,
}

/// Two operands whose axes do not go together, by their positions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clash {
    /// The first one.
    pub left: usize,
    /// The other.
    pub right: usize,
}

/// The axes of a result.
struct Frame {
    bound: Vec<(u32, Dim)>,
    axes: Vec<Axis>,
}

impl Frame {
    fn is_scalar(&self) -> bool {
        self.bound.is_empty() && !self.axes.iter().any(|axis| matches!(axis, Axis::Real(_)))
    }
}

impl Operand {
    /// A scalar.
    pub fn scalar(expr: ExprId) -> Self {
        Operand { expr, bound: Vec::new(), axes: Vec::new() }
    }

    /// An expression with these axes, all real.
    pub fn with_dims(expr: ExprId, dims: &[Dim]) -> Self {
        Operand { expr, bound: Vec::new(), axes: dims.iter().copied().map(Axis::Real).collect() }
    }

    /// How many axes operators see.
    pub fn rank(&self) -> usize {
        self.axes.len()
    }

    /// The sizes that operators see, 1 for an axis that only aligns.
    pub fn dims(&self) -> Vec<Dim> {
        let size = |axis: &Axis| match axis {
            Axis::Real(dim) => *dim,
            Axis::One => Dim::Known(1),
        };
        self.axes.iter().map(size).collect()
    }

    /// The axes of the expression.
    pub fn real_dims(&self) -> Vec<Dim> {
        let real = self.axes.iter().filter_map(|axis| match axis {
            Axis::Real(dim) => Some(*dim),
            Axis::One => None,
        });
        self.bound.iter().map(|bound| bound.1).chain(real).collect()
    }

    /// Where the axis number `axis` stands in the expression, if it does.
    pub fn place(&self, axis: usize) -> Option<usize> {
        match self.axes.get(axis)? {
            Axis::One => None,
            Axis::Real(_) => {
                let before = self.axes[..axis].iter().filter(|axis| matches!(axis, Axis::Real(_))).count();
                Some(self.bound.len() + before)
            }
        }
    }
}

impl Arena {
    /// An expression with the axes that it has.
    pub(crate) fn operand(&self, expr: ExprId) -> Operand {
        Operand::with_dims(expr, self.dims(expr))
    }

    /// The same with every axis that only aligns made an axis of size 1.
    pub(crate) fn materialised(&mut self, operand: &Operand) -> Operand {
        let axes: Vec<Axis> = operand.dims().into_iter().map(Axis::Real).collect();
        if axes == operand.axes {
            return operand.clone();
        }
        let frame = Frame { bound: operand.bound.clone(), axes: axes.clone() };
        let expr = self.framed(NumberId::ONE, &[(operand, NumberId::ONE)], &frame);
        Operand { expr, bound: operand.bound.clone(), axes }
    }

    /// The axes of the result of an operation entry by entry, aligned at their ends as NumPy does.
    fn frame(&self, operands: &[&Operand]) -> Result<Frame, Clash> {
        let mut bound: Vec<(u32, Dim)> = operands.iter().flat_map(|operand| operand.bound.iter().copied()).collect();
        bound.sort_by_key(|&(index, _)| index);
        bound.dedup_by_key(|&mut (index, _)| index);
        let rank = operands.iter().map(|operand| operand.rank()).max().unwrap_or(0);
        let mut axes = vec![Axis::One; rank];
        for (back, slot) in (1..=rank).zip(axes.iter_mut().rev()) {
            let mut owner = 0;
            for (at, operand) in operands.iter().enumerate() {
                let Some(Axis::Real(dim)) = operand.rank().checked_sub(back).map(|axis| operand.axes[axis]) else {
                    continue;
                };
                match *slot {
                    Axis::Real(known) if self.shapes().same(known, dim) || dim == Dim::Known(1) => {}
                    Axis::Real(known) if known != Dim::Known(1) => return Err(Clash { left: owner, right: at }),
                    _ => (*slot, owner) = (Axis::Real(dim), at),
                }
            }
        }
        Ok(Frame { bound, axes })
    }

    /// coefficient · Π operandᵉ with the axes of a frame.
    fn framed(&mut self, coefficient: NumberId, operands: &[(&Operand, NumberId)], frame: &Frame) -> ExprId {
        let mut builder = LabelsBuilder::default();
        let bound: Vec<Label> = frame.bound.iter().map(|&(_, dim)| builder.label(dim)).collect();
        let labels: Vec<Option<Label>> = frame
            .axes
            .iter()
            .map(|axis| match axis {
                Axis::Real(dim) => Some(builder.label(*dim)),
                Axis::One => None,
            })
            .collect();
        let mut factors = Vec::with_capacity(operands.len());
        for &(operand, exponent) in operands {
            let mut own: Vec<Label> = Vec::new();
            for &(index, _) in &operand.bound {
                own.extend(frame.bound.iter().position(|known| known.0 == index).map(|at| bound[at]));
            }
            let shift = frame.axes.len() - operand.rank();
            for (at, axis) in operand.axes.iter().enumerate() {
                let Axis::Real(dim) = *axis else { continue };
                let aligned = labels[shift + at].filter(|_| match frame.axes[shift + at] {
                    Axis::Real(size) => dim != Dim::Known(1) || size == dim,
                    Axis::One => false,
                });
                // An axis of size 1 that is stretched is summed over.
                own.push(aligned.unwrap_or_else(|| builder.label(dim)));
            }
            let scalar = self.shape(operand.expr).is_scalar();
            builder.factor(if scalar { &[] } else { &own });
            factors.push(Factor { base: operand.expr, exponent });
        }
        let out: Vec<Label> = bound.into_iter().chain(labels.into_iter().flatten()).collect();
        self.contraction(coefficient, &factors, &builder.out(&out))
    }

    /// The result of an operation: a scalar that stands for a tensor is spread.
    fn fitted(&mut self, expr: ExprId, frame: Frame) -> Operand {
        let operand = Operand { expr, bound: frame.bound, axes: frame.axes };
        let dims = operand.real_dims();
        let shape = self.shapes_mut().intern(&dims);
        Operand { expr: self.spread(expr, shape), ..operand }
    }

    /// coefficient · Π operandᵉ entry by entry, as the user wrote it.
    pub(crate) fn broadcast_product(
        &mut self,
        coefficient: NumberId,
        operands: &[(Operand, NumberId)],
    ) -> Result<Operand, Clash> {
        let all: Vec<&Operand> = operands.iter().map(|(operand, _)| operand).collect();
        let frame = self.frame(&all)?;
        let expr = if frame.is_scalar() {
            let factors: Vec<Factor> =
                operands.iter().map(|(operand, exponent)| Factor { base: operand.expr, exponent: *exponent }).collect();
            self.product_as_written(coefficient, &factors)
        } else {
            let operands: Vec<(&Operand, NumberId)> =
                operands.iter().map(|(operand, exponent)| (operand, *exponent)).collect();
            self.framed(coefficient, &operands, &frame)
        };
        Ok(self.fitted(expr, frame))
    }

    /// The sum entry by entry, as the user wrote it.
    pub(crate) fn broadcast_sum(&mut self, operands: &[Operand]) -> Result<Operand, Clash> {
        let all: Vec<&Operand> = operands.iter().collect();
        let frame = self.frame(&all)?;
        let terms: Vec<ExprId> = operands.iter().map(|operand| self.stretched(operand, &frame)).collect();
        let expr = self.sum_as_written(&terms);
        Ok(self.fitted(expr, frame))
    }

    fn stretched(&mut self, operand: &Operand, frame: &Frame) -> ExprId {
        if frame.is_scalar() || operand.expr == Arena::ZERO {
            return operand.expr;
        }
        self.framed(NumberId::ONE, &[(operand, NumberId::ONE)], frame)
    }

    /// A function applied to each entry.
    pub(crate) fn broadcast_call(
        &mut self,
        function: FunctionId,
        orders: OrdersId,
        operands: &[Operand],
    ) -> Result<Operand, Clash> {
        let all: Vec<&Operand> = operands.iter().collect();
        let frame = self.frame(&all)?;
        let arguments: Vec<ExprId> = operands.iter().map(|operand| self.stretched(operand, &frame)).collect();
        let expr = self.derived_call(function, orders, &arguments);
        Ok(self.fitted(expr, frame))
    }

    /// A case distinction for each entry: `[left, right, then, otherwise]`.
    pub(crate) fn broadcast_conditional(
        &mut self,
        comparison: Comparison,
        operands: &[Operand; 4],
    ) -> Result<Operand, Clash> {
        let all: Vec<&Operand> = operands.iter().collect();
        let frame = self.frame(&all)?;
        let mut parts = [Arena::ZERO; 4];
        for (part, operand) in parts.iter_mut().zip(operands) {
            *part = self.stretched(operand, &frame);
        }
        let expr = self.conditional_as_written(comparison, parts);
        Ok(self.fitted(expr, frame))
    }

    /// The product as NumPy's `@`; stacks of matrices are aligned at their ends.
    pub(crate) fn broadcast_matmul(&mut self, left: &Operand, right: &Operand) -> Result<Operand, Clash> {
        let clash = Clash { left: 0, right: 1 };
        let (left, right) = (self.materialised(left), self.materialised(right));
        let (l, r) = (left.dims(), right.dims());
        let inner = r.len().saturating_sub(2);
        match (l.last(), r.get(inner)) {
            (Some(&a), Some(&b)) if self.shapes().same(a, b) => {}
            _ => return Err(clash),
        }
        let frame = self.frame(&[
            &Operand { axes: left.axes[..l.len().saturating_sub(2)].to_vec(), ..left.clone() },
            &Operand { axes: right.axes[..inner].to_vec(), ..right.clone() },
        ])?;
        let mut builder = LabelsBuilder::default();
        let bound: Vec<Label> = frame.bound.iter().map(|&(_, dim)| builder.label(dim)).collect();
        let stack: Vec<Dim> = Operand { expr: left.expr, bound: Vec::new(), axes: frame.axes.clone() }.dims();
        let stack: Vec<Label> = builder.labels(&stack);
        let row = (l.len() > 1).then(|| builder.label(l[l.len() - 2]));
        let middle = builder.label(l[l.len() - 1]);
        let column = (r.len() > 1).then(|| builder.label(r[r.len() - 1]));
        for (operand, dims, ends) in [(&left, &l, [row, Some(middle)]), (&right, &r, [Some(middle), column])] {
            let own_bound = operand.bound.iter().filter_map(|bound_axis| {
                frame.bound.iter().position(|known| known.0 == bound_axis.0).map(|at| bound[at])
            });
            let mut own: Vec<Label> = own_bound.collect();
            let depth = dims.len().saturating_sub(2);
            for (at, &dim) in dims[..depth].iter().enumerate() {
                let place = stack.len() - depth + at;
                let stretched = dim == Dim::Known(1) && frame.axes[place] != Axis::Real(dim);
                own.push(if stretched { builder.label(dim) } else { stack[place] });
            }
            own.extend(ends.into_iter().flatten());
            builder.factor(&own);
        }
        let out: Vec<Label> = bound.iter().chain(&stack).copied().chain(row).chain(column).collect();
        let factors = [Factor::plain(left.expr), Factor::plain(right.expr)];
        let expr = match left.expr == Arena::ZERO || right.expr == Arena::ZERO {
            true => Arena::ZERO,
            false => self.contraction(NumberId::ONE, &factors, &builder.out(&out)),
        };
        let ends = [row.map(|_| l[l.len() - 2]), column.map(|_| r[r.len() - 1])];
        let axes = frame.axes.iter().copied().chain(ends.into_iter().flatten().map(Axis::Real)).collect();
        Ok(Operand { expr, bound: frame.bound, axes })
    }

    /// Operands of one shape, one after the other along a new first axis.
    pub(crate) fn stacked(&mut self, rows: &[Operand]) -> Result<Operand, Clash> {
        let rows: Vec<Operand> = rows.iter().map(|row| self.materialised(row)).collect();
        let first = rows[0].dims();
        for (at, row) in rows.iter().enumerate() {
            let dims = row.dims();
            if dims.len() != first.len() || dims.iter().zip(&first).any(|(&a, &b)| !self.shapes().same(a, b)) {
                return Err(Clash { left: 0, right: at });
            }
        }
        let size = Dim::Known(rows.len() as u32);
        let bound = self.frame(&rows.iter().collect::<Vec<_>>())?.bound;
        let axes: Vec<Axis> = std::iter::once(size).chain(first).map(Axis::Real).collect();
        let frame = Frame { bound, axes };
        let mut terms = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            let position = Selection { coefficients: vec![1], offset: Affine::constant(-1 - at as i64) };
            let position = Operand::with_dims(self.selection(position, &[size]), &[size]);
            // The position of the row stands at the first axis, beside the axes of the row.
            let beside = vec![Axis::One; row.rank()];
            let position = Operand { axes: position.axes.iter().copied().chain(beside).collect(), ..position };
            terms.push(match row.expr {
                Arena::ZERO => Arena::ZERO,
                _ => self.framed(NumberId::ONE, &[(&position, NumberId::ONE), (row, NumberId::ONE)], &frame),
            });
        }
        let expr = self.sum(&terms);
        Ok(self.fitted(expr, frame))
    }

    /// The sum over some axes of an operand; with `keep` they stay as axes that only align.
    pub(crate) fn reduced_sum(&mut self, operand: &Operand, summed: &[usize], keep: bool) -> Operand {
        let places: Vec<usize> = summed.iter().filter_map(|&axis| operand.place(axis)).collect();
        let expr = match places.is_empty() || operand.expr == Arena::ZERO {
            true => operand.expr,
            false => self.sum_over(operand.expr, &places),
        };
        Operand { expr, bound: operand.bound.clone(), axes: without_axes(&operand.axes, summed, keep) }
    }

    /// The sum of squares over some axes of an operand; with `keep` they stay as axes that only align.
    pub(crate) fn reduced_squares(&mut self, operand: &Operand, summed: &[usize], keep: bool) -> Operand {
        let places: Vec<usize> = summed.iter().filter_map(|&axis| operand.place(axis)).collect();
        let mut builder = LabelsBuilder::default();
        let axes = builder.labels(&operand.real_dims());
        builder.factor(&axes);
        let kept = axes.iter().enumerate().filter(|(at, _)| !places.contains(at));
        let out: Vec<Label> = kept.map(|(_, &label)| label).collect();
        let squares = [Factor { base: operand.expr, exponent: NumberId::TWO }];
        let expr = match operand.expr {
            Arena::ZERO => Arena::ZERO,
            _ => self.contraction(NumberId::ONE, &squares, &builder.out(&out)),
        };
        Operand { expr, bound: operand.bound.clone(), axes: without_axes(&operand.axes, summed, keep) }
    }

    /// A size, if a scalar expression is one: a whole number, a name of a size, or a sum of such.
    pub(crate) fn as_dim(&mut self, expr: ExprId) -> Option<Dim> {
        let affine = self.as_affine(expr)?;
        self.shapes_mut().dim(affine)
    }
}

/// The axes that are left when some are reduced.
pub(crate) fn without_axes(axes: &[Axis], reduced: &[usize], keep: bool) -> Vec<Axis> {
    let left = axes.iter().enumerate().filter_map(|(at, axis)| match (reduced.contains(&at), keep) {
        (false, _) => Some(*axis),
        (true, true) => Some(Axis::One),
        (true, false) => None,
    });
    left.collect()
}
