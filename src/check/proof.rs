//! Proofs by fingerprints: fields, lanes and cells are chosen, and the error is kept below 2⁻⁶⁰.
//!
//! Takes a circuit with two roots; says whether they are equal in all cells that real points can reach, or why that
//! could not be shown.

use std::sync::Mutex;

use super::atoms::Mode;
use super::circuit::{Circuit, Slot};
use super::draw::Range;
use super::field::{Factors, Field};
use super::fingerprint::{Compared, Fingerprint, LogarithmsOf, Manner, Obstacle, Subject};
use super::marks::{self, conditional, irreducible, is_compared, piecewise, uses_table};
use super::random::Random;
use super::real::Fine;
use super::samples::Samples;
use super::signs;
use crate::expr::{Arena, NumberId};

/// What the fingerprints say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proof {
    /// Both sides are equal wherever both are defined.
    Equal,
    /// Their fingerprints differ; that refutes nothing.
    Different {
        /// Whether the derivatives agree, so that the difference is constant on each piece of the domain.
        constant: bool,
    },
    /// There are no fingerprints to compare, for this reason.
    None(&'static str),
}

/// The error of a proof is below 2 to minus this.
const ERROR_BITS: f64 = 60.0;
/// About 2³⁸ primes have the form that is drawn.
const PRIME_BITS: f64 = 38.0;
/// More primes than this are not drawn for one proof.
const MAX_PRIMES: usize = 4;
/// More cells than this are given up.
const MAX_CELLS: usize = 64;
/// How often lanes, fields and draws are tried anew.
const MAX_ATTEMPTS: usize = 24;
/// The most elements that one fingerprint may hold at a time.
const MAX_ELEMENTS: usize = 4_000_000;
/// The most fields that are looked at for one in which the literals are squares.
const MAX_FIELDS: usize = 100;

/// What is to be proved, with what may be spent on it.
pub struct Prover<'a> {
    arena: &'a Arena,
    circuit: &'a Circuit,
    ranges: &'a [Range],
    roots: [Slot; 2],
    /// Operations on elements that are left.
    pub budget: u64,
    random: Random,
    own_fields: bool,
    /// Literals under roots, which must be squares, …
    literals: Vec<NumberId>,
    /// … and those under roots, logarithms and signs, where these too drop lanes.
    more_literals: Vec<NumberId>,
    signs: Vec<signs::Signs>,
    constants: Vec<Fine>,
    samples: Samples,
    conditional: Vec<bool>,
    piecewise: Vec<bool>,
    irreducible: Vec<bool>,
    has_atoms: bool,
    has_waves: bool,
    has_logarithms: bool,
    /// Whether the order of values may matter.
    has_order: bool,
    logarithms_of: LogarithmsOf,
    ordered: bool,
    tables: usize,
    /// How many operations are compared with others of their kind: atoms, radicands, opaque functions.
    compared: usize,
}

impl<'a> Prover<'a> {
    /// Prepares a proof. With a seed all draws repeat; else the fields are those of the process, drawn once.
    pub fn new(
        arena: &'a Arena,
        circuit: &'a Circuit,
        ranges: &'a [Range],
        roots: [Slot; 2],
        seed: Option<u64>,
        budget: u64,
    ) -> Self {
        let needed = circuit.needed(&roots, true);
        let ops = || circuit.ops.iter().zip(&needed).filter(|(_, needed)| **needed).map(|(op, _)| op);
        let has_atoms = ops().any(marks::is_atom);
        let constants = signs::constants(arena, circuit, &needed);
        Prover {
            arena,
            circuit,
            ranges,
            roots,
            budget,
            random: seed.map_or_else(Random::from_system, Random::from_seed),
            own_fields: seed.is_some(),
            literals: marks::delicate_literals(arena, circuit, &needed, |op| marks::rooted(arena, op)),
            more_literals: marks::delicate_literals(arena, circuit, &needed, |op| marks::radicands(arena, op)),
            signs: signs::signs(arena, circuit, ranges, &needed, &constants),
            constants,
            samples: Samples::default(),
            conditional: conditional(circuit, &roots, &needed),
            piecewise: piecewise(circuit),
            irreducible: irreducible(arena, circuit, &needed),
            has_atoms,
            has_waves: ops().any(marks::is_wave),
            has_logarithms: ops().any(marks::is_logarithmic),
            has_order: marks::orders(arena, ops()),
            logarithms_of: LogarithmsOf::Anything,
            ordered: false,
            tables: ops().filter(|op| uses_table(op)).count(),
            compared: ops().filter(|op| is_compared(arena, op)).count(),
        }
    }

