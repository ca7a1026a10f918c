//! Where only one side of a proved equality is defined: on open sets, as points show, and at holes and kinks.
//!
//! Takes the points that were looked at; gives a sentence for the reader, or nothing.

use super::circuit::Leaf;
use super::draw::Range;
use super::random::Random;
use super::search::{Search, Seen, Sighting};
use crate::network::Network;
use crate::rational::Rational;

/// Leaves beyond these are not looked at for holes.
const MAX_LEAVES: usize = 6;
/// Of a point so many coordinates are shown.
const MAX_SHOWN: usize = 12;
/// Values at which holes and kinks are looked for, besides the literals.
const SPECIAL: [i64; 3] = [0, 1, -1];

/// Kinks are looked at with so many choices of the other quantities, …
const BASES: usize = 4;
/// … where an evaluation costs at most this.
const MAX_BASE_COST: u64 = 4_000;

/// `x = -0.5, y = 2`: a point in the names of the network.
pub fn describe(network: &Network, leaves: &[Leaf], point: &[Rational]) -> String {
    let named = leaves.iter().zip(point).filter_map(|(leaf, value)| Some((leaf.name?, value)));
    let named = named.filter(|&(name, _)| !network.spelling(name).is_empty());
    let mut parts: Vec<String> =
        named.map(|(name, value)| format!("{} = {}", network.spelling(name), value.to_f64())).collect();
    if parts.len() > MAX_SHOWN {
        parts.truncate(MAX_SHOWN);
        parts.push("…".to_owned());
    }
    parts.join(", ")
}

/// What one of the points says of domains that differ on an open set, or at whole exponents.
pub fn one_sided(network: &Network, leaves: &[Leaf], sightings: &[Sighting]) -> Option<String> {
    sided(network, leaves, sightings, "for example at")
}

/// What one of the points says of domains that differ at special exponents only: (x^n)² and x^(2n) for n = −3/2.
pub fn special(network: &Network, leaves: &[Leaf], sightings: &[Sighting]) -> Option<String> {
    sided(network, leaves, sightings, "at special exponents such as in")
}

fn sided(network: &Network, leaves: &[Leaf], sightings: &[Sighting], when: &str) -> Option<String> {
    let sentence = |side: &str, wanted: Seen| {
        // Of many leaves some are 0 by accident, w = 0 beneath a norm: no open set.
        let is_open = |point: &[Rational]| leaves.len() <= MAX_LEAVES || !point.contains(&Rational::ZERO);
        let mut seen = sightings.iter().filter(|sighting| sighting.seen == wanted);
        let sighting = seen.find(|sighting| is_open(&sighting.point))?;
        Some(format!("only the {side} side is defined {when} {}", describe(network, leaves, &sighting.point)))
    };
    match (sentence("left", Seen::OnlyLeft), sentence("right", Seen::OnlyRight)) {
        (Some(left), Some(right)) => Some(format!("{left}, and {right}")),
        (left, right) => left.or(right),
    }
}

/// The first hole or kink at which the sides do not agree, where a quantity is 0, ±1 or a literal, or two are equal.
pub fn thin(network: &Network, leaves: &[Leaf], search: &Search<'_>, random: &mut Random) -> Option<String> {
    let bases = if leaves.len() > 1 && search.cost() < MAX_BASE_COST { BASES } else { 1 };
    let found = (0..bases).find_map(|_| at_special_values(network, leaves, search, &search.draw(random, 0)));
    let found = found.or_else(|| at_origin(network, leaves, search));
    found.or_else(|| on_surfaces(network, leaves, search, random))
}

/// The same where all quantities are 0 that may be: x² + y² vanishes nowhere else.
fn at_origin(network: &Network, leaves: &[Leaf], search: &Search<'_>) -> Option<String> {
    let count = leaves.len();
    let names: Vec<String> = leaves.iter().map(|leaf| spelled(network, leaf)).collect();
    if !(2..=MAX_LEAVES).contains(&count) || names.iter().any(String::is_empty) || !search.ranges.iter().all(allows) {
        return None;
    }
    exception(search, vec![Rational::ZERO; count], || format!("{} = 0", names.join(" = ")))
}

/// The same with all other quantities as they are at one point.
fn at_special_values(network: &Network, leaves: &[Leaf], search: &Search<'_>, base: &[Rational]) -> Option<String> {
    let count = leaves.len().min(MAX_LEAVES);
    let mut values: Vec<Rational> = SPECIAL.iter().map(|&value| Rational::integer(value)).collect();
    values.extend(search.literals.iter().take(3).flat_map(|literal| [literal.clone(), literal.neg()]));
    for at in 0..count {
        if !allows(&search.ranges[at]) || spelled(network, &leaves[at]).is_empty() {
            continue;
        }
        for value in &values {
            let mut point = base.to_vec();
            point[at] = value.clone();
            let place = || format!("{} = {}", spelled(network, &leaves[at]), value);
            if let Some(found) = exception(search, point, place) {
                return Some(found);
            }
        }
        for other in (0..at).filter(|&other| !spelled(network, &leaves[other]).is_empty()) {
            let mut point = base.to_vec();
            point[at] = point[other].clone();
            let place = || format!("{} = {}", spelled(network, &leaves[at]), spelled(network, &leaves[other]));
            if let Some(found) = exception(search, point, place) {
                return Some(found);
            }
        }
    }
    None
}

/// The first kink or hole on which the sides do not agree, among those that are linear in a quantity.
fn on_surfaces(network: &Network, leaves: &[Leaf], search: &Search<'_>, random: &mut Random) -> Option<String> {
    let count = leaves.len().min(MAX_LEAVES);
    // Eighths are exact in floating point.
    let eighths = |random: &mut Random| Rational::new(random.below(40) as i64 - 19, 8).unwrap_or(Rational::ONE);
    let base: Vec<Rational> = leaves.iter().map(|_| eighths(random)).collect();
    for surface in search.surfaces() {
        for at in (0..count).filter(|&at| allows(&search.ranges[at])) {
            let with = |value: Rational| {
                let mut point = base.clone();
                point[at] = value;
                point
            };
            let Some(start) = search.distance(surface, &with(Rational::ZERO)) else { continue };
            let Some(end) = search.distance(surface, &with(Rational::ONE)) else { continue };
            let slope = end.add(&start.neg()).and_then(|slope| slope.recip());
            let Some(root) = slope.and_then(|slope| slope.mul(&start.neg())) else { continue };
            let point = with(root);
            let place = || format!("for instance {}", describe(network, leaves, &point));
            if let Some(found) = exception(search, point.clone(), place) {
                return Some(found);
            }
        }
    }
    None
}

fn exception(search: &Search<'_>, point: Vec<Rational>, place: impl Fn() -> String) -> Option<String> {
    let place = |what: &str| Some(format!("{what} where {}", place()));
    match search.look::<f64>(point.clone(), 53).seen {
        Seen::OnlyLeft => place("only the left side is defined"),
        Seen::OnlyRight => place("only the right side is defined"),
        Seen::Differ(..) if matches!(search.fine(point, 128).seen, Seen::Differ(..)) => {
            place("by the conventions at kinks the sides differ")
        }
        _ => None,
    }
}

fn allows(range: &Range) -> bool {
    !range.is_size && range.low.is_none() && range.high.is_none()
}

fn spelled(network: &Network, leaf: &Leaf) -> String {
    leaf.name.map_or_else(|| "a derivative".to_owned(), |name| network.spelling(name))
}
