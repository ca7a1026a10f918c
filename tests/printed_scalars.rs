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
