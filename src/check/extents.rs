//! The sizes at which an equality of tensors is decided: small values for symbolic sizes, twice.
//!
//! Takes the sizes, the axes and the numbers of both sides; gives two assignments. A size is never a number that the
//! formulas say, or Σ xᵢ/3 would be a mean; each size has two values, or n² would be 9; no index runs out of its axis,
//! or x₇ would be 0; no sum or product of sizes has one value twice, where that can be; and the order of the sizes is
//! turned round, so that a square case hides nothing.

use rustc_hash::FxHashSet;

use crate::shape::{Affine, SizeId};

/// The values that symbolic sizes get, the best first. 2 stands late: formulas are full of it.
const VALUES: [usize; 5] = [3, 4, 5, 2, 6];
/// As many symbolic sizes may stand in a formula.
pub const MAX_SIZES: usize = 5;
/// Values that are tried for a size beyond those that the sizes need.
const SPARE: usize = 3;

/// A value for each size.
pub type Assignment = Vec<(SizeId, usize)>;

/// What the values must suit.
#[derive(Clone, Debug, Default)]
pub struct Extents {
    /// The sizes that get values.
    pub sizes: Vec<SizeId>,
    /// The lengths of axes, where they depend on sizes: none may be empty.
    pub axes: Vec<Affine>,
    /// Numbers that stand in the formulas.
    pub numbers: FxHashSet<usize>,
    /// The largest index that picks an entry.
    pub largest_index: usize,
}

impl Extents {
    /// Two assignments, in which each size has two values; one where there is nothing to choose. `known` gives the
    /// values of all other sizes.
    pub fn assignments(&self, known: impl Fn(SizeId) -> Option<i64>) -> Option<Vec<Assignment>> {
        if self.sizes.is_empty() {
            return Some(vec![Vec::new()]);
        }
        let pool = self.pool();
        let entries = |values: &[usize]| values.iter().product::<usize>();
        let suits = |values: &[usize]| self.suits(values, &known);
        let ascending = pool[..self.sizes.len()].to_vec();
        let arrangements = arrangements(&pool, self.sizes.len());
        // The first of the fewest entries: what has more is not looked at.
        let cheapest = |suits: &dyn Fn(&[usize]) -> bool| {
            let cheaper = |best: Option<&'_ Vec<usize>>, values: &[usize]| {
                best.is_none_or(|best| entries(values) < entries(best)) && suits(values)
            };
            let mut best = None;
            for values in &arrangements {
                if cheaper(best, values) {
                    best = Some(values);
                }
            }
            best.cloned()
        };
        let first = if suits(&ascending) { ascending } else { cheapest(&suits)? };
        let is_turned = |values: &[usize]| {
            let pairs = first.windows(2).zip(values.windows(2));
            let falls = |pair: &[usize]| pair[0] > pair[1];
            pairs.into_iter().any(|(before, now)| falls(before) != falls(now)) || values.len() < 2
        };
        let is_other = |values: &[usize]| {
            suits(values)
                && values.iter().zip(&first).all(|(now, before)| now != before)
                && entries(values) != entries(&first)
        };
        let differs = |values: &[usize]| is_other(values) && no_common_part(&first, values);
        let second = cheapest(&|values| differs(values) && is_turned(values))
            .or_else(|| cheapest(&differs))
            .or_else(|| cheapest(&is_other))?;
        let named = |values: Vec<usize>| self.sizes.iter().copied().zip(values).collect();
        Some(vec![named(first), named(second)])
    }

    /// The values to choose from, the best first.
    fn pool(&self) -> Vec<usize> {
        let later = VALUES.len() + 2..;
        let values = VALUES.into_iter().chain(later);
        let is_free = |value: &usize| *value >= self.largest_index && !self.numbers.contains(value);
        values.filter(is_free).take(self.sizes.len() + SPARE).collect()
    }

    fn suits(&self, values: &[usize], known: impl Fn(SizeId) -> Option<i64>) -> bool {
        let value = |size: SizeId| match self.sizes.iter().position(|&other| other == size) {
            Some(at) => i64::try_from(values[at]).ok(),
            None => known(size),
        };
        self.axes.iter().all(|axis| axis.value(value).is_none_or(|length| length > 0))
    }
}

/// Whether no sum and no product of some of the sizes is the same number twice: else 7 could stand for m + n.
fn no_common_part(first: &[usize], second: &[usize]) -> bool {
    (1..1usize << first.len()).all(|chosen| {
        let part = |values: &[usize]| {
            let members = values.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
            members.fold((0, 1), |(sum, product), (_, &value)| (sum + value, product * value))
        };
        let (first, second) = (part(first), part(second));
        first.0 != second.0 && first.1 != second.1
    })
}

/// All ways to give `count` sizes different values of the pool.
fn arrangements(pool: &[usize], count: usize) -> Vec<Vec<usize>> {
    (0..count).fold(vec![Vec::new()], |partial, _| {
        let longer = |values: Vec<usize>| {
            let free: Vec<usize> = pool.iter().copied().filter(|value| !values.contains(value)).collect();
            free.into_iter().map(move |value| values.iter().copied().chain([value]).collect::<Vec<usize>>())
        };
        partial.into_iter().flat_map(longer).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{Extents, no_common_part};
    use crate::shape::{Affine, SizeId};
    use pretty_assertions::assert_eq;

    fn values(extents: &Extents) -> Vec<Vec<usize>> {
        let assignments = extents.assignments(|_| None).unwrap_or_default();
        assignments.into_iter().map(|sizes| sizes.into_iter().map(|(_, value)| value).collect()).collect()
    }

    fn sizes(count: u32) -> Vec<SizeId> {
        (0..count).map(SizeId).collect()
    }

    #[test]
    fn each_size_has_two_values_and_the_order_turns() {
        for count in 1..=5 {
            let found = values(&Extents { sizes: sizes(count), ..Extents::default() });
            assert_eq!(found.len(), 2, "{count}");
            assert!(no_common_part(&found[0], &found[1]), "{found:?}");
        }
        assert_eq!(values(&Extents { sizes: sizes(2), ..Extents::default() })[0], [3, 4]);
    }

    #[test]
    fn numbers_of_the_formula_and_short_axes_are_avoided() {
        let numbers = Extents { sizes: sizes(1), numbers: [3, 4].into_iter().collect(), ..Extents::default() };
        assert_eq!(values(&numbers), [[5], [2]]);
        let index = Extents { sizes: sizes(1), largest_index: 9, ..Extents::default() };
        assert_eq!(values(&index), [[9], [10]]);
        let window = Affine::size(SizeId(0)).plus(&Affine::size(SizeId(1)), -1).into_iter().collect();
        let windows = Extents { sizes: sizes(2), axes: window, ..Extents::default() };
        assert!(values(&windows).iter().all(|sizes| sizes[0] > sizes[1]), "{:?}", values(&windows));
    }
}
