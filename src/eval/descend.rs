//! Gradient descent, step by step.
//!
//! Takes a program whose outputs are the cost and its gradient; gives a row a step, and why it ended.

use crate::eval::program::Program;
use crate::expr::NameId;

/// How far to go along the gradient.
pub type Rate = f64;

/// One step: the state before it.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Which step; 0 is the start.
    pub step: usize,
    /// The cost.
    pub cost: f64,
    /// The length of the gradient.
    pub gradient_norm: f64,
    /// The parameters, in the order of the gradient.
    pub parameters: Vec<f64>,
}

/// Why a descent ended.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum End {
    /// All steps were taken.
    Completed,
    /// The gradient is 0: no further step would change anything.
    Stationary,
    /// The cost is not finite.
    CostNotFinite(f64),
    /// An entry of the gradient is not finite.
    GradientNotFinite(NameId),
}

/// A descent.
#[derive(Clone, PartialEq, Debug)]
pub struct Descent {
    /// The start and every step.
    pub rows: Vec<Row>,
    /// Why it ended.
    pub end: End,
    /// The inputs of the program at the end, where [`troubles`](crate::eval::troubles) tells more.
    pub inputs: Vec<f64>,
}

impl Descent {
    /// Whether it ended because a number was not finite.
    pub fn is_broken(&self) -> bool {
        matches!(self.end, End::CostNotFinite(_) | End::GradientNotFinite(_))
    }
}

/// Takes `steps` steps against the gradient. `program` has the cost as its first output, then the gradient by
/// `parameters` in their order; `inputs` are in the order of the program.
pub fn descend(program: &Program, inputs: Vec<f64>, parameters: &[NameId], rate: Rate, steps: usize) -> Descent {
    let mut descent = Descent { rows: Vec::new(), end: End::Completed, inputs };
    let places: Vec<Option<usize>> = places(program, parameters);
    let mut registers = program.registers();
    let mut gradient = vec![0.0; parameters.len()];
    for step in 0..=steps {
        program.run(&mut registers, &descent.inputs);
        let mut outputs = program.outputs(&registers);
        let cost = outputs.next().unwrap_or(f64::NAN);
        gradient.iter_mut().zip(outputs).for_each(|(entry, value)| *entry = value);
        let gradient_norm = norm(&gradient);
        let values = places.iter().map(|place| place.map_or(f64::NAN, |at| descent.inputs[at])).collect();
        descent.rows.push(Row { step, cost, gradient_norm, parameters: values });
        if let Some(end) = ended(cost, &gradient, parameters) {
            descent.end = end;
            break;
        }
        if step < steps {
            for (place, slope) in places.iter().zip(&gradient) {
                if let Some(at) = *place {
                    descent.inputs[at] -= rate * slope;
                }
            }
        }
    }
    descent
}

/// Where the parameters stand among the inputs; `None` for one that nothing uses.
fn places(program: &Program, parameters: &[NameId]) -> Vec<Option<usize>> {
    let mut by_name: Vec<(NameId, usize)> = program.inputs().enumerate().map(|(at, name)| (name, at)).collect();
    by_name.sort_unstable();
    let find = |name: &NameId| by_name.binary_search_by_key(name, |&(name, _)| name).ok().map(|at| by_name[at].1);
    parameters.iter().map(find).collect()
}

fn ended(cost: f64, gradient: &[f64], parameters: &[NameId]) -> Option<End> {
    if !cost.is_finite() {
        return Some(End::CostNotFinite(cost));
    }
    if let Some(at) = gradient.iter().position(|slope| !slope.is_finite()) {
        return Some(End::GradientNotFinite(parameters[at]));
    }
    gradient.iter().all(|&slope| slope == 0.0).then_some(End::Stationary)
}

/// The 2-norm without overflow on the way.
fn norm(of: &[f64]) -> f64 {
    let largest =
        of.iter().fold(0.0, |largest: f64, value| if value.is_nan() { *value } else { largest.max(value.abs()) });
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    largest * of.iter().map(|value| (value / largest) * (value / largest)).sum::<f64>().sqrt()
}
