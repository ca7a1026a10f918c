//! Shapes: what NumPy gives, for single expressions and for all networks of the closed forms.

#[path = "support/forms.rs"]
mod forms;

use chainrule::diagnostic::{Colour, Source, render};
use chainrule::expr::NameId;
use chainrule::network::{FreeNames, Network, read_network};
use chainrule::shape::{Dim, Shape};
use forms::forms;
use pretty_assertions::assert_eq;

fn network(text: &str) -> Network {
    let (network, errors) = read_network(text, FreeNames::Refused);
    network.unwrap_or_else(|| panic!("{}", render(&Source::new("text", text), &errors, Colour::Never)))
}

fn words(network: &Network, shape: Shape) -> String {
    let size = |dim: &Dim| {
        let affine = network.arena.shapes().affine(*dim);
        let mut terms: Vec<String> = Vec::new();
        for (size, times) in affine.sizes {
            let name = network.spelling(NameId(size.0));
            terms.push(if times == 1 { name } else { format!("{times}{name}") });
        }
        if affine.constant != 0 || terms.is_empty() {
            terms.push(affine.constant.to_string());
        }
        terms.join("+")
    };
    let dims: Vec<String> = network.arena.shapes().dims(shape).iter().map(size).collect();
    format!("[{}]", dims.join(", "))
}

/// The leaves that the expressions below use.
const LEAVES: &str = "input x : [n], y : [m], X : [m, n], Y : [m, n], A : [n, n], T : [p, m, n], s, t\n\
    target k : index[n], K : [m] index[n], q : simplex[n], Q : [m] onehot[n]\n\
    param F : [c, m, n], G : [o, c, 3, 3], w : [3], I : [28, 28]\n";

fn check(input: &str, expected: &str) {
    let network = network(&format!("{LEAVES}r = {input}"));
    let name = network.find("r").expect("r");
    assert_eq!(words(&network, network.quantity(name).shape), expected, "{input}");
    let value = network.definition(name).expect("an equation").value;
    let zero = value == chainrule::expr::Arena::ZERO;
    assert!(zero || network.arena.shape(value) == network.quantity(name).shape, "{input}");
}

#[test]
fn operators_broadcast_as_in_numpy() {
    check("s*t", "[]");
    check("s*x", "[n]");
    check("X + x", "[m, n]");
    check("x + X", "[m, n]");
    check("X*Y", "[m, n]");
    check("1 - x", "[n]");
    check("X/x", "[m, n]");
    check("x^2", "[n]");
    check("x^s", "[n]");
    check("T + X", "[p, m, n]");
    check("T*x", "[p, m, n]");
    check("exp(-X/2)", "[m, n]");
    check("max(X, x)", "[m, n]");
    check("if X > 0 then x else s", "[m, n]");
}

#[test]
fn matrix_products_contract_as_in_numpy() {
    check("X @ x", "[m]");
    check("y @ X", "[n]");
    check("x @ A @ x", "[]");
    check("x' @ A @ x", "[]");
    check("X @ A @ X.T", "[m, m]");
    check("X.T @ y", "[n]");
    check("T @ x", "[p, m]");
    check("T @ A", "[p, m, n]");
    check("(Xᵀ)'", "[m, n]");
    check("T.T", "[n, m, p]");
}

#[test]
fn reductions_drop_their_axes() {
    check("sum(X)", "[]");
    check("sum(X, axis=0)", "[n]");
    check("sum(X, axis=1)", "[m]");
    check("sum(X, axis=-1)", "[m]");
    check("sum(X, 1)", "[m]");
    check("sum(X, axis=1, keepdims=True)", "[m, 1]");
    check("X - mean(X, axis=1, keepdims=True)", "[m, n]");
    check("X/sum(X, axis=1, keepdims=True)", "[m, n]");
    check("mean(X)", "[]");
    check("mean(X, axis=0)", "[n]");
    check("var(X, axis=0)", "[n]");
    check("std(x)", "[]");
    check("norm(x)", "[]");
    check("sqnorm(X, axis=1)", "[m]");
    check("sum(T, axis=[0, 2])", "[m]");
    check("softmax(X)", "[m, n]");
    check("softmax(X, axis=0)", "[m, n]");
    check("log_softmax(x)", "[n]");
    check("logsumexp(X, axis=1)", "[m]");
    check("logsumexp(X)", "[]");
    check("max(X, axis=0)", "[n]");
    check("min(x)", "[]");
    check("prod(x)", "[]");
}

