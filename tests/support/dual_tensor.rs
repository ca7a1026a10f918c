//! Tensors of dual numbers and a naive evaluator of expressions: an oracle that shares nothing with `src/eval`.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::HashMap;

use chainrule::expr::{Arena, Constant, ExprId, Label, NameId, Node};
use chainrule::network::Network;
use chainrule::rational::Rational;
use chainrule::shape::{Dim, SizeId};

/// A number and its derivative along one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual {
    pub value: f64,
    pub slope: f64,
}

impl Dual {
    pub fn constant(value: f64) -> Dual {
        Dual { value, slope: 0.0 }
    }

    pub fn plus(self, other: Dual) -> Dual {
        Dual { value: self.value + other.value, slope: self.slope + other.slope }
    }

    pub fn minus(self, other: Dual) -> Dual {
        Dual { value: self.value - other.value, slope: self.slope - other.slope }
    }

    pub fn times(self, other: Dual) -> Dual {
        Dual { value: self.value * other.value, slope: self.slope * other.value + self.value * other.slope }
    }

    pub fn over(self, other: Dual) -> Dual {
        let value = self.value / other.value;
        Dual { value, slope: (self.slope - value * other.slope) / other.value }
    }

    pub fn map(self, value: f64, derivative: f64) -> Dual {
        Dual { value, slope: derivative * self.slope }
    }

    pub fn exp(self) -> Dual {
        self.map(self.value.exp(), self.value.exp())
    }

    pub fn log(self) -> Dual {
        self.map(self.value.ln(), 1.0 / self.value)
    }

    pub fn power(self, exponent: &Rational) -> Dual {
        let e = exponent.to_f64();
        match exponent.to_integer() {
            Some(whole) => self.map(self.value.powi(whole as i32), e * self.value.powi(whole as i32 - 1)),
            None => self.map(self.value.powf(e), e * self.value.powf(e - 1.0)),
        }
    }
}

/// A tensor, last axis fastest.
#[derive(Clone, Debug)]
pub struct Tensor {
    pub dims: Vec<usize>,
    pub data: Vec<Dual>,
}

impl Tensor {
    pub fn scalar(value: Dual) -> Tensor {
        Tensor { dims: Vec::new(), data: vec![value] }
    }

    pub fn filled(dims: &[usize], value: Dual) -> Tensor {
        Tensor { dims: dims.to_vec(), data: vec![value; dims.iter().product()] }
    }

    fn strides(&self) -> Vec<usize> {
        let mut strides = vec![1; self.dims.len()];
        for axis in (0..self.dims.len().saturating_sub(1)).rev() {
            strides[axis] = strides[axis + 1] * self.dims[axis + 1];
        }
        strides
    }

    fn zip(&self, other: &Tensor, f: impl Fn(Dual, Dual) -> Dual) -> Tensor {
        if self.dims.is_empty() && !other.dims.is_empty() {
            return Tensor { dims: other.dims.clone(), data: other.data.iter().map(|&b| f(self.data[0], b)).collect() };
        }
        if other.dims.is_empty() {
            return Tensor { dims: self.dims.clone(), data: self.data.iter().map(|&a| f(a, other.data[0])).collect() };
        }
        assert_eq!(self.dims, other.dims, "operands have one shape");
        let data = self.data.iter().zip(&other.data).map(|(&a, &b)| f(a, b)).collect();
        Tensor { dims: self.dims.clone(), data }
    }

    pub fn map(&self, f: impl Fn(Dual) -> Dual) -> Tensor {
        Tensor { dims: self.dims.clone(), data: self.data.iter().map(|&a| f(a)).collect() }
    }

    /// For each line along an axis: what `f` makes of its entries.
    fn lines(&self, axis: usize, f: impl Fn(&[Dual]) -> Vec<Dual>, keep: bool) -> Tensor {
        let stride = self.strides()[axis];
        let length = self.dims[axis];
        let mut dims = self.dims.clone();
        if !keep {
            dims.remove(axis);
        }
        let mut out = Tensor::filled(&dims, Dual::constant(0.0));
        for start in 0..self.data.len() {
            if !(start / stride).is_multiple_of(length) {
                continue;
            }
            let line: Vec<Dual> = (0..length).map(|at| self.data[start + at * stride]).collect();
            let result = f(&line);
            if keep {
                result.iter().enumerate().for_each(|(at, &value)| out.data[start + at * stride] = value);
            } else {
                out.data[start / (stride * length) * stride + start % stride] = result[0];
            }
        }
        out
    }
}

/// Where an expression is evaluated.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub sizes: HashMap<u32, usize>,
    pub values: HashMap<NameId, Tensor>,
    /// Values of the signs ∂C/∂v.
    pub symbols: HashMap<(NameId, NameId), Tensor>,
}

