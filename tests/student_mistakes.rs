//! Mistakes as students make them, each with what must be said of it: the kind, the sentence, the place, and where the
//! author's own text can be mended, that text.

#[path = "support/program.rs"]
mod program;
#[path = "support/student_cases.rs"]
mod student_cases;
#[path = "support/student_networks.rs"]
mod student_networks;

use pretty_assertions::assert_eq;
use program::derive_with_input;
use serde_json::Value;
use student_cases::CASES;
use student_networks::*;

/// What a report says of its only formula.
fn diagnosis(network: &str, formula: &str) -> (String, String, String, String) {
    let document = format!("```net\n{network}\n```\n\n$$\n{formula}\n$$\n");
    let run = derive_with_input(&["check", "-", "--json"], &document);
    let told: Value = serde_json::from_str(&run.output).unwrap_or_else(|_| panic!("{}", run.errors));
    let found = &told["formulas"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let said = &found["diagnosis"];
    (text(&found["verdict"]), text(&said["kind"]), text(&said["message"]), text(&found["correct_latex"]))
}

#[test]
fn each_mistake_is_named_as_a_teacher_would() {
    for (network, formula, kind, sentence, mended) in CASES {
        let (verdict, found, message, right) = diagnosis(network, formula);
        assert_eq!((verdict.as_str(), found.as_str()), ("wrong", kind), "{formula}: {message}");
        assert!(message.contains(sentence), "{formula}: {message}");
        if let Some(mended) = mended {
            assert!(right.ends_with(mended), "{formula}: {right}");
        }
    }
}

#[test]
fn what_is_zero_is_not_explained_by_a_coincidence() {
    // (q − q) for (q − t) would be 0 as well.
    let (verdict, _, message, _) = diagnosis(ENTROPY, r"\frac{\partial J}{\partial b} = (q-t)v\,\mathbb 1[h < 0]");
    assert_eq!((verdict.as_str(), message.as_str()), ("wrong", ""));
}

#[test]
fn a_number_is_not_explained_by_two_mistakes() {
    for formula in [r"C = 1", r"C = 2", r"\frac{\partial C}{\partial w} = 1"] {
        let (verdict, _, message, _) = diagnosis(VALUED, formula);
        assert_eq!((verdict.as_str(), message.as_str()), ("wrong", ""), "{formula}");
    }
}

/// A network of layers, in the notation of books.
const LAYERS: &str = "dim n\ninput a[0] : [n]\ntarget y : [n]\nparam W[1..3] : [n, n], b[1..3] : [n]\nfor l in 1..3 {\n  \
                      z[l] = W[l] @ a[l-1] + b[l]\n  a[l] = sigmoid(z[l])\n}\ncost C = 1/2*sum((a[3] - y)^2)\n\
                      show a[l] as a^l, W[l] as W^l, z[l] as z^l, b[l] as b^l";

#[test]
fn a_formula_for_all_layers_is_mended_for_all() {
    let links = [
        (r"\odot a^l", r"(W^{l+1})^\top\frac{\partial C}{\partial z^{l+1}}\odot a^l \odot (1 - a^l)"),
        (r"\odot z^l\odot(1-z^l)", r"(W^{l+1})^\top\frac{\partial C}{\partial z^{l+1}}\odot a^l\odot(1-a^l)"),
        ("a^l(1-a^l)", r"(W^{l+1})^\top\frac{\partial C}{\partial z^{l+1}}\odot a^l\odot (1-a^l)"),
    ];
    for (rest, mended) in links {
        let left = r"\frac{\partial C}{\partial z^l}";
        let formula = format!(r"{left} = (W^{{l+1}})^\top\frac{{\partial C}}{{\partial z^{{l+1}}}}{rest}");
        let (verdict, _, message, right) = diagnosis(LAYERS, &formula);
        assert_eq!((verdict.as_str(), right), ("wrong", format!("{left} = {mended}")), "{message}");
    }
    // What is right for the first layer only is no mend of a formula for all.
    let formula = r"\frac{\partial C}{\partial W^l} = \frac{\partial C}{\partial z^l}a^0";
    let (verdict, .., right) = diagnosis(LAYERS, formula);
    assert_eq!(verdict, "wrong");
    assert!(!right.contains("W^l"), "{right}");
}

#[test]
fn a_mended_formula_has_no_letters_that_stand_for_nothing() {
    let formula = r"\frac{\partial a}{\partial W} = \mathrm{diag}(1-a^2)x";
    let (verdict, kind, _, right) = diagnosis(ENTRYWISE, formula);
    let lettered = r"\frac{\partial a_{i}}{\partial W_{jk}} = \mathbf{1}[i = j]\,(1 - a_{i}^{2})x_{k}";
    assert_eq!((verdict.as_str(), kind.as_str(), right.as_str()), ("wrong", "shapes", lettered));
}

#[test]
fn what_is_long_is_called_as_the_author_wrote_it() {
    let network = "dim n, m\ninput x : [n], y : [m]\nparam W : [m, n], V : [m, n]\nu = tanh(W @ x)\nv = tanh(V @ x)\n\
                   cost C = sum(u*v*y)";
    let formula =
        r"\frac{\partial C}{\partial x} = (W^\top(y\odot v\odot(1-u^2)\odot(1-u^2)) + V^\top(y\odot u\odot(1-v^2)))y";
    let (verdict, kind, message, _) = diagnosis(network, formula);
    assert_eq!((verdict.as_str(), kind.as_str()), ("wrong", "shapes"), "{message}");
    let quoted = r"`(W^\top(y\odot v\odot(1-u^2)\odot(1-u^2)) + V^\top(y\odot u\odot(1-v^2)))` is a column of n, y is a column of m";
    assert!(message.ends_with(quoted), "{message}");
    // A symbol of a derivative is called by its sign.
    let (_, _, message, _) =
        diagnosis(LAYERS, r"\frac{\partial C}{\partial z^l} = \frac{\partial C}{\partial z^{l+1}}a^la^l");
    assert!(message.contains("∂C/∂z² is a column of n"), "{message}");
}

#[test]
fn the_mended_formula_is_right() {
    for (network, formula, .., mended) in CASES {
        let Some(mended) = mended else { continue };
        let left = formula.split(" = ").next().expect("a left side");
        let mended = mended.trim_start_matches("= ");
        let (verdict, ..) = diagnosis(network, &format!("{left} = {mended}"));
        assert_eq!(verdict, "right", "{left} = {mended}");
    }
}
