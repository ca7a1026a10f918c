//! Sizes as the values of tensors say them: a batch of 64 rows makes N = 64.

use crate::diagnostic::Diagnostic;
use crate::eval::tensor::MAX_NUMBERS;
use crate::eval::{Tensor, Values};
use crate::expr::NameId;
use crate::network::Network;
use crate::shape::{Affine, Dim, Shape, SizeId};

impl Values {
    /// The number that a size is.
    pub(super) fn size(&self, size: SizeId) -> Option<i64> {
        self.get(NameId(size.0)).filter(|value| value.fract() == 0.0).map(|value| value as i64)
    }

    /// The sizes of a shape, if all are known.
    pub fn dims(&self, network: &Network, shape: Shape) -> Option<Vec<usize>> {
        let shapes = network.arena.shapes();
        let known =
            |&dim: &Dim| shapes.affine(dim).value(|size| self.size(size)).and_then(|dim| usize::try_from(dim).ok());
        shapes.dims(shape).iter().map(known).collect()
    }

    /// The value of a quantity as a tensor; one number stands for all entries if the sizes are known.
    pub fn tensor(&self, network: &Network, name: NameId) -> Option<Tensor> {
        if let Some(tensor) = self.tensors.get(&name) {
            return Some(tensor.clone());
        }
        let value = self.get(name)?;
        let dims = self.dims(network, network.quantity(name).shape)?;
        let count = dims.iter().try_fold(1usize, |count, &dim| count.checked_mul(dim));
        let count = count.filter(|&count| count <= MAX_NUMBERS)?;
        Some(Tensor { dims, data: vec![value; count] })
    }

    /// Refuses a value whose sizes are not those that its quantity must have.
    pub(super) fn check_dims(&self, network: &Network, name: NameId, tensor: &Tensor) -> Result<(), Diagnostic> {
        let shapes = network.arena.shapes();
        let dims = shapes.dims(network.quantity(name).shape);
        let fits = dims.len() == tensor.dims.len()
            && dims
                .iter()
                .zip(&tensor.dims)
                .all(|(&dim, &given)| shapes.known(dim).is_none_or(|known| usize::try_from(known) == Ok(given)));
        if fits {
            return Ok(());
        }
        let declared: Vec<String> = dims.iter().map(|&dim| size_words(network, &shapes.affine(dim))).collect();
        let given: Vec<String> = tensor.dims.iter().map(usize::to_string).collect();
        let message =
            format!("`{}` is {}, but its value is {}", network.spelling(name), words(&declared), words(&given));
        let error = Diagnostic::error("shape", message);
        let turned: Vec<usize> = tensor.dims.iter().rev().copied().collect();
        let would_fit = dims.len() == 2
            && turned.len() == 2
            && dims
                .iter()
                .zip(&turned)
                .all(|(&dim, &given)| shapes.known(dim).is_none_or(|known| usize::try_from(known) == Ok(given)));
        Err(if would_fit { error.hint("its transpose would fit") } else { error })
    }

