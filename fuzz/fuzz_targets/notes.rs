//! Any text as a document: its formulas are read too, and all places lie within the text.
#![no_main]

use chainrule::diagnostic::{Colour, Source, render};
use chainrule::notes::{Format, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for format in [Format::of("a.md"), Format::of("a.tex"), Format::of("a.ipynb")] {
        let source = Source::new("fuzz", text);
        let _ = render(&source, &read(&source, format).diagnostics, Colour::Never);
    }
});
