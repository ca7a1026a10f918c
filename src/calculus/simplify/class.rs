//! The class of a contraction: what it is up to the order of its factors, the names of its labels and the transposes of
//! symmetric factors, of which the first two axes may be exchanged.
//!
//! Labels are coloured by where they stand, until the number of colours stands still; labels that are still alike are
//! told apart in turn, and the smallest outcome is kept.

use crate::expr::{Arena, ExprId, Factor, Label, Labels, NumberId};
use crate::shape::Dim;

/// The most outcomes that are compared when labels are alike.
const MAX_BRANCHES: usize = 200;

/// A contraction whose factors are classes.
pub(super) struct Coloured<'a> {
    pub(super) factors: &'a [Factor],
    pub(super) labels: &'a Labels,
    /// Whether each factor stays as it is when its first two axes are exchanged.
    pub(super) symmetric: Vec<bool>,
}

type Colours = Vec<u32>;

/// The smallest form of a contraction.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Form {
    out: Vec<u32>,
    factors: Vec<(ExprId, NumberId, Vec<u32>)>,
    sizes: Vec<Dim>,
}

impl Coloured<'_> {
    /// The canonical order of factors and numbers of labels.
    pub(super) fn canonical(&self) -> (Vec<Factor>, Labels) {
        let mut budget = MAX_BRANCHES;
        let mut best: Option<Form> = None;
        let mut open = vec![self.refine(self.first())];
        while let Some(colours) = open.pop() {
            match self.tied(&colours).filter(|_| budget > 0) {
                Some(tied) => {
                    for label in tied {
                        budget = budget.saturating_sub(1);
                        open.push(self.refine(apart(&colours, label)));
                    }
                }
                None => {
                    let form = self.form(&total(colours));
                    if best.as_ref().is_none_or(|best| form < *best) {
                        best = Some(form);
                    }
                }
            }
        }
        match best {
            Some(form) => form.into_labels(),
            None => (self.factors.to_vec(), self.labels.clone()),
        }
    }

    /// Colours by the places in the result and the size.
    fn first(&self) -> Colours {
        let keys: Vec<(Vec<usize>, Dim)> = (0..self.labels.sizes.len())
            .map(|label| {
                let places = self.labels.out.iter().enumerate().filter(|(_, own)| **own as usize == label);
                let places: Vec<usize> = places.map(|(place, _)| place).collect();
                // Labels of the result come first, in the order of the result.
                let key = if places.is_empty() { vec![usize::MAX] } else { places };
                (key, self.labels.sizes[label])
            })
            .collect();
        ranks(&keys)
    }

    fn axes(&self, at: usize, colours: &Colours) -> Vec<u32> {
        let mut axes: Vec<u32> = self.labels.factors[at].iter().map(|&label| colours[label as usize]).collect();
        if self.symmetric[at] {
            axes[..2].sort_unstable();
        }
        axes
    }

    /// Recolours labels by the factors and places that they meet until no colour splits any more.
    fn refine(&self, mut colours: Colours) -> Colours {
        let mut count = distinct(&colours);
        loop {
            let keys: Vec<(ExprId, NumberId, Vec<u32>)> = (0..self.factors.len())
                .map(|at| (self.factors[at].base, self.factors[at].exponent, self.axes(at, &colours)))
                .collect();
            let kinds = ranks(&keys);
            let mut met: Vec<(u32, Vec<(u32, usize)>)> = colours.iter().map(|&colour| (colour, Vec::new())).collect();
            for (at, axes) in self.labels.factors.iter().enumerate() {
                for (place, &label) in axes.iter().enumerate() {
                    let place = if self.symmetric[at] && place < 2 { 0 } else { place };
                    met[label as usize].1.push((kinds[at], place));
                }
            }
            met.iter_mut().for_each(|entry| entry.1.sort_unstable());
            colours = ranks(&met);
            let now = distinct(&colours);
            if now == count {
                return colours;
            }
            count = now;
        }
    }

    /// The labels of the first colour that several share.
    fn tied(&self, colours: &Colours) -> Option<Vec<Label>> {
        let mut by_colour: Vec<Vec<Label>> = vec![Vec::new(); colours.len()];
        for (label, &colour) in colours.iter().enumerate() {
            by_colour[colour as usize].push(label as Label);
        }
        by_colour.into_iter().find(|labels| labels.len() > 1)
    }

    fn form(&self, colours: &Colours) -> Form {
        let mut factors: Vec<(ExprId, NumberId, Vec<u32>)> = (0..self.factors.len())
            .map(|at| (self.factors[at].base, self.factors[at].exponent, self.axes(at, colours)))
            .collect();
        factors.sort_unstable();
        let mut sizes = vec![Dim::Known(0); colours.len()];
        for (label, &colour) in colours.iter().enumerate() {
            sizes[colour as usize] = self.labels.sizes[label];
        }
        Form { out: self.labels.out.iter().map(|&label| colours[label as usize]).collect(), factors, sizes }
    }
}

impl Form {
    fn into_labels(self) -> (Vec<Factor>, Labels) {
        let narrow = |axes: &Vec<u32>| axes.iter().map(|&colour| colour as Label).collect::<Vec<Label>>();
        let labels = Labels {
            out: narrow(&self.out),
            factors: self.factors.iter().map(|factor| narrow(&factor.2)).collect(),
            sizes: self.sizes,
        };
        (self.factors.into_iter().map(|(base, exponent, _)| Factor { base, exponent }).collect(), labels)
    }
}

/// The rank of each key among the distinct keys.
fn ranks<K: Ord>(keys: &[K]) -> Colours {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|&a, &b| keys[a].cmp(&keys[b]));
    let mut colours = vec![0; keys.len()];
    let mut colour = 0;
    for (at, &label) in order.iter().enumerate() {
        if at > 0 && keys[order[at - 1]] != keys[label] {
            colour += 1;
        }
        colours[label] = colour;
    }
    colours
}

fn distinct(colours: &Colours) -> usize {
    colours.iter().max().map_or(0, |&most| most as usize + 1)
}

/// The colouring in which one label stands before those of its colour.
fn apart(colours: &Colours, label: Label) -> Colours {
    let keys: Vec<(u32, bool)> =
        colours.iter().enumerate().map(|(own, &colour)| (colour, own != label as usize)).collect();
    ranks(&keys)
}

/// A colouring in which every label has its own colour; those alike keep their order.
fn total(colours: Colours) -> Colours {
    let keys: Vec<(u32, usize)> = colours.iter().enumerate().map(|(label, &colour)| (colour, label)).collect();
    ranks(&keys)
}

/// The representative of a contraction whose factors are representatives.
pub(super) fn class(
    arena: &mut Arena,
    coefficient: NumberId,
    factors: &[Factor],
    labels: &Labels,
    symmetric: impl Fn(&Arena, Factor) -> bool,
) -> ExprId {
    let symmetric = factors.iter().map(|&factor| symmetric(arena, factor)).collect();
    let (factors, labels) = Coloured { factors, labels, symmetric }.canonical();
    arena.contraction(coefficient, &factors, &labels)
}
