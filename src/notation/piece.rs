//! Pieces: a layout with what its neighbours must know of it.

use crate::notation::layout::LayoutId;

/// How tightly a piece holds together, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub(super) enum Level {
    /// a + b, or a case distinction.
    Sum,
    /// a ⊙ b.
    Hadamard,
    /// 2 tanh z: a product that ends in an open call.
    OpenProduct,
    /// a b.
    Product,
    /// tanh z, without parentheses: nothing may follow.
    OpenCall,
    /// One piece with a superscript.
    Scripted,
    /// One piece.
    Atom,
}

impl Level {
    /// Whether what follows would be read as a part of its last argument.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Level::OpenCall | Level::OpenProduct)
    }
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
    /// (1, 2): behind a name it would be what that is a function of.
    List,
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
