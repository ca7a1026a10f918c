//! On which part of the domain a wrong equality holds all the same: √x² = x for x ≥ 0.
//!
//! Takes points where the sides agree and where they differ; gives a condition that all agreeing points meet and no
//! differing one, if there is a simple one.

use super::circuit::Leaf;
use super::search::{Search, Seen, Sighting};
use crate::network::Network;
use crate::rational::Rational;

/// So many points must agree, …
const LEAST_AGREEING: usize = 6;
/// … to so many bits in `f64`.
const AGREEMENT: i64 = 24;

/// So many of the agreeing points are looked at again …
const CONFIRMED: usize = 12;
/// … with so many bits.
const BITS: usize = 320;

/// Whether a condition holds at a point.
type Holds = Box<dyn Fn(&[Rational]) -> bool>;

/// A condition on the leaves, with its words.
struct Condition {
    words: String,
    holds: Holds,
}

/// The condition under which the sides agree.
pub fn holds_for(network: &Network, leaves: &[Leaf], search: &Search<'_>, sightings: &[Sighting]) -> Option<String> {
    let of = |wanted: fn(Seen) -> bool| -> Vec<&Sighting> {
        sightings.iter().filter(|sighting| wanted(sighting.seen)).collect()
    };
    let agreeing = of(|seen| matches!(seen, Seen::Agree(bits) if bits >= AGREEMENT));
    let differing = of(|seen| matches!(seen, Seen::Differ(..)));
    if agreeing.len() < LEAST_AGREEING || differing.is_empty() {
        return None;
    }
    let fits = |condition: &Condition| {
        let inside = agreeing.iter().filter(|sighting| (condition.holds)(&sighting.point)).count();
        let clean = !differing.iter().any(|sighting| (condition.holds)(&sighting.point));
        (clean && inside >= LEAST_AGREEING).then_some(inside)
    };
    let found = conditions(network, leaves, search).into_iter().filter_map(|c| Some((fits(&c)?, c)));
    // The first of those that hold most points, so that the simplest is named.
    let (_, best) = found.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    // Where one number drowns another, floating point agrees: more bits tell.
    let inside = agreeing.iter().filter(|sighting| (best.holds)(&sighting.point)).take(CONFIRMED);
    let still_agrees = |sighting: &Sighting| matches!(search.fine(sighting.point.clone(), BITS).seen, Seen::Agree(_));
    inside.into_iter().all(|sighting| still_agrees(sighting)).then_some(best.words)
}

fn conditions(network: &Network, leaves: &[Leaf], search: &Search<'_>) -> Vec<Condition> {
    let mut all = Vec::new();
    let names = leaves.iter().enumerate().filter_map(|(at, leaf)| Some((at, network.spelling(leaf.name?))));
    let names: Vec<(usize, String)> = names.take(6).collect();
    let mut bounds = vec![Rational::ZERO, Rational::ONE];
    bounds.extend(search.literals.iter().filter(|literal| !literal.is_one()).cloned());
    bounds.extend(bounds.clone().iter().skip(1).map(Rational::neg));
    let mut add = |words: String, holds: Holds| all.push(Condition { words, holds });
    for (at, name) in &names {
        let at = *at;
        for bound in &bounds {
            let (low, high) = (bound.clone(), bound.clone());
            add(format!("{name} ≥ {bound}"), Box::new(move |point| point[at] >= low));
            add(format!("{name} ≤ {bound}"), Box::new(move |point| point[at] <= high));
        }
        for (low, high) in bounds.iter().flat_map(|low| bounds.iter().map(move |high| (low, high))) {
            if low < high {
                let (a, b) = (low.clone(), high.clone());
                add(format!("{low} ≤ {name} ≤ {high}"), Box::new(move |point| point[at] >= a && point[at] <= b));
            }
        }
        let quarter = Rational::new(1_570_796, 1_000_000).unwrap_or(Rational::ONE);
        add(format!("−π/2 ≤ {name} ≤ π/2"), Box::new(move |point| point[at].abs() <= quarter));
    }
    for (number, (a, first)) in names.iter().enumerate() {
        for (b, second) in &names[number + 1..] {
            let (a, b) = (*a, *b);
            add(format!("{first} ≥ {second}"), Box::new(move |point| point[a] >= point[b]));
            add(format!("{first} ≤ {second}"), Box::new(move |point| point[a] <= point[b]));
            let same = |point: &[Rational], a: usize, b: usize| point[a].is_negative() == point[b].is_negative();
            add(format!("{first}·{second} ≥ 0"), Box::new(move |point| same(point, a, b)));
        }
    }
    all
}
