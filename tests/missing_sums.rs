//! `derive check` on formulas with an index on one side only: the sum that is missing, and what Einstein would leave out.

#[path = "support/verdicts.rs"]
mod support;

use support::expect;

const NEURON: &str = "
dim n
input x : [n]
target y : [n]
param w, b
z = w*x + b
a = sigmoid(z)
cost C = sum((a - y)^2)";

#[test]
fn a_sum_is_missing_where_it_makes_the_formula_right() {
    let formulas = [
        (r"\delta_i = \frac{\partial C}{\partial z_i}", "skipped"),
        (r"\frac{\partial C}{\partial b} = \delta_i", "wrong"),
        (r"\frac{\partial C}{\partial b} = \sum_i \delta_i", "right"),
        (r"\frac{\partial C}{\partial b} = \sum_i \delta_i = \delta_i", "wrong"),
        (r"\frac{\partial C}{\partial b} = 2(a_i - y_i)a_i(1-a_i)", "wrong"),
        (r"\frac{\partial C}{\partial w} = 2(a_i - y_i)a_i(1-a_i)x_i", "wrong"),
        (r"C = (a_i - y_i)^2", "wrong"),
        (r"C = a_i^2 - 2a_iy_i + y_i^2", "wrong"),
        // Neither as it is nor with the sum.
        (r"\frac{\partial C}{\partial b} = 2\delta_i", "unread"),
        (r"\frac{\partial C}{\partial w} = (a_i - y_i)a_i(1-a_i)x_i", "unread"),
        // With one index on two factors, Einstein's convention sums.
        (r"\frac{\partial C}{\partial w} = \delta_i x_i", "undecided"),
        (r"\frac{\partial C}{\partial w} = 2\delta_i x_i", "unread"),
        (r"\frac{\partial C}{\partial w} = -\delta_i x_i", "unread"),
        // A new name stands for nothing that is known.
        (r"e = a_i - y_i", "skipped"),
        (r"z_i = wx_i + b", "right"),
    ];
    expect(NEURON, &["n = 4"], &formulas);
}

#[test]
fn a_batch_of_rows() {
    let network = "
dim N, d
input X : [N, d]
target y : [N]
param w : [d], b
z = X @ w + b
p = sigmoid(z)
cost L = mean((p - y)^2)";
    let formulas = [
        (r"\frac{\partial L}{\partial w_j} = \frac{2}{N}(p_i - y_i)p_i(1-p_i)X_{ij}", "wrong"),
        (r"\frac{\partial L}{\partial w_j} = \frac{2}{N}\sum_i(p_i - y_i)p_i(1-p_i)X_{ij}", "right"),
        (r"\frac{\partial L}{\partial b} = \frac2N (p_i - y_i)p_i(1-p_i)", "wrong"),
        (r"\frac{\partial L}{\partial b} = \frac1N (p_i - y_i)p_i(1-p_i)", "unread"),
        (r"z_i = X_{ij} w_j + b", "undecided"),
        (r"z_i = X_{ij} w_j - b", "unread"),
        (r"L = \frac1N (p_i - y_i)^2", "wrong"),
    ];
    expect(network, &["N = 3, d = 2"], &formulas);
}
