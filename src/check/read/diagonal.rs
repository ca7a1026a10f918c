//! diag(·) where letters stand on what it is taken of: of a row of a matrix, and of entries that a letter counts.

use crate::check::claim::{PartId, PartKind};
use crate::check::form::Form;
use crate::diagnostic::Span;
use crate::shape::Dim;
use crate::syntax::latex::{ItemId, Kind, Relation};

use super::entry::Naming;
use super::factor::Scripts;
use super::parser::{Cursor, Parser, Result};
use super::symbols::WrittenName;

impl Parser<'_> {
    /// `\operatorname{diag}_i(v_i)`, `\operatorname{diag}(v_i)_{i=1}^n`: the letter that counts the entries is said.
    pub fn counted_diagonal(
        &mut self,
        cursor: &mut Cursor<'_>,
        written: &WrittenName,
        span: Span,
    ) -> Result<Option<PartId>> {
        let is_plain = written.base == "diag" && written.primes == 0 && self.context.has_tensors();
        let Some(next) = cursor.second().filter(|_| is_plain && !self.context.symbols.has_base("diag")) else {
            return Ok(None);
        };
        let (fence, behind) = self.without_scripts(next);
        let Kind::Fence { body, .. } = *self.kind(fence) else { return Ok(None) };
        let before = Scripts { sub: written.sub, sup: written.sup, primes: 0 };
        let (counter, left) = if before.sub.is_some() { (before, behind) } else { (behind, Scripts::default()) };
        let Some((letter, end)) = self.counter(counter) else { return Ok(None) };
        cursor.at += 2;
        let span = span.to(self.span(next));
        let inner = self.inside(body, span)?;
        let bit = self.context.letters.iter().position(|known| known.0 == letter);
        let form = self.form(inner);
        let dim =
            bit.filter(|&bit| form.is_single() && form.indices == 1 << bit).map(|bit| self.context.letters[bit].1);
        let shapes = self.context.network.arena.shapes();
        let fits = dim.is_some_and(|dim| end.is_none_or(|end| shapes.same(end, dim)));
        let part = match self.diagonal_of_letters(inner, span)? {
            Some(part) if fits => part,
            _ => self.unclear("the letter of this diagonal does not count what stands in it", span)?,
        };
        self.raised(part, left, span).map(Some)
    }

    /// The letter of `_i`, `_{i=1}^n`, `_{i=1,\dots,n}`, and the size that it ends with.
    fn counter(&mut self, scripts: Scripts) -> Option<(String, Option<Dim>)> {
        let items = self.row(scripts.sub?);
        let (first, rest) = items.split_first()?;
        let [letter] = <[String; 1]>::try_from(self.letters_of(&[*first])?).ok()?;
        let is_one = |id: ItemId| matches!(self.kind(id), Kind::Digits(one) if &**one == "1");
        let is_equal = |id: ItemId| *self.kind(id) == Kind::Relation(Relation::Equal);
        match (rest, scripts.sup) {
            ([], None) => Some((letter, None)),
            ([equal, one], Some(sup)) if is_equal(*equal) && is_one(*one) => Some((letter, Some(self.size_of(sup)?))),
            ([equal, one, .., last], None) if is_equal(*equal) && is_one(*one) => {
                let text = self.index_text(&[*last])?;
                Some((letter, Some(self.size_named(&text)?)))
            }
            _ => None,
        }
    }

    /// `\operatorname{diag}(P_{i:})`, `\operatorname{diag}(p_i(1-p_i))`; nothing for what is neither.
    pub fn diagonal_of_letters(&mut self, part: PartId, span: Span) -> Result<Option<PartId>> {
        let form = self.form(part);
        if form.indices == 0 || form.identity || form.high || form.has_pairs() {
            return Ok(None);
        }
        if form.is_vector() {
            return self.diagonal_of_vector(part, span).map(Some);
        }
        let counted = form.is_single().then(|| form.indices.trailing_zeros() as usize);
        let Some(bit) = counted.filter(|_| form.indices.count_ones() == 1) else { return Ok(None) };
        let Some((letter, dim)) = self.context.letters.get(bit).cloned() else { return Ok(None) };
        if self.summed.contains(&letter) {
            return self.unclear("it is not said of what this is the diagonal", span).map(Some);
        }
        self.context.diagonal.push(letter);
        let mut naming = Naming::default();
        let letters = naming.indices(self.context, form.indices);
        let column = naming.builder.label(dim);
        let unit = [letters[0], column];
        naming.builder.factor(&letters);
        naming.builder.factor(&unit);
        let labels = naming.builder.out(&unit);
        let ones = self.unit_matrix(dim, span)?;
        let form = Form::of(&[dim, dim], false);
        self.made(PartKind::Contraction(labels), vec![part, ones], span, form).map(Some)
    }

    fn diagonal_of_vector(&mut self, part: PartId, span: Span) -> Result<PartId> {
        let form = self.form(part);
        let Some(&dim) = form.dims().first() else { return self.unclear("this is no diagonal", span) };
        let mut naming = Naming::default();
        let letters = naming.indices(self.context, form.indices);
        let (row, column) = (naming.builder.label(dim), naming.builder.label(dim));
        naming.builder.factor(&[letters.clone(), vec![row]].concat());
        naming.builder.factor(&[row, column]);
        let labels = naming.builder.out(&[letters, vec![row, column]].concat());
        let ones = self.unit_matrix(dim, span)?;
        let form = Form { indices: form.indices, ..Form::of(&[dim, dim], false) };
        self.made(PartKind::Contraction(labels), vec![part, ones], span, form)
    }

    /// The identity matrix of a size.
    fn unit_matrix(&mut self, dim: Dim, span: Span) -> Result<PartId> {
        let expr = self.context.network.arena.identity(&[dim]);
        self.push_formed(PartKind::Made, Vec::new(), span, expr, Form::of(&[dim, dim], false))
    }
}
