//! The names of the rules, as they stand beside the steps.

/// A rule of differentiation or of simplification.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// The derivative of the variable itself is 1.
    Variable,
    /// What does not contain the variable has derivative 0.
    Constant,
    /// (u + v)′ = u′ + v′.
    Sum,
    /// (c u)′ = c u′.
    ConstantFactor,
    /// (u v)′ = u′ v + u v′.
    Product,
    /// (u/v)′ = (u′ v − u v′)/v².
    Quotient,
    /// (uⁿ)′ = n uⁿ⁻¹ u′.
    Power,
    /// (aᵘ)′ = aᵘ log a · u′.
    Exponential,
    /// (uᵛ)′ = uᵛ(v u′/u + v′ log u).
    GeneralPower,
    /// f(u)′ = f′(u) u′.
    Chain,
    /// The derivative of a function of the table or of the user's own, of its argument itself.
    Function,
    /// Branch by branch.
    Piecewise,
    /// Nested products and sums are opened.
    Flatten,
    /// Numbers are put together.
    Arithmetic,
    /// uᵃ uᵇ = uᵃ⁺ᵇ.
    MergePowers,
    /// 2x + 3x = 5x.
    LikeTerms,
    /// u(v + w) = uv + uw.
    Expand,
    /// uv + uw = u(v + w).
    TakeOut,
    /// −(u − v) = v − u.
    FlipDifference,
    /// An expression that defines a quantity is written by its name.
    FoldName,
    /// A fact that the user assumed.
    Assumption,
    /// Σ over an index of 𝟙[i = j] puts one index for the other.
    Contract,
    /// The entries of a softmax add up to one.
    SumToOne,
    /// Beside a one-hot vector only the entry that it picks counts.
    OneHot,
    /// The sum of what is centred is zero.
    SumToZero,
    /// A⁻¹A = I.
    CancelInverse,
    /// (Aᵀ)⁻¹ = (A⁻¹)ᵀ.
    Transpose,
    /// Σ over n values of what does not depend on the index is n times that.
    Count,
    /// Inner products are numbers and stand apart.
    SplitScalars,
    /// Several of the rules above at once.
    Simplify,
}

impl Rule {
    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Variable => "variable",
            Rule::Constant => "constant",
            Rule::Sum => "sum-rule",
            Rule::ConstantFactor => "constant-factor",
            Rule::Product => "product-rule",
            Rule::Quotient => "quotient-rule",
            Rule::Power => "power-rule",
            Rule::Exponential => "exponential-rule",
            Rule::GeneralPower => "general-power-rule",
            Rule::Chain => "chain-rule",
            Rule::Function => "function-rule",
            Rule::Piecewise => "piecewise",
            Rule::Flatten => "flatten",
            Rule::Arithmetic => "arithmetic",
            Rule::MergePowers => "merge-powers",
            Rule::LikeTerms => "like-terms",
            Rule::Expand => "expand",
            Rule::TakeOut => "take-out",
            Rule::FlipDifference => "flip-difference",
            Rule::FoldName => "fold-name",
            Rule::Assumption => "assumption",
            Rule::Contract => "contract",
            Rule::SumToOne => "sum-to-one",
            Rule::OneHot => "one-hot",
            Rule::SumToZero => "sum-to-zero",
            Rule::CancelInverse => "cancel-inverse",
            Rule::Transpose => "transpose",
            Rule::Count => "count",
            Rule::SplitScalars => "split-scalars",
            Rule::Simplify => "simplify",
        }
    }

    /// The name as words in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Rule::Variable => "derivative of the variable",
            Rule::Constant => "constant",
            Rule::Sum => "sum rule",
            Rule::ConstantFactor => "constant factor",
            Rule::Product => "product rule",
            Rule::Quotient => "quotient rule",
            Rule::Power => "power rule",
            Rule::Exponential => "exponential rule",
            Rule::GeneralPower => "general power rule",
            Rule::Chain => "chain rule",
            Rule::Function => "derivative of the function",
            Rule::Piecewise => "branch by branch",
            Rule::Flatten => "products and sums opened",
            Rule::Arithmetic => "arithmetic",
            Rule::MergePowers => "powers merged",
            Rule::LikeTerms => "like terms",
            Rule::Expand => "expanded",
            Rule::TakeOut => "common factor",
            Rule::FlipDifference => "sign taken into the difference",
            Rule::FoldName => "written by its name",
            Rule::Assumption => "assumption",
            Rule::Contract => "Kronecker delta contracted",
            Rule::SumToOne => "entries that add up to one",
            Rule::OneHot => "the entry that a one-hot vector picks",
            Rule::SumToZero => "entries that add up to zero",
            Rule::CancelInverse => "inverse cancelled",
            Rule::Transpose => "transpose taken out",
            Rule::Count => "equal terms counted",
            Rule::SplitScalars => "inner products taken apart",
            Rule::Simplify => "simplified",
        }
    }
}
