//! The parts of a network.

use rustc_hash::FxHashMap;

use crate::diagnostic::Span;
use crate::expr::{Arena, ExprId, FunctionId, NameId};
use crate::function::Functions;
use crate::network::sizes::LARGEST_NUMBER;
use crate::network::{Kept, Template};
use crate::shape::{Dim, Shape, SizeId};
use crate::syntax::ast::{Comparison, Role, ShapeKind};
use crate::syntax::spelling::{canonical, nearest};

/// Where the value of a quantity comes from.
#[expect(missing_docs, reason = "the doc of a variant names its fields")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// It is given.
    Leaf(Role),
    /// It is defined by this equation (an index into [`Network::equations`]).
    Equation(u32),
    /// It is a size (`dim n = 4`), used as a number.
    Size,
    /// It is the derivative ∂of/∂by, given a name and an equation so that it can be derived again.
    Partial { of: NameId, by: NameId, equation: u32 },
}

/// What is known of the entries of a quantity, from its declaration and from `assume`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// What its shape promises.
    pub kind: ShapeKind,
    /// For an index: how many classes there are.
    pub classes: Option<Dim>,
    /// Whether it is a matrix that equals its transpose.
    pub symmetric: bool,
    /// The axis along which its entries sum to 1.
    pub sums_to_one: Option<usize>,
    /// Whether all entries are positive.
    pub positive: bool,
}

impl Default for Facts {
    fn default() -> Self {
        Facts { kind: ShapeKind::Real, classes: None, symmetric: false, sums_to_one: None, positive: false }
    }
}

/// A named quantity.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// The name without its index, in canonical spelling: `theta2`, `yhat`, `W_out`, `z` for `z[3]`.
    pub stem: Box<str>,
    /// The indices of a member of a family: `[3]` for `z[3]`; empty otherwise.
    pub indices: Box<[i64]>,
    /// Where its value comes from.
    pub origin: Origin,
    /// Its shape.
    pub shape: Shape,
    /// What is known of its entries.
    pub facts: Facts,
    /// The value that its declaration gives, a constant expression; of a tensor the value of all entries.
    pub value: Option<ExprId>,
    /// The entries that its declaration gives.
    pub literal: Option<Literal>,
    /// Where it is declared or defined.
    pub span: Span,
}

/// `name = value`, as the user wrote it.
#[derive(Clone, Copy, Debug)]
pub struct Equation {
    /// The quantity that it defines.
    pub name: NameId,
    /// Its right side.
    pub value: ExprId,
    /// The whole statement.
    pub span: Span,
    /// Whether the user wrote it; else it is a link of a composition (`a(b(x))`) that was opened.
    pub written: bool,
}

/// `[[1, 2], [3, 4]]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Literal {
    /// The sizes of the axes.
    pub dims: Vec<usize>,
    /// Constant expressions, row by row.
    pub entries: Vec<ExprId>,
}

/// A point to evaluate at.
#[derive(Clone, Debug)]
pub struct Point {
    /// Its name, if it has one.
    pub label: Option<String>,
    /// Quantities and their values, constant expressions.
    pub values: Vec<(NameId, ExprId)>,
    /// Tensors and their entries.
    pub literals: Vec<(NameId, Literal)>,
    /// The statement.
    pub span: Span,
}

/// A fact that the simplifier may use.
#[derive(Clone, Copy, Debug)]
pub struct Assumption {
    /// Left side.
    pub left: ExprId,
    /// How it compares.
    pub comparison: Comparison,
    /// Right side.
    pub right: ExprId,
    /// The statement.
    pub span: Span,
}

/// `show PATTERN as FORM`, with both checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Show {
    /// The stem that it is about, in canonical spelling, without the `#`.
    pub stem: String,
    /// Whether the pattern ends in `#`: any trailing digits, or an index.
    pub numbered: bool,
    /// The form, as written: `z^#`, `W_out`, `hat(y)`, or LaTeX in quotes.
    pub form: String,
    /// Where the form stands.
    pub form_span: Span,
}

/// A named size.
#[derive(Clone, Debug)]
pub struct Size {
    /// Its name as a quantity.
    pub name: NameId,
    /// Its value, if it has one.
    pub value: Option<u32>,
}

/// A network.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// All expressions.
    pub arena: Arena,
    /// All functions.
    pub functions: Functions,
    /// All quantities, by [`NameId`].
    pub quantities: Vec<Quantity>,
    /// The equations; each uses only quantities that are leaves or defined before it.
    pub equations: Vec<Equation>,
    /// What `cost` names, or the only quantity that nothing uses; `None` if there is no such thing.
    pub cost: Option<NameId>,
    /// When there is no cost: the quantities that nothing uses, to be listed in the error.
    pub outputs: Vec<NameId>,
    /// Points, in the order of the file.
    pub points: Vec<Point>,
    /// Facts.
    pub assumptions: Vec<Assumption>,
    /// How names are written.
    pub shows: Vec<Show>,
    /// Sizes.
    pub sizes: Vec<Size>,
    /// Formulas of functions that have been asked for.
    pub(super) templates: FxHashMap<FunctionId, Template>,
    /// The quantities that are derivatives ∂of/∂by, by `(of, by)`.
    pub(super) partials: FxHashMap<(NameId, NameId), NameId>,
    /// What others have worked out of it.
    pub(crate) kept: Kept,
}

