//! Programs on tensors against an interpreter that takes every entry of every product on its own.

#[path = "support/tensors.rs"]
mod support;

use std::collections::BTreeMap;

use chainrule::diagnostic::{Colour, Source, render};
use chainrule::eval::{Compiler, Root, Sizes};
use chainrule::expr::{Arena, ExprId, Factor, Label, LabelsBuilder, NameId};
use chainrule::network::{FreeNames, Network, Origin, read_network};
use chainrule::rational::Rational;
use chainrule::shape::Dim;
use pretty_assertions::assert_eq;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use support::{Point, Random, distance};

fn network(text: &str) -> Network {
    let (network, errors) = read_network(text, FreeNames::Refused);
    network.unwrap_or_else(|| panic!("{}", render(&Source::new("text", text), &errors, Colour::Never)))
}

/// Sizes and values for all leaves; sizes are all distinct, so that no square hides anything.
fn point(network: &Network, seed: u64, low: f64, high: f64) -> Point<'_> {
    let mut random = Random(seed);
    let mut point = Point { network, sizes: BTreeMap::new(), values: BTreeMap::new() };
    let names: Vec<NameId> = (0..network.quantities.len() as u32).map(NameId).collect();
    for (at, &name) in names.iter().filter(|&&name| network.quantity(name).origin == Origin::Size).enumerate() {
        let declared = network.sizes.iter().find(|size| size.name == name).and_then(|size| size.value);
        point.sizes.insert(name, declared.map_or(2 + at, |value| value as usize));
    }
    for &name in &names {
        if matches!(network.quantity(name).origin, Origin::Leaf(_)) {
            let dims = network.arena.shapes().dims(network.quantity(name).shape);
            let dims: Vec<usize> = dims.iter().map(|&dim| point.dim(dim)).collect();
            point.values.insert(name, random.tensor(&dims, low, high));
        }
    }
    point
}

const LEAVES: &str = "input x : [n], y : [m], X : [m, n], Y : [m, n], A : [n, n], T : [p, m, n], S : [q, n, n], s, t\n";

#[track_caller]
fn check(input: &str) {
    let network = network(&format!("{LEAVES}r = {input}"));
    let point = point(&network, 7, 0.3, 1.4);
    let name = network.find("r").expect("r");
    let expected = point.naive(network.definition(name).expect("an equation").value);
    let (program, workspace) = point.run(&[Root::Quantity(name)]);
    assert_eq!(program.outputs()[0].dims, expected.dims, "{input}");
    let apart = distance(program.output(&workspace, 0), &expected.data);
    assert!(apart < 1e-12, "{input}: {apart}");
}

#[test]
fn operators_have_the_values_of_single_entries() {
    for input in [
        "s*x",
        "X + x",
        "X*Y - s",
        "1 - x",
        "X/x",
        "x^2",
        "x^s",
        "T + X",
        "exp(-X/2)",
        "max(X, x)",
        "sqrt(T)*x",
        "if X > 1 then x else s",
        "X @ x",
        "y @ X",
        "x @ A @ x",
        "X @ A @ X.T",
        "X.T @ y",
        "T @ x",
        "T @ A",
        "T.T",
        "(X.T)*s + Y.T",
        "X.T @ X + A",
        "A.T @ A + diag(x)",
        "X @ x + y",
        "X @ S",
        "s*(X @ x) - y",
        "n*x + m",
        "x^(1/3)",
        "x^(-3/2)",
        "tanh(T @ A)/s",
        "-X @ x",
        "pi*x",
    ] {
        check(input);
    }
}

#[test]
fn reductions_have_the_values_of_single_entries() {
    for input in [
        "sum(X)",
        "sum(X, axis=0)",
        "sum(T, axis=1)",
        "mean(X)",
        "var(X, axis=1)",
        "sqnorm(X - Y)",
        "norm(x)",
        "max(X)",
        "min(T, axis=1)",
        "softmax(x)",
        "softmax(X, axis=0)",
        "softmax(T, axis=1)",
        "log_softmax(X)",
        "logsumexp(X, axis=0)",
        "logsumexp(x)",
        "prod(X, axis=1)",
        "sum(log_softmax(X)*Y)",
        "mean(T, axis=0) + X",
        "sum(ones(n)*s)",
        "sum(exp(X)*Y, axis=1)/s",
    ] {
        check(input);
    }
}

