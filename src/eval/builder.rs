//! Emits instructions: constants once, products and sums in the author's order, powers by multiplication.

use rustc_hash::FxHashMap;

use crate::eval::program::{Instruction, Operation, Program, Slot, Source};
use crate::rational::Rational;

/// The largest whole exponent that is multiplied out; the rounding errors of more would add up.
const MULTIPLIED_OUT: i64 = 64;

/// A program under construction.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pub(super) program: Program,
    constants: FxHashMap<u64, Slot>,
    /// For each slot, the instruction that writes it; `u32::MAX` for constants and inputs.
    writers: Vec<u32>,
    run: Vec<Slot>,
}

/// `baseᵉ` inside a product.
#[derive(Clone, Copy, Debug)]
pub(super) struct Power<'a> {
    pub(super) base: Slot,
    pub(super) exponent: &'a Rational,
}

impl Builder {
    /// A slot that holds `value` at the start.
    fn slot(&mut self, value: f64, writer: u32) -> Slot {
        self.program.initial.push(value);
        self.writers.push(writer);
        (self.program.initial.len() - 1) as Slot
    }

    /// The slot of a constant.
    pub(super) fn constant(&mut self, value: f64) -> Slot {
        if let Some(&slot) = self.constants.get(&value.to_bits()) {
            return slot;
        }
        let slot = self.slot(value, u32::MAX);
        self.constants.insert(value.to_bits(), slot);
        slot
    }

    /// A slot for an input.
    pub(super) fn input(&mut self) -> Slot {
        self.slot(f64::NAN, u32::MAX)
    }

    /// Emits one instruction.
    pub(super) fn emit(&mut self, operation: Operation, source: Source) -> Slot {
        let to = self.slot(0.0, self.program.instructions.len() as u32);
        self.program.instructions.push(Instruction { operation, to });
        self.program.sources.push(source);
        to
    }

    /// Stores a run of operands; gives where it starts.
    pub(super) fn operands(&mut self, run: &[Slot]) -> u32 {
        self.program.operands.extend_from_slice(run);
        (self.program.operands.len() - run.len()) as u32
    }

    /// The operand of the negation that wrote a slot.
    fn negated(&self, slot: Slot) -> Option<Slot> {
        let writer = self.program.instructions.get(self.writers[slot as usize] as usize)?;
        match writer.operation {
            Operation::Negate { a } => Some(a),
            _ => None,
        }
    }

    /// The sum of terms, from left to right.
    pub(super) fn sum(&mut self, terms: &[Slot], source: Source) -> Slot {
        if terms.len() > 2 && terms[1..].iter().all(|&term| self.negated(term).is_none()) {
            let start = self.operands(terms);
            return self.emit(Operation::Sum { start, len: terms.len() as u32 }, source);
        }
        let mut sum = terms[0];
        for &term in &terms[1..] {
            let operation = match self.negated(term) {
                Some(b) => Operation::Subtract { a: sum, b },
                None => Operation::Add { a: sum, b: term },
            };
            sum = self.emit(operation, source);
        }
        sum
    }

    /// coefficient · Π baseᵉ, from left to right; factors with negative exponents divide.
    pub(super) fn product<'n>(
        &mut self,
        coefficient: &Rational,
        factors: impl Iterator<Item = Power<'n>>,
        source: Source,
    ) -> Slot {
        let minus = *coefficient == Rational::integer(-1);
        let mut run = std::mem::take(&mut self.run);
        run.clear();
        if !minus && !coefficient.is_one() {
            run.push(self.constant(coefficient.to_f64()));
        }
        for Power { base, exponent } in factors {
            let power = self.power(base, &exponent.abs(), source);
            if exponent.is_negative() {
                let a = if run.is_empty() { self.constant(1.0) } else { self.flush(&mut run, source) };
                run.clear();
                run.push(self.emit(Operation::Divide { a, b: power }, source));
            } else {
                run.push(power);
            }
        }
        let product = self.flush(&mut run, source);
        self.run = run;
        if minus { self.emit(Operation::Negate { a: product }, source) } else { product }
    }

    /// The product of a run of slots.
    fn flush(&mut self, run: &mut [Slot], source: Source) -> Slot {
        match *run {
            [] => self.constant(1.0),
            [only] => only,
            [a, b] => self.emit(Operation::Multiply { a, b }, source),
            _ => {
                let start = self.operands(run);
                self.emit(Operation::Product { start, len: run.len() as u32 }, source)
            }
        }
    }

    /// `baseᵉ` for a constant e ≥ 0: whole powers are multiplied out, halves go by the root.
    fn power(&mut self, base: Slot, exponent: &Rational, source: Source) -> Slot {
        match exponent.small() {
            Some((1, 1)) => base,
            Some((n, 1)) if n <= MULTIPLIED_OUT => self.emit(Operation::Power { a: base, exponent: n as i32 }, source),
            Some((n, 2)) if n <= MULTIPLIED_OUT => {
                let root = self.emit(Operation::Root { a: base }, source);
                if n == 1 { root } else { self.emit(Operation::Power { a: root, exponent: n as i32 }, source) }
            }
            _ => {
                let b = self.constant(exponent.to_f64());
                self.emit(Operation::Binary { kernel: libm::pow, a: base, b }, source)
            }
        }
    }

    /// The program without the instructions that no output and no kink needs.
    pub(super) fn finish(self) -> Program {
        let mut program = self.program;
        let mut needed = vec![false; program.initial.len()];
        program.outputs.iter().for_each(|&slot| needed[slot as usize] = true);
        spread(&program, &mut needed);
        program.kinks.retain(|kink| needed[kink.result as usize]);
        for kink in &program.kinks {
            needed[kink.zero as usize] = true;
            program.run_of(kink.scale.0, kink.scale.1).iter().for_each(|&slot| needed[slot as usize] = true);
        }
        spread(&program, &mut needed);
        let with_sources = program.instructions.iter().zip(&program.sources);
        let kept = with_sources.filter(|(instruction, _)| needed[instruction.to as usize]);
        program.sources = kept.map(|(_, &source)| source).collect();
        program.instructions.retain(|instruction| needed[instruction.to as usize]);
        program
    }
}

/// Marks what the marked slots are computed from.
fn spread(program: &Program, needed: &mut [bool]) {
    for instruction in program.instructions.iter().rev() {
        if needed[instruction.to as usize] {
            program.for_each_operand(instruction.operation, |slot| needed[slot as usize] = true);
        }
    }
}
