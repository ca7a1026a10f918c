//! What a written name means: a quantity, an entry or a row of one, a function, an index.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{FunctionId, NameId};
use crate::syntax::ast::ShapeKind;
use crate::syntax::latex::{Delimiter, ItemId, Kind, Row};

use super::factor::Scripts;
use super::parser::{Parser, Result};
use super::roots::MAX_DEFINITIONS;
use super::script::{self, Script};
use super::symbols::{Spelling, WrittenName};
use super::vocabulary::takes_subscript;

/// What a written name means.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// A quantity, to the power that these items say.
    Quantity(NameId, Vec<ItemId>),
    /// A function with the scripts that are left.
    Function(FunctionId, Scripts),
    /// An entry of a vector or matrix, with letters for its indices, to a power.
    Entry(NameId, Vec<String>, Vec<ItemId>),
    /// A row or column of a matrix, by a name of its own, to a power.
    Slice(NameId, Vec<String>, Vec<ItemId>),
    /// Kronecker's δ of two letters.
    Kronecker([String; 2]),
    /// A number that an index letter stands for, to a power.
    Index(i64, Vec<ItemId>),
    /// A name with a general index that has no value yet, to the power that these items say.
    Free(Vec<ItemId>),
}

impl Parser<'_> {
    /// What a name means. Two readings that both fit are refused.
    pub fn meaning(&mut self, written: &WrittenName, span: Span, before_fence: bool) -> Result<Meaning> {
        if self.formal {
            return self.function(&written.base, written).map_or_else(|| self.letter(written, span), Ok);
        }
        let bases = match written.arrow {
            true => vec![format!("{}vec", written.base), written.base.clone()],
            false => vec![written.base.clone()],
        };
        for base in &bases {
            if let Some(meaning) = self.known(base, written, span, before_fence)? {
                return Ok(meaning);
            }
        }
        match self.in_letters {
            true if before_fence && matches!(written.base.as_str(), "f" | "g" | "h" | "F" | "G" | "H") => {
                let message = format!("`{}` may be a function or a factor before a bracket", written.base);
                Err(Diagnostic::error("ambiguous", message)
                    .at(span, "")
                    .hint("write `\\cdot` after a factor, or declare the function in a network"))
            }
            true => self.letter(written, span),
            false => Err(self.unknown(written, span)),
        }
    }

    /// A name that stands for any number; what stands above it is a power.
    fn letter(&mut self, written: &WrittenName, span: Span) -> Result<Meaning> {
        if written.primes > 0 || written.base.is_empty() {
            return Err(self.unknown(written, span));
        }
        let text = |row: Row| script::read(self.tree, row, &self.values(false));
        let sub = written.sub.map(text);
        let sup = written.sup.and_then(text).filter(|script| script.bracketed);
        let power = match (written.sup, &sup) {
            (Some(row), None) => self.tree.row(row).to_vec(),
            _ => Vec::new(),
        };
        let Some(sub) = sub.unwrap_or_else(|| Some(Script::default())) else { return Err(self.unknown(written, span)) };
        let spelling = Spelling::new(written.base.as_str(), sub.text, sup.map_or(String::new(), |script| script.text));
        Ok(Meaning::Quantity(self.context.letter(&spelling), power))
    }

    fn known(&mut self, base: &str, written: &WrittenName, span: Span, before_fence: bool) -> Result<Option<Meaning>> {
        let mut found = self.quantities(base, written, true);
        if found.is_empty() {
            found = self.quantities(base, written, false);
        }
        // A star is no power.
        if found.iter().any(|(_, power)| power.is_empty()) {
            found.retain(|(_, power)| !matches!(power.as_slice(), [only] if script::is_star(self.kind(*only))));
        }
        if found.first().is_none_or(|(_, power)| !power.is_empty()) && self.has_index_above(base, written) {
            let message = "this may be a power, or an entry of what the network writes with its index above";
            return Err(Diagnostic::error("ambiguous", message)
                .at(span, "")
                .hint("put the base of a power in brackets, `(z_2)^2`, or bind the name with `map`"));
        }
        let mut function_meaning = self.function(base, written);
        if before_fence && found.is_empty() && function_meaning.is_none() {
            function_meaning = self.step_function(base, written);
        }
        if let ([(name, _), ..], Some(Meaning::Function(function, _))) = (found.as_slice(), &function_meaning)
            && (before_fence || written.primes > 0)
        {
            let quantity = self.context.network.definition(*name).copied();
            if quantity.is_some_and(|equation| !equation.written) {
                return Ok(function_meaning);
            }
            if self.context.calls(*function) {
                let message = format!("`{base}` may be the quantity or the function");
                return Err(Diagnostic::error("ambiguous", message)
                    .at(span, "")
                    .hint("write `\\cdot` after the quantity, or map one of them to another name"));
            }
        }
        match found.as_slice() {
            [] => {
                if let Some(meaning) = self.slice_meaning(base, written) {
                    return Ok(Some(meaning));
                }
                if let Some(meaning) = self.entry_meaning(base, written, span)? {
                    return Ok(Some(meaning));
                }
            }
            [(name, power)] => return Ok(Some(Meaning::Quantity(*name, power.clone()))),
            several => return Err(self.ambiguous(several, span)),
        }
        if function_meaning.is_some() {
            return Ok(function_meaning);
        }
        if let Some(value) = self.index_value(base, written) {
            let power = written.sup.map_or(Vec::new(), |sup| self.tree.row(sup).to_vec());
            return Ok(Some(Meaning::Index(value, power)));
        }
        self.check_subscript(base, written, span)?;
        if self.is_line_of_matrix(written) {
            return Ok(None);
        }
        if let Some(matrix) = self.matrix_of_entry(base, written) {
            return match self.entry_meaning(&matrix, written, span)? {
                Some(meaning) => Ok(Some(meaning)),
                None => Ok(self.general(&matrix, written)),
            };
        }
        Ok(self.general(base, written))
    }

    /// The W of w_{jk}, where nothing is called w.
    fn matrix_of_entry(&self, base: &str, written: &WrittenName) -> Option<String> {
        let mut letters = base.chars();
        let (Some(small), None) = (letters.next(), letters.next()) else { return None };
        let pair = self.letters_of(self.row(written.sub?)).filter(|letters| letters.len() == 2);
        let large = small.to_ascii_uppercase().to_string();
        let is_entry = small.is_ascii_lowercase() && pair.is_some() && written.primes == 0;
        (is_entry && !self.context.symbols.has_base(base) && self.context.symbols.has_base(&large)).then_some(large)
    }

    /// C_x is C of one x for one author, and ∂C/∂x for another.
    fn check_subscript(&self, base: &str, written: &WrittenName, span: Span) -> Result<()> {
        let Some(sub) = written.sub else { return Ok(()) };
        let (plain, letters) = (Spelling::new(base, "", ""), script::read(self.tree, sub, &self.values(false)));
        // Nobody derives by a class number.
        let network = &self.context.network;
        let is_variable = |&name: &NameId| network.quantity(name).facts.kind != ShapeKind::Index;
        let names = |word: &str| self.context.symbols.quantities(&Spelling::new(word, "", "")).iter().any(is_variable);
        let text = letters.map_or(String::new(), |letters| letters.text);
        if self.context.symbols.quantities(&plain).is_empty() || !names(&text) {
            return Ok(());
        }
        let message = format!("this may be the derivative of `{base}` by `{text}`, or `{base}` with an index");
        Err(Diagnostic::error("ambiguous", message).at(span, "").hint(format!("write `\\partial_{{{text}}} {base}`")))
    }

    /// The quantities that a name may mean, each with the power that is left of its superscript.
    pub fn quantities(&self, base: &str, written: &WrittenName, folds_only: bool) -> Vec<(NameId, Vec<ItemId>)> {
        let sub = match written.sub {
            None => Script::default(),
            Some(row) => match script::read(self.tree, row, &self.values(folds_only)) {
                Some(sub) => sub,
                None => return Vec::new(),
            },
        };
        self.quantities_below(base, &sub, written, folds_only)
    }

    /// The same with what stands below read already.
    fn quantities_below(
        &self,
        base: &str,
        sub: &Script,
        written: &WrittenName,
        folds_only: bool,
    ) -> Vec<(NameId, Vec<ItemId>)> {
        let mut found: Vec<(NameId, Vec<ItemId>)> = Vec::new();
        let mut add = |sup: &str, power: &[ItemId]| {
            for &name in self.context.symbols.quantities(&Spelling::new(base, sub.text.as_str(), sup)) {
                if !found.iter().any(|known| known.0 == name && known.1 == power) {
                    found.push((name, power.to_vec()));
                }
            }
        };
        let Some(row) = written.sup else {
            add("", &[]);
            return found;
        };
        let items = self.without_transpose(self.tree.row(row));
        let above = |items: &[ItemId]| self.script_of(items, folds_only);
        match above(items) {
            Some(sup) => {
                add(&sup.text, &[]);
                if !sup.bracketed {
                    add("", items);
                }
            }
            None => add("", items),
        }
        // `a^{(1)2}`: the bracket is the index, the rest a power.
        if let [first, rest @ ..] = items
            && !rest.is_empty()
            && self.is_fence(*first)
            && let Some(sup) = above(&items[..1])
        {
            add(&sup.text, rest);
        }
        found
    }

    /// Whether a scalar with a subscript has above it what names a quantity by itself: z²ᵢ where the network shows z².
    fn has_index_above(&self, base: &str, written: &WrittenName) -> bool {
        let (Some(_), Some(sup)) = (written.sub, written.sup) else { return false };
        let Some(sup) = self.script_of(self.without_transpose(self.tree.row(sup)), false) else { return false };
        let spelling = Spelling::new(base, "", sup.text);
        let is_scalar = |&name: &NameId| self.context.network.quantity(name).shape.is_scalar();
        self.context.symbols.is_raised(&spelling) && self.context.symbols.quantities(&spelling).iter().all(is_scalar)
    }

    /// What letters at the end of a subscript stand on: an entry of the vector or matrix that the rest names.
    fn entry_meaning(&self, base: &str, written: &WrittenName, span: Span) -> Result<Option<Meaning>> {
        let Some(row) = written.sub.filter(|_| written.primes == 0 && self.context.has_tensors()) else {
            return Ok(None);
        };
        let items = self.row(row);
        let mut found: Vec<(NameId, Vec<String>, Vec<ItemId>)> = Vec::new();
        for split in 0..items.len() {
            let (before, letters) = items.split_at(split);
            let before = match before {
                [rest @ .., comma] if *self.kind(*comma) == Kind::Symbol(',') => rest,
                _ => before,
            };
            let indices = self.indices_of(letters);
            if indices.as_ref().is_some_and(|indices| self.counts_names(base, written, indices)) {
                continue;
            }
            let sub = match before {
                [] => Some(Script::default()),
                _ => self.script_of(before, false),
            };
            let Some(sub) = sub else { continue };
            for (name, power) in self.quantities_below(base, &sub, written, false) {
                let known = found.iter().any(|known| known.0 == name && known.2 == power);
                let rank = self.dims_of(name).len();
                let fitting = indices.clone().filter(|indices| indices.len() == rank);
                let fitting = fitting.or_else(|| self.numbered(letters, rank));
                let kept = || self.with_kept_axis(name, indices.clone()?);
                if let Some(indices) = fitting.or_else(kept).filter(|_| !known) {
                    found.push((name, indices, power));
                }
            }
        }
        match found.len() {
            0 => {
                let letters = self.indices_of(items).unwrap_or_default();
                // δ_{z,j} is an entry of what a text calls δ_z, where z is a vector.
                let of_name = items.get(1).is_some_and(|&id| *self.kind(id) == Kind::Symbol(','))
                    && letters.first().is_some_and(|letter| self.names_tensor(letter));
                let is_delta = base == "delta" && written.sup.is_none() && !of_name;
                let pair = <[String; 2]>::try_from(letters).ok().filter(|_| is_delta);
                Ok(pair.map(Meaning::Kronecker))
            }
            1 => Ok(found.pop().map(|(name, letters, power)| Meaning::Entry(name, letters, power))),
            _ => {
                let several: Vec<_> = found.into_iter().map(|(name, _, power)| (name, power)).collect();
                Err(self.ambiguous(&several, span))
            }
        }
    }

    /// Whether an index has a letter that has counted names already, where names with this base are counted: the t + 1
    /// of h_{t+1}^2 beside h_t stands on no axis of h².
    fn counts_names(&self, base: &str, written: &WrittenName, indices: &[String]) -> bool {
        // Only a number above may be a power as well as an index.
        let number = written
            .sup
            .is_some_and(|sup| matches!(self.row(sup), [only] if matches!(self.kind(*only), Kind::Digits(_))));
        let counts = |index: &String| self.context.counting.iter().any(|letter| index.contains(letter.as_str()));
        number && self.context.symbols.is_numbered(base) && indices.iter().any(counts)
    }

    /// Whether a letter names a vector or matrix.
    pub fn names_tensor(&self, letter: &str) -> bool {
        let named = self.context.symbols.quantities(&Spelling::new(letter, "", ""));
        named.iter().any(|&name| self.is_tensor(name))
    }

    /// How many letters at the end of a subscript stand on axes of quantities with this base.
    fn entry_letters(&self, base: &str, row: Row) -> usize {
        let items = self.row(row);
        let network = &self.context.network;
        let has_rank = |rank: usize| {
            network.quantities.iter().take(self.context.own_names() + MAX_DEFINITIONS).any(|quantity| {
                let stem = quantity.stem.trim_end_matches(|sign: char| sign.is_ascii_digit());
                stem == base && network.arena.shapes().dims(quantity.shape).len() == rank
            })
        };
        let all = (0..items.len()).filter_map(|split| self.letters_of(&items[split..]));
        all.map(|letters| letters.len()).find(|&count| count > 0 && has_rank(count)).unwrap_or(0)
    }

    /// A part of a superscript as an index.
    fn script_of(&self, items: &[ItemId], folds_only: bool) -> Option<Script> {
        script::read_items(self.tree, items, &self.values(folds_only))
    }

    /// The function that a name means: of the user's own with its indices, or of the table.
    pub fn function(&self, base: &str, written: &WrittenName) -> Option<Meaning> {
        let text = |row: Option<Row>| match row {
            None => Some(String::new()),
            Some(row) => script::read(self.tree, row, &self.values(false)).map(|script| script.text),
        };
        let find = |sub: String, sup: String| self.context.symbols.function(&Spelling::new(base, sub, sup));
        // The layer of σ⁽ˡ⁾; σ⁽²⁾ is a second derivative.
        let is_layer = |sup: Row| match self.row(sup) {
            [only] => match self.kind(*only) {
                Kind::Fence { open: Delimiter::Square, .. } => true,
                Kind::Fence { open: Delimiter::Round, body, .. } => {
                    self.letters_of(self.row(*body)).is_some_and(|letters| letters.len() == 1)
                }
                _ => false,
            },
            _ => false,
        };
        let above = written.sup.filter(|&sup| !is_layer(sup));
        let left = Scripts { sub: None, sup: above, primes: written.primes };
        let sub = text(written.sub);
        if let Some(function) = sub.clone().and_then(|sub| find(sub, String::new())) {
            return Some(Meaning::Function(function, left));
        }
        if let (Some(sub), Some(sup)) = (sub, text(written.sup))
            && let Some(function) = find(sub, sup)
        {
            return Some(Meaning::Function(function, Scripts { sup: None, ..left }));
        }
        let function = find(String::new(), String::new())?;
        let takes = takes_subscript(function) || self.subscript_is_axis(function, written.sub);
        takes.then_some(Meaning::Function(function, Scripts { sub: written.sub, ..left }))
    }

    /// The number that a letter stands for.
    fn index_value(&self, base: &str, written: &WrittenName) -> Option<i64> {
        if written.sub.is_some() || written.primes > 0 {
            return None;
        }
        let letter = if base == "ell" { "l" } else { base };
        script::Indices::value(&self.values(false), letter)
    }

    /// A name that some values of its general indices may fit.
    fn general(&mut self, base: &str, written: &WrittenName) -> Option<Meaning> {
        if !self.context.symbols.has_base(base) {
            return None;
        }
        let sub = written.sub.and_then(|row| script::read(self.tree, row, &self.values(false)));
        let mut power = Vec::new();
        let mut sup = None;
        if let Some(row) = written.sup {
            let items = self.without_transpose(self.tree.row(row));
            sup = self.script_of(items, false);
            if let [first, rest @ ..] = items
                && !rest.is_empty()
                && self.is_fence(*first)
            {
                sup = self.script_of(&items[..1], false);
                power = rest.to_vec();
            } else if sup.as_ref().is_none_or(|sup| sup.free.is_empty()) {
                power = items.to_vec();
            }
        }
        let mut below: Vec<String> = sub.map_or_else(Vec::new, |script| script.free);
        // h⁽ᵗ⁾ⱼ, and h_{t,j}
        let is_above = sup.as_ref().is_some_and(|sup| !sup.free.is_empty());
        let is_cut = |row: Row| self.row(row).iter().any(|&id| *self.kind(id) == Kind::Symbol(','));
        if let Some(row) = written.sub.filter(|&row| is_above || is_cut(row)) {
            let entries = self.entry_letters(base, row);
            let kept = below.len().saturating_sub(entries);
            self.free_entries.extend(below.drain(kept..));
        }
        let above = sup.as_ref().filter(|sup| sup.bracketed);
        let mut bracketed: Vec<String> = above.map_or_else(Vec::new, |sup| sup.free.clone());
        let free: Vec<String> = below.into_iter().chain(sup.into_iter().flat_map(|script| script.free)).collect();
        // δ_s beside a quantity s is a name of its own where no δ has a number.
        let symbols = &self.context.symbols;
        let names = |letter: &String| !symbols.quantities(&Spelling::new(letter.as_str(), "", "")).is_empty();
        if free.is_empty() || free.iter().any(names) && !symbols.is_numbered(base) {
            return None;
        }
        self.context.bracketed.append(&mut bracketed);
        for letter in free {
            if !self.context.counting.contains(&letter) {
                self.context.counting.push(letter.clone());
            }
            if !self.free.contains(&letter) {
                self.free.push(letter);
            }
        }
        Some(Meaning::Free(power))
    }

    fn ambiguous(&self, found: &[(NameId, Vec<ItemId>)], span: Span) -> Diagnostic {
        let reading = |(name, power): &(NameId, Vec<ItemId>)| {
            let spelling = self.context.network.spelling(*name);
            if power.is_empty() { format!("`{spelling}`") } else { format!("`{spelling}` to a power") }
        };
        let readings: Vec<String> = found.iter().take(4).map(reading).collect();
        Diagnostic::error("ambiguous", format!("this may be {}", readings.join(" or ")))
            .at(span, "")
            .hint("put an index in brackets, `z^{(2)}`, or the base of a power, `(z)^2`; or bind the name with `map`")
    }
}
