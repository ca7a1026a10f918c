//! Results of tensors as they are printed: functions of transposes, powers of inverses, products over one divisor. Each
//! LaTeX result is read back and proved by `derive check`.

#[path = "support/printed.rs"]
mod printed;
#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use printed::{check, result, run};

#[test]
fn a_function_of_a_transpose_is_that_of_the_matrix() {
    let lines = ["param A : [n, n]", "input B : [n, n]", "cost C = trace(inv(A.T) @ B)"];
    check(&lines, "A", "∂C/∂A = −A⁻ᵀBA⁻ᵀ");
    let lines = ["param A : [n, n], b : [n], a : [n]", "cost C = logdet((A + outer(b, a)).T)"];
    check(&lines, "A", "∂C/∂A = (A + baᵀ)⁻ᵀ");
    check(&lines, "a", "∂C/∂a = (A + baᵀ)⁻¹b");
    let lines = ["param A : [n, n]", "cost C = det(A.T)^2"];
    check(&lines, "A", "dC/dA = 2 det(A)²A⁻ᵀ");
}

#[test]
fn powers_of_an_inverse_have_one_transpose_above() {
    let lines = ["param X : [n, n]", "input a, b : [n]", "cost C = dot(a, matpow(inv(X), 3) @ b)"];
    check(&lines, "X", "∂C/∂X = −X⁻ᵀabᵀX⁻³ᵀ − X⁻²ᵀabᵀX⁻²ᵀ − X⁻³ᵀabᵀX⁻ᵀ");
    let lines = ["param X : [n, n]", "input A : [n, n]", "cost C = trace(inv(X @ X) @ A)"];
    check(&lines, "X", "∂C/∂X = −(XX)⁻ᵀAᵀX⁻ᵀ − X⁻ᵀAᵀ(XX)⁻ᵀ");
}

#[test]
fn a_divisor_at_the_end_divides_the_whole_product() {
    let lines = ["param Q : [m, d]", "input K : [n, d]", "S = Q @ K.T/sqrt(d)"];
    assert_eq!(result(&lines, &["--of", "S", "--wrt", "Q"]), "∂Sᵢⱼ/∂Qₖₗ = 𝟙[i = k] Kⱼₗ/√d");
    let lines = ["cost C = (x + 1)*y/z + log(x)*y/z + 2*(x*y)/(3*z)"];
    assert_eq!(result(&lines, &["--wrt", "z"]), "∂C/∂z = −y(5/3 · x + 1 + log x)/z²");
}

#[test]
fn what_terms_of_a_jacobian_share_stands_in_front_of_their_sum() {
    let lines = ["param K : [m, d]", "input Q : [n, d], V : [m, v]", "A = softmax(Q @ K.T/sqrt(d))", "O = A @ V"];
    assert_eq!(result(&lines, &["--of", "O", "--wrt", "K"]), "∂Oᵢⱼ/∂Kₖₗ = (Vₖⱼ − Oᵢⱼ)QᵢₗAᵢₖ/√d");
}

#[test]
fn a_scalar_by_a_scalar_is_in_indices_too_where_they_are_asked_for() {
    let lines = ["param t", "input x, y : [n]", "cost C = sqnorm(x*t - y)"];
    assert_eq!(result(&lines, &["--wrt", "t", "--form", "index"]), "∂C/∂t = 2 Σᵢ (txᵢ − yᵢ)xᵢ");
    assert_eq!(result(&lines, &["--wrt", "t"]), "∂C/∂t = 2(tx − y)ᵀx");
}

#[test]
fn a_quantity_is_symmetric_if_its_equation_is() {
    let lines = ["param X : [b, n]", "mu = mean(X, axis=0)", "S = (X - mu).T @ (X - mu)/b", "cost C = logdet(S)"];
    assert_eq!(result(&lines, &["--wrt", "X"]), "∂C/∂X = 2(X − 𝟏μᵀ)S⁻¹/b   (because S is symmetric by its definition)");
}

