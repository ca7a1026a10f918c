//! Numeric kernels that take care: stable over the whole range, the same bits on every machine.
//!
//! Each takes arguments in floating point and gives the value. The transcendental functions are those of `libm`,
//! not of the platform, whose last digits differ.

use std::f64::consts::FRAC_1_SQRT_2;

/// −1, 0 or 1.
pub fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else if x == 0.0 {
        0.0
    } else {
        x
    }
}

/// 1 for x > 0, else 0.
pub fn step(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x.is_nan() {
        x
    } else {
        0.0
    }
}

/// The larger one; NaN if one is.
pub fn max(a: f64, b: f64) -> f64 {
    if a > b || a.is_nan() { a } else { b }
}

/// The smaller one; NaN if one is.
pub fn min(a: f64, b: f64) -> f64 {
    if a < b || a.is_nan() { a } else { b }
}

/// 1/(1 + e⁻ˣ) without overflow.
pub fn sigmoid(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    if x < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) }
}

/// log(1 + eˣ) without overflow.
pub fn softplus(x: f64) -> f64 {
    relu(x) + libm::log1p(libm::exp(-x.abs()))
}

/// log σ(x) = −softplus(−x).
pub fn log_sigmoid(x: f64) -> f64 {
    -softplus(-x)
}

/// x/(1 + |x|); its limits at ±∞.
pub fn softsign(x: f64) -> f64 {
    if x.is_infinite() { sign(x) } else { x / (1.0 + x.abs()) }
}

/// x σ(x); 0 at −∞.
pub fn silu(x: f64) -> f64 {
    gated(x, sigmoid(x))
}

/// x tanh(softplus x); tanh(softplus x) = n/(n + 2) with n = eˣ(eˣ + 2), without cancellation.
pub fn mish(x: f64) -> f64 {
    let e = libm::exp(if x > 40.0 { 40.0 } else { x });
    let n = e * (e + 2.0);
    gated(x, n / (n + 2.0))
}

/// x Φ(x), by erfc, so that the left tail keeps its digits.
pub fn gelu(x: f64) -> f64 {
    gated(x, 0.5 * libm::erfc(-x * FRAC_1_SQRT_2))
}

/// x σ(2u), which is x/2 (1 + tanh u).
pub fn gelu_tanh(x: f64) -> f64 {
    let scale = std::f64::consts::FRAC_2_SQRT_PI * FRAC_1_SQRT_2;
    gated(x, sigmoid(2.0 * scale * (x + 0.044715 * x * x * x)))
}

/// x · gate, where a closed gate wins over an infinite x.
fn gated(x: f64, gate: f64) -> f64 {
    if gate == 0.0 { 0.0 } else { x * gate }
}

/// The positive part.
pub fn relu(x: f64) -> f64 {
    max(x, 0.0)
}

/// x, or a·x on the left.
pub fn leaky_relu(x: f64, a: f64) -> f64 {
    if x > 0.0 { x } else { a * x }
}

/// min(max(x, 0), 6).
pub fn relu6(x: f64) -> f64 {
    min(relu(x), 6.0)
}

/// min(max(x, −1), 1).
pub fn hard_tanh(x: f64) -> f64 {
    min(max(x, -1.0), 1.0)
}

/// min(max(x + 3, 0), 6)/6.
pub fn hard_sigmoid(x: f64) -> f64 {
    relu6(x + 3.0) / 6.0
}

/// x times the hard sigmoid.
pub fn hard_swish(x: f64) -> f64 {
    gated(x, hard_sigmoid(x))
}

/// x, or a(eˣ − 1) on the left.
pub fn elu(x: f64, a: f64) -> f64 {
    if x > 0.0 { x } else { a * libm::expm1(x) }
}

/// ELU with the constants of Klambauer et al. (2017).
pub fn selu(x: f64) -> f64 {
    1.050_700_987_355_480_5 * elu(x, 1.673_263_242_354_377_2)
}

/// x, or a(e^(x/a) − 1) on the left.
pub fn celu(x: f64, a: f64) -> f64 {
    if x > 0.0 { x } else { a * libm::expm1(x / a) }
}