    /// Tries to prove both roots equal: with free signs, then with squares under logarithms, then cell by cell.
    pub fn prove(&mut self) -> Proof {
        let mut free = self.with_free_signs();
        self.literals = std::mem::take(&mut self.more_literals);
        if free != Proof::Equal && self.has_logarithms {
            self.logarithms_of = LogarithmsOf::Squares;
            free = self.with_free_signs();
        }
        if free == Proof::Equal || !self.has_atoms && !self.has_order {
            return free;
        }
        self.samples = Samples::draw(self.arena, self.circuit, self.ranges, self.roots);
        let mut cells = if self.has_atoms { self.by_cells() } else { free };
        if cells != Proof::Equal && self.has_order {
            self.ordered = true;
            let ordered = self.by_cells();
            cells = if ordered == Proof::Equal { ordered } else { cells };
        }
        match cells {
            Proof::None(reason) => match free {
                Proof::Different { .. } => Proof::None(reason),
                other => other,
            },
            other => other,
        }
    }

    fn with_free_signs(&mut self) -> Proof {
        self.under_primes(|prover, field| match prover.fingerprint(field, &Mode::Free) {
            Ok(compared) => CellsOutcome::Done(compared),
            Err((obstacle, _)) => CellsOutcome::Stuck(obstacle),
        })
    }

    fn by_cells(&mut self) -> Proof {
        self.under_primes(Prover::all_cells)
    }

    /// Compares under as many primes as the error bound wants, at least two.
    fn under_primes(&mut self, mut compare: impl FnMut(&mut Self, &mut Field) -> CellsOutcome) -> Proof {
        let mut primes: Vec<u64> = Vec::new();
        let mut wanted = 2;
        let mut attempt = 0;
        while attempt < MAX_ATTEMPTS + primes.len() {
            let Some(mut field) = self.field(attempt, &primes) else {
                return Proof::None("no field was found in which the literals under roots and signs are squares");
            };
            attempt += 1;
            match compare(self, &mut field) {
                CellsOutcome::Done(compared) => {
                    if !compared.equal {
                        return Proof::Different { constant: compared.equal_slopes };
                    }
                    if -compared.lane_error * compared.lanes as f64 <= ERROR_BITS {
                        return Proof::None("the degree of the formulas is too high");
                    }
                    let each = PRIME_BITS - libm::log2((compared.bits / 60.0).max(1.0));
                    if each * MAX_PRIMES as f64 <= ERROR_BITS {
                        return Proof::None("the numbers in the formulas grow too large");
                    }
                    wanted = wanted.max(libm::ceil(ERROR_BITS / each) as usize);
                    if compared.guessed {
                        // A constant that is no product of small primes is a square in half of the fields.
                        wanted = wanted.max(ERROR_BITS as usize);
                    }
                    primes.push(field.prime());
                    if primes.len() >= wanted {
                        return Proof::Equal;
                    }
                }
                CellsOutcome::Stuck(Obstacle::OtherField) => {}
                CellsOutcome::Stuck(obstacle) => return Proof::None(reason(obstacle)),
            }
        }
        Proof::None("a constant under a root is not a square in the fields that were tried")
    }

    /// A field other than those used, in which the literals that matter are squares.
    fn field(&mut self, attempt: usize, used: &[u64]) -> Option<Field> {
        for number in 0..MAX_FIELDS {
            let field = pooled(self.own_fields, attempt + number);
            if used.contains(&field.prime()) {
                continue;
            }
            let mut all = self.literals.iter().map(|&literal| field.factors(self.arena.value(literal)));
            match all.find(|&factors| factors != Factors::Squares) {
                None => return Some(field),
                Some(Factors::Unknown) => return None,
                Some(_) => {}
            }
        }
        None
    }

