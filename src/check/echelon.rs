//! Linear relations between vectors over GF(p), one vector at a time.
//!
//! Takes numbered vectors; gives, for a further one, its coefficients in those before it. Each query
//! costs (vectors) × (length + vectors).

use super::field::{Element, Field};

/// An incremental echelon form: rows with distinct pivots, each with its combination of the vectors put in.
#[derive(Clone, Debug, Default)]
pub struct Echelon {
    rows: Vec<Row>,
    /// Vectors that depend on those before them over GF(p), though not by a small fraction.
    dependent: Vec<(usize, Vec<Element>)>,
}

#[derive(Clone, Debug)]
struct Row {
    pivot: usize,
    vector: Vec<Element>,
    /// Coefficients of the vectors put in, by number.
    combination: Vec<Element>,
}

impl Echelon {
    /// The coefficients (by the numbers of the vectors) of a target vector; `None` if it is independent.
    pub fn solve(&self, field: &Field, target: &[Element]) -> Option<Vec<Element>> {
        let (rest, combination) = self.reduce(field, target);
        rest.iter().all(|element| element.is_zero()).then_some(combination)
    }

    /// The dependent vector of which the target is a multiple, with the factor.
    ///
    /// A vector such as 0.123456789·x depends on x by no small fraction; twice it is still twice it.
    pub fn proportional(&self, field: &Field, target: &[Element]) -> impl Iterator<Item = (usize, Element)> {
        self.dependent.iter().filter_map(|(number, vector)| Some((*number, factor(field, target, vector)?)))
    }

    /// Puts in a vector under the next number.
    pub fn insert(&mut self, field: &Field, number: usize, vector: &[Element]) {
        let (mut rest, combination) = self.reduce(field, vector);
        let Some(pivot) = rest.iter().position(|element| !element.is_zero()) else {
            if vector.iter().any(|element| !element.is_zero()) {
                self.dependent.push((number, vector.to_vec()));
            }
            return;
        };
        let Some(inverse) = field.inverse(rest[pivot]) else { return };
        rest.iter_mut().for_each(|element| *element = field.mul(*element, inverse));
        let negative = field.neg(inverse);
        let mut combination: Vec<_> = combination.into_iter().map(|c| field.mul(c, negative)).collect();
        combination.resize(number + 1, Element::ZERO);
        combination[number] = inverse;
        self.rows.push(Row { pivot, vector: rest, combination });
    }

    /// What is left of a vector when the rows are taken out, and the combination that was taken out.
    ///
    /// A row is 0 at the pivots of the rows before it, so one pass in order suffices.
    fn reduce(&self, field: &Field, target: &[Element]) -> (Vec<Element>, Vec<Element>) {
        let mut rest = target.to_vec();
        let length = self.rows.last().map_or(0, |row| row.combination.len());
        let mut combination = vec![Element::ZERO; length];
        for row in &self.rows {
            let factor = rest[row.pivot];
            if factor.is_zero() {
                continue;
            }
            for (element, &entry) in rest.iter_mut().zip(&row.vector) {
                *element = field.sub(*element, field.mul(factor, entry));
            }
            for (sum, &entry) in combination.iter_mut().zip(&row.combination) {
                *sum = field.add(*sum, field.mul(factor, entry));
            }
        }
        (rest, combination)
    }
}

/// The c with target = c·vector, if there is one.
fn factor(field: &Field, target: &[Element], vector: &[Element]) -> Option<Element> {
    let at = vector.iter().position(|element| !element.is_zero())?;
    let factor = field.div(*target.get(at)?, vector[at])?;
    let same = |(&left, &right)| left == field.mul(factor, right);
    target.iter().zip(vector).all(same).then_some(factor)
}

#[cfg(test)]
mod tests {
    use super::Echelon;
    use crate::check::field::{Element, Field};
    use crate::check::random::Random;
    use pretty_assertions::assert_eq;

    fn vectors(field: &Field, random: &mut Random, count: usize) -> Vec<Vec<Element>> {
        (0..count).map(|_| (0..12).map(|_| field.random(random)).collect()).collect()
    }

    #[test]
    fn coefficients_of_a_combination_are_found() {
        let mut random = Random::from_seed(3);
        let field = Field::draw(&mut random);
        let vectors = vectors(&field, &mut random, 5);
        let mut echelon = Echelon::default();
        for (number, vector) in vectors.iter().enumerate() {
            assert_eq!(echelon.solve(&field, vector), None);
            echelon.insert(&field, number, vector);
        }
        let wanted: Vec<_> = [3, 0, -2, 7, 1].map(|c| field.integer(c)).to_vec();
        let target: Vec<_> = (0..12)
            .map(|at| {
                let terms = vectors.iter().zip(&wanted).map(|(vector, &c)| field.mul(c, vector[at]));
                terms.fold(Element::ZERO, |sum, term| field.add(sum, term))
            })
            .collect();
        assert_eq!(echelon.solve(&field, &target), Some(wanted));
    }

    #[test]
    fn dependent_vectors_are_found_by_proportion() {
        let mut random = Random::from_seed(4);
        let field = Field::draw(&mut random);
        let base = vectors(&field, &mut random, 1).remove(0);
        let odd = field.random(&mut random);
        let multiple = |factor| base.iter().map(|&e| field.mul(e, factor)).collect::<Vec<_>>();
        let mut echelon = Echelon::default();
        echelon.insert(&field, 0, &base);
        echelon.insert(&field, 1, &multiple(odd));
        let twice = multiple(field.add(odd, odd));
        assert_eq!(echelon.proportional(&field, &twice).collect::<Vec<_>>(), [(1, field.integer(2))]);
        assert_eq!(echelon.solve(&field, &multiple(Element::ZERO)), Some(vec![Element::ZERO]));
    }
}
