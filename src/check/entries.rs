//! Tensors as their entries: a network at concrete sizes, in scalars, so that the decision for scalars serves matrices.
//!
//! Takes a network and sizes; gives for each of its expressions the scalar expressions of the entries, in a network of
//! its own. Symbolic sizes get small distinct values, so that a transpose shows.

use rustc_hash::{FxHashMap, FxHashSet};

use super::square;
use super::unfold::Refusal;
use crate::expr::{Arena, ExprId, Factor, FunctionId, Label, Labels, NameId, Node, OrdersId, Postorder, Selection};
use crate::function::{Form, FunctionRef};
use crate::network::{Assumption, Equation, Network, Origin, Quantity};
use crate::shape::{Dim, Shape, SizeId};
use crate::syntax::ast::{Comparison, ShapeKind};

/// The most entries of one tensor.
const MAX_ENTRIES: usize = 4_096;
/// The most products that one contraction of two factors may add up.
const MAX_PRODUCTS: usize = 200_000;

/// The class that each entry of a one-hot quantity stands for, or none: then only that they sum to 1 is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Classes {
    /// The entries of a one-hot vector are free, but for their sum.
    Free,
    /// The classes of all one-hot vectors are drawn with this seed, and so are the entries of masks.
    Drawn(u64),
}

/// The entries of a tensor, the last axis fastest.
#[derive(Clone, PartialEq, Debug)]
struct Entries {
    dims: Vec<usize>,
    items: Vec<ExprId>,
}

/// A network at concrete sizes.
#[derive(Clone, Debug)]
pub struct EntryNetwork {
    /// The network of scalars: the entries are quantities of it.
    pub network: Network,
    sizes: FxHashMap<SizeId, usize>,
    classes: Classes,
    names: FxHashMap<NameId, Entries>,
    one_hots: FxHashMap<NameId, Entries>,
    done: FxHashMap<ExprId, Entries>,
    origins: FxHashMap<NameId, (NameId, Vec<usize>)>,
}

impl EntryNetwork {
    /// The network at these sizes; a size that is missing has the value that the network gives it.
    pub fn new(source: &Network, sizes: &[(SizeId, usize)], classes: Classes) -> Self {
        let mut network = source.clone();
        network.assumptions.clear();
        let entries = EntryNetwork {
            network,
            sizes: sizes.iter().copied().collect(),
            classes,
            names: FxHashMap::default(),
            one_hots: FxHashMap::default(),
            done: FxHashMap::default(),
            origins: FxHashMap::default(),
        };
        entries.with_assumptions(source)
    }

    /// The assumptions between scalars; those about tensors are facts of quantities.
    fn with_assumptions(mut self, source: &Network) -> Self {
        for assumption in &source.assumptions {
            let sides = (self.of(source, assumption.left), self.of(source, assumption.right));
            let (Ok(left), Ok(right)) = sides else { continue };
            if let ([left], [right]) = (left.as_slice(), right.as_slice()) {
                self.network.assumptions.push(Assumption { left: *left, right: *right, ..*assumption });
            }
        }
        self
    }

    /// The sizes as they were chosen: `n = 3`.
    pub fn size(&self, size: SizeId) -> Option<usize> {
        self.sizes.get(&size).copied()
    }

    /// The quantity and the entry, counted from 1, that a scalar of the network stands for.
    pub fn origin(&self, entry: NameId) -> Option<(NameId, &[usize])> {
        self.origins.get(&entry).map(|(name, at)| (*name, at.as_slice()))
    }

    /// The entries of an expression of the source, the last axis fastest.
    pub fn of(&mut self, source: &Network, expr: ExprId) -> Result<Vec<ExprId>, Refusal> {
        self.define_names(source, expr)?;
        self.expand(source, expr)?;
        Ok(self.done[&expr].items.clone())
    }

    /// Whether two expressions have as many axes of the same sizes, or one of them is a scalar.
    pub fn have_one_shape(&self, source: &Network, sides: [ExprId; 2]) -> Result<bool, Refusal> {
        let shapes = sides.map(|side| source.arena.shape(side));
        if shapes.iter().any(|shape| shape.is_scalar()) {
            return Ok(true);
        }
        Ok(self.dims(source, shapes[0])? == self.dims(source, shapes[1])?)
    }

