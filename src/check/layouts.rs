//! Formulas of vectors and matrices under the conventions that their authors may follow: a formula is right if one of
//! them makes it right, and wrong only if none does.

mod tried;

use super::claim::{Claim, Part, PartKind, Side};
use super::decide::Details;
use super::diagnose::{Kind, shapes};
use super::form::Form;
use super::judge::{Diagnosis, HOLDS_FOR, Judge, Judgement, Mistake};
use super::read::{
    COUNTED, Chain, Changes, Convention, Limit, Listed, Lists, Reading, Spelling, WrittenName, defines, read_again,
    read_chain,
};
use super::readings::IN_ROWS;
use super::{mend, wording};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, NameId};
use crate::network::Origin;
use crate::syntax::latex::{ItemId, Relation, Tree};
pub(super) use tried::Tried;

/// In longer chains no side is left out.
const MAX_SIDES: usize = 8;

/// What came of a chain.
#[derive(Clone, Debug)]
pub(super) enum Read {
    /// It was judged; whether it consists of claims only.
    Judged(Judgement),
    /// It defines a name.
    Defined(String),
    /// It claims nothing.
    Skipped(String),
    /// It cannot be read.
    Unread(Diagnostic),
}

impl Judge {
    /// Reads a chain and judges it, with dX as ∂C/∂X and as a differential where it may be either.
    pub(super) fn read_changes(&mut self, tree: &Tree, chain: &Chain, source: &str, layout: Option<&str>) -> Read {
        let Some(changes) = Changes::of(&mut self.context, tree, chain) else {
            return self.read_plainly(tree, chain, source, layout);
        };
        let of_cost = changes.are_of_cost(&self.context);
        let plain = if of_cost { None } else { Some(self.read_plainly(tree, chain, source, layout)) };
        if let Some(right @ Read::Judged(Judgement::Right { .. })) = plain {
            return right;
        }
        self.context.changes = Some(changes);
        let found = self.read_plainly(tree, chain, source, layout);
        self.context.changes = None;
        match (found, plain) {
            (Read::Judged(Judgement::Right { ground, mut notes }), _) => {
                notes.push("for all differentials on its right side".to_owned());
                Read::Judged(Judgement::Right { ground, notes })
            }
            (found @ Read::Judged(Judgement::Wrong(_)), plain) => plain.unwrap_or(found),
            (found, _) => found,
        }
    }

    /// Reads a chain and judges it, under each convention until one makes it right.
    fn read_plainly(&mut self, tree: &Tree, chain: &Chain, source: &str, layout: Option<&str>) -> Read {
        if let Some(found) = self.by_components((tree, chain), source, layout) {
            return found;
        }
        self.context.forked = false;
        let (outcome, convention) = self.in_conventions(tree, chain, source, layout);
        if let Some(found) = self.with_sums(&outcome, (tree, chain), source, layout) {
            return found;
        }
        if matches!(outcome, Read::Unread(_))
            && chain.sides.len() > 2
            && let Some(found) = self.without_a_side((tree, chain), source, layout)
        {
            return found;
        }
        if matches!(outcome, Read::Unread(_)) && self.context.forked && !defines(&mut self.context, tree, chain) {
            return self.in_each_reading(outcome, (tree, chain), source, layout);
        }
        if matches!(&outcome, Read::Unread(error) if error.code == COUNTED)
            && let Some(wrong) = self.wrong_at_equal_sizes((tree, chain), source, layout)
        {
            return wrong;
        }
        self.explained((outcome, convention), (tree, chain), source, layout)
    }

