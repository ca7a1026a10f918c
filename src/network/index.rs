//! Brackets: members of families, elements, rows and slices of tensors, new axes, entries at a class number.
//!
//! All of them become one contraction: an entry is picked by a selection of zeros and ones, a class number by its
//! one-hot vector, and the index of a Σ around it by sharing its label.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, Axis, ExprId, Factor, Label, LabelsBuilder, NameId, NumberId, Operand, Selection};
use crate::function::{Functions, Known};
use crate::network::lower::{Bound, Scope};
use crate::network::resolve::Resolver;
use crate::network::{Origin, Quantity};
use crate::shape::{Affine, Dim, SizeId};
use crate::syntax::ast::{AstId, AstList, AstNode, ShapeKind, UnaryOperator};

/// A place along an axis, counted from 1: a number, or the index of a Σ plus a number.
#[derive(Clone, Debug)]
pub(super) struct Position {
    /// The index of the Σ.
    pub(super) bound: Option<Bound>,
    /// What is added to the index, or the place itself.
    pub(super) offset: Affine,
}

/// A contraction that grows item by item.
struct Picked {
    /// The base with its shape, in words.
    base: String,
    builder: LabelsBuilder,
    /// What picks, with its labels.
    factors: Vec<(Factor, Vec<Label>)>,
    /// The labels of the axes of the base.
    own: Vec<Label>,
    bound: Vec<(u32, Dim, Label)>,
    out: Vec<(Axis, Option<Label>)>,
}

impl Picked {
    /// The label of the index of a Σ.
    fn bound_label(&mut self, key: u32, dim: Dim) -> Label {
        if let Some(&(_, _, label)) = self.bound.iter().find(|known| known.0 == key) {
            return label;
        }
        let label = self.builder.label(dim);
        self.bound.push((key, dim, label));
        label
    }

    fn factor(&mut self, base: ExprId, axes: &[Label]) {
        self.factors.push((Factor::plain(base), axes.to_vec()));
    }

    /// A label for the next axis of the base.
    fn axis(&mut self, dim: Dim) -> Label {
        let label = self.builder.label(dim);
        self.own.push(label);
        label
    }

    fn keep(&mut self, label: Label, dim: Dim) {
        self.out.push((Axis::Real(dim), Some(label)));
    }
}