    /// Expands the definitions of all names that an expression needs, in the order of use.
    fn define_names(&mut self, source: &Network, expr: ExprId) -> Result<(), Refusal> {
        let mut needed: FxHashSet<NameId> = FxHashSet::default();
        let mut stack = vec![expr];
        let mut order = Vec::new();
        while let Some(root) = stack.pop() {
            Postorder::default().collect(&source.arena, &[root], &mut order);
            for name in order.iter().filter_map(|&id| source.arena.as_name(id)) {
                if !self.names.contains_key(&name)
                    && needed.insert(name)
                    && let Some(equation) = source.definition(name)
                {
                    stack.push(equation.value);
                }
            }
        }
        for equation in source.equations.iter().filter(|equation| needed.contains(&equation.name)) {
            self.expand(source, equation.value)?;
            let entries = self.done[&equation.value].clone();
            self.define(source, equation, entries)?;
        }
        Ok(())
    }

    /// Makes the entries of an equation quantities with equations of their own; a scalar one stays the quantity it is.
    fn define(&mut self, source: &Network, equation: &Equation, value: Entries) -> Result<(), Refusal> {
        let dims = self.dims(source, source.quantity(equation.name).shape)?;
        let value = spread(value, &dims)?;
        let mut items = Vec::with_capacity(value.items.len());
        for (at, &expr) in value.items.iter().enumerate() {
            let origin = Origin::Equation(self.network.equations.len() as u32);
            let name = self.quantity(source, equation.name, &dims, at, origin);
            self.network.equations.push(Equation { name, value: expr, ..*equation });
            items.push(self.network.name_expr(name));
        }
        self.names.insert(equation.name, Entries { dims, items });
        Ok(())
    }

    /// A new scalar for one entry of a quantity.
    fn quantity(&mut self, source: &Network, of: NameId, dims: &[usize], at: usize, origin: Origin) -> NameId {
        let name = NameId(self.network.quantities.len() as u32);
        let quantity = source.quantity(of);
        let place: Vec<usize> = place(dims, at).into_iter().map(|index| index + 1).collect();
        let stem = if dims.is_empty() {
            source.spelling(of)
        } else {
            let indices: Vec<String> = place.iter().map(usize::to_string).collect();
            format!("{}[{}]", source.spelling(of), indices.join(", "))
        };
        self.network.quantities.push(Quantity {
            stem: stem.into(),
            indices: Box::new([]),
            origin,
            shape: Shape::SCALAR,
            value: None,
            ..quantity.clone()
        });
        self.origins.insert(name, (of, place));
        name
    }

    fn dims(&self, source: &Network, shape: Shape) -> Result<Vec<usize>, Refusal> {
        let shapes = source.arena.shapes();
        let dims: Vec<usize> =
            shapes.dims(shape).iter().map(|&dim| self.length(source, dim)).collect::<Result<_, _>>()?;
        let count = dims.iter().try_fold(1usize, |count, &dim| count.checked_mul(dim));
        match count {
            Some(count) if count <= MAX_ENTRIES => Ok(dims),
            _ => Err("the tensors have too many entries to be compared one by one".to_owned()),
        }
    }

    fn length(&self, source: &Network, dim: Dim) -> Result<usize, Refusal> {
        let value = source.arena.shapes().affine(dim).value(|size| self.value_of(source, size));
        value
            .and_then(|value| usize::try_from(value).ok())
            .ok_or_else(|| "a size is negative or not known where the sizes are drawn".to_owned())
    }

    fn value_of(&self, source: &Network, size: SizeId) -> Option<i64> {
        match self.sizes.get(&size) {
            Some(&value) => i64::try_from(value).ok(),
            None => source.arena.as_number(source.quantity(NameId(size.0)).value?)?.to_integer(),
        }
    }

    /// Finds the entries of an expression, whose names are defined, and of all its parts.
    fn expand(&mut self, source: &Network, expr: ExprId) -> Result<(), Refusal> {
        let mut order = Vec::new();
        Postorder::default().collect(&source.arena, &[expr], &mut order);
        for id in order {
            if !self.done.contains_key(&id) {
                let entries = self.node(source, id)?;
                self.done.insert(id, entries);
            }
        }
        Ok(())
    }

