//! Counts: how the checker judges formulas of vectors and matrices in documents, and how often it names the mistake.

use std::collections::BTreeMap;

use chainrule::check::diagnose::Kind;
use chainrule::check::document::{Finding, Outcome, check};
use chainrule::check::judge::Judgement;
use chainrule::check::read::Context;
use chainrule::diagnostic::{Diagnostic, Source};
use chainrule::network::{FreeNames, read_network};
use chainrule::notes::Format;

use super::super::random::Dice;
use super::cases::{Case, case, near};
use super::formula::Formula;
use super::mistake::mistaken;
use super::nets;
use super::rewrite::rewritten;
use super::value::{Environment, Matrix, evaluate, evaluate_spread};

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// How many derivatives the formulas were made from, and how many the independent reader does not read.
    pub cases: [usize; 2],
    /// Wrong formulas that were judged; right ones.
    pub judged: [usize; 2],
    /// Of the wrong ones, those judged right; of the right ones, those judged wrong: must stay 0.
    pub falsely: [usize; 2],
    /// Those left undecided.
    pub undecided: [usize; 2],
    /// Those not read.
    pub unread: [usize; 2],
    /// Edits that change nothing, those that are right in another layout, those that numbers cannot judge.
    pub dropped: [usize; 3],
    /// By the kind of mistake made: how many; named so; by a kind that is preferred; by another; not named.
    pub kinds: BTreeMap<Kind, [usize; 5]>,
    /// Every false verdict.
    pub false_verdicts: Vec<String>,
    /// A few of all other failures, for a person to look at.
    pub notes: Vec<String>,
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Wrong formulas for each derivative.
    pub wrong_each: usize,
    /// Right formulas for each derivative.
    pub right_each: usize,
    /// How many failures are noted down.
    pub notes: usize,
}

/// A formula as it stands in a document, with the mistake that was made in it.
struct Written {
    latex: String,
    mistake: Option<Kind>,
}

#[derive(serde::Deserialize)]
struct Forms {
    forms: Vec<Form>,
}

#[derive(serde::Deserialize)]
struct Form {
    network: Vec<String>,
    of: String,
    wrt: String,
}

/// The derivatives of textbooks.
pub fn textbook_cases(dice: &mut Dice, counts: &mut Counts) -> Vec<Case> {
    let files = [include_str!("../../../data/closed-forms.json"), include_str!("../../../data/textbook-forms.json")];
    let mut cases = Vec::new();
    for file in files {
        let forms: Forms = serde_json::from_str(file).expect("the closed forms");
        for form in forms.forms {
            let found = case(&form.network.join("\n"), Some(&form.of), &form.wrt, dice);
            counts.cases[usize::from(found.is_none())] += 1;
            cases.extend(found);
        }
    }
    cases
}

/// The derivatives of one network by some quantities.
pub fn network_cases(text: &str, by: &[String], dice: &mut Dice, counts: &mut Counts) -> Vec<Case> {
    let mut cases = Vec::new();
    for by in by {
        let found = case(text, None, by, dice);
        counts.cases[usize::from(found.is_none())] += 1;
        cases.extend(found);
    }
    cases
}

/// The derivatives of a random network.
pub fn random_cases(dice: &mut Dice, counts: &mut Counts) -> Vec<Case> {
    let (text, by) = nets::network(dice);
    network_cases(&text, &by, dice, counts)
}

/// What numbers say of a formula.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Opinion {
    Equal,
    /// It is right if derivatives or vectors stand another way, or if a vector is meant for each row of a matrix.
    OtherLayout,
    Different,
    Unsure,
}

/// The reading in which vectors are taken for each row of a matrix.
const SPREAD: usize = 4;

