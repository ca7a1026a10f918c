//! Finding the edits of the truth whose values are those of the hand formula.
//!
//! Takes the slots with their edits, all as values at a few points; gives the candidates in the order of preference.
//! One edit costs a multiplication, two edits one search in a sorted list.

use crate::check::diagnose::edit::Edit;
use crate::check::diagnose::sample::{LANES, Lanes};
use crate::check::diagnose::slot::{Candidate, Slot, Values, one_slot, two_slots};
use crate::check::diagnose::truth::Truth;

/// The truth, the hand formula and all edits at the points of a sample.
#[derive(Debug)]
pub struct Search<'a> {
    /// The truth.
    pub truth: &'a Truth,
    /// Its units there.
    pub values: &'a Values,
    /// The hand formula there.
    pub hand: Lanes,
    /// The points that count.
    pub usable: [bool; LANES],
    /// One of them where the hand formula differs from the truth.
    pub pivot: usize,
    /// The slots.
    pub slots: &'a [Slot],
    /// The edits by catalogue.
    pub edits: &'a [Vec<Edit>],
    /// Their values.
    pub edit_values: &'a [Vec<Lanes>],
}

/// How near values must be, relative to the larger one.
const NEAR: f64 = 1e-8;
/// The most looks at pairs of edits.
const MAX_LOOKS: usize = 400_000;

impl Search<'_> {
    /// Single edits that explain the values.
    pub fn singles(&self) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (number, slot) in self.slots.iter().enumerate() {
            let [rest, times] = one_slot(self.truth, self.values, slot);
            for (edit, value) in self.of(slot) {
                let lane = |at: usize| (rest[at] + times[at] * value[at], times[at] * value[at]);
                if self.matches(lane) {
                    found.push(Candidate { slot: number, edit: *edit });
                }
            }
        }
        found.sort_by_key(|candidate| candidate.edit.rank());
        found
    }

    /// The factor by which the paths of a coefficient's slot are wrong, if it is the same at all points.
    pub fn ratio(&self, slot: &Slot) -> Option<f64> {
        let [rest, times] = one_slot(self.truth, self.values, slot);
        let ratios: Vec<f64> = (0..LANES)
            .filter(|&at| self.usable[at] && times[at] != 0.0)
            .map(|at| (self.hand[at] - rest[at]) / times[at])
            .collect();
        let (&first, others) = ratios.split_first()?;
        let constant = others.len() >= 2 && others.iter().all(|ratio| (ratio - first).abs() <= NEAR * first.abs());
        constant.then_some(first)
    }

    /// Pairs of edits that explain the values.
    pub fn pairs(&self) -> Vec<[Candidate; 2]> {
        let pivot = self.pivot;
        let sorted: Vec<Vec<(f64, usize)>> = self.edit_values.iter().map(|values| sorted(values, pivot)).collect();
        let mut found = Vec::new();
        let mut looks = 0;
        for second in 0..self.slots.len() {
            for first in 0..second {
                let slots = [&self.slots[first], &self.slots[second]];
                if slots[0].collides(slots[1]) {
                    continue;
                }
                looks += self.edits[slots[0].catalogue].len() + self.values.units.len();
                if looks > MAX_LOOKS {
                    return found;
                }
                self.pair([first, second], &sorted[slots[1].catalogue], &mut found);
            }
        }
        found.sort_by_key(|pair| {
            let ranks = pair.map(|candidate| candidate.edit.rank());
            (ranks[0].max(ranks[1]), ranks[0].min(ranks[1]))
        });
        found
    }

    fn pair(&self, [first, second]: [usize; 2], sorted: &[(f64, usize)], found: &mut Vec<[Candidate; 2]>) {
        let slots = [&self.slots[first], &self.slots[second]];
        let [a, b, c, d] = two_slots(self.truth, self.values, slots);
        let others = &self.edits[slots[1].catalogue];
        let pivot = self.pivot;
        for (edit, value) in self.of(slots[0]) {
            let wanted = (self.hand[pivot] - a[pivot] - b[pivot] * value[pivot]) / (c[pivot] + d[pivot] * value[pivot]);
            if !wanted.is_finite() {
                continue;
            }
            let slack = 1e-6 * wanted.abs() + f64::MIN_POSITIVE;
            let from = sorted.partition_point(|entry| entry.0 < wanted - slack);
            for &(_, at) in sorted[from..].iter().take_while(|entry| entry.0 <= wanted + slack) {
                let other = self.edit_values[slots[1].catalogue][at];
                let lane = |at: usize| {
                    let terms = [a[at], b[at] * value[at], c[at] * other[at], d[at] * value[at] * other[at]];
                    (terms.iter().sum(), terms.iter().fold(0.0, |most: f64, term| most.max(term.abs())))
                };
                if self.matches(lane) {
                    found.push([Candidate { slot: first, edit: *edit }, Candidate { slot: second, edit: others[at] }]);
                }
            }
        }
    }

    fn of(&self, slot: &Slot) -> impl Iterator<Item = (&Edit, &Lanes)> {
        self.edits[slot.catalogue].iter().zip(&self.edit_values[slot.catalogue])
    }

    /// Whether a value, given with the size of what went into it, is that of the hand formula at every point.
    pub fn matches(&self, lane: impl Fn(usize) -> (f64, f64)) -> bool {
        (0..LANES).filter(|&at| self.usable[at]).all(|at| {
            let (value, size) = lane(at);
            (value - self.hand[at]).abs() <= NEAR * (self.hand[at].abs() + size.abs())
        })
    }
}

/// Values at one point in rising order, each with its number.
fn sorted(values: &[Lanes], at: usize) -> Vec<(f64, usize)> {
    let mut sorted: Vec<(f64, usize)> = values
        .iter()
        .enumerate()
        .map(|(number, value)| (value[at], number))
        .filter(|entry| entry.0.is_finite())
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    sorted
}
