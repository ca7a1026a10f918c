//! What the program prints for small networks: single formulas and sentences, each as a reader would want it.

#[path = "support/program.rs"]
mod program;

use pretty_assertions::assert_eq;
use program::derive;

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
