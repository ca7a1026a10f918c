//! The networks that are measured, as text.

pub mod matrices;

use std::fmt::Write;

use chainrule::network::{FreeNames, Network, read_network};

/// chain(n): a₀ = x, zᵢ = θᵢaᵢ₋₁ + bᵢ, aᵢ = σ(zᵢ), C = (aₙ − y)², by a loop.
pub fn chain_by_loop(n: usize) -> String {
    format!(
        "input x = 0.5\ntarget y = 1\nparam theta[1..{n}] = 1.5, b[1..{n}] = -0.2\na[0] = x\n\
         for l in 1..{n} {{\n  z[l] = theta[l]*a[l-1] + b[l]\n  a[l] = sigmoid(z[l])\n}}\ncost C = (a[{n}] - y)^2\n"
    )
}

/// chain(n) with every equation on a line of its own.
pub fn chain_by_lines(n: usize) -> String {
    let mut text = String::from("input x = 0.5\ntarget y = 1\na0 = x\n");
    for i in 1..=n {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "param theta{i} = 1.5, b{i} = -0.2\nz{i} = theta{i}*a{} + b{i}\na{i} = sigmoid(z{i})\n",
            i - 1
        );
    }
    let _ = writeln!(text, "cost C = (a{n} - y)^2");
    text
}

/// A dense network with one hidden layer of tanh, softmax and cross-entropy, all in scalars, with weights from a fixed
/// seed; the first class is the right one.
pub fn dense(inputs: usize, hidden: usize, classes: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut weight = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % 2001) as f64 / 1000.0 - 1.0
    };
    let mut text = String::new();
    for i in 1..=inputs {
        let _ = writeln!(text, "input x[{i}] = {}", weight());
    }
    for (from, to, before, sum, bias) in [(inputs, hidden, "x", "z", "b"), (hidden, classes, "h", "s", "c")] {
        for j in 1..=to {
            let mut terms = Vec::new();
            for i in 1..=from {
                let _ = writeln!(text, "param w{sum}[{j}, {i}] = {}", weight());
                terms.push(format!("w{sum}[{j}, {i}]*{before}[{i}]"));
            }
            let _ = writeln!(text, "param {bias}[{j}] = {}", weight());
            let _ = writeln!(text, "{sum}[{j}] = {} + {bias}[{j}]", terms.join(" + "));
            if sum == "z" {
                let _ = writeln!(text, "h[{j}] = tanh(z[{j}])");
            }
        }
    }
    let exponentials: Vec<String> = (1..=classes).map(|j| format!("exp(s[{j}])")).collect();
    let _ = writeln!(text, "t = {}\np = exp(s[1])/t\ncost C = -log(p)", exponentials.join(" + "));
    text
}

/// A matrix network of `layers` layers in all on a batch: ReLU, then softmax and cross-entropy.
pub fn layers(layers: usize) -> String {
    let hidden = layers - 1;
    format!(
        "dim N, D, K\ninput X : [N, D]\ntarget Y : [N, K]\nparam W[1..{hidden}] : [D, D], b[1..{hidden}] : [D]\n\
         param V : [D, K], c : [K]\nA[0] = X\nfor l in 1..{hidden} {{\n  Z[l] = A[l-1] @ W[l] + b[l]\n  \
         A[l] = relu(Z[l])\n}}\nS = A[{hidden}] @ V + c\ncost C = -mean(sum(Y*log_softmax(S), axis=1))\n"
    )
}

/// What people write about the network of the article, two of the six wrong by a factor.
const CLAIMS: [&str; 6] = [
    r"\frac{\partial C}{\partial b_3} = K(\hat y - y)\,\sigma'(z^3)",
    r"\frac{\partial C}{\partial \theta_3} = K(\hat{y} - y)\hat{y}(1 - \hat{y})a^{2}",
    r"\frac{\partial C}{\partial b_2} = K(\hat{y} - y)\hat{y}(1 - \hat{y})\theta_3 a^2(1 - a^2)",
    r"\frac{\partial C}{\partial \theta_2} = K(\hat{y} - y)\hat{y}(1 - \hat{y})\theta_3\sigma'(z^2)a^1",
    r"\frac{\partial C}{\partial \theta_1} = K(\hat{y} - y)\hat{y}\theta_3 a^2(1 - a^2)\theta_2 a^1(1 - a^1)x",
    r"\frac{\partial C}{\partial b_1} = K(y - \hat{y})\sigma'(z^3)\theta_3\sigma'(z^2)\theta_2\sigma'(z^1)",
];

/// Notes on the network of the article with this many formulas, no two alike: the numbers in front differ in form.
pub fn notes(formulas: usize) -> String {
    let mut text = format!("```net\n{}```\n", include_str!("../../examples/article.net"));
    for at in 0..formulas {
        let number = at / CLAIMS.len() + 1;
        let claim = CLAIMS[at % CLAIMS.len()].replace('K', &format!(r"2 \cdot {number}/{number}\,"));
        let _ = writeln!(text, "\n$${claim}$$");
    }
    text
}

/// Notes with one formula of this many terms, wrong.
pub fn long_formula(terms: usize) -> String {
    let mut text = format!("```net\n{}```\n\n", include_str!("../../examples/article.net"));
    text += r"$$\frac{\partial C}{\partial b_3} = 2(\hat y - y)\hat y(1 - \hat y)";
    for at in 0..terms / 2 {
        let _ = write!(text, " + x^2 {} {at}x", if at % 2 == 0 { '+' } else { '-' });
    }
    text + "$$\n"
}

/// The network of a text that has no errors.
pub fn network(text: &str) -> Network {
    let (network, diagnostics) = read_network(text, FreeNames::Refused);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    network.expect("a network")
}
