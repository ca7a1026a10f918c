//! One-hot vectors and class numbers: gradients against dual numbers that share no code with what derives them, and how
//! they are printed.

#[path = "support/gradient.rs"]
mod gradient;
#[path = "support/program.rs"]
mod program;
#[path = "support/dual_tensor.rs"]
mod tensor;

use gradient::confirm;
use pretty_assertions::assert_eq;
use program::derive;

#[test]
fn the_entry_that_a_one_hot_vector_picks_is_right_in_every_power() {
    for cost in [
        "-log(dot(y, p))",
        "dot(y, p)^3",
        "1/dot(y, p)",
        "dot(y, p)*log(dot(y, p))",
        "sqrt(dot(p, y)) + dot(y, p^2)",
        "-dot(y, log(p))*dot(y, p)",
        "(1 - dot(y, p))^2*-log(dot(y, p))",
        "dot(y, p)/dot(p, p) + dot(y, z)^2",
        "sum(y*p)^-2*sum(y*z)",
        "sum(p*dot(y, p)) - dot(y, z*p)^2",
    ] {
        let cost = format!("cost C = {cost}");
        confirm(&["param z : [k]", "target y : onehot[k]", "p = softmax(z)", &cost], "z");
        confirm(&["param p : [k]", "input z : [k]", "target y : onehot[k]", &cost], "p");
    }
}

#[test]
fn one_hot_rows_of_a_batch_are_right() {
    for cost in [
        "-mean(log(sum(Y*P, axis=1)))",
        "sum(sum(Y*P, axis=1)^3)",
        "-sum(Y*log(P))/b",
        "sqnorm(P - Y)",
        "sum((1 - sum(P*Y, axis=1))^2*log(sum(Y*P, axis=1)))",
        "trace(Y @ P.T)^2",
        "sum(1/sum(Y*P, axis=1))",
    ] {
        let cost = format!("cost C = {cost}");
        let lines = ["param W : [n, k]", "input X : [b, n]", "target Y : onehot[b, k]", "P = softmax(X @ W)", &cost];
        confirm(&lines, "W");
    }
}

#[test]
fn class_numbers_pick_as_one_hot_vectors_do() {
    for cost in ["-log(p[o])", "p[o]^2*z[o]", "sqnorm(p - onehot(o))", "logsumexp(z) - z[o]", "(1 - p[o])^2*-log(p[o])"]
    {
        let cost = format!("cost C = {cost}");
        confirm(&["param z : [k]", "target o : index[k]", "p = softmax(z)", &cost], "z");
    }
    for cost in ["-sum(i in 1..b, log(P[i, o[i]]))/b", "-mean(log(P[:, o]))", "cross_entropy(P, onehot(o))"] {
        let cost = format!("cost C = {cost}");
        let lines = ["param W : [n, k]", "input X : [b, n]", "target o : [b] index[k]", "P = softmax(X @ W)", &cost];
        confirm(&lines, "W");
    }
}

/// The lines that begin with `start` in what `derive` prints.
fn printed(lines: &[&str], arguments: &[&str], start: &str) -> Vec<String> {
    let mut all: Vec<&str> = lines.iter().flat_map(|line| ["-e", line]).collect();
    all.extend(arguments);
    let run = derive(&all);
    assert_eq!(run.code, 0, "{}", run.errors);
    let shown = run.output.lines().map(str::trim).filter(|line| line.starts_with(start));
    shown.map(str::to_owned).collect()
}

#[test]
fn class_numbers_stand_in_indices() {
    let lines = ["param z : [k]", "target o : index[k]", "p = softmax(z)", "cost C = -log(p[o])"];
    assert_eq!(printed(&lines, &["--form", "both"], "C  "), ["C  = −log pₒ"]);
    assert_eq!(printed(&lines, &[], "∂C/∂z ").last().map(String::as_str), Some("∂C/∂z = p − onehot(o)"));
    assert_eq!(printed(&lines, &["--form", "index"], "=").last().map(String::as_str), Some("= pᵢ − 𝟙[i = o]"));
    let lines = [
        "param W : [n, k]",
        "input X : [b, n]",
        "target o : [b] index[k]",
        "P = softmax(X @ W)",
        "cost C = -sum(i in 1..b, log(P[i, o[i]]))/b",
    ];
    let shown = printed(&lines, &["--form", "both"], "");
    assert!(shown.contains(&"C   = −(Σᵢ log(P_(i,oᵢ)))/b".to_owned()), "{shown:#?}");
    assert!(shown.contains(&"∂C/∂W   = Xᵀ(P − onehot(o))/b".to_owned()), "{shown:#?}");
    assert!(shown.contains(&"= 1/b · Σₗ (Pₗⱼ − 𝟙[j = oₗ])Xₗᵢ".to_owned()), "{shown:#?}");
}
