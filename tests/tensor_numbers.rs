//! Networks of tensors in numbers: stability, troubles with their entry, confirmation entry by entry, descent.

#[path = "support/forms.rs"]
mod forms;

use std::collections::BTreeMap;

use chainrule::diagnostic::{Colour, Source, render};
use chainrule::eval::{Compiler, Root, Sizes, Tensor, TroubleKind, Values, Verdict};
use chainrule::expr::NameId;
use chainrule::narrate::{ArrayEvaluation, trouble_words};
use chainrule::network::{FreeNames, Network, Origin, read_network};
use chainrule::syntax::ast::ShapeKind;
use forms::forms;
use pretty_assertions::assert_eq;

fn network(text: &str) -> Network {
    let (network, errors) = read_network(text, FreeNames::Refused);
    network.unwrap_or_else(|| panic!("{}", render(&Source::new("text", text), &errors, Colour::Never)))
}

/// The values of quantities at the values that the file gives.
fn values_of(text: &str, names: &[&str]) -> Vec<Vec<f64>> {
    let network = network(text);
    let values = Values::of_network(&network, None).expect("values");
    let roots: Vec<Root> = names.iter().map(|name| Root::Quantity(network.find(name).expect("a name"))).collect();
    let sizes = Sizes::of(&network, &values);
    let program = Compiler::new(&network).compile_tensors(&roots, &sizes).expect("a program");
    let mut workspace = program.workspace();
    program.load(&network, &values, &mut workspace).expect("all values");
    program.run(&mut workspace);
    (0..names.len()).map(|at| program.output(&workspace, at).to_vec()).collect()
}

#[test]
fn stable_forms_neither_overflow_nor_lose_everything() {
    let found = values_of(
        "input z : [3] = [1000, -1000, 999]
        target y : [3] = [0, 1, 0]
        p = softmax(z)
        l = log_softmax(z)
        s = logsumexp(z)
        m = logsumexp(-z - 1000)
        q = softplus(z)
        g = sigmoid(z)
        cost C = cross_entropy_logits(z, y)",
        &["p", "l", "s", "m", "q", "g", "C"],
    );
    let rest = (1.0 + (-1.0f64).exp()).ln();
    let expected = [
        vec![(-rest).exp(), 0.0, (-1.0 - rest).exp()],
        vec![-rest, -2000.0 - rest, -1.0 - rest],
        vec![1000.0 + rest],
        vec![0.0],
        vec![1000.0, 0.0, 999.0],
        vec![1.0, 0.0, 1.0],
        vec![2000.0 + rest],
    ];
    for (found, expected) in found.iter().zip(&expected) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} is not {expected}");
        }
    }
}

#[test]
fn single_precision_gives_the_same_numbers_to_its_precision() {
    let text = "dim N = 5, d = 7, k = 3
        input X : [N, d], Y : [N, k]
        param W : [d, k], b : [k]
        P = softmax(tanh(X @ W + b))
        cost C = -sum(Y*log(P))";
    let network = network(text);
    let roots = [Root::Quantity(network.find("P").expect("P")), Root::Quantity(network.cost.expect("C"))];
    let program = Compiler::new(&network).compile_tensors(&roots, &Sizes::declared(&network)).expect("a program");
    let (mut double, mut single) = (program.workspace::<f64>(), program.workspace::<f32>());
    for at in 0..program.inputs().len() {
        for (entry, value) in program.input_mut(&mut double, at).iter_mut().enumerate() {
            *value = ((entry * 37 + at * 11) % 19) as f64 / 19.0 - 0.4;
        }
        let copy: Vec<f64> = program.input_mut(&mut double, at).to_vec();
        program.input_mut(&mut single, at).iter_mut().zip(copy).for_each(|(to, value)| *to = value as f32);
    }
    program.run(&mut double);
    program.run(&mut single);
    for at in 0..2 {
        for (a, b) in program.output(&double, at).iter().zip(program.output(&single, at)) {
            assert!((a - f64::from(*b)).abs() < 1e-5 * a.abs().max(1.0), "{a} {b}");
        }
    }
}

