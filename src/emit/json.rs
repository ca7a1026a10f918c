//! JSON with a versioned schema: the boundary has structures of its own.
//!
//! Takes a derivation, an evaluation, a descent or the function table; gives text. Every formula stands there in LaTeX
//! and in Unicode text. Numbers that JSON lacks (NaN, infinities) are `null`.

mod evaluation;
mod functions;
mod schema;

use serde::Serialize;

use crate::calculus::{Gradient, LocalPartial, Shape, WorkedLine};
use crate::emit::arrays::nested;
use crate::emit::{latex, text};
use crate::eval::{Difference, Values, Verdict};
use crate::expr::{ExprId, NameId, Reach};
use crate::narrate::{Depth, Story, assumption, definitions, in_layout, trouble_words};
use crate::network::{Network, Origin};
use crate::notation::layout::{LayoutId, Sheet};
use crate::notation::{Orientation, Style, Typesetter};
use crate::shape::Dim;

pub use evaluation::{descent, evaluation};
pub use functions::{function, functions};

pub(super) use evaluation::ended;
pub(super) use schema::DifferenceJson;

use schema::{
    AdjointJson, DerivationJson, DerivativeJson, EntryJson, EquationJson, Formula, LinkJson, OwnFunctionJson,
    QuantityJson, RewritingJson, StepJson, TrackJson, ValueJson,
};

/// The version of the schema; it grows when a field changes its meaning or goes.
pub const VERSION: u32 = 1;

pub(super) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// A document with the name and version of its schema in front.
#[derive(Serialize)]
struct Document<'a, T> {
    schema: &'static str,
    version: u32,
    #[serde(flatten)]
    body: &'a T,
}

/// A document of this schema as text.
pub(super) fn document(schema: &'static str, body: &impl Serialize) -> String {
    let document = Document { schema, version: VERSION, body };
    serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
}

/// Sets formulas for JSON.
struct Setter<'a> {
    network: &'a Network,
    setter: Typesetter<'a>,
    sheet: Sheet,
}

impl<'a> Setter<'a> {
    fn new(network: &'a Network, style: Style) -> Self {
        Setter { network, setter: Typesetter::new(network, style), sheet: Sheet::default() }
    }

    fn formula(&self, layout: LayoutId) -> Formula {
        Formula { latex: latex::formula(&self.sheet, layout), text: text::formula(&self.sheet, layout) }
    }

    fn expr(&mut self, expr: ExprId) -> Formula {
        if let Some(formula) = self.in_indices(expr) {
            return formula;
        }
        let layout = self.setter.expr(&mut self.sheet, expr);
        self.formula(layout)
    }

    /// The formula of one entry of a vector or matrix, where it cannot be written in vectors and matrices alone: a part
    /// in indices beside matrices would say nothing of the letters.
    fn in_indices(&mut self, expr: ExprId) -> Option<Formula> {
        let rank = self.network.arena.dims(expr).len();
        if !(1..=2).contains(&rank) || self.setter.has_matrix_form(&mut self.sheet, expr) {
            return None;
        }
        let letters = self.setter.letters_of_expr(expr);
        let layout = self.setter.component(&mut self.sheet, expr, &letters);
        Some(self.formula(layout))
    }

    fn name(&mut self, name: NameId) -> Formula {
        let layout = self.setter.name(&mut self.sheet, name);
        self.formula(layout)
    }

    fn symbol(&mut self, of: NameId, by: NameId) -> Formula {
        let layout = self.setter.derivative(&mut self.sheet, of, by);
        self.formula(layout)
    }

    /// The sign of a derivative with a value: with the indices that its formula has, if it has some.
    fn symbol_of(&mut self, of: NameId, by: NameId, value: ExprId) -> Formula {
        let is_scalar = self.network.arena.shape(value).is_scalar();
        if is_scalar || self.setter.has_matrix_form(&mut self.sheet, value) {
            return self.symbol(of, by);
        }
        let letters = self.setter.letters_of(&[of, by]);
        let layout = self.setter.derivative_entry(&mut self.sheet, of, by, Reach::Total, &letters);
        self.formula(layout)
    }

    fn link_symbol(&mut self, link: LocalPartial, reach: Reach) -> Formula {
        let layout = self.setter.link(&mut self.sheet, link.of, link.by, reach);
        self.formula(layout)
    }

