//! Deciding equalities of tensors: entry by entry, at small distinct sizes, twice, with the order of the sizes turned
//! round, so that a square case hides nothing.
//!
//! All entries are decided at once: Σ rₖ·leftₖ = Σ rₖ·rightₖ with free symbols rₖ holds if and only if each entry does.

use rustc_hash::FxHashSet;

use super::decide::{DecideOptions, decide as decide_scalars};
use super::entries::{Classes, EntryNetwork};
use super::proof::NOWHERE;
use super::unfold::Refusal;
use super::verdict::{Ground, Right, Sizes, Undecided, Verdict, Wrong};
use crate::calculus::{Goal, NameUse, Simplifier};
use crate::expr::{Arena, ExprId, Factor, NameId, Node, NumberId, Postorder};
use crate::network::{Network, Origin, Quantity};
use crate::shape::{Dim, Shape, SizeId};
use crate::syntax::ast::{Role, ShapeKind};

/// The most symbolic sizes.
const MAX_SIZES: usize = 5;
/// The sizes that so many symbolic sizes get, twice: each of them another one, and with other sums and products, so that
/// no number in a formula can stand for a size.
const SIZES: [[[usize; MAX_SIZES]; 2]; MAX_SIZES + 1] = [
    [[3, 4, 5, 2, 6], [4, 3, 2, 5, 6]],
    [[3, 4, 5, 2, 6], [4, 3, 2, 5, 6]],
    [[3, 4, 5, 2, 6], [5, 3, 2, 4, 6]],
    [[3, 4, 5, 2, 6], [5, 3, 2, 4, 6]],
    [[3, 4, 5, 2, 6], [6, 3, 2, 4, 5]],
    [[3, 4, 5, 2, 6], [6, 3, 2, 4, 5]],
];
/// How many pairs of sizes are made equal to see whether a wrong formula holds then.
const MAX_PAIRS: usize = 6;
/// How often one-hot classes and masks are drawn where the free ones did not decide.
const DRAWS: u64 = 24;

/// Whether vectors or matrices stand in the expressions or in what their names mean.
pub fn concerns(network: &Network, exprs: &[ExprId]) -> bool {
    let arena = &network.arena;
    let mut order = Vec::new();
    let mut seen: FxHashSet<NameId> = FxHashSet::default();
    let mut stack = exprs.to_vec();
    while let Some(expr) = stack.pop() {
        Postorder::default().collect(arena, &[expr], &mut order);
        for &id in &order {
            if !arena.shape(id).is_scalar() || matches!(arena.node(id), Node::Contraction { .. } | Node::Selection(_)) {
                return true;
            }
            if let Some(name) = arena.as_name(id)
                && seen.insert(name)
            {
                stack.extend(network.definition(name).map(|equation| equation.value));
            }
        }
    }
    false
}

/// Decides an equality of tensors of one shape.
pub(super) fn decide(network: &mut Network, left: ExprId, right: ExprId, options: &DecideOptions) -> Verdict {
    let found = Relevant::of(network, &[left, right]);
    let mut verdict = None;
    let mut compared: Vec<Sizes> = Vec::new();
    if found.sizes.len() > MAX_SIZES {
        return undecided(format!("there are more than {MAX_SIZES} symbolic sizes"));
    }
    let mut nowhere = None;
    let choices = if found.sizes.is_empty() { 1 } else { 2 };
    for lengths in SIZES[found.sizes.len()].iter().take(choices) {
        let sizes: Vec<(SizeId, usize)> = found.sizes.iter().copied().zip(lengths.iter().copied()).collect();
        match at_sizes(network, [left, right], &sizes, found.has_classes, options) {
            Ok(Verdict::Right(right)) => verdict = Some(weaker(verdict, right)),
            Ok(Verdict::Wrong(wrong)) => {
                return Verdict::Wrong(with_part(network, [left, right], &found.sizes, wrong, options));
            }
            // A matrix may have no inverse because it is too wide; nothing is claimed then.
            Ok(Verdict::Undecided(reason)) if reason.reason.contains(NOWHERE) => {
                nowhere = Some(Verdict::Undecided(reason));
                continue;
            }
            Ok(other) => return other,
            Err(reason) => return undecided(reason),
        }
        compared.push(sizes.into_iter().map(|(size, length)| (NameId(size.0), length)).collect());
    }
    let Some(right_for_sizes) = verdict else {
        return nowhere.unwrap_or_else(|| undecided("nothing was compared".to_owned()));
    };
    if found.sizes.is_empty() || for_all_sizes(network, left, right) {
        return Verdict::Right(right_for_sizes);
    }
    Verdict::Right(Right { sizes: compared, ..right_for_sizes })
}

/// Whether both sides have one normal form, in which sizes are symbols.
fn for_all_sizes(network: &mut Network, left: ExprId, right: ExprId) -> bool {
    if network.arena.shape(left) != network.arena.shape(right) {
        return false;
    }
    let minus = network.arena.negate(right);
    let difference = network.arena.sum(&[left, minus]);
    let mut vanishes =
        |names| Simplifier::new(network, Goal::Textbook, names).simplify(network, difference) == Arena::ZERO;
    vanishes(NameUse::Keep) || vanishes(NameUse::Fold)
}

