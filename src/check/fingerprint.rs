//! Fingerprints: a circuit evaluated in a random field, under many independent draws at once.
//!
//! Takes a circuit, a field and a way to take signs; gives the values of two roots in lanes, with what their equality is
//! worth. Every rule here is a homomorphism that uses only relations which hold for the real functions.

mod filter;

use super::atoms::{Atoms, Mode};
use super::basis::Basis;
use super::circle::Circle;
use super::circuit::{Circuit, Op, Slot};
use super::draw::Range;
use super::field::{Element, Field};
use super::lanes::{Lanes, ZeroDivisor};
use super::opaque::Opaques;
use super::primitive::Primitive;
use super::random::Random;
use super::real::Fine;
use super::relation::Trouble;
use super::samples::Samples;
use super::signs::Signs;
use super::size::Size;
use crate::expr::{Arena, Constant, NumberId};
use crate::rational::Rational;

/// Why there is no fingerprint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Obstacle {
    /// More lanes are needed.
    FewLanes,
    /// Another field may do: a constant under a root is no square, or a literal vanishes.
    OtherField,
    /// An unlucky draw.
    Unlucky,
    /// In this cell the formulas are nowhere defined.
    Undefined,
    /// It cannot be done.
    Impossible(&'static str),
}

/// What is evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The numbers.
    pub arena: &'a Arena,
    /// The operations.
    pub circuit: &'a Circuit,
    /// What is known of the leaves.
    pub ranges: &'a [Range],
    /// The signs that operations certainly have.
    pub signs: &'a [Signs],
    /// Real points.
    pub samples: &'a Samples,
    /// The enclosures of operations without a leaf below them; of all others nothing is told.
    pub constants: &'a [Fine],
    /// Which operations stand in a branch of a case distinction only.
    pub conditional: &'a [bool],
    /// Which operations have a sign or a case distinction below them, so that they may be 0 on an open set.
    pub piecewise: &'a [bool],
    /// Which operations are irreducible, so that they are no square times something.
    pub irreducible: &'a [bool],
    /// Whether a sine or cosine is taken.
    pub has_waves: bool,
}

/// Of what logarithms are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogarithmsOf {
    /// Of any number: no lane is lost, but exp(½ log u) has no value.
    Anything,
    /// Of squares only: each logarithm halves the lanes.
    Squares,
}

/// How a circuit is evaluated.
#[derive(Clone, Debug)]
pub struct Manner {
    /// How signs are taken.
    pub mode: Mode,
    /// Of what logarithms are taken.
    pub logarithms_of: LogarithmsOf,
    /// Whether only lanes are kept in which eᵛ + 1 is positive and eᵛ − 1 has the sign of v, in cells.
    pub ordered: bool,
}

/// What a fingerprint says of two roots.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Whether they agree in all lanes.
    pub equal: bool,
    /// Whether their derivatives along the random direction agree.
    pub equal_slopes: bool,
    /// How many lanes were left.
    pub lanes: usize,
    /// log₂ of the probability, at most, that unequal formulas agree in a lane.
    pub lane_error: f64,
    /// Bits of the coefficients of the difference.
    pub bits: f64,
    /// The decisions about atoms in this cell.
    pub decided: Vec<bool>,
    /// Whether no real point lies in this cell.
    pub unreachable: bool,
    /// Whether a sign is right only if constants that are squares here are positive.
    pub guessed: bool,
}

