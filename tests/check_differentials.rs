//! `derive check` on differentials, higher derivatives, rows, vec(·) and ∇ without a name; with wrong twins, at symbolic
//! sizes and at concrete ones where all axes are of one length.

#[path = "support/verdicts.rs"]
mod support;

use support::{at_sizes, expect};

const SOFTMAX: &str = "
dim n, k
input x : [n]
target y : onehot[k]
param W : [k, n]
param b : [k]
z = W @ x + b
p = softmax(z)
cost C = -sum(y * log(p))";

const QUADRATIC: &str = "
dim n
input x : [n]
param A : [n, n]
param b : [n]
cost C = x.T @ A @ x + b.T @ x";

const LOGISTIC: &str = "
dim m, n
input X : [m, n]
target y : [m]
param w : [n]
param b
s = sigmoid(X @ w + b)
cost C = -sum(y * log(s) + (1 - y) * log(1 - s))";

#[test]
fn differentials_of_the_cost() {
    let formulas = [
        (r"dC = (p-y)^\top dz", "right"),
        (r"dC = (y-p)^\top dz", "wrong"),
        (r"dC = (p-y)^\top dW x + (p-y)^\top db", "right"),
        (r"dC = (p-y)^\top dW x - (p-y)^\top db", "wrong"),
        (r"dC = \operatorname{tr}\left( ((p-y) x^\top)^\top dW\right)", "right"),
        (r"dC = \operatorname{tr}(x (p-y)^\top\, dW)", "right"),
        (r"dC = \langle (p-y) x^\top, dW \rangle", "right"),
        (r"dC = \langle (p+y) x^\top, dW \rangle", "wrong"),
        // dz follows from the differential that depends on no other one.
        (r"dC = (p - y)^\top dz = (p-y)^\top dW x = \operatorname{tr}(x (p-y)^\top dW)", "right"),
        (r"dC = (p - y)^\top dz = y^\top dW x", "wrong"),
        (r"\mathrm{d}C = (p-y)^\top\,\mathrm{d}z", "right"),
    ];
    expect(SOFTMAX, &["n = 3, k = 3"], &formulas);
    let trace = "
dim m, n
param X : [m, n]
input A : [n, m]
cost C = trace(A @ X)";
    let formulas = [
        (r"dC = \operatorname{tr}(A\,dX)", "right"),
        (r"dC = \operatorname{tr}(dX\,A)", "right"),
        (r"dC = \operatorname{tr}(A^\top dX^\top)", "right"),
        (r"dC = 2\operatorname{tr}(A\,dX)", "wrong"),
    ];
    expect(trace, &["m = 3, n = 3"], &formulas);
    expect(trace, &["m = 3, n = 3"][..0], &[(r"dC = \operatorname{tr}(A^\top dX)", "wrong")]);
    let square = at_sizes(trace, "m = 3, n = 3");
    expect(&square, &[], &[(r"dC = \operatorname{tr}(A^\top dX)", "wrong")]);
}

#[test]
fn differentials_of_other_quantities() {
    let formulas = [
        (r"dz = W dx + dW x + db", "right"),
        (r"dz = W dx + dW x - db", "wrong"),
        // What has no differential is held fixed.
        (r"dz = W\,dx", "right"),
        (r"dp = (\operatorname{diag}(p) - pp^\top) dz", "right"),
        (r"dp = \operatorname{diag}(p) dz", "wrong"),
        // As programs write derivatives of the cost.
        (r"dz = p - y", "right"),
        (r"dz = y - p", "wrong"),
        (r"dW = dz\, x^\top", "right"),
        (r"db = dz", "right"),
        (r"dx = W^\top dz", "right"),
        (r"dx = 2 W^\top dz", "wrong"),
    ];
    expect(SOFTMAX, &["n = 3, k = 3"], &formulas);
    let scalar = "
input x = 2
param w
y = w^2 * x
cost C = y^3";
    let formulas = [
        (r"dC = 3 y^2\,dy", "right"),
        (r"dC = 6 y^2 w x\,dw", "right"),
        (r"dC = 3 y^2 w x\,dw", "wrong"),
        (r"dy = 2 w x\,dw", "right"),
    ];
    expect(scalar, &[], &formulas);
}