/// A counterexample, with the sizes that must be equal for the formula to hold, if some must.
fn with_part(network: &Network, sides: [ExprId; 2], sizes: &[SizeId], wrong: Wrong, options: &DecideOptions) -> Wrong {
    let counted = counted_sizes(network, &sides);
    let pairs = sizes.iter().enumerate().flat_map(|(at, &a)| sizes[at + 1..].iter().map(move |&b| (a, b)));
    let pairs = pairs.filter(|(a, b)| counted.contains(a) || counted.contains(b)).take(MAX_PAIRS);
    for (a, b) in pairs {
        let holds = SIZES[sizes.len()].iter().all(|lengths| {
            let mut chosen: Vec<(SizeId, usize)> = sizes.iter().copied().zip(lengths.iter().copied()).collect();
            let one = chosen.iter().find(|size| size.0 == a).map_or(1, |size| size.1);
            chosen.iter_mut().filter(|size| size.0 == b).for_each(|size| size.1 = one);
            matches!(at_sizes(network, sides, &chosen, false, options), Ok(Verdict::Right(_)))
        });
        if holds {
            let [a, b] = [a, b].map(|size| network.spelling(NameId(size.0)));
            return Wrong { holds_for: Some(format!("{a} = {b}")), ..wrong };
        }
    }
    wrong
}

/// The sizes that stand in expressions as numbers.
fn counted_sizes(network: &Network, exprs: &[ExprId]) -> Vec<SizeId> {
    let mut order = Vec::new();
    Postorder::default().collect(&network.arena, exprs, &mut order);
    let names = order.iter().filter_map(|&id| network.arena.as_name(id));
    names.filter(|&name| network.quantity(name).origin == Origin::Size).map(|name| SizeId(name.0)).collect()
}

fn undecided(reason: Refusal) -> Verdict {
    Verdict::Undecided(Undecided { reason })
}

/// Of two grounds the one that says less.
fn weaker(before: Option<Right>, now: Right) -> Right {
    match before {
        Some(before) if !matches!(before.ground, Ground::Proved) => before,
        Some(before) if matches!(now.ground, Ground::Proved) && before.except.is_some() => before,
        _ => now,
    }
}

/// What the names in two expressions, and in their definitions, depend on.
struct Relevant {
    sizes: Vec<SizeId>,
    has_classes: bool,
}

impl Relevant {
    fn of(network: &Network, exprs: &[ExprId]) -> Relevant {
        let arena = &network.arena;
        let mut relevant = Relevant { sizes: Vec::new(), has_classes: false };
        let mut seen: FxHashSet<NameId> = FxHashSet::default();
        let mut order = Vec::new();
        let mut stack = exprs.to_vec();
        while let Some(expr) = stack.pop() {
            Postorder::default().collect(arena, &[expr], &mut order);
            for &id in &order {
                relevant.add_dims(network, arena.shapes().dims(arena.shape(id)));
                if let Node::Contraction { labels, .. } = arena.node(id) {
                    relevant.add_dims(network, &arena.labels(labels).sizes);
                }
                let Some(name) = arena.as_name(id).filter(|&name| seen.insert(name)) else { continue };
                let quantity = network.quantity(name);
                if quantity.origin == Origin::Size {
                    relevant.add_dims(network, &[Dim::Symbolic(SizeId(name.0))]);
                }
                let kind = quantity.facts.kind;
                relevant.has_classes |= matches!(kind, ShapeKind::OneHot | ShapeKind::Index | ShapeKind::Binary);
                stack.extend(network.definition(name).map(|equation| equation.value));
            }
        }
        relevant
    }

    /// A size that the network fixes at a small number keeps it: a formula may hold because n = 2.
    fn add_dims(&mut self, network: &Network, dims: &[Dim]) {
        for &dim in dims {
            for (size, _) in network.arena.shapes().affine(dim).sizes {
                let fixed = network.quantity(NameId(size.0)).value.and_then(|value| network.arena.as_number(value));
                let fixed = fixed.is_some_and(|value| value.to_integer().is_some_and(|value| value <= 6));
                if !fixed && !self.sizes.contains(&size) {
                    self.sizes.push(size);
                }
            }
        }
    }
}

fn at_sizes(
    network: &Network,
    sides: [ExprId; 2],
    sizes: &[(SizeId, usize)],
    has_classes: bool,
    options: &DecideOptions,
) -> Result<Verdict, Refusal> {
    let free = compare(network, sides, sizes, Classes::Free, options)?;
    if !has_classes || matches!(free, Verdict::Right(_)) {
        return Ok(free);
    }
    // What does not hold for all numbers that sum to 1 may hold for one-hot vectors.
    for seed in 0..DRAWS {
        let drawn = compare(network, sides, sizes, Classes::Drawn(seed), options)?;
        if !matches!(drawn, Verdict::Right(_)) {
            return Ok(drawn);
        }
    }
    let points = DRAWS as u32;
    let reason = "the classes and masks were drawn, not all were tried";
    let ground = Ground::Numerically { points, digits: 300, reason };
    Ok(Verdict::Right(Right { ground, except: None, sizes: Vec::new() }))
}

