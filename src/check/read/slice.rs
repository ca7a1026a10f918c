//! Rows and columns of matrices by names of their own, as `show X[i, :] as x^(i)` gives them.

use crate::check::claim::PartId;
use crate::check::diagnose::shapes::Vectors;
use crate::check::form::Form;
use crate::diagnostic::Span;
use crate::syntax::latex::{Delimiter, ItemId, Kind, Row};

use super::entry::ALL;
use super::meaning::Meaning;
use super::parser::{Parser, Result};
use super::script;
use super::symbols::{Slice, WrittenName};

impl Parser<'_> {
    /// What a name with a letter below or above means, if it is one for the rows or columns of a matrix.
    pub fn slice_meaning(&self, base: &str, written: &WrittenName) -> Option<Meaning> {
        if written.primes > 0 {
            return None;
        }
        let above = written.sup.map_or(&[][..], |sup| self.without_transpose(self.row(sup)));
        let below = written.sub.map_or(&[][..], |sub| self.row(sub));
        self.context.symbols.slices(base).find_map(|slice| {
            let (place, rest) = if slice.raised { (above, below) } else { (below, above) };
            if let Some(entry) = self.entry_of_slice(slice, place, rest) {
                return Some(entry);
            }
            let letter = self.letter_in(place)?;
            let text = |items: &[ItemId]| match items {
                [] => Some(String::new()),
                items => script::read_items(self.tree, items, &self.values(false)).map(|script| script.text),
            };
            let power = if slice.raised || slice.other == text(rest)? { Vec::new() } else { rest.to_vec() };
            let fits = power.is_empty() && slice.other == text(rest)? || !power.is_empty() && slice.other.is_empty();
            let letters = if slice.of_rows { vec![letter, ALL.to_owned()] } else { vec![ALL.to_owned(), letter] };
            fits.then_some(Meaning::Slice(slice.name, letters, power))
        })
    }

    /// `x_{ij}` where x_i is a row: an entry of the matrix.
    fn entry_of_slice(&self, slice: &Slice, place: &[ItemId], rest: &[ItemId]) -> Option<Meaning> {
        let [own, other] = <[String; 2]>::try_from(self.letters_of(place)?).ok()?;
        let letters = if slice.of_rows { vec![own, other] } else { vec![other, own] };
        let plain = !slice.raised && slice.other.is_empty() && !letters.iter().any(|letter| letter == ALL);
        plain.then(|| Meaning::Entry(slice.name, letters, rest.to_vec()))
    }

    /// The one letter without a value that a script is, with or without brackets.
    fn letter_in(&self, items: &[ItemId]) -> Option<String> {
        let inner: Row = match items {
            [only] => match self.kind(*only) {
                Kind::Fence { open: Delimiter::Round | Delimiter::Square, body, .. } | Kind::Group(body) => *body,
                _ => {
                    let letters = self.letters_of(items)?;
                    return <[String; 1]>::try_from(letters).ok().map(|[letter]| letter);
                }
            },
            _ => return None,
        };
        self.letter_in(self.row(inner))
    }

    /// A row or column of a matrix as a vector, which is a column unless vectors stand as rows.
    pub fn slice(&mut self, part: PartId, letters: &[String], span: Span) -> Result<PartId> {
        let part = self.entry(part, letters, span)?;
        let form = self.form(part);
        self.loosened = true;
        self.context.sliced = true;
        let row = self.context.reading.loose != (self.context.reading.vectors == Vectors::Rows);
        let stands = Form { indices: form.indices, ..Form::of(&form.dims(), row) };
        if form.is_vector() && form != stands { self.turned(part, stands) } else { Ok(part) }
    }
}
