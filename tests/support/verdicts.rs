//! What `derive check` says of formulas about a network.

use chainrule::check::document::{Outcome, check};
use chainrule::check::judge::Judgement;
use chainrule::check::read::Context;
use chainrule::diagnostic::Source;
use chainrule::network::{FreeNames, Network, read_network};
use chainrule::notes::Format;
use pretty_assertions::assert_eq;

/// A network whose sizes have these values: `n = 3, k = 3`; as it is for none.
pub fn at_sizes(network: &str, sizes: &str) -> String {
    let Some(line) = network.lines().find(|line| line.starts_with("dim ")).filter(|_| !sizes.is_empty()) else {
        return network.to_owned();
    };
    network.replacen(line, &format!("dim {sizes}"), 1)
}

/// `right`, `wrong`, `undecided`, `unread` or `skipped` for each formula.
fn verdicts<'f>(network: &str, formulas: impl Iterator<Item = &'f str>) -> Vec<String> {
    let (read, diagnostics) = read_network(network, FreeNames::Refused);
    let contexts = [Context::new(read.unwrap_or_else(|| panic!("{diagnostics:?}")))];
    let document: String = formulas.map(|formula| format!("$${formula}$$\n\n")).collect();
    let mut none = |_: &str| -> Result<Network, _> { panic!("no network is loaded") };
    let source = Source::new("notes.md", document);
    let checked = check(&source, Format::Markdown, (&contexts, None), Some(1), &mut none);
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    let said = |outcome: &Outcome| match outcome {
        Outcome::Skipped(_) => "skipped",
        Outcome::Judged(Judgement::Right { .. }) => "right",
        Outcome::Judged(Judgement::Wrong(_)) => "wrong",
        Outcome::Judged(Judgement::Undecided(_)) => "undecided",
        Outcome::Judged(Judgement::Unread(_)) => "unread",
    };
    checked.findings.iter().map(|finding| said(&finding.outcome).to_owned()).collect()
}

/// Each formula with whether it is right, under a network at symbolic sizes and at these.
pub fn expect(network: &str, sizes: &[&str], formulas: &[(&str, &str)]) {
    for sizes in [""].iter().chain(sizes) {
        let found = verdicts(&at_sizes(network, sizes), formulas.iter().map(|(formula, _)| *formula));
        let found: Vec<(&str, String)> = formulas.iter().map(|(formula, _)| *formula).zip(found).collect();
        let expected: Vec<(&str, String)> =
            formulas.iter().map(|(formula, verdict)| (*formula, (*verdict).to_owned())).collect();
        assert_eq!(found, expected, "{sizes}");
    }
}
