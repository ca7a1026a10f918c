//! vec(·) and Kronecker products, as Magnus and Neudecker write them, and unit vectors.

#[path = "support/verdicts.rs"]
mod support;

use support::{at_sizes, expect};

const BILINEAR: &str = "
dim n, d, m, k
input X : [n, d], S : [m, k], C : [k, d]
param A : [m, n], B : [d, k]
Y = A @ X @ B
cost L = 1/2*sum((Y - S)^2)";

#[test]
fn products_of_stacked_matrices() {
    let formulas = [
        (r"\operatorname{vec}(Y) = (B^\top \otimes A)\operatorname{vec}(X)", "right"),
        (r"\operatorname{vec}(Y) = (A \otimes B^\top)\operatorname{vec}(X)", "wrong"),
        (r"\operatorname{vec}(Y) = (B \otimes A)\operatorname{vec}(X)", "wrong"),
        (r"\operatorname{vec}(Y)^\top = \operatorname{vec}(X)^\top(B\otimes A^\top)", "right"),
        (r"(A\otimes B)^\top = A^\top \otimes B^\top", "right"),
        (r"(A \otimes B)(X \otimes C) = (AX)\otimes(BC)", "right"),
        (r"(A \otimes B)(X \otimes C) = AX\otimes BC", "right"),
        (r"(A \otimes B)(X \otimes C) = (BC)\otimes (AX)", "wrong"),
        (r"\operatorname{vec}(AXB) = (B^\top \otimes I)\operatorname{vec}(AX)", "right"),
        (r"\operatorname{vec}(AXB) = (I \otimes A)\operatorname{vec}(XB)", "right"),
        (r"\operatorname{vec}(AXB) = (A \otimes I)\operatorname{vec}(XB)", "wrong"),
        (r"\operatorname{tr}(A^\top A) = \operatorname{vec}(A)^\top\operatorname{vec}(A)", "right"),
        (r"\operatorname{tr}(A^\top A) = 2\operatorname{vec}(A)^\top\operatorname{vec}(A)", "wrong"),
        (r"L = \frac12\|(B^\top\otimes A)\operatorname{vec}(X) - \operatorname{vec}(S)\|_2^2", "right"),
        (r"\operatorname{vec}(X^\top) = \operatorname{vec}(X)", "wrong"),
        // An inverse and a power of a Kronecker product are not read.
        (r"\operatorname{vec}(X) = (B^\top \otimes A)^{-1}\operatorname{vec}(Y)", "unread"),
    ];
    expect(BILINEAR, &[], &formulas);
    // Of fixed sizes another order says nothing.
    let fixed = at_sizes(BILINEAR, "n = 3, d = 2, m = 4, k = 5");
    expect(&fixed, &[], &[formulas[0], (formulas[1].0, "unread"), formulas[3], formulas[13]]);
}

#[test]
fn derivatives_by_stacked_matrices() {
    let formulas = [
        (r"\frac{\partial \operatorname{vec}(Y)}{\partial \operatorname{vec}(X)} = B^\top \otimes A", "right"),
        (r"\frac{\partial \operatorname{vec}(Y)}{\partial \operatorname{vec}(X)} = A \otimes B^\top", "wrong"),
        (r"\frac{\partial \operatorname{vec} Y}{\partial (\operatorname{vec} X)^\top} = B^\top \otimes A", "right"),
        // In denominator layout.
        (r"\frac{\partial \operatorname{vec}(Y)}{\partial \operatorname{vec}(X)} = B \otimes A^\top", "right"),
        (r"\frac{\partial \operatorname{vec}(Y)}{\partial \operatorname{vec}(A)} = (XB)^\top \otimes I", "right"),
        (r"\frac{\partial \operatorname{vec}(Y)}{\partial \operatorname{vec}(A)} = (XB)^\top \otimes I_m", "right"),
        (r"\frac{\partial \operatorname{vec}(Y)}{\partial \operatorname{vec}(A)} = 2(XB)^\top \otimes I", "wrong"),
        (r"\frac{\partial \operatorname{vec}(Y)}{\partial \operatorname{vec}(B)} = I_k \otimes AX", "right"),
        (r"\frac{\partial \operatorname{vec}(Y)}{\partial \operatorname{vec}(B)} = AX \otimes I_k", "wrong"),
        (r"\frac{\partial L}{\partial \operatorname{vec}(X)} = (B \otimes A^\top)\operatorname{vec}(Y - S)", "right"),
        (r"\frac{\partial L}{\partial \operatorname{vec}(X)} = (B \otimes A^\top)\operatorname{vec}(S - Y)", "wrong"),
        (r"\nabla_{\operatorname{vec}(X)} L = (B \otimes A^\top)\operatorname{vec}(Y - S)", "right"),
        (
            r"\operatorname{vec}\left(\frac{\partial L}{\partial X}\right) = (B^\top \otimes A)\operatorname{vec}(Y - S)",
            "wrong",
        ),
    ];
    expect(BILINEAR, &[], &formulas);
}

#[test]
fn unit_vectors_of_numbers_and_letters() {
    let network = "
dim n, d
input X : [n, d], x : [d], y : [n]
param W : [n, d], w : [d]
z = W @ x
r = X @ w - y
cost L = 1/2*sum(r^2) + sum(z^2)";
    let formulas = [
        (r"z_i = e_i^\top W x", "right"),
        (r"z_1 = e_1^\top W x", "right"),
        (r"z_1 = e_2^\top W x", "wrong"),
        (r"W_{ij} = \mathbf e_i^\top W \mathbf e_j", "right"),
        (r"W_{12} = e_1^\top W e_2", "right"),
        (r"\frac{\partial L}{\partial w_1} = r^\top X \mathbf{e}_1", "right"),
        (r"\frac{\partial L}{\partial w_1} = r^\top X \mathbf{e}_2", "wrong"),
        (r"\frac{\partial L}{\partial w_1} = (X e_1)^\top r", "right"),
        // No size fits.
        (r"z_1 = e_1^\top x x^\top W e_1", "unread"),
    ];
    expect(network, &["n = 3, d = 4"], &formulas);
}

