//! One table of exponentials and logarithms: Risch's structure theorem, done on residues.
//!
//! Takes lanes v or u; gives exp v or log u as a product or sum of what the table holds when a
//! rational relation is found, else as a new random entry. Only relations that hold for the real
//! functions are used (log(ab) = log a + log b for positive a, b), so equal formulas in them agree.

use super::echelon::Echelon;
use super::field::{Element, Field};
use super::lanes::{self, Lanes};
use super::random::Random;
use super::relation::{Coefficient, SPARE_LANES, Trouble, factor, relations};

/// Numerator and denominator of a rational inside a logarithm go up to here.
const MAX_LITERAL: u64 = 1 << 20;
/// The powers of e that are tried inside a logarithm.
const MAX_POWER_OF_E: i64 = 16;

/// An entry: A = log M.
#[derive(Clone, Debug)]
struct Entry {
    /// A, with dA.
    logarithm: Lanes,
    /// M, with dM.
    exponential: Lanes,
    /// The prime r when this is (log r, r).
    prime: Option<u64>,
}

/// The table. Entry 0 is (1, e).
#[derive(Clone, Debug)]
pub struct Basis {
    entries: Vec<Entry>,
    by_value: Echelon,
    by_slope: Echelon,
    lanes: usize,
    weight: u64,
    scale: u64,
}

impl Basis {
    /// The table that knows e alone.
    pub fn new(field: &Field, random: &mut Random, lanes: usize) -> Self {
        let mut basis = Basis {
            entries: vec![],
            by_value: Echelon::default(),
            by_slope: Echelon::default(),
            lanes,
            weight: 0,
            scale: 1,
        };
        let logarithm = Lanes::constant(field.one(), lanes);
        let exponential = Lanes::random_constant(field, random, lanes);
        basis.place(field, Entry { logarithm, exponential, prime: None });
        basis
    }

    /// e.
    pub fn e(&self) -> &Lanes {
        &self.entries[0].exponential
    }

    /// The degree of the last exponential in the entries: the sum of the absolute exponents of its monomial.
    pub fn weight(&self) -> u64 {
        self.weight
    }

