//! Pairs and claims that once were given a false verdict, or lured one.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive_with_input;
use serde_json::Value;

const MATRICES: &str = "dim n, m, k\n\
    input A, B : [n, n], P : [m, n], Q : [n, m]\n\
    input x, y : [n], u : [k]\n\
    input s, t\n";

fn equal(network: &str, left: &str, right: &str) -> i32 {
    derive_with_input(&["equal", left, right, "--net", "-"], network).code
}

/// Verdict of one claim about a network.
fn claim(network: &str, formula: &str) -> String {
    let run = derive_with_input(&["check", "--net", "-", "--claim", formula, "--json"], network);
    let json: Value = serde_json::from_str(&run.output).unwrap_or_else(|error| panic!("{error}: {}", run.errors));
    json["formulas"][0]["verdict"].as_str().unwrap_or_default().to_owned()
}

fn claims(network: &str, expected: &[(&str, &str)]) {
    let found: Vec<(&str, String)> = expected.iter().map(|(_, formula)| (*formula, claim(network, formula))).collect();
    let expected: Vec<(&str, String)> =
        expected.iter().map(|(verdict, formula)| (*formula, (*verdict).to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_size_is_never_a_number_of_the_formula() {
    let wrong = [
        ("mean(x)", "sum(x)/3"),
        ("mean(x)", "sum(x)/4"),
        ("det(2*A)", "8*det(A)"),
        ("trace(eye(n))", "3"),
        ("trace(A)", "A[1, 1] + A[2, 2] + A[3, 3]"),
        ("trace(A)", "A[1, 1] + A[2, 2] + A[3, 3] + A[4, 4]"),
        ("x[1]^2 + x[2]^2 + x[3]^2", "sqnorm(x)"),
        ("sum(i in 1..3, x[i])", "sum(x)"),
        ("n^2", "9"),
        ("n + m", "7"),
        ("n*m", "12"),
        ("sum(P)*mean(x)", "sum(P)*sum(x)*m/12"),
    ];
    for (left, right) in wrong {
        assert_eq!(equal(MATRICES, left, right), 1, "{left} = {right}");
    }
    let right = [("mean(x)", "sum(x)/n"), ("det(2*A)", "2^n*det(A)"), ("trace(P @ Q)", "trace(Q @ P)")];
    for (left, right) in right {
        assert_eq!(equal(MATRICES, left, right), 0, "{left} = {right}");
    }
}

#[test]
fn no_index_runs_out_of_its_axis() {
    for (left, right) in [("x[7]", "0"), ("x[7]", "x[8]"), ("x[4]", "s - s"), ("x[9] + u[5]", "u[5]")] {
        assert_eq!(equal(MATRICES, left, right), 1, "{left} = {right}");
    }
    assert_eq!(equal(MATRICES, "x[7] + x[8]", "x[8] + x[7]"), 0);
}

#[test]
fn a_size_that_the_network_fixes_counts_where_a_formula_says_its_value() {
    let network = |n: u32| format!("dim n = {n}\ninput x : [n]\ncost C = mean(x^2)\n");
    claims(
        &network(10),
        &[
            ("right", "\\frac{\\partial C}{\\partial x} = \\frac{1}{5}x"),
            ("right", "\\frac{\\partial C}{\\partial x} = \\frac{2}{n}x"),
            ("wrong", "\\frac{\\partial C}{\\partial x} = \\frac{1}{n}x"),
            ("wrong", "\\frac{\\partial C}{\\partial x} = \\frac{1}{10}x"),
        ],
    );
    claims(
        &network(40),
        &[
            ("right", "\\frac{\\partial C}{\\partial x} = \\frac{1}{20}x"),
            ("right", "\\frac{\\partial C}{\\partial x} = \\frac{2}{n}x"),
            ("wrong", "\\frac{\\partial C}{\\partial x} = \\frac{1}{n}x"),
        ],
    );
    assert_eq!(claim(&network(100_000), "\\frac{\\partial C}{\\partial x} = \\frac{1}{50000}x"), "right");
    assert_eq!(claim(&network(100_000), "\\frac{\\partial C}{\\partial x} = \\frac{1}{n}x"), "wrong");
}

#[test]
fn digits_excuse_only_what_a_rounding_explains() {
    let network = "input x, y\nparam w\ncost C = w*x^2/3 + y^2/2\n";
    claims(
        network,
        &[
            ("right", "\\frac{\\partial C}{\\partial w} = 0.3333 x^2"),
            ("right", "\\frac{\\partial C}{\\partial w} = 0.3333333333333 x^2"),
            ("undecided", "\\frac{\\partial C}{\\partial w} = 0.3333 x^2 + 10^{-20} y"),
            ("undecided", "\\frac{\\partial C}{\\partial y} = 1.0 y \\tanh(x^2 + 500)"),
        ],
    );
    // As exact numbers both are equal.
    assert_eq!(equal("", "max(sign(1), 2^(1/3))", "(2^0.5)^(2/3)"), 0);
    assert_ne!(equal("", "relu(x^0.5)", "max(min(cos(1), x), sqrt(x))"), 1);
}

#[test]
fn a_one_beside_vectors_is_a_vector_of_ones() {
    let network = "dim n, k\ninput x : [n]\nparam W : [k, n]\nz = W @ x\np = softmax(z)\ncost L = sum(log(p))\n";
    claims(
        network,
        &[
            ("right", "1^\\top p = 1"),
            ("right", "1^T z = \\sum_i z_i"),
            ("wrong", "1^T z = z"),
            ("right", "2p^\\top 1 = 2"),
            ("right", "\\sum_{ij} W_{ij} = 1^\\top W 1"),
            ("right", "\\sum_{ij} W_{ij} = 1_k^\\top W 1_n"),
            ("right", "1 \\cdot p = p"),
        ],
    );
}

#[test]
fn what_stands_side_by_side_may_bind_tighter_than_a_dot() {
    let network = "dim n\ninput A : [n, n], v, w : [n]\ncost C = v @ A @ w\n";
    claims(
        network,
        &[
            ("right", "Aw \\cdot Aw = \\|Aw\\|^2"),
            ("wrong", "Aw \\cdot Aw = \\|w\\|^2"),
            ("right", "w^\\top v A = A w^\\top v"),
            ("wrong", "w^\\top v A = A v^\\top v"),
            ("right", "C = v \\cdot Aw"),
        ],
    );
}

#[test]
fn a_subscript_that_is_a_quantity_is_no_layer() {
    let network = "input x, y\nparam w\nz = w*x\ncost C = (z - y)^2\n";
    claims(network, &[("unread", "C_w = 2(z - y)x"), ("right", "\\partial_w C = 2(z - y)x")]);
}

#[test]
fn decimals_beside_tensors_have_their_values() {
    let network = "dim n\nparam u, v : [n]\ntarget y : onehot[n]\np = softmax(u)\n\
        cost C = sum(u^2)/10 + sum(v)/3 - sum(y*log(p))\n";
    claims(
        network,
        &[
            ("right", "\\frac{\\partial C}{\\partial u} = 0.2u + p - y"),
            ("right", "\\frac{\\partial C}{\\partial u_i} = 0.2u_i + p_i - y_i"),
            ("wrong", "\\frac{\\partial C}{\\partial u} = 0.3u + p - y"),
            ("wrong", "\\frac{\\partial C}{\\partial u} = 0.2v + p - y"),
            ("right", "\\frac{\\partial C}{\\partial v} = 0.333 \\cdot \\mathbf{1}"),
            ("wrong", "\\frac{\\partial C}{\\partial v_i} = 0.332"),
        ],
    );
    assert_eq!(equal(network, "0.1*sum(u)", "sum(u)/10"), 0);
    assert_eq!(equal(network, "0.33*sum(u)", "sum(u)/3"), 1);
}

#[test]
fn what_derive_prints_of_kinks_and_log_det_reads_back() {
    let kinks = "input A : [3, 3], W : [4, 3]\nparam x : [3]\ncost C = sum(relu6(W)) + sum(hardtanh(A @ x))\n";
    claims(
        kinks,
        &[
            (
                "right",
                "\\frac{\\partial C}{\\partial W} = \\begin{cases} 0 & W \\le 0 \\\\ \\mathbf{1}\\mathbf{1}^{\\top} & W < \
                 6\\mathbf{1}\\mathbf{1}^{\\top} \\\\ 0 & \\text{otherwise} \\end{cases}",
            ),
            (
                "right",
                "\\frac{\\partial C}{\\partial x} = A^\\top\\left(\\begin{cases} 0 & Ax \\le -\\mathbf{1} \\\\ \\mathbf{1} & Ax < \
                 \\mathbf{1} \\\\ 0 & \\text{otherwise} \\end{cases}\\right)",
            ),
        ],
    );
    // Bars around a matrix are its determinant.
    let run = derive_with_input(&["-", "--wrt", "W", "--latex"], "param W : [3, 3]\ncost C = sum(abs(W)^3)\n");
    assert!(!run.output.contains("\\lvert W"), "{}", run.output);
    claims(
        "param W : [3, 3]\ncost C = sum(abs(W)^3)\n",
        &[
            ("right", "\\frac{\\partial C}{\\partial W} = 3\\,\\mathrm{abs}(W) \\odot W"),
            ("right", "\\frac{\\partial C}{\\partial W_{ij}} = 3\\lvert W_{ij}\\rvert W_{ij}"),
        ],
    );
    // A power above log det is one of the determinant.
    let network = "param A : [3, 3]\nparam s\nf = s*logdet(A)^3\ncost C = f^2\n";
    let run = derive_with_input(&["-", "--wrt", "s", "--latex"], network);
    assert!(run.output.contains("(\\log\\det"), "{}", run.output);
    assert!(!run.output.contains("\\log\\det^"), "{}", run.output);
}

#[test]
fn a_result_in_json_is_in_matrices_or_in_indices_and_not_in_both() {
    let network = "param x : [3], v : [3], k : [2], X : [5, 3]\n\
        Z = (outer(x, k)*outer(x, k)) @ (if outer(k, x) > outer(k, v) then outer(k, v) else outer(k, x))\n\
        p = (X.T @ X) @ Z\n\
        cost C = sum(sin(p))\n";
    let run = derive_with_input(&["-", "--wrt", "x", "--json", "--deltas", "written"], network);
    let json: Value = serde_json::from_str(&run.output).unwrap_or_else(|error| panic!("{error}: {}", run.errors));
    let derivative = &json["derivatives"][0];
    let [result, entry] = [&derivative["result"]["latex"], &derivative["entry"]["formula"]["latex"]]
        .map(|latex| latex.as_str().expect("a formula").to_owned());
    assert!(entry.contains("_{i}"), "{entry}");
    assert!(result == entry || !result.contains("_{"), "{result}");
}

#[test]
fn hostile_claims_and_values_end_with_the_right_exit_code() {
    let runs: [(&[&str], i32); 5] = [
        (&["equal", r"\frac{1}{0}", r"\frac{2}{0}"], 3),
        (&["equal", "x^{x^{x^{x^{x^x}}}}", "x^{x^{x^{x^{x^{x}}}}}"], 0),
        (
            &[
                "check",
                "--net",
                "examples/article.net",
                "--claim",
                r"\frac{\partial C}{\partial\theta_2} = \frac{\partial C}{\partial\theta_2}^{-1}",
            ],
            1,
        ),
        (
            &[
                "check",
                "--net",
                "examples/mlp-batch.net",
                "--claim",
                r"\frac{\partial C}{\partial W_{99999999999999999999,1}} = 0",
            ],
            3,
        ),
        (&["eval", "-e", "param x = 1e400\ncost C = x*x"], 2),
    ];
    for (arguments, code) in runs {
        let run = derive_with_input(arguments, "");
        assert_eq!(run.code, code, "{arguments:?}: {}{}", run.output, run.errors);
    }
}

#[test]
fn a_quantity_before_a_bracket_is_a_factor_even_if_the_bracket_is_its_argument() {
    let network = "input x, y\nparam w, b\nz = w*x + b\na = log(2 + z^2)\ncost C = (a - y)^2\n";
    claims(
        network,
        &[
            ("right", "\\frac{\\partial C}{\\partial b} = \\frac{4a(wx + b)}{2 + z^2} - \\frac{4yz}{2 + z^2}"),
            ("wrong", "\\frac{\\partial C}{\\partial b} = \\frac{4a}{2 + z^2} - \\frac{4yz}{2 + z^2}"),
        ],
    );
}

#[test]
fn a_word_apart_is_a_factor_unless_it_says_what_was_done() {
    let network = "input x\nparam w\na = w*x\ncost C = a^2\n";
    claims(
        network,
        &[
            ("wrong", "\\frac{\\partial C}{\\partial w} = 2ax \\quad \\text{C}"),
            ("wrong", "\\frac{\\partial C}{\\partial w} = 2ax \\qquad (\\text{C})"),
            ("right", "\\frac{\\partial C}{\\partial w} = 2ax \\qquad (\\text{simplified})"),
        ],
    );
}

#[test]
fn an_index_that_is_no_number_of_a_machine_is_no_value() {
    let network = "input X : [N, d], T : [N, d]\ncost L = sum(T*X)\n";
    claims(
        network,
        &[
            // Both sides were taken for 1.
            ("unread", r"X_{99999999999999999999,1} = X_{1,99999999999999999999}"),
            ("unread", r"X_{99999999999999999999,1} = 1"),
            ("unread", r"\frac{\partial L}{\partial X_{1,99999999999999999999}} = T_{12}"),
            ("right", r"\frac{\partial L}{\partial X_{12}} = T_{12}"),
            ("wrong", r"\frac{\partial L}{\partial X_{12}} = T_{21}"),
        ],
    );
}

#[test]
fn products_over_no_steps_and_powers_by_no_number() {
    let network = "input h[0] : [m]\nparam W : [m, m]\nfor t in 1..3 { h[t] = tanh(W @ h[t-1]) }\ncost L = sum(h[3])\n";
    claims(
        network,
        &[
            ("unread", r"\frac{\partial h_3}{\partial h_1} = \prod_{t=1}^{99999999} W"),
            ("wrong", r"\frac{\partial h_3}{\partial h_1} = \prod_{t=3}^{2} \mathrm{diag}(1-h_t^2)W"),
            ("wrong", r"\frac{\partial h_3}{\partial h_1} = \prod_{t=1}^{3} \mathrm{diag}(1-h_t^2)W"),
            ("right", r"\frac{\partial h_3}{\partial h_1} = \prod_{t=2}^{3} \mathrm{diag}(1-h_t^2)W"),
            ("unread", r"h_1^{1/0} = h_1"),
            ("unread", r"h_1^{-(1/0)} = h_1"),
            ("right", r"h_1^{(1/2)/(1/4)} = h_1 \odot h_1"),
        ],
    );
}

#[test]
fn what_has_no_value_anywhere_has_no_derivative() {
    for cost in ["log(x - x - 1)", "sqrt(-1 - exp(x) + exp(x))", "log(x^2 - x*x)"] {
        let network = format!("param x\ncost C = {cost}");
        claims(&network, &[("undecided", r"\frac{\partial C}{\partial x} = 0")]);
    }
    let tensors = "param x : [n]\ncost C = sum(log(x - x))";
    claims(tensors, &[("undecided", r"\nabla_x C = 0"), ("undecided", r"\frac{\partial C}{\partial x_i} = 0")]);
    // A small domain is one.
    let small = "param x\ncost C = log(1/100 - x^2)";
    claims(small, &[("right", r"\frac{\partial C}{\partial x} = \frac{-2x}{1/100 - x^2}")]);
    let constant = "param x, y\ncost C = y^2 + log(3)";
    claims(constant, &[("right", r"\frac{\partial C}{\partial x} = 0")]);
}

#[test]
fn a_case_that_an_index_excludes_may_divide_by_zero() {
    let written = "param x : [3]\ncost C = sum(i in 1..3, sum(j in 1..3, if i != j then x[1]/(x[i] - x[j])^2 else 0))";
    let left_out = "param x : [3]\ncost C = sum(i in 1..3, sum(j in 1..3 if j != i, x[1]/(x[i] - x[j])^2))";
    let runs = [written, left_out].map(|network| derive_with_input(&["-"], network));
    assert_eq!((runs[0].code, runs[0].errors.as_str()), (0, ""));
    let result = |output: &str| output.lines().rfind(|line| line.contains("dC/dx =")).map(str::to_owned);
    assert!(result(&runs[0].output).is_some());
    assert_eq!(result(&runs[0].output), result(&runs[1].output));
    // The step that an index settles needs no step before the first.
    let steps = "input x[1..3], h0\nparam w\n\
                 for t in 1..3 {\n h[t] = tanh(w*x[t] + (if t == 1 then h0 else h[t-1]))\n}\ncost C = h[3]^2";
    let run = derive_with_input(&["-"], steps);
    assert_eq!((run.code, run.errors.as_str()), (0, ""));
    // Without an index nothing is settled: it is a mistake.
    let always = derive_with_input(&["-"], "param x\ncost C = if x > 0 then 1/(x - x) else 0");
    assert!(always.errors.contains("this divides by zero"), "{}", always.errors);
    // Many cases within each other end.
    let nested = (0..90).fold("x".to_owned(), |inner, _| format!("(if i == 1 then 0 else {inner})"));
    let run = derive_with_input(&["-"], &format!("param x : [3]\ncost C = sum(sum(i in 1..3, {nested}))"));
    assert_eq!((run.code, run.errors.as_str()), (0, ""));
}

#[test]
fn differences_are_turned_without_losing_a_sign() {
    let network = "param x, y, z\ncost C = x";
    let pairs = [
        ("sqrt((x-y)^2 + (y-x)^2)", "sqrt(2)*abs(y-x)", 0),
        ("sqrt((x+y)^2 + (x-y)^2 - 2*x^2)", "abs(y)*sqrt(2)", 0),
        ("sqrt((x-y)^2 + (y-x)^2)", "sqrt(2)*(x-y)", 1),
        ("sqrt((x+y)^2 - 4*x*y)", "x-y", 1),
        ("sqrt((x-y)^2 + z^2)", "abs(x-y) + abs(z)", 1),
        ("abs(x-y)^3", "(x-y)^3", 1),
        ("cos(x-y)*(x-y)", "cos(y-x)*(y-x)", 1),
        ("sqrt(x^2 + 1)", "x", 1),
    ];
    let found = pairs.map(|(left, right, _)| (left, right, equal(network, left, right)));
    assert_eq!(found, pairs);
    let costs = [
        "sum(i in 1..n, sum(j in 1..n, M[i,j]*(x[i]-x[j])^3))",
        "sum(i in 1..n, sum(j in 1..n, M[j,i]*tanh(x[i]-x[j])*cos(x[j]-x[i])))",
        "sum(i in 1..n, sum(j in 1..n if j != i, M[i,j]/(x[i]-x[j])))",
        "sum(i in 1..n, sum(j in 1..n if j != i, M[i,j]*log(abs(x[j]-x[i]))))",
        "sum(i in 1..n, sum(j in 1..n, M[i,j]*exp(x[i]-x[j])*(x[j]-x[i])))",
    ];
    for cost in costs {
        let network = format!(
            "dim n = 3\ninput M : [n, n] = [[1, 2, 3], [0.5, -1, 2], [-2, 0.7, 1]]\n\
             param x : [n] = [0.3, 1.1, -0.7]\ncost C = {cost}"
        );
        let run = derive_with_input(&["-"], &network);
        assert!(run.code == 0 && run.output.contains(" agrees"), "{cost}: {}{}", run.output, run.errors);
    }
}
