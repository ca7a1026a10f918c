//! Files of values that are broken, lie or do not fit: each is refused with its name, and nothing is printed or lost.

#[path = "support/arrays.rs"]
mod arrays;
#[path = "support/program.rs"]
mod program;

use std::path::{Path, PathBuf};

use arrays::{npy, npy_of, npz, safetensors_of};
use pretty_assertions::assert_eq;
use program::{Run, derive_with_input};

const NETWORK: &str = "input x : [3] = [1, 2, 3]\nparam W : [2, 3]\ncost C = sqnorm(W @ x)";
const WEIGHTS: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// 2 (W x) xᵀ.
const GRADIENT: &str = "[[28, 56, 84], [64, 128, 192]]";

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("value-files").join(name);
    std::fs::create_dir_all(&path).expect("a folder");
    path
}

fn eval(file: &Path, option: &str) -> Run {
    let path = file.to_str().expect("a path");
    match option {
        "--at" => derive_with_input(&["eval", "-", "--at", &format!("W={path}")], NETWORK),
        _ => derive_with_input(&["eval", "-", option, path], NETWORK),
    }
}

/// Writes each file and tells what is said about it.
fn refused(folder_name: &str, cases: &[(&str, Vec<u8>, &str)]) {
    let folder = folder(folder_name);
    for (name, bytes, expected) in cases {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a file");
        let option = if name.ends_with("npy") || name.ends_with("csv") { "--at" } else { "--values" };
        let run = eval(&path, option);
        assert_eq!((run.code, run.output.as_str()), (2, ""), "{name}: {}", run.errors);
        assert!(run.errors.contains(expected), "{name}: {}", run.errors);
        assert!(run.errors.contains(&format!("--> {}", path.display())), "{name}: {}", run.errors);
    }
}

#[test]
fn sound_files_give_the_gradient_from_either_option() {
    let folder = folder("sound");
    let header = r#"{"W":{"dtype":"F64","shape":[2,3],"data_offsets":[0,48]}}"#;
    let files: [(&str, Vec<u8>); 7] = [
        ("W.npy", npy("(2, 3)", &WEIGHTS)),
        ("W.csv", b"1,2,3\n4,5,6\n".to_vec()),
        ("bom.csv", b"\xef\xbb\xbf1;2;3\r\n4;5;6\r\n".to_vec()),
        ("columns.npy", npy_of("<f8", "True", "(2, 3)", &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0])),
        ("all.npz", npz(&[("W.npy", npy("(2, 3)", &WEIGHTS))])),
        ("all.safetensors", safetensors_of(header.as_bytes(), &WEIGHTS)),
        ("all.json", br#"{"W": [[1, 2, 3], [4, 5, 6]]}"#.to_vec()),
    ];
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a file");
        let option = if name.starts_with("all") { "--values" } else { "--at" };
        let run = eval(&path, option);
        assert_eq!((run.code, run.errors.as_str()), (0, ""), "{name}");
        assert!(run.output.contains(GRADIENT), "{name}: {}", run.output);
    }
    // An entry given by hand wins over the file, wherever it stands in the list.
    let list = format!("W[2,1]=0, W={}, x=[1, 1, 1]", folder.join("W.npy").display());
    let run = derive_with_input(&["eval", "-", "--at", &list], NETWORK);
    assert!(run.output.contains("[[12, 12, 12], [22, 22, 22]]"), "{}{}", run.output, run.errors);
}

