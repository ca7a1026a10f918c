//! Any text as one LaTeX formula.
#![no_main]

use chainrule::diagnostic::{Colour, Source, render};
use chainrule::syntax::latex::{Macros, Places, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = read(text, &Places::at(0), &Macros::default()) {
        let _ = render(&Source::new("fuzz", text), &[error], Colour::Never);
    }
});
