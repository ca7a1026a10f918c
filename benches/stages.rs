//! Each stage on networks of growing size: parse, derive all partials, print one as LaTeX, evaluate all; matrix networks,
//! and the check of notes.
//!
//! `cargo bench --bench stages` runs all; `cargo bench --bench stages -- derive_all` one stage, `-- check` the checker.

mod networks;

use chainrule::calculus::{Deltas, Derivation, FactorOrder, Goal, Request, Sigma, Sweep};
use chainrule::check::document::{Checked, check as check_document};
use chainrule::diagnostic::{Diagnostic, Source};
use chainrule::emit::latex;
use chainrule::eval::{Compiler, Program, Root, Templates, Values};
use chainrule::expr::NameId;
use chainrule::narrate::{Depth, Story, Wish, document};
use chainrule::network::{Network, Origin};
use chainrule::notation::Style;
use chainrule::notes::Format;
use chainrule::syntax::ast::Role;
use divan::{Bencher, counter::ItemsCount};
use mimalloc::MiMalloc;

use networks::matrices::matrix_notes;
use networks::{chain_by_lines, chain_by_loop, dense, layers, long_formula, network, notes};

// As in the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

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

fn request(network: &Network, by: &[NameId]) -> Request {
    Request {
        of: network.cost.expect("a cost"),
        by: by.iter().map(|&name| vec![name]).collect(),
        max_paths: 6,
        sigma: Sigma::Activation,
        goal: Goal::Textbook,
        deltas: Deltas::Named,
    }
}

/// The derivatives by some parameters, told as `derive --wrt` does, in LaTeX.
fn print(network: &mut Network, by: &[NameId], depth: Depth) -> String {
    let request = request(network, by);
    let story = Story::new(
        network,
        &Wish { request, depth, values: None, order: FactorOrder::default(), scalar_deltas: Deltas::Written },
    );
    latex::fragment(&document(network, &story, Style::default(), None))
}

fn print_first(network: &mut Network, depth: Depth) -> String {
    let first = params(network)[0];
    print(network, &[first], depth)
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

/// Matrix networks of some layers: the gradients by all weights and biases.
#[divan::bench_group(max_time = 2)]
mod matrices {
    use super::*;

    const LAYERS: [usize; 3] = [10, 100, 1_000];

    #[divan::bench(args = LAYERS)]
    fn sweep_all(bencher: Bencher, count: usize) {
        derive_bench(bencher, &layers(count));
    }

    #[divan::bench(args = LAYERS)]
    fn simplify_all(bencher: Bencher, count: usize) {
        let read = network(&layers(count));
        bencher.with_inputs(|| read.clone()).bench_local_refs(|network| {
            let request = request(network, &params(network));
            Derivation::new(network, &request)
        });
    }

    #[divan::bench(args = [10, 100])]
    fn derive_and_print_all(bencher: Bencher, count: usize) {
        let read = network(&layers(count));
        bencher.with_inputs(|| read.clone()).bench_local_refs(|network| {
            let all = params(network);
            print(network, &all, Depth::Local)
        });
    }
}

/// The checker on whole notes.
#[divan::bench_group(max_time = 2)]
mod check {
    use super::*;

    fn judge(source: &Source) -> Checked {
        let mut load = |name: &str| Err(Diagnostic::error("unreadable", name));
        check_document(source, Format::Markdown, (&[], None), None, &mut load)
    }

    fn judge_bench(bencher: Bencher, items: usize, text: String) {
        let source = Source::new("notes.md", text);
        assert!(!judge(&source).findings.is_empty());
        bencher.counter(ItemsCount::new(items)).bench_local(|| judge(&source));
    }

    #[divan::bench(args = [1, 100, 1_000])]
    fn formulas(bencher: Bencher, count: usize) {
        judge_bench(bencher, count, notes(count));
    }

    /// Formulas of vectors and matrices, one of ten wrong.
    #[divan::bench(args = [100, 1_000])]
    fn matrices(bencher: Bencher, count: usize) {
        judge_bench(bencher, count, matrix_notes(count, 10));
    }

    /// The same, every second wrong: what is wrong is found out too.
    #[divan::bench(args = [100, 1_000])]
    fn wrong_matrices(bencher: Bencher, count: usize) {
        judge_bench(bencher, count, matrix_notes(count, 2));
    }

    #[divan::bench(args = [1_000, 10_000, 100_000])]
    fn terms_of_one(bencher: Bencher, count: usize) {
        judge_bench(bencher, count, long_formula(count));
    }
}
