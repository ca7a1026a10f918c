//! The search for a point where both sides differ, and what the points tell of the domains.
//!
//! Takes a circuit with the slots of both sides; gives what was seen at each point. Only disjoint enclosures refute,
//! and only at a point that certainly meets the assumptions.

use super::circuit::{Circuit, Leaf, Op, Slot};
use super::draw::{Drawing, Range, nudged};
use super::enclose::{Enclosing, compare};
use super::number::Number;
use super::precise::Precise;
use super::primitive::Primitive;
use super::random::Random;
use super::real::{Coarse, Fine, Real};
use crate::expr::{Arena, NumberId};
use crate::rational::Rational;
use crate::syntax::ast::Comparison;

/// What was seen at a point.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Seen {
    /// Both sides are defined and certainly differ.
    Differ(f64, f64),
    /// Both sides are defined and agree to this many bits.
    Agree(i64),
    /// Only the left side is defined.
    OnlyLeft,
    /// Only the right side is defined.
    OnlyRight,
    /// Neither side is defined.
    Neither,
    /// It cannot be told, or the point is none of those meant.
    Unknown,
}

/// A point and what was seen there.
#[derive(Clone, PartialEq, Debug)]
pub struct Sighting {
    /// The values of the leaves.
    pub point: Vec<Rational>,
    /// What was seen.
    pub seen: Seen,
    /// Whether some sign is taken of an exact 0, though not all around the point.
    pub on_kink: bool,
}

/// A circuit to be looked at.
#[derive(Debug)]
pub struct Search<'a> {
    arena: &'a Arena,
    circuit: &'a Circuit,
    needed: Vec<bool>,
    sides: [Slot; 2],
    conditions: Vec<(Comparison, Slot, Slot)>,
    atoms: Vec<(Slot, Slot)>,
    /// Whether some power has an exponent that is no constant.
    pub has_powers: bool,
    /// What is known of the leaves.
    pub ranges: Vec<Range>,
    /// Numbers of the formulas near which something may happen.
    pub literals: Vec<Rational>,
}

/// Terms of a sum that are smaller than the largest by more than this many bits are lost beside it.
const MAX_RATIO: i64 = 128;
/// erf x is 1 to 90 bits from 2³ on.
const MAX_ERROR_ARGUMENT: i64 = 3;
/// At most about this many kinks and holes are looked at.
const MAX_SURFACES: usize = 8;

/// At most this many literals are aimed at.
const MAX_LITERALS: usize = 12;

impl<'a> Search<'a> {
    /// A search in `circuit` for points where the sides differ and the conditions hold.
    pub fn new(
        arena: &'a Arena,
        circuit: &'a Circuit,
        sides: [Slot; 2],
        conditions: Vec<(Comparison, Slot, Slot)>,
        ranges: Vec<Range>,
    ) -> Self {
        let mut roots = sides.to_vec();
        roots.extend(conditions.iter().flat_map(|condition| [condition.1, condition.2]));
        let needed = circuit.needed(&roots, false);
        let literals = literals(arena, circuit, &needed);
        let atoms = atoms(circuit, &needed);
        let mut search =
            Search { arena, circuit, needed, sides, conditions, atoms, ranges, literals, has_powers: false };
        search.mark_exponents();
        search
    }

    /// What an evaluation costs.
    pub fn cost(&self) -> u64 {
        self.circuit.size() as u64 * 8
    }

    /// The draw with a number.
    pub fn draw(&self, random: &mut Random, number: usize) -> Vec<Rational> {
        Drawing { ranges: &self.ranges, literals: &self.literals }.point(random, number)
    }

    /// Looks at the draw with a number, in `f64`. A point that lies on a kink by chance is nudged off it; but what is a
    /// kink all around it, as x ≥ x is, is none.
    pub fn coarse(&self, random: &mut Random, number: usize) -> Sighting {
        let point = self.draw(random, number);
        self.off_kinks(random, point)
    }

    fn off_kinks(&self, random: &mut Random, point: Vec<Rational>) -> Sighting {
        let sighting = self.look::<f64>(point, 53);
        if !sighting.on_kink || self.ranges.is_empty() {
            return sighting;
        }
        let beside = self.look::<f64>(nudged(random, &sighting.point, &self.ranges), 53);
        let is_kink_around = beside.on_kink && {
            let around = self.kinks_at(&beside.point);
            self.kinks_at(&sighting.point).iter().all(|kink| around.contains(kink))
        };
        if is_kink_around { Sighting { on_kink: false, ..sighting } } else { beside }
    }

    /// The draw with a number in eighths, at which comparisons of sums are exact.
    pub fn in_eighths(&self, random: &mut Random, number: usize) -> Sighting {
        let rounded = |(value, range): (Rational, &Range)| {
            let is_free = !range.is_size && range.low.is_none() && range.high.is_none();
            let eighths = libm::round(value.to_f64() * 8.0);
            let near = (is_free && eighths.abs() < 1e6).then(|| Rational::new(eighths as i64, 8)).flatten();
            near.unwrap_or(value)
        };
        let point = self.draw(random, number).into_iter().zip(&self.ranges).map(rounded).collect();
        self.off_kinks(random, point)
    }

