//! Lanes: a value under several independent draws at once, each with its derivative.
//!
//! Takes elements of a [`Field`]; gives dual numbers lane by lane. The derivative is the one along a
//! random direction of the leaves; it finds the relations between logarithms.

use super::field::{Element, Field};
use super::random::Random;

/// A vector of dual numbers, one for each lane. Operands of one operation must have equally many lanes.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Lanes {
    /// The values.
    pub values: Vec<Element>,
    /// The derivatives along the random direction.
    pub slopes: Vec<Element>,
}

/// A divisor was 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ZeroDivisor {
    /// In some lanes: an unlucky draw, to be drawn again.
    Somewhere,
    /// In every lane: the divisor is the formula 0.
    Everywhere,
}

impl Lanes {
    /// The same number without a derivative in each of `count` lanes.
    pub fn constant(value: Element, count: usize) -> Self {
        Lanes { values: vec![value; count], slopes: vec![Element::ZERO; count] }
    }

    /// A leaf: random values and derivatives.
    pub fn random(field: &Field, random: &mut Random, count: usize) -> Self {
        let mut draw = || (0..count).map(|_| field.random(random)).collect();
        Lanes { values: draw(), slopes: draw() }
    }

    /// A leaf assumed positive: random squares other than 0, random derivatives.
    pub fn random_positive(field: &Field, random: &mut Random, count: usize) -> Self {
        let values = (0..count).map(|_| field.random_square(random)).collect();
        Lanes { values, slopes: (0..count).map(|_| field.random(random)).collect() }
    }

    /// A positive constant without residue, such as π or e: random squares, derivative 0.
    pub fn random_constant(field: &Field, random: &mut Random, count: usize) -> Self {
        let values = (0..count).map(|_| field.random_square(random)).collect();
        Lanes { values, slopes: vec![Element::ZERO; count] }
    }

    /// The number of lanes.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// Whether the value is 0 in every lane (its derivative too).
    pub fn is_zero(&self) -> bool {
        self.values.iter().chain(&self.slopes).all(|element| element.is_zero())
    }

    /// Whether the derivative is 0 in every lane.
    pub fn is_constant(&self) -> bool {
        self.slopes.iter().all(|element| element.is_zero())
    }

    /// The sum.
    pub fn add(&self, field: &Field, other: &Lanes) -> Lanes {
        let add = |(&left, &right)| field.add(left, right);
        Lanes {
            values: self.values.iter().zip(&other.values).map(add).collect(),
            slopes: self.slopes.iter().zip(&other.slopes).map(add).collect(),
        }
    }

    /// The difference.
    pub fn sub(&self, field: &Field, other: &Lanes) -> Lanes {
        let sub = |(&left, &right)| field.sub(left, right);
        Lanes {
            values: self.values.iter().zip(&other.values).map(sub).collect(),
            slopes: self.slopes.iter().zip(&other.slopes).map(sub).collect(),
        }
    }

    /// The negative.
    pub fn neg(&self, field: &Field) -> Lanes {
        self.map_both(|element| field.neg(element))
    }

    /// The product with one number.
    pub fn scale(&self, field: &Field, factor: Element) -> Lanes {
        self.map_both(|element| field.mul(element, factor))
    }

    fn map_both(&self, map: impl Fn(Element) -> Element) -> Lanes {
        let each = |elements: &[Element]| elements.iter().map(|&element| map(element)).collect();
        Lanes { values: each(&self.values), slopes: each(&self.slopes) }
    }

    /// The product, (uv)′ = u′v + uv′.
    pub fn mul(&self, field: &Field, other: &Lanes) -> Lanes {
        let slope = |at: usize| {
            let left = field.mul(self.slopes[at], other.values[at]);
            field.add(left, field.mul(self.values[at], other.slopes[at]))
        };
        let count = self.count().min(other.count());
        Lanes { values: products(field, &self.values, &other.values), slopes: (0..count).map(slope).collect() }
    }

    /// The reciprocal, (1/u)′ = −u′/u².
    pub fn recip(&self, field: &Field) -> Result<Lanes, ZeroDivisor> {
        let values = inverses(field, &self.values)?;
        let slope = |(&inverse, &slope)| field.neg(field.mul(slope, field.mul(inverse, inverse)));
        Ok(Lanes { slopes: values.iter().zip(&self.slopes).map(slope).collect(), values })
    }