#[test]
fn the_derivative_of_an_activation_stays_a_product() {
    let lines = ["param u, p, q : [k]", "input l", "cost C = -log(sigmoid(dot(u, p) - dot(u, q))) + l/2*sqnorm(u)"];
    assert_eq!(result(&lines, &["--wrt", "u"]), "∂C/∂u = (1 − σ(uᵀ(p − q)))(q − p) + lu");
    let lines = ["param x : [n]", "input W : [h, n], w : [h]", "a = tanh(W @ x)", "cost C = dot(w, a)"];
    let shown = run(&lines, &["--wrt", "x,x", "--mixed"]);
    assert!(shown.contains("∂²C/∂x²    = −2Wᵀ diag(w ⊙ a ⊙ (1 − a ⊙ a))W"), "{shown}");
    assert!(shown.contains("∂²C/∂xᵢ∂xⱼ = −2 Σₖ wₖaₖWₖᵢ(1 − aₖ²)Wₖⱼ"), "{shown}");
}

#[test]
fn differences_of_neighbours_are_not_taken_apart() {
    let lines = ["param x : [n]", "input e", "cost C = sum(i in 1..n-1, sqrt((x[i+1] - x[i])^2 + e))"];
    let expected = "∂C/∂xᵢ = Σⱼ₌₁ⁿ⁻¹ (xⱼ₊₁ − xⱼ)(𝟙[i = j+1] − 𝟙[i = j])/√((xⱼ₊₁ − xⱼ)² + e)";
    assert_eq!(result(&lines, &["--wrt", "x"]), expected);
}

#[test]
fn branches_of_a_case_distinction_are_vectors_where_their_jacobians_are_diagonal() {
    let lines = ["param w : [n]", "input X : [m, n], d", "target y : [m]", "r = X @ w - y", "cost C = huber(r, 0, d)"];
    let shown = run(&lines, &["--wrt", "w"]);
    assert!(shown.contains("∂C/∂w  = Xᵀ {r if abs(r) ≤ d; d sign(r) otherwise}/m"), "{shown}");
}

#[test]
fn latex_of_the_users_own_takes_no_second_script_of_a_kind() {
    let lines = ["input x : [n]", "param W : [m, n]", "z = W @ x", "cost C = sqnorm(z)", "show W as \"W^Q_h\""];
    let shown = run(&lines, &["--wrt", "W", "--latex"]);
    assert!(shown.contains(r"\partial {W^Q_h}_{jk}") && !shown.contains("W^Q_h_"), "{shown}");
}

#[test]
fn a_name_that_comes_back_brings_no_divisor() {
    // v/a is shorter, and not defined at a = 0.
    let lines = ["param a, b", "input w : [2]", "v = [a*b, 2*a]", "cost C = dot(v, w)"];
    check(&lines, "a", "∂C/∂a = wᵀ(b, 2)");
    let lines = ["param a", "input x, y, w : [n]", "v = a*(x + y)", "cost C = dot(v, w)"];
    check(&lines, "a", "∂C/∂a = wᵀ(x + y)");
}

#[test]
fn one_inner_product_stands_behind_the_other_numbers() {
    let lines = ["param a, c", "input w, u : [n]", "v = a^2*c*u", "cost C = dot(v, w)"];
    check(&lines, "a", "∂C/∂a = 2acwᵀu");
    let lines = ["param a", "input w, u : [n]", "v = a^3*u", "cost C = sqnorm(v - w)"];
    check(&lines, "a", "∂C/∂a = 6a²(v − w)ᵀu");
}

