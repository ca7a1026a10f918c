//! One side read by itself: an expression, a part of a chain read again, the derivative that a right side stands for.

use crate::check::claim::{Part, PartKind, Side};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{NameId, Reach};
use crate::syntax::latex::{self, ItemId, Macros, Places, Tree};

use super::context::Context;
use super::parser::{Parser, Result};

/// Reads expressions in which the same letters mean the same; the error says which of them cannot be read.
pub fn read_expressions(context: &mut Context, texts: &[&str]) -> std::result::Result<Vec<Side>, (usize, Diagnostic)> {
    let read = |(at, text): (usize, &&str)| {
        let tree = latex::read(text, &Places::at(0), &Macros::default()).map_err(|error| (at, error))?;
        read_side(context, &tree, tree.row(tree.root()), true).map_err(|error| (at, error))
    };
    texts.iter().enumerate().map(read).collect()
}

/// Reads one side of a chain for certain values of its general indices; nothing if it cannot be read. Also gives the
/// quantities that it names.
pub fn read_again(
    context: &mut Context,
    tree: &Tree,
    items: &[ItemId],
    bound: &[(String, i64)],
) -> Option<(Side, Vec<(NameId, Span)>)> {
    let mut parser = Parser::new(context, tree, bound);
    let side = parser.side(items).ok()?;
    let complete = parser.free.is_empty() && parser.misfits.is_empty() && parser.slips.is_empty();
    complete.then(|| (side, std::mem::take(&mut parser.named)))
}

/// Reads items as one side; `letters` says whether names that the network lacks stand for any number.
pub fn read_side(context: &mut Context, tree: &Tree, items: &[ItemId], letters: bool) -> Result<Side> {
    let mut parser = Parser::new(context, tree, &[]);
    parser.in_letters = letters;
    let side = parser.side(items)?;
    if let Some(misfit) = parser.misfits.into_iter().next().filter(|_| parser.free.is_empty()) {
        let error = misfit.error.clone();
        context.misfit = context.misfit.take().or(Some(misfit));
        return Err(error);
    }
    if let Some(slip) = parser.slips.first() {
        return Err(Diagnostic::error("malformed-derivative", slip.message.clone()).at(slip.span, ""));
    }
    match parser.free.first() {
        None => Ok(side),
        Some(letter) => {
            let error = Diagnostic::error("unknown-name", format!("the index `{letter}` has no value here"));
            Err(error.at(side.span(), "").hint("write a number"))
        }
    }
}

/// The side that is a derivative of the network, for a right side that stands alone.
pub fn derivative_side(context: &mut Context, of: NameId, by: NameId, span: Span) -> Side {
    let [of_dims, by_dims] = context.jacobian_dims(of, by);
    let natural = context.partial(of, by);
    let natural = context.without_units(natural, of, by);
    let expr = context.laid_out(natural, [of_dims.len(), by_dims.len()]);
    let form = context.reading.form_of(&of_dims, &by_dims);
    let kind = PartKind::Derivative { of, by: vec![by], reach: Reach::Total, direct: None };
    Side { expr, direct: None, parts: vec![Part { kind, children: Vec::new(), span, expr, form }] }
}
