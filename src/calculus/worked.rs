//! A derivative worked rule by rule: each line applies to every ∂/∂x that is left the one rule that fits it.
//!
//! Takes an expression and a variable; gives the lines, each with the rules that led to it. The rules themselves are those
//! of [`local`](super::local), with ∂/∂x signs in the place of derivatives.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::calculus::local::{ChildDerivative, apply, contains};
use crate::calculus::{FunctionDerivatives, Rule};
use crate::expr::{Arena, ExprId, Factor, NameId, Node, NumberId, Reach, subexpressions};
use crate::network::Network;

/// One line of a worked derivative: an expression in which some ∂/∂x are left, and the rules that led to it.
#[derive(Clone, PartialEq, Debug)]
pub struct WorkedLine {
    /// The expression; equal to all other lines.
    pub expr: ExprId,
    /// The rules applied since the line before, in order, each once.
    pub rules: Vec<(Rule, ExprId)>,
}

/// A derivative worked rule by rule.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Worked {
    /// The lines, the first ∂/∂x of the whole.
    pub lines: Vec<WorkedLine>,
}

/// The most lines that one worked derivative shows; deeper ones end in their value.
const MAX_LINES: usize = 24;

impl Worked {
    /// Works ∂`expr`/∂`by`: each line applies to every ∂/∂x that is left the one rule that fits it.
    pub fn new(network: &mut Network, functions: &mut FunctionDerivatives, expr: ExprId, by: NameId) -> Worked {
        let mut line = network.arena.derivative(expr, by);
        let mut lines = vec![WorkedLine { expr: line, rules: Vec::new() }];
        while lines.len() < MAX_LINES {
            let mut rules = Vec::new();
            let next = rewrite(network, functions, line, by, &mut rules);
            if rules.is_empty() {
                break;
            }
            if next != line {
                lines.push(WorkedLine { expr: next, rules });
            }
            line = next;
        }
        Worked { lines }
    }
}

/// Replaces every ∂/∂by in `line` by what its rule gives.
fn rewrite(
    network: &mut Network,
    functions: &mut FunctionDerivatives,
    line: ExprId,
    by: NameId,
    rules: &mut Vec<(Rule, ExprId)>,
) -> ExprId {
    let order = subexpressions(&network.arena, line);
    let mut done: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in order {
        let next = match network.arena.node(id) {
            Node::Derivative { of, by: variable, .. } if variable == by => {
                let (rule, next) = open(network, functions, of, by);
                if !rules.contains(&(rule, of)) {
                    rules.push((rule, of));
                }
                next
            }
            _ => network.arena.with_children(id, |child| done.get(&child).copied().unwrap_or(child)),
        };
        done.insert(id, next);
    }
    done.get(&line).copied().unwrap_or(line)
}

/// One rule applied to ∂of/∂by, with ∂/∂by signs before the parts that are left.
fn open(network: &mut Network, functions: &mut FunctionDerivatives, of: ExprId, by: NameId) -> (Rule, ExprId) {
    if network.arena.as_name(of) == Some(by) {
        return (Rule::Variable, network.arena.identity_of(of));
    }
    if !contains(&network.arena, of, by) {
        return (Rule::Constant, Arena::ZERO);
    }
    let children: Vec<ExprId> = network.arena.children(of).collect();
    let all = matches!(network.arena.node(of), Node::Sum(_));
    let mut derivatives: Vec<ChildDerivative> = Vec::new();
    for (at, &child) in children.iter().enumerate() {
        if network.arena.as_name(child) == Some(by) {
            derivatives.push((at, network.arena.identity_of(child)));
        } else if contains(&network.arena, child, by)
            || all && network.arena.as_number(child).is_none() && !depends_elsewhere(network, child, by)
        {
            derivatives.push((at, derivative_of_term(network, child, by)));
        }
    }
    apply(network, functions, of, &derivatives)
}

/// Whether a term is a quantity, or minus one, that mentions `by` in an equation of its own. It is held fixed here, and
/// ∂⁺ of it would say something else.
fn depends_elsewhere(network: &Network, term: ExprId, by: NameId) -> bool {
    let quantity = match network.arena.node(term) {
        Node::Product { coefficient: NumberId::MINUS_ONE, factors: &[Factor { base, exponent: NumberId::ONE }] } => {
            base
        }
        _ => term,
    };
    let equation = network.arena.as_name(quantity).and_then(|name| network.definition(name));
    equation.is_some_and(|equation| contains(&network.arena, equation.value, by))
}

/// ∂term/∂by as a sign, a minus of the term before it: −∂y/∂x rather than ∂(−y)/∂x.
fn derivative_of_term(network: &mut Network, term: ExprId, by: NameId) -> ExprId {
    if let Node::Product { coefficient: NumberId::MINUS_ONE, factors } = network.arena.node(term) {
        let factors = factors.to_vec();
        let positive = network.arena.product(NumberId::ONE, &factors);
        return negated_derivative(network, positive, by);
    }
    if let Node::Contraction { coefficient: NumberId::MINUS_ONE, factors, labels } = network.arena.node(term) {
        let (factors, labels) = (factors.to_vec(), network.arena.labels(labels).clone());
        let positive = network.arena.contraction(NumberId::ONE, &factors, &labels);
        return negated_derivative(network, positive, by);
    }
    sign(network, term, by)
}

/// ∂term/∂by inside one equation: ∂⁺ of a quantity that may depend on `by` in other ways too.
fn sign(network: &mut Network, term: ExprId, by: NameId) -> ExprId {
    let depends = network.arena.as_name(term).is_some_and(|name| may_depend(network, name, by));
    network.arena.derivative_along(term, by, if depends { Reach::Direct } else { Reach::Total })
}

/// The most equations that are looked at to tell whether a quantity depends on another.
const MAX_SEARCH: usize = 200;

/// Whether a quantity depends on another; where that takes long to tell it may.
fn may_depend(network: &Network, name: NameId, by: NameId) -> bool {
    let mut seen: FxHashSet<NameId> = FxHashSet::default();
    let mut stack = vec![name];
    while let Some(name) = stack.pop() {
        let Some(equation) = network.definition(name) else { continue };
        for part in subexpressions(&network.arena, equation.value) {
            let Some(used) = network.arena.as_name(part) else { continue };
            if used == by || seen.len() >= MAX_SEARCH {
                return true;
            }
            if seen.insert(used) {
                stack.push(used);
            }
        }
    }
    false
}

/// −∂positive/∂by, worked at once if it is the variable itself.
fn negated_derivative(network: &mut Network, positive: ExprId, by: NameId) -> ExprId {
    let derivative = match network.arena.as_name(positive) == Some(by) {
        true => {
            let dims = network.arena.dims(positive).to_vec();
            network.arena.identity(&dims)
        }
        false => sign(network, positive, by),
    };
    network.arena.negate(derivative)
}