impl Resolver<'_> {
    /// `z[3]` of a family, `x[i]` of a tensor.
    pub(super) fn index(&mut self, base: AstId, items: AstList, span: Span, scope: &Scope<'_>) -> Option<Operand> {
        let items = self.ast.list(items).to_vec();
        if let AstNode::Name(symbol) = *self.ast.node(base) {
            let is_parameter = scope.parameters.iter().any(|(parameter, _)| *parameter == symbol);
            if !is_parameter && self.names.get(symbol, &[]).is_none() {
                return self.member(symbol, &items, span, scope);
            }
        }
        let operand = self.operand(base, scope)?;
        if operand.rank() == 0 && items.iter().any(|&item| *self.ast.node(item) != AstNode::NewAxis) {
            let text = self.quoted(base);
            let error = Diagnostic::error("unknown-name", format!("`{}` is not defined", self.quoted_span(span)));
            self.report(error.at(span, "").hint(format!("`{text}` is a scalar and has no elements")));
            return None;
        }
        self.picked(base, &operand, &items, span, scope)
    }

    fn picked(
        &mut self,
        base: AstId,
        operand: &Operand,
        items: &[AstId],
        span: Span,
        scope: &Scope<'_>,
    ) -> Option<Operand> {
        let operand = self.network.arena.materialised(operand);
        let dims = operand.dims();
        let taken = items.iter().filter(|&&item| *self.ast.node(item) != AstNode::NewAxis).count();
        if taken > dims.len() {
            let (plural, count) = (if dims.len() == 1 { "axis" } else { "axes" }, dims.len());
            let message = format!("{} has {count} {plural}, not {taken}", self.described((base, &operand)));
            let example = ["1", "2", "3"].iter().cycle().take(count).copied().collect::<Vec<&str>>().join(", ");
            let hint = format!("an entry of it is `{}[{example}]`, with one index for each axis", self.quoted(base));
            self.report(Diagnostic::error("shape", message).at(span, "").hint(hint));
            return None;
        }
        let mut picked = Picked {
            base: self.described((base, &operand)),
            builder: LabelsBuilder::default(),
            factors: Vec::new(),
            own: Vec::new(),
            bound: Vec::new(),
            out: Vec::new(),
        };
        operand.bound.iter().for_each(|&(key, dim)| {
            picked.bound_label(key, dim);
        });
        let mut axis = 0;
        for &item in items {
            if *self.ast.node(item) == AstNode::NewAxis {
                picked.out.push((Axis::One, None));
                continue;
            }
            self.pick(&mut picked, item, dims[axis], scope)?;
            axis += 1;
        }
        for &dim in &dims[axis..] {
            let label = picked.axis(dim);
            picked.keep(label, dim);
        }
        Some(self.network.arena.finish_picked(&operand, picked))
    }

    /// What one item in the brackets does to the next axis.
    fn pick(&mut self, picked: &mut Picked, item: AstId, dim: Dim, scope: &Scope<'_>) -> Option<()> {
        match *self.ast.node(item) {
            AstNode::All => {
                let label = picked.axis(dim);
                picked.keep(label, dim);
            }
            AstNode::Range { lower, upper } => self.slice(picked, item, (lower, upper), dim, scope)?,
            _ => match self.position(item, scope) {
                Some(position) => self.entry(picked, item, &position, dim)?,
                None => self.class(picked, item, dim, scope)?,
            },
        }
        Some(())
    }

    /// `2..4`: both ends belong to it.
    fn slice(
        &mut self,
        picked: &mut Picked,
        item: AstId,
        (lower, upper): (AstId, AstId),
        dim: Dim,
        scope: &Scope<'_>,
    ) -> Option<()> {
        let ends = (self.position(lower, scope), self.position(upper, scope));
        let (Some(Position { bound: None, offset: first }), Some(Position { bound: None, offset: last })) = ends else {
            let error = Diagnostic::error("bad-range", "the ends of a slice are numbers or sizes");
            self.report(error.at(self.ast.span(item), ""));
            return None;
        };
        self.check_place(item, &first, (&picked.base, dim))?;
        self.check_place(item, &last, (&picked.base, dim))?;
        let length = last.plus(&first, -1)?.plus(&Affine::constant(1), 1)?;
        let label = picked.axis(dim);
        let whole = first == Affine::constant(1) && length == self.network.arena.shapes().affine(dim);
        if whole {
            picked.keep(label, dim);
            return Some(());
        }
        let empty = self.known_value(&length).is_some_and(|length| length < 1);
        let Some(size) = self.network.arena.shapes_mut().dim(length).filter(|_| !empty) else {
            let error = Diagnostic::error("bad-range", "this slice is empty").at(self.ast.span(item), "");
            self.report(error.hint("both ends belong to a slice, the lower one comes first: `2..3`"));
            return None;
        };
        let new = picked.builder.label(size);
        // j = i + first − 1.
        let offset = Affine::constant(1).plus(&first, -1)?;
        let shift = Selection { coefficients: vec![-1, 1], offset };
        let shift = self.network.arena.selection(shift, &[size, dim]);
        picked.factor(shift, &[new, label]);
        picked.keep(new, size);
        Some(())
    }

    /// `x[3]`, `x[i]`, `x[i + 1]`: one entry.
    fn entry(&mut self, picked: &mut Picked, item: AstId, position: &Position, dim: Dim) -> Option<()> {
        let Some(bound) = &position.bound else {
            self.check_place(item, &position.offset, (&picked.base, dim))?;
            let pick = Selection { coefficients: vec![1], offset: position.offset.times(-1)? };
            let pick = self.network.arena.selection(pick, &[dim]);
            let label = picked.axis(dim);
            picked.factor(pick, &[label]);
            return Some(());
        };
        let first = position.offset.plus(&Affine::constant(1), 1)?;
        let last = position.offset.plus(&self.network.arena.shapes().affine(bound.dim), 1)?;
        self.check_place(item, &first, (&picked.base, dim))?;
        self.check_place(item, &last, (&picked.base, dim))?;
        let shared = picked.bound_label(bound.key, bound.dim);
        if position.offset == Affine::default() && self.network.arena.shapes().same(dim, bound.dim) {
            picked.own.push(shared);
            return Some(());
        }
        let link = Selection { coefficients: vec![-1, 1], offset: position.offset.times(-1)? };
        let link = self.network.arena.selection(link, &[bound.dim, dim]);
        let label = picked.axis(dim);
        picked.factor(link, &[shared, label]);
        Some(())
    }

    /// `p[y]` with a class number y: the entry that its one-hot vector picks.
    fn class(&mut self, picked: &mut Picked, item: AstId, dim: Dim, scope: &Scope<'_>) -> Option<()> {
        let operand = self.operand(item, scope)?;
        let Some(vectors) = self.one_hot(&operand) else {
            let message = format!("{} is no index", self.described((item, &operand)));
            let error = Diagnostic::error("bad-range", message).at(self.ast.span(item), "");
            let batch = if operand.rank() == 0 { "" } else { "[N] " };
            let hint = format!(
                "an index is a whole number, a size, the index of a sum, or declared so: `target y : {batch}index[{}]`",
                self.dim_words(dim)
            );
            self.report(error.hint(hint));
            return None;
        };
        let dims = vectors.real_dims();
        if !dims.last().is_some_and(|&classes| self.network.arena.shapes().same(classes, dim)) {
            let classes = dims.last().map_or_else(String::new, |&classes| self.dim_words(classes));
            let message =
                format!("`{}` counts to {classes}, but this axis has size {}", self.quoted(item), self.dim_words(dim));
            let error = Diagnostic::error("shape", message).at(self.ast.span(item), "");
            self.report(error.hint("the number of classes is the size of the axis that the index counts along"));
            return None;
        }
        let mut own: Vec<Label> = vectors.bound.iter().map(|&(key, size)| picked.bound_label(key, size)).collect();
        for &size in &operand.dims() {
            let new = picked.builder.label(size);
            own.push(new);
            picked.keep(new, size);
        }
        own.push(picked.axis(dim));
        picked.factor(vectors.expr, &own);
        Some(())
    }

    /// The one-hot vectors of class numbers; `None` if it is not made of an index quantity.
    pub(super) fn one_hot(&mut self, operand: &Operand) -> Option<Operand> {
        let name = self.index_name(operand.expr)?;
        let classes = self.network.quantity(name).facts.classes?;
        let function = Functions::with(Known::OneHot);
        let arena = &mut self.network.arena;
        let dims: Vec<Dim> = operand.real_dims().into_iter().chain([classes]).collect();
        let expr = arena.call_of_shape(function, &[operand.expr], &dims);
        let axes = operand.axes.iter().copied().chain([Axis::Real(classes)]).collect();
        Some(Operand { expr, bound: operand.bound.clone(), axes })
    }

    /// The index quantity that an expression is, or whose entries it picks.
    fn index_name(&self, expr: ExprId) -> Option<NameId> {
        use crate::expr::Node;
        let arena = &self.network.arena;
        let name = match arena.node(expr) {
            Node::Name(name) => name,
            Node::Contraction { factors, .. } => {
                let base = factors.first().filter(|factor| factor.exponent == NumberId::ONE)?.base;
                let others = &factors[1..];
                let picks = |factor: &Factor| matches!(arena.node(factor.base), Node::Selection(_));
                arena.as_name(base).filter(|_| others.iter().all(picks))?
            }
            _ => return None,
        };
        Some(name).filter(|&name| self.network.quantity(name).facts.kind == ShapeKind::Index)
    }

    /// A place along an axis, if an expression is one.
    pub(super) fn position(&self, id: AstId, scope: &Scope<'_>) -> Option<Position> {
        let fixed = |offset: Affine| Some(Position { bound: None, offset });
        match *self.ast.node(id) {
            AstNode::Number(at) => fixed(Affine::constant(self.ast.numbers[at as usize].to_integer()?)),
            AstNode::Name(symbol) => {
                if let Some((_, operand)) = scope.parameters.iter().find(|(name, _)| *name == symbol) {
                    return fixed(self.network.arena.as_affine(operand.expr)?);
                }
                if let Some((_, value)) = scope.indices.iter().rev().find(|(index, _)| *index == symbol) {
                    return fixed(Affine::constant(*value));
                }
                if let Some(bound) = scope.bound.iter().rev().find(|bound| bound.symbol == symbol) {
                    return Some(Position { bound: Some(bound.clone()), offset: bound.shift.clone() });
                }
                let name = self.names.get(symbol, &[])?;
                self.size_affine(name).and_then(fixed)
            }
            AstNode::Index { base, items } => {
                let AstNode::Name(symbol) = *self.ast.node(base) else { return None };
                let at: Option<Vec<i64>> =
                    self.ast.list(items).iter().map(|&item| self.position(item, scope)?.constant()).collect();
                let name = self.names.get(symbol, &at?)?;
                self.size_affine(name).and_then(fixed)
            }
            AstNode::Unary { operator: UnaryOperator::Negate, operand } => {
                let position = self.position(operand, scope)?;
                match position.bound {
                    None => fixed(position.offset.times(-1)?),
                    Some(_) => None,
                }
            }
            AstNode::Sum { terms } => {
                let mut sum = Position { bound: None, offset: Affine::default() };
                for &term in self.ast.list(terms) {
                    let term = self.position(term, scope)?;
                    if sum.bound.is_some() && term.bound.is_some() {
                        return None;
                    }
                    sum = Position { bound: sum.bound.or(term.bound), offset: sum.offset.plus(&term.offset, 1)? };
                }
                Some(sum)
            }
            AstNode::Product { factors } => {
                let mut product = Affine::constant(1);
                for &factor in self.ast.list(factors) {
                    let Position { bound: None, offset } = self.position(factor, scope)? else { return None };
                    product = product.product(&offset)?;
                }
                fixed(product)
            }
            _ => None,
        }
    }

    fn size_affine(&self, name: NameId) -> Option<Affine> {
        let Quantity { origin, .. } = self.network.quantity(name);
        (*origin == Origin::Size).then(|| Affine::size(SizeId(name.0)))
    }

    fn known_value(&self, affine: &Affine) -> Option<i64> {
        affine.value(|size| self.network.arena.shapes().known(Dim::Symbolic(size)))
    }

    /// Refuses a place that is not on an axis, or of which that cannot be told.
    fn check_place(&mut self, item: AstId, place: &Affine, (base, dim): (&str, Dim)) -> Option<()> {
        let size = self.network.arena.shapes().affine(dim);
        let above = size.plus(place, -1)?;
        // m + 1 is a place of an axis of 4m, for every size is at least 1.
        if place.least().is_some_and(|least| least >= 1) && above.least().is_some_and(|least| least >= 0) {
            return Some(());
        }
        let numeric = |affine: &Affine, resolver: &Self| match affine.sizes.is_empty() {
            true => Some(affine.constant),
            false => resolver.known_value(affine),
        };
        let (below, above) = (numeric(place, self), numeric(&above, self));
        // The size of an axis is at least 1, so the last place of an axis is one; so is n − 1 of an axis of n only if
        // n > 1, which is taken for granted.
        let names_size = !place.sizes.is_empty() && place.sizes == size.sizes;
        let low_enough = above.is_none_or(|above| above >= 0);
        let high_enough = below.is_none_or(|below| below >= 1);
        if low_enough && high_enough && (below.is_some() || above.is_some() || names_size) {
            return Some(());
        }
        let mut words = self.dim_words(dim);
        if let (Some(value), Dim::Symbolic(_)) = (self.network.arena.shapes().known(dim), dim) {
            words.push_str(&format!(" = {value}"));
        }
        let text = self.quoted(item);
        let (message, hint) = match low_enough && high_enough {
            false => {
                let from_end =
                    if text.starts_with(['-', '−']) { format!(", the last one is `{words}`") } else { String::new() };
                (format!("{base} has no place `{text}`"), format!("indices run from 1 to {words}{from_end}"))
            }
            true => (
                format!("it cannot be told whether {base} has a place `{text}`"),
                "use the size of the axis, or give the sizes values with `dim`".to_owned(),
            ),
        };
        self.report(Diagnostic::error("bad-range", message).at(self.ast.span(item), "").hint(hint));
        None
    }

    fn quoted_span(&self, span: Span) -> String {
        self.ast.source.get(span.range()).unwrap_or_default().to_owned()
    }
}

