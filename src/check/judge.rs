//! Judging the claims of one chain: a verdict for each link and each value of the general indices, one for the whole.
//!
//! Takes claims and their context; gives what the report says: what decided it, or where and how it is wrong.

mod last;
mod mistake;
mod places;

use last::undeclared_last;
pub(super) use mistake::HOLDS_FOR;
pub use mistake::{Diagnosis, Mistake};
use places::{layers, sizes_text};
use rustc_hash::FxHashMap;

use super::claim::{Claim, Equality, PartId, PartKind, Partial, Side};
use super::decide::{DecideOptions, decide};
use super::diagnose::{self, Diagnoser};
use super::form::Form;
use super::nowhere::NO_VALUE;
use super::read::{Context, Spelling};
use super::readings::LEFT_OPEN;
use super::unfold::Literal;
use super::verdict::{Ground, Verdict, Wrong};
use super::wording;
use crate::diagnostic::Diagnostic;
use crate::expr::{ExprId, NameId, Node, Postorder};
use crate::network::Origin;
use crate::rational::Rational;

/// What is said of one chain of equalities.
#[derive(Clone, Debug)]
pub enum Judgement {
    /// All links hold.
    Right {
        /// What decided it: the weakest ground of all links.
        ground: Ground,
        /// What the reader should know: for which layers, at which values, with which exceptions.
        notes: Vec<String>,
    },
    /// A link does not hold.
    Wrong(Box<Mistake>),
    /// It cannot be told.
    Undecided(String),
    /// It cannot be read.
    Unread(Diagnostic),
}

/// Judges claims against one network.
#[derive(Debug)]
pub(crate) struct Judge {
    /// The network and what is known of it.
    pub(crate) context: Context,
    pub(super) options: DecideOptions,
    diagnosers: FxHashMap<Partial, Diagnoser>,
    /// What was found to be wrong with the claim that is explained now.
    found: Option<diagnose::Diagnosis>,
    /// Whether the chain that was judged last is wrong whatever a second derivative holds fixed.
    pub(super) however: bool,
    /// Which of the expressions that formulas differentiate have a value somewhere.
    pub(super) valued: FxHashMap<ExprId, bool>,
    /// Names that stand for decimal literals, used again for each claim.
    literals: Vec<NameId>,
    /// The values of all leaves, if the network gives them.
    values: Option<Vec<(NameId, ExprId)>>,
}

impl Judge {
    /// A judge for the claims about a network.
    pub(crate) fn new(context: Context, seed: Option<u64>) -> Judge {
        let values = declared_values(&context);
        let options = DecideOptions { seed, ..DecideOptions::default() };
        Judge {
            context,
            options,
            diagnosers: FxHashMap::default(),
            found: None,
            however: false,
            valued: FxHashMap::default(),
            literals: Vec::new(),
            values,
        }
    }

    /// How equalities are decided.
    pub(super) fn options(&self) -> &DecideOptions {
        &self.options
    }

    /// Whether the network gives all leaves values.
    pub(super) fn has_values(&self) -> bool {
        self.values.is_some()
    }

    /// Judges the claims of one chain; `source` is the document that their places are about.
    pub(crate) fn judge(&mut self, claims: &[Claim], source: &str) -> Judgement {
        match claims.iter().find_map(undeclared_last).map(str::to_owned) {
            Some(letter) => self.for_last(&letter, claims, source),
            None => self.judged(claims, source),
        }
    }

