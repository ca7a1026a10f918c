//! Rows and columns of matrices in formulas: X_{i,:} as a row and as a column, in sums over samples.

#[path = "support/verdicts.rs"]
mod support;

use support::expect;

const REGRESSION: &str = "
input X : [N, d], Y : [N, k]
param W : [d, k], b : [k]
Z = X @ W + b
cost L = 1/2*sum((Z - Y)^2)
M = X.T @ Y";

#[test]
fn a_row_is_a_row_or_a_column_with_its_transpose() {
    let formulas = [
        (r"M = \sum_i X_{i,:}^\top Y_{i,:}", "right"),
        (r"M = \sum_i X_{i,:} Y_{i,:}^\top", "right"),
        (r"M = \sum_{i=1}^N (X_{i,:})^\top Y_{i,:}", "right"),
        (r"M = \sum_i Y_{i,:}^\top X_{i,:}", "wrong"),
        (r"\frac{\partial L}{\partial W} = \sum_{i} X_{i,:}^\top (Z_{i,:} - Y_{i,:})", "right"),
        (r"\frac{\partial L}{\partial W} = \sum_{i} X_{i,:}^\top (Y_{i,:} - Z_{i,:})", "wrong"),
        (r"\frac{\partial L}{\partial W} = \sum_{i} X_{i,:} (Z_{i,:} - Y_{i,:})^\top", "right"),
    ];
    expect(REGRESSION, &[], &formulas);
}

#[test]
fn a_vector_beside_ones_stands_for_every_column() {
    let network = "
input x : [n], g : [k]
param W : [n, k]
z = W @ g
cost L = 1/2*sum((z - x)^2)";
    let formulas = [
        (r"\frac{\partial L}{\partial W} = (z - x) \odot (\mathbf 1 g^\top)", "right"),
        (r"\frac{\partial L}{\partial W} = ((z - x)\mathbf 1^\top) \odot g^\top", "right"),
        (r"\frac{\partial L}{\partial W} = (z + x) \odot (\mathbf 1 g^\top)", "wrong"),
        // x beside 𝟏xᵀ may be meant down or across.
        (r"xx^\top = x \odot (\mathbf 1 x^\top)", "unread"),
    ];
    expect(network, &[], &formulas);
}

const CLASSIFIER: &str = "
dim N, d, k
input X : [N, d], y : [N]
target Y : simplex[N, k]
param W : [d, k], w : [d]
Z = X @ W
P = softmax(Z, axis=1)
p = sigmoid(X @ w)
cost L = -1/N*sum(Y*log(P)) - sum(y*log(p) + (1 - y)*log(1 - p))";

#[test]
fn jacobians_of_rows_and_diagonals_of_entries() {
    let formulas = [
        (r"\frac{\partial P_{i:}}{\partial Z_{i:}} = \operatorname{diag}(P_{i:}) - P_{i:}P_{i:}^\top", "right"),
        (r"\frac{\partial P_{i:}}{\partial Z_{i:}} = \operatorname{diag}(P_{i:}) + P_{i:}P_{i:}^\top", "wrong"),
        (r"\frac{\partial P_{i,:}}{\partial Z_{i,:}} = \operatorname{diag}(P_{i,:}) - P_{i,:}^\top P_{i,:}", "right"),
        (r"\frac{\partial^2 L}{\partial Z_{i:}^2} = \frac1N(\operatorname{diag}(P_{i:}) - P_{i:}P_{i:}^\top)", "right"),
        (r"\frac{\partial^2 L}{\partial w\partial w^\top} = X^\top \operatorname{diag}(p_i(1-p_i)) X", "right"),
        (r"\frac{\partial^2 L}{\partial w\partial w^\top} = X^\top \operatorname{diag}(p_i(1+p_i)) X", "wrong"),
        (r"\frac{\partial^2 L}{\partial w\partial w^\top} = \sum_i p_i(1-p_i) X_{i,:}^\top X_{i,:}", "right"),
        (r"\frac{\partial p}{\partial w} = \operatorname{diag}(p_i(1-p_i)) X", "right"),
        (r"\frac{\partial p}{\partial w} = \operatorname{diag}(p_i(1-p_i)) X + X", "wrong"),
        // The letter counts a diagonal here and an entry there.
        (r"\frac{\partial p_i}{\partial w} = \operatorname{diag}(p_i(1-p_i)) X", "unread"),
        (r"\sum_i \operatorname{diag}(p_i)X = \operatorname{diag}(p)X", "unread"),
    ];
    expect(CLASSIFIER, &[], &formulas);
}

