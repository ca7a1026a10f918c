//! A network in numbers: every quantity, every local partial, every gradient with its rank and its confirmation.

use crate::calculus::{Goal, LocalPartial, NameUse, Sigma, Simplifier, Sweep};
use crate::diagnostic::Diagnostic;
use crate::eval::{
    Closeness, Compiler, Difference, Effort, Owner, Root, Templates, Trouble, TroubleKind, Values, Verdict, troubles,
};
use crate::expr::{NameId, Reach};
use crate::narrate::arrays::index_words;
use crate::narrate::differences::Differences;
use crate::narrate::phrases::{
    heading, left_out_note, number, plain, table, text, verdict_notes, verdict_words, with_code,
};
use crate::network::{Network, Origin};
use crate::notation::document::{Block, Document, Inline};
use crate::notation::layout::Sheet;
use crate::notation::{Style, Typesetter};

/// The value of a quantity.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct QuantityValue {
    /// The quantity.
    pub name: NameId,
    /// Its value.
    pub value: f64,
}

/// The value of a local partial.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LocalValue {
    /// The partial, in the form of a textbook.
    pub partial: LocalPartial,
    /// Whether it is all of the dependence.
    pub reach: Reach,
    /// Its value.
    pub value: f64,
}

/// The derivative of the cost by a quantity.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GradientValue {
    /// By what.
    pub by: NameId,
    /// The derived value.
    pub value: f64,
    /// 1 for the largest in size.
    pub rank: usize,
    /// The central difference and what it says, if it was taken.
    pub confirmed: Option<(Difference, Verdict)>,
}

/// A network at a point.
#[derive(Clone, PartialEq, Debug)]
pub struct Evaluation {
    /// What was differentiated.
    pub of: NameId,
    /// All quantities: leaves first, then in the order of use.
    pub quantities: Vec<QuantityValue>,
    /// All local partials, in the order of the equations.
    pub locals: Vec<LocalValue>,
    /// The gradients that were asked for, in that order.
    pub gradients: Vec<GradientValue>,
    /// Overflow, domains, kinks.
    pub troubles: Vec<Trouble>,
}

impl Evaluation {
    /// Evaluates a network; the program is compiled once and run once, the differences run it again.
    ///
    /// # Errors
    /// What has no value as a number: missing values and abstract functions.
    pub fn new(network: &mut Network, of: NameId, by: &[NameId], values: &Values) -> Result<Evaluation, Diagnostic> {
        let sweep = Sweep::new(network, of, Sigma::Activation);
        let templates = Templates::of(network);
        let all: Vec<LocalPartial> =
            network.equations.iter().flat_map(|equation| sweep.row(equation.name).iter().copied()).collect();
        let shown = shown_formulas(network, &all);
        let network: &Network = network;
        let leaves = (0..network.quantities.len() as u32)
            .map(NameId)
            .filter(|&name| matches!(network.quantity(name).origin, Origin::Leaf(_)) && values.get(name).is_some());
        let names: Vec<NameId> = leaves.chain(network.equations.iter().map(|equation| equation.name)).collect();
        let mut roots: Vec<Root> = names.iter().map(|&name| Root::Quantity(name)).collect();
        roots.extend(all.iter().map(|local| Root::Expression(local.value)));
        roots.extend(by.iter().map(|&by| Root::Expression(sweep.adjoint(by))));
        let program = Compiler::new(network).templates(&templates).compile(&roots)?;
        let inputs = values.inputs(network, &program)?;
        let mut registers = program.registers();
        program.run(&mut registers, &inputs);
        let output: Vec<f64> = program.outputs(&registers).collect();
        let quantities: Vec<QuantityValue> =
            names.iter().zip(&output).map(|(&name, &value)| QuantityValue { name, value }).collect();
        let locals: Vec<LocalValue> = shown
            .into_iter()
            .zip(&output[names.len()..])
            .map(|(partial, &value)| LocalValue { partial, reach: sweep.reach(partial), value })
            .collect();
        let derived = &output[names.len() + locals.len()..];
        let gradients = gradients(network, &templates, of, by, derived, values)?;
        let troubles = troubles(network, &program, &registers);
        Ok(Evaluation { of, quantities, locals, gradients, troubles })
    }

    /// Whether a finite difference speaks against a derived value.
    pub fn differs(&self) -> bool {
        self.gradients.iter().any(|gradient| matches!(gradient.confirmed, Some((_, Verdict::Differs))))
    }

    /// Whether a number came out as NaN, or a trouble other than a kink was met on the way.
    pub fn is_broken(&self) -> bool {
        let is_nan = self.quantities.iter().any(|quantity| quantity.value.is_nan())
            || self.gradients.iter().any(|gradient| gradient.value.is_nan());
        is_nan || self.troubles.iter().any(|trouble| !matches!(trouble.kind, TroubleKind::Kink { .. }))
    }
}

/// The partials with the formulas that a reader sees, in the form of a textbook.
fn shown_formulas(network: &mut Network, locals: &[LocalPartial]) -> Vec<LocalPartial> {
    let mut simplifier = Simplifier::new(network, Goal::Textbook, NameUse::Fold);
    let mut shown = locals.to_vec();
    for local in shown.iter_mut().take(MAX_ROWS) {
        local.value = simplifier.simplify_local(network, local.value);
    }
    shown
}

