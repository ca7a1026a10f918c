//! Arithmetic modulo an odd number below 2⁶³ in Montgomery's form, and the test for primes.
//!
//! Takes and gives residues as words; knows nothing of squares or roots.

/// An odd modulus `n` with 3 ≤ n < 2⁶³, and Montgomery's constants for R = 2⁶⁴.
///
/// Montgomery, *Modular multiplication without trial division*, Math. Comp. 44 (1985).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Modulus {
    modulus: u64,
    /// −n⁻¹ mod R.
    negative_inverse: u64,
    /// R mod n: the form of 1.
    one: u64,
    /// R² mod n: takes a residue into the form.
    square: u64,
}

impl Modulus {
    /// The arithmetic modulo `modulus`; `None` if it is even, below 3 or not below 2⁶³.
    pub const fn new(modulus: u64) -> Option<Self> {
        if modulus & 1 == 0 || modulus < 3 || modulus >> 63 != 0 {
            return None;
        }
        // Newton's iteration doubles the number of correct bits: 3, 6, 12, 24, 48, 96.
        let mut inverse = modulus;
        let mut step = 0;
        while step < 5 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(modulus.wrapping_mul(inverse)));
            step += 1;
        }
        let one = ((1u128 << 64) % modulus as u128) as u64;
        let square = (one as u128 * one as u128 % modulus as u128) as u64;
        Some(Modulus { modulus, negative_inverse: inverse.wrapping_neg(), one, square })
    }

    /// The modulus itself.
    pub const fn get(&self) -> u64 {
        self.modulus
    }

    /// The form of 1.
    pub const fn one(&self) -> u64 {
        self.one
    }

    /// A number in Montgomery's form.
    pub const fn enter(&self, value: u64) -> u64 {
        self.mul(value % self.modulus, self.square)
    }

    /// The least residue of a number in Montgomery's form.
    pub const fn leave(&self, form: u64) -> u64 {
        self.reduce(form as u128)
    }

    /// Montgomery's reduction: t/R mod n for t < nR.
    const fn reduce(&self, product: u128) -> u64 {
        let factor = (product as u64).wrapping_mul(self.negative_inverse);
        let sum = ((product + factor as u128 * self.modulus as u128) >> 64) as u64;
        if sum >= self.modulus { sum - self.modulus } else { sum }
    }

    /// The product.
    pub const fn mul(&self, left: u64, right: u64) -> u64 {
        self.reduce(left as u128 * right as u128)
    }

    /// The sum.
    pub const fn add(&self, left: u64, right: u64) -> u64 {
        let sum = left + right;
        if sum >= self.modulus { sum - self.modulus } else { sum }
    }

    /// The difference.
    pub const fn sub(&self, left: u64, right: u64) -> u64 {
        if left >= right { left - right } else { left + self.modulus - right }
    }

    /// A whole power, by squaring.
    pub const fn pow(&self, base: u64, mut exponent: u64) -> u64 {
        let mut square = base;
        let mut result = self.one;
        while exponent != 0 {
            if exponent & 1 == 1 {
                result = self.mul(result, square);
            }
            square = self.mul(square, square);
            exponent >>= 1;
        }
        result
    }
}

/// Bases that make the Miller–Rabin test exact below 2⁶⁴ (Jim Sinclair; miller-rabin.appspot.com).
const BASES: [u64; 7] = [2, 325, 9375, 28178, 450_775, 9_780_504, 1_795_265_022];

/// The primes below 100, to sort out most candidates before the real test.
const SMALL: [u64; 25] =
    [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97];

/// Whether one of the primes below 100 divides the number properly.
pub fn has_small_factor(number: u64) -> bool {
    SMALL.iter().any(|&prime| number.is_multiple_of(prime) && number != prime)
}

/// Whether a number below 2⁶³ is prime (exact: Miller–Rabin with fixed bases); `None` above.
pub fn is_prime(number: u64) -> Option<bool> {
    if number >> 63 != 0 {
        return None;
    }
    if number < 2 || has_small_factor(number) {
        return Some(false);
    }
    let Some(modulus) = Modulus::new(number) else { return Some(number == 2) };
    Some(BASES.iter().all(|&base| passes(&modulus, base)))
}

