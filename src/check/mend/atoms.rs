//! What stands side by side in a formula: names, brackets and calls, and which signs stand between them.

use crate::diagnostic::Span;
use crate::syntax::latex::{ItemId, Kind, Row, Tree};

/// Something that may be multiplied.
#[derive(Clone, PartialEq, Debug)]
pub struct Atom {
    /// Where it stands.
    pub span: Span,
    /// Without a sign of transposition; as it is, if it has none.
    pub bare: String,
    /// Whether it has one.
    pub transposed: bool,
    /// Whether a sign of transposition can follow it as it is.
    pub is_open: bool,
    /// The sign between it and the one before.
    pub before: Joint,
}

/// What stands between two atoms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joint {
    /// Nothing.
    Product,
    /// ⊙, at this place.
    Entrywise(Span),
    /// Something else, or no atom stands before it.
    Other,
}

/// Ways to write a transpose above a name.
pub const TRANSPOSES: [&str; 6] = ["\\top", "T", "\\mathsf{T}", "\\mathsf T", "\\intercal", "\\mathrm{T}"];

/// Commands that are functions of a bracket behind them.
const FUNCTIONS: [&str; 12] =
    ["sigma", "tanh", "exp", "log", "ln", "sin", "cos", "det", "phi", "varphi", "operatorname", "mathrm"];

/// The rows of a formula: its own, those in brackets, above and below lines of fractions.
pub fn inner(tree: &Tree) -> Vec<Row> {
    let mut found = Vec::new();
    let mut waiting: Vec<Row> = vec![tree.root()];
    while let Some(row) = waiting.pop() {
        for &id in tree.row(row) {
            inner_rows(tree, id, &mut waiting);
        }
        found.push(row);
    }
    found
}

/// The atoms of all rows.
pub fn rows(tree: &Tree, text: &str) -> Vec<Vec<Atom>> {
    inner(tree).into_iter().map(|row| atoms(tree, text, tree.row(row))).collect()
}

fn inner_rows(tree: &Tree, id: ItemId, waiting: &mut Vec<Row>) {
    match tree.kind(id) {
        Kind::Group(body) | Kind::Fence { body, .. } | Kind::Root { body, .. } => waiting.push(*body),
        Kind::Fraction { over, under } => waiting.extend([*over, *under]),
        Kind::Script { base: Some(base), .. } => match tree.kind(*base) {
            Kind::Group(body) | Kind::Fence { body, .. } => waiting.push(*body),
            _ => {}
        },
        _ => {}
    }
}

fn atoms(tree: &Tree, text: &str, items: &[ItemId]) -> Vec<Atom> {
    let mut found: Vec<Atom> = Vec::new();
    let mut before = Joint::Other;
    let mut at = 0;
    while at < items.len() {
        let id = items[at];
        at += 1;
        match tree.kind(id) {
            Kind::Command(name) if &**name == "odot" || &**name == "circ" => {
                before = Joint::Entrywise(tree.span(id));
                continue;
            }
            Kind::Symbol('⊙' | '∘') => {
                before = Joint::Entrywise(tree.span(id));
                continue;
            }
            kind if is_sign(kind) || is_sum(tree, kind) => {
                before = Joint::Other;
                continue;
            }
            _ => {}
        }
        let is_call = is_function(tree, id) && items.get(at).is_some_and(|&next| is_fence(tree, next));
        let is_change =
            matches!(tree.kind(id), Kind::Letter('d')) && items.get(at).is_some_and(|&next| is_named(tree, id, next));
        let is_call = is_call || is_change;
        let last = if is_call { items[at] } else { id };
        at += usize::from(is_call);
        let span = with_size(text, tree.span(id).to(tree.span(last)));
        let Some(atom) = atom(tree, text, last, span, before) else {
            before = Joint::Other;
            continue;
        };
        found.push(atom);
        before = Joint::Product;
    }
    found
}

/// Whether a name stands close behind a d: dS is one symbol.
fn is_named(tree: &Tree, letter: ItemId, next: ItemId) -> bool {
    let is_name = match tree.kind(next) {
        Kind::Letter(_) => true,
        Kind::Script { base: Some(base), .. } => matches!(tree.kind(*base), Kind::Letter(_)),
        _ => false,
    };
    is_name && tree.span(letter).end == tree.span(next).start
}

