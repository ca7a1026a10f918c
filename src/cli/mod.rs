//! The command line: parse the arguments, call the library, print, choose the exit code.

mod options;

use std::process::ExitCode;

use clap::Parser;

pub fn run() -> ExitCode {
    let _ = options::Options::parse();
    ExitCode::SUCCESS
}
