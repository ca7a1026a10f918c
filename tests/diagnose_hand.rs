//! The right formula in the author's own hand: his text with one edit, whatever kind of mistake it was.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive_with_input;
use serde_json::Value;

/// The right sides that are given for wrong formulas, with what is said of each.
fn mended(network: &str, before: &str, formulas: &[&str]) -> Vec<(String, String)> {
    let mut document = format!("```net\n{network}\n```\n{before}\n");
    formulas.iter().for_each(|formula| document.push_str(&format!("\n$$\n{formula}\n$$\n")));
    let run = derive_with_input(&["check", "-", "--json"], &document);
    let told: Value = serde_json::from_str(&run.output).unwrap_or_else(|_| panic!("{}", run.errors));
    let wrong = told["formulas"].as_array().expect("formulas").iter().filter(|formula| formula["verdict"] == "wrong");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let right = |formula: &Value| text(&formula["correct_latex"]).split_once(" = ").expect("two sides").1.to_owned();
    wrong.map(|formula| (right(formula), text(&formula["diagnosis"]["message"]))).collect()
}

fn right_sides(network: &str, formulas: &[&str]) -> Vec<String> {
    mended(network, "", formulas).into_iter().map(|found| found.0).collect()
}

const SCALARS: &str = "input a1\ntarget y\nparam w2, b2, w3, b3\nz2 = w2*a1 + b2\na2 = sigma(z2)\nz3 = w3*a2 + b3\n\
                       yhat = sigma(z3)\ncost C = (yhat - y)^2";

#[test]
fn scalars_with_primes() {
    let left = "\\frac{\\partial C}{\\partial w_2} = ";
    let right = "2(\\hat y-y)\\,\\sigma'(z_3)\\,w_3\\,\\sigma'(z_2)\\,a_1";
    let wrong = [
        "(\\hat y-y)\\,\\sigma'(z_3)\\,w_3\\,\\sigma'(z_2)\\,a_1",
        "2(y-\\hat y)\\,\\sigma'(z_3)\\,w_3\\,\\sigma'(z_2)\\,a_1",
        "(y-\\hat y)\\,\\sigma'(z_3)\\,w_3\\,\\sigma'(z_2)\\,a_1",
        "2(\\hat y-y)\\,\\sigma'(z_3)\\,w_2\\,\\sigma'(z_2)\\,a_1",
        "2(\\hat y-y)\\,\\sigma(z_3)\\,w_3\\,\\sigma'(z_2)\\,a_1",
        "2(\\hat y-y)\\,\\sigma'(z_3)\\,w_3\\,\\sigma'(a_2)\\,a_1",
        "2(\\hat y-y)\\,\\sigma'(z_3)\\,w_3\\,\\sigma'(z_3)\\,a_1",
        "2(\\hat y-y)\\,\\sigma'(z_3)\\,w_3\\,\\sigma'(z_2)\\,a_1\\,a_1",
        "2(\\hat y-y)\\,\\sigma'(z_3)\\,w_3\\,\\sigma'(z_2)",
    ];
    let formulas: Vec<String> = wrong.iter().map(|wrong| format!("{left}{wrong}")).collect();
    let formulas: Vec<&str> = formulas.iter().map(String::as_str).collect();
    assert_eq!(right_sides(SCALARS, &formulas), vec![right; wrong.len()]);
}

