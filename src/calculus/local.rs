//! The rules of differentiation inside one equation, where every other name counts as a variable of its own.
//!
//! Takes an expression; gives its partial derivatives by all the names in it at once (sparse forward rows), or the
//! worked lines of one of them. [`apply`] is the one place that knows the rules: filled with derivatives it gives the
//! value, filled with ∂/∂x signs it gives the line of a worked derivation.

use rustc_hash::FxHashMap;

use crate::calculus::{FunctionDerivatives, Rule, tensor};
use crate::expr::{Arena, ExprId, Factor, NameId, Node, NumberId, OrdersId, subexpressions};
use crate::function::{FunctionRef, Written};
use crate::network::Network;
use crate::rational::Rational;

/// The derivative of a child of a node: the child's position and its derivative.
pub(super) type ChildDerivative = (usize, ExprId);

/// What is known of a node in the walk that is numbered `epoch`: where its row starts and ends.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    epoch: u32,
    start: u32,
    end: u32,
}

/// Scratch space for the partial derivatives of one equation after another.
#[derive(Clone, Debug, Default)]
pub struct Locals {
    epoch: u32,
    slots: Vec<Slot>,
    stack: Vec<(ExprId, bool)>,
    entries: Vec<(ExprId, ExprId)>,
    collected: Vec<(ExprId, usize, ExprId)>,
    group: Vec<ChildDerivative>,
}

impl Locals {
    /// All partial derivatives of `value` that are not 0 in form, by the leaves (names and parameters) that it
    /// mentions, in the order of first use.
    pub fn partials(
        &mut self,
        network: &mut Network,
        functions: &mut FunctionDerivatives,
        value: ExprId,
    ) -> &[(ExprId, ExprId)] {
        self.start(value);
        while let Some((id, entered)) = self.stack.pop() {
            if entered {
                self.row(network, functions, id);
            } else if self.slots[id.0 as usize].epoch != self.epoch {
                self.slots[id.0 as usize] = Slot { epoch: self.epoch, start: 0, end: 0 };
                self.enter(network, id);
            }
        }
        self.row_of(value)
    }

    /// Forgets the rows of the last walk and begins one at `value`, whose parts all have smaller ids.
    fn start(&mut self, value: ExprId) {
        if self.epoch == u32::MAX {
            self.slots.clear();
            self.epoch = 0;
        }
        self.epoch += 1;
        let count = value.0 as usize + 1;
        self.slots.resize(self.slots.len().max(count), Slot::default());
        self.entries.clear();
        self.stack.clear();
        self.stack.push((value, false));
    }

    /// Leaves have a row at once; nodes with children, when those have theirs.
    fn enter(&mut self, network: &mut Network, id: ExprId) {
        if is_leaf(network.arena.node(id)) {
            let one = network.arena.identity_of(id);
            let start = self.entries.len() as u32;
            self.entries.push((id, one));
            self.slots[id.0 as usize] = Slot { epoch: self.epoch, start, end: start + 1 };
            return;
        }
        let from = self.stack.len();
        self.stack.push((id, true));
        self.stack.extend(network.arena.children(id).map(|child| (child, false)));
        match self.stack.len() - from {
            1 => self.stack.truncate(from),
            _ => self.stack[from + 1..].reverse(),
        }
    }

    fn row_of(&self, id: ExprId) -> &[(ExprId, ExprId)] {
        match self.slots.get(id.0 as usize) {
            Some(slot) if slot.epoch == self.epoch => &self.entries[slot.start as usize..slot.end as usize],
            _ => &[],
        }
    }

    /// Finds the row of one node from the rows of its children.
    fn row(&mut self, network: &mut Network, functions: &mut FunctionDerivatives, id: ExprId) {
        let start = self.entries.len() as u32;
        self.collect(&network.arena, id);
        let (collected, mut group) = (std::mem::take(&mut self.collected), std::mem::take(&mut self.group));
        for run in collected.chunk_by(|a, b| a.0 == b.0) {
            group.clear();
            group.extend(run.iter().map(|&(_, at, derivative)| (at, derivative)));
            let (_, derivative) = apply(network, functions, id, &group);
            if derivative != Arena::ZERO {
                self.entries.push((run[0].0, derivative));
            }
        }
        (self.collected, self.group) = (collected, group);
        self.slots[id.0 as usize] = Slot { epoch: self.epoch, start, end: self.entries.len() as u32 };
    }

    /// Collects the rows of all children, grouped by leaf in the order of first use.
    fn collect(&mut self, arena: &Arena, id: ExprId) {
        let mut collected = std::mem::take(&mut self.collected);
        collected.clear();
        let mut children_with_rows = 0;
        for (at, child) in arena.children(id).enumerate() {
            let row = self.row_of(child);
            children_with_rows += usize::from(!row.is_empty());
            collected.extend(row.iter().map(|&(leaf, derivative)| (leaf, at, derivative)));
        }
        self.collected = collected;
        if children_with_rows > 1 {
            self.group();
        }
    }

