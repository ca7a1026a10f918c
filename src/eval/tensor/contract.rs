//! Contractions of many factors as a chain of products of two: matrix products where there are any.
//!
//! Takes views over the labels of a contraction; gives a value whose axes are those of the result. The order is the
//! cheapest of all for few factors (dynamic programming over sets of factors), else greedy.

use crate::eval::program::Source;
use crate::eval::tensor::graph::{Extents, Graph, Kind, MapOperation, Plane, Value, View, strides};
use crate::expr::Label;

/// A set of labels or factors, one bit each.
pub(super) type Set = u64;

/// The most labels and factors of a contraction that is planned: the bits of a set.
pub(super) const MAX: usize = Set::BITS as usize;

/// The most factors for which every order is tried.
const ALL_ORDERS: usize = 9;

/// How much dearer a step is that is no matrix product, for each multiplication: memory decides.
const SLOW: f64 = 6.0;

/// A matrix product of fewer multiplications is done by the loops that do everything else.
const SMALL: usize = 64;

/// A factor of the contraction, or an intermediate result: a view over the labels.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) view: View,
    /// Divide by it; only where nothing is summed.
    pub(super) divides: bool,
}

/// A tensor of zeros and ones among the factors.
#[derive(Clone, Debug)]
pub(super) struct Picking {
    /// Its axes as labels, one for each coefficient of the plane.
    pub(super) labels: Vec<Label>,
    pub(super) plane: Plane,
}

/// A contraction on concrete sizes.
pub(super) struct Contraction<'a> {
    pub(super) graph: &'a mut Graph,
    pub(super) sizes: &'a [usize],
    /// The labels of the result, each once.
    pub(super) out: Vec<usize>,
    pub(super) source: Source,
}

