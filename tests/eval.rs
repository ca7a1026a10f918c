//! The evaluator against known answers: differences, troubles, functions put in, values, depth, descent.

mod support;

use std::hint::black_box;

use chainrule::eval::{
    Closeness, Compiler, Confirmer, Difference, Effort, End, Owner, Root, Templates, TroubleKind, Values, Verdict,
    confirm, descend, plot, troubles,
};
use chainrule::expr::{Arena, Constant, NumberId};
use chainrule::syntax::ast::Comparison;
use support::{Maker, builtin};

/// C = (σ(w x + b) − y)².
fn logistic(w: f64) -> Maker {
    let mut maker = Maker::default();
    let (w, x, b, y) = (maker.leaf("w", w), maker.leaf("x", 1.5), maker.leaf("b", 0.25), maker.leaf("y", 1.0));
    let product = maker.network.arena.times(w, x);
    let sum = maker.network.arena.sum(&[product, b]);
    let z = maker.equation("z", sum);
    let value = maker.call("sigmoid", &[z]);
    let a = maker.equation("a", value);
    let minus = maker.network.arena.negate(y);
    let error = maker.network.arena.sum(&[a, minus]);
    let square = maker.network.arena.power(error, NumberId::TWO);
    maker.equation("C", square);
    maker
}

#[test]
fn differences_by_leaves_and_intermediates() {
    let maker = logistic(-0.75);
    let values = maker.values().forward(&maker.network).unwrap();
    let a = values.get(maker.named("a")).unwrap();
    let z = -0.75 * 1.5 + 0.25;
    let slope = 2.0 * (a - 1.0) * a * (1.0 - a);
    assert_eq!(values.get(maker.named("z")), Some(z));
    for (by, expected) in [("w", slope * 1.5), ("z", slope), ("a", 2.0 * (a - 1.0)), ("b", slope)] {
        let difference =
            confirm(&maker.network, &Templates::default(), maker.named("C"), maker.named(by), &values).unwrap();
        assert!(difference.agrees(expected), "{by}: {difference:?}, not {expected}");
        assert!((difference.value - expected).abs() < 1e-10, "{by}: {difference:?}, not {expected}");
        assert_eq!(difference.verdict(-expected), Verdict::Differs);
    }
}

#[test]
fn local_partials_hold_other_names_apart() {
    // u = v + w with w = v²: ∂u/∂v of the equation alone is 1, the total derivative 1 + 2v.
    let mut maker = Maker::default();
    let v = maker.leaf("v", 3.0);
    let square = maker.network.arena.power(v, NumberId::TWO);
    let w = maker.equation("w", square);
    let sum = maker.network.arena.sum(&[v, w]);
    maker.equation("u", sum);
    let values = maker.values().forward(&maker.network).unwrap();
    let templates = Templates::default();
    let mut local = Confirmer::local(&maker.network, &templates, maker.named("u"), &values).unwrap();
    assert!(local.difference(maker.named("v"), Effort::Full).agrees(1.0));
    assert!(local.difference(maker.named("w"), Effort::Quick).agrees(1.0));
    let total = confirm(&maker.network, &templates, maker.named("u"), maker.named("v"), &values).unwrap();
    assert!(total.agrees(7.0));
}

/// The templates of relu's and abs's kinks, made by hand.
fn kinks(maker: &mut Maker) -> Templates {
    let x = maker.network.arena.parameter(0);
    let mut templates = Templates::default();
    for function in ["relu", "abs"] {
        templates.kinks.insert(builtin(function), vec![x]);
    }
    templates
}

#[test]
fn a_kink_is_named_and_not_held_against_the_convention() {
    let mut maker = Maker::default();
    let (w, x) = (maker.leaf("w", 0.0), maker.leaf("x", 2.0));
    let product = maker.network.arena.times(w, x);
    let z = maker.equation("z", product);
    let value = maker.call("relu", &[z]);
    maker.equation("C", value);
    let templates = kinks(&mut maker);
    let difference = confirm(&maker.network, &templates, maker.named("C"), maker.named("w"), &maker.values()).unwrap();
    assert_eq!(difference.verdict(0.0), Verdict::OnKink, "{difference:?}");
    let program =
        Compiler::new(&maker.network).templates(&templates).compile(&[Root::Quantity(maker.named("C"))]).unwrap();
    let mut registers = program.registers();
    program.run(&mut registers, &maker.values().inputs(&maker.network, &program).unwrap());
    let found = troubles(&maker.network, &program, &registers);
    assert_eq!(found.len(), 1);
    assert!(matches!(found[0].kind, TroubleKind::Kink { function: "relu", closeness: Closeness::On, .. }));
    assert_eq!(found[0].source.owner, Owner::Quantity(maker.named("C")));
}

