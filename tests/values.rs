//! Values of tensors: literals in the file, JSON, CSV, .npy, .npz, .safetensors; the sizes that follow from them; what
//! is refused.

#[path = "support/program.rs"]
mod program;

use std::io::Write;

use chainrule::diagnostic::Diagnostic;
use chainrule::eval::{Tensor, Values};
use chainrule::network::{FreeNames, Network, read_network};
use pretty_assertions::assert_eq;

fn network(text: &str) -> Network {
    let (network, errors) = read_network(text, FreeNames::Refused);
    network.unwrap_or_else(|| panic!("{errors:?}"))
}

fn tensor(network: &Network, values: &Values, name: &str) -> Tensor {
    values.tensor(network, network.find(name).expect(name)).unwrap_or_else(|| panic!("{name} has no value"))
}

fn of(dims: &[usize], data: &[f64]) -> Tensor {
    Tensor::new(dims.to_vec(), data.to_vec()).expect("as many numbers as entries")
}

fn messages(result: Result<(), Vec<Diagnostic>>) -> Vec<String> {
    result.expect_err("an error").into_iter().map(|error| error.message).collect()
}

const TEXT: &str = "input x : [n]\nparam W : [m, n], b : [m] = 0\ntarget t : simplex[m], k : index[m], M : binary[m, n]\n\
    cost C = sum(W @ x + b)";

