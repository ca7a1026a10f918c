//! Which matrices are their own transposes, so that no ⊤ is printed on them.

use crate::expr::{ExprId, Factor, Label, Labels, Node};
use crate::function::FunctionRef;
use crate::notation::formula::Typesetter;

/// The most factors of a contraction that is compared with its transpose.
const MAX_FACTORS: usize = 8;

impl Typesetter<'_> {
    /// Whether an expression is a symmetric matrix by its form or by an assumption. Parts are asked before wholes, so
    /// the answer for them is known.
    pub(super) fn is_symmetric(&mut self, id: ExprId) -> bool {
        if let Some(&known) = self.symmetric.get(&id) {
            return known;
        }
        let mut order = Vec::new();
        self.collect_parts(id, &mut order);
        for part in order {
            if !self.symmetric.contains_key(&part) {
                let answer = self.is_symmetric_node(part);
                self.symmetric.insert(part, answer);
            }
        }
        self.symmetric.get(&id).copied().unwrap_or(false)
    }

    fn known_symmetric(&self, id: ExprId) -> bool {
        self.symmetric.get(&id).copied().unwrap_or(false)
    }

    fn is_symmetric_node(&self, id: ExprId) -> bool {
        let &[rows, columns] = self.arena().dims(id) else { return false };
        if rows != columns {
            return false;
        }
        match self.arena().node(id) {
            Node::Name(name) => self.network.quantity(name).facts.symmetric,
            Node::Sum(terms) => terms.iter().all(|&term| self.known_symmetric(term)),
            Node::Call { function, arguments, .. } => match self.network.functions.get(function) {
                FunctionRef::Table(entry) if entry.name == "inv" => self.known_symmetric(arguments[0]),
                // A function of each entry; one with an axis has a number among its arguments.
                _ => arguments.iter().all(|&argument| self.known_symmetric(argument)),
            },
            Node::Contraction { factors, labels, .. } => self.is_own_transpose(factors, self.arena().labels(labels)),
            _ => false,
        }
    }

    /// Whether a contraction stays the same when the labels of its rows and columns change places.
    fn is_own_transpose(&self, factors: &[Factor], labels: &Labels) -> bool {
        let &[row, column] = labels.out.as_slice() else { return false };
        if row == column {
            return true;
        }
        if factors.len() > MAX_FACTORS {
            return false;
        }
        let mut partner: Vec<Option<Label>> = vec![None; labels.sizes.len()];
        (partner[row as usize], partner[column as usize]) = (Some(column), Some(row));
        self.matches(factors, labels, &mut partner)
    }

    /// Finds for each factor an equal one on the labels that the exchange makes of its own: depth first, with what
    /// has been tried on a stack.
    fn matches(&self, factors: &[Factor], labels: &Labels, partner: &mut [Option<Label>]) -> bool {
        let mut stack = vec![(partner.to_vec(), Vec::<usize>::new())];
        let mut steps = 0;
        while let Some((partner, chosen)) = stack.pop() {
            steps += 1;
            if chosen.len() == factors.len() {
                return true;
            }
            if steps > 200 {
                return false;
            }
            let at = chosen.len();
            for other in 0..factors.len() {
                if chosen.contains(&other) || factors[other] != factors[at] {
                    continue;
                }
                let own = &labels.factors[at];
                let mut orders = vec![labels.factors[other].clone()];
                if self.known_symmetric(factors[at].base) {
                    orders.push(labels.factors[other].iter().rev().copied().collect());
                }
                for order in orders {
                    if let Some(next) = matched(&partner, own, &order) {
                        let mut chosen = chosen.clone();
                        chosen.push(other);
                        stack.push((next, chosen));
                    }
                }
            }
        }
        false
    }

    /// The square parts whose answer is not known yet, children first.
    fn collect_parts(&self, id: ExprId, order: &mut Vec<ExprId>) {
        let mut stack = vec![(id, false)];
        while let Some((part, entered)) = stack.pop() {
            if entered {
                order.push(part);
                continue;
            }
            let is_matrix = self.arena().dims(part).len() == 2;
            if is_matrix && !self.symmetric.contains_key(&part) && !order.contains(&part) {
                stack.push((part, true));
                stack.extend(self.arena().children(part).map(|child| (child, false)));
            }
        }
    }
}

/// The exchange of labels with `own[k]` and `other[k]` as partners; `None` where that contradicts it.
fn matched(partner: &[Option<Label>], own: &[Label], other: &[Label]) -> Option<Vec<Option<Label>>> {
    let mut next = partner.to_vec();
    for (&a, &b) in own.iter().zip(other) {
        for (from, to) in [(a, b), (b, a)] {
            match next[from as usize] {
                None => next[from as usize] = Some(to),
                Some(known) if known == to => {}
                Some(_) => return None,
            }
        }
    }
    Some(next)
}
