//! `derive`: write the network, get the worked gradient. All printing happens here; the library returns values.

mod cli;

use std::process::ExitCode;

use mimalloc::MiMalloc;

// Long documents leave many small findings between what each formula needs for a moment: other allocators search their
// free lists longer and longer.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
