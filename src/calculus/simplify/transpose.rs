//! Functions of transposed matrices: (Aᵀ)⁻¹ is (A⁻¹)ᵀ, written A⁻ᵀ; det Aᵀ is det A.

use crate::calculus::Rule;
use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::parts::Parts;
use crate::expr::{ExprId, Node, NumberId};
use crate::function::{Form, FunctionRef};
use crate::network::Network;

impl Simplifier {
    /// A function of the transpose of a square matrix as the transpose of the function, or as the function where it is a
    /// scalar.
    pub(super) fn function_of_transpose(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let Node::Call { function, arguments: &[argument], .. } = network.arena.node(id) else { return id };
        let FunctionRef::Table(entry) = network.functions.get(function) else { return id };
        let Form::Square { keeps } = entry.form else { return id };
        let Some(inner) = transposed(network, argument) else { return id };
        let dims = network.arena.dims(id).to_vec();
        let call = network.arena.call_of_shape(function, &[inner], &dims);
        let after = if keeps { network.arena.permute(call, &[1, 0]) } else { call };
        self.note(Rule::Transpose, id, after)
    }
}

/// The matrix whose transpose an expression is.
fn transposed(network: &Network, id: ExprId) -> Option<ExprId> {
    let Node::Contraction { coefficient: NumberId::ONE, .. } = network.arena.node(id) else { return None };
    let parts = Parts::of(&network.arena, id);
    let ([only], [row, column]) = (parts.factors.as_slice(), parts.out.as_slice()) else { return None };
    (only.exponent == NumberId::ONE && row != column && only.axes == [*column, *row]).then_some(only.base)
}
