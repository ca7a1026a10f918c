//! One operation on a block of entries.

use crate::eval::program::integer_power;
use crate::eval::tensor::element::Element;
use crate::eval::tensor::graph::MapOperation;
use crate::function::{FunctionRef, Kernel, Known};
use crate::network::Network;
use crate::syntax::ast::Comparison;

/// An operand of a block: a row of numbers, or one number for all.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lane<'a, T> {
    Row(&'a [T]),
    Same(T),
}

impl<T: Element> Lane<'_, T> {
    /// The sum of `len` entries; several partial sums keep it precise and quick.
    #[inline(always)]
    pub(super) fn sum(self, len: usize) -> T {
        let row = match self {
            Lane::Row(row) => row,
            Lane::Same(value) => return value * T::from_f64(len as f64),
        };
        const LANES: usize = 8;
        let mut partial = [T::zero(); LANES];
        let (chunks, rest) = row.as_chunks::<LANES>();
        for chunk in chunks {
            for (sum, &value) in partial.iter_mut().zip(chunk) {
                *sum += value;
            }
        }
        let sum = rest.iter().fold(T::zero(), |sum, &value| sum + value);
        partial.into_iter().fold(sum, |sum, value| sum + value)
    }

    #[inline(always)]
    pub(super) fn add_to(self, to: &mut [T], stride: usize, len: usize) {
        match (self, stride) {
            (Lane::Row(row), 1) => {
                for (to, &value) in to[..len].iter_mut().zip(row) {
                    *to += value;
                }
            }
            (Lane::Same(same), 1) => {
                for to in &mut to[..len] {
                    *to += same;
                }
            }
            _ => {
                for at in 0..len {
                    to[at * stride] += self.get(at);
                }
            }
        }
    }

    /// Adds turns of as many entries as there are sums, one after the other.
    #[inline(always)]
    pub(super) fn add_turns(self, to: &mut [T], turns: usize) {
        const LANES: usize = 32;
        let row = match self {
            Lane::Row(row) => row,
            Lane::Same(value) => return Lane::Same(value * T::from_f64(turns as f64)).add_to(to, 1, to.len()),
        };
        let width = to.len();
        let mut at = 0;
        // Some sums at once stay in registers through all turns.
        while let Some(to) = to[at..].first_chunk_mut::<LANES>() {
            let mut sums = *to;
            for turn in row.chunks_exact(width) {
                for (sum, &value) in sums.iter_mut().zip(&turn[at..at + LANES]) {
                    *sum += value;
                }
            }
            *to = sums;
            at += LANES;
        }
        for turn in row.chunks_exact(width) {
            for (to, &value) in to[at..].iter_mut().zip(&turn[at..]) {
                *to += value;
            }
        }
    }

    /// The operand for some of its entries.
    #[inline(always)]
    pub(super) fn part(self, from: usize, len: usize) -> Self {
        match self {
            Lane::Row(row) => Lane::Row(&row[from..from + len]),
            Lane::Same(_) => self,
        }
    }

    #[inline(always)]
    pub(super) fn store(self, to: &mut [T], stride: usize, len: usize) {
        for at in 0..len {
            to[at * stride] = self.get(at);
        }
    }

    #[inline(always)]
    fn get(self, at: usize) -> T {
        match self {
            Lane::Row(row) => row[at],
            Lane::Same(value) => value,
        }
    }
}

/// What a step does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operation {
    /// Collects what lies apart.
    Gather,
    Copy,
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Scale(f64),
    Power(i32),
    Root,
    /// The positive part; the larger of two.
    Positive,
    Maximum,
    Minimum,
    /// 1 where positive, else 0.
    Indicator,
    Exponential,
    Sigmoid,
    HyperbolicTangent,
    Unary(fn(f64) -> f64),
    Binary(fn(f64, f64) -> f64),
    Select(Comparison),
}

impl Operation {
    /// The step of an operation; some functions of the table have one of their own, for speed.
    pub(super) fn new(network: &Network, operation: MapOperation) -> Self {
        match operation {
            MapOperation::Copy => Operation::Copy,
            MapOperation::Add => Operation::Add,
            MapOperation::Subtract => Operation::Subtract,
            MapOperation::Multiply => Operation::Multiply,
            MapOperation::Divide => Operation::Divide,
            MapOperation::Negate => Operation::Negate,
            MapOperation::Scale(bits) => Operation::Scale(f64::from_bits(bits)),
            MapOperation::Power(exponent) => Operation::Power(exponent),
            MapOperation::Root => Operation::Root,
            MapOperation::Select(comparison) => Operation::Select(comparison),
            MapOperation::Unary(function) | MapOperation::Binary(function) => match network.functions.get(function) {
                FunctionRef::Table(entry) => match (entry.known, entry.kernel) {
                    (Some(Known::Rectifier), _) => Operation::Positive,
                    (Some(Known::Step), _) => Operation::Indicator,
                    (Some(Known::Larger), Kernel::Binary(_)) => Operation::Maximum,
                    (Some(Known::Smaller), Kernel::Binary(_)) => Operation::Minimum,
                    (Some(Known::SquareRoot), _) => Operation::Root,
                    (Some(Known::Exponential), _) => Operation::Exponential,
                    (Some(Known::Sigmoid), _) => Operation::Sigmoid,
                    (Some(Known::HyperbolicTangent), _) => Operation::HyperbolicTangent,
                    (_, Kernel::Unary(kernel)) => Operation::Unary(kernel),
                    (_, Kernel::Binary(kernel)) => Operation::Binary(kernel),
                    (_, Kernel::Tensor) => Operation::Unary(not_a_number),
                },
                FunctionRef::User(_) => Operation::Unary(not_a_number),
            },
        }
    }

