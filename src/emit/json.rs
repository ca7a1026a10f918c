//! JSON with a versioned schema: the boundary has structures of its own.
//!
//! Takes a derivation, an evaluation, a descent or the function table; gives text. Every formula stands there in LaTeX
//! and in Unicode text. Numbers that JSON lacks (NaN, infinities) are `null`.

use serde::Serialize;

use crate::calculus::{Gradient, LocalPartial, Shape};
use crate::emit::arrays::nested;
use crate::emit::{latex, text};
use crate::eval::{Descent, Difference, End, Values, Verdict};
use crate::expr::{ExprId, NameId, Reach};
use crate::function::{Entry, table};
use crate::narrate::{Evaluation, Story, assumption, in_layout, trouble_words};
use crate::network::{Network, Origin};
use crate::notation::layout::{LayoutId, Sheet};
use crate::notation::{Orientation, Style, Typesetter};
use crate::shape::Dim;

/// The version of the schema; it grows when a field changes its meaning or goes.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Formula {
    latex: String,
    text: String,
}

#[derive(Serialize)]
struct EquationJson {
    name: String,
    symbol: Formula,
    formula: Formula,
    /// The sizes of its axes as the user names them; left out for a scalar.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shape: Vec<String>,
}

/// A given quantity that is no scalar.
#[derive(Serialize)]
struct QuantityJson {
    name: String,
    symbol: Formula,
    shape: Vec<String>,
}

/// ∂of/∂by on the way, in terms of those that have a letter.
#[derive(Serialize)]
struct AdjointJson {
    of: String,
    by: String,
    symbol: Formula,
    /// δ₂, where it has one.
    letter: Option<Formula>,
    formula: Formula,
    shape: Vec<String>,
    /// What it holds because of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assumptions: Vec<Formula>,
}

/// One entry of a derivative.
#[derive(Serialize)]
struct EntryJson {
    symbol: Formula,
    formula: Formula,
}

#[derive(Serialize)]
struct LinkJson {
    of: String,
    by: String,
    symbol: Formula,
    formula: Formula,
    rules: Vec<&'static str>,
    value: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shape: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<EntryJson>,
}

#[derive(Serialize)]
struct TrackJson {
    by: String,
    symbol: Formula,
    chain: Formula,
    formula: Formula,
    value: Option<f64>,
}

#[derive(Serialize)]
pub(super) struct DifferenceJson {
    value: Option<f64>,
    step: Option<f64>,
    error: Option<f64>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct DerivativeJson {
    of: String,
    by: String,
    symbol: Formula,
    /// `products`, `recursion`, `independent` or `itself`.
    form: &'static str,
    /// How many paths there are; `null` for more than 2⁶⁴.
    path_count: Option<u64>,
    paths: Vec<Vec<LinkJson>>,
    recursion: Vec<TrackJson>,
    result: Formula,
    /// The axes of the derivative; left out for a scalar.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shape: Vec<String>,
    /// The result for one entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<EntryJson>,
    rewritings: Vec<RewritingJson>,
    /// What the result holds because of: Σⱼ yⱼ = 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assumptions: Vec<Formula>,
    value: Option<serde_json::Value>,
    difference: Option<DifferenceJson>,
}

#[derive(Serialize)]
struct RewritingJson {
    rule: &'static str,
    before: String,
    after: String,
}

#[derive(Serialize)]
struct DerivationJson {
    schema: &'static str,
    version: u32,
    /// `mixed`, `numerator` or `denominator`, where there are tensors.
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    quantities: Vec<QuantityJson>,
    equations: Vec<EquationJson>,
    point: Vec<ValueJson>,
    main_track: Vec<TrackJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    adjoints: Vec<AdjointJson>,
    derivatives: Vec<DerivativeJson>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct ValueJson {
    name: String,
    value: Option<f64>,
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

pub(super) fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).map(|text| text + "\n").unwrap_or_default()
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
        let layout = self.setter.expr(&mut self.sheet, expr);
        self.formula(layout)
    }

