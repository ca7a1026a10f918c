//! Vectors and matrices of pieces, entries at fixed places, axes of one entry, and vectors as rows without a setting.

#[path = "support/verdicts.rs"]
mod verdicts;

use chainrule::check::document::{Outcome, check};
use chainrule::check::judge::Judgement;
use chainrule::check::read::Context;
use chainrule::diagnostic::Source;
use chainrule::network::{FreeNames, Network, read_network};
use chainrule::notes::Format;
use pretty_assertions::assert_eq;
use verdicts::expect;

const JOINED: &str = "
dim n, m, k
input x : [n], h : [m], t : [k], u : [n], v : [n]
param V : [k, n + m], A : [n, 2], q : [n + 1], c : [2], D : [2, 2]
y = V @ concat(x, h)
s = dot(q, concat(x, [1]))
w = A @ [1, 2]
cost C = sum((y - t)^2) + s^2 + sum(w) + dot(c, [3, 4]) + sum(D) + dot(u, v)";

#[test]
fn vectors_of_pieces() {
    let formulas = [
        (r"y = V [x; h]", "right"),
        (r"y = V [x, h]", "right"),
        (r"y = V [h; x]", "wrong"),
        (r"y^\top = [x^\top, h^\top] V^\top", "right"),
        (r"y^\top = [h^\top, x^\top] V^\top", "wrong"),
        (r"y = V \begin{bmatrix} x \\ h \end{bmatrix}", "right"),
        (r"y = V \begin{bmatrix} h \\ x \end{bmatrix}", "wrong"),
        (r"y = V \left[\begin{array}{c} x \\ h \end{array}\right]", "right"),
        (r"\frac{\partial C}{\partial V} = 2 (y - t) \begin{bmatrix} x \\ h \end{bmatrix}^\top", "right"),
        (r"\frac{\partial C}{\partial V} = 2 (y - t) \begin{bmatrix} x^\top & h^\top \end{bmatrix}", "right"),
        (r"\frac{\partial C}{\partial V} = (y - t) \begin{bmatrix} x^\top & h^\top \end{bmatrix}", "wrong"),
        (r"s = q^\top \begin{bmatrix} x \\ 1 \end{bmatrix}", "right"),
        (r"s = q^\top \begin{bmatrix} 1 \\ x \end{bmatrix}", "wrong"),
        (r"\frac{\partial C}{\partial q} = 2 s [x; 1]", "right"),
        (r"y = V \begin{bmatrix} x \\ h^\top \end{bmatrix}", "unread"),
    ];
    expect(JOINED, &["n = 3, m = 2, k = 4"], &formulas);
}

#[test]
fn matrices_of_numbers_and_vectors() {
    let formulas = [
        (r"w = A (1, 2)^\top", "right"),
        (r"w = A (2, 1)^\top", "wrong"),
        (r"w = A \begin{pmatrix} 1 \\ 2 \end{pmatrix}", "right"),
        (r"\frac{\partial C}{\partial A} = \mathbf 1 \begin{pmatrix} 1 & 2 \end{pmatrix}", "right"),
        (r"\frac{\partial C}{\partial A} = \mathbf 1 (1, 2)", "right"),
        (r"\frac{\partial C}{\partial A} = \mathbf 1 (2, 1)", "wrong"),
        (r"\frac{\partial C}{\partial c} = (3, 4)^\top", "right"),
        (r"\frac{\partial C}{\partial D} = \begin{bmatrix} 1 & 1 \\ 1 & 1 \end{bmatrix}", "right"),
        (r"\frac{\partial C}{\partial D} = \begin{bmatrix} 1 & 1 \\ 2 & 1 \end{bmatrix}", "wrong"),
        (r"\frac{\partial C}{\partial D} = \begin{bmatrix} 1 & 1 \\ 2 \end{bmatrix}", "unread"),
        (r"\begin{bmatrix} c^\top \\ c^\top \end{bmatrix} = \mathbf 1 c^\top", "right"),
        (r"x^\top \begin{bmatrix} u & v \end{bmatrix} = \begin{bmatrix} x^\top u & x^\top v \end{bmatrix}", "right"),
        (r"x^\top \begin{bmatrix} u & v \end{bmatrix} = \begin{bmatrix} x^\top v & x^\top u \end{bmatrix}", "wrong"),
    ];
    expect(JOINED, &[], &formulas);
    // [u, v] may be a matrix of two columns where the network joins nothing.
    let plain = "dim n; input x, u, v : [n]; param w : [n]; cost C = dot(w, x) + dot(u, v)";
    expect(plain, &[], &[(r"x^\top [u, v] = [x^\top u, x^\top v]", "unread")]);
}