    /// The kinks on which a point lies, by their numbers.
    fn kinks_at(&self, point: &[Rational]) -> Vec<usize> {
        let leaves: Vec<Coarse> = point.iter().map(|value| Real::rational(value, 53)).collect();
        let values = Enclosing { arena: self.arena, circuit: self.circuit, needed: &self.needed }.values(&leaves, 53);
        (0..self.atoms.len()).filter(|&atom| self.is_on(atom, &values)).collect()
    }

    fn is_on<N: Number>(&self, atom: usize, values: &[Real<N>]) -> bool {
        let (left, right) = self.atoms[atom];
        compare(Comparison::Equal, &values[left as usize], &values[right as usize]) == Some(true)
    }

    /// Looks at a point with this many bits.
    pub fn fine(&self, point: Vec<Rational>, bits: usize) -> Sighting {
        self.look::<Precise>(point, bits)
    }

    /// Looks at a point: both sides, the conditions, the kinks.
    pub fn look<N: Number>(&self, point: Vec<Rational>, bits: usize) -> Sighting {
        let leaves: Vec<Real<N>> = point.iter().map(|value| Real::rational(value, bits)).collect();
        self.look_at(point, &leaves, bits)
    }

    /// The same where decimal literals are intervals.
    pub fn look_rounded(&self, point: Vec<Rational>, bits: usize) -> Sighting {
        let leaf = |(value, leaf): (&Rational, &Leaf)| match &leaf.interval {
            Some((low, high)) => Fine::between(low, high, bits),
            None => Real::rational(value, bits),
        };
        let leaves: Vec<Fine> = point.iter().zip(&self.circuit.leaves).map(leaf).collect();
        self.look_at(point, &leaves, bits)
    }

    /// The difference of both sides at a point, and the sum of their sizes, if both are defined there.
    pub fn compare(&self, point: &[Rational], bits: usize) -> Option<(f64, f64)> {
        let leaves: Vec<Fine> = point.iter().map(|value| Real::rational(value, bits)).collect();
        let enclosing = Enclosing { arena: self.arena, circuit: self.circuit, needed: &self.needed };
        let values = enclosing.values(&leaves, bits);
        let [left, right] = self.sides.map(|side| values[side as usize].ball());
        let difference = left?.sub(right?)?.to_f64();
        let size = left?.to_f64().abs() + right?.to_f64().abs();
        (difference.is_finite() && size.is_finite()).then_some((difference, size))
    }

    /// Whether in some sum at the point a term is lost beside the others: then agreement says nothing of it.
    pub fn is_saturated(&self, point: &[Rational], bits: usize) -> bool {
        let leaves: Vec<Fine> = point.iter().map(|value| Real::rational(value, bits)).collect();
        let enclosing = Enclosing { arena: self.arena, circuit: self.circuit, needed: &self.needed };
        let values = enclosing.values(&leaves, bits);
        let magnitude = |slot: Slot| match &values[slot as usize] {
            Real::Within(ball) if ball.is_zero() => None,
            Real::Within(ball) => ball.high.magnitude().max(ball.low.magnitude()),
            _ => None,
        };
        let ops = self.circuit.ops.iter().zip(&self.needed).filter(|(_, needed)| **needed);
        ops.into_iter().any(|(op, _)| match op {
            Op::Sum(terms) => {
                let sizes = || terms.iter().filter_map(|&term| magnitude(term));
                sizes().max().zip(sizes().min()).is_some_and(|(most, least)| most - least > MAX_RATIO)
            }
            Op::Primitive { primitive, arguments, .. } => {
                let most = if *primitive == Primitive::Error { MAX_ERROR_ARGUMENT } else { MAX_RATIO };
                arguments.iter().filter_map(|&x| magnitude(x)).any(|size| size > most || size < -MAX_RATIO)
            }
            Op::Number(number) => self.is_long(*number),
            Op::Product(number, factors) => {
                self.is_long(*number) || factors.iter().any(|factor| self.is_long(factor.1))
            }
            _ => false,
        })
    }

    fn is_long(&self, number: NumberId) -> bool {
        let (above, below) = self.arena.value(number).parts();
        above.bits().max(below.bits()) > MAX_RATIO as u64
    }

    /// Where formulas may have kinks and holes: differences of two operations, or operations themselves, that are 0.
    pub fn surfaces(&self) -> Vec<(Slot, Option<Slot>)> {
        let mut surfaces: Vec<(Slot, Option<Slot>)> = Vec::new();
        for (op, _) in self.circuit.ops.iter().zip(&self.needed).filter(|(_, needed)| **needed) {
            match op {
                Op::Choice { parts, .. } => surfaces.push((parts[0], Some(parts[1]))),
                Op::Primitive { primitive, arguments, .. } if primitive.has_sign() => {
                    surfaces.push((arguments[0], None));
                }
                Op::Product(_, factors) => {
                    let poles = factors.iter().filter(|factor| self.arena.value(factor.1).is_negative());
                    surfaces.extend(poles.map(|factor| (factor.0, None)));
                }
                _ => {}
            }
            if surfaces.len() >= MAX_SURFACES {
                break;
            }
        }
        surfaces.sort_unstable();
        surfaces.dedup();
        surfaces
    }

