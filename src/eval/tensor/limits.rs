//! What does not fit: tensors and programs beyond the memory that is used, axes whose size comes out below 1.

use crate::diagnostic::Diagnostic;
use crate::eval::program::Owner;
use crate::eval::tensor::TensorProgram;
use crate::eval::tensor::graph::{Kind, entry_count};
use crate::eval::tensor::lower::Lowering;
use crate::eval::tensor::sizes::NoSize;
use crate::expr::{ExprId, NameId, subexpressions};
use crate::network::Network;

/// How many numbers a tensor, or all buffers of a program, may hold: 4 GB.
pub(in crate::eval) const MAX_NUMBERS: usize = 500_000_000;

/// How many entries a loop may visit that does not hold them: a minute's work.
const MAX_VISITED: usize = 1 << 36;

const HINT: &str = "give the sizes smaller values";

/// How much memory a tensor of these sizes takes, in words, if that is too much.
pub(super) fn too_large(dims: &[usize]) -> Option<String> {
    (entry_count(dims) > MAX_NUMBERS).then(|| bytes(dims.iter().map(|&dim| dim as f64).product()))
}

/// The memory of so many numbers, in words.
fn bytes(numbers: f64) -> String {
    let gigabytes = numbers * size_of::<f64>() as f64 / 1e9;
    match gigabytes {
        few if few < 1e3 => format!("{few:.1} GB"),
        some if some < 1e6 => format!("{:.1} TB", some / 1e3),
        many => format!("{:.1e} TB", many / 1e3),
    }
}

fn entries(dims: &[usize]) -> String {
    let sizes: Vec<String> = dims.iter().map(usize::to_string).collect();
    sizes.join(" × ")
}

impl Lowering<'_> {
    /// The error of a tensor that takes too much memory: an input, or what the equation of `owner` needs.
    pub(super) fn unheld(&self, dims: &[usize], bytes: &str, input: Option<NameId>, owner: Owner) -> Diagnostic {
        let subject = self.subject(input, owner);
        let has = if input.is_some() { "has" } else { "needs a tensor of" };
        let message = format!(
            "{subject} {has} {} entries, which take {bytes} of memory, and at most 4 GB are used",
            entries(dims)
        );
        self.placed("too-large", &message, input, owner).hint(HINT)
    }

    /// The error of an axis without a size.
    pub(super) fn no_size(&self, trouble: NoSize, input: Option<NameId>, owner: Owner) -> Diagnostic {
        let (axis, words, value) = match trouble {
            NoSize::Unknown(error) => return error,
            NoSize::Below { axis, words, value } => (axis, words, value),
        };
        let place = match input {
            Some(name) => format!("axis {axis} of `{}`", self.compiler.network.spelling(name)),
            None => format!("an axis of a tensor in {}", self.subject(None, owner)),
        };
        let message = format!("{place} has the size {words}, which comes out as {value}");
        let hint = "a size is at least 1: give the sizes other values";
        self.placed("bad-value", &message, input, owner).hint(hint)
    }

    fn subject(&self, input: Option<NameId>, owner: Owner) -> String {
        let network = self.compiler.network;
        match (input, owner) {
            (Some(name), _) => format!("`{}`", network.spelling(name)),
            (None, Owner::Quantity(name)) => format!("the equation of `{}`", network.spelling(name)),
            (None, Owner::Root(_)) => "a derivative".to_owned(),
        }
    }

    /// The quantity whose equation uses an input first.
    fn user(&self, input: NameId) -> Option<NameId> {
        let network = self.compiler.network;
        let uses = |&value: &ExprId| {
            subexpressions(&network.arena, value).into_iter().any(|part| network.arena.as_name(part) == Some(input))
        };
        network.equations.iter().find(|equation| uses(&equation.value)).map(|equation| equation.name)
    }

    /// An error at the declaration of an input, if there is one, and at the equation that needs it.
    fn placed(&self, code: &'static str, message: &str, input: Option<NameId>, owner: Owner) -> Diagnostic {
        let network = self.compiler.network;
        let declared = input.map(|name| (name, network.quantity(name).span)).filter(|(_, span)| span.end > span.start);
        match declared {
            Some((name, span)) => {
                let user = self.user(name).map_or(owner, Owner::Quantity);
                let needed = self.error(code, message, user).labels;
                let error = Diagnostic::error(code, message).at(span, "declared here");
                needed.into_iter().fold(error, |error, label| error.at(label.span, label.text))
            }
            None => self.error(code, message, owner),
        }
    }
}

/// Refuses a graph with a loop over too many entries, be it that none of them is held.
pub(super) fn check_loops(lowering: &Lowering<'_>) -> Result<(), Diagnostic> {
    for node in &lowering.graph.nodes {
        let (mut space, most) = match &node.kind {
            Kind::Sum { over, .. } => ([node.dims.as_slice(), over].concat(), MAX_VISITED),
            Kind::Pick { over, .. } => ([node.dims.as_slice(), over].concat(), MAX_NUMBERS),
            _ => (node.dims.clone(), MAX_VISITED),
        };
        if let Kind::Pick { solved, .. } = node.kind
            && solved < space.len()
        {
            space.remove(solved);
        }
        if entry_count(&space) > most {
            let subject = lowering.subject(None, node.source.owner);
            let message = format!("{subject} goes through {} entries one by one, which are too many", entries(&space));
            return Err(lowering.placed("too-large", &message, None, node.source.owner).hint(HINT));
        }
    }
    Ok(())
}

/// Refuses a program whose buffers take too much memory, with its largest tensor.
pub(super) fn check_memory(network: &Network, program: &TensorProgram) -> Result<(), Diagnostic> {
    if program.memory() <= MAX_NUMBERS {
        return Ok(());
    }
    let total = bytes(program.memory() as f64);
    let message = format!("the values of this network take {total} of memory, and at most 4 GB are used");
    let error = Diagnostic::error("too-large", message);
    let Some(largest) = program.graph.nodes.iter().rev().max_by_key(|node| node.count()) else {
        return Err(error.hint(HINT));
    };
    let (owner, what) = match (&largest.kind, largest.source.owner) {
        (Kind::Input(name), _) => (Some(*name), format!("`{}`", network.spelling(*name))),
        (_, Owner::Quantity(name)) => (Some(name), format!("a tensor in the equation of `{}`", network.spelling(name))),
        (_, Owner::Root(_)) => (None, "a tensor in a derivative".to_owned()),
    };
    let hint = format!("the largest, {what}, has {} entries; {HINT}", entries(&largest.dims));
    let span = owner.map(|name| network.quantity(name).span).filter(|span| span.end > span.start);
    Err(span.into_iter().fold(error, |error, span| error.at(span, "")).hint(hint))
}
