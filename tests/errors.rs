//! Every kind of error: a file that has it, what the program says about it, its exit code, and nothing on standard
//! output.

#[path = "support/program.rs"]
mod program;

use std::path::PathBuf;

use pretty_assertions::assert_eq;
use program::derive;

fn error_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir("tests/errors")
        .expect("the folder of error files")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "net"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_error_file_is_refused_with_its_place_and_a_hint() {
    let mut seen = Vec::new();
    for path in error_files() {
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
        let file = path.to_str().expect("a path").replace('\\', "/");
        let run = derive(&["eval", &file]);
        assert_eq!(run.code, 2, "{name}: {}", run.errors);
        assert_eq!(run.output, "", "{name} printed something");
        insta::assert_snapshot!(format!("error-{name}"), run.errors);
        let code =
            run.errors.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(code, _)| code.to_owned());
        seen.extend(code);
    }
    let kinds = [
        "syntax",
        "unknown-name",
        "unknown-function",
        "cycle",
        "defined-twice",
        "missing-cost",
        "wrong-arity",
        "bad-value",
        "missing-value",
        "bad-show",
        "bad-range",
        "not-utf8",
        "too-deep",
        "shape",
    ];
    for kind in kinds {
        assert!(seen.iter().any(|code| code == kind), "no file has the error {kind}");
    }
}

#[test]
fn files_and_options_that_do_not_exist_are_named() {
    for (name, arguments) in [
        ("no-such-file", &["tests/errors/nowhere.net"][..]),
        ("a-folder", &["tests/errors"]),
        ("wrt-unknown", &["examples/article.net", "--wrt", "theta4"]),
        ("of-unknown", &["examples/article.net", "--of", "a3", "--wrt", "theta1"]),
        ("at-unknown", &["eval", "examples/article.net", "--at", "x=1,thta1=2"]),
        ("at-no-number", &["eval", "examples/article.net", "--at", "x=one"]),
        ("point-unknown", &["eval", "examples/article.net", "--point", "start"]),
        ("steps-unknown", &["examples/article.net", "--steps", "all"]),
        ("notation-unknown", &["examples/article.net", "--notation", "bishop"]),
        ("output-ending", &["examples/article.net", "-o", "target/article.docx"]),
        ("output-folder", &["examples/article.net", "-o", "target/no/such/folder/article.md"]),
        ("explain-unknown", &["explain", "sigmiod"]),
        ("expression", &["-e", "y = x^2 +"]),
        ("no-file", &[]),
    ] {
        let run = derive(arguments);
        assert_eq!(run.code, 2, "{name}: {}", run.errors);
        assert_eq!(run.output, "", "{name} printed something");
        insta::assert_snapshot!(format!("refused-{name}"), run.errors);
    }
    assert!(!std::path::Path::new("target/article.docx").exists());
}

#[test]
fn several_independent_errors_of_a_file_are_told_at_once() {
    let run = derive(&["tests/errors/several.net"]);
    assert_eq!(run.errors.matches("error[").count(), 2, "{}", run.errors);
}

#[test]
#[cfg(unix)]
fn what_may_never_end_is_not_read() {
    for arguments in [["eval", "/dev/zero"], ["check", "/dev/zero"]] {
        let run = derive(&arguments);
        assert_eq!(run.code, 2, "{}", run.errors);
        assert!(run.errors.contains("it is no file"), "{}", run.errors);
    }
}
