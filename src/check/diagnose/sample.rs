//! Values of expressions at a few random points, in plain floating point: a sieve, never a proof.
//!
//! Takes expressions of a network; gives one value for each point, names by their definitions, abstract functions by a
//! fixed stand-in. What the sieve lets through is confirmed by the checker itself.

use rustc_hash::FxHashMap;

use crate::check::diagnose::meaning::Meanings;
use crate::check::draw::Range;
use crate::check::random::Random;
use crate::expr::{Arena, ExprId, Factor, FunctionId, NameId, Node, NumberId, OrdersId};
use crate::function::{FunctionRef, Kernel};
use crate::network::Network;

/// How many points a sample has.
pub const LANES: usize = 8;

/// A value at each point; NaN where there is none.
pub type Lanes = [f64; LANES];

/// The most expressions that a sample evaluates.
const MAX_VALUES: usize = 400_000;

/// Points with the values of all expressions that were asked for.
#[derive(Debug)]
pub struct Sample {
    random: Random,
    round: usize,
    meanings: Meanings,
    values: FxHashMap<ExprId, Lanes>,
}

impl Sample {
    /// Points for formulas about the names in `roots`; another `round` draws from other ranges.
    pub fn new(network: &mut Network, roots: &[ExprId], round: usize) -> Sample {
        Sample {
            random: Random::from_seed(0x5eed + round as u64),
            round,
            meanings: Meanings::new(network, roots),
            values: FxHashMap::default(),
        }
    }

    /// The values of an expression.
    pub fn value(&mut self, network: &mut Network, root: ExprId) -> Lanes {
        let mut stack = vec![root];
        let mut waiting = Vec::new();
        while let Some(&id) = stack.last() {
            if self.values.contains_key(&id) {
                stack.pop();
                continue;
            }
            if stack.len() > MAX_VALUES || self.values.len() > MAX_VALUES {
                return [f64::NAN; LANES];
            }
            waiting.clear();
            let meaning = self.meanings.of(network, id);
            match meaning {
                Some(meaning) => waiting.push(meaning),
                None => waiting.extend(network.arena.children(id)),
            }
            waiting.retain(|child| !self.values.contains_key(child));
            if waiting.is_empty() {
                let value = match meaning {
                    Some(meaning) => self.at(meaning),
                    None => self.compute(network, id),
                };
                self.values.insert(id, value);
                stack.pop();
            } else {
                stack.extend_from_slice(&waiting);
            }
        }
        self.at(root)
    }

    fn at(&self, id: ExprId) -> Lanes {
        self.values.get(&id).copied().unwrap_or([f64::NAN; LANES])
    }

    /// The value of a node from those of its children.
    fn compute(&mut self, network: &Network, id: ExprId) -> Lanes {
        let arena = &network.arena;
        match arena.node(id) {
            Node::Number(number) => [arena.value(number).to_f64(); LANES],
            Node::Constant(constant) => [constant.to_f64(); LANES],
            Node::Name(name) => self.draw(network, name),
            Node::Parameter(_) | Node::Derivative { .. } => std::array::from_fn(|_| self.between(-1.5, 1.5)),
            // Tensors are not sampled: what holds them has no value here and is not diagnosed.
            Node::Contraction { .. } | Node::Selection(_) => [f64::NAN; LANES],
            Node::Sum(terms) => terms.iter().fold([0.0; LANES], |sum, &term| each(sum, self.at(term), |a, b| a + b)),
            Node::Product { coefficient, factors } => self.product(arena, coefficient, factors),
            Node::Call { function, orders, arguments } => self.call(network, function, orders, arguments),
            Node::If { comparison, parts } => {
                let [left, right, then, otherwise] = parts.map(|part| self.at(part));
                std::array::from_fn(|at| {
                    if left[at].is_nan() || right[at].is_nan() {
                        f64::NAN
                    } else if comparison.holds(left[at], right[at]) {
                        then[at]
                    } else {
                        otherwise[at]
                    }
                })
            }
        }
    }

    fn product(&self, arena: &Arena, coefficient: NumberId, factors: &[Factor]) -> Lanes {
        let start = [arena.value(coefficient).to_f64(); LANES];
        factors.iter().fold(start, |product, factor| {
            let base = self.at(factor.base);
            match factor.exponent {
                NumberId::ONE => each(product, base, |a, b| a * b),
                NumberId::MINUS_ONE => each(product, base, |a, b| a / b),
                exponent => {
                    let exponent = arena.value(exponent).to_f64();
                    each(product, base, |a, b| a * libm::pow(b, exponent))
                }
            }
        })
    }

    fn call(&self, network: &Network, function: FunctionId, orders: OrdersId, arguments: &[ExprId]) -> Lanes {
        let at = |place: usize| arguments.get(place).map_or([f64::NAN; LANES], |&argument| self.at(argument));
        if let (FunctionRef::Table(entry), OrdersId::NONE) = (network.functions.get(function), orders) {
            return match entry.kernel {
                Kernel::Unary(kernel) => at(0).map(kernel),
                Kernel::Binary(kernel) => each(at(0), at(1), kernel),
                Kernel::Tensor => [f64::NAN; LANES],
            };
        }
        let orders = network.arena.orders(orders);
        (0..arguments.len()).fold([1.0; LANES], |product, place| {
            let order = orders.get(place).copied().unwrap_or(0);
            each(product, at(place).map(|t| stand_in(usize::from(function.0) + place, order, t)), |a, b| a * b)
        })
    }

    /// A value of a leaf at each point.
    fn draw(&mut self, network: &Network, name: NameId) -> Lanes {
        let range = self.meanings.facts.range(network, name);
        std::array::from_fn(|lane| self.draw_in(&range, lane))
    }

    fn draw_in(&mut self, range: &Range, lane: usize) -> f64 {
        if range.is_size {
            return 2.0 + self.random.below(9) as f64;
        }
        let bound = |value: &Option<crate::rational::Rational>| value.as_ref().map(|value| value.to_f64());
        match (bound(&range.low), bound(&range.high)) {
            (Some(low), Some(high)) => self.between(low, high),
            (Some(low), None) => self.between(low, low + 1.5),
            (None, Some(high)) => self.between(high - 1.5, high),
            (None, None) => match (self.round + lane) % 4 {
                0 if self.round > 1 => self.between(-4.0, 4.0),
                0 => self.between(-1.5, 1.5),
                1 => self.between(0.2, 1.7),
                2 => self.between(0.05, 0.95),
                _ => self.between(-0.9, 0.9),
            },
        }
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        let part = (self.random.below(1 << 40) as f64 + 0.5) / (1u64 << 40) as f64;
        low + (high - low) * part
    }
}

/// An operation at each point.
pub fn each(a: Lanes, b: Lanes, operation: impl Fn(f64, f64) -> f64) -> Lanes {
    std::array::from_fn(|at| operation(a[at], b[at]))
}

/// What plays an abstract function of one argument: sin(at + b) + e^(t/3), differentiated.
pub fn stand_in(number: usize, order: u8, t: f64) -> f64 {
    let number = (number % 50) as f64;
    let (a, b) = ((13.0 + 3.0 * number) / (10.0 + number), (4.0 + 7.0 * number) / 10.0);
    let angle = a * t + b;
    let wave = match order % 4 {
        0 => libm::sin(angle),
        1 => libm::cos(angle),
        2 => -libm::sin(angle),
        _ => -libm::cos(angle),
    };
    wave * libm::pow(a, f64::from(order)) + libm::exp(t / 3.0) * libm::pow(3.0, -f64::from(order))
}
