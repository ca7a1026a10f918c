//! The kinds of mistakes, in the order in which one is preferred to another that explains the same formula.
//!
//! σ for σ′ comes before a missing factor: they are the same only where σ′ = σ·u, and there nobody forgets just the u.

/// What is wrong with a hand formula.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A minus for a plus, or the other way round.
    Sign,
    /// σ for σ′.
    NotDifferentiated,
    /// 1/n times what it must be.
    MeanForSum,
    /// n times what it must be.
    SumForMean,
    /// A factor that is not there.
    MissingFactor,
    /// A path of the chain rule that was not added.
    LostPath,
    /// A term that is missing from a sum inside a factor.
    LostTerm,
    /// A constant factor: 2, ½, 1/n.
    Constant,
    /// A matrix that must be transposed and is not, or is and must not be.
    Transpose,
    /// The transpose stands on another matrix.
    TransposeElsewhere,
    /// The factors of a matrix product in another order.
    FactorOrder,
    /// xδᵀ for δxᵀ.
    OuterSwapped,
    /// Two indices in each other's place.
    IndexSwapped,
    /// The right values in the other layout.
    OtherLayout,
    /// A sum over an axis, such as the batch, that is not taken.
    MissingSum,
    /// A Jacobian of which only the diagonal is there.
    JacobianDiagonal,
    /// A sum over an axis that must stay.
    ExtraSum,
    /// A sum over another axis than the right one.
    WrongAxis,
    /// ⊙ for a matrix product.
    ElementwiseForProduct,
    /// A matrix product for ⊙.
    ProductForElementwise,
    /// σ′ taken at a instead of z.
    WrongArgument,
    /// The factor of another layer.
    OtherLayer,
    /// A link by another variable, ∂z/∂a for ∂z/∂θ, or one name for another.
    WrongVariable,
    /// A factor that stands twice.
    DoubledFactor,
    /// Divided for multiplied, or multiplied for divided.
    InvertedFactor,
    /// A bracket that is missing or in the wrong place.
    Bracket,
    /// A derivative that is not written as one: a fraction without the ∂ above.
    MalformedDerivative,
    /// Two of these at once.
    TwoMistakes,
}

impl Kind {
    /// All kinds, the preferred one first.
    pub const ALL: [Kind; 28] = [
        Kind::Sign,
        Kind::NotDifferentiated,
        Kind::MeanForSum,
        Kind::SumForMean,
        Kind::MissingFactor,
        Kind::LostPath,
        Kind::LostTerm,
        Kind::Constant,
        Kind::Transpose,
        Kind::TransposeElsewhere,
        Kind::FactorOrder,
        Kind::OuterSwapped,
        Kind::IndexSwapped,
        Kind::OtherLayout,
        Kind::MissingSum,
        Kind::JacobianDiagonal,
        Kind::ExtraSum,
        Kind::WrongAxis,
        Kind::ElementwiseForProduct,
        Kind::ProductForElementwise,
        Kind::WrongArgument,
        Kind::OtherLayer,
        Kind::WrongVariable,
        Kind::DoubledFactor,
        Kind::InvertedFactor,
        Kind::Bracket,
        Kind::MalformedDerivative,
        Kind::TwoMistakes,
    ];

    /// Its name in reports, in kebab case.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Sign => "sign",
            Kind::MissingFactor => "missing-factor",
            Kind::LostPath => "lost-path",
            Kind::LostTerm => "lost-term",
            Kind::MeanForSum => "mean-for-sum",
            Kind::SumForMean => "sum-for-mean",
            Kind::Constant => "constant",
            Kind::Transpose => "transpose",
            Kind::TransposeElsewhere => "transpose-elsewhere",
            Kind::FactorOrder => "factor-order",
            Kind::OuterSwapped => "outer-product-swapped",
            Kind::IndexSwapped => "index-swapped",
            Kind::OtherLayout => "other-layout",
            Kind::MissingSum => "missing-sum",
            Kind::ExtraSum => "extra-sum",
            Kind::JacobianDiagonal => "jacobian-diagonal",
            Kind::WrongAxis => "wrong-axis",
            Kind::ElementwiseForProduct => "elementwise-for-matrix-product",
            Kind::ProductForElementwise => "matrix-product-for-elementwise",
            Kind::NotDifferentiated => "not-differentiated",
            Kind::WrongArgument => "wrong-argument",
            Kind::OtherLayer => "other-layer",
            Kind::WrongVariable => "wrong-variable",
            Kind::DoubledFactor => "doubled-factor",
            Kind::InvertedFactor => "inverted-factor",
            Kind::Bracket => "bracket",
            Kind::MalformedDerivative => "malformed-derivative",
            Kind::TwoMistakes => "two-mistakes",
        }
    }
}
