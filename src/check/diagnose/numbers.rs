//! Values of tensor expressions at one random point with small distinct sizes: a sieve, never a proof.
//!
//! Takes expressions of a network; gives their entries, names by their definitions. What the sieve lets through is
//! confirmed by the checker itself.

use rustc_hash::FxHashMap;

use crate::check::diagnose::grid::{Grid, contract, line, square};
use crate::check::diagnose::meaning::Meanings;
use crate::check::diagnose::sample::stand_in;
use crate::check::draw::Range;
use crate::check::random::Random;
use crate::expr::{ExprId, Factor, FunctionId, NameId, Node, NumberId, OrdersId};
use crate::function::{Form, FunctionRef, Kernel};
use crate::network::{Network, Origin, Quantity};
use crate::shape::{Dim, SizeId};
use crate::syntax::ast::ShapeKind;

/// The sizes that symbolic sizes get, in turn: XᵀX has an inverse only where X has no more columns than rows.
const SIZES: [[usize; 6]; 3] = [[3, 4, 5, 2, 6, 7], [4, 3, 2, 5, 6, 7], [5, 2, 3, 4, 6, 7]];
/// The most products that one contraction may add up.
const MAX_PRODUCTS: usize = 200_000;
/// The most entries that all expressions together may have.
const MAX_ENTRIES: usize = 4_000_000;

/// A point with the values of all expressions that were asked for.
#[derive(Debug)]
pub struct Numbers {
    random: Random,
    round: usize,
    meanings: Meanings,
    sizes: FxHashMap<SizeId, usize>,
    values: FxHashMap<ExprId, Grid>,
    entries: usize,
}

impl Numbers {
    /// A point for formulas about the names in `roots`; another `round` draws from other ranges.
    pub fn new(network: &mut Network, roots: &[ExprId], round: usize) -> Numbers {
        Numbers {
            random: Random::from_seed(0x7e50 + round as u64),
            round,
            meanings: Meanings::new(network, roots),
            sizes: FxHashMap::default(),
            values: FxHashMap::default(),
            entries: 0,
        }
    }

    /// A point where a formula has values, with these, if one is found soon.
    pub fn of(network: &mut Network, wanted: ExprId) -> (Numbers, Grid) {
        let mut point = Numbers::new(network, &[wanted], 0);
        let mut value = point.value(network, wanted);
        for round in 1..SIZES.len() {
            let tells =
                value.data.iter().all(|entry| entry.is_finite()) && value.data.iter().any(|entry| *entry != 0.0);
            if tells {
                break;
            }
            point = Numbers::new(network, &[wanted], round);
            value = point.value(network, wanted);
        }
        (point, value)
    }

    /// The entries of an expression.
    pub fn value(&mut self, network: &mut Network, root: ExprId) -> Grid {
        let mut stack = vec![root];
        let mut waiting = Vec::new();
        while let Some(&id) = stack.last() {
            if self.values.contains_key(&id) {
                stack.pop();
                continue;
            }
            if self.entries > MAX_ENTRIES {
                return Grid::unknown(&[]);
            }
            waiting.clear();
            let meaning = self.meanings.of(network, id);
            match meaning {
                Some(meaning) => waiting.push(meaning),
                None => waiting.extend(network.arena.children(id)),
            }
            waiting.retain(|child| !self.values.contains_key(child));
            if waiting.is_empty() {
                let value = match meaning {
                    Some(meaning) => self.spread(network, meaning, id),
                    None => self.compute(network, id),
                };
                self.entries += value.data.len();
                self.values.insert(id, value);
                stack.pop();
            } else {
                stack.extend_from_slice(&waiting);
            }
        }
        self.at(root)
    }

    /// Lets further values be taken, whatever those before cost.
    pub fn refill(&mut self) {
        self.entries = 0;
    }

    /// The sizes of the axes of an expression.
    pub fn dims(&mut self, network: &Network, id: ExprId) -> Vec<usize> {
        let dims = network.arena.dims(id).to_vec();
        dims.into_iter().map(|dim| self.length(network, dim)).collect()
    }

    /// The number that a size is here.
    pub fn length(&mut self, network: &Network, dim: Dim) -> usize {
        let affine = network.arena.shapes().affine(dim);
        for &(size, _) in &affine.sizes {
            self.size(network, size);
        }
        let value = affine.value(|size| self.sizes.get(&size).map(|&size| size as i64));
        value.and_then(|value| usize::try_from(value).ok()).unwrap_or(0)
    }

