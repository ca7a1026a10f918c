//! The closed forms of `tests/data/closed-forms.json` and `textbook-forms.json`: each derived, confirmed by dual numbers at random distinct sizes,
//! and compared with what a textbook prints.

#[path = "support/forms.rs"]
mod forms;
mod support;
#[path = "support/dual_tensor.rs"]
mod tensor;

use std::collections::{BTreeMap, HashMap};

use chainrule::calculus::{Deltas, Derivation, Goal, NameUse, Request, Sigma, Simplifier};
use chainrule::expr::{ExprId, NameId, Node, NumberId, Postorder};
use chainrule::network::{FreeNames, Network, Origin, read_network};
use chainrule::syntax::ast::ShapeKind;
use forms::{Form, forms};
use pretty_assertions::assert_eq;
use tensor::{Dual, Place, Tensor};

/// Random numbers from a fixed seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Values for all leaves that keep what is known of them.
fn place(network: &Network, sizes: &BTreeMap<String, usize>, seed: u64) -> Place {
    let mut random = Random(seed);
    let mut place = Place::default();
    for (name, &size) in sizes {
        let name = network.find(name).expect("a size");
        place.sizes.insert(name.0, size);
    }
    for (at, quantity) in network.quantities.iter().enumerate() {
        let name = NameId(at as u32);
        if !matches!(quantity.origin, Origin::Leaf(_)) {
            continue;
        }
        let dims: Vec<usize> =
            network.arena.shapes().dims(quantity.shape).iter().map(|&dim| place.length(network, dim)).collect();
        let mut tensor = Tensor::filled(&dims, Dual::constant(0.0));
        let positive = seed % 2 == 1 || quantity.facts.kind == ShapeKind::Simplex;
        for entry in &mut tensor.data {
            entry.value = if positive { 0.2 + 0.7 * random.next() } else { 2.0 * random.next() - 1.0 };
        }
        if let [rows, columns] = dims[..] {
            if rows == columns {
                (0..rows).for_each(|i| tensor.data[i * columns + i].value += 2.0);
            }
            if quantity.facts.symmetric || assumed_symmetric(network, name) {
                let old = tensor.clone();
                for i in 0..rows {
                    for j in 0..columns {
                        tensor.data[i * columns + j] = old.data[i.min(j) * columns + i.max(j)];
                    }
                }
            }
        }
        if quantity.facts.kind == ShapeKind::Simplex {
            let width = *dims.last().unwrap();
            for row in tensor.data.chunks_mut(width) {
                let sum: f64 = row.iter().map(|entry| entry.value).sum();
                row.iter_mut().for_each(|entry| entry.value /= sum);
            }
        }
        if quantity.facts.kind == ShapeKind::OneHot {
            let width = *dims.last().unwrap();
            for row in tensor.data.chunks_mut(width) {
                let one = (random.next() * width as f64) as usize;
                (0..width).for_each(|at| row[at].value = f64::from(u8::from(at == one)));
            }
        }
        place.values.insert(name, tensor);
    }
    place
}

fn assumed_symmetric(network: &Network, name: NameId) -> bool {
    network.assumptions.iter().any(|assumption| network.arena.as_name(assumption.left) == Some(name))
}

/// d of/d by at a point, axes of `of` first, by dual numbers.
fn dual(network: &Network, place: &Place, of: NameId, by: NameId) -> Vec<f64> {
    let count = place.values[&by].data.len();
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for entry in 0..count {
        let mut moved = place.clone();
        moved.values.get_mut(&by).unwrap().data[entry].slope = 1.0;
        moved.run(network);
        columns.push(moved.values[&of].data.iter().map(|value| value.slope).collect());
    }
    let rows = columns[0].len();
    (0..rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect()
}

fn close(a: &[f64], b: &[f64]) -> bool {
    let scale = a.iter().chain(b).fold(1.0f64, |most, x| most.max(x.abs()));
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-9 * scale)
}

struct Derived {
    network: Network,
    derivation: Derivation,
    of: NameId,
    by: NameId,
    value: ExprId,
}