#[test]
fn linear_algebra_has_its_shapes() {
    check("dot(x, x)", "[]");
    check("outer(y, x)", "[m, n]");
    check("trace(A)", "[]");
    check("diag(x)", "[n, n]");
    check("diag(A)", "[n]");
    check("eye(n) + A", "[n, n]");
    check("ones(m, n)", "[m, n]");
    check("zeros(n)", "[n]");
    check("zeros(n) + 1", "[n]");
    check("inv(A)", "[n, n]");
    check("det(A)", "[]");
    check("logdet(A)", "[]");
}

#[test]
fn brackets_pick_entries_rows_and_slices() {
    check("x[1]", "[]");
    check("x[n]", "[]");
    check("X[1, 2]", "[]");
    check("X[1, :]", "[n]");
    check("X[1]", "[n]");
    check("X[:, 2]", "[m]");
    check("x[1..3]", "[3]");
    check("x[2..n]", "[n+-1]");
    check("x[1..n-1]", "[n+-1]");
    check("X[1..2, :]", "[2, n]");
    check("T[:, 1]", "[p, n]");
    check("y[:, None]", "[m, 1]");
    check("X*y[:, None]", "[m, n]");
    check("y[:, None]*x[None, :]", "[m, n]");
    check("exp(y[:, None]) + X", "[m, n]");
    check("q[k]", "[]");
    check("X[:, k]", "[m]");
    check("A[K]", "[m, n]");
    check("(X + Y)[1, :]", "[n]");
}

#[test]
fn sums_over_an_index_contract() {
    check("sum(i in 1..n, x[i])", "[]");
    check("sum(i in 1..n, x[i]*q[i])", "[]");
    check("sum(i in 1..m, X[i, :])", "[n]");
    check("sum(i in 1..m, sum(j in 1..n, X[i, j]*Y[i, j]))", "[]");
    check("sum(i in 1..m, sqnorm(X[i, :] - x))", "[]");
    check("-sum(i in 1..m, log(X[i, K[i]]))/m", "[]");
    check("sum(i in 1..n-1, x[i]*x[i+1])", "[]");
    check("sum(i in 1..n, sum(j in 1..n if i != j, A[i, j]))", "[]");
    check("sum(i in 1..n, x[i]*A[i] @ x)", "[]");
    check("sum(i in 1..m, 2)", "[]");
    check("max(i in 1..n, x[i])", "[]");
    check("prod(i in 1..n, x[i])", "[]");
}

#[test]
fn lists_are_vectors_and_matrices() {
    check("[1, 2, 3]", "[3]");
    check("[s, t]", "[2]");
    check("[[s, t], [t, s]]", "[2, 2]");
    check("[x, 2*x]", "[2, n]");
    check("x @ [x, 2*x].T", "[2]");
}

#[test]
fn costs_and_layers_have_their_shapes() {
    for cost in ["mse", "sse", "mae", "huber", "bce", "bce_logits", "cross_entropy", "cross_entropy_logits", "nll"] {
        check(&format!("{cost}(x, q)"), "[]");
        check(&format!("{cost}(X, Q)"), "[]");
        check(&format!("{cost}(s, t)").replace("cross_entropy_logits", "cross_entropy"), "[]");
    }
    check("cross_entropy(x, k)", "[]");
    check("cross_entropy_logits(X, K)", "[]");
    check("hinge(s, t)", "[]");
    check("kl(q, x)", "[]");
    check("huber(x, q, delta=2)", "[]");
    check("layer_norm(X, x, q, 1e-5)", "[m, n]");
    check("batch_norm(X, x, q)", "[m, n]");
    check("embedding(A, K)", "[m, n]");
    check("conv1d(x, w)", "[n+-2]");
    check("conv1d(x, w, padding=1)", "[n]");
    check("conv2d(F, G)", "[o, m+-2, n+-2]");
    check("conv2d(I, [[1, 2], [3, 4]], stride=2)", "[14, 14]");
    check("avg_pool2d(I, 2)", "[14, 14]");
    check("max_pool2d(I, 3, stride=1)", "[26, 26]");
}

#[test]
fn arrangements_have_their_shapes() {
    check("matpow(A, 3)", "[n, n]");
    check("matpow(A, 0)", "[n, n]");
    check("concat(x, y)", "[n+m]");
    check("concat(X, X, axis=1)", "[m, 2n]");
    check("flip(x)", "[n]");
    check("reshape(x, n, 1)", "[n, 1]");
    check("reshape(x, 1, n) + X", "[m, n]");
    check("einsum(\"ij,kj->ik\", X, X)", "[m, m]");
    check("einsum(\"ii->i\", A)", "[n]");
}

