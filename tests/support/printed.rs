//! Results as they are printed, and read back by `derive check`.

use pretty_assertions::assert_eq;

use crate::program::derive;

pub fn run(lines: &[&str], arguments: &[&str]) -> String {
    let mut all: Vec<&str> = lines.iter().flat_map(|line| ["-e", line]).collect();
    all.extend(arguments);
    let run = derive(&all);
    assert_eq!(run.code, 0, "{}", run.errors);
    run.output
}

/// The last line of a derivation by one name, in text and in LaTeX.
pub fn result(lines: &[&str], arguments: &[&str]) -> String {
    let output = run(lines, arguments);
    output.lines().rfind(|line| line.contains('=')).unwrap_or_default().trim().to_owned()
}

/// What is printed, and that `derive check` reads the LaTeX of it and agrees.
pub fn check(lines: &[&str], by: &str, expected: &str) {
    assert_eq!(result(lines, &["--wrt", by]), expected);
    let latex = run(lines, &["--wrt", by, "--latex"]);
    let claim = latex.lines().rfind(|line| line.contains('=')).unwrap_or_default();
    let (left, right) = claim.split_once('=').expect("an equation");
    let (claim, _) = right.split_once("&&").unwrap_or((right, ""));
    let left = if left.contains("partial") {
        left.replace('&', "")
    } else {
        format!("\\frac{{\\partial C}}{{\\partial {by}}}")
    };
    let path = format!("{}/{by}-{}.net", env!("CARGO_TARGET_TMPDIR"), expected.len());
    std::fs::write(&path, lines.join("\n")).expect("a file");
    let run = derive(&["check", "--net", &path, "--claim", &format!("{left} = {claim}")]);
    assert_eq!(run.code, 0, "{left} = {claim}: {}{}", run.output, run.errors);
}
