//! The size of an expression as a reader feels it, and its class: what it is up to the order of terms and factors.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::calculus::simplify::class;
use crate::calculus::simplify::unit::is_unit;
use crate::expr::{Arena, ExprId, Factor, FunctionId, Label, Labels, Node, NumberId, OrdersId, Postorder, Selection};
use crate::function::{Functions, Known};
use crate::network::Network;
use crate::shape::Affine;
use crate::syntax::ast::Comparison;

/// Sums with more terms are not looked at for a mirror image.
const MAX_MIRRORED: usize = 16;

/// Where something changes its sign when its first two axes are exchanged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mirror {
    /// In all entries: xᵢ − xⱼ.
    Everywhere,
    /// In all but those of the diagonal: {xᵢ − xⱼ where i ≠ j; 1 elsewhere}.
    OffDiagonal,
}

/// Memoised sizes and classes.
#[derive(Clone, Debug, Default)]
pub(super) struct Measures {
    sizes: FxHashMap<ExprId, u32>,
    classes: FxHashMap<ExprId, ExprId>,
    /// Classes that are symmetric matrices: names that are assumed to be, and what is made of them.
    symmetric: FxHashSet<ExprId>,
    /// Classes that change their sign when their first two axes are exchanged: xᵢ − xⱼ.
    mirrored: FxHashMap<ExprId, Mirror>,
    /// Abstract functions of whole tensors, of whose value nothing is known.
    whole: FxHashSet<FunctionId>,
    walk: Postorder,
}

impl Measures {
    /// Measures for a network in which some names are symmetric matrices.
    pub(super) fn new(network: &Network, symmetric: FxHashSet<ExprId>) -> Self {
        let whole = network.functions.user().filter(|(_, own)| own.whole).map(|(id, _)| id).collect();
        Measures { symmetric, whole, ..Measures::default() }
    }

    /// Whether a class is a symmetric matrix.
    pub(super) fn is_symmetric(&self, class: ExprId) -> bool {
        self.symmetric.contains(&class)
    }

    /// Where a class changes its sign when its first two axes are exchanged.
    pub(super) fn mirror(&self, class: ExprId) -> Option<Mirror> {
        self.mirrored.get(&class).copied()
    }

    /// A name of a symmetric matrix; its class must not have been asked for.
    pub(super) fn add_symmetric(&mut self, name: ExprId) {
        self.symmetric.insert(name);
    }

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
            // It is written δ, or at least as one sign.
            Node::Derivative { of, .. } if arena.as_name(of).is_some() => 1,
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
            Node::Contraction { coefficient, factors, labels } => {
                children.saturating_add(contraction_size(coefficient, factors, arena.labels(labels)))
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
                self.classes.insert(class, class);
                if self.is_symmetric_node(arena, class) {
                    self.symmetric.insert(class);
                }
                if let Some(mirror) = self.mirror_of_node(arena, class) {
                    self.mirrored.insert(class, mirror);
                }
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
            Node::Contraction { coefficient, factors, labels } => {
                let (factors, labels) = (factors.to_vec(), arena.labels(labels).clone());
                class::class(arena, coefficient, &factors, &labels, |arena, factor| self.is_turnable(arena, factor))
            }
            // The condition a = 0 is the condition −a = 0.
            Node::Selection(selection) => {
                let selection = arena.selection_of(selection).clone();
                let is_turned =
                    selection.coefficients.iter().find(|&&times| times != 0).is_some_and(|&times| times < 0);
                let Some(offset) = selection.offset.times(-1).filter(|_| is_turned) else { return rebuilt };
                let coefficients = selection.coefficients.iter().map(|times| -times).collect();
                let dims = arena.dims(rebuilt).to_vec();
                arena.selection(Selection { coefficients, offset }, &dims)
            }
            _ => rebuilt,
        }
    }

    /// Whether a class equals its transpose, given that of its parts.
    fn is_symmetric_node(&self, arena: &mut Arena, id: ExprId) -> bool {
        if !matches!(arena.dims(id), [rows, columns] if rows == columns) {
            return false;
        }
        match arena.node(id) {
            Node::Name(_) => self.symmetric.contains(&id),
            Node::Selection(selection) => {
                let selection = arena.selection_of(selection);
                match selection.coefficients[..] {
                    [row, column] if row == column => true,
                    [row, column] => row == -column && selection.offset == Affine::default(),
                    _ => false,
                }
            }
            Node::If { parts, .. } => {
                parts.iter().all(|part| arena.shape(*part).is_scalar() || self.symmetric.contains(part))
            }
            Node::Contraction { .. } => self.transpose(arena, id) == id,
            Node::Sum(terms) => {
                let mut terms = terms.to_vec();
                terms.sort_unstable();
                let mut turned: Vec<ExprId> = terms.iter().map(|&term| self.transpose(arena, term)).collect();
                turned.sort_unstable();
                turned == terms
            }
            Node::Call { function, orders, arguments } => {
                if orders != OrdersId::NONE || self.whole.contains(&function) {
                    return false;
                }
                if let [only] = arguments
                    && parity(function) == Some(Parity::Even)
                    && self.mirrored.contains_key(only)
                {
                    return true;
                }
                let shape = arena.shape(id);
                arguments.iter().all(|argument| arena.shape(*argument) == shape && self.symmetric.contains(argument))
            }
            _ => false,
        }
    }

    /// Where a class is its own negative with the first two axes exchanged, given that of its parts.
    fn mirror_of_node(&self, arena: &mut Arena, id: ExprId) -> Option<Mirror> {
        if !matches!(arena.dims(id), [rows, columns, ..] if rows == columns) {
            return None;
        }
        match arena.node(id) {
            Node::Sum(terms) if terms.len() <= MAX_MIRRORED => {
                let mut terms = terms.to_vec();
                terms.sort_unstable();
                let turned: Vec<ExprId> = terms.iter().map(|&term| self.transpose(arena, term)).collect();
                let mut negated: Vec<ExprId> = turned.into_iter().map(|term| arena.negate(term)).collect();
                negated.sort_unstable();
                (negated == terms).then_some(Mirror::Everywhere)
            }
            Node::If { comparison: Comparison::Equal, parts: [selection, Arena::ZERO, then, _] } => {
                (is_diagonal(arena, selection) && self.mirrored.contains_key(&then)).then_some(Mirror::OffDiagonal)
            }
            Node::Call { function, orders: OrdersId::NONE, arguments: &[only] } => {
                let is_odd = matches!(parity(function), Some(Parity::Odd));
                self.mirror(only).filter(|_| is_odd)
            }
            _ => None,
        }
    }

    /// Whether a power of a class stays as it is when its first two axes are exchanged.
    fn is_turnable(&self, arena: &Arena, factor: Factor) -> bool {
        let is_even = || arena.value(factor.exponent).to_integer().is_some_and(|whole| whole % 2 == 0);
        self.symmetric.contains(&factor.base) || self.mirrored.contains_key(&factor.base) && is_even()
    }

    /// The class of a class with its first two axes exchanged; of a matrix the transpose.
    fn transpose(&self, arena: &mut Arena, id: ExprId) -> ExprId {
        let Node::Contraction { coefficient, factors, labels } = arena.node(id) else {
            let mut order: Vec<usize> = (0..arena.dims(id).len()).collect();
            order.swap(0, 1);
            return if self.symmetric.contains(&id) { id } else { arena.permute(id, &order) };
        };
        let (factors, mut labels) = (factors.to_vec(), arena.labels(labels).clone());
        labels.out.swap(0, 1);
        class::class(arena, coefficient, &factors, &labels, |arena, factor| self.is_turnable(arena, factor))
    }
}

