//! Real points at which signs that a field suggests are confirmed.
//!
//! That a value times known atoms is a square in all lanes says that it is c·s² with a constant c; the residue of c says
//! nothing of its sign, unless all its primes are squares. One real point in the cell does.

use super::circuit::{Circuit, Slot};
use super::draw::Range;
use super::enclose::Enclosing;
use super::random::Random;
use super::real::{Coarse, Real};
use super::search::Search;
use crate::expr::Arena;

/// So many points are drawn.
const POINTS: usize = 48;
/// The most values that are kept.
const MAX_VALUES: usize = 1 << 20;
/// The draws repeat, as all draws of points do.
const SEED: u64 = 0x7361_6d70;

/// What has a sign: an operation, or the difference of two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The operation.
    pub left: Slot,
    /// What is taken from it.
    pub right: Option<Slot>,
}

impl From<Slot> for Place {
    fn from(left: Slot) -> Self {
        Place { left, right: None }
    }
}

/// The values of all operations at some points.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    points: Vec<Vec<Coarse>>,
}

impl Samples {
    /// Draws points for the leaves; none if the circuit is too large.
    pub fn draw(arena: &Arena, circuit: &Circuit, ranges: &[Range], roots: [Slot; 2]) -> Self {
        if circuit.ops.len() * POINTS > MAX_VALUES {
            return Samples::default();
        }
        let search = Search::new(arena, circuit, roots, Vec::new(), ranges.to_vec());
        let needed = circuit.needed(&roots, true);
        let mut random = Random::from_seed(SEED);
        let point = |number: usize| {
            let leaves: Vec<Coarse> =
                search.draw(&mut random, number).iter().map(|value| Real::rational(value, 53)).collect();
            Enclosing { arena, circuit, needed: &needed }.values(&leaves, 53)
        };
        Samples { points: (0..POINTS).map(point).collect() }
    }

    /// The certain signs of something at the points that certainly meet all conditions.
    pub fn signs(&self, place: Place, conditions: &[(Place, i8)]) -> impl Iterator<Item = i8> {
        let inside = |values: &&Vec<Coarse>| {
            conditions.iter().all(|&(condition, wanted)| sign(values, condition) == Some(wanted))
        };
        self.points.iter().filter(inside).filter_map(move |values| sign(values, place))
    }
}

/// The sign at a point, if it is certain and not 0.
fn sign(values: &[Coarse], place: Place) -> Option<i8> {
    let left = &values[place.left as usize];
    let value = place.right.map_or_else(|| left.clone(), |right| left.sub(&values[right as usize]));
    match (value.certainly_positive(), value.certainly_negative()) {
        (true, _) => Some(1),
        (_, true) => Some(-1),
        _ => None,
    }
}
