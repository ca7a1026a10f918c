//! Edits inside a unit: of a term, a factor, a name, at each of its places.

use crate::check::diagnose::Kind;
use crate::check::diagnose::edit::{Edit, Edits};
use crate::check::diagnose::product::{TensorProduct, edit_tensor_product};
use crate::check::diagnose::relatives::{Relatives, is_activation_of, names_in};
use crate::check::diagnose::rewrite::{Place, places, replace_all};
use crate::expr::{Arena, ExprId, Factor, FunctionId, NameId, Node, NumberId, OrdersId};
use crate::function::Known;
use crate::network::Network;
use crate::rational::Rational;

/// The most places of one unit that are looked at.
const MAX_PLACES: usize = 48;

/// Adds the edits of all parts of a unit.
pub fn edits_inside(network: &mut Network, relatives: &Relatives, unit: ExprId, edits: &mut Edits) {
    for place in places(&network.arena, unit, MAX_PLACES) {
        match network.arena.node(place.expr) {
            Node::Sum(terms) => {
                let terms = terms.to_vec();
                edit_sum(&mut network.arena, unit, &place, &terms, edits);
            }
            Node::Product { coefficient, factors } => {
                let factors = factors.to_vec();
                edit_product(&mut network.arena, &place, coefficient, &factors, edits);
            }
            Node::Contraction { .. } => {
                edit_tensor_product(&mut network.arena, &place, edits);
                edit_inverses(network, &place, edits);
            }
            Node::Call { function, orders: OrdersId::NONE, arguments: &[matrix] }
                if network.functions.known(function) == Some(Known::Inverse) =>
            {
                // A for A⁻¹.
                let inverse = place.expr;
                let here = place.put(&mut network.arena, matrix);
                let everywhere = replace_all(&mut network.arena, unit, |_, id| (id == inverse).then_some(matrix));
                for value in [here, everywhere] {
                    edits.push(Edit::new(Kind::InvertedFactor, value, inverse).beside(matrix));
                }
            }
            Node::Call { orders: OrdersId::NONE, arguments: &[argument], .. }
                if network.arena.shape(argument) == network.arena.shape(place.expr) =>
            {
                // z for σ(z).
                let value = place.put(&mut network.arena, argument);
                edits.push(Edit::new(Kind::WrongVariable, value, place.expr).beside(argument));
            }
            Node::Call { .. } => edit_call(&mut network.arena, &place, edits),
            Node::Name(name) => edit_name(network, relatives, unit, &place, name, edits),
            _ => {}
        }
    }
    edit_names(network, relatives, unit, edits);
}

/// A for A⁻¹ at all its places in one product.
fn edit_inverses(network: &mut Network, place: &Place, edits: &mut Edits) {
    let Some(product) = TensorProduct::of(&network.arena, place.expr) else { return };
    for (at, &Factor { base, .. }) in product.factors.iter().enumerate() {
        let Node::Call { function, orders: OrdersId::NONE, arguments: &[matrix] } = network.arena.node(base) else {
            continue;
        };
        let is_repeated = product.factors[at + 1..].iter().any(|other| other.base == base);
        if !is_repeated || network.functions.known(function) != Some(Known::Inverse) {
            continue;
        }
        let mut other = product.clone();
        other.factors.iter_mut().filter(|factor| factor.base == base).for_each(|factor| factor.base = matrix);
        let value = other.build(&mut network.arena);
        let value = place.put(&mut network.arena, value);
        edits.push(Edit::new(Kind::InvertedFactor, value, base).beside(matrix));
    }
}

/// A term with the other sign, or not there; wherever the sum stands in the unit, and at this place alone.
fn edit_sum(arena: &mut Arena, unit: ExprId, place: &Place, terms: &[ExprId], edits: &mut Edits) {
    let sum = place.expr;
    for at in 0..terms.len() {
        let mut changed = terms.to_vec();
        changed[at] = arena.negate(terms[at]);
        let flipped = arena.sum(&changed);
        changed.remove(at);
        let shorter = arena.sum(&changed);
        let mut others = vec![(Kind::Sign, flipped, terms[at]), (Kind::LostTerm, shorter, terms[at])];
        if let [one, other] = *terms {
            // t for 1 − t.
            let left = if at == 0 { other } else { one };
            let turned = arena.negate(left);
            let value = replace_all(arena, unit, |_, id| (id == sum).then_some(turned));
            edits.push(Edit { value, ..Edit::new(Kind::WrongVariable, unit, sum).beside(turned).remote(true) });
        }
        edit_term(arena, unit, sum, terms, at, edits);
        if terms.len() > 2 {
            others.push((Kind::LostTerm, terms[at], shorter));
        }
        for (kind, other, part) in others {
            let edit = Edit::new(kind, unit, part).beside(sum);
            let value = replace_all(arena, unit, |_, id| (id == sum).then_some(other));
            edits.push(Edit { value, ..edit });
            let value = place.put(arena, other);
            edits.push(Edit { value, is_remote: true, ..edit });
        }
    }
}

