//! What may be put into the text of a side in the place of one of its parts: another piece, a factor more, a factor
//! less, a term more, the other sign.
//!
//! Takes the parts of a side with their values; gives edits of the text of which numbers say that they make it right.
//! What the text with an edit says is still read and judged.

use super::atoms::with_size;
use super::written::{bracketed, opened, renumbered, space, written_number};
use crate::check::claim::{PartId, PartKind, Side};
use crate::check::diagnose::Trial;
use crate::diagnostic::Span;
use crate::expr::{ExprId, NumberId};
use crate::network::Network;
use crate::rational::Rational;

/// Pieces of a text that are put in the place of others, in the order of the text.
pub(super) type Pieces = Vec<(Span, String)>;

/// The most parts of a side that are looked at.
const MAX_PARTS: usize = 64;
/// The most terms that are written once more with other numbers.
const MAX_TERMS: usize = 4;
/// The most factors that are taken away without numbers that speak for it.
const MAX_BLIND: usize = 16;

/// A side whose parts are replaced.
pub(super) struct Splicer<'a> {
    /// Where its names live.
    pub network: &'a mut Network,
    /// The side, its places counted from the start of its text.
    pub side: &'a Side,
    /// Its text.
    pub text: &'a str,
    /// What it should be, as numbers.
    pub trial: &'a mut Trial,
    /// The sign that the author puts between factors.
    pub times: &'a str,
}

