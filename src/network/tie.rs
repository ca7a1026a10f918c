//! Where two sides of a comparison are equal: at single places, or over a whole region, as those of min(r, clip(r)) are.

use rustc_hash::FxHashSet;

use crate::expr::{ExprId, NameId, Node};
use crate::function::FunctionRef;
use crate::network::Network;

/// Whether the set where two sides are equal may have an inside, so that what is taken there must be said in the formula.
pub(crate) fn may_agree_widely(network: &Network, left: ExprId, right: ExprId) -> bool {
    let sides = [left, right].map(|side| Makeup::of(network, side));
    let is_free = |side: &Makeup| side.is_smooth && !side.leaves.is_empty();
    let [left, right] = &sides;
    let bends = !left.is_smooth || !right.is_smooth;
    bends && !(left.leaves.is_disjoint(&right.leaves) && sides.iter().any(is_free))
}

/// What an expression is made of, with all quantities put in.
struct Makeup {
    leaves: FxHashSet<NameId>,
    /// Whether it holds no case distinction and no function with a kink.
    is_smooth: bool,
}

impl Makeup {
    fn of(network: &Network, id: ExprId) -> Makeup {
        let mut makeup = Makeup { leaves: FxHashSet::default(), is_smooth: true };
        let mut seen = FxHashSet::default();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            open.extend(network.arena.children(id));
            match network.arena.node(id) {
                Node::Name(name) => match network.definition(name) {
                    Some(equation) => open.push(equation.value),
                    None => {
                        makeup.leaves.insert(name);
                    }
                },
                Node::If { .. } => makeup.is_smooth = false,
                Node::Call { function, .. } => match network.functions.get(function) {
                    FunctionRef::Table(entry) => makeup.is_smooth &= entry.kinks.is_empty(),
                    FunctionRef::User(own) => open.extend(own.body),
                },
                _ => {}
            }
        }
        makeup
    }
}