fn derive(form: &Form, deltas: Deltas) -> Derived {
    let (network, _) = read_network(&form.network.join("\n"), FreeNames::Refused);
    let mut network = network.expect("a network");
    let of = network.find(&form.of).expect("the quantity");
    let by = network.find(&form.wrt).expect("the variable");
    let times = if form.kind == "hessian" { 2 } else { 1 };
    let request =
        Request { of, by: vec![vec![by; times]], max_paths: 6, sigma: Sigma::Activation, goal: Goal::Textbook, deltas };
    let derivation = Derivation::new(&mut network, &request);
    let gradient = derivation.gradients.last().expect("a gradient");
    let (of, value) = (gradient.of, gradient.simplified);
    Derived { network, derivation, of, by, value }
}

/// The values of an expression in which δ's stand.
fn numbers(derived: &Derived, place: &Place, of: NameId, value: ExprId) -> Vec<f64> {
    let mut place = place.clone();
    place.run(&derived.network);
    for delta in derived.derivation.deltas(of) {
        let dims: Vec<usize> = derived
            .network
            .arena
            .shapes()
            .dims(derived.network.quantity(delta.by).shape)
            .iter()
            .map(|&dim| place.length(&derived.network, dim))
            .collect();
        let number = place.evaluate_full(&derived.network, delta.value, &dims);
        place.symbols.insert((delta.of, delta.by), number);
    }
    let shape = [of, derived.by]
        .map(|name| derived.network.arena.shapes().dims(derived.network.quantity(name).shape).to_vec())
        .concat();
    let dims: Vec<usize> = shape.iter().map(|&dim| place.length(&derived.network, dim)).collect();
    place.evaluate_full(&derived.network, value, &dims).data.iter().map(|entry| entry.value).collect()
}

/// Whether derived and dual agree at some points.
fn confirm(form: &Form, derived: &Derived) -> Result<(), String> {
    let mut agreed = 0;
    for seed in 1..9 {
        let place = place(&derived.network, &form.sizes, seed);
        let expected = dual(&derived.network, &place, derived.of, derived.by);
        if expected.iter().any(|value| !value.is_finite()) {
            continue;
        }
        let own = numbers(derived, &place, derived.of, derived.value);
        if !close(&expected, &own) {
            return Err(format!("seed {seed}: expected {expected:.4?}, derived {own:.4?}"));
        }
        agreed += 1;
    }
    if agreed >= 3 { Ok(()) } else { Err("no points".into()) }
}

/// The expression with all δ's written out.
fn written_out(derived: &mut Derived, value: ExprId) -> ExprId {
    let deltas = derived.derivation.deltas(derived.of).to_vec();
    let mut current = value;
    for _ in 0..deltas.len() {
        let mut order = Vec::new();
        Postorder::default().collect(&derived.network.arena, &[current], &mut order);
        let mut done: HashMap<ExprId, ExprId> = HashMap::new();
        for id in order {
            let known = match derived.network.arena.node(id) {
                Node::Derivative { by, .. } => deltas.iter().find(|delta| delta.by == by).map(|delta| delta.value),
                _ => None,
            };
            let next = match known {
                Some(value) => value,
                None => derived.network.arena.with_children(id, |child| done[&child]),
            };
            done.insert(id, next);
        }
        current = done[&current];
    }
    current
}

/// What the textbook prints, in the same network.
fn expected(form: &Form, derived: &mut Derived) -> Option<ExprId> {
    let mut names: Vec<(String, ExprId)> = Vec::new();
    for at in 0..derived.network.quantities.len() {
        let name = NameId(at as u32);
        if !matches!(derived.network.quantity(name).origin, Origin::Partial { .. }) {
            names.push((derived.network.spelling(name), derived.network.name_expr(name)));
        }
    }
    let deltas = derived.derivation.deltas(derived.of).to_vec();
    for with in &form.with {
        let by = with.means.split_once("/d").and_then(|(_, by)| derived.network.find(by))?;
        let value = if deltas.iter().any(|delta| delta.by == by) {
            let of = derived.network.name_expr(derived.of);
            derived.network.arena.derivative(of, by)
        } else {
            expand(&mut derived.network, &with.value, &names)?
        };
        names.push((with.name.clone(), value));
    }
    expand(&mut derived.network, &form.expected, &names)
}