    /// A common multiple of the denominators of all exponents so far.
    pub fn scale(&self) -> u64 {
        self.scale
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// exp v: Π Mⱼ^cⱼ if v = Σ cⱼAⱼ, else a new random square. Its derivative is exp v · dv.
    pub fn exp(&mut self, field: &Field, random: &mut Random, v: &Lanes) -> Result<Lanes, Trouble> {
        self.vouched(0)?;
        if let Some(relation) = self.relation(field, v) {
            self.weight = relation.iter().map(|c| c.numerator.unsigned_abs().div_ceil(c.denominator)).sum();
            self.scale = relation.iter().fold(self.scale, |scale, c| saturating_lcm(scale, c.denominator));
            return self.product(field, &relation, 1);
        }
        self.weight = 1;
        let values: Vec<Element> = (0..self.lanes).map(|_| field.random_square(random)).collect();
        let slopes = lanes::products(field, &values, &v.slopes);
        let exponential = Lanes { values, slopes };
        self.push(field, Entry { logarithm: v.clone(), exponential: exponential.clone(), prime: None })?;
        Ok(exponential)
    }

    /// exp v if v = Σ cⱼAⱼ and the powers exist; `None` otherwise. The table stays as it is.
    pub fn known_exp(&self, field: &Field, v: &Lanes) -> Option<Lanes> {
        let relation = self.relation(field, v).filter(|_| self.vouched(0).is_ok())?;
        self.product(field, &relation, 1).ok()
    }

    /// log u of a u that is nowhere 0: Σ cⱼAⱼ + log κ if du/u = Σ cⱼdAⱼ and κ = u·Π Mⱼ^(−cⱼ) is a known constant, else a
    /// new random value. Its derivative is du/u. Fractions cⱼ want squares Mⱼ; whole ones do not.
    pub fn log(&mut self, field: &Field, random: &mut Random, u: &Lanes) -> Result<Lanes, Trouble> {
        self.vouched(0)?;
        let inverses = lanes::inverses(field, &u.values).map_err(|_| Trouble::NotSquare)?;
        let slopes = lanes::products(field, &u.slopes, &inverses);
        for relation in self.slope_relations(field, &slopes) {
            let factor = self.product(field, &relation, -1)?;
            let kappa = lanes::products(field, &u.values, &factor.values);
            if let Some(constant) = self.constant(field, &kappa) {
                let rest = self.log_constant(field, random, &constant)?;
                return Ok(self.sum(field, &relation).add(field, &rest));
            }
        }
        let values = (0..self.lanes).map(|_| field.random(random)).collect();
        let logarithm = Lanes { values, slopes };
        self.push(field, Entry { logarithm: logarithm.clone(), exponential: u.clone(), prime: None })?;
        Ok(logarithm)
    }

    /// Drops the lanes whose mark is `false` from everything stored, and echelons anew.
    ///
    /// [`Trouble::FewLanes`] if the rest cannot vouch for the entries; so says then every later query.
    pub fn keep(&mut self, field: &Field, marks: &[bool]) -> Result<(), Trouble> {
        (self.by_value, self.by_slope) = (Echelon::default(), Echelon::default());
        for entry in &mut self.entries {
            entry.logarithm.keep(marks);
            entry.exponential.keep(marks);
        }
        self.lanes = self.entries[0].logarithm.count();
        for (number, entry) in self.entries.iter().enumerate() {
            self.by_value.insert(field, number, &entry.logarithm.values);
            self.by_slope.insert(field, number, &entry.logarithm.slopes);
        }
        self.vouched(0)
    }

    fn push(&mut self, field: &Field, entry: Entry) -> Result<(), Trouble> {
        // Refused before it stands, so every relation found later has its spare lanes.
        self.vouched(1)?;
        self.place(field, entry);
        Ok(())
    }

    /// Whether the lanes can vouch for the entries and some more.
    fn vouched(&self, more: usize) -> Result<(), Trouble> {
        let enough = self.lanes >= self.entries.len() + more + SPARE_LANES;
        if enough { Ok(()) } else { Err(Trouble::FewLanes) }
    }

    fn place(&mut self, field: &Field, entry: Entry) {
        let number = self.entries.len();
        self.by_value.insert(field, number, &entry.logarithm.values);
        self.by_slope.insert(field, number, &entry.logarithm.slopes);
        self.entries.push(entry);
    }

    /// v = Σ cⱼAⱼ with small fractions cⱼ, values and derivatives both.
    fn relation(&self, field: &Field, v: &Lanes) -> Option<Vec<Coefficient>> {
        let relations = relations(field, &self.by_value, &v.values);
        relations.into_iter().find(|relation| self.sum(field, relation) == *v)
    }

    /// All du/u = Σ cⱼdAⱼ with small fractions cⱼ; the empty one for a constant.
    fn slope_relations(&self, field: &Field, slopes: &[Element]) -> Vec<Vec<Coefficient>> {
        relations(field, &self.by_slope, slopes)
    }

    /// Σ cⱼAⱼ.
    fn sum(&self, field: &Field, relation: &[Coefficient]) -> Lanes {
        let mut sum = Lanes::constant(Element::ZERO, self.lanes);
        for term in relation {
            // A denominator of at most 5040 never vanishes modulo p.
            let below = field.integer(term.denominator as i64);
            let factor = field.div(field.integer(term.numerator), below).unwrap_or_default();
            sum = sum.add(field, &self.entries[term.entry].logarithm.scale(field, factor));
        }
        sum
    }

    /// Π Mⱼ^(±cⱼ).
    fn product(&self, field: &Field, relation: &[Coefficient], sign: i64) -> Result<Lanes, Trouble> {
        let mut product = Lanes::constant(field.one(), self.lanes);
        for term in relation {
            let base = &self.entries[term.entry].exponential;
            let power = match term.denominator {
                1 => base.power(field, sign * term.numerator).ok(),
                denominator => base.square_power(field, sign * term.numerator, denominator),
            };
            product = product.mul(field, &power.ok_or(Trouble::NotSquare)?);
        }
        Ok(product)
    }

    /// κ as a rational times powers of constants of the table, if it is one in every lane.
    fn constant(&self, field: &Field, kappa: &[Element]) -> Option<Constant> {
        let plain = self.rational_times_e(field, kappa, MAX_POWER_OF_E);
        if let Some((rational, power)) = plain {
            return Some(Constant { rational, power, other: None });
        }
        // log(2πe) after log π: one further constant, to one of a few powers.
        let powers = [(1, 1), (-1, 1), (1, 2), (-1, 2), (2, 1), (-2, 1)];
        let constants = self.entries.iter().enumerate().skip(1);
        for (entry, found) in constants.filter(|(_, entry)| entry.logarithm.is_constant() && entry.prime.is_none()) {
            for (numerator, denominator) in powers {
                let factor = match denominator {
                    1 => found.exponential.power(field, -numerator).ok(),
                    _ => found.exponential.square_power(field, -numerator, denominator),
                };
                let Some(factor) = factor else { continue };
                let rest = lanes::products(field, kappa, &factor.values);
                if let Some((rational, power)) = self.rational_times_e(field, &rest, MAX_POWER_OF_E) {
                    let other = Some(Coefficient { entry, numerator, denominator });
                    return Some(Constant { rational, power, other });
                }
            }
        }
        None
    }

    /// κ = (a/b)·eᵏ with a, b > 0, the same in every lane.
    fn rational_times_e(&self, field: &Field, kappa: &[Element], most: i64) -> Option<((u64, u64), i64)> {
        let powers = (0..=most).flat_map(|power| [power, -power]).skip(1);
        for power in powers {
            let e = &self.e().values;
            let rest = |at: usize| Some(field.mul(kappa[at], field.whole_power(e[at], -power)?));
            let first = kappa.first().and_then(|_| rest(0))?;
            if (1..kappa.len()).all(|at| rest(at) == Some(first)) {
                let (above, below) = field.reconstruct(first, MAX_LITERAL, MAX_LITERAL)?;
                let above = u64::try_from(above).ok().filter(|&above| above > 0)?;
                return Some(((above, below), power));
            }
        }
        None
    }

    /// log κ: logarithms of primes, a power of e, and another constant's logarithm.
    fn log_constant(&mut self, field: &Field, random: &mut Random, found: &Constant) -> Result<Lanes, Trouble> {
        let mut relation = vec![Coefficient { entry: 0, numerator: found.power, denominator: 1 }];
        relation.extend(found.other);
        for (number, sign) in [(found.rational.0, 1), (found.rational.1, -1)] {
            for (prime, count) in factor(number) {
                let entry = self.prime(field, random, prime)?;
                relation.push(Coefficient { entry, numerator: sign * count, denominator: 1 });
            }
        }
        Ok(self.sum(field, &relation))
    }

    /// The entry (log r, r) of a prime r, made when first asked for.
    fn prime(&mut self, field: &Field, random: &mut Random, prime: u64) -> Result<usize, Trouble> {
        if let Some(found) = self.entries.iter().position(|entry| entry.prime == Some(prime)) {
            return Ok(found);
        }
        let values = (0..self.lanes).map(|_| field.random(random)).collect();
        let logarithm = Lanes { values, slopes: vec![Element::ZERO; self.lanes] };
        let exponential = Lanes::constant(field.integer(prime as i64), self.lanes);
        self.push(field, Entry { logarithm, exponential, prime: Some(prime) })?;
        Ok(self.entries.len() - 1)
    }
}

fn saturating_lcm(left: u64, right: u64) -> u64 {
    (left / num_integer::gcd(left, right).max(1)).saturating_mul(right)
}

/// (a/b)·eᵏ·M^c.
struct Constant {
    rational: (u64, u64),
    power: i64,
    other: Option<Coefficient>,
}

#[cfg(test)]
mod tests {
    use super::{Basis, Trouble};
    use crate::check::field::Field;
    use crate::check::lanes::Lanes;
    use crate::check::random::Random;
    use pretty_assertions::{assert_eq, assert_ne};

