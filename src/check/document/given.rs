//! Definitions of the command line: each must say something new, or what the network and the others say.

use super::Checker;
use super::language::{new_name, sets_a_leaf};
use crate::check::decide::{DecideOptions, decide};
use crate::check::judge::{Judge, Judgement};
use crate::check::layouts::Read;
use crate::check::read::{Chain, Context, Reading, Sentence, Spelling, chains, latex_of, read_chain, sentence};
use crate::check::verdict::Verdict;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::NameId;
use crate::network::{Origin, Outer};
use crate::syntax::latex::{self, Macros, Places, Tree};

/// What came of a definition against one network.
enum Taken {
    /// It is used.
    Used,
    /// It says what holds anyway.
    Known,
    /// It cannot be used.
    Refused(Diagnostic),
}

impl Checker<'_> {
    /// Takes in all definitions; those that stand on others may come before them.
    pub(super) fn take_given(&mut self, given: &[String]) {
        let mut waiting: Vec<&String> = given.iter().collect();
        loop {
            let before = waiting.len();
            let mut refused = Vec::new();
            for &given in &waiting {
                if let Some(error) = self.give(given) {
                    refused.push((given, error));
                }
            }
            if refused.is_empty() || refused.len() == before {
                self.checked.diagnostics.extend(refused.into_iter().map(|(_, error)| error));
                return;
            }
            waiting = refused.iter().filter(|(_, error)| error.code == "not-given").map(|(given, _)| *given).collect();
            let others = refused.into_iter().filter(|(_, error)| error.code != "not-given").map(|(_, error)| error);
            self.checked.diagnostics.extend(others);
        }
    }

    /// Takes in a definition, in each network that can read it; gives the error if there is none.
    fn give(&mut self, given: &str) -> Option<Diagnostic> {
        let layout = self.layout.clone();
        let (mut refused, mut used) = (Vec::new(), false);
        for judge in &mut self.judges {
            match taken(judge, given, layout.as_deref()) {
                Taken::Used | Taken::Known => used = true,
                Taken::Refused(error) => refused.push(error),
            }
        }
        let contradicts = refused.iter().position(|error| error.code == CONTRADICTS);
        match contradicts {
            Some(at) if !used => Some(refused.swap_remove(at)),
            _ if used => None,
            _ => refused.into_iter().next().map(|error| not_given(given, &error)),
        }
    }
}

const CONTRADICTS: &str = "contradiction";

fn not_given(given: &str, error: &Diagnostic) -> Diagnostic {
    let message = format!("`{given}` cannot be taken as given: {}", error.message);
    let hint = error.hint.clone();
    let usual = || "write a definition, such as `\\delta^3 = \\partial C/\\partial z^3`".to_owned();
    Diagnostic::error("not-given", message).hint(hint.unwrap_or_else(usual))
}

fn taken(judge: &mut Judge, given: &str, layout: Option<&str>) -> Taken {
    let cost = judge.context.network.cost;
    let plain = match sentence(&judge.context.network, given, cost) {
        Some(Ok(sentence)) if sentence.strict => return in_language(judge, &sentence, given, layout),
        Some(Err(error)) => return Taken::Refused(error),
        Some(Ok(sentence)) => Some(sentence),
        None => None,
    };
    match (in_latex(judge, given, layout), plain) {
        (Taken::Refused(error), Some(sentence)) if error.code != CONTRADICTS => {
            match in_language(judge, &sentence, given, layout) {
                Taken::Refused(other) if other.code != CONTRADICTS => Taken::Refused(error),
                taken => taken,
            }
        }
        (taken, _) => taken,
    }
}

/// Takes a definition in the network language.
fn in_language(judge: &mut Judge, sentence: &Sentence, given: &str, layout: Option<&str>) -> Taken {
    let Some(name) = new_name(judge, sentence) else {
        if sets_a_leaf(judge, sentence) {
            let error = Diagnostic::error("not-given", "it says what a leaf of the network is");
            return Taken::Refused(error.hint("give leaves their values in the network"));
        }
        let found = judge.in_language(sentence, None, given, layout);
        return held(judge, found, given, sentence.left_name().map(|(name, _)| name));
    };
    let value = match sentence.rest().value(&mut judge.context, Outer::Matrix) {
        Ok(value) => value.expr,
        Err(error) => return Taken::Refused(Diagnostic { labels: Vec::new(), ..error }),
    };
    let context = &mut judge.context;
    let spelling = Spelling::new(name.as_str(), "", "");
    let known = context.network.quantities.len();
    let id = context.define(&spelling, value, Span::default());
    context.symbols.add(&context.network, id);
    context.symbols.bind(spelling, id);
    context.mark_defined(&name);
    beside_others(judge, given, known)
}

