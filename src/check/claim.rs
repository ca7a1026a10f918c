//! A claim: two sides that an author says are equal, read against a network.
//!
//! Each [`Side`] holds its expression in the network's arena and, beside it, the hand formula as parts with their
//! places, so that a diagnosis can point at the narrow place, edit one part and build the side anew.

use crate::check::form::Form;
use crate::diagnostic::Span;
use crate::expr::{
    Arena, Constant, ExprId, Factor, FunctionId, Labels, NameId, Node, NumberId, Operand, OrdersId, Reach,
};
use crate::function::{Functions, Known};
use crate::rational::Rational;
use crate::shape::Dim;
use crate::syntax::ast::Comparison;

/// `left = right`, as an author wrote it.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// The left side.
    pub left: Side,
    /// The right side.
    pub right: Side,
    /// How they are said to compare.
    pub relation: Equality,
    /// Where both sides stand in the document.
    pub span: Span,
    /// The derivative that the left side names, if it is one.
    pub wrt: Option<Partial>,
    /// The values of general indices (`l = 2`) that this reading of the formula is for.
    pub bound: Vec<(String, i64)>,
    /// Slips of the pen that the reading mended.
    pub slips: Vec<Slip>,
    /// Which link of its chain of equalities it is, from 0.
    pub link: usize,
    /// The quantities that are named in the whole chain, with the places of their names.
    pub names: Vec<(NameId, Span)>,
}

/// How two sides are said to compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Equality {
    /// `=`, `\equiv`
    Exact,
    /// `\approx`
    Approximate,
}

/// ∂of/∂by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Partial {
    /// What is differentiated.
    pub of: NameId,
    /// By what.
    pub by: NameId,
    /// Along all ways, or inside one equation.
    pub reach: Reach,
}

/// A part of a formula that is malformed, but says what is meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slip {
    /// Where.
    pub span: Span,
    /// What is wrong with it: a sentence, lower-case, without a full stop.
    pub message: String,
}

/// The number of a part in its side; children have smaller numbers than what they are part of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct PartId(pub u32);

/// One side of a claim.
#[derive(Clone, PartialEq, Debug)]
pub struct Side {
    /// Its value, derivative symbols worked: free of [`Node::Derivative`](crate::expr::Node).
    pub expr: ExprId,
    /// Its value when each link of a chain product, and each `\frac{\partial}{\partial w}` before an expression, holds all
    /// other names fixed (∂⁺); only where that differs.
    pub direct: Option<ExprId>,
    /// All parts, children first; the last one is the whole side.
    pub parts: Vec<Part>,
}

/// A part of a hand formula: a term, a factor, an argument.
#[derive(Clone, PartialEq, Debug)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// What it consists of, in the author's order.
    pub children: Vec<PartId>,
    /// Where it stands in the document.
    pub span: Span,
    /// Its value, derivative symbols worked.
    pub expr: ExprId,
    /// Its rows and columns.
    pub form: Form,
}

/// What a part is.
#[derive(Clone, PartialEq, Debug)]
pub enum PartKind {
    /// A number as written.
    Number(Literal),
    /// π, e or ∞.
    Constant(Constant),
    /// A quantity of the network, or of a definition in the text.
    Name(NameId),
    /// A derivative symbol such as ∂C/∂θ₂, ∇_w C, C′(w), dW; higher ones list the variables, the one taken first at the
    /// front.
    Derivative {
        /// What is differentiated.
        of: NameId,
        /// By what.
        by: Vec<NameId>,
        /// Along which ways.
        reach: Reach,
        /// Its value inside one equation, where that differs and the symbol is a link of a product.
        direct: Option<ExprId>,
    },
    /// The derivative of the only child, an expression, by a quantity: `\frac{\partial}{\partial w}(…)`.
    Differential {
        /// By what.
        by: NameId,
        /// Its value when all other names in the expression are held fixed, where that differs.
        direct: Option<ExprId>,
        /// Whether it is ∂⁺ of a derivative: its value depends on how that derivative is written.
        depends_on_form: bool,
    },
    /// The only child at values of some quantities: `\left. … \right|_{x=1}`.
    At,
    /// Children added up; a term after a minus sign is a [`PartKind::Negative`].
    Sum,
    /// The only child with a minus sign.
    Negative,
    /// Children multiplied.
    Product,
    /// The first child over the second.
    Quotient,
    /// The first child to the power of the second.
    Power,
    /// A function of the children, possibly differentiated.
    Call {
        /// Which function.
        function: FunctionId,
        /// How often by which argument.
        orders: OrdersId,
    },
    /// `if c₀ comparison c₁ then c₂ else c₃`.
    If(Comparison),
    /// Children multiplied over these axes: products of vectors and matrices, and what is spread over an axis.
    Contraction(Labels),
    /// The only child with rows for columns.
    Transpose,
    /// A function of a whole matrix, or along an axis, whose value has these axes.
    Whole(FunctionId, Vec<Dim>),
    /// What is made of the children in another way.
    Made,
}

/// A number as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Literal {
    /// Its exact value.
    pub value: Rational,
    /// How many digits stand after the decimal point; `None` for a whole number, which is exact.
    pub decimals: Option<u32>,
}

impl Side {
    /// The part that is the whole side.
    pub fn root(&self) -> PartId {
        PartId(self.parts.len().saturating_sub(1) as u32)
    }

    /// A part.
    pub fn part(&self, id: PartId) -> &Part {
        &self.parts[id.0 as usize]
    }

    /// Its rows and columns.
    pub fn form(&self) -> Form {
        self.parts.last().map_or(Form::SCALAR, |part| part.form)
    }

    /// Where the side stands.
    pub fn span(&self) -> Span {
        self.parts.last().map_or(Span::default(), |part| part.span)
    }