    /// What a chain is under the conventions, until one makes it right.
    pub(super) fn in_conventions(
        &mut self,
        tree: &Tree,
        chain: &Chain,
        source: &str,
        layout: Option<&str>,
    ) -> (Read, Convention) {
        let wanted = self.options.details;
        let mut tried = Tried::default();
        for convention in self.conventions(layout) {
            let readings = [
                convention,
                convention.loosely(),
                convention.with_dots(),
                convention.differentially(),
                convention.unsaid(),
                convention.with_lists(Lists::Turned),
                convention.with_lists(Lists::Row),
            ];
            for convention in readings {
                if convention.has_loose_signs() && !self.context.loosened
                    || convention.differentials && !self.context.variation.seen
                    || convention.unsaid && self.context.unsaid.is_empty()
                    || convention.lists != Lists::Column && self.context.listed == Listed::default()
                {
                    continue;
                }
                // Of several wrong readings the first is told, so that only it is explained.
                let details = if tried.outcomes.is_empty() { wanted } else { Details::OfRight };
                let found =
                    self.with_details(details, |judge| judge.under(convention, &mut tried, (tree, chain), source));
                match found {
                    Some(Read::Judged(Judgement::Right { ground, mut notes })) => {
                        let note = if self.context.sliced { None } else { convention.note() };
                        notes.extend(note.filter(|_| tried.count > 1 && layout.is_none()));
                        let as_entrywise = self.context.beside && convention.has_loose_signs();
                        notes.extend(as_entrywise.then(|| "with vectors side by side read as ⊙".to_owned()));
                        let taken = self.context.taken.clone();
                        notes
                            .extend(taken.map(|(letter, known)| format!("`{letter}` read as the activation, {known}")));
                        notes.extend(self.varying().filter(|_| convention.differentials));
                        if convention.unsaid {
                            notes.append(&mut self.context.unsaid);
                        }
                        return (Read::Judged(Judgement::Right { ground, notes }), convention);
                    }
                    Some(found @ (Read::Defined(_) | Read::Skipped(_))) => return (found, convention),
                    // Beside (1, 2) the ᵀ of (1, 2)ᵀ means something: what is wrong is told of the next reading.
                    Some(_) if convention.lists == Lists::Column && self.context.listed.is_mixed() => {}
                    // Two columns side by side never fit; what is wrong is told of them read as ⊙.
                    Some(_) if self.context.beside && !convention.dots => {}
                    Some(found) => tried.add(found, convention, self.context.variation.is_forward()),
                    None => {}
                }
            }
        }
        if let Some(right) = self.with_lower(&tried, (tree, chain), source) {
            return (right, Convention::USUAL);
        }
        tried.outcome()
    }

    /// The outcome, with what is wrong found in the text where nothing else tells it.
    pub(super) fn explained(
        &mut self,
        (mut outcome, convention): (Read, Convention),
        (tree, chain): (&Tree, &Chain),
        source: &str,
        layout: Option<&str>,
    ) -> Read {
        if let Read::Judged(Judgement::Wrong(mistake)) = &mut outcome {
            if mistake.wrong.is_none() && self.is_new_name(tree, chain) {
                return self.read(tree, chain, source, layout);
            }
            if self.sets_a_leaf(tree, chain) {
                return Read::Skipped("gives a leaf a value".to_owned());
            }
            if chain.condition != Limit::Always {
                // Where the condition does not hold both sides count as 0.
                mistake.notes.retain(|note| !note.starts_with(HOLDS_FOR));
            }
            self.mended(mistake, convention, (tree, chain), source);
            if layout.is_none() && self.is_right_in_rows((tree, chain), source) {
                mistake.notes.push(IN_ROWS.to_owned());
            }
        }
        outcome
    }

    /// A chain about derivatives of derivatives that is right where first derivatives are quantities with formulas of
    /// their own. What is not right so is what it is otherwise.
    fn with_lower(&mut self, tried: &Tried, (tree, chain): (&Tree, &Chain), source: &str) -> Option<Read> {
        let is_open = |read: &Read| matches!(read, Read::Unread(_) | Read::Judged(Judgement::Undecided(_)));
        let open = self.however || tried.outcomes.iter().any(|(read, _)| is_open(read));
        if !self.context.layered || !open {
            return None;
        }
        Convention::LOWER.into_iter().find_map(|form| {
            let convention = Convention::USUAL.with_lower(form);
            let found = self.with_details(Details::OfRight, |judge| {
                judge.under(convention, &mut Tried::default(), (tree, chain), source)
            });
            let Some(Read::Judged(Judgement::Right { ground, mut notes })) = found else { return None };
            notes.extend(convention.note());
            Some(Read::Judged(Judgement::Right { ground, notes }))
        })
    }

