//! Which labels of a contraction get a letter of their own, and which a selection tells: Σ_k 𝟙[k = i + 1] x_k is x_{i+1}.

use crate::expr::{Factor, Label, Labels, Node, NumberId};
use crate::notation::formula::Typesetter;
use crate::notation::index::Index;
use crate::notation::layout::Sheet;
use crate::notation::unit::is_unit;
use crate::shape::Dim;

/// A letter that is summed over, and its range where nothing else tells it.
pub(super) struct Bound {
    pub(super) letter: char,
    pub(super) size: Option<Dim>,
}

impl Typesetter<'_> {
    /// Puts selections into the indices of the other factors; gives the factors that went and the letters that are
    /// summed over.
    pub(super) fn solve_selections(
        &mut self,
        sheet: &mut Sheet,
        factors: &[Factor],
        labels: &Labels,
        indices: &mut [Option<Index>],
        used: &mut Vec<char>,
    ) -> (Vec<usize>, Vec<Bound>) {
        let network = self.network;
        let arena = &network.arena;
        let selection_of = |at: usize| match arena.node(factors[at].base) {
            Node::Selection(selection) if factors[at].exponent == NumberId::ONE => {
                Some(arena.selection_of(selection).clone())
            }
            _ => None,
        };
        let is_selection = |at: usize| matches!(arena.node(factors[at].base), Node::Selection(_));
        let is_open = |label: Label| labels.is_summed(label) && !is_unit(labels.sizes[label as usize]);
        // Each selection says what one summed label is; those labels get no letter of their own.
        let mut gone = Vec::new();
        let mut solved: Vec<(usize, usize, Label)> = Vec::new();
        for at in 0..factors.len() {
            let Some(selection) = selection_of(at) else { continue };
            let axes = &labels.factors[at];
            let free = |label: Label| is_open(label) && !solved.iter().any(|(_, _, own)| *own == label);
            // An entry of a tensor is 0 beyond its ends, so that the range of the label is not lost; e^{x_k} is not.
            let vanishes = |label: Label| {
                (0..factors.len()).any(|other| {
                    let positive = !arena.value(factors[other].exponent).is_negative();
                    let axis = labels.factors[other].iter().position(|own| *own == label);
                    let vanishes = |axis| self.vanishes_beyond(factors[other].base, axis);
                    positive && !is_selection(other) && axis.is_some_and(vanishes)
                })
            };
            let carried = |label: Label| {
                (0..factors.len()).any(|other| labels.factors[other].contains(&label) && !is_selection(other))
            };
            let sizes: Vec<Dim> = axes.iter().map(|&label| labels.sizes[label as usize]).collect();
            let once = |label: Label| axes.iter().filter(|own| **own == label).count() == 1;
            let fits = |axis: &usize| {
                let label = axes[*axis];
                let is_safe = || vanishes(label) || carried(label) && self.stays_inside(&selection, &sizes, *axis);
                free(label) && once(label) && selection.coefficients[*axis].abs() == 1 && is_safe()
            };
            // x_{i+k−1} rather than y_{j−i+1}: a sum of the other indices, which also stays between the ends.
            let adds = |axis: &usize| {
                let sign = selection.coefficients[*axis].signum();
                selection.coefficients.iter().enumerate().all(|(other, c)| other == *axis || c.signum() != sign)
            };
            let axis = (0..axes.len()).filter(fits).find(adds).or_else(|| (0..axes.len()).find(fits));
            if let Some(axis) = axis {
                solved.push((at, axis, axes[axis]));
                gone.push(at);
            }
        }
        let taken: Vec<Label> = solved.iter().map(|&(_, _, label)| label).collect();
        let mut classes = self.picking_classes(factors, labels, &taken);
        gone.extend(classes.iter().map(|(at, _)| at));
        // A letter that stands at no tensor says itself how far it runs.
        let shown: Vec<bool> = (0..labels.sizes.len() as Label)
            .map(|label| {
                (0..factors.len()).any(|at| {
                    let axis = labels.factors[at].iter().position(|own| *own == label);
                    !gone.contains(&at) && axis.is_some_and(|axis| self.tells_range(factors[at].base, axis))
                })
            })
            .collect();
        let mut bound: Vec<Bound> = Vec::new();
        for label in 0..labels.sizes.len() as Label {
            let is_solved = taken.contains(&label) || classes.iter().any(|(_, own)| *own == label);
            if is_open(label) && labels.uses(label) > 0 && !is_solved {
                let letter = self.fresh(used);
                bound.push(Bound { letter, size: (!shown[label as usize]).then_some(labels.sizes[label as usize]) });
                indices[label as usize] = Some(Index::letter(letter));
            }
        }
        // A selection may need a label that another one solves: as many rounds as there are selections.
        let mut open = solved;
        for _ in 0..open.len() + classes.len() {
            open.retain(|&(at, axis, label)| {
                let Some(selection) = selection_of(at) else { return true };
                let own: Option<Vec<Index>> = labels.factors[at]
                    .iter()
                    .enumerate()
                    .map(|(other, &label)| match other == axis {
                        true => Some(Index::default()),
                        false => indices[label as usize].clone(),
                    })
                    .collect();
                let Some(index) = own.and_then(|own| Index::solve(&selection, axis, &own)) else { return true };
                indices[label as usize] = Some(index);
                false
            });
            classes.retain(|&(at, label)| {
                let axes = &labels.factors[at];
                let samples: Option<Vec<Index>> =
                    axes[..axes.len() - 1].iter().map(|&axis| indices[axis as usize].clone()).collect();
                let (Some(samples), Some(classes)) = (samples, self.classes_of(factors[at].base)) else { return true };
                indices[label as usize] = Some(self.class_index(sheet, classes, &samples, used));
                false
            });
        }
        // Selections that need each other stay as conditions.
        for (at, label) in open.into_iter().map(|(at, _, label)| (at, label)).chain(classes) {
            gone.retain(|own| *own != at);
            let letter = self.fresh(used);
            bound.push(Bound { letter, size: None });
            indices[label as usize] = Some(Index::letter(letter));
        }
        (gone, bound)
    }
}
