//! inv(A)·A is the identity: the two labels at its ends become one.

use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::parts::Parts;
use crate::expr::{ExprId, Node, NumberId};
use crate::function::Known;
use crate::network::Network;

impl Simplifier {
    /// Cancels one inverse against its matrix, which may lie flattened among the factors; whether there was one.
    pub(super) fn cancel_inverse(&mut self, network: &mut Network, parts: &mut Parts) -> bool {
        for at in 0..parts.factors.len() {
            let Some(matrix) = self.inverted(network, parts, at) else { continue };
            let pattern = Parts::of(&network.arena, matrix);
            if pattern.out.len() != 2 {
                continue;
            }
            let mut whole = parts.clone();
            whole.factors.remove(at);
            // Σ_j A⁻¹_ij A_jk, with the inverse in front or behind; the other matrix may stand there several times.
            for (inner, outer, first, last) in [(1, 0, 0, 1), (0, 1, 1, 0)] {
                let (i, j) = (parts.factors[at].axes[outer], parts.factors[at].axes[inner]);
                if i == j || !parts.is_summed(j) || parts.uses(j) != 2 {
                    continue;
                }
                let Some(found) = self.find_ending(network, &pattern, &whole, j, first) else { continue };
                // Of the square of each entry nothing cancels.
                if found.left.iter().any(|&left| left != NumberId::ZERO) {
                    continue;
                }
                let k = found.out[last];
                if k == j || found.inner.contains(&i) || found.inner.contains(&j) {
                    continue;
                }
                let Some(coefficient) = pattern.coefficient.recip().and_then(|c| parts.coefficient.mul(&c)) else {
                    continue;
                };
                whole.remove(&found);
                whole.coefficient = coefficient;
                whole.summed.retain(|&label| label != j);
                whole.unite(i, k);
                *parts = whole;
                return true;
            }
        }
        false
    }

    /// Factor number `at`, the inverse of a product of square matrices, as the product of their inverses: (AXB)⁻¹ =
    /// B⁻¹X⁻¹A⁻¹. The result may not be shorter.
    pub(super) fn open_inverse(&mut self, network: &mut Network, parts: &Parts, at: usize) -> Option<Parts> {
        let matrix = self.inverted(network, parts, at)?;
        let Node::Call { function, .. } = network.arena.node(parts.factors[at].base) else { return None };
        let chain = Parts::of(&network.arena, matrix);
        if !is_chain_of_squares(network, &chain) {
            return None;
        }
        let mut inner = chain.clone();
        inner.coefficient = chain.coefficient.recip()?;
        inner.out.reverse();
        inner.factors.reverse();
        for part in &mut inner.factors {
            let dims = network.arena.dims(part.base).to_vec();
            part.base = network.arena.call_of_shape(function, &[part.base], &dims);
            part.axes.reverse();
        }
        let axes = parts.factors[at].axes.clone();
        let mut opened = parts.clone();
        opened.factors.remove(at);
        opened.coefficient = opened.coefficient.mul(&inner.coefficient)?;
        opened.splice(&inner, &axes, at);
        Some(opened)
    }

    /// The matrix whose inverse factor number `at` is.
    fn inverted(&self, network: &Network, parts: &Parts, at: usize) -> Option<ExprId> {
        let part = &parts.factors[at];
        let is_plain = part.exponent == NumberId::ONE && part.axes.len() == 2;
        if is_plain { inverted(network, part.base) } else { None }
    }

    /// Whether an expression is the inverse of a matrix, or the name of one.
    pub(super) fn is_inverse(&self, network: &Network, base: ExprId) -> bool {
        inverted(network, base).is_some()
    }

    /// The matrix among the factors with the given axis of its result on label `j`.
    fn find_ending(
        &mut self,
        network: &mut Network,
        pattern: &Parts,
        whole: &Parts,
        j: crate::expr::Label,
        axis: usize,
    ) -> Option<super::matching::Found> {
        // Only the factors on j can end there: the search begins with each of them in turn.
        let found = self.find_product(network, pattern, whole)?;
        if found.out[axis] == j {
            return Some(found);
        }
        if self.is_symmetric_product(network, pattern) && found.out[1 - axis] == j {
            let mut turned = found;
            turned.out.reverse();
            return Some(turned);
        }
        // Another occurrence: look without the one that was found.
        let mut rest = whole.clone();
        let first = *found.factors.first()?;
        rest.factors.remove(first);
        let mut again = self.find_product(network, pattern, &rest)?;
        again.factors.iter_mut().filter(|at| **at >= first).for_each(|at| *at += 1);
        let private = again.inner.iter().all(|&label| !whole.factors[first].axes.contains(&label));
        (private && again.out[axis] == j).then_some(again)
    }

    fn is_symmetric_product(&mut self, network: &mut Network, pattern: &Parts) -> bool {
        let expr = pattern.build(&mut network.arena);
        let class = self.measures.class(&mut network.arena, expr);
        self.measures.is_symmetric(class)
    }
}

/// The matrix whose inverse an expression, or what defines its name, is.
fn inverted(network: &Network, base: ExprId) -> Option<ExprId> {
    let value = match network.arena.node(base) {
        Node::Name(name) => network.definition(name)?.value,
        _ => base,
    };
    match network.arena.node(value) {
        Node::Call { function, arguments, .. } if network.functions.known(function) == Some(Known::Inverse) => {
            Some(arguments[0])
        }
        _ => None,
    }
}

/// Whether a product is a chain A_ac X_cd … B_zb of two or more square matrices of one size.
fn is_chain_of_squares(network: &Network, chain: &Parts) -> bool {
    let [first, last] = chain.out[..] else { return false };
    let square = |base: ExprId| matches!(network.arena.dims(base), [rows, columns] if rows == columns);
    let mut at = first;
    let mut seen = 0;
    // Follows the chain from the rows of the result; a transposed matrix is no link of it.
    while let Some(part) = chain.factors.iter().find(|part| part.axes.first() == Some(&at)) {
        if part.axes.len() != 2 || part.exponent != NumberId::ONE || !square(part.base) || seen > chain.factors.len() {
            return false;
        }
        at = part.axes[1];
        seen += 1;
    }
    let private = chain.summed.iter().all(|&label| chain.uses(label) == 2);
    seen >= 2 && seen == chain.factors.len() && at == last && first != last && private
}