    /// Whether the left side of a definition whose shapes do not fit is a name that books have for the cost and this text
    /// for another thing: J = diag(p) − ppᵀ.
    fn is_new_name(&mut self, tree: &Tree, chain: &Chain) -> bool {
        let [only] = chain.sides[0][..] else { return false };
        let spelling = WrittenName::of(tree, only).filter(|name| name.sub.is_none() && name.sup.is_none());
        spelling.is_some_and(|name| self.context.symbols.forget_book(&Spelling::new(name.base, "", "")))
    }

    /// Whether a chain of two sides says what a leaf is in terms of other things: no claim about the network.
    fn sets_a_leaf(&mut self, tree: &Tree, chain: &Chain) -> bool {
        if chain.sides.len() != 2 {
            return false;
        }
        self.context.letters.clear();
        let Some((left, _)) = read_again(&mut self.context, tree, &chain.sides[0], &[]) else { return false };
        let is_leaf = |part: &Part| match part.kind {
            PartKind::Name(name) => matches!(self.context.network.quantity(name).origin, Origin::Leaf(_)),
            _ => false,
        };
        let root = left.part(left.root());
        // (a, b) = (1, 2)
        let is_list = root.kind == PartKind::Made && !root.children.is_empty();
        is_leaf(root) || is_list && root.children.iter().all(|&child| is_leaf(left.part(child)))
    }

    /// What is wrong with a chain one side of which cannot be read: the others must be equal all the same.
    fn without_a_side(&mut self, (tree, chain): (&Tree, &Chain), source: &str, layout: Option<&str>) -> Option<Read> {
        if chain.sides.len() > MAX_SIDES || chain.links.iter().any(|link| *link != Relation::Equal) {
            return None;
        }
        for side in 1..chain.sides.len() {
            let mut rest = chain.clone();
            rest.sides.remove(side);
            rest.links.remove(side - 1);
            let claims = self.conventions(layout).into_iter().find_map(|convention| {
                self.context.reading = convention;
                match read_chain(&mut self.context, tree, &rest) {
                    Reading::Claims(claims) => Some(claims),
                    _ => None,
                }
            });
            if claims.is_some() {
                let found = self.read(tree, &rest, source, layout);
                return Some(found).filter(|found| matches!(found, Read::Judged(Judgement::Wrong(_))));
            }
        }
        None
    }

    /// Does some work with this much to be found out besides verdicts.
    pub(super) fn with_details<T>(&mut self, details: Details, work: impl FnOnce(&mut Judge) -> T) -> T {
        let before = std::mem::replace(&mut self.options.details, details);
        let found = work(self);
        self.options.details = before;
        found
    }

    /// Whether it is wanted what is wrong with a formula, not only that it is.
    pub(super) fn explains(&self) -> bool {
        self.options.details == Details::All
    }

