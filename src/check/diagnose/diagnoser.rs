//! The order of work: sample, search single edits, then pairs, and confirm.

use crate::check::decide::{DecideOptions, decide};
use crate::check::diagnose::Kind;
use crate::check::diagnose::catalogue::{edits_of_coefficient, edits_of_product, edits_of_unit};
use crate::check::diagnose::edit::Edit;
use crate::check::diagnose::message::{Finding, is_one, sentence};
use crate::check::diagnose::relatives::names_in;
use crate::check::diagnose::sample::{LANES, Lanes, Sample};
use crate::check::diagnose::search::Search;
use crate::check::diagnose::slot::{Candidate, Content, Slot, Values, build, slots};
use crate::check::diagnose::tensor::TensorDiagnoser;
use crate::check::diagnose::truth::Truth;
use crate::check::tensor;
use crate::check::verdict::Verdict;
use crate::expr::{Arena, ExprId, NameId};
use crate::network::Network;
use crate::notation::Style;
use crate::rational::Rational;

/// What is wrong with a formula.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnosis {
    /// The kind of mistake.
    pub kind: Kind,
    /// One sentence for a person, lower-case, without a full stop.
    pub message: String,
    /// The parts of the truth that the mistakes concern, one each: the missing factor, the term with the wrong sign.
    pub parts: Vec<ExprId>,
    /// What stands in the hand formula in the place of each part, where something does.
    pub found: Vec<Option<ExprId>>,
    /// The matrix whose transpose is the mistake, if it is one.
    pub whose: Option<ExprId>,
    /// The true formula with the mistakes made: equal to the hand formula.
    pub edited: ExprId,
}

/// Finds out what is wrong with formulas for one derivative; edits and samples are made once.
#[derive(Debug)]
pub struct Diagnoser {
    truth: Truth,
    total: ExprId,
    slots: Vec<Slot>,
    edits: Vec<Vec<Edit>>,
    samples: Vec<Sampled>,
    style: Style,
    /// Does the work where there are tensors.
    tensors: Option<TensorDiagnoser>,
}

/// A sample with the values of all units and edits.
#[derive(Debug)]
struct Sampled {
    sample: Sample,
    total: Lanes,
    values: Values,
    edit_values: Vec<Vec<Lanes>>,
}

/// A hand formula at the points of a sample.
#[derive(Debug)]
struct Sighting {
    round: usize,
    hand: Lanes,
    /// The points where both formulas have values.
    usable: [bool; LANES],
    /// At how many of them they differ.
    differing: usize,
    /// One where they differ.
    pivot: usize,
}

impl Sampled {
    fn look(&mut self, network: &mut Network, hand: ExprId, round: usize) -> Sighting {
        let hand = self.sample.value(network, hand);
        let usable: [bool; LANES] = std::array::from_fn(|at| hand[at].is_finite() && self.total[at].is_finite());
        let differs = |at: &usize| {
            let (hand, truth) = (hand[*at], self.total[*at]);
            usable[*at] && (hand - truth).abs() > 1e-6 * (hand.abs() + truth.abs())
        };
        let differing = (0..LANES).filter(differs).count();
        let pivot = (0..LANES).find(differs).unwrap_or(0);
        Sighting { round, hand, usable, differing, pivot }
    }
}

/// How many samples are tried before one is found in which the formulas differ at enough points.
const ROUNDS: usize = 4;
/// At how many points the formulas must differ.
const INFORMATIVE: usize = 3;
/// The most single edits and pairs that are handed to the checker.
const MAX_CONFIRMED: usize = 6;
/// The most units whose edits are looked at.
const MAX_UNITS: usize = 64;

