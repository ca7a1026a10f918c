//! All pairs of `tests/data/identities.json` get their verdict: no false right, no false wrong.

use chainrule::check::decide::DecideOptions;
use chainrule::check::pair::Pair;
use chainrule::check::verdict::{Ground, Right, Verdict, Wrong};
use pretty_assertions::assert_eq;
use serde_json::Value;

fn text<'a>(pair: &'a Value, key: &str) -> &'a str {
    pair[key].as_str().unwrap_or_default()
}

fn decide(network: &str, left: &str, right: &str) -> Verdict {
    let options = DecideOptions { seed: Some(1), ..DecideOptions::default() };
    match Pair::read(network, left, right) {
        Ok(mut pair) => pair.decide(&options),
        Err((_, diagnostics)) => panic!("{left} = {right}: {diagnostics:?}"),
    }
}

/// The word of the file for a verdict.
fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Right(Right { ground: Ground::Rounded { .. }, .. }) => "right_to_the_digits",
        Verdict::Right(Right { except: Some(except), .. }) if except.contains("for example") => {
            "right_where_both_defined"
        }
        Verdict::Right(_) => "right",
        Verdict::Wrong(Wrong { holds_for: Some(_), .. }) => "wrong_holds_on_part",
        Verdict::Wrong(_) => "wrong",
        Verdict::Undecided(_) => "undecided",
    }
}