#[test]
fn near_a_kink_the_step_shrinks() {
    let mut maker = Maker::default();
    let w = maker.leaf("w", 1e-4);
    let value = maker.call("relu", &[w]);
    let square = maker.network.arena.sum(&[value, w]);
    maker.equation("C", square);
    let templates = kinks(&mut maker);
    let difference = confirm(&maker.network, &templates, maker.named("C"), maker.named("w"), &maker.values()).unwrap();
    assert!(difference.agrees(2.0), "{difference:?}");
    assert!(difference.step < 1e-4);
}

#[test]
fn a_saturated_cost_cannot_be_told_from_its_rounding() {
    let maker = logistic(1e3);
    let difference =
        confirm(&maker.network, &Templates::default(), maker.named("C"), maker.named("w"), &maker.values()).unwrap();
    assert!(matches!(difference.verdict(1e-30), Verdict::CannotTell(_) | Verdict::Agrees), "{difference:?}");
    assert_eq!(difference.verdict(0.1), Verdict::Differs);
}

fn trouble_of(maker: &Maker, of: &str) -> Vec<(TroubleKind, Owner)> {
    let program = Compiler::new(&maker.network).compile(&[Root::Quantity(maker.named(of))]).unwrap();
    let mut registers = program.registers();
    program.run(&mut registers, &maker.values().inputs(&maker.network, &program).unwrap());
    let found = troubles(&maker.network, &program, &registers);
    found.into_iter().map(|trouble| (trouble.kind, trouble.source.owner)).collect()
}

#[test]
fn troubles_are_named_where_they_begin() {
    let mut maker = Maker::default();
    let (x, zero) = (maker.leaf("x", -2.0), maker.leaf("o", 0.0));
    let log = maker.call("log", &[x]);
    let l = maker.equation("l", log);
    let twice = maker.network.arena.sum(&[l, x]);
    maker.equation("C", twice);
    let quotient = maker.network.arena.quotient(x, zero);
    maker.equation("D", quotient);
    let thousand = maker.network.arena.integer(1000);
    let exp = maker.call("exp", &[thousand]);
    maker.equation("E", exp);
    let root = maker.network.arena.power(x, NumberId::HALF);
    maker.equation("R", root);
    let guarded = maker.network.arena.conditional(Comparison::Greater, [x, zero, log, zero]);
    maker.equation("G", guarded);

    let found = trouble_of(&maker, "C");
    assert_eq!(found.len(), 1);
    assert!(matches!(found[0].0, TroubleKind::Domain { function: "log", .. }));
    assert_eq!(found[0].1, Owner::Quantity(maker.named("l")));
    assert_eq!(trouble_of(&maker, "D"), [(TroubleKind::DivisionByZero, Owner::Quantity(maker.named("D")))]);
    assert_eq!(trouble_of(&maker, "E"), [(TroubleKind::Overflow, Owner::Quantity(maker.named("E")))]);
    assert!(matches!(trouble_of(&maker, "R")[0].0, TroubleKind::Domain { function: "sqrt", .. }));
    assert_eq!(trouble_of(&maker, "G"), []);
}

#[test]
fn functions_of_the_user_are_put_in() {
    let mut maker = Maker::default();
    let w = maker.leaf("w", 3.0);
    let u = maker.network.arena.parameter(0);
    // f(u) = w·u + 1 mentions a quantity; g(u) = f(f(u))².
    let product = maker.network.arena.times(w, u);
    let body = maker.network.arena.sum(&[product, Arena::ONE]);
    let f = maker.define("f", 1, Some(body));
    let inner = maker.network.arena.call(f, &[u]);
    let outer = maker.network.arena.call(f, &[inner]);
    let square = maker.network.arena.power(outer, NumberId::TWO);
    let g = maker.define("g", 1, Some(square));
    let x = maker.leaf("x", 2.0);
    let call = maker.network.arena.call(g, &[x]);
    maker.equation("C", call);
    let values = maker.values().forward(&maker.network).unwrap();
    assert_eq!(values.get(maker.named("C")), Some(484.0));
}

