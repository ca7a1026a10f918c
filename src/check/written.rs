//! Two expressions in LaTeX or the network language, each for itself, read to be decided.
//!
//! Takes the text of a network, which may be empty, and both expressions; gives a [`Pair`]. A name is the same thing in
//! both languages: `theta2` is `\theta_2`.

use super::judge::half_unit;
use super::pair::Pair;
use super::read::{Context, Spelling, read_expressions};
use super::unfold::Literal;
use crate::check::claim::Side;
use crate::diagnostic::{Diagnostic, Source};
use crate::expr::ExprId;

/// A language that expressions are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    /// That of network files.
    Network,
    /// LaTeX mathematics.
    Latex,
}

impl Syntax {
    /// The language of a text, by signs that only one of them has.
    pub fn of(text: &str) -> Syntax {
        if text.contains(['\\', '{', '}', '$', '|']) { Syntax::Latex } else { Syntax::Network }
    }
}

/// Reads two expressions with their languages against a network.
///
/// # Errors
/// A side that cannot be read in its language, or a network that cannot be read, with the source that the places are
/// about.
pub fn read_written(
    network: &str,
    left: (&str, Syntax),
    right: (&str, Syntax),
) -> Result<Pair, (Source, Vec<Diagnostic>)> {
    let sides = [left, right];
    let plain = sides.iter().find(|side| side.1 == Syntax::Network).map(|side| side.0);
    if sides.iter().all(|side| side.1 == Syntax::Network) {
        return Pair::read(network, left.0, right.0);
    }
    // Names of the side in the network language are those of the other one.
    let plain = plain.unwrap_or("0");
    let Pair { network, left: plain, mut literals, .. } = Pair::read(network, plain, plain)?;
    let mut context = Context::new(network);
    let texts: Vec<&str> = sides.iter().filter(|side| side.1 == Syntax::Latex).map(|side| side.0).collect();
    let read = read_expressions(&mut context, &texts)
        .map_err(|(at, error)| (Source::new("<expression>", texts[at]), vec![error]))?;
    let mut read = read.into_iter();
    let values = sides.map(|side| match side.1 {
        Syntax::Network => plain,
        Syntax::Latex => read.next().map_or(plain, |side| with_literals_named(&mut context, &side, &mut literals)),
    });
    let mut network = context.network;
    network.cost = None;
    Ok(Pair { network, left: values[0], right: values[1], literals })
}

/// A side with names in the place of its decimal literals.
fn with_literals_named(context: &mut Context, side: &Side, literals: &mut Vec<Literal>) -> ExprId {
    let mut named = Vec::new();
    for (part, literal) in side.literals() {
        let Some(decimals) = literal.decimals else { continue };
        let name = context.letter(&Spelling::new("literal", literals.len().to_string(), ""));
        named.push((part, context.network.name_expr(name)));
        literals.push(Literal { name, value: literal.value.clone(), half_unit: half_unit(decimals) });
    }
    let rebuilt = side.rebuild(&mut context.network.arena, |part, _| {
        named.binary_search_by_key(&part, |entry| entry.0).ok().map(|at| named[at].1)
    });
    // A derivative of an expression cannot be built anew: its literals count as exact.
    rebuilt.unwrap_or(side.expr)
}
