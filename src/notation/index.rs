//! What stands below a letter: indices i, i + k − 1, 3, n, and the ranges of slices.

use crate::expr::Selection;
use crate::network::Network;
use crate::notation::layout::{Face, Layout, LayoutId, Operator, Sheet};
use crate::notation::names;
use crate::shape::{Affine, SizeId};

/// The letter on an axis of size 1: it is not written.
pub(super) const UNIT: char = '1';

/// What an index is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    /// i.
    Letter(char),
    /// A class number, oᵢ, with the letters that stand in it.
    Class(LayoutId, Vec<char>),
}

impl Mark {
    fn has(&self, letter: char) -> bool {
        match self {
            Mark::Letter(own) => *own == letter,
            Mark::Class(_, inner) => inner.contains(&letter),
        }
    }
}

/// A whole number plus multiples of letters and of sizes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Index {
    /// Each letter or class number with what it is multiplied by, in order of appearance.
    pub(super) marks: Vec<(Mark, i64)>,
    /// What is added.
    pub(super) offset: Affine,
}

impl Index {
    pub(super) fn letter(letter: char) -> Index {
        Index { marks: vec![(Mark::Letter(letter), 1)], offset: Affine::default() }
    }

    /// A number or a size.
    pub(super) fn fixed(offset: Affine) -> Index {
        Index { marks: Vec::new(), offset }
    }

    /// A class number that stands at other indices.
    pub(super) fn class(layout: LayoutId, at: &[Index]) -> Index {
        let letters = at.iter().flat_map(|index| &index.marks).flat_map(|(mark, _)| match mark {
            Mark::Letter(letter) => std::slice::from_ref(letter),
            Mark::Class(_, inner) => inner.as_slice(),
        });
        Index { marks: vec![(Mark::Class(layout, letters.copied().collect()), 1)], offset: Affine::default() }
    }

    /// Whether it is the index of the only entry along an axis.
    pub(super) fn is_unit(&self) -> bool {
        matches!(self.marks.as_slice(), [(Mark::Letter(UNIT), _)])
    }

    /// The number 1 for the index of an only entry.
    pub(super) fn as_number(&self) -> Index {
        if self.is_unit() { Index::fixed(Affine::constant(1)) } else { self.clone() }
    }

    /// Whether a letter stands in the index.
    pub(super) fn has(&self, letter: char) -> bool {
        self.marks.iter().any(|(own, _)| own.has(letter))
    }

    /// self + factor · other; `None` on overflow.
    pub(super) fn plus(mut self, other: &Index, factor: i64) -> Option<Index> {
        for (mark, times) in &other.marks {
            let times = times.checked_mul(factor)?;
            match self.marks.iter_mut().find(|(own, _)| own == mark) {
                Some((_, own)) => *own = own.checked_add(times)?,
                None => self.marks.push((mark.clone(), times)),
            }
        }
        self.marks.retain(|(_, times)| *times != 0);
        self.offset = self.offset.plus(&other.offset, factor)?;
        Some(self)
    }

    /// What axis number `solved` of a selection is where the others are `indices`; its coefficient must be ±1.
    pub(super) fn solve(selection: &Selection, solved: usize, indices: &[Index]) -> Option<Index> {
        let own = *selection.coefficients.get(solved)?;
        if own.abs() != 1 {
            return None;
        }
        let mut sum = Index::fixed(selection.offset.times(-own)?);
        for (at, (&coefficient, index)) in selection.coefficients.iter().zip(indices).enumerate() {
            if at != solved {
                sum = sum.plus(&index.as_number(), coefficient.checked_mul(-own)?)?;
            }
        }
        Some(sum)
    }
}

/// One axis of a sliced tensor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Pick {
    /// All of it, `:`.
    All,
    /// One entry.
    At(Affine),
    /// The entry of a class number.
    Class(LayoutId),
    /// From one entry to another.
    Range(Affine, Affine),
}

/// The letters of a formula and its indices, side by side.
pub(super) fn row(sheet: &mut Sheet, network: &Network, indices: &[Index]) -> LayoutId {
    let indices: Vec<&Index> = indices.iter().filter(|index| !index.is_unit()).collect();
    let is_letter = |index: &&&Index| matches!(index.marks.as_slice(), [(Mark::Letter(_), _)]);
    let plain = indices.iter().all(|index| index.offset == Affine::default() && is_letter(&index));
    let mut row = Vec::new();
    for (at, index) in indices.iter().enumerate() {
        if at > 0 && !plain {
            row.push(sheet.push(Layout::Operator(Operator::IndexComma)));
        }
        row.push(one(sheet, network, index));
    }
    together(sheet, row)
}

