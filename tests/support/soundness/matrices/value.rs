//! Values of formulas at a point: plain matrices, without any part of the checker.

use std::collections::HashMap;

use super::formula::Formula;

/// A matrix; an extent that is not known is that of ones, the same along it.
#[derive(Clone, PartialEq, Debug)]
pub struct Matrix {
    pub rows: Option<usize>,
    pub columns: Option<usize>,
    pub data: Vec<f64>,
    /// A multiple of the identity matrix of any size; the multiple is the only entry.
    identity: bool,
}

/// The values of names.
pub type Environment = HashMap<String, Matrix>;

impl Matrix {
    pub fn new(rows: usize, columns: usize, data: Vec<f64>) -> Matrix {
        assert_eq!(data.len(), rows * columns);
        Matrix { rows: Some(rows), columns: Some(columns), data, identity: false }
    }

    pub fn scalar(value: f64) -> Matrix {
        Matrix::new(1, 1, vec![value])
    }

    fn is_scalar(&self) -> bool {
        (self.rows, self.columns) == (Some(1), Some(1)) && !self.identity
    }

    fn width(&self) -> usize {
        self.columns.unwrap_or(1)
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        let row = self.rows.map_or(0, |_| row);
        self.data[row * self.width() + self.columns.map_or(0, |_| column)]
    }

    fn map(&self, of: impl Fn(f64) -> f64) -> Matrix {
        Matrix { data: self.data.iter().map(|&value| of(value)).collect(), ..self.clone() }
    }

    pub fn turned(&self) -> Matrix {
        let (rows, columns) = (self.rows.unwrap_or(1), self.width());
        let data = (0..columns * rows).map(|at| self.data[at % rows * columns + at / rows]).collect();
        Matrix { rows: self.columns, columns: self.rows, data, identity: self.identity }
    }

    fn zip(&self, other: &Matrix, of: impl Fn(f64, f64) -> f64) -> Option<Matrix> {
        let rows = agreed(self.rows, other.rows)?;
        let columns = agreed(self.columns, other.columns)?;
        let (height, width) = (rows.unwrap_or(1), columns.unwrap_or(1));
        let data = (0..height * width).map(|at| {
            let (row, column) = (at / width, at % width);
            of(self.at(row, column), other.at(row, column))
        });
        Some(Matrix { rows, columns, data: data.collect(), identity: false })
    }

    fn times(&self, other: &Matrix) -> Option<Matrix> {
        for (scalar, matrix) in [(self, other), (other, self)] {
            if scalar.is_scalar() || scalar.identity {
                let scaled = matrix.map(|value| value * scalar.data[0]);
                return Some(scaled);
            }
        }
        let inner = agreed(self.columns, other.rows)??;
        let (height, width) = (self.rows.unwrap_or(1), other.width());
        let entry = |at: usize| (0..inner).map(|k| self.at(at / width, k) * other.at(k, at % width)).sum();
        let data = (0..height * width).map(entry).collect();
        Some(Matrix { rows: self.rows, columns: other.columns, data, identity: false })
    }

    /// Entry by entry; a scalar goes with all entries.
    fn entrywise(&self, other: &Matrix, of: impl Fn(f64, f64) -> f64) -> Option<Matrix> {
        match () {
            () if self.identity || other.identity => None,
            () if self.is_scalar() => Some(other.map(|value| of(self.data[0], value))),
            () if other.is_scalar() => Some(self.map(|value| of(value, other.data[0]))),
            () => self.zip(other, of),
        }
    }

    fn plus(&self, other: &Matrix) -> Option<Matrix> {
        match (self.identity, other.identity) {
            (false, false) => self.entrywise(other, |a, b| a + b),
            (true, true) => Some(self.map(|value| value + other.data[0])),
            (true, false) => other.plus(self),
            (false, true) => {
                let size = self.rows.filter(|rows| Some(*rows) == self.columns && *rows > 1)?;
                let entry = |at: usize| self.data[at] + if at.is_multiple_of(size + 1) { other.data[0] } else { 0.0 };
                Some(Matrix { data: (0..size * size).map(entry).collect(), ..self.clone() })
            }
        }
    }

