//! Sine and cosine: elements of norm 1 in GF(p)(i), one table of them.
//!
//! Takes lanes v; gives sin v and cos v as parts of Π Wⱼ^cⱼ if v = Σ cⱼAⱼ with fractions cⱼ, else of a
//! new random W. Entry 0 is (π/12, a 24th root of unity chosen so that √2 and √3 come out as squares).

use super::echelon::Echelon;
use super::field::{Element, Field};
use super::lanes::{self, Lanes};
use super::random::Random;
use super::relation::{Coefficient, MAX_DENOMINATOR, SPARE_LANES, Trouble, coefficient};

/// a + bi in GF(p)(i); −1 is no square in GF(p), so this is a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Complex {
    /// a, the cosine.
    pub re: Element,
    /// b, the sine.
    pub im: Element,
}

impl Complex {
    /// 1.
    pub fn one(field: &Field) -> Self {
        Complex { re: field.one(), im: Element::ZERO }
    }

    /// The product.
    pub fn mul(self, field: &Field, other: Complex) -> Complex {
        let re = field.sub(field.mul(self.re, other.re), field.mul(self.im, other.im));
        let im = field.add(field.mul(self.re, other.im), field.mul(self.im, other.re));
        Complex { re, im }
    }

    /// The conjugate: for norm 1 the reciprocal.
    pub fn conjugate(self, field: &Field) -> Complex {
        Complex { re: self.re, im: field.neg(self.im) }
    }

    /// A whole power of an element of norm 1.
    pub fn power(self, field: &Field, exponent: i64) -> Complex {
        let mut square = if exponent < 0 { self.conjugate(field) } else { self };
        let mut rest = exponent.unsigned_abs();
        let mut result = Complex::one(field);
        while rest != 0 {
            if rest & 1 == 1 {
                result = result.mul(field, square);
            }
            square = square.mul(field, square);
            rest >>= 1;
        }
        result
    }

    /// A random element of norm 1: Z/Z̄ = Z²/(ZZ̄).
    pub fn random(field: &Field, random: &mut Random) -> Complex {
        loop {
            let z = Complex { re: field.random(random), im: field.random(random) };
            let norm = field.add(field.mul(z.re, z.re), field.mul(z.im, z.im));
            if let Some(inverse) = field.inverse(norm) {
                let square = z.mul(field, z);
                return Complex { re: field.mul(square.re, inverse), im: field.mul(square.im, inverse) };
            }
        }
    }

    /// The 24th root of unity that plays exp(iπ/12): its 6th power is i, and √2 = 2 cos(π/4) and
    /// √3 = 2 cos(π/6) are squares. The Galois group reaches all 8 choices of sign, so there is one.
    pub fn twenty_fourth(field: &Field, random: &mut Random) -> Complex {
        let i = Complex { re: Element::ZERO, im: field.one() };
        let minus_one = Complex { re: field.neg(field.one()), im: Element::ZERO };
        let double = |z: Complex| field.add(z.re, z.re);
        loop {
            // p + 1 is the order of the group of norm 1 and a multiple of 24.
            let root = Complex::random(field, random).power(field, ((field.prime() + 1) / 24) as i64);
            if root.power(field, 12) != minus_one || root.power(field, 8) == Complex::one(field) {
                continue;
            }
            let choices = [1, 5, 7, 11, 13, 17, 19, 23].map(|k| root.power(field, k));
            let fits = |w: &&Complex| {
                let (root_two, root_three) = (double(w.power(field, 3)), double(w.power(field, 2)));
                w.power(field, 6) == i && field.is_square(root_two) && field.is_square(root_three)
            };
            if let Some(found) = choices.iter().find(fits) {
                return *found;
            }
        }
    }
}

/// An entry: an angle A and V with W = V^s = exp(iA); s is 5040 where W was drawn, and 1 where it is given.
#[derive(Clone, Debug)]
struct Entry {
    angle: Lanes,
    roots: Vec<Complex>,
    scale: u64,
}

/// The table of angles.
#[derive(Clone, Debug)]
pub struct Circle {
    entries: Vec<Entry>,
    by_value: Echelon,
    lanes: usize,
    weight: u64,
}

impl Circle {
    /// The table that knows π alone, given as the lanes that play it.
    pub fn new(field: &Field, random: &mut Random, pi: &Lanes) -> Self {
        let twelfth = field.inverse(field.integer(12)).unwrap_or_default();
        let root = Complex::twenty_fourth(field, random);
        let mut circle = Circle { entries: vec![], by_value: Echelon::default(), lanes: pi.count(), weight: 0 };
        circle.place(field, Entry { angle: pi.scale(field, twelfth), roots: vec![root; pi.count()], scale: 1 });
        circle
    }

