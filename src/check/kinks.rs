//! Signs and case distinctions in a fingerprint.
//!
//! Takes operations whose operands are evaluated; gives their signs, and of a case distinction the branch or the mixture
//! that the sign of its condition asks for.

use super::atoms::{Asked, FewLanes, Mode, Sign, Step};
use super::circuit::{Op, Slot};
use super::field::Element;
use super::fingerprint::{Fingerprint, Obstacle};
use super::lanes::{self, Lanes};
use super::real::Real;
use super::samples::Place;
use super::size::Size;
use crate::syntax::ast::Comparison;

/// More terms of a sum are not compared with the rest of it.
const MAX_LARGEST: usize = 4;

impl Fingerprint<'_> {
    pub(super) fn times_sign(&self, value: &Lanes, sign: &Sign) -> Lanes {
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

    /// The sign of an operation: that of a product is the product of signs. `at_zero` is what it must be where the
    /// operation is 0, if that matters.
    pub(super) fn sign(&mut self, slot: Slot, at_zero: Option<i8>) -> Result<Sign, Obstacle> {
        if let Some(sign) = self.certain_sign(slot)? {
            return Ok(Sign::Known(sign));
        }
        let circuit = self.subject.circuit;
        let Op::Product(coefficient, factors) = &circuit.ops[slot as usize] else {
            if let (Op::Sum(terms), Mode::Cell(_)) = (&circuit.ops[slot as usize], &self.mode)
                && let Some(sign) = self.sign_by_largest(&self.at(slot)?.clone(), terms)?
            {
                return self.confirmed(slot.into(), sign);
            }
            return self.atom_sign(slot, at_zero);
        };
        let mut known = if self.subject.arena.value(*coefficient).is_negative() { -1 } else { 1 };
        let mut unknown = Vec::new();
        for &(base, exponent) in factors {
            let odd = self.subject.arena.value(exponent).to_integer().is_some_and(|whole| whole % 2 != 0);
            if odd {
                // Products in products are atoms as they stand, so nothing recurs.
                match self.certain_sign(base)? {
                    Some(sign) => known *= sign,
                    None => unknown.push(base),
                }
            }
        }
        let may_vanish = self.mode == Mode::Free && unknown.iter().any(|&base| self.subject.piecewise[base as usize]);
        if unknown.len() > 1 && may_vanish && at_zero.is_some() {
            return Err(CONFLICT);
        }
        let wanted = at_zero.map(|sign| sign * known);
        let mut sign = Sign::Known(known);
        for base in unknown {
            let factor = self.atom_sign(base, wanted)?;
            sign = sign.times(&self.field, factor);
        }
        self.note(slot, &sign)?;
        Ok(sign)
    }

    /// In a cell, notes the sign of a product, of which sums may want to know.
    fn note(&mut self, slot: Slot, sign: &Sign) -> Result<(), Obstacle> {
        if let (Mode::Cell(_), &Sign::Known(sign)) = (&self.mode, sign)
            && sign != 0
        {
            let values = self.at(slot)?.values.clone();
            self.atoms.know(&self.field, &values, sign, None);
        }
        Ok(())
    }

    /// The sign that an operation has whatever the leaves are, except at single points.
    fn certain_sign(&mut self, slot: Slot) -> Result<Option<i8>, Obstacle> {
        if self.at(slot)?.is_zero() {
            return Ok(Some(0));
        }
        let signs = self.subject.signs[slot as usize];
        // With free signs, what is not 0 as a formula may be 0 on an open set all the same: relu x for x < 0.
        let is_thin = self.mode != Mode::Free || !self.subject.piecewise[slot as usize];
        let sign = match signs.only() {
            Some(sign) => sign,
            None if is_thin && (!signs.negative || self.square[slot as usize]) => 1,
            None if is_thin && !signs.positive => -1,
            None => return Ok(None),
        };
        let values = self.at(slot)?.values.clone();
        self.atoms.know(&self.field, &values, sign, None);
        Ok(Some(sign))
    }

    fn atom_sign(&mut self, slot: Slot, at_zero: Option<i8>) -> Result<Sign, Obstacle> {
        let value = self.at(slot)?.clone();
        let asked = Asked { may_vanish: self.subject.piecewise[slot as usize], at_zero };
        self.sign_of(&value, asked, slot.into())
    }

    fn sign_of(&mut self, value: &Lanes, asked: Asked, place: Place) -> Result<Sign, Obstacle> {
        let values = &value.values[..];
        if values.iter().all(|value| value.is_zero()) {
            return Ok(Sign::Known(0));
        }
        if values.windows(2).all(|pair| pair[0] == pair[1]) {
            return self.constant_sign(values[0]);
        }
        if let Some(sign) = self.sign_by_exponential(value)? {
            self.atoms.know(&self.field, values, sign, None);
            return self.confirmed(place, sign);
        }
        match self.atoms.sign(&self.field, self.random, &self.mode, values, (asked, place)) {
            Step::Sign(sign) => Ok(sign),
            Step::Guess(sign) => self.confirmed(place, sign),
            Step::Keep(marks, sign) => {
                self.filters += 1;
                self.keep(&marks)?;
                Ok(Sign::Known(sign))
            }
            Step::FewLanes => Err(Obstacle::FewLanes),
            Step::Conflict => Err(CONFLICT),
        }
    }

    /// A sign that is known up to that of a constant: one real point of the cell tells it. Without one, the proof must
    /// hold under more primes.
    pub(super) fn confirmed(&mut self, place: Place, sign: i8) -> Result<Sign, Obstacle> {
        let conditions = self.atoms.conditions();
        match self.subject.samples.signs(place, &conditions).next() {
            Some(real) if real != sign => return Err(Obstacle::OtherField),
            Some(_) => {}
            None => self.guessed = true,
        }
        Ok(Sign::Known(sign))
    }

    /// In a cell, the sign of a term r whose square is certainly larger than that of the rest of the sum: √(x² + 1) − x.
    fn sign_by_largest(&mut self, sum: &Lanes, terms: &[Slot]) -> Result<Option<i8>, Obstacle> {
        for &term in terms.iter().take(MAX_LARGEST) {
            let Some(sign) = self.subject.signs[term as usize].only().filter(|&sign| sign != 0) else { continue };
            let term = self.at(term)?;
            // r² − (s − r)² = s(2r − s).
            let factor = term.add(&self.field, term).sub(&self.field, sum);
            let values = lanes::products(&self.field, &sum.values, &factor.values);
            if values.iter().any(|value| value.is_zero()) {
                continue;
            }
            let is_constant = values.windows(2).all(|pair| pair[0] == pair[1]);
            let difference = if is_constant {
                self.constant_sign(values[0]).is_ok_and(|sign| sign == Sign::Known(1)).then_some(1)
            } else {
                self.atoms.implied(&self.field, &values).map_err(|FewLanes| Obstacle::FewLanes)?
            };
            if difference == Some(1) {
                return Ok(Some(sign));
            }
        }
        Ok(None)
    }

    /// In a cell, the sign of a sum of logarithms that are in the table, if that of its exponential minus 1 is known:
    /// log(1 + eˣ) − x = log(1 + e⁻ˣ) > 0.
    fn sign_by_exponential(&mut self, value: &Lanes) -> Result<Option<i8>, Obstacle> {
        if !matches!(self.mode, Mode::Cell(_)) {
            return Ok(None);
        }
        let Some(exponential) = self.basis.known_exp(&self.field, value) else { return Ok(None) };
        let above_one = exponential.sub(&self.field, &Lanes::constant(self.field.one(), self.lanes));
        if above_one.values.iter().any(|value| value.is_zero()) {
            return Ok(None);
        }
        self.atoms.implied(&self.field, &above_one.values).map_err(|FewLanes| Obstacle::FewLanes)
    }

    /// The operation that case distinctions lead to.
    fn branch_of(&self, mut slot: Slot) -> usize {
        while let Some(taken) = self.taken[slot as usize] {
            slot = taken;
        }
        slot as usize
    }

    /// The sign of a number that is the same in all lanes: only of a small fraction can it be told from its residue.
    fn constant_sign(&self, value: Element) -> Result<Sign, Obstacle> {
        let fraction = self.field.reconstruct(value, 1 << 20, 1 << 20);
        let (above, _) = fraction.ok_or(Obstacle::Impossible("the sign of a constant is not known"))?;
        Ok(Sign::Known(above.signum() as i8))
    }

    /// Evaluates a case distinction as far as it can be; what it needs first goes on the stack.
    pub(super) fn choose(
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
        let sign = self.difference_sign(comparison, parts)?;
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
        self.taken[slot as usize] = (a == b).then_some(a);
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
    fn difference_sign(&mut self, comparison: Comparison, parts: [Slot; 4]) -> Result<Sign, Obstacle> {
        let [left, right, then, otherwise] = parts;
        let is_continuous = [then, otherwise] == [left, right] || [then, otherwise] == [right, left];
        let at_zero = match comparison {
            _ if is_continuous => None,
            Comparison::Greater | Comparison::LessEqual => Some(-1),
            Comparison::GreaterEqual | Comparison::Less => Some(1),
            Comparison::Equal | Comparison::NotEqual => Some(0),
        };
        let may_vanish = [left, right].iter().any(|&side| self.subject.piecewise[side as usize]);
        if self.mode == Mode::Free && may_vanish && at_zero == Some(0) {
            return Err(CONFLICT);
        }
        let is_zero = |this: &Self, slot: Slot| this.at(slot).map(Lanes::is_zero);
        if is_zero(self, right)? {
            return self.sign(left, at_zero);
        }
        if is_zero(self, left)? {
            return Ok(self.sign(right, at_zero.map(|sign| -sign))?.opposite(&self.field));
        }
        let difference = self.at(left)?.sub(&self.field, self.at(right)?);
        let signs = [left, right].map(|side| self.subject.signs[side as usize].only());
        if let [Some(a), Some(b)] = signs
            && a != b
        {
            return Ok(Sign::Known((a - b).signum()));
        }
        if let [Real::Within(a), Real::Within(b)] =
            [left, right].map(|side| &self.subject.constants[self.branch_of(side)])
            && a.is_disjoint(b)
        {
            return Ok(Sign::Known(if a.low > b.high { 1 } else { -1 }));
        }
        let place = Place { left, right: Some(right) };
        if matches!(self.mode, Mode::Cell(_)) {
            let largest = self.sign_by_largest(&difference, &[left])?;
            let smallest = self.sign_by_largest(&difference.neg(&self.field), &[right])?;
            if let Some(sign) = largest.or(smallest.map(|sign| -sign)) {
                return self.confirmed(place, sign);
            }
        }
        self.sign_of(&difference, Asked { may_vanish, at_zero }, place)
    }
}

const CONFLICT: Obstacle = Obstacle::Impossible("a sign is asked of what may be 0 on an open set");

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
