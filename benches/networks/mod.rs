//! The networks that are measured, as text.

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

/// The network of a text that has no errors.
pub fn network(text: &str) -> Network {
    let (network, diagnostics) = read_network(text, FreeNames::Refused);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    network.expect("a network")
}
