//! Deciding whether two expressions are equal: the order of work.
//!
//! Takes two expressions of a network; gives a verdict. Two rules carry the whole: only equal fingerprints (or one and
//! the same circuit) prove, only disjoint enclosures refute. What neither reaches is undecided.

pub use super::unfold::Literal;

use super::circuit::{Circuit, Leaf, Op, Slot};
use super::draw::{KINDS, Range, WHOLE};
use super::facts::Facts;
use super::proof::{Proof, Prover};
use super::random::Random;
use super::rounding::{self, Fit};
use super::search::{Search, Seen, Sighting};
use super::shared::shared_names;
use super::unfold::{Digits, Meaning, Names, Refusal, unfold};
use super::verdict::{Ground, Right, Undecided, Verdict, Wrong};
use super::{domain, excuse, part, tensor, total};
use crate::expr::{ExprId, NameId};
use crate::network::Network;
use crate::rational::Rational;
use crate::syntax::ast::Comparison;

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
    /// What is found out besides the verdict.
    pub details: Details,
}

/// What is found out besides the verdict: it costs as much as the verdict itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Details {
    /// Nothing: whether it holds. A refutation is not confirmed with more bits, so that nothing is wrong by it.
    Verdict,
    /// Of what is right also where it has exceptions; a refutation is the caller's to confirm.
    Exceptions,
    /// Of what is right also where it has exceptions, and for which sizes it holds; a refutation is confirmed.
    OfRight,
    /// Of what is wrong also the entry, and where it holds.
    All,
}

impl DecideOptions {
    /// The same for a caller who asks no more than whether both sides are equal.
    pub(super) fn bare(&self) -> DecideOptions {
        DecideOptions { details: Details::Verdict, ..self.clone() }
    }
}

impl Default for DecideOptions {
    fn default() -> Self {
        DecideOptions { literals: Vec::new(), seed: None, budget: 60_000_000, details: Details::All }
    }
}

/// How many points are looked at before anything is proved.
const FIRST_POINTS: usize = 12;
/// How many points are looked at in all for a counterexample in `f64`, …
const COARSE_POINTS: usize = 240;
/// … with each of these precisions, …
const PRECISIONS: [usize; 3] = [128, 320, 1088];
/// … at so many points, …
const FINE_POINTS: usize = 48;
/// … and for the conditions under which a wrong equality holds.
const PART_POINTS: usize = 160;
/// Agreement counts at this many points, …
const AGREEING_POINTS: u32 = 12;
/// … to this many decimal digits.
const AGREEING_DIGITS: u32 = 300;
/// After a proof about powers, so many points with whole exponents and negative bases are looked at.
const POWER_POINTS: usize = 80;
/// The draws of points repeat, so that what is printed does.
const POINT_SEED: u64 = 0x6465_7269_7665;

/// Decides whether `left = right` for all values of the free quantities that meet the assumptions of the network.
pub fn decide(network: &mut Network, left: ExprId, right: ExprId, options: &DecideOptions) -> Verdict {
    if left == right {
        return proved(None);
    }
    if tensor::concerns(network, &[left, right]) {
        return tensor::decide(network, left, right, options);
    }
    let verdict = exactly(network, left, right, options);
    if matches!(verdict, Verdict::Right(_)) || options.literals.is_empty() {
        return verdict;
    }
    rounded(network, [left, right], options, &verdict).unwrap_or(verdict)
}

fn exactly(network: &mut Network, left: ExprId, right: ExprId, options: &DecideOptions) -> Verdict {
    let decided = Decision::new(network, [left, right], options, Digits::Exact, Names::Unfolded);
    decided.and_then(|mut decision| decision.run([left, right], options)).unwrap_or_else(undecided)
}

/// Whether one of these expressions has a value at some point, or it cannot be told.
pub(super) fn has_value(network: &mut Network, exprs: &[ExprId], options: &DecideOptions) -> bool {
    exprs.iter().any(|&expr| {
        let decision = Decision::new(network, [expr, expr], options, Digits::Exact, Names::Unfolded);
        decision.map_or(true, |decision| decision.has_value())
    })
}

fn proved(except: Option<String>) -> Verdict {
    Verdict::Right(Right { ground: Ground::Proved, except, sizes: Vec::new() })
}

fn undecided(reason: Refusal) -> Verdict {
    Verdict::Undecided(Undecided { reason })
}

