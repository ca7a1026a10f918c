//! `derive equal A B`: whether two expressions are equal.

use std::process::ExitCode;

use chainrule::check::decide::DecideOptions;
use chainrule::check::pair::Pair;
use chainrule::check::verdict::{Ground, Right, Verdict, Wrong};
use chainrule::check::written::{Syntax, read_written};
use chainrule::emit::json::VERSION;
use chainrule::network::Network;
use serde::Serialize;

use crate::cli::load::{Stopped, read};
use crate::cli::options::{EqualOptions, SyntaxName};
use crate::cli::output::{report, write};

/// Exit codes: equal, different, cannot tell.
const EQUAL: u8 = 0;
const DIFFERENT: u8 = 1;
const UNDECIDED: u8 = 3;

pub fn run(options: &EqualOptions) -> Result<ExitCode, Stopped> {
    let network = options.net.as_deref().map(read).transpose()?.map_or_else(String::new, |source| source.text);
    let mut pair = read_pair(&network, options)?;
    if let Some(shapes) = pair.shapes_apart() {
        let text = if options.json { shapes_json(&shapes)? } else { format!("different: {shapes}\n") };
        write(&text, None)?;
        return Ok(ExitCode::from(DIFFERENT));
    }
    let verdict = pair.decide(&DecideOptions::default());
    let text = if options.json { json(&pair.network, &verdict)? } else { words(&pair.network, &verdict) };
    write(&text, None)?;
    Ok(ExitCode::from(match verdict {
        // As exact numbers they differ.
        Verdict::Right(Right { ground: Ground::Rounded { differs: true }, .. }) | Verdict::Wrong(_) => DIFFERENT,
        Verdict::Right(Right { ground: Ground::Rounded { differs: false }, .. }) => UNDECIDED,
        Verdict::Right(_) => EQUAL,
        Verdict::Undecided(_) => UNDECIDED,
    }))
}

/// Reads both sides, each in the language that its text or the user says.
fn read_pair(network: &str, options: &EqualOptions) -> Result<Pair, Stopped> {
    let written = |text: &'_ str| match options.syntax {
        SyntaxName::Auto => Syntax::of(text),
        SyntaxName::Network => Syntax::Network,
        SyntaxName::Latex => Syntax::Latex,
    };
    let [left, right] = [options.left.as_str(), options.right.as_str()].map(|text| (text, written(text)));
    read_written(network, left, right).map_err(|(source, errors)| {
        report(&source, &errors);
        Stopped
    })
}

/// The verdict in a few lines.
fn words(network: &Network, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Right(Right { ground, except, .. }) => {
            let ground = match ground {
                Ground::Proved => "equal: proved".to_owned(),
                Ground::Numerically { points, digits, reason } => {
                    format!(
                        "equal: both sides agree to {digits} digits at {points} points; there is no proof, because {reason}"
                    )
                }
                Ground::Rounded { differs: false } => {
                    "undecided: equal to the digits written; as exact numbers no proof and no difference was found"
                        .to_owned()
                }
                Ground::Rounded { differs: true } => {
                    "different as exact numbers, equal to the digits written".to_owned()
                }
            };
            let except = except.as_ref().map(|except| format!("except: {except}\n")).unwrap_or_default();
            format!("{ground}\n{except}")
        }
        Verdict::Wrong(wrong) => {
            let holds = wrong.holds_for.as_ref();
            let holds = holds.map(|part| format!("at all points tried with {part} they agree\n")).unwrap_or_default();
            format!("{}\n{holds}", difference(network, wrong))
        }
        Verdict::Undecided(undecided) => format!("undecided: {}\n", undecided.reason),
    }
}

/// The point and both values.
fn difference(network: &Network, wrong: &Wrong) -> String {
    let at: Vec<String> =
        wrong.at.iter().map(|(name, value)| format!("{} = {value}", network.spelling(*name))).collect();
    let place = if at.is_empty() { String::new() } else { format!(" at {}", at.join(", ")) };
    if wrong.left == wrong.right {
        return format!("different{place}: both sides are near {}, but certainly not equal", wrong.left);
    }
    format!("different{place}: the left side is {}, the right side {}", wrong.left, wrong.right)
}

#[derive(Serialize)]
struct EqualityJson<'a> {
    schema: &'static str,
    version: u32,
    verdict: &'static str,
    decided_by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    except: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement: Option<AgreementJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<ValuesJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds_for: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct AgreementJson {
    points: u32,
    digits: u32,
}

#[derive(Serialize)]
struct ValuesJson {
    at: Vec<CoordinateJson>,
    left: f64,
    right: f64,
}

#[derive(Serialize)]
struct CoordinateJson {
    name: String,
    value: f64,
}

/// What is said of tensors whose shapes differ.
fn shapes_json(shapes: &str) -> Result<String, Stopped> {
    printed(&EqualityJson {
        verdict: "wrong",
        decided_by: Some("shapes"),
        reason: Some(shapes),
        ..EqualityJson::undecided()
    })
}

fn printed(equality: &EqualityJson<'_>) -> Result<String, Stopped> {
    let text = serde_json::to_string_pretty(equality).map_err(|_| Stopped)?;
    Ok(text + "\n")
}

impl EqualityJson<'_> {
    fn undecided() -> Self {
        EqualityJson {
            schema: "derive.equality",
            version: VERSION,
            verdict: "undecided",
            decided_by: None,
            except: None,
            agreement: None,
            values: None,
            holds_for: None,
            reason: None,
        }
    }
}

fn json(network: &Network, verdict: &Verdict) -> Result<String, Stopped> {
    let mut equality = EqualityJson::undecided();
    match verdict {
        Verdict::Right(right) => {
            equality.verdict = "right";
            equality.except = right.except.as_deref();
            equality.decided_by = Some(match right.ground {
                Ground::Proved => "proof",
                Ground::Numerically { points, digits, reason } => {
                    equality.agreement = Some(AgreementJson { points, digits });
                    equality.reason = Some(reason);
                    "numbers"
                }
                Ground::Rounded { .. } => "digits",
            });
        }
        Verdict::Wrong(wrong) => {
            equality.verdict = "wrong";
            equality.decided_by = Some("point");
            equality.holds_for = wrong.holds_for.as_deref();
            let coordinate = |(name, value): &(_, f64)| CoordinateJson { name: network.spelling(*name), value: *value };
            let at = wrong.at.iter().map(coordinate).collect();
            equality.values = Some(ValuesJson { at, left: wrong.left, right: wrong.right });
        }
        Verdict::Undecided(undecided) => equality.reason = Some(&undecided.reason),
    }
    printed(&equality)
}