/// The formula at the points of a case, read in each way in which an author may mean it.
fn opinion(case: &Case, formula: &Formula) -> Opinion {
    let readings = (0..5).map(|reading| {
        let mut near_at = 0;
        for point in &case.points {
            let names = turned_names(point, reading);
            let value = if reading == SPREAD { evaluate_spread(formula, &names) } else { evaluate(formula, &names) };
            let Some(value) = value else { return Some(0) };
            if value.data.iter().any(|entry| !entry.is_finite()) {
                return None;
            }
            let other = point.truth.turned();
            let holds = near(&value, &point.truth) || (reading > 0 && near(&value, &other));
            near_at += usize::from(holds);
        }
        Some(near_at)
    });
    let mut found = Opinion::Different;
    for (reading, count) in readings.enumerate() {
        match count {
            None => return Opinion::Unsure,
            Some(count) if count == case.points.len() && reading == 0 => return Opinion::Equal,
            Some(count) if count == case.points.len() => found = Opinion::OtherLayout,
            Some(0) => {}
            Some(_) => return Opinion::Unsure,
        }
    }
    let turned = case
        .points
        .iter()
        .all(|point| evaluate(formula, &point.names).is_some_and(|value| near(&value, &point.truth.turned())));
    if turned { Opinion::OtherLayout } else { found }
}

/// The names with vectors as rows (1), with derivatives turned (2), with derivatives by vectors as rows (3).
fn turned_names(point: &super::cases::Point, reading: usize) -> Environment {
    let turn = |name: &str| match reading {
        1 => point.vectors.iter().any(|vector| vector == name),
        2 => point.deltas.iter().any(|delta| delta == name),
        3 => point.deltas.iter().any(|delta| delta == name) && point.vectors.iter().any(|vector| vector == name),
        _ => false,
    };
    let value =
        |(name, value): (&String, &Matrix)| (name.clone(), if turn(name) { value.turned() } else { value.clone() });
    point.names.iter().map(value).collect()
}

/// Judges wrong and right formulas made from one derivative.
pub fn measure(case: &Case, plan: Plan, dice: &mut Dice, counts: &mut Counts) {
    let mut written = Vec::new();
    for _ in 0..plan.wrong_each {
        let times = dice.below(3);
        let hand = rewritten(&case.formula, &case.world, times, dice);
        let Some((kind, hand)) = mistaken(&hand, &case.world, dice) else { continue };
        match opinion(case, &hand) {
            Opinion::Equal => counts.dropped[0] += 1,
            Opinion::OtherLayout => counts.dropped[1] += 1,
            Opinion::Unsure => counts.dropped[2] += 1,
            Opinion::Different => written.push(Written { latex: hand.latex(), mistake: Some(kind) }),
        }
    }
    for _ in 0..plan.right_each {
        let times = 1 + dice.below(6);
        let hand = rewritten(&case.formula, &case.world, times, dice);
        assert_eq!(
            opinion(case, &hand),
            Opinion::Equal,
            "a rewriting that changes something: {}\n{}",
            hand.latex(),
            case.text
        );
        written.push(Written { latex: hand.latex(), mistake: None });
    }
    judge(case, &written, plan, counts);
}

/// A document with the definitions and the formulas, judged.
fn judge(case: &Case, written: &[Written], plan: Plan, counts: &mut Counts) {
    let (network, _) = read_network(&case.text, FreeNames::Refused);
    let context = Context::new(network.expect("it was read before"));
    let mut document: String = case.definitions.iter().map(|line| format!("$${line}$$\n\n")).collect();
    for formula in written {
        document.push_str(&format!("$${} = {}$$\n\n", case.left, formula.latex));
    }
    let source = Source::new("notes.md", document);
    let mut load = |name: &str| Err(Diagnostic::error("unreadable", name.to_owned()));
    let checked = check(&source, Format::Markdown, (&[context], None), Some(7), &mut load);
    for (at, formula) in written.iter().enumerate() {
        let line = 2 * (case.definitions.len() + at) + 1;
        let findings: Vec<&Finding> = checked.findings.iter().filter(|finding| finding.line == line).collect();
        let judgement = match findings.as_slice() {
            [Finding { outcome: Outcome::Judged(judgement), .. }] => Some(judgement),
            _ => None,
        };
        if let Some(failure) = counts.add(formula, judgement) {
            let shown = format!(
                "{failure}\n  {} = {}\n  with {}\n  {}",
                case.left,
                formula.latex,
                case.definitions.join("; "),
                case.text.trim().replace('\n', "; ")
            );
            if failure.starts_with("false") {
                counts.false_verdicts.push(format!("{shown}\n  made as {:?}; {judgement:?}", formula.mistake));
            } else if counts.notes.len() < plan.notes {
                counts.notes.push(shown);
            }
        }
    }
}