fn gradients(
    network: &Network,
    templates: &Templates,
    of: NameId,
    by: &[NameId],
    derived: &[f64],
    values: &Values,
) -> Result<Vec<GradientValue>, Diagnostic> {
    let effort = if by.len() <= 50 { Effort::Full } else { Effort::Quick };
    let mut differences = Differences::new(network, templates, values, effort)?;
    let mut found = Vec::with_capacity(by.len());
    for (&by, &value) in by.iter().zip(derived) {
        let confirmed = differences.take(of, by)?.map(|difference| (difference, difference.verdict(value)));
        found.push(GradientValue { by, value, rank: 0, confirmed });
    }
    let mut order: Vec<usize> = (0..found.len()).collect();
    // What is no number stands last.
    let size = |at: usize| if found[at].value.is_nan() { -1.0 } else { found[at].value.abs() };
    order.sort_by(|&a, &b| size(b).total_cmp(&size(a)));
    for (rank, at) in order.into_iter().enumerate() {
        found[at].rank = rank + 1;
    }
    Ok(found)
}

/// A trouble in one sentence, with the quantity that it comes from.
pub fn trouble_words(network: &Network, trouble: &Trouble) -> String {
    let place = match trouble.source.owner {
        Owner::Quantity(name) => format!("in the equation of `{}`", network.spelling(name)),
        Owner::Root(_) => "in a derivative".to_owned(),
    };
    let place = match trouble.entry.as_slice() {
        [] => place,
        entry => format!("{place}, at entry [{}]", index_words(entry)),
    };
    let operands: Vec<String> = trouble.operands.iter().take(3).map(|value| plain(*value, 6)).collect();
    let of = if operands.is_empty() { String::new() } else { format!(" of {}", operands.join(", ")) };
    match trouble.kind {
        TroubleKind::Overflow => format!("{place}, a result is too large for a floating-point number"),
        TroubleKind::DivisionByZero => format!("{place}, there is a division by zero"),
        TroubleKind::Domain { function, condition } => format!("{place}, `{function}`{of}: {condition}"),
        TroubleKind::NotANumber => format!("{place}, a result is no number"),
        TroubleKind::Kink { function, convention, closeness } => {
            let how = if closeness == Closeness::On { "stands on a kink" } else { "stands close to a kink" };
            let end = if convention.is_empty() { String::new() } else { format!(": {convention}") };
            format!("{place}, `{function}` {how}{end}")
        }
    }
}

/// The most rows of a table of values.
const MAX_ROWS: usize = 200;

/// The document of `derive eval`.
pub fn evaluation(network: &Network, evaluation: &Evaluation, style: Style) -> Document {
    let mut document = Document::default();
    let mut setter = Typesetter::new(network, style);
    let sheet = &mut document.sheet;
    let mut blocks = Vec::new();
    heading(&mut blocks, "Quantities");
    let rows = evaluation.quantities.iter().take(MAX_ROWS).map(|quantity| {
        let name = setter.name(sheet, quantity.name);
        let formula = network.definition(quantity.name).map(|equation| setter.expr(sheet, equation.value));
        vec![
            vec![Inline::Math(name)],
            formula.map(Inline::Math).into_iter().collect(),
            value_cell(sheet, quantity.value),
        ]
    });
    let rows = rows.collect();
    table(&mut blocks, &["quantity", "formula", "value"], "llr", rows, evaluation.quantities.len());
    heading(&mut blocks, "Local partials");
    let rows = evaluation.locals.iter().take(MAX_ROWS).map(|local| {
        let symbol = setter.link(sheet, local.partial.of, local.partial.by, local.reach);
        let formula = setter.expr(sheet, local.partial.value);
        vec![vec![Inline::Math(symbol)], vec![Inline::Math(formula)], value_cell(sheet, local.value)]
    });
    let rows = rows.collect();
    table(&mut blocks, &["partial", "formula", "value"], "llr", rows, evaluation.locals.len());
    heading(&mut blocks, "Gradient");
    let rows = evaluation.gradients.iter().take(MAX_ROWS).map(|gradient| {
        let symbol = setter.derivative(sheet, evaluation.of, gradient.by);
        let mut row =
            vec![vec![Inline::Math(symbol)], value_cell(sheet, gradient.value), vec![text(gradient.rank.to_string())]];
        match gradient.confirmed {
            Some((difference, verdict)) => row.extend([
                value_cell(sheet, difference.value),
                vec![text(plain(difference.step, 2))],
                vec![text(plain(difference.error, 2))],
                vec![text(verdict_words(verdict))],
            ]),
            None => row.extend([Vec::new(), Vec::new(), Vec::new(), vec![text("not taken")]]),
        }
        row
    });
    let rows = rows.collect();
    let header = ["derivative", "value", "rank", "central difference", "step", "error", "verdict"];
    table(&mut blocks, &header, "lrrrrrl", rows, evaluation.gradients.len());
    let taken = evaluation.gradients.iter().filter(|gradient| gradient.confirmed.is_some()).count();
    blocks.extend(left_out_note(taken, evaluation.gradients.len()).map(Block::Paragraph));
    let verdicts = evaluation.gradients.iter().filter_map(|gradient| Some(gradient.confirmed?.1));
    blocks.extend(verdict_notes(verdicts).into_iter().map(Block::Paragraph));
    if !evaluation.troubles.is_empty() {
        heading(&mut blocks, "Notes");
        let items = evaluation.troubles.iter().take(20);
        blocks.push(Block::List(items.map(|trouble| with_code(&trouble_words(network, trouble))).collect()));
    }
    document.blocks = blocks;
    document
}

fn value_cell(sheet: &mut Sheet, value: f64) -> Vec<Inline> {
    vec![Inline::Math(number(sheet, value, 8))]
}
