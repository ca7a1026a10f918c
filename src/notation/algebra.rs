//! Formulas in matrices whose letters are the factors of one contraction.

use crate::expr::Label;

/// A formula in matrices whose letters are the factors of one contraction, by number.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Term {
    /// A factor to its exponent: a scalar, a column or a matrix.
    Factor(usize),
    /// A factor without its exponent.
    Base(usize),
    /// The column of the diagonal of a matrix.
    Diagonal(usize),
    /// A column of ones.
    Ones(Label),
    /// The identity matrix.
    Identity(Label),
    /// The matrix product.
    Chain(Vec<Link>),
    /// The product entry by entry of operands of one shape.
    Hadamard(Vec<Link>),
    /// A column as a diagonal matrix.
    Diag(Box<Term>),
    /// The trace of a square matrix.
    Trace(Box<Term>),
    /// The sum of the absolute values of the entries of a column.
    AbsoluteNorm(usize),
    /// The sum of the squares of all entries.
    SquaredNorm(Box<Link>),
    /// A size as a number.
    Size(Label),
}

/// An operand of a product.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Link {
    /// What stands there.
    pub(super) term: Term,
    /// Whether it is transposed.
    pub(super) transposed: bool,
    /// Whether it is a column (a row where it is transposed).
    pub(super) vector: bool,
}

impl Link {
    pub(super) fn column(term: Term) -> Link {
        Link { term, transposed: false, vector: true }
    }

    pub(super) fn matrix(term: Term) -> Link {
        Link { term, transposed: false, vector: false }
    }

    /// The transpose, with each operand of a product entry by entry turned where that is a column with matrices in it.
    pub(super) fn turned_through(self) -> Link {
        let is_chain = |part: &Link| matches!(part.term, Term::Chain(_));
        match self.term {
            Term::Hadamard(parts) if self.vector && !self.transposed && parts.iter().any(is_chain) => {
                let parts = parts.into_iter().map(Link::turned).collect();
                Link { term: Term::Hadamard(parts), ..self }
            }
            _ => self.turned(),
        }
    }

    /// The transpose; that of a chain is the chain of the transposes backwards.
    pub(super) fn turned(self) -> Link {
        match self.term {
            Term::Chain(links) => Link { term: Term::Chain(backwards(links)), ..self },
            term => Link { term, transposed: !self.transposed, ..self },
        }
    }
}

/// A contraction as scalars times one vector or matrix.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Product {
    /// Factors that are numbers.
    pub(super) scalars: Vec<Term>,
    /// The rest; `None` if the whole is a number.
    pub(super) body: Option<Link>,
}

/// What the search must know of a factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Trait {
    /// The first factor that is equal to this one, exponent and all.
    pub(super) same: usize,
    /// A matrix that is its own transpose.
    pub(super) symmetric: bool,
    /// Whether the exponent is 2.
    pub(super) squared: bool,
    /// Whether it is the absolute value of a column.
    pub(super) absolute: bool,
    /// Whether the letters of a column stand for a row.
    pub(super) row: bool,
    /// Whether a column is a matrix of one column or row.
    pub(super) slim: bool,
}

/// Whether a term is its own transpose, as far as its form tells.
pub(super) fn is_symmetric(traits: &[Trait], term: &Term) -> bool {
    match term {
        Term::Factor(at) | Term::Base(at) => traits[*at].symmetric,
        Term::Identity(_) | Term::Diag(_) => true,
        Term::Hadamard(parts) => parts.iter().all(|part| !part.vector && is_symmetric(traits, &part.term)),
        _ => false,
    }
}

pub(super) fn backwards(links: Vec<Link>) -> Vec<Link> {
    links.into_iter().rev().map(Link::turned).collect()
}
