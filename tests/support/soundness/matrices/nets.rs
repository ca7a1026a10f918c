//! Random networks of vectors or batches as text: one to three layers, skip connections, penalties, softmax.

use std::fmt::Write;

use super::super::random::Dice;

const ACTIVATIONS: [&str; 5] = ["sigmoid", "sigmoid", "tanh", "relu", "softplus"];
const SIZES: [&str; 4] = ["n", "m", "h", "k"];

/// The text of a network, and what it may be differentiated by.
pub fn network(dice: &mut Dice) -> (String, Vec<String>) {
    if dice.once_in(2) { vectors(dice) } else { batch(dice) }
}

/// The sizes from layer to layer; two neighbours may be equal, which hides transposes from the shapes.
fn sizes(dice: &mut Dice, layers: usize) -> Vec<&'static str> {
    let mut sizes = vec!["n"];
    for layer in 1..=layers {
        let same = dice.once_in(4);
        sizes.push(if same { sizes[layer - 1] } else { SIZES[layer] });
    }
    sizes
}

fn vectors(dice: &mut Dice) -> (String, Vec<String>) {
    let layers = 1 + dice.below(3);
    let sizes = sizes(dice, layers);
    let mut text = format!("input x : [n]\ntarget y : [{}]\ninput lambda\n", sizes[layers]);
    let mut by = vec!["x".to_owned()];
    let mut before = "x".to_owned();
    for layer in 1..=layers {
        let (to, from) = (sizes[layer], sizes[layer - 1]);
        writeln!(text, "param W{layer} : [{to}, {from}], b{layer} : [{to}]").expect("memory");
        let skip = if to == from && dice.once_in(3) { format!(" + {before}") } else { String::new() };
        writeln!(text, "z{layer} = W{layer} @ {before} + b{layer}{skip}").expect("memory");
        let activation = dice.pick(&ACTIVATIONS);
        writeln!(text, "a{layer} = {activation}(z{layer})").expect("memory");
        by.extend([format!("W{layer}"), format!("b{layer}"), format!("z{layer}")]);
        if layer < layers {
            by.push(format!("a{layer}"));
        }
        before = format!("a{layer}");
    }
    let cost = match dice.below(4) {
        0 => {
            writeln!(text, "p = softmax({before})").expect("memory");
            "-sum(y*log(p))".to_owned()
        }
        1 => format!("sum(({before} - y)^2) + lambda/2*sum(W1^2)"),
        2 => format!("1/2*sum(({before} - y)^2)"),
        _ => format!("sum(({before} - y)^2)"),
    };
    writeln!(text, "cost C = {cost}").expect("memory");
    (text, by)
}

fn batch(dice: &mut Dice) -> (String, Vec<String>) {
    let layers = 1 + dice.below(2);
    let sizes = sizes(dice, layers);
    let softmax = dice.once_in(2);
    let kind = if softmax { format!("[N] onehot[{}]", sizes[layers]) } else { format!("[N, {}]", sizes[layers]) };
    let mut text = format!("input X : [N, n]\ntarget Y : {kind}\ninput lambda\n");
    let mut by = vec!["X".to_owned()];
    let mut before = "X".to_owned();
    for layer in 1..=layers {
        let (to, from) = (sizes[layer], sizes[layer - 1]);
        writeln!(text, "param W{layer} : [{from}, {to}], b{layer} : [{to}]").expect("memory");
        writeln!(text, "Z{layer} = {before} @ W{layer} + b{layer}").expect("memory");
        by.extend([format!("W{layer}"), format!("b{layer}"), format!("Z{layer}")]);
        if layer < layers || !softmax {
            let activation = dice.pick(&ACTIVATIONS);
            writeln!(text, "A{layer} = {activation}(Z{layer})").expect("memory");
            before = format!("A{layer}");
        } else {
            before = format!("Z{layer}");
        }
    }
    let cost = match (softmax, dice.below(3)) {
        (true, part) => {
            writeln!(text, "P = softmax({before})").expect("memory");
            let penalty = if part == 0 { " + lambda*sum(W1^2)" } else { "" };
            format!("-1/N*sum(Y*log(P)){penalty}")
        }
        (false, 0) => format!("sum(({before} - Y)^2)/N"),
        (false, 1) => format!("1/2*sum(({before} - Y)^2)"),
        _ => format!("1/(2*N)*sum(({before} - Y)^2) + lambda/2*sum(W1^2)"),
    };
    writeln!(text, "cost C = {cost}").expect("memory");
    (text, by)
}