/// Takes a definition in LaTeX.
fn in_latex(judge: &mut Judge, given: &str, layout: Option<&str>) -> Taken {
    let (latex, _) = latex_of(given, &judge.context.network).unwrap_or_else(|| (given.to_owned(), Places::at(0)));
    let tree = match latex::read(&latex, &Places::at(0), &Macros::default()) {
        Ok(tree) => tree,
        Err(unread) => return Taken::Refused(unread),
    };
    let found = chains(&tree);
    if found.is_empty() {
        return Taken::Refused(Diagnostic::error("not-given", "it is no equation"));
    }
    let mut taken = Taken::Known;
    for chain in &found {
        match of_chain(judge, (&tree, chain), &latex, given, layout) {
            refused @ Taken::Refused(_) => return refused,
            Taken::Used => taken = Taken::Used,
            Taken::Known => {}
        }
    }
    taken
}

fn of_chain(
    judge: &mut Judge,
    (tree, chain): (&Tree, &Chain),
    latex: &str,
    given: &str,
    layout: Option<&str>,
) -> Taken {
    let known = judge.context.network.quantities.len();
    match read_chain(&mut judge.context, tree, chain) {
        Reading::Unread(unread) => Taken::Refused(unread),
        Reading::Skipped(reason) => Taken::Refused(Diagnostic::error("not-given", reason)),
        Reading::Defined { .. } => beside_others(judge, given, known),
        Reading::Claims(_) => {
            let found = judge.read(tree, chain, latex, layout);
            held(judge, found, given, None)
        }
    }
}

/// A definition beside earlier ones of the same name: all must say the same.
fn beside_others(judge: &mut Judge, given: &str, known: usize) -> Taken {
    let context = &mut judge.context;
    let is_equation = |context: &Context, name: NameId| {
        matches!(context.network.quantity(name).origin, Origin::Equation(_)) && context.is_definition(name)
    };
    for new in (known as u32..context.network.quantities.len() as u32).map(NameId) {
        let stem = context.network.quantity(new).stem.clone();
        let mut earlier = (0..known as u32).map(NameId);
        let same = |&old: &NameId| is_equation(context, old) && context.network.quantity(old).stem == stem;
        let Some(old) = earlier.rfind(same).filter(|_| is_equation(context, new)) else { continue };
        let pair = [old, new].map(|name| context.network.name_expr(name));
        let alike = context.network.quantity(old).shape == context.network.quantity(new).shape;
        let verdict = alike.then(|| decide(&mut context.network, pair[0], pair[1], &DecideOptions::default()));
        let message = match verdict {
            Some(Verdict::Right(_)) => continue,
            Some(Verdict::Undecided(_)) => {
                let message = format!("`{stem}` is given before, and it cannot be told whether that is the same");
                return Taken::Refused(Diagnostic::error("not-given", message));
            }
            Some(Verdict::Wrong(_)) | None => format!("`{given}` contradicts what is given of `{stem}` before"),
        };
        let hint = "give each name once, or names of their own to different things";
        return Taken::Refused(Diagnostic::error(CONTRADICTS, message).hint(hint));
    }
    Taken::Used
}

/// What is said of a definition of what has a meaning already.
fn held(judge: &Judge, found: Read, given: &str, name: Option<String>) -> Taken {
    match found {
        Read::Judged(Judgement::Right { .. }) => Taken::Known,
        Read::Judged(Judgement::Wrong(mistake)) => {
            let said = mistake.diagnosis.as_ref().map(|diagnosis| diagnosis.message.clone());
            let said = said.unwrap_or_else(|| "the two sides are not equal".to_owned());
            let message = format!("`{given}` contradicts what is known: {said}");
            let error = Diagnostic::error(CONTRADICTS, message);
            let known = name.filter(|name| judge.context.network.find(name).is_some());
            let hint = match (mistake.correct_latex, known) {
                (Some(right), _) => format!("right is `{right}`"),
                (None, Some(name)) => format!("`{name}` has a meaning in the network: give another name"),
                (None, None) => "give a name that the network lacks".to_owned(),
            };
            Taken::Refused(error.hint(hint))
        }
        Read::Judged(Judgement::Undecided(reason)) => {
            let message = format!("it cannot be told whether it holds: {reason}");
            Taken::Refused(Diagnostic::error("not-given", message).hint("give a name that the network lacks"))
        }
        Read::Judged(Judgement::Unread(error)) | Read::Unread(error) => Taken::Refused(error),
        Read::Skipped(reason) => Taken::Refused(Diagnostic::error("not-given", reason)),
        Read::Defined(_) => Taken::Used,
    }
}