impl Position {
    /// The place as a number.
    fn constant(&self) -> Option<i64> {
        (self.bound.is_none() && self.offset.sizes.is_empty()).then_some(self.offset.constant)
    }
}

impl Arena {
    fn finish_picked(&mut self, base: &Operand, mut picked: Picked) -> Operand {
        let of = |key: u32, picked: &Picked| picked.bound.iter().find(|bound| bound.0 == key).map(|bound| bound.2);
        let own: Vec<Label> =
            base.bound.iter().filter_map(|&(key, _)| of(key, &picked)).chain(picked.own.iter().copied()).collect();
        picked.bound.sort_by_key(|bound| bound.0);
        picked.builder.factor(&own);
        let mut factors = vec![Factor::plain(base.expr)];
        for (factor, axes) in &picked.factors {
            picked.builder.factor(axes);
            factors.push(*factor);
        }
        let labels: Vec<Label> =
            picked.bound.iter().map(|bound| bound.2).chain(picked.out.iter().filter_map(|(_, label)| *label)).collect();
        let expr = match base.expr {
            Arena::ZERO => Arena::ZERO,
            _ => self.contraction(NumberId::ONE, &factors, &picked.builder.out(&labels)),
        };
        let bound = picked.bound.iter().map(|&(key, dim, _)| (key, dim)).collect();
        Operand { expr, bound, axes: picked.out.into_iter().map(|(axis, _)| axis).collect() }
    }
}
