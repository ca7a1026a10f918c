//! Formulas over the steps of a recurrent network, as lectures on backpropagation through time have them.

#[path = "support/verdicts.rs"]
mod verdicts;

use verdicts::expect;

const NETWORK: &str = "
dim m, n, k
input x[1..3] : [n]
input h[0] : [m]
param U : [m, n], W : [m, m], b : [m], V : [k, m], c : [k]
target y : simplex[k]
for t in 1..3 {
  a[t] = W @ h[t-1] + U @ x[t] + b
  h[t] = tanh(a[t])
}
o = V @ h[3] + c
p = softmax(o)
cost L = -sum(y*log(p))";

#[test]
fn entries_of_a_step_and_sums_over_all_steps() {
    let formulas = [
        (r"\delta_3 = \frac{\partial L}{\partial a_3} = V^\top (p-y) \odot (1 - h_3\odot h_3)", "right"),
        (r"\delta_t = W^\top \delta_{t+1} \odot (1 - h_t^2)", "skipped"),
        (r"\frac{\partial L}{\partial b} = \sum_{t} \delta_t", "right"),
        (r"\frac{\partial L}{\partial b} = \sum_{t=1}^3 \delta_t", "right"),
        (r"\frac{\partial L}{\partial b} = 2\sum_{t} \delta_t", "wrong"),
        (r"\frac{\partial L}{\partial W_{ij}} = \sum_t \delta_{t,i} h_{t-1,j}", "right"),
        (r"\frac{\partial L}{\partial W_{ij}} = \sum_t \delta_{t,j} h_{t-1,i}", "wrong"),
        (r"\frac{\partial L}{\partial W_{ij}} = \sum_t \delta_{t,i} h_{t,j}", "wrong"),
        (r"\frac{\partial h_{t,j}}{\partial h_{t-1,l}} = (1-h_{t,j}^2) W_{jl}", "right"),
        (r"\frac{\partial h_{t,j}}{\partial h_{t-1,l}} = (1-h_{t,j}^2) W_{lj}", "wrong"),
        (r"\frac{\partial h_{t,j}}{\partial h_{t-1,l}} = (1-h_{t-1,j}^2) W_{jl}", "wrong"),
    ];
    expect(NETWORK, &["m = 3, n = 3, k = 3"], &formulas);
}

#[test]
fn an_immediate_derivative_through_another_equation_is_not_decided() {
    let formulas = [
        (
            r"\frac{\partial L}{\partial W} = \sum_{t=1}^{3} \frac{\partial L}{\partial h_3}\frac{\partial h_3}{\partial h_t}\frac{\partial^+ h_t}{\partial W}",
            "undecided",
        ),
        (r"\frac{\partial^+ a_2}{\partial b} = I", "right"),
        (r"\frac{\partial^+ a_2}{\partial b} = 2I", "wrong"),
    ];
    expect(NETWORK, &[], &formulas);
}
