//! Sums and means along an axis in the words of programs: `\operatorname{rowsum}(A)`, `\mathrm{sum}(A, axis=0)`.

use crate::check::claim::PartId;
use crate::check::diagnose::shapes::Vectors;
use crate::check::form::{Extent, Form};
use crate::diagnostic::Span;
use crate::expr::FunctionId;
use crate::function::{Entry, Functions, Options};
use crate::syntax::latex::{ItemId, Kind, Relation};

use super::axis::StatedAxis;
use super::broadcast::ONE;
use super::parser::{Cursor, Parser, Result};
use super::symbols::WrittenName;

/// The words, each with the function and the axis that it works along.
const WORDS: &[(&str, &str, usize)] = &[
    ("rowsum", "sum", 1),
    ("rowsums", "sum", 1),
    ("colsum", "sum", 0),
    ("colsums", "sum", 0),
    ("columnsum", "sum", 0),
    ("rowmean", "mean", 1),
    ("colmean", "mean", 0),
    ("rowmax", "amax", 1),
    ("colmax", "amax", 0),
];

/// The function and the axis that a word means.
fn reduction_word(word: &str) -> Option<(FunctionId, usize)> {
    let key: String = word.chars().filter(|letter| !"_- ".contains(*letter)).collect::<String>().to_lowercase();
    let (_, function, axis) = WORDS.iter().find(|(word, ..)| *word == key)?;
    Some((Functions::builtin(function)?, *axis))
}

/// Whether a word is one for a sum along an axis.
pub(super) fn is_reduction(word: &str) -> bool {
    reduction_word(word).is_some()
}

/// What the last arguments of a call say of its axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Listed {
    /// The axis, counted from 0, or from the end if it is negative.
    pub axis: Option<i64>,
    /// Whether the axis stays with one entry.
    pub keeps: bool,
}

impl Parser<'_> {
    /// `\operatorname{rowsum}(A)`: of each row its sum, as a column that keeps its axis of one entry.
    pub fn reduction(&mut self, cursor: &mut Cursor<'_>, written: &WrittenName, span: Span) -> Result<Option<PartId>> {
        let Some((function, axis)) = reduction_word(&written.base).filter(|_| self.context.has_tensors()) else {
            return Ok(None);
        };
        let Some(next) = cursor.second().filter(|_| written.sub.is_none() && written.primes == 0) else {
            return Ok(None);
        };
        let (base, scripts) = self.without_scripts(next);
        let Kind::Fence { body, .. } = *self.kind(base) else { return Ok(None) };
        if self.context.symbols.has_base(&written.base) || written.sup.is_some() {
            return Ok(None);
        }
        cursor.at += 2;
        let span = span.to(self.span(next));
        let inner = self.inside(body, span)?;
        let Some(entry) = self.table_entry(function) else { return Ok(None) };
        self.axis = Some(StatedAxis::Number(axis as i64));
        // The sums of the rows stand as a column for everybody.
        self.keeps = axis == 1 && entry.name != "amax";
        let made = self.reduced((function, entry), inner, span);
        (self.axis, self.keeps) = (None, false);
        self.raised(made?, scripts, span).map(Some)
    }

    fn table_entry(&self, function: FunctionId) -> Option<&'static Entry> {
        match self.context.network.functions.get(function) {
            crate::function::FunctionRef::Table(entry) => Some(entry),
            crate::function::FunctionRef::User(_) => None,
        }
    }

    fn reduced(
        &mut self,
        (function, entry): (FunctionId, &'static Entry),
        inner: PartId,
        span: Span,
    ) -> Result<PartId> {
        if self.form(inner).is_matrix() {
            return self.tensor_call((function, entry), vec![inner], span);
        }
        if !self.free.is_empty() || !self.misfits.is_empty() {
            return self.placeholder(span);
        }
        self.unclear("sums along an axis are read of matrices whose size is said", span)
    }

    /// What `axis=0`, `keepdims=True` among the arguments of a call say.
    pub fn listed_axis(&self, items: &[ItemId], listed: &mut Listed) -> bool {
        let Some(at) = items.iter().position(|&id| *self.kind(id) == Kind::Relation(Relation::Equal)) else {
            return false;
        };
        let word = |items: &[ItemId]| -> String {
            let pieces = items.iter().map(|&id| match self.kind(id) {
                Kind::Letter(letter) => letter.to_string(),
                Kind::Digits(digits) => digits.to_string(),
                Kind::Symbol('-' | '−') => "-".to_owned(),
                Kind::Text(text) => text.trim().to_owned(),
                Kind::Accent { body, .. } => self.tree.word(*body).unwrap_or_default(),
                _ => "?".to_owned(),
            });
            pieces.collect()
        };
        let value = word(&items[at + 1..]);
        match word(&items[..at]).as_str() {
            "axis" | "dim" => listed.axis = value.parse().ok().or(Some(i64::MAX)),
            "keepdims" | "keepdim" => listed.keeps = value.eq_ignore_ascii_case("true"),
            _ => return false,
        }
        true
    }

    /// What the call of a function of the table is given besides its arguments; nothing if the axis is none of these.
    pub fn options_of(&mut self, entry: &Entry, rank: usize) -> Option<Options> {
        if !entry.options.contains(&"axis") {
            return Some(Options::default());
        }
        let axes = match self.axis.take() {
            None => return Some(Options::default()),
            Some(StatedAxis::Number(axis)) => vec![from_start(axis, rank)?],
            Some(StatedAxis::Letter(_)) => return None,
        };
        Some(Options { axes: Some(axes), ..Options::default() })
    }

    /// What is left of a matrix of which one axis is summed: a column, or what stands as vectors do; a row in the other
    /// reading.
    pub fn left_form(&mut self, dims: &[crate::shape::Dim], axis: usize) -> Form {
        let rows = self.context.reading.vectors == Vectors::Rows;
        let form = Form::of(dims, rows);
        if dims.len() != 1 {
            return form;
        }
        self.loosened |= axis == 0;
        let row = if axis == 0 { rows != self.context.reading.loose } else { rows };
        Form::of(dims, row)
    }

    /// The same with the axis that `keepdims=True` keeps.
    pub fn with_kept(&mut self, part: PartId, axis: usize) -> Result<PartId> {
        let form = self.form(part);
        let [dim] = form.dims()[..] else { return Ok(part) };
        let (rows, columns) = if axis == 0 { (ONE, dim) } else { (dim, ONE) };
        let plain = self.turned(part, Form::of(&[dim], axis == 0))?;
        self.spread(plain, Form { rows: Extent::Axis(rows), columns: Extent::Axis(columns), ..Form::SCALAR })
    }
}

/// An axis counted from the start.
pub(super) fn from_start(axis: i64, rank: usize) -> Option<usize> {
    let rank = rank as i64;
    let axis = if axis < 0 { axis.checked_add(rank)? } else { axis };
    (0..rank).contains(&axis).then_some(axis as usize)
}
