//! Two edits that explain a formula together: what they change adds up to what is wrong.

use crate::check::diagnose::grid::Grid;
use crate::check::diagnose::tensor::near;

/// What each edit changes, at the entry where the formulas differ most.
#[derive(Debug)]
pub struct Pairs<'a> {
    total: &'a Grid,
    values: &'a [Grid],
    hand: &'a Grid,
    pivot: usize,
    /// The change at the pivot and the number of the edit, in order.
    changes: Vec<(f64, usize)>,
}

/// The most pairs that are looked at entry by entry.
const MAX_LOOKS: usize = 20_000;

impl<'a> Pairs<'a> {
    /// The edits that give tensors of the shape of the truth and of the hand formula; `None` if these have two shapes.
    pub fn new(total: &'a Grid, values: &'a [Grid], hand: &'a Grid) -> Option<Pairs<'a>> {
        if total.dims != hand.dims {
            return None;
        }
        let difference = |at: usize| (hand.data[at] - total.data[at]).abs();
        let pivot = (0..hand.data.len()).max_by(|&a, &b| difference(a).total_cmp(&difference(b)))?;
        let fitting = values.iter().enumerate().filter(|(_, value)| value.dims == total.dims);
        let changes = fitting.map(|(at, value)| (value.data[pivot] - total.data[pivot], at));
        let mut changes: Vec<(f64, usize)> = changes.filter(|change| change.0.is_finite()).collect();
        changes.sort_by(|a, b| a.0.total_cmp(&b.0));
        Some(Pairs { total, values, hand, pivot, changes })
    }

    /// The pairs that `rank` allows, those of the smallest rank first.
    pub fn found<R: Ord>(&self, rank: impl Fn(usize, usize) -> Option<R>) -> Vec<[usize; 2]> {
        let wanted = self.hand.data[self.pivot] - self.total.data[self.pivot];
        let mut found = Vec::new();
        let mut looks = 0;
        for &(change, first) in &self.changes {
            let other = wanted - change;
            let slack = 1e-6 * (other.abs() + wanted.abs());
            let from = self.changes.partition_point(|entry| entry.0 < other - slack);
            for &(_, second) in self.changes[from..].iter().take_while(|entry| entry.0 <= other + slack) {
                let Some(rank) = (first < second).then(|| rank(first, second)).flatten() else { continue };
                looks += 1;
                if looks > MAX_LOOKS {
                    break;
                }
                if self.explains(first, second) {
                    found.push((rank, [first, second]));
                }
            }
        }
        found.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        found.into_iter().map(|pair| pair.1).collect()
    }

    fn explains(&self, first: usize, second: usize) -> bool {
        let mut both = self.total.clone();
        for (at, entry) in both.data.iter_mut().enumerate() {
            *entry = self.values[first].data[at] + self.values[second].data[at] - *entry;
        }
        near(&both, self.hand)
    }
}
