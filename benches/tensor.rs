//! Gradients of matrix networks: numbers a second of the compiled programs against a plain matrix product, allocations
//! of a run, and the time to derive a deep network. `items` are floating-point operations of the matrix products.
//!
//! Run: `cargo bench --bench tensor`. With `benches/peers/tensor.py` next to it, see there.

use chainrule::calculus::{Deltas, Derivation, Goal, Request, Sigma, Sweep};
use chainrule::eval::{Compiler, Element, Root, Sizes, TensorProgram, Workspace};
use chainrule::network::{FreeNames, Network, read_network};
use divan::counter::ItemsCount;
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par};

#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

const BATCHES: [usize; 2] = [64, 1024];

/// 784-128-10 with ReLU, softmax and cross-entropy.
fn text(batch: usize) -> String {
    format!(
        "dim N = {batch}
        input X : [N, 784]
        target Y : [N, 10]
        param W1 : [784, 128], b1 : [128], W2 : [128, 10], b2 : [10]
        z1 = X @ W1 + b1
        a1 = relu(z1)
        z2 = a1 @ W2 + b2
        cost C = -mean(sum(Y*log_softmax(z2), axis=1))"
    )
}

fn network(text: &str) -> Network {
    read_network(text, FreeNames::Refused).0.expect("a network")
}

/// The program of the cost and its four gradients, as they are derived and simplified.
fn gradient(batch: usize, threads: usize) -> TensorProgram {
    let mut network = network(&text(batch));
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
    compiler.compile_tensors(&roots, &Sizes::declared(&network)).expect("a program").threads(threads)
}

fn filled<T: Element>(program: &TensorProgram) -> Workspace<T> {
    let mut workspace = program.workspace();
    for at in 0..program.inputs().len() {
        let scale = 1.0 / (program.inputs()[at].dims[0] as f64).sqrt();
        for (entry, value) in program.input_mut(&mut workspace, at).iter_mut().enumerate() {
            *value = T::from_f64(((entry * 7919 % 2003) as f64 / 1001.0 - 1.0) * scale);
        }
    }
    workspace
}

fn run<T: Element>(bencher: divan::Bencher<'_, '_>, batch: usize, threads: usize) {
    let program = gradient(batch, threads);
    let mut workspace: Workspace<T> = filled(&program);
    let operations = ItemsCount::new(program.product_operations() as usize);
    bencher.counter(operations).bench_local(|| program.run(&mut workspace));
}

#[divan::bench(args = BATCHES)]
fn gradient_f64_one_thread(bencher: divan::Bencher<'_, '_>, batch: usize) {
    run::<f64>(bencher, batch, 1);
}

#[divan::bench(args = BATCHES)]
fn gradient_f32_one_thread(bencher: divan::Bencher<'_, '_>, batch: usize) {
    run::<f32>(bencher, batch, 1);
}

#[divan::bench(args = BATCHES)]
fn gradient_f64_two_threads(bencher: divan::Bencher<'_, '_>, batch: usize) {
    run::<f64>(bencher, batch, 2);
}

#[divan::bench(args = BATCHES)]
fn gradient_f32_two_threads(bencher: divan::Bencher<'_, '_>, batch: usize) {
    run::<f32>(bencher, batch, 2);
}

/// What a matrix product alone reaches: the peak that the others are held against.
#[divan::bench(args = [512, 2048], types = [f64, f32])]
fn product<T: Element>(bencher: divan::Bencher<'_, '_>, size: usize) {
    let matrix = Mat::from_fn(size, size, |i, j| T::from_f64((i * 31 + j * 17) as f64 % 7.0));
    let mut to = Mat::from_fn(size, size, |_, _| T::zero());
    bencher.counter(ItemsCount::new(2 * size * size * size)).bench_local(|| {
        matmul(&mut to, Accum::Replace, &matrix, &matrix, T::one(), Par::Seq);
    });
}

/// All 200 gradients of a tanh network of 100 layers, derived.
#[divan::bench]
fn derive_hundred_layers(bencher: divan::Bencher<'_, '_>) {
    let mut text = "input a0 : [n]\ntarget y : [n]\n".to_owned();
    for layer in 1..=100 {
        text += &format!("param W{layer} : [n, n], b{layer} : [n]\n");
        text += &format!("a{layer} = tanh(W{layer} @ a{} + b{layer})\n", layer - 1);
    }
    text += "cost C = sqnorm(a100 - y)/2";
    let network = network(&text);
    let cost = network.cost.expect("C");
    bencher.with_inputs(|| network.clone()).bench_local_values(|mut network| {
        let sweep = Sweep::new(&mut network, cost, Sigma::Activation);
        (sweep, network)
    });
}
