//! The function table as JSON.

use serde::Serialize;

use super::document;
use crate::function::{Entry, table};

#[derive(Serialize)]
struct KinkJson {
    zero: &'static str,
    convention: &'static str,
}

#[derive(Serialize)]
struct FunctionJson {
    name: &'static str,
    aliases: &'static [&'static str],
    group: String,
    parameters: &'static [&'static str],
    defaults: &'static [&'static str],
    definition: Option<&'static str>,
    derivatives: &'static [&'static str],
    kinks: Vec<KinkJson>,
    domain: &'static str,
    summary: &'static str,
}

#[derive(Serialize)]
struct FunctionsJson {
    functions: Vec<FunctionJson>,
}

/// The function table as JSON, schema `derive.functions`.
pub fn functions() -> String {
    document("derive.functions", &FunctionsJson { functions: table().map(entry_json).collect() })
}

/// One entry of the function table, in the same schema as [`functions`].
pub fn function(entry: &'static Entry) -> String {
    document("derive.functions", &FunctionsJson { functions: vec![entry_json(entry)] })
}

fn entry_json(entry: &'static Entry) -> FunctionJson {
    FunctionJson {
        name: entry.name,
        aliases: entry.aliases,
        group: format!("{:?}", entry.group).to_lowercase(),
        parameters: entry.parameters,
        defaults: entry.defaults,
        definition: entry.definition,
        derivatives: entry.derivatives,
        kinks: entry.kinks.iter().map(|kink| KinkJson { zero: kink.zero, convention: kink.convention }).collect(),
        domain: entry.domain.condition(),
        summary: entry.summary,
    }
}
