//! Diagnosing formulas of tensors: all edits of the truth as numbers at one point, compared with the hand formula.
//!
//! The truth is edited in three forms: as a whole, in its terms, and as a chain of Jacobians. What an edit costs is one
//! evaluation at small sizes, once for all hand formulas of one derivative.

use rustc_hash::FxHashSet;

use crate::calculus::{Deltas, Derivation, Goal, Request, Sigma};
use crate::check::diagnose::Kind;
use crate::check::diagnose::catalogue::{edits_of_coefficient, edits_of_unit};
use crate::check::diagnose::diagnoser::{Diagnosis, fraction};
use crate::check::diagnose::edit::Edit;
use crate::check::diagnose::grid::Grid;
use crate::check::diagnose::jacobian::edits_of_jacobian;
use crate::check::diagnose::message::{Finding, is_one, sentence};
use crate::check::diagnose::numbers::Numbers;
use crate::check::diagnose::pairs::Pairs;
use crate::check::diagnose::relatives::names_in;
use crate::check::diagnose::rewrite::replace_all;
use crate::check::diagnose::slot::{Content, Slot, build, slots};
use crate::check::diagnose::truth::Truth;
use crate::check::diagnose::whole::edits_of_whole;
use crate::expr::{Arena, ExprId, NameId};
use crate::network::Network;
use crate::notation::Style;
use crate::rational::Rational;

/// Finds out what is wrong with formulas of tensors for one derivative.
#[derive(Debug)]
pub struct TensorDiagnoser {
    total: ExprId,
    /// What is differentiated.
    of: Option<NameId>,
    views: Vec<View>,
    candidates: Vec<Candidate>,
    rounds: Vec<Round>,
    style: Style,
}

/// The truth in one form, with where it may be edited.
#[derive(Debug)]
struct View {
    truth: Truth,
    slots: Vec<Slot>,
}

/// An edit in a slot of a form.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    view: usize,
    slot: usize,
    edit: Edit,
    /// The formula with the mistake.
    edited: ExprId,
}

/// All candidates as numbers at one point.
#[derive(Debug)]
struct Round {
    numbers: Numbers,
    total: Grid,
    values: Vec<Grid>,
}

/// How many points are tried before one is found where the formulas have values.
const ROUNDS: usize = 6;
/// The most edits that are handed to the checker.
const MAX_CONFIRMED: usize = 6;
/// The most units whose edits are looked at.
const MAX_UNITS: usize = 24;
/// The most edits of all forms together.
const MAX_CANDIDATES: usize = 6_000;
/// The most paths of which all but one may be lost.
const MAX_LOST: usize = 6;
/// How near values must be, relative to the largest of them.
const NEAR: f64 = 1e-8;

impl TensorDiagnoser {
    /// For formulas of ∂of/∂by, whose chain is `chain`.
    pub fn of_derivative(network: &mut Network, of: NameId, by: NameId, chain: Truth, style: Style) -> TensorDiagnoser {
        let request = Request {
            of,
            by: vec![vec![by]],
            max_paths: 1,
            sigma: Sigma::Activation,
            goal: Goal::Textbook,
            deltas: Deltas::Written,
        };
        let derivation = Derivation::new(network, &request);
        let total = derivation.gradients.last().map_or(Arena::ZERO, |gradient| gradient.simplified);
        let own = network.arena.shapes().dims(network.quantity(of).shape).len();
        TensorDiagnoser::new(network, total, Some((of, own)), Some(chain), style)
    }

    /// For formulas that should equal an expression.
    pub fn of_expression(network: &mut Network, expr: ExprId, style: Style) -> TensorDiagnoser {
        TensorDiagnoser::new(network, expr, None, None, style)
    }

    fn new(
        network: &mut Network,
        total: ExprId,
        of: Option<(NameId, usize)>,
        chain: Option<Truth>,
        style: Style,
    ) -> TensorDiagnoser {
        let own = of.map_or(0, |of| of.1);
        let (views, candidates, rounds) = (Vec::new(), Vec::new(), Vec::new());
        let mut diagnoser = TensorDiagnoser { total, of: of.map(|of| of.0), views, candidates, rounds, style };
        let whole = Truth::of_whole(total);
        let slot = Slot { content: Content::Unit(0), paths: vec![0], catalogue: 0 };
        let edits = edits_of_whole(network, total, own);
        diagnoser.add(network, whole, vec![slot], &[edits]);
        let terms = Truth::of_expression(&mut network.arena, total);
        diagnoser.add_form(network, terms);
        let written = of.map_or(total, |(of, _)| unfolded(network, total, of));
        if written != total {
            let terms = Truth::of_expression(&mut network.arena, written);
            diagnoser.add_form(network, terms);
        }
        if let Some(chain) = chain {
            diagnoser.add_form(network, chain);
        }
        diagnoser.candidates.sort_by_key(|candidate| candidate.edit.rank());
        diagnoser.candidates.truncate(MAX_CANDIDATES);
        diagnoser
    }

