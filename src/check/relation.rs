//! Linear relations with small fractions, and what stands in their way.
//!
//! Takes an echelon form and a target; gives coefficients a/b that are small enough to be believed.

use super::echelon::Echelon;
use super::field::{Element, Field};

/// A coefficient of a relation is at most this large, …
pub const MAX_COEFFICIENT: u64 = 4096;
/// … with at most this denominator.
pub const MAX_DENOMINATOR: u64 = 5040;
/// A relation counts only with at least this many lanes more than entries: a false one survives with
/// a probability below 2⁻¹⁵⁰.
pub const SPARE_LANES: usize = 3;

/// Why there is no fingerprint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// The table has more entries than the lanes can vouch for: draw more lanes.
    FewLanes,
    /// A root or logarithm of something that is no square in every lane: drop lanes, or take another prime.
    NotSquare,
}

/// A rational coefficient, b > 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Coefficient {
    /// The number of the table's entry.
    pub entry: usize,
    /// a in a/b.
    pub numerator: i64,
    /// b in a/b.
    pub denominator: u64,
}

/// The relations of a target that have small fractions only: the one of the echelon form, then those
/// by proportion.
pub fn relations(field: &Field, echelon: &Echelon, target: &[Element]) -> Vec<Vec<Coefficient>> {
    let solved = echelon.solve(field, target).and_then(|found| {
        let nonzero = found.into_iter().enumerate().filter(|(_, element)| !element.is_zero());
        nonzero.map(|(entry, element)| coefficient(field, entry, element)).collect::<Option<Vec<_>>>()
    });
    let single = echelon.proportional(field, target);
    let single = single.filter_map(|(entry, element)| Some(vec![coefficient(field, entry, element)?]));
    solved.into_iter().chain(single.filter(|relation| relation[0].numerator != 0)).collect()
}

/// The small fraction with this residue: |c| ≤ 4096, denominator ≤ 5040.
pub fn coefficient(field: &Field, entry: usize, element: Element) -> Option<Coefficient> {
    let (numerator, denominator) = field.reconstruct(element, MAX_COEFFICIENT * MAX_DENOMINATOR, MAX_DENOMINATOR)?;
    let small = numerator.unsigned_abs() <= MAX_COEFFICIENT * denominator;
    small.then_some(Coefficient { entry, numerator, denominator })
}

/// The prime factors of a number up to 2²⁰, with their multiplicities.
pub fn factor(mut number: u64) -> Vec<(u64, i64)> {
    let mut factors = vec![];
    let mut trial = 2;
    while number > 1 {
        let prime = if trial * trial > number { number } else { trial };
        let mut count = 0;
        while number.is_multiple_of(prime) {
            number /= prime;
            count += 1;
        }
        if count > 0 {
            factors.push((prime, count));
        }
        trial += 1;
    }
    factors
}

#[cfg(test)]
mod tests {
    use super::{coefficient, factor};
    use crate::check::field::Field;
    use crate::check::random::Random;
    use crate::rational::Rational;
    use pretty_assertions::assert_eq;

    #[test]
    fn only_small_fractions_are_coefficients() {
        let field = Field::draw(&mut Random::from_seed(1));
        let find = |a, b| {
            let residue = field.residue(&Rational::new(a, b).unwrap()).unwrap();
            coefficient(&field, 3, residue).map(|c| (c.entry, c.numerator, c.denominator))
        };
        assert_eq!((find(-11, 5040), find(4096, 1)), (Some((3, -11, 5040)), Some((3, 4096, 1))));
        assert_eq!((find(4097, 1), find(1, 5041), find(4096 * 5040 + 1, 5040)), (None, None, None));
    }

    #[test]
    fn factorisations() {
        assert_eq!(factor(360), [(2, 3), (3, 2), (5, 1)]);
        assert_eq!(factor(1_048_573), [(1_048_573, 1)]);
        assert_eq!((factor(1), factor(0)), (vec![], vec![]));
    }
}