    /// A vector that is as long as the rows or the columns of another matrix, repeated for each of these.
    fn along(&self, other: &Matrix) -> Matrix {
        let (Some(rows), Some(columns)) = (other.rows, other.columns) else { return self.clone() };
        let is_vector = [self.rows, self.columns].contains(&Some(1)) && !self.is_scalar() && !self.identity;
        if !is_vector || rows == 1 || columns == 1 {
            return self.clone();
        }
        let column = self.columns == Some(1) && self.rows == Some(rows);
        let data = &self.data;
        match () {
            () if column => Matrix::new(rows, columns, (0..rows * columns).map(|at| data[at / columns]).collect()),
            () if data.len() == columns => {
                Matrix::new(rows, columns, (0..rows * columns).map(|at| data[at % columns]).collect())
            }
            () => self.clone(),
        }
    }

    /// With its extents known, where another matrix tells them.
    pub fn like(&self, other: &Matrix) -> Option<Matrix> {
        if self.identity {
            let zero = other.map(|_| 0.0);
            return zero.plus(self);
        }
        if self.is_scalar() && !other.is_scalar() {
            return Some(other.map(|_| self.data[0]));
        }
        let zero = other.map(|_| 0.0);
        zero.zip(self, |_, value| value)
    }

    fn inverse(&self) -> Option<Matrix> {
        let size = self.rows.filter(|_| self.rows == self.columns && !self.identity)?;
        let mut rows: Vec<Vec<f64>> = (0..size)
            .map(|i| {
                let own = (0..size).map(|j| self.at(i, j));
                own.chain((0..size).map(|j| f64::from(u8::from(i == j)))).collect()
            })
            .collect();
        for column in 0..size {
            let pivot = (column..size).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))?;
            rows.swap(pivot, column);
            let head = rows[column][column];
            rows[column].iter_mut().for_each(|value| *value /= head);
            for row in (0..size).filter(|&row| row != column) {
                let factor = rows[row][column];
                let top = rows[column].clone();
                rows[row].iter_mut().zip(top).for_each(|(value, top)| *value -= factor * top);
            }
        }
        Some(Matrix { data: rows.iter().flat_map(|row| row[size..].to_vec()).collect(), ..self.clone() })
    }
}

fn agreed(a: Option<usize>, b: Option<usize>) -> Option<Option<usize>> {
    match (a, b) {
        (Some(a), Some(b)) => (a == b).then_some(Some(a)),
        (a, b) => Some(a.or(b)),
    }
}

/// The value of a formula; nothing where its shapes do not fit.
pub fn evaluate(formula: &Formula, names: &Environment) -> Option<Matrix> {
    value_of(formula, names, false)
}

/// The same with a vector beside a matrix taken for each of its rows or columns, as NumPy does.
pub fn evaluate_spread(formula: &Formula, names: &Environment) -> Option<Matrix> {
    value_of(formula, names, true)
}

