//! The numbers that named sizes are when a program is compiled.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::eval::Values;
use crate::eval::missing::missing_with_sizes;
use crate::eval::sizes::size_words;
use crate::expr::{NameId, subexpressions};
use crate::network::{Network, Origin};
use crate::shape::{Affine, Dim, SizeId};

/// Why an axis has no size.
#[derive(Debug)]
pub(super) enum NoSize {
    /// Sizes without a value, all of them named, or too large a number.
    Unknown(Diagnostic),
    /// The size comes out below 1.
    Below {
        /// From 0.
        axis: usize,
        /// As it is written.
        words: String,
        value: i64,
    },
}

/// A number for each named size that has one.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sizes {
    by_name: Vec<Option<usize>>,
    /// Leaves without a value, from which sizes could have followed.
    open: Vec<NameId>,
}

impl Sizes {
    /// Those that the file declares.
    pub fn declared(network: &Network) -> Self {
        let mut sizes = Sizes { by_name: vec![None; network.quantities.len()], open: Vec::new() };
        for size in &network.sizes {
            sizes.by_name[size.name.0 as usize] = size.value.map(|value| value as usize);
        }
        sizes
    }

    /// Those that values say: given ones, and those that follow from the values of tensors.
    pub fn of(network: &Network, values: &Values) -> Self {
        let mut sizes = Sizes::declared(network);
        for size in &network.sizes {
            if let Some(value) = values.get(size.name).filter(|value| *value >= 0.0 && value.fract() == 0.0) {
                sizes.set(size.name, value as usize);
            }
        }
        let names = (0..network.quantities.len() as u32).map(NameId);
        let is_open = |&name: &NameId| matches!(network.quantity(name).origin, Origin::Leaf(_)) && !values.has(name);
        sizes.open = names.filter(is_open).collect();
        sizes
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

    fn known(&self, size: SizeId) -> Option<i64> {
        self.get(NameId(size.0)).and_then(|value| i64::try_from(value).ok())
    }

    /// A number for each axis.
    pub(super) fn dims(&self, network: &Network, dims: &[Dim]) -> Result<Vec<usize>, NoSize> {
        let number = |(axis, &dim): (usize, &Dim)| {
            let affine = network.arena.shapes().affine(dim);
            let value = self.affine(network, &affine).map_err(NoSize::Unknown)?;
            let size = usize::try_from(value).ok().filter(|&size| size > 0);
            size.ok_or_else(|| NoSize::Below { axis, words: size_words(network, &affine), value })
        };
        dims.iter().enumerate().map(number).collect()
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
        let used: BTreeSet<NameId> = network
            .equations
            .iter()
            .flat_map(|equation| subexpressions(&network.arena, equation.value))
            .filter_map(|id| network.arena.as_name(id))
            .collect();
        let open: Vec<NameId> = self.open.iter().copied().filter(|name| used.contains(name)).collect();
        if open.iter().any(|&name| !network.quantity(name).shape.is_scalar()) && !missing.is_empty() {
            return missing_with_sizes(network, open, &missing);
        }
        let names: Vec<String> = missing.iter().map(|&name| format!("`{}`", network.spelling(name))).collect();
        let message = match names.as_slice() {
            [] => "a size has no value".to_owned(),
            [only] => format!("the size {only} has no value"),
            [first @ .., last] => format!("the sizes {} and {last} have no values", first.join(", ")),
        };
        let example = missing.first().map_or("n".to_owned(), |&name| network.spelling(name));
        let hint = format!("write `dim {example} = 4`, or give it with `--at {example}=4`");
        let spans = missing.iter().map(|&name| network.quantity(name).span).filter(|span| span.end > span.start);
        spans.take(10).fold(Diagnostic::error("missing-size", message).hint(hint), |error, span| error.at(span, ""))
    }
}
