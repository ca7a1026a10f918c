//! `derive check --claim` in the network language: each operator and reduction of vectors and matrices, right and wrong.

use chainrule::check::document::{Checked, Outcome, Question, check_formula};
use chainrule::check::judge::Judgement;
use chainrule::check::read::Context;
use chainrule::diagnostic::Source;
use chainrule::network::{FreeNames, read_network};
use pretty_assertions::assert_eq;

fn context(network: &str) -> Context {
    let (read, diagnostics) = read_network(network, FreeNames::Refused);
    Context::new(read.unwrap_or_else(|| panic!("{diagnostics:?}")))
}

fn checked(network: &str, claim: &str, given: &[&str], wrt: Option<&str>) -> Checked {
    let contexts = [context(network)];
    let given: Vec<String> = given.iter().map(|&text| text.to_owned()).collect();
    let wrt = wrt.map(|name| contexts[0].network.find(name).unwrap_or_else(|| panic!("{name}")));
    let question = Question { given: &given, wrt, seed: Some(1), ..Question::default() };
    check_formula(&Source::new("--claim", claim), &contexts, &question)
}

/// The verdict in a word, and what is said of a mistake.
fn said(checked: &Checked) -> (&'static str, String) {
    let Some(finding) = checked.findings.first() else { return ("none", String::new()) };
    match &finding.outcome {
        Outcome::Skipped(reason) => ("skipped", reason.clone()),
        Outcome::Judged(Judgement::Right { .. }) => ("right", String::new()),
        Outcome::Judged(Judgement::Undecided(reason)) => ("undecided", reason.clone()),
        Outcome::Judged(Judgement::Unread(error)) => ("unread", error.message.clone()),
        Outcome::Judged(Judgement::Wrong(mistake)) => {
            let message = mistake.diagnosis.as_ref().map_or(String::new(), |diagnosis| diagnosis.message.clone());
            ("wrong", [vec![message], mistake.notes.clone()].concat().join("; "))
        }
    }
}

fn expect(network: &str, claims: &[(&str, &str)]) {
    let found: Vec<(&str, &str)> =
        claims.iter().map(|(claim, _)| (*claim, said(&checked(network, claim, &[], None)).0)).collect();
    assert_eq!(found, claims);
}

const LEAST_SQUARES: &str = "
dim m, n
param A : [m, n]
input x : [n]
target b : [m]
r = A @ x - b
cost C = sqnorm(r)";

#[test]
fn products_transposes_and_derivatives() {
    expect(
        LEAST_SQUARES,
        &[
            ("dC/dx = 2*(A@x - b).T @ A", "right"),
            ("dC/dx = 2*A.T @ (A@x - b)", "right"),
            ("dC/dx = 2*A'@r", "right"),
            ("dC/dx = A.T @ (A@x - b)", "wrong"),
            ("dC/dA = 2*outer(r, x)", "right"),
            ("dC/dA = 2*r @ x.T", "right"),
            ("dC/dA = 2*r[:, None] * x", "right"),
            ("dC/dA = 2*r[:, None] * x[None, :]", "right"),
            ("dC/dA = r @ x.T", "wrong"),
            ("dC/dA = 2*outer(x, x)", "wrong"),
            ("dC/dr @ dr/dA = dC/dA", "right"),
            ("dC/dr = 2*r = 2*(A @ x - b)", "right"),
            ("dC/dr = 2*r = 2*(A @ x + b)", "wrong"),
            ("∂C/∂b = -2*r", "right"),
            ("∂C/∂b = 2*r", "wrong"),
            ("dr/dx = A", "right"),
            ("dr/dx = -A", "wrong"),
            (r"\frac{\partial C}{\partial A} = 2*r @ x.T", "right"),
            (r"\frac{\partial C}{\partial A} = 2*r @ b.T", "wrong"),
            (r"\frac{\partial C}{\partial A} = 2*outer(r, x)", "right"),
            (r"\frac{\partial C}{\partial A} = outer(r, x)", "wrong"),
            (r"\nabla_x C = 2*A.T @ r", "right"),
            ("dC/dA[1, 2] = 2*r[1]*x[2]", "right"),
            ("dC/dA[1, 2] = 2*r[2]*x[1]", "wrong"),
            ("dC/db[1] = -2*r[1]", "right"),
            ("dC/db[1] = -2*r[m]", "wrong"),
            ("C = r @ r", "right"),
            ("C = r.T @ r", "right"),
            ("C = r @ r + 1", "wrong"),
        ],
    );
}

