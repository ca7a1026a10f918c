//! Random contractions: what the matrix notation says, computed with matrices, is what the labels say, summed up.

use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use crate::expr::{Label, Labels};
use crate::notation::algebra::{Link, Product, Term, Trait};
use crate::notation::contraction::matrix_form;
use crate::shape::Dim;

/// A matrix by rows; a column has one entry a row, a number is 1 × 1.
type Matrix = Vec<Vec<f64>>;

/// A contraction with its factors in numbers: entries of a factor in row-major order.
struct Instance {
    labels: Labels,
    traits: Vec<Trait>,
    values: Vec<Vec<f64>>,
}

const SIZES: [usize; 5] = [2, 3, 4, 5, 3];

impl Instance {
    /// Factors of rank 0 to 2 over a few labels; equal ones and symmetric ones occur.
    fn new(axes: Vec<Vec<Label>>, out: Vec<Label>, seed: u64, squared: Vec<bool>, twins: bool) -> Instance {
        let count = axes.iter().flatten().chain(&out).max().map_or(0, |label| label + 1);
        let size = |label: Label| SIZES[label as usize % SIZES.len()];
        let mut labels = Labels { out, factors: axes, sizes: Vec::new() };
        labels.sizes = (0..count).map(|label| Dim::Known(size(label) as u32)).collect();
        let mut state = seed | 1;
        let mut draw = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 40) as f64 / (1u64 << 24) as f64 + 0.5
        };
        let mut values: Vec<Vec<f64>> = Vec::new();
        let mut traits: Vec<Trait> = Vec::new();
        for (at, own) in labels.factors.iter().enumerate() {
            let dims: Vec<usize> = own.iter().map(|&label| size(label)).collect();
            let squared = squared.get(at).copied().unwrap_or(false);
            let shape = |other: &Vec<Label>| other.iter().map(|&label| size(label)).collect::<Vec<_>>();
            let twin = (0..at)
                .find(|&other| twins && shape(&labels.factors[other]) == dims && traits[other].squared == squared);
            if let Some(twin) = twin {
                values.push(values[twin].clone());
                traits.push(Trait { same: traits[twin].same, ..traits[twin] });
                continue;
            }
            let mut entries: Vec<f64> = (0..dims.iter().product()).map(|_| draw()).collect();
            let symmetric = twins && dims.len() == 2 && dims[0] == dims[1];
            if symmetric {
                let n = dims[0];
                (0..n * n).for_each(|entry| {
                    entries[entry] = entries[(entry % n).max(entry / n) * n + (entry % n).min(entry / n)]
                });
            }
            if squared {
                entries.iter_mut().for_each(|entry| *entry *= *entry);
            }
            values.push(entries);
            traits.push(Trait { same: at, symmetric, squared, absolute: false, row: false, slim: false });
        }
        Instance { labels, traits, values }
    }

    fn size(&self, label: Label) -> usize {
        match self.labels.sizes[label as usize] {
            Dim::Known(size) => size as usize,
            _ => 0,
        }
    }

    /// The entries of the result by the definition of a contraction, in row-major order.
    fn summed(&self) -> Vec<f64> {
        let sizes: Vec<usize> = (0..self.labels.sizes.len() as Label).map(|label| self.size(label)).collect();
        let shape: Vec<usize> = self.labels.out.iter().map(|&label| self.size(label)).collect();
        let mut result = vec![0.0; shape.iter().product()];
        for point in 0..sizes.iter().product::<usize>() {
            let mut rest = point;
            let index: Vec<usize> = sizes.iter().map(|&size| (rest % size, rest /= size).0).collect();
            let offset =
                |axes: &[Label]| axes.iter().fold(0, |at, &label| at * self.size(label) + index[label as usize]);
            let product: f64 =
                self.labels.factors.iter().zip(&self.values).map(|(axes, values)| values[offset(axes)]).product();
            result[offset(&self.labels.out)] += product;
        }
        result
    }

    fn factor(&self, at: usize) -> Matrix {
        match *self.labels.factors[at].as_slice() {
            [_, column] => self.values[at].chunks(self.size(column)).map(<[f64]>::to_vec).collect(),
            _ => self.values[at].iter().map(|&value| vec![value]).collect(),
        }
    }

    fn term(&self, term: &Term) -> Matrix {
        match term {
            Term::Factor(at) => self.factor(*at),
            Term::Base(at) => map(&self.factor(*at), f64::sqrt),
            Term::Diagonal(at) => self.factor(*at).iter().enumerate().map(|(i, row)| vec![row[i]]).collect(),
            Term::Ones(label) => vec![vec![1.0]; self.size(*label)],
            Term::Identity(label) => diagonal(&vec![vec![1.0]; self.size(*label)]),
            Term::Chain(links) => links.iter().map(|link| self.link(link)).reduce(|a, b| times(&a, &b)).unwrap(),
            Term::Hadamard(links) => links.iter().map(|link| self.link(link)).reduce(|a, b| entrywise(&a, &b)).unwrap(),
            Term::Diag(column) => diagonal(&self.term(column)),
            Term::Trace(matrix) => {
                let matrix = self.term(matrix);
                assert!(matrix.len() == matrix[0].len(), "the trace of a square matrix");
                vec![vec![matrix.iter().enumerate().map(|(i, row)| row[i]).sum()]]
            }
            Term::SquaredNorm(link) => vec![vec![self.link(link).iter().flatten().map(|x| x * x).sum()]],
            Term::AbsoluteNorm(at) => vec![vec![self.factor(*at).iter().flatten().sum()]],
            Term::Size(label) => vec![vec![self.size(*label) as f64]],
        }
    }

    fn link(&self, link: &Link) -> Matrix {
        let matrix = self.term(&link.term);
        assert!(!link.vector || matrix[0].len() == 1, "a vector is a column");
        if link.transposed { transpose(&matrix) } else { matrix }
    }

    fn printed(&self, product: &Product) -> Vec<f64> {
        let scalar: f64 = product
            .scalars
            .iter()
            .map(|term| {
                let value = self.term(term);
                assert!(value.len() == 1 && value[0].len() == 1, "a scalar");
                value[0][0]
            })
            .product();
        let body = product.body.as_ref().map_or(vec![vec![1.0]], |link| self.link(link));
        body.iter().flatten().map(|entry| entry * scalar).collect()
    }
}

