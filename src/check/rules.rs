//! What functions are in a fingerprint: exponentials and logarithms by their table, sines by theirs, the rest opaque.

use super::atoms::{Mode, Sign};
use super::circle::Circle;
use super::circuit::Slot;
use super::field::Element;
use super::fingerprint::{Fingerprint, LogarithmsOf, Obstacle, trouble, zero_divisor};
use super::lanes::{self, Lanes};
use super::opaque::Head;
use super::primitive::Primitive;
use super::real::Real;
use super::size::Size;
use crate::expr::FunctionId;

impl Fingerprint<'_> {
    pub(super) fn primitive(
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
                let sign = self.sign(x, None)?;
                self.set_size(slot, self.sizes[x as usize].times(Size::LEAF), false);
                Ok(self.times_sign(&self.at(x)?.clone(), &sign))
            }
            Primitive::Sign | Primitive::Step => {
                let sign = self.sign(x, Some(if primitive == Primitive::Step { -1 } else { 0 }))?;
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
                if let Some(twelfths) = self.special_angle(slot) {
                    self.set_size(slot, Size::LEAF, false);
                    return self.special_arc(primitive, twelfths, x);
                }
                let partial = *slopes.first().ok_or(Obstacle::Impossible("a derivative is missing"))?;
                self.odd(slot, primitive, x, partial)
            }
        }
    }

    /// An odd function of which only the derivative is known, and for arcs sine and cosine.
    fn odd(&mut self, slot: Slot, primitive: Primitive, x: Slot, partial: Slot) -> Result<Lanes, Obstacle> {
        self.set_size(slot, Size::LEAF, false);
        if self.subject.constants[slot as usize] == Real::Undefined {
            return Err(Obstacle::Undefined);
        }
        let cosine = self.cosine_of_arc(primitive, partial)?;
        let argument = self.at(x)?.clone();
        let head = Head::Odd(primitive);
        let values = self.opaques.values(&self.field, self.random, &head, &[&argument.values]);
        let slopes = match self.at(partial) {
            Ok(partial) => lanes::products(&self.field, &partial.values, &argument.slopes),
            Err(_) if argument.is_constant() => argument.slopes.clone(),
            Err(obstacle) => return Err(obstacle),
        };
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

    pub(super) fn half(&self) -> Element {
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
            self.atoms.know(&self.field, &values, 1, Some(u.into()));
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

    pub(super) fn abstract_call(
        &mut self,
        slot: Slot,
        (function, orders): (FunctionId, &[u8]),
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
}