#[test]
fn scalars_in_other_forms() {
    let formulas = [
        "\\frac{\\partial C}{\\partial w_2} = 2\\frac{(\\hat y-y)\\,\\sigma'(z_3)\\,\\sigma'(z_2)\\,a_1}{w_3}",
        "\\frac{\\partial C}{\\partial w_2} = 2\\hat y-y\\,\\sigma'(z_3)\\,w_3\\,\\sigma'(z_2)\\,a_1",
        "\\frac{\\partial C}{\\partial w_2} = 2(\\hat y-y)\\hat y(1+\\hat y) w_3 a_2(1-a_2) a_1",
        "\\frac{\\partial C}{\\partial w_2} = \\frac{\\partial C}{\\partial \\hat y}\\frac{\\partial \\hat y}{\\partial \
         z_3}\\frac{\\partial z_3}{\\partial w_3}\\frac{\\partial a_2}{\\partial z_2}\\frac{\\partial z_2}{\\partial w_2}",
        "\\frac{\\partial C}{\\partial w_2} = 2(\\hat y-y)\\hat y w_3 a_2(1-a_2) a_1",
    ];
    let found = mended(SCALARS, "", &formulas);
    let right: Vec<&str> = found.iter().map(|found| found.0.as_str()).collect();
    let expected = [
        "2(\\hat y-y)\\,\\sigma'(z_3)\\,\\sigma'(z_2)\\,a_1\\,w_3",
        "2\\left(\\hat y-y\\right)\\,\\sigma'(z_3)\\,w_3\\,\\sigma'(z_2)\\,a_1",
        "2(\\hat y-y)\\hat y(1-\\hat y) w_3 a_2(1-a_2) a_1",
        "\\frac{\\partial C}{\\partial \\hat y}\\frac{\\partial \\hat y}{\\partial z_3}\\frac{\\partial z_3}{\\partial \
         a_2}\\frac{\\partial a_2}{\\partial z_2}\\frac{\\partial z_2}{\\partial w_2}",
        "2(\\hat y-y)\\hat y(1 - \\hat y) w_3 a_2(1-a_2) a_1",
    ];
    assert_eq!(right, expected);
    assert_eq!(found[3].1, "∂z₃/∂w₃ stands where ∂z₃/∂a₂ belongs");
}

#[test]
fn macros_of_the_author() {
    let before = "\\(\\newcommand{\\err}{(\\hat y-y)}\\)";
    let formulas = ["\\frac{\\partial C}{\\partial w_2} = 2\\err\\,\\sigma'(z_3)\\,w_2\\,\\sigma'(z_2)\\,a_1"];
    let found = mended(SCALARS, before, &formulas);
    assert_eq!(found[0].0, "2\\err\\,\\sigma'(z_3)\\,w_3\\,\\sigma'(z_2)\\,a_1");
}

const BATCH: &str = "input X : [N, d]\ntarget Y : [N, k]\nparam W1 : [d, h], b1 : [h], W2 : [h, k]\nZ = X @ W1 + b1\n\
                     H = tanh(Z)\nO = H @ W2\ncost L = 1/2*norm(O - Y)^2";

#[test]
fn matrices() {
    let left = "\\frac{\\partial L}{\\partial W_1} = ";
    let right = "X^\\top\\left(((O-Y)W_2^\\top)\\odot(1-H\\odot H)\\right)";
    let wrong = [
        "X^\\top\\left(((O-Y)W_2)\\odot(1-H\\odot H)\\right)",
        "X\\left(((O-Y)W_2^\\top)\\odot(1-H\\odot H)\\right)",
        "\\left(((O-Y)W_2^\\top)\\odot(1-H\\odot H)\\right)X^\\top",
        "X^\\top\\left(((O-Y)W_2^\\top)\\odot(1-H)\\right)",
        "X^\\top\\left(((Y-O)W_2^\\top)\\odot(1-H\\odot H)\\right)",
        "2X^\\top\\left(((O-Y)W_2^\\top)\\odot(1-H\\odot H)\\right)",
        "\\frac1N X^\\top\\left(((O-Y)W_2^\\top)\\odot(1-H\\odot H)\\right)",
        "X^\\top\\left(((O-Y)W_2^\\top)\\odot(1+H\\odot H)\\right)",
    ];
    let formulas: Vec<String> = wrong.iter().map(|wrong| format!("{left}{wrong}")).collect();
    let formulas: Vec<&str> = formulas.iter().map(String::as_str).collect();
    assert_eq!(right_sides(BATCH, &formulas), vec![right; wrong.len()]);
    let others = [
        "\\frac{\\partial L}{\\partial W_1} = X^\\top\\left((O-Y)W_2^\\top\\right)",
        "\\frac{\\partial L}{\\partial W_2} = X^\\top(O-Y)",
        "\\frac{\\partial L}{\\partial W_2} = H^\\top\\odot(O-Y)",
        "\\frac{\\partial L}{\\partial W_2} = H^\\top O",
    ];
    let expected = [
        "X^\\top\\left((O-Y)W_2^\\top\\odot (1 - H \\odot H)\\right)",
        "H^\\top(O-Y)",
        "H^\\top(O-Y)",
        "H^\\top (O - Y)",
    ];
    assert_eq!(right_sides(BATCH, &others), expected);
}

