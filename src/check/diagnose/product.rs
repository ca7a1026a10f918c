//! Edits of one product of tensors: of its factors, their axes and their order, so that its shape stays.

use crate::check::diagnose::Kind;
use crate::check::diagnose::edit::{Edit, Edits};
use crate::check::diagnose::part::edit_number;
use crate::check::diagnose::rewrite::Place;
use crate::expr::{Arena, ExprId, Factor, Label, Labels, Node, NumberId};
use crate::rational::Rational;

/// The most factors of a product whose order and axes are looked at.
const MAX_FACTORS: usize = 10;

/// A product of tensors, taken apart.
#[derive(Clone, Debug)]
pub struct TensorProduct {
    /// The number in front.
    pub coefficient: NumberId,
    /// The factors.
    pub factors: Vec<Factor>,
    /// Their axes.
    pub labels: Labels,
}

impl TensorProduct {
    /// An expression as a product of tensors, if it is one.
    pub fn of(arena: &Arena, expr: ExprId) -> Option<TensorProduct> {
        let Node::Contraction { coefficient, factors, labels } = arena.node(expr) else { return None };
        Some(TensorProduct { coefficient, factors: factors.to_vec(), labels: arena.labels(labels).clone() })
    }

    /// The expression that it is.
    pub fn build(&self, arena: &mut Arena) -> ExprId {
        arena.contraction(self.coefficient, &self.factors, &self.labels)
    }

    /// A new label of the size of another.
    pub fn fresh(&mut self, like: Label) -> Label {
        let size = self.labels.sizes[like as usize];
        self.labels.sizes.push(size);
        (self.labels.sizes.len() - 1) as Label
    }

    /// Puts one label for another, on the factors and on the result; the other one is gone.
    pub fn merge(&mut self, from: Label, to: Label) {
        for axes in self.labels.factors.iter_mut().chain(std::iter::once(&mut self.labels.out)) {
            axes.iter_mut().filter(|label| **label == from).for_each(|label| *label = to);
        }
        self.drop_label(from);
    }

    /// Takes away a label that nothing carries, so that it does not count.
    pub fn drop_label(&mut self, gone: Label) {
        self.labels.sizes.remove(gone as usize);
        for axes in self.labels.factors.iter_mut().chain(std::iter::once(&mut self.labels.out)) {
            axes.iter_mut().filter(|label| **label > gone).for_each(|label| *label -= 1);
        }
    }

    /// Without one factor.
    pub fn without(&self, at: usize) -> TensorProduct {
        let mut rest = self.clone();
        rest.factors.remove(at);
        rest.labels.factors.remove(at);
        rest
    }

    /// The two axes of a factor that is a matrix off the diagonal.
    pub fn matrix(&self, at: usize) -> Option<[Label; 2]> {
        match self.labels.factors[at][..] {
            [row, column] if row != column => Some([row, column]),
            _ => None,
        }
    }

    /// Whether two labels have one size.
    pub fn same(&self, arena: &Arena, a: Label, b: Label) -> bool {
        arena.shapes().same(self.labels.sizes[a as usize], self.labels.sizes[b as usize])
    }

    /// The axes of a factor that is a square matrix.
    pub fn square(&self, arena: &Arena, at: usize) -> Option<[Label; 2]> {
        self.matrix(at).filter(|&[row, column]| self.same(arena, row, column))
    }

    /// The one axis of a factor that is a vector.
    pub fn vector(&self, at: usize) -> Option<Label> {
        match self.labels.factors[at][..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The factors that carry a label.
    pub fn carriers(&self, label: Label) -> Vec<usize> {
        (0..self.factors.len()).filter(|&at| self.labels.factors[at].contains(&label)).collect()
    }
}

/// Adds the edits of the product at a place.
pub fn edit_tensor_product(arena: &mut Arena, place: &Place, edits: &mut Edits) {
    let Some(product) = TensorProduct::of(arena, place.expr) else { return };
    let mut editing = Editing { arena, place, product, edits };
    editing.numbers();
    editing.scalars();
    editing.missing_everywhere();
    for at in 0..editing.product.factors.len().min(MAX_FACTORS) {
        editing.missing(at);
        editing.powers(at);
        editing.transposed(at);
        editing.bracket(at);
    }
    editing.orders();
    editing.elementwise();
}

struct Editing<'a> {
    arena: &'a mut Arena,
    place: &'a Place,
    product: TensorProduct,
    edits: &'a mut Edits,
}

impl Editing<'_> {
    fn add(&mut self, kind: Kind, other: &TensorProduct, part: ExprId, whose: Option<ExprId>) {
        let node = other.build(self.arena);
        if self.arena.shape(node) != self.arena.shape(self.place.expr) {
            return;
        }
        let value = self.place.put(self.arena, node);
        let edit = Edit::new(kind, value, part).beside(node);
        self.edits.push(Edit { whose, ..edit });
    }

