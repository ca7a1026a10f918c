//! Differentials as mathematicians mean them, dC = 2(ŷ − y) dŷ: each d stands for the change along one direction, in
//! which the quantities that vary change freely and all else is held fixed.
//!
//! Takes a chain with a d on every side; the quantities under a d that depend on no other one under a d are those that
//! vary, and the d of another one follows from them.

use crate::calculus::chain;
use crate::check::claim::{PartId, PartKind};
use crate::expr::{Arena, ExprId, NameId};
use crate::syntax::latex::{ItemId, Kind};

use super::context::Context;
use super::name::FREE;
use super::parser::{Cursor, Parser, Result};
use super::symbols::{Spelling, WrittenName};

/// What stands under a d on one side.
#[derive(Clone, Debug, Default)]
struct Changes {
    /// Whether anything does.
    any: bool,
    names: Vec<NameId>,
}

/// The differentials of the chain that is read now.
#[derive(Clone, Debug, Default)]
pub struct Variation {
    /// Whether a d or Δ that may be a differential stood in the chain.
    pub seen: bool,
    /// The names under a d on each side so far.
    sides: Vec<Changes>,
    /// What varies, with the quantity that stands for its change; nothing as long as that is being found out.
    moving: Vec<(NameId, NameId)>,
}

impl Variation {
    /// Begins a chain.
    pub fn begin(&mut self) {
        self.sides.clear();
        self.moving.clear();
    }

    /// Begins a side.
    pub fn begin_side(&mut self) {
        self.sides.push(Changes::default());
    }

    /// Notes that a d stands on the side that is read.
    fn mark(&mut self) {
        if let Some(side) = self.sides.last_mut() {
            side.any = true;
        }
    }

    /// Notes a name under a d.
    fn note(&mut self, name: NameId) {
        if let Some(side) = self.sides.last_mut() {
            side.names.push(name);
        }
    }

    /// Whether what is differentiated first follows from what varies: z under a d in dz = θ da, and not W in dW = x dz.
    pub fn is_forward(&self) -> bool {
        let Some(first) = self.sides.first() else { return false };
        let moves = |name: &NameId| self.moving.iter().any(|(moving, _)| moving == name);
        // d of an expression is no derivative of the cost.
        !self.moving.is_empty() && (first.names.is_empty() || !first.names.iter().all(moves))
    }

    /// The quantities that vary.
    pub fn moving(&self) -> impl Iterator<Item = NameId> {
        self.moving.iter().map(|(name, _)| *name)
    }
}

impl Context {
    /// Finds out what varies; whether every side of the chain has a d.
    pub(crate) fn vary(&mut self) -> bool {
        let sides = std::mem::take(&mut self.variation.sides);
        let mut names: Vec<NameId> = sides.iter().flat_map(|side| side.names.iter().copied()).collect();
        names.sort_unstable();
        names.dedup();
        let complete = !names.is_empty() && sides.iter().all(|side| side.any);
        let mut moving = Vec::new();
        for &name in &names {
            let depends = names.iter().any(|&other| other != name && self.partial(name, other) != Arena::ZERO);
            if !depends {
                moving.push((name, self.direction(name)));
            }
        }
        (self.variation.moving, self.variation.sides) = (moving, Vec::new());
        complete
    }

    /// The quantity that stands for the change of another one.
    fn direction(&mut self, name: NameId) -> NameId {
        if let Some(known) = self.directions.get(&name) {
            return *known;
        }
        let quantity = self.network.quantity(name);
        let (stem, shape) = (format!("d{}", quantity.stem), quantity.shape);
        let sup = quantity.indices.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let direction = self.new_letter(&Spelling::new(stem, "", sup));
        self.network.quantities[direction.0 as usize].shape = shape;
        self.directions.insert(name, direction);
        direction
    }

    /// The change of an expression along the direction.
    fn change(&mut self, expr: ExprId) -> ExprId {
        let own = self.network.arena.as_name(expr);
        let mut terms = Vec::new();
        for (name, direction) in self.variation.moving.clone() {
            let change = self.network.name_expr(direction);
            if own == Some(name) {
                return change;
            }
            let partial = self.differentiate(expr, name);
            let rank = self.dims_of(name).len();
            terms.push(chain(&mut self.network.arena, partial, change, rank));
        }
        terms.retain(|&term| term != Arena::ZERO);
        self.network.arena.sum(&terms)
    }
}

impl Parser<'_> {
    /// Whether an item is the d or Δ of a differential, and no quantity is called so.
    fn is_variation_sign(&self, id: ItemId, written: &WrittenName) -> bool {
        let plain = self.without_scripts(id).0 == id;
        let is_delta = written.base == "Delta" && plain;
        let is_d = written.base == "d" && self.differential_sign(id).is_some() && plain;
        is_d && !self.context.has_own_d() || is_delta && !self.context.symbols.has_base(&written.base)
    }

    /// `dC`, `\mathrm{d}z`, `\Delta w`, `d\log x` as the change along a direction; nothing where that is not how the chain
    /// is read.
    pub fn variation(&mut self, cursor: &mut Cursor<'_>, written: &WrittenName) -> Result<Option<PartId>> {
        let id = cursor.items[cursor.at];
        if !self.is_variation_sign(id, written) || cursor.second().is_none() {
            return Ok(None);
        }
        self.context.variation.seen = true;
        if !self.context.reading.differentials {
            return Ok(None);
        }
        let start = self.span(id);
        let own = self.parts.len();
        cursor.at += 1;
        let (inner, letters) = match self.varied_name(cursor)? {
            Some(named) => named,
            None => (self.factor(cursor)?, Vec::new()),
        };
        let span = start.to(self.span_of(inner));
        let (expr, form) = (self.expr(inner), self.form(inner));
        self.context.variation.mark();
        let expr = if self.context.variation.moving.is_empty() { expr } else { self.context.change(expr) };
        self.parts.truncate(own);
        let part = self.push_formed(PartKind::Made, Vec::new(), span, expr, form)?;
        if letters.is_empty() { Ok(Some(part)) } else { self.entry(part, &letters, span).map(Some) }
    }

    /// The quantity after a d, which may be a run of letters, with the letters of an entry.
    fn varied_name(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<(PartId, Vec<String>)>> {
        let rest = &cursor.items[cursor.at..];
        let run = rest.iter().take_while(|&&id| matches!(self.kind(id), Kind::Letter(_))).count();
        for count in (1..=run.min(8) + 1).rev().filter(|&count| count <= rest.len()) {
            let items = &rest[..count];
            if count == 1 && rest.get(1).is_some_and(|&id| self.is_fence(id)) && self.is_function(items[0]) {
                return Ok(None);
            }
            let Ok((name, letters, power)) = self.attempt(|parser| parser.place_of(items)) else { continue };
            if !power.is_empty() {
                return Ok(None);
            }
            cursor.at += count;
            let span = self.span_of_items(items);
            if name == FREE {
                return Ok(Some((self.placeholder(span)?, Vec::new())));
            }
            self.context.variation.note(name);
            return Ok(Some((self.quantity_part(name, span)?, letters)));
        }
        Ok(None)
    }

    /// Whether an item is the name of a function.
    fn is_function(&self, id: ItemId) -> bool {
        let written = WrittenName::of(self.tree, id);
        written.is_some_and(|written| self.context.symbols.function(&Spelling::new(written.base, "", "")).is_some())
    }
}