#[test]
fn facts_are_noted() {
    let text = "input x : [n], y : [k], A : [n, n], P : [m, k], s\ntarget t : simplex[k], B : binary[n, n]\n\
        assume A = A.T\nassume sum(y) = 1\nassume sum(P, axis=1) = 1\nassume s > 0\ncost C = x @ A @ x";
    let network = network(text);
    let facts = |name: &str| network.quantity(network.find(name).expect(name)).facts.clone();
    assert!(facts("A").symmetric && !facts("B").symmetric);
    assert_eq!([facts("y").sums_to_one, facts("t").sums_to_one, facts("P").sums_to_one], [Some(0), Some(0), Some(1)]);
    assert!(facts("s").positive && !facts("x").positive);
    assert_eq!(facts("B").kind, chainrule::syntax::ast::ShapeKind::Binary);
}

#[test]
fn abstract_functions_keep_to_their_signatures() {
    let network = network("input x : [n]\nparam W : [m, n]\nfunction E(h : [m]) : []\ncost C = E(tanh(W @ x))\n");
    let cost = network.find("C").expect("C");
    assert_eq!(words(&network, network.quantity(cost).shape), "[]");
}

#[test]
fn shapes_follow_the_order_of_use() {
    let text =
        "cost C = sum(a2)\na2 = tanh(W[2] @ a1)\na1 = W[1] @ x\nparam W[1..2] : [n[l], n[l-1]]\ninput x : [n[0]]\n";
    let network = network(text);
    for (name, expected) in [("a1", "[n[1]]"), ("a2", "[n[2]]"), ("C", "[]"), ("W[2]", "[n[2], n[1]]")] {
        let shape = network.quantity(network.find(name).expect(name)).shape;
        assert_eq!(words(&network, shape), expected, "{name}");
    }
}

#[test]
fn functions_of_ones_own_take_tensors() {
    let text = "input x : [n]\nparam W : [m, n], b : [m]\nlayer(W, x, b) = tanh(W @ x + b)\nsquash(u) = u/(1 + abs(u))\nh = squash(layer(W, x, b))\n";
    let network = network(text);
    let h = network.find("h").expect("h");
    assert_eq!(words(&network, network.quantity(h).shape), "[m]");
}

#[test]
fn sizes_of_one_value_go_together() {
    let text = "dim m = 4\ninput x : [4], y : [m]\nz = x + y\ncost C = dot(x, y)\n";
    let network = network(text);
    assert_eq!(words(&network, network.quantity(network.find("z").expect("z")).shape), "[4]");
}

#[test]
fn every_network_of_the_closed_forms_is_read() {
    let forms = forms("closed-forms");
    assert_eq!(forms.len(), 145);
    let mut shapes = String::new();
    for form in &forms {
        let network = network(&form.network.join("\n"));
        let line: Vec<String> = network
            .equations
            .iter()
            .map(|equation| {
                let shape = network.quantity(equation.name).shape;
                format!("{} {}", network.spelling(equation.name), words(&network, shape))
            })
            .collect();
        shapes.push_str(&format!("{}: {}\n", form.id, line.join(", ")));
        for name in [&form.of, &form.wrt] {
            assert!(network.find(name).is_some(), "{}: {name}", form.id);
        }
    }
    insta::assert_snapshot!("closed-forms", shapes);
}

