//! `derive eval` and `derive descend` on networks of tensors, as a user runs them.

#[path = "support/arrays.rs"]
mod arrays;
#[path = "support/program.rs"]
mod program;

use std::path::{Path, PathBuf};

use arrays::{floats, npy, npz};
use pretty_assertions::assert_eq;
use program::{Run, derive, derive_with_input};
use serde_json::{Value, json};

const REGRESSION: &str = "input X : [N, n], y : [N]\nparam w : [n] = [0, 0], b = 0\ncost C = mse(X @ w + b, y)\n";
const DATA: &str = "X=[[1, 0], [0, 1], [1, 1]], y=[1, 2, 3]";

/// Runs a command on a network that standard input holds.
fn run(command: &str, network: &str, arguments: &[&str]) -> Run {
    derive_with_input(&[&[command, "-"], arguments].concat(), network)
}

fn works(run: &Run) -> &str {
    assert_eq!((run.code, run.errors.as_str()), (0, ""), "{}", run.output);
    &run.output
}

/// The message and the place of a refusal, and that nothing was printed.
fn refused(run: &Run) -> &str {
    assert_eq!((run.code, run.output.as_str()), (2, ""), "{}", run.errors);
    &run.errors
}

fn json(run: &Run) -> Value {
    serde_json::from_str(works(run)).expect("JSON")
}

/// A folder of its own for the files of a test.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tensor-commands").join(name);
    std::fs::create_dir_all(&path).expect("a folder");
    path
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a file");
    path.to_str().expect("a path").to_owned()
}

fn safetensors(tensors: &[(&str, Vec<usize>, Vec<u8>)]) -> Vec<u8> {
    use safetensors::tensor::{Dtype, TensorView, serialize};
    let view = |(name, dims, bytes): &'_ (&str, Vec<usize>, Vec<u8>)| ((*name).to_owned(), dims.clone(), bytes.clone());
    let owned: Vec<(String, Vec<usize>, Vec<u8>)> = tensors.iter().map(view).collect();
    let views = owned
        .iter()
        .map(|(name, dims, bytes)| (name.as_str(), TensorView::new(Dtype::F64, dims.clone(), bytes).expect("a view")));
    serialize(views.collect::<Vec<_>>(), None).expect("bytes")
}

#[test]
fn the_table_shows_values_gradients_and_central_differences() {
    insta::assert_snapshot!("tensor-eval", works(&run("eval", REGRESSION, &["--at", DATA])));
}

#[test]
fn json_holds_nested_arrays_and_verdicts() {
    let result = json(&run("eval", REGRESSION, &["--at", DATA, "--json"]));
    assert_eq!(result["schema"], "derive.evaluation");
    let quantity = |name: &str| {
        let quantities = result["quantities"].as_array().expect("a list");
        quantities.iter().find(|quantity| quantity["name"] == name).expect("the quantity").clone()
    };
    assert_eq!(quantity("X")["value"], json!([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]));
    assert_eq!(quantity("X")["shape"], json!([3, 2]));
    // (1 + 4 + 9)/3, and −2Xᵀy/3.
    assert!((quantity("C")["value"].as_f64().expect("a number") - 14.0 / 3.0).abs() < 1e-14);
    let slope = &result["gradients"][0];
    assert_eq!((&slope["by"], &slope["shape"]), (&json!("w"), &json!([2])));
    for (value, expected) in slope["value"].as_array().expect("a list").iter().zip([-8.0 / 3.0, -10.0 / 3.0]) {
        assert!((value.as_f64().expect("a number") - expected).abs() < 1e-14, "{slope}");
    }
    assert_eq!(slope["difference"]["verdict"], "agrees");
}

#[test]
fn a_value_that_is_no_number_makes_the_exit_code_1() {
    for network in ["param x = 1\ncost C = inf - inf + x", "param x : [2] = [1, 2]\ncost C = inf - inf + sum(x)"] {
        let run = run("eval", network, &[]);
        assert_eq!((run.code, run.errors.as_str()), (1, ""), "{}", run.output);
        assert!(run.output.contains("not a number"), "{}", run.output);
    }
}

