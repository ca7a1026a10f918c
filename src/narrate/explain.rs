//! One entry of the function table: definition, derivative with its steps, kinks, domain.

use crate::calculus::{FunctionDerivatives, Rule, Sigma, Worked};
use crate::expr::{Arena, ExprId, Node, Pattern};
use crate::function::{Domain, Entry, Form, Functions, Group, Kink, table};
use crate::narrate::phrases::{equation, place_words, rule_name, rule_words, text};
use crate::narrate::story::Depth;
use crate::network::{FreeNames, Network, resolve};
use crate::notation::document::{Align, Block, Document, Inline, Line, Table};
use crate::notation::layout::{Sheet, same};
use crate::notation::{Style, Typesetter};
use crate::syntax::parse_network;

/// The document of `derive explain`.
pub fn explain(entry: &Entry) -> Document {
    let mut document = Document::default();
    document.blocks.push(Block::Heading { level: 1, text: vec![Inline::Code(entry.name.to_owned())] });
    let mut summary = format!("{}.", capitalised(entry.summary));
    if !entry.aliases.is_empty() {
        summary.push_str(&format!(" Also called {}.", entry.aliases.join(", ")));
    }
    document.blocks.push(Block::Paragraph(vec![text(summary)]));
    let blocks = function_blocks(&mut document.sheet, entry, Depth::Full);
    document.blocks.extend(blocks);
    if entry.domain != Domain::Everywhere {
        let words = format!("Domain: {}.", entry.domain.condition());
        document.blocks.push(Block::Paragraph(vec![text(words)]));
    }
    document
}

/// The document of `derive functions`: name, definition and derivative of every entry.
pub fn function_table() -> Document {
    let mut document = Document::default();
    for group in Group::ALL {
        let words = group.heading();
        document.blocks.push(Block::Heading { level: 2, text: vec![text(words)] });
        let rows = table().filter(|entry| entry.group == group).map(|entry| {
            let mut name = entry.name.to_owned();
            if entry.parameters.len() > 1 {
                name.push_str(&format!("({})", entry.parameters.join(", ")));
            }
            let derivative = match entry.definition.filter(|_| entry.derivatives.is_empty()) {
                Some(definition) => format!("of {definition}"),
                None => entry.derivatives.join("; "),
            };
            [name, entry.aliases.join(", "), derivative].map(|cell| vec![text(cell)]).to_vec()
        });
        let header = ["function", "also", "derivative"].map(|word| vec![text(word)]).to_vec();
        let rows = rows.collect();
        document.blocks.push(Block::Table(Table { align: vec![Align::Left; 3], header, rows }));
    }
    let note = "x, a, b are the arguments and y is the value; `derive explain sigmoid` shows one with its definition and derivation.";
    document.blocks.push(Block::Paragraph(vec![text(note)]));
    document
}

