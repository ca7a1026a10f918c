//! What the user assumes: `x > 0` makes |x| = x, `y1 + y2 = 1` makes k·y1 + k·y2 = k.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::calculus::Rule;
use crate::calculus::simplify::measure::{Measures, factors_of, split_term};
use crate::expr::{Arena, ExprId, Factor, FunctionId, NameId, Node, NumberId, subexpressions};
use crate::function::{Entry, Form, FunctionRef, Known, Written};
use crate::network::{Assumption, Facts as QuantityFacts, Network};
use crate::syntax::ast::{Comparison, ShapeKind};

/// One thing that the user assumed, by a declaration or by `assume`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Assumed {
    /// A name has one 1 among zeros along its last axis.
    OneHot(ExprId),
    /// The entries of a name are 0 or 1.
    Binary(ExprId),
    /// An expression is positive.
    Positive(ExprId),
    /// A matrix, a name, equals its transpose.
    Symmetric(ExprId),
    /// The equation of a matrix, a name, says that it equals its transpose.
    SymmetricByDefinition(ExprId),
    /// The entries of a tensor add up to one along an axis.
    SumsToOne {
        /// The tensor.
        base: ExprId,
        /// Along which of its axes.
        axis: usize,
        /// The sum along it.
        sum: ExprId,
    },
    /// A sum has a value.
    Sum {
        /// The sum.
        left: ExprId,
        /// Its value.
        right: ExprId,
    },
}

impl Assumed {
    /// All that is assumed in a network, each once. What follows from another stands before it.
    pub(in crate::calculus) fn all(network: &mut Network) -> Vec<Assumed> {
        let mut all: Vec<Assumed> = Vec::new();
        for at in 0..network.quantities.len() {
            let own = network.quantities[at].facts.clone();
            if own != QuantityFacts::default() {
                let name = network.name_expr(NameId(at as u32));
                all.extend(declared(network, name, &own));
            }
        }
        for assumption in network.assumptions.clone() {
            all.extend(stated(network, &assumption));
        }
        let mut seen: FxHashSet<Assumed> = FxHashSet::default();
        all.retain(|assumed| seen.insert(*assumed));
        all.sort_by_key(|assumed| assumed.strength());
        all
    }

    /// What says less stands later, so that it is what is named where either would do.
    fn strength(&self) -> u8 {
        match self {
            Assumed::OneHot(_) => 0,
            Assumed::Binary(_) => 1,
            _ => 2,
        }
    }
}

/// What the declaration of a name promises.
fn declared(network: &mut Network, name: ExprId, own: &QuantityFacts) -> Vec<Assumed> {
    let mut all = Vec::new();
    if own.kind == ShapeKind::OneHot {
        all.push(Assumed::OneHot(name));
    }
    if matches!(own.kind, ShapeKind::OneHot | ShapeKind::Binary) {
        all.push(Assumed::Binary(name));
    }
    if own.positive {
        all.push(Assumed::Positive(name));
    }
    if own.symmetric {
        all.push(Assumed::Symmetric(name));
    }
    all.extend(own.sums_to_one.map(|axis| sums_to_one(network, name, axis)));
    all
}

/// What a line `assume` says, if it is of use.
fn stated(network: &mut Network, assumption: &Assumption) -> Option<Assumed> {
    let Assumption { left, comparison, right, .. } = *assumption;
    let bound = |side: ExprId| network.arena.as_number(side).is_some_and(|number| !number.is_negative());
    let is_sum = matches!(network.arena.node(left), Node::Sum(_));
    match comparison {
        Comparison::Greater if bound(right) => Some(Assumed::Positive(left)),
        Comparison::Less if bound(left) => Some(Assumed::Positive(right)),
        Comparison::Equal if is_transpose(network, left, right) => Some(Assumed::Symmetric(left)),
        Comparison::Equal if is_transpose(network, right, left) => Some(Assumed::Symmetric(right)),
        Comparison::Equal if network.arena.is_constant_one(right) && axis_sum(network, left).is_some() => {
            let (base, axis) = axis_sum(network, left)?;
            Some(sums_to_one(network, base, axis))
        }
        Comparison::Equal if is_sum => Some(Assumed::Sum { left, right }),
        _ => None,
    }
}

fn sums_to_one(network: &mut Network, base: ExprId, axis: usize) -> Assumed {
    Assumed::SumsToOne { base, axis, sum: network.arena.sum_over(base, &[axis]) }
}

/// The assumptions of a network in the form in which they are used.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    positive: FxHashSet<ExprId>,
    /// Sums and their values.
    sums: Vec<(ExprId, ExprId)>,
    /// Tensors whose entries add up to one along an axis.
    ones: FxHashSet<(ExprId, usize)>,
    symmetric: FxHashSet<ExprId>,
    /// The names that may be known to be symmetric by their equations; all where nothing is said.
    by_definition: Option<FxHashSet<ExprId>>,
    /// Names with one 1 among zeros along the last axis.
    one_hot: FxHashSet<ExprId>,
    /// Names whose entries are 0 or 1.
    binary: FxHashSet<ExprId>,
}

