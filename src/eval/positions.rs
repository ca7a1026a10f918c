//! Places along an axis once the sizes are known: x[3] of a vector of two entries is refused.

use crate::diagnostic::Diagnostic;
use crate::eval::Values;
use crate::expr::{ExprId, Node, subexpressions};
use crate::network::{Network, Origin};

impl Values {
    /// Refuses an equation that takes an entry beyond the end of its tensor.
    pub(super) fn check_positions(&self, network: &Network) -> Result<(), Vec<Diagnostic>> {
        let mut errors = Vec::new();
        for equation in &network.equations {
            let quantity = network.quantity(equation.name);
            if !matches!(quantity.origin, Origin::Equation(_)) {
                continue;
            }
            let picks = subexpressions(&network.arena, equation.value).into_iter();
            if let Some((place, size)) = picks.filter_map(|id| self.position(network, id)).find(is_beyond) {
                let message =
                    format!("`{}` takes entry {place} of an axis of size {size}", network.spelling(equation.name));
                errors.push(Diagnostic::error("bad-range", message).at(quantity.span, "").hint("indices run from 1"));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// The place that a selection along one axis picks, and the size of the axis, if both are known.
    fn position(&self, network: &Network, id: ExprId) -> Option<(i64, i64)> {
        let Node::Selection(selection) = network.arena.node(id) else { return None };
        let selection = network.arena.selection_of(selection);
        let [coefficient @ (1 | -1)] = selection.coefficients[..] else { return None };
        let known = |size: crate::shape::SizeId| self.size(size);
        let place = selection.offset.value(known)?.checked_mul(-coefficient)?;
        let size = network.arena.shapes().affine(*network.arena.dims(id).first()?).value(known)?;
        Some((place, size))
    }
}

fn is_beyond(&(place, size): &(i64, i64)) -> bool {
    !(1..=size).contains(&place)
}
