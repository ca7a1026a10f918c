//! Names that may stay symbols when two expressions are compared: those that both come to when names are put in, the
//! last ones first, until both speak of the same.
//!
//! ∂C/∂W = Xᵀδ and Xᵀ(p − y) share X and p; δ is put in, and p, with all that is below it, need not be.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::expr::{ExprId, NameId, Postorder};
use crate::network::{Network, Origin};

/// The names with equations that both expressions share in this sense.
pub fn shared_names(network: &Network, sides: [ExprId; 2]) -> FxHashSet<NameId> {
    let mut shared = FxHashSet::default();
    let mut walk = Postorder::default();
    let mut order = Vec::new();
    // By the numbers of the equations: the names, and in which sides they are.
    let mut waiting: BTreeMap<u32, (NameId, [bool; 2])> = BTreeMap::new();
    let mut add = |waiting: &mut BTreeMap<u32, (NameId, [bool; 2])>, root: ExprId, sides: [bool; 2]| {
        walk.collect(&network.arena, &[root], &mut order);
        for name in order.iter().filter_map(|&id| network.arena.as_name(id)) {
            if let Origin::Equation(at) | Origin::Partial { equation: at, .. } = network.quantity(name).origin {
                let marks = &mut waiting.entry(at).or_insert((name, [false; 2])).1;
                *marks = [marks[0] | sides[0], marks[1] | sides[1]];
            }
        }
    };
    add(&mut waiting, sides[0], [true, false]);
    add(&mut waiting, sides[1], [false, true]);
    let mut done: FxHashSet<NameId> = FxHashSet::default();
    while let Some((_, (name, marks))) = waiting.pop_last() {
        // Equations stand in the order of use; one that comes again is as good as put in.
        if !done.insert(name) {
            continue;
        }
        match network.definition(name) {
            Some(equation) if marks != [true; 2] => add(&mut waiting, equation.value, marks),
            _ => {
                shared.insert(name);
            }
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::shared_names;
    use crate::network::{FreeNames, read_network};
    use pretty_assertions::assert_eq;

    #[test]
    fn names_are_put_in_until_both_sides_speak_of_the_same() {
        let text = "input x\ninput w\ninput y\nz = w*x\na = tanh(z)\nd = a - y\ne = d*a\ncost C = a*e\n";
        let (network, _) = read_network(text, FreeNames::Refused);
        let network = network.unwrap();
        let value = |at: usize| network.equations[at].value;
        let spelled = |sides| {
            let mut names: Vec<String> =
                shared_names(&network, sides).into_iter().map(|name| network.spelling(name)).collect();
            names.sort();
            names
        };
        // d·a and a − y: only a. a·e and d·a: a and d, for e is put in. tanh(z) and a − y: z.
        assert_eq!(spelled([value(3), value(2)]), ["a"]);
        assert_eq!(spelled([value(4), value(3)]), ["a", "d"]);
        assert_eq!(spelled([value(1), value(2)]), ["z"]);
        assert_eq!(spelled([value(0), value(2)]), [""; 0]);
    }
}
