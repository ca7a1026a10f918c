//! Reads the LaTeX of printed formulas of vectors and matrices: a small reader of its own, for the forms that textbooks
//! print. What it does not know it refuses.

use super::formula::Formula;

/// The formula of a text, if it is one of the forms that are known; `is_name` tells the quantities of the network.
pub fn read(text: &str, is_name: &dyn Fn(&str) -> bool) -> Option<Formula> {
    let text =
        text.replace("\\left", "").replace("\\right", "").replace("\\,", " ").replace("\\mathbb{1}", "\\mathbf{1}");
    let mut reader = Reader { rest: &text, is_name };
    let formula = reader.sum()?;
    reader.space();
    reader.rest.is_empty().then_some(formula)
}

struct Reader<'a> {
    rest: &'a str,
    is_name: &'a dyn Fn(&str) -> bool,
}

/// Functions that are written with brackets.
const FUNCTIONS: [&str; 13] = [
    "\\sigma",
    "\\tanh",
    "\\log",
    "\\exp",
    "\\sin",
    "\\cos",
    "\\mathrm{softplus}",
    "\\mathrm{softmax}",
    "\\mathrm{SiLU}",
    "\\mathrm{ReLU}",
    "\\mathrm{diag}",
    "\\mathrm{tr}",
    "\\det",
];

impl<'a> Reader<'a> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, sign: &str) -> bool {
        self.space();
        let Some(rest) = self.rest.strip_prefix(sign) else { return false };
        let is_word = sign.len() > 1 && sign.ends_with(|letter: char| letter.is_ascii_alphabetic());
        if is_word && rest.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            return false;
        }
        self.rest = rest;
        true
    }

    fn sum(&mut self) -> Option<Formula> {
        let mut terms = Vec::new();
        let mut minus = self.take("-");
        loop {
            terms.push((minus, self.entrywise()?));
            minus = match () {
                () if self.take("+") => false,
                () if self.take("-") => true,
                () => break,
            };
        }
        match terms.as_slice() {
            [(false, _)] => terms.pop().map(|term| term.1),
            _ => Some(Formula::Sum(terms)),
        }
    }

    fn entrywise(&mut self) -> Option<Formula> {
        let mut factors = vec![self.product()?];
        loop {
            if self.take("\\odot") {
                factors.push(self.product()?);
            } else if self.take("\\oslash") {
                let above = Formula::entrywise(factors);
                factors = vec![Formula::Over(Box::new(above), Box::new(self.product()?))];
            } else {
                return Some(Formula::entrywise(factors));
            }
        }
    }

    fn product(&mut self) -> Option<Formula> {
        let mut factors = Vec::new();
        loop {
            self.space();
            let ends = ["+", "-", ")", "}", "]", ">", "\\odot", "\\oslash", "\\rVert", "\\rvert"];
            if self.rest.is_empty() || ends.iter().any(|end| self.rest.starts_with(end)) {
                break;
            }
            factors.push(self.scripted()?);
        }
        (!factors.is_empty()).then(|| Formula::product(factors))
    }

    fn scripted(&mut self) -> Option<Formula> {
        let mut base = self.atom()?;
        while self.take("^") {
            let script = self.group()?;
            base = match script.trim() {
                "\\top" => base.turned(),
                "-1" => Formula::Inverse(Box::new(base)),
                "-\\top" => Formula::Inverse(Box::new(base)).turned(),
                other => match other.strip_prefix("\\odot") {
                    Some(power) => Formula::EntryPower(Box::new(base), power.trim().parse().ok()?),
                    None => Formula::Power(Box::new(base), other.parse().ok()?),
                },
            };
        }
        Some(base)
    }

    /// What stands in braces, or one sign.
    fn group(&mut self) -> Option<&'a str> {
        self.space();
        if !self.rest.starts_with('{') {
            let end = match self.rest.strip_prefix('\\') {
                Some(word) => 1 + word.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(word.len()),
                None => self.rest.chars().next()?.len_utf8(),
            };
            let (group, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Some(group);
        }
        let mut depth = 0;
        for (at, letter) in self.rest.char_indices() {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            if depth == 0 {
                let group = &self.rest[1..at];
                self.rest = &self.rest[at + 1..];
                return Some(group);
            }
        }
        None
    }

    fn inner(&self, text: &str) -> Option<Formula> {
        read(text, self.is_name)
    }

    fn bracketed(&mut self) -> Option<Formula> {
        if !self.take("(") {
            return None;
        }
        let inner = self.sum()?;
        self.take(")").then_some(inner)
    }

    fn atom(&mut self) -> Option<Formula> {
        self.space();
        if self.rest.starts_with('(') {
            return self.bracketed();
        }
        if self.take("\\frac") {
            let (above, below) = (self.group()?, self.group()?);
            return Some(Formula::Fraction(Box::new(self.inner(above)?), Box::new(self.inner(below)?)));
        }
        if self.take("\\sqrt") {
            let inner = self.group()?;
            return Some(Formula::Call("\\sqrt".to_owned(), Box::new(self.inner(inner)?)));
        }
        if self.take("\\lVert") {
            let inner = self.sum()?;
            return self.take("\\rVert").then(|| Formula::Norm(Box::new(inner)));
        }
        if self.take("\\mathbf{1}") {
            if !self.take("[") {
                return Some(Formula::Ones);
            }
            let inner = self.sum()?;
            let closed = self.take(">") && self.take("0") && self.take("]");
            return closed.then(|| Formula::Positive(Box::new(inner)));
        }
        let digits = self.rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(self.rest.len());
        if digits > 0 {
            let (number, rest) = self.rest.split_at(digits);
            self.rest = rest;
            return Some(Formula::Number(number.to_owned()));
        }
        self.function().or_else(|| self.name())
    }

    fn function(&mut self) -> Option<Formula> {
        let before = self.rest;
        for function in FUNCTIONS {
            if self.take(function) && self.rest.trim_start().starts_with('(') {
                return Some(Formula::Call(function.to_owned(), Box::new(self.bracketed()?)));
            }
            self.rest = before;
        }
        None
    }

    /// A name with its subscript.
    fn name(&mut self) -> Option<Formula> {
        let start = self.rest;
        if self.rest.starts_with('\\') {
            let word = self.group()?;
            if ["\\hat", "\\bar", "\\tilde", "\\mathrm", "\\vec", "\\mathbf"].contains(&word) {
                self.group()?;
            }
        } else {
            let letter = self.rest.chars().next().filter(|letter| letter.is_alphabetic())?;
            self.rest = &self.rest[letter.len_utf8()..];
        }
        if self.rest.starts_with('_') {
            self.rest = &self.rest[1..];
            self.group()?;
        }
        let name = &start[..start.len() - self.rest.len()];
        if (self.is_name)(name) {
            return Some(Formula::Name(name.to_owned()));
        }
        (name == "I").then_some(Formula::Identity)
    }
}
