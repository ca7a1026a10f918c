//! Checking a document: its formulas in order, each against the network that knows its names.
//!
//! Takes a text, its format, networks to start with and a way to load further ones; gives a finding for each chain of
//! equalities, and what was wrong with the document itself.

mod given;
mod language;
mod networks;
mod prose;
mod waiting;
mod words;

use std::rc::Rc;

use waiting::Waiting;

use super::bindings;
use super::claim::{Claim, Equality, Partial};
use super::judge::{Judge, Judgement};
use super::read::{Context, Convention, derivative_side, latex_of, read_side, with_indices};
use crate::diagnostic::{Diagnostic, Lines, Source, Span};
use crate::expr::{NameId, Reach};
use crate::network::{FreeNames, Network, read_network};
use crate::notes::{self, Command, Display, Entry, Format, Formula, Request};
use crate::syntax::latex::{Macros, Places};

/// How a network is found by the path that a document gives.
pub type Loader<'l> = dyn FnMut(&str) -> Result<Network, Diagnostic> + 'l;

/// What was found out about one chain of equalities.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Where it stands in the document.
    pub span: Span,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
    /// The cell of a notebook, from 1.
    pub cell: Option<usize>,
    /// Its text.
    pub latex: String,
    /// What the document wants of it.
    pub request: Request,
    /// What was found out.
    pub outcome: Outcome,
}

/// What came of one chain.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It claims something, and was judged.
    Judged(Judgement),
    /// It claims nothing about the network, and why.
    Skipped(String),
}

/// The verdict of a finding in a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Status {
    /// It is right, or wrong as the document says.
    Right,
    /// It is wrong, or right though the document says that it is wrong.
    Wrong,
    /// It cannot be told.
    Undecided,
    /// It claims nothing.
    Skipped,
    /// It cannot be read.
    Unread,
}

impl Status {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Status::Right => "right",
            Status::Wrong => "wrong",
            Status::Undecided => "undecided",
            Status::Skipped => "skipped",
            Status::Unread => "unread",
        }
    }
}

impl Finding {
    /// The verdict in a word.
    pub fn status(&self) -> Status {
        let wanted = self.request == Request::ExpectWrong;
        match &self.outcome {
            Outcome::Skipped(_) => Status::Skipped,
            Outcome::Judged(Judgement::Right { .. }) if wanted => Status::Wrong,
            Outcome::Judged(Judgement::Wrong(_)) if wanted => Status::Right,
            Outcome::Judged(Judgement::Right { .. }) => Status::Right,
            Outcome::Judged(Judgement::Wrong(_)) => Status::Wrong,
            Outcome::Judged(Judgement::Undecided(_)) => Status::Undecided,
            Outcome::Judged(Judgement::Unread(_)) => Status::Unread,
        }
    }
}

/// What came of a document.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// A finding for each chain of equalities, in order.
    pub findings: Vec<Finding>,
    /// What is wrong with the document itself: directives, networks.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks a document against networks, its derivatives in a layout if one is asked for.
pub fn check(
    source: &Source,
    format: Format,
    (networks, layout): (&[Context], Option<&str>),
    seed: Option<u64>,
    load: &mut Loader<'_>,
) -> Checked {
    let notes = notes::read(source, format);
    let mut checker = Checker {
        source,
        lines: Lines::of(&source.text),
        judges: networks.iter().map(|context| Judge::new(context.clone(), seed)).collect(),
        seed,
        commands: Vec::new(),
        layout: layout.map(str::to_owned),
        checked: Checked { findings: Vec::new(), diagnostics: notes.diagnostics },
        waiting: Vec::new(),
        again: 0,
        lost: false,
        last_side: None,
    };
    for (at, entry) in notes.entries.iter().enumerate() {
        match entry {
            Entry::Formula(formula) => {
                let before = checker.checked.findings.len();
                checker.formula(formula, &notes.macros);
                let limited = notes.entries.get(at + 1).is_some_and(|next| checker.is_limited(formula, next));
                let earlier = at.checked_sub(1).and_then(|at| notes.entries.get(at));
                if limited || earlier.is_some_and(|earlier| checker.is_conditioned(earlier, formula)) {
                    checker.limit(before);
                }
            }
            Entry::Network(network) => {
                let (read, diagnostics) = read_network(&network.text, FreeNames::Refused);
                let placed = diagnostics.into_iter().map(|diagnostic| network.places.diagnostic(diagnostic));
                checker.checked.diagnostics.extend(placed);
                checker.use_network(read);
            }
            Entry::Directive(directive) => checker.directive(&directive.command, directive.span, load),
        }
    }
    checker.checked
}