    /// What is 0 on a surface, at a point where it can be computed exactly.
    pub fn distance(&self, surface: (Slot, Option<Slot>), point: &[Rational]) -> Option<Rational> {
        let leaves: Vec<Coarse> = point.iter().map(|value| Real::rational(value, 53)).collect();
        let values = Enclosing { arena: self.arena, circuit: self.circuit, needed: &self.needed }.values(&leaves, 53);
        let left = &values[surface.0 as usize];
        let difference = surface.1.map_or_else(|| left.clone(), |right| left.sub(&values[right as usize]));
        let ball = difference.ball().filter(|ball| ball.is_point())?;
        // Exact and short: a number of 1/1024ths.
        let scaled = (ball.low * 1024.0).to_integer()?;
        Rational::new(scaled, 1024)
    }

    fn look_at<N: Number>(&self, point: Vec<Rational>, leaves: &[Real<N>], bits: usize) -> Sighting {
        let enclosing = Enclosing { arena: self.arena, circuit: self.circuit, needed: &self.needed };
        let values = enclosing.values(leaves, bits);
        let at = |slot: Slot| &values[slot as usize];
        let meant = self
            .conditions
            .iter()
            .all(|&(comparison, left, right)| compare(comparison, at(left), at(right)) == Some(true));
        let [left, right] = self.sides.map(at);
        let seen = if meant { seen(left, right) } else { Seen::Unknown };
        let on_kink = (0..self.atoms.len()).any(|atom| self.is_on(atom, &values));
        Sighting { point, seen, on_kink }
    }

    /// Leaves in exponents are drawn as whole and half numbers too.
    fn mark_exponents(&mut self) {
        let needed = self.circuit.ops.iter().zip(&self.needed).filter(|(_, needed)| **needed);
        let exponents: Vec<Slot> = needed
            .filter_map(|(op, _)| match op {
                Op::Primitive { primitive: Primitive::Power, arguments, .. } => arguments.get(1).copied(),
                _ => None,
            })
            .collect();
        self.has_powers = !exponents.is_empty();
        let inside = self.circuit.needed(&exponents, false);
        for (op, _) in self.circuit.ops.iter().zip(inside).filter(|(_, inside)| *inside) {
            if let Op::Leaf(leaf) = op {
                self.ranges[*leaf as usize].in_exponent = true;
            }
        }
    }
}

fn seen<N: Number>(left: &Real<N>, right: &Real<N>) -> Seen {
    match (left, right) {
        (Real::Undefined, Real::Undefined) => Seen::Neither,
        (Real::Undefined, Real::Within(_)) => Seen::OnlyRight,
        (Real::Within(_), Real::Undefined) => Seen::OnlyLeft,
        (Real::Within(a), Real::Within(b)) if a.is_disjoint(b) => Seen::Differ(a.to_f64(), b.to_f64()),
        (Real::Within(a), Real::Within(b)) => {
            // Around 0 no digit is certain, however narrow the enclosures are: then their width counts.
            let bits = left.agreement(right).unwrap_or_else(|| {
                let width = a.hull(b);
                let magnitude = [&width.low, &width.high].into_iter().filter_map(N::magnitude).max();
                magnitude.map_or(i64::MAX, |magnitude| -magnitude)
            });
            Seen::Agree(bits)
        }
        _ => Seen::Unknown,
    }
}

/// What is compared with what in the needed case distinctions; the arguments of signs with 0 stand as themselves.
fn atoms(circuit: &Circuit, needed: &[bool]) -> Vec<(Slot, Slot)> {
    let zero = circuit.ops.iter().position(|op| *op == Op::Number(NumberId::ZERO)).map(|at| at as Slot);
    let ops = circuit.ops.iter().zip(needed).filter(|(_, needed)| **needed);
    let pairs = ops.filter_map(|(op, _)| match op {
        Op::Choice { parts, .. } => Some((parts[0], parts[1])),
        Op::Primitive { primitive, arguments, .. } if primitive.has_sign() => Some((arguments[0], zero?)),
        _ => None,
    });
    pairs.collect()
}

/// The numbers of the needed operations and their reciprocals, largest first.
fn literals(arena: &Arena, circuit: &Circuit, needed: &[bool]) -> Vec<Rational> {
    let mut found: Vec<Rational> = Vec::new();
    for (op, _) in circuit.ops.iter().zip(needed).filter(|(_, needed)| **needed) {
        let number = match op {
            Op::Number(number) | Op::Product(number, _) => arena.value(*number).abs(),
            _ => continue,
        };
        let one = Rational::ONE;
        let values = std::iter::once(number.clone()).chain(number.recip().filter(|_| number < one));
        for value in values {
            if value > one && value.small().is_some() && !found.contains(&value) {
                found.push(value);
            }
        }
        if found.len() >= MAX_LITERALS {
            break;
        }
    }
    found
}