#[test]
fn two_threads_give_the_same_numbers() {
    let text = "dim n = 256
        input A : [n, n], B : [n, n]
        cost C = sum((A @ B)*A)";
    let network = network(text);
    let compiled = || {
        let root = [Root::Quantity(network.cost.expect("C"))];
        Compiler::new(&network).compile_tensors(&root, &Sizes::declared(&network)).expect("a program")
    };
    let costs = [1, 2].map(|threads| {
        let program = compiled().threads(threads);
        let mut workspace = program.workspace::<f64>();
        for at in 0..2 {
            let entries = program.input_mut(&mut workspace, at).iter_mut().enumerate();
            entries.for_each(|(entry, value)| *value = (entry % 13) as f64 - 6.0);
        }
        program.run(&mut workspace);
        program.output(&workspace, 0).to_vec()
    });
    assert_eq!(costs[0], costs[1]);
}

fn evaluated(text: &str, wrt: &[&str]) -> (Network, ArrayEvaluation) {
    let mut network = network(text);
    let values = Values::of_network(&network, None).expect("values");
    let by: Vec<NameId> = wrt.iter().map(|name| network.find(name).expect("a name")).collect();
    let of = network.cost.expect("a cost");
    let evaluation = ArrayEvaluation::new(&mut network, of, &by, &values).expect("numbers");
    (network, evaluation)
}

#[test]
fn troubles_name_equation_entry_and_function() {
    let cases = [
        (
            "input X : [2, 2] = [[1, 2], [3, -4]]\nz = log(X)\ncost C = sum(z)",
            "in the equation of `z`, at entry [2, 2], `log` of −4: its argument must be positive",
        ),
        (
            "input X : [2] = [800, 1]\nz = exp(X)\ncost C = sum(z)",
            "in the equation of `z`, at entry [1], a result is too large for a floating-point number",
        ),
        (
            "input X : [2] = [1, 0]\nz = 1/X\ncost C = sum(z)",
            "in the equation of `z`, at entry [2], there is a division by zero",
        ),
    ];
    for (text, expected) in cases {
        let (network, evaluation) = evaluated(text, &["X"]);
        assert!(evaluation.is_broken());
        assert_eq!(trouble_words(&network, &evaluation.troubles[0]), expected);
    }
    let (network, evaluation) = evaluated("input X : [3] = [1, 0, -2]\nz = relu(X)\ncost C = sum(z)", &["X"]);
    assert!(matches!(evaluation.troubles[0].kind, TroubleKind::Kink { .. }));
    let words = trouble_words(&network, &evaluation.troubles[0]);
    assert!(words.starts_with("in the equation of `z`, at entry [2], `relu` stands on a kink"), "{words}");
    assert_eq!(evaluation.gradients[0].confirmed.verdict, Verdict::OnKink);
    assert_eq!(evaluation.gradients[0].value.data, [1.0, 0.0, 0.0]);
}

/// Positive values for all leaves that keep what is known of them.
fn filled(network: &Network, sizes: &BTreeMap<String, usize>) -> Values {
    let mut values = Values::new(network);
    for (name, &size) in sizes {
        values.set(network.find(name).expect("a size"), size as f64);
    }
    let mut state = 99u64;
    for at in 0..network.quantities.len() {
        let name = NameId(at as u32);
        let quantity = network.quantity(name);
        if !matches!(quantity.origin, Origin::Leaf(_)) {
            continue;
        }
        let dims = values.dims(network, quantity.shape).expect("sizes");
        let mut data: Vec<f64> = (0..dims.iter().product())
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                0.2 + 0.7 * (state >> 11) as f64 / (1u64 << 53) as f64
            })
            .collect();
        let assumed = network.assumptions.iter().any(|one| network.arena.as_name(one.left) == Some(name));
        if let [rows, columns] = dims[..]
            && rows == columns
        {
            (0..rows).for_each(|i| data[i * columns + i] += 2.0);
            if quantity.facts.symmetric || assumed {
                (0..rows).for_each(|i| (0..i).for_each(|j| data[i * columns + j] = data[j * columns + i]));
            }
        }
        if quantity.facts.sums_to_one.is_some() || quantity.facts.kind == ShapeKind::Simplex {
            for row in data.chunks_mut(*dims.last().expect("an axis")) {
                let sum: f64 = row.iter().sum();
                row.iter_mut().for_each(|entry| *entry /= sum);
            }
        }
        values.set_tensor(name, Tensor::new(dims, data).expect("as many numbers as entries"));
    }
    values
}

