//! `derive check` on formulas of entries: shifted indices, conditions of sums, class numbers, axes; with wrong twins, at
//! symbolic sizes and at concrete ones where all axes are of one length.

#[path = "support/verdicts.rs"]
mod support;

use support::expect;

const CONVOLUTION: &str = "
dim n, k
input x : [n]
param w : [k]
z = conv1d(x, w)
cost C = sum(z^2) / 2";

#[test]
fn shifted_indices() {
    let formulas = [
        (r"z_i = \sum_j w_j x_{i+j-1}", "right"),
        (r"z_i = \sum_j x_{i+j-1} w_j", "right"),
        (r"z_i = \sum_j w_j x_{i+j}", "wrong"),
        (r"\frac{\partial C}{\partial w_j} = \sum_i z_i x_{i+j-1}", "right"),
        (r"\frac{\partial C}{\partial w_j} = \sum_i z_i x_{i-j+1}", "wrong"),
        (r"\frac{\partial z_i}{\partial w_j} = x_{i+j-1}", "right"),
        (r"\frac{\partial z_i}{\partial w_j} = x_{j+i-1} w_j", "wrong"),
        // What an index finds beyond its axis a sum leaves out.
        (r"\frac{\partial C}{\partial x_l} = \sum_{j} z_{l-j+1} w_j", "right"),
        (r"\frac{\partial C}{\partial x_l} = \sum_i z_i w_{l-i+1}", "right"),
        (r"\frac{\partial C}{\partial x_l} = \sum_i z_i w_{l-i}", "wrong"),
        (r"\frac{\partial z_i}{\partial x_l} = \sum_j w_j \mathbb 1[l = i+j-1]", "right"),
        (r"\frac{\partial z_i}{\partial x_l} = \sum_j w_j \mathbb 1[l = i+j]", "wrong"),
        (r"C = \frac12 \sum_{i=1}^{n-k+1} \left(\sum_{j=1}^k x_{i+j-1} w_j\right)^2", "right"),
        (r"C = \frac12 \sum_{i=1}^{n-k} \left(\sum_{j=1}^k x_{i+j-1} w_j\right)^2", "wrong"),
        // Without a sum it is not said what is meant beyond the axis.
        (r"\frac{\partial z_i}{\partial x_l} = w_{l-i+1}", "unread"),
    ];
    expect(CONVOLUTION, &["n = 5, k = 3"], &formulas);
}

#[test]
fn differences_of_neighbours() {
    let network = "
dim n
param x : [n]
cost C = sum((x[2..n] - x[1..n-1])^2)";
    let formulas = [
        (r"C = \sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", "right"),
        (r"C = \sum_{i} (x_{i+1} - x_i)^2", "right"),
        (r"C = \sum_{i=2}^{n} (x_i - x_{i-1})^2", "right"),
        (r"C = \sum_{i=2}^{n} (x_i + x_{i-1})^2", "wrong"),
        (r"C = \sum_{i=1}^{n-2} (x_{i+1} - x_i)^2", "wrong"),
    ];
    expect(network, &["n = 4"], &formulas);
}