/// The verdict where decimal literals are roundings, if it is another than with them as exact numbers: both sides
/// overlap wherever they were looked at, and one choice of the constants makes them agree there. `exact` is that other
/// verdict: its counterexample is one of the points.
fn rounded(network: &mut Network, sides: [ExprId; 2], options: &DecideOptions, exact: &Verdict) -> Option<Verdict> {
    let decision = Decision::new(network, sides, options, Digits::Rounded, Names::Unfolded).ok()?;
    let leaves = &decision.circuit.leaves;
    if leaves.iter().all(|leaf| leaf.interval.is_none()) {
        return None;
    }
    // Each literal stands at one place, so that without other leaves the enclosures are what the sides can be.
    let is_constant = leaves.iter().all(|leaf| leaf.interval.is_some());
    let differs = matches!(exact, Verdict::Wrong(_));
    if !differs && !is_constant {
        // What cannot be told apart with exact numbers is not right because of the digits.
        return None;
    }
    let search = decision.search();
    let mut random = Random::from_seed(POINT_SEED);
    let mut points: Vec<Vec<Rational>> = (0..2 * FIRST_POINTS).map(|number| search.draw(&mut random, number)).collect();
    if let Verdict::Wrong(wrong) = exact {
        points.insert(0, at_counterexample(leaves, points[0].clone(), wrong));
    }
    let sightings: Vec<Sighting> = points.into_iter().map(|point| search.look_rounded(point, PRECISIONS[0])).collect();
    if sightings.iter().any(|sighting| matches!(sighting.seen, Seen::Differ(..))) {
        return None;
    }
    let overlapping = sightings.iter().filter(|sighting| matches!(sighting.seen, Seen::Agree(_)));
    let overlapping: Vec<Vec<Rational>> = overlapping.map(|sighting| sighting.point.clone()).collect();
    if overlapping.len() < FIRST_POINTS / 2 {
        return None;
    }
    let fit = if is_constant { Fit::Found } else { rounding::fit(&search, leaves, &overlapping) };
    match fit {
        Fit::Found => {
            let except = domain::one_sided(decision.network, leaves, &sightings);
            Some(Verdict::Right(Right { ground: Ground::Rounded { differs }, except, sizes: Vec::new() }))
        }
        Fit::None => None,
        Fit::Unsure => {
            Some(undecided("whether constants with the digits written make it right cannot be told".to_owned()))
        }
    }
}

/// The point of a counterexample in these leaves.
fn at_counterexample(leaves: &[Leaf], mut point: Vec<Rational>, wrong: &Wrong) -> Vec<Rational> {
    for (leaf, value) in leaves.iter().zip(&mut point) {
        let given = wrong.at.iter().find(|(name, _)| leaf.name == Some(*name));
        if let Some(given) = given.and_then(|&(_, given)| Rational::from_f64(given)) {
            *value = given;
        }
    }
    point
}

/// A pair in work.
struct Decision<'a> {
    network: &'a mut Network,
    circuit: Circuit,
    sides: [Slot; 2],
    conditions: Vec<(Comparison, Slot, Slot)>,
    ranges: Vec<Range>,
    solved: Vec<(NameId, ExprId)>,
    details: Details,
    budget: u64,
}

impl<'a> Decision<'a> {
    fn new(
        network: &'a mut Network,
        sides: [ExprId; 2],
        options: &DecideOptions,
        digits: Digits,
        names: Names,
    ) -> Result<Self, Refusal> {
        let facts = Facts::about(network, &sides);
        let meaning = Meaning { names, digits, literals: &options.literals, solved: &facts.solved };
        let mut roots = sides.to_vec();
        roots.extend(facts.conditions.iter().flat_map(|condition| [condition.1, condition.2]));
        let (circuit, slots) = unfold(network, meaning, &roots)?;
        let pairs = slots[2..].chunks_exact(2);
        let conditions = facts.conditions.iter().zip(pairs).map(|(c, slots)| (c.0, slots[0], slots[1])).collect();
        let range = |leaf: &Leaf| leaf.name.map_or(Range::default(), |name| facts.range(network, name));
        let ranges = circuit.leaves.iter().map(range).collect();
        let (sides, solved) = ([slots[0], slots[1]], facts.solved);
        let DecideOptions { details, budget, .. } = *options;
        Ok(Decision { network, circuit, sides, conditions, ranges, solved, details, budget })
    }