#[test]
fn entries_at_fixed_places() {
    let distances = "
dim n, m
input x : [n]
param M : [m, n]
cost Q = sum(k in 1..m, norm(x - M[k, :])^2)
show M[k, :] as mu_k";
    let formulas = [
        (r"\frac{\partial Q}{\partial M_{12}} = 2 (M_{12} - x_2)", "right"),
        (r"\frac{\partial Q}{\partial M_{1,2}} = 2 (M_{1,2} - x_1)", "wrong"),
        (r"\frac{\partial Q}{\partial M_{1j}} = 2 (M_{1j} - x_j)", "right"),
        (r"\frac{\partial Q}{\partial x_3} = 2 \sum_k (x_3 - M_{k3})", "right"),
        (r"\frac{\partial Q}{\partial x_3} = 2 \sum_k (x_3 - M_{k2})", "wrong"),
        (r"\frac{\partial Q}{\partial x_0} = 2 \sum_k (x_0 - M_{k0})", "unread"),
        (r"\frac{\partial Q}{\partial \mu_k} = 2 (\mu_k - x)", "right"),
        (r"\frac{\partial Q}{\partial \mu_k} = 2 (x - \mu_k)", "wrong"),
        (r"\nabla_{\mu_k} Q = 2 (\mu_k - x)", "right"),
    ];
    expect(distances, &["n = 3, m = 4"], &formulas);
    // A number may be that of a layer where the network numbers names.
    let layers = "dim n; input x : [n]; param W1 : [n, n]; z = W1 @ x; cost C = sum(z)";
    expect(layers, &[], &[(r"\frac{\partial C}{\partial z_1} = 1", "unread")]);
}

#[test]
fn axes_of_one_entry() {
    let norm = "
dim N, d
param X : [N, d]
mu = mean(X, axis=1, keepdims=True)
r = sqrt(mean((X - mu)^2, axis=1, keepdims=True) + 1)
Z = (X - mu) / r
cost C = sum(Z^2)";
    let formulas = [
        (r"Z = \operatorname{diag}(1 \oslash r)(X - \mu \mathbf 1^\top)", "right"),
        (r"Z = (X - \mu \mathbf 1^\top) \oslash (r \mathbf 1^\top)", "right"),
        (r"Z = \frac{X - \mu}{r}", "right"),
        (r"Z = \frac{X - \mu}{\mu}", "wrong"),
        (r"Z_{ij} = (X_{ij} - \mu_i) / r_i", "right"),
        (r"Z_{ij} = (X_{ij} - \mu_j) / r_i", "wrong"),
        (r"\mu = \frac1d X \mathbf 1", "right"),
        (r"\mu = \frac1N X \mathbf 1", "wrong"),
        (r"\mu = \frac1d \mathbf 1^\top X", "wrong"),
        (r"\mu_i = \frac1d \sum_j X_{ij}", "right"),
    ];
    expect(norm, &["N = 3, d = 4"], &formulas);
}

/// What is noted of a formula.
fn notes_of(network: &str, formula: &str) -> Vec<String> {
    let (network, diagnostics) = read_network(network, FreeNames::Refused);
    let contexts = [Context::new(network.unwrap_or_else(|| panic!("{diagnostics:?}")))];
    let mut none = |_: &str| -> Result<Network, _> { panic!("no network is loaded") };
    let source = Source::new("notes.md", format!("$${formula}$$\n"));
    let checked = check(&source, Format::Markdown, (&contexts, None), Some(1), &mut none);
    match &checked.findings[0].outcome {
        Outcome::Judged(Judgement::Right { notes, .. }) => notes.clone(),
        Outcome::Judged(Judgement::Wrong(mistake)) => mistake.notes.clone(),
        other => panic!("{formula}: {other:?}"),
    }
}

