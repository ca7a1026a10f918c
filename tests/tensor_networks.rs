//! Random networks of tensors from a fixed seed: gradients, Jacobians and Hessians against dual numbers that share no
//! code with what derives them. All sizes are distinct, so that a transpose shows.

mod support;
#[path = "support/dual_tensor.rs"]
mod tensor;

use chainrule::calculus::{Deltas, Derivation, Goal, Request, Sigma};
use chainrule::diagnostic::{Colour, Source, render};
use chainrule::expr::NameId;
use chainrule::network::{FreeNames, Network, Origin, read_network};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use tensor::{Dual, Place, Tensor};

/// Choices from a seed.
struct Choice(u64);

impl Choice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.0 >> 33
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    fn number(&mut self) -> f64 {
        self.next() as f64 / (1u64 << 31) as f64
    }
}

const SIZES: [(&str, usize); 3] = [("n", 3), ("m", 2), ("b", 4)];

/// A network being written: what may be used, with its axes.
struct Writer {
    choice: Choice,
    known: Vec<(String, Vec<usize>)>,
    equations: Vec<String>,
}

const ELEMENTWISE: [&str; 9] = ["sigmoid", "tanh", "exp", "sin", "cos", "softplus", "relu", "step", "atan"];

impl Writer {
    fn name(&mut self, dims: &[usize]) -> Option<String> {
        let fitting: Vec<&(String, Vec<usize>)> = self.known.iter().filter(|known| known.1 == dims).collect();
        let at = self.choice.below(fitting.len().max(1));
        fitting.get(at).map(|known| known.0.clone())
    }

    fn size(&mut self) -> usize {
        self.choice.below(SIZES.len())
    }

    /// An expression with these axes.
    fn expression(&mut self, dims: &[usize], depth: usize) -> String {
        let leaf = depth == 0 || self.choice.below(5) == 0;
        if leaf && let Some(name) = self.name(dims) {
            return name;
        }
        if let (0, [m, n]) = (depth, dims) {
            return format!("outer({}, {})", self.expression(&[*m], 0), self.expression(&[*n], 0));
        }
        match *dims {
            [] => self.scalar(depth),
            [n] => self.vector(n, depth),
            [m, n] => self.matrix(m, n, depth),
            _ => unreachable!("no more than two axes"),
        }
    }

    fn entrywise(&mut self, dims: &[usize], depth: usize) -> String {
        let d = depth.saturating_sub(1);
        let a = self.expression(dims, d);
        match self.choice.below(9) {
            0 => format!("({a} + {})", self.expression(dims, d)),
            1 => format!("({a} - {})", self.expression(dims, d)),
            2 | 3 => format!("({a}*{})", self.expression(dims, d)),
            4 => format!("({a}/(2 + sin({})))", self.expression(dims, d)),
            5 => format!("({}*{a})", self.expression(&[], d)),
            6 => format!("({a})^2"),
            7 => format!("({a} - 1)"),
            _ => {
                let f = ELEMENTWISE[self.choice.below(ELEMENTWISE.len())];
                format!("{f}({a})")
            }
        }
    }

    /// The factors of a product are never 0: its derivative is written y/x.
    fn scalar(&mut self, depth: usize) -> String {
        let d = depth.saturating_sub(1);
        let (j, k) = (self.size(), self.size());
        match self.choice.below(14) {
            10 => format!("{}[{}]", self.atom(&[j], d), 1 + self.choice.below(SIZES[j].1)),
            11 => format!("max({})", self.expression(&[j], d)),
            12 => format!("prod(2 + sin({}))", self.expression(&[j], d)),
            13 => format!("var({})", self.expression(&[j, k], d)),
            0 if depth > 0 => self.entrywise(&[], depth),
            1 => format!("dot({}, {})", self.expression(&[j], d), self.expression(&[j], d)),
            2 => format!("sum({})", self.expression(&[j, k], d)),
            3 => format!("mean({})", self.expression(&[j], d)),
            4 => format!("trace({})", self.expression(&[j, j], d)),
            5 => format!("logsumexp({})", self.expression(&[j], d)),
            6 => {
                let m = self.expression(&[j, k], d);
                format!("({} @ {m} @ {})", self.expression(&[j], d), self.expression(&[k], d))
            }
            7 => format!("sqnorm({})", self.expression(&[j, k], d)),
            8 => format!("norm({} + 3)", self.expression(&[j], d)),
            _ => format!("det({} + 3*eye({}))", self.expression(&[j, j], d), SIZES[j].0),
        }
    }

