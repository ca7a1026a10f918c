//! What the text around a formula says of it: the formula that it goes on, the words that limit it.

use super::{Checker, Outcome};
use crate::check::judge::Judgement;
use crate::check::read::{CONDITIONAL, Chain, chains};
use crate::notes::{Display, Entry, Formula};
use crate::syntax::latex::{Macros, Places, Tree};

impl Checker<'_> {
    /// The chains of a formula; one that begins with a relation, `= -y + a`, goes on with the last side before it.
    pub fn continued(&self, formula: &Formula, tree: Tree, macros: &Macros) -> (Tree, Vec<Chain>) {
        let own = chains(&tree);
        let is_open = own.first().is_some_and(|chain| chain.sides.first().is_some_and(Vec::is_empty));
        let last = self.last_side.and_then(|span| Some((span, self.source.text.get(span.range())?)));
        let (true, Some((span, text))) = (is_open && formula.cell.is_none(), last) else { return (tree, own) };
        // Marks of quotations and comments between the lines would be read.
        if text.lines().skip(1).any(|line| line.trim_start().starts_with(['>', '%'])) {
            return (tree, own);
        }
        let latex = format!("{text} {}", formula.latex);
        let places = Places::at(span.start as usize).followed_by(text.len() + 1, &formula.places);
        match (Formula { latex, places, ..formula.clone() }).read(macros) {
            Ok(tree) => {
                let chains = chains(&tree);
                (tree, chains)
            }
            Err(_) => (tree, own),
        }
    }

    /// Whether the words between two formulas say that the second one limits where the first one holds: `$…$ when $…$`.
    pub fn is_limited(&self, formula: &Formula, next: &Entry) -> bool {
        const WORDS: &[&str] =
            &["when", "whenever", "if", "only if", "for", "for all", "for each", "for every", "unless", "as long as"];
        let Entry::Formula(next) = next else { return false };
        let between = self.source.text.get(formula.span.end as usize..next.span.start as usize).unwrap_or_default();
        let words =
            between.trim_matches(|sign: char| sign.is_whitespace() || matches!(sign, '$' | '\\' | '(' | ')' | ','));
        formula.display == Display::Inline
            && WORDS.contains(&words.split_whitespace().collect::<Vec<_>>().join(" ").as_str())
    }

    /// Whether the words before a formula say that it holds under a condition that stands before them:
    /// `If $i \ne j$ then $…$`.
    pub fn is_conditioned(&self, before: &Entry, formula: &Formula) -> bool {
        const FIRST: &[&str] = &["if", "when", "whenever", "for", "where", "case", "assuming", "suppose", "provided"];
        const BETWEEN: &[&str] =
            &["then", "we", "have", "get", "obtain", "it", "is", "this", "gives", "so", "that", "and"];
        let Entry::Formula(condition) = before else { return false };
        let text = |from: u32, to: u32| self.source.text.get(from as usize..to as usize).unwrap_or_default();
        let plain = |text: &str| text.replace(['$', '\\', '(', ')', ',', ':', '*', '[', ']'], " ").to_lowercase();
        let line = text(condition.span.start.saturating_sub(24), condition.span.start);
        let first = plain(line.rsplit('\n').next().unwrap_or_default());
        let between = plain(text(condition.span.end, formula.span.start));
        condition.display == Display::Inline
            && first.split_whitespace().last().is_some_and(|word| FIRST.contains(&word))
            && between.split_whitespace().all(|word| BETWEEN.contains(&word))
    }

    /// Takes back that formulas are wrong which hold under a condition.
    pub fn limit(&mut self, from: usize) {
        for finding in &mut self.checked.findings[from..] {
            if matches!(finding.outcome, Outcome::Judged(Judgement::Wrong(_) | Judgement::Undecided(_))) {
                finding.outcome = Outcome::Skipped(CONDITIONAL.to_owned());
            }
        }
    }
}
