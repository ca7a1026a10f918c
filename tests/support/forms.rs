//! The gradients as textbooks print them, `tests/data/closed-forms.json` and `textbook-forms.json`.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;

#[derive(serde::Deserialize)]
struct Forms {
    forms: Vec<Form>,
}

/// One derivative.
#[derive(serde::Deserialize)]
pub struct Form {
    pub id: String,
    pub kind: String,
    /// The lines of the network.
    pub network: Vec<String>,
    pub of: String,
    pub wrt: String,
    /// The textbook's formula in the network language.
    pub expected: String,
    /// The same as the textbook prints it.
    #[serde(default)]
    pub latex: String,
    /// The names in it that the network lacks.
    #[serde(default)]
    pub with: Vec<With>,
    /// Sizes, all distinct.
    pub sizes: BTreeMap<String, usize>,
    /// How many nodes the textbook's formula has.
    pub nodes: usize,
}

/// A name of the formula that stands for a value or for a derivative.
#[derive(serde::Deserialize)]
pub struct With {
    pub name: String,
    pub means: String,
    pub value: String,
}

/// The forms of a file of `tests/data`, `closed-forms` or `textbook-forms`.
pub fn forms(file: &str) -> Vec<Form> {
    let text = std::fs::read_to_string(format!("tests/data/{file}.json")).expect("the forms");
    let forms: Forms = serde_json::from_str(&text).expect("forms");
    forms.forms
}
