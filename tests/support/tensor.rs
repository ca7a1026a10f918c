//! A naive evaluator of tensors: every contraction is a loop over all its labels. It shares nothing with `src/eval` but
//! the kernels of the function table.

use std::collections::HashMap;

use chainrule::eval::Tensor;
use chainrule::expr::{ExprId, FunctionId, NameId, Node, Postorder};
use chainrule::function::{FunctionRef, Kernel};
use chainrule::network::Network;
use chainrule::shape::Dim;
use chainrule::syntax::ast::Comparison;

/// Evaluates expressions where quantities have these values; definitions are followed.
pub struct Naive<'a> {
    pub network: &'a Network,
    pub values: HashMap<NameId, Tensor>,
}

/// All index tuples of some sizes, the last fastest.
fn indices(sizes: &[usize]) -> impl Iterator<Item = Vec<usize>> + '_ {
    let count: usize = sizes.iter().product();
    (0..count).map(move |mut at| {
        let mut index = vec![0; sizes.len()];
        for (slot, &size) in index.iter_mut().zip(sizes).rev() {
            *slot = at % size;
            at /= size;
        }
        index
    })
}

fn entry(tensor: &Tensor, index: &[usize]) -> f64 {
    if tensor.dims.is_empty() {
        return tensor.data[0];
    }
    assert_eq!(tensor.dims.len(), index.len(), "the axes of a factor");
    let place = index.iter().zip(&tensor.dims).fold(0, |place, (&at, &dim)| {
        assert!(at < dim, "an index inside of its axis");
        place * dim + at
    });
    tensor.data[place]
}

impl Naive<'_> {
    fn size(&self, dim: Dim) -> usize {
        let shapes = self.network.arena.shapes();
        let value = shapes.affine(dim).value(|size| {
            let value = self.values.get(&NameId(size.0)).map(|value| value.data[0] as i64);
            value.or_else(|| shapes.known(Dim::Symbolic(size)))
        });
        value.and_then(|value| usize::try_from(value).ok()).expect("a size")
    }

    fn dims(&self, id: ExprId) -> Vec<usize> {
        self.network.arena.dims(id).iter().map(|&dim| self.size(dim)).collect()
    }

    pub fn value(&self, root: ExprId) -> Tensor {
        let mut order = Vec::new();
        Postorder::default().collect(&self.network.arena, &[root], &mut order);
        let mut known: HashMap<ExprId, Tensor> = HashMap::new();
        for id in order {
            let value = self.node(id, &known);
            assert_eq!(value.dims, self.dims(id), "{:?}", self.network.arena.node(id));
            known.insert(id, value);
        }
        known.remove(&root).expect("the root")
    }

    fn node(&self, id: ExprId, known: &HashMap<ExprId, Tensor>) -> Tensor {
        let arena = &self.network.arena;
        let dims = self.dims(id);
        let entries = |of: &dyn Fn(&[usize]) -> f64| Tensor {
            dims: dims.clone(),
            data: indices(&dims).map(|index| of(&index)).collect(),
        };
        match arena.node(id) {
            Node::Number(number) => Tensor::scalar(arena.value(number).to_f64()),
            Node::Constant(constant) => Tensor::scalar(match constant {
                chainrule::expr::Constant::Pi => std::f64::consts::PI,
                chainrule::expr::Constant::E => std::f64::consts::E,
                chainrule::expr::Constant::Infinity => f64::INFINITY,
            }),
            Node::Name(name) => match (self.values.get(&name), self.network.definition(name)) {
                (Some(value), _) => value.clone(),
                (None, Some(equation)) => self.value(equation.value),
                (None, None) => Tensor::scalar(self.size(Dim::Symbolic(chainrule::shape::SizeId(name.0))) as f64),
            },
            Node::Sum(terms) => entries(&|index| terms.iter().map(|term| entry(&known[term], index)).sum()),
            Node::Product { coefficient, factors } => {
                let product = factors.iter().fold(arena.value(coefficient).to_f64(), |product, factor| {
                    product * known[&factor.base].data[0].powf(arena.value(factor.exponent).to_f64())
                });
                Tensor::scalar(product)
            }
            Node::Contraction { coefficient, factors, labels } => {
                let labels = arena.labels(labels).clone();
                let sizes: Vec<usize> = labels.sizes.iter().map(|&dim| self.size(dim)).collect();
                let mut sums: HashMap<Vec<usize>, f64> = HashMap::new();
                for index in indices(&sizes) {
                    let pick = |own: &[u16]| own.iter().map(|&label| index[label as usize]).collect::<Vec<usize>>();
                    let mut product = arena.value(coefficient).to_f64();
                    for (factor, own) in factors.iter().zip(&labels.factors) {
                        let power = arena.value(factor.exponent).to_f64();
                        product *= entry(&known[&factor.base], &pick(own)).powf(power);
                    }
                    *sums.entry(pick(&labels.out)).or_default() += product;
                }
                entries(&|index| sums.get(index).copied().unwrap_or(0.0))
            }
            Node::Selection(selection) => {
                let selection = arena.selection_of(selection);
                let offset = selection.offset.value(|size| Some(self.size(Dim::Symbolic(size)) as i64)).expect("sizes");
                entries(&|index| {
                    let places = index.iter().zip(&selection.coefficients);
                    let sum: i64 = places.map(|(&at, &times)| (at as i64 + 1) * times).sum();
                    f64::from(u8::from(sum + offset == 0))
                })
            }
            Node::If { comparison, parts } => entries(&|index| {
                let [left, right, then, otherwise] = parts.map(|part| entry(&known[&part], index));
                let holds = match comparison {
                    Comparison::Less => left < right,
                    Comparison::LessEqual => left <= right,
                    Comparison::Greater => left > right,
                    Comparison::GreaterEqual => left >= right,
                    Comparison::Equal => left == right,
                    Comparison::NotEqual => left != right,
                };
                if holds { then } else { otherwise }
            }),
            Node::Call { function, arguments, .. } => {
                let arguments: Vec<&Tensor> = arguments.iter().map(|argument| &known[argument]).collect();
                self.call(function, &arguments, &dims)
            }
            Node::Parameter(_) | Node::Derivative { .. } => panic!("no value"),
        }
    }

    fn call(&self, function: FunctionId, arguments: &[&Tensor], dims: &[usize]) -> Tensor {
        let FunctionRef::Table(table_entry) = self.network.functions.get(function) else {
            panic!("a function of the table")
        };
        let data: Vec<f64> = match table_entry.kernel {
            Kernel::Unary(kernel) => indices(dims).map(|index| kernel(entry(arguments[0], &index))).collect(),
            Kernel::Binary(kernel) => {
                indices(dims).map(|index| kernel(entry(arguments[0], &index), entry(arguments[1], &index))).collect()
            }
            Kernel::Tensor => match table_entry.name {
                "inv" | "det" | "logdet" => return matrix(table_entry.name, arguments[0]),
                "onehot" => indices(dims)
                    .map(|index| {
                        let (class, at) = index.split_last().expect("classes");
                        f64::from(u8::from(entry(arguments[0], at) == (class + 1) as f64))
                    })
                    .collect(),
                name => along(name, arguments[0], arguments[1].data[0] as usize, dims),
            },
        };
        Tensor { dims: dims.to_vec(), data }
    }
}