    /// Looks for an edit of the text of a formula that is right, where nothing else tells what is wrong with it.
    fn mended(&mut self, mistake: &mut Mistake, convention: Convention, (tree, chain): (&Tree, &Chain), source: &str) {
        let known = mistake.diagnosis.as_ref().map(|diagnosis| diagnosis.kind).filter(|kind| *kind != "shapes");
        // One edit of the text says more than two of the truth.
        let are_two = known == Some(Kind::TwoMistakes.name());
        if known.is_some() && !are_two && mistake.wrong.is_some() || !self.explains() {
            return;
        }
        let place = |items: &[ItemId]| Some(tree.span(*items.first()?).to(tree.span(*items.last()?)));
        let holds = |span: Span| span.start <= mistake.span.start && mistake.span.end <= span.end;
        let sides = chain.sides.iter().skip(1).filter_map(|items| place(items));
        let (Some(span), Some(first)) = (sides.into_iter().find(|&span| holds(span)), place(&chain.sides[0])) else {
            return;
        };
        let span = mend::with_size(source, span);
        let [Some(text), Some(left_text)] = [source.get(span.range()), source.get(first.range())] else { return };
        self.context.reading = convention;
        self.context.letters.clear();
        let Some((left, _)) = read_again(&mut self.context, tree, &chain.sides[0], &mistake.bound) else { return };
        let truth = self.truth_of(&left);
        let elsewhere = self.truths_of_others(tree, &chain.sides[0], &mistake.bound);
        let transpose = wording::transpose_of(source.get(chain.span(tree).range()).unwrap_or_default());
        let options = self.options().clone();
        let bound = mistake.bound.as_slice();
        let wrong = mend::Wrong { text, start: span.start, bound, left: &left, truth, elsewhere, transpose };
        let Some(found) = mend::mend(&mut self.context, &wrong, &options) else { return };
        if !are_two && known.is_some_and(|kind| kind != found.diagnosis.kind) {
            return;
        }
        mistake.span = found.diagnosis.span;
        mistake.correct_latex = Some(format!("{} = {}", left_text.trim(), found.text.trim()));
        match &mut mistake.diagnosis {
            // What tells the shapes, or both formulas, says more than the edit of the text.
            Some(told)
                if known.is_some()
                    && !are_two
                    && ["; ", ", not "].iter().any(|sign| told.message.contains(sign))
                    && told.message.chars().count() <= mend::LONG_OF_SHAPES
                    && !text.contains("\\partial") =>
            {
                told.span = found.diagnosis.span;
            }
            Some(told) if known.is_some() => *told = found.diagnosis,
            told => mistake.notes.extend(told.replace(found.diagnosis).map(|told| told.message)),
        }
    }

    /// What a formula for all layers should be for those behind one of them, with their numbers.
    fn truths_of_others(
        &mut self,
        tree: &Tree,
        left: &[ItemId],
        bound: &[(String, i64)],
    ) -> Vec<(Vec<(String, i64)>, ExprId)> {
        let shifted = |by| bound.iter().map(|(letter, value)| (letter.clone(), value + by)).collect::<Vec<_>>();
        let others = if bound.is_empty() { 0..0 } else { 1..MAX_LAYERS };
        let mut found = Vec::new();
        for other in others.map(shifted) {
            self.context.letters.clear();
            let Some((side, _)) = read_again(&mut self.context, tree, left, &other) else { continue };
            found.push((other, self.truth_of(&side)));
        }
        self.context.letters.clear();
        let _ = read_again(&mut self.context, tree, left, bound);
        found
    }

    /// The conventions under which formulas about the network are read.
    pub(super) fn conventions(&self, layout: Option<&str>) -> Vec<Convention> {
        if !self.context.has_tensors() {
            return vec![Convention::USUAL];
        }
        let rows = layout.is_some() || self.context.may_have_rows();
        let all = Convention::all(layout).iter().copied();
        all.filter(|convention| rows || convention.vectors == shapes::Vectors::Columns).collect()
    }

    /// What varies in a formula that is read as one about differentials.
    fn varying(&self) -> Option<String> {
        let names: Vec<String> =
            self.context.variation.moving().map(|name| self.context.network.spelling(name)).collect();
        (!names.is_empty()).then(|| format!("as differentials, all but {} held fixed", names.join(", ")))
    }