impl Counts {
    /// Counts one formula; what went wrong with it.
    fn add(&mut self, formula: &Written, judgement: Option<&Judgement>) -> Option<String> {
        let side = usize::from(formula.mistake.is_none());
        let made = formula.mistake.map_or("right", Kind::name);
        self.judged[side] += 1;
        match (judgement, formula.mistake) {
            (None, _) => {
                self.unread[side] += 1;
                Some(format!("not one claim ({made})"))
            }
            (Some(Judgement::Unread(error)), _) => {
                self.unread[side] += 1;
                Some(format!("unread ({made}): {}", error.message))
            }
            (Some(Judgement::Undecided(reason)), _) => {
                self.undecided[side] += 1;
                Some(format!("undecided ({made}): {reason}"))
            }
            (Some(Judgement::Right { .. }), Some(_)) | (Some(Judgement::Wrong(_)), None) => {
                self.falsely[side] += 1;
                Some(format!("false verdict ({made})"))
            }
            (Some(Judgement::Right { .. }), None) => None,
            (Some(Judgement::Wrong(mistake)), Some(kind)) => {
                let named = mistake.diagnosis.as_ref().map(|diagnosis| diagnosis.kind);
                let rank = |name: &str| Kind::ALL.iter().position(|kind| kind.name() == name);
                let slot = match named.and_then(|named| Some((named, rank(named)?))) {
                    Some((named, _)) if named == kind.name() => 1,
                    Some((_, at)) if Some(at) < rank(kind.name()) => 2,
                    Some(_) => 3,
                    None => 4,
                };
                let row = self.kinds.entry(kind).or_default();
                row[0] += 1;
                row[slot] += 1;
                (slot > 2).then(|| format!("{} named {named:?}", kind.name()))
            }
        }
    }

    /// How many mistakes were named at all, as the kind that they are or by another single edit that gives the same.
    pub fn named(&self) -> [f64; 2] {
        let total: usize = self.kinds.values().map(|row| row[0]).sum();
        let own: usize = self.kinds.values().map(|row| row[1] + row[2]).sum();
        let any: usize = self.kinds.values().map(|row| row[1] + row[2] + row[3]).sum();
        [own, any].map(|part| part as f64 / total.max(1) as f64)
    }

    /// The table for a person.
    pub fn report(&self) -> String {
        let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        let mut text =
            format!("derivatives: {} read and confirmed by dual numbers, {} not\n", self.cases[0], self.cases[1]);
        for (side, what) in ["wrong", "right"].iter().enumerate() {
            text.push_str(&format!(
                "{what} formulas {}: {} judged falsely, {} undecided ({:.2} %), {} not read ({:.2} %)\n",
                self.judged[side],
                self.falsely[side],
                self.undecided[side],
                percent(self.undecided[side], self.judged[side]),
                self.unread[side],
                percent(self.unread[side], self.judged[side]),
            ));
        }
        let [own, any] = self.named();
        text.push_str(&format!(
            "dropped: {} edits that change nothing, {} right in another layout, {} that numbers cannot judge\n\
             kind of mistake named: {:.2} %; some single edit that gives the formula: {:.2} %\n",
            self.dropped[0],
            self.dropped[1],
            self.dropped[2],
            100.0 * own,
            100.0 * any,
        ));
        for (kind, [all, named, preferred, otherwise, not]) in &self.kinds {
            text.push_str(&format!(
                "  {:<32} {all:>6}  named {named:>6}  by a preferred kind {preferred:>5}  by another {otherwise:>5}  not {not:>5}\n",
                kind.name(),
            ));
        }
        text
    }
}