/// A formula that stands alone, with what is needed to judge it.
#[derive(Clone, Debug, Default)]
pub struct Question<'q> {
    /// Definitions that come before it.
    pub given: &'q [String],
    /// The quantity that is differentiated; the network's cost if nothing is said.
    pub of: Option<NameId>,
    /// When the formula is a right side alone: the variable of the derivative that it should be.
    pub wrt: Option<NameId>,
    /// The layout that is asked for.
    pub layout: Option<&'q str>,
    /// The seed of the proofs.
    pub seed: Option<u64>,
}

/// Checks one formula, in LaTeX or in the network language.
pub fn check_formula(source: &Source, networks: &[Context], question: &Question<'_>) -> Checked {
    let mut checker = Checker {
        source,
        lines: Lines::of(&source.text),
        judges: networks.iter().map(|context| Judge::new(context.clone(), question.seed)).collect(),
        seed: question.seed,
        commands: Vec::new(),
        layout: question.layout.map(str::to_owned),
        checked: Checked::default(),
        waiting: Vec::new(),
        again: 0,
        lost: false,
        last_side: None,
    };
    checker.take_given(question.given);
    let plain = checker.judges.iter().find_map(|judge| latex_of(&source.text, &judge.context.network));
    let (latex, places) = plain.unwrap_or_else(|| (source.text.clone(), Places::at(0)));
    let span = Span::new(0, source.text.len());
    let (line, column, cell, request) = (1, 1, None, Request::Check);
    let formula = Formula { latex, places, span, display: Display::Display, line, column, cell, request };
    checker.alone(&formula, question);
    let text = source.text.trim();
    for finding in &mut checker.checked.findings {
        if finding.span == span {
            finding.latex = text.to_owned();
        }
    }
    checker.checked
}

/// The state while a document is checked.
struct Checker<'a> {
    source: &'a Source,
    lines: Lines,
    judges: Vec<Judge>,
    seed: Option<u64>,
    /// What the document has bound so far, for networks that come later.
    commands: Vec<Command>,
    /// The layout that is asked for.
    layout: Option<String>,
    checked: Checked,
    /// Chains with a name that nothing before them defines.
    waiting: Vec<Waiting>,
    /// How often chains have been read again.
    again: usize,
    /// Whether the network that the document named last cannot be read.
    lost: bool,
    /// Where the last side of the last formula stands, if that stands on lines of its own.
    last_side: Option<Span>,
}

