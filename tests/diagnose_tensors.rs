//! What is said about wrong formulas of tensors: one example for each kind of mistake.

use chainrule::check::decide::{DecideOptions, decide};
use chainrule::check::diagnose::Diagnoser;
use chainrule::check::diagnose::shapes::{self, Join, Vectors, WrittenFactor};
use chainrule::check::verdict::Verdict;
use chainrule::diagnostic::Span;
use chainrule::expr::ExprId;
use chainrule::network::{FreeNames, Network, read_network};
use chainrule::notation::Style;

/// A network with a hand formula for its last equation: a quantity `hand` that nothing uses.
fn network(text: &str, hand: &str) -> (Network, ExprId) {
    let (network, diagnostics) = read_network(&format!("{text}\nhand = {hand}"), FreeNames::Refused);
    let mut network = network.unwrap_or_else(|| panic!("{hand}: {diagnostics:?}"));
    let hand = network.equations.pop().expect("a formula").value;
    network.quantities.pop();
    (network, hand)
}

/// The kind of the mistake and the sentence about it.
fn said(text: &str, by: &str, hand: &str) -> String {
    let (mut network, hand) = network(text, hand);
    let (of, by) = (network.find("C").expect("a cost"), network.find(by).expect("a variable"));
    let mut diagnoser = Diagnoser::of_derivative(&mut network, of, by, Style::default());
    let options = DecideOptions { seed: Some(1), ..DecideOptions::default() };
    let truth = diagnoser.truth();
    let same_shape = network.arena.shape(truth) == network.arena.shape(hand);
    if same_shape {
        let verdict = decide(&mut network, truth, hand, &options);
        assert!(matches!(verdict, Verdict::Wrong(_)), "{verdict:?}");
    }
    let found = diagnoser.diagnose(&mut network, hand, &options);
    found.map_or("nothing".to_owned(), |found| format!("{}: {}", found.kind.name(), found.message))
}

const TWO_LAYERS: &str = "
dim n, m, k
input x : [n]
target y : [k]
param W1 : [m, n]
param b1 : [m]
param W2 : [k, m]
param b2 : [k]
z1 = W1 @ x + b1
a1 = sigmoid(z1)
z2 = W2 @ a1 + b2
a2 = sigmoid(z2)
C = 1/2 * sum((a2 - y)^2)
d2 = (a2 - y) * a2 * (1 - a2)
d1 = (W2.T @ d2) * a1 * (1 - a1)";

const SQUARE: &str = "
dim n
input x : [n]
target y : [n]
param U : [n, n]
param V : [n, n]
h = tanh(U @ x)
p = softmax(V @ h)
C = sum((p - y)^2)
e = 2 * (p - y)
g = p * e - p * dot(p, e)";

const BATCH: &str = "
dim N, n, k
input X : [N, n]
target Y : [N, k]
param W : [n, k]
param b : [k]
Z = X @ W + b
P = sigmoid(Z)
C = sum((P - Y)^2) / N
D = 2 * (P - Y) * P * (1 - P)";

const MATRICES: &str = "
dim n
param A : [n, n]
param B : [n, n]
param G : [n, n]
C = trace(G.T @ B @ A @ B.T) + sum(A^2)";

const DEEP: &str = "
dim n
input x : [n]
target y : [n]
param W1 : [n, n]
param W2 : [n, n]
param W3 : [n, n]
h1 = tanh(W1 @ x)
h2 = tanh(W2 @ h1)
z3 = W3 @ h2
C = 1/2 * sum((z3 - y)^2)";

const TIED: &str = "
dim m, n
input x : [n]
param W : [m, n]
s = sigmoid(W @ x)
e = W.T @ s - x
C = sum(e^2)";

