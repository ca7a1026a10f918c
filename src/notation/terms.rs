//! The terms of a sum of tensors: their order, numbers among them; and what stands for a size or a selection.

use crate::expr::{ExprId, FunctionId, Node, OrdersId};
use crate::function::{Form, FunctionRef, Known};
use crate::notation::formula::Typesetter;
use crate::notation::index::{self, Index};
use crate::notation::layout::{Layout, Operator, Sheet};
use crate::notation::number::number_piece;
use crate::notation::piece::{Kind, Level, Piece};
use crate::notation::unit::{is_unit, wide_rank};
use crate::shape::Dim;

impl Typesetter<'_> {
    /// The pieces of the terms. In what is derived the first positive term leads; the number in every entry stands as
    /// the number itself (1 − a ⊙ a), but not beside I or diag(v).
    pub(super) fn tensor_terms(&mut self, sheet: &mut Sheet, terms: &[ExprId]) -> Vec<Piece> {
        let (list, terms) = self.given_entries(sheet, terms);
        let beside_diagonal = terms.iter().any(|&term| self.is_diagonal(term));
        let beside_columns = self.as_written && terms.iter().any(|&term| self.spread_axis(term) == Some(0));
        // Behind a square matrix a number may be meant for its diagonal.
        let is_square = |id: ExprId| matches!(self.arena().dims(id), [rows, columns] if rows == columns);
        let beside_square = terms.first().is_some_and(|&first| is_square(first) && self.spread_number(first).is_none());
        let is_plain = self.as_written || !beside_diagonal && !beside_square;
        let mut pieces: Vec<Piece> = Vec::with_capacity(terms.len() + 1);
        for term in terms {
            let number = self.spread_number(term).filter(|_| is_plain).cloned();
            pieces.push(match number {
                Some(value) => number_piece(sheet, &value),
                // u𝟏ᵀ + 𝟏vᵀ: beside columns the rows are written out as well.
                None if beside_columns && self.spread_axis(term) == Some(1) => {
                    self.as_written = false;
                    let piece = self.piece(sheet, term);
                    self.as_written = true;
                    piece
                }
                None => self.known(term),
            });
        }
        pieces.extend(list);
        if !self.as_written
            && let Some(first) = pieces.iter().position(|piece| !piece.negative)
        {
            pieces[..=first].rotate_right(1);
        }
        pieces
    }

    /// The list or the matrix of the terms that give entries, if there is one, and the other terms.
    pub(super) fn given_entries(&mut self, sheet: &mut Sheet, terms: &[ExprId]) -> (Option<Piece>, Vec<ExprId>) {
        let given = self.listed(sheet, terms).or_else(|| self.grid(sheet, terms));
        match given.or_else(|| Some((self.joined(sheet, terms)?, (0..terms.len()).collect()))) {
            Some((list, gone)) => {
                let rest = terms.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, &term)| term);
                (Some(list), rest.collect())
            }
            None => (None, terms.to_vec()),
        }
    }

    /// Whether a term is 0 off its diagonal by its form.
    fn is_diagonal(&self, id: ExprId) -> bool {
        let Node::Contraction { labels, .. } = self.arena().node(id) else { return false };
        let out = &self.arena().labels(labels).out;
        (1..out.len()).any(|at| out[..at].contains(&out[at]))
    }

    /// The axis of a matrix along which the entries of a vector lie that is spread along the other one.
    fn spread_axis(&self, id: ExprId) -> Option<usize> {
        let Node::Contraction { factors: [_], labels, .. } = self.arena().node(id) else { return None };
        let labels = self.arena().labels(labels);
        match (labels.out.as_slice(), labels.factors[0].as_slice()) {
            (&[row, column], &[only]) if row != column => [row, column].iter().position(|&label| label == only),
            _ => None,
        }
    }

    /// A size as a number: n, 4, n − k + 1.
    pub(super) fn size_piece(&mut self, sheet: &mut Sheet, size: Dim) -> Piece {
        let offset = self.arena().shapes().affine(size);
        let single = offset.sizes.len() + usize::from(offset.constant != 0) <= 1;
        let kind = if offset.sizes.is_empty() { Kind::Number } else { Kind::Letter };
        let level = if single { Level::Atom } else { Level::Sum };
        if let (true, Dim::Symbolic(size)) = (single, size) {
            let layout = self.name(sheet, crate::expr::NameId(size.0));
            return Piece { layout, level, kind, negative: false, tall: false };
        }
        let layout = index::one(sheet, self.network, &Index::fixed(offset));
        Piece { layout, level, kind, negative: false, tall: false }
    }

    /// A function along an axis, or of a square matrix: softmax(z), X⁻¹, det(X). The axis is written below the name
    /// where the argument is no vector, unless it is the last one of a function that keeps it.
    pub(super) fn tensor_call(
        &mut self,
        sheet: &mut Sheet,
        function: FunctionId,
        arguments: &[ExprId],
    ) -> Option<Piece> {
        let FunctionRef::Table(entry) = self.network.functions.get(function) else { return None };
        let symbol = self.function_symbol(sheet, function);
        let (argument, symbol) = match (entry.form, arguments) {
            (Form::Square { .. }, &[matrix]) if entry.known == Some(Known::Inverse) => {
                return Some(self.inverse(sheet, matrix, 1, false));
            }
            (Form::Square { .. }, &[matrix]) => (matrix, symbol),
            (Form::AlongAxis { keeps: false }, &[mut argument, _]) if self.arena().dims(argument).len() == 1 => {
                // One axis after the other, to a single number: that of all entries.
                while let Node::Call { function: inner, orders: OrdersId::NONE, arguments: &[next, _] } =
                    self.arena().node(argument)
                    && inner == function
                {
                    argument = next;
                }
                (argument, symbol)
            }
            (Form::AlongAxis { keeps }, &[argument, axis]) => {
                let rank = self.arena().dims(argument).len();
                let axis = self.axis(axis).unwrap_or(0).min(rank.saturating_sub(1));
                // Of a tensor of more axes the entries are written, with the letter that runs.
                self.falls_to_indices |= rank > 2;
                let is_wide = !is_unit(self.arena().dims(argument)[axis]);
                let is_plain = is_wide && wide_rank(self.arena(), argument) == 1 || keeps && axis + 1 == rank;
                let named = match is_plain {
                    true => symbol,
                    false => {
                        let below = sheet.push(Layout::Text(format!("axis {axis}")));
                        self.with_subscript(sheet, symbol, below)
                    }
                };
                (argument, named)
            }
            _ => return None,
        };
        let piece = self.known(argument);
        let argument = self.parenthesised(sheet, piece);
        let layout = sheet.push(Layout::Apply { function: symbol, argument });
        Some(Piece { layout, level: Level::Atom, kind: Kind::Call, negative: false, tall: piece.tall })
    }

    /// A selection by itself, in letters of its own: 𝟙[i = j + 1].
    pub(super) fn selection(&mut self, sheet: &mut Sheet, id: ExprId) -> Piece {
        let rank = self.arena().dims(id).len();
        let letters = self.letters_of_expr(id);
        let indices: Vec<Index> = letters.into_iter().map(Index::letter).collect();
        let Node::Selection(selection) = self.arena().node(id) else {
            let layout = sheet.push(Layout::Operator(Operator::Dots));
            return Piece { layout, level: Level::Atom, kind: Kind::Other, negative: false, tall: false };
        };
        let selection = self.arena().selection_of(selection).clone();
        if let (1, Some(piece)) = (rank, self.unit_vector(sheet, &selection)) {
            return piece;
        }
        let layout = self.selected(sheet, &selection, &indices);
        Piece { layout, level: Level::Atom, kind: Kind::Delta, negative: false, tall: false }
    }
}
