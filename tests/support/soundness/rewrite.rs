//! Rewritings that change nothing: the many ways to write one formula.

use chainrule::calculus::{Goal, NameUse, Simplifier};
use chainrule::expr::{Arena, Constant, ExprId, Factor, Node, NumberId};
use chainrule::function::{FunctionRef, Functions};
use chainrule::network::Network;
use chainrule::rational::Rational;

use super::random::Dice;

/// The formula after `times` random rewritings, at random places.
pub fn rewrite(network: &mut Network, expr: ExprId, times: usize, dice: &mut Dice) -> ExprId {
    let mut expr = expr;
    for _ in 0..times {
        expr = match dice.below(8) {
            0 => simplified(network, expr, dice),
            _ => somewhere(network, expr, dice),
        };
    }
    expr
}

fn simplified(network: &mut Network, expr: ExprId, dice: &mut Dice) -> ExprId {
    let goal = dice.pick(&[Goal::Textbook, Goal::Expand, Goal::Factor]);
    let names = dice.pick(&[NameUse::Fold, NameUse::Keep]);
    Simplifier::new(network, goal, names).simplify(network, expr)
}

/// Walks down at random and rewrites where it stops.
fn somewhere(network: &mut Network, expr: ExprId, dice: &mut Dice) -> ExprId {
    let children: Vec<ExprId> = network.arena.children(expr).collect();
    let conditional = matches!(network.arena.node(expr), Node::If { .. });
    if children.is_empty() || dice.once_in(3) {
        return here(network, expr, dice);
    }
    let chosen = if conditional { 2 + dice.below(2) } else { dice.below(children.len()) };
    let changed = somewhere(network, children[chosen], dice);
    let mut at = 0;
    network.arena.with_children(expr, |child| {
        at += 1;
        if at == chosen + 1 { changed } else { child }
    })
}

fn here(network: &mut Network, expr: ExprId, dice: &mut Dice) -> ExprId {
    match network.arena.node(expr) {
        Node::Name(name) => match network.definition(name) {
            Some(equation) if dice.once_in(2) => equation.value,
            _ => padded(network, expr, dice),
        },
        Node::Sum(terms) => {
            let mut terms = terms.to_vec();
            sum(&mut network.arena, &mut terms, dice)
        }
        Node::Product { coefficient, factors } => {
            let factors = factors.to_vec();
            product(&mut network.arena, coefficient, factors, dice)
        }
        Node::Call { .. } => call(network, expr, dice),
        _ => padded(network, expr, dice),
    }
}

/// Other terms order, grouping, −(−a − b).
fn sum(arena: &mut Arena, terms: &mut [ExprId], dice: &mut Dice) -> ExprId {
    match dice.below(3) {
        0 => {
            dice.shuffle(terms);
            arena.sum(terms)
        }
        1 if terms.len() > 2 => {
            let rest = arena.sum(&terms[1..]);
            arena.sum(&[terms[0], rest])
        }
        _ => {
            let negated: Vec<ExprId> = terms.iter().map(|&term| arena.negate(term)).collect();
            let sum = arena.sum(&negated);
            arena.product(NumberId::MINUS_ONE, &[Factor::plain(sum)])
        }
    }
}

/// Other order, a sum multiplied out, a square as two factors, a quotient as one fraction in another.
fn product(arena: &mut Arena, coefficient: NumberId, mut factors: Vec<Factor>, dice: &mut Dice) -> ExprId {
    let at = dice.below(factors.len());
    let Factor { base, exponent } = factors[at];
    match dice.below(4) {
        0 => dice.shuffle(&mut factors),
        1 if exponent == NumberId::TWO => {
            factors[at] = Factor::plain(base);
            factors.push(Factor::plain(base));
        }
        2 if exponent == NumberId::ONE => {
            let inverse = arena.power(base, NumberId::MINUS_ONE);
            if matches!(arena.node(base), Node::Call { .. } | Node::Name(_)) && dice.once_in(2) {
                factors[at] = Factor { base: inverse, exponent: NumberId::MINUS_ONE };
            }
        }
        _ => {
            if let (NumberId::ONE, Node::Sum(terms)) = (exponent, arena.node(base)) {
                let terms = terms.to_vec();
                let spread: Vec<ExprId> = terms
                    .into_iter()
                    .map(|term| {
                        let mut factors = factors.clone();
                        factors[at] = Factor::plain(term);
                        arena.product(coefficient, &factors)
                    })
                    .collect();
                return arena.sum(&spread);
            }
            dice.shuffle(&mut factors);
        }
    }
    arena.product(coefficient, &factors)
}

/// A function by its definition or by another identity.
fn call(network: &mut Network, expr: ExprId, dice: &mut Dice) -> ExprId {
    let Node::Call { function, orders, arguments } = network.arena.node(expr) else { return expr };
    let (orders, arguments) = (network.arena.orders(orders).to_vec(), arguments.to_vec());
    let FunctionRef::Table(entry) = network.functions.get(function) else { return padded(network, expr, dice) };
    if !orders.is_empty() {
        return padded(network, expr, dice);
    }
    let x = arguments[0];
    let exp = Functions::builtin("exp").expect("exp");
    let arena = &mut network.arena;
    let power = |arena: &mut Arena, times: i64| {
        let number = arena.number_id(Rational::integer(times));
        let scaled = arena.scale(number, x);
        arena.call(exp, &[scaled])
    };
    match entry.name {
        "sigmoid" if dice.once_in(2) => {
            let grown = power(arena, 1);
            let below = arena.sum(&[Arena::ONE, grown]);
            arena.quotient(grown, below)
        }
        "sigmoid" => {
            let fallen = power(arena, -1);
            let below = arena.sum(&[Arena::ONE, fallen]);
            arena.power(below, NumberId::MINUS_ONE)
        }
        "tanh" if dice.once_in(2) => {
            let double = power(arena, 2);
            let above = arena.sum(&[double, Arena::MINUS_ONE]);
            let below = arena.sum(&[double, Arena::ONE]);
            arena.quotient(above, below)
        }
        "tanh" => {
            let (up, down) = (power(arena, 1), power(arena, -1));
            let minus = arena.negate(down);
            let (above, below) = (arena.sum(&[up, minus]), arena.sum(&[up, down]));
            arena.quotient(above, below)
        }
        "exp" => {
            let fallen = power(arena, -1);
            arena.power(fallen, NumberId::MINUS_ONE)
        }
        "sin" => {
            let half_pi = arena.constant(Constant::Pi);
            let half = arena.scale(NumberId::HALF, half_pi);
            let minus = arena.negate(x);
            let angle = arena.sum(&[half, minus]);
            arena.call(Functions::builtin("cos").expect("cos"), &[angle])
        }
        _ => padded(network, expr, dice),
    }
}

/// e·(1 + u²)/(1 + u²), or e + u − u.
fn padded(network: &mut Network, expr: ExprId, dice: &mut Dice) -> ExprId {
    let leaf = dice.below(network.quantities.len());
    let leaf = network.name_expr(chainrule::expr::NameId(leaf as u32));
    let arena = &mut network.arena;
    if dice.once_in(2) {
        let square = arena.power(leaf, NumberId::TWO);
        let below = arena.sum(&[Arena::ONE, square]);
        let above = arena.product(NumberId::ONE, &[Factor::plain(expr), Factor::plain(below)]);
        return arena.quotient(above, below);
    }
    let minus = arena.negate(leaf);
    arena.sum(&[leaf, expr, minus])
}
