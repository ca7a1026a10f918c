//! Names that are easily confused: those of other layers, those of the same equations, a for z.

use crate::expr::{ExprId, NameId, Node, Postorder};
use crate::network::{Network, Origin};

/// Which names of a formula stand near each other.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Relatives {
    /// The names that may stand for one another, in the order of the network.
    pool: Vec<NameId>,
    /// Stem without its number, number, name.
    numbered: Vec<(String, i64, NameId)>,
}

/// The most names that are tried in the place of one.
const MAX_POOL: usize = 24;
/// The most names that are tried beside them where there are tensors.
const MAX_MORE: usize = 40;

impl Relatives {
    /// The names near those in `exprs`: their equations, what these mention, and other layers of all of them.
    pub fn of(network: &Network, exprs: &[ExprId]) -> Relatives {
        let mut pool = names_in(network, exprs);
        let values: Vec<ExprId> =
            pool.iter().filter_map(|&name| network.definition(name)).map(|equation| equation.value).collect();
        pool.extend(names_in(network, &values));
        if network.quantities.len() <= MAX_POOL {
            // Of a small network any name may be taken for another.
            let values: Vec<ExprId> =
                pool.iter().filter_map(|&name| network.definition(name)).map(|equation| equation.value).collect();
            pool.extend(names_in(network, &values));
        }
        for equation in &network.equations {
            // What is computed from a known name alone, such as a = σ(z), belongs to it.
            if names_in(network, &[equation.value]).iter().all(|name| pool.contains(name)) {
                pool.push(equation.name);
            }
        }
        pool.sort_unstable();
        pool.dedup();
        let all = (0..network.quantities.len() as u32).map(NameId);
        let numbered = all.filter_map(|name| split(network, name).map(|(stem, number)| (stem, number, name)));
        let numbered = numbered.collect();
        pool.retain(|&name| !matches!(network.quantity(name).origin, Origin::Partial { .. }));
        pool.truncate(MAX_POOL);
        if network.quantities.iter().any(|quantity| !quantity.shape.is_scalar()) {
            // Shapes leave few that fit, so all may be tried.
            let all = (0..network.quantities.len() as u32).map(NameId);
            let more = all.filter(|name| !matches!(network.quantity(*name).origin, Origin::Partial { .. }));
            let more: Vec<NameId> = more.filter(|name| !pool.contains(name)).take(MAX_MORE).collect();
            pool.extend(more);
        }
        Relatives { pool, numbered }
    }

    /// The same name with another number, the nearest numbers first.
    pub fn siblings(&self, name: NameId) -> Vec<NameId> {
        let Some((stem, number, _)) = self.numbered.iter().find(|entry| entry.2 == name) else { return Vec::new() };
        let mut found: Vec<(i64, NameId)> = self
            .numbered
            .iter()
            .filter(|entry| entry.0 == *stem && entry.2 != name)
            .map(|entry| ((entry.1 - number).abs(), entry.2))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|entry| entry.1).take(MAX_POOL).collect()
    }

    /// The same name some layers away.
    pub fn moved(&self, name: NameId, by: i64) -> Option<NameId> {
        let (stem, number, _) = self.numbered.iter().find(|entry| entry.2 == name)?;
        let found = self.numbered.iter().find(|entry| entry.0 == *stem && entry.1 == number + by)?;
        Some(found.2)
    }

    /// Other names that are no siblings.
    pub fn others(&self, name: NameId) -> Vec<NameId> {
        let siblings = self.siblings(name);
        self.pool.iter().copied().filter(|other| *other != name && !siblings.contains(other)).collect()
    }
}

/// Whether one of two names is a function of the other alone: a = σ(z).
pub fn is_activation_of(network: &Network, a: NameId, z: NameId) -> bool {
    let one_way = |a: NameId, z: NameId| {
        network.definition(a).is_some_and(|equation| match network.arena.node(equation.value) {
            Node::Call { arguments, .. } => arguments.first().is_some_and(|&x| network.arena.as_name(x) == Some(z)),
            _ => false,
        })
    };
    one_way(a, z) || one_way(z, a)
}

/// The names in expressions, in the order of the network.
pub fn names_in(network: &Network, exprs: &[ExprId]) -> Vec<NameId> {
    let mut order = Vec::new();
    Postorder::default().collect(&network.arena, exprs, &mut order);
    let mut names: Vec<NameId> = order.iter().filter_map(|&id| network.arena.as_name(id)).collect();
    names.sort_unstable();
    names
}

/// The stem and the number of a name that has one: `theta`, 2; the last index of a member of a family.
fn split(network: &Network, name: NameId) -> Option<(String, i64)> {
    let quantity = network.quantity(name);
    if let Some((&number, before)) = quantity.indices.split_last() {
        return Some((format!("{}{before:?}", quantity.stem), number));
    }
    let stem = quantity.stem.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = quantity.stem[stem.len()..].parse().ok()?;
    Some((stem.to_owned(), number))
}
