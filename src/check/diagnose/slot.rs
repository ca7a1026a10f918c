//! Slots: where an edit may be put, and how the formula depends on it.
//!
//! The formula is linear in what stands in a slot, so one evaluation of the truth serves all edits.

use crate::check::diagnose::edit::Edit;
use crate::check::diagnose::sample::{LANES, Lanes, each};
use crate::check::diagnose::truth::Truth;
use crate::expr::{Arena, ExprId};
use crate::network::Network;

/// What a slot holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    /// The coefficient of all its paths.
    Coefficient,
    /// A unit, by its number.
    Unit(usize),
    /// The whole product of its only path.
    Product,
}

/// A unit or a coefficient, in one path or in all.
#[derive(Clone, PartialEq, Debug)]
pub struct Slot {
    /// What it holds.
    pub content: Content,
    /// The paths in which it is edited.
    pub paths: Vec<usize>,
    /// The catalogue of its edits, by number.
    pub catalogue: usize,
}

/// The truth at the points of a sample.
#[derive(Clone, Debug)]
pub struct Values {
    /// The values of the units.
    pub units: Vec<Lanes>,
}

const ONES: Lanes = [1.0; LANES];

impl Slot {
    /// Whether it covers a path.
    fn covers(&self, path: usize) -> bool {
        self.paths.contains(&path)
    }

    /// Whether both stand for one thing in some path.
    pub fn collides(&self, other: &Slot) -> bool {
        let alike = self.content == other.content || [self.content, other.content].contains(&Content::Product);
        alike && self.paths.iter().any(|path| other.covers(*path))
    }

    fn is_unit(&self, unit: usize) -> bool {
        self.content == Content::Unit(unit) || self.content == Content::Product
    }
}

/// A + B·g: the formula with g in the slot.
pub fn one_slot(truth: &Truth, values: &Values, slot: &Slot) -> [Lanes; 2] {
    let mut parts = [[0.0; LANES]; 2];
    for (at, path) in truth.paths.iter().enumerate() {
        let inside = slot.covers(at);
        let product = rest(values, path, |unit| inside && slot.is_unit(unit));
        let part = &mut parts[usize::from(inside)];
        *part = each(*part, product, |a, b| a + b);
    }
    parts
}

/// A + B·g + C·h + D·g·h: the formula with g in one slot and h in another.
pub fn two_slots(truth: &Truth, values: &Values, slots: [&Slot; 2]) -> [Lanes; 4] {
    let mut parts = [[0.0; LANES]; 4];
    for (at, path) in truth.paths.iter().enumerate() {
        let inside = slots.map(|slot| slot.covers(at));
        let product = rest(values, path, |unit| (0..2).any(|number| inside[number] && slots[number].is_unit(unit)));
        let part = &mut parts[usize::from(inside[0]) + 2 * usize::from(inside[1])];
        *part = each(*part, product, |a, b| a + b);
    }
    parts
}

/// The product of the units of a path without some.
fn rest(values: &Values, path: &[usize], without: impl Fn(usize) -> bool) -> Lanes {
    path.iter()
        .filter(|&&unit| !without(unit))
        .fold(ONES, |product, &unit| each(product, values.units[unit], |a, b| a * b))
}

/// The formula with edits in their slots.
pub fn build(truth: &Truth, network: &mut Network, edits: &[(&Slot, ExprId)]) -> ExprId {
    let mut scaled: Vec<ExprId> = vec![Arena::ONE; truth.paths.len()];
    for (slot, value) in edits.iter().filter(|edit| edit.0.content == Content::Coefficient) {
        for &path in &slot.paths {
            scaled[path] = network.arena.times(scaled[path], *value);
        }
    }
    let of_path = |path: usize| edits.iter().find(|(slot, _)| slot.content == Content::Product && slot.covers(path));
    for (path, scaled) in scaled.iter_mut().enumerate() {
        if let Some((_, whole)) = of_path(path) {
            *scaled = network.arena.times(*scaled, *whole);
        }
    }
    let unit = |path: usize, unit: usize| {
        let edit = edits.iter().find(|(slot, _)| slot.content == Content::Unit(unit) && slot.covers(path));
        match edit {
            Some(edit) => edit.1,
            None if of_path(path).is_some() => Arena::ONE,
            None => truth.units[unit].value,
        }
    };
    truth.build(network, |path| scaled[path], unit)
}

/// Where edits may be put: everywhere, in one path, in its product as a whole, in a link of all paths, in a link of one
/// path. The catalogues are those of the units, of the coefficients of all and of one path, of the products of the paths.
/// `edited` are the units that have edits.
pub fn slots(truth: &Truth, edited: &[usize]) -> Vec<Slot> {
    let paths = truth.paths.len();
    let all: Vec<usize> = (0..paths).collect();
    let units = truth.units.len();
    let mut slots = vec![Slot { content: Content::Coefficient, paths: all, catalogue: units }];
    if paths > 1 {
        slots.extend((0..paths).map(|path| Slot {
            content: Content::Coefficient,
            paths: vec![path],
            catalogue: units + 1,
        }));
    }
    slots.extend((0..paths).map(|path| Slot {
        content: Content::Product,
        paths: vec![path],
        catalogue: units + 2 + path,
    }));
    for &unit in edited {
        let with: Vec<usize> = (0..paths).filter(|&path| truth.paths[path].contains(&unit)).collect();
        let content = Content::Unit(unit);
        let alone = if with.len() > 1 { with.clone() } else { Vec::new() };
        slots.push(Slot { content, paths: with, catalogue: unit });
        slots.extend(alone.into_iter().map(|path| Slot { content, paths: vec![path], catalogue: unit }));
    }
    slots
}

/// An edit in a slot.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Candidate {
    /// The number of the slot.
    pub slot: usize,
    /// The edit.
    pub edit: Edit,
}
