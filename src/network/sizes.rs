//! Shapes as they are declared, and the sizes that stand in them.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::NameId;
use crate::network::resolve::{Indices, Resolver, SizeNames};
use crate::network::{Facts, Origin, Size};
use crate::shape::{Affine, Dim, Shape, SizeId};
use crate::syntax::ast::{AstId, AstNode, NameRef, ShapeExpr, ShapeKind, Symbol, UnaryOperator};

/// A size that is no larger is no name: 2 and 10 stand in formulas for other reasons.
pub(super) const LARGEST_NUMBER: i64 = 12;

impl Resolver<'_> {
    /// The axes of a declared shape and what it promises of the entries.
    pub(super) fn shape(&mut self, shape: &ShapeExpr, indices: &Indices) -> Option<(Vec<Dim>, Facts)> {
        let read = |resolver: &mut Self, list| -> Option<Vec<Dim>> {
            let items = resolver.ast.list(list).to_vec();
            let dims: Vec<Option<Dim>> = items.into_iter().map(|item| resolver.declared_size(item, indices)).collect();
            dims.into_iter().collect()
        };
        let (batch, axes) = (read(self, shape.batch), read(self, shape.axes));
        let (mut dims, axes) = (batch?, axes?);
        let mut facts = Facts { kind: shape.kind, ..Facts::default() };
        match shape.kind {
            ShapeKind::Index => {
                let [classes] = axes[..] else {
                    let error = Diagnostic::error("shape", "an index has one number of classes").at(shape.span, "");
                    self.report(error.hint("write `index[k]`, or `[N] index[k]` for a batch"));
                    return None;
                };
                facts.classes = Some(classes);
                return Some((dims, facts));
            }
            ShapeKind::Simplex | ShapeKind::OneHot if axes.is_empty() => {
                let error = Diagnostic::error("shape", "a scalar has no entries that sum to 1").at(shape.span, "");
                self.report(error);
                return None;
            }
            ShapeKind::Simplex | ShapeKind::OneHot => facts.sums_to_one = Some(dims.len() + axes.len() - 1),
            ShapeKind::Real | ShapeKind::Binary => {}
        }
        dims.extend(axes);
        Some((dims, facts))
    }

    fn declared_size(&mut self, id: AstId, indices: &Indices) -> Option<Dim> {
        let affine = self.affine(id, indices)?;
        if self.size_names == SizeNames::Numbers
            && affine.sizes.is_empty()
            && let Some(size) = self.size_by_number(affine.constant, self.ast.span(id))
        {
            return Some(Dim::Symbolic(size));
        }
        let numeric = affine.sizes.is_empty();
        let dim = self.network.arena.shapes_mut().dim(affine.clone()).filter(|_| !numeric || affine.constant > 0);
        if dim.is_none() {
            let message = format!("{} is no size", affine.constant);
            let error = Diagnostic::error("shape", message).at(self.ast.span(id), "");
            self.report(error.hint("a size is a whole number from 1 to 4294967295"));
        }
        dim
    }

    /// The size whose name is a large number; a new one if no size has that value.
    fn size_by_number(&mut self, number: i64, span: Span) -> Option<SizeId> {
        let value = u32::try_from(number).ok().filter(|_| number > LARGEST_NUMBER)?;
        if self.network.sizes.iter().any(|size| size.value == Some(value)) {
            return self.network.size_with_value(number);
        }
        let name = self.network.add_quantity((&value.to_string(), &[]), Origin::Size, Shape::SCALAR, span);
        self.network.quantities[name.0 as usize].value = Some(self.network.arena.integer(number));
        self.network.sizes.push(Size { name, value: Some(value) });
        self.network.arena.shapes_mut().declare_size(SizeId(name.0), Some(value));
        Some(SizeId(name.0))
    }

    /// A size as written: numbers, names of sizes, their sums and multiples.
    fn affine(&mut self, id: AstId, indices: &Indices) -> Option<Affine> {
        let found = match *self.ast.node(id) {
            AstNode::Number(at) => self.ast.numbers[at as usize].to_integer().map(Affine::constant),
            AstNode::Name(symbol) => match indices.iter().rev().find(|(index, _)| *index == symbol) {
                Some(&(_, value)) => Some(Affine::constant(value)),
                None => return self.size_of(symbol, &[], id).map(Affine::size),
            },
            AstNode::Index { base, items } => match *self.ast.node(base) {
                AstNode::Name(symbol) => {
                    let items = self.ast.list(items).to_vec();
                    self.check_index_count(&items)?;
                    let at: Vec<i64> = items.iter().map(|&item| self.integer(item, indices)).collect::<Option<_>>()?;
                    return self.size_of(symbol, &at, id).map(Affine::size);
                }
                _ => None,
            },
            AstNode::Unary { operator: UnaryOperator::Negate, operand } => self.affine(operand, indices)?.times(-1),
            AstNode::Sum { terms } => {
                let mut sum = Affine::default();
                for &term in &self.ast.list(terms).to_vec() {
                    sum = sum.plus(&self.affine(term, indices)?, 1)?;
                }
                Some(sum)
            }
            AstNode::Product { factors } => {
                let mut product = Some(Affine::constant(1));
                for &factor in &self.ast.list(factors).to_vec() {
                    let factor = self.affine(factor, indices)?;
                    product = product.and_then(|product| product.product(&factor));
                }
                product
            }
            _ => None,
        };
        if found.is_none() {
            let error = Diagnostic::error("shape", "this is no size").at(self.ast.span(id), "");
            self.report(error.hint("a size is a whole number, a name, or a sum such as `n - k + 1`"));
        }
        found
    }

    /// The size of this name; a new one if the name is new.
    fn size_of(&mut self, symbol: Symbol, at: &[i64], place: AstId) -> Option<SizeId> {
        let span = self.ast.span(place);
        if let Some(name) = self.names.get(symbol, at) {
            if self.network.quantity(name).origin == Origin::Size {
                return Some(SizeId(name.0));
            }
            let text = self.network.spelling(name);
            let error = Diagnostic::error("shape", format!("`{text}` stands in a shape but is no size"))
                .at(span, "")
                .at(self.network.quantity(name).span, "declared here");
            self.report(error.hint(format!("declare `dim {text}`, or give one of the two another name")));
            return None;
        }
        self.new_size(&NameRef { symbol, indices: None, span }, at, None)
    }

    /// Enters a size.
    pub(super) fn new_size(&mut self, name: &NameRef, at: &[i64], value: Option<u32>) -> Option<SizeId> {
        let name = self.quantity(name, at, Origin::Size)?;
        self.network.sizes.push(Size { name, value });
        self.network.arena.shapes_mut().declare_size(SizeId(name.0), value);
        Some(SizeId(name.0))
    }

    /// The letters that stand for the running index of a family in its shape: `l` in `W[1..3] : [n[l], n[l-1]]`.
    pub(super) fn running_indices(&self, shape: &ShapeExpr, indices: &Indices) -> Vec<Symbol> {
        let mut found = Vec::new();
        let mut stack: Vec<(AstId, bool)> = Vec::new();
        stack.extend(self.ast.list(shape.axes).iter().chain(self.ast.list(shape.batch)).map(|&id| (id, false)));
        while let Some((id, inside)) = stack.pop() {
            match *self.ast.node(id) {
                AstNode::Name(symbol) if inside => {
                    let known = indices.iter().any(|(index, _)| *index == symbol);
                    if !known && self.names.get(symbol, &[]).is_none() && !found.contains(&symbol) {
                        found.push(symbol);
                    }
                }
                AstNode::Index { items, .. } => stack.extend(self.ast.list(items).iter().map(|&id| (id, true))),
                AstNode::Sum { terms: list } | AstNode::Product { factors: list } => {
                    stack.extend(self.ast.list(list).iter().map(|&id| (id, inside)));
                }
                AstNode::Unary { operand, .. } => stack.push((operand, inside)),
                _ => {}
            }
        }
        found
    }

    /// Says that a name was declared with a shape that its use as a size forbids.
    pub(super) fn size_and_quantity(&mut self, name: &NameRef, known: NameId) -> bool {
        if self.network.quantity(known).origin != Origin::Size || !self.is_implicit(known) {
            return false;
        }
        let text = self.network.spelling(known);
        let error = Diagnostic::error("defined-twice", format!("`{text}` is both a size and a quantity"))
            .at(name.span, "the quantity")
            .at(self.network.quantity(known).span, "a name that stands in a shape is a size");
        self.report(error.hint("give one of them another name"));
        true
    }

    fn is_implicit(&self, size: NameId) -> bool {
        let span: Span = self.network.quantity(size).span;
        self.ast.source[..(span.start as usize).min(self.ast.source.len())]
            .trim_end()
            .ends_with(['[', ',', '+', '-', '*'])
    }
}