    fn node(&mut self, source: &Network, id: ExprId) -> Result<Entries, Refusal> {
        match source.arena.node(id) {
            Node::Number(number) => Ok(scalar(self.network.arena.number(source.arena.value(number).clone()))),
            Node::Constant(constant) => Ok(scalar(self.network.arena.constant(constant))),
            Node::Parameter(index) => Ok(scalar(self.network.arena.parameter(index))),
            Node::Name(name) => self.name(source, name),
            Node::Sum(terms) => {
                let dims = self.dims(source, source.arena.shape(id))?;
                let terms: Vec<Entries> =
                    terms.iter().map(|term| spread(self.done[term].clone(), &dims)).collect::<Result<_, _>>()?;
                let count = dims.iter().product();
                let items = (0..count).map(|at| {
                    let terms: Vec<ExprId> = terms.iter().map(|term| term.items[at]).collect();
                    self.network.arena.sum(&terms)
                });
                Ok(Entries { items: items.collect(), dims })
            }
            Node::Product { coefficient, factors } => {
                let bases: Vec<ExprId> = factors.iter().map(|factor| self.done[&factor.base].items[0]).collect();
                let factors = self.powers(source, factors, &bases);
                let coefficient = self.network.arena.number_id(source.arena.value(coefficient).clone());
                Ok(scalar(self.network.arena.product(coefficient, &factors)))
            }
            Node::Contraction { coefficient, factors, labels } => {
                let labels = source.arena.labels(labels);
                let entries = self.contraction(source, factors, labels)?;
                let coefficient = self.network.arena.number_id(source.arena.value(coefficient).clone());
                let items = entries.items.iter().map(|&item| self.network.arena.scale(coefficient, item)).collect();
                Ok(Entries { items, ..entries })
            }
            Node::Selection(selection) => {
                let dims = self.dims(source, source.arena.shape(id))?;
                self.selection(source, source.arena.selection_of(selection), dims)
            }
            Node::If { comparison, parts } => {
                let dims = self.dims(source, source.arena.shape(id))?;
                let mut all = Vec::with_capacity(4);
                for part in parts {
                    all.push(spread(self.done[&part].clone(), &dims)?);
                }
                let items = (0..dims.iter().product()).map(|at| {
                    let parts = [0, 1, 2, 3].map(|part: usize| all[part].items[at]);
                    self.network.arena.conditional(comparison, parts)
                });
                Ok(Entries { items: items.collect(), dims })
            }
            Node::Call { function, orders, arguments } => self.call(source, id, function, orders, arguments),
            Node::Derivative { .. } => Err("a derivative that is only a symbol has no entries".to_owned()),
        }
    }

    /// The entries of a quantity: of a leaf, made when it is first met.
    fn name(&mut self, source: &Network, name: NameId) -> Result<Entries, Refusal> {
        if let Some(known) = self.names.get(&name) {
            return Ok(known.clone());
        }
        let quantity = source.quantity(name);
        if quantity.origin == Origin::Size {
            let expr = match self.value_of(source, SizeId(name.0)) {
                Some(value) => self.network.arena.integer(value),
                None => self.network.name_expr(name),
            };
            return Ok(scalar(expr));
        }
        let dims = self.dims(source, quantity.shape)?;
        let entries = match (quantity.facts.kind, self.classes) {
            (ShapeKind::OneHot, classes) => self.one_hot(source, name, dims, classes),
            (ShapeKind::Binary, Classes::Drawn(seed)) => self.mask(name, dims, seed),
            _ => self.leaf(source, name, dims),
        };
        self.names.insert(name, entries.clone());
        Ok(entries)
    }

    fn leaf(&mut self, source: &Network, name: NameId, dims: Vec<usize>) -> Entries {
        let facts = source.quantity(name).facts.clone();
        let count: usize = dims.iter().product();
        let mut items: Vec<ExprId> = Vec::with_capacity(count);
        for at in 0..count {
            let twin = place(&dims, at);
            let twin = facts.symmetric && twin.len() == 2 && twin[1] < twin[0];
            let expr = if twin {
                let twin = place(&dims, at);
                items[twin[1] * dims[1] + twin[0]]
            } else {
                let origin = source.quantity(name).origin;
                let entry = self.quantity(source, name, &dims, at, origin);
                self.network.name_expr(entry)
            };
            items.push(expr);
        }
        let entries = Entries { dims, items };
        if let Some(axis) = facts.sums_to_one {
            self.sums_to_one(source, name, &entries, axis);
        }
        if facts.positive || facts.kind == ShapeKind::Simplex {
            for &entry in &entries.items {
                self.assume(source, name, entry, Comparison::Greater, Arena::ZERO);
            }
        }
        entries
    }

