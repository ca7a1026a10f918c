//! The exponential function and the hyperbolic tangent without a branch, in both precisions.

/// 1/13!, 1/12!, … 1/0!: the exponential near 0 to the last digit.
const TAYLOR: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// eˣ without a branch, so that a loop over it becomes vector instructions: 2ᵏ times a polynomial in what is left.
/// Within 2 units in the last place; the same bits on every machine.
#[inline(always)]
pub(super) fn exponential(x: f64) -> f64 {
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let (k, rest) = reduced(x);
    let polynomial = TAYLOR.iter().fold(0.0, |sum, &coefficient| sum * rest + coefficient);
    // 2ᵏ in two steps: it may be too large or too small a number for one.
    let half = (k.wrapping_add(2048) >> 1).wrapping_sub(1024);
    let power = |k: u64| f64::from_bits(k.wrapping_add(1023) << 52);
    polynomial * power(half) * power(k.wrapping_sub(half))
}

/// tanh x as m/(m + 2) with m = e²ˣ − 1, for which the constant is left out of the polynomial, so that small x keep all
/// their digits. Within 3 units in the last place.
#[inline(always)]
pub(super) fn hyperbolic_tangent(x: f64) -> f64 {
    let twice = 2.0 * x.abs();
    let twice = if twice > 40.0 { 40.0 } else { twice };
    let (k, rest) = reduced(twice);
    let less_one = TAYLOR[..13].iter().fold(0.0, |sum, &coefficient| sum * rest + coefficient) * rest;
    let power = f64::from_bits(k.wrapping_add(1023) << 52);
    let m = power * less_one + (power - 1.0);
    (m / (m + 2.0)).copysign(x)
}

/// The whole number k nearest to x/ln 2, in the low bits, and x − k ln 2.
#[inline(always)]
fn reduced(x: f64) -> (u64, f64) {
    // Adding this leaves the nearest whole number in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    // ln 2 in two parts, the first with so few digits that its multiples are exact (fdlibm).
    const HIGH: f64 = 6.931_471_803_691_238e-1;
    const LOW: f64 = 1.908_214_929_270_587_7e-10;
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    (shifted.to_bits().wrapping_sub(ROUND.to_bits()), (x - whole * HIGH) - whole * LOW)
}

/// 1/7!, 1/6!, … 1/0!.
const TAYLOR_SINGLE: [f32; 8] = [1.0 / 5_040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];

/// The same in single precision, where a vector holds twice as many.
#[inline(always)]
pub(super) fn exponential_single(x: f32) -> f32 {
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -104.0 { -104.0 } else { x };
    let (k, rest) = reduced_single(x);
    let polynomial = TAYLOR_SINGLE.iter().fold(0.0, |sum, &coefficient| sum * rest + coefficient);
    let half = (k.wrapping_add(256) >> 1).wrapping_sub(128);
    let power = |k: u32| f32::from_bits(k.wrapping_add(127) << 23);
    polynomial * power(half) * power(k.wrapping_sub(half))
}

/// tanh x in single precision.
#[inline(always)]
pub(super) fn hyperbolic_tangent_single(x: f32) -> f32 {
    let twice = 2.0 * x.abs();
    let twice = if twice > 20.0 { 20.0 } else { twice };
    let (k, rest) = reduced_single(twice);
    let less_one = TAYLOR_SINGLE[..7].iter().fold(0.0, |sum, &coefficient| sum * rest + coefficient) * rest;
    let power = f32::from_bits(k.wrapping_add(127) << 23);
    let m = power * less_one + (power - 1.0);
    (m / (m + 2.0)).copysign(x)
}

#[inline(always)]
fn reduced_single(x: f32) -> (u32, f32) {
    const ROUND: f32 = 12_582_912.0;
    const HIGH: f32 = 0.693_359_4;
    const LOW: f32 = -2.121_944_4e-4;
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    (shifted.to_bits().wrapping_sub(ROUND.to_bits()), (x - whole * HIGH) - whole * LOW)
}

#[cfg(test)]
mod tests {
    use super::{exponential, exponential_single, hyperbolic_tangent, hyperbolic_tangent_single};

    #[test]
    fn the_exponential_is_right_over_the_whole_range() {
        for step in -74_000..=71_000 {
            let x = f64::from(step) * 0.010_007;
            let (found, expected) = (exponential(x), libm::exp(x));
            let apart = (found.to_bits() as i64 - expected.to_bits() as i64).unsigned_abs();
            assert!(apart <= 2, "{x}: {found:e} is not {expected:e}");
        }
        assert_eq!((exponential(0.0), exponential(f64::NEG_INFINITY)), (1.0, 0.0));
        assert_eq!(exponential(f64::INFINITY), f64::INFINITY);
        assert!(exponential(f64::NAN).is_nan());
    }

    #[test]
    fn the_exponential_in_single_precision_is_right_over_the_whole_range() {
        for step in -105_000..=89_500 {
            let x = step as f32 * 0.001_000_7;
            let (found, expected) = (exponential_single(x), libm::exp(f64::from(x)) as f32);
            let apart = (found.to_bits() as i32 - expected.to_bits() as i32).unsigned_abs();
            assert!(apart <= 2, "{x}: {found:e} is not {expected:e}");
        }
        assert_eq!((exponential_single(0.0), exponential_single(f32::NEG_INFINITY)), (1.0, 0.0));
        assert_eq!(exponential_single(f32::INFINITY), f32::INFINITY);
        assert!(exponential_single(f32::NAN).is_nan());
    }

    #[test]
    fn the_hyperbolic_tangent_keeps_its_digits_near_zero_and_ends_at_one() {
        for step in -60_000i32..=60_000 {
            let x = f64::from(step) * 0.000_401 * f64::from(step.abs() % 7 + 1) * 10f64.powi(-(step.abs() % 11));
            let apart = hyperbolic_tangent(x).to_bits().abs_diff(libm::tanh(x).to_bits());
            assert!(apart <= 3, "{x}: {:e} is not {:e}", hyperbolic_tangent(x), libm::tanh(x));
            let (x, expected) = (x as f32, libm::tanh(f64::from(x as f32)) as f32);
            let apart = hyperbolic_tangent_single(x).to_bits().abs_diff(expected.to_bits());
            assert!(apart <= 3, "{x}: {:e} is not {expected:e}", hyperbolic_tangent_single(x));
        }
        assert_eq!((hyperbolic_tangent(f64::INFINITY), hyperbolic_tangent(f64::NEG_INFINITY)), (1.0, -1.0));
        assert_eq!((hyperbolic_tangent_single(1e30), hyperbolic_tangent_single(-1e30)), (1.0, -1.0));
        assert!(hyperbolic_tangent(f64::NAN).is_nan() && hyperbolic_tangent_single(f32::NAN).is_nan());
    }
}
