//! Products, quotients and powers entry by entry: a ⊙ b, a ⊘ b, u^{⊙3}, √v.

use crate::expr::NumberId;
use crate::notation::algebra::{Link, Term};
use crate::notation::formula::Typesetter;
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};
use crate::notation::matrix::{Letters, take_signs};
use crate::notation::number::number_piece;
use crate::notation::piece::{Kind, Level, Piece};
use crate::notation::product::Part;
use crate::rational::Rational;

impl Typesetter<'_> {
    /// A factor to its exponent, entry by entry.
    pub(super) fn factor_piece(&mut self, sheet: &mut Sheet, letters: &Letters, at: usize) -> Piece {
        if letters.factors[at].exponent == NumberId::ONE {
            return letters.pieces[at];
        }
        let alone = Link { term: Term::Factor(at), transposed: false, vector: true };
        self.hadamard_piece(sheet, &[alone], letters)
    }

    /// Operands with ⊙ between them, those with negative exponents after ⊘.
    pub(super) fn hadamard_piece(&mut self, sheet: &mut Sheet, parts: &[Link], letters: &Letters) -> Piece {
        let mut above: Vec<Piece> = Vec::new();
        let mut below: Vec<Piece> = Vec::new();
        for part in parts {
            let at = match part.term {
                Term::Factor(at) if letters.factors[at].exponent != NumberId::ONE => at,
                _ => {
                    above.push(self.link_piece(sheet, part, letters));
                    continue;
                }
            };
            let exponent = self.arena().value(letters.factors[at].exponent).clone();
            let side = if exponent.is_negative() { &mut below } else { &mut above };
            let symmetric = letters.traits[at].symmetric;
            let transposed = (part.transposed != self.is_row(letters.factors[at].base)) && !symmetric;
            side.extend(self.entrywise_power(sheet, letters.pieces[at], &exponent.abs(), transposed));
        }
        let negative = take_signs(&mut above) != take_signs(&mut below);
        let tall = above.iter().chain(&below).any(|piece| piece.tall);
        if let ([only], []) = (above.as_slice(), below.as_slice()) {
            return Piece { negative: negative != only.negative, ..*only };
        }
        if above.is_empty() {
            above.push(number_piece(sheet, &Rational::integer(1)));
        }
        let mut row = self.between(sheet, &above, Operator::Hadamard);
        if !below.is_empty() {
            row.push(sheet.push(Layout::Operator(Operator::EntrywiseDivide)));
            let divisor = self.between(sheet, &below, Operator::Hadamard);
            let layout = self.row(sheet, divisor);
            row.push(if below.len() > 1 { self.fenced(sheet, layout) } else { layout });
        }
        let layout = self.row(sheet, row);
        Piece { layout, level: Level::Hadamard, kind: Kind::Other, negative, tall }
    }

    /// p ⊘ (qv) for p/q times 1 ⊘ v, where p and q are short.
    pub(super) fn scaled_reciprocal(
        &mut self,
        sheet: &mut Sheet,
        value: &Rational,
        scalars: (&[Part], &[Part]),
        link: &Link,
        letters: &Letters,
    ) -> Option<Piece> {
        let (above, below) = scalars;
        let Term::Factor(at) = link.term else { return None };
        let exponent = self.arena().value(letters.factors[at].exponent).clone();
        let turned = link.transposed || self.is_row(letters.factors[at].base);
        let is_short = |part: &Part| part.piece.level >= Level::Scripted && part.piece.kind != Kind::Fraction;
        let is_bare = value.abs().is_one() && above.is_empty() && below.is_empty();
        if !exponent.is_negative() || turned || is_bare || !above.iter().chain(below).all(is_short) {
            return None;
        }
        let mut divisors = self.entrywise_power(sheet, letters.pieces[at], &exponent.abs(), false);
        let mut negative = value.is_negative() != take_signs(&mut divisors);
        let (p, q) = value.abs().parts();
        let number = |digits: String| Rational::parse(&digits);
        let (p, q) = (number(p.to_string())?, number(q.to_string())?);
        let p = (!p.is_one() || above.is_empty()).then_some(p);
        let numerator = self.join(sheet, p, above.to_vec(), false);
        let is_product = divisors.len() > 1;
        let row = self.between(sheet, &divisors, Operator::Hadamard);
        let mut layout = self.row(sheet, row);
        if !q.is_one() || !below.is_empty() {
            let tall = divisors.iter().any(|piece| piece.tall);
            let divisor = match divisors.as_slice() {
                [only] => *only,
                _ => Piece { layout, level: Level::Hadamard, kind: Kind::Other, negative: false, tall },
            };
            let parts = below.iter().copied().chain([Part::of(divisor)]).collect();
            let product = self.join(sheet, (!q.is_one()).then_some(q), parts, false);
            negative ^= product.negative;
            layout = self.fenced(sheet, product.layout);
        } else if is_product {
            layout = self.fenced(sheet, layout);
        }
        negative ^= numerator.negative;
        let sign = sheet.push(Layout::Operator(Operator::EntrywiseDivide));
        let layout = self.row(sheet, vec![numerator.layout, sign, layout]);
        Some(Piece { layout, level: Level::Hadamard, kind: Kind::Other, negative, tall: numerator.tall })
    }

    pub(super) fn between(&mut self, sheet: &mut Sheet, pieces: &[Piece], operator: Operator) -> Vec<LayoutId> {
        let mut row = Vec::with_capacity(2 * pieces.len());
        for (at, piece) in pieces.iter().enumerate() {
            if at > 0 {
                row.push(sheet.push(Layout::Operator(operator)));
            }
            let open = piece.level <= Level::Product && piece.kind != Kind::Fraction || piece.negative;
            row.push(if open { self.parenthesised(sheet, *piece) } else { piece.layout });
        }
        row
    }

    /// a, a ⊙ a (as two operands), u^{⊙3}, √u.
    pub(super) fn entrywise_power(
        &mut self,
        sheet: &mut Sheet,
        base: Piece,
        exponent: &Rational,
        transposed: bool,
    ) -> Vec<Piece> {
        let turned = |setter: &mut Self, sheet: &mut Sheet, piece| {
            if transposed { setter.transposed(sheet, piece, false) } else { piece }
        };
        match exponent.small() {
            Some((1, 1)) => vec![turned(self, sheet, base)],
            Some((2, 1)) if base.level >= Level::Scripted && base.kind != Kind::Call => {
                let piece = turned(self, sheet, base);
                vec![piece, piece]
            }
            Some((1, 2)) => {
                let root = self.root_of(sheet, base, 2);
                vec![turned(self, sheet, root)]
            }
            _ => {
                let sign = sheet.push(Layout::Operator(Operator::HadamardPower));
                let power = self.exponent_layout(sheet, exponent);
                let sup = sheet.push(Layout::Row(vec![sign, power]));
                let piece = self.raised_piece(sheet, base, sup);
                vec![turned(self, sheet, piece)]
            }
        }
    }
}
