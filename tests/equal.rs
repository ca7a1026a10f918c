//! `derive equal`: exit codes, words and JSON.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::{derive, derive_with_input};

fn check(arguments: &[&str], code: i32, output: &str) {
    let run = derive(&[&["equal"], arguments].concat());
    assert_eq!((run.code, run.output.as_str()), (code, output), "{arguments:?} {}", run.errors);
}

#[test]
fn exit_codes_and_words() {
    check(&["sigmoid'(z)", "sigmoid(z)*(1 - sigmoid(z))"], 0, "equal: proved\n");
    check(
        &["log(x^2)", "2*log(x)"],
        0,
        "equal: proved\nexcept: only the left side is defined for example at x = -0.05\n",
    );
    check(
        &["-abs(x)", "-x"],
        1,
        "different at x = -0.05: the left side is -0.05, the right side 0.05\nat all points tried with x ≥ 0 they agree\n",
    );
    check(&["sigmoid(1000)", "1"], 1, "different: both sides are near 1, but certainly not equal\n");
    check(&["0.39", "0.3873"], 1, "different as exact numbers, equal to the digits written\n");
    let run = derive(&["equal", "log(-x^2)", "log(-x^2) + y - y"]);
    assert_eq!((run.code, run.output.starts_with("undecided: ")), (3, true), "{}", run.output);
    let run = derive(&["equal", "4*atan(1/5) - atan(1/239)", "pi/4"]);
    assert_eq!(
        (run.code, run.output.starts_with("equal: both sides agree to 300 digits")),
        (0, true),
        "{}",
        run.output
    );
}

#[test]
fn what_cannot_be_read_is_refused() {
    for (left, right) in [("x +", "x"), ("x", "x; y = 2"), ("x", "sigmod(x)"), ("", "1"), ("x\ny = 1", "x")] {
        let run = derive(&["equal", left, right]);
        assert_eq!((run.code, run.output.as_str()), (2, ""), "{left} {right} {}", run.errors);
        assert!(!run.errors.is_empty());
    }
    assert_eq!(derive(&["equal", "x", "x", "--net", "nowhere.net"]).code, 2);
}

#[test]
fn a_network_gives_names_functions_and_assumptions() {
    let network = "function f\ninput x\nassume x > 0\nz = 2*x\n";
    let run = derive_with_input(&["equal", "f'(sqrt(z^2))", "f'(2*x)", "--net", "-"], network);
    assert_eq!((run.code, run.output.as_str()), (0, "equal: proved\n"), "{}", run.errors);
    let run = derive_with_input(&["equal", "f'(z)", "f(z)", "--net", "-"], network);
    assert_eq!(run.code, 1, "{}", run.errors);
}

#[test]
fn json_has_the_verdict_and_what_decided_it() {
    let read = |arguments: &[&str]| -> serde_json::Value {
        let run = derive(&[&["equal", "--json"], arguments].concat());
        serde_json::from_str(&run.output).expect("JSON")
    };
    let right = read(&["x + x", "2*x"]);
    assert_eq!((right["version"].as_u64(), right["verdict"].as_str()), (Some(1), Some("right")));
    assert_eq!(right["decided_by"].as_str(), Some("proof"));
    let wrong = read(&["x + y", "x - y"]);
    assert_eq!((wrong["verdict"].as_str(), wrong["decided_by"].as_str()), (Some("wrong"), Some("point")));
    let at = wrong["values"]["at"].as_array().expect("a point");
    let value = |place: usize| at[place]["value"].as_f64().expect("a number");
    assert_eq!(wrong["values"]["left"].as_f64(), Some(value(0) + value(1)));
}

#[test]
fn latex_and_the_language_of_networks_side_by_side() {
    let proved = "equal: proved\n";
    for (left, right) in [
        (r"\sigma(z)(1-\sigma(z))", r"\frac{e^{-z}}{(1+e^{-z})^2}"),
        (r"\sigma(z)(1-\sigma(z))", "exp(-z)/(1 + exp(-z))^2"),
        (r"\theta_2^2", "theta2*theta2"),
        ("x1 + y", "y + {x^{(1)}}"),
        (r"\frac{d}{dx} x^3", "3*x^2"),
        (r"\tanh''(x)", "-2*tanh(x)*(1 - tanh(x)^2)"),
        (r"\sqrt{x^2}", "|x|"),
        (r"\sin^{-1} x", "asin(x)"),
        (r"\sum_{k=1}^3 k x", "6*x"),
        (r"\log_2 x", "log(x)/log(2)"),
    ] {
        check(&[left, right], 0, proved);
        check(&[right, left], 0, proved);
    }
    check(&["x^2", "2x - x + x^2 - x", "--syntax", "latex"], 0, proved);
    check(&["{0.39}", "0.3873"], 1, "different as exact numbers, equal to the digits written\n");
    let code = |left: &str, right: &str| derive(&["equal", left, right]).code;
    assert_eq!(code(r"\sqrt{x^2}", "x"), 1);
    assert_eq!(code(r"{(a^b)^c}", "a^(b*c)"), 1);
    assert_eq!(code(r"{x^T}", "x"), 1);
    for unread in [r"\frac{1", "{A = B}", r"\foo x", "{f(x)}", r"\sum_{k=1}^n x_k", r"\frac{C}{\partial w}"] {
        let run = derive(&["equal", unread, "x"]);
        assert_eq!((run.code, run.output.as_str()), (2, ""), "{unread}");
        assert!(run.errors.contains(unread), "{}", run.errors);
    }
}

