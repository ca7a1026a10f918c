//! A compiled gradient runs without allocating: what matrix products pack has room that stays.

use std::alloc::System;

use chainrule::calculus::{Deltas, Derivation, Goal, Request, Sigma};
use chainrule::eval::{Compiler, Root, Sizes, TensorProgram, Workspace};
use chainrule::network::{FreeNames, read_network};
use pretty_assertions::assert_eq;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const NETWORK: &str = "
dim N = 8
input X : [N, 784]
target Y : [N, 10]
param W1 : [784, 128], b1 : [128], W2 : [128, 10], b2 : [10]
z1 = X @ W1 + b1
a1 = relu(z1)
z2 = a1 @ W2 + b2
cost C = -mean(sum(Y*log_softmax(z2), axis=1))";

/// The program of the cost and its four gradients, as they are derived and simplified.
fn gradient() -> TensorProgram {
    let mut network = read_network(NETWORK, FreeNames::Refused).0.expect("a network");
    let cost = network.cost.expect("C");
    let by = ["W1", "b1", "W2", "b2"].map(|name| vec![network.find(name).expect("a parameter")]);
    let request = Request {
        of: cost,
        by: by.to_vec(),
        max_paths: 6,
        sigma: Sigma::Activation,
        goal: Goal::Textbook,
        deltas: Deltas::Named,
    };
    let derivation = Derivation::new(&mut network, &request);
    let of = network.name_expr(cost);
    let deltas = derivation.deltas(cost).iter();
    let symbols: Vec<_> = deltas.map(|delta| (network.arena.derivative(of, delta.by), delta.value)).collect();
    let mut roots = vec![Root::Quantity(cost)];
    roots.extend(derivation.gradients.iter().map(|gradient| Root::Expression(gradient.simplified)));
    let compiler = Compiler::new(&network);
    let compiler = symbols.iter().fold(compiler, |compiler, &(symbol, value)| compiler.symbol(symbol, value));
    compiler.compile_tensors(&roots, &Sizes::declared(&network)).expect("a program").threads(1)
}

#[test]
fn a_run_allocates_nothing() {
    let program = gradient();
    // Weights, activations, gradients: far from the Jacobian of anything.
    assert!(program.memory() < 1_000_000, "{} numbers", program.memory());
    let mut workspace: Workspace<f64> = program.workspace();
    program.run(&mut workspace);
    let region = Region::new(ALLOCATOR);
    program.run(&mut workspace);
    let change = region.change();
    assert!(program.product_count() > 4, "{}", program.product_count());
    assert_eq!((change.allocations, change.reallocations, change.deallocations), (0, 0, 0), "{change:?}");
}
