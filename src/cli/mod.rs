//! The command line: parse the arguments, call the library, print, choose the exit code.
//!
//! Exit codes: 0, 1 (the mathematics is wrong or differs), 2 (it could not run), 3 (it cannot tell).

mod check;
mod derive;
mod equal;
mod eval;
mod functions;
mod load;
mod options;
mod output;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use load::Stopped;
use options::{Command, Options};

pub fn run() -> ExitCode {
    let options = Options::parse();
    let done = match &options.command {
        None => derive::run(&options.derive),
        Some(Command::Eval(options)) => eval::run(options),
        Some(Command::Descend(options)) => eval::run_descent(options),
        Some(Command::Check(options)) => check::run(options),
        Some(Command::Equal(options)) => equal::run(options),
        Some(Command::Functions { json }) => functions::list(*json),
        Some(Command::Explain { function, output }) => functions::show(function, output),
        Some(Command::Completions { shell }) => completions(*shell),
    };
    done.unwrap_or(ExitCode::from(2))
}

fn completions(shell: clap_complete::Shell) -> Result<ExitCode, Stopped> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Options::command(), "derive", &mut script);
    output::write(&String::from_utf8_lossy(&script), None)?;
    Ok(ExitCode::SUCCESS)
}
