//! Edits of one link of a chain that is a Jacobian: missing, twice, transposed, its diagonal only; and of its parts.

use crate::calculus::{FunctionDerivatives, Locals, Sigma};
use crate::check::diagnose::Kind;
use crate::check::diagnose::activation::edits_of_calls;
use crate::check::diagnose::catalogue::other_variables;
use crate::check::diagnose::edit::{Edit, Edits};
use crate::check::diagnose::part::edits_inside;
use crate::check::diagnose::relatives::Relatives;
use crate::check::diagnose::truth::{Link, Unit, chained};
use crate::expr::{Arena, ExprId, Factor, Label, LabelsBuilder, Node, NumberId};
use crate::network::Network;

/// The edits of a unit that is no scalar, preferred ones first.
pub fn edits_of_jacobian(network: &mut Network, relatives: &Relatives, unit: Unit) -> Vec<Edit> {
    let mut edits = Edits::default();
    if let Some(link) = unit.link {
        let rank = network.arena.shapes().dims(network.quantity(link.of).shape).len();
        square_jacobian(&mut network.arena, unit.value, rank, &mut edits);
        other_variables(network, link, unit.value, &mut edits);
        edits_of_calls(network, link, &mut edits);
        diagonal_inside(network, link, &mut edits);
    }
    edits_inside(network, relatives, unit.value, &mut edits);
    let shape = network.arena.dims(unit.value).to_vec();
    let mut edits = edits.finish(unit.value);
    edits.retain(|edit| network.arena.dims(edit.value) == shape);
    edits
}

/// Where a quantity is differentiated by one of its shape.
fn square_jacobian(arena: &mut Arena, value: ExprId, rank: usize, edits: &mut Edits) {
    let dims = arena.dims(value).to_vec();
    if rank == 0 || dims.len() != 2 * rank {
        return;
    }
    let (of, by) = dims.split_at(rank);
    if of.iter().zip(by).any(|(&of, &by)| !arena.shapes().same(of, by)) {
        return;
    }
    let identity = arena.identity(of);
    edits.push(Edit::new(Kind::MissingFactor, identity, number_of(arena, value).unwrap_or(value)));
    let twice = chained(arena, value, value, rank);
    edits.push(Edit::new(Kind::DoubledFactor, twice, value));
    let order: Vec<usize> = (rank..2 * rank).chain(0..rank).collect();
    let turned = arena.permute(value, &order);
    edits.push(Edit { whose: Some(value), ..Edit::new(Kind::Transpose, turned, value).beside(turned) });
    let diagonal = diagonal(arena, value, rank);
    edits.push(Edit::new(Kind::JacobianDiagonal, diagonal, value).beside(diagonal));
}

/// c of cI.
fn number_of(arena: &mut Arena, value: ExprId) -> Option<ExprId> {
    let Node::Contraction { coefficient, factors, labels } = arena.node(value) else { return None };
    let labels = arena.labels(labels);
    let is_identity = matches!(labels.out[..], [row, column] if row == column);
    if !is_identity || labels.factors.iter().any(|axes| !axes.is_empty()) || labels.summed().next().is_some() {
        return None;
    }
    let factors = factors.to_vec();
    Some(arena.product(coefficient, &factors))
}

/// A Jacobian with zeros off its diagonal.
pub fn diagonal(arena: &mut Arena, jacobian: ExprId, rank: usize) -> ExprId {
    let dims = arena.dims(jacobian)[..rank].to_vec();
    let mut builder = LabelsBuilder::default();
    let axes: Vec<Label> = builder.labels(&dims);
    let both = [axes.as_slice(), axes.as_slice()].concat();
    builder.factor(&both);
    arena.contraction(NumberId::ONE, &[Factor::plain(jacobian)], &builder.out(&both))
}

/// The diagonal of the Jacobian of a call that the equation of a link is, such as p = softmax(Wx + b).
fn diagonal_inside(network: &mut Network, link: Link, edits: &mut Edits) {
    let Some(equation) = network.definition(link.of).copied() else { return };
    let Node::Call { arguments, .. } = network.arena.node(equation.value) else { return };
    let argument = arguments[0];
    let mut functions = FunctionDerivatives::new(network, Sigma::Activation);
    let Some(jacobian) = functions.jacobian(network, equation.value, 0) else { return };
    let rank = network.arena.dims(argument).len();
    if network.arena.as_name(argument).is_some() || network.arena.dims(jacobian).len() != 2 * rank {
        return;
    }
    let by = network.name_expr(link.by);
    let mut locals = Locals::default();
    let row = locals.partials(network, &mut functions, argument);
    let Some(inner) = row.iter().find(|entry| entry.0 == by).map(|entry| entry.1) else { return };
    let arena = &mut network.arena;
    let diagonal = diagonal(arena, jacobian, rank);
    let value = chained(arena, diagonal, inner, rank);
    edits.push(Edit::new(Kind::JacobianDiagonal, value, jacobian).beside(diagonal));
}
