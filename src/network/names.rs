//! The table of names while a file is resolved: plain names by symbol, members of families by symbol and indices.

use rustc_hash::FxHashMap;

use crate::expr::{FunctionId, NameId};
use crate::syntax::ast::Symbol;

/// The most indices that a member of a family has.
pub(super) const MAX_INDICES: usize = 2;

type Key = (Symbol, [i64; MAX_INDICES], u8);

/// What is known under which name.
#[derive(Clone, Debug, Default)]
pub(super) struct NameTable {
    plain: FxHashMap<Symbol, NameId>,
    members: FxHashMap<Key, NameId>,
    /// For each family the smallest and largest first index, for messages.
    families: FxHashMap<Symbol, (i64, i64)>,
    pub(super) functions: FxHashMap<Symbol, FunctionId>,
}

fn key(symbol: Symbol, indices: &[i64]) -> Key {
    let mut padded = [0; MAX_INDICES];
    padded[..indices.len().min(MAX_INDICES)].copy_from_slice(&indices[..indices.len().min(MAX_INDICES)]);
    (symbol, padded, indices.len() as u8)
}

impl NameTable {
    /// The quantity of a name.
    pub(super) fn get(&self, symbol: Symbol, indices: &[i64]) -> Option<NameId> {
        if indices.is_empty() {
            return self.plain.get(&symbol).copied();
        }
        self.members.get(&key(symbol, indices)).copied()
    }

    /// Enters a name; gives the one that was there before.
    pub(super) fn insert(&mut self, symbol: Symbol, indices: &[i64], name: NameId) -> Option<NameId> {
        if let Some(known) = self.get(symbol, indices) {
            return Some(known);
        }
        match indices.first() {
            None => self.plain.insert(symbol, name),
            Some(&first) => {
                let range = self.families.entry(symbol).or_insert((first, first));
                *range = (range.0.min(first), range.1.max(first));
                self.members.insert(key(symbol, indices), name)
            }
        }
    }

    /// The range of the first index of a family.
    pub(super) fn family(&self, symbol: Symbol) -> Option<(i64, i64)> {
        self.families.get(&symbol).copied()
    }
}
