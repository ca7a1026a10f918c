//! Whatever LaTeX is printed of vectors and matrices is read and judged right: the examples, the closed forms of
//! textbooks and random networks, in every form, layout, notation and depth.

#[path = "support/forms.rs"]
mod forms;
#[path = "support/random_tensors.rs"]
mod random_tensors;
#[path = "support/round_trip.rs"]
mod round_trip;

use std::collections::BTreeMap;

use chainrule::calculus::{Goal, Sigma};
use chainrule::expr::NameId;
use chainrule::narrate::Depth;
use chainrule::network::{Network, Origin};
use chainrule::notation::{Notation, Orientation, Style, TensorForm};
use chainrule::syntax::ast::Role;
use forms::forms;
use round_trip::{Counts, Print, network, printed, read_back};

const NOTATIONS: [Notation; 4] =
    [Notation::Article, Notation::Nielsen, Notation::ThreeBlueOneBrown, Notation::Goodfellow];

/// All ways to print.
fn prints() -> Vec<Print> {
    let mut prints = Vec::new();
    for form in [TensorForm::Matrix, TensorForm::Index, TensorForm::Both] {
        for orientation in [Orientation::Mixed, Orientation::Numerator, Orientation::Denominator] {
            for notation in NOTATIONS {
                for depth in [Depth::Chain, Depth::Local, Depth::Full] {
                    let style = Style { notation, form, orientation, ..Style::default() };
                    let sigma = [Sigma::Activation, Sigma::Prime, Sigma::Expanded][prints.len() % 3];
                    prints.push(Print { depth, style, sigma, goal: Goal::Textbook, ..Print::default() });
                }
            }
        }
    }
    prints
}

/// How many ways lie between one that is tried and the next: it shares no factor with the number of them all.
const STRIDE: usize = 31;

fn layout(print: &Print) -> Option<&'static str> {
    match print.style.orientation {
        Orientation::Mixed => None,
        Orientation::Numerator => Some("numerator"),
        Orientation::Denominator => Some("denominator"),
    }
}

/// What has been lost: how often, by network and reason, with the first formula.
#[derive(Default)]
struct Tally {
    counts: Counts,
    lost: BTreeMap<String, (usize, String)>,
}

impl Tally {
    fn add(&mut self, name: &str, network: &Network, (of, by): (NameId, Vec<Vec<NameId>>), print: Print) {
        let text = printed(network, of, by, print);
        for lost in read_back(network, &text, layout(&print), print.host, &mut self.counts) {
            let Style { form, orientation, notation, .. } = print.style;
            let formula = || (0, format!("{form:?} {orientation:?} {notation:?} {:?}: {}", print.depth, lost.latex));
            self.lost.entry(format!("{}: {name}: {}", lost.verdict, lost.reason)).or_insert_with(formula).0 += 1;
        }
    }

    /// Nothing is called wrong, and at most so many of a thousand formulas are not read or not decided.
    fn hold(&self, most: usize) {
        let lost: usize = self.lost.values().map(|(count, _)| count).sum();
        assert!(self.lost.keys().all(|reason| !reason.starts_with("wrong")), "{:#?}", self.lost);
        assert!(lost * 1000 <= self.counts.right * most, "{lost} of {:?}: {:#?}", self.counts, self.lost);
    }
}

fn parameters(network: &Network) -> Vec<Vec<NameId>> {
    let names = (0..network.quantities.len() as u32).map(NameId);
    let is_parameter = |name: &NameId| matches!(network.quantity(*name).origin, Origin::Leaf(Role::Param));
    names.filter(is_parameter).map(|name| vec![name]).collect()
}

#[test]
fn examples_with_matrices_are_read_as_printed() {
    let mut tally = Tally::default();
    let prints = prints();
    let mut files: Vec<_> = ["examples", "tests/networks"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("a folder"))
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "net"))
        .collect();
    files.sort();
    for (at, path) in files.iter().enumerate() {
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let network = network(&std::fs::read_to_string(path).expect("a network"));
        let (Some(of), by) = (network.cost, parameters(&network)) else { continue };
        // Each formula of the transformer block takes the checker all the time that it may take.
        let heavy = name == "transformer";
        if network.quantities.iter().all(|quantity| quantity.shape.is_scalar()) || by.is_empty() || heavy {
            continue;
        }
        for step in 0..3 {
            tally.add(name, &network, (of, by.clone()), prints[(at * 7 + step * STRIDE) % prints.len()]);
        }
    }
    assert!(tally.counts.right > 500, "{:?}", tally.counts);
    tally.hold(90);
}

#[test]
fn closed_forms_are_read_as_printed() {
    let mut tally = Tally::default();
    let prints = prints();
    for (file, step) in [("closed-forms", 5), ("textbook-forms", 11)] {
        for (at, form) in forms(file).iter().enumerate() {
            let network = network(&form.network.join("\n"));
            let (Some(of), Some(by)) = (network.find(&form.of), network.find(&form.wrt)) else { continue };
            let by = if form.kind == "hessian" { vec![by, by] } else { vec![by] };
            tally.add(&form.id, &network, (of, vec![by]), prints[at * step % prints.len()]);
        }
    }
    assert!(tally.counts.right > 300, "{:?}", tally.counts);
    tally.hold(50);
}

#[test]
fn random_networks_are_read_as_printed() {
    let mut tally = Tally::default();
    let prints = prints();
    for seed in 0..24 {
        let text = random_tensors::write(seed * 7919 + 13).replace("dim n = 3, m = 2, b = 4", "dim n, m, b");
        let network = network(&text);
        let (Some(of), by) = (network.cost, parameters(&network)) else { continue };
        tally.add(&seed.to_string(), &network, (of, by), prints[(seed as usize * STRIDE) % prints.len()]);
    }
    assert!(tally.counts.right > 150, "{:?}", tally.counts);
    tally.hold(300);
}
