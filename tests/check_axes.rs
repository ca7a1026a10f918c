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

const LAYERS: &str = "
dim N, D, H, K
input X : [N, D]
target y : [N] index[K]
param W1 : [D, H], b1 : [H], W2 : [H, K], b2 : [K]
A1 = relu(X @ W1 + b1)
S = A1 @ W2 + b2
cost L = 1/N*sum(cross_entropy_logits(S, y))";

#[test]
fn products_and_sums_of_programs() {
    let mut formulas = vec![(r"D_2 = \frac{\partial L}{\partial S}".to_owned(), "skipped")];
    for form in [
        r"A_1^\top D_2",
        r"\mathrm{np.dot}(A_1^\top, D_2)",
        r"\text{np.dot}(A_1.T, D_2)",
        r"\texttt{np.dot}(A_1.T, D_2)",
        r"np.dot(A_1^T, D_2)",
        r"\operatorname{matmul}(A_1^\top, D_2)",
        r"A_1^\top @ D_2",
        r"A_1.T @ D_2",
        r"A_1.\text{T} @ D_2",
        r"A_1.T\, D_2",
        r"A_1.T.dot(D_2)",
        r"A_1.\mathrm{transpose}().\mathrm{dot}(D_2)",
        r"(D_2.T @ A_1).T",
    ] {
        formulas.push((format!(r"\frac{{\partial L}}{{\partial W_2}} = {form}"), "right"));
        let wrong = form.replace("D_2", "(2D_2)");
        formulas.push((format!(r"\frac{{\partial L}}{{\partial W_2}} = {wrong}"), "wrong"));
    }
    let others = [
        (r"\frac{\partial L}{\partial W_2} = A_1 @ D_2", "wrong"),
        (r"\frac{\partial L}{\partial W_2} = \mathrm{np.multiply}(A_1^\top, D_2)", "wrong"),
        (r"\frac{\partial L}{\partial b_2} = D_2.\text{sum}(0)", "right"),
        (r"\frac{\partial L}{\partial b_2} = D_2.\text{sum}(axis=0)", "right"),
        (r"\frac{\partial L}{\partial b_2} = D_2.sum(axis=0)", "right"),
        (r"\frac{\partial L}{\partial b_2} = D_2.\text{sum}(1)", "wrong"),
        (r"\frac{\partial L}{\partial b_2} = D_2.\text{mean}(0)", "wrong"),
        // A dot that a sentence ends with is none of a program.
        (r"\frac{\partial L}{\partial W_2} = A_1^\top D_2. T", "unread"),
    ];
    formulas.extend(others.map(|(formula, verdict)| (formula.to_owned(), verdict)));
    let formulas: Vec<(&str, &str)> = formulas.iter().map(|(formula, verdict)| (formula.as_str(), *verdict)).collect();
    expect(LAYERS, &[], &formulas);
}

#[test]
fn dot_of_vectors_and_of_square_matrices() {
    let network = "
input A : [n, n], B : [n, n], C : [n, m], u : [n], v : [n]
M = A @ B
z = A @ u
t = dot(u, v)
s = trace(A.T @ B)
cost L = sum(M)*t + sum(C)";
    let formulas = [
        (r"M = \mathrm{np.dot}(A, B)", "right"),
        (r"M = \mathrm{np.dot}(B, A)", "wrong"),
        // The product for one program, the sum over all entries for another.
        (r"M = \mathrm{dot}(A, B)", "unread"),
        (r"s = \mathrm{dot}(A, B)", "unread"),
        (r"M = \mathrm{dot}(A, 2B)", "wrong"),
        (r"z = \mathrm{np.dot}(A, u)", "right"),
        (r"z = \mathrm{np.dot}(u, A)", "wrong"),
        (r"z = \mathrm{np.dot}(u, A.T)", "right"),
        (r"z = u @ A^\top", "right"),
        (r"z = A^\top @ u", "wrong"),
        (r"t = \mathrm{np.dot}(u, v)", "right"),
        (r"t = u @ v", "right"),
        (r"t = \mathrm{np.dot}(u^\top, v)", "right"),
        (r"t = \mathrm{np.dot}(u, u)", "wrong"),
        (r"A \odot B = \mathrm{np.multiply}(A, B)", "right"),
        (r"A B = \mathrm{np.multiply}(A, B)", "wrong"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn the_largest_over_a_letter() {
    let network = "
input z : [k], X : [N, k]
p = softmax(z)
Z = 2*X
cost s = dot(p, z) + sum(Z)";
    let formulas = [
        (r"p_i = \frac{\exp(z_i - \max_j z_j)}{\sum_{j}\exp(z_j - \max_j z_j)}", "right"),
        (r"p_i = \frac{\exp(z_i - \max_j z_j)}{\sum_{j}\exp(z_j)}", "wrong"),
        (r"\max_j z_j = \max(z)", "right"),
        (r"\max_j z_j = \min(z)", "wrong"),
        (r"\min_j z_j = -\max_j (-z_j)", "right"),
        (r"\max_j Z_{ij} = 2\max_j X_{ij}", "right"),
        (r"\max_j Z_{ij} = \max_j X_{ij}", "wrong"),
        (r"\mathrm{np.max}(Z, axis=1) = Z.max(axis=1)", "right"),
        (r"\mathrm{np.max}(Z, axis=1) = Z.min(axis=1)", "wrong"),
    ];
    expect(network, &[], &formulas);
}