impl Diagnoser {
    /// For hand formulas of ∂of/∂by.
    pub fn of_derivative(network: &mut Network, of: NameId, by: NameId, style: Style) -> Diagnoser {
        let truth = Truth::of_derivative(network, of, by);
        let total = truth.total(network);
        if tensor::concerns(network, &[total]) {
            return Diagnoser::for_tensors(TensorDiagnoser::of_derivative(network, of, by, truth, style), style);
        }
        Diagnoser::new(network, truth, style)
    }

    /// For formulas that should equal an expression, such as the right side of an equation.
    pub fn of_expression(network: &mut Network, expr: ExprId, style: Style) -> Diagnoser {
        if tensor::concerns(network, &[expr]) {
            return Diagnoser::for_tensors(TensorDiagnoser::of_expression(network, expr, style), style);
        }
        let truth = Truth::of_expression(&mut network.arena, expr);
        Diagnoser::new(network, truth, style)
    }

    fn for_tensors(tensors: TensorDiagnoser, style: Style) -> Diagnoser {
        let total = tensors.truth();
        let (truth, tensors) = (Truth::default(), Some(tensors));
        Diagnoser { truth, total, slots: Vec::new(), edits: Vec::new(), samples: Vec::new(), style, tensors }
    }

    fn new(network: &mut Network, truth: Truth, style: Style) -> Diagnoser {
        let total = truth.total(network);
        let edited = truth.edited(MAX_UNITS);
        let relatives = truth.relatives(network, &edited);
        let mut edits: Vec<Vec<Edit>> = vec![Vec::new(); truth.units.len()];
        for &at in &edited {
            edits[at] = edits_of_unit(network, &relatives, truth.units[at]);
        }
        edits.push(edits_of_coefficient(network, false));
        edits.push(edits_of_coefficient(network, true));
        for path in 0..truth.paths.len() {
            edits.push(edits_of_product(network, &truth, path));
        }
        let slots = slots(&truth, &edited);
        Diagnoser { truth, total, slots, edits, samples: Vec::new(), style, tensors: None }
    }

    /// The true formula.
    pub fn truth(&self) -> ExprId {
        self.total
    }

    /// What is wrong with a hand formula, confirmed by the checker.
    pub fn diagnose(&mut self, network: &mut Network, hand: ExprId, options: &DecideOptions) -> Option<Diagnosis> {
        self.diagnose_with(network, hand, &mut |network, edited| {
            matches!(decide(network, edited, hand, &options.bare()), Verdict::Right(_))
        })
    }

    /// The same with another way to confirm that an edited formula equals the hand formula.
    pub fn diagnose_with(
        &mut self,
        network: &mut Network,
        hand: ExprId,
        equals_hand: &mut dyn FnMut(&mut Network, ExprId) -> bool,
    ) -> Option<Diagnosis> {
        if let Some(tensors) = &mut self.tensors {
            return tensors.diagnose(network, hand, equals_hand);
        }
        if self.truth.paths.is_empty() {
            return None;
        }
        let sighting = self.sample(network, hand)?;
        let sampled = &self.samples[sighting.round];
        let search = Search {
            truth: &self.truth,
            values: &sampled.values,
            hand: sighting.hand,
            usable: sighting.usable,
            pivot: sighting.pivot,
            slots: &self.slots,
            edits: &self.edits,
            edit_values: &sampled.edit_values,
        };
        if (0..LANES).all(|at| !sighting.usable[at] || sighting.hand[at] == 0.0) {
            // What is 0 everywhere is explained by whatever vanishes, p − p for p − y among it.
            return None;
        }
        let mut singles = search.singles();
        let extra = self.odd_constants(network, &search);
        let behind = singles.partition_point(|candidate| candidate.edit.rank() <= (false, Kind::Constant));
        singles.splice(behind..behind, extra);
        for candidate in singles.iter().take(MAX_CONFIRMED) {
            if let Some(found) = self.confirm(network, &[*candidate], equals_hand) {
                return Some(found);
            }
        }
        if names_in(network, &[hand]).is_empty() {
            // In a number nothing of the truth is left that two mistakes could be told by.
            return None;
        }
        let pairs = search.pairs();
        pairs.iter().take(MAX_CONFIRMED).find_map(|pair| self.confirm(network, pair, equals_hand))
    }

