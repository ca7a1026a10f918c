//! Large and hostile networks: they work, or are refused with a place; nothing overflows a stack. No test takes a time;
//! what is quadratic does not end in reasonable time here.

#[path = "support/program.rs"]
mod program;

use std::fs;
use std::path::Path;

use pretty_assertions::assert_eq;
use program::{Run, derive_with_input};

fn chain(n: usize) -> String {
    format!(
        "input x = 0.5\ntarget y = 1\nparam theta[1..{n}] = 1.5, b[1..{n}] = -0.2\na[0] = x\n\
         for l in 1..{n} {{\n  z[l] = theta[l]*a[l-1] + b[l]\n  a[l] = sigmoid(z[l])\n}}\ncost C = (a[{n}] - y)^2\n"
    )
}

fn chain_by_lines(n: usize) -> String {
    let mut text = String::from("input x = 0.5\ntarget y = 1\na0 = x\n");
    for i in 1..=n {
        let before = i - 1;
        text += &format!("param theta{i} = 1.5, b{i} = -0.2\nz{i} = theta{i}*a{before} + b{i}\na{i} = sigmoid(z{i})\n");
    }
    text + &format!("cost C = (a{n} - y)^2\n")
}

/// A run that must go well.
fn works(arguments: &[&str], input: &str) -> String {
    let run = derive_with_input(arguments, input);
    assert_eq!((run.code, run.errors.as_str()), (0, ""), "{arguments:?}");
    run.output
}

#[test]
fn a_chain_of_many_layers_has_one_link_a_layer_and_activation() {
    let n = 3_000;
    for (text, name) in [(chain(n), "theta[1]"), (chain_by_lines(n), "theta1")] {
        let formula = works(&["-", "--wrt", name, "--steps", "chain"], &text);
        assert_eq!(formula.matches('·').count(), 2 * n);
    }
}

#[test]
fn many_derivatives_are_told_by_the_track_once() {
    let n = 300;
    let text = works(&["-", "--steps", "chain", "--latex"], &chain(n));
    let left_sides = text.matches("&= ").count();
    assert_eq!(left_sides, 4 * n, "one line for each quantity on the way and each parameter");
    let json = works(&["-", "--json"], &chain(n));
    assert_eq!(json.matches("\"path_count\": 1,").count(), 2 * n);
}

#[test]
fn a_second_derivative_of_a_long_chain_is_as_long_as_the_chain() {
    let mixed = |n: usize| works(&["-", "--wrt", "theta[1],b[2]", "--mixed"], &chain(n));
    let (once, twice) = (mixed(300).len(), mixed(600).len());
    assert!(twice < once * 5 / 2, "{once} and {twice} bytes");
    let told = mixed(24);
    let row = told.lines().find(|line| line.contains("∂²C/∂b⁽²⁾∂θ⁽¹⁾") && line.contains("e-"));
    assert!(row.is_some_and(|row| row.ends_with("agrees")), "{row:?}");
}

#[test]
fn all_numbers_of_a_long_chain() {
    let text = works(&["eval", "-", "--json"], &chain(300));
    assert_eq!(text.matches("\"rank\"").count(), 600);
}

#[test]
fn a_sum_of_many_terms_and_a_product_of_many_factors() {
    for (sign, n) in [("+", 20_000), ("*", 1_000)] {
        let factors: Vec<String> = (1..=n).map(|i| format!("w{i}")).collect();
        let line = format!("C = {}", factors.join(sign));
        let formula = works(&["-e", &line, "--wrt", "w7", "--steps", "chain"], "");
        assert!(formula.trim().starts_with("∂C/∂w₇ = ∂/∂w₇ "), "{sign}: {}", formula.lines().count());
    }
}

/// Refused with code 2 and a place, or done with code 0; never a signal.
fn ends(line: &str) -> Run {
    let run = derive_with_input(&["-", "--steps", "full"], &format!("param x = 0.5, y = 2\ncost C = {line}\n"));
    assert!(run.code == 0 || run.code == 2, "{}: {}", run.code, run.errors);
    assert_eq!(run.code == 2, run.errors.contains("error["), "{}", run.errors);
    run
}

