//! What `derive check` says of each kind of mistake in formulas of vectors and matrices, in each format.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;
use serde_json::Value;

const KINDS: &str = "tests/data/matrix-kinds.md";

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn each_kind_in_each_format() {
    let run = derive(&["check", "--verbose", KINDS]);
    assert_eq!((run.code, run.errors.as_str()), (1, ""));
    snapshot("check-matrix-kinds.txt", &run.output);
    let run = derive(&["check", "--github", KINDS]);
    snapshot("check-matrix-kinds.github.txt", &run.output);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kinds.xml");
    let path = path.to_str().expect("a path");
    assert_eq!(derive(&["check", "--junit", path, KINDS]).code, 1);
    snapshot("check-matrix-kinds.xml", &std::fs::read_to_string(path).expect("a report"));
}

/// The report for programs has the entry, the sizes and all values where the sides differ, and a right formula that is
/// right when it is checked itself.
#[test]
fn the_right_formulas_are_right() {
    let run = derive(&["check", "--json", KINDS]);
    let report: Value = serde_json::from_str(&run.output).expect("JSON");
    let formulas = report["formulas"].as_array().expect("formulas");
    let text = std::fs::read_to_string(KINDS).expect("the document");
    let mut corrected = text.clone();
    let mut count = 0;
    for formula in formulas.iter().filter(|formula| formula["verdict"] == "wrong").rev() {
        let (latex, correct) = (formula["latex"].as_str().expect("a formula"), formula["correct_latex"].as_str());
        let correct = correct.unwrap_or_else(|| panic!("no right formula for {latex}"));
        corrected = corrected.replacen(&format!("${latex}$"), &format!("${correct}$"), 1);
        count += 1;
        let values = &formula["values"];
        if !values.is_null() {
            assert!(values["sizes"].is_object() && values["entry"].is_array(), "{values}");
            assert!(values["at"].as_object().is_some_and(|at| !at.is_empty()), "{values}");
        }
    }
    assert!(count >= 25, "{count} are wrong");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("corrected.md");
    std::fs::write(&path, &corrected).expect("a file");
    let run = derive(&["check", path.to_str().expect("a path")]);
    assert_eq!(run.code, 0, "{}\n{corrected}", run.output);
}