    /// One comparison, with more lanes or other draws until it succeeds.
    fn fingerprint(&mut self, field: &Field, mode: &Mode) -> Result<Compared, (Obstacle, Vec<bool>)> {
        let mut lanes = self.tables + 12;
        for _ in 0..MAX_ATTEMPTS {
            let cost =
                (lanes * (self.circuit.size() + self.tables * self.tables) + self.compared * self.compared) as u64;
            let is_affordable = lanes * self.circuit.ops.len() <= MAX_ELEMENTS;
            self.budget = self.budget.checked_sub(cost).filter(|_| is_affordable).ok_or((SPENT, Vec::new()))?;
            let subject = Subject {
                arena: self.arena,
                circuit: self.circuit,
                ranges: self.ranges,
                signs: &self.signs,
                constants: &self.constants,
                samples: &self.samples,
                conditional: &self.conditional,
                piecewise: &self.piecewise,
                irreducible: &self.irreducible,
                has_waves: self.has_waves,
            };
            let manner = Manner { mode: mode.clone(), logarithms_of: self.logarithms_of, ordered: self.ordered };
            match Fingerprint::new(subject, *field, &mut self.random, &manner, lanes).compare(self.roots) {
                Err((Obstacle::FewLanes, _)) => lanes *= 2,
                Err((Obstacle::Unlucky, _)) => {}
                other => return other,
            }
        }
        Err((Obstacle::Impossible("too many lanes would be needed"), Vec::new()))
    }

    /// All cells, depth first. Equal if equal in each that is defined and can be reached.
    fn all_cells(&mut self, field: &mut Field) -> CellsOutcome {
        let mut decisions: Vec<bool> = Vec::new();
        let mut sum: Option<Compared> = None;
        for _ in 0..MAX_CELLS {
            match self.fingerprint(field, &Mode::Cell(decisions.clone())) {
                Ok(compared) => {
                    let decided = compared.decided.clone();
                    if !compared.equal && !compared.unreachable {
                        return CellsOutcome::Done(compared);
                    }
                    if compared.equal {
                        sum = Some(match sum {
                            Some(before) => worse(before, compared),
                            None => compared,
                        });
                    }
                    decisions = decided;
                }
                // Nothing is claimed of a cell in which the formulas are not defined.
                Err((Obstacle::Undefined, decided)) => decisions = decided,
                Err((obstacle, _)) => return CellsOutcome::Stuck(obstacle),
            }
            while decisions.last() == Some(&false) {
                decisions.pop();
            }
            let Some(last) = decisions.last_mut() else {
                return sum.map_or(CellsOutcome::Stuck(Obstacle::Undefined), CellsOutcome::Done);
            };
            *last = false;
        }
        CellsOutcome::Stuck(Obstacle::Impossible("the signs in the formulas have more than 64 combinations"))
    }
}

/// What came of all cells under one prime.
enum CellsOutcome {
    Done(Compared),
    Stuck(Obstacle),
}

/// Why nothing is proved of formulas that have no value together.
pub(super) const NOWHERE: &str = "both sides are nowhere defined together, as far as can be seen";

const SPENT: Obstacle = Obstacle::Impossible("the formulas are too large for the time that a pair may take");

fn reason(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Impossible(reason) => reason,
        Obstacle::Undefined => NOWHERE,
        Obstacle::FewLanes | Obstacle::Unlucky => "too many lanes would be needed",
        Obstacle::OtherField => "a constant under a root is not a square in the fields that were tried",
    }
}

/// Two cells that are both equal, with the larger error.
fn worse(a: Compared, b: Compared) -> Compared {
    let guessed = a.guessed || b.guessed;
    Compared {
        guessed,
        lanes: a.lanes.min(b.lanes),
        lane_error: a.lane_error.max(b.lane_error),
        bits: a.bits.max(b.bits),
        ..b
    }
}

/// The fields of this process, drawn at random when first asked for; or those that repeat, for tests.
fn pooled(repeat: bool, number: usize) -> Field {
    static POOLS: [Mutex<Vec<Field>>; 2] = [const { Mutex::new(Vec::new()) }; 2];
    let mut pool = POOLS[usize::from(repeat)].lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    while pool.len() <= number {
        let mut random = if repeat { Random::from_seed(pool.len() as u64) } else { Random::from_system() };
        pool.push(Field::draw(&mut random));
    }
    pool[number]
}
