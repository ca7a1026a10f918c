//! The generalised product: which axes of its factors belong together.
//!
//! Source: Laue, Mitterreiter, Giesen, *A Simple and Efficient Tensor Calculus* (AAAI 2020); that Kronecker deltas,
//! ones, transposes and broadcasts are labels and not nodes is this crate's own.

use crate::shape::Dim;

/// An axis that several factors share, or the result; numbered within one contraction.
pub type Label = u16;

/// Interned [`Labels`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct LabelsId(pub u32);

/// How the axes of the factors of a contraction hang together.
///
/// A label that is not in `out` is summed. An `out` label that no factor carries is a broadcast (ones). An `out` label
/// that stands twice is a Kronecker link: `out = ii` without factors is the identity matrix, with a vector `v_i` it is
/// diag(v). A label twice on one factor takes its diagonal. A summed label that no factor carries counts: its size is
/// a factor.
///
/// Labels are numbered by first use, in `out` first, then factor by factor, then those that only count.
#[derive(Clone, PartialEq, Eq, Debug, Hash, Default)]
pub struct Labels {
    /// The axes of the result.
    pub out: Vec<Label>,
    /// The axes of each factor.
    pub factors: Vec<Vec<Label>>,
    /// The size of each label.
    pub sizes: Vec<Dim>,
}

impl Labels {
    /// Whether a label is summed over.
    pub fn is_summed(&self, label: Label) -> bool {
        !self.out.contains(&label)
    }

    /// The labels that are summed over, in ascending order.
    pub fn summed(&self) -> impl Iterator<Item = Label> + '_ {
        (0..self.sizes.len() as Label).filter(|&label| self.is_summed(label))
    }

    /// How often a label stands on factors.
    pub fn uses(&self, label: Label) -> usize {
        self.factors.iter().flatten().filter(|&&own| own == label).count()
    }

    /// The same with labels numbered by first use. The size of a label is taken over.
    pub fn renumbered(&self) -> Labels {
        const UNSEEN: Label = Label::MAX;
        let mut numbers = vec![UNSEEN; self.sizes.len()];
        let mut sizes = Vec::with_capacity(self.sizes.len());
        let all = 0..self.sizes.len() as Label;
        let used = self.out.iter().chain(self.factors.iter().flatten()).copied();
        for label in used.chain(all) {
            let number = &mut numbers[label as usize];
            if *number == UNSEEN {
                *number = sizes.len() as Label;
                sizes.push(self.sizes[label as usize]);
            }
        }
        let renumber = |labels: &Vec<Label>| labels.iter().map(|&label| numbers[label as usize]).collect();
        Labels { out: renumber(&self.out), factors: self.factors.iter().map(renumber).collect(), sizes }
    }
}

/// A contraction under construction: factors and labels are added in any order.
#[derive(Clone, Debug, Default)]
pub struct LabelsBuilder {
    labels: Labels,
}

impl LabelsBuilder {
    /// A new label of a size.
    pub fn label(&mut self, size: Dim) -> Label {
        self.labels.sizes.push(size);
        (self.labels.sizes.len() - 1) as Label
    }

    /// New labels for all axes of a shape.
    pub fn labels(&mut self, dims: &[Dim]) -> Vec<Label> {
        dims.iter().map(|&dim| self.label(dim)).collect()
    }

    /// The next factor has these axes.
    pub fn factor(&mut self, axes: &[Label]) -> &mut Self {
        self.labels.factors.push(axes.to_vec());
        self
    }

    /// The result has these axes.
    pub fn out(mut self, axes: &[Label]) -> Labels {
        self.labels.out = axes.to_vec();
        self.labels
    }
}

#[cfg(test)]
mod tests {
    use super::{Labels, LabelsBuilder};
    use crate::shape::Dim;
    use pretty_assertions::assert_eq;

    #[test]
    fn labels_are_numbered_by_first_use() {
        let mut builder = LabelsBuilder::default();
        let (k, i, unused, j) = (
            builder.label(Dim::Known(4)),
            builder.label(Dim::Known(2)),
            builder.label(Dim::Known(9)),
            builder.label(Dim::Known(3)),
        );
        builder.factor(&[i, k]).factor(&[k, j]);
        let labels = builder.out(&[i, j]).renumbered();
        let expected = Labels {
            out: vec![0, 1],
            factors: vec![vec![0, 2], vec![2, 1]],
            sizes: vec![Dim::Known(2), Dim::Known(3), Dim::Known(4), Dim::Known(9)],
        };
        assert_eq!(labels, expected);
        assert_eq!(labels.summed().collect::<Vec<_>>(), vec![2, 3]);
        assert_eq!((labels.uses(2), labels.uses(3), unused), (2, 0, 2));
    }
}