/// One round of Miller–Rabin.
fn passes(modulus: &Modulus, base: u64) -> bool {
    let number = modulus.get();
    if base.is_multiple_of(number) {
        return true;
    }
    let twos = (number - 1).trailing_zeros();
    let minus_one = modulus.sub(0, modulus.one());
    let mut power = modulus.pow(modulus.enter(base), (number - 1) >> twos);
    if power == modulus.one() {
        return true;
    }
    for _ in 0..twos {
        if power == minus_one {
            return true;
        }
        power = modulus.mul(power, power);
    }
    false
}

/// The inverse of `value` modulo `modulus` by Euclid's algorithm; `None` if they share a factor.
pub fn inverse(value: u64, modulus: u64) -> Option<u64> {
    let (mut old, mut new) = (i128::from(modulus), i128::from(value % modulus.max(1)));
    let (mut before, mut now) = (0i128, 1i128);
    while new != 0 {
        let quotient = old / new;
        (old, new) = (new, old - quotient * new);
        (before, now) = (now, before - quotient * now);
    }
    (old == 1).then(|| before.rem_euclid(i128::from(modulus)) as u64)
}

/// Jacobi's symbol (a/n) for odd n, by quadratic reciprocity.
pub fn jacobi(mut a: u64, mut n: u64) -> i32 {
    let mut sign = 1;
    a %= n;
    while a != 0 {
        let twos = a.trailing_zeros();
        a >>= twos;
        if twos % 2 == 1 && matches!(n % 8, 3 | 5) {
            sign = -sign;
        }
        if a % 4 == 3 && n % 4 == 3 {
            sign = -sign;
        }
        (a, n) = (n % a, a);
    }
    if n == 1 { sign } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{Modulus, inverse, is_prime, jacobi};
    use crate::check::random::Random;
    use pretty_assertions::assert_eq;

    #[test]
    fn products_agree_with_wide_division() {
        let mut random = Random::from_seed(2);
        for _ in 0..2000 {
            let bits = random.below(62);
            let modulus = Modulus::new((random.word() >> (1 + bits)) | 3).unwrap();
            let n = modulus.get();
            let (a, b) = (random.below(n), random.below(n));
            let product = modulus.leave(modulus.mul(modulus.enter(a), modulus.enter(b)));
            assert_eq!(u128::from(product), u128::from(a) * u128::from(b) % u128::from(n), "{a} {b} {n}");
        }
    }

    #[test]
    fn moduli_outside_the_range_are_refused() {
        assert!([0, 1, 2, 4, 1 << 63, u64::MAX].into_iter().all(|n| Modulus::new(n).is_none()));
    }

    #[test]
    fn small_primes_are_those_of_the_sieve() {
        let mut composite = vec![false; 20_000];
        for n in 2..composite.len() {
            assert_eq!(is_prime(n as u64), Some(!composite[n]), "{n}");
            (2 * n..composite.len()).step_by(n).for_each(|multiple| composite[multiple] = true);
        }
    }

    #[test]
    fn large_primes_and_strong_pseudoprimes() {
        let primes = [(1 << 61) - 1, (1 << 62) - 57, 4_611_686_018_427_387_847, 1_000_000_007];
        assert!(primes.into_iter().all(|n| is_prime(n) == Some(true)));
        // Strong pseudoprimes to the first primes as bases (OEIS A014233).
        let composites = [2047, 1_373_653, 25_326_001, 3_215_031_751, 3_825_123_056_546_413_051];
        assert!(composites.into_iter().all(|n| is_prime(n) == Some(false)));
        assert_eq!(is_prime(u64::MAX), None);
    }

    #[test]
    fn inverses() {
        assert_eq!(inverse(3, 7), Some(5));
        assert_eq!(inverse(6, 9), None);
        assert_eq!(inverse(0, 7), None);
        assert_eq!(inverse(5, 0), None);
        assert_eq!(inverse(u64::MAX, 1 << 61), Some((1 << 61) - 1));
    }

    #[test]
    fn symbols() {
        assert_eq!(
            [jacobi(1001, 9907), jacobi(19, 45), jacobi(8, 21), jacobi(5, 21), jacobi(3, 21)],
            [-1, 1, -1, 1, 0]
        );
    }
}
