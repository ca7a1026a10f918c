//! Results of scalars as they are printed, each read back and proved by `derive check`: powers of e, exact numbers of many
//! digits, case distinctions.

#[path = "support/printed.rs"]
mod printed;
#[path = "support/program.rs"]
mod program;

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
