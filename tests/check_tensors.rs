//! `derive check` on formulas of vectors and matrices: verdicts, layouts and kinds of mistakes.

use chainrule::check::document::{Finding, Outcome, check};
use chainrule::check::judge::Judgement;
use chainrule::check::read::Context;
use chainrule::diagnostic::Source;
use chainrule::network::{FreeNames, Network, read_network};
use chainrule::notes::Format;
use pretty_assertions::assert_eq;

fn network(text: &str) -> Network {
    let (network, diagnostics) = read_network(text, FreeNames::Refused);
    network.unwrap_or_else(|| panic!("{diagnostics:?}"))
}

/// What is said of a formula: `right`, `right, in numerator layout`, `wrong: transpose`, `undecided`, `unread`, …
fn said(finding: &Finding) -> String {
    match &finding.outcome {
        Outcome::Skipped(reason) => reason.split(',').next().unwrap_or_default().to_owned(),
        Outcome::Judged(Judgement::Right { notes, .. }) => {
            let layout = notes.iter().find(|note| note.starts_with("in ") || note.starts_with("with "));
            layout.map_or("right".to_owned(), |layout| format!("right, {layout}"))
        }
        Outcome::Judged(Judgement::Wrong(mistake)) => {
            mistake.diagnosis.as_ref().map_or("wrong".to_owned(), |found| format!("wrong: {}", found.kind))
        }
        Outcome::Judged(Judgement::Undecided(_)) => "undecided".to_owned(),
        Outcome::Judged(Judgement::Unread(error)) => format!("unread: {}", error.code),
    }
}

/// What is said of one formula.
fn said_of(text: &str, formula: &str) -> String {
    let mut none = |_: &str| -> Result<Network, _> { panic!("no network is loaded") };
    let contexts = [Context::new(network(text))];
    let source = Source::new("notes.md", format!("$${formula}$$\n"));
    let checked = check(&source, Format::Markdown, (&contexts, None), Some(1), &mut none);
    checked.findings.iter().map(said).collect()
}

