//! How derivations of vectors and matrices are set: every line in the layout, lists of entries, letters of indices.

#[path = "support/printed.rs"]
#[expect(dead_code, reason = "each test file uses a part")]
mod printed;
#[path = "support/program.rs"]
mod program;

use printed::{result, run};

const COSINE: [&str; 2] = ["input x : [n]\nparam w : [n]", "cost C = dot(x, w)/(norm(x)*norm(w))"];

#[test]
fn every_worked_line_of_the_numerator_layout_is_a_row() {
    let shown = run(&COSINE, &["--wrt", "w", "--layout", "numerator", "--steps", "full"]);
    assert!(shown.contains("(‖x‖‖w‖xᵀI − 2 · 1/(2‖w‖) · (xᵀw)‖x‖wᵀI)/"), "{shown}");
    let lines = ["input r : [n]\nparam W : [m, n]", "u = W @ r", "cost C = sqnorm(u)/2"];
    let shown = run(&lines, &["--wrt", "W", "--layout", "numerator", "--steps", "full"]);
    assert!(shown.contains("= uᵀI "), "{shown}");
    // ∂u/∂v has a row for each entry of v.
    let lines = ["param v : [n]\ninput W : [m, n]", "u = W @ v", "cost C = sqnorm(u)"];
    let shown = run(&lines, &["--wrt", "v", "--layout", "denominator", "--steps", "full"]);
    assert!(shown.contains("= IWᵀ") && shown.contains("= Wᵀ"), "{shown}");
}

#[test]
fn rewritings_are_in_entries_where_only_entries_are_asked_for() {
    let lines = ["input X : [b, n]\nparam W : [k, n]", "Z = tanh(X @ W.T)", "cost C = sqnorm(Z)/2"];
    let shown = run(&lines, &["--wrt", "W", "--layout", "numerator", "--form", "index", "--steps", "full"]);
    let after = shown.split("Simplified by:").nth(1).expect("rewritings");
    assert!(after.contains('='), "{shown}");
    assert!(!after.contains('⊙') && !after.contains('ᵀ'), "{after}");
}

#[test]
fn no_index_is_called_as_a_size_is() {
    let lines = ["input x : [n]\nparam w : [k]", "z = conv1d(x, w)", "cost C = sqnorm(z)"];
    let shown = run(&lines, &["--wrt", "w", "--steps", "full"]);
    assert!(shown.contains("= Σₗ₌₁ᵏ xᵢ₊ₗ₋₁𝟙[l = j]"), "{shown}");
}

#[test]
fn bars_stand_around_one_entry_and_not_around_a_column() {
    let lines = ["input X : [m, n], y : [m]\nparam w : [n]", "cost C = sum(abs(X @ w - y)^3)"];
    let shown = run(&lines, &["--wrt", "w", "--form", "both"]);
    assert!(shown.contains("∂C/∂w  = 3Xᵀ(abs(Xw − y)^(⊙2) ⊙ sign(Xw − y))"), "{shown}");
    assert!(shown.contains("∂C/∂wᵢ = 3 Σⱼ |Σₖ Xⱼₖwₖ − yⱼ|² sign(Σₖ Xⱼₖwₖ − yⱼ)Xⱼᵢ"), "{shown}");
}

#[test]
fn a_direct_derivative_of_an_entry_of_a_derivative_has_parentheses() {
    let lines = ["param x : [n]", "r = norm(x)", "cost C = 1/3*r^3"];
    let arguments = ["--wrt", "x,x", "--mixed", "--form", "index"];
    let shown = run(&lines, &arguments);
    assert!(shown.contains("d⁺(dC/dxᵢ)/dxⱼ = d/dxⱼ (rxᵢ)"), "{shown}");
    let shown = run(&lines, &[arguments.as_slice(), &["--latex"]].concat());
    assert!(shown.contains(r"\frac{d^{+}(dC/dx_{i})}{dx_{j}}"), "{shown}");
}

