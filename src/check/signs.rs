//! The signs that operations certainly have, whatever the leaves are.
//!
//! Takes a circuit with the ranges of its leaves; gives one sign for each operation. Constants are told by enclosures,
//! never by residues.

use super::circuit::{Circuit, Op, Slot};
use super::draw::Range;
use super::enclose::Enclosing;
use super::primitive::Primitive;
use super::real::{Fine, Real};
use crate::expr::{Arena, NumberId};
use crate::rational::Rational;
use crate::syntax::ast::Comparison;

/// Which signs a value can have where it is defined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signs {
    /// It may be below 0.
    pub negative: bool,
    /// It may be 0.
    pub zero: bool,
    /// It may be above 0.
    pub positive: bool,
}

impl Signs {
    const ANY: Signs = Signs { negative: true, zero: true, positive: true };
    const POSITIVE: Signs = Signs { negative: false, zero: false, positive: true };
    const NOT_NEGATIVE: Signs = Signs { negative: false, zero: true, positive: true };

    fn of(value: &Rational) -> Signs {
        let (negative, zero) = (value.is_negative(), value.is_zero());
        Signs { negative, zero, positive: !negative && !zero }
    }

    /// Whether it is certainly above 0.
    pub fn is_positive(self) -> bool {
        self == Signs::POSITIVE
    }

    /// The sign, if there is but one.
    pub fn only(self) -> Option<i8> {
        match (self.negative, self.zero, self.positive) {
            (true, false, false) => Some(-1),
            (false, true, false) => Some(0),
            (false, false, true) => Some(1),
            _ => None,
        }
    }

    fn add(self, other: Signs) -> Signs {
        let mixed = self.negative && other.positive || self.positive && other.negative;
        Signs {
            negative: self.negative || other.negative,
            zero: mixed || self.zero && other.zero,
            positive: self.positive || other.positive,
        }
    }

    fn mul(self, other: Signs) -> Signs {
        Signs {
            negative: self.negative && other.positive || self.positive && other.negative,
            zero: self.zero || other.zero,
            positive: self.positive && other.positive || self.negative && other.negative,
        }
    }

    /// The sign of u^(a/b): fractional powers exist for u ≥ 0 only, and negative ones for u ≠ 0 only.
    fn power(self, exponent: &Rational) -> Signs {
        let zero = self.zero && !exponent.is_negative() && !exponent.is_zero();
        match exponent.to_integer() {
            Some(whole) if whole % 2 != 0 => Signs { zero, ..self },
            _ => Signs { negative: false, zero, positive: true },
        }
    }

    fn or(self, other: Signs) -> Signs {
        Signs {
            negative: self.negative || other.negative,
            zero: self.zero || other.zero,
            positive: self.positive || other.positive,
        }
    }

    fn restrict(self, negative: bool, zero: bool, positive: bool) -> Signs {
        Signs { negative: self.negative && negative, zero: self.zero && zero, positive: self.positive && positive }
    }
}

/// Constants are enclosed with this many bits.
const BITS: usize = 192;

/// The enclosures of the needed operations without a leaf below them; of all others nothing is told.
pub fn constants(arena: &Arena, circuit: &Circuit, needed: &[bool]) -> Vec<Fine> {
    let leaves: Vec<Fine> = vec![Real::Straddles; circuit.leaves.len()];
    let wanted: Vec<bool> = without_leaves(circuit).iter().zip(needed).map(|(&constant, &n)| constant && n).collect();
    // A constant may use others that are not marked as needed themselves only if they are constants too.
    Enclosing { arena, circuit, needed: &wanted }.values(&leaves, BITS)
}

/// The signs of all operations, given the enclosures of the constants.
pub fn signs(arena: &Arena, circuit: &Circuit, ranges: &[Range], needed: &[bool], constants: &[Fine]) -> Vec<Signs> {
    let mut signs: Vec<Signs> = Vec::with_capacity(circuit.ops.len());
    for (at, op) in circuit.ops.iter().enumerate() {
        let sign = if !needed[at] {
            Signs::ANY
        } else if let Real::Within(ball) = &constants[at] {
            Signs {
                negative: !ball.is_not_negative(),
                zero: ball.contains_zero(),
                positive: !ball.neg().is_not_negative(),
            }
        } else {
            sign(arena, op, &signs, circuit, ranges)
        };
        signs.push(sign);
    }
    signs
}

/// Which operations have no leaf below them.
fn without_leaves(circuit: &Circuit) -> Vec<bool> {
    let mut constant: Vec<bool> = Vec::with_capacity(circuit.ops.len());
    for op in &circuit.ops {
        let is_constant = match op {
            Op::Leaf(_) => false,
            _ => op.operands().into_iter().all(|slot| constant[slot as usize]),
        };
        constant.push(is_constant);
    }
    constant
}

