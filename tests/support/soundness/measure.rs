//! Counts: how the checker judges wrong and right formulas, and how often it names the mistake.

use std::collections::BTreeMap;

use chainrule::check::decide::{DecideOptions, decide};
use chainrule::check::diagnose::{Diagnoser, Kind};
use chainrule::check::verdict::Verdict;
use chainrule::expr::{ExprId, NameId};
use chainrule::network::{FreeNames, Network, Origin, read_network};
use chainrule::notation::Style;

use super::mutation::{Chains, mutate, mutate_twice};
use super::oracle::{Opinion, compare};
use super::random::Dice;
use super::rewrite::rewrite;

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Wrong formulas that were judged.
    pub wrong: usize,
    /// Wrong formulas judged right: must stay 0.
    pub false_right: usize,
    /// Right formulas that were judged.
    pub right: usize,
    /// Right formulas judged wrong: must stay 0.
    pub false_wrong: usize,
    /// Of the wrong ones and of the right ones, those left undecided.
    pub undecided: [usize; 2],
    /// Mistakes that happen to change nothing.
    pub equivalent: usize,
    /// Formulas of which doubles cannot tell whether they are right; they are not counted.
    pub unsure: usize,
    /// By the kind of mistake made: how many; how many named so; how many named by a kind that is preferred, because it
    /// gives the very same formula; how many by one that is not preferred; how many not named.
    pub kinds: BTreeMap<Kind, [usize; 5]>,
    /// A few of each kind of failure, for a person to look at.
    pub notes: Vec<String>,
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Wrong formulas for each derivative.
    pub wrong_each: usize,
    /// Right formulas for each derivative.
    pub right_each: usize,
    /// Formulas with two mistakes for each derivative.
    pub twice_each: usize,
    /// How many failures are noted down.
    pub notes: usize,
}

/// Measures all derivatives of the cost of one network.
pub fn measure(text: &str, plan: Plan, dice: &mut Dice, counts: &mut Counts) {
    let (network, diagnostics) = read_network(text, FreeNames::Refused);
    let mut network = network.unwrap_or_else(|| panic!("{text}\n{diagnostics:?}"));
    let Some(of) = network.cost.or_else(|| network.equations.last().map(|equation| equation.name)) else { return };
    let names: Vec<NameId> = (0..network.quantities.len() as u32).map(NameId).collect();
    for by in names {
        let is_variable = matches!(network.quantity(by).origin, Origin::Leaf(_) | Origin::Equation(_));
        let chains = if is_variable && by != of { Chains::new(&mut network, of, by) } else { None };
        if let Some(chains) = chains {
            Measuring { text, network: &mut network, chains: &chains, plan, dice, counts }.run();
        }
    }
}

struct Measuring<'a> {
    text: &'a str,
    network: &'a mut Network,
    chains: &'a Chains,
    plan: Plan,
    dice: &'a mut Dice,
    counts: &'a mut Counts,
}

