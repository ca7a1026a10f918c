//! What was worked out of a network for one formula and serves for the next: its entries at given sizes, and normal
//! forms. It grows with the formulas of a document and is bounded.
//!
//! Takes a network; gives entry networks and simplifiers that fit it. They know expressions by their numbers in the
//! arena, so they stay with the network and not with its copies. Names may be added, as a document defines them: nothing
//! that was worked out has them. New assumptions, new functions, and new names of which something is assumed make what
//! relies on them void.

use super::entries::{Classes, EntryNetwork};
use crate::calculus::{Goal, NameUse, Simplifier};
use crate::expr::ExprId;
use crate::network::{Facts, Network};
use crate::shape::SizeId;

/// The most expressions of all entry networks together.
const MAX_NODES: usize = 1 << 18;
/// A simplifier is begun anew after so many expressions of the network have been added.
const MAX_ADDED: usize = 1 << 17;

/// What is kept of one network.
#[derive(Debug, Default)]
pub struct Memory {
    known: Counts,
    /// The one that was used last stands last.
    entries: Vec<(Vec<(SizeId, usize)>, EntryNetwork)>,
    simplifiers: Vec<Kind>,
}

/// How much of each a network has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Counts {
    quantities: usize,
    equations: usize,
    assumptions: usize,
    functions: usize,
}

impl Counts {
    fn of(network: &Network) -> Counts {
        Counts {
            quantities: network.quantities.len(),
            equations: network.equations.len(),
            assumptions: network.assumptions.len(),
            functions: network.functions.user().count(),
        }
    }

    /// Whether a network with these counts had only names added since.
    fn has_only_names_added(self, now: Counts) -> bool {
        let has_more = now.quantities >= self.quantities && now.equations >= self.equations;
        has_more && (now.assumptions, now.functions) == (self.assumptions, self.functions)
    }
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
        let now = Counts::of(network);
        if memory.known != now {
            memory =
                if memory.known.has_only_names_added(now) { memory.with_new_names(network) } else { Memory::default() };
            memory.known = now;
        }
        let found = work(network, &mut memory);
        network.kept.put(memory);
        found
    }

    /// What serves on after names were added.
    fn with_new_names(self, network: &mut Network) -> Memory {
        let added = &network.quantities[self.known.quantities..];
        let nothing_assumed = added.iter().all(|quantity| quantity.facts == Facts::default());
        let mut simplifiers = self.simplifiers;
        simplifiers.retain(|_| nothing_assumed);
        simplifiers.iter_mut().for_each(|kind| kind.simplifier.learn_new_names(network));
        Memory { simplifiers, ..self }
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
        simplifier.forget_record();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;
    use crate::calculus::{Goal, NameUse};
    use crate::check::entries::Classes;
    use crate::expr::Arena;
    use crate::network::{Assumption, Facts, FreeNames, Network, Quantity, read_network};
    use crate::shape::SizeId;
    use crate::syntax::ast::Comparison;
    use pretty_assertions::assert_eq;

    fn counts(network: &mut Network) -> (usize, usize) {
        Memory::with(network, |_, memory| (memory.entries.len(), memory.simplifiers.len()))
    }

    #[test]
    fn new_names_change_nothing_but_a_copy_and_a_new_assumption_begin_anew() {
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
        network.quantities.push(twin.clone());
        assert_eq!(counts(&mut network), (1, 1));
        assert_eq!(entries(&mut network), found);
        let positive = Facts { positive: true, ..Facts::default() };
        network.quantities.push(Quantity { facts: positive, ..twin });
        assert_eq!(counts(&mut network), (1, 0));
        let (left, right) = (network.name_expr(y), Arena::ZERO);
        let (comparison, span) = (Comparison::Greater, network.quantity(y).span);
        network.assumptions.push(Assumption { left, comparison, right, span });
        assert_eq!(counts(&mut network), (0, 0));
    }
}
