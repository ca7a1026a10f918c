//! Walks without recursion: marks that reset in constant time, and postorder.

use rustc_hash::FxHashSet;

use crate::expr::{Arena, ExprId};

/// A set of expressions that empties in constant time. A table over the whole arena is made only when it is filled to a
/// part, or grows by little: a new set for a few expressions costs nothing for the rest of the arena.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    epoch: u32,
    seen: Vec<u32>,
    /// The expressions while they are few, and how many they may be; nothing where the table is in use.
    few: Option<Few>,
}

#[derive(Clone, Debug, Default)]
struct Few {
    ids: FxHashSet<ExprId>,
    most: usize,
    len: usize,
}

/// A table is made when more than one of this many expressions is marked.
const SPARSE: usize = 16;

impl Marks {
    /// Forgets all marks and makes room for the expressions of `arena`.
    pub fn clear(&mut self, arena: &Arena) {
        let len = arena.len();
        if len <= 2 * self.seen.len() {
            self.few = None;
            self.use_table(len);
            return;
        }
        let few = self.few.get_or_insert_default();
        few.ids.clear();
        (few.most, few.len) = (len / SPARSE, len);
    }

    fn use_table(&mut self, len: usize) {
        if self.epoch == u32::MAX {
            self.seen.clear();
            self.epoch = 0;
        }
        self.epoch += 1;
        self.seen.resize(self.seen.len().max(len), 0);
    }

    /// Marks an expression; whether it was unmarked before.
    pub fn insert(&mut self, id: ExprId) -> bool {
        if let Some(few) = &mut self.few {
            if few.ids.len() < few.most {
                return few.ids.insert(id);
            }
            let (ids, len) = (std::mem::take(&mut few.ids), few.len);
            self.few = None;
            self.use_table(len);
            // In whatever order: they are marks.
            ids.into_iter().for_each(|id| self.seen[id.0 as usize] = self.epoch);
        }
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
