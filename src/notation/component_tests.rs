//! Random contractions in index notation: the value of what is printed, letter by letter, is what the labels say.
//!
//! The formula is evaluated from its layout. Entries beyond the ends of a tensor are 0, so that each letter may run
//! over more than its range.

use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;

use crate::expr::{ExprId, Factor, Label, LabelsBuilder, Node, NumberId, Selection};
use crate::network::{FreeNames, Network, read_network};
use crate::notation::layout::{Face, Layout, LayoutId, Operator, Sheet};
use crate::notation::{Style, Typesetter};
use crate::shape::{Affine, Dim};

const LEAVES: &str = "input s, a : [2], b : [3], c : [4], M : [2, 3], N : [3, 4], S : [3, 3], T : [2, 3, 4]\ny = s\n";

/// The letters of a formula with their values.
type Point = BTreeMap<char, i64>;

/// What a letter of the network is at indices that count from 1; 0 outside.
fn entry(name: &str, dims: &[usize], indices: &[i64]) -> f64 {
    let inside = indices.iter().zip(dims).all(|(&index, &size)| index >= 1 && index <= size as i64);
    let weight = indices.iter().fold(name.bytes().map(i64::from).sum::<i64>(), |sum, &index| 31 * sum + 7 * index);
    if inside { 0.5 + (weight % 17) as f64 / 8.0 } else { 0.0 }
}

fn dims_of(network: &Network, name: &str) -> Vec<usize> {
    let name = network.find(name).unwrap_or_else(|| panic!("{name}: a leaf"));
    let dims = network.arena.shapes().dims(network.quantity(name).shape);
    dims.iter().map(|dim| if let Dim::Known(size) = dim { *size as usize } else { 0 }).collect()
}

struct Reader<'a> {
    network: &'a Network,
    sheet: &'a Sheet,
}