#[test]
fn mixed_second_derivatives() {
    let formulas = [
        (r"\frac{\partial^2 C}{\partial w \partial b} = X^\top (s \odot (1-s))", "right"),
        (r"\frac{\partial^2 C}{\partial b \partial w} = X^\top (s \odot (1-s))", "right"),
        (r"\frac{\partial^2 C}{\partial w \partial b} = (s \odot (1-s))^\top X", "right"),
        (r"\frac{\partial^2 C}{\partial w \partial b} = X^\top s", "wrong"),
        (r"\frac{\partial^2 C}{\partial w\,\partial w^\top} = X^\top \operatorname{diag}(s \odot (1-s)) X", "right"),
        (r"\frac{\partial^2 C}{\partial w\,\partial w^\top} = X^\top \operatorname{diag}(s) X", "wrong"),
        (r"H = \nabla_w^2 C = X^\top \operatorname{diag}(s \odot (1-s)) X", "right"),
        (r"H = \nabla_w^2 C = X^\top \operatorname{diag}(s) X", "wrong"),
        (r"\frac{\partial^2 C}{\partial w_j \partial b} = \sum_i s_i(1-s_i) X_{ij}", "right"),
        (r"\frac{\partial^2 C}{\partial w_j \partial b} = \sum_i s_i X_{ij}", "wrong"),
    ];
    expect(LOGISTIC, &["m = 3, n = 3"], &formulas);
    let formulas = [
        (r"\frac{\partial^2 C}{\partial x\, \partial b^\top} = W^\top(\operatorname{diag}(p) - pp^\top)", "right"),
        (r"\frac{\partial^2 C}{\partial b\, \partial x^\top} = (\operatorname{diag}(p) - pp^\top) W", "right"),
        (r"\frac{\partial^2 C}{\partial x\, \partial b^\top} = (\operatorname{diag}(p) - pp^\top) W", "wrong"),
        (r"\frac{\partial^2 C}{\partial x\, \partial b^\top} = W^\top\operatorname{diag}(p)", "wrong"),
        (r"\frac{\partial^2 C}{\partial b_i\, \partial x_j} = \sum_l p_i (\delta_{il} - p_l) W_{lj}", "right"),
        (r"\frac{\partial^2 C}{\partial b_i\, \partial x_j} = \sum_l p_i (\delta_{il} + p_l) W_{lj}", "wrong"),
        (r"\frac{\partial^2 z}{\partial x^2} = 0", "right"),
        (r"\frac{\partial^2 p}{\partial z^2} = 0", "wrong"),
    ];
    expect(SOFTMAX, &["n = 3, k = 3"], &formulas);
    let formulas = [
        (r"\frac{\partial^2 C}{\partial x \partial b} = I", "right"),
        (r"\frac{\partial^2 C}{\partial x \partial b^\top} = 2I", "wrong"),
        (r"\frac{\partial^2 C}{\partial x_k \partial A_{ij}} = \delta_{ik} x_j + x_i \delta_{jk}", "right"),
        (r"\frac{\partial^2 C}{\partial x_k \partial A_{ij}} = \delta_{ik} x_j", "wrong"),
        (r"\frac{\partial^2 C}{\partial A^2} = 0", "right"),
        (r"\frac{\partial^2 C}{\partial x \partial A} = 0", "wrong"),
    ];
    expect(QUADRATIC, &["n = 3"], &formulas);
}

