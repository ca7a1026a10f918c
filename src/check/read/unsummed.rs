//! Letters that stand on one side of an equation only: ∂C/∂b = δᵢ, where the sum over i is missing.

use crate::check::claim::{Part, PartId, PartKind, Side, combine};
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, ExprId};

use super::broadcast::spreading;
use super::context::Context;
use super::parser::Result;

/// A side with letters that the first side lacks.
#[derive(Clone, Debug)]
pub struct Unsummed {
    /// The letters.
    pub letters: String,
    /// The side.
    pub span: Span,
    /// Whether it is a single term, which takes a sum without brackets.
    pub single: bool,
    /// Whether each letter stands on two factors of each term, so that Einstein's convention sums over it.
    pub repeated: bool,
}

/// Sums a side over the letters that the first side lacks, while that is tried; else it is an error. Terms without them
/// stay as they are.
pub(super) fn sum(context: &mut Context, side: &mut Side, letters: u128) -> Result<()> {
    let own = side.form();
    let excess = own.indices & !letters;
    if !context.summing {
        let text = context.letters_text(excess);
        let root = inner(side, side.root());
        let single = side.part(root).kind != PartKind::Sum;
        let repeated = terms(side).into_iter().all(|term| is_repeated(side, term, excess));
        context.unsummed = Some(Unsummed { letters: text.clone(), span: side.span(), single, repeated });
        let message = format!("the index {text} stands on this side only, and no sum over it is written");
        let hint = "write the sum over an index that is summed";
        return Err(Diagnostic::error("unreadable", message).at(side.span(), "").hint(hint));
    }
    let wanted = Form { indices: letters, ..own };
    let mut values: Vec<ExprId> = Vec::new();
    for term in terms(side) {
        let part = side.part(term).clone();
        let target = Form { indices: letters, ..own };
        let kind = PartKind::Contraction(spreading(context, part.form, target));
        values.extend(combine(&mut context.network.arena, &kind, &[part.expr]));
    }
    let expr = context.network.arena.sum_as_written(&values);
    let (root, span) = (side.root(), side.span());
    side.direct = None;
    side.parts.push(Part { kind: PartKind::Made, children: vec![root], span, expr, form: wanted });
    side.expr = expr;
    Ok(())
}

/// What a part was before it was spread over letters that it lacks.
fn inner(side: &Side, id: PartId) -> PartId {
    let part = side.part(id);
    match (&part.kind, part.children.as_slice()) {
        (PartKind::Contraction(_), [child]) if side.part(*child).form.plain() == part.form.plain() => *child,
        _ => id,
    }
}

/// The terms of a side, as they were before they were spread.
fn terms(side: &Side) -> Vec<PartId> {
    let root = inner(side, side.root());
    match side.part(root).kind {
        PartKind::Sum => side.part(root).children.iter().map(|&child| inner(side, child)).collect(),
        _ => vec![root],
    }
}

/// Whether each of these letters stands on no factor of a term, or on two.
fn is_repeated(side: &Side, term: PartId, letters: u128) -> bool {
    let factors = factors(side, term);
    (0..128).filter(|bit| letters >> bit & 1 == 1).all(|bit| {
        let count = factors.iter().filter(|&&factor| side.part(factor).form.indices >> bit & 1 == 1).count();
        count == 0 || count == 2
    })
}

/// The factors of a term.
fn factors(side: &Side, term: PartId) -> Vec<PartId> {
    let (mut open, mut found) = (vec![term], Vec::new());
    while let Some(id) = open.pop() {
        let part = side.part(id);
        match part.kind {
            PartKind::Product | PartKind::Negative | PartKind::Quotient => open.extend(&part.children),
            PartKind::Contraction(_) if part.expr != Arena::ZERO => open.extend(&part.children),
            _ => found.push(id),
        }
    }
    found
}
