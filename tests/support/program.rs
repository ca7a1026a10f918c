//! Runs the program.

#![allow(dead_code, reason = "each test file uses a part")]

use std::io::Write;
use std::process::{Command, Stdio};

/// What a run of the program gave.
pub struct Run {
    pub code: i32,
    pub output: String,
    pub errors: String,
}

/// Runs `derive` with arguments in the project's folder.
pub fn derive(arguments: &[&str]) -> Run {
    derive_with_input(arguments, "")
}

/// Runs `derive` with arguments and standard input.
pub fn derive_with_input(arguments: &[&str], input: &str) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_derive"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || {
        // A program that refuses its arguments reads no input.
        let _ = stdin.write_all(input.as_bytes());
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    Run {
        code: output.status.code().expect("no signal"),
        output: String::from_utf8(output.stdout).expect("UTF-8"),
        errors: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}
