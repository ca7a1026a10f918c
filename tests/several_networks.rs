//! `derive check` with several networks: one name in two of them, networks that change along the way, those that cannot be
//! read, and claims about the second one.

#[path = "support/program.rs"]
mod program;

use std::path::Path;

use pretty_assertions::assert_eq;
use program::{Run, derive};
use serde_json::Value;

const SQUARE: &str = "param w\ninput x\nz = w*x\ncost C = z^2\n";
const CUBE: &str = "param w\ninput x\nz = w*x + x\ncost C = z^3\n";
const OTHER: &str = "param v\ninput x\ns = v*x\ncost J = s^2\n";

/// A folder with the three networks and a document.
fn folder(name: &str, document: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("square.net", SQUARE), ("cube.net", CUBE), ("other.net", OTHER), (name, document)] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn run(folder: &Path, nets: &[&str], rest: &[&str]) -> Run {
    let paths: Vec<String> = nets.iter().map(|net| folder.join(net).display().to_string()).collect();
    let mut arguments = vec!["check", "--json"];
    paths.iter().for_each(|path| arguments.extend(["--net", path]));
    arguments.extend(rest);
    derive(&arguments)
}

fn verdicts(run: &Run) -> Vec<String> {
    let json: Value = serde_json::from_str(&run.output).unwrap_or_else(|error| panic!("{error}: {}", run.errors));
    let formulas = json["formulas"].as_array().cloned().unwrap_or_default();
    formulas.iter().map(|formula| formula["verdict"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_formula_is_wrong_only_if_it_is_of_all_networks_that_know_its_names() {
    let document = r"
$\frac{\partial C}{\partial w} = 2zx$, $\frac{\partial C}{\partial w} = 3z^2x$, $\frac{\partial C}{\partial w} = 4zx$,
$\frac{\partial J}{\partial v} = 2sx$, $\frac{\partial J}{\partial v} = sx$.

$\delta = \frac{\partial C}{\partial z} = 3z^2$ and $\frac{\partial C}{\partial w} = \delta x$, $\frac{\partial C}{\partial w} = 2\delta x$.
";
    let folder = folder("notes.md", document);
    let path = folder.path().join("notes.md").display().to_string();
    let expected = ["right", "right", "wrong", "right", "wrong", "right", "right", "wrong"];
    let orders = [["square.net", "cube.net", "other.net"], ["other.net", "cube.net", "square.net"]];
    for nets in orders {
        let run = run(folder.path(), &nets, &[&path]);
        assert_eq!(verdicts(&run), expected, "{nets:?}");
        assert!(run.output.contains("of the network `"), "{}", run.output);
    }
}

#[test]
fn claims_about_the_second_network() {
    let folder = folder("notes.md", "");
    let of = |nets: &[&str], rest: &[&str]| {
        let run = run(folder.path(), nets, rest);
        (verdicts(&run).join(", "), run.code)
    };
    let nets = ["square.net", "cube.net", "other.net"];
    assert_eq!(of(&nets, &["--wrt", "v", "--claim", "2sx"]), ("right".to_owned(), 0));
    assert_eq!(of(&nets, &["--of", "J", "--wrt", "v", "--claim", "sx"]), ("wrong".to_owned(), 1));
    assert_eq!(of(&nets, &["--wrt", "w", "--claim", "3*z^2*x"]), ("right".to_owned(), 0));
    assert_eq!(of(&nets, &["--wrt", "w", "--claim", "5*z^2*x"]), ("wrong".to_owned(), 1));
    assert_eq!(of(&nets, &["--claim", "dC/dw = 3*z^2*x"]), ("right".to_owned(), 0));
    assert_eq!(of(&nets, &["--claim", "dJ/dv = 2*s*x"]), ("right".to_owned(), 0));
    let unknown = run(folder.path(), &nets, &["--wrt", "q", "--claim", "2sx"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.errors.contains("`q` of --wrt is not defined"), "{}", unknown.errors);
}

#[test]
fn after_a_network_that_cannot_be_read_nothing_is_judged_by_the_one_before() {
    let formula = r"$\frac{\partial C}{\partial w} = 3z^2x$";
    let block = "```net\nparam w\ninput x\nz = w*x +\ncost C = z^3\n```";
    let document = format!(
        "<!-- derive: net=square.net -->\n{formula}\n\n<!-- derive: net=missing.net -->\n{formula}\n\n\
         <!-- derive: net=cube.net -->\n{formula}\n\n{block}\n\n{formula}\n"
    );
    let folder = folder("notes.md", &document);
    let path = folder.path().join("notes.md").display().to_string();
    for nets in [&[][..], &["square.net"]] {
        let run = run(folder.path(), nets, &[&path]);
        assert_eq!(verdicts(&run), ["wrong", "skipped", "right", "skipped"]);
        assert!(run.output.contains("the network before it cannot be read"), "{}", run.output);
    }
}

#[test]
fn networks_change_in_a_notebook() {
    let cell = |text: &str| serde_json::json!({"cell_type": "markdown", "metadata": {}, "source": text});
    let formula = r"$\frac{\partial C}{\partial w} = 2zx$";
    let cells = [
        cell(&format!("```net\n{SQUARE}```\n{formula}")),
        cell(&format!("<!-- derive: net=cube.net -->\n{formula}")),
        cell(&format!("<!-- derive: net=missing.net -->\n{formula}")),
    ];
    let notebook = serde_json::json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    let folder = folder("notes.ipynb", &notebook.to_string());
    let run = run(folder.path(), &[], &[&folder.path().display().to_string()]);
    assert_eq!(verdicts(&run), ["right", "wrong", "skipped"]);
}
