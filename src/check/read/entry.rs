//! Entries with letters for indices: x_i, W_{jk}, (Wx)_i. A letter is an axis of its own, so that a formula with
//! letters is judged for all their values at once.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, Factor, Label, Labels, LabelsBuilder, NumberId};
use crate::function::Functions;
use crate::shape::Dim;
use crate::syntax::latex::{ItemId, Kind, Relation};

use super::context::Context;
use super::parser::{Parser, Result};
use super::script::Indices;
use super::symbols::Spelling;

/// The most letters that one chain may use.
const MAX_LETTERS: usize = 120;

/// Stands for all places of an axis among letters: `W_{j,:}`.
pub(super) const ALL: &str = ":";

/// The letters on the quantities of a derivative.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// On what is differentiated.
    pub above: Vec<String>,
    /// On each variable.
    pub below: Vec<Vec<String>>,
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
    pub fn axes_of(&self, form: Form) -> Vec<Dim> {
        let letters = (0..).zip(&self.letters).filter(|(bit, _)| form.indices >> bit & 1 == 1);
        letters.map(|(_, (_, dim))| *dim).chain(form.dims()).collect()
    }

    /// The letters of a set.
    pub fn letters_text(&self, set: u128) -> String {
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
        let mut set = 0_u128;
        let mut bits: Vec<Option<u32>> = Vec::new();
        for (dim, letter) in axes.iter().zip(letters) {
            let bit = match letter {
                Some(letter) => Some(self.index(letter, *dim, span)?),
                None => None,
            };
            set |= bit.map_or(0, |bit| 1_u128 << bit);
            bits.push(bit);
        }
        let mut naming = Naming::default();
        let out = naming.indices(self.context, set);
        let mut own = Vec::new();
        let (mut kept, mut dims) = (Vec::new(), Vec::new());
        for (&dim, bit) in axes.iter().zip(&bits) {
            match bit {
                Some(bit) => own.extend(naming.indices(self.context, 1 << bit)),
                None => {
                    let label = naming.builder.label(dim);
                    own.push(label);
                    kept.push(label);
                    dims.push(dim);
                }
            }
        }
        naming.builder.factor(&own);
        let labels = naming.builder.out(&[out, kept].concat());
        let expr = self.context.network.arena.contraction(NumberId::ONE, &[Factor::plain(expr)], &labels);
        Some((expr, set, dims))
    }

    /// An entry of a vector or matrix: `(Wx)_i`.
    pub fn entry(&mut self, part: PartId, letters: &[String], span: Span) -> Result<PartId> {
        let form = self.form(part);
        let axes = form.dims();
        if form.high || form.indices != 0 || axes.len() != letters.len() || form.identity {
            return self.unclear("these indices do not fit what they stand on", span);
        }
        if let [letter] = letters
            && let Some(class) = self.class_number(letter, axes[0])
        {
            return self.at_class(part, class, span);
        }
        let letters: Vec<Option<String>> =
            letters.iter().map(|letter| Some(letter.clone()).filter(|letter| letter != ALL)).collect();
        let expr = self.expr(part);
        let Some((expr, indices, left)) = self.lettered(expr, (&axes, &letters), span) else {
            return self.placeholder(span);
        };
        // A row of a matrix is a row for one author, and a vector like any other for the next.
        let is_row = letters.last().is_some_and(Option::is_none) && left.len() == 1;
        self.loosened |= is_row;
        self.context.sliced |= is_row;
        let form = Form { indices, ..Form::of(&left, is_row && !self.context.reading.loose) };
        self.push_formed(PartKind::Made, vec![part], span, expr, form)
    }

    /// The class number that a letter below a vector of this size names.
    fn class_number(&mut self, letter: &str, dim: Dim) -> Option<ExprId> {
        let found = self.context.symbols.quantities(&Spelling::new(letter, "", ""));
        let &[name] = found else { return None };
        let classes = self.context.network.quantity(name).facts.classes.filter(|_| self.dims_of(name).is_empty())?;
        let shapes = self.context.network.arena.shapes();
        shapes.same(classes, dim).then(|| self.context.network.name_expr(name))
    }

    /// The entry of a vector at a class number: its inner product with the one-hot vector.
    fn at_class(&mut self, part: PartId, class: ExprId, span: Span) -> Result<PartId> {
        let Some(function) = Functions::builtin("onehot") else { return self.placeholder(span) };
        let dims = self.form(part).dims();
        let hot = self.context.network.arena.call_of_shape(function, &[class], &dims);
        let hot = self.push_formed(PartKind::Made, Vec::new(), span, hot, Form::of(&dims, false))?;
        let column = self.turned(part, Form::of(&dims, false))?;
        self.inner(column, hot)
    }

    /// Kronecker's δ of two letters.
    pub fn kronecker(&mut self, letters: &[String; 2], span: Span) -> Result<PartId> {
        if letters[0] == letters[1] {
            return self.integer(1, span);
        }
        let known = |letter: &String| self.context.letters.iter().find(|known| known.0 == *letter).map(|known| known.1);
        let Some(dim) = known(&letters[0]).or(known(&letters[1])) else {
            return self.unknown_range(span);
        };
        let bits = [self.index(&letters[0], dim, span), self.index(&letters[1], dim, span)];
        let [Some(a), Some(b)] = bits else { return self.placeholder(span) };
        let labels = Labels { out: vec![0, 0], factors: Vec::new(), sizes: vec![dim] };
        let form = Form { indices: 1_u128 << a | 1_u128 << b, ..Form::SCALAR };
        self.made(PartKind::Contraction(labels), Vec::new(), span, form)
    }

    /// `[i = j]` as Kronecker's δ, if both are letters without a value; `[i \ne j]` as 1 − δ.
    pub fn kronecker_condition(&mut self, items: &[ItemId], span: Span) -> Result<Option<PartId>> {
        let [left, relation, right] = items else { return Ok(None) };
        let equal = match self.kind(*relation) {
            Kind::Relation(Relation::Equal) => true,
            Kind::Relation(Relation::NotEqual) => false,
            _ => return Ok(None),
        };
        if !self.context.has_tensors() {
            return Ok(None);
        }
        let pair = (self.letters_of(&[*left]), self.letters_of(&[*right]));
        let (Some([a]), Some([b])) = (pair.0.as_deref(), pair.1.as_deref()) else { return Ok(None) };
        let named = |letter: &String| self.context.letters.iter().any(|known| known.0 == *letter);
        if !named(a) && !named(b) {
            return Ok(None);
        }
        let same = self.kronecker(&[a.clone(), b.clone()], span)?;
        if equal {
            return Ok(Some(same));
        }
        let one = self.integer(1, span)?;
        let minus = self.combined(PartKind::Negative, vec![same], span)?;
        self.combined(PartKind::Sum, vec![one, minus], span).map(Some)
    }
}
