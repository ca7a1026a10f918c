//! The size of an expression as a reader feels it, and its class: what it is up to the order of terms and factors.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, Factor, Node, NumberId, Postorder};

/// Memoised sizes and classes.
#[derive(Clone, Debug, Default)]
pub(super) struct Measures {
    sizes: FxHashMap<ExprId, u32>,
    classes: FxHashMap<ExprId, ExprId>,
    walk: Postorder,
}

impl Measures {
    /// Names and numbers count 1, each binary operation and function 1, a power 1 more.
    pub(super) fn size(&mut self, arena: &Arena, expr: ExprId) -> u32 {
        if let Some(&size) = self.sizes.get(&expr) {
            return size;
        }
        let mut order = Vec::new();
        self.walk.collect(arena, &[expr], &mut order);
        for id in order {
            if !self.sizes.contains_key(&id) {
                let size = self.node_size(arena, id);
                self.sizes.insert(id, size);
            }
        }
        self.sizes.get(&expr).copied().unwrap_or(1)
    }

    fn node_size(&self, arena: &Arena, id: ExprId) -> u32 {
        let children: u32 = arena.children(id).fold(0, |sum, child| sum.saturating_add(self.sizes[&child]));
        match arena.node(id) {
            Node::Number(_) | Node::Constant(_) | Node::Name(_) | Node::Parameter(_) => 1,
            // A subtracted term costs no more than an added one.
            Node::Sum(terms) => {
                let signs = terms.iter().skip(1).filter(|&&term| is_negative(arena, term)).count() as u32;
                children.saturating_add(terms.len() as u32 - 1).saturating_sub(signs)
            }
            Node::Product { coefficient, factors } => {
                let number = match coefficient {
                    NumberId::ONE => 0,
                    NumberId::MINUS_ONE => 1,
                    _ => 2,
                };
                let powers = factors.iter().filter(|factor| !is_plain(factor.exponent)).count();
                children.saturating_add(number + powers as u32 + factors.len() as u32 - 1)
            }
            _ => children.saturating_add(1),
        }
    }

    /// The representative of all expressions that differ from this one in the order of terms and factors only.
    pub(super) fn class(&mut self, arena: &mut Arena, expr: ExprId) -> ExprId {
        if let Some(&class) = self.classes.get(&expr) {
            return class;
        }
        let mut order = Vec::new();
        self.walk.collect(arena, &[expr], &mut order);
        for id in order {
            if !self.classes.contains_key(&id) {
                let class = self.node_class(arena, id);
                self.classes.insert(id, class);
            }
        }
        self.classes.get(&expr).copied().unwrap_or(expr)
    }

    fn node_class(&self, arena: &mut Arena, id: ExprId) -> ExprId {
        let rebuilt = arena.with_children(id, |child| self.classes[&child]);
        match arena.node(rebuilt) {
            Node::Sum(terms) => {
                let mut terms = terms.to_vec();
                terms.sort_unstable();
                arena.sum(&terms)
            }
            Node::Product { coefficient, factors } => {
                let mut factors: Vec<Factor> = factors.to_vec();
                factors.sort_unstable();
                arena.product(coefficient, &factors)
            }
            _ => rebuilt,
        }
    }
}

/// Exponents 1 and −1 are written without an exponent.
fn is_plain(exponent: NumberId) -> bool {
    exponent == NumberId::ONE || exponent == NumberId::MINUS_ONE
}

/// Whether a term is written with a minus sign.
pub(super) fn is_negative(arena: &Arena, term: ExprId) -> bool {
    match arena.node(term) {
        Node::Number(number) | Node::Product { coefficient: number, .. } => arena.value(number).is_negative(),
        _ => false,
    }
}

/// A term as a number and the product of the rest; the rest of a number is `None`.
pub(super) fn split_term(arena: &mut Arena, term: ExprId) -> (NumberId, Option<ExprId>) {
    match arena.node(term) {
        Node::Number(number) => (number, None),
        Node::Product { coefficient, .. } if coefficient == NumberId::ONE => (coefficient, Some(term)),
        Node::Product { coefficient, factors } => {
            let factors = factors.to_vec();
            (coefficient, Some(arena.product(NumberId::ONE, &factors)))
        }
        _ => (NumberId::ONE, Some(term)),
    }
}

/// A term as a number and factors.
pub(super) fn factors_of(arena: &Arena, term: ExprId) -> (NumberId, Vec<Factor>) {
    match arena.node(term) {
        Node::Number(number) => (number, Vec::new()),
        Node::Product { coefficient, factors } => (coefficient, factors.to_vec()),
        _ => (NumberId::ONE, vec![Factor::plain(term)]),
    }
}