    struct Room {
        f: Field,
        random: Random,
        basis: Basis,
        lanes: usize,
    }

    impl Room {
        fn new(seed: u64, lanes: usize) -> Self {
            let mut random = Random::from_seed(seed);
            let f = Field::draw(&mut random);
            let basis = Basis::new(&f, &mut random, lanes);
            Room { f, random, basis, lanes }
        }
        fn leaf(&mut self) -> Lanes {
            Lanes::random_positive(&self.f, &mut self.random, self.lanes)
        }
        fn number(&self, value: i64) -> Lanes {
            Lanes::constant(self.f.integer(value), self.lanes)
        }
        fn exp(&mut self, v: &Lanes) -> Lanes {
            self.basis.exp(&self.f, &mut self.random, v).unwrap()
        }
        fn log(&mut self, u: &Lanes) -> Lanes {
            self.basis.log(&self.f, &mut self.random, u).unwrap()
        }
        /// Drops the lanes where u is no square, from everything.
        fn filter(&mut self, u: &Lanes, all: &mut [&mut Lanes]) {
            let marks = u.squares(&self.f);
            self.basis.keep(&self.f, &marks).unwrap();
            all.iter_mut().for_each(|lanes| lanes.keep(&marks));
            self.lanes = marks.iter().filter(|&&mark| mark).count();
        }
    }

