//! Fingerprints: a circuit evaluated in a random field, under many independent draws at once.
//!
//! Takes a circuit, a field and a way to take signs; gives the values of two roots in lanes, with what their equality is
//! worth. Every rule here is a homomorphism that uses only relations which hold for the real functions.

use super::atoms::{Atoms, CERTAIN, Mode, Sign, Step};
use super::basis::Basis;
use super::circle::Circle;
use super::circuit::{Circuit, Op, Slot};
use super::draw::Range;
use super::field::{Element, Factors, Field};
use super::lanes::{self, Lanes, ZeroDivisor};
use super::opaque::{Head, Opaques};
use super::primitive::Primitive;
use super::random::Random;
use super::relation::Trouble;
use super::signs::Signs;
use super::size::Size;
use crate::expr::{Arena, Constant, NumberId};
use crate::rational::Rational;
use crate::syntax::ast::Comparison;

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
    /// Which operations stand in a branch of a case distinction only.
    pub conditional: &'a [bool],
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
}

/// An evaluation in progress.
pub struct Fingerprint<'a> {
    subject: Subject<'a>,
    field: Field,
    random: &'a mut Random,
    mode: Mode,
    logarithms_of: LogarithmsOf,
    lanes: usize,
    values: Vec<Option<Lanes>>,
    sizes: Vec<Size>,
    /// Which values are squares by the way they were made, so that their roots have no free sign.
    square: Vec<bool>,
    basis: Basis,
    pi: Lanes,
    circle: Option<Circle>,
    opaques: Opaques,
    atoms: Atoms,
    /// Roots whose radicand was a square in every lane though not by the way it was made.
    hidden: u32,
    /// Roots and logarithms that dropped lanes.
    filters: u32,
    /// A common multiple of the denominators under roots.
    scale: u64,
    /// The size of any combination of the logarithms in the table, …
    logarithms: Size,
    /// … and of the largest of their exponentials.
    exponentials: Size,
    /// The size of any point on the circle that is given.
    arcs: Size,
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
    pub fn new(
        subject: Subject<'a>,
        field: Field,
        random: &'a mut Random,
        (mode, logarithms_of): (Mode, LogarithmsOf),
        lanes: usize,
    ) -> Self {
        let count = subject.circuit.ops.len();
        Fingerprint {
            subject,
            field,
            basis: Basis::new(&field, random, lanes),
            pi: Lanes::random_constant(&field, random, lanes),
            random,
            mode,
            logarithms_of,
            lanes,
            values: vec![None; count],
            sizes: vec![Size::default(); count],
            square: vec![false; count],
            circle: None,
            opaques: Opaques::default(),
            atoms: Atoms::default(),
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
            let slopes: &[Slot] = if let Op::Primitive { slopes, .. } = op { slopes } else { &[] };
            let operands = op.operands();
            let missing = operands.iter().chain(slopes).rev().filter(|&&slot| self.values[slot as usize].is_none());
            stack.extend(missing);
            if stack.len() == before {
                stack.pop();
                let value = self.value(slot, op)?;
                self.values[slot as usize] = Some(value);
            }
        }
        Ok(())
    }

    fn at(&self, slot: Slot) -> Result<&Lanes, Obstacle> {
        self.values[slot as usize].as_ref().ok_or(Obstacle::Impossible("a value is missing"))
    }

    fn set_size(&mut self, slot: Slot, size: Size, square: bool) {
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
            if !self.subject.arena.value(exponent).is_integer() {
                self.filter(slot, base)?;
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
        let power = base.square_power(&self.field, above, below).ok_or(Obstacle::OtherField)?;
        self.scale = (self.scale / num_integer::gcd(self.scale, below)).saturating_mul(below);
        Ok(power)
    }

    /// Keeps the lanes in which `u` plays a positive number.
    fn filter(&mut self, user: Slot, u: Slot) -> Result<(), Obstacle> {
        if self.square[u as usize] {
            return Ok(());
        }
        let value = self.at(u)?;
        let marks = value.squares(&self.field);
        let kept = marks.iter().filter(|&&mark| mark).count();
        let same = value.values.windows(2).all(|pair| pair[0] == pair[1]);
        if same {
            return self.constant_radicand(value.values[0]);
        }
        if self.subject.conditional[user as usize] && self.mode == Mode::Free && kept < marks.len() {
            return Err(Obstacle::Impossible("a root or logarithm stands in a branch"));
        }
        if kept == 0 {
            return Err(if marks.len() >= CERTAIN { Obstacle::Undefined } else { Obstacle::FewLanes });
        }
        self.square[u as usize] = true;
        if kept == marks.len() {
            self.hidden += 1;
            return Ok(());
        }
        self.filters += 1;
        self.keep(&marks)?;
        let values = self.at(u)?.values.clone();
        self.atoms.know(&self.field, &values, 1);
        Ok(())
    }

    /// A number under a root: the field decides for all lanes at once, so its prime factors must be squares. Of another
    /// constant (1 + √2) no field can tell what is positive.
    fn constant_radicand(&self, value: Element) -> Result<(), Obstacle> {
        let fraction = self.field.reconstruct(value, 1 << 20, 1 << 20);
        let rational = fraction.and_then(|(above, below)| Rational::new(above, i64::try_from(below).ok()?));
        let rational = rational.ok_or(Obstacle::Impossible("a constant that is no fraction stands under a root"))?;
        match self.field.factors(&rational) {
            Factors::Squares if !rational.is_negative() && !rational.is_zero() => Ok(()),
            Factors::NotSquares => Err(Obstacle::OtherField),
            _ => Err(Obstacle::Undefined),
        }
    }

    /// Drops lanes from everything that is stored.
    fn keep(&mut self, marks: &[bool]) -> Result<(), Obstacle> {
        self.values.iter_mut().flatten().for_each(|value| value.keep(marks));
        self.pi.keep(marks);
        self.opaques.keep(marks);
        self.atoms.keep(marks);
        self.basis.keep(&self.field, marks).map_err(trouble)?;
        if let Some(circle) = &mut self.circle {
            circle.keep(&self.field, marks).map_err(trouble)?;
        }
        self.lanes = self.pi.count();
        Ok(())
    }

    fn primitive(
        &mut self,
        slot: Slot,
        primitive: Primitive,
        arguments: &[Slot],
        slopes: &[Slot],
    ) -> Result<Lanes, Obstacle> {
        let x = arguments[0];
        match primitive {
            Primitive::Exp => {
                let argument = self.at(x)?.clone();
                self.exponential(slot, &argument, self.sizes[x as usize])
            }
            Primitive::Log => {
                self.logarithmic(slot, x)?;
                let logarithm = self.logarithm(x);
                self.set_size(slot, self.logarithms, false);
                logarithm
            }
            Primitive::Power => {
                self.logarithmic(slot, x)?;
                let logarithm = self.logarithm(x)?;
                let exponent = self.at(arguments[1])?.mul(&self.field, &logarithm);
                let size = self.sizes[arguments[1] as usize].times(self.logarithms);
                self.exponential(slot, &exponent, size)
            }
            Primitive::CubeRoot => {
                self.set_size(slot, self.sizes[x as usize].power(3.0), self.square[x as usize]);
                self.scale = (self.scale / num_integer::gcd(self.scale, 3)).saturating_mul(3);
                self.at(x)?.odd_root(&self.field, 3).ok_or(Obstacle::Unlucky)
            }
            Primitive::Absolute => {
                let sign = self.sign(x)?;
                self.set_size(slot, self.sizes[x as usize].times(Size::LEAF), false);
                Ok(self.times_sign(&self.at(x)?.clone(), &sign))
            }
            Primitive::Sign | Primitive::Step => {
                let sign = self.sign(x)?;
                self.set_size(slot, Size::LEAF, false);
                let one = Lanes::constant(self.field.one(), self.lanes);
                let sign_value = self.times_sign(&one, &sign);
                if primitive == Primitive::Sign {
                    return Ok(sign_value);
                }
                // 1 above 0, else 0, and 0 at 0.
                if sign == Sign::Known(0) {
                    return Ok(sign_value);
                }
                Ok(sign_value.add(&self.field, &one).scale(&self.field, self.half()))
            }
            Primitive::Sine | Primitive::Cosine => self.wave(slot, x, primitive == Primitive::Sine),
            Primitive::ArcSine | Primitive::ArcTangent | Primitive::Error => {
                let partial = *slopes.first().ok_or(Obstacle::Impossible("a derivative is missing"))?;
                self.odd(slot, primitive, x, partial)
            }
        }
    }

    /// An odd function of which only the derivative is known, and for arcs sine and cosine.
    fn odd(&mut self, slot: Slot, primitive: Primitive, x: Slot, partial: Slot) -> Result<Lanes, Obstacle> {
        self.set_size(slot, Size::LEAF, false);
        let cosine = self.cosine_of_arc(primitive, partial)?;
        let argument = self.at(x)?.clone();
        let head = Head::Odd(primitive);
        let values = self.opaques.values(&self.field, self.random, &head, &[&argument.values]);
        let slopes = lanes::products(&self.field, &self.at(partial)?.values, &argument.slopes);
        let arc = Lanes { values, slopes };
        if let Some(cosine) = cosine {
            let sine = match primitive {
                Primitive::ArcTangent => argument.mul(&self.field, &cosine),
                _ => argument,
            };
            let size = self.sizes[x as usize].times(self.sizes[partial as usize]);
            self.arcs = Size::sum([self.arcs, size, size].into_iter());
            let field = self.field;
            self.circle().know(&field, &arc, &sine, &cosine).map_err(trouble)?;
        }
        Ok(arc)
    }

    /// cos(asin x) = √(1 − x²), the reciprocal of the derivative; cos(atan x) = 1/√(1 + x²), its root. `None` where no
    /// sine or cosine will be asked for.
    fn cosine_of_arc(&mut self, primitive: Primitive, partial: Slot) -> Result<Option<Lanes>, Obstacle> {
        if primitive == Primitive::Error || !self.subject.has_waves {
            return Ok(None);
        }
        if primitive == Primitive::ArcTangent {
            self.filter(partial, partial)?;
            let root = self.at(partial)?.square_power(&self.field, 1, 2);
            return root.map(Some).ok_or(Obstacle::OtherField);
        }
        let cosine = self.at(partial)?.recip(&self.field).map_err(zero_divisor)?;
        Ok(Some(cosine))
    }

    /// The table of angles, made when first asked for.
    fn circle(&mut self) -> &mut Circle {
        let (field, random, pi) = (&self.field, &mut *self.random, &self.pi);
        self.circle.get_or_insert_with(|| Circle::new(field, random, pi))
    }

    fn half(&self) -> Element {
        self.field.inverse(self.field.integer(2)).unwrap_or_default()
    }

    /// exp of an argument of this size; a new one is the square of a uniform element.
    fn exponential(&mut self, slot: Slot, argument: &Lanes, size: Size) -> Result<Lanes, Obstacle> {
        let before = self.basis.len();
        let value = self.basis.exp(&self.field, self.random, argument).map_err(trouble)?;
        if self.basis.len() > before {
            self.logarithms = Size::sum([self.logarithms, size.times(Size::number(13, 13))].into_iter());
        }
        let is_square = self.basis.len() > before || self.logarithms_of == LogarithmsOf::Squares;
        self.set_size(slot, self.exponentials.power(self.basis.weight() as f64), is_square);
        Ok(value)
    }

    /// Makes ready to take log u: where it exists, u is positive.
    fn logarithmic(&mut self, user: Slot, u: Slot) -> Result<(), Obstacle> {
        if self.logarithms_of == LogarithmsOf::Squares {
            return self.filter(user, u);
        }
        if self.mode != Mode::Free || !self.subject.conditional[user as usize] {
            let values = self.at(u)?.values.clone();
            self.atoms.know(&self.field, &values, 1);
        }
        Ok(())
    }

    fn logarithm(&mut self, u: Slot) -> Result<Lanes, Obstacle> {
        self.logarithms = Size::sum([self.logarithms, Size::LEAF.times(Size::number(13, 13))].into_iter());
        let size = self.sizes[u as usize];
        let (most, bits) = (size.above.max(size.below), size.bits_above.max(size.bits_below));
        self.exponentials.above = self.exponentials.above.max(most);
        self.exponentials.below = self.exponentials.above;
        self.exponentials.bits_above = self.exponentials.bits_above.max(bits);
        self.exponentials.bits_below = self.exponentials.bits_above;
        let value = self.values[u as usize].as_ref().ok_or(Obstacle::Impossible("a value is missing"))?;
        self.basis.log(&self.field, self.random, value).map_err(trouble)
    }

    fn wave(&mut self, slot: Slot, x: Slot, sine: bool) -> Result<Lanes, Obstacle> {
        let value = self.values[x as usize].as_ref().ok_or(Obstacle::Impossible("a value is missing"))?;
        let (field, pi) = (&self.field, &self.pi);
        let circle = self.circle.get_or_insert_with(|| Circle::new(field, self.random, pi));
        let (sin, cos) = circle.sin_cos(field, self.random, value).map_err(trouble)?;
        let weight = circle.weight() as f64;
        self.set_size(slot, self.arcs.power(2.0 * weight), false);
        Ok(if sine { sin } else { cos })
    }

    fn abstract_call(
        &mut self,
        slot: Slot,
        (function, orders): (crate::expr::FunctionId, &[u8]),
        arguments: &[Slot],
    ) -> Result<Lanes, Obstacle> {
        self.set_size(slot, Size::LEAF, false);
        let given = arguments.iter().map(|&argument| self.at(argument).cloned()).collect::<Result<Vec<_>, _>>()?;
        let vectors: Vec<&[Element]> = given.iter().map(|argument| argument.values.as_slice()).collect();
        let mut orders = orders.to_vec();
        orders.resize(arguments.len(), 0);
        let head = |orders: &[u8]| Head::Abstract(function, orders.into());
        let values = self.opaques.values(&self.field, self.random, &head(&orders), &vectors);
        let mut slopes = vec![Element::ZERO; self.lanes];
        for (at, argument) in given.iter().enumerate().filter(|(_, argument)| !argument.is_constant()) {
            orders[at] = orders[at].saturating_add(1);
            let partial = self.opaques.values(&self.field, self.random, &head(&orders), &vectors);
            orders[at] -= 1;
            let part = lanes::products(&self.field, &partial, &argument.slopes);
            slopes.iter_mut().zip(part).for_each(|(slope, part)| *slope = self.field.add(*slope, part));
        }
        Ok(Lanes { values, slopes })
    }

    fn times_sign(&self, value: &Lanes, sign: &Sign) -> Lanes {
        match sign {
            Sign::Known(1) => value.clone(),
            Sign::Known(0) => Lanes::constant(Element::ZERO, self.lanes),
            Sign::Known(_) => value.neg(&self.field),
            Sign::Free(signs) => Lanes {
                values: lanes::products(&self.field, &value.values, signs),
                slopes: lanes::products(&self.field, &value.slopes, signs),
            },
        }
    }

    /// The sign of an operation: that of a product is the product of signs.
    fn sign(&mut self, slot: Slot) -> Result<Sign, Obstacle> {
        if let Some(sign) = self.certain_sign(slot)? {
            return Ok(Sign::Known(sign));
        }
        let circuit = self.subject.circuit;
        let Op::Product(coefficient, factors) = &circuit.ops[slot as usize] else {
            return self.atom_sign(slot);
        };
        let negative = self.subject.arena.value(*coefficient).is_negative();
        let mut sign = Sign::Known(if negative { -1 } else { 1 });
        for &(base, exponent) in factors {
            let odd = self.subject.arena.value(exponent).to_integer().is_some_and(|whole| whole % 2 != 0);
            if odd {
                // Products in products are atoms as they stand, so nothing recurs.
                let factor = match self.certain_sign(base)? {
                    Some(sign) => Sign::Known(sign),
                    None => self.atom_sign(base)?,
                };
                sign = sign.times(&self.field, factor);
            }
        }
        Ok(sign)
    }

    /// The sign that an operation has whatever the leaves are; what is not 0 as a formula is 0 nowhere here.
    fn certain_sign(&mut self, slot: Slot) -> Result<Option<i8>, Obstacle> {
        if self.at(slot)?.is_zero() {
            return Ok(Some(0));
        }
        let signs = self.subject.signs[slot as usize];
        let sign = match signs.only() {
            Some(sign) => sign,
            None if !signs.negative || self.square[slot as usize] => 1,
            None if !signs.positive => -1,
            None => return Ok(None),
        };
        let values = self.at(slot)?.values.clone();
        self.atoms.know(&self.field, &values, sign);
        Ok(Some(sign))
    }

    fn atom_sign(&mut self, slot: Slot) -> Result<Sign, Obstacle> {
        let values = self.at(slot)?.values.clone();
        self.sign_of(&values)
    }

    fn sign_of(&mut self, values: &[Element]) -> Result<Sign, Obstacle> {
        if values.iter().all(|value| value.is_zero()) {
            return Ok(Sign::Known(0));
        }
        if values.windows(2).all(|pair| pair[0] == pair[1]) {
            return self.constant_sign(values[0]);
        }
        match self.atoms.sign(&self.field, self.random, &self.mode, values) {
            Step::Sign(sign) => Ok(sign),
            Step::Keep(marks, sign) => {
                self.filters += 1;
                self.keep(&marks)?;
                Ok(Sign::Known(sign))
            }
            Step::FewLanes => Err(Obstacle::FewLanes),
        }
    }

    /// The sign of a number that is the same in all lanes: only of a small fraction can it be told from its residue.
    fn constant_sign(&self, value: Element) -> Result<Sign, Obstacle> {
        let fraction = self.field.reconstruct(value, 1 << 20, 1 << 20);
        let (above, _) = fraction.ok_or(Obstacle::Impossible("the sign of a constant is not known"))?;
        Ok(Sign::Known(above.signum() as i8))
    }

    /// Evaluates a case distinction as far as it can be; what it needs first goes on the stack.
    fn choose(
        &mut self,
        slot: Slot,
        comparison: Comparison,
        parts: [Slot; 4],
        stack: &mut Vec<Slot>,
    ) -> Result<(), Obstacle> {
        let [left, right, then, otherwise] = parts;
        let missing = |this: &Self, slots: &[Slot]| -> Vec<Slot> {
            slots.iter().rev().copied().filter(|&slot| this.values[slot as usize].is_none()).collect()
        };
        let sides = missing(self, &[left, right]);
        if !sides.is_empty() {
            stack.extend(sides);
            return Ok(());
        }
        let sign = self.difference_sign(left, right)?;
        let chosen = match chosen(comparison, &sign) {
            Some(taken) => [if taken { then } else { otherwise }; 2],
            None => [then, otherwise],
        };
        let branches = missing(self, &chosen);
        if !branches.is_empty() {
            stack.extend(branches);
            return Ok(());
        }
        stack.pop();
        let [a, b] = chosen;
        let value = match &sign {
            Sign::Free(_) if a != b => {
                // (then·(1 + s) + otherwise·(1 − s))/2, or the other way round.
                let upward = matches!(comparison, Comparison::Greater | Comparison::GreaterEqual);
                let (high, low) = if upward { (a, b) } else { (b, a) };
                let (high, low) = (self.at(high)?, self.at(low)?);
                let difference = self.times_sign(&high.sub(&self.field, low), &sign);
                high.add(&self.field, low).add(&self.field, &difference).scale(&self.field, self.half())
            }
            _ => self.at(a)?.clone(),
        };
        let size = Size::sum([self.sizes[a as usize], self.sizes[b as usize]].into_iter()).times(Size::LEAF);
        self.set_size(slot, size, self.square[a as usize] && a == b);
        self.values[slot as usize] = Some(value);
        Ok(())
    }

    /// The sign of left − right.
    fn difference_sign(&mut self, left: Slot, right: Slot) -> Result<Sign, Obstacle> {
        let is_zero = |this: &Self, slot: Slot| this.at(slot).map(Lanes::is_zero);
        if is_zero(self, right)? {
            return self.sign(left);
        }
        if is_zero(self, left)? {
            return Ok(self.sign(right)?.opposite(&self.field));
        }
        let difference = self.at(left)?.sub(&self.field, self.at(right)?);
        let signs = [left, right].map(|side| self.subject.signs[side as usize].only());
        if let [Some(a), Some(b)] = signs
            && a != b
        {
            return Ok(Sign::Known((a - b).signum()));
        }
        self.sign_of(&difference.values)
    }
}

