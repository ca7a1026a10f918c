//! The entries of a leaf: scalars of their own, or what the kind of the leaf says of them.

use super::{Entries, EntryNetwork, lines, place, scalar};
use crate::check::entries::Classes;
use crate::check::unfold::Refusal;
use crate::expr::{Arena, ExprId, NameId};
use crate::network::{Assumption, Network, Origin};
use crate::shape::SizeId;
use crate::syntax::ast::{Comparison, ShapeKind};

impl EntryNetwork {
    /// The entries of a quantity: of a leaf, made when it is first met.
    pub(super) fn name(&mut self, source: &Network, name: NameId) -> Result<Entries, Refusal> {
        if let Some(known) = self.names.get(&name) {
            return Ok(known.clone());
        }
        let quantity = source.quantity(name);
        if let (Origin::Size, Some(value)) = (quantity.origin, self.value_of(source, SizeId(name.0))) {
            return Ok(scalar(self.network.arena.integer(value)));
        }
        let dims = self.dims(source, quantity.shape)?;
        let entries = match (quantity.facts.kind, self.classes) {
            (ShapeKind::OneHot, classes) => self.one_hot(source, name, dims, classes),
            (ShapeKind::Binary, Classes::Drawn(seed)) => self.mask(name, dims, seed),
            _ => self.leaf(source, name, dims),
        };
        self.names.insert(name, entries.clone());
        Ok(entries)
    }

    fn leaf(&mut self, source: &Network, name: NameId, dims: Vec<usize>) -> Entries {
        let facts = source.quantity(name).facts.clone();
        let count: usize = dims.iter().product();
        let mut items: Vec<ExprId> = Vec::with_capacity(count);
        for at in 0..count {
            let twin = place(&dims, at);
            let twin = facts.symmetric && twin.len() == 2 && twin[1] < twin[0];
            let expr = if twin {
                let twin = place(&dims, at);
                items[twin[1] * dims[1] + twin[0]]
            } else {
                let origin = source.quantity(name).origin;
                let entry = self.quantity(source, name, &dims, at, origin);
                self.network.name_expr(entry)
            };
            items.push(expr);
        }
        let entries = Entries { dims, items };
        if let Some(axis) = facts.sums_to_one {
            self.sums_to_one(source, name, &entries, axis);
        }
        if facts.positive || facts.kind == ShapeKind::Simplex {
            for &entry in &entries.items {
                self.assume(source, name, entry, Comparison::Greater, Arena::ZERO);
            }
        }
        entries
    }

    fn assume(&mut self, source: &Network, of: NameId, left: ExprId, comparison: Comparison, right: ExprId) {
        let is_same = |known: &Assumption| (known.left, known.comparison, known.right) == (left, comparison, right);
        // Said twice, an equation would be solved once and then asked for at every point, where rounding hides it.
        if self.network.assumptions.iter().any(is_same) {
            return;
        }
        let span = source.quantity(of).span;
        self.network.assumptions.push(Assumption { left, comparison, right, span });
    }

    fn sums_to_one(&mut self, source: &Network, name: NameId, entries: &Entries, axis: usize) {
        for line in lines(&entries.dims, axis) {
            let terms: Vec<ExprId> = line.iter().map(|&at| entries.items[at]).collect();
            let sum = self.network.arena.sum(&terms);
            self.assume(source, name, sum, Comparison::Equal, Arena::ONE);
        }
    }

    /// Vectors along the last axis, each with a 1 at one class; or free entries that sum to 1.
    pub(super) fn one_hot(&mut self, source: &Network, name: NameId, dims: Vec<usize>, classes: Classes) -> Entries {
        let last = dims.len().saturating_sub(1);
        match classes {
            Classes::Free => {
                let entries = self.leaf(source, name, dims);
                self.sums_to_one(source, name, &entries, last);
                entries
            }
            Classes::Drawn(seed) => {
                let mut items = vec![Arena::ZERO; dims.iter().product()];
                for (row, line) in lines(&dims, last).into_iter().enumerate() {
                    if !line.is_empty() {
                        items[line[drawn(seed, name, row) as usize % line.len()]] = Arena::ONE;
                    }
                }
                Entries { dims, items }
            }
        }
    }

    fn mask(&mut self, name: NameId, dims: Vec<usize>, seed: u64) -> Entries {
        let count: usize = dims.iter().product();
        let bit = |at: usize| if drawn(seed, name, at) & 1 == 0 { Arena::ZERO } else { Arena::ONE };
        Entries { items: (0..count).map(bit).collect(), dims }
    }
}

/// A number that looks drawn, the same for the same seed, name and place (splitmix64).
fn drawn(seed: u64, name: NameId, at: usize) -> u64 {
    let mut z =
        seed.wrapping_add((u64::from(name.0) << 32).wrapping_add(at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
