//! Mistakes of people who know NumPy, PyTorch and paper: each is refused, with both shapes and what was probably meant.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive_with_input;

/// What went wrong, and a network where it did.
const MISTAKES: &[(&str, &str)] = &[
    ("* for @", "param W1 : [4, 3]\ninput x : [4]\nz = W1 * x\ncost C = sum(z)"),
    ("the transpose of the left", "param W1 : [4, 3]\ninput x : [4]\nz = W1 @ x\ncost C = sum(z)"),
    ("* for @ with a bias", "param W : [m, n]\ninput x : [n], b : [m]\nz = W*x + b\ncost C = sum(z)"),
    ("transpose needed", "param W : [n, m]\ninput x : [n], b : [m]\nz = W @ x + b\ncost C = sum(z)"),
    ("batch W", "input X : [N, d]\nparam W : [k, d]\nZ = X @ W\ncost C = sum(Z)"),
    ("batch bias", "input X : [N, d]\nparam W : [k, d], b : [N]\nZ = X @ W.T + b\ncost C = sum(Z)"),
    ("outer x x.T", "input x : [n]\nparam A : [n, n]\ncost C = sum(A * (x @ x.T))"),
    ("dot of two sizes", "input x : [n], y : [m]\ncost C = x.T @ y"),
    ("mse (n),(n,1)", "input X : [N, d], y : [N]\nparam W : [d, 1]\ncost C = mse(X @ W, y)"),
    ("einsum rank", "param A : [m, n], B : [n, k]\nZ = einsum(\"ij,jkl->ik\", A, B)\ncost C = sum(Z)"),
    ("einsum size", "param A : [m, n], B : [m, k]\nZ = einsum(\"ij,jk->ik\", A, B)\ncost C = sum(Z)"),
    ("einsum count", "param A : [m, n], B : [n, k]\nZ = einsum(\"ij->i\", A, B)\ncost C = sum(Z)"),
    ("einsum out", "param A : [m, n]\nZ = einsum(\"ij->k\", A)\ncost C = sum(Z)"),
    ("einsum with dots", "param A : [m, n]\nZ = einsum(\"...ij->...ji\", A)\ncost C = sum(Z)"),
    ("einsum implicit", "param A : [m, n], B : [n, k]\nZ = einsum(\"ij,jk\", A, B)\ncost C = sum(Z)"),
    ("axis", "param A : [m, n]\nz = sum(A, axis=2)\ncost C = sum(z)"),
    ("axis neg", "param A : [m, n]\nz = sum(A, axis=-3)\ncost C = sum(z)"),
    ("axis of vector", "param a : [n]\nz = softmax(a, axis=1)\ncost C = sum(z)"),
    ("axis of scalar", "param a\nz = softmax(a)\ncost C = z"),
    ("axis tuple", "param A : [m, n]\nz = sum(A, axis=(0, 1))\ncost C = sum(z)"),
    ("a size and a value", "dim n = 3\nparam x : [n] = [1, 2, 3, 4]\ncost C = sum(x)"),
    ("two values, one size", "param x : [n] = [1, 2, 3], y : [n] = [1, 2]\ncost C = dot(x, y)"),
    ("index out", "param x : [3]\ncost C = x[4]"),
    ("index 0", "param x : [3]\ncost C = x[0]"),
    ("index neg", "param x : [3]\ncost C = x[-1]"),
    ("slice python", "param x : [n]\ncost C = sum(x[1:])"),
    ("slice outside", "param X : [4, 3]\nY = X[2..5, :]\ncost C = sum(Y)"),
    ("slice reversed", "param X : [4, 3]\nY = X[3..2, :]\ncost C = sum(Y)"),
    ("too many idx", "param x : [3]\ncost C = x[1, 2]"),
    ("empty axis", "param x : [0]\ncost C = sum(x)"),
    ("ragged", "param x : [m, n] = [[1, 2], [3]]\ncost C = sum(x)"),
    ("norm of matrix diff", "input A : [m, n], B : [n, m]\ncost C = norm(A - B)"),
    ("dot matrix", "input A : [m, n], b : [n]\nparam w : [n]\ncost C = sum(dot(A, b))"),
    ("det rect", "param A : [m, n]\ncost C = det(A)"),
    ("quad form", "param A : [m, n]\ninput x : [m]\ncost C = x @ A @ x"),
    ("concat", "param a : [m], B : [n, k]\nz = concat(a, B)\ncost C = sum(z)"),
    ("reshape", "param a : [6]\nz = reshape(a, 2, 4)\ncost C = sum(z)"),
    (
        "class numbers as numbers",
        "input X : [N, d]\nparam W : [d, k]\ntarget y : [N]\nP = softmax(X @ W)\ncost C = cross_entropy(P, y)",
    ),
    (
        "two numbers of classes",
        "input X : [N, d]\nparam W : [d, k]\ntarget y : [N] index[c]\nP = softmax(X @ W)\ncost C = cross_entropy(P, y)",
    ),
    ("attention no T", "input Q : [n, d], K : [m, d], V : [m, v]\nA = softmax(Q @ K/sqrt(d))\ncost C = sum(A @ V)"),
    (
        "rnn",
        "input x : [n], h : [m]\nparam W : [m, n], U : [m, m], b : [m]\nhn = tanh(W @ h + U @ x + b)\ncost C = sum(hn)",
    ),
    ("layer norm gamma", "input X : [N, d]\nparam g : [N], b : [N]\nY = layer_norm(X, g, b, 1e-5)\ncost C = sum(Y)"),
    ("at shape", "param x : [3]\nat x = [1, 2]\ncost C = sum(x)"),
    ("a row for a vector", "input x : [1, n]\nparam W : [m, n]\nz = W @ x\ncost C = sum(z)"),
    ("scalar @", "param w\ninput x : [n]\nz = w @ x\ncost C = sum(z)"),
    ("a batch of matrices", "input X : [b, t, d]\nparam W : [k, d]\nZ = X @ W\ncost C = sum(Z)"),
    ("a module", "input x : [n]\nparam W : [m, n]\nz = np.dot(W, x)\ncost C = sum(z)"),
    ("x.sum()", "input x : [n]\ncost C = x.sum()"),
    ("len", "input x : [n]\ncost C = sum(x)/len(x)"),
    ("X.shape", "input X : [n, d]\ncost C = sum(X)/X.shape[0]"),
    ("dim for axis", "input X : [n, d]\ncost C = sum(mean(X, dim=0))"),
    ("matmul fn", "input X : [n, d], Y : [d, n]\ncost C = sum(matmul(X, Y))"),
    ("transpose fn", "input X : [n, d], Y : [n, d]\ncost C = sum(transpose(X) @ Y)"),
    ("sum of index", "input x : [n], y : [m]\ncost C = sum(i in 1..n, x[i]*y[i])"),
    ("inside a function", "f(u, v) = u @ v\ninput A : [m, n], x : [m]\ncost C = sum(f(A, x))"),
    ("another identity", "param A : [m, n]\ncost C = logdet(eye(n) + A @ A.T)"),
    ("a size that is a quantity", "input x : [n]\nparam V : [h, n], U : [k, h]\nh = tanh(V @ x)\ncost C = sum(U @ h)"),
    ("an equation for each entry", "input x : [n]\ny[i] = x[i]^2\ncost C = sum(y)"),
    ("a generator", "input X : [N, n]\nparam c : [n]\ncost f = sum(sqnorm(X[i, :] - c) for i in range(N))"),
];

#[test]
fn each_is_refused_with_its_place_and_a_hint() {
    let mut said = String::new();
    for (name, text) in MISTAKES {
        let run = derive_with_input(&["eval", "-"], text);
        assert_eq!(run.code, 2, "{name}: {}", run.errors);
        assert!(!run.errors.contains("missing-value"), "{name} was taken: {}", run.errors);
        said.push_str(&format!("## {name}\n{}\n", run.errors));
    }
    insta::assert_snapshot!("mistakes", said);
}
