//! Shapes: the sizes of the axes of an expression. A scalar has none.
//!
//! Takes sizes, known or symbolic; gives interned shapes that compare in one instruction.

use rustc_hash::FxHashMap;

/// A size that has a name (`dim n`), numbered by its network.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct SizeId(pub u32);

/// The length of an axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Dim {
    /// A number.
    Known(u32),
    /// A named size.
    Symbolic(SizeId),
}

/// An interned shape.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct Shape(u32);

impl Shape {
    /// The shape of a scalar, `[]`.
    pub const SCALAR: Shape = Shape(0);

    /// Whether this is the shape of a scalar.
    pub fn is_scalar(self) -> bool {
        self == Shape::SCALAR
    }
}

/// All shapes in use; the first is the scalar.
#[derive(Clone, Debug)]
pub struct Shapes {
    all: Vec<Box<[Dim]>>,
    by_dims: FxHashMap<Box<[Dim]>, Shape>,
}

impl Default for Shapes {
    fn default() -> Self {
        let scalar: Box<[Dim]> = Box::new([]);
        Shapes { all: vec![scalar.clone()], by_dims: FxHashMap::from_iter([(scalar, Shape::SCALAR)]) }
    }
}

impl Shapes {
    /// The shape with these axes.
    pub fn intern(&mut self, dims: &[Dim]) -> Shape {
        if let Some(&shape) = self.by_dims.get(dims) {
            return shape;
        }
        let shape = Shape(self.all.len() as u32);
        self.all.push(dims.into());
        self.by_dims.insert(dims.into(), shape);
        shape
    }

    /// The axes of a shape.
    pub fn dims(&self, shape: Shape) -> &[Dim] {
        &self.all[shape.0 as usize]
    }
}