#[test]
fn linear_algebra_has_the_values_of_single_entries() {
    for input in [
        "dot(x, x)",
        "outer(x, y)",
        "trace(A)",
        "diag(x)",
        "diag(A)",
        "eye(n)",
        "inv(A)",
        "det(A)",
        "logdet(X @ X.T + eye(m))",
        "trace(A @ A.T)",
        "einsum(\"pmn,mn->p\", T, X)",
        "einsum(\"pmn,qnk->qpmk\", T, S)",
        "einsum(\"ij,kj,k,i->\", X, X, y, y)",
        "einsum(\"ii,j->ij\", A, y)",
        "diag(x) @ A @ diag(x)",
        "einsum(\"ij,kj,lj->ikl\", X, X, Y)",
        "inv(A.T @ A + eye(n)) @ x",
        "diag(y) + outer(y, y)",
    ] {
        check(input);
    }
}

#[test]
fn entries_and_slices_are_copies() {
    for input in ["x[1]", "X[2]", "X[1, 2]", "x[1:3]", "X[:, 1]", "T[1, :, 2]", "concat(x, y)", "conv1d(y, x)"] {
        let text = format!("{LEAVES}r = {input}");
        // What the language does not know yet is no matter of the evaluator.
        if read_network(&text, FreeNames::Refused).0.is_some() {
            check(input);
        }
    }
}

/// A selection built by hand: windows of a convolution and an element.
#[test]
fn selections_pick_what_their_plane_meets() {
    let mut network = network("dim j = 7, i = 5, k = 3\ninput x : [j], w : [k]\ncost C = sum(x) + sum(w)");
    let dims = |names: &[&str]| -> Vec<Dim> {
        let size = |name: &&str| Dim::Symbolic(chainrule::shape::SizeId(network.find(name).expect("a size").0));
        names.iter().map(size).collect()
    };
    let all = dims(&["j", "i", "k"]);
    let (x, w) = (network.find("x").expect("x"), network.find("w").expect("w"));
    let (x, w) = (network.name_expr(x), network.name_expr(w));
    let arena = &mut network.arena;
    // 𝟙[j − i − k + 1 = 0] with indices from 1.
    let offset = chainrule::shape::Affine::constant(1);
    let window = chainrule::expr::Selection { coefficients: vec![1, -1, -1], offset };
    let window = arena.selection(window, &all);
    let element = chainrule::expr::Selection { coefficients: vec![2], offset: chainrule::shape::Affine::constant(-6) };
    let element = arena.selection(element, &all[..1]);
    let mut builder = LabelsBuilder::default();
    let labels = builder.labels(&all);
    builder.factor(&labels[..1]).factor(&labels).factor(&labels[2..]);
    let valid = builder.clone().out(&labels[1..2]);
    let one = arena.number_id(Rational::integer(1));
    let factors = [x, window, w].map(Factor::plain);
    let convolution = arena.contraction(one, &factors, &valid);
    let gradient = {
        let mut builder = LabelsBuilder::default();
        let labels = builder.labels(&all);
        builder.factor(&labels).factor(&labels[2..]);
        arena.contraction(one, &[window, w].map(Factor::plain), &builder.out(&labels[..2]))
    };
    let third = {
        let mut builder = LabelsBuilder::default();
        let label = builder.label(all[0]);
        builder.factor(&[label]).factor(&[label]);
        arena.contraction(one, &[x, element].map(Factor::plain), &builder.out(&[]))
    };
    let point = point(&network, 3, -1.0, 1.0);
    let roots = [convolution, gradient, third, window];
    let (program, workspace) = point.run(&roots.map(Root::Expression));
    for (at, &root) in roots.iter().enumerate() {
        let expected = point.naive(root);
        assert_eq!(program.outputs()[at].dims, expected.dims);
        assert!(distance(program.output(&workspace, at), &expected.data) < 1e-14);
    }
    let x = &point.values[&network.find("x").expect("x")].data;
    assert_eq!(program.output(&workspace, 2), &x[2..3]);
}

/// Grows random expressions from leaves: products over random labels, sums, functions, case distinctions.
struct Grower {
    random: Random,
    network: Network,
    pool: Vec<ExprId>,
}

impl Grower {
    fn new(seed: u64) -> Grower {
        let mut network =
            network(&format!("{LEAVES}C = sum(x) + sum(y) + sum(X) + sum(Y) + sum(A) + sum(T) + sum(S) + s + t"));
        let names = ["x", "y", "X", "Y", "A", "T", "S", "s", "t"];
        let pool = names.map(|name| {
            let name = network.find(name).expect("a leaf");
            network.name_expr(name)
        });
        Grower { random: Random(seed), network, pool: pool.to_vec() }
    }

