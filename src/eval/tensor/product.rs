//! Sums and products of tensors: powers, contractions, what is laid out as their result.

use crate::diagnostic::Diagnostic;
use crate::eval::program::Source;
use crate::eval::tensor::contract::{Contraction, MAX, Operand, Picking};
use crate::eval::tensor::graph::{Kind, MapOperation, Plane, Value, View};
use crate::eval::tensor::limits::too_large;
use crate::eval::tensor::lower::Lowering;
use crate::expr::{Factor, Labels, Node, NumberId, Selection};
use crate::function::{Functions, Known};
use crate::rational::Rational;

/// The largest whole exponent that is multiplied out; the rounding errors of more would add up.
const MULTIPLIED_OUT: i64 = 64;

impl Lowering<'_> {
    /// The sum from left to right; negated terms are subtracted.
    pub(super) fn sum(&mut self, terms: &[Value], source: Source) -> Value {
        let mut sum = terms[0].clone();
        for term in &terms[1..] {
            let negated = match &self.graph.get(term.view.node).kind {
                Kind::Map { operation: MapOperation::Negate, operands } => Some(View {
                    node: operands[0].node,
                    axes: operands[0].axes.iter().map(|&axis| term.view.axes[axis]).collect(),
                }),
                _ => None,
            };
            sum = match negated {
                Some(view) => {
                    let term = Value { view, dims: term.dims.clone() };
                    self.graph.map(MapOperation::Subtract, &[sum, term], source)
                }
                None => self.graph.map(MapOperation::Add, &[sum, term.clone()], source),
            };
        }
        sum
    }

    /// coefficient · Π baseᵉ entry by entry, from left to right; factors with negative exponents divide.
    pub(super) fn product(&mut self, coefficient: &Rational, factors: Vec<(Value, Rational)>, source: Source) -> Value {
        let mut product: Option<Value> = None;
        for (base, exponent) in factors {
            let power = self.power(&base, &exponent.abs(), source);
            product = Some(match (product, exponent.is_negative()) {
                (None, false) => power,
                (None, true) => {
                    let one = self.graph.constant(1.0, source);
                    self.graph.map(MapOperation::Divide, &[one, power], source)
                }
                (Some(product), false) => self.graph.map(MapOperation::Multiply, &[product, power], source),
                (Some(product), true) => self.graph.map(MapOperation::Divide, &[product, power], source),
            });
        }
        match product {
            Some(product) => self.scaled(product, coefficient.to_f64(), source),
            None => self.graph.constant(coefficient.to_f64(), source),
        }
    }

    /// number · value.
    fn scaled(&mut self, value: Value, number: f64, source: Source) -> Value {
        if number == 1.0 {
            return value;
        }
        if let Some(own) = self.graph.number(&value) {
            let constant = self.graph.constant(own * number, source);
            return Value { view: constant.view, dims: value.dims };
        }
        let operation = if number == -1.0 { MapOperation::Negate } else { MapOperation::Scale(number.to_bits()) };
        self.graph.map(operation, &[value], source)
    }

    /// `baseᵉ` for a constant e ≥ 0: whole powers are multiplied out, halves go by the root.
    fn power(&mut self, base: &Value, exponent: &Rational, source: Source) -> Value {
        match exponent.small() {
            Some((1, 1)) => base.clone(),
            Some((n, 1)) if n <= MULTIPLIED_OUT => {
                self.graph.map(MapOperation::Power(n as i32), std::slice::from_ref(base), source)
            }
            Some((n, 2)) if n <= MULTIPLIED_OUT => {
                let root = self.graph.map(MapOperation::Root, std::slice::from_ref(base), source);
                if n == 1 { root } else { self.graph.map(MapOperation::Power(n as i32), &[root], source) }
            }
            _ => {
                let exponent = self.graph.constant(exponent.to_f64(), source);
                let operation = MapOperation::Binary(Functions::with(Known::Power));
                self.graph.map(operation, &[base.clone(), exponent], source)
            }
        }
    }

    pub(super) fn contraction(
        &mut self,
        frame: u32,
        coefficient: NumberId,
        factors: &[Factor],
        labels: &Labels,
        source: Source,
    ) -> Result<Value, Diagnostic> {
        let arena = &self.compiler.network.arena;
        // The whole space need not be held: only its sizes must be known.
        let sizes = self.sizes.dims(self.compiler.network, &labels.sizes);
        let sizes = sizes.map_err(|trouble| self.no_size(trouble, None, source.owner))?;
        let held: Vec<usize> = labels.out.iter().map(|&label| sizes[usize::from(label)]).collect();
        if let Some(bytes) = too_large(&held) {
            return Err(self.unheld(&held, &bytes, None, source.owner));
        }
        if sizes.len() > MAX || factors.len() > MAX {
            return Err(self.error("too-large", "a product has too many factors to be evaluated", source.owner));
        }
        let mut pickings = Vec::new();
        let mut operands = Vec::with_capacity(factors.len());
        for (factor, own) in factors.iter().zip(&labels.factors) {
            if let Node::Selection(selection) = arena.node(factor.base) {
                let plane = self.plane(arena.selection_of(selection), source)?;
                pickings.push(Picking { labels: own.clone(), plane });
                continue;
            }
            let exponent = arena.value(factor.exponent).clone();
            let base = self.value(frame, factor.base);
            let power = self.power(&base, &exponent.abs(), source);
            let axes = power.view.axes.iter().map(|&axis| usize::from(own[axis])).collect();
            let view = View { node: power.view.node, axes };
            operands.push(Operand { view, divides: exponent.is_negative() });
        }
        let counted: f64 = labels
            .summed()
            .filter(|&label| labels.uses(label) == 0)
            .map(|label| sizes[label as usize] as f64)
            .product();
        // A label of a factor that is constant along it is counted, too.
        let seen = operands.iter().flat_map(|operand| operand.view.axes.iter().copied());
        let seen: Vec<usize> =
            seen.chain(pickings.iter().flat_map(|picking| picking.labels.iter().map(|&l| usize::from(l)))).collect();
        let constant_along =
            labels.summed().filter(|&label| labels.uses(label) > 0 && !seen.contains(&usize::from(label)));
        let spread: f64 = constant_along.map(|label| sizes[label as usize] as f64).product();
        let coefficient = arena.value(coefficient).to_f64() * counted * spread;
        let mut out: Vec<usize> = Vec::new();
        for label in labels.out.iter().map(|&label| usize::from(label)) {
            if !out.contains(&label) {
                out.push(label);
            }
        }
        let product = self.planned(operands, &pickings, &sizes, &out, source);
        let links = out.len() < labels.out.len();
        Ok(self.laid_out(product, coefficient, labels, &sizes, links, source))
    }

    fn planned(
        &mut self,
        operands: Vec<Operand>,
        pickings: &[Picking],
        sizes: &[usize],
        out: &[usize],
        source: Source,
    ) -> Operand {
        let needed = |from: usize| {
            let mut needed = out.to_vec();
            for label in pickings[from..].iter().flat_map(|picking| &picking.labels) {
                if !needed.contains(&usize::from(*label)) {
                    needed.push(usize::from(*label));
                }
            }
            needed
        };
        let mut contraction = Contraction { graph: &mut self.graph, sizes, out: needed(0), source };
        let mut product = contraction.plan(operands);
        for (at, picking) in pickings.iter().enumerate() {
            contraction.out = needed(at + 1);
            product = contraction.picked(product, picking);
        }
        product
    }

    /// A product over labels as a value with the axes of the result.
    fn laid_out(
        &mut self,
        product: Operand,
        coefficient: f64,
        labels: &Labels,
        sizes: &[usize],
        links: bool,
        source: Source,
    ) -> Value {
        let out: Vec<usize> = labels.out.iter().map(|&label| usize::from(label)).collect();
        let dims: Vec<usize> = out.iter().map(|&label| sizes[label]).collect();
        let own = self.graph.whole(product.view.node);
        let product = View { axes: product.view.axes, node: self.scaled(own, coefficient, source).view.node };
        if !links {
            let place = |label: &usize| out.iter().position(|known| known == label).unwrap_or_default();
            return Value { view: View { node: product.node, axes: product.axes.iter().map(place).collect() }, dims };
        }
        // The space of a link has every label once.
        let mut space: Vec<usize> = Vec::new();
        out.iter().for_each(|label| {
            if !space.contains(label) {
                space.push(*label)
            }
        });
        let place = |label: &usize| space.iter().position(|known| known == label).unwrap_or_default();
        let of = View { node: product.node, axes: product.axes.iter().map(place).collect() };
        let kind = Kind::Link { of, axes: out.iter().map(place).collect() };
        let node = self.graph.node(kind, dims, source);
        self.graph.whole(node)
    }

    /// A selection with its indices counted from 0.
    fn plane(&self, selection: &Selection, source: Source) -> Result<Plane, Diagnostic> {
        let offset = self.sizes.affine(self.compiler.network, &selection.offset)?;
        let shift = selection.coefficients.iter().try_fold(offset, |sum, &coefficient| sum.checked_add(coefficient));
        match shift {
            Some(offset) => Ok(Plane { coefficients: selection.coefficients.clone(), offset }),
            None => Err(self.error("too-large", "an index is too large a number", source.owner)),
        }
    }
}
