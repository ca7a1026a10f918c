//! A formula as chains of sides: aligned lines, several equations side by side, words between them.

use crate::diagnostic::Span;
use crate::syntax::latex::{ItemId, Kind, Relation, Row, Tree};

use super::pieces::{self, is_operator};
use super::row::sign;

/// Sides with relations between them: `A = B = C`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Chain {
    /// The items of each side; one more than there are links.
    pub sides: Vec<Vec<ItemId>>,
    /// What stands between two sides.
    pub links: Vec<Relation>,
    /// What limits where it holds.
    pub condition: Limit,
    /// Whether an arrow leads from it to the next: `A = 0 \implies B = C`.
    pub premise: bool,
}

/// What limits where a chain holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Limit {
    /// Nothing.
    #[default]
    Always,
    /// A comparison, `z > 0`.
    Where(Vec<ItemId>),
    /// Words.
    Words,
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
    let mut chains = pieces::Chains::default();
    for line in lines(tree) {
        for piece in pieces::pieces(tree, &line.items, line.fresh) {
            chains.add(tree, piece);
        }
        chains.end_line();
    }
    chains.all.retain(|chain| chain.sides.iter().any(|side| !side.is_empty()));
    chains.all
}

/// What is left to be walked.
enum Task {
    Item(ItemId),
    /// A line ends; whether the next one begins an equation, though it begins with a sign.
    NewLine(bool),
}

/// A line of a formula.
#[derive(Default)]
struct Line {
    items: Vec<ItemId>,
    /// Whether it begins an equation, though it begins with a sign.
    fresh: bool,
}

/// The lines of a formula, marks of alignment gone.
fn lines(tree: &Tree) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut stack: Vec<Task> = tree.row(tree.root()).iter().rev().map(|&id| Task::Item(id)).collect();
    while let Some(task) = stack.pop() {
        let id = match task {
            Task::NewLine(fresh) => {
                lines.push(Line { fresh, ..Line::default() });
                continue;
            }
            Task::Item(id) => id,
        };
        match tree.kind(id) {
            Kind::Environment { name, rows } if LINES.contains(name) => {
                let mut inner = Vec::new();
                let rows: Vec<&[Row]> = tree.rows(*rows).collect();
                for (at, cells) in rows.iter().enumerate() {
                    inner.push(Task::NewLine(at > 0 && is_fresh(tree, &rows[at - 1..])));
                    for (number, part) in equations_of_line(tree, cells).into_iter().enumerate() {
                        if number > 0 {
                            inner.push(Task::NewLine(false));
                        }
                        inner.extend(part.into_iter().map(Task::Item));
                    }
                }
                inner.push(Task::NewLine(false));
                stack.extend(inner.into_iter().rev());
            }
            Kind::Break => lines.push(Line::default()),
            Kind::Align => {}
            _ => {
                if let Some(line) = lines.last_mut() {
                    line.items.push(id);
                }
            }
        }
    }
    lines.retain(|line| !line.items.is_empty());
    lines
}

/// Whether the second of three rows begins an equation with a sign: its cell before a relation, `-a &= b`, or a long left
/// side alone, where the row before ends with words, and the one after begins with a relation.
fn is_fresh(tree: &Tree, rows: &[&[Row]]) -> bool {
    let is_relation = |id: &ItemId| matches!(tree.kind(*id), Kind::Relation(_));
    if let [_, row, ..] = rows
        && let [left, right, ..] = *row
        && tree.row(*right).first().is_some_and(is_relation)
    {
        let left = tree.row(*left);
        return left.first().is_some_and(|&id| sign(tree.kind(id)).is_some()) && !left.iter().any(is_relation);
    }
    let [before, row, after, ..] = rows else { return false };
    let first = |cells: &[Row]| cells.iter().find_map(|&cell| tree.row(cell).first().copied());
    let is_note = |cell: &Row| matches!(tree.row(*cell).first().map(|&id| tree.kind(id)), Some(Kind::Text(_)));
    let begins = |cells: &[Row], is: fn(&Kind) -> bool| first(cells).is_some_and(|id| is(tree.kind(id)));
    before.len() > 2
        && before.last().is_some_and(is_note)
        && begins(row, |kind| sign(kind).is_some())
        && begins(after, |kind| matches!(kind, Kind::Relation(_)))
}

/// The items of the cells of one line without a remark at its end, cut where a cell begins the next equation:
/// `A &= B & C &= D`.
fn equations_of_line(tree: &Tree, cells: &[Row]) -> Vec<Vec<ItemId>> {
    let is_relation = |id: &ItemId| matches!(tree.kind(*id), Kind::Relation(_));
    let mut equations = Vec::new();
    let mut items: Vec<ItemId> = Vec::new();
    let mut related = false;
    for (at, &cell) in cells.iter().enumerate() {
        let row = tree.row(cell);
        let words = row.first().and_then(|&id| match tree.kind(id) {
            Kind::Text(text) => Some(text),
            _ => None,
        });
        let has_relation = row.iter().any(is_relation);
        let after_gap = at >= 2 && cells[at - 1].is_empty();
        let is_remark = words.is_some_and(|text| !has_relation || after_gap && !pieces::is_condition(text));
        if is_remark && !items.is_empty() {
            break;
        }
        let next_begins = cells.get(at + 1).and_then(|&next| tree.row(next).first()).is_some_and(is_relation);
        let first = row.iter().find(|&&id| !pieces::is_nothing(tree, id));
        let begins = first.is_some_and(|id| !is_relation(id) && !is_operator(tree.kind(*id))) && words.is_none();
        let complete = related && !pieces::is_open(tree, &items);
        if begins && complete && (has_relation || next_begins) {
            equations.push(std::mem::take(&mut items));
            related = false;
        }
        related |= has_relation;
        items.extend_from_slice(row);
    }
    equations.push(items);
    equations
}
