//! Edits of the indices of a formula about entries: two in each other's place, one in the place of another, a sum over
//! another axis, a factor with indices that is missing.

use super::edits::{Said, TextEdit};
use crate::check::diagnose::Kind;
use crate::diagnostic::Span;
use crate::syntax::latex::{Kind as Item, Tree};

/// The most letters that are put in the place of another.
const MAX_LETTERS: usize = 6;
/// The most names that are tried as a missing factor.
const MAX_NAMES: usize = 6;

/// Something with letters below it, or the sum that they count.
struct Script {
    /// The place of the whole.
    span: Span,
    /// The letters below, each with its place.
    letters: Vec<(char, Span)>,
    is_sum: bool,
}

fn scripts(tree: &Tree) -> Vec<Script> {
    let mut found = Vec::new();
    for item in tree.items() {
        let Item::Script { base, sub: Some(row), .. } = item.kind else { continue };
        let mut waiting = vec![row];
        let mut letters = Vec::new();
        while let Some(row) = waiting.pop() {
            for &id in tree.row(row) {
                match tree.kind(id) {
                    Item::Letter(letter) => letters.push((*letter, tree.span(id))),
                    Item::Group(body) => waiting.push(*body),
                    _ => {}
                }
            }
        }
        letters.sort_by_key(|letter: &(char, Span)| letter.1.start);
        letters.dedup();
        let is_sum = base.is_some_and(|base| matches!(tree.kind(base), Item::Command(name) if &**name == "sum"));
        found.push(Script { span: item.span, letters, is_sum });
    }
    found.sort_by_key(|script| (script.span.start, script.span.end));
    found
}

/// All edits of indices; `free` are the letters of the left side, `others` gives the names that may be meant by another.
pub fn edits(
    (tree, text): (&Tree, &str),
    free: &[char],
    others: &mut dyn FnMut(&str) -> Vec<(Kind, String)>,
    found: &mut Vec<TextEdit>,
) {
    let scripts = scripts(tree);
    let mut letters: Vec<char> = scripts
        .iter()
        .flat_map(|script| script.letters.iter().map(|letter| letter.0))
        .chain(free.iter().copied())
        .collect();
    letters.sort_unstable();
    letters.dedup();
    everywhere(&scripts, &letters, found);
    turned(&scripts, found);
    // Letters in names are no indices: without a sum, and where the left side is no entry, there are none.
    if free.is_empty() && !scripts.iter().any(|script| script.is_sum) {
        return;
    }
    letters.retain(|letter| letter.is_ascii_lowercase());
    letters.truncate(MAX_LETTERS);
    single(&scripts, &letters, text, found);
    for sum in scripts.iter().filter(|script| script.is_sum) {
        let pieces = vec![(sum.span, String::new())];
        found.push(TextEdit { pieces, kind: Kind::ExtraSum, span: sum.span, said: Said::SurplusSum(sum.span) });
    }
    renamed(&scripts, text, others, found);
    other_axis(&scripts, &letters, text, found);
    missing(&scripts, &letters, text, found);
}

/// Two letters in each other's place, in all subscripts.
fn everywhere(scripts: &[Script], letters: &[char], found: &mut Vec<TextEdit>) {
    for (at, &first) in letters.iter().enumerate() {
        for &second in &letters[at + 1..] {
            let swapped = |&(letter, span): &(char, Span)| match letter {
                letter if letter == first => Some((span, second.to_string())),
                letter if letter == second => Some((span, first.to_string())),
                _ => None,
            };
            let all = scripts.iter().flat_map(|script| &script.letters);
            let mut pieces: Vec<(Span, String)> = all.filter_map(swapped).collect();
            pieces.sort_by_key(|piece| piece.0.start);
            pieces.dedup();
            let Some(span) = pieces.iter().map(|piece| piece.0).reduce(|a, b| a.to(b)) else { continue };
            found.push(TextEdit { pieces, kind: Kind::IndexSwapped, span, said: Said::Indices(first, second) });
        }
    }
}

