//! The right formula in the author's own hand, where it is known what is wrong: his text with one edit.
//!
//! Takes a claim and the mistake that was found in it; gives the text of the side with an edit that mends it, read again
//! and proved equal to the truth for all indices that the formula stands for.

use super::edits::{Said, TextEdit, edits};
use super::splices::{Pieces, Splicer};
use super::written::general;
use super::{
    Wrong, confusions, counted, free_letters, has_idle_derivative, neighbours, parsed, speaks_of_derivatives, spreads,
    told,
};
use crate::check::claim::{Claim, Part, PartKind, Side};
use crate::check::decide::{DecideOptions, decide};
use crate::check::diagnose::{self, Kind, Trial, names_in, shown_link};
use crate::check::judge::Diagnosis;
use crate::check::read::{Context, read_again, tree_of};
use crate::check::verdict::Verdict;
use crate::check::wording::{Hand, transpose_of, without_braces};
use crate::diagnostic::Span;
use crate::expr::{ExprId, Node, NumberId};
use crate::network::Origin;
use crate::notation::Style;
use crate::rational::Rational;
use crate::syntax::ast::Role;

/// The longest text that is edited, in bytes.
const MAX_LENGTH: usize = 1_000;
/// The most edits that are read.
const MAX_READ: usize = 160;
/// The most edits that are handed to the checker.
const MAX_CONFIRMED: usize = 3;
/// The most readings of one formula for which an edit is confirmed.
const MAX_BINDINGS: usize = 12;
/// The longest piece that is put in as a term, in bytes: a longer one is no longer in the author's own names.
const MAX_PIECE: usize = 60;
/// How long a sentence about the sign of a term may be before the term as the author wrote it is better.
const SHORT: usize = 45;
/// The most names that are tried in the place of another.
const MAX_NAMES: usize = 12;

/// A claim that is wrong, and why.
pub(in crate::check) struct Explained<'a> {
    /// All claims of the chain.
    pub claims: &'a [Claim],
    /// The first one with the same indices.
    pub first: &'a Claim,
    /// The one that is wrong.
    pub claim: &'a Claim,
    /// What is wrong with it.
    pub found: &'a diagnose::Diagnosis,
    /// The document.
    pub source: &'a str,
}

/// The right formula.
pub(in crate::check) struct Respelled {
    /// Both sides.
    pub latex: String,
    /// What is wrong, said of the text, where that says it better.
    pub said: Option<Diagnosis>,
}

/// The text of a claim with the edit that mends what is wrong with it.
pub(in crate::check) fn respelled(
    context: &mut Context,
    explained: &Explained<'_>,
    options: &DecideOptions,
) -> Option<Respelled> {
    let span = super::with_size(explained.source, explained.claim.right.span());
    let text = explained.source.get(span.range()).filter(|text| text.len() <= MAX_LENGTH)?;
    let left = super::with_size(explained.source, explained.first.left.span());
    // A component of a gradient has no left side of its own in the text.
    if left.start <= span.start && span.start < left.end {
        return None;
    }
    let left = explained.source.get(left.range())?;
    let letters = context.letters.clone();
    let truth = truth_of(context, explained.first);
    let trial = Trial::new(&mut context.network, truth);
    let mut respeller =
        Respeller { context, explained, options, text, start: span.start, truth, trial, read: 0, confirmed: 0 };
    let found = respeller.found();
    context.letters = letters;
    let (text, said) = found?;
    let latex = format!("{} = {}", left.trim(), super::tidy(&text));
    Some(Respelled { latex, said })
}

fn truth_of(context: &Context, first: &Claim) -> ExprId {
    match first.left.part(first.left.root()).kind {
        PartKind::Name(name) => context.network.definition(name).map_or(first.left.expr, |equation| equation.value),
        _ => first.left.expr,
    }
}

struct Respeller<'a> {
    context: &'a mut Context,
    explained: &'a Explained<'a>,
    options: &'a DecideOptions,
    text: &'a str,
    /// Where it begins in the document.
    start: u32,
    truth: ExprId,
    trial: Trial,
    read: usize,
    confirmed: usize,
}

