//! What is known of the values of functions, whatever their arguments are: bounds, and that they rise.
//!
//! Takes an operation that has just been evaluated in a cell; notes atoms whose signs are certain there: 1 − sin x,
//! eˣ + 1, x(eˣ − 1), π/2 − atan x. Signs of other atoms follow from products and positive sums of these.

use super::atoms::{FewLanes, Mode};
use super::circuit::{Op, Slot};
use super::field::Element;
use super::fingerprint::{Fingerprint, Obstacle};
use super::lanes::{self, Lanes};
use super::primitive::Primitive;
use crate::expr::NumberId;

/// More facts than this are not noted.
const MAX_FACTS: usize = 40;

/// The order of more functions than this is not noted.
const MAX_RISING: usize = 8;
/// Lanes are not halved more often than this for the sake of signs that are certain.
const MAX_FILTERS: u32 = 6;

impl Fingerprint<'_> {
    /// Notes what is certain of an operation in a cell.
    pub(super) fn learn(&mut self, slot: Slot, op: &Op) -> Result<(), Obstacle> {
        if !matches!(self.mode, Mode::Cell(_)) || self.atoms.facts() >= MAX_FACTS {
            return Ok(());
        }
        if self.is_number(slot) && !matches!(op, Op::Primitive { .. }) {
            return Ok(());
        }
        if let Op::Primitive { primitive, arguments, .. } = op {
            self.learn_function(slot, *primitive, arguments[0])?;
        }
        if let Op::Product(coefficient, factors) = op {
            self.learn_quotient(slot, *coefficient, factors)?;
        }
        let signs = self.subject.signs[slot as usize];
        if !matches!(op, Op::Leaf(_)) && (!signs.negative || !signs.positive) {
            let value = self.at(slot)?.values.clone();
            let sign = if signs.negative { -1 } else { 1 };
            self.fact(&value, sign);
        }
        if self.ordered && is_free(op) {
            self.keep_certain_sign(slot)?;
        }
        Ok(())
    }

    /// Whether an operation has no leaf below it: its sign comes from an enclosure.
    fn is_number(&self, slot: Slot) -> bool {
        self.subject.constants[slot as usize].is_defined()
    }

    /// Keeps the lanes in which a value has the sign that it certainly has, so that roots of its square take it.
    fn keep_certain_sign(&mut self, slot: Slot) -> Result<(), Obstacle> {
        let value = self.at(slot)?.clone();
        if self.filters >= MAX_FILTERS || value.values.iter().any(|value| value.is_zero()) {
            return Ok(());
        }
        let sign = match self.subject.signs[slot as usize].only() {
            Some(sign) => sign,
            None => match self.atoms.implied(&self.field, &value.values) {
                Ok(Some(sign)) => {
                    self.confirmed(slot.into(), sign)?;
                    sign
                }
                Ok(None) => return Ok(()),
                Err(FewLanes) => return Err(Obstacle::FewLanes),
            },
        };
        let marks: Vec<bool> = self.at(slot)?.squares(&self.field).iter().map(|&square| square == (sign > 0)).collect();
        if marks.iter().all(|&mark| mark) {
            return Ok(());
        }
        if marks.iter().all(|&mark| !mark) {
            return Err(Obstacle::FewLanes);
        }
        self.filters += 1;
        self.keep(&marks)
    }

    fn learn_function(&mut self, slot: Slot, primitive: Primitive, x: Slot) -> Result<(), Obstacle> {
        let (value, argument) = (self.at(slot)?.clone(), self.at(x)?.clone());
        if matches!(primitive, Primitive::Log | Primitive::CubeRoot) || primitive.is_opaque() {
            self.learn_order(slot, primitive, x)?;
        }
        match primitive {
            Primitive::Exp => self.learn_exponential(slot, x),
            Primitive::Log => {
                let above_one = argument.sub(&self.field, &self.constant(self.field.one()));
                self.rising(&value, &above_one);
                // The tangent at 1 lies above it.
                self.fact(&above_one.sub(&self.field, &value).values, 1);
                Ok(())
            }
            Primitive::Sine | Primitive::Cosine => {
                self.bounded(&value, &self.constant(self.field.one()));
                if primitive == Primitive::Sine {
                    self.flat(&value, &argument);
                }
                Ok(())
            }
            Primitive::Error => {
                self.bounded(&value, &self.constant(self.field.one()));
                self.rising(&value, &argument);
                Ok(())
            }
            Primitive::ArcSine | Primitive::ArcTangent => {
                let quarter = self.pi.scale(&self.field, self.half());
                self.bounded(&value, &quarter);
                self.rising(&value, &argument);
                if primitive == Primitive::ArcTangent {
                    self.flat(&value, &argument);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// 1/(1 + u) < 1 for u > 0, and |a/b| < 1 if b² − a² is certainly positive, as for sinh and cosh.
    fn learn_quotient(
        &mut self,
        slot: Slot,
        coefficient: NumberId,
        factors: &[(Slot, NumberId)],
    ) -> Result<(), Obstacle> {
        if coefficient != NumberId::ONE {
            return Ok(());
        }
        let value = self.at(slot)?.clone();
        match *factors {
            [(base, NumberId::MINUS_ONE)] => {
                let Op::Sum(terms) = &self.subject.circuit.ops[base as usize] else { return Ok(()) };
                let one = |&&term: &&Slot| self.subject.circuit.ops[term as usize] == Op::Number(NumberId::ONE);
                let others = terms.iter().filter(|term| !one(term));
                let is_above = terms.iter().any(|term| one(&term))
                    && others.into_iter().all(|&term| !self.subject.signs[term as usize].negative);
                if is_above {
                    let below = self.constant(self.field.one()).sub(&self.field, &value);
                    self.fact(&below.values, 1);
                }
            }
            [(a, NumberId::ONE), (b, NumberId::MINUS_ONE)] | [(b, NumberId::MINUS_ONE), (a, NumberId::ONE)] => {
                let square = |this: &Self, slot: Slot| this.at(slot).map(|value| value.mul(&this.field, value));
                let difference = square(self, b)?.sub(&self.field, &square(self, a)?);
                if difference == self.constant(self.field.one()) {
                    self.bounded(&value, &self.constant(self.field.one()));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A rising function keeps the order of any two arguments.
    fn learn_order(&mut self, slot: Slot, primitive: Primitive, x: Slot) -> Result<(), Obstacle> {
        let before: Vec<(Slot, Slot)> =
            self.rising.iter().filter(|known| known.0 == primitive).map(|known| (known.1, known.2)).collect();
        for (value, argument) in before {
            let values = self.at(slot)?.sub(&self.field, self.at(value)?);
            let arguments = self.at(x)?.sub(&self.field, self.at(argument)?);
            self.rising(&values, &arguments);
        }
        if self.rising.len() < MAX_RISING {
            self.rising.push((primitive, slot, x));
        }
        Ok(())
    }

    /// eᵛ + 1 > 0, eᵛ > 1 + v, and eᵛ − 1 has the sign of v. In an ordered field only lanes in which it is so are kept.
    fn learn_exponential(&mut self, slot: Slot, x: Slot) -> Result<(), Obstacle> {
        let relatives = |this: &Self| -> Result<[Lanes; 2], Obstacle> {
            let (value, one) = (this.at(slot)?, this.constant(this.field.one()));
            Ok([value.add(&this.field, &one), value.sub(&this.field, &one).mul(&this.field, this.at(x)?)])
        };
        if self.ordered {
            // log(cosh x + |sinh x|) is x or −x, so each cell has but one sign of x.
            self.sign(x, None)?;
            let [sum, product] = relatives(self)?.map(|value| value.squares(&self.field));
            let marks: Vec<bool> = sum.iter().zip(product).map(|(&a, b)| a && b).collect();
            if marks.iter().all(|&mark| !mark) {
                return Err(Obstacle::FewLanes);
            }
            self.filters += 2;
            self.keep(&marks)?;
        }
        for positive in relatives(self)? {
            self.fact(&positive.values, 1);
        }
        let tangent = self.at(x)?.add(&self.field, &self.constant(self.field.one()));
        let above = self.at(slot)?.sub(&self.field, &tangent);
        self.fact(&above.values, 1);
        Ok(())
    }

    /// |value| ≤ bound.
    fn bounded(&mut self, value: &Lanes, bound: &Lanes) {
        let (below, above) = (bound.sub(&self.field, value), bound.add(&self.field, value));
        self.fact(&below.values, 1);
        self.fact(&above.values, 1);
    }

    /// |value| < |argument|: x − sin x and x + sin x have the sign of x.
    fn flat(&mut self, value: &Lanes, argument: &Lanes) {
        let (below, above) = (argument.sub(&self.field, value), argument.add(&self.field, value));
        self.rising(&below, argument);
        self.rising(&above, argument);
    }

    /// Both values have one sign.
    fn rising(&mut self, value: &Lanes, argument: &Lanes) {
        let product = lanes::products(&self.field, &value.values, &argument.values);
        self.fact(&product, 1);
    }

    fn fact(&mut self, values: &[Element], sign: i8) {
        let is_constant = values.windows(2).all(|pair| pair[0] == pair[1]);
        if !is_constant && values.iter().all(|value| !value.is_zero()) {
            self.atoms.learn(&self.field, values, sign);
        }
    }

    fn constant(&self, value: Element) -> Lanes {
        Lanes::constant(value, self.lanes)
    }
}

/// Whether the values of an operation in a field have no sign by themselves.
fn is_free(op: &Op) -> bool {
    match op {
        Op::Sum(_) => true,
        Op::Primitive { primitive, .. } => *primitive == Primitive::Log || primitive.is_opaque(),
        _ => false,
    }
}