#[test]
fn derivatives_of_rows_and_entries() {
    let formulas = [
        (r"\frac{\partial}{\partial w} (s - y)^\top X = X^\top \operatorname{diag}(s \odot (1-s)) X", "right"),
        (r"\frac{\partial}{\partial w} (s - y)^\top X = X^\top \operatorname{diag}(s) X", "wrong"),
        (r"\frac{\partial}{\partial w} (s-y)^\top = X^\top \operatorname{diag}(s \odot (1-s))", "right"),
        (r"\frac{\partial}{\partial w} (s-y)^\top = X^\top \operatorname{diag}(s)", "wrong"),
        (r"\frac{\partial}{\partial b} (s-y)^\top = (s \odot (1-s))^\top", "right"),
        (r"\frac{\partial}{\partial b} (s-y)^\top = s^\top", "wrong"),
        (
            r"\frac{\partial}{\partial w^\top} \frac{\partial C}{\partial w} = X^\top \operatorname{diag}(s \odot (1-s)) X",
            "right",
        ),
        (r"\frac{\partial}{\partial w} w_i = e_i", "right"),
        (r"\frac{\partial}{\partial w} w_i = 2 e_i", "wrong"),
        (r"\frac{\partial}{\partial w_k}\sum_j w_j X_{ij} = X_{ik}", "right"),
        (r"\frac{\partial}{\partial w_k}\sum_j w_j X_{ij} = 2 X_{ik}", "wrong"),
    ];
    expect(LOGISTIC, &["m = 3, n = 3"], &formulas);
    let formulas = [
        (r"\frac{\partial z_i}{\partial W} = e_i x^\top", "right"),
        (r"\frac{\partial z_i}{\partial W} = 2 e_i x^\top", "wrong"),
        (r"\frac{\partial p_i}{\partial z} = p_i (e_i - p)", "right"),
        (r"\frac{\partial p_i}{\partial z} = p_i (e_i + p)", "wrong"),
    ];
    expect(SOFTMAX, &["n = 3, k = 3"], &formulas);
}

#[test]
fn stacked_columns() {
    let formulas = [
        (r"\operatorname{vec}\left(\frac{\partial C}{\partial W}\right) = x \otimes (p - y)", "right"),
        (r"\operatorname{vec}(\partial C/\partial W) = x \otimes (p - y)", "right"),
        (r"\mathrm{vec}((p-y)x^\top) = x \otimes (p-y)", "right"),
        (r"\operatorname{vec}\left(\frac{\partial C}{\partial W}\right) = 2\, x \otimes (p - y)", "wrong"),
        (r"\mathrm{vec}((p-y)x^\top) = 2\,x \otimes (p-y)", "wrong"),
    ];
    expect(SOFTMAX, &["n = 3, k = 3"], &formulas);
    // Its entries are counted in another order, and are wrong where all sizes are equal as well.
    expect(SOFTMAX, &["n = 3, k = 3"], &[(r"\mathrm{vec}((p-y)x^\top) = (p-y) \otimes x", "wrong")]);
    // Without vec(·), u ⊗ v is uvᵀ.
    expect(SOFTMAX, &["n = 3, k = 3"], &[(r"\frac{\partial C}{\partial W} = (p - y) \otimes x", "right")]);
}

#[test]
fn nabla_without_a_name() {
    let one = "
dim n
input A : [n, n]
param x : [n]
cost C = x.T @ A @ x";
    let formulas = [
        (r"\nabla C = (A + A^\top) x", "right"),
        (r"\nabla C = 2 A x", "wrong"),
        (r"\nabla^2 C = A + A^\top", "right"),
        (r"\nabla^2 C = 2 A", "wrong"),
    ];
    expect(one, &["n = 3"], &formulas);
    expect(QUADRATIC, &["n = 3"], &[(r"\nabla C = (A + A^\top) x + b", "unread")]);
}

#[test]
fn a_vector_times_the_entries_of_a_square_matrix() {
    expect(QUADRATIC, &["n = 3"], &[(r"\frac{\partial C}{\partial A} = x \odot A", "wrong")]);
}
