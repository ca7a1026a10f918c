//! What the rest of the program knows a function of the table as.
//!
//! Takes nothing of an entry but its mark; most entries have none, for their text in the table says all of them.

/// A function that other code computes, builds or recognises. At most one entry of the table has each.
#[expect(missing_docs, reason = "the variants are the functions of these names")]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Known {
    Exponential,
    Logarithm,
    SquareRoot,
    CubeRoot,
    /// A power whose exponent is no constant.
    Power,
    Absolute,
    /// −1, 0 or 1.
    Sign,
    /// 1 above 0, else 0.
    Step,
    Sine,
    Cosine,
    ArcSine,
    ArcTangent,
    HyperbolicTangent,
    /// The error function.
    Error,
    Sigmoid,
    /// The larger of a number and 0.
    Rectifier,
    Gelu,
    /// GELU by its approximation with tanh.
    GeluByTanh,
    /// The larger of two.
    Larger,
    /// The smaller of two.
    Smaller,
    /// The largest entry along an axis.
    Largest,
    /// The smallest entry along an axis.
    Smallest,
    /// The product along an axis.
    Product,
    Softmax,
    LogSoftmax,
    LogSumExp,
    /// The vector with a 1 at a class.
    OneHot,
    Trace,
    Inverse,
    Determinant,
    LogDeterminant,
}

impl Known {
    /// How many there are.
    pub(super) const COUNT: usize = Known::LogDeterminant as usize + 1;
}
