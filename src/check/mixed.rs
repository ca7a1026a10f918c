//! Second derivatives by two quantities of which one depends on the other: what is held fixed, the formula does not say.
//!
//! Takes claims with ∂²C/∂z∂x; says whether they are wrong whatever is held fixed.

use super::claim::{Claim, PartKind, Side};
use super::decide::{DecideOptions, decide};
use super::judge::Judge;
use super::read::{Context, Convention, Spelling};
use super::verdict::{Verdict, Wrong};
use crate::expr::{Arena, ExprId, NameId, Reach};

/// ∂²of/∂outer∂inner.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mixed {
    of: NameId,
    inner: NameId,
    outer: NameId,
}

/// Claims with more such derivatives are left open.
const MAX_OPEN: usize = 4;

impl Judge {
    /// The claim that does not hold in a chain that is wrong under each reading of such derivatives, and a point.
    pub(super) fn wrong_however<'c>(&mut self, claims: &'c [Claim]) -> Option<(&'c Claim, Wrong)> {
        if self.context.has_tensors() || claims.iter().any(|claim| !claim.bound.is_empty()) {
            return None;
        }
        let open: Vec<Mixed> = claims.iter().flat_map(|claim| open(&mut self.context, claim)).collect();
        if open.is_empty() || open.len() > MAX_OPEN || claims.iter().any(has_links) {
            return None;
        }
        let options = self.options().bare();
        let values: Vec<Vec<ExprId>> = open.iter().map(|&mixed| values(&mut self.context, mixed)).collect();
        let count = values.iter().map(Vec::len).max().unwrap_or(0);
        let mut first = None;
        for reading in 0..count {
            let value = |symbol: &Mixed| {
                let values = &values[open.iter().position(|known| known == symbol)?];
                values.get(reading).or(values.last()).copied()
            };
            let found =
                claims.iter().find_map(|claim| Some((claim, wrong(&mut self.context, claim, &value, &options)?)));
            first = first.or(Some(found?));
        }
        self.however = first.is_some();
        first
    }
}

/// Whether a claim speaks of ∂⁺, or differentiates what is in brackets: then it says itself what is held fixed.
fn has_links(claim: &Claim) -> bool {
    let mut parts = [&claim.left, &claim.right].into_iter().flat_map(|side| &side.parts);
    parts.any(|part| match part.kind {
        PartKind::Derivative { reach, .. } => reach == Reach::Direct,
        PartKind::Differential { .. } => true,
        _ => false,
    })
}

/// The derivatives of a claim that leave open what is held fixed; each of the first variable and the second one.
fn open(context: &mut Context, claim: &Claim) -> Vec<Mixed> {
    let parts = [&claim.left, &claim.right].into_iter().flat_map(|side| &side.parts);
    let symbols = parts.filter_map(|part| symbol(&part.kind));
    let mut found: Vec<Mixed> = Vec::new();
    for mixed @ Mixed { inner, outer, .. } in symbols {
        let depends = inner != outer
            && (context.partial(inner, outer) != Arena::ZERO || context.partial(outer, inner) != Arena::ZERO);
        if depends && !found.contains(&mixed) {
            found.push(mixed);
        }
    }
    found
}

fn symbol(kind: &PartKind) -> Option<Mixed> {
    match kind {
        PartKind::Derivative { of, by, .. } => match by[..] {
            [inner, outer] => Some(Mixed { of: *of, inner, outer }),
            _ => None,
        },
        _ => None,
    }
}

/// Why a claim is wrong with these values of its derivatives; nothing if it may hold.
fn wrong(
    context: &mut Context,
    claim: &Claim,
    value: &dyn Fn(&Mixed) -> Option<ExprId>,
    options: &DecideOptions,
) -> Option<Wrong> {
    let mut rebuilt = |side: &Side| {
        side.rebuild(&mut context.network.arena, |id, _| symbol(&side.part(id).kind).and_then(|symbol| value(&symbol)))
    };
    let (left, right) = (rebuilt(&claim.left)?, rebuilt(&claim.right)?);
    match decide(&mut context.network, left, right, options) {
        Verdict::Wrong(wrong) => Some(wrong),
        _ => None,
    }
}

/// The values that ∂²of/∂outer∂inner has, as a total derivative, with one or both variables held fixed, in either order,
/// and for each way to write the first derivative.
fn values(context: &mut Context, Mixed { of, inner, outer }: Mixed) -> Vec<ExprId> {
    let mut found = Vec::new();
    for (first, second) in [(inner, outer), (outer, inner)] {
        let mut firsts = vec![context.partial(of, first)];
        for form in Convention::LOWER {
            let lower = context.lower(of, first, form).and_then(|name| context.network.definition(name).copied());
            firsts.extend(lower.map(|equation| equation.value));
        }
        firsts.push(held(context, of, first, second));
        for expr in firsts {
            found.push(context.differentiate(expr, second));
            found.push(context.differentiate_fixed(expr, second));
            found.push(apart(context, expr, [first, second], 1));
        }
    }
    let mut values: Vec<ExprId> = Vec::new();
    for value in found {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// ∂of/∂by with another quantity held fixed.
fn held(context: &mut Context, of: NameId, by: NameId, fixed: NameId) -> ExprId {
    let of = context.network.name_expr(of);
    apart(context, of, [by, fixed], 0)
}

/// The derivative of an expression by one of two quantities that are taken for independent of each other.
fn apart(context: &mut Context, expr: ExprId, names: [NameId; 2], by: usize) -> ExprId {
    let letters = [0, 1].map(|at| context.letter(&Spelling::new("coordinate", at.to_string(), "")));
    let [own, free] = [names, letters].map(|names| names.map(|name| context.network.name_expr(name)));
    let there: Vec<(NameId, ExprId)> = names.into_iter().zip(free).collect();
    let back: Vec<(NameId, ExprId)> = letters.into_iter().zip(own).collect();
    let apart = context.at(expr, &there);
    let derivative = context.differentiate(apart, letters[by]);
    context.at(derivative, &back)
}
