//! `derive`: write the network, get the worked gradient. All printing happens here; the library returns values.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
