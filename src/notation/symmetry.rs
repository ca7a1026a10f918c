//! Which matrices are their own transposes, so that no ⊤ is printed on them.

use crate::expr::{ExprId, Factor, Label, Labels, Node};
use crate::function::Known;
use crate::notation::formula::Typesetter;
use crate::notation::nested::open_products;
use crate::rational::Rational;

/// The most factors of a contraction that is compared with its transpose.
const MAX_FACTORS: usize = 8;

impl Typesetter<'_> {
    /// From now on a matrix is written with its transposes, though it is known to be symmetric.
    pub fn doubt_symmetry(&mut self, matrix: ExprId) {
        self.symmetric.insert(matrix, false);
    }

    /// From now on a sign of a derivative stands for a symmetric matrix if its value is one.
    pub fn note_value(&mut self, sign: ExprId, value: ExprId) {
        if self.is_symmetric(value) {
            self.symmetric.insert(sign, true);
        }
    }

    /// Whether an expression is a symmetric matrix by its form or by an assumption. Parts are asked before wholes, so
    /// the answer for them is known.
    pub(super) fn is_symmetric(&mut self, id: ExprId) -> bool {
        if let Some(&known) = self.symmetric.get(&id) {
            return known;
        }
        if self.arena().dims(id).len() == 2 {
            self.learn_symmetric_names();
        }
        self.find_symmetric(id)
    }

    /// Learns once which quantities are symmetric by their equations, those first that others are made of.
    fn learn_symmetric_names(&mut self) {
        if std::mem::replace(&mut self.knows_symmetric_names, true) {
            return;
        }
        let network = self.network;
        for equation in &network.equations {
            let is_square = matches!(*self.arena().dims(equation.value), [rows, columns] if rows == columns);
            if is_square && self.find_symmetric(equation.value) {
                self.symmetric_names.insert(equation.name);
            }
        }
    }

    fn find_symmetric(&mut self, id: ExprId) -> bool {
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
            Node::Name(name) => self.network.quantity(name).facts.symmetric || self.symmetric_names.contains(&name),
            Node::Sum(terms) => self.terms_are_symmetric(terms),
            Node::Call { function, arguments, .. } => match self.network.functions.known(function) {
                Some(Known::Inverse) => self.known_symmetric(arguments[0]),
                // A function of each entry; one with an axis has a number among its arguments.
                _ => arguments.iter().all(|&argument| self.known_symmetric(argument)),
            },
            Node::Contraction { .. } => self.are_transposes(id, id),
            _ => false,
        }
    }

    /// Whether each term is symmetric or stands beside its transpose.
    fn terms_are_symmetric(&self, terms: &[ExprId]) -> bool {
        if terms.len() > MAX_FACTORS {
            return terms.iter().all(|&term| self.known_symmetric(term));
        }
        let mut open: Vec<ExprId> = terms.iter().copied().filter(|&term| !self.known_symmetric(term)).collect();
        while let Some(term) = open.pop() {
            match open.iter().position(|&other| self.are_transposes(term, other)) {
                Some(at) => open.remove(at),
                None => return false,
            };
        }
        true
    }

    /// An expression as a contraction of factors, inner products opened; any other is one of itself.
    fn as_contraction(&self, id: ExprId) -> (Rational, Vec<Factor>, Labels) {
        match self.arena().node(id) {
            Node::Contraction { coefficient, factors, labels } => {
                let mut value = self.arena().value(coefficient).clone();
                let labels = self.arena().labels(labels).clone();
                let (factors, labels) = open_products(self.arena(), false, &mut value, factors, labels);
                (value, factors, labels)
            }
            _ => {
                let sizes = self.arena().dims(id).to_vec();
                let out: Vec<Label> = (0..sizes.len() as Label).collect();
                (Rational::integer(1), vec![Factor::plain(id)], Labels { factors: vec![out.clone()], out, sizes })
            }
        }
    }

    /// Whether one matrix is the transpose of another, by the form of their contractions.
    fn are_transposes(&self, a: ExprId, b: ExprId) -> bool {
        let (one, factors, labels) = self.as_contraction(a);
        let (two, others, other_labels) = self.as_contraction(b);
        let (&[row, column], &[other_row, other_column]) = (labels.out.as_slice(), other_labels.out.as_slice()) else {
            return false;
        };
        let too_many = factors.len() > MAX_FACTORS;
        if one != two || factors.len() != others.len() || too_many || labels.sizes.len() != other_labels.sizes.len() {
            return false;
        }
        let mut partner: Vec<Option<Label>> = vec![None; labels.sizes.len()];
        partner[row as usize] = Some(other_column);
        if partner[column as usize].is_some_and(|known| known != other_row) {
            return false;
        }
        partner[column as usize] = Some(other_row);
        let pair = Pair { factors: &factors, labels: &labels, others: &others, other_labels: &other_labels };
        self.matches(&pair, partner)
    }

    /// Finds for each factor an equal one on the labels that its own become: depth first, with what has been tried on
    /// a stack.
    fn matches(&self, pair: &Pair<'_>, partner: Vec<Option<Label>>) -> bool {
        let mut stack = vec![(partner, Vec::<usize>::new())];
        let mut steps = 0;
        while let Some((partner, chosen)) = stack.pop() {
            steps += 1;
            if chosen.len() == pair.factors.len() {
                return true;
            }
            if steps > 200 {
                return false;
            }
            let at = chosen.len();
            for other in 0..pair.others.len() {
                if chosen.contains(&other) || pair.others[other] != pair.factors[at] {
                    continue;
                }
                let mut orders = vec![pair.other_labels.factors[other].clone()];
                if self.known_symmetric(pair.factors[at].base) {
                    orders.push(pair.other_labels.factors[other].iter().rev().copied().collect());
                }
                for order in orders {
                    if let Some(next) = matched(&partner, &pair.labels.factors[at], &order) {
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

/// Two contractions that are compared.
struct Pair<'a> {
    factors: &'a [Factor],
    labels: &'a Labels,
    others: &'a [Factor],
    other_labels: &'a Labels,
}

/// The partners of labels with `own[k]` at `other[k]` as well; `None` where that contradicts them.
fn matched(partner: &[Option<Label>], own: &[Label], other: &[Label]) -> Option<Vec<Option<Label>>> {
    let mut next = partner.to_vec();
    for (&from, &to) in own.iter().zip(other) {
        match next[from as usize] {
            None if next.contains(&Some(to)) => return None,
            None => next[from as usize] = Some(to),
            Some(known) if known == to => {}
            Some(_) => return None,
        }
    }
    Some(next)
}