#[test]
fn symbols_of_derivatives_stay_symbols() {
    let network = "input X : [n, d], T : [n, v]\nparam Wq : [d, k], Wk : [d, k], Wv : [d, v]\nQ = X @ Wq\nK = X @ Wk\n\
                   V = X @ Wv\nS = Q @ K.T\nA = softmax(S, axis=1)\nO = A @ V\ncost L = 1/2*norm(O - T)^2";
    let formulas = [
        "\\frac{\\partial L}{\\partial K} = dS\\,Q",
        "\\frac{\\partial L}{\\partial W_q} = dS\\,X^\\top K",
        "\\frac{\\partial L}{\\partial Q} = -dS K",
        "\\frac{\\partial L}{\\partial Q} = dS Q",
    ];
    let found = mended(network, "$dS = \\frac{\\partial L}{\\partial S}$", &formulas);
    let expected = [
        ("dS^{\\top}\\,Q", "`dS` must be transposed"),
        ("X^\\top\\,dS K", "`dS` and Xᵀ stand in an order whose shapes do not fit"),
        ("dS K", "the sign of the result is wrong"),
        ("dS K", "Q stands where K belongs"),
    ];
    assert_eq!(found, expected.map(|(right, said)| (right.to_owned(), said.to_owned())));
}

#[test]
fn sums_over_time() {
    let network = "input x1 : [n], x2 : [n], x3 : [n], h0 : [m]\ntarget y : [m]\nparam W : [m, m], U : [m, n]\n\
                   a1 = W @ h0 + U @ x1\nh1 = tanh(a1)\na2 = W @ h1 + U @ x2\nh2 = tanh(a2)\na3 = W @ h2 + U @ x3\n\
                   h3 = tanh(a3)\ncost E = 1/2*norm(h3 - y)^2";
    let formulas = [
        "\\frac{\\partial E}{\\partial W} = \\sum_{t=1}^3\\delta_t h_t^\\top",
        "\\frac{\\partial E}{\\partial W} = \\delta_3 h_2^\\top + \\delta_2 h_1^\\top",
        "\\delta_2 = W^\\top\\delta_3",
    ];
    let found = mended(network, "$$\\delta_t = \\frac{\\partial E}{\\partial a_t}$$", &formulas);
    let expected = [
        "\\sum_{t=1}^3\\delta_t h_{t-1}^\\top",
        "\\delta_3 h_2^\\top + \\delta_2 h_1^\\top + \\delta_1h_0^\\top",
        "W^\\top\\delta_3 \\odot (1 - h_2 \\odot h_2)",
    ];
    let right: Vec<&str> = found.iter().map(|found| found.0.as_str()).collect();
    assert_eq!(right, expected);
    assert!(found[0].1.starts_with("`h_t` of another layer stands where `h_{t-1}` belongs"), "{}", found[0].1);
}

#[test]
fn one_mistake_in_all_terms_is_one() {
    let network = "input x\nparam w, b\nz1 = w*x\nz2 = w*x + b\na1 = sigma(z1)\na2 = tanh(z2)\ncost C = a1 + a2";
    let formulas = [
        "\\frac{\\partial C}{\\partial w} = a_1(1-a_1) + 1-a_2^2",
        "\\frac{\\partial C}{\\partial w} = a_1(1-a_1)x^2 + (1-a_2^2)x^2",
        "\\frac{\\partial C}{\\partial w} = a_1(1-a_1)b + (1-a_2^2)b",
    ];
    let found = mended(network, "", &formulas);
    let said: Vec<&str> = found.iter().map(|found| found.1.as_str()).collect();
    let expected = [
        "the factor x is missing in both terms",
        "the factor x stands once too often in both terms",
        "b stands where x belongs in both terms",
    ];
    assert_eq!(said, expected);
    assert_eq!(found[0].0, "(a_1(1-a_1) + 1-a_2^2) x");
    assert_eq!(found[2].0, "a_1(1-a_1)x + (1-a_2^2)x");
}