#[test]
fn letters_over_parts_of_axes() {
    let network = "
dim m, n, k
input x : [n]
input h : [m]
param W : [k, n+m]
u = concat(x, h)
z = W @ u
cost C = sum(z^2) / 2";
    let formulas = [
        (r"\frac{\partial u_i}{\partial x_j} = \mathbb 1[i=j]", "right"),
        (r"\frac{\partial u_i}{\partial h_j} = \mathbb 1[i=j]", "wrong"),
        (r"\frac{\partial u_i}{\partial h_j} = \mathbb 1[i=n+j]", "right"),
        (r"\frac{\partial C}{\partial x_j} = \sum_i z_i W_{ij}", "right"),
        (r"\frac{\partial C}{\partial h_j} = \sum_i z_i W_{ij}", "wrong"),
        (r"\frac{\partial C}{\partial h_j} = \sum_i z_i W_{i,n+j}", "right"),
        (r"\frac{\partial C}{\partial h_j} = \frac{\partial C}{\partial u_{n+j}}", "right"),
        (r"\frac{\partial C}{\partial x_j} = \frac{\partial C}{\partial u_j}", "right"),
        (r"\frac{\partial C}{\partial h_j} = \frac{\partial C}{\partial u_j}", "wrong"),
    ];
    expect(network, &["m = 3, n = 3, k = 3"], &formulas);
    let slice = "
dim n
input x : [n]
param w : [n - 2]
u = x[1..n-2]
cost C = sum((u - w)^2)";
    let formulas = [
        (r"\frac{\partial C}{\partial w_i} = 2(w_i - x_i)", "right"),
        (r"\frac{\partial C}{\partial w_i} = 2(x_i - w_i)", "wrong"),
        (r"C = \sum_i (x_i - w_i)^2", "right"),
        (r"C = \sum_i (x_i + w_i)^2", "wrong"),
    ];
    expect(slice, &["n = 6"], &formulas);
}

#[test]
fn conditions_of_sums() {
    let network = "
dim n
input A : [n, n]
param x : [n]
cost C = x.T @ A @ x";
    let formulas = [
        (r"\sum_{i \ne j} x_i x_j = (\mathbf 1^\top x)^2 - x^\top x", "right"),
        (r"\sum_{i \ne j} x_i x_j = (\mathbf 1^\top x)^2", "wrong"),
        (r"\sum_{i<j} x_i x_j = \frac12 \left((\mathbf 1^\top x)^2 - x^\top x\right)", "right"),
        (r"\sum_{1 \le i<j \le n} x_i x_j = \frac12 \left((\mathbf 1^\top x)^2 - x^\top x\right)", "right"),
        (r"\sum_{i \le j} x_i x_j = \frac12 \left((\mathbf 1^\top x)^2 + x^\top x\right)", "right"),
        (r"\sum_{i<j} x_i x_j = (\mathbf 1^\top x)^2 - x^\top x", "wrong"),
        (r"\sum_{i \le j} x_i x_j = \frac12 \left((\mathbf 1^\top x)^2 - x^\top x\right)", "wrong"),
        (r"\sum_i \sum_{j > i} x_i x_j = \frac12 \left((\mathbf 1^\top x)^2 - x^\top x\right)", "right"),
        (r"\sum_{i=1}^n \sum_{j=i+1}^n x_i x_j = \frac12 \left((\mathbf 1^\top x)^2 - x^\top x\right)", "right"),
        (r"\sum_{i=1}^n \sum_{j=i}^n x_i x_j = \frac12 \left((\mathbf 1^\top x)^2 - x^\top x\right)", "wrong"),
        // The second letter stands outside of the sum: it is not summed over.
        (r"\frac{\partial C}{\partial x_k} = \sum_{j \neq k} (A_{kj} + A_{jk}) x_j + 2 A_{kk} x_k", "right"),
        (r"\sum_{j \neq k} (A_{kj} + A_{jk}) x_j + 2 A_{kk} x_k = \frac{\partial C}{\partial x_k}", "right"),
        (r"\frac{\partial C}{\partial x_k} = \sum_{j \neq k} (A_{kj} + A_{jk}) x_j + A_{kk} x_k", "wrong"),
    ];
    expect(network, &["n = 3"], &formulas);
}

#[test]
fn conditions_on_masks() {
    let formula = r"C = -\sum_{i: y_i = 1} \log s_i - \sum_{i: y_i = 0} \log(1-s_i)";
    let exchanged = r"C = -\sum_{i: y_i = 0} \log s_i - \sum_{i: y_i = 1} \log(1-s_i)";
    let network = |kind: &str| {
        format!(
            "
dim m, n
input X : [m, n]
target y : {kind}
param w : [n]
s = sigmoid(X @ w)
cost C = -sum(y * log(s) + (1 - y) * log(1 - s))"
        )
    };
    expect(&network("binary[m]"), &["m = 3, n = 3"], &[(formula, "right"), (exchanged, "wrong")]);
    // Of a target that may be any number nothing can be said.
    expect(&network("[m]"), &["m = 3, n = 3"], &[(formula, "unread"), (exchanged, "unread")]);
}