#[test]
fn a_conditional_probability_as_an_entry() {
    let network = "
dim V, d
input v : [d]
param U : [V, d]
target o : index[V]
p = softmax(U @ v)
cost J = -log(p[o])
show U[i, :] as u_i";
    let formulas = [
        (r"\frac{\partial J}{\partial v} = -u_o + \sum_{w=1}^{V} p(w|c) u_w", "right"),
        (r"\frac{\partial J}{\partial v} = u_o - \sum_{w=1}^{V} p(w|c) u_w", "wrong"),
        (r"\frac{\partial J}{\partial v} = -U_{o,:} + \sum_{w=1}^{V} p(w\mid c) U_{w,:}", "right"),
        (r"\frac{\partial J}{\partial u_w} = (p(w|c) - \mathbb 1[w=o]) v", "right"),
        (r"\frac{\partial J}{\partial u_w} = p(w|c) v", "wrong"),
        (r"J = -\log p(o|c)", "right"),
        (r"J = \log p(o|c)", "wrong"),
    ];
    expect(network, &[], &formulas);
    // y is a quantity here, and no index.
    let one_hot = "
dim k, n
input x : [n]
target y : onehot[k]
param W : [k, n]
p = softmax(W @ x)
cost L = -sum(y*log(p))";
    expect(one_hot, &[], &[(r"\log p(y|x) = y^\top\log p", "unread"), (r"L = -y^\top\log p", "right")]);
}

#[test]
fn rows_that_the_network_does_not_name() {
    let network = "
dim n, d
input X : [n, d], y : [n]
param w : [d]
r = X @ w - y
cost L = 1/2*sum(r^2)
S = X.T @ X";
    let formulas = [
        (r"S = \sum_i x_i x_i^\top", "right"),
        (r"\nabla_w L = \sum_{i=1}^n (w^\top x_i - y_i) x_i", "right"),
        (r"\frac{\partial L}{\partial w} = \sum_i r_i \mathbf{x}_i", "right"),
        (r"\frac{\partial L}{\partial w_j} = \sum_i r_i X_{ij}", "right"),
        // What its author calls x_i is not known, so that nothing is wrong with it.
        (r"S = 2\sum_i x_i x_i^\top", "unread"),
        (r"X X^\top = \sum_j x_j x_j^\top", "right"),
        (r"\frac{\partial L}{\partial x_i} = r_i w", "right"),
        (r"\nabla_{x_i} L = r_i w", "right"),
        (r"\frac{\partial L}{\partial x_i} = 2r_i w", "unread"),
    ];
    expect(network, &[], &formulas);
    // Of a square matrix it may be a row or a column.
    let square = "
dim n
input X : [n, n]
S = X.T @ X
cost L = sum(S)";
    expect(square, &[], &[(r"S = \sum_i x_i x_i^\top", "unread")]);
}

