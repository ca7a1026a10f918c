//! Products of scalars, vectors and matrices: what stands side by side is multiplied as its rows and columns allow.

use crate::check::claim::{PartId, PartKind};
use crate::check::diagnose::shapes::{self, Vectors, WrittenFactor};
use crate::check::form::{Extent, Form};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, Label, LabelsBuilder, NameId, Reach};
use crate::shape::Dim;

use super::broadcast::ONE;
use super::name::FREE;
use super::parser::{Parser, Result};
use super::words::LONGER;

/// What stands before a factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Join {
    /// Nothing.
    Beside,
    /// `\cdot`, `\times`: of two columns the inner product.
    Dot,
    /// `*`: entry by entry in programs, any product elsewhere.
    Star,
    /// `\odot`, `\circ`.
    Entrywise,
    /// `\oslash`: entry by entry, over what follows.
    Divided,
    /// `\otimes`: of two vectors the outer product.
    Outer,
    /// `@`, `dot`: the matrix product of programs.
    Program,
}

/// A place where shapes do not fit, or where they do not say what is meant.
#[derive(Clone, Debug)]
pub struct Misfit {
    /// What is said of it; its code is `shape` if no reading of it fits.
    pub error: Diagnostic,
    /// Its place.
    pub span: Span,
    /// The factors of the product that it is, if it is one.
    pub factors: Vec<WrittenFactor>,
    /// How vectors without a transpose stand.
    pub vectors: Vectors,
    /// The values of general indices with which it was read.
    pub bound: Vec<(String, i64)>,
}

/// What is put in the place of a product that does not fit.
#[derive(Clone, Copy, Debug)]
pub struct Repair {
    /// The place of the product.
    pub span: Span,
    /// What stands there.
    pub expr: ExprId,
    /// How it stands.
    pub form: Form,
}

/// Two factors do not fit.
pub(super) struct Clash;

/// In which order a product is taken: the first in which all shapes fit counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Order {
    /// Products first, then ⊙ between them.
    Tight,
    /// From left to right.
    FromLeft,
    /// What stands side by side first, then the signs between: Wx · Wx.
    Runs,
    /// The scalars uᵀv first: Auᵀv is uᵀv times A.
    Inner,
}

impl Order {
    pub fn of(tight: bool) -> Order {
        if tight { Order::Tight } else { Order::FromLeft }
    }
}

pub(super) type Fit = std::result::Result<PartId, Clash>;