    fn assume(&mut self, source: &Network, of: NameId, left: ExprId, comparison: Comparison, right: ExprId) {
        let span = source.quantity(of).span;
        self.network.assumptions.push(Assumption { left, comparison, right, span });
    }

    fn sums_to_one(&mut self, source: &Network, name: NameId, entries: &Entries, axis: usize) {
        for line in lines(&entries.dims, axis) {
            let terms: Vec<ExprId> = line.iter().map(|&at| entries.items[at]).collect();
            let sum = self.network.arena.sum(&terms);
            self.assume(source, name, sum, Comparison::Equal, Arena::ONE);
        }
    }

    /// Vectors along the last axis, each with a 1 at one class; or free entries that sum to 1.
    fn one_hot(&mut self, source: &Network, name: NameId, dims: Vec<usize>, classes: Classes) -> Entries {
        let last = dims.len().saturating_sub(1);
        match classes {
            Classes::Free => {
                let entries = self.leaf(source, name, dims);
                self.sums_to_one(source, name, &entries, last);
                entries
            }
            Classes::Drawn(seed) => {
                let mut items = vec![Arena::ZERO; dims.iter().product()];
                for (row, line) in lines(&dims, last).into_iter().enumerate() {
                    if !line.is_empty() {
                        items[line[drawn(seed, name, row) as usize % line.len()]] = Arena::ONE;
                    }
                }
                Entries { dims, items }
            }
        }
    }

    fn mask(&mut self, name: NameId, dims: Vec<usize>, seed: u64) -> Entries {
        let count: usize = dims.iter().product();
        let bit = |at: usize| if drawn(seed, name, at) & 1 == 0 { Arena::ZERO } else { Arena::ONE };
        Entries { items: (0..count).map(bit).collect(), dims }
    }

    fn selection(&mut self, source: &Network, selection: &Selection, dims: Vec<usize>) -> Result<Entries, Refusal> {
        let offset = selection.offset.value(|size| self.value_of(source, size));
        let offset = offset.ok_or_else(|| "an index depends on a size that is not known".to_owned())?;
        let count: usize = dims.iter().product();
        let picks = |at: usize| {
            let place = place(&dims, at);
            let sum = place.iter().zip(&selection.coefficients).map(|(&index, c)| c * (index as i64 + 1)).sum::<i64>();
            if sum + offset == 0 { Arena::ONE } else { Arena::ZERO }
        };
        Ok(Entries { items: (0..count).map(picks).collect(), dims })
    }

    fn powers(&mut self, source: &Network, factors: &[Factor], bases: &[ExprId]) -> Vec<Factor> {
        let power = |(factor, &base): (&Factor, &ExprId)| {
            let exponent = self.network.arena.number_id(source.arena.value(factor.exponent).clone());
            Factor { base, exponent }
        };
        factors.iter().zip(bases).map(power).collect()
    }

