//! Terms that a sum leaves out: Σ_{j ≠ i}, and in it u for {u if j ≠ i; 1 otherwise}.

use crate::expr::{Arena, ExprId, Factor, Labels, Node, NumberId};
use crate::notation::bound::Bound;
use crate::notation::formula::Typesetter;
use crate::notation::index::{self, Index, Mark};
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};
use crate::notation::piece::{Kind, Level, Piece};
use crate::syntax::ast::Comparison;

impl Typesetter<'_> {
    /// The conditions form = 0 of the terms that factors of a product leave out, each with the place of the factor.
    pub(super) fn exclusions(
        &self,
        factors: &[Factor],
        labels: &Labels,
        indices: &[Option<Index>],
    ) -> Vec<(usize, Index)> {
        let of = |at: usize| {
            let Factor { base, exponent } = factors[at];
            let selection = self.arena().as_exclusion(base).filter(|_| !self.arena().value(exponent).is_negative())?;
            let own: Option<Vec<Index>> =
                labels.factors[at].iter().map(|&label| indices[label as usize].clone()).collect();
            Some((at, self.picked(selection, &own?)?))
        };
        (0..factors.len()).filter_map(of).collect()
    }

    /// The same of a product that is itself a factor, as in a sum over what is multiplied entry by entry.
    pub(super) fn exclusions_within(
        &self,
        factors: &[Factor],
        labels: &Labels,
        indices: &[Option<Index>],
    ) -> Vec<Index> {
        let mut found = Vec::new();
        for (factor, axes) in factors.iter().zip(&labels.factors) {
            let Node::Contraction { factors, labels, .. } = self.arena().node(factor.base) else { continue };
            if factor.exponent != NumberId::ONE {
                continue;
            }
            let labels = self.arena().labels(labels);
            let outside = |label: u16| {
                let place = labels.out.iter().position(|own| *own == label)?;
                indices.get(usize::from(*axes.get(place)?))?.clone()
            };
            let own: Vec<Option<Index>> = (0..labels.sizes.len() as u16).map(outside).collect();
            found.extend(self.exclusions(factors, labels, &own).into_iter().map(|(_, form)| form));
        }
        found
    }

    /// The sum form where a selection, or one that is placed among further axes, picks: it is 0 there.
    fn picked(&self, expr: ExprId, indices: &[Index]) -> Option<Index> {
        match self.arena().node(expr) {
            Node::Selection(selection) => {
                let selection = self.arena().selection_of(selection);
                let mut terms = indices.iter().zip(&selection.coefficients);
                terms.try_fold(Index::fixed(selection.offset.clone()), |form, (index, &coefficient)| {
                    form.plus(&index.as_number(), coefficient)
                })
            }
            Node::Contraction { coefficient: NumberId::ONE, factors: &[only], labels } => {
                let labels = self.arena().labels(labels);
                let is_selection = matches!(self.arena().node(only.base), Node::Selection(_));
                if !is_selection || only.exponent != NumberId::ONE || labels.out.len() != labels.sizes.len() {
                    return None;
                }
                let place = |label: &u16| labels.out.iter().position(|own| own == label);
                let own: Option<Vec<Index>> =
                    labels.factors[0].iter().map(|label| indices.get(place(label)?).cloned()).collect();
                self.picked(only.base, &own?)
            }
            _ => None,
        }
    }

    /// The condition form = 0 under which a case distinction has its second case.
    pub(super) fn left_out(&self, comparison: Comparison, parts: [ExprId; 4], indices: &[Index]) -> Option<Index> {
        (comparison == Comparison::Equal && parts[1] == Arena::ZERO).then(|| self.picked(parts[0], indices)).flatten()
    }

    /// Whether a case distinction asks whether a selection picks.
    pub(super) fn is_guard(&self, id: ExprId) -> bool {
        let Node::If { comparison, parts } = self.arena().node(id) else { return false };
        let axes = self.arena().dims(id).len();
        self.left_out(comparison, parts, &vec![Index::default(); axes]).is_some()
    }

    /// Whether the terms with form = 0 are left out where the formula stands.
    pub(super) fn is_excluded(&self, form: &Index) -> bool {
        self.excluded.iter().any(|known| {
            let difference = |sign| known.clone().plus(form, sign);
            [1, -1].into_iter().any(|sign| difference(sign) == Some(Index::default()))
        })
    }

    /// 𝟙[j ≠ i].
    pub(super) fn exclusion(&self, sheet: &mut Sheet, form: &Index) -> Piece {
        let body = index::comparison(sheet, self.network, form, Operator::NotEqual);
        let layout = index::indicator(sheet, body);
        Piece { layout, level: Level::Atom, kind: Kind::Delta, negative: false, tall: false }
    }

    /// j ≠ i below a sum over j, for one of the forms that are left out; which of them it is.
    pub(super) fn below_sum(&self, sheet: &mut Sheet, letter: char, form: &Index) -> Option<LayoutId> {
        let mark = Mark::Letter(letter);
        let &(_, times) = form.marks.iter().find(|(own, _)| *own == mark).filter(|(_, times)| times.abs() == 1)?;
        let other = Index::letter(letter).plus(form, -times)?;
        let left = index::one(sheet, self.network, &Index::letter(letter));
        let unequal = sheet.push(Layout::Operator(Operator::NotEqual));
        let right = index::one(sheet, self.network, &other);
        Some(sheet.push(Layout::Row(vec![left, unequal, right])))
    }
}

/// The letter of a sum below which a condition stands: the last of those in it whose range is told.
pub(super) fn letter_of(bound: &[Bound], form: &Index) -> Option<char> {
    let is_fit = |bound: &&Bound| {
        let single = |(mark, times): &(Mark, i64)| *mark == Mark::Letter(bound.letter) && times.abs() == 1;
        form.marks.iter().any(single)
    };
    bound.iter().rfind(is_fit).filter(|bound| bound.size.is_none()).map(|bound| bound.letter)
}
