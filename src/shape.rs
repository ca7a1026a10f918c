//! Shapes: the sizes of the axes of an expression. A scalar has none.
//!
//! Takes sizes, known or symbolic; gives interned shapes that compare in one instruction.

use rustc_hash::FxHashMap;

/// A size that has a name (`dim n`): the number of the quantity that it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct SizeId(pub u32);

/// The length of an axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Dim {
    /// A number.
    Known(u32),
    /// A named size.
    Symbolic(SizeId),
    /// A whole number plus multiples of named sizes, such as n − k + 1; [`Shapes::affine`] has it.
    Derived(u32),
}

/// A whole number plus whole multiples of named sizes.
#[derive(Clone, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct Affine {
    /// The number.
    pub constant: i64,
    /// Sizes in ascending order, each with what it is multiplied by, never 0.
    pub sizes: Vec<(SizeId, i64)>,
}

impl Affine {
    /// A number.
    pub fn constant(constant: i64) -> Self {
        Affine { constant, sizes: Vec::new() }
    }

    /// A named size.
    pub fn size(size: SizeId) -> Self {
        Affine { constant: 0, sizes: vec![(size, 1)] }
    }

    /// self + factor · other; `None` on overflow.
    pub fn plus(&self, other: &Affine, factor: i64) -> Option<Affine> {
        let constant = self.constant.checked_add(other.constant.checked_mul(factor)?)?;
        let mut sizes = self.sizes.clone();
        for &(size, times) in &other.sizes {
            let times = times.checked_mul(factor)?;
            match sizes.binary_search_by_key(&size, |entry| entry.0) {
                Ok(at) => sizes[at].1 = sizes[at].1.checked_add(times)?,
                Err(at) => sizes.insert(at, (size, times)),
            }
        }
        sizes.retain(|entry| entry.1 != 0);
        Some(Affine { constant, sizes })
    }

    /// factor · self; `None` on overflow.
    pub fn times(&self, factor: i64) -> Option<Affine> {
        Affine::default().plus(self, factor)
    }

    /// self · other; `None` on overflow, or if neither is a number.
    pub fn product(&self, other: &Affine) -> Option<Affine> {
        match (self.sizes.is_empty(), other.sizes.is_empty()) {
            (true, _) => other.times(self.constant),
            (false, true) => self.times(other.constant),
            (false, false) => None,
        }
    }

    /// The least value, which it has where all sizes are 1; `None` on overflow, or where larger sizes make it smaller.
    pub fn least(&self) -> Option<i64> {
        let add = |sum: i64, times: i64| if times > 0 { sum.checked_add(times) } else { None };
        self.sizes.iter().try_fold(self.constant, |sum, &(_, times)| add(sum, times))
    }

    /// The value where the sizes have these; `None` on overflow or if one has none.
    pub fn value(&self, size: impl Fn(SizeId) -> Option<i64>) -> Option<i64> {
        self.sizes.iter().try_fold(self.constant, |sum, &(id, times)| sum.checked_add(size(id)?.checked_mul(times)?))
    }
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
    derived: Vec<Affine>,
    by_affine: FxHashMap<Affine, u32>,
    /// The names that are sizes, with their values where they are known; in ascending order.
    sizes: Vec<(SizeId, Option<u32>)>,
}

impl Default for Shapes {
    fn default() -> Self {
        let scalar: Box<[Dim]> = Box::new([]);
        let by_dims = FxHashMap::from_iter([(scalar.clone(), Shape::SCALAR)]);
        Shapes { all: vec![scalar], by_dims, derived: Vec::new(), by_affine: FxHashMap::default(), sizes: Vec::new() }
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

    /// Whether any shape but the scalar is in use.
    pub fn has_tensors(&self) -> bool {
        self.all.len() > 1
    }

    /// Says that a name is a size, and what its value is if that is known.
    pub fn declare_size(&mut self, size: SizeId, value: Option<u32>) {
        match self.sizes.binary_search_by_key(&size, |entry| entry.0) {
            Ok(at) => self.sizes[at].1 = value,
            Err(at) => self.sizes.insert(at, (size, value)),
        }
    }

    /// Whether a name is a size.
    pub fn is_size(&self, size: SizeId) -> bool {
        self.sizes.binary_search_by_key(&size, |entry| entry.0).is_ok()
    }

    /// The number that a size is, if that is known.
    pub fn known(&self, dim: Dim) -> Option<i64> {
        self.affine(dim).value(|size| {
            let at = self.sizes.binary_search_by_key(&size, |entry| entry.0).ok()?;
            self.sizes[at].1.map(i64::from)
        })
    }

    /// Whether two sizes are the same: in form, or in value where both are known.
    pub fn same(&self, a: Dim, b: Dim) -> bool {
        a == b || matches!((self.known(a), self.known(b)), (Some(a), Some(b)) if a == b)
    }

    /// The size that an affine expression is; `None` if it is certainly no size: negative or too large a number.
    pub fn dim(&mut self, affine: Affine) -> Option<Dim> {
        match affine.sizes.as_slice() {
            [] => return u32::try_from(affine.constant).ok().map(Dim::Known),
            [(size, 1)] if affine.constant == 0 => return Some(Dim::Symbolic(*size)),
            _ => {}
        }
        if let Some(&at) = self.by_affine.get(&affine) {
            return Some(Dim::Derived(at));
        }
        let at = self.derived.len() as u32;
        self.derived.push(affine.clone());
        self.by_affine.insert(affine, at);
        Some(Dim::Derived(at))
    }

    /// A size as a number plus multiples of named sizes.
    pub fn affine(&self, dim: Dim) -> Affine {
        match dim {
            Dim::Known(value) => Affine::constant(i64::from(value)),
            Dim::Symbolic(size) => Affine::size(size),
            Dim::Derived(at) => self.derived[at as usize].clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Affine, Dim, Shape, Shapes, SizeId};
    use pretty_assertions::assert_eq;

    #[test]
    fn sizes_are_normal() {
        let mut shapes = Shapes::default();
        let (n, k) = (Affine::size(SizeId(3)), Affine::size(SizeId(1)));
        let valid = n.plus(&k, -1).and_then(|valid| valid.plus(&Affine::constant(1), 1)).unwrap();
        let dim = shapes.dim(valid.clone()).unwrap();
        assert_eq!(shapes.dim(valid.clone()), Some(dim));
        assert_eq!(shapes.affine(dim), valid);
        assert_eq!(valid.value(|size| Some(if size == SizeId(3) { 7 } else { 2 })), Some(6));
        assert_eq!(shapes.dim(n.plus(&n, -1).unwrap()), Some(Dim::Known(0)));
        assert_eq!(shapes.dim(n.clone()), Some(Dim::Symbolic(SizeId(3))));
        assert_eq!(shapes.dim(Affine::constant(-1)), None);
        assert_eq!(shapes.intern(&[]), Shape::SCALAR);
    }
}
