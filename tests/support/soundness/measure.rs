//! Counts: how the checker judges wrong and right formulas, and how often it names the mistake.

use std::collections::BTreeMap;

use chainrule::check::decide::{DecideOptions, decide};
use chainrule::check::diagnose::{Diagnoser, Kind};
use chainrule::check::document::{Finding, Outcome, check};
use chainrule::check::judge::Judgement;
use chainrule::check::read::Context;
use chainrule::check::verdict::Verdict;
use chainrule::diagnostic::{Diagnostic, Source};
use chainrule::emit::{latex, text};
use chainrule::expr::{ExprId, NameId};
use chainrule::network::{FreeNames, Network, Origin, read_network};
use chainrule::notation::layout::Sheet;
use chainrule::notation::{Style, Typesetter};
use chainrule::notes::Format;

use super::mutation::{Chains, mutate, mutate_twice};
use super::oracle::{Opinion, compare, evidence};
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
    /// The same formulas printed to LaTeX and read back as notes.
    pub notes_read: Notes,
    /// Every false verdict.
    pub false_verdicts: Vec<String>,
    /// A few of all other failures, for a person to look at.
    pub notes: Vec<String>,
}

/// What the checker says of the formulas when they are read from a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// How many stood in documents.
    pub all: usize,
    /// How many were not read as a claim.
    pub unread: usize,
    /// Wrong ones judged right, right ones judged wrong: must stay 0.
    pub false_verdicts: usize,
    /// How many were left undecided.
    pub undecided: usize,
    /// Single mistakes, and how many of them were named as made or by a preferred kind.
    pub named: [usize; 2],
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
    /// Whether the formulas are judged once more from a document in LaTeX.
    pub as_notes: bool,
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
            let mut written = Vec::new();
            let written_here = &mut written;
            Measuring { text, network: &mut network, chains: &chains, plan, dice, counts, written: written_here }.run();
            if plan.as_notes {
                read_notes(text, &written, plan, counts);
            }
        }
    }
}

/// A formula as it stands in a document, with the mistake that was made in it.
struct Written {
    latex: String,
    mistake: Option<Kind>,
    /// What the independent route says of it.
    evidence: String,
}

/// Judges formulas from a document of their own.
fn read_notes(text: &str, written: &[Written], plan: Plan, counts: &mut Counts) {
    let (network, _) = read_network(text, FreeNames::Refused);
    let context = Context::new(network.expect("it was read before"));
    let document: String = written.iter().map(|formula| format!("$${}$$\n\n", formula.latex)).collect();
    let source = Source::new("notes.md", document);
    let mut load = |name: &str| Err(Diagnostic::error("unreadable", name.to_owned()));
    let checked = check(&source, Format::Markdown, (&[context], None), Some(7), &mut load);
    for (at, formula) in written.iter().enumerate() {
        let findings: Vec<&Finding> = checked.findings.iter().filter(|finding| finding.line == 2 * at + 1).collect();
        let judgement = match findings.as_slice() {
            [Finding { outcome: Outcome::Judged(judgement), .. }] => Some(judgement),
            _ => None,
        };
        if let Some(failure) = counts.notes_read.add(formula, judgement) {
            let shown = format!("notes: {failure}\n  {}\n  {}", formula.latex, text.trim().replace('\n', "; "));
            let evidence = format!("{shown}\n  made as {:?}; {}", formula.mistake, formula.evidence);
            match judgement {
                Some(Judgement::Right { .. } | Judgement::Wrong(_)) if failure.starts_with("false") => {
                    counts.false_verdicts.push(format!("{evidence}\n  {judgement:?}"));
                }
                _ if counts.notes.len() < plan.notes => counts.notes.push(shown),
                _ => {}
            }
        }
    }
}

impl Notes {
    /// Counts one formula; what went wrong with it.
    fn add(&mut self, formula: &Written, judgement: Option<&Judgement>) -> Option<String> {
        self.all += 1;
        match (judgement, formula.mistake) {
            (None, _) => {
                self.unread += 1;
                return Some("not one claim".to_owned());
            }
            (Some(Judgement::Unread(error)), _) => {
                self.unread += 1;
                return Some(format!("unread: {}", error.message));
            }
            (Some(Judgement::Undecided(reason)), _) => {
                self.undecided += 1;
                return Some(format!("undecided: {reason}"));
            }
            (Some(Judgement::Right { .. }), Some(_)) => {
                self.false_verdicts += 1;
                return Some("false right".to_owned());
            }
            (Some(Judgement::Wrong(_)), None) => {
                self.false_verdicts += 1;
                return Some("false wrong".to_owned());
            }
            (Some(Judgement::Wrong(mistake)), Some(kind)) if kind != Kind::TwoMistakes => {
                self.named[0] += 1;
                let named = mistake.diagnosis.as_ref().map(|diagnosis| diagnosis.kind);
                let rank = |name: &str| Kind::ALL.iter().position(|kind| kind.name() == name);
                let made = rank(kind.name());
                if named.is_some_and(|named| rank(named) <= made) {
                    self.named[1] += 1;
                } else {
                    return Some(format!("{} named {named:?}", kind.name()));
                }
            }
            _ => {}
        }
        None
    }
}