    #[test]
    fn exponentials_of_sums_are_products() {
        let mut room = Room::new(1, 16);
        let f = room.f;
        let (x, y) = (room.leaf(), room.leaf());
        let square = x.mul(&f, &x);
        let (both, one) = (room.exp(&square.add(&f, &x)), room.exp(&square));
        assert_eq!(room.exp(&x).mul(&f, &one), both);
        let double = room.exp(&y.add(&f, &y));
        assert_eq!(room.exp(&y).power(&f, 2).unwrap(), double);
        let third = room.exp(&y.scale(&f, f.inverse(f.integer(3)).unwrap()));
        assert_eq!(third.power(&f, 6).unwrap(), double);
        assert_eq!(room.exp(&room.number(0)), room.number(1));
        assert_eq!(&room.exp(&room.number(1)), room.basis.e());
        assert_eq!(room.basis.len(), 4);
        let e = room.basis.e().clone();
        assert_eq!(room.exp(&x.add(&f, &room.number(-1))), room.exp(&x).div(&f, &e).unwrap());
    }

    #[test]
    fn unrelated_exponentials_stay_apart() {
        let mut room = Room::new(2, 16);
        let f = room.f;
        let x = room.leaf();
        let first = room.exp(&x);
        assert_ne!(room.exp(&x.mul(&f, &x)), first.mul(&f, &first));
        assert_eq!(room.exp(&x).slopes[2], f.mul(first.values[2], x.slopes[2]));
    }

    #[test]
    fn logarithms_of_products_are_sums() {
        let mut room = Room::new(3, 60);
        let f = room.f;
        let mut x = room.leaf();
        let one = room.number(1);
        let (mut above, mut below) = (x.add(&f, &one), x.sub(&f, &one));
        room.filter(&above.clone(), &mut [&mut x, &mut above, &mut below]);
        room.filter(&below.clone(), &mut [&mut x, &mut above, &mut below]);
        let sum = room.log(&above).add(&f, &room.log(&below));
        assert_eq!(room.log(&x.mul(&f, &x).sub(&f, &room.number(1))), sum);
        let root = above.square_power(&f, 1, 2).unwrap();
        assert_eq!(room.log(&root).scale(&f, f.integer(2)), room.log(&above));
        assert_eq!(room.exp(&sum), above.mul(&f, &below));
    }

