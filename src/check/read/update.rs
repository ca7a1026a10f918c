//! Formulas that look like equations of the network and are none: steps of a descent, powers of e.

use crate::network::Origin;
use crate::syntax::latex::{ItemId, Kind, Relation, Tree};

use super::context::Context;
use super::lines::Chain;
use super::row::sign;
use super::symbols::WrittenName;

/// Whether a chain is a step of a descent, w = w − η ∂C/∂w: a leaf that is what it was and something more.
pub(super) fn is_update(context: &Context, tree: &Tree, chain: &Chain) -> bool {
    if chain.sides.first().is_some_and(|left| is_step(context, tree, left)) {
        return true;
    }
    let [left, right] = chain.sides.as_slice() else { return false };
    let ([target], [first, next, ..]) = (left.as_slice(), right.as_slice()) else { return false };
    if !matches!(chain.links[..], [Relation::Equal | Relation::Define]) || sign(tree.kind(*next)).is_none() {
        return false;
    }
    let names = [*target, *first].map(|id| WrittenName::of(tree, id));
    let [Some(target), Some(first)] = names else { return false };
    let word = |name: &WrittenName| name.sub.map(|row| outline(tree, tree.row(row)));
    let above = |name: &WrittenName| name.sup.map(|row| outline(tree, tree.row(row)));
    let same = target.base == first.base && word(&target) == word(&first);
    // `w' = w − …`, `w^{new} = w − …`, `w^{(t+1)} = w^{(t)} − …`; z² = z¹ + … is an equation.
    let plain = target.primes > 0 || above(&target) == above(&first) || is_later(above(&target).as_deref());
    same && plain && context.symbols.has_base(&target.base)
}

/// Whether items are `\Delta w` of a leaf, the step of a descent.
fn is_step(context: &Context, tree: &Tree, items: &[ItemId]) -> bool {
    let [delta, name] = items else { return false };
    let is_delta = matches!(tree.kind(*delta), Kind::Command(name) if &**name == "Delta")
        || *tree.kind(*delta) == Kind::Symbol('Δ');
    let network = &context.network;
    let is_leaf = |base: &str| {
        network.quantities.iter().take(context.own_names()).any(|quantity| {
            let bare = quantity.stem.trim_end_matches(|sign: char| sign.is_ascii_digit());
            matches!(quantity.origin, Origin::Leaf(_)) && (*quantity.stem == *base || bare == base)
        })
    };
    is_delta
        && !context.symbols.has_base("Delta")
        && WrittenName::of(tree, *name).is_some_and(|name| is_leaf(&name.base))
}

/// Whether what stands above a name says that it is its next value.
fn is_later(above: Option<&str>) -> bool {
    above.is_some_and(|above| {
        let above = above.trim_matches(['(', ')']);
        matches!(above, "new" | "next" | "+" | "t+1" | "k+1" | "n+1" | "i+1" | "s+1")
    })
}

/// Items as a short text; words and signs that no index has are left out.
fn outline(tree: &Tree, items: &[ItemId]) -> String {
    let mut text = String::new();
    for &id in items {
        match tree.kind(id) {
            Kind::Letter(letter) => text.push(*letter),
            Kind::Symbol(sign) => text.push(*sign),
            Kind::Digits(digits) => text.push_str(digits),
            Kind::Text(words) => text.push_str(words.trim()),
            Kind::Command(name) => text.push_str(name),
            Kind::Group(body) | Kind::Accent { body, .. } => {
                text.push_str(&tree.word(*body).unwrap_or_default());
            }
            Kind::Fence { body, .. } => {
                let inner = tree.row(*body).iter().filter_map(|&id| match tree.kind(id) {
                    Kind::Letter(letter) => Some(letter.to_string()),
                    Kind::Symbol(sign) => Some(sign.to_string()),
                    Kind::Digits(digits) => Some(digits.to_string()),
                    _ => None,
                });
                text.push('(');
                text.extend(inner);
                text.push(')');
            }
            _ => text.push('?'),
        }
    }
    text
}

/// Whether a name is Euler's number with an exponent that quantities stand in, where nothing is called e.
pub(super) fn is_power_of_e(context: &Context, tree: &Tree, written: &WrittenName) -> bool {
    let Some(sup) = written.sup.filter(|_| written.base == "e" && !context.symbols.has_base("e")) else { return false };
    let items = tree.row(sup);
    let known = |id: &ItemId| {
        let name = WrittenName::of(tree, *id);
        name.is_some_and(|name| context.symbols.has_base(&name.base))
    };
    items.iter().any(known) || items.first().is_some_and(|&id| sign(tree.kind(id)).is_some())
}