impl Place {
    pub fn length(&self, network: &Network, dim: Dim) -> usize {
        let affine = network.arena.shapes().affine(dim);
        let size = |SizeId(name): SizeId| {
            self.sizes.get(&name).map(|&size| size as i64).or_else(|| {
                let known = network.sizes.iter().find(|size| size.name == NameId(name))?;
                known.value.map(i64::from)
            })
        };
        affine.value(size).unwrap_or_else(|| panic!("size {affine:?} has a value")) as usize
    }

    pub fn dims(&self, network: &Network, id: ExprId) -> Vec<usize> {
        network.arena.dims(id).iter().map(|&dim| self.length(network, dim)).collect()
    }

    /// Evaluates all equations in order; their names get values.
    pub fn run(&mut self, network: &Network) {
        for equation in &network.equations {
            let value = self.evaluate(network, equation.value);
            self.values.insert(equation.name, value);
        }
    }

    pub fn evaluate(&self, network: &Network, expr: ExprId) -> Tensor {
        let mut done: HashMap<ExprId, Tensor> = HashMap::new();
        let mut order = Vec::new();
        chainrule::expr::Postorder::default().collect(&network.arena, &[expr], &mut order);
        for id in order {
            let value = self.node(network, id, &done);
            done.insert(id, value);
        }
        done.remove(&expr).unwrap()
    }

    /// The value with its full shape, also if it is the zero of any shape.
    pub fn evaluate_full(&self, network: &Network, expr: ExprId, dims: &[usize]) -> Tensor {
        let value = self.evaluate(network, expr);
        if value.dims.is_empty() && !dims.is_empty() { Tensor::filled(dims, value.data[0]) } else { value }
    }

    fn node(&self, network: &Network, id: ExprId, done: &HashMap<ExprId, Tensor>) -> Tensor {
        let arena: &Arena = &network.arena;
        match arena.node(id) {
            Node::Number(number) => Tensor::scalar(Dual::constant(arena.value(number).to_f64())),
            Node::Constant(Constant::Pi) => Tensor::scalar(Dual::constant(std::f64::consts::PI)),
            Node::Constant(Constant::E) => Tensor::scalar(Dual::constant(std::f64::consts::E)),
            Node::Constant(Constant::Infinity) => Tensor::scalar(Dual::constant(f64::INFINITY)),
            Node::Name(name) => match self.values.get(&name) {
                Some(value) => value.clone(),
                None => Tensor::scalar(Dual::constant(self.length(network, Dim::Symbolic(SizeId(name.0))) as f64)),
            },
            Node::Parameter(_) => panic!("a parameter has no value"),
            Node::Sum(terms) => {
                let first = done[&terms[0]].clone();
                terms[1..].iter().fold(first, |sum, term| sum.zip(&done[term], Dual::plus))
            }
            Node::Product { coefficient, factors } => {
                let one = Tensor::scalar(Dual::constant(arena.value(coefficient).to_f64()));
                factors.iter().fold(one, |product, factor| {
                    let power = done[&factor.base].map(|base| base.power(arena.value(factor.exponent)));
                    product.zip(&power, Dual::times)
                })
            }
            Node::Contraction { coefficient, factors, labels } => {
                let labels = arena.labels(labels);
                let sizes: Vec<usize> = labels.sizes.iter().map(|&dim| self.length(network, dim)).collect();
                let factors: Vec<(Tensor, &[Label])> = factors
                    .iter()
                    .zip(&labels.factors)
                    .map(|(factor, axes)| {
                        let power = done[&factor.base].map(|base| base.power(arena.value(factor.exponent)));
                        if power.dims.is_empty() { (power, &[] as &[Label]) } else { (power, axes.as_slice()) }
                    })
                    .collect();
                contract(arena.value(coefficient).to_f64(), &factors, &labels.out, &sizes)
            }
            Node::Selection(selection) => {
                let selection = arena.selection_of(selection);
                let dims = self.dims(network, id);
                let offset = selection
                    .offset
                    .value(|SizeId(name)| Some(self.length(network, Dim::Symbolic(SizeId(name))) as i64));
                let mut tensor = Tensor::filled(&dims, Dual::constant(0.0));
                let strides = tensor.strides();
                for at in 0..tensor.data.len() {
                    let index = |axis: usize| ((at / strides[axis]) % dims[axis]) as i64 + 1;
                    let sum: i64 = (0..dims.len()).map(|axis| selection.coefficients[axis] * index(axis)).sum();
                    if sum + offset.unwrap() == 0 {
                        tensor.data[at] = Dual::constant(1.0);
                    }
                }
                tensor
            }
            Node::Call { function, arguments, .. } if network.functions.get(function).name() == "onehot" => {
                let classes = &done[&arguments[0]];
                let dims = self.dims(network, id);
                let width = dims[dims.len() - 1];
                let mut tensor = Tensor::filled(&dims, Dual::constant(0.0));
                for (row, class) in tensor.data.chunks_mut(width).zip(&classes.data) {
                    row[class.value as usize - 1] = Dual::constant(1.0);
                }
                tensor
            }
            Node::Call { function, arguments, .. } => {
                let arguments: Vec<&Tensor> = arguments.iter().map(|argument| &done[argument]).collect();
                call(network.functions.get(function).name(), &arguments)
            }
            Node::If { comparison, parts } => {
                use chainrule::syntax::ast::Comparison::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
                let sides = done[&parts[0]].zip(&done[&parts[1]], |a, b| {
                    let holds = match comparison {
                        Less => a.value < b.value,
                        LessEqual => a.value <= b.value,
                        Greater => a.value > b.value,
                        GreaterEqual => a.value >= b.value,
                        Equal => a.value == b.value,
                        NotEqual => a.value != b.value,
                    };
                    Dual::constant(f64::from(u8::from(holds)))
                });
                let zero = Tensor::scalar(Dual::constant(0.0));
                let pick = |branch: ExprId, wanted: f64| {
                    sides.zip(&done[&branch], |side, value| if side.value == wanted { value } else { zero.data[0] })
                };
                pick(parts[2], 1.0).zip(&pick(parts[3], 0.0), Dual::plus)
            }
            Node::Derivative { of, by, .. } => {
                let of = arena.as_name(of).expect("a sign ∂C/∂v of a name");
                self.symbols.get(&(of, by)).unwrap_or_else(|| panic!("∂{of:?}/∂{by:?} has a value")).clone()
            }
        }
    }
}