    /// The same for a link with its value.
    fn link_symbol_of(&mut self, link: LocalPartial, reach: Reach, value: ExprId) -> Formula {
        let is_scalar = self.network.arena.shape(value).is_scalar();
        if is_scalar || self.setter.has_matrix_form(&mut self.sheet, value) {
            return self.link_symbol(link, reach);
        }
        let letters = self.setter.letters_of(&[link.of, link.by]);
        let reach = self.setter.link_reach(link.of, link.by, reach);
        let layout = self.setter.derivative_entry(&mut self.sheet, link.of, link.by, reach, &letters);
        self.formula(layout)
    }

    fn equations(&mut self) -> Vec<EquationJson> {
        let network = self.network;
        let written = network
            .equations
            .iter()
            .filter(|equation| !matches!(network.quantity(equation.name).origin, Origin::Partial { .. }));
        written
            .map(|equation| EquationJson {
                name: network.spelling(equation.name),
                symbol: self.name(equation.name),
                formula: self.written(equation.value),
                shape: self.shape(&[equation.name]),
            })
            .collect()
    }

    /// A formula of the user's own.
    fn written(&mut self, expr: ExprId) -> Formula {
        let layout = self.setter.expr_as_written(&mut self.sheet, expr);
        self.formula(layout)
    }

    /// The sizes of the axes of quantities, one after another.
    fn shape(&mut self, names: &[NameId]) -> Vec<String> {
        let shapes = self.network.arena.shapes();
        let dims = names.iter().flat_map(|&name| shapes.dims(self.network.quantity(name).shape).iter().copied());
        let dims: Vec<Dim> = dims.collect();
        let size = |dim| {
            let layout = self.setter.size(&mut self.sheet, dim);
            text::formula(&self.sheet, layout)
        };
        dims.into_iter().map(size).collect()
    }

    /// The axes of ∂of/∂by in the layout of the style.
    fn derivative_shape(&mut self, of: NameId, by: NameId) -> Vec<String> {
        let mut shape = self.shape(&[of, by]);
        if self.setter.is_other_way(of, by) {
            shape.reverse();
            let is_row = shape.len() == 1;
            shape.splice(0..0, is_row.then(|| "1".to_owned()));
        }
        shape
    }

    /// ∂of/∂by in the layout of the style; in indices where it has more axes than a matrix.
    fn value(&mut self, of: NameId, by: NameId, value: ExprId) -> Formula {
        if let Some(formula) = self.in_indices(value) {
            return formula;
        }
        let layout = self.setter.derivative_value(&mut self.sheet, of, by, value);
        self.formula(layout)
    }

    fn entry(&mut self, of: NameId, by: NameId, value: ExprId) -> Option<EntryJson> {
        let rank = self.shape(&[of, by]).len();
        if rank == 0 {
            return None;
        }
        let letters = self.setter.letters_of(&[of, by]);
        let symbol = self.setter.derivative_entry(&mut self.sheet, of, by, Reach::Total, &letters);
        let formula = self.setter.component(&mut self.sheet, value, &letters);
        Some(EntryJson { symbol: self.formula(symbol), formula: self.formula(formula) })
    }

    /// The given quantities that are no scalars.
    fn quantities(&mut self) -> Vec<QuantityJson> {
        let network = self.network;
        let names = (0..network.quantities.len() as u32).map(NameId);
        let given = names.filter(|&name| {
            let quantity = network.quantity(name);
            matches!(quantity.origin, Origin::Leaf(_)) && !quantity.shape.is_scalar()
        });
        given
            .map(|name| QuantityJson {
                name: network.spelling(name),
                symbol: self.name(name),
                shape: self.shape(&[name]),
            })
            .collect()
    }

    fn adjoints(&mut self, story: &Story) -> Vec<AdjointJson> {
        let mut all = Vec::new();
        for adjoints in &story.derivation.adjoints {
            let of = adjoints.of();
            for name in self.network.equations.iter().rev().map(|equation| equation.name) {
                let Some(value) = adjoints.value(name).filter(|_| name != of) else { continue };
                let letter = self.setter.error(of, name).map(|letter| self.formula(letter));
                all.push(AdjointJson {
                    of: self.network.spelling(of),
                    by: self.network.spelling(name),
                    symbol: self.symbol_of(of, name, value),
                    letter,
                    formula: self.value(of, name, value),
                    shape: self.derivative_shape(of, name),
                    assumptions: self.assumptions(story, of, name),
                });
            }
        }
        all
    }

