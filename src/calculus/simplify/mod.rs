//! Simplification as a textbook does it: each change is a named rule, recorded when asked for.
//!
//! Takes a derived expression; gives an equal one: numbers in front, powers merged, like terms collected, names for what
//! has a name, the factors left in the order in which the chain rule delivered them.

mod cases;
mod class;
mod common;
mod congruence;
mod contraction;
mod definitions;
mod expand;
mod facts;
mod fixed;
mod flatten;
mod gather;
mod inverse;
mod known;
mod matching;
mod measure;
mod mirror;
mod onehot;
mod parts;
mod power;
mod product;
mod root;
mod rows;
mod spread;
mod sum;
mod transpose;
mod unit;

use rustc_hash::FxHashMap;

use crate::calculus::{FactorOrder, Rule};
use crate::expr::{ExprId, NameId, Node, Postorder, subexpressions};
use crate::function::{FunctionRef, Written};
use crate::network::{Equation, Network, Origin};
use crate::syntax::ast::Comparison;

use product::names_first;

use definitions::Folds;
pub use facts::Assumed;
use facts::Facts;
use known::Centred;
use measure::Measures;

/// The form that is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Goal {
    /// As a textbook prints it.
    #[default]
    Textbook,
    /// All products over sums multiplied out.
    Expand,
    /// Common factors taken out of every sum.
    Factor,
}

/// One change: `before` was replaced by `after`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rewriting {
    /// Why they are equal.
    pub rule: Rule,
    /// The old form.
    pub before: ExprId,
    /// The new form.
    pub after: ExprId,
}

/// The most rounds of the simplification of tensors.
const MAX_ROUNDS: usize = 4;

/// Simplifies expressions of one network; what it has found once it remembers.
#[derive(Clone, Debug, Default)]
pub struct Simplifier {
    goal: Goal,
    /// The order of the factors in the products that come in.
    order: FactorOrder,
    done: FxHashMap<ExprId, ExprId>,
    measures: Measures,
    definitions: Option<FxHashMap<ExprId, NameId>>,
    facts: Facts,
    walk: Postorder,
    record: Vec<Rewriting>,
    /// What led to the simplified form of whole expressions of tensors, to be told again when it is asked for again.
    records: FxHashMap<ExprId, Vec<Rewriting>>,
    /// The classes that trials are under way for, so that none begins in itself.
    open: Vec<ExprId>,
    /// How many rewritings may still be tried within the outermost one.
    budget: u32,
    /// What multiplying out and taking out led to.
    tried: FxHashMap<(ExprId, bool), ExprId>,
    folds: Folds,
    centred: Centred,
    /// How many equations were asked for symmetric values.
    asked: usize,
    /// The names that are symmetric by their equations.
    by_definition: Vec<ExprId>,
}

impl Simplifier {
    /// A simplifier for a network and its assumptions. With `names`, what defines a quantity is written by its name.
    pub fn new(network: &mut Network, goal: Goal, names: NameUse) -> Self {
        let assumed = Assumed::all(network);
        Simplifier::relying_on(network, goal, names, Facts::new(&assumed))
    }

    /// A simplifier that relies on some of the assumptions only.
    pub(super) fn assuming(network: &mut Network, goal: Goal, names: NameUse, assumed: &[Assumed]) -> Self {
        Simplifier::relying_on(network, goal, names, Facts::listed(assumed))
    }

    /// The same for products whose factors stand in this order.
    pub(super) fn with_order(self, order: FactorOrder) -> Self {
        Simplifier { order, ..self }
    }

    fn relying_on(network: &mut Network, goal: Goal, names: NameUse, facts: Facts) -> Self {
        Simplifier {
            goal,
            definitions: (names == NameUse::Fold).then(FxHashMap::default),
            measures: Measures::new(network, facts.symmetric().clone()),
            facts,
            folds: Folds::new(network, names == NameUse::Fold),
            ..Simplifier::default()
        }
        .with_definitions(network)
        .with_symmetric_names(network)
    }

    /// Learns what the equations say that were added since it was made. They must define names that it has not met, of which
    /// nothing is assumed, and the network must have had tensors, or have none.
    pub fn learn_new_names(&mut self, network: &mut Network) {
        let known = self.asked;
        self.learn_symmetric_names(network);
        if self.definitions.is_some() {
            // What was simplified may be written by the new names.
            self.done.clear();
            self.tried.clear();
            self.learn_definitions_by_value(network, known);
            self.learn_new_definitions(network);
        }
    }

    fn with_symmetric_names(mut self, network: &mut Network) -> Self {
        self.learn_symmetric_names(network);
        self
    }

