//! The pairs of `tests/data/identities.json` with shapes: no false verdict, and how many stay undecided.

use chainrule::calculus::{Sigma, Sweep};
use chainrule::check::decide::{DecideOptions, decide};
use chainrule::check::verdict::Verdict;
use chainrule::network::{FreeNames, read_network};
use pretty_assertions::assert_eq;
use serde_json::Value;

/// `grad(cost, name)` as its parts.
fn gradient(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("grad(")?.strip_suffix(')')?.rsplit_once(',')
}

/// The names of a pair with their shapes, and its symbolic sizes.
fn declarations(pair: &Value) -> String {
    let mut sizes: Vec<&str> = Vec::new();
    let mut lines = String::new();
    for (name, shape) in pair["shapes"].as_object().into_iter().flatten() {
        let dims: Vec<&str> = shape.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        sizes.extend(dims.iter().filter(|dim| dim.parse::<usize>().is_err()));
        let shape = if dims.is_empty() { String::new() } else { format!(" : [{}]", dims.join(", ")) };
        lines.push_str(&format!("param {name}{shape}\n"));
    }
    sizes.sort_unstable();
    sizes.dedup();
    sizes.iter().map(|size| format!("dim {size}\n")).chain([lines]).collect()
}

fn verdict(pair: &Value) -> Verdict {
    let (a, b) = (pair["a"].as_str().unwrap(), pair["b"].as_str().unwrap());
    let (left, by) = gradient(a).map_or((a, None), |(cost, by)| (cost, Some(by)));
    let text = format!("{}right_side = {b}\nleft_side = {left}\n", declarations(pair));
    let (network, diagnostics) = read_network(&text, FreeNames::Refused);
    let mut network = network.unwrap_or_else(|| panic!("{text}\n{diagnostics:?}"));
    let [left, right] = ["left_side", "right_side"].map(|name| network.find(name).expect("an equation"));
    let right = network.definition(right).expect("a definition").value;
    let left = match by.and_then(|by| network.find(by)) {
        Some(by) => Sweep::new(&mut network, left, Sigma::Activation).adjoint(by),
        None => network.definition(left).expect("a definition").value,
    };
    decide(&mut network, left, right, &DecideOptions { seed: Some(3), ..DecideOptions::default() })
}

#[test]
fn all_pairs_with_shapes() {
    let file: Value = serde_json::from_str(include_str!("data/identities.json")).unwrap();
    let mut found = [0; 3];
    let mut failures = Vec::new();
    for pair in file["pairs"].as_array().unwrap().iter().filter(|pair| pair.get("shapes").is_some()) {
        let verdict = verdict(pair);
        let (place, word) = match &verdict {
            Verdict::Right(_) => (0, "right"),
            Verdict::Wrong(_) => (1, "wrong"),
            Verdict::Undecided(_) => (2, "undecided"),
        };
        found[place] += 1;
        if !pair["verdict"].as_str().unwrap().starts_with(word) {
            failures.push(format!("{} {} = {}: {verdict:?}", pair["id"], pair["a"], pair["b"]));
        }
    }
    assert_eq!(failures, Vec::<String>::new());
    assert_eq!(found, [31, 18, 0]);
}
