//! What stands under a root or in a logarithm: only lanes are kept in which it plays a positive number.

use super::{Fingerprint, Obstacle, trouble};
use crate::check::atoms::{CERTAIN, Mode};
use crate::check::circuit::Slot;
use crate::check::field::{Element, Factors};
use crate::rational::Rational;

const UNSURE_DOMAIN: Obstacle = Obstacle::Impossible("a root or logarithm may be undefined");

impl Fingerprint<'_> {
    /// Counts a root whose radicand may be a square times something, as x²y is: then its sign against x hides.
    pub(super) fn root_of(&mut self, radicand: Slot) {
        let is_new = !std::mem::replace(&mut self.rooted[radicand as usize], true);
        let hides = !self.subject.irreducible[radicand as usize] && !self.plain[radicand as usize];
        self.hidden += u32::from(is_new && hides);
    }

    /// Keeps the lanes in which `u` plays a positive number.
    pub(in crate::check) fn filter(&mut self, user: Slot, u: Slot) -> Result<(), Obstacle> {
        if self.square[u as usize] {
            self.plain[u as usize] |= !self.rooted[u as usize] && !self.filtered[u as usize];
            return Ok(());
        }
        let value = self.at(u)?;
        let marks = value.squares(&self.field);
        let kept = marks.iter().filter(|&&mark| mark).count();
        let same = value.values.windows(2).all(|pair| pair[0] == pair[1]);
        if same {
            self.plain[u as usize] = true;
            return self.constant_radicand(self.at(u)?.values[0]);
        }
        if self.subject.conditional[user as usize] && self.mode == Mode::Free && kept < marks.len() {
            return Err(Obstacle::Impossible("a root or logarithm stands in a branch"));
        }
        if kept == 0 {
            if marks.len() < CERTAIN {
                return Err(Obstacle::FewLanes);
            }
            let is_decided = self.atoms.of_multiple(&self.field, &self.at(u)?.values) == Some(-1);
            if self.mode != Mode::Free && !is_decided {
                // Nothing will be claimed of this cell.
                self.confirmed(u.into(), -1)?;
            }
            return Err(if self.guessed { UNSURE_DOMAIN } else { Obstacle::Undefined });
        }
        self.square[u as usize] = true;
        self.filtered[u as usize] = true;
        if kept == marks.len() {
            return Ok(());
        }
        self.filters += 1;
        self.keep(&marks)?;
        let values = self.at(u)?.values.clone();
        self.atoms.know(&self.field, &values, 1, Some(u.into()));
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
    pub(in crate::check) fn keep(&mut self, marks: &[bool]) -> Result<(), Obstacle> {
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
}
