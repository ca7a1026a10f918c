//! Tensors of zeros and ones that pick entries: an element, a slice, the windows of a convolution.

use crate::shape::Affine;

/// Interned [`Selection`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct SelectionId(pub u32);

/// 𝟙[offset + Σ coefficient·index = 0] over the axes of the node, whose indices count from 1.
///
/// The element x₃ is picked by 𝟙[j − 3 = 0]; the slice x₂… by 𝟙[j − i − 1 = 0]; a convolution by 𝟙[j − i − k + 1 = 0].
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Selection {
    /// One for each axis.
    pub coefficients: Vec<i64>,
    /// What is added.
    pub offset: Affine,
}