#[test]
fn latex_about_a_network() {
    let net = ["--net", "examples/article.net"];
    let chain = r"\frac{\partial C}{\partial \hat y}\,\sigma'(z^3)\,\theta_3\,\sigma'(z^2)\,a^1";
    let product = "2*(yhat - y)*yhat*(1 - yhat)*theta3*a2*(1 - a2)*a1";
    check(&[r"\frac{\partial C}{\partial \theta_2}", product, net[0], net[1]], 0, "equal: proved\n");
    check(&[chain, product, net[0], net[1]], 0, "equal: proved\n");
    assert_eq!(derive(&["equal", r"\nabla_{b_3} C", product, net[0], net[1]]).code, 1);
}

#[test]
fn operators_and_reductions_of_vectors_and_matrices() {
    let network = "dim m, n\nparam A : [m, n]\ninput x, u : [n]\ntarget b : [m]\nparam X : [m, n]\n";
    let pairs = [
        ("A.T @ b", "b @ A", "A @ x"),
        ("A' @ b", "b.T @ A", "b.T @ A + u"),
        ("(A @ x - b).T @ A", "A.T @ (A @ x) - A.T @ b", "A.T @ (A @ x) + A.T @ b"),
        ("A[1, :] @ x", "(A @ x)[1]", "(A @ x)[2]"),
        ("X[:, 2]", "X.T[2, :]", "X.T[1, :]"),
        ("A[1, 2]", "A.T[2, 1]", "A.T[1, 2]"),
        ("sum(A, axis=1)", "A @ ones(n)", "A @ ones(n) / n"),
        ("sum(A, axis=0)", "A.T @ ones(m)", "A.T @ ones(m) * 2"),
        ("mean(A, axis=1)", "sum(A, axis=1)/n", "sum(A, axis=1)/m"),
        ("sqnorm(b)", "b @ b", "norm(b)"),
        ("trace(A @ X.T)", "sum(A * X)", "sum(A @ X.T)"),
        ("outer(b, x)", "b[:, None] * x", "b[:, None] * u"),
        ("outer(b, x) @ u", "b * dot(x, u)", "b * dot(x, x)"),
        ("sum(i in 1..n, x[i]*u[i])", "x @ u", "x @ x"),
        ("einsum(\"ij,j->i\", A, x)", "A @ x", "A @ u"),
        ("A.T @ b", r"A^\top b", r"-A^\top b"),
        ("2*(A @ x - b).T @ A", r"2A^\top(Ax - b)", r"2A^\top(Ax + b)"),
    ];
    for (left, right, wrong) in pairs {
        let of = |right: &str| derive_with_input(&["equal", left, right, "--net", "-"], network);
        let (same, other) = (of(right), of(wrong));
        assert_eq!((same.code, other.code), (0, 1), "{left} {right}: {} {} {}", same.errors, other.errors, same.output);
    }
    let run = derive_with_input(&["equal", "A @ b", "A @ x", "--net", "-"], network);
    assert_eq!(run.code, 2);
    assert!(run.errors.contains("cannot multiply A (m × n) with b (a vector of m)"), "{}", run.errors);
    let run = derive_with_input(&["equal", "A @ x", "A.T @ b", "--net", "-"], network);
    assert_eq!((run.code, run.output.as_str()), (1, "different: the left side is [m], the right side [n]\n"));
    let run = derive_with_input(&["equal", "A @ x", "A", "--net", "-", "--json"], network);
    assert!(run.output.contains(r#""decided_by": "shapes""#), "{}", run.output);
}

#[test]
fn names_that_nothing_declares_are_no_matrices() {
    for (left, right) in [
        ("b @ x.T", "b * x"),
        ("A @ B", "B @ A"),
        (r"A^\top", r"A"),
        (r"(AB)^\top", r"B^\top A^\top"),
        (r"\operatorname{tr}(A)", r"A"),
    ] {
        let run = derive(&["equal", left, right]);
        assert_eq!((run.code, run.output.as_str()), (2, ""), "{left}");
        assert!(run.errors.contains("declare their shapes in a network, `param A : [m, n]`"), "{}", run.errors);
    }
    let run =
        derive_with_input(&["equal", r"(AB)^\top", r"B^\top A^\top", "--net", "-"], "param A : [m, n], B : [n, k]");
    assert_eq!(run.code, 0, "{} {}", run.output, run.errors);
}
