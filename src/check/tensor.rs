//! Deciding equalities of tensors: entry by entry, at small distinct sizes, twice.
//!
//! All entries are decided at once: Σ rₖ·leftₖ = Σ rₖ·rightₖ with free symbols rₖ holds if and only if each entry does.

use rustc_hash::FxHashSet;

use super::actual::{self, fixed};
use super::decide::{DecideOptions, Details, decide as decide_scalars};
use super::entries::{Classes, EntryNetwork};
use super::extents::{Assignment, Extents, MAX_SIZES};
use super::memory::Memory;
use super::proof::NOWHERE;
use super::unfold::Refusal;
use super::verdict::{Ground, Right, Sizes, Undecided, Verdict, Wrong};
use crate::calculus::{Goal, NameUse};
use crate::expr::{Arena, ExprId, Factor, NameId, Node, NumberId, Postorder, Selection};
use crate::network::{Network, Origin};
use crate::shape::{Dim, Shape, SizeId};
use crate::syntax::ast::ShapeKind;

/// How many pairs of sizes are made equal to see whether a wrong formula holds then.
const MAX_PAIRS: usize = 6;
/// A size that the network fixes keeps its value up to here: a formula may hold because n = 2.
const MAX_FIXED: i64 = 12;
/// Numbers in a formula that need not come from a size: beyond them 1/784 may be the 1/n of a mean.
const PLAIN: usize = 2;
/// How often one-hot classes and masks are drawn where the free ones did not decide.
const DRAWS: u64 = 24;
/// How often where the sides are equal to the digits written only.
const ROUNDED_DRAWS: u64 = 4;

