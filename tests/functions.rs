//! The function table, tested by loops over its entries.

#[path = "support/formula.rs"]
mod formula;

use chainrule::function::{Domain, Entry, Form, Kernel, table};
use formula::{apply, evaluate};

fn entry(name: &str) -> &'static Entry {
    table().find(|entry| entry.name == name).unwrap_or_else(|| panic!("no function {name}"))
}

/// The functions that act on each entry.
fn entrywise() -> impl Iterator<Item = &'static Entry> {
    table().filter(|entry| matches!(entry.form, Form::Elementwise))
}

#[test]
fn names_and_aliases_are_unique() {
    let all = table().flat_map(|entry| std::iter::once(entry.name).chain(entry.aliases.iter().copied()));
    let mut names: Vec<&str> = all.collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn entries_are_whole() {
    for entry in entrywise() {
        assert!(!entry.name.is_empty() && !entry.summary.is_empty(), "{entry:?}");
        assert_eq!(entry.derivatives.len(), entry.parameters.len(), "{}", entry.name);
        assert!(entry.defaults.len() < entry.parameters.len(), "{}", entry.name);
        assert!(!entry.parameters.contains(&"y"), "{}: y is the output", entry.name);
        let arity = match entry.kernel {
            Kernel::Unary(_) => 1,
            Kernel::Binary(_) => 2,
            Kernel::Tensor => 0,
        };
        assert_eq!(arity, entry.parameters.len(), "{}", entry.name);
    }
}

#[test]
fn definitions_use_earlier_entries_only() {
    let names: Vec<&str> = table().map(|entry| entry.name).collect();
    for (at, entry) in table().enumerate() {
        let text = entry.definition.unwrap_or("");
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        for used in words.filter_map(|word| names.iter().position(|&name| name == word)) {
            assert!(used < at, "{} uses {}", entry.name, names[used]);
        }
    }
}

#[test]
fn every_entry_has_a_known_value() {
    for entry in entrywise() {
        assert!(VALUES.iter().any(|(name, ..)| *name == entry.name), "no known value of {}", entry.name);
    }
}

#[test]
fn kernels_have_their_known_values() {
    for (name, arguments, expected) in VALUES {
        let value = apply(entry(name), arguments);
        let error = (value - expected).abs() / expected.abs();
        assert!(value == *expected || error < 1e-14, "{name}{arguments:?} = {value:e}, not {expected:e}");
    }
}

/// Points inside the domain of an entry and off its kinks.
fn points(entry: &Entry) -> Vec<Vec<f64>> {
    let xs = [-6.5, -2.75, -1.5, -0.75, -0.375, -0.0625, 0.125, 0.5, 0.875, 1.25, 2.0, 3.5, 7.25];
    let all: Vec<Vec<f64>> = match entry.parameters.len() {
        1 => xs.iter().map(|&x| vec![x]).collect(),
        _ => xs.iter().flat_map(|&x| [0.25, 0.75, 1.5].map(|a| vec![x, a])).collect(),
    };
    let off_kinks = |point: &Vec<f64>| {
        let names: Vec<(&str, f64)> = entry.parameters.iter().copied().zip(point.iter().copied()).collect();
        entry.kinks.iter().all(|kink| evaluate(kink.zero, &names).abs() > 1e-2)
    };
    all.into_iter().filter(|point| entry.domain.contains(point)).filter(off_kinks).collect()
}

fn agrees(value: f64, expected: f64, tolerance: f64) -> bool {
    (value - expected).abs() <= tolerance * expected.abs().max(1.0)
}

#[test]
fn definitions_agree_with_kernels() {
    for entry in entrywise() {
        let Some(definition) = entry.definition else { continue };
        for point in points(entry) {
            let names: Vec<(&str, f64)> = entry.parameters.iter().copied().zip(point.iter().copied()).collect();
            let (value, kernel) = (evaluate(definition, &names), apply(entry, &point));
            assert!(agrees(value, kernel, 1e-13), "{}{point:?}: {value} by definition, not {kernel}", entry.name);
        }
    }
}

#[test]
fn derivatives_agree_with_central_differences() {
    for entry in entrywise() {
        let points = points(entry);
        assert!(points.len() >= 3, "{}: few points", entry.name);
        for (point, by) in points.iter().flat_map(|point| (0..point.len()).map(move |by| (point, by))) {
            let mut names: Vec<(&str, f64)> = entry.parameters.iter().copied().zip(point.iter().copied()).collect();
            names.push(("y", apply(entry, point)));
            let derived = evaluate(entry.derivatives[by], &names);
            let at = |step: f64| {
                let mut moved = point.clone();
                moved[by] += step;
                apply(entry, &moved)
            };
            let slope = |h: f64| (at(h) - at(-h)) / (2.0 * h);
            let difference = (4.0 * slope(2e-4) - slope(4e-4)) / 3.0;
            let skipped = entry.name == "pow" && by == 1 && point[0] <= 0.0;
            assert!(
                skipped || agrees(derived, difference, 1e-8),
                "∂{}/∂{} at {point:?}: {derived}, not {difference}",
                entry.name,
                entry.parameters[by]
            );
        }
    }
}

/// What PyTorch takes where there is no derivative.
#[test]
fn conventions_at_kinks_are_those_of_pytorch() {
    let rows: &[(&str, usize, &[f64], f64)] = &[
        ("abs", 0, &[0.0], 0.0),
        ("sign", 0, &[0.0], 0.0),
        ("step", 0, &[0.0], 0.0),
        ("relu", 0, &[0.0], 0.0),
        ("leaky_relu", 0, &[0.0, 0.01], 0.01),
        ("relu6", 0, &[0.0], 0.0),
        ("relu6", 0, &[6.0], 0.0),
        ("hardtanh", 0, &[-1.0], 0.0),
        ("hardtanh", 0, &[1.0], 0.0),
        ("hardsigmoid", 0, &[-3.0], 0.0),
        ("hardsigmoid", 0, &[3.0], 0.0),
        ("hardswish", 0, &[-3.0], 0.0),
        ("hardswish", 0, &[3.0], 1.0),
        ("elu", 0, &[0.0, 0.5], 0.5),
        ("selu", 0, &[0.0], 1.758_099_340_847_376_6),
        ("celu", 0, &[0.0, 0.5], 1.0),
        ("softsign", 0, &[0.0], 1.0),
        ("max", 0, &[2.0, 2.0], 0.5),
        ("max", 1, &[2.0, 2.0], 0.5),
        ("min", 0, &[2.0, 2.0], 0.5),
        ("min", 1, &[2.0, 2.0], 0.5),
    ];
    for &(name, by, point, expected) in rows {
        let entry = entry(name);
        let mut names: Vec<(&str, f64)> = entry.parameters.iter().copied().zip(point.iter().copied()).collect();
        names.push(("y", apply(entry, point)));
        let value = evaluate(entry.derivatives[by], &names);
        assert!((value - expected).abs() < 1e-15, "∂{name} at {point:?}: {value}, not {expected}");
    }
}

/// What the kernels of one argument must give far out: no overflow on the way.
#[test]
fn kernels_are_stable_far_out() {
    let rows: &[(&str, f64, f64)] = &[
        ("sigmoid", 1000.0, 1.0),
        ("sigmoid", -1000.0, 0.0),
        ("softplus", 1000.0, 1000.0),
        ("softplus", -1000.0, 0.0),
        ("logsigmoid", 1000.0, 0.0),
        ("logsigmoid", -1000.0, -1000.0),
        ("tanh", 1000.0, 1.0),
        ("tanh", -1000.0, -1.0),
        ("silu", -1000.0, 0.0),
        ("silu", 1e300, 1e300),
        ("mish", 1000.0, 1000.0),
        ("mish", -1000.0, 0.0),
        ("gelu", 1000.0, 1000.0),
        ("gelu", -1000.0, 0.0),
        ("gelu", 1e200, 1e200),
        ("gelu_tanh", 1000.0, 1000.0),
        ("gelu_tanh", -1e200, 0.0),
        ("softsign", 1e300, 1.0),
        ("hardswish", -1e300, 0.0),
        ("erf", 1000.0, 1.0),
        ("selu", -1000.0, -1.758_099_340_847_376_6),
    ];
    for &(name, x, expected) in rows {
        let value = apply(entry(name), &[x]);
        assert!((value - expected).abs() <= 4e-16 * expected.abs(), "{name}({x}) = {value}, not {expected}");
    }
}

#[test]
fn not_a_number_stays_so() {
    for entry in entrywise() {
        let arguments = vec![f64::NAN; entry.parameters.len()];
        assert!(apply(entry, &arguments).is_nan(), "{}", entry.name);
    }
}

#[test]
fn kernels_are_finite_inside_their_domain_and_not_outside() {
    for entry in entrywise().filter(|entry| entry.parameters.len() == 1) {
        for x in [-50.0, -1.5, -1.0, -0.25, 0.0, 0.25, 1.0, 1.5, 50.0] {
            let value = apply(entry, &[x]);
            match entry.domain.contains(&[x]) {
                true => assert!(value.is_finite(), "{}({x}) = {value}", entry.name),
                false if entry.domain == Domain::NoPole => {}
                false => assert!(!value.is_finite(), "{}({x}) = {value}", entry.name),
            }
        }
    }
}

/// Computed with 80 decimal digits from the definitions, then rounded.
#[rustfmt::skip]
const VALUES: &[(&str, &[f64], f64)] = &[
    ("exp", &[-1.5], 0.22313016014842982),
    ("exp", &[2.25], 9.487735836358526),
    ("log", &[0.25], -1.3862943611198906),
    ("log", &[3.0], 1.0986122886681098),
    ("sqrt", &[0.25], 0.5),
    ("sqrt", &[3.0], 1.7320508075688772),
    ("cbrt", &[-1.5], -1.1447142425533319),
    ("cbrt", &[2.25], 1.3103706971044482),
    ("pow", &[2.5, -1.5], 0.25298221281347033),
    ("pow", &[0.125, 0.75], 0.21022410381342863),
    ("abs", &[-1.5], 1.5),
    ("abs", &[2.25], 2.25),
    ("sign", &[-1.5], -1.0),
    ("sign", &[2.25], 1.0),
    ("step", &[-1.5], 0.0),
    ("step", &[2.25], 1.0),
    ("max", &[1.0, 2.0], 2.0),
    ("max", &[-1.0, -2.0], -1.0),
    ("min", &[1.0, 2.0], 1.0),
    ("min", &[-1.0, -2.0], -2.0),
    ("erf", &[-1.5], -0.9661051464753108),
    ("erf", &[2.25], 0.9985372834133188),
    ("sin", &[-1.5], -0.9974949866040544),
    ("sin", &[2.25], 0.7780731968879212),
    ("cos", &[-1.5], 0.0707372016677029),
    ("cos", &[2.25], -0.6281736227227391),
    ("tan", &[-1.5], -14.101419947171719),
    ("tan", &[2.25], -1.2386276162240966),
    ("asin", &[-0.75], -0.848062078981481),
    ("asin", &[0.625], 0.6751315329370317),
    ("acos", &[-0.75], 2.4188584057763776),
    ("acos", &[0.625], 0.895664793857865),
    ("atan", &[-1.5], -0.982793723247329),
    ("atan", &[2.25], 1.1525719972156676),
    ("sinh", &[-1.5], -2.1292794550948173),
    ("sinh", &[2.25], 4.691168305898331),
    ("cosh", &[-1.5], 2.352409615243247),
    ("cosh", &[2.25], 4.796567530460195),
    ("tanh", &[-1.5], -0.9051482536448664),
    ("tanh", &[2.25], 0.9780261147388136),
    ("asinh", &[-1.5], -1.1947632172871092),
    ("asinh", &[2.25], 1.5501579568690622),
    ("acosh", &[1.5], 0.9624236501192069),
    ("acosh", &[40.0], 4.381870348040067),
    ("atanh", &[-0.75], -0.9729550745276566),
    ("atanh", &[0.5], 0.5493061443340549),
    ("sigmoid", &[-40.0], 4.248354255291589e-18),
    ("sigmoid", &[-1.5], 0.18242552380635635),
    ("sigmoid", &[2.25], 0.9046505351008906),
    ("logsigmoid", &[-40.0], -40.0),
    ("logsigmoid", &[-1.5], -1.7014132779827524),
    ("logsigmoid", &[2.25], -0.10020655891674721),
    ("logsigmoid", &[40.0], -4.248354255291589e-18),
    ("softplus", &[-40.0], 4.248354255291589e-18),
    ("softplus", &[-1.5], 0.2014132779827524),
    ("softplus", &[2.25], 2.350206558916747),
    ("softplus", &[40.0], 40.0),
    ("softsign", &[-1.5], -0.6),
    ("softsign", &[2.25], 0.6923076923076923),
    ("silu", &[-40.0], -1.6993417021166355e-16),
    ("silu", &[-1.5], -0.2736382857095345),
    ("silu", &[2.25], 2.035463703977004),
    ("mish", &[-30.0], -2.807286890651921e-12),
    ("mish", &[-1.5], -0.29809974216680674),
    ("mish", &[2.25], 2.209456757662626),
    ("mish", &[25.0], 25.0),
    ("gelu", &[-6.0], -5.9195258702261885e-09),
    ("gelu", &[-1.5], -0.1002108019032871),
    ("gelu", &[2.25], 2.2224949365261493),
    ("gelu_tanh", &[-5.0], -2.291796196629506e-07),
    ("gelu_tanh", &[-1.5], -0.10042842301976708),
    ("gelu_tanh", &[2.25], 2.2227986701027116),
    ("elu", &[-1.5, 0.5], -0.3884349199257851),
    ("elu", &[2.0, 0.5], 2.0),
    ("elu", &[-1e-09, 1.0], -9.999999995e-10),
    ("selu", &[-30.0], -1.7580993408472123),
    ("selu", &[-1.5], -1.3658143533672527),
    ("selu", &[2.25], 2.364077221549831),
    ("celu", &[-1.5, 0.5], -0.475106465816068),
    ("celu", &[2.0, 0.5], 2.0),
    ("relu", &[-1.5], 0.0),
    ("relu", &[2.25], 2.25),
    ("leaky_relu", &[-1.5, 0.25], -0.375),
    ("leaky_relu", &[2.0, 0.25], 2.0),
    ("relu6", &[-7.0], 0.0),
    ("relu6", &[-0.5], 0.0),
    ("relu6", &[2.25], 2.25),
    ("relu6", &[7.0], 6.0),
    ("hardtanh", &[-7.0], -1.0),
    ("hardtanh", &[-0.5], -0.5),
    ("hardtanh", &[2.25], 1.0),
    ("hardtanh", &[7.0], 1.0),
    ("hardsigmoid", &[-7.0], 0.0),
    ("hardsigmoid", &[-0.5], 0.4166666666666667),
    ("hardsigmoid", &[2.25], 0.875),
    ("hardsigmoid", &[7.0], 1.0),
    ("hardswish", &[-7.0], -0.0),
    ("hardswish", &[-0.5], -0.20833333333333334),
    ("hardswish", &[2.25], 1.96875),
    ("hardswish", &[7.0], 7.0),
];