    /// Learns which quantities are symmetric by their equations, S = XᵀX/n, as far as these are new.
    fn learn_symmetric_names(&mut self, network: &mut Network) {
        for at in self.asked..network.equations.len() {
            let Equation { name, value, .. } = network.equations[at];
            if matches!(network.arena.dims(value), [rows, columns] if rows == columns) {
                let flat = self.flattened(network, value);
                let class = self.measures.class(&mut network.arena, flat);
                let is_given = matches!(network.quantity(name).origin, Origin::Equation(_));
                let name = network.name_expr(name);
                if self.measures.is_symmetric(class) && self.facts.may_be_symmetric(name) {
                    self.measures.add_symmetric(name);
                    self.by_definition.extend(Some(name).filter(|_| is_given));
                }
            }
        }
        if self.asked < network.equations.len() {
            self.asked = network.equations.len();
            self.record.clear();
        }
    }

    /// An expression with its products in normal form and nothing else changed.
    fn flattened(&mut self, network: &mut Network, expr: ExprId) -> ExprId {
        let mut done: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in subexpressions(&network.arena, expr) {
            let rebuilt = network.arena.with_children(id, |child| done.get(&child).copied().unwrap_or(child));
            let next = match network.arena.node(rebuilt) {
                Node::Contraction { .. } => self.normal(network, rebuilt),
                _ => rebuilt,
            };
            done.insert(id, next);
        }
        done.get(&expr).copied().unwrap_or(expr)
    }

    fn with_definitions(mut self, network: &Network) -> Self {
        self.learn_definitions_by_value(network, 0);
        self
    }

    /// Learns which values are written by names, from equation number `first` on.
    fn learn_definitions_by_value(&mut self, network: &Network, first: usize) {
        let Some(definitions) = &mut self.definitions else { return };
        for equation in &network.equations[first..] {
            let foldable = matches!(network.arena.node(equation.value), Node::Call { .. } | Node::Sum(_));
            let plain = matches!(network.quantity(equation.name).origin, Origin::Equation(_));
            if foldable && plain && Some(equation.name) != network.cost {
                definitions.entry(equation.value).or_insert(equation.name);
            }
        }
    }

    /// The simplified form of an expression, under the goal and the use of names that the simplifier was made for; every
    /// rule applied goes into the record.
    pub fn simplify(&mut self, network: &mut Network, expr: ExprId) -> ExprId {
        let simplified = self.simplify_in_rounds(network, expr);
        if self.folds.has_tensors() { rows::restored(network, simplified) } else { simplified }
    }

    fn simplify_in_rounds(&mut self, network: &mut Network, expr: ExprId) -> ExprId {
        self.learn_definitions(network);
        if let (Some(rewritings), Some(&done)) = (self.records.get(&expr), self.done.get(&expr)) {
            self.record.extend_from_slice(rewritings);
            return done;
        }
        let mark = self.record.len();
        let mut current = self.simplify_all(network, expr);
        if !self.folds.has_tensors() {
            return current;
        }
        // What came out of one round may be shortened in the next.
        for _ in 1..MAX_ROUNDS {
            let next = self.simplify_all(network, current);
            if next == current {
                break;
            }
            current = next;
        }
        self.done.insert(expr, current);
        if let Some(rewritings) = self.record.get(mark..).filter(|rewritings| !rewritings.is_empty()) {
            self.records.insert(expr, rewritings.to_vec());
        }
        current
    }

    fn simplify_all(&mut self, network: &mut Network, expr: ExprId) -> ExprId {
        if let Some(&done) = self.done.get(&expr) {
            return done;
        }
        let mut order = Vec::new();
        let mut walk = std::mem::take(&mut self.walk);
        walk.collect(&network.arena, &[expr], &mut order);
        self.walk = walk;
        for id in order {
            if !self.done.contains_key(&id) {
                let rebuilt = self.with_simplified_children(network, id);
                let next = self.rebuild(network, rebuilt);
                self.done.insert(id, next);
            } else if let (true, Some(rewritings)) = (self.open.is_empty(), self.records.get(&id)) {
                self.record.extend_from_slice(rewritings);
            }
        }
        self.done.get(&expr).copied().unwrap_or(expr)
    }

    /// The node over its simplified children. What is compared for equality stays as it is: written otherwise, it would
    /// round otherwise, and the entry that is the largest would not equal the maximum.
    fn with_simplified_children(&self, network: &mut Network, id: ExprId) -> ExprId {
        let simplified = |child: ExprId| self.done.get(&child).copied().unwrap_or(child);
        match network.arena.node(id) {
            Node::If { comparison: comparison @ (Comparison::Equal | Comparison::NotEqual), parts } => {
                let branches = [parts[0], parts[1], simplified(parts[2]), simplified(parts[3])];
                if branches == parts { id } else { network.arena.conditional(comparison, branches) }
            }
            _ => network.arena.with_children(id, simplified),
        }
    }

