//! Random formulas against rewritings of them (never wrong) and against single edits (never right).
//!
//! Edits that happen to change nothing are told by plain floating point, an independent route.

use chainrule::check::decide::DecideOptions;
use chainrule::check::pair::Pair;
use chainrule::check::random::Random;
use chainrule::check::verdict::Verdict;
use pretty_assertions::assert_eq;

/// A formula.
#[derive(Clone, Debug, PartialEq)]
enum Formula {
    Leaf(usize),
    Number(i64, i64),
    Sum(Vec<Formula>),
    Product(Vec<Formula>),
    Quotient(Box<[Formula; 2]>),
    Power(Box<Formula>, i64),
    Call(&'static str, Box<Formula>),
}

use Formula::{Call, Leaf, Number, Power, Product, Quotient, Sum};

const NAMES: [&str; 4] = ["w", "x", "b", "y"];
const SMOOTH: [&str; 10] = ["sigmoid", "tanh", "exp", "softplus", "sin", "cos", "erf", "silu", "gelu", "atan"];
const KINKED: [&str; 3] = ["relu", "abs", "step"];

impl Formula {
    fn text(&self) -> String {
        let joined = |parts: &[Formula], sign: &str| {
            let parts: Vec<String> = parts.iter().map(|part| format!("({})", part.text())).collect();
            parts.join(sign)
        };
        match self {
            Leaf(at) => NAMES[*at].to_owned(),
            Number(above, below) => format!("({above}/{below})"),
            Sum(terms) => joined(terms, " + "),
            Product(factors) => joined(factors, "*"),
            Quotient(parts) => joined(&parts[..], "/"),
            Power(base, exponent) => format!("({})^{exponent}", base.text()),
            Call(name, argument) => format!("{name}({})", argument.text()),
        }
    }

