//! The index of the arena: from the hash of a node to the one expression that is equal.
//!
//! An open table with linear probing. Each entry keeps its hash, and places follow the order of the hashes, so that
//! growing reads and writes memory in sequence and looks at no node; a look-up touches one line of the cache.

use crate::expr::ExprId;

/// A 32-bit hash and an expression; `FREE` for a place without one.
#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u32,
    id: u32,
}

const FREE: Entry = Entry { hash: 0, id: u32::MAX };

/// Where a hash leads.
pub(super) enum Found {
    /// To an expression that is equal.
    Known(ExprId),
    /// To the free place where the new expression belongs.
    Place(usize),
}

/// Expressions by their hashes.
#[derive(Clone, Debug)]
pub(super) struct Index {
    entries: Vec<Entry>,
    /// 32 less the binary logarithm of the number of places.
    shift: u32,
    used: usize,
}

impl Index {
    /// No expressions, with room for a few.
    pub(super) fn new() -> Index {
        Index { entries: vec![FREE; 64], shift: 32 - 6, used: 0 }
    }

    /// Makes room for `additional` expressions.
    pub(super) fn reserve(&mut self, additional: usize) {
        let needed = self.used + additional;
        let mut bits = 32 - self.shift;
        while bits < 32 && needed * 3 > (2usize << bits) {
            bits += 1;
        }
        if bits > 32 - self.shift {
            self.grow(bits);
        }
    }

    fn grow(&mut self, bits: u32) {
        let before = std::mem::replace(&mut self.entries, vec![FREE; 1 << bits]);
        self.shift = 32 - bits;
        for entry in before.into_iter().filter(|entry| entry.id != FREE.id) {
            let mut at = self.home(entry.hash);
            while self.entries[at].id != FREE.id {
                at = self.after(at);
            }
            self.entries[at] = entry;
        }
    }

    #[inline]
    fn home(&self, hash: u32) -> usize {
        (hash >> self.shift) as usize
    }

    #[inline]
    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.entries.len() - 1)
    }

    /// Looks for the expression with this hash that `is` the one; makes room for it otherwise.
    #[inline]
    pub(super) fn find(&mut self, hash: u32, is: impl Fn(ExprId) -> bool) -> Found {
        self.reserve(1);
        let mut at = self.home(hash);
        loop {
            let entry = self.entries[at];
            if entry.id == FREE.id {
                return Found::Place(at);
            }
            if entry.hash == hash && is(ExprId(entry.id)) {
                return Found::Known(ExprId(entry.id));
            }
            at = self.after(at);
        }
    }

    /// Puts a new expression at the place that was found for it.
    #[inline]
    pub(super) fn put(&mut self, at: usize, hash: u32, id: ExprId) {
        self.entries[at] = Entry { hash, id: id.0 };
        self.used += 1;
    }
}

/// A hash of words, mixed by multiplication; its upper half is good in all bits.
#[derive(Clone, Copy)]
pub(super) struct Mix(u64);

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

impl Mix {
    #[inline]
    pub(super) fn new(first: u64) -> Mix {
        Mix(first.wrapping_mul(MULTIPLIER))
    }

    #[inline]
    pub(super) fn word(self, word: u64) -> Mix {
        Mix((self.0.rotate_left(23) ^ word).wrapping_mul(MULTIPLIER))
    }

    #[inline]
    pub(super) fn finish(self) -> u32 {
        ((self.0 ^ (self.0 >> 29)).wrapping_mul(MULTIPLIER) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_is_found_after_growth_and_collisions() {
        let mut index = Index::new();
        let hash = |id: u32| if id.is_multiple_of(3) { u32::MAX } else { Mix::new(u64::from(id)).finish() };
        let count = 1_000;
        for id in 0..count {
            match index.find(hash(id), |other| other.0 == id) {
                Found::Place(at) => index.put(at, hash(id), ExprId(id)),
                Found::Known(other) => panic!("{other:?} taken for {id}"),
            }
        }
        for id in 0..count {
            assert!(matches!(index.find(hash(id), |other| other.0 == id), Found::Known(found) if found.0 == id));
        }
        assert!(matches!(index.find(hash(3), |_| false), Found::Place(_)));
    }
}
