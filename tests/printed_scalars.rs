//! Results of scalars as they are printed, each read back and proved by `derive check`: powers of e, exact numbers of many
//! digits, case distinctions.

#[path = "support/printed.rs"]
mod printed;
#[path = "support/program.rs"]
mod program;
#[path = "support/scan.rs"]
mod scan;

use chainrule::calculus::{Deltas, Goal, Request, Sigma, has_one_variable};
use chainrule::diagnostic::Colour;
use chainrule::emit::markdown::Host;
use chainrule::emit::{latex, markdown, text};
use chainrule::expr::NameId;
use chainrule::narrate::{Depth, Story, Wish, document};
use chainrule::network::{FreeNames, Origin, read_network};
use chainrule::notation::{Notation, Orientation, Style, Times};
use chainrule::syntax::ast::Role;
use pretty_assertions::assert_eq;
use printed::{check, run};

fn line(cost: &str) -> [String; 2] {
    ["param x, y".to_owned(), format!("cost C = {cost}")]
}

fn by_x(cost: &str, expected: &str) {
    let lines = line(cost);
    check(&[&lines[0], &lines[1]], "x", expected);
}

#[test]
fn a_power_of_a_power_of_e_is_one_power() {
    by_x("exp(x)^3*y", "∂C/∂x = 3ye³ˣ");
    by_x("y/exp(x)^2", "∂C/∂x = −2y/e²ˣ");
    by_x("y*sqrt(exp(x))", "∂C/∂x = 1/2 · ye^(x/2)");
    by_x("exp(-x^2/2)*y", "∂C/∂x = −xye^(−x²/2)");
    by_x("exp(x/2)^2*exp(x/3)*y", "∂C/∂x = 4/3 · ye^(4x/3)");
}

#[test]
fn exact_numbers_of_many_digits_are_powers() {
    by_x("1e308*1e308*x*y", "∂C/∂x = 10⁶¹⁶y");
    by_x("6.02214076e23*x^2*y", "∂C/∂x = 1.204428152 · 10²⁴xy");
    by_x("1e-20*x^2*y - 12345678901234567891*x", "∂C/∂x = 2 · 10⁻²⁰xy − 12345678901234567891");
    by_x("2^100*x^2*y/3^50", "∂C/∂x = 2¹⁰¹/3⁵⁰ · xy");
    by_x("x^2*y/2^20", "∂C/∂x = 1/524288 · xy");
    by_x("1000000*x*y", "∂C/∂x = 1000000y");
    by_x("1234567890123456*x*y", "∂C/∂x = 1234567890123456y");
    by_x("0.000001*x*y", "∂C/∂x = 0.000001y");
}

#[test]
fn powers_in_a_quotient_need_no_parentheses_in_text() {
    by_x("2^x/3^x + y*x", "∂C/∂x = 2ˣ(log 2 − log 3)/3ˣ + y");
}

#[test]
fn a_case_distinction_stands_in_one_brace() {
    let latex = run(&["C = if x > 0 then x^2 else 0"], &["--latex"]);
    assert_eq!(latex.matches("\\left(\\begin{cases}").count(), 0, "{latex}");
    assert!(
        latex.contains("\\frac{d}{dx}\\begin{cases} x^{2} & x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}"),
        "{latex}"
    );
}