#[test]
fn a_sum_says_which_terms_it_leaves_out() {
    let lines = ["param x : [n]", "cost C = sum(i in 1..n, sum(j in 1..n if j != i, 1/(x[i] - x[j])^2))"];
    assert_eq!(result(&lines, &["--wrt", "x"]), "dC/dxᵢ = −4 Σ_(j ≠ i) 1/(xᵢ − xⱼ)³");
    let lines = ["param x : [n]", "cost C = sum(i in 1..n if i != 3, 1/(x[i] - x[3]))"];
    assert_eq!(result(&lines, &["--wrt", "x"]), "dC/dxᵢ = 𝟙[i = 3] (Σ_(j ≠ 3) 1/(xⱼ − x₃)²) − 𝟙[i ≠ 3]/(xᵢ − x₃)²");
    // Where nothing is singular the terms are taken away again; equal selections are one.
    let lines = ["param x : [n]", "cost C = sum(i in 1..n, sum(j in 1..n if j != i, x[i]*x[j]))"];
    assert_eq!(result(&lines, &["--wrt", "x"]), "dC/dx = 2((𝟏ᵀx)𝟏 − x₁:ₙ)");
    // A condition on a letter that has bounds, or a condition already, stands with what is summed.
    let lines = ["param x : [n]", "cost C = sum(i in 1..n-1, sum(j in 1..n if j != i+1, 1/(x[i+1] - x[j])))"];
    let expected = "dC/dxᵢ = Σⱼ₌₁ⁿ⁻¹ 𝟙[i ≠ j+1]/(xⱼ₊₁ − xᵢ)² − Σⱼ₌₁ⁿ⁻¹ Σ_(k ≠ j+1) 𝟙[i = j+1]/(xⱼ₊₁ − xₖ)²";
    assert_eq!(result(&lines, &["--wrt", "x"]), expected);
}

#[test]
fn a_square_of_a_difference_is_that_of_its_mirror_image() {
    let rows = |distance: &str| {
        let cost = format!("cost C = sum(i in 1..n, sum(j in 1..n if j != i, {distance}))");
        result(&["param X : [n, d]", "input p : [n, n]", "assume p = p.T", &cost], &["--wrt", "X"])
    };
    assert_eq!(
        rows("1/norm(X[i, :] - X[j, :])"),
        "dC/dXᵢⱼ = 2 Σₖ (𝟙[k ≠ i]/(Σₗ (Xᵢₗ − Xₖₗ)²)^(3/2) − 𝟙[i = k] Σ_(l ≠ i) 1/(Σᵣ (Xᵢᵣ − Xₗᵣ)²)^(3/2))Xₖⱼ"
    );
    assert_eq!(
        rows("p[i, j]/(1 + sqnorm(X[i, :] - X[j, :]))"),
        "∂C/∂Xᵢⱼ = 4 Σₖ (𝟙[k ≠ i] pᵢₖ/(1 + Σₗ (Xᵢₗ − Xₖₗ)²)² − 𝟙[i = k] Σ_(l ≠ i) pᵢₗ/(1 + Σᵣ (Xᵢᵣ − Xₗᵣ)²)²)Xₖⱼ   \
         (because p = pᵀ)"
    );
    // What is no mirror image stays two terms.
    let skew = rows("1/(1 + sqnorm(X[i, :] - 2*X[j, :]))");
    assert!(skew.contains("(Xᵢₗ − 2Xₖₗ)") && skew.contains("(Xₖₗ − 2Xᵢₗ)"), "{skew}");
}

#[test]
fn a_difference_and_its_mirror_image_are_turned_one_way() {
    let pairs = |term: &str, condition: &str| {
        let cost = format!("cost C = sum(i in 1..n, sum(j in 1..n{condition}, {term}))");
        result(&["param x : [n]", &cost], &["--wrt", "x"])
    };
    assert_eq!(pairs("1/abs(x[i] - x[j])", " if j != i"), "dC/dxᵢ = −2 Σ_(j ≠ i) sign(xᵢ − xⱼ)/|xᵢ − xⱼ|²");
    assert_eq!(pairs("cos(x[i] - x[j])", ""), "dC/dx = −2sin(x𝟏ᵀ − 𝟏xᵀ)𝟏");
    // Neither a sum nor what is no difference of one and the same has a mirror image.
    let sums = pairs("1/(x[i] + x[j])^2", " if j != i");
    assert_eq!(sums, "dC/dxᵢ = −4 Σ_(j ≠ i) 1/(xᵢ + xⱼ)³");
    assert_eq!(pairs("exp(x[i] - x[j])", ""), "dC/dx = (exp(x𝟏ᵀ − 𝟏xᵀ) − exp(x𝟏ᵀ − 𝟏xᵀ)ᵀ)𝟏");
}