/// Whether vectors or matrices stand in the expressions or in what their names mean.
pub fn concerns(network: &Network, exprs: &[ExprId]) -> bool {
    let arena = &network.arena;
    let mut walk = Postorder::default();
    let mut order = Vec::new();
    let mut seen: FxHashSet<NameId> = FxHashSet::default();
    let mut stack = exprs.to_vec();
    while let Some(expr) = stack.pop() {
        walk.collect(arena, &[expr], &mut order);
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
    Memory::with(network, |network, memory| decide_with(network, memory, [left, right], options))
}

fn decide_with(network: &mut Network, memory: &mut Memory, sides: [ExprId; 2], options: &DecideOptions) -> Verdict {
    let [left, right] = sides;
    let found = Relevant::of(network, &[left, right]);
    let count = found.extents.sizes.len();
    if count > MAX_SIZES {
        return undecided(format!("there are more than {MAX_SIZES} symbolic sizes"));
    }
    let Some(assignments) = found.extents.assignments(|size| fixed(network, size)) else {
        return undecided("no small sizes were found that fit all axes".to_owned());
    };
    let mut verdict = None;
    let mut compared: Vec<Sizes> = Vec::new();
    let has_values = found.extents.sizes.iter().any(|&size| fixed(network, size).is_some());
    let mut nowhere = None;
    let is_asked_for_all = options.details != Details::Verdict && !found.extents.sizes.is_empty();
    let mut is_for_all = None;
    for (number, sizes) in assignments.iter().enumerate() {
        match at_sizes(network, memory, sides, sizes, found.has_classes, options) {
            // What is proved at some sizes, and has one normal form for all, need not be compared at others.
            Ok(Verdict::Right(right)) => {
                let is_proved = number == 0 && matches!(right.ground, Ground::Proved);
                if is_proved && is_asked_for_all {
                    if for_all_sizes(network, memory, sides) {
                        return Verdict::Right(right);
                    }
                    is_for_all = Some(false);
                }
                verdict = Some(weaker(verdict, right));
            }
            // What is not right for all sizes may be so for those that it has: 2/64 is 1/32.
            Ok(Verdict::Wrong(_)) if has_values && is_for_values(network, memory, sides, options) => {
                return Verdict::Right(Right { ground: Ground::Proved, except: None, sizes: Vec::new() });
            }
            Ok(Verdict::Wrong(wrong)) => {
                return match at_fixed_sizes(network, memory, sides, &found, sizes, options, wrong) {
                    Verdict::Wrong(wrong) if options.details == Details::All => {
                        Verdict::Wrong(with_part(network, memory, sides, &assignments, wrong, &options.bare()))
                    }
                    other => other,
                };
            }
            // A matrix may have no inverse because it is too wide; nothing is claimed then.
            Ok(Verdict::Undecided(reason)) if reason.reason.contains(NOWHERE) => {
                nowhere = Some(Verdict::Undecided(reason));
                continue;
            }
            // Too large entry by entry, and no counterexample: one normal form is a proof all the same.
            Ok(Verdict::Undecided(_)) if for_all_sizes(network, memory, sides) => {
                return Verdict::Right(Right { ground: Ground::Proved, except: None, sizes: Vec::new() });
            }
            Ok(other) => return other,
            Err(reason) => return undecided(reason),
        }
        compared.push(sizes.iter().map(|&(size, length)| (NameId(size.0), length)).collect());
    }
    let Some(right_for_sizes) = verdict else {
        return nowhere.unwrap_or_else(|| undecided("nothing was compared".to_owned()));
    };
    if !is_asked_for_all || is_for_all.unwrap_or_else(|| for_all_sizes(network, memory, sides)) {
        return Verdict::Right(right_for_sizes);
    }
    Verdict::Right(Right { sizes: compared, ..right_for_sizes })
}

/// Small sizes at which expressions are written out in entries, several times over; none if there are too many sizes.
pub(super) fn small_sizes(network: &Network, exprs: &[ExprId]) -> Option<Vec<Assignment>> {
    let extents = Relevant::of(network, exprs).extents;
    if extents.sizes.len() > MAX_SIZES { None } else { extents.assignments(|size| fixed(network, size)) }
}

/// Whether both sides have one normal form, in which sizes are symbols.
fn for_all_sizes(network: &mut Network, memory: &mut Memory, [left, right]: [ExprId; 2]) -> bool {
    if network.arena.shape(left) != network.arena.shape(right) {
        return false;
    }
    let minus = network.arena.negate(right);
    let difference = network.arena.sum(&[left, minus]);
    // The left side, a derivative, is one and the same in many formulas: its normal form is known then.
    let mut vanishes = |goal, names| {
        let mut normal = |expr| memory.simplified(network, goal, names, expr);
        normal(left) == normal(right) || normal(difference) == Arena::ZERO
    };
    // Multiplied out, most vanish; that costs least.
    let ways = [(Goal::Expand, NameUse::Keep), (Goal::Textbook, NameUse::Keep), (Goal::Textbook, NameUse::Fold)];
    ways.into_iter().any(|(goal, names)| vanishes(goal, names))
}

/// Whether both sides have one normal form for the sizes that the network has.
fn is_for_values(network: &mut Network, memory: &mut Memory, sides: [ExprId; 2], options: &DecideOptions) -> bool {
    let sides = actual::with_values(network, sides, &options.literals);
    for_all_sizes(network, memory, sides)
}

/// Whether both sides clearly differ as floating-point numbers at these sizes.
fn differ_at(
    network: &mut Network,
    memory: &mut Memory,
    sides: [ExprId; 2],
    sizes: &[(SizeId, usize)],
    options: &DecideOptions,
) -> bool {
    // As it is differentiated a side may hold Jacobians.
    let sides = sides.map(|side| memory.simplified(network, Goal::Textbook, NameUse::Keep, side));
    actual::differ(network, sides, sizes, &options.literals)
}

/// A counterexample, with the sizes that must be equal for the formula to hold, if some must.
fn with_part(
    network: &Network,
    memory: &mut Memory,
    sides: [ExprId; 2],
    assignments: &[Assignment],
    wrong: Wrong,
    options: &DecideOptions,
) -> Wrong {
    let counted = counted_sizes(network, &sides);
    let sizes: Vec<SizeId> = assignments.first().into_iter().flatten().map(|&(size, _)| size).collect();
    let pairs = sizes.iter().enumerate().flat_map(|(at, &a)| sizes[at + 1..].iter().map(move |&b| (a, b)));
    let pairs = pairs.filter(|(a, b)| counted.contains(a) || counted.contains(b)).take(MAX_PAIRS);
    for (a, b) in pairs {
        let holds = assignments.iter().all(|assignment| {
            let mut chosen = assignment.clone();
            let one = chosen.iter().find(|size| size.0 == a).map_or(1, |size| size.1);
            chosen.iter_mut().filter(|size| size.0 == b).for_each(|size| size.1 = one);
            matches!(at_sizes(network, memory, sides, &chosen, false, options), Ok(Verdict::Right(_)))
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

/// The verdict where sizes that the network fixes were drawn smaller, and the sides differ so: they may be equal at
/// the sizes of the network.
fn at_fixed_sizes(
    network: &mut Network,
    memory: &mut Memory,
    sides: [ExprId; 2],
    found: &Relevant,
    drawn: &[(SizeId, usize)],
    options: &DecideOptions,
    wrong: Wrong,
) -> Verdict {
    let declared = |size: SizeId| fixed(network, size).and_then(|value| usize::try_from(value).ok());
    let sizes: Vec<(SizeId, usize)> =
        drawn.iter().map(|&(size, value)| (size, declared(size).unwrap_or(value))).collect();
    if sizes == drawn {
        return Verdict::Wrong(wrong);
    }
    match at_sizes(network, memory, sides, &sizes, found.has_classes, options) {
        Ok(Verdict::Right(right)) => {
            let values = drawn
                .iter()
                .filter_map(|&(size, _)| Some(format!("{} = {}", network.spelling(NameId(size.0)), declared(size)?)));
            let values: Vec<String> = values.collect();
            let except = right.except.unwrap_or_else(|| format!("sizes other than {}", values.join(", ")));
            Verdict::Right(Right { except: Some(except), ..right })
        }
        Ok(Verdict::Wrong(_)) => Verdict::Wrong(wrong),
        // 0.02 may be 2/N, and a number the product of two sizes.
        _ if (!options.literals.is_empty() || found.coefficients.iter().any(|&number| number > PLAIN))
            && !differ_at(network, memory, sides, &sizes, options) =>
        {
            undecided("it is not right for all sizes, and the sizes of the network are too large to try".to_owned())
        }
        _ => Verdict::Wrong(wrong),
    }
}

fn undecided(reason: Refusal) -> Verdict {
    Verdict::Undecided(Undecided { reason })
}

/// Of two grounds the one that says less.
fn weaker(before: Option<Right>, now: Right) -> Right {
    match before {
        Some(before) if !matches!(before.ground, Ground::Proved) && !is_rounded(&now.ground) => before,
        Some(before) if matches!(now.ground, Ground::Proved) && before.except.is_some() => before,
        _ => now,
    }
}

fn is_rounded(ground: &Ground) -> bool {
    matches!(ground, Ground::Rounded { .. })
}

/// What the names in two expressions, and in their definitions, depend on.
#[derive(Default)]
struct Relevant {
    extents: Extents,
    /// The numbers that stand in the formulas, without the lengths of axes.
    coefficients: FxHashSet<usize>,
    has_classes: bool,
}

impl Relevant {
    fn of(network: &Network, exprs: &[ExprId]) -> Relevant {
        let arena = &network.arena;
        let mut relevant = Relevant::default();
        let mut seen: FxHashSet<NameId> = FxHashSet::default();
        let mut walk = Postorder::default();
        let mut order = Vec::new();
        let mut stack = exprs.to_vec();
        while let Some(expr) = stack.pop() {
            walk.collect(arena, &[expr], &mut order);
            for &id in &order {
                relevant.add_node(network, id);
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

    /// The axes, numbers and indices of a node.
    fn add_node(&mut self, network: &Network, id: ExprId) {
        let arena = &network.arena;
        let dims = arena.shapes().dims(arena.shape(id));
        self.add_dims(network, dims);
        match arena.node(id) {
            Node::Number(number) => self.add_number(network, number),
            Node::Product { coefficient, factors } => {
                self.add_number(network, coefficient);
                factors.iter().for_each(|factor| self.add_number(network, factor.exponent));
            }
            Node::Contraction { coefficient, factors, labels } => {
                self.add_number(network, coefficient);
                factors.iter().for_each(|factor| self.add_number(network, factor.exponent));
                self.add_dims(network, &arena.labels(labels).sizes);
            }
            Node::Selection(selection) => self.add_index(network, arena.selection_of(selection), dims),
            _ => {}
        }
    }

    fn add_number(&mut self, network: &Network, number: NumberId) {
        let Some((above, below)) = network.arena.value(number).small() else { return };
        let parts = [above.unsigned_abs(), below.unsigned_abs()];
        let parts = parts.into_iter().filter_map(|part| usize::try_from(part).ok());
        self.coefficients.extend(parts.clone());
        self.extents.numbers.extend(parts);
    }

    /// The entry that is picked from an axis of symbolic length, and the last one of a range of known length.
    fn add_index(&mut self, network: &Network, selection: &Selection, dims: &[Dim]) {
        let shapes = network.arena.shapes();
        if dims.iter().all(|&dim| shapes.affine(dim).sizes.is_empty()) {
            return;
        }
        let ranges = dims.iter().filter_map(|&dim| Some(shapes.affine(dim)).filter(|length| length.sizes.is_empty()));
        let range = ranges.map(|length| length.constant.unsigned_abs()).max().unwrap_or(0);
        let largest = selection.offset.constant.unsigned_abs().saturating_add(range).saturating_add(1);
        self.extents.largest_index = self.extents.largest_index.max(usize::try_from(largest).unwrap_or(usize::MAX));
    }

    /// Sizes that get values, and axes whose lengths depend on them.
    fn add_dims(&mut self, network: &Network, dims: &[Dim]) {
        for &dim in dims {
            let length = network.arena.shapes().affine(dim);
            for &(size, _) in &length.sizes {
                let is_fixed = fixed(network, size).is_some_and(|value| value <= MAX_FIXED);
                if !is_fixed && !self.extents.sizes.contains(&size) {
                    self.extents.sizes.push(size);
                }
            }
            match length.sizes.is_empty() {
                true => self.extents.numbers.extend(usize::try_from(length.constant)),
                false if matches!(dim, Dim::Derived(_)) && !self.extents.axes.contains(&length) => {
                    self.extents.axes.push(length);
                }
                false => {}
            }
        }
    }
}

fn at_sizes(
    network: &Network,
    memory: &mut Memory,
    sides: [ExprId; 2],
    sizes: &[(SizeId, usize)],
    has_classes: bool,
    options: &DecideOptions,
) -> Result<Verdict, Refusal> {
    // What does not hold for free classes is decided anew for drawn ones.
    let details = if has_classes { options.details.min(Details::Exceptions) } else { options.details };
    let unbound = DecideOptions { details, ..options.clone() };
    let free = compare(network, memory, sides, (sizes, Classes::Free), &unbound)?;
    if !has_classes || matches!(free, Verdict::Right(_)) {
        return Ok(free);
    }
    // What does not hold for all numbers that sum to 1 may hold for one-hot vectors.
    let mut rounded = None;
    for seed in 0..DRAWS {
        if rounded.is_some() && seed >= ROUNDED_DRAWS {
            break;
        }
        match compare(network, memory, sides, (sizes, Classes::Drawn(seed)), options)? {
            Verdict::Right(right) => rounded = rounded.or(Some(right.ground).filter(is_rounded)),
            other => return Ok(other),
        }
    }
    let points = DRAWS as u32;
    let reason = "the classes and masks were drawn, not all were tried";
    let ground = rounded.unwrap_or(Ground::Numerically { points, digits: 300, reason });
    Ok(Verdict::Right(Right { ground, except: None, sizes: Vec::new() }))
}

fn compare(
    source: &Network,
    memory: &mut Memory,
    sides: [ExprId; 2],
    (sizes, classes): (&[(SizeId, usize)], Classes),
    options: &DecideOptions,
) -> Result<Verdict, Refusal> {
    let mut entries = memory.take_entries(source, sizes, classes);
    let found = compared(source, &mut entries, sides, sizes, options);
    memory.put_entries(sizes, entries);
    found
}

fn compared(
    source: &Network,
    entries: &mut EntryNetwork,
    sides: [ExprId; 2],
    sizes: &[(SizeId, usize)],
    options: &DecideOptions,
) -> Result<Verdict, Refusal> {
    let literals = options.literals.iter().map(|literal| entries.literal(source, literal)).collect();
    let options = &DecideOptions { literals, ..options.clone() };
    let [left, right] = [entries.of(source, sides[0])?, entries.of(source, sides[1])?];
    let count = left.len().max(right.len());
    let pairs: Vec<[ExprId; 2]> = (0..count)
        .map(|at| [&left, &right].map(|side| if side.len() == 1 { side[0] } else { side[at % side.len()] }))
        .collect();
    if left.len() != right.len() && left.len() != 1 && right.len() != 1 || !entries.have_one_shape(source, sides)? {
        return Err("the two sides have different shapes".to_owned());
    }
    let open: Vec<usize> = (0..count).filter(|&at| pairs[at][0] != pairs[at][1]).collect();
    let together = match open.as_slice() {
        [] => return Ok(Verdict::Right(Right { ground: Ground::Proved, except: None, sizes: Vec::new() })),
        &[only] => decide_scalars(&mut entries.network, pairs[only][0], pairs[only][1], options),
        several => {
            let [left, right] = combined(entries, &pairs, several);
            // Where all entries together are refuted, each is decided by itself.
            let is_sketch = options.details == Details::All;
            let details = if is_sketch { Details::Exceptions } else { options.details };
            decide_scalars(&mut entries.network, left, right, &DecideOptions { details, ..options.clone() })
        }
    };
    let pressed = matches!(together, Verdict::Undecided(_));
    let is_told = matches!(together, Verdict::Right(_)) || !pressed && options.details != Details::All;
    if is_told || pressed && open.len() < 2 {
        return Ok(together);
    }
    // Which entry it is, and at which point; or, where all together are too much, what each is.
    let mut right: Option<Right> = None;
    let budget = if pressed { options.budget / open.len() as u64 } else { options.budget };
    let options = DecideOptions { budget, ..options.clone() };
    for at in open {
        match decide_scalars(&mut entries.network, pairs[at][0], pairs[at][1], &options) {
            Verdict::Wrong(wrong) => {
                let shape = [sides[0], sides[1]].map(|side| source.arena.shape(side));
                let shape = if shape[0].is_scalar() { shape[1] } else { shape[0] };
                let sizes = sizes.iter().map(|&(size, length)| (NameId(size.0), length)).collect();
                return Ok(Verdict::Wrong(Wrong { sizes, ..told(source, entries, wrong, shape, at) }));
            }
            Verdict::Right(found) if pressed && !is_rounded(&found.ground) => right = Some(weaker(right, found)),
            _ if pressed => return Ok(together),
            _ => {}
        }
    }
    let contradiction = || undecided("a point refutes all entries together but none by itself".to_owned());
    Ok(right.filter(|_| pressed).map_or_else(contradiction, Verdict::Right))
}

/// Σ rₖ·leftₖ and Σ rₖ·rightₖ with free symbols rₖ that stand nowhere else.
fn combined(entries: &mut EntryNetwork, pairs: &[[ExprId; 2]], open: &[usize]) -> [ExprId; 2] {
    let mut terms = [Vec::new(), Vec::new()];
    for (number, &at) in open.iter().enumerate() {
        let weight = entries.weight(number);
        for (terms, &side) in terms.iter_mut().zip(&pairs[at]) {
            let factors = [Factor::plain(weight), Factor::plain(side)];
            terms.push(entries.network.arena.product(NumberId::ONE, &factors));
        }
    }
    terms.map(|terms| entries.network.arena.sum(&terms))
}

/// The counterexample in the quantities of the source.
fn told(source: &Network, entries: &EntryNetwork, wrong: Wrong, shape: Shape, at: usize) -> Wrong {
    let mut scalars = Vec::new();
    let mut tensors = Vec::new();
    for &(name, value) in &wrong.at {
        match entries.origin(name) {
            Some((of, [])) => scalars.push((of, value)),
            Some((of, place)) => tensors.push((of, place.to_vec(), value)),
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