impl Reader<'_> {
    fn pieces(&self, id: LayoutId) -> Vec<LayoutId> {
        match self.sheet.get(id) {
            Layout::Row(row) => row.clone(),
            _ => vec![id],
        }
    }

    fn is(&self, id: LayoutId, operator: Operator) -> bool {
        *self.sheet.get(id) == Layout::Operator(operator)
    }

    /// Terms with their signs, each a product.
    fn value(&self, id: LayoutId, point: &Point) -> f64 {
        let mut total = 0.0;
        let mut sign = 1.0;
        let mut term: Vec<LayoutId> = Vec::new();
        for piece in self.pieces(id) {
            let next = match self.sheet.get(piece) {
                Layout::Operator(Operator::Plus) => 1.0,
                Layout::Operator(Operator::Minus | Operator::Negative) => -1.0,
                _ => {
                    term.push(piece);
                    continue;
                }
            };
            total += if term.is_empty() { 0.0 } else { sign * self.product(&term, point) };
            term.clear();
            sign = next;
        }
        total + sign * self.product(&term, point)
    }

    /// Factors side by side; Σ reaches to the end.
    fn product(&self, row: &[LayoutId], point: &Point) -> f64 {
        let mut product = 1.0;
        for (at, &piece) in row.iter().enumerate() {
            if let Layout::Script { base, sub: Some(sub), sup, .. } = self.sheet.get(piece)
                && self.is(*base, Operator::Sum)
            {
                let end = sup.map_or(5, |sup| self.value(sup, point) as i64);
                let mut letters = self.pieces(*sub);
                if sup.is_some() {
                    letters.truncate(1);
                }
                let letters: Vec<char> = letters.into_iter().map(|id| self.letter(id)).collect();
                return product * self.series(&letters, end, &row[at + 1..], point);
            }
            product *= match self.sheet.get(piece) {
                Layout::Operator(Operator::Juxtapose | Operator::Times) => 1.0,
                Layout::Symbol { face: Face::DoubleStruck, .. } => 1.0,
                _ => self.factor(piece, point),
            };
        }
        product
    }

    fn series(&self, letters: &[char], end: i64, row: &[LayoutId], point: &Point) -> f64 {
        match letters {
            [] => self.product(row, point),
            [first, rest @ ..] => (1..=end)
                .map(|value| {
                    let mut point = point.clone();
                    point.insert(*first, value);
                    self.series(rest, end, row, &point)
                })
                .sum(),
        }
    }

    fn letter(&self, id: LayoutId) -> char {
        match self.sheet.get(id) {
            Layout::Symbol { text, .. } => text.chars().next().expect("a letter"),
            other => panic!("no letter: {other:?}"),
        }
    }

    fn factor(&self, id: LayoutId, point: &Point) -> f64 {
        match self.sheet.get(id) {
            Layout::Number(digits) => digits.parse().expect("a number"),
            Layout::Fraction { numerator, denominator } => {
                self.value(*numerator, point) / self.value(*denominator, point)
            }
            Layout::Symbol { text, .. } => entry(text, &[], &[]),
            Layout::Row(_) => self.value(id, point),
            Layout::Fenced { body, .. } => {
                let row = self.pieces(*body);
                match row.iter().position(|&piece| self.is(piece, Operator::Equals)) {
                    Some(at) => f64::from(u8::from(self.index(&row[..at], point) == self.index(&row[at + 1..], point))),
                    None => self.value(*body, point),
                }
            }
            Layout::Script { base, sub, sup, .. } => {
                let value = match self.sheet.get(*base) {
                    Layout::Symbol { text, .. } => {
                        let indices: Vec<i64> = sub.map_or(Vec::new(), |sub| self.indices(sub, point));
                        entry(text, &dims_of(self.network, text), &indices)
                    }
                    _ => self.factor(*base, point),
                };
                let power = sup.map_or(1.0, |sup| self.value(sup, point));
                value.powf(power)
            }
            other => panic!("not expected: {other:?}"),
        }
    }

    /// Indices with commas between them, or letters side by side.
    fn indices(&self, id: LayoutId, point: &Point) -> Vec<i64> {
        let row = self.pieces(id);
        let is_sum = |piece: &LayoutId| self.is(*piece, Operator::IndexPlus) || self.is(*piece, Operator::Negative);
        if row.iter().any(|&piece| self.is(piece, Operator::IndexComma)) {
            let parts = row.split(|&piece| self.is(piece, Operator::IndexComma));
            return parts.map(|part| self.index(part, point)).collect();
        }
        match row.iter().any(is_sum) || matches!(self.sheet.get(row[0]), Layout::Number(_)) {
            true => vec![self.index(&row, point)],
            false => row.iter().map(|&piece| self.index(&[piece], point)).collect(),
        }
    }

    /// i + k − 1, 2i.
    fn index(&self, row: &[LayoutId], point: &Point) -> i64 {
        let (mut total, mut sign, mut times) = (0, 1, None);
        for &piece in row {
            match self.sheet.get(piece) {
                Layout::Row(inner) => return self.index(&inner.clone(), point),
                Layout::Operator(operator) => {
                    total += sign * times.take().unwrap_or(0);
                    sign = if *operator == Operator::Negative { -1 } else { 1 };
                }
                Layout::Number(digits) => times = Some(digits.parse().expect("a number")),
                _ => times = Some(times.unwrap_or(1) * point[&self.letter(piece)]),
            }
        }
        total + sign * times.unwrap_or(0)
    }
}

/// A factor: which leaf, or a selection with its coefficients and offset, and its labels.
#[derive(Clone, Debug)]
struct Choice {
    leaf: usize,
    coefficients: [i64; 2],
    offset: i64,
    labels: [u8; 3],
    squared: bool,
}

const NAMES: [&str; 8] = ["s", "a", "b", "c", "M", "N", "S", "T"];

fn choices() -> impl Strategy<Value = (Vec<Choice>, Vec<u8>)> {
    let sign = proptest::bool::ANY.prop_map(|minus| if minus { -1 } else { 1 });
    let factor = (0..10usize, sign, 1..3i64, -3..4i64, any::<[u8; 3]>(), proptest::bool::weighted(0.2)).prop_map(
        |(leaf, one, two, offset, labels, squared)| Choice { leaf, coefficients: [one, -two], offset, labels, squared },
    );
    (proptest::collection::vec(factor, 1..5), proptest::collection::vec(any::<u8>(), 0..4))
}

