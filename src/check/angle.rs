//! Special angles: asin ½ = π/6, atan 1 = π/4, and all multiples of π/12.
//!
//! An enclosure says which multiple it would be; that its sine or tangent is the argument is proved in the field, where
//! the cosine and sine of π/12 are exact. On [−π/2, π/2] the sine is one to one, and the tangent inside.

use super::circle::Circle;
use super::circuit::{Op, Slot};
use super::fingerprint::{Fingerprint, Obstacle, trouble, zero_divisor};
use super::lanes::Lanes;
use super::precise::Precise;
use super::primitive::Primitive;
use super::real::Real;

/// Bits in which an angle must agree before it is looked at.
const BITS: usize = 192;

impl Fingerprint<'_> {
    /// The k for which a constant arc looks like kπ/12.
    pub(super) fn special_angle(&self, slot: Slot) -> Option<i64> {
        let Op::Primitive { primitive: Primitive::ArcSine | Primitive::ArcTangent, .. } =
            self.subject.circuit.ops[slot as usize]
        else {
            return None;
        };
        let angle = &self.subject.constants[slot as usize];
        let twelfths = angle.mul(&Real::<Precise>::integer(12, BITS)).div(&Real::pi(BITS));
        let nearest = libm::round(twelfths.ball()?.to_f64()) as i64;
        let is_near = twelfths.sub(&Real::integer(nearest, BITS)).contains_zero();
        (is_near && nearest.abs() <= 6).then_some(nearest)
    }

    /// kπ/12, if its sine (or tangent) is the argument exactly.
    pub(super) fn special_arc(&mut self, primitive: Primitive, k: i64, x: Slot) -> Result<Lanes, Obstacle> {
        let field = self.field;
        let twelfth = field.div(field.integer(k), field.integer(12)).unwrap_or_default();
        let angle = self.pi.scale(&field, twelfth);
        let (random, pi) = (&mut *self.random, &self.pi);
        let circle = self.circle.get_or_insert_with(|| Circle::new(&field, random, pi));
        let (sine, cosine) = circle.sin_cos(&field, random, &angle).map_err(trouble)?;
        let value = match primitive {
            Primitive::ArcTangent => sine.div(&field, &cosine).map_err(zero_divisor)?,
            _ => sine,
        };
        if value == *self.at(x)? {
            return Ok(angle);
        }
        Err(Obstacle::Impossible("the argument of an arc is too close to that of a special angle"))
    }
}
