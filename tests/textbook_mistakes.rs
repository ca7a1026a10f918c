//! The formulas of textbooks and typical mistakes in them, checked: each formula is right, each mistake wrong and named.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive_with_input;
use serde_json::Value;

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().expect("a list").iter().map(|item| item.as_str().expect("a text")).collect()
}

/// What is said of the formulas of one network.
fn said(case: &Value) -> String {
    let (right, wrong) = (strings(&case["right"]), strings(&case["wrong"]));
    // What is known to be wrong and not yet by what.
    let unnamed = case.get("unnamed").map(strings).unwrap_or_default();
    let mut document = format!("```net\n{}\n```\n", strings(&case["network"]).join("\n"));
    right.iter().chain(&wrong).chain(&unnamed).for_each(|formula| document.push_str(&format!("\n$$\n{formula}\n$$\n")));
    let run = derive_with_input(&["check", "-", "--json"], &document);
    let told: Value = serde_json::from_str(&run.output).unwrap_or_else(|_| panic!("{}", run.errors));
    let formulas: Vec<&Value> = told["formulas"].as_array().expect("formulas").iter().collect();
    assert_eq!(formulas.len(), right.len() + wrong.len() + unnamed.len(), "{}", case["id"]);
    let mut out = format!("## {}\n", case["id"].as_str().expect("a name"));
    for (at, formula) in formulas.iter().enumerate() {
        let latex = formula["latex"].as_str().expect("a formula");
        let verdict = formula["verdict"].as_str().expect("a verdict");
        if at < right.len() {
            assert_eq!(verdict, "right", "{}: {latex}", case["id"]);
            continue;
        }
        assert_eq!(verdict, "wrong", "{}: {latex}", case["id"]);
        if at >= right.len() + wrong.len() {
            continue;
        }
        let message = formula["diagnosis"]["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty(), "{}: {latex}", case["id"]);
        out.push_str(&format!("{latex}\n    {}: {message}\n", formula["diagnosis"]["kind"].as_str().expect("a kind")));
    }
    out
}

/// Every second network, from the first or the second on.
fn page(from: usize, golden: &str) {
    let text = std::fs::read_to_string("tests/data/textbook-mistakes.json").expect("the formulas");
    let cases: Value = serde_json::from_str(&text).expect("JSON");
    let cases = cases["networks"].as_array().expect("networks").iter();
    let pages: Vec<String> = cases.skip(from).step_by(2).map(said).collect();
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(golden, pages.join("\n"));
    });
}

#[test]
fn formulas_are_right_and_mistakes_are_named() {
    page(0, "textbook-mistakes.txt");
}

#[test]
fn further_formulas_are_right_and_mistakes_are_named() {
    page(1, "further-textbook-mistakes.txt");
}
