//! Circuits: both sides of an equality as one list of operations, operands before results, each operation once.
//!
//! Functions of the table stand in it by their definitions. Nothing is simplified, because that would widen domains
//! (0·log x is defined for x > 0 only); only the order of sums and products is brought into one form.

use rustc_hash::FxHashMap;

use super::primitive::Primitive;
use crate::expr::{Constant, ExprId, FunctionId, NameId, NumberId};
use crate::rational::Rational;
use crate::syntax::ast::Comparison;

/// The number of an operation.
pub type Slot = u32;

/// One operation on values of earlier ones.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    /// An exact number.
    Number(NumberId),
    /// π, e or ∞.
    Constant(Constant),
    /// A free symbol, by its number among the leaves.
    Leaf(u32),
    /// A sum.
    Sum(Box<[Slot]>),
    /// coefficient · Π baseᵉ.
    Product(NumberId, Box<[(Slot, NumberId)]>),
    /// A function with a rule of its own.
    Primitive {
        /// Which.
        primitive: Primitive,
        /// Its arguments.
        arguments: Box<[Slot]>,
        /// Its partial derivative by each argument, for those functions whose values are opaque; else empty.
        slopes: Box<[Slot]>,
    },
    /// An abstract function or a derivative of it.
    Opaque {
        /// Which.
        function: FunctionId,
        /// How often it is differentiated by each argument.
        orders: Box<[u8]>,
        /// Its arguments.
        arguments: Box<[Slot]>,
    },
    /// `if left comparison right then … else …`.
    Choice {
        /// How `left` and `right` compare.
        comparison: Comparison,
        /// `[left, right, then, otherwise]`.
        parts: [Slot; 4],
    },
}

/// A free symbol.
#[derive(Clone, PartialEq, Debug)]
pub struct Leaf {
    /// What it stands for in the network's arena: a name, or a derivative that is only a symbol.
    pub symbol: ExprId,
    /// The name, if it is one.
    pub name: Option<NameId>,
    /// If it stands for a decimal literal: the interval that its digits mean.
    pub interval: Option<(Rational, Rational)>,
}

/// A list of operations.
#[derive(Clone, Debug, Default)]
pub struct Circuit {
    /// The operations.
    pub ops: Vec<Op>,
    /// The free symbols, in the order of first use.
    pub leaves: Vec<Leaf>,
    by_op: FxHashMap<Op, Slot>,
    operands: usize,
}

impl Circuit {
    /// The slot of an operation, added if it is new.
    pub fn intern(&mut self, mut op: Op) -> Slot {
        match &mut op {
            Op::Sum(terms) => terms.sort_unstable(),
            Op::Product(_, factors) => factors.sort_unstable(),
            _ => {}
        }
        if let Some(&slot) = self.by_op.get(&op) {
            return slot;
        }
        let slot = self.ops.len() as Slot;
        self.operands += op.operands().len();
        self.ops.push(op.clone());
        self.by_op.insert(op, slot);
        slot
    }

    /// The slot of a leaf, added if its symbol is new.
    pub fn leaf(&mut self, leaf: Leaf) -> Slot {
        let at = self.leaves.iter().position(|known| known.symbol == leaf.symbol).unwrap_or_else(|| {
            self.leaves.push(leaf);
            self.leaves.len() - 1
        });
        self.intern(Op::Leaf(at as u32))
    }

    /// The number of operations and operands: what an evaluation costs for each lane.
    pub fn size(&self) -> usize {
        self.ops.len() + self.operands
    }

    /// Which operations the roots need; derivatives of opaque functions only if `with_slopes`.
    pub fn needed(&self, roots: &[Slot], with_slopes: bool) -> Vec<bool> {
        let mut needed = vec![false; self.ops.len()];
        roots.iter().for_each(|&root| needed[root as usize] = true);
        for at in (0..self.ops.len()).rev() {
            if !needed[at] {
                continue;
            }
            let op = &self.ops[at];
            op.operands().into_iter().for_each(|slot| needed[slot as usize] = true);
            if let (Op::Primitive { slopes, .. }, true) = (op, with_slopes) {
                slopes.iter().for_each(|&slot| needed[slot as usize] = true);
            }
        }
        needed
    }
}

impl Op {
    /// The operands, without the derivatives of opaque functions.
    pub fn operands(&self) -> Vec<Slot> {
        match self {
            Op::Number(_) | Op::Constant(_) | Op::Leaf(_) => Vec::new(),
            Op::Sum(terms) => terms.to_vec(),
            Op::Product(_, factors) => factors.iter().map(|factor| factor.0).collect(),
            Op::Primitive { arguments, .. } | Op::Opaque { arguments, .. } => arguments.to_vec(),
            Op::Choice { parts, .. } => parts.to_vec(),
        }
    }
}