    /// The numbers that are written with a decimal point, which may be rounded.
    pub fn literals(&self) -> impl Iterator<Item = (PartId, &Literal)> {
        self.parts.iter().enumerate().filter_map(|(at, part)| match &part.kind {
            PartKind::Number(literal) if literal.decimals.is_some() => Some((PartId(at as u32), literal)),
            _ => None,
        })
    }

    /// The derivative symbols that stand in it, in order.
    pub fn derivatives(&self) -> impl Iterator<Item = (PartId, &Part)> {
        let is_derivative = |part: &Part| matches!(part.kind, PartKind::Derivative { .. });
        self.parts
            .iter()
            .enumerate()
            .filter(move |(_, part)| is_derivative(part))
            .map(|(at, part)| (PartId(at as u32), part))
    }

    /// The value of the side with some parts replaced: `replace` gives the new value of a part, or `None` to keep it.
    /// A part above a replaced one is built anew from its children; `None` if one of those cannot be
    /// ([`PartKind::Differential`] and [`PartKind::At`] need the network).
    pub fn rebuild(
        &self,
        arena: &mut Arena,
        mut replace: impl FnMut(PartId, &mut Arena) -> Option<ExprId>,
    ) -> Option<ExprId> {
        let mut values: Vec<ExprId> = Vec::with_capacity(self.parts.len());
        for (at, part) in self.parts.iter().enumerate() {
            let value = match replace(PartId(at as u32), arena) {
                Some(value) => value,
                None if part.children.iter().all(|child| values[child.0 as usize] == self.part(*child).expr) => {
                    part.expr
                }
                None => {
                    let children: Vec<ExprId> = part.children.iter().map(|child| values[child.0 as usize]).collect();
                    combine(arena, &part.kind, &children)?
                }
            };
            values.push(value);
        }
        values.last().copied()
    }
}

/// The value of a part from those of its children; `None` for what is no operation on them.
pub fn combine(arena: &mut Arena, kind: &PartKind, children: &[ExprId]) -> Option<ExprId> {
    Some(match (kind, children) {
        (PartKind::Sum, terms) => arena.sum_as_written(terms),
        (PartKind::Contraction(labels), factors) => {
            let factors: Vec<Factor> = factors.iter().map(|&factor| Factor::plain(factor)).collect();
            arena.contraction(NumberId::ONE, &factors, labels)
        }
        (PartKind::Transpose, [child]) if arena.dims(*child).len() == 2 => arena.permute(*child, &[1, 0]),
        (PartKind::Transpose, [child]) => *child,
        (PartKind::Whole(function, dims), arguments) => arena.call_of_shape(*function, arguments, dims),
        (PartKind::Negative | PartKind::Quotient | PartKind::Power, _) if has_axes(arena, children) => {
            return entry_by_entry(arena, kind, children);
        }
        (PartKind::Negative, [child]) => match arena.as_number(*child).map(Rational::neg) {
            Some(number) => arena.number(number),
            None => arena.product_as_written(NumberId::MINUS_ONE, &[Factor::plain(*child)]),
        },
        (PartKind::Product, factors) => {
            let factors: Vec<Factor> = factors.iter().map(|&factor| Factor::plain(factor)).collect();
            arena.product_as_written(NumberId::ONE, &factors)
        }
        (PartKind::Quotient, [above, below]) => {
            let below = Factor { base: *below, exponent: NumberId::MINUS_ONE };
            arena.product_as_written(NumberId::ONE, &[Factor::plain(*above), below])
        }
        (PartKind::Power, [base, exponent]) => power(arena, *base, *exponent)?,
        (PartKind::Call { function, orders }, arguments) => arena.derived_call(*function, *orders, arguments),
        (PartKind::If(comparison), [left, right, then, otherwise]) => {
            arena.conditional(*comparison, [*left, *right, *then, *otherwise])
        }
        _ => return None,
    })
}

fn has_axes(arena: &Arena, children: &[ExprId]) -> bool {
    children.iter().any(|&child| !arena.shape(child).is_scalar())
}

/// A negative, quotient or power of tensors, entry by entry; a power by a number only.
fn entry_by_entry(arena: &mut Arena, kind: &PartKind, children: &[ExprId]) -> Option<ExprId> {
    let operands: Vec<Operand> = children.iter().map(|&child| arena.operand(child)).collect();
    let mut operands = operands.into_iter();
    let first = operands.next()?;
    let made = match (kind, operands.next()) {
        (PartKind::Negative, None) => arena.broadcast_product(NumberId::MINUS_ONE, &[(first, NumberId::ONE)]),
        (PartKind::Quotient, Some(below)) if below.expr != Arena::ZERO => {
            arena.broadcast_product(NumberId::ONE, &[(first, NumberId::ONE), (below, NumberId::MINUS_ONE)])
        }
        (PartKind::Power, Some(exponent)) => {
            let Node::Number(exponent) = arena.node(exponent.expr) else { return None };
            arena.broadcast_product(NumberId::ONE, &[(first, exponent)])
        }
        _ => return None,
    };
    made.ok().map(|operand| operand.expr)
}

/// A power: by a number inside a product, by an expression through `pow`.
fn power(arena: &mut Arena, base: ExprId, exponent: ExprId) -> Option<ExprId> {
    if let Some(value) = arena.as_number(exponent).cloned() {
        let exponent = arena.number_id(value);
        return Some(arena.product_as_written(NumberId::ONE, &[Factor { base, exponent }]));
    }
    if base == arena.constant(Constant::E) {
        return Some(arena.call(Functions::with(Known::Exponential), &[exponent]));
    }
    Some(arena.call(Functions::with(Known::Power), &[base, exponent]))
}
