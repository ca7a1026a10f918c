//! The formulas of the function table as the library reads and differentiates them, against numbers; the gradients of
//! the examples against central differences.

use chainrule::calculus::{Sigma, Sweep};
use chainrule::diagnostic::{Colour, Source, Span, render};
use chainrule::eval::{Compiler, Confirmer, Effort, Root, Templates, Values, Verdict};
use chainrule::expr::{ExprId, NameId};
use chainrule::function::{Entry, Form, Functions, Kernel, UserFunction, table};
use chainrule::network::{FreeNames, Network, Origin, resolve};
use chainrule::syntax::ast::Role;

fn network(text: &str) -> Network {
    let source = Source::new("test.net", text);
    let (ast, found) = chainrule::syntax::parse_network(text);
    assert!(found.is_empty(), "{}", render(&source, &found, Colour::Never));
    let (network, found) = resolve(&ast, FreeNames::Refused);
    assert!(found.iter().all(|d| !d.is_error()), "{}", render(&source, &found, Colour::Never));
    network.unwrap_or_else(|| panic!("no network"))
}

fn apply(entry: &Entry, arguments: &[f64]) -> f64 {
    match (entry.kernel, arguments) {
        (Kernel::Unary(f), &[x]) => f(x),
        (Kernel::Binary(f), &[a, b]) => f(a, b),
        _ => panic!("wrong number of arguments for {}", entry.name),
    }
}

/// A formula in parameters, as a function of numbers.
fn function(network: &mut Network, name: &str, arity: usize, body: ExprId) -> chainrule::expr::FunctionId {
    let parameters = (0..arity).map(|at| format!("u{at}")).collect();
    network.functions.add(UserFunction {
        name: name.into(),
        parameters,
        body: Some(body),
        whole: false,
        opened: false,
        span: Span::default(),
    })
}

fn value(network: &Network, templates: &Templates, expr: ExprId, arguments: &[(NameId, f64)]) -> f64 {
    let compiler = Compiler::new(network).templates(templates);
    let program = compiler.compile(&[Root::Expression(expr)]).unwrap_or_else(|error| panic!("{error:?}"));
    let mut values = Values::new(network);
    arguments.iter().for_each(|&(name, value)| values.set(name, value));
    let inputs = values.inputs(network, &program).unwrap_or_else(|error| panic!("{error:?}"));
    let mut registers = program.registers();
    program.run(&mut registers, &inputs);
    program.output(&registers, 0)
}

fn agrees(value: f64, expected: f64) -> bool {
    (value - expected).abs() <= 1e-12 * expected.abs().max(1.0)
}

#[test]
fn formulas_of_the_table_agree_with_each_other() {
    for entry in table().filter(|entry| matches!(entry.form, Form::Elementwise)) {
        let mut network = network("param p, q\ncost C = p + q");
        let leaves = ["p", "q"].map(|name| network.find(name).unwrap_or_else(|| panic!("no {name}")));
        let arity = entry.parameters.len();
        let arguments: Vec<ExprId> = leaves[..arity].iter().map(|&leaf| network.name_expr(leaf)).collect();
        let id = Functions::builtin(entry.name).unwrap_or_else(|| panic!("no {}", entry.name));
        let template = network.template(id);
        assert_eq!(template.definition.is_some(), entry.definition.is_some(), "{}", entry.name);
        assert_eq!(template.derivatives.len(), arity, "{}", entry.name);
        assert_eq!(template.kinks.len(), entry.kinks.len(), "{}", entry.name);
        let plain = network.arena.call(id, &arguments);
        let mut with_output = arguments.clone();
        with_output.push(plain);
        let mut rows = Vec::new();
        if let Some(body) = template.definition {
            let own = function(&mut network, "own", arity, body);
            rows.push((network.arena.call(own, &arguments), plain));
            for by in 0..arity {
                let orders: Vec<u8> = (0..arity).map(|at| u8::from(at == by)).collect();
                let orders = network.arena.orders_id(&orders);
                let worked = network.arena.derived_call(own, orders, &arguments);
                let d = function(&mut network, "d", arity + 1, template.derivatives[by]);
                rows.push((worked, network.arena.call(d, &with_output)));
            }
        }
        let templates = Templates::of(&mut network);
        for (p, q) in [(-2.25, 0.75), (-0.6, 1.5), (-0.3, 2.0), (0.4, 0.25), (0.7, 1.75), (1.6, 0.5), (4.5, 1.25)] {
            if !entry.domain.contains(&[p, q][..arity]) || !apply(entry, &[p, q][..arity]).is_finite() {
                continue;
            }
            let at: Vec<(NameId, f64)> = leaves.into_iter().zip([p, q]).collect();
            for (row, &(found, expected)) in rows.iter().enumerate() {
                let (found, expected) =
                    (value(&network, &templates, found, &at), value(&network, &templates, expected, &at));
                assert!(agrees(found, expected), "{} row {row} at {p}, {q}: {found}, not {expected}", entry.name);
            }
        }
    }
}

#[test]
fn gradients_of_the_examples_are_confirmed() {
    let confirmed: usize =
        [Sigma::Activation, Sigma::Prime, Sigma::Expanded].into_iter().map(confirmed_gradients).sum();
    assert!(confirmed > 200, "only {confirmed} gradients confirmed");
}

/// How many gradients of the examples are confirmed; none may differ.
fn confirmed_gradients(sigma: Sigma) -> usize {
    let mut confirmed = 0;
    for name in ["article", "article-relu", "logistic", "mlp", "residual", "rnn", "custom", "deep"] {
        let text = std::fs::read_to_string(format!("examples/{name}.net")).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut network = network(&text);
        let Some(cost) = network.cost else { continue };
        let Ok(values) = Values::of_network(&network, None) else { panic!("{name}: values") };
        let sweep = Sweep::new(&mut network, cost, sigma);
        let templates = Templates::of(&mut network);
        let parameters: Vec<NameId> = (0..network.quantities.len() as u32)
            .map(NameId)
            .filter(|&id| network.quantity(id).origin == Origin::Leaf(Role::Param))
            .collect();
        let roots: Vec<Root> = parameters.iter().map(|&id| Root::Expression(sweep.adjoint(id))).collect();
        let program = Compiler::new(&network).templates(&templates).compile(&roots).unwrap();
        let Ok(inputs) = values.inputs(&network, &program) else { continue };
        let mut registers = program.registers();
        program.run(&mut registers, &inputs);
        let mut confirmer = Confirmer::new(&network, &templates, cost, &values).unwrap();
        for (&by, derived) in parameters.iter().zip(program.outputs(&registers)) {
            let difference = confirmer.difference(by, Effort::Full);
            let verdict = difference.verdict(derived);
            assert!(
                matches!(verdict, Verdict::Agrees | Verdict::CannotTell(_)),
                "{name}: {} {derived} {difference:?}",
                network.spelling(by)
            );
            confirmed += usize::from(verdict == Verdict::Agrees);
        }
    }
    confirmed
}