const ENTRIES: &str = "
dim N = 4, d = 3, k = 2
input X : [N, d]
param W : [d, k], b : [k], s
target Y : [N, k]
Z = X @ W + b
E = Z - Y
cost C = s * sum(E^2) / N";

#[test]
fn entries_rows_and_reductions() {
    expect(
        ENTRIES,
        &[
            ("dC/dW = 2*s/N * X.T @ E", "right"),
            ("dC/dW = 2*s/N * E.T @ X", "right"),
            ("dC/dW = 2*s * X.T @ E", "wrong"),
            ("dC/db = 2*s/N * sum(E, axis=0)", "right"),
            ("dC/db = 2*s/N * sum(E, axis=0, keepdims=True)", "right"),
            ("dC/db = 2*s/N * E.T @ ones(N)", "right"),
            ("dC/db = 2*s * mean(E, axis=0)", "right"),
            ("dC/db = 2*s/N * sum(E, axis=1)", "wrong"),
            ("dC/db = 2*s/N * mean(E, axis=0)", "wrong"),
            ("dC/dW[1,2] = 2*s/N * sum(i in 1..N, X[i,1]*E[i,2])", "right"),
            ("dC/dW[1,2] = 2*s/N * sum(i in 1..N, X[i,2]*E[i,1])", "wrong"),
            ("dC/dW[1,2] = 2*s/N * X[:,1] @ E[:,2]", "right"),
            ("dC/dW[:,1] = 2*s/N * X.T @ E[:,1]", "right"),
            ("Z[2,:] = X[2,:] @ W + b", "right"),
            ("Z[2,:] = X[1,:] @ W + b", "wrong"),
            ("Z[1..2,:] = X[1..2,:] @ W + b", "right"),
            ("dC/ds = sum(E*E)/N", "right"),
            ("dC/ds = sum(E*E)", "wrong"),
            ("dC/ds = k*mean(E^2)", "right"),
            ("dC/ds = sqnorm(E)/N", "right"),
            ("dC/ds = norm(E)^2/N", "right"),
            ("dC/ds = norm(E)/N", "wrong"),
            ("dC/ds = trace(E.T @ E)/N", "right"),
            ("dC/ds = trace(E @ E)/N", "wrong"),
            (r#"dC/dW = 2*s/N * einsum("ij,ik->jk", X, E)"#, "right"),
            (r#"dC/dW = 2*s/N * einsum("ij,jk->ik", X, W)"#, "wrong"),
            ("dW = 2*s/N * X.T @ E", "right"),
            ("dE = 2*s/N * E", "right"),
            ("dE = s/N * E", "wrong"),
            ("dZ = dE * 1", "right"),
            ("dW = X.T @ dZ", "right"),
            ("dW = X.T @ dZ / N", "wrong"),
            ("dX = dZ @ W.T", "right"),
            ("dZ = dX @ W", "undecided"),
        ],
    );
}

const CLASSES: &str = "
dim k
param z : [k]
target y : onehot[k]
p = softmax(z)
cost C = -sum(y*log(p))";

#[test]
fn functions_of_whole_tensors() {
    expect(
        CLASSES,
        &[
            ("dC/dz = softmax(z) - y", "right"),
            ("dC/dz = y - softmax(z)", "wrong"),
            ("dC/dz = exp(z)/sum(exp(z)) - y", "right"),
            ("dC/dz = exp(z)/mean(exp(z)) - y", "wrong"),
            ("C = logsumexp(z) - dot(y, z)", "right"),
            ("C = logsumexp(z) + dot(y, z)", "wrong"),
            ("C = -dot(y, log_softmax(z))", "right"),
            ("dp/dz = diag(p) - outer(p, p)", "right"),
            ("dp/dz = diag(p) + outer(p, p)", "wrong"),
            ("dp/dz = diag(p) - p @ p.T", "right"),
            ("dp/dz @ dC/dp = dC/dz", "right"),
        ],
    );
}

#[test]
fn inverses_and_determinants() {
    let network = "
dim n
param A : [n, n]
input u : [n]
cost C = logdet(A @ A.T + eye(n))";
    expect(
        network,
        &[
            ("dC/dA = 2*inv(A@A.T + eye(n)) @ A", "right"),
            ("dC/dA = inv(A@A.T + eye(n)) @ A", "wrong"),
            ("dC/dA = 2*A @ inv(A@A.T + eye(n))", "wrong"),
        ],
    );
    let larger = "
input x : [3]
param w : [3], W : [3, 3]
h = max(W @ x, 0)
m = if sum(x) > 0 then w else -w
cost C = max(h) + prod(w) + m @ x";
    expect(
        larger,
        &[
            ("h = relu(W @ x)", "right"),
            ("h = abs(W @ x)", "wrong"),
            ("C = max(h) + w[1]*w[2]*w[3] + m @ x", "right"),
            ("C = min(h) + w[1]*w[2]*w[3] + m @ x", "wrong"),
            ("m = if sum(x) > 0 then w else -w", "right"),
            ("m = if sum(x) > 0 then w else w", "wrong"),
            ("m = [m[1], m[2], m[3]]", "right"),
            ("m = [m[2], m[1], m[3]]", "wrong"),
            ("W' @ x = x @ W", "right"),
            ("W' @ x = W @ x", "wrong"),
        ],
    );
}

#[test]
fn families_and_layers() {
    let network = "
dim n[0..2]
input x : [n[0]]
target y : [n[2]]
param W[1..2] : [n[l], n[l-1]], b[1..2] : [n[l]]
a[0] = x
for l in 1..2 {
  z[l] = W[l] @ a[l-1] + b[l]
  a[l] = sigmoid(z[l])
}
cost C = sse(a[2], y)";
    expect(
        network,
        &[
            ("dC/dz[2] = 2*(a[2] - y) * sigmoid'(z[2])", "right"),
            ("dC/dz[2] = 2*(a[2] - y) * a[2]*(1 - a[2])", "right"),
            ("dC/dz[1] = (W[2].T @ dC/dz[2]) * a[1]*(1 - a[1])", "right"),
            ("dC/dz[1] = (W[2] @ dC/dz[2]) * a[1]*(1 - a[1])", "wrong"),
            ("dC/dW[1] = dC/dz[1] @ x.T", "right"),
            ("dC/dW[1] = dC/dz[1] @ a[1].T", "wrong"),
            ("dC/dW[2][1,1] = dC/dz[2][1] * a[1][1]", "right"),
            ("dC/dW[2][1,1] = dC/dz[2][1] * a[0][1]", "wrong"),
        ],
    );
}

#[test]
fn sums_over_time() {
    let network = "
dim n, m
input x[1..3] : [n]
const h[0] : [m]
param W : [m, m], U : [m, n]
for t in 1..3 {
  z[t] = W @ h[t-1] + U @ x[t]
  h[t] = tanh(z[t])
}
cost C = sqnorm(h[3])";
    expect(
        network,
        &[
            ("dC/dW = sum(t in 1..3, dC/dz[t] @ h[t-1].T)", "right"),
            ("dC/dW = sum(t in 1..3, outer(dz[t], h[t-1]))", "right"),
            ("dC/dW = sum(t in 1..3, dC/dz[t] @ h[t].T)", "wrong"),
            ("dC/dW = sum(t in 2..3, dC/dz[t] @ h[t-1].T)", "wrong"),
            ("dC/dU = sum(t in 1..3, outer(dC/dz[t], x[t]))", "right"),
            ("dC/dU = sum(t in 1..3, outer(x[t], dC/dz[t]))", "right"),
            ("dC/dU = sum(t in 1..3, outer(dC/dh[t], x[t]))", "wrong"),
            ("dC/dW = sum(t in 1..4, dC/dz[t] @ h[t-1].T)", "unread"),
        ],
    );
}

#[test]
fn shapes_that_do_not_fit_are_named() {
    let wrong = |claim: &str| said(&checked(LEAST_SQUARES, claim, &[], None));
    assert_eq!(
        wrong("dC/dx = 2*A @ r"),
        ("wrong", "cannot multiply 2*A (m × n) with r (a vector of m); did you mean `(2*A).T @ r`?".to_owned())
    );
    assert_eq!(wrong("dC/dA = 2*outer(r, r)"), ("wrong", "the left side is [m, n], the right side [m, m]".to_owned()));
    let (verdict, message) = wrong("dC/dA = 2*(dC/dA) @ r");
    assert_eq!((verdict, message.contains("2*(dC/dA) (m × n) with r (a vector of m)")), ("wrong", true), "{message}");
}

#[test]
fn a_right_side_alone() {
    let alone = |claim: &str| said(&checked(LEAST_SQUARES, claim, &[], Some("A"))).0;
    assert_eq!(alone("2*r @ x.T"), "right");
    assert_eq!(alone("2*(A@x - b) @ x.T"), "right");
    assert_eq!(alone("2*x @ r.T"), "right");
    assert_eq!(alone("r @ x.T"), "wrong");
    assert_eq!(alone("2*r @ r.T"), "wrong");
}

#[test]
fn what_cannot_be_read_says_why() {
    let of = |claim: &str| said(&checked(LEAST_SQUARES, claim, &[], None));
    assert_eq!(of("dC/dx = 2*A.T @ q"), ("unread", "`q` is not defined".to_owned()));
    assert_eq!(of("dC/dx = 2*A.T @@ r").0, "unread");
    assert_eq!(of("dC/dx = 2 A.T @ r"), ("unread", "an operator is missing here".to_owned()));
    assert_eq!(of("dC/dx = 2*A.T @ r for r > 0"), ("skipped", "it holds under a condition only".to_owned()));
    assert_eq!(of("dC/dx = 2*A.T @ r[9, 9]").0, "wrong");
    assert_eq!(of("delta = 2*A.T @ r"), ("skipped", "defines delta".to_owned()));
    assert_eq!(of("x = A.T @ b"), ("skipped", "gives a leaf a value".to_owned()));
    let function = "input x : [3]\nf(u) = sum(u)*u\ny = f(x)\ncost C = sum(y)";
    let message = "`f` does not act on each entry: it cannot be called in a formula".to_owned();
    assert_eq!(said(&checked(function, "y = f(x) @ eye(3)", &[], None)), ("unread", message));
    // It was taken for an abstract function, and called wrong.
    assert_eq!(said(&checked(function, "y = f(x)", &[], None)).0, "unread");
}

#[test]
fn definitions_in_the_network_language() {
    let of = |claim: &str, given: &[&str]| {
        let checked = checked(LEAST_SQUARES, claim, given, None);
        let errors: Vec<&str> = checked.diagnostics.iter().map(|error| error.code).collect();
        (said(&checked).0, errors.join(", "))
    };
    let fine = |verdict| (verdict, String::new());
    assert_eq!(of("dC/dA = delta @ x.T", &["delta = 2*(A @ x - b)"]), fine("right"));
    assert_eq!(of("dC/dA = delta @ x.T", &["delta = A @ x - b"]), fine("wrong"));
    assert_eq!(of(r"\frac{\partial C}{\partial A} = \delta x^T", &["delta = 2*(A @ x - b)"]), fine("right"));
    assert_eq!(of("dC/dA = 2*g @ x.T", &["g = h - b", "h = A @ x"]), fine("right"));
    let bad = |verdict, code: &str| (verdict, code.to_owned());
    assert_eq!(of("dC/dA = 2*r @ x.T", &["r = A @ x + b"]), bad("right", "contradiction"));
    assert_eq!(of("dC/dA = 2*r @ x.T", &["x = A.T @ b"]), bad("right", "not-given"));
    assert_eq!(of("dC/dA = 2*r @ x.T", &["g = A @ q"]), bad("right", "not-given"));
    assert_eq!(of("dC/dA = 2*g @ x.T", &["g = r", "g = 2*r"]), bad("right", "contradiction"));
    assert_eq!(of("dC/dA = 2*g @ x.T", &["g = r", "g = A @ x - b"]), fine("right"));
}

#[test]
fn definitions_that_contradict_what_is_known() {
    let network = "input x; target y; param w, b; z = w*x + b; a = sigmoid(z); cost C = (a - y)^2";
    let of = |given: &[&str]| {
        let claim = r"\frac{\partial C}{\partial w} = 2(a-y)a(1-a)x";
        let checked = checked(network, claim, given, None);
        let errors: Vec<String> = checked.diagnostics.iter().map(|error| error.message.clone()).collect();
        errors.join("; ")
    };
    assert_eq!(of(&["z = w x"]), "`z = w x` contradicts what is known: the term b is missing");
    assert_eq!(of(&["z = w x + b", "a = \\sigma(z)"]), "");
    assert_eq!(
        of(&["e = a - y", "e = y - a"]),
        "`e = y - a` contradicts what is known: the sign of the result is wrong"
    );
    assert_eq!(of(&["e = a - y", "e = -(y - a)"]), "");
    let contradicts = "`\\delta = 2(a-y)` contradicts what is known: the factor a(1 − a) is missing";
    assert_eq!(of(&["\\delta = \\partial C/\\partial z", "\\delta = 2(a-y)"]), contradicts);
    assert_eq!(of(&["x = 2"]), "`x = 2` cannot be taken as given: gives a value");
    let unknown = "`q = r x` cannot be taken as given: defines q, which is no quantity of the network";
    assert_eq!(of(&["q = r x"]), unknown);
    assert_eq!(of(&["f = g x", "g = 2 a"]), "");
}

#[test]
fn in_plain_letters_a_formula_is_wrong_only_if_it_is_so_in_both_languages() {
    let network = "input x : [3]\nparam W : [3, 3], b : [3]\nz = W @ x + b\ncost C = sum(z)";
    expect(
        network,
        &[
            ("z = W x + b", "right"),
            ("z = W * x + b", "right"),
            ("C = sum(z)", "right"),
            ("C = sum(z) + 1", "wrong"),
            ("C = sum(i in 1..3, z[i])", "right"),
            ("C = sum(i in 1..2, z[i])", "wrong"),
        ],
    );
}

#[test]
fn functions_of_numpy_stand_in_their_module() {
    let batch = "dim n, d, k\ninput X : [n, d]\nparam W : [d, k], b : [k]\ntarget T : [n, k]\nE = X @ W + b - T\n\
        cost C = sum(E^2)/(2*n)";
    let sample = "dim m, n\ninput x : [n]\nparam W : [m, n]\ntarget t : [m]\nr = W @ x - t\ncost C = sum(r^2)/2";
    expect(
        batch,
        &[
            ("db = np.sum(E, axis=0)/n", "right"),
            ("db = torch.sum(E, axis=0)", "wrong"),
            ("db = np.sum(E, axis=1)/n", "wrong"),
            ("C = np.mean(np.sum(E*E, axis=1))/2", "right"),
        ],
    );
    expect(
        sample,
        &[
            ("dx = W.T @ (r * np.exp(np.log(2)))/2", "right"),
            // NumPy's `dot` multiplies matrices, that of a network does not.
            ("dx = np.dot(W.T, r)", "unread"),
        ],
    );
}
