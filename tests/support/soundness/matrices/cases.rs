//! Derivatives of networks with matrices, as formulas that an independent reader reads and that dual numbers confirm.

use chainrule::calculus::{Deltas, Derivation, Goal, Request, Sigma};
use chainrule::emit::latex;
use chainrule::expr::{NameId, Node};
use chainrule::function::FunctionRef;
use chainrule::network::{FreeNames, Network, Origin, read_network};
use chainrule::notation::layout::Sheet;
use chainrule::notation::{Style, Typesetter};
use chainrule::syntax::ast::ShapeKind;

use super::super::random::Dice;
use super::dual_tensor::{Dual, Place, Tensor};
use super::formula::Formula;
use super::mistake::World;
use super::reader;
use super::value::{Environment, Matrix, evaluate};

/// One derivative.
#[derive(Clone, Debug)]
pub struct Case {
    /// The text of the network.
    pub text: String,
    /// The left side in LaTeX.
    pub left: String,
    /// The definitions of the δ's that the formula uses.
    pub definitions: Vec<String>,
    /// The true formula.
    pub formula: Formula,
    /// Where it is evaluated.
    pub points: Vec<Point>,
    /// What an author may confuse.
    pub world: World,
}

/// The values of all names at one choice of sizes, and the derivative there.
#[derive(Clone, Debug)]
pub struct Point {
    pub names: Environment,
    /// The names that are derivatives.
    pub deltas: Vec<String>,
    /// The names that are vectors.
    pub vectors: Vec<String>,
    pub truth: Matrix,
}

/// How many points there are.
const POINTS: usize = 3;

/// Derives, prints and reads a derivative; nothing where it is none that is confirmed.
pub fn case(text: &str, of: Option<&str>, by: &str, dice: &mut Dice) -> Option<Case> {
    let mut network = read_network(text, FreeNames::Refused).0?;
    let of = match of {
        Some(of) => network.find(of)?,
        None => network.cost.or_else(|| network.equations.last().map(|equation| equation.name))?,
    };
    let by = network.find(by)?;
    let request = Request {
        of,
        by: vec![vec![by]],
        max_paths: 1,
        sigma: Sigma::Activation,
        goal: Goal::Textbook,
        deltas: Deltas::Named,
    };
    let derivation = Derivation::new(&mut network, &request);
    let simplified = derivation.gradients.last()?.simplified;
    let deltas: Vec<(NameId, NameId)> =
        derivation.adjoints.iter().flat_map(|adjoints| adjoints.deltas()).map(|delta| (delta.of, delta.by)).collect();
    let printed = Printed::new(&network, of, by, &deltas, simplified);
    let formula = reader::read(&printed.right, &|name| {
        printed.names.iter().any(|known| known.1 == name) || printed.deltas.iter().any(|known| known.1 == name)
    })?;
    let used: Vec<&str> = formula.names();
    let used_deltas: Vec<(NameId, String)> =
        printed.deltas.iter().filter(|delta| used.contains(&delta.1.as_str())).cloned().collect();
    let mut points = Vec::new();
    for number in 0..POINTS {
        let point = point(&network, (of, by), &printed.names, &used_deltas, number, dice)?;
        let value = evaluate(&formula, &point.names)?;
        if !near(&value, &point.truth) {
            return None;
        }
        points.push(point);
    }
    let definitions = used_deltas.iter().map(|(of_delta, letter)| {
        let sign = printed.signs.iter().find(|sign| sign.0 == *of_delta).map(|sign| sign.1.clone());
        format!("{letter} = {}", sign.unwrap_or_default())
    });
    let world = World {
        names: points[0].names.clone(),
        activations: activations(&network, &printed.names),
        sizes: sizes(&network, &printed.names),
    };
    Some(Case {
        text: text.to_owned(),
        left: printed.left.clone(),
        definitions: definitions.collect(),
        formula,
        points,
        world,
    })
}

/// Whether two matrices have the same entries, up to rounding.
pub fn near(value: &Matrix, truth: &Matrix) -> bool {
    let Some(value) = value.like(truth) else { return false };
    if (value.rows, value.columns) != (truth.rows, truth.columns) {
        return false;
    }
    let size = truth.data.iter().chain(&value.data).fold(1e-6f64, |size, entry| size.max(entry.abs()));
    value.data.iter().zip(&truth.data).all(|(a, b)| (a - b).abs() <= 1e-9 * size)
}