#[test]
fn all_scalar_pairs() {
    let file: Value = serde_json::from_str(include_str!("data/identities.json")).unwrap();
    let mut failures = Vec::new();
    let mut count = 0;
    for pair in file["pairs"].as_array().unwrap() {
        // Pairs of tensors: tests/identities_tensors.rs.
        if pair.get("shapes").is_some() {
            continue;
        }
        let functions = pair["functions"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let network: String = functions.map(|name| format!("function {name}\n")).collect();
        let start = std::time::Instant::now();
        let verdict = decide(&network, text(pair, "a"), text(pair, "b"));
        let time = start.elapsed();
        count += 1;
        if std::env::var_os("SHOW").is_some() {
            eprintln!("{} {time:?} {} = {} : {verdict:?}", text(pair, "id"), text(pair, "a"), text(pair, "b"));
        }
        // Knowing also where a wrong equality holds is no fault.
        let more = text(pair, "verdict") == "wrong" && matches!(verdict, Verdict::Wrong(_));
        if !more && word(&verdict) != text(pair, "verdict") {
            let (id, a, b) = (text(pair, "id"), text(pair, "a"), text(pair, "b"));
            failures.push(format!("{id} {a} = {b}: {} expected, {verdict:?}", text(pair, "verdict")));
        }
    }
    assert_eq!(failures, Vec::<String>::new(), "{} of {count}", failures.len());
}

/// Checks the verdict of one pair by its word; where it is undecided or wrong the pair is shown.
fn check(left: &str, right: &str, expected: &str) {
    check_in("", left, right, expected);
}

fn check_in(network: &str, left: &str, right: &str, expected: &str) {
    let verdict = decide(network, left, right);
    assert_eq!(word(&verdict), expected, "{left} = {right}: {verdict:?}");
}

#[test]
fn the_chains_of_the_logistic_function_are_proved() {
    let logistic = [
        "sigmoid(z)*(1 - sigmoid(z))",
        "exp(-z)/(1 + exp(-z))^2",
        "1/4/cosh(z/2)^2",
        "1/2*sigmoid(z)*(1 - tanh(z/2))",
        "sigmoid'(z)",
    ];
    let hyperbolic = ["1 - tanh(z)^2", "4/(exp(z) + exp(-z))^2", "tanh'(z)"];
    for chain in [&logistic[..], &hyperbolic[..]] {
        for (left, right) in chain.iter().flat_map(|left| chain.iter().map(move |right| (left, right))) {
            let verdict = decide("", left, right);
            let proved = Verdict::Right(Right { ground: Ground::Proved, except: None, sizes: Vec::new() });
            assert_eq!(verdict, proved, "{left} = {right}");
        }
    }
}

#[test]
fn saturated_agreement_is_not_right() {
    check("sigmoid(1000)", "1", "wrong");
    check("sigmoid(20000)", "1", "undecided");
    check("tanh(x)*(1 + 1e-200)", "tanh(x)", "wrong");
    check("tanh(x)*(1 + 1e-2000)", "tanh(x)", "undecided");
    check("atan(x) + atan(1/x)*0 + 1e-2000", "atan(x)", "undecided");
    check("relu(x - 1000)", "0", "wrong_holds_on_part");
    check("relu(x - 123456789)", "0", "wrong_holds_on_part");
    check("atan(x)*erf(50 + x^2)", "atan(x)", "undecided");
    check("atan(x)*cos(1e-600*x)", "atan(x)", "undecided");
    check("atan(x)*x^(1e-600)", "atan(x)", "undecided");
    check("1 - tanh(50)^2", "0", "wrong");
    check("exp(-exp(9))*x", "0", "wrong");
}

#[test]
fn ten_relus_of_mixed_signs_are_not_zero() {
    let product: Vec<String> =
        (0..10).map(|at| format!("relu({}x{})", if at % 2 == 0 { "" } else { "-" }, letter(at))).collect();
    let verdict = decide("", &product.join("*"), "0");
    assert!(!matches!(verdict, Verdict::Right(_)), "{verdict:?}");
}

fn letter(at: usize) -> char {
    (b'a' + at as u8) as char
}

#[test]
fn signs_of_constants_and_hidden_squares() {
    check("sqrt((sqrt(2) - 1)^2)", "sqrt(2) - 1", "right");
    check("sqrt((1 - sqrt(2))^2)", "1 - sqrt(2)", "wrong");
    check("sqrt(5 + 2*sqrt(6))", "-sqrt(2) - sqrt(3)", "wrong");
    check("abs(sqrt(2) - 1)*x", "(sqrt(2) - 1)*x", "right");
    check("relu((sqrt(2) - 1)*x)", "(sqrt(2) - 1)*relu(x)", "right");
    check("sqrt((20*x - 3*x)^2)", "17*abs(x)", "right");
    check("sqrt((20*x - 3*x)^2)", "17*x", "wrong_holds_on_part");
    check("sqrt(x^2)", "x", "wrong_holds_on_part");
    check("sqrt(x^2)", "abs(x)", "right");
    check("sqrt(x^2*y^2)", "x*y", "wrong_holds_on_part");
    check("sqrt(x^2*y^2)", "abs(x*y)", "right");
    check("sqrt(x^4)", "x^2", "right");
    check("if x > 0 then log(x) + sqrt(x^2) else sqrt(x^2)", "if x > 0 then log(x) + x else x", "wrong_holds_on_part");
    check("if x > 0 then log(x) + sqrt(x^2) else 1", "if x > 0 then log(x) + x else 1", "right");
}

#[test]
fn dropped_lanes_keep_the_signs() {
    check("step(y)", "step(z)", "wrong_holds_on_part");
    check("step(y) + log(x) + abs(x - z)", "step(z) + log(x) + abs(x - z)", "wrong_holds_on_part");
    check("abs(x)*sqrt(y)*step(z)", "abs(x)*sqrt(y)*step(u)", "wrong_holds_on_part");
}

#[test]
fn logarithms_of_constants() {
    check("log(e*x)", "1 + log(x)", "right");
    check("log(x) + log(e*x)", "1 + 2*log(x)", "right");
    check("exp(log(pi)/2)", "sqrt(pi)", "right");
    check("log(2*pi)/2", "log(sqrt(2*pi))", "right");
}

#[test]
fn domains_are_those_of_the_formulas_as_written() {
    check("0*log(x)", "0", "right_where_both_defined");
    check("x^0*log(x)", "log(x)", "right");
    check("log(-x^2)", "log(-x^2) + y - y", "undecided");
    check("1/(x - x)", "2/(x - x)", "undecided");
}

#[test]
fn literals_beside_free_signs_need_not_be_squares() {
    let relus: Vec<String> = (1..60).map(|k| format!("relu(x + {k}*y)")).collect();
    check(&relus.join(" + "), &format!("{} + y - y", relus.join(" + ")), "right");
}

#[test]
fn cells_that_no_point_reaches() {
    check("max(a, max(b, c))", "max(max(a, b), c)", "right");
    check("max(max(a, b), max(c, d))", "max(max(a, c), max(b, d))", "right");
    check("abs(x - 1) + abs(x - 2)", "max(max(1, 2*x - 3), 3 - 2*x)", "right");
    check("relu(x - 2)*step(1 - x)", "0", "right");
}

#[test]
fn assumptions_hold_at_every_point() {
    check_in("input x\nassume x > 0\n", "sqrt(x^2)", "x", "right");
    check_in("input x\nassume x > 0\n", "abs(x)", "-x", "wrong");
    check_in("input x\nassume x < 0\n", "abs(x)", "-x", "right");
    check_in("input x, y\nassume x > 0\nassume y > 0\n", "log(x*y)", "log(x) + log(y)", "right");
    check_in("input a, b, c\nassume a + b + c = 1\n", "(a + b)^2", "(1 - c)^2", "right");
    check_in("input a, b, c\nassume a + b + c = 1\n", "a + b", "c", "wrong");
    check_in("input p\nassume p > 0\nassume p < 1\n", "log(p/(1 - p))", "log(p) - log(1 - p)", "right");
}

#[test]
fn names_stand_for_their_equations_where_that_is_needed() {
    let network = "param w, b\ninput x\nz = w*x + b\na = sigmoid(z)\n";
    check_in(network, "a*(1 - a)", "sigmoid'(z)", "right");
    check_in(network, "a*(1 - a)*x", "sigmoid(w*x + b)*sigmoid(-z)*x", "right");
    check_in(network, "a*(1 - z)", "sigmoid'(z)", "wrong");
    check_in(network, "tanh(z)^2", "tanh(w*x + b)^2", "right");
}

#[test]
fn hostile_input_ends_undecided_or_decided() {
    let tower = "(".repeat(40) + "x" + &"^2 + 1)".repeat(40);
    let other = "(".repeat(40) + "x" + &"^2 + 1)".repeat(39) + "^2 + 2)";
    assert!(!matches!(decide("", &tower, &other), Verdict::Right(_)));
    check("x^1000000007", "x^1000000007*1", "right");
    check("exp(exp(exp(exp(exp(x)))))", "exp(exp(exp(exp(exp(x) + 0*x))))", "right");
    check("2^2^2^2^2^x", "2^2^2^2^2^x + 0*x", "right");
    let long: Vec<String> = (1..3000).map(|k| format!("x/{k}")).collect();
    let back: Vec<String> = (1..3000).rev().map(|k| format!("x/{k}")).collect();
    check(&long.join(" + "), &back.join(" + "), "right");
    let roots: Vec<String> = (1..40).map(|k| format!("sqrt(x^2 + {k}*x)")).collect();
    check(&roots.join(" + "), &format!("{} + y - y", roots.join(" + ")), "undecided");
    let powers: Vec<String> = (1..300).map(|k| format!("x^(y + {k})")).collect();
    assert_eq!(word(&decide("", &powers.join(" + "), &format!("{} + 1", powers.join(" + ")))), "wrong");
    let zeros: Vec<String> = (1..2000).map(|k| format!("{k}/(x - x)")).collect();
    check(&zeros.join(" + "), "1", "undecided");
    let many: Vec<String> = (1..30_000).map(|k| format!("x^{k}/{k}")).collect();
    assert_eq!(word(&decide("", &many.join(" + "), &format!("{} + x", many.join(" + ")))), "wrong");
    let nested = "sqrt(".repeat(60) + "x" + &" + 1)".repeat(60);
    let verdict = decide("", &nested, &format!("{nested} + y - y"));
    assert!(!matches!(verdict, Verdict::Wrong(_)), "{verdict:?}");
    let logs: Vec<String> = (1..40).map(|k| format!("log(x + {k})")).collect();
    let verdict = decide("", &logs.join(" + "), &format!("{} + y - y", logs.join(" + ")));
    assert_eq!(word(&verdict), "right", "{verdict:?}");
}

#[test]
fn signs_of_what_is_zero_on_an_open_set() {
    check("step(relu(x))", "1", "wrong_holds_on_part");
    check("step(relu(x))", "step(x)", "right");
    check("sign(relu(x))", "step(x)", "right");
    check("sign(relu(x))", "2*step(relu(x)) - 1", "wrong_holds_on_part");
    check("step(relu(x)) + step(-relu(x))", "1", "wrong_holds_on_part");
    check("if relu(x) >= 0 then y else 0", "y", "right");
    check("if relu(x - 7777*y) == 0 then 1 else 0", "1 - step(x - 7777*y)", "right");
    check("sqrt(relu(x)^2)", "relu(x)", "right");
    check("sqrt(relu(x)^2) + step(-x)", "relu(x)", "wrong_holds_on_part");
    check("step(relu(x)*relu(y))", "step(relu(x))*step(relu(y))", "right");
    check("relu((abs(x) + x)/2)", "relu(x) + relu(-(abs(x) + 2*x + 1))", "wrong_holds_on_part");
    check("relu(w*relu(x)) + step(w*relu(x))", "w*relu(x)*step(w*relu(x)) + step(w*relu(x))", "right");
}

#[test]
fn signs_beside_a_filter_are_not_forgotten() {
    check("sqrt(x^2*y)", "x*sqrt(y)", "wrong_holds_on_part");
    check("sqrt(x^2*y)", "abs(x)*sqrt(y)", "right");
    check("sqrt(x^2*(1 + exp(y)))", "abs(x)*sqrt(1 + exp(y))", "right");
    check("1/sqrt(x + y^2)/(x + y^2)", "(x + y^2)^(-3/2)", "right");
}

#[test]
fn kinks_and_holes_are_told() {
    for (left, right) in [
        ("step(x - 2*y) + step(2*y - x)", "1"),
        ("if x == 3*y + 1/2 then 1 else 0", "0"),
        ("(x - 2*y)/(x - 2*y)", "1"),
        ("x/x", "1"),
        ("(x^2 - 1)/(x - 1)", "x + 1"),
        ("if x > y then 1 else 0", "if x >= y then 1 else 0"),
    ] {
        let verdict = decide("", left, right);
        let told = matches!(&verdict, Verdict::Right(Right { ground: Ground::Proved, except: Some(_), .. }));
        assert!(told, "{left} = {right}: {verdict:?}");
    }
    for (left, right) in [("relu(x - 2*y)", "max(x, 2*y) - 2*y"), ("abs(x)", "abs(-x)"), ("relu(x)", "x*step(x)")] {
        let verdict = decide("", left, right);
        assert_eq!(
            verdict,
            Verdict::Right(Right { ground: Ground::Proved, except: None, sizes: Vec::new() }),
            "{left} = {right}"
        );
    }
}
