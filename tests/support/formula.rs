//! Formulas of the function table, evaluated straight from their text: an oracle that shares nothing with the parser.

use chainrule::function::{Entry, Kernel, table};

/// The value of a formula, with names bound to numbers.
pub fn evaluate(text: &str, names: &[(&str, f64)]) -> f64 {
    let mut reader = Reader { rest: text, names };
    let value = reader.expression();
    assert!(reader.rest.trim().is_empty(), "{text}: left over {:?}", reader.rest);
    value
}

/// An entry's kernel at arguments.
pub fn apply(entry: &Entry, arguments: &[f64]) -> f64 {
    match (entry.kernel, arguments) {
        (Kernel::Unary(f), &[x]) => f(x),
        (Kernel::Binary(f), &[a, b]) => f(a, b),
        _ => panic!("wrong number of arguments for {}", entry.name),
    }
}

struct Reader<'a> {
    rest: &'a str,
    names: &'a [(&'a str, f64)],
}

impl Reader<'_> {
    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        let ends = |rest: &str| !token.ends_with(char::is_alphabetic) || !rest.starts_with(char::is_alphanumeric);
        match rest.strip_prefix(token).filter(|rest| ends(rest)) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expression(&mut self) -> f64 {
        if self.eat("if") {
            let left = self.sum();
            let comparison = ["<=", ">=", "<", ">", "="].into_iter().find(|token| self.eat(token)).expect("comparison");
            let right = self.sum();
            assert!(self.eat("then"));
            let then = self.expression();
            assert!(self.eat("else"));
            let otherwise = self.expression();
            let holds = match comparison {
                "<=" => left <= right,
                ">=" => left >= right,
                "<" => left < right,
                ">" => left > right,
                _ => left == right,
            };
            return if holds { then } else { otherwise };
        }
        self.sum()
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        loop {
            if self.eat("+") {
                value += self.product();
            } else if self.eat("-") {
                value -= self.product();
            } else {
                return value;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut value = self.signed();
        loop {
            if self.eat("*") {
                value *= self.signed();
            } else if self.eat("/") {
                value /= self.signed();
            } else {
                return value;
            }
        }
    }

    fn signed(&mut self) -> f64 {
        if self.eat("-") { -self.signed() } else { self.power() }
    }

    fn power(&mut self) -> f64 {
        let base = self.atom();
        if self.eat("^") { base.powf(self.signed()) } else { base }
    }

    fn atom(&mut self) -> f64 {
        if self.eat("(") {
            let value = self.expression();
            assert!(self.eat(")"));
            return value;
        }
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '.' && c != '_').unwrap_or(rest.len());
        let word = &rest[..end];
        self.rest = &rest[end..];
        if let Ok(value) = word.parse() {
            return value;
        }
        if let Some(&(_, value)) = self.names.iter().find(|(name, _)| *name == word) {
            return value;
        }
        if word == "pi" {
            return std::f64::consts::PI;
        }
        let entry = table().find(|entry| entry.name == word).unwrap_or_else(|| panic!("unknown name {word:?}"));
        assert!(self.eat("("));
        let mut arguments = vec![self.expression()];
        while self.eat(",") {
            arguments.push(self.expression());
        }
        assert!(self.eat(")"));
        apply(entry, &arguments)
    }
}