    /// Multiplies the factors one after another; a label is summed as soon as no later factor has it.
    fn contraction(&mut self, source: &Network, factors: &[Factor], labels: &Labels) -> Result<Entries, Refusal> {
        let lengths: Vec<usize> = labels.sizes.iter().map(|&dim| self.length(source, dim)).collect::<Result<_, _>>()?;
        let mut product = Entries { dims: Vec::new(), items: vec![Arena::ONE] };
        let mut axes: Vec<Label> = Vec::new();
        for (at, factor) in factors.iter().enumerate() {
            let base = self.done[&factor.base].clone();
            let exponent = self.network.arena.number_id(source.arena.value(factor.exponent).clone());
            let items = base.items.iter().map(|&item| self.network.arena.power(item, exponent)).collect();
            let later = labels.factors[at + 1..].iter().flatten().chain(&labels.out);
            let needed: FxHashSet<Label> = later.copied().collect();
            let mut all: Vec<Label> = axes.clone();
            for &label in &labels.factors[at] {
                if !all.contains(&label) {
                    all.push(label);
                }
            }
            let kept: Vec<Label> = all.iter().copied().filter(|label| needed.contains(label)).collect();
            let sides = [(&product, axes.as_slice()), (&Entries { items, ..base }, labels.factors[at].as_slice())];
            product = self.multiply(sides, &all, &kept, &lengths)?;
            axes = kept;
        }
        let unused = labels.summed().filter(|&label| labels.uses(label) == 0);
        let count: usize = unused.map(|label| lengths[label as usize]).product();
        let count = self.network.arena.number_id((count as i64).into());
        let dims: Vec<usize> = labels.out.iter().map(|&label| lengths[label as usize]).collect();
        let total: usize = dims.iter().product();
        if total > MAX_ENTRIES {
            return Err("the tensors have too many entries to be compared one by one".to_owned());
        }
        let mut items = Vec::with_capacity(total);
        for at in 0..total {
            let place = place(&dims, at);
            let value = |label: &Label| labels.out.iter().position(|own| own == label).map_or(0, |axis| place[axis]);
            // A label that stands twice in the result is a Kronecker link.
            let linked = labels.out.iter().zip(&place).all(|(label, &index)| value(label) == index);
            let from = axes.iter().fold(0, |from, label| from * lengths[*label as usize] + value(label));
            items.push(if linked { self.network.arena.scale(count, product.items[from]) } else { Arena::ZERO });
        }
        Ok(Entries { dims, items })
    }

    fn multiply(
        &mut self,
        sides: [(&Entries, &[Label]); 2],
        all: &[Label],
        kept: &[Label],
        lengths: &[usize],
    ) -> Result<Entries, Refusal> {
        let all_dims: Vec<usize> = all.iter().map(|&label| lengths[label as usize]).collect();
        let dims: Vec<usize> = kept.iter().map(|&label| lengths[label as usize]).collect();
        let total = all_dims.iter().try_fold(1usize, |count, &dim| count.checked_mul(dim));
        let Some(total) = total.filter(|&total| total <= MAX_PRODUCTS) else {
            return Err("the products have too many entries to be compared one by one".to_owned());
        };
        let mut terms: Vec<Vec<ExprId>> = vec![Vec::new(); dims.iter().product()];
        for at in 0..total {
            let place = place(&all_dims, at);
            let index = |axes: &[Label]| {
                axes.iter().fold(0, |from, label| {
                    let own = all.iter().position(|own| own == label).map_or(0, |axis| place[axis]);
                    from * lengths[*label as usize] + own
                })
            };
            let [left, right] = sides.map(|(entries, axes)| entries.items[index(axes)]);
            let product = if left == Arena::ZERO || right == Arena::ZERO {
                Arena::ZERO
            } else {
                self.network.arena.times(left, right)
            };
            terms[index(kept)].push(product);
        }
        let items = terms.iter().map(|terms| self.network.arena.sum(terms)).collect();
        Ok(Entries { dims, items })
    }

    fn call(
        &mut self,
        source: &Network,
        id: ExprId,
        function: FunctionId,
        orders: OrdersId,
        arguments: &[ExprId],
    ) -> Result<Entries, Refusal> {
        let form = match source.functions.get(function) {
            FunctionRef::Table(entry) => entry.form,
            FunctionRef::User(_) => Form::Elementwise,
        };
        let first = self.done[&arguments[0]].clone();
        match form {
            Form::AlongAxis { keeps } => {
                let axis =
                    source.arena.as_number(arguments[1]).and_then(|axis| usize::try_from(axis.to_integer()?).ok());
                let axis = axis.filter(|&axis| axis < first.dims.len());
                let axis = axis.ok_or_else(|| "an axis is not known".to_owned())?;
                self.along(source, function, &first, axis, keeps)
            }
            Form::Square { keeps } => {
                let called = source.functions.get(function);
                let name = called.name();
                let size = first.dims.first().copied().unwrap_or(0);
                let items = square::entries(&mut self.network, name, size, &first.items)?;
                Ok(Entries { dims: if keeps { first.dims } else { Vec::new() }, items })
            }
            Form::Classes => {
                let Some(name) = source.arena.as_name(arguments[0]) else {
                    return Err("class numbers of an expression have no entries".to_owned());
                };
                if let Some(known) = self.one_hots.get(&name) {
                    return Ok(known.clone());
                }
                let dims = self.dims(source, source.arena.shape(id))?;
                let entries = self.one_hot(source, name, dims, self.classes);
                self.one_hots.insert(name, entries.clone());
                Ok(entries)
            }
            _ => self.entrywise(source, id, function, orders, arguments),
        }
    }

