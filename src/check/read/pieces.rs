//! A line of a formula as pieces: equations side by side, the words between them, and the conditions they hold under.

use crate::syntax::latex::{Delimiter, ItemId, Kind, Relation, Tree};
use crate::syntax::spelling::is_module;

use super::lines::{Chain, Limit};
use super::row::sign;

/// What stands before a piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Start {
    /// It begins the line.
    Line,
    /// It begins the line, and an equation whatever it begins with.
    Fresh,
    /// A comma or semicolon.
    Comma,
    /// A wide space.
    Gap,
    /// Words.
    Words,
    /// An arrow, `\implies`.
    Arrow,
    /// Words that a condition follows: "if".
    If,
    /// Words that a condition or a range may follow: "for".
    For,
}

/// A part of a line between commas, wide spaces and words.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    items: Vec<ItemId>,
    start: Start,
    /// Whether nothing but words stands before it in its line.
    first: bool,
}

/// Cuts a line, which may begin an equation whatever it begins with, at words, at commas, and at wide spaces between equations.
pub(super) fn pieces(tree: &Tree, line: &[ItemId], fresh: bool) -> Vec<Piece> {
    let start = if fresh { Start::Fresh } else { Start::Line };
    let mut pieces = vec![Piece { items: Vec::new(), start, first: true }];
    let mut skip = 0;
    // Whether nothing but words has come, and where the last relation stands.
    let mut blank = true;
    let last_relation = line.iter().rposition(|&id| matches!(tree.kind(id), Kind::Relation(_)));
    for (at, &id) in line.iter().enumerate() {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let (start, inner) = match tree.kind(id) {
            Kind::Letter('a' | 'w')
                if last_relation > Some(at)
                    && let Some(length) = typed_word(tree, &line[at.saturating_sub(1)..], at > 0) =>
            {
                skip = length - 1;
                (Start::Words, &[][..])
            }
            Kind::Text(text) if is_remark(text) || is_step(text) && is_apart(tree, line, at) => (starts(text), &[][..]),
            Kind::Symbol(',' | ';') => (Start::Comma, &[][..]),
            Kind::Symbol(':') if pieces.last().is_some_and(|piece| matches!(piece.start, Start::If | Start::For)) => {
                (Start::Words, &[][..])
            }
            Kind::Gap => (Start::Gap, &[][..]),
            Kind::Relation(Relation::Implies) => (Start::Arrow, &[][..]),
            Kind::Command(name) if matches!(&**name, "therefore" | "because" | "blacksquare" | "square") => {
                (Start::Words, &[][..])
            }
            Kind::Fence { body, .. } => match tree.row(*body) {
                // `(\text{if } z > 0)`, `(\text{chain rule})`
                [words, rest @ ..] if matches!(tree.kind(*words), Kind::Text(text) if is_remark(text) || is_step(text) && is_apart(tree, line, at)) =>
                {
                    let Kind::Text(text) = tree.kind(*words) else { continue };
                    (starts(text), if starts(text) == Start::Words { &[][..] } else { rest })
                }
                _ => {
                    push(&mut pieces, id);
                    continue;
                }
            },
            _ if is_nothing(tree, id) => continue,
            _ => {
                push(&mut pieces, id);
                continue;
            }
        };
        blank &= pieces.last().is_none_or(|piece| piece.items.is_empty());
        let first = blank;
        pieces.push(Piece { items: inner.to_vec(), start, first });
    }
    for piece in &mut pieces {
        while piece.items.last().is_some_and(|&id| matches!(tree.kind(id), Kind::Symbol('.' | ':'))) {
            piece.items.pop();
        }
    }
    joined(tree, pieces)
}

/// Whether a word says what was done in a step; any other word by itself may be the name of a factor.
fn is_step(text: &str) -> bool {
    matches!(text.trim(), "simplified" | "expanded" | "factored" | "constant" | "rearranged" | "substituted")
}

/// Whether words stand alone behind a wide space at the end of an equation, `y = 2x \qquad \text{simplified}`, or on a
/// line of their own.
fn is_apart(tree: &Tree, line: &[ItemId], at: usize) -> bool {
    let (before, after) = line.split_at(at);
    let is_end = after[1..].iter().all(|&id| matches!(tree.kind(id), Kind::Symbol('.' | ',')));
    let is_alone = before.iter().all(|&id| is_nothing(tree, id));
    let behind_gap = before.last().is_some_and(|&id| *tree.kind(id) == Kind::Gap);
    is_end && behind_gap && (is_alone || !is_open(tree, before))
}

