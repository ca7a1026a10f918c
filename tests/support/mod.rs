//! Networks made by hand, a naive evaluator and dual numbers: oracles that share nothing with `src/eval`.

#![allow(dead_code, reason = "each test file uses a part")]

use chainrule::diagnostic::Span;
use chainrule::eval::Values;
use chainrule::expr::{ExprId, FunctionId, NameId, Node};
use chainrule::function::{FunctionRef, Functions, Kernel, UserFunction};
use chainrule::network::{Equation, Network, Origin, Quantity};
use chainrule::shape::Shape;
use chainrule::syntax::ast::{Comparison, Role};

/// A network without a file.
#[derive(Default)]
pub struct Maker {
    pub network: Network,
    pub values: Vec<(NameId, f64)>,
}

impl Maker {
    fn quantity(&mut self, stem: &str, origin: Origin) -> NameId {
        let name = NameId(self.network.quantities.len() as u32);
        let at = self.network.quantities.len();
        self.network.quantities.push(Quantity {
            stem: stem.into(),
            indices: Box::default(),
            origin,
            shape: Shape::SCALAR,
            facts: chainrule::network::Facts::default(),
            value: None,
            literal: None,
            span: Span::new(10 * at, 10 * at + 5),
        });
        name
    }

    pub fn leaf(&mut self, stem: &str, value: f64) -> ExprId {
        let name = self.quantity(stem, Origin::Leaf(Role::Param));
        self.values.push((name, value));
        self.network.name_expr(name)
    }

    pub fn equation(&mut self, stem: &str, value: ExprId) -> ExprId {
        let name = self.quantity(stem, Origin::Equation(self.network.equations.len() as u32));
        let span = self.network.quantity(name).span;
        self.network.equations.push(Equation { name, value, span, written: true });
        self.network.name_expr(name)
    }

    pub fn call(&mut self, function: &str, arguments: &[ExprId]) -> ExprId {
        let function = self.function(function);
        self.network.arena.call(function, arguments)
    }

    pub fn function(&self, name: &str) -> FunctionId {
        self.network.functions.find(name).unwrap_or_else(|| panic!("no function {name}"))
    }

    pub fn define(&mut self, name: &str, arity: usize, body: Option<ExprId>) -> FunctionId {
        let parameters = (0..arity).map(|at| format!("u{at}")).collect();
        self.network.functions.add(UserFunction {
            name: name.into(),
            parameters,
            body,
            whole: false,
            opened: false,
            span: Span::new(0, 1),
        })
    }

    pub fn named(&self, stem: &str) -> NameId {
        self.network.find(stem).unwrap_or_else(|| panic!("no quantity {stem}"))
    }

    pub fn values(&self) -> Values {
        let mut values = Values::new(&self.network);
        self.values.iter().for_each(|&(name, value)| values.set(name, value));
        values
    }
}

/// Names of functions that exist in a network.
pub fn builtin(name: &str) -> FunctionId {
    Functions::builtin(name).unwrap_or_else(|| panic!("no function {name}"))
}

/// A value with its derivative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual {
    pub value: f64,
    pub slope: f64,
}

impl Dual {
    fn chain(self, value: f64, derivative: f64) -> Dual {
        Dual { value, slope: if self.slope == 0.0 { 0.0 } else { derivative * self.slope } }
    }
}

/// The value of an expression with its derivative by one leaf, recursively, by forward mode.
pub fn dual(network: &Network, expr: ExprId, leaf: &dyn Fn(NameId) -> Dual) -> Dual {
    let go = |expr| dual(network, expr, leaf);
    let arena = &network.arena;
    match arena.node(expr) {
        Node::Number(number) => Dual { value: arena.value(number).to_f64(), slope: 0.0 },
        Node::Name(name) => match network.definition(name) {
            Some(equation) => go(equation.value),
            None => leaf(name),
        },
        Node::Sum(terms) => terms
            .iter()
            .map(|&term| go(term))
            .fold(Dual { value: 0.0, slope: 0.0 }, |a, b| Dual { value: a.value + b.value, slope: a.slope + b.slope }),
        Node::Product { coefficient, factors } => {
            let start = Dual { value: arena.value(coefficient).to_f64(), slope: 0.0 };
            factors.iter().fold(start, |product, factor| {
                let base = go(factor.base);
                let exponent = arena.value(factor.exponent).to_f64();
                let power = base.chain(base.value.powf(exponent), exponent * base.value.powf(exponent - 1.0));
                Dual {
                    value: product.value * power.value,
                    slope: product.slope * power.value + product.value * power.slope,
                }
            })
        }
        Node::If { comparison, parts: [left, right, then, otherwise] } => {
            let (left, right) = (go(left).value, go(right).value);
            let holds = match comparison {
                Comparison::Less => left < right,
                Comparison::Greater => left > right,
                other => panic!("{other:?} is not used in these tests"),
            };
            go(if holds { then } else { otherwise })
        }
        Node::Call { function, arguments, .. } => {
            let FunctionRef::Table(entry) = network.functions.get(function) else { panic!("no user functions here") };
            let x = go(arguments[0]);
            let Kernel::Unary(kernel) = entry.kernel else { panic!("one argument only") };
            let y = kernel(x.value);
            let derivative = match entry.name {
                "exp" => y,
                "sin" => x.value.cos(),
                "tanh" => 1.0 / x.value.cosh().powi(2),
                "sigmoid" => (-x.value).exp() / (1.0 + (-x.value).exp()).powi(2),
                "softplus" => 1.0 / (1.0 + (-x.value).exp()),
                "atan" => 1.0 / (1.0 + x.value * x.value),
                "relu" if x.value > 0.0 => 1.0,
                "relu" => 0.0,
                other => panic!("{other} has no dual here"),
            };
            x.chain(y, derivative)
        }
        other => panic!("{other:?} is not used in these tests"),
    }
}
