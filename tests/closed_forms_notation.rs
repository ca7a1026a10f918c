//! The gradients of the closed forms, derived and printed, against what a textbook prints.

use chainrule::calculus::{Deltas, Derivation, Goal, NameUse, Request, Sigma, Simplifier};
use chainrule::emit::latex;
use chainrule::network::{FreeNames, Network, read_network};
use chainrule::notation::layout::Sheet;
use chainrule::notation::{Style, Typesetter};

#[derive(serde::Deserialize)]
struct Forms {
    forms: Vec<Form>,
}

#[derive(serde::Deserialize)]
struct Form {
    id: String,
    kind: String,
    network: Vec<String>,
    of: String,
    wrt: String,
    expected: String,
    latex: String,
    #[serde(default)]
    with: Vec<Adjoint>,
}

#[derive(serde::Deserialize)]
struct Adjoint {
    name: String,
    value: String,
    latex: String,
}

fn network(text: &str) -> Option<Network> {
    read_network(text, FreeNames::Refused).0
}

fn forms() -> Vec<Form> {
    let text = std::fs::read_to_string("tests/data/closed-forms.json").expect("the closed forms");
    let forms: Forms = serde_json::from_str(&text).expect("forms");
    forms.forms
}

fn derived(form: &Form) -> Option<String> {
    let mut network = network(&form.network.join("\n"))?;
    let (of, by) = (network.find(&form.of)?, network.find(&form.wrt)?);
    let by = if form.kind == "hessian" { vec![by, by] } else { vec![by] };
    let request = Request {
        of,
        by: vec![by],
        max_paths: 6,
        sigma: Sigma::Activation,
        goal: Goal::Textbook,
        deltas: Deltas::Named,
    };
    let derivation = Derivation::new(&mut network, &request);
    let result = derivation.gradients.last()?.simplified;
    let mut sheet = Sheet::default();
    let mut setter = Typesetter::new(&network, Style::default());
    let layout = setter.expr(&mut sheet, result);
    Some(latex::formula(&sheet, layout))
}

/// The expected formula, read, simplified and printed.
fn expected(form: &Form) -> Option<String> {
    let mut lines: Vec<String> = form.network.clone();
    lines.extend(form.with.iter().map(|adjoint| format!("{} = {}", adjoint.name, adjoint.value)));
    lines.push(format!("zzz = {}", form.expected));
    let mut network = network(&lines.join("\n"))?;
    let value = network.definition(network.find("zzz")?)?.value;
    let value = Simplifier::new(&mut network, Goal::Textbook, NameUse::Keep).simplify(&mut network, value);
    let mut sheet = Sheet::default();
    let mut setter = Typesetter::new(&network, Style::default());
    let layout = setter.expr(&mut sheet, value);
    Some(latex::formula(&sheet, layout))
}

#[test]
fn closed_forms_print_as_in_a_textbook() {
    let only = std::env::var("FORM").unwrap_or_default();
    for form in forms().into_iter().filter(|form| only.is_empty() || form.id == only) {
        let strip = |text: &str| text.replace("\\left", "").replace("\\right", "").replace(['{', '}', ' '], "");
        let (a, b) = (derived(&form).unwrap_or_default(), expected(&form).unwrap_or_default());
        let same = |text: &str| if strip(text) == strip(&form.latex) { "=" } else { " " };
        println!(
            "{}{} {}\n      want {}\n      derived {a}\n      expected {b}",
            same(&a),
            same(&b),
            form.id,
            form.latex
        );
        for adjoint in &form.with {
            println!("        {} = {}", adjoint.name, adjoint.latex);
        }
    }
}
