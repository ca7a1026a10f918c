//! The structures of a derivation in JSON.

use serde::Serialize;

#[derive(Serialize)]
pub(in crate::emit) struct Formula {
    pub(super) latex: String,
    pub(super) text: String,
}

#[derive(Serialize)]
pub(in crate::emit) struct EquationJson {
    pub(super) name: String,
    pub(super) symbol: Formula,
    pub(super) formula: Formula,
    /// The sizes of its axes as the user names them; left out for a scalar.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) shape: Vec<String>,
}

/// A function of the user's own with its definition.
#[derive(Serialize)]
pub(in crate::emit) struct OwnFunctionJson {
    pub(super) symbol: Formula,
    pub(super) formula: Formula,
}

/// A line of a worked derivation, with the rules that led to it from the line before.
#[derive(Serialize)]
pub(in crate::emit) struct StepJson {
    pub(super) formula: Formula,
    pub(super) rules: Vec<&'static str>,
}

/// A given quantity that is no scalar.
#[derive(Serialize)]
pub(in crate::emit) struct QuantityJson {
    pub(super) name: String,
    pub(super) symbol: Formula,
    pub(super) shape: Vec<String>,
}

/// ∂of/∂by on the way, in terms of those that have a letter.
#[derive(Serialize)]
pub(in crate::emit) struct AdjointJson {
    pub(super) of: String,
    pub(super) by: String,
    pub(super) symbol: Formula,
    /// δ₂, where it has one.
    pub(super) letter: Option<Formula>,
    pub(super) formula: Formula,
    pub(super) shape: Vec<String>,
    /// What it holds because of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) assumptions: Vec<Formula>,
}

/// One entry of a derivative.
#[derive(Serialize)]
pub(in crate::emit) struct EntryJson {
    pub(super) symbol: Formula,
    pub(super) formula: Formula,
}

#[derive(Serialize)]
pub(in crate::emit) struct LinkJson {
    pub(super) of: String,
    pub(super) by: String,
    pub(super) symbol: Formula,
    pub(super) formula: Formula,
    pub(super) rules: Vec<&'static str>,
    /// Every application of a rule, with `--steps full`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) steps: Vec<StepJson>,
    pub(super) value: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) shape: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<EntryJson>,
}

#[derive(Serialize)]
pub(in crate::emit) struct TrackJson {
    pub(super) by: String,
    pub(super) symbol: Formula,
    pub(super) chain: Formula,
    pub(super) formula: Formula,
    pub(super) value: Option<f64>,
}

#[derive(Serialize)]
pub(in crate::emit) struct DifferenceJson {
    pub(super) value: Option<f64>,
    pub(super) step: Option<f64>,
    pub(super) error: Option<f64>,
    pub(super) verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
}

#[derive(Serialize)]
pub(in crate::emit) struct DerivativeJson {
    pub(super) of: String,
    pub(super) by: String,
    pub(super) symbol: Formula,
    /// `products`, `recursion`, `independent` or `itself`.
    pub(super) form: &'static str,
    /// How many paths there are; `null` for more than 2⁶⁴.
    pub(super) path_count: Option<u64>,
    pub(super) paths: Vec<Vec<LinkJson>>,
    pub(super) recursion: Vec<TrackJson>,
    pub(super) result: Formula,
    /// The axes of the derivative; left out for a scalar.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) shape: Vec<String>,
    /// The result for one entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<EntryJson>,
    pub(super) rewritings: Vec<RewritingJson>,
    /// What the result holds because of: Σⱼ yⱼ = 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) assumptions: Vec<Formula>,
    pub(super) value: Option<serde_json::Value>,
    pub(super) difference: Option<DifferenceJson>,
}

#[derive(Serialize)]
pub(in crate::emit) struct RewritingJson {
    pub(super) rule: &'static str,
    pub(super) before: String,
    pub(super) after: String,
}

#[derive(Serialize)]
pub(in crate::emit) struct DerivationJson {
    /// `mixed`, `numerator` or `denominator`, where there are tensors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) layout: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) quantities: Vec<QuantityJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) functions: Vec<OwnFunctionJson>,
    pub(super) equations: Vec<EquationJson>,
    pub(super) point: Vec<ValueJson>,
    pub(super) main_track: Vec<TrackJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) adjoints: Vec<AdjointJson>,
    pub(super) derivatives: Vec<DerivativeJson>,
    pub(super) notes: Vec<String>,
}

#[derive(Serialize)]
pub(in crate::emit) struct ValueJson {
    pub(super) name: String,
    pub(super) value: Option<f64>,
}
