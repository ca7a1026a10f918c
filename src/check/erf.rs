//! The error function at any precision, by its series or from its complement.
//!
//! Takes a number; gives bounds of erf x = 2/√π ∫₀ˣ exp(−t²) dt.

use super::ball::Ball;
use super::number::{Bounds, Number};

/// Bounds of erf x.
pub fn erf<N: Number>(x: &N) -> Bounds<N> {
    let zero = x.zero();
    if *x < zero {
        let (low, high) = erf(&x.neg())?;
        return Some((high.neg(), low.neg()));
    }
    if *x == zero {
        return Some((zero.clone(), zero));
    }
    let found = if large(x) { from_complement(x) } else { series(x) };
    let one = x.one();
    // Above √bits, erfc x < exp(−x²) < 2^(−bits).
    let (low, high) = match found {
        Some(Ball { low, high }) => (low, high),
        None if large(x) => (one.add(&x.tiny(x.bits()).neg())?.0, one.clone()),
        None => return None,
    };
    Some((low, if high > one { one } else { high }))
}

/// Whether x² exceeds the bits, so that the complement is below the precision.
fn large<N: Number>(x: &N) -> bool {
    let bits = x.bits() as f64;
    x.to_f64() > libm::sqrt(bits) + 1.0
}

/// 1 − erfc x with exp(−x²)/(x√π)·(1 − 1/(2x²)) ≤ erfc x ≤ exp(−x²)/(x√π) (DLMF 7.8.2, 7.12.1).
fn from_complement<N: Number>(x: &N) -> Option<Ball<N>> {
    let point = Ball::point(x.clone());
    let one = Ball::point(x.one());
    let square = point.mul(&point)?;
    let leading = gauss(&square)?.div(&point.mul(&root_of_pi(x)?)?)?;
    let correction = one.sub(&one.div(&square.add(&square)?)?)?;
    let complement = leading.hull(&leading.mul(&correction)?);
    one.sub(&complement)
}

/// 2/√π · exp(−x²) · Σ 2ⁿx²ⁿ⁺¹/(1·3·…·(2n+1)) (DLMF 7.6.2): all terms positive, nothing cancels.
fn series<N: Number>(x: &N) -> Option<Ball<N>> {
    let point = Ball::point(x.clone());
    let square = point.mul(&point)?;
    let double = square.add(&square)?;
    let bound = double.high.to_f64();
    let mut term = point.clone();
    let mut sum = point;
    let mut odd = 3i64;
    loop {
        term = term.mul(&double)?.div(&Ball::from_bounds(N::integer(odd, x.bits()))?)?;
        sum = sum.add(&term)?;
        odd += 2;
        // From here on each term is less than half the one before, so the rest is below this term.
        let halving = 2.0 * bound < odd as f64;
        if halving && negligible(&term, &sum, x.bits()) {
            break;
        }
    }
    let rest = Ball { low: x.zero(), high: term.high };
    let factor = gauss(&square)?.div(&root_of_pi(x)?)?;
    let half = sum.add(&rest)?.mul(&factor)?;
    half.add(&half)
}

fn negligible<N: Number>(term: &Ball<N>, sum: &Ball<N>, bits: usize) -> bool {
    match (term.high.magnitude(), sum.low.magnitude()) {
        (Some(term), Some(sum)) => term.saturating_add(bits as i64 + 2) < sum,
        _ => true,
    }
}

/// exp(−s).
fn gauss<N: Number>(square: &Ball<N>) -> Option<Ball<N>> {
    square.neg().rising(N::exp)
}

fn root_of_pi<N: Number>(x: &N) -> Option<Ball<N>> {
    Ball::from_bounds(N::pi(x.bits()))?.rising(N::sqrt)
}