#[test]
fn abstract_functions_have_no_value() {
    let mut maker = Maker::default();
    let x = maker.leaf("x", 2.0);
    let f = maker.define("phi", 1, None);
    let call = maker.network.arena.call(f, &[x]);
    maker.equation("C", call);
    let error = maker.values().forward(&maker.network).unwrap_err();
    assert_eq!(error.code, "not-evaluable");
    assert!(error.message.contains("`phi` is abstract"), "{}", error.message);
}

#[test]
fn derived_calls_take_their_template_with_the_output_as_last_parameter() {
    let mut maker = Maker::default();
    let x = maker.leaf("x", 0.5);
    let sigmoid = builtin("sigmoid");
    let orders = maker.network.arena.orders_id(&[1]);
    let primed = maker.network.arena.derived_call(sigmoid, orders, &[x]);
    let y = maker.network.arena.parameter(1);
    let minus = maker.network.arena.negate(y);
    let rest = maker.network.arena.sum(&[Arena::ONE, minus]);
    let body = maker.network.arena.times(y, rest);
    let mut templates = Templates::default();
    templates.derived.insert((sigmoid, orders), body);
    assert!(Compiler::new(&maker.network).compile(&[Root::Expression(primed)]).is_err());
    let compiler = Compiler::new(&maker.network).templates(&templates);
    let program = compiler.compile(&[Root::Expression(primed)]).unwrap();
    let mut registers = program.registers();
    program.run(&mut registers, &[0.5]);
    let y = 1.0 / (1.0 + (-0.5f64).exp());
    assert!((program.output(&registers, 0) - y * (1.0 - y)).abs() < 1e-15);
}

#[test]
fn symbols_stand_for_expressions() {
    let mut maker = Maker::default();
    let x = maker.leaf("x", 3.0);
    let square = maker.network.arena.power(x, NumberId::TWO);
    let c = maker.equation("C", square);
    let symbol = maker.network.arena.derivative(c, maker.named("x"));
    let twice = maker.network.arena.scale(NumberId::TWO, x);
    let term = maker.network.arena.times(symbol, x);
    assert!(Compiler::new(&maker.network).compile(&[Root::Expression(term)]).is_err());
    let program = Compiler::new(&maker.network).symbol(symbol, twice).compile(&[Root::Expression(term)]).unwrap();
    let mut registers = program.registers();
    program.run(&mut registers, &[3.0]);
    assert_eq!(program.output(&registers, 0), 18.0);
    assert_eq!(
        Compiler::new(&maker.network).symbol(symbol, term).compile(&[Root::Expression(term)]).unwrap_err().code,
        "cycle"
    );
}

#[test]
fn constants_are_exact_and_infinite_bounds_work() {
    let mut maker = Maker::default();
    let x = maker.leaf("x", 3.0);
    let infinity = maker.network.arena.constant(Constant::Infinity);
    let pi = maker.network.arena.constant(Constant::Pi);
    let value = maker.network.arena.conditional(Comparison::Less, [x, infinity, pi, x]);
    maker.equation("C", value);
    assert_eq!(maker.values().forward(&maker.network).unwrap().get(maker.named("C")), Some(std::f64::consts::PI));
}

