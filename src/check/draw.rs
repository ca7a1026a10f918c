//! Points at which both sides are compared: exact rationals, drawn for the formulas and the assumptions.
//!
//! Takes what is known of each leaf and the literals of the formulas; gives points of many sizes, in turn.

use super::random::Random;
use crate::rational::Rational;

/// What is known of a leaf.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Range {
    /// A lower bound.
    pub low: Option<Rational>,
    /// An upper bound.
    pub high: Option<Rational>,
    /// How much of a number that it shares with others it may take in a draw.
    pub share: Option<Rational>,
    /// Whether it is a whole number from 1.
    pub is_size: bool,
    /// Whether it stands in an exponent.
    pub in_exponent: bool,
}

/// The kinds of points, in turn.
pub const KINDS: usize = 12;
/// The kind with whole and half numbers: where (aᵇ)ᶜ is not aᵇᶜ.
pub const WHOLE: usize = 9;

/// Exponents at which laws of powers fail for negative bases: even ones and halves.
const EXPONENTS: [(i64, i64); 10] = [(2, 1), (1, 2), (-2, 1), (2, 1), (1, 2), (3, 1), (-1, 1), (-3, 2), (0, 1), (4, 1)];

/// Draws points.
#[derive(Clone, Debug)]
pub struct Drawing<'a> {
    /// What is known of the leaves.
    pub ranges: &'a [Range],
    /// Numbers near which something may happen.
    pub literals: &'a [Rational],
}

impl Drawing<'_> {
    /// The point with this number.
    pub fn point(&self, random: &mut Random, number: usize) -> Vec<Rational> {
        let kind = number % KINDS;
        let whole = kind == WHOLE;
        self.ranges.iter().map(|range| self.value(random, range, kind, whole)).collect()
    }

    fn value(&self, random: &mut Random, range: &Range, kind: usize, whole: bool) -> Rational {
        if range.is_size {
            return Rational::integer(1 + random.below(9) as i64);
        }
        if range.low.is_some() || range.high.is_some() {
            return bounded(random, range, kind);
        }
        if whole && range.in_exponent {
            let (above, below) = EXPONENTS[random.below(EXPONENTS.len() as u64) as usize];
            return fraction(above, below);
        }
        if whole {
            let sign = if random.below(2) == 0 { 1 } else { -1 };
            return Rational::integer(sign * (1 + random.below(4) as i64));
        }
        self.free(random, kind)
    }

    /// A value of a leaf of which nothing is known.
    fn free(&self, random: &mut Random, kind: usize) -> Rational {
        match kind {
            1 => uniform(random, 1, 3000),
            2 => uniform(random, 1, 999),
            4 => uniform(random, -100, 100),
            5 => uniform(random, -20_000, 20_000),
            7 => uniform(random, -3000, 3000).mul(&ten(random.below(5))).unwrap_or(Rational::ONE),
            8 | 10 if !self.literals.is_empty() => {
                let literal = &self.literals[random.below(self.literals.len() as u64) as usize];
                let near = literal.add(&uniform(random, -500, 500)).unwrap_or(Rational::ONE);
                if random.below(3) == 0 { near.neg() } else { near }
            }
            6 | 8 => {
                let kind = [0, 1, 2, 4, 5][random.below(5) as usize];
                self.free(random, kind)
            }
            11 => uniform(random, 1, 30_000),
            _ => uniform(random, -2500, 2500),
        }
    }
}

/// The point, moved a little in every coordinate, by amounts that no formula knows.
pub fn nudged(random: &mut Random, point: &[Rational], ranges: &[Range]) -> Vec<Rational> {
    let nudge = |(value, range): (&Rational, &Range)| {
        if range.is_size {
            return value.clone();
        }
        let step = fraction(1 + random.below(1 << 20) as i64, 1 << 40);
        value.add(&step).filter(|moved| range.high.as_ref().is_none_or(|high| moved < high)).unwrap_or(value.clone())
    };
    point.iter().zip(ranges).map(nudge).collect()
}

/// A value inside bounds.
fn bounded(random: &mut Random, range: &Range, kind: usize) -> Rational {
    let width = || if kind == 5 || kind == 11 { (1, 20_000) } else { (1, 3000) };
    let value = match (&range.low, &range.high) {
        (Some(low), Some(high)) => {
            let part = uniform(random, 1, 999);
            high.add(&low.neg()).and_then(|size| size.mul(&part)).and_then(|step| low.add(&step))
        }
        (Some(low), None) if range.share.is_some() => {
            let part = uniform(random, 1, 999);
            range.share.as_ref().and_then(|share| low.add(&share.mul(&part)?))
        }
        (Some(low), None) => low.add(&uniform(random, width().0, width().1)),
        (None, Some(high)) => high.add(&uniform(random, width().0, width().1).neg()),
        (None, None) => None,
    };
    value.unwrap_or(Rational::ONE)
}

/// A number of thousandths from `low` to `high`, not 0.
fn uniform(random: &mut Random, low: i64, high: i64) -> Rational {
    let value = low + random.below((high - low + 1) as u64) as i64;
    fraction(if value == 0 { 1 } else { value }, 1000)
}

fn ten(power: u64) -> Rational {
    Rational::integer(10i64.pow(power as u32))
}

fn fraction(above: i64, below: i64) -> Rational {
    Rational::new(above, below).unwrap_or(Rational::ONE)
}
