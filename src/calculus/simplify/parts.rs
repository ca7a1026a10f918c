//! A product taken apart: every factor with its labels, so that labels can be united and factors moved.
//!
//! Summed labels are listed and never read off the table of sizes: a label that is left over there must not count.

use crate::expr::{Arena, ExprId, Factor, Label, Labels, Node, NumberId};
use crate::rational::Rational;
use crate::shape::Dim;

/// `base^exponent` on the axes of a product.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
    pub(super) base: ExprId,
    pub(super) exponent: NumberId,
    pub(super) axes: Vec<Label>,
}

impl Part {
    /// A scalar factor.
    pub(super) fn scalar(factor: Factor) -> Part {
        Part { base: factor.base, exponent: factor.exponent, axes: Vec::new() }
    }

    fn factor(&self) -> Factor {
        Factor { base: self.base, exponent: self.exponent }
    }
}

/// A product taken apart.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Parts {
    pub(super) coefficient: Rational,
    pub(super) factors: Vec<Part>,
    pub(super) out: Vec<Label>,
    pub(super) summed: Vec<Label>,
    sizes: Vec<Dim>,
}

/// The most labels of one product; what would have more stays nested.
pub(super) const MAX_LABELS: usize = 64;

impl Parts {
    /// A product of nothing yet.
    pub(super) fn one() -> Parts {
        Parts {
            coefficient: Rational::ONE,
            factors: Vec::new(),
            out: Vec::new(),
            summed: Vec::new(),
            sizes: Vec::new(),
        }
    }

    /// Any expression as a product; one that is none is a single factor.
    pub(super) fn of(arena: &Arena, expr: ExprId) -> Parts {
        let mut parts = Parts::one();
        match arena.node(expr) {
            Node::Number(number) => parts.coefficient = arena.value(number).clone(),
            Node::Product { coefficient, factors } => {
                parts.coefficient = arena.value(coefficient).clone();
                parts.factors = factors.iter().map(|&factor| Part::scalar(factor)).collect();
            }
            Node::Contraction { coefficient, factors, labels } => {
                let labels = arena.labels(labels);
                parts.coefficient = arena.value(coefficient).clone();
                let zipped = factors.iter().zip(&labels.factors);
                parts.factors = zipped
                    .map(|(factor, axes)| Part { base: factor.base, exponent: factor.exponent, axes: axes.clone() })
                    .collect();
                parts.out = labels.out.clone();
                parts.summed = labels.summed().collect();
                parts.sizes = labels.sizes.clone();
            }
            _ => {
                let axes = parts.labels(arena.dims(expr));
                parts.out = axes.clone();
                parts.factors.push(Part { base: expr, exponent: NumberId::ONE, axes });
            }
        }
        parts
    }

    /// The expression.
    pub(super) fn build(&self, arena: &mut Arena) -> ExprId {
        const UNUSED: Label = Label::MAX;
        let mut numbers = vec![UNUSED; self.sizes.len()];
        let mut sizes = Vec::new();
        for &label in self.out.iter().chain(&self.summed) {
            if numbers[label as usize] == UNUSED {
                numbers[label as usize] = sizes.len() as Label;
                sizes.push(self.sizes[label as usize]);
            }
        }
        let renumber = |axes: &[Label]| axes.iter().map(|&label| numbers[label as usize]).collect::<Vec<Label>>();
        let labels = Labels {
            out: renumber(&self.out),
            factors: self.factors.iter().map(|part| renumber(&part.axes)).collect(),
            sizes,
        };
        debug_assert!(
            labels.factors.iter().flatten().all(|&label| label != UNUSED),
            "labels are summed or in the result"
        );
        let factors: Vec<Factor> = self.factors.iter().map(Part::factor).collect();
        let coefficient = arena.number_id(self.coefficient.clone());
        arena.contraction(coefficient, &factors, &labels)
    }