#[test]
fn class_numbers() {
    let network = "
dim n, k
input x : [n]
target y : index[k]
param W : [k, n]
z = W @ x
p = softmax(z)
cost C = -log(p[y])";
    let formulas = [
        (r"\frac{\partial C}{\partial z} = p - e_y", "right"),
        (r"\frac{\partial C}{\partial z} = e_y - p", "wrong"),
        (r"\frac{\partial C}{\partial z_j} = p_j - \mathbb 1[j=y]", "right"),
        (r"\frac{\partial C}{\partial z_j} = p_j - \delta_{jy}", "right"),
        (r"\frac{\partial C}{\partial z_j} = \mathbb 1[j=y] - p_j", "wrong"),
        (r"\frac{\partial C}{\partial W_{jk}} = (p_j - \mathbb 1[y=j]) x_k", "right"),
        (r"\frac{\partial C}{\partial W_{jk}} = (p_k - \mathbb 1[y=j]) x_k", "wrong"),
        (r"\frac{\partial p_y}{\partial z_j} = p_y(\mathbb 1[j=y] - p_j)", "right"),
        (r"\frac{\partial p_y}{\partial z_j} = p_j(\mathbb 1[j=y] - p_j)", "wrong"),
        (r"\frac{\partial C}{\partial z_j} = \begin{cases} p_j - 1 & j = y \\ p_j & j \ne y\end{cases}", "right"),
        (r"\frac{\partial C}{\partial z_j} = \begin{cases} p_j + 1 & j = y \\ p_j & j \ne y\end{cases}", "wrong"),
    ];
    // An index k beside the size k would be ambiguous where k has a value.
    expect(network, &[], &formulas);
    let no_k = formulas.map(|(formula, verdict)| (formula.replace("jk", "jl").replace("x_k", "x_l"), verdict));
    let no_k: Vec<(&str, &str)> = no_k.iter().map(|(formula, verdict)| (formula.as_str(), *verdict)).collect();
    expect(network, &["n = 3, k = 3"], &no_k[..6]);
}

#[test]
fn axes_below_functions() {
    let network = "
dim N, n, k
input X : [N, n]
param W : [n, k]
target Y : [N, k]
Z = X @ W
P = softmax(Z, axis=0)
cost C = sum((P - Y)^2) / 2";
    let formulas = [
        (r"P = \mathrm{softmax}_{\text{axis 0}}(Z)", "right"),
        (r"P = \mathrm{softmax}_{\text{axis 1}}(Z)", "wrong"),
        (r"P_{ij} = \mathrm{softmax}_{i}(Z_{ij})", "right"),
        (r"P_{ij} = \mathrm{softmax}_{j}(Z_{ij})", "wrong"),
        (r"P_{:j} = \operatorname{softmax}(Z_{:j})", "right"),
        (
            r"\frac{\partial}{\partial Z_{kl}}\mathrm{softmax}_{i}(Z_{ij}) = \mathbf{1}[j = l]\,P_{ij}(\mathbf{1}[i = k] - P_{kj})",
            "right",
        ),
        (
            r"\frac{\partial}{\partial Z_{kl}}\mathrm{softmax}_{j}(Z_{ij}) = \mathbf{1}[j = l]\,P_{ij}(\mathbf{1}[i = k] - P_{kj})",
            "wrong",
        ),
        (r"P = \operatorname{softmax}_1(Z)", "unread"),
    ];
    expect(network, &[], &formulas);
    expect(network, &["N = 3, n = 3, k = 3"], &formulas[..5]);
}