/// An evaluation in progress.
pub struct Fingerprint<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) field: Field,
    pub(super) random: &'a mut Random,
    pub(super) mode: Mode,
    pub(super) logarithms_of: LogarithmsOf,
    pub(super) ordered: bool,
    pub(super) lanes: usize,
    pub(super) values: Vec<Option<Lanes>>,
    pub(super) sizes: Vec<Size>,
    /// Which values are squares by the way they were made, so that their roots have no free sign.
    pub(super) square: Vec<bool>,
    pub(super) basis: Basis,
    pub(super) pi: Lanes,
    pub(super) circle: Option<Circle>,
    pub(super) opaques: Opaques,
    pub(super) atoms: Atoms,
    /// Which values are constants, or squares by the way they were made: no sign hides in their roots.
    pub(super) plain: Vec<bool>,
    /// Which values were made squares by dropping lanes.
    pub(super) filtered: Vec<bool>,
    /// Which values stand under a root.
    pub(super) rooted: Vec<bool>,
    /// Which branch a case distinction took.
    pub(super) taken: Vec<Option<Slot>>,
    /// Rising functions met in a cell, with their values and arguments.
    pub(super) rising: Vec<(Primitive, Slot, Slot)>,
    /// Whether a sign was taken that no real point confirms.
    pub(super) guessed: bool,
    /// Roots in which a sign may hide.
    pub(super) hidden: u32,
    /// Roots and logarithms that dropped lanes.
    pub(super) filters: u32,
    /// A common multiple of the denominators under roots.
    pub(super) scale: u64,
    /// The size of any combination of the logarithms in the table, …
    pub(super) logarithms: Size,
    /// … and of the largest of their exponentials.
    pub(super) exponentials: Size,
    /// The size of any point on the circle that is given.
    pub(super) arcs: Size,
}

/// Lanes that each component of hidden signs needs: the chance to miss one is below 2⁻⁶⁰.
const LANES_FOR_A_SIGN: usize = 42;
/// At least this many lanes must be left.
const LEAST_LANES: usize = 9;
/// More hidden signs than this are given up.
const MAX_HIDDEN: u32 = 7;
/// A drawn element is one of about 2⁵⁹ that a filter leaves.
const ELEMENT_BITS: f64 = 59.0;

impl<'a> Fingerprint<'a> {
    /// An evaluation in `lanes` lanes of a field.
    pub fn new(subject: Subject<'a>, field: Field, random: &'a mut Random, manner: &Manner, lanes: usize) -> Self {
        let count = subject.circuit.ops.len();
        Fingerprint {
            subject,
            field,
            basis: Basis::new(&field, random, lanes),
            pi: Lanes::random_constant(&field, random, lanes),
            random,
            mode: manner.mode.clone(),
            logarithms_of: manner.logarithms_of,
            ordered: manner.ordered,
            lanes,
            values: vec![None; count],
            sizes: vec![Size::default(); count],
            square: vec![false; count],
            circle: None,
            opaques: Opaques::default(),
            atoms: Atoms::default(),
            plain: vec![false; count],
            filtered: vec![false; count],
            rooted: vec![false; count],
            taken: vec![None; count],
            rising: Vec::new(),
            guessed: false,
            hidden: 0,
            filters: 0,
            scale: 1,
            logarithms: Size::LEAF,
            exponentials: Size::monomial(2.0),
            arcs: Size::monomial(1.0),
        }
    }

    /// Evaluates two roots and compares them; on failure the decisions made so far are told too.
    pub fn compare(mut self, roots: [Slot; 2]) -> Result<Compared, (Obstacle, Vec<bool>)> {
        match self.evaluate(&roots) {
            Ok(()) => self.judge(roots).map_err(|obstacle| (obstacle, Vec::new())),
            Err(obstacle) => Err((obstacle, self.atoms.decided)),
        }
    }

    fn judge(self, roots: [Slot; 2]) -> Result<Compared, Obstacle> {
        let [left, right] = roots.map(|root| self.values[root as usize].clone().unwrap_or_default());
        let enough = self.lanes >= LEAST_LANES
            && self.hidden <= MAX_HIDDEN
            && self.lanes >= if self.hidden > 0 { LANES_FOR_A_SIGN << self.hidden } else { 0 };
        if !enough {
            return Err(if self.hidden > MAX_HIDDEN { TOO_MANY_ROOTS } else { Obstacle::FewLanes });
        }
        let equal = left.values == right.values;
        let in_cell = matches!(self.mode, Mode::Cell(_));
        if in_cell && !equal && self.lanes < self.atoms.lanes_to_relate() {
            return Err(Obstacle::FewLanes);
        }
        let [a, b] = roots.map(|root| self.sizes[root as usize]);
        let scale = self.scale.max(self.basis.scale()) as f64;
        let degree = libm::log2(a.degree(b)) + libm::log2(scale) + 2.0 * f64::from(self.filters + self.hidden);
        Ok(Compared {
            equal,
            equal_slopes: left.slopes == right.slopes,
            lanes: self.lanes,
            lane_error: degree - ELEMENT_BITS,
            bits: a.bits(b),
            unreachable: in_cell && !equal && self.atoms.is_unreachable(&self.field),
            decided: self.atoms.decided,
            guessed: self.guessed,
        })
    }

