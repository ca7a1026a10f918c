//! Decimal literals as the roundings of constants: whether one choice of the constants makes both sides equal.
//!
//! Takes a search whose literals are intervals, and points where the enclosures of both sides overlap. That they
//! overlap at each point is not enough: another constant at each point would do, and a constant that stands at
//! several places widens every enclosure. So constants are fitted, within their digits, to all the points at once.

use super::circuit::Leaf;
use super::search::Search;
use crate::rational::Rational;

/// What the fit says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fit {
    /// Constants with the digits that are written make the sides agree at all points.
    Found,
    /// The best constants leave the sides apart.
    None,
    /// It cannot be told.
    Unsure,
}

/// At most this many literals are fitted.
const MAX_LITERALS: usize = 16;
/// Steps of the fit.
const STEPS: usize = 12;
/// The sides agree when they differ by less than this part of them.
const AGREEMENT: f64 = 1e-10;
/// They are apart when they differ by more than this part.
const APART: f64 = 1e-6;
/// How far a constant is moved to see what it does, in halves of a unit of its last digit.
const MOVE: f64 = 1e-4;
/// Steps are held back by this much where the constants are not determined.
const DAMPING: f64 = 1e-13;
/// Bits of the values.
const BITS: usize = 128;

/// What the sides are at one point for certain constants: their difference, and what each constant does to it, in parts
/// of the size of both.
#[derive(Clone, Debug)]
struct Row {
    difference: f64,
    slopes: Vec<f64>,
}

/// Fits the literals of `search` to the points.
pub fn fit(search: &Search<'_>, leaves: &[Leaf], points: &[Vec<Rational>]) -> Fit {
    let literals: Vec<Constant> = leaves.iter().enumerate().filter_map(Constant::of).collect();
    if literals.len() > MAX_LITERALS {
        return Fit::Unsure;
    }
    let mut shifts = vec![0.0; literals.len()];
    let mut worst = f64::INFINITY;
    for _ in 0..STEPS {
        let rows = points.iter().map(|point| row(search, &literals, point, &shifts)).collect::<Option<Vec<Row>>>();
        let Some(rows) = rows else { return Fit::Unsure };
        worst = rows.iter().map(|row| row.difference.abs()).fold(0.0, f64::max);
        if worst <= AGREEMENT {
            return Fit::Found;
        }
        improve(&rows, &mut shifts);
    }
    if worst > APART { Fit::None } else { Fit::Unsure }
}

/// A literal: its leaf, the value that is written, half a unit of its last digit.
#[derive(Clone, Debug)]
struct Constant {
    leaf: usize,
    value: Rational,
    half_unit: Rational,
}

impl Constant {
    fn of((leaf, of): (usize, &Leaf)) -> Option<Constant> {
        let (low, high) = of.interval.as_ref()?;
        let half = Rational::new(1, 2)?;
        let value = low.add(high)?.mul(&half)?;
        Some(Constant { leaf, half_unit: high.add(&low.neg())?.mul(&half)?, value })
    }

    /// Moved by so many halves of a unit.
    fn at(&self, shift: f64) -> Option<Rational> {
        const PARTS: i64 = 1 << 52;
        let shift = Rational::new((shift * PARTS as f64) as i64, PARTS)?;
        self.value.add(&shift.mul(&self.half_unit)?)
    }
}

/// The row of a point, if both sides are defined there for these constants.
fn row(search: &Search<'_>, literals: &[Constant], point: &[Rational], shifts: &[f64]) -> Option<Row> {
    let values = |shifts: &[f64]| {
        let mut point = point.to_vec();
        for (literal, &shift) in literals.iter().zip(shifts) {
            point[literal.leaf] = literal.at(shift)?;
        }
        search.values(&point, BITS)
    };
    let (left, right) = values(shifts)?;
    let mut slopes = Vec::with_capacity(literals.len());
    let mut moved = shifts.to_vec();
    for at in 0..literals.len() {
        let by = if shifts[at] > 0.0 { -MOVE } else { MOVE };
        moved[at] = shifts[at] + by;
        let (other_left, other_right) = values(&moved)?;
        slopes.push(((other_left - left) - (other_right - right)) / by);
        moved[at] = shifts[at];
    }
    let size = left.abs() + right.abs() + slopes.iter().map(|slope| slope.abs()).sum::<f64>();
    let size = if size > 0.0 { size } else { 1.0 };
    let slopes = slopes.into_iter().map(|slope| slope / size).collect();
    Some(Row { difference: (left - right) / size, slopes })
}

/// One step of least squares in the box from −1 to 1. Constants that leave it are held at its wall, the furthest first.
fn improve(rows: &[Row], shifts: &mut [f64]) {
    let mut step = vec![0.0; shifts.len()];
    let mut free: Vec<usize> = (0..shifts.len()).collect();
    while !free.is_empty() {
        solve(rows, &free, &mut step);
        let beyond = |&at: &usize| (shifts[at] + step[at]).abs() - 1.0;
        let furthest = (0..free.len()).max_by(|&a, &b| beyond(&free[a]).total_cmp(&beyond(&free[b])));
        let Some(place) = furthest.filter(|&place| beyond(&free[place]) > 0.0) else { break };
        let at = free.remove(place);
        step[at] = (shifts[at] + step[at]).signum() - shifts[at];
    }
    for (shift, step) in shifts.iter_mut().zip(step) {
        *shift = (*shift + step).clamp(-1.0, 1.0);
    }
}

/// The steps of the free constants that make the rows smallest, the others being as they are: normal equations, by
/// Gaussian elimination of a matrix that is positive definite.
fn solve(rows: &[Row], free: &[usize], step: &mut [f64]) {
    let size = free.len();
    let mut matrix = vec![vec![0.0; size + 1]; size];
    for row in rows {
        let held = (0..step.len()).filter(|at| !free.contains(at)).map(|at| row.slopes[at] * step[at]).sum::<f64>();
        for (line, &a) in matrix.iter_mut().zip(free) {
            for (cell, &b) in line.iter_mut().zip(free) {
                *cell += row.slopes[a] * row.slopes[b];
            }
            line[size] -= row.slopes[a] * (row.difference + held);
        }
    }
    let trace: f64 = (0..size).map(|at| matrix[at][at]).sum();
    for (at, line) in matrix.iter_mut().enumerate() {
        line[at] += DAMPING * trace + f64::MIN_POSITIVE;
    }
    for at in 0..size {
        let pivot = matrix[at].clone();
        for line in matrix.iter_mut().skip(at + 1) {
            let factor = line[at] / pivot[at];
            line.iter_mut().zip(&pivot).for_each(|(cell, above)| *cell -= factor * above);
        }
    }
    for at in (0..size).rev() {
        let known: f64 = (at + 1..size).map(|other| matrix[at][other] * step[free[other]]).sum();
        step[free[at]] = (matrix[at][size] - known) / matrix[at][at];
    }
}