    /// Finds the sizes that the values of tensors imply.
    ///
    /// # Errors
    /// `shape` where tensors imply different numbers for one size, or another one than was given; `bad-range` where an
    /// equation takes an entry beyond the end of its tensor.
    pub fn settle_sizes(&mut self, network: &Network) -> Result<(), Vec<Diagnostic>> {
        for size in &network.sizes {
            if !self.given_sizes.contains(&size.name) {
                self.unset(size.name);
            }
        }
        let shapes = network.arena.shapes();
        let facts: Vec<(NameId, usize, Affine, i64)> = self
            .tensors
            .iter()
            .flat_map(|(&name, tensor)| {
                let dims = shapes.dims(network.quantity(name).shape).iter().zip(&tensor.dims).enumerate();
                dims.map(move |(axis, (&dim, &given))| (name, axis, shapes.affine(dim), given as i64))
            })
            .collect();
        let mut origins: Vec<(SizeId, NameId)> = Vec::new();
        loop {
            let mut changed = false;
            for (name, _, affine, given) in &facts {
                if let Some((size, value)) = self.solved(affine, *given) {
                    self.set(NameId(size.0), value as f64);
                    origins.push((size, *name));
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        for (name, axis, affine, given) in &facts {
            let value = affine.value(|size| self.size(size));
            if value.is_some_and(|value| value != *given) {
                return Err(vec![self.conflict(network, (*name, *axis), affine, *given, &origins)]);
            }
        }
        self.check_positions(network)
    }

    /// The one size of an axis that is not known yet, with its value.
    fn solved(&self, affine: &Affine, given: i64) -> Option<(SizeId, i64)> {
        let mut open = affine.sizes.iter().filter(|(size, _)| self.size(*size).is_none());
        let &(size, times) = open.next()?;
        if open.next().is_some() {
            return None;
        }
        let rest = affine.value(|other| if other == size { Some(0) } else { self.size(other) })?;
        let difference = given.checked_sub(rest)?;
        (difference % times == 0 && difference / times > 0).then(|| (size, difference / times))
    }

    fn conflict(
        &self,
        network: &Network,
        (name, axis): (NameId, usize),
        affine: &Affine,
        given: i64,
        origins: &[(SizeId, NameId)],
    ) -> Diagnostic {
        let expected = affine.value(|size| self.size(size)).unwrap_or_default();
        let other = affine.sizes.iter().find_map(|(size, _)| origins.iter().find(|origin| origin.0 == *size));
        let because = match other {
            Some(&(_, other)) if other != name => format!(", because {}", self.value_words(network, other)),
            _ => String::new(),
        };
        let message =
            format!("{}, but {} is {expected}{because}", self.value_words(network, name), size_words(network, affine));
        let error = Diagnostic::error("shape", message);
        // The transpose of one of the two values, where the other one says the same of the size.
        let turned = |whose: NameId, axis: usize, wanted: i64| {
            let &[rows, columns] = self.tensors.get(&whose)?.dims.as_slice() else { return None };
            let far = network.arena.shapes().dims(network.quantity(whose).shape)[1 - axis];
            let far = network.arena.shapes().affine(far);
            let is_own = far.sizes.iter().any(|(size, _)| origins.contains(&(*size, whose)));
            let known = far.value(|size| self.size(size)).filter(|_| !is_own);
            let [near, far] = if axis == 0 { [columns, rows] } else { [rows, columns] };
            (near as i64 == wanted && known.is_none_or(|known| known == far as i64)).then_some(whose)
        };
        let axis_of = |other: NameId| {
            let dims = network.arena.shapes().dims(network.quantity(other).shape);
            dims.iter().position(|&dim| network.arena.shapes().affine(dim) == *affine)
        };
        let of_other = other.and_then(|&(_, other)| turned(other, axis_of(other)?, given));
        let error = match turned(name, axis, expected).or(of_other) {
            Some(whose) => error.hint(format!("the transpose of the value of `{}` would fit", network.spelling(whose))),
            None => error,
        };
        let places = std::iter::once(name).chain(other.map(|origin| origin.1).filter(|&other| other != name));
        places.map(|name| network.quantity(name).span).fold(error, |error, span| error.at(span, ""))
    }
}

impl Values {
    /// `` `W` (m × n) gets 3 × 4 ``.
    fn value_words(&self, network: &Network, name: NameId) -> String {
        let shapes = network.arena.shapes();
        let dims = shapes.dims(network.quantity(name).shape);
        let declared: Vec<String> = dims.iter().map(|&dim| size_words(network, &shapes.affine(dim))).collect();
        let given: Vec<String> = self
            .tensors
            .get(&name)
            .map(|tensor| tensor.dims.iter().map(usize::to_string).collect())
            .unwrap_or_default();
        format!("`{}` ({}) gets {}", network.spelling(name), words(&declared), words(&given))
    }
}

/// A size in words: `n`, `4`, `n - k + 1`.
pub(super) fn size_words(network: &Network, affine: &Affine) -> String {
    let mut terms = String::new();
    for &(size, times) in &affine.sizes {
        let sign = if times < 0 { " - " } else { " + " };
        let factor = if times.abs() == 1 { String::new() } else { format!("{}*", times.abs()) };
        terms.push_str(&format!("{sign}{factor}{}", network.spelling(NameId(size.0))));
    }
    match (terms.is_empty(), affine.constant) {
        (true, constant) => constant.to_string(),
        (false, 0) => terms.trim_start_matches(" + ").to_owned(),
        (false, constant) => {
            let sign = if constant < 0 { '-' } else { '+' };
            format!("{} {sign} {}", terms.trim_start_matches(" + "), constant.abs())
        }
    }
}

fn words(sizes: &[String]) -> String {
    match sizes {
        [] => "a scalar".to_owned(),
        [only] => format!("a vector of {only}"),
        several => several.join(" × "),
    }
}
