//! Differentials: `dC = \operatorname{tr}(G^\top dX)` claims what ∂C/∂X is, for every dX.
//!
//! A chain is read so that begins with dz of a quantity z of the network and has differentials of others on a further
//! side. Those that depend on no other one of them are any tensors of their shapes, and each of the others is what
//! follows from them; what has no differential in the chain is held fixed.

use crate::calculus::chain;
use crate::check::claim::{PartId, PartKind};
use crate::check::diagnose::shapes::Vectors;
use crate::check::form::Form;
use crate::diagnostic::Span;
use crate::expr::{Arena, ExprId, NameId};
use crate::network::Origin;
use crate::syntax::latex::{ItemId, Kind, Tree};

use super::context::Context;
use super::lines::Chain;
use super::name::FREE;
use super::parser::{Cursor, Parser, Result};
use super::symbols::WrittenName;
use super::tensor::Marks;

/// The differentials of a chain.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// What the chain begins with; nothing while they are looked for.
    of: Option<NameId>,
    /// The quantities that have a differential on another side, in the order of their first one.
    named: Vec<NameId>,
    /// Those that depend on no other one, each with what stands for its differential.
    free: Vec<(NameId, NameId)>,
}

impl Changes {
    /// The differentials of a chain; nothing if it is not about differentials. dW may mean ∂C/∂W unless W is the cost.
    pub fn of(context: &mut Context, tree: &Tree, chain: &Chain) -> Option<Changes> {
        let first = chain.sides.first()?.iter().copied().filter(|&id| *tree.kind(id) != Kind::Gap);
        let [sign, name] = first.collect::<Vec<ItemId>>()[..] else { return None };
        let mut parser = Parser::new(context, tree, &[]);
        parser.differential_sign(sign).filter(|sign| sign.is_plain())?;
        let (of, power) = parser.quantity_of(&[name]).ok()?;
        let known = of != FREE && power.is_empty() && !context.has_own_d();
        if !known || matches!(context.network.quantity(of).origin, Origin::Leaf(_) | Origin::Size) {
            return None;
        }
        context.changes = Some(Changes::default());
        context.letters.clear();
        for side in &chain.sides[1..] {
            // What cannot be read is told when the sides are read for good.
            let _ = Parser::new(context, tree, &[]).side(side);
        }
        let mut changes = context.changes.take().filter(|changes| !changes.named.is_empty())?;
        changes.of = Some(of);
        for &name in &changes.named {
            if changes.named.iter().all(|&by| by == name || context.partial(name, by) == Arena::ZERO) {
                changes.free.push((name, context.differential_of(name)));
            }
        }
        Some(changes)
    }

    /// Whether the chain cannot be about derivatives of the cost.
    pub fn are_of_cost(&self, context: &Context) -> bool {
        self.of == context.network.cost
    }
}

impl Context {
    /// dz as it follows from the differentials of the chain.
    fn change_of(&mut self, name: NameId) -> ExprId {
        let free = self.changes.as_ref().map_or(Vec::new(), |changes| changes.free.clone());
        if let Some((_, differential)) = free.iter().find(|known| known.0 == name) {
            return self.network.name_expr(*differential);
        }
        let mut terms = Vec::with_capacity(free.len());
        for (by, differential) in free {
            let partial = self.partial(name, by);
            let rank = self.dims_of(by).len();
            let differential = self.network.name_expr(differential);
            terms.push(chain(&mut self.network.arena, partial, differential, rank));
        }
        self.network.arena.sum(&terms)
    }
}

impl Parser<'_> {
    /// `dX` in a chain about differentials; nothing if no quantity follows the d.
    pub fn change(&mut self, cursor: &mut Cursor<'_>, span: Span) -> Result<Option<PartId>> {
        let Some((name, count)) = self.changed(cursor) else { return Ok(None) };
        let last = cursor.items[cursor.at + count];
        let span = span.to(self.span(last));
        cursor.at += 1 + count;
        let marks = match WrittenName::of(self.tree, last).and_then(|written| written.sup) {
            Some(sup) => self.marks_of(self.row(sup)).1,
            None => Marks::default(),
        };
        let Some(changes) = &mut self.context.changes else { return Ok(None) };
        if changes.of.is_none() && !changes.named.contains(&name) {
            changes.named.push(name);
        }
        let dims = self.dims_of(name);
        let form = Form::of(&dims, self.context.reading.vectors == Vectors::Rows);
        let expr = match &self.context.changes {
            Some(changes) if changes.of.is_some() => self.context.change_of(name),
            _ => self.context.network.name_expr(name),
        };
        let part = self.push_formed(PartKind::Made, Vec::new(), span, expr, form)?;
        self.marked(part, marks, span).map(Some)
    }

    /// The quantity after a d, and how many items its name takes.
    fn changed(&mut self, cursor: &Cursor<'_>) -> Option<(NameId, usize)> {
        let rest = &cursor.items[cursor.at + 1..];
        let letters = rest.iter().take_while(|&&id| matches!(self.kind(id), Kind::Letter(_))).count();
        (1..=letters.min(8) + 1).rev().find_map(|count| {
            let items = rest.get(..count)?;
            let (name, power) = self.attempt(|parser| parser.quantity_of(items)).ok()?;
            power.is_empty().then_some((name, count))
        })
    }
}