/// A place with the command for the size of a bracket before it, which is no part of the bracket.
pub fn with_size(text: &str, span: Span) -> Span {
    let before = text.get(..span.start as usize).unwrap_or_default().trim_end();
    let command = SIZES.iter().find(|command| before.ends_with(**command));
    let start = command.map_or(span.start, |command| u32::try_from(before.len() - command.len()).unwrap_or(span.start));
    Span { start, end: span.end }
}

/// Commands for the sizes of brackets that open.
const SIZES: [&str; 9] = ["\\biggl", "\\Biggl", "\\bigl", "\\Bigl", "\\bigg", "\\Bigg", "\\big", "\\Big", "\\left"];

fn atom(tree: &Tree, text: &str, last: ItemId, span: Span, before: Joint) -> Option<Atom> {
    let whole = text.get(span.range())?;
    let mut atom = Atom { span, bare: whole.to_owned(), transposed: false, is_open: true, before };
    if let Kind::Script { base, sub, sup: Some(sup), .. } = tree.kind(last) {
        let base = tree.span((*base)?);
        let above = text.get(tree.row_span(*sup)?.range())?;
        atom.is_open = false;
        if TRANSPOSES.contains(&above.trim()) {
            let below = match sub {
                Some(row) => {
                    let row = tree.row_span(*row)?;
                    let is_bare = text.get(..row.start as usize).is_some_and(|before| before.ends_with('_'));
                    let inner = text.get(row.range())?;
                    if is_bare { format!("_{inner}") } else { format!("_{{{inner}}}") }
                }
                None => String::new(),
            };
            atom.transposed = true;
            atom.bare = format!("{}{below}", text.get(span.start as usize..base.end as usize)?);
        }
    }
    Some(atom)
}

/// Whether an item is a sign between two atoms, or one that stands before what it acts on.
fn is_sign(kind: &Kind) -> bool {
    match kind {
        Kind::Command(name) => {
            matches!(
                &**name,
                "sum" | "prod" | "cdot" | "times" | "oslash" | "otimes" | "ast" | "partial" | "nabla" | "pm"
            )
        }
        Kind::Symbol(_) | Kind::Relation(_) | Kind::Break | Kind::Align | Kind::Text(_) | Kind::Digits(_) => true,
        _ => false,
    }
}

/// Whether an item is a sum with what it counts.
fn is_sum(tree: &Tree, kind: &Kind) -> bool {
    let Kind::Script { base: Some(base), .. } = kind else { return false };
    matches!(tree.kind(*base), Kind::Command(name) if matches!(&**name, "sum" | "prod"))
}

fn is_fence(tree: &Tree, id: ItemId) -> bool {
    match tree.kind(id) {
        Kind::Fence { .. } => true,
        Kind::Script { base: Some(base), .. } => matches!(tree.kind(*base), Kind::Fence { .. }),
        _ => false,
    }
}

fn is_function(tree: &Tree, id: ItemId) -> bool {
    match tree.kind(id) {
        Kind::Command(name) => FUNCTIONS.contains(&&**name),
        Kind::Accent { name, .. } => FUNCTIONS.contains(name),
        Kind::Script { base: Some(base), .. } => match tree.kind(*base) {
            Kind::Command(name) => FUNCTIONS.contains(&&**name),
            Kind::Accent { name, .. } => FUNCTIONS.contains(name),
            _ => false,
        },
        _ => false,
    }
}

/// The most runs of one row.
const MAX_RUNS: usize = 40;

/// What an author may have forgotten to put in brackets: from one factor to another, with a + or − between, but not the
/// whole of a row.
pub fn runs(tree: &Tree) -> Vec<Span> {
    let mut found = Vec::new();
    for row in inner(tree) {
        let items = tree.row(row);
        let mut own = 0;
        let sums: Vec<usize> = (0..items.len()).filter(|&at| is_plus(tree.kind(items[at]))).collect();
        for &sum in &sums {
            for first in (0..sum).rev().filter(|&at| is_factor(tree.kind(items[at]))) {
                for last in (sum + 1..items.len()).filter(|&at| is_factor(tree.kind(items[at]))) {
                    let is_whole = first == 0 && last + 1 == items.len();
                    if own < MAX_RUNS && !is_whole {
                        own += 1;
                        found.push(tree.span(items[first]).to(tree.span(items[last])));
                    }
                }
            }
        }
    }
    found
}

fn is_plus(kind: &Kind) -> bool {
    matches!(kind, Kind::Symbol('+' | '-' | '−'))
}

fn is_factor(kind: &Kind) -> bool {
    matches!(kind, Kind::Digits(_))
        || !is_sign(kind) && !matches!(kind, Kind::Command(name) if &**name == "odot" || &**name == "circ")
}
