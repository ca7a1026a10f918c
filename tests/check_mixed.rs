//! Mixed derivatives of branching networks as this program prints them: ∂⁺ of derivatives and derivatives by derivatives
//! are read and right, whatever form the first derivative has; what contradicts all forms is not right.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;
use serde_json::Value;

const BRANCHING: &str = "input x\nparam u, w, v\nz = u*x\na = tanh(w*z)\nb = sigmoid(v*a + z)\nc = a*b + exp(w*b)\n\
                         d = c*a + v*b\ncost C = (d - c)^2 + a*d\n";
const CROSSING: &str = "input x\nparam u, w, v\nz = tanh(w*w)\na = tanh(x*v)\nb = sigmoid(z*u + v)\nc = v*b + z*b\n\
                        d = tanh(u*b)\ncost C = (d - c)^2 + a*d\n";

/// The formulas of a report that claim something and are not right.
fn not_right(report: &str) -> Vec<String> {
    let told: Value = serde_json::from_str(report).expect("JSON");
    let formulas = told["formulas"].as_array().expect("formulas");
    let text = |formula: &Value, key: &str| formula[key].as_str().unwrap_or_default().to_owned();
    let open = formulas.iter().filter(|formula| !matches!(formula["verdict"].as_str(), Some("right" | "skipped")));
    assert!(formulas.iter().any(|formula| formula["verdict"] == "right"), "{report}");
    open.map(|formula| format!("{}: {}", text(formula, "verdict"), text(formula, "latex"))).collect()
}

#[test]
fn all_that_is_printed_of_mixed_derivatives_is_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let (net, page) = (folder.path().join("a.net"), folder.path().join("a.md"));
    let [net, page] = [net.to_str().expect("a path"), page.to_str().expect("a path")];
    for (network, by) in [(BRANCHING, "w,u"), (BRANCHING, "v,w"), (CROSSING, "u,v")] {
        std::fs::write(net, network).expect("a network");
        for sigma in ["activation", "prime"] {
            let printed =
                derive(&[net, "--wrt", by, "--mixed", "--steps", "full", "--sigma", sigma, "--markdown", "-o", page]);
            assert_eq!(printed.code, 0, "{}", printed.errors);
            let checked = derive(&["check", "--net", net, page, "--json"]);
            assert_eq!(not_right(&checked.output), [""; 0], "{by}, {sigma}");
        }
    }
}

#[test]
fn derivatives_of_derivatives_are_held_against_the_chain_rule() {
    let folder = tempfile::tempdir().expect("a folder");
    let net = folder.path().join("a.net");
    std::fs::write(&net, BRANCHING).expect("a network");
    let code = |claim: &str| derive(&["check", "--net", net.to_str().expect("a path"), "--claim", claim]).code;
    let links = r"\frac{\partial (\partial C/\partial w)}{\partial (\partial C/\partial a)} = ";
    assert_eq!(code(&format!("{links}z(1 - a^2)")), 0);
    assert!(code(&format!("{links}z(1 - a)")) != 0);
    let direct = r"\frac{\partial^{+}(\partial C/\partial b)}{\partial b} = ";
    assert_eq!(code(&format!(r"{direct}\frac{{\partial C}}{{\partial c}}w^2e^{{wb}}")), 0);
    assert!(code(&format!(r"{direct}\frac{{\partial C}}{{\partial c}}we^{{wb}}")) != 0);
    // ∂C/∂v may be written with b(1 − b) or σ′(va + z); what is neither is not right.
    let second = r"\frac{\partial^{2}C}{\partial b\partial v} = ";
    let common =
        r"\frac{\partial^{2}C}{\partial c\partial v}(a + we^{wb}) + \frac{\partial^{2}C}{\partial d\partial v}v";
    let rest = r"2d - 2c + a + \frac{\partial C}{\partial c}w^2e^{wb}a\,\sigma'(va + z)";
    let by_name = r"\frac{\partial C}{\partial d} + a\left(\frac{\partial C}{\partial b}(1 - 2b) + \frac{\partial C}{\partial c}w^2e^{wb}b(1 - b)\right)";
    assert_eq!(code(&format!("{second}{common} + {rest}")), 0);
    assert_eq!(code(&format!("{second}{common} + {by_name}")), 0);
    assert!(code(&format!("{second}{common} + 2({rest})")) != 0);
    // What is held fixed in ∂/∂b is σ′(va + z) too.
    assert_eq!(code(r"\frac{\partial}{\partial b}(b\,\sigma'(va + z)) = \sigma'(va + z)"), 0);
}
