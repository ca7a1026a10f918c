//! A symmetric sum that has one matrix on both sides of every term: AᵀA/ρ − AᵀrrᵀA/ρ³ = Aᵀ(I/ρ − rrᵀ/ρ³)A.
//!
//! Taken out on one side alone the matrix would leave a sum that no longer shows the symmetry.

use crate::calculus::Rule;
use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::parts::Parts;
use crate::calculus::simplify::spread::with_rest;
use crate::expr::{ExprId, Node};
use crate::network::Network;

impl Simplifier {
    /// The sum with a common matrix taken out on both sides, if that is shorter.
    pub(super) fn take_out_both_sides(&mut self, network: &mut Network, sum: ExprId) -> Option<ExprId> {
        let Node::Sum(terms) = network.arena.node(sum) else { return None };
        let terms = terms.to_vec();
        if network.arena.dims(sum).len() != 2 || !self.is_symmetric(network, sum) {
            return None;
        }
        let parts: Vec<Parts> = terms.iter().map(|&term| self.opened(network, term)).collect();
        for outer in self.commons(network, &parts) {
            let Some(base) = outer.side() else { continue };
            let Some(first) = self.taken_out(network, &parts, &outer) else { continue };
            let class = self.measures.class(&mut network.arena, base);
            for inner in self.commons(network, &first.terms) {
                let other = inner.side().map(|other| self.measures.class(&mut network.arena, other));
                if other != Some(class) {
                    continue;
                }
                let Some(second) = self.taken_out(network, &first.terms, &inner) else { continue };
                let mark = self.record.len();
                let (middle, _) = self.draft(network, &second);
                let middle = self.rebuild_terms(network, middle);
                let half = with_rest(network, &second, middle);
                let whole = with_rest(network, &first, half);
                let after = self.normal(network, whole);
                let after = self.contraction_signs(network, after);
                let smaller = self.measures.size(&network.arena, after) < self.measures.size(&network.arena, sum);
                self.record.truncate(mark);
                if smaller {
                    return Some(self.note(Rule::TakeOut, sum, after));
                }
            }
        }
        None
    }

    /// Whether a product is a symmetric matrix and so are the sums in it, of which there is one: Aᵀ(I − rrᵀ)A.
    pub(super) fn shows_symmetry(&mut self, network: &mut Network, id: ExprId) -> bool {
        let Node::Contraction { factors, .. } = network.arena.node(id) else { return false };
        let is_sum = |base: &ExprId| matches!(network.arena.node(*base), Node::Sum(_));
        let sums: Vec<ExprId> = factors.iter().map(|factor| factor.base).filter(is_sum).collect();
        let is_matrix = |network: &Network, id: ExprId| network.arena.dims(id).len() == 2;
        is_matrix(network, id)
            && self.is_symmetric(network, id)
            && matches!(sums[..], [sum] if is_matrix(network, sum) && self.is_symmetric(network, sum))
    }
}
