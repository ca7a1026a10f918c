//! Patterns: an expression in parameters, flattened once and filled in many times.
//!
//! Takes the definition or derivative of a function; gives its instance for arguments in time linear in its size.

use crate::expr::{
    Arena, ExprId, Factor, FunctionId, LabelsId, NameId, Node, NumberId, OrdersId, Reach, subexpressions,
};
use crate::syntax::ast::Comparison;

/// A step of a pattern; operands are numbers of earlier steps.
#[derive(Clone, Debug)]
enum Op {
    Parameter(usize),
    Keep(ExprId),
    Sum(Box<[usize]>),
    Product(NumberId, Box<[(usize, NumberId)]>),
    Contraction(NumberId, Box<[(usize, NumberId)]>, LabelsId),
    Call(FunctionId, OrdersId, Box<[usize]>),
    If(Comparison, [usize; 4]),
    Derivative(usize, NameId, Reach),
}

/// An expression in [`Node::Parameter`]s, ready to be filled in.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    ops: Vec<Op>,
}

impl Pattern {
    /// The pattern of an expression.
    pub fn new(arena: &Arena, expr: ExprId) -> Self {
        let order = subexpressions(arena, expr);
        let slots: rustc_hash::FxHashMap<ExprId, usize> = order.iter().enumerate().map(|(at, &id)| (id, at)).collect();
        let at = |id: &ExprId| slots[id];
        let ops = order.iter().map(|&id| match arena.node(id) {
            Node::Number(_) | Node::Constant(_) | Node::Name(_) | Node::Selection(_) => Op::Keep(id),
            Node::Parameter(index) => Op::Parameter(index as usize),
            Node::Sum(terms) => Op::Sum(terms.iter().map(at).collect()),
            Node::Product { coefficient, factors } => {
                Op::Product(coefficient, factors.iter().map(|f| (at(&f.base), f.exponent)).collect())
            }
            Node::Contraction { coefficient, factors, labels } => {
                Op::Contraction(coefficient, factors.iter().map(|f| (at(&f.base), f.exponent)).collect(), labels)
            }
            Node::Call { function, orders, arguments } => {
                Op::Call(function, orders, arguments.iter().map(at).collect())
            }
            Node::If { comparison, parts } => Op::If(comparison, parts.map(|part| at(&part))),
            Node::Derivative { of, by, reach } => Op::Derivative(at(&of), by, reach),
        });
        Pattern { ops: ops.collect() }
    }

    /// The expression with its parameters replaced; a parameter without an argument stays.
    pub fn fill(&self, arena: &mut Arena, arguments: &[ExprId]) -> ExprId {
        self.fill_in(arena, arguments, &mut Filling::default())
    }

    /// The same in scratch space that is kept from one call to the next.
    pub fn fill_in(&self, arena: &mut Arena, arguments: &[ExprId], scratch: &mut Filling) -> ExprId {
        scratch.values.clear();
        for op in &self.ops {
            let value = scratch.fill(op, arena, arguments);
            scratch.values.push(value);
        }
        scratch.values.last().copied().unwrap_or(Arena::ZERO)
    }
}

/// Scratch space to fill in patterns: the values of the steps, and the operands of one.
#[derive(Clone, Debug, Default)]
pub struct Filling {
    values: Vec<ExprId>,
    operands: Vec<ExprId>,
    factors: Vec<Factor>,
}

impl Filling {
    fn fill(&mut self, op: &Op, arena: &mut Arena, arguments: &[ExprId]) -> ExprId {
        let Filling { values, operands, factors } = self;
        match op {
            Op::Parameter(index) => match arguments.get(*index) {
                Some(&argument) => argument,
                None => arena.parameter(*index as u32),
            },
            Op::Keep(id) => *id,
            Op::Sum(terms) => {
                operands.clear();
                operands.extend(terms.iter().map(|&at| values[at]));
                arena.sum(operands)
            }
            Op::Product(coefficient, of) => {
                factors.clear();
                factors.extend(of.iter().map(|&(at, exponent)| Factor { base: values[at], exponent }));
                arena.product(*coefficient, factors)
            }
            Op::Contraction(coefficient, of, labels) => {
                factors.clear();
                factors.extend(of.iter().map(|&(at, exponent)| Factor { base: values[at], exponent }));
                let labels = arena.labels(*labels).clone();
                arena.contraction(*coefficient, factors, &labels)
            }
            Op::Call(function, orders, of) => {
                operands.clear();
                operands.extend(of.iter().map(|&at| values[at]));
                arena.derived_call(*function, *orders, operands)
            }
            Op::If(comparison, parts) => arena.conditional(*comparison, parts.map(|at| values[at])),
            Op::Derivative(of, by, reach) => arena.derivative_along(values[*of], *by, *reach),
        }
    }
}
