//! Indices that are sums, `x_{i+j-1}`, letters that run over a part of an axis, and class numbers: each picks its entries
//! by a tensor of zeros and ones.

use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, Factor, Label, LabelsBuilder, Node, NumberId, Postorder, Selection};
use crate::function::{Functions, Known};
use crate::network::Origin;
use crate::shape::{Affine, Dim, SizeId};
use crate::syntax::latex::{ItemId, Kind};

use super::context::Context;
use super::entry::ALL;
use super::numbered::is_number;
use super::parser::{Parser, Result};
use super::script::Indices;
use super::symbols::Spelling;
use super::unit::RANGE;

/// Letters times whole numbers, plus a number and multiples of sizes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Shift {
    letters: Vec<(String, i64)>,
    offset: Affine,
}

/// What stands on one axis.
pub(super) enum Place {
    /// All of it.
    Whole,
    /// A letter that runs over it, by its number.
    Letter(u32),
    /// The part that a selection picks, whose first axis has this length.
    Part(ExprId, Dim),
    /// What a tensor of zeros and ones picks, whose last axis this is and whose other ones have these letters.
    Picked(ExprId, u128),
}

impl Shift {
    /// The index that is this letter.
    pub fn letter(letter: &str) -> Shift {
        Shift { letters: vec![(letter.to_owned(), 1)], offset: Affine::default() }
    }

    /// A whole number.
    pub fn number(number: i64) -> Shift {
        Shift { letters: Vec::new(), offset: Affine::constant(number) }
    }

    /// self + factor · other; nothing on overflow.
    pub fn plus(&self, other: &Shift, factor: i64) -> Option<Shift> {
        let mut letters = self.letters.clone();
        for (letter, times) in &other.letters {
            let times = times.checked_mul(factor)?;
            match letters.iter_mut().find(|known| known.0 == *letter) {
                Some(known) => known.1 = known.1.checked_add(times)?,
                None => letters.push((letter.clone(), times)),
            }
        }
        letters.retain(|letter| letter.1 != 0);
        Some(Shift { letters, offset: self.offset.plus(&other.offset, factor)? })
    }
}

impl Context {
    /// How far a letter runs, if that is known.
    pub(crate) fn range_of(&self, letter: &str) -> Option<Dim> {
        self.letters.iter().find(|known| known.0 == letter).map(|known| known.1)
    }

    /// Whether an amount is not negative, whatever the sizes are, which are 1 at least.
    fn is_natural(&self, amount: &Affine) -> bool {
        let shapes = self.network.arena.shapes();
        let mut least = amount.constant;
        for &(size, times) in &amount.sizes {
            let known = shapes.known(Dim::Symbolic(size));
            if known.is_none() && times < 0 {
                return false;
            }
            least = least.saturating_add(known.unwrap_or(1).saturating_mul(times));
        }
        least >= 0
    }

    /// Whether an axis is as long as another one, or longer, whatever the sizes are.
    pub(crate) fn covers(&self, long: Dim, short: Dim) -> bool {
        let shapes = self.network.arena.shapes();
        let rest = shapes.affine(long).plus(&shapes.affine(short), -1);
        rest.is_some_and(|rest| self.is_natural(&rest))
    }

    /// Whether the network takes parts of axes, or joins axes.
    pub(crate) fn has_parts(&self) -> bool {
        let arena = &self.network.arena;
        let roots = self.roots();
        let mut order = Vec::new();
        Postorder::default().collect(arena, &roots, &mut order);
        order.iter().any(|&id| matches!(arena.node(id), Node::Selection(_)))
    }

    /// The least or the largest value of an index; nothing while a range is not known.
    fn bound_of(&self, shift: &Shift, largest: bool) -> Option<Affine> {
        let mut bound = shift.offset.clone();
        for (letter, times) in &shift.letters {
            let end = match (*times > 0) == largest {
                true => self.network.arena.shapes().affine(self.range_of(letter)?),
                false => Affine::constant(1),
            };
            bound = bound.plus(&end, *times)?;
        }
        Some(bound)
    }

