//! The entries of an expression, node by node.

use rustc_hash::FxHashSet;

use super::{Entries, EntryNetwork, MAX_ENTRIES, lines, place, scalar, spread};
use crate::check::square;
use crate::check::unfold::Refusal;
use crate::expr::{Arena, ExprId, Factor, FunctionId, Label, Labels, Node, OrdersId, Selection};
use crate::function::{Entry, Form, FunctionRef};
use crate::network::Network;

/// The most products that one contraction of two factors may add up.
const MAX_PRODUCTS: usize = 2_000_000;

/// A function at its arguments in the source.
#[derive(Clone, Copy)]
struct Call<'s> {
    id: ExprId,
    function: FunctionId,
    orders: OrdersId,
    arguments: &'s [ExprId],
}

impl EntryNetwork {
    /// Finds the entries of an expression, whose names are defined, and of all its parts.
    pub(super) fn expand(&mut self, source: &Network, expr: ExprId) -> Result<(), Refusal> {
        let mut order = Vec::new();
        self.walk.collect(&source.arena, &[expr], &mut order);
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
                    let sides = [parts[0], parts[1]].map(|side| self.network.arena.as_number(side));
                    // Which entries a selection picks is known; the others need not be numbers.
                    let known = match sides {
                        [Some(left), Some(right)] => Some(comparison.holds(left, right)),
                        _ => None,
                    };
                    match known {
                        Some(holds) => parts[if holds { 2 } else { 3 }],
                        None => self.network.arena.conditional(comparison, parts),
                    }
                });
                Ok(Entries { items: items.collect(), dims })
            }
            Node::Call { function, orders, arguments } => self.call(source, Call { id, function, orders, arguments }),
            Node::Derivative { .. } => Err("a derivative that is only a symbol has no entries".to_owned()),
        }
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
        let strides = [sides[0].1, sides[1].1, kept].map(|axes| strides(axes, all, lengths));
        // The place in all labels, and with it the places in both sides and in the result.
        let (mut place, mut at) = (vec![0; all.len()], [0; 3]);
        for _ in 0..total {
            let [left, right] = [0, 1].map(|side| sides[side].0.items[at[side]]);
            let product = if left == Arena::ZERO || right == Arena::ZERO {
                Arena::ZERO
            } else {
                self.network.arena.times(left, right)
            };
            terms[at[2]].push(product);
            for axis in (0..all.len()).rev() {
                place[axis] += 1;
                (0..3).for_each(|of| at[of] += strides[of][axis]);
                if place[axis] < all_dims[axis] {
                    break;
                }
                (0..3).for_each(|of| at[of] -= strides[of][axis] * all_dims[axis]);
                place[axis] = 0;
            }
        }
        let items = terms.iter().map(|terms| self.network.arena.sum(terms)).collect();
        Ok(Entries { dims, items })
    }

    fn call(&mut self, source: &Network, call: Call<'_>) -> Result<Entries, Refusal> {
        let Call { id, function, arguments, .. } = call;
        let FunctionRef::Table(entry) = source.functions.get(function) else {
            return self.entrywise(source, call);
        };
        let first = self.done[&arguments[0]].clone();
        match entry.form {
            Form::AlongAxis { keeps } => {
                let axis =
                    source.arena.as_number(arguments[1]).and_then(|axis| usize::try_from(axis.to_integer()?).ok());
                let axis = axis.filter(|&axis| axis < first.dims.len());
                let axis = axis.ok_or_else(|| "an axis is not known".to_owned())?;
                self.along(entry, &first, axis, keeps)
            }
            Form::Square { keeps } => {
                let size = first.dims.first().copied().unwrap_or(0);
                let items = square::entries(&mut self.network.arena, entry, size, &first.items)?;
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
            _ => self.entrywise(source, call),
        }
    }

    fn entrywise(&mut self, source: &Network, call: Call<'_>) -> Result<Entries, Refusal> {
        let Call { id, function, orders, arguments } = call;
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

    fn along(&mut self, entry: &Entry, argument: &Entries, axis: usize, keeps: bool) -> Result<Entries, Refusal> {
        let mut dims = argument.dims.clone();
        if !keeps {
            dims.remove(axis);
        }
        let mut items = vec![Arena::ZERO; dims.iter().product()];
        for (row, line) in lines(&argument.dims, axis).into_iter().enumerate() {
            let entries: Vec<ExprId> = line.iter().map(|&at| argument.items[at]).collect();
            let values = square::along(&mut self.network.arena, entry, &entries)?;
            if keeps {
                line.iter().zip(values).for_each(|(&at, value)| items[at] = value);
            } else {
                items[row] = values.first().copied().unwrap_or(Arena::ZERO);
            }
        }
        Ok(Entries { dims, items })
    }
}

/// How far a step along each of all labels leads in a tensor with these axes.
fn strides(axes: &[Label], all: &[Label], lengths: &[usize]) -> Vec<usize> {
    let mut strides = vec![0; all.len()];
    let mut stride = 1;
    for label in axes.iter().rev() {
        if let Some(axis) = all.iter().position(|own| own == label) {
            strides[axis] += stride;
        }
        stride *= lengths[*label as usize];
    }
    strides
}
