//! Pieces: a layout with what its neighbours must know of it, and the pieces of numbers.

use crate::expr::NumberId;
use crate::notation::layout::{Layout, LayoutId, Sheet};
use crate::rational::Rational;

/// How tightly a piece holds together, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub(super) enum Level {
    /// a + b, or a case distinction.
    Sum,
    /// a ⊙ b.
    Hadamard,
    /// a b.
    Product,
    /// tanh z, without parentheses: nothing may follow.
    OpenCall,
    /// One piece with a superscript.
    Scripted,
    /// One piece.
    Atom,
}

/// What a piece begins with or is, as far as its neighbours must know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Number,
    /// 2ˣ: it begins with a digit.
    NumberPower,
    Letter,
    Word,
    Call,
    Fraction,
    /// Matrices and vectors side by side.
    Chain,
    /// 𝟙[i = j].
    Delta,
    /// Σ in front of a product: it reaches to the end.
    Series,
    Other,
}

/// The layout of an expression without its sign.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) layout: LayoutId,
    pub(super) level: Level,
    pub(super) kind: Kind,
    /// Whether a minus sign belongs before it.
    pub(super) negative: bool,
    /// Whether it is higher than a line.
    pub(super) tall: bool,
}

pub(super) fn atom(layout: LayoutId, kind: Kind) -> Piece {
    Piece { layout, level: Level::Atom, kind, negative: false, tall: false }
}

/// A number with its sign apart: a decimal if it ends and its denominator is above 9, else a fraction.
pub(super) fn number_piece(sheet: &mut Sheet, value: &Rational) -> Piece {
    let negative = value.is_negative();
    let magnitude = value.abs();
    if magnitude.is_integer() {
        let layout = sheet.push(Layout::Number(magnitude.to_string()));
        return Piece { layout, level: Level::Atom, kind: Kind::Number, negative, tall: false };
    }
    if let Some(decimal) = short_decimal(&magnitude) {
        let layout = sheet.push(Layout::Number(decimal));
        return Piece { layout, level: Level::Atom, kind: Kind::Number, negative, tall: false };
    }
    let (p, q) = magnitude.parts();
    let numerator = sheet.push(Layout::Number(p.to_string()));
    let denominator = sheet.push(Layout::Number(q.to_string()));
    let layout = sheet.push(Layout::Fraction { numerator, denominator });
    Piece { layout, level: Level::Atom, kind: Kind::Fraction, negative, tall: true }
}

/// 0.1, 0.05, 0.044715: the decimal form where it ends and a fraction would be no clearer.
fn short_decimal(value: &Rational) -> Option<String> {
    let (_, denominator) = value.small()?;
    let mut rest = denominator;
    let (mut twos, mut fives) = (0u32, 0u32);
    while rest % 2 == 0 {
        rest /= 2;
        twos += 1;
    }
    while rest % 5 == 0 {
        rest /= 5;
        fives += 1;
    }
    let places = twos.max(fives);
    if rest != 1 || denominator <= 9 || places > 12 {
        return None;
    }
    let scaled = value.mul(&Rational::integer(10i64.pow(places)))?.to_integer()?;
    let digits = format!("{scaled:0>width$}", width = places as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places as usize);
    Some(format!("{whole}.{fraction}"))
}

/// Whether a number is written as a fraction with a bar.
pub(super) fn is_bar_fraction(value: &Rational) -> bool {
    !value.is_integer() && short_decimal(&value.abs()).is_none()
}

/// Whether a coefficient is written at all.
pub(super) fn is_unit(coefficient: NumberId) -> bool {
    coefficient == NumberId::ONE || coefficient == NumberId::MINUS_ONE
}