/// Texts that mean nothing, or much: each is read or refused, and none of them panics or takes long.
#[test]
fn odd_calls_are_refused_and_nothing_panics() {
    let nested = (1..40).fold("i39*s".to_owned(), |inner, at| format!("sum(i{at} in 1..one, {inner})"));
    let odd = [
        "sum()",
        "sum(x, 1, 2)",
        "sum(x, axis=5)",
        "sum(x, axis=-2)",
        "sum(s, axis=0)",
        "sum(X, axis=[0, 0])",
        "sum(x, axis=x)",
        "sum(x, keepdims=2)",
        "eye()",
        "eye(x)",
        "eye(1/2)",
        "eye(0)",
        "eye(-1)",
        "eye(99999999999)",
        "ones(s)",
        "zeros()",
        "ones(n, x)",
        "diag(X)",
        "diag(T)",
        "diag(s)",
        "trace(x)",
        "outer(X, x)",
        "dot(x, y)",
        "einsum()",
        "einsum(X)",
        "einsum(\"ij\", X)",
        "einsum(\"ij->k\", X)",
        "einsum(\"->\", X)",
        "einsum(\"1->1\", x)",
        "einsum(\"ijk->i\", X)",
        "einsum(\"i,i->\", x)",
        "einsum(x, \"i->i\")",
        "sum(\"i\")",
        "matpow(A, 1/2)",
        "matpow(A, -1)",
        "matpow(A, 1000)",
        "matpow(X, 2)",
        "concat(s, t)",
        "concat(X, x)",
        "concat(X, Y, axis=7)",
        "reshape(x)",
        "reshape(x, 2, 2)",
        "reshape(x, x)",
        "conv1d(w, x)",
        "conv1d(s, w)",
        "conv1d(x, w, stride=0)",
        "conv1d(x, w, padding=-1)",
        "conv2d(I, x)",
        "conv1d([1, 2], [1, 2, 3])",
        "max_pool2d(I, 0)",
        "max_pool2d(I, s)",
        "max_pool2d(x, 2)",
        "avg_pool2d(I, 2, stride=-1)",
        "x[0]",
        "x[-1]",
        "x[]",
        "x[1, 2]",
        "x[1.5]",
        "x[s]",
        "x[x]",
        "x[2..1]",
        "x[0..1]",
        "X[:, :, :]",
        "s[1]",
        "s[None]",
        "x[99999999999999999999]",
        "X[k, k]",
        "q[K]",
        "k[1]",
        "softmax(s)",
        "softmax(X, axis=[0, 1])",
        "logsumexp(s)",
        "max(s)",
        "prod(s)",
        "onehot(x)",
        "onehot(k)",
        "inv(X)",
        "inv(s)",
        "det(T)",
        "inv(zeros(n, n))",
        "softmax(zeros(n))",
        "mse(x, y)",
        "mse(x)",
        "mse(x, x, x)",
        "kl(X, x)",
        "huber(x, delta=1)",
        "cross_entropy(k, k)",
        "embedding(k, A)",
        "embedding(A, s)",
        "layer_norm(x)",
        "batch_norm(T, x, x)",
        "[]",
        "[[]]",
        "[x, s]",
        "[[1, 2], [3]]",
        "x.T.T",
        "s.T",
        "s'",
        "x @ s",
        "X @ X",
        "sum(i in 1..n, i)",
        "sum(i in 1..n, x[i + n])",
        "sum(i in 1..m, x[i])",
        "sum(i in n..1, x[i])",
        "sum(i in 1..n, inv(A)[i, i])",
        "sum(i in 1..n, det(x[i]*A))",
        "sum(i in 1..n, outer(x[i]*x, x))",
        "sum(i in 1..n if i < 2, x[i])",
        "prod(i in 1..n if i != 1, x[i])",
        "sum(i in 1..n, x)",
        "sigmoid'(X)",
        "sum'(x)",
        "sigmoid(x, axis=0)",
        "exp(x, y)",
        "x^X",
        "2^x",
        "x^y",
        "if x > y then 1 else 2",
        "X[1..n, :]",
        &nested,
    ];
    for text in odd {
        for sizes in ["", "dim one = 1, n = 3, m = 4\n"] {
            let (network, errors) = read_network(&format!("{sizes}{LEAVES}r = {text}"), FreeNames::Refused);
            assert!(network.is_some() != errors.iter().any(chainrule::diagnostic::Diagnostic::is_error), "{text}");
        }
    }
}

#[test]
fn deep_and_long_texts_come_to_an_end() {
    let mut chain = String::from("input x : [n]\nf0(u) = u*sum(u)\n");
    for at in 1..1000 {
        chain.push_str(&format!("f{at}(u) = 1 + (f{}(u) @ u)*u\n", at - 1));
    }
    let (_, errors) = read_network(&format!("{chain}C = sum(f999(x))"), FreeNames::Refused);
    assert_eq!(errors.first().map(|error| error.code), Some("too-deep"));
    // Each function calls the one before it twice.
    let mut doubling = String::from("input x : [n]\nf0(u) = u*sum(u)\n");
    for at in 1..60 {
        doubling.push_str(&format!("f{at}(u) = f{0}(u)*(1 + f{0}(u) @ u)\n", at - 1));
    }
    assert_eq!(words_of(&format!("{doubling}r = f59(x)")), "[n]");
    let broken = doubling.replace("u*sum(u)", "u*ones(n, n, 3)");
    let (network, errors) = read_network(&format!("{broken}r = f59(x)"), FreeNames::Refused);
    assert!(network.is_none() && errors.len() < 5);
    let deep = format!("{}A{}", "(x @ ".repeat(150), " + A)".repeat(150));
    assert_eq!(words_of(&format!("{LEAVES}r = {deep}")), "[n, n]");
    let long: Vec<String> = (1..=3000).map(|at| at.to_string()).collect();
    assert_eq!(words_of(&format!("r = [{}]", long.join(", "))), "[3000]");
    assert_eq!(words_of("dim n = 3000\ninput x : [n]\nr = sum(i in 1..n, i*x[i])"), "[]");
    let reversed: String = (0..3000).rev().map(|at| format!("z{} = tanh(z{at})\n", at + 1)).collect();
    assert_eq!(words_of(&format!("{reversed}input z0 : [n]\nr = z3000")), "[n]");
}

fn words_of(text: &str) -> String {
    let network = network(text);
    let name = network.find("r").expect("r");
    words(&network, network.quantity(name).shape)
}