/// A network and a derivative in LaTeX.
struct Printed {
    left: String,
    right: String,
    names: Vec<(NameId, String)>,
    deltas: Vec<(NameId, String)>,
    signs: Vec<(NameId, String)>,
}

impl Printed {
    fn new(
        network: &Network,
        of: NameId,
        by: NameId,
        deltas: &[(NameId, NameId)],
        formula: chainrule::expr::ExprId,
    ) -> Printed {
        let mut sheet = Sheet::default();
        let mut setter = Typesetter::new(network, Style::default());
        setter.name_errors(&mut sheet, deltas);
        let left = setter.derivative(&mut sheet, of, by);
        let right = setter.expr(&mut sheet, formula);
        let all = (0..network.quantities.len() as u32).map(NameId);
        let all: Vec<NameId> =
            all.filter(|&name| !matches!(network.quantity(name).origin, Origin::Partial { .. })).collect();
        let names = all.into_iter().map(|name| {
            let layout = setter.name(&mut sheet, name);
            (name, latex::formula(&sheet, layout))
        });
        let names = names.collect();
        let mut letters = Vec::new();
        let mut signs = Vec::new();
        for &(of, by) in deltas {
            let sign = setter.derivative(&mut sheet, of, by);
            signs.push((by, latex::formula(&sheet, sign)));
            if let Some(letter) = setter.error(of, by) {
                letters.push((by, latex::formula(&sheet, letter)));
            }
        }
        let [left, right] = [left, right].map(|layout| latex::formula(&sheet, layout));
        Printed { left, right, names, deltas: letters, signs }
    }
}

/// The quantities that are functions of one other: `a`, `\sigma(z`.
fn activations(network: &Network, names: &[(NameId, String)]) -> Vec<(String, String)> {
    let latex = |name: NameId| names.iter().find(|known| known.0 == name).map(|known| known.1.clone());
    let mut found = Vec::new();
    for equation in &network.equations {
        let Node::Call { function, arguments, .. } = network.arena.node(equation.value) else { continue };
        let Some(z) = network.arena.as_name(arguments[0]).and_then(latex) else { continue };
        let Some(a) = latex(equation.name) else { continue };
        let FunctionRef::Table(entry) = network.functions.get(function) else { continue };
        found.push((a.clone(), z.clone()));
        let sign = match entry.name {
            "sigmoid" => "\\sigma",
            "tanh" => "\\tanh",
            _ => continue,
        };
        found.push((a, format!("{sign}({z}")));
    }
    found
}

fn sizes(network: &Network, names: &[(NameId, String)]) -> Vec<String> {
    let is_size = |known: &&(NameId, String)| network.quantity(known.0).origin == Origin::Size;
    names.iter().filter(is_size).map(|known| known.1.clone()).collect()
}

fn point(
    network: &Network,
    (of, by): (NameId, NameId),
    names: &[(NameId, String)],
    deltas: &[(NameId, String)],
    number: usize,
    dice: &mut Dice,
) -> Option<Point> {
    let mut place = placed(network, number, dice);
    place.run(network);
    let mut environment = Environment::new();
    let mut vectors = Vec::new();
    for (name, latex) in names {
        let value = match place.values.get(name) {
            Some(value) => value.clone(),
            None => {
                let size = place.sizes.get(&name.0).copied();
                let fixed = network.sizes.iter().find(|size| size.name == *name).and_then(|size| size.value);
                Tensor::scalar(Dual::constant(size.or(fixed.map(|size| size as usize))? as f64))
            }
        };
        if value.dims.len() == 1 {
            vectors.push(latex.clone());
        }
        if let Some(matrix) = matrix(&value.dims, value.data.iter().map(|dual| dual.value).collect()) {
            environment.insert(latex.clone(), matrix);
        }
    }
    for (name, letter) in deltas {
        let value = derivative(network, &place, of, *name)?;
        if place.values[name].dims.len() == 1 {
            vectors.push(letter.clone());
        }
        environment.insert(letter.clone(), value);
    }
    let truth = derivative(network, &place, of, by)?;
    let letters = deltas.iter().map(|delta| delta.1.clone()).collect();
    Some(Point { names: environment, deltas: letters, vectors, truth })
}