/// Multiplies factor after factor; a label is summed as soon as no later factor has it.
fn contract(coefficient: f64, factors: &[(Tensor, &[Label])], out: &[Label], sizes: &[usize]) -> Tensor {
    let mut live: Vec<Label> = Vec::new();
    let mut current = Tensor::scalar(Dual::constant(coefficient));
    for (at, (tensor, axes)) in factors.iter().enumerate() {
        let mut labels = live.clone();
        labels.extend(
            axes.iter().filter(|label| !live.contains(label)).copied().collect::<std::collections::BTreeSet<_>>(),
        );
        let later =
            |label: &Label| out.contains(label) || factors[at + 1..].iter().any(|factor| factor.1.contains(label));
        let kept: Vec<Label> = labels.iter().copied().filter(|label| later(label)).collect();
        let dims: Vec<usize> = kept.iter().map(|&label| sizes[label as usize]).collect();
        let mut next = Tensor::filled(&dims, Dual::constant(0.0));
        let mut index = vec![0usize; sizes.len()];
        loop {
            let place = |tensor: &Tensor, axes: &[Label]| -> usize {
                let strides = tensor.strides();
                axes.iter().zip(strides).map(|(&label, stride)| index[label as usize] * stride).sum()
            };
            let product = current.data[place(&current, &live)].times(tensor.data[place(tensor, axes)]);
            let to = place(&next, &kept);
            next.data[to] = next.data[to].plus(product);
            if !advance(&mut index, &labels, sizes) {
                break;
            }
        }
        live = kept;
        current = next;
    }
    for (label, &size) in sizes.iter().enumerate() {
        let label = label as Label;
        if !out.contains(&label) && factors.iter().all(|factor| !factor.1.contains(&label)) {
            current = current.map(|value| value.times(Dual::constant(size as f64)));
        }
    }
    let dims: Vec<usize> = out.iter().map(|&label| sizes[label as usize]).collect();
    let mut result = Tensor::filled(&dims, Dual::constant(0.0));
    let mut labels: Vec<Label> = out.to_vec();
    labels.sort_unstable();
    labels.dedup();
    let mut index = vec![0usize; sizes.len()];
    loop {
        let place = |tensor: &Tensor, axes: &[Label]| -> usize {
            axes.iter().zip(tensor.strides()).map(|(&label, stride)| index[label as usize] * stride).sum()
        };
        let to = place(&result, out);
        result.data[to] = current.data[place(&current, &live)];
        if !advance(&mut index, &labels, sizes) {
            break;
        }
    }
    result
}

