//! Formulas as lecture notes and papers write them, each with a wrong twin: networks whose sizes are called d and k, sums
//! and products over steps without their bounds, entries of rows, powers that are fractions.

#[path = "support/verdicts.rs"]
mod support;

use support::expect;

/// Self-attention as in the paper on FlashAttention; `d` is a size and the sign of a differential.
const ATTENTION: &str = "
input X : [n, d]
target T : [n, v]
param WQ : [d, k], WK : [d, k], WV : [d, v]
Q = X @ WQ
K = X @ WK
V = X @ WV
S = Q @ K.T / sqrt(k)
P = softmax(S, axis=1)
O = P @ V
cost L = 1/2*sum((O - T)^2)
show WQ as W^Q, WK as W^K, WV as W^V";

#[test]
fn a_size_called_d_beside_differentials() {
    let formulas = [
        (r"dO = O - T", "right"),
        (r"dO = T - O", "wrong"),
        (r"dV = P^\top dO", "right"),
        (r"dV = P\,dO", "wrong"),
        (r"dP = dO\,V^\top", "right"),
        (r"dS_{ij} = P_{ij}\Big(dP_{ij} - \sum_{l} P_{il}dP_{il}\Big)", "right"),
        (r"dS_{ij} = P_{ij}\Big(dP_{ij} - \sum_{l} P_{il}dP_{lj}\Big)", "wrong"),
        (r"dP_{ij} = \sum_l dO_{il}V_{jl}", "right"),
        (r"dW^Q_{ij} = \sum_l X_{li}\, dQ_{lj}", "right"),
        (r"dW^Q_{ij} = \sum_l X_{lj}\, dQ_{li}", "wrong"),
        (r"dK^\top = \frac{1}{\sqrt k} Q^\top dS", "right"),
        (r"dK = \frac{1}{\sqrt k} dS\,Q", "wrong"),
        (r"(dW^{Q})^\top = dQ^\top X", "right"),
        // d stands for the size as before.
        (r"\frac{\partial L}{\partial Q} = \frac{2d}{2d\sqrt{k}} \frac{\partial L}{\partial S}K", "right"),
        (r"\frac{\partial L}{\partial Q} = \frac{d}{\sqrt{k}} \frac{\partial L}{\partial S}K", "wrong"),
    ];
    expect(ATTENTION, &[], &formulas);
}

#[test]
fn a_size_called_d_in_definitions() {
    let formulas = [
        (r"D_i = \sum_j P_{ij} dP_{ij}", "skipped"),
        (r"dS_{ij} = P_{ij}(dP_{ij} - D_i)", "right"),
        (r"dS_{ij} = P_{ij}(dP_{ij} - D_j)", "wrong"),
        (r"D = \operatorname{rowsum}(dO \odot O)", "right"),
        (r"D = \operatorname{rowsum}(dO)", "wrong"),
    ];
    expect(ATTENTION, &[], &formulas);
}

const RECURRENT: &str = "
dim T = 3
input x[1] : [d], x[2] : [d], x[3] : [d], h[0] : [m]
target y : [k]
param W : [m, m], U : [m, d], V : [k, m], b : [m]
for t in 1..T { h[t] = tanh(W @ h[t-1] + U @ x[t] + b) }
o = V @ h[3]
cost L = 1/2*norm(o - y)^2";

#[test]
fn steps_of_a_recurrent_network() {
    let formulas = [
        (
            r"\frac{\partial L}{\partial h_{t}} = W^\top \operatorname{diag}(1 - h_{t+1}^2)\frac{\partial L}{\partial h_{t+1}}",
            "right",
        ),
        (
            r"\frac{\partial L}{\partial h_{t}} = W \operatorname{diag}(1 - h_{t+1}^2)\frac{\partial L}{\partial h_{t+1}}",
            "wrong",
        ),
        (
            r"\frac{\partial L}{\partial U} = \sum_{t} \left(1-h_t^2\right)\odot\frac{\partial L}{\partial h_t} x_t^\top",
            "right",
        ),
        // The sum begins with the first step, not with the state that is given.
        (r"\frac{\partial L}{\partial b} = \sum_t \mathrm{diag}(1-h_t\odot h_t) \nabla_{h_t} L", "right"),
        (r"\frac{\partial L}{\partial b} = \sum_{t=0}^3 \mathrm{diag}(1-h_t\odot h_t) \nabla_{h_t} L", "wrong"),
        (r"\frac{\partial L}{\partial b} = \sum_t \mathrm{diag}(1-h_t) \nabla_{h_t} L", "wrong"),
        // Papers leave unsaid that the last factor stands first.
        (r"\frac{\partial h_3}{\partial h_1} = \prod_{t=2}^3 \mathrm{diag}(1 - h_t^2) W", "right"),
        (r"\frac{\partial h_3}{\partial h_1} = \prod_{t=2}^3 W\mathrm{diag}(1 - h_t^2)", "wrong"),
    ];
    expect(RECURRENT, &[], &formulas);
}

const LOGISTIC: &str = "
input X : [N, d], y : [N]
param w : [d], b
const lambda
show X[i, :] as x_i
p = sigmoid(X @ w + b)
cost J = -1/N*sum(y*log(p) + (1 - y)*log(1 - p)) + lambda/2*norm(w)^2";

