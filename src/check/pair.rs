//! Two expressions of the network language, read to be decided, with or without a network.
//!
//! Takes the text of a network and both expressions; gives a network in which both stand, the decimal literals kept
//! apart so that their digits can count.

use super::decide::{DecideOptions, decide};
use super::read::Context;
use super::unfold::Literal;
use super::verdict::Verdict;
use crate::diagnostic::{Diagnostic, Source};
use crate::expr::{ExprId, NameId};
use crate::network::{FreeNames, Network, read_network};
use crate::rational::Rational;
use crate::shape::Dim;
use crate::syntax::parse_expression;

/// A pair of expressions in a network of their own.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The network, with both sides as its last equations.
    pub network: Network,
    /// The left side.
    pub left: ExprId,
    /// The right side.
    pub right: ExprId,
    /// Names that stand for the decimal literals of both sides.
    pub literals: Vec<Literal>,
}

/// A decimal literal in a text.
struct Written {
    name: String,
    value: Rational,
    half_unit: Rational,
}

impl Pair {
    /// Reads both sides against a network (which may be empty); undeclared names are scalars.
    ///
    /// # Errors
    /// A side that is no expression, or a network that cannot be read, with the source that the places are about.
    pub fn read(network: &str, left: &str, right: &str) -> Result<Pair, (Source, Vec<Diagnostic>)> {
        for side in [left, right] {
            // Alone first: a statement that hides in an expression is refused, and places are right.
            parse_expression(side).map_err(|errors| (Source::new("<expression>", side), errors))?;
        }
        let taken = |stem: &str| {
            let words = ["left", "right", "literal"].map(|word| format!("{stem}{word}"));
            [network, left, right].iter().any(|text| words.iter().any(|word| text.contains(word)))
        };
        let stems = std::iter::once(String::new()).chain((0..).map(|number| format!("side{number}x")));
        let stem = stems.into_iter().find(|stem| !taken(stem)).unwrap_or_default();
        let mut written = Vec::new();
        let [a, b] = [left, right].map(|side| with_literals_named(side, &stem, &mut written));
        // The texts as they are first, so that errors show what the user wrote.
        read(network, &stem, left, right)?;
        let (mut network, left, right) = read(network, &stem, &a, &b)?;
        let literal = |written: Written| {
            let name = network.find(&written.name)?;
            Some(Literal { name, value: written.value, half_unit: written.half_unit })
        };
        let literals = written.into_iter().filter_map(literal).collect();
        network.cost = None;
        Ok(Pair { network, left, right, literals })
    }

    /// The shapes of both sides in words, if they cannot be those of one thing: neither is a number, and they differ in
    /// more than axes of size 1.
    pub fn shapes_apart(&self) -> Option<String> {
        let arena = &self.network.arena;
        let sides = [self.left, self.right].map(|side| arena.dims(side).to_vec());
        let real = |dims: &Vec<Dim>| dims.iter().copied().filter(|&dim| dim != Dim::Known(1)).collect::<Vec<Dim>>();
        let [left, right] = [real(&sides[0]), real(&sides[1])];
        let same = left.len() == right.len() && left.iter().zip(&right).all(|(&a, &b)| arena.shapes().same(a, b));
        if same || left.is_empty() || right.is_empty() {
            return None;
        }
        let context = Context::new(self.network.clone());
        let words = |dims: &[Dim]| dims.iter().map(|&dim| context.size_text(dim)).collect::<Vec<_>>().join(", ");
        Some(format!("the left side is [{}], the right side [{}]", words(&sides[0]), words(&sides[1])))
    }

    /// Decides whether both sides are equal.
    pub fn decide(&mut self, options: &DecideOptions) -> Verdict {
        let options = DecideOptions { literals: self.literals.clone(), ..options.clone() };
        decide(&mut self.network, self.left, self.right, &options)
    }
}

