//! What a proof has to know of operations before it starts: what they ask for, and where they stand.
//!
//! Takes a circuit; gives marks, one for each operation, and the literals whose signs matter.

use super::circuit::{Circuit, Op, Slot};
use super::primitive::Primitive;
use crate::expr::{Arena, NumberId};

/// Order is kept between at most this many exponentials.
const MAX_ORDERED: usize = 4;
/// Longer sums under roots are not looked through for a leaf that stands alone.
const MAX_TERMS: usize = 64;
/// Nor are larger circuits.
const MAX_SEARCHED: usize = 4000;

pub(super) fn is_wave(op: &Op) -> bool {
    matches!(op, Op::Primitive { primitive: Primitive::Sine | Primitive::Cosine, .. })
}

pub(super) fn is_logarithmic(op: &Op) -> bool {
    matches!(op, Op::Primitive { primitive: Primitive::Log | Primitive::Power, .. })
}

/// Whether the order of values may matter: there are roots, and not too many exponentials to keep lanes for.
pub(super) fn orders<'a>(arena: &Arena, ops: impl Iterator<Item = &'a Op> + Clone) -> bool {
    let is_exponential = |op: &&Op| matches!(op, Op::Primitive { primitive: Primitive::Exp, .. });
    let count = ops.clone().filter(is_exponential).count();
    count <= MAX_ORDERED && ops.into_iter().any(|op| !rooted(arena, op).is_empty())
}

/// Whether an operation may make an entry in a table.
pub(super) fn uses_table(op: &Op) -> bool {
    let Op::Primitive { primitive, .. } = op else { return false };
    is_wave(op)
        || matches!(primitive, Primitive::Exp | Primitive::Log | Primitive::Power)
        || matches!(primitive, Primitive::ArcSine | Primitive::ArcTangent)
}

/// What an operation takes a root of: it matters whether literals below it are squares.
pub(super) fn rooted(arena: &Arena, op: &Op) -> Vec<Slot> {
    let Op::Product(_, factors) = op else { return Vec::new() };
    factors.iter().filter(|factor| !arena.value(factor.1).is_integer()).map(|factor| factor.0).collect()
}

/// What an operation takes a root, a logarithm or the sign of.
pub(super) fn radicands(arena: &Arena, op: &Op) -> Vec<Slot> {
    match op {
        Op::Product(..) => rooted(arena, op),
        Op::Primitive { primitive: Primitive::Log | Primitive::Power, arguments, .. } => vec![arguments[0]],
        Op::Primitive { primitive, arguments, .. } if primitive.has_sign() => vec![arguments[0]],
        Op::Choice { parts, .. } => vec![parts[0], parts[1]],
        _ => Vec::new(),
    }
}

/// The literals that may turn a sign: those below what `of` finds, but not inside functions whose values are drawn.
pub(super) fn delicate_literals(
    arena: &Arena,
    circuit: &Circuit,
    needed: &[bool],
    of: impl Fn(&Op) -> Vec<Slot>,
) -> Vec<NumberId> {
    let mut delicate = vec![false; circuit.ops.len()];
    let mut literals = Vec::new();
    for (at, op) in circuit.ops.iter().enumerate().rev().filter(|(at, _)| needed[*at]) {
        of(op).into_iter().for_each(|slot| delicate[slot as usize] = true);
        if !delicate[at] {
            continue;
        }
        match op {
            Op::Number(number) => literals.push(*number),
            Op::Sum(_) | Op::Choice { .. } => {
                op.operands().into_iter().for_each(|slot| delicate[slot as usize] = true);
            }
            Op::Product(number, _) => {
                literals.push(*number);
                op.operands().into_iter().for_each(|slot| delicate[slot as usize] = true);
            }
            Op::Primitive { primitive, arguments, .. } => {
                if matches!(primitive, Primitive::Absolute | Primitive::CubeRoot | Primitive::Log) {
                    delicate[arguments[0] as usize] = true;
                }
            }
            _ => {}
        }
    }
    literals.retain(|&literal| !arena.value(literal).abs().is_one());
    literals.sort_unstable();
    literals.dedup();
    literals
}

/// Whether an operation asks for a sign.
pub(super) fn is_atom(op: &Op) -> bool {
    match op {
        Op::Choice { .. } => true,
        Op::Primitive { primitive, .. } => primitive.has_sign(),
        _ => false,
    }
}

pub(super) fn is_compared(arena: &Arena, op: &Op) -> bool {
    let is_opaque = match op {
        Op::Opaque { .. } => true,
        Op::Primitive { primitive, .. } => primitive.is_opaque(),
        _ => false,
    };
    is_opaque || !radicands(arena, op).is_empty()
}

/// Which operations ask for a sign or use one that does.
pub(super) fn piecewise(circuit: &Circuit) -> Vec<bool> {
    let mut piecewise: Vec<bool> = Vec::with_capacity(circuit.ops.len());
    for op in &circuit.ops {
        let below = op.operands().into_iter().any(|slot| piecewise[slot as usize]);
        piecewise.push(below || is_atom(op));
    }
    piecewise
}

