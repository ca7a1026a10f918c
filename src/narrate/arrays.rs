//! A network of tensors in numbers: every quantity, every gradient with its confirmation entry by entry.

use crate::calculus::{Deltas, Derivation, Goal, Request, Sigma};
use crate::diagnostic::Diagnostic;
use crate::eval::{
    Compiler, Root, Sizes, Templates, Tensor, TensorConfirmed, TensorConfirmer, Trouble, TroubleKind, Values, Verdict,
    tensor_troubles,
};
use crate::expr::{ExprId, NameId};
use crate::narrate::phrases::{heading, plain, table, text, verdict_notes, verdict_words, with_code};
use crate::narrate::trouble_words;
use crate::network::{Network, Origin};
use crate::notation::document::{Block, Document, Inline};
use crate::notation::{Style, Typesetter};

/// The derivative of a quantity by another.
#[derive(Clone, PartialEq, Debug)]
pub struct ArrayGradient {
    /// By what.
    pub by: NameId,
    /// The derived value; of a quantity that is no scalar its axes come first.
    pub value: Tensor,
    /// The root of the sum of the squares of its entries.
    pub norm: f64,
    /// Its place when all are sorted by norm, the largest first, from 1.
    pub rank: usize,
    /// What central differences say.
    pub confirmed: TensorConfirmed,
}

impl ArrayGradient {
    /// One derivative alone.
    ///
    /// # Errors
    /// What has no value as a number: missing values, abstract functions, sizes that are not known.
    pub fn new(by: NameId, value: Tensor, confirmed: TensorConfirmed) -> Self {
        ArrayGradient { by, norm: norm(&value.data), rank: 1, value, confirmed }
    }
}

/// A network of tensors at a point.
#[derive(Clone, PartialEq, Debug)]
pub struct ArrayEvaluation {
    /// What was differentiated.
    pub of: NameId,
    /// All quantities: leaves first, then in the order of use.
    pub quantities: Vec<(NameId, Tensor)>,
    /// The derivatives that were asked for, in that order.
    pub gradients: Vec<ArrayGradient>,
    /// Overflow, domains, kinks.
    pub troubles: Vec<Trouble>,
}

/// The derivatives of `of`, simplified, with what the adjoints that have a name in them stand for.
pub fn derived(network: &mut Network, of: NameId, by: &[NameId]) -> (Vec<ExprId>, Vec<(ExprId, ExprId)>) {
    let request = Request {
        of,
        by: by.iter().map(|&name| vec![name]).collect(),
        max_paths: 1,
        sigma: Sigma::Activation,
        goal: Goal::Textbook,
        deltas: Deltas::Named,
    };
    let derivation = Derivation::new(network, &request);
    let values = derivation.gradients.iter().map(|gradient| gradient.simplified).collect();
    let name = network.name_expr(of);
    let deltas = derivation.deltas(of).iter();
    let symbols = deltas.map(|delta| (network.arena.derivative(name, delta.by), delta.value)).collect();
    (values, symbols)
}

