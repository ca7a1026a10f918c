//! All edits of one unit that are tried.

use crate::calculus::{FunctionDerivatives, Locals, Sigma};
use crate::check::diagnose::Kind;
use crate::check::diagnose::activation::edits_of_calls;
use crate::check::diagnose::edit::{Edit, Edits};
use crate::check::diagnose::part::{CONSTANTS, edits_inside};
use crate::check::diagnose::relatives::Relatives;
use crate::check::diagnose::truth::{Link, Truth, Unit};
use crate::expr::{Arena, ExprId, Factor, NameId, Node, NumberId};
use crate::network::{Network, Origin};
use crate::rational::Rational;
use crate::syntax::ast::Role;

/// The edits of a unit, preferred ones first.
pub fn edits_of_unit(network: &mut Network, relatives: &Relatives, unit: Unit) -> Vec<Edit> {
    let mut edits = Edits::default();
    whole(&mut network.arena, unit.value, &mut edits);
    if let Some(link) = unit.link {
        not_differentiated(network, link, unit.value, &mut edits);
        other_variables(network, link, unit.value, &mut edits);
        edits_of_calls(network, link, &mut edits);
    }
    edits_inside(network, relatives, unit.value, &mut edits);
    edits.finish(unit.value)
}

/// The edits of a whole path, or of the whole formula: its coefficient 1 becomes another.
pub fn edits_of_coefficient(network: &mut Network, is_path: bool) -> Vec<Edit> {
    let mut edits = Edits::default();
    let edit = |kind, value| Edit::new(kind, value, value);
    edits.push(edit(Kind::Sign, Arena::MINUS_ONE));
    if is_path {
        edits.push(edit(Kind::LostPath, Arena::ZERO));
    }
    for (above, below) in CONSTANTS {
        let value = Rational::new(above, below).unwrap_or(Rational::ONE);
        let value = network.arena.number(value);
        edits.push(edit(Kind::Constant, value));
    }
    for name in counts(network) {
        let count = network.name_expr(name);
        let inverse = network.arena.power(count, NumberId::MINUS_ONE);
        edits.push(edit(Kind::Constant, count));
        edits.push(edit(Kind::Constant, inverse));
    }
    edits.finish(Arena::ONE)
}

/// The edits of the product of a path: a bracket lost, so that the factors before it reach its first term only, those
/// behind it the last one, or all of them one of the two.
pub fn edits_of_product(network: &mut Network, truth: &Truth, path: usize) -> Vec<Edit> {
    let whole = truth.part(network, &[path]);
    let arena = &mut network.arena;
    let mut factors: Vec<Factor> = Vec::new();
    for unit in truth.paths[path].iter().map(|&unit| truth.units[unit].value) {
        match arena.node(unit) {
            Node::Product { coefficient, factors: inner } => {
                let inner = inner.to_vec();
                factors.push(Factor::plain(arena.product(coefficient, &[])));
                factors.extend(inner);
            }
            _ => factors.push(Factor::plain(unit)),
        }
    }
    let mut edits = Edits::default();
    for at in 0..factors.len() {
        let Factor { base, exponent } = factors[at];
        let (NumberId::ONE, Node::Sum(terms)) = (exponent, arena.node(base)) else { continue };
        let terms = terms.to_vec();
        let [before, behind] = [&factors[..at], &factors[at + 1..]].map(|part| arena.product(NumberId::ONE, part));
        let both = arena.times(before, behind);
        for reach in [[before, behind], [both, Arena::ONE], [Arena::ONE, both]] {
            let mut loose = terms.clone();
            let last = loose.len() - 1;
            loose[0] = arena.times(reach[0], loose[0]);
            loose[last] = arena.times(loose[last], reach[1]);
            let value = arena.sum(&loose);
            edits.push(Edit::new(Kind::Bracket, value, base));
        }
    }
    edits.finish(whole)
}

/// The most constants of the network that may have been forgotten as a factor.
const MAX_COUNTS: usize = 4;

/// Sizes and constants of the network: n, m.
fn counts(network: &Network) -> Vec<NameId> {
    let is_count = |name: &NameId| matches!(network.quantity(*name).origin, Origin::Size | Origin::Leaf(Role::Const));
    (0..network.quantities.len() as u32).map(NameId).filter(is_count).take(MAX_COUNTS).collect()
}

/// The whole unit missing, doubled, inverted; with its number or without.
fn whole(arena: &mut Arena, unit: ExprId, edits: &mut Edits) {
    let (number, bare) = match arena.node(unit) {
        Node::Product { coefficient, factors } if coefficient != NumberId::ONE => {
            let factors = factors.to_vec();
            (coefficient, arena.product(NumberId::ONE, &factors))
        }
        _ => (NumberId::ONE, unit),
    };
    let scaled = arena.product(number, &[]);
    edits.push(Edit::new(Kind::MissingFactor, Arena::ONE, unit));
    edits.push(Edit::new(Kind::MissingFactor, scaled, bare));
    for (part, base) in [(unit, unit), (bare, bare)] {
        let twice = arena.product(NumberId::ONE, &[Factor::plain(unit), Factor::plain(base)]);
        edits.push(Edit::new(Kind::DoubledFactor, twice, part));
    }
    let inverse = arena.power(unit, NumberId::MINUS_ONE);
    edits.push(Edit::new(Kind::InvertedFactor, inverse, unit));
    let inverse = arena.product(number, &[Factor { base: bare, exponent: NumberId::MINUS_ONE }]);
    edits.push(Edit::new(Kind::InvertedFactor, inverse, bare));
}

/// u for ∂u/∂v where u = f(v).
fn not_differentiated(network: &mut Network, link: Link, unit: ExprId, edits: &mut Edits) {
    if let Some(equation) = network.definition(link.of)
        && matches!(network.arena.node(equation.value), Node::Call { .. })
    {
        let value = network.name_expr(link.of);
        edits.push(Edit::new(Kind::NotDifferentiated, value, unit).beside(value));
    }
}

/// ∂z/∂a for ∂z/∂θ; `edits` keeps only what has the shape of `unit`.
pub(super) fn other_variables(network: &mut Network, link: Link, unit: ExprId, edits: &mut Edits) {
    let Some(equation) = network.definition(link.of).copied() else { return };
    let mut functions = FunctionDerivatives::new(network, Sigma::Activation);
    let mut locals = Locals::default();
    let row = locals.partials(network, &mut functions, equation.value).to_vec();
    for (leaf, value) in row {
        if network.arena.as_name(leaf).is_some_and(|name| name != link.by) {
            edits.push(Edit::new(Kind::WrongVariable, value, unit).beside(value));
        }
    }
}