    fn vector(&mut self, n: usize, depth: usize) -> String {
        let d = depth.saturating_sub(1);
        let j = self.size();
        match self.choice.below(16) {
            10 => format!("{}[{}, :]", self.atom(&[j, n], d), 1 + self.choice.below(SIZES[j].1)),
            11 => format!("{}[:, {}]", self.atom(&[n, j], d), 1 + self.choice.below(SIZES[j].1)),
            12 => format!("max({}, axis=1)", self.expression(&[n, j], d)),
            13 => {
                let (a, b) = (self.expression(&[n], d), self.expression(&[n], d));
                format!("(if {a} > {b} then {} else {})", self.expression(&[n], d), self.expression(&[], d))
            }
            14 => format!("prod(2 + sin({}), axis=0)", self.expression(&[j, n], d)),
            15 => format!("logsumexp({}, axis=0)", self.expression(&[j, n], d)),
            0..=2 => self.entrywise(&[n], depth),
            3 => format!("({} @ {})", self.expression(&[n, j], d), self.expression(&[j], d)),
            4 => format!("({} @ {})", self.expression(&[j], d), self.expression(&[j, n], d)),
            5 => format!("softmax({})", self.expression(&[n], d)),
            6 => format!("sum({}, axis=0)", self.expression(&[j, n], d)),
            7 => format!("mean({}, axis=1)", self.expression(&[n, j], d)),
            8 => format!("diag({})", self.expression(&[n, n], d)),
            _ => format!("({} - mean({}))", self.expression(&[n], d), self.expression(&[n], d)),
        }
    }

    fn matrix(&mut self, m: usize, n: usize, depth: usize) -> String {
        let d = depth.saturating_sub(1);
        let j = self.size();
        match self.choice.below(14) {
            11 => {
                let a = self.expression(&[m, n], d);
                format!("({a} - mean({a}, axis=1, keepdims=True))")
            }
            12 => format!("({}/(2 + sqnorm({}, axis=0)))", self.expression(&[m, n], d), self.expression(&[m, n], d)),
            13 => {
                let (a, b) = (self.expression(&[m, n], d), self.expression(&[], d));
                format!("(if {a} > {b} then {} else {})", self.expression(&[m, n], d), self.expression(&[n], d))
            }
            0..=2 => self.entrywise(&[m, n], depth),
            3 | 4 => format!("({} @ {})", self.expression(&[m, j], d), self.expression(&[j, n], d)),
            5 => format!("{}.T", self.atom(&[n, m], d)),
            6 => format!("outer({}, {})", self.expression(&[m], d), self.expression(&[n], d)),
            7 => format!("({} + {})", self.expression(&[m, n], d), self.expression(&[n], d)),
            8 => format!("softmax({}, axis={})", self.expression(&[m, n], d), self.choice.below(2)),
            9 if m == n => format!("inv({} + 4*eye({}))", self.expression(&[m, n], d), SIZES[m].0),
            9 => format!("log_softmax({})", self.expression(&[m, n], d)),
            _ if m == n => format!("diag({})", self.expression(&[m], d)),
            _ => format!("({}*{})", self.expression(&[m, n], d), self.expression(&[n], d)),
        }
    }

    fn atom(&mut self, dims: &[usize], depth: usize) -> String {
        match self.name(dims) {
            Some(name) => name,
            None => format!("({})", self.expression(dims, depth)),
        }
    }

    fn equation(&mut self, name: &str, dims: Vec<usize>, depth: usize) {
        let value = self.expression(&dims, depth);
        self.equations.push(format!("{name} = {value}"));
        // A later equation likes what was defined last.
        self.known.push((name.to_owned(), dims.clone()));
        self.known.push((name.to_owned(), dims));
    }
}

const LEAVES: &str = "dim n = 3, m = 2, b = 4\nparam x : [n], u : [m], W : [m, n], A : [n, n], s\ninput X : [b, n], v : [b], S : [n, n], y : simplex[n]\nassume S = S.T\n";

fn write(seed: u64) -> String {
    let known = [
        ("x", vec![0]),
        ("u", vec![1]),
        ("W", vec![1, 0]),
        ("A", vec![0, 0]),
        ("s", vec![]),
        ("X", vec![2, 0]),
        ("v", vec![2]),
        ("S", vec![0, 0]),
        ("y", vec![0]),
    ];
    let known = known.into_iter().map(|(name, dims)| (name.to_owned(), dims)).collect();
    let mut writer = Writer { choice: Choice(seed), known, equations: Vec::new() };
    for at in 0..1 + writer.choice.below(4) {
        let rank = 1 + writer.choice.below(2);
        let dims = (0..rank).map(|_| writer.size()).collect();
        let depth = 1 + writer.choice.below(2);
        writer.equation(&format!("h{at}"), dims, depth);
    }
    let cost = writer.expression(&[], 2);
    format!("{LEAVES}{}\ncost C = {cost}\n", writer.equations.join("\n"))
}

fn place(network: &Network, seed: u64) -> Place {
    let mut choice = Choice(seed ^ 0x9e37_79b9_7f4a_7c15);
    let mut place = Place::default();
    for (at, quantity) in network.quantities.iter().enumerate() {
        let name = NameId(at as u32);
        if !matches!(quantity.origin, Origin::Leaf(_)) {
            continue;
        }
        let dims: Vec<usize> =
            network.arena.shapes().dims(quantity.shape).iter().map(|&dim| place.length(network, dim)).collect();
        let mut tensor = Tensor::filled(&dims, Dual::constant(0.0));
        tensor.data.iter_mut().for_each(|entry| entry.value = 1.6 * choice.number() - 0.8);
        match &*quantity.stem {
            "S" => {
                let old = tensor.clone();
                (0..9).for_each(|at| tensor.data[at] = old.data[(at / 3).min(at % 3) * 3 + (at / 3).max(at % 3)]);
            }
            "y" => {
                let sum: f64 = tensor.data.iter().map(|entry| entry.value + 1.0).sum();
                tensor.data.iter_mut().for_each(|entry| entry.value = (entry.value + 1.0) / sum);
            }
            _ => {}
        }
        place.values.insert(name, tensor);
    }
    place
}