/// Every derivative of the closed forms, by central differences.
#[test]
fn closed_forms_agree_with_central_differences() {
    let mut agreed = 0;
    let forms = forms("closed-forms");
    for form in &forms {
        let mut network = network(&form.network.join("\n"));
        let values = filled(&network, &form.sizes);
        let (of, by) = (network.find(&form.of).expect("of"), network.find(&form.wrt).expect("by"));
        let evaluation = ArrayEvaluation::new(&mut network, of, &[by], &values);
        let evaluation = evaluation.unwrap_or_else(|error| panic!("{}: {}", form.id, error.message));
        let confirmed = &evaluation.gradients[0].confirmed;
        assert_ne!(confirmed.verdict, Verdict::Differs, "{}: {confirmed:?}", form.id);
        agreed += usize::from(confirmed.verdict == Verdict::Agrees);
    }
    let all = forms.len();
    assert!(10 * agreed >= 9 * all, "{agreed} of {all} agree");
}

#[test]
fn descent_lowers_the_cost_of_a_regression() {
    let text = "input X : [3, 2] = [[1, 2], [3, 1], [0, 1]]
        target y : [3] = [1, 2, 3]
        param w : [2] = [0, 0]
        cost C = sqnorm(X @ w - y)/2";
    let mut network = network(text);
    let values = Values::of_network(&network, None).expect("values");
    let (of, by) = (network.cost.expect("C"), network.find("w").expect("w"));
    let (formulas, symbols) = chainrule::narrate::derived(&mut network, of, &[by]);
    let compiler = Compiler::new(&network);
    let compiler = symbols.iter().fold(compiler, |compiler, &(symbol, value)| compiler.symbol(symbol, value));
    let roots = [Root::Quantity(of), Root::Expression(formulas[0])];
    let program = compiler.compile_tensors(&roots, &Sizes::of(&network, &values)).expect("a program");
    let mut workspace = program.workspace();
    program.load(&network, &values, &mut workspace).expect("all values");
    let walked = chainrule::eval::descend_tensors(&program, &mut workspace, &[by], 0.05, 400);
    // The normal equations: XᵀX = [[10, 5], [5, 6]], Xᵀy = [7, 7].
    let expected = [7.0 / 35.0, 35.0 / 35.0];
    let found = &walked.parameters[0].1.data;
    assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{found:?}");
    assert!(walked.rows.windows(2).all(|pair| pair[1].0 <= pair[0].0 + 1e-12));
}