    fn value(&self, leaves: &[f64]) -> f64 {
        match self {
            Leaf(at) => leaves[*at],
            Number(above, below) => *above as f64 / *below as f64,
            Sum(terms) => terms.iter().map(|term| term.value(leaves)).sum(),
            Product(factors) => factors.iter().map(|factor| factor.value(leaves)).product(),
            // 1/∞ would be 0 where 1/(1/0) has no value.
            Quotient(parts) => parts[0].value(leaves) / divisor(parts[1].value(leaves)),
            Power(base, exponent) if *exponent < 0 => divisor(base.value(leaves)).powi(*exponent as i32),
            Power(base, exponent) => base.value(leaves).powi(*exponent as i32),
            Call(name, argument) => call(name, argument.value(leaves)),
        }
    }
}

fn divisor(value: f64) -> f64 {
    if value == 0.0 { f64::NAN } else { value }
}

fn call(name: &str, x: f64) -> f64 {
    let sigmoid = |x: f64| 1.0 / (1.0 + libm::exp(-x));
    match name {
        "sigmoid" => sigmoid(x),
        "tanh" => libm::tanh(x),
        "exp" => libm::exp(x),
        "softplus" => libm::log1p(libm::exp(x)),
        "sin" => libm::sin(x),
        "cos" => libm::cos(x),
        "erf" => libm::erf(x),
        "silu" => x * sigmoid(x),
        "gelu" => x * (1.0 + libm::erf(x / libm::sqrt(2.0))) / 2.0,
        "atan" => libm::atan(x),
        "relu" => x.max(0.0),
        "abs" => x.abs(),
        "step" => f64::from(u8::from(x > 0.0)),
        _ => f64::NAN,
    }
}

fn pick<T: Copy>(random: &mut Random, from: &[T]) -> T {
    from[random.below(from.len() as u64) as usize]
}

/// A random formula of this depth.
fn grow(random: &mut Random, depth: usize) -> Formula {
    if depth == 0 {
        return match random.below(4) {
            0 => Number(1 + random.below(5) as i64, 1 + random.below(3) as i64),
            _ => Leaf(random.below(NAMES.len() as u64) as usize),
        };
    }
    let inner = |random: &mut Random| grow(random, depth - 1);
    match random.below(8) {
        0 | 1 => Sum(vec![inner(random), inner(random)]),
        2 | 3 => Product(vec![inner(random), inner(random)]),
        4 => {
            let above = inner(random);
            Quotient(Box::new([above, Sum(vec![Number(1, 1), Power(Box::new(inner(random)), 2)])]))
        }
        5 => Power(Box::new(inner(random)), 2),
        6 => Call(pick(random, &KINKED), Box::new(inner(random))),
        _ => Call(pick(random, &SMOOTH), Box::new(inner(random))),
    }
}

fn negative(formula: Formula) -> Formula {
    Product(vec![Number(-1, 1), formula])
}

fn scaled(above: i64, below: i64, formula: Formula) -> Formula {
    Product(vec![Number(above, below), formula])
}

/// The same function, written otherwise at random places.
fn rewrite(random: &mut Random, formula: &Formula) -> Formula {
    let again = |random: &mut Random, part: &Formula| rewrite(random, part);
    let kept = random.below(3) == 0;
    match formula {
        Leaf(_) | Number(..) => formula.clone(),
        Sum(terms) => {
            let mut terms: Vec<Formula> = terms.iter().map(|term| again(random, term)).collect();
            if !kept {
                terms.reverse();
            }
            Sum(terms)
        }
        Product(factors) => {
            let factors: Vec<Formula> = factors.iter().map(|factor| again(random, factor)).collect();
            match &factors[..] {
                [a, Sum(terms)] if !kept => {
                    Sum(terms.iter().map(|term| Product(vec![term.clone(), a.clone()])).collect())
                }
                [a, b] if !kept => Product(vec![b.clone(), a.clone()]),
                _ => Product(factors),
            }
        }
        Quotient(parts) => {
            let [above, below] = [again(random, &parts[0]), again(random, &parts[1])];
            if kept { Quotient(Box::new([above, below])) } else { Product(vec![Power(Box::new(below), -1), above]) }
        }
        Power(base, 2) if !kept => {
            let base = again(random, base);
            match base {
                Sum(terms) if terms.len() == 2 => {
                    let (a, b) = (terms[0].clone(), terms[1].clone());
                    let squares = [Power(Box::new(a.clone()), 2), Power(Box::new(b.clone()), 2)];
                    let [first, second] = squares;
                    Sum(vec![first, scaled(2, 1, Product(vec![a, b])), second])
                }
                base => Product(vec![base.clone(), base]),
            }
        }
        Power(base, exponent) => Power(Box::new(again(random, base)), *exponent),
        Call(name, argument) => {
            let x = again(random, argument);
            if kept { Call(name, Box::new(x)) } else { rewritten_call(name, x) }
        }
    }
}

fn rewritten_call(name: &'static str, x: Formula) -> Formula {
    let call = |name: &'static str, x: Formula| Call(name, Box::new(x));
    let over = |above: Formula, below: Formula| Quotient(Box::new([above, below]));
    let one = || Number(1, 1);
    match name {
        "sigmoid" => over(one(), Sum(vec![one(), call("exp", negative(x))])),
        "tanh" => Sum(vec![scaled(2, 1, call("sigmoid", scaled(2, 1, x))), Number(-1, 1)]),
        "softplus" => Sum(vec![x.clone(), call("softplus", negative(x))]),
        "silu" => Product(vec![x.clone(), Sum(vec![one(), negative(call("sigmoid", negative(x)))])]),
        "sin" => scaled(2, 1, Product(vec![call("sin", scaled(1, 2, x.clone())), call("cos", scaled(1, 2, x))])),
        "cos" => Sum(vec![one(), scaled(-2, 1, Power(Box::new(call("sin", scaled(1, 2, x))), 2))]),
        "erf" | "atan" => negative(call(name, negative(x))),
        "gelu" => Sum(vec![x.clone(), call("gelu", negative(x))]),
        "relu" => scaled(1, 2, Sum(vec![call("abs", x.clone()), x])),
        "abs" => Sum(vec![call("relu", x.clone()), call("relu", negative(x))]),
        "exp" => match x {
            Sum(terms) => Product(terms.into_iter().map(|term| call("exp", term)).collect()),
            x => Power(Box::new(call("exp", scaled(1, 2, x))), 2),
        },
        name => call(name, x),
    }
}

/// One edit at a random place.
fn edit(random: &mut Random, formula: &Formula) -> Formula {
    let here = random.below(3) == 0;
    let at = |random: &mut Random, parts: &[Formula]| random.below(parts.len() as u64) as usize;
    match formula {
        Leaf(leaf) => Leaf((leaf + 1) % NAMES.len()),
        Number(above, below) => Number(*above + 1, *below),
        Sum(terms) | Product(terms) => {
            let mut terms = terms.clone();
            let place = at(random, &terms);
            match (here, random.below(3)) {
                (true, 0) => drop(terms.remove(place)),
                (true, 1) => terms[place] = negative(terms[place].clone()),
                (true, _) => terms[place] = scaled(2, 1, terms[place].clone()),
                _ => terms[place] = edit(random, &terms[place]),
            }
            if matches!(formula, Sum(_)) { Sum(terms) } else { Product(terms) }
        }
        Quotient(parts) => {
            let mut parts = parts.clone();
            let place = at(random, &parts[..]);
            parts[place] = edit(random, &parts[place]);
            Quotient(parts)
        }
        Power(base, exponent) if here => Power(base.clone(), exponent + 1),
        Power(base, exponent) => Power(Box::new(edit(random, base)), *exponent),
        Call(name, argument) if here => {
            let other = pick(random, &SMOOTH);
            Call(if other == *name { "relu" } else { other }, argument.clone())
        }
        Call(name, argument) => Call(name, Box::new(edit(random, argument))),
    }
}

/// Whether two formulas certainly differ in floating point.
fn differ(random: &mut Random, left: &Formula, right: &Formula) -> bool {
    (0..60).any(|number| {
        let size = [1.0, 3.0, 0.3][number % 3];
        let leaves: Vec<f64> = NAMES.iter().map(|_| size * (random.below(2000) as f64 / 1000.0 - 0.9995)).collect();
        let (a, b) = (left.value(&leaves), right.value(&leaves));
        a.is_finite() && b.is_finite() && (a - b).abs() > 1e-6 * (1.0 + a.abs().max(b.abs()))
    })
}

fn decide(left: &Formula, right: &Formula) -> Verdict {
    let options = DecideOptions { seed: Some(1), ..DecideOptions::default() };
    match Pair::read("", &left.text(), &right.text()) {
        Ok(mut pair) => pair.decide(&options),
        Err((_, errors)) => panic!("{} = {}: {errors:?}", left.text(), right.text()),
    }
}

/// How many pairs of each kind are decided; more by the environment variable `DECIDE_PAIRS`.
fn pairs() -> usize {
    std::env::var("DECIDE_PAIRS").ok().and_then(|count| count.parse().ok()).unwrap_or(150)
}

#[test]
fn rewritings_are_never_wrong_and_nearly_always_right() {
    let mut random = Random::from_seed(41);
    let mut undecided = Vec::new();
    for number in 0..pairs() {
        let formula = grow(&mut random, 2 + number % 3);
        let rewritten = rewrite(&mut random, &formula);
        match decide(&formula, &rewritten) {
            Verdict::Right(_) => {}
            Verdict::Wrong(wrong) => panic!("{} = {}: {wrong:?}", formula.text(), rewritten.text()),
            Verdict::Undecided(reason) => {
                undecided.push(format!("{} = {}: {}", formula.text(), rewritten.text(), reason.reason));
            }
        }
    }
    assert!(undecided.len() * 50 <= pairs(), "{} undecided: {undecided:#?}", undecided.len());
}

#[test]
fn single_edits_are_never_right_and_nearly_always_wrong() {
    let mut random = Random::from_seed(42);
    let mut undecided = Vec::new();
    let mut told = 0;
    for number in 0..pairs() {
        let formula = grow(&mut random, 2 + number % 3);
        let rewritten = rewrite(&mut random, &formula);
        let edited = edit(&mut random, &rewritten);
        if !differ(&mut random, &formula, &edited) {
            continue;
        }
        told += 1;
        match decide(&formula, &edited) {
            Verdict::Right(right) => panic!("{} = {}: {right:?}", formula.text(), edited.text()),
            Verdict::Wrong(_) => {}
            Verdict::Undecided(reason) => {
                undecided.push(format!("{} = {}: {}", formula.text(), edited.text(), reason.reason));
            }
        }
    }
    assert!(told * 2 > pairs(), "{told}");
    assert_eq!(undecided, Vec::<String>::new());
}