fn together(sheet: &mut Sheet, row: Vec<LayoutId>) -> LayoutId {
    match row.as_slice() {
        [only] => *only,
        _ => sheet.push(Layout::Row(row)),
    }
}

/// i + k − 1.
pub(super) fn one(sheet: &mut Sheet, network: &Network, index: &Index) -> LayoutId {
    let mut terms: Vec<(i64, Option<LayoutId>)> = Vec::new();
    for (mark, times) in &index.marks {
        let layout = match mark {
            Mark::Letter(letter) => sheet.push(Layout::Symbol { text: letter.to_string(), face: Face::Italic }),
            Mark::Class(layout, _) => *layout,
        };
        terms.push((*times, Some(layout)));
    }
    for &(SizeId(size), times) in &index.offset.sizes {
        let layout = names::word(sheet, &network.quantities[size as usize].stem);
        terms.push((times, Some(layout)));
    }
    if index.offset.constant != 0 || terms.is_empty() {
        terms.push((index.offset.constant, None));
    }
    // A positive term leads.
    if let Some(at) = terms.iter().position(|(times, _)| *times > 0) {
        terms[..=at].rotate_right(1);
    }
    let mut row = Vec::new();
    for (at, (times, letter)) in terms.into_iter().enumerate() {
        let sign = match (at, times < 0) {
            (0, false) => None,
            (_, true) => Some(Operator::Negative),
            (_, false) => Some(Operator::IndexPlus),
        };
        row.extend(sign.map(|sign| sheet.push(Layout::Operator(sign))));
        if letter.is_none() || times.abs() != 1 {
            row.push(sheet.push(Layout::Number(times.unsigned_abs().to_string())));
        }
        row.extend(letter);
    }
    together(sheet, row)
}

/// 3, `2:n`, `:`, with commas.
pub(super) fn slice(sheet: &mut Sheet, network: &Network, picks: &[Pick]) -> LayoutId {
    let mut row = Vec::new();
    for (at, pick) in picks.iter().enumerate() {
        if at > 0 {
            row.push(sheet.push(Layout::Operator(Operator::IndexComma)));
        }
        let number = |sheet: &mut Sheet, offset: &Affine| one(sheet, network, &Index::fixed(offset.clone()));
        match pick {
            Pick::All => row.push(sheet.push(Layout::Text(":".to_owned()))),
            Pick::At(entry) => row.push(number(sheet, entry)),
            Pick::Class(entry) => row.push(*entry),
            Pick::Range(from, to) => {
                row.push(number(sheet, from));
                row.push(sheet.push(Layout::Text(":".to_owned())));
                row.push(number(sheet, to));
            }
        }
    }
    together(sheet, row)
}

/// The last entry of a range of length `size` that starts at `from`.
pub(super) fn last_of(from: &Affine, size: &Affine) -> Option<Affine> {
    from.plus(size, 1)?.plus(&Affine::constant(1), -1)
}

/// 𝟙[a = b] for the condition form = 0.
pub(super) fn condition(sheet: &mut Sheet, network: &Network, form: &Index) -> LayoutId {
    let body = comparison(sheet, network, form, Operator::Equals);
    indicator(sheet, body)
}

/// a = b or a ≠ b for the condition form = 0: what is negative goes to the right side.
pub(super) fn comparison(sheet: &mut Sheet, network: &Network, form: &Index, operator: Operator) -> LayoutId {
    let mut sides = [Index::default(), Index::default()];
    for (mark, times) in &form.marks {
        sides[usize::from(*times < 0)].marks.push((mark.clone(), times.abs()));
    }
    for &(size, times) in &form.offset.sizes {
        sides[usize::from(times < 0)].offset.sizes.push((size, times.abs()));
    }
    // The number stands beside letters: i = j + 1, and i = 3.
    let side = usize::from(form.offset.constant < 0);
    sides[side].offset.constant = form.offset.constant.saturating_abs();
    let left = one(sheet, network, &sides[0]);
    let operator = sheet.push(Layout::Operator(operator));
    let right = one(sheet, network, &sides[1]);
    sheet.push(Layout::Row(vec![left, operator, right]))
}

/// 𝟙[…].
pub(super) fn indicator(sheet: &mut Sheet, body: LayoutId) -> LayoutId {
    let one = sheet.push(Layout::Symbol { text: "1".to_owned(), face: Face::DoubleStruck });
    let fence = sheet.push(Layout::Fenced { fence: crate::notation::layout::Fence::Square, body });
    sheet.push(Layout::Row(vec![one, fence]))
}