fn sign(arena: &Arena, op: &Op, signs: &[Signs], circuit: &Circuit, ranges: &[Range]) -> Signs {
    let at = |slot: Slot| signs[slot as usize];
    match op {
        Op::Number(number) => Signs::of(arena.value(*number)),
        Op::Constant(_) => Signs::POSITIVE,
        Op::Leaf(leaf) => leaf_sign(&ranges[*leaf as usize]),
        Op::Sum(terms) if is_rest_of_one(terms, signs, circuit) => Signs::POSITIVE,
        Op::Sum(terms) => terms.iter().map(|&term| at(term)).reduce(Signs::add).unwrap_or(Signs::ANY),
        Op::Product(coefficient, factors) => {
            let start = Signs::of(arena.value(*coefficient));
            factors.iter().fold(start, |sign, &(base, e)| sign.mul(at(base).power(arena.value(e))))
        }
        Op::Primitive { primitive, arguments, .. } => primitive_sign(*primitive, at(arguments[0])),
        Op::Opaque { .. } => Signs::ANY,
        Op::Choice { comparison, parts } => choice(*comparison, *parts, signs, circuit),
    }
}

/// Whether a sum is 1 − 1/s with s = 1 + … and only positive terms besides, as 1 − σ(z) is: then it is above 0.
fn is_rest_of_one(terms: &[Slot], signs: &[Signs], circuit: &Circuit) -> bool {
    let op = |slot: Slot| &circuit.ops[slot as usize];
    let is_one = |slot: Slot| matches!(op(slot), Op::Number(NumberId::ONE));
    let &[a, b] = terms else { return false };
    let other = match (is_one(a), is_one(b)) {
        (true, false) => b,
        (false, true) => a,
        _ => return false,
    };
    // −1/s, or −u with u = 1/s.
    let only = |slot: Slot, wanted: NumberId| match op(slot) {
        Op::Product(coefficient, factors) if *coefficient == wanted => match factors[..] {
            [factor] => Some(factor),
            _ => None,
        },
        _ => None,
    };
    let below = match only(other, NumberId::MINUS_ONE) {
        Some((base, NumberId::ONE)) => only(base, NumberId::ONE),
        found => found,
    };
    let Some((below, NumberId::MINUS_ONE)) = below else { return false };
    let Op::Sum(parts) = op(below) else { return false };
    parts.iter().any(|&part| is_one(part))
        && parts.len() > 1
        && parts.iter().all(|&part| signs[part as usize].is_positive())
}

fn leaf_sign(range: &Range) -> Signs {
    // A bound that may be met counts as 0 possible.
    let low = range.low.clone().filter(|low| !low.is_negative());
    let high = range.high.clone().filter(|high| high.is_negative() || high.is_zero());
    match (range.is_size, low, high) {
        (true, ..) => Signs::POSITIVE,
        (_, Some(low), _) if low.is_zero() => Signs::NOT_NEGATIVE,
        (_, Some(_), _) => Signs::POSITIVE,
        (.., Some(high)) => Signs { negative: true, zero: high.is_zero(), positive: false },
        _ => Signs::ANY,
    }
}

fn primitive_sign(primitive: Primitive, x: Signs) -> Signs {
    match primitive {
        Primitive::Exp => Signs::POSITIVE,
        Primitive::Log | Primitive::Sine | Primitive::Cosine => Signs::ANY,
        Primitive::Power => {
            if x.is_positive() {
                Signs::POSITIVE
            } else {
                Signs::ANY
            }
        }
        Primitive::Absolute => Signs { negative: false, zero: x.zero, positive: x.negative || x.positive },
        Primitive::Step => Signs { negative: false, zero: x.zero || x.negative, positive: x.positive },
        // All of these are odd and rising.
        Primitive::Sign | Primitive::CubeRoot | Primitive::ArcSine | Primitive::ArcTangent | Primitive::Error => x,
    }
}

/// The sign of a case distinction; a branch that is one side of the comparison with 0 is known there.
fn choice(comparison: Comparison, parts: [Slot; 4], signs: &[Signs], circuit: &Circuit) -> Signs {
    let [left, right, then, otherwise] = parts;
    let against_zero = matches!(&circuit.ops[right as usize], Op::Number(crate::expr::NumberId::ZERO));
    let branch = |slot: Slot, taken: bool| {
        let sign = signs[slot as usize];
        if !against_zero || slot != left {
            return sign;
        }
        match (comparison, taken) {
            (Comparison::Greater, true) | (Comparison::LessEqual, false) => sign.restrict(false, false, true),
            (Comparison::GreaterEqual, true) | (Comparison::Less, false) => sign.restrict(false, true, true),
            (Comparison::Less, true) | (Comparison::GreaterEqual, false) => sign.restrict(true, false, false),
            (Comparison::LessEqual, true) | (Comparison::Greater, false) => sign.restrict(true, true, false),
            _ => sign,
        }
    };
    branch(then, true).or(branch(otherwise, false))
}