impl Parser<'_> {
    pub fn form(&self, part: PartId) -> Form {
        self.parts[part.0 as usize].form
    }

    /// The product of factors; one factor is itself.
    pub fn joined(&mut self, factors: Vec<(PartId, Join)>) -> Result<PartId> {
        if let [(only, _)] = factors[..] {
            return Ok(only);
        }
        let factors = self.with_reciprocals(factors)?;
        let plain: Vec<PartId> = factors.iter().map(|factor| factor.0).collect();
        let span = plain.iter().fold(self.span_of(plain[0]), |span, &factor| span.to(self.span_of(factor)));
        if plain.iter().all(|&factor| self.form(factor).is_scalar()) {
            return self.combined(PartKind::Product, plain, span);
        }
        if let Some(chain) = self.chain_of_links(&plain, span)? {
            return Ok(chain);
        }
        if plain.iter().any(|&factor| self.form(factor).high) {
            let message = "products of tensors with more than two axes are not read";
            let error = Diagnostic::error("unreadable", message);
            return self.misfit(error.at(span, "").hint("write it for one entry, with indices"), span, &[]);
        }
        let kept = self.parts.len();
        let tight_first = !self.context.reading.has_loose_signs();
        let mut orders = vec![Order::of(tight_first), Order::of(!tight_first)];
        orders.extend([Order::Runs, Order::Inner]);
        if self.has_kronecker(&factors) {
            // I ⊗ A B is the product of I and A B.
            orders = vec![Order::Runs];
        }
        for order in orders {
            let made = match order {
                Order::Tight => self.grouped(&factors, |join| join == Join::Entrywise)?,
                Order::FromLeft => self.in_order(&factors)?,
                Order::Runs => self.grouped(&factors, |join| join != Join::Beside)?,
                Order::Inner => self.inner_first(&factors)?,
            };
            match made {
                Ok(part) => {
                    self.parts[part.0 as usize].span = span;
                    return Ok(part);
                }
                Err(Clash) => self.parts.truncate(kept),
            }
        }
        if let Some(Repair { expr, form, .. }) = self.context.repair.filter(|repair| repair.span == span) {
            return self.push_formed(PartKind::Made, plain, span, expr, form);
        }
        let named: Vec<PartId> = plain.iter().copied().filter(|&factor| !self.form(factor).is_scalar()).collect();
        let error = Diagnostic::error("shape", self.clash_message(&named)).at(span, "");
        let error = self.with_longer(error, &named);
        self.misfit(error, span, &factors)
    }

    /// Whether ⊗ stands between two factors that are not both vectors, or beside vec(·).
    fn has_kronecker(&self, factors: &[(PartId, Join)]) -> bool {
        let outer = factors.iter().any(|factor| factor.1 == Join::Outer);
        let is_large = |&(part, _): &(PartId, Join)| {
            let form = self.form(part);
            form.is_matrix() || form.has_pairs() || form.identity
        };
        outer && (self.context.stacked || factors.iter().any(is_large))
    }

    /// The factors with 1 over what stands after ⊘.
    fn with_reciprocals(&mut self, factors: Vec<(PartId, Join)>) -> Result<Vec<(PartId, Join)>> {
        let mut all = Vec::with_capacity(factors.len());
        for (factor, join) in factors {
            if join != Join::Divided {
                all.push((factor, join));
                continue;
            }
            let (span, form) = (self.span_of(factor), self.form(factor));
            if form.identity || form.high {
                all.push((self.unclear("this is no divisor", span)?, Join::Entrywise));
                continue;
            }
            let minus = self.integer(-1, span)?;
            let inverse = self.made(PartKind::Power, vec![factor, minus], span, form)?;
            all.push((inverse, Join::Entrywise));
        }
        Ok(all)
    }

    /// Notes what does not fit; the formula is read on, because an index without a value may be why.
    pub fn misfit(&mut self, error: Diagnostic, span: Span, factors: &[(PartId, Join)]) -> Result<PartId> {
        let vectors = self.context.reading.vectors;
        let factors: Option<Vec<WrittenFactor>> =
            factors.iter().map(|&(part, join)| self.written_factor(part, join)).collect();
        let factors = factors.unwrap_or_default();
        self.misfits.push(Misfit { error, span, factors, vectors, bound: Vec::new() });
        self.placeholder(span)
    }

    /// A factor as it is written; nothing for a vector that stands the other way without a transpose of its own.
    fn written_factor(&self, part: PartId, join: Join) -> Option<WrittenFactor> {
        let join = if join == Join::Entrywise { shapes::Join::Elementwise } else { shapes::Join::Product };
        let whole = &self.parts[part.0 as usize];
        if let (PartKind::Transpose, [inner]) = (&whole.kind, whole.children.as_slice())
            && self.form(*inner).dims().len() == whole.form.dims().len()
        {
            return Some(WrittenFactor { expr: self.expr(*inner), transposed: true, join, span: whole.span });
        }
        let row = whole.form.is_vector() && matches!(whole.form.columns, Extent::Axis(_));
        let turned = row != (self.context.reading.vectors == Vectors::Rows) && whole.form.is_vector();
        (!turned).then_some(WrittenFactor { expr: whole.expr, transposed: false, join, span: whole.span })
    }

    fn clash_message(&self, factors: &[PartId]) -> String {
        let mut said: Vec<String> = Vec::new();
        for &factor in factors {
            let words = self.words_of(factor);
            let one = format!("{words} is {}", self.form_text(self.form(factor)));
            if words == LONGER || !said.contains(&one) {
                said.push(one);
            }
        }
        format!("the shapes of the factors do not fit: {}", said.join(", "))
    }

    /// Products first, then what is between them that binds loosely.
    fn grouped(&mut self, factors: &[(PartId, Join)], is_loose: fn(Join) -> bool) -> Result<Fit> {
        let mut whole: Option<PartId> = None;
        let mut group: Option<PartId> = None;
        let mut between = Join::Entrywise;
        for &(factor, join) in factors {
            let Some(before) = group else {
                group = Some(factor);
                continue;
            };
            let made = if is_loose(join) {
                let left = match whole {
                    Some(left) => self.pair(left, before, between)?,
                    None => Ok(before),
                };
                let Ok(left) = left else { return Ok(Err(Clash)) };
                whole = Some(left);
                between = join;
                Ok(factor)
            } else {
                self.pair(before, factor, join)?
            };
            let Ok(made) = made else { return Ok(Err(Clash)) };
            group = Some(made);
        }
        match (whole, group) {
            (Some(left), Some(right)) => self.pair(left, right, between),
            (Some(only), None) | (None, Some(only)) => Ok(Ok(only)),
            (None, None) => Ok(Err(Clash)),
        }
    }

    /// A row beside a column that it fits first, then from left to right.
    fn inner_first(&mut self, factors: &[(PartId, Join)]) -> Result<Fit> {
        let mut rest: Vec<(PartId, Join)> = Vec::new();
        for &(factor, join) in factors {
            let made = match rest.last() {
                Some(&(row, first)) if self.is_inner(row, factor) && join != Join::Entrywise => {
                    self.pair(row, factor, join)?.ok().map(|made| (made, first))
                }
                _ => None,
            };
            match made {
                Some(made) => {
                    rest.pop();
                    rest.push(made);
                }
                None => rest.push((factor, join)),
            }
        }
        self.in_order(&rest)
    }

    /// Whether these are a row and a column of one length.
    fn is_inner(&self, row: PartId, column: PartId) -> bool {
        let (row, column) = (self.form(row), self.form(column));
        let shapes = self.context.network.arena.shapes();
        let ends = (row.rows, column.columns) == (Extent::One, Extent::One);
        ends && matches!((row.columns, column.rows), (Extent::Axis(a), Extent::Axis(b)) if shapes.same(a, b))
    }

    /// From left to right, whatever stands between the factors.
    fn in_order(&mut self, factors: &[(PartId, Join)]) -> Result<Fit> {
        let mut whole = factors[0].0;
        for &(factor, join) in &factors[1..] {
            match self.pair(whole, factor, join)? {
                Ok(made) => whole = made,
                Err(Clash) => return Ok(Err(Clash)),
            }
        }
        Ok(Ok(whole))
    }

    /// A product of derivative symbols that hang together, ∂C/∂z · ∂z/∂W: the chain rule, whatever the layout and
    /// however many axes.
    fn chain_of_links(&mut self, factors: &[PartId], span: Span) -> Result<Option<PartId>> {
        let links: Option<Vec<(NameId, NameId)>> = factors.iter().map(|&factor| self.link_of(factor)).collect();
        let Some(links) = links else { return Ok(None) };
        let forward = links.windows(2).all(|pair| pair[0].1 == pair[1].0);
        let backward = links.windows(2).all(|pair| pair[0].0 == pair[1].1);
        let inner = |link: &(NameId, NameId)| self.is_tensor(link.0) || self.is_tensor(link.1);
        let lettered = factors.iter().any(|&factor| self.form(factor).indices != 0);
        if !(forward || backward) || !links.iter().any(inner) || lettered {
            return Ok(None);
        }
        let (first, last) = if forward { (0, links.len() - 1) } else { (links.len() - 1, 0) };
        let mut builder = LabelsBuilder::default();
        let dims = |parser: &Self, name: NameId| parser.dims_of(name);
        let mut names: Vec<(NameId, Vec<Label>)> = vec![(links[first].0, builder.labels(&dims(self, links[first].0)))];
        let order: Vec<usize> = if forward { (0..links.len()).collect() } else { (0..links.len()).rev().collect() };
        for &at in &order {
            let labels = builder.labels(&dims(self, links[at].1));
            names.push((links[at].1, labels));
        }
        let mut axes: Vec<Vec<Label>> = vec![Vec::new(); links.len()];
        for (step, &at) in order.iter().enumerate() {
            axes[at] = self.link_axes(&names[step], &names[step + 1]);
        }
        for axes in &axes {
            builder.factor(axes);
        }
        let out = self.link_axes(&names[0], &names[names.len() - 1]);
        let form = self.derivative_form(links[first].0, links[last].1);
        let kind = PartKind::Contraction(builder.out(&out));
        self.made(kind, factors.to_vec(), span, form).map(Some)
    }

    /// The labels on the axes of ∂of/∂by, from those of both.
    fn link_axes(&self, of: &(NameId, Vec<Label>), by: &(NameId, Vec<Label>)) -> Vec<Label> {
        let kept = self.context.jacobian_dims(of.0, by.0);
        let [of, by] = [(of, &kept[0]), (by, &kept[1])].map(|((name, labels), kept)| {
            let dims = self.dims_of(*name);
            let whole = dims.len() == kept.len();
            let axes = labels.iter().zip(&dims).filter(|(_, dim)| whole || **dim != ONE);
            axes.map(|(label, _)| *label).collect::<Vec<Label>>()
        });
        self.context.reading.laid_out(&of, &by)
    }

    fn link_of(&self, part: PartId) -> Option<(NameId, NameId)> {
        match &self.parts[part.0 as usize].kind {
            PartKind::Derivative { of, by, reach: Reach::Total | Reach::Direct, .. } => match by.as_slice() {
                [by] => Some((*of, *by)),
                _ => None,
            },
            _ => None,
        }
    }

    pub fn dims_of(&self, name: NameId) -> Vec<Dim> {
        self.context.dims_of(name)
    }

    pub fn is_vector(&self, name: NameId) -> bool {
        name != FREE && self.dims_of(name).len() == 1
    }

    pub fn is_tensor(&self, name: NameId) -> bool {
        !self.context.network.quantity(name).shape.is_scalar()
    }
}
