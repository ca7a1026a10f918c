//! What is said of names that the network lacks: the name, its place, and the nearest names that it has.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::NameId;
use crate::syntax::latex::{ItemId, Kind, Row};
use crate::syntax::spelling::nearest;

use super::parser::Parser;
use super::script;
use super::sizes::row_hint;
use super::symbols::{Spelling, WrittenName};

/// The most names of a network that are listed.
const MAX_LISTED: usize = 12;

impl Parser<'_> {
    /// The name is not one of the network's.
    pub fn unknown(&self, written: &WrittenName, span: Span) -> Diagnostic {
        let text = |row: Option<Row>| {
            row.and_then(|row| script::read_items(self.tree, self.marks_of(self.row(row)).0, &self.values(false)))
                .map_or(String::new(), |script| script.text)
        };
        let (sub, sup) = (text(written.sub), text(written.sup));
        let primes: String = std::iter::repeat_n('\'', written.primes as usize).collect();
        let scripts: String = [('_', &sub), ('^', &sup)]
            .into_iter()
            .filter(|(_, script)| !script.is_empty())
            .map(|(sign, script)| format!("{sign}{script}"))
            .collect();
        let shown = format!("{}{primes}{scripts}", written.base);
        let error = Diagnostic::error("unknown-name", format!("the network has no `{shown}`")).at(span, "");
        if let Some(hint) = self.row_hint(written, &sub, &sup) {
            return error.hint(hint);
        }
        let relatives = self.relatives(&written.base);
        if !relatives.is_empty() {
            return error.hint(format!("it has {}", relatives.join(", ")));
        }
        let bases = self.context.symbols.bases();
        match nearest(&written.base, bases.into_iter()) {
            Some(known) if !self.context.symbols.quantities(&Spelling::new(known, sub, sup)).is_empty() => {
                error.hint(format!("did you mean `{known}{scripts}`?"))
            }
            Some(known) => self.meant(error, known),
            None => {
                error.hint(format!("it has {}; bind another notation with `map {}=…`", self.some_names(), written.base))
            }
        }
    }

    /// x_i where the network has a matrix X: how to say that it is one of its rows.
    fn row_hint(&self, written: &WrittenName, sub: &str, sup: &str) -> Option<String> {
        let (sign, letter) = if sup.is_empty() { ('_', sub) } else { ('^', sup) };
        let is_letter = letter.chars().count() == 1 && letter.chars().all(char::is_alphabetic);
        let capital = written.base.to_uppercase();
        if !is_letter || !(sub.is_empty() || sup.is_empty()) || capital == written.base {
            return None;
        }
        let &[matrix] = self.context.symbols.quantities(&Spelling::new(capital, "", "")) else { return None };
        let network = &self.context.network;
        (network.arena.shapes().dims(network.quantity(matrix).shape).len() == 2).then(|| {
            let (name, base) = (network.spelling(matrix), &written.base);
            let form = if sign == '_' { format!("{base}_{letter}") } else { format!("{base}^{{({letter})}}") };
            row_hint(&name.to_string(), letter, &form)
        })
    }

    /// Names with the same base.
    fn relatives(&self, base: &str) -> Vec<String> {
        let network = &self.context.network;
        let all = (0..network.quantities.len() as u32).map(NameId).take(2_000);
        let known = all.filter(|&name| !self.context.is_definition(name) || network.definition(name).is_some());
        let spellings = known.filter(|&name| {
            let stem = &network.quantity(name).stem;
            let rest = stem.strip_prefix(base);
            rest.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with(|sign: char| sign.is_ascii_digit() || sign == '_')
            })
        });
        spellings.take(6).map(|name| format!("`{}`", network.spelling(name))).collect()
    }

    fn some_names(&self) -> String {
        let network = &self.context.network;
        let all = (0..self.context.own_names() as u32).map(NameId);
        let mut all = all.filter(|&name| !network.is_numeral(name));
        let mut names: Vec<String> =
            all.by_ref().take(MAX_LISTED).map(|name| format!("`{}`", network.spelling(name))).collect();
        if all.next().is_some() {
            names.push("…".to_owned());
        }
        names.join(", ")
    }

    /// The error for several letters that look like one misspelt name: `zz^3` where the network has z³; else the error
    /// that is there already.
    pub fn unknown_run(&self, error: Diagnostic, items: &[ItemId]) -> Diagnostic {
        let mut word = String::new();
        let mut last = None;
        for &id in items {
            let (base, scripts) = self.without_scripts(id);
            let Kind::Letter(letter) = self.kind(base) else { break };
            word.push(*letter);
            last = Some((id, scripts));
            if base != id {
                break;
            }
        }
        let Some((end, scripts)) = last.filter(|_| word.len() > 1) else { return error };
        let is_doubled = word.chars().all(|letter| word.starts_with(letter));
        let is_near = nearest(&word, self.context.symbols.bases().into_iter()).is_some();
        if !matches!(error.code, "unknown-name" | "unreadable") || !is_near || word.len() < 3 && !is_doubled {
            return error;
        }
        let written =
            WrittenName { base: word, arrow: false, sub: scripts.sub, sup: scripts.sup, primes: scripts.primes };
        self.unknown(&written, self.span(items[0]).to(self.span(end)))
    }

    /// The error for a control word that is no name: `\thet_2`.
    pub fn unknown_command(&self, id: ItemId) -> Option<Diagnostic> {
        let (base, _) = self.without_scripts(id);
        let Kind::Command(word) = self.kind(base) else { return None };
        let known = nearest(word, self.context.symbols.bases().into_iter());
        let error = Diagnostic::error("unknown-name", format!("`\\{word}` is not known here")).at(self.span(id), "");
        Some(match known {
            Some(known) => self.meant(error, known),
            None => error.hint("only names of the network and functions of the table can be read"),
        })
    }

    /// The error with what was probably meant: a name, or names with its base.
    fn meant(&self, error: Diagnostic, base: &str) -> Diagnostic {
        let is_name = !self.context.symbols.quantities(&Spelling::new(base, "", "")).is_empty();
        let relatives = self.relatives(base);
        match is_name || relatives.is_empty() {
            true => error.hint(format!("did you mean `{base}`?")),
            false => error.hint(format!("did you mean {}?", relatives.join(" or "))),
        }
    }
}