/// The derivative by dual numbers: for each entry of `by` all entries of `of`.
fn dual(network: &Network, place: &Place, of: NameId, by: NameId) -> Vec<Vec<f64>> {
    (0..place.values[&by].data.len())
        .map(|entry| {
            let mut moved = place.clone();
            moved.values.get_mut(&by).unwrap().data[entry].slope = 1.0;
            moved.run(network);
            let value = &moved.values[&of];
            let count: usize = network
                .arena
                .shapes()
                .dims(network.quantity(of).shape)
                .iter()
                .map(|&dim| place.length(network, dim))
                .product();
            let slopes: Vec<f64> = value.data.iter().map(|value| value.slope).collect();
            if slopes.len() == count { slopes } else { vec![slopes[0]; count] }
        })
        .collect()
}

fn check(text: &str, seed: u64, of: &str, by: Vec<&str>, deltas: Deltas, goal: Goal) -> Result<(), String> {
    let (network, errors) = read_network(text, FreeNames::Refused);
    let mut network =
        network.unwrap_or_else(|| panic!("{}", render(&Source::new("text", text), &errors, Colour::Never)));
    let of = network.find(of).unwrap();
    let names: Vec<NameId> = by.iter().map(|name| network.find(name).unwrap()).collect();
    let request = Request { of, by: vec![names.clone()], max_paths: 6, sigma: Sigma::Activation, goal, deltas };
    let derivation = Derivation::new(&mut network, &request);
    let Some(gradient) = derivation.gradients.last() else { return Ok(()) };
    let last = *names.last().unwrap();
    let mut place = place(&network, seed);
    let expected = dual(&network, &place, gradient.of, last);
    if expected.iter().flatten().any(|value| !value.is_finite() || value.abs() > 1e7) {
        return Ok(());
    }
    place.run(&network);
    let dims_of = |name: NameId, place: &Place| -> Vec<usize> {
        network
            .arena
            .shapes()
            .dims(network.quantity(name).shape)
            .iter()
            .map(|&dim| place.length(&network, dim))
            .collect()
    };
    for delta in derivation.deltas(gradient.of) {
        let value = place.evaluate_full(&network, delta.value, &dims_of(delta.by, &place));
        place.symbols.insert((delta.of, delta.by), value);
    }
    let dims = [dims_of(gradient.of, &place), dims_of(last, &place)].concat();
    let own = place.evaluate_full(&network, gradient.simplified, &dims);
    let columns = expected.len();
    let scale = expected.iter().flatten().fold(1.0f64, |most, value| most.max(value.abs()));
    for (entry, column) in expected.iter().enumerate() {
        for (row, value) in column.iter().enumerate() {
            let derived = own.data[row * columns + entry].value;
            if (derived - value).abs() > 1e-7 * scale || derived.is_nan() {
                return Err(format!(
                    "seed {seed}, ∂{of:?}/∂{by:?} {deltas:?} {goal:?}, entry {row},{entry}: dual {value}, derived {derived}\n{text}"
                ));
            }
        }
    }
    Ok(())
}

fn run(cases: u32, test: impl Fn(u64) -> Result<(), String>) {
    let config = ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_261_125),
        failure_persistence: None,
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    };
    let result = TestRunner::new(config).run(&any::<u64>(), |seed| test(seed).map_err(TestCaseError::fail));
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// How many cases of each kind: more of them with `TENSOR_CASES`.
fn cases(usual: u32) -> u32 {
    std::env::var("TENSOR_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

#[test]
fn gradients_agree_with_dual_numbers() {
    run(cases(150), |seed| {
        let text = write(seed);
        for by in ["x", "u", "W", "A", "s"] {
            check(&text, seed, "C", vec![by], Deltas::Named, Goal::Textbook)?;
        }
        check(&text, seed, "C", vec!["W"], Deltas::Written, Goal::Expand)?;
        check(&text, seed, "C", vec!["A"], Deltas::Written, Goal::Factor)
    });
}

#[test]
fn jacobians_agree_with_dual_numbers() {
    run(cases(100), |seed| {
        let text = write(seed);
        for by in ["x", "W", "s"] {
            check(&text, seed, "h0", vec![by], Deltas::Named, Goal::Textbook)?;
        }
        Ok(())
    });
}

#[test]
fn second_derivatives_agree_with_dual_numbers() {
    run(cases(60), |seed| {
        let text = write(seed);
        check(&text, seed, "C", vec!["x", "x"], Deltas::Named, Goal::Textbook)?;
        check(&text, seed, "C", vec!["u", "x"], Deltas::Named, Goal::Textbook)
    });
}
