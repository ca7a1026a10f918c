//! The sides of a text in the network language, and the derivatives in them: `dC/dW`, `∂C/∂z[2]`, `dW`.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::expr::NameId;
use crate::syntax::ast::Ast;
use crate::syntax::parse_expression;
use crate::syntax::spelling::canonical;

use super::{Context, Result, Sentence, Slope, Written, shifted};

/// What the names of derivatives are made of: a letter that stands in no name of a network, doubled.
const MARK: char = 'Q';

/// The modules whose functions are those of the network language.
const MODULES: [&str; 5] = ["np", "numpy", "jnp", "torch", "math"];

/// What means the same in these modules and in a network. Not `dot`, which multiplies matrices there, nor
/// `outer`, which takes the entries of matrices there.
const SHARED: [&str; 10] = ["sum", "mean", "trace", "exp", "log", "sqrt", "abs", "sin", "cos", "tanh"];

/// Cuts a text into sides and parses them.
pub(super) fn sentence(context: &Context, text: &str, of: Option<NameId>) -> Option<Result<Sentence>> {
    let ranges = sides(text)?;
    let has_latex = |range: &Range<usize>| text[range.clone()].contains(['\\', '{', '$']);
    let mixed = ranges.iter().any(has_latex);
    // Beside LaTeX a side is in LaTeX as well, unless it cannot be: `z_2^3` is no power there.
    let is_latex = |range: &Range<usize>| {
        let part = &text[range.clone()];
        has_latex(range) || mixed && !has_own_signs(context, part) && !calls(context, part)
    };
    if ranges.iter().all(is_latex) {
        return None;
    }
    let strict = mixed || has_own_signs(context, text);
    let mut written = Vec::with_capacity(ranges.len());
    for range in ranges {
        let part = &text[range.clone()];
        if is_latex(&range) {
            written.push(Written::Latex(part.to_owned(), range.start));
            continue;
        }
        match plain(context, part, range.start, of) {
            Ok(side) => written.push(side),
            Err(error) if strict && !mixed => return Some(Err(error)),
            Err(_) => return None,
        }
    }
    Some(Ok(Sentence { text: text.to_owned(), sides: written, strict }))
}

/// Whether a text has signs that only the network language has.
fn has_own_signs(context: &Context, text: &str) -> bool {
    let transposes = text.match_indices(".T").any(|(at, _)| !text[at + 2..].starts_with(is_word));
    let indexes = text.match_indices('[').any(|(at, _)| {
        let before = &text[..at];
        let word = before
            .rfind(|letter| !is_word(letter))
            .map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8));
        let close = text[at..].find(']').map_or(text.len(), |length| at + length + 1);
        word < at && context.find_named(&text[word..close]).is_none()
    });
    let words = ["@", "axis", "..", " then "].iter().any(|word| text.contains(word));
    words || transposes || indexes || !modules(context, text).is_empty()
}

/// The places of `np.` before functions that mean the same without it.
fn modules(context: &Context, text: &str) -> Vec<Range<usize>> {
    let dots = text.match_indices('.').map(|(at, _)| at);
    let places = dots.filter_map(|dot| {
        let start = text[..dot]
            .rfind(|letter| !is_word(letter))
            .map_or(0, |end| end + text[end..].chars().next().map_or(1, char::len_utf8));
        let module = &text[start..dot];
        let rest = &text[dot + 1..];
        let function = &rest[..rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())];
        let called = rest[function.len()..].starts_with('(');
        let inside = !text[..start].ends_with('.');
        let known = MODULES.contains(&module) && SHARED.contains(&function);
        (called && inside && known && context.find_named(module).is_none()).then_some(start..dot + 1)
    });
    places.collect()
}

/// Whether a function with a long name is called: `outer(r, x)`.
fn calls(context: &Context, part: &str) -> bool {
    part.match_indices('(').any(|(at, _)| {
        let before = &part[..at];
        let start = before.rfind(|letter| !is_word(letter)).map_or(0, |end| end + 1);
        before.get(start..).is_some_and(|word| word.len() > 2 && context.network.functions.find(word).is_some())
    })
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || ('\u{300}'..='\u{36f}').contains(&letter)
}

