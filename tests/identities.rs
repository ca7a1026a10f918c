//! All pairs of `tests/data/identities.json` get their verdict: no false right, no false wrong.

use chainrule::check::decide::DecideOptions;
use chainrule::check::pair::Pair;
use chainrule::check::verdict::{Ground, Right, Verdict, Wrong};
use pretty_assertions::assert_eq;
use serde_json::Value;

fn text<'a>(pair: &'a Value, key: &str) -> &'a str {
    pair[key].as_str().unwrap_or_default()
}

fn decide(network: &str, left: &str, right: &str) -> Verdict {
    let options = DecideOptions { seed: Some(1), ..DecideOptions::default() };
    match Pair::read(network, left, right) {
        Ok(mut pair) => pair.decide(&options),
        Err((_, diagnostics)) => panic!("{left} = {right}: {diagnostics:?}"),
    }
}

/// The word of the file for a verdict.
fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Right(Right { ground: Ground::Rounded, .. }) => "right_to_the_digits",
        Verdict::Right(Right { except: Some(except), .. }) if except.contains("for example") => {
            "right_where_both_defined"
        }
        Verdict::Right(_) => "right",
        Verdict::Wrong(Wrong { holds_for: Some(_), .. }) => "wrong_holds_on_part",
        Verdict::Wrong(_) => "wrong",
        Verdict::Undecided(_) => "undecided",
    }
}

#[test]
fn all_scalar_pairs() {
    let file: Value = serde_json::from_str(include_str!("data/identities.json")).unwrap();
    let mut failures = Vec::new();
    let mut count = 0;
    for pair in file["pairs"].as_array().unwrap() {
        // Vectors, matrices and the functions that need them are not in the language of this build yet.
        if pair.get("shapes").is_some() || text(pair, "a").contains("huber") {
            continue;
        }
        let functions = pair["functions"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let network: String = functions.map(|name| format!("function {name}\n")).collect();
        let start = std::time::Instant::now();
        let verdict = decide(&network, text(pair, "a"), text(pair, "b"));
        let time = start.elapsed();
        count += 1;
        if std::env::var_os("SHOW").is_some() {
            eprintln!("{} {time:?} {} = {} : {verdict:?}", text(pair, "id"), text(pair, "a"), text(pair, "b"));
        }
        if word(&verdict) != text(pair, "verdict") {
            let (id, a, b) = (text(pair, "id"), text(pair, "a"), text(pair, "b"));
            failures.push(format!("{id} {a} = {b}: {} expected, {verdict:?}", text(pair, "verdict")));
        }
    }
    assert_eq!(failures, Vec::<String>::new(), "{} of {count}", failures.len());
}
