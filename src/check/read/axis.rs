//! Softmax and its kin: functions along an axis, which a subscript may name.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::Form;
use crate::diagnostic::Span;
use crate::expr::{Arena, FunctionId};
use crate::function::FunctionRef;
use crate::syntax::latex::Row;

use super::parser::{Parser, Result};
use super::reduction::{Listed, from_start};

/// An axis as a subscript names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum StatedAxis {
    /// Its number, from 0.
    Number(i64),
    /// The letter that runs over it.
    Letter(String),
}

impl Parser<'_> {
    /// `\text{axis 0}`, or the letter that runs over the axis.
    pub fn stated_axis(&self, sub: Row) -> Option<StatedAxis> {
        if let Some([letter]) = self.letters_of(self.row(sub)).and_then(|found| <[String; 1]>::try_from(found).ok()) {
            return Some(StatedAxis::Letter(letter));
        }
        let mut listed = Listed::default();
        if self.listed_axis(self.row(sub), &mut listed) {
            return listed.axis.map(StatedAxis::Number);
        }
        let word = self.tree.word(sub)?;
        let number = word.strip_prefix("axis")?.trim().parse().ok()?;
        Some(StatedAxis::Number(number))
    }

    /// Whether the subscript of a sum or mean says its axis by a number, `\mathrm{sum}_{axis=0}(A)`. A letter does not:
    /// \mathrm{mean}_B is a name.
    pub fn subscript_is_axis(&self, function: FunctionId, sub: Option<Row>) -> bool {
        let takes_axis = match self.context.network.functions.get(function) {
            FunctionRef::Table(entry) => entry.options.contains(&"axis"),
            FunctionRef::User(_) => false,
        };
        takes_axis && sub.is_some_and(|sub| matches!(self.stated_axis(sub), Some(StatedAxis::Number(_))))
    }

    /// Softmax and its kin: of a matrix along the axis that the network takes, the last one where it takes none.
    pub fn along_axis(&mut self, (function, keeps): (FunctionId, bool), part: PartId, span: Span) -> Result<PartId> {
        let form = self.form(part);
        let axis = match form.dims().len() {
            _ if self.axis.is_some() => match self.axis.take() {
                Some(StatedAxis::Number(axis)) => from_start(axis, form.dims().len()).map(|axis| axis as i64),
                _ => None,
            },
            1 => Some(0),
            2 if keeps => self.context.axis_of(function),
            _ => None,
        };
        let Some(axis) = axis else {
            return self.unclear("it is not said along which axis this function is taken", span);
        };
        if self.expr(part) == Arena::ZERO {
            return self.unclear("this is a function of zeros", span);
        }
        let form = if keeps {
            form
        } else {
            let left: Vec<_> = form.dims().into_iter().enumerate().filter(|&(at, _)| at as i64 != axis).collect();
            Form::of(&left.into_iter().map(|(_, dim)| dim).collect::<Vec<_>>(), false)
        };
        let axis = self.integer(axis, span)?;
        self.made(PartKind::Whole(function, form.dims()), vec![part, axis], span, form)
    }

    /// The same where letters stand on axes: along the axis of a letter, `\mathrm{softmax}_j(Z_{ij})`, or along a vector
    /// for each of them.
    pub fn along_letter(&mut self, (function, keeps): (FunctionId, bool), part: PartId, span: Span) -> Result<PartId> {
        let form = self.form(part);
        let before = |bit: usize| i64::from((form.indices & ((1_u128 << bit) - 1)).count_ones());
        let found = match self.axis.take() {
            Some(StatedAxis::Letter(letter)) => {
                let at = self.context.letters.iter().position(|known| known.0 == letter);
                let at = at.filter(|at| form.is_single() && form.indices >> at & 1 == 1);
                at.map(|at| (before(at), Form { indices: form.indices & !(1 << at), ..form }))
            }
            None if form.is_vector() => {
                Some((i64::from(form.indices.count_ones()), Form { indices: form.indices, ..Form::SCALAR }))
            }
            _ => None,
        };
        let Some((axis, without)) = found.filter(|_| !self.expr_is_zero(part)) else {
            return self.unclear("it is not said along which axis this function is taken", span);
        };
        let form = if keeps { form } else { without };
        let axis = self.integer(axis, span)?;
        let dims = self.context.axes_of(form);
        self.made(PartKind::Whole(function, dims), vec![part, axis], span, form)
    }

    fn expr_is_zero(&self, part: PartId) -> bool {
        self.expr(part) == Arena::ZERO
    }
}