    /// What a chain is under one convention; nothing if it says the same as under one before.
    pub(super) fn under(
        &mut self,
        convention: Convention,
        tried: &mut Tried,
        (tree, chain): (&Tree, &Chain),
        source: &str,
    ) -> Option<Read> {
        self.context.reading = convention;
        (self.context.misfit, self.context.loosened, self.context.sliced) = (None, false, false);
        (self.context.layered, self.context.unsummed, self.however) = (false, None, false);
        (self.context.listed, self.context.bypassed, self.context.beside) = (Listed::default(), false, false);
        self.context.variation.seen &= convention.differentials;
        self.context.taken = None;
        self.context.guessed = None;
        self.context.unsaid.clear();
        let claims = match read_chain(&mut self.context, tree, chain) {
            Reading::Claims(claims) => claims,
            Reading::Defined { name, claims } if claims.is_empty() => return Some(Read::Defined(name)),
            Reading::Defined { claims, .. } => claims,
            Reading::Skipped(reason) => return Some(Read::Skipped(reason)),
            Reading::Unread(error) => {
                let misfit = self.context.misfit.take().filter(|misfit| misfit.error.code == "shape");
                return Some(match misfit {
                    Some(misfit) if error.code == "shape" => {
                        tried.count += 1;
                        Read::Judged(Judgement::Wrong(Box::new(self.misfit(misfit, (tree, chain), source))))
                    }
                    _ => Read::Unread(error),
                });
            }
        };
        let said: Vec<(ExprId, ExprId, Form, Form)> = claims
            .iter()
            .map(|claim| (claim.left.expr, claim.right.expr, claim.left.form(), claim.right.form()))
            .collect();
        if tried.said.contains(&said) {
            return None;
        }
        tried.said.push(said);
        tried.count += 1;
        Some(self.with_guessed_rows(claims, source))
    }

    /// A right side alone as the derivative that it should be, under each convention.
    pub(super) fn judge_side(
        &mut self,
        source: &str,
        layout: Option<&str>,
        read: &mut dyn FnMut(&mut super::read::Context) -> Result<Claim, Diagnostic>,
    ) -> Judgement {
        let mut tried = Tried::default();
        for convention in self.conventions(layout) {
            self.context.reading = convention;
            self.context.misfit = None;
            let found = match read(&mut self.context) {
                Ok(claim) => self.with_details(details_after(&tried), |judge| judge.judge(&[claim], source)),
                Err(error) if error.code == "shape" => {
                    let span = error.labels.first().map(|label| label.span).unwrap_or_default();
                    let diagnosis = Some(Diagnosis { kind: "shapes", message: error.message.clone(), span });
                    Judgement::Wrong(Box::new(Mistake { span, diagnosis, ..Mistake::default() }))
                }
                Err(error) => Judgement::Unread(error),
            };
            tried.count += 1;
            match found {
                Judgement::Right { ground, mut notes } => {
                    notes.extend(convention.note().filter(|_| tried.count > 1 && layout.is_none()));
                    return Judgement::Right { ground, notes };
                }
                Judgement::Unread(error) => tried.outcomes.push((Read::Unread(error), convention)),
                other => tried.outcomes.push((Read::Judged(other), convention)),
            }
        }
        match tried.outcome().0 {
            Read::Judged(judgement) => judgement,
            Read::Unread(error) => Judgement::Unread(error),
            Read::Defined(reason) | Read::Skipped(reason) => Judgement::Undecided(reason),
        }
    }

    /// What the first side of a claim should be equal to.
    pub(super) fn truth_of(&self, left: &Side) -> ExprId {
        let name: Option<NameId> = match left.part(left.root()).kind {
            super::claim::PartKind::Name(name) => Some(name),
            _ => None,
        };
        let defined = name.and_then(|name| self.context.network.definition(name)).map(|equation| equation.value);
        defined.unwrap_or(left.expr)
    }
}

/// The layers for which a mended formula is tried, counted from the one at which it is wrong.
const MAX_LAYERS: i64 = 4;

/// How much is to be found out under the next convention: of several wrong readings the first is told.
fn details_after(tried: &Tried) -> Details {
    if tried.outcomes.is_empty() { Details::All } else { Details::OfRight }
}
