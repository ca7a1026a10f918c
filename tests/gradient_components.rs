//! `derive check` on gradients by their components: brackets and columns, each component decided, the wrong one named.

#[path = "support/program.rs"]
mod program;
#[path = "support/verdicts.rs"]
mod support;

use pretty_assertions::assert_eq;
use serde_json::Value;
use support::expect;

const PLANE: &str = "
input x, y
param w1, w2
cost C = w1*x^2 + w2*x*y";

#[test]
fn scalars_side_by_side() {
    let formulas = [
        (r"\nabla C = \left(\frac{\partial C}{\partial w_1}, \frac{\partial C}{\partial w_2}\right)^T", "right"),
        (r"\nabla C = \left(\frac{\partial C}{\partial w_2}, \frac{\partial C}{\partial w_1}\right)^T", "right"),
        (
            r"\nabla C = \left(\frac{\partial C}{\partial w_1}, \frac{\partial C}{\partial w_2}\right) = (x^2, xy)",
            "right",
        ),
        (
            r"\nabla C = \left(\frac{\partial C}{\partial w_1}, \frac{\partial C}{\partial w_2}\right) = (x^2, x)",
            "wrong",
        ),
        (r"\nabla C = (x^2, xy)", "right"),
        (r"\nabla C = [x^2, xy]^\top", "right"),
        (r"\nabla C = \begin{pmatrix} x^2 \\ xy \end{pmatrix}", "right"),
        (r"\nabla C = \begin{bmatrix} x^2 & xy \end{bmatrix}^{\mathsf T}", "right"),
        (r"\nabla C = \begin{pmatrix} x^2 \\ -xy \end{pmatrix}", "wrong"),
        (r"\nabla C = (x^2, 2xy)", "wrong"),
        (r"\nabla_w C = (x^2, xy)", "right"),
        (r"\nabla_w C = (xy, x^2)", "wrong"),
        (r"\nabla_{w_1, w_2} C = (x^2, xy)", "right"),
        (r"\nabla_{(w_2, w_1)} C = (xy, x^2)", "right"),
        (r"\nabla_{(w_2, w_1)} C = (x^2, xy)", "wrong"),
        // By the inputs, which is as well a gradient of C.
        (r"\nabla C = (2w_1x + w_2y, w_2x)", "right"),
        (r"\nabla C(x, y) = (2w_1x + w_2y, w_2x)", "right"),
        (r"\nabla C(x, y) = (x^2, xy)", "wrong"),
        (r"\nabla_{x,y} C = (2w_1x + w_2y, w_2x)", "right"),
        (r"\nabla_{x,y} C = (w_1x + w_2y, w_2x)", "wrong"),
        // Right in an order that is not said.
        (r"\nabla C = (xy, x^2)", "undecided"),
        (r"\nabla C = (1, 2, 3)", "unread"),
        (r"\nabla C = (x^2, q)", "unread"),
        (r"\nabla C = x^2", "unread"),
    ];
    expect(PLANE, &[], &formulas);
}

#[test]
fn entries_of_a_vector() {
    let network = "
input x : [2]
param w : [2], b
z = w @ x + b
cost C = z^2";
    let formulas = [
        (r"\nabla_w C = (2z x_1, 2z x_2)", "right"),
        (r"\nabla_w C = (2z x_2, 2z x_1)", "wrong"),
        (r"\nabla_w C = (2z x_1, 2z x_2)^\top = 2zx", "right"),
        (r"\nabla_w C = \begin{bmatrix} 2z x_1 \\ 2z x_2 \end{bmatrix}", "right"),
        (r"\nabla_w C = \begin{bmatrix} 2z x_1 \\ z x_2 \end{bmatrix}", "wrong"),
        (r"\nabla C = (2z x, 2z)", "right"),
        (r"\nabla C = (2z x, z)", "wrong"),
        (r"\nabla_{w, b} C = (2z x, 2z)", "right"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn the_wrong_component_is_named() {
    let file = std::env::temp_dir().join(format!("gradient-components-{}.net", std::process::id()));
    std::fs::write(&file, PLANE).unwrap();
    let claim = r"\nabla C = (x^2, 2xy)";
    let run = program::derive(&["check", "--json", "--net", &file.to_string_lossy(), "--claim", claim]);
    std::fs::remove_file(&file).unwrap();
    let json: Value = serde_json::from_str(&run.output).unwrap_or_else(|error| panic!("{error}: {}", run.errors));
    let formula = &json["formulas"][0];
    assert_eq!(formula["verdict"], "wrong");
    assert_eq!(formula["notes"][0], "it is component 2, the derivative by w2");
    assert_eq!(formula["correct_latex"], r"\frac{\partial C}{\partial w_{2}} = xy");
    let span = &formula["diagnosis"]["span"];
    let at = |end: &str| span[end].as_u64().unwrap_or_default() as usize;
    assert!(claim[at("start")..].starts_with('2') && at("end") < claim.len(), "{span}");
}
