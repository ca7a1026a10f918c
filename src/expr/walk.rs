//! Walks without recursion: marks that reset in constant time, and postorder.

use rustc_hash::FxHashSet;

use crate::expr::{Arena, ExprId};

/// A set of expressions that empties in constant time.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    epoch: u32,
    seen: Vec<u32>,
}

impl Marks {
    /// Forgets all marks and makes room for the expressions of `arena`.
    pub fn clear(&mut self, arena: &Arena) {
        if self.epoch == u32::MAX {
            self.seen.clear();
            self.epoch = 0;
        }
        self.epoch += 1;
        self.seen.resize(self.seen.len().max(arena.len()), 0);
    }

    /// Marks an expression; whether it was unmarked before.
    pub fn insert(&mut self, id: ExprId) -> bool {
        let slot = &mut self.seen[id.0 as usize];
        std::mem::replace(slot, self.epoch) != self.epoch
    }
}

/// The distinct subexpressions of one small expression, children before parents. It costs nothing for the rest of the
/// arena; who walks again and again, or far, keeps a [`Postorder`].
pub fn subexpressions(arena: &Arena, root: ExprId) -> Vec<ExprId> {
    let mut order = Vec::new();
    let mut seen: FxHashSet<ExprId> = FxHashSet::default();
    let mut stack = vec![(root, false)];
    while let Some((id, entered)) = stack.pop() {
        if entered {
            order.push(id);
        } else if seen.insert(id) {
            stack.push((id, true));
            let from = stack.len();
            stack.extend(arena.children(id).map(|child| (child, false)));
            stack[from..].reverse();
        }
    }
    order
}

/// Finds the distinct subexpressions of roots, children before parents.
#[derive(Clone, Debug, Default)]
pub struct Postorder {
    marks: Marks,
    stack: Vec<(ExprId, bool)>,
}

impl Postorder {
    /// Writes the distinct subexpressions of `roots` into `order`, each after its children, in the order of use.
    pub fn collect(&mut self, arena: &Arena, roots: &[ExprId], order: &mut Vec<ExprId>) {
        order.clear();
        self.marks.clear(arena);
        self.stack.clear();
        self.stack.extend(roots.iter().rev().map(|&root| (root, false)));
        while let Some((id, entered)) = self.stack.pop() {
            if entered {
                order.push(id);
            } else if self.marks.insert(id) {
                self.stack.push((id, true));
                let from = self.stack.len();
                self.stack.extend(arena.children(id).map(|child| (child, false)));
                self.stack[from..].reverse();
            }
        }
    }
}
