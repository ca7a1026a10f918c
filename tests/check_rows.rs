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