#[test]
fn arrays_of_numpy_that_are_broken_or_lie_are_refused() {
    let sound = npy("(2, 3)", &WEIGHTS);
    let mut deep = b"\x93NUMPY\x01\x00\xff\xff".to_vec();
    deep.extend(std::iter::repeat_n(b'(', 65535));
    let mut long = b"\x93NUMPY\x02\x00\xff\xff\xff\xff".to_vec();
    long.extend(b"{'descr': '<f8'");
    let damaged = "the file is cut short or damaged";
    refused(
        "npy",
        &[
            ("short.npy", sound[..sound.len() - 5].to_vec(), "which take 48 bytes, but the file has 43 bytes of them"),
            ("header-only.npy", sound[..30].to_vec(), "its header is broken"),
            ("more.npy", [sound.as_slice(), &[0; 16]].concat(), damaged),
            ("claims-much.npy", npy("(1000000, 1000000)", &WEIGHTS), "1000000 × 1000000 entries"),
            ("claims-all.npy", npy("(18446744073709551615, 18446744073709551615)", &[1.0]), "larger than any file"),
            ("too-long.npy", npy("(99999999999999999999999,)", &[1.0]), "this is no array of NumPy"),
            ("negative.npy", npy("(-2, 3)", &WEIGHTS), "dimension cannot be negative"),
            ("no-entries.npy", npy("(0, 3)", &[]), "`W` is 2 × 3, but its value is 0 × 3"),
            ("turned.npy", npy("(3, 2)", &WEIGHTS), "its transpose would fit"),
            ("vector.npy", npy("(6,)", &WEIGHTS), "`W` is 2 × 3, but its value is a vector of 6"),
            ("complex.npy", npy_of("<c16", "False", "(3,)", &WEIGHTS), "arrays of type '<c16' cannot be read"),
            ("object.npy", npy_of("|O", "False", "(6,)", &WEIGHTS), "arrays of type '|O' cannot be read"),
            ("text.npy", npy_of("<U2", "False", "(6,)", &WEIGHTS), "cannot be read"),
            ("nan.npy", npy("(2, 3)", &[1.0, 2.0, f64::NAN, 4.0, 5.0, 6.0]), "`W` is not finite: NaN"),
            ("infinite.npy", npy("(2, 3)", &[f64::INFINITY; 6]), "`W` is not finite: inf"),
            ("empty.npy", Vec::new(), "this is no array of NumPy"),
            ("zeros.npy", vec![0; 200], "this is no array of NumPy"),
            ("deep.npy", deep, "its header is broken"),
            ("long-header.npy", long, "its header is broken"),
        ],
    );
}

#[test]
fn archives_that_are_broken_or_lie_are_refused() {
    let sound = npz(&[("W.npy", npy("(2, 3)", &WEIGHTS))]);
    // The name of a member is no UTF-8.
    let renamed: Vec<u8> = npz(&[("W~.npy", npy("(2, 3)", &WEIGHTS))])
        .into_iter()
        .map(|byte| if byte == b'~' { 0xfe } else { byte })
        .collect();
    let mut flipped = sound.clone();
    flipped[60] ^= 0xff;
    refused(
        "npz",
        &[
            ("short.npz", sound[..sound.len() / 2].to_vec(), "this is no archive of arrays"),
            ("flipped.npz", flipped, "cannot be unpacked"),
            ("unknown.npz", npz(&[("V.npy", npy("(2, 3)", &WEIGHTS))]), "`V` is not defined"),
            ("renamed.npz", renamed, "is not defined"),
            ("text.npz", npz(&[("W.txt", b"1 2 3".to_vec())]), "`W.txt`: this is no array of NumPy"),
            ("lies.npz", npz(&[("W.npy", npy("(20, 30)", &WEIGHTS))]), "`W`: the header says 20 × 30 entries"),
            ("empty.npz", Vec::new(), "this is no archive of arrays"),
        ],
    );
}