    /// Brings equal leaves together; keeps the order of first use.
    fn group(&mut self) {
        if self.collected.len() <= 8 {
            for at in 1..self.collected.len() {
                let leaf = self.collected[at].0;
                if let Some(last) = (0..at).rev().find(|&before| self.collected[before].0 == leaf) {
                    self.collected[last + 1..=at].rotate_right(1);
                }
            }
            return;
        }
        let mut first: FxHashMap<ExprId, usize> = FxHashMap::default();
        for (at, entry) in self.collected.iter().enumerate() {
            first.entry(entry.0).or_insert(at);
        }
        self.collected.sort_by_key(|entry| first[&entry.0]);
    }
}

fn is_leaf(node: Node<'_>) -> bool {
    matches!(node, Node::Name(_) | Node::Parameter(_))
}

/// The derivative of `expr` by one leaf.
pub(crate) fn differentiate_leaf(
    network: &mut Network,
    functions: &mut FunctionDerivatives,
    expr: ExprId,
    leaf: ExprId,
) -> ExprId {
    let mut locals = Locals::default();
    let row = locals.partials(network, functions, expr);
    row.iter().find(|entry| entry.0 == leaf).map_or(Arena::ZERO, |entry| entry.1)
}

/// The derivative of a node from the derivatives of those of its children that depend on the variable, with the rule
/// that gives it. Children that are not listed are constant.
pub fn apply(
    network: &mut Network,
    functions: &mut FunctionDerivatives,
    id: ExprId,
    children: &[ChildDerivative],
) -> (Rule, ExprId) {
    match network.arena.node(id) {
        Node::Sum(_) => {
            if let &[(_, only)] = children {
                return (Rule::Sum, only);
            }
            let terms: Vec<ExprId> = children.iter().map(|&(_, derivative)| derivative).collect();
            (Rule::Sum, network.arena.sum(&terms))
        }
        Node::Product { coefficient, factors } => {
            if let Some(other) = other_of_two(coefficient, factors, children) {
                return (Rule::ConstantFactor, other);
            }
            let factors = factors.to_vec();
            product(&mut network.arena, coefficient, &factors, children)
        }
        Node::Contraction { .. } => tensor::contraction(&mut network.arena, id, children),
        Node::Call { .. } => call(network, functions, id, children),
        Node::If { comparison, parts } => {
            let branch = |at: usize| children.iter().find(|child| child.0 == at).map_or(Arena::ZERO, |child| child.1);
            let (then, otherwise) = (branch(2), branch(3));
            let is_constant = otherwise == Arena::ZERO && then != Arena::ZERO;
            let arena = &mut network.arena;
            if let Some(exclusion) =
                is_constant.then(|| arena.exclusion_of_cases(comparison, parts[0], parts[1])).flatten()
            {
                return (Rule::Piecewise, tensor::entry_by_entry(arena, exclusion, then));
            }
            (
                Rule::Piecewise,
                tensor::conditional(&mut network.arena, comparison, [parts[0], parts[1], then, otherwise]),
            )
        }
        Node::Number(_)
        | Node::Constant(_)
        | Node::Name(_)
        | Node::Parameter(_)
        | Node::Selection(_)
        | Node::Derivative { .. } => (Rule::Constant, Arena::ZERO),
    }
}

/// The derivative of u·v by u is v: the most frequent product needs no new node.
fn other_of_two(coefficient: NumberId, factors: &[Factor], children: &[ChildDerivative]) -> Option<ExprId> {
    let (&[(at, Arena::ONE)], &[a, b]) = (children, factors) else { return None };
    let plain = [coefficient, a.exponent, b.exponent] == [NumberId::ONE; 3];
    plain.then_some(if at == 0 { b.base } else { a.base })
}

fn call(
    network: &mut Network,
    functions: &mut FunctionDerivatives,
    id: ExprId,
    children: &[ChildDerivative],
) -> (Rule, ExprId) {
    let mut term = |&(at, derivative): &ChildDerivative| {
        if let Some(jacobian) = functions.jacobian(network, id, at) {
            let argument = network.arena.children(id).nth(at);
            let rank = argument.map_or(0, |argument| network.arena.dims(argument).len());
            return tensor::chain(&mut network.arena, jacobian, derivative, rank);
        }
        let partial = functions.partial(network, id, at);
        tensor::entry_by_entry(&mut network.arena, partial, derivative)
    };
    let value = match children {
        [only] => term(only),
        several => {
            let terms: Vec<ExprId> = several.iter().map(term).collect();
            network.arena.sum(&terms)
        }
    };
    if let Some(rule) = rule_of_power(network, id, children) {
        return (rule, value);
    }
    let identity = network.arena.identity_of(id);
    let bare = children.iter().all(|&(_, derivative)| derivative == identity);
    (if bare { Rule::Function } else { Rule::Chain }, value)
}