    fn run(&mut self, exprs: [ExprId; 2], options: &DecideOptions) -> Result<Verdict, Refusal> {
        if self.sides[0] == self.sides[1] {
            return Ok(proved(None));
        }
        let mut random = Random::from_seed(POINT_SEED);
        let mut sightings = Vec::new();
        let mut by_names = None;
        if let Some(wrong) = self.look(&mut random, &mut sightings, 1, options.budget) {
            return Ok(Verdict::Wrong(wrong));
        }
        // A proof tells all where both sides are continuous and a point is known; further points would tell nothing.
        if is_common(&sightings) && self.is_told_by_proof() {
            by_names = Some(self.prove_by_names(exprs, options));
            if by_names == Some(Some(Proof::Equal)) {
                return Ok(proved(None));
            }
        }
        if let Some(wrong) = self.look(&mut random, &mut sightings, FIRST_POINTS, options.budget) {
            return Ok(Verdict::Wrong(wrong));
        }
        let by_names = by_names.unwrap_or_else(|| self.prove_by_names(exprs, options));
        let proof = by_names.unwrap_or_else(|| self.prove(options));
        if proof == Proof::Equal {
            return self.right(&mut random, sightings, options.budget);
        }
        if let Some(wrong) = self.look(&mut random, &mut sightings, COARSE_POINTS, options.budget) {
            return Ok(Verdict::Wrong(wrong));
        }
        self.look_closely(&mut random, &sightings, proof)
    }

    /// Whether a proof says all that is wanted: there are no exceptions, or nobody asks for them.
    fn is_told_by_proof(&self) -> bool {
        let is_bare = self.details == Details::Verdict && !self.search().has_powers;
        is_bare || total::is_continuous(&self.network.arena, &self.circuit, &self.ranges, &self.sides)
    }