fn expand(network: &mut Network, text: &str, names: &[(String, ExprId)]) -> Option<ExprId> {
    let names: Vec<(&str, ExprId)> = names.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    network.expand(text, &names)
}

/// The nodes of an expression as the closed forms count them.
fn nodes(network: &Network, id: ExprId) -> usize {
    let arena = &network.arena;
    let size = |id: ExprId| nodes(network, id);
    let number = |value: f64| {
        if value == 1.0 {
            0
        } else if value == -1.0 {
            1
        } else {
            2
        }
    };
    let power = |value: f64| if value == 1.0 || value == -1.0 { 0 } else { 2 };
    let each = |factors: &[chainrule::expr::Factor]| {
        let powers = factors.iter().map(|factor| {
            let exponent = arena.value(factor.exponent).to_f64();
            match under_norm(network, factor.base) {
                // ‖v‖ is written as the power ½ of ‖v‖².
                Some(inner) => size(inner) + 1 + power(2.0 * exponent),
                None => size(factor.base) + power(exponent),
            }
        });
        powers.sum::<usize>() + factors.len().saturating_sub(1)
    };
    match arena.node(id) {
        Node::Sum(terms) => {
            let minus = terms.iter().skip(1).filter(|&&term| match arena.node(term) {
                Node::Number(number)
                | Node::Product { coefficient: number, .. }
                | Node::Contraction { coefficient: number, .. } => arena.value(number).is_negative(),
                _ => false,
            });
            terms.iter().map(|&term| size(term)).sum::<usize>() + terms.len() - 1 - minus.count()
        }
        Node::Product { coefficient, factors } => number(arena.value(coefficient).to_f64()) + each(factors),
        Node::Contraction { coefficient, factors, labels } => {
            let labels = arena.labels(labels);
            let carried = |label: u16| labels.factors.iter().any(|axes| axes.contains(&label));
            let (mut links, mut ones) = (0, 0);
            for (place, label) in labels.out.iter().enumerate() {
                let again = labels.out[..place].contains(label);
                links += match (again, carried(*label), factors.is_empty()) {
                    (true, true, _) | (true, false, true) => 1,
                    (true, false, false) => 2,
                    _ => 0,
                };
                ones += usize::from(!again && !carried(*label) && !labels.out[place + 1..].contains(label));
            }
            if factors.is_empty() && links == 0 {
                return 1;
            }
            let dangling = labels
                .summed()
                .filter(|&label| labels.factors.iter().filter(|axes| axes.contains(&label)).count() <= 1);
            number(arena.value(coefficient).to_f64()) + each(factors) + links + ones + dangling.count()
        }
        Node::Call { arguments, .. } => {
            1 + arguments
                .iter()
                .filter(|&&argument| arena.as_number(argument).is_none())
                .map(|&argument| size(argument))
                .sum::<usize>()
        }
        _ => 1,
    }
}

/// v if an expression is ‖v‖².
fn under_norm(network: &Network, id: ExprId) -> Option<ExprId> {
    let arena = &network.arena;
    let Node::Contraction { coefficient: NumberId::ONE, factors: [factor], labels } = arena.node(id) else {
        return None;
    };
    let labels = arena.labels(labels);
    let is_square = arena.value(factor.exponent).to_f64() == 2.0 && labels.out.is_empty();
    (is_square && labels.factors[0].len() == labels.sizes.len()).then_some(factor.base)
}

