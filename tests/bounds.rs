//! Functions that are bounded, positive or rising, and exact values of constants: what follows from that is proved, and
//! what is near it is refuted.

use chainrule::check::decide::DecideOptions;
use chainrule::check::pair::Pair;
use chainrule::check::verdict::{Ground, Verdict};
use pretty_assertions::assert_eq;

fn decide(left: &str, right: &str, seed: u64) -> Verdict {
    let options = DecideOptions { seed: Some(seed), ..DecideOptions::default() };
    let mut pair = Pair::read("", left, right).unwrap_or_else(|(_, found)| panic!("{left} = {right}: {found:?}"));
    pair.decide(&options)
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Right(right) if right.ground == Ground::Proved => "proved",
        Verdict::Right(_) => "numerically",
        Verdict::Wrong(_) => "wrong",
        Verdict::Undecided(_) => "undecided",
    }
}

fn all_are(expected: &str, pairs: &[(&str, &str)]) {
    let found = |(left, right): &(&str, &str)| format!("{left} = {right}: {}", word(&decide(left, right, 5)));
    let wanted: Vec<String> = pairs.iter().map(|(left, right)| format!("{left} = {right}: {expected}")).collect();
    assert_eq!(pairs.iter().map(found).collect::<Vec<String>>(), wanted);
}

#[test]
fn bounds_of_functions_are_known() {
    all_are(
        "proved",
        &[
            ("min(sigmoid(x), 1)", "sigmoid(x)"),
            ("max(tanh(x), -1)", "tanh(x)"),
            ("max(sin(x), -1)", "sin(x)"),
            ("min(sin(x), 2)", "sin(x)"),
            ("min(erf(x), 1)", "erf(x)"),
            ("abs(erf(x) - 1)", "1 - erf(x)"),
            ("min(atan(x), pi/2)", "atan(x)"),
            ("relu(1 - sigmoid(x))", "1 - sigmoid(x)"),
            ("relu(1 - tanh(x)^2)", "1 - tanh(x)^2"),
            ("relu(exp(x))", "exp(x)"),
            ("abs(cosh(x))", "cosh(x)"),
            ("if sqrt(x^2 + 1) > 0 then x else 2", "x"),
            ("max(sqrt(x^2 + 1), x)", "sqrt(x^2 + 1)"),
            ("abs(cosh(x) - sinh(x))", "exp(-x)"),
            ("max(softplus(x), x)", "softplus(x)"),
            ("min(sigmoid(x), 2)", "sigmoid(x)"),
            ("max(tanh(x), -2)", "tanh(x)"),
            ("sign(max(tanh(x), -1/2))", "sign(tanh(x))"),
            ("sqrt(relu(max(x, 1/2)))", "sqrt(max(x, 1/2))"),
            ("max(exp(x^y), exp(1/2))", "exp(max(x^y, 1/2))"),
            ("min(sigmoid(x) + sigmoid(y), 2)", "sigmoid(x) + sigmoid(y)"),
        ],
    );
    all_are(
        "wrong",
        &[
            ("min(sigmoid(x), 99/100)", "sigmoid(x)"),
            ("max(tanh(x), -999/1000)", "tanh(x)"),
            ("min(sin(x), 9/10)", "sin(x)"),
            ("min(erf(x), 9/10)", "erf(x)"),
            ("min(atan(x), 3/2)", "atan(x)"),
            ("relu(1/2 - sigmoid(x))", "1/2 - sigmoid(x)"),
            ("max(sqrt(x^2 + 1), x + 1/10)", "sqrt(x^2 + 1)"),
            ("abs(cosh(x) - 2*sinh(x))", "cosh(x) - 2*sinh(x)"),
            ("max(softplus(x), x + 1/1000)", "softplus(x)"),
            ("max(tanh(x), -1/2)", "tanh(x)"),
            ("sign(max(tanh(x), 1/2))", "sign(tanh(x))"),
            ("sqrt(relu(max(x, -1/2)))", "sqrt(max(x, 1/2))"),
            ("min(sigmoid(x) + sigmoid(y), 19/10)", "sigmoid(x) + sigmoid(y)"),
        ],
    );
}