    /// The sample in which the formulas differ at most points.
    fn sample(&mut self, network: &mut Network, hand: ExprId) -> Option<Sighting> {
        let mut best: Option<Sighting> = None;
        for round in 0..ROUNDS {
            if self.samples.len() == round {
                let sampled = self.new_sample(network, hand, round);
                self.samples.push(sampled);
            }
            let sighting = self.samples[round].look(network, hand, round);
            if best.as_ref().is_none_or(|best| best.differing < sighting.differing) {
                best = Some(sighting);
            }
            if best.as_ref().is_some_and(|best| best.differing >= INFORMATIVE) {
                break;
            }
        }
        best.filter(|best| best.differing > 0)
    }

    fn new_sample(&self, network: &mut Network, hand: ExprId, round: usize) -> Sampled {
        let mut sample = Sample::new(network, &[self.total, hand], round);
        let units = self.truth.units.iter().map(|unit| sample.value(network, unit.value)).collect();
        let mut edit_values = Vec::with_capacity(self.edits.len());
        for edits in &self.edits {
            edit_values.push(edits.iter().map(|edit| sample.value(network, edit.value)).collect());
        }
        let total = sample.value(network, self.total);
        Sampled { sample, total, values: Values { units }, edit_values }
    }

    /// Coefficients that are no usual ones but the same fraction at all points.
    fn odd_constants(&self, network: &mut Network, search: &Search<'_>) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (number, slot) in self.slots.iter().enumerate().filter(|(_, slot)| slot.content == Content::Coefficient) {
            let Some(ratio) = search.ratio(slot).and_then(fraction) else { continue };
            let value = network.arena.number(ratio);
            let usual = self.edits[slot.catalogue].iter().any(|edit| edit.value == value);
            if !usual && value != Arena::ONE {
                let edit = Edit::new(Kind::Constant, value, value);
                found.push(Candidate { slot: number, edit });
            }
        }
        found
    }

    /// The diagnosis of edits, if the edited formula is the hand formula.
    fn confirm(
        &self,
        network: &mut Network,
        candidates: &[Candidate],
        equals_hand: &mut dyn FnMut(&mut Network, ExprId) -> bool,
    ) -> Option<Diagnosis> {
        let edits: Vec<(&Slot, ExprId)> =
            candidates.iter().map(|candidate| (&self.slots[candidate.slot], candidate.edit.value)).collect();
        let edited = build(&self.truth, network, &edits);
        if !equals_hand(network, edited) {
            return None;
        }
        let findings: Vec<Finding<'_>> = candidates
            .iter()
            .map(|candidate| Finding { truth: &self.truth, slot: &self.slots[candidate.slot], edit: candidate.edit })
            .collect();
        let message = sentence(network, self.style, &findings);
        let kind = match candidates {
            [first] => first.edit.kind,
            [first, ..] if is_one(&findings) => first.edit.kind,
            _ => Kind::TwoMistakes,
        };
        let parts = findings.iter().map(|finding| finding.part(network)).collect();
        let found = candidates.iter().map(|candidate| candidate.edit.beside).collect();
        Some(Diagnosis { kind, message, parts, found, whose: None, edited })
    }
}

/// A fraction of small whole numbers that a value is, to about ten digits.
pub fn fraction(value: f64) -> Option<Rational> {
    (1..=MAX_DENOMINATOR).find_map(|below| {
        let above = (value * below as f64).round();
        let near = (value - above / below as f64).abs() <= 1e-9 * value.abs();
        (near && above != 0.0 && above.abs() <= 1e6).then(|| Rational::new(above as i64, below)).flatten()
    })
}

/// The largest denominator of a constant that is looked for.
const MAX_DENOMINATOR: i64 = 120;
