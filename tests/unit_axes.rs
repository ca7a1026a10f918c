//! Axes of size 1, as people who write NumPy have them: a column of N × 1 prints as a column, a row of 1 × d as a row,
//! nothing is summed or broadcast along such an axis, and names of such matrices come back in gradients.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;

/// The last equation of each derivative, and the network's own equations if they are asked for.
fn lines(network: &[&str], starts: &[&str]) -> Vec<String> {
    let arguments: Vec<&str> = network.iter().flat_map(|line| ["-e", *line]).collect();
    let run = derive(&arguments);
    assert_eq!((run.errors.as_str(), run.code), ("", 0), "{network:?}");
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let all: Vec<String> = run.output.lines().map(plain).collect();
    starts.iter().map(|start| all.iter().rfind(|line| line.starts_with(start)).cloned().unwrap_or_default()).collect()
}

const LAYER_NORM: &[&str] = &[
    "dim N, d",
    "param X : [N, d], gamma : [d]",
    "input T : [N, d], eps",
    "mu = mean(X, axis=1, keepdims=True)",
    "r = sqrt(mean((X - mu)^2, axis=1, keepdims=True) + eps)",
    "H = (X - mu) / r",
    "cost C = sum(T * H * gamma)",
];

#[test]
fn layer_norm_has_no_ones_beside_ones() {
    let printed = lines(LAYER_NORM, &["μ =", "r =", "H =", "∂C/∂r =", "∂C/∂X =", "∂⁺Hᵢⱼ/∂μₖ ="]);
    let expected = [
        "μ = X𝟏/d",
        "r = √((X − μ𝟏ᵀ)^(⊙2)𝟏/d + ε)",
        "H = diag(1 ⊘ r)(X − μ𝟏ᵀ)",
        "∂C/∂r = −((Δ_H ⊙ H)𝟏) ⊘ r",
        "∂C/∂X = diag(1 ⊘ r)(Δ_H − Δ_H 𝟏𝟏ᵀ/d − diag((Δ_H ⊙ H)𝟏)H/d)",
        "∂⁺Hᵢⱼ/∂μₖ = ∂/∂μₖ ((Xᵢⱼ − μᵢ)/rᵢ) = −𝟙[i = k]/rᵢ (constant factor, sum rule)",
    ];
    assert_eq!(printed, expected);
}

#[test]
fn the_name_of_a_column_comes_back() {
    let network = [
        "dim N, d",
        "param X : [N, d], g : [d]",
        "input T : [N, d]",
        "r = sqrt(mean(X^2, axis=1, keepdims=True))",
        "H = X / r * g",
        "cost C = sum(T * H)",
    ];
    let expected = ["∂C/∂X = diag(1 ⊘ r)(T diag(g) − diag(((T ⊙ H)𝟏) ⊘ r)X/d)", "∂C/∂g = (T ⊙ X)ᵀ(1 ⊘ r)"];
    assert_eq!(lines(&network, &["∂C/∂X =", "∂C/∂g ="]), expected);
}

#[test]
fn a_softmax_written_out_has_the_gradient_of_one() {
    let network = [
        "dim N, d",
        "param X : [N, d]",
        "input T : [N, d]",
        "m = max(X, axis=1, keepdims=True)",
        "E = exp(X - m)",
        "s = sum(E, axis=1, keepdims=True)",
        "P = E / s",
        "cost C = -sum(T * log(P))/N",
    ];
    let expected = ["E = exp(X − m𝟏ᵀ)", "P = diag(1 ⊘ s)E", "∂C/∂m = 0", "∂C/∂X = (diag(T𝟏)P − T)/N"];
    assert_eq!(lines(&network, &["E =", "P =", "∂C/∂m =", "∂C/∂X ="]), expected);
}

