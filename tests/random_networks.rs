//! Random scalar networks: what is derived against dual numbers and central differences that share no code with it.
//!
//! A network is made as a tree of the test's own, written as text for the program, and evaluated here by itself.

use std::fmt::Write;

use chainrule::calculus::{Deltas, Derivation, Goal, Request, Shape, Sigma};
use chainrule::eval::{Compiler, Root, Templates, Values};
use chainrule::expr::{ExprId, NameId};
use chainrule::network::{FreeNames, Network, read_network};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const LEAVES: usize = 5;

/// A number with its derivatives by all leaves.
#[derive(Clone, Copy, Debug)]
struct Dual {
    value: f64,
    slopes: [f64; LEAVES],
}

impl Dual {
    fn constant(value: f64) -> Dual {
        Dual { value, slopes: [0.0; LEAVES] }
    }

    fn chain(self, value: f64, derivative: f64) -> Dual {
        Dual { value, slopes: self.slopes.map(|slope| derivative * slope) }
    }

    fn combine(self, other: Dual, value: f64, by_self: f64, by_other: f64) -> Dual {
        let slopes = std::array::from_fn(|at| by_self * self.slopes[at] + by_other * other.slopes[at]);
        Dual { value, slopes }
    }
}

/// An expression of the test's own.
#[derive(Clone, Debug)]
enum Tree {
    Leaf(usize),
    Equation(usize),
    Number(i32, i32),
    Add(Box<Tree>, Box<Tree>),
    Subtract(Box<Tree>, Box<Tree>),
    Multiply(Box<Tree>, Box<Tree>),
    /// a/(1 + b²).
    Divide(Box<Tree>, Box<Tree>),
    Power(Box<Tree>, i32),
    Call(usize, Box<Tree>),
    /// if a < b then c else d.
    If(Box<[Tree; 4]>),
}

/// Name, value, derivative.
type Function = (&'static str, fn(f64) -> f64, fn(f64) -> f64);

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

const FUNCTIONS: &[Function] = &[
    ("sigmoid", sigmoid, |x| (-x).exp() / (1.0 + (-x).exp()).powi(2)),
    ("tanh", f64::tanh, |x| 1.0 / x.cosh().powi(2)),
    ("exp", f64::exp, f64::exp),
    ("sin", f64::sin, f64::cos),
    ("cos", f64::cos, |x| -x.sin()),
    ("atan", f64::atan, |x| 1.0 / (1.0 + x * x)),
    ("softplus", |x| (1.0 + x.exp()).ln(), sigmoid),
    ("relu", |x| x.max(0.0), |x| if x > 0.0 { 1.0 } else { 0.0 }),
    ("abs", f64::abs, f64::signum),
    ("silu", |x| x * sigmoid(x), |x| sigmoid(x) + x * sigmoid(x) * (1.0 - sigmoid(x))),
    ("softsign", |x| x / (1.0 + x.abs()), |x| 1.0 / (1.0 + x.abs()).powi(2)),
    ("leaky_relu", |x| if x > 0.0 { x } else { 0.01 * x }, |x| if x > 0.0 { 1.0 } else { 0.01 }),
    ("elu", |x| if x > 0.0 { x } else { x.exp() - 1.0 }, |x| if x > 0.0 { 1.0 } else { x.exp() }),
    ("cosh", f64::cosh, f64::sinh),
];

impl Tree {
    fn write(&self, out: &mut String) {
        match self {
            Tree::Leaf(at) => write!(out, "w{at}"),
            Tree::Equation(at) => write!(out, "z{at}"),
            Tree::Number(p, q) => write!(out, "({p}/{q})"),
            Tree::Add(a, b) => return binary(out, a, " + ", b),
            Tree::Subtract(a, b) => return binary(out, a, " - ", b),
            Tree::Multiply(a, b) => return binary(out, a, "*", b),
            Tree::Divide(a, b) => {
                out.push('(');
                a.write(out);
                out.push_str("/(1 + ");
                b.write(out);
                write!(out, "^2))")
            }
            Tree::Power(a, n) => {
                out.push('(');
                a.write(out);
                write!(out, "^{n})")
            }
            Tree::Call(function, a) => {
                write!(out, "{}(", FUNCTIONS[*function].0).expect("memory");
                a.write(out);
                write!(out, ")")
            }
            Tree::If(parts) => {
                for (part, word) in parts.iter().zip(["(if ", " < ", " then ", " else "]) {
                    out.push_str(word);
                    part.write(out);
                }
                write!(out, ")")
            }
        }
        .expect("memory");
    }

    fn dual(&self, leaves: &[Dual], equations: &[Dual]) -> Dual {
        let go = |tree: &Tree| tree.dual(leaves, equations);
        match self {
            Tree::Leaf(at) => leaves[*at],
            Tree::Equation(at) => equations[*at],
            Tree::Number(p, q) => Dual::constant(f64::from(*p) / f64::from(*q)),
            Tree::Add(a, b) => {
                let (a, b) = (go(a), go(b));
                a.combine(b, a.value + b.value, 1.0, 1.0)
            }
            Tree::Subtract(a, b) => {
                let (a, b) = (go(a), go(b));
                a.combine(b, a.value - b.value, 1.0, -1.0)
            }
            Tree::Multiply(a, b) => {
                let (a, b) = (go(a), go(b));
                a.combine(b, a.value * b.value, b.value, a.value)
            }
            Tree::Divide(a, b) => {
                let (a, b) = (go(a), go(b));
                let below = 1.0 + b.value * b.value;
                a.combine(b, a.value / below, 1.0 / below, -2.0 * a.value * b.value / (below * below))
            }
            Tree::Power(a, n) => {
                let a = go(a);
                a.chain(a.value.powi(*n), f64::from(*n) * a.value.powi(n - 1))
            }
            Tree::Call(function, a) => {
                let a = go(a);
                let (_, value, derivative) = FUNCTIONS[*function];
                a.chain(value(a.value), derivative(a.value))
            }
            Tree::If(parts) => {
                let [left, right, then, otherwise] = &**parts;
                go(if go(left).value < go(right).value { then } else { otherwise })
            }
        }
    }
}

fn binary(out: &mut String, a: &Tree, sign: &str, b: &Tree) {
    out.push('(');
    a.write(out);
    out.push_str(sign);
    b.write(out);
    out.push(')');
}

/// An expression over the leaves and the first `known` equations.
fn tree(known: usize) -> impl Strategy<Value = Tree> {
    let mut names = vec![(0..LEAVES).prop_map(Tree::Leaf).boxed()];
    if known > 0 {
        names.push((0..known).prop_map(Tree::Equation).boxed());
        names.push(Just(Tree::Equation(known - 1)).boxed());
    }
    let leaf = prop_oneof![
        8 => proptest::strategy::Union::new(names),
        1 => (-3..=3i32, 1..=4i32).prop_map(|(p, q)| Tree::Number(p, q)),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            2 => (boxed(), boxed()).prop_map(|(a, b)| Tree::Add(a, b)),
            2 => (boxed(), boxed()).prop_map(|(a, b)| Tree::Subtract(a, b)),
            3 => (boxed(), boxed()).prop_map(|(a, b)| Tree::Multiply(a, b)),
            1 => (boxed(), boxed()).prop_map(|(a, b)| Tree::Divide(a, b)),
            1 => (boxed(), 2..=3i32).prop_map(|(a, n)| Tree::Power(a, n)),
            4 => (0..FUNCTIONS.len(), boxed()).prop_map(|(function, a)| Tree::Call(function, a)),
            1 => (inner.clone(), inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c, d)| Tree::If(Box::new([a, b, c, d]))),
        ]
    })
}

