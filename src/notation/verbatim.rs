//! A name in the user's own LaTeX, read so that formats other than LaTeX can show it.
//!
//! Takes the LaTeX of a `show` form; gives letters, marks, faces, scripts and brackets as layout, or nothing where it is more.

use crate::notation::layout::{Face, Fence, Layout, LayoutId, Mark, Operator, Sheet};
use crate::notation::names::word;
use crate::syntax::latex::{self, Delimiter, Item, ItemId, Kind, Macros, Places, Row, Tree};
use crate::syntax::spelling::GREEK;

/// The deepest nesting of a name.
const MAX_DEPTH: usize = 16;

/// Commands that stand for one character, beside the Greek letters; LaTeX has two forms of some of those.
const CHARACTERS: &[(&str, &str)] = &[
    ("varepsilon", "ε"),
    ("epsilon", "ϵ"),
    ("varphi", "φ"),
    ("vartheta", "ϑ"),
    ("varrho", "ϱ"),
    ("varpi", "ϖ"),
    ("varsigma", "ς"),
    ("ell", "ℓ"),
    ("hbar", "ℏ"),
    ("imath", "ı"),
    ("jmath", "ȷ"),
    ("nabla", "∇"),
    ("partial", "∂"),
    ("infty", "∞"),
    ("prime", "′"),
    ("top", "⊤"),
    ("star", "⋆"),
    ("ast", "∗"),
    ("circ", "∘"),
    ("dagger", "†"),
    ("perp", "⊥"),
    ("parallel", "∥"),
];

/// The character that a command stands for.
pub(super) fn character(command: &str) -> Option<&'static str> {
    CHARACTERS.iter().find(|(name, _)| *name == command).map(|(_, character)| *character)
}

/// LaTeX as the user wrote it, with its plain form where it has one; nothing where a formula could not hold it.
pub(super) fn verbatim(sheet: &mut Sheet, latex: String) -> Option<LayoutId> {
    let tree = latex::read(&latex, &Places::at(0), &Macros::default()).ok()?;
    let breaks_out = |item: &Item| matches!(item.kind, Kind::Break | Kind::Align | Kind::Relation(_));
    if tree.root().is_empty() || tree.items().iter().any(breaks_out) || latex.contains(['$', '%', '#']) {
        return None;
    }
    let plain = Reader { tree: &tree, sheet, depth: 0 }.row(tree.root(), Face::Italic);
    Some(sheet.push(Layout::Verbatim { latex, plain }))
}

struct Reader<'a> {
    tree: &'a Tree,
    sheet: &'a mut Sheet,
    depth: usize,
}

impl Reader<'_> {
    fn row(&mut self, row: Row, face: Face) -> Option<LayoutId> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let items: Option<Vec<LayoutId>> = self.tree.row(row).iter().map(|&item| self.item(item, face)).collect();
        self.depth -= 1;
        match items?.as_slice() {
            [] => None,
            [only] => Some(*only),
            several => Some(self.sheet.push(Layout::Row(several.to_vec()))),
        }
    }

    fn item(&mut self, item: ItemId, face: Face) -> Option<LayoutId> {
        let layout = match self.tree.kind(item) {
            Kind::Letter(letter) => Layout::Symbol { text: letter.to_string(), face },
            Kind::Digits(digits) => Layout::Number(digits.to_string()),
            Kind::Text(text) => Layout::Symbol { text: text.to_string(), face: Face::Upright },
            Kind::Symbol('+') => Layout::Operator(Operator::IndexPlus),
            Kind::Symbol(',') => Layout::Operator(Operator::IndexComma),
            Kind::Symbol(sign) => Layout::Symbol { text: sign.to_string(), face },
            Kind::Command(name) => match character(name) {
                Some(character) => Layout::Symbol { text: character.to_owned(), face },
                None if GREEK.iter().any(|(_, greek)| *greek == &**name) => {
                    return Some(word(self.sheet, name));
                }
                None => return None,
            },
            Kind::Group(row) => return self.row(*row, face),
            &Kind::Script { base, sub, sup, primes } => {
                let base = self.item(base?, face)?;
                let sub = sub.map(|row| self.row(row, face).ok_or(())).transpose().ok()?;
                let sup = sup.map(|row| self.row(row, face).ok_or(())).transpose().ok()?;
                Layout::Script { base, sub, sup, primes: u8::try_from(primes).ok().filter(|primes| *primes <= 3)? }
            }
            &Kind::Fence { open, close, body } => {
                let fence = match (open, close) {
                    (Delimiter::Round, Delimiter::Round) => Fence::Round,
                    (Delimiter::Square, Delimiter::Square) => Fence::Square,
                    _ => return None,
                };
                Layout::Fenced { fence, body: self.row(body, face)? }
            }
            &Kind::Accent { name, body } => return self.accent(name, body, face),
            _ => return None,
        };
        Some(self.sheet.push(layout))
    }

    /// A mark above, or a face.
    fn accent(&mut self, name: &str, body: Row, face: Face) -> Option<LayoutId> {
        let mark = match name {
            "hat" | "widehat" => Mark::Hat,
            "bar" | "overline" => Mark::Bar,
            "tilde" | "widetilde" => Mark::Tilde,
            "vec" => Mark::Vector,
            "dot" => Mark::Dot,
            "mathbf" | "boldsymbol" | "bm" => return self.row(body, Face::Bold),
            "mathrm" | "operatorname" => return self.row(body, Face::Upright),
            "mathcal" => return self.row(body, Face::Calligraphic),
            "mathbb" => return self.row(body, Face::DoubleStruck),
            "mathit" => return self.row(body, Face::Italic),
            _ => return None,
        };
        let body = self.row(body, face)?;
        Some(self.sheet.push(Layout::Accent { mark, body }))
    }
}