fn advance(index: &mut [usize], labels: &[Label], sizes: &[usize]) -> bool {
    for &label in labels.iter().rev() {
        index[label as usize] += 1;
        if index[label as usize] < sizes[label as usize] {
            return true;
        }
        index[label as usize] = 0;
    }
    false
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn elementwise(name: &str, x: Dual) -> Option<Dual> {
    let v = x.value;
    Some(match name {
        "exp" => x.exp(),
        "log" => x.log(),
        "sqrt" => x.map(v.sqrt(), 0.5 / v.sqrt()),
        "tanh" => x.map(v.tanh(), 1.0 - v.tanh() * v.tanh()),
        "sigmoid" => x.map(sigmoid(v), sigmoid(v) * (1.0 - sigmoid(v))),
        "softplus" => x.map((1.0 + v.exp()).ln(), sigmoid(v)),
        "logsigmoid" => x.map(-(1.0 + (-v).exp()).ln(), 1.0 - sigmoid(v)),
        "silu" => x.map(v * sigmoid(v), sigmoid(v) * (1.0 + v * (1.0 - sigmoid(v)))),
        "gelu" => {
            let below = 0.5 * (1.0 + libm::erf(v * std::f64::consts::FRAC_1_SQRT_2));
            x.map(v * below, below + v * (-v * v / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt())
        }
        "relu" => x.map(v.max(0.0), f64::from(u8::from(v > 0.0))),
        "step" => x.map(f64::from(u8::from(v > 0.0)), 0.0),
        "abs" => x.map(v.abs(), v.signum()),
        "sign" => x.map(v.signum(), 0.0),
        "sin" => x.map(v.sin(), v.cos()),
        "cos" => x.map(v.cos(), -v.sin()),
        "cosh" => x.map(v.cosh(), v.sinh()),
        "sinh" => x.map(v.sinh(), v.cosh()),
        "atan" => x.map(v.atan(), 1.0 / (1.0 + v * v)),
        _ => return None,
    })
}

fn extreme(line: &[Dual], beats: fn(&f64, &f64) -> bool) -> Dual {
    line.iter().copied().reduce(|best, x| if beats(&x.value, &best.value) { x } else { best }).unwrap()
}

fn softmax(line: &[Dual]) -> Vec<Dual> {
    let total = line.iter().map(|x| x.exp()).fold(Dual::constant(0.0), Dual::plus);
    line.iter().map(|x| x.exp().over(total)).collect()
}

fn call(name: &str, arguments: &[&Tensor]) -> Tensor {
    let axis = || arguments[1].data[0].value as usize;
    match name {
        "softmax" => arguments[0].lines(axis(), softmax, true),
        "log_softmax" => arguments[0].lines(axis(), |line| softmax(line).into_iter().map(Dual::log).collect(), true),
        "logsumexp" => arguments[0].lines(
            axis(),
            |line| vec![line.iter().map(|x| x.exp()).fold(Dual::constant(0.0), Dual::plus).log()],
            false,
        ),
        "amax" => arguments[0].lines(axis(), |line| vec![extreme(line, f64::gt)], false),
        "amin" => arguments[0].lines(axis(), |line| vec![extreme(line, f64::lt)], false),
        "prod" => arguments[0].lines(
            axis(),
            |line| vec![line.iter().fold(Dual::constant(1.0), |product, &x| product.times(x))],
            false,
        ),
        "inv" => inverse(arguments[0]).0,
        "det" => Tensor::scalar(inverse(arguments[0]).1),
        "logdet" => Tensor::scalar(inverse(arguments[0]).1.log()),
        _ => arguments[0].map(|x| elementwise(name, x).unwrap_or_else(|| panic!("{name} is known to the test"))),
    }
}

/// The inverse and the determinant, by elimination.
fn inverse(matrix: &Tensor) -> (Tensor, Dual) {
    let n = matrix.dims[0];
    let (zero, one) = (Dual::constant(0.0), Dual::constant(1.0));
    let mut rows: Vec<Vec<Dual>> = (0..n)
        .map(|i| {
            let own = (0..n).map(|j| matrix.data[i * n + j]);
            own.chain((0..n).map(|j| if i == j { one } else { zero })).collect()
        })
        .collect();
    let mut determinant = one;
    for column in 0..n {
        let pivot =
            (column..n).max_by(|&a, &b| rows[a][column].value.abs().total_cmp(&rows[b][column].value.abs())).unwrap();
        if pivot != column {
            rows.swap(pivot, column);
            determinant = zero.minus(determinant);
        }
        let head = rows[column][column];
        determinant = determinant.times(head);
        rows[column] = rows[column].iter().map(|x| x.over(head)).collect();
        for row in 0..n {
            if row != column {
                let factor = rows[row][column];
                let scaled: Vec<Dual> = rows[column].iter().map(|x| x.times(factor)).collect();
                rows[row] = rows[row].iter().zip(scaled).map(|(a, b)| a.minus(b)).collect();
            }
        }
    }
    let data = rows.iter().flat_map(|row| row[n..].to_vec()).collect();
    (Tensor { dims: vec![n, n], data }, determinant)
}