    /// What ∂of/∂by holds because of.
    fn assumptions(&mut self, story: &Story, of: NameId, by: NameId) -> Vec<Formula> {
        let assumed = story.assumed.of(of, by).iter();
        assumed
            .map(|assumed| {
                let layout = assumption(&mut self.setter, &mut self.sheet, assumed);
                self.formula(layout)
            })
            .collect()
    }

    /// Every application of a rule, where they are wanted.
    fn steps(&mut self, story: &Story, link: LocalPartial) -> Vec<StepJson> {
        let worked = story.worked.get(&(link.of, link.by)).filter(|_| story.depth == Depth::Full);
        let lines = worked.map(|worked| worked.lines.as_slice()).unwrap_or_default();
        let step = |line: &WorkedLine| StepJson {
            formula: self.expr(line.expr),
            rules: line.rules.iter().map(|rule| rule.0.name()).collect(),
        };
        lines.iter().map(step).collect()
    }

    /// The functions of the user's own that have a definition.
    fn functions(&mut self) -> Vec<OwnFunctionJson> {
        let lines = definitions(self.network, self.setter.style(), &mut self.sheet);
        let function = |(left, right)| OwnFunctionJson { symbol: self.formula(left), formula: self.formula(right) };
        lines.into_iter().map(function).collect()
    }

    fn link(&mut self, story: &Story, link: LocalPartial, value: ExprId) -> LinkJson {
        let worked = story.worked.get(&(link.of, link.by));
        let rules = worked.and_then(|worked| worked.lines.get(1)).map(|line| line.rules.as_slice()).unwrap_or_default();
        LinkJson {
            of: self.network.spelling(link.of),
            by: self.network.spelling(link.by),
            symbol: self.link_symbol_of(link, story.derivation.reach(link), value),
            formula: self.value(link.of, link.by, value),
            shape: self.derivative_shape(link.of, link.by),
            entry: self.entry(link.of, link.by, value),
            rules: rules.iter().map(|rule| rule.0.name()).collect(),
            steps: self.steps(story, link),
            value: story.values.get(&value).copied().and_then(finite),
        }
    }

    fn track(&mut self, story: &Story, of: NameId, rows: &[crate::calculus::TrackRow]) -> Vec<TrackJson> {
        rows.iter()
            .map(|row| TrackJson {
                by: self.network.spelling(row.by),
                symbol: self.symbol(of, row.by),
                chain: self.expr(row.symbols),
                formula: self.expr(row.value),
                value: story.values.get(&row.value).copied().and_then(finite),
            })
            .collect()
    }

    /// The error terms of scalars.
    fn error_terms(&mut self, story: &Story) -> Vec<AdjointJson> {
        let rows = story.errors.iter().filter(|row| row.is_named);
        rows.map(|row| AdjointJson {
            of: self.network.spelling(row.of),
            by: self.network.spelling(row.by),
            symbol: self.symbol(row.of, row.by),
            letter: self.setter.error(row.of, row.by).map(|letter| self.formula(letter)),
            formula: self.expr(row.value),
            shape: Vec::new(),
            assumptions: Vec::new(),
        })
        .collect()
    }

