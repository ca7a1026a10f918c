//! Tensors the slow way: every entry of every product on its own. An oracle that shares nothing with `src/eval`.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;

use chainrule::eval::{Compiler, Root, Sizes, Tensor, TensorProgram, Workspace};
use chainrule::expr::{Constant, ExprId, NameId, Node};
use chainrule::function::{FunctionRef, Kernel};
use chainrule::network::Network;
use chainrule::shape::Dim;
use chainrule::syntax::ast::Comparison;

/// Numbers from a seed, the same ones on every machine.
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits (splitmix64, Steele et al. 2014).
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Between 0 and `below`, which it does not reach.
    pub fn below(&mut self, below: usize) -> usize {
        (self.bits() % below as u64) as usize
    }

    /// A number between two.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn tensor(&mut self, dims: &[usize], low: f64, high: f64) -> Tensor {
        let count = dims.iter().product();
        let data = (0..count).map(|_| self.between(low, high)).collect();
        Tensor::new(dims.to_vec(), data).expect("as many numbers as entries")
    }
}

/// A network with values for leaves and sizes.
pub struct Point<'a> {
    pub network: &'a Network,
    pub sizes: BTreeMap<NameId, usize>,
    pub values: BTreeMap<NameId, Tensor>,
}

fn index(mut at: usize, dims: &[usize]) -> Vec<usize> {
    let mut found = vec![0; dims.len()];
    for axis in (0..dims.len()).rev() {
        found[axis] = at % dims[axis];
        at /= dims[axis];
    }
    found
}

fn entry(tensor: &Tensor, index: &[usize]) -> f64 {
    if tensor.dims.is_empty() {
        return tensor.data[0];
    }
    let at = tensor.dims.iter().zip(index).fold(0, |at, (&dim, &index)| at * dim + index);
    tensor.data[at]
}

