//! Entries with letters for indices: x_i, W_{jk}, (Wx)_i. A letter is an axis of its own, so that a formula with
//! letters is judged for all their values at once.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, Factor, Label, Labels, LabelsBuilder, NumberId};
use crate::shape::Dim;
use crate::syntax::latex::{ItemId, Kind, Relation};

use super::context::Context;
use super::numbered::is_number;
use super::parser::{Parser, Result};
use super::script::Indices;
use super::shift::Place;
use super::symbols::Spelling;

/// The most letters that one chain may use.
const MAX_LETTERS: usize = 120;

/// Whether an index is one letter, and no number.
fn is_letter(index: &str) -> bool {
    index.chars().count() == 1 && !is_number(index)
}

/// Stands for all places of an axis among letters: `W_{j,:}`.
pub(super) const ALL: &str = ":";

/// The letters on the quantities of a derivative.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// On what is differentiated.
    pub above: Vec<String>,
    /// On each variable.
    pub below: Vec<Vec<String>>,
    /// Whether the variable stands in a vec(·).
    pub stacked: bool,
    /// Whether the variable is the inverse of the quantity.
    pub inverted: bool,
}

/// Labels under construction, one for each letter that occurs.
#[derive(Default)]
pub(super) struct Naming {
    pub builder: LabelsBuilder,
    letters: Vec<(u32, Label)>,
}

impl Naming {
    /// The labels of a set of letters, in their order.
    pub fn indices(&mut self, context: &Context, set: u128) -> Vec<Label> {
        let mut labels = Vec::new();
        for (bit, (_, dim)) in (0..).zip(&context.letters) {
            if set >> bit & 1 == 0 {
                continue;
            }
            let known = self.letters.iter().find(|known| known.0 == bit).map(|known| known.1);
            let label = known.unwrap_or_else(|| {
                let label = self.builder.label(*dim);
                self.letters.push((bit, label));
                label
            });
            labels.push(label);
        }
        labels
    }
}

impl Context {
    /// All axes of the expression of a form: those of letters, then rows and columns.
    pub(crate) fn axes_of(&self, form: Form) -> Vec<Dim> {
        let letters = (0..).zip(&self.letters).filter(|(bit, _)| form.indices >> bit & 1 == 1);
        letters.map(|(_, (_, dim))| *dim).chain(form.dims()).collect()
    }

    /// The letters of a set.
    pub(crate) fn letters_text(&self, set: u128) -> String {
        let letters = (0..).zip(&self.letters).filter(|(bit, _)| set >> bit & 1 == 1);
        letters.map(|(_, (letter, _))| letter.as_str()).collect::<Vec<_>>().join(", ")
    }
}

