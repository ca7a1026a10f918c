//! Where numbers go wrong: overflow, division by zero, arguments outside a domain, kinks.
//!
//! Takes a program and its registers after a run; gives each trouble once, where it begins: an operation whose
//! result is not finite though its operands are. What stands in the branch that was not taken does not count.

use crate::eval::program::{Instruction, Operation, Program, Slot, Source};
use crate::function::{Domain, FunctionRef};
use crate::network::Network;

/// How close to a kink a point is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Closeness {
    /// On it, but for rounding.
    On,
    /// So near that a finite difference may step over it.
    Near,
}

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum TroubleKind {
    /// The result is too large for a floating-point number.
    Overflow,
    /// A division by zero.
    DivisionByZero,
    /// An argument outside the domain of a function: its name, and what the argument must be.
    Domain {
        /// The function in the network language; `^` for a power.
        function: &'static str,
        /// What the argument must be.
        condition: &'static str,
    },
    /// The result is no number, for another reason.
    NotANumber,
    /// A point where a function has no derivative.
    Kink {
        /// The function, or `if`.
        function: &'static str,
        /// What is taken there; empty for a case distinction of the user's own.
        convention: &'static str,
        /// Whether the point is on it.
        closeness: Closeness,
    },
}

/// Something that the reader should know about the numbers at a point.
#[derive(Clone, PartialEq, Debug)]
pub struct Trouble {
    /// What.
    pub kind: TroubleKind,
    /// Where it begins.
    pub source: Source,
    /// The result there; for a kink, what should not be 0.
    pub value: f64,
    /// The values that it was computed from; for a kink, the arguments.
    pub operands: Vec<f64>,
    /// The index of the entry, from 0; empty for a scalar.
    pub entry: Vec<usize>,
}

/// A distance from a kink below this part of what is compared is rounding.
pub(super) const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// A distance from a kink below this part may be stepped over.
pub(super) const STEP: f64 = 1e-6;

/// The troubles at the point that `registers` hold, in the order in which they begin.
pub fn troubles(network: &Network, program: &Program, registers: &[f64]) -> Vec<Trouble> {
    let live = live_slots(program, registers);
    let mut found = Vec::new();
    for (instruction, &source) in program.instructions.iter().zip(&program.sources) {
        let value = registers[instruction.to as usize];
        if live[instruction.to as usize] && !value.is_finite() {
            let operands = operand_values(program, *instruction, registers);
            if operands.iter().all(|operand| operand.is_finite()) {
                let kind = classify(network, *instruction, source, &operands, value);
                found.push(Trouble { kind, source, value, operands, entry: Vec::new() });
            }
        }
    }
    found.extend(kinks(program, registers, &live));
    found
}

/// The slots that the outputs depend on at this point: of a case distinction, the condition and the branch taken.
fn live_slots(program: &Program, registers: &[f64]) -> Vec<bool> {
    let mut live = vec![false; registers.len()];
    program.outputs.iter().for_each(|&slot| live[slot as usize] = true);
    for instruction in program.instructions.iter().rev().copied() {
        if !live[instruction.to as usize] {
            continue;
        }
        match instruction.operation {
            Operation::Select { comparison, start } => {
                let run = program.run_of(start, 4);
                let holds = comparison.holds(registers[run[0] as usize], registers[run[1] as usize]);
                for slot in [run[0], run[1], if holds { run[2] } else { run[3] }] {
                    live[slot as usize] = true;
                }
            }
            operation => program.for_each_operand(operation, |slot| live[slot as usize] = true),
        }
    }
    live
}

fn operand_values(program: &Program, instruction: Instruction, registers: &[f64]) -> Vec<f64> {
    let mut values = Vec::new();
    program.for_each_operand(instruction.operation, |slot| values.push(registers[slot as usize]));
    values
}

fn classify(network: &Network, instruction: Instruction, source: Source, operands: &[f64], value: f64) -> TroubleKind {
    let domain = |function, domain: Domain| TroubleKind::Domain { function, condition: domain.condition() };
    match instruction.operation {
        Operation::Divide { .. } if operands[1] == 0.0 => TroubleKind::DivisionByZero,
        Operation::Root { .. } => domain("sqrt", Domain::NonNegative),
        Operation::Unary { .. } | Operation::Binary { .. } => match source.function.map(|id| network.functions.get(id))
        {
            Some(FunctionRef::Table(entry)) if !entry.domain.contains(operands) => domain(entry.name, entry.domain),
            None if !Domain::PowerBase.contains(operands) => domain("^", Domain::PowerBase),
            _ if value.is_nan() => TroubleKind::NotANumber,
            _ => TroubleKind::Overflow,
        },
        _ if value.is_nan() => TroubleKind::NotANumber,
        _ => TroubleKind::Overflow,
    }
}

fn kinks(program: &Program, registers: &[f64], live: &[bool]) -> Vec<Trouble> {
    if program.kinks.is_empty() {
        return Vec::new();
    }
    let sizes = sizes(program, registers);
    let mut found = Vec::new();
    for site in program.kinks.iter().filter(|site| live[site.result as usize]) {
        let value = registers[site.zero as usize];
        if !value.is_finite() {
            continue;
        }
        let size = sizes[site.zero as usize];
        let closeness = if value.abs() <= ROUNDING * size {
            Closeness::On
        } else if value.abs() <= STEP * size {
            Closeness::Near
        } else {
            continue;
        };
        let operands =
            program.run_of(site.scale.0, site.scale.1).iter().map(|&slot| registers[slot as usize]).collect();
        let kind = TroubleKind::Kink { function: site.name, convention: site.convention, closeness };
        found.push(Trouble { kind, source: site.source, value, operands, entry: Vec::new() });
    }
    found
}

/// For each slot the size of what was added to give it, which bounds its rounding error; of inputs their own.
fn sizes(program: &Program, registers: &[f64]) -> Vec<f64> {
    let mut sizes: Vec<f64> = registers.iter().map(|value| value.abs()).collect();
    for instruction in &program.instructions {
        let add = matches!(
            instruction.operation,
            Operation::Add { .. } | Operation::Subtract { .. } | Operation::Sum { .. } | Operation::Negate { .. }
        );
        if add {
            let mut size: f64 = 0.0;
            program.for_each_operand(instruction.operation, |slot: Slot| size = size.max(sizes[slot as usize]));
            sizes[instruction.to as usize] = size;
        }
    }
    sizes
}