#[test]
fn rows_of_matrices_by_their_own_names() {
    let network = "
input X : [N, D]
param W1 : [D, H], b1 : [H]
A1 = tanh(X @ W1 + b1)
cost L = sum(A1)";
    let formulas = [
        (r"D_2 = 1 - A_1 \odot A_1", "skipped"),
        (r"\Delta = D_2", "skipped"),
        (r"\frac{\partial L}{\partial b_1} = \sum_i D_{2,i}", "right"),
        (r"\frac{\partial L}{\partial b_1} = \frac1N\sum_i D_{2,i}", "wrong"),
        (r"\frac{\partial L}{\partial b_1} = \sum_i \Delta_i", "right"),
        (r"\frac{\partial L}{\partial b_1} = \sum_{i=1}^N \Delta_i", "right"),
        (r"\frac{\partial L}{\partial b_1} = \frac1N\sum_i \Delta_i", "wrong"),
        (r"\frac{\partial L}{\partial b_1} = \sum_i (1 - A_{1,i}^2)", "right"),
        (r"\frac{\partial L}{\partial b_1} = \sum_i (1 - A_{1,i})", "wrong"),
        (r"\frac{\partial L}{\partial W_1} = \sum_i X_i D_{2,i}^\top", "right"),
        (r"\frac{\partial L}{\partial W_1} = \sum_i X_i A_{1,i}^\top", "wrong"),
        // It holds for the rows and for the columns; where it does not, i may be a layer's.
        (r"\Delta_i = 1 - A_{1,i}^2", "right"),
        (r"\Delta_i = 1 + A_{1,i}^2", "unread"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn a_letter_that_counts_steps_is_no_row() {
    let network = "
input x[1] : [d], x[2] : [d], h[0] : [m]
param W : [m, m], U : [m, d]
for t in 1..2 { h[t] = tanh(W @ h[t-1] + U @ x[t]) }
cost E = sum(h[2])";
    let formulas = [
        // W_t is the W of step t.
        (r"\frac{\partial E}{\partial W} = \sum_t \frac{\partial E}{\partial W_t}", "unread"),
        (r"\frac{\partial E}{\partial U} = \sum_t \frac{\partial E}{\partial U_t}", "unread"),
        (r"W_t = W", "unread"),
        (r"h_t = \tanh(W h_{t-1} + U x_t)", "right"),
        (r"h_t = \tanh(W_t h_{t-1} + U x_t)", "unread"),
    ];
    expect(network, &["d = 2, m = 3"], &formulas);
}

#[test]
fn lines_of_square_matrices() {
    let network = "
input A : [n, n], B : [n, n]
cost C = sum(A @ B)";
    let formulas = [
        (r"\|A\|_F^2 = \sum_i \|A_i\|^2", "right"),
        (r"\|A\|_F^2 = \sum_i \|B_i\|^2", "wrong"),
        // Right of rows, wrong of columns.
        (r"A^\top A = \sum_i A_i A_i^\top", "unread"),
        (r"A^\top A = \sum_i A_i B_i^\top", "wrong"),
    ];
    expect(network, &["n = 3"], &formulas);
}

#[test]
fn diagonals_that_say_their_letter() {
    let network = "
dim n, k, h
input B : [n, k], v : [n]
param U : [h, k]
H = tanh(B @ U.T)
cost J = dot(v, H @ ones(h))";
    let gradient = |diagonal: &str| format!(r"\frac{{\partial J}}{{\partial U}} = ({diagonal}(1-H\odot H))^\top B");
    let rows = [
        (r"\operatorname{diag}_i(v_i)", "right"),
        (r"\operatorname{diag}_{i=1,\dots,n}(v_i)", "right"),
        (r"\operatorname{diag}(v_i)_{i=1}^n", "right"),
        (r"\operatorname{diag}(v_i)_i", "right"),
        (r"\operatorname{diag}_i(v_i^2)", "wrong"),
        (r"\operatorname{diag}(2v_i)_{i=1}^n", "wrong"),
        (r"\operatorname{diag}_j(v_i)", "unread"),
        (r"\operatorname{diag}(v_i)_{i=1}^k", "unread"),
    ];
    let formulas: Vec<(String, &str)> = rows.map(|(diagonal, verdict)| (gradient(diagonal), verdict)).to_vec();
    let formulas: Vec<(&str, &str)> = formulas.iter().map(|(formula, verdict)| (formula.as_str(), *verdict)).collect();
    expect(network, &["n = 3, k = 2, h = 4"], &formulas);
}

/// Costs of all pairs: Coulomb's, of multidimensional scaling.
#[test]
fn distances_of_rows_that_leave_out_a_row_itself() {
    let network = "
param X : [n, d]
input D : [n, n]
assume D = D.T
cost U = sum(i in 1..n, sum(j in 1..n if j != i, 1/norm(X[i, :] - X[j, :])))
S = sum(i in 1..n, sum(j in 1..n if j != i, (norm(X[i, :] - X[j, :]) - D[i, j])^2))
show X[i, :] as x_i";
    let formulas = [
        (r"\frac{\partial U}{\partial x_i} = -2 \sum_{j \ne i} \frac{x_i - x_j}{\|x_i - x_j\|^3}", "right"),
        (r"\frac{\partial U}{\partial x_i} = 2 \sum_{j \ne i} \frac{x_j - x_i}{\|x_j - x_i\|^3}", "right"),
        (r"\frac{\partial U}{\partial x_i} = -\sum_{j \ne i} \frac{x_i - x_j}{\|x_i - x_j\|^3}", "wrong"),
        (r"\frac{\partial U}{\partial x_i} = -2 \sum_{j \ne i} \frac{x_i - x_j}{\|x_i - x_j\|^2}", "wrong"),
        (r"\frac{\partial U}{\partial x_i} = -2 \sum_{j \ne i} \frac{x_j - x_i}{\|x_i - x_j\|^3}", "wrong"),
        (r"\frac{\partial S}{\partial x_i} = 4 \sum_{j \ne i} (1 - \frac{D_{ij}}{\|x_i - x_j\|})(x_i - x_j)", "right"),
        (r"\frac{\partial S}{\partial x_i} = 4 \sum_{j \ne i} (1 - \frac{D_{ji}}{\|x_j - x_i\|})(x_i - x_j)", "right"),
        (r"\frac{\partial S}{\partial x_i} = 2 \sum_{j \ne i} (1 - \frac{D_{ij}}{\|x_i - x_j\|})(x_i - x_j)", "wrong"),
        (r"\frac{\partial S}{\partial x_i} = 4 \sum_{j \ne i} (1 - \frac{D_{ij}}{\|x_i - x_j\|})(x_j - x_i)", "wrong"),
    ];
    expect(network, &[], &formulas);
}
