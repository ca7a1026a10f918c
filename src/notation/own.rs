//! What the user's own equations hold: case distinctions, and products of matrices and a column.

use rustc_hash::FxHashSet;

use crate::expr::{Arena, ExprId, Factor, Node, NumberId, Postorder};
use crate::network::{Network, Origin};
use crate::notation::algebra::{Link, Term, is_symmetric};
use crate::notation::formula::Typesetter;
use crate::notation::matrix::Letters;

/// Parts of the user's own equations.
#[derive(Debug)]
pub(super) struct Own {
    cases: FxHashSet<ExprId>,
    /// The operands of Ax, B(Ax): matrices, then the column.
    products: FxHashSet<Vec<ExprId>>,
}

impl Own {
    fn of(network: &Network) -> Own {
        let is_written = |name| matches!(network.quantity(name).origin, Origin::Equation(_));
        let written = network.equations.iter().filter(|equation| is_written(equation.name));
        let roots: Vec<ExprId> = written.map(|equation| equation.value).collect();
        let mut parts = Vec::new();
        Postorder::default().collect(&network.arena, &roots, &mut parts);
        let cases = parts.iter().copied().filter(|&part| matches!(network.arena.node(part), Node::If { .. })).collect();
        let products = parts.into_iter().map(|part| operands(&network.arena, part));
        Own { cases, products: products.filter(|operands| operands.len() > 1).collect() }
    }
}

impl Typesetter<'_> {
    fn own(&mut self) -> &Own {
        let network = self.network;
        self.own.get_or_insert_with(|| Own::of(network))
    }

    /// Whether a case distinction stands in an equation of the user's.
    pub(super) fn is_own_case(&mut self, id: ExprId) -> bool {
        self.own().cases.contains(&id)
    }

    /// δ(Ax)ᵀ for δxᵀAᵀ where the user's equations have Ax: the links with that row as one.
    pub(super) fn with_own_product(&mut self, links: &[Link], letters: &Letters) -> Option<Vec<Link>> {
        let start = links.iter().rposition(|link| link.vector && link.transposed)?;
        let tail = &links[start..];
        let is_shown = |link: &Link| link.transposed && !is_symmetric(&letters.traits, &link.term);
        if self.as_written || start == 0 || !tail[1..].iter().any(is_shown) {
            return None;
        }
        let base = |link: &Link| match link.term {
            Term::Factor(at) if !letters.sliced[at] && letters.factors[at].exponent == NumberId::ONE => {
                // uvᵀX⁻ᵀ is written so.
                if self.inverted(&link.term, letters).is_some() {
                    return None;
                }
                let is_turned = link.transposed || is_symmetric(&letters.traits, &link.term);
                is_turned.then_some(letters.factors[at].base)
            }
            _ => None,
        };
        let operands: Vec<ExprId> = tail.iter().rev().map(base).collect::<Option<_>>()?;
        if !self.own().products.contains(&operands) {
            return None;
        }
        let product = tail.iter().rev().cloned().map(Link::turned).collect();
        let row = Link { term: Term::Chain(product), transposed: true, vector: true };
        Some(links[..start].iter().cloned().chain([row]).collect())
    }
}

/// The matrices and the column of a product; the expression alone where it is none.
fn operands(arena: &Arena, id: ExprId) -> Vec<ExprId> {
    let mut operands = Vec::new();
    let mut rest = id;
    while let Node::Contraction { coefficient: NumberId::ONE, factors: &[matrix, column], labels } = arena.node(rest) {
        let labels = arena.labels(labels);
        let is_applied = matches!((labels.out.as_slice(), labels.factors.as_slice()), (&[out], [axes, own])
            if matches!((axes.as_slice(), own.as_slice()), (&[row, summed], &[only])
                if row == out && summed == only && summed != row));
        if !is_applied || [matrix, column].iter().any(|factor: &Factor| factor.exponent != NumberId::ONE) {
            break;
        }
        operands.push(matrix.base);
        rest = column.base;
    }
    operands.push(rest);
    operands
}
