//! Any text as the form of a `show`: written, or refused with a diagnostic.
#![no_main]

use chainrule::emit::{latex, text};
use chainrule::network::{FreeNames, read_network};
use chainrule::notation::layout::Sheet;
use chainrule::notation::{Style, Typesetter, check_shows};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|form: &str| {
    let file = format!("param z3 = 1\ncost C = z3^2\nshow z# as {form}\n");
    let (Some(network), _) = read_network(&file, FreeNames::Refused) else { return };
    if !check_shows(&network).is_empty() {
        return;
    }
    let mut sheet = Sheet::default();
    let mut setter = Typesetter::new(&network, Style::default());
    for equation in &network.equations {
        let layout = setter.expr(&mut sheet, equation.value);
        let _ = (latex::formula(&sheet, layout), text::formula(&sheet, layout));
    }
});
