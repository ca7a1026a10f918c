//! The value of a circuit at a point, enclosed.
//!
//! Takes values of the leaves at one precision; gives a [`Real`] for every operation that is needed. One value per
//! operation, so that a value may become an array of entries.

use super::circuit::{Circuit, Op, Slot};
use super::number::Number;
use super::primitive::Primitive;
use super::real::Real;
use crate::expr::{Arena, Constant, NumberId};
use crate::rational::Rational;
use crate::syntax::ast::Comparison;

/// A circuit with what its evaluation needs.
#[derive(Clone, Copy, Debug)]
pub struct Enclosing<'a> {
    /// The numbers.
    pub arena: &'a Arena,
    /// The operations.
    pub circuit: &'a Circuit,
    /// Which of them are wanted.
    pub needed: &'a [bool],
}

impl Enclosing<'_> {
    /// The values of all needed operations; the others are not told.
    pub fn values<N: Number>(&self, leaves: &[Real<N>], bits: usize) -> Vec<Real<N>> {
        let mut values: Vec<Real<N>> = Vec::with_capacity(self.circuit.ops.len());
        for (op, &needed) in self.circuit.ops.iter().zip(self.needed) {
            let value = if needed { self.value(op, &values, leaves, bits) } else { Real::Straddles };
            values.push(value);
        }
        values
    }

    fn value<N: Number>(&self, op: &Op, values: &[Real<N>], leaves: &[Real<N>], bits: usize) -> Real<N> {
        let at = |slot: Slot| &values[slot as usize];
        match op {
            Op::Number(number) => Real::rational(self.arena.value(*number), bits),
            Op::Constant(Constant::Pi) => Real::pi(bits),
            Op::Constant(Constant::E) => Real::integer(1, bits).exp(),
            Op::Constant(Constant::Infinity) => Real::Straddles,
            Op::Leaf(leaf) => leaves[*leaf as usize].clone(),
            Op::Sum(terms) => {
                let (first, rest) = terms.split_first().map_or((None, &[][..]), |(first, rest)| (Some(*first), rest));
                let Some(first) = first else { return Real::integer(0, bits) };
                rest.iter().fold(at(first).clone(), |sum, &term| sum.add(at(term)))
            }
            Op::Product(coefficient, factors) => self.product(*coefficient, factors, values, bits),
            Op::Primitive { primitive, arguments, .. } => primitive_value(*primitive, at(arguments[0]), || {
                arguments.get(1).map_or(Real::Straddles, |&second| at(second).clone())
            }),
            Op::Opaque { function, orders, arguments } => {
                let factors = arguments.iter().enumerate().map(|(place, &argument)| {
                    let order = orders.get(place).copied().unwrap_or(0);
                    stand_in(usize::from(function.0) + place, order, at(argument), bits)
                });
                factors.fold(Real::integer(1, bits), |product, factor| product.mul(&factor))
            }
            Op::Choice { comparison, parts } => {
                let [left, right, then, otherwise] = *parts;
                match compare(*comparison, at(left), at(right)) {
                    Some(true) => at(then).clone(),
                    Some(false) => at(otherwise).clone(),
                    None => unknown_choice([left, right, then, otherwise].map(at)),
                }
            }
        }
    }

    fn product<N: Number>(
        &self,
        coefficient: NumberId,
        factors: &[(Slot, NumberId)],
        values: &[Real<N>],
        bits: usize,
    ) -> Real<N> {
        let mut product: Option<Real<N>> = None;
        if coefficient != NumberId::ONE {
            product = Some(Real::rational(self.arena.value(coefficient), bits));
        }
        for &(base, exponent) in factors {
            let base = &values[base as usize];
            product = Some(match (product, exponent) {
                (None, NumberId::ONE) => base.clone(),
                (Some(product), NumberId::ONE) => product.mul(base),
                (Some(product), NumberId::MINUS_ONE) => product.div(base),
                (None, NumberId::MINUS_ONE) => Real::integer(1, bits).div(base),
                (product, exponent) => {
                    let power = power(base, self.arena.value(exponent), bits);
                    product.map_or(power.clone(), |product| product.mul(&power))
                }
            });
        }
        product.unwrap_or_else(|| Real::integer(1, bits))
    }
}

