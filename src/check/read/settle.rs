//! What the sides of a chain say of each other: sizes of I and 𝟏, letters that a side lacks.

use crate::check::claim::{Part, PartKind, Side, combine};
use crate::check::form::{Extent, Form};
use crate::diagnostic::Diagnostic;
use crate::expr::Arena;
use crate::shape::Shapes;

use super::broadcast::{ONE, spreading};
use super::context::Context;
use super::parser::Result;
use super::stack::counted_otherwise;
use super::unsummed;

/// How a side stands that has no axis, or one of one entry, where the first side has the other of these.
fn with_kept_axes(own: Form, first: Form, shapes: &Shapes) -> Option<Form> {
    let single = |own: Extent, first: Extent| {
        (own == Extent::Axis(ONE) && first == Extent::One) || (own == Extent::One && first == Extent::Axis(ONE))
    };
    let alike = |own: Extent, first: Extent| match (own, first) {
        (Extent::Axis(own), Extent::Axis(first)) => shapes.same(own, first),
        _ => own == first,
    };
    let plain = !own.identity && !first.identity && !own.high && !first.high;
    let pairs = [(own.rows, first.rows), (own.columns, first.columns)];
    let fits = pairs.iter().all(|&(own, first)| single(own, first) || alike(own, first));
    let vectors = !own.is_single() && !first.is_single();
    (plain && vectors && fits && pairs.iter().any(|&(own, first)| single(own, first))).then_some(first)
}

/// Gives sides that are multiples of I or of 𝟏 the size that another side of their chain has, and those without a letter
/// that the first side has an axis for it.
pub(super) fn settle(context: &mut Context, sides: Vec<&mut Side>) -> Result<()> {
    let is_open = |form: Form| form.identity || form.rows == Extent::Ones || form.columns == Extent::Ones;
    let forms: Vec<Form> = sides.iter().map(|side| side.form()).collect();
    let letters = forms.first().map_or(0, |form| form.indices);
    let target = forms.iter().copied().find(|form| !is_open(*form) && !form.dims().is_empty());
    let shapes = context.network.arena.shapes();
    let plain = sides.iter().filter(|side| side.expr != Arena::ZERO && !side.form().identity);
    let plain: Vec<Form> = plain.map(|side| side.form()).collect();
    if let Some(pair) =
        plain.windows(2).find(|pair| pair.iter().any(|form| form.has_pairs()) && !pair[0].same(pair[1], shapes))
    {
        let [left, right] = [pair[0], pair[1]].map(|form| context.form_text(form));
        if !pair.iter().all(|form| form.has_pairs()) {
            let message = format!("one side is {left}, the other one {right}");
            return Err(Diagnostic::error("unreadable", message).at(sides[0].span(), ""));
        }
        let message = format!("the sides count their entries in different orders: {left} and {right}");
        return Err(counted_otherwise(message, sides[0].span()));
    }
    let counts = |letter: &String| context.letters.iter().position(|known| known.0 == *letter);
    if context.diagonal.iter().filter_map(counts).any(|at| letters >> at & 1 == 1) {
        let error = Diagnostic::error(
            "unreadable",
            "a letter counts the entries of a diagonal and stands outside of it as well",
        );
        return Err(error.at(sides[0].span(), ""));
    }
    for side in sides {
        let own = side.form();
        if own.indices & !letters != 0 {
            unsummed::sum(context, side, letters)?;
        }
        let own = side.form();
        let mut wanted = Form { indices: letters, ..own };
        if let Some(target) = target.filter(|_| is_open(own)) {
            let shapes = context.network.arena.shapes();
            let fits = |own: Extent, target: Extent| match (own, target) {
                (Extent::Ones, Extent::Axis(_)) | (Extent::One, Extent::Axis(ONE)) => true,
                (Extent::Axis(own), Extent::Axis(target)) => shapes.same(own, target),
                _ => own == target,
            };
            let paired = target.has_pairs() && target.rows == target.columns;
            let square = own.identity && (target.is_square(shapes) || paired);
            if square || !own.identity && fits(own.rows, target.rows) && fits(own.columns, target.columns) {
                wanted = Form { indices: letters, ..target };
            }
        }
        if let Some(kept) = forms.first().and_then(|first| with_kept_axes(own, *first, context.network.arena.shapes()))
        {
            wanted = Form { indices: letters, ..kept };
        }
        if wanted == own || side.expr == Arena::ZERO || own.high {
            continue;
        }
        let kind = PartKind::Contraction(spreading(context, own, wanted));
        let Some(expr) = combine(&mut context.network.arena, &kind, &[side.expr]) else { continue };
        let (root, span) = (side.root(), side.span());
        side.direct = side.direct.and_then(|direct| combine(&mut context.network.arena, &kind, &[direct]));
        side.parts.push(Part { kind, children: vec![root], span, expr, form: wanted });
        side.expr = expr;
    }
    Ok(())
}