impl ArrayEvaluation {
    /// Evaluates a network and the gradients of `of` by each of `by`; the program is compiled once and run once, the
    /// differences run another one.
    ///
    /// # Errors
    /// A quantity or a size without a value, values whose sizes do not fit, and what cannot be compiled: an abstract
    /// function, a tensor too large for memory.
    pub fn new(network: &mut Network, of: NameId, by: &[NameId], values: &Values) -> Result<Self, Diagnostic> {
        let (formulas, symbols) = derived(network, of, by);
        let templates = Templates::of(network);
        let network: &Network = network;
        let leaves = (0..network.quantities.len() as u32)
            .map(NameId)
            .filter(|&name| matches!(network.quantity(name).origin, Origin::Leaf(_)) && values.has(name));
        let names: Vec<NameId> = leaves.chain(network.equations.iter().map(|equation| equation.name)).collect();
        let mut roots: Vec<Root> = names.iter().map(|&name| Root::Quantity(name)).collect();
        roots.extend(formulas.iter().map(|&formula| Root::Expression(formula)));
        let compiler = Compiler::new(network).templates(&templates);
        let compiler = symbols.iter().fold(compiler, |compiler, &(symbol, value)| compiler.symbol(symbol, value));
        let program = compiler.compile_tensors_kept(&roots, &Sizes::of(network, values))?;
        let mut workspace = program.workspace();
        program.load(network, values, &mut workspace)?;
        program.run(&mut workspace);
        let forward = values.forward_tensors(network)?;
        let quantities = names.iter().enumerate().map(|(at, &name)| (name, program.tensor(&workspace, at))).collect();
        let mut own = TensorConfirmer::new(network, &templates, of, &[], (&forward, &[]))?.sharing(by.len());
        let mut gradients = Vec::with_capacity(by.len());
        for (at, &by) in by.iter().enumerate() {
            let value = program.tensor(&workspace, names.len() + at);
            let confirmed = match network.definition(by) {
                None => own.confirm(by, &value),
                Some(_) => TensorConfirmer::new(network, &templates, of, &[by], (&forward, &[]))?.confirm(by, &value),
            };
            gradients.push(ArrayGradient::new(by, value, confirmed));
        }
        rank(&mut gradients);
        let troubles = tensor_troubles(network, &program, &workspace);
        Ok(ArrayEvaluation { of, quantities, gradients, troubles })
    }

    /// Whether a finite difference speaks against a derived value.
    pub fn differs(&self) -> bool {
        self.gradients.iter().any(|gradient| gradient.confirmed.verdict == Verdict::Differs)
    }

    /// Whether a number came out as NaN, or a trouble other than a kink was met on the way.
    pub fn is_broken(&self) -> bool {
        let mut values =
            self.quantities.iter().map(|entry| &entry.1).chain(self.gradients.iter().map(|entry| &entry.value));
        let is_nan = values.any(|value| value.data.iter().any(|entry| entry.is_nan()));
        is_nan || self.troubles.iter().any(|trouble| !matches!(trouble.kind, TroubleKind::Kink { .. }))
    }
}

/// The root of the sum of squares, which does not overflow before the norm itself does.
fn norm(data: &[f64]) -> f64 {
    let largest = data.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if data.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || largest.is_infinite() {
        return largest;
    }
    largest * data.iter().map(|value| (value / largest).powi(2)).sum::<f64>().sqrt()
}

/// Ranks derivatives by norm; what is no number stands last.
fn rank(gradients: &mut [ArrayGradient]) {
    let size = |gradient: &ArrayGradient| if gradient.norm.is_nan() { -1.0 } else { gradient.norm };
    let mut order: Vec<usize> = (0..gradients.len()).collect();
    order.sort_by(|&a, &b| size(&gradients[b]).total_cmp(&size(&gradients[a])));
    for (rank, at) in order.into_iter().enumerate() {
        gradients[at].rank = rank + 1;
    }
}

/// How many entries are written out.
const MAX_SHOWN: usize = 12;

/// A tensor in a line: its entries if they are few, else how many, from where to where, and its norm.
pub fn tensor_words(tensor: &Tensor) -> String {
    if tensor.data.len() <= MAX_SHOWN {
        return nested(&tensor.dims, &tensor.data);
    }
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for &value in &tensor.data {
        low = low.min(value);
        high = high.max(value);
    }
    let bad = tensor.data.iter().filter(|value| !value.is_finite()).count();
    let first: Vec<String> = tensor.data.iter().take(3).map(|&value| plain(value, 4)).collect();
    let note = if bad > 0 { format!(", {bad} not finite") } else { String::new() };
    format!(
        "{}, … ({} entries from {} to {}, norm {}{note})",
        first.join(", "),
        tensor.data.len(),
        plain(low, 4),
        plain(high, 4),
        plain(norm(&tensor.data), 4),
    )
}

/// Entries in brackets, one pair an axis.
fn nested(dims: &[usize], data: &[f64]) -> String {
    let mut items: Vec<String> = data.iter().map(|&value| plain(value, 6)).collect();
    for &size in dims.iter().rev() {
        items = match size {
            0 => vec!["[]".to_owned()],
            _ => items.chunks(size).map(|row| format!("[{}]", row.join(", "))).collect(),
        };
    }
    items.join(", ")
}

