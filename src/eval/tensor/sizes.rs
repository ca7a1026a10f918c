//! Values of named sizes: from the file, and from the values of tensors.

use crate::diagnostic::Diagnostic;
use crate::eval::Tensor;
use crate::expr::NameId;
use crate::network::{Network, Origin};
use crate::shape::{Affine, Dim, SizeId};

/// A number for each named size that has one.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sizes {
    by_name: Vec<Option<usize>>,
}

impl Sizes {
    /// Those that the file declares.
    pub fn declared(network: &Network) -> Self {
        let mut sizes = Sizes { by_name: vec![None; network.quantities.len()] };
        for size in &network.sizes {
            sizes.by_name[size.name.0 as usize] = size.value.map(|value| value as usize);
        }
        sizes
    }

    /// Those that the file declares, and those that the values of quantities show. An error if two values disagree.
    pub fn bound<'a>(
        network: &Network,
        values: impl Iterator<Item = (NameId, &'a Tensor)>,
    ) -> Result<Self, Diagnostic> {
        let mut sizes = Sizes::declared(network);
        let values: Vec<(NameId, &Tensor)> = values.collect();
        // A size that stands in a sum with another is found when the other is known.
        for _ in 0..3 {
            for &(name, tensor) in &values {
                sizes.bind(network, name, tensor)?;
            }
        }
        Ok(sizes)
    }

    /// The value of a size.
    pub fn get(&self, name: NameId) -> Option<usize> {
        self.by_name.get(name.0 as usize).copied().flatten()
    }

    /// Sets the value of a size.
    pub fn set(&mut self, name: NameId, value: usize) {
        let at = name.0 as usize;
        self.by_name.resize(self.by_name.len().max(at + 1), None);
        self.by_name[at] = Some(value);
    }

    /// Learns from the value of one quantity.
    pub fn bind(&mut self, network: &Network, name: NameId, tensor: &Tensor) -> Result<(), Diagnostic> {
        let shapes = network.arena.shapes();
        let dims = shapes.dims(network.quantity(name).shape).to_vec();
        if dims.len() != tensor.dims.len() {
            return Err(mismatch(network, name, tensor, &format!("{} axes", dims.len())));
        }
        for (axis, (&dim, &found)) in dims.iter().zip(&tensor.dims).enumerate() {
            let affine = shapes.affine(dim);
            self.solve(&affine, found);
            if let Some(expected) = affine.value(|size| self.known(size))
                && usize::try_from(expected) != Ok(found)
            {
                let expected = format!("{expected} entries along axis {axis}");
                return Err(mismatch(network, name, tensor, &expected));
            }
        }
        Ok(())
    }

    /// Finds the only unknown size of `affine = found`.
    fn solve(&mut self, affine: &Affine, found: usize) {
        let mut unknown = affine.sizes.iter().filter(|(size, _)| self.known(*size).is_none());
        let (Some(&(size, times)), None) = (unknown.next(), unknown.next()) else { return };
        let rest = affine.value(|other| if other == size { Some(0) } else { self.known(other) });
        let Some(rest) = rest.and_then(|rest| i64::try_from(found).ok()?.checked_sub(rest)) else { return };
        if rest % times == 0
            && let Ok(value) = usize::try_from(rest / times)
        {
            self.set(NameId(size.0), value);
        }
    }

    fn known(&self, size: SizeId) -> Option<i64> {
        self.get(NameId(size.0)).and_then(|value| i64::try_from(value).ok())
    }

    /// A number for each axis; an error that names all sizes of the network without a value.
    pub fn dims(&self, network: &Network, dims: &[Dim]) -> Result<Vec<usize>, Diagnostic> {
        dims.iter()
            .map(|&dim| {
                let affine = network.arena.shapes().affine(dim);
                let value = self.affine(network, &affine)?;
                usize::try_from(value).map_err(|_| {
                    let message = format!("a size comes out as {value}");
                    Diagnostic::error("bad-value", message).hint("give the sizes other values")
                })
            })
            .collect()
    }

    /// The value of an expression in sizes.
    pub(super) fn affine(&self, network: &Network, affine: &Affine) -> Result<i64, Diagnostic> {
        if affine.sizes.iter().any(|&(size, _)| self.known(size).is_none()) {
            return Err(self.missing(network));
        }
        let too_large = || Diagnostic::error("too-large", "a size is too large a number");
        affine.value(|size| self.known(size)).ok_or_else(too_large)
    }

    /// The error that names all sizes without a value.
    fn missing(&self, network: &Network) -> Diagnostic {
        let sizes = (0..network.quantities.len() as u32).map(NameId);
        let missing: Vec<NameId> =
            sizes.filter(|&name| network.quantity(name).origin == Origin::Size && self.get(name).is_none()).collect();
        let names: Vec<String> = missing.iter().map(|&name| format!("`{}`", network.spelling(name))).collect();
        let message = match names.as_slice() {
            [] => "a size has no value".to_owned(),
            [only] => format!("the size {only} has no value"),
            [first @ .., last] => format!("the sizes {} and {last} have no values", first.join(", ")),
        };
        let example = missing.first().map_or("n".to_owned(), |&name| network.spelling(name));
        let hint = format!("write `dim {example} = 4`, or give values to the tensors that have this size");
        let spans = missing.iter().map(|&name| network.quantity(name).span).filter(|span| span.end > span.start);
        spans.take(10).fold(Diagnostic::error("missing-size", message).hint(hint), |error, span| error.at(span, ""))
    }
}

/// The error of a value that has another shape than its quantity.
fn mismatch(network: &Network, name: NameId, tensor: &Tensor, expected: &str) -> Diagnostic {
    let shape: Vec<String> = tensor.dims.iter().map(usize::to_string).collect();
    let spelling = network.spelling(name);
    let message =
        format!("the value of `{spelling}` has the shape [{}], and `{spelling}` has {expected}", shape.join(", "));
    Diagnostic::error("bad-value", message).at(network.quantity(name).span, "")
}