    /// Evaluates what the roots need, and in a cell no branch that is not taken.
    fn evaluate(&mut self, roots: &[Slot]) -> Result<(), Obstacle> {
        let circuit = self.subject.circuit;
        let mut stack: Vec<Slot> = roots.iter().rev().copied().collect();
        while let Some(&slot) = stack.last() {
            if self.values[slot as usize].is_some() {
                stack.pop();
                continue;
            }
            let before = stack.len();
            let op = &circuit.ops[slot as usize];
            if let Op::Choice { comparison, parts } = op {
                self.choose(slot, *comparison, *parts, &mut stack)?;
                continue;
            }
            let slopes: &[Slot] = match op {
                Op::Primitive { slopes, arguments, .. } if self.needs_slopes(slot, arguments) => slopes,
                _ => &[],
            };
            let operands = op.operands();
            let missing = operands.iter().chain(slopes).rev().filter(|&&slot| self.values[slot as usize].is_none());
            stack.extend(missing);
            if stack.len() == before {
                stack.pop();
                let value = self.value(slot, op)?;
                self.values[slot as usize] = Some(value);
                self.learn(slot, op)?;
            }
        }
        Ok(())
    }

    /// Whether the derivative of an opaque function matters: that of a constant is 0, and asin has none at 1.
    fn needs_slopes(&self, slot: Slot, arguments: &[Slot]) -> bool {
        let is_constant = |&slot: &Slot| self.subject.constants[slot as usize].is_defined();
        self.special_angle(slot).is_none() && (self.subject.has_waves || !arguments.iter().all(is_constant))
    }

    pub(super) fn at(&self, slot: Slot) -> Result<&Lanes, Obstacle> {
        self.values[slot as usize].as_ref().ok_or(Obstacle::Impossible("a value is missing"))
    }

    pub(super) fn set_size(&mut self, slot: Slot, size: Size, square: bool) {
        self.sizes[slot as usize] = size;
        self.square[slot as usize] = square;
    }

    fn value(&mut self, slot: Slot, op: &Op) -> Result<Lanes, Obstacle> {
        match op {
            Op::Number(number) => self.number(slot, *number),
            Op::Constant(constant) => {
                self.set_size(slot, Size::LEAF, true);
                match constant {
                    Constant::Pi => Ok(self.pi.clone()),
                    Constant::E => Ok(self.basis.e().clone()),
                    Constant::Infinity => Err(Obstacle::Impossible("a formula uses ∞")),
                }
            }
            Op::Leaf(leaf) => Ok(self.leaf(slot, *leaf)),
            Op::Sum(terms) => self.sum(slot, terms),
            Op::Product(coefficient, factors) => self.product(slot, *coefficient, factors),
            Op::Primitive { primitive, arguments, slopes } => self.primitive(slot, *primitive, arguments, slopes),
            Op::Opaque { function, orders, arguments } => self.abstract_call(slot, (*function, orders), arguments),
            Op::Choice { .. } => Err(Obstacle::Impossible("a value is missing")),
        }
    }

    fn number(&mut self, slot: Slot, number: NumberId) -> Result<Lanes, Obstacle> {
        let value = self.subject.arena.value(number);
        let residue = self.field.residue(value).ok_or(Obstacle::OtherField)?;
        self.set_size(slot, number_size(value), !value.is_negative() && self.field.is_square(residue));
        Ok(Lanes::constant(residue, self.lanes))
    }

