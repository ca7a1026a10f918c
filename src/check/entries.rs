//! Tensors as their entries: a network at concrete sizes, in scalars, so that the decision for scalars serves matrices.
//!
//! Takes a network and sizes; gives for each of its expressions the scalar expressions of the entries, in a network of
//! its own. Symbolic sizes get small distinct values, so that a transpose shows.

mod expression;
mod leaf;

use rustc_hash::{FxHashMap, FxHashSet};

use super::unfold::{Literal, Refusal};
use crate::expr::{ExprId, NameId, Postorder};
use crate::network::{Assumption, Equation, Network, Origin, Quantity};
use crate::shape::{Dim, Shape, SizeId};
use crate::syntax::ast::Role;

/// The most entries of one tensor.
const MAX_ENTRIES: usize = 65_536;

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
    /// Free symbols without a meaning in the source.
    weights: Vec<NameId>,
    walk: Postorder,
}

impl EntryNetwork {
    /// The network at these sizes; a size that is missing has the value that the network gives it.
    pub fn new(source: &Network, sizes: &[(SizeId, usize)], classes: Classes) -> Self {
        let network = without_names(source);
        let entries = EntryNetwork {
            network,
            sizes: sizes.iter().copied().collect(),
            classes,
            names: FxHashMap::default(),
            one_hots: FxHashMap::default(),
            done: FxHashMap::default(),
            origins: FxHashMap::default(),
            weights: Vec::new(),
            walk: Postorder::default(),
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

    /// A decimal literal, of which the decision for scalars knows the digits, in terms of this network.
    pub fn literal(&mut self, source: &Network, literal: &Literal) -> Literal {
        let known = self.names.get(&literal.name).and_then(|entries| self.network.arena.as_name(entries.items[0]));
        let name = known.unwrap_or_else(|| {
            let name = self.quantity(source, literal.name, &[], 0, Origin::Leaf(Role::Input));
            let expr = self.network.name_expr(name);
            self.names.insert(literal.name, scalar(expr));
            name
        });
        Literal { name, ..literal.clone() }
    }

    /// What one-hot vectors and masks are here.
    pub fn classes(&self) -> Classes {
        self.classes
    }

    /// A free symbol by its number, without a name, so that none is told of.
    pub fn weight(&mut self, at: usize) -> ExprId {
        while self.weights.len() <= at {
            self.weights.push(self.network.add_input("", Shape::SCALAR));
        }
        self.network.name_expr(self.weights[at])
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
            self.walk.collect(&source.arena, &[root], &mut order);
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
}

/// A network with the functions of another and no name. It has none of its expressions either, which a document adds
/// to without end, unless functions are defined by some of them.
fn without_names(source: &Network) -> Network {
    let mut network = Network::default();
    network.functions = source.functions.clone();
    if source.functions.user().any(|(_, function)| function.body.is_some()) {
        network.arena = source.arena.clone();
    }
    network
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
