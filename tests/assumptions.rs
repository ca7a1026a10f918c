//! Assumptions are named where a formula needs them, in every format, and nowhere else.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;
use serde_json::Value;

const SOFTMAX: &[&str] = &[
    "input x : [n]",
    "param W : [k, n], b : [k]",
    "target y : simplex[k]",
    "z = W @ x + b",
    "p = softmax(z)",
    "cost C = -sum(y * log(p))",
];

fn printed(lines: &[&str], options: &[&str]) -> String {
    let mut arguments: Vec<&str> = lines.iter().flat_map(|line| ["-e", *line]).collect();
    arguments.extend(options);
    let run = derive(&arguments);
    assert_eq!((run.errors.as_str(), run.code), ("", 0), "{arguments:?}");
    run.output
}

/// The lines in which a reason stands, without spaces at their ends and runs of spaces in them.
fn reasons(lines: &[&str], options: &[&str]) -> Vec<String> {
    let page = printed(lines, options);
    let told = page.lines().filter(|line| line.contains("because"));
    told.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn the_sum_of_a_target_stands_beside_the_error_term() {
    assert_eq!(reasons(SOFTMAX, &["--wrt", "W,b"]), ["δ_z = ∂C/∂z = p − y (because Σᵢ yᵢ = 1)"]);
    assert_eq!(reasons(SOFTMAX, &["--wrt", "b"]), ["δ_z = ∂C/∂z = p − y (because Σᵢ yᵢ = 1)"]);
    let latex = r"\delta_{z} = \frac{\partial C}{\partial z} &= p - y && \text{because }\sum_{i}y_{i} = 1";
    assert_eq!(reasons(SOFTMAX, &["--wrt", "W,b", "--latex"]), [latex]);
    assert_eq!(reasons(SOFTMAX, &["--wrt", "W,b", "--markdown"]), [latex]);
}

#[test]
fn json_lists_what_was_assumed() {
    let told: Value = serde_json::from_str(&printed(SOFTMAX, &["--wrt", "W,b", "--json"])).expect("JSON");
    let assumptions: Vec<(&Value, &Value)> = told["adjoints"]
        .as_array()
        .into_iter()
        .chain(told["derivatives"].as_array())
        .flatten()
        .filter(|one| !one["assumptions"].is_null())
        .map(|one| (&one["by"], &one["assumptions"]))
        .collect();
    let sum = serde_json::json!([{ "latex": "\\sum_{i}y_{i} = 1", "text": "Σᵢ yᵢ = 1" }]);
    assert_eq!(assumptions, [(&Value::from("z"), &sum)]);
}

#[test]
fn a_free_target_needs_nothing_and_has_another_gradient() {
    let mut lines = SOFTMAX.to_vec();
    lines[2] = "target y : [k]";
    assert_eq!(reasons(&lines, &["--wrt", "b"]), Vec::<String>::new());
    assert!(!printed(&lines, &["--wrt", "b"]).contains("= p − y\n"));
}

#[test]
fn what_is_assumed_and_not_needed_is_not_named() {
    let square = ["input x : [n]", "param W : [k, n]", "target y : onehot[k]", "cost C = norm(W @ x - y)^2"];
    assert_eq!(reasons(&square, &["--wrt", "W"]), Vec::<String>::new());
    let linear = ["input A : [n, n], b : [n]", "param x : [n]", "assume A = A.T", "cost C = dot(b, A @ x)"];
    assert_eq!(reasons(&linear, &["--wrt", "b"]), Vec::<String>::new());
    assert_eq!(reasons(&linear, &["--wrt", "x"]), ["∂C/∂x = Ab (because A = Aᵀ)"]);
    let positive = ["param x, y", "assume y > 0", "cost C = x^2 * y"];
    assert_eq!(reasons(&positive, &["--wrt", "x"]), Vec::<String>::new());
}

#[test]
fn a_symmetric_matrix_is_named() {
    let lines = ["input A : [n, n], b : [n]", "param x : [n]", "assume A = A.T", "cost C = x @ A @ x + dot(b, x)"];
    assert_eq!(reasons(&lines, &["--wrt", "x"]), ["∂C/∂x = 2Ax + b (because A = Aᵀ)"]);
    let family = ["input A2 : [n, n]", "param x : [n]", "assume A2 = A2.T", "cost C = x @ A2 @ x"];
    assert_eq!(reasons(&family, &["--wrt", "x"]), ["∂C/∂x = 2A₂x (because A₂ = A₂ᵀ)"]);
}

#[test]
fn a_transpose_that_is_not_printed_is_an_assumption_used() {
    let lines = ["input S : [n, n]", "param T : [n, n]", "assume S = S.T", "cost C = tr(S @ T @ S)"];
    assert_eq!(reasons(&lines, &["--wrt", "T"]), ["∂C/∂T = SS (because S = Sᵀ)"]);
    let lines = ["param S : [n, n]", "assume S = S.T", "cost C = log(det(S))"];
    assert_eq!(reasons(&lines, &["--wrt", "S"]), ["dC/dS = S⁻¹ (because S = Sᵀ)"]);
}

#[test]
fn several_assumptions_are_one_sentence() {
    let lines = [
        "param z : [k]",
        "input A : [k, k]",
        "target y : onehot[k]",
        "assume A = A.T",
        "p = softmax(z)",
        "cost C = -sum(y * log(p)) + z @ A @ z",
    ];
    let told = reasons(&lines, &["--wrt", "z"]);
    assert_eq!(told, ["∂C/∂z = p − y + 2Az (because A = Aᵀ and Σᵢ yᵢ = 1)"]);
}

#[test]
fn a_sign_is_named_for_scalars() {
    let lines = ["param w", "input x", "assume x > 0", "cost C = abs(x) * w^2"];
    assert_eq!(reasons(&lines, &["--wrt", "w"]), ["∂C/∂w = 2xw (because x > 0)"]);
}

#[test]
fn a_sum_of_scalars_is_named() {
    let lines = ["param a, b", "input y1, y2", "assume y1 + y2 = 1", "z = a*y1 + a*y2", "cost C = z^2"];
    let told = reasons(&lines, &["--wrt", "a"]);
    assert_eq!(told, ["∂C/∂a = 2z (because y₁ + y₂ = 1)"]);
}

#[test]
fn the_rows_of_a_batch_have_their_index() {
    let lines = [
        "input X : [b, n]",
        "param W : [n, k]",
        "target Y : simplex[b, k]",
        "P = softmax(X @ W)",
        "cost C = -sum(Y * log(P))",
    ];
    let told = reasons(&lines, &["--wrt", "W"]);
    assert_eq!(told.last().map(String::as_str), Some("∂C/∂W = Xᵀ(P − Y) (because Σⱼ Yᵢⱼ = 1)"));
}

#[test]
fn a_one_hot_target_is_named_where_the_entry_that_it_picks_is_used() {
    let lines = ["param z : [k]", "target y : onehot[k]", "p = softmax(z)", "cost C = -log(dot(y, p))"];
    assert_eq!(reasons(&lines, &["--wrt", "z"]), ["∂C/∂z = p − y (because y is one-hot)"]);
}

#[test]
fn the_largest_entry_says_what_is_taken_at_ties() {
    let page = printed(&["param x : [n]", "cost C = max(x)^2"], &["--wrt", "x"]);
    assert!(
        page.contains("Where several entries are the largest, max has no derivative; they share it equally"),
        "{page}"
    );
    let page = printed(&["param x : [n]", "cost C = sum(x)^2"], &["--wrt", "x"]);
    assert!(!page.contains("entries are the largest"), "{page}");
}

#[test]
fn facts_stand_in_a_list() {
    let network = ["param A, B : [n, n]", "assume A = A.T, B = B.T", "cost C = trace(A @ B)"];
    let told = ["∂C/∂A = B (because B = Bᵀ)", "∂C/∂B = A (because A = Aᵀ)"];
    assert_eq!(reasons(&network, &[]), told);
    let apart = ["param A, B : [n, n]", "assume A = A.T", "assume B = B.T", "cost C = trace(A @ B)"];
    assert_eq!(printed(&network, &[]), printed(&apart, &[]));
}