impl Contraction<'_> {
    fn labels(&self, operand: &Operand) -> Set {
        set(&operand.view.axes)
    }

    fn size(&self, labels: Set) -> f64 {
        members(labels).map(|label| self.sizes[label] as f64).product()
    }

    /// The product of all factors, with the labels of the result that any factor has as its own axes.
    pub(super) fn plan(&mut self, mut operands: Vec<Operand>) -> Operand {
        let out = set(&self.out);
        let all = operands.iter().fold(0, |all, operand| all | self.labels(operand));
        if all & !out == 0 {
            return self.entrywise(operands, all);
        }
        for at in 0..operands.len() {
            let others = (0..operands.len()).filter(|&other| other != at);
            let needed = others.fold(out, |needed, other| needed | self.labels(&operands[other]));
            operands[at] = self.reciprocal(&operands[at]);
            operands[at] = self.reduced(&operands[at], needed);
        }
        while operands.len() > ALL_ORDERS {
            let (left, right) = self.cheapest_pair(&operands);
            let second = operands.remove(right);
            let first = operands[left].clone();
            let needed = self.needed(&operands, left);
            operands[left] = self.pair(&first, &second, needed);
        }
        self.best_order(&operands)
    }

    /// What the result or a factor other than number `but` needs.
    fn needed(&self, operands: &[Operand], but: usize) -> Set {
        let others = operands.iter().enumerate().filter(|&(at, _)| at != but);
        others.fold(set(&self.out), |needed, (_, operand)| needed | self.labels(operand))
    }

    fn reciprocal(&mut self, operand: &Operand) -> Operand {
        if !operand.divides {
            return operand.clone();
        }
        let own = self.graph.whole(operand.view.node);
        let value = self.graph.map(MapOperation::Power(-1), &[own], self.source);
        Operand { view: View { node: value.view.node, axes: operand.view.axes.clone() }, divides: false }
    }

    /// One factor summed over its labels that nobody needs.
    fn reduced(&mut self, operand: &Operand, needed: Set) -> Operand {
        let labels = self.labels(operand);
        if labels & !needed == 0 {
            return operand.clone();
        }
        let kept: Vec<usize> = members(labels & needed).collect();
        let over: Vec<usize> = members(labels & !needed).collect();
        let order: Vec<usize> = self.ordered(kept).into_iter().chain(over.iter().copied()).collect();
        let view = relabelled(&operand.view, &order);
        self.sum(view, &order, over.len())
    }

    /// The sum of a view over the last `over` labels of `order`.
    fn sum(&mut self, of: View, order: &[usize], over: usize) -> Operand {
        let sizes: Vec<usize> = order.iter().map(|&label| self.sizes[label]).collect();
        let (kept, summed) = sizes.split_at(order.len() - over);
        let node = self.graph.node(Kind::Sum { of, over: summed.to_vec() }, kept.to_vec(), self.source);
        Operand { view: View { node, axes: order[..kept.len()].to_vec() }, divides: false }
    }

    /// Labels in the order of the result; others before them.
    fn ordered(&self, mut labels: Vec<usize>) -> Vec<usize> {
        let place = |label: &usize| self.out.iter().position(|out| out == label).map_or(0, |at| at + 1);
        labels.sort_by_key(|label| (place(label), *label));
        labels
    }

    fn cheapest_pair(&self, operands: &[Operand]) -> (usize, usize) {
        let pairs = (0..operands.len()).flat_map(|left| (left + 1..operands.len()).map(move |right| (left, right)));
        let cost = |&(left, right): &(usize, usize)| {
            let (a, b) = (self.labels(&operands[left]), self.labels(&operands[right]));
            let rest = operands.iter().enumerate().filter(|&(at, _)| at != left && at != right);
            let needed = rest.fold(set(&self.out), |needed, (_, operand)| needed | self.labels(operand));
            self.cost(a, b, needed)
        };
        pairs.min_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap_or((0, 1))
    }

    /// What a product of two with these labels costs.
    fn cost(&self, a: Set, b: Set, needed: Set) -> f64 {
        let summed = a & b & !needed;
        let multiplies = self.size(a | b);
        let is_matrix = summed != 0 && a & !b != 0 && b & !a != 0;
        let result = self.size((a | b) & needed);
        if is_matrix { multiplies + SLOW * result } else { SLOW * multiplies }
    }

    /// The cheapest order of all, found from small sets of factors to large ones.
    fn best_order(&mut self, operands: &[Operand]) -> Operand {
        let count = operands.len();
        let full = (1usize << count) - 1;
        let own: Vec<Set> = operands.iter().map(|operand| self.labels(operand)).collect();
        let within = |subset: usize| (0..count).filter(move |at| subset >> at & 1 == 1);
        let union = |subset: usize| within(subset).fold(0, |all, at| all | own[at]);
        let out = set(&self.out);
        let mut best: Vec<(f64, usize)> = vec![(0.0, 0); full + 1];
        for subset in 1..=full {
            if subset.count_ones() == 1 {
                continue;
            }
            let needed = out | union(full & !subset);
            best[subset].0 = f64::INFINITY;
            let lowest = subset & subset.wrapping_neg();
            let mut part = (subset - 1) & subset;
            while part > 0 {
                if part & lowest != 0 {
                    let other = subset & !part;
                    let (a, b) = (union(part), union(other));
                    let a = a & (out | union(full & !part));
                    let b = b & (out | union(full & !other));
                    let cost = best[part].0 + best[other].0 + self.cost(a, b, needed);
                    if cost < best[subset].0 {
                        best[subset] = (cost, part);
                    }
                }
                part = (part - 1) & subset;
            }
        }
        let order = splits(&best, full);
        let mut results: Vec<(usize, Operand)> = within(full).map(|at| (1 << at, operands[at].clone())).collect();
        for (part, other) in order {
            let find = |results: &[(usize, Operand)], set: usize| {
                results.iter().position(|known| known.0 == set).unwrap_or_default()
            };
            let (_, left) = results.remove(find(&results, part));
            let (_, right) = results.remove(find(&results, other));
            let needed = out | union(full & !(part | other));
            let product = self.pair(&left, &right, needed);
            results.push((part | other, product));
        }
        results.remove(0).1
    }

    /// The product of two, summed over what nobody needs.
    fn pair(&mut self, left: &Operand, right: &Operand, needed: Set) -> Operand {
        let (a, b) = (self.labels(left), self.labels(right));
        let summed = (a | b) & !needed;
        if summed == 0 {
            return self.entrywise(vec![left.clone(), right.clone()], a | b);
        }
        let (rows, columns) = (a & !b & needed, b & !a & needed);
        let inner = a & b & !needed;
        let count = |labels: Set| members(labels).map(|label| self.sizes[label]).product::<usize>();
        let is_large = count(rows) > 1 && count(columns) > 1 && count(rows) * count(columns) * count(inner) > SMALL;
        if inner == summed && is_large {
            return self.matmul(left, right, needed);
        }
        let kept = self.ordered(members((a | b) & needed).collect());
        let order: Vec<usize> = kept.into_iter().chain(members(summed)).collect();
        let dims: Vec<usize> = order.iter().map(|&label| self.sizes[label]).collect();
        let operands = [left, right].map(|operand| relabelled(&operand.view, &order)).to_vec();
        let kind = Kind::Map { operation: MapOperation::Multiply, operands };
        let node = self.graph.node(kind, dims, self.source);
        let view = View { node, axes: (0..order.len()).collect() };
        self.sum(view, &order, members(summed).count())
    }

    fn matmul(&mut self, left: &Operand, right: &Operand, needed: Set) -> Operand {
        let (a, b) = (self.labels(left), self.labels(right));
        let first = |labels: Set| self.out.iter().position(|&label| labels >> label & 1 == 1).unwrap_or(MAX);
        // The columns are those that come last in the result, so that it need not be turned.
        let (left, right, a, b) =
            if first(b & !a & needed) < first(a & !b & needed) { (right, left, b, a) } else { (left, right, a, b) };
        let stack = self.ordered(members(a & b & needed).collect());
        let rows = self.ordered(members(a & !b & needed).collect());
        let columns = self.ordered(members(b & !a & needed).collect());
        let inner = self.by_stride(left, a & b & !needed);
        let extents = Extents { stack: stack.len(), rows: rows.len(), columns: columns.len(), inner: inner.len() };
        let left = self.collapsible(left, &[&stack, &rows, &inner]);
        let right = self.collapsible(right, &[&stack, &inner, &columns]);
        let order: Vec<usize> = [stack, rows, columns, inner].concat();
        let kept = order.len() - extents.inner;
        let sizes: Vec<usize> = order.iter().map(|&label| self.sizes[label]).collect();
        let (dims, over) = sizes.split_at(kept);
        let (left, right) = (relabelled(&left.view, &order), relabelled(&right.view, &order));
        let kind = Kind::Matmul { left, right, extents, over: over.to_vec() };
        let node = self.graph.node(kind, dims.to_vec(), self.source);
        Operand { view: View { node, axes: order[..kept].to_vec() }, divides: false }
    }

    /// Labels in the order in which they lie in an operand, the farthest apart first.
    fn by_stride(&self, operand: &Operand, labels: Set) -> Vec<usize> {
        let strides = strides(self.graph, &operand.view, self.sizes.len());
        let mut found: Vec<usize> = members(labels).collect();
        found.sort_by_key(|&label| std::cmp::Reverse(strides[label]));
        found
    }

    /// An operand in which each group of labels is one axis of a matrix, and the entries lie without gaps along one of
    /// them; it is laid out anew if it is not so.
    fn collapsible(&mut self, operand: &Operand, groups: &[&[usize]; 3]) -> Operand {
        let strides = strides(self.graph, &operand.view, self.sizes.len());
        let is_even =
            |group: &[usize]| group.windows(2).all(|pair| strides[pair[0]] == strides[pair[1]] * self.sizes[pair[1]]);
        let is_dense = |group: &[usize]| {
            let last = group.iter().rfind(|&&label| self.sizes[label] != 1);
            last.is_none_or(|&label| strides[label] == 1)
        };
        // The stack is walked index by index.
        let axes = || groups[1..].iter();
        if axes().all(|group| is_even(group)) && axes().any(|group| is_dense(group)) {
            return operand.clone();
        }
        let order = groups.concat();
        let dims = order.iter().map(|&label| self.sizes[label]).collect();
        let value = Value { view: relabelled(&operand.view, &order), dims };
        let node = self.graph.map(MapOperation::Copy, &[value], self.source).view.node;
        Operand { view: View { node, axes: order }, divides: false }
    }

    /// The product entry by entry over the labels that any factor has.
    fn entrywise(&mut self, mut operands: Vec<Operand>, all: Set) -> Operand {
        if let [only] = operands.as_slice()
            && !only.divides
        {
            return only.clone();
        }
        // A factor to multiply by leads, so that the others can divide.
        if let Some(at) = operands.iter().position(|operand| !operand.divides) {
            operands[..=at].rotate_right(1);
        }
        let order = self.ordered(members(all).collect());
        let dims: Vec<usize> = order.iter().map(|&label| self.sizes[label]).collect();
        let mut product: Option<Value> = None;
        for operand in &operands {
            let value = Value { view: relabelled(&operand.view, &order), dims: dims.clone() };
            product = Some(match (product, operand.divides) {
                (None, false) => value,
                (None, true) => {
                    let one = self.graph.constant(1.0, self.source);
                    self.graph.map(MapOperation::Divide, &[one, value], self.source)
                }
                (Some(product), false) => self.graph.map(MapOperation::Multiply, &[product, value], self.source),
                (Some(product), true) => self.graph.map(MapOperation::Divide, &[product, value], self.source),
            });
        }
        let view = match product {
            Some(product) => product.view,
            None => self.graph.constant(1.0, self.source).view,
        };
        let axes = view.axes.iter().map(|&axis| order[axis]).collect();
        Operand { view: View { node: view.node, axes }, divides: false }
    }

    /// The sum of a product with a plane of ones: only what meets the plane is visited.
    pub(super) fn picked(&mut self, product: Operand, picking: &Picking) -> Operand {
        let plane_labels: Vec<usize> = picking.labels.iter().map(|&label| usize::from(label)).collect();
        let all = self.labels(&product) | set(&plane_labels);
        let out = set(&self.out);
        let kept = self.ordered(members(all & out).collect());
        let summed: Vec<usize> = members(all & !out).collect();
        let order: Vec<usize> = kept.iter().chain(&summed).copied().collect();
        let mut coefficients = vec![0; order.len()];
        for (&label, coefficient) in plane_labels.iter().zip(&picking.plane.coefficients) {
            let at = order.iter().position(|known| *known == label).unwrap_or_default();
            coefficients[at] += coefficient;
        }
        let sizes: Vec<usize> = order.iter().map(|&label| self.sizes[label]).collect();
        // The axis that is solved for costs nothing, so it is the longest of those with a coefficient.
        let with_coefficient = (0..order.len()).filter(|&axis| coefficients[axis] != 0);
        let solved = with_coefficient.max_by_key(|&axis| sizes[axis]).unwrap_or(usize::MAX);
        let plane = Plane { coefficients, offset: picking.plane.offset };
        let (dims, over) = sizes.split_at(kept.len());
        let of = relabelled(&product.view, &order);
        let kind = Kind::Pick { of, plane, over: over.to_vec(), solved };
        let node = self.graph.node(kind, dims.to_vec(), self.source);
        Operand { view: View { node, axes: kept }, divides: false }
    }
}

/// The splits that lead to a set, the innermost first.
fn splits(best: &[(f64, usize)], full: usize) -> Vec<(usize, usize)> {
    let mut order = Vec::new();
    let mut open = vec![full];
    while let Some(subset) = open.pop() {
        if subset.count_ones() > 1 {
            let part = best[subset].1;
            order.push((part, subset & !part));
            open.extend([part, subset & !part]);
        }
    }
    order.reverse();
    order
}

/// The set of labels.
pub(super) fn set(labels: &[usize]) -> Set {
    labels.iter().fold(0, |set, &label| set | 1 << label)
}

fn members(set: Set) -> impl Iterator<Item = usize> {
    (0..MAX).filter(move |at| set >> at & 1 == 1)
}

/// A view over labels as a view over a space with these labels as axes.
fn relabelled(view: &View, order: &[usize]) -> View {
    let place = |label: &usize| order.iter().position(|known| known == label).unwrap_or_default();
    View { node: view.node, axes: view.axes.iter().map(place).collect() }
}