    fn size(&mut self, network: &Network, size: SizeId) -> usize {
        if let Some(&known) = self.sizes.get(&size) {
            return known;
        }
        let fixed = network.quantity(NameId(size.0)).value.and_then(|value| network.arena.as_number(value));
        let fixed = fixed.and_then(|value| usize::try_from(value.to_integer()?).ok()).filter(|&value| value <= 12);
        let value = fixed.unwrap_or_else(|| {
            let sizes = SIZES[self.round % SIZES.len()];
            sizes[self.sizes.len() % sizes.len()]
        });
        self.sizes.insert(size, value);
        value
    }

    fn at(&self, id: ExprId) -> Grid {
        self.values.get(&id).cloned().unwrap_or_else(|| Grid::unknown(&[]))
    }

    /// The value of what a name stands for, with the axes of the name.
    fn spread(&mut self, network: &Network, meaning: ExprId, id: ExprId) -> Grid {
        let dims = self.dims(network, id);
        let value = self.at(meaning);
        if value.dims.is_empty() && !dims.is_empty() { Grid::filled(&dims, value.data[0]) } else { value }
    }

    fn compute(&mut self, network: &Network, id: ExprId) -> Grid {
        let arena = &network.arena;
        let dims = self.dims(network, id);
        match arena.node(id) {
            Node::Number(number) => Grid::scalar(arena.value(number).to_f64()),
            Node::Constant(constant) => Grid::scalar(constant.to_f64()),
            Node::Name(name) => self.draw(network, name, &dims),
            Node::Parameter(_) | Node::Derivative { .. } => Grid::unknown(&dims),
            Node::Sum(terms) => self.entrywise(&dims, terms, |terms| terms.iter().sum()),
            Node::Product { coefficient, factors } => {
                let number = arena.value(coefficient).to_f64();
                let powers = self.powers(network, factors);
                Grid::scalar(powers.iter().fold(number, |product, power| product * power.at(0)))
            }
            Node::Contraction { coefficient, factors, labels } => {
                let labels = arena.labels(labels);
                let lengths: Vec<usize> = labels.sizes.iter().map(|&dim| self.length(network, dim)).collect();
                let powers = self.powers(network, factors);
                let number = arena.value(coefficient).to_f64();
                contract(number, &powers, labels, &lengths, MAX_PRODUCTS).unwrap_or_else(|| Grid::unknown(&dims))
            }
            Node::Selection(selection) => self.selection(network, arena.selection_of(selection), &dims),
            Node::Call { function, orders, arguments } => self.call(network, (function, orders), arguments, &dims),
            Node::If { comparison, parts } => self.entrywise(&dims, &parts, |parts| match parts {
                &[left, right, then, otherwise] if !left.is_nan() && !right.is_nan() => {
                    if comparison.holds(left, right) { then } else { otherwise }
                }
                _ => f64::NAN,
            }),
        }
    }

    /// What `of` makes of the numbers of some expressions at each entry.
    fn entrywise(&self, dims: &[usize], exprs: &[ExprId], of: impl Fn(&[f64]) -> f64) -> Grid {
        let grids: Vec<Option<&Grid>> = exprs.iter().map(|expr| self.values.get(expr)).collect();
        let mut numbers = vec![0.0; exprs.len()];
        let data = (0..dims.iter().product()).map(|at| {
            for (number, grid) in numbers.iter_mut().zip(&grids) {
                *number = grid.map_or(f64::NAN, |grid| grid.at(at));
            }
            of(&numbers)
        });
        Grid { data: data.collect(), dims: dims.to_vec() }
    }

    fn powers(&self, network: &Network, factors: &[Factor]) -> Vec<Grid> {
        let power = |factor: &Factor| {
            let base = self.at(factor.base);
            match factor.exponent {
                NumberId::ONE => base,
                NumberId::TWO => base.map(|value| value * value),
                NumberId::MINUS_ONE => base.map(|value| 1.0 / value),
                exponent => {
                    let exponent = network.arena.value(exponent).to_f64();
                    base.map(|value| libm::pow(value, exponent))
                }
            }
        };
        factors.iter().map(power).collect()
    }

    fn selection(&mut self, network: &Network, selection: &crate::expr::Selection, dims: &[usize]) -> Grid {
        for &(size, _) in &selection.offset.sizes {
            self.size(network, size);
        }
        let offset = selection.offset.value(|size| self.sizes.get(&size).map(|&size| size as i64));
        let Some(offset) = offset else { return Grid::unknown(dims) };
        let picks = |at: usize| {
            let mut rest = at;
            let sum = dims.iter().zip(&selection.coefficients).rev().fold(offset, |sum, (&dim, times)| {
                let index = rest % dim;
                rest /= dim;
                sum + times * (index as i64 + 1)
            });
            f64::from(u8::from(sum == 0))
        };
        Grid { data: (0..dims.iter().product()).map(picks).collect(), dims: dims.to_vec() }
    }