fn compare(
    source: &Network,
    sides: [ExprId; 2],
    sizes: &[(SizeId, usize)],
    classes: Classes,
    options: &DecideOptions,
) -> Result<Verdict, Refusal> {
    let mut entries = EntryNetwork::new(source, sizes, classes);
    let [left, right] = [entries.of(source, sides[0])?, entries.of(source, sides[1])?];
    let count = left.len().max(right.len());
    let pairs: Vec<[ExprId; 2]> = (0..count)
        .map(|at| [&left, &right].map(|side| if side.len() == 1 { side[0] } else { side[at % side.len()] }))
        .collect();
    if left.len() != right.len() && left.len() != 1 && right.len() != 1 || !entries.have_one_shape(source, sides)? {
        return Err("the two sides have different shapes".to_owned());
    }
    let open: Vec<usize> = (0..count).filter(|&at| pairs[at][0] != pairs[at][1]).collect();
    let verdict = match open.as_slice() {
        [] => return Ok(Verdict::Right(Right { ground: Ground::Proved, except: None, sizes: Vec::new() })),
        &[only] => decide_scalars(&mut entries.network, pairs[only][0], pairs[only][1], options),
        several => {
            let [left, right] = combined(&mut entries.network, &pairs, several);
            decide_scalars(&mut entries.network, left, right, options)
        }
    };
    if !matches!(verdict, Verdict::Wrong(_)) {
        return Ok(verdict);
    }
    // Which entry it is, and at which point.
    for at in open {
        if let Verdict::Wrong(wrong) = decide_scalars(&mut entries.network, pairs[at][0], pairs[at][1], options) {
            let shape = [sides[0], sides[1]].map(|side| source.arena.shape(side));
            let shape = if shape[0].is_scalar() { shape[1] } else { shape[0] };
            let sizes = sizes.iter().map(|&(size, length)| (NameId(size.0), length)).collect();
            return Ok(Verdict::Wrong(Wrong { sizes, ..told(source, &entries, wrong, shape, at) }));
        }
    }
    Ok(undecided("a point refutes all entries together but none by itself".to_owned()))
}

/// Σ rₖ·leftₖ and Σ rₖ·rightₖ with new free symbols rₖ.
fn combined(network: &mut Network, pairs: &[[ExprId; 2]], open: &[usize]) -> [ExprId; 2] {
    let mut terms = [Vec::new(), Vec::new()];
    for &at in open {
        let name = NameId(network.quantities.len() as u32);
        network.quantities.push(Quantity {
            stem: format!("r[{at}]").into(),
            indices: Box::new([]),
            origin: Origin::Leaf(Role::Input),
            shape: Shape::SCALAR,
            facts: crate::network::Facts::default(),
            value: None,
            literal: None,
            span: crate::diagnostic::Span::default(),
        });
        let weight = network.name_expr(name);
        for (terms, &side) in terms.iter_mut().zip(&pairs[at]) {
            let factors = [Factor::plain(weight), Factor::plain(side)];
            terms.push(network.arena.product(NumberId::ONE, &factors));
        }
    }
    terms.map(|terms| network.arena.sum(&terms))
}

/// The counterexample in the quantities of the source.
fn told(source: &Network, entries: &EntryNetwork, wrong: Wrong, shape: Shape, at: usize) -> Wrong {
    let mut scalars = Vec::new();
    let mut tensors = Vec::new();
    for &(name, value) in &wrong.at {
        match entries.origin(name) {
            Some((of, [])) => scalars.push((of, value)),
            Some((of, place)) => tensors.push((of, place.to_vec(), value)),
            None if (name.0 as usize) < source.quantities.len() => scalars.push((name, value)),
            None => {}
        }
    }
    let length = |&dim: &Dim| {
        let affine = source.arena.shapes().affine(dim);
        affine.value(|size| {
            let known = || source.arena.as_number(source.quantity(NameId(size.0)).value?)?.to_integer();
            entries.size(size).and_then(|value| i64::try_from(value).ok()).or_else(known)
        })
    };
    let dims: Vec<usize> = source
        .arena
        .shapes()
        .dims(shape)
        .iter()
        .map(|dim| length(dim).and_then(|length| usize::try_from(length).ok()).unwrap_or(1).max(1))
        .collect();
    let mut entry = Vec::with_capacity(dims.len());
    let mut rest = at;
    for &dim in dims.iter().rev() {
        entry.insert(0, rest % dim + 1);
        rest /= dim;
    }
    Wrong { at: scalars, entries: tensors, entry, ..wrong }
}
