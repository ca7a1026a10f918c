//! Whatever LaTeX is printed is read and accepted: every function of the table, random networks, all ways to print.

#[path = "support/round_trip.rs"]
mod round_trip;
#[path = "support/soundness/mod.rs"]
mod soundness;

use chainrule::calculus::{Goal, Sigma};
use chainrule::emit::markdown::Host;
use chainrule::expr::NameId;
use chainrule::function::{Domain, Form, Group, table};
use chainrule::narrate::Depth;
use chainrule::network::Network;
use chainrule::notation::{Notation, Style, Times};
use round_trip::{Counts, Print, accepted, network, printed};
use soundness::random::Dice;

const NOTATIONS: [Notation; 4] =
    [Notation::Article, Notation::Nielsen, Notation::ThreeBlueOneBrown, Notation::Goodfellow];
const SIGMAS: [Sigma; 3] = [Sigma::Prime, Sigma::Expanded, Sigma::Activation];

fn named(network: &Network, stem: &str) -> NameId {
    network.find(stem).unwrap_or_else(|| panic!("no {stem}"))
}

/// Networks of one function each: of a name, and of an expression.
fn networks_of_functions() -> Vec<(String, Network)> {
    let scalar = table().filter(|entry| matches!(entry.form, Form::Elementwise | Form::Macro));
    // The deviation of one number from itself is nothing.
    let on_scalars = scalar.filter(|entry| entry.group != Group::Reduction && entry.parameters.len() <= 3);
    let mut all = Vec::new();
    for entry in on_scalars {
        let mut arguments = vec!["x", "w", "0.5"];
        arguments.truncate(entry.parameters.len());
        let assumed = match entry.domain {
            Domain::Positive | Domain::NonNegative | Domain::PowerBase => "assume x > 0\n",
            Domain::AtLeastOne => "assume x > 1\n",
            Domain::ClosedUnit | Domain::OpenUnit => "assume x > -1, x < 1\n",
            _ => "",
        };
        for call in [arguments.join(", "), format!("w*{}", arguments.join(", "))] {
            let text = format!("input x\nparam w, b\n{assumed}a = {}({call})\ncost C = (a - b)^2\n", entry.name);
            let (read, _) = chainrule::network::read_network(&text, chainrule::network::FreeNames::Refused);
            // Functions that take no scalars are refused.
            all.extend(read.map(|network| (text, network)));
        }
    }
    all
}

#[test]
fn every_function_of_the_table_is_read_as_printed() {
    let networks = networks_of_functions();
    assert!(networks.len() > 80, "{}", networks.len());
    let mut counts = Counts::default();
    for (at, (_, network)) in networks.iter().enumerate() {
        let (of, x) = (named(network, "a"), named(network, "x"));
        for (number, notation) in NOTATIONS.into_iter().enumerate() {
            let style = Style { notation, ..Style::default() };
            let sigma = SIGMAS[(at + number) % 3];
            let depth = if number == 0 { Depth::Full } else { Depth::Local };
            let print = Print { style, sigma, depth, ..Print::default() };
            for by in [vec![x], vec![x, x]] {
                accepted(network, &printed(network, of, vec![by], print), None, &mut counts);
            }
        }
    }
    assert!(counts.right > 10 * networks.len(), "{counts:?}");
}

/// Every option that changes what is printed, in turn.
fn prints() -> Vec<Print> {
    let mut prints = Vec::new();
    let hosts = [None, Some(Host::Github), Some(Host::Obsidian), Some(Host::Quarto), Some(Host::Mdbook)];
    let times = [Times::Dot, Times::Star, Times::None];
    let goals = [Goal::Textbook, Goal::Expand, Goal::Factor];
    let depths = [Depth::Chain, Depth::Local, Depth::Full];
    for at in 0..60 {
        let style = Style { notation: NOTATIONS[at % 4], times: times[at % 3], ..Style::default() };
        let max_paths = [1, 8, 10_000][at / 3 % 3];
        let (sigma, goal) = (SIGMAS[at / 4 % 3], goals[at / 5 % 3]);
        prints.push(Print { sigma, goal, depth: depths[at / 2 % 3], max_paths, style, host: hosts[at % 5] });
    }
    prints
}

#[test]
fn random_networks_are_read_as_printed() {
    let (mut dice, mut counts) = (Dice::new(7), Counts::default());
    for print in prints() {
        let text = soundness::nets::network(&mut dice);
        let network = network(&text);
        let of = network.cost.expect("a cost");
        let leaves: Vec<NameId> = (0..network.quantities.len() as u32)
            .map(NameId)
            .filter(|&name| network.definition(name).is_none() && network.quantity(name).shape.is_scalar())
            .take(3)
            .collect();
        let single = leaves.iter().map(|&name| vec![name]).collect();
        accepted(&network, &printed(&network, of, single, print), print.host, &mut counts);
    }
    assert!(counts.right > 600, "{counts:?}");
}
