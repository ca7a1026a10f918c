//! Edits of what stands between the factors of a row: a ⊙ that is missing, in another place or too much, the bracket that
//! it needs, a diagonal matrix that is written as a vector.

use super::atoms::{Atom, Joint};
use super::edits::{Said, TextEdit};
use super::written::{bracketed, opened};
use crate::check::diagnose::Kind;
use crate::diagnostic::Span;

/// The most factors of a row whose joints are edited.
const MAX_FACTORS: usize = 8;

/// The factors of a row that stand side by side or with ⊙ between them.
pub fn segments(row: &[Atom]) -> impl Iterator<Item = &[Atom]> {
    row.chunk_by(|_, next| next.before != Joint::Other).filter(|segment| (2..=MAX_FACTORS).contains(&segment.len()))
}

/// A row of factors with its text.
pub struct Joints<'a> {
    /// The text that the factors stand in.
    pub text: &'a str,
    /// The factors.
    pub factors: &'a [Atom],
    /// Where the edits go.
    pub found: &'a mut Vec<TextEdit>,
}

impl Joints<'_> {
    fn place(&self, first: usize, last: usize) -> Span {
        self.factors[first].span.to(self.factors[last].span)
    }

    fn written(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn last(&self) -> usize {
        self.factors.len() - 1
    }

    /// ⊙ for a product, in another place, or diag(·).
    pub fn signs(&mut self) {
        self.entrywise();
        self.shifted();
        self.diagonals();
    }

    /// Brackets that ⊙ needs, and what must not be there.
    pub fn brackets(&mut self) {
        self.bracketed();
        self.opened();
        self.surplus();
    }

    /// ⊙ for each product, with the brackets that hold its sides together; then for several that follow each other.
    fn entrywise(&mut self) {
        for width in 0..self.factors.len() {
            for at in 1..self.factors.len().saturating_sub(width) {
                let places: Vec<usize> = (at..=at + width).collect();
                if places.iter().all(|&place| self.factors[place].before == Joint::Product) {
                    self.signs_before(&places, None, Kind::ProductForElementwise, &Said::Entrywise);
                }
            }
        }
    }

    /// ⊙ one factor earlier or later than it stands.
    fn shifted(&mut self) {
        for at in 1..self.factors.len() {
            let Joint::Entrywise(sign) = self.factors[at].before else { continue };
            for to in [at.wrapping_sub(1), at + 1] {
                if (1..self.factors.len()).contains(&to) && self.factors[to].before == Joint::Product {
                    let said = Said::Shifted(self.factors[to].span);
                    self.signs_before(&[to], Some(sign), Kind::ElementwiseForProduct, &said);
                }
            }
        }
    }

    /// ⊙ before some factors, another one perhaps taken away. What stands behind its right side is multiplied by all, so that
    /// a bracket is needed; what stands before its left side is multiplied first where there is none.
    fn signs_before(&mut self, places: &[usize], gone: Option<Span>, kind: Kind, said: &Said) {
        let (&[at, ..], &[.., end]) = (places, places) else { return };
        let last = self.last();
        // Beside another ⊙ no bracket is needed.
        let binds = |at: usize| self.factors.get(at).is_some_and(|factor| factor.before == Joint::Product);
        let ends: Vec<usize> = (end..last).filter(|&to| binds(to + 1)).collect();
        let starts: Vec<usize> = (0..at).rev().filter(|&from| from == 0 || binds(from)).collect();
        let inner: Vec<(usize, usize)> =
            ends.iter().flat_map(|&to| starts.iter().map(move |&from| (from, to))).collect();
        let outer = starts.iter().filter(|&&from| from > 0).map(|&from| (from, last));
        for (from, to) in inner.into_iter().chain([(0, last)]).chain(outer) {
            let place = self.place(from, to);
            let starts = places.iter().map(|&place| self.factors[place].span.start);
            let signs = starts.map(|start| (Span { start, end: start }, "\\odot ".to_owned()));
            let mut pieces: Vec<(Span, String)> = signs.collect();
            pieces.extend(gone.map(|sign| (sign, " ".to_owned())));
            if (from, to) != (0, last) {
                let [open, close] = brackets(self.written(place));
                pieces.push((Span { start: place.start, end: place.start }, open.to_owned()));
                pieces.push((Span { start: place.end, end: place.end }, close.to_owned()));
            }
            pieces.sort_by_key(|piece| piece.0.start);
            let span = self.place(at - 1, end);
            self.found.push(TextEdit { pieces, kind, span, said: said.clone() });
        }
    }

    /// A bracket around factors with ⊙ between them, the narrowest first.
    fn bracketed(&mut self) {
        for width in 1..self.last() {
            for from in 0..self.factors.len() - width {
                let to = from + width;
                if !self.factors[from + 1..=to].iter().any(|factor| matches!(factor.before, Joint::Entrywise(_))) {
                    continue;
                }
                let span = self.place(from, to);
                let pieces = vec![(span, bracketed(self.written(span)))];
                self.found.push(TextEdit { pieces, kind: Kind::Bracket, span, said: Said::Bracket(span) });
            }
        }
    }

    /// A bracket that opens before the factors on its left: (Au ⊙ v)B for A(u ⊙ v)B.
    fn opened(&mut self) {
        for at in 1..self.factors.len() {
            let span = self.factors[at].span;
            if self.factors[at].before != Joint::Product {
                continue;
            }
            let Some([open, inner, close]) = opened(self.written(span)) else { continue };
            let pieces = [open, inner, close].map(str::to_owned);
            // Around all the bracket is not needed: it is taken away.
            for from in (usize::from(at == self.last())..at).rev() {
                let start = self.factors[from].span.start;
                let [open, inner, close] = &pieces;
                let pieces =
                    vec![(Span { start, end: start }, open.clone()), (span, format!(" {}{close}", inner.trim_start()))];
                self.found.push(TextEdit { pieces, kind: Kind::Bracket, span, said: Said::Misplaced(span) });
            }
        }
    }

    /// diag(·) around one factor or several, but not all.
    fn diagonals(&mut self) {
        let last = self.last();
        for width in 0..last {
            for from in 0..self.factors.len() - width {
                let span = self.place(from, from + width);
                let mut inner = String::new();
                for factor in &self.factors[from..=from + width] {
                    if !inner.is_empty() {
                        inner.push_str(" \\odot ");
                    }
                    let own = self.written(factor.span).trim();
                    inner.push_str(if width == 0 { opened(own).map_or(own, |parts| parts[1]) } else { own });
                }
                let name = if self.text.contains("operatorname") { "\\operatorname" } else { "\\mathrm" };
                let pieces = vec![(span, format!("{name}{{diag}}({inner})"))];
                let kind = Kind::ProductForElementwise;
                self.found.push(TextEdit { pieces, kind, span, said: Said::Diagonal(span) });
            }
        }
    }

    /// One or two factors with their ⊙ taken away, then one of any product.
    fn surplus(&mut self) {
        let signs: Vec<bool> = self.factors.iter().map(|factor| matches!(factor.before, Joint::Entrywise(_))).collect();
        let has_sign = |at: usize| signs.get(at) == Some(&true);
        let starts: Vec<u32> = self.factors.iter().map(|factor| factor.span.start).collect();
        for width in 0..2 {
            for from in 0..self.factors.len().saturating_sub(width) {
                let to = from + width;
                if !(from + 1..=to).all(has_sign) {
                    continue;
                }
                match self.factors[from].before {
                    Joint::Entrywise(sign) => self.without(from, to, sign.start, self.factors[to].span.end),
                    _ if has_sign(to + 1) => self.without(from, to, starts[from], starts[to + 1]),
                    _ => {}
                }
            }
        }
        for at in (0..self.factors.len()).filter(|&at| !has_sign(at) && !has_sign(at + 1)) {
            self.without(at, at, starts[at], self.factors[at].span.end);
        }
    }

    fn without(&mut self, from: usize, to: usize, start: u32, end: u32) {
        let span = self.place(from, to);
        let pieces = vec![(Span { start, end }, String::new())];
        self.found.push(TextEdit { pieces, kind: Kind::DoubledFactor, span, said: Said::Surplus(span) });
    }
}

/// The brackets around a text, large where it is high.
fn brackets(text: &str) -> [&'static str; 2] {
    if bracketed(text).starts_with("\\left(") { ["\\left(", "\\right)"] } else { ["(", ")"] }
}