    /// Whether an index stays between 1 and the length of an axis.
    fn stays_within(&self, shift: &Shift, dim: Dim) -> bool {
        let length = self.network.arena.shapes().affine(dim);
        let low = self.bound_of(shift, false).and_then(|low| low.plus(&Affine::constant(1), -1));
        let rest = self.bound_of(shift, true).and_then(|high| length.plus(&high, -1));
        [low, rest].into_iter().all(|amount| amount.is_some_and(|amount| self.is_natural(&amount)))
    }

    /// Whether an index is a number of which a formula says that a symbolic axis is that long.
    fn may_hold(&self, shift: &Shift, dim: Dim) -> bool {
        let first = shift.offset.sizes.is_empty() && shift.offset.constant >= 1;
        let length = self.network.arena.shapes().affine(dim);
        let is_size = matches!(length.sizes.as_slice(), [(_, 1)]) && length.constant >= 0;
        shift.letters.is_empty() && first && is_size && self.network.arena.shapes().known(dim).is_none()
    }

    /// Whether an axis is at least as long as an index is large.
    pub(super) fn covers_index(&self, long: Dim, shift: &Shift) -> bool {
        let rest = self.bound_of(shift, true).and_then(|high| self.network.arena.shapes().affine(long).plus(&high, -1));
        rest.is_some_and(|rest| self.is_natural(&rest))
    }

    /// 𝟙[l = shift] with an axis for each letter of the index, in their order, and a last one for l; the letters.
    fn picking(&mut self, shift: &Shift, dim: Dim) -> Option<(ExprId, u128)> {
        let mut letters: Vec<(usize, i64)> = Vec::with_capacity(shift.letters.len());
        for (letter, times) in &shift.letters {
            letters.push((self.letters.iter().position(|known| known.0 == *letter)?, -times));
        }
        letters.sort_unstable();
        let set = letters.iter().fold(0, |set, (at, _)| set | 1_u128 << at);
        let coefficients = letters.iter().map(|letter| letter.1).chain([1]).collect();
        let dims: Vec<Dim> = letters.iter().map(|&(at, _)| self.letters[at].1).chain([dim]).collect();
        let selection = Selection { coefficients, offset: shift.offset.times(-1)? };
        Some((self.network.arena.selection(selection, &dims), set))
    }

    /// A tensor of zeros and ones without its last axis: 1 where something is picked.
    fn picks_something(&mut self, picking: ExprId) -> ExprId {
        let mut builder = LabelsBuilder::default();
        let labels: Vec<Label> = builder.labels(self.network.arena.dims(picking));
        builder.factor(&labels);
        let labels = builder.out(&labels[..labels.len() - 1]);
        self.network.arena.contraction(NumberId::ONE, &[Factor::plain(picking)], &labels)
    }

    /// 1 where an index is at most another one and 0 elsewhere, with an axis for each of their letters; nothing if the
    /// other one may be larger than `longest`.
    pub(super) fn at_most(&mut self, shift: &Shift, limit: &Shift, longest: Dim) -> Option<(ExprId, u128)> {
        let high = self.bound_of(limit, true)?;
        let low = self.bound_of(shift, false)?;
        let rest = self.network.arena.shapes().affine(longest).plus(&high, -1)?.plus(&low, 1)?;
        if !self.is_natural(&rest.plus(&Affine::constant(1), -1)?) {
            return None;
        }
        // Their distance, counted from 1, is on an axis that is long enough.
        let distance = limit.plus(shift, -1)?.plus(&Shift::number(1), 1)?;
        let (picking, set) = self.picking(&distance, longest)?;
        Some((self.picks_something(picking), set))
    }

    /// 𝟙[shift = 0] with an axis for each letter of it.
    fn vanishing(&mut self, shift: &Shift) -> Option<(ExprId, u128)> {
        let (picking, set) = self.picking(&shift.plus(&Shift::number(1), 1)?, Dim::Known(1))?;
        Some((self.picks_something(picking), set))
    }