#[derive(Clone, Debug)]
struct Case {
    equations: Vec<Tree>,
    leaves: [f64; LEAVES],
}

fn case() -> impl Strategy<Value = Case> {
    let equations = (tree(0), tree(1), tree(2), tree(3));
    let leaves = proptest::array::uniform5(-1.5..1.5f64);
    (equations, leaves).prop_map(|((a, b, c, d), leaves)| Case { equations: vec![a, b, c, d], leaves })
}

impl Case {
    fn text(&self) -> String {
        let mut text = String::new();
        for (at, value) in self.leaves.iter().enumerate() {
            writeln!(text, "param w{at} = {value}").expect("memory");
        }
        for (at, equation) in self.equations.iter().enumerate() {
            let cost = if at + 1 == self.equations.len() { "cost " } else { "" };
            write!(text, "{cost}z{at} = ").expect("memory");
            equation.write(&mut text);
            text.push('\n');
        }
        text
    }

    /// The cost with its derivatives by all leaves.
    fn cost(&self, leaves: &[f64; LEAVES]) -> Dual {
        let values = self.values(leaves);
        values[values.len() - 1]
    }

    /// All quantities with their derivatives by all leaves.
    fn values(&self, leaves: &[f64; LEAVES]) -> Vec<Dual> {
        let leaves: Vec<Dual> = (0..LEAVES)
            .map(|at| {
                let mut slopes = [0.0; LEAVES];
                slopes[at] = 1.0;
                Dual { value: leaves[at], slopes }
            })
            .collect();
        let mut values: Vec<Dual> = Vec::new();
        for equation in &self.equations {
            values.push(equation.dual(&leaves, &values));
        }
        values
    }
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs()))
}

/// The values of expressions at the point of the network; each symbol stands for the expression beside it.
fn evaluate(network: &mut Network, roots: &[Root], symbols: &[(ExprId, ExprId)]) -> Vec<f64> {
    let templates = Templates::of(network);
    let values = Values::of_network(network, None).expect("values");
    let mut compiler = Compiler::new(network).templates(&templates);
    for &(symbol, value) in symbols {
        compiler = compiler.symbol(symbol, value);
    }
    let program = compiler.compile(roots).unwrap_or_else(|error| panic!("{error:?}"));
    let inputs = values.inputs(network, &program).expect("inputs");
    let mut registers = program.registers();
    program.run(&mut registers, &inputs);
    program.outputs(&registers).collect()
}

