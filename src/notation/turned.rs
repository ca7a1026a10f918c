//! Derivatives in numerator or denominator layout: formulas transposed, and error terms that are rows.

use crate::expr::{ExprId, NameId, Node};
use crate::notation::formula::Typesetter;
use crate::notation::layout::{Fence, Layout, LayoutId, Sheet};
use crate::notation::number::number_piece;
use crate::notation::piece::{Level, Piece};
use crate::notation::style::{Orientation, TensorForm};
use crate::notation::unit::{is_row_of, wide_rank};

impl Typesetter<'_> {
    /// The formula of a derivative ∂of/∂by in the layout of the style; `value` has the axes of `of` first, and is a
    /// column or of the shape of `by` where `of` is a scalar.
    pub fn derivative_value(&mut self, sheet: &mut Sheet, of: NameId, by: NameId, value: ExprId) -> LayoutId {
        let turns = self.is_other_way(of, by);
        if turns { self.turned(sheet, value) } else { self.expr(sheet, value) }
    }

    /// The same for a derivative of the user's own formula, with its broadcasts as they were written.
    pub fn derivative_as_written(&mut self, sheet: &mut Sheet, of: NameId, by: NameId, value: ExprId) -> LayoutId {
        self.as_written = true;
        let layout = self.derivative_value(sheet, of, by, value);
        self.as_written = false;
        layout
    }

    /// The transpose of an expression: a column as a row, a matrix with its axes exchanged.
    pub fn turned(&mut self, sheet: &mut Sheet, expr: ExprId) -> LayoutId {
        let piece = self.piece(sheet, expr);
        if self.network.arena.shape(expr).is_scalar() {
            return self.signed(sheet, piece);
        }
        let piece = match self.network.arena.node(expr) {
            Node::Sum(terms) => {
                let (given, rest) = self.given_entries(sheet, terms);
                if given.is_none() && !terms.iter().any(|&term| self.is_worth_turning(term)) {
                    self.transposed(sheet, piece, true)
                } else {
                    let mut pieces: Vec<Piece> = rest.iter().map(|&term| self.turned_term(sheet, term)).collect();
                    pieces.extend(given.map(|given| self.transposed(sheet, given, true)));
                    self.sum_of_pieces(sheet, &pieces)
                }
            }
            _ => self.turned_term(sheet, expr),
        };
        self.signed(sheet, piece)
    }

    /// Whether the transpose of a term reads better than the term with ⊤ on it: a product of matrices, or a row.
    fn is_worth_turning(&self, id: ExprId) -> bool {
        let axes = |id: ExprId| wide_rank(&self.network.arena, id);
        let mut id = id;
        // A multiple of a product is asked as that product.
        loop {
            let Node::Contraction { factors, .. } = self.network.arena.node(id) else { return self.is_turned_sign(id) };
            let tensors: Vec<ExprId> =
                factors.iter().map(|factor| factor.base).filter(|&base| axes(base) > 0).collect();
            // A product of columns entry by entry is turned as a whole; Xᵀ𝟏 is a chain.
            let is_chain = axes(id) == 2 || tensors.iter().any(|&base| axes(base) > 1);
            let is_axis_sum = axes(id) == 1 && tensors.iter().any(|&base| axes(base) == 2);
            let is_worth = tensors.len() > 1 && is_chain || is_axis_sum;
            match *tensors.as_slice() {
                _ if is_worth || tensors.iter().any(|&base| self.is_turned_sign(base)) => return true,
                [only] if axes(only) == axes(id) => id = only,
                _ => return false,
            }
        }
    }

    /// The transpose of a sum with products of matrices, term by term; `None` for another sum, or where a matrix would get
    /// a ⊤ of its own.
    pub(super) fn turned_sum(&mut self, sheet: &mut Sheet, id: ExprId) -> Option<Piece> {
        let Node::Sum(terms) = self.network.arena.node(id) else { return None };
        let whole = self.piece(sheet, id);
        // What is given piece by piece is turned as a whole.
        if matches!(sheet.get(whole.layout), Layout::Matrix(_) | Layout::Fenced { fence: Fence::Square, .. }) {
            return Some(self.transposed(sheet, whole, true));
        }
        let is_column = wide_rank(&self.network.arena, id) == 1;
        let mut products = 0;
        for &term in terms {
            let is_product = self.is_worth_turning(term);
            if self.spread_number(term).is_some() {
                continue;
            }
            products += usize::from(is_product);
            if !is_product && !is_column && !self.is_symmetric(term) {
                return None;
            }
        }
        if products == 0 {
            return None;
        }
        let turned = |&term: &ExprId| match self.spread_number(term).filter(|_| is_column).cloned() {
            Some(value) => number_piece(sheet, &value),
            None => self.turned_term(sheet, term),
        };
        let pieces: Vec<Piece> = terms.iter().map(turned).collect();
        Some(self.sum_of_pieces(sheet, &pieces))
    }

    /// The transpose of a sum or of a product of matrices, where it reads better than ⊤ on the whole.
    pub(super) fn turned_inside(&mut self, sheet: &mut Sheet, id: ExprId) -> Option<Piece> {
        match self.network.arena.node(id) {
            Node::Contraction { .. } if wide_rank(&self.network.arena, id) == 1 && self.is_worth_turning(id) => {
                Some(self.turned_term(sheet, id))
            }
            _ => self.turned_sum(sheet, id),
        }
    }

    fn turned_term(&mut self, sheet: &mut Sheet, id: ExprId) -> Piece {
        match self.network.arena.node(id) {
            Node::Contraction { coefficient, factors, labels } => {
                self.contraction(sheet, coefficient, factors, labels, true)
            }
            Node::Derivative { .. } if self.is_turned_sign(id) => self.letter_piece(sheet, id),
            _ if self.is_symmetric(id) => self.known(id),
            _ => {
                let piece = self.known(id);
                self.transposed(sheet, piece, piece.level != Level::Sum)
            }
        }
    }

    /// Whether the layout of the style writes ∂of/∂by transposed.
    pub fn is_other_way(&self, of: NameId, by: NameId) -> bool {
        self.stands_other_way(self.written_axes(of), by)
    }

    /// Whether the layout of the style writes the derivative of something of so many axes transposed.
    fn stands_other_way(&self, rank: usize, by: NameId) -> bool {
        matches!(
            (rank, self.written_axes(by), self.style.orientation),
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
    pub(super) fn is_turned_sign(&self, id: ExprId) -> bool {
        match self.network.arena.node(id) {
            Node::Derivative { of, by, .. } => self.stands_other_way(wide_rank(&self.network.arena, of), by),
            _ => false,
        }
    }

    /// Whether the letters of what is a column among matrices stand for a row: a sign ∂u/∂v in another layout, or 1 × d.
    pub(super) fn is_row(&self, id: ExprId) -> bool {
        self.is_turned_sign(id) != is_row_of(self.network.arena.dims(id))
    }

    /// The piece of a factor by itself: what stands for a row is not transposed yet.
    pub(super) fn letter_piece(&mut self, sheet: &mut Sheet, id: ExprId) -> Piece {
        match self.network.arena.node(id) {
            // A factor has a shape of its own: uᵀ𝟏, where a term of a sum is the number alone.
            Node::Contraction { .. } if self.as_written && self.spread_number(id).is_some() => {
                self.as_written = false;
                let piece = self.piece(sheet, id);
                self.as_written = true;
                piece
            }
            Node::Derivative { of, by, reach } if self.is_turned_sign(id) => {
                self.derivative_piece(sheet, of, by, reach)
            }
            _ => self.known(id),
        }
    }
}