/// Checks all formulas as one document, and compares what is said of each.
fn expect(text: &str, layout: Option<&str>, formulas: &[(&str, &str)]) {
    let document: String = formulas.iter().map(|(formula, _)| format!("$${formula}$$\n\n")).collect();
    let mut none = |_: &str| -> Result<Network, _> { panic!("no network is loaded") };
    let contexts = [Context::new(network(text))];
    let checked = check(&Source::new("notes.md", document), Format::Markdown, (&contexts, layout), Some(1), &mut none);
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    let found: Vec<(&str, String)> =
        formulas.iter().zip(&checked.findings).map(|((formula, _), finding)| (*formula, said(finding))).collect();
    let expected: Vec<(&str, String)> =
        formulas.iter().map(|(formula, expected)| (*formula, (*expected).to_owned())).collect();
    assert_eq!(checked.findings.len(), formulas.len());
    assert_eq!(found, expected);
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
cost C = 1/2 * sum((a2 - y)^2)";

const LEAST_SQUARES: &str = "
dim m, n
input X : [m, n]
input y : [m]
input lambda
param w : [n]
r = X @ w - y
cost C = 1/2 * sum(r^2) + lambda/2 * sum(w^2)";

const SOFTMAX: &str = "
dim N, n, k
input X : [N, n]
target Y : [N] onehot[k]
param W : [n, k], b : [k]
Z = X @ W + b
P = softmax(Z)
cost C = -1/N * sum(Y * log(P))";

const LAYERS: &str = "
dim d0, d1, d2, d3
input a[0] : [d0]
target y : [d3]
param w[1] : [d1, d0], b[1] : [d1]
param w[2] : [d2, d1], b[2] : [d2]
param w[3] : [d3, d2], b[3] : [d3]
z[1] = w[1] @ a[0] + b[1]
a[1] = sigmoid(z[1])
z[2] = w[2] @ a[1] + b[2]
a[2] = sigmoid(z[2])
z[3] = w[3] @ a[2] + b[3]
a[3] = sigmoid(z[3])
cost C = 1/2 * sum((a[3] - y)^2)";

const MATRICES: &str = "
dim n, m
param A : [n, n]
param B : [m, n]
param S : [n, n]
input u : [n]
C = log(det(A)) + trace(A @ S) + dot(u, A @ u) + sum(B^2)";

#[test]
fn two_layers_by_all_parameters() {
    expect(
        TWO_LAYERS,
        None,
        &[
            (r"z_1 = W_1 x + b_1", "right"),
            (r"z_1 = x^\top W_1^\top + b_1", "wrong: factor-order"),
            (r"\delta_2 = (a_2 - y) \odot \sigma'(z_2)", "defines delta"),
            (r"\frac{\partial C}{\partial W_2} = \delta_2 a_1^\top", "right"),
            (r"\frac{\partial C}{\partial W_2} = \delta_2 {a_1}^{\mathsf T}", "right"),
            (r"\frac{\partial C}{\partial W_2} = \delta_2 a_1'", "right"),
            (r"\frac{\partial C}{\partial W_2} = \delta_2 a_1^\intercal", "right"),
            (r"\frac{\partial C}{\partial W_2} = \delta_2 a_2^\top", "wrong: other-layer"),
            (r"\frac{\partial C}{\partial W_2} = \delta_2 z_1^\top", "wrong: wrong-argument"),
            (r"\frac{\partial C}{\partial W_2} = \delta_2 a_1", "wrong: transpose"),
            (r"\frac{\partial C}{\partial W_2} = a_1^\top \delta_2", "wrong: factor-order"),
            (r"\frac{\partial C}{\partial W_2} = \delta_2 \odot a_1", "wrong: elementwise-for-matrix-product"),
            (r"\frac{\partial C}{\partial W_2} = a_1 \delta_2^\top", "right, in numerator layout"),
            (r"\frac{\partial C}{\partial W_2} = -\delta_2 a_1^\top", "wrong: sign"),
            (r"\frac{\partial C}{\partial b_2} = \delta_2", "right"),
            (r"\frac{\partial C}{\partial b_2} = \delta_2^\top", "right, in numerator layout"),
            (r"\frac{\partial C}{\partial b_2} = a_2 - y", "wrong: missing-factor"),
            (r"\delta_1 = (W_2^T \delta_2) \odot \sigma'(z_1)", "defines delta"),
            (r"\nabla_{W_1} C = \delta_1 x^T", "right"),
            (r"\nabla_{b_1} C = \delta_1", "right"),
            (r"\frac{\partial C}{\partial W_1} = W_2^T \delta_2 \odot a_1 \odot (1 - a_1) x^T", "right"),
            (r"\frac{\partial C}{\partial W_1} = ((W_2 \delta_2) \odot a_1 \odot (1 - a_1)) x^T", "wrong: transpose"),
            (r"\frac{\partial C}{\partial b_1} = W_2^T \delta_2 \odot \sigma'(a_1)", "wrong: wrong-argument"),
            (r"\frac{\partial C}{\partial b_1} = W_2^T \delta_2 \sigma'(z_1)", "wrong: matrix-product-for-elementwise"),
            (
                r"\frac{\partial C}{\partial b_1} = (W_2^T \delta_2) \cdot \sigma'(z_1)",
                r"right, with `\cdot` between vectors read as ⊙",
            ),
            (r"C = \frac12 \lVert a_2 - y\rVert^2", "right"),
            (r"C = \frac12 \|a_2 - y\|_2^2", "right"),
            (r"C = \frac12 (a_2 - y)^\top (a_2 - y)", "right"),
            (r"C = \frac12 (a_2 - y) \cdot (a_2 - y)", "right"),
            (r"C = \frac12 (a_2 - y)^2", "undecided"),
            (r"C = \|a_2 - y\|^2", "wrong: missing-factor"),
            (r"C = \frac12 (a_2 - y)(a_2 - y)^\top", "wrong: transpose-elsewhere"),
        ],
    );
}

#[test]
fn jacobians_in_each_layout() {
    let formulas = [
        (r"\frac{\partial z_1}{\partial x} = W_1", "right", "right"),
        (r"\frac{\partial z_1}{\partial x} = W_1^\top", "right, in denominator layout", "wrong: other-layout"),
        (r"\frac{\partial a_1}{\partial z_1} = \operatorname{diag}(\sigma'(z_1))", "right", "right"),
        (r"\frac{\partial a_1}{\partial z_1} = \sigma'(z_1)", "wrong: jacobian-diagonal", "wrong: jacobian-diagonal"),
        (r"\frac{\partial x}{\partial x} = I", "right", "right"),
        (r"\frac{\partial C}{\partial x} = W_1^\top \frac{\partial C}{\partial z_1}", "right", "wrong: factor-order"),
        (r"\frac{\partial C}{\partial x} = \frac{\partial C}{\partial z_1} W_1", "right, in numerator layout", "right"),
        (
            r"\frac{\partial C}{\partial x} = \frac{\partial C}{\partial a_1} \frac{\partial a_1}{\partial z_1} \frac{\partial z_1}{\partial x}",
            "right",
            "right",
        ),
        (
            r"\frac{\partial C}{\partial W_1} = \frac{\partial C}{\partial z_1} \frac{\partial z_1}{\partial W_1}",
            "right",
            "right",
        ),
        (r"\frac{\partial C}{\partial W_1} = \frac{\partial C}{\partial z_1} x^\top", "right", "wrong: factor-order"),
        (r"\frac{\partial C}{\partial x^\top} = \frac{\partial C}{\partial z_1^\top} W_1", "right", "right"),
    ];
    let usual: Vec<(&str, &str)> = formulas.iter().map(|(formula, usual, _)| (*formula, *usual)).collect();
    expect(TWO_LAYERS, None, &usual);
    let numerator: Vec<(&str, &str)> = formulas.iter().map(|(formula, _, numerator)| (*formula, *numerator)).collect();
    expect(TWO_LAYERS, Some("numerator"), &numerator);
}

#[test]
fn gradients_as_rows() {
    let formulas = [
        (r"\delta_2 = \frac{\partial C}{\partial z_2}", "defines delta"),
        (r"\frac{\partial C}{\partial W_2} = \delta_2^\top a_1^\top", "right"),
        (r"\delta_1 = \delta_2 W_2 \odot \sigma'(z_1)^\top", "defines delta"),
        (r"\frac{\partial C}{\partial W_1} = \delta_1^\top x^\top", "right"),
        (r"\frac{\partial C}{\partial b_1} = \delta_1", "right"),
        (r"\frac{\partial C}{\partial b_1} = \delta_1^\top", "wrong: transpose"),
    ];
    expect(TWO_LAYERS, Some("row"), &formulas);
}

#[test]
fn least_squares() {
    expect(
        LEAST_SQUARES,
        None,
        &[
            (r"\nabla_w C = X^T(Xw - y) + \lambda w", "right"),
            (r"\nabla_w C = X^T X w - X^T y + \lambda w", "right"),
            (r"\frac{\partial C}{\partial w} = (X^\top X + \lambda I) w - X^\top y", "right"),
            (r"\frac{\partial C}{\partial w} = (X^\top X + \lambda I_m) w - X^\top y", "wrong: shapes"),
            (r"\frac{\partial C}{\partial w} = X(Xw - y) + \lambda w", "wrong: transpose"),
            (r"\frac{\partial C}{\partial w} = X^T(wX - y) + \lambda w", "wrong: factor-order"),
            (r"\frac{\partial C}{\partial w} = 2X^T(Xw - y) + \lambda w", "wrong: constant"),
            (r"\frac{\partial C}{\partial w} = X^T(Xw + y) + \lambda w", "wrong: sign"),
            (r"\frac{\partial C}{\partial w} = (Xw - y)^T X + \lambda w^T", "right, in numerator layout"),
            (r"\frac{\partial^2 C}{\partial w^2} = X^\top X + \lambda I", "right"),
            (r"\nabla_w^2 C = X^\top X + \lambda", "unread: unreadable"),
            (r"\frac{\partial^2 C}{\partial w\,\partial w^\top} = X^\top X", "wrong: lost-path"),
            (r"\frac{\partial r}{\partial w} = X", "right"),
        ],
    );
}

#[test]
fn softmax_regression_on_a_batch() {
    expect(
        SOFTMAX,
        None,
        &[
            (r"Z = XW + b", "right"),
            (r"Z = XW + \mathbf 1 b^\top", "right"),
            (r"Z = WX + b", "wrong: factor-order"),
            (r"P = \operatorname{softmax}(Z)", "right"),
            (r"C = -\frac1N \operatorname{tr}(Y^\top \log P)", "right"),
            (r"C = -\frac1N \mathbf 1^\top (Y \odot \log P) \mathbf 1", "right"),
            (r"\frac{\partial C}{\partial Z} = \frac1N (P - Y)", "right"),
            (r"\frac{\partial C}{\partial W} = \frac1N X^\top (P - Y)", "right"),
            (r"\frac{\partial C}{\partial W} = X^\top (P - Y)", "wrong: sum-for-mean"),
            (r"\frac{\partial C}{\partial W} = \frac1N X (P - Y)", "wrong: transpose"),
            (r"\frac{\partial C}{\partial b} = \frac1N (P - Y)^\top \mathbf 1", "right"),
            (r"\frac{\partial C}{\partial b} = \frac1N \mathbf 1^\top (P - Y)", "right, in numerator layout"),
            (r"\frac{\partial C}{\partial b} = \frac1N (P - Y)", "wrong: missing-sum"),
        ],
    );
}

#[test]
fn the_four_equations_of_backpropagation() {
    expect(
        LAYERS,
        None,
        &[
            (r"\delta^3 = \nabla_{a^3} C \odot \sigma'(z^3)", "defines delta"),
            (r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)", "defines delta"),
            (r"\frac{\partial C}{\partial b^l} = \delta^l", "right"),
            (r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T", "right"),
            (r"\frac{\partial C}{\partial w^l} = \delta^l (a^l)^T", "wrong: other-layer"),
            (r"\frac{\partial C}{\partial w^l} = a^{l-1} \delta^l", "wrong: factor-order"),
            (r"\frac{\partial C}{\partial z^l} = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)", "wrong: transpose"),
            (r"\frac{\partial C}{\partial a^l} = w^{(l+1)\top} \frac{\partial C}{\partial z^{l+1}}", "right"),
            (r"\frac{\partial z^{l+1}}{\partial z^l} = w^{l+1} \operatorname{diag}(\sigma'(z^l))", "right"),
        ],
    );
}

#[test]
fn functions_of_matrices() {
    expect(
        MATRICES,
        None,
        &[
            (r"C = \log\det A + \operatorname{tr}(AS) + u^\top A u + \|B\|_F^2", "right"),
            (r"C = \log|A| + \operatorname{tr}(SA) + u^\top A^\top u + \operatorname{tr}(B B^\top)", "right"),
            (r"\frac{\partial C}{\partial A} = A^{-\top} + S^\top + uu^\top", "right"),
            (r"\frac{\partial C}{\partial A} = (A^{-1})^\top + S^\top + uu^\top", "right"),
            (r"\frac{\partial C}{\partial A} = A^{-1} + S + uu^\top", "right, in numerator layout"),
            (r"\frac{\partial C}{\partial A} = A^{-1} + S^\top + uu^\top", "wrong: transpose"),
            (r"\frac{\partial C}{\partial B} = 2B", "right"),
            (r"\frac{\partial C}{\partial u} = (A + A^\top) u", "right"),
            (r"\frac{\partial C}{\partial u} = 2Au", "wrong: transpose"),
            (r"\frac{\partial^2 C}{\partial u^2} = A + A^\top", "right"),
            (r"\frac{\partial C}{\partial A} = B^{-1}", "wrong: shapes"),
            (r"A^2 = AA", "unread: ambiguous"),
        ],
    );
}

/// Sizes are symbols: a number or another size in their place is wrong, however the sizes are drawn.
#[test]
fn a_size_is_no_number_and_no_other_size() {
    let mean = "dim n\nparam x : [n]\ncost C = mean(x^2)";
    let numbers = (1..=9).map(|number| format!(r"\frac{{\partial C}}{{\partial x}} = \frac{{2}}{{{number}}} x"));
    let numbers: Vec<String> = numbers.collect();
    let formulas: Vec<(&str, &str)> = numbers.iter().map(|formula| (formula.as_str(), "wrong")).collect();
    for formula in formulas {
        let found = said_of(mean, formula.0);
        assert!(found.starts_with(formula.1), "{}: {found}", formula.0);
    }
    let product = "dim n, m, k\nparam A : [n, m], B : [m, k]\ncost C = mean(A @ B)";
    for below in (2..=60).map(|number| number.to_string()).chain(["nm".to_owned(), "mk".to_owned(), "7k".to_owned()]) {
        let formula =
            format!(r"\frac{{\partial C}}{{\partial A}} = \frac{{1}}{{{below}}} \mathbf 1 (B \mathbf 1)^\top");
        let found = said_of(product, &formula);
        assert!(found.starts_with("wrong"), "{formula}: {found}");
    }
    assert_eq!(said_of(product, r"\frac{\partial C}{\partial A} = \frac{1}{nk} \mathbf 1 (B \mathbf 1)^\top"), "right");
}

/// Entries and normal forms are kept from one formula of a document to the next.
#[test]
fn a_formula_is_judged_alike_alone_and_after_others() {
    let text = "dim N, d, k\ninput X : [N, d]\ntarget Y : [N] onehot[k]\nparam W : [d, k], b : [k]\nZ = X @ W + b\n\
                P = softmax(Z)\ncost C = -1/N * sum(Y * log(P))\n";
    let formulas = [
        (r"\frac{\partial C}{\partial W} = \frac1N X^\top (P - Y)", "right"),
        (r"\frac{\partial C}{\partial W} = \frac1N (P - Y) X^\top", "wrong: factor-order"),
        (r"\frac{\partial C}{\partial Z} = \frac1N (P - Y)", "right"),
        (r"\frac{\partial C}{\partial Z} = \frac1N (Y - P)", "wrong: sign"),
        // 3 and 4 are sizes that are drawn for the others.
        (r"\frac{\partial C}{\partial Z} = \frac3{4N} (P - Y) + \frac1{4N} (P - Y)", "right"),
        (r"\frac{\partial C}{\partial W} = X^\top (P - Y)", "wrong: sum-for-mean"),
        (r"\frac{\partial C}{\partial b} = \frac1N (P - Y)^\top \mathbf 1", "right"),
    ];
    let definition = r"D = \frac1N (P - Y)";
    let after = (r"\frac{\partial C}{\partial W} = X^\top D", "right");
    let checked = |formulas: &[&str]| {
        let mut none = |_: &str| -> Result<Network, _> { panic!("no network is loaded") };
        let written: String = formulas.iter().map(|formula| format!("$${formula}$$\n\n")).collect();
        let source = Source::new("notes.md", written);
        let contexts = [Context::new(network(text))];
        let checked = check(&source, Format::Markdown, (&contexts, None), Some(1), &mut none);
        checked.findings.iter().map(said).collect::<Vec<String>>()
    };
    let alone: Vec<String> = formulas.iter().map(|&(formula, _)| said_of(text, formula)).collect();
    assert_eq!(alone, formulas.map(|(_, said)| said));
    // Twice, forwards and backwards, with a name that comes in between.
    let mut order: Vec<(&str, &str)> = formulas.to_vec();
    order.extend([(definition, "defines D"), after]);
    order.extend(formulas.iter().rev());
    order.extend([after]);
    let written: Vec<&str> = order.iter().map(|&(formula, _)| formula).collect();
    let wanted: Vec<&str> = order.iter().map(|&(_, said)| said).collect();
    assert_eq!(checked(&written), wanted);
}

/// A formula follows by the rules of differentiation, and is right nowhere: what it differentiates has no value.
#[test]
fn nothing_is_right_of_a_cost_without_a_value() {
    let zero = r"\frac{\partial C}{\partial x} = 0";
    for cost in ["1/(x^2 - x*x)", "log(x - x - 1)", "sum(i in 1..2, log(x - x - i))"] {
        assert_eq!(said_of(&format!("input x\ncost C = {cost}"), zero), "undecided", "{cost}");
    }
    for cost in ["sum(1/(x^2 - x*x))", "sum(log(-1 - x * x) - log(-1 - x * x))"] {
        assert_eq!(said_of(&format!("input x : [n]\ncost C = {cost}"), zero), "undecided", "{cost}");
    }
    assert_eq!(said_of("input x\ncost C = 2*x", r"\frac{\partial}{\partial x} \log(x - x - 1) = 0"), "undecided");
    // What is wrong stays wrong, and a value somewhere is enough.
    let gradient = |cost: &str, by: &str| said_of(&format!("input x\ncost C = {cost}"), &format!("C'(x) = {by}"));
    assert_eq!(gradient("log(-1 - x^2)", r"\frac{2x}{1 + x^2}"), "undecided");
    assert!(gradient("log(-1 - x^2)", r"\frac{2x}{3 + x^2}").starts_with("wrong"));
    assert_eq!(gradient("log(x - 3000)", r"\frac{1}{x - 3000}"), "right");
    assert_eq!(gradient("asin(x - 30)", r"\frac{1}{\sqrt{1 - (x - 30)^2}}"), "right");
    let vector = |by: &str| {
        said_of("input x : [n]\ncost C = sum(log(x^2 - 3))", &format!(r"\frac{{\partial C}}{{\partial x}} = {by}"))
    };
    assert_eq!(vector(r"2x \oslash (x^2 - 3)"), "right");
    assert!(vector(r"2x \oslash (x^2 + 3)").starts_with("wrong"));
}

#[test]
fn two_sizes_below_ones_are_not_read_as_a_vector() {
    let network = "param W : [m, n]\ncost C = sum(W)";
    for right in [r"\mathbf 1_{mn}", r"\mathbf 1_{m \times n}"] {
        let said = said_of(network, &format!(r"\frac{{\partial C}}{{\partial W}} = {right}"));
        assert!(!said.starts_with("wrong"), "{right}: {said}");
    }
    assert_eq!(said_of(network, r"\frac{\partial C}{\partial W} = \mathbf 1_m\mathbf 1_n^\top"), "right");
}