    fn judged(&mut self, claims: &[Claim], source: &str) -> Judgement {
        if let Some(judgement) = self.shapes_differ(claims, source) {
            return judgement;
        }
        let mut ground = Ground::Proved;
        let mut notes: Vec<String> = Vec::new();
        let mut undecided = None;
        let mut failing: Vec<(&Claim, Wrong)> = Vec::new();
        for group in claims.chunk_by(|a, b| a.bound == b.bound) {
            for (claim, (verdict, note)) in group.iter().zip(self.verdicts(group)) {
                match verdict {
                    Verdict::Right(right) => {
                        ground = weaker(ground, right.ground);
                        let sizes = sizes_text(&self.context, &right.sizes);
                        for note in note.into_iter().chain(right.except).chain(sizes) {
                            if !notes.contains(&note) {
                                notes.push(note);
                            }
                        }
                    }
                    Verdict::Wrong(wrong) => {
                        if !failing.iter().any(|(earlier, _)| earlier.bound == claim.bound) {
                            failing.push((claim, wrong));
                        }
                    }
                    Verdict::Undecided(reason) => undecided = undecided.or(Some(reason.reason)),
                }
            }
        }
        if (undecided.is_some() || !failing.is_empty()) && self.leaves_open(claims) {
            match self.wrong_however(claims) {
                Some(found) => failing = vec![found],
                None if !failing.is_empty() => return Judgement::Undecided(LEFT_OPEN.to_owned()),
                None => {}
            }
        }
        if let Some((claim, wrong)) = failing.first() {
            if !self.explains() {
                return Judgement::Wrong(Box::default());
            }
            return Judgement::Wrong(Box::new(self.mistake(claims, claim, wrong.clone(), &failing, source)));
        }
        if let Some(slip) = claims.iter().flat_map(|claim| &claim.slips).next() {
            return self.slip(slip, undecided.is_none());
        }
        match undecided {
            Some(reason) => Judgement::Undecided(reason),
            None if self.differentiates_nothing(claims) => Judgement::Undecided(NO_VALUE.to_owned()),
            None => {
                notes.extend(layers(claims));
                notes.extend(self.spread_vectors(claims));
                Judgement::Right { ground, notes }
            }
        }
    }

    /// What is said where the sides of a claim have different shapes.
    fn shapes_differ(&mut self, claims: &[Claim], source: &str) -> Option<Judgement> {
        let shapes = self.context.network.arena.shapes();
        let differ = |claim: &&Claim| {
            let zero = [claim.left.expr, claim.right.expr].contains(&crate::expr::Arena::ZERO);
            !zero && !claim.left.form().same(claim.right.form(), shapes)
        };
        let claim = claims.iter().find(differ)?;
        let (left, right) = (claim.left.form(), claim.right.form());
        let said = format!(
            "the left side is {}, the right side {}",
            self.context.form_text(left),
            self.context.form_text(right)
        );
        let open = |form: Form| form.identity || form.high || form.dims().is_empty() && !form.is_scalar();
        if open(left) || open(right) || may_be_meant(claim) {
            return Some(Judgement::Undecided(said));
        }
        if left.is_scalar() || right.is_scalar() {
            // A number may stand for a vector of it.
            let verdict = self.decided(&claim.left, &claim.right, claim.left.expr, claim.right.expr);
            if !matches!(verdict, Verdict::Wrong(_)) {
                return Some(Judgement::Undecided(said));
            }
        }
        if !self.explains() {
            return Some(Judgement::Wrong(Box::default()));
        }
        let first = claims.iter().find(|first| first.bound == claim.bound).unwrap_or(claim);
        let diagnosis = self.diagnose(first, claim).filter(|_| left.dims() != right.dims());
        let span = diagnosis.as_ref().map_or(claim.right.span(), |diagnosis| diagnosis.span);
        let told = Diagnosis { kind: "shapes", message: said.clone(), span };
        let notes = if diagnosis.is_some() { vec![said] } else { Vec::new() };
        let correct_latex = wording::correct(&mut self.context, first, claim, source);
        let diagnosis = Some(diagnosis.unwrap_or(told));
        let bound = claim.bound.clone();
        let mistake = Mistake { span, bound, diagnosis, correct_latex, notes, ..Mistake::default() };
        Some(Judgement::Wrong(Box::new(mistake)))
    }

    /// A malformed formula whose mended form was judged.
    fn slip(&self, slip: &super::claim::Slip, mended_is_right: bool) -> Judgement {
        if !mended_is_right {
            let error = Diagnostic::error("malformed-derivative", slip.message.clone()).at(slip.span, "");
            return Judgement::Unread(error);
        }
        let diagnosis = Diagnosis { kind: "malformed-derivative", message: slip.message.clone(), span: slip.span };
        Judgement::Wrong(Box::new(Mistake {
            span: slip.span,
            diagnosis: Some(diagnosis),
            notes: vec!["with it the formula is right".to_owned()],
            ..Mistake::default()
        }))
    }

