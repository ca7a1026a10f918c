//! The functions of the user's own that a network calls: their definitions, which of them are abstract, and their
//! derivatives rule by rule.

use rustc_hash::FxHashSet;

use crate::calculus::{FunctionDerivatives, Goal, NameUse, Rule, Sigma, Simplifier, Worked, contains};
use crate::expr::{ExprId, FunctionId, NameId, Node, Pattern, Postorder};
use crate::function::FunctionRef;
use crate::narrate::phrases::{equation, rule_name, rule_words, text};
use crate::network::Network;
use crate::notation::document::{Block, Inline, Line};
use crate::notation::layout::{LayoutId, Sheet, same};
use crate::notation::{Style, Typesetter};
use crate::shape::Shape;
use crate::syntax::spelling::canonical;

/// A function of the user's own and the number of the argument that it is differentiated by.
pub(super) type Partial = (FunctionId, usize);

/// A copy of a network in which the arguments of one function are quantities.
pub(super) struct Stage {
    pub(super) network: Network,
    names: Vec<NameId>,
    /// The function at its arguments.
    pub(super) call: ExprId,
    /// Its definition.
    pub(super) definition: ExprId,
}

impl Stage {
    pub(super) fn new(network: &Network, function: FunctionId) -> Option<Stage> {
        let FunctionRef::User(own) = network.functions.get(function) else { return None };
        let body = own.body?;
        let mut network = network.clone();
        let names: Vec<NameId> =
            own.parameters.iter().map(|name| network.add_input(&canonical(name), Shape::SCALAR)).collect();
        let arguments: Vec<ExprId> = names.iter().map(|&name| network.name_expr(name)).collect();
        let call = network.arena.call(function, &arguments);
        let definition = Pattern::new(&network.arena, body).fill(&mut network.arena, &arguments);
        Some(Stage { network, names, call, definition })
    }

    fn style(&self, style: Style) -> Style {
        Style { ordinary: self.names.len() == 1, ..style }
    }
}

/// The functions of the user's own that the equations call, also by way of one another, in the order of the file.
fn called(network: &Network) -> Vec<FunctionId> {
    if !network.functions.has_own() {
        return Vec::new();
    }
    let mut roots: Vec<ExprId> = network.equations.iter().map(|equation| equation.value).collect();
    let mut found: Vec<FunctionId> = Vec::new();
    let mut seen: FxHashSet<FunctionId> = FxHashSet::default();
    let mut walk = Postorder::default();
    while !roots.is_empty() {
        let mut order = Vec::new();
        walk.collect(&network.arena, &roots, &mut order);
        roots.clear();
        for id in order {
            let Node::Call { function, .. } = network.arena.node(id) else { continue };
            let FunctionRef::User(own) = network.functions.get(function) else { continue };
            if seen.insert(function) {
                found.push(function);
                roots.extend(own.body);
            }
        }
    }
    found.sort();
    found
}

/// `bump(u, k) = e^(−ku²)`: both sides for each function of the user's own that has a definition and is called.
pub fn definitions(network: &Network, style: Style, sheet: &mut Sheet) -> Vec<(LayoutId, LayoutId)> {
    let stages = called(network).into_iter().filter_map(|function| Stage::new(network, function));
    let sides = |stage: Stage| {
        let mut setter = Typesetter::new(&stage.network, stage.style(style));
        (setter.expr(sheet, stage.call), setter.expr_as_written(sheet, stage.definition))
    };
    stages.map(sides).collect()
}

/// "f and g are any differentiable functions; a prime marks the derivative."
pub(super) fn abstract_sentence(setter: &mut Typesetter<'_>, sheet: &mut Sheet) -> Option<Vec<Inline>> {
    let network = setter.network();
    let is_abstract = |id: &FunctionId| matches!(network.functions.get(*id), FunctionRef::User(own) if own.body.is_none() && !own.whole);
    let functions: Vec<FunctionId> = called(network).into_iter().filter(is_abstract).collect();
    let mut sentence = Vec::new();
    for (at, &function) in functions.iter().enumerate() {
        match at {
            0 => {}
            _ if at + 1 == functions.len() => sentence.push(text(" and ")),
            _ => sentence.push(text(", ")),
        }
        sentence.push(Inline::Math(setter.function_symbol(sheet, function)));
    }
    sentence.push(text(match functions.len() {
        0 => return None,
        1 => " is any differentiable function; a prime marks its derivative.",
        _ => " are any differentiable functions; a prime marks the derivative.",
    }));
    Some(sentence)
}

/// The derivatives of functions of the user's own with every rule, and those of the functions in them; what of the
/// table is used on the way is added to `table`.
pub(super) fn derivations(
    network: &Network,
    style: Style,
    sheet: &mut Sheet,
    partials: &[Partial],
    table: &mut Vec<FunctionId>,
) -> Vec<Block> {
    let mut waiting: Vec<Partial> = partials.to_vec();
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(&(function, argument)) = waiting.get(at) {
        at += 1;
        let Some(mut stage) = Stage::new(network, function) else { continue };
        let Some(&by) = stage.names.get(argument) else { continue };
        let mut functions = FunctionDerivatives::new(&stage.network, Sigma::Expanded);
        let worked = Worked::new(&mut stage.network, &mut functions, stage.definition, by);
        for next in used(&stage.network, &worked, by) {
            match network.functions.get(next.0) {
                FunctionRef::Table(_) if !table.contains(&next.0) => table.push(next.0),
                FunctionRef::User(_) if !waiting.contains(&next) => waiting.push(next),
                _ => {}
            }
        }
        let lines = derivation(&mut stage, style, sheet, &worked, by);
        blocks.push(Block::Equations { lines, id: None });
    }
    blocks
}

/// The functions whose derivatives a worked derivative needs, with the arguments that mention the variable.
pub(super) fn used(network: &Network, worked: &Worked, by: NameId) -> Vec<Partial> {
    let mut found = Vec::new();
    for &(rule, expr) in worked.lines.iter().flat_map(|line| &line.rules) {
        let Node::Call { function, arguments, .. } = network.arena.node(expr) else { continue };
        if !matches!(rule, Rule::Function | Rule::Chain) {
            continue;
        }
        let with_variable = (0..arguments.len()).filter(|&at| contains(&network.arena, arguments[at], by));
        found.extend(with_variable.map(|at| (function, at)));
    }
    found
}

/// d/du bent(u) = d/du (…) = … with its rules.
fn derivation(stage: &mut Stage, style: Style, sheet: &mut Sheet, worked: &Worked, by: NameId) -> Vec<Line> {
    let symbol = stage.network.arena.derivative(stage.call, by);
    let last = worked.lines.last().map(|line| line.expr);
    let simplified = last.map(|last| {
        let mut simplifier = Simplifier::new(&mut stage.network, Goal::Textbook, NameUse::Keep);
        simplifier.simplify_local(&mut stage.network, last)
    });
    let mut setter = Typesetter::new(&stage.network, stage.style(style));
    let mut left = Some(setter.expr(sheet, symbol));
    let mut lines: Vec<Line> = Vec::new();
    for line in &worked.lines {
        let right = setter.expr(sheet, line.expr);
        let note = rule_words(&mut setter, sheet, line.rules.iter().copied());
        lines.push(equation(left.take(), right, note));
    }
    if let Some(simplified) = simplified {
        let right = setter.expr(sheet, simplified);
        if lines.last().is_none_or(|last| !same(sheet, last.right, right)) {
            lines.push(equation(left.take(), right, rule_name(Rule::Simplify)));
        }
    }
    lines
}
