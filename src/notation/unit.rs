//! Axes of size 1, which nobody writes: a matrix of N × 1 is a column, one of 1 × d a row, and an entry of either has one
//! index.

use crate::expr::{Arena, ExprId, Label, Labels, NameId};
use crate::notation::formula::Typesetter;
use crate::notation::index::UNIT;
use crate::shape::Dim;

/// Whether an axis has one entry.
pub(super) fn is_unit(size: Dim) -> bool {
    size == Dim::Known(1)
}

/// The labels without those of size 1.
pub(super) fn without_units(labels: &Labels) -> Labels {
    let kept: Vec<Label> =
        (0..labels.sizes.len() as Label).filter(|&label| !is_unit(labels.sizes[label as usize])).collect();
    let renumbered = |axes: &Vec<Label>| -> Vec<Label> {
        axes.iter().filter_map(|label| kept.iter().position(|own| own == label)).map(|at| at as Label).collect()
    };
    Labels {
        out: renumbered(&labels.out),
        factors: labels.factors.iter().map(renumbered).collect(),
        sizes: kept.iter().map(|&label| labels.sizes[label as usize]).collect(),
    }
}

/// Whether axes are those of a row: 1 × d.
pub(super) fn is_row_of(dims: &[Dim]) -> bool {
    matches!(*dims, [rows, columns] if is_unit(rows) && !is_unit(columns))
}

/// The number of axes that have more than one entry.
pub(super) fn wide_rank(arena: &Arena, id: ExprId) -> usize {
    arena.dims(id).iter().filter(|&&size| !is_unit(size)).count()
}

impl Typesetter<'_> {
    /// A letter for each axis, in the order of the names; one that stands for nothing where an axis has one entry.
    pub fn letters_of(&mut self, names: &[NameId]) -> Vec<char> {
        let network = self.network();
        let dims = names.iter().flat_map(|&name| network.arena.shapes().dims(network.quantity(name).shape));
        let dims: Vec<Dim> = dims.copied().collect();
        self.letters_for(&dims)
    }

    /// The same for an expression.
    pub fn letters_of_expr(&mut self, expr: ExprId) -> Vec<char> {
        let dims = self.arena().dims(expr).to_vec();
        self.letters_for(&dims)
    }

    fn letters_for(&mut self, dims: &[Dim]) -> Vec<char> {
        let count = dims.iter().filter(|&&size| !is_unit(size)).count();
        let mut letters = self.index_letters(count).into_iter();
        dims.iter().map(|&size| if is_unit(size) { UNIT } else { letters.next().unwrap_or('?') }).collect()
    }

    /// The number of axes of a quantity that are written.
    pub fn written_axes(&self, name: NameId) -> usize {
        let dims = self.network().arena.shapes().dims(self.network().quantity(name).shape);
        dims.iter().filter(|&&size| !is_unit(size)).count()
    }
}