/// How many letters the word at the second item has, typed as letters with spaces around it; an equation follows:
/// `A = B \; and \; C = D`.
fn typed_word(tree: &Tree, items: &[ItemId], inside: bool) -> Option<usize> {
    let (before, rest) = items.split_first().filter(|_| inside)?;
    let letters = rest.iter().map_while(|&id| match tree.kind(id) {
        Kind::Letter(letter) => Some(*letter),
        _ => None,
    });
    let word: String = letters.take(6).collect();
    let length = ["and", "where", "with"].into_iter().find(|known| word.starts_with(known))?.len();
    let after = rest.get(length)?;
    let apart = |left: ItemId, right: ItemId| tree.span(right).start >= tree.span(left).end + 2;
    let joined = rest[..length].windows(2).all(|pair| !apart(pair[0], pair[1]));
    (joined && apart(*before, rest[0]) && apart(rest[length - 1], *after)).then_some(length)
}

fn push(pieces: &mut [Piece], id: ItemId) {
    if let Some(piece) = pieces.last_mut() {
        piece.items.push(id);
    }
}

/// Joins what a wide space has cut without need, and drops what is empty.
fn joined(tree: &Tree, pieces: Vec<Piece>) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::with_capacity(pieces.len());
    for mut piece in pieces {
        if piece.items.is_empty() && !matches!(piece.start, Start::If) {
            // Words may be followed by a wide space.
            if let Some(last) = all.last_mut()
                && last.items.is_empty()
                && piece.start != Start::Gap
            {
                last.start = piece.start;
                continue;
            }
            if piece.start != Start::Gap {
                all.push(piece);
            }
            continue;
        }
        let Some(last) = all.last_mut() else {
            all.push(piece);
            continue;
        };
        let gap = piece.start == Start::Gap;
        if gap && last.items.is_empty() {
            piece.start = last.start;
            *last = piece;
        } else if gap && is_tag(tree, &piece.items) {
            continue;
        } else if gap && !begins_equation(tree, &last.items, &piece.items) {
            last.items.append(&mut piece.items);
        } else {
            all.push(piece);
        }
    }
    all.retain(|piece| !piece.items.is_empty() || piece.start == Start::If);
    all
}

/// Whether items after a wide space are an equation or a condition of their own.
fn begins_equation(tree: &Tree, before: &[ItemId], items: &[ItemId]) -> bool {
    let is_relation = |id: &ItemId| matches!(tree.kind(*id), Kind::Relation(_));
    let first = items.first().is_some_and(|id| !is_relation(id) && !is_operator(tree.kind(*id)));
    let complete = before.iter().any(is_relation) && !is_open(tree, before);
    first && complete && (items.iter().any(is_relation) || in_brackets(tree, items).is_some())
}

/// The number of an equation at the end of its line: `(3)`, `(*)`.
fn is_tag(tree: &Tree, items: &[ItemId]) -> bool {
    let [only] = items else { return false };
    let Kind::Fence { open: Delimiter::Round, body, .. } = tree.kind(*only) else { return false };
    let inner = tree.row(*body);
    let is_sign = |id: &ItemId| matches!(tree.kind(*id), Kind::Digits(_) | Kind::Symbol('*' | '∗' | '.' | '†'));
    let is_star =
        |id: &ItemId| matches!(tree.kind(*id), Kind::Command(name) if matches!(&**name, "ast" | "star" | "dagger"));
    !inner.is_empty() && inner.iter().all(|id| is_sign(id) || is_star(id))
}

/// Whether an item is `{}`, which holds the place of something.
pub(super) fn is_nothing(tree: &Tree, id: ItemId) -> bool {
    matches!(tree.kind(id), Kind::Gap) || matches!(tree.kind(id), Kind::Group(body) if body.is_empty())
}

/// Whether items end with what something must follow.
pub(super) fn is_open(tree: &Tree, items: &[ItemId]) -> bool {
    let last = items.iter().rev().find(|&&id| !is_nothing(tree, id));
    last.is_none_or(|&id| is_operator(tree.kind(id)) || matches!(tree.kind(id), Kind::Relation(_)))
}

/// The first word of a remark, and what it says of what follows.
fn starts(text: &str) -> Start {
    let word = text.split_whitespace().next().unwrap_or_default();
    match word.trim_matches(|sign: char| !sign.is_alphabetic()).to_lowercase().as_str() {
        "if" | "when" | "whenever" | "otherwise" | "provided" | "assuming" => Start::If,
        "for" | "where" => Start::For,
        _ => Start::Words,
    }
}

/// Whether words may begin a condition.
pub(super) fn is_condition(text: &str) -> bool {
    starts(text) != Start::Words
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
    // `np.sum` is a function.
    if text.trim().split_once('.').is_some_and(|(module, _)| is_module(module)) {
        return false;
    }
    let text = text.trim();
    let is_word = text.chars().all(|sign| sign.is_alphanumeric() || sign == '_' || sign == '-');
    !is_word || text.is_empty() || WORDS.contains(&text.to_lowercase().as_str())
}

/// Chains under construction.
#[derive(Debug, Default)]
pub(super) struct Chains {
    /// Those of the lines so far.
    pub all: Vec<Chain>,
    /// A condition that stands before its equation.
    ahead: Option<Limit>,
}