/// A contraction of the chosen factors: each axis takes a label of its size.
fn build(network: &mut Network, choices: &[Choice], out: &[u8]) -> ExprId {
    const SIZES: [u32; 6] = [2, 3, 4, 2, 3, 4];
    let mut builder = LabelsBuilder::default();
    let labels: Vec<Label> = SIZES.iter().map(|&size| builder.label(Dim::Known(size))).collect();
    let mut factors = Vec::new();
    for choice in choices {
        let (base, axes) = match NAMES.get(choice.leaf) {
            Some(name) => {
                let axes = dims_of(network, name).into_iter().zip(choice.labels);
                let label = |(size, pick): (usize, u8)| labels[size - 2 + if pick % 2 == 0 { 0 } else { 3 }];
                let axes: Vec<Label> = axes.map(label).collect();
                let name = network.find(name).unwrap_or_else(|| panic!("{name}: a leaf"));
                (network.name_expr(name), axes)
            }
            None => {
                let rank = choice.leaf - NAMES.len() + 1;
                let axes: Vec<Label> =
                    choice.labels[..rank].iter().map(|pick| labels[usize::from(*pick) % 6]).collect();
                let dims: Vec<Dim> = axes.iter().map(|&label| Dim::Known(SIZES[label as usize])).collect();
                let coefficients = choice.coefficients[..rank].to_vec();
                let selection = Selection { coefficients, offset: Affine::constant(choice.offset) };
                (network.arena.selection(selection, &dims), axes)
            }
        };
        builder.factor(&axes);
        let exponent = if choice.squared { NumberId::TWO } else { NumberId::ONE };
        factors.push(Factor { base, exponent });
    }
    let out: Vec<Label> = out.iter().map(|pick| labels[usize::from(*pick) % 6]).collect();
    let labels = builder.out(&out).renumbered();
    network.arena.contraction(NumberId::ONE, &factors, &labels)
}

/// Σ over the labels of the product of the factors, at one entry.
fn summed(network: &Network, id: ExprId, indices: &[i64]) -> f64 {
    let Node::Contraction { coefficient, factors, labels } = network.arena.node(id) else {
        panic!("a contraction");
    };
    let labels = network.arena.labels(labels);
    let sizes: Vec<i64> =
        labels.sizes.iter().map(|dim| if let Dim::Known(size) = dim { i64::from(*size) } else { 0 }).collect();
    let mut total = 0.0;
    for point in 0..sizes.iter().product::<i64>() {
        let mut rest = point;
        let at: Vec<i64> = sizes.iter().map(|&size| (rest % size + 1, rest /= size).0).collect();
        if labels.out.iter().zip(indices).any(|(&label, &index)| at[label as usize] != index) {
            continue;
        }
        let mut product = 1.0;
        for (factor, axes) in factors.iter().zip(&labels.factors) {
            let own: Vec<i64> = axes.iter().map(|&label| at[label as usize]).collect();
            let value = match network.arena.node(factor.base) {
                Node::Selection(selection) => {
                    let selection = network.arena.selection_of(selection);
                    let terms = selection.coefficients.iter().zip(&own).map(|(times, index)| times * index);
                    f64::from(u8::from(terms.sum::<i64>() + selection.offset.constant == 0))
                }
                Node::Name(name) => {
                    let name = network.spelling(name);
                    entry(&name, &dims_of(network, &name), &own)
                }
                other => panic!("{other:?}"),
            };
            product *= if factor.exponent == NumberId::TWO { value * value } else { value };
        }
        total += product;
    }
    let coefficient = network.arena.value(coefficient).to_f64();
    coefficient * total
}

#[test]
fn index_notation_has_the_value_of_its_contraction() {
    let config = ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]));
    let leaves = read_network(LEAVES, FreeNames::Refused).0.expect("a network");
    let result = runner.run(&choices(), |(choices, out)| {
        let mut network = leaves.clone();
        let id = build(&mut network, &choices, &out);
        proptest::prop_assume!(matches!(network.arena.node(id), Node::Contraction { .. }));
        let dims = network.arena.dims(id).to_vec();
        let mut sheet = Sheet::default();
        let mut setter = Typesetter::new(&network, Style::default());
        let letters = setter.index_letters(dims.len());
        let layout = setter.component(&mut sheet, id, &letters);
        let reader = Reader { network: &network, sheet: &sheet };
        for corner in 0..3i64 {
            let index = |(at, dim): (usize, &Dim)| match dim {
                Dim::Known(size) => (corner + at as i64) % i64::from(*size) + 1,
                _ => 1,
            };
            let indices: Vec<i64> = dims.iter().enumerate().map(index).collect();
            let point: Point = letters.iter().copied().zip(indices.iter().copied()).collect();
            let (printed, expected) = (reader.value(layout, &point), summed(&network, id, &indices));
            let close = (printed - expected).abs() <= 1e-9 * expected.abs().max(1.0);
            proptest::prop_assert!(close, "{sheet:?} at {point:?} is {printed}, not {expected}");
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.expect_err("a failure"));
}
