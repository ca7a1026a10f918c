//! The independent route: values of formulas and derivatives by Taylor arithmetic at random points.

use std::cell::Cell;

use chainrule::expr::{Constant, ExprId, NameId, Node};
use chainrule::function::FunctionRef;
use chainrule::network::{Network, Origin};
use chainrule::syntax::ast::Comparison;
use rustc_hash::FxHashMap;

use super::jet::Jet;
use super::random::Dice;

/// The quantities of a network at a point.
#[derive(Clone, Debug)]
pub struct Point {
    values: Vec<Jet>,
    /// Disturbs every operation by a little, up or down, to see whether a value has any correct digits.
    noise: Option<Cell<u64>>,
}

/// By how much at most.
const NOISE: f64 = 1e-11;

impl Point {
    /// A random point: values of all leaves, and of what the equations give.
    pub fn random(network: &Network, dice: &mut Dice, kind: usize) -> Point {
        let mut point = Point { values: vec![Jet::constant(f64::NAN); network.quantities.len()], noise: None };
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

    /// The same point with disturbed operations.
    fn noisy(&self, network: &Network, seed: u64) -> Point {
        let mut point = Point { values: self.values.clone(), noise: Some(Cell::new(seed)) };
        point.forward(network, None);
        point
    }

    fn disturbed(&self, jet: Jet) -> Jet {
        let Some(noise) = &self.noise else { return jet };
        let mut dice = Dice::new(noise.get());
        noise.set(dice.word());
        // By different amounts: two disturbances of one size could undo each other.
        Jet(jet.0.map(|c| {
            let by = dice.between(0.5, 1.0) * NOISE;
            if dice.once_in(2) { c * (1.0 + by) } else { c * (1.0 - by) }
        }))
    }

    /// Whether both values keep their first digits when all operations are disturbed.
    fn is_steady(&self, network: &Network, values: [f64; 2], again: impl Fn(&Point) -> [f64; 2]) -> bool {
        (1..=4).all(|seed| {
            let disturbed = again(&self.noisy(network, seed));
            (0..2).all(|side| (disturbed[side] - values[side]).abs() <= 1e-6 * values[side].abs())
        })
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
        let jet = self.disturbed(self.node(network, expr, &mut |child| self.known_jet(network, child, known)));
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
        let again = |point: &Point| [point.derivative(network, of, by), point.value(network, formula)];
        far += usize::from(apart > 1e-4 && point.is_steady(network, [truth, value], again));
        near += usize::from(apart < 1e-9);
    }
    match () {
        () if far >= 2 => Opinion::Different,
        () if all >= 4 && near == all => Opinion::Equal,
        () => Opinion::Unsure,
    }
}

/// Where a formula and a derivative are furthest apart, and both values there.
pub fn evidence(network: &Network, of: NameId, by: NameId, formula: ExprId) -> String {
    let mut dice = Dice::new(1);
    let points = (0..POINTS).map(|kind| Point::random(network, &mut dice, kind));
    let apart = |point: &Point| {
        let (truth, value) = (point.derivative(network, of, by), point.value(network, formula));
        let apart = (truth - value).abs() / (truth.abs() + value.abs() + 1e-9);
        (if apart.is_finite() { apart } else { -1.0 }, truth, value)
    };
    let furthest = points.map(|point| (apart(&point), point)).max_by(|a, b| a.0.0.total_cmp(&b.0.0));
    furthest.map_or_else(String::new, |((_, truth, value), point)| {
        let names = (0..network.quantities.len() as u32).map(NameId);
        let leaves = names.filter(|&name| matches!(network.quantity(name).origin, Origin::Leaf(_)));
        let at: Vec<String> = leaves
            .map(|name| format!("{} = {}", network.spelling(name), point.values[name.0 as usize].value()))
            .collect();
        format!("derivative {truth}, formula {value} at {}", at.join(", "))
    })
}
