//! Pieces of LaTeX as they are put into a text: in brackets, apart from what stands before them, with other numbers.

use crate::rational::Rational;

/// In brackets.
pub(super) fn bracketed(text: &str) -> String {
    let is_high = ["\\frac", "\\sum", "\\dfrac", "\\left"].iter().any(|command| text.contains(command));
    if is_high { format!("\\left({text}\\right)") } else { format!("({text})") }
}

/// What stands in the brackets that a whole text is in, with them.
pub(super) fn opened(text: &str) -> Option<[&str; 3]> {
    for (open, close) in [("\\left(", "\\right)"), ("(", ")")] {
        if let Some(inner) = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
            return Some([open, inner, close]);
        }
    }
    None
}

/// A text without brackets that hold nothing but another bracket, or all of it.
pub(super) fn without_doubled(text: String) -> String {
    let mut open: Vec<usize> = Vec::new();
    // Where a bracket closes that opens at the same place of the other.
    let mut pairs: Vec<(usize, usize)> = vec![(usize::MAX, text.len())];
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => open.push(at),
            ')' => pairs.extend(open.pop().map(|start| (start, at))),
            _ => {}
        }
    }
    // A bracket with a size, a name before it or an exponent behind it is no mere bracket.
    let is_held = |(start, end): (usize, usize)| {
        let before = start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let behind = text.as_bytes().get(end + 1);
        pairs.contains(&(start.wrapping_sub(1), end + 1))
            && (start == 0 || before == Some(&b'('))
            && matches!(behind, None | Some(b')'))
    };
    let gone: Vec<usize> =
        pairs[1..].iter().filter(|&&pair| is_held(pair)).flat_map(|&(start, end)| [start, end]).collect();
    text.char_indices().filter(|(at, _)| !gone.contains(at)).map(|(_, sign)| sign).collect()
}

/// What keeps a command and a letter behind it apart, and a number and one behind it.
pub(super) fn space(before: &str, behind: &str) -> &'static str {
    if behind.starts_with(|sign: char| sign.is_ascii_digit()) {
        return " \\cdot ";
    }
    let ends_in_letter = before.ends_with(|letter: char| letter.is_ascii_alphabetic());
    if ends_in_letter && behind.starts_with(|letter: char| letter.is_ascii_alphabetic()) { " " } else { "" }
}

/// A piece about one layer as it is for all: a¹ as aˡ, W² as Wˡ⁺¹ where l is 1. `marks` are the signs, ^ or _, behind which
/// the author writes the letter.
pub(super) fn general(piece: &str, (letter, value): (&str, i64), marks: &[char]) -> String {
    let mut out = String::with_capacity(piece.len());
    let mut rest = piece;
    while let Some(at) = rest.find(marks) {
        let (before, behind) = rest.split_at(at + 1);
        out.push_str(before);
        let inner =
            behind.strip_prefix('{').and_then(|inner| inner.split_once('}')).map(|(inner, _)| (inner, inner.len() + 2));
        let Some((digits, length)) = inner.or_else(|| behind.get(..1).map(|digit| (digit, 1))) else { break };
        match digits.parse::<i64>().map(|number| number - value) {
            Ok(0) => out.push_str(letter),
            Ok(by) => out.push_str(&format!("{{{letter}{by:+}}}")),
            Err(_) => out.push_str(&behind[..length]),
        }
        rest = &behind[length..];
    }
    out + rest
}

/// A number in LaTeX.
pub(super) fn written_number(number: &Rational) -> String {
    let text = number.to_string();
    match text.split_once('/') {
        Some((above, below)) => format!("\\frac{{{above}}}{{{below}}}"),
        None => text,
    }
}

/// A text with all its numbers lower or higher by the same, then with one of them another.
pub(super) fn renumbered(text: &str) -> Vec<String> {
    let digits: Vec<(usize, i32)> =
        text.char_indices().filter_map(|(at, sign)| Some((at, i32::try_from(sign.to_digit(10)?).ok()?))).collect();
    let with = |shift: &dyn Fn(i32) -> i32| {
        let mut other = text.to_owned();
        for &(at, digit) in &digits {
            let digit = shift(digit);
            if !(0..=9).contains(&digit) {
                return None;
            }
            other.replace_range(at..=at, &digit.to_string());
        }
        Some(other)
    };
    let mut found: Vec<String> = [-1, 1, -2, 2].iter().filter_map(|by| with(&|digit| digit + by)).collect();
    let mut kinds: Vec<i32> = digits.iter().map(|digit| digit.1).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for own in kinds {
        let others = [own - 1, own + 1, own - 2, own + 2];
        found.extend(others.iter().filter_map(|&other| with(&|digit| if digit == own { other } else { digit })));
    }
    found.dedup();
    found
}
