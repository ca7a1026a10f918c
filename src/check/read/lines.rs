//! A formula as chains of sides: aligned lines, several equations side by side, words between them.

use crate::diagnostic::Span;
use crate::syntax::latex::{ItemId, Kind, Relation, Row, Tree};

use super::row::sign;

/// Sides with relations between them: `A = B = C`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Chain {
    /// The items of each side; one more than there are links.
    pub sides: Vec<Vec<ItemId>>,
    /// What stands between two sides.
    pub links: Vec<Relation>,
    /// Whether words such as "if" limit where it holds.
    pub conditional: bool,
}

impl Chain {
    /// Where it stands, from its first side to its last.
    pub fn span(&self, tree: &Tree) -> Span {
        let items = || self.sides.iter().flatten();
        match (items().next(), items().last()) {
            (Some(&first), Some(&last)) => tree.span(first).to(tree.span(last)),
            _ => Span::default(),
        }
    }
}

/// Environments whose rows are lines of a formula.
const LINES: &[&str] = &[
    "aligned",
    "align",
    "alignedat",
    "alignat",
    "array",
    "displaymath",
    "empheq",
    "eqnarray",
    "equation",
    "flalign",
    "gather",
    "gathered",
    "math",
    "multline",
    "multlined",
    "split",
    "subequations",
];

/// Cuts a formula into chains.
pub fn chains(tree: &Tree) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    for line in lines(tree) {
        for (at, piece) in pieces(tree, &line).into_iter().enumerate() {
            add(tree, piece, at == 0, &mut chains);
        }
    }
    chains.retain(|chain| chain.sides.iter().any(|side| !side.is_empty()));
    chains
}

/// What is left to be walked.
enum Task {
    Item(ItemId),
    NewLine,
}