#[test]
fn columns_of_few_entries_are_lists() {
    let lines = ["param w : [3]", "cost C = sqnorm(w - [1, 0, -2])"];
    assert_eq!(result(&lines, &["--wrt", "w"]), "dC/dw = 2(w − (1, 0, −2))");
    let lines = ["param u, v", "x = [-u, v, u*v/(1 + u)]"];
    assert_eq!(result(&lines, &["--of", "x", "--wrt", "u"]), "∂x/∂u = (−1, 0, v/(1 + u)²)");
    assert!(run(&lines, &["--of", "x", "--wrt", "u"]).contains("x = (−u, v, uv/(1 + u))"));
    // Of four entries two are picked.
    let lines = ["param X : [4, n]", "input c : [n]", "cost C = dot(X[1, :] + X[2, :], c)"];
    assert_eq!(result(&lines, &["--wrt", "X"]), "∂C/∂X = (e₁ + e₂)cᵀ");
}

#[test]
fn a_digit_above_a_name_is_no_power_of_another_name() {
    let lines = ["input c0, c1 : [n]\nparam c : [n]", "d1 = c*c0*c1", "cost C = sum(d1)"];
    let shown = run(&lines, &["--wrt", "c", "--notation", "nielsen"]);
    assert!(shown.contains("d¹ = c ⊙ c₀ ⊙ c₁"), "{shown}");
}

#[test]
fn a_digit_before_a_delta_has_a_dot() {
    let lines = ["input a : [n]\nparam x : [n]", "z = 2*x*a"];
    let latex = run(&lines, &["--of", "z", "--wrt", "x", "--form", "index", "--latex"]);
    assert!(latex.contains(r"2 \cdot \mathbf{1}[i = j]\,a_{i}"), "{latex}");
}

#[test]
fn a_row_in_every_row_of_a_branch_is_spelled_out() {
    let lines = ["dim n, m\nparam W : [n, m], u : [m]", "H = if W > u then 2*W else u", "cost C = sum(H^2)"];
    let shown = run(&lines, &["--wrt", "u"]);
    assert!(shown.contains("H = {2W if W > 𝟏uᵀ; 𝟏uᵀ otherwise}"), "{shown}");
}

#[test]
fn a_list_has_an_index_of_its_own() {
    let lines = ["param u, v", "x = [u, v, u*v]", "cost C = dot(x, [1, 0, 3])"];
    let shown = run(&lines, &["--wrt", "u", "--form", "index"]);
    assert!(shown.contains("xᵢ = (u, v, uv)ᵢ"), "{shown}");
    assert!(shown.contains("∂xᵢ/∂u = ∂/∂u (u, v, uv)ᵢ = (1, 0, v)ᵢ"), "{shown}");
}

#[test]
fn a_column_beside_a_square_matrix_says_which_way_it_lies() {
    let lines =
        ["input A : [n, n], B : [m, n]\nparam u : [n]", "H = A + u", "G = B + u", "cost C = sum(H^2) + sum(G^2)"];
    let shown = run(&lines, &["--wrt", "u"]);
    assert!(shown.contains("H = A + 𝟏uᵀ") && shown.contains("G = B + u"), "{shown}");
}

#[test]
fn rows_stand_in_front_of_what_is_turned() {
    let shown = run(&[], &["examples/lstm.net", "--wrt", "W_f,h0", "--layout", "numerator"]);
    assert!(shown.contains("δ_c = ∂C/∂c = δₕ ⊙ (o ⊙ (1 − u ⊙ u))ᵀ"), "{shown}");
    assert!(shown.contains("∂C/∂W_f = x(δ_f ⊙ (f ⊙ (1 − f))ᵀ)"), "{shown}");
}

#[test]
fn a_derivative_of_the_formula_of_a_derivative_is_no_mixed_derivative() {
    // C does not depend on p, so that ∂²C/∂p∂z would be 0; the formula of ∂C/∂z has p in it.
    let lines = ["input z : [k]", "p = softmax(z)", "cost C = logsumexp(z)"];
    let shown = run(&lines, &["--wrt", "z,z", "--mixed"]);
    assert!(shown.contains("d²C/dz² = d⁺(dC/dz)/dp · dp/dz"), "{shown}");
    assert!(shown.contains("d⁺(dC/dz)/dp = dp/dp = I") && !shown.contains("d²C/dpdz"), "{shown}");
}