fn power<N: Number>(base: &Real<N>, exponent: &Rational, bits: usize) -> Real<N> {
    match exponent.small() {
        Some((above, below)) => base.rational_power(above, below.unsigned_abs()),
        None => base.pow(&Real::rational(exponent, bits)),
    }
}

fn primitive_value<N: Number>(primitive: Primitive, x: &Real<N>, second: impl FnOnce() -> Real<N>) -> Real<N> {
    match primitive {
        Primitive::Exp => x.exp(),
        Primitive::Log => x.ln(),
        Primitive::CubeRoot => x.cbrt(),
        Primitive::Power => x.pow(&second()),
        Primitive::Absolute => x.abs(),
        Primitive::Sign => by_sign(x, [-1, 0, 1]),
        Primitive::Step => by_sign(x, [0, 0, 1]),
        Primitive::Sine => x.sin(),
        Primitive::Cosine => x.cos(),
        Primitive::ArcSine => x.asin(),
        Primitive::ArcTangent => x.atan(),
        Primitive::Error => x.erf(),
    }
}

/// A whole number for x below, at and above 0; what lies between them if the sign cannot be told.
fn by_sign<N: Number>(x: &Real<N>, values: [i64; 3]) -> Real<N> {
    let Real::Within(ball) = x else { return x.clone() };
    let whole = |value: i64| Real::<N>::integer(value, ball.low.bits());
    let value = match () {
        () if ball.is_negative() => values[0],
        () if ball.is_zero() => values[1],
        () if ball.is_positive() => values[2],
        () => return whole(values[0]).ball().zip(whole(values[2]).ball()).map(|(a, b)| a.hull(b)).into(),
    };
    whole(value)
}

/// Whether the comparison certainly holds; `None` if it cannot be told.
pub fn compare<N: Number>(comparison: Comparison, left: &Real<N>, right: &Real<N>) -> Option<bool> {
    let (left, right) = (left.ball()?, right.ball()?);
    let (below, above) = (left.high < right.low, left.low > right.high);
    let equal = left.is_point() && right.is_point() && left.low == right.low;
    if !(below || above || equal) {
        return None;
    }
    Some(match comparison {
        Comparison::Less => below,
        Comparison::LessEqual => below || equal,
        Comparison::Greater => above,
        Comparison::GreaterEqual => above || equal,
        Comparison::Equal => equal,
        Comparison::NotEqual => !equal,
    })
}

/// The value of a case distinction whose condition is undefined or cannot be told: then it is one of both branches.
fn unknown_choice<N: Number>([left, right, then, otherwise]: [&Real<N>; 4]) -> Real<N> {
    match (left, right, then, otherwise) {
        (Real::Undefined, ..) | (_, Real::Undefined, ..) => Real::Undefined,
        (Real::Within(_), Real::Within(_), Real::Within(a), Real::Within(b)) => Real::Within(a.hull(b)),
        _ => Real::Straddles,
    }
}

/// What plays an abstract function of one argument: sin(at + b) + e^(t/3), differentiated, with a and b by its number.
fn stand_in<N: Number>(number: usize, order: u8, t: &Real<N>, bits: usize) -> Real<N> {
    let small = |above: i64, below: i64| Real::<N>::integer(above, bits).div(&Real::integer(below, bits));
    let number = (number % 50) as i64;
    let (a, b) = (small(13 + 3 * number, 10 + number), small(4 + 7 * number, 10));
    let angle = a.mul(t).add(&b);
    let wave = match order % 4 {
        0 => angle.sin(),
        1 => angle.cos(),
        2 => angle.sin().neg(),
        _ => angle.cos().neg(),
    };
    let third = small(1, 3);
    let growth = third.mul(t).exp().mul(&third.power(i64::from(order)));
    wave.mul(&a.power(i64::from(order))).add(&growth)
}