    fn search(&self) -> Search<'_> {
        let (conditions, ranges) = (self.conditions.clone(), self.ranges.clone());
        Search::new(&self.network.arena, &self.circuit, self.sides, conditions, ranges)
    }

    fn prove(&self, options: &DecideOptions) -> Proof {
        let arena = &self.network.arena;
        Prover::new(arena, &self.circuit, &self.ranges, self.sides, options.seed, options.budget).prove()
    }

    /// A proof with the names that both sides share as free symbols: fast, and whatever is equal so is equal in the network.
    /// What assumptions solve for are leaves, in terms of other leaves and names: there too it holds in the network.
    fn prove_by_names(&mut self, exprs: [ExprId; 2], options: &DecideOptions) -> Option<Proof> {
        let free = shared_names(self.network, exprs);
        let (names, solved) = (Names::Free(&free), self.solved.as_slice());
        let meaning = Meaning { names, digits: Digits::Exact, literals: &options.literals, solved };
        let (circuit, slots) = unfold(self.network, meaning, &exprs).ok()?;
        let is_defined = |leaf: &Leaf| leaf.name.is_some_and(|name| self.network.definition(name).is_some());
        if !circuit.leaves.iter().any(is_defined) {
            return None;
        }
        if slots[0] == slots[1] {
            return Some(Proof::Equal);
        }
        let ranges = vec![Range::default(); circuit.leaves.len()];
        let sides = [slots[0], slots[1]];
        let budget = options.budget / 4;
        let proof = Prover::new(&self.network.arena, &circuit, &ranges, sides, options.seed, budget).prove();
        (proof == Proof::Equal).then_some(proof)
    }

    /// Looks on in `f64` until so many points are seen or one refutes.
    fn look(&self, random: &mut Random, sightings: &mut Vec<Sighting>, points: usize, budget: u64) -> Option<Wrong> {
        let search = self.search();
        let affordable = (budget / search.cost().max(1)).min(points as u64) as usize;
        for number in sightings.len()..affordable.max(points.min(FIRST_POINTS)) {
            if number > 0 && self.circuit.leaves.is_empty() {
                break;
            }
            let sighting = search.coarse(random, number);
            let refuted = match sighting.seen {
                Seen::Differ(left, right) if self.details < Details::OfRight => Some((left, right)),
                _ => confirmed(&search, &sighting),
            };
            if let Some((left, right)) = refuted {
                return Some(self.wrong(&search, &sighting.point, left, right));
            }
            sightings.push(sighting);
        }
        None
    }

    /// The verdict after a proof: where both sides are defined together, and where only one is. Sides that are
    /// continuous everywhere are equal everywhere.
    fn right(&self, random: &mut Random, mut sightings: Vec<Sighting>, budget: u64) -> Result<Verdict, Refusal> {
        let search = self.search();
        let leaves = &self.circuit.leaves;
        if is_common(&sightings) && self.is_told_by_proof() {
            return Ok(proved(None));
        }
        for sighting in sightings.iter_mut().filter(|sighting| sighting.seen == Seen::Unknown).take(4) {
            *sighting = search.fine(sighting.point.clone(), PRECISIONS[0]);
        }
        if sightings.iter().any(|sighting| sighting.seen == Seen::Unknown) {
            for number in 0..FIRST_POINTS {
                let sighting = search.in_eighths(random, number);
                if let Some((left, right)) = confirmed(&search, &sighting) {
                    return Ok(Verdict::Wrong(self.wrong(&search, &sighting.point, left, right)));
                }
                sightings.push(sighting);
            }
        }
        let mut powers = Vec::new();
        if search.has_powers {
            // The proof is about positive bases; powers exist for others too.
            for number in 0..POWER_POINTS {
                let sighting = search.coarse(random, number * KINDS + WHOLE);
                if let Some((left, right)) = confirmed(&search, &sighting) {
                    return Ok(Verdict::Wrong(self.wrong(&search, &sighting.point, left, right)));
                }
                let is_whole = sighting.point.iter().all(Rational::is_integer);
                if is_whole { &mut sightings } else { &mut powers }.push(sighting);
            }
        }
        if !is_common(&sightings) && self.look(random, &mut sightings, COARSE_POINTS, budget).is_some() {
            return Err("a proof and a counterexample contradict each other".to_owned());
        }
        if !is_common(&sightings) && !self.is_defined_closely(&search, &sightings) {
            return Err("no point was found where both sides are defined".to_owned());
        }
        if self.details == Details::Verdict {
            return Ok(proved(None));
        }
        let except = domain::one_sided(self.network, leaves, &sightings)
            .or_else(|| domain::special(self.network, leaves, &powers))
            .or_else(|| domain::thin(self.network, leaves, &search, random));
        Ok(proved(except))
    }

    /// Whether the sides are defined at some point, or not certainly undefined at any. What stands for any function has
    /// values that are not known.
    fn has_value(&self) -> bool {
        let search = self.search();
        let mut random = Random::from_seed(POINT_SEED);
        let affordable = (self.budget / search.cost().max(1)).min(COARSE_POINTS as u64) as usize;
        let looks = (0..affordable.max(FIRST_POINTS)).flat_map(|number| {
            // Whole numbers and eighths tell an exact 0 from a small number.
            let point = search.coarse(&mut random, number);
            [point, search.in_eighths(&mut random, number)]
        });
        let mut is_undefined = false;
        for sighting in looks {
            match sighting.seen {
                Seen::Neither => is_undefined = true,
                Seen::Unknown => {}
                _ => return true,
            }
        }
        !is_undefined || self.circuit.ops.iter().any(|op| matches!(op, Op::Opaque { .. }))
    }

    fn is_defined_closely(&self, search: &Search<'_>, sightings: &[Sighting]) -> bool {
        let points = sightings.iter().filter(|sighting| sighting.seen == Seen::Unknown).take(FIRST_POINTS);
        points.into_iter().any(|sighting| {
            PRECISIONS.iter().any(|&bits| matches!(search.fine(sighting.point.clone(), bits).seen, Seen::Agree(_)))
        })
    }

    /// The last steps: many bits, then agreement where there is a reason for it, else undecided.
    fn look_closely(&self, random: &mut Random, sightings: &[Sighting], proof: Proof) -> Result<Verdict, Refusal> {
        let search = self.search();
        let points = close_points(search.cost().max(1), self.budget);
        if points == 0 {
            return Err(format!("no counterexample was found, and no proof: {}", self.no_proof(proof)));
        }
        let constant = self.circuit.leaves.is_empty();
        let mut agreeing = 0;
        let mut least = i64::MAX;
        let mut one_sided = Vec::new();
        for number in 0..if constant { 1 } else { points } {
            if agreeing >= AGREEING_POINTS {
                break;
            }
            let point = match sightings.get(number) {
                Some(sighting) => sighting.point.clone(),
                None => search.draw(random, number),
            };
            let mut last = Seen::Unknown;
            let precisions = PRECISIONS.iter().copied().chain(constant.then_some(MOST_BITS));
            for bits in precisions {
                let sighting = search.fine(point.clone(), bits);
                last = sighting.seen;
                match last {
                    Seen::Differ(left, right) if !sighting.on_kink || number < sightings.len() => {
                        return Ok(Verdict::Wrong(self.wrong(&search, &point, left, right)));
                    }
                    Seen::Agree(_) | Seen::Unknown => {}
                    _ => break,
                }
            }
            match last {
                Seen::Agree(bits) if !search.is_saturated(&point, PRECISIONS[1]) => {
                    agreeing += 1;
                    least = least.min(bits);
                }
                Seen::OnlyLeft | Seen::OnlyRight => one_sided.push(Sighting { point, seen: last, on_kink: false }),
                _ => {}
            }
        }
        let digits = (least.clamp(0, 1 << 20) as f64 * std::f64::consts::LOG10_2) as u32;
        let enough = agreeing >= AGREEING_POINTS || constant && agreeing > 0;
        match excuse::excuse(&self.network.arena, &self.circuit, self.sides) {
            Some(reason) if enough && digits >= AGREEING_DIGITS => {
                let ground = Ground::Numerically { points: agreeing, digits: digits.min(AGREEING_DIGITS), reason };
                let except = domain::one_sided(self.network, &self.circuit.leaves, &one_sided);
                Ok(Verdict::Right(Right { ground, except, sizes: Vec::new() }))
            }
            _ => Err(format!("no counterexample was found, and no proof: {}", self.no_proof(proof))),
        }
    }

    fn no_proof(&self, proof: Proof) -> &'static str {
        match proof {
            Proof::None(reason) => reason,
            Proof::Different { constant: true } => {
                "both sides have the same derivative, but as formulas they differ by a constant"
            }
            _ => "as formulas the sides differ, by less than can be seen at the points that were tried",
        }
    }

    fn wrong(&self, search: &Search<'_>, point: &[Rational], left: f64, right: f64) -> Wrong {
        let leaves = self.circuit.leaves.iter().zip(point);
        let mut at: Vec<_> = leaves.filter_map(|(leaf, value)| Some((leaf.name?, value.to_f64()))).collect();
        at.sort_by_key(|&(name, _)| name);
        let mut found =
            Wrong { at, entries: Vec::new(), entry: Vec::new(), sizes: Vec::new(), left, right, holds_for: None };
        if self.details != Details::All {
            return found;
        }
        let mut random = Random::from_seed(POINT_SEED + 1);
        let affordable = (MAX_PART_COST / search.cost().max(1)).min(PART_POINTS as u64) as usize;
        // Most wrong formulas agree nowhere: a few points tell.
        let mut sightings: Vec<Sighting> = Vec::new();
        for number in 0..affordable {
            let agrees = |sighting: &Sighting| matches!(sighting.seen, Seen::Agree(_));
            if number == FIRST_POINTS + 8 && !sightings.iter().any(agrees) {
                break;
            }
            sightings.push(search.coarse(&mut random, number));
        }
        found.holds_for = part::holds_for(self.network, &self.circuit.leaves, search, &sightings);
        found
    }
}

