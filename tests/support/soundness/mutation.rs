//! Mistakes: one edit of the worked chain, chosen at random, as a person makes it.

use chainrule::calculus::{Deltas, Derivation, FunctionDerivatives, Goal, PathProduct, Request, Shape, Sigma};
use chainrule::check::diagnose::Kind;
use chainrule::expr::{Arena, ExprId, Factor, NameId, Node, NumberId};
use chainrule::network::{Network, Origin};
use chainrule::rational::Rational;

use super::random::Dice;

/// A derivative in the form in which mistakes are made: a sum of chains.
#[derive(Clone, Debug)]
pub struct Chains {
    pub of: NameId,
    pub by: NameId,
    pub paths: Vec<PathProduct>,
    pub simplified: ExprId,
    derivation: Derivation,
}

impl Chains {
    /// The chains of ∂of/∂by, if there are some and few.
    pub fn new(network: &mut Network, of: NameId, by: NameId) -> Option<Chains> {
        let request = Request {
            of,
            by: vec![vec![by]],
            max_paths: 8,
            sigma: Sigma::Activation,
            goal: Goal::Textbook,
            deltas: Deltas::Named,
        };
        let mut derivation = Derivation::new(network, &request);
        let gradient = derivation.gradients.pop()?;
        let Shape::Products(paths) = gradient.shape else { return None };
        Some(Chains { of, by, paths, simplified: gradient.simplified, derivation })
    }

    /// The sum of the products, with some links changed.
    fn build(&self, arena: &mut Arena, scale: &[ExprId], link: impl Fn(usize, usize) -> ExprId) -> ExprId {
        let mut terms = Vec::new();
        for (at, path) in self.paths.iter().enumerate() {
            let links = (0..path.links.len()).map(|number| link(at, number));
            let factors: Vec<Factor> = std::iter::once(scale[at]).chain(links).map(Factor::plain).collect();
            terms.push(arena.product(NumberId::ONE, &factors));
        }
        arena.sum(&terms)
    }

    /// The formula with one link replaced, in all paths or in one.
    fn with_link(&self, arena: &mut Arena, path: usize, number: usize, value: ExprId, everywhere: bool) -> ExprId {
        let target = self.paths[path].links[number];
        let ones = vec![Arena::ONE; self.paths.len()];
        self.build(arena, &ones, |at, here| {
            let same = if everywhere { self.paths[at].links[here] == target } else { (at, here) == (path, number) };
            if same { value } else { self.paths[at].values[here] }
        })
    }

    /// The formula with coefficients for its paths.
    fn scaled(&self, arena: &mut Arena, scale: &[ExprId]) -> ExprId {
        self.build(arena, scale, |at, here| self.paths[at].values[here])
    }
}

const CONSTANTS: [(i64, i64); 12] =
    [(2, 1), (1, 2), (3, 1), (1, 3), (4, 1), (1, 4), (-2, 1), (3, 2), (2, 3), (5, 1), (1, 10), (-1, 2)];

/// A wrong formula with the kind of mistake that was made; `None` if the dice chose one that does not apply.
pub fn mutate(network: &mut Network, chains: &Chains, dice: &mut Dice) -> Option<(Kind, ExprId)> {
    let paths = chains.paths.len();
    let choice = dice.below(if paths > 1 { 15 } else { 13 });
    match choice {
        0 => Some((Kind::Sign, scale(network, chains, dice, Rational::integer(-1)))),
        1 => {
            let (above, below) = dice.pick(&CONSTANTS);
            Some((Kind::Constant, scale(network, chains, dice, Rational::new(above, below)?)))
        }
        12 => Some((Kind::Bracket, loose_bracket(network, chains, dice)?)),
        13 | 14 => {
            let mut scale = vec![Arena::ONE; paths];
            scale[dice.below(paths)] = Arena::ZERO;
            Some((Kind::LostPath, chains.scaled(&mut network.arena, &scale)))
        }
        _ => {
            let path = dice.below(paths);
            let number = dice.below(chains.paths[path].links.len());
            let (kind, value) = mutate_link(network, chains, dice, path, number, choice)?;
            let everywhere = dice.once_in(2);
            Some((kind, chains.with_link(&mut network.arena, path, number, value, everywhere)))
        }
    }
}

