//! The one entry that a one-hot vector picks: hᵢ (hᵀu) = hᵢ uᵢ, so that ŷ ⊙ (1 − y/(yᵀŷ)) is ŷ − y.

use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::parts::{Part, Parts};
use crate::expr::{ExprId, Label, Node, NumberId};
use crate::network::Network;

/// hᵀu, for one row or for each of many.
struct Picked {
    /// The one-hot vectors, on the axes of the result and then on the summed one.
    vector: ExprId,
    vector_axes: Vec<Label>,
    /// What is picked from.
    base: ExprId,
    base_axes: Vec<Label>,
    out: Vec<Label>,
    summed: Label,
}

impl Simplifier {
    /// Beside hᵢ, a power of hᵀu is that of uᵢ; done where another power of uᵢ stands there too. Whether it was.
    pub(super) fn pick_entries(&mut self, network: &mut Network, parts: &mut Parts) -> bool {
        for at in 0..parts.factors.len() {
            let Some(picked) = self.picked(network, parts.factors[at].base) else { continue };
            for beside in 0..parts.factors.len() {
                if let Some(axes) = self.entry_axes(network, parts, at, beside, &picked) {
                    let exponent = parts.factors[at].exponent;
                    parts.factors[at] = Part { base: picked.base, exponent, axes };
                    return true;
                }
            }
        }
        false
    }

    /// The axes of u if factor number `beside` is h where factor number `at` is hᵀu, and u stands there as well.
    fn entry_axes(
        &mut self,
        network: &mut Network,
        parts: &Parts,
        at: usize,
        beside: usize,
        picked: &Picked,
    ) -> Option<Vec<Label>> {
        let vector = &parts.factors[beside];
        if vector.exponent != NumberId::ONE
            || self.measures.class(&mut network.arena, vector.base)
                != self.measures.class(&mut network.arena, picked.vector)
        {
            return None;
        }
        let own = &parts.factors[at].axes;
        let chosen = picked.vector_axes.iter().position(|&label| label == picked.summed)?;
        let rename = |&label: &Label| match picked.out.iter().position(|&out| out == label) {
            Some(place) => Some(own[place]),
            None => (label == picked.summed).then(|| vector.axes[chosen]),
        };
        let met: Option<Vec<Label>> = picked.vector_axes.iter().map(rename).collect();
        if met? != vector.axes {
            return None;
        }
        let axes: Option<Vec<Label>> = picked.base_axes.iter().map(rename).collect();
        let axes = axes?;
        let class = self.measures.class(&mut network.arena, picked.base);
        let met = parts
            .factors
            .iter()
            .any(|part| part.axes == axes && self.measures.class(&mut network.arena, part.base) == class);
        met.then_some(axes)
    }

    /// hᵀu if an expression, or what defines its name, is one.
    fn picked(&self, network: &Network, base: ExprId) -> Option<Picked> {
        let value = match network.arena.node(base) {
            Node::Name(name) => network.definition(name)?.value,
            _ => base,
        };
        let parts = product_of_two(network, value)?;
        let [summed] = parts.summed[..] else { return None };
        let is_vector = |part: &Part| {
            let axis = part.axes.iter().position(|&label| label == summed);
            axis.is_some_and(|axis| self.facts.is_one_hot(network, part.base, axis))
        };
        let at = parts.factors.iter().position(is_vector)?;
        let (vector, base) = (&parts.factors[at], &parts.factors[1 - at]);
        let plain = vector.exponent == NumberId::ONE && base.exponent == NumberId::ONE;
        let shared = base.axes.contains(&summed) && parts.out.iter().all(|label| parts.uses(*label) > 0);
        (plain && shared).then(|| Picked {
            vector: vector.base,
            vector_axes: vector.axes.clone(),
            base: base.base,
            base_axes: base.axes.clone(),
            out: parts.out.clone(),
            summed,
        })
    }
}

/// The two factors of a sum of a product, Σⱼ hⱼuⱼ, also where it was written Σⱼ (h ⊙ u)ⱼ.
fn product_of_two(network: &Network, value: ExprId) -> Option<Parts> {
    let Node::Contraction { coefficient: NumberId::ONE, .. } = network.arena.node(value) else { return None };
    let mut parts = Parts::of(&network.arena, value);
    if let [only] = parts.factors.as_slice()
        && only.exponent == NumberId::ONE
        && let Node::Contraction { coefficient: NumberId::ONE, .. } = network.arena.node(only.base)
    {
        let inner = Parts::of(&network.arena, only.base);
        let axes = only.axes.clone();
        parts.factors.clear();
        parts.splice(&inner, &axes, 0);
    }
    (parts.factors.len() == 2).then_some(parts)
}
