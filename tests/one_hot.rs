//! One-hot vectors and class numbers: gradients against dual numbers that share no code with what derives them, and how
//! they are printed.

#[path = "support/program.rs"]
mod program;
#[path = "support/dual_tensor.rs"]
mod tensor;

use chainrule::calculus::{Deltas, Derivation, Goal, Request, Sigma};
use chainrule::expr::NameId;
use chainrule::network::{FreeNames, Network, Origin, read_network};
use chainrule::syntax::ast::ShapeKind;
use pretty_assertions::assert_eq;
use program::derive;
use tensor::{Dual, Place, Tensor};

const SIZES: [(&str, usize); 4] = [("n", 3), ("k", 4), ("b", 5), ("d", 2)];

/// Random numbers from a fixed seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Positive values for all leaves; one-hot rows and class numbers where they are declared.
fn place(network: &Network, seed: u64) -> Place {
    let mut random = Random(seed);
    let mut place = Place::default();
    for (name, size) in SIZES {
        place.sizes.extend(network.find(name).map(|name| (name.0, size)));
    }
    for (at, quantity) in network.quantities.iter().enumerate() {
        if !matches!(quantity.origin, Origin::Leaf(_)) {
            continue;
        }
        let dims: Vec<usize> =
            network.arena.shapes().dims(quantity.shape).iter().map(|&dim| place.length(network, dim)).collect();
        let mut values = Tensor::filled(&dims, Dual::constant(0.0));
        values.data.iter_mut().for_each(|entry| entry.value = 0.2 + random.next());
        match quantity.facts.kind {
            ShapeKind::OneHot => {
                for row in values.data.chunks_mut(dims[dims.len() - 1]) {
                    let one = (random.next() * row.len() as f64) as usize;
                    row.iter_mut().enumerate().for_each(|(at, entry)| entry.value = f64::from(u8::from(at == one)));
                }
            }
            ShapeKind::Index => {
                values.data.iter_mut().for_each(|entry| entry.value = 1.0 + (random.next() * 4.0).floor())
            }
            _ => {}
        }
        place.values.insert(NameId(at as u32), values);
    }
    place
}

/// The gradient of `cost` by `by`, derived, is that of dual numbers at several points.
fn confirm(lines: &[&str], by: &str) {
    let (network, _) = read_network(&lines.join("\n"), FreeNames::Refused);
    let mut network = network.unwrap_or_else(|| panic!("{lines:?} is read"));
    let of = network.find("C").expect("the cost");
    let name = network.find(by).expect("the variable");
    for goal in [Goal::Textbook, Goal::Expand, Goal::Factor] {
        let request =
            Request { of, by: vec![vec![name]], max_paths: 6, sigma: Sigma::Activation, goal, deltas: Deltas::Written };
        let derivation = Derivation::new(&mut network, &request);
        let value = derivation.gradients[0].simplified;
        for seed in 1..6 {
            let mut place = place(&network, seed);
            let mut slopes = Vec::new();
            for entry in 0..place.values[&name].data.len() {
                let mut moved = place.clone();
                moved.values.get_mut(&name).expect("the variable").data[entry].slope = 1.0;
                moved.run(&network);
                slopes.push(moved.values[&of].data[0].slope);
            }
            place.run(&network);
            let dims = place.values[&name].dims.clone();
            let derived = place.evaluate_full(&network, value, &dims);
            assert_eq!(derived.data.len(), slopes.len());
            for (derived, slope) in derived.data.iter().zip(&slopes) {
                let close = (derived.value - slope).abs() <= 1e-9 * slope.abs().max(1.0);
                assert!(close, "{lines:?} by {by}, {goal:?}, seed {seed}: {} is not {slope}", derived.value);
            }
        }
    }
}

