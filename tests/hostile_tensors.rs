//! Tensor networks that nobody should write: axes of size 1, high ranks, einsums of odd patterns, broadcasting of three
//! shapes, one name on many paths. Each gradient is that of dual numbers, or the network is refused.

#[path = "support/gradient.rs"]
mod gradient;
#[path = "support/dual_tensor.rs"]
mod tensor;

use gradient::confirm;

fn all(lines: &[&str], names: &[&str]) {
    for name in names {
        confirm(lines, name);
    }
}

#[test]
fn axes_of_size_one() {
    all(
        &["param A : [1, 1], x : [1], B : [1, 3]", "cost C = sum(A @ B)^2 + x @ A @ x + sum(softmax(x)*x)"],
        &["A", "x", "B"],
    );
    all(&["param x : [1, 3], y : [3, 1]", "cost C = sum((x + y)*x*y) + trace(x @ y)^2"], &["x", "y"]);
    all(&["param X : [1, n]", "input Y : [b, n]", "cost C = sqnorm(X*Y - Y)/b"], &["X"]);
    all(&["param X : [n, 1]", "cost C = logdet(X.T @ X) + det(inv(X.T @ X))"], &["X"]);
    all(&["param x : [1, 1, 1], y : [1, 3]", "cost C = sum(exp(x)*y)*sum(x)"], &["x", "y"]);
    all(&["param x : [n, 1], y : [n, 1]", "cost C = mean((x - mean(x, axis=0))*y) + logsumexp(x*y)"], &["x", "y"]);
    all(&["param X : [3, 1]", "P = softmax(X)", "cost C = sum(P*X) + sum(log_softmax(X, axis=0)*X)"], &["X"]);
}

#[test]
fn broadcasting_of_three_shapes() {
    all(&["param a : [n], B : [b, n], c", "cost C = sum((a + B*c)^2/(1 + a^2)) + sum(a*c)"], &["a", "B", "c"]);
    all(&["param a : [n, 1], B : [1, k], d : [k]", "cost C = sum(sigmoid(a*B + d)*(a - d))"], &["a", "B", "d"]);
    all(
        &["param T : [b, n, k], M : [n, k], v : [k]", "cost C = sum(tanh(T*M + v)*M) + sum((T + v)/(2 + M^2))"],
        &["T", "M", "v"],
    );
    all(
        &["param r : [n], s : [k]", "M = r[:, None] - s[None, :]", "cost C = sum(exp(-M^2)*M) + sum(M @ s)"],
        &["r", "s"],
    );
}

#[test]
fn high_ranks() {
    all(
        &["param T : [n, k, b, d], v : [d]", "S = sum(T*v, axis=[1, 3])", "cost C = sqnorm(S) + sum(T^3)"],
        &["T", "v"],
    );
    all(
        &[
            "param U : [2, 2, 2, 2, 2, 2], x : [2]",
            "y = einsum(\"abcdef,f->abcde\", U, x)",
            "cost C = sum(sin(y)) + sqnorm(U)/2",
        ],
        &["U", "x"],
    );
    all(&["param U : [2, 1, 2, 1, 2, 1, 2], x : [2]", "cost C = sum(exp(U*x)*U)"], &["U", "x"]);
    all(&["param T : [n, k, b]", "cost C = sum(softmax(T, axis=1)*T) + logsumexp(T, axis=[0, 2])[1]"], &["T"]);
    all(&["param T : [n, k, b]", "R = T.T", "cost C = sum(R[1, :, :] @ T[:, :, 2]) + sum(R^2)"], &["T"]);
}