fn shape_words(dims: &[usize]) -> String {
    let sizes: Vec<String> = dims.iter().map(usize::to_string).collect();
    if sizes.is_empty() { "scalar".to_owned() } else { sizes.join(" × ") }
}

/// The index of an entry as a person counts, from 1.
pub fn index_words(index: &[usize]) -> String {
    let index: Vec<String> = index.iter().map(|at| (at + 1).to_string()).collect();
    index.join(", ")
}

/// The most rows of a table of values.
const MAX_ROWS: usize = 200;

/// The document of `derive eval` for a network of tensors.
pub fn array_evaluation(network: &Network, evaluation: &ArrayEvaluation, style: Style) -> Document {
    let mut document = Document::default();
    let mut setter = Typesetter::new(network, style);
    let sheet = &mut document.sheet;
    let mut blocks = Vec::new();
    let rows = evaluation.quantities.iter().take(MAX_ROWS).map(|(name, value)| {
        let symbol = setter.name(sheet, *name);
        vec![vec![Inline::Math(symbol)], vec![text(shape_words(&value.dims))], vec![text(tensor_words(value))]]
    });
    let rows = rows.collect();
    heading(&mut blocks, "Quantities");
    table(&mut blocks, &["quantity", "shape", "value"], "lll", rows, evaluation.quantities.len());
    let rows = evaluation.gradients.iter().take(MAX_ROWS).map(|gradient| {
        let symbol = setter.derivative(sheet, evaluation.of, gradient.by);
        let value = vec![text(tensor_words(&gradient.value))];
        let (norm, rank) = (plain(gradient.norm, 4), gradient.rank.to_string());
        let shape = vec![text(shape_words(&gradient.value.dims))];
        vec![vec![Inline::Math(symbol)], shape, value, vec![text(norm)], vec![text(rank)]]
    });
    let rows = rows.collect();
    heading(&mut blocks, "Gradient");
    let header = ["derivative", "shape", "value", "norm", "rank"];
    table(&mut blocks, &header, "lllrr", rows, evaluation.gradients.len());
    let rows = evaluation.gradients.iter().take(MAX_ROWS).map(|gradient| {
        let symbol = setter.derivative(sheet, evaluation.of, gradient.by);
        let mut row = vec![vec![Inline::Math(symbol)]];
        row.extend(confirmed_cells(&gradient.confirmed));
        row
    });
    let rows = rows.collect();
    heading(&mut blocks, "Central differences");
    table(&mut blocks, &CONFIRMED, CONFIRMED_ALIGN, rows, evaluation.gradients.len());
    let verdicts = evaluation.gradients.iter().map(|gradient| gradient.confirmed.verdict);
    blocks.extend(verdict_notes(verdicts).into_iter().map(Block::Paragraph));
    if !evaluation.troubles.is_empty() {
        blocks.push(Block::Heading { level: 2, text: vec![text("Notes")] });
        let items = evaluation.troubles.iter().take(20);
        blocks.push(Block::List(items.map(|trouble| with_code(&trouble_words(network, trouble))).collect()));
    }
    document.blocks = blocks;
    document
}

/// The columns that say how a derivative was confirmed.
pub(super) const CONFIRMED: [&str; 5] = ["derivative", "entries compared", "largest error", "worst entry", "verdict"];
/// How they are aligned.
pub(super) const CONFIRMED_ALIGN: &str = "lrrll";

/// What central differences say, in the columns after the first.
pub(super) fn confirmed_cells(confirmed: &TensorConfirmed) -> Vec<Vec<Inline>> {
    let compared = match confirmed.compared {
        all if all == confirmed.entries => format!("all {all}"),
        0 => "none".to_owned(),
        _ => format!("{} of {}, at random", confirmed.compared, confirmed.entries),
    };
    vec![
        vec![text(compared)],
        vec![text(plain(confirmed.max_error, 2))],
        vec![text(index_words(&confirmed.worst))],
        vec![text(verdict_words(confirmed.verdict))],
    ]
}
