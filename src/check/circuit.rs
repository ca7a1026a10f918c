//! Circuits: both sides of an equality as one list of operations, operands before results, each operation once.
//!
//! Functions of the table stand in it by their definitions. Nothing is simplified, because that would widen domains
//! (0·log x is defined for x > 0 only); only the order of sums and products is brought into one form, and the direction of
//! differences under even powers: (b − a)² is (a − b)².

use rustc_hash::FxHashMap;

use super::primitive::Primitive;
use crate::expr::{Arena, Constant, ExprId, FunctionId, NameId, NumberId};
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

    /// A sum or its negative, one and the same for both: the one whose first term, in the order of slots, has no minus
    /// sign. What is no sum stays.
    pub fn turned(&mut self, arena: &mut Arena, slot: Slot) -> Slot {
        let Op::Sum(terms) = &self.ops[slot as usize] else { return slot };
        let terms = terms.clone();
        let first = terms.iter().min_by_key(|&&term| match &self.ops[term as usize] {
            Op::Product(_, factors) => factors.clone(),
            Op::Number(_) => Box::new([]),
            _ => Box::new([(term, NumberId::ONE)]) as Box<[(Slot, NumberId)]>,
        });
        let is_negative = first.is_some_and(|&first| match self.ops[first as usize] {
            Op::Product(number, _) | Op::Number(number) => arena.value(number).is_negative(),
            _ => false,
        });
        if !is_negative {
            return slot;
        }
        let negated = terms.iter().map(|&term| self.negative(arena, term)).collect();
        self.intern(Op::Sum(negated))
    }

    fn negative(&mut self, arena: &mut Arena, slot: Slot) -> Slot {
        let op = match self.ops[slot as usize].clone() {
            Op::Product(NumberId::MINUS_ONE, factors) if matches!(*factors, [(_, NumberId::ONE)]) => {
                return factors[0].0;
            }
            Op::Product(number, factors) => Op::Product(negated(arena, number), factors),
            Op::Number(number) => Op::Number(negated(arena, number)),
            _ => Op::Product(NumberId::MINUS_ONE, Box::new([(slot, NumberId::ONE)])),
        };
        self.intern(op)
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

fn negated(arena: &mut Arena, number: NumberId) -> NumberId {
    let negative = arena.value(number).neg();
    arena.number_id(negative)
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