/// The two letters of one subscript in each other's place.
fn turned(scripts: &[Script], found: &mut Vec<TextEdit>) {
    for script in scripts {
        for pair in script.letters.windows(2) {
            let [(first, a), (second, b)] = *pair else { continue };
            // Nothing but a comma stands between the letters of one entry.
            if first == second || b.start.saturating_sub(a.end) > 1 {
                continue;
            }
            let pieces = vec![(a, second.to_string()), (b, first.to_string())];
            let said = Said::IndicesOf(first, second, script.span);
            found.push(TextEdit { pieces, kind: Kind::IndexSwapped, span: script.span, said });
        }
    }
}

/// Another letter in the place of one, at one place or in two neighbours.
fn single(scripts: &[Script], letters: &[char], text: &str, found: &mut Vec<TextEdit>) {
    let of = |script: &Script, letter: char| -> Vec<Span> {
        script.letters.iter().filter(|own| own.0 == letter).map(|own| own.1).collect()
    };
    let own: Vec<&Script> = scripts.iter().filter(|script| !script.is_sum).collect();
    let pairs = own.windows(2).map(|pair| pair.to_vec());
    // The last place first: it is held against what stands before it.
    for group in own.iter().rev().map(|&script| vec![script]).chain(pairs) {
        for &(own, _) in &group[0].letters {
            let places: Vec<Vec<Span>> = group.iter().map(|script| of(script, own)).collect();
            if !letters.contains(&own) || places.iter().any(Vec::is_empty) {
                continue;
            }
            let span = group[0].span.to(group[group.len() - 1].span);
            for &other in letters.iter().filter(|&&other| other != own) {
                let pieces: Vec<(Span, String)> =
                    places.iter().flatten().map(|&place| (place, other.to_string())).collect();
                let mended = TextEdit::splice(pieces.clone()).made_in(text, group[0].span);
                let said = Said::Index(group[0].span, mended);
                found.push(TextEdit { pieces, kind: Kind::IndexSwapped, span, said });
            }
        }
    }
}

/// Two neighbours with the same two letters that are summed over the other of their axes: Σₖ AₖⱼBₖⱼ for Σₖ AᵢₖBᵢₖ.
fn other_axis(scripts: &[Script], letters: &[char], text: &str, found: &mut Vec<TextEdit>) {
    let counted: Vec<char> = scripts
        .iter()
        .filter(|script| script.is_sum)
        .flat_map(|sum| sum.letters.iter().map(|letter| letter.0))
        .collect();
    let own: Vec<&Script> = scripts.iter().filter(|script| !script.is_sum).collect();
    let below = |script: &Script| -> String { script.letters.iter().map(|letter| letter.0).collect() };
    for pair in own.windows(2) {
        let [first, second] = pair else { continue };
        let (&[(row, _), (column, _)], true) = (first.letters.as_slice(), below(first) == below(second)) else {
            continue;
        };
        let Some(sum) = [row, column].into_iter().find(|letter| counted.contains(letter)) else { continue };
        for &other in letters.iter().filter(|letter| !counted.contains(letter)) {
            let new = if row == sum { [other, sum] } else { [sum, other] };
            let pieces: Vec<(Span, String)> = [first, second]
                .iter()
                .flat_map(|script| script.letters.iter().zip(new).map(|(own, new)| (own.1, new.to_string())))
                .collect();
            let mended = TextEdit::splice(pieces.clone()).made_in(text, first.span);
            let said = Said::OtherAxis(sum, first.span, mended);
            found.push(TextEdit { pieces, kind: Kind::WrongAxis, span: first.span.to(second.span), said });
        }
    }
}