fn along(name: &str, x: &Tensor, axis: usize, dims: &[usize]) -> Vec<f64> {
    let keeps = dims.len() == x.dims.len();
    let row = |index: &[usize]| -> Vec<f64> {
        let at = |place: usize| {
            let mut full = index.to_vec();
            if keeps {
                full[axis] = place;
            } else {
                full.insert(axis, place);
            }
            entry(x, &full)
        };
        (0..x.dims[axis]).map(at).collect()
    };
    let values = indices(dims).map(|index| {
        let row = row(&index);
        let total: f64 = row.iter().map(|value| value.exp()).sum();
        match name {
            "softmax" => row[index[axis]].exp() / total,
            "log_softmax" => row[index[axis]] - total.ln(),
            "logsumexp" => total.ln(),
            "amax" => row.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            "amin" => row.iter().copied().fold(f64::INFINITY, f64::min),
            "prod" => row.iter().product(),
            _ => panic!("no function {name}"),
        }
    });
    values.collect()
}

/// By cofactors.
fn determinant(rows: &[Vec<f64>]) -> f64 {
    if rows.is_empty() {
        return 1.0;
    }
    (0..rows.len())
        .map(|at| if at % 2 == 0 { 1.0 } else { -1.0 } * rows[0][at] * determinant(&minor(rows, 0, at)))
        .sum()
}

fn minor(rows: &[Vec<f64>], row: usize, column: usize) -> Vec<Vec<f64>> {
    let without = |list: &Vec<f64>| {
        list.iter().enumerate().filter(|(at, _)| *at != column).map(|(_, &value)| value).collect::<Vec<f64>>()
    };
    rows.iter().enumerate().filter(|(at, _)| *at != row).map(|(_, list)| without(list)).collect()
}

fn matrix(name: &str, a: &Tensor) -> Tensor {
    let size = a.dims[0];
    let rows: Vec<Vec<f64>> = a.data.chunks(size).map(<[f64]>::to_vec).collect();
    let det = determinant(&rows);
    match name {
        "det" => Tensor::scalar(det),
        "logdet" => Tensor::scalar(det.ln()),
        _ => {
            let cofactor = |index: Vec<usize>| {
                let sign = if (index[0] + index[1]).is_multiple_of(2) { 1.0 } else { -1.0 };
                sign * determinant(&minor(&rows, index[1], index[0])) / det
            };
            Tensor { dims: a.dims.clone(), data: indices(&a.dims).map(cofactor).collect() }
        }
    }
}