impl Splicer<'_> {
    fn parts(&self) -> Vec<PartId> {
        (0..self.side.parts.len().min(MAX_PARTS) as u32).map(PartId).collect()
    }

    /// The whole first, then the parts that stand in it, the widest first.
    fn widest(&self) -> Vec<PartId> {
        let mut parts = self.parts();
        parts.sort_by_key(|&id| std::cmp::Reverse((self.side.part(id).span.end - self.side.part(id).span.start, id)));
        parts
    }

    fn span(&self, id: PartId) -> Span {
        with_size(self.text, self.side.part(id).span)
    }

    fn written(&self, id: PartId) -> &str {
        self.text.get(self.span(id).range()).unwrap_or_default().trim()
    }

    /// Whether the side is right with another expression for a part.
    fn fits(&mut self, id: PartId, other: ExprId) -> bool {
        let arena = &mut self.network.arena;
        if arena.shape(other) != arena.shape(self.side.part(id).expr) {
            return false;
        }
        let Some(replaced) = self.side.rebuild(arena, |own, _| (own == id).then_some(other)) else { return false };
        self.trial.is_near(self.network, replaced)
    }

    /// A part times another expression, entry by entry.
    fn scaled(&mut self, id: PartId, factor: ExprId) -> Option<ExprId> {
        let own = self.side.part(id).expr;
        let arena = &mut self.network.arena;
        if arena.shape(factor).is_scalar() {
            return Some(arena.times(own, factor));
        }
        if arena.shape(own) != arena.shape(factor) {
            return None;
        }
        let operands = [own, factor].map(|expr| (arena.operand(expr), NumberId::ONE));
        arena.broadcast_product(NumberId::ONE, &operands).ok().map(|operand| operand.expr)
    }

    /// Another piece in the place of a part.
    pub fn replaced(&mut self, right: ExprId, piece: &str) -> Vec<Pieces> {
        let mut found = Vec::new();
        let mut parts = self.widest();
        // The narrowest first; of several the last one, for it repeats the one before.
        parts.sort_by_key(|&id| (self.side.part(id).span.end - self.side.part(id).span.start, std::cmp::Reverse(id)));
        for id in parts {
            if self.fits(id, right) {
                found.extend(self.in_place(id, [piece.to_owned(), bracketed(piece)]));
            }
        }
        found
    }

    /// One name in the place of another wherever that stands: pairs of the name and what is written for the other one.
    pub fn renamed(&mut self, others: &[(ExprId, String)]) -> Vec<Pieces> {
        let mut found = Vec::new();
        let mut names: Vec<ExprId> = Vec::new();
        for part in &self.side.parts {
            if matches!(part.kind, PartKind::Name(_)) && !names.contains(&part.expr) {
                names.push(part.expr);
            }
        }
        for &name in &names {
            for (other, piece) in others.iter().filter(|other| other.0 != name) {
                let side = self.side;
                if self.network.arena.shape(name) != self.network.arena.shape(*other) {
                    continue;
                }
                let arena = &mut self.network.arena;
                let replaced = side.rebuild(arena, |id, _| (side.part(id).expr == name).then_some(*other));
                if replaced.is_some_and(|replaced| self.trial.is_near(self.network, replaced)) {
                    let places = side.parts.iter().filter(|part| part.expr == name);
                    let mut pieces: Pieces = places.map(|part| (part.span, piece.clone())).collect();
                    pieces.sort_by_key(|piece| piece.0.start);
                    pieces.dedup_by_key(|piece| piece.0);
                    found.push(pieces);
                }
            }
        }
        found
    }

    /// One factor more: behind a part, or before it where it is a number.
    pub fn multiplied(&mut self, factor: ExprId, piece: &str, is_number: bool) -> Vec<Pieces> {
        let mut found = Vec::new();
        let sign = match self.network.arena.shape(factor).is_scalar() {
            true => self.times.to_owned(),
            false => if self.text.contains("\\circ") { "\\circ " } else { "\\odot " }.to_owned(),
        };
        let blind: Vec<PartId> = self.widest();
        for id in blind {
            let Some(value) = self.scaled(id, factor) else { continue };
            if !self.fits(id, value) {
                continue;
            }
            let own = self.written(id).to_owned();
            // Without a sign what is negative would not be a factor but a term.
            let (plain, closed) = (own.clone(), bracketed(&own));
            let mut forms = Vec::new();
            let is_scalar = self.network.arena.shape(factor).is_scalar();
            if !is_scalar && id != self.side.root() && own != piece && opened(&own).is_none() {
                // An entrywise product inside of a matrix product is held together.
                forms.extend([piece.to_owned(), bracketed(piece)].map(|piece| format!("({own}{sign}{piece})")));
            }
            for (own, piece) in [
                (&plain, piece.to_owned()),
                (&plain, bracketed(piece)),
                (&closed, piece.to_owned()),
                (&closed, bracketed(piece)),
            ] {
                if is_number {
                    forms.push(format!("{piece}{}{own}", space(&piece, own)));
                } else {
                    forms.push(format!("{own}{sign}{piece}"));
                }
            }
            if let Some([open, inner, close]) = opened(&own).filter(|_| !is_number) {
                let pieces = [piece.to_owned(), bracketed(piece)];
                forms.extend(pieces.map(|piece| format!("{open}{inner}{sign}{piece}{close}")));
            }
            found.extend(self.in_place(id, forms));
        }
        found
    }

    /// A vector for which the piece is diag(·), entry by entry.
    pub fn scaled_rows(&mut self, piece: &str) -> Vec<Pieces> {
        let inner = piece.strip_prefix("\\mathrm{diag}(").or_else(|| piece.strip_prefix("\\operatorname{diag}("));
        let Some(inner) = inner.and_then(|rest| rest.strip_suffix(')')) else { return Vec::new() };
        let sign = if self.text.contains("\\circ") { "\\circ " } else { "\\odot " };
        let mut found = Vec::new();
        // The first factors of a product may be the vector.
        for product in self.products().into_iter().rev() {
            let children = &self.side.part(product).children;
            for &last in children.iter().rev().skip(1) {
                let first = self.span(children[0]).to(self.span(last));
                let own = self.text.get(first.range()).unwrap_or_default();
                found.push(vec![(first, format!("({own} {sign}({inner}))"))]);
            }
        }
        let is_vector = |id: &PartId| self.network.arena.dims(self.side.part(*id).expr).len() == 1;
        for id in self.widest().into_iter().filter(is_vector).take(MAX_BLIND) {
            let own = self.written(id);
            let forms = [format!("{own} {sign}({inner})"), format!("{} {sign}({inner})", bracketed(own))];
            found.extend(self.in_place(id, forms));
        }
        found
    }

    /// A matrix more in a product, on either side of a factor.
    pub fn joined(&mut self, piece: &str) -> Vec<Pieces> {
        let mut found = Vec::new();
        for id in self.factors().into_iter().take(MAX_BLIND) {
            let own = self.written(id).to_owned();
            found.extend(self.in_place(
                id,
                [format!("{piece}{}{own}", space(piece, &own)), format!("{own}{}{piece}", space(&own, piece))],
            ));
        }
        found
    }

    /// A factor taken away.
    pub fn shortened(&mut self) -> Vec<Pieces> {
        let mut found = Vec::new();
        let mut blind = 0;
        for product in self.products() {
            let children = self.side.part(product).children.clone();
            for (at, &child) in children.iter().enumerate() {
                let expr = self.side.part(child).expr;
                let ones = self.network.arena.ones_like(expr);
                if !self.fits(child, ones) {
                    blind += usize::from(!self.network.arena.shape(expr).is_scalar());
                    if self.network.arena.shape(expr).is_scalar() || blind > MAX_BLIND {
                        continue;
                    }
                }
                found.extend(self.without(&children, at).into_iter().map(|gone| vec![gone]));
            }
        }
        found
    }

    /// One term more.
    pub fn added(&mut self, term: ExprId, piece: &str) -> Vec<Pieces> {
        let mut found = Vec::new();
        for id in self.widest() {
            let own = self.side.part(id).expr;
            if self.network.arena.shape(own) != self.network.arena.shape(term) {
                continue;
            }
            let value = self.network.arena.sum(&[own, term]);
            if !self.fits(id, value) {
                continue;
            }
            let own = self.written(id);
            let sum = match piece.strip_prefix('-') {
                Some(rest) => format!("{own} - {}", rest.trim_start()),
                None => format!("{own} + {piece}"),
            };
            let closed = bracketed(&sum);
            found.extend(self.in_place(id, [sum, closed]));
        }
        found
    }

    /// One term more that is like one of the terms, with other numbers: the same of another layer, of another time.
    pub fn continued(&mut self) -> Vec<Pieces> {
        let mut found = Vec::new();
        let root = self.side.root();
        let mut terms = match self.side.part(root).kind {
            PartKind::Sum => self.side.part(root).children.clone(),
            _ => vec![root],
        };
        terms.truncate(MAX_TERMS);
        let end = self.span(root).end;
        for term in terms {
            for other in renumbered(self.written(term)) {
                found.push(vec![(Span { start: end, end }, format!(" + {other}"))]);
            }
        }
        found
    }

    /// A number another one: so many times as large.
    pub fn rescaled(&mut self) -> Vec<Pieces> {
        let mut found = Vec::new();
        for id in self.parts() {
            let PartKind::Number(literal) = &self.side.part(id).kind else { continue };
            let value = literal.value.clone();
            for (above, below) in [(2, 1), (1, 2), (3, 1), (1, 3), (4, 1), (1, 4), (3, 2), (2, 3)] {
                let Some(other) = Rational::new(above, below).and_then(|times| times.mul(&value)) else { continue };
                let number = self.network.arena.number(other.clone());
                if self.fits(id, number) {
                    let piece = written_number(&other);
                    found.extend(self.in_place(id, [piece.clone(), format!("{{{piece}}}")]));
                }
            }
        }
        found
    }

    /// The other sign.
    pub fn negated(&mut self) -> Vec<Pieces> {
        let mut found = Vec::new();
        for id in self.parts() {
            let minus = self.network.arena.negate(self.side.part(id).expr);
            if !self.fits(id, minus) {
                continue;
            }
            let children = self.side.part(id).children.clone();
            let is_negative = |id: PartId| self.side.part(id).kind == PartKind::Negative;
            match (&self.side.part(id).kind, children.as_slice()) {
                // b − a for a − b.
                (PartKind::Sum, &[first, second]) if !is_negative(first) && is_negative(second) => {
                    let inner = self.side.part(second).children[0];
                    let pieces = [(first, inner), (inner, first)];
                    found.push(pieces.map(|(at, other)| (self.span(at), self.written(other).to_owned())).to_vec());
                }
                (PartKind::Negative, &[inner]) => {
                    let piece = self.written(inner).to_owned();
                    found.extend(self.in_place(id, [piece]));
                }
                _ => {
                    let own = self.written(id);
                    let (plain, closed) = (format!("-{own}"), format!("-{}", bracketed(own)));
                    found.extend(self.in_place(id, [plain, closed]));
                }
            }
        }
        // A sign is taken away before terms change places, and that before one is added.
        found.sort_by_key(|pieces| (pieces.iter().any(|piece| piece.1.starts_with('-')), pieces.len()));
        found
    }

    /// The other order of a difference, and a number before the whole: so much as large and with the other sign.
    pub fn turned(&mut self, times: &Rational, piece: &str) -> Vec<Pieces> {
        let mut found = Vec::new();
        let start = self.span(self.side.root()).start;
        let times = self.network.arena.number(times.neg());
        for id in self.parts() {
            let (PartKind::Sum, &[first, second]) = (&self.side.part(id).kind, &self.side.part(id).children[..]) else {
                continue;
            };
            let [is_first, is_second] = [first, second].map(|id| self.side.part(id).kind == PartKind::Negative);
            let minus = self.network.arena.negate(self.side.part(id).expr);
            let value = self.network.arena.times(minus, times);
            if is_first || !is_second || !self.fits(id, value) {
                continue;
            }
            let inner = self.side.part(second).children[0];
            let swapped = [(first, inner), (inner, first)];
            let mut pieces = vec![(Span { start, end: start }, piece.to_owned())];
            pieces.extend(swapped.map(|(at, other)| (self.span(at), self.written(other).to_owned())));
            found.push(pieces);
        }
        found
    }

    /// What divides as a factor, and a factor as what divides.
    pub fn inverted(&mut self) -> Vec<Pieces> {
        let mut found = self.lifted();
        for id in self.parts() {
            let own = self.side.part(id).expr;
            if !self.network.arena.shape(own).is_scalar() {
                let own = self.written(id);
                found.extend(self.in_place(id, [format!("{own}^{{-1}}"), format!("{}^{{-1}}", bracketed(own))]));
                continue;
            }
            let inverse = self.network.arena.power(own, NumberId::MINUS_ONE);
            if self.fits(id, inverse) {
                let piece = format!("\\frac{{1}}{{{}}}", self.written(id));
                found.extend(self.in_place(id, [piece]));
            }
        }
        found
    }

    /// What stands below a line, or one factor of it, above that line.
    fn lifted(&mut self) -> Vec<Pieces> {
        let mut found = Vec::new();
        for id in self.parts() {
            let part = self.side.part(id);
            let (PartKind::Quotient, &[above, below]) = (&part.kind, &part.children[..]) else { continue };
            let inner = match self.side.part(below).kind {
                PartKind::Product => self.side.part(below).children.clone(),
                _ => Vec::new(),
            };
            let [over, under] = [above, below].map(|part| self.written(part).to_owned());
            let sign = self.times;
            let joined = |other: &str| {
                let closed = [bracketed(&over), bracketed(other)];
                [[over.as_str(), other], [over.as_str(), &closed[1]], [&closed[0], other]].map(|pair| pair.join(sign))
            };
            for child in inner.iter().copied().chain([below]) {
                let value = self.side.part(child).expr;
                if !self.network.arena.shape(value).is_scalar() {
                    continue;
                }
                let inverse = self.network.arena.power(value, NumberId::MINUS_ONE);
                if !self.fits(child, inverse) {
                    continue;
                }
                if child == below {
                    found.extend(self.in_place(id, joined(&under)));
                    continue;
                }
                for gone in self.without(&inner, inner.iter().position(|&own| own == child).unwrap_or(0)) {
                    for above_piece in joined(self.written(child)) {
                        let mut pieces = vec![(self.span(above), above_piece), gone.clone()];
                        pieces.sort_by_key(|piece| piece.0.start);
                        found.push(pieces);
                    }
                }
            }
        }
        found
    }

    /// One of several factors taken away, with the sign between it and its neighbour.
    fn without(&self, children: &[PartId], at: usize) -> Vec<(Span, String)> {
        let own = self.span(children[at]);
        let gone = match at {
            0 => Span { start: own.start, end: children.get(1).map_or(own.end, |&next| self.span(next).start) },
            _ => Span { start: self.span(children[at - 1]).end, end: own.end },
        };
        if gone.start >= gone.end {
            return Vec::new();
        }
        // A sign of multiplication may have held two pieces apart.
        vec![(gone, String::new()), (gone, " ".to_owned())]
    }

    fn in_place(&self, id: PartId, forms: impl IntoIterator<Item = String>) -> Vec<Pieces> {
        let span = self.span(id);
        forms.into_iter().map(|form| vec![(span, form)]).collect()
    }

    fn products(&self) -> Vec<PartId> {
        let is_product = |&id: &PartId| matches!(self.side.part(id).kind, PartKind::Product | PartKind::Contraction(_));
        self.parts().into_iter().filter(is_product).collect()
    }

    fn factors(&self) -> Vec<PartId> {
        let mut found: Vec<PartId> =
            self.products().into_iter().flat_map(|product| self.side.part(product).children.clone()).collect();
        found.push(self.side.root());
        found.dedup();
        found
    }
}
