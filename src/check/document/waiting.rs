//! Chains that wait for a definition in a later formula.

use std::rc::Rc;

use super::{Checker, Outcome};
use crate::check::judge::Judgement;
use crate::check::read::{Chain, NO_QUANTITY};
use crate::diagnostic::Span;
use crate::syntax::latex::Tree;

/// A chain that a later definition may make readable: `A = δ²a¹ with δ² = …`.
pub(super) struct Waiting {
    /// The number of its finding.
    finding: usize,
    tree: Rc<Tree>,
    chain: Chain,
    /// Whether it stands in the paragraph that is read.
    near: bool,
}

/// More chains do not wait.
const MAX_WAITING: usize = 64;
/// How often chains are read again for a definition in a later paragraph.
const MAX_AGAIN: usize = 1_000;
/// … and for one in the same paragraph.
const MAX_AGAIN_NEAR: usize = 20_000;

impl Checker<'_> {
    /// Keeps apart what waits in an earlier paragraph.
    pub fn keep_paragraph(&mut self, span: Span) {
        let Some(last) = self.checked.findings.last() else { return };
        let between = Span { start: last.span.end, end: span.start };
        let between = self.source.text.get(between.range()).unwrap_or_default();
        // In a notebook a blank line is a string of its own.
        let is_blank = |line: &&str| matches!(line.trim(), "" | r#""\n","#);
        let lines: Vec<&str> = between.lines().collect();
        if lines.len() > 2 && lines[1..lines.len() - 1].iter().any(is_blank) {
            // What an earlier paragraph says may be about another thing of that name, unless it is right.
            for waiting in &mut self.waiting {
                waiting.near = false;
            }
        }
    }

    /// Keeps a chain whose finding comes next, if it may be read later.
    pub fn wait(&mut self, outcome: &Outcome, tree: &Rc<Tree>, chain: Chain) {
        if !lacks_definition(outcome) {
            return;
        }
        if self.waiting.len() >= MAX_WAITING
            && let Some(old) = self.waiting.iter().position(|waiting| !waiting.near)
        {
            self.waiting.remove(old);
        }
        if self.waiting.len() < MAX_WAITING {
            let (finding, tree) = (self.checked.findings.len(), Rc::clone(tree));
            self.waiting.push(Waiting { finding, tree, chain, near: true });
        }
    }

    /// Reads again what waits, as long as there are new definitions.
    pub fn read_again(&mut self) {
        loop {
            let known = self.definitions();
            for waiting in std::mem::take(&mut self.waiting) {
                self.again += 1;
                if self.again > if waiting.near { MAX_AGAIN_NEAR } else { MAX_AGAIN } {
                    continue;
                }
                let outcome = self.chain(&waiting.tree, &waiting.chain);
                let is_right = matches!(outcome, Outcome::Judged(Judgement::Right { .. }));
                if lacks_definition(&outcome) || !waiting.near && !is_right {
                    self.waiting.push(waiting);
                } else {
                    self.checked.findings[waiting.finding].outcome = outcome;
                }
            }
            if self.definitions() == known {
                return;
            }
        }
    }
}

/// Whether a chain is not read for a name that a later formula may define.
fn lacks_definition(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Judged(Judgement::Unread(error)) => error.code == "unknown-name",
        Outcome::Skipped(reason) => reason.ends_with(NO_QUANTITY),
        Outcome::Judged(_) => false,
    }
}
