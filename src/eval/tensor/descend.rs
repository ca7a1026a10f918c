//! Gradient descent on tensors.

use crate::eval::descend::{End, Rate};
use crate::eval::tensor::{Tensor, TensorProgram, Workspace};
use crate::expr::NameId;

/// A descent.
#[derive(Clone, PartialEq, Debug)]
pub struct ArrayDescent {
    /// The cost and the length of the gradient at the start and after every step.
    pub rows: Vec<(f64, f64)>,
    /// Why it ended.
    pub end: End,
    /// The parameters at the end.
    pub parameters: Vec<(NameId, Tensor)>,
}

impl ArrayDescent {
    /// Whether it ended because a number was not finite.
    pub fn is_broken(&self) -> bool {
        matches!(self.end, End::CostNotFinite(_) | End::GradientNotFinite(_))
    }
}

/// Takes `steps` steps against the gradient. `program` has the cost as its first output, then the gradients by
/// `parameters` in their order; `workspace` holds the inputs. A step allocates nothing.
pub fn descend_tensors(
    program: &TensorProgram,
    workspace: &mut Workspace<f64>,
    parameters: &[NameId],
    rate: Rate,
    steps: usize,
) -> ArrayDescent {
    let mut rows = Vec::with_capacity(steps + 1);
    let mut end = End::Completed;
    let places: Vec<Option<usize>> = parameters.iter().map(|&name| program.input(name)).collect();
    for step in 0..=steps {
        program.run(workspace);
        let cost = program.output(workspace, 0).first().copied().unwrap_or(f64::NAN);
        let gradients = (1..=parameters.len()).flat_map(|at| program.output(workspace, at));
        let length = gradients.map(|slope| slope * slope).sum::<f64>().sqrt();
        rows.push((cost, length));
        let is_bad = |at: usize| program.output(workspace, at + 1).iter().any(|slope| !slope.is_finite());
        let stop = match (0..parameters.len()).find(|&at| is_bad(at)) {
            _ if !cost.is_finite() => Some(End::CostNotFinite(cost)),
            Some(at) => Some(End::GradientNotFinite(parameters[at])),
            None => (length == 0.0).then_some(End::Stationary),
        };
        if let Some(stop) = stop {
            end = stop;
            break;
        }
        if step < steps {
            for (at, place) in places.iter().enumerate() {
                if let Some(place) = *place {
                    program.move_input(workspace, place, at + 1, -rate);
                }
            }
        }
    }
    let last = |(at, &name): (usize, &NameId)| {
        let place = places[at]?;
        let dims = program.inputs()[place].dims.clone();
        Some((name, Tensor { dims, data: program.input_mut(workspace, place).to_vec() }))
    };
    let parameters = parameters.iter().enumerate().filter_map(last).collect();
    ArrayDescent { rows, end, parameters }
}