    fn name(&mut self, name: NameId) -> Formula {
        let layout = self.setter.name(&mut self.sheet, name);
        self.formula(layout)
    }

    fn symbol(&mut self, of: NameId, by: NameId) -> Formula {
        let layout = self.setter.derivative(&mut self.sheet, of, by);
        self.formula(layout)
    }

    fn link_symbol(&mut self, link: LocalPartial, reach: Reach) -> Formula {
        let layout = self.setter.link(&mut self.sheet, link.of, link.by, reach);
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
        let layout = self.setter.derivative_value(&mut self.sheet, of, by, value);
        self.formula(layout)
    }

    fn entry(&mut self, of: NameId, by: NameId, value: ExprId) -> Option<EntryJson> {
        let rank = self.shape(&[of, by]).len();
        if rank == 0 {
            return None;
        }
        let letters = self.setter.index_letters(rank);
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
                    symbol: self.symbol(of, name),
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

    fn link(&mut self, story: &Story, link: LocalPartial, value: ExprId) -> LinkJson {
        let worked = story.worked.get(&(link.of, link.by));
        let rules = worked.and_then(|worked| worked.lines.get(1)).map(|line| line.rules.as_slice()).unwrap_or_default();
        LinkJson {
            of: self.network.spelling(link.of),
            by: self.network.spelling(link.by),
            symbol: self.link_symbol(link, story.derivation.reach(link)),
            formula: self.value(link.of, link.by, value),
            shape: self.derivative_shape(link.of, link.by),
            entry: self.entry(link.of, link.by, value),
            rules: rules.iter().map(|rule| rule.0.name()).collect(),
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
            symbol: self.symbol(gradient.of, gradient.by),
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

/// A derivation as JSON.
pub fn derivation(network: &Network, story: &Story, style: Style, values: Option<&Values>) -> String {
    let mut setter = Setter::new(network, style);
    let letters = story.derivation.adjoints.iter().flat_map(|adjoints| adjoints.deltas());
    let letters: Vec<(NameId, NameId)> = letters.map(|delta| (delta.of, delta.by)).collect();
    setter.setter.name_errors(&mut setter.sheet, &letters);
    let has_tensors = network.quantities.iter().any(|quantity| !quantity.shape.is_scalar());
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
    pretty(&DerivationJson {
        schema: "derive.derivation",
        version: VERSION,
        layout: has_tensors.then_some(match style.orientation {
            Orientation::Mixed => "mixed",
            Orientation::Numerator => "numerator",
            Orientation::Denominator => "denominator",
        }),
        quantities: setter.quantities(),
        equations: setter.equations(),
        point: point.collect(),
        main_track,
        adjoints: if has_tensors { setter.adjoints(story) } else { Vec::new() },
        derivatives: gradients.iter().enumerate().map(|(at, one)| setter.derivative(story, at, one)).collect(),
        notes: story.troubles.iter().map(|trouble| trouble_words(network, trouble)).collect(),
    })
}

#[derive(Serialize)]
struct LocalJson {
    of: String,
    by: String,
    symbol: Formula,
    formula: Formula,
    value: Option<f64>,
}

#[derive(Serialize)]
struct GradientJson {
    by: String,
    symbol: Formula,
    value: Option<f64>,
    rank: usize,
    difference: Option<DifferenceJson>,
}

#[derive(Serialize)]
struct EvaluationJson {
    schema: &'static str,
    version: u32,
    of: String,
    quantities: Vec<ValueJson>,
    local_partials: Vec<LocalJson>,
    gradients: Vec<GradientJson>,
    notes: Vec<String>,
}

/// An evaluation as JSON.
pub fn evaluation(network: &Network, evaluation: &Evaluation, style: Style) -> String {
    let mut setter = Setter::new(network, style);
    let quantities = evaluation.quantities.iter();
    let locals = evaluation.locals.iter().map(|local| LocalJson {
        of: network.spelling(local.partial.of),
        by: network.spelling(local.partial.by),
        symbol: setter.link_symbol(local.partial, local.reach),
        formula: setter.expr(local.partial.value),
        value: finite(local.value),
    });
    let local_partials = locals.collect();
    let gradients = evaluation.gradients.iter().map(|gradient| GradientJson {
        by: network.spelling(gradient.by),
        symbol: setter.symbol(evaluation.of, gradient.by),
        value: finite(gradient.value),
        rank: gradient.rank,
        difference: gradient.confirmed.map(|(found, verdict)| difference(&found, verdict)),
    });
    pretty(&EvaluationJson {
        schema: "derive.evaluation",
        version: VERSION,
        of: network.spelling(evaluation.of),
        quantities: quantities
            .map(|one| ValueJson { name: network.spelling(one.name), value: finite(one.value) })
            .collect(),
        local_partials,
        gradients: gradients.collect(),
        notes: evaluation.troubles.iter().map(|trouble| trouble_words(network, trouble)).collect(),
    })
}

#[derive(Serialize)]
struct StepJson {
    step: usize,
    cost: Option<f64>,
    gradient_norm: Option<f64>,
    parameters: Vec<ValueJson>,
}

#[derive(Serialize)]
struct DescentJson {
    schema: &'static str,
    version: u32,
    of: String,
    rate: f64,
    ended: &'static str,
    steps: Vec<StepJson>,
}

/// Why a descent ended, in a word.
pub(super) fn ended(end: End) -> &'static str {
    match end {
        End::Completed => "completed",
        End::Stationary => "stationary",
        End::CostNotFinite(_) => "cost-not-finite",
        End::GradientNotFinite(_) => "gradient-not-finite",
    }
}

/// A descent as JSON.
pub fn descent(network: &Network, of: NameId, parameters: &[NameId], rate: f64, descent: &Descent) -> String {
    let steps = descent.rows.iter().map(|row| StepJson {
        step: row.step,
        cost: finite(row.cost),
        gradient_norm: finite(row.gradient_norm),
        parameters: parameters
            .iter()
            .zip(&row.parameters)
            .map(|(&name, &value)| ValueJson { name: network.spelling(name), value: finite(value) })
            .collect(),
    });
    pretty(&DescentJson {
        schema: "derive.descent",
        version: VERSION,
        of: network.spelling(of),
        rate,
        ended: ended(descent.end),
        steps: steps.collect(),
    })
}

#[derive(Serialize)]
struct KinkJson {
    zero: &'static str,
    convention: &'static str,
}

#[derive(Serialize)]
struct FunctionJson {
    name: &'static str,
    aliases: &'static [&'static str],
    group: String,
    parameters: &'static [&'static str],
    defaults: &'static [&'static str],
    definition: Option<&'static str>,
    derivatives: &'static [&'static str],
    kinks: Vec<KinkJson>,
    domain: &'static str,
    summary: &'static str,
}

#[derive(Serialize)]
struct FunctionsJson {
    schema: &'static str,
    version: u32,
    functions: Vec<FunctionJson>,
}

/// The function table as JSON.
pub fn functions() -> String {
    pretty(&FunctionsJson {
        schema: "derive.functions",
        version: VERSION,
        functions: table().map(entry_json).collect(),
    })
}

/// One entry of the function table as JSON.
pub fn function(entry: &'static Entry) -> String {
    pretty(&FunctionsJson { schema: "derive.functions", version: VERSION, functions: vec![entry_json(entry)] })
}

fn entry_json(entry: &'static Entry) -> FunctionJson {
    FunctionJson {
        name: entry.name,
        aliases: entry.aliases,
        group: format!("{:?}", entry.group).to_lowercase(),
        parameters: entry.parameters,
        defaults: entry.defaults,
        definition: entry.definition,
        derivatives: entry.derivatives,
        kinks: entry.kinks.iter().map(|kink| KinkJson { zero: kink.zero, convention: kink.convention }).collect(),
        domain: entry.domain.condition(),
        summary: entry.summary,
    }
}
