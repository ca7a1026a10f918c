//! Differences and their mirror images: in 1/(xⱼ − xᵢ)³ − 1/(xᵢ − xⱼ)³ both are turned one way, which leaves −2/(xᵢ − xⱼ)³.
//!
//! What changes its sign when its first two axes are exchanged is turned so that the axis of the result that comes
//! first stands first. Where it does so off the diagonal only, the product must leave the diagonal out.

use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::measure::{Mirror, is_diagonal};
use crate::calculus::simplify::parts::{Part, Parts};
use crate::expr::{Label, Node};
use crate::network::Network;

impl Simplifier {
    /// Turns powers and functions of mirrored factors as the result has their axes; whether there were such factors.
    pub(super) fn turn_mirrored(&mut self, network: &mut Network, parts: &mut Parts) -> bool {
        let mut changed = false;
        for at in 0..parts.factors.len() {
            let Part { base, exponent, ref axes } = parts.factors[at];
            let &[first, second, ..] = axes.as_slice() else { continue };
            let place = |label: Label| parts.out.iter().position(|out| *out == label).unwrap_or(usize::MAX);
            if first == second || place(first) <= place(second) {
                continue;
            }
            let class = self.measures.class(&mut network.arena, base);
            let is_odd = network.arena.value(exponent).to_integer().is_none_or(|whole| whole % 2 != 0);
            let of_mirrored = match network.arena.node(base) {
                Node::Call { arguments: &[only], .. } => {
                    let argument = self.measures.class(&mut network.arena, only);
                    self.measures.mirror(argument).is_some()
                }
                _ => false,
            };
            let keeps_sign = match self.measures.mirror(class) {
                Some(_) if !is_odd => true,
                Some(_) if !network.arena.value(exponent).is_integer() => continue,
                Some(Mirror::Everywhere) => false,
                Some(Mirror::OffDiagonal) if leaves_out_diagonal(network, parts, [first, second]) => false,
                None if of_mirrored && self.measures.is_symmetric(class) => true,
                _ => continue,
            };
            parts.factors[at].axes.swap(0, 1);
            if !keeps_sign {
                parts.coefficient = parts.coefficient.neg();
            }
            changed = true;
        }
        changed
    }
}

/// Whether a product has a factor that is 0 where two labels are equal.
fn leaves_out_diagonal(network: &Network, parts: &Parts, [first, second]: [Label; 2]) -> bool {
    parts.factors.iter().any(|part| {
        let selection = network.arena.as_exclusion(part.base);
        let is_of_both = part.axes == [first, second] || part.axes == [second, first];
        is_of_both
            && !network.arena.value(part.exponent).is_negative()
            && selection.is_some_and(|selection| is_diagonal(&network.arena, selection))
    })
}
