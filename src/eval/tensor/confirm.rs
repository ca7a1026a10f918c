//! Central differences of tensors: every entry of a derivative if there are few, else a random sample of them.
//!
//! The sample is drawn from a fixed seed, so that a run repeats: see [`MAX_ENTRIES`].

use crate::diagnostic::Diagnostic;
use crate::eval::confirm::{Difference, Effort, Obstacle, Verdict, extrapolate};
use crate::eval::program::KinkSite;
use crate::eval::tensor::{Sizes, Tensor, TensorProgram, Workspace};
use crate::eval::{Compiler, Root, Templates, Values};
use crate::expr::{ExprId, NameId};
use crate::network::Network;

/// How many entries of one derivative are confirmed; of more, so many are drawn at random. Fewer, but at least
/// `FEWEST_ENTRIES`, if a run of the program works on many numbers.
pub const MAX_ENTRIES: usize = 64;

/// How many entries are confirmed at least.
const FEWEST_ENTRIES: usize = 8;

/// How much all runs for one derivative may cost: about a number worked on each.
const MAX_WORK: usize = 1 << 24;

/// How much all runs for all derivatives may cost, so that a deep network with a derivative for each layer does not
/// take quadratic time: of many, fewer entries are compared, at last none, which is said.
const MAX_TOTAL: usize = 1 << 28;

/// What an instruction costs beside the numbers that it works on.
const INSTRUCTION: usize = 64;

/// How often the program usually runs for one entry.
const USUAL_RUNS: usize = 12;

const TOO_MANY: &str = "it was not compared, because differences of so many derivatives would take too long";

/// What central differences say about the derivative of one quantity by another.
#[derive(Clone, PartialEq, Debug)]
pub struct TensorConfirmed {
    /// How many entries were compared.
    pub compared: usize,
    /// How many there are.
    pub entries: usize,
    /// The largest distance between difference and derived value.
    pub max_error: f64,
    /// The verdict on the worst entry.
    pub verdict: Verdict,
    /// The index of that entry, the axes of the differentiated quantity first.
    pub worst: Vec<usize>,
    /// The difference there.
    pub difference: Difference,
    /// The derived value there.
    pub derived: f64,
}

/// Differences of one quantity at one point.
#[derive(Debug)]
pub struct TensorConfirmer {
    program: TensorProgram,
    workspace: Workspace<f64>,
    /// What is 0 at the kinks, at the point itself.
    zeros: Vec<Vec<f64>>,
    /// The largest value on the way to the quantity.
    magnitude: f64,
    /// What one run costs.
    cost: usize,
    /// What all runs so far have cost.
    spent: usize,
    /// How many derivatives there are to be compared.
    derivatives: usize,
}

impl TensorConfirmer {
    /// For differences of `of` by leaves and by the quantities `cut`, which are held apart from what they depend on.
    /// `values` has the equations as well ([`Values::forward_tensors`]) if any are cut;
    /// `symbols` are signs of derivatives with what they stand for.
    ///
    /// # Errors
    /// As [`Compiler::compile_tensors`].
    pub fn new(
        network: &Network,
        templates: &Templates,
        of: NameId,
        cut: &[NameId],
        (values, symbols): (&Values, &[(ExprId, ExprId)]),
    ) -> Result<Self, Diagnostic> {
        let compiler = Compiler::new(network).templates(templates);
        let compiler = symbols.iter().fold(compiler, |compiler, &(symbol, value)| compiler.symbol(symbol, value));
        let compiler = cut.iter().fold(compiler, |compiler, &name| compiler.cut(name));
        let sizes = Sizes::of(network, values);
        let kept = compiler.compile_tensors_kept(&[Root::Quantity(of)], &sizes)?;
        let mut all: Workspace<f64> = kept.workspace();
        kept.load(network, values, &mut all)?;
        kept.run(&mut all);
        let sizes_met = all.buffers.iter().flat_map(|buffer| buffer.iter()).map(|value| value.abs());
        let magnitude = sizes_met.filter(|size| size.is_finite()).fold(0.0, f64::max);
        let program = compiler.compile_tensors(&[Root::Quantity(of)], &sizes)?;
        let mut workspace = program.workspace();
        program.load(network, values, &mut workspace)?;
        program.run(&mut workspace);
        let zeros = program.kinks.iter().map(|kink| program.data(&workspace, kink.zero).to_vec()).collect();
        let cost = program.memory() + INSTRUCTION * program.instructions.len() + 1;
        Ok(TensorConfirmer { program, workspace, zeros, magnitude, cost, spent: 0, derivatives: 1 })
    }

    /// So many derivatives will be compared, which share the time.
    pub fn sharing(self, derivatives: usize) -> Self {
        TensorConfirmer { derivatives: derivatives.max(1), ..self }
    }

