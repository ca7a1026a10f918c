//! One product inside another: the factors of XᵀX among those of a longer product, its inner labels private there.

use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::parts::{Part, Parts};
use crate::calculus::simplify::unit::is_unit;
use crate::expr::{ExprId, Label, NumberId};
use crate::network::Network;

/// Where a product was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The numbers of the factors in the whole, in the order of the pattern.
    pub(super) factors: Vec<usize>,
    /// The labels of the whole at the axes of the pattern's result.
    pub(super) out: Vec<Label>,
    /// The summed labels of the whole that the pattern sums itself.
    pub(super) inner: Vec<Label>,
    /// For each factor the exponent that is left, if one is.
    pub(super) left: Vec<NumberId>,
}

/// A search for a pattern: the choice for each factor so far.
struct Search<'a> {
    pattern: &'a Parts,
    whole: &'a Parts,
    pattern_classes: Vec<ExprId>,
    whole_classes: Vec<ExprId>,
    symmetric: Vec<bool>,
    /// For each factor of the pattern and each of the whole: the exponent that is left over, if they go together.
    left: Vec<Vec<Option<NumberId>>>,
}

/// The most choices that a search looks at.
const MAX_TRIES: usize = 400;

impl Simplifier {
    /// Where `pattern` stands in `whole`, apart from the coefficient. Without `free` factors nothing is found.
    pub(super) fn find_product(&mut self, network: &mut Network, pattern: &Parts, whole: &Parts) -> Option<Found> {
        if pattern.factors.is_empty() || pattern.factors.len() > whole.factors.len() {
            return None;
        }
        let links = (0..pattern.out.len()).any(|place| pattern.out[..place].contains(&pattern.out[place]));
        let broadcast = pattern.out.iter().any(|&label| pattern.uses(label) == 0);
        let counts = pattern.summed.iter().any(|&label| pattern.uses(label) == 0);
        if links || broadcast || counts {
            return None;
        }
        let classes = |this: &mut Self, network: &mut Network, parts: &Parts| -> Vec<ExprId> {
            parts.factors.iter().map(|part| this.measures.class(&mut network.arena, part.base)).collect()
        };
        let pattern_classes = classes(self, network, pattern);
        let whole_classes = classes(self, network, whole);
        let symmetric = pattern_classes.iter().map(|&class| self.measures.is_symmetric(class)).collect();
        let left = pattern
            .factors
            .iter()
            .map(|own| whole.factors.iter().map(|other| left_over(network, own, other)).collect())
            .collect();
        Search { pattern, whole, pattern_classes, whole_classes, symmetric, left }.run()
    }
}

/// For each label of the pattern its label in the whole.
type Image = Vec<Option<Label>>;

impl Search<'_> {
    fn run(&self) -> Option<Found> {
        let mut tries = 0;
        let mut open: Vec<(Vec<usize>, Image)> = vec![(Vec::new(), vec![None; self.pattern.label_count()])];
        while let Some((chosen, image)) = open.pop() {
            tries += 1;
            if tries > MAX_TRIES {
                return None;
            }
            if chosen.len() == self.pattern.factors.len() {
                match self.conclude(&chosen, &image) {
                    Some(found) => return Some(found),
                    None => continue,
                }
            }
            let at = chosen.len();
            for candidate in (0..self.whole.factors.len()).rev().filter(|candidate| !chosen.contains(candidate)) {
                for turned in [true, false] {
                    if turned && !self.symmetric[at] {
                        continue;
                    }
                    if let Some(image) = self.extend(&image, at, candidate, turned) {
                        let mut chosen = chosen.clone();
                        chosen.push(candidate);
                        open.push((chosen, image));
                    }
                }
            }
        }
        None
    }

    fn extend(&self, image: &Image, at: usize, candidate: usize, turned: bool) -> Option<Image> {
        let (own, other): (&Part, &Part) = (&self.pattern.factors[at], &self.whole.factors[candidate]);
        if self.pattern_classes[at] != self.whole_classes[candidate] {
            return None;
        }
        self.left[at][candidate]?;
        let mut image = image.clone();
        let mut axes = other.axes.clone();
        if turned {
            axes.reverse();
        }
        for (&label, &to) in own.axes.iter().zip(&axes) {
            match image[label as usize] {
                Some(known) if known != to => return None,
                _ => image[label as usize] = Some(to),
            }
        }
        Some(image)
    }

    /// Whether the inner labels are private: summed, distinct, and met by no other factor.
    fn conclude(&self, chosen: &[usize], image: &Image) -> Option<Found> {
        let out: Option<Vec<Label>> = self.pattern.out.iter().map(|&label| image[label as usize]).collect();
        let inner: Option<Vec<Label>> = self.pattern.summed.iter().map(|&label| image[label as usize]).collect();
        let (out, inner) = (out?, inner?);
        for (at, label) in inner.iter().enumerate() {
            let private = self.whole.is_summed(*label)
                && !inner[..at].contains(label)
                && !out.contains(label)
                && (0..self.whole.factors.len())
                    .filter(|factor| !chosen.contains(factor))
                    .all(|factor| !self.whole.factors[factor].axes.contains(label));
            if !private {
                return None;
            }
        }
        let left: Option<Vec<NumberId>> =
            chosen.iter().enumerate().map(|(at, &candidate)| self.left[at][candidate]).collect();
        let left = left?;
        // A factor of which a power stays cannot give up a label.
        let stays = |at: usize| left[at] != NumberId::ZERO;
        let gives = |label: &Label| inner.contains(label) && !is_unit(self.whole.size(*label));
        let clings = (0..chosen.len()).any(|at| stays(at) && self.whole.factors[chosen[at]].axes.iter().any(&gives));
        (!clings).then(|| Found { factors: chosen.to_vec(), out, inner, left })
    }
}

/// What is left of the exponent of `other` when that of `own` is taken away; `None` if there is not that much.
fn left_over(network: &mut Network, own: &Part, other: &Part) -> Option<NumberId> {
    if own.exponent == other.exponent {
        return Some(NumberId::ZERO);
    }
    let (less, more) = (network.arena.value(own.exponent), network.arena.value(other.exponent));
    if less.is_negative() != more.is_negative() || less.abs() >= more.abs() {
        return None;
    }
    let left = more.add(&less.neg())?;
    Some(network.arena.number_id(left))
}

impl Parts {
    /// Takes out the factors that were found; those of its labels that it alone met are no longer summed.
    pub(super) fn remove(&mut self, found: &Found) {
        for (&at, &left) in found.factors.iter().zip(&found.left) {
            self.factors[at].exponent = left;
        }
        self.factors.retain(|part| part.exponent != NumberId::ZERO);
        let used: Vec<Label> = self.factors.iter().flat_map(|part| part.axes.clone()).collect();
        self.summed.retain(|label| !found.inner.contains(label) || used.contains(label));
    }
}
