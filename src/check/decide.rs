//! Deciding whether two expressions are equal: the order of work.
//!
//! Takes two expressions of a network; gives a verdict. Two rules carry the whole: only equal fingerprints (or one and
//! the same circuit) prove, only disjoint enclosures refute. What neither reaches is undecided.

use super::circuit::{Circuit, Slot};
use super::draw::Range;
use super::facts::Facts;
use super::random::Random;
use super::search::{Search, Seen, Sighting};
use super::unfold::{Digits, Literal, Meaning, Names, Refusal, unfold};
use super::verdict::{Ground, Right, Undecided, Verdict, Wrong};
use crate::expr::ExprId;
use crate::network::Network;
use crate::rational::Rational;

/// How to decide.
#[derive(Clone, Debug)]
pub struct DecideOptions {
    /// Names in the expressions that stand for decimal literals. They count as exact numbers; if the sides then differ,
    /// both are compared once more with the intervals that the digits mean.
    pub literals: Vec<Literal>,
    /// The seed of all draws; `None` takes one from the system, as the error bound of a proof requires.
    pub seed: Option<u64>,
    /// About how many operations on single numbers may be spent on one pair.
    pub budget: u64,
}

impl Default for DecideOptions {
    fn default() -> Self {
        DecideOptions { literals: Vec::new(), seed: None, budget: 60_000_000 }
    }
}

/// How many points are looked at before anything is proved.
const FIRST_POINTS: usize = 12;

/// Decides whether `left = right` for all values of the free quantities that meet the assumptions of the network.
pub fn decide(network: &mut Network, left: ExprId, right: ExprId, options: &DecideOptions) -> Verdict {
    if left == right {
        return Verdict::Right(Right { ground: Ground::Proved, except: None });
    }
    Decision::new(network, left, right, options).and_then(|mut decision| decision.run()).unwrap_or_else(undecided)
}

fn undecided(reason: Refusal) -> Verdict {
    Verdict::Undecided(Undecided { reason })
}

/// A pair in work.
struct Decision<'a> {
    network: &'a mut Network,
    circuit: Circuit,
    sides: [Slot; 2],
    conditions: Vec<(crate::syntax::ast::Comparison, Slot, Slot)>,
    ranges: Vec<Range>,
    random: Random,
}

impl<'a> Decision<'a> {
    fn new(network: &'a mut Network, left: ExprId, right: ExprId, options: &DecideOptions) -> Result<Self, Refusal> {
        let facts = Facts::about(network, &[left, right]);
        let meaning = Meaning {
            names: Names::Unfolded,
            digits: Digits::Exact,
            literals: &options.literals,
            solved: &facts.solved,
        };
        let mut roots = vec![left, right];
        roots.extend(facts.conditions.iter().flat_map(|condition| [condition.1, condition.2]));
        let (circuit, slots) = unfold(network, meaning, &roots)?;
        let pairs = slots[2..].chunks_exact(2);
        let conditions = facts.conditions.iter().zip(pairs).map(|(c, slots)| (c.0, slots[0], slots[1])).collect();
        let range = |leaf: &super::circuit::Leaf| leaf.name.map_or(Range::default(), |name| facts.range(network, name));
        let ranges = circuit.leaves.iter().map(range).collect();
        let random = options.seed.map_or_else(Random::from_system, Random::from_seed);
        Ok(Decision { network, circuit, sides: [slots[0], slots[1]], conditions, ranges, random })
    }

    fn run(&mut self) -> Result<Verdict, Refusal> {
        if self.sides[0] == self.sides[1] {
            return Ok(Verdict::Right(Right { ground: Ground::Proved, except: None }));
        }
        let mut random = self.random.clone();
        let search = self.search();
        for number in 0..FIRST_POINTS {
            let sighting = search.coarse(&mut random, number);
            if let Some((left, right)) = confirmed(&search, &sighting) {
                return Ok(Verdict::Wrong(self.wrong(&sighting.point, left, right)));
            }
        }
        Err("no proof and no counterexample was found".to_owned())
    }

    fn search(&self) -> Search<'_> {
        let (conditions, ranges) = (self.conditions.clone(), self.ranges.clone());
        Search::new(&self.network.arena, &self.circuit, self.sides, conditions, ranges)
    }

    fn wrong(&self, point: &[Rational], left: f64, right: f64) -> Wrong {
        let leaves = self.circuit.leaves.iter().zip(point);
        let mut at: Vec<_> = leaves.filter_map(|(leaf, value)| Some((leaf.name?, value.to_f64()))).collect();
        at.sort_by_key(|&(name, _)| name);
        Wrong { at, left, right, holds_for: None }
    }
}

/// Both values, if both sides certainly differ there with more bits too: the two arithmetics are independent.
fn confirmed(search: &Search<'_>, sighting: &Sighting) -> Option<(f64, f64)> {
    let Seen::Differ(..) = sighting.seen else { return None };
    [128, 320].into_iter().find_map(|bits| match search.fine(sighting.point.clone(), bits).seen {
        Seen::Differ(left, right) => Some((left, right)),
        _ => None,
    })
}
