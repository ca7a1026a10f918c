//! The field GF(p) in which formulas are fingerprinted: squares play the positive reals.
//!
//! Takes a random generator; gives a random prime p = 2q + 1 (q prime) and its arithmetic. The
//! squares other than 0 form a group of prime order q, in which every element has exactly one
//! k-th root for 0 < k < q; −1 is no square.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

use super::modulus::{self, Modulus, jacobi};
use super::random::Random;
use crate::rational::Rational;

/// An element of a [`Field`], in Montgomery's form: meaningful only with the field it came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Element(u64);

impl Element {
    /// 0, the same in every field.
    pub const ZERO: Element = Element(0);

    /// Whether this is 0.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

/// Whether the prime factors of a literal are squares, as roots and signs of it require.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Factors {
    /// Every prime factor is a square modulo p.
    Squares,
    /// Some prime factor is no square (or vanishes): another p is needed where roots or signs occur.
    NotSquares,
    /// The literal could not be factored: no p can be vouched for.
    Unknown,
}

/// GF(p), p = 2q + 1 with p and q prime, 2⁶¹ ≤ p < 2⁶², p ≡ −1 mod 24, and 2, 3, 5, 7, 11, 13 squares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    modulus: Modulus,
}

/// The primes beyond 2 and 3 that are squares in every field that is drawn.
const SQUARES: [u64; 10] = [5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
/// Trial division of literals goes up to here while they are long, …
const TRIAL_LONG: u64 = 1 << 12;
/// … and up to here once they fit a word; beyond it the Miller–Rabin test may still decide.
const TRIAL_SHORT: u64 = 1 << 16;

impl Field {
    /// A field drawn at random from all that have this form and in which the primes up to 37 are squares.
    ///
    /// The residues of p modulo these primes are drawn first, by quadratic reciprocity, and joined by the Chinese
    /// remainder theorem: there are some 2³⁸ such primes.
    pub fn draw(random: &mut Random) -> Self {
        loop {
            let (mut p, mut product) = (23u64, 24u64);
            for prime in SQUARES {
                let residue = loop {
                    let residue = 2 + random.below(prime - 2);
                    // p ≡ 3 mod 4: (r/p) = (p/r) for r ≡ 1 mod 4, else the opposite.
                    if jacobi(residue, prime) == if prime % 4 == 1 { 1 } else { -1 } {
                        break residue;
                    }
                };
                while p % prime != residue {
                    p += product;
                }
                product *= prime;
            }
            let least = ((1 << 61) - p).div_ceil(product);
            p += product * (least + random.below((1 << 61) / product));
            if let Some(field) = Field::with_prime(p) {
                return field;
            }
        }
    }

    /// The field of a given p; `None` if p has not the form. For tests: a published p is not sound.
    pub fn with_prime(p: u64) -> Option<Self> {
        if p % 24 != 23 || p >> 61 != 1 {
            return None;
        }
        let q = (p - 1) / 2;
        if modulus::has_small_factor(p) || modulus::has_small_factor(q) {
            return None;
        }
        let field = Field { modulus: Modulus::new(p)? };
        let good = [5, 7, 11, 13].into_iter().all(|prime| jacobi(prime, p) == 1);
        let prime = |number| modulus::is_prime(number) == Some(true);
        (good && prime(p) && prime(q)).then_some(field)
    }

    /// p.
    pub fn prime(&self) -> u64 {
        self.modulus.get()
    }

    /// q = (p − 1)/2, the order of the group of squares.
    pub fn order(&self) -> u64 {
        (self.prime() - 1) / 2
    }

    /// 1.
    pub fn one(&self) -> Element {
        Element(self.modulus.one())
    }

    /// The residue of a whole number.
    pub fn integer(&self, value: i64) -> Element {
        let magnitude = Element(self.modulus.enter(value.unsigned_abs()));
        if value < 0 { self.neg(magnitude) } else { magnitude }
    }

    /// The least residue, 0 ≤ r < p.
    pub fn word(&self, element: Element) -> u64 {
        self.modulus.leave(element.0)
    }

    /// The sum.
    pub fn add(&self, left: Element, right: Element) -> Element {
        Element(self.modulus.add(left.0, right.0))
    }

    /// The difference.
    pub fn sub(&self, left: Element, right: Element) -> Element {
        Element(self.modulus.sub(left.0, right.0))
    }

    /// The negative.
    pub fn neg(&self, element: Element) -> Element {
        Element(self.modulus.sub(0, element.0))
    }

    /// The product.
    pub fn mul(&self, left: Element, right: Element) -> Element {
        Element(self.modulus.mul(left.0, right.0))
    }

    /// A power with an exponent that is not negative.
    pub fn pow(&self, base: Element, exponent: u64) -> Element {
        Element(self.modulus.pow(base.0, exponent))
    }

    /// A whole power; `None` for 0 to a negative power.
    pub fn whole_power(&self, base: Element, exponent: i64) -> Option<Element> {
        let base = if exponent < 0 { self.inverse(base)? } else { base };
        Some(self.pow(base, exponent.unsigned_abs()))
    }

    /// The reciprocal, by Fermat's theorem; `None` for 0.
    pub fn inverse(&self, element: Element) -> Option<Element> {
        (!element.is_zero()).then(|| self.pow(element, self.prime() - 2))
    }

    /// The quotient; `None` if the divisor is 0.
    pub fn div(&self, left: Element, right: Element) -> Option<Element> {
        Some(self.mul(left, self.inverse(right)?))
    }

    /// Whether the element is a square other than 0, that is, plays a positive real (Jacobi's symbol).
    pub fn is_square(&self, element: Element) -> bool {
        jacobi(self.word(element), self.prime()) == 1
    }

    /// a·b⁻¹ mod q, the exponent that plays a/b on squares; `None` if b is 0 modulo q.
    pub fn square_exponent(&self, numerator: i64, denominator: u64) -> Option<u64> {
        let order = self.order();
        let inverse = modulus::inverse(denominator % order, order)?;
        let numerator = i128::from(numerator).rem_euclid(i128::from(order));
        Some((numerator * i128::from(inverse) % i128::from(order)) as u64)
    }

    /// The only b-th root for odd b, on all of GF(p): the exponent is b⁻¹ mod p − 1.
    ///
    /// `None` if b is even or a multiple of q.
    pub fn odd_root(&self, element: Element, index: u64) -> Option<Element> {
        let exponent = modulus::inverse(index % (self.prime() - 1), self.prime() - 1)?;
        Some(self.pow(element, exponent))
    }

    /// A uniform element.
    pub fn random(&self, random: &mut Random) -> Element {
        Element(random.below(self.prime()))
    }

    /// A uniform square other than 0.
    pub fn random_square(&self, random: &mut Random) -> Element {
        let root = Element(1 + random.below(self.prime() - 1));
        self.mul(root, root)
    }

    /// The residue of a rational; `None` if its denominator vanishes modulo p.
    pub fn residue(&self, value: &Rational) -> Option<Element> {
        if let Some((numerator, denominator)) = value.small() {
            let numerator = self.integer(numerator);
            return if denominator == 1 { Some(numerator) } else { self.div(numerator, self.integer(denominator)) };
        }
        let (numerator, denominator) = value.parts();
        self.div(self.big(&numerator)?, self.big(&denominator)?)
    }

    fn big(&self, value: &BigInt) -> Option<Element> {
        let p = BigInt::from(self.prime());
        let least = ((value % &p) + &p) % &p;
        Some(Element(self.modulus.enter(least.to_u64()?)))
    }

    /// Whether the prime factors of a literal are squares modulo p (see [`Factors`]).
    pub fn factors(&self, literal: &Rational) -> Factors {
        let (numerator, denominator) = literal.parts();
        match (self.factors_of(&numerator), self.factors_of(&denominator)) {
            (Factors::NotSquares, _) | (_, Factors::NotSquares) => Factors::NotSquares,
            (Factors::Squares, Factors::Squares) => Factors::Squares,
            _ => Factors::Unknown,
        }
    }

    fn factors_of(&self, number: &BigInt) -> Factors {
        if number.is_zero() {
            return Factors::Squares;
        }
        let mut rest = number.abs();
        let mut trial = 2u64;
        while rest.to_u64().is_none() && trial < TRIAL_LONG {
            while (&rest % trial).is_zero() {
                if !self.is_square_prime(trial) {
                    return Factors::NotSquares;
                }
                rest /= trial;
            }
            trial += 1;
        }
        match rest.to_u64() {
            Some(rest) => self.factors_of_word(rest, trial),
            None => Factors::Unknown,
        }
    }

    /// The same for a word that has no factor below `trial`.
    fn factors_of_word(&self, mut rest: u64, mut trial: u64) -> Factors {
        while trial < TRIAL_SHORT && trial * trial <= rest {
            if rest.is_multiple_of(trial) {
                if !self.is_square_prime(trial) {
                    return Factors::NotSquares;
                }
                rest /= trial;
            } else {
                trial += 1;
            }
        }
        let prime = rest == 1 || trial * trial > rest || modulus::is_prime(rest) == Some(true);
        match (prime, self.is_square_prime(rest)) {
            (true, true) => Factors::Squares,
            (true, false) => Factors::NotSquares,
            (false, _) => Factors::Unknown,
        }
    }

    fn is_square_prime(&self, prime: u64) -> bool {
        jacobi(prime % self.prime(), self.prime()) == 1
    }

    /// The fraction a/b with |a| ≤ `numerator`, 0 < b ≤ `denominator` that has this residue, if any.
    ///
    /// Euclid's algorithm stopped half-way (Wang, Guy, Davenport 1982); the fraction is the only one
    /// if 2·numerator·denominator < p, and others are refused.
    pub fn reconstruct(&self, element: Element, numerator: u64, denominator: u64) -> Option<(i64, u64)> {
        if 2 * u128::from(numerator) * u128::from(denominator) >= u128::from(self.prime()) {
            return None;
        }
        let (mut old, mut new) = (self.prime(), self.word(element));
        let (mut before, mut now) = (0i128, 1i128);
        while new > numerator {
            let quotient = old / new;
            (old, new) = (new, old % new);
            (before, now) = (now, before - i128::from(quotient) * now);
        }
        let below = u64::try_from(now.unsigned_abs()).ok()?;
        let coprime = num_integer::gcd(new, below) == 1;
        let above = i64::try_from(new).ok()?;
        (coprime && below <= denominator).then_some((if now < 0 { -above } else { above }, below))
    }
}

#[cfg(test)]
mod tests {
    use super::{Element, Factors, Field};
    use crate::check::{modulus, random::Random};
    use crate::rational::Rational;
    use pretty_assertions::{assert_eq, assert_ne};

    fn fields() -> impl Iterator<Item = (Field, Random)> {
        (0..6).map(|seed| {
            let mut random = Random::from_seed(seed);
            (Field::draw(&mut random), random)
        })
    }

    #[test]
    fn drawn_primes_have_the_form() {
        for (field, _) in fields() {
            let (p, q) = (field.prime(), field.order());
            assert_eq!((p % 24, p >> 61, p), (23, 1, 2 * q + 1));
            assert!(modulus::is_prime(p) == Some(true) && modulus::is_prime(q) == Some(true));
            assert!(!field.is_square(field.integer(-1)) && !field.is_square(Element::ZERO));
            assert!([1, 2, 3, 5, 7, 11, 13, 30030].into_iter().all(|n| field.is_square(field.integer(n))));
        }
        assert_ne!(Field::draw(&mut Random::from_seed(1)), Field::draw(&mut Random::from_seed(2)));
        assert_eq!(Field::with_prime((1 << 61) - 1), None);
    }

    #[test]
    fn jacobi_is_euler() {
        for (field, mut random) in fields() {
            for _ in 0..200 {
                let element = field.random(&mut random);
                let euler = field.pow(element, field.order()) == field.one();
                assert_eq!(field.is_square(element), euler);
            }
        }
    }

    #[test]
    fn field_laws() {
        for (field, mut random) in fields() {
            let [a, b, c] = std::array::from_fn(|_| field.random(&mut random));
            let left = field.mul(a, field.add(b, c));
            assert_eq!(left, field.add(field.mul(a, b), field.mul(a, c)));
            assert_eq!(field.mul(a, field.inverse(a).unwrap()), field.one());
            assert_eq!(field.add(field.sub(a, b), b), a);
            assert_eq!(field.add(a, field.neg(a)), Element::ZERO);
            assert_eq!(field.whole_power(a, -3), field.inverse(field.pow(a, 3)));
            assert_eq!((field.inverse(Element::ZERO), field.neg(Element::ZERO)), (None, Element::ZERO));
        }
    }

    #[test]
    fn roots_of_squares_are_squares_and_unique() {
        for (field, mut random) in fields() {
            let square = field.random_square(&mut random);
            let power = |element, a, b| field.pow(element, field.square_exponent(a, b).unwrap());
            let (root, other) = (power(square, 1, 2), field.random_square(&mut random));
            assert!(field.is_square(root) && field.mul(root, root) == square);
            for b in [2, 3, 4, 5, 7, 12, 5040] {
                let root = power(square, 1, b);
                assert_eq!(field.pow(root, b), square);
                assert_eq!(power(field.mul(square, other), 1, b), field.mul(root, power(other, 1, b)));
            }
            assert_eq!(Some(field.pow(power(square, -7, 3), 3)), field.whole_power(square, -7));
            assert_eq!((field.is_square(field.integer(-1)), field.square_exponent(1, 0)), (false, None));
        }
    }

    #[test]
    fn odd_roots_reach_every_element() {
        for (field, mut random) in fields() {
            let element = field.random(&mut random);
            assert_eq!(field.pow(field.odd_root(element, 3).unwrap(), 3), element);
            assert_eq!(field.odd_root(field.integer(-8), 3), Some(field.integer(-2)));
            assert_eq!((field.odd_root(element, 2), field.odd_root(element, 0)), (None, None));
        }
    }

    #[test]
    fn rationals_go_and_come_back() {
        for (field, _) in fields() {
            for (a, b) in [(0, 1), (1, 1), (-1, 2), (22, 7), (-4096 * 5040 + 1, 5040), (1 << 20, 3)] {
                let residue = field.residue(&Rational::new(a, b).unwrap()).unwrap();
                assert_eq!(field.reconstruct(residue, 4096 * 5040, 5040), Some((a, b as u64)));
            }
            let long = Rational::parse("123456789012345678901234567890.5").unwrap();
            let twice = field.mul(field.residue(&long).unwrap(), field.integer(2));
            let half = long.mul(&Rational::integer(2)).unwrap();
            assert_eq!(Some(twice), field.residue(&half));
            let vanishing = Rational::new(1, field.prime() as i64).unwrap();
            assert_eq!(field.residue(&vanishing), None);
        }
    }

    #[test]
    fn few_residues_are_small_fractions() {
        let (field, mut random) = fields().next().unwrap();
        let hits = (0..20_000).filter(|_| field.reconstruct(field.random(&mut random), 1 << 20, 1 << 20).is_some());
        assert_eq!(hits.count(), 0);
        assert_eq!(field.reconstruct(field.one(), 1 << 31, 1 << 31), None);
    }

    #[test]
    fn literals_are_tested_by_their_prime_factors() {
        for (field, _) in fields() {
            let test = |text: &str| field.factors(&Rational::parse(text).unwrap());
            assert_eq!(
                (test("0.26"), test("1e300"), test("0"), test("1")),
                (Factors::Squares, Factors::Squares, Factors::Squares, Factors::Squares)
            );
            let bad = (17..).find(|&n| modulus::is_prime(n) == Some(true) && !field.is_square(field.integer(n as i64)));
            // The square of a prime that is none is a square, and still no good.
            let bad = bad.unwrap() as i64;
            assert_eq!(field.factors(&Rational::integer(bad * bad)), Factors::NotSquares);
            assert_eq!(field.factors(&Rational::new(1, bad).unwrap()), Factors::NotSquares);
            let p = Rational::integer(1_000_003);
            let long = p.pow(6).unwrap();
            assert_eq!(field.factors(&long), Factors::Unknown);
            assert_eq!(field.factors(&p) == Factors::Squares, field.is_square(field.integer(1_000_003)));
        }
    }
}
