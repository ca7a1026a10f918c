//! The reasons for which formulas may be equal though their fingerprints differ.
//!
//! Without one of these, agreement in however many digits is no reason to call formulas equal.

use super::circuit::{Circuit, Op, Slot};
use super::primitive::Primitive;
use crate::expr::Arena;

/// Why there may be no proof of an equality that holds; `None` if there is no such reason.
pub fn excuse(arena: &Arena, circuit: &Circuit, roots: [Slot; 2]) -> Option<&'static str> {
    let needed = circuit.needed(&roots, false);
    let ops = || circuit.ops.iter().zip(&needed).filter(|(_, needed)| **needed).map(|(op, _)| op);
    let uses = |wanted: &[Primitive]| {
        ops().any(|op| matches!(op, Op::Primitive { primitive, .. } if wanted.contains(primitive)))
    };
    let has_kinks = ops().any(|op| match op {
        Op::Choice { .. } => true,
        Op::Primitive { primitive, .. } => primitive.has_sign(),
        _ => false,
    });
    if has_kinks {
        // Points may miss one of the pieces.
        return None;
    }
    if uses(&[Primitive::ArcSine, Primitive::ArcTangent]) {
        return Some("inverse trigonometric functions have relations that no rule here knows");
    }
    if has_nested_roots(arena, circuit, &needed) {
        return Some("roots in roots have relations that no rule here knows");
    }
    if circuit.leaves.is_empty() && uses(&[Primitive::Sine, Primitive::Cosine]) {
        return Some("constants have relations that no rule here knows");
    }
    None
}

/// Whether a root stands under a root.
fn has_nested_roots(arena: &Arena, circuit: &Circuit, needed: &[bool]) -> bool {
    let mut above: Vec<bool> = Vec::with_capacity(circuit.ops.len());
    for (at, op) in circuit.ops.iter().enumerate() {
        let inside = op.operands().into_iter().any(|slot| above[slot as usize]);
        let is_root = match op {
            Op::Product(_, factors) => factors.iter().any(|factor| !arena.value(factor.1).is_integer()),
            Op::Primitive { primitive, .. } => *primitive == Primitive::CubeRoot,
            _ => false,
        };
        if is_root && needed[at] {
            let radicand = |slot: Slot| above[slot as usize];
            let nested = match op {
                Op::Product(_, factors) => {
                    factors.iter().any(|factor| !arena.value(factor.1).is_integer() && radicand(factor.0))
                }
                _ => inside,
            };
            if nested {
                return true;
            }
        }
        above.push(is_root || inside);
    }
    false
}
