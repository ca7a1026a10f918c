//! JSON of networks of tensors: every number, nested in lists as the axes are.

use serde::Serialize;
use serde_json::Value as Json;

use crate::emit::json::{difference, document, ended, finite};
use crate::eval::{ArrayDescent, Tensor};
use crate::expr::NameId;
use crate::narrate::{ArrayEvaluation, trouble_words};
use crate::network::Network;
use crate::notation::Style;

#[derive(Serialize)]
struct ArrayJson {
    name: String,
    shape: Vec<usize>,
    value: Json,
}

#[derive(Serialize)]
struct GradientJson {
    by: String,
    shape: Vec<usize>,
    value: Json,
    norm: Option<f64>,
    rank: usize,
    compared: usize,
    entries: usize,
    max_error: Option<f64>,
    worst: Vec<usize>,
    difference: Json,
}

#[derive(Serialize)]
struct EvaluationJson {
    of: String,
    quantities: Vec<ArrayJson>,
    gradients: Vec<GradientJson>,
    notes: Vec<String>,
}

/// A tensor as nested lists; what is not finite is null.
pub(super) fn nested(tensor: &Tensor) -> Json {
    let mut items: Vec<Json> = tensor.data.iter().map(|&value| Json::from(value)).collect();
    for &size in tensor.dims.iter().rev() {
        items = match size {
            0 => vec![Json::Array(Vec::new())],
            _ => items.chunks(size).map(|row| Json::Array(row.to_vec())).collect(),
        };
    }
    items.into_iter().next().unwrap_or(Json::Null)
}

fn array(network: &Network, name: NameId, tensor: &Tensor) -> ArrayJson {
    ArrayJson { name: network.spelling(name), shape: tensor.dims.clone(), value: nested(tensor) }
}

/// An evaluation of tensors as JSON, schema `derive.evaluation`; indices of entries count from 1.
pub fn array_evaluation(network: &Network, evaluation: &ArrayEvaluation, _: Style) -> String {
    let gradients = evaluation.gradients.iter().map(|gradient| {
        let confirmed = &gradient.confirmed;
        let found = difference(&confirmed.difference, confirmed.verdict);
        GradientJson {
            by: network.spelling(gradient.by),
            shape: gradient.value.dims.clone(),
            value: nested(&gradient.value),
            norm: finite(gradient.norm),
            rank: gradient.rank,
            compared: confirmed.compared,
            entries: confirmed.entries,
            max_error: finite(confirmed.max_error),
            worst: confirmed.worst.iter().map(|at| at + 1).collect(),
            difference: serde_json::to_value(found).unwrap_or(Json::Null),
        }
    });
    let body = EvaluationJson {
        of: network.spelling(evaluation.of),
        quantities: evaluation.quantities.iter().map(|(name, value)| array(network, *name, value)).collect(),
        gradients: gradients.collect(),
        notes: evaluation.troubles.iter().map(|trouble| trouble_words(network, trouble)).collect(),
    };
    document("derive.evaluation", &body)
}

#[derive(Serialize)]
struct StepJson {
    step: usize,
    cost: Option<f64>,
    gradient_norm: Option<f64>,
}

#[derive(Serialize)]
struct DescentJson {
    of: String,
    rate: f64,
    ended: &'static str,
    steps: Vec<StepJson>,
    parameters: Vec<ArrayJson>,
}

/// A descent of tensors as JSON: the cost at each step, the parameters at the end.
pub fn array_descent(network: &Network, of: NameId, rate: f64, descent: &ArrayDescent) -> String {
    let steps = descent.rows.iter().enumerate().map(|(step, &(cost, norm))| StepJson {
        step,
        cost: finite(cost),
        gradient_norm: finite(norm),
    });
    let body = DescentJson {
        of: network.spelling(of),
        rate,
        ended: ended(descent.end),
        steps: steps.collect(),
        parameters: descent.parameters.iter().map(|(name, value)| array(network, *name, value)).collect(),
    };
    document("derive.descent", &body)
}
