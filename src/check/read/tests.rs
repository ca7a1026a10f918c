//! Formulas against networks: what each piece means, read back from its value.

use pretty_assertions::assert_eq;

use super::{Context, Reading, chains, read_chain, read_expression};
use crate::check::claim::Claim;
use crate::expr::{ExprId, NameId, Node};
use crate::network::{FreeNames, read_network};
use crate::rational::Rational;
use crate::syntax::latex::{self, Macros, Places};

const ARTICLE: &str = "input x\ntarget y\nparam theta1, b1, theta2, b2, theta3, b3\nz1 = theta1*x + b1\na1 = sigmoid(z1)\n\
    z2 = theta2*a1 + b2\na2 = sigmoid(z2)\nz3 = theta3*a2 + b3\nyhat = sigmoid(z3)\ncost C = (yhat - y)^2\nshow z# as z^#, a# as a^#";

fn context(text: &str) -> Context {
    let (network, errors) = read_network(text, FreeNames::Refused);
    Context::new(network.unwrap_or_else(|| panic!("{errors:?}")))
}

/// A value at a fixed point: the leaves are numbers that no accident relates.
fn value(context: &mut Context, expr: ExprId) -> f64 {
    value_at(context, expr, &mut |name| 0.3 + 0.17 * f64::from(name.0) - 0.05 * f64::from(name.0 % 3))
}

fn value_at(context: &mut Context, expr: ExprId, leaf: &mut dyn FnMut(NameId) -> f64) -> f64 {
    let network = &mut context.network;
    let mut values = crate::eval::Values::new(network);
    for name in (0..network.quantities.len() as u32).map(NameId) {
        if network.definition(name).is_none() {
            values.set(name, leaf(name));
        }
    }
    let templates = crate::eval::Templates::of(network);
    let compiler = crate::eval::Compiler::new(network).templates(&templates);
    let program = compiler.compile(&[crate::eval::Root::Expr(expr)]).expect("a program");
    let inputs = values.inputs(network, &program).expect("inputs");
    let mut registers = program.registers();
    program.run(&mut registers, &inputs);
    program.output(&registers, 0)
}
