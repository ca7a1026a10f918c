//! Columns by their entries: (1, 2, 0) for e₁ + 2e₂ among three entries.

use crate::expr::{ExprId, Factor, Node, NumberId};
use crate::notation::formula::Typesetter;
use crate::notation::index::Index;
use crate::notation::layout::{Layout, Operator, Sheet};
use crate::notation::number::number_piece;
use crate::notation::piece::{Kind, Level, Piece};
use crate::notation::product::Part;
use crate::rational::Rational;

/// The most entries that a list has.
const MAX_ENTRIES: usize = 12;

impl Typesetter<'_> {
    /// The terms of a sum of columns that give one entry each, as one list; and which terms these are. At least two of
    /// them, and no entry twice; in what is derived most entries must be there, e₁ + e₂ stays among many.
    pub(super) fn listed(&mut self, sheet: &mut Sheet, terms: &[ExprId]) -> Option<(Piece, Vec<usize>)> {
        let (entries, taken) = self.list_entries(sheet, terms)?;
        let count = entries.len();
        if taken.len() < 2 || !self.as_written && 2 * taken.len() <= count {
            return None;
        }
        let zero = number_piece(sheet, &Rational::ZERO);
        // Beside other terms a list may be subtracted: w − (1, 0, −2).
        let is_beside = !self.as_written && taken.len() < terms.len();
        let negative = is_beside && entries.iter().flatten().next().is_some_and(|piece| piece.negative);
        let mut row = Vec::with_capacity(2 * count);
        for (at, entry) in entries.into_iter().enumerate() {
            if at > 0 {
                row.push(sheet.push(Layout::Operator(Operator::Comma)));
            }
            let piece = entry.map_or(zero, |piece| Piece { negative: piece.negative != negative, ..piece });
            row.push(self.signed(sheet, piece));
        }
        let body = sheet.push(Layout::Row(row));
        let layout = self.fenced(sheet, body);
        let tall = sheet.is_tall(layout);
        Some((Piece { layout, level: Level::Atom, kind: Kind::List, negative, tall }, taken))
    }

    /// The entries of a column that terms of one entry each give, `None` where none does; and which terms these are.
    pub(super) fn list_entries(
        &mut self,
        sheet: &mut Sheet,
        terms: &[ExprId],
    ) -> Option<(Vec<Option<Piece>>, Vec<usize>)> {
        let &[size] = self.arena().dims(*terms.first()?) else { return None };
        let known = self.arena().shapes().known(size)?;
        let count = usize::try_from(known).ok().filter(|count| (2..=MAX_ENTRIES).contains(count))?;
        let mut entries: Vec<Option<Piece>> = vec![None; count];
        let mut taken = Vec::new();
        for (at, &term) in terms.iter().enumerate() {
            let Some((place, piece)) = self.single_entry(sheet, term) else { continue };
            let entry = entries.get_mut(place.checked_sub(1)?)?;
            if entry.replace(piece).is_some() {
                return None;
            }
            taken.push(at);
        }
        Some((entries, taken))
    }

    /// A sum that is a list altogether, of numbers and names: what may have an index of its own, (1, 2, 3)ᵢ.
    pub(super) fn list_of_names(&mut self, sheet: &mut Sheet, terms: &[ExprId]) -> Option<Piece> {
        let is_name = |base: ExprId| match self.arena().node(base) {
            Node::Product { factors, .. } => {
                factors.iter().all(|factor| matches!(self.arena().node(factor.base), Node::Name(_)))
            }
            node => matches!(node, Node::Name(_) | Node::Selection(_)),
        };
        let is_plain = |term: &ExprId| match self.arena().node(*term) {
            Node::Contraction { factors, .. } => factors.iter().all(|factor| is_name(factor.base)),
            node => matches!(node, Node::Selection(_)),
        };
        if !terms.iter().all(is_plain) {
            return None;
        }
        self.listed(sheet, terms).filter(|(_, taken)| taken.len() == terms.len()).map(|(list, _)| list)
    }

    /// The place and the entry of a multiple of a unit vector, 2a e₃.
    fn single_entry(&mut self, sheet: &mut Sheet, term: ExprId) -> Option<(usize, Piece)> {
        match self.arena().node(term) {
            Node::Selection(_) => Some((self.place(term)?, number_piece(sheet, &Rational::ONE))),
            Node::Contraction { coefficient, factors, labels } => {
                let labels = self.arena().labels(labels);
                if labels.sizes.len() != 1 || labels.out.len() != 1 {
                    return None;
                }
                let is_scalar = |at: &usize| labels.factors[*at].is_empty();
                let (scalars, tensors): (Vec<usize>, Vec<usize>) = (0..factors.len()).partition(is_scalar);
                let &[unit] = tensors.as_slice() else { return None };
                if factors[unit].exponent != NumberId::ONE {
                    return None;
                }
                let place = self.place(factors[unit].base)?;
                let scalars: Vec<Factor> = scalars.into_iter().map(|at| factors[at]).collect();
                Some((place, self.scalar_entry(sheet, coefficient, &scalars)))
            }
            _ => None,
        }
    }

    /// The product of a number and scalars as an entry.
    pub(super) fn scalar_entry(&mut self, sheet: &mut Sheet, coefficient: NumberId, scalars: &[Factor]) -> Piece {
        let value = self.arena().value(coefficient).clone();
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for factor in scalars {
            let exponent = self.arena().value(factor.exponent).clone();
            let piece = self.letter_piece(sheet, factor.base);
            let size = exponent.abs();
            let piece = if size.is_one() { piece } else { self.power_of(sheet, piece, &size) };
            if exponent.is_negative() { &mut below } else { &mut above }.push(Part::of(piece));
        }
        self.with_scalars(sheet, &value, above, below, None)
    }

    /// 3 for e₃.
    pub(super) fn place(&self, unit: ExprId) -> Option<usize> {
        let Node::Selection(selection) = self.arena().node(unit) else { return None };
        let selection = self.arena().selection_of(selection);
        let place = match selection.coefficients.as_slice() {
            [_] => Index::solve(selection, 0, &[Index::default()])?,
            _ => return None,
        };
        if place.marks.is_empty() && place.offset.sizes.is_empty() {
            usize::try_from(place.offset.constant).ok()
        } else {
            None
        }
    }
}