impl Respeller<'_> {
    fn found(&mut self) -> Option<(String, Option<Diagnosis>)> {
        let claim = self.explained.claim;
        // What a macro stands for, or what cannot be cut out of its text, has no places to edit.
        let own = self.side(self.text, &claim.bound)?;
        if own.expr != claim.right.expr {
            return None;
        }
        let kind = self.explained.found.kind;
        let in_symbols = is_name(kind) && speaks_of_derivatives(&claim.right);
        if is_arranged(kind) || kind == Kind::Sign || in_symbols {
            return self.arranged().or_else(|| self.spliced(&own).map(|text| (text, None)));
        }
        self.spliced(&own).or_else(|| self.stroked().map(|found| found.0)).map(|text| (text, None))
    }

    /// A side as it is read from a text that stands where this one does.
    fn side(&mut self, text: &str, bound: &[(String, i64)]) -> Option<Side> {
        let tree = tree_of(self.context, text, self.start as usize, &self.context.macros).ok()?;
        let items = tree.row(tree.root()).to_vec();
        read_again(self.context, &tree, &items, bound).map(|read| read.0)
    }

    /// Whether a text is right: near first, then proved for all indices.
    fn is_right(&mut self, text: &str) -> bool {
        if self.read == MAX_READ || self.confirmed == MAX_CONFIRMED {
            return false;
        }
        self.read += 1;
        let claim = self.explained.claim;
        let Some(side) = self.side(text, &claim.bound) else { return false };
        let left = self.explained.first.left.form();
        if !side.form().same(left, self.context.network.arena.shapes())
            || has_idle_derivative(&side)
            || !self.trial.is_near(&mut self.context.network, side.expr)
        {
            return false;
        }
        self.confirmed += 1;
        let mut bindings: Vec<(&[(String, i64)], ExprId)> = vec![(&claim.bound, self.truth)];
        for first in self.explained.claims {
            if bindings.iter().all(|known| known.0 != first.bound.as_slice()) {
                bindings.push((&first.bound, truth_of(self.context, first)));
            }
        }
        bindings.len() <= MAX_BINDINGS
            && bindings.into_iter().all(|(bound, truth)| {
                self.side(text, bound).is_some_and(|side| {
                    let verdict = decide(&mut self.context.network, side.expr, truth, &self.options.bare());
                    matches!(verdict, Verdict::Right(_))
                })
            })
    }

    /// An edit of the arrangement: transposes, order, signs of products, names.
    fn arranged(&mut self) -> Option<(String, Option<Diagnosis>)> {
        let (text, edit) = self.stroked()?;
        let (first, claim, found) = (self.explained.first, self.explained.claim, self.explained.found);
        let names_place = matches!(edit.said, Said::SignOf(_)) && found.message.chars().count() > SHORT;
        if found.kind == Kind::Sign && !names_place {
            return Some((text, None));
        }
        let link = if is_name(found.kind) { self.link(&text, &edit) } else { None };
        let says_more = match edit.kind == found.kind {
            true if found.kind == Kind::Sign => true,
            true => is_unreadable(&found.message) || speaks_of_derivatives(&claim.right),
            // Entries have no transposes, and one sign in another place says more than what comes of it.
            false if first.left.form().indices != 0 => edit.kind == Kind::IndexSwapped,
            false => edit.kind == Kind::Transpose || matches!(edit.said, Said::Shifted(_)),
        };
        if !says_more && link.is_none() {
            return Some((text, None));
        }
        let side = self.side(&text, &claim.bound)?;
        let (bound, left, truth) = (claim.bound.as_slice(), &first.left, self.truth);
        let (text_of, elsewhere) = (self.text, Vec::new());
        let wrong = Wrong { text: text_of, start: self.start, bound, left, truth, elsewhere, transpose: "" };
        let mut said = told(self.context, &wrong, &edit, &side, &text);
        said.message = link.unwrap_or(said.message);
        Some((text, Some(said)))
    }

    /// What is said of an edit inside the symbol of a derivative: which symbol stands for which.
    fn link(&mut self, text: &str, edit: &TextEdit) -> Option<String> {
        let claim = self.explained.claim;
        let at = |place: u32| place.saturating_add(self.start);
        let holds = |span: Span| span.start <= at(edit.span.start) && at(edit.span.end) <= span.end;
        let is_edited = |part: &Part| matches!(part.kind, PartKind::Derivative { .. }) && holds(part.span);
        let number = claim.right.parts.iter().position(is_edited)?;
        let new = self.side(text, &claim.bound)?;
        let [wrong, right] = [claim.right.parts.get(number)?, new.parts.get(number)?].map(|part| match &part.kind {
            PartKind::Derivative { of, by, .. } if by.len() == 1 => {
                Some(shown_link(&self.context.network, Style::default(), *of, by[0]))
            }
            _ => None,
        });
        Some(format!("{} stands where {} belongs", wrong?, right?))
    }

    /// An edit of single strokes of the text, of the kinds that the mistake may be.
    fn stroked(&mut self) -> Option<(String, TextEdit)> {
        let tree = parsed(self.context, self.text)?;
        let kind = self.explained.found.kind;
        let claim = self.explained.claim;
        let transpose = transpose_of(self.explained.source.get(claim.span.range()).unwrap_or_default());
        let context = &*self.context;
        let counted = counted(self.text, &claim.bound);
        let mut others = |name: &str| match neighbours(name, &counted) {
            general if !general.is_empty() => general,
            _ => confusions(context, name),
        };
        let free = free_letters(self.context);
        let mut edits = edits((&tree, self.text), transpose, &free, &mut others);
        let fits = |own: Kind| own == kind || is_arranged(kind) && is_arranged(own) || is_name(kind) && is_name(own);
        edits.retain(|edit| fits(edit.kind));
        if !self.text.contains("_{") {
            let pieces = edits.iter_mut().flat_map(|edit| &mut edit.pieces);
            pieces.for_each(|piece| piece.1 = without_braces(&piece.1));
        }
        edits.into_iter().find_map(|edit| {
            let text = edit.made(self.text);
            let own = spreads(&self.explained.claim.right);
            let spread = |respeller: &mut Self| {
                let side = respeller.side(&text, &respeller.explained.claim.bound);
                side.is_some_and(|side| spreads(&side) > own)
            };
            (self.is_right(&text) && !spread(self)).then_some((text, edit))
        })
    }

    /// A piece put in, taken out or turned.
    fn spliced(&mut self, own: &Side) -> Option<String> {
        let mut side = own.clone();
        for part in &mut side.parts {
            part.span.start = part.span.start.saturating_sub(self.start);
            part.span.end = part.span.end.saturating_sub(self.start);
        }
        let edits = self.proposals(&side);
        edits.into_iter().find_map(|pieces| {
            let edit = TextEdit::splice(pieces);
            let text = edit.made(self.text);
            self.is_right(&text).then_some(text)
        })
    }

    fn proposals(&mut self, side: &Side) -> Vec<Pieces> {
        let found = self.explained.found;
        // A mistake made in several terms is one.
        let Some(&part) = found.parts.first().filter(|first| found.parts.iter().all(|part| part == *first)) else {
            return Vec::new();
        };
        let beside = found.found.first().copied().flatten();
        let hand = Hand { first: self.explained.first, claim: self.explained.claim, source: self.explained.source };
        let times = times_of(self.text);
        let text = self.text;
        match found.kind {
            Kind::Sign => self.splicer(side, text, times).negated(),
            Kind::Constant | Kind::MeanForSum | Kind::SumForMean => {
                let ratio = self.trial.ratio(&mut self.context.network, side.part(side.root()).expr);
                let inverse = beside.map(|beside| self.context.network.arena.power(beside, NumberId::MINUS_ONE));
                let factor = match (ratio.clone(), inverse) {
                    (_, Some(inverse)) if found.kind != Kind::Constant => Some(inverse),
                    (Some(ratio), _) => Some(self.context.network.arena.number(ratio)),
                    _ => None,
                };
                let piece = factor.and_then(|factor| Some((factor, self.piece(&hand, factor)?)));
                let positive = ratio.as_ref().map(|ratio| self.context.network.arena.number(ratio.neg()));
                let positive = positive.and_then(|number| self.piece(&hand, number));
                let mut splicer = self.splicer(side, text, times);
                let mut edits = splicer.shortened();
                if let (Some(ratio), Some(piece)) = (ratio.filter(Rational::is_negative), &positive) {
                    edits.extend(splicer.turned(&ratio, piece));
                }
                edits.extend(splicer.rescaled());
                if let Some((factor, piece)) = piece {
                    edits.extend(splicer.multiplied(factor, &piece, true));
                }
                edits
            }
            Kind::MissingFactor | Kind::LostPath | Kind::LostTerm if speaks_of_derivatives(side) => {
                self.splicer(side, text, times).continued()
            }
            Kind::MissingFactor => {
                let Some(piece) = self.piece(&hand, part) else { return Vec::new() };
                let is_number = is_number(self.context, part) || {
                    let is_scalar = self.context.network.arena.shape(part).is_scalar();
                    is_scalar && piece.starts_with(|sign: char| sign.is_ascii_digit())
                };
                let mut splicer = self.splicer(side, text, times);
                let mut edits = splicer.multiplied(part, &piece, is_number);
                edits.extend(splicer.scaled_rows(&piece));
                edits.extend(splicer.joined(&piece));
                edits
            }
            Kind::DoubledFactor => self.splicer(side, text, times).shortened(),
            Kind::LostPath | Kind::LostTerm => {
                let piece = self.piece(&hand, part).filter(|piece| piece.len() <= MAX_PIECE);
                let mut splicer = self.splicer(side, text, times);
                let mut edits = piece.map(|piece| splicer.added(part, &piece)).unwrap_or_default();
                edits.extend(splicer.continued());
                edits
            }
            Kind::InvertedFactor => {
                let mut edits = self.replacing(side, &hand, part);
                edits.extend(self.splicer(side, text, times).inverted());
                edits
            }
            _ => self.replacing(side, &hand, part),
        }
    }

    /// An expression as the author writes it: for all layers, where he does so.
    fn piece(&mut self, hand: &Hand<'_>, expr: ExprId) -> Option<String> {
        let piece = hand.piece(self.context, expr)?;
        let [(letter, value)] = self.explained.claim.bound.as_slice() else { return Some(piece) };
        let is_written = |mark: &char| {
            [format!("{mark}{letter}"), format!("{mark}{{{letter}")].iter().any(|form| self.text.contains(form))
        };
        let marks: Vec<char> = ['^', '_'].into_iter().filter(is_written).collect();
        Some(general(&piece, (letter, *value), &marks))
    }

    /// Another piece, or another name, in the place of one.
    fn replacing(&mut self, side: &Side, hand: &Hand<'_>, part: ExprId) -> Vec<Pieces> {
        let mut wanted = names_in(&self.context.network, &[part, self.truth]);
        wanted.dedup();
        wanted.truncate(MAX_NAMES);
        let mut others: Vec<(ExprId, String)> = Vec::new();
        for name in wanted {
            let expr = self.context.network.name_expr(name);
            others.extend(self.piece(hand, expr).map(|piece| (expr, piece)));
        }
        let piece = self.piece(hand, part);
        let (text, times) = (self.text, times_of(self.text));
        let mut splicer = self.splicer(side, text, times);
        let mut edits = splicer.renamed(&others);
        if let Some(piece) = piece {
            edits.extend(splicer.replaced(part, &piece));
        }
        edits
    }

    fn splicer<'b>(&'b mut self, side: &'b Side, text: &'b str, times: &'b str) -> Splicer<'b> {
        Splicer { network: &mut self.context.network, side, text, trial: &mut self.trial, times }
    }
}