    fn any(&mut self) -> ExprId {
        self.pool[self.random.below(self.pool.len())]
    }

    /// A product of up to four, with labels that meet at random, links and broadcasts.
    fn contraction(&mut self) -> ExprId {
        let mut builder = LabelsBuilder::default();
        let mut known: Vec<(Label, Dim)> = Vec::new();
        let mut factors = Vec::new();
        for _ in 0..1 + self.random.below(4) {
            let base = self.any();
            let dims = self.network.arena.dims(base).to_vec();
            let mut own = Vec::new();
            for dim in dims {
                let fits: Vec<Label> = known.iter().filter(|entry| entry.1 == dim).map(|entry| entry.0).collect();
                if !fits.is_empty() && self.random.below(4) > 0 {
                    own.push(fits[self.random.below(fits.len())]);
                } else {
                    let label = builder.label(dim);
                    known.push((label, dim));
                    own.push(label);
                }
            }
            let exponent = [1, 1, 1, 1, 2, -1][self.random.below(6)];
            let exponent = self.network.arena.number_id(Rational::integer(exponent));
            builder.factor(&own);
            factors.push(Factor { base, exponent });
        }
        let mut out = Vec::new();
        for &(label, _) in &known {
            if out.len() < 3 && self.random.below(2) == 0 {
                out.insert(self.random.below(out.len() + 1), label);
            }
        }
        if out.len() < 3 && !out.is_empty() && self.random.below(6) == 0 {
            out.push(out[0]);
        }
        let half = self.network.arena.number_id(Rational::parse("0.5").expect("a number"));
        self.network.arena.contraction(half, &factors, &builder.out(&out))
    }

    fn grow(&mut self) {
        let choice = self.random.below(8);
        let grown = match choice {
            0..=3 => self.contraction(),
            4 => {
                let a = self.any();
                let shape = self.network.arena.shape(a);
                let same: Vec<ExprId> =
                    self.pool.iter().copied().filter(|&e| self.network.arena.shape(e) == shape).collect();
                let b = same[self.random.below(same.len())];
                let b = if self.random.below(2) == 0 { self.network.arena.negate(b) } else { b };
                self.network.arena.sum(&[a, b])
            }
            5 | 6 => {
                let name = ["tanh", "sigmoid", "abs", "softplus"][self.random.below(4)];
                let function = self.network.functions.find(name).expect("a function");
                let of = self.any();
                self.network.arena.call(function, &[of])
            }
            _ => {
                let (a, t) = (self.any(), self.network.find("t").expect("t"));
                let t = self.network.name_expr(t);
                let comparison = chainrule::syntax::ast::Comparison::Less;
                self.network.arena.conditional(comparison, [a, t, t, a])
            }
        };
        let rank = self.network.arena.dims(grown).len();
        if grown != Arena::ZERO && rank <= 3 {
            self.pool.push(grown);
        }
    }
}

#[test]
fn random_expressions_have_the_values_of_single_entries() {
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[17; 32]);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let compared = std::cell::Cell::new(0);
    let outcome = runner.run(&proptest::num::u64::ANY, |seed| {
        let mut grower = Grower::new(seed);
        (0..8).for_each(|_| grower.grow());
        let roots: Vec<ExprId> = grower.pool.iter().rev().take(3).copied().collect();
        let point = point(&grower.network, seed, 0.4, 1.3);
        let all: Vec<Root> = roots.iter().map(|&root| Root::Expression(root)).collect();
        let (program, workspace) = point.run(&all);
        for (at, &root) in roots.iter().enumerate() {
            let expected = point.naive(root);
            proptest::prop_assert_eq!(&program.outputs()[at].dims, &expected.dims);
            let apart = distance(program.output(&workspace, at), &expected.data);
            // What divides by a difference of equal numbers says nothing.
            if expected.data.iter().all(|value| value.is_finite()) {
                compared.set(compared.get() + 1);
                proptest::prop_assert!(apart < 1e-10, "{}", apart);
            }
        }
        Ok(())
    });
    outcome.expect("all agree");
    assert!(compared.get() > 1000, "{} of 1200 were compared", compared.get());
}

#[test]
fn sizes_without_value_are_all_named() {
    let network = network("input x : [n], W : [m, n]\ncost C = sum(W @ x)");
    let error = Compiler::new(&network)
        .compile_tensors(&[Root::Quantity(network.cost.expect("C"))], &Sizes::declared(&network))
        .expect_err("no sizes");
    assert_eq!((error.code, error.message.as_str()), ("missing-size", "the sizes `n` and `m` have no values"));
}
