//! Entries with letters for indices: x_i, W_{jk}, (Wx)_i. A letter is an axis of its own, so that a formula with
//! letters is judged for all their values at once.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{ExprId, Factor, Label, Labels, LabelsBuilder, NumberId};
use crate::shape::Dim;
use crate::syntax::latex::{ItemId, Kind, Relation, Row};

use super::context::Context;
use super::factor::Scripts;
use super::parser::{Cursor, Parser, Result};
use super::row::sign;
use super::script::Indices;

/// The most letters that one chain may use.
const MAX_LETTERS: usize = 120;

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
    fn index(&mut self, letter: &str, dim: Dim, span: Span) -> Option<u32> {
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
        let letters: Vec<Option<String>> = letters.iter().cloned().map(Some).collect();
        let expr = self.expr(part);
        match self.lettered(expr, (&axes, &letters), span) {
            Some((expr, indices, _)) => {
                self.push_formed(PartKind::Made, vec![part], span, expr, Form { indices, ..Form::SCALAR })
            }
            None => self.placeholder(span),
        }
    }

    /// Kronecker's δ of two letters.
    pub fn kronecker(&mut self, letters: &[String; 2], span: Span) -> Result<PartId> {
        if letters[0] == letters[1] {
            return self.integer(1, span);
        }
        let known = |letter: &String| self.context.letters.iter().find(|known| known.0 == *letter).map(|known| known.1);
        let Some(dim) = known(&letters[0]).or(known(&letters[1])) else {
            return self.unclear("it is not said how far these indices run", span);
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

    /// A sum over letters that stand on axes in what follows; nothing if they do not.
    pub fn axis_sum(&mut self, cursor: &mut Cursor<'_>, scripts: Scripts) -> Result<Option<PartId>> {
        let Some((letters, upper)) = scripts.sub.and_then(|sub| self.sum_letters(sub, scripts.sup)) else {
            return Ok(None);
        };
        let hidden: Vec<(usize, String)> = self.hide(&letters);
        let start = self.context.letters.len();
        let span = self.span(cursor.items[cursor.at]);
        let (parts, named, misfits) = (self.parts.len(), self.named.len(), self.misfits.len());
        let free = self.free.len();
        let mut after = Cursor { at: cursor.at + 1, ..*cursor };
        let body = self.attempt(|parser| parser.summed_body(&mut after, &letters, start));
        let sum = match body {
            Ok(Some(body)) => {
                *cursor = after;
                self.over_letters(body, start, (&letters, upper), span).map(Some)
            }
            Ok(None) if self.misfits.len() > misfits && self.free.len() == free => {
                *cursor = after;
                self.placeholder(span).map(Some)
            }
            // What stands on a name without a value may be the letters of the sum.
            Ok(None) if letters.iter().all(|letter| self.free_entries.contains(letter)) => {
                *cursor = after;
                self.placeholder(span).map(Some)
            }
            Ok(None) => {
                self.free.truncate(free);
                self.parts.truncate(parts);
                self.named.truncate(named);
                self.misfits.truncate(misfits);
                Ok(None)
            }
            Err(error) => Err(error),
        };
        if !matches!(sum, Ok(Some(_))) {
            self.context.letters.truncate(start);
        }
        for known in &mut self.context.letters[start..] {
            // What the sum binds means nothing outside.
            if letters.contains(&known.0) {
                known.0.clear();
            }
        }
        for (at, letter) in hidden {
            self.context.letters[at].0 = letter;
        }
        sum
    }

    /// The letters of a sum and its upper bound; nothing for sums of another kind.
    fn sum_letters(&self, sub: Row, sup: Option<Row>) -> Option<(Vec<String>, Option<Row>)> {
        if !self.context.has_tensors() {
            return None;
        }
        let items = self.row(sub);
        let equal = items.iter().position(|&id| *self.kind(id) == Kind::Relation(Relation::Equal));
        let (letters, low) = match equal {
            Some(at) => (&items[..at], &items[at + 1..]),
            None => (items, &[] as &[ItemId]),
        };
        let from_one =
            matches!(low, []) || matches!(low, [one] if matches!(self.kind(*one), Kind::Digits(one) if &**one == "1"));
        let letters = self.letters_of(letters).filter(|_| from_one)?;
        (low.is_empty() == sup.is_none()).then_some((letters, sup))
    }

    /// Takes the letters out of use that mean another thing outside of a sum.
    fn hide(&mut self, letters: &[String]) -> Vec<(usize, String)> {
        let mut hidden = Vec::new();
        for (at, known) in self.context.letters.iter_mut().enumerate() {
            if letters.contains(&known.0) {
                hidden.push((at, std::mem::take(&mut known.0)));
            }
        }
        hidden
    }

    /// A term, and further ones in which letters of the sum stand; nothing if none stands in the first.
    fn summed_body(&mut self, cursor: &mut Cursor<'_>, letters: &[String], start: usize) -> Result<Option<PartId>> {
        let first = self.product(cursor)?;
        let new = |parser: &Self, part: PartId| {
            let set = parser.form(part).indices;
            let bound = parser.context.letters.iter().enumerate().skip(start);
            bound.filter(|(_, known)| letters.contains(&known.0)).any(|(at, _)| set >> at & 1 == 1)
        };
        if !new(self, first) {
            return Ok(None);
        }
        let mut terms = vec![first];
        while cursor.peek().is_some_and(|id| sign(self.kind(id)).is_some()) {
            let (mut probe, parts, named) = (*cursor, self.parts.len(), self.named.len());
            match self.attempt(|parser| parser.signed_term(&mut probe)) {
                Ok(term) if new(self, term) => {
                    terms.push(term);
                    *cursor = probe;
                }
                _ => {
                    self.parts.truncate(parts);
                    self.named.truncate(named);
                    break;
                }
            }
        }
        self.added(terms).map(Some)
    }

    /// The sum of a body over letters of its own.
    fn over_letters(
        &mut self,
        body: PartId,
        start: usize,
        (letters, upper): (&[String], Option<Row>),
        span: Span,
    ) -> Result<PartId> {
        let form = self.form(body);
        let mut summed = 0_u128;
        for letter in letters {
            let at = self.context.letters.iter().skip(start).position(|known| known.0 == *letter);
            let Some(at) = at.map(|at| at + start).filter(|at| form.indices >> at & 1 == 1) else {
                return self.unclear(&format!("`{letter}` does not stand in this sum"), span);
            };
            if let Some(upper) = upper {
                let dim = self.context.letters[at].1;
                let end = self.size_of(upper);
                if !end.is_some_and(|end| self.context.network.arena.shapes().same(end, dim)) {
                    let message =
                        format!("`{letter}` runs to {}, and this sum ends elsewhere", self.context.size_text(dim));
                    let known = matches!(end, Some(Dim::Symbolic(_))) && matches!(dim, Dim::Symbolic(_));
                    let error = Diagnostic::error(if known { "shape" } else { "unreadable" }, message);
                    return self.misfit(error.at(span, ""), span, &[]);
                }
            }
            summed |= 1 << at;
        }
        let mut naming = Naming::default();
        let own = naming.indices(self.context, form.indices);
        let axes = naming.builder.labels(&form.dims());
        let left = form.indices & !summed;
        let out = [naming.indices(self.context, left), axes.clone()].concat();
        naming.builder.factor(&[own, axes].concat());
        let whole = span.to(self.span_of(body));
        let kind = PartKind::Contraction(naming.builder.out(&out));
        self.made(kind, vec![body], whole, Form { indices: left, ..form })
    }
}