#[test]
fn what_is_right_with_vectors_as_rows_only_is_wrong_and_says_the_setting() {
    let layer = "
dim n, m
input x : [n], y : [m]; param W : [m, n], b : [m]; z = W @ x + b; cost C = sqnorm(z - y)";
    let rows = r"\frac{\partial C}{\partial W} = 2 (z - y)^\top x";
    expect(layer, &["n = 3, m = 4"], &[(rows, "wrong"), (r"z = x W^\top + b", "wrong")]);
    for formula in [rows, r"z = x W^\top + b"] {
        let notes = notes_of(layer, formula);
        assert!(notes.iter().any(|note| note.contains("layout=row")), "{formula}: {notes:?}");
    }
    let wrong = r"\frac{\partial C}{\partial W} = (z - y)^\top x";
    assert!(!notes_of(layer, wrong).iter().any(|note| note.contains("layout=row")), "wrong in either");
}

#[test]
fn a_vector_taken_for_every_row_is_said_so() {
    let batch = "
dim n, m
input M : [m, n], x : [n]; param W : [m, n]; cost C = sum((W - M - x) * (W - M - x))";
    let formula = r"\frac{\partial C}{\partial W} = 2 (W - M - x^\top)";
    expect(
        batch,
        &["n = 3, m = 4"],
        &[(formula, "right"), (r"\frac{\partial C}{\partial W} = W - M - x^\top", "wrong")],
    );
    assert_eq!(notes_of(batch, formula), ["xᵀ taken for every row of a matrix, as NumPy does"]);
    let ones = r"\frac{\partial C}{\partial W} = 2 (W - M - \mathbf 1 x^\top)";
    assert_eq!(notes_of(batch, ones), Vec::<String>::new());
}

#[test]
fn parts_of_axes() {
    let network = "
input x : [n], y : [m], t : [k]
param W : [k, n + m]
v = concat(x, y)
z = W @ v
cost C = 1/2*sqnorm(z - t)";
    let formulas = [
        (r"v_{1:n} = x", "right"),
        (r"v_{n+1:n+m} = y", "right"),
        (r"v_{1:n} = y", "wrong"),
        (r"v_{1:2n} = y", "unread"),
        (r"z_i = W_{i,1:n} x + W_{i,n+1:n+m} y", "right"),
        (r"z_i = W_{i,1:n} y + W_{i,n+1:n+m} x", "wrong"),
        (r"\frac{\partial C}{\partial x} = W_{:,1:n}^\top (z - t)", "right"),
        (r"\frac{\partial C}{\partial x} = W_{:,m+1:n+m}^\top (z - t)", "wrong"),
        (r"\frac{\partial C}{\partial y} = W_{:,n+1:n+m}^\top (z - t)", "right"),
        (r"\frac{\partial C}{\partial W} = (z - t)[x; y]^\top", "right"),
        (r"\frac{\partial C}{\partial W_{ij}} = (z_i - t_i)[x; y]_j", "right"),
        (r"\frac{\partial C}{\partial W_{ij}} = (z_i - t_i)[y; x]_j", "wrong"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn matrices_of_matrices() {
    let network = "
input X : [N, n], Y : [N, m], T : [N, k]
param W : [n + m, k]
V = concat(X, Y, axis=1)
Z = V @ W
cost C = 1/2*sqnorm(Z - T)";
    let formulas = [
        (r"V = [X, Y]", "right"),
        (r"V = \begin{bmatrix} X & Y \end{bmatrix}", "right"),
        (r"V = \begin{bmatrix} Y & X \end{bmatrix}", "wrong"),
        (r"V = [X; Y]", "unread"),
        (r"Z = X W_{1:n,:} + Y W_{n+1:n+m,:}", "right"),
        (r"Z = Y W_{1:m,:} + X W_{m+1:n+m,:}", "wrong"),
        (r"\frac{\partial C}{\partial W} = [X, Y]^\top (Z - T)", "right"),
        (r"\frac{\partial C}{\partial W} = [Y, X]^\top (Z - T)", "wrong"),
        (r"\frac{\partial C}{\partial W} = \begin{bmatrix} X^\top \\ Y^\top \end{bmatrix} (Z - T)", "right"),
        (r"\frac{\partial C}{\partial X} = (Z - T) W_{1:n,:}^\top", "right"),
        (r"\frac{\partial C}{\partial X} = (Z - T) W_{1:n,:}", "wrong"),
    ];
    expect(network, &[], &formulas);
}