/// A value in the language's words, near enough to read in a report.
fn words(network: &Network, id: ExprId) -> String {
    let arena = &network.arena;
    match arena.node(id) {
        Node::Number(number) => format!("{:?}", arena.value(number).to_f64()),
        Node::Name(name) => network.spelling(name),
        Node::Sum(terms) => {
            let terms: Vec<String> = terms.iter().map(|&term| words(network, term)).collect();
            format!("({})", terms.join(" + "))
        }
        Node::Product { coefficient, factors } => {
            let factors: Vec<String> = factors
                .iter()
                .map(|factor| format!("{}^{}", words(network, factor.base), arena.value(factor.exponent).to_f64()))
                .collect();
            format!("{}·{}", arena.value(coefficient).to_f64(), factors.join("·")).replace("^1·", "·")
        }
        Node::Contraction { coefficient, factors, labels } => {
            let labels = arena.labels(labels);
            let letters = |axes: &Vec<u16>| axes.iter().map(|&axis| (b'a' + axis as u8) as char).collect::<String>();
            let factors: Vec<String> = factors
                .iter()
                .zip(&labels.factors)
                .map(|(factor, axes)| {
                    let power = arena.value(factor.exponent).to_f64();
                    let power = if power == 1.0 { String::new() } else { format!("^{power}") };
                    format!("{}{power}_{}", words(network, factor.base), letters(axes))
                })
                .collect();
            format!("[{} {} → {}]", arena.value(coefficient).to_f64(), factors.join(" "), letters(&labels.out))
        }
        Node::Call { function, arguments, .. } => {
            let arguments: Vec<String> = arguments.iter().map(|&argument| words(network, argument)).collect();
            format!("{}({})", network.functions.get(function).name(), arguments.join(", "))
        }
        Node::Derivative { by, .. } => format!("δ[{}]", network.spelling(by)),
        other => format!("{other:?}"),
    }
}

fn all_forms() -> impl Iterator<Item = Form> {
    ["closed-forms", "textbook-forms"].into_iter().flat_map(forms)
}

#[test]
fn every_form_is_right() {
    let mut wrong = Vec::new();
    for form in all_forms() {
        for deltas in [Deltas::Named, Deltas::Written] {
            let derived = derive(&form, deltas);
            if let Err(error) = confirm(&form, &derived) {
                wrong.push(format!("{} {deltas:?}: {}\n  {error}", form.id, words(&derived.network, derived.value)));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "{}", wrong.join("\n"));
}

#[test]
fn forms_are_those_of_a_textbook() {
    let mut other = Vec::new();
    let mut names = Vec::new();
    for form in all_forms() {
        let mut derived = derive(&form, Deltas::Named);
        let Some(expected) = expected(&form, &mut derived) else {
            other.push(format!("{}: not read", form.id));
            continue;
        };
        let mut simplifier = Simplifier::new(&mut derived.network, Goal::Textbook, NameUse::Fold);
        let own_size = nodes(&derived.network, derived.value);
        let raw_size = nodes(&derived.network, expected);
        let own = derived.value;
        let book = simplifier.simplify(&mut derived.network, expected);
        let mut same = simplifier.class(&mut derived.network, own) == simplifier.class(&mut derived.network, book);
        if !same {
            let own = written_out(&mut derived, own);
            let own = simplifier.simplify(&mut derived.network, own);
            let book = written_out(&mut derived, expected);
            let book = simplifier.simplify(&mut derived.network, book);
            same = simplifier.class(&mut derived.network, own) == simplifier.class(&mut derived.network, book);
        }
        // The names that the textbook gives and we do not are written out on both sides.
        let book_size = raw_size.max(form.nodes);
        if !same || own_size > book_size {
            names.push(form.id.clone());
            let (own, book, raw) =
                (words(&derived.network, own), words(&derived.network, book), words(&derived.network, expected));
            other.push(format!("{}: {own_size} {book_size} same {same}\n    {own}\n    {book}\n    {raw}", form.id));
            for delta in derived.derivation.deltas(derived.of) {
                other.push(format!(
                    "      δ[{}] = {}",
                    derived.network.spelling(delta.by),
                    words(&derived.network, delta.value)
                ));
            }
        }
    }
    assert_eq!(names, Vec::<String>::new(), "{}", other.join("\n"));
}
