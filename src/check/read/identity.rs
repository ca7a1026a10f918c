//! Identities between functions, in letters that stand for any number.

use crate::check::claim::{Claim, Part, PartKind, Side};
use crate::syntax::latex::Tree;

use super::attempt::Read;
use super::context::Context;
use super::equation::{Reading, claims, no_equation};
use super::lines::{Chain, Limit};
use super::parser::Parser;

/// An identity between functions in letters that are no names of the network, such as σ′(z) = σ(z)(1 − σ(z)).
pub(super) fn read_identity(context: &mut Context, tree: &Tree, chain: &Chain) -> Option<Reading> {
    let read = read_in_letters(context, tree, chain, false)?;
    let of_network = read.named.iter().any(|&(name, _)| !context.is_letter(name));
    let calls = |side: &Side| side.parts.iter().any(|part| matches!(part.kind, PartKind::Call { .. }));
    if of_network || !calls(&read.sides[0].0) || read.sides.iter().any(|(_, slips)| !slips.is_empty()) {
        return None;
    }
    Some(Reading::Claims(claims(chain, Read { named: Vec::new(), ..read })))
}

/// A chain that begins with a function of letters, or its derivative, as a formula about the function: all names in it
/// stand for any number, whatever the network calls so. Of use where it holds.
pub fn read_formal(context: &mut Context, tree: &Tree, chain: &Chain) -> Option<Vec<Claim>> {
    if no_equation(chain).is_some() || chain.condition != Limit::Always || chain.sides.iter().any(Vec::is_empty) {
        return None;
    }
    let read = read_in_letters(context, tree, chain, true)?;
    let left = &read.sides[0].0;
    let mut root = left.part(left.root());
    if let (PartKind::Differential { .. }, [inner]) = (&root.kind, root.children.as_slice()) {
        root = left.part(*inner);
    }
    let of_names = |part: &Part| part.children.iter().all(|&child| matches!(left.part(child).kind, PartKind::Name(_)));
    let is_call = matches!(root.kind, PartKind::Call { .. }) && of_names(root);
    is_call.then(|| claims(chain, Read { named: Vec::new(), ..read }))
}

/// Whether a part is a derivative of letters that do not depend on each other, which is 0 whatever its author means.
fn is_empty_derivative(side: &Side, part: &Part) -> bool {
    match (&part.kind, part.children.as_slice()) {
        (PartKind::Derivative { of, by, .. }, _) => by.iter().any(|by| by != of),
        (PartKind::Differential { by, .. }, &[inner]) => {
            let mut below = vec![inner];
            while let Some(next) = below.pop() {
                let part = side.part(next);
                if matches!(part.kind, PartKind::Name(name) if name == *by) {
                    return false;
                }
                below.extend(&part.children);
            }
            true
        }
        _ => false,
    }
}

/// All sides with letters that stand for any number: those that the network lacks, or all.
fn read_in_letters(context: &mut Context, tree: &Tree, chain: &Chain, formal: bool) -> Option<Read> {
    let (mut sides, mut named) = (Vec::new(), Vec::new());
    for items in &chain.sides {
        let mut parser = Parser::new(context, tree, &[]);
        (parser.in_letters, parser.formal) = (true, formal);
        let side = parser.side(items);
        let slips = std::mem::take(&mut parser.slips);
        named.append(&mut parser.named);
        if !parser.free.is_empty() {
            return None;
        }
        let side = side.ok()?;
        if side.parts.iter().any(|part| is_empty_derivative(&side, part)) {
            return None;
        }
        sides.push((side, slips));
    }
    Some(Read { sides, named, bound: Vec::new() })
}