fn read(
    network: &str,
    stem: &str,
    left: &str,
    right: &str,
) -> Result<(Network, ExprId, ExprId), (Source, Vec<Diagnostic>)> {
    let text = format!("{network}\n{stem}left = {left}\n{stem}right = {right}\n");
    let (read, diagnostics) = read_network(&text, FreeNames::Parameters);
    let side = |network: &Network, side: &str| -> Option<ExprId> {
        let name: NameId = network.find(&format!("{stem}{side}"))?;
        Some(network.definition(name)?.value)
    };
    let sides = read.and_then(|network| {
        let (left, right) = (side(&network, "left")?, side(&network, "right")?);
        Some((network, left, right))
    });
    let is_bad = diagnostics.iter().any(Diagnostic::is_error);
    sides.filter(|_| !is_bad).ok_or_else(|| (Source::new("<expression>", text), diagnostics))
}

/// The text with a name in the place of every literal with a decimal point.
fn with_literals_named(text: &str, stem: &str, found: &mut Vec<Written>) -> String {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        if !is_word(bytes[at]) && bytes[at] != b'.' {
            at += 1;
            while at < bytes.len() && !is_word(bytes[at]) && bytes[at] != b'.' {
                at += 1;
            }
            out.push_str(&text[start..at]);
            continue;
        }
        let is_number = bytes[at].is_ascii_digit() || bytes[at] == b'.';
        while at < bytes.len() && (is_word(bytes[at]) || bytes[at] == b'.' || is_number && is_sign_of_power(bytes, at))
        {
            at += 1;
        }
        let word = &text[start..at];
        match literal(word).filter(|_| is_number) {
            Some((value, half_unit)) => {
                let name = format!("{stem}literal{}", letters(found.len()));
                out.push_str(&name);
                found.push(Written { name, value, half_unit });
            }
            None => out.push_str(word),
        }
    }
    out
}

/// Whether a sign stands after the `e` of a number.
fn is_sign_of_power(bytes: &[u8], at: usize) -> bool {
    matches!(bytes[at], b'+' | b'-')
        && at >= 2
        && matches!(bytes[at - 1], b'e' | b'E')
        && (bytes[at - 2].is_ascii_digit() || bytes[at - 2] == b'.')
}

/// A number as letters, because digits at the end of a name would be an index.
fn letters(mut number: usize) -> String {
    let mut out = String::new();
    loop {
        out.push((b'a' + (number % 26) as u8) as char);
        number /= 26;
        if number == 0 {
            return out;
        }
    }
}

/// The value of a literal with a decimal point, and half a unit of its last digit.
fn literal(word: &str) -> Option<(Rational, Rational)> {
    let (mantissa, exponent) = match word.find(['e', 'E']) {
        Some(at) => (&word[..at], &word[at..]),
        None => (word, ""),
    };
    let digits = mantissa.split_once('.')?.1.len();
    let value = Rational::parse(word)?;
    let unit = Rational::parse(&format!("0.{}5{exponent}", "0".repeat(digits)))?;
    Some((value, unit))
}

#[cfg(test)]
mod tests {
    use super::{literal, with_literals_named};
    use crate::rational::Rational;
    use pretty_assertions::assert_eq;

    #[test]
    fn literals_with_a_point_are_named() {
        let mut found = Vec::new();
        let text = with_literals_named("0.39*x^2 + 1.5e-3*y1.2 - 7/θ", "q", &mut found);
        assert_eq!(text, "qliterala*x^2 + qliteralb*y1.2 - 7/θ");
        let values: Vec<String> = found.iter().map(|written| written.value.to_string()).collect();
        assert_eq!(values, ["39/100", "3/2000"]);
    }

    #[test]
    fn half_a_unit_of_the_last_digit() {
        let half = |above, below| Rational::new(above, below).unwrap();
        assert_eq!(literal("0.39").unwrap().1, half(1, 200));
        assert_eq!(literal("2.50").unwrap().1, half(1, 200));
        assert_eq!(literal("2.5e-1").unwrap().1, half(1, 200));
        assert_eq!(literal("25"), None);
    }
}