    /// The degree of the last sine or cosine in the drawn elements.
    pub fn weight(&self) -> u64 {
        self.weight
    }

    /// (sin v, cos v).
    pub fn sin_cos(&mut self, field: &Field, random: &mut Random, v: &Lanes) -> Result<(Lanes, Lanes), Trouble> {
        self.vouched(0)?;
        let points = match self.relation(field, v) {
            Some(relation) => {
                let scale = |c: &Coefficient| self.entries[c.entry].scale;
                let whole = |c: &Coefficient| c.numerator.unsigned_abs() * (scale(c) / c.denominator);
                self.weight = relation.iter().map(whole).sum();
                self.product(field, &relation)
            }
            None => {
                self.weight = MAX_DENOMINATOR;
                self.draw(field, random, v)?
            }
        };
        let sines: Vec<Element> = points.iter().map(|point| point.im).collect();
        let cosines: Vec<Element> = points.iter().map(|point| point.re).collect();
        let sine_slopes = lanes::products(field, &cosines, &v.slopes);
        let cosine_slopes = lanes::products(field, &sines, &v.slopes).into_iter().map(|slope| field.neg(slope));
        let cosine = Lanes { values: cosines, slopes: cosine_slopes.collect() };
        Ok((Lanes { values: sines, slopes: sine_slopes }, cosine))
    }

    /// Notes sine and cosine of an angle: of asin x they are x and √(1 − x²).
    pub fn know(&mut self, field: &Field, angle: &Lanes, sine: &Lanes, cosine: &Lanes) -> Result<(), Trouble> {
        if self.relation(field, angle).is_some() {
            return Ok(());
        }
        self.vouched(1)?;
        let points = cosine.values.iter().zip(&sine.values);
        let roots = points.map(|(&re, &im)| Complex { re, im }).collect();
        self.place(field, Entry { angle: angle.clone(), roots, scale: 1 });
        Ok(())
    }

    /// Drops the lanes whose mark is `false` (see [`super::basis::Basis::keep`]).
    pub fn keep(&mut self, field: &Field, marks: &[bool]) -> Result<(), Trouble> {
        self.by_value = Echelon::default();
        for (number, entry) in self.entries.iter_mut().enumerate() {
            entry.angle.keep(marks);
            lanes::keep(&mut entry.roots, marks);
            self.by_value.insert(field, number, &entry.angle.values);
        }
        self.lanes = self.entries[0].angle.count();
        self.vouched(0)
    }

    fn draw(&mut self, field: &Field, random: &mut Random, v: &Lanes) -> Result<Vec<Complex>, Trouble> {
        self.vouched(1)?;
        let roots: Vec<Complex> = (0..self.lanes).map(|_| Complex::random(field, random)).collect();
        let points = roots.iter().map(|root| root.power(field, MAX_DENOMINATOR as i64)).collect();
        self.place(field, Entry { angle: v.clone(), roots, scale: MAX_DENOMINATOR });
        Ok(points)
    }

    /// Whether the lanes can vouch for the entries and some more.
    fn vouched(&self, more: usize) -> Result<(), Trouble> {
        let enough = self.lanes >= self.entries.len() + more + SPARE_LANES;
        if enough { Ok(()) } else { Err(Trouble::FewLanes) }
    }

    fn place(&mut self, field: &Field, entry: Entry) {
        self.by_value.insert(field, self.entries.len(), &entry.angle.values);
        self.entries.push(entry);
    }

    /// v = Σ cⱼAⱼ with a divisor of the entry's scale below each cⱼ.
    fn relation(&self, field: &Field, v: &Lanes) -> Option<Vec<Coefficient>> {
        let found = self.by_value.solve(field, &v.values)?;
        let nonzero = found.into_iter().enumerate().filter(|(_, element)| !element.is_zero());
        let relation =
            nonzero.map(|(entry, element)| coefficient(field, entry, element)).collect::<Option<Vec<_>>>()?;
        let fits = |c: &Coefficient| self.entries[c.entry].scale.is_multiple_of(c.denominator);
        let slopes = (0..v.count()).all(|at| self.slope(field, &relation, at) == v.slopes[at]);
        (relation.iter().all(fits) && slopes).then_some(relation)
    }

    /// Σ cⱼdAⱼ in a lane.
    fn slope(&self, field: &Field, relation: &[Coefficient], at: usize) -> Element {
        relation.iter().fold(Element::ZERO, |sum, c| {
            let factor = field.div(field.integer(c.numerator), field.integer(c.denominator as i64));
            field.add(sum, field.mul(factor.unwrap_or_default(), self.entries[c.entry].angle.slopes[at]))
        })
    }