/// A term twice or half as large, wherever the sum stands.
fn edit_term(arena: &mut Arena, unit: ExprId, sum: ExprId, terms: &[ExprId], at: usize, edits: &mut Edits) {
    for (above, below) in [(2, 1), (1, 2)] {
        let Some(times) = Rational::new(above, below) else { continue };
        let mut changed = terms.to_vec();
        changed[at] = scaled(arena, terms[at], &times);
        let beside = changed[at];
        let other = arena.sum(&changed);
        let value = replace_all(arena, unit, |_, id| (id == sum).then_some(other));
        edits.push(Edit::new(Kind::Constant, value, terms[at]).beside(beside));
    }
}

/// A term so many times as large, as one number before its factors.
fn scaled(arena: &mut Arena, term: ExprId, times: &Rational) -> ExprId {
    let factor = |number: &Rational| number.mul(times).unwrap_or(Rational::ONE);
    match arena.node(term) {
        Node::Number(number) => {
            let number = factor(arena.value(number));
            arena.number(number)
        }
        Node::Product { coefficient, factors } => {
            let (number, factors) = (factor(arena.value(coefficient)), factors.to_vec());
            let number = arena.number_id(number);
            arena.product(number, &factors)
        }
        Node::Contraction { coefficient, factors, labels } => {
            let (number, factors, labels) =
                (factor(arena.value(coefficient)), factors.to_vec(), arena.labels(labels).clone());
            let number = arena.number_id(number);
            arena.contraction(number, &factors, &labels)
        }
        _ => {
            let number = arena.number(times.clone());
            arena.times(number, term)
        }
    }
}

/// A factor missing, doubled or inverted; the number in front another one; the bracket around a sum lost.
fn edit_product(arena: &mut Arena, place: &Place, coefficient: NumberId, factors: &[Factor], edits: &mut Edits) {
    if !place.is_whole() {
        edit_coefficient(arena, place, coefficient, factors, edits);
    }
    for at in 0..factors.len() {
        let Factor { base, exponent } = factors[at];
        let part = arena.power(base, exponent);
        let mut with = |arena: &mut Arena, exponent: Option<Rational>, kind: Kind, part: ExprId| {
            let Some(exponent) = exponent else { return };
            let mut changed = factors.to_vec();
            changed[at].exponent = arena.number_id(exponent);
            let product = arena.product(coefficient, &changed);
            let value = place.put(arena, product);
            edits.push(Edit::new(kind, value, part).remote(!place.is_whole()));
        };
        let power = arena.value(exponent).clone();
        let step = Rational::integer(if power.is_negative() { -1 } else { 1 });
        let single = if power.is_negative() { arena.power(base, NumberId::MINUS_ONE) } else { base };
        with(arena, Some(Rational::ZERO), Kind::MissingFactor, part);
        with(arena, power.add(&step.neg()), Kind::MissingFactor, single);
        with(arena, power.add(&step), Kind::DoubledFactor, single);
        with(arena, power.add(&power), Kind::DoubledFactor, part);
        if matches!(arena.node(base), Node::Contraction { .. })
            && let Some(half) = Rational::new(1, 2).and_then(|half| step.mul(&half))
        {
            // ‖x‖ for ‖x‖².
            let root = arena.number_id(half.clone());
            let root = arena.power(base, root);
            with(arena, power.add(&half.neg()), Kind::MissingFactor, root);
        }
        with(arena, Some(power.neg()), Kind::InvertedFactor, part);
        if let (NumberId::ONE, Node::Sum(terms)) = (exponent, arena.node(base)) {
            let terms = terms.to_vec();
            let mut rest = factors.to_vec();
            rest.remove(at);
            let rest = arena.product(coefficient, &rest);
            edit_bracket(arena, place, rest, base, &terms, edits);
        }
    }
}