#[test]
fn rising_functions_keep_signs() {
    all_are(
        "proved",
        &[
            ("acosh(cosh(x))", "abs(x)"),
            ("acosh(cosh(2*x - 1))", "abs(2*x - 1)"),
            ("sqrt(cosh(x)^2 - 1)", "abs(sinh(x))"),
            ("abs(sinh(x))*abs(x)", "x*sinh(x)"),
            ("sign(exp(x) - 1)", "sign(x)"),
            ("abs(tanh(x))", "tanh(abs(x))"),
            ("sign(x)*abs(atan(x))", "atan(x)"),
            ("max(sigmoid(x), sigmoid(y))", "sigmoid(max(x, y))"),
            ("max(erf(x), erf(y))", "erf(max(x, y))"),
            ("abs(log(x) - log(y))", "log(max(x, y)) - log(min(x, y))"),
            ("abs(cbrt(x) - cbrt(y))", "cbrt(max(x, y)) - cbrt(min(x, y))"),
            ("cbrt(sign(exp(max(-2, x)) - 1))", "cbrt(sign(max(-2, x)))"),
            ("sqrt(softplus(x)^2)", "softplus(x)"),
            ("sqrt(erf(x)^2*y)", "abs(erf(x))*sqrt(y)"),
        ],
    );
    all_are(
        "wrong",
        &[
            ("acosh(cosh(x))", "x"),
            ("sqrt(cosh(x)^2 - 1)", "sinh(x)"),
            ("abs(sinh(x))*x", "x*sinh(x)"),
            ("sign(exp(x) - 2)", "sign(x)"),
            ("max(sigmoid(x), sigmoid(y))", "sigmoid(min(x, y))"),
            ("max(erf(x), erf(y))", "erf(x)"),
            ("abs(asin(x) - asin(y))", "asin(max(x, y)) + asin(min(x, y))"),
            ("sqrt(log(x)^2)", "log(x)"),
            ("sqrt(erf(x)^2*y)", "erf(x)*sqrt(y)"),
        ],
    );
}

#[test]
fn special_values_are_exact() {
    all_are(
        "proved",
        &[
            ("asin(1)", "pi/2"),
            ("acos(1)", "0"),
            ("acos(-1)", "pi"),
            ("acos(0)", "pi/2"),
            ("asin(1/2)", "pi/6"),
            ("asin(sqrt(2)/2)", "pi/4"),
            ("asin((sqrt(6) - sqrt(2))/4)", "pi/12"),
            ("atan(1)", "pi/4"),
            ("atan(-sqrt(3))", "-pi/3"),
            ("max(pi, 1/2)", "pi"),
            ("max(pi, 355/113)", "355/113"),
            ("max(log(2), log(3))", "log(3)"),
            ("max(sqrt(2), 3/2)", "3/2"),
            ("softplus(7) - softplus(-7)", "7"),
            ("max(abs(x), asin(10^(-6)))", "max(abs(abs(x)), asin(10^(-6)))"),
        ],
    );
    all_are(
        "wrong",
        &[
            ("asin(1)", "pi/2 + 10^(-40)"),
            ("acos(1)", "10^(-40)"),
            ("asin(1/2 + 10^(-40))", "pi/6"),
            ("atan(1)", "pi/3"),
            ("max(pi, 355/113)", "pi"),
            ("max(log(2), log(3))", "log(2)"),
            ("softplus(7) - softplus(-7)", "7 + 10^(-30)"),
        ],
    );
}

