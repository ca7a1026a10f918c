//! Formulas in the network language, turned into LaTeX for the one reader: `dC/dtheta2 = 2*(yhat - y)*a1`.

use crate::emit;
use crate::expr::NameId;
use crate::function::Functions;
use crate::network::Network;
use crate::notation::layout::Sheet;
use crate::notation::{Style, Typesetter};
use crate::syntax::latex::Places;

/// The LaTeX of a formula in the network language, with the way back to its places; nothing if it reads as LaTeX.
pub fn latex_of(text: &str, network: &Network) -> Option<(String, Places)> {
    // Raised characters are LaTeX's indices and powers.
    if text.contains(['\\', '{', '$', '′']) || text.contains(|sign| "⁰¹²³⁴⁵⁶⁷⁸⁹ᵀˡᴸᵏⁱ⁽".contains(sign))
    {
        return None;
    }
    let tokens = tokens(text);
    let is_language = tokens.iter().enumerate().any(|(at, token)| {
        let word = &text[token.clone()];
        let long = word.chars().count() > 1 && word.starts_with(is_word);
        let digit = word.starts_with(|sign: char| sign.is_ascii_digit());
        long && !digit
            && (network.find(word).is_some()
                || network.functions.find(word).is_some()
                || ratio(text, &tokens, at).is_some())
    });
    is_language
        .then(|| Writer { text, network, tokens: &tokens, out: String::new(), places: Places::default() }.write())
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_' || ('\u{300}'..='\u{36f}').contains(&sign)
}

/// Words, numbers, and single signs; blanks are none.
fn tokens(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut tokens = Vec::new();
    let mut signs = text.char_indices().peekable();
    while let Some((start, sign)) = signs.next() {
        if sign.is_whitespace() {
            continue;
        }
        let mut end = start + sign.len_utf8();
        let number = sign.is_ascii_digit();
        if is_word(sign) {
            while let Some((at, next)) = signs.next_if(|(_, next)| is_word(*next) || number && *next == '.') {
                end = at + next.len_utf8();
            }
        }
        tokens.push(start..end);
    }
    tokens
}

/// The names in `dC/dw` that begins at a token.
fn ratio<'t>(text: &'t str, tokens: &[std::ops::Range<usize>], at: usize) -> Option<(&'t str, &'t str)> {
    let [above, slash, below] = tokens.get(at..at + 3)? else { return None };
    let above = text[above.clone()].strip_prefix('d').filter(|name| !name.is_empty())?;
    let below = text[below.clone()].strip_prefix('d').filter(|name| !name.is_empty())?;
    (&text[slash.clone()] == "/").then_some((above, below))
}

struct Writer<'a> {
    text: &'a str,
    network: &'a Network,
    tokens: &'a [std::ops::Range<usize>],
    out: String,
    places: Places,
}

impl Writer<'_> {
    fn write(mut self) -> (String, Places) {
        let mut at = 0;
        while let Some(token) = self.tokens.get(at).cloned() {
            self.places.piece(self.out.len(), token.start);
            let word = &self.text[token.clone()];
            let names = ratio(self.text, self.tokens, at);
            let known = names.and_then(|(above, below)| Some((self.network.find(above)?, self.network.find(below)?)));
            if let Some((above, below)) = known {
                let (above, below) = (self.name(above), self.name(below));
                self.out.push_str(&format!("\\frac{{\\partial {above}}}{{\\partial {below}}}"));
                at += 3;
            } else if word == "^" {
                at = self.power(at);
            } else {
                at += self.word(at, word);
            }
            self.out.push(' ');
        }
        (self.out, self.places)
    }

    /// A word, with the index in brackets that belongs to it; gives how many tokens it takes.
    fn word(&mut self, at: usize, word: &str) -> usize {
        let first = word.chars().next().unwrap_or(' ');
        if !is_word(first) || first.is_ascii_digit() {
            self.out.push_str(word);
            return 1;
        }
        let close = self.tokens[at..].iter().take(6).position(|token| &self.text[token.clone()] == "]");
        let opens = self.tokens.get(at + 1).is_some_and(|token| &self.text[token.clone()] == "[");
        if let (Some(close), true) = (close, opens) {
            let whole = &self.text[self.tokens[at].start..self.tokens[at + close].end];
            if let Some(name) = self.network.find(whole) {
                let name = self.name(name);
                self.out.push_str(&name);
                return close + 1;
            }
        }
        match self.network.find(word) {
            Some(name) => {
                let name = self.name(name);
                self.out.push_str(&name);
            }
            None if word.chars().count() > 1 && Functions::builtin(word).is_some() => {
                self.out.push_str(&format!("\\text{{{word}}}"));
            }
            None if word.chars().count() > 1 => self.out.push_str(&format!("\\text{{{word}}}")),
            None => self.out.push_str(word),
        }
        1
    }

    /// `^` with its exponent in braces: a number, with its sign.
    fn power(&mut self, at: usize) -> usize {
        self.out.push('^');
        let sign = self.tokens.get(at + 1).map(|token| &self.text[token.clone()]);
        let number = |at: usize| {
            let text = self.tokens.get(at).map(|token| &self.text[token.clone()]);
            text.filter(|text| text.starts_with(|first: char| first.is_ascii_digit()))
        };
        let (digits, count) = match (sign, number(at + 1), number(at + 2)) {
            (_, Some(digits), _) => (digits.to_owned(), 2),
            (Some("-"), _, Some(digits)) => (format!("-{digits}"), 3),
            _ => return at + 1,
        };
        self.out.push_str(&format!("{{{digits}}}"));
        at + count
    }

    /// The name of a quantity in braces.
    fn name(&self, name: NameId) -> String {
        let mut sheet = Sheet::default();
        let layout = Typesetter::new(self.network, Style::default()).name(&mut sheet, name);
        format!("{{{}}}", emit::latex::formula(&sheet, layout))
    }
}