#[test]
fn entries_of_rows_and_sets_of_indices() {
    let formulas = [
        (r"\frac{\partial J}{\partial w_j} = \frac{1}{N}\sum_{i=1}^{N} (p_i-y_i)x_{ij} + \lambda w_j", "right"),
        (r"\frac{\partial J}{\partial w_j} = \frac{1}{N}\sum_{i=1}^{N} (p_i-y_i)x_{ij} + \lambda", "wrong"),
        (r"\frac{\partial J}{\partial b} = \frac{1}{N}\sum_{i\in N} (p_i-y_i)", "right"),
        (r"\frac{\partial J}{\partial b} = \frac{1}{N}\sum_{i\in N} (y_i-p_i)", "wrong"),
        (r"p_i(1-p_i) = \frac{p_i^{3/2}(1-p_i)}{p_i^{1/2}}", "right"),
        (r"p_i^{-3/2} = \frac{1}{p_i\sqrt{p_i}}", "right"),
        (r"p_i^{-3/2} = \frac{1}{p_i^2\sqrt{p_i}}", "wrong"),
    ];
    expect(LOGISTIC, &[], &formulas);
}

#[test]
fn a_bracket_with_a_product_in_it_is_a_factor() {
    let network = "
param W : [f, h], U : [h, c]
input A : [n, n], X : [n, f]
target Y : simplex[n, c]
H = relu(A @ X @ W)
P = softmax(A @ H @ U)
cost C = -sum(Y*log(P))";
    let formulas = [
        (r"\frac{\partial C}{\partial U} = H^\top (A^\top (P - Y))", "right"),
        (r"\frac{\partial C}{\partial U} = H^\top (A^\top (Y - P))", "wrong"),
        (r"\frac{\partial C}{\partial U} = H^\top (A^\top (-(Y - P)))", "right"),
        (r"H^\top (A^\top) = (A H)^\top", "right"),
        (r"H^\top (A^\top) = H^\top", "wrong"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn activations_with_a_layer_and_a_prime_above() {
    let network = "
input X : [n0, m]
param W1 : [n1, n0], W2 : [1, n1]
Z1 = W1 @ X
A1 = tanh(Z1)
Z2 = W2 @ A1
cost J = sum(Z2^2)
show Z1 as Z^[1], A1 as A^[1], Z2 as Z^[2], W1 as W^[1], W2 as W^[2]";
    let formulas = [
        (r"A^{[1]} = g^{[1]}(Z^{[1]})", "right"),
        (r"A^{[1]} = g^{[1]\prime}(Z^{[1]})", "wrong"),
        (r"dZ^{[1]} = W^{[2]T}dZ^{[2]} * g^{[1]\prime}(Z^{[1]})", "right"),
        (r"dZ^{[1]} = W^{[2]T}dZ^{[2]} * g^{[1]'}(Z^{[1]})", "right"),
        (r"dZ^{[1]} = W^{[2]T}dZ^{[2]} * \tanh^{[1]\prime}(Z^{[1]})", "right"),
        (r"dZ^{[1]} = W^{[2]T}dZ^{[2]} * g^{[1]}(Z^{[1]})", "wrong"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn zero_vectors_in_cases() {
    let network = "
input x : [n]
param w : [n], b
z = dot(w, x) + b
a = relu(z)
cost C = a";
    let formulas = [
        (r"\frac{\partial a}{\partial w} = \begin{cases}\vec 0^T & z \leq 0\\ x^T & z > 0\end{cases}", "right"),
        (r"\frac{\partial a}{\partial w} = \begin{cases}\vec{0}^T & z \leq 0\\ w^T & z > 0\end{cases}", "wrong"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn digits_right_behind_a_letter_are_its_index() {
    let network = "input X : [m, n0], Y : [m, n2]
param W1 : [n0, n1], b1 : [n1], W2 : [n1, n2], b2 : [n2]
Z1 = X @ W1 + b1
A1 = tanh(Z1)
Z2 = A1 @ W2 + b2
A2 = softmax(Z2)
cost C = -sum(Y*log(A2))/m
assume sum(Y, axis=1) = 1";
    let formulas = [
        (r"dZ2 = \frac1m (A2 - Y)", "right"),
        (r"dW2 = A1^T dZ2", "right"),
        (r"db2 = \mathrm{np.sum}(dZ2, axis=0)", "right"),
        (r"dA1 = dZ2 W2^T", "right"),
        (r"dZ1 = dA1 \odot (1 - A1^2)", "right"),
        (r"dW1 = X.T @ dZ1", "right"),
        (r"dW2 = A1.T @ dZ2", "right"),
        (r"\frac{\partial C}{\partial W2} = A1^T \frac{\partial C}{\partial Z_2}", "right"),
        (r"dZ2 = \frac1m (Y - A2)", "wrong"),
        (r"dW2 = A1^T dZ1", "wrong"),
        (r"dZ1 = dA1 \odot (1 - A1)", "wrong"),
        // 3 is no layer.
        (r"dW2 = A3^T dZ2", "unread"),
        (r"\frac{\partial C}{\partial\mathrm{W2}} = \mathrm{A1}^T \frac{\partial C}{\partial\mathrm{Z2}}", "right"),
    ];
    expect(network, &["m = 3, n0 = 3, n1 = 3, n2 = 3"], &formulas);
}

#[test]
fn digits_behind_a_letter_that_is_a_quantity_are_a_factor() {
    let network = "param x, x2\ncost C = x^2 + 3*x2";
    let formulas = [
        (r"\frac{\partial C}{\partial x} = x2", "right"),
        (r"\frac{\partial C}{\partial x} = x3", "wrong"),
        (r"\frac{\partial C}{\partial x_2} = 3", "right"),
    ];
    expect(network, &[], &formulas);
}
