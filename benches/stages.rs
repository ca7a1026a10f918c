//! Each stage on networks of growing size: parse, derive all partials, print one as LaTeX, evaluate all.
//!
//! `cargo bench` runs all; `cargo bench -- derive` one stage.

mod networks;

use chainrule::calculus::{Deltas, Goal, Request, Sigma, Sweep};
use chainrule::emit::latex;
use chainrule::eval::{Compiler, Program, Root, Templates, Values};
use chainrule::expr::NameId;
use chainrule::narrate::{Depth, Story, Wish, document};
use chainrule::network::{Network, Origin};
use chainrule::notation::Style;
use chainrule::syntax::ast::Role;
use divan::{Bencher, counter::ItemsCount};
use networks::{chain_by_lines, chain_by_loop, dense, network};

const LENGTHS: [usize; 5] = [10, 100, 1_000, 10_000, 100_000];
const LAYERS: [(usize, usize, usize); 4] = [(2, 3, 2), (4, 8, 3), (8, 32, 5), (16, 64, 10)];

fn main() {
    divan::main();
}

fn params(network: &Network) -> Vec<NameId> {
    let all = (0..network.quantities.len() as u32).map(NameId);
    all.filter(|&name| matches!(network.quantity(name).origin, Origin::Leaf(Role::Param))).collect()
}

/// The program of the cost and of its derivative by every parameter, with the inputs of the file.
fn program(network: &mut Network) -> (Program, Vec<f64>) {
    let cost = network.cost.expect("a cost");
    let sweep = Sweep::new(network, cost, Sigma::Activation);
    let templates = Templates::of(network);
    let mut roots = vec![Root::Quantity(cost)];
    roots.extend(params(network).into_iter().map(|name| Root::Expression(sweep.adjoint(name))));
    let program = Compiler::new(network).templates(&templates).compile(&roots).expect("a program");
    let values = Values::of_network(network, None).expect("values");
    let inputs = values.inputs(network, &program).expect("inputs");
    (program, inputs)
}

/// The derivative by the first parameter, told as `derive --wrt` does, in LaTeX.
fn print_first(network: &mut Network, depth: Depth) -> String {
    let by = params(network)[0];
    let request = Request {
        of: network.cost.expect("a cost"),
        by: vec![vec![by]],
        max_paths: 6,
        sigma: Sigma::Activation,
        goal: Goal::Textbook,
        deltas: Deltas::Named,
    };
    let story = Story::new(network, &Wish { request, depth, values: None });
    latex::fragment(&document(network, &story, Style::default(), None))
}

fn derive(network: &mut Network) -> Sweep {
    let cost = network.cost.expect("a cost");
    Sweep::new(network, cost, Sigma::Activation)
}

fn parse_bench(bencher: Bencher, text: &str) {
    bencher.counter(ItemsCount::new(text.lines().count())).bench_local(|| network(text));
}

fn derive_bench(bencher: Bencher, text: &str) {
    let read = network(text);
    let partials = params(&read).len();
    bencher.counter(ItemsCount::new(partials)).with_inputs(|| read.clone()).bench_local_refs(derive);
}

fn evaluate_bench(bencher: Bencher, text: &str) {
    let (program, inputs) = program(&mut network(text));
    let mut registers = program.registers();
    bencher.counter(ItemsCount::new(program.instructions().len())).bench_local(|| {
        program.run(&mut registers, &inputs);
        program.output(&registers, 0)
    });
}

/// chain(n).
#[divan::bench_group(max_time = 2)]
mod chain {
    use super::*;

    #[divan::bench(args = LENGTHS)]
    fn parse_loop(bencher: Bencher, n: usize) {
        parse_bench(bencher, &chain_by_loop(n));
    }

    #[divan::bench(args = LENGTHS)]
    fn parse_lines(bencher: Bencher, n: usize) {
        parse_bench(bencher, &chain_by_lines(n));
    }

    #[divan::bench(args = LENGTHS)]
    fn derive_all(bencher: Bencher, n: usize) {
        derive_bench(bencher, &chain_by_loop(n));
    }

    #[divan::bench(args = LENGTHS)]
    fn print_chain_of_one(bencher: Bencher, n: usize) {
        let read = network(&chain_by_loop(n));
        bencher.with_inputs(|| read.clone()).bench_local_refs(|network| print_first(network, Depth::Chain));
    }

    #[divan::bench(args = LENGTHS)]
    fn print_one_worked(bencher: Bencher, n: usize) {
        let read = network(&chain_by_loop(n));
        bencher.with_inputs(|| read.clone()).bench_local_refs(|network| print_first(network, Depth::Local));
    }

    #[divan::bench(args = LENGTHS)]
    fn compile_all(bencher: Bencher, n: usize) {
        let read = network(&chain_by_loop(n));
        bencher.with_inputs(|| read.clone()).bench_local_refs(program);
    }

    #[divan::bench(args = LENGTHS)]
    fn evaluate_all(bencher: Bencher, n: usize) {
        evaluate_bench(bencher, &chain_by_loop(n));
    }
}

/// Dense networks with softmax and cross-entropy, written out in scalars.
#[divan::bench_group(max_time = 2)]
mod mlp {
    use super::*;

    fn text((inputs, hidden, classes): (usize, usize, usize)) -> String {
        dense(inputs, hidden, classes)
    }

    #[divan::bench(args = [0, 1, 2, 3])]
    fn parse(bencher: Bencher, size: usize) {
        parse_bench(bencher, &text(LAYERS[size]));
    }

    #[divan::bench(args = [0, 1, 2, 3])]
    fn derive_all(bencher: Bencher, size: usize) {
        derive_bench(bencher, &text(LAYERS[size]));
    }

    #[divan::bench(args = [0, 1, 2, 3])]
    fn evaluate_all(bencher: Bencher, size: usize) {
        evaluate_bench(bencher, &text(LAYERS[size]));
    }
}
