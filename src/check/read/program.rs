//! Products and sums as programs write them: `\mathrm{np.dot}(A, B)`, `A.T`, `A.dot(B)`, `A.sum(axis=0)`, `A @ B`.

use crate::check::claim::PartId;
use crate::check::diagnose::shapes::Vectors;
use crate::check::form::Form;
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::OrdersId;
use crate::syntax::latex::{Delimiter, ItemId, Kind, Row};
use crate::syntax::spelling::is_module;

use super::axis::StatedAxis;
use super::fork::Fork;
use super::parser::{Cursor, Parser, Result};
use super::product::{Fit, Join};
use super::reduction::Listed;
use super::symbols::WrittenName;
use super::vocabulary::{function_word, over_letter};
use super::words::member_of_module;

/// The words for products of two arguments, each with the sign that it stands for.
const WORDS: &[(&str, Join)] = &[
    ("dot", Join::Program),
    ("matmul", Join::Program),
    ("mm", Join::Program),
    ("mv", Join::Program),
    ("multiply", Join::Entrywise),
    ("mul", Join::Entrywise),
];

/// The functions that are written behind their argument.
const METHODS: &[&str] = &["sum", "mean", "max", "min", "exp", "log", "tanh", "sigmoid", "relu", "softmax"];

/// The sign that a word before two arguments stands for.
pub(super) fn product_word(word: &str) -> Option<Join> {
    WORDS.iter().find(|(known, _)| *known == word).map(|(_, join)| *join)
}

