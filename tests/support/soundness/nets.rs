//! Random scalar networks as text: one to three layers, skip connections, shared weights, abstract functions.

use std::fmt::Write;

use super::random::Dice;

/// The activations, each as a call of its argument.
pub const ACTIVATIONS: [&str; 16] = [
    "sigmoid(#)",
    "tanh(#)",
    "relu(#)",
    "softplus(#)",
    "sin(#)",
    "cos(#)",
    "exp(#)",
    "atan(#)",
    "silu(#)",
    "gelu(#)",
    "elu(#)",
    "leaky_relu(#)",
    "softsign(#)",
    "sqrt(1 + #^2)",
    "log(2 + #^2)",
    "phi(#)",
];

fn activate(dice: &mut Dice, argument: &str) -> String {
    let inner = if argument.len() > 3 { format!("({argument})") } else { argument.to_owned() };
    let template = dice.pick(&ACTIVATIONS);
    if template.contains("#^") { template.replace('#', &inner) } else { template.replace('#', argument) }
}

/// The text of a network.
pub fn network(dice: &mut Dice) -> String {
    let layers = 1 + dice.below(3);
    let mut text = String::from("input x\ntarget y\nfunction phi\n");
    for layer in 1..=layers {
        writeln!(text, "param theta{layer}, b{layer}").expect("memory");
    }
    let mut before = "x".to_owned();
    for layer in 1..=layers {
        let weight = if layer > 1 && dice.once_in(8) { 1 } else { layer };
        let mut sum = format!("theta{weight}*{before} + b{layer}");
        if layer > 1 && dice.once_in(5) {
            sum.push_str(" + x");
        }
        if dice.once_in(5) {
            let value = activate(dice, &sum);
            writeln!(text, "a{layer} = {value}").expect("memory");
        } else {
            let value = activate(dice, &format!("z{layer}"));
            writeln!(text, "z{layer} = {sum}\na{layer} = {value}").expect("memory");
        }
        before = format!("a{layer}");
        if dice.once_in(4) {
            let from = if layer > 1 { format!("a{}", layer - 1) } else { "x".to_owned() };
            writeln!(text, "h{layer} = {before} + {from}").expect("memory");
            before = format!("h{layer}");
        }
    }
    let cost = match dice.below(6) {
        0 => {
            writeln!(text, "p = sigmoid({before})").expect("memory");
            "-(y*log(p) + (1 - y)*log(1 - p))".to_owned()
        }
        1 => {
            writeln!(text, "yhat = {before}").expect("memory");
            "1/2*(yhat - y)^2".to_owned()
        }
        2 => {
            writeln!(text, "yhat = sigmoid({before})").expect("memory");
            "(yhat - y)^2".to_owned()
        }
        3 => format!("({before} - y)^2 + 1/2*theta1^2"),
        4 => format!("log(cosh({before} - y))"),
        _ => format!("({before} - y)^2"),
    };
    writeln!(text, "cost C = {cost}").expect("memory");
    text
}
