//! Matrices by their entries: rows of numbers and names for e₁(1, 2)ᵀ + e₂(3, 4)ᵀ.

use crate::expr::{ExprId, Factor, Label, Node, NumberId};
use crate::notation::formula::Typesetter;
use crate::notation::layout::{Layout, LayoutId, Sheet};
use crate::notation::number::number_piece;
use crate::notation::piece::{Kind, Level, Piece};
use crate::rational::Rational;

/// The most rows and the most columns of a matrix that is written out.
const MAX_SIDE: usize = 8;

/// The entries that one term gives, counted from 1: one of them, a row or a column.
enum Part {
    Entry(usize, usize, Piece),
    Row(usize, Vec<Option<Piece>>),
    Column(usize, Vec<Option<Piece>>),
}

/// The entries that were found, row by row.
struct Grid {
    columns: usize,
    entries: Vec<Option<Piece>>,
}

impl Grid {
    /// Puts a part in its place; nothing where an entry is there already or has no place.
    fn put(&mut self, part: Part) -> Option<()> {
        match part {
            Part::Entry(row, column, piece) => self.set(row, column, piece),
            Part::Row(row, pieces) => {
                let mut given = pieces.into_iter().enumerate().filter_map(|(at, piece)| Some((at + 1, piece?)));
                given.try_for_each(|(column, piece)| self.set(row, column, piece))
            }
            Part::Column(column, pieces) => {
                let mut given = pieces.into_iter().enumerate().filter_map(|(at, piece)| Some((at + 1, piece?)));
                given.try_for_each(|(row, piece)| self.set(row, column, piece))
            }
        }
    }

    fn set(&mut self, row: usize, column: usize, piece: Piece) -> Option<()> {
        let (row, column) = (row.checked_sub(1)?, column.checked_sub(1)?);
        if column >= self.columns {
            return None;
        }
        let entry = self.entries.get_mut(row * self.columns + column)?;
        entry.replace(piece).is_none().then_some(())
    }
}

impl Typesetter<'_> {
    /// The terms of a sum of matrices that give one entry, a row or a column each, as one matrix; and which terms these
    /// are. At least two of them, and no entry twice; in what is derived at least half of the entries must be there,
    /// e₁e₂ᵀ stays among many.
    pub(super) fn grid(&mut self, sheet: &mut Sheet, terms: &[ExprId]) -> Option<(Piece, Vec<usize>)> {
        let &[height, width] = self.arena().dims(*terms.first()?) else { return None };
        let known = |size| usize::try_from(self.arena().shapes().known(size)?).ok();
        let (rows, columns) = (known(height)?, known(width)?);
        if ![rows, columns].iter().all(|side| (2..=MAX_SIDE).contains(side)) {
            return None;
        }
        let mut grid = Grid { columns, entries: vec![None; rows * columns] };
        let mut taken = Vec::new();
        for (at, &term) in terms.iter().enumerate() {
            if let Some(part) = self.grid_part(sheet, term) {
                grid.put(part)?;
                taken.push(at);
            }
        }
        let given = grid.entries.iter().flatten().count();
        if taken.len() < 2 || !self.as_written && 2 * given < rows * columns {
            return None;
        }
        let zero = number_piece(sheet, &Rational::ZERO);
        let cells: Vec<LayoutId> =
            grid.entries.into_iter().map(|entry| self.signed(sheet, entry.unwrap_or(zero))).collect();
        let layout = sheet.push(Layout::Matrix(cells.chunks(columns).map(<[LayoutId]>::to_vec).collect()));
        Some((Piece { layout, level: Level::Atom, kind: Kind::Other, negative: false, tall: true }, taken))
    }

    /// A sum that is a matrix of entries altogether: what may have indices of its own.
    pub(super) fn grid_of_all(&mut self, sheet: &mut Sheet, terms: &[ExprId]) -> Option<Piece> {
        self.grid(sheet, terms).filter(|(_, taken)| taken.len() == terms.len()).map(|(grid, _)| grid)
    }

    /// What a multiple of e₁e₂ᵀ, a row e₁(1, 2)ᵀ or a column (1, 2)e₁ᵀ gives.
    fn grid_part(&mut self, sheet: &mut Sheet, term: ExprId) -> Option<Part> {
        let Node::Contraction { coefficient, factors, labels } = self.arena().node(term) else { return None };
        let labels = self.arena().labels(labels);
        let &[row, column] = labels.out.as_slice() else { return None };
        if labels.sizes.len() != 2 || row == column {
            return None;
        }
        let standing = |wanted: &[Label]| -> Vec<Factor> {
            let places = (0..factors.len()).filter(|&at| labels.factors[at] == wanted);
            places.map(|at| factors[at]).collect()
        };
        let (scalars, down, across) = (standing(&[]), standing(&[row]), standing(&[column]));
        let (&[down], &[across]) = (down.as_slice(), across.as_slice()) else { return None };
        let is_plain = [down, across].iter().all(|factor| factor.exponent == NumberId::ONE);
        if !is_plain || scalars.len() + 2 != factors.len() {
            return None;
        }
        let value = self.arena().value(coefficient);
        let (is_alone, negative) = (scalars.is_empty() && value.abs().is_one(), value.is_negative());
        match (self.place(down.base), self.place(across.base)) {
            (Some(row), Some(column)) => {
                Some(Part::Entry(row, column, self.scalar_entry(sheet, coefficient, &scalars)))
            }
            (Some(row), None) if is_alone => Some(Part::Row(row, self.whole_list(sheet, across.base, negative)?)),
            (None, Some(column)) if is_alone => {
                Some(Part::Column(column, self.whole_list(sheet, down.base, negative)?))
            }
            _ => None,
        }
    }

    /// The entries of a column that gives nothing but single entries, with their signs turned or as they are.
    fn whole_list(&mut self, sheet: &mut Sheet, column: ExprId, turn: bool) -> Option<Vec<Option<Piece>>> {
        let terms = match self.arena().node(column) {
            Node::Sum(terms) => terms,
            _ => &[column],
        };
        let (entries, taken) = self.list_entries(sheet, terms)?;
        let turned = |piece: Piece| Piece { negative: piece.negative != turn, ..piece };
        (taken.len() == terms.len()).then(|| entries.into_iter().map(|entry| entry.map(turned)).collect())
    }
}