/// Which branch is taken; `None` if the sign is free. Off the kinks, equality fails and `≥` is `>`.
fn chosen(comparison: Comparison, sign: &Sign) -> Option<bool> {
    let Sign::Known(sign) = *sign else {
        return match comparison {
            Comparison::Equal => Some(false),
            Comparison::NotEqual => Some(true),
            _ => None,
        };
    };
    Some(match comparison {
        Comparison::Less => sign < 0,
        Comparison::LessEqual => sign <= 0,
        Comparison::Greater => sign > 0,
        Comparison::GreaterEqual => sign >= 0,
        Comparison::Equal => sign == 0,
        Comparison::NotEqual => sign != 0,
    })
}

const TOO_MANY_ROOTS: Obstacle = Obstacle::Impossible("too many roots hide their signs");

fn number_size(value: &Rational) -> Size {
    let (above, below) = value.parts();
    Size::number(above.bits().max(1), below.bits().max(1))
}

fn zero_divisor(divisor: ZeroDivisor) -> Obstacle {
    match divisor {
        ZeroDivisor::Somewhere => Obstacle::Unlucky,
        ZeroDivisor::Everywhere => Obstacle::Undefined,
    }
}

fn trouble(trouble: Trouble) -> Obstacle {
    match trouble {
        Trouble::FewLanes => Obstacle::FewLanes,
        Trouble::NotSquare => Obstacle::OtherField,
    }
}
