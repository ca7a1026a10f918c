//! How a value stands in products: its rows and columns.
//!
//! A vector is one axis in the arena; whether it stands as a column or as a row, only the formula says.

use crate::shape::{Dim, Shapes};

/// How far a value reaches in one direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Extent {
    /// One row, or one column: the expression lacks the axis.
    #[default]
    One,
    /// As far as an axis of the expression.
    Axis(Dim),
    /// As far as two axes of the expression together, the second one faster: the rows of vec(A) and of A ⊗ B.
    Pair(Dim, Dim),
    /// As far as what stands around it wants: all ones, an axis that the expression lacks.
    Ones,
}

/// The rows and columns of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Form {
    /// How many rows it has.
    pub rows: Extent,
    /// How many columns it has.
    pub columns: Extent,
    /// Whether it is a multiple of the identity matrix, of a size that is not said; the expression is the multiple.
    pub identity: bool,
    /// The letters for indices that stand on axes of the expression before rows and columns, as bits.
    pub indices: u128,
    /// Whether it has more axes than a matrix; then rows and columns say nothing.
    pub high: bool,
}

impl Form {
    /// A scalar.
    pub const SCALAR: Form = Form { rows: Extent::One, columns: Extent::One, identity: false, indices: 0, high: false };
    /// The identity matrix.
    pub const IDENTITY: Form = Form { identity: true, ..Form::SCALAR };
    /// 𝟏, a column.
    pub const ONES: Form = Form { rows: Extent::Ones, ..Form::SCALAR };
    /// More axes than a matrix.
    pub const HIGH: Form = Form { high: true, ..Form::SCALAR };

    /// The form of an expression with these axes; a vector is a row if `row` says so.
    pub fn of(dims: &[Dim], row: bool) -> Form {
        match *dims {
            [] => Form::SCALAR,
            [only] if row => Form { columns: Extent::Axis(only), ..Form::SCALAR },
            [only] => Form { rows: Extent::Axis(only), ..Form::SCALAR },
            [rows, columns] => Form { rows: Extent::Axis(rows), columns: Extent::Axis(columns), ..Form::SCALAR },
            _ => Form::HIGH,
        }
    }

    /// Whether it is an ordinary scalar.
    pub fn is_scalar(self) -> bool {
        self == Form::SCALAR
    }

    /// Whether it is a scalar for each value of its letters.
    pub fn is_single(self) -> bool {
        self.plain().is_scalar()
    }

    /// The same without letters.
    pub fn plain(self) -> Form {
        Form { indices: 0, ..self }
    }

    /// Rows for columns.
    pub fn transposed(self) -> Form {
        Form { rows: self.columns, columns: self.rows, ..self }
    }

    /// The axes of the expression, rows first.
    pub fn dims(self) -> Vec<Dim> {
        let axes = |extent| match extent {
            Extent::Axis(dim) => [Some(dim), None],
            Extent::Pair(slow, fast) => [Some(slow), Some(fast)],
            Extent::One | Extent::Ones => [None, None],
        };
        [self.rows, self.columns].into_iter().flat_map(axes).flatten().collect()
    }

    /// Whether two axes count its rows, or its columns.
    pub fn has_pairs(self) -> bool {
        matches!(self.rows, Extent::Pair(..)) || matches!(self.columns, Extent::Pair(..))
    }

    /// Whether it is a matrix, with both axes.
    pub fn is_matrix(self) -> bool {
        matches!((self.rows, self.columns), (Extent::Axis(_), Extent::Axis(_)))
    }

    /// Whether it is a vector, with one axis.
    pub fn is_vector(self) -> bool {
        self.dims().len() == 1 && (self.rows == Extent::One || self.columns == Extent::One)
    }

    /// Whether it is a matrix with as many rows as columns.
    pub fn is_square(self, shapes: &Shapes) -> bool {
        matches!((self.rows, self.columns), (Extent::Axis(rows), Extent::Axis(columns)) if shapes.same(rows, columns))
    }

    /// Whether two values have the same rows and columns.
    pub fn same(self, other: Form, shapes: &Shapes) -> bool {
        let alike = |a: Extent, b: Extent| match (a, b) {
            (Extent::Axis(a), Extent::Axis(b)) => shapes.same(a, b),
            (Extent::Pair(a, c), Extent::Pair(b, d)) => shapes.same(a, b) && shapes.same(c, d),
            _ => a == b,
        };
        self.identity == other.identity
            && self.high == other.high
            && self.indices == other.indices
            && alike(self.rows, other.rows)
            && alike(self.columns, other.columns)
    }
}