/// Which leaves and sums are irreducible, so that no sign hides in a root of them: those with a term number·leaf whose leaf
/// is used nowhere else, and those with [two squares](definite_squares) of such sums.
pub(super) fn irreducible(arena: &Arena, circuit: &Circuit, needed: &[bool]) -> Vec<bool> {
    let leaf_of = |slot: Slot| match &circuit.ops[slot as usize] {
        Op::Leaf(_) => Some(slot),
        Op::Product(_, factors) => match factors[..] {
            [(base, NumberId::ONE)] if matches!(circuit.ops[base as usize], Op::Leaf(_)) => Some(base),
            _ => None,
        },
        _ => None,
    };
    // The places of terms with such a leaf; `also` must not use it either.
    let free_terms = |terms: &[Slot], also: &[Slot]| -> Vec<usize> {
        let is_free = |at: usize| {
            let Some(leaf) = leaf_of(terms[at]) else { return false };
            let mut others: Vec<Slot> = also.to_vec();
            others.extend(terms.iter().enumerate().filter(|&(place, _)| place != at).map(|(_, &term)| term));
            !circuit.needed(&others, false)[leaf as usize]
        };
        (0..terms.len()).filter(|&at| is_free(at)).collect()
    };
    let is_free_sum = |base: Slot, others: &[Slot]| match &circuit.ops[base as usize] {
        Op::Leaf(_) => !circuit.needed(others, false)[base as usize],
        Op::Sum(inner) if inner.len() <= MAX_TERMS => !free_terms(inner, others).is_empty(),
        _ => false,
    };
    let is_radicand = radicand_marks(arena, circuit, needed);
    let is_small = circuit.ops.len() <= MAX_SEARCHED;
    let ops = circuit.ops.iter().zip(is_radicand);
    ops.map(|(op, is_radicand)| match op {
        Op::Leaf(_) => true,
        Op::Sum(terms) if is_radicand && is_small && terms.len() <= MAX_TERMS => {
            !free_terms(terms, &[]).is_empty() || definite_squares(arena, circuit, terms, is_free_sum)
        }
        _ => false,
    })
    .collect()
}

/// Whether a sum is a·u² + b·v² + w, with numbers a and b of one sign, and u and v with a leaf each that stands nowhere
/// else in it; or a·u² + b. The sum is irreducible over the reals: in u and v it would be −b/a that is a square, in the
/// second case too.
fn definite_squares(
    arena: &Arena,
    circuit: &Circuit,
    terms: &[Slot],
    is_free_sum: impl Fn(Slot, &[Slot]) -> bool,
) -> bool {
    let is_positive = |number: NumberId| !arena.value(number).is_negative();
    let square = |at: usize| {
        let Op::Product(number, factors) = &circuit.ops[terms[at] as usize] else { return None };
        let [(base, exponent)] = factors[..] else { return None };
        let others: Vec<Slot> =
            terms.iter().enumerate().filter(|&(place, _)| place != at).map(|(_, &term)| term).collect();
        let is_square = arena.value(exponent).to_integer() == Some(2) && !arena.value(*number).is_zero();
        (is_square && is_free_sum(base, &others)).then(|| is_positive(*number))
    };
    let squares: Vec<bool> = (0..terms.len()).filter_map(square).collect();
    let number = terms.iter().find_map(|&term| match circuit.ops[term as usize] {
        Op::Number(number) if !arena.value(number).is_zero() => Some(is_positive(number)),
        _ => None,
    });
    let is_alone = terms.len() == 2 && squares.len() == 1;
    let count = |sign: bool| squares.iter().filter(|&&square| square == sign).count();
    count(true) > 1 || count(false) > 1 || is_alone && number == Some(squares[0])
}

/// Which operations stand directly under a root.
pub(super) fn radicand_marks(arena: &Arena, circuit: &Circuit, needed: &[bool]) -> Vec<bool> {
    let mut marks = vec![false; circuit.ops.len()];
    for (op, _) in circuit.ops.iter().zip(needed).filter(|(_, needed)| **needed) {
        radicands(arena, op).into_iter().for_each(|slot| marks[slot as usize] = true);
    }
    marks
}

/// Which operations stand in branches of case distinctions only.
pub(super) fn conditional(circuit: &Circuit, roots: &[Slot], needed: &[bool]) -> Vec<bool> {
    let mut always = vec![false; circuit.ops.len()];
    roots.iter().for_each(|&root| always[root as usize] = true);
    for (at, op) in circuit.ops.iter().enumerate().rev() {
        if !always[at] || !needed[at] {
            continue;
        }
        let operands = match op {
            Op::Choice { parts, .. } => parts[..2].to_vec(),
            _ => op.operands(),
        };
        operands.into_iter().for_each(|slot| always[slot as usize] = true);
        if let Op::Primitive { slopes, .. } = op {
            slopes.iter().for_each(|&slot| always[slot as usize] = true);
        }
    }
    always.into_iter().map(|always| !always).collect()
}
