//! Central differences: the derivative as numbers alone give it, to hold against the derived one.
//!
//! Takes a quantity, what to differentiate by, and values; gives the difference, extrapolated to step 0 (Ridders
//! 1982), with the step and an error estimate. It knows nothing of derivatives.

use crate::diagnostic::Diagnostic;
use crate::eval::program::{KinkSite, Program};
use crate::eval::{Compiler, Root, Templates, Values};
use crate::expr::{NameId, Node, subexpressions};
use crate::network::Network;

/// How hard to try.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Effort {
    /// A few evaluations, for many parameters.
    Quick,
    /// Until the error estimate is small.
    #[default]
    Full,
}

/// Why a difference says little.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Obstacle {
    /// The point is on a kink, or so near that each step crosses it.
    Kink(KinkSite),
    /// The quantity is not finite at the point or around it.
    NotFinite,
}

/// A central difference.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Difference {
    /// Its value, extrapolated.
    pub value: f64,
    /// The smallest step that went into it.
    pub step: f64,
    /// An estimate of its error, from the extrapolation and from rounding.
    pub error: f64,
    /// A derivative below this cannot be seen with this step, because of the rounding on the way to the quantity.
    pub resolution: f64,
    /// How often the quantity was evaluated.
    pub evaluations: u32,
    /// What stood in the way.
    pub obstacle: Option<Obstacle>,
}

/// What a difference says about a derived value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// They agree within the error, and the error is small.
    Agrees,
    /// They differ by more than the error.
    Differs,
    /// There is no derivative here; the difference is not held against the convention.
    OnKink,
    /// Nothing can be said; the reason in a few words.
    CannotTell(&'static str),
}

const INVISIBLE: &str = "the derivative is smaller than the rounding error of the difference";

/// How many errors apart is different.
const ERRORS: f64 = 8.0;

/// The part by which values may differ though the error estimate is smaller: it is an estimate.
const SLACK: f64 = 1e-9;

/// The error, as a part of the value, from which on agreement says nothing.
const VAGUE: f64 = 1e-3;

impl Difference {
    /// Of a quantity that does not depend on what is moved.
    pub(super) const ZERO: Difference = Difference { value: 0.0, error: 0.0, ..NONE };

    /// What it says about a derived value.
    pub fn verdict(&self, derived: f64) -> Verdict {
        if self.obstacle == Some(Obstacle::NotFinite) || !self.value.is_finite() {
            return Verdict::CannotTell("the values around the point are not finite");
        }
        if !derived.is_finite() {
            return Verdict::CannotTell("the derived value is not finite");
        }
        let size = self.value.abs().max(derived.abs());
        let tolerance = ERRORS * self.error + SLACK * size;
        let within = (self.value - derived).abs() <= tolerance;
        match (self.obstacle, within) {
            (Some(_), false) => Verdict::OnKink,
            (None, false) if (self.value - derived).abs() <= self.resolution => Verdict::CannotTell(INVISIBLE),
            (None, false) => Verdict::Differs,
            (_, true) if tolerance <= VAGUE * size || derived == 0.0 => Verdict::Agrees,
            (_, true) => Verdict::CannotTell(INVISIBLE),
        }
    }

    /// Whether it confirms a derived value.
    pub fn agrees(&self, derived: f64) -> bool {
        self.verdict(derived) == Verdict::Agrees
    }
}

/// Differences of one quantity at one point.
#[derive(Clone, Debug)]
pub struct Confirmer {
    program: Program,
    registers: Vec<f64>,
    inputs: Vec<f64>,
    /// What is 0 at the kinks, at the point itself.
    zeros: Vec<f64>,
    /// The largest value on the way to the quantity.
    magnitude: f64,
}

/// The difference of `of` by `by`, whatever they are: a leaf, or an intermediate quantity, which is cut.
///
/// `values` holds the leaves; for an intermediate `by` also the equations ([`Values::forward`]).
///
/// # Errors
/// As [`Compiler::compile`](super::Compiler::compile).
pub fn confirm(
    network: &Network,
    templates: &Templates,
    of: NameId,
    by: NameId,
    values: &Values,
) -> Result<Difference, Diagnostic> {
    let mut confirmer = match network.definition(by) {
        None => Confirmer::new(network, templates, of, values)?,
        Some(_) => Confirmer::cut(network, templates, of, &[by], values)?,
    };
    Ok(confirmer.difference(by, Effort::Full))
}

