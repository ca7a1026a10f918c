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
}