    /// Holds a derived gradient or Jacobian against differences; its axes are those of the quantity, then those of `by`.
    pub fn confirm(&mut self, by: NameId, derived: &Tensor) -> TensorConfirmed {
        let outputs = self.program.outputs()[0].dims.iter().product::<usize>();
        let entries = derived.data.len();
        let inputs = entries.checked_div(outputs).unwrap_or(0);
        if self.spent > MAX_TOTAL {
            return TensorConfirmed { verdict: Verdict::CannotTell(TOO_MANY), ..TensorConfirmed::none(entries) };
        }
        let share = MAX_TOTAL / self.derivatives / (USUAL_RUNS * self.cost);
        let most = (MAX_WORK / self.cost).clamp(FEWEST_ENTRIES, MAX_ENTRIES).min(share.max(1));
        let effort = if entries <= 16 && entries <= most { Effort::Full } else { Effort::Quick };
        let chosen = sample(entries, most);
        let mut found: Option<TensorConfirmed> = None;
        for &at in &chosen {
            let difference = self.difference(by, (at / inputs.max(1), at % inputs.max(1)), effort);
            self.spent += difference.evaluations as usize * self.cost;
            let value = derived.data[at];
            let verdict = difference.verdict(value);
            let error = (difference.value - value).abs();
            let is_worse = found.as_ref().is_none_or(|worst| {
                (severity(verdict), error.total_cmp(&worst.max_error))
                    > (severity(worst.verdict), std::cmp::Ordering::Equal)
                    && severity(verdict) >= severity(worst.verdict)
            });
            let max_error = found.as_ref().map_or(error, |worst| worst.max_error.max(error));
            if is_worse {
                let worst = super::unravel(at, &derived.dims);
                let compared = chosen.len();
                let all = TensorConfirmed { compared, entries, max_error, verdict, worst, difference, derived: value };
                found = Some(all);
            } else if let Some(worst) = &mut found {
                worst.max_error = max_error;
            }
        }
        found.unwrap_or(TensorConfirmed::none(entries))
    }

    /// The difference of one entry of the quantity by one entry of an input.
    pub fn difference(&mut self, by: NameId, (output, entry): (usize, usize), effort: Effort) -> Difference {
        let Some(at) = self.program.input(by) else { return Difference::ZERO };
        let x = self.program.input_mut(&mut self.workspace, at)[entry];
        let (mut on, mut crossed_at) = (None, None);
        let mut difference = extrapolate(x, effort, |x| {
            self.program.input_mut(&mut self.workspace, at)[entry] = x;
            self.program.run(&mut self.workspace);
            let crossed = self.crossing(&mut on, &mut crossed_at);
            if crossed { f64::NAN } else { self.program.output(&self.workspace, 0)[output] }
        });
        self.program.input_mut(&mut self.workspace, at)[entry] = x;
        if difference.step > 0.0 {
            difference.resolution = f64::EPSILON * self.magnitude / difference.step;
        }
        if let Some(site) = on.or(crossed_at.filter(|_| !difference.value.is_finite())) {
            let kink = self.program.kinks[site];
            difference.obstacle = Some(Obstacle::Kink(KinkSite {
                zero: 0,
                result: 0,
                scale: (0, 0),
                convention: kink.convention,
                name: kink.name,
                source: kink.source,
            }));
        }
        difference
    }

    /// Whether the last run stands across a kink from the point; a kink on which the point stands is only noted.
    fn crossing(&self, on: &mut Option<usize>, crossed_at: &mut Option<usize>) -> bool {
        let mut crossed = false;
        for (at, (kink, before)) in self.program.kinks.iter().zip(&self.zeros).enumerate() {
            for (&before, &now) in before.iter().zip(self.program.data(&self.workspace, kink.zero)) {
                if before == 0.0 && now != 0.0 {
                    on.get_or_insert(at);
                } else if before * now < 0.0 || (now == 0.0 && before != 0.0) {
                    crossed_at.get_or_insert(at);
                    crossed = true;
                }
            }
        }
        crossed
    }
}

impl TensorConfirmed {
    /// Of a derivative no entry of which is compared.
    fn none(entries: usize) -> Self {
        TensorConfirmed {
            compared: 0,
            entries,
            max_error: 0.0,
            verdict: Verdict::Agrees,
            worst: Vec::new(),
            difference: Difference::ZERO,
            derived: 0.0,
        }
    }
}

/// What is worse news stands higher.
fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Agrees => 0,
        Verdict::OnKink => 1,
        Verdict::CannotTell(_) => 2,
        Verdict::Differs => 3,
    }
}

/// All entries if they are few, else some drawn at random, in ascending order.
fn sample(entries: usize, most: usize) -> Vec<usize> {
    if entries <= most {
        return (0..entries).collect();
    }
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut drawn = std::collections::BTreeSet::new();
    while drawn.len() < most {
        // xorshift (Marsaglia 2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        drawn.insert((state % entries as u64) as usize);
    }
    drawn.into_iter().collect()
}