/// The rule for uᵛ, by which of the two depend on the variable.
fn rule_of_power(network: &Network, id: ExprId, children: &[ChildDerivative]) -> Option<Rule> {
    let Node::Call { function, orders: OrdersId::NONE, .. } = network.arena.node(id) else { return None };
    match (network.functions.get(function), children) {
        (FunctionRef::Table(entry), _) if entry.written != Written::Power => None,
        (FunctionRef::User(_), _) => None,
        (_, [(0, _)]) => Some(Rule::Power),
        (_, [(1, _)]) => Some(Rule::Exponential),
        _ => Some(Rule::GeneralPower),
    }
}

fn product(
    arena: &mut Arena,
    coefficient: NumberId,
    factors: &[Factor],
    children: &[ChildDerivative],
) -> (Rule, ExprId) {
    let negative = |arena: &Arena, at: usize| arena.value(factors[at].exponent).is_negative();
    let below = children.iter().filter(|child| negative(arena, child.0)).count();
    if below > 0 && below < children.len() {
        return (Rule::Quotient, quotient(arena, coefficient, factors, children));
    }
    if let &[(at, derivative)] = children {
        let rule = match factors[at].exponent {
            NumberId::ONE => Rule::ConstantFactor,
            _ => Rule::Power,
        };
        return (rule, product_term(arena, coefficient, factors, at, derivative));
    }
    let terms: Vec<ExprId> =
        children.iter().map(|&(at, derivative)| product_term(arena, coefficient, factors, at, derivative)).collect();
    (Rule::Product, arena.sum(&terms))
}

/// The product with factor number `at`, bᵉ, replaced by e·bᵉ⁻¹·b′.
fn product_term(arena: &mut Arena, coefficient: NumberId, factors: &[Factor], at: usize, derivative: ExprId) -> ExprId {
    let Factor { base, exponent } = factors[at];
    let mut kept: Vec<Factor> = Vec::with_capacity(factors.len() + 1);
    kept.extend_from_slice(&factors[..at]);
    let mut coefficient = coefficient;
    if exponent != NumberId::ONE {
        let power = arena.value(exponent).clone();
        match arena.value(coefficient).mul(&power) {
            Some(scaled) => coefficient = arena.number_id(scaled),
            None => kept.insert(0, Factor::plain(arena.number(power.clone()))),
        }
        // u^(e−1) is written u^e·u^(−1) in the one case where e − 1 has too many digits.
        match power.add(&Rational::integer(-1)) {
            Some(lowered) => kept.push(Factor { base, exponent: arena.number_id(lowered) }),
            None => kept.extend([Factor { base, exponent }, Factor { base, exponent: NumberId::MINUS_ONE }]),
        }
    }
    kept.push(Factor::plain(derivative));
    kept.extend_from_slice(&factors[at + 1..]);
    arena.product(coefficient, &kept)
}

/// c·(u′ v − u v′)/v² where u are the factors above and v those below the line.
fn quotient(arena: &mut Arena, coefficient: NumberId, factors: &[Factor], children: &[ChildDerivative]) -> ExprId {
    let mut above: Vec<Factor> = Vec::new();
    let mut below: Vec<Factor> = Vec::new();
    let mut above_children: Vec<ChildDerivative> = Vec::new();
    let mut below_children: Vec<ChildDerivative> = Vec::new();
    for (at, &factor) in factors.iter().enumerate() {
        let negated = arena.value(factor.exponent).neg();
        let child = children.iter().find(|child| child.0 == at).map(|child| child.1);
        if negated.is_negative() {
            above_children.extend(child.map(|derivative| (above.len(), derivative)));
            above.push(factor);
        } else {
            below_children.extend(child.map(|derivative| (below.len(), derivative)));
            let exponent = arena.number_id(negated);
            below.push(Factor { base: factor.base, exponent });
        }
    }
    let u = arena.product(NumberId::ONE, &above);
    let v = arena.product(NumberId::ONE, &below);
    let (_, du) = product(arena, NumberId::ONE, &above, &above_children);
    let (_, dv) = product(arena, NumberId::ONE, &below, &below_children);
    let left = arena.times(du, v);
    let right = arena.times(u, dv);
    let right = arena.negate(right);
    let numerator = arena.sum(&[left, right]);
    let minus_two = arena.number_id(Rational::integer(-2));
    arena.product(coefficient, &[Factor::plain(numerator), Factor { base: v, exponent: minus_two }])
}

/// Whether an expression mentions a name.
pub fn contains(arena: &Arena, expr: ExprId, name: NameId) -> bool {
    subexpressions(arena, expr).into_iter().any(|id| arena.as_name(id) == Some(name))
}
