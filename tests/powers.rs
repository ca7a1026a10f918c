//! Powers with exponents that are expressions: as they are printed, and as they are read back.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;

/// The last line of the text, and the last formula in LaTeX, for dC/dx.
fn printed(cost: &str) -> [String; 2] {
    let network = format!("input x, y\ncost C = {cost}\n");
    let text = derive(&["-e", &network, "--wrt", "x"]);
    let latex = derive(&["-e", &network, "--wrt", "x", "--latex"]);
    assert_eq!((text.code, latex.code), (0, 0), "{cost}: {}", text.errors);
    let last = |run: &str, sign: &str| run.lines().rfind(|line| line.contains(sign)).unwrap_or_default().to_owned();
    let result = |line: String| line.split_once("= ").map_or(String::new(), |(_, right)| right.trim().to_owned());
    let [text, latex] = [result(last(&text.output, "C/")), result(last(&latex.output, "\\frac{"))];
    let claim = format!("\\frac{{\\partial C}}{{\\partial x}} = {latex}");
    let name: String = cost.chars().map(|sign| if sign.is_alphanumeric() { sign } else { '_' }).collect();
    let file = format!("{}/power-{name}.net", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&file, &network).unwrap_or_else(|error| panic!("{file}: {error}"));
    let check = derive(&["check", "--net", &file, "--claim", &claim]);
    assert_eq!(check.code, 0, "{claim}: {}{}", check.output, check.errors);
    [text, latex]
}

#[test]
fn a_power_of_a_number_has_a_sign_before_it() {
    assert_eq!(printed("3*2^x"), ["3 · 2ˣ log 2", "3 \\cdot 2^{x}\\log 2"]);
    assert_eq!(printed("2*x*10^x"), ["2 · 10ˣ(1 + x log 10)", "2 \\cdot 10^{x}(1 + x\\log 10)"]);
    assert_eq!(printed("x*2^x*3^x")[1], "2^{x} \\cdot 3^{x}(1 + x\\log 2 + x\\log 3)");
    assert_eq!(printed("3*4^(1/2*x)")[1], "\\frac{3}{2} \\cdot 4^{\\frac{1}{2}x}\\log 4");
    assert_eq!(printed("2*pi^x")[1], "2\\pi^{x}\\log \\pi");
}

#[test]
fn exponents_are_added_where_that_is_shorter() {
    assert_eq!(printed("x^x")[1], "x^{x}(1 + \\log x)");
    assert_eq!(printed("x*x^y")[1], "x^{y}(1 + y)");
    assert_eq!(printed("exp(x)*exp(2*x)")[1], "3e^{3x}");
    assert_eq!(printed("exp(x)*exp(-x)*x")[1], "1");
    assert_eq!(printed("2^x*2^(3*x)")[1], "4 \\cdot 2^{4x}\\log 2");
    assert_eq!(printed("2^x*2^y")[1], "2^{x}(\\log 2) \\cdot 2^{y}");
}

#[test]
fn a_root_of_a_power_has_brackets_in_text() {
    assert_eq!(printed("sqrt(x^2)"), ["x/√(x²)", "\\frac{x}{\\sqrt{x^{2}}}"]);
}