#[test]
fn derivatives_are_ranked_by_their_norm() {
    let network = "param u : [2] = [3, 4]\nparam v = 2\nparam w : [2] = [1, 1]\ncost C = sqnorm(u)/2 + v^2 + sum(w)";
    let result = json(&run("eval", network, &["--json"]));
    let found = |at: usize| (&result["gradients"][at]["norm"], &result["gradients"][at]["rank"]);
    assert_eq!(found(0), (&json!(5.0), &json!(1)));
    assert_eq!(found(1), (&json!(4.0), &json!(2)));
    assert_eq!(found(2), (&json!(2f64.sqrt()), &json!(3)));
    // A norm that the squares of its entries would overflow; what is no number stands last.
    let network = "param u : [2] = [-1, 1]\nparam v : [2] = [1, 1]\ncost C = sum(log(u)*u) + 10^300*sum(v)";
    let run = run("eval", network, &["--json"]);
    let result: Value = serde_json::from_str(&run.output).expect("JSON");
    assert_eq!((run.code, &result["gradients"][0]["rank"]), (1, &json!(2)));
    let norm = result["gradients"][1]["norm"].as_f64().expect("a number");
    assert!((norm / 1e300 - 2f64.sqrt()).abs() < 1e-14, "{norm}");
}

#[test]
fn every_kind_of_file_gives_the_same_numbers() {
    let folder = folder("kinds");
    let (rows, targets) = ([1.0, 0.0, 0.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0]);
    let arrays = [("X.npy", npy("(3, 2)", &rows)), ("y.npy", npy("(3,)", &targets))];
    let tensors = [("X", vec![3, 2], floats(&rows)), ("y", vec![3], floats(&targets))];
    let matrix = file(&folder, "X.csv", b"1,0\n0,1\n1,1\n");
    let column = file(&folder, "targets.csv", b"1\n2\n3\n");
    let sets: [Vec<String>; 6] = [
        vec![matrix.clone(), format!("y={column}")],
        vec![file(&folder, "X.npy", &arrays[0].1), file(&folder, "y.npy", &arrays[1].1)],
        vec![file(&folder, "data.npz", &npz(&arrays))],
        vec![file(&folder, "data.safetensors", &safetensors(&tensors))],
        vec![file(&folder, "values.json", br#"{"X": [[1, 0], [0, 1], [1, 1]], "y": [1, 2, 3]}"#)],
        vec![matrix, file(&folder, "y.npy", &arrays[1].1)],
    ];
    let expected = works(&run("eval", REGRESSION, &["--at", DATA])).to_owned();
    for set in sets {
        let arguments: Vec<&str> = set.iter().flat_map(|path| ["--values", path.as_str()]).collect();
        assert_eq!(works(&run("eval", REGRESSION, &arguments)), expected, "{set:?}");
    }
}

#[test]
fn later_values_win_over_earlier_ones() {
    let folder = folder("order");
    let first = file(&folder, "first.json", br#"{"X": [[1, 0], [0, 1], [1, 1]], "y": [9, 9, 9], "b": 7}"#);
    let second = file(&folder, "y.csv", b"1,2,3\n");
    let arguments = ["--values", &first, "--values", &second, "--at", "b=0", "--at", "X[3,2]=5", "--at", "X[3,2]=1"];
    let expected = works(&run("eval", REGRESSION, &["--at", DATA])).to_owned();
    assert_eq!(works(&run("eval", REGRESSION, &arguments)), expected);
}

#[test]
fn entries_and_fractions_can_be_given_by_hand() {
    let network = "input x : [n]\nparam W : [m, n]\ncost C = sum(W @ x)";
    let values = "x = [1/2, −1e-1, 3], W=[[1,2,3],[4,5,6]], W[1,2]=2/3, W[2, 3]=-7";
    let result = json(&run("eval", network, &["--at", values, "--json"]));
    assert_eq!(result["quantities"][0]["value"], json!([0.5, -0.1, 3.0]));
    assert_eq!(result["quantities"][1]["value"], json!([[1.0, 2.0 / 3.0, 3.0], [4.0, 5.0, -7.0]]));
    // Entry by entry a row that sums to 1 may pass through rows that do not.
    let classes = "input x : [3] = 1\ntarget t : onehot[3] = [0, 0, 1]\ncost C = cross_entropy_logits(x, t)";
    let result = json(&run("eval", classes, &["--at", "t[3]=0,t[1]=1", "--json"]));
    assert_eq!(result["quantities"][1]["value"], json!([1.0, 0.0, 0.0]));
    // Members of a family keep their names.
    let family = "param W[1..2] : [2] = [1, 2]\ncost C = sum(W[1]*W[2])";
    let result = json(&run("eval", family, &["--at", "W[2][1]=5", "--json"]));
    assert_eq!(result["quantities"][1]["value"], json!([5.0, 2.0]));
}

#[test]
fn what_is_wrong_by_hand_is_shown_in_the_argument() {
    let network = "input x : [n]\nparam W : [m, n]\ntarget t : onehot[3] = [0, 0, 1]\ncost C = sum(W @ x) + t[1]";
    let errors: Vec<String> = [
        "x=[1, 2], W=[[1, 2, 3]]",
        "x=[1, 2], W[1,2]=3",
        "W=[[1, 2]], W[1,3]=3",
        "W=[[1, 2]], W[0,1]=3",
        "W=[[1, 2]], W[1]=3",
        "W=[[1, 2]], W[1,1]=one",
        "x=[1, [2]]",
        "x=[[1, 2]]",
        "x=[1,,2]",
        "x=[1, 2",
        "q[1]=3",
        "t[3]=0",
    ]
    .iter()
    .map(|argument| {
        let run = run("eval", network, &["--at", argument]);
        assert!(refused(&run).contains("--> --at:1:"), "{argument}: {}", run.errors);
        run.errors
    })
    .collect();
    insta::assert_snapshot!("at-tensors", errors.concat());
}

#[test]
fn all_missing_values_are_named_at_once_with_forms_that_work() {
    let network = "input x : [n]\nparam W : [2, n]\nparam s\nparam b : [3]\ntarget t : onehot[3]\n\
        cost C = s*sum(W @ x) + cross_entropy_logits(b, t)";
    let open = run("eval", network, &[]);
    let known = run("eval", network, &["--at", "n=3"]);
    let sizes = run("eval", "input x : [n] = 1\ncost C = sum(x)", &[]);
    let errors = [&open, &known, &sizes].map(refused).concat();
    insta::assert_snapshot!("missing-tensors", errors);
    for name in ["x", "W", "s", "b", "t"] {
        assert!(open.errors.contains(&format!("`{name}`")), "{}", open.errors);
    }
    // What the hint offers is read, once its dots are filled in.
    assert!(open.errors.contains("x=[0.5, …], W=[[0.5, …], …], s=0.5"), "{}", open.errors);
    works(&run("eval", network, &["--at", "x=[0.5, 1], W=[[0.5, 1], [2, 3]], s=0.5, b=1, t=[1, 0, 0]"]));
    works(&run("eval", "input x : [n] = 1\ncost C = sum(x)", &["--at", "n=4"]));
}

#[test]
fn wrong_sizes_and_files_are_refused_with_the_file() {
    let folder = folder("wrong");
    let network = "input x : [n]\nparam W : [2, n]\ncost C = sum(W @ x)";
    let tall = file(&folder, "W.csv", b"1,2\n3,4\n5,6\n");
    let wide = file(&folder, "W.npy", &npy("(2, 3)", &[1.0; 6]));
    let short = file(&folder, "x.csv", b"1\n2\n");
    let ragged = file(&folder, "ragged.csv", b"1,2\n3\n");
    let unknown = file(&folder, "V.npz", &npz(&[("V.npy", npy("(2,)", &[1.0, 2.0]))]));
    let broken = file(&folder, "W.safetensors", b"no tensors at all");
    for (arguments, expected) in [
        (vec![tall.as_str()], "`W` is 2 × n, but its value is 3 × 2"),
        (vec![&wide, &short], "`W` (2 × n) gets 2 × 3, but n is 2, because `x` (a vector of n) gets a vector of 2"),
        (vec![&ragged], "line 2 has 1 numbers, and those before it 2"),
        (vec![&unknown], "`V` is not defined"),
        (vec![&broken], "this is no file of safetensors"),
    ] {
        let options: Vec<&str> = arguments.iter().flat_map(|path| ["--values", path]).collect();
        let run = run("eval", network, &options);
        let errors = refused(&run);
        let last = arguments.last().expect("a file");
        assert!(errors.contains(expected) && errors.contains(&format!("--> {last}")), "{errors}");
    }
}

/// The weights and costs of gradient descent on [`REGRESSION`], by hand.
fn by_hand(rate: f64, steps: usize) -> (Vec<f64>, [f64; 3]) {
    let rows = [([1.0, 0.0], 1.0), ([0.0, 1.0], 2.0), ([1.0, 1.0], 3.0)];
    let (mut costs, mut weights) = (Vec::new(), [0.0; 3]);
    for step in 0..=steps {
        let [v, w, b] = weights;
        let errors = rows.map(|(x, y): ([f64; 2], f64)| (x, x[0] * v + x[1] * w + b - y));
        costs.push(errors.iter().map(|(_, error)| error * error).sum::<f64>() / 3.0);
        if step < steps {
            for (x, error) in errors {
                for (weight, input) in weights.iter_mut().zip([x[0], x[1], 1.0]) {
                    *weight -= rate * 2.0 * error * input / 3.0;
                }
            }
        }
    }
    (costs, weights)
}

#[test]
fn descent_moves_tensors_as_a_hand_written_loop_does() {
    let arguments = ["--at", DATA, "--rate", "0.25", "--steps", "12", "--json"];
    let result = json(&run("descend", REGRESSION, &arguments));
    let (costs, [v, w, b]) = by_hand(0.25, 12);
    let steps = result["steps"].as_array().expect("a list");
    assert_eq!(steps.len(), 13);
    for (step, cost) in steps.iter().zip(costs) {
        assert!((step["cost"].as_f64().expect("a number") - cost).abs() < 1e-13, "{step}");
    }
    let end = |at: usize| result["parameters"][at]["value"].clone();
    let numbers: Vec<f64> =
        [&end(0)[0], &end(0)[1], &end(1)].iter().map(|value| value.as_f64().expect("a number")).collect();
    for (number, expected) in numbers.iter().zip([v, w, b]) {
        assert!((number - expected).abs() < 1e-13, "{numbers:?}");
    }
    insta::assert_snapshot!("tensor-descend", works(&run("descend", REGRESSION, &arguments[..6])));
}

#[test]
fn descent_by_some_parameters_leaves_the_others_alone() {
    let arguments = ["--at", DATA, "--rate", "0.1", "--steps", "3", "--wrt", "b", "--json"];
    let result = json(&run("descend", REGRESSION, &arguments));
    assert_eq!(result["parameters"].as_array().map(Vec::len), Some(1));
    assert_eq!(result["parameters"][0]["name"], "b");
    // b goes to the mean of y, and w stays at 0: 2 − 2·0.8³.
    let b = result["parameters"][0]["value"].as_f64().expect("a number");
    assert!((b - (2.0 - 2.0 * 0.8f64.powi(3))).abs() < 1e-13, "{b}");
}

#[test]
fn descent_that_means_nothing_is_refused_and_that_explodes_is_told() {
    let data = ["--at", DATA];
    let with = |more: &[&str]| run("descend", REGRESSION, &[&data, more].concat());
    assert!(refused(&run("descend", REGRESSION, &[])).contains("`X` and `y` have no values"));
    assert!(refused(&with(&["--rate", "nan"])).contains("finite"));
    assert!(refused(&with(&["--steps", "1000000000"])).contains("1000000000 steps are more than can be kept"));
    let article = derive(&["descend", "examples/article.net", "--steps", "1000000000"]);
    assert!(refused(&article).contains("at most 6250000 are taken"), "{}", article.errors);
    assert!(refused(&with(&["--wrt", "C"])).contains("defined by an equation"));
    let vector = "input x : [2] = 1\nparam w : [2] = 1\nz = w*x";
    assert!(refused(&run("descend", vector, &["--of", "z"])).contains("no scalar"));
    let exploded = with(&["--rate", "1e200", "--steps", "5", "--json"]);
    assert_eq!(exploded.code, 1, "{}", exploded.errors);
    let result: Value = serde_json::from_str(&exploded.output).expect("JSON");
    assert_ne!(result["ended"], "completed");
}

#[test]
fn files_of_the_examples_evaluate_from_the_command_line() {
    for name in ["softmax-regression", "mlp-batch", "attention"] {
        let run = derive(&["eval", &format!("examples/{name}.net"), "--json"]);
        let result = json(&run);
        let gradients = result["gradients"].as_array().expect("a list");
        assert!(!gradients.is_empty());
        for gradient in gradients {
            assert_eq!(gradient["difference"]["verdict"], "agrees", "{name}: {gradient}");
        }
    }
}

#[test]
fn scalars_made_of_literal_vectors_are_evaluated_as_tensors() {
    for (cost, gradient) in [("sum([1, 2])*x", "3"), ("dot([1, 2], [x, 3])^2", "16")] {
        let network = format!("input x = 2\ncost C = {cost}\n");
        let printed = run("eval", &network, &["--wrt", "x"]);
        let row = works(&printed).lines().find(|line| line.contains("∂C/∂x") && line.contains("scalar"));
        assert_eq!(row.and_then(|row| row.split_whitespace().nth(2)), Some(gradient), "{cost}");
        assert!(works(&printed).contains("agrees"), "{cost}");
    }
}
