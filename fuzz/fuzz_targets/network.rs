//! Any text as a network file: a network or diagnostics, and every diagnostic can be shown.
#![no_main]

use chainrule::diagnostic::{Colour, Source, render};
use chainrule::network::{FreeNames, read_network};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for free_names in [FreeNames::Refused, FreeNames::Parameters] {
        let (network, diagnostics) = read_network(text, free_names);
        assert!(network.is_some() || !diagnostics.is_empty(), "refused without a word");
        let _ = render(&Source::new("fuzz", text), &diagnostics, Colour::Never);
    }
});
