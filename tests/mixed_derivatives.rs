//! `derive check` on second derivatives by two quantities of which one depends on the other: right by one reading, wrong
//! only if no reading of what is held fixed makes it right.

#[path = "support/verdicts.rs"]
mod support;

use support::expect;

#[test]
fn one_variable_depends_on_the_other() {
    let network = "
input x
target y
param w, b
z = w*x + b
a = sigmoid(z)
cost C = (a - y)^2";
    let formulas = [
        (r"\frac{\partial^2 C}{\partial z\partial x} = 2w a(1-a)(a(1-a) + (a-y)(1-2a))", "right"),
        (r"\frac{\partial^2 C}{\partial z\partial x} = w\frac{\partial^2 C}{\partial z^2}", "right"),
        (r"\frac{\partial^2 C}{\partial x\partial z} = w\frac{\partial^2 C}{\partial z^2}", "right"),
        (r"\frac{\partial^2 C}{\partial z\partial x} = 2w a(1-a)(a(1-a) - (a-y)(1-2a))", "wrong"),
        (r"\frac{\partial^2 C}{\partial z\partial x} = x\frac{\partial^2 C}{\partial z^2}", "wrong"),
        (r"\frac{\partial^2 C}{\partial z\partial x} = 5", "wrong"),
        (r"\frac{\partial^2 C}{\partial a\partial x} = 2wa(1-a)", "right"),
        (r"\frac{\partial^2 C}{\partial a\partial x} = 2wa(1-a) + 2(a-y)(1-2a)w", "right"),
        (r"\frac{\partial^2 C}{\partial a\partial x} = 2wa", "wrong"),
        // With x held fixed while z varies.
        (r"\frac{\partial^2 C}{\partial z\partial x} = 0", "undecided"),
    ];
    expect(network, &[], &formulas);
}

#[test]
fn by_way_of_both() {
    let network = "
input x
z = x^3
cost C = x^2*z + sin(z)";
    let formulas = [
        // C(x, z) with both free.
        (r"\frac{\partial^2 C}{\partial z\partial x} = 2x", "undecided"),
        (r"\frac{\partial^2 C}{\partial z\partial x} = 3x", "wrong"),
        (r"\frac{\partial^2 C}{\partial x\partial z} = 2x - 3x^2\sin z", "right"),
        (r"\frac{\partial^2 C}{\partial x\partial z} = 2x + 3x^2\sin z", "wrong"),
        (r"\frac{\partial^2 C}{\partial x\partial z} = 2x - x^2\sin z", "wrong"),
        // No variable depends on the other.
        (r"\frac{\partial^2 C}{\partial x^2} = 12x^2", "wrong"),
    ];
    expect(network, &[], &formulas);
}
