//! What an expression can be.

use crate::expr::{LabelsId, NumberId, SelectionId};
use crate::syntax::ast::Comparison;

/// An expression in an [`Arena`](crate::expr::Arena). Children have smaller ids than their parents.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

/// A named quantity, numbered by its network.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct NameId(pub u32);

/// A function: of the table, or of the user's own. Numbered by [`Functions`](crate::function::Functions).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub u16);

/// How often a called function is differentiated by each argument: `f″`, `∂₁E`. Interned in the arena.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct OrdersId(pub u16);

impl OrdersId {
    /// The function itself, not differentiated.
    pub const NONE: OrdersId = OrdersId(0);
}

/// A mathematical constant that is no rational number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Constant {
    /// π.
    Pi,
    /// Euler's number.
    E,
    /// +∞; for bounds and conditions only.
    Infinity,
}

impl Constant {
    /// The nearest floating-point number.
    pub fn to_f64(self) -> f64 {
        match self {
            Constant::Pi => std::f64::consts::PI,
            Constant::E => std::f64::consts::E,
            Constant::Infinity => f64::INFINITY,
        }
    }
}

/// `base^exponent` inside a product.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct Factor {
    /// What is raised.
    pub base: ExprId,
    /// An exact rational exponent: −1 in a quotient, ½ under a root.
    pub exponent: NumberId,
}

impl Factor {
    /// `base¹`.
    pub fn plain(base: ExprId) -> Self {
        Factor { base, exponent: NumberId::ONE }
    }
}

/// What a derivative symbol counts: ∂C/∂w or ∂⁺C/∂w.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Reach {
    /// All ways from the one quantity to the other; the usual sign.
    Total,
    /// What the equation says itself, every other name in it held fixed: the immediate partial derivative ∂⁺ of
    /// Pascanu, Mikolov and Bengio (ICML 2013), written where the total one differs.
    Direct,
}

/// A view of an expression.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Node<'a> {
    /// An exact rational number.
    Number(NumberId),
    /// π, e or ∞.
    Constant(Constant),
    /// A quantity of the network.
    Name(NameId),
    /// The k-th argument in the definition of a function; the output of an n-ary function is number n.
    Parameter(u32),
    /// Two terms or more. `a − b` is the sum of `a` and the product −1·b.
    Sum(&'a [ExprId]),
    /// coefficient · Π baseᵉ of scalars. Quotients, negatives and constant powers are products.
    Product {
        /// The number in front.
        coefficient: NumberId,
        /// In the author's order; at least one.
        factors: &'a [Factor],
    },
    /// The generalised product of tensors: coefficient · Σ Π baseᵉ over the labels that are not in the result. The
    /// product of scalars, which has no labels, is a [`Node::Product`].
    Contraction {
        /// The number in front.
        coefficient: NumberId,
        /// In the author's order; none for ones and for the identity. An exponent acts on each entry.
        factors: &'a [Factor],
        /// The axes of each factor and of the result.
        labels: LabelsId,
    },
    /// A tensor of zeros and ones that picks entries.
    Selection(SelectionId),
    /// A function applied to arguments, possibly differentiated by them.
    Call {
        /// Which function.
        function: FunctionId,
        /// How often by which argument.
        orders: OrdersId,
        /// One for each parameter of the function.
        arguments: &'a [ExprId],
    },
    /// `if left comparison right then … else …`.
    If {
        /// How `left` and `right` are compared.
        comparison: Comparison,
        /// `[left, right, then, otherwise]`.
        parts: [ExprId; 4],
    },
    /// A derivative that has not been worked: ∂of/∂by. A symbol such as ∂C/∂ŷ if `of` is a name.
    Derivative {
        /// What is differentiated.
        of: ExprId,
        /// By which quantity.
        by: NameId,
        /// Along which ways `of` depends on `by`.
        reach: Reach,
    },
}
