//! Derivations printed and read back, in one process.

#![allow(dead_code, reason = "each test file uses a part")]

use chainrule::calculus::{Deltas, Goal, Request, Sigma, has_one_variable};
use chainrule::check::document::{Finding, Outcome, Status, check};
use chainrule::check::judge::Judgement;
use chainrule::check::read::Context;
use chainrule::diagnostic::{Diagnostic, Source};
use chainrule::emit::{latex, markdown};
use chainrule::expr::NameId;
use chainrule::narrate::{Depth, Story, Wish, document};
use chainrule::network::{FreeNames, Network, read_network};
use chainrule::notation::{Notation, Style};
use chainrule::notes::Format;

/// How a derivation is printed.
#[derive(Clone, Copy, Debug)]
pub struct Print {
    pub sigma: Sigma,
    pub goal: Goal,
    pub depth: Depth,
    pub max_paths: usize,
    pub style: Style,
    /// LaTeX without a host.
    pub host: Option<markdown::Host>,
}

impl Default for Print {
    fn default() -> Self {
        let (sigma, goal, depth) = (Sigma::Activation, Goal::Textbook, Depth::Local);
        Print { sigma, goal, depth, max_paths: 8, style: Style::default(), host: None }
    }
}

/// What was read back.
#[derive(Default, Debug)]
pub struct Counts {
    pub right: usize,
    pub values: usize,
    pub names: usize,
}

/// A network from its text.
pub fn network(text: &str) -> Network {
    let (network, errors) = read_network(text, FreeNames::Parameters);
    network.unwrap_or_else(|| panic!("{text}: {errors:?}"))
}

/// Prints the derivatives of a network, each by the variables listed.
pub fn printed(network: &Network, of: NameId, by: Vec<Vec<NameId>>, print: Print) -> String {
    let mut network = network.clone();
    let request =
        Request { of, by, max_paths: print.max_paths, sigma: print.sigma, goal: print.goal, deltas: Deltas::Named };
    let is_nielsen = print.style.notation == Notation::Nielsen;
    let scalar_deltas = if is_nielsen { Deltas::Named } else { Deltas::Written };
    let wish = Wish { request, depth: print.depth, values: None, order: print.style.order(), scalar_deltas };
    let story = Story::new(&mut network, &wish);
    let mut style = print.style;
    style.ordinary = has_one_variable(&network, &story.derivation.sweeps[0]);
    let document = document(&network, &story, style, None);
    match print.host {
        None => latex::fragment(&document),
        Some(host) => markdown::document(&document, host),
    }
}

/// Reads what was printed against its network, and refuses all but right claims, values and names alone.
pub fn accepted(network: &Network, text: &str, host: Option<markdown::Host>, counts: &mut Counts) {
    if let Some(lost) = read_back(network, text, None, host, counts).first() {
        panic!("{}: {}\n{}\n{text}", lost.verdict, lost.latex, lost.reason);
    }
}

/// A formula that is not read as right.
pub struct Lost {
    pub verdict: &'static str,
    pub reason: String,
    pub latex: String,
}

/// Reads what was printed against its network, in a layout if it has one; gives what is no right claim, no value and no
/// name alone.
pub fn read_back(
    network: &Network,
    text: &str,
    layout: Option<&str>,
    host: Option<markdown::Host>,
    counts: &mut Counts,
) -> Vec<Lost> {
    let format = if host.is_some() { Format::Markdown } else { Format::Tex };
    let source = Source::new("printed", text);
    let mut none = |_: &str| Err(Diagnostic::error("missing", "no network is to be loaded"));
    let checked = check(&source, format, (&[Context::new(network.clone())], layout), Some(1), &mut none);
    assert!(checked.diagnostics.is_empty(), "{:?}\n{text}", checked.diagnostics);
    let mut lost = Vec::new();
    for finding in &checked.findings {
        match (&finding.outcome, finding.status()) {
            (_, Status::Right) => counts.right += 1,
            (Outcome::Skipped(reason), _) if reason == "gives a value" => counts.values += 1,
            (Outcome::Skipped(reason), _) if reason == "no equation" && !claims(finding) => counts.names += 1,
            (outcome, status) => {
                let (reason, latex) = (reason(outcome), finding.latex.clone());
                lost.push(Lost { verdict: status.word(), reason, latex });
            }
        }
    }
    lost
}

/// Why a formula is not right.
fn reason(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Skipped(reason) | Outcome::Judged(Judgement::Undecided(reason)) => reason.clone(),
        Outcome::Judged(Judgement::Unread(error)) => error.message.clone(),
        Outcome::Judged(Judgement::Wrong(mistake)) => match &mistake.diagnosis {
            Some(diagnosis) => diagnosis.message.clone(),
            None => mistake.wrong.iter().map(|wrong| format!("{wrong:?}")).collect(),
        },
        Outcome::Judged(Judgement::Right { .. }) => String::new(),
    }
}

/// Whether a relation stands in a formula, outside of the conditions of its cases.
fn claims(finding: &Finding) -> bool {
    let outside =
        finding.latex.split("\\begin{cases}").enumerate().map(|(at, piece)| match piece.split_once("\\end{cases}") {
            Some((_, after)) if at > 0 => after,
            _ => piece,
        });
    let outside: String = outside.collect();
    ["=", "\\approx", "\\equiv"].iter().any(|relation| outside.contains(relation))
}