impl Network {
    /// The quantity with this id, which must be one of this network.
    pub fn quantity(&self, name: NameId) -> &Quantity {
        &self.quantities[name.0 as usize]
    }

    /// Whether a quantity, or a part of an expression, is no scalar.
    pub fn has_tensors(&self) -> bool {
        self.arena.shapes().has_tensors()
    }

    /// The name in the network language: `theta2`, `z[3]`.
    pub fn spelling(&self, name: NameId) -> String {
        let quantity = self.quantity(name);
        if quantity.indices.is_empty() {
            return quantity.stem.to_string();
        }
        let indices: Vec<String> = quantity.indices.iter().map(i64::to_string).collect();
        format!("{}[{}]", quantity.stem, indices.join(", "))
    }

    /// The quantity with this name, in any of its spellings.
    pub fn find(&self, spelling: &str) -> Option<NameId> {
        let (stem, indices) = match spelling.trim().split_once('[') {
            Some((stem, rest)) => {
                let inside = rest.strip_suffix(']')?;
                let indices: Option<Vec<i64>> = inside.split(',').map(|index| index.trim().parse().ok()).collect();
                (stem, indices?)
            }
            None => (spelling.trim(), Vec::new()),
        };
        let stem = canonical(stem);
        let found = self.quantities.iter().position(|quantity| {
            *quantity.stem == *stem
                && *quantity.indices == *indices
                && !matches!(quantity.origin, Origin::Partial { .. })
        });
        found.map(|at| NameId(at as u32))
    }

    /// The spelling of the known name that is nearest to `name`, if it is near.
    pub fn nearest(&self, name: &str) -> Option<String> {
        let spellings = self.quantities.iter().map(|quantity| quantity.stem.as_ref());
        nearest(name, spellings).map(str::to_owned)
    }

    /// The equation that defines a quantity, if one does.
    pub fn definition(&self, name: NameId) -> Option<&Equation> {
        match self.quantity(name).origin {
            Origin::Equation(at) | Origin::Partial { equation: at, .. } => self.equations.get(at as usize),
            _ => None,
        }
    }

    /// Adds a quantity of which no more is known than this.
    pub(crate) fn add_quantity(
        &mut self,
        (stem, indices): (&str, &[i64]),
        origin: Origin,
        shape: Shape,
        span: Span,
    ) -> NameId {
        let name = NameId(self.quantities.len() as u32);
        let (stem, indices, facts) = (stem.into(), indices.into(), Facts::default());
        self.quantities.push(Quantity { stem, indices, origin, shape, facts, value: None, literal: None, span });
        name
    }

    /// The size that a large number is the value of, if it is of one only.
    pub fn size_with_value(&self, number: i64) -> Option<SizeId> {
        let value = u32::try_from(number).ok().filter(|_| number > LARGEST_NUMBER)?;
        let mut found = self.sizes.iter().filter(|size| size.value == Some(value));
        let size = found.next()?;
        found.next().is_none().then_some(SizeId(size.name.0))
    }

    /// Whether a name is the number that it has as its value: 784, a size that the file gives no other name.
    pub fn is_numeral(&self, name: NameId) -> bool {
        self.quantity(name).stem.starts_with(|sign: char| sign.is_ascii_digit())
    }

    /// Adds an input that the file does not declare.
    pub(crate) fn add_input(&mut self, stem: &str, shape: Shape) -> NameId {
        self.add_quantity((stem, &[]), Origin::Leaf(Role::Input), shape, Span::default())
    }

    /// Adds a quantity with `value` as its equation, the last one; `written` as in [`Equation`].
    pub(crate) fn add_equation(&mut self, name: (&str, &[i64]), value: ExprId, span: Span, written: bool) -> NameId {
        let origin = Origin::Equation(self.equations.len() as u32);
        let name = self.add_quantity(name, origin, self.arena.shape(value), span);
        self.equations.push(Equation { name, value, span, written });
        name
    }

    /// Makes ∂of/∂by a quantity with `value` as its equation, the last one.
    pub fn add_partial(&mut self, of: NameId, by: NameId, value: ExprId) -> NameId {
        let span = self.quantity(of).span;
        let stem = format!("d{}/d{}", self.spelling(of), self.spelling(by));
        let origin = Origin::Partial { of, by, equation: self.equations.len() as u32 };
        let name = self.add_quantity((&stem, &[]), origin, self.arena.shape(value), span);
        self.equations.push(Equation { name, value, span, written: false });
        self.partials.insert((of, by), name);
        name
    }

    /// The quantity that is ∂of/∂by, if it has been made one.
    pub fn partial(&self, of: NameId, by: NameId) -> Option<NameId> {
        self.partials.get(&(of, by)).copied()
    }

    /// The expression that is a quantity itself.
    pub fn name_expr(&mut self, name: NameId) -> ExprId {
        let shape = self.quantity(name).shape;
        self.arena.name(name, shape)
    }
}