    /// Whether the links of one chain hold. All of them are read in one way: with total derivatives, or with ∂⁺ in
    /// products and before expressions.
    fn verdicts(&mut self, claims: &[Claim]) -> Vec<(Verdict, Option<String>)> {
        let total: Vec<(Verdict, Option<String>)> = claims.iter().map(|claim| self.verdict(claim)).collect();
        let is_wrong = |(verdict, _): &(Verdict, Option<String>)| matches!(verdict, Verdict::Wrong(_));
        let may_differ = claims.iter().any(|claim| claim.left.direct.is_some() || claim.right.direct.is_some());
        if !total.iter().any(is_wrong) {
            return total;
        }
        if !may_differ {
            return self.form_left_open(claims, total);
        }
        let mut direct = Vec::with_capacity(claims.len());
        for claim in claims {
            let [left, right] = [&claim.left, &claim.right].map(|side| side.direct.unwrap_or(side.expr));
            let verdict = self.decided(&claim.left, &claim.right, left, right);
            if !matches!(verdict, Verdict::Right(_)) {
                return self.form_left_open(claims, total);
            }
            direct.push((verdict, Some(DIRECT.to_owned())));
        }
        direct
    }

    /// Verdicts that call no claim wrong that may hold when ∂C/∂w is written in another way: one with ∂⁺ of it, and all
    /// of a chain that begins with it. What such a claim leads to is still held against the beginning of its chain.
    fn form_left_open(
        &mut self,
        claims: &[Claim],
        verdicts: Vec<(Verdict, Option<String>)>,
    ) -> Vec<(Verdict, Option<String>)> {
        let Some(first) = claims.first() else { return verdicts };
        let whole = self.depends_on_form(&first.left);
        let mut opened = Vec::with_capacity(verdicts.len());
        for (claim, (verdict, note)) in claims.iter().zip(verdicts) {
            let [left, right] = [&claim.left, &claim.right].map(|side| self.depends_on_form(side));
            if !matches!(verdict, Verdict::Wrong(_)) || !(whole || left || right) {
                opened.push((verdict, note));
                continue;
            }
            if !whole && !right {
                let ends = self.decided(&first.left, &claim.right, first.left.expr, claim.right.expr);
                if matches!(ends, Verdict::Wrong(_)) {
                    opened.push((ends, note));
                    continue;
                }
            }
            let reason = "∂⁺ of a derivative depends on the formula of that derivative, which is not known here";
            let reason = reason.to_owned();
            opened.push((Verdict::Undecided(super::verdict::Undecided { reason }), note));
        }
        opened
    }

    /// Whether a side differentiates a derivative, and its value depends on how that is written.
    fn depends_on_form(&mut self, side: &Side) -> bool {
        side.parts.iter().any(|part| match &part.kind {
            PartKind::Differential { depends_on_form, .. } => *depends_on_form,
            PartKind::Derivative { by, .. } => by.windows(2).any(|pair| self.context.depends_on_form(pair[0], pair[1])),
            _ => false,
        })
    }

    /// Whether one claim holds, and what is to be said about how it was read.
    fn verdict(&mut self, claim: &Claim) -> (Verdict, Option<String>) {
        let verdict = self.decided(&claim.left, &claim.right, claim.left.expr, claim.right.expr);
        if !matches!(verdict, Verdict::Wrong(_)) {
            return (verdict, None);
        }
        match self.at_values(claim) {
            Some(found) => found,
            None => (verdict, None),
        }
    }

    /// Decides with the literals of both sides kept apart.
    fn decided(&mut self, left: &Side, right: &Side, left_expr: ExprId, right_expr: ExprId) -> Verdict {
        let mut literals = Vec::new();
        let named =
            [(left, left_expr), (right, right_expr)].map(|(side, expr)| self.with_literals(side, expr, &mut literals));
        let options = self.options_for(&literals);
        decide(&mut self.context.network, named[0], named[1], &options)
    }

    fn options_for(&self, literals: &[Literal]) -> DecideOptions {
        DecideOptions { literals: literals.to_vec(), ..self.options.clone() }
    }

