//! I and 𝟏: the identity matrix and the vector of ones, of a size that is written below them or follows from what
//! stands around them.

use crate::check::claim::{Literal, PartId, PartKind};
use crate::check::diagnose::shapes::Vectors;
use crate::check::form::{Extent, Form};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{Arena, Labels, NameId};
use crate::network::Origin;
use crate::rational::Rational;
use crate::shape::{Dim, SizeId};
use crate::syntax::latex::{ItemId, Kind, Row};

use super::factor::Scripts;
use super::name::FREE;
use super::parser::{Cursor, Parser, Result};
use super::script;
use super::symbols::WrittenName;
use super::tensor::Marks;

/// The code of the error for an index whose range a later side may tell.
pub(super) const RANGE: &str = "range";

impl Parser<'_> {
    /// 𝟏 without a condition, where the network has vectors.
    pub fn ones(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<PartId>> {
        let Some(id) = cursor.peek().filter(|_| self.context.has_tensors()) else { return Ok(None) };
        let (base, scripts) = self.without_scripts(id);
        let is_vector = self.is_ones(base) || self.is_plain_ones(base, scripts);
        if !is_vector {
            return Ok(None);
        }
        cursor.at += 1;
        if let Some(pair) = self.pair_below(scripts) {
            return self.kronecker(&pair, self.span(id)).map(Some);
        }
        let size = scripts.sub.and_then(|sub| self.size_of(sub));
        if size.is_none() && scripts.sub.is_some_and(|sub| sub.len() > 1) {
            let message = "what stands below this 𝟏 is not read; a matrix of ones is 𝟏𝟏ᵀ";
            return self.unclear(message, self.span(id)).map(Some);
        }
        let form = match size {
            Some(dim) => Form { rows: Extent::Axis(dim), ..Form::ONES },
            None => Form::ONES,
        };
        let part = self.unit(form, self.span(id))?;
        let left = Scripts { sub: None, ..scripts };
        self.raised(part, left, self.span(id)).map(Some)
    }

    /// The i and j of 𝟏_{ij}, which is 1 where they are equal, if both stand on axes; 𝟏_{mn} is a matrix of ones.
    fn pair_below(&self, scripts: Scripts) -> Option<[String; 2]> {
        let sub = scripts.sub.filter(|_| scripts.sup.is_none() && scripts.primes == 0)?;
        let pair = <[String; 2]>::try_from(self.letters_of(self.row(sub))?).ok()?;
        let is_index = |letter: &String| self.size_named(letter).is_none() && self.context.range_of(letter).is_some();
        pair.iter().all(is_index).then_some(pair)
    }

    /// 𝟏, a column, of a size that follows from what stands around it.
    pub fn plain_ones(&mut self, span: Span) -> Result<PartId> {
        self.unit(Form::ONES, span)
    }

    fn is_ones(&self, id: ItemId) -> bool {
        match self.kind(id) {
            Kind::Accent { name: "mathbf" | "mathbb" | "mathbbm" | "mathds" | "boldsymbol" | "bm" | "vec", body } => {
                self.tree.word(*body).as_deref() == Some("1")
            }
            Kind::Symbol('𝟙' | '𝟏') => true,
            _ => false,
        }
    }

    /// `1^\top` and `1_n`: a number has neither a transpose nor a size.
    fn is_plain_ones(&self, id: ItemId, scripts: Scripts) -> bool {
        let is_one = matches!(self.kind(id), Kind::Digits(one) if &**one == "1");
        let is_turned = scripts.sup.is_some_and(|sup| {
            let (rest, marks) = self.marks_of(self.row(sup));
            rest.is_empty() && marks.transposed && !marks.inverted
        });
        let word = scripts.sub.and_then(|sub| self.tree.word(sub));
        let has_size = word.is_some_and(|word| matches!(self.size_named(&word), Some(Dim::Symbolic(_))));
        is_one && (is_turned || has_size)
    }

    /// I, where no quantity is called so.
    pub fn identity(&mut self, written: &WrittenName, span: Span) -> Result<Option<PartId>> {
        let free = written.base == "I" && written.primes == 0 && !self.in_letters;
        if !free || self.context.symbols.has_base("I") || !self.context.has_tensors() {
            return Ok(None);
        }
        if let Some(letters) = written.sub.and_then(|sub| self.indices_of(self.row(sub)))
            && let Ok(pair) = <[String; 2]>::try_from(letters)
        {
            return self.kronecker(&pair, span).map(Some);
        }
        let part = self.unit(Form::IDENTITY, span)?;
        match written.sub.and_then(|sub| self.size_of(sub)) {
            Some(dim) => {
                let part = self.spread(part, Form::of(&[dim, dim], false))?;
                Ok(Some(part))
            }
            None => Ok(Some(part)),
        }
    }

    /// `e_i`, the unit vector of an index whose range is known, where nothing is called e.
    pub fn unit_vector(&mut self, written: &WrittenName, span: Span) -> Result<Option<PartId>> {
        let free = written.base == "e" && written.primes == 0 && !self.in_letters && self.context.has_tensors();
        let Some(sub) = written.sub.filter(|_| free && !self.context.symbols.has_base("e")) else { return Ok(None) };
        let letter = self.letters_of(self.row(sub)).and_then(|found| <[String; 1]>::try_from(found).ok());
        let number = self.tree.word(sub).and_then(|word| word.parse::<i64>().ok());
        let letter = match (letter, number) {
            (Some([letter]), _) => letter,
            (None, Some(number)) => number.to_string(),
            (None, None) => return Ok(None),
        };
        let marks = match written.sup.map(|sup| self.marks_of(self.row(sup))) {
            None => Marks::default(),
            Some(([], marks)) => marks,
            Some(_) => return Ok(None),
        };
        let row = self.context.reading.vectors == Vectors::Rows;
        if let Some(dim) = self.context.classes_of(&letter)
            && let Some(hot) = self.context.class_number(&letter, dim)
        {
            let form = Form::of(&[dim], row);
            let part = self.push_formed(PartKind::Made, Vec::new(), span, hot, form)?;
            return if marks.transposed { self.turned(part, form.transposed()).map(Some) } else { Ok(Some(part)) };
        }
        if let Some(number) = number {
            return self.numbered_unit(number, marks, span).map(Some);
        }
        let Some(dim) = self.context.range_of(&letter) else { return self.unknown_range(span).map(Some) };
        let Some(bit) = self.index(&letter, dim, span) else { return self.unplaced(span).map(Some) };
        let labels = Labels { out: vec![0, 0], factors: Vec::new(), sizes: vec![dim] };
        let form = Form { indices: 1_u128 << bit, ..Form::of(&[dim], row) };
        let part = self.made(PartKind::Contraction(labels), Vec::new(), span, form)?;
        if !marks.transposed {
            return Ok(Some(part));
        }
        self.turned(part, form.transposed()).map(Some)
    }

    /// e₁, of the size that is tried for it.
    fn numbered_unit(&mut self, number: i64, marks: Marks, span: Span) -> Result<PartId> {
        let Some(dim) = self.context.size_at(span) else {
            return self.unclear("it is not said how long this unit vector is", span);
        };
        let Some(picking) = self.number_on_axis(number, dim, span) else { return self.unplaced(span) };
        let form = Form::of(&[dim], self.context.reading.vectors == Vectors::Rows);
        let part = self.push_formed(PartKind::Made, Vec::new(), span, picking, form)?;
        if marks.transposed { self.turned(part, form.transposed()) } else { Ok(part) }
    }

    /// Notes an index of which nothing before it says how far it runs.
    pub fn unknown_range(&mut self, span: Span) -> Result<PartId> {
        let error = Diagnostic::error(RANGE, "it is not said how far this index runs");
        self.misfit(error.at(span, ""), span, &[])
    }

    fn unit(&mut self, form: Form, span: Span) -> Result<PartId> {
        let literal = Literal { value: Rational::ONE, decimals: None };
        self.push_formed(PartKind::Number(literal), Vec::new(), span, Arena::ONE, form)
    }

    /// The size that a script is: a number, or the name of a size of the network.
    pub fn size_of(&mut self, row: Row) -> Option<Dim> {
        match self.tree.word(row) {
            Some(word) => self.size_named(&word),
            None => self.size_name(row).map(|name| Dim::Symbolic(SizeId(name.0))),
        }
    }

    /// The same for a word or a number.
    pub fn size_named(&self, word: &str) -> Option<Dim> {
        if let Ok(number) = word.parse::<u32>() {
            return Some(Dim::Known(number));
        }
        let network = &self.context.network;
        let size = network.sizes.iter().find(|size| {
            let quantity = network.quantity(size.name);
            *quantity.stem == *word && quantity.indices.is_empty() && quantity.origin == Origin::Size
        })?;
        Some(Dim::Symbolic(SizeId(size.name.0)))
    }

    /// The size that a name with scripts means: `s_2`, `n^{[l]}`.
    fn size_name(&mut self, row: Row) -> Option<NameId> {
        let items = self.row(row);
        let named = self.named.len();
        let found = self.attempt(|parser| parser.quantity_of(items)).ok();
        self.named.truncate(named);
        let (name, power) = found?;
        let is_size = name != FREE && self.context.network.quantity(name).origin == Origin::Size;
        (is_size && power.is_empty()).then_some(name)
    }

    /// Whether the end of a sum says nothing: a name that the network does not know, which its author has for the size, or
    /// one whose index has no value yet.
    pub fn is_open_end(&mut self, row: Row) -> bool {
        let [only] = self.row(row) else { return false };
        let Some(written) = WrittenName::of(self.tree, *only) else { return false };
        let plain = self.tree.word(row).and_then(|word| script::Indices::value(&self.values(false), &word)).is_none();
        let named = self.named.len();
        let found = self.attempt(|parser| parser.quantity_of(&[*only]));
        self.named.truncate(named);
        let free = found.is_ok_and(|(name, _)| name == FREE);
        // Σ_{j=1}^i ends at an index.
        let is_index = matches!(written.base.as_str(), "i" | "j" | "l" | "p" | "q" | "r" | "s" | "t")
            || self.context.range_of(&written.base).is_some();
        free || plain && !is_index && !self.context.symbols.has_base(&written.base)
    }
}