#[test]
fn the_entry_that_a_one_hot_vector_picks_is_right_in_every_power() {
    for cost in [
        "-log(dot(y, p))",
        "dot(y, p)^3",
        "1/dot(y, p)",
        "dot(y, p)*log(dot(y, p))",
        "sqrt(dot(p, y)) + dot(y, p^2)",
        "-dot(y, log(p))*dot(y, p)",
        "(1 - dot(y, p))^2*-log(dot(y, p))",
        "dot(y, p)/dot(p, p) + dot(y, z)^2",
        "sum(y*p)^-2*sum(y*z)",
        "sum(p*dot(y, p)) - dot(y, z*p)^2",
    ] {
        let cost = format!("cost C = {cost}");
        confirm(&["param z : [k]", "target y : onehot[k]", "p = softmax(z)", &cost], "z");
        confirm(&["param p : [k]", "input z : [k]", "target y : onehot[k]", &cost], "p");
    }
}

#[test]
fn one_hot_rows_of_a_batch_are_right() {
    for cost in [
        "-mean(log(sum(Y*P, axis=1)))",
        "sum(sum(Y*P, axis=1)^3)",
        "-sum(Y*log(P))/b",
        "sqnorm(P - Y)",
        "sum((1 - sum(P*Y, axis=1))^2*log(sum(Y*P, axis=1)))",
        "trace(Y @ P.T)^2",
        "sum(1/sum(Y*P, axis=1))",
    ] {
        let cost = format!("cost C = {cost}");
        let lines = ["param W : [n, k]", "input X : [b, n]", "target Y : onehot[b, k]", "P = softmax(X @ W)", &cost];
        confirm(&lines, "W");
    }
}

#[test]
fn class_numbers_pick_as_one_hot_vectors_do() {
    for cost in ["-log(p[o])", "p[o]^2*z[o]", "sqnorm(p - onehot(o))", "logsumexp(z) - z[o]", "(1 - p[o])^2*-log(p[o])"]
    {
        let cost = format!("cost C = {cost}");
        confirm(&["param z : [k]", "target o : index[k]", "p = softmax(z)", &cost], "z");
    }
    for cost in ["-sum(i in 1..b, log(P[i, o[i]]))/b", "-mean(log(P[:, o]))", "cross_entropy(P, onehot(o))"] {
        let cost = format!("cost C = {cost}");
        let lines = ["param W : [n, k]", "input X : [b, n]", "target o : [b] index[k]", "P = softmax(X @ W)", &cost];
        confirm(&lines, "W");
    }
}

/// The lines that begin with `start` in what `derive` prints.
fn printed(lines: &[&str], arguments: &[&str], start: &str) -> Vec<String> {
    let mut all: Vec<&str> = lines.iter().flat_map(|line| ["-e", line]).collect();
    all.extend(arguments);
    let run = derive(&all);
    assert_eq!(run.code, 0, "{}", run.errors);
    let shown = run.output.lines().map(str::trim).filter(|line| line.starts_with(start));
    shown.map(str::to_owned).collect()
}

#[test]
fn class_numbers_stand_in_indices() {
    let lines = ["param z : [k]", "target o : index[k]", "p = softmax(z)", "cost C = -log(p[o])"];
    assert_eq!(printed(&lines, &["--form", "both"], "C  "), ["C  = −log pₒ"]);
    assert_eq!(printed(&lines, &[], "dC/dz ").last().map(String::as_str), Some("dC/dz = p − onehot(o)"));
    assert_eq!(printed(&lines, &["--form", "index"], "=").last().map(String::as_str), Some("= pᵢ − 𝟙[i = o]"));
    let lines = [
        "param W : [n, k]",
        "input X : [b, n]",
        "target o : [b] index[k]",
        "P = softmax(X @ W)",
        "cost C = -sum(i in 1..b, log(P[i, o[i]]))/b",
    ];
    let shown = printed(&lines, &["--form", "both"], "");
    assert!(shown.contains(&"C   = −(Σᵢ log(P_(i,oᵢ)))/b".to_owned()), "{shown:#?}");
    assert!(shown.contains(&"∂C/∂W   = Xᵀ(P − onehot(o))/b".to_owned()), "{shown:#?}");
    assert!(shown.contains(&"= 1/b · Σₖ (Pₖⱼ − 𝟙[j = oₖ])Xₖᵢ".to_owned()), "{shown:#?}");
}
