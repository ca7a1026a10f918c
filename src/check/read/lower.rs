//! First derivatives as quantities with formulas: ∂C/∂v = Σ ∂C/∂u · ∂⁺u/∂v over the quantities u that use v.
//!
//! A second derivative is derived of such formulas, and speaks of ∂⁺(∂C/∂a)/∂b, where ∂C/∂c is held fixed, and of
//! ∂(∂C/∂w)/∂(∂C/∂a).

use crate::calculus::{Goal, LocalPartial, NameUse, Sigma, Simplifier, Sweep};
use crate::check::claim::{PartId, PartKind};
use crate::diagnostic::Span;
use crate::expr::{Arena, ExprId, NameId, Postorder, Reach};
use crate::network::Origin;
use crate::syntax::latex::{ItemId, Kind};

use super::context::Context;
use super::convention::LowerForm;
use super::name::FREE;
use super::parser::{Parser, Result};

impl Context {
    /// ∂of/∂by as a quantity, with all that its formula speaks of; nothing where `of` does not depend on it.
    pub(crate) fn lower(&mut self, of: NameId, by: NameId, form: LowerForm) -> Option<NameId> {
        if let Some(&known) = self.lower.get(&(of, by, form)) {
            return Some(known);
        }
        if of == by || self.partial(of, by) == Arena::ZERO {
            return None;
        }
        let names = match form {
            LowerForm::Names => NameUse::Fold,
            LowerForm::Functions => NameUse::Keep,
            LowerForm::Products => return Some(self.lower_product(of, by)),
        };
        let mut simplifier = Simplifier::new(&mut self.network, Goal::Textbook, names);
        let sweep = match form {
            LowerForm::Names => self.sweep(of).clone(),
            _ => Sweep::new(&mut self.network, of, Sigma::Prime),
        };
        for (by, users) in self.on_the_way(&sweep, by) {
            if !self.lower.contains_key(&(of, by, form)) {
                let terms: Vec<ExprId> = users
                    .into_iter()
                    .map(|user| {
                        let local = simplifier.simplify_local(&mut self.network, user.value);
                        let outer = self.lower.get(&(of, user.of, form)).copied();
                        let outer = outer.map_or(Arena::ONE, |outer| self.network.name_expr(outer));
                        self.network.arena.times(outer, local)
                    })
                    .collect();
                let value = self.network.arena.sum(&terms);
                let name = self.network.add_partial(of, by, value);
                self.lower.insert((of, by, form), name);
            }
        }
        self.lower.get(&(of, by, form)).copied()
    }

    /// ∂of/∂by as a quantity whose formula has all links put in.
    fn lower_product(&mut self, of: NameId, by: NameId) -> NameId {
        let value = Sweep::new(&mut self.network, of, Sigma::Prime).adjoint(by);
        let name = self.network.add_partial(of, by, value);
        self.lower.insert((of, by, LowerForm::Products), name);
        name
    }

    /// Whether ∂/∂outer of a derivative by `inner` depends on how that is written: ∂outer/∂v stands in it, and may be
    /// b(1 − b) or σ′(z).
    pub(crate) fn depends_on_form(&mut self, inner: NameId, outer: NameId) -> bool {
        let is_link = inner != outer && inner != FREE && outer != FREE && self.network.definition(outer).is_some();
        if !is_link || self.partial(outer, inner) == Arena::ZERO {
            return false;
        }
        let values: Vec<ExprId> = self.sweep(outer).row(outer).iter().map(|link| link.value).collect();
        let own = self.network.name_expr(outer);
        let mut order = Vec::new();
        Postorder::default().collect(&self.network.arena, &values, &mut order);
        order.contains(&own)
    }

    /// The quantities from what is differentiated down to `by`, each after those that use it, with the links to these.
    fn on_the_way(&self, sweep: &Sweep, by: NameId) -> Vec<(NameId, Vec<LocalPartial>)> {
        let mut found: Vec<(NameId, Vec<LocalPartial>)> = Vec::new();
        let mut waiting = vec![by];
        while let Some(name) = waiting.pop() {
            if name == sweep.of() || found.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let users: Vec<LocalPartial> = sweep.users(name).collect();
            waiting.extend(users.iter().map(|user| user.of));
            found.push((name, users));
        }
        // Equations stand in the order of use; leaves come last.
        let position = |name: NameId| match self.network.quantity(name).origin {
            Origin::Equation(at) | Origin::Partial { equation: at, .. } => i64::from(at),
            _ => -1,
        };
        found.sort_by_key(|(name, _)| std::cmp::Reverse(position(*name)));
        found
    }
}

impl Parser<'_> {
    /// The quantity that items are which write a first derivative: `(\partial C/\partial a)`, `\frac{\partial C}{\partial a}`.
    pub fn lower_quantity(&mut self, items: &[ItemId]) -> Option<NameId> {
        let [only] = items else { return None };
        let is_layered = match self.kind(*only) {
            Kind::Fence { body, .. } | Kind::Group(body) => self.begins_with_sign(self.row(*body)),
            Kind::Fraction { over, .. } => self.begins_with_sign(self.row(*over)),
            _ => false,
        };
        if !is_layered || self.context.has_tensors() {
            return None;
        }
        self.context.layered = true;
        self.context.reading.lower?;
        let own = self.parts.len();
        let part = self.attempt(|parser| parser.whole(items)).ok()?;
        let name = self.context.network.arena.as_name(self.expr(part));
        self.parts.truncate(own);
        name.filter(|&name| matches!(self.context.network.quantity(name).origin, Origin::Partial { .. }))
    }

    fn begins_with_sign(&self, items: &[ItemId]) -> bool {
        items.first().is_some_and(|&id| {
            let id = match self.kind(id) {
                Kind::Fraction { over, .. } => self.row(*over).first().copied(),
                _ => Some(id),
            };
            id.is_some_and(|id| self.differential_sign(id).is_some())
        })
    }

    /// ∂of/∂by of scalars by its quantity, where first derivatives are quantities.
    pub fn lower_part(&mut self, of: NameId, by: &[NameId], reach: Reach, span: Span) -> Option<Result<PartId>> {
        let form = self.context.reading.lower.filter(|_| reach == Reach::Total && !self.context.has_tensors())?;
        let [first, rest @ ..] = by else { return None };
        let name = self.context.lower(of, *first, form)?;
        let expr = match rest {
            [] => self.context.network.name_expr(name),
            [second, rest @ ..] => {
                let second = self.context.partial(name, *second);
                rest.iter().fold(second, |expr, &by| self.context.differentiate(expr, by))
            }
        };
        let kind = PartKind::Derivative { of, by: by.to_vec(), reach, direct: None };
        Some(self.push(kind, Vec::new(), span, expr))
    }
}
