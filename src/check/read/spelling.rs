//! Ways to write a name: what an item of LaTeX says as a name, and all spellings of a name of the network language.

use super::script::{self, Unbound};
use super::words::member_of_module;
use crate::syntax::latex::{self, ItemId, Kind, Macros, Places, Row, Tree};
use crate::syntax::spelling::{GREEK, MARKS, canonical, is_module};

/// A way to write a name: the base without typefaces, and what stands below and above.
#[derive(Clone, PartialEq, Eq, Debug, Hash, Default)]
pub struct Spelling {
    /// `theta`, `yhat`, `W`.
    pub base: String,
    /// `2`, `o`, `i,j`.
    pub sub: String,
    /// The same above; brackets around it are gone.
    pub sup: String,
}

impl Spelling {
    /// A way to write a name.
    pub fn new(base: impl Into<String>, sub: impl Into<String>, sup: impl Into<String>) -> Self {
        Spelling { base: base.into(), sub: sub.into(), sup: sup.into() }
    }
}

/// The name that a piece of LaTeX is.
pub fn spelling_of_latex(text: &str) -> Option<Spelling> {
    let tree = latex::read(text, &Places::at(0), &Macros::default()).ok()?;
    let [only] = tree.row(tree.root()) else {
        let word = tree.word(tree.root())?;
        return Some(Spelling::new(canonical(&word), "", ""));
    };
    let written = WrittenName::of(&tree, *only)?;
    let text = |row: Option<Row>| match row {
        None => Some(String::new()),
        Some(row) => script::read(&tree, row, &Unbound).map(|script| script.text),
    };
    Some(Spelling { sub: text(written.sub)?, sup: text(written.sup)?, base: written.base })
}

/// An item as a name: its base without typefaces, its scripts.
#[derive(Clone, Debug)]
pub struct WrittenName {
    /// The base, with its marks: `yhat`.
    pub base: String,
    /// Whether the marks of the base are an arrow, which is a mark or a typeface.
    pub arrow: bool,
    /// Below.
    pub sub: Option<Row>,
    /// Above.
    pub sup: Option<Row>,
    /// Primes.
    pub primes: u32,
}

impl WrittenName {
    /// Takes an item apart; nothing if it is no name.
    pub fn of(tree: &Tree, id: ItemId) -> Option<WrittenName> {
        let mut name = WrittenName { base: String::new(), arrow: false, sub: None, sup: None, primes: 0 };
        let mut marks = String::new();
        let mut at = id;
        loop {
            match tree.kind(at) {
                Kind::Script { base: Some(base), sub, sup, primes } => {
                    if sub.is_some() && name.sub.is_some() || sup.is_some() && name.sup.is_some() {
                        return None;
                    }
                    name.sub = name.sub.or(*sub);
                    name.sup = name.sup.or(*sup);
                    name.primes = name.primes.saturating_add(*primes);
                    at = *base;
                }
                Kind::Group(body) => match tree.row(*body) {
                    [only] => at = *only,
                    _ => return None,
                },
                Kind::Accent { name: accent, body } => {
                    match *accent {
                        "hat" | "widehat" => marks.insert_str(0, "hat"),
                        "bar" | "overline" => marks.insert_str(0, "bar"),
                        "tilde" | "widetilde" => marks.insert_str(0, "tilde"),
                        "dot" => marks.insert_str(0, "dot"),
                        "vec" | "overrightarrow" => name.arrow = true,
                        "mathbb" | "mathbbm" | "mathds" if tree.word(*body).as_deref() == Some("1") => return None,
                        "ddot" | "check" | "breve" | "acute" | "grave" | "underline" | "overleftarrow" => return None,
                        _ => {}
                    }
                    match tree.row(*body) {
                        [only] => at = *only,
                        _ => {
                            let word = tree.word(*body).or_else(|| member_of_module(tree, *body))?;
                            name.base = canonical(&word).into_owned() + &marks;
                            return Some(name);
                        }
                    }
                }
                kind => {
                    name.base = plain_base(kind)? + &marks;
                    return Some(name);
                }
            }
        }
    }
}