/// One path without the bracket around a sum: what stands before it reaches the first term only.
fn loose_bracket(network: &mut Network, chains: &Chains, dice: &mut Dice) -> Option<ExprId> {
    let arena = &mut network.arena;
    let path = dice.below(chains.paths.len());
    let mut factors: Vec<ExprId> = Vec::new();
    for &value in &chains.paths[path].values {
        match arena.node(value) {
            Node::Product { coefficient, factors: inner } => {
                let inner = inner.to_vec();
                factors.push(arena.product(coefficient, &[]));
                factors.extend(inner.into_iter().map(|factor| arena.power(factor.base, factor.exponent)));
            }
            _ => factors.push(value),
        }
    }
    let sums: Vec<usize> = (0..factors.len()).filter(|&at| matches!(arena.node(factors[at]), Node::Sum(_))).collect();
    if sums.is_empty() {
        return None;
    }
    let at = dice.pick(&sums);
    let Node::Sum(terms) = arena.node(factors[at]) else { return None };
    let mut terms = terms.to_vec();
    let plain = |factors: &[ExprId]| factors.iter().map(|&factor| Factor::plain(factor)).collect::<Vec<_>>();
    let mut before = plain(&factors[..at]);
    before.push(Factor::plain(terms[0]));
    let last = terms.len() - 1;
    let mut behind = plain(&factors[at + 1..]);
    behind.insert(0, Factor::plain(terms[last]));
    terms[0] = arena.product(NumberId::ONE, &before);
    terms[last] = arena.product(NumberId::ONE, &behind);
    let loose = arena.sum(&terms);
    let mut scale = vec![Arena::ONE; chains.paths.len()];
    scale[path] = Arena::ZERO;
    let rest = chains.scaled(arena, &scale);
    Some(arena.sum(&[rest, loose]))
}

/// Two mistakes at once, in two links of a path.
pub fn mutate_twice(network: &mut Network, chains: &Chains, dice: &mut Dice) -> Option<(Kind, ExprId)> {
    let path = dice.below(chains.paths.len());
    let count = chains.paths[path].links.len();
    if count < 2 {
        return None;
    }
    let first = dice.below(count - 1);
    let second = first + 1 + dice.below(count - 1 - first);
    let choices = [2 + dice.below(10), 2 + dice.below(10)];
    let (_, one) = mutate_link(network, chains, dice, path, first, choices[0])?;
    let (_, other) = mutate_link(network, chains, dice, path, second, choices[1])?;
    let [first, second] = [first, second].map(|at| chains.paths[path].links[at]);
    let ones = vec![Arena::ONE; chains.paths.len()];
    let hand = chains.build(&mut network.arena, &ones, |at, here| match chains.paths[at].links[here] {
        link if link == first => one,
        link if link == second => other,
        _ => chains.paths[at].values[here],
    });
    Some((Kind::TwoMistakes, hand))
}

/// A number in front of the whole, or of one path.
fn scale(network: &mut Network, chains: &Chains, dice: &mut Dice, by: Rational) -> ExprId {
    let number = network.arena.number(by);
    let mut scale = vec![number; chains.paths.len()];
    if chains.paths.len() > 1 && dice.once_in(2) {
        scale.fill(Arena::ONE);
        scale[dice.below(chains.paths.len())] = number;
    }
    chains.scaled(&mut network.arena, &scale)
}

fn mutate_link(
    network: &mut Network,
    chains: &Chains,
    dice: &mut Dice,
    path: usize,
    number: usize,
    choice: usize,
) -> Option<(Kind, ExprId)> {
    let link = chains.paths[path].links[number];
    let value = chains.paths[path].values[number];
    let arena = &mut network.arena;
    Some(match choice {
        2 | 3 => (Kind::MissingFactor, if dice.once_in(2) { Arena::ONE } else { drop_factor(arena, dice, value)? }),
        4 => (Kind::DoubledFactor, raise(arena, dice, value, 2)?),
        5 => (Kind::InvertedFactor, raise(arena, dice, value, -1)?),
        6 => {
            let equation = *network.definition(link.of)?;
            let Node::Call { arguments, .. } = network.arena.node(equation.value) else { return None };
            network.arena.as_name(arguments[0]).filter(|&z| z == link.by)?;
            (Kind::NotDifferentiated, if dice.once_in(2) { network.name_expr(link.of) } else { equation.value })
        }
        7 => (Kind::WrongArgument, moved_argument(network, link.of, link.by)?),
        8 => (Kind::OtherLayer, other_layer(network, dice, value)?),
        9 => {
            let row = chains.derivation.sweep(chains.of)?.row(link.of).to_vec();
            let other = dice.pick(&row);
            (Kind::WrongVariable, (other.by != link.by).then_some(other.value)?)
        }
        10 => edit_sum(arena, dice, value)?,
        _ => (Kind::WrongVariable, other_name(network, chains, dice, value)?),
    })
}

/// A factor of a product gone.
fn drop_factor(arena: &mut Arena, dice: &mut Dice, value: ExprId) -> Option<ExprId> {
    let Node::Product { coefficient, factors } = arena.node(value) else { return None };
    let mut factors = factors.to_vec();
    let at = dice.below(factors.len());
    factors.remove(at);
    Some(arena.product(coefficient, &factors))
}

