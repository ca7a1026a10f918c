//! Jacobians of functions that do not act on each entry: the formula of the table, lifted over the other axes.
//!
//! The formula speaks of the axes that the function works on, as `diag(y) - outer(y, y)` of softmax does. Along all other
//! axes of the argument it holds once for each index.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, Factor, Label, LabelsBuilder, Node, NumberId, Postorder};
use crate::function::{Entry, Form};
use crate::network::Network;
use crate::shape::Dim;

/// A call taken apart.
struct Called {
    argument: ExprId,
    /// The value, by its name where it has one.
    output: ExprId,
    /// The axes of the argument that the function works on, and whether the value has them too.
    core: Vec<usize>,
    keeps: bool,
    /// The axis as the call has it.
    axis: Option<ExprId>,
}

/// The Jacobian of a call of a function that works along an axis or on a matrix: axes of the value, then those of the
/// argument. `None` if the table has no formula for it.
pub(super) fn jacobian(network: &mut Network, entry: &Entry, call: ExprId, output: ExprId) -> Option<ExprId> {
    let Node::Call { arguments, .. } = network.arena.node(call) else { return None };
    let (argument, axis) = (*arguments.first()?, arguments.get(1).copied());
    let rank = network.arena.dims(argument).len();
    let called = match entry.form {
        Form::AlongAxis { keeps } => {
            let at = usize::try_from(network.arena.as_number(axis?)?.to_integer()?).ok()?;
            Called { argument, output, core: vec![at], keeps, axis }
        }
        Form::Square { keeps } => {
            Called { argument, output, core: vec![rank.checked_sub(2)?, rank - 1], keeps, axis: None }
        }
        // A class number is no variable: its vector does not change with it.
        Form::Classes => return Some(Arena::ZERO),
        _ => return None,
    };
    let dims = network.arena.dims(argument).to_vec();
    let core_dims: Vec<Dim> = called.core.iter().map(|&axis| dims[axis]).collect();
    let (x, y) = leaves(&mut network.arena, &core_dims, called.keeps);
    let size = network.arena.size(*core_dims.last()?);
    let text = entry.derivatives.first()?;
    let formula = network.expand(text, &[(entry.parameters[0], x), ("y", y), ("n", size)])?;
    let batch: Vec<usize> = (0..rank).filter(|axis| !called.core.contains(axis)).collect();
    let lifted = Lift::new(&mut network.arena, &called, &batch, x, y).run(&mut network.arena, formula);
    Some(placed(&mut network.arena, &called, &batch, lifted))
}

/// What stands for the argument and the value in a formula.
fn leaves(arena: &mut Arena, core: &[Dim], keeps: bool) -> (ExprId, ExprId) {
    let shape = arena.shapes_mut().intern(core);
    let x = arena.intern(Node::Parameter(0), shape);
    let own = if keeps { shape } else { crate::shape::Shape::SCALAR };
    (x, arena.intern(Node::Parameter(1), own))
}

/// The lifted formula with its axes in the places of the value and of the argument.
fn placed(arena: &mut Arena, called: &Called, batch: &[usize], lifted: ExprId) -> ExprId {
    if lifted == Arena::ZERO {
        return lifted;
    }
    let dims = arena.dims(called.argument).to_vec();
    let mut builder = LabelsBuilder::default();
    let own = builder.labels(&dims);
    let mut axes: Vec<Label> = batch.iter().map(|&axis| own[axis]).collect();
    let mut out = own.clone();
    if called.keeps {
        for &axis in &called.core {
            out[axis] = builder.label(dims[axis]);
            axes.push(out[axis]);
        }
    } else {
        out = axes.clone();
    }
    axes.extend(called.core.iter().map(|&axis| own[axis]));
    // A formula without the argument has the core axes only.
    let missing = axes.len().saturating_sub(arena.dims(lifted).len());
    let axes = axes.split_off(missing.min(batch.len()));
    out.extend(&own);
    builder.factor(&axes);
    arena.contraction(NumberId::ONE, &[Factor::plain(lifted)], &builder.out(&out))
}

/// Carries a formula over to arguments with further axes, which come first.
struct Lift {
    batch: Vec<Dim>,
    x: ExprId,
    done: FxHashMap<ExprId, (ExprId, bool)>,
    argument: ExprId,
    axis: Option<ExprId>,
    /// The order of axes in which the further ones come first.
    order: Vec<usize>,
}

impl Lift {
    fn new(arena: &mut Arena, called: &Called, batch: &[usize], x: ExprId, y: ExprId) -> Lift {
        let dims = arena.dims(called.argument).to_vec();
        let order: Vec<usize> = batch.iter().chain(&called.core).copied().collect();
        let argument = arena.permute(called.argument, &order);
        let output = if called.keeps { arena.permute(called.output, &order) } else { called.output };
        let batched = !batch.is_empty();
        Lift {
            batch: batch.iter().map(|&axis| dims[axis]).collect(),
            x,
            done: FxHashMap::from_iter([(x, (argument, batched)), (y, (output, batched))]),
            argument: called.argument,
            axis: called.axis,
            order,
        }
    }