#[test]
fn every_kind_is_named_in_one_sentence() {
    let cases = [
        (TWO_LAYERS, "W1", "outer(x, d1)"),
        (TWO_LAYERS, "W2", "outer(a1, d2)"),
        (TWO_LAYERS, "W2", "outer(a2 - y, a1)"),
        (TWO_LAYERS, "W2", "outer((a2 - y) * a2, a1)"),
        (TWO_LAYERS, "W2", "outer(-d2, a1)"),
        (TWO_LAYERS, "W2", "outer(2 * d2, a1)"),
        (TWO_LAYERS, "W2", "outer(d2 * a2, a1)"),
        (TWO_LAYERS, "W2", "outer(d2, z1)"),
        (TWO_LAYERS, "W1", "outer((W2.T @ d2) * a1, x)"),
        (TWO_LAYERS, "W1", "outer(W2.T @ d2, x)"),
        (TWO_LAYERS, "W1", "outer((W2.T @ (a2 - y)) * a1 * (1 - a1), x)"),
        (TWO_LAYERS, "b1", "(W2.T @ d2) * dot(a1, 1 - a1)"),
        (SQUARE, "U", "outer((V @ g) * (1 - h^2), x)"),
        (SQUARE, "U", "outer((V.T @ g) * (1 - h), x)"),
        (SQUARE, "V", "outer(p * (1 - p) * e, h)"),
        (SQUARE, "V", "outer(h, g)"),
        (SQUARE, "V", "g * h"),
        (MATRICES, "A", "B @ G @ B + 2 * A"),
        (MATRICES, "A", "B @ G @ B.T + 2 * A"),
        (MATRICES, "A", "G @ B.T @ B + 2 * A"),
        (MATRICES, "A", "B.T * (G @ B) + 2 * A"),
        (MATRICES, "A", "(B.T @ G) * B + 2 * A"),
        (MATRICES, "A", "B.T @ G @ B"),
        (MATRICES, "A", "B.T @ G @ B - 2 * A"),
        (MATRICES, "A", "B.T @ G @ B + A"),
        (DEEP, "W1", "outer(W2.T @ ((W2.T @ (z3 - y)) * (1 - h2^2)) * (1 - h1^2), x)"),
        (DEEP, "W1", "outer(W2.T @ ((W3.T @ (z3 - y)) * (1 - h1^2)) * (1 - h1^2), x)"),
        (DEEP, "W2", "outer((W3.T @ (z3 - y)) * (1 - h2^2), h2)"),
        (DEEP, "W2", "outer((W3.T @ (z3 - y)) * (1 - h2^2) * (1 - h2^2), h1)"),
        (TIED, "W", "2 * outer(s, e)"),
        (TIED, "W", "2 * outer((W @ e) * s * (1 - s), x) + outer(s, e)"),
        (TIED, "W", "outer((W @ e) * s * (1 - s), x)"),
        (TIED, "W", "2 * outer((W @ e) * s * (1 - s), x) - 2 * outer(s, e)"),
        (BATCH, "W", "X.T @ D"),
        (BATCH, "W", "D.T @ X / N"),
        (BATCH, "W", "X.T @ D / N^2"),
        (BATCH, "b", "D / N"),
        (BATCH, "b", "sum(D) / N"),
        (BATCH, "b", "sum(D, axis=0)"),
    ];
    let mut told = String::new();
    for (text, by, hand) in cases {
        told.push_str(&format!("∂C/∂{by} = {hand}\n    {}\n", said(text, by, hand)));
    }
    snapshot("diagnose-tensors", &told);
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

/// The factors of a product as they are written: `W2'` is transposed, `*` stands before what is joined by ⊙.
fn written(network: &mut Network, text: &str) -> Vec<WrittenFactor> {
    let words = text.split_whitespace().map(|word| {
        let (join, word) = match word.strip_prefix('*') {
            Some(word) => (Join::Elementwise, word),
            None => (Join::Product, word),
        };
        let (transposed, name) = match word.strip_suffix('\'') {
            Some(name) => (true, name),
            None => (false, word),
        };
        let name = network.find(name).expect("a name");
        WrittenFactor { expr: network.name_expr(name), transposed, join, span: Span::default() }
    });
    words.collect()
}

/// What is said of a product that does not fit where `∂C/∂by` belongs.
fn fitted(text: &str, by: &str, product: &str) -> String {
    let (network, _) = read_network(text, FreeNames::Refused);
    let mut network = network.expect("a network");
    let (of, by) = (network.find("C").expect("a cost"), network.find(by).expect("a variable"));
    let truth = Diagnoser::of_derivative(&mut network, of, by, Style::default()).truth();
    let factors = written(&mut network, product);
    assert!(shapes::product(&mut network.arena, &factors, Vectors::Columns).is_err(), "{product} fits");
    let options = DecideOptions { seed: Some(1), ..DecideOptions::default() };
    let found = shapes::rearrange(
        &mut network,
        truth,
        (&factors, Vectors::Columns),
        Style::default(),
        &mut |_, product| Some(product),
        &mut |network, whole| matches!(decide(network, whole, truth, &options), Verdict::Right(_)),
    );
    match found {
        Some(found) => format!("{}: {}", found.kind.name(), found.message),
        None => shapes::misfit_sentence(&network, Style::default(), &factors),
    }
}

const LINEAR: &str = "
dim n, m, k, N
input x : [n]
target y : [k]
input X : [N, n]
target Y : [N, k]
param W : [n, k]
param W1 : [m, n]
param W2 : [k, m]
a = W1 @ x
z = W2 @ a
D = X @ W - Y
d2 = z - y
s = a * a
C = 1/2 * sum((z - y)^2) + 1/2 * sum(D^2) + dot(s, ones(m))";

#[test]
fn factors_that_do_not_fit_are_rearranged() {
    let cases = [
        (LINEAR, "W", "X D"),
        (LINEAR, "W", "X D'"),
        (LINEAR, "W", "D' X'"),
        (LINEAR, "W", "X' *D"),
        (TWO_LAYERS, "a1", "W2 d2"),
        (TWO_LAYERS, "a1", "d2 W2"),
        (TWO_LAYERS, "a1", "d2' W2'"),
        (TWO_LAYERS, "W2", "d2 a1"),
        (TWO_LAYERS, "W2", "a1 d2"),
        (TWO_LAYERS, "W2", "d2 *a1'"),
        (TWO_LAYERS, "W2", "d1 a1"),
        (TWO_LAYERS, "W1", "W2 d2 *a1 x'"),
    ];
    let mut told = String::new();
    for (text, by, product) in cases {
        told.push_str(&format!("∂C/∂{by} = {product}\n    {}\n", fitted(text, by, product)));
    }
    snapshot("diagnose-shapes", &told);
}
