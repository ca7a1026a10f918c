//! Random networks of tensors from a fixed seed: gradients, Jacobians and Hessians against dual numbers that share no
//! code with what derives them. All sizes are distinct, so that a transpose shows.

#[path = "support/random_tensors.rs"]
mod random_tensors;
mod support;
#[path = "support/dual_tensor.rs"]
mod tensor;

use chainrule::calculus::{Deltas, Derivation, Goal, Request, Sigma};
use chainrule::diagnostic::{Colour, Source, render};
use chainrule::expr::NameId;
use chainrule::network::{FreeNames, Network, Origin, read_network};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use random_tensors::{Choice, write};
use tensor::{Dual, Place, Tensor};

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
