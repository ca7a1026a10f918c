//! The narrow place of a mistake: the part of a hand formula that must be another for the whole to be right.
//!
//! Takes the parts of a side and what was found to be wrong with it; gives the place of a part of which numbers say that
//! with it mended the formula is right. The diagnosis is proved before; this only finds where it stands.

use super::claim::{Part, PartId, PartKind, Side};
use super::diagnose::{Diagnosis, Kind, Trial};
use crate::diagnostic::Span;
use crate::expr::{Arena, ExprId};
use crate::network::Network;

/// The most parts that are mended to see whether the formula is right then.
const MAX_TRIED: usize = 60;

/// As narrow a place as can be told, the whole side if nothing is known.
pub(super) fn place(network: &mut Network, side: &Side, truth: ExprId, found: &Diagnosis) -> Span {
    let [beside] = found.found[..] else { return standing(side, &found.found).unwrap_or(side.span()) };
    if let Some(place) = standing(side, &[beside]) {
        return place;
    }
    let mut mending = Mending { network, side, truth, trial: None };
    let tried = match found.kind {
        Kind::Sign => mending.sign(),
        Kind::Constant | Kind::MeanForSum | Kind::SumForMean => mending.number(),
        Kind::Transpose => found.whose.and_then(|whose| mending.turned(whose)),
        Kind::DoubledFactor => mending.without(found.parts[0]),
        _ => beside.and_then(|beside| mending.other(beside, found.parts[0])),
    };
    tried.unwrap_or(side.span())
}

/// The place of expressions that stand in the side once each.
fn standing(side: &Side, found: &[Option<ExprId>]) -> Option<Span> {
    let mut whole: Option<Span> = None;
    for expr in found.iter().flatten() {
        let mut places = side.parts.iter().filter(|part: &&Part| part.expr == *expr);
        let place = places.next()?.span;
        if places.any(|part| part.span != place) {
            return None;
        }
        whole = Some(whole.map_or(place, |whole| whole.to(place)));
    }
    whole
}

/// Mends one part after another.
struct Mending<'a> {
    network: &'a mut Network,
    side: &'a Side,
    truth: ExprId,
    trial: Option<Trial>,
}

impl Mending<'_> {
    /// Whether the side is the truth with another expression for a part.
    fn fits(&mut self, part: PartId, other: ExprId) -> bool {
        // Products say which axes their factors have.
        if self.network.arena.shape(other) != self.network.arena.shape(self.side.part(part).expr) {
            return false;
        }
        let replaced = self.side.rebuild(&mut self.network.arena, |id, _| (id == part).then_some(other));
        let Some(replaced) = replaced else { return false };
        let truth = self.truth;
        let trial = match &mut self.trial {
            Some(trial) => trial,
            none => none.insert(Trial::new(self.network, truth)),
        };
        trial.is_near(self.network, replaced)
    }

    /// The parts for which something holds, the narrowest first.
    fn parts(&self, wanted: impl Fn(&Part) -> bool) -> Vec<PartId> {
        let all = (0..self.side.parts.len() as u32).map(PartId);
        let mut parts: Vec<PartId> = all.filter(|&id| wanted(self.side.part(id))).collect();
        parts.sort_by_key(|&id| (self.side.part(id).span.end - self.side.part(id).span.start, id));
        parts.truncate(MAX_TRIED);
        parts
    }

    /// A term of a sum, or a negative, whose sign is the wrong one.
    fn sign(&mut self) -> Option<Span> {
        let sums = self.side.parts.iter().filter(|part| part.kind == PartKind::Sum);
        let terms: Vec<PartId> = sums.flat_map(|sum| sum.children.clone()).collect();
        let is_term = |id: PartId| terms.contains(&id) || self.side.part(id).kind == PartKind::Negative;
        let parts: Vec<PartId> = self.parts(|_| true).into_iter().filter(|&id| is_term(id)).collect();
        parts.into_iter().find_map(|id| {
            let minus = self.network.arena.negate(self.side.part(id).expr);
            self.fits(id, minus).then(|| self.side.part(id).span)
        })
    }

    /// A number, or a fraction without names, in whose place another one belongs.
    fn number(&mut self) -> Option<Span> {
        let numbers = self.parts(|part| matches!(part.kind, PartKind::Number(_) | PartKind::Quotient));
        for id in numbers {
            let part = self.side.part(id);
            let Some(value) = self.network.arena.as_number(part.expr).cloned() else { continue };
            if !self.network.arena.shape(part.expr).is_scalar() {
                continue;
            }
            let replaced = self.side.rebuild(&mut self.network.arena, |own, _| (own == id).then_some(Arena::ONE));
            let Some(replaced) = replaced else { continue };
            let truth = self.truth;
            let trial = match &mut self.trial {
                Some(trial) => trial,
                none => none.insert(Trial::new(self.network, truth)),
            };
            if trial.ratio(self.network, replaced).is_some_and(|ratio| ratio != value) {
                return Some(part.span);
            }
        }
        None
    }

    /// A square matrix that stands the other way, with its sign of transposition if it has one.
    fn turned(&mut self, matrix: ExprId) -> Option<Span> {
        if self.network.arena.dims(matrix).len() != 2 {
            return None;
        }
        let transposed = self.network.arena.permute(matrix, &[1, 0]);
        let parts = self.parts(|part| part.expr == matrix || part.expr == transposed);
        parts.into_iter().rev().find_map(|id| {
            let part = self.side.part(id);
            let other = if part.expr == matrix { transposed } else { matrix };
            self.fits(id, other).then_some(part.span)
        })
    }

    /// A part that stands there once too often.
    fn without(&mut self, factor: ExprId) -> Option<Span> {
        let parts = self.parts(|part| part.expr == factor);
        let ones = self.network.arena.ones_like(factor);
        parts.into_iter().rev().find_map(|id| self.fits(id, ones).then(|| self.side.part(id).span))
    }

    /// One of several equal parts in whose place another one belongs, or its meaning.
    fn other(&mut self, beside: ExprId, right: ExprId) -> Option<Span> {
        let meaning = self.network.arena.as_name(beside).and_then(|name| self.network.definition(name));
        let meaning = meaning.map(|equation| equation.value);
        let parts = self.parts(|part| part.expr == beside || Some(part.expr) == meaning);
        parts.into_iter().find_map(|id| self.fits(id, right).then(|| self.side.part(id).span))
    }
}