/// The whole or one of its factors to a power.
fn raise(arena: &mut Arena, dice: &mut Dice, value: ExprId, to: i64) -> Option<ExprId> {
    let to = Rational::integer(to);
    let Node::Product { coefficient, factors } = arena.node(value) else {
        let exponent = arena.number_id(to);
        return Some(arena.power(value, exponent));
    };
    let mut factors = factors.to_vec();
    let at = dice.below(factors.len());
    let exponent = arena.value(factors[at].exponent).mul(&to)?;
    factors[at].exponent = arena.number_id(exponent);
    Some(arena.product(coefficient, &factors))
}

/// f′(f(z)) for f′(z), where the equation is u = f(z).
fn moved_argument(network: &mut Network, of: NameId, by: NameId) -> Option<ExprId> {
    let equation = *network.definition(of)?;
    let Node::Call { function, arguments, .. } = network.arena.node(equation.value) else { return None };
    network.arena.as_name(arguments[0]).filter(|&z| z == by)?;
    let mut arguments = arguments.to_vec();
    arguments[0] = network.name_expr(of);
    let call = network.arena.call(function, &arguments);
    let mut functions = FunctionDerivatives::new(network, Sigma::Expanded);
    Some(functions.partial(network, call, 0))
}

/// A sum inside the link with one sign wrong, or without a term.
fn edit_sum(arena: &mut Arena, dice: &mut Dice, value: ExprId) -> Option<(Kind, ExprId)> {
    let mut sums: Vec<ExprId> = Vec::new();
    let mut stack = vec![value];
    while let Some(id) = stack.pop() {
        if matches!(arena.node(id), Node::Sum(_)) {
            sums.push(id);
        }
        stack.extend(arena.children(id));
    }
    if sums.is_empty() {
        return None;
    }
    let sum = dice.pick(&sums);
    let Node::Sum(terms) = arena.node(sum) else { return None };
    let mut terms = terms.to_vec();
    let at = dice.below(terms.len());
    let kind = if dice.once_in(2) {
        terms[at] = arena.negate(terms[at]);
        Kind::Sign
    } else {
        terms.remove(at);
        Kind::LostTerm
    };
    let changed = arena.sum(&terms);
    Some((kind, replace(arena, value, &[(sum, changed)])))
}

/// Names with the number of another layer: one of them, or all together.
fn other_layer(network: &mut Network, dice: &mut Dice, value: ExprId) -> Option<ExprId> {
    let names = names_in(&network.arena, value);
    let by = dice.pick(&[-1i64, 1, 1, -1, 2, -2]);
    let mut pairs = Vec::new();
    for name in names {
        let spelling = network.spelling(name);
        let digits = spelling.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let Ok(number) = spelling[digits..].parse::<i64>() else { continue };
        let other = network.find(&format!("{}{}", &spelling[..digits], number + by));
        if let Some(other) = other {
            pairs.push((network.name_expr(name), network.name_expr(other)));
        }
    }
    if pairs.is_empty() {
        return None;
    }
    if dice.once_in(2) {
        pairs = vec![dice.pick(&pairs)];
    }
    Some(replace(&mut network.arena, value, &pairs))
}

/// A name in the place of another, of those that stand in the equations on the path.
fn other_name(network: &mut Network, chains: &Chains, dice: &mut Dice, value: ExprId) -> Option<ExprId> {
    let names = names_in(&network.arena, value);
    if names.is_empty() {
        return None;
    }
    let name = dice.pick(&names);
    let mut others: Vec<NameId> = Vec::new();
    for link in chains.paths.iter().flat_map(|path| &path.links) {
        others.extend(
            network
                .definition(link.of)
                .map(|equation| equation.value)
                .map(|e| names_in(&network.arena, e))
                .into_iter()
                .flatten(),
        );
    }
    let stem = |name: NameId| network.quantity(name).stem.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    others.retain(|&other| {
        stem(other) != stem(name) && !matches!(network.quantity(other).origin, Origin::Partial { .. })
    });
    if others.is_empty() {
        return None;
    }
    let other = dice.pick(&others);
    // σ′ at a for z has a kind of its own.
    let pair = (network.name_expr(name), network.name_expr(other));
    Some(replace(&mut network.arena, value, &[pair]))
}

fn names_in(arena: &Arena, expr: ExprId) -> Vec<NameId> {
    let mut names: Vec<NameId> = Vec::new();
    let mut stack = vec![expr];
    while let Some(id) = stack.pop() {
        names.extend(arena.as_name(id));
        stack.extend(arena.children(id));
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// The expression with parts replaced.
pub fn replace(arena: &mut Arena, expr: ExprId, pairs: &[(ExprId, ExprId)]) -> ExprId {
    if let Some(pair) = pairs.iter().find(|pair| pair.0 == expr) {
        return pair.1;
    }
    let children: Vec<ExprId> = arena.children(expr).collect();
    let changed: Vec<ExprId> = children.into_iter().map(|child| replace(arena, child, pairs)).collect();
    let mut next = changed.into_iter();
    arena.with_children(expr, |child| next.next().unwrap_or(child))
}
