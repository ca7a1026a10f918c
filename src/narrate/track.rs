//! The main track: each adjoint once, in terms of the one before, and the parameters that branch off from it.

use crate::calculus::TrackRow;
use crate::expr::{NameId, Node};
use crate::narrate::phrases::equation;
use crate::network::Network;
use crate::notation::Typesetter;
use crate::notation::document::{Block, Line};
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};

/// ∂C/∂z³ = ∂C/∂ŷ · ∂ŷ/∂z³ = ∂C/∂ŷ · ŷ(1 − ŷ), a line for each row.
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
        let value = spaced(network, setter, sheet, row.value);
        let right = if direct {
            value
        } else {
            let symbols = spaced(network, setter, sheet, row.symbols);
            let equals = sheet.push(Layout::Operator(Operator::Equals));
            sheet.push(Layout::Row(vec![symbols, equals, value]))
        };
        lines.push(equation(Some(left), right, Vec::new()));
    }
    lines
}

/// A sum of products of adjoints and links, the products with a sign between their factors.
fn spaced(network: &Network, setter: &mut Typesetter<'_>, sheet: &mut Sheet, expr: crate::expr::ExprId) -> LayoutId {
    let terms = match network.arena.node(expr) {
        Node::Sum(terms) => terms.to_vec(),
        _ => vec![expr],
    };
    let is_adjoint = |expr| matches!(network.arena.node(expr), Node::Derivative { .. });
    let chains: Option<Vec<Vec<crate::expr::ExprId>>> = terms
        .iter()
        .map(|&term| match network.arena.node(term) {
            Node::Product { coefficient: crate::expr::NumberId::ONE, factors }
                if factors.iter().all(|factor| factor.exponent == crate::expr::NumberId::ONE)
                    && factors.first().is_some_and(|factor| is_adjoint(factor.base))
                    && factors.len() == 2 =>
            {
                Some(factors.iter().map(|factor| factor.base).collect())
            }
            Node::Derivative { .. } => Some(vec![term]),
            _ => None,
        })
        .collect();
    let Some(chains) = chains else { return setter.expr(sheet, expr) };
    let mut row = Vec::new();
    for (at, chain) in chains.iter().enumerate() {
        if at > 0 {
            row.push(sheet.push(Layout::Operator(Operator::Plus)));
        }
        row.push(setter.chain(sheet, chain));
    }
    setter.row(sheet, row)
}

/// The display of rows, if there are any.
pub(super) fn block(lines: Vec<Line>) -> Option<Block> {
    (!lines.is_empty()).then_some(Block::Equations { lines, id: None })
}
