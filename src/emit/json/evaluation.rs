//! Evaluations and descents as JSON.

use serde::Serialize;

use super::schema::{DifferenceJson, Formula, ValueJson};
use super::{Setter, difference, document, finite};
use crate::eval::{Descent, End};
use crate::expr::NameId;
use crate::narrate::{Evaluation, trouble_words};
use crate::network::Network;
use crate::notation::Style;

#[derive(Serialize)]
struct LocalJson {
    of: String,
    by: String,
    symbol: Formula,
    formula: Formula,
    value: Option<f64>,
}

#[derive(Serialize)]
struct GradientJson {
    by: String,
    symbol: Formula,
    value: Option<f64>,
    rank: usize,
    difference: Option<DifferenceJson>,
}

#[derive(Serialize)]
struct EvaluationJson {
    of: String,
    quantities: Vec<ValueJson>,
    local_partials: Vec<LocalJson>,
    gradients: Vec<GradientJson>,
    notes: Vec<String>,
}

/// An evaluation of scalars as JSON, schema `derive.evaluation`.
pub fn evaluation(network: &Network, evaluation: &Evaluation, style: Style) -> String {
    let mut setter = Setter::new(network, style);
    let quantities = evaluation.quantities.iter();
    let locals = evaluation.locals.iter().map(|local| LocalJson {
        of: network.spelling(local.partial.of),
        by: network.spelling(local.partial.by),
        symbol: setter.link_symbol(local.partial, local.reach),
        formula: setter.expr(local.partial.value),
        value: finite(local.value),
    });
    let local_partials = locals.collect();
    let gradients = evaluation.gradients.iter().map(|gradient| GradientJson {
        by: network.spelling(gradient.by),
        symbol: setter.symbol(evaluation.of, gradient.by),
        value: finite(gradient.value),
        rank: gradient.rank,
        difference: gradient.confirmed.map(|(found, verdict)| difference(&found, verdict)),
    });
    let body = EvaluationJson {
        of: network.spelling(evaluation.of),
        quantities: quantities
            .map(|one| ValueJson { name: network.spelling(one.name), value: finite(one.value) })
            .collect(),
        local_partials,
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
    parameters: Vec<ValueJson>,
}

#[derive(Serialize)]
struct DescentJson {
    of: String,
    rate: f64,
    ended: &'static str,
    steps: Vec<StepJson>,
}

/// Why a descent ended, in a word.
pub(in crate::emit) fn ended(end: End) -> &'static str {
    match end {
        End::Completed => "completed",
        End::Stationary => "stationary",
        End::CostNotFinite(_) => "cost-not-finite",
        End::GradientNotFinite(_) => "gradient-not-finite",
    }
}

/// A descent of scalars as JSON, schema `derive.descent`: the parameters at each step.
pub fn descent(network: &Network, of: NameId, parameters: &[NameId], rate: f64, descent: &Descent) -> String {
    let steps = descent.rows.iter().map(|row| StepJson {
        step: row.step,
        cost: finite(row.cost),
        gradient_norm: finite(row.gradient_norm),
        parameters: parameters
            .iter()
            .zip(&row.parameters)
            .map(|(&name, &value)| ValueJson { name: network.spelling(name), value: finite(value) })
            .collect(),
    });
    let body = DescentJson { of: network.spelling(of), rate, ended: ended(descent.end), steps: steps.collect() };
    document("derive.descent", &body)
}