    /// A form with the edits of its units, of its paths and of all of them.
    fn add_form(&mut self, network: &mut Network, truth: Truth) {
        let edited = truth.edited(MAX_UNITS);
        let relatives = truth.relatives(network, &edited);
        let mut edits: Vec<Vec<Edit>> = vec![Vec::new(); truth.units.len()];
        for &at in &edited {
            let unit = truth.units[at];
            let is_scalar = network.arena.shape(unit.value).is_scalar();
            edits[at] = match is_scalar {
                true => edits_of_unit(network, &relatives, unit),
                false => edits_of_jacobian(network, &relatives, unit),
            };
        }
        edits.push(edits_of_coefficient(network, false));
        edits.push(edits_of_coefficient(network, true));
        edits.extend(truth.paths.iter().map(|_| Vec::new()));
        let mut slots = slots(&truth, &edited);
        slots.extend(all_but_one(truth.paths.len(), edits.len()));
        edits.push(vec![Edit::new(Kind::LostPath, Arena::ZERO, Arena::ZERO)]);
        self.add(network, truth, slots, &edits);
    }

    fn add(&mut self, network: &mut Network, truth: Truth, slots: Vec<Slot>, edits: &[Vec<Edit>]) {
        let view = self.views.len();
        for (number, slot) in slots.iter().enumerate() {
            for &edit in &edits[slot.catalogue] {
                let edited = build(&truth, network, &[(slot, edit.value)]);
                if edited != self.total {
                    self.candidates.push(Candidate { view, slot: number, edit, edited });
                }
            }
        }
        self.views.push(View { truth, slots });
    }

    /// The true formula.
    pub fn truth(&self) -> ExprId {
        self.total
    }

    /// What is wrong with a hand formula, if `equals_hand` confirms it.
    pub fn diagnose(
        &mut self,
        network: &mut Network,
        hand: ExprId,
        equals_hand: &mut dyn FnMut(&mut Network, ExprId) -> bool,
    ) -> Option<Diagnosis> {
        for round in 0..ROUNDS {
            if self.rounds.len() == round {
                let fresh = self.round(network, round);
                self.rounds.push(fresh);
            }
            self.rounds[round].numbers.refill();
            let value = self.rounds[round].numbers.value(network, hand);
            let total = &self.rounds[round].total;
            let known = value.data.iter().chain(&total.data).all(|number| number.is_finite());
            if !known || near(&value, total) {
                continue;
            }
            let mut singles = self.singles(network, round, &value);
            let named = self.names_of(network, hand);
            singles.retain(|&at| !is_unnamed(network, &self.candidates[at].edit, &named));
            let found = singles.iter().take(MAX_CONFIRMED).find_map(|&at| self.confirm(network, at, None, equals_hand));
            return found
                .or_else(|| self.odd_constant(network, round, &value, equals_hand))
                .or_else(|| self.scaled(network, round, &value, equals_hand))
                .or_else(|| self.pair(network, (round, &named), &value, equals_hand));
        }
        None
    }

    /// The names that a hand formula mentions, itself or in what the text around it defines.
    fn names_of(&self, network: &mut Network, hand: ExprId) -> Vec<NameId> {
        let written = self.of.map_or(hand, |of| unfolded(network, hand, of));
        names_in(network, &[hand, written])
    }

    fn round(&self, network: &mut Network, round: usize) -> Round {
        let mut numbers = Numbers::new(network, &[self.total], round);
        let total = numbers.value(network, self.total);
        let values = self.candidates.iter().map(|candidate| numbers.value(network, candidate.edited)).collect();
        Round { numbers, total, values }
    }

    /// The candidates that have the values of the hand formula, preferred ones first.
    fn singles(&self, network: &Network, round: usize, value: &Grid) -> Vec<usize> {
        let values = self.rounds[round].values.iter().enumerate();
        let mut seen: Vec<ExprId> = Vec::new();
        let mut found: Vec<usize> = values.filter(|(_, edit)| near(edit, value)).map(|(at, _)| at).collect();
        self.drop_vanishing(network, &mut found);
        // A sign that makes a path vanish says less than that the path is lost.
        let lost: Vec<usize> =
            found.iter().copied().filter(|&at| self.candidates[at].edit.kind == Kind::LostPath).collect();
        found.retain(|&at| {
            let is_sign = matches!(self.candidates[at].edit.kind, Kind::Sign | Kind::LostTerm);
            let paths = |at: usize| &self.views[self.candidates[at].view].slots[self.candidates[at].slot].paths;
            !is_sign
                || !lost
                    .iter()
                    .any(|&gone| self.candidates[gone].view == self.candidates[at].view && paths(gone) == paths(at))
        });
        found.retain(|&at| {
            let edited = self.candidates[at].edited;
            let is_new = !seen.contains(&edited);
            seen.push(edited);
            is_new
        });
        found
    }