/// Another name with the same indices.
fn renamed(
    scripts: &[Script],
    text: &str,
    others: &mut dyn FnMut(&str) -> Vec<(Kind, String)>,
    found: &mut Vec<TextEdit>,
) {
    for script in scripts.iter().filter(|script| !script.is_sum && !script.letters.is_empty()) {
        let whole = text.get(script.span.range()).unwrap_or_default();
        let Some((base, _)) = whole.split_once('_') else { continue };
        let end = script.span.start + u32::try_from(base.len()).unwrap_or(0);
        let span = Span { start: script.span.start, end };
        for (kind, name) in others(base) {
            let said = Said::of_name(kind, base, name.clone());
            found.push(TextEdit { pieces: vec![(span, name)], kind, span, said });
        }
        // Another number before the letters: a₁ⱼ for a₂ⱼ.
        let below = whole[base.len()..].split('^').next().unwrap_or_default();
        let digits = below.find(|sign: char| sign.is_ascii_digit()).map(|at| at + base.len());
        let number = digits.and_then(|at| Some((at, whole.get(at..=at)?.parse::<i32>().ok()?)));
        let Some((at, number)) = number else { continue };
        for other in [number - 1, number + 1].into_iter().filter(|other| (0..10).contains(other)) {
            let start = script.span.start + u32::try_from(at).unwrap_or(0);
            let pieces = vec![(Span { start, end: start + 1 }, other.to_string())];
            let mended = TextEdit::splice(pieces.clone()).made_in(text, script.span);
            let said = Said::Name(whole.to_owned(), mended);
            found.push(TextEdit { pieces, kind: Kind::OtherLayer, span: script.span, said });
        }
    }
}

/// A factor with indices more, at the beginning of a sum or before it.
fn missing(scripts: &[Script], letters: &[char], text: &str, found: &mut Vec<TextEdit>) {
    let mut forms: Vec<(&str, usize)> = Vec::new();
    for script in scripts.iter().filter(|script| !script.is_sum && script.letters.len() <= 2) {
        let whole = text.get(script.span.range()).unwrap_or_default();
        let Some((base, below)) = whole.split_once('_') else { continue };
        // Nothing but letters below, and nothing above.
        let is_plain = below.trim_matches(['{', '}', ' ']).chars().all(|sign| sign.is_ascii_lowercase());
        let form = (base, script.letters.len());
        if is_plain && form.1 > 0 && !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms.truncate(MAX_NAMES);
    let sums: Vec<&Script> = scripts.iter().filter(|script| script.is_sum).collect();
    for (base, axes) in forms {
        let entries: Vec<String> = match axes {
            1 => letters.iter().map(|letter| format!("{base}_{letter}")).collect(),
            _ => {
                let pairs = letters.iter().flat_map(|row| letters.iter().map(move |column| (row, column)));
                pairs.filter(|pair| pair.0 != pair.1).map(|(row, column)| format!("{base}_{{{row}{column}}}")).collect()
            }
        };
        for entry in entries {
            let is_inside = |sum: &Script| sum.letters.iter().any(|own| entry[base.len()..].contains(own.0));
            for at in sums.iter().map(|sum| if is_inside(sum) { sum.span.end } else { sum.span.start }) {
                let span = Span { start: at, end: at };
                let pieces = vec![(span, format!(" {entry} "))];
                let said = Said::Missing(entry.clone());
                found.push(TextEdit { pieces, kind: Kind::MissingFactor, span, said });
            }
        }
    }
}

/// The other axis in `axis=0`.
pub fn axes(text: &str, found: &mut Vec<TextEdit>) {
    for (at, word) in text.match_indices("axis") {
        let rest = text[at + word.len()..].trim_start();
        let Some(rest) = rest.strip_prefix('=').map(str::trim_start) else { continue };
        let number = rest.find(|sign: char| !sign.is_ascii_digit() && sign != '-').unwrap_or(rest.len());
        let start = text.len() - rest.len();
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span { start: place(start), end: place(start + number) };
        for other in ["0", "1"] {
            if number > 0 && rest[..number] != *other {
                let said = Said::Axis(rest[..number].to_owned(), other.to_owned());
                found.push(TextEdit { pieces: vec![(span, other.to_owned())], kind: Kind::WrongAxis, span, said });
            }
        }
    }
}