#[test]
fn what_nests_too_deep_is_refused_with_its_place() {
    let n = 100_000;
    for line in [
        format!("{}x{}", "(".repeat(n), ")".repeat(n)),
        format!("{}x", "-".repeat(n)),
        format!("x{}", "^x".repeat(n)),
        format!("{}x{}", "exp(".repeat(n), ")".repeat(n)),
        format!("{}1{}", "if x > 0 then ".repeat(n), " else 2".repeat(n)),
        format!("x{}", "[1".repeat(n)),
        "(".repeat(n),
    ] {
        let run = ends(&line);
        assert_eq!(run.code, 2, "{}", &line[..20]);
        assert!(run.errors.contains(":2:"), "{}", run.errors);
    }
}

#[test]
fn what_nests_deep_but_not_too_deep_works() {
    let n = 150;
    for line in [
        format!("{}x{}", "(".repeat(n), ")".repeat(n)),
        format!("{}x", "-".repeat(n)),
        format!("{}x{}", "sin(".repeat(n), ")".repeat(n)),
        format!("x{}", "/y".repeat(n)),
        format!("x{}", " - x*y".repeat(n)),
    ] {
        let run = ends(&line);
        assert_eq!(run.code, 0, "{}: {}", &line[..20], run.errors);
    }
}

#[test]
fn towers_of_powers_and_ranges_that_explode_end() {
    for line in
        ["x^x^x^x^x^x", "x^1000000", "(x + y)^1000", "((x^99)^99)^99", "x^0.000001", "2^2^2^2^2^2*x", "1e999999*x"]
    {
        ends(line);
    }
    for text in [
        "for i in 1..1000000000 {\n z[i] = 1\n}\ncost C = z[1]\n",
        "for i in 1..3000 {\n for j in 1..3000 {\n z[i,j] = 1\n }\n}\ncost C = z[1,1]\n",
        "param w[1..1000000000]\ncost C = w[1]\n",
    ] {
        let run = derive_with_input(&["-"], text);
        assert_eq!(run.code, 2, "{}", run.output);
        assert!(run.errors.contains("error["), "{}", run.errors);
    }
}

/// A network of so many tanh layers.
fn layers(n: usize) -> String {
    let mut text = String::from("dim d\ninput a0 : [d]\ntarget y : [d]\n");
    for l in 1..=n {
        let before = l - 1;
        text += &format!("param W{l} : [d, d], b{l} : [d]\nz{l} = W{l} @ a{before} + b{l}\na{l} = tanh(z{l})\n");
    }
    text + &format!("cost C = sqnorm(a{n} - y)/2\n")
}

/// Notes on it: δ of every layer, and the gradient by its weights. In the layers `wrong` a transpose is missing.
fn notes_on_layers(n: usize, wrong: &[usize]) -> String {
    let mut text = String::new();
    let delta = |l: usize| format!("\\delta_{{{l}}} = \\frac{{\\partial C}}{{\\partial z_{{{l}}}}}");
    text += &format!("$${} = (a_{{{n}}} - y) \\odot (1 - a_{{{n}}}^2)$$\n\n", delta(n));
    for l in (1..n).rev() {
        let (above, below) = (l + 1, l - 1);
        let transpose = if wrong.contains(&l) { "" } else { "^\\top" };
        let own = delta(l);
        text += &format!("$${own} = (W_{{{above}}}{transpose} \\delta_{{{above}}}) \\odot (1 - a_{{{l}}}^2)$$\n\n");
        text += &format!("$$\\frac{{\\partial C}}{{\\partial W_{{{l}}}}} = \\delta_{{{l}}} a_{{{below}}}^\\top$$\n\n");
    }
    text
}

#[test]
fn notes_on_many_layers_are_checked_formula_by_formula() {
    let (n, wrong) = (30, [1, 20]);
    let network = Path::new(env!("CARGO_TARGET_TMPDIR")).join("layers.net");
    fs::write(&network, layers(n)).expect("room for a network");
    let network = network.to_string_lossy();
    let run = derive_with_input(&["check", "-", "--net", &network], &notes_on_layers(n, &wrong));
    let last = run.output.lines().last().unwrap_or_default();
    let right = 2 * n - 1 - wrong.len();
    assert_eq!(last, format!("{right} right ({right} proved, 0 numerically), 2 wrong, 0 undecided, 0 skipped"));
    let told: Vec<&str> = run.output.lines().filter(|line| line.starts_with("error")).collect();
    let expected =
        ["error[wrong]: W₂₁ must be transposed", "error[wrong]: W₂ must be transposed: (W₂ᵀδ₂) ⊙ (1 − a₁ ⊙ a₁)"];
    assert_eq!(told, expected);
}