    fn derivative(&mut self, story: &Story, at: usize, gradient: &Gradient) -> DerivativeJson {
        let (form, paths, recursion) = match &gradient.shape {
            Shape::Independent => ("independent", Vec::new(), Vec::new()),
            Shape::Itself => ("itself", Vec::new(), Vec::new()),
            Shape::Products(terms) => {
                let paths = terms.iter().map(|term| {
                    let links = term.links.iter().zip(&term.values);
                    links.map(|(&link, &value)| self.link(story, link, value)).collect()
                });
                ("products", paths.collect(), Vec::new())
            }
            Shape::Recursion(rows) => ("recursion", Vec::new(), self.track(story, gradient.of, rows)),
        };
        let rewritings = gradient.rewritings.iter().map(|rewriting| RewritingJson {
            rule: rewriting.rule.name(),
            before: self.expr(rewriting.before).latex,
            after: self.expr(rewriting.after).latex,
        });
        let rewritings = if gradient.rewritings.len() > 200 { Vec::new() } else { rewritings.collect() };
        let confirmed = story.confirmed.get(at).copied().flatten();
        let array = story.arrays.get(at).and_then(Option::as_ref);
        DerivativeJson {
            of: self.network.spelling(gradient.of),
            by: self.network.spelling(gradient.by),
            symbol: self.symbol_of(gradient.of, gradient.by, gradient.simplified),
            form,
            path_count: (gradient.path_count < u64::MAX).then_some(gradient.path_count),
            paths,
            recursion,
            result: self.value(gradient.of, gradient.by, gradient.simplified),
            shape: self.derivative_shape(gradient.of, gradient.by),
            entry: self.entry(gradient.of, gradient.by, gradient.simplified),
            rewritings,
            assumptions: self.assumptions(story, gradient.of, gradient.by),
            value: match array {
                Some(array) => Some(nested(&in_layout(&self.setter, gradient.of, gradient.by, &array.value))),
                None => story.values.get(&gradient.simplified).copied().and_then(finite).map(serde_json::Value::from),
            },
            difference: match array {
                Some(array) => Some(difference(&array.confirmed.difference, array.confirmed.verdict)),
                None => confirmed.map(|confirmed| difference(&confirmed.difference, confirmed.verdict)),
            },
        }
    }
}

pub(super) fn difference(difference: &Difference, verdict: Verdict) -> DifferenceJson {
    let (verdict, reason) = match verdict {
        Verdict::Agrees => ("agrees", None),
        Verdict::Differs => ("differs", None),
        Verdict::OnKink => ("on-kink", None),
        Verdict::CannotTell(reason) => ("cannot-tell", Some(reason)),
    };
    DifferenceJson {
        value: finite(difference.value),
        step: finite(difference.step),
        error: finite(difference.error),
        verdict,
        reason,
    }
}

/// A derivation as JSON, schema `derive.derivation`; `values` are those of the leaves, given in `point`.
pub fn derivation(network: &Network, story: &Story, style: Style, values: Option<&Values>) -> String {
    let mut setter = Setter::new(network, style);
    let letters = story.derivation.adjoints.iter().flat_map(|adjoints| adjoints.deltas());
    for adjoints in &story.derivation.adjoints {
        for delta in adjoints.deltas() {
            setter.setter.note_value(adjoints.shown(delta.by), delta.value);
        }
    }
    let letters: Vec<(NameId, NameId)> = letters.map(|delta| (delta.of, delta.by)).collect();
    let errors = story.errors.iter().filter(|row| row.is_named).map(|row| (row.of, row.by));
    let letters: Vec<(NameId, NameId)> = letters.into_iter().chain(errors).collect();
    setter.setter.name_errors(&mut setter.sheet, &letters);
    let has_tensors = network.has_tensors();
    let leaves = (0..network.quantities.len() as u32).map(NameId);
    let point = leaves.filter(|&name| matches!(network.quantity(name).origin, Origin::Leaf(_))).filter_map(|name| {
        let value = values?.get(name)?;
        Some(ValueJson { name: network.spelling(name), value: finite(value) })
    });
    let gradients = &story.derivation.gradients;
    let main_track = match gradients.first() {
        Some(first) => setter.track(story, first.of, &story.track),
        None => Vec::new(),
    };
    let missing = story.no_numbers.iter().map(|reason| format!("there are no numbers: {}", reason.message));
    let notes = missing.chain(story.troubles.iter().map(|trouble| trouble_words(network, trouble)));
    let body = DerivationJson {
        layout: has_tensors.then_some(match style.orientation {
            Orientation::Mixed => "mixed",
            Orientation::Numerator => "numerator",
            Orientation::Denominator => "denominator",
        }),
        quantities: setter.quantities(),
        functions: setter.functions(),
        equations: setter.equations(),
        point: point.collect(),
        main_track,
        adjoints: if has_tensors { setter.adjoints(story) } else { setter.error_terms(story) },
        derivatives: gradients.iter().enumerate().map(|(at, one)| setter.derivative(story, at, one)).collect(),
        notes: notes.collect(),
    };
    document("derive.derivation", &body)
}