/// Whether both sides are defined at one of the points.
fn is_common(sightings: &[Sighting]) -> bool {
    sightings.iter().any(|sighting| matches!(sighting.seen, Seen::Agree(_)))
}

/// At how many points both sides are looked at with many bits. Through many layers enclosures grow until `f64` tells
/// nothing, while a single point with more bits tells all.
fn close_points(cost: u64, budget: u64) -> usize {
    let least = u64::from(cost <= budget / FEWEST_EVALUATIONS);
    (MAX_CLOSE_COST / cost).clamp(least, FINE_POINTS as u64) as usize
}

/// What may be spent on evaluations with many bits, …
const MAX_CLOSE_COST: u64 = 60_000;
/// … of which there is at least one where the budget is so many times its cost.
const FEWEST_EVALUATIONS: u64 = 128;
/// What may be spent on the part where a wrong equality holds.
const MAX_PART_COST: u64 = 4_000_000;
/// Constants are looked at with this many bits at last.
const MOST_BITS: usize = 4096;

/// Both values, if both sides certainly differ there with more bits too: the two arithmetics are independent.
fn confirmed(search: &Search<'_>, sighting: &Sighting) -> Option<(f64, f64)> {
    let Seen::Differ(..) = sighting.seen else { return None };
    PRECISIONS.into_iter().find_map(|bits| match search.fine(sighting.point.clone(), bits).seen {
        Seen::Differ(left, right) => Some((left, right)),
        _ => None,
    })
}