impl Confirmer {
    /// For differences of `of` by leaves: one program serves them all.
    ///
    /// # Errors
    /// As [`confirm`].
    pub fn new(network: &Network, templates: &Templates, of: NameId, values: &Values) -> Result<Self, Diagnostic> {
        Confirmer::cut(network, templates, of, &[], values)
    }

    /// For the difference of `of` by intermediate quantities, all of them held apart from what they depend on.
    ///
    /// # Errors
    /// As [`confirm`].
    pub fn cut(
        network: &Network,
        templates: &Templates,
        of: NameId,
        by: &[NameId],
        values: &Values,
    ) -> Result<Self, Diagnostic> {
        let compiler = Compiler::new(network).templates(templates);
        let compiler = by.iter().fold(compiler, |compiler, &name| compiler.cut(name));
        let program = compiler.compile(&[Root::Quantity(of)])?;
        let inputs = values.inputs(network, &program)?;
        let mut registers = program.registers();
        program.run(&mut registers, &inputs);
        let zeros = program.kinks().iter().map(|site| registers[site.zero as usize]).collect();
        let results = program.instructions().iter().map(|instruction| registers[instruction.to as usize].abs());
        let magnitude = results.filter(|size| size.is_finite()).fold(0.0, f64::max);
        Ok(Confirmer { program, registers, inputs, zeros, magnitude })
    }

    /// How many operations one evaluation takes.
    pub fn operations(&self) -> usize {
        self.program.instructions().len()
    }

    /// For local partials of an equation: every name on its right side is held apart.
    ///
    /// # Errors
    /// As [`confirm`].
    pub fn local(network: &Network, templates: &Templates, of: NameId, values: &Values) -> Result<Self, Diagnostic> {
        let equation = network.definition(of);
        let order = equation.map_or_else(Vec::new, |equation| subexpressions(&network.arena, equation.value));
        let names = order.iter().filter_map(|&expr| match network.arena.node(expr) {
            Node::Name(name) => Some(name),
            _ => None,
        });
        let names: Vec<NameId> = names.collect();
        Confirmer::cut(network, templates, of, &names, values)
    }

    /// The difference by an input of the program; 0 if the quantity does not depend on it.
    pub fn difference(&mut self, by: NameId, effort: Effort) -> Difference {
        let Some(at) = self.program.input(by) else {
            return Difference::ZERO;
        };
        let x = self.inputs[at];
        let mut kinks = Kinks::default();
        let mut difference = extrapolate(x, effort, |x| {
            self.inputs[at] = x;
            self.program.run(&mut self.registers, &self.inputs);
            let crossed = self.crossing(&mut kinks);
            if crossed { f64::NAN } else { self.program.output(&self.registers, 0) }
        });
        self.inputs[at] = x;
        if difference.step > 0.0 {
            difference.resolution = f64::EPSILON * self.magnitude / difference.step;
        }
        if let Some(site) = kinks.on.or(kinks.crossed.filter(|_| !difference.value.is_finite())) {
            difference.obstacle = Some(Obstacle::Kink(self.program.kinks()[site]));
        }
        difference
    }

    /// Whether the last run stands across a kink from the point; a kink on which the point stands is only noted.
    fn crossing(&self, kinks: &mut Kinks) -> bool {
        let mut crossed = false;
        for (at, (site, &before)) in self.program.kinks().iter().zip(&self.zeros).enumerate() {
            let now = self.registers[site.zero as usize];
            if before == 0.0 && now != 0.0 {
                kinks.on.get_or_insert(at);
            } else if before * now < 0.0 || (now == 0.0 && before != 0.0) {
                kinks.crossed.get_or_insert(at);
                crossed = true;
            }
        }
        crossed
    }
}

/// Kinks that were met, by their place in the program.
#[derive(Clone, Copy, Debug, Default)]
struct Kinks {
    on: Option<usize>,
    crossed: Option<usize>,
}

/// First steps as parts of the size of x; each is halved a few times.
const STARTS: [f64; 5] = [1e-1, 1e-3, 1e-5, 1e-7, 1e-9];