    /// Drops missing factors whose absence makes a term vanish by what the names mean, X̂ᵀ𝟏 = 0: who lost that term
    /// wrote less than what is left without the factor.
    fn drop_vanishing(&self, network: &Network, found: &mut Vec<usize>) {
        let length = |at: usize| names_in(network, &[self.candidates[at].edited]).len();
        let is_lost = |at: &usize| matches!(self.candidates[*at].edit.kind, Kind::LostTerm | Kind::LostPath);
        let Some(shortest) = found.iter().copied().filter(is_lost).map(length).min() else { return };
        found.retain(|&at| self.candidates[at].edit.kind != Kind::MissingFactor || length(at) <= shortest);
    }

    /// The truth times a fraction.
    fn odd_constant(
        &self,
        network: &mut Network,
        round: usize,
        value: &Grid,
        equals_hand: &mut dyn FnMut(&mut Network, ExprId) -> bool,
    ) -> Option<Diagnosis> {
        let times = ratio(value, &self.rounds[round].total)?;
        let factor = network.arena.number(times);
        let edited = network.arena.times(factor, self.total);
        let edit = Edit::new(Kind::Constant, factor, factor);
        let (view, slot) = self.coefficient()?;
        self.say(network, &[(view, slot, edit)], edited, equals_hand)
    }

    /// A mistake and a constant factor, or a sign, besides.
    fn scaled(
        &self,
        network: &mut Network,
        round: usize,
        value: &Grid,
        equals_hand: &mut dyn FnMut(&mut Network, ExprId) -> bool,
    ) -> Option<Diagnosis> {
        let ratios = self.rounds[round].values.iter().enumerate();
        let found = ratios.filter_map(|(at, edit)| Some((at, ratio(value, edit)?)));
        let found: Vec<(usize, Rational)> = found.take(MAX_CONFIRMED).collect();
        found.into_iter().find_map(|(at, times)| self.confirm(network, at, Some(times), equals_hand))
    }

    /// Two mistakes in different terms.
    fn pair(
        &self,
        network: &mut Network,
        (round, named): (usize, &[NameId]),
        value: &Grid,
        equals_hand: &mut dyn FnMut(&mut Network, ExprId) -> bool,
    ) -> Option<Diagnosis> {
        if named.is_empty() {
            // In a number nothing of the truth is left that two mistakes could be told by.
            return None;
        }
        let Round { total, values, .. } = &self.rounds[round];
        let pairs = Pairs::new(total, values, value)?.found(|a, b| {
            let [a, b] = [a, b].map(|at| &self.candidates[at]);
            if [a, b].iter().any(|candidate| is_unnamed(network, &candidate.edit, named)) {
                return None;
            }
            let slot = |candidate: &Candidate| &self.views[candidate.view].slots[candidate.slot];
            let apart = a.view == b.view && slot(a).paths.iter().all(|path| !slot(b).paths.contains(path));
            apart.then(|| (a.edit.rank().max(b.edit.rank()), a.edit.rank().min(b.edit.rank())))
        });
        pairs.into_iter().take(MAX_CONFIRMED).find_map(|pair| {
            let made = pair.map(|at| {
                let Candidate { view, slot, edit, .. } = self.candidates[at];
                (view, slot, edit)
            });
            let View { truth, slots } = &self.views[made[0].0];
            let edited = build(truth, network, &made.map(|(_, slot, edit)| (&slots[slot], edit.value)));
            self.say(network, &made, edited, equals_hand)
        })
    }

    /// Where the number in front of all terms stands.
    fn coefficient(&self) -> Option<(usize, usize)> {
        let of_view = |view: &View| {
            let is_all =
                |slot: &Slot| slot.content == Content::Coefficient && slot.paths.len() == view.truth.paths.len();
            view.slots.iter().position(is_all)
        };
        self.views.iter().enumerate().find_map(|(at, view)| Some((at, of_view(view)?)))
    }

