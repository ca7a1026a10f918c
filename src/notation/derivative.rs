//! Signs of derivatives: ∂u/∂v, ∂⁺u/∂v, the letters δ of error terms, ∇, and chains of them.

use rustc_hash::FxHashMap;

use crate::calculus::FactorOrder;
use crate::expr::{ExprId, NameId, Node, Reach};
use crate::network::Origin;
use crate::notation::formula::Typesetter;
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet, pieces};
use crate::notation::names;
use crate::notation::piece::{Kind, Level, Piece};
use crate::notation::style::{Notation, Times};

/// How chains write the signs that have a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Signs {
    /// ∂C/∂z³.
    #[default]
    Fractions,
    /// δ³.
    Letters,
}

impl Typesetter<'_> {
    /// Gives signs ∂of/∂by letters: δ₂ for z₂, Δ where it is a matrix. Nothing is done where a quantity has such a name.
    pub fn name_errors(&mut self, sheet: &mut Sheet, signs: &[(NameId, NameId)]) {
        let taken = |stem: &str| stem.to_lowercase().starts_with("delta");
        if self.network.quantities.iter().any(|quantity| taken(&quantity.stem)) {
            return;
        }
        let letters: Vec<LayoutId> =
            signs.iter().map(|&(_, by)| names::error(self.network, &self.style, sheet, by, false)).collect();
        let keys: Vec<_> = letters.iter().map(|&letter| pieces(sheet, letter)).collect();
        let mut counts: FxHashMap<&[Option<Layout>], usize> = FxHashMap::default();
        keys.iter().for_each(|key| *counts.entry(key.as_slice()).or_default() += 1);
        let is_alone = |at: usize| counts.get(keys[at].as_slice()) == Some(&1);
        // Scalars of one stem have letters of one kind: δ_f₁, δ_f₂ where δ₁ would be that of h₁ as well.
        let stem = |at: usize| &self.network.quantity(signs[at].1).stem;
        let letters_of = |at: usize| stem(at).trim_end_matches(|digit: char| digit.is_ascii_digit());
        let clashes: Vec<&str> = (0..signs.len()).filter(|&at| !is_alone(at)).map(letters_of).collect();
        let is_scalar = |at: usize| self.network.quantity(signs[at].1).shape.is_scalar();
        for (at, &(of, by)) in signs.iter().enumerate() {
            let alone = is_alone(at) && !(is_scalar(at) && clashes.contains(&letters_of(at)));
            let layout = if alone { letters[at] } else { names::error(self.network, &self.style, sheet, by, true) };
            self.errors.insert((of, by), layout);
        }
    }

    /// The letter of a sign ∂of/∂by, if it has one.
    pub fn error(&self, of: NameId, by: NameId) -> Option<LayoutId> {
        self.errors.get(&(of, by)).copied()
    }

    /// Notes that `of`, a derivative, has `by` in its formula and depends on it in no other way.
    pub fn note_direct(&mut self, of: NameId, by: NameId) {
        if self.error(of, by).is_none() && names::is_of_formula(self.network, of, by) {
            self.direct.insert((of, by));
        }
    }

    /// Whether ∂of/∂by is that of the formula of a derivative alone.
    pub fn is_direct(&self, of: NameId, by: NameId) -> bool {
        self.direct.contains(&(of, by))
    }

    /// The symbol ∂of/∂by.
    pub fn derivative(&mut self, sheet: &mut Sheet, of: NameId, by: NameId) -> LayoutId {
        if self.is_direct(of, by) {
            return names::direct_derivative(self.network, &self.style, sheet, of, by);
        }
        names::derivative(self.network, &self.style, sheet, of, &[by])
    }

    /// The symbol of a higher derivative; the variable taken last stands first.
    pub fn higher_derivative(&mut self, sheet: &mut Sheet, of: NameId, by: &[NameId]) -> LayoutId {
        names::derivative(self.network, &self.style, sheet, of, by)
    }

    /// What a result is called: ∂of/∂by, or ∇ where the notation writes gradients so.
    pub fn result_sign(&mut self, sheet: &mut Sheet, of: NameId, by: NameId) -> LayoutId {
        let network = self.network;
        let shape = |name: NameId| network.quantity(name).shape;
        let is_gradient = shape(of).is_scalar() && !shape(by).is_scalar() && !self.is_other_way(of, by);
        let is_plain = [of, by].iter().all(|&name| !matches!(network.quantity(name).origin, Origin::Partial { .. }));
        match self.style.notation {
            Notation::Goodfellow if is_gradient && is_plain => names::gradient(network, &self.style, sheet, of, by),
            _ => self.derivative(sheet, of, by),
        }
    }

    /// ∂ or ∂⁺.
    pub fn sign(&mut self, sheet: &mut Sheet, reach: Reach) -> LayoutId {
        match reach {
            Reach::Total => names::differential(&self.style, sheet),
            Reach::Direct => names::direct_sign(&self.style, sheet),
        }
    }

    /// The reach of a link as it is written: of a derivative by a quantity on the way it is that of the formula.
    pub fn link_reach(&self, of: NameId, by: NameId, reach: Reach) -> Reach {
        if names::is_of_formula(self.network, of, by) { Reach::Direct } else { reach }
    }

    /// The symbol ∂of/∂by or ∂⁺of/∂by.
    pub fn link(&mut self, sheet: &mut Sheet, of: NameId, by: NameId, reach: Reach) -> LayoutId {
        match self.link_reach(of, by, reach) {
            Reach::Total => self.derivative(sheet, of, by),
            Reach::Direct => names::direct_derivative(self.network, &self.style, sheet, of, by),
        }
    }

    /// A product of factors with a sign between them, in the order of the notation.
    pub fn chain(&mut self, sheet: &mut Sheet, factors: &[ExprId]) -> LayoutId {
        let mut row = Vec::with_capacity(2 * factors.len());
        let operator = self.times_sign(sheet);
        let ordered: Vec<ExprId> = match self.style.order() {
            FactorOrder::OutputFirst => factors.to_vec(),
            FactorOrder::ParameterFirst => factors.iter().rev().copied().collect(),
        };
        let alone = ordered.len() == 1;
        let last = ordered.len().saturating_sub(1);
        for (at, factor) in ordered.into_iter().enumerate() {
            if at > 0 {
                row.push(operator);
            }
            let piece = self.link_symbol(sheet, factor);
            let open = piece.level <= Level::Hadamard || piece.negative && at > 0 || piece.level.is_open() && at < last;
            row.push(if open && !alone { self.parenthesised(sheet, piece) } else { self.signed(sheet, piece) });
        }
        self.row(sheet, row)
    }

    /// The sign between the factors of a chain.
    pub(super) fn times_sign(&self, sheet: &mut Sheet) -> LayoutId {
        sheet.push(Layout::Operator(match self.style.times {
            Times::None => Operator::Juxtapose,
            Times::Dot => Operator::Times,
            Times::Star => Operator::Star,
        }))
    }

    /// Whether signs ∂u/∂v in chains are fractions, or the letters that stand for them.
    pub fn set_signs(&mut self, signs: Signs) {
        self.signs = signs;
    }

    /// A factor of a chain: a sign ∂u/∂v is written as a fraction, whatever letter stands for it elsewhere, unless letters
    /// are wanted.
    fn link_symbol(&mut self, sheet: &mut Sheet, factor: ExprId) -> Piece {
        self.piece(sheet, factor);
        let whole = self.letter_piece(sheet, factor);
        if self.signs == Signs::Letters {
            return whole;
        }
        let Node::Derivative { of, by, reach } = self.network.arena.node(factor) else { return whole };
        let Some(of) = self.network.arena.as_name(of) else { return whole };
        let layout = self.link(sheet, of, by, reach);
        Piece { layout, level: Level::Atom, kind: Kind::Fraction, negative: false, tall: true }
    }

    pub(super) fn derivative_piece(&mut self, sheet: &mut Sheet, of: ExprId, by: NameId, reach: Reach) -> Piece {
        if let Some(name) = self.network.arena.as_name(of) {
            if let Some(layout) = self.error(name, by).filter(|_| reach == Reach::Total) {
                let scripted = matches!(sheet.get(layout), Layout::Script { sup: Some(_), .. });
                let level = if scripted { Level::Scripted } else { Level::Atom };
                return Piece { layout, level, kind: Kind::Letter, negative: false, tall: false };
            }
            let layout = self.link(sheet, name, by, reach);
            return Piece { layout, level: Level::Atom, kind: Kind::Fraction, negative: false, tall: true };
        }
        let sign = if self.style.ordinary { Operator::Differential } else { Operator::Partial };
        let d = sheet.push(Layout::Operator(sign));
        let variable = self.name(sheet, by);
        let denominator = sheet.push(Layout::Row(vec![d, variable]));
        let operator = sheet.push(Layout::Fraction { numerator: d, denominator });
        let piece = self.known(of);
        // A case distinction stands in a brace of its own.
        let is_cases = matches!(sheet.get(piece.layout), Layout::Cases(_));
        let open = piece.level <= Level::Product && !is_cases || piece.negative;
        let body = if open { self.parenthesised(sheet, piece) } else { piece.layout };
        let layout = sheet.push(Layout::Row(vec![operator, body]));
        Piece { layout, level: Level::OpenCall, kind: Kind::Fraction, negative: false, tall: true }
    }
}
