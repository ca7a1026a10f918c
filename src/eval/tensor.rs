//! Values of tensors.

/// Numbers in row-major order with the sizes of their axes; a scalar has none.
#[derive(Clone, PartialEq, Debug)]
pub struct Tensor {
    /// The sizes of the axes.
    pub dims: Vec<usize>,
    /// One number for each entry.
    pub data: Vec<f64>,
}

impl Tensor {
    /// A scalar.
    pub fn scalar(value: f64) -> Self {
        Tensor { dims: Vec::new(), data: vec![value] }
    }

    /// A tensor with these sizes; `None` if the numbers are not as many as the entries.
    pub fn new(dims: Vec<usize>, data: Vec<f64>) -> Option<Self> {
        let count = dims.iter().try_fold(1usize, |count, &dim| count.checked_mul(dim))?;
        (count == data.len()).then_some(Tensor { dims, data })
    }
}