/// The right sides of the results of an example.
fn results(example: &str, arguments: &[&str]) -> Vec<String> {
    let run = program::derive(&[&[example], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.errors);
    let (_, results) = run.output.split_once("The result").expect("results");
    let (results, _) = results.split_once("In numbers").unwrap_or((results, ""));
    let right = |line: &str| line.split_once("= ").map(|(_, right)| right.trim().to_owned());
    results.lines().filter_map(right).collect()
}

#[test]
fn the_parameter_stands_first_in_the_simplified_result_too() {
    let book = &["--notation", "3blue1brown", "--wrt"];
    assert_eq!(
        results("examples/article.net", &[book, &["theta2"][..]].concat()),
        ["a⁽¹⁾ · a⁽²⁾(1 − a⁽²⁾) · w⁽³⁾ · ŷ(1 − ŷ) · 2(ŷ − y)", "2a⁽¹⁾a⁽²⁾(1 − a⁽²⁾)w⁽³⁾ŷ(1 − ŷ)(ŷ − y)"]
    );
    // The bracket of a sum over paths stands where the paths part.
    assert_eq!(
        results("examples/residual.net", &[book, &["w1"][..]].concat())[1],
        "h⁽⁰⁾(1 − (f⁽¹⁾)²)(1 + w⁽²⁾(1 − (f⁽²⁾)²))(h⁽²⁾ − y)"
    );
    // A sign stands in front of the whole product.
    let track = program::derive(&["examples/custom.net", "--notation", "3blue1brown", "--steps", "chain"]).output;
    assert!(!track.contains("(−"), "{track}");
    let track = program::derive(&["examples/custom.net", "--notation", "3blue1brown"]).output;
    assert!(track.contains("∂C₀/∂q = ∂ŷ/∂q · ∂C₀/∂ŷ = −2kqe^(−kq²) · ∂C₀/∂ŷ\n"), "{track}");
    assert_eq!(
        results("examples/article.net", &["--wrt", "theta2"])[1],
        "2(ŷ − y)ŷ(1 − ŷ)θ₃a²(1 − a²)a¹",
        "the article's own order is kept"
    );
}

const VANISHING: &[&str] = &["param w", "input x, y", "s = w*(x + y) - w*x - y*w", "u = w^2", "C = (s + u - y)^2"];

#[test]
fn a_path_that_gives_nothing_is_left_out_in_words() {
    let text = run(VANISHING, &["--wrt", "w"]);
    let (_, result) = text.split_once("The result").expect("a result");
    assert!(result.contains("Since ∂s/∂w = 0, the paths over this link give nothing."), "{text}");
    assert!(result.contains("∂C/∂w = 2(s + u − y) · 2w\n"), "{text}");
    for format in ["--latex", "--markdown"] {
        let printed = run(VANISHING, &["--wrt", "w", format]);
        assert!(printed.contains("the paths over this link give nothing"), "{printed}");
        assert!(!printed.contains("\\cdot 0"), "{printed}");
    }
    let nothing = run(&["param w", "input x, y", "s = w*(x + y) - w*x - y*w", "C = s^2 + s"], &["--wrt", "w"]);
    assert!(nothing.trim_end().ends_with("∂C/∂w = 0"), "{nothing}");
}

#[test]
fn what_changes_only_in_steps_is_not_called_independent() {
    let said = |lines: &[&str]| run(lines, &["--wrt", "w", "--steps", "chain"]).trim().to_owned();
    assert_eq!(
        said(&["param w", "input x", "s = sign(w*x)", "C = s*x"]),
        "C changes only in steps with w; wherever they exist, ∂s/∂w = 0: ∂C/∂w = 0."
    );
    assert_eq!(said(&["param w", "C = if w > 0 then 1 else 2"]), "C changes only in steps with w: dC/dw = 0.");
    assert_eq!(said(&["param w", "input x", "s = 3", "C = s*x"]), "C does not depend on w: ∂C/∂w = 0.");
    let text = run(&["param w", "input x", "s = sign(w*x)", "u = w^2", "C = s*u"], &["--wrt", "w"]);
    assert!(text.contains("Since ∂s/∂w = 0 wherever it exists, the paths over this link give nothing."), "{text}");
}

#[test]
fn a_direct_derivative_is_written_only_where_it_is_explained() {
    let full = |lines: &[&str]| run(lines, &["--wrt", "w", "--steps", "full"]);
    let apart = full(&["param w", "input x", "s = x^2", "u = w^2", "C = (s + u)^2"]);
    assert!(!apart.contains('⁺') && apart.contains("∂s/∂u"), "{apart}");
    let through = full(&["param w", "u = w^2", "v = u^2", "s = v^3", "C = s + u*u"]);
    assert!(!through.contains('⁺') || through.contains("∂⁺ only the direct one"), "{through}");
}

#[test]
fn text_has_no_parentheses_around_the_braces_of_a_case_distinction() {
    let lines =
        ["param w, x", "C = 2*(if w > 0 then w else x)*x + x/(if w > 0 then w else x)^2 + sin(if w > x then w else x)"];
    let text = run(&lines, &["--wrt", "w,x"]);
    let derived = "2x · {1 if w > 0; 0 otherwise} − 2x · {1 if w > 0; 0 otherwise}/{w if w > 0; x otherwise}³ + cos({w if w > x; x otherwise}) · {1 if w > x; 0 otherwise}";
    assert!(text.contains(&format!("∂C/∂w = {derived}\n")), "{text}");
    assert!(
        text.contains(
            "2 · {w if w > 0; x otherwise} · x + x/{w if w > 0; x otherwise}² + sin({w if w > x; x otherwise})"
        ),
        "{text}"
    );
}

#[test]
fn the_derivative_of_a_maximum_has_two_cases() {
    by_x("max(0, x)", "dC/dx = {1 if x > 0; 0 if x < 0}");
    by_x("min(x, 1)*y", "∂C/∂x = y · {1 if x < 1; 0 if x > 1}");
    by_x("max(x, y)^2", "∂C/∂x = 2 max(x, y) · {1 if x > y; 0 if x < y}");
    by_x("max(x, x)*y", "∂C/∂x = y");
    let text = run(&["C = max(0, x)"], &["--wrt", "x"]);
    assert!(text.contains("1/2 is taken for each where both are equal, by convention"), "{text}");
    // A case distinction of the user's own keeps what it says.
    by_x("x*(if y > 0 then 1 else if y < 0 then 0 else 1/2)", "∂C/∂x = {1 if y > 0; 0 if y < 0; 1/2 otherwise}");
}

/// The part of a derivation from one heading to the next blank line after its lines.
fn section(text: &str, heading: &str) -> Vec<String> {
    let (_, rest) = text.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no {heading} in {text}"));
    let lines = rest.lines().skip(1).skip_while(|line| !line.starts_with("  "));
    lines.take_while(|line| line.starts_with("  ")).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn nielsen_has_error_terms() {
    let text = program::derive(&["examples/article.net", "--notation", "nielsen"]).output;
    assert_eq!(
        section(&text, "The error terms"),
        [
            "δ³ = ∂C/∂z³ = ∂C/∂ŷ · ∂ŷ/∂z³ = 2(ŷ − y) · ŷ(1 − ŷ)",
            "δ² = ∂C/∂z² = δ³ · ∂z³/∂a² · ∂a²/∂z² = δ³ · w³ · a²(1 − a²)",
            "δ¹ = ∂C/∂z¹ = δ² · ∂z²/∂a¹ · ∂a¹/∂z¹ = δ² · w² · a¹(1 − a¹)",
        ]
    );
    assert_eq!(
        section(&text, "Branching off")[2..4],
        ["∂C/∂w² = δ² · ∂z²/∂w² = δ² · a¹", "∂C/∂b² = δ² · ∂z²/∂b² = δ²"]
    );
    let written = program::derive(&["examples/article.net", "--notation", "nielsen", "--deltas", "written"]).output;
    assert!(!written.contains('δ') && written.contains("The main track"), "{written}");
}

#[test]
fn error_terms_on_request_in_every_notation() {
    let deltas = |example: &str, more: &[&str]| program::derive(&[&[example, "--deltas", "named"], more].concat());
    let text = deltas("examples/rnn.net", &["--wrt", "w", "--paths", "1"]).output;
    assert_eq!(
        section(&text, "Branching off"),
        ["∂C/∂w = δ₁ · ∂s₁/∂w + δ₂ · ∂⁺s₂/∂w + δ₃ · ∂⁺s₃/∂w", "= δ₁ · h₀ + δ₂ · h₁ + δ₃ · h₂"]
    );
    assert_eq!(section(&text, "The result"), ["∂C/∂w = δ₁h₀ + δ₂h₁ + δ₃h₂"]);
    let book = deltas("examples/article.net", &["--notation", "3blue1brown"]).output;
    assert_eq!(section(&book, "Branching off")[2], "∂C₀/∂w⁽²⁾ = ∂z⁽²⁾/∂w⁽²⁾ · δ⁽²⁾ = a⁽¹⁾ · δ⁽²⁾");
    // δ₁ would be that of h₁ and of f₁: both have their names below, and f₂ as f₁ has.
    let text = deltas("examples/residual.net", &[]).output;
    let firsts: Vec<String> =
        section(&text, "The error terms").iter().map(|line| line[..line.find(' ').unwrap()].to_owned()).collect();
    assert_eq!(firsts, ["δ_(f₂)", "δ_(h₁)", "δ_(f₁)"]);
    let text = deltas("examples/mlp.net", &[]).output;
    assert_eq!(section(&text, "The error terms")[0], "δ_ŷ = ∂C/∂ŷ = ŷ − y");
    let json: serde_json::Value = serde_json::from_str(&deltas("examples/article.net", &["--json"]).output).unwrap();
    assert_eq!(json["adjoints"][1]["letter"]["text"], "δ²");
    assert_eq!(json["adjoints"][1]["formula"]["text"], "δ³θ₃a²(1 − a²)");
    // A quantity that is called delta keeps its letter.
    let taken = run(&["param w", "input x", "delta = w*x", "C = delta^2"], &["--wrt", "w", "--deltas", "named"]);
    assert!(taken.contains("∂C/∂δ = 2δ"), "{taken}");
}

/// Every notation, sign, form of σ′, depth and goal of a network in three formats, looked through for ugly patterns.
fn look_through(path: &str, complaints: &mut std::collections::BTreeSet<String>) -> usize {
    let text = std::fs::read_to_string(path).expect("a network");
    let (network, errors) = read_network(&text, FreeNames::Refused);
    let network = network.unwrap_or_else(|| panic!("{path}: {errors:?}"));
    let of = network.cost.unwrap_or_else(|| network.equations.last().expect("an equation").name);
    // Every param; of a network without any, every leaf.
    let leaves = |wanted: fn(Role) -> bool| -> Vec<Vec<NameId>> {
        let names = (0..network.quantities.len() as u32).map(NameId);
        let is_wanted = |name: &NameId| matches!(network.quantity(*name).origin, Origin::Leaf(role) if wanted(role));
        names.filter(is_wanted).map(|name| vec![name]).collect()
    };
    let by =
        Some(leaves(|role| role == Role::Param)).filter(|names| !names.is_empty()).unwrap_or_else(|| leaves(|_| true));
    let mut count = 0;
    for notation in [Notation::Article, Notation::Nielsen, Notation::ThreeBlueOneBrown, Notation::Goodfellow] {
        for depth in [Depth::Chain, Depth::Local, Depth::Full] {
            for sigma in [Sigma::Prime, Sigma::Expanded, Sigma::Activation] {
                for goal in [Goal::Textbook, Goal::Expand, Goal::Factor] {
                    let request = Request { of, by: by.clone(), max_paths: 6, sigma, goal, deltas: Deltas::Named };
                    let is_nielsen = notation == Notation::Nielsen;
                    let orientation = match notation {
                        Notation::ThreeBlueOneBrown => Orientation::Denominator,
                        _ => Orientation::Mixed,
                    };
                    let style = Style { notation, orientation, ..Style::default() };
                    let scalar_deltas = if is_nielsen { Deltas::Named } else { Deltas::Written };
                    let mut network = network.clone();
                    let wish = Wish { request, depth, values: None, order: style.order(), scalar_deltas };
                    let story = Story::new(&mut network, &wish);
                    let ordinary = has_one_variable(&network, &story.derivation.sweeps[0]);
                    for times in [Times::Dot, Times::Star, Times::None] {
                        let document = document(&network, &story, Style { times, ordinary, ..style }, None);
                        let formats = [
                            (latex::fragment(&document), true),
                            (markdown::document(&document, Host::Github), true),
                            (text::document(&document, Colour::Never), false),
                        ];
                        for (printed, is_latex) in formats {
                            count += 1;
                            for line in printed.lines() {
                                for blemish in scan::blemishes(line, is_latex) {
                                    complaints.insert(format!("{blemish}: {path}: {line}"));
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    count
}

#[test]
fn no_combination_of_options_prints_what_a_reader_would_correct() {
    let mut complaints = std::collections::BTreeSet::new();
    let mut count = 0;
    for example in ["article", "residual", "rnn", "custom", "composite", "mlp"] {
        count += look_through(&format!("examples/{example}.net"), &mut complaints);
    }
    let more = std::fs::read_dir("tests/data/printed").expect("networks");
    for network in more {
        count += look_through(&network.expect("a file").path().display().to_string(), &mut complaints);
    }
    assert!(count > 10_000, "{count} documents");
    let complaints: Vec<String> = complaints.into_iter().collect();
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn quotients_and_products_keep_their_factors() {
    let by_hand = [
        ("(x + 3)^2/(x - 1)", "dC/dx = (x + 3)(x − 5)/(x − 1)²"),
        ("x^3/(1 - x)^2", "dC/dx = x²(3 − x)/(1 − x)³"),
        ("(x^2 + 1)^5*(3*x - 2)^4", "dC/dx = 2(x² + 1)⁴(3x − 2)³(21x² − 10x + 6)"),
        ("x*sqrt(1 - x^2)", "dC/dx = (1 − 2x²)/√(1 − x²)"),
        ("x/sqrt(x^2 + 1)", "dC/dx = 1/(x² + 1)^(3/2)"),
        ("x*(1 - x)^9", "dC/dx = (1 − x)⁸(1 − 10x)"),
        ("x/(x^2 + 1)", "dC/dx = (1 − x²)/(x² + 1)²"),
        ("(x^2 + 1)/(x - 3)", "dC/dx = (x² − 6x − 1)/(x − 3)²"),
    ];
    for (cost, expected) in by_hand {
        by_x(cost, expected);
    }
}

#[test]
fn a_tie_over_a_whole_region_is_a_case_of_its_own() {
    // min(rA, clip(r)A): both sides are rA wherever r is not clipped.
    let clipped = ["input r, c", "param A", "cost L = -min(r*A, (if r > c then c else r)*A)"];
    let page = run(&clipped, &["--wrt", "A"]);
    assert!(page.contains("0 if rA > {c if r > c; r otherwise} · A; 1/2 otherwise}"), "{page}");
    let three = run(&["param a, b, c", "cost L = max(max(a, b), c)"], &["--wrt", "c"]);
    assert!(three.contains("∂L/∂c = {1 if c > max(a, b); 0 if c < max(a, b)}"), "{three}");
}