#[test]
fn derivatives_by_an_inverse() {
    let gauss = "
dim d
input x : [d]
param Sigma : [d, d], mu : [d]
cost L = 1/2*(x - mu)' @ inv(Sigma) @ (x - mu) + 1/2*logdet(Sigma)";
    let formulas = [
        (r"\frac{\partial L}{\partial \Sigma^{-1}} = \frac12(x-\mu)(x-\mu)^\top - \frac12\Sigma^\top", "right"),
        (r"\frac{\partial L}{\partial \Sigma^{-1}} = \frac12(x-\mu)(x-\mu)^\top + \frac12\Sigma^\top", "wrong"),
        (r"\nabla_{\Sigma^{-1}} L = \frac12(x-\mu)(x-\mu)^\top - \frac12\Sigma^\top", "right"),
        (r"\frac{\partial \log|\Sigma|}{\partial \Sigma^{-1}} = -\Sigma^\top", "right"),
        (r"\frac{\partial \log|\Sigma|}{\partial \Sigma^{-1}} = \Sigma^\top", "wrong"),
        (r"\frac{\partial \mu}{\partial \Sigma^{-1}} = 0", "unread"),
    ];
    expect(gauss, &["d = 2"], &formulas);
    // A name of the inverse changes nothing.
    let named = "
dim d
input x : [d], mu : [d]
param Sigma : [d, d]
assume Sigma = Sigma.T
Lambda = inv(Sigma)
cost L = 1/2*(x - mu)' @ Lambda @ (x - mu) - 1/2*logdet(Lambda)";
    let formulas = [
        (r"\frac{\partial L}{\partial \Sigma^{-1}} = \frac12(x-\mu)(x-\mu)^\top - \frac12\Sigma", "right"),
        (r"\frac{\partial L}{\partial \Lambda} = \frac12(x-\mu)(x-\mu)^\top - \frac12\Sigma", "right"),
        (r"\frac{\partial L}{\partial \Sigma^{-1}} = (x-\mu)(x-\mu)^\top - \Sigma", "wrong"),
        (r"\frac{\partial L}{\partial \Lambda^{-1}} = \frac{\partial L}{\partial \Sigma}", "right"),
        (r"\frac{\partial L}{\partial \Lambda^{-1}} = -\frac{\partial L}{\partial \Sigma}", "wrong"),
    ];
    expect(named, &[], &formulas);
}

#[test]
fn vectors_as_factors() {
    let network = "
dim n, d
input X : [n, d], y : [n]
param w : [d], W : [d, d]
r = X @ w - y
cost L = 1/2*sum(r^2)";
    let formulas = [
        (r"\operatorname{vec}(w y^\top) = y\otimes w", "right"),
        (r"\operatorname{vec}(w y^\top) = w\otimes y", "wrong"),
        (r"w\otimes y = w y^\top", "right"),
        (r"w^\top \otimes y = y w^\top", "right"),
        (r"w \otimes y^\top = w y^\top", "right"),
        (r"w \otimes y^\top = y w^\top", "wrong"),
        (r"W w = (w^\top\otimes I_d)\operatorname{vec}(W)", "right"),
        (r"W w = (I_d\otimes w^\top)\operatorname{vec}(W)", "wrong"),
        (r"W^\top w = (I_d\otimes w^\top)\operatorname{vec}(W)", "right"),
        (r"\frac{\partial Ww}{\partial\operatorname{vec}(W)} = w^\top\otimes I", "right"),
        (r"\frac{\partial Ww}{\partial\operatorname{vec}(W)} = I\otimes w^\top", "wrong"),
        (r"\operatorname{vec}(X)\odot\operatorname{vec}(X) = \operatorname{vec}(X\odot X)", "right"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn traces_inverses_and_norms_of_kronecker_products() {
    let network = "
dim m, n, p
param A : [m, n], C : [m, m], E : [p, p]
cost J = sum(A)*trace(C)*trace(E)";
    let formulas = [
        (r"(C \otimes E)^{-1} = C^{-1} \otimes E^{-1}", "right"),
        (r"(C \otimes E)^{-1} = C \otimes E^{-1}", "wrong"),
        (r"(C \otimes E)^{-1} = E^{-1} \otimes C^{-1}", "wrong"),
        (r"(C \otimes E)^{-\top} = C^{-\top} \otimes E^{-\top}", "right"),
        (r"(C \otimes E)^{-1} = (C + C \otimes E)^{-1}", "unread"),
        (r"\operatorname{tr}(C \otimes E) = \operatorname{tr}(C)\operatorname{tr}(E)", "right"),
        (r"\operatorname{tr}(C \otimes E) = \operatorname{tr}(C) + \operatorname{tr}(E)", "wrong"),
        (r"\|A \otimes E\|_F = \|A\|_F\|E\|_F", "right"),
        (r"\|A \otimes E\|_F = \|A\|_F^2\|E\|_F", "wrong"),
        (r"(C\otimes E)(C^{-1}\otimes E^{-1}) = I", "right"),
        (r"(C\otimes E)(C^{-1}\otimes E^{-1}) = 2I", "wrong"),
    ];
    expect(network, &["m = 2, n = 3, p = 2"], &formulas);
}
