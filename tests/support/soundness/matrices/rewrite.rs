//! Rewritings of formulas of vectors and matrices that change nothing.

use super::super::random::Dice;
use super::formula::Formula;
use super::mistake::World;
use super::value::evaluate;
use Formula::{Call, EntryPower, Entrywise, Fraction, Name, Number, Product, Sum, Turned};

/// The formula after some random rewritings.
pub fn rewritten(formula: &Formula, world: &World, times: usize, dice: &mut Dice) -> Formula {
    let mut formula = formula.clone();
    for _ in 0..times {
        let size = formula.size();
        let start = dice.below(size);
        for step in 0..size {
            let Some(part) = formula.part_mut((start + step) % size) else { continue };
            if let Some(other) = once(part, world, dice) {
                *part = other;
                break;
            }
        }
    }
    formula
}

fn once(part: &Formula, world: &World, dice: &mut Dice) -> Option<Formula> {
    let choice = dice.below(4);
    match part {
        Entrywise(factors) => match choice {
            0 => primed(factors, world),
            1 => diagonal(factors, world),
            _ => Some(Entrywise(shuffled(factors, dice))),
        },
        Sum(terms) => match choice {
            0 | 1 => {
                let mut terms = terms.clone();
                dice.shuffle(&mut terms);
                Some(Sum(terms))
            }
            2 => {
                let opposite: Vec<(bool, Formula)> = terms.iter().map(|(minus, term)| (!minus, term.clone())).collect();
                Some(Sum(vec![(true, Sum(opposite))]))
            }
            _ => squared(terms, world),
        },
        Product(factors) => product(factors, choice, world, dice),
        Turned(inner) => match &**inner {
            Product(factors) => {
                let turned = factors.iter().rev().map(|factor| match is_scalar(factor, world) {
                    true => factor.clone(),
                    false => factor.clone().turned(),
                });
                Some(Product(turned.collect()))
            }
            Sum(terms) => Some(Sum(terms.iter().map(|(minus, term)| (*minus, term.clone().turned())).collect())),
            _ => None,
        },
        EntryPower(base, 2) => Some(Entrywise(vec![(**base).clone(), (**base).clone()])),
        Name(a) if choice < 2 => {
            let (_, z) = world.activations.iter().find(|pair| pair.0 == *a && pair.1.contains('('))?;
            let (function, argument) = z.split_once('(')?;
            Some(Call(function.to_owned(), Box::new(Name(argument.to_owned()))))
        }
        _ => None,
    }
}

fn is_scalar(formula: &Formula, world: &World) -> bool {
    evaluate(formula, &world.names).is_some_and(|value| value.rows == Some(1) && value.columns == Some(1))
}

fn shuffled(factors: &[Formula], dice: &mut Dice) -> Vec<Formula> {
    let mut factors = factors.to_vec();
    dice.shuffle(&mut factors);
    factors
}

fn product(factors: &[Formula], choice: usize, world: &World, dice: &mut Dice) -> Option<Formula> {
    let scalars: Vec<usize> = (0..factors.len()).filter(|&at| is_scalar(&factors[at], world)).collect();
    match choice {
        // Multiplied out.
        0 => {
            let at = factors.iter().position(|factor| matches!(factor, Sum(terms) if terms.len() > 1))?;
            let Sum(terms) = &factors[at] else { return None };
            let with = |term: &Formula| {
                let mut factors = factors.to_vec();
                factors[at] = term.clone();
                Product(factors)
            };
            let is_number = |term: &Formula| is_scalar(term, world);
            if terms.iter().any(|term| is_number(&term.1)) && !scalars.contains(&at) {
                return None;
            }
            Some(Sum(terms.iter().map(|(minus, term)| (*minus, with(term))).collect()))
        }
        // Two neighbours in brackets.
        1 if factors.len() > 2 => {
            let at = dice.below(factors.len() - 1);
            let mut factors = factors.to_vec();
            let second = factors.remove(at + 1);
            factors[at] = Product(vec![factors[at].clone(), second]);
            let fits = evaluate(&Product(factors.clone()), &world.names).is_some();
            fits.then_some(Product(factors))
        }
        // The transpose of the transposed product.
        2 if factors.len() - scalars.len() > 1 => {
            let turned = factors.iter().rev().map(|factor| match is_scalar(factor, world) {
                true => factor.clone(),
                false => factor.clone().turned(),
            });
            Some(Turned(Box::new(Product(turned.collect()))))
        }
        // X/n for (1/n)X.
        3 => {
            let at = *scalars.first()?;
            let Fraction(above, below) = &factors[at] else { return None };
            let mut rest = factors.to_vec();
            rest.remove(at);
            let rest = Formula::product(rest);
            let above = if **above == Number("1".to_owned()) { rest } else { Formula::times((**above).clone(), rest) };
            Some(Fraction(Box::new(above), below.clone()))
        }
        _ => None,
    }
}

/// σ′(z) for a ⊙ (1 − a).
fn primed(factors: &[Formula], world: &World) -> Option<Formula> {
    let named = |factor: &Formula| match factor {
        Name(a) => world.activations.iter().find(|pair| pair.0 == *a && pair.1.starts_with("\\sigma(")).cloned(),
        _ => None,
    };
    let (at, (a, call)) = factors.iter().enumerate().find_map(|(at, factor)| Some((at, named(factor)?)))?;
    let rest = Sum(vec![(false, Number("1".to_owned())), (true, Name(a))]);
    let other = factors.iter().position(|factor| *factor == rest)?;
    let argument = call.split_once('(')?.1;
    let mut factors = factors.to_vec();
    factors[at] = Call("\\sigma'".to_owned(), Box::new(Name(argument.to_owned())));
    factors.remove(other);
    Some(Formula::entrywise(factors))
}

/// diag(u)v for u ⊙ v.
fn diagonal(factors: &[Formula], world: &World) -> Option<Formula> {
    let (first, rest) = factors.split_first()?;
    let value = evaluate(first, &world.names)?;
    if value.columns != Some(1) || value.rows.is_none_or(|rows| rows < 2) {
        return None;
    }
    Some(Product(vec![Call("\\mathrm{diag}".to_owned(), Box::new(first.clone())), Formula::entrywise(rest.to_vec())]))
}

/// tanh′(z) for 1 − a ⊙ a.
fn squared(terms: &[(bool, Formula)], world: &World) -> Option<Formula> {
    let [(false, Number(one)), (true, Entrywise(square))] = terms else { return None };
    let [Name(a), Name(again)] = square.as_slice() else { return None };
    let (_, call) = world.activations.iter().find(|pair| pair.0 == *a && pair.1.starts_with("\\tanh("))?;
    let argument = call.split_once('(')?.1;
    (one == "1" && a == again).then(|| Call("\\tanh'".to_owned(), Box::new(Name(argument.to_owned()))))
}