#[test]
fn samples_in_columns_give_what_courses_print() {
    let network = [
        "dim n, m, k",
        "param W1 : [m, n], b1 : [m, 1], W2 : [1, m], b2 : [1, 1]",
        "input X : [n, k], y : [1, k]",
        "Z1 = W1 @ X + b1",
        "A1 = sigmoid(Z1)",
        "Z2 = W2 @ A1 + b2",
        "A2 = sigmoid(Z2)",
        "cost J = -1/k*sum(y*log(A2) + (1 - y)*log(1 - A2))",
    ];
    let starts = ["Z₁ =", "J =", "δ₂ =", "Δ₁ =", "∂J/∂W₁ =", "∂J/∂b₁ =", "∂J/∂W₂ =", "∂J/∂b₂ =", "∂A₂/∂Z₂ ="];
    let expected = [
        "Z₁ = W₁X + b₁𝟏ᵀ",
        "J = −(y ⊙ log(A₂) + (1 − y) ⊙ log(1 − A₂))𝟏/k",
        "δ₂ = ∂J/∂Z₂ = (A₂ − y)/k",
        "Δ₁ = ∂J/∂Z₁ = (W₂ᵀδ₂) ⊙ A₁ ⊙ (1 − A₁)",
        "∂J/∂W₁ = Δ₁Xᵀ",
        "∂J/∂b₁ = Δ₁𝟏",
        "∂J/∂W₂ = δ₂A₁ᵀ",
        "∂J/∂b₂ = δ₂𝟏",
        "∂A₂/∂Z₂ = ∂/∂Z₂ σ(Z₂) = diag(A₂ ⊙ (1 − A₂)) (derivative of σ)",
    ];
    assert_eq!(lines(&network, &starts), expected);
}

#[test]
fn rows_stay_rows() {
    let network = [
        "dim N, d",
        "param X : [N, d], g : [1, d], b : [1, d]",
        "input T : [N, d], eps",
        "mu = mean(X, axis=0, keepdims=True)",
        "v = mean((X - mu)^2, axis=0, keepdims=True)",
        "H = (X - mu) / sqrt(v + eps)",
        "Y = g*H + b",
        "cost C = sum((Y - T)^2)/2",
    ];
    let expected = [
        "μ = 𝟏ᵀX/N",
        "v = 𝟏ᵀ(X − μ)^(⊙2)/N",
        "H = (X − μ) ⊘ √(v + ε)",
        "∂C/∂X = (Δ_H − H diag((Δ_H ⊙ H)ᵀ𝟏)/N − 𝟏𝟏ᵀΔ_H/N) diag(1 ⊘ √(v + ε𝟏ᵀ))",
        "∂C/∂g = 𝟏ᵀ(Δ_Y ⊙ H)",
        "∂C/∂b = 𝟏ᵀΔ_Y",
    ];
    assert_eq!(lines(&network, &["μ =", "v =", "H =", "∂C/∂X =", "∂C/∂g =", "∂C/∂b ="]), expected);
}

#[test]
fn columns_are_vectors_in_print() {
    let network = [
        "dim n, m",
        "param W : [m, n], b : [m, 1]",
        "input x : [n, 1], y : [m, 1]",
        "z = W @ x + b",
        "a = tanh(z)",
        "cost C = sum((a - y)^2)/2",
    ];
    let expected =
        ["z = Wx + b", "C = ‖a − y‖²/2", "∂z/∂b = ∂/∂b (Wx + b) = I (sum rule)", "∂C/∂W = δ_z xᵀ", "∂C/∂b = δ_z"];
    assert_eq!(lines(&network, &["z =", "C =", "∂z/∂b =", "∂C/∂W =", "∂C/∂b ="]), expected);
}

/// Numbers of the formulas against central differences, where sizes are 1 in all places.
#[test]
fn gradients_with_axes_of_size_one_agree_with_differences() {
    let network = [
        "param X : [2, 3] = [[1, 2, 4], [3, 1, 2]], g : [1, 3] = [[1, 2, 3]], c : [2, 1] = [[2], [5]], s : [1, 1] = [[3]]",
        "mu = mean(X, axis=0, keepdims=True)",
        "r = sqrt(mean((X - mu)^2, axis=1, keepdims=True) + 1)",
        "H = g*(X - mu) / r * c + s",
        "q = softmax(H @ H.T @ c, axis=0)",
        "cost C = sum(q*c) + sum(H^2)/10",
    ];
    let mut arguments = vec!["eval"];
    arguments.extend(network.iter().flat_map(|line| ["-e", *line]));
    let run = derive(&arguments);
    assert_eq!((run.errors.as_str(), run.code), ("", 0));
    let verdicts = run.output.lines().filter(|line| line.trim_end().ends_with("agrees")).count();
    assert_eq!(verdicts, 4, "{}", run.output);
}