#[test]
fn safetensors_that_are_broken_or_lie_are_refused() {
    let of = |header: &str| safetensors_of(header.as_bytes(), &WEIGHTS);
    let whole = |shape: &str| of(&format!(r#"{{"W":{{"dtype":"F64","shape":{shape},"data_offsets":[0,48]}}}}"#));
    let mut nan = whole("[2,3]");
    let last = nan.len() - 8;
    nan[last..].copy_from_slice(&f64::NAN.to_le_bytes());
    let no_file = "this is no file of safetensors";
    let not_utf8 = safetensors_of(b"{\"W\xff\":{\"dtype\":\"F64\",\"shape\":[2,3],\"data_offsets\":[0,48]}}", &WEIGHTS);
    let longer = of(r#"{"W":{"dtype":"F64","shape":[2,3],"data_offsets":[0,4800]}}"#);
    let unknown = of(r#"{"fc1.weight":{"dtype":"F64","shape":[2,3],"data_offsets":[0,48]}}"#);
    let cut = whole("[2,3]")[..100].to_vec();
    refused(
        "safetensors",
        &[
            ("longer.safetensors", longer, no_file),
            ("larger.safetensors", whole("[20,30]"), no_file),
            ("huge.safetensors", whole("[9223372036854775808,9223372036854775808]"), no_file),
            ("negative.safetensors", whole("[-2,3]"), no_file),
            ("cut.safetensors", cut, no_file),
            ("not-utf8.safetensors", not_utf8, no_file),
            ("header.safetensors", [&u64::MAX.to_le_bytes()[..], b"{}"].concat(), no_file),
            ("unknown.safetensors", unknown, "`fc1.weight` is not defined"),
            ("turned.safetensors", whole("[3,2]"), "its transpose would fit"),
            ("nan.safetensors", nan, "`W` is not finite: NaN"),
        ],
    );
}

#[test]
fn tables_that_are_ragged_or_hold_no_numbers_are_refused() {
    refused(
        "csv",
        &[
            ("ragged.csv", b"1,2,3\n4,5\n".to_vec(), "line 2 has 2 numbers, and those before it 3"),
            ("wider.csv", b"1,2\n4,5,6\n".to_vec(), "line 2 has 3 numbers, and those before it 2"),
            ("word.csv", b"1,2,3\n4,five,6\n".to_vec(), "`five` in line 2, column 2 is no number"),
            ("gap.csv", b"1,,3\n4,5,6\n".to_vec(), "there is nothing in line 1, column 2 where a number is expected"),
            ("nan.csv", b"1,2,nan\n4,5,6\n".to_vec(), "`W` is not finite: NaN"),
            ("infinite.csv", b"1,2,3\n4,5,-inf\n".to_vec(), "`W` is not finite: -inf"),
            ("overflow.csv", b"1e400,2,3\n4,5,6\n".to_vec(), "`W` is not finite: inf"),
            ("empty.csv", Vec::new(), "there are no numbers in this file"),
            ("header.csv", b"a,b,c\n".to_vec(), "there are no numbers in this file"),
            ("latin.csv", b"1,2,3\n4,\xe9,6\n".to_vec(), "this is not UTF-8 text"),
            ("quote.csv", b"1,\"2,3\n4,5,6\n".to_vec(), "is no number"),
            ("twice.csv", b"W,W\n1,2\n".to_vec(), "the file holds `W` twice"),
        ],
    );
}

#[test]
fn json_of_wrong_types_is_refused_at_the_name() {
    let deep = format!("{{\"W\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    refused(
        "json",
        &[
            ("nan.json", b"{\"W\": [[1, 2, NaN], [4, 5, 6]]}".to_vec(), "expected value"),
            ("null.json", b"{\"W\": [[1, 2, null], [4, 5, 6]]}".to_vec(), "it is no number: null"),
            ("word.json", b"{\"W\": \"five\"}".to_vec(), "`W` is no number: \"five\""),
            ("words.json", b"{\"W\": [[1, 2, \"3\"], [4, 5, 6]]}".to_vec(), "it is no number: \"3\""),
            ("truth.json", b"{\"W\": true}".to_vec(), "`W` is no number: true"),
            ("object.json", b"{\"W\": {\"a\": 1}}".to_vec(), "`W` is no number"),
            ("ragged.json", b"{\"W\": [[1, 2, 3], [4, 5]]}".to_vec(), "the lists along axis 1 have 3 and 2 entries"),
            ("mixed.json", b"{\"W\": [1, [2, 3]]}".to_vec(), "it is no number: [2,3]"),
            ("hollow.json", b"{\"W\": [[], []]}".to_vec(), "it has an empty list"),
            ("overflow.json", b"{\"W\": 1e400}".to_vec(), "number out of range"),
            ("list.json", b"[1, 2]".to_vec(), "no JSON object of names and numbers"),
            ("cut.json", b"{\"W\": [[1, 2".to_vec(), "EOF"),
            ("latin.json", b"{\"W\xe9\": 1}".to_vec(), "this is not UTF-8 text"),
            ("deep.json", deep.into_bytes(), "recursion limit exceeded"),
            ("unknown.json", b"{\"W1\": 1}".to_vec(), "did you mean `W`?"),
        ],
    );
}

#[test]
fn names_and_files_that_do_not_exist_are_told_apart() {
    let folder = folder("names");
    let path = folder.join("W.npy");
    std::fs::write(&path, npy("(2, 3)", &WEIGHTS)).expect("a file");
    let run = |option: &str, value: &str| derive_with_input(&["eval", "-", option, value], NETWORK);
    for option in ["--at", "--values"] {
        let unknown = run(option, &format!("V1={}", path.display()));
        assert_eq!((unknown.code, unknown.output.as_str()), (2, ""));
        assert!(unknown.errors.contains(&format!("`V1` of {option} is not defined")), "{}", unknown.errors);
        let nowhere = run(option, "W=nowhere.npy");
        assert_eq!((nowhere.code, nowhere.output.as_str()), (2, ""));
        assert!(nowhere.errors.contains("there is no file `nowhere.npy`"), "{}", nowhere.errors);
    }
}