fn matrix(dims: &[usize], data: Vec<f64>) -> Option<Matrix> {
    match *dims {
        [] => Some(Matrix::scalar(data[0])),
        [rows] => Some(Matrix::new(rows, 1, data)),
        [rows, columns] => Some(Matrix::new(rows, columns, data)),
        _ => None,
    }
}

/// d of/d by with `by` free: a gradient, or a Jacobian of vectors.
fn derivative(network: &Network, place: &Place, of: NameId, by: NameId) -> Option<Matrix> {
    let variable = place.values.get(&by)?.clone();
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for entry in 0..variable.data.len() {
        let mut moved = place.clone();
        let own = moved.values.get_mut(&by)?;
        own.data[entry].slope = 1.0;
        for equation in network.equations.iter().filter(|equation| equation.name != by) {
            let value = moved.evaluate(network, equation.value);
            moved.values.insert(equation.name, value);
        }
        columns.push(moved.values[&of].data.iter().map(|value| value.slope).collect());
    }
    let above = place.values[&of].dims.clone();
    match (above.as_slice(), variable.dims.as_slice()) {
        ([], dims) => matrix(dims, columns.iter().map(|column| column[0]).collect()),
        (&[rows], &[width]) => {
            let data = (0..rows * width).map(|at| columns[at % width][at / width]).collect();
            Some(Matrix::new(rows, width, data))
        }
        _ => None,
    }
}

/// Values for all leaves that keep what is known of them, at distinct sizes.
fn placed(network: &Network, number: usize, dice: &mut Dice) -> Place {
    let mut place = Place::default();
    let mut lengths = vec![2, 3, 4, 5, 6, 7];
    dice.shuffle(&mut lengths);
    for (at, quantity) in network.quantities.iter().enumerate() {
        if quantity.origin == Origin::Size
            && network.sizes.iter().all(|size| size.name.0 as usize != at || size.value.is_none())
        {
            place.sizes.insert(at as u32, lengths.pop().unwrap_or(8));
        }
    }
    for (at, quantity) in network.quantities.iter().enumerate() {
        let name = NameId(at as u32);
        if !matches!(quantity.origin, Origin::Leaf(_)) {
            continue;
        }
        let dims: Vec<usize> =
            network.arena.shapes().dims(quantity.shape).iter().map(|&dim| place.length(network, dim)).collect();
        let mut tensor = Tensor::filled(&dims, Dual::constant(0.0));
        let kind = quantity.facts.kind;
        let positive = number % 2 == 1 || quantity.facts.positive || kind == ShapeKind::Simplex;
        for entry in &mut tensor.data {
            entry.value = if positive { dice.between(0.2, 0.9) } else { dice.between(-1.0, 1.0) };
        }
        if let [rows, columns] = dims[..]
            && rows == columns
        {
            (0..rows).for_each(|i| tensor.data[i * columns + i].value += 2.0);
            let assumed = network.assumptions.iter().any(|own| network.arena.as_name(own.left) == Some(name));
            if quantity.facts.symmetric || assumed {
                let old = tensor.clone();
                for (i, j) in (0..rows).flat_map(|i| (0..rows).map(move |j| (i, j))) {
                    tensor.data[i * columns + j] = old.data[i.min(j) * columns + i.max(j)];
                }
            }
        }
        let width = dims.last().copied().unwrap_or(1);
        for row in tensor.data.chunks_mut(width) {
            let sum: f64 = row.iter().map(|entry| entry.value).sum();
            let chosen = dice.below(width);
            for (at, entry) in row.iter_mut().enumerate() {
                match kind {
                    ShapeKind::Simplex => entry.value /= sum,
                    ShapeKind::OneHot => entry.value = f64::from(u8::from(at == chosen)),
                    ShapeKind::Binary => entry.value = f64::from(u8::from(entry.value > 0.4)),
                    _ => {}
                }
            }
        }
        place.values.insert(name, tensor);
    }
    place
}
