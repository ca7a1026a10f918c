//! Results of tensors as they are printed: functions of transposes, powers of inverses, products over one divisor. Each
//! LaTeX result is read back and proved by `derive check`.

#[path = "support/printed.rs"]
mod printed;
#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use printed::{check, result};

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
