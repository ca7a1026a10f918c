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

use std::path::Path;
use std::process::ExitCode;

use chainrule::diagnostic::{Diagnostic, Source};
use chainrule::syntax::spelling::nearest;

use clap::{CommandFactory, Parser};

use load::Stopped;
use options::{Command, Options};

pub fn run() -> ExitCode {
    if let Some(error) = misspelt_command() {
        output::report(&Source::new("", ""), &[error]);
        return ExitCode::from(2);
    }
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

/// An error for a first word that is no file and nearly the name of a command.
fn misspelt_command() -> Option<Diagnostic> {
    let first = std::env::args().nth(1).filter(|word| !word.starts_with('-') && !Path::new(word).exists())?;
    let command = Options::command();
    let mut names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    names.push("help");
    if names.contains(&first.as_str()) {
        return None;
    }
    let known = nearest(&first, names.into_iter())?;
    let error = Diagnostic::error("no-such-file", format!("there is no command and no file `{first}`"));
    Some(error.hint(format!("did you mean `derive {known}`?")))
}

fn completions(shell: clap_complete::Shell) -> Result<ExitCode, Stopped> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Options::command(), "derive", &mut script);
    output::write(&String::from_utf8_lossy(&script), None)?;
    Ok(ExitCode::SUCCESS)
}