    /// A change of shapes and orders: the sentence shows the whole product.
    fn rearranged(&mut self, kind: Kind, other: &TensorProduct, whose: Option<ExprId>) {
        self.add(kind, other, self.place.expr, whose);
    }

    fn factor(&mut self, at: usize) -> ExprId {
        let Factor { base, exponent } = self.product.factors[at];
        self.arena.power(base, exponent)
    }

    /// The number in front another one.
    fn numbers(&mut self) {
        if self.place.is_whole() {
            return;
        }
        let number = self.arena.value(self.product.coefficient).clone();
        let mut product = self.product.clone();
        edit_number(&number, |kind, changed| {
            product.coefficient = self.arena.number_id(changed);
            let node = product.build(self.arena);
            let value = self.place.put(self.arena, node);
            self.edits.push(Edit::new(kind, value, self.place.expr).beside(node).remote(true));
        });
    }

    /// Without a factor; without a square matrix its two axes are one, and an axis that is summed of it alone is gone too.
    fn missing(&mut self, at: usize) {
        let mut part = self.factor(at);
        let mut rest = self.product.without(at);
        if rest.factors.is_empty() {
            return;
        }
        if let Some([row, column]) = self.product.square(self.arena, at) {
            rest.merge(row.max(column), row.min(column));
        } else {
            let own = &self.product.labels.factors[at];
            let lonely = |label: &Label| {
                let is_alone = rest.labels.factors.iter().all(|axes| !axes.contains(label));
                is_alone && (own.len() > 1 || self.product.labels.is_summed(*label))
            };
            let gone: Vec<Label> = own.iter().copied().filter(lonely).collect();
            if gone.len() == own.len() && !gone.is_empty()
                || gone.iter().any(|&label| !self.product.labels.is_summed(label))
            {
                return;
            }
            let summed: Vec<usize> = (0..own.len()).filter(|&axis| gone.contains(&own[axis])).collect();
            part = self.arena.sum_over(part, &summed);
            let mut gone = gone;
            gone.sort_unstable();
            gone.dedup();
            gone.into_iter().rev().for_each(|label| rest.drop_label(label));
        }
        self.add(Kind::MissingFactor, &rest, part, None);
    }

    /// Without a square matrix wherever it stands: abᵀ for X⁻ᵀabᵀX⁻ᵀ.
    fn missing_everywhere(&mut self) {
        let count = self.product.factors.len().min(MAX_FACTORS);
        for first in 0..count {
            let own = self.product.factors[first];
            let equal: Vec<usize> = (0..count).filter(|&at| self.product.factors[at] == own).collect();
            if equal.len() < 2 || equal[0] != first || equal.len() == self.product.factors.len() {
                continue;
            }
            let mut rest = Some(self.product.clone());
            for &at in equal.iter().rev() {
                rest = rest.and_then(|product| {
                    let [row, column] = product.square(self.arena, at)?;
                    let mut shorter = product.without(at);
                    shorter.merge(row.max(column), row.min(column));
                    Some(shorter)
                });
            }
            let part = self.factor(first);
            if let Some(rest) = rest {
                self.add(Kind::MissingFactor, &rest, part, None);
            }
        }
    }

    /// Without all its scalars, such as α/r.
    fn scalars(&mut self) {
        let is_scalar = |at: usize| self.product.labels.factors[at].is_empty();
        let (scalars, others): (Vec<usize>, Vec<usize>) =
            (0..self.product.factors.len()).partition(|&at| is_scalar(at));
        if scalars.len() < 2 || others.is_empty() {
            return;
        }
        let part: Vec<Factor> = scalars.iter().map(|&at| self.product.factors[at]).collect();
        let part = self.arena.product(NumberId::ONE, &part);
        let rest = scalars.iter().rev().fold(self.product.clone(), |rest, &at| rest.without(at));
        self.add(Kind::MissingFactor, &rest, part, None);
    }