    fn confirm(
        &self,
        network: &mut Network,
        at: usize,
        times: Option<Rational>,
        equals_hand: &mut dyn FnMut(&mut Network, ExprId) -> bool,
    ) -> Option<Diagnosis> {
        let Candidate { view, slot, edit, edited } = self.candidates[at];
        let mut made = vec![(view, slot, edit)];
        let mut whole = edited;
        if let Some(times) = times {
            let kind = if times == Rational::integer(-1) { Kind::Sign } else { Kind::Constant };
            let factor = network.arena.number(times);
            whole = network.arena.times(factor, edited);
            let (view, slot) = self.coefficient()?;
            made.push((view, slot, Edit::new(kind, factor, factor)));
        }
        self.say(network, &made, whole, equals_hand)
    }

    fn say(
        &self,
        network: &mut Network,
        made: &[(usize, usize, Edit)],
        edited: ExprId,
        equals_hand: &mut dyn FnMut(&mut Network, ExprId) -> bool,
    ) -> Option<Diagnosis> {
        if !equals_hand(network, edited) {
            return None;
        }
        let finding = |&(view, slot, edit): &(usize, usize, Edit)| {
            let View { truth, slots } = &self.views[view];
            Finding { truth, slot: &slots[slot], edit }
        };
        let findings: Vec<Finding<'_>> = made.iter().map(finding).collect();
        let message = sentence(network, self.style, &findings);
        let kind = match made {
            [first] => first.2.kind,
            [first, ..] if is_one(&findings) => first.2.kind,
            _ => Kind::TwoMistakes,
        };
        let parts = findings.iter().map(|finding| finding.part(network)).collect();
        let found = made.iter().map(|made| made.2.beside).collect();
        let whose = made.first().and_then(|made| made.2.whose).filter(|_| made.len() == 1);
        Some(Diagnosis { kind, message, parts, found, whose, edited })
    }
}

/// Whether an edit puts a name in the place of another that the hand formula does not mention: α/r for r/r.
fn is_unnamed(network: &Network, edit: &Edit, named: &[NameId]) -> bool {
    let kinds = [Kind::WrongVariable, Kind::OtherLayer, Kind::WrongArgument];
    let beside = edit.beside.and_then(|beside| network.arena.as_name(beside));
    kinds.contains(&edit.kind) && beside.is_some_and(|name| !named.contains(&name))
}

/// Where all paths but one are lost.
fn all_but_one(paths: usize, catalogue: usize) -> Vec<Slot> {
    if !(3..=MAX_LOST).contains(&paths) {
        return Vec::new();
    }
    let without = |kept: usize| (0..paths).filter(|&path| path != kept).collect();
    (0..paths).map(|kept| Slot { content: Content::Coefficient, paths: without(kept), catalogue }).collect()
}

/// The formula with what is no part of a quantity written out: δ's that the text defines.
fn unfolded(network: &mut Network, total: ExprId, of: NameId) -> ExprId {
    let whole = network.name_expr(of);
    let mut parts: FxHashSet<NameId> = FxHashSet::default();
    let mut waiting = vec![whole];
    while let Some(expr) = waiting.pop() {
        for name in names_in(network, &[expr]) {
            if parts.insert(name) {
                waiting.extend(network.definition(name).map(|equation| equation.value));
            }
        }
    }
    let mut expr = total;
    for equation in (0..network.equations.len()).rev() {
        let equation = network.equations[equation];
        let shape = network.quantity(equation.name).shape;
        if !parts.contains(&equation.name) && network.arena.shape(equation.value) == shape {
            let name = network.name_expr(equation.name);
            expr = replace_all(&mut network.arena, expr, |_, id| (id == name).then_some(equation.value));
        }
    }
    expr
}

/// Whether two tensors have the same shape and nearly the same numbers.
pub fn near(a: &Grid, b: &Grid) -> bool {
    let size = a.data.iter().fold(f64::MIN_POSITIVE, |size, value| size.max(value.abs()));
    a.dims == b.dims && a.data.iter().zip(&b.data).all(|(a, b)| (a - b).abs() <= NEAR * size)
}

/// The fraction that one tensor is of another, if it is the same at all entries and not 1.
pub fn ratio(value: &Grid, of: &Grid) -> Option<Rational> {
    let largest = (0..of.data.len()).max_by(|&a, &b| of.data[a].abs().total_cmp(&of.data[b].abs()))?;
    if value.dims != of.dims || of.data[largest] == 0.0 {
        return None;
    }
    let times = value.data[largest] / of.data[largest];
    if !times.is_finite() || !near(&of.map(|entry| entry * times), value) {
        return None;
    }
    fraction(times).filter(|times| *times != Rational::ONE)
}