    /// A side with names in the place of its decimal literals, where it can be built anew.
    fn with_literals(&mut self, side: &Side, expr: ExprId, found: &mut Vec<Literal>) -> ExprId {
        let written: Vec<(PartId, Rational, u32)> = side
            .literals()
            .filter_map(|(id, literal)| Some((id, literal.value.clone(), literal.decimals?)))
            .filter(|literal| literal.2 <= 30)
            .collect();
        if written.is_empty() || expr != side.expr {
            return expr;
        }
        let before = found.len();
        let mut names: FxHashMap<PartId, ExprId> = FxHashMap::default();
        for (id, value, decimals) in written {
            let name = self.literal(found.len());
            names.insert(id, self.context.network.name_expr(name));
            found.push(Literal { name, value, half_unit: half_unit(decimals) });
        }
        let rebuilt = side.rebuild(&mut self.context.network.arena, |id, _| names.get(&id).copied());
        rebuilt.unwrap_or_else(|| {
            found.truncate(before);
            expr
        })
    }

    fn literal(&mut self, at: usize) -> NameId {
        while self.literals.len() <= at {
            let name = self.context.letter(&Spelling::new("literal", self.literals.len().to_string(), ""));
            self.literals.push(name);
        }
        self.literals[at]
    }

    /// A claim that a side has a certain value: judged at the values that the network gives its leaves.
    fn at_values(&mut self, claim: &Claim) -> Option<(Verdict, Option<String>)> {
        let is_number = |judge: &Self, side: &Side| !names_anything(&judge.context, side.expr);
        if is_number(self, &claim.left) == is_number(self, &claim.right) {
            return None;
        }
        let Some(values) = self.values.clone() else {
            let rounded = claim.relation == Equality::Approximate;
            let reason = "it claims a value, and the network gives its leaves none".to_owned();
            let undecided = Verdict::Undecided(super::verdict::Undecided { reason });
            return rounded.then_some((undecided, None));
        };
        let left = self.context.at(claim.left.expr, &values);
        let right = self.context.at(claim.right.expr, &values);
        let mut literals = Vec::new();
        let (left, right) = match is_number(self, &claim.left) {
            true => (self.with_literals(&claim.left, claim.left.expr, &mut literals), right),
            false => (left, self.with_literals(&claim.right, claim.right.expr, &mut literals)),
        };
        let options = self.options_for(&literals);
        let verdict = decide(&mut self.context.network, left, right, &options);
        let note = matches!(verdict, Verdict::Right(_)).then(|| "at the values of the network".to_owned());
        Some((verdict, note))
    }
}

/// Whether a square of a vector stands where a scalar belongs: it may be meant as the squared norm.
fn may_be_meant(claim: &Claim) -> bool {
    let has_square = |side: &Side| side.parts.iter().any(|part| part.kind == PartKind::Power && part.form.is_vector());
    claim.left.form().is_scalar() && has_square(&claim.right)
        || claim.right.form().is_scalar() && has_square(&claim.left)
}

const DIRECT: &str = "its links are read as derivatives inside one equation (∂⁺)";

/// The weaker of two grounds.
pub(super) fn weaker(a: Ground, b: Ground) -> Ground {
    let rank = |ground: &Ground| match ground {
        Ground::Proved => 0,
        Ground::Numerically { .. } => 1,
        Ground::Rounded { .. } => 2,
    };
    if rank(&b) > rank(&a) { b } else { a }
}

/// Half a unit of the last digit of a number with so many digits after the point.
pub(super) fn half_unit(decimals: u32) -> Rational {
    let tenth = Rational::new(1, 10).unwrap_or(Rational::ONE);
    let unit = tenth.pow(i64::from(decimals)).unwrap_or(Rational::ONE);
    Rational::new(1, 2).and_then(|half| half.mul(&unit)).unwrap_or(unit)
}

/// Whether an expression mentions a quantity.
fn names_anything(context: &Context, expr: ExprId) -> bool {
    let mut order = Vec::new();
    Postorder::default().collect(&context.network.arena, &[expr], &mut order);
    order.iter().any(|&id| matches!(context.network.arena.node(id), Node::Name(_)))
}

/// The values that the network gives all its leaves.
fn declared_values(context: &Context) -> Option<Vec<(NameId, ExprId)>> {
    let network = &context.network;
    let leaves = (0..network.quantities.len() as u32).map(NameId);
    let leaves = leaves.filter(|&name| matches!(network.quantity(name).origin, Origin::Leaf(_) | Origin::Size));
    let point = network.points.first();
    let value = |name: NameId| {
        let given = point.and_then(|point| point.values.iter().find(|(given, _)| *given == name));
        given.map(|(_, value)| *value).or(network.quantity(name).value)
    };
    leaves.map(|name| Some((name, value(name)?))).collect()
}