impl Facts {
    pub(super) fn new(assumed: &[Assumed]) -> Self {
        let mut facts = Facts::default();
        for &assumed in assumed {
            match assumed {
                Assumed::OneHot(name) => facts.one_hot.insert(name),
                Assumed::Binary(name) => facts.binary.insert(name),
                Assumed::Positive(expr) => facts.positive.insert(expr),
                Assumed::Symmetric(matrix) => facts.symmetric.insert(matrix),
                Assumed::SymmetricByDefinition(matrix) => facts.by_definition.get_or_insert_default().insert(matrix),
                Assumed::SumsToOne { base, axis, .. } => facts.ones.insert((base, axis)),
                Assumed::Sum { left, right } => {
                    facts.sums.push((left, right));
                    true
                }
            };
        }
        facts
    }

    /// The same, with nothing taken from equations but what is listed.
    pub(super) fn listed(assumed: &[Assumed]) -> Self {
        let mut facts = Facts::new(assumed);
        facts.by_definition.get_or_insert_default();
        facts
    }

    /// Whether a name may be found to be symmetric by its equation.
    pub(super) fn may_be_symmetric(&self, name: ExprId) -> bool {
        self.by_definition.as_ref().is_none_or(|names| names.contains(&name))
    }

    /// The names that are symmetric matrices.
    pub(super) fn symmetric(&self) -> &FxHashSet<ExprId> {
        &self.symmetric
    }

    /// Whether the entries of a tensor add up to one along an axis, and whether that was assumed.
    pub(super) fn sums_to_one(&self, network: &Network, base: ExprId, axis: usize) -> Option<Rule> {
        if self.ones.contains(&(base, axis)) {
            return Some(Rule::Assumption);
        }
        let value = match network.arena.node(base) {
            Node::Name(name) => network.definition(name).map(|equation| equation.value),
            _ => None,
        };
        let last = network.arena.dims(base).len().checked_sub(1);
        let is_softmax = |expr: ExprId| match network.arena.node(expr) {
            Node::Call { function, .. } if gives_one_hot(network, function) => last == Some(axis),
            Node::Selection(_) => is_unit_vector(network, expr),
            Node::Call { function, arguments, .. } => {
                network.functions.known(function) == Some(Known::Softmax)
                    && arguments.get(1).and_then(|&at| network.arena.as_number(at)?.to_integer()) == Some(axis as i64)
            }
            _ => false,
        };
        (is_softmax(base) || value.is_some_and(is_softmax)).then_some(Rule::SumToOne)
    }

    /// Whether a tensor has one 1 among zeros along an axis.
    pub(super) fn is_one_hot(&self, network: &Network, base: ExprId, axis: usize) -> bool {
        let is_last = axis + 1 == network.arena.dims(base).len();
        match network.arena.node(base) {
            Node::Name(_) => is_last && self.one_hot.contains(&base),
            Node::Call { function, .. } => is_last && gives_one_hot(network, function),
            Node::Selection(_) => is_unit_vector(network, base),
            _ => false,
        }
    }

    /// Whether all entries are 0 or 1, so that the square is the same.
    pub(super) fn is_binary(&self, network: &Network, base: ExprId) -> bool {
        match network.arena.node(base) {
            Node::Selection(_) => true,
            Node::If { .. } => network.arena.as_exclusion(base).is_some(),
            Node::Name(_) => self.binary.contains(&base),
            Node::Call { function, .. } => match network.functions.get(function) {
                FunctionRef::Table(entry) => entry.written == Written::Indicator || matches!(entry.form, Form::Classes),
                FunctionRef::User(_) => false,
            },
            _ => false,
        }
    }

    /// Whether an expression is certainly positive.
    pub(super) fn is_positive(&self, network: &Network, expr: ExprId) -> bool {
        let order = subexpressions(&network.arena, expr);
        let mut positive: FxHashSet<ExprId> = FxHashSet::default();
        for id in order {
            let all = |mut ids: Box<dyn Iterator<Item = ExprId> + '_>| ids.all(|id| positive.contains(&id));
            let holds = self.positive.contains(&id)
                || match network.arena.node(id) {
                    Node::Number(number) => {
                        !network.arena.value(number).is_negative() && !network.arena.value(number).is_zero()
                    }
                    Node::Constant(_) => true,
                    Node::Sum(terms) => all(Box::new(terms.iter().copied())),
                    Node::Product { coefficient, factors } => {
                        !network.arena.value(coefficient).is_negative()
                            && all(Box::new(factors.iter().map(|factor| factor.base)))
                    }
                    Node::Call { function, .. } => match network.functions.get(function) {
                        FunctionRef::Table(entry) => entry.written == Written::Exponential,
                        FunctionRef::User(_) => false,
                    },
                    _ => false,
                };
            if holds {
                positive.insert(id);
            }
        }
        positive.contains(&expr)
    }

    /// |u| = u for a positive u.
    pub(super) fn call(&self, network: &Network, id: ExprId) -> ExprId {
        let Node::Call { function, arguments, .. } = network.arena.node(id) else { return id };
        match network.functions.get(function) {
            FunctionRef::Table(entry) if entry.written == Written::Bars && !self.positive.is_empty() => {
                if self.is_positive(network, arguments[0]) { arguments[0] } else { id }
            }
            _ => id,
        }
    }