/// The residue of a prime says nothing of its sign, and no draw meets x > 7·10⁹.
#[test]
fn constants_that_hide_in_a_sum_turn_no_sign() {
    for prime in [41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97] {
        let more = prime + 3;
        let hidden = [
            format!("relu({more}*x^2*y^2 - 3*x^2*y^2)"),
            format!("relu({more}*x^2 + {more}*y^2 + {}*x*y - 3*(x + y)^2)", 2 * more),
            format!("log(x^2 + 1)*relu({more}*x^2*exp(y) + {more}*exp(y) - 3*x^2*exp(y) - 3*exp(y))"),
            format!("sqrt({more}*x^2 + {more}*y^2 + {}*x*y - 3*(x + y)^2)", 2 * more),
        ];
        for factor in hidden {
            let left = format!("relu(x/7 - 10^9)*{factor}");
            assert_eq!(word(&decide(&left, "0", 1)), "undecided", "{left}");
        }
    }
}

#[test]
fn tangents_bound_functions() {
    all_are(
        "proved",
        &[
            ("max(exp(x), 1 + x)", "exp(x)"),
            ("max(x - 1, log(x))", "x - 1"),
            ("relu(x - sin(x))", "if x > 0 then x - sin(x) else 0"),
            ("abs(x) - abs(atan(x))", "abs(x - atan(x))"),
            ("max(log(1 + x^2), x^2)", "x^2"),
        ],
    );
    all_are(
        "wrong",
        &[
            ("max(exp(x), 1 + x)", "1 + x"),
            ("max(exp(x), 1 + 2*x)", "exp(x)"),
            ("max(exp(x*y), 1 + x)", "exp(x*y)"),
            ("max(sin(x), x)", "x"),
            ("relu(x - 2*sin(x))", "if x > 0 then x - 2*sin(x) else 0"),
        ],
    );
}

#[test]
fn a_kink_at_the_origin_alone_is_told() {
    for (left, right) in [("step(1 - cos(x^2 + y^2))", "1"), ("(x^2 + y^2)/(x^2 + y^2)", "1")] {
        let Verdict::Right(found) = decide(left, right, 1) else { panic!("{left} is {right} elsewhere") };
        assert!(found.except.is_some_and(|except| except.contains("x = y = 0")), "{left}");
    }
}

#[test]
fn a_kink_all_around_is_none() {
    all_are("wrong", &[("relu(min(x, x)^x)", "x^x"), ("abs(max(x, x)^x)", "x^x")]);
    all_are("proved", &[("relu(min(x, x))", "relu(x)"), ("max(x, relu(x))^2", "relu(x)^2")]);
}

#[test]
fn domains_on_one_side_of_a_kink_are_told() {
    let left = "log(if y >= min(x, y) then x - 2 else -2)";
    let right = "log(if y > min(x, y) then x - 2 else -2)";
    let Verdict::Right(found) = decide(left, right, 1) else { panic!("both are log(x − 2) for y > x") };
    assert!(found.except.is_some_and(|except| except.contains("only the left side is defined")));
    let Verdict::Right(found) = decide(left, left, 1) else { panic!("one formula") };
    assert_eq!(found.except, None);
}

#[test]
fn roots_of_sums_of_squares_hide_no_sign() {
    let distances = "sqrt((x-y)^2 + (u-v)^2) * sqrt((x-z)^2 + (u-w)^2)";
    let turned = "sqrt((z-x)^2 + (w-u)^2) * sqrt((y-x)^2 + (v-u)^2)";
    all_are(
        "proved",
        &[
            (distances, turned),
            ("abs(x - y)^3 * cos(u - v)", "abs(y - x)^3 * cos(v - u)"),
            ("sqrt(1 + (x-y)^2)^3 / (1 + (y-x)^2)", "sqrt(1 + (x-y)^2)"),
        ],
    );
    all_are(
        "wrong",
        &[
            ("sqrt((x^2 + y^2) * u^2)", "u * sqrt(x^2 + y^2)"),
            ("sqrt((x-y)^2 + 2*(x-y)*(u-v) + (u-v)^2)", "x - y + u - v"),
            ("sqrt((x-y)^2)", "x - y"),
            ("(x - y)^3 * sin(u - v)", "(y - x)^3 * sin(u - v)"),
            ("sqrt(1 + (x-y)^2)", "sqrt(1 + (x+y)^2)"),
            (distances, "(x-y)*(x-z) + (u-v)*(u-w)"),
        ],
    );
}
