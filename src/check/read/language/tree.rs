//! The parts of a side in the network language, each with its place and what it is made of.

use rustc_hash::FxHashMap;

use crate::check::claim::{Literal, Part, PartId, PartKind, Side, combine};
use crate::check::form::Form;
use crate::diagnostic::Span;
use crate::expr::{Arena, ExprId, LabelsBuilder, Node, Operand, Reach};
use crate::network::Lowered;
use crate::syntax::ast::{Ast, AstId, AstNode, BinaryOperator, UnaryOperator};

use super::{Context, Slope, real_axes, shifted, stand};

/// Makes a side of an expression and its parts.
pub(super) fn side(context: &mut Context, (ast, start): (&Ast, usize), lowered: &Lowered, slopes: &[Slope]) -> Side {
    let mut maker = Maker { context, ast, slopes, start, parts: Vec::new(), known: FxHashMap::default() };
    for (id, operand) in &lowered.parts {
        maker.add(*id, operand);
    }
    let parts = maker.parts;
    let mut side = Side { expr: lowered.whole.expr, direct: None, parts };
    if side.parts.last().is_none_or(|last| last.expr != side.expr) {
        let span = side.span();
        let children = if side.parts.is_empty() { Vec::new() } else { vec![side.root()] };
        side.parts.push(Part { kind: PartKind::Made, children, span, expr: side.expr, form: Form::SCALAR });
    }
    stand(context, &mut side);
    side
}

struct Maker<'a> {
    context: &'a mut Context,
    ast: &'a Ast,
    slopes: &'a [Slope],
    start: usize,
    parts: Vec<Part>,
    known: FxHashMap<AstId, PartId>,
}

impl Maker<'_> {
    fn add(&mut self, id: AstId, operand: &Operand) {
        let mut children = Vec::new();
        self.ast.for_each_child(id, |child| children.extend(self.known.get(&child)));
        let values: Vec<ExprId> = children.iter().map(|child: &PartId| self.parts[child.0 as usize].expr).collect();
        let kind = self.kind(id, operand, &values);
        let (span, expr) = (shifted(self.ast.span(id), self.start), operand.expr);
        let form = Form::of(self.context.network.arena.dims(expr), false);
        self.known.insert(id, PartId(self.parts.len() as u32));
        self.parts.push(Part { kind, children, span, expr, form });
    }

    /// What a part is; [`PartKind::Made`] unless it can be built anew from its children.
    fn kind(&mut self, id: AstId, operand: &Operand, values: &[ExprId]) -> PartKind {
        let kind = match *self.ast.node(id) {
            AstNode::Number(index) => {
                let (value, decimals) = (self.ast.numbers[index as usize].clone(), self.decimals(self.ast.span(id)));
                return PartKind::Number(Literal { value, decimals });
            }
            AstNode::Name(symbol) => {
                if let Some(slope) = self.slopes.iter().find(|slope| slope.symbol == symbol) {
                    let (of, by) = (slope.of, vec![slope.by]);
                    return PartKind::Derivative { of, by, reach: Reach::Total, direct: None };
                }
                return self.named(operand.expr);
            }
            AstNode::Index { .. } => return self.named(operand.expr),
            AstNode::Sum { .. } => PartKind::Sum,
            AstNode::Unary { operator: UnaryOperator::Negate, .. } => PartKind::Negative,
            AstNode::Unary { operator: UnaryOperator::Transpose, .. } => PartKind::Transpose,
            AstNode::Product { .. } if operand.rank() == 0 => PartKind::Product,
            AstNode::Product { .. } => return self.entrywise(operand, values),
            AstNode::Binary { operator: BinaryOperator::Divide, .. } => PartKind::Quotient,
            AstNode::Binary { operator: BinaryOperator::Power, .. } => PartKind::Power,
            AstNode::If { comparison, .. } => PartKind::If(comparison),
            _ => match self.context.network.arena.node(operand.expr) {
                Node::Call { function, orders, arguments } if arguments == values => {
                    let whole = PartKind::Whole(function, self.context.network.arena.dims(operand.expr).to_vec());
                    let call = PartKind::Call { function, orders };
                    return self
                        .rebuilt(call, operand, values)
                        .or_else(|| self.rebuilt(whole, operand, values))
                        .unwrap_or(PartKind::Made);
                }
                Node::Contraction { factors, labels, .. }
                    if factors.iter().map(|factor| factor.base).eq(values.iter().copied()) =>
                {
                    PartKind::Contraction(self.context.network.arena.labels(labels).clone())
                }
                _ => return PartKind::Made,
            },
        };
        self.rebuilt(kind, operand, values).unwrap_or(PartKind::Made)
    }

    /// A kind, if a part of it is this from its children.
    fn rebuilt(&mut self, kind: PartKind, operand: &Operand, values: &[ExprId]) -> Option<PartKind> {
        let same_axes = real_axes(operand) == operand.rank();
        let made = same_axes.then(|| combine(&mut self.context.network.arena, &kind, values)).flatten();
        (made == Some(operand.expr)).then_some(kind)
    }

    fn named(&self, expr: ExprId) -> PartKind {
        match self.context.network.arena.node(expr) {
            Node::Name(name) => PartKind::Name(name),
            Node::Constant(constant) => PartKind::Constant(constant),
            _ => PartKind::Made,
        }
    }

    /// A product entry by entry, as NumPy aligns its factors.
    fn entrywise(&mut self, operand: &Operand, values: &[ExprId]) -> PartKind {
        let arena: &Arena = &self.context.network.arena;
        let dims = operand.real_dims();
        let mut builder = LabelsBuilder::default();
        let labels = builder.labels(&dims);
        for &value in values {
            let own = arena.dims(value);
            let shift = dims.len().saturating_sub(own.len());
            let fits = own.iter().zip(dims.get(shift..).unwrap_or_default()).all(|(a, b)| arena.shapes().same(*a, *b));
            if !fits || own.len() > dims.len() {
                return PartKind::Made;
            }
            builder.factor(&labels[shift..]);
        }
        PartKind::Contraction(builder.out(&labels))
    }

    /// How many digits stand after the point of a number.
    fn decimals(&self, span: Span) -> Option<u32> {
        let text = self.ast.source.get(span.range())?.trim_matches(['(', ')', ' ']);
        let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (_, after) = digits.split_once('.')?;
        let exponent: i64 = exponent.trim_start_matches('+').parse().ok()?;
        u32::try_from(after.len() as i64 - exponent).ok()
    }
}