impl Parser<'_> {
    /// `\mathrm{np.dot}(A, B)`.
    pub fn product_call(
        &mut self,
        cursor: &mut Cursor<'_>,
        (written, count): (&WrittenName, usize),
        span: Span,
    ) -> Result<Option<PartId>> {
        let plain = written.sub.is_none() && written.sup.is_none() && written.primes == 0;
        let join = product_word(&written.base).filter(|_| plain && self.context.has_tensors());
        let next = cursor.items.get(cursor.at + count).copied();
        let (Some(join), Some(next)) = (join, next) else { return Ok(None) };
        let (base, scripts) = self.without_scripts(next);
        let Kind::Fence { open: Delimiter::Round, body, .. } = *self.kind(base) else { return Ok(None) };
        if self.context.symbols.has_base(&written.base) {
            return Ok(None);
        }
        let pieces = self.pieces_of(body);
        let [left, right] = pieces[..] else { return Ok(None) };
        let in_module = count > 1 || cursor.peek().is_some_and(|id| self.names_module(id));
        cursor.at += count + 1;
        let [left, right] = [self.whole(left)?, self.whole(right)?];
        let part = if written.base == "dot" && !in_module && self.are_alike_matrices(left, right) {
            self.dot_of_matrices(left, right, span.to(self.span(next)))?
        } else {
            self.joined(vec![(left, Join::Beside), (right, join)])?
        };
        self.parts[part.0 as usize].span = span.to(self.span(next));
        self.raised(part, scripts, span).map(Some)
    }

    /// Whether a word has a module before it: `np.dot`.
    fn names_module(&self, id: ItemId) -> bool {
        match self.kind(id) {
            Kind::Text(text) => text.contains('.'),
            Kind::Accent { body, .. } => member_of_module(self.tree, *body).is_some(),
            _ => false,
        }
    }

    fn are_alike_matrices(&self, left: PartId, right: PartId) -> bool {
        let [a, b] = [left, right].map(|part| self.form(part).plain());
        a.is_matrix() && a.same(b, self.context.network.arena.shapes())
    }

    /// dot(A, B) is a product for one program and a sum over all entries for another.
    fn dot_of_matrices(&mut self, left: PartId, right: PartId, span: Span) -> Result<PartId> {
        let is_square = self.form(left).is_square(self.context.network.arena.shapes());
        match self.second(Fork::Dot, span) {
            Some(false) if is_square => self.joined(vec![(left, Join::Beside), (right, Join::Program)]),
            Some(true) => self.inner_product(left, right, span),
            _ => {
                let message = "dot of two matrices may be their product, or the sum of the products of their entries";
                let error = Diagnostic::error("ambiguous", message).at(span, "");
                self.misfit(error.hint("write `A B`, or `\\operatorname{tr}(A^\\top B)`"), span, &[])
            }
        }
    }

    /// What stands between the commas of a bracket.
    fn pieces_of<'i>(&self, body: Row) -> Vec<&'i [ItemId]>
    where
        Self: 'i,
    {
        let tree = self.tree;
        tree.row(body).split(|&id| *tree.kind(id) == Kind::Symbol(',')).collect()
    }

    /// A factor with what a program writes behind it: `.T`, `.dot(B)`, `.sum(axis=0)`.
    pub fn with_members(&mut self, cursor: &mut Cursor<'_>, factor: PartId) -> Result<PartId> {
        let mut part = factor;
        while let Some((word, end)) = self.member(cursor) {
            let span = self.span_of(factor).to(self.span(cursor.items[end - 1]));
            let fence = cursor.items.get(end).map(|&id| (id, self.kind(id)));
            let body = match fence {
                Some((id, Kind::Fence { open: Delimiter::Round, body, .. })) => Some((*body, span.to(self.span(id)))),
                _ => None,
            };
            let made = match (word.as_str(), body) {
                ("T" | "mT", _) => self.transposed(part, span)?,
                ("t" | "transpose", Some((body, span))) if self.row(body).is_empty() => self.transposed(part, span)?,
                (word, Some((body, span))) => match self.method((part, word), body, span)? {
                    Some(made) => made,
                    None => return Ok(part),
                },
                _ => return Ok(part),
            };
            cursor.at = end + usize::from(!matches!(word.as_str(), "T" | "mT"));
            part = made;
        }
        Ok(part)
    }

    /// The word behind a dot that nothing separates from what stands around it, and where it ends.
    fn member(&self, cursor: &Cursor<'_>) -> Option<(String, usize)> {
        let dot = cursor.peek().filter(|_| self.context.has_tensors())?;
        let before = cursor.at.checked_sub(1).map(|at| self.span(cursor.items[at]))?;
        let touches = *self.kind(dot) == Kind::Symbol('.') && before.end == self.span(dot).start;
        let (word, end) = self.word_at(cursor.items, cursor.at + 1).filter(|_| touches)?;
        (self.span(dot).end == self.span(cursor.items[cursor.at + 1]).start).then_some((word, end))
    }

    /// The word at a place, letter by letter or set as one, and where it ends.
    fn word_at(&self, items: &[ItemId], at: usize) -> Option<(String, usize)> {
        match self.kind(*items.get(at)?) {
            Kind::Text(text) => return Some((text.trim().to_owned(), at + 1)),
            Kind::Accent { body, .. } => return self.tree.word(*body).map(|word| (word, at + 1)),
            _ => {}
        }
        let mut word = String::new();
        let mut end = at;
        while let Some(&id) = items.get(end)
            && let Kind::Letter(letter) = self.kind(id)
            && (end == at || self.span(items[end - 1]).end == self.span(id).start)
        {
            word.push(*letter);
            end += 1;
        }
        (end > at).then_some((word, end))
    }

    /// `np.dot` letter by letter before a bracket: the word behind the dot, and how many items these are.
    pub fn member_in_letters(&self, items: &[ItemId]) -> Option<(String, usize)> {
        let (module, dot) = self.word_at(items, 0).filter(|(word, _)| is_module(word))?;
        let is_dot = items.get(dot).is_some_and(|&id| *self.kind(id) == Kind::Symbol('.'));
        let (member, end) = self.word_at(items, dot + 1).filter(|_| is_dot && dot == module.len())?;
        items.get(end).is_some_and(|&id| self.is_fence(id)).then_some((member, end))
    }

    /// `A.dot(B)`, `A.sum(axis=0)`, `A.sum(0)`; nothing for a word that is neither.
    fn method(&mut self, (part, word): (PartId, &str), body: Row, span: Span) -> Result<Option<PartId>> {
        if let Some(join) = product_word(word) {
            let other = self.whole(self.row(body))?;
            let made = self.joined(vec![(part, Join::Beside), (other, join)])?;
            self.parts[made.0 as usize].span = span;
            return Ok(Some(made));
        }
        let Some(function) = METHODS.contains(&word).then(|| function_word(word)).flatten() else { return Ok(None) };
        let function = over_letter(function).unwrap_or(function);
        let mut listed = Listed::default();
        for piece in self.pieces_of(body).into_iter().filter(|piece| !piece.is_empty()) {
            let number = self.index_text(piece).and_then(|text| text.parse().ok());
            if !self.listed_axis(piece, &mut listed) {
                let unread = || Diagnostic::error("unreadable", "this argument is not read").at(span, "");
                listed.axis = Some(number.ok_or_else(unread)?);
            }
        }
        self.axis = listed.axis.map(StatedAxis::Number);
        self.keeps = listed.keeps;
        let made = self.applied(function, OrdersId::NONE, vec![part], span);
        self.keeps = false;
        let unused = self.axis.take().is_some();
        let made = made?;
        if unused {
            return self.unclear("it is not said along which axis this function is taken", span).map(Some);
        }
        Ok(Some(made))
    }

    /// The product that programs write `@` or `dot`: of two vectors the inner one; a vector before a matrix stands as a
    /// row and one behind it as a column, and what they give stands as vectors do.
    pub fn program_product(&mut self, left: PartId, right: PartId) -> Result<Fit> {
        let span = self.span_of(left).to(self.span_of(right));
        let forms = [left, right].map(|part| self.form(part));
        if forms.iter().all(|form| form.is_vector()) {
            let [a, b] = forms.map(Form::dims);
            // uvᵀ and uᵀv, where a transpose says which of them is meant.
            let (column, row) = (Form::of(&a, false), Form::of(&b, true));
            let outer = forms[0].plain() == column && forms[1].plain() == row;
            return if outer {
                self.pair(left, right, Join::Beside)
            } else {
                self.inner_product(left, right, span).map(Ok)
            };
        }
        let stands = |form: Form, row: bool| Form { indices: form.indices, ..Form::of(&form.dims(), row) };
        let rows = self.context.reading.vectors == Vectors::Rows;
        let mut factors = [left, right];
        let mut plain = false;
        for (at, row) in [(0, true), (1, false)] {
            let form = forms[at];
            if form.is_vector() && forms[1 - at].is_matrix() && form == stands(form, rows) {
                plain = true;
                if form != stands(form, row) {
                    factors[at] = self.turned(factors[at], stands(form, row))?;
                }
            }
        }
        let made = self.pair(factors[0], factors[1], Join::Beside)?;
        let Ok(part) = made else { return Ok(made) };
        let form = self.form(part);
        let turns = plain && form.is_vector() && form != stands(form, rows);
        if turns { self.turned(part, stands(form, rows)).map(Ok) } else { Ok(Ok(part)) }
    }
}