impl Measuring<'_> {
    fn run(&mut self) {
        let (of, by) = (self.chains.of, self.chains.by);
        let mut diagnoser = Diagnoser::of_derivative(self.network, of, by, Style::default());
        for number in 0..self.plan.wrong_each + self.plan.twice_each {
            let made = if number < self.plan.wrong_each {
                mutate(self.network, self.chains, self.dice)
            } else {
                mutate_twice(self.network, self.chains, self.dice)
            };
            let Some((kind, hand)) = made else { continue };
            let times = self.dice.below(3);
            let hand = rewrite(self.network, hand, times, self.dice);
            match compare(self.network, of, by, hand, self.dice) {
                Opinion::Equal => self.counts.equivalent += 1,
                Opinion::Unsure => self.counts.unsure += 1,
                Opinion::Different => self.wrong(&mut diagnoser, kind, hand),
            }
        }
        for _ in 0..self.plan.right_each {
            let times = 1 + self.dice.below(8);
            let hand = rewrite(self.network, self.chains.simplified, times, self.dice);
            match compare(self.network, of, by, hand, self.dice) {
                Opinion::Different => panic!("a rewriting that changes something: {}", self.shown(hand)),
                _ => self.right(hand),
            }
        }
    }

    fn verdict(&mut self, hand: ExprId) -> Verdict {
        let truth = self.chains.simplified;
        decide(self.network, truth, hand, &options())
    }

    fn wrong(&mut self, diagnoser: &mut Diagnoser, kind: Kind, hand: ExprId) {
        self.counts.wrong += 1;
        match self.verdict(hand) {
            Verdict::Right(_) => {
                self.counts.false_right += 1;
                self.note("false right", hand);
            }
            Verdict::Undecided(_) => {
                self.counts.undecided[0] += 1;
                self.note("undecided wrong", hand);
            }
            Verdict::Wrong(_) => {}
        }
        let found = diagnoser.diagnose(self.network, hand, &options());
        let slot = match &found {
            Some(found) if found.kind == kind => 1,
            Some(found) if found.kind < kind => 2,
            Some(_) => 3,
            None => 4,
        };
        let row = self.counts.kinds.entry(kind).or_default();
        row[0] += 1;
        row[slot] += 1;
        if slot > 2 {
            let named = found.map_or("nothing".to_owned(), |found| format!("{}: {}", found.kind.name(), found.message));
            self.note(&format!("{} named {named}", kind.name()), hand);
        }
    }

    fn right(&mut self, hand: ExprId) {
        self.counts.right += 1;
        match self.verdict(hand) {
            Verdict::Wrong(_) => {
                self.counts.false_wrong += 1;
                self.note("false wrong", hand);
            }
            Verdict::Undecided(undecided) => {
                self.counts.undecided[1] += 1;
                self.note(&format!("undecided right, {}", undecided.reason), hand);
            }
            Verdict::Right(_) => {}
        }
    }

    fn note(&mut self, what: &str, hand: ExprId) {
        if self.counts.notes.len() < self.plan.notes {
            let note = format!("{what}\n  {}", self.shown(hand));
            self.counts.notes.push(note);
        }
    }

    fn shown(&self, hand: ExprId) -> String {
        let mut sheet = chainrule::notation::layout::Sheet::default();
        let mut setter = chainrule::notation::Typesetter::new(self.network, Style::default());
        let [hand, truth] = [hand, self.chains.simplified].map(|expr| {
            let layout = setter.expr(&mut sheet, expr);
            chainrule::emit::text::formula(&sheet, layout)
        });
        let by = self.network.spelling(self.chains.by);
        let net = self.text.trim().replace('\n', "; ");
        format!("by {by}: {hand}\n  truth: {truth}\n  {net}")
    }
}

/// Proofs draw from a fixed seed here, so that a run repeats.
fn options() -> DecideOptions {
    DecideOptions { seed: Some(7), ..DecideOptions::default() }
}

impl Counts {
    /// How many mistakes were named as the kind that they are, in parts of all.
    pub fn named(&self) -> f64 {
        let single = || self.kinds.iter().filter(|(kind, _)| **kind != Kind::TwoMistakes).map(|(_, row)| row);
        let total: usize = single().map(|row| row[0]).sum();
        let right: usize = single().map(|row| row[1] + row[2]).sum();
        right as f64 / total.max(1) as f64
    }

    /// The table for a person.
    pub fn report(&self) -> String {
        let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        let mut text = format!(
            "wrong formulas {}: {} judged right, {} undecided ({:.2} %)\n\
             right formulas {}: {} judged wrong, {} undecided ({:.2} %)\n\
             dropped: {} edits that change nothing, {} that doubles cannot judge\n\
             kind of a single mistake named: {:.2} %\n",
            self.wrong,
            self.false_right,
            self.undecided[0],
            percent(self.undecided[0], self.wrong),
            self.right,
            self.false_wrong,
            self.undecided[1],
            percent(self.undecided[1], self.right),
            self.equivalent,
            self.unsure,
            100.0 * self.named(),
        );
        for (kind, [all, named, preferred, otherwise, not]) in &self.kinds {
            text.push_str(&format!(
                "  {:<20} {all:>7}  named {named:>7}  by a preferred kind {preferred:>5}  by another {otherwise:>5}  not {not:>5}\n",
                kind.name(),
            ));
        }
        text
    }
}
