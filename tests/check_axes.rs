//! Sums along axes in the words of programs: rowsum, colsum, `axis=`, `keepdims=`.

#[path = "support/verdicts.rs"]
mod support;

use support::expect;

const ATTENTION: &str = "
dim dk, dm, n
input X : [n, dm], Y : [n, dk]
param WQ : [dm, dk], WK : [dm, dk], WV : [dm, dk]
Q = X @ WQ
K = X @ WK
V = X @ WV
S = Q @ K.T / sqrt(dk)
A = softmax(S, axis=1)
O = A @ V
cost L = 1/2*sum((O - Y)^2)";

#[test]
fn sums_of_rows_in_the_gradient_of_softmax() {
    let formulas = [
        (r"\operatorname{rowsum}(A) = \mathbf 1", "right"),
        (r"\operatorname{rowsum}(A) = A\mathbf 1", "right"),
        (r"\operatorname{rowsum}(A) = A^\top\mathbf 1", "wrong"),
        (r"\operatorname{colsum}(A) = A^\top\mathbf 1", "right"),
        (r"\operatorname{colsum}(A) = A\mathbf 1", "wrong"),
        (
            r"\frac{\partial L}{\partial S} = A\odot\left(\frac{\partial L}{\partial A} - \operatorname{rowsum}\left(A \odot \frac{\partial L}{\partial A}\right)\mathbf 1^\top\right)",
            "right",
        ),
        (
            r"\frac{\partial L}{\partial S} = A\odot\left(\frac{\partial L}{\partial A} - \operatorname{colsum}\left(A \odot \frac{\partial L}{\partial A}\right)\right)",
            "wrong",
        ),
        (
            r"\frac{\partial L}{\partial S} = A\odot\left(\frac{\partial L}{\partial A} - \operatorname{sum}\left(A \odot \frac{\partial L}{\partial A}, \text{axis}=1, \text{keepdims}=\text{True}\right)\right)",
            "right",
        ),
        (r"dS = A\odot(dA - \mathrm{rowsum}(O \odot dO))", "right"),
    ];
    expect(ATTENTION, &[], &formulas);
}

#[test]
fn axes_by_their_numbers() {
    let network = "
dim N, d, k
input X : [N, d]
target Y : simplex[N, k]
param W : [d, k], b : [k]
Z = X @ W + b
P = softmax(Z, axis=1)
cost L = -1/N*sum(Y*log(P))";
    let formulas = [
        (r"\frac{\partial L}{\partial b} = \operatorname{colsum}\left(\frac{\partial L}{\partial Z}\right)", "right"),
        (
            r"\frac{\partial L}{\partial b} = \mathrm{sum}\left(\frac{\partial L}{\partial Z}, \mathrm{axis}=0\right)",
            "right",
        ),
        (
            r"\frac{\partial L}{\partial b} = \mathrm{sum}\left(\frac{\partial L}{\partial Z}, \mathrm{axis}=-2\right)",
            "right",
        ),
        (
            r"\frac{\partial L}{\partial b} = \mathrm{sum}\left(\frac{\partial L}{\partial Z}, \mathrm{axis}=1\right)",
            "wrong",
        ),
        (
            r"\frac{\partial L}{\partial b} = \mathrm{sum}\left(\frac{\partial L}{\partial Z}, \mathrm{axis}=2\right)",
            "unread",
        ),
        (r"\frac{\partial L}{\partial b} = \mathrm{mean}(P-Y, axis=0)", "right"),
        (r"\frac{\partial L}{\partial b} = \mathrm{mean}(P+Y, axis=0)", "wrong"),
        (r"P = \operatorname{softmax}(XW + \mathbf 1 b^\top, axis=1)", "right"),
        (r"P = \operatorname{softmax}(XW + \mathbf 1 b^\top, axis=0)", "wrong"),
        (r"P = \frac{\exp(Z)}{\operatorname{sum}(\exp(Z), axis=1, keepdims=True)}", "right"),
        (r"P = \frac{\exp(Z)}{\operatorname{sum}(\exp(Z), axis=0, keepdims=True)}", "wrong"),
    ];
    expect(network, &[], &formulas);
}

const BATCH: &str = "
input X : [N, d], T : [N, k]
param V : [d, h], U : [h, k], r : [k]
H = tanh(X @ V)
Q = H @ U + r
cost J = 1/(2*N)*sum((Q - T)^2)";

/// The axis below the sum, a module before it, and a quantity D₂ whose subscript is no variable of an operator D.
#[test]
fn sums_as_programs_write_them() {
    let formulas = [
        (r"\frac{\partial J}{\partial r} = \frac1N\mathrm{sum}_{axis=0}(Q - T)", "right"),
        (r"\frac{\partial J}{\partial r} = \frac1N\mathrm{sum}_{\text{axis}=0}(Q - T)", "right"),
        (r"\frac{\partial J}{\partial r} = \mathrm{mean}_{axis=0}(Q - T)", "right"),
        (r"\frac{\partial J}{\partial r} = \frac1N\mathrm{sum}_{axis=1}(Q - T)", "wrong"),
        (r"\frac{\partial J}{\partial r} = \mathrm{sum}_{axis=0}(Q - T)", "wrong"),
        (r"\frac{\partial J}{\partial r} = \frac1N\mathrm{np.sum}(Q - T, axis=0)", "right"),
        (r"\frac{\partial J}{\partial r} = \frac1N\texttt{np.sum}(Q - T, axis=0)", "right"),
        (r"\frac{\partial J}{\partial r} = \frac1N\text{np.sum}(Q - T, axis=1)", "wrong"),
        (r"\frac{\partial J}{\partial r} = \frac1N\operatorname{torch.sum}(Q - T, dim=0)", "right"),
        (r"\frac{\partial J}{\partial r} = \operatorname{np.sum}(Q - T, axis=0)", "wrong"),
    ];
    expect(BATCH, &[], &formulas);
}

/// D₂ is a name that the document gives, not the operator D of a variable.
#[test]
fn a_capital_d_with_a_number_is_a_name() {
    let formulas = [
        (r"D_2 := \frac1N(Q - T)", "skipped"),
        (r"\frac{\partial J}{\partial r} = D_2^\top\mathbf 1", "right"),
        (r"\frac{\partial J}{\partial U} = H^\top D_2", "right"),
        (r"\frac{\partial J}{\partial V} = X^\top(D_2 U^\top \odot (1 - H^2))", "right"),
        (r"\frac{\partial J}{\partial V} = X^\top(D_2 U \odot (1 - H^2))", "wrong"),
        (r"\frac{\partial J}{\partial r_k} = \sum_n D_{2,nk}", "right"),
    ];
    expect(BATCH, &[], &formulas);
}