impl Chains {
    /// Adds a piece: it begins a chain, goes on with the last, or limits one.
    pub fn add(&mut self, tree: &Tree, mut piece: Piece) {
        if let Some(limit) = self.limit(tree, &piece) {
            return self.limited(limit, piece.first);
        }
        if let Some(inner) = in_brackets(tree, &piece.items) {
            piece.items = inner;
        }
        let has_relation = piece.items.iter().any(|&id| matches!(tree.kind(id), Kind::Relation(_)));
        if piece.start == Start::Comma && !has_relation {
            // `l = 1, 2, 3`: more values of the same.
            return;
        }
        if piece.start == Start::Arrow
            && let Some(before) = self.all.last_mut()
        {
            before.premise = true;
        }
        if !self.goes_on(tree, &piece) {
            let condition = self.ahead.take().unwrap_or_default();
            self.all.push(Chain { sides: vec![Vec::new()], links: Vec::new(), condition, premise: false });
        }
        let Some(chain) = self.all.last_mut() else { return };
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

    fn goes_on(&self, tree: &Tree, piece: &Piece) -> bool {
        let (Some(chain), Some(first)) = (self.all.last(), piece.items.first().map(|&id| tree.kind(id))) else {
            return false;
        };
        if self.ahead.is_some() || matches!(piece.start, Start::Comma | Start::Fresh) {
            return false;
        }
        let open = chain.sides.last().is_none_or(|side| is_open(tree, side));
        // `a + b`, and `- c` in the next line; `-x = y` there would be an equation of its own.
        let has_relation = piece.items.iter().any(|&id| matches!(tree.kind(id), Kind::Relation(_)));
        let goes_on_alone = piece.first && (!has_relation || !is_minus(first));
        let joins = !chain.links.is_empty() || goes_on_alone;
        matches!(first, Kind::Relation(_)) || open || is_operator(first) && joins
    }

    /// The condition that a piece is.
    fn limit(&self, tree: &Tree, piece: &Piece) -> Option<Limit> {
        let inner = in_brackets(tree, &piece.items);
        let items = inner.as_ref().unwrap_or(&piece.items);
        let compares = is_comparison(tree, items);
        let follows = self.all.last().is_some_and(|chain| chain.links.contains(&Relation::Equal));
        match piece.start {
            Start::If if compares => Some(Limit::Where(items.clone())),
            Start::If => Some(Limit::Words),
            Start::For if compares => Some(Limit::Where(items.clone())),
            Start::Comma | Start::Gap if compares && follows => Some(Limit::Where(items.clone())),
            _ => None,
        }
    }

    /// Limits the chain before or, where words begin the line, the next one.
    fn limited(&mut self, limit: Limit, first: bool) {
        match self.all.last_mut().filter(|chain| !first && !chain.links.is_empty()) {
            Some(chain) if chain.condition == Limit::Always => chain.condition = limit,
            Some(chain) => chain.condition = Limit::Words,
            None => self.ahead = Some(limit),
        }
    }

    /// Ends a line: a condition that stands in a line of its own belongs to what is before it.
    pub fn end_line(&mut self) {
        if let Some(limit) = self.ahead.take() {
            self.limited(limit, false);
            self.ahead = None;
        }
    }
}

fn is_minus(kind: &Kind) -> bool {
    matches!(kind, Kind::Symbol('-' | '−'))
}

/// What stands in a round bracket that is all there is.
fn in_brackets(tree: &Tree, items: &[ItemId]) -> Option<Vec<ItemId>> {
    let [only] = items else { return None };
    let Kind::Fence { open: Delimiter::Round, body, .. } = tree.kind(*only) else { return None };
    let inner = tree.row(*body);
    inner.iter().any(|&id| matches!(tree.kind(id), Kind::Relation(_))).then(|| inner.to_vec())
}

/// Whether items are a comparison such as z > 0 or i = j, and no equation between quantities.
fn is_comparison(tree: &Tree, items: &[ItemId]) -> bool {
    let relations: Vec<Relation> = items
        .iter()
        .filter_map(|&id| match tree.kind(id) {
            Kind::Relation(relation) => Some(*relation),
            _ => None,
        })
        .collect();
    let is_letter = |id: ItemId| matches!(tree.kind(id), Kind::Letter(_));
    let of_letters = matches!(items, [left, _, right] if is_letter(*left) && is_letter(*right));
    let compares = |relation: &Relation| match relation {
        Relation::Less | Relation::LessEqual | Relation::Greater | Relation::GreaterEqual | Relation::NotEqual => true,
        Relation::Equal => of_letters,
        _ => false,
    };
    !relations.is_empty() && relations.iter().all(compares)
}

/// Whether an item joins what stands before it with what follows.
pub(super) fn is_operator(kind: &Kind) -> bool {
    sign(kind).is_some()
        || match kind {
            Kind::Symbol(sign) => "*·×⊙∘⋅/@".contains(*sign),
            Kind::Command(name) => matches!(&**name, "cdot" | "times" | "odot" | "circ" | "ast" | "div"),
            _ => false,
        }
}
