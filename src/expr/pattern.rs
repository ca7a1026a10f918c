//! Patterns: an expression in parameters, flattened once and filled in many times.
//!
//! Takes the definition or derivative of a function; gives its instance for arguments in time linear in its size.

use crate::expr::{
    Arena, Constant, ExprId, Factor, FunctionId, LabelsId, NameId, Node, NumberId, OrdersId, Reach, subexpressions,
};
use crate::syntax::ast::Comparison;

/// A step of a pattern; operands are numbers of earlier steps.
#[derive(Clone, Debug)]
enum Op {
    Number(NumberId),
    Constant(Constant),
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
            Node::Number(number) => Op::Number(number),
            Node::Constant(constant) => Op::Constant(constant),
            Node::Name(_) | Node::Selection(_) => Op::Keep(id),
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
        let mut values: Vec<ExprId> = Vec::with_capacity(self.ops.len());
        for op in &self.ops {
            let value = fill_op(op, arena, &values, arguments);
            values.push(value);
        }
        values.last().copied().unwrap_or(Arena::ZERO)
    }
}

fn fill_op(op: &Op, arena: &mut Arena, values: &[ExprId], arguments: &[ExprId]) -> ExprId {
    match op {
        Op::Number(number) => arena.product(*number, &[]),
        Op::Constant(constant) => arena.constant(*constant),
        Op::Parameter(index) => match arguments.get(*index) {
            Some(&argument) => argument,
            None => arena.parameter(*index as u32),
        },
        Op::Keep(id) => *id,
        Op::Sum(terms) => {
            let terms: Vec<ExprId> = terms.iter().map(|&at| values[at]).collect();
            arena.sum(&terms)
        }
        Op::Product(coefficient, factors) => {
            let factors: Vec<Factor> =
                factors.iter().map(|&(at, exponent)| Factor { base: values[at], exponent }).collect();
            arena.product(*coefficient, &factors)
        }
        Op::Contraction(coefficient, factors, labels) => {
            let factors: Vec<Factor> =
                factors.iter().map(|&(at, exponent)| Factor { base: values[at], exponent }).collect();
            let labels = arena.labels(*labels).clone();
            arena.contraction(*coefficient, &factors, &labels)
        }
        Op::Call(function, orders, of) => {
            let of: Vec<ExprId> = of.iter().map(|&at| values[at]).collect();
            arena.derived_call(*function, *orders, &of)
        }
        Op::If(comparison, parts) => arena.conditional(*comparison, parts.map(|at| values[at])),
        Op::Derivative(of, by, reach) => arena.derivative_along(values[*of], *by, *reach),
    }
}
