//! Sign atoms: what |·|, sign, step and case distinctions ask the sign of, and what it is in a fingerprint.
//!
//! Either every atom has a free sign, a random number, which proves what does not need s² = 1; or all lanes lie in one
//! cell, where every atom has a definite sign. Rational multiples of an atom follow it.

use super::characters::{Character, Characters};
use super::echelon::Echelon;
use super::field::{Element, Field};
use super::lanes;
use super::random::Random;
use super::samples::Place;

/// How signs are taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mode {
    /// As random numbers.
    Free,
    /// As decided, atom after atom; atoms beyond the list are positive.
    Cell(Vec<bool>),
}

/// The sign of an atom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sign {
    /// −1, 0 or 1.
    Known(i8),
    /// A random number in each lane.
    Free(Vec<Element>),
}

impl Sign {
    /// The opposite sign.
    pub fn opposite(self, field: &Field) -> Sign {
        match self {
            Sign::Known(sign) => Sign::Known(-sign),
            Sign::Free(values) => Sign::Free(values.into_iter().map(|value| field.neg(value)).collect()),
        }
    }

    /// The product of two signs.
    pub fn times(self, field: &Field, other: Sign) -> Sign {
        match (self, other) {
            (Sign::Known(0), _) | (_, Sign::Known(0)) => Sign::Known(0),
            (Sign::Known(1), sign) | (sign, Sign::Known(1)) => sign,
            (Sign::Known(_), sign) | (sign, Sign::Known(_)) => sign.opposite(field),
            (Sign::Free(left), Sign::Free(right)) => Sign::Free(lanes::products(field, &left, &right)),
        }
    }
}

#[derive(Clone, Debug)]
struct Atom {
    values: Vec<Element>,
    sign: Sign,
    asked: Asked,
    /// Where it was decided, or asked for by a root: what the cell is at real points.
    place: Option<Place>,
    /// Of what is known of functions: its quadratic character in the first lanes. It decides nothing by itself.
    fact: Option<Character>,
}

/// How the sign of an atom is used. A free sign stands for one number also where the atom is 0; that may be an open set
/// (of relu x it is x < 0), so all uses must want the same number there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Asked {
    /// Whether the atom may be 0 on an open set.
    pub may_vanish: bool,
    /// What its sign must be where it is 0; `None` if that does not matter.
    pub at_zero: Option<i8>,
}

impl Asked {
    /// The same of the opposite atom.
    fn opposite(self) -> Asked {
        Asked { at_zero: self.at_zero.map(|sign| -sign), ..self }
    }
}

impl Atom {
    /// Whether a further use fits those before; it is noted.
    fn agrees(&mut self, asked: Asked) -> bool {
        self.asked.may_vanish |= asked.may_vanish;
        let fits = match (self.asked.at_zero, asked.at_zero) {
            (Some(before), Some(now)) => before == now,
            _ => true,
        };
        self.asked.at_zero = self.asked.at_zero.or(asked.at_zero);
        fits || !self.asked.may_vanish
    }
}

/// The atoms met so far.
#[derive(Clone, Debug, Default)]
pub struct Atoms {
    atoms: Vec<Atom>,
    /// The decisions of a cell, in the order in which the atoms were met.
    pub decided: Vec<bool>,
}

/// What is to be done about an atom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Its sign is this.
    Sign(Sign),
    /// Its sign is this, if a constant that no field knows is positive.
    Guess(i8),
    /// Keep the marked lanes; then its sign is this.
    Keep(Vec<bool>, i8),
    /// There are too few lanes to tell whether its sign follows from the others.
    FewLanes,
    /// No one number can be its sign where it is 0.
    Conflict,
}

/// There are too few lanes to tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FewLanes;

/// So many lanes of one sign make a sign certain: a coin would show it with a probability of 2⁻⁶³.
pub const CERTAIN: usize = 64;

/// More lanes tell no more of characters: facts are fewer than half of them.
const CHARACTER_LANES: usize = 128;

/// Multiples of an atom are told up to these numerators and denominators.
const MAX_MULTIPLE: u64 = 1 << 20;

