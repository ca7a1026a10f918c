//! Formulas with the verdicts that are expected of them.

#![allow(dead_code, reason = "each test file uses a part")]

use chainrule::check::document::{Finding, Outcome, check};
use chainrule::check::judge::Judgement;
use chainrule::check::read::Context;
use chainrule::diagnostic::Source;
use chainrule::network::{Network, read_network_to_check};
use chainrule::notes::Format;
use pretty_assertions::assert_eq;

/// A network from its text.
fn network(text: &str) -> Network {
    let (network, diagnostics) = read_network_to_check(text);
    network.unwrap_or_else(|| panic!("{diagnostics:?}"))
}

/// What is said of a formula: `right`, `wrong`, `undecided: …`, `skipped: …`, or why it is not read.
fn said(finding: &Finding) -> String {
    match &finding.outcome {
        Outcome::Skipped(reason) => format!("skipped: {reason}"),
        Outcome::Judged(Judgement::Right { .. }) => "right".to_owned(),
        Outcome::Judged(Judgement::Wrong(_)) => "wrong".to_owned(),
        Outcome::Judged(Judgement::Undecided(reason)) => format!("undecided: {reason}"),
        Outcome::Judged(Judgement::Unread(error)) => match &error.hint {
            Some(hint) if error.code == "unknown-name" => format!("{}; {hint}", error.message),
            _ => error.message.clone(),
        },
    }
}

/// The findings of formulas that are one document each on a page, in one go; each with the lines of its formula.
fn findings(text: &str, layout: Option<&str>, formulas: &[String]) -> Vec<Vec<String>> {
    let mut document = String::new();
    let mut ends = Vec::new();
    for formula in formulas {
        document.push_str(&format!("$${formula}$$\n\n"));
        ends.push(document.len() as u32);
    }
    let mut none = |_: &str| -> Result<Network, _> { panic!("no network is loaded") };
    let contexts = [Context::new(network(text))];
    let checked = check(&Source::new("notes.md", document), Format::Markdown, (&contexts, layout), Some(1), &mut none);
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    let mut found = vec![Vec::new(); formulas.len()];
    for finding in &checked.findings {
        let at = ends.partition_point(|&end| end <= finding.span.start);
        found[at].push(said(finding));
    }
    found
}

/// One verdict for all equations of a formula: `wrong` if one is wrong, `right` if all are, else everything that is said.
fn verdict(said: &[String]) -> String {
    match said {
        _ if said.iter().any(|one| one == "wrong") => "wrong".to_owned(),
        [first, rest @ ..] if rest.iter().all(|one| one == first) => first.clone(),
        _ => {
            let claims: Vec<&str> =
                said.iter().map(String::as_str).filter(|one| *one != "skipped: no equation").collect();
            claims.join(" and ")
        }
    }
}

/// Each formula is right, and wrong with the last `from` in it exchanged for `to`; `given` stands before them.
#[track_caller]
pub fn pinned(text: &str, given: &[&str], rows: &[(&str, &str, &str)]) {
    pinned_in(text, None, given, rows);
}

/// The same in a layout.
#[track_caller]
pub fn pinned_in(text: &str, layout: Option<&str>, given: &[&str], rows: &[(&str, &str, &str)]) {
    let mut formulas: Vec<String> = given.iter().map(|formula| (*formula).to_owned()).collect();
    let mut expected = Vec::new();
    for (formula, from, to) in rows {
        assert!(formula.contains(from), "{formula} has no {from}");
        let (before, after) = formula.rsplit_once(from).unwrap_or((formula, ""));
        formulas.push((*formula).to_owned());
        formulas.push(format!("{before}{to}{after}"));
        expected.extend(["right", "wrong"]);
    }
    let found = findings(text, layout, &formulas);
    let formulas = &formulas[given.len()..];
    let found: Vec<String> = found[given.len()..].iter().map(|said| verdict(said)).collect();
    let pairs = |verdicts: Vec<String>| -> Vec<String> {
        formulas.iter().zip(verdicts).map(|(formula, verdict)| format!("{verdict}: {formula}")).collect()
    };
    let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
    assert_eq!(pairs(found), pairs(expected));
}

/// Of each formula the same is said as expected, and no verdict is given.
#[track_caller]
pub fn refused(text: &str, rows: &[(&str, &str)]) {
    let formulas: Vec<String> = rows.iter().map(|(formula, _)| (*formula).to_owned()).collect();
    let found = findings(text, None, &formulas);
    let found: Vec<(&str, String)> =
        rows.iter().zip(&found).map(|((formula, _), said)| (*formula, verdict(said))).collect();
    let expected: Vec<(&str, String)> = rows.iter().map(|(formula, said)| (*formula, (*said).to_owned())).collect();
    assert_eq!(found, expected);
}

/// The verdicts on the formulas of a LaTeX document.
#[track_caller]
pub fn document(text: &str, document: &str, expected: &[&str]) {
    let mut none = |_: &str| -> Result<Network, _> { panic!("no network is loaded") };
    let contexts = [Context::new(network(text))];
    let checked = check(&Source::new("notes.tex", document), Format::Tex, (&contexts, None), Some(1), &mut none);
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    let found: Vec<String> = checked.findings.iter().map(said).collect();
    assert_eq!(found, expected);
}