#[test]
fn einsums_of_odd_patterns() {
    all(&["param A : [n, n], B : [n, k]", "cost C = sum(einsum(\"ii,ij->j\", A, B)^2)"], &["A", "B"]);
    all(&["param A : [n, n]", "cost C = einsum(\"ii->\", A)^3 + sum(einsum(\"ii->i\", A)^2)"], &["A"]);
    all(
        &["param a : [n], b : [k]", "cost C = sum(einsum(\"i,j->ji\", a, b)^2) + einsum(\"i,i,i->\", a, a, a)"],
        &["a", "b"],
    );
    all(
        &[
            "param T : [n, n, k], x : [n]",
            "cost C = sum(einsum(\"iij,i->j\", T, x)^2) + sum(einsum(\"ijk->kji\", T)^3)",
        ],
        &["T", "x"],
    );
    all(
        &[
            "param A : [n, k], B : [k, b], D : [b, n]",
            "cost C = einsum(\"ij,jk,ki->\", A, B, D)^2 + sum(einsum(\"ij,jk,ki->i\", A, B, D))",
        ],
        &["A", "B", "D"],
    );
    all(&["param A : [n, k]", "cost C = sum(einsum(\"ij,kj->ik\", A, A)^2) + einsum(\"ij,ij,ij->\", A, A, A)"], &["A"]);
    all(&["param x : [n]", "cost C = sum(einsum(\"i,j,k->ijk\", x, x, x)^2) + sum(einsum(\"i->\", x)^2*x)"], &["x"]);
}

#[test]
fn one_name_on_many_paths() {
    let mut lines = vec!["param W : [n, n], x : [n]".to_owned(), "h[0] = x".to_owned()];
    for layer in 1..=4 {
        lines.push(format!("h[{layer}] = tanh(W @ h[{}] + x) + h[{}]", layer - 1, layer - 1));
    }
    lines.push("cost C = sqnorm(h[4]) + sum(W*W.T) + dot(x, W @ W @ x)".to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    all(&lines, &["W", "x"]);
    all(
        &[
            "param x : [n]",
            "A = outer(x, x)",
            "B = A @ A + diag(x)",
            "cost C = trace(B @ A @ B.T) + x @ B @ x + sum(B)*norm(x)",
        ],
        &["x"],
    );
    all(
        &[
            "param X : [n, n]",
            "cost C = trace(X @ X @ X) + logdet(X.T @ X + eye(n)) + sum(X.T*X) + det(X)*trace(inv(X))",
        ],
        &["X"],
    );
}

#[test]
fn reductions_in_reductions() {
    all(
        &[
            "param X : [n, k]",
            "cost C = max(sum(X^2, axis=1)) - min(mean(X, axis=0)) + sum(max(X, axis=1)*min(X, axis=1))",
        ],
        &["X"],
    );
    all(&["param X : [n, k]", "cost C = sum(std(X, axis=0)) + var(X) + sum(var(X, axis=1)*mean(X, axis=1))"], &["X"]);
    all(&["param X : [n, k]", "cost C = sum(prod(X, axis=1)) + prod(sum(X, axis=0)) + prod(X)"], &["X"]);
    all(&["param X : [n, k]", "cost C = sum(norm(X, axis=1)) + norm(sum(X, axis=0)) + norm(X)"], &["X"]);
    all(&["param x : [n]", "cost C = logsumexp(x)*sum(softmax(x)^2) + sum(log_softmax(x))*norm(x)"], &["x"]);
}

#[test]
fn slices_and_joins() {
    all(
        &["param x : [5], y : [3]", "z = concat(x[2..4], y)", "cost C = sum(z^3) + dot(x[1..3], y) + x[5]*y[1]"],
        &["x", "y"],
    );
    all(&["param X : [4, 3]", "cost C = sum(X[1..2, :] @ X[3..4, :].T) + sum(flip(X[:, 2])*X[:, 1])"], &["X"]);
    all(&["param X : [2, 6]", "Y = reshape(X, 2, 1, 6)", "cost C = sum(Y^2*Y[2, 1, :]) + sum(Y[1, :, :])^3"], &["X"]);
    all(&["param w : [2], x : [5]", "cost C = sum(conv1d(x, w)^3) + sum(conv1d(x, w, stride=2))"], &["w", "x"]);
    all(
        &[
            "param X : [4, 4], K : [2, 2]",
            "cost C = sum(tanh(conv2d(X, K))) + sum(avg_pool2d(X, 2)^2) + sum(max_pool2d(X, 2))",
        ],
        &["X", "K"],
    );
}