    /// The simplified form of a local partial, names in front: w(1 − a²). A product of links keeps their order instead.
    pub fn simplify_local(&mut self, network: &mut Network, expr: ExprId) -> ExprId {
        let simplified = self.simplify(network, expr);
        names_first(&mut network.arena, simplified)
    }

    /// The size of an expression as a reader feels it: names and numbers count 1, each binary operation and function 1, a
    /// power 1 more.
    pub fn size(&mut self, network: &Network, expr: ExprId) -> u32 {
        self.measures.size(&network.arena, expr)
    }

    /// The representative of all expressions that differ from this one in the order of terms and factors, the names of
    /// labels and the transposes of symmetric matrices only.
    pub fn class(&mut self, network: &mut Network, expr: ExprId) -> ExprId {
        self.measures.class(&mut network.arena, expr)
    }

    /// Whether an expression is certainly a symmetric matrix.
    pub fn is_symmetric(&mut self, network: &mut Network, expr: ExprId) -> bool {
        let class = self.measures.class(&mut network.arena, expr);
        self.measures.is_symmetric(class)
    }

    /// Notes that the sign of a derivative stands for a symmetric matrix; it must not have been met yet.
    pub(super) fn add_symmetric(&mut self, sign: ExprId) {
        self.measures.add_symmetric(sign);
    }

    /// The names that are symmetric by their equations.
    pub fn symmetric_by_definition(&self) -> &[ExprId] {
        &self.by_definition
    }

    /// What has been rewritten since the last call, in order.
    pub fn take_record(&mut self) -> Vec<Rewriting> {
        std::mem::take(&mut self.record)
    }

    /// Forgets what has been rewritten, also what would be told again: told within one another, long records grow.
    pub fn forget_record(&mut self) {
        self.record.clear();
        self.records.clear();
    }

    /// The same as [`Self::rebuild`], remembered.
    fn rebuild_node(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        match network.arena.node(id) {
            Node::Contraction { .. } | Node::Product { .. } | Node::Sum(_) => self.rebuild(network, id),
            _ => id,
        }
    }

    /// The simplified form of a node whose children are simplified.
    fn rebuild(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let next = match network.arena.node(id) {
            Node::Sum(_) => self.rebuild_sum(network, id),
            Node::Product { .. } => self.rebuild_product(network, id),
            Node::Contraction { .. } => self.rebuild_contraction(network, id),
            Node::Call { .. } => {
                let after = plain_power(network, id);
                let id = self.note(Rule::Arithmetic, id, after);
                let after = self.facts.call(network, id);
                let after = self.note(Rule::Assumption, id, after);
                self.function_of_transpose(network, after)
            }
            Node::If { .. } => {
                let after = self.rebuild_cases(network, id);
                self.rebuild_node(network, after)
            }
            _ => id,
        };
        self.fold(network, next)
    }

    /// The name of what defines a quantity.
    fn fold(&mut self, network: &mut Network, id: ExprId) -> ExprId {
        let known = self.definitions.as_ref().and_then(|definitions| definitions.get(&id)).copied();
        let Some(name) = known.or_else(|| self.named(network, id)) else { return id };
        let rank = network.arena.dims(id).len();
        let after = definitions::name_of_rank(network, name, rank);
        self.note(Rule::FoldName, id, after)
    }

    /// Ends a trial that began when the record had `mark` entries: what was tried on the way is forgotten, the change
    /// as a whole recorded if it is `taken`.
    fn conclude(&mut self, mark: usize, rule: Rule, before: ExprId, after: ExprId, taken: bool) -> ExprId {
        self.record.truncate(mark);
        if taken { self.note(rule, before, after) } else { before }
    }

    /// Records a change, if it is one.
    fn note(&mut self, rule: Rule, before: ExprId, after: ExprId) -> ExprId {
        if before != after {
            self.record.push(Rewriting { rule, before, after });
        }
        after
    }
}

/// A power with a number for its exponent, which came in with the arguments of a function, is no call.
fn plain_power(network: &mut Network, id: ExprId) -> ExprId {
    let Node::Call { function, arguments: &[base, exponent], .. } = network.arena.node(id) else { return id };
    match (network.functions.get(function), network.arena.node(exponent)) {
        (FunctionRef::Table(entry), Node::Number(exponent))
            if entry.written == Written::Power && network.arena.shape(base).is_scalar() =>
        {
            network.arena.power(base, exponent)
        }
        _ => id,
    }
}

/// Whether results use the names of quantities for the expressions that define them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameUse {
    /// σ(z) becomes a where a = σ(z).
    Fold,
    /// Nothing is renamed.
    Keep,
}