/// The adjoints of a recursion, each with the row that gives it.
fn rows(network: &mut Network, derivation: &Derivation) -> Vec<(ExprId, ExprId)> {
    let mut symbols = Vec::new();
    for gradient in &derivation.gradients {
        let Shape::Recursion(rows) = &gradient.shape else { continue };
        for row in rows {
            let of = network.name_expr(gradient.of);
            symbols.push((network.arena.derivative(of, row.by), row.value));
        }
    }
    symbols
}

fn derive(case: &Case, request: impl Fn(NameId, Vec<Vec<NameId>>) -> Request, by: &[&[usize]]) -> Vec<f64> {
    let text = case.text();
    let (network, diagnostics) = read_network(&text, FreeNames::Refused);
    let mut network = network.unwrap_or_else(|| panic!("{text}\n{diagnostics:?}"));
    let leaf = |at: &usize| network.find(&format!("w{at}")).expect("a leaf");
    let by: Vec<Vec<NameId>> = by.iter().map(|names| names.iter().map(leaf).collect()).collect();
    let of = network.cost.expect("a cost");
    let derivation = Derivation::new(&mut network, &request(of, by));
    let roots: Vec<Root> = derivation.gradients.iter().map(|gradient| Root::Expression(gradient.simplified)).collect();
    let symbols = rows(&mut network, &derivation);
    evaluate(&mut network, &roots, &symbols)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, rng_seed: RngSeed::Fixed(2026), ..ProptestConfig::default() })]

    #[test]
    fn every_form_of_a_gradient_has_the_value_of_the_dual_numbers(
        case in case(),
        goal in prop_oneof![Just(Goal::Textbook), Just(Goal::Expand), Just(Goal::Factor)],
        sigma in prop_oneof![Just(Sigma::Activation), Just(Sigma::Expanded)],
        max_paths in prop_oneof![Just(1usize), Just(6)],
    ) {
        let expected = case.cost(&case.leaves);
        prop_assume!(expected.value.abs() < 1e4 && expected.slopes.iter().all(|slope| slope.abs() < 1e6));
        prop_assume!(case.values(&case.leaves).iter().all(|value| value.value.abs() < 20.0));
        let all: Vec<[usize; 1]> = (0..LEAVES).map(|at| [at]).collect();
        let all: Vec<&[usize]> = all.iter().map(<[usize; 1]>::as_slice).collect();
        let derived = derive(&case, |of, by| Request { of, by, max_paths, sigma, goal, deltas: Deltas::Named }, &all);
        for (at, value) in derived.iter().enumerate() {
            prop_assert!(close(*value, expected.slopes[at], 1e-8), "by w{at}: {value} {}\n{}", expected.slopes[at], case.text());
        }
    }

    #[test]
    fn dual_numbers_agree_with_central_differences(case in case(), at in 0..LEAVES) {
        let step = 1e-5;
        let moved = |by: f64| {
            let mut leaves = case.leaves;
            leaves[at] += by;
            case.cost(&leaves)
        };
        let expected = case.cost(&case.leaves);
        prop_assume!(expected.value.abs() < 1e3 && expected.slopes.iter().all(|slope| slope.abs() < 1e3));
        // On both sides of a kink, or where the curvature is large, a difference says nothing.
        let (below, above) = (moved(-step), moved(step));
        prop_assume!((above.slopes[at] - below.slopes[at]).abs() < 1e-2);
        let difference = (above.value - below.value) / (2.0 * step);
        prop_assert!(close(difference, expected.slopes[at], 1e-4), "{difference} {}\n{}", expected.slopes[at], case.text());
    }

    #[test]
    fn second_derivatives_agree_with_differences_of_dual_numbers(case in case(), first in 0..LEAVES, second in 0..LEAVES) {
        let step = 1e-5;
        let slope = |by: f64| {
            let mut leaves = case.leaves;
            leaves[second] += by;
            case.cost(&leaves).slopes[first]
        };
        let (far_below, below, above, far_above) = (slope(-2.0 * step), slope(-step), slope(step), slope(2.0 * step));
        let difference = (above - below) / (2.0 * step);
        let wide = (far_above - far_below) / (4.0 * step);
        prop_assume!(difference.abs() < 1e4 && close(difference, wide, 1e-4));
        let request = |of, by| Request { of, by, max_paths: 6, sigma: Sigma::Activation, goal: Goal::Textbook, deltas: Deltas::Named };
        let derived = derive(&case, request, &[&[first, second]]);
        let value = derived[derived.len() - 1];
        prop_assert!(close(value, difference, 1e-3), "{value} {difference}\n{}", case.text());
    }
}

#[test]
fn the_text_of_a_case_means_what_the_test_evaluates() {
    let tree = Tree::Divide(Box::new(Tree::Leaf(0)), Box::new(Tree::Power(Box::new(Tree::Leaf(1)), 2)));
    let case = Case { equations: vec![tree], leaves: [3.0, 2.0, 0.0, 0.0, 0.0] };
    assert_eq!(case.text().lines().last(), Some("cost z0 = (w0/(1 + (w1^2)^2))"));
    assert_eq!(case.cost(&case.leaves).value, 3.0 / 17.0);
}
