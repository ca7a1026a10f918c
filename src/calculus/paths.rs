//! The paths from the cost to a variable: each is one product of the total derivative.
//!
//! Takes a sweep and a variable; gives the number of paths, and the paths themselves where they are few.

use rustc_hash::FxHashSet;

use crate::calculus::{LocalPartial, Sweep};
use crate::expr::NameId;
use crate::network::Network;

/// One path: local partials from the cost down to the variable.
pub type Path = Vec<LocalPartial>;

/// The paths to one variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paths {
    /// How many there are; `u64::MAX` stands for more than that.
    pub count: u64,
    /// Some of them, short ones first, else in the order in which the equations mention their links.
    pub listed: Vec<Path>,
}

impl Paths {
    /// Finds the paths from the cost of `sweep` to `by`, listing at most `limit`.
    pub fn find(sweep: &Sweep, by: NameId, limit: usize) -> Paths {
        let reach = sweep.ancestors(by);
        let count = count(sweep, by, &reach);
        let listed = if limit == 0 || count == 0 { Vec::new() } else { list(sweep, by, &reach, limit) };
        Paths { count, listed }
    }
}

/// The number of paths from the cost to each name, and of the links of all of them, without finding any path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PathLengths {
    by_name: Vec<(u64, u64)>,
}

impl PathLengths {
    /// Counts from the cost down; what is more than `u64::MAX` is that.
    pub fn new(network: &Network, sweep: &Sweep) -> PathLengths {
        let mut lengths = PathLengths { by_name: vec![(0, 0); network.quantities.len()] };
        lengths.by_name[sweep.of().0 as usize] = (1, 0);
        let defined = network.equations.iter().rev().map(|equation| equation.name);
        let leaves =
            (0..network.quantities.len() as u32).map(NameId).filter(|&name| network.definition(name).is_none());
        for name in defined.chain(leaves).filter(|&name| name != sweep.of()) {
            let sum = sweep.users(name).fold((0u64, 0u64), |(paths, links), user| {
                let (above, length) = lengths.by_name[user.of.0 as usize];
                (paths.saturating_add(above), links.saturating_add(length).saturating_add(above))
            });
            lengths.by_name[name.0 as usize] = sum;
        }
        lengths
    }

    /// How many paths lead to a name.
    pub fn count(&self, name: NameId) -> u64 {
        self.by_name[name.0 as usize].0
    }

    /// How many links all paths to a name have together.
    pub fn links(&self, name: NameId) -> u64 {
        self.by_name[name.0 as usize].1
    }
}

/// The number of paths: for each name the sum over its users, from the cost down.
fn count(sweep: &Sweep, by: NameId, order: &[NameId]) -> u64 {
    let mut counts: rustc_hash::FxHashMap<NameId, u64> = rustc_hash::FxHashMap::default();
    for &name in order {
        let paths = if name == sweep.of() {
            1
        } else {
            sweep
                .users(name)
                .fold(0u64, |sum, partial| sum.saturating_add(counts.get(&partial.of).copied().unwrap_or(0)))
        };
        counts.insert(name, paths);
    }
    counts.get(&by).copied().unwrap_or(0)
}

/// The first `limit` paths found depth first, short ones in front.
fn list(sweep: &Sweep, by: NameId, reach: &[NameId], limit: usize) -> Vec<Path> {
    let reach: FxHashSet<NameId> = reach.iter().copied().collect();
    let mut found = Vec::new();
    let mut path: Path = Vec::new();
    let mut positions: Vec<usize> = vec![0];
    while let Some(position) = positions.last_mut() {
        let at = path.last().map_or(sweep.of(), |partial| partial.by);
        let row = if at == by { &[] } else { sweep.row(at) };
        let step = row.iter().enumerate().skip(*position).find(|(_, partial)| reach.contains(&partial.by));
        match step {
            Some((index, partial)) => {
                *position = index + 1;
                path.push(*partial);
                positions.push(0);
            }
            None => {
                if at == by {
                    found.push(path.clone());
                    if found.len() >= limit {
                        break;
                    }
                }
                path.pop();
                positions.pop();
            }
        }
    }
    found.sort_by_key(Vec::len);
    found
}