    fn call(
        &mut self,
        network: &Network,
        (function, orders): (FunctionId, OrdersId),
        arguments: &[ExprId],
        dims: &[usize],
    ) -> Grid {
        let FunctionRef::Table(entry) = network.functions.get(function) else {
            let orders = network.arena.orders(orders);
            return self.entrywise(dims, arguments, |numbers| {
                let factor = |place: usize| {
                    let order = orders.get(place).copied().unwrap_or(0);
                    stand_in(usize::from(function.0) + place, order, numbers[place])
                };
                (0..numbers.len()).map(factor).product()
            });
        };
        match (entry.form, entry.kernel) {
            (Form::AlongAxis { keeps }, _) => {
                let axis = arguments.get(1).and_then(|&axis| network.arena.as_number(axis)?.to_integer());
                let axis = axis.and_then(|axis| usize::try_from(axis).ok()).unwrap_or(usize::MAX);
                self.at(arguments[0]).lines(axis, keeps, |numbers| line(entry.known, numbers))
            }
            (Form::Square { .. }, _) => square(entry.known, &self.at(arguments[0])),
            (Form::Classes, _) => self.classes(dims),
            (_, Kernel::Unary(kernel)) => self.at(arguments[0]).map(kernel),
            (_, Kernel::Binary(kernel)) => self.entrywise(dims, arguments, |numbers| kernel(numbers[0], numbers[1])),
            (_, Kernel::Tensor) => Grid::unknown(dims),
        }
    }

    /// Rows with a 1 at a drawn class.
    fn classes(&mut self, dims: &[usize]) -> Grid {
        let mut grid = Grid::filled(dims, 0.0);
        let width = dims.last().copied().unwrap_or(1).max(1);
        for row in grid.data.chunks_mut(width) {
            let class = self.random.below(row.len() as u64) as usize;
            row[class] = 1.0;
        }
        grid
    }

    /// Values of a leaf that keep what is known of it.
    fn draw(&mut self, network: &Network, name: NameId, dims: &[usize]) -> Grid {
        let quantity = network.quantity(name);
        if quantity.origin == Origin::Size {
            return Grid::scalar(self.size(network, SizeId(name.0)) as f64);
        }
        let range = self.meanings.facts.range(network, name);
        let mut grid = Grid::filled(dims, 0.0);
        for at in 0..grid.data.len() {
            grid.data[at] = self.entry(quantity, &range);
        }
        if let [rows, columns] = *dims
            && rows == columns
        {
            for at in 0..rows {
                // A dominant diagonal keeps inverses tame and determinants positive.
                grid.data[at * columns + at] += if quantity.facts.symmetric || self.round > 0 { 2.0 } else { 0.0 };
                for other in (0..at).filter(|_| quantity.facts.symmetric) {
                    grid.data[at * columns + other] = grid.data[other * columns + at];
                }
            }
        }
        let last = dims.len().checked_sub(1);
        let axis = match quantity.facts.kind {
            ShapeKind::Simplex | ShapeKind::OneHot => last,
            _ => quantity.facts.sums_to_one,
        };
        match axis {
            Some(axis) => grid.lines(axis, true, |line| {
                let sum: f64 = line.iter().sum();
                line.iter().map(|value| value / sum).collect()
            }),
            None => grid,
        }
    }

    fn entry(&mut self, quantity: &Quantity, range: &Range) -> f64 {
        let bound = |value: &Option<crate::rational::Rational>| value.as_ref().map(|value| value.to_f64());
        let facts = &quantity.facts;
        let share = matches!(facts.kind, ShapeKind::Simplex | ShapeKind::OneHot) || facts.sums_to_one.is_some();
        match (bound(&range.low), bound(&range.high)) {
            (Some(low), Some(high)) => self.between(low, high),
            (Some(low), None) => self.between(low, low + 1.5),
            (None, Some(high)) => self.between(high - 1.5, high),
            _ if facts.kind == ShapeKind::Binary => f64::from(u8::from(self.random.below(2) == 1)),
            _ if share || facts.positive || self.round % 2 == 1 => self.between(0.2, 1.7),
            _ => self.between(-1.4, 1.4),
        }
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        let part = (self.random.below(1 << 40) as f64 + 0.5) / (1u64 << 40) as f64;
        low + (high - low) * part
    }
}
