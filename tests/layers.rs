//! Normalised layers as people derive them: the mean, the deviation and the normalised quantity have names and equations.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;

fn lines(file: &[&str], arguments: &[&str]) -> Vec<String> {
    let mut all: Vec<&str> = file.iter().flat_map(|line| ["-e", line]).collect();
    all.extend(arguments);
    let run = derive(&all);
    assert_eq!(run.code, 0, "{}", run.errors);
    run.output.lines().map(|line| line.trim().to_owned()).collect()
}

/// The equations of a network.
fn equations(file: &[&str]) -> Vec<String> {
    let shown = lines(file, &[]);
    let from = shown.iter().position(|line| line == "The network").expect("the network");
    shown[from + 3..].iter().take_while(|line| !line.is_empty()).cloned().collect()
}

#[test]
fn a_layer_norm_names_its_mean_its_deviation_and_what_is_normalised() {
    let file = [
        "param x, gamma, beta : [n]",
        "input g : [n], eps",
        "y = layer_norm(x, gamma, beta, eps)",
        "cost C = dot(g, y)",
    ];
    let expected = ["μ = 𝟏ᵀx/n", "s = √(‖x − μ‖²/n + ε)", "x̂ = (x − μ)/s", "y = γ ⊙ x̂ + β", "C = gᵀy"];
    assert_eq!(equations(&file), expected);
    let shown = lines(&file, &["--wrt", "x"]);
    let expected = "∂C/∂x = (δ_x̂ − 𝟏ᵀδ_x̂/n · 𝟏 − δ_x̂ᵀx̂/n · x̂)/s";
    assert!(shown.contains(&expected.to_owned()), "{shown:#?}");
    let shown = lines(&file, &["--wrt", "gamma"]);
    assert_eq!(shown.last().map(String::as_str), Some("∂C/∂γ = g ⊙ x̂"));
}

#[test]
fn a_batch_norm_does_so_for_each_feature() {
    let file = ["param X : [b, n], gamma : [n]", "input G : [b, n]", "cost C = sum(G*batch_norm(X, gamma, 1, 0.1))"];
    let expected = ["μ = Xᵀ𝟏/b", "s = √(((X − μ)^(⊙2))ᵀ𝟏/b + 0.1)", "X̂ = (X − μ) ⊘ s", "C = 𝟏ᵀ(G ⊙ (γ ⊙ X̂ + 1))𝟏"];
    assert_eq!(equations(&file), expected);
    let shown = lines(&file, &["--wrt", "gamma"]);
    assert_eq!(shown.last().map(String::as_str), Some("∂C/∂γ = (G ⊙ X̂)ᵀ𝟏"));
}

#[test]
fn several_layers_have_numbers_and_members_of_a_family_its_indices() {
    let file = [
        "param W, V : [n, n]",
        "input X : [b, n]",
        "H = tanh(layer_norm(X @ W, 1, 0, 0.1))",
        "cost C = sqnorm(layer_norm(H, 1, 0, 0.1) @ V)",
    ];
    let names: Vec<String> =
        equations(&file).iter().filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())).collect();
    assert_eq!(names, ["U₁", "μ₁", "s₁", "Û₁", "H", "μ₂", "s₂", "Ĥ", "C"]);
    let file = [
        "param W[1..2] : [n, n]",
        "input x : [n]",
        "a[0] = x",
        "for l in 1..2 { z[l] = W[l] @ a[l-1]; a[l] = tanh(layer_norm(z[l], 1, 0, 0.1)) }",
        "cost C = sqnorm(a[2])",
    ];
    let names: Vec<String> =
        equations(&file).iter().filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())).collect();
    assert_eq!(names[1..6], ["z⁽¹⁾", "μ⁽¹⁾", "s⁽¹⁾", "ẑ⁽¹⁾", "a⁽¹⁾"]);
}

#[test]
fn names_that_the_user_has_are_not_taken() {
    let file = ["param x : [n]", "input mu : [n]", "cost C = dot(mu, layer_norm(x, 1, 0, 0.1))"];
    let expected = ["μ₁ = 𝟏ᵀx/n", "s₁ = √(‖x − μ₁‖²/n + 0.1)", "x̂  = (x − μ₁)/s₁", "C  = μᵀx̂"];
    assert_eq!(equations(&file), expected);
}

#[test]
fn the_gradients_through_them_agree_with_central_differences() {
    let file = [
        "dim b = 3, m = 2, n = 4",
        "param W = [[1, 2, 3, -1], [0.5, -0.2, 0.7, 1]], g = [1, 2, 0.5, 1], c = [0.1, 0.2, 0.3, 0.1]",
        "input X = [[1, 2], [-0.5, 0.4], [0.3, -0.6]], t = [[1, 0, 1, 0], [0.1, 0.2, 0.3, 0.4], [1, 1, 1, 1]]",
        "H = tanh(layer_norm(X @ W, g, c))",
        "cost C = mse(H + batch_norm(H, g, c, 0.01), t)",
    ];
    let path = format!("{}/layers.net", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&path, file.join("\n")).expect("a file");
    let run = derive(&["eval", &path]);
    assert_eq!(run.code, 0, "{}", run.errors);
    assert_eq!(run.output.matches("agrees").count(), 3, "{}", run.output);
}
