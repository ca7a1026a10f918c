//! `derive check` on formulas that hold under a condition: decided under it, or skipped with a plain reason.

#[path = "support/verdicts.rs"]
mod support;

use support::expect;

#[test]
fn conditions_behind_a_formula() {
    let network = "
input x
param w
z = w*x
a = relu(z)
cost C = a^2 + z^2";
    let formulas = [
        (r"\frac{\partial C}{\partial w} = 2zx for z<0", "right"),
        (r"\frac{\partial C}{\partial w} = 2zx if z<0", "right"),
        (r"\frac{\partial C}{\partial w} = 2zx, when z<0", "right"),
        (r"\frac{\partial C}{\partial w} = 2zx, where z \le 0", "right"),
        (r"\frac{\partial C}{\partial w} = 2zx for all z < 0", "right"),
        (r"\frac{\partial C}{\partial w} = 2zx \text{ for } z<0", "right"),
        (r"\frac{\partial C}{\partial w} = 4zx for z>0", "right"),
        (r"\frac{\partial C}{\partial w} = 4zx if z \geq 0", "right"),
        (r"\frac{\partial C}{\partial w} = 4zx for z<0", "wrong"),
        (r"\frac{\partial C}{\partial w} = 2zx for z>0", "wrong"),
        (r"\frac{\partial C}{\partial w} = 3zx for z<0", "wrong"),
        (r"\frac{\partial C}{\partial w} = 2zx", "wrong"),
        (r"\frac{\partial C}{\partial w} = 2zx when z is negative", "skipped"),
        (r"\frac{\partial C}{\partial w} = 2zx \quad\forall z<0", "skipped"),
        (r"\frac{\partial C}{\partial w}\big|_{z<0} = 2zx", "skipped"),
    ];
    expect(network, &[], &formulas);
}
