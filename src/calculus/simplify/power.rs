//! Powers with exponents that are expressions: x·xʸ⁻¹ = xʸ, eᵘ·e²ᵘ = e³ᵘ, where adding the exponents makes them shorter.

use crate::calculus::Rule;
use crate::calculus::simplify::Simplifier;
use crate::calculus::simplify::product::Build;
use crate::expr::{Arena, ExprId, Factor, FunctionId, Node, NumberId, OrdersId};
use crate::function::{FunctionRef, Written};
use crate::network::Network;

/// More factors of one product are left as they are.
const MAX_FACTORS: usize = 32;

/// A factor bᵉ of a product.
#[derive(Clone, Copy)]
struct Power {
    /// The base, up to the order of its terms; `None` for e.
    base: Option<ExprId>,
    exponent: ExprId,
    /// The function that it is a call of, unless it is a factor with a number as its exponent.
    call: Option<FunctionId>,
}

impl Simplifier {
    /// Adds the exponents of powers of one base, at the place of the first.
    pub(super) fn merge_symbolic_powers(&mut self, network: &mut Network, build: &mut Build) {
        if build.factors.len() > MAX_FACTORS {
            return;
        }
        let mut powers: Vec<Power> = build.factors.iter().map(|&factor| self.power(network, factor)).collect();
        let mut at = 0;
        while at < powers.len() {
            let found = (at + 1..powers.len()).find_map(|other| {
                let merged = self.merged(network, powers[at], powers[other])?;
                Some((other, merged))
            });
            let Some((other, power)) = found else {
                at += 1;
                continue;
            };
            let argument = self.argument(network, &build.factors, [at, other], power);
            build.factors[at] = Factor { base: argument, exponent: NumberId::ONE };
            build.factors.remove(other);
            powers[at] = self.power(network, build.factors[at]);
            powers.remove(other);
            build.rule = Some(Rule::MergePowers);
        }
        build.factors.retain(|factor| factor.base != Arena::ONE);
        for factor in &mut build.factors {
            if let Some(opened) = self.power_of_exponential(network, *factor) {
                *factor = opened;
                build.rule = Some(Rule::MergePowers);
            }
        }
    }

    /// (eᵘ)³ as e³ᵘ; below a line 1/(eᵘ)³ as 1/e³ᵘ.
    pub(super) fn power_of_exponential(&mut self, network: &mut Network, factor: Factor) -> Option<Factor> {
        if matches!(factor.exponent, NumberId::ONE | NumberId::MINUS_ONE) {
            return None;
        }
        let Node::Call { function, orders: OrdersId::NONE, arguments: &[argument] } = network.arena.node(factor.base)
        else {
            return None;
        };
        let FunctionRef::Table(entry) = network.functions.get(function) else { return None };
        if entry.written != Written::Exponential {
            return None;
        }
        let exponent = network.arena.value(factor.exponent).clone();
        let times = network.arena.number_id(exponent.abs());
        let scaled = network.arena.scale(times, argument);
        let scaled = self.rebuild_node(network, scaled);
        let dims = network.arena.dims(factor.base).to_vec();
        let base = network.arena.call_of_shape(function, &[scaled], &dims);
        Some(Factor { base, exponent: if exponent.is_negative() { NumberId::MINUS_ONE } else { NumberId::ONE } })
    }

    fn power(&mut self, network: &mut Network, factor: Factor) -> Power {
        let number = network.arena.value(factor.exponent).clone();
        let number = network.arena.number(number);
        if let Node::Call { function, orders: OrdersId::NONE, arguments } = network.arena.node(factor.base)
            && let FunctionRef::Table(entry) = network.functions.get(function)
            && network.arena.shape(factor.base).is_scalar()
        {
            match (entry.written, arguments) {
                (Written::Exponential, &[exponent]) => {
                    let exponent = network.arena.times(number, exponent);
                    let exponent = self.rebuild_node(network, exponent);
                    return Power { base: None, exponent, call: Some(function) };
                }
                (Written::Power, &[base, exponent]) if factor.exponent == NumberId::ONE => {
                    let base = Some(self.measures.class(&mut network.arena, base));
                    return Power { base, exponent, call: Some(function) };
                }
                _ => {}
            }
        }
        let base = Some(self.measures.class(&mut network.arena, factor.base));
        Power { base, exponent: number, call: None }
    }

    /// The product of two powers of one base, if its exponent is shorter than both together.
    fn merged(&mut self, network: &mut Network, left: Power, right: Power) -> Option<Power> {
        let call = left.call.or(right.call)?;
        if left.base != right.base {
            return None;
        }
        let sum = network.arena.sum(&[left.exponent, right.exponent]);
        let exponent = self.collect_terms(network, sum);
        let together =
            self.measures.size(&network.arena, left.exponent) + self.measures.size(&network.arena, right.exponent);
        (self.measures.size(&network.arena, exponent) < together).then_some(Power {
            exponent,
            call: Some(call),
            ..left
        })
    }

    /// The power as an expression, with its base as it stood.
    fn argument(&mut self, network: &mut Network, factors: &[Factor], of: [usize; 2], power: Power) -> ExprId {
        let Some(call) = power.call else { return factors[of[0]].base };
        if power.exponent == Arena::ZERO {
            return Arena::ONE;
        }
        if power.base.is_none() {
            return network.arena.call(call, &[power.exponent]);
        }
        let base = match network.arena.node(factors[of[0]].base) {
            Node::Call { function, orders: OrdersId::NONE, arguments: &[base, _] } if function == call => base,
            _ => factors[of[0]].base,
        };
        match network.arena.as_number(power.exponent).cloned() {
            Some(number) => {
                let number = network.arena.number_id(number);
                network.arena.power(base, number)
            }
            None => network.arena.call(call, &[base, power.exponent]),
        }
    }
}
