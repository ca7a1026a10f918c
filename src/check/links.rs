//! Links of a chain that do not hang together: ∂z₂/∂a₂ where z₂ does not depend on a₂, so that a whole product is 0.
//!
//! Takes a wrong side and the truth; names the link, if with another variable, or of another quantity, it is right.

use super::claim::{PartId, PartKind, Side};
use super::decide::{DecideOptions, decide};
use super::diagnose::{Kind, shown_name};
use super::judge::Diagnosis;
use super::read::Context;
use super::verdict::Verdict;
use crate::expr::{Arena, ExprId, NameId};
use crate::network::Origin;
use crate::notation::Style;

/// The most links that are tried in the place of one.
const MAX_TRIED: usize = 40;

/// What is said of the first link of a side that is 0 and must not be.
pub(super) fn broken(context: &mut Context, side: &Side, truth: ExprId, options: &DecideOptions) -> Option<Diagnosis> {
    let links: Vec<(usize, NameId, NameId)> = side.parts.iter().enumerate().filter_map(link_without_value).collect();
    for (at, of, by) in links {
        let right = repairs(context, of, by).into_iter().find(|&(.., value)| {
            let place = PartId(at as u32);
            let rebuilt = side.rebuild(&mut context.network.arena, |id, _| (id == place).then_some(value));
            let is_right =
                |edited| matches!(decide(&mut context.network, edited, truth, &options.bare()), Verdict::Right(_));
            rebuilt.is_some_and(is_right)
        });
        let Some((right_of, right_by, _)) = right else { continue };
        let said = |name: NameId| shown_name(&context.network, Style::default(), name);
        let link = |of: NameId, by: NameId| format!("∂{}/∂{}", said(of), said(by));
        let message = format!(
            "{} is 0, for {} does not depend on {}: {} belongs there",
            link(of, by),
            said(of),
            said(by),
            link(right_of, right_by)
        );
        return Some(Diagnosis { kind: Kind::WrongVariable.name(), message, span: side.parts[at].span });
    }
    None
}

/// A first derivative of scalars that is 0.
fn link_without_value((at, part): (usize, &super::claim::Part)) -> Option<(usize, NameId, NameId)> {
    match &part.kind {
        PartKind::Derivative { of, by, .. } if part.expr == Arena::ZERO => match by[..] {
            [by] => Some((at, *of, by)),
            _ => None,
        },
        _ => None,
    }
}

/// Links of the same quantity, and by the same variable.
fn repairs(context: &mut Context, of: NameId, by: NameId) -> Vec<(NameId, NameId, ExprId)> {
    let count = context.network.quantities.len() as u32;
    let plain = |context: &Context, name: NameId| {
        let quantity = context.network.quantity(name);
        quantity.shape.is_scalar() && !matches!(quantity.origin, Origin::Partial { .. } | Origin::Size)
    };
    let names: Vec<NameId> = (0..count).map(NameId).filter(|&name| plain(context, name)).take(MAX_TRIED).collect();
    let mut found = Vec::new();
    for &name in &names {
        for (of, by) in [(of, name), (name, by)] {
            let value = if of == by { Arena::ZERO } else { context.direct(of, by) };
            if value != Arena::ZERO {
                found.push((of, by, value));
            }
        }
    }
    found
}