/// The lines of a formula, marks of alignment gone.
fn lines(tree: &Tree) -> Vec<Vec<ItemId>> {
    let mut lines = vec![Vec::new()];
    let mut stack: Vec<Task> = tree.row(tree.root()).iter().rev().map(|&id| Task::Item(id)).collect();
    while let Some(task) = stack.pop() {
        let id = match task {
            Task::NewLine => {
                lines.push(Vec::new());
                continue;
            }
            Task::Item(id) => id,
        };
        match tree.kind(id) {
            Kind::Environment { name, rows } if LINES.contains(name) => {
                let mut inner = Vec::new();
                for (at, cells) in tree.rows(*rows).enumerate() {
                    if at > 0 {
                        inner.push(Task::NewLine);
                    }
                    inner.extend(cells_of_line(tree, cells).into_iter().map(Task::Item));
                }
                inner.push(Task::NewLine);
                stack.extend(inner.into_iter().rev());
            }
            Kind::Break => lines.push(Vec::new()),
            Kind::Align => {}
            _ => {
                if let Some(line) = lines.last_mut() {
                    line.push(id);
                }
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// The items of the cells of one line without a remark at its end.
fn cells_of_line(tree: &Tree, cells: &[Row]) -> Vec<ItemId> {
    let mut items = Vec::new();
    for (at, &cell) in cells.iter().enumerate() {
        let row = tree.row(cell);
        let starts_with_words = row.first().is_some_and(|&id| matches!(tree.kind(id), Kind::Text(_)));
        let has_relation = row.iter().any(|&id| matches!(tree.kind(id), Kind::Relation(_)));
        let after_gap = at >= 2 && cells[at - 1].is_empty();
        if starts_with_words && (after_gap || !has_relation) && !items.is_empty() {
            break;
        }
        items.extend_from_slice(row);
    }
    items
}

/// A part of a line between commas and words.
struct Piece {
    items: Vec<ItemId>,
    /// Whether it follows a word such as "if".
    condition: bool,
    /// Whether it follows a comma.
    listed: bool,
}

/// Cuts a line at words, and at commas where both sides are equations.
fn pieces(tree: &Tree, line: &[ItemId]) -> Vec<Piece> {
    let mut pieces = vec![Piece { items: Vec::new(), condition: false, listed: false }];
    for &id in line {
        let (cut, condition, listed) = match tree.kind(id) {
            Kind::Text(text) if is_remark(text) => {
                let first = text.split_whitespace().next().unwrap_or_default();
                (true, matches!(first, "if" | "when" | "whenever" | "otherwise"), false)
            }
            Kind::Symbol(',' | ';') => (true, false, true),
            Kind::Relation(Relation::Implies) => (true, false, false),
            _ => (false, false, false),
        };
        if cut {
            pieces.push(Piece { items: Vec::new(), condition, listed });
        } else if let Some(piece) = pieces.last_mut() {
            piece.items.push(id);
        }
    }
    for piece in &mut pieces {
        while piece.items.last().is_some_and(|&id| matches!(tree.kind(id), Kind::Symbol('.' | ':'))) {
            piece.items.pop();
        }
    }
    pieces.retain(|piece| !piece.items.is_empty());
    pieces
}

/// Whether words are a remark and no name.
fn is_remark(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "and",
        "or",
        "where",
        "with",
        "for",
        "if",
        "so",
        "thus",
        "hence",
        "then",
        "since",
        "because",
        "otherwise",
        "when",
        "whenever",
        "as",
        "by",
        "which",
        "is",
        "therefore",
        "else",
        "i.e.",
        "e.g.",
        "but",
    ];
    let text = text.trim();
    let is_word = text.chars().all(|sign| sign.is_alphanumeric() || sign == '_' || sign == '-');
    !is_word || text.is_empty() || WORDS.contains(&text)
}

/// Adds a piece to the chains: it begins one, or goes on with the last.
fn add(tree: &Tree, piece: Piece, begins_line: bool, chains: &mut Vec<Chain>) {
    if piece.condition {
        if let Some(chain) = chains.last_mut() {
            chain.conditional = true;
        }
        return;
    }
    let has_relation = piece.items.iter().any(|&id| matches!(tree.kind(id), Kind::Relation(_)));
    if piece.listed && !has_relation {
        // `l = 1, 2, 3`: more values of the same.
        return;
    }
    let first = piece.items.first().map(|&id| tree.kind(id));
    let begins_with_relation = matches!(first, Some(Kind::Relation(_)));
    let goes_on = match chains.last() {
        None => false,
        Some(_) if piece.listed => false,
        Some(chain) => {
            let open = chain.sides.last().is_none_or(|side| side.last().is_none_or(|&id| is_operator(tree.kind(id))));
            // `a + b`, and `- c` in the next line; `-x = y` there would be an equation of its own.
            let goes_on_alone = begins_line && (!has_relation || first.is_some_and(|kind| !is_minus(kind)));
            let joins = !chain.links.is_empty() || goes_on_alone;
            begins_with_relation || open || first.is_some_and(is_operator) && joins
        }
    };
    if !goes_on {
        chains.push(Chain { sides: vec![Vec::new()], ..Chain::default() });
    }
    let Some(chain) = chains.last_mut() else { return };
    for id in piece.items {
        match tree.kind(id) {
            Kind::Relation(relation) => {
                chain.links.push(*relation);
                chain.sides.push(Vec::new());
            }
            _ => {
                if let Some(side) = chain.sides.last_mut() {
                    side.push(id);
                }
            }
        }
    }
}

fn is_minus(kind: &Kind) -> bool {
    matches!(kind, Kind::Symbol('-' | '−'))
}

/// Whether an item joins what stands before it with what follows.
fn is_operator(kind: &Kind) -> bool {
    sign(kind).is_some()
        || match kind {
            Kind::Symbol(sign) => "*·×⊙∘⋅/".contains(*sign),
            Kind::Command(name) => matches!(&**name, "cdot" | "times" | "odot" | "circ" | "ast" | "div"),
            _ => false,
        }
}