struct Measuring<'a> {
    text: &'a str,
    network: &'a mut Network,
    chains: &'a Chains,
    plan: Plan,
    dice: &'a mut Dice,
    counts: &'a mut Counts,
    written: &'a mut Vec<Written>,
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
                Opinion::Different => {
                    self.write(hand, Some(kind));
                    self.wrong(&mut diagnoser, kind, hand);
                }
            }
        }
        for _ in 0..self.plan.right_each {
            let times = 1 + self.dice.below(8);
            let hand = rewrite(self.network, self.chains.simplified, times, self.dice);
            // Doubles can be far off where exponentials cancel: what they call different is counted only if it is proved.
            let doubted = compare(self.network, of, by, hand, self.dice) == Opinion::Different;
            match self.verdict(hand) {
                Verdict::Wrong(_) if doubted => panic!("a rewriting that changes something: {}", self.shown(hand)),
                Verdict::Undecided(_) if doubted => self.counts.unsure += 1,
                verdict => {
                    self.write(hand, None);
                    self.right(hand, &verdict);
                }
            }
        }
    }

    /// The claim as it would stand in notes.
    fn write(&mut self, hand: ExprId, mistake: Option<Kind>) {
        let mut sheet = Sheet::default();
        let mut setter = Typesetter::new(self.network, Style::default());
        let left = setter.derivative(&mut sheet, self.chains.of, self.chains.by);
        let right = setter.expr(&mut sheet, hand);
        let [left, right] = [left, right].map(|layout| latex::formula(&sheet, layout));
        let evidence = evidence(self.network, self.chains.of, self.chains.by, hand);
        self.written.push(Written { latex: format!("{left} = {right}"), mistake, evidence });
    }

    fn verdict(&mut self, hand: ExprId) -> Verdict {
        let truth = self.chains.simplified;
        decide(self.network, truth, hand, &options())
    }

    fn wrong(&mut self, diagnoser: &mut Diagnoser, kind: Kind, hand: ExprId) {
        self.counts.wrong += 1;
        match self.verdict(hand) {
            verdict @ Verdict::Right(_) => {
                self.counts.false_right += 1;
                self.report_false(&format!("false right, made as {}", kind.name()), hand, &verdict);
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

    fn right(&mut self, hand: ExprId, verdict: &Verdict) {
        self.counts.right += 1;
        match verdict {
            Verdict::Wrong(_) => {
                self.counts.false_wrong += 1;
                self.report_false("false wrong", hand, verdict);
            }
            Verdict::Undecided(undecided) => {
                self.counts.undecided[1] += 1;
                self.note(&format!("undecided right, {}", undecided.reason), hand);
            }
            Verdict::Right(_) => {}
        }
    }

    fn report_false(&mut self, what: &str, hand: ExprId, verdict: &Verdict) {
        let values = evidence(self.network, self.chains.of, self.chains.by, hand);
        let shown = self.shown(hand);
        self.counts.false_verdicts.push(format!("{what}\n  {shown}\n  {values}\n  {verdict:?}"));
    }

    fn note(&mut self, what: &str, hand: ExprId) {
        if self.counts.notes.len() < self.plan.notes {
            let note = format!("{what}\n  {}", self.shown(hand));
            self.counts.notes.push(note);
        }
    }

    fn shown(&self, hand: ExprId) -> String {
        let mut sheet = Sheet::default();
        let mut setter = Typesetter::new(self.network, Style::default());
        let [hand, truth] = [hand, self.chains.simplified].map(|expr| {
            let layout = setter.expr(&mut sheet, expr);
            text::formula(&sheet, layout)
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
        let Notes { all, unread, false_verdicts, undecided, named } = self.notes_read;
        text.push_str(&format!(
            "read from LaTeX: {all} formulas, {unread} not read, {false_verdicts} judged falsely, {undecided} undecided \
             ({:.2} %), kind of a single mistake named: {:.2} %\n",
            percent(undecided, all),
            percent(named[1], named[0]),
        ));
        for (kind, [all, named, preferred, otherwise, not]) in &self.kinds {
            text.push_str(&format!(
                "  {:<20} {all:>7}  named {named:>7}  by a preferred kind {preferred:>5}  by another {otherwise:>5}  not {not:>5}\n",
                kind.name(),
            ));
        }
        text
    }
}