    #[test]
    fn softplus_of_z_and_of_its_negative_differ_by_z() {
        let mut room = Room::new(4, 60);
        let f = room.f;
        let mut z = room.leaf();
        let exp = room.exp(&z);
        let mut plus = exp.add(&f, &room.number(1));
        let mut minus = exp.recip(&f).unwrap().add(&f, &room.number(1));
        room.filter(&plus.clone(), &mut [&mut z, &mut plus, &mut minus]);
        room.filter(&minus.clone(), &mut [&mut z, &mut plus, &mut minus]);
        let (left, right) = (room.log(&plus), room.log(&minus));
        assert_eq!(left.sub(&f, &right), z);
    }

    #[test]
    fn constants_come_out_of_logarithms() {
        let mut room = Room::new(5, 40);
        let f = room.f;
        let x = room.leaf();
        let log = room.log(&x);
        // log(e·x), log(12x/5), log 4, log(1/3).
        assert_eq!(room.log(&x.mul(&f, &room.basis.e().clone())), log.add(&f, &room.number(1)));
        let (two, three, five) = (room.log(&room.number(2)), room.log(&room.number(3)), room.log(&room.number(5)));
        let twelve_fifths = two.add(&f, &two).add(&f, &three).sub(&f, &five);
        let scaled = x.mul(&f, &room.number(12)).div(&f, &room.number(5)).unwrap();
        assert_eq!(room.log(&scaled), log.add(&f, &twelve_fifths));
        assert_eq!(
            room.exp(&two.scale(&f, f.inverse(f.integer(2)).unwrap())),
            room.number(2).square_power(&f, 1, 2).unwrap()
        );
        assert_eq!(room.log(&room.number(1)), room.number(0));
    }

    #[test]
    fn logarithms_of_pi() {
        let mut room = Room::new(6, 40);
        let f = room.f;
        let pi = Lanes::random_constant(&f, &mut room.random, 40);
        let x = room.leaf();
        let log = room.log(&pi);
        let half = log.scale(&f, f.inverse(f.integer(2)).unwrap());
        assert_eq!(room.exp(&half), pi.square_power(&f, 1, 2).unwrap());
        let (two, log_x) = (room.log(&room.number(2)), room.log(&x));
        // log(2πe x²) = log 2 + log π + 1 + 2 log x.
        let product = pi.mul(&f, &room.number(2)).mul(&f, &room.basis.e().clone()).mul(&f, &x).mul(&f, &x);
        let sum = two.add(&f, &log).add(&f, &room.number(1)).add(&f, &log_x).add(&f, &log_x);
        assert_eq!(room.log(&product), sum);
    }

    #[test]
    fn odd_literals_in_exponents_are_related_by_proportion() {
        let mut room = Room::new(7, 20);
        let f = room.f;
        let x = room.leaf();
        let odd = x.scale(&f, f.div(f.integer(123_456_789), f.integer(1_000_000_000)).unwrap());
        room.exp(&x);
        let once = room.exp(&odd);
        assert_eq!(room.exp(&odd.add(&f, &odd)), once.mul(&f, &once));
    }

    #[test]
    fn too_few_lanes_are_said_so() {
        let mut room = Room::new(8, 5);
        let f = room.f;
        let (x, y) = (room.leaf(), room.leaf());
        let zero = Lanes::constant(f.integer(0), 5);
        assert_eq!(room.basis.log(&f, &mut room.random, &zero), Err(Trouble::NotSquare));
        room.exp(&x);
        assert_eq!(room.basis.exp(&f, &mut room.random, &y), Err(Trouble::FewLanes));
        assert_eq!(room.basis.keep(&f, &[false]), Err(Trouble::FewLanes));
    }
}
