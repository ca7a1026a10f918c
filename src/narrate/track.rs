//! The main track: each adjoint once, in terms of the one before, and the parameters that branch off from it.

use crate::calculus::TrackRow;
use crate::expr::{Arena, ExprId, NameId, Node};
use crate::narrate::{chains, phrases::equation};
use crate::network::Network;
use crate::notation::Typesetter;
use crate::notation::document::{Block, Line};
use crate::notation::layout::{Layout, Operator, Sheet};

/// The most users of a quantity whose terms stand in one line, symbols and values side by side.
const ONE_LINE: usize = 2;

/// ∂C/∂z³ = ∂C/∂ŷ · ∂ŷ/∂z³ = ∂C/∂ŷ · ŷ(1 − ŷ), for each row.
pub(super) fn lines<'r>(
    network: &Network,
    setter: &mut Typesetter<'_>,
    sheet: &mut Sheet,
    of: NameId,
    rows: impl IntoIterator<Item = &'r TrackRow>,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in rows {
        let left = setter.derivative(sheet, of, row.by);
        let direct = row.users.iter().all(|user| user.of == of);
        if direct {
            lines.extend(chains::lines(setter, sheet, Some(left), &row.put_in));
            continue;
        }
        let symbols = symbol_chains(&network.arena, row.symbols);
        if symbols.len() > ONE_LINE {
            lines.extend(chains::lines(setter, sheet, Some(left), &symbols));
            lines.extend(chains::lines(setter, sheet, None, &row.put_in));
            continue;
        }
        let symbols = chains::sum(setter, sheet, &symbols);
        let value = chains::sum(setter, sheet, &row.put_in);
        let equals = sheet.push(Layout::Operator(Operator::Equals));
        let right = sheet.push(Layout::Row(vec![symbols, equals, value]));
        lines.push(equation(Some(left), right, Vec::new()));
    }
    lines
}

/// The terms of a sum of products of symbols, each as its factors.
fn symbol_chains(arena: &Arena, sum: ExprId) -> Vec<Vec<ExprId>> {
    let terms = match arena.node(sum) {
        Node::Sum(terms) => terms,
        _ => &[sum],
    };
    let chain = |&term: &ExprId| match arena.node(term) {
        Node::Product { factors, .. } => factors.iter().map(|factor| factor.base).collect(),
        _ => vec![term],
    };
    terms.iter().map(chain).collect()
}

/// The display of rows, if there are any.
pub(super) fn block(lines: Vec<Line>) -> Option<Block> {
    (!lines.is_empty()).then_some(Block::Equations { lines, id: None })
}