#[test]
fn literals_in_the_file_give_values_and_sizes() {
    let network = network(
        "input x : [n] = [1, 1/2, -3]\nparam W : [m, n] = [[1, 2, 3], [4, 5, 6]], b : [m] = 0\ncost C = sum(W @ x + b)\n\
        at \"start\" x = [7, 8, 9]",
    );
    let values = Values::of_network(&network, None).expect("values");
    assert_eq!(tensor(&network, &values, "x"), of(&[3], &[1.0, 0.5, -3.0]));
    assert_eq!(tensor(&network, &values, "W"), of(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    assert_eq!(tensor(&network, &values, "b"), of(&[2], &[0.0, 0.0]));
    assert_eq!(values.get(network.find("n").expect("n")), Some(3.0));
    let start = Values::of_network(&network, Some("start")).expect("values");
    assert_eq!(tensor(&network, &start, "x"), of(&[3], &[7.0, 8.0, 9.0]));
}

#[test]
fn json_and_lists_hold_nested_arrays() {
    let network = network(TEXT);
    let mut values = Values::of_network(&network, None).expect("values");
    values.read_json(&network, r#"{"W": [[1, 2, 3], [4, 5, 6]], "k": 2}"#).expect("values");
    values.read_list(&network, "x=[1, 2, 3], t=[0.25, 0.75]").expect("values");
    assert_eq!(tensor(&network, &values, "W"), of(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    assert_eq!(tensor(&network, &values, "b"), of(&[2], &[0.0, 0.0]));
    assert_eq!(tensor(&network, &values, "t"), of(&[2], &[0.25, 0.75]));
    let ragged = messages(values.read_json(&network, r#"{"W": [[1, 2], [3]]}"#));
    assert_eq!(ragged, ["the value of `W`: the lists along axis 1 have 2 and 1 entries"]);
    assert_eq!(
        messages(values.read_json(&network, r#"{"W": [[1, "a"]]}"#)),
        [r#"the value of `W`: it is no number: "a""#]
    );
    assert_eq!(messages(values.read_json(&network, r#"{"x": []}"#)), ["the value of `x`: it has an empty list"]);
}

#[test]
fn shapes_of_values_must_fit() {
    let network = network(TEXT);
    let mut values = Values::of_network(&network, None).expect("values");
    let flat = messages(values.read_json(&network, r#"{"W": [1, 2]}"#));
    assert_eq!(flat, ["`W` is m × n, but its value is a vector of 2"]);
    values.read_json(&network, r#"{"W": [[1, 2, 3], [4, 5, 6]]}"#).expect("values");
    let conflict = messages(values.read_json(&network, r#"{"x": [1, 2]}"#));
    assert_eq!(conflict, ["`W` (m × n) gets 2 × 3, but n is 2, because `x` (a vector of n) gets a vector of 2"]);
    let fixed = self::network("dim n = 3\ninput x : [n]\ncost C = sum(x)");
    let mut values = Values::of_network(&fixed, None).expect("values");
    let errors = messages(values.read_json(&fixed, r#"{"x": [1, 2]}"#));
    assert_eq!(errors, ["`x` is a vector of n, but its value is a vector of 2"]);
}

#[test]
fn entries_keep_what_their_shape_promises() {
    let network = network(TEXT);
    let mut values = Values::of_network(&network, None).expect("values");
    let mut refused = |text: &str| messages(values.read_json(&network, text));
    assert_eq!(refused(r#"{"t": [0.25, 0.5]}"#), ["the entries of `t` are to sum to 1, not to 0.75"]);
    assert_eq!(refused(r#"{"t": [1.5, -0.5]}"#), ["an entry of `t` is to be a number from 0 to 1, not 1.5"]);
    assert_eq!(refused(r#"{"t": 1}"#), ["the entries of `t` sum to 1, so one number is not enough"]);
    assert_eq!(refused(r#"{"k": 0}"#), ["`k` is a class number from 1 to the number of classes, not 0"]);
    assert_eq!(refused(r#"{"M": [[0, 2]]}"#), ["an entry of `M` is to be 0 or 1, not 2"]);
}

#[test]
fn tables_of_numbers_are_matrices_vectors_or_named_columns() {
    let network = network("input X : [N, 2], y : [N], s\nparam w : [2]\ncost C = sum(X @ w - y)*s");
    let mut values = Values::new(&network);
    values.read_file(&network, "some/where/X.csv", None, b"1,2\n3,4\n5,6\n").expect("a matrix");
    values.read_file(&network, "data.csv", Some("y"), b"# targets\n1\n2\n-3e-1\n").expect("a vector");
    values.read_file(&network, "w.csv", None, b"0.5;0.25\n").expect("a row");
    values.read_file(&network, "s.csv", None, b"7").expect("a scalar");
    assert_eq!(tensor(&network, &values, "X"), of(&[3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    assert_eq!(tensor(&network, &values, "y"), of(&[3], &[1.0, 2.0, -0.3]));
    assert_eq!(tensor(&network, &values, "w"), of(&[2], &[0.5, 0.25]));
    assert_eq!(tensor(&network, &values, "s"), of(&[], &[7.0]));
    values.read_file(&network, "X.csv", None, b"height,width\n1,2\n3,4\n5,6\n").expect("a matrix with a header");
    let columns = self::network("input a : [N], b : [N]\ncost C = dot(a, b)");
    let mut values = Values::new(&columns);
    values.read_file(&columns, "data.csv", None, b"a,b\n1,2\n3,4\n").expect("columns");
    assert_eq!(tensor(&columns, &values, "b"), of(&[2], &[2.0, 4.0]));
    let errors = messages(values.read_file(&columns, "a.csv", None, b"1,2\n3\n"));
    assert_eq!(errors, ["line 2 has 1 numbers, and those before it 2"]);
    let errors = messages(values.read_file(&columns, "a.csv", None, b"1\ntwo\n"));
    assert_eq!(errors, ["`two` in line 2, column 1 is no number"]);
    assert_eq!(messages(values.read_file(&columns, "a.csv", None, b"")), ["there are no numbers in this file"]);
}

/// An array of NumPy as it is stored.
fn npy(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn floats(data: &[f64]) -> Vec<u8> {
    data.iter().flat_map(|number| number.to_le_bytes()).collect()
}

#[test]
fn arrays_of_numpy_are_read_in_either_order() {
    let network = network("input X : [m, n]\ncost C = sum(X)");
    let mut values = Values::new(&network);
    let rows = of(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let stored = npy("<f8", "False", "(2, 3)", &floats(&rows.data));
    values.read_file(&network, "X.npy", None, &stored).expect("an array");
    assert_eq!(tensor(&network, &values, "X"), rows);
    let columns: Vec<u8> = [1f32, 4.0, 2.0, 5.0, 3.0, 6.0].iter().flat_map(|number| number.to_le_bytes()).collect();
    values.read_file(&network, "X.npy", None, &npy("<f4", "True", "(2, 3)", &columns)).expect("an array");
    assert_eq!(tensor(&network, &values, "X"), rows);
    let bits = npy("|b1", "False", "(1, 2)", &[1, 0]);
    values.read_file(&network, "X.npy", None, &bits).expect("an array");
    assert_eq!(tensor(&network, &values, "X"), of(&[1, 2], &[1.0, 0.0]));
    for broken in [
        &stored[..40],
        &stored[..stored.len() - 8],
        &npy("<f8", "False", "(2, 4611686018427387904)", &[]),
        &npy("<c16", "False", "(1, 1)", &[0; 16]),
        b"no array",
    ] {
        assert_eq!(messages(values.read_file(&network, "X.npy", None, broken)).len(), 1);
    }
}

#[test]
fn archives_hold_several_arrays() {
    let network = network("input x : [n], y : [n]\ncost C = dot(x, y)");
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, method, data) in
        [("x.npy", zip::CompressionMethod::Stored, [1.0, 2.0]), ("y.npy", zip::CompressionMethod::Deflated, [3.0, 4.0])]
    {
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        archive.start_file(name, options).expect("a member");
        archive.write_all(&npy("<f8", "False", "(2,)", &floats(&data))).expect("bytes");
    }
    let bytes = archive.finish().expect("an archive").into_inner();
    let mut values = Values::new(&network);
    values.read_file(&network, "data.npz", None, &bytes).expect("arrays");
    assert_eq!(tensor(&network, &values, "y"), of(&[2], &[3.0, 4.0]));
    assert_eq!(messages(values.read_file(&network, "data.npz", None, &bytes[..20])).len(), 1);
}

#[test]
fn safetensors_are_read_in_every_precision() {
    use safetensors::tensor::{Dtype, TensorView, serialize};
    let network =
        network("param W : [2, 2], layer_b : [2], h : [2], g : [2]\ncost C = sum(W) + sum(layer_b) + sum(h*g)");
    let wide = floats(&[1.0, 2.0, 3.0, 4.0]);
    let single: Vec<u8> = [0.5f32, -1.5].iter().flat_map(|number| number.to_le_bytes()).collect();
    let half = [0x00, 0x3c, 0x01, 0x00];
    let brain = [0x80, 0x3f, 0x20, 0xc0];
    let views = [
        ("W", TensorView::new(Dtype::F64, vec![2, 2], &wide).expect("a view")),
        ("layer.b", TensorView::new(Dtype::F32, vec![2], &single).expect("a view")),
        ("h", TensorView::new(Dtype::F16, vec![2], &half).expect("a view")),
        ("g", TensorView::new(Dtype::BF16, vec![2], &brain).expect("a view")),
    ];
    let bytes = serialize(views, None).expect("bytes");
    let mut values = Values::new(&network);
    values.read_file(&network, "model.safetensors", None, &bytes).expect("tensors");
    assert_eq!(tensor(&network, &values, "W"), of(&[2, 2], &[1.0, 2.0, 3.0, 4.0]));
    assert_eq!(tensor(&network, &values, "layer_b"), of(&[2], &[0.5, -1.5]));
    assert_eq!(tensor(&network, &values, "h"), of(&[2], &[1.0, 2f64.powi(-24)]));
    assert_eq!(tensor(&network, &values, "g"), of(&[2], &[1.0, -2.5]));
    assert_eq!(messages(values.read_file(&network, "model.safetensors", None, &bytes[..30])).len(), 1);
}

#[test]
fn a_class_number_is_evaluated_and_derived_as_its_vector() {
    let run = program::derive(&["eval", "tests/data/classes/softmax.net", "--values", "tests/data/classes/W.csv"]);
    assert_eq!((run.code, run.errors.as_str()), (0, ""), "{}", run.output);
    assert_eq!(run.output.matches("agrees").count(), 2, "{}", run.output);
    let text = "input X : [N, n]; target y : [N] index[k]; param W : [k, n]; cost C = cross_entropy_logits(X @ W.T, y)";
    let run = program::derive(&["-e", text]);
    assert_eq!((run.code, run.errors.as_str()), (0, ""), "{}", run.output);
    assert!(run.output.contains("∂C/∂W   = (softmax(XWᵀ) − onehot(y))ᵀX/N"), "{}", run.output);
}
