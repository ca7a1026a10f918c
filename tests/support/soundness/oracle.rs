//! The independent route: values of formulas and derivatives by Taylor arithmetic at random points.

use chainrule::expr::{Constant, ExprId, NameId, Node};
use chainrule::function::FunctionRef;
use chainrule::network::Network;
use chainrule::syntax::ast::Comparison;
use rustc_hash::FxHashMap;

use super::jet::Jet;
use super::random::Dice;

/// The quantities of a network at a point.
#[derive(Clone, Debug)]
pub struct Point {
    values: Vec<Jet>,
}

impl Point {
    /// A random point: values of all leaves, and of what the equations give.
    pub fn random(network: &Network, dice: &mut Dice, kind: usize) -> Point {
        let mut point = Point { values: vec![Jet::constant(f64::NAN); network.quantities.len()] };
        for value in &mut point.values {
            *value = Jet::constant(match kind % 3 {
                0 => dice.between(-1.4, 1.4),
                1 => dice.between(0.1, 1.6),
                _ => dice.between(0.05, 0.95),
            });
        }
        point.forward(network, None);
        point
    }

    /// Works out the equations; `cut` keeps its value.
    fn forward(&mut self, network: &Network, cut: Option<NameId>) {
        for equation in &network.equations {
            if Some(equation.name) != cut {
                self.values[equation.name.0 as usize] = self.jet(network, equation.value);
            }
        }
    }

    /// ∂of/∂by.
    pub fn derivative(&self, network: &Network, of: NameId, by: NameId) -> f64 {
        let mut moved = self.clone();
        moved.values[by.0 as usize] = Jet::variable(self.values[by.0 as usize].value());
        moved.forward(network, Some(by));
        moved.values[of.0 as usize].0[1]
    }

    /// The value of an expression.
    pub fn value(&self, network: &Network, expr: ExprId) -> f64 {
        self.jet(network, expr).value()
    }

    fn jet(&self, network: &Network, expr: ExprId) -> Jet {
        let mut known = FxHashMap::default();
        self.known_jet(network, expr, &mut known)
    }

    fn known_jet(&self, network: &Network, expr: ExprId, known: &mut FxHashMap<ExprId, Jet>) -> Jet {
        if let Some(&jet) = known.get(&expr) {
            return jet;
        }
        let jet = self.node(network, expr, &mut |child| self.known_jet(network, child, known));
        known.insert(expr, jet);
        jet
    }

    fn node(&self, network: &Network, expr: ExprId, go: &mut dyn FnMut(ExprId) -> Jet) -> Jet {
        let arena = &network.arena;
        match arena.node(expr) {
            Node::Number(number) => Jet::constant(arena.value(number).to_f64()),
            Node::Constant(Constant::Pi) => Jet::constant(std::f64::consts::PI),
            Node::Constant(Constant::E) => Jet::constant(std::f64::consts::E),
            Node::Name(name) => self.values[name.0 as usize],
            Node::Sum(terms) => terms.iter().fold(Jet::constant(0.0), |sum, &term| sum.add(go(term))),
            Node::Product { coefficient, factors } => {
                let start = Jet::constant(arena.value(coefficient).to_f64());
                factors.iter().fold(start, |product, factor| {
                    product.mul(go(factor.base).powf(arena.value(factor.exponent).to_f64()))
                })
            }
            Node::If { comparison, parts: [left, right, then, otherwise] } => {
                let (left, right) = (go(left).value(), go(right).value());
                let holds = match comparison {
                    Comparison::Less => left < right,
                    Comparison::LessEqual => left <= right,
                    Comparison::Greater => left > right,
                    Comparison::GreaterEqual => left >= right,
                    Comparison::Equal => left == right,
                    Comparison::NotEqual => left != right,
                };
                go(if holds { then } else { otherwise })
            }
            Node::Call { function, orders, arguments } => {
                let arguments: Vec<Jet> = arguments.iter().map(|&argument| go(argument)).collect();
                let apply = |arguments: &[Jet]| match network.functions.get(function) {
                    FunctionRef::Table(entry) => Jet::call(entry.name, arguments),
                    FunctionRef::User(own) => {
                        arguments[0].stand_in(own.name.bytes().map(usize::from).sum::<usize>() % 7)
                    }
                };
                match arena.orders(orders) {
                    [] => apply(&arguments),
                    // Only values are asked of a derived function; its own Taylor series gives them.
                    &[order, ..] => {
                        let mut around = arguments.clone();
                        around[0] = Jet::variable(arguments[0].value());
                        let factorial: f64 = (1..=order).map(f64::from).product();
                        Jet::constant(apply(&around).0[usize::from(order)] * factorial)
                    }
                }
            }
            other => panic!("{other:?} is not known to the oracle"),
        }
    }
}

/// What numbers say of a formula that should be a derivative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opinion {
    /// They agree everywhere.
    Equal,
    /// They differ by far at two points or more.
    Different,
    /// It cannot be told from doubles.
    Unsure,
}

/// How many points are looked at.
const POINTS: usize = 24;

/// Compares a formula with a derivative at many points.
pub fn compare(network: &Network, of: NameId, by: NameId, formula: ExprId, dice: &mut Dice) -> Opinion {
    let (mut far, mut near, mut all) = (0, 0, 0);
    for kind in 0..POINTS {
        let point = Point::random(network, dice, kind);
        let (truth, value) = (point.derivative(network, of, by), point.value(network, formula));
        if !truth.is_finite() || !value.is_finite() {
            continue;
        }
        all += 1;
        let apart = (truth - value).abs() / (truth.abs() + value.abs() + 1e-9);
        far += usize::from(apart > 1e-4);
        near += usize::from(apart < 1e-9);
    }
    match () {
        () if far >= 2 => Opinion::Different,
        () if all >= 4 && near == all => Opinion::Equal,
        () => Opinion::Unsure,
    }
}

/// Whether two formulas have the same values, as far as doubles can tell.
pub fn agree(network: &Network, a: ExprId, b: ExprId, dice: &mut Dice) -> bool {
    let mut seen = 0;
    for kind in 0..POINTS {
        let point = Point::random(network, dice, kind);
        let (a, b) = (point.value(network, a), point.value(network, b));
        if a.is_finite() && b.is_finite() {
            seen += 1;
            if (a - b).abs() > 1e-8 * (a.abs() + b.abs() + 1e-9) {
                return false;
            }
        }
    }
    seen >= 4
}