    /// The quotient.
    pub fn div(&self, field: &Field, other: &Lanes) -> Result<Lanes, ZeroDivisor> {
        Ok(self.mul(field, &other.recip(field)?))
    }

    /// A whole power; u⁰ = 1, also for u = 0.
    pub fn power(&self, field: &Field, exponent: i64) -> Result<Lanes, ZeroDivisor> {
        if exponent < 0 {
            return self.recip(field)?.power_up(field, exponent.unsigned_abs());
        }
        self.power_up(field, exponent.unsigned_abs())
    }

    fn power_up(&self, field: &Field, exponent: u64) -> Result<Lanes, ZeroDivisor> {
        let Some(below) = exponent.checked_sub(1) else {
            return Ok(Lanes::constant(field.one(), self.count()));
        };
        let factor = field.residue(&exponent_as_rational(exponent)).unwrap_or_default();
        let lower: Vec<Element> = self.values.iter().map(|&value| field.pow(value, below)).collect();
        let slope = |(&lower, &slope)| field.mul(factor, field.mul(lower, slope));
        Ok(Lanes {
            slopes: lower.iter().zip(&self.slopes).map(slope).collect(),
            values: products(field, &lower, &self.values),
        })
    }

    /// In which lanes the value is a square other than 0, that is, plays a positive number.
    pub fn squares(&self, field: &Field) -> Vec<bool> {
        self.values.iter().map(|&value| field.is_square(value)).collect()
    }

    /// u^(a/b) where u is a square in every lane; `None` where it is not, or b vanishes.
    ///
    /// (u^c)′ = c·u^c·u′/u.
    pub fn square_power(&self, field: &Field, numerator: i64, denominator: u64) -> Option<Lanes> {
        if !self.values.iter().all(|&value| field.is_square(value)) {
            return None;
        }
        let exponent = field.square_exponent(numerator, denominator)?;
        let values = self.values.iter().map(|&value| field.pow(value, exponent)).collect();
        self.with_power_slopes(field, values, numerator, denominator)
    }

    /// The odd root of index b on all of GF(p); `None` if b is even, or u is 0 in some lane while its
    /// derivative is not.
    pub fn odd_root(&self, field: &Field, index: u64) -> Option<Lanes> {
        let values = self.values.iter().map(|&value| field.odd_root(value, index)).collect::<Option<_>>()?;
        if self.is_zero() {
            return Some(self.clone());
        }
        self.with_power_slopes(field, values, 1, index)
    }

    fn with_power_slopes(&self, field: &Field, values: Vec<Element>, above: i64, below: u64) -> Option<Lanes> {
        let factor = field.residue(&exponent_as_rational(below))?;
        let factor = field.div(field.integer(above), factor)?;
        let inverses = inverses(field, &self.values).ok()?;
        let logarithmic = products(field, &inverses, &self.slopes);
        let slope = |(&value, &ratio)| field.mul(factor, field.mul(value, ratio));
        Some(Lanes { slopes: values.iter().zip(&logarithmic).map(slope).collect(), values })
    }

    /// Drops the lanes whose mark is `false` (lanes without a mark stay).
    pub fn keep(&mut self, marks: &[bool]) {
        keep(&mut self.values, marks);
        keep(&mut self.slopes, marks);
    }
}

/// Drops the elements whose mark is `false` (elements without a mark stay).
pub fn keep<T>(elements: &mut Vec<T>, marks: &[bool]) {
    let mut at = 0;
    elements.retain(|_| {
        at += 1;
        marks.get(at - 1).copied().unwrap_or(true)
    });
}

/// The products lane by lane.
pub fn products(field: &Field, left: &[Element], right: &[Element]) -> Vec<Element> {
    left.iter().zip(right).map(|(&left, &right)| field.mul(left, right)).collect()
}

