//! What was worked out of a network for one formula and serves for the next: its entries at given sizes, and normal
//! forms. It grows with the formulas of a document and is bounded.
//!
//! Takes a network; gives entry networks and simplifiers that fit it. They know expressions by their numbers in the
//! arena, so they stay with the network and not with its copies; names that are added make them void.

use super::entries::{Classes, EntryNetwork};
use crate::calculus::{Goal, NameUse, Simplifier};
use crate::expr::ExprId;
use crate::network::Network;
use crate::shape::SizeId;

/// The most expressions of all entry networks together.
const MAX_NODES: usize = 1 << 18;
/// A simplifier is begun anew after so many expressions of the network have been added.
const MAX_ADDED: usize = 1 << 17;

/// What is kept of one network.
#[derive(Debug, Default)]
pub struct Memory {
    /// How many quantities and equations the network had.
    known: (usize, usize),
    /// The one that was used last stands last.
    entries: Vec<(Vec<(SizeId, usize)>, EntryNetwork)>,
    simplifiers: Vec<Kind>,
}

/// A simplifier of one kind.
#[derive(Debug)]
struct Kind {
    goal: Goal,
    names: NameUse,
    simplifier: Simplifier,
    /// How many expressions the network had when it was made.
    begun: usize,
}

impl Memory {
    /// Does some work with what is kept of a network.
    pub fn with<T>(network: &mut Network, work: impl FnOnce(&mut Network, &mut Memory) -> T) -> T {
        let mut memory: Memory = network.kept.take();
        let now = (network.quantities.len(), network.equations.len());
        if memory.known != now {
            memory = Memory { known: now, ..Memory::default() };
        }
        let found = work(network, &mut memory);
        network.kept.put(memory);
        found
    }

    /// Takes the entries at these sizes out, or makes them.
    pub fn take_entries(&mut self, source: &Network, sizes: &[(SizeId, usize)], classes: Classes) -> EntryNetwork {
        let is_same = |known: &(Vec<(SizeId, usize)>, EntryNetwork)| known.0 == sizes && known.1.classes() == classes;
        match self.entries.iter().position(is_same) {
            Some(at) => self.entries.remove(at).1,
            None => EntryNetwork::new(source, sizes, classes),
        }
    }

    /// Keeps entries for the next formula; those that were not used for longest go where all are too many.
    pub fn put_entries(&mut self, sizes: &[(SizeId, usize)], entries: EntryNetwork) {
        self.entries.push((sizes.to_vec(), entries));
        let mut nodes: usize = self.entries.iter().map(|known| known.1.network.arena.len()).sum();
        while nodes > MAX_NODES {
            nodes -= self.entries.remove(0).1.network.arena.len();
        }
    }

    /// The normal form of an expression.
    pub fn simplified(&mut self, network: &mut Network, goal: Goal, names: NameUse, expr: ExprId) -> ExprId {
        let len = network.arena.len();
        self.simplifiers.retain(|kind| len - kind.begun < MAX_ADDED);
        let at = match self.simplifiers.iter().position(|kind| (kind.goal, kind.names) == (goal, names)) {
            Some(at) => at,
            None => {
                let simplifier = Simplifier::new(network, goal, names);
                self.simplifiers.push(Kind { goal, names, simplifier, begun: len });
                self.simplifiers.len() - 1
            }
        };
        let simplifier = &mut self.simplifiers[at].simplifier;
        let found = simplifier.simplify(network, expr);
        simplifier.take_record();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;
    use crate::calculus::{Goal, NameUse};
    use crate::check::entries::Classes;
    use crate::network::{FreeNames, Network, read_network};
    use crate::shape::SizeId;
    use pretty_assertions::assert_eq;

    fn counts(network: &mut Network) -> (usize, usize) {
        Memory::with(network, |_, memory| (memory.entries.len(), memory.simplifiers.len()))
    }

    #[test]
    fn a_copy_and_a_network_with_a_new_name_begin_anew() {
        let (network, _) = read_network("dim n\ninput x : [n]\ny = tanh(x)\ncost C = sum(y)\n", FreeNames::Refused);
        let mut network = network.unwrap();
        let (n, y) = (network.find("n").unwrap(), network.find("y").unwrap());
        let value = network.definition(y).unwrap().value;
        let sizes = [(SizeId(n.0), 3)];
        let entries = |network: &mut Network| {
            Memory::with(network, |network, memory| {
                let mut entries = memory.take_entries(network, &sizes, Classes::Free);
                let found = entries.of(network, value).unwrap();
                memory.put_entries(&sizes, entries);
                memory.simplified(network, Goal::Expand, NameUse::Keep, value);
                found
            })
        };
        let found = entries(&mut network);
        assert_eq!((found.len(), counts(&mut network)), (3, (1, 1)));
        assert_eq!(entries(&mut network), found);
        assert_eq!(counts(&mut network), (1, 1));
        assert_eq!(counts(&mut network.clone()), (0, 0));
        let twin = network.quantity(y).clone();
        network.quantities.push(twin);
        assert_eq!(counts(&mut network), (0, 0));
    }
}
