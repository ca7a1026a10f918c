//! One document and several networks: each formula is judged against those that know its names.

use super::{Checked, Checker, Outcome};
use crate::check::bindings;
use crate::check::decide::Details;
use crate::check::judge::{Judge, Judgement};
use crate::check::layouts::Read;
use crate::check::read::{Chain, Context, NO_QUANTITY, defines, read_formal};
use crate::network::Network;
use crate::syntax::latex::{Relation, Tree};

impl Checker<'_> {
    /// Reads what follows against this network; against none if it cannot be read, for what follows is not about those
    /// before it.
    pub(super) fn use_network(&mut self, network: Option<Network>) {
        self.waiting.clear();
        self.lost = network.is_none();
        let Some(network) = network else {
            self.judges.clear();
            return;
        };
        let mut context = Context::new(network);
        for command in &self.commands {
            // What was bound for another network may name nothing of this one.
            let _ = bindings::apply(&mut context, command);
        }
        self.judges = vec![Judge::new(context, self.seed)];
    }

    /// Reads a chain against the networks that know its names, and judges it: right if it is of one of them, and wrong only
    /// if it is of all.
    pub(super) fn chain(&mut self, tree: &Tree, chain: &Chain) -> Outcome {
        if self.judges.is_empty() {
            return Outcome::Skipped(match chain.links.contains(&Relation::Equal) {
                true if self.lost => "the network before it cannot be read".to_owned(),
                true => "no network is given".to_owned(),
                false => "no equation".to_owned(),
            });
        }
        let (source, layout) = (self.source.text.as_str(), self.layout.as_deref());
        let mut found = Found::default();
        for judge in &mut self.judges {
            // The others may still learn what a name stands for.
            if !found.is_right() || defines(&mut judge.context, tree, chain) {
                let outcome = of_chain(judge, (tree, chain), source, layout);
                found.add(outcome, judge.context.label.as_deref());
            }
        }
        found.outcome()
    }
}

/// What a chain is against one network.
fn of_chain(judge: &mut Judge, (tree, chain): (&Tree, &Chain), source: &str, layout: Option<&str>) -> Outcome {
    match judge.read(tree, chain, source, layout) {
        Read::Judged(judgement) => {
            let is_wrong = matches!(judgement, Judgement::Wrong(_));
            let formal = is_wrong.then(|| about_function(judge, tree, chain, source)).flatten();
            Outcome::Judged(formal.unwrap_or(judgement))
        }
        Read::Defined(name) => Outcome::Skipped(format!("defines {name}")),
        Read::Skipped(reason) => Outcome::Skipped(reason),
        Read::Unread(error) => {
            let formal = about_function(judge, tree, chain, source);
            Outcome::Judged(formal.unwrap_or(Judgement::Unread(error)))
        }
    }
}

/// What came of a formula against one network after the other.
#[derive(Default)]
pub(super) struct Found {
    best: Option<(Outcome, Option<String>)>,
    /// How many networks judged it.
    judged: usize,
}

impl Found {
    pub(super) fn is_right(&self) -> bool {
        matches!(&self.best, Some((Outcome::Judged(Judgement::Right { .. }), _)))
    }

    /// Adds what it is against the network that is called so.
    pub(super) fn add(&mut self, outcome: Outcome, label: Option<&str>) {
        self.judged += usize::from(rank(&outcome) < UNREAD);
        if self.best.as_ref().is_none_or(|(best, _)| is_better(&outcome, best)) {
            self.best = Some((outcome, label.map(str::to_owned)));
        }
    }

    /// What it is, with the network named where several judged it.
    pub(super) fn outcome(self) -> Outcome {
        let Some((mut outcome, label)) = self.best else { return Outcome::Skipped("no equation".to_owned()) };
        if let Some(label) = label.filter(|_| self.judged > 1) {
            match &mut outcome {
                Outcome::Judged(Judgement::Right { notes, .. }) => notes.push(format!("of the network `{label}`")),
                Outcome::Judged(Judgement::Wrong(mistake)) => {
                    mistake
                        .notes
                        .push(format!("told of the network `{label}`; it is wrong of each that knows its names"));
                }
                _ => {}
            }
        }
        outcome
    }
}

/// The rank of what is neither right nor wrong nor undecided, in one of its readings.
const UNREAD: u8 = 4;

fn rank(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Judged(Judgement::Right { .. }) => 0,
        Outcome::Judged(Judgement::Undecided(_)) => 1,
        // It may be right in one of its readings.
        Outcome::Judged(Judgement::Unread(error)) if error.code == "ambiguous" => 2,
        Outcome::Judged(Judgement::Wrong(_)) => 3,
        Outcome::Skipped(_) => UNREAD,
        Outcome::Judged(Judgement::Unread(_)) => UNREAD + 1,
    }
}

fn is_better(new: &Outcome, best: &Outcome) -> bool {
    match (best, new) {
        (Outcome::Skipped(known), Outcome::Skipped(new)) => known.ends_with(NO_QUANTITY) && !new.ends_with(NO_QUANTITY),
        _ => rank(new) < rank(best),
    }
}

/// The judgement of a chain as a formula about a function, in letters that mean nothing else, if it holds so.
fn about_function(judge: &mut Judge, tree: &Tree, chain: &Chain, source: &str) -> Option<Judgement> {
    let claims = read_formal(&mut judge.context, tree, chain)?;
    match judge.with_details(Details::OfRight, |judge| judge.judge(&claims, source)) {
        Judgement::Right { ground, mut notes } => {
            notes.push("as a formula about the function, its letters standing for any number".to_owned());
            Some(Judgement::Right { ground, notes })
        }
        _ => None,
    }
}

impl Checked {
    /// Whether it says more of one formula than another result: right before undecided before wrong.
    pub fn says_more_than(&self, other: &Checked) -> bool {
        let outcome = |checked: &Checked| checked.findings.first().map(|finding| finding.outcome.clone());
        match (outcome(self), outcome(other)) {
            (Some(new), Some(best)) => is_better(&new, &best),
            (new, None) => new.is_some(),
            (None, _) => false,
        }
    }
}
