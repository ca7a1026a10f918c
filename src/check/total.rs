//! Whether both sides are continuous wherever the assumptions hold: then what is equal almost everywhere is equal
//! everywhere, and no hole or kink need be looked for.
//!
//! Takes a circuit with the ranges of its leaves; gives yes or "not known".

use super::circuit::{Circuit, Op, Slot};
use super::draw::Range;
use super::primitive::Primitive;
use super::signs::{Signs, constants, signs};
use crate::expr::{Arena, Constant};
use crate::rational::Rational;

/// Whether all that the roots need is certainly defined and continuous at every point that meets the ranges.
pub fn is_continuous(arena: &Arena, circuit: &Circuit, ranges: &[Range], roots: &[Slot]) -> bool {
    let needed = circuit.needed(roots, false);
    let ops = || circuit.ops.iter().zip(&needed).filter(|(_, needed)| **needed).map(|(op, _)| op);
    if !ops().all(may_be_continuous) {
        return false;
    }
    let signs = signs(arena, circuit, ranges, &needed, &constants(arena, circuit, &needed));
    let at = |slot: Slot| signs[slot as usize];
    ops().all(|op| match op {
        Op::Product(_, factors) => factors.iter().all(|&(base, exponent)| has_power(at(base), arena.value(exponent))),
        Op::Primitive { primitive: Primitive::Log, arguments, .. } => at(arguments[0]).is_positive(),
        _ => true,
    })
}

/// Whether an operation is continuous where it is defined. Powers with variable exponents have rules of their own; case distinctions, signs and what stands for any function
/// are not, or not known to be.
fn may_be_continuous(op: &Op) -> bool {
    match op {
        Op::Number(_) | Op::Leaf(_) | Op::Sum(_) | Op::Product(..) => true,
        Op::Constant(constant) => !matches!(constant, Constant::Infinity),
        Op::Primitive { primitive, .. } => {
            !matches!(primitive, Primitive::Sign | Primitive::Step | Primitive::ArcSine | Primitive::Power)
        }
        Op::Opaque { .. } | Op::Choice { .. } => false,
    }
}

/// Whether bases of these signs have such a power, which is then continuous: u^(a/b) wants u ≥ 0, and u⁻ⁿ wants u ≠ 0.
fn has_power(base: Signs, exponent: &Rational) -> bool {
    let is_root = !exponent.is_integer() && base.negative;
    let is_pole = (exponent.is_negative() || exponent.is_zero()) && base.zero;
    !is_root && !is_pole
}

#[cfg(test)]
mod tests {
    use super::is_continuous;
    use crate::check::facts::Facts;
    use crate::check::unfold::{Digits, Meaning, Names, unfold};
    use crate::network::{FreeNames, read_network};
    use pretty_assertions::assert_eq;

    /// Whether the cost of a network is continuous.
    fn continuous(lines: &str) -> bool {
        let (network, diagnostics) = read_network(lines, FreeNames::Refused);
        assert_eq!(diagnostics, []);
        let mut network = network.unwrap();
        let cost = network.name_expr(network.cost.unwrap());
        let facts = Facts::about(&mut network, &[cost]);
        let meaning = Meaning { names: Names::Unfolded, digits: Digits::Exact, literals: &[], solved: &facts.solved };
        let (circuit, roots) = unfold(&mut network, meaning, &[cost]).unwrap();
        let range = |leaf: &crate::check::circuit::Leaf| facts.range(&network, leaf.name.unwrap());
        let ranges: Vec<_> = circuit.leaves.iter().map(range).collect();
        is_continuous(&network.arena, &circuit, &ranges, &roots)
    }

    #[test]
    fn softmax_is_continuous_and_a_quotient_is_not() {
        let of = |cost: &str| continuous(&format!("input x\ninput y\ncost C = {cost}\n"));
        assert_eq!(of("exp(x) / (exp(x) + exp(y))"), true);
        assert_eq!(of("log(1 + exp(x)) + sqrt(2) * abs(y)"), true);
        assert_eq!(of("sqrt(1 + x^2) + sigmoid(y) * tanh(x)"), true);
        assert_eq!(of("log(1 - sigmoid(x)) + y / (1 - sigmoid(x + y))"), true);
        assert_eq!(of("log(1 - tanh(x))"), false);
        assert_eq!(of("x / y"), false);
        assert_eq!(of("sqrt(x)"), false);
        assert_eq!(of("log(x + exp(y))"), false);
        assert_eq!(of("x^(-2) + y"), false);
        assert_eq!(of("relu(x) + y"), false);
        assert_eq!(of("x^y"), false);
    }

    #[test]
    fn assumptions_count() {
        let of = |assumed: &str, cost: &str| continuous(&format!("input x\nassume {assumed}\ncost C = {cost}\n"));
        assert_eq!(of("x >= 1", "log(x) / x"), true);
        assert_eq!(of("x >= 0", "sqrt(x)"), true);
        assert_eq!(of("x >= 0", "log(x)"), false);
        assert_eq!(of("x < 0", "log(x)"), false);
    }
}