impl Checker<'_> {
    fn directive(&mut self, command: &Command, span: Span, load: &mut Loader<'_>) {
        match command {
            Command::Net(path) => match load(path) {
                Ok(network) => self.use_network(Some(network)),
                Err(error) => {
                    self.checked.diagnostics.push(error.at(span, ""));
                    self.use_network(None);
                }
            },
            Command::Layout(layout) => {
                if Convention::is_layout(layout) {
                    self.layout = Some(layout.clone());
                } else {
                    let message = format!("`{layout}` is no layout");
                    let error = Diagnostic::error("unknown-layout", message).at(span, "");
                    let hint = "layouts are `numerator` (also `row`) and `denominator` (also `column`)";
                    self.checked.diagnostics.push(error.hint(hint));
                }
            }
            Command::Map(_) | Command::Show(_) => {
                let mut errors = Vec::new();
                for judge in &mut self.judges {
                    errors.extend(bindings::apply(&mut judge.context, command).err());
                }
                // A name that one of the networks knows is bound; the others need not know it.
                if !self.judges.is_empty() && errors.len() == self.judges.len() {
                    self.checked.diagnostics.extend(errors.into_iter().take(1).map(|error| error.at(span, "")));
                }
                self.commands.push(command.clone());
            }
            Command::Request(_) => {}
        }
    }

    /// Judges a right side alone as the derivative that it should be.
    fn right_side(&mut self, formula: &Formula, of: Option<NameId>, by: NameId) {
        let Some(judge) = self.judges.first_mut() else { return };
        let Some(of) = of.or(judge.context.network.cost) else {
            let error = Diagnostic::error("missing-cost", "nothing says what is differentiated");
            self.checked.diagnostics.push(error.hint("write `cost` before an equation of the network"));
            return;
        };
        let outcome = match formula.read(&Macros::default()) {
            Err(error) => Judgement::Unread(error),
            Ok(tree) => judge.judge_side(&self.source.text, self.layout.as_deref(), &mut |context| {
                let right = read_side(context, &tree, tree.row(tree.root()), false)?;
                let left = derivative_side(context, of, by, formula.span);
                let wrt = Some(Partial { of, by, reach: Reach::Total });
                let (relation, bound, slips, names) = (Equality::Exact, Vec::new(), Vec::new(), Vec::new());
                Ok(Claim { left, right, relation, span: formula.span, wrt, bound, slips, link: 0, names })
            }),
        };
        self.add(formula, formula.span, None, Outcome::Judged(outcome));
    }

    fn formula(&mut self, formula: &Formula, macros: &Macros) {
        self.keep_paragraph(formula.span);
        if formula.request == Request::Ignore {
            self.add(formula, formula.span, None, Outcome::Skipped("ignored".to_owned()));
            return;
        }
        let contexts: Vec<&Context> = self.judges.iter().map(|judge| &judge.context).collect();
        let glued = with_indices(&formula.latex, &contexts).map(|(latex, own)| {
            let places = own.within(&formula.places, latex.len());
            Formula { latex, places, ..formula.clone() }
        });
        let spelled = words::with_words(glued.as_ref().unwrap_or(formula)).or(glued);
        let read = spelled.as_ref().unwrap_or(formula).read(macros);
        let tree = match read {
            Ok(tree) => tree,
            Err(error) => {
                let claims = formula.latex.contains('=') || formula.latex.contains("approx");
                let outcome = match claims {
                    true => Outcome::Judged(Judgement::Unread(error)),
                    false => Outcome::Skipped("no equation".to_owned()),
                };
                self.add(formula, formula.span, None, outcome);
                return;
            }
        };
        if !macros.is_empty() {
            self.judges.iter_mut().for_each(|judge| judge.context.macros.clone_from(macros));
        }
        let (tree, chains) = self.continued(formula, tree, macros);
        let single = chains.len() == 1;
        self.last_side = chains.last().and_then(|chain| chain.sides.last()).and_then(|side| {
            let span = tree.span(*side.first()?).to(tree.span(*side.last()?));
            (formula.display == Display::Display && formula.cell.is_none()).then_some(span)
        });
        if chains.is_empty() {
            self.add(formula, formula.span, None, Outcome::Skipped("no equation".to_owned()));
        }
        let tree = Rc::new(tree);
        for chain in chains {
            let known = self.definitions();
            let outcome = self.chain(&tree, &chain);
            let span = if single { formula.span } else { chain.span(&tree) };
            self.wait(&outcome, &tree, chain);
            self.add(formula, span, (!single).then_some(span), outcome);
            if self.definitions() > known {
                self.read_again();
            }
        }
    }

    /// How many definitions have been taken in.
    fn definitions(&self) -> usize {
        self.judges.iter().map(|judge| judge.context.definitions).sum()
    }

    fn add(&mut self, formula: &Formula, span: Span, part: Option<Span>, outcome: Outcome) {
        let (line, column) = match part {
            None => (formula.line, formula.column),
            Some(part) => self.lines.position(&self.source.text, part.start),
        };
        let text = part.filter(|_| formula.cell.is_none()).and_then(|part| self.source.text.get(part.range()));
        let latex = text.unwrap_or(&formula.latex).trim().to_owned();
        let (cell, request) = (formula.cell, formula.request);
        self.checked.findings.push(Finding { span, line, column, cell, latex, request, outcome });
    }
}