    fn run(mut self, arena: &mut Arena, formula: ExprId) -> ExprId {
        let mut order = Vec::new();
        Postorder::default().collect(arena, &[formula], &mut order);
        for id in order {
            if !self.done.contains_key(&id) {
                let lifted = self.node(arena, id);
                self.done.insert(id, lifted);
            }
        }
        self.done.get(&formula).map_or(Arena::ZERO, |lifted| lifted.0)
    }

    fn get(&self, id: ExprId) -> (ExprId, bool) {
        self.done.get(&id).copied().unwrap_or((id, false))
    }

    fn node(&self, arena: &mut Arena, id: ExprId) -> (ExprId, bool) {
        let children: Vec<ExprId> = arena.children(id).collect();
        if self.batch.is_empty() || !children.iter().any(|&child| self.get(child).1) {
            return (self.in_place(arena, id), false);
        }
        let lifted = match arena.node(id) {
            Node::Sum(terms) => {
                let terms = terms.to_vec();
                let terms = self.even(arena, &terms);
                arena.sum(&terms)
            }
            Node::Product { coefficient, factors } => {
                let factors = factors.to_vec();
                let axes = vec![Vec::new(); factors.len()];
                self.contraction(arena, coefficient, &factors, LabelsBuilder::default(), &axes, &[])
            }
            Node::Contraction { coefficient, factors, labels } => {
                let (factors, labels) = (factors.to_vec(), arena.labels(labels).clone());
                let mut builder = LabelsBuilder::default();
                builder.labels(&labels.sizes);
                self.contraction(arena, coefficient, &factors, builder, &labels.factors, &labels.out)
            }
            Node::If { comparison, parts } => {
                let parts = self.even(arena, &parts);
                arena.conditional(comparison, [parts[0], parts[1], parts[2], parts[3]])
            }
            Node::Call { .. } => self.call(arena, id),
            _ => id,
        };
        (lifted, true)
    }

    /// The node with its leaves replaced, where there are no further axes.
    fn in_place(&self, arena: &mut Arena, id: ExprId) -> ExprId {
        arena.with_children(id, |child| self.get(child).0)
    }

    fn contraction(
        &self,
        arena: &mut Arena,
        coefficient: NumberId,
        factors: &[Factor],
        mut builder: LabelsBuilder,
        axes: &[Vec<Label>],
        out: &[Label],
    ) -> ExprId {
        let batch = builder.labels(&self.batch);
        let mut lifted = Vec::with_capacity(factors.len());
        for (factor, axes) in factors.iter().zip(axes) {
            let (base, batched) = self.get(factor.base);
            let own: Vec<Label> = if batched { batch.iter().chain(axes).copied().collect() } else { axes.clone() };
            builder.factor(&own);
            lifted.push(Factor { base, exponent: factor.exponent });
        }
        let out: Vec<Label> = batch.iter().chain(out).copied().collect();
        arena.contraction(coefficient, &lifted, &builder.out(&out))
    }

    /// Operands of one shape: those without the further axes are the same along them.
    fn even(&self, arena: &mut Arena, ids: &[ExprId]) -> Vec<ExprId> {
        ids.iter()
            .map(|&id| match self.get(id) {
                (lifted, true) => lifted,
                (lifted, false) if arena.shape(lifted).is_scalar() => lifted,
                (lifted, false) => {
                    let own = arena.dims(lifted).to_vec();
                    let dims = [self.batch.as_slice(), &own].concat();
                    let places: Vec<usize> = (self.batch.len()..dims.len()).collect();
                    arena.place(lifted, &places, &dims)
                }
            })
            .collect()
    }

    fn call(&self, arena: &mut Arena, id: ExprId) -> ExprId {
        let Node::Call { function, orders, arguments } = arena.node(id) else { return id };
        let arguments = arguments.to_vec();
        let is_along = arguments.len() == 2 && arena.as_number(arguments[1]).is_some() && arguments[0] == self.x;
        let shape = arena.shape(id);
        if let (true, Some(axis)) = (is_along, self.axis) {
            // The same axis of the argument itself, which need not be the last.
            let keeps = !shape.is_scalar();
            let whole = arena.dims(self.argument).to_vec();
            let at = arena.as_number(axis).and_then(|at| at.to_integer()).unwrap_or(0) as usize;
            let dims: Vec<Dim> =
                whole.iter().enumerate().filter(|(axis, _)| keeps || *axis != at).map(|entry| *entry.1).collect();
            let shape = arena.shapes_mut().intern(&dims);
            let call = arena.intern(Node::Call { function, orders, arguments: &[self.argument, axis] }, shape);
            return if keeps { arena.permute(call, &self.order) } else { call };
        }
        let lifted = self.even(arena, &arguments);
        let dims = [self.batch.as_slice(), arena.shapes().dims(shape)].concat();
        let shape = arena.shapes_mut().intern(&dims);
        arena.intern(Node::Call { function, orders, arguments: &lifted }, shape)
    }
}