    fn product(&self, field: &Field, relation: &[Coefficient]) -> Vec<Complex> {
        let mut points = vec![Complex::one(field); self.lanes];
        for c in relation {
            let entry = &self.entries[c.entry];
            // |c| ≤ 4096 and the denominator divides the scale, so the exponent is small and whole.
            let exponent = c.numerator * (entry.scale / c.denominator) as i64;
            for (point, root) in points.iter_mut().zip(&entry.roots) {
                *point = point.mul(field, root.power(field, exponent));
            }
        }
        points
    }
}

#[cfg(test)]
mod tests {
    use super::{Circle, Complex};
    use crate::check::field::{Element, Field};
    use crate::check::lanes::Lanes;
    use crate::check::random::Random;
    use pretty_assertions::assert_eq;

    const LANES: usize = 14;

    fn room(seed: u64) -> (Field, Random, Lanes, Circle) {
        let mut random = Random::from_seed(seed);
        let field = Field::draw(&mut random);
        let pi = Lanes::random_constant(&field, &mut random, LANES);
        let circle = Circle::new(&field, &mut random, &pi);
        (field, random, pi, circle)
    }

    #[test]
    fn random_points_lie_on_the_circle() {
        let (f, mut random, ..) = room(1);
        let point = Complex::random(&f, &mut random);
        assert_eq!(point.mul(&f, point.conjugate(&f)), Complex::one(&f));
        assert_eq!(point.power(&f, -3).mul(&f, point.power(&f, 3)), Complex::one(&f));
        assert_eq!(point.power(&f, (f.prime() + 1) as i64), Complex::one(&f));
    }

    #[test]
    fn fractions_of_pi_have_their_roots() {
        for seed in 0..6 {
            let (f, mut random, pi, mut circle) = room(seed);
            let mut at = |a: i64, b: i64| {
                let fraction = f.div(f.integer(a), f.integer(b)).unwrap();
                let (sin, cos) = circle.sin_cos(&f, &mut random, &pi.scale(&f, fraction)).unwrap();
                (sin.values[0], cos.values[0])
            };
            let half = f.inverse(f.integer(2)).unwrap();
            let root = |n| f.mul(half, f.pow(f.integer(n), f.square_exponent(1, 2).unwrap()));
            assert_eq!(at(1, 1), (Element::ZERO, f.integer(-1)));
            assert_eq!(at(1, 2), (f.one(), Element::ZERO));
            assert_eq!(at(1, 4), (root(2), root(2)));
            assert_eq!(at(1, 6), (half, root(3)));
            assert_eq!(at(-2, 3), (f.neg(root(3)), f.neg(half)));
            assert_eq!(at(1, 12).1, f.mul(half, f.add(f.mul(root(2), f.integer(1)), f.mul(root(6), f.one()))));
        }
    }

    #[test]
    fn addition_theorems() {
        let (f, mut random, _, mut circle) = room(9);
        let (x, y) = (Lanes::random(&f, &mut random, LANES), Lanes::random(&f, &mut random, LANES));
        let (sin_x, cos_x) = circle.sin_cos(&f, &mut random, &x).unwrap();
        let (sin_sum, cos_sum) = circle.sin_cos(&f, &mut random, &x.add(&f, &y)).unwrap();
        let (sin_y, cos_y) = circle.sin_cos(&f, &mut random, &y).unwrap();
        assert_eq!(sin_sum, sin_x.mul(&f, &cos_y).add(&f, &cos_x.mul(&f, &sin_y)));
        assert_eq!(cos_sum, cos_x.mul(&f, &cos_y).sub(&f, &sin_x.mul(&f, &sin_y)));
        let third = x.scale(&f, f.inverse(f.integer(3)).unwrap());
        let (sin, _) = circle.sin_cos(&f, &mut random, &third).unwrap();
        // sin 3t = 3 sin t − 4 sin³ t.
        let triple = sin.scale(&f, f.integer(3)).sub(&f, &sin.power(&f, 3).unwrap().scale(&f, f.integer(4)));
        assert_eq!((triple, circle.entries.len()), (sin_x.clone(), 3));
        let (sin_minus, cos_minus) = circle.sin_cos(&f, &mut random, &x.neg(&f)).unwrap();
        assert_eq!((sin_minus, cos_minus), (sin_x.neg(&f), cos_x));
    }

    #[test]
    fn dropped_lanes_leave_the_rest_intact() {
        let (f, mut random, _, mut circle) = room(10);
        let mut x = Lanes::random(&f, &mut random, LANES);
        let (mut sin, _) = circle.sin_cos(&f, &mut random, &x).unwrap();
        let marks: Vec<bool> = (0..LANES).map(|at| at % 3 != 0).collect();
        circle.keep(&f, &marks).unwrap();
        x.keep(&marks);
        sin.keep(&marks);
        assert_eq!(circle.sin_cos(&f, &mut random, &x).unwrap().0, sin);
        assert_eq!(circle.entries.len(), 2);
    }
}