    /// The class number that a letter below an axis of this size names, as a one-hot vector.
    pub(crate) fn class_number(&mut self, letter: &str, dim: Dim) -> Option<ExprId> {
        let classes = self.classes_of(letter)?;
        let &[name] = self.symbols.quantities(&Spelling::new(letter, "", "")) else { return None };
        let class = self.network.name_expr(name);
        let same = self.network.arena.shapes().same(classes, dim);
        same.then(|| self.network.arena.call_of_shape(Functions::with(Known::OneHot), &[class], &[classes]))
    }

    /// How many classes there are of which a letter names one.
    pub(crate) fn classes_of(&self, letter: &str) -> Option<Dim> {
        let &[name] = self.symbols.quantities(&Spelling::new(letter, "", "")) else { return None };
        self.network.quantity(name).facts.classes.filter(|_| self.dims_of(name).is_empty())
    }
}

impl Parser<'_> {
    /// The indices that items are: letters side by side, or sums between commas, as text without spaces.
    pub fn indices_of(&self, items: &[ItemId]) -> Option<Vec<String>> {
        if let Some(letters) = self.letters_of(items) {
            return Some(letters);
        }
        let mut indices = Vec::new();
        for piece in items.split(|&id| *self.kind(id) == Kind::Symbol(',')) {
            match self.letters_of(piece).or_else(|| self.letters_and_classes(piece)) {
                Some(letters) => indices.extend(letters),
                None if matches!(piece, [all] if *self.kind(*all) == Kind::Symbol(':')) => indices.push(ALL.to_owned()),
                None => {
                    let sum = self.sum_of_letters(piece).filter(|text| self.shift(text).is_some());
                    indices.push(sum.or_else(|| self.range_text(piece))?);
                }
            }
        }
        Some(indices)
    }

    /// The text of `n+1:2n`, whose ends are numbers and sizes.
    fn range_text(&self, items: &[ItemId]) -> Option<String> {
        let at = items.iter().position(|&id| *self.kind(id) == Kind::Symbol(':'))?;
        let ends = [self.index_text(&items[..at])?, self.index_text(&items[at + 1..])?];
        let is_fixed = |text: &String| self.shift(text).is_some_and(|shift| shift.letters.is_empty());
        ends.iter().all(is_fixed).then(|| ends.join(ALL))
    }

    /// The selection of a part of an axis, and how long that part is; nothing if the part may leave the axis.
    fn part_of_axis(&mut self, (first, last): (&str, &str), dim: Dim) -> Option<Place> {
        let [first, last] = [self.shift(first)?.offset, self.shift(last)?.offset];
        let shapes = self.context.network.arena.shapes_mut();
        let length = last.plus(&first, -1)?.plus(&Affine::constant(1), 1)?;
        let beyond = shapes.affine(dim).plus(&last, -1)?;
        let part = shapes.dim(length.clone())?;
        let starts = self.context.is_natural(&first.plus(&Affine::constant(1), -1)?);
        if !starts || !self.context.is_natural(&beyond) || !self.context.is_natural(&length) {
            return None;
        }
        // j = i + first − 1.
        let offset = Affine::constant(1).plus(&first, -1)?;
        let selection = Selection { coefficients: vec![-1, 1], offset };
        Some(Place::Part(self.context.network.arena.selection(selection, &[part, dim]), part))
    }

    /// The text of `i+j-1`; nothing if no letter or nothing else stands in it.
    fn sum_of_letters(&self, items: &[ItemId]) -> Option<String> {
        let text = self.index_text(items)?;
        let has_letter = text.chars().any(|sign| sign.is_alphabetic());
        (has_letter && !text.starts_with(['+', '-'])).then_some(text)
    }

    /// Letters, digits and signs side by side as text.
    pub fn index_text(&self, items: &[ItemId]) -> Option<String> {
        let mut text = String::new();
        for &id in items {
            match self.kind(id) {
                Kind::Letter(letter) => text.push(*letter),
                Kind::Command(name) if &**name == "ell" => text.push('l'),
                Kind::Digits(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => text.push_str(digits),
                Kind::Symbol('+') => text.push('+'),
                Kind::Symbol('-' | '−') => text.push('-'),
                Kind::Group(body) => text.push_str(&self.index_text(self.row(*body))?),
                _ => return None,
            }
        }
        (!text.is_empty()).then_some(text)
    }

    /// The index that a text says: letters that have values are numbers, the names of sizes are sizes.
    pub fn shift(&self, text: &str) -> Option<Shift> {
        let mut shift = Shift::default();
        let mut rest = text;
        let mut sign = 1;
        if let Some(after) = rest.strip_prefix('-') {
            (rest, sign) = (after, -1);
        }
        loop {
            let digits = rest.len() - rest.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
            let number = if digits == 0 { None } else { Some(rest[..digits].parse::<i64>().ok()?) };
            rest = &rest[digits..];
            let times = number.unwrap_or(1).checked_mul(sign)?;
            let letter = rest.chars().next().filter(|sign| sign.is_alphabetic());
            let term = match letter {
                Some(letter) => self.index_letter(&letter.to_string()),
                None => Shift::number(number.map(|_| 1)?),
            };
            rest = &rest[letter.map_or(0, char::len_utf8)..];
            shift = shift.plus(&term, times)?;
            let mut signs = rest.chars();
            sign = match signs.next() {
                None => return Some(shift),
                Some('+') => 1,
                Some('-') => -1,
                Some(_) => return None,
            };
            rest = signs.as_str();
        }
    }

    /// The size that a text says in which no letter stands but those of sizes.
    pub fn dim_of_index(&mut self, text: &str) -> Option<Dim> {
        if let Some(dim) = self.size_named(text) {
            return Some(dim);
        }
        let shift = self.shift(text).filter(|shift| shift.letters.is_empty())?;
        self.context.network.arena.shapes_mut().dim(shift.offset)
    }

    fn index_letter(&self, letter: &str) -> Shift {
        if let Some(value) = self.values(false).value(letter) {
            return Shift::number(value);
        }
        let network = &self.context.network;
        let size = network.sizes.iter().find(|size| {
            let quantity = network.quantity(size.name);
            *quantity.stem == *letter && quantity.indices.is_empty() && quantity.origin == Origin::Size
        });
        match size.filter(|_| self.context.range_of(letter).is_none()) {
            Some(size) => Shift { letters: Vec::new(), offset: Affine::size(SizeId(size.name.0)) },
            None => Shift::letter(letter),
        }
    }

    /// What an index says of an axis; nothing, and a misfit, if it does not fit it.
    pub fn place(&mut self, index: Option<&str>, dim: Dim, span: Span) -> Option<Place> {
        let Some(index) = index else { return Some(Place::Whole) };
        if let Some(class) = self.context.class_number(index, dim) {
            return Some(Place::Picked(class, 0));
        }
        if let Some(ends) = index.split_once(ALL) {
            let part = self.part_of_axis(ends, dim);
            if part.is_none() {
                let error = Diagnostic::error("unreadable", "it cannot be told whether the axis has all of this part");
                let _ = self.misfit(error.at(span, ""), span, &[]);
            }
            return part;
        }
        if self.is_class_of_sample(index) {
            return self.place_of_class(index, dim, span);
        }
        if index.chars().count() > 1 || is_number(index) {
            let shift = self.shift(index)?;
            return self.picked(&shift, dim, span);
        }
        let Some(range) = self.context.range_of(index) else { return self.index(index, dim, span).map(Place::Letter) };
        if self.context.network.arena.shapes().same(range, dim) {
            return self.index(index, dim, span).map(Place::Letter);
        }
        let covers = [self.context.covers(dim, range), self.context.covers(range, dim)];
        let is_tentative = self.context.tentative.iter().any(|letter| letter == index);
        match covers {
            // An axis says it, where 𝟙[i = j] alone has said it before: the formula is read again.
            [true, _] if is_tentative => {
                self.context.tentative.retain(|letter| letter != index);
                if let Some(known) = self.context.letters.iter_mut().find(|known| known.0 == index) {
                    known.1 = dim;
                }
                let _ = self.unknown_range(span);
                None
            }
            [true, _] if self.context.has_parts() => self.picked(&Shift::letter(index), dim, span),
            [_, true] if self.context.has_parts() => {
                // It runs as far as the shortest axis that it stands on: the formula is read again.
                if let Some(known) = self.context.letters.iter_mut().find(|known| known.0 == index) {
                    known.1 = dim;
                }
                let _ = self.unknown_range(span);
                None
            }
            _ => self.index(index, dim, span).map(Place::Letter),
        }
    }

    /// The vector with 1 at one place of an axis; nothing, and a misfit, if the axis is not that long.
    pub fn number_on_axis(&mut self, number: i64, dim: Dim, span: Span) -> Option<ExprId> {
        match self.picked(&Shift::number(number), dim, span)? {
            Place::Picked(picking, _) => Some(picking),
            Place::Whole | Place::Letter(_) | Place::Part(..) => None,
        }
    }

    /// The entries that an index of several letters picks.
    fn picked(&mut self, shift: &Shift, dim: Dim, span: Span) -> Option<Place> {
        if shift.letters.iter().any(|(letter, _)| self.context.range_of(letter).is_none()) {
            let _ = self.unknown_range(span);
            return None;
        }
        let (picking, set) = self.context.picking(shift, dim)?;
        if !self.context.stays_within(shift, dim) && !self.context.may_hold(shift, dim) {
            if !shift.letters.iter().any(|(letter, _)| self.summed.contains(letter)) {
                let message = match shift.letters.is_empty() {
                    true => "no entry has this index: entries are counted from 1 to the length of their axis",
                    false => "it is not said for which values of its letters this index stays on its axis",
                };
                let _ = self.misfit(Diagnostic::error("unreadable", message).at(span, ""), span, &[]);
                return None;
            }
            // A sum leaves out the terms that have no such entry.
            let kept = self.context.picks_something(picking);
            self.kept.push((kept, set));
        }
        Some(Place::Picked(picking, set))
    }

    /// 𝟙[a = b] of two indices, with an axis for each of their letters.
    pub fn same_index(&mut self, [a, b]: [&str; 2], span: Span) -> Result<Option<(ExprId, u128)>> {
        for (class, other) in [(a, b), (b, a)] {
            let Some(dim) = self.context.classes_of(class) else { continue };
            let Some(hot) = self.context.class_number(class, dim) else { continue };
            let found = self.lettered(hot, (&[dim], &[Some(other.to_owned())]), span);
            return Ok(found.map(|(expr, set, _)| (expr, set)));
        }
        for (class, other) in [(a, b), (b, a)] {
            let Some((hot, dims, sample)) = self.hot_samples(class) else { continue };
            let found = self.lettered(hot, (&dims, &[Some(sample), Some(other.to_owned())]), span);
            return Ok(found.map(|(expr, set, _)| (expr, set)));
        }
        let difference = self.shift(a).zip(self.shift(b)).and_then(|(a, b)| a.plus(&b, -1));
        let Some(difference) = difference else { return Ok(None) };
        if difference.letters.iter().any(|(letter, _)| self.context.range_of(letter).is_none()) {
            self.unknown_range(span)?;
            return Ok(None);
        }
        Ok(self.context.vanishing(&difference))
    }
}

/// Whether a misfit asks for the formula to be read again, now that more is known of its letters.
pub(super) fn asks_again(error: &Diagnostic) -> bool {
    error.code == RANGE
}
