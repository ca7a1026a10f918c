//! Matrices, columns and rows side by side, with transposes and inverses: W₂ᵀδ, xᵀAx, X⁻ᵀ, (XᵀX)⁻².

use crate::expr::{ExprId, Factor, Node, NumberId};
use crate::function::Known;
use crate::notation::algebra::{Link, Term, is_symmetric};
use crate::notation::formula::Typesetter;
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};
use crate::notation::matrix::{Letters, are_rows, take_signs};
use crate::notation::piece::{Kind, Level, Piece};

impl Typesetter<'_> {
    /// Matrices, columns and rows side by side; equal inverses side by side are one power.
    pub(super) fn chain_piece(&mut self, sheet: &mut Sheet, links: &[Link], letters: &Letters) -> Piece {
        let joined = self.with_own_product(links, letters);
        let links = joined.as_deref().unwrap_or(links);
        let mut pieces: Vec<Piece> = Vec::with_capacity(links.len());
        let mut at = 0;
        while at < links.len() {
            let link = &links[at];
            let run = links[at..].iter().take_while(|next| self.is_same_inverse(link, next, letters)).count();
            pieces.push(match run {
                0 | 1 => self.link_piece(sheet, link, letters),
                run => self.inverse_power(sheet, link, run, letters),
            });
            at += run.max(1);
        }
        let negative = take_signs(&mut pieces);
        let tall = pieces.iter().any(|piece| piece.tall);
        let mut row = Vec::with_capacity(pieces.len());
        let end = pieces.len();
        for (at, piece) in pieces.iter().enumerate() {
            let loose = piece.level <= Level::Product && piece.kind != Kind::Chain;
            let open = loose || piece.negative || piece.level == Level::OpenCall && at + 1 < end;
            if at > 0 && (piece.kind == Kind::Word || pieces[at - 1].kind == Kind::Word) {
                row.push(sheet.push(Layout::Operator(Operator::Juxtapose)));
            }
            row.push(if open && end > 1 { self.parenthesised(sheet, *piece) } else { piece.layout });
        }
        let layout = self.row(sheet, row);
        Piece { layout, level: Level::Product, kind: Kind::Chain, negative, tall }
    }

    pub(super) fn link_piece(&mut self, sheet: &mut Sheet, link: &Link, letters: &Letters) -> Piece {
        let mut turned = link.transposed && !is_symmetric(&letters.traits, &link.term);
        if let Some(matrix) = self.inverted(&link.term, letters) {
            return self.inverse(sheet, matrix, 1, turned);
        }
        if let (true, true, Term::Hadamard(parts)) = (turned, link.vector, &link.term)
            && let Some(piece) = self.rows_in_front(sheet, parts, letters)
        {
            return piece;
        }
        if let (true, true, Term::Hadamard(parts)) = (turned, link.vector, &link.term)
            && are_rows(parts, letters)
        {
            let parts: Vec<Link> = parts.iter().cloned().map(Link::turned).collect();
            return self.hadamard_piece(sheet, &parts, letters);
        }
        if let Term::Factor(at) = link.term
            && letters.factors[at].exponent != NumberId::ONE
            && self.is_row(letters.factors[at].base)
        {
            return self.hadamard_piece(sheet, std::slice::from_ref(link), letters);
        }
        if let Term::Factor(at) = link.term {
            turned ^= !letters.sliced[at] && self.is_row(letters.factors[at].base);
        }
        let piece = self.term(sheet, &link.term, letters);
        if let (true, Term::Factor(at)) = (turned, &link.term)
            && letters.factors[*at].exponent == NumberId::ONE
            && self.known(letters.factors[*at].base).layout == piece.layout
            && let Some(sum) = self.turned_inside(sheet, letters.factors[*at].base)
        {
            return sum;
        }
        if turned { self.transposed(sheet, piece, true) } else { piece }
    }

    /// The transpose of a product entry by entry with letters that stand for rows: δ ⊙ (a ⊙ b)ᵀ for (δᵀ ⊙ a ⊙ b)ᵀ.
    fn rows_in_front(&mut self, sheet: &mut Sheet, parts: &[Link], letters: &Letters) -> Option<Piece> {
        let factor = |part: &Link| match part.term {
            Term::Factor(at) => Some(letters.factors[at]),
            _ => None,
        };
        let is_row = |part: &&Link| {
            factor(part).is_some_and(|factor| factor.exponent == NumberId::ONE && self.is_row(factor.base))
        };
        let divides =
            |part: &Link| factor(part).is_some_and(|factor| self.arena().value(factor.exponent).is_negative());
        let (rows, others): (Vec<&Link>, Vec<&Link>) = parts.iter().partition(is_row);
        if rows.is_empty() || others.iter().all(|part| divides(part)) {
            return None;
        }
        let mut pieces: Vec<Piece> = Vec::with_capacity(rows.len() + 1);
        for row in rows {
            pieces.push(self.link_piece(sheet, &row.clone().turned(), letters));
        }
        let others: Vec<Link> = others.into_iter().cloned().collect();
        let rest = match <[Link; 1]>::try_from(others) {
            Ok([only]) => only.turned(),
            Err(others) => Link { term: Term::Hadamard(others), transposed: true, vector: true },
        };
        pieces.push(self.link_piece(sheet, &rest, letters));
        let negative = take_signs(&mut pieces);
        let tall = pieces.iter().any(|piece| piece.tall);
        let row = self.between(sheet, &pieces, Operator::Hadamard);
        let layout = self.row(sheet, row);
        Some(Piece { layout, level: Level::Hadamard, kind: Kind::Other, negative, tall })
    }

    /// Aᵀ, also of a matrix that equals it.
    pub fn transpose(&mut self, sheet: &mut Sheet, matrix: ExprId) -> LayoutId {
        let piece = self.piece(sheet, matrix);
        let turned = self.transposed(sheet, piece, false);
        self.signed(sheet, turned)
    }

    /// Mᵀ; the sign stays outside. A matrix that is written out has its rows as columns.
    pub(super) fn transposed(&mut self, sheet: &mut Sheet, piece: Piece, keep_sign: bool) -> Piece {
        if let Layout::Matrix(rows) = sheet.get(piece.layout) {
            let columns = rows.first().map_or(0, Vec::len);
            let turned = (0..columns).map(|column| rows.iter().map(|row| row[column]).collect()).collect();
            return Piece { layout: sheet.push(Layout::Matrix(turned)), ..piece };
        }
        let sup = sheet.push(Layout::Operator(Operator::Transpose));
        let negative = keep_sign && piece.negative && piece.level != Level::Sum;
        let bare = Piece { negative: piece.negative && !negative, ..piece };
        Piece { negative, ..self.raised_piece(sheet, bare, sup) }
    }

    /// The matrix whose inverse a term is.
    pub(super) fn inverted(&self, term: &Term, letters: &Letters) -> Option<ExprId> {
        let Term::Factor(at) = *term else { return None };
        let Factor { base, exponent: NumberId::ONE } = letters.factors[at] else { return None };
        if letters.sliced[at] { None } else { self.inverse_of(base) }
    }

    /// X where an expression is X⁻¹.
    pub(super) fn inverse_of(&self, id: ExprId) -> Option<ExprId> {
        match self.arena().node(id) {
            Node::Call { function, arguments: &[matrix], .. } => {
                (self.network.functions.known(function) == Some(Known::Inverse)).then_some(matrix)
            }
            _ => None,
        }
    }

    pub(super) fn is_same_inverse(&self, a: &Link, b: &Link, letters: &Letters) -> bool {
        let (Some(left), Some(right)) = (self.inverted(&a.term, letters), self.inverted(&b.term, letters)) else {
            return false;
        };
        let turned = a.transposed == b.transposed || is_symmetric(&letters.traits, &a.term);
        left == right && turned
    }

    pub(super) fn inverse_power(&mut self, sheet: &mut Sheet, link: &Link, times: usize, letters: &Letters) -> Piece {
        match self.inverted(&link.term, letters) {
            Some(matrix) => {
                let turned = link.transposed && !is_symmetric(&letters.traits, &link.term);
                self.inverse(sheet, matrix, times, turned)
            }
            None => self.link_piece(sheet, link, letters),
        }
    }

    /// X⁻¹, X⁻², X⁻ᵀ.
    pub(super) fn inverse(&mut self, sheet: &mut Sheet, matrix: ExprId, times: usize, turned: bool) -> Piece {
        let minus = sheet.push(Layout::Operator(Operator::Negative));
        let mut row = vec![minus];
        if times > 1 || !turned {
            row.push(sheet.push(Layout::Number(times.to_string())));
        }
        if turned {
            row.push(sheet.push(Layout::Operator(Operator::Transpose)));
        }
        let sup = sheet.push(Layout::Row(row));
        let piece = self.known(matrix);
        self.raised_piece(sheet, piece, sup)
    }
}
