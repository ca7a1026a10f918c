//! Derivatives in numerator or denominator layout: formulas transposed, and error terms that are rows.

use crate::expr::{ExprId, Factor, NameId, Node};
use crate::notation::formula::Typesetter;
use crate::notation::layout::{LayoutId, Sheet};
use crate::notation::piece::{Level, Piece};
use crate::notation::style::{Orientation, TensorForm};

impl Typesetter<'_> {
    /// The formula of a derivative ∂of/∂by in the layout of the style; `value` has the axes of `of` first, and is a
    /// column or of the shape of `by` where `of` is a scalar.
    pub fn derivative_value(&mut self, sheet: &mut Sheet, of: NameId, by: NameId, value: ExprId) -> LayoutId {
        let turns = self.is_other_way(of, by);
        if turns { self.turned(sheet, value) } else { self.expr(sheet, value) }
    }

    /// The transpose of an expression: a column as a row, a matrix with its axes exchanged.
    pub fn turned(&mut self, sheet: &mut Sheet, expr: ExprId) -> LayoutId {
        let piece = self.piece(sheet, expr);
        if self.network.arena.shape(expr).is_scalar() {
            return self.signed(sheet, piece);
        }
        let piece = match self.network.arena.node(expr) {
            Node::Sum(terms) => {
                if !terms.iter().any(|&term| self.is_worth_turning(term)) {
                    self.transposed(sheet, piece, true)
                } else {
                    let pieces: Vec<Piece> = terms.iter().map(|&term| self.turned_term(sheet, term)).collect();
                    self.sum_of_pieces(sheet, &pieces)
                }
            }
            _ => self.turned_term(sheet, expr),
        };
        self.signed(sheet, piece)
    }

    /// Whether the transpose of a term reads better than the term with ⊤ on it: a product of matrices, or a row.
    fn is_worth_turning(&self, id: ExprId) -> bool {
        match self.network.arena.node(id) {
            Node::Contraction { factors, .. } => {
                let is_tensor = |factor: &&Factor| !self.network.arena.shape(factor.base).is_scalar();
                factors.iter().filter(is_tensor).count() > 1 || factors.iter().any(|factor| self.is_row(factor.base))
            }
            _ => self.is_row(id),
        }
    }

    /// The transpose of a sum of products of matrices, term by term; `None` for another sum.
    pub(super) fn turned_sum(&mut self, sheet: &mut Sheet, id: ExprId) -> Option<Piece> {
        let Node::Sum(terms) = self.network.arena.node(id) else { return None };
        if self.network.arena.dims(id).len() != 2 {
            return None;
        }
        let mut products = 0;
        for &term in terms {
            let is_product = self.is_worth_turning(term);
            products += usize::from(is_product);
            if !is_product && !self.is_symmetric(term) {
                return None;
            }
        }
        if products == 0 {
            return None;
        }
        let pieces: Vec<Piece> = terms.iter().map(|&term| self.turned_term(sheet, term)).collect();
        Some(self.sum_of_pieces(sheet, &pieces))
    }

    fn turned_term(&mut self, sheet: &mut Sheet, id: ExprId) -> Piece {
        match self.network.arena.node(id) {
            Node::Contraction { coefficient, factors, labels } => {
                self.contraction(sheet, coefficient, factors, labels, true)
            }
            Node::Derivative { .. } if self.is_row(id) => self.letter_piece(sheet, id),
            _ if self.is_symmetric(id) => self.known(id),
            _ => {
                let piece = self.known(id);
                self.transposed(sheet, piece, piece.level != Level::Sum)
            }
        }
    }

    /// Whether the layout of the style writes ∂of/∂by transposed.
    pub fn is_other_way(&self, of: NameId, by: NameId) -> bool {
        let rank = |name: NameId| self.network.arena.shapes().dims(self.network.quantity(name).shape).len();
        matches!(
            (rank(of), rank(by), self.style.orientation),
            (0, 1 | 2, Orientation::Numerator)
                | (1, 1, Orientation::Denominator)
                | (1 | 2, 0, Orientation::Denominator)
        )
    }

    /// The order in which indices stand on the letter of ∂of/∂by, which is a matrix transposed where formulas in matrices
    /// stand beside.
    pub(super) fn letters_of_error<T: Clone>(&self, of: NameId, by: NameId, indices: &[T]) -> Vec<T> {
        let turns = self.style.form != TensorForm::Index && self.is_other_way(of, by);
        match indices {
            [first, second] if turns => vec![second.clone(), first.clone()],
            _ => indices.to_vec(),
        }
    }

    /// Whether a sign ∂u/∂v stands for the transpose of what has the axes of u first.
    pub(super) fn is_row(&self, id: ExprId) -> bool {
        match self.network.arena.node(id) {
            Node::Derivative { of, by, .. } => {
                self.network.arena.as_name(of).is_some_and(|of| self.is_other_way(of, by))
            }
            _ => false,
        }
    }

    /// The piece of a factor by itself: what stands for a row is not transposed yet.
    pub(super) fn letter_piece(&mut self, sheet: &mut Sheet, id: ExprId) -> Piece {
        match self.network.arena.node(id) {
            Node::Derivative { of, by, reach } if self.is_row(id) => self.derivative_piece(sheet, of, by, reach),
            _ => self.known(id),
        }
    }
}