/// How often a step is halved.
const HALVINGS: usize = 8;

/// The derivative of `f` at `x` by central differences; `f` gives NaN where it may not be used.
pub(super) fn extrapolate(x: f64, effort: Effort, f: impl FnMut(f64) -> f64) -> Difference {
    let mut found = match effort {
        Effort::Quick => quick(x, f),
        Effort::Full => thorough(x, f),
    };
    if !found.value.is_finite() {
        found.obstacle = Some(Obstacle::NotFinite);
    }
    found
}

/// The first tableau whose error is small enough to say something.
fn quick(x: f64, mut f: impl FnMut(f64) -> f64) -> Difference {
    let mut best = NONE;
    for start in &STARTS[1..] {
        let evaluations = best.evaluations;
        let found = ridders(x, start * x.abs().max(0.1), 3, &mut f);
        if found.error < best.error {
            best = found;
        }
        best.evaluations = evaluations + found.evaluations;
        if ERRORS * best.error <= 0.1 * VAGUE * best.value.abs() {
            break;
        }
    }
    best
}

/// A value on which tableaus of two scales agree, so that a large step cannot overlook what is narrow.
fn thorough(x: f64, mut f: impl FnMut(f64) -> f64) -> Difference {
    let (mut best, mut before) = (NONE, NONE);
    let mut evaluations = 0;
    for start in STARTS {
        let found = ridders(x, start * x.abs().max(0.1), HALVINGS, &mut f);
        evaluations += found.evaluations;
        if !found.value.is_finite() {
            continue;
        }
        let apart = (found.value - before.value).abs();
        let size = found.value.abs().max(before.value.abs());
        if apart <= ERRORS * (found.error + before.error) + 1e3 * SLACK * size {
            let better = if found.error < before.error { found } else { before };
            best = if better.error < best.error { better } else { best };
        }
        if best.error <= SLACK * best.value.abs() && best.value != 0.0 {
            break;
        }
        before =
            if best.value.is_finite() { found } else { Difference { error: found.error.max(doubt(apart)), ..found } };
    }
    let chosen = if best.value.is_finite() { best } else { before };
    Difference { evaluations, ..chosen }
}

/// The distance from the value before, as a doubt; none if there was no value before.
fn doubt(apart: f64) -> f64 {
    if apart.is_finite() { apart } else { 0.0 }
}

/// No difference yet.
const NONE: Difference =
    Difference { value: f64::NAN, step: 0.0, error: f64::INFINITY, resolution: 0.0, evaluations: 0, obstacle: None };

/// Ridders' tableau: row k has the difference with step h/2ᵏ and its extrapolations.
fn ridders(x: f64, start: f64, halvings: usize, f: &mut impl FnMut(f64) -> f64) -> Difference {
    let mut best = NONE;
    let mut above: Vec<f64> = Vec::with_capacity(halvings);
    let mut step = start;
    for _ in 0..halvings {
        let width = (x + step) - (x - step);
        let (right, left) = (f(x + step), f(x - step));
        best.evaluations += 2;
        let rounding = f64::EPSILON * (right.abs() + left.abs()) / width;
        let row = row((right - left) / width, &above);
        for (at, &value) in row.iter().enumerate().skip(1) {
            let spread = (value - row[at - 1]).abs().max((value - above[at - 1]).abs());
            let error = spread + rounding;
            if error < best.error {
                best = Difference { value, step, error, ..best };
            }
        }
        let diverges = match (row.last(), above.last()) {
            (Some(now), Some(before)) => (now - before).abs() > 2.0 * best.error.max(rounding),
            _ => false,
        };
        if diverges && best.error.is_finite() {
            break;
        }
        // A row that may not be used: begin again with smaller steps.
        above = if row[0].is_finite() { row } else { Vec::new() };
        step /= 2.0;
    }
    best
}

/// A difference and its extrapolations with those of the row above.
fn row(difference: f64, above: &[f64]) -> Vec<f64> {
    let mut row = vec![difference];
    let mut power = 1.0;
    for &before in above {
        power *= 4.0;
        let value = row[row.len() - 1];
        row.push(value + (value - before) / (power - 1.0));
    }
    row
}
