//! What stands below and above a name, as text: `l-1`, `hh`, `1,2`, with the values of bound indices put in.

use crate::syntax::latex::{Delimiter, ItemId, Kind, Row, Tree};
use crate::syntax::spelling::GREEK;

/// Letters that stand for numbers where a formula is read.
pub trait Indices {
    /// The value of a letter.
    fn value(&self, letter: &str) -> Option<i64>;
}

/// No letter stands for a number.
pub struct Unbound;

impl Indices for Unbound {
    fn value(&self, _: &str) -> Option<i64> {
        None
    }
}

/// A script as text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Script {
    /// Its entries, joined by commas; brackets around the whole are gone.
    pub text: String,
    /// Whether brackets stood around it, so that it is no power.
    pub bracketed: bool,
    /// Single letters in it that have no value.
    pub free: Vec<String>,
}

/// A piece of an entry.
enum Token {
    Number(i64),
    /// A letter that could be an index.
    Letter(String),
    Word(String),
    Sign(i64),
    /// A name with a script of its own, `f_2`.
    Name(Script),
}

/// Reads a script; nothing if it cannot be an index.
pub fn read(tree: &Tree, row: Row, indices: &dyn Indices) -> Option<Script> {
    read_items(tree, tree.row(row), indices)
}

/// The same for a part of a script.
pub fn read_items(tree: &Tree, items: &[ItemId], indices: &dyn Indices) -> Option<Script> {
    let mut script = Script::default();
    let items = unwrap(tree, items, &mut script.bracketed);
    for (at, entry) in items.split(|&id| *tree.kind(id) == Kind::Symbol(',')).enumerate() {
        if at > 0 {
            script.text.push(',');
        }
        let mut tokens = Vec::new();
        for &id in entry {
            token(tree, id, indices, &mut tokens)?;
        }
        write(&tokens, &mut script)?;
    }
    Some(script)
}

/// What stands inside brackets, groups and typefaces that hold all of it.
fn unwrap<'t>(tree: &'t Tree, mut items: &'t [ItemId], bracketed: &mut bool) -> &'t [ItemId] {
    while let [only] = items {
        let row = match tree.kind(*only) {
            Kind::Group(body) => *body,
            Kind::Accent { name, .. } if is_mark(name) => break,
            Kind::Accent { body, .. } if tree.row(*body).len() == 1 || !is_word(tree, *body) => *body,
            Kind::Fence { open: Delimiter::Round | Delimiter::Square, close, body } if *close != Delimiter::Empty => {
                *bracketed = true;
                *body
            }
            _ => break,
        };
        items = tree.row(row);
    }
    items
}

/// Whether an item is a star.
pub fn is_star(kind: &Kind) -> bool {
    match kind {
        Kind::Command(name) => matches!(&**name, "star" | "ast"),
        Kind::Symbol(sign) => matches!(sign, '*' | '∗' | '⋆'),
        _ => false,
    }
}

/// Whether an accent is a mark that belongs to a name, and no typeface.
fn is_mark(accent: &str) -> bool {
    matches!(accent, "hat" | "widehat" | "bar" | "overline" | "tilde" | "widetilde" | "dot")
}

fn is_word(tree: &Tree, row: Row) -> bool {
    tree.word(row).is_some()
}

fn token(tree: &Tree, id: ItemId, indices: &dyn Indices, out: &mut Vec<Token>) -> Option<()> {
    let letter = |letter: &str| match indices.value(letter) {
        Some(value) => Token::Number(value),
        None => Token::Letter(letter.to_owned()),
    };
    out.push(match tree.kind(id) {
        Kind::Digits(digits) => Token::Number(digits.parse().ok()?),
        Kind::Letter(sign) => letter(&sign.to_string()),
        Kind::Command(name) if &**name == "ell" => letter("l"),
        // w^* is spelt wstar.
        kind if is_star(kind) => Token::Word("star".to_owned()),
        Kind::Command(name) => {
            let name = name.strip_prefix("var").unwrap_or(name);
            Token::Word(GREEK.iter().find(|(_, greek)| *greek == name)?.1.to_owned())
        }
        Kind::Symbol('+') => Token::Sign(1),
        Kind::Symbol('-' | '−') => Token::Sign(-1),
        Kind::Text(text) => Token::Word(text.trim().to_owned()),
        Kind::Accent { name, .. } if is_mark(name) => Token::Word(super::symbols::WrittenName::of(tree, id)?.base),
        Kind::Accent { body, .. } => match tree.word(*body) {
            Some(word) if word.chars().count() == 1 => letter(&word),
            Some(word) => Token::Word(word),
            None => return None,
        },
        Kind::Script { base: Some(_), primes: 0, .. } => Token::Name(name(tree, id, indices)?),
        Kind::Group(body) => {
            for &id in tree.row(*body) {
                // Groups inside groups are no indices that anyone writes.
                if matches!(tree.kind(id), Kind::Group(_)) {
                    return None;
                }
                token(tree, id, indices, out)?;
            }
            return Some(());
        }
        _ => return None,
    });
    Some(())
}

/// A name in a script, as in `δ_{f_2}`; its own scripts have none.
fn name(tree: &Tree, id: ItemId, indices: &dyn Indices) -> Option<Script> {
    let written = super::symbols::WrittenName::of(tree, id)?;
    let mut whole = Script { text: written.base, ..Script::default() };
    for (sign, row) in [('_', written.sub), ('^', written.sup)] {
        let Some(row) = row else { continue };
        if tree.row(row).iter().any(|&id| matches!(tree.kind(id), Kind::Script { .. } | Kind::Group(_))) {
            return None;
        }
        let script = read(tree, row, indices)?;
        whole.text.push(sign);
        whole.text.push_str(&script.text);
        whole.free.extend(script.free);
    }
    Some(whole)
}

/// Writes one entry: a sum of numbers as its value, anything else side by side.
fn write(tokens: &[Token], script: &mut Script) -> Option<()> {
    let free = tokens.iter().flat_map(|token| match token {
        Token::Letter(letter) => std::slice::from_ref(letter),
        Token::Name(name) => &name.free,
        _ => &[],
    });
    for letter in free {
        if !script.free.contains(letter) {
            script.free.push(letter.clone());
        }
    }
    let is_sum = tokens.iter().any(|token| matches!(token, Token::Sign(_)));
    if is_sum && let Some(value) = sum(tokens) {
        script.text.push_str(&value.to_string());
        return Some(());
    }
    for token in tokens {
        match token {
            Token::Number(value) => script.text.push_str(&value.to_string()),
            Token::Letter(text) | Token::Word(text) | Token::Name(Script { text, .. }) => script.text.push_str(text),
            Token::Sign(1) => script.text.push('+'),
            Token::Sign(_) => script.text.push('-'),
        }
    }
    Some(())
}

/// The value of numbers with signs between them.
fn sum(tokens: &[Token]) -> Option<i64> {
    let mut total = 0_i64;
    let mut sign = Some(1);
    for token in tokens {
        match token {
            Token::Sign(next) => sign = Some(sign.unwrap_or(1) * next),
            Token::Number(value) => total = total.checked_add(sign.take()? * value)?,
            _ => return None,
        }
    }
    sign.is_none().then_some(total)
}