/// The base that a single item is: a letter, a Greek letter, a word.
fn plain_base(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Letter(letter) => Some(letter.to_string()),
        Kind::Text(text) => {
            let text = text.trim();
            let text = text.split_once('.').filter(|(module, _)| is_module(module)).map_or(text, |(_, member)| member);
            let is_word = !text.is_empty() && text.chars().all(|sign| sign.is_alphanumeric() || sign == '_');
            is_word.then(|| canonical(text).into_owned())
        }
        Kind::Command(name) => {
            if &**name == "ell" {
                return Some("ell".to_owned());
            }
            let greek = name.strip_prefix("var").unwrap_or(name);
            GREEK.iter().find(|(_, known)| *known == greek).map(|(_, known)| (*known).to_owned())
        }
        Kind::Symbol(sign) if sign.is_alphabetic() => Some(canonical(&sign.to_string()).into_owned()),
        _ => None,
    }
}

/// The digits that a name ends in.
pub(super) fn trailing_digits(text: &str) -> &str {
    &text[text.trim_end_matches(|sign: char| sign.is_ascii_digit()).len()..]
}

/// All ways to write a name of the network language.
pub fn spellings(stem: &str, indices: &[i64]) -> Vec<Spelling> {
    let (head, sub) = match stem.split_once('_') {
        Some((head, sub)) if !head.is_empty() && !sub.is_empty() => (head, sub),
        _ => (stem, ""),
    };
    let digits = trailing_digits(head);
    let letters = &head[..head.len() - digits.len()];
    let (letters, digits) = if letters.is_empty() { (head, "") } else { (letters, digits) };
    let below: Vec<&str> = [digits].into_iter().chain(sub.split('_')).filter(|part| !part.is_empty()).collect();
    let index: Vec<String> = indices.iter().map(i64::to_string).collect();
    let mut out = Vec::new();
    with_scripts(letters, &below, &index, &mut out);
    if let Some((first, rest)) = split_word(letters) {
        // Whh is W_{hh}.
        let below: Vec<&str> = [rest].into_iter().chain(below).collect();
        with_scripts(first, &below, &index, &mut out);
    }
    out
}

/// `Whh` as W and hh; nothing for one letter, a Greek one, or one with a mark.
fn split_word(letters: &str) -> Option<(&str, &str)> {
    let bare = MARKS.iter().find_map(|(_, mark)| letters.strip_suffix(mark)).filter(|bare| !bare.is_empty());
    let is_letter =
        |text: &str| text.chars().count() == 1 || text == "ell" || GREEK.iter().any(|(_, name)| *name == text);
    if is_letter(letters) || bare.is_some_and(is_letter) {
        return None;
    }
    let first = letters.chars().next()?.len_utf8();
    Some(letters.split_at(first))
}

/// The ways to put the parts of a name below and above its base.
fn with_scripts(base: &str, below: &[&str], index: &[String], out: &mut Vec<Spelling>) {
    let forms = |parts: &[String]| -> Vec<String> {
        let mut forms = vec![parts.join(",")];
        if parts.len() > 1 {
            forms.push(parts.concat());
        } else if let [only] = parts
            && only.len() == 2
            && only.bytes().all(|byte| byte.is_ascii_digit())
        {
            forms.push(format!("{},{}", &only[..1], &only[1..]));
        }
        forms
    };
    let below: Vec<String> = below.iter().map(|part| (*part).to_owned()).collect();
    let mut push = |sub: &str, sup: &str| {
        let spelling = Spelling::new(base, sub, sup);
        if !out.contains(&spelling) {
            out.push(spelling);
        }
    };
    match (below.is_empty(), index.is_empty()) {
        (true, true) => push("", ""),
        (false, true) | (true, false) => {
            for form in forms(if below.is_empty() { index } else { &below }) {
                push(&form, "");
                push("", &form);
            }
        }
        (false, false) => {
            for (sub, sup) in
                forms(&below).iter().flat_map(|sub| forms(index).into_iter().map(move |sup| (sub.clone(), sup)))
            {
                push(&sub, &sup);
                push(&format!("{sub},{sup}"), "");
            }
        }
    }
}