    /// An operation on one operand.
    #[inline(always)]
    pub(super) fn one<T: Element>(self, to: &mut [T], a: Lane<'_, T>) {
        match self {
            Operation::Negate => each(to, a, |a| -a),
            Operation::Scale(factor) => {
                let factor = T::from_f64(factor);
                each(to, a, |a| a * factor);
            }
            Operation::Power(2) => each(to, a, |a| a * a),
            Operation::Power(-1) => each(to, a, |a| T::one() / a),
            Operation::Power(exponent) => each(to, a, |a| T::from_f64(integer_power(a.to_f64(), exponent))),
            Operation::Root => each(to, a, T::root),
            Operation::Positive => each(to, a, |a| if a > T::zero() || is_nan(a) { a } else { T::zero() }),
            Operation::Indicator => each(to, a, |a| {
                let indicator = if a > T::zero() { T::one() } else { T::zero() };
                if is_nan(a) { a } else { indicator }
            }),
            Operation::Exponential => {
                each(to, a, |a| a);
                T::exp_all(to);
            }
            Operation::Sigmoid => {
                // Of −|a|, so that nothing overflows and small values keep their digits.
                each(to, a, |a| if a > T::zero() { -a } else { a });
                T::exp_all(to);
                let numerator = |a: T, small: T| if a > T::zero() { T::one() } else { small };
                let sigmoid = |a: T, small: T| numerator(a, small) / (T::one() + small);
                match a {
                    Lane::Row(a) => {
                        for (to, &a) in to.iter_mut().zip(a) {
                            *to = sigmoid(a, *to);
                        }
                    }
                    Lane::Same(a) => {
                        for to in to {
                            *to = sigmoid(a, *to);
                        }
                    }
                }
            }
            Operation::HyperbolicTangent => each(to, a, T::hyperbolic_tangent),
            Operation::Unary(kernel) => each(to, a, |a| T::from_f64(kernel(a.to_f64()))),
            _ => each(to, a, |a| a),
        }
    }

    /// An operation on two operands.
    #[inline(always)]
    pub(super) fn two<T: Element>(self, to: &mut [T], a: Lane<'_, T>, b: Lane<'_, T>) {
        match self {
            Operation::Add => both(to, a, b, |a, b| a + b),
            Operation::Subtract => both(to, a, b, |a, b| a - b),
            Operation::Multiply => both(to, a, b, |a, b| a * b),
            Operation::Divide => both(to, a, b, |a, b| a / b),
            Operation::Maximum => both(to, a, b, |a, b| if a > b || is_nan(a) { a } else { b }),
            Operation::Minimum => both(to, a, b, |a, b| if a < b || is_nan(a) { a } else { b }),
            Operation::Binary(kernel) => both(to, a, b, |a, b| T::from_f64(kernel(a.to_f64(), b.to_f64()))),
            _ => both(to, a, b, |_, _| T::from_f64(f64::NAN)),
        }
    }

    /// A case distinction.
    #[inline(always)]
    pub(super) fn four<T: Element>(self, to: &mut [T], [a, b, then, otherwise]: [Lane<'_, T>; 4]) {
        let Operation::Select(comparison) = self else { return to.fill(T::from_f64(f64::NAN)) };
        for (at, to) in to.iter_mut().enumerate() {
            let holds = comparison.holds(a.get(at).to_f64(), b.get(at).to_f64());
            *to = if holds { then.get(at) } else { otherwise.get(at) };
        }
    }
}

#[expect(clippy::eq_op, reason = "only NaN differs from itself")]
#[inline(always)]
fn is_nan<T: Element>(value: T) -> bool {
    value != value
}

fn not_a_number(_: f64) -> f64 {
    f64::NAN
}

// Loops, not `for_each`: a loop is compiled with the vector instructions of the function that it stands in.
#[inline(always)]
fn each<T: Element>(to: &mut [T], a: Lane<'_, T>, f: impl Fn(T) -> T) {
    match a {
        Lane::Row(a) => {
            for (to, &a) in to.iter_mut().zip(a) {
                *to = f(a);
            }
        }
        Lane::Same(a) => to.fill(f(a)),
    }
}

#[inline(always)]
fn both<T: Element>(to: &mut [T], a: Lane<'_, T>, b: Lane<'_, T>, f: impl Fn(T, T) -> T) {
    match (a, b) {
        (Lane::Row(a), Lane::Row(b)) => {
            for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
                *to = f(a, b);
            }
        }
        (Lane::Row(a), Lane::Same(b)) => {
            for (to, &a) in to.iter_mut().zip(a) {
                *to = f(a, b);
            }
        }
        (Lane::Same(a), Lane::Row(b)) => {
            for (to, &b) in to.iter_mut().zip(b) {
                *to = f(a, b);
            }
        }
        (Lane::Same(a), Lane::Same(b)) => to.fill(f(a, b)),
    }
}
