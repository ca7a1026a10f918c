//! Golden files of networks of tensors: matrix and index notation, the three layouts, shapes, JSON.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;

fn check(name: &str, arguments: &[&str]) {
    let run = derive(arguments);
    assert_eq!(run.errors, "", "{arguments:?}");
    assert_eq!(run.code, 0, "{arguments:?}");
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("tensors-{name}"), run.output);
    });
}

/// The examples with vectors and matrices.
const EXAMPLES: &[&str] = &[
    "attention",
    "autoencoder",
    "batch-norm",
    "conv1d",
    "factorisation",
    "gaussian",
    "layer-norm",
    "least-squares",
    "logdet",
    "lstm",
    "mlp-batch",
    "residual-block",
    "rnn-matrix",
    "softmax-regression",
    "word2vec",
];

#[test]
fn examples_with_matrices() {
    for name in EXAMPLES {
        let file = format!("examples/{name}.net");
        check(&format!("example-{name}.txt"), &[&file, "--form", "both", "--shapes"]);
        check(&format!("example-{name}.tex"), &[&file, "--latex"]);
        check(&format!("example-{name}-eval.txt"), &["eval", &file]);
    }
}

#[test]
fn networks_in_text_and_latex() {
    for name in ["vectors", "batch", "attention", "normal", "slices", "transformer", "vae"] {
        let file = format!("tests/networks/{name}.net");
        check(&format!("{name}.txt"), &[&file]);
        check(&format!("{name}.tex"), &[&file, "--latex"]);
    }
}

#[test]
fn forms_layouts_and_shapes() {
    let vectors = "tests/networks/vectors.net";
    check("vectors-both.txt", &[vectors, "--form", "both", "--shapes"]);
    check("vectors-index.tex", &[vectors, "--form", "index", "--latex"]);
    check("vectors-numerator.txt", &[vectors, "--layout", "numerator", "--shapes"]);
    check("vectors-denominator.txt", &[vectors, "--layout", "denominator", "--shapes"]);
    check("vectors-full.txt", &[vectors, "--steps", "full", "--wrt", "W1"]);
    check("vectors-written.txt", &[vectors, "--deltas", "written", "--wrt", "W1"]);
    check("vectors.json", &[vectors, "--wrt", "W1", "--json"]);
    for notation in ["nielsen", "3blue1brown", "goodfellow"] {
        check(&format!("vectors-{notation}.txt"), &[vectors, "--notation", notation, "--wrt", "W1"]);
    }
    check("batch-goodfellow.tex", &["tests/networks/batch.net", "--notation", "goodfellow", "--latex", "--wrt", "W1"]);
    check("batch-both.txt", &["tests/networks/batch.net", "--form", "both", "--shapes"]);
}

#[test]
fn jacobians() {
    let lines: [&str; 8] = ["-e", "input x : [n]", "-e", "param W : [m, n]", "-e", "z = W @ x", "-e", "a = sigmoid(z)"];
    for layout in ["mixed", "denominator"] {
        let more = ["--of", "a", "--wrt", "x,W", "--layout", layout, "--shapes"];
        check(&format!("jacobian-{layout}.txt"), &[&lines[..], &more].concat());
    }
}

#[test]
fn rows_by_their_own_names() {
    let lines = [
        "-e",
        "show X[i, :] as x_i, A[:, i] as a^(i)",
        "-e",
        "param X : [4, n], A : [n, 3]",
        "-e",
        "input c : [n]",
        "-e",
        "v = X[1, :] + X[2, :]*A[:, 2]",
        "-e",
        "cost C = dot(v, c)",
        "--wrt",
        "A",
    ];
    check("rows.txt", &lines);
}
