//! The choices that a user has about notation, as tables.

use crate::calculus::FactorOrder;

/// Whose symbols are used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Notation {
    /// As the user's file shows its names.
    #[default]
    Article,
    /// Nielsen: layers as bare superscripts, weights w.
    Nielsen,
    /// 3Blue1Brown: layers as superscripts in parentheses, C₀, the parameter first.
    ThreeBlueOneBrown,
    /// Goodfellow, Bengio, Courville: the cost J, layers as superscripts in parentheses.
    Goodfellow,
}

/// What stands between the factors of a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Times {
    /// ·
    #[default]
    Dot,
    /// ∗
    Star,
    /// Nothing.
    None,
}

/// How the index of a layer is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LayerIndex {
    /// As the default for names has it: digits below, bracketed indices above in parentheses.
    Default,
    /// z³.
    Bare,
    /// z⁽³⁾.
    Parenthesised,
}

/// In which order the axes of a derivative stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Orientation {
    /// A Jacobian has a row for each entry of what is differentiated; the gradient of a scalar has the shape of its
    /// variable.
    #[default]
    Mixed,
    /// A row for each entry of what is differentiated, always: the derivative of a scalar is a row.
    Numerator,
    /// A row for each entry of the variable, always.
    Denominator,
}

/// In which notation tensors are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TensorForm {
    /// Vectors and matrices; indices where there is no form in them.
    #[default]
    Matrix,
    /// Entries with indices and sums.
    Index,
    /// One beside the other.
    Both,
}

/// All choices together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Style {
    /// Whose symbols.
    pub notation: Notation,
    /// The sign in chains.
    pub times: Times,
    /// Whether derivatives are ordinary (d) and not partial (∂): there is only one variable.
    pub ordinary: bool,
    /// The order of the axes of derivatives.
    pub orientation: Orientation,
    /// Matrices or indices.
    pub form: TensorForm,
    /// Whether the shape of each quantity is written at its side.
    pub shapes: bool,
}

impl Style {
    /// The order of the factors of a chain.
    pub fn order(&self) -> FactorOrder {
        match self.orientation {
            Orientation::Denominator => FactorOrder::ParameterFirst,
            Orientation::Mixed | Orientation::Numerator => FactorOrder::OutputFirst,
        }
    }

    pub(super) fn layer_index(&self) -> LayerIndex {
        match self.notation {
            Notation::Article => LayerIndex::Default,
            Notation::Nielsen => LayerIndex::Bare,
            Notation::ThreeBlueOneBrown | Notation::Goodfellow => LayerIndex::Parenthesised,
        }
    }

    /// Stems that the notation writes in another way: what the user has, what the book has.
    pub(super) fn renames(&self) -> &'static [(&'static str, &'static str)] {
        match self.notation {
            Notation::Article => &[],
            Notation::Nielsen | Notation::ThreeBlueOneBrown => &[("theta", "w"), ("J", "C"), ("L", "C"), ("E", "C")],
            Notation::Goodfellow => &[("C", "J"), ("L", "J"), ("E", "J")],
        }
    }
}