impl Atoms {
    /// Notes a sign that is certain wherever both sides are defined: of the argument of a root or a logarithm (which has
    /// a place), of a sum of squares.
    pub fn know(&mut self, field: &Field, values: &[Element], sign: i8, place: Option<Place>) {
        let is_known = self
            .atoms
            .iter()
            .any(|atom| atom.sign == Sign::Known(sign) && positive_multiple(field, &atom.values, values) == Some(true));
        if !is_known {
            self.add(values, Sign::Known(sign), Asked::default(), place);
        }
    }

    /// The signs that make the cell.
    pub fn conditions(&self) -> Vec<(Place, i8)> {
        let condition = |atom: &Atom| match atom.sign {
            Sign::Known(sign) => Some((atom.place?, sign)),
            Sign::Free(_) => None,
        };
        self.atoms.iter().filter_map(condition).collect()
    }

    fn add(&mut self, values: &[Element], sign: Sign, asked: Asked, place: Option<Place>) {
        self.atoms.push(Atom { values: values.to_vec(), sign, asked, place, fact: None });
    }

    /// How many facts are known.
    pub fn facts(&self) -> usize {
        self.atoms.iter().filter(|atom| atom.fact.is_some()).count()
    }

    /// Notes what is known of a function, whatever its argument is: 1 − sin x is positive.
    pub fn learn(&mut self, field: &Field, values: &[Element], sign: i8) {
        let is_known = self.atoms.iter().any(|atom| positive_multiple(field, &atom.values, values).is_some());
        if !is_known {
            let (sign, asked) = (Sign::Known(sign), Asked::default());
            self.atoms.push(Atom { values: values.to_vec(), sign, asked, place: None, fact: Some(Vec::new()) });
        }
    }

    /// The sign of a rational multiple of a known atom.
    pub fn of_multiple(&self, field: &Field, values: &[Element]) -> Option<i8> {
        self.atoms.iter().find_map(|atom| match atom.sign {
            Sign::Known(sign) => {
                let is_positive = positive_multiple(field, &atom.values, values)?;
                Some(if is_positive { sign } else { -sign })
            }
            Sign::Free(_) => None,
        })
    }

    /// The sign that follows from what is known, without a decision.
    pub fn implied(&mut self, field: &Field, values: &[Element]) -> Result<Option<i8>, FewLanes> {
        if let Some(sign) = self.of_multiple(field, values) {
            return Ok(Some(sign));
        }
        let lanes = values.len().min(CHARACTER_LANES);
        let character: Character = values[..lanes].iter().map(|&value| !field.is_square(value)).collect();
        let mut characters = Characters::new(lanes);
        for atom in &mut self.atoms {
            if let (Some(fact), Sign::Known(sign)) = (&mut atom.fact, &atom.sign) {
                // As far as it is not known from before.
                let known = fact.len().min(lanes);
                fact.extend(atom.values[known..lanes].iter().map(|&value| !field.is_square(value)));
                characters.insert(&fact[..lanes], *sign < 0);
            }
        }
        match characters.sign(&character) {
            Some(_) if lanes < CERTAIN + characters.rank() => Err(FewLanes),
            sign => Ok(sign),
        }
    }

    /// The sign of an atom that is not 0.
    pub fn sign(
        &mut self,
        field: &Field,
        random: &mut Random,
        mode: &Mode,
        values: &[Element],
        (asked, place): (Asked, Place),
    ) -> Step {
        for atom in &mut self.atoms {
            let Some(is_positive) = positive_multiple(field, &atom.values, values) else { continue };
            let asked = if is_positive { asked } else { asked.opposite() };
            if matches!(atom.sign, Sign::Free(_)) && !atom.agrees(asked) {
                return Step::Conflict;
            }
            let sign = atom.sign.clone();
            return Step::Sign(if is_positive { sign } else { sign.opposite(field) });
        }
        let Mode::Cell(decisions) = mode else {
            let free = Sign::Free(values.iter().map(|_| field.random(random)).collect());
            self.add(values, free.clone(), asked, None);
            return Step::Sign(free);
        };
        match self.implied(field, values) {
            Err(FewLanes) => return Step::FewLanes,
            Ok(Some(sign)) => {
                self.add(values, Sign::Known(sign), asked, None);
                return Step::Guess(sign);
            }
            Ok(None) => {}
        }
        let squares: Vec<bool> = values.iter().map(|&value| field.is_square(value)).collect();
        let decision = decisions.get(self.decided.len()).copied().unwrap_or(true);
        self.decided.push(decision);
        let sign = if decision { 1 } else { -1 };
        self.add(values, Sign::Known(sign), asked, Some(place));
        Step::Keep(squares.into_iter().map(|square| square == decision).collect(), sign)
    }