/// r·a + b for r·(a + b), or a + r·b.
fn edit_bracket(arena: &mut Arena, place: &Place, rest: ExprId, sum: ExprId, terms: &[ExprId], edits: &mut Edits) {
    for at in [0, terms.len() - 1] {
        let mut changed = terms.to_vec();
        changed[at] = arena.times(rest, terms[at]);
        let loose = arena.sum(&changed);
        let value = place.put(arena, loose);
        edits.push(Edit::new(Kind::Bracket, value, sum).remote(!place.is_whole()));
    }
}

/// Numbers that are often forgotten or added: the part of the right value that stands there.
pub const CONSTANTS: [(i64, i64); 8] = [(2, 1), (1, 2), (3, 1), (1, 3), (4, 1), (1, 4), (3, 2), (2, 3)];

fn edit_coefficient(arena: &mut Arena, place: &Place, coefficient: NumberId, factors: &[Factor], edits: &mut Edits) {
    let number = arena.value(coefficient).clone();
    edit_number(&number, |kind, changed| {
        let changed = arena.number_id(changed);
        let product = arena.product(changed, factors);
        let value = place.put(arena, product);
        edits.push(Edit::new(kind, value, place.expr).beside(product).remote(true));
    });
}

/// What the number in front of a product may have become.
pub fn edit_number(number: &Rational, mut add: impl FnMut(Kind, Rational)) {
    add(Kind::Sign, number.neg());
    if number.abs() != Rational::ONE {
        add(Kind::Constant, Rational::ONE);
    }
    let times = CONSTANTS.iter().filter_map(|&(above, below)| Rational::new(above, below));
    times.filter_map(|times| number.mul(&times)).for_each(|changed| add(Kind::Constant, changed));
}

/// f for f′, and f′(f(x)) for f′(x).
fn edit_call(arena: &mut Arena, place: &Place, edits: &mut Edits) {
    let Node::Call { function, orders, arguments } = arena.node(place.expr) else { return };
    if orders == OrdersId::NONE {
        return;
    }
    let arguments = arguments.to_vec();
    let plain = arena.call(function, &arguments);
    let value = place.put(arena, plain);
    edits.push(Edit::new(Kind::NotDifferentiated, value, place.expr).beside(plain));
    for at in 0..arguments.len() {
        let mut changed = arguments.clone();
        changed[at] = plain;
        let call = arena.derived_call(function, orders, &changed);
        let value = place.put(arena, call);
        edits.push(Edit::new(Kind::WrongArgument, value, arguments[at]).beside(plain));
    }
}

/// A name replaced at one place, where it stands at several.
fn edit_name(
    network: &mut Network,
    relatives: &Relatives,
    unit: ExprId,
    place: &Place,
    name: NameId,
    edits: &mut Edits,
) {
    if occurrences(&network.arena, unit, name) < 2 {
        return;
    }
    for (kind, other) in confusions(network, relatives, name) {
        let beside = network.name_expr(other);
        let value = place.put(&mut network.arena, beside);
        edits.push(Edit::new(kind, value, place.expr).beside(beside).remote(true));
    }
    let definition = network.definition(name).map(|equation| equation.value);
    if let Some((function, argument)) = definition.and_then(|value| unary(&network.arena, value)) {
        let beside = network.name_expr(name);
        let call = network.arena.call(function, &[beside]);
        let value = place.put(&mut network.arena, call);
        edits.push(Edit::new(Kind::WrongArgument, value, argument).beside(beside).remote(true));
    }
}

/// The function and the argument of a call of a name.
fn unary(arena: &Arena, expr: ExprId) -> Option<(FunctionId, ExprId)> {
    let Node::Call { function, orders: OrdersId::NONE, arguments } = arena.node(expr) else { return None };
    let [argument] = *arguments else { return None };
    arena.as_name(argument).map(|_| (function, argument))
}

/// How often a name stands in a unit, as far as its places are looked at.
fn occurrences(arena: &Arena, unit: ExprId, name: NameId) -> usize {
    places(arena, unit, MAX_PLACES).iter().filter(|place| arena.as_name(place.expr) == Some(name)).count()
}

