//! Derivatives that are set to 0, ∇C = 0: a condition that is solved for something, which claims nothing; and numbers that
//! a quantity has at a point of which the network knows nothing, C = 3.

use super::claim::{Part, PartKind};
use super::judge::{Judge, Judgement};
use super::layouts::Read;
use super::read::{Chain, Limit, read_again};
use crate::syntax::latex::{ItemId, Kind, Tree};

/// Why such a formula is undecided.
const MAY_BE_CONDITION: &str = "it is not 0 everywhere: this is a condition, or a mistake";

/// Why a value is undecided.
const NO_VALUES: &str = "it gives a value, and the network has no values of its inputs and parameters to compare it at";

/// Among so many letters before a formula its announcement is looked for.
const MAX_LETTERS: usize = 100;

impl Judge {
    /// What a wrong chain is that ends in `= 0`: a condition where an arrow leads on, else nobody can tell. What stands
    /// before the 0 is judged by itself.
    pub(super) fn as_condition(
        &mut self,
        wrong: Read,
        (tree, chain): (&Tree, &Chain),
        source: &str,
        layout: Option<&str>,
    ) -> Read {
        let is_zero = chain.sides.last().is_some_and(|side| is_zero(tree, side));
        let is_set = is_zero && chain.condition == Limit::Always && self.begins_with_gradient(tree, chain);
        if !is_set {
            return wrong;
        }
        if chain.sides.len() == 2 {
            return match chain.premise || is_announced(source, chain.span(tree).start) {
                true => Read::Skipped("sets a derivative to 0".to_owned()),
                false => Read::Judged(Judgement::Undecided(MAY_BE_CONDITION.to_owned())),
            };
        }
        let mut rest = chain.clone();
        rest.sides.pop();
        rest.links.pop();
        match self.read(tree, &rest, source, layout) {
            Read::Judged(Judgement::Right { ground, mut notes }) => {
                notes.push("`= 0` is taken for a condition".to_owned());
                Read::Judged(Judgement::Right { ground, notes })
            }
            _ => wrong,
        }
    }

    /// What a wrong chain is that gives a quantity a number, where the network does not say at which point: nobody can
    /// tell. What stands before the number is judged by itself.
    pub(super) fn as_value(
        &mut self,
        wrong: Read,
        (tree, chain): (&Tree, &Chain),
        source: &str,
        layout: Option<&str>,
    ) -> Read {
        let numbers = chain.sides.iter().rev().take_while(|side| self.is_number(tree, side)).count();
        let rest = chain.sides.len() - numbers;
        if numbers == 0 || rest == 0 || self.has_values() || !self.begins_with_variable(tree, chain) {
            return wrong;
        }
        if rest > 1 {
            let mut formula = chain.clone();
            formula.sides.truncate(rest);
            formula.links.truncate(rest - 1);
            if let wrong @ Read::Judged(Judgement::Wrong(_)) = self.read(tree, &formula, source, layout) {
                return wrong;
            }
        }
        Read::Judged(Judgement::Undecided(NO_VALUES.to_owned()))
    }

    /// Whether a side is a number.
    fn is_number(&mut self, tree: &Tree, side: &[ItemId]) -> bool {
        self.context.letters.clear();
        let read = read_again(&mut self.context, tree, side, &[]);
        read.is_some_and(|(side, _)| {
            let is_constant =
                |part: &Part| !matches!(part.kind, PartKind::Name(_) | PartKind::Derivative { .. } | PartKind::At);
            side.form().is_scalar() && side.parts.iter().all(is_constant)
        })
    }

    /// Whether the first side is a quantity that depends on a leaf.
    fn begins_with_variable(&mut self, tree: &Tree, chain: &Chain) -> bool {
        self.context.letters.clear();
        let Some((left, _)) = read_again(&mut self.context, tree, &chain.sides[0], &[]) else { return false };
        match left.part(left.root()).kind {
            PartKind::Name(name) => !self.context.leaves_of(name).is_empty(),
            PartKind::At => self.context.names_something(left.expr),
            _ => false,
        }
    }

    /// Whether the first side is a first derivative of a number.
    fn begins_with_gradient(&mut self, tree: &Tree, chain: &Chain) -> bool {
        self.context.letters.clear();
        let Some((left, _)) = read_again(&mut self.context, tree, &chain.sides[0], &[]) else { return false };
        match &left.part(left.root()).kind {
            PartKind::Derivative { of, by, .. } => by.len() == 1 && self.context.dims_of(*of).is_empty(),
            _ => false,
        }
    }
}

/// Whether the words before a formula say that something is to be solved: "Setting … to zero gives", "at the optimum".
fn is_announced(source: &str, at: u32) -> bool {
    const WORDS: [&str; 10] =
        ["set ", "setting", "solv", "equat", "optim", "minim", "maxim", "stationar", "critical", "vanish"];
    let before = source.get(..at as usize).unwrap_or_default();
    let sentence: String =
        before.chars().rev().take(MAX_LETTERS).take_while(|sign| !matches!(sign, '.' | '=')).collect();
    let words: String = sentence.chars().rev().collect::<String>().to_lowercase();
    WORDS.iter().any(|word| words.contains(word))
}

/// Whether a side is a 0, as it may be printed for vectors: `\\mathbf{0}`.
fn is_zero(tree: &Tree, side: &[ItemId]) -> bool {
    let [only] = side else { return false };
    match tree.kind(*only) {
        Kind::Digits(digits) => &**digits == "0",
        Kind::Accent { body, .. } => tree.word(*body).as_deref() == Some("0"),
        _ => false,
    }
}
