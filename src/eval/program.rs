//! A program: a flat list of instructions over numbered slots, each slot written once.
//!
//! Takes values for its inputs; gives values of its outputs. Running it allocates nothing and does not recurse.

use crate::expr::{ExprId, FunctionId, NameId};
use crate::syntax::ast::Comparison;

/// A place for a value.
pub type Slot = u32;

/// One operation; `to` is the slot that it writes.
#[expect(missing_docs, reason = "the doc of a variant names its fields")]
#[derive(Clone, Copy, Debug)]
pub enum Operation {
    /// a + b.
    Add { a: Slot, b: Slot },
    /// a − b.
    Subtract { a: Slot, b: Slot },
    /// a · b.
    Multiply { a: Slot, b: Slot },
    /// a / b.
    Divide { a: Slot, b: Slot },
    /// −a.
    Negate { a: Slot },
    /// aⁿ by repeated multiplication.
    Power { a: Slot, exponent: i32 },
    /// √a.
    Root { a: Slot },
    /// A kernel of one argument.
    Unary { kernel: fn(f64) -> f64, a: Slot },
    /// A kernel of two arguments.
    Binary { kernel: fn(f64, f64) -> f64, a: Slot, b: Slot },
    /// a + b + … of the operands from `start` on.
    Sum { start: u32, len: u32 },
    /// a · b · … of the operands from `start` on.
    Product { start: u32, len: u32 },
    /// Of four operands from `start` on: if the first compares so with the second the third, else the fourth.
    Select { comparison: Comparison, start: u32 },
}

/// An operation and the slot that it writes.
#[derive(Clone, Copy, Debug)]
pub struct Instruction {
    /// What is computed.
    pub operation: Operation,
    /// Where the value goes.
    pub to: Slot,
}

/// To what an instruction belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Owner {
    /// The equation of this quantity.
    Quantity(NameId),
    /// The root with this number, outside of all equations.
    Root(u32),
}

/// Where an instruction comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Source {
    /// The quantity or root.
    pub owner: Owner,
    /// The expression, or the call of the user's own function that it was put in for.
    pub expression: ExprId,
    /// The function that is called here, also inside of a body that was put in.
    pub function: Option<FunctionId>,
}

/// A call or case distinction that has no derivative somewhere.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct KinkSite {
    /// Zero exactly there.
    pub zero: Slot,
    /// The value of the call or case distinction.
    pub result: Slot,
    /// What is compared, to judge how small the zero is: a run of operands.
    pub scale: (u32, u32),
    /// What is taken there; empty for a case distinction.
    pub convention: &'static str,
    /// The function, or `if`.
    pub name: &'static str,
    /// Where it stands.
    pub source: Source,
}

/// A compiled set of expressions.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub(super) instructions: Vec<Instruction>,
    pub(super) sources: Vec<Source>,
    pub(super) operands: Vec<Slot>,
    pub(super) initial: Vec<f64>,
    pub(super) inputs: Vec<(NameId, Slot)>,
    pub(super) outputs: Vec<Slot>,
    pub(super) kinks: Vec<KinkSite>,
}