    fn leaf(&mut self, slot: Slot, leaf: u32) -> Lanes {
        let range = &self.subject.ranges[leaf as usize];
        let positive = range.is_size || range.low.as_ref().is_some_and(|low| !low.is_negative());
        let negative = range.high.as_ref().is_some_and(|high| high.is_negative() || high.is_zero());
        self.set_size(slot, Size { above: 2.0, ..Size::LEAF }, positive);
        let (field, random, lanes) = (&self.field, &mut *self.random, self.lanes);
        if positive {
            Lanes::random_positive(field, random, lanes)
        } else if negative {
            Lanes::random_positive(field, random, lanes).neg(field)
        } else {
            Lanes::random(field, random, lanes)
        }
    }

    fn sum(&mut self, slot: Slot, terms: &[Slot]) -> Result<Lanes, Obstacle> {
        let size = Size::sum(terms.iter().map(|&term| self.sizes[term as usize]));
        self.set_size(slot, size, false);
        let mut sum = Lanes::constant(Element::ZERO, self.lanes);
        for &term in terms {
            sum = sum.add(&self.field, self.at(term)?);
        }
        Ok(sum)
    }

    fn product(&mut self, slot: Slot, coefficient: NumberId, factors: &[(Slot, NumberId)]) -> Result<Lanes, Obstacle> {
        // Filters drop lanes of everything, so they come before any partial product.
        for &(base, exponent) in factors {
            let exponent = self.subject.arena.value(exponent);
            if !exponent.is_integer() && (exponent.is_negative() || !self.at(base)?.is_zero()) {
                self.filter(slot, base)?;
                self.root_of(base);
            }
        }
        let value = self.subject.arena.value(coefficient);
        let residue = self.field.residue(value).ok_or(Obstacle::OtherField)?;
        let mut square = !value.is_negative() && self.field.is_square(residue);
        let mut size = number_size(value);
        let mut product = Lanes::constant(residue, self.lanes);
        let mut is_one = coefficient == NumberId::ONE;
        for &(base, exponent) in factors {
            square &= self.square[base as usize] || !self.subject.arena.value(exponent).is_integer();
            size = size.times(self.sizes[base as usize].power(self.subject.arena.value(exponent).to_f64()));
            let power = self.power(base, exponent)?;
            product = if is_one { power } else { product.mul(&self.field, &power) };
            is_one = false;
        }
        self.set_size(slot, size, square);
        Ok(product)
    }

    fn power(&mut self, base: Slot, exponent: NumberId) -> Result<Lanes, Obstacle> {
        let value = self.subject.arena.value(exponent);
        let (above, below) = value.small().ok_or(Obstacle::Impossible("an exponent is too large"))?;
        let base = self.at(base)?;
        if below == 1 {
            return match above {
                1 => Ok(base.clone()),
                _ => base.power(&self.field, above).map_err(zero_divisor),
            };
        }
        let below = below.unsigned_abs();
        if base.is_zero() && above > 0 {
            return Ok(base.clone());
        }
        let power = base.square_power(&self.field, above, below).ok_or(Obstacle::OtherField)?;
        self.scale = (self.scale / num_integer::gcd(self.scale, below)).saturating_mul(below);
        Ok(power)
    }
}

const TOO_MANY_ROOTS: Obstacle = Obstacle::Impossible("too many roots hide their signs");

fn number_size(value: &Rational) -> Size {
    let (above, below) = value.parts();
    Size::number(above.bits().max(1), below.bits().max(1))
}

pub(super) fn trouble(trouble: Trouble) -> Obstacle {
    match trouble {
        Trouble::FewLanes => Obstacle::FewLanes,
        Trouble::NotSquare => Obstacle::OtherField,
    }
}

pub(super) fn zero_divisor(divisor: ZeroDivisor) -> Obstacle {
    match divisor {
        ZeroDivisor::Somewhere => Obstacle::Unlucky,
        ZeroDivisor::Everywhere => Obstacle::Undefined,
    }
}
