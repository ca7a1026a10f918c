//! Values of quantities, merged from declarations, `at` points, the command line and JSON, later ones over earlier.
//!
//! Takes texts with the network; gives inputs for a program, or diagnostics: all missing values at once, bad ones with
//! their place in the text that they come from.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::diagnostic::{Diagnostic, Label, Span};
use crate::eval::missing::missing_values;
use crate::eval::{Compiler, Program, Root, Tensor, data, kinds};
use crate::expr::{ExprId, NameId};
use crate::network::{Literal, Network, Origin, Point};

/// How many names without a quantity are pointed at one by one.
const MAX_ERRORS: usize = 20;

/// A value for each leaf that has one.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Values {
    by_name: Vec<Option<f64>>,
    /// Values of tensors; a number in `by_name` for a tensor is the value of all its entries.
    pub(super) tensors: BTreeMap<NameId, Tensor>,
    /// Sizes that were given, and do not only follow from the shapes of values.
    pub(super) given_sizes: BTreeSet<NameId>,
}

impl Values {
    /// No values, for the quantities of this network.
    pub fn new(network: &Network) -> Self {
        Values { by_name: vec![None; network.quantities.len()], ..Values::default() }
    }

    /// What the file declares: values of leaves, and sizes.
    ///
    /// # Errors
    /// Values that contradict a shape or a size.
    pub fn declared(network: &Network) -> Result<Self, Vec<Diagnostic>> {
        let mut values = Values::new(network);
        for size in &network.sizes {
            if let Some(value) = size.value {
                values.set(size.name, f64::from(value));
                values.given_sizes.insert(size.name);
            }
        }
        let declared = network.quantities.iter().enumerate();
        let pairs: Vec<(NameId, ExprId)> =
            declared.filter_map(|(at, quantity)| Some((NameId(at as u32), quantity.value?))).collect();
        values.assign(network, &pairs, None)?;
        let declared = network.quantities.iter().enumerate();
        for (at, literal) in declared.filter_map(|(at, quantity)| Some((at, quantity.literal.as_ref()?))) {
            values.assign_literal(network, NameId(at as u32), literal, None)?;
        }
        values.settle_sizes(network)?;
        Ok(values)
    }

    /// What the file declares, with its unnamed points and, if asked for, a named one.
    ///
    /// # Errors
    /// As [`Values::declared`]; also a point that the file does not have.
    pub fn of_network(network: &Network, label: Option<&str>) -> Result<Self, Vec<Diagnostic>> {
        let mut values = Values::declared(network)?;
        let known = |point: &&Point| point.label.as_deref() == label;
        if label.is_some() && !network.points.iter().any(|point| known(&point)) {
            return Err(vec![no_such_point(network, label.unwrap_or_default())]);
        }
        for point in network.points.iter().filter(|point| point.label.is_none() || known(point)) {
            values.assign(network, &point.values, Some(point.span))?;
            for (name, literal) in &point.literals {
                values.assign_literal(network, *name, literal, Some(point.span))?;
            }
        }
        values.settle_sizes(network)?;
        Ok(values)
    }

    /// The values of constant expressions.
    fn constants(&self, network: &Network, values: &[ExprId]) -> Result<Vec<f64>, Vec<Diagnostic>> {
        let roots: Vec<Root> = values.iter().map(|&value| Root::Expression(value)).collect();
        let program = Compiler::new(network).compile(&roots).map_err(|diagnostic| vec![diagnostic])?;
        let inputs = self.inputs(network, &program).map_err(|diagnostic| vec![diagnostic])?;
        let mut registers = program.registers();
        program.run(&mut registers, &inputs);
        Ok(program.outputs(&registers).collect())
    }

    fn assign_literal(
        &mut self,
        network: &Network,
        name: NameId,
        literal: &Literal,
        span: Option<Span>,
    ) -> Result<(), Vec<Diagnostic>> {
        let data = self.constants(network, &literal.entries)?;
        let tensor = Tensor { dims: literal.dims.clone(), data };
        let place = span.unwrap_or(network.quantity(name).span);
        self.give_tensor(network, name, tensor).map_err(|error| vec![error.at(place, "")])
    }

