//! Networks whose vectors are columns [m, 1]: their Jacobians and Hessians are matrices, as those of vectors are.

#[path = "support/verdicts.rs"]
mod support;

use support::expect;

const COLUMNS: &str = "
dim n, m, k
input x : [n, 1], y : [k, 1]
param W1 : [m, n], b1 : [m, 1], W2 : [k, m], b2 : [k, 1]
z1 = W1 @ x + b1
a1 = sigmoid(z1)
z2 = W2 @ a1 + b2
p = sigmoid(z2)
cost L = 1/2*sum((p - y)^2)";

#[test]
fn jacobians_between_columns() {
    let formulas = [
        (r"\frac{\partial z_2}{\partial a_1} = W_2", "right"),
        (r"\frac{\partial z_2}{\partial a_1} = -W_2", "wrong"),
        // In denominator layout.
        (r"\frac{\partial z_2}{\partial a_1} = W_2^\top", "right"),
        (r"\frac{\partial z_1}{\partial x} = W_1 + W_1", "wrong"),
        (r"\frac{\partial a_1}{\partial z_1} = \operatorname{diag}(a_1\odot(1-a_1))", "right"),
        (r"\frac{\partial a_1}{\partial z_1} = \operatorname{diag}(a_1\odot(1+a_1))", "wrong"),
        (r"\frac{\partial z_1}{\partial b_1} = I", "right"),
        (r"\frac{\partial z_1}{\partial b_1} = 2I", "wrong"),
        (
            r"\frac{\partial p}{\partial x} = \operatorname{diag}(p\odot(1-p)) W_2 \operatorname{diag}(a_1\odot(1-a_1)) W_1",
            "right",
        ),
        (r"\frac{\partial p}{\partial x} = \operatorname{diag}(p\odot(1-p)) W_2 \operatorname{diag}(a_1) W_1", "wrong"),
        (r"\frac{\partial z_2}{\partial x} = W_2\frac{\partial a_1}{\partial z_1} W_1", "right"),
        (r"\left(\frac{\partial z_2}{\partial a_1}\right)_{ij} = (W_2)_{ij}", "right"),
        (r"\frac{\partial^2 L}{\partial p^2} = I", "right"),
        (r"\frac{\partial^2 L}{\partial p^2} = -I", "wrong"),
    ];
    expect(COLUMNS, &["n = 3, m = 3, k = 3", "n = 2, m = 4, k = 3"], &formulas[..2]);
    expect(COLUMNS, &[], &formulas);
}

#[test]
fn gradients_as_columns_and_jacobians_in_one_chain() {
    let formulas = [
        (r"\frac{\partial L}{\partial x} = W_1^\top \frac{\partial L}{\partial z_1}", "right"),
        (r"\frac{\partial L}{\partial x} = \frac{\partial L}{\partial z_1} \frac{\partial z_1}{\partial x}", "right"),
        (
            r"\frac{\partial L}{\partial z_1} = \left(\frac{\partial z_2}{\partial z_1}\right)^\top \frac{\partial L}{\partial z_2}",
            "right",
        ),
        (
            r"\frac{\partial L}{\partial z_1} = 2\left(\frac{\partial z_2}{\partial z_1}\right)^\top \frac{\partial L}{\partial z_2}",
            "wrong",
        ),
        (
            r"\frac{\partial L}{\partial z_1} = W_2^\top \frac{\partial L}{\partial z_2} \odot a_1 \odot (1-a_1)",
            "right",
        ),
        (
            r"\frac{\partial L}{\partial z_1} = W_2^\top \frac{\partial L}{\partial z_2} \odot a_1 \odot (1+a_1)",
            "wrong",
        ),
    ];
    expect(COLUMNS, &["n = 3, m = 3, k = 3"], &formulas);
}