/// The reciprocals with a single inversion (Montgomery's trick, Math. Comp. 48 (1987)).
pub fn inverses(field: &Field, elements: &[Element]) -> Result<Vec<Element>, ZeroDivisor> {
    let mut product = field.one();
    let mut prefixes = Vec::with_capacity(elements.len());
    for &element in elements {
        prefixes.push(product);
        product = field.mul(product, element);
    }
    let Some(mut rest) = field.inverse(product) else {
        let everywhere = elements.iter().all(|element| element.is_zero());
        return Err(if everywhere { ZeroDivisor::Everywhere } else { ZeroDivisor::Somewhere });
    };
    for (prefix, &element) in prefixes.iter_mut().zip(elements).rev() {
        *prefix = field.mul(rest, *prefix);
        rest = field.mul(rest, element);
    }
    Ok(prefixes)
}

/// An exponent may exceed `i64`, so it goes through two halves.
fn exponent_as_rational(exponent: u64) -> crate::rational::Rational {
    use crate::rational::Rational;
    let half = Rational::integer((exponent / 2) as i64);
    let rest = Rational::integer((exponent % 2) as i64);
    half.add(&half).and_then(|twice| twice.add(&rest)).unwrap_or(Rational::ZERO)
}

#[cfg(test)]
mod tests {
    use super::{Lanes, ZeroDivisor};
    use crate::check::field::{Element, Field};
    use crate::check::random::Random;
    use pretty_assertions::assert_eq;

    const COUNT: usize = 12;

    fn draw(seed: u64) -> (Field, Random, Lanes, Lanes) {
        let mut random = Random::from_seed(seed);
        let field = Field::draw(&mut random);
        let left = Lanes::random_positive(&field, &mut random, COUNT);
        let right = Lanes::random(&field, &mut random, COUNT);
        (field, random, left, right)
    }

    #[test]
    fn dual_numbers_obey_the_field_laws() {
        for seed in 0..5 {
            let (f, mut random, a, b) = draw(seed);
            let c = Lanes::random(&f, &mut random, COUNT);
            assert_eq!(a.mul(&f, &b.add(&f, &c)), a.mul(&f, &b).add(&f, &a.mul(&f, &c)));
            assert_eq!(a.sub(&f, &b).add(&f, &b), a);
            assert_eq!(a.add(&f, &a.neg(&f)).is_zero(), true);
            assert_eq!(a.div(&f, &b).unwrap().mul(&f, &b), a);
            assert_eq!(a.scale(&f, f.integer(2)), a.add(&f, &a));
        }
    }

    #[test]
    fn powers_and_roots_undo_each_other_with_their_derivatives() {
        for seed in 0..5 {
            let (f, _, a, b) = draw(seed);
            assert_eq!(b.power(&f, 3).unwrap(), b.mul(&f, &b).mul(&f, &b));
            assert_eq!(b.power(&f, -2).unwrap().mul(&f, &b.mul(&f, &b)), Lanes::constant(f.one(), COUNT));
            assert_eq!(a.square_power(&f, 1, 2).unwrap().power(&f, 2).unwrap(), a);
            assert_eq!(a.square_power(&f, 2, 3).unwrap().power(&f, 3), a.power(&f, 2));
            assert_eq!(a.square_power(&f, -4, 1), a.power(&f, -4).ok());
            assert_eq!(b.odd_root(&f, 3).unwrap().power(&f, 3).unwrap(), b);
            assert_eq!((b.square_power(&f, 1, 2), b.odd_root(&f, 2)), (None, None));
        }
    }

    #[test]
    fn zero_divisors_are_told_apart() {
        let (f, _, a, mut b) = draw(1);
        b.values[3] = Element::ZERO;
        assert_eq!(a.div(&f, &b), Err(ZeroDivisor::Somewhere));
        assert_eq!(a.div(&f, &b.sub(&f, &b)), Err(ZeroDivisor::Everywhere));
        assert_eq!(b.power(&f, -1), Err(ZeroDivisor::Somewhere));
        assert_eq!(b.power(&f, 0).unwrap(), Lanes::constant(f.one(), COUNT));
    }

    #[test]
    fn lanes_are_dropped_together() {
        let (f, _, mut a, b) = draw(2);
        let marks = b.squares(&f);
        let first = marks.iter().position(|&mark| mark).unwrap();
        let (value, slope) = (a.values[first], a.slopes[first]);
        a.keep(&marks);
        assert_eq!(a.count(), marks.iter().filter(|&&mark| mark).count());
        assert_eq!((a.values[0], a.slopes[0], a.slopes.len()), (value, slope, a.count()));
    }
}
