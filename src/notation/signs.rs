//! Signs of derivatives of entries: ∂zᵢ/∂Wⱼₖ, and the chain rule Σₖ ∂C/∂zₖ · ∂zₖ/∂Wᵢⱼ.

use crate::calculus::FactorOrder;
use crate::expr::{NameId, Reach};
use crate::network::Origin;
use crate::notation::formula::Typesetter;
use crate::notation::index::{self, Index, UNIT};
use crate::notation::layout::{Layout, LayoutId, Operator, Sheet};
use crate::notation::names;

impl Typesetter<'_> {
    /// A name with its indices.
    pub fn indexed_name(&mut self, sheet: &mut Sheet, name: NameId, letters: &[char]) -> LayoutId {
        let layout = self.name(sheet, name);
        self.with_letters(sheet, layout, letters)
    }

    fn with_letters(&mut self, sheet: &mut Sheet, layout: LayoutId, letters: &[char]) -> LayoutId {
        self.with_indices(sheet, layout, &indices_of(letters))
    }

    /// ∂zᵢ/∂Wⱼₖ or ∂⁺zᵢ/∂Wⱼₖ, with as many letters for `of` and for `by` as they have axes.
    pub fn derivative_entry(
        &mut self,
        sheet: &mut Sheet,
        of: NameId,
        by: NameId,
        reach: Reach,
        letters: &[char],
    ) -> LayoutId {
        self.derivative_at(sheet, (of, by), reach, &indices_of(letters))
    }

    /// The same at any indices.
    pub(super) fn derivative_at(
        &mut self,
        sheet: &mut Sheet,
        (of, by): (NameId, NameId),
        reach: Reach,
        indices: &[Index],
    ) -> LayoutId {
        let reach = if self.is_direct(of, by) { Reach::Direct } else { reach };
        if let (Reach::Total, Some(layout)) = (reach, self.higher_entry(sheet, of, by, indices)) {
            return layout;
        }
        let (first, second) = indices.split_at(self.axes_of(of).min(indices.len()));
        let above = self.sign(sheet, reach);
        let below = self.sign(sheet, Reach::Total);
        let [numerator, denominator] = [(above, of, first), (below, by, second)].map(|(sign, name, indices)| {
            let name = self.entry_of_name(sheet, name, indices);
            sheet.push(Layout::Row(vec![sign, name]))
        });
        sheet.push(Layout::Fraction { numerator, denominator })
    }

    /// xᵢ; (∂C/∂xᵢ) of what is a derivative itself.
    fn entry_of_name(&mut self, sheet: &mut Sheet, name: NameId, indices: &[Index]) -> LayoutId {
        match self.network().quantity(name).origin {
            Origin::Partial { of, by, .. } => {
                let fraction = self.derivative_at(sheet, (of, by), Reach::Total, indices);
                names::slashed(sheet, fraction)
            }
            _ => {
                let layout = self.name(sheet, name);
                self.with_indices(sheet, layout, indices)
            }
        }
    }

    /// ∂²C/∂xᵢ∂xⱼ where `of` is ∂C/∂x, and so on; of different variables the one taken last stands first.
    fn higher_entry(&mut self, sheet: &mut Sheet, of: NameId, by: NameId, indices: &[Index]) -> Option<LayoutId> {
        let network = self.network();
        let is_partial = |name: NameId| matches!(network.quantity(name).origin, Origin::Partial { .. });
        if !is_partial(of) || is_partial(by) || names::is_of_formula(network, of, by) {
            return None;
        }
        let (mut lowest, mut variables) = (of, vec![by]);
        while let Origin::Partial { of: lower, by, .. } = network.quantity(lowest).origin {
            variables.push(by);
            lowest = lower;
        }
        let axes: Vec<usize> = variables.iter().rev().map(|&name| self.axes_of(name)).collect();
        let (own, mut rest) = indices.split_at_checked(self.axes_of(lowest))?;
        let mut below: Vec<[LayoutId; 2]> = Vec::with_capacity(variables.len());
        for (&name, axes) in variables.iter().rev().zip(axes) {
            let (own, others) = rest.split_at_checked(axes)?;
            rest = others;
            let sign = self.sign(sheet, Reach::Total);
            let name = self.entry_of_name(sheet, name, own);
            below.push([sign, name]);
        }
        if variables.iter().any(|&name| name != by) {
            below.reverse();
        }
        let base = self.sign(sheet, Reach::Total);
        let order = Some(sheet.push(Layout::Number(variables.len().to_string())));
        let sign = sheet.push(Layout::Script { base, sub: None, sup: order, primes: 0 });
        let name = self.entry_of_name(sheet, lowest, own);
        let numerator = sheet.push(Layout::Row(vec![sign, name]));
        let denominator = self.row(sheet, below.concat());
        Some(sheet.push(Layout::Fraction { numerator, denominator }))
    }

    /// The letter of ∂of/∂by, if it has one, with indices.
    pub fn error_entry(&mut self, sheet: &mut Sheet, of: NameId, by: NameId, letters: &[char]) -> Option<LayoutId> {
        let letter = self.error(of, by)?;
        let letters = self.letters_of_error(of, by, letters);
        Some(self.with_letters(sheet, letter, &letters))
    }

    /// The chain rule for one entry: the sum over the users u of `by`, and over their entries, of ∂of/∂u · ∂u/∂by.
    pub fn chain_entry(
        &mut self,
        sheet: &mut Sheet,
        of: NameId,
        by: NameId,
        users: &[(NameId, Reach)],
        letters: &[char],
    ) -> LayoutId {
        let mut row = Vec::new();
        let (first, second) = letters.split_at(self.axes_of(of).min(letters.len()));
        for (at, &(user, reach)) in users.iter().enumerate() {
            if at > 0 {
                row.push(sheet.push(Layout::Operator(Operator::Plus)));
            }
            if user == of {
                let reach = self.link_reach(of, by, reach);
                row.push(self.derivative_entry(sheet, of, by, reach, letters));
                continue;
            }
            let mut used = letters.to_vec();
            let inner: Vec<char> = self.letters_of(&[user]);
            let inner: Vec<char> =
                inner.into_iter().map(|letter| if letter == UNIT { UNIT } else { self.fresh(&mut used) }).collect();
            row.extend(self.sum_sign(sheet, &inner));
            let outer = [first, &inner].concat();
            let adjoint = match self.error_entry(sheet, of, user, &outer) {
                Some(letter) => letter,
                None => self.derivative_entry(sheet, of, user, Reach::Total, &outer),
            };
            let reach = self.link_reach(user, by, reach);
            let link = self.derivative_entry(sheet, user, by, reach, &[&inner, second].concat());
            let times = self.times_sign(sheet);
            row.extend(match self.style().order() {
                FactorOrder::OutputFirst => [adjoint, times, link],
                FactorOrder::ParameterFirst => [link, times, adjoint],
            });
        }
        self.row(sheet, row)
    }

    /// Σₖₗ; nothing where no letter is summed over.
    fn sum_sign(&mut self, sheet: &mut Sheet, letters: &[char]) -> Option<LayoutId> {
        if letters.iter().all(|&letter| letter == UNIT) {
            return None;
        }
        let base = sheet.push(Layout::Operator(Operator::Sum));
        let sub = Some(index::row(sheet, self.network(), &indices_of(letters)));
        Some(sheet.push(Layout::Script { base, sub, sup: None, primes: 0 }))
    }

    pub(super) fn axes_of(&self, name: NameId) -> usize {
        self.network().arena.shapes().dims(self.network().quantity(name).shape).len()
    }
}

fn indices_of(letters: &[char]) -> Vec<Index> {
    letters.iter().map(|&letter| Index::letter(letter)).collect()
}