impl Program {
    /// The quantities whose values it takes, in the order of [`Program::run`].
    pub fn inputs(&self) -> impl ExactSizeIterator<Item = NameId> + '_ {
        self.inputs.iter().map(|&(name, _)| name)
    }

    /// The position of a quantity among the inputs.
    pub fn input(&self, name: NameId) -> Option<usize> {
        self.inputs.iter().position(|&(input, _)| input == name)
    }

    /// The instructions in order.
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// Where each instruction comes from.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Calls and case distinctions that have kinks; only if it was compiled with them.
    pub fn kinks(&self) -> &[KinkSite] {
        &self.kinks
    }

    /// The number of outputs, one a root.
    pub fn output_count(&self) -> usize {
        self.outputs.len()
    }

    /// The slots that a run reads as operands: shared by sums, products, selections, kinks.
    pub(super) fn run_of(&self, start: u32, len: u32) -> &[Slot] {
        &self.operands[start as usize..(start + len) as usize]
    }

    /// Calls `f` with each slot that an operation reads.
    pub(super) fn for_each_operand(&self, operation: Operation, mut f: impl FnMut(Slot)) {
        match operation {
            Operation::Add { a, b }
            | Operation::Subtract { a, b }
            | Operation::Multiply { a, b }
            | Operation::Divide { a, b }
            | Operation::Binary { a, b, .. } => {
                f(a);
                f(b);
            }
            Operation::Negate { a }
            | Operation::Power { a, .. }
            | Operation::Root { a }
            | Operation::Unary { a, .. } => f(a),
            Operation::Sum { start, len } | Operation::Product { start, len } => {
                self.run_of(start, len).iter().for_each(|&slot| f(slot));
            }
            Operation::Select { start, .. } => self.run_of(start, 4).iter().for_each(|&slot| f(slot)),
        }
    }

    /// Fresh registers, one for each slot, constants filled in.
    pub fn registers(&self) -> Vec<f64> {
        self.initial.clone()
    }

    /// The value of the output with number `at` after a run.
    #[inline]
    pub fn output(&self, registers: &[f64], at: usize) -> f64 {
        registers[self.outputs[at] as usize]
    }

    /// The values of all outputs after a run, in the order of the roots.
    pub fn outputs<'a>(&'a self, registers: &'a [f64]) -> impl ExactSizeIterator<Item = f64> + 'a {
        self.outputs.iter().map(|&slot| registers[slot as usize])
    }

    /// Runs at one point: `inputs` in the order of [`Program::inputs`], `registers` from [`Program::registers`].
    pub fn run(&self, registers: &mut [f64], inputs: &[f64]) {
        for (&(_, slot), &value) in self.inputs.iter().zip(inputs) {
            registers[slot as usize] = value;
        }
        for instruction in &self.instructions {
            registers[instruction.to as usize] = self.step(instruction.operation, |slot| registers[slot as usize]);
        }
    }

    /// Registers for [`Program::run_block`].
    pub fn block<const L: usize>(&self) -> Vec<[f64; L]> {
        self.initial.iter().map(|&value| [value; L]).collect()
    }

    /// Runs at `L` points at once; `registers` from [`Program::block`], `inputs` one array a quantity.
    pub fn run_block<const L: usize>(&self, registers: &mut [[f64; L]], inputs: &[[f64; L]]) {
        for (&(_, slot), &value) in self.inputs.iter().zip(inputs) {
            registers[slot as usize] = value;
        }
        for instruction in &self.instructions {
            let value = match instruction.operation {
                Operation::Add { a, b } => lanes(registers, a, b, |a, b| a + b),
                Operation::Subtract { a, b } => lanes(registers, a, b, |a, b| a - b),
                Operation::Multiply { a, b } => lanes(registers, a, b, |a, b| a * b),
                Operation::Divide { a, b } => lanes(registers, a, b, |a, b| a / b),
                Operation::Unary { kernel, a } => registers[a as usize].map(kernel),
                other => std::array::from_fn(|lane| self.step(other, |slot| registers[slot as usize][lane])),
            };
            registers[instruction.to as usize] = value;
        }
    }

    /// Runs at many points: `points` holds the inputs of one point after the other; so does the result the outputs.
    pub fn run_batch(&self, points: &[f64]) -> Vec<f64> {
        let mut batch = Batch::new(self);
        let mut results = vec![0.0; batch.points_in(points) * self.outputs.len()];
        batch.run(points, &mut results);
        results
    }

    #[inline(always)]
    fn step(&self, operation: Operation, at: impl Fn(Slot) -> f64) -> f64 {
        match operation {
            Operation::Add { a, b } => at(a) + at(b),
            Operation::Subtract { a, b } => at(a) - at(b),
            Operation::Multiply { a, b } => at(a) * at(b),
            Operation::Divide { a, b } => at(a) / at(b),
            Operation::Negate { a } => -at(a),
            Operation::Power { a, exponent } => integer_power(at(a), exponent),
            Operation::Root { a } => at(a).sqrt(),
            Operation::Unary { kernel, a } => kernel(at(a)),
            Operation::Binary { kernel, a, b } => kernel(at(a), at(b)),
            Operation::Sum { start, len } => {
                let run = self.run_of(start, len);
                run[1..].iter().fold(at(run[0]), |sum, &slot| sum + at(slot))
            }
            Operation::Product { start, len } => {
                let run = self.run_of(start, len);
                run[1..].iter().fold(at(run[0]), |product, &slot| product * at(slot))
            }
            Operation::Select { comparison, start } => {
                let run = self.run_of(start, 4);
                let chosen = if comparison.holds(at(run[0]), at(run[1])) { run[2] } else { run[3] };
                at(chosen)
            }
        }
    }
}

#[inline(always)]
fn lanes<const L: usize>(registers: &[[f64; L]], a: Slot, b: Slot, f: impl Fn(f64, f64) -> f64) -> [f64; L] {
    let (a, b) = (&registers[a as usize], &registers[b as usize]);
    std::array::from_fn(|lane| f(a[lane], b[lane]))
}

/// xⁿ by squaring; a negative power is the reciprocal of the positive one.
pub(super) fn integer_power(x: f64, exponent: i32) -> f64 {
    let (mut square, mut rest, mut power) = (x, exponent.unsigned_abs(), 1.0);
    while rest > 0 {
        if rest & 1 == 1 {
            power *= square;
        }
        rest >>= 1;
        if rest > 0 {
            square *= square;
        }
    }
    if exponent < 0 { 1.0 / power } else { power }
}

/// How many points a batch evaluates at once.
const LANES: usize = 16;

/// Registers to run one program at many points, in blocks.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    program: &'a Program,
    registers: Vec<[f64; LANES]>,
    inputs: Vec<[f64; LANES]>,
}

impl<'a> Batch<'a> {
    /// Room for a program.
    pub fn new(program: &'a Program) -> Self {
        Batch { program, registers: program.block(), inputs: vec![[0.0; LANES]; program.inputs.len()] }
    }

    /// How many whole points these inputs hold; one for a program without inputs.
    pub fn points_in(&self, points: &[f64]) -> usize {
        points.len().checked_div(self.inputs.len()).unwrap_or(1)
    }

    /// Runs at many points and writes the outputs, point after point; allocates nothing.
    pub fn run(&mut self, points: &[f64], results: &mut [f64]) {
        let (width, outputs) = (self.inputs.len(), self.program.outputs.len());
        let count = self.points_in(points);
        let mut first = 0;
        while first < count {
            let len = LANES.min(count - first);
            for lane in 0..LANES {
                let point = first + lane.min(len - 1);
                for (at, input) in self.inputs.iter_mut().enumerate() {
                    input[lane] = points[point * width + at];
                }
            }
            self.program.run_block(&mut self.registers, &self.inputs);
            for lane in 0..len {
                for (at, &slot) in self.program.outputs.iter().enumerate() {
                    results[(first + lane) * outputs + at] = self.registers[slot as usize][lane];
                }
            }
            first += len;
        }
    }
}