#[test]
fn a_product_of_matrices_that_lie_with_gaps_along_both_axes_is_that_of_their_entries() {
    let (i, j, k, h) = (5, 3, 6, 4);
    let numbers = |count: usize, seed: usize| -> Vec<f64> {
        (0..count).map(|at| ((at * 7919 + seed) % 23) as f64 - 11.0).collect()
    };
    let (a, b) = (numbers(i * k * h, 1), numbers(k * j * h, 5));
    let network = network(&format!(
        "input A : [{i}, {k}, {h}]
        input B : [{k}, {j}, {h}]
        C = einsum(\"ikh,kjh->hij\", A, B)"
    ));
    let mut values = Values::default();
    for (name, dims, data) in [("A", vec![i, k, h], &a), ("B", vec![k, j, h], &b)] {
        values.set_tensor(network.find(name).expect("a name"), Tensor { dims, data: data.clone() });
    }
    let roots = [Root::Quantity(network.find("C").expect("C"))];
    let program = Compiler::new(&network).compile_tensors(&roots, &Sizes::of(&network, &values)).expect("a program");
    assert_eq!(program.product_count(), h);
    let mut workspace = program.workspace::<f64>();
    program.load(&network, &values, &mut workspace).expect("all values");
    program.run(&mut workspace);
    let expected = (0..h * i * j).map(|at| {
        let (h_at, i_at, j_at) = (at / (i * j), at / j % i, at % j);
        (0..k).map(|k_at| a[(i_at * k + k_at) * h + h_at] * b[(k_at * j + j_at) * h + h_at]).sum::<f64>()
    });
    assert_eq!(program.output(&workspace, 0), expected.collect::<Vec<f64>>());
}

#[test]
fn what_a_sum_leaves_out_is_not_computed() {
    let sums = [
        ("1/(x[i] - x[j])^2", 2.0 * (1.0 + 1.0 / 9.0 + 1.0 / 4.0)),
        ("log(abs(x[i] - x[j]))", 2.0 * (3.0_f64.ln() + 2.0_f64.ln())),
        ("abs(x[i] - x[j])^(-1)", 2.0 * (1.0 + 1.0 / 3.0 + 1.0 / 2.0)),
        ("(sqrt((x[i] - x[j])^2) - 1)^2", 2.0 * (0.0 + 4.0 + 1.0)),
    ];
    for (term, expected) in sums {
        let text = format!(
            "param x : [n] = [1, 2, 4]
            cost C = sum(i in 1..n, sum(j in 1..n if j != i, {term}))"
        );
        let (_, evaluation) = evaluated(&text, &["x"]);
        let value = values_of(&text, &["C"])[0][0];
        assert!((value - expected).abs() < 1e-12, "{term}: {value}, not {expected}");
        assert_eq!(evaluation.gradients[0].confirmed.verdict, Verdict::Agrees, "{term}");
        assert!(evaluation.troubles.is_empty(), "{term}");
    }
}

/// What a loop over blocks must not depend on: how long the axes are, in which order they lie, which of them are summed.
#[test]
fn loops_over_axes_of_all_lengths_give_the_numbers_of_plain_loops() {
    let lengths = [
        [1, 1, 1],
        [2, 3, 5],
        [300, 2, 3],
        [3, 300, 2],
        [2, 3, 300],
        [1, 700, 1],
        [5, 1, 600],
        [40, 10, 1],
        [7, 33, 128],
    ];
    for dims in lengths {
        let [l, m, n] = dims;
        let network = network(&format!(
            "input A : [{l}, {m}, {n}], B : [{n}, {l}, {m}], u : [{n}], v : [{m}, {n}]
            E = einsum(\"lmn,nlm->lmn\", A, B)*u + v
            N = sum(E - A, axis=2)
            M = sum(E*u - A, axis=1)
            L = sum(E*v + A, axis=0)
            T = einsum(\"lmn->nml\", E + A)
            S = sum(E - 2*v)"
        ));
        let names = ["E", "N", "M", "L", "T", "S"];
        let roots = names.map(|name| Root::Quantity(network.find(name).expect("a name")));
        let program = Compiler::new(&network).compile_tensors(&roots, &Sizes::declared(&network)).expect("a program");
        let mut workspace = program.workspace::<f64>();
        let mut leaves: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for at in 0..program.inputs().len() {
            // Small whole numbers, so that no order of a sum is rounded.
            let data = program.input_mut(&mut workspace, at);
            data.iter_mut().enumerate().for_each(|(entry, to)| *to = ((entry * 7919 + at * 31) % 11) as f64 - 5.0);
            let name = network.spelling(program.inputs()[at].name.expect("a leaf"));
            leaves.insert(name.to_owned(), program.input_mut(&mut workspace, at).to_vec());
        }
        program.run(&mut workspace);
        let mut expected = [l * m * n, l * m, l * n, m * n, n * m * l, 1].map(|count| vec![0.0; count]);
        let [e_all, sum_n, sum_m, sum_l, turned, total] = &mut expected;
        for (i, j, k) in (0..l).flat_map(|i| (0..m).flat_map(move |j| (0..n).map(move |k| (i, j, k)))) {
            let at = (i * m + j) * n + k;
            let (a, b) = (leaves["A"][at], leaves["B"][(k * l + i) * m + j]);
            let (u, v) = (leaves["u"][k], leaves["v"][j * n + k]);
            let e = a * b * u + v;
            e_all[at] = e;
            sum_n[i * m + j] += e - a;
            sum_m[i * n + k] += e * u - a;
            sum_l[j * n + k] += e * v + a;
            turned[(k * m + j) * l + i] = e + a;
            total[0] += e - 2.0 * v;
        }
        for (at, name) in names.iter().enumerate() {
            assert_eq!(program.output(&workspace, at), expected[at], "{name} at {dims:?}");
        }
    }
}
