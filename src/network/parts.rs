//! Parts of layers that get names, as on paper: in y = layer_norm(z, γ, β) the mean μ, the deviation s and the
//! normalised ẑ become quantities with equations of their own.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::Span;
use crate::expr::{ExprId, Postorder};
use crate::network::Network;

/// The parts of one call that get names.
#[derive(Clone, Debug)]
pub(super) struct NamedParts {
    /// The first argument of the call.
    pub(super) argument: ExprId,
    /// Names, in which `{}` is that of the argument, and what they stand for, inner ones first.
    pub(super) parts: Vec<(&'static str, ExprId)>,
    /// The call.
    pub(super) span: Span,
}

/// What an argument that has no name is called: a vector, and a matrix of rows.
const ARGUMENT: [&str; 2] = ["u", "U"];

/// A quantity that will be made for an expression.
struct Naming {
    stem: String,
    indices: Box<[i64]>,
    span: Span,
}

/// Gives the parts names and equations; the equations that hold them use the names.
pub(super) fn name_parts(network: &mut Network, mut calls: Vec<NamedParts>) {
    let roots: Vec<ExprId> = network.equations.iter().map(|equation| equation.value).collect();
    let mut order = Vec::new();
    Postorder::default().collect(&network.arena, &roots, &mut order);
    let used: FxHashSet<ExprId> = order.iter().copied().collect();
    // Trials that were given up, and calls that are written twice, leave nothing of their own.
    let mut seen: FxHashSet<ExprId> = FxHashSet::default();
    calls.retain(|call| call.parts.last().is_some_and(|&(_, last)| used.contains(&last) && seen.insert(last)));
    if calls.is_empty() {
        return;
    }
    let mut names = namings(network, &calls);
    let mut replaced: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in order {
        let rebuilt = network.arena.with_children(id, |child| replaced.get(&child).copied().unwrap_or(child));
        let next = match names.remove(&id) {
            Some(naming) => quantity(network, naming, rebuilt),
            None => rebuilt,
        };
        if next != id {
            replaced.insert(id, next);
        }
    }
    for (at, root) in roots.into_iter().enumerate() {
        network.equations[at].value = replaced.get(&root).copied().unwrap_or(root);
    }
}

/// The names of all parts: those of the table where they are free and one call wants them, else with a number.
fn namings(network: &Network, calls: &[NamedParts]) -> FxHashMap<ExprId, Naming> {
    let mut taken: FxHashSet<(String, Box<[i64]>)> =
        network.quantities.iter().map(|quantity| (quantity.stem.to_string(), quantity.indices.clone())).collect();
    let stems: FxHashSet<String> = network.quantities.iter().map(|quantity| quantity.stem.to_string()).collect();
    let roots: FxHashSet<ExprId> = network.equations.iter().map(|equation| equation.value).collect();
    let mut names: FxHashMap<ExprId, Naming> = FxHashMap::default();
    for (at, call) in calls.iter().enumerate() {
        let (argument, indices) = argument_name(network, call.argument);
        let is_alone = || {
            let own = |other: &NamedParts| argument_name(network, other.argument).1 == indices;
            calls.iter().enumerate().all(|(other, call)| other == at || !own(call))
        };
        // A family of one name has members of its own kind only.
        let is_free = |stem: &str| {
            let is_other = indices.is_empty() || !stems.contains(stem);
            is_other && !taken.contains(&(stem.to_owned(), indices.clone()))
        };
        // An equation that is a part itself names it already.
        let is_unnamed = |id: ExprId| !names.contains_key(&id) && !roots.contains(&id);
        let mut parts: Vec<(String, ExprId)> = Vec::new();
        let mut named: Vec<(String, ExprId)> = Vec::new();
        let unknown = ARGUMENT[usize::from(network.arena.dims(call.argument).len() > 1)];
        if argument.is_none() && is_unnamed(call.argument) {
            parts.push((unknown.to_owned(), call.argument));
        }
        for &(stem, id) in call.parts.iter().filter(|(_, id)| is_unnamed(*id)) {
            let own = with_argument(stem, argument.as_deref().unwrap_or(unknown));
            // x̂ of a named x needs no number.
            let is_own = argument.is_some() && own != stem && is_free(&own);
            if is_own { &mut named } else { &mut parts }.push((own, id));
        }
        let all_free = |number: Option<u32>| parts.iter().all(|(stem, _)| is_free(&numbered(stem, number)));
        let plain = Some(None).filter(|_| is_alone() && all_free(None));
        let Some(number) = plain.or_else(|| (1..=MAX_NUMBER).map(Some).find(|&number| all_free(number))) else {
            continue;
        };
        let parts = parts.into_iter().map(|(stem, id)| (numbered(&stem, number), id));
        for (stem, id) in parts.chain(named) {
            taken.insert((stem.clone(), indices.clone()));
            names.insert(id, Naming { stem, indices: indices.clone(), span: call.span });
        }
    }
    names
}

/// The largest number behind the name of a part; a network with more calls keeps the others written out.
const MAX_NUMBER: u32 = 100_000;

/// The stem and the indices of an argument that is a quantity.
fn argument_name(network: &Network, argument: ExprId) -> (Option<String>, Box<[i64]>) {
    match network.arena.as_name(argument) {
        Some(name) => {
            let quantity = network.quantity(name);
            (Some(quantity.stem.to_string()), quantity.indices.clone())
        }
        None => (None, Box::default()),
    }
}

/// `xhat` for `{}hat`; a hat stands before the digits of a name: `zhat1`. One with an underscore keeps its letter only.
fn with_argument(stem: &str, argument: &str) -> String {
    let base = argument.split('_').next().unwrap_or(argument);
    let letters = base.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = &base[letters.len()..];
    match stem.contains("{}") {
        true => format!("{}{digits}", stem.replace("{}", letters)),
        false => stem.to_owned(),
    }
}

fn numbered(stem: &str, number: Option<u32>) -> String {
    match number {
        Some(number) if stem.ends_with(|letter: char| letter.is_ascii_digit()) => format!("{stem}_{number}"),
        Some(number) => format!("{stem}{number}"),
        None => stem.to_owned(),
    }
}

fn quantity(network: &mut Network, naming: Naming, value: ExprId) -> ExprId {
    let Naming { stem, indices, span } = naming;
    let name = network.add_equation((&stem, &indices), value, span, false);
    network.name_expr(name)
}