    /// A factor once more, once less, inverted; entry by entry, or a square matrix multiplied by itself.
    fn powers(&mut self, at: usize) {
        let Factor { base, exponent } = self.product.factors[at];
        let part = self.factor(at);
        let power = self.arena.value(exponent).clone();
        let step = Rational::integer(if power.is_negative() { -1 } else { 1 });
        let changes = [
            (Kind::MissingFactor, power.add(&step.neg()).filter(|lower| !lower.is_zero()), base),
            (Kind::DoubledFactor, power.add(&step), base),
            (Kind::DoubledFactor, power.add(&power), part),
            (Kind::InvertedFactor, Some(power.neg()), part),
        ];
        for (kind, changed, part) in changes {
            let Some(changed) = changed else { continue };
            let mut other = self.product.clone();
            other.factors[at].exponent = self.arena.number_id(changed);
            self.add(kind, &other, part, None);
        }
        if let Some([_, column]) = self.product.square(self.arena, at) {
            let mut other = self.product.clone();
            let middle = other.fresh(column);
            other.labels.factors[at][1] = middle;
            other.factors.insert(at + 1, other.factors[at]);
            other.labels.factors.insert(at + 1, vec![middle, column]);
            self.add(Kind::DoubledFactor, &other, part, None);
        }
    }

    fn transposed(&mut self, at: usize) {
        if self.product.square(self.arena, at).is_some() {
            let mut other = self.product.clone();
            other.labels.factors[at].reverse();
            let whose = self.factor(at);
            self.rearranged(Kind::Transpose, &other, Some(whose));
        }
    }

    /// r ⊙ a + b for r ⊙ (a + b), or a + r ⊙ b.
    fn bracket(&mut self, at: usize) {
        let Factor { base, exponent } = self.product.factors[at];
        let (NumberId::ONE, Node::Sum(terms)) = (exponent, self.arena.node(base)) else { return };
        let terms = terms.to_vec();
        if self.arena.shape(base) != self.arena.shape(self.place.expr) {
            return;
        }
        for reached in [0, terms.len() - 1] {
            let mut product = self.product.clone();
            product.factors[at] = Factor::plain(terms[reached]);
            let mut loose = terms.clone();
            loose[reached] = product.build(self.arena);
            let sum = self.arena.sum(&loose);
            let value = self.place.put(self.arena, sum);
            self.edits.push(Edit::new(Kind::Bracket, value, base).remote(!self.place.is_whole()));
        }
    }

    /// Two factors in each other's place, and the transpose of one matrix on another.
    fn orders(&mut self) {
        let count = self.product.factors.len().min(MAX_FACTORS);
        for second in 0..count {
            for first in 0..second {
                let axes = [first, second].map(|at| self.product.labels.factors[at].clone());
                let alike = axes[0].len() == axes[1].len()
                    && axes[0] != axes[1]
                    && axes[0].iter().zip(&axes[1]).all(|(&a, &b)| self.product.same(self.arena, a, b));
                if alike && axes[0].len() == 1 {
                    let mut other = self.product.clone();
                    other.labels.factors.swap(first, second);
                    self.rearranged(Kind::OuterSwapped, &other, None);
                }
                if [first, second].iter().all(|&at| self.product.square(self.arena, at).is_some()) {
                    let mut other = self.product.clone();
                    other.labels.factors[first].reverse();
                    other.labels.factors[second].reverse();
                    self.rearranged(Kind::TransposeElsewhere, &other, None);
                }
            }
        }
    }

    /// ⊙ for a product of two square matrices and the reverse; the product of two vectors for ⊙ and the reverse.
    fn elementwise(&mut self) {
        let count = self.product.factors.len().min(MAX_FACTORS);
        for second in 0..count {
            for first in 0..second {
                match [first, second].map(|at| self.product.matrix(at)) {
                    [Some(left), Some(right)] => self.matrices([first, second], [left, right]),
                    _ => self.vectors([first, second]),
                }
            }
        }
    }