/// A name replaced wherever it stands, and all names moved to another layer together.
fn edit_names(network: &mut Network, relatives: &Relatives, unit: ExprId, edits: &mut Edits) {
    let mut names = names_in(network, &[unit]);
    names.dedup();
    for &name in &names {
        let part = network.name_expr(name);
        for (kind, other) in confusions(network, relatives, name) {
            let beside = network.name_expr(other);
            if cancels(&mut network.arena, unit, part, beside) {
                continue;
            }
            let value = replace_all(&mut network.arena, unit, |_, id| (id == part).then_some(beside));
            edits.push(Edit::new(kind, value, part).beside(beside));
        }
        edit_activation(network, relatives, unit, name, edits);
    }
    for by in [-1, 1, -2, 2, -3, 3] {
        let moved = names.iter().filter_map(|&name| relatives.moved(name, by).map(|moved| (name, moved)));
        let moved: Vec<(NameId, NameId)> =
            moved.filter(|&(name, moved)| have_one_shape(network, name, moved)).collect();
        let pairs: Vec<(ExprId, ExprId)> =
            moved.into_iter().map(|(name, moved)| (network.name_expr(name), network.name_expr(moved))).collect();
        let find = |id: ExprId| pairs.iter().find(|pair| pair.0 == id).map(|pair| pair.1);
        let value = replace_all(&mut network.arena, unit, |_, id| find(id));
        edits.push(Edit::new(Kind::OtherLayer, value, unit).beside(value));
    }
}

/// Whether a difference in a unit is 0 with one name in the place of another: nobody writes a − a for a − y.
fn cancels(arena: &mut Arena, unit: ExprId, name: ExprId, other: ExprId) -> bool {
    let sums: Vec<Vec<ExprId>> = places(arena, unit, MAX_PLACES)
        .iter()
        .filter_map(|place| match arena.node(place.expr) {
            Node::Sum(terms) => Some(terms.to_vec()),
            _ => None,
        })
        .collect();
    sums.into_iter().any(|terms| {
        let replaced: Vec<ExprId> =
            terms.into_iter().map(|term| replace_all(arena, term, |_, id| (id == name).then_some(other))).collect();
        arena.sum(&replaced) == Arena::ZERO
    })
}

/// f(a) for a = f(z), where someone writes f(z).
fn edit_activation(network: &mut Network, relatives: &Relatives, unit: ExprId, name: NameId, edits: &mut Edits) {
    let Some(equation) = network.definition(name).copied() else { return };
    let part = network.name_expr(name);
    if let Node::Call { orders: OrdersId::NONE, arguments: &[argument], .. } = network.arena.node(equation.value)
        && network.arena.as_name(argument).is_none()
        && network.arena.shape(argument) == network.arena.shape(part)
    {
        // wx + b for a = σ(wx + b).
        let value = replace_all(&mut network.arena, unit, |_, id| (id == part).then_some(argument));
        edits.push(Edit::new(Kind::WrongArgument, value, part).beside(argument));
    }
    let Some((function, argument)) = unary(&network.arena, equation.value) else { return };
    let Some(z) = network.arena.as_name(argument) else { return };
    let mut others = vec![(Kind::WrongArgument, name)];
    others.extend(confusions(network, relatives, z).into_iter().filter(|other| other.1 != name));
    for (kind, other) in others {
        let other = network.name_expr(other);
        let call = network.arena.call(function, &[other]);
        let value = replace_all(&mut network.arena, unit, |_, id| (id == part).then_some(call));
        edits.push(Edit::new(kind, value, argument).beside(other).remote(kind != Kind::WrongArgument));
    }
}

/// The names that may stand in the place of one by mistake, with the kind of the mistake.
fn confusions(network: &Network, relatives: &Relatives, name: NameId) -> Vec<(Kind, NameId)> {
    let layers = relatives.siblings(name).into_iter().map(|other| (Kind::OtherLayer, other));
    let others = relatives.others(name).into_iter().map(|other| {
        let argument = is_activation_of(network, name, other);
        (if argument { Kind::WrongArgument } else { Kind::WrongVariable }, other)
    });
    layers.chain(others).filter(|&(_, other)| have_one_shape(network, name, other)).collect()
}

/// Whether two quantities have the same axes.
pub fn have_one_shape(network: &Network, a: NameId, b: NameId) -> bool {
    let shapes = network.arena.shapes();
    let [a, b] = [a, b].map(|name| shapes.dims(network.quantity(name).shape));
    a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| shapes.same(a, b))
}