impl Point<'_> {
    pub fn dim(&self, dim: Dim) -> usize {
        let affine = self.network.arena.shapes().affine(dim);
        affine.value(|size| self.sizes.get(&NameId(size.0)).map(|&value| value as i64)).expect("a size") as usize
    }

    pub fn dims(&self, expr: ExprId) -> Vec<usize> {
        self.network.arena.dims(expr).iter().map(|&dim| self.dim(dim)).collect()
    }

    fn each(&self, dims: Vec<usize>, f: impl Fn(&[usize]) -> f64) -> Tensor {
        let count = dims.iter().product();
        let data = (0..count).map(|at| f(&index(at, &dims))).collect();
        Tensor { dims, data }
    }

    /// The value of an expression.
    pub fn naive(&self, expr: ExprId) -> Tensor {
        let arena = &self.network.arena;
        let dims = self.dims(expr);
        let all = |parts: &[ExprId]| parts.iter().map(|&part| self.naive(part)).collect::<Vec<_>>();
        match arena.node(expr) {
            Node::Number(number) => Tensor::scalar(arena.value(number).to_f64()),
            Node::Constant(Constant::Pi) => Tensor::scalar(std::f64::consts::PI),
            Node::Constant(Constant::E) => Tensor::scalar(std::f64::consts::E),
            Node::Name(name) => match (self.values.get(&name), self.sizes.get(&name)) {
                (Some(value), _) => value.clone(),
                (None, Some(&size)) => Tensor::scalar(size as f64),
                (None, None) => self.naive(self.network.definition(name).expect("an equation").value),
            },
            Node::Sum(terms) => {
                let terms = all(terms);
                self.each(dims, |at| terms.iter().map(|term| entry(term, at)).sum())
            }
            Node::Product { coefficient, factors } => {
                let start = arena.value(coefficient).to_f64();
                let power = |base, exponent| self.naive(base).data[0].powf(arena.value(exponent).to_f64());
                Tensor::scalar(factors.iter().fold(start, |product, f| product * power(f.base, f.exponent)))
            }
            Node::Contraction { coefficient, factors, labels } => {
                let labels = arena.labels(labels);
                let sizes: Vec<usize> = labels.sizes.iter().map(|&dim| self.dim(dim)).collect();
                let bases: Vec<(Tensor, f64)> =
                    factors.iter().map(|f| (self.naive(f.base), arena.value(f.exponent).to_f64())).collect();
                let mut result = self.each(dims.clone(), |_| 0.0);
                for at in 0..sizes.iter().product() {
                    let values = index(at, &sizes);
                    let pick = |own: &[u16]| own.iter().map(|&label| values[label as usize]).collect::<Vec<_>>();
                    let mut product = arena.value(coefficient).to_f64();
                    for ((base, exponent), own) in bases.iter().zip(&labels.factors) {
                        product *= entry(base, &pick(own)).powf(*exponent);
                    }
                    let to = pick(&labels.out).iter().zip(&dims).fold(0, |at, (&index, &dim)| at * dim + index);
                    result.data[to] += product;
                }
                result
            }
            Node::Selection(selection) => {
                let selection = arena.selection_of(selection);
                let size = |size: chainrule::shape::SizeId| self.sizes.get(&NameId(size.0)).map(|&value| value as i64);
                let offset = selection.offset.value(size).expect("a size");
                self.each(dims, |at| {
                    let terms = at.iter().zip(&selection.coefficients).map(|(&at, &c)| (at as i64 + 1) * c);
                    f64::from(u8::from(offset + terms.sum::<i64>() == 0))
                })
            }
            Node::If { comparison, parts } => {
                let parts = all(&parts);
                self.each(dims, |at| {
                    let (left, right) = (entry(&parts[0], at), entry(&parts[1], at));
                    let holds = match comparison {
                        Comparison::Less => left < right,
                        Comparison::LessEqual => left <= right,
                        Comparison::Greater => left > right,
                        Comparison::GreaterEqual => left >= right,
                        Comparison::Equal => left == right,
                        Comparison::NotEqual => left != right,
                    };
                    entry(&parts[if holds { 2 } else { 3 }], at)
                })
            }
            Node::Call { function, arguments, .. } => {
                let FunctionRef::Table(table) = self.network.functions.get(function) else { panic!("a user function") };
                let arguments = all(arguments);
                match table.kernel {
                    Kernel::Unary(kernel) => self.each(dims, |at| kernel(entry(&arguments[0], at))),
                    Kernel::Binary(kernel) => {
                        self.each(dims, |at| kernel(entry(&arguments[0], at), entry(&arguments[1], at)))
                    }
                    Kernel::Tensor => self.tensor_call(table.name, &arguments, dims),
                }
            }
            other => panic!("{other:?} has no value here"),
        }
    }

    fn tensor_call(&self, name: &str, arguments: &[Tensor], dims: Vec<usize>) -> Tensor {
        let of = &arguments[0];
        if let Some(axis) = arguments.get(1) {
            let axis = axis.data[0] as usize;
            let keeps = dims.len() == of.dims.len();
            return self.each(dims, |at| {
                let line: Vec<f64> = (0..of.dims[axis])
                    .map(|k| {
                        let mut place = at.to_vec();
                        if keeps {
                            place[axis] = k
                        } else {
                            place.insert(axis, k)
                        }
                        entry(of, &place)
                    })
                    .collect();
                let sum: f64 = line.iter().map(|value| value.exp()).sum();
                match name {
                    "softmax" => entry(of, at).exp() / sum,
                    "log_softmax" => entry(of, at) - sum.ln(),
                    "logsumexp" => sum.ln(),
                    "amax" => line.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                    "amin" => line.iter().copied().fold(f64::INFINITY, f64::min),
                    "prod" => line.iter().product(),
                    other => panic!("{other}"),
                }
            });
        }
        let size = of.dims[of.dims.len() - 1];
        self.each(dims, |at| {
            let stack = if name == "inv" { &at[..at.len() - 2] } else { at };
            let matrix = |i: usize, j: usize| entry(of, &[stack, &[i, j]].concat());
            let whole = minor(size, &matrix, None);
            match name {
                "det" => whole,
                "logdet" => whole.ln(),
                "inv" => {
                    let (i, j) = (at[at.len() - 2], at[at.len() - 1]);
                    let sign = if (i + j) % 2 == 0 { 1.0 } else { -1.0 };
                    sign * minor(size, &matrix, Some((j, i))) / whole
                }
                other => panic!("{other}"),
            }
        })
    }

    /// The program of roots, run once.
    pub fn run(&self, roots: &[Root]) -> (TensorProgram, Workspace<f64>) {
        let mut sizes = Sizes::declared(self.network);
        self.sizes.iter().for_each(|(&name, &value)| sizes.set(name, value));
        let program = Compiler::new(self.network).compile_tensors(roots, &sizes).expect("a program");
        let mut workspace = program.workspace();
        self.load(&program, &mut workspace);
        program.run(&mut workspace);
        (program, workspace)
    }

    pub fn load(&self, program: &TensorProgram, workspace: &mut Workspace<f64>) {
        for at in 0..program.inputs().len() {
            let name = program.inputs()[at].name.expect("a name");
            program.input_mut(workspace, at).copy_from_slice(&self.values[&name].data);
        }
    }
}

/// The determinant by expansion along the first row, without one row and column.
fn minor(size: usize, matrix: &dyn Fn(usize, usize) -> f64, without: Option<(usize, usize)>) -> f64 {
    if let Some((row, column)) = without {
        let shift = |at: usize, gap: usize| if at < gap { at } else { at + 1 };
        return minor(size - 1, &|i, j| matrix(shift(i, row), shift(j, column)), None);
    }
    if size == 0 {
        return 1.0;
    }
    let sign = |j: usize| if j.is_multiple_of(2) { 1.0 } else { -1.0 };
    (0..size).map(|j| sign(j) * matrix(0, j) * minor(size, matrix, Some((0, j)))).sum()
}

/// How far apart two tensors are, as a part of the largest entry.
pub fn distance(found: &[f64], expected: &[f64]) -> f64 {
    let size = expected.iter().fold(1e-300, |size: f64, value| size.max(value.abs()));
    found.iter().zip(expected).map(|(a, b)| if a == b { 0.0 } else { (a - b).abs() / size }).fold(
        0.0,
        |worst, value| {
            if value.is_nan() { f64::INFINITY } else { f64::max(worst, value) }
        },
    )
}
