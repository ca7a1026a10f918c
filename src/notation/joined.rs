//! Tensors joined along an axis: [x; y] below each other, [X, Y] side by side.

use crate::expr::{ExprId, Factor, Label, Labels, Node, NumberId, Selection};
use crate::notation::formula::Typesetter;
use crate::notation::layout::{Fence, Layout, Operator, Sheet};
use crate::notation::piece::{Kind, Level, Piece};
use crate::notation::unit::is_unit;
use crate::shape::{Affine, Dim};

/// What one term, or several on the same places, put on an axis of the sum.
struct Block {
    /// How many places stand before it.
    before: Affine,
    size: Affine,
    pieces: Vec<Piece>,
}

impl Typesetter<'_> {
    /// A sum of tensors whose terms fill one axis piece by piece, without gaps and without meeting.
    pub(super) fn joined(&mut self, sheet: &mut Sheet, terms: &[ExprId]) -> Option<Piece> {
        let dims = self.arena().dims(*terms.first()?).to_vec();
        if terms.len() < 2 || !matches!(dims.len(), 1 | 2) {
            return None;
        }
        (0..dims.len()).find_map(|axis| self.joined_along(sheet, terms, (axis, dims[axis])))
    }

    fn joined_along(&mut self, sheet: &mut Sheet, terms: &[ExprId], (axis, dim): (usize, Dim)) -> Option<Piece> {
        // What is no block anywhere is found before anything is laid out.
        if !terms.iter().all(|&term| self.placed(term, axis).is_some()) {
            return None;
        }
        let mut blocks: Vec<Block> = Vec::with_capacity(terms.len());
        for &term in terms {
            let block = self.block(sheet, term, axis)?;
            match blocks.iter_mut().find(|known| known.before == block.before && known.size == block.size) {
                Some(known) => known.pieces.extend(block.pieces),
                None => blocks.push(block),
            }
        }
        if blocks.len() < 2 {
            return None;
        }
        let mut end = Affine::default();
        let mut row = Vec::with_capacity(2 * blocks.len());
        let mut tall = false;
        while !blocks.is_empty() {
            let Block { size, pieces, .. } = blocks.remove(blocks.iter().position(|block| block.before == end)?);
            if !row.is_empty() {
                let cut = if axis == 0 { Operator::Semicolon } else { Operator::Comma };
                row.push(sheet.push(Layout::Operator(cut)));
            }
            let piece = match pieces.as_slice() {
                [only] => *only,
                several => self.sum_of_pieces(sheet, several),
            };
            row.push(self.signed(sheet, piece));
            tall |= piece.tall;
            end = end.plus(&size, 1)?;
        }
        if end != self.arena().shapes().affine(dim) {
            return None;
        }
        let body = sheet.push(Layout::Row(row));
        let layout = sheet.push(Layout::Fenced { fence: Fence::Square, body });
        Some(Piece { layout, level: Level::Atom, kind: Kind::List, negative: false, tall })
    }

    /// The number of the selection that places a term along an axis of the sum, and what stands before it. The
    /// selection is the only factor with the label of that axis.
    fn placed(&self, term: ExprId, axis: usize) -> Option<(usize, Affine)> {
        let (factors, labels) = match self.arena().node(term) {
            Node::Contraction { factors, labels, .. } => (factors, self.arena().labels(labels)),
            Node::Selection(selection) => {
                let selection = self.arena().selection_of(selection);
                return Some((0, single_place(selection)?));
            }
            _ => return None,
        };
        let place = *labels.out.get(axis)?;
        let is_alone = labels.uses(place) == 1 && labels.out.iter().filter(|&&label| label == place).count() == 1;
        let at = labels.factors.iter().position(|axes| axes.contains(&place)).filter(|_| is_alone)?;
        let Node::Selection(selection) = self.arena().node(factors[at].base) else { return None };
        let selection = self.arena().selection_of(selection);
        let own = labels.factors[at].iter().position(|&label| label == place)?;
        let sign = selection.coefficients[own];
        let before = selection.offset.times(-sign)?;
        match (labels.factors[at].as_slice(), selection.coefficients.as_slice()) {
            ([_], _) => Some((at, single_place(selection)?)),
            (&[a, b], [1, -1] | [-1, 1]) => {
                let other = if a == place { b } else { a };
                let is_entry = is_unit(labels.sizes[other as usize]);
                let is_inner = labels.is_summed(other) && (labels.uses(other) > 1 || is_entry);
                is_inner.then_some((at, before))
            }
            _ => None,
        }
    }

    fn block(&mut self, sheet: &mut Sheet, term: ExprId, axis: usize) -> Option<Block> {
        let (at, before) = self.placed(term, axis)?;
        let Node::Contraction { coefficient, factors, labels } = self.arena().node(term) else {
            let piece = self.scalar_entry(sheet, NumberId::ONE, &[]);
            return Some(Block { before, size: Affine::constant(1), pieces: vec![piece] });
        };
        let mut labels = self.arena().labels(labels).clone();
        let place = labels.out[axis];
        let is_inner = |label: &Label| *label != place && labels.uses(*label) > 1;
        let inner = labels.factors[at].iter().copied().find(is_inner);
        let rest: Vec<Factor> = factors.iter().enumerate().filter(|(own, _)| *own != at).map(|(_, &own)| own).collect();
        labels.factors.remove(at);
        let Some(inner) = inner else {
            // One entry of a column.
            let is_scalar = labels.out.len() == 1 && labels.factors.iter().all(Vec::is_empty);
            let piece = is_scalar.then(|| self.scalar_entry(sheet, coefficient, &rest))?;
            return Some(Block { before, size: Affine::constant(1), pieces: vec![piece] });
        };
        let size = self.arena().shapes().affine(labels.sizes[inner as usize]);
        labels.out[axis] = inner;
        let labels = without(labels, place);
        if let ([only], true) = (rest.as_slice(), size == Affine::constant(1))
            && matches!(self.arena().node(only.base), Node::Selection(_))
        {
            // The one entry of [1].
            let piece = self.scalar_entry(sheet, coefficient, &[]);
            return Some(Block { before, size, pieces: vec![piece] });
        }
        let is_whole = matches!(rest.as_slice(), [only] if only.exponent == NumberId::ONE)
            && coefficient == NumberId::ONE
            && labels.factors[0] == labels.out;
        let piece = match is_whole {
            true => self.known(rest[0].base),
            false => self.contraction_of(sheet, coefficient, &rest, labels, false),
        };
        Some(Block { before, size, pieces: vec![piece] })
    }
}

/// How many places stand before the one that a selection of one axis picks.
fn single_place(selection: &Selection) -> Option<Affine> {
    match selection.coefficients.as_slice() {
        [sign @ (1 | -1)] => selection.offset.times(-sign)?.plus(&Affine::constant(1), -1),
        _ => None,
    }
}

/// The labels without one that stands on nothing.
fn without(mut labels: Labels, gone: Label) -> Labels {
    labels.sizes.remove(gone as usize);
    let down = |label: &mut Label| *label -= Label::from(*label > gone);
    labels.out.iter_mut().chain(labels.factors.iter_mut().flatten()).for_each(down);
    labels
}