    /// The size of a label.
    pub(super) fn size(&self, label: Label) -> Dim {
        self.sizes[label as usize]
    }

    /// The number of labels that were ever made.
    pub(super) fn label_count(&self) -> usize {
        self.sizes.len()
    }

    /// A new label, neither summed nor in the result yet.
    pub(super) fn label(&mut self, size: Dim) -> Label {
        self.sizes.push(size);
        (self.sizes.len() - 1) as Label
    }

    /// New labels for all axes of a shape.
    pub(super) fn labels(&mut self, dims: &[Dim]) -> Vec<Label> {
        dims.iter().map(|&dim| self.label(dim)).collect()
    }

    /// How often a label stands on factors.
    pub(super) fn uses(&self, label: Label) -> usize {
        self.factors.iter().flat_map(|part| &part.axes).filter(|&&own| own == label).count()
    }

    /// Whether a label is summed.
    pub(super) fn is_summed(&self, label: Label) -> bool {
        self.summed.contains(&label)
    }

    /// Makes one label of two; the result keeps its own. Σ over both under 𝟙[a = b] is Σ over one.
    pub(super) fn unite(&mut self, a: Label, b: Label) {
        if a == b {
            return;
        }
        let (keep, drop) = if self.out.contains(&b) { (b, a) } else { (a, b) };
        if !matches!(self.sizes[keep as usize], Dim::Symbolic(_))
            && matches!(self.sizes[drop as usize], Dim::Symbolic(_))
        {
            self.sizes[keep as usize] = self.sizes[drop as usize];
        }
        let own = self.factors.iter_mut().flat_map(|part| &mut part.axes).chain(&mut self.out);
        own.filter(|label| **label == drop).for_each(|label| *label = keep);
        self.summed.retain(|&label| label != drop);
        if self.out.contains(&keep) {
            self.summed.retain(|&label| label != keep);
        }
    }

    /// Splices the factors of another product in, its result on `axes`; returns the labels of its factors' places.
    pub(super) fn splice(&mut self, inner: &Parts, axes: &[Label], at: usize) -> bool {
        let offset = self.sizes.len() as Label;
        self.sizes.extend(&inner.sizes);
        let shifted = |label: &Label| label + offset;
        self.summed.extend(inner.summed.iter().map(shifted));
        let factors = inner.factors.iter().map(|part| Part {
            base: part.base,
            exponent: part.exponent,
            axes: part.axes.iter().map(shifted).collect(),
        });
        self.factors.splice(at..at, factors.collect::<Vec<_>>());
        let mut united = false;
        // The labels of the inner result are neither summed nor in the result of the whole: they vanish here.
        let mut outer = axes.to_vec();
        for (place, own) in inner.out.iter().map(shifted).enumerate() {
            let first = inner.out.iter().position(|label| label + offset == own).unwrap_or(place);
            if first < place {
                let (a, b) = (outer[first], outer[place]);
                united |= a != b;
                let keep = if self.out.contains(&b) { b } else { a };
                self.unite(a, b);
                outer.iter_mut().filter(|label| **label == a || **label == b).for_each(|label| *label = keep);
            }
        }
        for (place, own) in inner.out.iter().map(shifted).enumerate() {
            let to = outer[place];
            let axes = self.factors.iter_mut().flat_map(|part| &mut part.axes);
            axes.filter(|label| **label == own).for_each(|label| *label = to);
        }
        united
    }

    /// The places of the result that the axes of a factor stand at, if none of them is summed.
    pub(super) fn result_places(&self, part: &Part) -> Option<Vec<usize>> {
        part.axes.iter().map(|label| self.out.iter().position(|own| own == label)).collect()
    }

    /// The parts on the labels of the result that stand in `labels`, as places.
    pub(super) fn places(&self, label: Label) -> Vec<usize> {
        (0..self.out.len()).filter(|&place| self.out[place] == label).collect()
    }
}
