//! What expressions of tensors mean: their values against those of NumPy, by an evaluator that loops over all labels.

#[path = "support/tensor.rs"]
mod tensor;

use std::collections::HashMap;

use chainrule::diagnostic::{Colour, Source, render};
use chainrule::eval::{Tensor, Values};
use chainrule::expr::NameId;
use chainrule::network::{FreeNames, Network, read_network};
use pretty_assertions::assert_eq;
use tensor::Naive;

#[derive(serde::Deserialize)]
struct Data {
    declarations: String,
    leaves: serde_json::Value,
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    expression: String,
    dims: Vec<usize>,
    data: Vec<f64>,
}

fn network(text: &str) -> Network {
    let (network, errors) = read_network(text, FreeNames::Refused);
    network.unwrap_or_else(|| panic!("{}", render(&Source::new("text", text), &errors, Colour::Never)))
}

fn check(declarations: &str, leaves: &str, case: &Case) {
    let network = network(&format!("{declarations}r = {}", case.expression));
    let mut values = Values::of_network(&network, None).expect("values");
    values.read_json(&network, leaves).unwrap_or_else(|errors| panic!("{errors:?}"));
    let names = (0..network.quantities.len() as u32).map(NameId);
    let known: HashMap<NameId, Tensor> =
        names.filter_map(|name| Some((name, values.tensor(&network, name)?))).collect();
    let root = network.find("r").expect("r");
    let value = Naive { network: &network, values: known }.value(network.definition(root).expect("r").value);
    assert_eq!(value.dims, case.dims, "{}", case.expression);
    for (at, (value, expected)) in value.data.iter().zip(&case.data).enumerate() {
        let error = (value - expected).abs();
        assert!(error <= 1e-11 * expected.abs().max(1.0), "{}: entry {at} is {value}, not {expected}", case.expression);
    }
}

#[test]
fn expressions_have_the_values_of_numpy() {
    let text = std::fs::read_to_string("tests/data/numpy-values.json").expect("the values");
    let data: Data = serde_json::from_str(&text).expect("values");
    assert!(data.cases.len() > 150);
    let leaves = data.leaves.to_string();
    // Sizes with values, and sizes that only the values of the leaves tell.
    let (sizes, symbolic) = data.declarations.split_once('\n').expect("the sizes");
    assert!(sizes.starts_with("dim"));
    for case in &data.cases {
        check(&data.declarations, &leaves, case);
        let needs_sizes = ["[1, 2, 3]", "stride", "pool", "i*x[i]", "j in i..n", "max(i in 1..m"];
        if !needs_sizes.iter().any(|part| case.expression.contains(part)) {
            check(symbolic, &leaves, case);
        }
    }
}
