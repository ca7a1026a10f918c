//! What the program prints for small networks: single formulas and sentences, each as a reader would want it.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::{derive, derive_with_input};

/// What `derive -e LINE … OPTIONS` prints; it must have gone well.
fn told(lines: &[&str], options: &[&str]) -> String {
    let mut arguments: Vec<&str> = lines.iter().flat_map(|line| ["-e", line]).collect();
    arguments.extend(options);
    let run = derive(&arguments);
    assert_eq!(run.code, 0, "{lines:?}: {}", run.errors);
    run.output
}

/// The paragraph under a heading, without the margin.
fn section(text: &str, heading: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| *line == heading).unwrap_or_else(|| panic!("no `{heading}` in\n{text}"));
    let body = lines[at + 2..].iter().take_while(|line| !line.starts_with('─'));
    let mut kept: Vec<&str> = body.map(|line| line.trim()).collect();
    if lines.get(at + 2 + kept.len()).is_some_and(|line| line.starts_with('─')) {
        kept.pop();
    }
    kept.join("\n").trim().to_owned()
}

/// How a cost is written back.
fn written(cost: &str) -> String {
    section(&told(&[&format!("C = {cost}")], &[]), "The network")
}

#[test]
fn nothing_follows_an_argument_that_stands_bare() {
    assert_eq!(written("(2*sin(x))*y"), "C = (2 sin x)y");
    assert_eq!(written("(x*sin(x))*y"), "C = x(sin x)y");
    assert_eq!(written("(2*log(x))*abs(y)"), "C = (2 log x)|y|");
    assert_eq!(written("x*(y*(2*sin(x)))"), "C = xy · 2 sin x");
    let steps = told(&["C = abs(x)^3*max(x, y)"], &["--wrt", "x", "--steps", "full"]);
    assert!(steps.contains("= (3|x|² · ∂/∂x |x|) max(x, y) + |x|³"), "{steps}");
}

/// The network of `lines` as a file.
fn told_of(network: &str, options: &[&str]) -> String {
    let run = derive_with_input(&[&["-"], options].concat(), network);
    assert_eq!(run.code, 0, "{network}: {}", run.errors);
    run.output
}

#[test]
fn functions_of_the_users_own_are_shown_and_derived() {
    let network = "bump(u, k) = exp(-k*u^2)\nfunction g, h\ninput x\nparam w\ncost C = bump(g(w), x) + h(w)";
    let text = told_of(network, &["--wrt", "w", "--steps", "full"]);
    let shown = section(&text, "The network");
    assert_eq!(
        shown,
        "bump(u, k) = e^(−ku²)\n\nC = bump(g(w), x) + h(w)\n\n\
         g and h are any differentiable functions; a prime marks the derivative."
    );
    let derived = section(&text, "The functions");
    assert!(derived.starts_with("∂/∂u bump(u, k) = ∂/∂u e^(−ku²)\n"), "{derived}");
    assert!(derived.ends_with("= −2kue^(−ku²)             (simplified)"), "{derived}");
    // Only the argument that depends on w is differentiated.
    assert!(!derived.contains("∂/∂k"), "{derived}");
}

#[test]
fn what_is_taken_at_a_kink_is_said() {
    let own = told_of("rect(t) = if t > 0 then t else 0\ncost C = rect(x) + if x < 2 then x else 2*x\ninput x", &[]);
    assert!(own.contains("(x is 2, t is 0 in rect(t)), there may be no derivative; that of the branch"), "{own}");
    let bars = told(&["C = abs(x)*y"], &["--wrt", "x"]);
    assert!(bars.contains("There is no derivative where x is 0; 0 is taken there"), "{bars}");
    let root = told(&["C = sqrt(x)*y"], &["--wrt", "x"]);
    assert!(!root.contains("There is no derivative"), "{root}");
}

#[test]
fn powers_are_told_by_their_own_rules() {
    let links = |cost: &str| section(&told(&[&format!("C = {cost}")], &["--wrt", "x"]), "Each link");
    assert_eq!(links("pow(x, 1) + y"), "∂C/∂x = ∂/∂x (x + y) = 1   (sum rule)");
    assert_eq!(links("x^y"), "∂C/∂x = ∂/∂x xʸ = yx^(y − 1)   (power rule)");
    assert_eq!(links("2^x*y"), "∂C/∂x = ∂/∂x (2ˣy) = y · 2ˣ log 2   (constant factor, exponential rule)");
    assert!(links("x^(x*y)").ends_with("(general power rule)"));
    let filled = told_of("v(p, q) = p^q\ninput x\ncost C = v(x, 2) + v(x, 1) + v(3, x)", &[]);
    assert!(filled.contains("= 2x + 1 + 3ˣ log 3"), "{filled}");
}

#[test]
fn differences_of_either_sign_and_whole_numbers_are_common_factors() {
    let result = |cost: &str, options: &[&str]| {
        let text = told(&[&format!("C = {cost}")], &[&["--wrt", "x"], options].concat());
        text.lines().last().unwrap_or_default().trim().to_owned()
    };
    assert_eq!(result("(u - y)*x*(1 - x)", &[]), "∂C/∂x = (u − y)(1 − 2x)");
    assert_eq!(result("x^2 + 2*x*y", &["--factor"]), "∂C/∂x = 2(x + y)");
    assert_eq!(result("2*x*y - 3*x^2", &["--factor"]), "∂C/∂x = 2(y − 3x)");
}

#[test]
fn a_call_by_a_word_does_not_touch_what_stands_before_it() {
    let latex = told(&["C = 2*erf(x)*y*hardtanh(x)"], &["--wrt", "y", "--steps", "chain", "--latex"]);
    assert!(latex.contains(r"(2\,\mathrm{erf}(x)y\,\mathrm{hardtanh}(x))"), "{latex}");
    let own = told_of("rect(t) = 2*t\ninput x\ncost C = 3*rect(x)", &["--steps", "chain"]);
    assert_eq!(own.trim(), "dC/dx = d/dx (3 rect(x))");
}