fn capitalised(words: &str) -> String {
    // A summary that begins with the variable x keeps it.
    if words.starts_with("x ") {
        return words.to_owned();
    }
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A network of the arguments of a function and nothing else.
fn stage(entry: &Entry) -> Option<Network> {
    let (ast, _) = parse_network(&format!("input {}", entry.parameters.join(", ")));
    resolve(&ast, FreeNames::Refused).0
}

/// The definition and the Jacobian of a function that does not act on each entry, in derive's own language.
fn text_blocks(entry: &Entry) -> Vec<Block> {
    let mut blocks = Vec::new();
    let call = format!("{}({})", entry.name, entry.parameters.join(", "));
    if let Some(definition) = entry.definition {
        let words = vec![text("It is put in as "), Inline::Code(definition.to_owned()), text(" where it is called.")];
        blocks.push(Block::Paragraph(words));
    }
    for derivative in entry.derivatives {
        let words = vec![
            text("Its derivative, with y for "),
            Inline::Code(call.clone()),
            text(", is "),
            Inline::Code((*derivative).to_owned()),
            text("."),
        ];
        blocks.push(Block::Paragraph(words));
    }
    blocks
}

/// `zero` = 0 as one would write it: a = b for a − b, x² = 1 for 1 − x²; the convention says for which parameters there is
/// no kink.
fn sides_of_zero(network: &mut Network, zero: ExprId) -> [ExprId; 2] {
    let zero = match network.arena.node(zero) {
        Node::If { parts, .. } => parts[3],
        _ => zero,
    };
    let Node::Sum(&[first, second]) = network.arena.node(zero) else { return [zero, Arena::ZERO] };
    let other = network.arena.negate(second);
    if network.arena.as_number(first).is_some() { [other, first] } else { [first, other] }
}

/// The definition, the derivative by each argument, and the kinks of a function.
pub(super) fn function_blocks(sheet: &mut Sheet, entry: &Entry, depth: Depth) -> Vec<Block> {
    if !matches!(entry.form, Form::Elementwise) {
        return text_blocks(entry);
    }
    let (Some(mut network), Some(function)) = (stage(entry), Functions::builtin(entry.name)) else {
        return Vec::new();
    };
    let names: Vec<_> = entry.parameters.iter().filter_map(|name| network.find(name)).collect();
    let arguments: Vec<ExprId> = names.iter().map(|&name| network.name_expr(name)).collect();
    let call = network.arena.call(function, &arguments);
    let mut filled = arguments.clone();
    filled.push(call);
    let template = network.template(function);
    let fill = |network: &mut Network, formula: ExprId| {
        Pattern::new(&network.arena, formula).fill(&mut network.arena, &filled)
    };
    let definition = template.definition.map(|formula| fill(&mut network, formula));
    let derivatives: Vec<ExprId> = template.derivatives.iter().map(|&formula| fill(&mut network, formula)).collect();
    // The derivatives with the definition where they name the value: what the last step of their working says.
    let mut spelled_out = derivatives.clone();
    if let (Some(definition), Some(last)) = (definition, filled.last_mut()) {
        *last = definition;
        let with_definition =
            |&formula: &ExprId| Pattern::new(&network.arena, formula).fill(&mut network.arena, &filled);
        spelled_out = template.derivatives.iter().map(with_definition).collect();
    }
    let mut functions = FunctionDerivatives::new(&network, Sigma::Expanded);
    let mut worked: Vec<Worked> = Vec::new();
    let piecewise = definition.is_some_and(|definition| matches!(network.arena.node(definition), Node::If { .. }));
    if let Some(definition) = definition
        && (depth == Depth::Full || piecewise)
    {
        worked = names.iter().map(|&by| Worked::new(&mut network, &mut functions, definition, by)).collect();
    }
    let symbols: Vec<ExprId> = names.iter().map(|&by| network.arena.derivative(call, by)).collect();

    let mut setter = Typesetter::new(&network, Style { ordinary: names.len() == 1, ..Style::default() });
    let mut blocks = Vec::new();
    if let Some(definition) = definition {
        let (left, right) = (setter.expr(sheet, call), setter.expr(sheet, definition));
        // A function that is written as its definition is, such as a root, says nothing by it.
        if !same(sheet, left, right) {
            blocks.push(Block::Equations { lines: vec![equation(Some(left), right, Vec::new())], id: None });
        }
    }
    for (at, &derivative) in derivatives.iter().enumerate() {
        let symbol = setter.expr(sheet, symbols[at]);
        let mut left = Some(symbol);
        let mut lines: Vec<Line> = Vec::new();
        let steps = worked.get(at).map(|worked| worked.lines.as_slice()).unwrap_or_default();
        // Short of every rule, the branches of the derivative are all that is shown.
        let skipped = if depth == Depth::Full { 0 } else { steps.len().saturating_sub(1) };
        for line in &steps[skipped..] {
            let right = setter.expr(sheet, line.expr);
            if left.is_some() && same(sheet, symbol, right) {
                continue;
            }
            let note = rule_words(&mut setter, sheet, line.rules.iter().copied());
            lines.push(equation(left.take(), right, note));
        }
        if steps.last().is_none_or(|last| last.expr != derivative) {
            let reason = match entry.kinks.iter().any(Kink::is_filled) {
                true => vec![text("with what is taken at the kink")],
                false => rule_name(Rule::Simplify),
            };
            let mut ends = vec![(derivative, reason)];
            if depth == Depth::Full && !steps.is_empty() && spelled_out[at] != derivative {
                let symbol = Inline::Math(setter.function_symbol(sheet, function));
                ends = vec![
                    (spelled_out[at], rule_name(Rule::Simplify)),
                    (derivative, vec![text("definition of "), symbol]),
                ];
            }
            for (end, reason) in ends {
                // With all branches: what is taken at a tie too.
                let right = setter.expr_as_written(sheet, end);
                if lines.last().is_none_or(|last| !same(sheet, last.right, right)) {
                    let note = if lines.is_empty() { Vec::new() } else { reason };
                    lines.push(equation(left.take(), right, note));
                }
            }
        }
        blocks.push(Block::Equations { lines, id: None });
    }
    for (kink, &zero) in entry.kinks.iter().zip(&template.kinks) {
        let zero = Pattern::new(&network.arena, zero);
        let mut scratch = network.clone();
        let place = zero.fill(&mut scratch.arena, &arguments);
        let sides = sides_of_zero(&mut scratch, place);
        let mut setter = Typesetter::new(&scratch, Style::default());
        let mut sentence = vec![text("There is no derivative where ")];
        sentence.extend(place_words(&mut setter, sheet, sides));
        sentence.push(text(format!("; {}.", kink.convention)));
        blocks.push(Block::Paragraph(sentence));
    }
    blocks
}