fn map(matrix: &Matrix, f: impl Fn(f64) -> f64) -> Matrix {
    matrix.iter().map(|row| row.iter().map(|&x| f(x)).collect()).collect()
}

fn transpose(matrix: &Matrix) -> Matrix {
    (0..matrix[0].len()).map(|j| matrix.iter().map(|row| row[j]).collect()).collect()
}

fn times(a: &Matrix, b: &Matrix) -> Matrix {
    assert!(a[0].len() == b.len(), "the inner sizes of a product agree");
    let b = transpose(b);
    a.iter().map(|row| b.iter().map(|column| row.iter().zip(column).map(|(x, y)| x * y).sum()).collect()).collect()
}

fn entrywise(a: &Matrix, b: &Matrix) -> Matrix {
    assert!(a.len() == b.len() && a[0].len() == b[0].len(), "operands of ⊙ have one shape");
    a.iter().zip(b).map(|(a, b)| a.iter().zip(b).map(|(x, y)| x * y).collect()).collect()
}

fn diagonal(column: &Matrix) -> Matrix {
    let entry = |i: usize, j: usize| if i == j { column[i][0] } else { 0.0 };
    (0..column.len()).map(|i| (0..column.len()).map(|j| entry(i, j)).collect()).collect()
}

/// Any contraction of up to six factors over five labels.
fn instances() -> impl Strategy<Value = Instance> {
    let factor = proptest::collection::vec(0..5u16, 0..=2);
    let out = proptest::collection::vec(0..5u16, 0..=2);
    let squares = proptest::collection::vec(proptest::bool::weighted(0.15), 6);
    (proptest::collection::vec(factor, 0..=6), out, any::<u64>(), squares, any::<bool>())
        .prop_map(|(axes, out, seed, squares, twins)| Instance::new(axes, out, seed, squares, twins))
}

fn runner() -> TestRunner {
    let config = ProptestConfig { cases: 8_000, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}

/// Sums the two, and counts how many had no form in matrices.
#[test]
fn matrix_notation_has_the_value_of_its_contraction() {
    let without = std::cell::Cell::new(0);
    let result = runner().run(&instances(), |instance| {
        let Some(product) = matrix_form(&instance.labels, &instance.traits) else {
            without.set(without.get() + 1);
            return Ok(());
        };
        for (printed, summed) in instance.printed(&product).iter().zip(instance.summed()) {
            let close = (printed - summed).abs() <= 1e-9 * summed.abs().max(1.0);
            proptest::prop_assert!(close, "{:?}: {product:?} is {printed}, not {summed}", instance.labels);
        }
        Ok(())
    });
    assert!(result.is_ok(), "{result:?}");
    assert!(without.get() < 3_000, "{} of 8000 had no form", without.get());
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.labels, self.traits)
    }
}