    fn matrices(&mut self, at: [usize; 2], axes: [[Label; 2]; 2]) {
        let squares = at.iter().all(|&at| self.product.square(self.arena, at).is_some());
        if !squares {
            return;
        }
        if axes[0] == axes[1] {
            let mut other = self.product.clone();
            let middle = other.fresh(axes[0][0]);
            other.labels.factors[at[0]][1] = middle;
            other.labels.factors[at[1]][0] = middle;
            self.rearranged(Kind::ProductForElementwise, &other, None);
            return;
        }
        for shared in axes[0].into_iter().filter(|label| axes[1].contains(label)) {
            if !self.product.labels.is_summed(shared) || self.product.labels.uses(shared) != 2 {
                continue;
            }
            let other_of = |pair: [Label; 2]| if pair[0] == shared { pair[1] } else { pair[0] };
            let near = axes.map(other_of);
            self.exchanged(at, near, shared);
            let far = at.map(|at| self.end(at, shared));
            for ends in [Some(near), far[0].zip(far[1]).map(|(left, right)| [left, right])].into_iter().flatten() {
                self.entry_by_entry(at, ends, shared);
            }
        }
    }

    /// The end in the result of the matrices that hang together with one, the label `cut` cut through.
    fn end(&self, at: usize, cut: Label) -> Option<Label> {
        let mut reached: Vec<Label> =
            self.product.labels.factors[at].iter().copied().filter(|&label| label != cut).collect();
        let mut next = 0;
        while let Some(&label) = reached.get(next) {
            for carrier in self.product.carriers(label) {
                let own = &self.product.labels.factors[carrier];
                let new: Vec<Label> =
                    own.iter().copied().filter(|label| *label != cut && !reached.contains(label)).collect();
                reached.extend(new);
            }
            next += 1;
        }
        let mut ends = reached.into_iter().filter(|&label| !self.product.labels.is_summed(label));
        ends.next().filter(|_| ends.next().is_none())
    }

    /// BA for AB, each with its own transpose.
    fn exchanged(&mut self, at: [usize; 2], ends: [Label; 2], shared: Label) {
        let [left, right] = at.map(|at| self.product.labels.factors[at].clone());
        let (left_turned, right_turned) = (left[0] == shared, right[1] == shared);
        let mut other = self.product.clone();
        let turn = |turned: bool, axes: [Label; 2]| if turned { vec![axes[1], axes[0]] } else { axes.to_vec() };
        other.labels.factors[at[1]] = turn(right_turned, [ends[0], shared]);
        other.labels.factors[at[0]] = turn(left_turned, [shared, ends[1]]);
        self.rearranged(Kind::FactorOrder, &other, None);
    }

    /// What is left and right of a summed label, entry by entry.
    fn entry_by_entry(&mut self, at: [usize; 2], ends: [Label; 2], shared: Label) {
        if ends.iter().any(|&end| !self.product.same(self.arena, end, shared)) {
            return;
        }
        let mut other = self.product.clone();
        for (side, end) in [(0, ends[1]), (1, ends[0])] {
            let own = &mut other.labels.factors[at[side]];
            own.iter_mut().filter(|label| **label == shared).for_each(|label| *label = end);
        }
        other.drop_label(shared);
        self.rearranged(Kind::ElementwiseForProduct, &other, None);
    }

    fn vectors(&mut self, at: [usize; 2]) {
        let [Some(left), Some(right)] = at.map(|at| self.product.vector(at)) else { return };
        if left != right {
            return;
        }
        if !self.product.labels.is_summed(left) {
            let mut other = self.product.clone();
            let sum = other.fresh(left);
            at.iter().for_each(|&at| other.labels.factors[at] = vec![sum]);
            self.rearranged(Kind::ProductForElementwise, &other, None);
        } else if self.product.labels.uses(left) == 2 {
            let outer: Vec<Label> = self.product.labels.out.clone();
            for label in outer {
                if !self.product.same(self.arena, label, left) {
                    continue;
                }
                let mut other = self.product.clone();
                other.merge(left, label);
                self.rearranged(Kind::ElementwiseForProduct, &other, None);
            }
        }
    }
}