    fn entrywise(
        &mut self,
        source: &Network,
        id: ExprId,
        function: FunctionId,
        orders: OrdersId,
        arguments: &[ExprId],
    ) -> Result<Entries, Refusal> {
        let dims = self.dims(source, source.arena.shape(id))?;
        let same =
            arguments.iter().all(|argument| self.done[argument].dims == dims || self.done[argument].dims.is_empty());
        if !same {
            let called = source.functions.get(function);
            let name = called.name();
            return Err(format!("`{name}` takes whole tensors and is known by its name only"));
        }
        let all: Vec<Entries> =
            arguments.iter().map(|argument| spread(self.done[argument].clone(), &dims)).collect::<Result<_, _>>()?;
        let orders = self.network.arena.orders_id(source.arena.orders(orders));
        let items = (0..dims.iter().product()).map(|at| {
            let arguments: Vec<ExprId> = all.iter().map(|argument| argument.items[at]).collect();
            self.network.arena.derived_call(function, orders, &arguments)
        });
        Ok(Entries { items: items.collect(), dims })
    }

    fn along(
        &mut self,
        source: &Network,
        function: FunctionId,
        argument: &Entries,
        axis: usize,
        keeps: bool,
    ) -> Result<Entries, Refusal> {
        let called = source.functions.get(function);
        let name = called.name();
        let mut dims = argument.dims.clone();
        if !keeps {
            dims.remove(axis);
        }
        let mut items = vec![Arena::ZERO; dims.iter().product()];
        for (row, line) in lines(&argument.dims, axis).into_iter().enumerate() {
            let entries: Vec<ExprId> = line.iter().map(|&at| argument.items[at]).collect();
            let values = square::along(&mut self.network, name, &entries)?;
            if keeps {
                line.iter().zip(values).for_each(|(&at, value)| items[at] = value);
            } else {
                items[row] = values.first().copied().unwrap_or(Arena::ZERO);
            }
        }
        Ok(Entries { dims, items })
    }
}

fn scalar(expr: ExprId) -> Entries {
    Entries { dims: Vec::new(), items: vec![expr] }
}

/// The indices, from 0, of entry number `at`.
fn place(dims: &[usize], at: usize) -> Vec<usize> {
    let mut rest = at;
    let mut place: Vec<usize> = dims
        .iter()
        .rev()
        .map(|&dim| {
            let index = rest % dim;
            rest /= dim;
            index
        })
        .collect();
    place.reverse();
    place
}

/// The entries of each line along an axis, in the order of the other axes.
fn lines(dims: &[usize], axis: usize) -> Vec<Vec<usize>> {
    let inner: usize = dims.iter().skip(axis + 1).product();
    let outer: usize = dims.iter().take(axis).product();
    let length = dims.get(axis).copied().unwrap_or(1);
    let line =
        |outer: usize, inner_at: usize| (0..length).map(move |k| (outer * length + k) * inner + inner_at).collect();
    (0..outer).flat_map(|at| (0..inner).map(move |inner_at| (at, inner_at))).map(|(at, i)| line(at, i)).collect()
}

/// A scalar, in particular 0, in every entry.
fn spread(entries: Entries, dims: &[usize]) -> Result<Entries, Refusal> {
    if entries.dims == dims {
        return Ok(entries);
    }
    match entries.items.as_slice() {
        [only] if entries.dims.is_empty() => {
            Ok(Entries { items: vec![*only; dims.iter().product()], dims: dims.to_vec() })
        }
        _ => Err("the shapes of two terms differ at the sizes that were drawn".to_owned()),
    }
}

/// A number that looks drawn, the same for the same seed, name and place (splitmix64).
fn drawn(seed: u64, name: NameId, at: usize) -> u64 {
    let mut z =
        seed.wrapping_add((u64::from(name.0) << 32).wrapping_add(at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