/// The places of the sides; nothing if a sign of equality is none of a claim.
fn sides(text: &str) -> Option<Vec<Range<usize>>> {
    let bytes = text.as_bytes();
    let (mut depth, mut start) = (0_i32, 0);
    let mut ranges = Vec::new();
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b'=' if depth == 0 => {
                let beside = [at.checked_sub(1).map(|before| bytes[before]), bytes.get(at + 1).copied()];
                if beside.iter().flatten().any(|sign| matches!(sign, b'=' | b'<' | b'>' | b'!' | b':')) {
                    return None;
                }
                ranges.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    ranges.push(start..text.len());
    ranges.iter().all(|range| !text[range.clone()].trim().is_empty()).then_some(ranges)
}

/// A side in the network language, names in the place of its derivatives.
fn plain(context: &Context, part: &str, start: usize, of: Option<NameId>) -> Result<Written> {
    let found = derivatives(context, part, of);
    let mut source = part.to_owned();
    // As many blanks, so that all else keeps its place.
    for place in modules(context, part) {
        source.replace_range(place.clone(), &" ".repeat(place.len()));
    }
    let mut names: Vec<String> = Vec::new();
    for (at, derivative) in found.iter().enumerate() {
        let same = found[..at].iter().position(|other| other.says() == derivative.says());
        let name = name_of(same.unwrap_or(at), derivative.place.len());
        source.replace_range(derivative.place.clone(), &name);
        names.push(name);
    }
    let (mut ast, id) = parse_expression(&source).map_err(|errors| error_of(errors, part, &source, start))?;
    let slopes = found.into_iter().zip(&names).map(|(derivative, name)| {
        let members = if derivative.family { members_of(context, derivative.by) } else { Vec::new() };
        let symbol = ast.intern(&canonical(name));
        Slope {
            symbol,
            of: derivative.of,
            by: derivative.by,
            short: derivative.short,
            indexed: derivative.indexed,
            members,
        }
    });
    let slopes = slopes.collect();
    let ast: Box<Ast> = Box::new(ast);
    Ok(Written::Plain { ast, id, slopes, start })
}

/// A name of as many bytes as what it stands for.
fn name_of(number: usize, length: usize) -> String {
    let (mut letters, mut rest) = (String::new(), number);
    loop {
        letters.push(char::from(b'a' + (rest % 26) as u8));
        rest /= 26;
        if rest == 0 {
            break;
        }
    }
    let marks = length.saturating_sub(letters.len()).max(1);
    format!("{}{letters}", MARK.to_string().repeat(marks))
}

fn error_of(errors: Vec<Diagnostic>, part: &str, source: &str, start: usize) -> Diagnostic {
    let first = errors.into_iter().next();
    let mut error = first.unwrap_or_else(|| Diagnostic::error("syntax", "this cannot be read"));
    error.message = as_written(&error.message, source, part);
    error.hint = error.hint.as_deref().map(|hint| as_written(hint, source, part));
    // A formula is no statement of a file.
    if error.message.ends_with("begins no statement") {
        error.message = "an operator is missing here".to_owned();
        error.hint = Some("multiplication is written: `*` entry by entry, `@` for matrices".to_owned());
    }
    error.hint = error.hint.filter(|hint| !hint.starts_with("a statement is"));
    for label in &mut error.labels {
        label.span = shifted(label.span, start);
    }
    error
}

/// Words with the derivatives as the text has them, not as the names that stand for them.
pub(super) fn as_written(words: &str, source: &str, text: &str) -> String {
    let mut out = words.to_owned();
    let mut at = 0;
    while let Some(from) = source[at..].find(MARK).map(|from| at + from) {
        let end = source[from..].find(|letter: char| !is_word(letter)).map_or(source.len(), |length| from + length);
        if let Some(own) = text.get(from..end) {
            out = out.replace(&source[from..end], own);
        }
        at = end;
    }
    out
}

/// A derivative in a text.
struct Found {
    place: Range<usize>,
    of: NameId,
    by: NameId,
    short: bool,
    /// Whether brackets follow: `dC/dW[1, 2]` is the derivative by that entry in every layout.
    indexed: bool,
    /// Whether it is by the members of a family, of which `by` is one.
    family: bool,
}

impl Found {
    fn says(&self) -> (NameId, NameId, bool, bool) {
        (self.of, self.by, self.indexed, self.family)
    }
}

fn derivatives(context: &Context, part: &str, of: Option<NameId>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = part[at..].find(is_word_or_sign).map(|from| at + from) {
        let end = word_end(part, next);
        match ratio(context, part, next).or_else(|| short(context, part, next..end, of)) {
            Some(derivative) => {
                at = derivative.place.end;
                found.push(derivative);
            }
            None => at = end,
        }
    }
    found
}

fn is_word_or_sign(letter: char) -> bool {
    is_word(letter) || letter == '∂'
}

fn word_end(text: &str, from: usize) -> usize {
    text[from..].find(|letter| !is_word_or_sign(letter)).map_or(text.len(), |length| from + length)
}

/// `dC/dW` that begins here, if neither `dC` nor `dW` is a quantity itself.
fn ratio(context: &Context, part: &str, at: usize) -> Option<Found> {
    let (of, end) = varied(context, part, at)?;
    let slash = end + part[end..].len() - part[end..].trim_start().len();
    let rest = part[slash..].strip_prefix('/')?;
    let below = part.len() - rest.trim_start().len();
    let (by, end, family) = varied_or_family(context, part, below)?;
    Some(Found { family, place: at..end, of, by, short: false, indexed: part[end..].starts_with('[') })
}

/// The quantity under a d, with the index that belongs to its name.
fn varied(context: &Context, part: &str, at: usize) -> Option<(NameId, usize)> {
    let end = word_end(part, at);
    let word = &part[at..end];
    let name = word.strip_prefix('d').or_else(|| word.strip_prefix('∂'))?;
    if name.is_empty() || context.find_named(word).is_some() {
        return None;
    }
    let indexed = part[end..].starts_with('[').then(|| part[end..].find(']')).flatten();
    if let Some(close) = indexed.map(|length| end + length + 1)
        && let Some(member) = context.find_named(&format!("{name}{}", &part[end..close]))
    {
        return Some((member, close));
    }
    Some((context.find_named(name)?, end))
}

/// The same, or a member of the family under a d whose index has no value yet: `dz[t]`. Then also true.
fn varied_or_family(context: &Context, part: &str, at: usize) -> Option<(NameId, usize, bool)> {
    if let Some((name, end)) = varied(context, part, at) {
        return Some((name, end, false));
    }
    let end = word_end(part, at);
    let word = &part[at..end];
    let name = word.strip_prefix('d').or_else(|| word.strip_prefix('∂')).filter(|name| !name.is_empty())?;
    let stem = canonical(name);
    let quantities = &context.network.quantities[..context.own_names()];
    let member = quantities.iter().position(|quantity| *quantity.stem == *stem && !quantity.indices.is_empty())?;
    part[end..].starts_with('[').then_some((NameId(member as u32), end, true))
}

/// All members of the family of a quantity, with their indices.
fn members_of(context: &Context, name: NameId) -> Vec<(Vec<i64>, NameId)> {
    let stem = &context.network.quantity(name).stem;
    let names = (0..context.own_names() as u32).map(NameId);
    names
        .filter(|&member| context.network.quantity(member).stem == *stem)
        .map(|member| (context.network.quantity(member).indices.to_vec(), member))
        .filter(|(indices, _)| !indices.is_empty())
        .collect()
}

/// `dW`, short for the derivative of the cost.
fn short(context: &Context, part: &str, word: Range<usize>, of: Option<NameId>) -> Option<Found> {
    let of = of.or(context.network.cost)?;
    if !part[word.clone()].starts_with('d') || context.network.functions.find(&part[word.clone()]).is_some() {
        return None;
    }
    let (by, end, family) = varied_or_family(context, part, word.start)?;
    (end - word.start > 1).then_some(Found {
        family,
        place: word.start..end,
        of,
        by,
        short: true,
        indexed: part[end..].starts_with('['),
    })
}
