//! A chain of sides against a network: claims for each link, definitions, and what is neither.

use crate::check::claim::{Claim, Equality, Part, PartKind, Partial, Side};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::NameId;
use crate::network::Origin;
use crate::syntax::latex::{Relation, Tree};

use super::attempt::{Read, read_all};
use super::context::Context;
use super::definition::Target;
use super::identity::read_identity;
use super::lines::{Chain, Limit};
use super::update;

/// How the reason ends when a formula defines a name in terms of what nothing knows.
pub const NO_QUANTITY: &str = "no quantity of the network";

/// Why a claim is skipped whose condition is not read.
pub const CONDITIONAL: &str = "it holds under a condition only";

/// What a chain turned out to be.
#[derive(Clone, Debug)]
pub enum Reading {
    /// Claims: for each value of its general indices, each link.
    Claims(Vec<Claim>),
    /// It defines names; further links of the chain are claims.
    Defined {
        /// What it defines, as written.
        name: String,
        /// What it claims beside.
        claims: Vec<Claim>,
    },
    /// No claim about the network, and why.
    Skipped(String),
    /// It cannot be read.
    Unread(Diagnostic),
}

/// Reads a chain; definitions become quantities of the context.
pub fn read_chain(context: &mut Context, tree: &Tree, chain: &Chain) -> Reading {
    if let Some(reason) = no_equation(chain) {
        return Reading::Skipped(reason.to_owned());
    }
    if chain.condition == Limit::Words {
        return Reading::Skipped(CONDITIONAL.to_owned());
    }
    if let Some(empty) = chain.sides.iter().position(Vec::is_empty) {
        let at = chain.sides.get(empty.wrapping_sub(1)).or(chain.sides.get(empty + 1)).and_then(|side| side.last());
        let span = at.map_or(Span::default(), |&id| tree.span(id));
        let error = Diagnostic::error("unreadable", "one side of this equation is missing").at(span, "");
        return Reading::Unread(error);
    }
    if update::is_update(context, tree, chain) {
        return Reading::Skipped("an update".to_owned());
    }
    if let Some(target) = Target::of(context, tree, chain) {
        return target.read(context, tree, chain);
    }
    let readings = match read_all(context, tree, chain) {
        Ok(readings) => readings,
        Err(error) if error.code == "condition" => return Reading::Skipped(CONDITIONAL.to_owned()),
        Err(error) => return read_identity(context, tree, chain).unwrap_or(Reading::Unread(error)),
    };
    if let Some(reason) = no_claim(context, &readings) {
        return Reading::Skipped(reason.to_owned());
    }
    Reading::Claims(readings.into_iter().flat_map(|read| claims(chain, read)).collect())
}

/// Why relations make no equation.
pub(super) fn no_equation(chain: &Chain) -> Option<&'static str> {
    let is_link = |relation: &Relation| {
        matches!(relation, Relation::Equal | Relation::Equivalent | Relation::Approximate | Relation::Define)
    };
    match chain.links.iter().find(|link| !is_link(link)) {
        None if chain.links.is_empty() => Some("no equation"),
        None => None,
        Some(Relation::Gets) => Some("an assignment"),
        Some(Relation::Member) => Some("tells what set something is in"),
        Some(Relation::Similar) => Some("tells how something is distributed"),
        Some(Relation::Proportional) => Some("proportional, not equal"),
        Some(Relation::To) => Some("an arrow, no equation"),
        Some(_) => Some("an inequality"),
    }
}

/// Why an equation that can be read claims nothing.
fn no_claim(context: &Context, readings: &[Read]) -> Option<&'static str> {
    let first = readings.first()?;
    if readings.iter().all(|read| read.named.is_empty()) {
        return Some("names nothing of the network");
    }
    let [(left, _), (right, _)] = first.sides.as_slice() else { return None };
    let PartKind::Name(name) = left.part(left.root()).kind else { return None };
    let is_leaf = matches!(context.network.quantity(name).origin, Origin::Leaf(_) | Origin::Size);
    let names_in = |side: &Side| -> Vec<NameId> {
        let name = |part: &Part| match part.kind {
            PartKind::Name(name) => Some(name),
            _ => None,
        };
        side.parts.iter().filter_map(name).collect()
    };
    let right_names = names_in(right);
    if is_leaf && right_names.is_empty() && right.derivatives().next().is_none() {
        return Some("gives a value");
    }
    (is_leaf && right_names.contains(&name)).then_some("an update")
}

/// The claims of a chain, link by link.
pub(super) fn claims(chain: &Chain, read: Read) -> Vec<Claim> {
    let pairs = read.sides.windows(2).zip(&chain.links).enumerate();
    pairs
        .filter_map(|(link, (pair, relation))| {
            let [(left, left_slips), (right, right_slips)] = pair else { return None };
            Some(Claim {
                left: left.clone(),
                right: right.clone(),
                relation: if *relation == Relation::Approximate { Equality::Approximate } else { Equality::Exact },
                span: left.span().to(right.span()),
                wrt: wrt(left),
                bound: read.bound.clone(),
                slips: left_slips.iter().chain(right_slips).cloned().collect(),
                link,
                names: read.named.clone(),
            })
        })
        .collect()
}

/// The derivative that a side is.
pub(super) fn wrt(side: &Side) -> Option<Partial> {
    match &side.part(side.root()).kind {
        PartKind::Derivative { of, by, reach, .. } => match by.as_slice() {
            [by] => Some(Partial { of: *of, by: *by, reach: *reach }),
            _ => None,
        },
        _ => None,
    }
}