/// Whether a message is long, or has formulas left out for their length.
fn is_unreadable(message: &str) -> bool {
    message.chars().count() > super::LONG || message.contains('…')
}

/// Whether a mistake is one name, or one link of a chain, in the place of another.
fn is_name(kind: Kind) -> bool {
    matches!(kind, Kind::WrongVariable | Kind::OtherLayer | Kind::WrongArgument)
}

/// Whether a mistake is one of transposes, of order, of the signs between factors, of names and places.
fn is_arranged(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Transpose
            | Kind::TransposeElsewhere
            | Kind::FactorOrder
            | Kind::OuterSwapped
            | Kind::OtherLayout
            | Kind::IndexSwapped
            | Kind::ElementwiseForProduct
            | Kind::ProductForElementwise
            | Kind::Bracket
    )
}

/// Whether a factor stands in front: a number, or a fraction of sizes and numbers.
fn is_number(context: &Context, expr: ExprId) -> bool {
    let network = &context.network;
    let is_constant = |name: &crate::expr::NameId| {
        matches!(network.quantity(*name).origin, Origin::Size | Origin::Leaf(Role::Const | Role::Param))
    };
    let is_quotient = |expr| matches!(network.arena.node(expr), Node::Product { .. } | Node::Number(_) | Node::Name(_));
    network.arena.shape(expr).is_scalar()
        && context.has_tensors()
        && (is_quotient(expr) || names_in(network, &[expr]).iter().all(is_constant))
        || network.arena.as_number(expr).is_some()
}

/// The sign that an author puts between factors.
fn times_of(text: &str) -> &'static str {
    match () {
        () if text.contains("\\cdot") => " \\cdot ",
        () if text.contains('*') => " * ",
        () if text.contains("\\,") => "\\,",
        () => " ",
    }
}