    /// Sets values that are constant expressions; `span` is where they stand, if not at the quantity.
    fn assign(
        &mut self,
        network: &Network,
        pairs: &[(NameId, ExprId)],
        span: Option<Span>,
    ) -> Result<(), Vec<Diagnostic>> {
        let expressions: Vec<ExprId> = pairs.iter().map(|pair| pair.1).collect();
        let numbers = self.constants(network, &expressions)?;
        let mut errors = Vec::new();
        for (&(name, _), value) in pairs.iter().zip(numbers) {
            let place = span.unwrap_or(network.quantity(name).span);
            match self.give_to(network, name, value) {
                Ok(()) => {}
                Err(diagnostic) => errors.push(diagnostic.at(place, "")),
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Sets values from a JSON object of names and numbers; spans of the diagnostics are places in `text`.
    ///
    /// # Errors
    /// All that is wrong with it at once: broken JSON, a name that is not known, no number, a value that does not
    /// fit the shape. Nothing is set then.
    pub fn read_json(&mut self, network: &Network, text: &str) -> Result<(), Vec<Diagnostic>> {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).map_err(|error| {
            let at = byte_of(text, error.line(), error.column());
            let message = format!("the values are no JSON object of names and numbers: {error}");
            vec![Diagnostic::error("bad-value", message).at(Span::new(at, at), "")]
        })?;
        let known = spellings(network, object.len());
        let mut errors = Vec::new();
        let mut more = 0;
        for (name, value) in &object {
            let is_unknown = !known.is_empty() && !known.contains_key(name.as_str()) && network.find(name).is_none();
            if errors.len() >= MAX_ERRORS && is_unknown {
                more += 1;
                continue;
            }
            let outcome = match (value.as_f64(), known.get(name.as_str())) {
                (Some(number), Some(&id)) => self.give_to(network, id, number),
                (_, id) => self.give_json(network, name, id.copied(), value),
            };
            if let Err(diagnostic) = outcome {
                errors.push(diagnostic.at(key_span(text, name), ""));
            }
        }
        if more > 0 {
            errors.push(Diagnostic::error("unknown-name", format!("{more} more names are not defined")));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        self.settle_sizes(network).map_err(|errors| {
            let places = object.keys().filter_map(|name| Some((network.find(name)?, key_span(text, name))));
            relocated(network, errors, &places.collect::<Vec<_>>(), Span::new(0, 0))
        })
    }

    /// Sets a value from JSON; `id` is the quantity if it is known already.
    pub(super) fn give_json(
        &mut self,
        network: &Network,
        name: &str,
        id: Option<NameId>,
        value: &serde_json::Value,
    ) -> Result<(), Diagnostic> {
        let tensor = data::from_json(value).map_err(|reason| {
            let shown: String = value.to_string().chars().take(40).collect();
            let what = if value.is_array() {
                format!("the value of `{name}`: {reason}")
            } else {
                format!("the value of `{name}` is no number: {shown}")
            };
            Diagnostic::error("bad-value", what)
        })?;
        let id = id.or_else(|| network.find(name)).ok_or_else(|| unknown(network, name))?;
        self.give_tensor(network, id, tensor)
    }

    pub(super) fn give_to(&mut self, network: &Network, id: NameId, value: f64) -> Result<(), Diagnostic> {
        settable(network, id)?;
        finite(network, id, value)?;
        kinds::check(network, id, &[value])?;
        kinds::check_fill(network, id)?;
        if network.quantity(id).origin == Origin::Size {
            if value < 1.0 || value.fract() != 0.0 || value > f64::from(u32::MAX) {
                let shown = if value.abs() < 1e12 { value.to_string() } else { format!("{value:e}") };
                let message = format!("`{}` is a size, and {shown} is none", network.spelling(id));
                let error = Diagnostic::error("bad-value", message);
                return Err(error.hint("a size is a whole number from 1 to 4294967295"));
            }
            self.given_sizes.insert(id);
        }
        self.set(id, value);
        Ok(())
    }

    /// Sets the value of a tensor, after a look at its shape and entries.
    ///
    /// # Errors
    /// A shape that does not fit, and entries that break a promise (`simplex`, `index`, `binary`).
    pub fn give_tensor(&mut self, network: &Network, id: NameId, tensor: Tensor) -> Result<(), Diagnostic> {
        if tensor.dims.is_empty() {
            return self.give_to(network, id, tensor.data[0]);
        }
        settable(network, id)?;
        if let Some(&value) = tensor.data.iter().find(|value| !value.is_finite()) {
            finite(network, id, value)?;
        }
        self.check_dims(network, id, &tensor)?;
        kinds::check(network, id, &tensor.data)?;
        kinds::check_rows(network, id, &tensor)?;
        self.set_tensor(id, tensor);
        Ok(())
    }

    /// Sets the value of a scalar, or of all entries of a tensor, in the place of the one before. Nothing is checked.
    pub fn set(&mut self, name: NameId, value: f64) {
        let at = name.0 as usize;
        if self.by_name.len() <= at {
            self.by_name.resize(at + 1, None);
        }
        self.by_name[at] = Some(value);
        self.tensors.remove(&name);
    }

    /// Sets the value of a tensor, in the place of the one before. Its shape is not checked.
    pub fn set_tensor(&mut self, name: NameId, tensor: Tensor) {
        self.unset(name);
        self.tensors.insert(name, tensor);
    }

    /// Forgets the number of a quantity.
    pub(super) fn unset(&mut self, name: NameId) {
        if let Some(value) = self.by_name.get_mut(name.0 as usize) {
            *value = None;
        }
    }

    /// Whether a quantity has a value.
    pub fn has(&self, name: NameId) -> bool {
        self.get(name).is_some() || self.tensors.contains_key(&name)
    }

    /// The value of a scalar quantity, if it has one; of a tensor only where all entries are the same number.
    pub fn get(&self, name: NameId) -> Option<f64> {
        self.by_name.get(name.0 as usize).copied().flatten()
    }

    /// With the values of all equations, computed from those of the leaves.
    ///
    /// # Errors
    /// Values that are missing, all of them named, and abstract functions.
    pub fn forward(&self, network: &Network) -> Result<Values, Diagnostic> {
        let names: Vec<NameId> = network.equations.iter().map(|equation| equation.name).collect();
        let roots: Vec<Root> = names.iter().map(|&name| Root::Quantity(name)).collect();
        let program = Compiler::new(network).compile(&roots)?;
        let mut registers = program.registers();
        program.run(&mut registers, &self.inputs(network, &program)?);
        let mut values = self.clone();
        for (&name, value) in names.iter().zip(program.outputs(&registers)) {
            values.set(name, value);
        }
        Ok(values)
    }

    /// The values of a program's inputs, in its order.
    ///
    /// # Errors
    /// `missing-value`, with all quantities that have no value.
    pub fn inputs(&self, network: &Network, program: &Program) -> Result<Vec<f64>, Diagnostic> {
        let missing: Vec<NameId> = program.inputs().filter(|&name| self.get(name).is_none()).collect();
        if missing.is_empty() {
            return Ok(program.inputs().filter_map(|name| self.get(name)).collect());
        }
        Err(missing_values(network, missing))
    }
}

/// Errors about quantities of the network with places in the text that gave the values instead.
pub(super) fn relocated(
    network: &Network,
    errors: Vec<Diagnostic>,
    places: &[(NameId, Span)],
    otherwise: Span,
) -> Vec<Diagnostic> {
    let here = |error: Diagnostic| {
        let given = |label: &Label| places.iter().rev().find(|(name, _)| network.quantity(*name).span == label.span);
        let mut spans: Vec<Span> = error.labels.iter().filter_map(|label| Some(given(label)?.1)).collect();
        if spans.is_empty() {
            spans.push(otherwise);
        }
        spans.into_iter().fold(Diagnostic { labels: Vec::new(), ..error }, |error, span| error.at(span, ""))
    };
    errors.into_iter().map(here).collect()
}

fn settable(network: &Network, name: NameId) -> Result<(), Diagnostic> {
    if network.definition(name).is_none() {
        return Ok(());
    }
    let message = format!("`{}` is computed by an equation, so it cannot be given a value", network.spelling(name));
    Err(Diagnostic::error("bad-value", message).hint("give values to inputs, targets, parameters and constants"))
}

fn finite(network: &Network, name: NameId, value: f64) -> Result<(), Diagnostic> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Diagnostic::error("bad-value", format!("the value of `{}` is not finite: {value}", network.spelling(name))))
}

fn no_such_point(network: &Network, label: &str) -> Diagnostic {
    let known: Vec<String> =
        network.points.iter().filter_map(|point| point.label.as_deref()).map(|label| format!("\"{label}\"")).collect();
    let diagnostic = Diagnostic::error("unknown-point", format!("the file has no point \"{label}\""));
    match known.as_slice() {
        [] => diagnostic.hint("name one: `at \"start\" x = 0.5`"),
        _ => diagnostic.hint(format!("it has {}", known.join(", "))),
    }
}

pub(super) fn unknown(network: &Network, name: &str) -> Diagnostic {
    let leaves = (0..network.quantities.len() as u32).map(NameId).filter(|&id| network.definition(id).is_none());
    let near = leaves
        .map(|id| network.spelling(id))
        .map(|known| (strsim::damerau_levenshtein(name, &known), known))
        .min()
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .filter(|(distance, known)| *distance < name.chars().count() || known.eq_ignore_ascii_case(name));
    let diagnostic = Diagnostic::error("unknown-name", format!("`{name}` is not defined"));
    match near {
        Some((_, known)) => diagnostic.hint(format!("did you mean `{known}`?")),
        None => diagnostic,
    }
}

/// All names by their spelling, when there are so many values that looking each one up would take long.
fn spellings(network: &Network, values: usize) -> FxHashMap<String, NameId> {
    let count = if values > 32 { network.quantities.len() } else { 0 };
    (0..count as u32).map(|at| (network.spelling(NameId(at)), NameId(at))).collect()
}

/// The byte of a line and column, both from 1, as `serde_json` counts them.
fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

/// Where a key stands in a JSON text: its first quoted mention that a colon follows.
fn key_span(text: &str, key: &str) -> Span {
    let quoted = serde_json::Value::from(key).to_string();
    let is_key = |&(at, _): &(usize, &str)| text[at + quoted.len()..].trim_start().starts_with(':');
    match text.match_indices(&quoted).find(is_key) {
        Some((at, _)) => Span::new(at, at + quoted.len()),
        None => Span::new(0, 0),
    }
}