    /// A sum in which the left side of an assumption stands, times a common factor, with the right side in its place.
    pub(super) fn sum(&self, network: &mut Network, measures: &mut Measures, id: ExprId) -> ExprId {
        let mut sum = id;
        for &(left, right) in &self.sums {
            if let Some(next) = replace(network, measures, sum, left, right) {
                sum = next;
            }
        }
        sum
    }
}

/// Whether `other` is the transpose of `name`, a matrix.
fn is_transpose(network: &Network, name: ExprId, other: ExprId) -> bool {
    let Node::Contraction { coefficient: NumberId::ONE, factors, labels } = network.arena.node(other) else {
        return false;
    };
    let labels = network.arena.labels(labels);
    *factors == [Factor::plain(name)]
        && network.arena.as_name(name).is_some()
        && labels.out == [0, 1]
        && labels.factors == [vec![1, 0]]
}

/// Whether a function gives the one-hot vectors of class numbers.
fn gives_one_hot(network: &Network, function: FunctionId) -> bool {
    matches!(network.functions.get(function), FunctionRef::Table(Entry { form: Form::Classes, .. }))
}

/// Whether an expression is the unit vector of one place; that the place is there is checked with the sizes.
fn is_unit_vector(network: &Network, expr: ExprId) -> bool {
    let Node::Selection(selection) = network.arena.node(expr) else { return false };
    matches!(network.arena.selection_of(selection).coefficients[..], [1 | -1])
}

/// The tensor and the axis if an expression is the sum of a tensor along one axis.
fn axis_sum(network: &Network, expr: ExprId) -> Option<(ExprId, usize)> {
    let Node::Contraction { coefficient: NumberId::ONE, factors, labels } = network.arena.node(expr) else {
        return None;
    };
    let labels = network.arena.labels(labels);
    let ([factor], [axes]) = (factors, labels.factors.as_slice()) else { return None };
    let summed: Vec<_> = labels.summed().collect();
    let [summed] = summed.as_slice() else { return None };
    let kept: Vec<_> = axes.iter().copied().filter(|label| label != summed).collect();
    let is_plain = *factor == Factor::plain(factor.base) && kept == labels.out && kept.len() + 1 == axes.len();
    let axis = axes.iter().position(|label| label == summed)?;
    is_plain.then_some((factor.base, axis))
}

fn replace(network: &mut Network, measures: &mut Measures, sum: ExprId, left: ExprId, right: ExprId) -> Option<ExprId> {
    let Node::Sum(terms) = network.arena.node(sum) else { return None };
    let terms = terms.to_vec();
    let Node::Sum(parts) = network.arena.node(left) else { return None };
    let parts = parts.to_vec();
    let mut places: FxHashMap<ExprId, usize> = FxHashMap::default();
    for (at, &term) in terms.iter().enumerate() {
        places.insert(measures.class(&mut network.arena, term), at);
    }
    for &term in &terms {
        let Some(cofactor) = divide(&mut network.arena, measures, term, parts[0]) else { continue };
        let found: Option<Vec<usize>> = parts
            .iter()
            .map(|&part| {
                let wanted = multiply(&mut network.arena, cofactor, part);
                places.get(&measures.class(&mut network.arena, wanted)).copied()
            })
            .collect();
        if let Some(found) = found {
            let replacement = multiply(&mut network.arena, cofactor, right);
            let first = found.iter().copied().min()?;
            let kept = terms.iter().enumerate().filter(|(at, _)| *at == first || !found.contains(at));
            let kept: Vec<ExprId> = kept.map(|(at, &term)| if at == first { replacement } else { term }).collect();
            return Some(network.arena.sum(&kept));
        }
    }
    None
}

/// `term / part` if that is a product without new denominators.
fn divide(arena: &mut Arena, measures: &mut Measures, term: ExprId, part: ExprId) -> Option<ExprId> {
    let (number, mut factors) = factors_of(arena, term);
    let (divisor, rest) = split_term(arena, part);
    let quotient = arena.value(divisor).recip().and_then(|inverse| arena.value(number).mul(&inverse))?;
    for factor in rest.map(|rest| factors_of(arena, rest).1).unwrap_or_default() {
        let class = measures.class(arena, factor.base);
        let at = factors
            .iter()
            .position(|own| own.exponent == factor.exponent && measures.class(arena, own.base) == class)?;
        factors.remove(at);
    }
    let number = arena.number_id(quotient);
    Some(arena.product(number, &factors))
}

/// The flat product of two terms.
fn multiply(arena: &mut Arena, a: ExprId, b: ExprId) -> ExprId {
    let ((c, mut factors), (d, more)) = (factors_of(arena, a), factors_of(arena, b));
    let product = arena.value(c).mul(arena.value(d));
    factors.extend(more);
    match product {
        Some(product) => {
            let number = arena.number_id(product);
            arena.product(number, &factors)
        }
        None => arena.product(NumberId::ONE, &[Factor::plain(a), Factor::plain(b)]),
    }
}