#[test]
fn values_come_from_lists_and_json() {
    let maker = logistic(0.5);
    let mut values = Values::new(&maker.network);
    values.read_list(&maker.network, " w = -1e-3, x=2/3 ,b=+4;y=−1").unwrap();
    let get = |values: &Values, name: &str| values.get(maker.named(name));
    assert_eq!(get(&values, "w"), Some(-1e-3));
    assert_eq!(get(&values, "x"), Some(2.0 / 3.0));
    assert_eq!(get(&values, "y"), Some(-1.0));
    values.read_json(&maker.network, r#"{"w": 7, "x": 0.5}"#).unwrap();
    assert_eq!(get(&values, "w"), Some(7.0));
    assert_eq!(get(&values, "b"), Some(4.0));
}

#[test]
fn bad_values_have_their_place() {
    let maker = logistic(0.5);
    let mut values = Values::new(&maker.network);
    let text = "w=one, q=3, x, z=2, b=1e400, y=1/0";
    let errors = values.read_list(&maker.network, text).unwrap_err();
    let places: Vec<&str> = errors.iter().map(|error| &text[error.labels[0].span.range()]).collect();
    assert_eq!(places, ["w=one", "q=3", "x", "z=2", "b=1e400", "y=1/0"]);
    assert!(errors[3].message.contains("computed by an equation"));
    let text = r#"{"x": 1, "w": "two"}"#;
    let errors = values.read_json(&maker.network, text).unwrap_err();
    assert_eq!(&text[errors[0].labels[0].span.range()], "\"w\"");
    assert_eq!(values.read_json(&maker.network, "{\"x\": \n oops}").unwrap_err()[0].labels[0].span.start, 8);
}

#[test]
fn all_missing_values_are_named_at_once() {
    let maker = logistic(0.5);
    let mut values = Values::new(&maker.network);
    values.set(maker.named("x"), 1.0);
    let error = values.forward(&maker.network).unwrap_err();
    assert_eq!(error.code, "missing-value");
    assert_eq!(error.message, "`w`, `b` and `y` have no values");
    assert_eq!(error.labels.len(), 3);
}

#[test]
fn a_deep_chain_is_linear_and_does_not_recurse() {
    let mut maker = Maker::default();
    let mut a = maker.leaf("x", 0.5);
    let w = maker.leaf("w", 0.9);
    for layer in 0..100_000 {
        let product = maker.network.arena.times(w, a);
        let z = maker.equation(&format!("z{layer}"), product);
        let value = maker.call("tanh", &[z]);
        a = maker.equation(&format!("a{layer}"), value);
    }
    let last = maker.network.arena.as_name(a).unwrap();
    let values = maker.values().forward(&maker.network).unwrap();
    assert!(values.get(last).is_some_and(|value| value >= 0.0));
    let program = Compiler::new(&maker.network).compile(&[Root::Quantity(last)]).unwrap();
    assert_eq!(program.instructions().len(), 200_000);
    // One expression without names, as deep.
    let mut deep = w;
    for _ in 0..100_000 {
        deep = maker.call("sin", &[deep]);
    }
    let program = Compiler::new(&maker.network).compile(&[Root::Expression(deep)]).unwrap();
    assert_eq!(black_box(program).instructions().len(), 100_000);
}

#[test]
fn descent_goes_down_and_says_why_it_stops() {
    // C = w², slope 2w.
    let mut maker = Maker::default();
    let w = maker.leaf("w", 1.0);
    let square = maker.network.arena.power(w, NumberId::TWO);
    let slope = maker.network.arena.scale(NumberId::TWO, w);
    let program = Compiler::new(&maker.network).compile(&[Root::Expression(square), Root::Expression(slope)]).unwrap();
    let down = descend(&program, vec![1.0], &[maker.named("w")], 0.25, 3);
    assert_eq!(down.end, End::Completed);
    let costs: Vec<f64> = down.rows.iter().map(|row| row.cost).collect();
    assert_eq!(costs, [1.0, 0.25, 0.0625, 0.015625]);
    assert_eq!(down.rows[3].parameters, [0.125]);
    assert_eq!(descend(&program, vec![1.0], &[maker.named("w")], 0.5, 9).end, End::Stationary);
    let up = descend(&program, vec![1.0], &[maker.named("w")], 1e200, 9);
    assert!(matches!(up.end, End::CostNotFinite(_)), "{:?}", up.end);
}

#[test]
fn the_plot_has_labelled_axes() {
    let costs: Vec<f64> = (0..21).map(|step| 10f64.powi(-step / 4)).collect();
    let drawn = plot(&costs, "C", 40, 8);
    insta::assert_snapshot!(drawn);
    assert_eq!(plot(&[], "C", 40, 8), "");
    assert_eq!(plot(&[f64::NAN], "C", 40, 8), "");
    assert!(plot(&[1.0, f64::INFINITY, 0.5], "C", 40, 8).contains('┤'));
}

#[test]
fn differences_are_honest_about_their_error() {
    // Differences of exp at many points: the true error stays below the estimate's tolerance.
    let mut maker = Maker::default();
    let x = maker.leaf("x", 0.0);
    let value = maker.call("exp", &[x]);
    maker.equation("C", value);
    for at in -40..40 {
        let mut values = Values::new(&maker.network);
        values.set(maker.named("x"), f64::from(at) / 4.0);
        let templates = Templates::default();
        let mut confirmer = Confirmer::new(&maker.network, &templates, maker.named("C"), &values).unwrap();
        for effort in [Effort::Quick, Effort::Full] {
            let difference: Difference = confirmer.difference(maker.named("x"), effort);
            assert!(difference.agrees((f64::from(at) / 4.0).exp()), "{at} {effort:?} {difference:?}");
        }
    }
}
