//! Gradients of small networks against dual numbers that share no code with what derives them.

use chainrule::calculus::{Deltas, Derivation, Goal, Request, Sigma};
use chainrule::expr::NameId;
use chainrule::network::{FreeNames, Network, Origin, read_network};
use chainrule::syntax::ast::ShapeKind;
use pretty_assertions::assert_eq;

use crate::tensor::{Dual, Place, Tensor};

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
pub fn confirm(lines: &[&str], by: &str) {
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
