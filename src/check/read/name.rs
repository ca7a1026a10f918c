//! Names: which quantity, function or index a letter with its scripts means, by the symbol table.

use crate::check::claim::{PartId, PartKind};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Constant, NameId};
use crate::function::Known;
use crate::syntax::latex::{Delimiter, ItemId, Kind};

use super::factor::Scripts;
use super::meaning::Meaning;
use super::parser::{Cursor, Parser, Result};
use super::symbols::{Spelling, WrittenName, output_of};

impl Parser<'_> {
    /// A name at the cursor, with the call or derivative that it begins.
    pub fn name(&mut self, cursor: &mut Cursor<'_>, written: WrittenName) -> Result<PartId> {
        if let Some(part) = self.differential(cursor, &written)? {
            return Ok(part);
        }
        if let Some(part) = self.capital_operator(cursor, &written)? {
            return Ok(part);
        }
        let (written, count) = self.run(cursor, written)?;
        let span = self.span_of_items(&cursor.items[cursor.at..cursor.at + count]);
        if let Some(part) = self.constant(&written, span)? {
            cursor.at += count;
            return Ok(part);
        }
        if count == 1
            && let Some(part) = self.reduction(cursor, &written, span)?
        {
            return Ok(part);
        }
        if count == 1
            && let Some(part) = self.counted_diagonal(cursor, &written, span)?
        {
            return Ok(part);
        }
        if let Some(part) = self.product_call(cursor, (&written, count), span)? {
            return Ok(part);
        }
        if let Some(part) = self.identity(&written, span)? {
            cursor.at += count;
            return Ok(part);
        }
        if let Some(part) = self.unit_vector(&written, span)? {
            cursor.at += count;
            return Ok(part);
        }
        let before_fence = cursor.items.get(cursor.at + count).is_some_and(|&id| self.is_fence(id));
        let meaning = match self.meaning(&written, span, before_fence) {
            Ok(meaning) => meaning,
            Err(error) => {
                if error.code == "unknown-name"
                    && count == 1
                    && let Some(part) = self.unnamed_row(&written, span)?
                {
                    cursor.at += 1;
                    return Ok(part);
                }
                if error.code == "unknown-name"
                    && before_fence
                    && let Some(part) = self.activation(cursor, &written, span)?
                {
                    return Ok(part);
                }
                return Err(self.unknown_run(error, &cursor.items[cursor.at..]));
            }
        };
        cursor.at += count;
        match meaning {
            Meaning::Function(function, scripts) => self.call(cursor, function, span, scripts),
            Meaning::Quantity(name, power) => {
                let marks = written.sup.map_or_else(Default::default, |sup| self.marks_of(self.tree.row(sup)).1);
                // Nothing that is given is a function of others.
                let is_function = self.context.network.definition(name).is_some();
                let is_called = is_function && cursor.peek().is_some_and(|id| self.is_fence(id));
                if written.primes == 1 && self.is_tensor(name) && !is_called {
                    let part = self.quantity_part(name, span)?;
                    let part = self.power(part, &power, span)?;
                    return self.transposed(part, span);
                }
                if written.primes > 0 {
                    return self.lagrange(cursor, name, written.primes, span);
                }
                if power.is_empty()
                    && let Some(letter) = self.condition_letter(cursor, name)
                {
                    cursor.at += 1;
                    let part = self.quantity_part(name, span)?;
                    self.forget_spelling();
                    return self.entry(part, &[letter], span);
                }
                if power.is_empty()
                    && let Some(values) = self.given_values(cursor, name)
                {
                    let part = self.quantity_part(name, span)?;
                    cursor.at += 1;
                    return self.at_values(part, values, span);
                }
                // vᵀ(1, 0) is a product.
                let is_product = marks.transposed && self.holds_numbers(cursor).is_some();
                if power.is_empty() && !is_product {
                    if self.context.network.definition(name).is_some() {
                        self.check_values(cursor)?;
                    }
                    let before = cursor.at;
                    self.skip_arguments(cursor, name, span)?;
                    if cursor.at > before {
                        // C(w)(1)
                        self.check_values(cursor)?;
                    }
                }
                let part = self.quantity_part(name, span)?;
                let part = self.power(part, &power, span)?;
                self.marked(part, marks, span)
            }
            Meaning::Entry(name, letters, power) => {
                let marks = written.sup.map_or_else(Default::default, |sup| self.marks_of(self.tree.row(sup)).1);
                let part = self.quantity_part(name, span)?;
                self.forget_spelling();
                let part = self.entry(part, &letters, span)?;
                let part = self.power(part, &power, span)?;
                let form = self.form(part);
                if form.is_vector() || form.is_matrix() { self.marked(part, marks, span) } else { Ok(part) }
            }
            Meaning::Slice(name, letters, power) => {
                let marks = written.sup.map_or_else(Default::default, |sup| self.marks_of(self.tree.row(sup)).1);
                let part = self.quantity_part(name, span)?;
                self.forget_spelling();
                let part = self.slice(part, &letters, span)?;
                let part = self.power(part, &power, span)?;
                self.marked(part, marks, span)
            }
            Meaning::Kronecker(letters) => self.kronecker(&letters, span),
            Meaning::Index(value, power) => {
                let part = self.integer(value, span)?;
                self.power(part, &power, span)
            }
            Meaning::Free(power) => {
                if written.primes > 0 {
                    return Err(self.unknown(&written, span));
                }
                let part = self.placeholder(span)?;
                self.power(part, &power, span)
            }
        }
    }

    /// What is written of the name that was met last is more than its name.
    fn forget_spelling(&mut self) {
        if let Some((_, span)) = self.named.last_mut() {
            span.end = span.start;
        }
    }

    /// Whether an item is a round bracket, with or without a power.
    pub fn is_fence(&self, id: ItemId) -> bool {
        let (base, _) = self.without_scripts(id);
        matches!(self.kind(base), Kind::Fence { open: Delimiter::Round | Delimiter::Square, .. })
    }

    /// `net_1` typed as letters: the longest run of letters that is a name, and how many items it takes.
    pub fn run(&mut self, cursor: &Cursor<'_>, written: WrittenName) -> Result<(WrittenName, usize)> {
        let rest = &cursor.items[cursor.at..];
        if !matches!(self.kind(rest[0]), Kind::Letter(_)) {
            return Ok((written, 1));
        }
        if let Some((member, count)) = self.member_in_letters(rest) {
            return Ok((WrittenName { base: member, arrow: false, sub: None, sup: None, primes: 0 }, count));
        }
        let mut word = String::new();
        let mut best = None;
        for (at, &id) in rest.iter().enumerate().take(24) {
            let (base, _) = self.without_scripts(id);
            let Kind::Letter(letter) = self.kind(base) else { break };
            word.push(*letter);
            let next_is_fence = rest.get(at + 1).is_some_and(|&id| self.is_fence(id));
            let is_function = self.context.symbols.function(&Spelling::new(word.as_str(), "", "")).is_some();
            if at > 0 && (self.context.symbols.has_base(&word) || is_function && next_is_fence) {
                best = Some((at + 1, word.clone()));
            }
            if base != id {
                break;
            }
        }
        let Some((count, word)) = best else { return Ok((written, 1)) };
        let span = self.span_of_items(&rest[..count]);
        let letters: Vec<String> = word.chars().map(String::from).collect();
        if letters
            .iter()
            .all(|letter| !self.context.symbols.quantities(&Spelling::new(letter.as_str(), "", "")).is_empty())
        {
            let message = format!("`{word}` may be one name or the product of its letters");
            return Err(Diagnostic::error("ambiguous", message)
                .at(span, "")
                .hint(format!("write `\\mathrm{{{word}}}` for the name, or `\\cdot` between the letters")));
        }
        let (_, scripts) = self.without_scripts(rest[count - 1]);
        let written =
            WrittenName { base: word, arrow: false, sub: scripts.sub, sup: scripts.sup, primes: scripts.primes };
        Ok((written, count))
    }

    /// π and e, where no quantity has their names.
    pub fn constant(&mut self, written: &WrittenName, span: Span) -> Result<Option<PartId>> {
        let constant = match written.base.as_str() {
            "e" => Constant::E,
            "pi" => Constant::Pi,
            _ => return Ok(None),
        };
        if self.context.symbols.has_base(&written.base) || written.sub.is_some() || written.primes > 0 {
            return Ok(None);
        }
        let expr = self.context.network.arena.constant(constant);
        let part = self.push(PartKind::Constant(constant), Vec::new(), span, expr)?;
        match written.sup {
            None => Ok(Some(part)),
            Some(sup) if constant == Constant::E => {
                let exponent = self.inside(sup, span)?;
                self.named_call(Known::Exponential, vec![exponent], span).map(Some)
            }
            Some(sup) => self.power(part, self.tree.row(sup), span).map(Some),
        }
    }

    /// The quantity that items name, and nothing else; the name of a function means the quantity that it gives.
    pub fn quantity_of(&mut self, items: &[ItemId]) -> Result<(NameId, Vec<ItemId>)> {
        let (name, letters, power) = self.place_of(items)?;
        if letters.is_empty() {
            return Ok((name, power));
        }
        let span = self.span_of_items(items);
        Err(Diagnostic::error("unreadable", "a quantity is expected here, and not an entry of one").at(span, ""))
    }

    /// The same, or an entry of it with the letters on it.
    pub fn place_of(&mut self, items: &[ItemId]) -> Result<(NameId, Vec<String>, Vec<ItemId>)> {
        let span = self.span_of_items(items);
        let no_name = || Diagnostic::error("unreadable", "the name of a quantity is expected here").at(span, "");
        let mut cursor = Cursor::new(items);
        let Some(first) = cursor.peek() else { return Err(no_name()) };
        if let Some(lower) = self.lower_quantity(items) {
            return Ok((lower, Vec::new(), Vec::new()));
        }
        let Some(written) = WrittenName::of(self.tree, first) else {
            return Err(self.unknown_command(first).unwrap_or_else(no_name));
        };
        let (written, count) = self.run(&cursor, written)?;
        let span = self.span_of_items(&items[..count]);
        cursor.at += count;
        // `J(\theta)` in a numerator is J.
        if items.len() == count + 1 && self.is_fence(items[count]) {
            cursor.at += 1;
        }
        if let Some(id) = cursor.peek() {
            return Err(self.unknown_run(self.unexpected(id), items));
        }
        let meaning = match self.meaning(&written, span, false) {
            Err(error) if error.code == "unknown-name" && count == 1 => {
                let Some(found) = self.unnamed_place(&written) else { return Err(error) };
                let Some(places) = &found.places else {
                    self.unfitting(&found, span)?;
                    return Ok((FREE, Vec::new(), Vec::new()));
                };
                Meaning::Slice(found.matrix, places.to_vec(), Vec::new())
            }
            meaning => meaning?,
        };
        match meaning {
            Meaning::Quantity(name, power) => {
                self.named.push((name, span));
                Ok((name, Vec::new(), power))
            }
            Meaning::Entry(name, letters, power) | Meaning::Slice(name, letters, power) => {
                self.named.push((name, span));
                self.forget_spelling();
                Ok((name, letters, power))
            }
            Meaning::Function(function, Scripts { sub: None, sup: None, .. }) => {
                match output_of(&self.context.network, function) {
                    Some(name) => {
                        self.named.push((name, span));
                        Ok((name, Vec::new(), Vec::new()))
                    }
                    None => Err(no_name()),
                }
            }
            Meaning::Free(power) => Ok((FREE, Vec::new(), power)),
            _ => Err(no_name()),
        }
    }
}

/// Stands for a quantity whose general index has no value yet.
pub(super) const FREE: NameId = NameId(u32::MAX);
