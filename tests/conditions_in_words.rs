//! `derive check` on formulas that hold under a condition: decided under it, or skipped with a plain reason.

#[path = "support/program.rs"]
mod program;
#[path = "support/verdicts.rs"]
mod support;

use pretty_assertions::assert_eq;
use serde_json::Value;
use support::expect;

#[test]
fn conditions_behind_a_formula() {
    let network = "
input x
param w
z = w*x
a = relu(z)
cost C = a^2 + z^2";
    let formulas = [
        (r"\frac{\partial C}{\partial w} = 2zx for z<0", "right"),
        (r"\frac{\partial C}{\partial w} = 2zx if z<0", "right"),
        (r"\frac{\partial C}{\partial w} = 2zx, when z<0", "right"),
        (r"\frac{\partial C}{\partial w} = 2zx, where z \le 0", "right"),
        (r"\frac{\partial C}{\partial w} = 2zx for all z < 0", "right"),
        (r"\frac{\partial C}{\partial w} = 2zx \text{ for } z<0", "right"),
        (r"\frac{\partial C}{\partial w} = 4zx for z>0", "right"),
        (r"\frac{\partial C}{\partial w} = 4zx if z \geq 0", "right"),
        (r"\frac{\partial C}{\partial w} = 4zx for z<0", "wrong"),
        (r"\frac{\partial C}{\partial w} = 2zx for z>0", "wrong"),
        (r"\frac{\partial C}{\partial w} = 3zx for z<0", "wrong"),
        (r"\frac{\partial C}{\partial w} = 2zx", "wrong"),
        (r"\frac{\partial C}{\partial w} = 2zx when z is negative", "skipped"),
        (r"\frac{\partial C}{\partial w} = 2zx \quad\forall z<0", "skipped"),
        (r"\frac{\partial C}{\partial w}\big|_{z<0} = 2zx", "skipped"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn each_formula_has_its_own_condition() {
    let block = "```net\ninput x\nparam w\nz = w*x\ncost a = relu(z)\n```\n";
    let formula = r"\frac{\partial a}{\partial w} = x for z>0, \quad \frac{\partial a}{\partial w} = RIGHT for z<0";
    let verdicts = |right: &str| {
        let document = format!("{block}\n$${}$$\n", formula.replace("RIGHT", right));
        let run = program::derive_with_input(&["check", "--json", "-"], &document);
        let json: Value = serde_json::from_str(&run.output).unwrap_or_else(|error| panic!("{error}: {}", run.errors));
        let formulas = json["formulas"].as_array().cloned().unwrap_or_default();
        formulas.iter().map(|formula| formula["verdict"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(verdicts("0"), ["right", "right"]);
    assert_eq!(verdicts("x"), ["right", "wrong"]);
}

#[test]
fn cases_that_leave_out_a_tie_over_a_region_are_not_read() {
    let points = r"\frac{\partial L}{\partial A} = -\begin{cases} rA & rA < cA \\ cA & rA > cA \end{cases}/A";
    expect("input r, c\nparam A\ncost L = -min(r*A, c*A)", &[], &[(points, "right")]);
    let clipped = "input r, c\nparam A\nk = if r > c then c else r\ncost L = -min(r*A, k*A)";
    let formulas = [
        (r"\frac{\partial L}{\partial A} = -\begin{cases} r & rA < kA \\ k & rA > kA \end{cases}", "unread"),
        (r"\frac{\partial L}{\partial A} = -\begin{cases} r & rA \le kA \\ k & rA > kA \end{cases}", "right"),
        (r"\frac{\partial L}{\partial A} = -\begin{cases} k & rA \le kA \\ r & rA > kA \end{cases}", "wrong"),
    ];
    expect(clipped, &[], &formulas);
}