/// Whether a matrix is 1 on its diagonal and 0 elsewhere.
pub(super) fn is_diagonal(arena: &Arena, id: ExprId) -> bool {
    let Node::Selection(selection) = arena.node(id) else { return false };
    let selection = arena.selection_of(selection);
    let turns = |row: i64, column: i64| row == -column && row != 0;
    matches!(selection.coefficients[..], [row, column] if turns(row, column)) && selection.offset == Affine::default()
}

/// What a function makes of a changed sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Parity {
    /// f(−x) = f(x).
    Even,
    /// f(−x) = −f(x).
    Odd,
}

/// The parity of a function of one number, if it has one.
fn parity(function: FunctionId) -> Option<Parity> {
    let is = |known: &Known| Functions::with(*known) == function;
    if [Known::Absolute, Known::Cosine].iter().any(is) {
        return Some(Parity::Even);
    }
    [Known::Sign, Known::Sine, Known::HyperbolicTangent, Known::Error].iter().any(is).then_some(Parity::Odd)
}

/// What a contraction adds to the sizes of its factors: operations, powers, sums over an axis, broadcasts, identities.
fn contraction_size(coefficient: NumberId, factors: &[Factor], labels: &Labels) -> u32 {
    let number = match coefficient {
        NumberId::ONE => 0,
        NumberId::MINUS_ONE => 1,
        _ => 2,
    };
    let powers = factors.iter().filter(|factor| !is_plain(factor.exponent)).count();
    let operations = factors.len().saturating_sub(1);
    let carriers = |label: Label| labels.factors.iter().filter(|axes| axes.contains(&label)).count();
    let is_wide = |label: &Label| !is_unit(labels.sizes[*label as usize]);
    let dangling = labels.summed().filter(|&label| carriers(label) <= 1 && is_wide(&label)).count();
    let (mut broadcasts, mut links) = (0, 0);
    for (place, label) in labels.out.iter().enumerate().filter(|(_, label)| is_wide(label)) {
        let carried = labels.uses(*label) > 0;
        let again = labels.out[..place].contains(label);
        broadcasts += usize::from(!carried && !again && !labels.out[place + 1..].contains(label));
        links += match (again, carried) {
            (false, _) => 0,
            (true, true) => 1,
            (true, false) if factors.is_empty() => 1,
            (true, false) => 3,
        };
    }
    if factors.is_empty() && links == 0 {
        return 1;
    }
    // In an entry with indices nothing is written for an axis along which all is the same.
    let broadcasts = if labels.out.len() > 2 { 0 } else { broadcasts };
    number + (2 * powers + operations + dangling + broadcasts + links) as u32
}

/// Exponents 1 and −1 are written without an exponent.
fn is_plain(exponent: NumberId) -> bool {
    exponent == NumberId::ONE || exponent == NumberId::MINUS_ONE
}

/// Whether a term is written with a minus sign.
pub(super) fn is_negative(arena: &Arena, term: ExprId) -> bool {
    match arena.node(term) {
        Node::Number(number)
        | Node::Product { coefficient: number, .. }
        | Node::Contraction { coefficient: number, .. } => arena.value(number).is_negative(),
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
        Node::Contraction { coefficient, factors, labels } if coefficient != NumberId::ONE => {
            let (factors, labels) = (factors.to_vec(), arena.labels(labels).clone());
            (coefficient, Some(arena.contraction(NumberId::ONE, &factors, &labels)))
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