#[test]
fn kept_axes_are_columns_and_quadratic_forms_say_nothing_of_rows() {
    let kept = "
dim N, d
input X : [N, d]
r = sum(X^2, axis=1, keepdims=True)
Y = X * r
cost C = sum(Y)";
    let formulas = [
        (r"Y = X \odot (r \mathbf 1^\top)", "right"),
        (r"Y = X \odot (2 r \mathbf 1^\top)", "wrong"),
        (r"Y = X \odot (r \mathbf 1^\top) + 1", "wrong"),
    ];
    // Beside a square matrix `+ 1` may mean I.
    expect(kept, &["N = 3, d = 4"], &formulas);
    let quadratic = "
dim n, k
input y : [n], A : [n, n]
param U : [n, k]
cost f = y @ inv(A + U @ U.T) @ y
assume A = A.T";
    let formulas = [
        (r"\frac{\partial f}{\partial U} = -2(A+UU^\top)^{-1}yy^\top(A+UU^\top)^{-1}U", "right"),
        (r"\frac{\partial f}{\partial U} = -2(A+UU^\top)^{-1}y^\top y(A+UU^\top)^{-1}U", "wrong"),
    ];
    expect(quadratic, &[], &formulas);
}

#[test]
fn entries_of_tensors_of_three_axes() {
    let network = "
input u, v : [n], t : [k]
param W : [k, n, n]
z = einsum(\"i,kij,j->k\", u, W, v)
cost C = 1/2*sqnorm(z - t)";
    let formulas = [
        (r"z_i = \sum_{jl} u_j W_{ijl} v_l", "right"),
        (r"z_i = \sum_{jl} u_j W_{ilj} v_l", "wrong"),
        (r"z_i = u^\top W_{i,:,:} v", "right"),
        (r"z_i = v^\top W_{i,:,:} u", "wrong"),
        (r"\frac{\partial C}{\partial W_{ijl}} = (z_i - t_i) u_j v_l", "right"),
        (r"\frac{\partial C}{\partial W_{ijl}} = (z_i - t_i) u_l v_j", "wrong"),
        (r"\frac{\partial C}{\partial u_j} = \sum_{il} (z_i - t_i) W_{ijl} v_l", "right"),
        (r"\frac{\partial C}{\partial u_j} = \sum_{il} (z_i - t_i) W_{ilj} v_l", "wrong"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn attention_with_several_heads_is_decided() {
    let network = "
input Q : [h, n, d], K : [h, m, d], V : [h, m, v]
S = einsum(\"hnd,hmd->hnm\", Q, K)/sqrt(d)
A = softmax(S)
O = einsum(\"hnm,hmv->hnv\", A, V)
cost L = 1/2*sum(O^2)";
    let formulas = [
        (r"\frac{\partial L}{\partial V_{ijk}} = \sum_l O_{ilk} A_{ilj}", "right"),
        (r"\frac{\partial L}{\partial V_{ijk}} = \sum_l O_{ilk} A_{ijl}", "wrong"),
        (
            r"\frac{\partial L}{\partial S_{ijk}} = \left(\sum_l O_{ijl}V_{ikl} - \sum_l O_{ijl}^2\right) A_{ijk}",
            "right",
        ),
        (r"\frac{\partial L}{\partial S_{ijk}} = \left(\sum_l O_{ijl}V_{ikl} - \sum_l O_{ijl}\right) A_{ijk}", "wrong"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn the_row_of_a_class_is_no_derivative() {
    let network = "
dim K, d
input o : index[K]
param E : [K, d], w : [d]
cost C = dot(E[o], w)";
    let formulas = [
        (r"\frac{\partial C}{\partial w} = E_o", "right"),
        (r"\frac{\partial C}{\partial w} = 2E_o", "wrong"),
        (r"\frac{\partial C}{\partial E_o} = w", "right"),
        (r"\frac{\partial C}{\partial E_o} = 2w", "wrong"),
        (r"C = E_o^\top w", "right"),
        (r"C = E_o^\top E_o", "wrong"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn class_numbers_of_samples() {
    let network = "
dim N, D, K
input X : [N, D]
target y : [N] index[K]
param W : [D, K]
S = X @ W
P = softmax(S, axis=1)
cost L = -1/N*sum(i in 1..N, log(P[i, y[i]]))";
    let formulas = [
        (r"L = -\frac1N\sum_i \log P_{i,y_i}", "right"),
        (r"L = -\frac1N\sum_{i=1}^N \log P_{i y_i}", "right"),
        (r"L = -\sum_i \log P_{i,y_i}", "wrong"),
        (r"L = -\frac1N\sum_i \log\frac{e^{S_{i,y_i}}}{\sum_j e^{S_{ij}}}", "right"),
        (r"L = \frac1N\sum_i\left(-S_{i y_i} + \log\sum_j e^{S_{ij}}\right)", "right"),
        (r"L = \frac1N\sum_i\left(S_{i y_i} + \log\sum_j e^{S_{ij}}\right)", "wrong"),
        (r"\frac{\partial L}{\partial S_{ij}} = \frac1N(P_{ij} - \mathbb 1\{y_i = j\})", "right"),
        (r"\frac{\partial L}{\partial S_{ij}} = \frac1N(P_{ij} - \mathbb 1[j = y_i])", "right"),
        (r"\frac{\partial L}{\partial S_{ij}} = \frac1N(P_{ij} - [y^{(i)} = j])", "right"),
        (r"\frac{\partial L}{\partial S_{ij}} = \frac1N(P_{ij} - 1 + \mathbb 1[y_i \ne j])", "right"),
        (r"\frac{\partial L}{\partial S_{ij}} = P_{ij} - \mathbb 1\{y_i = j\}", "wrong"),
        (r"\frac{\partial L}{\partial S_{ij}} = \frac1N(P_{ij} - \mathbb 1\{y_j = i\})", "wrong"),
        (
            r"\frac{\partial L}{\partial S_{ij}} = \begin{cases}\frac1N(P_{ij} - 1) & j = y_i\\ \frac1N P_{ij} & j \ne y_i\end{cases}",
            "right",
        ),
        (
            r"\frac{\partial L}{\partial S_{ij}} = \begin{cases}\frac1N(1 - P_{ij}) & j = y_i\\ \frac1N P_{ij} & j \ne y_i\end{cases}",
            "wrong",
        ),
        (r"\frac{\partial L}{\partial W_{kj}} = \frac1N\sum_i X_{ik}(P_{ij} - \mathbb 1[y_i = j])", "right"),
        (r"\frac{\partial L}{\partial W_{kj}} = \frac1N\sum_i X_{ki}(P_{ij} - \mathbb 1[y_i = j])", "wrong"),
        // The class is one of K, and no feature.
        (r"L = -\frac1N\sum_i X_{i,y_i}", "unread"),
    ];
    expect(network, &["N = 3, D = 2, K = 4"], &formulas);
}

#[test]
fn entries_in_small_letters() {
    let network = "
input X : [N, D]
target y : [N]
param w : [D], U : [N, N]
e = X @ w - y
cost J = 1/2*sum(e^2) + sum(U)";
    let formulas = [
        (r"\frac{\partial J}{\partial w_j} = \sum_i e_i x_{ij}", "right"),
        (r"\frac{\partial J}{\partial w_j} = \sum_i e_i x_{ji}", "wrong"),
        (r"\frac{\partial J}{\partial w_j} = \sum_i (x_i^\top w - y_i) x_{ij}", "right"),
        (r"\frac{\partial J}{\partial u_{ij}} = 1", "right"),
        (r"\frac{\partial J}{\partial u_{ij}} = u_{ij}", "wrong"),
        // A prime on what is given is a transpose.
        (r"\frac{dJ}{dw} = X'(Xw - y)", "right"),
        (r"\frac{dJ}{dw} = X'(y - Xw)", "wrong"),
        (r"\frac{dJ}{dw} = X^\dagger(Xw - y)", "right"),
        (r"\frac{dJ}{dw} = X^H(Xw - y)", "right"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn an_index_of_a_longer_axis_is_not_held_to_the_range_of_the_one_it_is_compared_with() {
    let network = "
input x : [2*n], g, h : [n]
param c, s : [n]
a = x[1..n]*c - x[n+1..2*n]*s
b = x[1..n]*s + x[n+1..2*n]*c
cost L = g @ a + h @ b";
    let formulas = [
        (r"\frac{\partial L}{\partial c_i} = \sum_j (\mathbf{1}[j = i] g_i + \mathbf{1}[j = i+n] h_i) x_j", "right"),
        (r"\frac{\partial L}{\partial c_i} = \sum_j x_j (\mathbf{1}[j = i] g_i + \mathbf{1}[j = i+n] h_i)", "right"),
        (r"\frac{\partial L}{\partial c_i} = \sum_j (\mathbf{1}[j = i] h_i + \mathbf{1}[j = i+n] g_i) x_j", "wrong"),
        (r"\frac{\partial L}{\partial c_i} = \sum_j \mathbf{1}[j = i] g_i x_j", "wrong"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn sums_over_the_entries_that_fulfil_a_condition() {
    let network = "
input X : [N, D], y : [N]
param w : [D], b
const C
m = y*(X @ w + b)
cost J = 1/2*dot(w, w) + C*sum(max(0, 1 - m))
show X[i, :] as x_i";
    let formulas = [
        (r"\nabla_w J = w - C\sum_{i: m_i<1} y_i x_i", "right"),
        (r"\nabla_w J = w - C\sum_{i\,:\,y_i(w^\top x_i + b) < 1} y_i x_i", "right"),
        (r"\nabla_w J = w - C\sum_{i: m_i>1} y_i x_i", "wrong"),
        (r"\frac{\partial J}{\partial b} = -C\sum_{i, m_i < 1} y_i", "right"),
        (r"\frac{\partial J}{\partial b} = C\sum_{i, m_i < 1} y_i", "wrong"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn sums_over_pairs_may_be_singular_where_they_leave_terms_out() {
    let inverse = "input x : [n]\ncost C = sum(i in 1..n, sum(j in 1..n if j != i, 1/(x[i] - x[j])^2))";
    let formulas = [
        (r"C = \sum_{i=1}^n \sum_{j \ne i} \frac{1}{(x_i - x_j)^2}", "right"),
        (r"C = 2 \sum_{i < j} \frac{1}{(x_i - x_j)^2}", "right"),
        (r"C = \sum_{i < j} \frac{1}{(x_i - x_j)^2}", "wrong"),
        (r"\frac{\partial C}{\partial x_i} = -4 \sum_{j \ne i} \frac{1}{(x_i - x_j)^3}", "right"),
        (r"\frac{\partial C}{\partial x_i} = -2 \sum_{j \ne i} \frac{1}{(x_i - x_j)^3}", "wrong"),
        // As it is printed.
        (
            r"\frac{dC}{dx_{i}} = 2\sum_{j \ne i}\left(\frac{1}{(x_{j} - x_{i})^{3}} - \frac{1}{(x_{i} - x_{j})^{3}}\right)",
            "right",
        ),
    ];
    expect(inverse, &["n = 3"], &formulas);
    let logarithm = "input x : [n]\ncost C = sum(i in 1..n, sum(j in 1..n if i != j, log(abs(x[i] - x[j]))))";
    let formulas = [
        (r"\frac{\partial C}{\partial x_i} = 2 \sum_{j \ne i} \frac{1}{x_i - x_j}", "right"),
        (r"\frac{\partial C}{\partial x_i} = \sum_{j \ne i} \frac{1}{x_i - x_j}", "wrong"),
        (r"\frac{\partial C}{\partial x_i} = 2 \sum_{j \ne i} \frac{1}{|x_i - x_j|}", "wrong"),
    ];
    expect(logarithm, &["n = 3"], &formulas);
}