impl Parser<'_> {
    /// The letters that items are, if they are nothing but letters that have no value.
    pub fn letters_of(&self, items: &[ItemId]) -> Option<Vec<String>> {
        let mut letters = Vec::new();
        for &id in items {
            let letter = match self.kind(id) {
                Kind::Symbol(',') => continue,
                Kind::Symbol(':' | '·' | '⋅') if items.len() > 1 => ALL.to_owned(),
                Kind::Command(name) if &**name == "cdot" && items.len() > 1 => ALL.to_owned(),
                Kind::Letter(letter) => letter.to_string(),
                Kind::Command(name) if &**name == "ell" => "l".to_owned(),
                Kind::Group(body) => {
                    letters.extend(self.letters_of(self.row(*body))?);
                    continue;
                }
                _ => return None,
            };
            if self.values(false).value(&letter).is_some() {
                return None;
            }
            letters.push(letter);
        }
        (!letters.is_empty()).then_some(letters)
    }

    /// The number of a letter that runs over an axis; nothing, and a misfit, if it runs over another axis elsewhere.
    pub fn index(&mut self, letter: &str, dim: Dim, span: Span) -> Option<u32> {
        let known = self.context.letters.iter().position(|known| known.0 == letter);
        let Some(at) = known else {
            if self.context.letters.len() >= MAX_LETTERS {
                return None;
            }
            self.context.letters.push((letter.to_owned(), dim));
            return Some(self.context.letters.len() as u32 - 1);
        };
        let before = self.context.letters[at].1;
        if self.context.network.arena.shapes().same(before, dim) {
            return Some(at as u32);
        }
        let size = |dim: Dim| self.context.size_text(dim);
        let message =
            format!("the index `{letter}` runs to {} here and to {} in another place", size(dim), size(before));
        let error = Diagnostic::error("shape", message).at(span, "");
        let _ = self.misfit(error, span, &[]);
        None
    }

    /// The value of an expression with letters on some of its axes; the form is that of the other axes.
    pub fn lettered(
        &mut self,
        expr: ExprId,
        (axes, letters): (&[Dim], &[Option<String>]),
        span: Span,
    ) -> Option<(ExprId, u128, Vec<Dim>)> {
        let mut places = Vec::with_capacity(axes.len());
        for (&dim, letter) in axes.iter().zip(letters) {
            places.push(self.place(letter.as_deref(), dim, span)?);
        }
        let set = places.iter().fold(0, |set, place| match place {
            Place::Whole | Place::Part(..) => set,
            Place::Letter(bit) => set | 1_u128 << bit,
            Place::Picked(_, letters) => set | letters,
        });
        let mut naming = Naming::default();
        let out = naming.indices(self.context, set);
        let mut own = Vec::new();
        let (mut kept, mut dims) = (Vec::new(), Vec::new());
        let mut picks: Vec<(ExprId, Vec<Label>)> = Vec::new();
        for (&dim, place) in axes.iter().zip(&places) {
            if let Place::Letter(bit) = place {
                own.extend(naming.indices(self.context, 1 << bit));
                continue;
            }
            let label = naming.builder.label(dim);
            own.push(label);
            match *place {
                Place::Part(pick, length) => {
                    let part = naming.builder.label(length);
                    picks.push((pick, vec![part, label]));
                    kept.push(part);
                    dims.push(length);
                }
                Place::Picked(pick, letters) => {
                    let letters = naming.indices(self.context, letters);
                    picks.push((pick, [letters, vec![label]].concat()));
                }
                _ => {
                    kept.push(label);
                    dims.push(dim);
                }
            }
        }
        let mut factors = vec![Factor::plain(expr)];
        naming.builder.factor(&own);
        for (pick, labels) in picks {
            factors.push(Factor::plain(pick));
            naming.builder.factor(&labels);
        }
        let labels = naming.builder.out(&[out, kept].concat());
        let expr = self.context.network.arena.contraction(NumberId::ONE, &factors, &labels);
        Some((expr, set, dims))
    }

    /// An entry of a vector or matrix: `(Wx)_i`.
    pub fn entry(&mut self, part: PartId, letters: &[String], span: Span) -> Result<PartId> {
        let form = self.form(part);
        let expr = self.expr(part);
        let axes = if form.high { self.context.network.arena.dims(expr).to_vec() } else { form.dims() };
        if form.indices != 0 || axes.len() != letters.len() || form.identity || form.has_pairs() {
            return self.unclear("these indices do not fit what they stand on", span);
        }
        let letters: Vec<Option<String>> =
            letters.iter().map(|letter| Some(letter.clone()).filter(|letter| letter != ALL)).collect();
        if letters.iter().filter(|letter| letter.as_ref().is_none_or(|index| index.contains(ALL))).count() > 2 {
            return self.unclear("these indices leave more than two axes", span);
        }
        let Some((expr, indices, left)) = self.lettered(expr, (&axes, &letters), span) else {
            return self.unplaced(span);
        };
        // A row of a matrix is a row for one author, and a vector like any other for the next.
        let is_part = |index: &Option<String>| index.as_ref().is_none_or(|index| index.contains(ALL));
        let is_row = axes.len() > 1 && letters.last().is_some_and(is_part) && left.len() == 1;
        self.loosened |= is_row;
        self.context.sliced |= is_row;
        let form = Form { indices, ..Form::of(&left, is_row && !self.context.reading.loose) };
        self.push_formed(PartKind::Made, vec![part], span, expr, form)
    }

    /// Whether the network calls something by a letter.
    fn names_something(&self, letter: &str) -> bool {
        !self.context.symbols.quantities(&Spelling::new(letter, "", "")).is_empty()
    }

    /// Kronecker's δ of two indices.
    pub fn kronecker(&mut self, indices: &[String; 2], span: Span) -> Result<PartId> {
        if indices[0] == indices[1] {
            return self.integer(1, span);
        }
        let plain = indices.each_ref().map(|index| is_letter(index) && self.context.classes_of(index).is_none());
        let ranges = indices.each_ref().map(|letter| self.context.range_of(letter));
        let shapes = self.context.network.arena.shapes();
        let differ = matches!(ranges, [Some(a), Some(b)] if !shapes.same(a, b));
        let comparable = matches!(ranges, [Some(a), Some(b)] if self.context.covers(a, b) || self.context.covers(b, a));
        if plain != [true; 2] || differ && comparable {
            return match self.same_index(indices.each_ref().map(String::as_str), span)? {
                Some((expr, indices)) => {
                    self.push_formed(PartKind::Made, Vec::new(), span, expr, Form { indices, ..Form::SCALAR })
                }
                None => self.unplaced(span),
            };
        }
        let Some(dim) = ranges[0].or(ranges[1]) else {
            return self.unknown_range(span);
        };
        let open = indices.iter().zip(&ranges).filter(|(_, range)| range.is_none());
        self.context.tentative.extend(open.map(|(letter, _)| letter.clone()));
        let bits = [self.index(&indices[0], dim, span), self.index(&indices[1], dim, span)];
        let [Some(a), Some(b)] = bits else { return self.unplaced(span) };
        let labels = Labels { out: vec![0, 0], factors: Vec::new(), sizes: vec![dim] };
        let form = Form { indices: 1_u128 << a | 1_u128 << b, ..Form::SCALAR };
        self.made(PartKind::Contraction(labels), Vec::new(), span, form)
    }

    /// `[i = j]` as Kronecker's δ, if both are indices and the range of a letter is known; `[i \ne j]` as 1 − δ.
    pub fn kronecker_condition(&mut self, items: &[ItemId], span: Span) -> Result<Option<PartId>> {
        let is_relation = |&id: &ItemId| matches!(self.kind(id), Kind::Relation(Relation::Equal | Relation::NotEqual));
        let Some(at) = items.iter().position(is_relation).filter(|_| self.context.has_tensors()) else {
            return Ok(None);
        };
        let equal = *self.kind(items[at]) == Kind::Relation(Relation::Equal);
        let text = |items: &[ItemId]| match items {
            [only] => self.class_text(*only).or_else(|| self.index_text(items)),
            _ => self.index_text(items),
        };
        let pair = [text(&items[..at]), text(&items[at + 1..])];
        let [Some(a), Some(b)] = pair else { return Ok(None) };
        let named = self
            .context
            .letters
            .iter()
            .any(|known| !known.0.is_empty() && (a.contains(&known.0) || b.contains(&known.0)))
            || [&a, &b].into_iter().any(|text| self.summed.contains(text) && !self.names_something(text));
        let readable = [&a, &b].into_iter().all(|text| self.is_class_of_sample(text) || self.shift(text).is_some());
        let named = named || [&a, &b].into_iter().any(|text| self.is_class_of_sample(text));
        if !named || !readable {
            return Ok(None);
        }
        let same = self.kronecker(&[a, b], span)?;
        if equal {
            return Ok(Some(same));
        }
        let one = self.integer(1, span)?;
        let minus = self.combined(PartKind::Negative, vec![same], span)?;
        self.combined(PartKind::Sum, vec![one, minus], span).map(Some)
    }
}