fn value_of(formula: &Formula, names: &Environment, spread: bool) -> Option<Matrix> {
    let of = |formula: &Formula| value_of(formula, names, spread);
    let beside = |a: &Matrix, b: &Matrix| if spread { (a.along(b), b.along(a)) } else { (a.clone(), b.clone()) };
    match formula {
        Formula::Number(text) => Some(Matrix::scalar(text.parse().ok()?)),
        Formula::Name(name) => names.get(name).cloned(),
        Formula::Ones => Some(Matrix { rows: None, ..Matrix::scalar(1.0) }),
        Formula::Identity => Some(Matrix { identity: true, ..Matrix::scalar(1.0) }),
        Formula::Turned(inner) => Some(of(inner)?.turned()),
        Formula::Inverse(inner) => of(inner)?.inverse(),
        Formula::Product(factors) => folded(factors, of, Matrix::times),
        Formula::Entrywise(factors) => folded(factors, of, |a, b| {
            let (a, b) = beside(a, b);
            a.entrywise(&b, |a, b| a * b)
        }),
        Formula::Over(above, below) => {
            let (above, below) = beside(&of(above)?, &of(below)?);
            above.entrywise(&below, |a, b| a / b)
        }
        Formula::Fraction(above, below) => {
            let below = of(below)?;
            of(above)?.entrywise(&below, |a, b| a / b).filter(|_| below.is_scalar())
        }
        Formula::Sum(terms) => {
            let mut sum: Option<Matrix> = None;
            for (minus, term) in terms {
                let term = of(term)?.map(|value| if *minus { -value } else { value });
                sum = Some(match sum {
                    Some(sum) => {
                        let (sum, term) = beside(&sum, &term);
                        sum.plus(&term)?
                    }
                    None => term,
                });
            }
            sum
        }
        Formula::Power(base, exponent) => {
            let base = of(base)?;
            let is_matrix = base.rows != Some(1) && base.columns != Some(1);
            (!is_matrix).then(|| base.map(|value| value.powi(*exponent as i32)))
        }
        Formula::EntryPower(base, exponent) => Some(of(base)?.map(|value| value.powi(*exponent as i32))),
        Formula::Call(function, argument) => call(function, &of(argument)?),
        Formula::Positive(argument) => Some(of(argument)?.map(|value| f64::from(u8::from(value > 0.0)))),
        Formula::Norm(argument) => {
            let argument = of(argument).filter(|argument| !argument.identity)?;
            argument.rows.zip(argument.columns)?;
            Some(Matrix::scalar(argument.data.iter().map(|value| value * value).sum::<f64>().sqrt()))
        }
    }
}

fn folded(
    factors: &[Formula],
    of: impl Fn(&Formula) -> Option<Matrix>,
    join: impl Fn(&Matrix, &Matrix) -> Option<Matrix>,
) -> Option<Matrix> {
    let mut product: Option<Matrix> = None;
    for factor in factors {
        let factor = of(factor)?;
        product = Some(match product {
            Some(product) => join(&product, &factor)?,
            None => factor,
        });
    }
    product
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn call(function: &str, x: &Matrix) -> Option<Matrix> {
    if x.identity {
        return None;
    }
    Some(match function {
        "\\sigma" => x.map(sigmoid),
        "\\sigma'" => x.map(|x| sigmoid(x) * (1.0 - sigmoid(x))),
        "\\tanh" => x.map(f64::tanh),
        "\\tanh'" => x.map(|x| 1.0 - x.tanh().powi(2)),
        "\\log" => x.map(f64::ln),
        "\\exp" => x.map(f64::exp),
        "\\sin" => x.map(f64::sin),
        "\\cos" => x.map(f64::cos),
        "\\sqrt" => x.map(f64::sqrt),
        "\\mathrm{softplus}" => x.map(|x| (1.0 + x.exp()).ln()),
        "\\mathrm{ReLU}" => x.map(|x| x.max(0.0)),
        "\\mathrm{SiLU}" => x.map(|x| x * sigmoid(x)),
        "\\mathrm{softmax}" => softmax(x)?,
        "\\mathrm{diag}" => {
            let size = x.rows.filter(|_| x.columns == Some(1)).filter(|&size| size > 1)?;
            let data = (0..size * size).map(|at| if at % (size + 1) == 0 { x.data[at / size] } else { 0.0 }).collect();
            Matrix::new(size, size, data)
        }
        "\\mathrm{tr}" => {
            let size = x.rows.filter(|_| x.rows == x.columns)?;
            Matrix::scalar((0..size).map(|at| x.at(at, at)).sum())
        }
        _ => return None,
    })
}

/// Along a vector, or along each row.
fn softmax(x: &Matrix) -> Option<Matrix> {
    let (rows, columns) = (x.rows?, x.columns?);
    let width = if columns == 1 || rows == 1 { rows * columns } else { columns };
    let mut data = x.data.clone();
    for line in data.chunks_mut(width) {
        let sum: f64 = line.iter().map(|value| value.exp()).sum();
        line.iter_mut().for_each(|value| *value = value.exp() / sum);
    }
    Some(Matrix { data, ..x.clone() })
}