    /// Drops the lanes whose mark is `false`.
    pub fn keep(&mut self, marks: &[bool]) {
        for atom in &mut self.atoms {
            lanes::keep(&mut atom.values, marks);
            if let Sign::Free(values) = &mut atom.sign {
                lanes::keep(values, marks);
            }
            if let Some(fact) = &mut atom.fact {
                lanes::keep(fact, marks);
            }
        }
    }

    /// How many lanes are needed to relate the atoms.
    pub fn lanes_to_relate(&self) -> usize {
        (self.atoms.len() + 1).min(MAX_SUBSETS.ilog2() as usize) + super::relation::SPARE_LANES
    }

    /// Whether no real point has these signs: by Farkas' lemma if some positive combination of what is positive
    /// (the atoms with their signs, and 1) is 0. Any rational relation between the atoms will do, also between curved
    /// ones. `false` if that is not known.
    pub fn is_unreachable(&self, field: &Field) -> bool {
        let lanes = self.atoms.first().map_or(0, |atom| atom.values.len());
        let mut vectors: Vec<Vec<Element>> = vec![vec![field.one(); lanes]];
        // Facts last: those that were decided make the cell what it is.
        let (decided, facts): (Vec<&Atom>, Vec<&Atom>) = self.atoms.iter().partition(|atom| atom.fact.is_none());
        for atom in decided.into_iter().chain(facts) {
            let Sign::Known(sign) = atom.sign else { return false };
            let signed = atom.values.iter().map(|&value| if sign < 0 { field.neg(value) } else { value });
            vectors.push(signed.collect());
        }
        lanes >= self.lanes_to_relate()
            && subsets(vectors.len()).iter().any(|subset| vanishes_positively(field, &vectors, subset))
    }
}

/// The most subsets among which a positive relation is looked for.
const MAX_SUBSETS: usize = 1 << 10;

/// The subsets of so many members, small ones first, as far as the bound goes.
fn subsets(count: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = (0..count).map(|member| vec![member]).collect();
    let mut at = 0;
    while at < all.len() && all.len() < MAX_SUBSETS {
        let last = all[at].last().copied().unwrap_or(0);
        for next in last + 1..count {
            let larger = all[at].iter().copied().chain([next]).collect();
            all.push(larger);
        }
        at += 1;
    }
    all
}

/// Whether the vectors of a subset, all but the last independent, have one relation and it is positive.
fn vanishes_positively(field: &Field, vectors: &[Vec<Element>], subset: &[usize]) -> bool {
    let members: Vec<&Vec<Element>> = subset.iter().map(|&member| &vectors[member]).collect();
    let Some((last, rest)) = members.split_last() else { return false };
    let mut echelon = Echelon::default();
    for (number, vector) in rest.iter().enumerate() {
        if echelon.solve(field, vector).is_some() {
            return false;
        }
        echelon.insert(field, number, vector);
    }
    // last = Σ cⱼ·vⱼ with all cⱼ < 0 is the relation last + Σ |cⱼ|·vⱼ = 0.
    let Some(found) = echelon.solve(field, last) else { return false };
    !found.is_empty()
        && found.len() == rest.len()
        && found.iter().all(|&c| field.reconstruct(c, MAX_MULTIPLE, MAX_MULTIPLE).is_some_and(|(above, _)| above < 0))
}

/// Whether `values` is a positive multiple of `known` by a small fraction (`true`) or a negative one (`false`).
fn positive_multiple(field: &Field, known: &[Element], values: &[Element]) -> Option<bool> {
    let (&base, &first) = (known.first()?, values.first()?);
    // Cross products avoid the division for most atoms, which are no multiples.
    let same = known.iter().zip(values).skip(1).all(|(&k, &v)| field.mul(base, v) == field.mul(first, k));
    if !same || base.is_zero() || first.is_zero() || known.len() < 3 {
        return None;
    }
    let (above, _) = field.reconstruct(field.div(first, base)?, MAX_MULTIPLE, MAX_MULTIPLE)?;
    Some(above > 0)
}
