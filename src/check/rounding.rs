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
/// At fewer points than this nothing is said.
const LEAST_POINTS: usize = 6;
/// Steps of the fit.
const STEPS: usize = 16;
/// The sides agree when they differ by less than this part of them. A term that is lost beside the others at this
/// depth counts as saturated.
const AGREEMENT: f64 = 1e-45;
/// They are apart when they differ by more than this part.
const APART: f64 = 1e-6;
/// How far a constant is moved to see what it does, in halves of a unit of its last digit.
const MOVE: f64 = 1e-4;
/// Steps are held back by this much where the constants are not determined.
const DAMPING: f64 = 1e-13;
/// Bits of the values.
const BITS: usize = 320;

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
    let points: Vec<&Vec<Rational>> = points.iter().filter(|point| !search.is_saturated(point, BITS)).collect();
    if points.len() < LEAST_POINTS {
        return Fit::Unsure;
    }
    let mut shifts = vec![Rational::ZERO; literals.len()];
    let mut worst = f64::INFINITY;
    for _ in 0..STEPS {
        let rows = points.iter().map(|point| row(search, &literals, point, &shifts)).collect::<Option<Vec<Row>>>();
        let Some(rows) = rows else { return Fit::Unsure };
        worst = rows.iter().map(|row| row.difference.abs()).fold(0.0, f64::max);
        if worst <= AGREEMENT {
            return Fit::Found;
        }
        if improve(&rows, &mut shifts).is_none() {
            return Fit::Unsure;
        }
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
    fn at(&self, shift: &Rational) -> Option<Rational> {
        self.value.add(&shift.mul(&self.half_unit)?)
    }
}

/// The row of a point, if both sides are defined there for these constants.
fn row(search: &Search<'_>, literals: &[Constant], point: &[Rational], shifts: &[Rational]) -> Option<Row> {
    let compare = |shifts: &[Rational]| {
        let mut point = point.to_vec();
        for (literal, shift) in literals.iter().zip(shifts) {
            point[literal.leaf] = literal.at(shift)?;
        }
        search.compare(&point, BITS)
    };
    let (difference, size) = compare(shifts)?;
    let mut slopes = Vec::with_capacity(literals.len());
    let mut moved = shifts.to_vec();
    for at in 0..literals.len() {
        let by = if shifts[at].is_negative() { MOVE } else { -MOVE };
        moved[at] = shifts[at].add(&Rational::from_f64(by)?)?;
        slopes.push((compare(&moved)?.0 - difference) / by);
        moved[at] = shifts[at].clone();
    }
    let size = size + slopes.iter().map(|slope| slope.abs()).sum::<f64>();
    let size = if size > 0.0 { size } else { 1.0 };
    let slopes = slopes.into_iter().map(|slope| slope / size).collect();
    Some(Row { difference: difference / size, slopes })
}

/// One step of least squares in the box from −1 to 1. Constants that leave it are held at its wall, the furthest first.
fn improve(rows: &[Row], shifts: &mut [Rational]) -> Option<()> {
    let mut step = vec![0.0; shifts.len()];
    let now: Vec<f64> = shifts.iter().map(Rational::to_f64).collect();
    let mut free: Vec<usize> = (0..shifts.len()).collect();
    while !free.is_empty() {
        solve(rows, &free, &mut step);
        let beyond = |&at: &usize| (now[at] + step[at]).abs() - 1.0;
        let furthest = (0..free.len()).max_by(|&a, &b| beyond(&free[a]).total_cmp(&beyond(&free[b])));
        let Some(place) = furthest.filter(|&place| beyond(&free[place]) > 0.0) else { break };
        let at = free.remove(place);
        step[at] = (now[at] + step[at]).signum() - now[at];
    }
    for (at, shift) in shifts.iter_mut().enumerate() {
        let held = !free.contains(&at);
        *shift = match now[at] + step[at] {
            wall if held => Rational::from_f64(wall.signum())?,
            _ => shift.add(&Rational::from_f64(step[at])?)?,
        };
    }
    Some(())
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
